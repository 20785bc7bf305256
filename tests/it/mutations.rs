//! The mutations of `tests/mutations.txt`: each breaks a requirement, and the test that its row names has to fail.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One entry.
#[derive(Debug, Default)]
struct Mutation {
    requirements: Vec<String>,
    test: String,
    file: String,
    old: String,
    new: String,
}

fn mutations() -> Vec<Mutation> {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/mutations.txt")).expect("the list");
    let mut mutations: Vec<Mutation> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (mark, rest) = line.split_at(1);
        if mark == "@" {
            mutations.push(Mutation::default());
        }
        let last = mutations
            .last_mut()
            .expect("an entry begins with its requirements");
        match mark {
            "@" => last.requirements = rest.split_whitespace().map(str::to_owned).collect(),
            "?" => rest.trim().clone_into(&mut last.test),
            ":" => rest.trim().clone_into(&mut last.file),
            "-" => last.old.extend([rest, "\n"]),
            "+" => last.new.extend([rest, "\n"]),
            _ => panic!("{line}"),
        }
    }
    // The last line may be the beginning of one.
    for mutation in &mut mutations {
        mutation.old.pop();
        mutation.new.pop();
    }
    mutations
}

/// The requirements that each row claims a test for, with the tests.
fn rows() -> HashMap<String, String> {
    let clauses = crate::spec::clauses().into_iter();
    clauses.map(|clause| (clause.id, clause.tests)).collect()
}

#[test]
fn each_row_that_claims_a_test_is_broken_by_one_that_names_it() {
    let rows = rows();
    let (mut broken, mut wrong) = (HashSet::new(), Vec::new());
    for mutation in mutations() {
        let code = fs::read_to_string(Path::new(ROOT).join(&mutation.file)).expect("the file");
        if code.matches(&mutation.old).count() != 1 || mutation.old == mutation.new {
            wrong.push(format!("{} has not once:\n{}", mutation.file, mutation.old));
        }
        for requirement in &mutation.requirements {
            if rows
                .get(requirement)
                .is_none_or(|tests| !tests.contains(&mutation.test))
            {
                wrong.push(format!(
                    "the row of {requirement} does not name {}",
                    mutation.test
                ));
            }
            broken.insert(requirement.clone());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let claimed = rows.iter().filter(|(_, tests)| *tests != "–");
    let whole: Vec<&String> = claimed
        .map(|(requirement, _)| requirement)
        .filter(|requirement| !broken.contains(*requirement))
        .collect();
    assert!(whole.is_empty(), "no mutation breaks {whole:?}");
}

/// Copies what a build needs.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if name == "target" || name == ".git" {
            continue;
        }
        let to = to.join(&name);
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file");
        }
    }
}

#[test]
#[ignore = "it builds the crate anew for each"]
fn each_is_caught_by_the_test_that_its_rows_name() {
    let scratch: PathBuf = Path::new(ROOT).join("target/mutations");
    let copied = scratch.join("crate");
    let _ = fs::remove_dir_all(&copied);
    copy(Path::new(ROOT), &copied);
    let all = mutations();
    let wanted = std::env::var("MUTATIONS")
        .ok()
        .and_then(|count| count.parse().ok());
    let step = (all.len() / wanted.unwrap_or(all.len()).max(1)).max(1);
    // Another sample each day.
    let today = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |time| time.as_secs() / 86_400);
    let first = usize::try_from(today).unwrap_or(0) % step;
    let mut survived = Vec::new();
    for mutation in all.iter().skip(first).step_by(step) {
        let file = copied.join(&mutation.file);
        let code = fs::read_to_string(&file).expect("the file");
        fs::write(&file, code.replacen(&mutation.old, &mutation.new, 1)).expect("it is written");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .current_dir(&copied)
            .env("CARGO_TARGET_DIR", scratch.join("target"));
        cargo
            .env_remove("TRYBUILD")
            .args(["test", "--quiet", "-p", "ringstate"]);
        let program = mutation
            .test
            .strip_prefix("ui-tests/fail/")
            .map(|name| format!("trybuild={name}"));
        match &program {
            Some(program) => cargo.args(["--test", "ui", "--", "ui", program]),
            None => cargo.args(["--test", "it", "--", "--exact", &mutation.test]),
        };
        let output = cargo.output().expect("cargo starts");
        fs::write(&file, code).expect("it is written back");
        let said = String::from_utf8_lossy(&output.stdout);
        let failed = !output.status.success() && said.contains("test result: FAILED");
        println!(
            "{} {:?} by {}",
            if failed { "caught  " } else { "SURVIVED" },
            mutation.requirements,
            mutation.test
        );
        if !failed {
            let why = String::from_utf8_lossy(&output.stderr)
                .lines()
                .rev()
                .take(30)
                .collect::<Vec<_>>()
                .join("\n");
            survived.push(format!("{mutation:?}\n{why}"));
        }
    }
    assert!(survived.is_empty(), "{}", survived.join("\n"));
}
