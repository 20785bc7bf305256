//! The law on the methods: one program with a function for each role, phase and public method of a call, compiled once. A
//! cell that is legal compiles; any other fails with E0277 and the message of its row, and with nothing else.
//!
//! The methods are found in the sources, so that a new one is in the program without anybody remembering it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ringstate::law::{LAW, PHASES, PhaseName, ROLES, RoleName, Row};
use serde_json::Value;

use crate::common::actions::cells_of;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A public method of a call, and the arguments of a call of it.
struct Method {
    name: String,
    arguments: String,
}

/// The public methods of `Call<R, P>`, as the sources have them.
fn methods() -> Vec<Method> {
    let mut methods = Vec::new();
    let folder = Path::new(ROOT).join("src/call");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let source = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        // Any other block would be overlooked: of those that name a call there are its two constructors.
        for block in source.split("\nimpl").skip(1) {
            let head = block.lines().next().expect("a line");
            let known = [
                "<R: Role, P: Phase> Call<R, P> {",
                " Call<Callee, Offered> {",
                " Call<Callee, Acked> {",
            ];
            let is_of_call = head.trim_start().starts_with("Call<") || head.contains("> Call<");
            assert!(!is_of_call || known.contains(&head), "{head}");
        }
        for block in source
            .split("\nimpl<R: Role, P: Phase> Call<R, P> {\n")
            .skip(1)
        {
            let block = &block[..block.find("\n}\n").expect("its end")];
            methods.extend(block.split("\n    pub fn ").skip(1).map(method));
        }
    }
    methods
}

/// Reads a signature from its name on.
fn method(text: &str) -> Method {
    let signature = &text[..text.find(" {").or(text.find("\n    {")).expect("a body")];
    let name = &signature[..signature.find(['(', '<']).expect("a name")];
    let list = &signature[signature.find('(').expect("parameters")..];
    let (mut depth, mut end) = (0, 0);
    for (at, c) in list.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            end = at;
            break;
        }
    }
    let parameters = list[1..end].split(": ").skip(1);
    let arguments = parameters.map(|kind| {
        let kind = kind.split([',', '\n']).next().expect("a type");
        match kind.strip_prefix("impl Into<") {
            Some(kind) => format!("any::<{}>()", kind.trim_end_matches('>')),
            // A generic action: one that the method takes.
            None if kind == "Inbound<A>" && signature.contains("OwesReceipt") => {
                "any::<Inbound<Offer>>()".to_owned()
            }
            None if kind == "Inbound<A>" => "any::<Inbound<Terminate>>()".to_owned(),
            None => "any()".to_owned(),
        }
    });
    Method {
        name: name.to_owned(),
        arguments: arguments.collect::<Vec<_>>().join(", "),
    }
}

/// What the compiler says of each line of a program that uses the crate: the code and the message of each error.
fn errors(name: &str, program: &str) -> BTreeMap<usize, Vec<(String, String)>> {
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.rs"));
    std::fs::write(&source, program).expect("it can be written");
    let library = library();
    let output = Command::new("rustc")
        .current_dir(ROOT)
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
            "--error-format",
            "json",
            "-A",
            "warnings",
        ])
        .arg("--out-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .arg("-L")
        .arg(format!(
            "dependency={}",
            library.parent().expect("a folder").join("deps").display()
        ))
        .arg("--extern")
        .arg(format!("ringstate={}", library.display()))
        .arg(&source)
        .output()
        .expect("rustc starts");
    let mut errors: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for line in String::from_utf8(output.stderr).expect("UTF-8").lines() {
        let said: Value = serde_json::from_str(line).expect("JSON");
        let Some(code) = said["code"]["code"]
            .as_str()
            .filter(|_| said["level"] == "error")
        else {
            continue;
        };
        let at = said["spans"]
            .as_array()
            .expect("spans")
            .iter()
            .find(|span| span["is_primary"] == true);
        let at = at
            .and_then(|span| span["line_start"].as_u64())
            .expect("a place");
        let message = said["message"].as_str().expect("a message");
        errors
            .entry(at.try_into().expect("a line"))
            .or_default()
            .push((code.to_owned(), message.to_owned()));
    }
    errors
}

/// The crate as it is now, compiled.
fn library() -> PathBuf {
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--quiet", "--lib", "--message-format", "json"])
        .current_dir(ROOT);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().expect("cargo starts");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let artifacts = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let files = artifacts
        .filter(|said| said["target"]["name"] == "ringstate")
        .filter_map(|said| said["filenames"].as_array().cloned())
        .flatten();
    let mut libraries = files.filter_map(|file| file.as_str().map(PathBuf::from));
    libraries
        .find(|file| file.extension().is_some_and(|ending| ending == "rlib"))
        .expect("the library")
}

/// By name: after a glob import the compiler prints paths in full.
const PRELUDE: &str = "use ringstate::{Accept, Accepted, Acked, Call, Callee, Caller, Ending, EndedOffer, Inbound, Offer, \
    OfferNotice, Offered, Outbound, Preaccept, Preaccepted, Reject, Rejected, Terminate, Terminated, Transport}; \
    use ringstate::stanza::{Heartbeat, Mute, RelayLatency, UnknownAction}; fn any<T>() -> T { loop {} }\n";

/// A program of functions, a line each, and what each line is about.
struct Program<Cell> {
    text: String,
    cells: Vec<(usize, Cell)>,
}

impl<Cell> Program<Cell> {
    fn new() -> Self {
        Self {
            text: PRELUDE.to_owned(),
            cells: Vec::new(),
        }
    }

    fn add(&mut self, cell: Cell, parameter: &str, body: &str) {
        let line = self.cells.len() + 2;
        let _ = writeln!(
            self.text,
            "pub fn cell_{line}(mut it: {parameter}) {{ let _ = {body}; }}"
        );
        self.cells.push((line, cell));
    }
}

#[test]
fn every_method_is_legal_where_the_law_has_it_and_nowhere_else() {
    let methods = methods();
    let row_of: HashMap<&str, &Row> = LAW
        .iter()
        .flat_map(|row| row.methods.iter().map(move |method| (*method, row)))
        .collect();
    let mut program = Program::new();
    for method in &methods {
        for role in ROLES {
            for phase in PHASES {
                let body = format!("it.{}({})", method.name, method.arguments);
                program.add(
                    (method.name.as_str(), role, phase),
                    &format!("Call<{role}, {phase}>"),
                    &body,
                );
            }
        }
    }
    let errors = errors("methods", &program.text);

    let (mut legal, mut illegal) = (0, 0);
    let mut mismatches = Vec::new();
    for (line, (method, role, phase)) in &program.cells {
        let row = row_of
            .get(method)
            .filter(|row| !row.is_legal(*role, *phase));
        let expected = row.map(|row| ("E0277".to_owned(), message(row, *role, *phase)));
        let said = errors.get(line).map_or(&[][..], Vec::as_slice);
        if expected.is_some() {
            illegal += 1;
        } else {
            legal += 1;
        }
        if !said.iter().eq(&expected) {
            mismatches.push(format!(
                "{method} of a {role} that is {phase}: {said:?}, and not {expected:?}"
            ));
        }
    }
    assert!(
        mismatches.is_empty(),
        "{} cells:\n{}",
        mismatches.len(),
        mismatches.join("\n")
    );
    assert_eq!(errors.len(), illegal, "an error stands outside the cells");
    // Every row is about methods that exist, and every method is there once.
    for method in row_of.keys() {
        assert_eq!(
            methods
                .iter()
                .filter(|known| known.name == **method)
                .count(),
            1,
            "{method}"
        );
    }
    println!(
        "{} methods, {legal} legal cells, {illegal} illegal ones",
        methods.len()
    );
    assert!(
        methods.len() > 30 && illegal > legal,
        "{legal} legal, {illegal} illegal"
    );
}

/// What the compiler says where a cell is empty.
fn message(row: &Row, role: RoleName, phase: PhaseName) -> String {
    row.message
        .replace("{R}", role.as_str())
        .replace("{Self}", phase.as_str())
}

#[test]
fn every_debt_is_paid_as_the_law_has_it() {
    let methods = [
        ("Inbound", "it.acknowledge()", cells_of!(OwesAck)),
        (
            "Inbound",
            "it.acknowledge_with_receipt(any())",
            cells_of!(OwesReceipt),
        ),
        ("Inbound", "Call::incoming(it)", cells_of!(OpensCall)),
    ];
    let mut program = Program::new();
    for (holder, body, actions) in methods {
        for (action, legal) in actions {
            program.add((body, action, legal), &format!("{holder}<{action}>"), body);
        }
    }
    // An action without a call cannot be sent at all.
    for (action, legal) in cells_of!(SentWithoutId) {
        if action != "UnknownAction" {
            let body = "it.with_id(any())";
            program.add((body, action, legal), &format!("Outbound<{action}>"), body);
        }
    }
    let errors = errors("debts", &program.text);
    for (line, (body, action, legal)) in &program.cells {
        let codes = errors
            .get(line)
            .into_iter()
            .flatten()
            .map(|(code, _)| code.as_str());
        let expected: &[&str] = if *legal { &[] } else { &["E0277"] };
        assert!(
            codes.eq(expected.iter().copied()),
            "{body} of {action}: {:?}",
            errors.get(line)
        );
    }
}
