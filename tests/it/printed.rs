//! What a client prints, to the letter: where a value ends, what bytes look like, and how much one stanza may be.

use ringstate::Received;
use ringstate::stanza::Payload;
use ringstate::trace::{Format, Printer, Reader, Recorded, RecordedStanza};

/// What the lines of a log have.
fn read(printer: Printer, text: &str) -> Vec<RecordedStanza> {
    let mut reader = Reader::new(Format::Log(printer));
    let mut recorded: Vec<Recorded> = text.lines().flat_map(|line| reader.line(line)).collect();
    recorded.extend(reader.finish());
    recorded
        .into_iter()
        .map(|recorded| recorded.stanza)
        .collect()
}

/// The one stanza of a log.
fn one(printer: Printer, text: &str) -> RecordedStanza {
    let mut all = read(printer, text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all.remove(0)
}

fn broken(text: &str) -> &'static str {
    match one(Printer::Whatsmeow, text) {
        RecordedStanza::Broken(why) => why,
        other => panic!("{text}: {other:?}"),
    }
}

fn heartbeat(inside_the_tag: &str) -> String {
    format!(
        r#"<call from="15550199:3@lid"{inside_the_tag}><heartbeat call-id="C0" call-creator="15550199@lid"/></call>"#
    )
}

/// The name that the sender of a heartbeat shows, as it was read.
fn name_in(tag: &str) -> (String, Option<String>) {
    match one(Printer::Whatsmeow, &heartbeat(tag)) {
        RecordedStanza::WasReceived(Received::Heartbeat(stanza)) => {
            let envelope = stanza.envelope();
            let name = envelope.notify().unwrap_or_default().to_owned();
            let id = envelope.id().map(|id| id.as_str().to_owned());
            drop(stanza.acknowledge());
            (name, id)
        }
        other => panic!("{tag}: {other:?}"),
    }
}

#[test]
fn a_quote_ends_a_value_only_in_front_of_what_can_follow_one() {
    for name in [
        r"Ann",
        r#"Ann "the boss" Smith"#,
        r#"Ann" and" Bob"#,
        r#"a"b="c"#,
        r#"a" ="b"#,
        "<call from=",
    ] {
        let told = name_in(&format!(r#" notify="{name}" id="1A""#));
        assert_eq!(told, (name.to_owned(), Some("1A".to_owned())), "{name}");
    }
    // What looks like another attribute is one: nothing tells the two apart.
    assert_eq!(name_in(r#" notify="a" b="c" id="1A""#).0, "a");
    assert_eq!(name_in(" notify=\"a\"\t id=\"1A\" ").0, "a");
}

#[test]
fn what_breaks_off_is_told_from_what_is_wrong() {
    let without_end = "a stanza without an end";
    assert_eq!(broken(r#"<call from="1@lid" id"#), without_end);
    assert_eq!(broken(r#"<call from="1@lid" id="#), without_end);
    assert_eq!(broken("<call id="), without_end);
    assert_eq!(
        broken(r#"<call from="1@lid"><heartbeat/></cal"#),
        without_end
    );
    assert_eq!(
        broken(r#"<call from="1@lid"><heartbeat/></ack>"#),
        "the end of the element that is open"
    );
    assert_eq!(broken(r#"<call id?"1">"#), "`=` and a quote");
}

/// Whether the reader of logs takes a stanza, whatever is made of it.
fn is_taken(text: &str) -> bool {
    match one(Printer::Whatsmeow, text) {
        RecordedStanza::Broken(why) => {
            assert_eq!(why, "a stanza that is too large");
            false
        }
        _ => true,
    }
}

#[test]
fn each_bound_holds_by_itself() {
    // `from` is one of 64.
    let attributes = |count: usize| {
        (1..count)
            .map(|at| format!(r#" a{at}="""#))
            .collect::<String>()
    };
    assert!(is_taken(&heartbeat(&attributes(64))));
    assert!(!is_taken(&heartbeat(&attributes(65))));
    // The outermost element is one of 32, and one of 16,384.
    let nested = |depth: usize| {
        format!(
            r#"<call from="1@lid">{}{}</call>"#,
            "<a>".repeat(depth - 1),
            "</a>".repeat(depth - 1)
        )
    };
    assert!(is_taken(&nested(32)));
    assert!(!is_taken(&nested(33)));
    let many = |count: usize| format!(r#"<call from="1@lid">{}</call>"#, "<a/>".repeat(count - 1));
    assert!(is_taken(&many(16_384)));
    assert!(!is_taken(&many(16_385)));
}

/// The token of a transport that was printed like this.
fn token(client: Printer, printed: &str) -> Payload {
    let quote = if matches!(client, Printer::Zapo | Printer::Baileys) {
        '\''
    } else {
        '"'
    };
    let text = format!(
        r#"<call from="15550199:3@lid" id="1A"><transport call-id="C0" call-creator="15550199@lid"><te priority="1">{printed}</te></transport></call>"#
    );
    match one(client, &text.replace('"', &quote.to_string())) {
        RecordedStanza::WasReceived(Received::Transport(stanza)) => {
            let token = stanza.action().te().expect("a token").clone();
            drop(stanza.acknowledge());
            token
        }
        other => panic!("{printed}: {other:?}"),
    }
}

#[test]
fn bytes_in_digits_and_as_they_are() {
    let is_ambiguous =
        |printed: &str| matches!(token(Printer::Whatsmeow, printed), Payload::Ambiguous(_));
    assert!(is_ambiguous("cb00"));
    assert!(is_ambiguous(&"cb".repeat(128)));
    // No digits of so many bytes, of half a byte, or of none are printed.
    for printed in [
        "cb".repeat(129),
        "cb0".to_owned(),
        "cbzz".to_owned(),
        "CB00".to_owned(),
    ] {
        assert_eq!(
            token(Printer::Whatsmeow, &printed),
            Payload::Bytes(printed.as_bytes().into()),
            "{printed}"
        );
    }
    assert_eq!(
        token(Printer::Baileys, "cb00"),
        Payload::Bytes([0xcb, 0].into())
    );
    assert_eq!(
        token(Printer::WhatsappRust, "cb00"),
        Payload::Bytes(b"cb00"[..].into())
    );
}

#[test]
fn bytes_in_base64() {
    let bytes = |printed: &str| match token(Printer::Zapo, printed) {
        Payload::Bytes(bytes) => Some(bytes.to_vec()),
        _ => None,
    };
    assert_eq!(bytes("AAEC"), Some(vec![0, 1, 2]));
    assert_eq!(bytes("AAE="), Some(vec![0, 1]));
    assert_eq!(bytes("AA=="), Some(vec![0]));
    assert_eq!(
        bytes("+/az09ZZ"),
        Some(vec![0xfb, 0xf6, 0xb3, 0xd3, 0xd6, 0x59])
    );
    for text in ["A===", "====", "AAEC1", "AA-C", "AAE"] {
        assert_eq!(bytes(text), None, "{text}");
    }
}

#[test]
fn each_attribute_that_is_kept_is_kept_once() {
    let text = r#"<call from="15550199:3@lid" id="1A"><relaylatency call-id="C0" call-creator="15550199@lid"><te latency="33554477" relay_name="a" relay_name="b">x</te></relaylatency></call>"#;
    match one(Printer::Whatsmeow, text) {
        RecordedStanza::WasReceived(Received::RelayLatency(stanza)) => {
            let kept = stanza.action().endpoints()[0].attributes().iter();
            let kept: Vec<_> = kept
                .map(|attribute| (attribute.name(), attribute.value()))
                .collect();
            assert_eq!(kept, [("latency", "33554477"), ("relay_name", "a")]);
            drop(stanza.acknowledge());
        }
        other => panic!("{other:?}"),
    }
}
