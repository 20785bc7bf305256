//! Steps on the calls of a switchboard, and the time that they take.

use crate::common::ANN;
use crate::common::phone::{
    ANN_7, ANN_PRIMARY, IN, OUT, Phone, STRANGER, Told, accept, answer, decline, happened,
    is_nothing_new, offer, preaccept, says,
};
use ringstate::stanza::Identity;
use ringstate::{Accepted, Acked, Call, Callee, Caller, Event, Outcome, Rejected};

#[test]
fn a_call_that_rings_can_be_declined() {
    // From the event that tells of it to its end, it is in the table, whatever comes in between.
    let mut phone = Phone::new();
    let call = phone.ring();
    for stanza in [
        offer(ANN, IN, ""),
        says(ANN, "transport", IN, ""),
        says(STRANGER, "terminate", IN, ""),
    ] {
        let _ = phone.hear(&stanza);
    }
    phone.wait(3600);
    assert_eq!(
        phone.stored(&call).phase(),
        ringstate::law::PhaseName::ACKED
    );
    let told = decline(&mut phone, &call);
    assert!(told.sent[0].contains("<reject "), "{told:?}");
}

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
    assert_eq!(phone.board.live().count(), 0);
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
    let other = crate::common::acked_by(&other, &crate::common::me());
    let swapped = phone
        .board
        .step(&call, phone.now, |_: Call<Callee, Acked>| (other, ()));
    assert!(swapped.is_none(), "nothing is said for another call");
    let told = phone.hear(&offer(ANN, IN, ""));
    assert!(
        matches!(&told.events[0], Event::StoppedRinging { call: ended, outcome: Outcome::Missed, .. } if *ended == call),
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
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::Declined,
            ..
        }
    );

    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = preaccept(&mut phone, &call);
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
    assert!(told.sent[0].contains("<terminate "), "{told:?}");
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::Declined,
            ..
        }
    );

    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let told = Told::from(phone.board.hang_up(&call, phone.now).expect("live"));
    assert!(told.sent[0].contains("<terminate "), "{told:?}");
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::HungUp,
            ..
        }
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
        happened!(
            told,
            Event::Ended {
                outcome: Outcome::Cancelled,
                ..
            }
        );
    }
}

// Time.

#[test]
fn only_an_incoming_call_that_rings_is_declined() {
    for (rung, action) in [(false, "<reject "), (true, "<terminate ")] {
        let mut phone = Phone::new();
        let call = phone.ring();
        if rung {
            let _ = preaccept(&mut phone, &call);
        }
        let told = Told::from(phone.board.decline(&call, phone.now).expect("it rings"));
        assert!(told.sent[0].contains(action), "{told:?}");
        assert!(phone.board.decline(&call, phone.now).is_none());
    }
    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = accept(&mut phone, &call);
    assert!(phone.board.decline(&call, phone.now).is_none());

    let mut phone = Phone::new();
    let call = phone.call();
    assert!(phone.board.decline(&call, phone.now).is_none());
}

#[test]
fn ring_windows_are_asked_for_and_not_run() {
    let mut phone = Phone::new();
    assert_eq!(phone.board.next_expiry(phone.now), None);
    let incoming = phone.ring();
    let first = phone.now;
    phone.wait(10);
    let outgoing = phone.call();
    assert_eq!(
        phone.board.next_expiry(phone.now),
        Some(first + std::time::Duration::from_secs(90))
    );
    phone.wait(79);
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
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::Missed,
            ..
        }
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
    happened!(
        told,
        Event::Ended {
            outcome: Outcome::TimedOut,
            ..
        }
    );
    assert!(phone.board.expired(phone.now).is_empty());
}

#[test]
fn what_has_expired_is_told_in_the_order_in_which_it_began() {
    let mut phone = Phone::new();
    for n in 0..12 {
        let from = format!("155501990{n:02}:3@lid");
        let _ = phone.hear(&offer(
            &from,
            &format!(r#"call-id="C{n:02}" call-creator="{from}""#),
            "",
        ));
        phone.wait(u64::from(n % 2 == 0)); // some at the same time
    }
    phone.wait(90);
    let expired = phone.board.expired(phone.now);
    let ids: Vec<&str> = expired.iter().map(|call| call.call_id.as_str()).collect();
    let expected: Vec<String> = (0..12).map(|n| format!("C{n:02}")).collect();
    assert_eq!(ids, expected);
}

#[test]
fn an_answered_call_does_not_expire() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    phone.wait(3600);
    assert!(phone.board.expired(phone.now).is_empty());
    assert_eq!(phone.board.next_expiry(phone.now), None);
    assert!(phone.board.time_out(&call, phone.now).is_none());
}

#[test]
fn a_callee_that_rang_says_that_it_rings_no_more_and_has_missed_the_call() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = preaccept(&mut phone, &call);
    let told = Told::from(phone.board.time_out(&call, phone.now).expect("it rings"));
    assert!(told.sent[0].contains(r#"reason="timeout""#), "{told:?}");
    assert!(
        matches!(
            told.event(),
            Event::StoppedRinging {
                outcome: Outcome::Missed,
                ..
            }
        ),
        "nobody has declined: {told:?}"
    );
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

#[test]
fn what_has_expired_is_what_rings_since_then_whenever_it_began() {
    let unlimited = ringstate::Limits {
        live_calls: 1000,
        live_calls_of_one: 1000,
        ..ringstate::Limits::default()
    };
    let mut phone = Phone::with(ringstate::Policy::default(), unlimited);
    let (window, start) = (ringstate::Policy::default().ring_window, phone.now);
    let mut rings: Vec<(std::time::Instant, ringstate::Identity)> = Vec::new();
    // A clock that jumps back and forth, and calls that are answered, declined or left alone.
    for n in 0..300_u64 {
        phone.now = start + std::time::Duration::from_secs(n * 7 % 90);
        let (began, call) = (
            phone.now,
            phone.ring_for(&format!(r#"call-id="C{n}" call-creator="15550199@lid""#)),
        );
        match n * 5 % 7 {
            0 => drop(accept(&mut phone, &call)),
            1..=3 => drop(decline(&mut phone, &call)),
            _ => rings.push((began, call)),
        }
        rings.sort();
        for ahead in [0, 40, 90, 130, 400] {
            let now = start + std::time::Duration::from_secs(ahead);
            let is_over =
                |began: &std::time::Instant| now.saturating_duration_since(*began) >= window;
            let over = rings.iter().filter(|(began, _)| is_over(began));
            let over: Vec<_> = over.map(|(_, call)| call.clone()).collect();
            assert_eq!(phone.board.expired(now), over, "{n} {ahead}");
            let next = rings.iter().find(|(began, _)| !is_over(began));
            assert_eq!(
                phone.board.next_expiry(now),
                next.map(|(began, _)| *began + window)
            );
        }
    }
    assert!(rings.len() > 50);
}

#[test]
fn a_call_does_not_expire_with_the_time_of_another_that_had_its_id() {
    let mut phone = Phone::new();
    let first = phone.ring();
    let id = r#"call-id="C1""#;
    let call = phone.ring_for(&format!(r#"{id} call-creator="15550199@lid""#));
    decline(&mut phone, &call);
    phone.wait(50);
    phone.hear(&offer(
        STRANGER,
        &format!(r#"{id} call-creator="{STRANGER}""#),
        "",
    ));
    assert_eq!(phone.board.live().count(), 2);
    phone.wait(45);
    assert_eq!(phone.board.expired(phone.now), [first]);
    phone.wait(45);
    assert_eq!(phone.board.expired(phone.now).len(), 2);
}

#[test]
fn old_calls_are_forgotten_a_few_with_each_stanza() {
    let mut phone = Phone::with(
        ringstate::Policy::default(),
        ringstate::Limits {
            ended_calls_of_one: 1000,
            ended_for: std::time::Duration::from_secs(100),
            ..ringstate::Limits::default()
        },
    );
    let calls: Vec<ringstate::Identity> = (0..200)
        .map(|n| {
            let call = phone.ring_for(&format!(r#"call-id="C{n}" call-creator="15550199@lid""#));
            decline(&mut phone, &call);
            call
        })
        .collect();
    let known = |phone: &Phone| {
        calls
            .iter()
            .filter(|call| phone.board.get(call).is_some())
            .count()
    };
    phone.wait(99);
    phone.hear(&says(ANN, "unheard_of", "", ""));
    assert_eq!(known(&phone), 200);
    phone.wait(1);
    for left in [136, 72, 8, 0] {
        phone.hear(&says(ANN, "unheard_of", "", ""));
        assert_eq!(known(&phone), left);
    }
}

/// A function that waits gets the next stanza when it is done with the last one.
#[test]
fn what_is_sent_by_a_function_that_waits_goes_in_order() {
    use std::cell::RefCell;
    use std::task::{Context, Poll, Waker};
    let mut phone = Phone::new();
    let received = crate::common::received(&offer(ANN, IN, ""));
    let reaction = phone.board.receive(received, phone.now);
    let log = RefCell::new(Vec::new());
    let log = &log;
    let send = |stanza: ringstate::Stanza| async move {
        let document = ringstate::xml::to_string(&stanza);
        let name = &document[1..document.find(' ').expect("an attribute")];
        log.borrow_mut().push(format!("{name} begins"));
        let mut polls = 0;
        std::future::poll_fn(|_| {
            polls += 1;
            if polls == 1 {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        log.borrow_mut().push(format!("{name} is done"));
    };
    let mut sending = std::pin::pin!(reaction.send_async(send));
    let mut waits = 0;
    let events = loop {
        match sending
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(events) => break events,
            Poll::Pending => waits += 1,
        }
    };
    assert!(matches!(events[..], [Event::Rings { .. }]));
    assert_eq!(
        *log.borrow(),
        [
            "ack begins",
            "ack is done",
            "receipt begins",
            "receipt is done"
        ]
    );
    assert_eq!(waits, 2);
}

#[test]
fn the_calls_that_are_over_are_listed_until_they_are_forgotten() {
    let mut phone = Phone::new();
    let first = phone.ring();
    let how_they_ended = |phone: &Phone| {
        let all = phone.board.ended();
        all.map(|call| (call.identity().clone(), call.outcome()))
            .collect::<Vec<_>>()
    };
    assert_eq!(how_they_ended(&phone), []);
    decline(&mut phone, &first);
    let _ = phone.hear(&says(
        STRANGER,
        "terminate",
        &IN.replace("C0FFEE", "C1"),
        "",
    ));
    assert_eq!(
        how_they_ended(&phone),
        [(first.clone(), Some(Outcome::Declined))]
    );
    let second = phone.hear(&offer(
        STRANGER,
        &IN.replace("00C0FFEE", "00C2")
            .replace("15550199", "15550155"),
        "",
    ));
    happened!(second, Event::Rings { .. });
    assert_eq!(phone.board.live().count(), 1);
    assert_eq!(how_they_ended(&phone).len(), 1);
    phone.wait(2 * 24 * 3600);
    let _ = phone.hear(&says(ANN, "transport", IN, ""));
    assert_eq!(how_they_ended(&phone), []);
}

/// What was to be sent can be made again: nothing is lost with the refusal.
#[test]
fn a_refused_preaccept_of_a_stored_call_passes_through_a_question_mark() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let mut ring = |rates| -> Result<bool, Box<dyn std::error::Error>> {
        let id = phone.board.next_id();
        let preaccept = |call: Call<Callee, Acked>| call.preaccept(id, rates);
        let rings = phone.board.step(&call, phone.now, preaccept).transpose()?;
        Ok(rings.is_some())
    };
    let refused = ring(ringstate::AudioRates::only(44_100)).expect_err("it was not offered");
    assert_eq!(refused.to_string(), "the rate 44100 was not offered");
    assert!(ring(ringstate::AudioRates::only(16_000)).expect("it was offered"));
}
