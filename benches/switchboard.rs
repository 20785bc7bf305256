//! What a call costs in a table of a thousand and of a million: `cargo bench --bench switchboard`.
//!
//! Bytes are counted by the allocator. Times are means over many stanzas; look at the ratios within one run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use ringstate::{
    Call, Creator, DeviceKey, Event, Inbound, NewCall, Offer, Received, RingingDevices,
    Switchboard, xml,
};

#[path = "common/board.rs"]
mod common;

use common::{board, me};

const SIZES: [usize; 2] = [1_000, 1_000_000];

/// How many stanzas are routed for each figure, in batches that fit into no cache.
const ROUTED: usize = 200_000;
const BATCH: usize = 2_000;

fn main() {
    // `cargo test --benches` only wants to see that it runs.
    let sizes = if std::env::args().any(|argument| argument == "--bench") {
        SIZES
    } else {
        [10, 100]
    };
    println!(
        "{:<44} {:>12} {:>12} {:>7}",
        "", sizes[0], sizes[1], "ratio"
    );
    let figures = sizes.map(figures);
    for ((name, small), (_, large)) in figures[0].iter().zip(&figures[1]) {
        println!(
            "{name:<44} {small:>12.0} {large:>12.0} {:>7.2}",
            large / small
        );
    }
}

fn figures(size: usize) -> Vec<(&'static str, f64)> {
    #[expect(clippy::cast_precision_loss, reason = "a million is exact")]
    let each = |bytes: i64| bytes as f64 / size as f64;
    let mut figures = Vec::new();

    let mut alone = Vec::new();
    let bytes = measure(|| alone = (0..size).map(|n| acked(offer(n))).collect()).bytes_current;
    figures.push(("an incoming call by itself, bytes", each(bytes)));
    drop(alone);

    let mut board = board();
    let now = Instant::now();
    let bytes = measure(|| {
        for n in 0..size {
            let reaction = board.receive(Received::Offer(offer(n)), now);
            assert!(matches!(reaction.send(drop)[..], [Event::Rings { .. }]));
        }
    });
    figures.push((
        "an incoming call in the table, bytes",
        each(bytes.bytes_current),
    ));

    let transport = |n: usize| incoming(n, "transport");
    figures.push((
        "routing a <transport>, ns",
        routing(&mut board, size, transport),
    ));
    let again = |n: usize| Received::Offer(offer(n));
    figures.push((
        "routing a repeated <offer>, ns",
        routing(&mut board, size, again),
    ));
    let stray = |n: usize| incoming(n + size, "transport");
    figures.push((
        "routing a stanza of no known call, ns",
        routing(&mut board, size, stray),
    ));
    figures.push(("reading a <transport>, ns", reading(size)));
    let asked = Instant::now();
    black_box(board.expired(now));
    figures.push((
        "asking what has expired, ns a call",
        each(nanos(asked.elapsed())),
    ));
    drop(board);

    let mut board = common::board();
    let bytes = measure(|| {
        for n in 0..size {
            drop(board.receive(Received::Offer(offer(n)), now));
            drop(board.receive(incoming(n, "terminate"), now));
        }
    });
    assert_eq!(board.ended().count(), size);
    figures.push((
        "an ended call that is remembered, bytes",
        each(bytes.bytes_current),
    ));
    drop(board);

    let mut board = common::board();
    let bytes = measure(|| {
        for n in 0..size {
            let Ok((_, reaction)) = board.place(new_call(n), now) else {
                panic!("there is room")
            };
            drop(reaction);
        }
    });
    figures.push((
        "an outgoing call in the table, bytes",
        each(bytes.bytes_current),
    ));
    figures
}

/// The mean time that a board takes for a stanza of a call at random.
fn routing(board: &mut Switchboard, size: usize, stanza: impl Fn(usize) -> Received) -> f64 {
    let (mut time, mut place, now) = (Duration::ZERO, 1_usize, Instant::now());
    for _ in 0..ROUTED / BATCH {
        let stanzas: Vec<Received> = (0..BATCH)
            .map(|_| {
                // A walk that visits every call and no neighbour.
                place = (place * 6_364_136 + 1_442_695) % size;
                stanza(place)
            })
            .collect();
        let start = Instant::now();
        for stanza in stanzas {
            let _ = black_box(board.receive(stanza, now));
        }
        time += start.elapsed();
    }
    mean(time)
}

/// The mean time that reading the same stanza takes, to compare.
fn reading(size: usize) -> f64 {
    let documents: Vec<String> = (0..BATCH)
        .map(|n| document(n % size, "transport"))
        .collect();
    let start = Instant::now();
    for _ in 0..ROUTED / BATCH {
        for document in &documents {
            let _ = black_box(xml::parse(black_box(document)));
        }
    }
    mean(start.elapsed())
}

fn nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "it is a mean")]
fn mean(time: Duration) -> f64 {
    nanos(time) as f64 / ROUTED as f64
}

fn acked(offer: Inbound<Offer>) -> Call<ringstate::Callee, ringstate::Acked> {
    let (acked, owed) = Call::incoming(offer).acknowledge(&me());
    drop(owed);
    acked
}

/// An offer for two devices, with keys of a real length.
fn offer(n: usize) -> Inbound<Offer> {
    let key = "3a".repeat(180);
    let call =
        format!(r#"call-id="00C0FFEE5EED5ACCE55EDBEA{n:08X}" call-creator="15550199:3@lid""#);
    let document = format!(
        r#"<call from="15550199:3@lid" id="3EB0A1F2C4{n:08X}" t="1700000000" notify="Ann" platform="android"><offer {call}><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><net medium="3"/><capability ver="1">0105f709e4bb13</capability><destination><to jid="15550100:1@lid"><enc v="2" type="msg" count="0">{key}</enc></to><to jid="15550100:2@lid"><enc v="2" type="msg" count="0">{key}</enc></to></destination><encopt keygen="2"/></offer></call>"#
    );
    match xml::parse(document) {
        Ok(Received::Offer(offer)) => offer,
        other => panic!("{other:?}"),
    }
}

fn document(n: usize, action: &str) -> String {
    format!(
        r#"<call from="15550199:3@lid" id="3EB0B1F2C4" t="1700000000"><{action} call-id="00C0FFEE5EED5ACCE55EDBEA{n:08X}" call-creator="15550199:3@lid" transport-message-type="1"><te priority="1">cb00710a0d96</te><net medium="2" protocol="0"/></{action}></call>"#
    )
}

fn incoming(n: usize, action: &str) -> Received {
    xml::parse(document(n, action)).expect("a stanza")
}

fn new_call(n: usize) -> NewCall {
    let device = |jid: &str| jid.parse().expect("an address");
    let key = || DeviceKey::Session(vec![0x3a; 180]);
    NewCall {
        call_id: format!("00C0FFEE5EED5ACCE55EDBEA{n:08X}")
            .parse()
            .expect("an id"),
        peer: device("15550199@lid"),
        peer_alias: None,
        creator: Creator::Lid {
            lid: "15550100:2@lid".parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (device("15550199@lid"), key()),
            others: vec![(device("15550199:3@lid"), Some(key()))],
        },
        video: None,
        redial: None,
        privacy: None,
    }
}
