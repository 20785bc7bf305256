//! How time grows with what there is: `cargo bench --bench scaling`. With `PLOT=docs/scaling.svg` it draws what it measured.
//!
//! Each figure is the least of several, for one byte, one device or one stanza. A flat line is growth in proportion.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use ringstate::{Creator, DeviceKey, NewCall, Received, RingingDevices, xml};

#[path = "common/board.rs"]
mod common;

use common::board;

/// What is measured, of how many what, and the figures.
type Curve = (&'static str, &'static str, Vec<(usize, f64)>);

fn main() {
    let is_bench = env::args().any(|argument| argument == "--bench");
    // `cargo test --benches` only wants to see that it runs.
    let upto = |largest: usize| if is_bench { largest } else { 20 };
    let steps = |largest: usize| {
        let steps = (0..=6).flat_map(|power| [1, 3].map(|digit| digit * 10_usize.pow(power)));
        steps.filter(move |step| *step <= upto(largest))
    };
    let curves: [Curve; 3] = [
        (
            "reading an offer for n devices, ns a byte",
            "bytes",
            steps(2_000).map(read_an_offer).collect(),
        ),
        (
            "hearing n devices decline, ns a device",
            "devices",
            steps(1_000).map(|n| (n, hear_rejects(n))).collect(),
        ),
        (
            "routing a <transport> among n calls, ns",
            "calls",
            steps(1_000_000).map(|n| (n, route(n))).collect(),
        ),
    ];
    for (what, of, figures) in &curves {
        println!("{what}");
        for (n, figure) in figures {
            println!("{n:>10} {of:<8} {figure:>10.2}");
        }
    }
    if let Some(path) = env::var_os("PLOT") {
        // Cargo runs a bench in the folder of its package.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        fs::write(root.join(path), plot(&curves)).expect("the plot can be written");
    }
}

/// The least of several times, for each of `n`.
fn least(n: usize, mut once: impl FnMut() -> Duration) -> f64 {
    let times = (0..9).map(|_| once());
    let least = times.min().expect("there are several");
    #[expect(clippy::cast_precision_loss, reason = "a million is exact")]
    let n = n as f64;
    least.as_secs_f64() * 1e9 / n
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let done = black_box(work());
    let time = start.elapsed();
    drop(done);
    time
}

fn read_an_offer(devices: usize) -> (usize, f64) {
    let key = "3a".repeat(180);
    let device = |n| {
        format!(
            r#"<to jid="{}:{}@lid"><enc v="2" type="msg">{key}</enc></to>"#,
            15_550_100 + n / 99,
            n % 99 + 1
        )
    };
    let devices: String = (0..devices).map(device).collect();
    let document = format!(
        r#"<call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"><audio enc="opus" rate="16000"/><destination>{devices}</destination></offer></call>"#
    );
    let bytes = document.len();
    (bytes, least(bytes, || time(|| xml::parse(&document))))
}

fn hear_rejects(devices: usize) -> f64 {
    let now = Instant::now();
    let jid = |n: usize| format!("15550199:{n}@lid");
    let reject = |n: usize| {
        xml::parse(format!(
            r#"<call from="{}" id="1A{n}" t="1700000000"><reject call-id="00C0FFEE" call-creator="15550100:2@lid"/></call>"#,
            jid(n)
        ))
        .expect("a stanza")
    };
    let key = || DeviceKey::Session(vec![0x3a; 180]);
    least(devices, || {
        let mut board = board();
        let call = NewCall {
            call_id: "00C0FFEE".parse().expect("an id"),
            peer: "15550199@lid".parse().expect("an address"),
            peer_alias: None,
            creator: Creator::Lid {
                lid: "15550100:2@lid".parse().expect("a LID"),
                phone_number: None,
            },
            devices: RingingDevices {
                first: (jid(1).parse().expect("an address"), key()),
                others: (2..=devices)
                    .map(|n| (jid(n).parse().expect("an address"), Some(key())))
                    .collect(),
            },
            video: None,
            redial: None,
            privacy: None,
        };
        let Ok((_, reaction)) = board.place(call, now) else {
            panic!("there is room")
        };
        drop(reaction);
        let rejects: Vec<Received> = (1..=devices).map(reject).collect();
        time(|| {
            for reject in rejects {
                drop(board.receive(reject, now));
            }
        })
    })
}

fn route(calls: usize) -> f64 {
    const ROUTED: usize = 2_000;
    let now = Instant::now();
    let stanza = |n: usize, action: &str| {
        xml::parse(format!(
            r#"<call from="15550199:3@lid" id="1A{n}" t="1700000000"><{action} call-id="C0FFEE{n:08X}" call-creator="15550199:3@lid"/></call>"#
        ))
        .expect("a stanza")
    };
    let mut board = board();
    for n in 0..calls {
        drop(board.receive(stanza(n, "offer"), now));
    }
    let mut place = 1;
    least(ROUTED, || {
        let stanzas: Vec<Received> = (0..ROUTED)
            .map(|_| {
                // A walk that visits every call and no neighbour.
                place = (place * 6_364_136 + 1_442_695) % calls;
                stanza(place, "transport")
            })
            .collect();
        time(|| {
            for stanza in stanzas {
                drop(board.receive(stanza, now));
            }
        })
    })
}

/// One small diagram for each curve, one above the other: the number of what there is to the right, in powers of ten, and the
/// time upwards from nothing.
#[expect(clippy::cast_precision_loss, reason = "a million is exact")]
fn plot(curves: &[Curve]) -> String {
    const WIDTH: f64 = 560.0;
    const HEIGHT: f64 = 110.0;
    const LEFT: f64 = 60.0;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 {}" width="660" role="img" aria-label="how time grows" font-family="sans-serif" font-size="12" fill="currentColor"><style>svg{{color:#24292f}}@media(prefers-color-scheme:dark){{svg{{color:#e6edf3}}}}</style>
"#,
        curves.len() * 180
    );
    for (at, (what, of, figures)) in curves.iter().enumerate() {
        let top = at as f64 * 180.0 + 30.0;
        let power = |n: usize| (n as f64).log10();
        let first = figures.first().map_or(0.0, |(n, _)| power(*n));
        let last = figures.last().map_or(1.0, |(n, _)| power(*n));
        let most = figures
            .iter()
            .map(|(_, figure)| *figure)
            .fold(0.0, f64::max);
        let x = |n: usize| LEFT + WIDTH * (power(n) - first) / (last - first).max(1e-9);
        let y = |figure: f64| top + HEIGHT * (1.0 - figure / most);
        let bottom = top + HEIGHT;
        let right = LEFT + WIDTH;
        let points: Vec<String> = figures
            .iter()
            .map(|(n, figure)| format!("{:.1},{:.1}", x(*n), y(*figure)))
            .collect();
        let mut draw = |line: String| writeln!(svg, "{line}").expect("a String takes all");
        let title = what.replace('<', "&lt;").replace('>', "&gt;");
        draw(format!(
            r#"<text x="{LEFT}" y="{}" font-weight="bold">{title}</text>"#,
            top - 12.0
        ));
        draw(format!(
            r#"<path d="M{LEFT} {top}V{bottom}H{right}" fill="none" stroke="currentColor" stroke-opacity=".5"/>"#
        ));
        draw(format!(
            r#"<polyline points="{}" fill="none" stroke="royalblue" stroke-width="2"/>"#,
            points.join(" ")
        ));
        draw(format!(
            r#"<text x="{}" y="{}" text-anchor="end">{most:.0}</text>"#,
            LEFT - 6.0,
            top + 10.0
        ));
        draw(format!(
            r#"<text x="{}" y="{bottom}" text-anchor="end">0</text>"#,
            LEFT - 6.0
        ));
        for (n, place) in figures.iter().step_by(2).map(|(n, _)| (*n, x(*n))) {
            draw(format!(
                r#"<text x="{place:.1}" y="{}" text-anchor="middle">{n}</text>"#,
                bottom + 16.0
            ));
        }
        draw(format!(
            r#"<text x="{right}" y="{}" text-anchor="end">{of}</text>"#,
            bottom + 32.0
        ));
    }
    svg + "</svg>\n"
}
