//! What a switchboard keeps at most, and what it shows.

use crate::common::ANN;
use crate::common::phone::{
    ANN_7, IN, OUT, Phone, STRANGER, Told, call_to_ann, decline, happened, is_nothing_new, offer,
    says, transport,
};
use ringstate::{
    Event, Limit, Limits, Outcome, PlaceError, Policy, Received, RefusedParts, RejectHeard,
    RingingDevices, Switchboard,
};

#[test]
fn a_call_too_many_does_not_ring_and_counts_as_missed() {
    let limits = Limits {
        live_calls: 1,
        placed_calls: 1,
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
    let placed = phone.board.place(call_to_ann("00FACADE"), phone.now);
    assert!(
        placed.is_ok(),
        "calls that are placed have room of their own"
    );
    let refused = phone
        .board
        .place(call_to_ann("00FACADF"), phone.now)
        .expect_err("there is no more");
    assert_eq!(*refused.reason(), PlaceError::TooManyCalls { limit: 1 });
    // What was missed does not ring once there is room.
    decline(&mut phone, &call);
    is_nothing_new(&phone.hear(&offer(STRANGER, theirs, "")));
    let next = r#"call-id="C8" call-creator="15550155:1@lid""#;
    let told = phone.hear(&offer(STRANGER, next, ""));
    assert!(
        matches!(told.event(), Event::Rings { .. }),
        "there is room again: {told:?}"
    );
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
    happened!(told, Event::Rings { .. });
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
            [Event::Parked { .. }] if n < 2 => {}
            [
                Event::Parked { .. },
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
fn an_early_terminate_that_was_heard_is_no_longer_counted() {
    let limits = Limits {
        early_terminates: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = |n: usize| format!(r#"call-id="C{n}" call-creator="{ANN}""#);
    // The first one waits all the time.
    happened!(
        phone.hear(&says(ANN, "terminate", &call(0), "")),
        Event::Parked { .. }
    );
    for n in 1..4 {
        happened!(
            phone.hear(&says(ANN, "terminate", &call(n), "")),
            Event::Parked { .. }
        );
        happened!(phone.hear(&offer(ANN, &call(n), "")), Event::Missed(_));
    }
    happened!(phone.hear(&offer(ANN, &call(0), "")), Event::Missed(_));
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
        let told = phone.hear(&says(
            ANN_7,
            "transport",
            OUT,
            &format!(r#"p2p-cand-round="{n}""#),
        ));
        assert_eq!(told.sent.len(), 1, "acknowledged, kept or not");
        match told.event() {
            Event::Parked { .. } if n < 2 => {}
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
        .place(call_to_ann("00FACADE"), phone.now)
        .expect_err("three devices");
    assert_eq!(*refused.reason(), PlaceError::TooManyDevices { limit: 2 });
    let RefusedParts { input: call, .. } = refused.into_parts();
    let two = RingingDevices {
        others: call.devices.others[..1].to_vec(),
        ..call.devices.clone()
    };
    assert!(
        phone
            .board
            .place(
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
        let told = transport(&mut phone, &call);
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

#[test]
fn what_is_acknowledged_is_no_longer_counted() {
    let limits = Limits {
        unconfirmed: 2,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = phone.call_and_ack();
    // The first one is never acknowledged, all later ones are.
    for n in 2..8 {
        assert!(transport(&mut phone, &call).events.is_empty());
        if n > 2 {
            let told = phone.hear(&format!(r#"<ack class="call" id="OUT{n}"/>"#));
            happened!(told, Event::Confirmed { .. });
        }
    }
    let told = phone.hear(r#"<ack class="call" id="OUT2"/>"#);
    happened!(told, Event::Confirmed { .. });
}

// The rest.

#[test]
fn a_source_of_ids_that_repeats_itself_costs_no_call() {
    let mut board = Switchboard::new(crate::common::me(), || "SAME".parse().expect("an id"));
    let now = std::time::Instant::now();
    let Ok((first, _)) = board.place(call_to_ann("C1"), now) else {
        panic!()
    };
    let Ok((second, _)) = board.place(call_to_ann("C2"), now) else {
        panic!()
    };
    let told = Told::from(board.receive(
        crate::common::received(r#"<ack class="call" id="SAME" type="offer"/>"#),
        now,
    ));
    happened!(told, Event::OfferConfirmed { call, .. } if *call == first);
    assert!(board.hang_up(&second, now).is_some());
}

#[test]
fn the_typed_road_and_the_table_lead_to_the_same_place() {
    // The same stanzas, heard by a typed call and by a switchboard, are answered alike.
    let mut phone = Phone::new();
    phone.call_and_ack();
    let told = phone.hear(&says(ANN_7, "reject", OUT, r#"reason="busy""#));
    let (offered, _) = call_to_ann("00FACADE")
        .offer("OUT1".parse().expect("an id"))
        .expect("it can be offered");
    let Received::Ack(ack) = crate::common::received(r#"<ack class="call" id="OUT1"/>"#) else {
        panic!()
    };
    let Ok(ringstate::OfferAckHeard::Confirmed(acked, _)) = offered.on_ack(ack) else {
        panic!()
    };
    let Received::Reject(reject) =
        crate::common::received(&says(ANN_7, "reject", OUT, r#"reason="busy""#))
    else {
        panic!()
    };
    let Ok((RejectHeard::DeviceOut(_), owed)) = acked.on_reject(reject) else {
        panic!()
    };
    assert_eq!(crate::common::lines(owed), told.sent);
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
        r#"offline="0""#,
    ));
    let shown = format!("{:?} {:?} {:?}", phone.board, told.events, missed.events);
    for secret in ["15550", "Ann", "33aa", "33, 170"] {
        assert!(!shown.contains(secret), "`{secret}` in {shown}");
    }
}

#[test]
fn as_many_ended_calls_are_remembered_as_the_limits_say() {
    let mut phone = Phone::new();
    let most = Limits::default().ended_calls;
    for n in 0..most {
        let from = format!("1555{n:07}:3@lid");
        let call = format!(
            r#"call-id="00C0FFEE00C0FFEE00C0FFEE{n:08X}" call-creator="{from}" caller_pn="1555{n:07}@s.whatsapp.net""#
        );
        let told = phone.hear(&offer(&from, &call, r#"offline="1""#));
        assert!(matches!(told.event(), Event::Missed(_)), "{n}: {told:?}");
    }
}

/// Callers make the ids, so two of them may have made the same one.
#[test]
fn of_two_ended_calls_with_one_id_the_right_one_is_forgotten() {
    let limits = Limits {
        ended_calls_of_one: 1,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    let call = |id: &str, from: &str| format!(r#"call-id="{id}" call-creator="{from}""#);
    for (id, from) in [("C0", ANN), ("C0", STRANGER), ("C1", STRANGER)] {
        let _ = phone.hear(&offer(from, &call(id, from), ""));
        let _ = phone.hear(&says(from, "terminate", &call(id, from), ""));
    }
    let mut kept: Vec<String> = phone
        .board
        .ended()
        .map(|call| format!("{} {}", call.identity().call_id.as_str(), call.peer()))
        .collect();
    kept.sort();
    assert_eq!(kept, [format!("C0 {ANN}"), format!("C1 {STRANGER}")]);
}
