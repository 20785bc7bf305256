//! Any wire: elements that are no XML are read as the same stanzas, within the same bounds.

use crate::common::{ME, received};
use quick_xml::events::Event;
use ringstate::stanza::{Attribute, Payload, Place};
use ringstate::wire::{Content, Part, View, read, read_sent};
use ringstate::{OwnAddress, ParseErrorKind, Received, xml};

/// An element of a wire that has bytes.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) children: Vec<Tree>,
}

thread_local! {
    /// How many places were asked for.
    static PLACES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl<'v> View<'v> for &'v Tree {
    fn name(self) -> &'v str {
        &self.name
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        let own = self.attributes.iter().find(|(known, _)| known == name);
        own.map(|(_, value)| read(value))
    }

    fn attributes(self, mut each: impl FnMut(&str, &str)) {
        for (name, value) in &self.attributes {
            each(name, value);
        }
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        self.children.iter()
    }

    fn content(self) -> Content<'v> {
        Content::Bytes(&self.bytes)
    }

    fn place(self, part: Part<'_>) -> Place {
        PLACES.set(PLACES.get() + 1);
        Place::Path(format!("{} {part:?}", self.name).into())
    }
}

impl Tree {
    /// The elements of a document whose texts are all hexadecimal.
    pub(crate) fn of(document: &str) -> Self {
        let mut reader = quick_xml::Reader::from_str(document);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(tag) => open.push(Self::tag(&tag)),
                Event::Empty(tag) => open.last_mut().expect("one").children.push(Self::tag(&tag)),
                Event::End(_) => {
                    let element = open.pop().expect("one is open");
                    open.last_mut().expect("another").children.push(element);
                }
                Event::Text(text) => {
                    let digits: Vec<u8> =
                        text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
                    let bytes = digits.chunks(2).map(|pair| {
                        let pair = std::str::from_utf8(pair).expect("ASCII");
                        u8::from_str_radix(pair, 16).expect("hexadecimal")
                    });
                    open.last_mut().expect("one").bytes.extend(bytes);
                }
                Event::Eof => return open.remove(0).children.remove(0),
                other => panic!("{other:?}"),
            }
        }
    }

    fn tag(tag: &quick_xml::events::BytesStart<'_>) -> Self {
        let attributes = tag.attributes().map(|attribute| {
            let attribute = attribute.expect("an attribute");
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            (
                attribute.key.as_ref().to_owned(),
                value.expect("a value").into_owned(),
            )
        });
        Self {
            name: tag.name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }
}

const CALL: &str = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;

/// One of each, as they arrive, with every child and attribute that is read.
pub(crate) fn documents() -> Vec<String> {
    let rest = r#"id="1A2B" t="1700000000" notify="Ann &amp; Bob" platform="android" version="2.26" e="0" sender_lid="15550199:3@lid" participant="15550199:4@lid" recipient="15550100@lid" to="15550100:2@lid""#;
    let inside = [
        format!(
            r#"<offer {CALL} caller_pn="15550198@s.whatsapp.net" caller_country_code="US" device_class="2016" joinable="1" user_redial_count="2"><privacy>04</privacy><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><video dec="H264"/><net medium="3"/><capability ver="1">0105f709e4bb13</capability><destination><to jid="15550100:2@lid"><enc v="2" type="msg" count="0">33aa</enc></to><to jid="15550100@lid"/><te ip="203.0.113.20" port="3478"/></destination><enc v="2" type="pkmsg">44bb</enc><encopt keygen="2"/><silence reason="nonspam"/><device-identity>0a0b</device-identity></offer>"#
        ),
        format!(
            r#"<offer {CALL} group-jid="1203@g.us"><group_info media="audio"><user jid="15550199@lid" state="connected"><device jid="15550199:3@lid"/></user></group_info></offer>"#
        ),
        format!(
            r#"<offer {CALL} is_call_ended="1" terminate_reason="timeout"><enc v="2">33</enc></offer>"#
        ),
        format!(r#"<offer_notice {CALL} media="video" type="group"/>"#),
        format!(
            r#"<preaccept {CALL}><audio enc="opus" rate="16000"/><encopt keygen="2"/><capability ver="1">0105f709e4bb07</capability></preaccept>"#
        ),
        format!(
            r#"<accept {CALL}><audio enc="opus" rate="16000"/><te priority="2">cb00710a0d96</te><net medium="2" protocol="0"/><rte>01</rte><enc v="2" type="msg">33</enc><encopt keygen="2"/><voip_settings uncompressed="1">7b7d</voip_settings></accept>"#
        ),
        format!(r#"<reject {CALL} reason="busy" count="0"/>"#),
        format!(
            r#"<terminate {CALL} reason="timeout" duration="7" audio_duration="5"><destination><to jid="15550100:2@lid"/></destination></terminate>"#
        ),
        format!(
            r#"<transport {CALL} transport-message-type="1" p2p-cand-round="1"><te priority="1">cb00</te><net medium="2"/></transport>"#
        ),
        format!(
            r#"<relaylatency {CALL}><te latency="33554477" relay_name="gru1c02">cb00710a0d96</te></relaylatency>"#
        ),
        format!(r#"<mute_v2 {CALL} mute-state="1"/>"#),
        format!("<heartbeat {CALL}/>"),
        format!(r#"<video {CALL} state="11" device_orientation="1" dec="H264" new="1"/>"#),
        format!(r#"<duration {CALL} peer="15550199@lid" audio_duration="7000"/>"#),
    ];
    let calls = inside
        .iter()
        .map(|inside| format!(r#"<call from="15550199:3@lid" {rest}>{inside}</call>"#));
    let others = [
        r#"<ack class="call" id="3EB0" from="15550100@lid" type="offer" t="1700000000" error="439"/>"#,
        r#"<receipt from="15550199:3@lid" id="3EB0" t="17"><offer call-id="00C0FFEE" call-creator="15550199@lid"/></receipt>"#,
    ];
    calls.chain(others.map(str::to_owned)).collect()
}

#[test]
fn every_stanza_is_read_as_its_document_is() {
    for document in documents() {
        let tree = Tree::of(&document);
        let from_tree = read(&tree).unwrap_or_else(|error| panic!("{error}\nin {document}"));
        assert!(from_tree.problems().is_empty(), "{document}");
        assert_eq!(from_tree, received(&document), "{document}");
    }
}

#[test]
fn what_was_sent_is_read_as_its_document_is() {
    for document in documents()
        .iter()
        .filter(|document| document.contains(" to="))
    {
        assert_eq!(read_sent(&Tree::of(document)), xml::parse_sent(document));
    }
}

#[test]
fn bytes_stay_bytes_where_nothing_is_expected() {
    let document = format!(
        r#"<ack class="call" id="3EB0" from="15550100@lid" type="offer"><relay {CALL}><key>00ff</key></relay></ack>"#
    );
    let Received::Ack(ack) = read(&Tree::of(&document)).expect("an ack") else {
        panic!("an ack")
    };
    let key = &ack.children()[0].children()[0];
    assert_eq!(
        (key.tag(), key.bytes(), key.text()),
        ("key", Some(&[0x00, 0xff][..]), "")
    );
    let Received::Ack(ack) = received(&document) else {
        panic!("an ack")
    };
    let key = &ack.children()[0].children()[0];
    assert_eq!((key.bytes(), key.text()), (None, "00ff"));
}

#[test]
fn a_problem_names_the_place_that_the_view_gives() {
    let mut tree = Tree::of(&documents()[0]);
    let place = |tree: &Tree| {
        let received = read(tree).expect("it rings");
        let place = received.problems()[0].place().clone();
        drop(received.acknowledge(&OwnAddress::default()));
        place
    };
    tree.children[0].children[1].attributes[1].1 = "fast".to_owned();
    assert_eq!(
        place(&tree),
        Place::Path("audio Attribute(\"rate\")".into())
    );
    assert_eq!(place(&tree).byte(), None);
    tree.children[0].attributes[1].1 = "15550199:x@lid".to_owned();
    let error = read(&tree).expect_err("its creator is no address");
    assert_eq!(
        error.to_string(),
        "attribute `call-creator` of `<offer>`, at `offer Attribute(\"call-creator\")`: found an unfit value (its device, \
         behind the `:`, is not a number from 0 to 65535), expected the address of the call's creator"
    );
    assert_eq!(error.into_owed().iter().count(), 1);
}

/// A call whose action is this deep.
fn deep(levels: usize) -> Tree {
    let mut tree = element("x");
    for _ in 3..levels {
        tree = Tree {
            children: vec![tree],
            ..element("x")
        };
    }
    around(vec![tree])
}

fn around(inside: Vec<Tree>) -> Tree {
    let mut call = Tree::of(&format!(
        r#"<call from="15550199:3@lid" id="1A2B"><reject {CALL}/></call>"#
    ));
    call.children[0].children = inside;
    call
}

fn element(name: &str) -> Tree {
    Tree {
        name: name.to_owned(),
        ..Tree::default()
    }
}

/// Trees that are as large as may be, and each beside it the one that is a little larger.
pub(crate) fn at_the_bounds() -> [(Tree, Tree); 5] {
    let attributes = |count: usize| {
        let attribute = |at| (format!("a{at}"), String::new());
        around(vec![Tree {
            attributes: (0..count).map(attribute).collect(),
            ..element("x")
        }])
    };
    // The call and the reject with their attributes are six.
    let nodes = |count: usize| around((6..count).map(|_| element("x")).collect());
    let bytes = |count: usize| {
        let mut call = around(vec![element("x")]);
        call.children[0].children[0].bytes = vec![0; count];
        call
    };
    // Actions that name no call.
    let actions = |count: usize| {
        let mut call = around(vec![]);
        call.children
            .extend((6..count).map(|at| element(["video", "duration"][at % 2])));
        call
    };
    [
        (deep(xml::MAX_DEPTH), deep(xml::MAX_DEPTH + 1)),
        (
            attributes(xml::MAX_ATTRIBUTES),
            attributes(xml::MAX_ATTRIBUTES + 1),
        ),
        (nodes(xml::MAX_NODES), nodes(xml::MAX_NODES + 1)),
        (
            bytes(xml::MAX_DOCUMENT_LEN - 200),
            bytes(xml::MAX_DOCUMENT_LEN + 1),
        ),
        (actions(xml::MAX_NODES), actions(xml::MAX_NODES + 1)),
    ]
}

pub(crate) fn is_too_large(error: ringstate::ParseError) {
    assert_eq!(error.kind(), ParseErrorKind::TooLarge, "{error}");
    let owed: Vec<_> = error.into_owed().iter().map(xml::to_string).collect();
    assert_eq!(
        owed,
        [r#"<ack class="call" id="1A2B" to="15550199:3@lid"/>"#]
    );
}

#[test]
fn a_view_has_the_bounds_of_a_document_and_is_owed_its_ack_beyond() {
    for (most, more) in &at_the_bounds() {
        let received = read(most).expect("within the bounds");
        assert!(matches!(received, Received::Reject(_)));
        is_too_large(read(more).expect_err("beyond a bound"));
        let error = read_sent(more).expect_err("beyond a bound");
        assert_eq!(error.kind(), ParseErrorKind::TooLarge);
    }
}

/// A stanza with any number of attributes, which are looked for by name and never all looked at.
#[derive(Clone, Copy)]
struct Endless<'t>(&'t Tree);

impl<'v> View<'v> for Endless<'v> {
    fn name(self) -> &'v str {
        self.0.name()
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.0.attribute(name, read)
    }

    fn attributes(self, _: impl FnMut(&str, &str)) {
        panic!("there is no end of them");
    }

    fn extent(self) -> (usize, usize) {
        (usize::MAX / 2, 0)
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        self.0.children().map(Self)
    }

    fn content(self) -> Content<'v> {
        self.0.content()
    }

    fn place(self, part: Part<'_>) -> Place {
        self.0.place(part)
    }
}

#[test]
fn beyond_the_bounds_only_named_attributes_are_looked_for() {
    let tree = Tree::of(r#"<call from="15550199:3@lid" id="1A2B"><reject/></call>"#);
    is_too_large(read(Endless(&tree)).expect_err("beyond a bound"));
}

/// Views promise it, and one that does not keep the promise gets the same answer to all questions.
#[test]
fn of_an_attribute_of_a_call_that_is_there_twice_the_first_counts() {
    let document = &documents()[0];
    let mut twice = Tree::of(document);
    let call = twice.attributes.clone();
    for (name, _) in call {
        let other = match name.as_str() {
            "t" => "1",
            "from" | "to" | "participant" | "recipient" | "sender_lid" => "15550166@lid",
            _ => "another",
        };
        twice.attributes.push((name, other.to_owned()));
    }
    assert!(twice.attributes.len() > 8, "{twice:?}");
    assert_eq!(
        read(&twice).expect("it is read"),
        read(&Tree::of(document)).expect("it is read")
    );
}

#[test]
fn few_places_are_asked_for_however_much_is_wrong() {
    let audio = || Tree {
        attributes: vec![("rate".to_owned(), "fast".to_owned())],
        ..element("audio")
    };
    let mut offer = Tree::of(&documents()[0]);
    offer.children[0]
        .children
        .extend((0..2000).map(|_| audio()));
    let mut unknown = around(vec![]);
    unknown.children = (0..2000).map(|_| element("video")).collect();
    let mut too_large = around(vec![]);
    too_large
        .children
        .extend((0..20_000).map(|_| element("duration")));
    for tree in [offer, unknown, too_large] {
        PLACES.set(0);
        let _ = read(&tree);
        assert!(PLACES.get() <= 18, "{} places", PLACES.get());
    }
}

#[test]
fn a_name_that_no_document_can_have_is_left_out() {
    let odd = Tree {
        attributes: vec![
            ("good".to_owned(), "1".to_owned()),
            ("a b".to_owned(), "2".to_owned()),
            ("c\"><evil/".to_owned(), "3".to_owned()),
        ],
        ..element("x")
    };
    let tree = around(vec![odd, element("x><evil"), element(""), element("1x")]);
    let Received::Reject(reject) = read(&tree).expect("a reject") else {
        panic!("a reject")
    };
    let [child] = reject.action().unknown_children() else {
        panic!("one")
    };
    let names: Vec<_> = child.attributes().iter().map(Attribute::name).collect();
    assert_eq!((child.tag(), &names[..]), ("x", &["good"][..]));
}

#[test]
fn a_character_that_no_document_can_have_is_written_as_another() {
    let mut tree = Tree::of(&documents()[0]);
    tree.children[0].children[3].attributes[0].1 = "H\u{1}264\t".to_owned();
    let Received::Offer(offer) = read(&tree).expect("an offer") else {
        panic!("an offer")
    };
    let mut call = crate::common::phone::call_to_ann("C1");
    call.video = offer.action().video().cloned();
    let (_offered, outbound) = call
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    let line = xml::to_string(outbound.stanza());
    assert!(line.contains("<video dec=\"H\u{fffd}264&#9;\"/>"), "{line}");
    assert!(xml::parse_sent(&line).is_ok());
}

#[test]
fn an_empty_content_in_the_place_of_bytes_is_no_bytes() {
    let mut tree = Tree::of(&documents()[0]);
    tree.children[0].children[0].bytes.clear();
    let Received::Offer(offer) = read(&tree).expect("an offer") else {
        panic!("an offer")
    };
    assert_eq!(
        offer.action().privacy(),
        Some(&Payload::Bytes(Box::default()))
    );
    assert_ne!(offer.sender().as_str(), ME);
}
