//! The command, as a user of any client runs it.

use std::path::PathBuf;
use std::process::{Command, Output};

const CLEAN: &str = r#"# account: 15550100:2@lid
15:02:22.545 < <call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
15:02:22.547 > <ack class="call" id="1A2B" to="15550199:3@lid"/>
15:02:22.548 > <receipt to="15550199:3@lid" id="1A2B" from="15550100:2@lid"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></receipt>
15:02:25.120 > <call to="15550199:3@lid" id="9F1C"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>
"#;

fn ringstate(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringstate"));
    command.args(arguments).output().expect("it runs")
}

/// A file of this test's own.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("it can be written");
    path
}

fn told(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code(), text)
}

#[test]
fn the_exit_status_says_whether_a_client_keeps_the_law() {
    let clean = file("clean.trace", CLEAN);
    let faulty = file("faulty.trace", &CLEAN.replace("reject", "terminate"));
    let cut = file("cut.trace", CLEAN.replace("reject", "terminate").trim_end());
    let other = file("other.txt", "no stanza at all\n");
    let path = |path: &PathBuf| path.display().to_string();
    let (clean, faulty, other) = (path(&clean), path(&faulty), path(&other));
    let without_line_end = path(&cut);
    for (files, status) in [
        (vec![&clean], 0),
        (vec![&clean, &faulty], 1),
        (vec![&without_line_end], 1),
        (vec![&other, &faulty], 2),
        (vec![&other], 2),
    ] {
        let mut arguments = vec!["check"];
        arguments.extend(files.iter().map(|file| file.as_str()));
        let (code, text) = told(&ringstate(&arguments));
        assert_eq!(code, Some(status), "{text}");
        assert!(!text.contains('\u{1b}'), "colour in a pipe: {text}");
    }
    assert_eq!(
        ringstate(&["check", "nowhere.trace"]).status.code(),
        Some(2)
    );
    assert_eq!(ringstate(&["check"]).status.code(), Some(2));
}

#[test]
fn a_report_as_json_names_line_and_clause() {
    let faulty = file("json.trace", &CLEAN.replace("reject", "terminate"));
    let (code, text) = told(&ringstate(&[
        "check",
        "--json",
        &faulty.display().to_string(),
    ]));
    assert_eq!(code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let finding = &report["calls"][0]["findings"][0];
    assert_eq!(finding["line"], 5);
    assert_eq!(finding["kind"], "violation");
    let clauses = finding["clauses"].as_array().expect("a list");
    assert!(clauses.contains(&"SIG-18.18".into()), "{finding}");
    let legal = finding["legal"].as_array().expect("a list");
    assert!(legal.contains(&"reject".into()), "{finding}");
    assert!(!text.contains("15550199"), "an address is shown: {text}");
}

#[test]
fn one_call_of_several_is_drawn_and_addresses_are_shown_on_request_alone() {
    let other = CLEAN
        .replace("00C0FFEE", "00FACADE")
        .replace("1A2B", "2A2B")
        .replace("9F1C", "9F2C");
    let two = file("two.trace", &format!("{CLEAN}{other}"));
    let two = two.display().to_string();
    let svg = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("one.svg");
    let out = svg.display().to_string();
    let refused = ringstate(&["draw", &two, "--svg", &out]);
    assert_eq!(refused.status.code(), Some(2));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("00C0FFEE, 00FACADE"), "{why}");
    let drawn = ringstate(&["draw", &two, "--call", "00FACADE", "--svg", &out]);
    assert_eq!(drawn.status.code(), Some(0));
    let svg = std::fs::read_to_string(svg).expect("it is written");
    assert!(
        svg.contains("00FACADE") && !svg.contains("15550199"),
        "{svg}"
    );
    let (_, mermaid) = told(&ringstate(&["draw", &two, "--mermaid"]));
    assert_eq!(mermaid.matches("sequenceDiagram").count(), 2, "{mermaid}");
    let (_, text) = told(&ringstate(&["draw", &two, "--full", "--call", "00C0FFEE"]));
    assert!(
        text.contains("15550199:3@lid") && !text.contains("00FACADE"),
        "{text}"
    );
    let (code, _) = told(&ringstate(&["check", "--format", "whatsmeow", &two]));
    assert_eq!(
        code,
        Some(0),
        "the stanzas of a trace stand in a log as well"
    );
}

#[test]
fn acks_and_calls_without_findings_are_shown_on_request() {
    let clean = file("shown.trace", CLEAN);
    let clean = clean.display().to_string();
    let shown = |arguments: &[&str]| {
        let (code, text) = told(&ringstate(&[arguments, &[&clean]].concat()));
        assert_eq!(code, Some(0), "{text}");
        (text.contains("> reject"), text.contains("> ack of offer"))
    };
    assert_eq!(shown(&["check"]), (false, false));
    assert_eq!(shown(&["check", "--all"]), (true, false));
    assert_eq!(shown(&["check", "--all", "--acks"]), (true, true));
    assert_eq!(shown(&["draw"]), (true, false));
    assert_eq!(shown(&["check", "--call", "00C0FFEE"]), (true, false));
    let (_, json) = told(&ringstate(&["check", "--json", &clean]));
    assert!(json.contains("00C0FFEE"), "{json}");
}

#[test]
fn standard_input_is_read_and_a_line_without_end_is_one_line() {
    use std::io::Write as _;
    use std::process::Stdio;

    let long = "x".repeat(5 * 1024 * 1024);
    let text = format!("# {long}\n{}", CLEAN.replace("reject", "terminate"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringstate"))
        .args(["check", "--format", "trace", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    let (code, text) = told(&child.wait_with_output().expect("it ends"));
    assert_eq!(code, Some(1));
    assert!(text.contains("     6  15:02:25.120  > terminate"), "{text}");
}

#[test]
fn an_account_is_given_and_a_clause_explained() {
    let elsewhere = CLEAN.replace("# account: 15550100:2@lid\n", "").replace(
        "15:02:25.120 > <call to=\"15550199:3@lid\" id=\"9F1C\"><reject",
        "15:02:25.120 < <call from=\"15550100:7@lid\" id=\"9F1C\" t=\"17\"><reject",
    );
    let elsewhere = file("elsewhere.trace", &elsewhere).display().to_string();
    let (_, text) = told(&ringstate(&["check", "--all", &elsewhere]));
    assert!(text.contains("somebody else"), "{text}");
    let account = ["check", "--all", "--account", "15550100:2@lid", &elsewhere];
    let (_, text) = told(&ringstate(&account));
    assert!(text.contains("another device of this user"), "{text}");
    let refused = ringstate(&["check", "--account", "1@g.us", &elsewhere]);
    assert_eq!(refused.status.code(), Some(2));

    let (code, text) = told(&ringstate(&["explain", "SIG-18.3", "OBS-17"]));
    assert_eq!(code, Some(0));
    assert!(text.starts_with("SIG-18.3: The ack is sent even for a declined call. (draft) type: `Call::acknowledge`\nOBS-17: "), "{text}");
    let (_, text) = told(&ringstate(&["explain", "sig-18.2", "OBS"]));
    assert!(
        text.starts_with("SIG-18.2: ")
            && text.contains("OBS-VIDEO-1: ")
            && !text.contains("SIG-18.20"),
        "{text}"
    );
    let (_, text) = told(&ringstate(&["explain", "SIG-18"]));
    assert!(
        text.lines().count() > 10 && !text.contains("SIG-17."),
        "{text}"
    );
    assert_eq!(ringstate(&["explain", "SIG-"]).status.code(), Some(2));
}
