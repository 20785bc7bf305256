//! Ids and addresses: kept byte for byte, checked once, and taken apart.

use ringstate::{CallId, IdError, Jid, Lid, MAX_ID_LEN, OwnAddress, PhoneNumber, StanzaId};

fn jid(text: &str) -> Jid {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn an_address_is_taken_apart() {
    for (text, user, device, server, is_lid) in [
        ("A@s.whatsapp.net", Some("A"), None, "s.whatsapp.net", false),
        (
            "A.0:12@s.whatsapp.net",
            Some("A"),
            Some(12),
            "s.whatsapp.net",
            false,
        ),
        ("B.12@hosted", Some("B"), None, "hosted", false),
        ("1555@lid", Some("1555"), None, "lid", true),
        ("1555:0@lid", Some("1555"), Some(0), "lid", true),
        (
            "1555.1:65535@hosted.lid",
            Some("1555"),
            Some(65535),
            "hosted.lid",
            true,
        ),
        ("CALLID@call", Some("CALLID"), None, "call", false),
        ("A.B:C@call", Some("A.B:C"), None, "call", false),
        (":@call", Some(":"), None, "call", false),
        ("a@b@call", Some("a@b"), None, "call", false),
        ("1203-4567@g.us", Some("1203-4567"), None, "g.us", false),
        ("s.whatsapp.net", None, None, "s.whatsapp.net", false),
        ("lid", None, None, "lid", false),
    ] {
        let jid = jid(text);
        assert_eq!(
            (jid.user(), jid.device(), jid.server(), jid.is_lid()),
            (user, device, server, is_lid),
            "{text}"
        );
        assert_eq!(jid.is_server(), text == "s.whatsapp.net", "{text}");
        assert_eq!(jid.is_group(), text == "1203-4567@g.us", "{text}");
        assert_eq!((jid.as_str(), jid.to_string()), (text, text.to_owned()));
    }
}

#[test]
fn what_is_no_address_is_told_why() {
    for (text, error) in [
        ("", IdError::Empty),
        ("15550100", IdError::NoServer),
        ("+1 (555) 0100", IdError::NoServer),
        ("15550100:2", IdError::NoServer),
        ("15550100@", IdError::NoServer),
        ("@lid", IdError::NoUser),
        (":2@lid", IdError::NoUser),
        (".1@lid", IdError::NoUser),
        ("a@b@c", IdError::SecondAt { at: 3 }),
        ("a:@lid", IdError::Device),
        ("a:x@lid", IdError::Device),
        ("a:+1@lid", IdError::Device),
        ("a:65536@lid", IdError::Device),
        ("a:1:2@lid", IdError::Device),
        // They look like nearly all addresses, up to a point.
        ("15550199:@lid", IdError::Device),
        ("15550199:@s.whatsapp.net", IdError::Device),
        ("15550199:3:4@lid", IdError::Device),
        ("15550199:65536@lid", IdError::Device),
        (":3@s.whatsapp.net", IdError::NoUser),
        ("15550199@lid@lid", IdError::SecondAt { at: 12 }),
        ("15550199@lid\n", IdError::ControlCharacter { at: 12 }),
        ("a\0@lid", IdError::ControlCharacter { at: 1 }),
        ("a@lid\u{85}", IdError::ControlCharacter { at: 5 }),
    ] {
        assert_eq!(text.parse::<Jid>(), Err(error), "{text:?}");
    }
}

#[test]
fn ids_are_anything_but_empty_long_or_controlling() {
    let longest = "é".repeat(MAX_ID_LEN / 2);
    for text in ["C", " ", "00C0FFEE", "a@b", "Ünïcode ✓", &longest] {
        assert_eq!(
            text.parse::<CallId>().as_ref().map(CallId::as_str),
            Ok(text)
        );
        assert_eq!(
            text.parse::<StanzaId>().as_ref().map(StanzaId::as_str),
            Ok(text)
        );
    }
    let too_long = "x".repeat(MAX_ID_LEN + 1);
    for (text, error) in [
        ("", IdError::Empty),
        ("\t", IdError::ControlCharacter { at: 0 }),
        ("é\u{7f}", IdError::ControlCharacter { at: 2 }),
        (
            &too_long,
            IdError::TooLong {
                len: MAX_ID_LEN + 1,
            },
        ),
    ] {
        assert_eq!(text.parse::<CallId>(), Err(error));
        assert_eq!(text.parse::<StanzaId>(), Err(error));
    }
    assert_eq!(
        IdError::TooLong { len: 300 }.to_string(),
        "it has 300 bytes, and 256 are the most"
    );
}

#[test]
fn the_two_address_spaces_are_two_types() {
    for text in ["1555:2@lid", "1555@hosted.lid"] {
        assert_eq!(
            text.parse::<Lid>().map(|lid| lid.jid().to_string()),
            Ok(text.to_owned())
        );
        assert_eq!(text.parse::<PhoneNumber>(), Err(IdError::NotAPhoneNumber));
    }
    for text in ["1555:2@s.whatsapp.net", "1555@hosted"] {
        assert_eq!(
            text.parse::<PhoneNumber>().map(|pn| pn.jid().to_string()),
            Ok(text.to_owned())
        );
        assert_eq!(text.parse::<Lid>(), Err(IdError::NotALid));
    }
    for text in ["lid", "s.whatsapp.net", "C@call", "1@g.us"] {
        assert_eq!(text.parse::<Lid>(), Err(IdError::NotALid), "{text}");
        assert_eq!(
            text.parse::<PhoneNumber>(),
            Err(IdError::NotAPhoneNumber),
            "{text}"
        );
    }
}

#[test]
fn the_own_address_is_the_one_in_the_space_of_the_peer() {
    let me = OwnAddress {
        lid: "15550100:2@lid".parse().ok(),
        phone_number: "15550100:2@s.whatsapp.net".parse().ok(),
    };
    for (peer, own) in [
        ("1@lid", "15550100:2@lid"),
        ("1@hosted.lid", "15550100:2@lid"),
        ("1@s.whatsapp.net", "15550100:2@s.whatsapp.net"),
        ("1@hosted", "15550100:2@s.whatsapp.net"),
        ("s.whatsapp.net", "15550100:2@s.whatsapp.net"),
        ("C@call", "15550100:2@s.whatsapp.net"),
    ] {
        assert_eq!(
            me.for_peer(&jid(peer)).map(Jid::as_str),
            Some(own),
            "{peer}"
        );
        assert_eq!(OwnAddress::default().for_peer(&jid(peer)), None, "{peer}");
    }
    let only_lid = OwnAddress {
        phone_number: None,
        ..me.clone()
    };
    assert_eq!(only_lid.for_peer(&jid("1@s.whatsapp.net")), None);
    let only_number = OwnAddress { lid: None, ..me };
    assert_eq!(only_number.for_peer(&jid("1@lid")), None);
}
