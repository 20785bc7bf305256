//! Small words that the tests are told in: parameters, and the way of a node over the wire.

use std::ops::Range;

use proptest::prelude::*;
use ringstate::stanza::{Audio, CallStanza, Identity, Outgoing, Payload};
use ringstate::{Dialect, OwnAddress, Received, node};
use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::{Jid, Node, NodeContent, Server, marshal};

pub(crate) const T: u64 = 1_700_000_000;

pub(crate) const DIALECTS: [Dialect; 2] = [Dialect::Documents, Dialect::WhatsAppWeb];

/// How many cases each builder gets.
pub(crate) fn config() -> ProptestConfig {
    let set = ProptestConfig::default();
    ProptestConfig {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => set.cases,
            None => 10_000,
        },
        failure_persistence: None,
        ..set
    }
}

/// A person's address in one of the two spaces, hosted or not, with the agent byte that these servers do not show.
pub(crate) fn person(devices: Range<u16>) -> impl Strategy<Value = Jid> {
    let servers = [Server::Lid, Server::Pn, Server::HostedLid, Server::Hosted];
    let server = prop::sample::select(servers.to_vec());
    let agent = prop_oneof![3 => Just(0), 1 => 1_u8..4];
    (100..200, server, devices, agent).prop_map(|(user, server, device, agent)| Jid {
        agent,
        device,
        ..Jid::new(format!("15550{user}"), server)
    })
}

pub(crate) fn device() -> impl Strategy<Value = Jid> {
    prop_oneof![person(0..1), person(0..100), person(100..256)]
}

/// Any address that keeps its parts on the wire.
fn address() -> impl Strategy<Value = Jid> {
    let servers = [
        Server::Group,
        Server::Call,
        Server::Bot,
        Server::Messenger,
        Server::Interop,
        Server::Legacy,
    ];
    let other = (100..200, prop::sample::select(servers.to_vec()))
        .prop_map(|(user, server)| Jid::new(format!("15550{user}"), server));
    prop_oneof![9 => device(), 1 => other]
}

/// A text that can be an id, and that the encoder does not take for an address.
pub(crate) fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9A-F]{16,32}",
        1 => "[0-9]{1,20}",
        1 => "[!-?A-~]{1,40}",
        1 => "[\u{e0}-\u{ff}\u{4e00}-\u{4e20}a-z ]{1,12}",
        1 => prop::sample::select(vec!["call", "offer", "0", "-", "1.2", "ABCDEF", "lid"]).prop_map(str::to_owned),
    ]
}

pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        1 => Just(Vec::new()),
        6 => prop::collection::vec(any::<u8>(), 1..80),
        1 => prop::collection::vec(any::<u8>(), 200..400),
    ]
}

/// What all builders take.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) call_id: String,
    pub(crate) to: Jid,
    pub(crate) creator: Jid,
    pub(crate) id: String,
    /// The device that sends it.
    pub(crate) from: Jid,
}

pub(crate) fn said() -> impl Strategy<Value = Said> {
    (id(), address(), device(), id(), device()).prop_map(|(call_id, to, creator, id, from)| Said {
        call_id,
        to,
        creator,
        id,
        from,
    })
}

impl Said {
    /// Checks that a stanza is of this call.
    #[track_caller]
    pub(crate) fn is_of(&self, identity: &Identity) {
        assert_eq!(identity.call_id.as_str(), self.call_id);
        assert_eq!(identity.call_creator.as_str(), self.creator.to_string());
    }

    /// What was built, read from its bytes as what a client sent.
    #[track_caller]
    pub(crate) fn read_as_sent(&self, built: &Node, has_id: bool) -> CallStanza {
        let call = match sent(built) {
            Outgoing::CallStanza(call) => call,
            other => panic!("{other:?}\nof {built:?}"),
        };
        assert_eq!(call.to().as_str(), self.to.to_string());
        let id = call.id().map(ringstate::StanzaId::as_str);
        assert_eq!(id, has_id.then_some(self.id.as_str()));
        self.is_of(call.action().identity().expect("a known action"));
        call
    }

    /// What was built, read from its bytes as what the other end receives.
    #[track_caller]
    pub(crate) fn read_as_received(&self, built: &Node) -> Received {
        let received = read(&self.delivered(built));
        assert_eq!(received.problems(), [], "{built:?}");
        received
    }

    /// The node as the server hands it on.
    pub(crate) fn delivered(&self, built: &Node) -> Node {
        delivered(built, &self.from, &self.id)
    }
}

/// A node that was sent, as the server hands it on: with the sender, an id and the time.
pub(crate) fn delivered(sent: &Node, from: &Jid, id: &str) -> Node {
    let mut node = sent.clone();
    node.attrs
        .0
        .retain(|(name, _)| name != "to" && name != "from");
    node.attrs.push("from", from.clone());
    if !node.attrs.0.iter().any(|(name, _)| name == "id") {
        node.attrs.push("id", id.to_owned());
    }
    node.attrs.push("t", T.to_string());
    node
}

/// Reads what was received, from its bytes.
#[track_caller]
pub(crate) fn read(node: &Node) -> Received {
    let bytes = bytes_of(node);
    match node::parse(&unmarshal_ref(&bytes).expect("a node")) {
        Ok(received) => received,
        Err(error) => panic!("{error}\nof {node:?}"),
    }
}

/// Reads what was sent, from its bytes.
#[track_caller]
pub(crate) fn sent(node: &Node) -> Outgoing {
    let bytes = bytes_of(node);
    match node::parse_sent(&unmarshal_ref(&bytes).expect("a node")) {
        Ok(outgoing) => outgoing,
        Err(error) => panic!("{error}\nof {node:?}"),
    }
}

/// What is on the wire of a node. The first byte says how the rest is packed.
pub(crate) fn bytes_of(node: &Node) -> Vec<u8> {
    marshal(node).expect("it can be encoded").split_off(1)
}

/// This device's addresses, where it is this one.
pub(crate) fn own(device: &Jid) -> OwnAddress {
    let jid = ours(device);
    if jid.is_lid() {
        OwnAddress::lid(jid.try_into().expect("a LID"))
    } else {
        OwnAddress::phone_number(jid.try_into().expect("a phone number"))
    }
}

/// The same address, in the type of this crate.
pub(crate) fn ours(jid: &Jid) -> ringstate::Jid {
    jid.to_string().parse().expect("an address")
}

#[track_caller]
pub(crate) fn holds(payload: Option<&Payload>, expected: Option<&[u8]>) {
    assert_eq!(payload.and_then(Payload::bytes), expected);
    assert_eq!(payload.is_some(), expected.is_some());
}

/// Checks that these are formats of opus with these rates.
#[track_caller]
pub(crate) fn are_rates(audio: &[Audio], rates: &[&str]) {
    let read: Vec<_> = audio.iter().map(ringstate::stanza::Audio::rate).collect();
    let built: Vec<_> = rates.iter().map(|rate| rate.parse().ok()).collect();
    assert_eq!(read, built);
    assert!(audio.iter().all(|audio| audio.codec() == Some("opus")));
}

/// Checks that two nodes have one name, the same attributes in any order, and the same inside, behind the encoder.
#[track_caller]
pub(crate) fn is_same(a: &Node, b: &Node) {
    let [mut a, mut b] = [a, b].map(|node| {
        let bytes = bytes_of(node);
        unmarshal_ref(&bytes).expect("a node").to_owned()
    });
    in_order(&mut a);
    in_order(&mut b);
    assert_eq!(a, b);
}

fn in_order(node: &mut Node) {
    node.attrs.0.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let Some(NodeContent::Nodes(nodes)) = &mut node.content {
        nodes.iter_mut().for_each(in_order);
    }
}
