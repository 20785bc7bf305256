//! What the benches measure with: one stanza of each kind, calls, and the loop to compare with.

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use ringstate::{
    Acked, Call, Callee, Creator, DeviceIdentity, DeviceKey, NewCall, OwnAddress, Received,
    RingingDevices, xml,
};

pub(crate) const STANZAS: [&str; 10] = [
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
pub(crate) fn document(name: &str) -> String {
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

/// A bare loop of quick-xml: it visits every event and every attribute, unescapes the values, and keeps nothing.
pub(crate) fn bare_loop(document: &str) -> usize {
    let mut seen = 0;
    visit(document, |value| seen += value.len());
    seen
}

/// The same loop, which keeps each value and each text as it stands, in a box of its own: the floor of owning what is read.
pub(crate) fn owning_loop(document: &str) -> Vec<Box<str>> {
    let mut kept = Vec::with_capacity(64);
    visit(document, |value| kept.push(value.into()));
    kept
}

fn visit(document: &str, mut each: impl FnMut(&str)) {
    let mut reader = quick_xml::Reader::from_str(document);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("well-formed");
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                    each(&value.expect("well-formed"));
                }
            }
            Event::Text(text) => each(&text),
            Event::Eof => break,
            _ => {}
        }
    }
}

pub(crate) fn new_call() -> NewCall {
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

pub(crate) fn acked() -> Call<Callee, Acked> {
    let Ok(Received::Offer(offer)) = xml::parse(document("offer")) else {
        unreachable!()
    };
    Call::incoming(offer).acknowledge(&OwnAddress::default()).0
}
