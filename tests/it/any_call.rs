//! A stored call: it hears what the law lets its role and phase hear, and takes its steps in place.

use std::sync::Arc;

use crate::common::phone::{ANN_7, IN, OUT, STRANGER, call_to_ann, offer, says};
use crate::common::{ANN, accepted, acked, me, offered, preaccepted, received};
use ringstate::law::{LAW, PHASES, PhaseName, ROLES, RoleName};
use ringstate::stanza::{AckHeard, Identity};
use ringstate::{
    Accepted, Acked, Answer, AnswerError, AnyCall, AudioRates, Call, Callee, Caller, Dialect,
    HearError, Heard, LastWord, Outcome, Preaccepted, ReceiveError, Received, RefusedParts,
    Rejected, Stanza, Terminated, xml,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

assert_impl_all!(AnyCall: Send, Sync, Unpin, std::fmt::Debug);
assert_not_impl_any!(AnyCall: Clone, Copy, Default);
assert_impl_all!(ringstate::Switchboard: Send, Sync, Unpin, std::fmt::Debug);
const _: () = assert!(size_of::<AnyCall>() <= 64);

fn caller(phase: PhaseName) -> AnyCall {
    let (offered, _) = call_to_ann("00FACADE")
        .offer("OUT1".parse().expect("an id"))
        .expect("it can be offered");
    let mut call = AnyCall::from(offered);
    let heard: &[String] = &match phase.as_str() {
        "Offered" => vec![],
        "Acked" => vec![ACK.to_owned()],
        "Preaccepted" => vec![ACK.to_owned(), says(ANN_7, "preaccept", OUT, "")],
        "Accepted" => vec![ACK.to_owned(), says(ANN_7, "accept", OUT, "")],
        "Rejected" => {
            let rejects = [ANN_7, "15550199@lid", "15550199:9@lid"]
                .map(|device| says(device, "reject", OUT, ""));
            [vec![ACK.to_owned()], rejects.to_vec()].concat()
        }
        _ => vec![says("s.whatsapp.net", "terminate", OUT, "")],
    };
    for document in heard {
        let _ = call.receive(received(document)).expect("it is heard");
    }
    call
}

const ACK: &str = r#"<ack class="call" id="OUT1" type="offer"/>"#;

fn callee(phase: PhaseName) -> AnyCall {
    match phase.as_str() {
        "Offered" => offered().into(),
        "Acked" => acked().into(),
        "Preaccepted" => preaccepted().into(),
        "Accepted" => accepted().into(),
        "Rejected" => acked().reject().0.into(),
        _ => acked().abandon().into(),
    }
}

fn invitee(phase: PhaseName) -> AnyCall {
    let Received::GroupOffer(offer) = received(&group_offer()) else {
        unreachable!()
    };
    let offered = Call::incoming(offer);
    if phase == PhaseName::OFFERED {
        return offered.into();
    }
    let (acked, _) = offered.acknowledge(&me());
    match phase.as_str() {
        "Acked" => acked.into(),
        "Rejected" => acked.reject().0.into(),
        _ => acked.abandon().into(),
    }
}

fn group_offer() -> String {
    offer(ANN, &format!(r#"{IN} type="group""#), "")
}

/// Every role in every phase that it comes to.
fn calls() -> impl Iterator<Item = (RoleName, PhaseName)> {
    let all = ROLES
        .into_iter()
        .flat_map(|role| PHASES.map(|phase| (role, phase)));
    let never = [PhaseName::PREACCEPTED, PhaseName::ACCEPTED];
    all.filter(move |(role, phase)| *role != RoleName::INVITEE || !never.contains(phase))
}

fn in_phase(role: RoleName, phase: PhaseName) -> AnyCall {
    let call = match role {
        RoleName::CALLEE => callee(phase),
        RoleName::CALLER => caller(phase),
        _ => invitee(phase),
    };
    assert_eq!((call.role(), call.phase()), (role, phase));
    call
}

/// The rows of the law by which a stanza is heard.
const HEARD_BY: [(&str, &[&str]); 14] = [
    ("offer", &["HearsRepeatedOffer"]),
    ("ack", &["HearsServerAck"]),
    ("receipt", &["HearsReceipt"]),
    (
        "preaccept",
        &["HearsPreaccept", "HearsLateAnswer", "HearsLate"],
    ),
    ("accept", &["HearsAccept", "HearsLateAnswer", "HearsLate"]),
    ("reject", &["HearsReject", "HearsLateAnswer", "HearsLate"]),
    ("terminate", &["HearsTerminate", "HearsLate"]),
    ("transport", &["HearsTransport", "HearsLate"]),
    ("relaylatency", &["HearsRelayLatency", "HearsLate"]),
    ("mute_v2", &["HearsMute", "HearsLate"]),
    ("heartbeat", &["HearsHeartbeat", "HearsLate"]),
    ("video", &["HearsVideo", "HearsLate"]),
    ("duration", &["HearsLate"]),
    ("user_action", &["HearsNews", "HearsLate"]),
];

fn stanza(element: &str, role: RoleName) -> Received {
    let (from, call) = if role == RoleName::CALLER {
        (ANN_7, OUT)
    } else {
        (ANN, IN)
    };
    received(&match element {
        "ack" => ACK.to_owned(),
        "offer" if role == RoleName::INVITEE => group_offer(),
        "offer" => offer(from, call, ""),
        "receipt" => format!(r#"<receipt from="{from}" id="OUT1"><offer {call}/></receipt>"#),
        "mute_v2" => says(from, element, call, r#"mute-state="1""#),
        "relaylatency" => {
            let te = r#"<te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>"#;
            format!(
                r#"<call from="{from}" id="9Z"><relaylatency {call}>{te}</relaylatency></call>"#
            )
        }
        element => says(from, element, call, ""),
    })
}

#[test]
fn a_stored_call_hears_what_the_law_lets_it_hear_and_nothing_else() {
    for (role, phase) in calls() {
        for (element, laws) in HEARD_BY {
            let legal = LAW
                .iter()
                .any(|row| laws.contains(&row.law) && row.is_legal(role, phase));
            let mut call = in_phase(role, phase);
            let owed = match element {
                "ack" | "receipt" => 0,
                "offer" => 2,
                _ => 1,
            };
            match call.receive(stanza(element, role)) {
                Ok((_, paid)) => {
                    assert!(legal, "a {role} that is {phase} hears {element}");
                    assert_eq!(paid.into_iter().count(), owed, "{element}");
                }
                Err(refused) => {
                    let RefusedParts {
                        input: stanza,
                        reason,
                        ..
                    } = refused.into_parts();
                    assert!(
                        !legal,
                        "a {role} that is {phase} does not hear {element}: {reason}"
                    );
                    let expected = ReceiveError::NotHeard {
                        element,
                        role: call.role(),
                        phase: call.phase(),
                    };
                    assert_eq!(reason, expected);
                    assert_eq!(
                        stanza.acknowledge(&me()).into_iter().count(),
                        owed,
                        "the debt is still inside"
                    );
                    assert_eq!(
                        (call.role(), call.phase()),
                        (role, phase),
                        "the call is what it was"
                    );
                }
            }
        }
    }
}

#[test]
fn an_offer_that_says_that_the_call_is_over_is_no_news_to_it() {
    for phase in &PHASES[1..] {
        let mut call = in_phase(RoleName::CALLEE, *phase);
        let (heard, owed) = call
            .receive(received(&offer(ANN, IN, r#"offline="0""#)))
            .expect("it is its own");
        assert!(matches!(heard, Heard::NothingNew), "{heard:?}");
        assert_eq!(owed.into_iter().count(), 2, "SIG-07.5");
        assert_eq!(call.phase(), *phase);
    }
}

#[test]
fn what_is_of_another_call_or_a_stranger_s_is_refused_as_such() {
    for (role, phase) in calls() {
        let (call, other) = if role == RoleName::CALLER {
            (OUT, IN)
        } else {
            (IN, OUT)
        };
        for element in [
            "accept",
            "terminate",
            "transport",
            "heartbeat",
            "offer_notice",
        ] {
            for (from, call, why) in [
                (ANN, other, HearError::OtherCall),
                (STRANGER, call, HearError::Stranger),
            ] {
                let mut stored = in_phase(role, phase);
                let refused = stored
                    .receive(received(&says(from, element, call, "")))
                    .expect_err("it is refused");
                assert_eq!(
                    *refused.reason(),
                    ReceiveError::Step(why),
                    "{element} for a {role} that is {phase}"
                );
                assert_eq!((stored.role(), stored.phase()), (role, phase));
            }
        }
    }
}

#[test]
fn what_names_no_call_is_not_heard() {
    let mut stored = in_phase(RoleName::CALLEE, PhaseName::ACKED);
    let refused = stored
        .receive(received(
            r#"<call from="15550199@lid" id="1A"><video/></call>"#,
        ))
        .expect_err("unknown");
    assert!(
        refused
            .reason()
            .to_string()
            .ends_with("is not heard by the Callee of a call that is `Acked`")
    );
}

#[test]
fn what_is_heard_says_what_it_meant() {
    let mut call = caller(PhaseName::OFFERED);
    let hear = |call: &mut AnyCall, document: &str| {
        call.receive(received(document)).expect("it is heard").0
    };
    assert!(
        matches!(hear(&mut call, ACK), Heard::OfferConfirmed(ack) if ack.id().as_str() == "OUT1")
    );
    let receipt = format!(r#"<receipt from="{ANN_7}" id="OUT1"><offer {OUT}/></receipt>"#);
    assert!(
        matches!(hear(&mut call, &receipt), Heard::Reached(device) if device.as_str() == ANN_7)
    );
    let preaccept = says(ANN_7, "preaccept", OUT, "");
    assert!(
        matches!(hear(&mut call, &preaccept), Heard::PeerRings(device) if device.as_str() == ANN_7)
    );
    let busy = says("15550199:9@lid", "reject", OUT, r#"reason="busy""#);
    assert!(
        matches!(hear(&mut call, &busy), Heard::DeviceOut(device, None) if device.device() == Some(9))
    );
    let accept = says(ANN_7, "accept", OUT, "");
    let Heard::Answered(device, siblings) = hear(&mut call, &accept) else {
        panic!()
    };
    assert_eq!((device.as_str(), siblings.devices().len()), (ANN_7, 1));
    assert!(matches!(hear(&mut call, &accept), Heard::NothingNew));
    let late = says("15550199@lid", "accept", OUT, "");
    assert!(
        matches!(hear(&mut call, &late), Heard::LateAnswer(siblings) if siblings.devices().len() == 1)
    );
    assert!(matches!(
        hear(&mut call, &says(ANN_7, "terminate", OUT, "")),
        Heard::Over
    ));
    assert_eq!(call.outcome(), Some(Outcome::HungUp));
    assert_eq!(call.ended_by(), Some(ringstate::EndedBy::Peer));
    assert!(matches!(hear(&mut call, &accept), Heard::NothingNew));
}

#[test]
fn a_step_is_taken_in_place() {
    let mut call = callee(PhaseName::ACKED);
    let answer = || Answer::new(AudioRates::only(16000));
    // Of another role or phase: nothing happens.
    assert!(
        call.step(|call: Call<Callee, Accepted>| call.terminate())
            .is_none()
    );
    assert!(
        call.step(|call: Call<Caller, Acked>| call.terminate())
            .is_none()
    );
    // What the run time refuses leaves it as it was, with the input.
    let wrong = Answer::new(AudioRates::only(44100));
    let refused = call.step(|call: Call<Callee, Acked>| call.accept(wrong));
    let refused = refused
        .expect("it is acknowledged")
        .expect_err("it was not offered");
    assert_eq!(
        *refused.reason(),
        AnswerError::RateNotOffered { rate: 44100 }
    );
    assert_eq!(call.phase(), PhaseName::ACKED);
    let accept = call.step::<Callee, Acked, _>(|call| call.accept(answer()));
    assert!(matches!(accept, Some(Ok(_))));
    assert_eq!(call.phase(), PhaseName::ACCEPTED);
    assert!(
        call.step(|call: Call<Callee, Acked>| call.accept(answer()))
            .is_none(),
        "never two answers to one offer"
    );
    assert!(
        call.step(|call: Call<Callee, Acked>| call.reject())
            .is_none()
    );
    assert!(matches!(
        call.step(|call: Call<Callee, Accepted>| call.abandon()),
        Some(())
    ));
    assert_eq!(call.outcome(), Some(Outcome::HungUp));
}

#[test]
fn the_server_s_refusal_of_an_accept_is_a_step() {
    let mut call = callee(PhaseName::ACKED);
    let accept =
        call.step(|call: Call<Callee, Acked>| call.accept(Answer::new(AudioRates::only(16000))));
    let Some(Ok(accept)) = accept else { panic!() };
    let (_stanza, sent) = accept.with_id("OUT1".parse().expect("an id"));
    let Received::Ack(ack) = received(r#"<ack class="call" id="OUT1" error="500"/>"#) else {
        panic!()
    };
    let AckHeard::Failed(nacked) = sent.on_ack(ack) else {
        panic!()
    };
    assert!(matches!(
        call.step(|call: Call<Callee, Accepted>| call.on_nack(nacked)),
        Some(Ok(()))
    ));
    assert_eq!(
        call.outcome(),
        Some(Outcome::RefusedByServer { code: Some(500) })
    );
}

#[test]
fn a_panic_leaves_a_call_that_has_ended() {
    let ended = [
        (RoleName::CALLEE, PhaseName::ACKED, Outcome::Missed),
        (RoleName::CALLEE, PhaseName::PREACCEPTED, Outcome::Missed),
        (RoleName::CALLEE, PhaseName::ACCEPTED, Outcome::HungUp),
        (RoleName::CALLER, PhaseName::OFFERED, Outcome::TimedOut),
        (RoleName::CALLER, PhaseName::ACKED, Outcome::TimedOut),
        (RoleName::CALLER, PhaseName::PREACCEPTED, Outcome::TimedOut),
        (RoleName::CALLER, PhaseName::ACCEPTED, Outcome::HungUp),
    ];
    for (role, phase, outcome) in ended {
        let mut call = in_phase(role, phase);
        let identity: Identity = call.identity().clone();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            match (role.as_str(), phase.as_str()) {
                ("Callee", "Acked") => call.step(|call: Call<Callee, Acked>| lost(call)),
                ("Callee", "Preaccepted") => {
                    call.step(|call: Call<Callee, Preaccepted>| lost(call))
                }
                ("Callee", _) => call.step(|call: Call<Callee, Accepted>| lost(call)),
                (_, "Offered") => call.step(|call: Call<Caller, ringstate::Offered>| lost(call)),
                (_, "Acked") => call.step(|call: Call<Caller, Acked>| lost(call)),
                (_, "Preaccepted") => call.step(|call: Call<Caller, Preaccepted>| lost(call)),
                (_, _) => call.step(|call: Call<Caller, Accepted>| lost(call)),
            }
        }));
        assert!(panicked.is_err());
        assert_eq!(
            (call.role(), call.phase(), call.outcome()),
            (role, PhaseName::TERMINATED, Some(outcome))
        );
        assert_eq!(*call.identity(), identity);
        assert_eq!(call.ended_by(), Some(ringstate::EndedBy::Us));
    }
    let mut call = in_phase(RoleName::CALLEE, PhaseName::OFFERED);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        call.step(|call: Call<Callee, ringstate::Offered>| lost(call))
    }));
    assert!(panicked.is_err());
    assert_eq!(call.outcome(), Some(Outcome::Missed));
    // What is over stays what it is.
    let mut call = in_phase(RoleName::CALLEE, PhaseName::REJECTED);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        call.step(|call: Call<Callee, Rejected>| lost(call))
    }));
    assert!(panicked.is_err());
    assert_eq!(call.outcome(), Some(Outcome::Declined));
    let mut call = in_phase(RoleName::CALLER, PhaseName::REJECTED);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        call.step(|call: Call<Caller, Rejected>| lost(call))
    }));
    assert!(panicked.is_err());
    assert_eq!(call.outcome(), Some(Outcome::Declined));
    assert_eq!(call.ended_by(), Some(ringstate::EndedBy::Peer));
}

fn lost<C: Into<AnyCall>>(call: C) -> (C, ()) {
    let call: AnyCall = call.into();
    std::panic::resume_unwind(Box::new(call.phase()))
}

#[test]
fn storage_is_left_by_the_way_it_was_entered() {
    for (role, phase) in calls() {
        let call = in_phase(role, phase);
        let back: Result<Call<Callee, Terminated>, AnyCall> = call.try_into();
        match back {
            Ok(_) => assert_eq!((role, phase), (RoleName::CALLEE, PhaseName::TERMINATED)),
            Err(call) => assert_eq!((call.role(), call.phase()), (role, phase)),
        }
    }
}

#[test]
fn a_call_in_storage_is_acknowledged_like_any_other() {
    let mut call = AnyCall::from(offered());
    let owed = call.step(|call: Call<Callee, ringstate::Offered>| call.acknowledge(&me()));
    assert_eq!(owed.expect("it is an offer").into_iter().count(), 2);
    assert_eq!(call.phase(), PhaseName::ACKED);
    // It knows who this device is.
    let told = call.receive(received(&says(
        crate::common::phone::MY_OTHER,
        "terminate",
        IN,
        r#"reason="accepted_elsewhere""#,
    )));
    assert!(matches!(told, Ok((Heard::Over, _))));
    assert_eq!(call.outcome(), Some(Outcome::AnsweredElsewhere));
}

#[test]
fn an_offer_can_be_read_from_storage_while_the_call_is_live() {
    for (role, phase) in calls() {
        let call = in_phase(role, phase);
        let live = role != RoleName::CALLER && phase < PhaseName::REJECTED;
        assert_eq!(call.offer().is_some(), live, "{role} {phase}");
        assert_eq!(
            call.envelope().map(|envelope| envelope.from().as_str()),
            live.then_some(ANN)
        );
    }
}

/// What a button sends, and the phase that the call is in then; `None` where there is nothing to press.
type Pressed = Option<(&'static str, PhaseName)>;

/// Each role and phase with what `answer`, `decline`, `hang_up` and `time_out` do there, and whether there is a call key.
#[rustfmt::skip]
const BUTTONS: &[(RoleName, PhaseName, [Pressed; 4], bool)] = {
    use {PhaseName as P, RoleName as R};
    const ACCEPT: Pressed = Some(("accept", P::ACCEPTED));
    const REJECT: Pressed = Some(("reject", P::REJECTED));
    const END: Pressed = Some(("terminate", P::TERMINATED));
    const TIMEOUT: Pressed = Some(("terminate timeout", P::TERMINATED));
    const MISSED: Pressed = Some(("", P::TERMINATED));
    &[
        (R::CALLEE, P::OFFERED,     [None,   None,   None,   None],    false),
        (R::CALLEE, P::ACKED,       [ACCEPT, REJECT, REJECT, MISSED],  false),
        (R::CALLEE, P::PREACCEPTED, [ACCEPT, END,    END,    TIMEOUT], true),
        (R::CALLEE, P::ACCEPTED,    [None,   None,   END,    None],    true),
        (R::CALLEE, P::REJECTED,    [None,   None,   None,   None],    false),
        (R::CALLEE, P::TERMINATED,  [None,   None,   None,   None],    false),
        (R::CALLER, P::OFFERED,     [None,   None,   END,    TIMEOUT], false),
        (R::CALLER, P::ACKED,       [None,   None,   END,    TIMEOUT], false),
        (R::CALLER, P::PREACCEPTED, [None,   None,   END,    TIMEOUT], false),
        (R::CALLER, P::ACCEPTED,    [None,   None,   END,    None],    false),
        (R::CALLER, P::REJECTED,    [None,   None,   None,   None],    false),
        (R::CALLER, P::TERMINATED,  [None,   None,   None,   None],    false),
        (R::INVITEE, P::OFFERED,    [None,   None,   None,   None],    false),
        (R::INVITEE, P::ACKED,      [None,   REJECT, REJECT, MISSED],  false),
        (R::INVITEE, P::REJECTED,   [None,   None,   None,   None],    false),
        (R::INVITEE, P::TERMINATED, [None,   None,   None,   None],    false),
    ]
};

#[test]
fn a_button_goes_by_the_phase_that_the_call_is_in() {
    let names = ["answer", "decline", "hang_up", "time_out"];
    assert_eq!(BUTTONS.len(), calls().count());
    for (role, phase, expected, has_key) in BUTTONS {
        assert_eq!(
            in_phase(*role, *phase).call_key().is_some(),
            *has_key,
            "{role} {phase}"
        );
        for (name, expected) in names.into_iter().zip(expected) {
            let mut call = in_phase(*role, *phase);
            let outcome = call.outcome();
            let sent: Option<Vec<Stanza>> = match name {
                "answer" => call
                    .answer(Answer::new(AudioRates::only(16000)))
                    .map(|answer| vec![answer.expect("it fits").without_id()]),
                "decline" => call
                    .decline(Dialect::Documents)
                    .map(|word| word.without_id().into_iter().collect()),
                "hang_up" => call
                    .hang_up(Dialect::Documents)
                    .map(|word| word.without_id().into_iter().collect()),
                _ => call
                    .time_out()
                    .map(|word| word.without_id().into_iter().collect()),
            };
            let sent = sent.map(|stanzas| words(&stanzas));
            let what = format!("{name} of a {role} that is {phase}");
            assert_eq!(sent.as_deref(), expected.map(|(said, _)| said), "{what}");
            let then = expected.map_or(*phase, |(_, then)| then);
            assert_eq!((call.role(), call.phase()), (*role, then), "{what}");
            if expected.is_none() {
                assert_eq!(call.outcome(), outcome, "{what}");
            }
        }
    }
}

/// The names of the actions, and the reason of a terminate.
fn words(stanzas: &[Stanza]) -> String {
    let said = |stanza: &Stanza| {
        let line = xml::to_string(stanza);
        let action = line.split('<').nth(2).expect("an action");
        let name = action.split([' ', '/', '>']).next().expect("a name");
        match action.split("reason=\"").nth(1) {
            Some(reason) => format!("{name} {}", reason.split('"').next().expect("its end")),
            None => name.to_owned(),
        }
    };
    stanzas.iter().map(said).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_last_word_gets_an_id_and_is_what_its_phase_has() {
    let id = || "LAST1".parse().expect("an id");
    for (mut call, action) in [
        (AnyCall::from(acked()), "reject"),
        (preaccepted().into(), "terminate"),
    ] {
        let stanza = call
            .decline(Dialect::Documents)
            .expect("it rings")
            .with_id(id())
            .expect("a stanza");
        let line = xml::to_string(&stanza);
        assert!(
            line.contains(r#" id="LAST1""#) && line.contains(&format!("><{action} ")),
            "{line}"
        );
    }
    let mut call = AnyCall::from(acked());
    assert_eq!(call.time_out(), Some(LastWord::Nothing));
    assert_eq!(LastWord::Nothing.with_id(id()), None);
    assert_eq!(LastWord::Nothing.without_id(), None);
}

/// You can write a stanza however you hold it.
#[test]
fn a_stanza_is_written_through_what_holds_it() {
    let (_, reject) = acked().reject();
    let (stanza, _) = reject.with_id("LAST1".parse().expect("an id"));
    let line = xml::to_string(&stanza);
    assert_eq!(xml::to_string(&&stanza), line);
    assert_eq!(xml::to_string(&Arc::new(Box::new(stanza))), line);
}

#[test]
fn a_call_of_any_role_tells_how_it_ended_and_by_whom() {
    for (role, phase) in calls() {
        let call = in_phase(role, phase);
        let is_over = [PhaseName::REJECTED, PhaseName::TERMINATED].contains(&phase);
        assert_eq!(call.outcome().is_some(), is_over, "{role} {phase}");
        assert_eq!(call.ended_by().is_some(), is_over, "{role} {phase}");
    }
}

#[test]
fn each_end_that_hung_up_reports_how_long_the_call_was() {
    let sound = std::time::Duration::from_secs(7);
    for call in [callee(PhaseName::ACCEPTED), caller(PhaseName::ACCEPTED)] {
        let mut call = call;
        assert!(call.report_duration(sound, None).is_none());
        let terminate = call.hang_up(Dialect::Documents).expect("it is live");
        let _ = terminate.with_id("1A2B".parse().expect("an id"));
        let report = call.report_duration(sound, None).expect("it has hung up");
        let (report, _) = report.with_id("2B3C".parse().expect("an id"));
        assert!(xml::to_string(&report).contains("<duration "));
    }
}

#[test]
fn a_typed_call_and_a_stored_one_know_the_same_of_their_peer() {
    let in_the_name_of = |creator: &str| {
        let document = offer(
            ANN,
            &format!(r#"call-id="00C0FFEE" call-creator="{creator}""#),
            "",
        );
        let document =
            document.replace("<offer ", r#"<offer caller_pn="15550198@s.whatsapp.net" "#);
        crate::common::acked_by(&document, &me())
    };
    for (creator, is_verified) in [
        ("15550199@lid", true),
        ("15550198:3@s.whatsapp.net", true),
        ("15550166@lid", false),
    ] {
        let call = in_the_name_of(creator);
        assert_eq!(call.is_caller_verified(), is_verified, "{creator}");
        let addresses: Vec<String> = call.peer_addresses().map(ToString::to_string).collect();
        assert_eq!(addresses, [ANN, "15550198@s.whatsapp.net", creator]);
        let stored = AnyCall::from(call);
        assert_eq!(stored.is_caller_verified(), Some(is_verified), "{creator}");
        let kept: Vec<String> = stored.peer_addresses().map(ToString::to_string).collect();
        assert_eq!(kept, addresses);
    }
}

#[test]
fn a_stored_call_learns_an_address_of_its_peer_once() {
    let mut call = callee(PhaseName::ACKED);
    let number = || "15550198@s.whatsapp.net".parse().expect("an address");
    let is_known = |call: &AnyCall| call.peer_addresses().any(|address| *address == number());
    assert!(!is_known(&call));
    assert!(call.know_peer(number()) && is_known(&call));
    let known = call.peer_addresses().count();
    assert!(call.know_peer(number()), "again");
    for stranger in ["15550166@lid", "15550166@s.whatsapp.net", "C0@call", "call"] {
        assert!(
            !call.know_peer(stranger.parse().expect("an address")),
            "{stranger}"
        );
    }
    assert_eq!(call.peer_addresses().count(), known);
}

/// One that no person has is the peer's if the offer came from there. It is kept once, however often it is told.
#[test]
fn an_address_that_is_no_person_s_is_kept_once() {
    let document = crate::common::offer_xml(ANN).replace(
        &format!(r#"from="{ANN}""#),
        &format!(r#"from="C0@call" participant="{ANN}""#),
    );
    let mut call = crate::common::acked_by(&document, &me());
    let known = call.peer_addresses().count();
    for _ in 0..3 {
        assert!(call.know_peer("C0@call".parse().expect("an address")));
        assert!(call.know_peer(ANN.parse().expect("an address")));
    }
    assert_eq!(call.peer_addresses().count(), known);
}
