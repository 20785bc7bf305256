//! What hostile input costs: never a panic, and never more memory than the documentation states.

use allocation_counter::measure;
use ringstate::xml;

/// The most memory that reading one document may take, as the page of `xml` states.
const MOST: u64 = 8 * 1024 * 1024;

#[track_caller]
fn costs_at_most(most: u64, document: &[u8]) {
    let cost = measure(|| drop(xml::parse(document)));
    assert!(
        cost.bytes_max <= most,
        "{} bytes of memory for a document of {} bytes: {:.40}…",
        cost.bytes_max,
        document.len(),
        String::from_utf8_lossy(document)
    );
}

fn call(inside: &str) -> String {
    format!(r#"<call from="15550199@lid" id="1A" t="17">{inside}</call>"#)
}

#[test]
fn what_is_too_long_is_refused_before_it_is_read() {
    let attribute = format!(r#"<call from="{}"/>"#, "1".repeat(10_000_000));
    let children = call(&"<a/>".repeat(1_000_000));
    for document in [attribute, children] {
        costs_at_most(1024, document.as_bytes());
    }
}

#[test]
fn what_is_within_the_length_stays_within_the_bound() {
    let most = xml::MAX_DOCUMENT_LEN - 100;
    let offer = |inside: String| {
        call(&format!(
            r#"<offer call-id="C0" call-creator="15550199@lid">{inside}</offer>"#
        ))
    };
    let attributes: String = (0..63).map(|n| format!(" a{n}=\"\"")).collect();
    let element = format!("<a{attributes}/>");
    for document in [
        // Depth.
        "<a>".repeat(100_000),
        // As many elements as there may be, and more, with few and many attributes.
        call(&"<a/>".repeat(16_380)),
        call(&"<a/>".repeat(most / 4)),
        call(&element.repeat(most / element.len())),
        call(&r#"<a b="&lt;"/>"#.repeat(8190)),
        // One long text, of one piece and of many.
        call(&format!("<a>{}</a>", "x".repeat(most - 60))),
        call(&format!("<a>{}</a>", "&lt;".repeat(most / 4 - 20))),
        call(&format!(
            "<a>{}</a>",
            "<![CDATA[x]]>".repeat(most / 13 - 10)
        )),
        call(&"<!---->".repeat(most / 7 - 10)),
        // One long attribute, and attributes without end.
        call(&format!("<a b=\"{}\"/>", "x".repeat(most - 70))),
        call(&format!("<a b=\"{}\"/>", "&amp;".repeat(most / 5 - 20))),
        call(&format!(
            "<a{}/>",
            (0..most / 12)
                .map(|n| format!(" a{n}=\"\""))
                .collect::<String>()
        )),
        call(&format!("<a{}/>", " b=\"\"".repeat(most / 6))),
        // Long binary content and long lists of what an offer has.
        offer(format!("<enc>{}</enc>", "0".repeat(most - 200))),
        offer(r#"<audio enc="o" rate="1"/>"#.repeat(5400)),
        offer(format!(
            "<destination>{}</destination>",
            r#"<to jid="1@lid"><enc>00</enc></to>"#.repeat(4000)
        )),
        offer(format!(
            "<destination>{}</destination>",
            r#"<te ip="1">00</te>"#.repeat(8000)
        )),
        // Entities that would grow, if they were defined.
        r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><call from="&c;"/>"#
            .to_owned(),
        "<".repeat(most),
        "&".repeat(most),
        "<!--".repeat(most / 4),
    ] {
        assert!(document.len() <= xml::MAX_DOCUMENT_LEN);
        costs_at_most(MOST, document.as_bytes());
    }
}

#[test]
fn declining_allocates_nothing_beyond_its_stanzas() {
    let document = r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"/></call>"#;
    let ringstate::Received::Offer(offer) = xml::parse(document).expect("an offer") else {
        panic!("an offer")
    };
    let me = ringstate::OwnAddress::lid("15550100@lid".parse().expect("a LID"));
    let offered = ringstate::Call::incoming(offer);
    let mut next = None;
    let cost = measure(|| next = Some(offered.acknowledge(&me)));
    assert_eq!(
        cost.count_total, 0,
        "ack and receipt share the ids of the offer"
    );
    let (acked, owed) = next.expect("it was measured");
    let mut last = None;
    let cost = measure(|| last = Some(acked.reject()));
    assert_eq!(cost.count_total, 0, "the reject shares them too");
    drop((last, owed));
}
