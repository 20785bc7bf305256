//! Kills the client in front of every write it makes, starts it again, and looks at what came out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn offer(call: &str) -> String {
    format!(
        r#"<call from="15550199:3@lid" id="1A{call}" t="1700000000"><offer call-id="{call}" call-creator="15550199:3@lid"><audio enc="opus" rate="16000"/></offer></call>"#
    )
}

fn terminate(call: &str) -> String {
    format!(
        r#"<call from="15550199:3@lid" id="2A{call}" t="1700000005"><terminate call-id="{call}" call-creator="15550199:3@lid"/></call>"#
    )
}

fn folder(name: &str, inbox: &[String]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("inbox"), inbox.join("\n")).expect("an inbox");
    folder
}

fn run(folder: &Path, kill: Option<usize>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringstate-journal"));
    command
        .arg(folder)
        .args(kill.map(|number| number.to_string()));
    command.output().expect("it runs")
}

/// What was sent, each stanza once, and without the ids of those that get a new one each time.
fn sent(folder: &Path) -> BTreeSet<String> {
    let outbox = fs::read_to_string(folder.join("outbox")).expect("an outbox");
    let without_id = |line: &str| match line.split_once(" id=\"3EB0") {
        Some((before, rest)) => format!("{before}{}", rest.split_once('"').expect("its end").1),
        None => line.to_owned(),
    };
    outbox.lines().map(without_id).collect()
}

fn survives_every_kill(name: &str, inbox: &[String], live: &str) {
    let whole = folder(name, inbox);
    let output = run(&whole, None);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), live);
    let expected = sent(&whole);
    let mut kills = 0;
    loop {
        let killed = folder(&format!("{name}-{kills}"), inbox);
        if run(&killed, Some(kills)).status.success() {
            break; // it makes no more writes than that
        }
        kills += 1;
        let output = run(&killed, None);
        assert!(
            output.status.success(),
            "{kills}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(String::from_utf8_lossy(&output.stdout), live, "{kills}");
        assert_eq!(sent(&killed), expected, "{kills}");
    }
    // One write for what is received, two for what is sent.
    assert!(kills >= 3 * expected.len() / 2, "{kills}");
}

#[test]
fn a_declined_call_stays_declined() {
    let inbox = [
        offer("C0"),
        "! decline".to_owned(),
        offer("C0").replace("1AC0", "1BC0"),
    ];
    survives_every_kill("declined", &inbox, "");
}

#[test]
fn a_call_that_was_acknowledged_rings_again_after_the_restart() {
    survives_every_kill("rings", &[offer("C1")], "C1 Acked\n");
}

#[test]
fn of_two_calls_the_one_that_ended_stays_ended() {
    let inbox = [offer("C2"), offer("C3"), terminate("C2")];
    survives_every_kill("two", &inbox, "C3 Acked\n");
}

#[test]
fn a_call_that_nobody_answered_stays_missed() {
    let inbox = [
        offer("C4"),
        "! time out".to_owned(),
        offer("C4").replace("1AC4", "1BC4"),
    ];
    survives_every_kill("missed", &inbox, "");
}
