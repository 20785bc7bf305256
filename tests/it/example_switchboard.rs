//! `examples/switchboard` as a user runs it: its table adds up, and says the same for the same seed.

use std::process::Command;

fn run(arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(crate::common::example("switchboard"))
        .args(arguments)
        .output()
        .expect("it starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (text, output.status.code())
}

/// The number at the end of the line that begins so.
fn number(text: &str, beginning: &str) -> Option<u64> {
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with(beginning))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[test]
fn the_outcomes_add_up_whatever_the_network_does() {
    for seed in ["1", "2", "3"] {
        let (text, status) = run(&["150", seed]);
        assert_eq!(status, Some(0), "{text}");
        let (table, counts) = text.split_once("\n\n").expect("a table, and counts");
        let rows = table
            .lines()
            .skip(1)
            .filter(|line| !line.trim_start().starts_with("together"));
        let sum: u64 = rows
            .map(|row| {
                row.rsplit(' ')
                    .next()
                    .and_then(|calls| calls.parse::<u64>().ok())
                    .expect("a number")
            })
            .sum();
        assert_eq!(sum, 150, "{text}");
        assert_eq!(number(table, "together"), Some(150));
        for none in ["calls that rang twice", "calls that are not over"] {
            assert_eq!(number(counts, none), Some(0), "{text}");
        }
        // The network is as bad as it says.
        for some in [
            "stanzas lost",
            "stanzas repeated",
            "stanzas that came too early",
            "stanzas that came too late",
        ] {
            assert!(
                number(counts, some).is_some_and(|count| count > 0),
                "{some} in {text}"
            );
        }
        assert!(
            table.contains("answered elsewhere") && table.contains("declined elsewhere"),
            "{text}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_table() {
    let (first, _) = run(&["60", "7"]);
    assert_eq!(first, run(&["60", "7"]).0);
    assert_ne!(first, run(&["60", "8"]).0);
}

#[test]
fn what_is_no_number_is_told() {
    assert_eq!(run(&["many"]).1, Some(1));
}
