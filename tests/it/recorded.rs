//! What a recording says line by line, and the words of its report.

use ringstate::Dialect;
use ringstate::law::{PHASES, PhaseName, ROLES, RoleName};
use ringstate::trace::{
    FindingKind, Format, Printer, Reader, Recorded, RecordedStanza, Replay, Report, Show,
};

use crate::common::phone::{ANN_7, IN, MY_OTHER, OUT, STRANGER};
use crate::common::{ANN, ME, ME_PN};
use crate::trace::{SAID, Script, read, trace, violations};

fn script(role: RoleName, phase: PhaseName) -> Script {
    Script::to(role, phase, Dialect::Documents).expect("it comes there")
}

fn recorded(format: Format, text: &str) -> Vec<Recorded> {
    let mut all = Vec::new();
    read(format, text, |recorded, _| all.push(recorded));
    all
}

/// What is reported of a trace where few calls are kept that kept the law.
fn looked_at_once(lines: &[String], most_calls: usize) -> Report {
    let mut replay = Replay::new().with_most_calls(most_calls);
    read(Format::Trace, &lines.join("\n"), |recorded, reader| {
        replay.stanza(recorded, reader.account());
    });
    replay.finish()
}

fn log(text: &str) -> Vec<Recorded> {
    recorded(Format::Log(Printer::Whatsmeow), text)
}

/// Of each stanza: `in`, `out`, or why it is none.
fn kinds(recorded: &[Recorded]) -> Vec<&str> {
    let kind = |recorded: &Recorded| match &recorded.stanza {
        RecordedStanza::WasReceived(_) => "in",
        RecordedStanza::WasSent(_) => "out",
        RecordedStanza::Unreadable(..) => "unreadable",
        RecordedStanza::Broken(why) => *why,
        _ => "other",
    };
    recorded.iter().map(kind).collect()
}

/// What was found in the first call.
fn found(report: &Report) -> Vec<(&str, Option<&str>)> {
    let findings = report.calls[0].findings.iter();
    findings
        .map(|found| (found.message(), found.clauses().next()))
        .collect()
}

/// A heartbeat, on any number of lines.
fn heartbeat(between: &str) -> String {
    format!(r#"<call from="{ANN}" id="1A" t="17">{between}<heartbeat {IN}/></call>"#)
}

#[test]
fn the_other_end_of_a_placed_call_is_drawn_phase_by_phase() {
    let mut script = script(RoleName::CALLER, PhaseName::ACKED);
    script.hears("preaccept");
    script.hears("accept");
    let drawn = trace(&script.lines).calls[0].to_mermaid(Show::default());
    let of_callee: Vec<&str> = drawn
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Note right of there: "))
        .collect();
    assert_eq!(of_callee, ["Offered", "Preaccepted", "Accepted"]);
}

#[test]
fn a_receipt_that_comes_late_takes_nobody_back() {
    let mut placed = script(RoleName::CALLER, PhaseName::ACKED);
    let receipt =
        |from| format!(r#"< <receipt from="{from}" id="1D0001"><offer {OUT}/></receipt>"#);
    placed.lines.push(receipt(ANN));
    placed.hears("reject");
    placed.lines.push(receipt(ANN_7));
    let report = trace(&placed.lines);
    let text = report.to_text(Show::default());
    assert!(!text.contains("receipt of offer"), "{text}"); // it changes nothing
    let labels = report.calls[0].to_text(Show {
        acks: true,
        ..Show::default()
    });
    assert_eq!(
        labels.matches("< receipt of offer  ").count(),
        2,
        "{labels}"
    );

    let mut declined = script(RoleName::CALLEE, PhaseName::ACKED);
    let receipt = declined.lines.last().expect("the receipt").clone();
    declined.says("reject", "");
    declined.lines.push(receipt);
    for script in [placed, declined] {
        let drawn = trace(&script.lines).calls[0].to_mermaid(Show {
            acks: true,
            ..Show::default()
        });
        let last = drawn.lines().rfind(|line| line.contains("right of there"));
        let last = last.map(str::trim);
        assert_eq!(last, Some("Note right of there: Rejected"), "{drawn}");
    }
}

#[test]
fn a_receipt_of_another_stanza_is_none_of_the_offer() {
    let mut script = script(RoleName::CALLER, PhaseName::ACCEPTED);
    let receipt = r#"<mute_v2 call-id="00FACADE" call-creator="15550100:2@lid"/>"#;
    script.lines.push(format!(
        r#"< <receipt from="{ANN}" id="9C">{receipt}</receipt>"#
    ));
    let report = trace(&script.lines);
    let step = report.calls[0].steps.last().expect("it is drawn");
    assert_eq!((step.answer, step.element), ("", "receipt"));
}

#[test]
fn each_reason_not_to_believe_a_sender_has_its_clause() {
    let heard = |mut script: Script, line: String| {
        script.lines.push(line);
        let report = trace(&script.lines);
        let found = report.calls[0].findings.first().expect("it is found");
        let clause = found.clauses().next().map(str::to_owned);
        (found.kind(), found.message().to_owned(), clause)
    };
    let call = |from: &str, inside: String| {
        format!(r#"< <call from="{from}" id="A1" t="17">{inside}</call>"#)
    };
    let transport = |of: &str| format!("<transport {of}/>");
    let of_stranger = format!(r#"call-id="00C0FFEE" call-creator="{STRANGER}""#);
    let answered = || script(RoleName::CALLEE, PhaseName::ACCEPTED);
    let placed = || script(RoleName::CALLER, PhaseName::ACCEPTED);
    let mut declined = script(RoleName::CALLER, PhaseName::ACKED);
    declined.hears("reject");
    let other_receipt = format!(r#"< <receipt from="{ANN}" id="99"><offer {OUT}/></receipt>"#);
    let unknown = "15550133@s.whatsapp.net";
    let violation = FindingKind::Violation;
    for ((script, line), kind, why, clause) in [
        (
            (answered(), call(ANN, transport(&of_stranger))),
            violation,
            "`<transport>`: the stanza is of another call",
            Some("SIG-07.21"),
        ),
        (
            (answered(), call(STRANGER, transport(IN))),
            violation,
            "`<transport>`: its sender is no party to this call",
            Some("SIG-17.44"),
        ),
        (
            (answered(), call(MY_OTHER, transport(IN))),
            violation,
            "`<transport>`: another device of this user can only say that it answered or declined",
            Some("SIG-17.44"),
        ),
        (
            (answered(), call(unknown, format!("<terminate {IN}/>"))),
            FindingKind::Note,
            "`<terminate>`: its sender is not known to be the peer",
            None,
        ),
        (
            (placed(), call(ANN_7, transport(OUT))),
            violation,
            "`<transport>`: another device of the peer has answered",
            Some("SIG-17.42"),
        ),
        (
            (declined.clone(), call(ANN, format!("<accept {OUT}/>"))),
            violation,
            "`<accept>`: the device that sent it has declined or left before",
            Some("SIG-18.12"),
        ),
        (
            (declined, other_receipt),
            violation,
            "`<receipt>`: it answers another stanza",
            Some("SIG-17.43"),
        ),
    ] {
        let (found_kind, message, found_clause) = heard(script, line);
        assert_eq!(
            (found_kind, &*message, found_clause.as_deref()),
            (kind, why, clause)
        );
    }
}

#[test]
fn what_would_have_been_legal_is_named() {
    let in_call = [
        "terminate",
        "abandon",
        "transport",
        "relaylatency",
        "mute",
        "heartbeat",
        "negotiate video",
    ];
    for (role, phase, said, legal) in [
        (
            RoleName::CALLEE,
            PhaseName::OFFERED,
            "mute_v2",
            &["acknowledge"][..],
        ),
        (
            RoleName::CALLEE,
            PhaseName::ACKED,
            "transport",
            &["preaccept", "accept", "reject", "abandon"],
        ),
        (RoleName::CALLEE, PhaseName::ACCEPTED, "reject", &in_call),
        (RoleName::CALLEE, PhaseName::REJECTED, "accept", &[]),
        (
            RoleName::CALLER,
            PhaseName::OFFERED,
            "accept",
            &["terminate", "abandon"],
        ),
        (
            RoleName::CALLER,
            PhaseName::PREACCEPTED,
            "accept",
            &[
                "terminate",
                "give up",
                "abandon",
                "transport",
                "relaylatency",
                "mute",
            ],
        ),
        (RoleName::CALLER, PhaseName::ACCEPTED, "accept", &in_call),
        (
            RoleName::CALLER,
            PhaseName::TERMINATED,
            "accept",
            &["report the duration"],
        ),
        (
            RoleName::INVITEE,
            PhaseName::ACKED,
            "accept",
            &["reject", "abandon"],
        ),
    ] {
        let mut script = script(role, phase);
        script.says(said, "");
        let report = trace(&script.lines);
        let [found] = violations(&report)[..] else {
            panic!("{role} {phase}: {:?}", report.calls[0].findings);
        };
        assert_eq!(found.legal(), legal, "{role} {phase}");
    }
}

#[test]
fn an_offer_of_a_call_that_there_is_is_judged_by_who_sends_it() {
    let mut placed = script(RoleName::CALLER, PhaseName::ACKED);
    placed.lines.push(placed.lines[0].replace("1D0001", "9A"));
    placed.hears("offer");
    let report = trace(&placed.lines);
    let [ours, theirs] = &report.calls[0].findings[..] else {
        panic!("{:?}", report.calls[0].findings);
    };
    assert_eq!(ours.message(), "`<offer>` was sent before");
    assert!(ours.clauses().eq(["SIG-17.38"]));
    assert_eq!(
        theirs.message(),
        "a repeated `<offer>` cannot be heard by the Caller of a call that is `Acked`"
    );
    assert_eq!(theirs.clauses().next(), Some("SIG-07.5"));
    // The same stanza, sent again, is one step; another one under its id is another.
    let mut again = script(RoleName::CALLEE, PhaseName::ACKED);
    again.says("preaccept", "");
    again.lines.pop(); // the server has not got it
    again.lines.push(again.lines.last().expect("it").clone());
    assert_eq!(violations(&trace(&again.lines)).len(), 0);
    let last = again.lines.last_mut().expect("it");
    *last = last.replace("preaccept", "heartbeat");
    assert_eq!(violations(&trace(&again.lines)).len(), 1);
    // So is the same stanza of another call.
    let mut other = script(RoleName::CALLEE, PhaseName::PREACCEPTED);
    other.lines.retain(|line| !line.starts_with("< <ack"));
    let second = [
        other.lines[0]
            .replace("00C0FFEE", "00DECAF0")
            .replace("1D0001", "2D0001"),
        other.lines[3].replace("00C0FFEE", "00DECAF0"),
    ];
    other.lines.extend(second);
    let report = trace(&other.lines);
    let [found] = violations(&report)[..] else {
        panic!("{:?}", report.calls[1].findings);
    };
    assert_eq!(
        found.message(),
        "`<preaccept>` cannot be sent by the Callee of a call that is `Offered`"
    );
}

#[test]
fn a_call_that_was_ended_without_its_ack_is_over() {
    let mut script = script(RoleName::CALLEE, PhaseName::OFFERED);
    script
        .lines
        .insert(0, format!(r#"> <ack class="call" id="0" to="{ANN}"/>"#));
    script.says("terminate", "");
    let report = trace(&script.lines);
    assert_eq!(report.calls[0].phase, Some(PhaseName::TERMINATED));
    assert_eq!(violations(&report).len(), 1);
}

#[test]
fn the_devices_that_ring_on_after_the_answer_are_counted_one_by_one() {
    let ann_9 = "15550199:9@lid";
    let mut script = script(RoleName::CALLER, PhaseName::ACKED);
    let third = format!(r#"<to jid="{ann_9}"><enc v="2" type="msg">33aa</enc></to></destination>"#);
    script.lines[0] = script.lines[0].replace("</destination>", &third);
    script.hears("accept");
    let ringing_on = |script: &Script| {
        let report = trace(&script.lines);
        let found = report.calls[0].findings.first();
        found.map(|found| {
            assert_eq!(found.clauses().next(), Some("SIG-14.11"));
            let message = found.message();
            let count = message.strip_prefix("one device has answered; not told to stop ringing: ");
            count.unwrap_or_else(|| panic!("{message}")).to_owned()
        })
    };
    assert_eq!(ringing_on(&script).as_deref(), Some("2"));
    let then = |from: &str, element: &str| {
        let mut script = script.clone();
        script.hears_from(from, element, "");
        script
    };
    assert_eq!(ringing_on(&then(ANN_7, "accept")).as_deref(), Some("2"));
    assert_eq!(ringing_on(&then(ANN, "terminate")).as_deref(), Some("2"));
    assert_eq!(
        ringing_on(&then("s.whatsapp.net", "terminate")).as_deref(),
        Some("2")
    );
    let mut one = then(ANN_7, "reject");
    assert_eq!(ringing_on(&one).as_deref(), Some("1"));
    one.hears_from(ann_9, "reject", "");
    assert_eq!(ringing_on(&one), None);
}

#[test]
fn a_request_for_video_needs_no_answer_once_the_call_is_over() {
    let mut script = script(RoleName::CALLEE, PhaseName::ACCEPTED);
    script.hears_from(ANN, "video", r#" state="11""#);
    let open = "the peer asked for video, and got no answer";
    assert_eq!(found(&trace(&script.lines)), [(open, Some("OBS-VIDEO-2"))]);
    script.says("terminate", "");
    assert_eq!(found(&trace(&script.lines)), []);
}

#[test]
fn a_call_may_ring_until_its_ring_window_is_over_and_over_midnight() {
    let open = "the call is still `Acked`: nobody answered it, declined it or ended it";
    for (first, last, found_then) in [
        (
            "10:00:00",
            "10:01:29.999",
            "the recording ends 89 s after the offer",
        ),
        ("10:00:00", "10:01:30", open),
        ("10:00:00", "10:02:00", open),
        (
            "23:59:00",
            "00:00:10",
            "the recording ends 70 s after the offer",
        ),
    ] {
        let mut lines = script(RoleName::CALLEE, PhaseName::ACKED).lines;
        lines[0] = format!("{first} {}", lines[0]);
        lines[2] = format!("{last} {}", lines[2]);
        let report = trace(&lines);
        assert_eq!(found(&report), [(found_then, Some("SIG-12.10"))]);
    }
}

#[test]
fn what_cannot_be_read_is_counted_and_told_where_it_stands() {
    let lines = [
        format!(r#"< <call from="{ANN}" id="1A" t="17" offline="1"><offer {IN}/></call>"#),
        format!(r#"> <ack class="call" id="1A" to="{ANN}"/>"#),
        format!(r#"> <receipt to="{ANN}" id="1A" from="{ME}"><offer {IN}/></receipt>"#),
        format!(
            r#"> <call to="1203@g.us" id="9A"><offer {OUT} group-jid="120363012345@g.us"/></call>"#
        ),
        format!(
            r#"< <call from="{ANN}" id="1B" t="17"><transport call-id="00BEEF" call-creator="{ANN}"/></call>"#
        ),
        format!(r#"> <ack class="call" id="1B" to="{ANN}"/>"#),
        format!(
            r#"< <receipt from="{ANN}" id="9F"><accept call-id="00BEE0" call-creator="{ANN}"/></receipt>"#
        ),
        "< <call".to_owned(),
        "<call>".to_owned(),
        "< >".to_owned(),
    ];
    let report = trace(&lines);
    assert_eq!((report.stanzas, report.unread), (10, 3));
    let expected = r"call 00C0FFEE from …:3@lid
     2                < offer                   Terminated
        it was over when its offer came: missed

call 00FACADE to …@g.us
        -- this client: a group call is placed
           its stanzas are not judged
        not judged

-- line 6, the peer: the offer of this call is not in the recording, or one of
   too many with its call-id
   its stanzas are not judged
-- line 9, the peer: document, at byte 0: found a tag without an end, expected
   `>`
   it cannot be read; a received one is owed its ack all the same (SIG-07.2)
-- line 10, the recording: a line without `>` or `<` in front of its stanza
   the line is left out: what follows in its call may be judged wrongly
";
    let text = report.to_text(Show::default());
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn findings_are_wrapped_below_their_line_and_dismissals_are_labelled() {
    let mut script = script(RoleName::CALLER, PhaseName::ACCEPTED);
    script
        .lines
        .push("17:00:00 ! abandoned\t00FACADE\t15550100:2@lid\t.".to_owned());
    script.says("accept", "");
    let report = trace(&script.lines);
    let expected = r"call 00FACADE to …@lid
     2                > offer                   Offered
     3                < ack of offer            Offered → Acked
     4                < accept                  Acked → Accepted
     6                > terminate to others     Accepted
     7  17:00:00.000  (abandoned)               Accepted → Terminated
     8                > accept                  Terminated
        !! this client: `<accept>` cannot be sent by the Caller of a call that
           is `Terminated`
           when `Terminated`: the call is over, and its `call-id` with it
           (SIG-17.37)
           legal here: report the duration
        hung up, by this client

the client acknowledges as the documents have it (OBS-5)
7 stanzas, 1 call: 1 violation, 0 missing, 0 notes
";
    assert_eq!(report.to_text(Show::default()), expected);
    // Only what was found is shown if you ask for that.
    let alone = Show {
        findings_alone: true,
        ..Show::default()
    };
    assert_eq!(report.to_text(alone), expected);
    script.lines.truncate(script.lines.len() - 2);
    let clean = trace(&script.lines);
    assert!(clean.to_text(Show::default()).starts_with("call 00FACADE"));
    assert!(clean.to_text(alone).starts_with("the client"));
}

#[test]
fn a_line_of_a_report_may_be_as_wide_as_a_terminal_and_no_wider() {
    let mut widest = 0;
    for (role, phase) in ROLES
        .iter()
        .flat_map(|role| PHASES.map(|phase| (*role, phase)))
    {
        let scripts = SAID.iter().filter_map(|action| {
            let mut script = Script::to(role, phase, Dialect::Documents)?;
            script.says(action.tag(), "");
            Some(script)
        });
        for script in scripts {
            let text = trace(&script.lines).to_text(Show::default());
            let widths = text.lines().map(|line| line.chars().count());
            widest = widths.max().unwrap_or_default().max(widest);
        }
    }
    assert_eq!(widest, 80, "of so many lines one is as wide as may be");
}

#[test]
fn the_calls_that_go_on_are_found_when_others_are_left_out() {
    let declined = |n: usize| {
        let call = format!(r#"call-id="00AA{n:04}" call-creator="{ANN}""#);
        [
            format!(r#"< <call from="{ANN}" id="3A{n:04}" t="17"><offer {call}/></call>"#),
            format!(r#"> <ack class="call" id="3A{n:04}" to="{ANN}"/>"#),
            format!(r#"> <receipt to="{ANN}" id="3A{n:04}" from="{ME}"><offer {call}/></receipt>"#),
            format!(r#"> <call to="{ANN}" id="3B{n:04}"><reject {call}/></call>"#),
        ]
    };
    let mut live = script(RoleName::CALLEE, PhaseName::ACKED);
    live.says("preaccept", "");
    let ack = live.lines.pop().expect("the server's ack");
    live.lines.extend((0..20).flat_map(declined));
    live.lines.push(ack);
    live.says("accept", "");
    live.hears("terminate");
    for most_calls in [3, 4] {
        let report = looked_at_once(&live.lines, most_calls);
        assert!(report.left_out > 10, "{}", report.left_out);
        assert_eq!(report.others.len(), 0, "{:?}", report.others);
        let steps = report.calls[0].steps.iter();
        let said: Vec<_> = steps.map(|step| (step.answer, step.element)).collect();
        let expected = [
            ("", "offer"),
            ("ack", "offer"),
            ("receipt", "offer"),
            ("", "preaccept"),
            ("ack", "preaccept"),
            ("", "accept"),
            ("ack", "accept"),
            ("", "terminate"),
            ("ack", "terminate"),
        ];
        assert_eq!(said, expected);
    }
}

#[test]
fn an_ack_that_is_sent_again_is_found_where_few_calls_are_kept() {
    let mut script = script(RoleName::CALLEE, PhaseName::ACCEPTED);
    script.hears("transport");
    let ack = script.lines.last().expect("its ack").clone();
    script.hears("mute_v2");
    script.lines.push(ack);
    let report = looked_at_once(&script.lines, 100);
    let again = "the ack of `<transport>` was sent again";
    assert_eq!(found(&report), [(again, Some("SIG-07.2"))]);
}

#[test]
fn one_stanza_id_in_two_calls_is_owed_two_answers() {
    let mut script = script(RoleName::CALLEE, PhaseName::REJECTED);
    let second = script.lines[0].replace("00C0FFEE", "00DECAF0");
    script.lines.push(second);
    let report = trace(&script.lines);
    assert_eq!(report.calls[0].findings.len(), 0);
    let owed = "`<offer>` did not get its ack and its receipt";
    let second = report.calls[1].findings.iter();
    let messages: Vec<&str> = second.map(ringstate::trace::Finding::message).collect();
    assert!(messages.contains(&owed), "{messages:?}");
}

#[test]
fn two_calls_that_were_over_when_they_came_are_told_apart() {
    let over = |from: &str, id: &str| {
        format!(
            r#"< <call from="{from}" id="{id}" t="17" offline="1"><offer call-id="00C0FFEE" call-creator="{from}"/></call>"#
        )
    };
    let lines = [
        over(ANN, "1A"),
        over(STRANGER, "1B"),
        over(STRANGER, "1C"),
        over(ANN, "1D"),
    ];
    let report = trace(&lines);
    let creators: Vec<&str> = report
        .calls
        .iter()
        .map(|call| call.identity.call_creator.as_str())
        .collect();
    assert_eq!(creators, [ANN, STRANGER]);
}

#[test]
fn the_own_addresses_are_read_off_their_comment() {
    let mut reader = Reader::new(Format::Trace);
    let comment = format!("# account: {ME} (phone number {ME_PN}); peer {ANN}");
    assert_eq!(reader.line(&comment).count(), 0);
    assert_eq!(reader.account(), &crate::common::me());
}

#[test]
fn a_trace_line_has_a_sign_and_a_stanza_that_is_about_calls() {
    let trace = |line: &str| recorded(Format::Trace, line);
    let stanza = heartbeat("");
    assert_eq!(kinds(&trace(&format!("< {stanza}"))), ["in"]);
    let no_sign = "a line without `>` or `<` in front of its stanza";
    assert_eq!(kinds(&trace(&stanza)), [no_sign]);
    assert_eq!(kinds(&trace("< >")), ["unreadable"]);
    for other in [
        r#"<iq type="get" id="1"/>"#,
        r#"<message from="1@lid" id="1"/>"#,
        r#"<iq name="a & b"/>"#,
    ] {
        assert_eq!(kinds(&trace(&format!("< {other}"))), [""; 0], "{other}");
    }
    // What a client printed without escaping.
    let unescaped = stanza.replace(" t=", r#" notify="a & b" t="#);
    assert_eq!(kinds(&trace(&format!("< {unescaped}"))), ["in"]);
    assert_eq!(
        kinds(&trace(&format!("< {unescaped} and more"))),
        ["unreadable"]
    );
}

#[test]
fn a_stanza_of_a_log_may_go_over_many_lines_and_have_another_behind_it() {
    let time = "10:00:00 ";
    let long = format!("{time}{}", heartbeat(&"\n".repeat(100)));
    assert_eq!(kinds(&log(&long)), ["in"]);
    // The next one begins right behind it, and is told by the same line.
    let next = format!(r#"<ack class="call" id="1A" to="{ANN}"/>"#);
    let two = log(&format!("{long}{next}"));
    assert_eq!(kinds(&two), ["in", "out"]);
    assert!(two[0].time.is_some());
    assert_eq!(two[0].time, two[1].time);
    assert_eq!((two[0].line, two[1].line), (1, 101));
}

#[test]
fn a_stanza_that_always_seems_to_end_is_given_up_after_some_lines() {
    let with_ends = |count: usize| {
        let ends = "</call\n".repeat(count);
        heartbeat("").replace(r#"id="1A""#, &format!("id=\"1A\" notify=\"\n{ends}\""))
    };
    assert_eq!(kinds(&log(&with_ends(7))), ["in"]);
    for count in [8, 9, 30] {
        assert_eq!(
            kinds(&log(&with_ends(count)))[0],
            "a stanza without an end",
            "{count}"
        );
    }
}

#[test]
fn a_brace_in_front_of_a_stanza_makes_no_json_of_it() {
    for before in ["{1} ", r#"the key":"of it "#, ""] {
        let line = format!("{before}{}", heartbeat(""));
        assert_eq!(kinds(&log(&line)), ["in"], "{before}");
    }
    let json = format!(r#"{{"msg":"{}"}}"#, heartbeat("").replace('"', r#"\""#));
    assert_eq!(kinds(&log(&json)), ["in"]);
}

#[test]
fn who_sent_a_stanza_is_told_by_its_addresses_and_else_by_the_words_around_it() {
    let both = format!(r#"<call from="{ANN}" to="{ME}" id="1A"><heartbeat {IN}/></call>"#);
    let receipt = format!(r#"<receipt to="{ANN}" from="{ME}" id="1A"><offer {IN}/></receipt>"#);
    let neither = r#"<ack class="call" id="1A"/>"#;
    for (before, stanza, behind, kind) in [
        ("", &*both, "", "in"),
        ("recv ", &both, "", "in"),
        ("sent ", &both, "", "out"),
        ("", &both, " sent", "out"),
        ("send or recv ", &both, "", "in"),
        ("", &receipt, "", "out"),
        ("recv ", &receipt, "", "in"),
        ("send ", &receipt, "", "out"),
        ("", neither, "", "in"),
        ("", neither, " sent", "Outward"),
    ] {
        let recorded = log(&format!("{before}{stanza}{behind}"));
        let [one] = &recorded[..] else {
            panic!("{recorded:?}");
        };
        let said = match &one.stanza {
            RecordedStanza::Unreadable(direction, _) => format!("{direction:?}"),
            _ => kinds(&recorded)[0].to_owned(),
        };
        assert_eq!(said, kind, "{before}{stanza}{behind}");
    }
}

#[test]
fn a_log_in_single_quotes_is_of_the_client_that_indents_with_tabs_or_names_its_logger() {
    let call = format!("<call from='{ANN}' id='1A'/>");
    let with = |inside: &str| call.replace("/>", &format!(">{inside}<heartbeat/></call>"));
    for (text, printer) in [
        (call.clone(), Printer::Zapo),
        (with("\n  "), Printer::Zapo),
        (with("\n\t"), Printer::Baileys),
        (with(r"\n\t"), Printer::Baileys),
        (format!("xml send {call}"), Printer::Baileys),
        (format!("recv xml {call}"), Printer::Baileys),
    ] {
        assert_eq!(Format::of(&text), Some(Format::Log(printer)), "{text}");
    }
}

#[test]
fn acks_that_say_as_often_what_they_acknowledge_as_not_are_of_the_documents() {
    let ack = |id: &str, rest: &str| format!(r#"> <ack class="call" id="{id}" to="{ANN}"{rest}/>"#);
    let (plain, typed) = (ack("1", ""), ack("2", r#" type="offer""#));
    let dialect = |lines: &[&String]| {
        let text: Vec<String> = lines.iter().map(|line| (*line).clone()).collect();
        trace(&text).dialect
    };
    assert_eq!(dialect(&[&plain, &typed]), Dialect::Documents);
    assert_eq!(dialect(&[&typed, &plain, &typed]), Dialect::WhatsAppWeb);
}
