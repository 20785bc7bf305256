//! Reading and building each stanza, beside a bare quick-xml loop over the same bytes: `cargo bench`.
//!
//! The figures to look at are ratios within one run: `read` against `bare` of the same stanza. The bare loop visits every
//! event and every attribute, unescapes the values, and keeps nothing.

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use ringstate::stanza::{Latency, MuteState};
use ringstate::{
    Answer, AudioRates, Call, Creator, DeviceIdentity, DeviceKey, NewCall, OwnAddress, Received,
    RelayReport, RingingDevices, TransportMessage, xml,
};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const STANZAS: [&str; 10] = [
    "offer",
    "preaccept",
    "accept",
    "reject",
    "terminate",
    "transport",
    "relaylatency",
    "mute_v2",
    "heartbeat",
    "ack",
];

/// One of each, as they arrive; the offer is for two devices and has all its children, with keys of a real length.
fn document(name: &str) -> String {
    let key = "3a".repeat(180);
    let identity = r#"call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid""#;
    let inside = match name {
        "offer" => format!(
            r#"<offer {identity} caller_pn="15550199@s.whatsapp.net" caller_country_code="US" joinable="1"><privacy>{}</privacy><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><net medium="3"/><capability ver="1">0105f709e4bb13</capability><destination><to jid="15550100@lid"><enc v="2" type="msg" count="0">{key}</enc></to><to jid="15550100:2@lid"><enc v="2" type="pkmsg" count="0">{key}</enc></to></destination><encopt keygen="2"/><device-identity>{}</device-identity></offer>"#,
            "04".repeat(32),
            "0a".repeat(120),
        ),
        "preaccept" => format!(
            r#"<preaccept {identity}><audio enc="opus" rate="16000"/><encopt keygen="2"/><capability ver="1">0105f709e4bb07</capability></preaccept>"#
        ),
        "accept" => format!(
            r#"<accept {identity}><audio enc="opus" rate="16000"/><te priority="2">cb00710a0d96</te><net medium="2"/><encopt keygen="2"/><capability ver="1">0105f709e4bb13</capability></accept>"#
        ),
        "reject" => format!("<reject {identity}/>"),
        "terminate" => {
            format!(r#"<terminate {identity} reason="timeout" duration="0" audio_duration="0"/>"#)
        }
        "transport" => format!(
            r#"<transport {identity} transport-message-type="1" p2p-cand-round="1"><te priority="1">cb00710a0d96</te><net medium="2" protocol="0"/></transport>"#
        ),
        "relaylatency" => format!(
            r#"<relaylatency {identity}><te latency="33554477" relay_name="gru1c02">cb00710a0d96</te></relaylatency>"#
        ),
        "heartbeat" => format!("<heartbeat {identity}/>"),
        "mute_v2" => format!(r#"<mute_v2 {identity} mute-state="1"/>"#),
        _ => {
            return r#"<ack class="call" id="3EB0A1F2C4" from="s.whatsapp.net" type="offer" t="1700000000"/>"#.to_owned();
        }
    };
    format!(
        r#"<call from="15550199:3@lid" id="3EB0A1F2C4" t="1700000000" notify="Ann" platform="android" version="2.26.40.7">{inside}</call>"#
    )
}

#[divan::bench(args = STANZAS)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(name);
    bencher.bench_local(|| xml::parse(black_box(&document)));
}

#[divan::bench(args = STANZAS)]
fn bare(bencher: Bencher<'_, '_>, name: &str) {
    let document = document(name);
    bencher.bench_local(|| {
        let mut reader = quick_xml::Reader::from_str(black_box(&document));
        let mut seen = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(tag) | Event::Empty(tag) => {
                    for attribute in tag.attributes() {
                        let attribute = attribute.expect("well-formed");
                        seen += attribute
                            .normalized_value(XmlVersion::Implicit1_0)
                            .expect("well-formed")
                            .len();
                    }
                }
                Event::Text(text) => seen += text.len(),
                Event::Eof => break,
                _ => {}
            }
        }
        seen
    });
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

fn new_call() -> NewCall {
    let key = || DeviceKey::NewSession {
        message: vec![0x3a; 180],
        identity: DeviceIdentity::new(&[0x0a; 120]),
    };
    NewCall {
        call_id: "00C0FFEE5EED5ACCE55EDBEADFACE001".parse().expect("an id"),
        peer: "15550100@lid".parse().expect("an address"),
        peer_alias: None,
        creator: Creator::Lid {
            lid: "15550199:3@lid".parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: ("15550100@lid".parse().expect("an address"), key()),
            others: vec![("15550100:2@lid".parse().expect("an address"), Some(key()))],
        },
        video: None,
        redial: None,
        privacy: None,
    }
}

fn acked() -> Call<ringstate::Callee, ringstate::Acked> {
    let Ok(Received::Offer(offer)) = xml::parse(document("offer")) else {
        unreachable!()
    };
    Call::incoming(offer).acknowledge(&OwnAddress::default()).0
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
