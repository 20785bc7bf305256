//! Many calls: what a stanza does to a table of them.

mod common;

use common::phone::{
    ANN_7, ANN_PRIMARY, IN, MY_OTHER, OUT, Phone, STRANGER, Told, ack_of, call_to_ann, offer,
    receipt_of, says, says_under,
};
use common::{ANN, ANN_PN, ME};
use ringstate::stanza::{Identity, MuteState};
use ringstate::{
    Accepted, Acked, Answer, AnyCall, AudioRates, Call, Callee, Caller, Dismissal, EndedBy, Event,
    Limit, Limits, OnDecline, OnGlare, Outcome, Policy, Preaccepted, Reason, Received, RejectHeard,
    Rejected, RingingDevices, Switchboard, TransportMessage,
};

fn answer() -> Answer {
    Answer::new(AudioRates::only(16000))
}

/// Answers the incoming call: it is sent as `OUT1`.
fn accept(phone: &mut Phone, call: &Identity) -> Told {
    let accepted = phone
        .board
        .step(call, phone.now, |call: Call<Callee, Acked>| {
            call.accept(answer())
        });
    accepted
        .expect("it is acknowledged")
        .expect("it fits the offer")
        .into()
}

fn decline(phone: &mut Phone, call: &Identity) -> Told {
    let declined = phone
        .board
        .step(call, phone.now, |call: Call<Callee, Acked>| call.reject());
    declined.expect("it is acknowledged").into()
}

/// Checks that a stanza is acknowledged and that nothing new came of it.
#[track_caller]
fn is_nothing_new(told: &Told) {
    assert!(matches!(told.event(), Event::NothingNew { .. }), "{told:?}");
    assert!(
        told.sent
            .iter()
            .all(|line| line.starts_with("<ack ") || line.starts_with("<receipt ")),
        "{told:?}"
    );
}

/// Checks that a stanza is acknowledged, once, and refused.
#[track_caller]
fn is_refused(told: &Told, why: &Reason) {
    match told.event() {
        Event::Refused { reason, stanza } => {
            assert_eq!(reason, why);
            assert!(
                !format!("{stanza:?}").contains("id: Some"),
                "its debt is paid: {stanza:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(told.sent.len(), 1, "{told:?}");
    assert!(told.sent[0].starts_with("<ack "), "{told:?}");
}

// Incoming calls.

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
    let stripped = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;
    is_nothing_new(&phone.hear(&offer(ANN, stripped, "")));
    let another = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let told = phone.hear(&offer(STRANGER, another, ""));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "another person made up the same id"
    );
    let told = phone.hear(&says(ANN, "terminate", stripped, ""));
    assert!(
        matches!(told.event(), Event::StoppedRinging { call: ended, .. } if *ended == call),
        "{told:?}"
    );
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
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::HungUp,
                ..
            }
        ),
        "{told:?}"
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
        assert!(matches!(early.event(), Event::Kept { .. }), "{early:?}");
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
    assert!(matches!(told.event(), Event::Missed(_)), "{told:?}");
}

#[test]
fn an_early_terminate_waits_for_the_call_of_its_own_creator() {
    let mut phone = Phone::new();
    let theirs = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let _ = phone.hear(&says(STRANGER, "terminate", theirs, ""));
    let call = phone.ring();
    let told = phone.hear(&offer(STRANGER, theirs, ""));
    assert!(matches!(told.event(), Event::Missed(_)), "{told:?}");
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
}

#[test]
fn a_decline_that_crosses_the_caller_s_terminate_is_no_missed_call() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = decline(&mut phone, &call);
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
    assert!(
        matches!(
            told.event(),
            Event::StoppedRinging {
                outcome: Outcome::Missed,
                ..
            }
        ),
        "{told:?}"
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
        let inside = if action == "relaylatency" {
            format!(
                r#"<call from="{ANN}" id="9Z"><relaylatency {IN}><te latency="33554477" relay_name="gru1c02">cb00710a0d96</te></relaylatency></call>"#
            )
        } else {
            says(ANN, action, IN, "")
        };
        let late = phone.hear(&inside);
        is_nothing_new(&late);
        assert_eq!(late.sent, [ack_of("9Z", ANN)], "{action}");
    }
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::Missed));
    assert!(phone.board.hang_up(&call, phone.now).is_none());
}

#[test]
fn an_offer_of_a_call_that_ended_before_it_came_is_missed() {
    for mark in [r#"e="1""#, r#"offline="0""#] {
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
    assert!(
        matches!(told.event(), Event::Missed(missed) if missed.outcome == Outcome::AnsweredElsewhere),
        "{told:?}"
    );
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
            &Reason::Stranger,
        );
    }
    let told = phone.hear(&offer(STRANGER, IN, ""));
    assert!(
        matches!(
            told.event(),
            Event::Refused {
                reason: Reason::Stranger,
                ..
            }
        ),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    decline(&mut phone, &call);
    is_refused(
        &phone.hear(&says(STRANGER, "terminate", IN, "")),
        &Reason::Stranger,
    );
}

#[test]
fn a_call_that_came_in_hears_no_answers() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    for action in ["accept", "preaccept", "reject"] {
        let told = phone.hear(&says(ANN, action, IN, ""));
        let Event::Refused { reason, .. } = told.event() else {
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
        assert!(
            matches!(told.event(), Event::StoppedRinging { outcome: how, .. } if *how == outcome),
            "{told:?}"
        );
    }
    let mut phone = Phone::new();
    let call = phone.ring();
    let hosted = "15550100:99@hosted.lid";
    for from in [MY_OTHER, hosted] {
        let told = phone.hear(&says(from, "terminate", IN, r#"reason="uncallable""#));
        is_refused(&told, &Reason::OwnDevice);
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
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
    assert!(
        matches!(
            told.event(),
            Event::StoppedRinging {
                outcome: Outcome::AnsweredElsewhere,
                ..
            }
        ),
        "{told:?}"
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
        assert!(
            matches!(
                told.event(),
                Event::Ended {
                    outcome: Outcome::RefusedByServer { code: Some(500) },
                    by: EndedBy::Server,
                    ..
                }
            ),
            "{told:?}"
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
        assert!(matches!(told.event(), Event::OtherAck(_)), "{told:?}");
    }
    let told = phone.hear(&format!(
        r#"<ack class="call" id="7Q" type="accept"><other {IN}/></ack>"#
    ));
    assert!(matches!(told.event(), Event::OtherAck(_)), "{told:?}");
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
}

#[test]
fn a_confirmed_accept_changes_nothing_and_is_told() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="accept"/>"#);
    assert!(
        matches!(told.event(), Event::Confirmed { id, .. } if id.as_str() == "OUT1"),
        "{told:?}"
    );
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
        Err((answer, reason)) => {
            assert_eq!(reason, Reason::RateNotOffered { rate: 44100 });
            assert_eq!(answer.audio.preferred, 44100);
        }
        Ok(told) => panic!("{told:?}"),
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    accept(&mut phone, &call);
}

#[test]
fn group_calls_ring_and_their_news_do_not() {
    let mut phone = Phone::new();
    let told = phone.hear(&offer(
        ANN,
        &format!(r#"{IN} group-jid="1555019000@g.us""#),
        "",
    ));
    let Event::Rings { call } = told.event() else {
        panic!("{told:?}")
    };
    let refused = phone
        .board
        .step(call, phone.now, |call: Call<Callee, Acked>| {
            call.accept(answer())
        });
    assert!(matches!(refused, Some(Err((_, Reason::GroupCall)))));
    let told = phone.hear(&says(
        ANN,
        "offer_notice",
        r#"call-id="C9" call-creator="15550199@lid""#,
        r#"type="group""#,
    ));
    assert!(
        matches!(told.event(), Event::GroupNotice(notice) if notice.action().is_group()),
        "{told:?}"
    );
    assert_eq!(told.sent, [ack_of("9Z", ANN)]);
}

#[test]
fn unknown_actions_are_acknowledged_and_shown() {
    let mut phone = Phone::new();
    let told = phone.hear(&format!(
        r#"<call from="{ANN}" id="9Z"><video {IN} state="1"/></call>"#
    ));
    assert!(
        matches!(told.event(), Event::Ignored(unknown) if unknown.action().elements()[0].tag() == "video"),
        "{told:?}"
    );
    assert_eq!(told.sent, [ack_of("9Z", ANN)]);
}

#[test]
fn what_has_no_id_is_heard_and_owed_nothing() {
    let mut phone = Phone::new();
    phone.ring();
    let told = phone.hear(&format!(r#"<call from="{ANN}"><transport {IN}/></call>"#));
    assert!(matches!(told.event(), Event::Transport { .. }), "{told:?}");
    assert!(told.sent.is_empty());
}

#[test]
fn what_names_no_known_call_is_acknowledged_and_refused() {
    let mut phone = Phone::new();
    for action in ["preaccept", "accept", "reject", "transport", "heartbeat"] {
        is_refused(&phone.hear(&says(ANN, action, IN, "")), &Reason::NoSuchCall);
    }
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN}" id="7Q"><offer {IN}/></receipt>"#
    ));
    assert!(matches!(told.event(), Event::OtherReceipt(_)), "{told:?}");
    let told = phone.hear(r#"<ack class="call" id="7Q"/>"#);
    assert!(matches!(told.event(), Event::OtherAck(_)), "{told:?}");
    // And the offer that comes after all rings.
    phone.ring();
}

#[test]
fn a_call_that_is_answered_goes_on() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let (id, rates) = (phone.board.next_id(), AudioRates::only(16000));
    let ringing = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            call.preaccept(id, rates)
        });
    let told = Told::from(ringing.expect("acked").expect("it fits"));
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
    assert!(
        matches!(told.event(), Event::PeerMuted { state, .. } if *state == MuteState::MUTED),
        "{told:?}"
    );
    let told = phone.hear(&says(ANN, "heartbeat", IN, ""));
    assert!(matches!(told.event(), Event::Heartbeat { .. }), "{told:?}");
    let told = phone.hear(&says(ANN, "transport", IN, r#"transport-message-type="3""#));
    assert!(
        matches!(told.event(), Event::Transport { heard, .. } if heard.reply.is_some()),
        "{told:?}"
    );
    let told = phone.hear(&format!(
        r#"<call from="{ANN}" id="9Z"><relaylatency {IN}><te latency="33554477" relay_name="gru1c02">cb00710a0d96</te></relaylatency></call>"#
    ));
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
        outcome, by, heard, ..
    } = told.event()
    else {
        panic!("{told:?}")
    };
    assert_eq!((*outcome, *by), (Outcome::HungUp, EndedBy::Peer));
    assert_eq!(
        heard.as_ref().and_then(|terminate| terminate.duration()),
        Some(9)
    );
    let AnyCall::CalleeTerminated(ended) = phone.stored(&call) else {
        panic!()
    };
    assert!(ended.heard().is_none(), "what is remembered is small");
}

// Outgoing calls.

#[test]
fn an_outgoing_call_rings_and_is_answered_by_one_device() {
    let mut phone = Phone::new();
    let call = phone.call();
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"><relay uuid="C0"/></ack>"#);
    let Event::Taken { ack, .. } = told.event() else {
        panic!("{told:?}")
    };
    assert_eq!(
        ack.children()[0].tag(),
        "relay",
        "the allocation arrives only here"
    );
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN_7}" id="OUT1"><offer {OUT}/></receipt>"#
    ));
    assert!(
        matches!(told.event(), Event::Reached { device, .. } if device.as_str() == ANN_7),
        "{told:?}"
    );
    let told = phone.hear(&says(ANN_7, "preaccept", OUT, ""));
    assert!(
        matches!(told.event(), Event::PeerRings { device, .. } if device.as_str() == ANN_7),
        "{told:?}"
    );

    let told = phone.hear(&says(ANN_7, "accept", OUT, ""));
    assert!(
        matches!(told.event(), Event::Answered { device, .. } if device.as_str() == ANN_7),
        "{told:?}"
    );
    assert_eq!(
        told.sent,
        [
            ack_of("9Z", ANN_7),
            format!(
                r#"<call to="{ANN_PRIMARY}" id="OUT2"><terminate {OUT} reason="accepted_elsewhere"><destination><to jid="{ANN_PRIMARY}"/><to jid="15550199:9@lid"/></destination></terminate></call>"#
            )
        ]
    );
    // A repeated accept dismisses nobody, a late one only the device that is late.
    is_nothing_new(&phone.hear(&says(ANN_7, "accept", OUT, "")));
    let told = phone.hear(&says(ANN_PRIMARY, "accept", OUT, ""));
    assert!(matches!(told.event(), Event::NothingNew { .. }), "{told:?}");
    assert_eq!(told.sent.len(), 2);
    assert!(
        told.sent[1].contains(&format!(
            r#"<destination><to jid="{ANN_PRIMARY}"/></destination>"#
        )),
        "{told:?}"
    );
    is_nothing_new(&phone.hear(&says("15550199:9@lid", "reject", OUT, "")));
    let AnyCall::CallerAccepted(answered) = phone.stored(&call) else {
        panic!()
    };
    assert_eq!(answered.answered_by().as_str(), ANN_7);

    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("it is live"));
    assert!(
        told.sent[0].starts_with(&format!(r#"<call to="{ANN_7}" id="OUT4"><terminate "#)),
        "{told:?}"
    );
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::HungUp,
                by: EndedBy::Us,
                ..
            }
        ),
        "{told:?}"
    );
}

#[test]
fn devices_can_be_dismissed_one_by_one() {
    let policy = Policy {
        dismissal: Dismissal::OneByOne,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    phone.call_and_ack();
    let told = phone.hear(&says(ANN_7, "accept", OUT, ""));
    assert_eq!(told.sent.len(), 3, "an ack, and two devices");
    for (line, (device, id)) in told.sent[1..]
        .iter()
        .zip([(ANN_PRIMARY, "OUT2"), ("15550199:9@lid", "OUT3")])
    {
        assert!(
            line.starts_with(&format!(r#"<call to="{device}" id="{id}"><terminate "#)),
            "{line}"
        );
    }
}

#[test]
fn a_refused_offer_ends_the_call_for_good() {
    for error in ["439", "404", "463"] {
        let mut phone = Phone::new();
        let call = phone.call();
        let told = phone.hear(&format!(
            r#"<ack class="call" id="OUT1" type="offer" error="{error}"/>"#
        ));
        let Event::Ended {
            outcome: Outcome::RefusedByServer { code },
            by: EndedBy::Server,
            ..
        } = told.event()
        else {
            panic!("{told:?}")
        };
        assert_eq!(code.map(|code| code.to_string()).as_deref(), Some(error));
        // Nothing revives it.
        for action in ["preaccept", "accept", "terminate"] {
            is_nothing_new(&phone.hear(&says(ANN_7, action, OUT, "")));
        }
        let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
        assert!(matches!(told.event(), Event::OtherAck(_)), "{told:?}");
        assert_eq!(phone.board.live().count(), 0);
        assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));
    }
}

#[test]
fn a_refusal_under_an_unknown_id_is_known_by_its_call() {
    let mut phone = Phone::new();
    let call = phone.call();
    let told = phone.hear(&format!(
        r#"<ack class="call" id="7Q" type="offer" error="439"><error {OUT}/></ack>"#
    ));
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::RefusedByServer { code: Some(439) },
                ..
            }
        ),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));
}

#[test]
fn acks_of_two_calls_at_once_are_told_apart() {
    let mut phone = Phone::new();
    let first = phone.call();
    let Ok((second, _)) = phone.board.call(call_to_ann("00FACADE2"), phone.now) else {
        panic!()
    };
    let told = phone.hear(r#"<ack class="call" id="OUT2" type="offer"/>"#);
    assert!(
        matches!(told.event(), Event::Taken { call, .. } if *call == second),
        "{told:?}"
    );
    assert_eq!(phone.phase(&first).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(
        matches!(told.event(), Event::Taken { call, .. } if *call == first),
        "{told:?}"
    );
}

#[test]
fn what_overtakes_the_server_s_ack_is_heard_once_it_comes() {
    let mut phone = Phone::new();
    let call = phone.call();
    for stanza in [
        format!(r#"<receipt from="{ANN_7}" id="OUT1"><offer {OUT}/></receipt>"#),
        says_under("91", ANN_7, "preaccept", OUT, ""),
        says_under("92", ANN_7, "accept", OUT, ""),
        says_under("93", ANN_7, "transport", OUT, ""),
    ] {
        let told = phone.hear(&stanza);
        assert!(matches!(told.event(), Event::Kept { .. }), "{told:?}");
        assert_eq!(
            told.sent.len(),
            usize::from(!stanza.starts_with("<receipt")),
            "acknowledged on arrival"
        );
    }
    is_refused(
        &phone.hear(&says(STRANGER, "accept", OUT, "")),
        &Reason::Stranger,
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));

    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(
        matches!(
            &told.events[..],
            [
                Event::Taken { .. },
                Event::Reached { .. },
                Event::PeerRings { .. },
                Event::Answered { .. },
                Event::Transport { .. }
            ]
        ),
        "{told:?}"
    );
    assert_eq!(
        told.sent.len(),
        1,
        "the siblings, and no second ack: {told:?}"
    );
    assert!(told.sent[0].contains("accepted_elsewhere"));
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Accepted"));
}

#[test]
fn what_was_parked_is_late_once_the_call_has_ended() {
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("it is live"));
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::Cancelled,
                ..
            }
        ),
        "{told:?}"
    );
    // The server's word on the offer is still known for what it is.
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(matches!(told.event(), Event::Confirmed { .. }), "{told:?}");
    is_nothing_new(&phone.hear(&says(ANN_7, "accept", OUT, "")));
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));
}

#[test]
fn a_device_that_is_busy_does_not_stop_the_others() {
    for reason in ["busy", "enc", "uncallable"] {
        let mut phone = Phone::new();
        let call = phone.call_and_ack();
        let told = phone.hear(&says(
            ANN_7,
            "reject",
            OUT,
            &format!(r#"reason="{reason}""#),
        ));
        assert!(
            matches!(told.event(), Event::DeviceOut { decline: None, .. }),
            "{told:?}"
        );
        assert_eq!(told.sent, [ack_of("9Z", ANN_7)]);
        assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
        let told = phone.hear(&says(ANN_PRIMARY, "accept", OUT, ""));
        assert!(matches!(told.event(), Event::Answered { .. }), "{told:?}");
    }
    let mut phone = Phone::new();
    phone.call_and_ack();
    let mut last = None;
    for device in [ANN_7, ANN_PRIMARY, "15550199:9@lid"] {
        last = Some(phone.hear(&says(device, "reject", OUT, r#"reason="busy""#)));
    }
    let told = last.expect("three devices");
    assert!(
        matches!(
            told.event(),
            Event::Declined {
                outcome: Outcome::Unavailable,
                ..
            }
        ),
        "{told:?}"
    );
}

#[test]
fn a_user_s_decline_gives_up_on_the_other_devices() {
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let _ = phone.hear(&says(ANN_PRIMARY, "preaccept", OUT, ""));
    let told = phone.hear(&says(ANN_7, "reject", OUT, ""));
    assert!(
        matches!(
            &told.events[..],
            [
                Event::DeviceOut { decline: None, .. },
                Event::Declined {
                    outcome: Outcome::Declined,
                    ..
                }
            ]
        ),
        "{told:?}"
    );
    assert_eq!(told.sent[0], ack_of("9Z", ANN_7));
    assert!(
        told.sent[1].contains("rejected_elsewhere")
            && told.sent[1].contains(r#"<to jid="15550199:9@lid"/>"#),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Rejected"));
}

#[test]
fn a_patient_caller_rings_on_and_may_give_up_later() {
    let policy = Policy {
        on_decline: OnDecline::RingOn,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    let call = phone.call_and_ack();
    let told = phone.hear(&says(ANN_7, "reject", OUT, ""));
    let Some(Event::DeviceOut {
        decline: Some(decline),
        ..
    }) = told.events.into_iter().next()
    else {
        panic!()
    };
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
    let given_up = phone
        .board
        .step(&call, phone.now, |call: Call<Caller, Acked>| {
            call.give_up(decline)
        });
    let told = Told::from(given_up.expect("it rings").expect("it is this call's"));
    assert!(matches!(told.event(), Event::Declined { .. }), "{told:?}");
    assert!(told.sent[0].contains("rejected_elsewhere"), "{told:?}");
}

#[test]
fn a_decline_that_overtakes_the_server_s_ack_gives_up_once_it_comes() {
    let mut phone = Phone::new();
    let call = phone.call();
    let told = phone.hear(&says(ANN_7, "terminate", OUT, r#"reason="declined""#));
    assert!(matches!(told.event(), Event::DeviceOut { .. }), "{told:?}");
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(
        matches!(
            &told.events[..],
            [Event::Taken { .. }, Event::Declined { .. }]
        ),
        "{told:?}"
    );
    assert!(told.sent[0].contains("rejected_elsewhere"), "{told:?}");
}

#[test]
fn a_device_of_nobody_here_cannot_answer() {
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    is_refused(
        &phone.hear(&says(STRANGER, "accept", OUT, "")),
        &Reason::Stranger,
    );
    is_refused(
        &phone.hear(&says(MY_OTHER, "accept", OUT, "")),
        &Reason::NotThePeer,
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
    // Through the call's own address, the device that speaks is the participant.
    let told = phone.hear(&format!(
        r#"<call from="00FACADE@call" participant="{ANN_7}" id="9Z"><accept {OUT}/></call>"#
    ));
    assert!(
        matches!(told.event(), Event::Answered { device, .. } if device.as_str() == ANN_7),
        "{told:?}"
    );
    assert!(
        !told.sent[1].contains(&format!(r#"<to jid="{ANN_7}"/>"#)),
        "the answerer is not dismissed: {told:?}"
    );
}

#[test]
fn the_peer_may_speak_from_either_address_space() {
    let mut phone = Phone::new();
    let mut call = call_to_ann("00FACADE");
    call.peer_alias = ANN_PN.parse().ok();
    let Ok(_) = phone.board.call(call, phone.now) else {
        panic!()
    };
    let _ = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    is_refused(
        &phone.hear(&says("15550155:1@s.whatsapp.net", "accept", OUT, "")),
        &Reason::Stranger,
    );
    let told = phone.hear(&says(ANN_PN, "accept", OUT, ""));
    assert!(matches!(told.event(), Event::Answered { .. }), "{told:?}");
}

#[test]
fn a_used_call_id_is_not_offered_again() {
    let mut phone = Phone::new();
    let call = phone.call();
    let refused = phone
        .board
        .call(call_to_ann("00FACADE"), phone.now)
        .expect_err("it is live");
    assert_eq!(*refused.reason(), Reason::IdUsed);
    let _ = phone.board.hang_up(&call, phone.now);
    let refused = phone
        .board
        .call(call_to_ann("00FACADE"), phone.now)
        .expect_err("it was used (SIG-17.38)");
    let ((), call, reason) = refused.into_parts();
    assert_eq!(
        (call.call_id.as_str(), reason),
        ("00FACADE", Reason::IdUsed)
    );
    phone.ring();
    let refused = phone
        .board
        .call(call_to_ann("00C0FFEE"), phone.now)
        .expect_err("somebody else used it");
    assert_eq!(*refused.reason(), Reason::IdUsed);
}

#[test]
fn what_the_server_does_not_deliver_is_told() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = decline(&mut phone, &call);
    assert_eq!(
        told.sent,
        [format!(
            r#"<call to="{ANN}" id="OUT1"><reject {IN}/></call>"#
        )]
    );
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="reject" error="479"/>"#);
    assert!(
        matches!(told.event(), Event::NotDelivered { code: Some(479), id, .. } if id.as_str() == "OUT1"),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Rejected"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="reject"/>"#);
    assert!(
        matches!(told.event(), Event::OtherAck(_)),
        "an id is answered once: {told:?}"
    );
}

#[test]
fn a_receipt_for_something_else_is_only_told() {
    let mut phone = Phone::new();
    phone.call_and_ack();
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN_7}" id="OUT1"><accept {OUT}/></receipt>"#
    ));
    assert!(matches!(told.event(), Event::OtherReceipt(_)), "{told:?}");
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN_7}" id="7Q"><offer {OUT}/></receipt>"#
    ));
    assert!(
        matches!(
            told.event(),
            Event::Refused {
                reason: Reason::OtherStanza,
                ..
            }
        ),
        "{told:?}"
    );
}

// Two calls at once.

#[test]
fn two_calls_that_cross_are_two_calls() {
    let mut phone = Phone::new();
    let outgoing = phone.call_and_ack();
    let told = phone.hear(&offer(ANN, IN, ""));
    let [
        Event::Glare {
            incoming,
            outgoing: ours,
        },
        Event::Rings { call },
    ] = &told.events[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!((incoming, ours), (call, &outgoing));
    assert_eq!(told.sent.len(), 2);
    assert_eq!(phone.phase(&outgoing).as_deref(), Some("Caller Acked"));
    assert_eq!(phone.phase(call).as_deref(), Some("Callee Acked"));
}

#[test]
fn a_policy_decides_between_calls_that_cross() {
    let with = |on_glare| {
        Phone::with(
            Policy {
                on_glare,
                ..Policy::default()
            },
            Limits::default(),
        )
    };
    let mut phone = with(OnGlare::DeclineIncoming);
    let outgoing = phone.call_and_ack();
    let told = phone.hear(&offer(ANN, IN, ""));
    let [
        Event::Glare { incoming, .. },
        Event::StoppedRinging {
            outcome: Outcome::Declined,
            ..
        },
    ] = &told.events[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(told.sent.len(), 3);
    assert!(
        told.sent[2].contains("<reject ") && told.sent[2].contains(r#"reason="busy""#),
        "{told:?}"
    );
    assert_eq!(phone.phase(&outgoing).as_deref(), Some("Caller Acked"));
    assert_eq!(phone.phase(incoming).as_deref(), Some("Callee Rejected"));

    let mut phone = with(OnGlare::CancelOutgoing);
    let outgoing = phone.call_and_ack();
    let told = phone.hear(&offer(ANN, IN, ""));
    assert!(
        matches!(
            &told.events[..],
            [
                Event::Glare { .. },
                Event::Ended {
                    outcome: Outcome::Cancelled,
                    ..
                },
                Event::Rings { .. }
            ]
        ),
        "{told:?}"
    );
    assert!(told.sent[2].contains("<terminate "), "{told:?}");
    assert_eq!(phone.phase(&outgoing).as_deref(), Some("Caller Terminated"));
}

#[test]
fn calls_cross_only_while_nobody_has_answered_and_only_with_the_same_person() {
    let mut phone = Phone::new();
    phone.call_and_ack();
    let theirs = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let told = phone.hear(&offer(STRANGER, theirs, ""));
    assert!(matches!(told.event(), Event::Rings { .. }), "{told:?}");
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let told = phone.hear(&offer(ANN, IN, ""));
    assert!(matches!(told.event(), Event::Rings { .. }), "{told:?}");

    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let _ = phone.board.hang_up(&call, phone.now);
    let told = phone.hear(&offer(ANN, IN, ""));
    assert!(matches!(told.event(), Event::Rings { .. }), "{told:?}");
}

// Steps.

#[test]
fn a_step_for_another_phase_is_an_explicit_none() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let now = phone.now;
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Callee, Accepted>| call.terminate())
            .is_none()
    );
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Caller, Acked>| call.terminate())
            .is_none()
    );
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Callee, Rejected>| (call, ()))
            .is_none()
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    accept(&mut phone, &call);
    // Never two answers to one offer.
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Callee, Acked>| call
                .accept(answer()))
            .is_none()
    );
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Callee, Acked>| call.reject())
            .is_none()
    );
    let unknown = Identity {
        call_id: "C1".parse().expect("an id"),
        ..call
    };
    assert!(
        phone
            .board
            .step(&unknown, now, |call: Call<Callee, Accepted>| call
                .terminate())
            .is_none()
    );
}

#[test]
fn a_call_that_is_over_takes_no_step() {
    let mut phone = Phone::new();
    let call = phone.ring();
    decline(&mut phone, &call);
    assert!(
        phone
            .board
            .step(&call, phone.now, |call: Call<Callee, Rejected>| (call, ()))
            .is_none()
    );
    assert!(phone.board.hang_up(&call, phone.now).is_none());
    assert!(phone.board.time_out(&call, phone.now).is_none());
}

#[test]
fn a_panic_in_a_step_ends_the_call_and_is_told() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let now = phone.now;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = phone.board.step(&call, now, |call: Call<Callee, Acked>| {
            assert!(call.offer().audio().is_empty(), "in the middle");
            call.reject()
        });
    }));
    assert!(panicked.is_err());
    // It cannot be answered, it is known as over, and the next thing that happens tells so.
    assert!(
        phone
            .board
            .step(&call, now, |call: Call<Callee, Acked>| call.reject())
            .is_none()
    );
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::Missed));
    let told = phone.hear(&offer(ANN, IN, ""));
    assert!(
        matches!(
            &told.events[..],
            [Event::StoppedRinging { .. }, Event::NothingNew { .. }]
        ),
        "{told:?}"
    );
    assert_eq!(phone.board.live().count(), 0);
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
}

#[test]
fn another_call_cannot_take_a_call_s_place() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let other = offer(
        STRANGER,
        r#"call-id="C7" call-creator="15550155:1@lid""#,
        "",
    );
    let other = common::acked_by(&other, &common::me());
    let swapped = phone
        .board
        .step(&call, phone.now, |_: Call<Callee, Acked>| (other, ()));
    let told = Told::from(swapped.expect("it was acknowledged"));
    assert!(
        matches!(told.event(), Event::StoppedRinging { call: ended, outcome: Outcome::Missed } if *ended == call),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Terminated"));
    assert_eq!(phone.board.live().count(), 0);
}

#[test]
fn a_call_is_hung_up_in_the_way_of_its_phase() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
    assert!(told.sent[0].contains("<reject "), "{told:?}");
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

    let mut phone = Phone::new();
    let call = phone.ring();
    let (id, rates) = (phone.board.next_id(), AudioRates::only(16000));
    let _ = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            call.preaccept(id, rates)
        });
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
    assert!(told.sent[0].contains("<terminate "), "{told:?}");
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

    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
    assert!(told.sent[0].contains("<terminate "), "{told:?}");
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::HungUp,
                ..
            }
        ),
        "{told:?}"
    );

    // A caller cancels at any time before an answer.
    for heard in [None, Some("ack"), Some("preaccept")] {
        let mut phone = Phone::new();
        let call = if heard.is_some() {
            phone.call_and_ack()
        } else {
            phone.call()
        };
        if heard == Some("preaccept") {
            let _ = phone.hear(&says(ANN_7, "preaccept", OUT, ""));
        }
        let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
        assert_eq!(
            told.sent,
            [format!(
                r#"<call to="{ANN_PRIMARY}" id="OUT2"><terminate {OUT}/></call>"#
            )]
        );
        assert!(
            matches!(
                told.event(),
                Event::Ended {
                    outcome: Outcome::Cancelled,
                    ..
                }
            ),
            "{told:?}"
        );
    }
}

// Time.

#[test]
fn ring_windows_are_asked_for_and_not_run() {
    let mut phone = Phone::new();
    assert_eq!(phone.board.next_expiry(), None);
    let incoming = phone.ring();
    let first = phone.now;
    phone.wait(10);
    let outgoing = phone.call();
    assert_eq!(
        phone.board.next_expiry(),
        Some(first + std::time::Duration::from_mins(1))
    );
    phone.wait(49);
    assert!(phone.board.expired(phone.now).is_empty());
    phone.wait(1);
    assert_eq!(
        phone.board.expired(phone.now),
        std::slice::from_ref(&incoming)
    );
    phone.wait(10);
    assert_eq!(
        phone.board.expired(phone.now),
        [incoming.clone(), outgoing.clone()],
        "the oldest first"
    );
    assert_eq!(
        phone.phase(&incoming).as_deref(),
        Some("Callee Acked"),
        "nothing happens by itself"
    );

    let told = Told::from(
        phone
            .board
            .time_out(&incoming, phone.now)
            .expect("it rings"),
    );
    assert!(
        told.sent.is_empty(),
        "a callee that has said nothing says nothing"
    );
    assert!(
        matches!(
            told.event(),
            Event::StoppedRinging {
                outcome: Outcome::Missed,
                ..
            }
        ),
        "{told:?}"
    );
    let told = Told::from(
        phone
            .board
            .time_out(&outgoing, phone.now)
            .expect("it rings"),
    );
    assert!(
        told.sent[0].contains("<terminate ") && told.sent[0].contains(r#"reason="timeout""#),
        "{told:?}"
    );
    assert!(
        matches!(
            told.event(),
            Event::Ended {
                outcome: Outcome::TimedOut,
                ..
            }
        ),
        "{told:?}"
    );
    assert!(phone.board.expired(phone.now).is_empty());
}

#[test]
fn an_answered_call_does_not_expire() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    phone.wait(3600);
    assert!(phone.board.expired(phone.now).is_empty());
    assert_eq!(phone.board.next_expiry(), None);
    assert!(phone.board.time_out(&call, phone.now).is_none());
}

#[test]
fn a_callee_that_rang_says_that_it_rings_no_more() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let (id, rates) = (phone.board.next_id(), AudioRates::only(16000));
    let _ = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            call.preaccept(id, rates)
        });
    let told = Told::from(phone.board.time_out(&call, phone.now).expect("it rings"));
    assert!(told.sent[0].contains(r#"reason="timeout""#), "{told:?}");
}

#[test]
fn time_that_runs_backwards_breaks_nothing() {
    let mut phone = Phone::new();
    phone.wait(1000);
    let call = phone.ring();
    phone.now -= std::time::Duration::from_secs(500);
    assert!(phone.board.expired(phone.now).is_empty());
    decline(&mut phone, &call);
    phone.now -= std::time::Duration::from_secs(400);
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
}

// Limits.

#[test]
fn a_call_too_many_does_not_ring_and_counts_as_missed() {
    let limits = Limits {
        live_calls: 1,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.ring();
    let theirs = r#"call-id="C7" call-creator="15550155:1@lid""#;
    let told = phone.hear(&offer(STRANGER, theirs, ""));
    let [
        Event::LimitReached {
            limit: Limit::LiveCalls,
            ..
        },
        Event::Missed(missed),
    ] = &told.events[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(missed.outcome, Outcome::Missed);
    assert_eq!(
        told.sent.len(),
        2,
        "acknowledged and receipted all the same"
    );
    assert_eq!(
        phone.phase(&call).as_deref(),
        Some("Callee Acked"),
        "the live call is what it was"
    );
    let refused = phone
        .board
        .call(call_to_ann("00FACADE"), phone.now)
        .expect_err("there is no room");
    assert_eq!(*refused.reason(), Reason::TooManyCalls { limit: 1 });
    // What was missed does not ring once there is room.
    decline(&mut phone, &call);
    is_nothing_new(&phone.hear(&offer(STRANGER, theirs, "")));
}

#[test]
fn the_call_that_has_been_over_for_the_longest_is_forgotten_first() {
    let limits = Limits {
        ended_calls: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = |n: usize| format!(r#"call-id="C{n}" call-creator="{ANN}""#);
    for n in 0..3 {
        let _ = phone.hear(&offer(ANN, &call(n), ""));
        let told = phone.hear(&says(ANN, "terminate", &call(n), ""));
        match &told.events[..] {
            [Event::StoppedRinging { .. }] if n < 2 => {}
            [
                Event::StoppedRinging { .. },
                Event::LimitReached {
                    limit: Limit::EndedCalls,
                    call,
                },
            ] => {
                assert_eq!(call.call_id.as_str(), "C0");
            }
            other => panic!("{other:?}"),
        }
    }
    is_nothing_new(&phone.hear(&offer(ANN, &call(1), "")));
    is_nothing_new(&phone.hear(&offer(ANN, &call(2), "")));
    let told = phone.hear(&offer(ANN, &call(0), ""));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "a call that is forgotten would be a new one"
    );
}

#[test]
fn what_is_over_is_forgotten_in_time() {
    let mut phone = Phone::new();
    let call = phone.ring();
    decline(&mut phone, &call);
    let _ = phone.hear(&says(
        ANN,
        "terminate",
        r#"call-id="C7" call-creator="15550199:3@lid""#,
        "",
    ));
    phone.wait(24 * 60 * 60 - 1);
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
    phone.wait(1);
    let _ = phone.hear(r#"<ack class="call" id="7Q"/>"#);
    assert!(phone.board.get(&call).is_none());
    let told = phone.hear(&offer(
        ANN,
        r#"call-id="C7" call-creator="15550199:3@lid""#,
        "",
    ));
    assert!(matches!(told.event(), Event::Rings { .. }), "{told:?}");
}

#[test]
fn early_terminates_are_bounded_by_themselves() {
    let limits = Limits {
        early_terminates: 2,
        ended_calls: 1,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.ring();
    decline(&mut phone, &call);
    let early = |n: usize| format!(r#"call-id="C{n}" call-creator="15550155:1@lid""#);
    for n in 0..3 {
        let told = phone.hear(&says(STRANGER, "terminate", &early(n), ""));
        match &told.events[..] {
            [Event::Kept { .. }] if n < 2 => {}
            [
                Event::Kept { .. },
                Event::LimitReached {
                    limit: Limit::EarlyTerminates,
                    call,
                },
            ] => {
                assert_eq!(call.call_id.as_str(), "C0");
            }
            other => panic!("{other:?}"),
        }
    }
    is_nothing_new(&phone.hear(&offer(ANN, IN, ""))); // no flood of them makes it ring again
    let told = phone.hear(&offer(STRANGER, &early(1), ""));
    assert!(matches!(told.events[0], Event::Missed(_)), "{told:?}");
}

#[test]
fn a_few_stanzas_are_parked_and_no_more() {
    let limits = Limits {
        parked: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    phone.call();
    for n in 0..4 {
        let told = phone.hear(&says(ANN_7, "transport", OUT, ""));
        assert_eq!(told.sent.len(), 1, "acknowledged, kept or not");
        match told.event() {
            Event::Kept { .. } if n < 2 => {}
            Event::LimitReached {
                limit: Limit::Parked,
                ..
            } if n >= 2 => {}
            other => panic!("{other:?}"),
        }
    }
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert_eq!(told.events.len(), 3);
}

#[test]
fn a_call_has_a_bounded_number_of_devices() {
    let limits = Limits {
        devices: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let refused = phone
        .board
        .call(call_to_ann("00FACADE"), phone.now)
        .expect_err("three devices");
    assert_eq!(*refused.reason(), Reason::TooManyDevices { limit: 2 });
    let ((), call, _) = refused.into_parts();
    let two = RingingDevices {
        others: call.devices.others[..1].to_vec(),
        ..call.devices.clone()
    };
    assert!(
        phone
            .board
            .call(
                ringstate::NewCall {
                    devices: two,
                    ..call
                },
                phone.now
            )
            .is_ok()
    );

    let devices = |n: usize| {
        let to: String = (0..n)
            .map(|n| format!(r#"<to jid="15550100:{n}@lid"/>"#))
            .collect();
        offer(ANN, IN, "").replace(
            "</offer>",
            &format!("<destination>{to}</destination></offer>"),
        )
    };
    let told = phone.hear(&devices(3));
    assert!(
        matches!(
            &told.events[..],
            [
                Event::LimitReached {
                    limit: Limit::Devices,
                    ..
                },
                Event::Missed(_)
            ]
        ),
        "{told:?}"
    );
    let mut phone = Phone::with(
        Policy::default(),
        Limits {
            devices: 2,
            ..Limits::default()
        },
    );
    assert!(matches!(
        phone.hear(&devices(2)).event(),
        Event::Rings { .. }
    ));
}

#[test]
fn acknowledgements_are_not_awaited_for_ever() {
    let limits = Limits {
        unconfirmed: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.call_and_ack();
    for n in 0..3 {
        let said = phone
            .board
            .step(&call, phone.now, |call: Call<Caller, Acked>| {
                let said = call.transport(TransportMessage::default());
                (call, said)
            });
        let told = Told::from(said.expect("it rings"));
        assert_eq!(told.sent.len(), 1);
        match &told.events[..] {
            [] if n < 2 => {}
            [
                Event::LimitReached {
                    limit: Limit::Unconfirmed,
                    ..
                },
            ] if n == 2 => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(
        phone.hear(r#"<ack class="call" id="OUT2"/>"#).event(),
        Event::OtherAck(_)
    ));
    assert!(matches!(
        phone.hear(r#"<ack class="call" id="OUT3"/>"#).event(),
        Event::Confirmed { .. }
    ));
}

// The rest.

#[test]
fn a_source_of_ids_that_repeats_itself_costs_no_call() {
    let mut board = Switchboard::new(common::me(), || "SAME".parse().expect("an id"));
    let now = std::time::Instant::now();
    let Ok((first, _)) = board.call(call_to_ann("C1"), now) else {
        panic!()
    };
    let Ok((second, _)) = board.call(call_to_ann("C2"), now) else {
        panic!()
    };
    let told = Told::from(board.receive(
        common::received(r#"<ack class="call" id="SAME" type="offer"/>"#),
        now,
    ));
    assert!(
        matches!(told.event(), Event::Taken { call, .. } if *call == first),
        "{told:?}"
    );
    assert!(board.hang_up(&second, now).is_some());
}

#[test]
fn the_typed_road_and_the_table_lead_to_the_same_place() {
    // The same stanzas, heard by a typed call and by a switchboard, are answered alike.
    let mut phone = Phone::new();
    phone.call_and_ack();
    let told = phone.hear(&says(ANN_7, "reject", OUT, r#"reason="busy""#));
    let (offered, _) = call_to_ann("00FACADE").offer("OUT1".parse().expect("an id"));
    let Received::Ack(ack) = common::received(r#"<ack class="call" id="OUT1"/>"#) else {
        panic!()
    };
    let Ok(ringstate::OfferAckHeard::Taken(acked, _)) = offered.on_ack(ack) else {
        panic!()
    };
    let Received::Reject(reject) =
        common::received(&says(ANN_7, "reject", OUT, r#"reason="busy""#))
    else {
        panic!()
    };
    let Ok((RejectHeard::DeviceOut(_), owed)) = acked.on_reject(reject) else {
        panic!()
    };
    assert_eq!(common::lines(owed), told.sent);
}

#[test]
fn a_switchboard_shows_nothing_private() {
    let mut phone = Phone::new();
    phone.ring();
    phone.call();
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let _ = phone.hear(&says(
        STRANGER,
        "terminate",
        r#"call-id="C7" call-creator="15550155:1@lid""#,
        "",
    ));
    let told = phone.hear(&says(STRANGER, "terminate", IN, ""));
    let missed = phone.hear(&offer(
        ANN,
        r#"call-id="C8" call-creator="15550199:3@lid""#,
        r#"e="1""#,
    ));
    let shown = format!("{:?} {:?} {:?}", phone.board, told.events, missed.events);
    for secret in ["15550", "Ann", "33aa", "33, 170"] {
        assert!(!shown.contains(secret), "`{secret}` in {shown}");
    }
}
