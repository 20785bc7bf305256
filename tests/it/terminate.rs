//! How an incoming call ends from elsewhere: by whom, with what outcome, and what counts for nothing.

use crate::common::{
    ANN, a_terminate, accepted, acked, acked_by, line, me, offer_xml, preaccepted, received,
    terminate_xml,
};
use ringstate::{
    Acked, Call, Callee, EndedBy, HearError, Outcome, OwnAddress, Received, RefusedParts,
    TerminateHeard, Terminated,
};

fn ended(document: &str) -> Call<Callee, Terminated> {
    ended_by(acked(), document)
}

fn ended_by(call: Call<Callee, Acked>, document: &str) -> Call<Callee, Terminated> {
    match call.on_terminate(a_terminate(document)) {
        Ok((TerminateHeard::Ended(terminated), owed)) => {
            assert!(
                line(owed).starts_with("<ack "),
                "only an ack is owed for a terminate"
            );
            terminated
        }
        other => panic!("{document}: {other:?}"),
    }
}

fn refusal(document: &str) -> HearError {
    let refused = acked()
        .on_terminate(a_terminate(document))
        .expect_err("it is refused");
    let RefusedParts {
        call,
        input: stanza,
        reason,
    } = refused.into_parts();
    assert!(
        line(stanza.acknowledge()).starts_with("<ack "),
        "its ack is still owed"
    );
    assert!(
        line(call.reject().1).contains("<reject "),
        "the call goes on"
    );
    reason
}

#[test]
fn a_caller_that_gives_up_makes_a_missed_call() {
    for rest in [
        "",
        r#"reason="""#,
        r#"reason="timeout""#,
        r#"reason="cancelled""#,
        r#"reason="???""#,
    ] {
        let call = ended(&terminate_xml(ANN, rest));
        assert_eq!(
            (call.outcome(), call.ended_by()),
            (Outcome::Missed, EndedBy::Peer),
            "{rest}"
        );
    }
}

#[test]
fn answered_and_declined_elsewhere_are_told_apart() {
    for (word, outcome) in [
        ("accepted_elsewhere", Outcome::AnsweredElsewhere),
        ("accept_elsewhere", Outcome::AnsweredElsewhere),
        ("accepted-elsewhere", Outcome::AnsweredElsewhere),
        ("accept-elsewhere", Outcome::AnsweredElsewhere),
        ("rejected_elsewhere", Outcome::DeclinedElsewhere),
        ("reject_elsewhere", Outcome::DeclinedElsewhere),
        ("rejected-elsewhere", Outcome::DeclinedElsewhere),
        ("reject-elsewhere", Outcome::DeclinedElsewhere),
    ] {
        let call = ended(&terminate_xml(
            "s.whatsapp.net",
            &format!("reason=\"{word}\""),
        ));
        assert_eq!(
            (call.outcome(), call.ended_by()),
            (outcome, EndedBy::Server),
            "{word}"
        );
        assert_eq!(
            call.heard_terminate()
                .and_then(|t| t.reason())
                .map(ringstate::TerminateReason::as_str),
            Some(word)
        );
    }
}

#[test]
fn the_counters_are_kept_and_none_is_made_up() {
    let call = ended(&terminate_xml(ANN, r#"duration="0""#));
    let heard = call.heard_terminate().expect("somebody ended it");
    assert_eq!((heard.duration(), heard.audio_duration()), (Some(0), None));
}

#[test]
fn a_ringing_call_is_missed_and_an_answered_one_is_hung_up() {
    let terminate = || a_terminate(&terminate_xml(ANN, r#"reason="timeout""#));
    match preaccepted().on_terminate(terminate()) {
        Ok((TerminateHeard::Ended(call), _owed)) => assert_eq!(call.outcome(), Outcome::Missed),
        other => panic!("{other:?}"),
    }
    match accepted().on_terminate(terminate()) {
        Ok((TerminateHeard::Ended(call), _owed)) => assert_eq!(call.outcome(), Outcome::HungUp),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_abandoned_here_without_a_word() {
    for call in [acked().abandon(), preaccepted().abandon()] {
        assert_eq!(
            (call.outcome(), call.ended_by()),
            (Outcome::Missed, EndedBy::Us)
        );
        assert!(call.heard_terminate().is_none());
    }
    assert_eq!(accepted().abandon().outcome(), Outcome::HungUp);
}

#[test]
fn every_device_of_the_peer_and_the_server_may_end_the_call() {
    for (from, by) in [
        ("15550199:3@lid", EndedBy::Peer),
        ("15550199@lid", EndedBy::Peer),
        ("15550199.1:7@hosted.lid", EndedBy::Peer),
        ("s.whatsapp.net", EndedBy::Server),
        ("call", EndedBy::Server),
    ] {
        assert_eq!(ended(&terminate_xml(from, "")).ended_by(), by, "{from}");
    }
}

#[test]
fn a_known_phone_number_says_who_is_the_peer() {
    let document =
        offer_xml(ANN).replace("<offer ", "<offer caller_pn=\"15550198@s.whatsapp.net\" ");
    let call = || acked_by(&document, &me());
    let by_number = |from| a_terminate(&terminate_xml(from, ""));
    let refused = call()
        .on_terminate(by_number("15550197@s.whatsapp.net"))
        .expect_err("a stranger");
    assert_eq!(refused.reason(), &HearError::Stranger);
    for from in ["15550198:5@s.whatsapp.net", "15550198@hosted"] {
        assert_eq!(
            ended_by(call(), &terminate_xml(from, "")).ended_by(),
            EndedBy::Peer,
            "{from}"
        );
    }
}

#[test]
fn the_creator_says_who_is_the_peer() {
    let offer = offer_xml("15550198@s.whatsapp.net").replace(
        r#"call-creator="15550198@s.whatsapp.net""#,
        r#"call-creator="15550199:3@lid""#,
    );
    let call = || acked_by(&offer, &me());
    for from in ["15550199@lid", "15550198:2@s.whatsapp.net"] {
        assert_eq!(
            ended_by(call(), &terminate_xml(from, "")).ended_by(),
            EndedBy::Peer,
            "{from}"
        );
    }
    for from in ["15550177@lid", "15550199@s.whatsapp.net"] {
        let refused = call()
            .on_terminate(a_terminate(&terminate_xml(from, "")))
            .expect_err("a stranger");
        assert_eq!(refused.reason(), &HearError::Stranger, "{from}");
    }
}

#[test]
fn a_call_s_own_address_speaks_for_the_device_behind_it() {
    let offer = offer_xml("00C0FFEE@call")
        .replace(
            r#"call-creator="00C0FFEE@call""#,
            r#"call-creator="15550199:3@lid""#,
        )
        .replace(" id=", r#" participant="15550199:4@lid" id="#);
    let call = || acked_by(&offer, &me());
    for from in ["00C0FFEE@call", "15550199:9@lid"] {
        assert_eq!(
            ended_by(call(), &terminate_xml(from, "")).ended_by(),
            EndedBy::Peer,
            "{from}"
        );
    }
    let stranger = a_terminate(&terminate_xml("15550177@lid", ""));
    assert_eq!(
        call()
            .on_terminate(stranger)
            .expect_err("a stranger")
            .reason(),
        &HearError::Stranger
    );
    assert!(line(call().reject().1).starts_with(r#"<call to="00C0FFEE@call">"#));
}

#[test]
fn a_stranger_with_the_peer_s_digits_in_the_other_space_is_a_stranger() {
    // The number of this user, as a LID, is nobody's; so is the LID of this user, as a number.
    let document =
        offer_xml(ANN).replace("<offer ", "<offer caller_pn=\"15550198@s.whatsapp.net\" ");
    for from in [
        "15550101@lid",
        "15550198@lid",
        "15550199@s.whatsapp.net",
        "15550100@s.whatsapp.net",
    ] {
        let terminate = a_terminate(&terminate_xml(from, r#"reason="accepted_elsewhere""#));
        let refused = acked_by(&document, &me())
            .on_terminate(terminate)
            .expect_err(from);
        assert_eq!(refused.reason(), &HearError::Stranger, "{from}");
    }
}

#[test]
fn a_stranger_is_refused() {
    assert_eq!(
        refusal(&terminate_xml("15550177@lid", "")),
        HearError::Stranger
    );
    assert_eq!(
        refusal(&terminate_xml("120363000000000000@g.us", "")),
        HearError::Stranger
    );
    assert_eq!(
        refusal(&terminate_xml("00C0FFEE@call", "")),
        HearError::Stranger
    );
}

#[test]
fn the_participant_is_who_speaks() {
    let with = |participant: &str| {
        terminate_xml("00C0FFEE@call", "")
            .replace(" id=", &format!(" participant=\"{participant}\" id="))
    };
    assert_eq!(ended(&with("15550199:9@lid")).ended_by(), EndedBy::Peer);
    assert_eq!(refusal(&with("15550177@lid")), HearError::Stranger);
}

#[test]
fn an_own_device_may_only_say_that_it_answered_or_declined() {
    for from in ["15550100@lid", "15550100:7@lid", "15550101@s.whatsapp.net"] {
        let call = ended(&terminate_xml(from, r#"reason="accepted_elsewhere""#));
        assert_eq!(
            (call.outcome(), call.ended_by()),
            (Outcome::AnsweredElsewhere, EndedBy::OwnDevice),
            "{from}"
        );
        assert_eq!(
            refusal(&terminate_xml(from, "")),
            HearError::OwnDevice,
            "{from}"
        );
        assert_eq!(
            refusal(&terminate_xml(from, r#"reason="uncallable""#)),
            HearError::OwnDevice
        );
    }
}

#[test]
fn a_stanza_of_another_call_is_refused() {
    for other in [
        terminate_xml(ANN, "").replace("00C0FFEE", "00c0ffee"),
        terminate_xml(ANN, "").replace(r#"call-creator="15550199"#, r#"call-creator="15550177"#),
    ] {
        assert_eq!(refusal(&other), HearError::OtherCall, "{other}");
    }
}

#[test]
fn the_creator_is_compared_as_a_person() {
    for creator in [
        "15550199@lid",
        "15550199:8@lid",
        "15550199.1:3@hosted.lid",
        "15550199@s.whatsapp.net",
    ] {
        let document = terminate_xml(ANN, "").replace(
            r#"call-creator="15550199:3@lid""#,
            &format!("call-creator=\"{creator}\""),
        );
        assert_eq!(ended(&document).ended_by(), EndedBy::Peer, "{creator}");
    }
}

fn for_devices(list: &str) -> String {
    let devices: String = list
        .split_whitespace()
        .map(|jid| format!("<to jid=\"{jid}\"/>"))
        .collect();
    terminate_xml(ANN, r#"reason="accepted_elsewhere""#).replace(
        "/></call>",
        &format!("><destination>{devices}</destination></terminate></call>"),
    )
}

#[test]
fn a_terminate_for_other_devices_changes_nothing() {
    let heard = acked().on_terminate(a_terminate(&for_devices("15550100@lid 15550100:9@lid")));
    match heard {
        Ok((TerminateHeard::NotForUs(call), owed)) => {
            assert!(line(owed).starts_with("<ack "));
            assert!(
                line(call.reject().1).contains("<reject "),
                "the call goes on"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_terminate_for_this_device_among_others_ends_the_call() {
    for devices in ["15550100@lid 15550100:2@lid", "15550100.1:2@hosted.lid", ""] {
        assert_eq!(
            ended(&for_devices(devices)).outcome(),
            Outcome::AnsweredElsewhere,
            "{devices}"
        );
    }
    // Without an own address in that space there is nothing to compare: it arrived here, so it is meant for here.
    let nobody = acked_by(&offer_xml(ANN), &OwnAddress::default());
    assert_eq!(
        ended_by(nobody, &for_devices("15550100:9@lid")).ended_by(),
        EndedBy::Peer
    );
}

#[test]
fn what_comes_after_the_end_is_acknowledged_and_changes_nothing() {
    let (rejected, _reject) = acked().reject();
    let owed = rejected.on_late(a_terminate(&terminate_xml(ANN, r#"reason="timeout""#)));
    assert!(line(owed.expect("it is of this call")).starts_with("<ack "));
    assert_eq!(
        rejected.outcome(),
        Outcome::Declined,
        "a declined call is not missed"
    );

    let terminated = acked().abandon();
    let document = format!(
        r#"<call from="{ANN}" id="9Z"><transport call-id="00C0FFEE" call-creator="{ANN}"/></call>"#
    );
    let Received::Transport(transport) = received(&document) else {
        panic!("a transport")
    };
    assert!(line(terminated.on_late(transport).expect("it is of this call")).starts_with("<ack "));
}

#[test]
fn an_own_device_may_be_late() {
    let (rejected, _reject) = acked().reject();
    let late = a_terminate(&terminate_xml(
        "15550100:7@lid",
        r#"reason="accepted_elsewhere""#,
    ));
    assert!(line(rejected.on_late(late).expect("it is of this call")).starts_with("<ack "));
    assert_eq!(rejected.outcome(), Outcome::Declined);
}

#[test]
fn each_device_decides_for_itself() {
    let document = offer_xml(ANN);
    let other = OwnAddress::lid("15550100:9@lid".parse().expect("a LID"));
    let (rejected, _reject) = acked_by(&document, &other).reject();
    assert_eq!(rejected.outcome(), Outcome::Declined);
    // The other device's word is heard here only when the server or the caller passes it on.
    let call = acked_by(&document, &me());
    assert!(line(call.reject().1).contains("<reject "));
}

#[test]
fn what_is_late_for_another_call_is_refused() {
    let (rejected, _reject) = acked().reject();
    let other = terminate_xml(ANN, "").replace("00C0FFEE", "0DDBA11");
    let refused = rejected
        .on_late(a_terminate(&other))
        .expect_err("of another call");
    assert_eq!(refused.reason(), &HearError::OtherCall);
    let RefusedParts { input: stanza, .. } = refused.into_parts();
    assert!(line(stanza.acknowledge()).starts_with("<ack "));

    let stranger = a_terminate(&terminate_xml("15550177@lid", ""));
    assert_eq!(
        rejected.on_late(stranger).expect_err("a stranger").reason(),
        &HearError::Stranger
    );
}

#[test]
fn the_participant_of_an_offer_says_who_is_the_peer() {
    let offer = offer_xml("00C0FFEE@call")
        .replace(
            r#"call-creator="00C0FFEE@call""#,
            r#"call-creator="15550198@s.whatsapp.net""#,
        )
        .replace(" id=", r#" participant="15550199:4@lid" id="#);
    let terminate = |from: &str| {
        a_terminate(&terminate_xml(from, "").replace("15550199:3@lid", "15550198@s.whatsapp.net"))
    };
    let call = || acked_by(&offer, &me());
    assert!(call().on_terminate(terminate("15550199:9@lid")).is_ok());
    let refused = call()
        .on_terminate(terminate("15550177@lid"))
        .expect_err("a stranger");
    assert_eq!(refused.reason(), &HearError::Stranger);
}
