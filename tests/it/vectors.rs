//! The vectors for other languages, `tests/vectors`: what the law says of each stanza in each phase, in both dialects. They are
//! made from the law; a test fails when they are stale.

use std::path::Path;

use ringstate::law::{Kind, PHASES, PhaseName, ROLES, RoleName};
use ringstate::stanza::ActionKind;
use ringstate::{Dialect, xml};
use serde_json::{Value, json};

use crate::common::me;
use crate::trace::{SAID, Script, trace, violations};

const DIALECTS: [(Dialect, &str); 2] = [
    (Dialect::Documents, "documents"),
    (Dialect::WhatsAppWeb, "whatsapp-web"),
];

#[test]
fn the_vectors_are_those_of_the_law() {
    let (mut phases, mut stanzas) = (Vec::new(), Vec::new());
    for (dialect, name) in DIALECTS {
        for role in ROLES {
            for phase in PHASES {
                let Some(script) = Script::to(role, phase, dialect) else {
                    continue;
                };
                phases.push(json!({
                    "dialect": name,
                    "role": role.as_str(),
                    "phase": phase.as_str(),
                    "trace": script.lines,
                }));
                for action in SAID {
                    for kind in [Kind::May, Kind::Hears] {
                        stanzas.extend(vector(
                            &script,
                            (role, phase),
                            kind,
                            action,
                            (dialect, name),
                        ));
                    }
                }
            }
        }
    }
    assert_eq!((phases.len(), stanzas.len()), (32, 608));
    is_written("phases.jsonl", &phases);
    is_written("stanzas.jsonl", &stanzas);
}

/// What the law says of one stanza.
fn vector(
    script: &Script,
    (role, phase): (RoleName, PhaseName),
    kind: Kind,
    action: ActionKind,
    (dialect, name): (Dialect, &str),
) -> Option<Value> {
    if (kind, action) == (Kind::Hears, ActionKind::CallDuration) {
        return None; // it goes to the call service alone
    }
    let (mut script, before) = (script.clone(), script.lines.len());
    let says = match kind {
        Kind::May => {
            script.says(action.tag(), "");
            "sent"
        }
        Kind::Hears => {
            script.hears(action.tag());
            "received"
        }
    };
    let line = script.lines[before].clone();
    let stanza = line[2..].to_owned();
    let owed: Vec<String> = match kind {
        Kind::May => Vec::new(),
        Kind::Hears => {
            let received = xml::parse(&stanza).expect("a stanza");
            let owed = received.acknowledge(&me()).in_dialect(dialect);
            owed.iter().map(xml::to_string).collect()
        }
    };
    let report = trace(&script.lines);
    let found = violations(&report);
    let next = report.calls[0].phase.expect("it is a call");
    Some(json!({
        "dialect": name,
        "role": role.as_str(),
        "phase": phase.as_str(),
        says: stanza,
        "is_legal": found.is_empty(),
        "clauses": found.first().map(|found| found.clauses().collect::<Vec<_>>()),
        // A client that breaks the law has no next phase.
        "next": found.is_empty().then(|| next.as_str()),
        "owed": owed,
    }))
}

fn is_written(name: &str, vectors: &[Value]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    let text: String = vectors.iter().map(|vector| format!("{vector}\n")).collect();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).expect("it can be written");
    }
    let written = std::fs::read_to_string(&path).expect("it is there");
    assert!(
        written == text,
        "tests/vectors/{name} is stale: UPDATE_DOCS=1 cargo test --test it vectors"
    );
}
