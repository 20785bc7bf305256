//! Any bytes are read without a panic; what is owed for a stanza is written, and read back as it was.
#![cfg_attr(fuzzing, no_main)]

use ringstate::{Dialect, OwnAddress, xml};
use ringstate_fuzz::{Bytes, ME, document};

fn run(data: &[u8]) {
    let _ = xml::parse_sent(data);
    let made = {
        let mut bytes = Bytes::new(data);
        document(&mut bytes, 1)
    };
    let me = OwnAddress::lid(ME.parse().expect("a LID"));
    for document in [data, made.as_bytes()] {
        let _ = xml::parse_strict(document);
        let _ = xml::parse_sent(document);
        let (owed, is_read) = match xml::parse(document) {
            Ok(received) => {
                let _ = format!("{received:?}");
                (received.acknowledge(&me), true)
            }
            Err(error) => {
                assert!(error.problem().place().byte().expect("a document") <= document.len());
                let _ = format!("{error} {error:?}");
                (error.into_owed(), false)
            }
        };
        for dialect in [Dialect::WhatsAppWeb, Dialect::Documents] {
            for stanza in &owed {
                let mut written = String::new();
                xml::write_as(stanza, dialect, &mut written);
                let read = xml::parse_sent(&written);
                // The ack of what could not be read repeats addresses that are none, as they stand.
                if dialect == Dialect::WhatsAppWeb && is_read {
                    assert_eq!(read.as_ref(), Ok(stanza.outgoing()), "{written}");
                }
            }
        }
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

#[cfg(not(fuzzing))]
fn main() {
    run(b"");
}
