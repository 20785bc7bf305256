//! The docs are the specification: every clause that is named exists, and leads to an item and back.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file below these folders, by its path.
pub(crate) fn texts(folders: &[&str]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).expect("below it");
            texts.push((name.display().to_string(), text));
        }
    }
    texts.sort();
    texts
}

/// A row of `docs/conformance.md`.
pub(crate) struct Clause {
    pub(crate) id: String,
    pub(crate) words: String,
    /// How sure its source is of it.
    pub(crate) sure: String,
    pub(crate) by: String,
    /// The tests that fail when it is broken, or `–`.
    pub(crate) tests: String,
    /// The item that enforces it; none where nothing here can.
    pub(crate) at: Option<String>,
}

pub(crate) fn clauses() -> Vec<Clause> {
    let page = fs::read_to_string(root().join("docs/conformance.md")).expect("the page");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, id, words, sure, by, at, tests, _] = cells[..] else {
                panic!("{line}")
            };
            let is_row = id != "id" && !id.starts_with("---");
            is_row.then(|| Clause {
                id: id.to_owned(),
                words: words.to_owned(),
                sure: sure.to_owned(),
                by: by.to_owned(),
                tests: tests.to_owned(),
                at: (at != "–").then(|| at.trim_matches('`').to_owned()),
            })
        });
    rows.collect()
}

/// The clauses that a text names, in the forms in which the documents number them.
fn named(text: &str) -> Vec<String> {
    const DOCUMENTS: [&str; 6] = ["SIG-", "CAT-", "FLOW-", "ENUM-", "REF.", "OBS-"];
    let mut found = Vec::new();
    for document in DOCUMENTS {
        for (at, _) in text.match_indices(document) {
            let is_start = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let rest = &text[at..];
            let end = rest.find(|c: char| {
                !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '.')
            });
            let id = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', '-']);
            // A document alone (`SIG-07`, `CAT`) is no clause.
            let is_clause = match document {
                "OBS-" => id.ends_with(|c: char| c.is_ascii_digit()),
                _ => id.contains('.'),
            };
            if is_start && is_clause {
                found.push(id.to_owned());
            }
        }
    }
    found
}

#[test]
fn clauses_are_found_in_a_text() {
    assert_eq!(
        named(
            "(SIG-18.12), OBS-VIDEO-2. See SIG-07 and CAT-ACCEPT.2; XSIG-1.1, REF.30. FLOW-IN.3-4"
        ),
        [
            "SIG-18.12",
            "CAT-ACCEPT.2",
            "FLOW-IN.3-4",
            "REF.30",
            "OBS-VIDEO-2"
        ]
    );
}

#[test]
fn every_clause_that_is_named_exists() {
    let known: HashSet<String> = clauses().into_iter().map(|clause| clause.id).collect();
    let folders = [
        "src",
        "docs",
        "ui-tests",
        "tests",
        "examples",
        "benches",
        "README.md",
        "CHANGELOG.md",
    ];
    let mut count = 0;
    for (file, text) in texts(&folders) {
        if file == "tests/it/spec.rs" {
            continue; // it tries the search on ids that do not exist
        }
        for id in named(&text) {
            assert!(known.contains(&id), "{file} names {id}, which is no clause");
            count += 1;
        }
    }
    assert!(count > 3000, "{count}: the search finds too few");
}

/// The start of the name of an item in a line of code.
fn item(line: &str) -> Option<&str> {
    let starts = [
        "pub fn ",
        "pub const fn ",
        "pub struct ",
        "pub enum ",
        "pub trait ",
    ];
    let defined = starts.iter().find_map(|start| line.strip_prefix(start));
    let exported = || Some(line.strip_prefix("pub use ")?.rsplit_once("::")?.1);
    let name = defined.or_else(exported)?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    Some(&name[..end.unwrap_or(name.len())])
}

/// The type that an `impl` block is of.
fn implemented(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("impl")?;
    let rest = match rest.strip_prefix('<') {
        // Its parameters, with bounds that may have parameters of their own.
        Some(_) => {
            let mut depth = 0;
            let end = rest.find(|c| {
                depth += i32::from(c == '<') - i32::from(c == '>');
                depth == 0
            })?;
            &rest[end + 1..]
        }
        None => rest,
    };
    let name = rest
        .rsplit_once(" for ")
        .map_or(rest, |(_, of)| of)
        .trim_start();
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    Some(&name[..end.unwrap_or(name.len())])
}

/// Clauses that an item has as names that a search finds, by the item's own name.
fn aliases() -> BTreeMap<String, Vec<String>> {
    // The search loses those of a type that is defined in a private module: they stand where it is exported.
    const PUBLIC: [&str; 3] = ["src/lib.rs", "src/law.rs", "src/stanza/mod.rs"];
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in texts(&["src"]) {
        let mut pending: Vec<String> = Vec::new();
        let mut is_open = false;
        let mut owner = None;
        for line in text.lines().map(str::trim) {
            owner = implemented(line).or(owner);
            is_open |= line.starts_with("#[doc(alias(");
            if is_open {
                pending.extend(named(line));
                is_open = !line.ends_with(")]");
                continue;
            }
            let Some(name) = item(line) else { continue };
            let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(
                pending.is_empty() || !is_type || PUBLIC.contains(&file.as_str()),
                "{file}: a search does not find {pending:?}"
            );
            let of = owner.filter(|_| !is_type && line.starts_with("pub"));
            let name = of.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
            for id in pending.drain(..) {
                aliases.entry(id).or_default().push(name.clone());
            }
        }
        assert!(pending.is_empty(), "{file}: {pending:?} is of no item");
    }
    aliases
}

#[test]
fn every_clause_that_is_enforced_leads_to_an_item_and_back() {
    let mut aliases = aliases();
    for clause in clauses() {
        let Clause { id, by, at, .. } = clause;
        assert_eq!(
            at.is_none(),
            by == "not here",
            "{id}: where is it enforced?"
        );
        let Some(at) = at else { continue };
        // A method has its type in front, a function its module.
        let mut parts = at.rsplit("::");
        let (name, owner) = (parts.next().expect("a name"), parts.next());
        let owner = owner.filter(|owner| owner.starts_with(|c: char| c.is_ascii_uppercase()));
        let name = owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
        let names = aliases.remove(&id).unwrap_or_default();
        assert_eq!(names, [name], "a search for {id} should find {at}");
    }
    assert!(
        aliases.is_empty(),
        "of other items than the page says: {aliases:?}"
    );
}

#[test]
fn the_words_that_people_search_for_lead_to_what_they_want() {
    for (words, file, item) in [
        ("reject call", "src/call/callee.rs", "pub fn reject("),
        ("busy", "src/call/callee.rs", "pub fn reject_with("),
        ("ringing", "src/call/callee.rs", "pub fn preaccept("),
        ("answer call", "src/call/callee.rs", "pub fn accept("),
        ("incoming call", "src/call/callee.rs", "pub fn incoming<"),
        ("hang up", "src/call/send.rs", "pub fn terminate("),
        ("hang up", "src/any/buttons.rs", "pub fn hang_up("),
        ("hang up", "src/switchboard/act.rs", "pub fn hang_up("),
        ("missed call", "src/switchboard/act.rs", "pub fn time_out("),
        ("place call", "src/call/new_call.rs", "pub fn offer("),
        ("stop ringing", "src/lib.rs", "pub use call::Siblings;"),
    ] {
        let text = fs::read_to_string(root().join(file)).expect("a file");
        let (before, _) = text
            .split_once(&format!("\n    {item}"))
            .or_else(|| text.split_once(&format!("\n{item}")))
            .expect(item);
        // The attributes are behind its documentation, or behind what stands in front of it.
        let attributes = before
            .rsplit("///")
            .next()
            .and_then(|rest| rest.rsplit(';').next());
        let attributes = attributes.expect("what is in front of it");
        assert!(
            attributes.contains(&format!("\"{words}\"")),
            "{words:?} should find {item} in {file}"
        );
    }
}

/// The names of all public items.
fn items() -> HashSet<String> {
    let texts = texts(&["src"]);
    let lines = texts.iter().flat_map(|(_, text)| text.lines());
    lines
        .filter_map(|line| item(line.trim()))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_open_question_has_a_reading_and_an_item_that_follows_it() {
    let page = fs::read_to_string(root().join("docs/open-questions.md")).expect("the page");
    let items = items();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut questions = 0;
    for line in page.lines().filter(|line| line.starts_with("| OQ-")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, open, reading, at, evidence, _] = cells[..] else {
            panic!("{line}")
        };
        let (document, number) = id.rsplit_once('.').expect("a number");
        let count = counts.entry(document).or_default();
        *count += 1;
        assert_eq!(number.parse(), Ok(*count), "{id} is out of order");
        assert!(
            open.ends_with('.') && reading.ends_with('.') && !evidence.is_empty(),
            "{id}"
        );
        for name in at
            .trim_matches('`')
            .split("::")
            .filter(|name| !["law", "stanza"].contains(name))
        {
            assert!(items.contains(name), "{id}: there is no {name}");
        }
        questions += 1;
    }
    // So many the documents ask.
    assert_eq!((questions, counts.len()), (95, 27));
}

#[test]
fn each_signalling_document_has_its_mark_where_it_is_implemented() {
    let mut marks: Vec<String> = Vec::new();
    for (_, text) in texts(&["src"]) {
        let lines = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("// wacrg:"));
        marks.extend(lines.map(str::to_owned));
    }
    marks.sort();
    let mut documents: Vec<String> = clauses()
        .iter()
        .filter(|clause| clause.id.starts_with("SIG-"))
        .filter_map(|clause| Some(clause.id.split_once('.')?.0.to_owned()))
        .collect();
    documents.dedup();
    assert_eq!(marks, documents);
}
