//! How many instructions a path takes, against its budget: `cargo bench --bench instructions --features wacore`. It needs
//! valgrind. Without the feature the reading of binary nodes is left out.
//!
//! Callgrind counts alike each time, whatever else the machine does. Each path is a ratio to the bare loop of quick-xml
//! over the bytes that it reads, or over the offer if it reads nothing. `budget.txt` has the most that each may be. A path
//! above its budget fails, and so does one that has become so much cheaper that its budget says nothing any more.

use std::collections::HashMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use ringstate::{Call, OwnAddress, Received, xml};

mod common;
#[cfg(feature = "wacore")]
#[path = "common/nodes.rs"]
mod nodes;

use common::{STANZAS, acked, bare_loop, document, new_call, owning_loop};

const BUDGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/budget.txt");

/// How often a path is taken under callgrind, so that what happens once does not show.
const TIMES: usize = 50;

/// How far below its budget a path may be, in hundredths of the bare loop.
const SLACK: u64 = 8;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("--take") => take(&env::args().nth(2).expect("the name of a path")),
        Some("--bench") => return check(),
        // `cargo test --benches` only wants to see that every path can be taken.
        _ => paths().iter().for_each(|(path, _)| take(path)),
    }
    ExitCode::SUCCESS
}

/// The paths, and the stanza whose bare loop each is compared with.
fn paths() -> Vec<(String, &'static str)> {
    let reading = STANZAS.map(|name| (format!("read {name}"), name));
    let others = ["write offer", "write reject", "decline"].map(|path| (path.to_owned(), "offer"));
    // Not ours: what it takes to own what is read, to compare.
    let owning = ["offer", "reject"].map(|name| (format!("own {name}"), name));
    let paths = reading.into_iter().chain(others).chain(owning);
    if !cfg!(feature = "wacore") {
        return paths.collect();
    }
    let nodes = ["offer", "accept", "reject"].map(|name| (format!("node {name}"), name));
    let owning = ["offer", "reject"].map(|name| (format!("own-node {name}"), name));
    paths.chain(nodes).chain(owning).collect()
}

/// Takes one path many times. What is counted happens in [`measured`].
fn take(path: &str) {
    match path.split_once(' ') {
        Some(("bare", name)) => {
            let document = document(name);
            repeat(|| measured(|| bare_loop(black_box(&document))));
        }
        Some(("own", name)) => {
            let document = document(name);
            repeat(|| measured(|| owning_loop(black_box(&document))));
        }
        Some(("read", name)) => {
            let document = document(name);
            repeat(|| measured(|| xml::parse(black_box(&document))));
        }
        #[cfg(feature = "wacore")]
        Some(("node", name)) => nodes::with_node(name, |node| {
            repeat(|| measured(|| ringstate::node::parse(black_box(node))));
        }),
        #[cfg(feature = "wacore")]
        Some(("own-node", name)) => nodes::with_node(name, |node| {
            repeat(|| measured(|| nodes::owning_loop(black_box(node))));
        }),
        Some(("write", "offer")) => {
            let id = "3EB0A1F2C4".parse().expect("an id");
            let (_offered, offer) = new_call().offer(id).expect("it can be offered");
            let mut buffer = String::with_capacity(4096);
            repeat(|| {
                buffer.clear();
                measured(|| xml::write(black_box(offer.stanza()), &mut buffer));
            });
        }
        Some(("write", "reject")) => {
            let (_rejected, reject) = acked().reject();
            let mut buffer = String::with_capacity(4096);
            repeat(|| {
                buffer.clear();
                measured(|| xml::write(black_box(reject.stanza()), &mut buffer));
            });
        }
        None if path == "decline" => {
            let (document, me) = (document("offer"), me());
            let mut buffer = String::with_capacity(4096);
            repeat(|| {
                buffer.clear();
                measured(|| decline(black_box(&document), &me, &mut buffer));
            });
        }
        _ => panic!("no such path: {path}"),
    }
}

fn repeat<T>(mut path: impl FnMut() -> T) {
    for _ in 0..TIMES {
        black_box(path());
    }
}

/// Callgrind counts what happens in here, the dropping of what comes out included.
#[inline(never)]
fn measured<T>(path: impl FnOnce() -> T) {
    drop(black_box(path()));
}

/// The whole way of a call that is declined: from the bytes of its offer to those of its ack, its receipt and its reject.
fn decline(document: &str, me: &OwnAddress, buffer: &mut String) {
    let Ok(Received::Offer(offer)) = xml::parse(document) else {
        unreachable!("it is an offer")
    };
    let (acked, owed) = Call::incoming(offer).acknowledge(me);
    for stanza in owed {
        xml::write(&stanza, buffer);
    }
    let (_rejected, reject) = acked.reject();
    let (stanza, _sent) = reject.with_id("3EB0A1F2C5".parse().expect("an id"));
    xml::write(&stanza, buffer);
}

fn me() -> OwnAddress {
    OwnAddress::lid("15550100:2@lid".parse().expect("a LID"))
}

fn check() -> ExitCode {
    let budget = fs::read_to_string(BUDGET).expect("the budget can be read");
    let budget: HashMap<&str, u64> = budget
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(path, most)| Some((path.trim(), hundredths(most)?)))
        .collect();
    let bare: HashMap<&str, u64> = STANZAS
        .iter()
        .map(|name| (*name, count(&format!("bare {name}"))))
        .collect();
    let (mut is_kept, mut measured) = (true, String::new());
    println!(
        "{:<20} {:>12} {:>6} {:>7}",
        "", "instructions", "ratio", "budget"
    );
    for (path, stanza) in paths() {
        let instructions = count(&path);
        let ratio = (100 * instructions).div_ceil(bare[stanza]);
        let verdict = match budget.get(&*path) {
            None => "has no budget",
            Some(most) if ratio > *most => "TAKES MORE than its budget",
            Some(most) if ratio + SLACK < *most => "takes less: lower its budget",
            Some(_) => "",
        };
        is_kept &= verdict.is_empty();
        let most = budget
            .get(&*path)
            .map_or_else(String::new, |most| decimal(*most));
        println!(
            "{path:<20} {instructions:>12} {:>6} {most:>7} {verdict}",
            decimal(ratio)
        );
        writeln!(measured, "{path:<20} {}", decimal(ratio + SLACK / 2))
            .expect("a String takes all");
    }
    if is_kept {
        return ExitCode::SUCCESS;
    }
    println!("\nWith what was measured now, {BUDGET} would be:\n{measured}");
    ExitCode::FAILURE
}

/// The instructions of a path, once.
fn count(path: &str) -> u64 {
    let this = env::current_exe().expect("this program has a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=*instructions::measured*")
        .arg(this)
        .args(["--take", path])
        .output()
        .expect("valgrind is installed");
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected :"));
    let (_, instructions) =
        collected.unwrap_or_else(|| panic!("callgrind counted nothing:\n{told}"));
    let instructions: u64 = instructions.trim().parse().expect("a number");
    instructions / TIMES as u64
}

/// A ratio with two decimal places, in hundredths.
fn hundredths(ratio: &str) -> Option<u64> {
    let (whole, part) = ratio.split_once('.')?;
    (part.len() == 2).then_some(100 * whole.parse::<u64>().ok()? + part.parse::<u64>().ok()?)
}

fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
