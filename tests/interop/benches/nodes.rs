//! Reading binary nodes, beside the reader of a published client and beside a loop that only owns what it sees:
//! `cargo bench -p ringstate-interop`.
//!
//! The figures to look at are ratios within one run. `parse_call_stanza` keeps what its client needs; `node::parse` keeps the whole
//! stanza, so that it can be told, logged and answered. The owning loop copies each value and each content into a box: it is the
//! floor of what keeps all of it.

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use ringstate::node;
use wacore::stanza::call::parse_call_stanza;

#[allow(dead_code)] // what the other benches measure with
#[path = "../../../benches/common/mod.rs"]
mod common;
#[path = "../../../benches/common/nodes.rs"]
mod nodes;

use common::document;
use nodes::{owning_loop, with_node};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const STANZAS: [&str; 6] = [
    "offer",
    "preaccept",
    "accept",
    "reject",
    "terminate",
    "transport",
];

fn main() {
    divan::main();
}

#[divan::bench(args = STANZAS)]
fn theirs(bencher: Bencher<'_, '_>, name: &str) {
    with_node(name, |node| {
        bencher.bench_local(|| parse_call_stanza(black_box(node)));
    });
}

#[divan::bench(args = STANZAS)]
fn ours(bencher: Bencher<'_, '_>, name: &str) {
    with_node(name, |node| {
        bencher.bench_local(|| node::parse(black_box(node)));
    });
}

#[divan::bench(args = STANZAS)]
fn owning(bencher: Bencher<'_, '_>, name: &str) {
    with_node(name, |node| {
        bencher.bench_local(|| owning_loop(black_box(node)));
    });
}
