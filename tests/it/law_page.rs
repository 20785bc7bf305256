//! `docs/law.md` is generated from the law as data: with `UPDATE_DOCS=1` this writes it, without it compares.

use std::fmt::Write as _;
use std::path::Path;

use ringstate::law::{Kind, LAW, PHASES, Row};

fn table(kind: Kind) -> String {
    let head = if kind == Kind::May { "may" } else { "hears" };
    let mut page = format!("| {head} |");
    for phase in PHASES {
        let _ = write!(page, " {phase} |");
    }
    page.push_str(" goes to |\n| --- |");
    page.push_str(&" --- |".repeat(PHASES.len() + 1));
    for row in LAW.iter().filter(|row| row.kind == kind) {
        let _ = write!(page, "\n| {} |", row.step);
        for phase in PHASES {
            let roles = [("E", row.callee), ("R", row.caller)];
            let legal: Vec<&str> = roles
                .into_iter()
                .filter(|(_, phases)| phases.contains(&phase))
                .map(|(role, _)| role)
                .collect();
            let _ = write!(page, " {} |", legal.join(" "));
        }
        let to: Vec<&str> = row
            .goes_to
            .iter()
            .copied()
            .chain(row.stays.then_some("same"))
            .collect();
        let _ = write!(page, " {} |", to.join(" or "));
    }
    page
}

fn picture(legal: fn(&Row) -> &'static [&'static str]) -> String {
    let mut picture = "```mermaid\nstateDiagram-v2\n    [*] --> Offered\n".to_owned();
    for from in PHASES {
        for to in PHASES {
            let steps: Vec<String> = LAW
                .iter()
                .filter(|row| {
                    legal(row).contains(&from)
                        && row.goes_to.contains(&to)
                        && !(row.stays && from == to)
                })
                .filter(|row| from != to || !row.goes_to.is_empty())
                .map(|row| match row.kind {
                    Kind::May => row.step.to_owned(),
                    Kind::Hears => format!("({})", row.step),
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
fn the_page_of_the_law_is_generated_from_the_law() {
    let page = format!(
        "# The law\n\nWho may say what, and hear what, in which phase of a call. E is the callee, R the caller; a cell \
         that is\nempty does not compile. This page is generated from `ringstate::law::LAW`, which the tests compare with \
         the impls.\n\n{}\n\n{}\n\n## An incoming call\n\nIn brackets what is heard.\n\n{}\n\n## An outgoing call\n\n{}\n",
        table(Kind::May),
        table(Kind::Hears),
        picture(|row| row.callee),
        picture(|row| row.caller),
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/law.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("docs/law.md can be written");
    }
    let on_disk = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        on_disk == page,
        "docs/law.md is not the law: write it anew with UPDATE_DOCS=1 cargo test --test it law_page"
    );
}
