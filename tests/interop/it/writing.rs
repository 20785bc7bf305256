//! Whole calls between two ends of this crate, over binary nodes: what each end says, the client reads as it was meant.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use ringstate::stanza::{AnswerKey, Latency, Outgoing, VideoFormat};
use ringstate::video::AnyVideo;
use ringstate::{
    AcceptHeard, Answer, AudioRates, Call, Caller, Creator, DeviceIdentity, DeviceKey, Dialect,
    Ending, Jid, MuteState, NewCall, OfferAckHeard, Outcome, Owed, OwnAddress, Received,
    RejectHeard, RelayReport, RingingDevices, Stanza, StanzaId, TerminateReason, TransportMessage,
    node,
};
use wacore::stanza::call::parse_call_stanza;
use wacore::types::call::IncomingCall;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::unmarshal_ref;

use crate::facts;
use crate::wire::{DIALECTS, bytes, bytes_of, config, delivered, id, read};

/// What a call is made of.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    call_id: String,
    me: Jid,
    peer: Jid,
    devices: Vec<(Jid, Option<DeviceKey>)>,
    answers: prop::sample::Index,
    video: bool,
    redial: Option<u32>,
    payloads: [Option<Vec<u8>>; 4],
    numbers: (u32, u32, u16),
    state: String,
    reason: Option<String>,
    ending: u8,
    dialect: Dialect,
}

fn jid(user: u32, device: u16, server: &str) -> Jid {
    let device = match device {
        0 => String::new(),
        number => format!(":{number}"),
    };
    let text = format!("15550{user}{device}@{server}");
    text.parse().expect("an address")
}

fn key() -> impl Strategy<Value = DeviceKey> {
    let message = vec(any::<u8>(), 1..60);
    (message, of(vec(any::<u8>(), 1..40))).prop_map(|(message, identity)| match identity {
        None => DeviceKey::Session(message),
        Some(identity) => DeviceKey::NewSession {
            message,
            identity: DeviceIdentity::new(&identity),
        },
    })
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let spaces = select(vec![
        ["lid", "lid"],
        ["lid", "hosted.lid"],
        ["s.whatsapp.net", "s.whatsapp.net"],
        ["s.whatsapp.net", "hosted"],
    ]);
    let people = (spaces, 100..150_u32, 150..200_u32, 0..256_u16);
    let devices = btree_set(prop_oneof![0..4_u16, 0..256_u16], 1..6);
    let keys = (key(), vec(of(key()), 5));
    let parts = (
        any::<prop::sample::Index>(),
        any::<bool>(),
        of(any::<u32>()),
        [of(bytes()), of(bytes()), of(bytes()), of(bytes())],
        any::<(u32, u32, u16)>(),
        "[0-9a-z]{1,8}",
        of("[a-z_]{1,20}"),
        any::<u8>(),
        select(DIALECTS.to_vec()),
    );
    (id(), people, devices, keys, parts).prop_map(
        |(call_id, people, devices, (first, keys), parts)| {
            let ([account, own], ann, bob, number) = people;
            let (answers, video, redial, payloads, numbers, state, reason, ending, dialect) = parts;
            let keys = std::iter::once(Some(first)).chain(keys);
            let ringing = devices.into_iter().zip(keys).enumerate();
            Plan {
                call_id,
                me: jid(ann, number, account),
                peer: jid(bob, 0, account),
                devices: ringing
                    .map(|(at, (device, key))| {
                        (jid(bob, device, if at == 1 { own } else { account }), key)
                    })
                    .collect(),
                answers,
                video,
                redial,
                payloads,
                numbers,
                state,
                reason,
                ending,
                dialect,
            }
        },
    )
}

fn own(jid: &Jid) -> OwnAddress {
    match jid.clone().try_into() {
        Ok(lid) => OwnAddress::lid(lid),
        Err(_) => OwnAddress::phone_number(jid.clone().try_into().expect("a phone number")),
    }
}

fn theirs(jid: &Jid) -> wacore_binary::Jid {
    jid.as_str().parse().expect("an address")
}

/// Carries what is said, after a look at it with the client's eyes.
struct Wire {
    dialect: Dialect,
    last: u32,
    /// All that was on the wire, as sent and as received.
    frames: Vec<Vec<u8>>,
}

impl Wire {
    fn next(&mut self) -> StanzaId {
        self.last += 1;
        format!("3EB0{}", self.last).parse().expect("an id")
    }

    /// A stanza of this device: what the other end reads of it.
    #[track_caller]
    fn say(&mut self, from: &Jid, stanza: &Stanza) -> Received {
        let carried = self.dialect;
        let mut heard = None;
        for dialect in DIALECTS {
            let stanza = stanza_in(stanza, dialect);
            let node = node::to_node(&stanza).expect("nothing is lost");
            let arrives = delivered(&node, &theirs(from), "3EB0");
            looks_right(&stanza, from, &node, &arrives);
            self.frames.extend([bytes_of(&node), bytes_of(&arrives)]);
            if dialect == carried {
                heard = Some(read(&arrives));
            }
        }
        heard.expect("one of the dialects")
    }

    #[track_caller]
    fn pay(&mut self, from: &Jid, owed: Owed) -> Vec<Received> {
        let owed = owed.in_dialect(self.dialect);
        owed.into_iter()
            .map(|stanza| self.say(from, &stanza))
            .collect()
    }
}

fn stanza_in(stanza: &Stanza, dialect: Dialect) -> Stanza {
    stanza.clone().in_dialect(dialect)
}

/// Reads a call as the client does, from its bytes.
fn seen(node: &Node) -> Option<IncomingCall> {
    let bytes = bytes_of(node);
    parse_call_stanza(&unmarshal_ref(&bytes).expect("a node")).expect("it is readable")
}

/// What the client's eyes see of a stanza.
#[track_caller]
fn looks_right(stanza: &Stanza, from: &Jid, node: &Node, arrives: &Node) {
    let bytes = bytes_of(node);
    let sent = unmarshal_ref(&bytes).expect("a node");
    let mut attributes = sent.attrs();
    let (to, id) = match stanza.outgoing() {
        Outgoing::Ack(ack) => {
            assert_eq!(attributes.optional_string("class").as_deref(), Some("call"));
            (ack.to(), Some(ack.id()))
        }
        Outgoing::Receipt(receipt) => {
            let own = attributes.optional_jid("from");
            assert_eq!(own, receipt.from().map(theirs));
            let action = &sent.children().expect("an action")[0];
            let identity = receipt.identity();
            let named = action.attrs().optional_string("call-id");
            assert_eq!(named.as_deref(), Some(identity.call_id.as_str()));
            let creator = action.attrs().optional_jid("call-creator");
            assert_eq!(creator, Some(theirs(&identity.call_creator)));
            (receipt.to(), Some(receipt.id()))
        }
        Outgoing::CallStanza(call) => {
            let seen = seen(arrives);
            let read = seen
                .as_ref()
                .and_then(|call| facts::of_action(&call.action));
            assert_eq!(read, facts::written(call.action()));
            if let Some(seen) = seen {
                assert_eq!(seen.from, theirs(from));
                let id = call.id().map_or("3EB0", StanzaId::as_str);
                assert_eq!(seen.stanza_id, id);
                assert!(seen.group.is_none() && !seen.offline);
            }
            (call.to(), call.id())
        }
        other => panic!("{other:?}"),
    };
    let receiver = attributes.optional_jid("to").expect("a receiver");
    assert_eq!(receiver.to_string(), to.as_str());
    assert_eq!(
        attributes.optional_string("id").as_deref(),
        id.map(StanzaId::as_str)
    );
    assert!(attributes.ok());
}

/// What either end says in the middle of a call.
macro_rules! chats {
    ($wire:expr, $plan:expr, $from:expr, $call:expr) => {{
        let (wire, plan, from): (&mut Wire, &Plan, &Jid) = ($wire, $plan, $from);
        let kinds = [
            None,
            Some(TransportMessage::RELAY_CANDIDATE),
            Some(TransportMessage::PEER_CANDIDATE),
            Some(TransportMessage::REPLY),
            Some(plan.numbers.0),
        ];
        for message_type in kinds {
            let said = $call.transport(TransportMessage {
                message_type,
                round: message_type.map(|_| plan.numbers.1),
                te: plan.payloads[0].clone(),
            });
            let (stanza, _) = said.with_id(wire.next());
            ignored(wire.say(from, &stanza));
        }
        let latencies = [
            Latency::from_millis(plan.numbers.2),
            Latency::plain(plan.numbers.2),
        ];
        for latency in latencies {
            let said = $call.relay_latency(RelayReport {
                latency,
                upload_bandwidth: plan.redial,
                download_bandwidth: plan.redial,
                relay_name: plan.state.parse().ok(),
                address: plan.payloads[1].clone().unwrap_or_default(),
            });
            let (stanza, _) = said.with_id(wire.next());
            ignored(wire.say(from, &stanza));
        }
        let states = [
            MuteState::MUTED,
            plan.state.parse().expect("a word"),
            MuteState::UNMUTED,
        ];
        for state in states {
            if let Some(said) = $call.mute(state) {
                let (stanza, _) = said.with_id(wire.next());
                ignored(wire.say(from, &stanza));
            }
        }
    }};
}

fn ignored(received: Received) {
    received
        .acknowledge(&OwnAddress::default())
        .leave_to_host_client();
}

/// All that can be said of video.
fn negotiate(wire: &mut Wire, from: &Jid, video: AnyVideo) {
    let mut say = |said: ringstate::Outbound<ringstate::stanza::VideoState>| {
        let (stanza, _) = said.with_id(wire.next());
        let Received::VideoState(state) = wire.say(from, &stanza) else {
            panic!("no video")
        };
        let action = state.action().clone();
        state.acknowledge().leave_to_host_client();
        action
    };
    let off = match video {
        AnyVideo::Off(off) => off,
        AnyVideo::On(on) => {
            say(on.camera(true));
            let (off, said) = on.end();
            say(said);
            off
        }
        other => panic!("{other:?}"),
    };
    let (asked, said) = off.ask();
    let request = say(said);
    let (off, said) = asked.withdraw();
    say(said);
    let (AnyVideo::AskedByPeer(asked), _, None) = AnyVideo::from(off).on_video(&request) else {
        panic!("it asks")
    };
    let (off, said) = asked.refuse();
    say(said);
    let (AnyVideo::AskedByPeer(asked), _, None) = AnyVideo::from(off).on_video(&request) else {
        panic!("it asks")
    };
    let (on, (stopped, agreed)) = asked.agree();
    say(stopped);
    say(agreed);
    say(on.camera(true));
    say(on.camera(false));
    let (_, said) = on.end();
    say(said);
}

/// The server's word that it has the offer.
fn ack_of(id: &StanzaId) -> ringstate::stanza::ServerAck {
    let ack = NodeBuilder::new("ack")
        .attr("class", "call")
        .attr("id", id.as_str())
        .attr("type", "offer")
        .build();
    let Received::Ack(ack) = read(&ack) else {
        panic!("no ack")
    };
    ack
}

fn ended(plan: &Plan, devices: Vec<Jid>) -> Ending {
    Ending {
        reason: plan
            .reason
            .as_ref()
            .map(|word| word.parse().expect("a reason")),
        devices,
    }
}

/// A whole call: all that was on the wire.
pub(crate) fn frames(plan: &Plan) -> Vec<Vec<u8>> {
    let mut wire = Wire {
        dialect: plan.dialect,
        last: 0,
        frames: Vec::new(),
    };
    walk(plan, &mut wire);
    wire.frames
}

fn walk(plan: &Plan, wire: &mut Wire) {
    let me = &plan.me;
    let phone = &plan.answers.get(&plan.devices).0;
    let creator = match me.clone().try_into() {
        Ok(lid) => Creator::Lid {
            lid,
            phone_number: None,
        },
        Err(_) => Creator::PhoneNumber(me.clone().try_into().expect("a phone number")),
    };
    let new_call = NewCall {
        call_id: plan.call_id.parse().expect("an id"),
        peer: plan.peer.clone(),
        peer_alias: None,
        creator,
        devices: RingingDevices {
            first: (
                plan.devices[0].0.clone(),
                plan.devices[0].1.clone().expect("the first has a key"),
            ),
            others: plan.devices[1..].to_vec(),
        },
        video: plan.video.then(|| VideoFormat::offered(1920, 1080)),
        redial: plan.redial,
        privacy: plan.payloads[3].clone(),
    };
    let (offered, offer) = new_call.offer(wire.next()).expect("it can be offered");
    let (stanza, sent) = offer.sent().expect("it has an id");
    has_keys(plan, me, &stanza);
    let Received::Offer(offer) = wire.say(me, &stanza) else {
        panic!("no offer")
    };
    if plan.ending == 0 {
        let (_, said) = offered.terminate_with(ended(plan, Vec::new()));
        ignored(wire.say(me, &said.with_id(wire_id()).0));
        offer
            .acknowledge_with_receipt(&own(phone))
            .leave_to_host_client();
        return;
    }
    let Ok(OfferAckHeard::Confirmed(mut caller, _)) = offered.on_ack(ack_of(sent.id())) else {
        panic!("it is an ack")
    };
    let (acked, owed) = Call::incoming(offer).acknowledge(&own(phone));
    for heard in wire.pay(phone, owed) {
        if let Received::Receipt(receipt) = heard {
            caller.on_receipt(receipt).expect("it is of a device");
        }
    }
    chats!(wire, plan, me, caller);
    match plan.ending % 8 {
        1 => return declined(wire, plan, phone, caller, acked.reject()),
        2 => {
            let reason: TerminateReason = plan.state.parse().expect("a reason");
            return declined(wire, plan, phone, caller, acked.reject_with(reason));
        }
        _ => {}
    }
    let rates = AudioRates::only(16000);
    let (mut ringing, said) = acked
        .preaccept(wire.next(), rates.clone())
        .expect("it fits");
    let Received::Preaccept(heard) = wire.say(phone, &said.sent().expect("it has an id").0) else {
        panic!("no preaccept")
    };
    let (mut caller, owed) = caller.on_preaccept(heard).expect("it is of a device");
    wire.pay(me, owed);
    chats!(wire, plan, phone, ringing);
    chats!(wire, plan, me, caller);
    match plan.ending % 8 {
        3 => {
            let (stanza, _) = ringing.reject_while_ringing().1.with_id(wire.next());
            ignored(wire.say(phone, &stanza));
            return;
        }
        4 => {
            let (_, said) = ringing.terminate_with(ended(plan, Vec::new()));
            ignored(wire.say(phone, &said.with_id(wire_id()).0));
            let named = plan.devices.iter().map(|(device, _)| device.clone());
            let (_, said) = caller.terminate_with(ended(plan, named.collect()));
            ignored(wire.say(me, &said.with_id(wire_id()).0));
            return;
        }
        _ => {}
    }
    let [te, rte, voip_settings, key] = plan.payloads.clone();
    let message = key.filter(|key| !key.is_empty());
    let answer = Answer {
        video: plan.video.then(VideoFormat::answered),
        te,
        rte,
        voip_settings,
        capability: plan.ending.is_multiple_of(2),
        keys: message.map(AnswerKey::Session).into_iter().collect(),
        endpoints: vec!["[2001:db8::1]:3478".parse().expect("an address")],
        ..Answer::new(rates)
    };
    let (mut answered, said) = ringing.accept(answer).expect("it fits");
    let Received::Accept(heard) = wire.say(phone, &said.with_id(wire_id()).0) else {
        panic!("no accept")
    };
    let (
        AcceptHeard {
            call: mut caller,
            siblings,
        },
        owed,
    ) = caller.on_accept(heard).expect("it is of a device");
    wire.pay(me, owed);
    let dismissals: Vec<_> = if plan.ending.is_multiple_of(2) {
        siblings.dismiss().into_iter().collect()
    } else {
        siblings.dismiss_each().collect()
    };
    for said in dismissals {
        let (stanza, _) = said.with_id(wire.next());
        ignored(wire.say(me, &stanza));
    }
    chats!(wire, plan, phone, answered);
    chats!(wire, plan, me, caller);
    // The address of such a call is refused: `LostValue`.
    if !plan.call_id.contains(':') {
        let said = caller.heartbeat(wire.next());
        ignored(wire.say(me, &said.sent().expect("it has an id").0));
        let said = answered.heartbeat(wire.next());
        ignored(wire.say(phone, &said.sent().expect("it has an id").0));
    }
    negotiate(wire, phone, answered.video().expect("it is the first"));
    negotiate(wire, me, caller.video().expect("it is the first"));
    let (over, said) = answered.terminate_with(ended(plan, Vec::new()));
    ignored(wire.say(phone, &said.with_id(wire_id()).0));
    let (sound, picture) = (
        Duration::from_millis(4197),
        plan.video.then_some(Duration::from_millis(100)),
    );
    if over.outcome() == Outcome::HungUp {
        let said = over
            .report_duration(sound, picture)
            .expect("it was answered");
        ignored(wire.say(phone, &said.with_id(wire_id()).0));
    }
    let (_, said) = caller.terminate();
    ignored(wire.say(me, &said.with_id(wire_id()).0));
}

fn wire_id() -> StanzaId {
    "3EB0FF".parse().expect("an id")
}

/// The callee declines, and the caller hears it.
fn declined(
    wire: &mut Wire,
    plan: &Plan,
    phone: &Jid,
    caller: Call<Caller, ringstate::Acked>,
    (_, said): (
        Call<ringstate::Callee, ringstate::Rejected>,
        ringstate::Outbound<ringstate::Reject>,
    ),
) {
    let Received::Reject(heard) = wire.say(phone, &said.with_id(wire_id()).0) else {
        panic!("no reject")
    };
    let (heard, owed) = caller.on_reject(heard).expect("it is of a device");
    wire.pay(&plan.me, owed);
    if let RejectHeard::UserDeclined(caller, decline) = heard {
        let (_, siblings) = caller.give_up(decline).expect("it is of this call");
        if let Some(said) = siblings.dismiss() {
            let (stanza, _) = said.with_id(wire.next());
            ignored(wire.say(&plan.me, &stanza));
        }
    }
}

/// The client finds the key of each device in an offer.
fn has_keys(plan: &Plan, me: &Jid, stanza: &Stanza) {
    for dialect in DIALECTS {
        let node = node::to_node(&stanza_in(stanza, dialect)).expect("nothing is lost");
        let seen = seen(&delivered(&node, &theirs(me), "3EB0")).expect("an offer");
        let media = seen.media.expect("keys");
        for (device, key) in &plan.devices {
            let read = media.enc_for(Some(&theirs(device)));
            let read = read.map(|enc| (&*enc.enc_type, enc.version, enc.ciphertext.clone()));
            let expected = key.clone().map(|key| match key {
                DeviceKey::Session(message) => ("msg", 2, message),
                DeviceKey::NewSession { message, .. } => ("pkmsg", 2, message),
            });
            assert_eq!(read, expected);
        }
        assert_eq!(
            media.encs.len(),
            plan.devices.iter().filter(|(_, key)| key.is_some()).count()
        );
        let peer = media.peer_device.expect("a capability");
        assert_eq!((peer.jid, peer.capability_version), (theirs(me), Some(1)));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_reads_as_it_was_meant(plan in plan()) {
        prop_assert!(!frames(&plan).is_empty());
    }
}

#[test]
fn every_stanza_of_a_call_is_among_them() {
    let mut runner = TestRunner::deterministic();
    let mut names = BTreeSet::new();
    for ending in 0..16 {
        let plan = plan().new_tree(&mut runner).expect("a plan").current();
        let call_id = "00C0FFEE".to_owned();
        for frame in frames(&Plan {
            call_id,
            ending,
            ..plan
        }) {
            let node = unmarshal_ref(&frame).expect("a node");
            names.insert(node.tag.to_string());
            let inside = node.children().unwrap_or_default();
            names.extend(inside.iter().map(|action| action.tag.to_string()));
        }
    }
    let expected = "accept ack call duration heartbeat mute_v2 offer preaccept receipt reject relaylatency terminate \
                    transport video";
    assert_eq!(names, expected.split(' ').map(str::to_owned).collect());
}
