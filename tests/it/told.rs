//! Each method of a stanza tells its own field: no two values here are the same.

use ringstate::stanza::{
    Ack, Attribute, Capability, Element, Enc, Net, Outgoing, Payload, Place, Te,
};
use ringstate::{Call, Inbound, MuteState, Owed, OwnAddress, Received, TerminateReason, xml};

use crate::common::phone::IN;
use crate::common::{me, received};

fn call(inside: &str) -> String {
    format!(
        r#"<call from="C1@call" participant="15550199:3@lid" recipient="15550100@lid" sender_lid="15550199:4@lid" id="1A2B" t="1700000000">{inside}</call>"#
    )
}

fn acknowledged(received: Received) {
    drop(received.acknowledge(&OwnAddress::default()));
}

#[test]
fn an_offer_and_its_envelope() {
    let document = call(&format!(
        r#"<offer {IN}><audio enc="opus" rate="16000"/><video enc="h.264" screen_width="12"/><enc v="2" type="msg" count="3">33aa</enc><net medium="3" protocol="5"/></offer>"#
    ));
    let Received::Offer(offer) = received(&document) else {
        panic!("it rings")
    };
    assert!(!offer.action().is_joinable());
    assert_eq!(
        offer.envelope().sender_lid().map(ringstate::Jid::as_str),
        Some("15550199:4@lid")
    );
    assert_eq!(
        offer.action().net().and_then(|net: Net| net.protocol()),
        Some(5)
    );
    let video = offer.action().video().expect("a picture");
    assert_eq!(video.attribute("screen_width"), Some("12"));
    assert_eq!(video.attribute("screen_height"), None);
    let (ringing, owed) = Call::incoming(offer).acknowledge(&me());
    let [Outgoing::Ack(ack), Outgoing::Receipt(receipt)] = &both(&owed)[..] else {
        panic!("{owed:?}")
    };
    assert_eq!(
        ack.participant().map(ringstate::Jid::as_str),
        Some("15550199:3@lid")
    );
    assert_eq!(
        ack.recipient().map(ringstate::Jid::as_str),
        Some("15550100@lid")
    );
    assert_eq!(
        receipt.participant().map(ringstate::Jid::as_str),
        Some("15550199:3@lid")
    );
    assert_eq!(receipt.action(), "offer");
    assert_eq!(
        receipt.from().map(ringstate::Jid::as_str),
        Some("15550101:2@s.whatsapp.net")
    );
    let ids = format!(
        "{} {}",
        receipt.identity().call_id,
        receipt.identity().call_creator
    );
    assert_eq!(ids, "00C0FFEE 15550199@lid");
    assert!(!owed.is_empty());
    drop(owed);
    let step = ringing.preaccept(
        "9F1C".parse().expect("an id"),
        ringstate::AudioRates::only(16000),
    );
    let (rings, preaccept) = step.expect("it was offered");
    let Outgoing::CallStanza(sent) = preaccept.stanza().outgoing() else {
        panic!("{preaccept:?}")
    };
    let ringstate::stanza::AnyAction::Preaccept(sent) = sent.action() else {
        panic!("{sent:?}")
    };
    assert_eq!(
        sent.video().and_then(|video| video.attribute("dec")),
        Some("H264")
    );
    assert_eq!(rings.call_key().and_then(Enc::count), Some(3));
}

fn both(owed: &Owed) -> Vec<Outgoing> {
    let mut both = Vec::new();
    for stanza in owed {
        both.push(stanza.outgoing().clone());
    }
    assert_eq!(both.len(), owed.iter().count());
    both
}

#[test]
fn nothing_is_owed_for_a_stanza_without_an_id() {
    let document = format!(r#"<call from="15550199:3@lid"><reject {IN}/></call>"#);
    let Received::Reject(reject) = received(&document) else {
        panic!("a reject")
    };
    let owed = reject.acknowledge();
    assert!(owed.is_empty() && both(&owed).is_empty());
}

#[test]
fn a_preaccept_without_video_tells_none() {
    let Received::Preaccept(preaccept) = received(&call(&format!("<preaccept {IN}/>"))) else {
        panic!("a preaccept")
    };
    assert_eq!(preaccept.action().video(), None);
    drop(preaccept.acknowledge());
}

#[test]
fn an_accept_and_what_is_inside() {
    let document = call(&format!(
        r#"<accept {IN}><audio enc="opus" rate="8000"/><capability ver="1">0105</capability><relay uuid="U"/></accept>"#
    ));
    let Received::Accept(accept) = received(&document) else {
        panic!("an accept")
    };
    let action = accept.action();
    assert_eq!(action.audio()[0].rate(), Some(8000));
    assert_eq!(
        action.capability().map(Capability::content),
        Some(&Payload::Bytes([1, 5].into()))
    );
    assert_eq!(
        action.relay().and_then(|relay| relay.attribute("uuid")),
        Some("U")
    );
    drop(accept.acknowledge());
}

#[test]
fn acks_receipts_and_reports() {
    let Received::Ack(ack) =
        received(r#"<ack class="call" id="1A" from="s.whatsapp.net"><relay uuid="V"/></ack>"#)
    else {
        panic!("an ack")
    };
    assert_eq!(
        ack.relay().and_then(|relay| relay.attribute("uuid")),
        Some("V")
    );

    // The receipt of an offer, wherever it stands; and one that is told with its problem.
    let Received::Receipt(receipt) = received(&format!(
        r#"<receipt from="15550199:3@lid" id="1A" t="soon"><other/><offer {IN}/></receipt>"#
    )) else {
        panic!("a receipt")
    };
    assert!(receipt.is_for_offer());
    assert_eq!(
        receipt
            .problems()
            .iter()
            .map(|problem| problem.attribute())
            .collect::<Vec<_>>(),
        [Some("t")]
    );
    let Received::Receipt(other) =
        received(r#"<receipt from="15550199:3@lid" id="1A"><accept/></receipt>"#)
    else {
        panic!("a receipt")
    };
    assert!(!other.is_for_offer());

    let document = call(&format!(
        r#"<duration {IN} peer="15550177@lid" audio_duration="7" video_duration="8"/>"#
    ));
    let Received::CallDuration(duration) = received(&document) else {
        panic!("a report")
    };
    assert_eq!(
        duration.action().peer().map(ringstate::Jid::as_str),
        Some("15550177@lid")
    );
    drop(duration.acknowledge());
}

#[test]
fn a_relay_with_its_latency() {
    let latency_of = |latency: &str| {
        let document = call(&format!(
            r#"<relaylatency {IN}><te latency="{latency}" relay_name="gru1c02">cb00</te></relaylatency>"#
        ));
        let Received::RelayLatency(report) = received(&document) else {
            panic!("a report")
        };
        let te: &Te = &report.action().endpoints()[0];
        assert_eq!(te.attributes().len(), 2);
        assert_eq!(te.attributes()[1].value(), "gru1c02");
        let latency = te.latency();
        drop(report.acknowledge());
        latency
    };
    let documented = latency_of("33554432").expect("a number");
    assert_eq!(
        (documented.millis(), documented.plain_millis()),
        (Some(0), None)
    );
    let plain = latency_of("33554431").expect("a number");
    assert_eq!(
        (plain.millis(), plain.plain_millis()),
        (None, Some(33_554_431))
    );
    for no_number in ["", "+5", "5 "] {
        assert_eq!(latency_of(no_number), None, "{no_number:?}");
    }
}

#[test]
fn video_states_and_microphones() {
    let document = call(&format!(
        r#"<video {IN} state="11" device_orientation="2" dec="H264" voip_settings="video"><relay uuid="W"/></video>"#
    ));
    let Received::VideoState(state) = received(&document) else {
        panic!("a state")
    };
    let names: Vec<&str> = state
        .action()
        .attributes()
        .iter()
        .map(Attribute::name)
        .collect();
    assert_eq!(names, ["voip_settings"]);
    assert_eq!(
        state
            .action()
            .unknown_children()
            .iter()
            .map(Element::tag)
            .collect::<Vec<_>>(),
        ["relay"]
    );
    drop(state.acknowledge());
    let muted = |word: &str| word.parse::<MuteState>().expect("a word").is_muted();
    assert_eq!(["0", "1", "2"].map(muted), [Some(false), Some(true), None]);
}

#[test]
fn keys_stay_closed_in_news_and_what_was_left_out_stays_so() {
    let document = call(&format!(
        r#"<group_update {IN}><user><enc v="2"><!-- 9 bytes --></enc></user><user><enc v="2">33aa</enc></user></group_update>"#
    ));
    let Received::News(news) = received(&document) else {
        panic!("news")
    };
    let keys: Vec<&Element> = news
        .action()
        .element()
        .children()
        .iter()
        .map(|user| &user.children()[0])
        .collect();
    assert_eq!(
        keys.iter()
            .map(|key| (key.is_elided(), key.text()))
            .collect::<Vec<_>>(),
        [(true, ""), (false, "")]
    );
    drop(news.acknowledge());
}

#[test]
fn a_terminate_that_cannot_be_read_tells_its_reason() {
    let document = call(r#"<terminate call-id="00C0FFEE" reason="timeout"/>"#);
    let error = xml::parse(document).expect_err("it names no creator");
    assert_eq!(error.reason(), Some(&TerminateReason::TIMEOUT));
    drop(error.into_owed());
}

#[test]
fn digits_are_all_looked_at() {
    let payload_of = |digits: &str| {
        let document = call(&format!("<accept {IN}><te>{digits}</te></accept>"));
        let received = received(&document);
        let problems = received.problems().len();
        let Received::Accept(accept) = received else {
            panic!("an accept")
        };
        let payload = accept.action().te().cloned().expect("it is there");
        drop(accept.acknowledge());
        (payload, problems)
    };
    let good = "0123456789abcdefABCDEF9876543210";
    let (payload, problems) = payload_of(good);
    assert_eq!((payload.bytes().map(<[u8]>::len), problems), (Some(16), 0));
    // Bad digits that undo one another, in a block of 32, behind it, and characters next to the good ones.
    for bad in ["gg", "zz", "0:", ":0", "/0", "@a", "`a", "0G"] {
        let blocks = [
            format!("{bad}{}", &good[2..]),
            format!("{good}{bad}"),
            format!("{good}{bad}{bad}"),
            format!("{}{bad}{bad}", &good[4..]),
        ];
        for digits in blocks {
            let (payload, problems) = payload_of(&digits);
            assert_eq!(
                (payload, problems),
                (Payload::Text(digits.as_str().into()), 1),
                "{digits}"
            );
        }
    }
}

#[test]
fn places_in_text_skip_what_is_inside_other_elements() {
    // The text of `<te>` goes on behind an element inside it that has text of its own.
    let document = call(&format!("<accept {IN}><te>00<x>zzzz</x>0g</te></accept>"));
    let place = document.find("0g").expect("it is there") + 1;
    let read = received(&document);
    assert_eq!(read.problems()[0].place(), &Place::Byte(place));
    acknowledged(read);
    for te in [
        "00<x><![CDATA[zzzz]]>&#65;&#65;<y></y></x><y>zz</y>0g",
        "<![CDATA[00]]><x>zz</x>0g",
        "&#48;<![CDATA[00]]><x/>0<!-- left out -->g",
    ] {
        let document = call(&format!("<accept {IN}><te>{te}</te></accept>"));
        let place = document.find("g</te>").expect("it is there");
        let read = received(&document);
        assert_eq!(read.problems()[0].place(), &Place::Byte(place), "{te}");
        acknowledged(read);
    }
    let document =
        "<call from=\"15550199:3@lid\" id=\"1A\"><!-- \u{e9}\u{e9}\u{e9} -- b --><x/></call>";
    let error = xml::parse(document).expect_err("no comment has `--` inside");
    let place = document.find("-- b").expect("it is there");
    assert_eq!(error.problem().place(), &Place::Byte(place));
    drop(error.into_owed());
    for at in [5, 64, 65, 130, 200] {
        let mut document = format!(
            "<call from=\"15550199:3@lid\" id=\"1A\">{}<x/></call>",
            " ".repeat(200)
        )
        .into_bytes();
        document[at + 36] = 1;
        document[at + 37] = 2; // one does not hide the other
        let error = xml::parse(&document).expect_err("a control character");
        assert_eq!(error.problem().place(), &Place::Byte(at + 36));
        drop(error.into_owed());
    }
}

#[test]
fn only_a_call_s_ack_is_read_as_sent() {
    let receipt = r#"<ack class="receipt" id="1A" to="15550199:3@lid"/>"#;
    assert!(xml::parse_sent(receipt).is_err());
    let of_call = r#"<ack class="call" id="1A" to="15550199:3@lid"/>"#;
    let sent = xml::parse_sent(of_call).expect("an ack");
    assert!(matches!(sent, Outgoing::Ack(ack) if Ack::id(&ack).as_str() == "1A"));
}

#[test]
fn a_terminate_for_other_devices_ends_nothing_here() {
    let Received::Offer(offer) = received(&crate::common::offer_xml("15550199:3@lid")) else {
        panic!("it rings")
    };
    let (ringing, owed) = Call::incoming(offer).acknowledge(&me());
    drop(owed);
    let terminate = |devices: &str| -> Inbound<ringstate::Terminate> {
        let document = format!(
            r#"<call from="15550199:3@lid" id="2A"><terminate {IN}><destination>{devices}</destination></terminate></call>"#
        );
        crate::common::a_terminate(&document)
    };
    let other = terminate(r#"<to jid="15550100:9@lid"/>"#);
    let Ok((ringstate::TerminateHeard::NotForUs(ringing), owed)) = ringing.on_terminate(other)
    else {
        panic!("it rings on")
    };
    drop(owed);
    let ours = terminate(r#"<to jid="15550100:2@lid"/>"#);
    let Ok((ringstate::TerminateHeard::Ended(_), owed)) = ringing.on_terminate(ours) else {
        panic!("it ends")
    };
    drop(owed);
}

#[test]
fn of_an_own_number_alone_the_number_is_known() {
    let number: ringstate::PhoneNumber = "15550101:2@s.whatsapp.net".parse().expect("a number");
    let own = OwnAddress::phone_number(number.clone());
    assert_eq!((own.phone_number, own.lid), (Some(number), None));
}

#[test]
fn an_attribute_has_a_proper_name_wherever_it_stands() {
    for attributes in [
        r#"1a="x" from="15550199:3@lid" id="1A""#,
        r#"from="15550199:3@lid" 1a="x" id="1A""#,
        r#"from="15550199:3@lid" id="1A" -a="x""#,
    ] {
        assert!(
            xml::parse(format!("<call {attributes}/>")).is_err(),
            "{attributes}"
        );
    }
}
