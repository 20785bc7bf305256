//! What a replay finds, one by one: each recording keeps the law but for one thing.

use ringstate::Dialect;
use ringstate::Outcome;
use ringstate::law::{PhaseName, RoleName};
use ringstate::trace::{Finding, FindingKind, Report, Show};

use crate::common::phone::{ANN_7, IN, OUT};
use crate::common::{ANN, CREATOR};
use crate::trace::{Script, trace, violations};

fn caller(phase: PhaseName, dialect: Dialect) -> Script {
    Script::to(RoleName::CALLER, phase, dialect).expect("it comes there")
}

fn callee(phase: PhaseName) -> Script {
    Script::to(RoleName::CALLEE, phase, Dialect::Documents).expect("it comes there")
}

/// The kind, the message and the first clause of what was found; that the recording ends early is left aside.
fn found(report: &Report) -> Vec<(FindingKind, &str, Option<&str>)> {
    let findings = report.findings();
    let others = findings.filter(|found| !found.message().starts_with("the call is still"));
    others
        .map(|found| (found.kind(), found.message(), found.clauses().next()))
        .collect()
}

fn dismissal(id: &str, reason: &str, device: &str) -> String {
    format!(
        r#"> <call to="{CREATOR}" id="{id}"><terminate {OUT} reason="{reason}"><destination><to jid="{device}"/></destination></terminate></call>"#
    )
}

#[test]
fn devices_dismissed_before_the_accept_are_a_note_for_a_client_that_speaks_as_the_official_one() {
    let message = "devices were dismissed before an `<accept>` came";
    let mut script = caller(PhaseName::PREACCEPTED, Dialect::WhatsAppWeb);
    // What it received has to be acknowledged in its dialect for that to be told.
    script.hears("transport");
    script
        .lines
        .push(dismissal("D1", "accepted_elsewhere", ANN_7));
    script.hears("accept");
    let report = trace(&script.lines);
    assert_eq!(
        found(&report),
        [(FindingKind::Note, message, Some("OBS-17"))]
    );
    assert_eq!(report.calls[0].phase, Some(PhaseName::ACCEPTED));
    // The other end goes on: the stanza was not for the device that answers.
    let svg = report.calls[0].to_svg(Show::default());
    assert!(
        !svg.contains(r#"class="Terminated""#) && svg.contains("to other devices"),
        "{svg}"
    );

    let mut script = caller(PhaseName::PREACCEPTED, Dialect::Documents);
    script
        .lines
        .push(dismissal("D1", "accepted_elsewhere", ANN_7));
    let message = "`<terminate>`: devices were dismissed before an `<accept>` came";
    assert_eq!(
        found(&trace(&script.lines)),
        [(FindingKind::Violation, message, Some("SIG-17.24"))]
    );
}

#[test]
fn devices_that_ring_on_after_an_answer_are_missing() {
    let mut script = caller(PhaseName::PREACCEPTED, Dialect::Documents);
    script.hears("accept");
    let message = "one device has answered; not told to stop ringing: 1";
    assert_eq!(
        found(&trace(&script.lines)),
        [(FindingKind::Missing, message, Some("SIG-14.11"))]
    );
    script
        .lines
        .push(dismissal("D1", "accepted_elsewhere", ANN_7));
    assert_eq!(found(&trace(&script.lines)), []);
}

#[test]
fn a_caller_gives_up_when_a_device_has_declined_and_not_before() {
    let mut script = caller(PhaseName::PREACCEPTED, Dialect::Documents);
    let before = script.lines.len();
    script.hears("reject");
    script
        .lines
        .push(dismissal("D1", "rejected_elsewhere", ANN_7));
    let report = trace(&script.lines);
    assert_eq!(found(&report), []);
    assert_eq!(report.calls[0].outcome, Some(Outcome::Declined));
    script.lines.drain(before..before + 2);
    let message = "`<terminate>`: devices were dismissed as declined, and none has declined";
    assert_eq!(
        found(&trace(&script.lines)),
        [(FindingKind::Violation, message, Some("SIG-18.19"))]
    );
}

#[test]
fn a_request_for_video_wants_an_answer() {
    let mut script = callee(PhaseName::ACCEPTED);
    script.hears_from(ANN, "video", r#" state="11""#);
    let message = "the peer asked for video, and got no answer";
    assert_eq!(
        found(&trace(&script.lines)),
        [(FindingKind::Missing, message, Some("OBS-VIDEO-2"))]
    );
    for answer in ["4", "5"] {
        let mut answered = script.clone();
        answered.says("video", &format!(r#" state="{answer}""#));
        assert_eq!(found(&trace(&answered.lines)), [], "{answer}");
    }
    script.hears_from(ANN, "video", r#" state="8""#); // taken back
    assert_eq!(found(&trace(&script.lines)), []);
}

#[test]
fn what_was_received_alone_is_never_a_violation() {
    let mut script = callee(PhaseName::OFFERED);
    script.hears("video");
    script.lines.retain(|line| line.starts_with('<'));
    let report = trace(&script.lines);
    assert!(report.is_one_sided);
    let kinds: Vec<FindingKind> = report.findings().map(Finding::kind).collect();
    assert_eq!(kinds, [FindingKind::Note]);
}

#[test]
fn a_refusal_of_the_server_is_a_note_and_of_an_accept_the_end() {
    let refused = |mut script: Script, element: &str| {
        script.says(element, "");
        let ack = script.lines.pop().expect("the server's ack");
        script
            .lines
            .push(ack.replace("type=", r#"error="500" type="#));
        trace(&script.lines)
    };
    let report = refused(callee(PhaseName::ACKED), "reject");
    assert_eq!(
        found(&report),
        [(
            FindingKind::Note,
            "the server refused `<reject>` with 500",
            None
        )]
    );
    assert_eq!(report.calls[0].outcome, Some(Outcome::Declined));
    let report = refused(callee(PhaseName::ACKED), "accept");
    assert_eq!(
        found(&report),
        [(
            FindingKind::Note,
            "the server refused `<accept>` with 500",
            None
        )]
    );
    assert_eq!(
        report.calls[0].outcome,
        Some(Outcome::RefusedByServer { code: Some(500) })
    );
}

#[test]
fn a_group_call_that_is_placed_is_not_judged() {
    let group = r#"call-id="00FACADE" call-creator="15550100:2@lid""#;
    let lines = [
        format!(r#"> <call to="00FACADE@call" id="G1"><offer {group}/></call>"#),
        r#"< <ack class="call" id="G1" from="00FACADE@call" type="offer" error="427"/>"#.to_owned(),
        format!(r#"> <call to="00FACADE@call" id="G2"><terminate {group}/></call>"#),
    ];
    let report = trace(&lines);
    assert_eq!(
        found(&report),
        [(FindingKind::Note, "a group call is placed", None)]
    );
}

#[test]
fn only_an_offer_is_owed_a_receipt() {
    let mut script = callee(PhaseName::ACCEPTED);
    script.hears("transport");
    let id = script
        .lines
        .last()
        .and_then(|ack| ack.split('"').nth(3))
        .expect("its id")
        .to_owned();
    script.lines.push(format!(
        r#"> <receipt to="{ANN}" id="{id}"><transport {IN}/></receipt>"#
    ));
    let message = "no receipt is owed for `<transport>`";
    assert_eq!(
        found(&trace(&script.lines)),
        [(FindingKind::Violation, message, Some("SIG-07.16"))]
    );
}

#[test]
fn an_answer_that_the_offer_does_not_have_is_told_and_was_given() {
    let mut script = callee(PhaseName::ACKED);
    script.lines[0] = script.lines[0].replace(
        "/></call>",
        r#"><audio enc="opus" rate="8000"/></offer></call>"#,
    );
    let accept = format!(
        r#"> <call to="{ANN}" id="A1"><accept {IN}><audio enc="opus" rate="16000"/></accept></call>"#
    );
    script.lines.push(accept);
    let report = trace(&script.lines);
    let message = "`<accept>`: the rate 16000 was not offered";
    assert_eq!(
        found(&report),
        [(FindingKind::Violation, message, Some("SIG-16.38"))]
    );
    assert_eq!(violations(&report).len(), 1);
    assert_eq!(report.calls[0].phase, Some(PhaseName::ACCEPTED));
}
