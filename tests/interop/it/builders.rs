//! Every builder of `wacore::stanza::call`, with parameters of all kinds: what this crate reads are those parameters.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use ringstate::stanza::{AnyAction, Audio, Capability, Destination, Net, Outgoing, VideoFormat};
use ringstate::{
    AudioRates, Call, CallId, Dialect, MuteState, OwnAddress, Received, TerminateReason, node,
};
use wacore::stanza::call::{self as built, parse_call_stanza};
use wacore::stanza::group_call as group;
use wacore::types::call::VideoState;
use wacore::types::group_call::ScreenShareState;
use wacore_binary::{Jid, Node};

use crate::wire::{
    DIALECTS, Said, are_rates, bytes, config, device, holds, is_same, own, read, said, sent,
};

/// Reads a node as sent and as received, and checks the action of both.
macro_rules! reads {
    ($said:expr, $node:expr, has_id: $has_id:expr, $action:ident => $check:expr) => {{
        let check: &dyn Fn(&ringstate::stanza::$action) = &$check;
        match $said.read_as_sent(&$node, $has_id).action() {
            AnyAction::$action(action) => check(action),
            other => panic!("{other:?}"),
        }
        match $said.read_as_received(&$node) {
            Received::$action(stanza) => {
                assert_eq!(stanza.sender().as_str(), $said.from.to_string());
                assert_eq!(
                    stanza.envelope().id().map(|id| id.as_str()),
                    Some(&*$said.id)
                );
                assert_eq!(stanza.envelope().timestamp(), Some(crate::wire::T));
                $said.is_of(stanza.identity());
                check(stanza.action());
            }
            other => panic!("{other:?}"),
        }
    }};
}

fn rates() -> impl Strategy<Value = Vec<&'static str>> {
    vec(
        select(vec!["8000", "16000", "24000", "48000", "0", "4294967295"]),
        0..4,
    )
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_-]{1,20}"
}

/// Keys for devices of which no two are the same.
fn keys() -> impl Strategy<Value = Vec<(Jid, Vec<u8>, &'static str)>> {
    let key = (device(), bytes(), select(vec!["msg", "pkmsg"]));
    vec(key, 0..6).prop_map(|mut keys| {
        let mut seen: Vec<(String, bool, u16)> = Vec::new();
        keys.retain(|(jid, _, _)| {
            let own = (jid.user.to_string(), jid.server.is_lid_family(), jid.device);
            let is_new = !seen.contains(&own);
            seen.push(own);
            is_new
        });
        keys
    })
}

fn is_net(net: Option<Net>, medium: u32, protocol: Option<u32>) {
    let net = net.expect("a network");
    assert_eq!((net.medium(), net.protocol()), (Some(medium), protocol));
}

fn is_video(video: Option<&VideoFormat>, expected: Option<&[(&str, &str)]>) {
    let read = video.map(|video| {
        let pairs = video.attributes().iter();
        pairs
            .map(|own| (own.name(), own.value()))
            .collect::<Vec<_>>()
    });
    assert_eq!(read.as_deref(), expected);
}

fn recipients(destination: Option<&Destination>) -> Vec<String> {
    let all = destination.map_or(&[][..], Destination::recipients);
    all.iter().map(|to| to.jid().to_string()).collect()
}

/// The key that this device reads of an offer: its type and its bytes.
fn key_for(said: &Said, node: &Node, me: &OwnAddress) -> Option<(String, Vec<u8>)> {
    let Received::Offer(offer) = said.read_as_received(node) else {
        panic!("no offer")
    };
    let offered: Vec<u32> = offer
        .action()
        .audio()
        .iter()
        .filter_map(Audio::rate)
        .collect();
    let rate = offered.first().copied().unwrap_or(16000);
    let (acked, owed) = Call::incoming(offer).acknowledge(me);
    owed.leave_to_host_client();
    let id = "3EB0".parse().expect("an id");
    let (rings, _) = acked
        .preaccept(id, AudioRates::only(rate))
        .expect("it fits");
    let key = rings.call_key()?;
    assert_eq!((key.version(), key.count()), (Some(2), Some(0)));
    let bytes = key.content().bytes().expect("bytes");
    Some((key.kind().expect("a type").to_owned(), bytes.to_vec()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn offer(
        said in said(),
        keys in keys(),
        (multi_device, video, has_id) in any::<(bool, bool, bool)>(),
        (privacy, capability, identity) in (of(bytes()), of(bytes()), of(bytes())),
        rates in rates(),
        stranger in device(),
    ) {
        let device_keys: Vec<_> = keys.iter().map(|(jid, key, kind)| built::OfferDeviceKey {
            device_jid: jid.clone(),
            ciphertext: key.clone(),
            enc_type: (*kind).to_owned(),
        }).collect();
        let node = built::build_offer(&built::OfferParams {
            call_id: &said.call_id,
            to: &said.to,
            call_creator: &said.creator,
            device_keys: &device_keys,
            privacy_token: privacy.as_deref(),
            capability: capability.as_deref(),
            device_identity: identity.as_deref(),
            id: has_id.then_some(&said.id),
            multi_device,
            video,
            audio_rates: &rates,
        });
        let is_addressed = multi_device || keys.len() > 1;
        let listed: Vec<String> = if is_addressed { keys.iter().map(|(jid, _, _)| jid.to_string()).collect() } else { Vec::new() };
        reads!(said, node, has_id: has_id, Offer => |offer| {
            are_rates(offer.audio(), &rates);
            is_video(offer.video(), video.then_some(&[
                ("enc", "h264"), ("dec", "h264"), ("orientation", "0"), ("screen_width", "1920"),
                ("screen_height", "1080"), ("device_orientation", "0"),
            ]));
            is_net(offer.net(), 3, None);
            holds(offer.privacy(), privacy.as_deref());
            holds(offer.device_identity(), identity.as_deref());
            holds(offer.capability().map(Capability::content), capability.as_deref());
            assert_eq!(offer.capability().map(Capability::version), capability.as_ref().map(|_| Some(1)));
            assert_eq!(offer.keygen(), Some(2));
            assert_eq!(offer.destination().is_some(), is_addressed);
            assert_eq!(recipients(offer.destination()), listed);
            assert_eq!(offer.unknown_children(), []);
            assert!(!offer.is_group() && !offer.is_joinable());
        });
        // Each device finds its own key. Without a destination, the key is for the one that receives it.
        for (jid, key, kind) in &keys {
            let read = key_for(&said, &node, &own(jid));
            prop_assert_eq!(read, Some(((*kind).to_owned(), key.clone())));
        }
        let is_listed = keys.iter().any(|(jid, _, _)| {
            (&jid.user, jid.server.is_lid_family(), jid.device)
                == (&stranger.user, stranger.server.is_lid_family(), stranger.device)
        });
        if is_addressed && !is_listed {
            prop_assert_eq!(key_for(&said, &node, &own(&stranger)), None);
        }
    }

    #[test]
    fn accept(
        said in said(),
        rates in rates(),
        (te, rte, settings, capability) in (of(bytes()), of(bytes()), of(bytes()), of(bytes())),
        video in any::<bool>(),
        (bucket, buckets) in (of(word()), of(word())),
    ) {
        let node = built::build_accept(&built::AcceptParams {
            call_id: &said.call_id,
            to: &said.to,
            id: &said.id,
            call_creator: &said.creator,
            audio_rates: &rates,
            relay_te: te.as_deref(),
            rte: rte.as_deref(),
            voip_settings: settings.as_deref(),
            capability: capability.as_deref(),
            video,
            peer_abtest_bucket: bucket.as_deref(),
            peer_abtest_bucket_id_list: buckets.as_deref(),
        });
        reads!(said, node, has_id: true, Accept => |accept| {
            are_rates(accept.audio(), &rates);
            is_video(accept.video(), video.then_some(&[("dec", "H264"), ("device_orientation", "0")]));
            holds(accept.te(), te.as_deref());
            is_net(accept.net(), 2, None);
            assert_eq!(accept.keygen(), Some(2));
            holds(accept.capability().map(Capability::content), capability.as_deref());
            holds(accept.rte(), rte.as_deref());
            holds(accept.voip_settings(), settings.as_deref());
            assert_eq!(accept.keys(), []);
            assert!(accept.destination().is_none());
            // The metadata is kept as it is.
            let metadata = accept.unknown_children();
            assert_eq!(metadata.len(), usize::from(bucket.is_some() || buckets.is_some()));
            if let [metadata] = metadata {
                assert_eq!(metadata.attribute("peer_abtest_bucket"), bucket.as_deref());
                assert_eq!(metadata.attribute("peer_abtest_bucket_id_list"), buckets.as_deref());
            }
        });
    }

    #[test]
    fn preaccept(said in said(), rates in rates(), capability in of(bytes()), video in any::<bool>()) {
        let Said { call_id, to, creator, id, .. } = &said;
        let node = match &capability {
            None => built::build_preaccept(call_id, to, creator, id, &rates, video),
            Some(blob) => built::build_preaccept_with_capability(call_id, to, creator, id, &rates, blob, video),
        };
        let default = if video { built::CAPABILITY_OFFER } else { built::CAPABILITY_PREACCEPT };
        reads!(said, node, has_id: true, Preaccept => |preaccept| {
            are_rates(preaccept.audio(), &rates);
            is_video(preaccept.video(), video.then_some(&[
                ("dec", "H264"), ("device_orientation", "0"), ("screen_width", "0"), ("screen_height", "0"),
            ]));
            assert_eq!(preaccept.keygen(), Some(2));
            let read = preaccept.capability().expect("a capability");
            assert_eq!(read.version(), Some(1));
            holds(Some(read.content()), Some(capability.as_deref().unwrap_or(&default)));
            assert_eq!(preaccept.unknown_children(), []);
        });
    }

    #[test]
    fn transport(
        said in said(),
        round in of(any::<u32>()),
        kind in of(prop_oneof![select(vec!["1", "3", "9"]).prop_map(str::to_owned), word()]),
        te in of(bytes()),
    ) {
        let digits = round.map(|round| round.to_string());
        let node = built::build_transport(&built::TransportParams {
            call_id: &said.call_id,
            to: &said.to,
            call_creator: &said.creator,
            p2p_cand_round: digits.as_deref(),
            transport_message_type: kind.as_deref(),
            relay_te: te.as_deref(),
        });
        let protocol = (kind.as_deref() != Some("9")).then_some(0);
        reads!(said, node, has_id: false, Transport => |transport| {
            assert_eq!(transport.round(), round);
            assert_eq!(transport.message_type(), kind.as_deref());
            holds(transport.te(), te.as_deref());
            is_net(transport.net(), 2, protocol);
            assert_eq!(transport.unknown_children(), []);
        });
    }

    #[test]
    fn relay_latency(
        said in said(),
        millis in prop_oneof![4 => 0..100_000_u32, 1 => any::<u32>()],
        relay in word(),
        address in bytes(),
        devices in vec(device(), 0..5),
    ) {
        let node = built::build_relay_latency(&built::RelayLatencyParams {
            call_id: &said.call_id,
            to: &said.to,
            call_creator: &said.creator,
            latency_ms: millis,
            relay_name: &relay,
            address_bytes: &address,
            devices: &devices,
        });
        let named: Vec<_> = devices.iter().map(ToString::to_string).collect();
        reads!(said, node, has_id: false, RelayLatency => |report| {
            let [te] = report.endpoints() else { panic!("{report:?}") };
            // The sum overflows above 4,261,412,863 ms, some 49 days.
            let sum = 0x0200_0000_u32.checked_add(millis);
            let latency = te.latency().expect("a latency");
            assert_eq!(latency.to_wire().to_string(), built::encode_latency(millis));
            if sum.is_some() {
                assert_eq!(latency.millis(), Some(millis));
            }
            assert_eq!(te.attribute("relay_name"), Some(&*relay));
            holds(Some(te.content()), Some(&address));
            assert_eq!(recipients(report.destination()), named);
            assert_eq!(report.unknown_children(), []);
        });
    }

    #[test]
    fn heartbeat(said in said().prop_filter("its address is no address with parts", |said| !said.call_id.contains([':', '_']))) {
        let said = Said { to: Jid::new(&*said.call_id, wacore_binary::Server::Call), ..said };
        let node = built::build_heartbeat(&said.call_id, &said.creator, &said.id);
        reads!(said, node, has_id: true, Heartbeat => |heartbeat| assert_eq!(heartbeat.unknown_children(), []));
    }

    #[test]
    fn terminate(said in said(), has_id in any::<bool>(), reason in of(prop_oneof![
        select(vec!["accepted_elsewhere", "rejected_elsewhere", "timeout", "group_call_ended", "busy"])
            .prop_map(str::to_owned),
        word(),
    ])) {
        let node = built::build_terminate(&built::TerminateParams {
            call_id: &said.call_id,
            to: &said.to,
            id: has_id.then_some(&said.id),
            call_creator: &said.creator,
            reason: reason.as_deref(),
        });
        reads!(said, node, has_id: has_id, Terminate => |terminate| {
            assert_eq!(terminate.reason().map(TerminateReason::as_str), reason.as_deref());
            assert_eq!((terminate.duration(), terminate.audio_duration()), (None, None));
            assert!(terminate.destination().is_none());
            assert_eq!(terminate.unknown_children(), []);
        });
    }

    #[test]
    fn video_state(
        said in said(),
        state in prop_oneof![0..25_i32, 0..i32::MAX],
        decoder in of(select(vec!["H264", "H264,AV1", "AV1", ""])),
        orientation in of(any::<u8>()),
    ) {
        let node = built::build_video_state(&built::VideoStateParams {
            call_id: &said.call_id,
            to: &said.to,
            id: &said.id,
            call_creator: &said.creator,
            state: VideoState::from(state),
            dec: decoder,
            device_orientation: orientation,
        });
        reads!(said, node, has_id: true, VideoState => |video| {
            assert_eq!(video.code().map(|code| i64::from(code.to_wire())), Some(state.into()));
            assert_eq!(video.decoder(), decoder);
            assert_eq!(video.orientation(), orientation.map(u32::from));
            let rest: Vec<_> = video.attributes().iter().map(|own| (own.name(), own.value())).collect();
            assert_eq!(rest, if state == 11 { vec![("voip_settings", "video")] } else { vec![] });
        });
    }

    #[test]
    fn mute_v2(said in said(), state in prop_oneof![select(vec!["0", "1"]).prop_map(str::to_owned), word()]) {
        let node = built::build_mute_v2(&said.call_id, &said.to, &said.creator, &state);
        reads!(said, node, has_id: false, Mute => |mute| {
            assert_eq!(mute.state().map(MuteState::as_str), Some(&*state));
            assert!(mute.request().is_none());
            let is_muted = match &*state { "0" => Some(false), "1" => Some(true), _ => None };
            assert_eq!(mute.state().and_then(MuteState::is_muted), is_muted);
        });
    }

    #[test]
    fn reject(said in said()) {
        let node = built::build_reject(&said.call_id, &said.to, &said.creator, &said.id);
        reads!(said, node, has_id: true, Reject => |reject| {
            assert!(reject.reason().is_none());
            assert_eq!(reject.unknown_children(), []);
        });
    }

    #[test]
    fn receipt_for_an_offer(said in said(), me in of(device())) {
        let offer = built::build_offer(&offer_of(&said));
        let delivered = said.delivered(&offer);
        let call = parse_call_stanza(&delivered.as_node_ref()).expect("an offer").expect("a known action");
        let theirs = built::build_offer_ack_receipt(&call, me.as_ref()).expect("an offer");
        let receipt = match sent(&theirs) {
            Outgoing::Receipt(receipt) => receipt,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(receipt.to().as_str(), said.from.to_string());
        prop_assert_eq!(receipt.id().as_str(), &*said.id);
        prop_assert_eq!(receipt.from().map(ToString::to_string), me.as_ref().map(ToString::to_string));
        prop_assert_eq!(receipt.action(), "offer");
        said.is_of(receipt.identity());
        // The caller hears it.
        match said.read_as_received(&theirs) {
            Received::Receipt(heard) => {
                prop_assert!(heard.is_for_offer());
                prop_assert_eq!(heard.id().as_str(), &*said.id);
                prop_assert_eq!(heard.call_id().map(CallId::as_str), Some(&*said.call_id));
                prop_assert_eq!(heard.call_creator().map(ToString::to_string), Some(said.creator.to_string()));
            }
            other => panic!("{other:?}"),
        }
        // It is the receipt that this crate owes, in both dialects, if the own address is of the caller's space.
        if let Some(me) = me.filter(|me| me.server.is_lid_family() == said.from.server.is_lid_family()) {
            let theirs = built::build_offer_ack_receipt(&call, Some(&me)).expect("an offer");
            for dialect in DIALECTS {
                let owed = said.read_as_received(&offer).acknowledge(&own(&me)).in_dialect(dialect);
                let written = owed.iter().map(|stanza| node::to_node(stanza).expect("nothing is lost"));
                let ours = written.filter(|node| node.tag == "receipt").collect::<Vec<_>>();
                prop_assert_eq!(ours.len(), 1);
                is_same(&ours[0], &theirs);
            }
        }
    }

    /// What changes nothing in a call between two: a raised hand, a shared screen, new keys for a group.
    #[test]
    fn news(said in said(), (raised, number) in (any::<bool>(), of(any::<u32>())), key in vec(any::<u8>(), 1..60)) {
        let Said { call_id, to, creator, id, .. } = &said;
        let state = if raised { ScreenShareState::Started } else { ScreenShareState::Stopped };
        let rekey = group::GroupEncRekeyParams {
            call_id,
            id,
            to,
            call_creator: creator,
            transaction_id: number.unwrap_or(1).max(1),
            device_key: &built::OfferDeviceKey {
                device_jid: to.clone(),
                ciphertext: key,
                enc_type: "msg".to_owned(),
            },
            device_identity: None,
        };
        for (kind, node) in [
            ("user_action", group::build_raise_hand(call_id, to, creator, id, raised)),
            ("screen_share", group::build_screen_share(call_id, to, creator, id, state, number)),
            ("enc_rekey", group::build_group_enc_rekey(&rekey)),
        ] {
            let node = node.expect("it can be built");
            match said.read_as_received(&node) {
                Received::News(news) => {
                    said.is_of(news.identity());
                    prop_assert_eq!(news.action().kind(), kind);
                    let children = news.action().element().children();
                    let hand = children.iter().find_map(|child| child.attribute("raise-hand-state"));
                    prop_assert_eq!(hand, (kind == "user_action").then_some(if raised { "1" } else { "0" }));
                    // The key is not handed out.
                    prop_assert!(children.iter().all(|child| child.bytes().is_none()));
                }
                other => panic!("{other:?}"),
            }
            if kind != "enc_rekey" {
                let delivered = said.delivered(&node);
                let theirs = group::build_call_control_ack(&delivered.as_node_ref(), kind).expect("it has an id");
                let owed = read(&delivered).acknowledge(&OwnAddress::default()).in_dialect(Dialect::WhatsAppWeb);
                let ours = owed.iter().next().expect("an ack");
                is_same(&node::to_node(ours).expect("nothing is lost"), &theirs);
            }
        }
    }

    #[test]
    fn ack_of_a_video(
        said in said(),
        (participant, recipient) in (of(device()), of(device())),
    ) {
        let video = built::build_video_state(&built::VideoStateParams {
            call_id: &said.call_id,
            to: &said.to,
            id: &said.id,
            call_creator: &said.creator,
            state: VideoState::UpgradeRequestV2,
            dec: None,
            device_orientation: None,
        });
        let mut delivered = said.delivered(&video);
        for (name, address) in [("participant", &participant), ("recipient", &recipient)] {
            if let Some(address) = address {
                delivered.attrs.push(name, address.clone());
            }
        }
        let call = parse_call_stanza(&delivered.as_node_ref()).expect("a video").expect("a known action");
        let theirs = built::build_call_video_ack(&call, &delivered.as_node_ref()).expect("it has an id");
        let ack = match sent(&theirs) {
            Outgoing::Ack(ack) => ack,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(ack.to().as_str(), said.from.to_string());
        prop_assert_eq!(ack.id().as_str(), &*said.id);
        prop_assert_eq!(ack.kind(), Some("video"));
        prop_assert_eq!(ack.recipient().map(ToString::to_string), recipient.as_ref().map(ToString::to_string));
        // One who is the sender is left out there and repeated here.
        let other = participant.as_ref().filter(|device| device.to_string() != said.from.to_string());
        prop_assert_eq!(ack.participant().map(ToString::to_string), other.map(ToString::to_string));
        // It is the ack that this crate owes, in the dialect of the wire.
        let owed = read(&delivered).acknowledge(&OwnAddress::default()).in_dialect(Dialect::WhatsAppWeb);
        let written: Vec<_> = owed.iter().map(|stanza| node::to_node(stanza).expect("nothing is lost")).collect();
        prop_assert_eq!(written.len(), 1);
        if other == participant.as_ref() {
            is_same(&written[0], &theirs);
        }
    }
}

/// A plain offer.
fn offer_of(said: &Said) -> built::OfferParams<'_> {
    built::OfferParams {
        call_id: &said.call_id,
        to: &said.to,
        call_creator: &said.creator,
        device_keys: &[],
        privacy_token: None,
        capability: None,
        device_identity: None,
        id: Some(&said.id),
        multi_device: false,
        video: false,
        audio_rates: built::DEFAULT_AUDIO_RATES,
    }
}
