//! Where the two sides differ, one test for each difference.

use ringstate::stanza::{Capability, Outgoing, VideoFormat};
use ringstate::{AudioRates, Call, Dialect, OwnAddress, ParseError, Received, node, xml};
use wacore::stanza::call::{self as built, parse_call_stanza};
use wacore::types::call::{CallAction, IncomingCall};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::{Jid, Node, NodeContent, Server};

use crate::wire::{T, bytes_of, delivered, read, sent};

const ANN: &str = "15550199:3@lid";
const ME: &str = "15550100:2@lid";

fn jid(text: &str) -> Jid {
    text.parse().expect("an address")
}

/// An action of Ann's call.
fn action(tag: &'static str, attributes: &[(&'static str, &str)], children: Vec<Node>) -> Node {
    let action = NodeBuilder::new(tag)
        .attr("call-id", "00C0FFEE")
        .attr("call-creator", jid(ANN));
    let own = attributes.iter();
    let action = own.fold(action, |action, (name, value)| {
        action.attr(name, (*value).to_owned())
    });
    if children.is_empty() {
        action.build()
    } else {
        action.children(children).build()
    }
}

/// What Ann's device says, as it is received.
fn call(actions: impl IntoIterator<Item = Node>) -> Node {
    NodeBuilder::new("call")
        .attr("from", jid(ANN))
        .attr("id", "1A2B")
        .attr("t", T.to_string())
        .children(actions)
        .build()
}

fn with(mut node: Node, name: &'static str, value: &str) -> Node {
    node.attrs.push(name, value.to_owned());
    node
}

fn without(mut node: Node, name: &str) -> Node {
    node.attrs.0.retain(|(own, _)| own != name);
    node
}

fn audio(rate: &str) -> Node {
    NodeBuilder::new("audio")
        .attr("enc", "opus")
        .attr("rate", rate.to_owned())
        .build()
}

/// What the client reads.
fn theirs(node: &Node) -> Result<Option<IncomingCall>, String> {
    let bytes = bytes_of(node);
    parse_call_stanza(&unmarshal_ref(&bytes).expect("a node")).map_err(|error| error.to_string())
}

fn their_action(node: &Node) -> CallAction {
    let call = theirs(node).expect("it is readable");
    call.expect("a known action").action
}

/// What this crate reads.
fn ours(node: &Node) -> Result<Received, ParseError> {
    let bytes = bytes_of(node);
    node::parse(&unmarshal_ref(&bytes).expect("a node"))
}

fn problems(node: &Node) -> Vec<Option<String>> {
    let read = read(node);
    let problems = read.problems().iter();
    let named = problems.map(|problem| problem.attribute().map(str::to_owned));
    named.collect()
}

#[test]
fn a_call_without_a_time_is_refused_there_and_read_here() {
    for tag in ["offer", "terminate", "accept"] {
        let node = without(call([action(tag, &[], Vec::new())]), "t");
        assert!(theirs(&node).is_err());
        assert!(ours(&node).is_ok());
    }
}

#[test]
fn an_offer_without_an_id_is_refused_here_and_read_there() {
    let node = without(call([action("offer", &[], Vec::new())]), "id");
    assert!(ours(&node).is_err());
    let call = theirs(&node).expect("it is readable").expect("an offer");
    assert_eq!(call.stanza_id, "");
}

#[test]
fn a_format_without_a_rate_is_a_problem_here_and_refuses_the_stanza_there() {
    for tag in ["offer", "preaccept", "accept"] {
        let node = call([action(tag, &[], vec![audio("fast"), audio("16000")])]);
        assert!(theirs(&node).is_err());
        assert_eq!(problems(&node), [Some("rate".to_owned())]);
    }
}

#[test]
fn a_duration_that_is_no_number_is_a_problem_here_and_refuses_the_terminate_there() {
    let node = call([action("terminate", &[("duration", "long")], Vec::new())]);
    assert!(theirs(&node).is_err());
    assert!(matches!(ours(&node), Ok(Received::Terminate(_))));
    assert_eq!(problems(&node), [Some("duration".to_owned())]);
    // One that is too long is dropped by both.
    let node = call([action(
        "terminate",
        &[("duration", "4294967296")],
        Vec::new(),
    )]);
    assert!(matches!(
        their_action(&node),
        CallAction::Terminate { duration: None, .. }
    ));
    assert_eq!(problems(&node), [Some("duration".to_owned())]);
}

#[test]
fn an_unknown_server_is_an_address_here_and_refuses_the_stanza_there() {
    let reject = || call([action("reject", &[], Vec::new())]);
    for node in [
        with(reject(), "recipient", "elsewhere"),
        with(without(reject(), "from"), "from", "elsewhere"),
    ] {
        assert!(theirs(&node).is_err());
        assert!(ours(&node).is_ok());
    }
    // A number alone is refused by both.
    let node = with(reject(), "recipient", "15550100");
    assert!(theirs(&node).is_err() && ours(&node).is_err());
}

#[test]
fn an_integrator_is_in_the_text_of_an_address_here_and_not_there() {
    let mut node = without(call([action("reject", &[], Vec::new())]), "from");
    let from = Jid {
        integrator: 7,
        ..Jid::new("15550199", Server::Interop)
    };
    node.attrs.push("from", from.clone());
    let Ok(Received::Reject(reject)) = node::parse(&node.as_node_ref()) else {
        panic!("no reject")
    };
    assert_eq!(reject.sender().as_str(), "7-15550199@interop");
    assert_eq!(from.to_string(), "15550199@interop");
}

#[test]
fn a_number_with_a_plus_is_one_there_and_a_problem_here() {
    let node = call([action("terminate", &[("duration", "+45")], Vec::new())]);
    assert!(matches!(
        their_action(&node),
        CallAction::Terminate {
            duration: Some(45),
            ..
        }
    ));
    assert_eq!(problems(&node), [Some("duration".to_owned())]);
}

#[test]
fn a_round_is_a_number_here_and_a_text_there() {
    for (text, number) in [("07", Some(7)), ("first", None)] {
        let node = call([action("transport", &[("p2p-cand-round", text)], Vec::new())]);
        let Received::Transport(transport) = read(&node) else {
            panic!("no transport")
        };
        assert_eq!(transport.action().round(), number);
        let CallAction::Transport { p2p_cand_round, .. } = their_action(&node) else {
            panic!("no transport")
        };
        assert_eq!(p2p_cand_round.as_deref(), Some(text));
    }
}

#[test]
fn a_video_without_a_state_is_a_problem_here_and_refused_there() {
    for attributes in [&[][..], &[("state", "on")][..]] {
        let node = call([action("video", attributes, Vec::new())]);
        assert!(theirs(&node).is_err());
        assert!(matches!(ours(&node), Ok(Received::VideoState(_))));
        assert_eq!(problems(&node), [Some("state".to_owned())]);
    }
}

#[test]
fn a_state_below_zero_is_one_there_and_a_problem_here() {
    let node = call([action("video", &[("state", "-1")], Vec::new())]);
    assert!(
        matches!(their_action(&node), CallAction::VideoState { state, .. } if state.code() == -1)
    );
    assert_eq!(problems(&node), [Some("state".to_owned())]);
}

#[test]
fn more_than_three_quarter_turns_are_told_here_and_dropped_there() {
    let attributes = [("state", "1"), ("device_orientation", "4")];
    let node = call([action("video", &attributes, Vec::new())]);
    let Received::VideoState(video) = read(&node) else {
        panic!("no video")
    };
    assert_eq!(video.action().orientation(), Some(4));
    assert!(matches!(
        their_action(&node),
        CallAction::VideoState {
            orientation: None,
            ..
        }
    ));
}

#[test]
fn an_empty_reason_is_none_here_and_a_reason_there() {
    let node = call([action("terminate", &[("reason", "")], Vec::new())]);
    let Received::Terminate(terminate) = read(&node) else {
        panic!("no terminate")
    };
    assert!(terminate.action().reason().is_none());
    assert!(
        matches!(their_action(&node), CallAction::Terminate { reason: Some(word), .. } if word.is_empty())
    );
}

#[test]
fn mute_heartbeat_and_duration_are_not_read_there() {
    for (tag, attributes) in [
        ("mute_v2", &[("mute-state", "1")][..]),
        ("heartbeat", &[]),
        ("duration", &[("type", "1x1"), ("audio_duration", "4197")]),
    ] {
        let node = call([action(tag, attributes, Vec::new())]);
        assert!(matches!(theirs(&node), Ok(None)), "{tag}");
        assert!(
            !matches!(ours(&node), Ok(Received::Unknown(_)) | Err(_)),
            "{tag}"
        );
    }
}

#[test]
fn a_terminate_behind_another_action_is_heard_there_or_here() {
    let terminate = || action("terminate", &[], Vec::new());
    // A `<video>` is no action of the documents: here the terminate comes first, there the video.
    let node = call([action("video", &[("state", "6")], Vec::new()), terminate()]);
    assert!(matches!(ours(&node), Ok(Received::Terminate(_))));
    assert!(matches!(their_action(&node), CallAction::VideoState { .. }));
    // A `<mute_v2>` is: here it comes first, and there it is not seen.
    let node = call([
        action("mute_v2", &[("mute-state", "1")], Vec::new()),
        terminate(),
    ]);
    assert!(matches!(ours(&node), Ok(Received::Mute(_))));
    assert!(matches!(their_action(&node), CallAction::Terminate { .. }));
    assert_eq!(problems(&node), [None]);
}

#[test]
fn a_terminate_for_other_devices_names_them_here_and_not_there() {
    let to = NodeBuilder::new("to")
        .attr("jid", jid("15550100:7@lid"))
        .build();
    let destination = NodeBuilder::new("destination").children([to]).build();
    let node = call([action("terminate", &[], vec![destination])]);
    let Received::Terminate(terminate) = read(&node) else {
        panic!("no terminate")
    };
    let destination = terminate.action().destination().expect("a destination");
    assert_eq!(destination.recipients().len(), 1);
    assert!(matches!(their_action(&node), CallAction::Terminate { .. }));
}

#[test]
fn an_offer_of_a_call_that_is_over_rings_there_unless_it_is_marked_offline() {
    for (name, value) in [("is_call_ended", "1"), ("terminate_reason", "timeout")] {
        let node = call([action("offer", &[(name, value)], Vec::new())]);
        assert!(matches!(ours(&node), Ok(Received::EndedOffer(_))));
        let call = theirs(&node).expect("it is readable").expect("an offer");
        assert!(!call.offline);
    }
    let node = with(call([action("offer", &[], Vec::new())]), "offline", "0");
    assert!(matches!(ours(&node), Ok(Received::EndedOffer(_))));
    assert!(
        theirs(&node)
            .expect("it is readable")
            .expect("an offer")
            .offline
    );
}

#[test]
fn an_offer_to_a_group_that_says_so_by_its_type_alone_is_for_two_there() {
    let node = call([action("offer", &[("type", "group")], Vec::new())]);
    assert!(matches!(ours(&node), Ok(Received::GroupOffer(_))));
    let call = theirs(&node).expect("it is readable").expect("an offer");
    assert!(call.group.is_none());
    assert!(matches!(
        call.action,
        CallAction::Offer {
            group_jid: None,
            ..
        }
    ));
}

#[test]
fn an_offer_whose_group_has_no_particulars_is_refused_there() {
    let info = NodeBuilder::new("group_info").build();
    let node = call([action("offer", &[], vec![info])]);
    assert!(matches!(ours(&node), Ok(Received::GroupOffer(_))));
    assert!(theirs(&node).is_err());
}

#[test]
fn a_group_that_is_a_person_is_refused_here() {
    let node = call([action(
        "offer",
        &[("group-jid", "15550100@lid")],
        Vec::new(),
    )]);
    assert!(ours(&node).is_err());
    assert!(matches!(
        their_action(&node),
        CallAction::Offer {
            group_jid: Some(_),
            ..
        }
    ));
}

#[test]
fn an_id_with_a_control_character_is_refused_here() {
    let with_id = |id: &str| {
        let reject = NodeBuilder::new("reject")
            .attr("call-id", id.to_owned())
            .attr("call-creator", jid(ANN));
        call([reject.build()])
    };
    assert!(ours(&with_id("00\u{7}C0")).is_err());
    assert_eq!(their_action(&with_id("00\u{7}C0")).call_id(), "00\u{7}C0");
    // So is one of more than 256 bytes, and an empty one.
    for id in [&"A".repeat(257), ""] {
        assert!(ours(&with_id(id)).is_err());
        assert_eq!(their_action(&with_id(id)).call_id(), id);
    }
}

fn enc(key: &[u8]) -> Node {
    NodeBuilder::new("enc").bytes(key.to_vec()).build()
}

fn for_device(device: &str, key: &[u8]) -> Node {
    let to = NodeBuilder::new("to").attr("jid", jid(device));
    let to = to.children([enc(key)]).build();
    NodeBuilder::new("destination").children([to]).build()
}

/// The key that this device reads of an offer.
fn our_key(node: &Node) -> Option<Vec<u8>> {
    let Received::Offer(offer) = read(node) else {
        panic!("no offer")
    };
    let me = OwnAddress::lid(ME.parse().expect("a LID"));
    let (acked, owed) = Call::incoming(offer).acknowledge(&me);
    owed.leave_to_host_client();
    let id = "3EB0".parse().expect("an id");
    let (rings, _) = acked
        .preaccept(id, AudioRates::only(16000))
        .expect("it fits");
    Some(rings.call_key()?.content().bytes()?.to_vec())
}

fn their_key(node: &Node) -> Option<Vec<u8>> {
    let call = theirs(node).expect("it is readable").expect("an offer");
    let media = call.media?;
    Some(media.enc_for(Some(&jid(ME)))?.ciphertext.clone())
}

#[test]
fn of_a_bare_key_and_one_for_this_device_the_bare_one_counts_there() {
    let node = call([action("offer", &[], vec![enc(&[1]), for_device(ME, &[2])])]);
    assert_eq!(our_key(&node), Some(vec![2]));
    assert_eq!(their_key(&node), Some(vec![1]));
    let node = call([action(
        "offer",
        &[],
        vec![enc(&[1]), for_device("15550100:7@lid", &[2])],
    )]);
    assert_eq!(
        (our_key(&node), their_key(&node)),
        (Some(vec![1]), Some(vec![1]))
    );
}

#[test]
fn several_destinations_are_one_here_and_the_first_counts_there() {
    let both = vec![for_device("15550100:7@lid", &[1]), for_device(ME, &[2])];
    let node = call([action("offer", &[], both)]);
    assert_eq!(our_key(&node), Some(vec![2]));
    assert_eq!(their_key(&node), None);
}

#[test]
fn a_hosted_address_of_this_device_is_it_here_and_another_there() {
    let node = call([action(
        "offer",
        &[],
        vec![for_device("15550100:2@hosted.lid", &[2])],
    )]);
    assert_eq!(our_key(&node), Some(vec![2]));
    assert_eq!(their_key(&node), None);
}

#[test]
fn an_agent_in_an_address_is_no_part_of_the_user_here_and_is_one_there() {
    let node = call([action(
        "offer",
        &[],
        vec![for_device("15550100.1:2@lid", &[2])],
    )]);
    assert_eq!(our_key(&node), Some(vec![2]));
    assert_eq!(their_key(&node), None);
    let jid: Jid = "15550100.0:12@s.whatsapp.net".parse().expect("an address");
    assert_eq!((&*jid.user, jid.device), ("15550100.0", 12));
}

#[test]
fn a_device_behind_a_dot_is_an_agent_here() {
    // Only of text: in a node such an address is in parts, and has no device there either.
    let text = "15550100.2@s.whatsapp.net";
    assert_eq!(jid(text).device, 2);
    assert_eq!(
        text.parse::<ringstate::Jid>().expect("an address").device(),
        None
    );
}

#[test]
fn what_a_key_does_not_say_is_open_here_and_pkmsg_of_version_2_there() {
    let node = call([action("offer", &[], vec![enc(&[1])])]);
    let call = theirs(&node).expect("it is readable").expect("an offer");
    let media = call.media.expect("a key");
    let key = &media.encs[0].enc;
    assert_eq!((&*key.enc_type, key.version), ("pkmsg", 2));
    assert_eq!(our_key(&node), Some(vec![1]));
}

/// The receiver of what this crate writes to the address of this call, behind the encoder.
fn our_receiver(call_id: &str) -> Option<String> {
    let document = format!(r#"<call from="{call_id}@call" id="1A2B"><unheard_of/></call>"#);
    let received = xml::parse(&document).expect("a stanza");
    let owed = received.acknowledge(&OwnAddress::default());
    let node = node::to_node(owed.iter().next().expect("an ack")).ok()?;
    let Outgoing::Ack(ack) = sent(&node) else {
        panic!("no ack")
    };
    Some(ack.to().to_string())
}

#[test]
fn a_heartbeat_goes_to_another_call_there_if_the_encoder_finds_parts_in_the_call_id() {
    for (call_id, to, ours) in [
        ("C0_3", "C0@call", Some("C0_3@call")),
        ("_3", "call", Some("_3@call")),
        ("C0:3", "C0@call", Some("C0:3@call")),
    ] {
        let built = built::build_heartbeat(call_id, &jid(ANN), "3EB0");
        let Outgoing::CallStanza(heartbeat) = sent(&built) else {
            panic!("no stanza")
        };
        assert_eq!(heartbeat.to().as_str(), to);
        assert_eq!(our_receiver(call_id).as_deref(), ours);
    }
}

#[test]
fn the_address_of_a_call_whose_id_has_a_colon_is_read_here_and_there() {
    let built = built::build_heartbeat("C0:", &jid(ANN), "3EB0");
    let bytes = bytes_of(&built);
    let read = unmarshal_ref(&bytes).expect("a node");
    let to = read.attrs().optional_string("to");
    assert_eq!(to.as_deref(), Some("C0:@call"));
    let Outgoing::CallStanza(heartbeat) = sent(&built) else {
        panic!("no stanza")
    };
    assert_eq!(heartbeat.to().as_str(), "C0:@call");
    assert_eq!(our_receiver("C0:").as_deref(), Some("C0:@call"));
}

#[test]
fn a_participant_who_is_the_sender_is_repeated_here_and_left_out_there() {
    let node = with(
        call([action("video", &[("state", "11")], Vec::new())]),
        "participant",
        ANN,
    );
    let call = theirs(&node).expect("it is readable").expect("a video");
    let theirs = built::build_call_video_ack(&call, &node.as_node_ref()).expect("it has an id");
    assert!(theirs.attrs.get("participant").is_none());
    let owed = read(&node)
        .acknowledge(&OwnAddress::default())
        .in_dialect(Dialect::WhatsAppWeb);
    let ours = node::to_node(owed.iter().next().expect("an ack")).expect("nothing is lost");
    assert!(ours.attrs.get("participant").is_some());
}

#[test]
fn the_receipt_for_an_offer_names_the_participant_here_and_not_there() {
    let node = with(
        call([action("offer", &[], Vec::new())]),
        "participant",
        "15550199:4@lid",
    );
    let call = theirs(&node).expect("it is readable").expect("an offer");
    let theirs = built::build_offer_ack_receipt(&call, None).expect("an offer");
    assert!(theirs.attrs.get("participant").is_none());
    let owed = read(&node)
        .acknowledge(&OwnAddress::default())
        .in_dialect(Dialect::WhatsAppWeb);
    let ours = node::to_node(owed.iter().next().expect("a receipt")).expect("nothing is lost");
    assert!(ours.attrs.get("participant").is_some());
}

#[test]
fn capabilities_differ_in_their_fifth_byte() {
    assert_eq!(
        Capability::OFFER_AND_ACCEPT,
        [1, 5, 0xf7, 9, 0xe4, 0xbb, 0x13]
    );
    assert_eq!(built::CAPABILITY_OFFER, [1, 5, 0xf7, 9, 0xe0, 0xbb, 0x13]);
    assert_eq!(Capability::PREACCEPT, [1, 5, 0xf7, 9, 0xe4, 0xbb, 0x07]);
    assert_eq!(
        built::CAPABILITY_PREACCEPT,
        [1, 5, 0xf7, 9, 0xe0, 0xbb, 0x07]
    );
    // Those of a video offer differ in more.
    assert_eq!(Capability::VIDEO, [1, 5, 0xf7, 9, 0xe4, 0xbb, 0x53]);
    assert_eq!(
        built::CAPABILITY_VIDEO_OFFER,
        [1, 5, 0xf7, 9, 0xe0, 0xfa, 0x13]
    );
}

#[test]
fn a_video_offer_names_its_codec_with_a_dot_here_and_without_one_there() {
    let built = built::build_offer(&built::OfferParams {
        call_id: "00C0FFEE",
        to: &jid(ME),
        call_creator: &jid(ANN),
        device_keys: &[],
        privacy_token: None,
        capability: None,
        device_identity: None,
        id: Some("1A2B"),
        multi_device: false,
        video: true,
        audio_rates: &[],
    });
    let Received::Offer(offer) = read(&delivered(&built, &jid(ANN), "1A2B")) else {
        panic!("no offer")
    };
    let theirs = offer.action().video().expect("a format");
    assert_eq!(theirs.attribute("enc"), Some("h264"));
    let ours = VideoFormat::offered(1920, 1080);
    assert_eq!(ours.attribute("enc"), Some("h.264"));
}

#[test]
fn transport_latency_and_mute_are_built_without_an_id_there() {
    let (me, ann) = (jid(ME), jid(ANN));
    let transport = built::build_transport(&built::TransportParams {
        call_id: "00C0FFEE",
        to: &ann,
        call_creator: &ann,
        p2p_cand_round: None,
        transport_message_type: None,
        relay_te: None,
    });
    let latency = built::build_relay_latency(&built::RelayLatencyParams {
        call_id: "00C0FFEE",
        to: &ann,
        call_creator: &ann,
        latency_ms: 45,
        relay_name: "gru1c02",
        address_bytes: &[],
        devices: &[],
    });
    let mute = built::build_mute_v2("00C0FFEE", &ann, &me, "1");
    for node in [transport, latency, mute] {
        assert!(node.attrs.get("id").is_none());
        assert!(matches!(node.content, Some(NodeContent::Nodes(_))));
        // It is read here, and nothing can be owed for it.
        let mut arrives = node;
        arrives.attrs.0.clear();
        arrives.attrs.push("from", ann.clone());
        assert!(
            read(&arrives)
                .acknowledge(&OwnAddress::default())
                .is_empty()
        );
    }
}
