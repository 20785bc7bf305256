//! What holds for every input.

use crate::common::{lines, me};
use proptest::prelude::*;
use ringstate::stanza::{Latency, MuteState, Outgoing};
use ringstate::{
    Acked, Answer, AudioRates, Call, CallId, Callee, Creator, DeviceIdentity, DeviceKey, Dialect,
    Ending, IdError, Jid, NewCall, OfferAckHeard, OwnAddress, Received, RelayReport,
    RingingDevices, StanzaId, TerminateReason, TransportMessage, xml,
};

/// Any text that an attribute can have: white space, marks that XML escapes, letters beyond ASCII.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9]{1,20}",
        r#"[ <>&'"a-zé✓𐍈\u{a0}\u{2028}\u{fffd}-]{1,40}"#,
        any::<String>().prop_filter("an id", |text| text.parse::<CallId>().is_ok()),
    ]
}

fn address() -> impl Strategy<Value = String> {
    let local = (text(), proptest::option::of(any::<u16>()));
    let server = prop_oneof![
        Just("lid".to_owned()),
        Just("s.whatsapp.net".to_owned()),
        Just("hosted.lid".to_owned()),
        Just("hosted".to_owned()),
        text()
    ];
    (local, server)
        .prop_map(|((user, device), server)| match device {
            None => format!("{user}@{server}"),
            Some(device) => format!("{user}:{device}@{server}"),
        })
        .prop_filter("an address", |text| text.parse::<Jid>().is_ok())
}

/// Escapes an attribute's value, every character of it by number, so that it says nothing about the crate's own way.
fn by_number(text: &str) -> String {
    text.chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect()
}

proptest! {
    #[test]
    fn no_bytes_panic(document in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = xml::parse(document);
    }

    #[test]
    fn no_text_made_of_the_protocol_s_own_words_panics(words in proptest::collection::vec(word(), 0..60)) {
        let document = words.concat();
        if let Err(error) = xml::parse(&document) {
            prop_assert!(error.problem().place().byte().expect("a document") <= document.len());
            prop_assert!(document.is_char_boundary(error.problem().place().byte().expect("a document")));
            prop_assert!(!error.problem().found().is_empty() && !error.problem().expected().is_empty());
        }
    }

    #[test]
    fn attributes_are_read_alike_behind_one_space_and_behind_two(
        attributes in proptest::collection::vec(
            (
                prop_oneof!["[ab]", "[a-z1:_.é-]{0,3}"],
                prop::sample::select(vec!["=", "", " = ", "=="]).boxed().prop_union(Just("=").boxed()),
                prop::sample::select(vec!["\"", "'", ""]).boxed().prop_union(Just("\"").boxed()),
                prop_oneof!["[a-z0-9@]{0,4}", r#"[a-z<>'"= \t\né&;]{0,4}"#, "(&amp;|&#9;|&#x41;|&no;){0,2}"],
            ),
            0..5,
        ),
        end in prop::sample::select(vec!["", " ", "  ", "\n"]),
    ) {
        // Two spaces take the way of quick-xml alone.
        let behind = |space: &str| {
            let attributes = attributes.iter().map(|(name, equals, quote, value)| {
                format!("{space}{name}{equals}{quote}{value}{quote}")
            });
            let attributes: String = attributes.collect();
            format!(r#"<call from="15550199:3@lid" id="1A2B"><unheard_of{attributes}{end}/></call>"#)
        };
        match (xml::parse(behind(" ")), xml::parse(behind("  "))) {
            (Ok(one), Ok(two)) => {
                prop_assert_eq!(&one, &two);
                for received in [one, two] {
                    drop(received.acknowledge(&me()));
                }
            }
            (Err(one), Err(two)) => {
                let told = |error: &ringstate::ParseError| {
                    let problem = error.problem();
                    let (found, expected) = (problem.found().to_owned(), problem.expected().to_owned());
                    (error.kind(), problem.element().map(str::to_owned), found, expected)
                };
                prop_assert_eq!(told(&one), told(&two));
            }
            (one, two) => prop_assert!(false, "{one:?}\n{two:?}\nin {}", behind(" ")),
        }
    }

    #[test]
    fn an_offer_with_one_byte_changed_never_panics_and_keeps_its_ack(at in 0..WHOLE.len(), byte in any::<u8>()) {
        let mut document = WHOLE.as_bytes().to_vec();
        document[at] = byte;
        // Whatever it has become: if there is a from and an id, the ack is owed.
        let owed = match xml::parse(&document) {
            Ok(Received::Offer(offer)) => offer.acknowledge_with_receipt(&me()),
            Ok(other) => other.acknowledge(&me()),
            Err(error) if error.kind() == ringstate::ParseErrorKind::Malformed => {
                let owed = error.into_owed();
                prop_assert_eq!(owed.iter().count(), 1);
                owed
            }
            // An address that is none is answered as it stands.
            Err(error) if error.kind() == ringstate::ParseErrorKind::Envelope => error.into_owed(),
            Err(error) => {
                prop_assert!(error.into_owed().is_empty());
                return Ok(());
            }
        };
        if let Some(ack) = lines(owed).first() {
            prop_assert!(ack.starts_with("<ack class=\"call\" id=\""));
        }
    }

    #[test]
    fn a_cut_off_offer_is_never_read(end in 0..WHOLE.len()) {
        prop_assert!(xml::parse(&WHOLE[..end]).is_err());
    }

    #[test]
    fn every_id_is_repeated_byte_for_byte(id in text(), call_id in text(), creator in address(), from in address()) {
        let document = format!(
            r#"<call from="{}" id="{}" t="17"><offer call-id="{}" call-creator="{}"/></call>"#,
            by_number(&from), by_number(&id), by_number(&call_id), by_number(&creator),
        );
        let Ok(Received::Offer(offer)) = xml::parse(&document) else {
            return Err(TestCaseError::fail(document));
        };
        let (acked, owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
        let sent = lines(owed);
        // What is written is read back, as a peer would.
        let reply = sent[1].replacen("<receipt to=", "<receipt from=", 1);
        let Ok(Received::Receipt(receipt)) = xml::parse(&reply) else {
            return Err(TestCaseError::fail(reply));
        };
        prop_assert_eq!(receipt.from().as_str(), &from);
        prop_assert_eq!(receipt.id().as_str(), &id);
        prop_assert_eq!(receipt.call_id().map(CallId::as_str), Some(&call_id[..]));
        prop_assert_eq!(receipt.call_creator().map(Jid::as_str), Some(&creator[..]));

        let reject = lines(acked.reject().1).concat().replacen("<call to=", "<call from=", 1);
        let Ok(Received::Reject(reject)) = xml::parse(&reject) else {
            return Err(TestCaseError::fail(reject));
        };
        prop_assert_eq!(reject.envelope().from().as_str(), &from);
        prop_assert_eq!(reject.identity().call_id.as_str(), &call_id);
        prop_assert_eq!(reject.identity().call_creator.as_str(), &creator);
    }

    #[test]
    fn an_id_is_a_text_that_is_not_empty_long_or_controlling(text in any::<String>()) {
        let fits = !text.is_empty() && text.len() <= ringstate::MAX_ID_LEN && !text.contains(char::is_control);
        prop_assert_eq!(text.parse::<CallId>().is_ok(), fits);
        prop_assert_eq!(text.parse::<StanzaId>().is_ok(), fits);
        if !fits {
            prop_assert!(text.parse::<Jid>().is_err());
        }
    }

    #[test]
    fn an_address_is_its_parts(user in "[A-Za-z0-9_-]{1,12}", agent in proptest::option::of(0..9u8), device in proptest::option::of(any::<u16>())) {
        let agent = agent.map(|agent| format!(".{agent}")).unwrap_or_default();
        let suffix = device.map(|device| format!(":{device}")).unwrap_or_default();
        let jid: Jid = format!("{user}{agent}{suffix}@lid").parse().map_err(|error: IdError| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!((jid.user(), jid.device(), jid.is_lid()), (Some(&user[..]), device, true));
    }
}

/// A text that can be an id of ours.
fn id<T: std::str::FromStr<Err = IdError> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    text().prop_map(|text| text.parse().expect("any text of ours can be an id"))
}

fn jid() -> impl Strategy<Value = Jid> {
    address().prop_map(|text| text.parse().expect("an address"))
}

/// A person other than the one who calls: the user and the server of the address.
fn account() -> impl Strategy<Value = (String, String)> {
    const SERVERS: [&str; 4] = ["lid", "hosted.lid", "s.whatsapp.net", "hosted"];
    let server = proptest::sample::select(&SERVERS[..]).prop_map(str::to_owned);
    (r#"[0-9A-Za-z<>&'"é𐍈 -]{1,20}"#, server)
}

fn device(user: &str, number: u16, server: &str) -> Jid {
    format!("{user}:{number}@{server}")
        .parse()
        .expect("a device")
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..40)
}

fn key() -> impl Strategy<Value = DeviceKey> {
    let identity = DeviceIdentity::new(&[0x0a, 0x12]);
    (bytes(), any::<bool>()).prop_map(move |(message, new)| {
        if new {
            DeviceKey::NewSession {
                message,
                identity: identity.clone(),
            }
        } else {
            DeviceKey::Session(message)
        }
    })
}

fn new_call() -> impl Strategy<Value = NewCall> {
    let devices = (
        any::<u16>(),
        key(),
        proptest::collection::vec((any::<u16>(), proptest::option::of(key())), 0..4),
    );
    (
        id(),
        account(),
        devices,
        any::<bool>(),
        proptest::option::of(bytes()),
    )
        .prop_map(
            |(call_id, (user, server), (first, key, others), video, privacy)| NewCall {
                call_id,
                peer: format!("{user}@{server}").parse().expect("an account"),
                peer_alias: None,
                creator: Creator::PhoneNumber(
                    "15550198@s.whatsapp.net".parse().expect("a phone number"),
                ),
                devices: RingingDevices {
                    first: (device(&user, first, &server), key),
                    others: others
                        .into_iter()
                        .map(|(number, key)| (device(&user, number, &server), key))
                        .collect(),
                },
                video: video.then(ringstate::stanza::VideoFormat::default),
                redial: None,
                privacy,
            },
        )
}

/// What is built is written, and what is written is read back as the same value, with the ids of this call.
fn comes_back(
    stanza: &ringstate::Stanza,
    call_id: &str,
    creator: &str,
) -> Result<(), TestCaseError> {
    let mut written = String::new();
    // The documents' acks do not say what they acknowledge.
    let dialect = match stanza.outgoing() {
        Outgoing::Ack(_) => Dialect::WhatsAppWeb,
        _ => Dialect::Documents,
    };
    xml::write_as(stanza, dialect, &mut written);
    let read = xml::parse_sent(&written)
        .map_err(|error| TestCaseError::fail(format!("{error} in {written}")))?;
    prop_assert_eq!(&read, stanza.outgoing(), "{}", written);
    let identity = match &read {
        Outgoing::CallStanza(call) => call.action().identity(),
        Outgoing::Receipt(receipt) => Some(receipt.identity()),
        _ => return Ok(()),
    };
    let named =
        identity.map(|identity| (identity.call_id.as_str(), identity.call_creator.as_str()));
    prop_assert_eq!(named, Some((call_id, creator)), "{}", written);
    Ok(())
}

fn callee(call_id: &str, creator: &str, from: &str) -> Call<Callee, Acked> {
    let document = format!(
        r#"<call from="{}" id="1A" t="17"><offer call-id="{}" call-creator="{}"/></call>"#,
        by_number(from),
        by_number(call_id),
        by_number(creator),
    );
    let Ok(Received::Offer(offer)) = xml::parse(&document) else {
        panic!("{document}")
    };
    let (acked, owed) = Call::incoming(offer).acknowledge(&me());
    for stanza in &owed {
        comes_back(stanza, call_id, creator).expect("acks and receipts come back");
    }
    acked
}

proptest! {
    #[test]
    fn what_a_caller_says_comes_back(call in new_call(), id in id::<StanzaId>(), devices in proptest::collection::vec(jid(), 0..3)) {
        let (call_id, creator) = (call.call_id.to_string(), "15550198@s.whatsapp.net");
        let peer = call.peer.clone();
        let (offered, offer) = call.offer(id.clone()).expect("it can be offered");
        comes_back(offer.stanza(), &call_id, creator)?;
        let ack = format!(r#"<ack class="call" id="{}"/>"#, by_number(id.as_str()));
        let Ok(Received::Ack(ack)) = xml::parse(ack) else { return Err(TestCaseError::fail("an ack")) };
        let Ok(OfferAckHeard::Confirmed(acked, _)) = offered.on_ack(ack) else { return Err(TestCaseError::fail("taken")) };
        let report = RelayReport {
            latency: Latency::from_millis(1),
            upload_bandwidth: None,
            download_bandwidth: None,
            relay_name: "gru1c02".parse().ok(),
            address: vec![1],
        };
        comes_back(acked.relay_latency(report).stanza(), &call_id, creator)?;
        comes_back(acked.transport(TransportMessage::default()).stanza(), &call_id, creator)?;
        let accept = format!(
            r#"<call from="{}"><accept call-id="{}" call-creator="{creator}"/></call>"#,
            by_number(peer.as_str()), by_number(&call_id),
        );
        let Ok(Received::Accept(accept)) = xml::parse(accept) else { return Err(TestCaseError::fail("an accept")) };
        // A peer that is a server or a group has no devices to answer.
        if let Ok((heard, _owed)) = acked.on_accept(accept) {
            for dismissal in heard.siblings.dismiss_each() {
                comes_back(dismissal.stanza(), &call_id, creator)?;
            }
            let (_terminated, terminate) = heard.call.terminate_with(Ending { reason: None, devices });
            comes_back(terminate.stanza(), &call_id, creator)?;
        }
    }

    #[test]
    fn what_a_callee_says_comes_back(
        (call_id, creator, from) in (text(), address(), address()),
        ids in (id(), id(), id()),
        rates in (any::<u32>(), proptest::collection::vec(any::<u32>(), 0..3)),
        parts in (proptest::option::of(bytes()), proptest::option::of(bytes()), proptest::option::of(bytes()), any::<bool>()),
        message in (proptest::option::of(any::<u32>()), proptest::option::of(any::<u32>()), proptest::option::of(bytes())),
        report in (any::<u16>(), id(), bytes()),
        words in (id::<TerminateReason>(), id::<MuteState>()),
        devices in proptest::collection::vec(jid(), 0..3),
    ) {
        let call = || callee(&call_id, &creator, &from);
        let audio = AudioRates { preferred: rates.0, others: rates.1 };
        let (ringing, preaccept) = call().preaccept(ids.0, audio.clone()).expect("nothing was offered");
        comes_back(preaccept.stanza(), &call_id, &creator)?;
        let answer = Answer { audio, video: None, te: parts.0, rte: parts.1, voip_settings: parts.2, capability: parts.3, keys: Vec::new(), endpoints: Vec::new() };
        let (mut accepted, accept) = ringing.accept(answer).expect("nothing was offered");
        comes_back(&accept.with_id(ids.1).0, &call_id, &creator)?;
        let transport = TransportMessage { message_type: message.0, round: message.1, te: message.2 };
        comes_back(accepted.transport(transport).stanza(), &call_id, &creator)?;
        let report = RelayReport { latency: Latency::from_millis(report.0), upload_bandwidth: None, download_bandwidth: None, relay_name: Some(report.1), address: report.2 };
        comes_back(accepted.relay_latency(report).stanza(), &call_id, &creator)?;
        comes_back(accepted.mute(words.1).expect("the first state is told").stanza(), &call_id, &creator)?;
        comes_back(accepted.heartbeat(ids.2).stanza(), &call_id, &creator)?;
        let (_terminated, terminate) = accepted.terminate_with(Ending { reason: Some(words.0.clone()), devices });
        comes_back(terminate.stanza(), &call_id, &creator)?;
        comes_back(call().reject_with(words.0).1.stanza(), &call_id, &creator)?;
        comes_back(call().reject().1.stanza(), &call_id, &creator)?;
    }
}

/// An offer with all sorts of parts.
const WHOLE: &str = r#"<call from="15550199:3@lid" id="1A2B" t="17" notify="A &amp; B"><!-- x --><offer call-id="C0" call-creator="15550199:3@lid"><audio enc="opus" rate="8000"/><capability ver="1">0105</capability><destination><to jid="15550100:2@lid"><enc type="msg">33</enc></to></destination><encopt keygen="2"/></offer></call>"#;

/// Pieces of stanzas, whole and broken.
fn word() -> impl Strategy<Value = String> {
    const WORDS: [&str; 48] = [
        "<call",
        "<call>",
        "</call>",
        "<offer",
        "<offer>",
        "</offer>",
        "<ack",
        "<receipt",
        "<reject",
        "<terminate",
        "<audio",
        "<enc>",
        "</enc>",
        "<destination>",
        "</destination>",
        "<to",
        "</to>",
        "<capability>",
        "</capability>",
        "<te>",
        "</te>",
        "<accept>",
        "</accept>",
        "/>",
        ">",
        "<",
        "&",
        "&amp;",
        "&#0;",
        "&zap;",
        " from=\"15550199@lid\"",
        " id=\"A\"",
        " t=\"1\"",
        " t=\"x\"",
        " call-id=\"C\"",
        " call-creator=\"1@lid\"",
        " class=\"call\"",
        " rate=\"8000\"",
        " enc=\"opus\"",
        " jid=\"1@lid\"",
        " e=\"1\"",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "\u{feff}",
        "é0g",
    ];
    prop_oneof![
        9 => (0..WORDS.len()).prop_map(|n| WORDS[n].to_owned()),
        1 => any::<char>().prop_map(String::from),
    ]
}
