//! Any text is read as a recording of any form, replayed and drawn without a panic; so is a recording of the protocol's own
//! words, and a board is made of it.
#![cfg_attr(fuzzing, no_main)]

use std::time::{Duration, Instant};

use ringstate::trace::{
    Direction, Format, Now, Printer, Reader, Replay, Show, Traits, journal_line, restore,
};
use ringstate::{Limits, OwnAddress, Policy};
use ringstate_fuzz::{Bytes, ME, document};

const FORMATS: [Format; 5] = [
    Format::Trace,
    Format::Log(Printer::Whatsmeow),
    Format::Log(Printer::WhatsappRust),
    Format::Log(Printer::Baileys),
    Format::Log(Printer::Zapo),
];

fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = Format::of(&text);
    for format in FORMATS {
        replayed(format, &text);
    }
    let mut bytes = Bytes::new(data);
    let mut journal = Vec::new();
    for stanza in 0..8 {
        let direction = if bytes.byte().is_multiple_of(3) {
            Direction::Outward
        } else {
            Direction::Inward
        };
        let made = document(&mut bytes, stanza);
        let made = match direction {
            Direction::Outward => made.replacen("from=", "to=", 1),
            Direction::Inward => made,
        };
        journal.push(journal_line(direction, Duration::from_secs(17), &made));
    }
    for format in [Format::Trace, Format::Log(Printer::Whatsmeow)] {
        replayed(format, &journal.join("\n"));
    }
    let me = OwnAddress::lid(ME.parse().expect("a LID"));
    let mut last = 0_u32;
    let ids = move || {
        last += 1;
        format!("3EB0{last}").parse().expect("an id")
    };
    let now = Now {
        instant: Instant::now(),
        since_1970: Duration::from_secs(18),
    };
    let settings = (me, Policy::default(), Limits::default());
    let _ = restore(journal.iter().map(String::as_str), settings, ids, now);
}

fn replayed(format: Format, text: &str) {
    let (mut reader, mut traits) = (Reader::new(format), Traits::default());
    let mut recorded = Vec::new();
    for line in text.lines() {
        recorded.extend(reader.line(line));
    }
    recorded.extend(reader.finish());
    recorded.iter().for_each(|recorded| traits.look(recorded));
    let mut replay = Replay::of(&traits).with_most_calls(2);
    for recorded in recorded {
        replay.stanza(recorded, reader.account());
    }
    let report = replay.finish();
    let _ = report.to_text(Show {
        acks: true,
        ..Show::default()
    });
    for call in &report.calls {
        let _ = (
            call.to_svg(Show::default()),
            call.to_mermaid(Show {
                acks: true,
                ..Show::default()
            }),
        );
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

#[cfg(not(fuzzing))]
fn main() {
    run(b"");
}
