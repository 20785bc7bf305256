//! What is generated from the law: `docs/law.md`, the table on the page of `law`, and the tables on the pages of the phases.
//!
//! `UPDATE_DOCS=1 cargo test --test it` writes the files, and those of the other tests that call `is_current`; without it the tests
//! compare.

use std::fmt::Write as _;
use std::path::Path;

use crate::common::actions::{cells_of, opens_call};
use ringstate::law::{Kind, LAW, PHASES, PhaseName, ROLES, RoleName, Row};

const UPDATE: &str = "UPDATE_DOCS=1 cargo test --test it";

/// Compares a file of `docs/` with what it should be, or writes it.
pub(crate) fn is_current(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).expect("it can be written");
    }
    let on_disk = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(on_disk == text, "docs/{name} is stale: {UPDATE}");
}

fn rows(kind: Kind) -> impl Iterator<Item = &'static Row> {
    LAW.iter().filter(move |row| row.kind == kind)
}

/// Where a row leads: `stays`, or the phases.
fn goes_to(row: &Row, phase: impl Fn(PhaseName) -> String) -> String {
    let stays = row.stays.then(|| "stays".to_owned());
    let to = row.goes_to.iter().map(|way| phase(way.to));
    stays.into_iter().chain(to).collect::<Vec<_>>().join(" or ")
}

/// The whole law as a table; `name` writes the first cell of a row.
fn table(kind: Kind, name: impl Fn(&Row) -> String) -> String {
    let head = if kind == Kind::May { "may" } else { "hears" };
    let mut page = format!("| {head} |");
    for phase in PHASES {
        let _ = write!(page, " {phase} |");
    }
    page.push_str(" goes to |\n| --- |");
    page.push_str(&" --- |".repeat(PHASES.len() + 1));
    for row in rows(kind) {
        let _ = write!(page, "\n| {} |", name(row));
        for phase in PHASES {
            let legal: Vec<&str> = [
                (RoleName::CALLEE, "E"),
                (RoleName::CALLER, "R"),
                (RoleName::INVITEE, "I"),
            ]
            .into_iter()
            .filter(|(role, _)| row.is_legal(*role, phase))
            .map(|(_, letter)| letter)
            .collect();
            let _ = write!(page, " {} |", legal.join(" "));
        }
        let _ = write!(page, " {} |", goes_to(row, |to| to.to_string()));
    }
    page
}

/// A role's way through the phases, as a picture for pages that draw them.
fn picture(role: RoleName) -> String {
    let mut picture = "```mermaid\nstateDiagram-v2\n    [*] --> Offered\n".to_owned();
    for from in PHASES {
        for to in PHASES {
            let steps: Vec<String> = LAW
                .iter()
                .filter(|row| row.is_legal(role, from))
                .flat_map(|row| row.goes_to.iter().map(|way| (row.kind, way)))
                .filter(|(_, way)| way.to == to)
                .map(|(kind, way)| match kind {
                    Kind::May => way.label.to_owned(),
                    Kind::Hears => format!("({})", way.label),
                })
                .collect();
            if !steps.is_empty() {
                let _ = writeln!(picture, "    {from} --> {to}: {}", steps.join(", "));
            }
        }
    }
    picture.push_str("    Rejected --> [*]\n    Terminated --> [*]\n```");
    picture
}

#[test]
fn the_page_of_the_law() {
    let step = |row: &Row| row.step.to_owned();
    let page = format!(
        "# The law\n\nWho may say what, and hear what, in which phase of a call. E is the callee, R the caller, \
         I the invitee of a group call. *Stays* \
         means that the\ncall may stay in its phase. A cell that is empty does not compile. This page is generated from \
         `ringstate::law::LAW`,\nwhose cells the compiler reads off the impls.\n\n{}\n\n{}\n\n## An incoming call\n\nWhat \
         is heard stands in brackets.\n\n{}\n\n## An outgoing call\n\n{}\n\n## A group call\n\n{}\n",
        table(Kind::May, step),
        table(Kind::Hears, step),
        picture(RoleName::CALLEE),
        picture(RoleName::CALLER),
        picture(RoleName::INVITEE),
    );
    is_current("law.md", &page);
}

#[test]
fn the_table_in_the_documentation_of_the_law() {
    let link = |row: &Row| format!("[{}](crate::law::{})", row.step, row.law);
    let actions = debts();
    let page = format!(
        "{}\n\n{}\n\n{actions}\n",
        table(Kind::May, link),
        table(Kind::Hears, link)
    );
    is_current("generated/law.md", &page);
}

/// What people want who look for a row.
const WISHES: [(&str, &str); 18] = [
    ("MayAcknowledge", "take the offer: ack and receipt"),
    ("MayPreaccept", "say that it rings"),
    ("MayAccept", "answer"),
    ("MayReject", "decline"),
    (
        "MayRejectWhileRinging",
        "decline while it rings, as the official client does",
    ),
    (
        "MayTerminate",
        "hang up, or decline while it rings|cancel, or hang up",
    ),
    ("MayGiveUp", "stop calling: a device has declined"),
    ("MayAbandon", "end it without a word"),
    ("MaySendTransport", "send candidates for the media path"),
    ("MaySendRelayLatency", "report how far a relay is"),
    ("MaySendMute", "tell that the microphone is off or on"),
    ("MaySendHeartbeat", "give a sign of life"),
    ("MayNegotiateVideo", "ask for video, or answer a request"),
    ("MayReportDuration", "report how long it was"),
    ("MayReadCallKey", "read the encrypted call key"),
    ("MayReadOffer", "look at the offer"),
    ("MayReadAnswer", "know who answered, and with what"),
    ("HasOutcome", "know how it ended"),
];

/// What a role can do with a call, by what people want.
fn wishes(role: RoleName) -> String {
    let who = role.as_str().to_lowercase();
    let mut page = format!("| as a {who}, I want to | method | from → to |\n| --- | --- | --- |\n");
    for row in rows(Kind::May) {
        let from: Vec<String> = row
            .phases(role)
            .map(|phase| format!("[`{phase}`](crate::{phase})"))
            .collect();
        if from.is_empty() {
            continue;
        }
        let (_, wish) = WISHES
            .iter()
            .find(|(law, _)| *law == row.law)
            .expect("a wish");
        // A caller may want it for something else.
        let wish = match wish.split_once('|') {
            Some((_, callers)) if role == RoleName::CALLER => callers,
            Some((callees, _)) => callees,
            None => wish,
        };
        let methods = methods(row);
        let to = goes_to(row, |to| format!("[`{to}`](crate::{to})"));
        let to = if to == "stays" {
            String::new()
        } else {
            format!(" → {to}")
        };
        let _ = writeln!(page, "| {wish} | {methods} | {}{to} |", from.join(", "));
    }
    page
}

#[test]
fn the_tables_on_the_page_of_a_call() {
    let page = format!("{}\n{}", wishes(RoleName::CALLEE), wishes(RoleName::CALLER));
    is_current("generated/call.md", &page);
}

#[test]
fn the_page_of_the_clauses() {
    let conformance =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conformance.md"));
    let conformance = conformance.expect("the page");
    let mut clauses = crate::spec::clauses().into_iter().peekable();
    let mut page = String::new();
    for line in conformance.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let gap = if page.is_empty() { "" } else { "\n" };
            let _ = writeln!(page, "{gap}# {heading}\n");
        } else if let Some(clause) =
            clauses.next_if(|clause| line.starts_with(&format!("| {} |", clause.id)))
        {
            let crate::spec::Clause {
                id,
                words,
                sure,
                by,
                at,
                ..
            } = clause;
            let at = at.map_or_else(String::new, |at| format!(": [`{at}`]"));
            let _ = writeln!(page, "* {id}: {words} ({sure}) *{by}*{at}");
        }
    }
    assert!(clauses.peek().is_none(), "a clause is left out");
    is_current("generated/conformance.md", &page);
}

/// What each received action is owed, and whether it can become a call.
fn debts() -> String {
    let mut page =
        "| a received | can become a call | is owed its ack alone | is owed ack and receipt |\n\
        | --- | --- | --- | --- |"
            .to_owned();
    let laws = [
        ("OpensCall", opens_call()),
        ("OwesAck", cells_of!(OwesAck)),
        ("OwesReceipt", cells_of!(OwesReceipt)),
    ];
    for (at, (action, _)) in laws[0].1.iter().enumerate() {
        let _ = write!(page, "\n| [`{action}`](crate::stanza::{action}) |");
        for (law, cells) in &laws {
            if cells[at].1 {
                let _ = write!(page, " [yes](crate::law::{law})");
            }
            page.push_str(" |");
        }
    }
    page
}

/// The methods of a row, each with a link.
fn methods(row: &Row) -> String {
    let links = row
        .methods
        .iter()
        .map(|method| format!("[`{method}`](crate::Call::{method})"));
    links.collect::<Vec<_>>().join(", ")
}

/// What a role may do or hears in a phase, as a table with links.
fn of_phase(role: RoleName, kind: Kind, phase: PhaseName) -> String {
    let does = if kind == Kind::May { "may" } else { "hears" };
    let who = role.as_str().to_lowercase();
    let mut lines = String::new();
    for row in rows(kind).filter(|row| row.is_legal(role, phase)) {
        let methods = methods(row);
        let to = goes_to(row, |to| format!("[`{to}`](crate::{to})"));
        let law = row.law;
        let _ = writeln!(lines, "| {methods} | {to} | [`{law}`](crate::law::{law}) |");
    }
    if lines.is_empty() {
        let does = if does == "may" { "may do" } else { does };
        return format!("The {who} {does} nothing here.\n");
    }
    format!("| the {who} {does} | goes to | trait |\n| --- | --- | --- |\n{lines}")
}

#[test]
fn the_tables_in_the_documentation_of_each_phase() {
    for phase in PHASES {
        let mut page = String::new();
        for kind in [Kind::May, Kind::Hears] {
            for role in ROLES {
                page.push_str(&of_phase(role, kind, phase));
                page.push('\n');
            }
        }
        let name = format!("generated/{}.md", phase.as_str().to_lowercase());
        is_current(&name, page.trim_end_matches('\n'));
    }
}

#[test]
fn the_phases_in_readme() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.expect("README");
    for phase in PHASES {
        let row = readme
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| `{phase}` | ")))
            .expect("a row");
        let cells: Vec<&str> = row.split(" | ").collect();
        for (role, cell) in [RoleName::CALLEE, RoleName::CALLER]
            .into_iter()
            .zip([cells[1], cells[3]])
        {
            // The steps that lead somewhere, and the key.
            let steps = rows(Kind::May)
                .filter(|row| !row.goes_to.is_empty() || row.law == "MayReadCallKey")
                .filter(|row| row.is_legal(role, phase));
            let steps: Vec<&str> = steps.map(|row| row.methods[0]).collect();
            let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            assert_eq!(named, steps, "the {role} that is {phase}");
        }
    }
}
