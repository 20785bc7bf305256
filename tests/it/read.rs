//! What is read: the stanzas of the documents, and all that is tolerated.

use crate::common::{an_offer, line, me, received};
use ringstate::stanza::Payload;
use ringstate::{Meaning, Received, xml};

/// An offer with everything that the documents show (SIG-01, SIG-02, SIG-16, CAT-OFFER).
const FULL: &str = r#"<call from="15550199:3@lid" to="15550100@lid" id="1A2B3C4D5E" t="1700000000" e="0" notify="Ann &amp; Bob" platform="android" version="2.26.40" participant="15550199:4@lid" recipient="15550100:2@lid">
  <offer call-id="00C0FFEE" call-creator="15550199:3@lid" caller_pn="15550199@s.whatsapp.net" caller_country_code="US" device_class="2016" joinable="1">
    <privacy>04 01</privacy>
    <audio enc="opus" rate="8000"/>
    <audio enc="opus" rate="16000"/>
    <video enc="vp8" orientation="90"/>
    <net medium="3" protocol="0"/>
    <capability ver="1">0105F709e4bb13</capability>
    <enc v="2" type="msg" count="0">33aa</enc>
    <destination>
      <to jid="15550100:2@lid"><enc v="2" type="pkmsg">33bb</enc></to>
      <te ip="203.0.113.10" port="3478" latency="18"/>
      <te priority="1">cb00710a0d96</te>
      <endpoint ip="203.0.113.11"/>
    </destination>
    <encopt keygen="2"/>
    <device-identity>0a12</device-identity>
    <metadata peer_abtest_bucket="x"><inner>text</inner></metadata>
    <net medium="9"/>
  </offer>
</call>"#;

#[test]
fn an_offer_is_read_whole() {
    let offer = an_offer(FULL);
    let envelope = offer.envelope();
    assert_eq!(envelope.from().as_str(), "15550199:3@lid");
    assert_eq!(
        envelope.to().map(ringstate::Jid::as_str),
        Some("15550100@lid")
    );
    assert_eq!(
        envelope.id().map(ringstate::StanzaId::as_str),
        Some("1A2B3C4D5E")
    );
    assert_eq!(envelope.timestamp(), Some(1_700_000_000));
    assert_eq!(envelope.notify(), Some("Ann & Bob"));
    assert_eq!(
        (envelope.platform(), envelope.version()),
        (Some("android"), Some("2.26.40"))
    );
    assert_eq!(
        envelope.participant().map(ringstate::Jid::as_str),
        Some("15550199:4@lid")
    );
    assert_eq!(
        envelope.recipient().map(ringstate::Jid::as_str),
        Some("15550100:2@lid")
    );
    assert_eq!(offer.sender().as_str(), "15550199:4@lid");
    assert!(!envelope.is_offline());

    let identity = offer.identity();
    assert_eq!(identity.call_id.as_str(), "00C0FFEE");
    assert_eq!(identity.call_creator.as_str(), "15550199:3@lid");

    let offer = offer.action();
    assert_eq!(
        offer.caller_pn().map(ringstate::Jid::as_str),
        Some("15550199@s.whatsapp.net")
    );
    assert_eq!(
        (offer.caller_country_code(), offer.device_class()),
        (Some("US"), Some("2016"))
    );
    assert!(offer.is_joinable());
    assert!(!offer.is_group());
    assert_eq!(
        offer.privacy().and_then(Payload::bytes),
        Some(&[0x04, 0x01][..])
    );
    let audio: Vec<_> = offer
        .audio()
        .iter()
        .map(|audio| (audio.codec(), audio.rate()))
        .collect();
    assert_eq!(
        audio,
        [(Some("opus"), Some(8000)), (Some("opus"), Some(16000))]
    );
    assert!(offer.is_video());
    assert_eq!(offer.video().map(|video| video.attributes().len()), Some(2));
    assert_eq!(
        offer.net().map(|net| (net.medium(), net.protocol())),
        Some((Some(3), Some(0)))
    );
    let capability = offer.capability().expect("a capability");
    assert_eq!(capability.version(), Some(1));
    assert_eq!(
        capability.content().bytes(),
        Some(&ringstate::stanza::Capability::OFFER_AND_ACCEPT[..])
    );
    assert_eq!(offer.keygen(), Some(2));
    assert_eq!(
        offer.device_identity().and_then(Payload::bytes),
        Some(&[0x0a, 0x12][..])
    );

    let destination = offer.destination().expect("a destination");
    let devices: Vec<_> = destination
        .recipients()
        .iter()
        .map(|to| to.jid().as_str())
        .collect();
    assert_eq!(devices, ["15550100:2@lid"]);
    let endpoints = destination.endpoints();
    assert_eq!(endpoints.len(), 2);
    assert_eq!(endpoints[0].attribute("ip"), Some("203.0.113.10"));
    assert_eq!(endpoints[0].attribute("latency"), Some("18"));
    assert_eq!(
        endpoints[1].content().bytes(),
        Some(&[0xcb, 0x00, 0x71, 0x0a, 0x0d, 0x96][..])
    );

    let others: Vec<_> = offer
        .unknown_children()
        .iter()
        .map(ringstate::stanza::Element::tag)
        .collect();
    assert_eq!(
        others,
        ["metadata", "net"],
        "what is unknown or repeated is kept as read"
    );
    assert_eq!(
        offer.unknown_children()[0].attribute("peer_abtest_bucket"),
        Some("x")
    );
    assert_eq!(offer.unknown_children()[0].children()[0].text(), "text");
}

#[test]
fn several_destinations_are_read_as_one() {
    // Were the second one kept as it was read, its keys would be open to everybody.
    let document = r#"<call from="15550199@lid" id="A" t="0"><offer call-id="C" call-creator="15550199@lid"><destination><to jid="15550100@lid"><enc>01</enc></to></destination><destination><to jid="15550100:2@lid"><enc>02</enc></to><te/></destination></offer></call>"#;
    let offer = an_offer(document);
    assert!(offer.action().unknown_children().is_empty());
    let destination = offer.action().destination().expect("a destination");
    assert_eq!(
        (
            destination.recipients().len(),
            destination.endpoints().len()
        ),
        (2, 1)
    );
}

#[test]
fn unknown_children_of_every_action_are_kept() {
    let identity = r#"call-id="C" call-creator="15550199@lid""#;
    let read = |inside: &str| {
        received(&format!(
            r#"<call from="15550199@lid" id="A" t="0">{inside}</call>"#
        ))
    };
    let action = |tag: &str, rest: &str, known: &str| {
        read(&format!("<{tag} {identity} {rest}>{known}<zap/></{tag}>"))
    };
    let net = "<net/><net medium=\"9\"/>";
    let kept = [
        match action("offer_notice", "", "") {
            Received::OfferNotice(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("preaccept", "", "<audio enc=\"o\" rate=\"1\"/><encopt/>") {
            Received::Preaccept(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("accept", "", "<enc/><rte/><te/>") {
            Received::Accept(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("reject", "", "") {
            Received::Reject(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("terminate", "", "<destination/>") {
            Received::Terminate(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("relaylatency", "", "<te/><te/>") {
            Received::RelayLatency(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("mute_v2", "mute-state=\"1\"", "") {
            Received::Mute(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
        match action("heartbeat", "", "") {
            Received::Heartbeat(s) => s.action().unknown_children().to_vec(),
            other => panic!("{other:?}"),
        },
    ];
    for others in kept {
        assert_eq!(
            others
                .iter()
                .map(ringstate::stanza::Element::tag)
                .collect::<Vec<_>>(),
            ["zap"]
        );
    }
    let Received::Transport(transport) = action("transport", "", net) else {
        panic!("transport")
    };
    let others = transport.action().unknown_children();
    assert_eq!(others.len(), 2, "a repetition and an unknown one");
    assert_eq!(others[0].attribute("medium"), Some("9"));
}

#[test]
fn the_order_of_children_does_not_matter() {
    let shuffled = r#"<call t="1" id="A" from="15550199@lid"><offer call-creator="15550199@lid" call-id="C"><encopt keygen="2"/><enc type="pkmsg"><!-- left out --></enc><audio rate="16000" enc="opus"/></offer></call>"#;
    let offer = an_offer(shuffled);
    assert_eq!(
        (offer.action().keygen(), offer.action().audio().len()),
        (Some(2), 1)
    );
}

#[test]
fn a_bare_offer_is_an_offer() {
    let offer = an_offer(
        r#"<call from="15550199@lid" id="A" t="0"><offer call-id="C" call-creator="15550199@lid"/></call>"#,
    );
    assert!(!offer.action().is_video() && offer.action().audio().is_empty());
    assert_eq!(offer.action().keygen(), None);
}

#[test]
fn a_video_needs_no_attribute() {
    let document = r#"<call from="15550199@lid" id="A" t="0"><offer call-id="C" call-creator="15550199@lid"><video/></offer></call>"#;
    assert!(an_offer(document).action().is_video());
}

#[test]
fn an_offer_notice_says_its_medium_in_an_attribute() {
    for (attributes, video, group) in [
        ("", false, false),
        (r#"media="audio""#, false, false),
        (r#"media="video""#, true, false),
        (r#"media="audio" type="group""#, false, true),
        (r#"media="video" type="group""#, true, true),
        // Other words say neither.
        (r#"media="screen" type="1x1""#, false, false),
        (r#"media="VIDEO" type="groups""#, false, false),
        (r#"media="" type="""#, false, false),
    ] {
        let document = format!(
            r#"<call from="15550199@lid" id="A" t="0"><offer_notice call-id="C" call-creator="15550199@lid" {attributes}><video/></offer_notice></call>"#
        );
        let Received::OfferNotice(notice) = received(&document) else {
            panic!("{document}")
        };
        let notice = notice.action();
        assert_eq!(
            (notice.is_video(), notice.is_group()),
            (video, group),
            "{attributes}"
        );
    }
}

#[test]
fn a_comment_beside_content_hides_nothing() {
    let with = |content: &str| {
        format!(
            r#"<call from="15550199@lid" id="A" t="0"><offer call-id="C" call-creator="15550199@lid"><privacy>{content}</privacy></offer></call>"#
        )
    };
    for content in [
        "33aa<!-- note -->",
        "<!-- note -->33aa",
        "33<!-- note -->aa",
    ] {
        let offer = an_offer(&with(content));
        assert_eq!(
            offer.action().privacy().and_then(Payload::bytes),
            Some(&[0x33, 0xaa][..]),
            "{content}"
        );
    }
    assert_eq!(
        an_offer(&with("<!-- note -->zz")).action().privacy(),
        Some(&Payload::Text("zz".into()))
    );
    for content in ["<!-- note -->", " <!-- note -->\n"] {
        assert_eq!(
            an_offer(&with(content)).action().privacy(),
            Some(&Payload::Elided),
            "{content}"
        );
    }
}

#[test]
fn a_reject_is_the_word_of_one_device_and_keeps_its_reason() {
    let reject = |device: u16, reason: &str| {
        let document = format!(
            r#"<call from="15550100:{device}@lid" id="A{device}"><reject call-id="C" call-creator="15550199@lid"{reason}/></call>"#
        );
        match received(&document) {
            Received::Reject(reject) => reject,
            other => panic!("{other:?}"),
        }
    };
    let (first, second) = (reject(1, ""), reject(2, r#" reason="declined""#));
    assert_eq!(first.identity(), second.identity());
    assert_ne!(first.sender(), second.sender());
    assert_eq!(first.action().reason(), None);
    assert_eq!(
        second
            .action()
            .reason()
            .map(ringstate::TerminateReason::meaning),
        Some(Meaning::Declined)
    );
    assert!(line(first.acknowledge()).contains(r#" id="A1""#));
    assert!(line(second.acknowledge()).contains(r#" id="A2""#));
}

#[test]
fn elided_content_is_read_as_such() {
    let document = r#"<call from="15550199@lid" id="A" t="0"><offer call-id="C" call-creator="15550199@lid"><capability ver="2"><!-- opaque --></capability></offer></call>"#;
    let offer = an_offer(document);
    let capability = offer.action().capability().expect("a capability");
    assert_eq!(
        (capability.version(), capability.content()),
        (Some(2), &Payload::Elided)
    );
}

#[test]
fn what_is_unknown_is_never_an_error() {
    let identity = r#"call-id="C" call-creator="15550199@lid""#;
    for (inside, tag) in [
        // Unknown attributes, on the wrapper and on an action.
        (
            format!(r#"<reject {identity} count="0" zap="1"/>"#),
            "Reject",
        ),
        // Unknown children of a known action, and text among them.
        (
            format!("<reject {identity}>well <zap><zip/></zap>then</reject>"),
            "Reject",
        ),
        (
            format!("<terminate {identity}><zap/></terminate>"),
            "Terminate",
        ),
        // An unknown sibling of a known action.
        (format!("<zap/><reject {identity}/><zip/>"), "Reject"),
        // Unknown actions, none at all, and text in its place.
        ("<zap/>".to_owned(), "Unknown"),
        ("<zap/><zip/>".to_owned(), "Unknown"),
        ("<mute/>".to_owned(), "Unknown"),
        ("<video state=\"1\"/>".to_owned(), "Unknown"),
        (String::new(), "Unknown"),
        ("words".to_owned(), "Unknown"),
        // Unknown reasons, and an empty one.
        (
            format!(r#"<terminate {identity} reason="zap zap"/>"#),
            "Terminate",
        ),
        (format!(r#"<reject {identity} reason=""/>"#), "Reject"),
    ] {
        let document =
            format!(r#"<call from="15550199@lid" id="A" t="0" retry="3" zap="">{inside}</call>"#);
        let received = received(&document);
        assert!(
            format!("{received:?}").starts_with(tag),
            "{document}: {received:?}"
        );
        assert!(
            line(received.acknowledge(&me())).starts_with("<ack "),
            "{document}"
        );
    }
}

#[test]
fn an_unknown_action_is_kept_as_it_was_read() {
    let document = r#"<call from="15550199@lid" id="A"><zap a="1" b="&lt;"><zip>te<!-- x -->xt</zip></zap><zup/></call>"#;
    let Received::Unknown(unknown) = received(document) else {
        panic!("unknown")
    };
    let [zap, zup] = unknown.action().elements() else {
        panic!("two elements")
    };
    assert_eq!(
        (zap.tag(), zap.attribute("a"), zap.attribute("b")),
        ("zap", Some("1"), Some("<"))
    );
    let zip = &zap.children()[0];
    assert_eq!((zip.text(), zip.is_elided()), ("text", true));
    assert!(zup.attributes().is_empty() && zup.children().is_empty() && !zup.is_elided());
}

#[test]
fn other_actions_do_without_id_and_time() {
    let document =
        r#"<call from="15550199@lid"><terminate call-id="C" call-creator="15550199@lid"/></call>"#;
    let Received::Terminate(terminate) = received(document) else {
        panic!("a terminate")
    };
    assert_eq!(
        (terminate.envelope().id(), terminate.envelope().timestamp()),
        (None, None)
    );
    assert!(terminate.acknowledge().is_empty());
}

#[test]
fn a_terminate_keeps_reason_counters_and_destination() {
    let document = r#"<call from="15550199@lid" id="A" t="0"><terminate call-id="C" call-creator="15550199@lid" reason="connection-lost" duration="75" audio_duration="74"><destination><to jid="15550100@lid"/></destination></terminate></call>"#;
    let Received::Terminate(terminate) = received(document) else {
        panic!("a terminate")
    };
    let terminate = terminate.action();
    let reason = terminate.reason().expect("a reason");
    assert_eq!(
        (reason.as_str(), reason.meaning()),
        ("connection-lost", Meaning::ConnectionLost)
    );
    assert_eq!(
        (terminate.duration(), terminate.audio_duration()),
        (Some(75), Some(74))
    );
    assert_eq!(
        terminate.destination().map(|d| d.recipients().len()),
        Some(1)
    );
}

#[test]
fn every_known_reason_has_its_meaning() {
    for (word, meaning) in [
        ("timeout", Meaning::Timeout),
        ("busy", Meaning::Busy),
        ("declined", Meaning::Declined),
        ("accept_elsewhere", Meaning::AcceptedElsewhere),
        ("reject_elsewhere", Meaning::RejectedElsewhere),
        ("connection_lost", Meaning::ConnectionLost),
        ("retry", Meaning::Retry),
        ("cancelled", Meaning::Cancelled),
        ("uncallable", Meaning::Other),
        ("Timeout", Meaning::Other),
    ] {
        let reason = word.parse::<ringstate::TerminateReason>().expect("a word");
        assert_eq!((reason.as_str(), reason.meaning()), (word, meaning));
    }
}

#[test]
fn the_parts_of_answers_and_transport_are_read() {
    let identity = r#"call-id="C" call-creator="15550199@lid""#;
    let read = |inside: String| {
        received(&format!(
            r#"<call from="15550100:2@lid" id="A">{inside}</call>"#
        ))
    };

    let Received::Preaccept(preaccept) = read(format!(
        r#"<preaccept {identity}><audio enc="opus" rate="16000"/><encopt keygen="2"/><capability ver="1">0105f709e4bb07</capability><destination><te ip="203.0.113.20"/></destination></preaccept>"#
    )) else {
        panic!("a preaccept")
    };
    assert_eq!(preaccept.sender().as_str(), "15550100:2@lid");
    assert_eq!(preaccept.identity().call_id.as_str(), "C");
    assert_eq!(preaccept.identity().call_creator.as_str(), "15550199@lid");
    let preaccept = preaccept.action();
    assert_eq!(
        (preaccept.audio()[0].rate(), preaccept.keygen()),
        (Some(16000), Some(2))
    );
    assert_eq!(
        preaccept.capability().and_then(|c| c.content().bytes()),
        Some(&ringstate::stanza::Capability::PREACCEPT[..])
    );
    assert_eq!(
        preaccept.destination().map(|d| d.endpoints().len()),
        Some(1)
    );

    let Received::Accept(accept) = read(format!(
        r#"<accept {identity}><enc v="2" type="msg">33</enc><te priority="2">cb</te><net medium="2"/><encopt keygen="2"/><rte>01</rte><voip_settings uncompressed="1">7b7d</voip_settings><destination><te ip="203.0.113.20" port="50000"/></destination></accept>"#
    )) else {
        panic!("an accept")
    };
    let accept = accept.action();
    assert!(accept.audio().is_empty() && accept.capability().is_none());
    assert_eq!(accept.keys()[0].kind(), Some("msg"));
    assert_eq!(
        (accept.keys()[0].version(), accept.keys()[0].count()),
        (Some(2), None)
    );
    assert_eq!(accept.te().and_then(Payload::bytes), Some(&[0xcb][..]));
    assert_eq!(accept.net().and_then(|net| net.medium()), Some(2));
    assert_eq!(accept.keygen(), Some(2));
    assert_eq!(accept.rte().and_then(Payload::bytes), Some(&[1][..]));
    assert_eq!(
        accept.voip_settings().and_then(Payload::bytes),
        Some(&b"{}"[..])
    );
    assert_eq!(
        accept
            .destination()
            .and_then(|d| d.endpoints()[0].attribute("port")),
        Some("50000")
    );

    let Received::Transport(transport) = read(format!(
        r#"<transport {identity} transport-message-type="2" p2p-cand-round="4"><te priority="1">ab</te><net medium="2" protocol="0"/></transport>"#
    )) else {
        panic!("a transport")
    };
    assert_eq!(transport.sender().as_str(), "15550100:2@lid");
    assert_eq!(transport.identity().call_id.as_str(), "C");
    assert_eq!(transport.identity().call_creator.as_str(), "15550199@lid");
    let transport = transport.action();
    assert_eq!(
        (transport.message_type(), transport.round()),
        (Some("2"), Some(4))
    );
    assert_eq!(transport.te().and_then(Payload::bytes), Some(&[0xab][..]));
    assert_eq!(transport.net().and_then(|net| net.protocol()), Some(0));

    let Received::RelayLatency(report) = read(format!(
        r#"<relaylatency {identity}><te latency="33554477" relay_name="gru1c02">cb00</te><destination><to jid="15550100@lid"/></destination></relaylatency>"#
    )) else {
        panic!("a report")
    };
    assert_eq!(
        report.action().endpoints()[0].attribute("relay_name"),
        Some("gru1c02")
    );
    assert_eq!(
        report.action().destination().map(|d| d.recipients().len()),
        Some(1)
    );

    let Received::RelayLatency(empty) = read(format!("<relaylatency {identity}/>")) else {
        panic!("a report without a relay is none the less one")
    };
    assert!(empty.action().endpoints().is_empty());

    let Received::Mute(mute) = read(format!(r#"<mute_v2 {identity} mute-state="1"/>"#)) else {
        panic!("a mute")
    };
    assert_eq!(
        mute.action().state(),
        Some(&ringstate::stanza::MuteState::MUTED)
    );
    let Received::Heartbeat(heartbeat) = read(format!("<heartbeat {identity}/>")) else {
        panic!("a heartbeat")
    };
    assert_eq!(heartbeat.identity().call_id.as_str(), "C");
}

#[test]
fn a_key_in_an_accept_needs_no_attributes() {
    let document = r#"<call from="15550100:2@lid" id="A"><accept call-id="C" call-creator="15550199@lid"><enc>33</enc></accept></call>"#;
    let received = received(document);
    assert!(received.problems().is_empty(), "{:?}", received.problems());
    let Received::Accept(accept) = received else {
        panic!("an accept")
    };
    let [key] = accept.action().keys() else {
        panic!("one key")
    };
    assert_eq!((key.version(), key.kind()), (None, None));
    assert_eq!(key.content().bytes(), Some(&[0x33][..]));
}

#[test]
fn an_ack_says_its_error_in_either_form() {
    for (document, code, text) in [
        (
            r#"<ack id="A" class="call" from="s.whatsapp.net" t="17"/>"#,
            None,
            None,
        ),
        (
            r#"<ack id="A" class="call" error="439" type="offer"/>"#,
            Some(439),
            None,
        ),
        (
            r#"<ack id="A" class="call"><error code="503" text="service unavailable"/></ack>"#,
            Some(503),
            Some("service unavailable"),
        ),
        (
            r#"<ack id="A" class="call" error="500" type="accept"><error call-id="C" jid="15550100@lid"/></ack>"#,
            Some(500),
            None,
        ),
        (
            r#"<ack id="A" class="call" error="500"><error code="404"/></ack>"#,
            Some(500),
            None,
        ),
    ] {
        let Received::Ack(ack) = received(document) else {
            panic!("{document}")
        };
        assert_eq!(ack.id().as_str(), "A");
        assert_eq!(
            ack.error().and_then(ringstate::stanza::AckError::code),
            code,
            "{document}"
        );
        assert_eq!(
            ack.error().and_then(|error| error.text()),
            text,
            "{document}"
        );
    }
}

#[test]
fn an_ack_keeps_what_is_inside_it() {
    let document = r#"<ack id="A" class="call" from="s.whatsapp.net" type="offer" t="17"><relay uuid="x"><te2 relay_id="0">cb00710a</te2></relay><error/></ack>"#;
    let Received::Ack(ack) = received(document) else {
        panic!("an ack")
    };
    assert_eq!(
        ack.from().map(ringstate::Jid::as_str),
        Some("s.whatsapp.net")
    );
    assert_eq!((ack.kind(), ack.timestamp()), (Some("offer"), Some(17)));
    assert_eq!(ack.children()[0].children()[0].text(), "cb00710a");
    assert_eq!(
        ack.error().map(ringstate::stanza::AckError::code),
        Some(None),
        "an error without a code is one"
    );
}

#[test]
fn a_receipt_is_read_around_every_action() {
    let document = r#"<receipt from="15550100@lid" participant="15550100:2@lid" id="A" t="17"><offer call-id="C" call-creator="15550199@lid"/></receipt>"#;
    let Received::Receipt(receipt) = received(document) else {
        panic!("a receipt")
    };
    assert!(receipt.is_for_offer());
    assert_eq!(receipt.from().as_str(), "15550100@lid");
    assert_eq!(receipt.sender().as_str(), "15550100:2@lid");
    assert_eq!(
        (receipt.id().as_str(), receipt.timestamp()),
        ("A", Some(17))
    );
    assert_eq!(receipt.call_id().map(ringstate::CallId::as_str), Some("C"));
    assert_eq!(
        receipt.call_creator().map(ringstate::Jid::as_str),
        Some("15550199@lid")
    );

    for (inside, action) in [
        ("<accept/>", Some("accept")),
        ("<list/>", Some("list")),
        ("", None),
    ] {
        let document = format!(r#"<receipt from="15550100@lid" id="A">{inside}</receipt>"#);
        let Received::Receipt(receipt) = received(&document) else {
            panic!("{document}")
        };
        assert_eq!((receipt.action(), receipt.is_for_offer()), (action, false));
        assert_eq!((receipt.call_id(), receipt.call_creator()), (None, None));
    }
}

#[test]
fn every_way_to_write_xml_will_do() {
    let plain = received(FULL);
    let single_quotes = FULL.replace('"', "'");
    let windows = FULL.replace('\n', "\r\n");
    let mark = format!("\u{feff}{FULL}");
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{FULL}");
    let commented = format!("<!-- before -->{FULL}<!-- after -->\n");
    let references = FULL.replace("Ann", "&#65;n&#x6e;");
    let data = FULL.replace(">33aa<", "><![CDATA[33]]>a&#97;<");
    let spaced = FULL.replace(">33aa<", ">\n  3 3\ta\r\na <");
    let expanded = FULL.replace(
        "<video enc=\"vp8\" orientation=\"90\"/>",
        "<video enc=\"vp8\" orientation=\"90\"  ></video >",
    );
    for document in [
        single_quotes,
        windows,
        mark,
        declared,
        commented,
        references,
        data,
        spaced,
        expanded,
    ] {
        assert_eq!(received(&document), plain, "{document}");
    }
}

#[test]
fn bytes_and_strings_are_read_alike() {
    let document = r#"<ack id="A" class="call"/>"#;
    assert_eq!(xml::parse(document), xml::parse(document.as_bytes()));
    assert_eq!(xml::parse(document), xml::parse(document));
}
