//! The prose stays true: what it quotes and names is there.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text between the nth pair of fences that open like this.
fn block<'a>(text: &'a str, fence: &str, nth: usize) -> &'a str {
    let start = text
        .match_indices(&format!("\n{fence}\n"))
        .nth(nth)
        .expect("the block")
        .0;
    let body = &text[start + fence.len() + 2..];
    &body[..body.find("\n```").expect("its end")]
}

#[test]
fn the_error_in_readme_is_the_compiler_s() {
    let message = read("ui-tests/fail/accept_after_reject.stderr");
    let mut rest = message
        .lines()
        .map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit()).trim());
    for line in block(&read("README.md"), "```text", 0).lines() {
        let line = line.trim();
        assert!(
            rest.any(|said| said == line),
            "the compiler does not say {line:?}, or not there"
        );
    }
}

#[test]
fn the_forbidden_line_in_readme_is_the_one_of_the_test() {
    let readme = read("README.md");
    let line = block(&readme, "```rust,ignore", 0)
        .lines()
        .find_map(|line| line.split_once("// does not compile:"))
        .expect("the line")
        .0;
    assert!(read("ui-tests/fail/accept_after_reject.rs").contains(line.trim()));
}

#[test]
fn the_commands_in_readme_name_what_exists() {
    let readme = read("README.md");
    assert!(
        readme.contains("\ncargo run --example decline\n") && readme.contains("\ncargo test\n")
    );
    for link in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(
            link.starts_with("https://") || root.join(link).exists(),
            "{link}"
        );
    }
}

/// Whether every proof in a cell is there: `file::name` in `tests/it/`, or a program that must not compile.
fn proofs_exist(row: &str, cell: &str) {
    for proof in cell.split(", ") {
        let proof = proof.trim_matches('`');
        if proof.starts_with("ui-tests/") {
            assert!(read(proof).contains("fn main() {}"), "{row}: {proof}");
        } else {
            let (file, name) = proof
                .split_once("::")
                .unwrap_or_else(|| panic!("{row}: {proof}"));
            assert!(
                read(&format!("tests/it/{file}.rs")).contains(&format!("fn {name}(")),
                "{row}: {proof}"
            );
        }
    }
}

#[test]
fn every_bug_has_a_row_and_every_claim_its_proof() {
    let page = read("docs/bugs-ruled-out.md");
    let rows = page.lines().filter(|line| {
        line.starts_with("| ") && !line.starts_with("| no. ") && !line.starts_with("| ---")
    });
    let mut numbers = 1..;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, number, place, wrong, by, how, proof, _] = cells[..] else {
            panic!("{row}")
        };
        assert_eq!(number.parse().ok(), numbers.next(), "the rows are in order");
        assert!(
            !place.is_empty() && wrong.ends_with('.') && how.ends_with('.'),
            "{row}"
        );
        assert!(
            ["type", "lint", "build", "call", "board", "no"].contains(&by),
            "{row}"
        );
        if by == "no" {
            assert_eq!(proof, "–", "{row}");
        } else {
            proofs_exist(number, proof);
        }
    }
    assert_eq!(numbers.next(), Some(69), "there are 68");
}

#[test]
fn every_test_that_conformance_names_exists() {
    let mut ids = HashSet::new();
    let mut last = (String::new(), 0);
    for clause in crate::spec::clauses() {
        let crate::spec::Clause {
            id,
            words,
            by,
            tests,
            ..
        } = &clause;
        assert!(ids.insert(id.to_owned()), "{id} has two rows");
        let (document, number) = id.rsplit_once(['.', '-']).expect("a number");
        let number: u32 = number.parse().expect("a number");
        assert!(
            last.0 != document || last.1 < number,
            "{id} is out of order"
        );
        last = (document.to_owned(), number);
        assert!(!words.is_empty(), "{id} says nothing");
        for how in by.split(", ") {
            assert!(
                ["type", "build", "parse", "lint", "run time", "not here"].contains(&how),
                "{id}: {how}"
            );
        }
        if tests == "–" {
            assert_eq!(by, "not here", "{id} needs a test");
        } else {
            proofs_exist(id, tests);
        }
    }
    // How many requirements each document has.
    for (document, count) in [
        ("SIG-01", 14),
        ("SIG-02", 11),
        ("SIG-03", 19),
        ("SIG-04", 17),
        ("SIG-05", 17),
        ("SIG-07", 22),
        ("SIG-08", 20),
        ("SIG-12", 18),
        ("SIG-13", 16),
        ("SIG-14", 19),
        ("SIG-15", 16),
        ("SIG-16", 41),
        ("SIG-17", 44),
        ("SIG-18", 24),
        ("OBS", 27),
        ("OBS-VIDEO", 4),
        ("CAT-OFFER", 22),
        ("CAT-ACCEPT", 15),
        ("CAT-ACK", 11),
        ("CAT-PREACCEPT", 11),
        ("CAT-REJECT", 9),
        ("CAT-TERMINATE", 10),
        ("CAT-RELAYLATENCY", 8),
        ("CAT-TRANSPORT", 11),
        ("CAT-MUTE", 10),
        ("FLOW-OUT", 10),
        ("FLOW-IN", 9),
        ("FLOW-MISSED", 7),
        ("FLOW-REJECT", 9),
        ("ENUM-TERM", 10),
        ("ENUM-ENC", 2),
        ("ENUM-MEDIA", 2),
        ("REF", 30),
    ] {
        // What was observed is numbered with a hyphen.
        let separator = if document.starts_with("OBS") {
            '-'
        } else {
            '.'
        };
        for n in 1..=count {
            let id = format!("{document}{separator}{n}");
            assert!(ids.remove(&id), "{id} has no row");
        }
    }
    assert!(ids.is_empty(), "{ids:?}");
}

#[test]
fn every_program_that_must_not_compile_is_small_and_has_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui-tests/fail");
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(&path).expect("a text").lines().count();
            assert!(
                (5..=13).contains(&lines),
                "{} has {lines} lines",
                path.display()
            );
            assert!(
                path.with_extension("stderr").exists(),
                "{} has no message",
                path.display()
            );
        } else {
            assert!(
                path.with_extension("rs").exists(),
                "{} has no program",
                path.display()
            );
        }
    }
}

#[test]
fn decisions_are_short_and_say_what_would_change_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/decisions");
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a text");
        for part in [
            "**Decision.**",
            "**Considered.**",
            "**What would change our mind.**",
        ] {
            assert!(text.contains(part), "{} has no {part}", path.display());
        }
        assert!(text.lines().count() <= 40, "{} is long", path.display());
    }
}
