//! What is said and heard during a call: transport, latency, mute, heartbeat, and the server's refusal of an answer.

use crate::common::{ANN, accepted, acked, line, preaccepted, received};
use ringstate::stanza::{AckHeard, Latency, MuteState, Nacked};
use ringstate::{
    Accept, Answer, AudioRates, HearError, Outcome, Received, RefusedParts, TransportMessage,
};

const IDENTITY: &str = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;

fn from(address: &str, inside: &str) -> Received {
    received(&format!(
        r#"<call from="{address}" id="9Z">{inside}</call>"#
    ))
}

#[test]
fn mute_is_told_once_for_each_change() {
    let mut call = accepted();
    let muted = |state: &str| {
        format!(r#"<call to="15550199:3@lid"><mute_v2 {IDENTITY} mute-state="{state}"/></call>"#)
    };
    assert_eq!(call.mute(MuteState::MUTED).map(line), Some(muted("1")));
    assert!(call.mute(MuteState::MUTED).is_none(), "nothing has changed");
    assert_eq!(call.mute(MuteState::UNMUTED).map(line), Some(muted("0")));
    assert_eq!(
        call.mute("2".parse().expect("a word")).map(line),
        Some(muted("2"))
    );
    assert!(
        preaccepted().mute(MuteState::UNMUTED).is_some(),
        "the first state is always told"
    );
}

#[test]
fn what_was_told_while_ringing_is_remembered_after_the_answer() {
    let mut ringing = preaccepted();
    assert!(ringing.mute(MuteState::MUTED).is_some());
    let (mut call, _accept) = ringing
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits");
    assert!(call.mute(MuteState::MUTED).is_none());
}

#[test]
fn a_heartbeat_goes_to_the_call_itself() {
    assert_eq!(
        line(accepted().heartbeat("3EB0".parse().expect("an id"))),
        format!(r#"<call to="00C0FFEE@call" id="3EB0"><heartbeat {IDENTITY}/></call>"#)
    );
}

#[test]
fn a_transport_of_type_3_offers_its_reply() {
    for (attributes, reply) in [
        (
            r#"transport-message-type="3" p2p-cand-round="2""#,
            Some(Some(2)),
        ),
        (r#"transport-message-type="3""#, Some(None)),
        (r#"transport-message-type="9""#, None),
        (r#"transport-message-type="42""#, None),
        ("", None),
    ] {
        let Received::Transport(stanza) =
            from(ANN, &format!("<transport {IDENTITY} {attributes}/>"))
        else {
            panic!()
        };
        let (heard, owed) = acked().on_transport(stanza).expect("it is of this call");
        assert!(line(owed).starts_with("<ack "));
        assert_eq!(
            heard.reply.as_ref().map(|reply| reply.round),
            reply,
            "{attributes}"
        );
        if let Some(reply) = heard.reply {
            assert_eq!(reply.message_type, Some(TransportMessage::REPLY));
            let sent = line(accepted().transport(reply));
            assert!(
                sent.contains(r#"transport-message-type="9""#) && !sent.contains("protocol"),
                "{sent}"
            );
        }
    }
}

#[test]
fn events_are_heard_and_acknowledged() {
    let Received::RelayLatency(report) = from(
        ANN,
        &format!(
            r#"<relaylatency {IDENTITY}><te latency="33554477"/><te latency="18"/></relaylatency>"#
        ),
    ) else {
        panic!()
    };
    assert_eq!(report.sender().as_str(), ANN, "and not its account");
    let (report, owed) = preaccepted()
        .on_relay_latency(report)
        .expect("it is of this call");
    assert!(line(owed).starts_with("<ack "));
    let latencies: Vec<_> = report
        .endpoints()
        .iter()
        .filter_map(ringstate::stanza::Te::latency)
        .collect();
    assert_eq!(
        latencies
            .iter()
            .map(|latency| latency.millis())
            .collect::<Vec<_>>(),
        [Some(45), None]
    );
    assert_eq!(
        latencies
            .iter()
            .map(|latency| latency.to_wire())
            .collect::<Vec<_>>(),
        [33_554_477, 18]
    );

    let Received::Mute(mute) = from(ANN, &format!(r#"<mute_v2 {IDENTITY} mute-state="1"/>"#))
    else {
        panic!()
    };
    assert_eq!(mute.sender().as_str(), ANN);
    let (mute, owed) = acked().on_mute(mute).expect("it is of this call");
    assert!(line(owed).starts_with("<ack "));
    assert_eq!(mute.state(), Some(&MuteState::MUTED));

    let Received::Heartbeat(heartbeat) = from(ANN, &format!("<heartbeat {IDENTITY}/>")) else {
        panic!()
    };
    let (_heartbeat, owed) = accepted()
        .on_heartbeat(heartbeat)
        .expect("it is of this call");
    assert!(line(owed).starts_with("<ack "));
}

#[test]
fn events_of_others_are_refused_with_their_ack() {
    for (address, inside, reason) in [
        (
            "15550177@lid",
            format!("<transport {IDENTITY}/>"),
            HearError::Stranger,
        ),
        (
            "15550100:9@lid",
            format!("<transport {IDENTITY}/>"),
            HearError::OwnDevice,
        ),
        (
            ANN,
            format!("<transport {}/>", IDENTITY.replace("00C0FFEE", "0DD")),
            HearError::OtherCall,
        ),
    ] {
        let Received::Transport(stanza) = from(address, &inside) else {
            panic!()
        };
        let refused = accepted().on_transport(stanza).expect_err(address);
        assert_eq!(refused.reason(), &reason);
        assert!(line(refused.into_parts().input.acknowledge()).starts_with("<ack "));
    }
}

#[test]
fn latency_is_offset_on_the_wire() {
    for (millis, wire) in [(0, 33_554_432), (45, 33_554_477), (u16::MAX, 33_619_967)] {
        let latency = Latency::from_millis(millis);
        assert_eq!(
            (latency.to_wire(), latency.millis()),
            (wire, Some(millis.into()))
        );
    }
}

fn nacked(id: &str) -> Option<Nacked<Accept>> {
    let accept = acked()
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits")
        .1;
    let (_stanza, sent) = accept.with_id("3EB0".parse().expect("an id"));
    let Received::Ack(ack) = received(&format!(
        r#"<ack class="call" id="{id}" error="500" type="accept"/>"#
    )) else {
        panic!()
    };
    match sent.on_ack(ack) {
        AckHeard::Failed(nacked) => Some(nacked),
        _ => None,
    }
}

#[test]
fn a_refused_accept_ends_the_call() {
    let call = accepted()
        .on_nack(nacked("3EB0").expect("it is refused"))
        .expect("it is of this call");
    assert_eq!(call.outcome(), Outcome::RefusedByServer { code: Some(500) });
    assert!(
        nacked("3EB1").is_none(),
        "the ack of another stanza says nothing of the accept"
    );
}

#[test]
fn a_refused_accept_of_another_call_ends_nothing() {
    let document = crate::common::offer_xml(ANN).replace("00C0FFEE", "0DD");
    let other = crate::common::acked_by(&document, &crate::common::me());
    let (other, _accept) = other
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits");
    let refused = other
        .on_nack(nacked("3EB0").expect("it is refused"))
        .expect_err("of another call");
    assert_eq!(refused.reason(), &HearError::OtherCall);
    let RefusedParts {
        call,
        input: nacked,
        ..
    } = refused.into_parts();
    assert_eq!(nacked.error().code(), Some(500));
    assert!(
        line(call.terminate().1).contains("<terminate "),
        "the call goes on"
    );
}
