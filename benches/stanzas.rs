//! Reading and building each stanza, beside a bare quick-xml loop over the same bytes: `cargo bench`.
//!
//! The figures to look at are ratios within one run: `read` against `bare` of the same stanza. The bare loop visits every
//! event and every attribute, unescapes the values, and keeps nothing.

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use ringstate::stanza::{Latency, MuteState};
use ringstate::{
    Answer, AudioRates, Call, OwnAddress, Received, RelayReport, TransportMessage, xml,
};

mod common;

use common::{STANZAS, acked, bare_loop, document, new_call, owning_loop};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = STANZAS)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(name);
    bencher.bench_local(|| xml::parse(black_box(&document)));
}

#[divan::bench(args = STANZAS)]
fn bare(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(name);
    bencher.bench_local(|| bare_loop(black_box(&document)));
}

#[divan::bench(args = STANZAS)]
fn owning(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(name);
    bencher.bench_local(|| owning_loop(black_box(&document)));
}

#[divan::bench]
fn write_reject(bencher: Bencher<'_, '_>) {
    let (_rejected, reject) = acked().reject();
    let mut buffer = String::new();
    bencher.bench_local(|| {
        buffer.clear();
        xml::write(black_box(reject.stanza()), &mut buffer);
        buffer.len()
    });
}

#[divan::bench]
fn write_offer(bencher: Bencher<'_, '_>) {
    let (_offered, offer) = new_call()
        .offer("3EB0A1F2C4".parse().expect("an id"))
        .expect("it can be offered");
    let mut buffer = String::new();
    bencher.bench_local(|| {
        buffer.clear();
        xml::write(black_box(offer.stanza()), &mut buffer);
        buffer.len()
    });
}

#[divan::bench]
fn build_offer(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| (new_call(), "3EB0A1F2C4".parse().expect("an id")))
        .bench_local_values(|(call, id)| call.offer(id));
}

#[divan::bench]
fn acknowledge(bencher: Bencher<'_, '_>) {
    let me = OwnAddress::default();
    let offered = || match xml::parse(document("offer")) {
        Ok(Received::Offer(offer)) => Call::incoming(offer),
        _ => unreachable!(),
    };
    bencher
        .with_inputs(offered)
        .bench_local_values(|offered| offered.acknowledge(&me));
}

#[divan::bench]
fn build_reject(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(acked).bench_local_values(Call::reject);
}

#[divan::bench]
fn build_accept(bencher: Bencher<'_, '_>) {
    let answer = || Answer::new(AudioRates::only(AudioRates::WIDEBAND));
    bencher
        .with_inputs(|| (acked(), answer()))
        .bench_local_values(|(acked, answer)| acked.accept(answer));
}

#[divan::bench]
fn build_in_call(bencher: Bencher<'_, '_>) {
    let accepted = || match acked().accept(Answer::new(AudioRates::only(AudioRates::WIDEBAND))) {
        Ok((accepted, _accept)) => accepted,
        Err(_) => unreachable!(),
    };
    bencher
        .with_inputs(accepted)
        .bench_local_values(|mut call| {
            let transport = call.transport(TransportMessage::default());
            let report = call.relay_latency(RelayReport {
                latency: Latency::from_millis(45),
                upload_bandwidth: None,
                download_bandwidth: None,
                relay_name: "gru1c02".parse().ok(),
                address: vec![0xcb; 6],
            });
            (
                transport,
                report,
                call.mute(MuteState::MUTED),
                call.terminate(),
            )
        });
}
