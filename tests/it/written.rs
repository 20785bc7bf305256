//! What the crate writes, in every form, and the stanzas that the docs show: each is read, or is what is written.

use std::collections::HashSet;
use std::time::Duration;

use ringstate::stanza::{AnswerKey, Latency, RelayName, VideoFormat};
use ringstate::xml;
use ringstate::{
    Answer, AnyVideo, AudioRates, Call, Creator, DeviceIdentity, DeviceKey, Dialect, Ending,
    MuteState, NewCall, OfferAckHeard, Outbound, OwnAddress, Received, RelayReport, RingingDevices,
    Stanza, TerminateReason, TransportMessage,
};

use crate::common::{an_offer, received};

use crate::spec::texts;

/// The blocks of XML of a text, each with its line.
fn xml_blocks(text: &str) -> Vec<(usize, String)> {
    let (mut blocks, mut open) = (Vec::new(), None::<(usize, String)>);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let line = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .unwrap_or(line);
        match (&mut open, line.trim()) {
            (None, "```xml") => open = Some((number + 2, String::new())),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, block)), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// Its stanzas, without comments and without the blanks between elements.
fn stanzas_of(block: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = block;
    while let Some((before, behind)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = behind.split_once("-->").expect("a comment has an end").1;
    }
    text.push_str(rest);
    let text: String = text.lines().map(str::trim).collect();
    let mut stanzas = Vec::new();
    let mut rest = text.as_str();
    while let Some(name) = rest.strip_prefix('<') {
        let end = name.find([' ', '>', '/']).expect("a name has an end");
        let (name, close) = (&name[..end], rest.find("/>").map(|at| at + 2));
        let closing = format!("</{name}>");
        // An element without children ends before any other begins.
        let is_empty = close.is_some_and(|close| !rest[1..close].contains('<'));
        let end = if is_empty {
            close.expect("it is there")
        } else {
            rest.find(&closing).expect("an end tag") + closing.len()
        };
        stanzas.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    assert!(rest.is_empty(), "no stanza: {rest}");
    stanzas
}

/// The stanza without its own `id`, which differs from sample to sample.
fn without_id(stanza: &str) -> String {
    let (tag, rest) = stanza.split_at(stanza.find('>').expect("a tag has an end"));
    match tag.split_once(" id=\"") {
        Some((before, behind)) => {
            let behind = behind.split_once('"').expect("a value has an end").1;
            format!("{before}{behind}{rest}")
        }
        None => stanza.to_owned(),
    }
}

#[test]
fn every_stanza_that_the_docs_show_is_read_and_those_that_are_sent_are_what_the_crate_writes() {
    let written = everything_that_is_written();
    let written: HashSet<String> = written.iter().map(|stanza| without_id(stanza)).collect();
    let (mut read, mut sent) = (0, 0);
    for (file, text) in texts(&["src", "docs", "README.md"]) {
        for (line, block) in xml_blocks(&text) {
            for stanza in stanzas_of(&block) {
                let place = format!("{file}:{line}: {stanza}");
                // A part of a stanza, or one whose inside is left out.
                let is_part = !["<call ", "<ack ", "<receipt "]
                    .iter()
                    .any(|root| stanza.starts_with(root));
                let tag = stanza.split('>').next().expect("a tag");
                if tag.contains(" to=\"")
                    && (stanza.starts_with("<receipt") || !tag.contains(" from=\""))
                {
                    let whole = stanza.replace('…', "");
                    assert!(xml::parse_sent(&whole).is_ok(), "{place}");
                    let is_short = stanza.contains('…');
                    assert!(
                        is_short || written.contains(&without_id(&stanza)),
                        "the crate writes no such stanza: {place}"
                    );
                    sent += 1;
                } else if !is_part {
                    let whole = stanza.replace('…', "");
                    match xml::parse(&whole) {
                        Ok(received) => {
                            // Most samples leave the time out, as the wire does (OBS-23).
                            let mut problems = received.problems().iter();
                            let strange = problems.find(|problem| problem.attribute() != Some("t"));
                            assert!(strange.is_none(), "{place}: {strange:?}");
                        }
                        // An envelope alone.
                        Err(error) => assert!(stanza.matches('<').count() == 2, "{place}: {error}"),
                    }
                    read += 1;
                }
            }
        }
    }
    assert!(read > 25 && sent > 45, "{read} read, {sent} sent");
}

/// What the crate writes, in the documents' dialect and in the other one, for a caller with one device or with its account as
/// address.
pub(crate) fn everything_that_is_written() -> HashSet<String> {
    let mut written = HashSet::new();
    for caller in ["15550199:3@lid", "15550199@lid"] {
        for dialect in [Dialect::Documents, Dialect::WhatsAppWeb] {
            let mut add = |stanzas: Vec<Stanza>| {
                for stanza in stanzas {
                    written.insert(xml::to_string(&stanza.in_dialect(dialect)));
                }
            };
            callee_writes(caller, dialect, &mut add);
            caller_writes(&mut add);
        }
    }
    written
}

/// What the server writes around a stanza that it passes on in another name.
const AROUND: &str = r#" t="1700000000" participant="15550199:4@lid" recipient="15550100@lid""#;

fn callee_writes(caller: &str, dialect: Dialect, add: &mut impl FnMut(Vec<Stanza>)) {
    let me = OwnAddress::lid("15550100:2@lid".parse().expect("a LID"));
    let offer = format!(
        r#"<call from="{caller}" id="1A2B3C4D5E" t="1700000000"><offer call-id="00C0FFEE" call-creator="{caller}"><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><enc v="2" type="msg" count="0">33aa</enc><encopt keygen="2"/></offer></call>"#
    );
    let acked = || {
        let (acked, owed) = Call::incoming(an_offer(&offer)).acknowledge(&me);
        (acked, owed.into_iter().collect::<Vec<_>>())
    };
    let id = || "CD34".parse().expect("an id");
    let rates = || AudioRates::only(16000);
    let ringing = || acked().0.preaccept(id(), rates()).expect("it fits");
    let full = Answer {
        te: Some(vec![0xcb, 0, 0x71, 10, 13, 0x96]),
        rte: Some(vec![1, 2]),
        voip_settings: Some(vec![0x7b, 0x7d]),
        ..Answer::new(rates())
    };
    add(acked().1);
    add(vec![
        acked().0.reject().1.without_id(),
        acked().0.reject().1.with_id(id()).0,
    ]);
    add(vec![
        acked().0.reject_with(TerminateReason::BUSY).1.without_id(),
    ]);
    add(ringing().1.into_iter().collect());
    add(vec![ringing().0.reject_while_ringing().1.without_id()]);
    add(vec![
        acked().0.accept(full).expect("it fits").1.without_id(),
    ]);
    let (mut call, accept) = acked().0.accept(Answer::new(rates())).expect("it fits");
    add(vec![accept.without_id()]);
    add(vec![
        call.transport(TransportMessage {
            message_type: Some(1),
            round: Some(1),
            te: Some(vec![0xcb, 0, 0x71, 10, 13, 0x96]),
        })
        .without_id(),
        call.relay_latency(RelayReport {
            latency: Latency::from_millis(45),
            upload_bandwidth: None,
            download_bandwidth: None,
            relay_name: Some("gru1c02".parse::<RelayName>().expect("a name")),
            address: vec![0xcb, 0, 0x71, 10, 13, 0x96],
        })
        .without_id(),
    ]);
    for state in [MuteState::MUTED, MuteState::UNMUTED] {
        add(call
            .mute(state)
            .map(Outbound::without_id)
            .into_iter()
            .collect());
    }
    add(call.heartbeat(id()).into_iter().collect());
    let Some(AnyVideo::Off(video)) = call.video() else {
        panic!("it has none")
    };
    let (waiting, request) = video.ask();
    let (video, withdrawal) = waiting.withdraw();
    add(vec![request.without_id(), withdrawal.without_id()]);
    let asks = format!(
        r#"<call from="{caller}" id="6A81"><video call-id="00C0FFEE" call-creator="{caller}" state="11" device_orientation="0" dec="H264"/></call>"#
    );
    let Received::VideoState(state) = received(&asks) else {
        panic!("a state")
    };
    let asked_by_peer = |video: AnyVideo| match video.on_video(state.action()).0 {
        AnyVideo::AskedByPeer(video) => video,
        other => panic!("{other:?}"),
    };
    let (video, refusal) = asked_by_peer(video.into()).refuse();
    let (video, (stopped, accepted)) = asked_by_peer(video.into()).agree();
    add([refusal, stopped, accepted]
        .map(Outbound::without_id)
        .into());
    add([true, false]
        .map(|is_on| video.camera(is_on).without_id())
        .into());
    add(vec![video.end().1.without_id()]);
    drop(state.acknowledge());

    let (over, terminate) = call.terminate();
    let length = Duration::from_millis(4197);
    let report = over.report_duration(length, None).expect("it hung up");
    let with_video = over
        .report_duration(length, Some(length))
        .expect("it hung up");
    add(vec![
        terminate.with_id(id()).0,
        report.without_id(),
        with_video.without_id(),
    ]);
    let ending = Ending::from(TerminateReason::CONNECTION_LOST);
    let call = acked().0.accept(Answer::new(rates())).expect("it fits").0;
    add(vec![call.terminate_with(ending).1.without_id()]);
    // With everything that may be there, and with nothing of it.
    let picture = offer.replace("<enc ", "<video/><enc ");
    let acked = || Call::incoming(an_offer(&picture)).acknowledge(&me).0;
    add(acked()
        .preaccept(id(), rates())
        .expect("it fits")
        .1
        .into_iter()
        .collect());
    let full = Answer {
        video: Some(VideoFormat::answered()),
        keys: vec![AnswerKey::Session(vec![0x33])],
        endpoints: vec!["203.0.113.20:3478".parse().expect("an endpoint")],
        capability: false,
        ..Answer::new(rates())
    };
    let (call, accept) = acked().accept(full).expect("it fits");
    add(vec![accept.with_id(id()).0]);
    let reply = TransportMessage {
        message_type: Some(TransportMessage::REPLY),
        ..TransportMessage::default()
    };
    for message in [TransportMessage::default(), reply] {
        add(vec![call.transport(message).with_id(id()).0]);
    }
    let ending = Ending {
        reason: None,
        devices: vec![caller.parse().expect("an address")],
    };
    add(vec![call.terminate_with(ending).1.with_id(id()).0]);
    for (element, around) in [
        ("terminate", ""),
        ("offer_notice", ""),
        ("terminate", AROUND),
        ("accept", AROUND),
        ("offer", AROUND),
    ] {
        let other = format!(
            r#"<call from="{caller}" id="6A7B"{around}><{element} call-id="00C0FFEE" call-creator="{caller}"/></call>"#
        );
        let owed = received(&other).acknowledge(&me).in_dialect(dialect);
        add(owed.into_iter().collect());
    }
}

fn caller_writes(add: &mut impl FnMut(Vec<Stanza>)) {
    let jid = |text: &str| text.parse().expect("an address");
    let call = |lid: &str, peer: &str, call_id: &str, is_full: bool| NewCall {
        call_id: call_id.parse().expect("an id"),
        peer: jid(peer),
        peer_alias: None,
        creator: Creator::Lid {
            lid: lid.parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (jid(peer), DeviceKey::Session(vec![0x33, 0xaa])),
            others: vec![(
                jid(&peer.replace('@', ":7@")),
                Some(DeviceKey::NewSession {
                    message: vec![0x33, 0xbb],
                    identity: DeviceIdentity::new(&[0x0a, 0x12]),
                }),
            )],
        },
        video: is_full.then(VideoFormat::default),
        redial: (!is_full).then_some(2),
        privacy: is_full.then(|| vec![4, 1]),
    };
    let id = || "1A2B".parse().expect("an id");
    let one = NewCall {
        devices: RingingDevices::one(jid("15550100@lid"), DeviceKey::Session(vec![0x33])),
        ..call("15550199:3@lid", "15550100@lid", "00C0FFEE", false)
    };
    let picture = NewCall {
        video: Some(VideoFormat::offered(1920, 1080)),
        ..one.clone()
    };
    for call in [one, picture] {
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        add(offer.into_iter().collect());
        drop(offered);
    }
    let ack = r#"<ack class="call" id="1A2B" from="s.whatsapp.net" type="offer"/>"#;
    for is_full in [true, false] {
        let call = call("15550199:3@lid", "15550100@lid", "00C0FFEE", is_full);
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        add(offer.into_iter().collect());
        let Received::Ack(ack) = received(ack) else {
            panic!("an ack")
        };
        let Ok(OfferAckHeard::Confirmed(acked, _)) = offered.on_ack(ack) else {
            panic!("it is acknowledged")
        };
        let accept = r#"<call from="15550100@lid" id="DE45"><accept call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
        let Received::Accept(accept) = received(accept) else {
            panic!("an accept")
        };
        add(vec![
            acked
                .relay_latency(RelayReport {
                    latency: Latency::plain(45),
                    upload_bandwidth: Some(1),
                    download_bandwidth: Some(2),
                    relay_name: None,
                    address: vec![0xcb],
                })
                .without_id(),
        ]);
        let (heard, owed) = acked.on_accept(accept).expect("it is heard");
        add(owed.into_iter().collect());
        add(heard
            .siblings
            .dismiss()
            .map(Outbound::without_id)
            .into_iter()
            .collect());
    }
    for (ending, call_id) in [
        (Ending::from(TerminateReason::TIMEOUT), "00C0FFEE"),
        (Ending::default(), "00FACADE"),
    ] {
        let call = call("15550100:2@lid", "15550199@lid", call_id, false);
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        drop(offer.sent());
        add(vec![offered.terminate_with(ending).1.without_id()]);
    }
}
