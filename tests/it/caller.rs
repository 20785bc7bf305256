//! The caller: several devices, whose word counts for what, and how a call that was made ends.

use crate::common::{line, lines, received};
use ringstate::stanza::{CallAction as _, Receipt, ServerAck};
use ringstate::{
    AcceptHeard, Accepted, Acked, Call, Caller, Creator, DeviceIdentity, DeviceKey, DeviceState,
    EndedBy, Ending, HearError, Inbound, MuteState, NewCall, OfferAckHeard, Offered, Outcome,
    Preaccepted, Received, RefusedParts, RejectHeard, RingingDevices, TerminateHeard,
    TerminateReason, xml,
};

const IDENTITY: &str = r#"call-id="00C0FFEE" call-creator="15550199:3@lid""#;

fn identity_key(message: &[u8]) -> DeviceKey {
    DeviceKey::NewSession {
        message: message.to_vec(),
        identity: DeviceIdentity::new(&[0x0a, 0x12]),
    }
}

/// A call to Bob, whose devices 0, 7 and 9 ring.
fn new_call() -> NewCall {
    NewCall {
        call_id: "00C0FFEE".parse().expect("an id"),
        peer: "15550100@lid".parse().expect("an address"),
        peer_alias: Some("15550101@s.whatsapp.net".parse().expect("an address")),
        creator: Creator::Lid {
            lid: "15550199:3@lid".parse().expect("a LID"),
            phone_number: "15550198:3@s.whatsapp.net".parse().ok(),
        },
        devices: RingingDevices {
            first: (
                "15550100@lid".parse().expect("an address"),
                DeviceKey::Session(vec![0x33, 0xaa]),
            ),
            others: vec![
                (
                    "15550100:7@lid".parse().expect("an address"),
                    Some(identity_key(&[0x33, 0xbb])),
                ),
                ("15550100:9@lid".parse().expect("an address"), None),
            ],
        },
        video: None,
        redial: None,
        privacy: None,
    }
}

fn offered() -> Call<Caller, Offered> {
    new_call()
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered")
        .0
}

fn ack(document: &str) -> ServerAck {
    match received(document) {
        Received::Ack(ack) => ack,
        other => panic!("{other:?}"),
    }
}

fn acked() -> Call<Caller, Acked> {
    match offered().on_ack(ack(
        r#"<ack class="call" id="1A2B" from="s.whatsapp.net" type="offer"/>"#,
    )) {
        Ok(OfferAckHeard::Confirmed(acked, _)) => acked,
        other => panic!("{other:?}"),
    }
}

macro_rules! inbound {
    ($name:ident, $kind:ident) => {
        fn $name(document: &str) -> Inbound<ringstate::$kind> {
            match received(document) {
                Received::$kind(stanza) => stanza,
                other => panic!("{other:?}"),
            }
        }
    };
}

inbound!(accept, Accept);
inbound!(reject, Reject);
inbound!(preaccept, Preaccept);
inbound!(terminate, Terminate);
inbound!(transport, Transport);

/// A stanza of this call, from this address.
fn from(address: &str, action: &str, rest: &str) -> String {
    format!(r#"<call from="{address}" id="9Z"><{action} {IDENTITY} {rest}/></call>"#)
}

fn preaccepted() -> Call<Caller, Preaccepted> {
    acked()
        .on_preaccept(preaccept(&from("15550100:7@lid", "preaccept", "")))
        .expect("a device rings")
        .0
}

fn accepted_by(device: &str) -> (Call<Caller, Accepted>, Vec<String>) {
    let (AcceptHeard { call, siblings }, owed) = acked()
        .on_accept(accept(&from(device, "accept", "")))
        .expect("a device answers");
    assert!(line(owed).starts_with("<ack "));
    let told = siblings.devices().iter().map(ToString::to_string).collect();
    assert!(siblings.dismiss_each().count() < 4);
    (call, told)
}

#[test]
fn an_offer_has_its_documented_form() {
    let (_call, offer) = new_call()
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    assert_eq!(
        xml::to_string(offer.stanza()),
        format!(
            r#"<call to="15550100@lid" id="1A2B"><offer {IDENTITY}><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><net medium="3"/><capability ver="1">0105f709e4bb13</capability><destination><to jid="15550100@lid"><enc v="2" type="msg" count="0">33aa</enc></to><to jid="15550100:7@lid"><enc v="2" type="pkmsg" count="0">33bb</enc></to><to jid="15550100:9@lid"/></destination><encopt keygen="2"/><device-identity>0a12</device-identity></offer></call>"#
        )
    );
}

#[test]
fn one_device_gets_a_bare_key_and_a_token_and_a_video_their_places() {
    let call = NewCall {
        devices: RingingDevices::one(
            "15550100@lid".parse().expect("an address"),
            identity_key(&[0x33]),
        ),
        video: Some(ringstate::stanza::VideoFormat::default()),
        redial: None,
        privacy: Some(vec![0x04, 0x01]),
        ..new_call()
    };
    let (_call, offer) = call
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    assert_eq!(
        xml::to_string(offer.stanza()),
        format!(
            r#"<call to="15550100@lid" id="1A2B"><offer {IDENTITY}><privacy>0401</privacy><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><video/><net medium="3"/><capability ver="1">0105f709e4bb13</capability><enc v="2" type="pkmsg" count="0">33</enc><encopt keygen="2"/><device-identity>0a12</device-identity></offer></call>"#
        )
    );
}

#[test]
fn without_a_new_session_there_is_no_device_identity() {
    let devices = RingingDevices::one(
        "15550100@lid".parse().expect("an address"),
        DeviceKey::Session(vec![1]),
    );
    let (_call, offer) = NewCall {
        devices,
        ..new_call()
    }
    .offer("1A2B".parse().expect("an id"))
    .expect("it can be offered");
    assert!(!xml::to_string(offer.stanza()).contains("device-identity"));
}

#[test]
fn the_creator_is_the_own_lid_where_there_is_one() {
    let number: ringstate::PhoneNumber =
        "15550198:3@s.whatsapp.net".parse().expect("a phone number");
    let call = NewCall {
        creator: Creator::PhoneNumber(number),
        ..new_call()
    };
    let (call, _offer) = call
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    assert_eq!(
        call.identity().call_creator.as_str(),
        "15550198:3@s.whatsapp.net"
    );
    assert_eq!(offered().identity().call_creator.as_str(), "15550199:3@lid");
}

#[test]
fn the_server_s_ack_is_matched_by_the_stanza_s_id() {
    let other = ack(r#"<ack class="call" id="00C0FFEE"/>"#);
    let refused = offered()
        .on_ack(other.clone())
        .expect_err("it is of another stanza");
    let RefusedParts {
        call,
        input: given_back,
        reason,
    } = refused.into_parts();
    assert_eq!((given_back, reason), (other, HearError::OtherStanza));
    let relays = ack(r#"<ack class="call" id="1A2B" type="offer"><relay/></ack>"#);
    let Ok(OfferAckHeard::Confirmed(_call, ack)) = call.on_ack(relays) else {
        panic!("it is taken")
    };
    assert_eq!(
        ack.children().len(),
        1,
        "the relay allocation arrives only here"
    );
}

#[test]
fn a_refused_offer_ends_the_call_with_the_server_s_code() {
    for (document, code) in [
        (r#"<ack class="call" id="1A2B" error="439"/>"#, Some(439)),
        (
            r#"<ack class="call" id="1A2B"><error code="404"/></ack>"#,
            Some(404),
        ),
        (r#"<ack class="call" id="1A2B"><error/></ack>"#, None),
    ] {
        let Ok(OfferAckHeard::Failed(call, _)) = offered().on_ack(ack(document)) else {
            panic!("{document}")
        };
        assert_eq!(
            (call.outcome(), call.ended_by()),
            (Outcome::RefusedByServer { code }, EndedBy::Server)
        );
    }
}

fn receipt(document: &str) -> Receipt {
    match received(document) {
        Received::Receipt(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_receipt_marks_its_device_and_answers_nothing() {
    let mut call = acked();
    let of = |from: &str, id: &str, inside: &str| {
        receipt(&format!(
            r#"<receipt from="{from}" id="{id}"><{inside}/></receipt>"#
        ))
    };
    let offer = format!("offer {IDENTITY}");
    call.on_receipt(of("15550100:7@lid", "1A2B", &offer))
        .expect("a device has the offer");
    let states: Vec<DeviceState> = call.devices().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [
            DeviceState::Silent,
            DeviceState::Reached,
            DeviceState::Silent
        ]
    );
    for (receipt, reason) in [
        (
            of("15550100@lid", "1A2B", "accept"),
            HearError::NotForAnOffer,
        ),
        (
            of("15550100@lid", "00C0FFEE", &offer),
            HearError::OtherStanza,
        ),
        (
            of("15550100@lid", "1A2B", &offer.replace("00C0FFEE", "0DD")),
            HearError::OtherCall,
        ),
        (of("15550177@lid", "1A2B", &offer), HearError::NotThePeer),
    ] {
        let refused = call.on_receipt(receipt.clone()).expect_err("it is refused");
        let RefusedParts {
            input: given_back,
            reason: why,
            ..
        } = refused.into_parts();
        assert_eq!((given_back, why), (receipt, reason));
    }
}

#[test]
fn a_preaccept_marks_its_device_as_ringing() {
    let call = preaccepted();
    let states: Vec<DeviceState> = call.devices().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [
            DeviceState::Silent,
            DeviceState::Ringing,
            DeviceState::Silent
        ]
    );
    let again = call.on_preaccept(preaccept(&from("15550100@lid", "preaccept", "")));
    assert!(again.is_ok(), "every device may ring");
}

#[test]
fn an_accept_binds_the_call_to_its_device_and_hands_out_the_others() {
    let (call, siblings) = accepted_by("15550100:7@lid");
    assert_eq!(call.answered_by().as_str(), "15550100:7@lid");
    assert_eq!(call.answer().identity(), call.identity());
    assert_eq!(siblings, ["15550100@lid", "15550100:9@lid"]);
    let (_call, terminate) = call.terminate();
    assert_eq!(
        line(terminate),
        format!(r#"<call to="15550100:7@lid"><terminate {IDENTITY}/></call>"#)
    );
}

#[test]
fn siblings_are_dismissed_together_or_one_by_one() {
    let heard = || {
        acked()
            .on_accept(accept(&from("15550100@lid", "accept", "")))
            .expect("an answer")
            .0
    };
    assert_eq!(
        line(heard().siblings.dismiss().expect("two ring on")),
        format!(
            r#"<call to="15550100@lid"><terminate {IDENTITY} reason="accepted_elsewhere"><destination><to jid="15550100:7@lid"/><to jid="15550100:9@lid"/></destination></terminate></call>"#
        )
    );
    assert_eq!(
        heard()
            .siblings
            .dismiss_each()
            .map(line)
            .collect::<Vec<_>>(),
        ["15550100:7@lid", "15550100:9@lid"].map(|device| format!(
            r#"<call to="{device}"><terminate {IDENTITY} reason="accepted_elsewhere"><destination><to jid="{device}"/></destination></terminate></call>"#
        ))
    );
}

#[test]
fn the_participant_of_a_call_s_own_address_is_who_answers() {
    let document =
        from("00C0FFEE@call", "accept", "").replace(" id=", r#" participant="15550100:9@lid" id="#);
    let (AcceptHeard { call, siblings }, _owed) =
        acked().on_accept(accept(&document)).expect("an answer");
    assert_eq!(call.answered_by().as_str(), "15550100:9@lid");
    assert!(
        siblings
            .devices()
            .iter()
            .all(|device| device != call.answered_by())
    );
}

#[test]
fn a_stranger_can_neither_answer_nor_decline_nor_end_the_call() {
    for address in [
        "15550177@lid",
        "15550177@s.whatsapp.net",
        "120363000000000000@g.us",
    ] {
        let refused = acked()
            .on_accept(accept(&from(address, "accept", "")))
            .expect_err(address);
        assert_eq!(refused.reason(), &HearError::Stranger, "{address}");
        let RefusedParts {
            call,
            input: stanza,
            ..
        } = refused.into_parts();
        assert!(line(stanza.acknowledge()).starts_with("<ack "));
        let refused = call
            .on_reject(reject(&from(address, "reject", "")))
            .expect_err(address);
        let RefusedParts { call, reason, .. } = refused.into_parts();
        assert_eq!(reason, HearError::Stranger);
        let refused = call
            .on_terminate(terminate(&from(address, "terminate", "")))
            .expect_err(address);
        assert_eq!(refused.reason(), &HearError::Stranger);
    }
    for address in [
        "s.whatsapp.net",
        "15550199:8@lid",
        "15550198@s.whatsapp.net",
    ] {
        let refused = acked()
            .on_accept(accept(&from(address, "accept", "")))
            .expect_err(address);
        assert_eq!(refused.reason(), &HearError::NotThePeer, "{address}");
    }
}

#[test]
fn a_device_is_the_same_in_either_address_space() {
    let number = "15550101:7@s.whatsapp.net";
    let (call, siblings) = accepted_by(number);
    assert_eq!(
        siblings,
        ["15550100@lid", "15550100:9@lid"],
        "the device that answered is not dismissed"
    );
    assert!(
        call.on_transport(transport(&from("15550100:7@lid", "transport", "")))
            .is_ok()
    );
    let again = accept(&from("15550100:7@lid", "accept", ""));
    assert!(
        call.on_late_accept(again)
            .expect("it is of this call")
            .0
            .devices()
            .is_empty()
    );

    let mut call = acked();
    let document = format!(r#"<receipt from="{number}" id="1A2B"><offer {IDENTITY}/></receipt>"#);
    call.on_receipt(receipt(&document))
        .expect("a device has the offer");
    let states: Vec<DeviceState> = call.devices().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [
            DeviceState::Silent,
            DeviceState::Reached,
            DeviceState::Silent
        ]
    );
    let mut heard = call.on_reject(reject(&from(number, "reject", r#"reason="busy""#)));
    for other in ["15550101@s.whatsapp.net", "15550101:9@s.whatsapp.net"] {
        let Ok((RejectHeard::DeviceOut(call), _owed)) = heard else {
            panic!("{other} rings on")
        };
        heard = call.on_reject(reject(&from(other, "reject", r#"reason="busy""#)));
    }
    assert!(matches!(heard, Ok((RejectHeard::NobodyLeft(_), _))));
}

#[test]
fn the_peer_s_other_address_is_the_peer() {
    let (call, _siblings) = accepted_by("15550101:7@s.whatsapp.net");
    assert_eq!(call.answered_by().as_str(), "15550101:7@s.whatsapp.net");
}

#[test]
fn an_own_device_cannot_end_an_outgoing_call() {
    let document = from(
        "15550199:8@lid",
        "terminate",
        r#"reason="accepted_elsewhere""#,
    );
    let refused = acked()
        .on_terminate(terminate(&document))
        .expect_err("an own device");
    assert_eq!(refused.reason(), &HearError::OwnDevice);
}

#[test]
fn a_busy_device_is_out_and_the_others_ring_on() {
    for why in ["busy", "enc", "uncallable", "whatever"] {
        let document = from("15550100:7@lid", "reject", &format!(r#"reason="{why}""#));
        let Ok((RejectHeard::DeviceOut(call), owed)) = acked().on_reject(reject(&document)) else {
            panic!("{why}")
        };
        assert!(line(owed).starts_with("<ack "));
        let left: Vec<_> = call
            .devices()
            .filter(|(_, state)| *state != DeviceState::Out)
            .collect();
        assert_eq!(left.len(), 2, "{why}");
    }
}

#[test]
fn a_user_s_decline_lets_the_caller_give_up() {
    for rest in ["", r#"reason="declined""#, r#"reason="""#] {
        let document = from("15550100:7@lid", "reject", rest);
        let Ok((RejectHeard::UserDeclined(call, decline), _owed)) =
            acked().on_reject(reject(&document))
        else {
            panic!("{rest}")
        };
        let (rejected, siblings) = call.give_up(decline).expect("it is of this call");
        assert_eq!(
            (rejected.outcome(), rejected.ended_by()),
            (Outcome::Declined, EndedBy::Peer)
        );
        assert_eq!(
            line(siblings.dismiss().expect("two ring on")),
            format!(
                r#"<call to="15550100@lid"><terminate {IDENTITY} reason="rejected_elsewhere"><destination><to jid="15550100@lid"/><to jid="15550100:9@lid"/></destination></terminate></call>"#
            )
        );
    }
}

#[test]
fn a_decline_of_another_call_is_refused() {
    let other = NewCall {
        call_id: "0DD".parse().expect("an id"),
        ..new_call()
    };
    let (other, _offer) = other
        .offer("2B3C".parse().expect("an id"))
        .expect("it can be offered");
    let Ok(OfferAckHeard::Confirmed(other, _)) =
        other.on_ack(ack(r#"<ack class="call" id="2B3C"/>"#))
    else {
        panic!()
    };
    let document = from("15550100:7@lid", "reject", "");
    let Ok((RejectHeard::UserDeclined(_call, decline), _owed)) =
        acked().on_reject(reject(&document))
    else {
        panic!()
    };
    let refused = other.give_up(decline).expect_err("it is of another call");
    assert_eq!(refused.reason(), &HearError::OtherCall);
}

fn all_reject(reasons: [&str; 3]) -> Call<Caller, ringstate::Rejected> {
    let mut call = acked();
    for (device, reason) in ["15550100@lid", "15550100:7@lid", "15550100:9@lid"]
        .into_iter()
        .zip(reasons)
    {
        call = match call.on_reject(reject(&from(device, "reject", reason))) {
            Ok((RejectHeard::DeviceOut(call) | RejectHeard::UserDeclined(call, _), _owed)) => call,
            Ok((RejectHeard::NobodyLeft(call), _owed)) => return call,
            Err(refused) => panic!("{}", refused.reason()),
        };
    }
    panic!("somebody is left")
}

#[test]
fn when_no_device_is_left_the_call_is_over() {
    let busy = r#"reason="busy""#;
    assert_eq!(
        all_reject([busy, busy, busy]).outcome(),
        Outcome::Unavailable
    );
    assert_eq!(all_reject([busy, "", busy]).outcome(), Outcome::Declined);
    assert_eq!(all_reject(["", busy, busy]).outcome(), Outcome::Declined);
}

#[test]
fn a_reject_that_comes_again_takes_nobody_else_out() {
    let again = || reject(&from("15550100:7@lid", "reject", r#"reason="busy""#));
    let Ok((RejectHeard::DeviceOut(call), _owed)) = acked().on_reject(again()) else {
        panic!()
    };
    let refused = call.on_reject(again()).expect_err("it is out").into_parts();
    assert_eq!(refused.reason, HearError::DeviceIsOut);
    let call = refused.call;
    assert_eq!(
        call.devices()
            .filter(|(_, state)| *state == DeviceState::Out)
            .count(),
        1
    );
}

#[test]
fn a_caller_cancels_at_any_time_before_an_accept() {
    let expected = format!(r#"<call to="15550100@lid"><terminate {IDENTITY}/></call>"#);
    let (call, stanza) = offered().terminate();
    assert_eq!(
        (call.outcome(), line(stanza)),
        (Outcome::Cancelled, expected.clone())
    );
    let (call, stanza) = acked().terminate();
    assert_eq!(
        (call.outcome(), line(stanza)),
        (Outcome::Cancelled, expected.clone())
    );
    let (call, stanza) = preaccepted().terminate();
    assert_eq!(
        (call.outcome(), line(stanza)),
        (Outcome::Cancelled, expected)
    );
}

#[test]
fn a_ring_timeout_is_told_with_its_reason_and_the_devices_that_ring() {
    let ending = Ending {
        reason: Some(TerminateReason::TIMEOUT),
        devices: vec!["15550100:7@lid".parse().expect("an address")],
    };
    let (call, terminate) = preaccepted().terminate_with(ending);
    assert_eq!(
        (call.outcome(), call.ended_by()),
        (Outcome::TimedOut, EndedBy::Us)
    );
    assert_eq!(
        line(terminate),
        format!(
            r#"<call to="15550100@lid"><terminate {IDENTITY} reason="timeout"><destination><to jid="15550100:7@lid"/></destination></terminate></call>"#
        )
    );
    assert_eq!(offered().abandon().outcome(), Outcome::TimedOut);
    assert_eq!(acked().abandon().outcome(), Outcome::TimedOut);
    assert_eq!(
        accepted_by("15550100@lid").0.abandon().outcome(),
        Outcome::HungUp
    );
}

#[test]
fn however_a_call_ends_after_a_user_s_word_it_was_declined() {
    let document = from("15550100:7@lid", "reject", "");
    let declined = || match acked().on_reject(reject(&document)) {
        Ok((RejectHeard::UserDeclined(call, _), _owed)) => call,
        other => panic!("{other:?}"),
    };
    assert_eq!(declined().terminate().0.outcome(), Outcome::Declined);
    assert_eq!(declined().abandon().outcome(), Outcome::Declined);
    let server = terminate(&from("s.whatsapp.net", "terminate", r#"reason="timeout""#));
    match declined().on_terminate(server) {
        Ok((TerminateHeard::Ended(call), _owed)) => assert_eq!(call.outcome(), Outcome::Declined),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_server_ends_a_call_whatever_rings() {
    for (reason, outcome) in [
        ("timeout", Outcome::TimedOut),
        ("declined", Outcome::Declined),
        ("reject_elsewhere", Outcome::Declined),
        ("cancelled", Outcome::Cancelled),
        ("busy", Outcome::Unavailable),
        ("setup_failed", Outcome::Unavailable),
    ] {
        let document = from(
            "s.whatsapp.net",
            "terminate",
            &format!(r#"reason="{reason}""#),
        );
        match offered().on_terminate(terminate(&document)) {
            Ok((TerminateHeard::Ended(call), _owed)) => {
                assert_eq!(
                    (call.outcome(), call.ended_by()),
                    (outcome, EndedBy::Server),
                    "{reason}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_terminate_of_a_device_takes_it_out_and_of_the_last_one_ends_the_call() {
    let of = |device: &str, rest: &str| terminate(&from(device, "terminate", rest));
    // A device that only rings the server's bell is not its user.
    let Ok((TerminateHeard::DeviceOut(call, None), _owed)) =
        acked().on_terminate(of("15550100:7@lid", ""))
    else {
        panic!("the others ring on")
    };
    let Ok((TerminateHeard::DeviceOut(call, None), _owed)) =
        call.on_terminate(of("15550100:9@lid", r#"reason="uncallable""#))
    else {
        panic!("one rings on")
    };
    match call.on_terminate(of("15550100@lid", r#"reason="busy""#)) {
        Ok((TerminateHeard::Ended(call), _owed)) => {
            assert_eq!(
                (call.outcome(), call.ended_by()),
                (Outcome::Unavailable, EndedBy::Peer)
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_that_rang_declines_with_terminate() {
    let document = from("15550100:7@lid", "terminate", "");
    let Ok((TerminateHeard::DeviceOut(call, Some(decline)), _owed)) =
        preaccepted().on_terminate(terminate(&document))
    else {
        panic!("the user has declined")
    };
    assert_eq!(
        call.give_up(decline)
            .expect("it is of this call")
            .0
            .outcome(),
        Outcome::Declined
    );
}

#[test]
fn after_an_answer_only_the_device_that_answered_ends_the_call() {
    let (call, _siblings) = accepted_by("15550100:7@lid");
    let other = terminate(&from("15550100:9@lid", "terminate", ""));
    let Ok((TerminateHeard::DeviceOut(call, None), _owed)) = call.on_terminate(other) else {
        panic!("it goes on")
    };
    match call.on_terminate(terminate(&from("15550100:7@lid", "terminate", ""))) {
        Ok((TerminateHeard::Ended(call), _owed)) => assert_eq!(call.outcome(), Outcome::HungUp),
        other => panic!("{other:?}"),
    }
}

#[test]
fn late_answers_change_nothing_and_a_late_accepter_is_dismissed() {
    let (call, _siblings) = accepted_by("15550100:7@lid");
    let (siblings, owed) = call
        .on_late_accept(accept(&from("15550100:9@lid", "accept", "")))
        .expect("it is of this call");
    assert!(line(owed).starts_with("<ack "));
    assert_eq!(
        siblings.dismiss_each().map(line).collect::<Vec<_>>(),
        [format!(
            r#"<call to="15550100:9@lid"><terminate {IDENTITY} reason="accepted_elsewhere"><destination><to jid="15550100:9@lid"/></destination></terminate></call>"#
        )]
    );
    let (siblings, _owed) = call
        .on_late_accept(accept(&from("15550100:7@lid", "accept", "")))
        .expect("it is of this call");
    assert!(
        siblings.dismiss().is_none(),
        "a repeated accept dismisses nobody"
    );
    let owed = call
        .on_late_preaccept(preaccept(&from("15550100@lid", "preaccept", "")))
        .expect("late");
    assert!(line(owed).starts_with("<ack "));
    let owed = call
        .on_late_reject(reject(&from("15550100@lid", "reject", "")))
        .expect("late");
    assert!(line(owed).starts_with("<ack "));
    let stranger = accept(&from("15550177@lid", "accept", ""));
    assert_eq!(
        call.on_late_accept(stranger)
            .expect_err("a stranger")
            .reason(),
        &HearError::Stranger
    );
    assert_eq!(call.answered_by().as_str(), "15550100:7@lid");
}

#[test]
fn an_accept_that_crosses_a_cancel_is_late() {
    let (cancelled, _terminate) = acked().terminate();
    let owed = cancelled
        .on_late(accept(&from("15550100@lid", "accept", "")))
        .expect("it is of this call");
    assert_eq!(lines(owed).len(), 1);
    assert_eq!(
        cancelled.outcome(),
        Outcome::Cancelled,
        "a cancelled call is not answered"
    );
}

#[test]
fn after_an_answer_only_the_device_that_answered_is_a_participant() {
    let (call, _siblings) = accepted_by("15550100:7@lid");
    assert!(
        call.on_transport(transport(&from("15550100:7@lid", "transport", "")))
            .is_ok()
    );
    assert!(
        call.on_transport(transport(&from("s.whatsapp.net", "transport", "")))
            .is_ok()
    );
    let refused = call
        .on_transport(transport(&from("15550100:9@lid", "transport", "")))
        .expect_err("another device");
    assert_eq!(refused.reason(), &HearError::OtherDevice);
    assert!(
        acked()
            .on_transport(transport(&from("15550100:9@lid", "transport", "")))
            .is_ok()
    );
}

#[test]
fn what_is_said_goes_to_the_peer_and_then_to_the_device_that_answered() {
    let report = || ringstate::RelayReport {
        latency: ringstate::stanza::Latency::from_millis(45),
        upload_bandwidth: None,
        download_bandwidth: None,
        relay_name: "gru1c02".parse().ok(),
        address: vec![0xcb],
    };
    let te = r#"<te latency="33554477" relay_name="gru1c02">cb</te>"#;
    assert_eq!(
        line(acked().relay_latency(report())),
        format!(
            r#"<call to="15550100@lid"><relaylatency {IDENTITY}>{te}<destination><to jid="15550100@lid"/><to jid="15550100:7@lid"/><to jid="15550100:9@lid"/></destination></relaylatency></call>"#
        )
    );
    let (call, _siblings) = accepted_by("15550100:7@lid");
    assert_eq!(
        line(call.relay_latency(report())),
        format!(
            r#"<call to="15550100:7@lid"><relaylatency {IDENTITY}>{te}<destination><to jid="15550100:7@lid"/></destination></relaylatency></call>"#
        )
    );
    let transport = line(call.transport(ringstate::TransportMessage::default()));
    assert!(
        transport.starts_with(r#"<call to="15550100:7@lid"><transport "#),
        "{transport}"
    );
}

#[test]
fn a_device_that_is_out_is_neither_told_nor_asked_nor_revived() {
    let busy = reject(&from("15550100:7@lid", "reject", r#"reason="busy""#));
    let Ok((RejectHeard::DeviceOut(mut call), _owed)) = acked().on_reject(busy) else {
        panic!("others ring on")
    };
    let late = format!(r#"<receipt from="15550100:7@lid" id="1A2B"><offer {IDENTITY}/></receipt>"#);
    call.on_receipt(receipt(&late))
        .expect("it is of this offer");
    let states: Vec<DeviceState> = call.devices().map(|(_, state)| state).collect();
    assert_eq!(
        states,
        [DeviceState::Silent, DeviceState::Out, DeviceState::Silent]
    );
    let report = ringstate::RelayReport {
        latency: ringstate::stanza::Latency::from_millis(45),
        upload_bandwidth: None,
        download_bandwidth: None,
        relay_name: "gru1c02".parse().ok(),
        address: vec![0xcb],
    };
    assert!(!line(call.relay_latency(report)).contains("15550100:7@lid"));
    let (heard, _owed) = call
        .on_accept(accept(&from("15550100@lid", "accept", "")))
        .expect("an answer");
    assert_eq!(
        heard
            .siblings
            .devices()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["15550100:9@lid"]
    );
    let other = terminate(&from("15550100:9@lid", "terminate", ""));
    let Ok((TerminateHeard::DeviceOut(call, None), _owed)) = heard.call.on_terminate(other) else {
        panic!("it goes on")
    };
    assert_eq!(
        call.devices()
            .filter(|(_, state)| *state == DeviceState::Out)
            .count(),
        2
    );
}

#[test]
fn the_participant_is_who_rings_declines_and_ends() {
    let by = |action: &str, rest: &str| {
        from("00C0FFEE@call", action, rest).replace(" id=", r#" participant="15550100:7@lid" id="#)
    };
    let (call, _owed) = acked()
        .on_preaccept(preaccept(&by("preaccept", "")))
        .expect("a device rings");
    assert_eq!(
        call.devices().nth(1).map(|(_, state)| state),
        Some(DeviceState::Ringing)
    );
    let Ok((TerminateHeard::DeviceOut(call, Some(_)), _owed)) =
        call.on_terminate(terminate(&by("terminate", "")))
    else {
        panic!("its user has declined")
    };
    assert_eq!(
        call.devices().nth(1).map(|(_, state)| state),
        Some(DeviceState::Out)
    );
    let Ok((RejectHeard::DeviceOut(call), _owed)) =
        acked().on_reject(reject(&by("reject", r#"reason="busy""#)))
    else {
        panic!("others ring on")
    };
    assert_eq!(
        call.devices().nth(1).map(|(_, state)| state),
        Some(DeviceState::Out)
    );
}

#[test]
fn late_answers_of_strangers_are_refused() {
    let (call, _siblings) = accepted_by("15550100:7@lid");
    let refused = call
        .on_late_preaccept(preaccept(&from("15550177@lid", "preaccept", "")))
        .expect_err("a stranger");
    assert_eq!(refused.reason(), &HearError::Stranger);
    let other = from("15550100@lid", "reject", "").replace("00C0FFEE", "0DD");
    let refused = call
        .on_late_reject(reject(&other))
        .expect_err("of another call");
    assert_eq!(refused.reason(), &HearError::OtherCall);
}

#[test]
fn the_server_s_refusal_outweighs_a_user_s_word() {
    let declined = terminate(&from("15550100:7@lid", "terminate", r#"reason="declined""#));
    let Ok((TerminateHeard::DeviceOut(call, Some(_)), _owed)) = offered().on_terminate(declined)
    else {
        panic!()
    };
    let Ok(OfferAckHeard::Failed(call, _)) =
        call.on_ack(ack(r#"<ack class="call" id="1A2B" error="439"/>"#))
    else {
        panic!("it is refused")
    };
    assert_eq!(call.outcome(), Outcome::RefusedByServer { code: Some(439) });
}

#[test]
fn a_device_that_is_listed_twice_rings_once() {
    let key = || DeviceKey::Session(vec![1]);
    let call = NewCall {
        devices: RingingDevices {
            first: ("15550100@lid".parse().expect("an address"), key()),
            others: vec![("15550100:0@lid".parse().expect("an address"), Some(key()))],
        },
        ..new_call()
    };
    let (call, offer) = call
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    assert!(!xml::to_string(offer.stanza()).contains("<destination>"));
    let Ok(OfferAckHeard::Confirmed(call, _)) =
        call.on_ack(ack(r#"<ack class="call" id="1A2B"/>"#))
    else {
        panic!()
    };
    let heard = call.on_reject(reject(&from("15550100@lid", "reject", "")));
    assert!(matches!(heard, Ok((RejectHeard::NobodyLeft(_), _))));
}

#[test]
fn a_device_that_is_out_cannot_answer() {
    let busy = reject(&from("15550100:7@lid", "reject", r#"reason="busy""#));
    let Ok((RejectHeard::DeviceOut(call), _owed)) = acked().on_reject(busy) else {
        panic!("others ring on")
    };
    let answer = |call: Call<Caller, Acked>, device: &str| {
        let refused = call.on_accept(accept(&from(device, "accept", "")));
        refused.expect_err("no answer").into_parts()
    };
    let refused = answer(call, "15550100:7@lid");
    assert_eq!(refused.reason, HearError::DeviceIsOut, "SIG-18.12");
    assert!(
        xml::to_string(refused.input.acknowledge().iter().next().expect("its ack"))
            .starts_with("<ack ")
    );
    // Its `<terminate>` has overtaken its `<accept>`: it never rang, and nobody would be there.
    let left = terminate(&from("15550100:9@lid", "terminate", ""));
    let Ok((TerminateHeard::DeviceOut(call, None), _owed)) = refused.call.on_terminate(left) else {
        panic!("one device is left")
    };
    let refused = answer(call, "15550100:9@lid");
    assert_eq!(refused.reason, HearError::DeviceIsOut);
    // No key of the call went to this one.
    let refused = answer(refused.call, "15550100:8@lid");
    assert_eq!(refused.reason, HearError::NotOffered);
    // Neither does it decline, leave or ring.
    let no_reject = reject(&from("15550100:8@lid", "reject", ""));
    let refused = refused
        .call
        .on_reject(no_reject)
        .expect_err("no reject")
        .into_parts();
    assert_eq!(refused.reason, HearError::NotOffered);
    let no_end = terminate(&from("15550100:8@lid", "terminate", ""));
    let refused = refused
        .call
        .on_terminate(no_end)
        .expect_err("no end")
        .into_parts();
    assert_eq!(refused.reason, HearError::NotOffered);
    let call = refused.call;
    let (heard, _owed) = call
        .on_accept(accept(&from("15550100@lid", "accept", "")))
        .expect("an answer");
    assert_eq!(heard.call.answered_by().as_str(), "15550100@lid");
    assert!(heard.siblings.devices().is_empty());
}

#[test]
fn a_state_of_the_microphone_is_told_once_in_every_phase() {
    let mut acked = acked();
    assert!(acked.mute(MuteState::MUTED).is_some());
    assert!(acked.mute(MuteState::MUTED).is_none());
    let mut preaccepted = preaccepted();
    assert!(preaccepted.mute(MuteState::UNMUTED).is_some());
    assert!(preaccepted.mute(MuteState::UNMUTED).is_none());
    let (mut accepted, _) = accepted_by("15550100:7@lid");
    assert!(accepted.mute(MuteState::MUTED).is_some());
    assert!(accepted.mute(MuteState::MUTED).is_none());
    assert!(accepted.mute(MuteState::UNMUTED).is_some());
}

#[test]
fn a_caller_s_video_is_handed_out_once() {
    let (mut accepted, _) = accepted_by("15550100:7@lid");
    assert!(accepted.video().is_some());
    assert!(accepted.video().is_none());
}

#[test]
fn a_user_s_decline_outlasts_what_other_devices_say() {
    let declined = terminate(&from("15550100@lid", "terminate", r#"reason="declined""#));
    let Ok((TerminateHeard::DeviceOut(call, Some(_)), owed)) = acked().on_terminate(declined)
    else {
        panic!("others ring on")
    };
    drop(owed);
    let busy = |device: &str| terminate(&from(device, "terminate", r#"reason="busy""#));
    let Ok((TerminateHeard::DeviceOut(call, None), owed)) =
        call.on_terminate(busy("15550100:7@lid"))
    else {
        panic!("one rings on")
    };
    drop(owed);
    let Ok((TerminateHeard::Ended(ended), owed)) = call.on_terminate(busy("15550100:9@lid")) else {
        panic!("none is left")
    };
    drop(owed);
    assert_eq!(ended.outcome(), Outcome::Declined);
}

#[test]
fn a_terminate_for_others_takes_no_device_out() {
    let document = format!(
        r#"<call from="15550100:7@lid" id="6A7B"><terminate {IDENTITY}><destination><to jid="15550100:9@lid"/></destination></terminate></call>"#
    );
    let Ok((TerminateHeard::NotForUs(call), owed)) = acked().on_terminate(terminate(&document))
    else {
        panic!("it is for another device")
    };
    drop(owed);
    assert!(
        call.devices()
            .all(|(_, state)| state == DeviceState::Silent)
    );
}

#[test]
fn a_typed_call_learns_an_address_from_a_stanza_that_names_it() {
    let call = |rest: &str| {
        let document = format!(
            r#"<call from="15550177:7@s.whatsapp.net" {rest} id="6A7B"><terminate {IDENTITY} reason="busy"/></call>"#
        );
        let (mut new, key) = (new_call(), DeviceKey::Session(vec![1]));
        new.peer_alias = None;
        new.devices = RingingDevices::one("15550100:7@lid".parse().expect("an address"), key);
        let offered = new
            .offer("1A2B".parse().expect("an id"))
            .expect("it can be offered")
            .0;
        offered.on_terminate(terminate(&document))
    };
    let refused = call("").expect_err("nobody knows that number");
    assert_eq!(*refused.reason(), HearError::Unverified);
    drop(refused.into_parts().input.acknowledge());
    let (heard, owed) =
        call(r#"sender_lid="15550100:7@lid""#).expect("the server puts it beside the LID");
    drop(owed);
    assert!(matches!(heard, TerminateHeard::Ended(_)), "{heard:?}");
}
