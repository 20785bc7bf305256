//! Binary nodes: what they say is what a document says, behind the encoder and decoder of `wacore_binary` as well.

use proptest::prelude::*;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::{Jid as Parts, Node, NodeContent, NodeValue, Server, marshal};

use crate::common::{accepted, acked, me, offer_xml, preaccepted, received};
use crate::view::{Tree, at_the_bounds, documents, is_too_large};
use ringstate::stanza::{Latency, MuteState, Outgoing};
use ringstate::{
    Answer, AudioRates, OwnAddress, Received, RelayReport, Stanza, TransportMessage, node, xml,
};

#[allow(dead_code)] // what the benches measure with
#[path = "../../benches/common/mod.rs"]
mod measured;
#[allow(dead_code)]
#[path = "../../benches/common/nodes.rs"]
mod measured_nodes;

use measured::document;

/// The figures of the page of performance, for the stanzas that the benches read.
#[test]
fn reading_a_node_allocates_as_often_as_the_page_of_performance_says() {
    let count = |name: &str| {
        let mut count = 0;
        measured_nodes::with_node(name, |node| {
            let cost = allocation_counter::measure(|| drop(node::parse(node)));
            count = cost.count_total;
        });
        count
    };
    let (offer, reject) = (count("offer"), count("reject"));
    assert_eq!(
        (offer, reject),
        (22 + 1, 7),
        "one of an offer's shrinks a list"
    );
    let page = include_str!("../../docs/performance.md");
    let told = format!(
        "as a node takes {} allocations and shrinks one list, and a reject takes {reject};",
        offer - 1
    );
    assert!(
        page.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(&told),
        "{told}"
    );
}

fn node_of(tree: &Tree) -> Node {
    let mut node = Node::new(tree.name.clone(), wacore_binary::Attrs::new(), None);
    for (name, value) in &tree.attributes {
        node.attrs.push(name.clone(), value.clone());
    }
    if !tree.children.is_empty() {
        let children = tree.children.iter().map(node_of);
        node.content = Some(NodeContent::Nodes(children.collect()));
    } else if !tree.bytes.is_empty() {
        node.content = Some(NodeContent::Bytes(tree.bytes.clone()));
    }
    node
}

/// What a node is when it has been on the wire.
fn sent(node: &Node) -> Vec<u8> {
    marshal(node).expect("it can be encoded").split_off(1)
}

fn parse(node: &Node) -> Received {
    node::parse(&node.as_node_ref()).unwrap_or_else(|error| panic!("{error}\nin {node:?}"))
}

#[test]
fn every_stanza_is_read_as_its_document_is_from_the_node_and_from_its_bytes() {
    for document in documents() {
        let node = node_of(&Tree::of(&document));
        assert_eq!(parse(&node), received(&document), "{document}");
        let bytes = sent(&node);
        let read = unmarshal_ref(&bytes).expect("a node");
        let read = node::parse(&read).unwrap_or_else(|error| panic!("{error}\nin {document}"));
        assert!(read.problems().is_empty(), "{document}");
        assert_eq!(read, received(&document), "{document}");
    }
}

/// One of each that a call says, and what it owes.
fn stanzas() -> Vec<Stanza> {
    let id = || "3EB0".parse().expect("an id");
    let answer = || Answer::new(AudioRates::only(16000));
    let mut all: Vec<Stanza> = Vec::new();
    all.push(acked().reject().1.with_id(id()).0);
    all.push(preaccepted().terminate().1.with_id(id()).0);
    let (_, preaccept) = acked()
        .preaccept(id(), AudioRates::only(16000))
        .expect("it fits");
    all.push(preaccept.sent().expect("it has an id").0);
    all.push(acked().accept(answer()).expect("it fits").1.with_id(id()).0);
    let mut call = accepted();
    let candidates = TransportMessage {
        message_type: Some(TransportMessage::RELAY_CANDIDATE),
        round: Some(1),
        te: Some(vec![0xcb, 0x00]),
    };
    all.push(call.transport(candidates).with_id(id()).0);
    all.push(
        call.mute(MuteState::MUTED)
            .expect("it is new")
            .with_id(id())
            .0,
    );
    let report = RelayReport {
        latency: Latency::from_millis(45),
        upload_bandwidth: Some(1),
        download_bandwidth: None,
        relay_name: "gru1c02".parse().ok(),
        address: vec![0xcb, 0x00],
    };
    all.push(call.relay_latency(report).with_id(id()).0);
    let (_, offer) = crate::common::phone::call_to_ann("C1")
        .offer(id())
        .expect("it can be offered");
    all.push(offer.sent().expect("it has an id").0);
    for document in [
        offer_xml("15550199:3@lid"),
        offer_xml("15550198:3@s.whatsapp.net"),
    ] {
        all.extend(received(&document).acknowledge(&me()));
    }
    all
}

#[test]
fn every_stanza_is_written_as_its_document_is_and_stays_so_on_the_wire() {
    for stanza in stanzas() {
        let line = xml::to_string(&stanza);
        let node = node::to_node(&stanza).expect("nothing is lost");
        let expected = xml::parse_sent(&line).expect("a stanza");
        assert_eq!(
            node::parse_sent(&node.as_node_ref()).as_ref(),
            Ok(&expected),
            "{line}"
        );
        let bytes = sent(&node);
        let read = unmarshal_ref(&bytes).expect("a node");
        assert_eq!(node::parse_sent(&read), Ok(expected), "{line}");
        // Addresses are in parts, as the client has them.
        let to = node.attrs.get("to");
        assert!(matches!(to, Some(NodeValue::Jid(_))), "{line}");
    }
}

fn in_parts(user: &str, server: Server, agent: u8, device: u16, integrator: u16) -> NodeValue {
    NodeValue::Jid(Parts {
        user: user.into(),
        server,
        agent,
        device,
        integrator,
    })
}

/// A call from this address that nobody knows the action of.
fn call_from(from: NodeValue) -> Node {
    let mut node = NodeBuilder::new("call").attr("id", "1A2B").build();
    node.attrs.push("from", from);
    node.content = Some(NodeContent::Nodes(vec![
        NodeBuilder::new("unheard_of").build(),
    ]));
    node
}

fn sender(from: NodeValue) -> Option<String> {
    match node::parse(&call_from(from).as_node_ref()) {
        Ok(Received::Unknown(stanza)) => Some(stanza.sender().to_string()),
        _ => None,
    }
}

#[test]
fn an_address_in_parts_keeps_each_of_them() {
    for (parts, text) in [
        (in_parts("15550199", Server::Lid, 0, 0, 0), "15550199@lid"),
        (in_parts("15550199", Server::Lid, 0, 3, 0), "15550199:3@lid"),
        (
            in_parts("15550199", Server::Lid, 0, 300, 0),
            "15550199:300@lid",
        ),
        (in_parts("x_1", Server::Lid, 0, 0, 0), "x_1@lid"),
        (in_parts("007", Server::Pn, 0, 3, 0), "007:3@s.whatsapp.net"),
        (
            in_parts("15550199", Server::Hosted, 0, 99, 0),
            "15550199:99@hosted",
        ),
        (
            in_parts("15550199", Server::HostedLid, 0, 99, 0),
            "15550199:99@hosted.lid",
        ),
        (in_parts("15550199", Server::Bot, 2, 0, 0), "15550199.2@bot"),
        (
            in_parts("15550199", Server::Interop, 0, 3, 7),
            "7-15550199:3@interop",
        ),
        (
            in_parts("15550199", Server::Interop, 0, 3, 0),
            "15550199:3@interop",
        ),
        // Not to be taken for the one behind an integrator.
        (
            in_parts("7-15550199", Server::Interop, 0, 3, 0),
            "0-7-15550199:3@interop",
        ),
        (in_parts("00C0FFEE", Server::Call, 0, 0, 0), "00C0FFEE@call"),
        (in_parts("", Server::Pn, 0, 0, 0), "s.whatsapp.net"),
        // The id of a call may have any character.
        (in_parts("a:b", Server::Call, 0, 0, 0), "a:b@call"),
        (in_parts("a@b", Server::Call, 0, 0, 0), "a@b@call"),
    ] {
        assert_eq!(sender(parts).as_deref(), Some(text));
    }
    // It would be read as device 3 of somebody else, and as an address of another server.
    assert_eq!(sender(in_parts("15550199:3", Server::Lid, 0, 0, 0)), None);
    assert_eq!(sender(in_parts("15550199@lid", Server::Pn, 0, 0, 0)), None);
    // Without its parts it would be the server, or a server that does not exist.
    for (server, agent, device, integrator) in [
        (Server::Pn, 0, 5, 0),
        (Server::Lid, 0, 5, 0),
        (Server::Bot, 5, 0, 0),
        (Server::Interop, 0, 5, 7),
        (Server::Interop, 0, 0, 7),
        (Server::Call, 0, 5, 0),
    ] {
        assert_eq!(
            sender(in_parts("", server, agent, device, integrator)),
            None
        );
    }
}

/// The addresses of people are put together by a way of their own, which says what the crate of the nodes says.
#[test]
fn an_address_of_a_person_is_the_text_that_its_parts_display() {
    let users = ["1", "00", "15550199", "15550199x", "é1"].map(str::to_owned);
    let long = [19, 20, 21, 48, 200].map(|length| "1".repeat(length));
    for user in users.iter().chain(&long) {
        for server in [Server::Lid, Server::Pn, Server::Hosted] {
            for device in [0, 1, 9, 10, 99, 100, 255, 256, 9999, 10_000, 65_535] {
                for (agent, integrator) in [(0, 0), (3, 0), (0, 7)] {
                    let NodeValue::Jid(parts) = in_parts(user, server, agent, device, integrator)
                    else {
                        unreachable!("it is in parts")
                    };
                    let text = parts.to_string();
                    assert_eq!(sender(NodeValue::Jid(parts)), Some(text));
                }
            }
        }
    }
}

/// The address to which the ack of a call from this one goes, behind the encoder. What a client sends of an address behind an
/// integrator has another form than what it receives: there the parts are what counts.
fn acknowledged(from: &str) -> Result<String, String> {
    let document = format!(r#"<call from="{from}" id="1A2B"><unheard_of/></call>"#);
    let owed = received(&document).acknowledge(&OwnAddress::default());
    let ack = owed.iter().next().expect("an ack");
    let node = node::to_node(ack).map_err(|lost| lost.attribute().to_owned())?;
    let bytes = match node.attrs.get("to") {
        Some(NodeValue::Jid(parts)) if parts.integrator > 0 => return Ok(text_of(parts)),
        _ => sent(&node),
    };
    match node::parse_sent(&unmarshal_ref(&bytes).expect("a node")) {
        Ok(Outgoing::Ack(ack)) => Ok(ack.to().to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_lost_is_named() {
    let document = r#"<call from="15550199:300@lid" id="1A2B"><unheard_of/></call>"#;
    let owed = received(document).acknowledge(&OwnAddress::default());
    let lost = node::to_node(owed.iter().next().expect("an ack")).expect_err("no such device");
    assert_eq!((lost.element(), lost.attribute()), ("ack", "to"));
}

#[test]
fn an_address_in_parts_weighs_as_its_text_does_and_little_more() {
    let user = "1".repeat(200);
    let weight_of = |value: NodeValue| {
        let mut call = NodeBuilder::new("call")
            .attr("from", "15550199:3@lid")
            .attr("id", "1A2B")
            .build();
        for n in 0..60 {
            call.attrs.push_value(format!("a{n}"), value.clone());
        }
        let received = parse(&call);
        let Received::Unknown(stanza) = &received else {
            panic!("{received:?}");
        };
        let weight = stanza.envelope().weight();
        drop(received.acknowledge(&me()));
        weight
    };
    let text = weight_of(NodeValue::String(format!("{user}@lid").into()));
    let parts = weight_of(NodeValue::Jid(Parts::new(&*user, Server::Lid)));
    // The longest text of the other parts is 30 bytes, and each counts twice at most.
    assert!(
        (text..=text + 60 * 2 * 30).contains(&parts),
        "{parts} for {text}"
    );
}

/// The parts of an address behind an integrator, spelled without the crate's own words for it.
fn text_of(parts: &Parts) -> String {
    assert!(parts.agent == 0 && !parts.user.is_empty(), "{parts:?}");
    let device = match parts.device {
        0 => String::new(),
        device => format!(":{device}"),
    };
    format!(
        "{}-{}{device}@{}",
        parts.integrator, parts.user, parts.server
    )
}

#[test]
fn an_address_that_the_encoder_changes_is_not_written() {
    for kept in [
        "15550199:3@lid",
        "15550199@lid",
        "15550198:255@s.whatsapp.net",
        "15550199:99@hosted",
        "15550199:99@hosted.lid",
        "1203@g.us",
        "00C0FFEE@call",
        "C0:@call",
        "C0:3@call",
        "s.whatsapp.net",
        "call",
        "somewhere",
        "5-123@interop",
        "5-123:7@interop",
        "05-123@interop",
        "+5-123@interop",
    ] {
        assert_eq!(acknowledged(kept), Ok(kept.to_owned()));
    }
    for lost in [
        "15550199:0@lid",
        "15550199:03@lid",
        "15550199:300@lid",
        "15550199@elsewhere",
        "15550199:3@interop",
        "5-123:0@interop",
        "5-123:007@interop",
        "5-123.0:2@interop",
        "5-@interop",
        "a@b:3@call",
    ] {
        assert_eq!(acknowledged(lost), Err("to".to_owned()), "{lost}");
    }
}

#[test]
fn an_integrator_comes_back_into_its_part() {
    let call = call_from(in_parts("15550199", Server::Interop, 0, 3, 7));
    let owed = parse(&call).acknowledge(&OwnAddress::default());
    let ack = node::to_node(owed.iter().next().expect("an ack")).expect("nothing is lost");
    assert_eq!(
        ack.attrs.get("to"),
        Some(&in_parts("15550199", Server::Interop, 0, 3, 7))
    );
}

#[test]
fn an_id_that_the_encoder_takes_for_an_address_is_kept_or_refused() {
    for (id, is_kept) in [
        ("1A2B", true),
        ("a@lid", true),
        ("a@b", false),
        ("15550199:0@lid", false),
    ] {
        let document = format!(r#"<call from="15550199:3@lid" id="{id}"><unheard_of/></call>"#);
        let owed = received(&document).acknowledge(&OwnAddress::default());
        let node = node::to_node(owed.iter().next().expect("an ack"));
        assert_eq!(node.is_ok(), is_kept, "{id}");
        if let Ok(node) = node {
            let bytes = sent(&node);
            let read = node::parse_sent(&unmarshal_ref(&bytes).expect("a node"));
            assert!(matches!(read, Ok(Outgoing::Ack(ack)) if ack.id().as_str() == id));
        }
    }
}

#[test]
fn a_node_has_the_bounds_of_a_document_and_is_owed_its_ack_beyond() {
    let many = |count: usize| {
        let mut call = Tree::of(&documents()[6]);
        let attribute = |at| (format!("a{at}"), String::new());
        call.attributes = vec![
            ("from".to_owned(), "15550199:3@lid".to_owned()),
            ("id".to_owned(), "1A2B".to_owned()),
        ];
        call.attributes.extend((2..count).map(attribute));
        call
    };
    let bounds = at_the_bounds();
    let attributes = (many(64), many(400_000));
    for (most, more) in bounds.iter().chain([&attributes]) {
        assert!(matches!(parse(&node_of(most)), Received::Reject(_)));
        let more = node_of(more);
        is_too_large(node::parse(&more.as_node_ref()).expect_err("beyond a bound"));
    }
}

#[test]
fn of_an_attribute_that_is_there_twice_the_first_counts() {
    let mut tree = Tree::of(&documents()[6]);
    tree.children[0]
        .attributes
        .push(("reason".to_owned(), "timeout".to_owned()));
    tree.attributes
        .push(("from".to_owned(), "15550166@lid".to_owned()));
    assert_eq!(parse(&node_of(&tree)), received(&documents()[6]));
    // Also where attributes are kept as they are.
    let mut tree = Tree::of(&documents()[0]);
    tree.children[0].children[3]
        .attributes
        .push(("dec".to_owned(), "AV1".to_owned()));
    assert_eq!(parse(&node_of(&tree)), received(&documents()[0]));
}

#[test]
fn text_in_the_place_of_bytes_is_a_problem_and_its_place_a_path() {
    let mut node = node_of(&Tree::of(&documents()[0]));
    let offer = |node: &mut Node| match &mut node.content {
        Some(NodeContent::Nodes(nodes)) => std::mem::take(&mut nodes[0]),
        other => panic!("{other:?}"),
    };
    let mut changed = offer(&mut node);
    if let Some(NodeContent::Nodes(children)) = &mut changed.content {
        let enc = children
            .iter_mut()
            .find(|child| child.tag == "enc")
            .expect("a key");
        enc.content = Some(NodeContent::String("44bb".into()));
        enc.attrs.0[0].1 = "two".into();
        children[2].attrs.0[1].1 = "fast".into();
    }
    node.content = Some(NodeContent::Nodes(vec![changed]));
    let read = parse(&node);
    let problems: Vec<String> = read.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "attribute `rate` of `<audio>`, at `call/offer/audio[2]@rate`: found a text of 4 bytes, expected a sample rate \
             in decimal digits",
            "attribute `v` of `<enc>`, at `call/offer/enc@v`: found a text of 3 bytes, expected a version in decimal digits",
            "`<enc>`, at `call/offer/enc`: found text, expected bytes",
        ]
    );
}

proptest! {
    #[test]
    fn an_address_comes_out_of_the_encoder_as_it_went_in_or_is_refused(
        user in "[0-9a-c_.-]{1,6}",
        device in proptest::option::of("0{0,2}[0-9]{1,3}"),
        server in prop::sample::select(vec![
            "lid", "s.whatsapp.net", "hosted", "hosted.lid", "g.us", "bot", "interop", "msgr", "c.us", "call", "elsewhere",
        ]),
    ) {
        let device = device.map(|device| format!(":{device}")).unwrap_or_default();
        let text = format!("{user}{device}@{server}");
        if text.parse::<ringstate::Jid>().is_ok() {
            match acknowledged(&text) {
                Ok(address) => prop_assert_eq!(address, text),
                Err(attribute) => prop_assert_eq!(attribute, "to"),
            }
        }
    }

    #[test]
    fn no_bytes_that_the_decoder_takes_make_the_reading_panic(
        document in prop::sample::select(documents()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut bytes = sent(&node_of(&Tree::of(&document)));
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(node) = unmarshal_ref(&bytes) {
            match node::parse(&node) {
                Ok(received) => drop(received.acknowledge(&me())),
                Err(error) => drop(error.into_owed()),
            }
        }
    }
}

/// A program asks before it reads, because all stanzas of an account come the same way.
#[test]
fn what_is_about_a_call_is_told_from_the_rest() {
    use ringstate::stanza::ActionKind;
    let is_it = |document: &str| node::is_about_a_call(&node_of(&Tree::of(document)).as_node_ref());
    for document in documents() {
        assert!(is_it(&document), "{document}");
    }
    for kind in ActionKind::ALL {
        let ids = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;
        assert!(is_it(&format!(
            "<receipt><{} {ids}/></receipt>",
            kind.tag()
        )));
    }
    assert!(is_it(r#"<receipt><list/><offer call-id="C0"/></receipt>"#));
    assert!(is_it(r#"<receipt><enc_rekey call-id="C0"/></receipt>"#));
    for document in [
        "<receipt/>",
        "<receipt><list/></receipt>",
        "<receipt><video/></receipt>",
        r#"<receipt><list/><accept call-id="C0"/></receipt>"#,
        r#"<receipt call-id="C0"><list/></receipt>"#,
        "<receipt><list><offer/></list></receipt>",
        r#"<ack class="message"/>"#,
        "<ack/>",
        r#"<message class="call"><offer/></message>"#,
        "<offer/>",
    ] {
        assert!(!is_it(document), "{document}");
    }
}
