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

#[test]
fn every_test_that_conformance_names_exists() {
    let conformance = read("docs/conformance.md");
    let mut ids = HashSet::new();
    let mut last = (String::new(), 0);
    for row in conformance
        .lines()
        .filter(|line| line.starts_with("| SIG-") || line.starts_with("| FLOW-"))
    {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, id, words, by, tests, _] = cells[..] else {
            panic!("{row}")
        };
        assert!(ids.insert(id.to_owned()), "{id} has two rows");
        let (document, number) = id.split_once('.').expect("a number");
        let number: u32 = number.parse().expect("a number");
        assert!(
            last.0 != document || last.1 < number,
            "{id} is out of order"
        );
        last = (document.to_owned(), number);
        assert!(!words.is_empty(), "{id} says nothing");
        for how in by.split(", ") {
            assert!(
                ["type", "build", "parse", "run time"].contains(&how),
                "{id}: {how}"
            );
        }
        for test in tests.split(", ") {
            let test = test.trim_matches('`');
            if test.starts_with("ui-tests/") {
                assert!(read(test).contains("fn main() {}"), "{id}: {test}");
            } else {
                let (file, name) = test
                    .split_once("::")
                    .unwrap_or_else(|| panic!("{id}: {test}"));
                assert!(
                    read(&format!("tests/{file}.rs")).contains(&format!("fn {name}(")),
                    "{id}: {test}"
                );
            }
        }
    }
    let all = |document: &str, count: usize| {
        (1..=count).all(|n| ids.contains(&format!("{document}.{n}")))
    };
    assert!(all("SIG-07", 22), "every clause of SIG-07 has a row");
    assert!(
        all("SIG-18", 18),
        "every clause of the callee's side of SIG-18 has a row"
    );
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
