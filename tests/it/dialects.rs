//! Every stanza that can be sent, in both dialects.

use crate::common::phone::{ANN_7, IN, OUT, Phone, Told, offer, says};
use crate::common::{ANN, accepted, acked, an_offer, lines, me, offer_xml, preaccepted, received};
use ringstate::stanza::{Latency, MuteState};
use ringstate::{
    Answer, AnyCall, AudioRates, Call, Dialect, Event, HostClient, Limits, Outcome, Policy,
    RelayReport, Stanza, StanzaId, TransportMessage, xml,
};

fn id() -> StanzaId {
    "ID".parse().expect("an id")
}

/// The stanza in both dialects, without what they share.
#[track_caller]
fn spelled(stanza: &Stanza, documents: &str, web: &str) {
    for (dialect, expected) in [(Dialect::Documents, documents), (Dialect::WhatsAppWeb, web)] {
        let mut line = String::new();
        xml::write_as(stanza, dialect, &mut line);
        let ids = r#" call-id="00C0FFEE" call-creator="15550199@lid""#;
        assert_eq!(line.replace(ids, ""), expected, "{dialect:?}");
        // The mark does the same.
        assert_eq!(xml::to_string(&stanza.clone().in_dialect(dialect)), line);
    }
}

#[test]
fn what_a_callee_says() {
    let call = accepted();
    let reject = r#"<call to="15550199:3@lid" id="ID"><reject/></call>"#;
    spelled(
        &acked().reject().1.with_id(id()).0,
        reject,
        &reject.replace("<reject", r#"<reject count="0""#),
    );
    let (_, preaccept) = acked()
        .preaccept(id(), AudioRates::only(16000))
        .expect("it fits");
    let preaccepts = |last: &str| {
        format!(
            r#"<call to="15550199:3@lid" id="ID"><preaccept><audio enc="opus" rate="16000"/><encopt keygen="2"/><capability ver="1">0105f709e4bb{last}</capability></preaccept></call>"#
        )
    };
    spelled(preaccept.stanza(), &preaccepts("07"), &preaccepts("13"));
    let (_, accept) = acked()
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits");
    let accepts = |capability: &str| {
        format!(
            r#"<call to="15550199:3@lid" id="ID"><accept><audio enc="opus" rate="16000"/><net medium="2"/><encopt keygen="2"/>{capability}</accept></call>"#
        )
    };
    spelled(
        &accept.with_id(id()).0,
        &accepts(r#"<capability ver="1">0105f709e4bb13</capability>"#),
        &accepts(""),
    );
    for (stanza, expected) in [
        (preaccepted().terminate().1.with_id(id()).0, "<terminate/>"),
        (
            call.transport(TransportMessage {
                message_type: Some(TransportMessage::PEER_CANDIDATE),
                ..TransportMessage::default()
            })
            .with_id(id())
            .0,
            r#"<transport transport-message-type="3"><net medium="2" protocol="0"/></transport>"#,
        ),
        (
            accepted()
                .mute(MuteState::MUTED)
                .expect("a change")
                .with_id(id())
                .0,
            r#"<mute_v2 mute-state="1"/>"#,
        ),
        (
            call.relay_latency(report()).with_id(id()).0,
            r#"<relaylatency><te latency="33554477" relay_name="gru1c02">cb00</te></relaylatency>"#,
        ),
    ] {
        let line = format!(r#"<call to="15550199:3@lid" id="ID">{expected}</call>"#);
        spelled(&stanza, &line, &line);
    }
    let heartbeat = r#"<call to="00C0FFEE@call" id="ID"><heartbeat/></call>"#;
    spelled(call.heartbeat(id()).stanza(), heartbeat, heartbeat);
}

fn report() -> RelayReport {
    RelayReport {
        latency: Latency::from_millis(45),
        upload_bandwidth: None,
        download_bandwidth: None,
        relay_name: "gru1c02".parse().ok(),
        address: vec![0xcb, 0],
    }
}

#[test]
fn a_report_names_the_devices_that_ring_and_not_the_one_that_answered() {
    let mut phone = Phone::with(web(), Limits::default());
    let call = phone.call();
    let ack = r#"<ack class="call" id="OUT1" type="offer"/>"#;
    let _ = phone.hear(ack);
    let rings = phone.board.step(
        &call,
        phone.now,
        |call: Call<ringstate::Caller, ringstate::Acked>| {
            let report = call.relay_latency(report());
            (call, report)
        },
    );
    let told = Told::from(rings.expect("it is acknowledged"));
    assert!(
        told.sent[0].contains(r#"<destination><to jid="15550199@lid"/><to jid="15550199:7@lid"/>"#),
        "{told:?}"
    );
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let answered = phone.board.step(
        &call,
        phone.now,
        |call: Call<ringstate::Caller, ringstate::Accepted>| {
            let report = call.relay_latency(report());
            (call, report)
        },
    );
    let told = Told::from(answered.expect("it is answered"));
    assert!(
        told.sent[0].contains(r#"to="15550199:7@lid""#) && !told.sent[0].contains("destination"),
        "{told:?}"
    );
}

fn web() -> Policy {
    Policy {
        dialect: Dialect::WhatsAppWeb,
        ..Policy::default()
    }
}

/// What is owed for each action, in each dialect.
#[test]
fn each_debt_is_spelled_as_the_dialect_has_it() {
    let ids = r#" call-id="00C0FFEE" call-creator="15550199@lid""#;
    for (element, is_receipt) in [
        ("preaccept", false),
        ("accept", true),
        ("reject", true),
        ("terminate", false),
        ("transport", false),
        ("relaylatency", false),
        ("mute_v2", false),
        ("heartbeat", false),
        ("offer_notice", false),
        ("unheard_of", false),
    ] {
        let document = says("15550199:3@lid", element, IN, "");
        let documents = received(&document).acknowledge(&me());
        let expected = r#"<ack class="call" id="9Z" to="15550199:3@lid"/>"#;
        assert_eq!(lines(documents), [expected], "{element}");
        let spelled = received(&document)
            .acknowledge(&me())
            .in_dialect(Dialect::WhatsAppWeb);
        let expected = if is_receipt {
            format!(r#"<receipt to="15550199:3@lid" id="9Z"><{element}{ids}/></receipt>"#)
        } else {
            format!(r#"<ack to="15550199:3@lid" id="9Z" class="call" type="{element}"/>"#)
        };
        assert_eq!(lines(spelled), [expected], "{element}");
        // Where the host acknowledges, nothing is left.
        let left = received(&document)
            .acknowledge(&me())
            .leave_ack_to_host_client();
        assert!(
            left.in_dialect(Dialect::WhatsAppWeb).is_empty(),
            "{element}"
        );
        received(&document)
            .acknowledge(&me())
            .leave_to_host_client();
    }
    for dialect in [Dialect::Documents, Dialect::WhatsAppWeb] {
        let offer = an_offer(&offer_xml("15550199:3@lid"));
        let owed = offer.acknowledge_with_receipt(&me()).in_dialect(dialect);
        let sent = lines(owed);
        assert_eq!(sent.len(), 1 + usize::from(dialect == Dialect::Documents));
        assert!(
            sent.last()
                .is_some_and(|line| line.starts_with("<receipt ")),
            "{sent:?}"
        );
    }
}

#[test]
fn a_board_speaks_the_dialect_of_its_policy() {
    for (policy, expected) in [
        (Policy::default(), "<terminate "),
        (
            web(),
            r#"<reject call-id="00C0FFEE" call-creator="15550199@lid" count="0"/>"#,
        ),
    ] {
        let mut phone = Phone::with(policy.clone(), Limits::default());
        let told = phone.hear(&offer(ANN, IN, ""));
        assert_eq!(
            told.sent.len(),
            if policy.dialect == Dialect::Documents {
                2
            } else {
                1
            }
        );
        let Event::Rings { call } = told.event() else {
            panic!("{told:?}")
        };
        let call = call.clone();
        let _ = crate::common::phone::preaccept(&mut phone, &call);
        let told = Told::from(phone.board.decline(&call, phone.now).expect("it rings"));
        assert!(told.sent[0].contains(expected), "{told:?}");
        assert!(
            matches!(
                told.event(),
                Event::StoppedRinging {
                    outcome: Outcome::Declined,
                    ..
                }
            ),
            "{told:?}"
        );
        let told = phone.hear(&says(ANN, "transport", IN, ""));
        assert_eq!(told.sent.len(), 1, "{told:?}");
        assert_eq!(
            told.sent[0].contains(r#"type="transport""#),
            policy.dialect == Dialect::WhatsAppWeb
        );
    }
}

#[test]
fn a_board_leaves_out_what_its_host_sends() {
    for (host, dialect, of_offer, of_accept) in [
        (HostClient::SendsNothing, Dialect::Documents, 2, 1),
        (HostClient::SendsAcks, Dialect::Documents, 1, 0),
        (HostClient::SendsAcksAndReceipts, Dialect::Documents, 0, 0),
        (HostClient::SendsNothing, Dialect::WhatsAppWeb, 1, 1),
        (HostClient::SendsAcks, Dialect::WhatsAppWeb, 1, 0),
        (HostClient::SendsAcksAndReceipts, Dialect::WhatsAppWeb, 0, 0),
    ] {
        let policy = Policy {
            dialect,
            host,
            ..Policy::default()
        };
        let mut phone = Phone::with(policy, Limits::default());
        let what = format!("{host:?} {dialect:?}");
        assert_eq!(
            phone.hear(&offer(ANN, IN, "")).sent.len(),
            of_offer,
            "{what}"
        );
        assert_eq!(
            phone.hear(&says(ANN, "accept", IN, "")).sent.len(),
            of_accept,
            "{what}"
        );
        let error = xml::parse(r#"<call from="15550199@lid" id="1A"><accept/></call>"#)
            .expect_err("no ids");
        let told = Told::from(phone.board.receive_unreadable(error, phone.now));
        let acks = usize::from(host == HostClient::SendsNothing);
        assert_eq!(told.sent.len(), acks, "{what}");
    }
}

#[test]
fn a_stored_call_declines_in_the_dialect_that_it_is_told() {
    let mut call = AnyCall::from(preaccepted());
    let word = call.decline(Dialect::WhatsAppWeb).expect("it rings");
    let line = xml::to_string(&word.with_id(id()).expect("a stanza"));
    assert!(line.contains("<reject "), "{line}");
    assert_eq!(call.outcome(), Some(Outcome::Declined));
}

#[test]
fn the_ack_of_a_picture_names_it_in_the_dialect_of_the_wire() {
    let state = || {
        crate::common::received(
            r#"<call from="15550199:3@lid" id="7F"><video call-id="00C0FFEE" call-creator="15550199@lid" state="11"/></call>"#,
        )
    };
    let written = |dialect| {
        let owed = state()
            .acknowledge(&crate::common::me())
            .in_dialect(dialect);
        owed.iter()
            .map(ringstate::xml::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        written(Dialect::Documents),
        [r#"<ack class="call" id="7F" to="15550199:3@lid"/>"#]
    );
    assert_eq!(
        written(Dialect::WhatsAppWeb),
        [r#"<ack to="15550199:3@lid" id="7F" class="call" type="video"/>"#]
    );
}
