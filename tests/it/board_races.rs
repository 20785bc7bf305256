//! Nasty sequences: what overtakes what, identities that nearly fit, forged stanzas, and steps that go wrong.

use crate::common::phone::{
    ANN_7, ANN_PRIMARY, IN, MY_OTHER, OUT, Phone, STRANGER, Told, answer, call_to_ann, happened,
    is_nothing_new, is_refused, offer, says,
};
use crate::common::{ANN, ANN_PN, ME_PN, acked_by, an_offer, me};
use ringstate::{
    Acked, AnyCall, BoardError, Call, Callee, Event, HearError, Identity, Limit, Limits, OnDecline,
    OnGlare, OnUnverified, Outcome, Policy, ReceiveError, Terminated,
};

const ACK: &str = r#"<ack class="call" id="OUT1" type="offer"/>"#;

/// Hears these before the server has acknowledged the offer, and then its acknowledgement; how the call stands then.
fn overtaken(stanzas: &[String]) -> (Phone, Identity, Told) {
    let mut phone = Phone::new();
    let call = phone.call();
    for stanza in stanzas {
        let told = phone.hear(stanza);
        assert_eq!(told.sent.len(), 1, "acknowledged on arrival: {told:?}");
    }
    let told = phone.hear(ACK);
    (phone, call, told)
}

#[test]
fn what_overtakes_the_server_s_ack_stays_in_its_order() {
    let (phone, call, told) = overtaken(&[
        says(ANN_7, "accept", OUT, ""),
        says(ANN_7, "terminate", OUT, ""),
    ]);
    assert!(
        matches!(
            &told.events[..],
            [
                Event::OfferConfirmed { .. },
                Event::Answered { .. },
                Event::Ended {
                    outcome: Outcome::HungUp,
                    ..
                }
            ]
        ),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));

    let (phone, call, _) = overtaken(&[
        says(ANN_7, "preaccept", OUT, ""),
        says(ANN_7, "terminate", OUT, ""),
    ]);
    assert_eq!(
        phone.stored(&call).outcome(),
        Some(Outcome::Declined),
        "a device that rang declines so"
    );

    let declines = says(ANN_PRIMARY, "terminate", OUT, r#"reason="declined""#);
    let (phone, call, told) = overtaken(&[says(ANN_7, "accept", OUT, ""), declines.clone()]);
    assert_eq!(
        phone.phase(&call).as_deref(),
        Some("Caller Accepted"),
        "the answer came first: {told:?}"
    );

    // The other way round the decline came first.
    let (phone, call, _) = overtaken(&[declines, says(ANN_7, "accept", OUT, "")]);
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::Declined));

    // The server's own word outweighs all.
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let _ = phone.hear(&says("s.whatsapp.net", "terminate", OUT, ""));
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));
}

#[test]
fn answers_take_the_place_of_what_is_none() {
    let limits = Limits {
        parked: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.call();
    for device in [ANN_7, ANN_PRIMARY, "15550199:9@lid"] {
        let _ = phone.hear(&says(device, "transport", OUT, ""));
    }
    let told = phone.hear(&says(ANN_7, "accept", OUT, ""));
    assert!(
        matches!(
            &told.events[..],
            [
                Event::Parked { .. },
                Event::LimitReached {
                    limit: Limit::Parked,
                    ..
                }
            ]
        ),
        "{told:?}"
    );
    let _ = phone.hear(&says("15550199:9@lid", "reject", OUT, r#"reason="busy""#));
    let told = phone.hear(&says(ANN_PRIMARY, "accept", OUT, ""));
    assert!(
        matches!(told.event(), Event::LimitReached { .. }),
        "two answers are parked: {told:?}"
    );
    let told = phone.hear(ACK);
    assert!(matches!(told.events[1], Event::Answered { .. }), "{told:?}");
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Accepted"));

    // Own devices answer nothing here, and take no place.
    let mut phone = Phone::with(
        Policy::default(),
        Limits {
            parked: 1,
            ..Limits::default()
        },
    );
    phone.call();
    let told = phone.hear(&says(MY_OTHER, "transport", OUT, ""));
    happened!(
        told,
        Event::Unheard {
            reason: BoardError::Receive(ReceiveError::NotHeard { .. }),
            ..
        }
    );
}

#[test]
fn of_two_calls_with_one_id_the_one_that_fits_best_is_meant() {
    let of = |creator: &str, rest: &str| format!(r#"call-id="C1" call-creator="{creator}" {rest}"#);
    let anns = of(ANN, &format!(r#"caller_pn="{ANN_PN}""#));
    for anns_first in [true, false] {
        let mut phone = Phone::new();
        let mut offers = [
            offer(STRANGER, &of(STRANGER, ""), ""),
            offer(ANN, &anns, ""),
        ];
        if anns_first {
            offers.reverse();
        }
        for offer in &offers {
            assert!(matches!(phone.hear(offer).event(), Event::Rings { .. }));
        }
        // Ann's number is known to be hers, and in nobody's way for the stranger's call.
        let told = phone.hear(&says(ANN_PN, "terminate", &of(ANN_PN, ""), ""));
        happened!(told, Event::StoppedRinging { call, .. } if call.call_creator.as_str() == ANN);
        let left: Vec<&AnyCall> = phone.board.live().collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].identity().call_creator.as_str(), STRANGER);
        // Byte for byte, it is the stranger's, and hanging up ends that one.
        let call = left[0].identity().clone();
        let told = Told::from(phone.board.hang_up(&call, phone.now).expect("it rings"));
        happened!(told, Event::StoppedRinging { call: ended, .. } if *ended == call);
        assert!(
            told.sent[0].contains(&format!(r#"to="{STRANGER}""#)),
            "{told:?}"
        );
        assert_eq!(phone.board.live().count(), 0);
    }
}

#[test]
fn creators_of_no_space_are_compared_byte_for_byte() {
    let mut phone = Phone::new();
    let group = r#"call-id="C1" call-creator="1555019000@g.us" group-jid="1555019000@g.us""#;
    let _ = phone.hear(&offer(ANN, group, ""));
    let told = phone.hear(&offer(
        STRANGER,
        &format!(r#"call-id="C1" call-creator="{STRANGER}""#),
        "",
    ));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "another call: {told:?}"
    );
    // Also where the group is all that is known of the peer.
    let mut phone = Phone::new();
    let _ = phone.hear(&offer("1555019000@g.us", group, ""));
    let told = phone.hear(&offer(
        STRANGER,
        &format!(r#"call-id="C1" call-creator="{STRANGER}""#),
        "",
    ));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "another call: {told:?}"
    );
}

#[test]
fn both_addresses_of_this_account_are_its_own() {
    let mut phone = Phone::new();
    phone.call_and_ack();
    is_refused(
        &phone.hear(&says("15550101:5@s.whatsapp.net", "accept", OUT, "")),
        HearError::NotThePeer,
    );
    // The peer may name the creator in the other space.
    let by_number = format!(r#"call-id="00FACADE" call-creator="{ME_PN}""#);
    let told = phone.hear(&says(ANN_7, "accept", &by_number, ""));
    happened!(told, Event::Answered { .. });
    // And an offer in the name of this account is nobody's call.
    for from in [MY_OTHER, "15550101:5@s.whatsapp.net"] {
        let told = phone.hear(&offer(
            from,
            r#"call-id="C7" call-creator="15550100:5@lid""#,
            "",
        ));
        happened!(
            told,
            Event::Unheard {
                reason: BoardError::OwnOffer,
                ..
            }
        );
        assert_eq!(told.sent.len(), 2);
    }
}

#[test]
fn nobody_silences_a_call_by_an_offer_in_its_name() {
    let mut phone = Phone::new();
    let told = phone.hear(&offer(STRANGER, IN, r#"offline="0""#));
    happened!(
        told,
        Event::Unheard {
            reason: BoardError::ForgedOffer,
            ..
        }
    );
    phone.ring();
}

#[test]
fn an_early_end_counts_for_an_offer_that_cannot_ring_as_well() {
    let early = says(MY_OTHER, "terminate", IN, r#"reason="accepted_elsewhere""#);
    let mut phone = Phone::new();
    let _ = phone.hear(&early);
    let told = phone.hear(&offer(ANN, IN, r#"offline="0""#));
    happened!(told, Event::Missed(missed) if missed.outcome == Outcome::AnsweredElsewhere);

    // What the offer itself says counts more, and what a stranger says nothing.
    let mut phone = Phone::new();
    let _ = phone.hear(&early);
    let shaped = offer(ANN, IN, "").replace("<offer ", r#"<offer terminate_reason="timeout" "#);
    let told = phone.hear(&shaped);
    happened!(told, Event::Missed(missed) if missed.outcome == Outcome::Missed);
    let mut phone = Phone::new();
    let _ = phone.hear(&says(
        STRANGER,
        "terminate",
        IN,
        r#"reason="accepted_elsewhere""#,
    ));
    let told = phone.hear(&offer(ANN, IN, r#"offline="0""#));
    happened!(told, Event::Missed(missed) if missed.outcome == Outcome::Missed);

    // Without room it is over all the same, and no limit is to blame.
    let mut phone = Phone::with(
        Policy::default(),
        Limits {
            live_calls: 0,
            ..Limits::default()
        },
    );
    let _ = phone.hear(&early);
    let told = phone.hear(&offer(ANN, IN, ""));
    happened!(told, Event::Missed(missed) if missed.outcome == Outcome::AnsweredElsewhere);
    let call = phone.board.live().next();
    assert!(call.is_none());
}

#[test]
fn an_early_end_of_another_call_does_not_grow_younger() {
    let mut phone = Phone::new();
    let theirs = r#"call-id="00C0FFEE" call-creator="15550155:1@lid""#;
    let _ = phone.hear(&says(STRANGER, "terminate", theirs, ""));
    phone.wait(60 * 60 * 23);
    phone.ring();
    phone.wait(60 * 60);
    let told = phone.hear(&offer(STRANGER, theirs, ""));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "it was kept for a day: {told:?}"
    );
}

#[test]
fn a_call_missed_before_it_rang_keeps_no_terminate() {
    let mut phone = Phone::new();
    let _ = phone.hear(&says(ANN, "terminate", IN, ""));
    let told = phone.hear(&offer(ANN, IN, ""));
    let Event::Missed(missed) = told.event() else {
        panic!("{told:?}")
    };
    let AnyCall::CalleeTerminated(call) = phone.stored(&missed.call) else {
        panic!()
    };
    assert!(
        call.heard_terminate().is_none(),
        "what is remembered is small"
    );
}

#[test]
fn every_call_of_ours_that_is_crossed_is_told_and_cancelled() {
    let policy = Policy {
        on_glare: OnGlare::CancelOutgoing,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy.clone(), Limits::default());
    phone.call();
    let Ok(_) = phone.board.place(call_to_ann("00FACADE2"), phone.now) else {
        panic!()
    };
    let told = phone.hear(&offer(ANN, IN, ""));
    let count = |is: fn(&Event) -> bool| told.events.iter().filter(|event| is(event)).count();
    assert_eq!(
        count(|event| matches!(event, Event::Glare { .. })),
        2,
        "{told:?}"
    );
    assert_eq!(
        count(|event| matches!(
            event,
            Event::Ended {
                outcome: Outcome::Cancelled,
                ..
            }
        )),
        2
    );
    assert!(matches!(told.events.last(), Some(Event::Rings { .. })));
    assert!(
        told.sent[0].starts_with("<ack ") && told.sent[1].starts_with("<receipt "),
        "{told:?}"
    );
    assert_eq!(told.sent.len(), 4);

    // A group call cannot be answered, and nothing is given up for it; nor for somebody who only claims a number.
    let mut phone = Phone::with(policy, Limits::default());
    let mut call = call_to_ann("00FACADE");
    call.peer_alias = ANN_PN.parse().ok();
    let Ok((call, _)) = phone.board.place(call, phone.now) else {
        panic!()
    };
    let group = format!(r#"{IN} group-jid="1555019000@g.us""#);
    let claims = format!(r#"call-id="C7" call-creator="{STRANGER}" caller_pn="{ANN_PN}""#);
    let told = phone.hear(&offer(ANN, &group, ""));
    happened!(told, Event::Invited { .. });
    let told = phone.hear(&offer(STRANGER, &claims, ""));
    happened!(told, Event::Rings { .. });
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
}

#[test]
fn a_step_that_is_refused_tells_all_the_same_what_has_ended() {
    // The closure drops what it was given and hands back another call, in a step that is refused.
    let mut phone = Phone::new();
    let call = phone.ring();
    let other = acked_by(
        &offer(
            STRANGER,
            r#"call-id="C7" call-creator="15550155:1@lid""#,
            "",
        ),
        &me(),
    );
    let wrong = ringstate::Answer::new(ringstate::AudioRates::only(44100));
    let stepped = phone
        .board
        .step(&call, phone.now, |_: Call<Callee, Acked>| {
            other.accept(wrong)
        });
    assert!(stepped.is_none());
    let told = phone.hear(r#"<ack class="call" id="7Q"/>"#);
    assert!(
        matches!(
            &told.events[..],
            [Event::StoppedRinging { .. }, Event::OtherAck(_)]
        ),
        "{told:?}"
    );

    // The call has ended, and what was to be said was not.
    let mut phone = Phone::new();
    let call = phone.ring();
    let failed = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            let (rejected, _reject) = call.reject();
            (rejected, Err::<(), _>("the disk is full"))
        });
    assert_eq!(failed.map(Result::err), Some(Some("the disk is full")));
    let told = phone.hear(r#"<ack class="call" id="7Q"/>"#);
    assert!(
        matches!(
            told.events[0],
            Event::StoppedRinging {
                outcome: Outcome::Declined,
                ..
            }
        ),
        "{told:?}"
    );
}

#[test]
fn a_twin_of_a_call_cannot_take_its_place() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let (twin, _owed) = Call::incoming(an_offer(&offer(ANN, IN, ""))).acknowledge(&me());
    let swapped = phone
        .board
        .step(&call, phone.now, |call: Call<Callee, Acked>| {
            let _ = call.accept(answer());
            (twin, ())
        });
    assert!(swapped.is_none(), "nothing is said for it");
    assert!(
        phone.board.answer(&call, phone.now, answer()).is_none(),
        "never two answers to one offer"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Terminated"));
}

#[test]
fn after_a_panic_everything_goes_on() {
    let panics = |phone: &mut Phone, call: &Identity| {
        let now = phone.now;
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            phone.board.step(
                call,
                now,
                |_: Call<Callee, Acked>| -> (Call<Callee, Acked>, ()) {
                    std::panic::resume_unwind(Box::new("in the middle"))
                },
            )
        }));
        assert!(panicked.is_err());
    };
    let limits = Limits {
        live_calls: 1,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.ring();
    panics(&mut phone, &call);
    // There is room again, and whatever is done next tells of the end.
    let Ok((_, reaction)) = phone.board.place(call_to_ann("00FACADE"), phone.now) else {
        panic!()
    };
    assert!(matches!(
        Told::from(reaction).event(),
        Event::StoppedRinging { .. }
    ));

    let mut phone = Phone::new();
    let (call, other) = (phone.ring(), phone.call());
    panics(&mut phone, &call);
    assert!(
        phone
            .board
            .step(&call, phone.now, |call: Call<Callee, Terminated>| (
                call,
                ()
            ))
            .is_none()
    );
    let told = Told::from(
        phone
            .board
            .hang_up(&other, phone.now)
            .expect("that one is live"),
    );
    assert!(
        matches!(
            &told.events[..],
            [Event::StoppedRinging { .. }, Event::Ended { .. }]
        ),
        "{told:?}"
    );
}

#[test]
fn a_used_id_is_forgotten_in_time_without_any_stanza() {
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.board.hang_up(&call, phone.now);
    phone.wait(24 * 60 * 60);
    assert!(
        phone
            .board
            .place(call_to_ann("00FACADE"), phone.now)
            .is_ok()
    );
}

#[test]
fn the_last_words_of_a_call_are_not_awaited_for_ever() {
    let limits = Limits {
        unconfirmed: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    for n in 0..4 {
        let told = phone.hear(&offer(
            ANN,
            &format!(r#"call-id="C{n}" call-creator="{ANN}""#),
            "",
        ));
        let Some(Event::Rings { call }) = told.events.first() else {
            panic!("{told:?}")
        };
        let said = phone
            .board
            .step(call, phone.now, |call: Call<Callee, Acked>| {
                let (accepted, accept) = call.accept(answer()).expect("it fits");
                let (ended, terminate) = accepted.terminate();
                (ended, (accept, terminate))
            });
        let told = Told::from(said.expect("it rings"));
        assert_eq!(told.sent.len(), 2);
        let forgotten = told
            .events
            .iter()
            .filter(|event| matches!(event, Event::LimitReached { .. }))
            .count();
        assert_eq!(forgotten, if n == 0 { 0 } else { 2 }, "{told:?}");
    }
    // The last accept and the last terminate are still known for what they are.
    let told = phone.hear(r#"<ack class="call" id="OUT7" type="accept" error="500"/>"#);
    happened!(
        told,
        Event::NotDelivered {
            code: Some(500),
            ..
        }
    );
}

#[test]
fn an_id_that_comes_again_does_not_take_another_call_s_ack() {
    let mut ids = [
        "SAME", "SAME", "SAME", "SAME", "SAME", "SAME", "SAME", "SAME", "SAME",
    ]
    .iter()
    .cycle();
    let next = move || ids.next().expect("a cycle").parse().expect("an id");
    let mut board = ringstate::Switchboard::new(me(), next);
    let now = std::time::Instant::now();
    let hear = |board: &mut ringstate::Switchboard, document: &str| {
        Told::from(board.receive(crate::common::received(document), now))
    };
    let Ok((first, _)) = board.place(call_to_ann("C1"), now) else {
        panic!()
    };
    let told = hear(&mut board, r#"<ack class="call" id="SAME" type="offer"/>"#);
    happened!(told, Event::OfferConfirmed { .. });
    let Ok((second, _)) = board.place(call_to_ann("C2"), now) else {
        panic!()
    };
    let _ = board.hang_up(&first, now);
    let told = hear(&mut board, r#"<ack class="call" id="SAME" type="offer"/>"#);
    happened!(told, Event::OfferConfirmed { call, .. } if *call == second);
}

#[test]
fn a_stray_refusal_of_an_offer_is_its_answer() {
    let mut phone = Phone::new();
    phone.call();
    let _ = phone.hear(&format!(
        r#"<ack class="call" id="7Q" type="offer" error="439"><error {OUT}/></ack>"#
    ));
    let told = phone.hear(ACK);
    assert!(
        matches!(told.event(), Event::OtherAck(_)),
        "nothing is awaited under that id: {told:?}"
    );
}

#[test]
fn one_id_is_not_that_of_many_calls() {
    let mut phone = Phone::with(
        Policy::default(),
        Limits {
            same_id: 2,
            ..Limits::default()
        },
    );
    let of = |n: usize| format!(r#"call-id="C1" call-creator="155501{n}:1@lid""#);
    let from = |n: usize| format!("155501{n}:1@lid");
    for n in 60..62 {
        assert!(matches!(
            phone.hear(&offer(&from(n), &of(n), "")).event(),
            Event::Rings { .. }
        ));
    }
    for n in 62..64 {
        happened!(
            phone.hear(&says(&from(n), "terminate", &of(n), "")),
            Event::Parked { .. }
        );
    }
    for document in [
        offer(&from(64), &of(64), ""),
        offer(&from(64), &of(64), r#"offline="0""#),
        says(&from(64), "terminate", &of(64), ""),
    ] {
        let told = phone.hear(&document);
        happened!(
            told,
            Event::LimitReached {
                limit: Limit::SameId,
                ..
            }
        );
        assert!(told.sent[0].starts_with("<ack "), "{told:?}");
    }
    assert_eq!(phone.board.live().count(), 2);
    is_nothing_new(&phone.hear(&offer(&from(60), &of(60), "")));
}

#[test]
fn a_last_device_declines_alike_in_both_of_its_ways() {
    for (action, reason) in [("reject", ""), ("terminate", r#"reason="declined""#)] {
        let mut phone = Phone::with(
            Policy {
                on_decline: OnDecline::RingOn,
                ..Policy::default()
            },
            Limits::default(),
        );
        phone.call_and_ack();
        for device in [ANN_PRIMARY, ANN_7] {
            let _ = phone.hear(&says(device, "reject", OUT, r#"reason="busy""#));
        }
        let told = phone.hear(&says("15550199:9@lid", action, OUT, reason));
        happened!(
            told,
            Event::Declined {
                outcome: Outcome::Declined,
                ..
            }
        );
    }
}

#[test]
fn the_next_ring_window_is_one_that_is_not_over() {
    let mut phone = Phone::new();
    phone.ring();
    phone.wait(30);
    phone.call();
    phone.wait(70);
    let next = phone.board.next_expiry(phone.now).expect("the second one");
    assert_eq!(next, phone.now + std::time::Duration::from_secs(20));
    phone.wait(20);
    assert_eq!(
        phone.board.next_expiry(phone.now),
        None,
        "both are over, and told by `expired`"
    );
    assert_eq!(phone.board.expired(phone.now).len(), 2);
}

#[test]
fn a_stranger_in_the_other_space_passes_only_where_a_policy_believes_them() {
    let somebody = "15550155:1@s.whatsapp.net";
    let mut phone = Phone::new();
    let told = phone.hear(&offer(ANN, &format!(r#"{IN} caller_pn="{ANN_PN}""#), ""));
    assert!(matches!(told.event(), Event::Rings { .. }));
    is_refused(
        &phone.hear(&says(somebody, "terminate", IN, "")),
        HearError::Stranger,
    );
    // Without the number nothing tells the two apart.
    let mut phone = Phone::new();
    phone.ring();
    is_refused(
        &phone.hear(&says(somebody, "terminate", IN, "")),
        HearError::Unverified,
    );
    let policy = Policy {
        on_unverified: OnUnverified::Believe,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    phone.ring();
    let told = phone.hear(&says(somebody, "terminate", IN, ""));
    happened!(told, Event::StoppedRinging { .. });
}

#[test]
fn a_mute_that_was_not_delivered_can_be_told_again() {
    use ringstate::{Accepted, MuteState};
    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = phone.board.answer(&call, phone.now, answer());
    let mute = |phone: &mut Phone, state: MuteState| {
        let said = phone
            .board
            .step(&call, phone.now, |mut call: Call<Callee, Accepted>| {
                let mute = call.mute(state);
                (call, mute)
            });
        Told::from(said.expect("it is answered")).sent.len()
    };
    assert_eq!(mute(&mut phone, MuteState::MUTED), 1);
    let told = phone.hear(r#"<ack class="call" id="OUT2" error="500"/>"#);
    happened!(told, Event::NotDelivered { .. });
    assert_eq!(
        (
            mute(&mut phone, MuteState::MUTED),
            mute(&mut phone, MuteState::UNMUTED)
        ),
        (0, 1)
    );
    assert_eq!(mute(&mut phone, MuteState::MUTED), 1);
}

#[test]
fn an_early_terminate_says_of_an_ended_offer_what_it_would_say_of_a_live_one() {
    // An own device has two things to say, and what is for other devices is not for this one.
    let elsewhere = r#"reason="accepted_elsewhere""#;
    let for_another = format!(
        r#"<call from="{ANN}" id="9Z"><terminate {IN} {elsewhere}><destination><to jid="{MY_OTHER}"/></destination></terminate></call>"#
    );
    for mark in ["", r#"offline="0""#] {
        let mut phone = Phone::new();
        let _ = phone.hear(&says(MY_OTHER, "terminate", IN, ""));
        let _ = phone.hear(&says(
            ANN,
            "terminate",
            IN,
            r#"reason="rejected_elsewhere""#,
        ));
        happened!(
            phone.hear(&offer(ANN, IN, mark)),
            Event::Missed(missed) if missed.outcome == Outcome::DeclinedElsewhere
        );
        let mut phone = Phone::new();
        let _ = phone.hear(&for_another);
        let told = phone.hear(&offer(ANN, IN, mark));
        match told.event() {
            Event::Rings { .. } if mark.is_empty() => {}
            Event::Missed(missed) if !mark.is_empty() => {
                assert_eq!(missed.outcome, Outcome::Missed);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_parked_already_is_not_parked_again() {
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    for _ in 0..20 {
        is_nothing_new(&phone.hear(&says(ANN_7, "accept", OUT, "")));
    }
    happened!(
        phone.hear(&says(ANN_7, "terminate", OUT, "")),
        Event::Parked { .. }
    );
    let _ = phone.hear(ACK);
    assert_eq!(phone.stored(&call).outcome(), Some(Outcome::HungUp));
}

#[test]
fn a_call_is_crossed_once_however_many_addresses_its_peer_has() {
    let mut phone = Phone::new();
    let mut call = call_to_ann("00FACADE");
    call.peer_alias = ANN_PN.parse().ok();
    assert!(phone.board.place(call, phone.now).is_ok());
    let told = phone.hear(&offer(ANN, IN, ""));
    let crossed = |event: &&Event| matches!(event, Event::Glare { .. });
    assert_eq!(told.events.iter().filter(crossed).count(), 1, "{told:?}");
}

#[test]
fn a_call_is_crossed_from_an_address_that_it_has_just_learned() {
    let with_lid = |from: &str, action: &str| {
        let document = says(from, action, OUT, "");
        document.replace("<call ", &format!(r#"<call sender_lid="{ANN}" "#))
    };
    let is_crossed = |phone: &mut Phone| {
        let call = IN.replace("15550199@lid", "15550198@s.whatsapp.net");
        let told = phone.hear(&offer(ANN_PN, &call, ""));
        let mut events = told.events.iter();
        events.any(|event| matches!(event, Event::Glare { .. }))
    };
    // From a stanza that waits behind another.
    let mut phone = Phone::new();
    phone.call();
    let _ = phone.hear(&says(ANN, "transport", OUT, ""));
    let told = phone.hear(&with_lid(ANN_PN, "terminate"));
    happened!(told, Event::Parked { .. });
    assert!(is_crossed(&mut phone));

    // From one that is heard in a step.
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let document = with_lid("15550198:7@s.whatsapp.net", "preaccept");
    let ringstate::Received::Preaccept(preaccept) = crate::common::received(&document) else {
        panic!("{document}")
    };
    let rings = |call: Call<ringstate::Caller, Acked>| {
        let (ringing, _owed) = call.on_preaccept(preaccept).expect("a device rings");
        AnyCall::from(ringing)
    };
    assert!(phone.board.step(&call, phone.now, rings).is_some());
    assert!(is_crossed(&mut phone));
}

#[test]
fn what_is_heard_by_hand_has_the_same_effects() {
    // An answer that is heard in a step: the call crosses nothing any more.
    let policy = Policy {
        on_glare: OnGlare::CancelOutgoing,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    let call = phone.call_and_ack();
    let ringstate::Received::Accept(accept) =
        crate::common::received(&says(ANN_7, "accept", OUT, ""))
    else {
        panic!()
    };
    let heard = phone
        .board
        .step(&call, phone.now, |call: Call<ringstate::Caller, Acked>| {
            let (heard, _owed) = call.on_accept(accept).expect("a device answers");
            (heard.call, heard.siblings)
        });
    assert!(
        heard.is_some_and(|reaction| reaction.stanzas().len() == 1),
        "the siblings"
    );
    happened!(phone.hear(&offer(ANN, IN, "")), Event::Rings { .. });
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Accepted"));

    // The server's word that is heard in a step: what waited for it is heard.
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "preaccept", OUT, ""));
    let ringstate::Received::Ack(ack) = crate::common::received(ACK) else {
        panic!()
    };
    let heard = phone.board.step(
        &call,
        phone.now,
        |call: Call<ringstate::Caller, ringstate::Offered>| match call.on_ack(ack) {
            Ok(ringstate::OfferAckHeard::Confirmed(call, _)) => AnyCall::from(call),
            _ => panic!("it is taken"),
        },
    );
    let told = Told::from(heard.expect("it was pending"));
    happened!(told, Event::PeerRings { .. });
    happened!(
        phone.hear(&says(ANN_7, "terminate", OUT, r#"reason="busy""#)),
        Event::DeviceOut { .. }
    );
}

#[test]
fn a_step_that_leaves_an_offer_pending_hears_nothing_yet() {
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "preaccept", OUT, ""));
    let nothing = phone.board.step(
        &call,
        phone.now,
        |call: Call<ringstate::Caller, ringstate::Offered>| call,
    );
    let told = Told::from(nothing.expect("it is pending"));
    assert!(told.events.is_empty() && told.sent.is_empty(), "{told:?}");
}

#[test]
fn an_offer_that_comes_again_from_the_other_space_is_a_repeat() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let by_number = format!(r#"call-id="00C0FFEE" call-creator="{ANN_PN}""#);
    let told = phone.hear(&offer(ANN_PN, &by_number, ""));
    is_nothing_new(&told);
    assert_eq!(told.sent.len(), 2);
    assert_eq!(phone.board.live().count(), 1);
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
}

#[test]
fn a_call_that_is_forgotten_during_its_replay_leaves_nothing_behind() {
    let mut phone = Phone::with(
        Policy::default(),
        Limits {
            ended_calls: 0,
            ..Limits::default()
        },
    );
    let call = phone.call();
    let _ = phone.hear(&says(ANN_7, "reject", OUT, ""));
    let _ = phone.hear(&says(ANN_PRIMARY, "terminate", OUT, ""));
    let told = phone.hear(ACK);
    assert!(
        !told
            .events
            .iter()
            .any(|event| matches!(event, Event::Parked { .. })),
        "{told:?}"
    );
    assert!(phone.board.get(&call).is_none());
    assert!(
        phone
            .board
            .place(call_to_ann("00FACADE"), phone.now)
            .is_ok(),
        "it is forgotten"
    );
}

#[test]
fn a_call_s_own_early_ends_are_not_too_many_for_it() {
    let mut phone = Phone::new();
    for n in 20..28 {
        let from = format!("15550100:{n}@lid");
        let _ = phone.hear(&says(
            &from,
            "terminate",
            IN,
            r#"reason="accepted_elsewhere""#,
        ));
    }
    happened!(
        phone.hear(&offer(ANN, IN, "")),
        Event::Missed(missed) if missed.outcome == Outcome::AnsweredElsewhere
    );
}

#[test]
fn an_id_that_may_be_somebody_else_s_silences_nobody() {
    let by_number = format!(r#"call-id="C1" call-creator="{ANN_PN}""#);
    let stranger = format!(r#"call-id="C1" call-creator="{STRANGER}""#);
    // Ann's early end is not used up by the stranger's offer.
    let mut phone = Phone::new();
    let _ = phone.hear(&says(ANN, "terminate", &by_number, ""));
    happened!(
        phone.hear(&offer(STRANGER, &stranger, "")),
        Event::Rings { .. }
    );
    happened!(phone.hear(&offer(ANN, &by_number, "")), Event::Missed(_));
    // Nor is her offer a repeat of the stranger's.
    let mut phone = Phone::new();
    happened!(
        phone.hear(&offer(STRANGER, &stranger, "")),
        Event::Rings { .. }
    );
    let told = phone.hear(&offer(ANN, &by_number, ""));
    assert!(
        matches!(
            &told.events[..],
            [Event::CallerUnverified { .. }, Event::Rings { .. }]
        ),
        "{told:?}"
    );
    assert_eq!(phone.board.live().count(), 2);
}
