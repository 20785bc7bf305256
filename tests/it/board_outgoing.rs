//! Outgoing calls in a switchboard: many devices, the server's word, and two calls that cross.

use crate::common::phone::{
    ANN_7, ANN_PRIMARY, IN, MY_OTHER, OUT, Phone, STRANGER, Told, ack_of, call_to_ann, decline,
    happened, is_nothing_new, is_refused, offer, says, says_under,
};
use crate::common::{ANN, ANN_PN};
use ringstate::{
    Acked, AnyCall, BoardError, Call, Caller, Dismissal, EndedBy, Event, HearError, Limits,
    OnDecline, OnGlare, Outcome, PlaceError, Policy, ReceiveError, RefusedParts,
};

#[test]
fn an_outgoing_call_rings_and_is_answered_by_one_device() {
    let mut phone = Phone::new();
    let call = phone.call();
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"><relay uuid="C0"/></ack>"#);
    let Event::OfferConfirmed { ack, .. } = told.event() else {
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
    happened!(told, Event::Reached { device, .. } if device.as_str() == ANN_7);
    let told = phone.hear(&says(ANN_7, "preaccept", OUT, ""));
    happened!(told, Event::PeerRings { device, .. } if device.as_str() == ANN_7);

    let told = phone.hear(&says(ANN_7, "accept", OUT, ""));
    happened!(told, Event::Answered { device, .. } if device.as_str() == ANN_7);
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
    happened!(told, Event::NothingNew { .. });
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
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::HungUp,
            by: EndedBy::Us,
            ..
        }
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
fn an_outgoing_call_that_ends_is_never_a_missed_one() {
    for (reason, how) in [
        (r#"reason="timeout""#, Outcome::TimedOut),
        ("", Outcome::Unavailable),
        (r#"reason="declined""#, Outcome::Declined),
    ] {
        let mut phone = Phone::new();
        phone.call_and_ack();
        let told = phone.hear(&says("s.whatsapp.net", "terminate", OUT, reason));
        let (Event::Ended {
            outcome, terminate, ..
        }
        | Event::Declined {
            outcome, terminate, ..
        }) = told.event()
        else {
            panic!("{told:?}")
        };
        assert_eq!(*outcome, how);
        assert!(terminate.is_some(), "{told:?}");
        is_nothing_new(&phone.hear(&says("s.whatsapp.net", "terminate", OUT, reason)));
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
        happened!(told, Event::OtherAck(_));
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
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::RefusedByServer { code: Some(439) },
            ..
        }
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Terminated"));
}

#[test]
fn a_refusal_of_something_else_does_not_end_an_offer() {
    let mut phone = Phone::new();
    let call = phone.call();
    for kind in [r#"type="accept""#, r#"type="transport""#, ""] {
        let told = phone.hear(&format!(
            r#"<ack class="call" id="7Q" {kind} error="500"><error {OUT}/></ack>"#
        ));
        happened!(told, Event::OtherAck(_));
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
}

#[test]
fn acks_of_two_calls_at_once_are_told_apart() {
    let mut phone = Phone::new();
    let first = phone.call();
    let Ok((second, _)) = phone.board.place(call_to_ann("00FACADE2"), phone.now) else {
        panic!()
    };
    let told = phone.hear(r#"<ack class="call" id="OUT2" type="offer"/>"#);
    happened!(told, Event::OfferConfirmed { call, .. } if *call == second);
    assert_eq!(phone.phase(&first).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    happened!(told, Event::OfferConfirmed { call, .. } if *call == first);
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
        happened!(told, Event::Parked { .. });
        assert_eq!(
            told.sent.len(),
            usize::from(!stanza.starts_with("<receipt")),
            "acknowledged on arrival"
        );
    }
    is_refused(
        &phone.hear(&says(STRANGER, "accept", OUT, "")),
        HearError::Stranger,
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));

    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(
        matches!(
            &told.events[..],
            [
                Event::OfferConfirmed { .. },
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
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::Cancelled,
            ..
        }
    );
    // The server's word on the offer is still known for what it is.
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    happened!(told, Event::Confirmed { .. });
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
        happened!(told, Event::DeviceOut { decline: None, .. });
        assert_eq!(told.sent, [ack_of("9Z", ANN_7)]);
        assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
        let told = phone.hear(&says(ANN_PRIMARY, "accept", OUT, ""));
        happened!(told, Event::Answered { .. });
    }
    let mut phone = Phone::new();
    phone.call_and_ack();
    let mut last = None;
    for device in [ANN_7, ANN_PRIMARY, "15550199:9@lid"] {
        last = Some(phone.hear(&says(device, "reject", OUT, r#"reason="busy""#)));
    }
    let told = last.expect("three devices");
    happened!(
        told,
        Event::Declined {
            outcome: Outcome::Unavailable,
            ..
        }
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
    happened!(told, Event::Declined { .. });
    assert!(told.sent[0].contains("rejected_elsewhere"), "{told:?}");
}

#[test]
fn a_decline_that_overtakes_the_server_s_ack_gives_up_once_it_comes() {
    let mut phone = Phone::new();
    let call = phone.call();
    let told = phone.hear(&says(ANN_7, "terminate", OUT, r#"reason="declined""#));
    happened!(told, Event::DeviceOut { .. });
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
    let told = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    assert!(
        matches!(
            &told.events[..],
            [Event::OfferConfirmed { .. }, Event::Declined { .. }]
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
        HearError::Stranger,
    );
    is_refused(
        &phone.hear(&says(MY_OTHER, "accept", OUT, "")),
        HearError::NotThePeer,
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
    // Through the call's own address, the device that speaks is the participant.
    let told = phone.hear(&format!(
        r#"<call from="00FACADE@call" participant="{ANN_7}" id="9Z"><accept {OUT}/></call>"#
    ));
    happened!(told, Event::Answered { device, .. } if device.as_str() == ANN_7);
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
    let Ok(_) = phone.board.place(call, phone.now) else {
        panic!()
    };
    let _ = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    is_refused(
        &phone.hear(&says("15550155:1@s.whatsapp.net", "accept", OUT, "")),
        HearError::Stranger,
    );
    let told = phone.hear(&says("15550198:7@s.whatsapp.net", "accept", OUT, ""));
    happened!(told, Event::Answered { .. });
}

#[test]
fn a_call_is_made_in_the_name_of_this_account() {
    let mut phone = Phone::new();
    let as_creator = |creator| ringstate::NewCall {
        creator,
        ..call_to_ann("00FACADE")
    };
    let somebody = ringstate::Creator::Lid {
        lid: "15550155:1@lid".parse().expect("a LID"),
        phone_number: None,
    };
    let refused = phone
        .board
        .place(as_creator(somebody), phone.now)
        .expect_err("that is somebody else");
    assert_eq!(*refused.reason(), PlaceError::NotThisAccount);
    // Its phone number makes a call only where no LID is known (SIG-17.4).
    let number =
        || ringstate::Creator::PhoneNumber(crate::common::ME_PN.parse().expect("a number"));
    let refused = phone
        .board
        .place(as_creator(number()), phone.now)
        .expect_err("its LID is known");
    assert_eq!(*refused.reason(), PlaceError::NotTheLid);
    let by_number =
        ringstate::OwnAddress::phone_number(crate::common::ME_PN.parse().expect("a number"));
    let ids = crate::common::phone::ids();
    phone.board = ringstate::Switchboard::new(by_number, ids);
    assert!(phone.board.place(as_creator(number()), phone.now).is_ok());
}

#[test]
fn a_caller_hears_no_offer_of_its_own_call() {
    for acked in [false, true] {
        let mut phone = Phone::new();
        let call = if acked {
            phone.call_and_ack()
        } else {
            phone.call()
        };
        let told = phone.hear(&offer(ANN, OUT, ""));
        happened!(
            told,
            Event::Unheard {
                reason: BoardError::Receive(ReceiveError::NotHeard { .. }),
                ..
            }
        );
        assert_eq!(
            told.sent.len(),
            2,
            "acknowledged and receipted all the same"
        );
        let _ = phone.board.hang_up(&call, phone.now);
        is_nothing_new(&phone.hear(&offer(ANN, OUT, "")));
    }
}

#[test]
fn a_used_call_id_is_not_offered_again() {
    let mut phone = Phone::new();
    let call = phone.call();
    let refused = phone
        .board
        .place(call_to_ann("00FACADE"), phone.now)
        .expect_err("it is live");
    assert_eq!(*refused.reason(), PlaceError::IdUsed);
    let _ = phone.board.hang_up(&call, phone.now);
    let refused = phone
        .board
        .place(call_to_ann("00FACADE"), phone.now)
        .expect_err("it was used (SIG-17.38)");
    let RefusedParts {
        input: call,
        reason,
        ..
    } = refused.into_parts();
    assert_eq!(
        (call.call_id.as_str(), reason),
        ("00FACADE", PlaceError::IdUsed)
    );
    phone.ring();
    let refused = phone
        .board
        .place(call_to_ann("00C0FFEE"), phone.now)
        .expect_err("somebody else used it");
    assert_eq!(*refused.reason(), PlaceError::IdUsed);
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
    happened!(told, Event::NotDelivered { code: Some(479), id, .. } if id.as_str() == "OUT1");
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
    happened!(told, Event::OtherReceipt(_));
    let told = phone.hear(&format!(
        r#"<receipt from="{ANN_7}" id="7Q"><offer {OUT}/></receipt>"#
    ));
    happened!(
        told,
        Event::Unheard {
            reason: BoardError::Receive(ReceiveError::Step(HearError::OtherStanza)),
            ..
        }
    );
}

// Two calls at once.

#[test]
fn two_calls_that_cross_are_two_calls() {
    let policy = Policy {
        on_glare: OnGlare::KeepBoth,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
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
    happened!(told, Event::Rings { .. });
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let told = phone.hear(&offer(ANN, IN, ""));
    happened!(told, Event::Rings { .. });

    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let _ = phone.board.hang_up(&call, phone.now);
    let told = phone.hear(&offer(ANN, IN, ""));
    happened!(told, Event::Rings { .. });
}
