//! The tables that people wrote by hand: each is held against the code, or names the tests that hold it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ringstate::stanza::VideoCode;
use ringstate::{AnyCall, Call, Callee, Jid, Offered};

use crate::generated::is_current;
use crate::view::Tree;
use crate::written::everything_that_is_written;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the table with this head in the documentation of a file.
fn table(file: &str, head: &str) -> Vec<Vec<String>> {
    let text = read(file);
    let lines = text
        .lines()
        .map(|line| line.trim_start().trim_start_matches(['/', '!']).trim());
    let mut rows = lines.skip_while(|line| *line != head).skip(2);
    let rows = rows.by_ref().take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "{file} has no table {head}");
    rows
}

/// The order that both have, if there is one.
fn merged(one: &[String], other: &[String]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    let (mut one, mut other) = (one, other);
    loop {
        match (one.split_first(), other.split_first()) {
            (Some((name, rest)), Some((same, behind))) if name == same => {
                all.push(name.clone());
                (one, other) = (rest, behind);
            }
            (Some((name, rest)), _) if !other.contains(name) => {
                all.push(name.clone());
                one = rest;
            }
            (_, Some((name, rest))) if !one.contains(name) => {
                all.push(name.clone());
                other = rest;
            }
            (None, None) => return Some(all),
            _ => return None,
        }
    }
}

#[test]
fn orders_are_merged_where_they_agree() {
    let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        merged(&list("a c d"), &list("a b d e")),
        Some(list("a c b d e"))
    );
    assert_eq!(merged(&list("a b"), &list("b a")), None);
}

#[test]
fn the_table_of_the_order_of_attributes() {
    fn note(tree: &Tree, inside: &str, orders: &mut BTreeMap<(String, String), Vec<Vec<String>>>) {
        // A picture and a relay's token differ with the action that they stand in.
        let of = if tree.name == "te" || tree.name == "video" {
            inside
        } else {
            ""
        };
        let own: Vec<String> = tree
            .attributes
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let known = orders
            .entry((tree.name.clone(), of.to_owned()))
            .or_default();
        match known
            .iter_mut()
            .find_map(|order| Some((merged(order, &own)?, order)))
        {
            Some((order, place)) => *place = order,
            None => known.push(own),
        }
        tree.children
            .iter()
            .for_each(|child| note(child, &tree.name, orders));
    }

    let mut orders = BTreeMap::new();
    let mut written: Vec<String> = everything_that_is_written().into_iter().collect();
    written.sort_by_key(|stanza| (std::cmp::Reverse(stanza.len()), stanza.clone()));
    for stanza in written {
        note(&Tree::of(&stanza), "", &mut orders);
    }
    let mut page = "| element | attributes, in this order |\n| --- | --- |\n".to_owned();
    for ((name, of), mut orders) in orders {
        orders.retain(|order| !order.is_empty());
        if orders.is_empty() {
            continue;
        }
        let of = if of.is_empty() {
            String::new()
        } else {
            format!(" in `<{of}>`")
        };
        let orders: Vec<String> = orders
            .iter()
            .map(|order| {
                order
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            })
            .collect();
        let _ = writeln!(page, "| `<{name}>`{of} | {} |", orders.join("; or "));
    }
    is_current("generated/orders.md", &page);
}

#[test]
fn the_table_of_addresses() {
    for row in table(
        "src/id/jid.rs",
        "| text | [`user`](Jid::user) | [`device`](Jid::device) | [`server`](Jid::server) |",
    ) {
        let [texts, user, device, server] = &row[..] else {
            panic!("{row:?}")
        };
        for text in texts.split(", ") {
            let jid: Jid = text.trim_matches('`').parse().expect("an address");
            let shown = |part: Option<&str>| {
                part.map_or_else(|| "–".to_owned(), |part| format!("`{part}`"))
            };
            assert_eq!(shown(jid.user()), *user, "{text}");
            assert_eq!(
                jid.device()
                    .map_or_else(|| "–".to_owned(), |device| device.to_string()),
                *device,
                "{text}"
            );
            assert_eq!(shown(Some(jid.server())), *server, "{text}");
        }
    }
}

#[test]
fn the_table_of_the_states_of_a_picture() {
    let codes = [
        ("DISABLED", VideoCode::DISABLED),
        ("ENABLED", VideoCode::ENABLED),
        ("ACCEPT", VideoCode::ACCEPT),
        ("REFUSE", VideoCode::REFUSE),
        ("STOPPED", VideoCode::STOPPED),
        ("WITHDRAW", VideoCode::WITHDRAW),
        ("REQUEST", VideoCode::REQUEST),
    ];
    let mut told = 0;
    for row in table("src/stanza/video.rs", "| number | what it says | seen |") {
        match row[1]
            .strip_prefix("[`")
            .and_then(|name| name.split_once('`'))
        {
            Some((name, _)) => {
                let (_, code) = codes
                    .iter()
                    .find(|(known, _)| *known == name)
                    .expect("a code");
                assert_eq!(code.to_wire().to_string(), row[0], "{name}");
                told += 1;
            }
            None => assert_eq!(row[0], VideoCode::OLD_REQUEST.to_wire().to_string()),
        }
    }
    assert_eq!(told, codes.len());
}

#[test]
fn the_table_of_events_has_each_once() {
    let text = read("src/switchboard/event.rs");
    let body = text.split_once("pub enum Event {\n").expect("the events").1;
    let body = body.split_once("\n}\n").expect("their end").0;
    let variant = |line: &str| {
        let name = line.strip_prefix("    ")?;
        let end = name
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(name.len());
        let is_variant = name.starts_with(|c: char| c.is_ascii_uppercase()) && end > 0;
        is_variant.then(|| name[..end].to_owned())
    };
    let events: BTreeSet<String> = body.lines().filter_map(variant).collect();
    assert!(events.len() > 20, "{events:?}");
    let mut told = BTreeSet::new();
    for row in table(
        "src/switchboard/event.rs",
        "| event | what a user interface does |",
    ) {
        for name in row[0]
            .split("](Self::")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            assert!(told.insert(name.to_owned()), "{name} is told twice");
        }
    }
    assert_eq!(told, events);
}

/// A row as it stands, and the tests of what it says. A change of the row is a change here, beside their names.
type HeldRow = (&'static str, &'static [&'static str]);

/// Tables, each by its file and its head, whose rows tests hold.
const HELD: &[(&str, &str, &[HeldRow])] = &[
    (
        "src/switchboard/mod.rs",
        "| what comes | what happens |",
        &[
            (
                "a stanza of a call | it goes to the call with that `call-id` and the same person as creator (SIG-17.44)",
                &["board_incoming::the_creator_is_compared_as_a_person"],
            ),
            (
                "an ack of the server | it is matched by the id of the stanza that was sent (SIG-17.16); a refusal with an unknown id, by the ids in its `<error>`",
                &[
                    "board_outgoing::acks_of_two_calls_at_once_are_told_apart",
                    "board_outgoing::a_refusal_under_an_unknown_id_is_known_by_its_call",
                ],
            ),
            (
                "an offer of an unknown call | it gets ack and receipt, and [rings](Event::Rings) if there is [room](Limits)",
                &[
                    "board_incoming::an_offer_rings_once_and_is_receipted_as_often_as_it_comes",
                    "board_limits::a_call_too_many_does_not_ring_and_counts_as_missed",
                ],
            ),
            (
                "an offer from somebody whom you are calling | the two calls cross, and a [policy](OnGlare) says which go on",
                &["board_outgoing::a_policy_decides_between_calls_that_cross"],
            ),
            (
                "an offer in somebody else's name, or from a device of this account | it gets ack and receipt, and is [not heard](Event::Unheard)",
                &[
                    "board_incoming::nobody_offers_a_call_of_somebody_else_s",
                    "hostile::nobody_calls_in_this_user_s_name_or_under_a_group_s_address",
                ],
            ),
            (
                "a repeated offer | it gets ack and receipt again (SIG-07.5), and neither restarts nor revives the call",
                &[
                    "board_incoming::a_repeated_offer_does_not_restart_an_answered_call",
                    "board_incoming::an_offer_of_a_call_that_is_over_does_not_ring",
                ],
            ),
            (
                "an offer of a call that is over | it gets ack and receipt, and counts as [missed](Event::Missed)",
                &["board_incoming::an_offer_of_a_call_that_ended_before_it_came_is_missed"],
            ),
            (
                "a `<terminate>` before its offer | it gets an ack and is [parked](Event::Parked); the offer then counts as missed",
                &["board_incoming::a_terminate_that_overtakes_its_offer_is_remembered"],
            ),
            (
                "a stanza that overtakes the server's ack of your offer | it gets an ack at once, is parked, and is heard when the ack comes",
                &["board_outgoing::what_overtakes_the_server_s_ack_is_heard_once_it_comes"],
            ),
            (
                "a stanza from a stranger, or one that the call does not hear | it gets an ack and is [not heard](Event::Unheard)",
                &[
                    "board_incoming::a_stranger_can_end_nothing",
                    "board_incoming::a_call_that_came_in_hears_no_answers",
                ],
            ),
            (
                "an action of a live call from another device of this account | of an incoming call, a `<terminate>` that says \"answered\" or \"declined elsewhere\" ends it; any other, save a repeated offer, gets an ack and is [not heard](Event::Unheard)",
                &["board_incoming::another_device_of_this_user_has_two_things_to_say"],
            ),
            (
                "any other action of a call that is over | it gets an ack: of the peer, the server or another own device there is [nothing new](Event::NothingNew), of a stranger it is [not heard](Event::Unheard)",
                &["board_incoming::a_call_ends_once_however_often_it_is_told"],
            ),
        ],
    ),
    (
        "src/stanza/dialect.rs",
        "| | `Documents` | `WhatsAppWeb` |",
        &[
            (
                "an ack | `class`, `id`, `to` (SIG-07.2) | `to`, `id`, `class` and the action as `type` (OBS-5)",
                &["dialects::each_debt_is_spelled_as_the_dialect_has_it"],
            ),
            (
                "an offer is answered with | an ack and a receipt (SIG-07.5) | a receipt (OBS-6)",
                &["dialects::each_debt_is_spelled_as_the_dialect_has_it"],
            ),
            (
                "an accept or a reject is answered with | an ack (SIG-07.16) | a receipt around it (OBS-6)",
                &["dialects::each_debt_is_spelled_as_the_dialect_has_it"],
            ),
            (
                "a call that rings is declined with | `<terminate>` (SIG-08.12) | `<reject>` (OBS-3)",
                &["dialects::a_stored_call_declines_in_the_dialect_that_it_is_told"],
            ),
            (
                "`<reject>` | two attributes (SIG-18.9) | and `count=\"0\"` (OBS-3)",
                &["dialects::what_a_callee_says"],
            ),
            (
                "`<preaccept>` | capability `…07` (SIG-04.14) | capability `…13` (OBS-11)",
                &["dialects::what_a_callee_says"],
            ),
            (
                "`<accept>` | a capability (SIG-03.16) | none (OBS-12)",
                &["dialects::what_a_callee_says"],
            ),
            (
                "a video call's capability | as in any call | ends in `53` (OBS-25)",
                &["video::a_video_call_is_offered_and_answered_whole"],
            ),
            (
                "`<preaccept>` of a video call | without a picture | with `<video>` (OBS-VIDEO-3)",
                &["video::a_video_call_is_offered_and_answered_whole"],
            ),
            (
                "`<enc_rekey>` is answered with | an ack | a receipt around it",
                &["dialects::each_debt_is_spelled_as_the_dialect_has_it"],
            ),
            (
                "`<relaylatency>` to the device that answered | names it in a `<destination>` (SIG-15.11) | has none (OBS-15)",
                &["dialects::a_report_names_the_devices_that_ring_and_not_the_one_that_answered"],
            ),
        ],
    ),
];

#[test]
fn the_rows_of_what_a_board_and_a_dialect_do_name_their_tests() {
    for (file, head, held) in HELD {
        let rows: Vec<String> = table(file, head)
            .iter()
            .map(|row| row.join(" | "))
            .collect();
        let held_rows: Vec<&str> = held.iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, held_rows, "{file}");
        for test in held.iter().flat_map(|(_, tests)| *tests) {
            let (module, name) = test.split_once("::").expect("a file and a name");
            assert!(
                read(&format!("tests/it/{module}.rs")).contains(&format!("fn {name}(")),
                "{test}"
            );
        }
    }
}

#[test]
fn every_error_that_the_docs_quote_is_the_compiler_s() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui-tests/fail");
    let messages: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "stderr")
        })
        .map(|path| fs::read_to_string(path).expect("a text"))
        .collect();
    let mut quoted = 0;
    for file in [
        "src/lib.rs",
        "src/call/mod.rs",
        "src/law.rs",
        "src/any/step.rs",
    ] {
        for line in read(file).lines() {
            let line = line.trim_start().trim_start_matches(['/', '!']).trim();
            let Some((_, said)) = line.split_once("// ") else {
                continue;
            };
            let said = said.trim();
            let is_quote = said.starts_with("error[E")
                || said.starts_with("= note:")
                || said.contains("cannot be sent by the");
            if is_quote {
                assert!(
                    messages.iter().any(|message| message.contains(said)),
                    "{file}: nobody says {said:?}"
                );
                quoted += 1;
            }
        }
    }
    assert!(quoted >= 3, "{quoted}");
}

#[test]
fn the_numbers_of_the_front_pages() {
    let readme = read("README.md");
    let cargo = read("Cargo.toml");
    let value = |key: &str| {
        let line = cargo
            .lines()
            .find(|line| line.starts_with(key))
            .expect("a line");
        line.split('"').nth(1).expect("a value").to_owned()
    };
    assert!(readme.contains(&format!("It needs Rust {}.", value("rust-version"))));
    let wacore = cargo
        .lines()
        .find(|line| line.starts_with("wacore-binary"))
        .expect("a line");
    let wacore = wacore.split('"').nth(1).expect("a version");
    assert!(readme.contains(&format!("`wacore_binary` {wacore}")));
    let bugs = read("docs/bugs-ruled-out.md");
    let count = bugs
        .lines()
        .filter(|line| {
            line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit())
        })
        .count();
    assert!(readme.contains(&format!("through {count} mistakes")));
    // The sizes that the pages of a call and of performance name.
    assert!(size_of::<Call<Callee, Offered>>() <= 64 && size_of::<AnyCall>() <= 64);
    assert!(read("src/call/mod.rs").contains("A call is at most 64 bytes"));
    assert!(
        read("docs/performance.md")
            .contains("A `Call` is at most 64 bytes, and so is an `AnyCall`.")
    );
    // The commands name examples that there are.
    for command in readme.split("--example ").skip(1) {
        let end = command
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .expect("an end");
        let name = &command[..end];
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        assert!(
            root.join(format!("{name}.rs")).exists() || root.join(name).join("main.rs").exists(),
            "{name}"
        );
    }
    // Ten thousand calls are what the example makes.
    assert!(readme.contains("makes ten thousand calls"));
    assert!(read("examples/switchboard/main.rs").contains("10_000"));
}

#[test]
fn every_line_of_the_code_that_readme_does_not_run_is_run_elsewhere() {
    let readme = read("README.md");
    let elsewhere = [
        read("src/lib.rs"),
        read("ui-tests/fail/accept_after_reject.rs"),
    ]
    .concat();
    let plain = |line: &str| {
        line.split("//")
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>()
    };
    let known: BTreeSet<String> = elsewhere
        .lines()
        .map(|line| plain(line.trim_start().trim_start_matches("//!")))
        .collect();
    let block = readme.split("```rust,ignore\n").nth(1).expect("the block");
    let block = block.split("\n```").next().expect("its end");
    for line in block.lines().map(plain).filter(|line| !line.is_empty()) {
        // The id is made in place there.
        let line = line.replace("with_id(id)", r#"with_id("3EB0C4D5".parse()?)"#);
        assert!(
            known.contains(&line),
            "README shows a line that nothing compiles: {line}"
        );
    }
}

#[test]
fn the_ratios_on_the_page_of_performance_are_those_of_its_figures() {
    let page = read("docs/performance.md");
    let number = |cell: &str| cell.replace(',', "").parse::<f64>().ok();
    let mut ratios = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        if let [_, few, many, ratio] = cells[..]
            && let (Some(few), Some(many), Some(told)) = (number(few), number(many), number(ratio))
            && few > 100.0
            && many > 100.0
        {
            assert!((many / few - told).abs() < 0.006, "{row}");
            ratios += 1;
        }
    }
    assert!(ratios >= 6, "{ratios}");
    // What the page says of instructions is within the budget, and near it.
    let budget = read("benches/budget.txt");
    let of = |path: &str| {
        let line = budget
            .lines()
            .find(|line| line.starts_with(path))
            .expect("a path");
        line.rsplit(' ')
            .next()
            .and_then(|word| word.parse::<f64>().ok())
            .expect("a number")
    };
    let text = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for (before, path) in [
        ("an offer takes ", "read offer"),
        ("and the owning loop ", "own offer"),
        ("; a reject ", "read reject"),
        ("the receipt and the reject, takes ", "decline"),
        ("Reading is ", "read offer"),
    ] {
        let at = text
            .find(before)
            .unwrap_or_else(|| panic!("no figure behind {before:?}"));
        let words = &text[at + before.len()..];
        let end = words
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(words.len());
        let told: f64 = words[..end]
            .trim_end_matches('.')
            .parse()
            .expect("a number");
        let most = of(path);
        assert!(
            told <= most && most - told < 0.05,
            "{path}: {told}, and at most {most}"
        );
    }
}
