//! Takes a recording through the law: `cargo run --example replay`, or with a trace or a log as `-- FILE`.

use std::process::ExitCode;

use ringstate::trace::{Format, Reader, Recorded, Replay, Show, Traits};

/// It answers a call that it has declined, and forgets an ack.
const RECORDING: &str = r#"# account: 15550100:2@lid
15:02:22.545 < <call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
15:02:22.547 > <ack class="call" id="1A2B" to="15550199:3@lid"/>
15:02:22.548 > <receipt to="15550199:3@lid" id="1A2B" from="15550100:2@lid"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></receipt>
15:02:25.120 > <call to="15550199:3@lid" id="9F1C"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
15:02:25.900 > <call to="15550199:3@lid" id="9F1D"><accept call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
15:02:26.300 < <call from="15550199:3@lid" id="1A2C" t="1700000004"><terminate call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
"#;

fn main() -> ExitCode {
    let text = match std::env::args().nth(1).map(std::fs::read_to_string) {
        None => RECORDING.to_owned(),
        Some(Ok(text)) => text,
        Some(Err(why)) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let Some(format) = Format::of(&text) else {
        eprintln!("there is no stanza in it");
        return ExitCode::from(2);
    };
    // Once to tell the client's dialect, and once to judge it.
    let mut traits = Traits::default();
    each(format, &text, |recorded, _| traits.look(&recorded));
    let mut replay = Replay::of(&traits);
    each(format, &text, |recorded, reader| {
        replay.stanza(recorded, reader.account());
    });
    let report = replay.finish();
    print!("{}", report.to_text(Show::default()));
    ExitCode::from(u8::from(report.violations().next().is_some()))
}

fn each(format: Format, text: &str, mut take: impl FnMut(Recorded, &Reader)) {
    let mut reader = Reader::new(format);
    for line in text.lines() {
        for recorded in reader.line(line) {
            take(recorded, &reader);
        }
    }
}
