//! The law on the methods: one program with a function for each role, phase and public method of a call, compiled once. A
//! cell that is legal compiles; any other fails with E0277 and the message of its row, and with nothing else.
//!
//! The methods are found in the sources, so that a new one is in the program without anybody remembering it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ringstate::law::{Kind, LAW, PHASES, PhaseName, ROLES, RoleName, Row};
use serde_json::Value;

use crate::common::actions::{cells_of, opens_call};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A public method of a call, and the arguments of a call of it.
struct Method {
    name: String,
    arguments: String,
    /// Whether it only looks at the call.
    only_looks: bool,
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
                "<R: Called> Call<R, Offered> {",
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
        only_looks: list.starts_with("(&self)"),
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
const PRELUDE: &str = "use ringstate::{Accept, Accepted, Acked, AnyCall, Call, Callee, Caller, Ending, EndedOffer, GroupOffer, Identity, Inbound, Invitee, NewCall, Offer, \
    OfferNotice, Offered, Outbound, Preaccept, Preaccepted, Reject, Rejected, Switchboard, Terminate, Terminated, Transport}; \
    use ringstate::stanza::{CallDuration, Heartbeat, Mute, News, RelayLatency, UnknownAction, VideoState}; fn any<T>() -> T { loop {} }\n";

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

/// Where a newcomer looks for a step and there is none, the compiler says where it is, for every method of the law.
#[test]
fn what_has_no_steps_says_where_they_are() {
    let mut program = Program::new();
    for Method {
        name, arguments, ..
    } in methods().into_iter().filter(|method| !method.only_looks)
    {
        let Some(row) = LAW.iter().find(|row| row.methods.contains(&name.as_str())) else {
            continue;
        };
        // A stored call has these as buttons.
        let is_button = matches!(name.as_str(), "video" | "report_duration");
        let body = format!("it.{name}({arguments})");
        if !is_button {
            program.add(("AnyCall", name.clone()), "AnyCall", &body);
        }
        if PHASES
            .iter()
            .any(|phase| row.is_legal(RoleName::CALLER, *phase))
        {
            program.add(("NewCall", name.clone()), "NewCall", &body);
        }
        if row.kind == Kind::May && !is_button {
            let body = format!("it.{name}(any::<&Identity>(), {arguments})");
            program.add(("Switchboard", name), "Switchboard", &body);
        }
    }
    let errors = errors("stubs", &program.text);
    let mut mismatches = Vec::new();
    for (line, (holder, name)) in &program.cells {
        let expected = match *holder {
            "NewCall" => "a `NewCall` has not been offered: there is no call yet".to_owned(),
            _ => format!(
                "in `{holder}` a call can be in any phase, and this step is legal only in some of them"
            ),
        };
        let said = errors.get(line).map_or(&[][..], Vec::as_slice);
        if said != [("E0277".to_owned(), expected)] {
            mismatches.push(format!("{holder}::{name}: {said:?}"));
        }
    }
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}

#[test]
fn every_debt_is_paid_as_the_law_has_it() {
    let methods = [
        (
            "Inbound",
            "it.acknowledge()",
            "a plain acknowledgement is not all that a received `{Self}` is owed",
            cells_of!(OwesAck),
        ),
        (
            "Inbound",
            "it.acknowledge_with_receipt(any())",
            "no receipt is owed for a received `{Self}`",
            cells_of!(OwesReceipt),
        ),
        (
            "Inbound",
            "Call::incoming(it)",
            "no call can be made of a received `{Self}`",
            opens_call(),
        ),
        (
            "Outbound",
            "it.with_id(any())",
            "a built `{Self}` has an id already",
            cells_of!(SentWithoutId),
        ),
    ];
    let mut program = Program::new();
    for (holder, body, message, actions) in methods {
        for (action, legal) in actions {
            // An action without a call cannot be sent at all.
            if (holder, action) != ("Outbound", "UnknownAction") {
                let message = message.replace("{Self}", action);
                let expected = (!legal).then(|| ("E0277".to_owned(), message));
                program.add(expected, &format!("{holder}<{action}>"), body);
            }
        }
    }
    let errors = errors("debts", &program.text);
    for (line, expected) in &program.cells {
        let mut said = errors.get(line).cloned().unwrap_or_default();
        for (_, message) in &mut said {
            // A variant has the name of its type, so the compiler may print the path.
            *message = message
                .replace("`ringstate::", "`")
                .replace("`stanza::", "`");
        }
        let cell = program.text.lines().nth(line - 1).expect("a line");
        assert!(
            said.iter().eq(expected),
            "{cell} {said:?}, and not {expected:?}"
        );
    }
}
