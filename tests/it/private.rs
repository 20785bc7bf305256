//! Addresses, names and ciphertexts appear in no `Debug` output and in no error.

use crate::common::{accepted, acked, an_offer, me, offered, preaccepted, received};
use ringstate::{CallId, Jid, StanzaId, TerminateReason, xml};

/// Words that stand for what is private, put wherever they fit.
/// (A name of an element or an attribute is shown if it is in the style of the protocol.)
const SECRETS: [&str; 6] = ["15550199", "15550100", "AnnBob", "5ec2e7", "evil", "Evil"];

#[track_caller]
fn keeps_secrets(shown: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "`{secret}` in {shown}");
    }
}

const OFFER: &str = r#"<call from="15550199:3@lid" to="15550100@lid" id="1A" t="17" notify="AnnBob" platform="AnnBob" version="AnnBob" participant="15550199:4@lid" recipient="15550100:2@lid"><offer call-id="C0" call-creator="15550199:3@lid" caller_pn="15550199@s.whatsapp.net" device_class="AnnBob"><privacy>5ec2e7</privacy><audio enc="AnnBob" rate="8000"/><video name="AnnBob"/><capability>5ec2e7</capability><enc type="AnnBob">5ec2e7</enc><destination><to jid="15550100:2@lid"><enc>5ec2e7</enc></to><te ip="15550199">5ec2e7</te></destination><device-identity>5ec2e7</device-identity><zap to="15550199@lid" AnnBob="">AnnBob<Evil/></zap></offer></call>"#;

#[test]
fn what_is_received_shows_nothing_private() {
    keeps_secrets(&format!("{:?} {:#?}", received(OFFER), an_offer(OFFER)));
    for document in [
        OFFER.replace("t=\"17\"", "t=\"17\" offline=\"0\""),
        OFFER.replace("offer", "Evil"),
        r#"<ack class="call" id="1A" from="15550199@lid" type="AnnBob"><error code="1" text="AnnBob"/><Evil/></ack>"#.to_owned(),
        r#"<receipt from="15550199@lid" id="1A"><evil call-id="C0" call-creator="15550199@lid"/></receipt>"#.to_owned(),
        r#"<call from="15550199@evil.example" id="15550199@lid"><terminate call-id="15550199" call-creator="15550199@lid" reason="15550199@lid"/></call>"#.to_owned(),
    ] {
        keeps_secrets(&format!("{:?}", received(&document)));
    }
}

/// All that can be read of an element.
fn texts(element: &ringstate::stanza::Element) -> String {
    let attributes: String = element
        .attributes()
        .iter()
        .map(|a| a.value().to_owned())
        .collect();
    let children: String = element.children().iter().map(texts).collect();
    format!("{} {attributes} {children}", element.text())
}

#[test]
fn the_call_key_is_closed_wherever_it_stands() {
    let hiding_places = [
        r#"<destination><to jid="15550100:2@lid"><enc>5ec2e7</enc></to></destination><destination><to jid="15550100:2@lid"><enc>5ec2e7</enc></to></destination>"#,
        r#"<participants><to><enc v="5ec2e7">5ec2e7<x>5ec2e7</x></enc></to></participants>"#,
        r#"<zap><enc type="5ec2e7"/><enc>5ec2e7</enc></zap>"#,
    ];
    for hidden in hiding_places {
        let document = format!(
            r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid">{hidden}</offer></call>"#
        );
        let offered = ringstate::Call::incoming(an_offer(&document));
        let before: String = offered
            .offer()
            .unknown_children()
            .iter()
            .map(texts)
            .collect();
        let (acked, _owed) = offered.acknowledge(&me());
        let after: String = acked.offer().unknown_children().iter().map(texts).collect();
        let ringstate::Received::EndedOffer(ended) =
            received(&document.replace(" t=", " offline=\"0\" t="))
        else {
            panic!("it is offline")
        };
        let over: String = ended
            .action()
            .offer()
            .unknown_children()
            .iter()
            .map(texts)
            .collect();
        for shown in [before, after, over] {
            assert!(!shown.contains("5ec2e7"), "{hidden}: {shown}");
        }
    }
}

#[test]
fn an_ended_offer_keeps_no_key() {
    let ended = format!(
        "{:?}",
        received(&OFFER.replace("t=\"17\"", "t=\"17\" offline=\"0\""))
    );
    assert!(
        ended.contains("keys: []") && ended.contains("enc: None"),
        "{ended}"
    );
    assert!(!ended.contains("Enc {"), "{ended}");
}

#[test]
fn calls_and_what_they_give_show_nothing_private() {
    let (call, owed) = ringstate::Call::incoming(an_offer(OFFER)).acknowledge(&me());
    keeps_secrets(&format!("{call:?} {owed:?} {:?}", call.identity()));
    let (rejected, reject) = call.reject();
    keeps_secrets(&format!("{rejected:?} {reject:?}"));
    keeps_secrets(&format!(
        "{:?} {:?} {:?} {:?}",
        offered(),
        acked(),
        preaccepted(),
        accepted()
    ));
    keeps_secrets(&format!("{:?}", me()));
}

#[test]
fn errors_show_nothing_private() {
    for document in [
        r#"<call from="15550199" id="1A"/>"#,
        r#"<call from="15550199@lid" id="1A" t="AnnBob"/>"#,
        r#"<call from="15550199@lid" id="1A" t="tel15550199"/>"#,
        r#"<call from="15550199@lid" id="1A" t="15550199@lid"/>"#,
        r#"<call from="15550199@lid" id="1A" t="15550199"><terminate/></call>"#,
        r#"<call from="15550199@lid" id="1A" to="15550100:x@lid"/>"#,
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199"/></call>"#,
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"><enc>5ec2e7g</enc></offer></call>"#,
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"><audio enc="opus" rate="15550199@lid"/></offer></call>"#,
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"><audio enc="opus" rate="-15550199"/></offer></call>"#,
        r"<A.15550199@lid/>",
        r"<call></_.15550199@lid>",
    ] {
        let error = xml::parse_strict(document).expect_err(document);
        let shown = format!("{error} {error:?} {:?}", xml::parse(document));
        for secret in SECRETS {
            assert!(!shown.contains(secret), "`{secret}` in {shown}");
        }
    }
}

#[test]
fn ids_are_shown_only_when_they_cannot_be_addresses() {
    let call = |text: &str| format!("{:?}", text.parse::<CallId>().expect("an id"));
    assert_eq!(call("00C0FFEE"), "CallId(00C0FFEE)");
    assert_eq!(call("15550199"), "CallId([8 bytes])");
    assert_eq!(call("15550199@lid"), "CallId([12 bytes])");
    assert_eq!(call("Ann Bob"), "CallId([7 bytes])");
    assert_eq!(call(&"A".repeat(65)), "CallId([65 bytes])");
    let stanza = |text: &str| format!("{:?}", text.parse::<StanzaId>().expect("an id"));
    assert_eq!(
        (stanza("3EB0A1"), stanza("1.2")),
        ("StanzaId(3EB0A1)".into(), "StanzaId([3 bytes])".into())
    );
    let jid = |text: &str| format!("{:?}", text.parse::<Jid>().expect("an address"));
    assert_eq!(
        jid("15550199.0:3@s.whatsapp.net"),
        "Jid(…:3@s.whatsapp.net)"
    );
    assert_eq!(jid("15550199@lid"), "Jid(…@lid)");
    assert_eq!(jid("00C0FFEE@call"), "Jid(…@call)");
    assert_eq!(jid("s.whatsapp.net"), "Jid(s.whatsapp.net)");
    assert_eq!(jid("evil.example"), "Jid(…)");
    let reason = |word: &str| format!("{:?}", word.parse::<TerminateReason>().expect("a word"));
    assert_eq!(
        (reason("busy"), reason("a@b")),
        (
            "TerminateReason(busy)".into(),
            "TerminateReason([3 bytes])".into()
        )
    );
}

#[test]
fn what_callers_say_shows_nothing_private() {
    use ringstate::{Creator, DeviceIdentity, DeviceKey, NewCall, RingingDevices};
    let secret = || vec![0x5e, 0xc2, 0xe7];
    let call = NewCall {
        call_id: "C0".parse().expect("an id"),
        peer: "15550100@lid".parse().expect("an address"),
        peer_alias: "15550100@s.whatsapp.net".parse().ok(),
        creator: Creator::Lid {
            lid: "15550199:3@lid".parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (
                "15550100@lid".parse().expect("an address"),
                DeviceKey::Session(secret()),
            ),
            others: vec![(
                "15550100:7@lid".parse().expect("an address"),
                Some(DeviceKey::NewSession {
                    message: secret(),
                    identity: DeviceIdentity::new(&secret()),
                }),
            )],
        },
        video: None,
        redial: None,
        privacy: Some(secret()),
    };
    let shown = format!("{call:?}");
    let (offered, offer) = call
        .offer("1A".parse().expect("an id"))
        .expect("it can be offered");
    let shown = format!("{shown} {offered:?} {offer:?}");
    keeps_secrets(&shown);
    assert!(
        !shown.contains("94, 194, 231") && !shown.contains("0x5e"),
        "{shown}"
    );
    let answer = ringstate::Answer {
        te: Some(secret()),
        rte: Some(secret()),
        voip_settings: Some(secret()),
        ..ringstate::Answer::new(ringstate::AudioRates::only(16000))
    };
    let message = ringstate::TransportMessage {
        te: Some(secret()),
        ..Default::default()
    };
    let report = ringstate::RelayReport {
        latency: ringstate::stanza::Latency::from_millis(1),
        upload_bandwidth: None,
        download_bandwidth: None,
        relay_name: "AnnBob".parse().ok(),
        address: secret(),
    };
    let shown = format!("{answer:?} {message:?} {report:?}");
    keeps_secrets(&shown);
    assert!(!shown.contains("94, 194, 231"), "{shown}");
}
