//! Incoming calls in a switchboard: what rings, what does not, and who may end it.

use crate::common::phone::{
    ANN_7, IN, MY_OTHER, OUT, Phone, STRANGER, Told, accept, ack_of, answer, decline, happened,
    is_nothing_new, is_refused, offer, preaccept, receipt_of, says, says_latency,
};
use crate::common::{ANN, ANN_PN, ME};
use ringstate::stanza::MuteState;
use ringstate::{
    Accepted, Acked, Answer, AnswerError, AnyCall, AudioRates, BoardError, Call, Callee, EndedBy,
    Event, HearError, Outcome, Preaccepted, ReceiveError, RefusedParts, TransportMessage,
};

#[test]
fn an_offer_rings_once_and_is_receipted_as_often_as_it_comes() {
    let mut phone = Phone::new();
    let first = phone.hear(&offer(ANN, IN, ""));
    assert!(matches!(first.event(), Event::Rings { .. }));
    assert_eq!(first.sent, [ack_of("9Y", ANN), receipt_of(ANN, IN)]);
    let call = phone
        .board
        .live()
        .next()
        .expect("it rings")
        .identity()
        .clone();
    for _ in 0..3 {
        let again = phone.hear(&offer(ANN, IN, ""));
        is_nothing_new(&again);
        assert_eq!(again.sent, [ack_of("9Y", ANN), receipt_of(ANN, IN)]);
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    assert_eq!(phone.board.live().count(), 1);
}

#[test]
fn the_creator_is_compared_as_a_person() {
    let mut phone = Phone::new();
    let call = phone.ring();
    // The device of the account that the offer names.
    let device = r#"call-id="00C0FFEE" call-creator="15550199:3@lid""#;
    is_nothing_new(&phone.hear(&offer(ANN, device, "")));
    let another = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let told = phone.hear(&offer(STRANGER, another, ""));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "another person made up the same id"
    );
    let told = phone.hear(&says(ANN, "terminate", device, ""));
    happened!(told, Event::StoppedRinging { call: ended, .. } if *ended == call);
    assert_eq!(phone.board.live().count(), 1);
}

#[test]
fn a_repeated_offer_does_not_restart_an_answered_call() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
    // And its end is no missed call.
    let told = phone.hear(&says(ANN, "terminate", IN, ""));
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::HungUp,
            ..
        }
    );
}

#[test]
fn an_offer_of_a_call_that_is_over_does_not_ring() {
    let mut phone = Phone::new();
    let call = phone.ring();
    decline(&mut phone, &call);
    let told = phone.hear(&offer(ANN, IN, ""));
    is_nothing_new(&told);
    assert_eq!(
        told.sent,
        [ack_of("9Y", ANN), receipt_of(ANN, IN)],
        "SIG-07.5"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Rejected"));
}

#[test]
fn a_terminate_that_overtakes_its_offer_is_remembered() {
    for (reason, outcome) in [
        ("", Outcome::Missed),
        (r#"reason="timeout""#, Outcome::Missed),
        (r#"reason="accepted_elsewhere""#, Outcome::AnsweredElsewhere),
        (r#"reason="rejected_elsewhere""#, Outcome::DeclinedElsewhere),
    ] {
        let mut phone = Phone::new();
        let early = phone.hear(&says(ANN, "terminate", IN, reason));
        happened!(early, Event::Parked { .. });
        assert_eq!(early.sent, [ack_of("9Z", ANN)]);
        is_nothing_new(&phone.hear(&says(ANN, "terminate", IN, reason)));

        let told = phone.hear(&offer(ANN, IN, ""));
        let Event::Missed(missed) = told.event() else {
            panic!("{told:?}")
        };
        assert_eq!(missed.outcome, outcome);
        assert_eq!(missed.envelope.notify(), Some("Ann"));
        assert_eq!(missed.offer.audio().len(), 1);
        assert_eq!(told.sent, [ack_of("9Y", ANN), receipt_of(ANN, IN)]);
        assert_eq!(phone.board.live().count(), 0);
        is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
        is_nothing_new(&phone.hear(&says(ANN, "terminate", IN, reason)));
    }
}

#[test]
fn a_stranger_s_early_terminate_does_not_keep_a_call_from_ringing() {
    let mut phone = Phone::new();
    let _ = phone.hear(&says(STRANGER, "terminate", IN, ""));
    phone.ring();
    // Nor does it keep the caller's own from being remembered.
    let mut phone = Phone::new();
    let _ = phone.hear(&says(STRANGER, "terminate", IN, ""));
    let _ = phone.hear(&says(ANN, "terminate", IN, ""));
    let told = phone.hear(&offer(ANN, IN, ""));
    happened!(told, Event::Missed(_));
}

#[test]
fn an_early_terminate_waits_for_the_call_of_its_own_creator() {
    let mut phone = Phone::new();
    let theirs = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let _ = phone.hear(&says(STRANGER, "terminate", theirs, ""));
    let call = phone.ring();
    let told = phone.hear(&offer(STRANGER, theirs, ""));
    happened!(told, Event::Missed(_));
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
}

#[test]
fn a_decline_that_crosses_the_caller_s_terminate_is_no_missed_call() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = decline(&mut phone, &call);
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::Declined,
            ..
        }
    );
    for _ in 0..2 {
        let late = phone.hear(&says(ANN, "terminate", IN, r#"reason="timeout""#));
        is_nothing_new(&late);
        assert_eq!(late.sent, [ack_of("9Z", ANN)]);
    }
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::Declined));
}

#[test]
fn a_call_ends_once_however_often_it_is_told() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = phone.hear(&says(ANN, "terminate", IN, r#"reason="timeout""#));
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::Missed,
            ..
        }
    );
    for action in [
        "terminate",
        "reject",
        "accept",
        "preaccept",
        "transport",
        "relaylatency",
        "heartbeat",
    ] {
        let mut say = |from| {
            let told = phone.hear(&if action == "relaylatency" {
                says_latency(from, IN)
            } else {
                says(from, action, IN, "")
            });
            assert_eq!(told.sent, [ack_of("9Z", from)], "{action}");
            told
        };
        is_nothing_new(&say(ANN));
        is_nothing_new(&say("call"));
        is_nothing_new(&say(MY_OTHER));
        is_refused(&say(STRANGER), HearError::Stranger);
    }
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::Missed));
    assert!(phone.board.hang_up(&call, phone.now).is_none());
    // It learns nothing any more, because it is weighed no more.
    let known = phone.stored(&call).peer_addresses().count();
    let late = says(ANN_PN, "terminate", IN, "")
        .replace("<call ", &format!(r#"<call sender_lid="{ANN}" "#));
    let _ = phone.hear(&late);
    assert_eq!(phone.stored(&call).peer_addresses().count(), known);
    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = phone.hear(&late.replace("terminate", "transport"));
    assert_eq!(phone.stored(&call).peer_addresses().count(), known + 1);
}

#[test]
fn an_offer_of_a_call_that_ended_before_it_came_is_missed() {
    for mark in [r#"offline="0""#, r#"offline="0" e="1""#] {
        let mut phone = Phone::new();
        let told = phone.hear(&offer(ANN, IN, mark));
        let Event::Missed(missed) = told.event() else {
            panic!("{told:?}")
        };
        assert_eq!(missed.outcome, Outcome::Missed);
        assert_eq!(told.sent, [ack_of("9Y", ANN), receipt_of(ANN, IN)]);
        assert_eq!(phone.board.live().count(), 0);
        is_nothing_new(&phone.hear(&offer(ANN, IN, mark)));
        is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
        is_nothing_new(&phone.hear(&says(ANN, "terminate", IN, "")));
    }
    let shaped = offer(ANN, IN, "").replace(
        "<offer ",
        r#"<offer terminate_reason="accepted_elsewhere" "#,
    );
    let told = Phone::new().hear(&shaped);
    happened!(told, Event::Missed(missed) if missed.outcome == Outcome::AnsweredElsewhere);
}

#[test]
fn an_ended_offer_of_a_live_call_is_a_repeat() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = phone.hear(&offer(ANN, IN, r#"offline="0""#));
    is_nothing_new(&told);
    assert_eq!(told.sent.len(), 2);
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
}

#[test]
fn a_stranger_can_end_nothing() {
    let mut phone = Phone::new();
    let call = phone.ring();
    for action in ["terminate", "transport", "accept", "reject"] {
        is_refused(
            &phone.hear(&says(STRANGER, action, IN, "")),
            HearError::Stranger,
        );
    }
    let told = phone.hear(&offer(STRANGER, IN, ""));
    happened!(
        told,
        Event::Unheard {
            reason: BoardError::Receive(ReceiveError::Step(HearError::Stranger)),
            ..
        }
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    decline(&mut phone, &call);
    is_refused(
        &phone.hear(&says(STRANGER, "terminate", IN, "")),
        HearError::Stranger,
    );
}

#[test]
fn nobody_offers_a_call_of_somebody_else_s() {
    let mut phone = Phone::new();
    let number =
        r#"call-id="C7" call-creator="15550155:1@lid" caller_pn="15550198@s.whatsapp.net""#;
    for (from, call) in [(STRANGER, IN), ("15550156:1@s.whatsapp.net", number)] {
        let told = phone.hear(&offer(from, call, ""));
        happened!(
            told,
            Event::Unheard {
                reason: BoardError::ForgedOffer,
                ..
            }
        );
        assert_eq!(
            told.sent.len(),
            2,
            "acknowledged and receipted all the same: {told:?}"
        );
    }
    // The caller's own offer rings, from whichever of their devices or spaces it comes.
    let call = phone.ring();
    assert_eq!(phone.stored(&call).peer().as_str(), ANN);
    for (from, creator) in [
        (ANN_7, ANN),
        (ANN_PN, ANN),
        ("15550199.1:3@hosted.lid", ANN),
    ] {
        let told = Phone::new().hear(&offer(
            from,
            &format!(r#"call-id="C8" call-creator="{creator}""#),
            "",
        ));
        assert!(
            matches!(told.events.last(), Some(Event::Rings { .. })),
            "{from}: {told:?}"
        );
        // Nothing ties the number to the LID that the offer names.
        let is_unverified = matches!(&told.events[..], [Event::CallerUnverified { .. }, _]);
        assert_eq!(is_unverified, from == ANN_PN, "{from}: {told:?}");
    }
    let group = r#"call-id="C9" call-creator="15550199:3@lid" group-jid="1555019000@g.us""#;
    let told = phone.hear(&offer(STRANGER, group, ""));
    assert!(
        matches!(told.event(), Event::Invited { .. }),
        "others pass on a group's: {told:?}"
    );
}

#[test]
fn a_call_is_answered_by_one_button_whether_it_rang_or_not() {
    for rings in [false, true] {
        let mut phone = Phone::new();
        let call = phone.ring();
        if rings {
            let _ = preaccept(&mut phone, &call);
        }
        let wrong = Answer::new(AudioRates::only(44100));
        let refused = phone
            .board
            .answer(&call, phone.now, wrong)
            .expect("it rings");
        let refused = refused.expect_err("it was not offered");
        assert!(matches!(
            refused.reason(),
            AnswerError::RateNotOffered { .. }
        ));
        let rates = AudioRates::of(phone.stored(&call).offer().expect("it is live"))
            .expect("there are some");
        let told = phone.board.answer(&call, phone.now, Answer::new(rates));
        let told = Told::from(told.expect("it rings").expect("it fits"));
        assert!(told.sent[0].contains("<accept "), "{told:?}");
        assert!(
            phone.board.answer(&call, phone.now, answer()).is_none(),
            "it is answered"
        );
    }
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    assert!(
        phone.board.answer(&call, phone.now, answer()).is_none(),
        "a caller answers nothing"
    );
}

#[test]
fn a_call_that_came_in_hears_no_answers() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    for action in ["accept", "preaccept", "reject"] {
        let told = phone.hear(&says(ANN, action, IN, ""));
        let Event::Unheard { reason, .. } = told.event() else {
            panic!("{told:?}")
        };
        assert_eq!(
            reason.to_string(),
            format!("`<{action}>` is not heard by the Callee of a call that is `Accepted`")
        );
        assert_eq!(told.sent, [ack_of("9Z", ANN)]);
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
}

#[test]
fn another_device_of_this_user_has_two_things_to_say() {
    for (reason, outcome) in [
        ("accepted_elsewhere", Outcome::AnsweredElsewhere),
        ("accept_elsewhere", Outcome::AnsweredElsewhere),
        ("rejected_elsewhere", Outcome::DeclinedElsewhere),
    ] {
        let mut phone = Phone::new();
        phone.ring();
        let told = phone.hear(&says(
            MY_OTHER,
            "terminate",
            IN,
            &format!(r#"reason="{reason}""#),
        ));
        happened!(told, Event::StoppedRinging { outcome: how, .. } if *how == outcome);
    }
    let mut phone = Phone::new();
    let call = phone.ring();
    let hosted = "15550100:99@hosted.lid";
    for from in [MY_OTHER, hosted] {
        let told = phone.hear(&says(from, "terminate", IN, r#"reason="uncallable""#));
        is_refused(&told, HearError::OwnDevice);
    }
    for action in ["accept", "reject"] {
        let told = phone.hear(&says(MY_OTHER, action, IN, ""));
        happened!(told, Event::Unheard { .. });
        assert_eq!(told.sent, [ack_of("9Z", MY_OTHER)]);
    }
    let told = phone.hear(&offer(MY_OTHER, IN, ""));
    is_nothing_new(&told);
    assert_eq!(told.sent.len(), 2, "its ack and its receipt");
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));

    // Of an outgoing call it has nothing to say.
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    for reason in ["accepted_elsewhere", "rejected_elsewhere"] {
        let told = phone.hear(&says(
            MY_OTHER,
            "terminate",
            OUT,
            &format!(r#"reason="{reason}""#),
        ));
        is_refused(&told, HearError::OwnDevice);
    }
    assert!(phone.stored(&call).outcome().is_none());
}

#[test]
fn a_terminate_for_other_devices_changes_nothing() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let for_another = format!(
        r#"<call from="{ANN}" id="9Z"><terminate {IN} reason="accepted_elsewhere"><destination><to jid="{MY_OTHER}"/></destination></terminate></call>"#
    );
    is_nothing_new(&phone.hear(&for_another));
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    let told = phone.hear(&for_another.replace(MY_OTHER, ME));
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::AnsweredElsewhere,
            ..
        }
    );
}

#[test]
fn a_refused_accept_ends_the_call() {
    let stray = format!(
        r#"<ack class="call" id="7Q" type="accept" error="500"><error {IN} jid="{ME}"/></ack>"#
    );
    for ack in [
        r#"<ack class="call" id="OUT1" type="accept" error="500"/>"#,
        &stray,
    ] {
        let mut phone = Phone::new();
        let call = phone.ring();
        let told = accept(&mut phone, &call);
        assert!(
            told.sent[0].starts_with(&format!(r#"<call to="{ANN}" id="OUT1"><accept "#)),
            "{told:?}"
        );
        let told = phone.hear(ack);
        happened!(
            told,
            Event::Ended {
                outcome: Outcome::RefusedByServer { code: Some(500) },
                by: EndedBy::Server,
                ..
            }
        );
        assert!(told.sent.is_empty());
        assert_eq!(phone.phase(&call).as_deref(), Some("Callee Terminated"));
        assert!(matches!(
            phone.hear(ack).event(),
            Event::OtherAck(_) | Event::NothingNew { .. }
        ));
    }
}

#[test]
fn a_stray_refusal_ends_only_what_it_names() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    for (kind, named) in [("transport", IN), ("offer", IN), ("accept", OUT)] {
        let told = phone.hear(&format!(
            r#"<ack class="call" id="7Q" type="{kind}" error="500"><error {named}/></ack>"#
        ));
        happened!(told, Event::OtherAck(_));
    }
    let told = phone.hear(&format!(
        r#"<ack class="call" id="7Q" type="accept"><other {IN}/></ack>"#
    ));
    happened!(told, Event::OtherAck(_));
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
}

#[test]
fn a_confirmed_accept_changes_nothing_and_is_told() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="accept"/>"#);
    happened!(told, Event::Confirmed { id, .. } if id.as_str() == "OUT1");
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
}

#[test]
fn an_answer_that_does_not_fit_leaves_the_call_ringing() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let wrong = Answer::new(AudioRates::only(44100));
    let refused = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            call.accept(wrong)
        });
    match refused.expect("it is acknowledged") {
        Err(refused) => {
            let RefusedParts { input, reason, .. } = refused.into_parts();
            assert_eq!(reason, AnswerError::RateNotOffered { rate: 44100 });
            assert_eq!(input.audio.preferred, 44100);
        }
        Ok(told) => panic!("{told:?}"),
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    accept(&mut phone, &call);
}

#[test]
fn group_calls_invite_and_their_news_do_not() {
    let mut phone = Phone::new();
    let told = phone.hear(&offer(
        ANN,
        &format!(r#"{IN} group-jid="1555019000@g.us""#),
        "",
    ));
    let Event::Invited { call } = told.event() else {
        panic!("{told:?}")
    };
    assert!(phone.board.answer(call, phone.now, answer()).is_none());
    let declined = Told::from(phone.board.decline(call, phone.now).expect("it is live"));
    assert!(declined.sent[0].contains("<reject "), "{declined:?}");
    happened!(
        declined,
        Event::StoppedRinging {
            outcome: Outcome::Declined,
            ..
        }
    );
    // The caller ends one that nobody has answered.
    let again = r#"call-id="C8" call-creator="15550199@lid""#;
    phone.hear(&offer(
        ANN,
        &format!(r#"{again} group-jid="1555019000@g.us""#),
        "",
    ));
    let told = phone.hear(&says(ANN, "terminate", again, r#"reason="timeout""#));
    happened!(
        told,
        Event::StoppedRinging { outcome: Outcome::Missed, terminate: Some(terminate), .. }
            if terminate.reason().is_some()
    );
    let told = phone.hear(&says(
        ANN,
        "offer_notice",
        r#"call-id="C9" call-creator="15550199@lid""#,
        r#"type="group""#,
    ));
    happened!(told, Event::GroupNotice(notice) if notice.action().is_group());
    assert_eq!(told.sent, [ack_of("9Z", ANN)]);
}

#[test]
fn unknown_actions_are_acknowledged_and_shown() {
    let mut phone = Phone::new();
    let told = phone.hear(&format!(
        r#"<call from="{ANN}" id="9Z"><zap {IN} state="1"/></call>"#
    ));
    happened!(told, Event::Ignored(unknown) if unknown.action().elements()[0].tag() == "zap");
    assert_eq!(told.sent, [ack_of("9Z", ANN)]);
}

#[test]
fn what_has_no_id_is_heard_and_owed_nothing() {
    let mut phone = Phone::new();
    phone.ring();
    let told = phone.hear(&format!(r#"<call from="{ANN}"><transport {IN}/></call>"#));
    happened!(told, Event::Transport { .. });
    assert!(told.sent.is_empty());
}

#[test]
fn what_names_no_known_call_is_acknowledged_and_refused() {
    let mut phone = Phone::new();
    for action in ["preaccept", "accept", "reject", "transport", "heartbeat"] {
        is_refused(
            &phone.hear(&says(ANN, action, IN, "")),
            BoardError::NoSuchCall,
        );
    }
    is_refused(&phone.hear(&says_latency(ANN, IN)), BoardError::NoSuchCall);
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN}" id="7Q"><offer {IN}/></receipt>"#
    ));
    happened!(told, Event::OtherReceipt(_));
    let told = phone.hear(r#"<ack class="call" id="7Q"/>"#);
    happened!(told, Event::OtherAck(_));
    // And the offer that comes after all rings.
    phone.ring();
}

#[test]
fn a_call_that_is_answered_goes_on() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = preaccept(&mut phone, &call);
    assert!(
        told.sent[0].contains(r#"id="OUT1"><preaccept "#),
        "{told:?}"
    );
    let accepted = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Preaccepted>| {
            call.accept(answer())
        });
    let told = Told::from(accepted.expect("it rings").expect("it fits"));
    assert!(told.sent[0].contains(r#"id="OUT2"><accept "#), "{told:?}");

    let said = phone
        .board
        .step(&call, phone.now, |mut call: Call<Callee, Accepted>| {
            let said = (
                call.mute(MuteState::MUTED),
                call.transport(TransportMessage::default()),
            );
            (call, said)
        });
    let told = Told::from(said.expect("it is answered"));
    assert_eq!(told.sent.len(), 2);
    assert!(
        told.sent[0].contains(r#"id="OUT3"><mute_v2 "#)
            && told.sent[1].contains(r#"id="OUT4"><transport "#)
    );
    let again = phone
        .board
        .step(&call, phone.now, |mut call: Call<Callee, Accepted>| {
            let mute = call.mute(MuteState::MUTED);
            (call, mute)
        });
    assert!(
        Told::from(again.expect("it is answered")).sent.is_empty(),
        "that was told already"
    );

    let told = phone.hear(&says(ANN, "mute_v2", IN, r#"mute-state="1""#));
    happened!(told, Event::PeerMuted { state, .. } if *state == MuteState::MUTED);
    let told = phone.hear(&says(ANN, "heartbeat", IN, ""));
    happened!(told, Event::Heartbeat { .. });
    let told = phone.hear(&says(ANN, "transport", IN, r#"transport-message-type="3""#));
    happened!(told, Event::Transport { heard, .. } if heard.reply.is_some());
    let told = phone.hear(&says_latency(ANN, IN));
    let Event::RelayLatency { report, .. } = told.event() else {
        panic!("{told:?}")
    };
    assert_eq!(
        report.endpoints()[0]
            .latency()
            .and_then(ringstate::stanza::Latency::millis),
        Some(45)
    );

    let told = phone.hear(&says(ANN, "terminate", IN, r#"duration="9""#));
    let Event::Ended {
        outcome,
        by,
        terminate,
        ..
    } = told.event()
    else {
        panic!("{told:?}")
    };
    assert_eq!((*outcome, *by), (Outcome::HungUp, EndedBy::Peer));
    assert_eq!(
        terminate
            .as_ref()
            .and_then(|terminate| terminate.duration()),
        Some(9)
    );
    let AnyCall::CalleeTerminated(ended) = phone.stored(&call) else {
        panic!()
    };
    assert!(
        ended.heard_terminate().is_none(),
        "what is remembered is small"
    );
}

#[test]
fn a_call_knows_its_peer_s_number_to_the_end_and_beyond() {
    let mut phone = Phone::new();
    let told = phone.hear(&offer(
        ANN,
        &format!(r#"{IN} caller_pn="15550198@s.whatsapp.net""#),
        "",
    ));
    let Event::Rings { call } = told.event() else {
        panic!("{told:?}")
    };
    // What comes later names the LID alone.
    let ended = phone.hear(&says(ANN, "terminate", IN, ""));
    happened!(ended, Event::StoppedRinging { .. });
    let known: Vec<String> = phone
        .stored(call)
        .peer_addresses()
        .map(ToString::to_string)
        .collect();
    assert!(
        known.contains(&"15550198@s.whatsapp.net".to_owned()),
        "{known:?}"
    );
    assert_eq!(known[0], ANN);
}
