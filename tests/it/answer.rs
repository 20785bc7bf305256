//! A callee rings and answers: the documented forms, and the answers that do not fit the offer.

use crate::common::{ANN, accepted, acked, acked_by, line, me, offer_xml, preaccepted};
use ringstate::stanza::{AnswerKey, Latency, MuteState, RelayName};
use ringstate::{
    Answer, AnswerError, AudioRates, Outcome, OwnAddress, RefusedParts, StanzaId, TerminateReason,
    TransportMessage,
};
use ringstate::{IdError, RelayReport};

const IDENTITY: &str = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;

fn id() -> StanzaId {
    "CD34".parse().expect("an id")
}

#[test]
fn preaccept_has_its_documented_form() {
    let both = AudioRates {
        preferred: AudioRates::WIDEBAND,
        others: vec![AudioRates::NARROWBAND],
    };
    let (_call, preaccept) = acked().preaccept(id(), both).expect("it fits the offer");
    assert_eq!(
        line(preaccept),
        format!(
            r#"<call to="15550199:3@lid" id="CD34"><preaccept {IDENTITY}><audio enc="opus" rate="16000"/><audio enc="opus" rate="8000"/><encopt keygen="2"/><capability ver="1">0105f709e4bb07</capability></preaccept></call>"#
        )
    );
}

#[test]
fn accept_has_its_documented_form() {
    let (_call, accept) = acked()
        .accept(Answer::new(AudioRates::only(8000)))
        .expect("it fits the offer");
    assert_eq!(
        line(accept),
        format!(
            r#"<call to="15550199:3@lid"><accept {IDENTITY}><audio enc="opus" rate="8000"/><net medium="2"/><encopt keygen="2"/><capability ver="1">0105f709e4bb13</capability></accept></call>"#
        )
    );
}

#[test]
fn what_a_callee_says_goes_to_the_peer_and_names_the_creator() {
    // The creator of the offer is not the device that sent it.
    let (ringing, preaccept) = acked()
        .preaccept(id(), AudioRates::only(16000))
        .expect("it fits the offer");
    let (mut accepted, accept) = ringing
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits the offer");
    let transport = line(accepted.transport(TransportMessage::default()));
    assert_eq!(transport.matches("<transport ").count(), 1, "{transport}");
    let mute = line(accepted.mute(MuteState::MUTED));
    for said in [
        line(preaccept),
        line(accept),
        transport,
        mute,
        line(accepted.terminate().1),
    ] {
        assert!(said.starts_with(r#"<call to="15550199:3@lid""#), "{said}");
        assert!(said.contains(IDENTITY), "{said}");
    }
}

#[test]
fn accept_keeps_the_order_of_its_children_with_all_of_them() {
    let answer = Answer {
        voip_settings: Some(vec![0x7b, 0x7d]),
        rte: Some(vec![]),
        te: Some(vec![0xcb, 0x00]),
        ..Answer::new(AudioRates::only(16000))
    };
    let (_call, accept) = acked().accept(answer).expect("it fits the offer");
    assert_eq!(
        line(accept),
        format!(
            r#"<call to="15550199:3@lid"><accept {IDENTITY}><audio enc="opus" rate="16000"/><te priority="2">cb00</te><net medium="2"/><encopt keygen="2"/><capability ver="1">0105f709e4bb13</capability><rte></rte><voip_settings uncompressed="1">7b7d</voip_settings></accept></call>"#
        )
    );
}

#[test]
fn keys_and_endpoints_of_the_catalogue_are_sent_on_request_only() {
    let plain = line(
        acked()
            .accept(Answer::new(AudioRates::only(16000)))
            .expect("it fits the offer")
            .1,
    );
    assert!(
        !plain.contains("<enc ") && !plain.contains("<destination>"),
        "{plain}"
    );
    let answer = Answer {
        keys: vec![
            AnswerKey::Session(vec![0x33]),
            AnswerKey::NewSession(vec![0x34]),
        ],
        endpoints: vec!["203.0.113.20:3478".parse().expect("an endpoint")],
        voip_settings: Some(vec![0x7b]),
        ..Answer::new(AudioRates::only(16000))
    };
    assert_eq!(
        line(acked().accept(answer).expect("it fits the offer").1),
        format!(
            r#"<call to="15550199:3@lid"><accept {IDENTITY}><audio enc="opus" rate="16000"/><net medium="2"/><enc v="2" type="msg">33</enc><enc v="2" type="pkmsg">34</enc><encopt keygen="2"/><capability ver="1">0105f709e4bb13</capability><destination><te ip="203.0.113.20" port="3478"></te></destination><voip_settings uncompressed="1">7b</voip_settings></accept></call>"#
        )
    );
}

#[test]
fn accept_can_do_without_a_capability() {
    let answer = Answer {
        capability: false,
        ..Answer::new(AudioRates::only(16000))
    };
    assert!(!line(acked().accept(answer).expect("it fits the offer").1).contains("capability"));
}

#[test]
fn an_answer_after_ringing_is_the_same() {
    let rung = preaccepted()
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits");
    let at_once = acked()
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits");
    assert_eq!(line(rung.1), line(at_once.1));
}

#[test]
fn a_rate_that_was_not_offered_is_refused_and_nothing_is_lost() {
    let answer = Answer::new(AudioRates {
        preferred: 16000,
        others: vec![48000],
    });
    let refused = acked()
        .accept(answer.clone())
        .expect_err("48 kHz was not offered");
    assert_eq!(
        refused.reason(),
        &AnswerError::RateNotOffered { rate: 48000 }
    );
    let RefusedParts {
        call,
        input: given_back,
        ..
    } = refused.into_parts();
    assert_eq!(given_back, answer);

    let refused = call
        .preaccept(id(), AudioRates::only(44100))
        .expect_err("nor was that");
    let RefusedParts {
        call,
        input: (given_id, rates),
        reason,
    } = refused.into_parts();
    assert_eq!((given_id, rates), (id(), AudioRates::only(44100)));
    assert_eq!(reason.to_string(), "the rate 44100 was not offered");
    assert!(
        call.accept(Answer::new(AudioRates::only(16000))).is_ok(),
        "the call goes on"
    );
}

#[test]
fn a_video_offer_is_answered_like_any_other() {
    let document = offer_xml(ANN).replace("<encopt", "<video/><encopt");
    let call = acked_by(&document, &me());
    assert!(call.offer().is_video());
    let (call, _preaccept) = call
        .preaccept(id(), AudioRates::only(16000))
        .expect("it rings");
    let video = line(
        call.accept(Answer::new(AudioRates::only(16000)))
            .expect("it fits the offer")
            .1,
    );
    let voice = line(
        acked()
            .accept(Answer::new(AudioRates::only(16000)))
            .expect("it fits the offer")
            .1,
    );
    assert_eq!(video, voice, "and needs no video inside");
}

#[test]
fn a_rate_of_another_codec_was_not_offered() {
    let document =
        offer_xml(ANN).replace(r#"enc="opus" rate="16000""#, r#"enc="mlow" rate="16000""#);
    let refused = acked_by(&document, &me())
        .accept(Answer::new(AudioRates::only(16000)))
        .expect_err("opus at 16 kHz was not offered");
    assert_eq!(
        refused.reason(),
        &AnswerError::RateNotOffered { rate: 16000 }
    );
}

#[test]
fn a_rate_that_is_listed_twice_is_stated_once() {
    let twice = AudioRates {
        preferred: 16000,
        others: vec![8000, 16000, 8000],
    };
    let accept = line(
        acked()
            .accept(Answer::new(twice))
            .expect("it fits the offer")
            .1,
    );
    assert_eq!(accept.matches("<audio ").count(), 2, "{accept}");
}

#[test]
fn an_offer_without_a_keygen_can_be_answered() {
    let document = offer_xml(ANN).replace(r#"<encopt keygen="2"/>"#, "");
    assert!(
        acked_by(&document, &me())
            .accept(Answer::new(AudioRates::only(16000)))
            .is_ok()
    );
}

#[test]
fn relaylatency_has_its_documented_form() {
    let report = RelayReport {
        latency: Latency::from_millis(45),
        upload_bandwidth: None,
        download_bandwidth: None,
        relay_name: "gru1c02".parse().ok(),
        address: vec![0xcb, 0x00, 0x71, 0x0a, 0x0d, 0x96],
    };
    assert_eq!(
        line(preaccepted().relay_latency(report)),
        format!(
            r#"<call to="15550199:3@lid"><relaylatency {IDENTITY}><te latency="33554477" relay_name="gru1c02">cb00710a0d96</te></relaylatency></call>"#
        )
    );
}

#[test]
fn words_of_ours_can_be_written() {
    assert_eq!("".parse::<TerminateReason>(), Err(IdError::Empty));
    assert_eq!(
        "\0".parse::<TerminateReason>(),
        Err(IdError::ControlCharacter { at: 0 })
    );
    assert_eq!(
        "x".repeat(300).parse::<TerminateReason>(),
        Err(IdError::TooLong { len: 300 })
    );
    assert_eq!(
        "\n".parse::<RelayName>(),
        Err(IdError::ControlCharacter { at: 0 })
    );
    assert_eq!("".parse::<MuteState>(), Err(IdError::Empty));
}

#[test]
fn the_rates_of_an_offer_are_those_that_can_be_answered() {
    let rates = |formats: &str| {
        let document = offer_xml(ANN).replace(
            r#"<audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/>"#,
            formats,
        );
        AudioRates::of(crate::common::an_offer(&document).action())
            .map(|rates| rates.iter().collect::<Vec<_>>())
    };
    assert_eq!(
        rates(r#"<audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/>"#),
        Some(vec![8000, 16000])
    );
    assert_eq!(
        rates(r#"<audio enc="speex" rate="8000"/><audio enc="opus" rate="16000"/>"#),
        Some(vec![16000])
    );
    assert_eq!(rates(""), Some(vec![AudioRates::WIDEBAND]));
    assert_eq!(rates(r#"<audio enc="speex" rate="8000"/>"#), None);
}

#[test]
fn an_offer_without_rates_takes_any() {
    let document = offer_xml(ANN).replace(
        r#"<audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/>"#,
        "",
    );
    let call = acked_by(&document, &me());
    assert!(call.accept(Answer::new(AudioRates::only(48000))).is_ok());
}

#[test]
fn an_offer_with_another_keygen_can_be_declined_and_not_answered() {
    let document = offer_xml(ANN).replace(r#"keygen="2""#, r#"keygen="1""#);
    let refused = acked_by(&document, &me())
        .accept(Answer::new(AudioRates::only(16000)))
        .expect_err("keygen 1 cannot be answered");
    assert_eq!(refused.reason(), &AnswerError::Keygen { keygen: 1 });
    assert!(line(refused.into_parts().call.reject().1).contains("<reject "));
}

#[test]
fn the_call_key_is_the_bare_one_or_the_one_for_this_device() {
    assert_eq!(key(&offer_xml(ANN), &me()), Some(vec![0x33, 0xaa]));

    let keys = r#"<destination><to jid="15550100@lid"><enc type="msg">01</enc></to><to jid="15550100.1:2@lid"><enc type="pkmsg">02</enc></to><to jid="15550199:2@lid"><enc type="msg">03</enc></to></destination>"#;
    let bare = r#"<enc v="2" type="msg" count="0">33aa</enc>"#;
    let several = offer_xml(ANN).replace(bare, keys);
    assert_eq!(
        key(&several, &me()),
        Some(vec![0x02]),
        "the agent of an address does not matter"
    );
    let primary = OwnAddress::lid("15550100:0@lid".parse().expect("a LID"));
    assert_eq!(
        key(&several, &primary),
        Some(vec![0x01]),
        "the primary device is number 0"
    );
    let unlisted = OwnAddress::lid("15550100:9@lid".parse().expect("a LID"));
    assert_eq!(key(&several, &unlisted), None);

    assert_eq!(key(&offer_xml(ANN).replace(bare, ""), &me()), None);

    let both = offer_xml(ANN).replace(bare, &format!("{bare}{keys}"));
    assert_eq!(
        key(&both, &me()),
        Some(vec![0x02]),
        "the one for this device comes first"
    );
    assert_eq!(
        key(&both, &unlisted),
        Some(vec![0x33, 0xaa]),
        "and the bare one is for all others"
    );
}

fn key(document: &str, me: &OwnAddress) -> Option<Vec<u8>> {
    let (call, _preaccept) = acked_by(document, me)
        .preaccept(id(), AudioRates::only(16000))
        .expect("it fits the offer");
    let key = call.call_key()?.content().bytes()?.to_vec();
    let (accepted, _accept) = call
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits the offer");
    assert_eq!(
        accepted.call_key().and_then(|enc| enc.content().bytes()),
        Some(&key[..])
    );
    Some(key)
}

#[test]
fn a_callee_that_rang_declines_with_terminate() {
    let (call, terminate) = preaccepted().terminate();
    assert_eq!(
        line(terminate),
        format!(r#"<call to="15550199:3@lid"><terminate {IDENTITY}/></call>"#)
    );
    assert_eq!(call.outcome(), Outcome::Declined);
}

#[test]
fn a_callee_that_answered_hangs_up_with_terminate() {
    let (call, terminate) = accepted().terminate_with(TerminateReason::CONNECTION_LOST);
    assert_eq!(
        line(terminate),
        format!(
            r#"<call to="15550199:3@lid"><terminate {IDENTITY} reason="connection_lost"/></call>"#
        )
    );
    assert_eq!(call.outcome(), Outcome::HungUp);
}

#[test]
fn transport_has_a_protocol_in_every_message_but_the_reply() {
    let candidate = TransportMessage {
        message_type: Some(TransportMessage::RELAY_CANDIDATE),
        round: Some(2),
        te: Some(vec![0xab, 0xcd]),
    };
    assert_eq!(
        line(preaccepted().transport(candidate)),
        format!(
            r#"<call to="15550199:3@lid"><transport {IDENTITY} transport-message-type="1" p2p-cand-round="2"><te priority="1">abcd</te><net medium="2" protocol="0"/></transport></call>"#
        )
    );
    let reply = TransportMessage {
        message_type: Some(TransportMessage::REPLY),
        ..Default::default()
    };
    assert_eq!(
        line(accepted().transport(reply)),
        format!(
            r#"<call to="15550199:3@lid"><transport {IDENTITY} transport-message-type="9"><net medium="2"/></transport></call>"#
        )
    );
    assert_eq!(
        line(accepted().transport(TransportMessage::default())),
        format!(
            r#"<call to="15550199:3@lid"><transport {IDENTITY}><net medium="2" protocol="0"/></transport></call>"#
        )
    );
}
