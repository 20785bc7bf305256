//! From a tree to a stanza: strict on what is known, lenient on what is not.

use super::error::{Fault, shown, shown_id};
use super::tree::{AttributeNode, View};
use super::{ParseError, ParseErrorKind};
use crate::id::{CallId, Jid, StanzaId, Token};
use crate::stanza::{
    Accept, Ack, AckError, Action, Attribute, Audio, Capability, Destination, Element, Enc,
    EndedOffer, Envelope, Heartbeat, Identity, Inbound, Mute, Net, Offer, OfferNotice, Payload,
    Preaccept, Receipt, Received, Recipient, Reject, RelayLatency, ServerAck, Te, Terminate,
    TerminateReason, Text, Transport, UnknownAction, Video,
};

/// The actions that are known. One of them wins over unknown siblings; two of them are malformed (SIG-07.1).
const ACTIONS: [&str; 10] = [
    Offer::TAG,
    OfferNotice::TAG,
    Preaccept::TAG,
    Accept::TAG,
    Reject::TAG,
    Terminate::TAG,
    Transport::TAG,
    RelayLatency::TAG,
    Mute::TAG,
    Heartbeat::TAG,
];

type Result<T, E = Fault> = std::result::Result<T, E>;

pub(super) fn received(root: View<'_, '_>) -> Result<Received, ParseError> {
    match root.name() {
        "call" => received_call(root),
        "ack"
            if root
                .attribute("class")
                .is_some_and(|class| class.value == "call") =>
        {
            server_ack(root).map(Received::Ack).map_err(ParseError::new)
        }
        "receipt" => receipt(root)
            .map(Received::Receipt)
            .map_err(ParseError::new),
        _ => Err(ParseError::new(Fault::new(
            ParseErrorKind::NotAStanza,
            root.node().offset,
            format!("`<{}>`", Token(root.name())),
            "`<call>`, `<ack class=\"call\">` or `<receipt>`",
        ))),
    }
}

/// Reads a `<call>` in two layers: an envelope that can be used, then everything else, whose faults carry the
/// acknowledgement that is owed (SIG-07.2).
fn received_call(root: View<'_, '_>) -> Result<Received, ParseError> {
    let from = required(root, "from", "the address of the sender", jid).map_err(unusable)?;
    let id = optional(root, "id", "the id of the stanza", stanza_id).map_err(unusable)?;
    call_in(root, from.clone(), id.clone()).map_err(|fault| {
        // Whatever else can be read of a malformed stanza helps to answer it.
        let ack = id.map(|id| Ack {
            id,
            to: from,
            participant: lax(root, "participant", jid),
            recipient: lax(root, "recipient", jid),
        });
        let action = root
            .children()
            .find(|child| ACTIONS.contains(&child.name()));
        let call_id = action.and_then(|action| lax(action, "call-id", call_id));
        let call_creator = action.and_then(|action| lax(action, "call-creator", jid));
        ParseError::in_envelope(fault, ack, (call_id, call_creator))
    })
}

fn unusable(mut fault: Fault) -> ParseError {
    fault.kind = ParseErrorKind::Envelope;
    ParseError::new(fault)
}

fn call_in(root: View<'_, '_>, from: Jid, id: Option<StanzaId>) -> Result<Received> {
    let mut actions = root
        .children()
        .filter(|child| ACTIONS.contains(&child.name()));
    let action = actions.next();
    if let (Some(first), Some(second)) = (action, actions.next()) {
        let expected = format!("no action beside `<{}>`", first.name());
        return Err(malformed(
            second,
            format!("a second action, `<{}>`", second.name()),
            expected,
        )
        .in_element("call"));
    }
    let timestamp = optional(
        root,
        "t",
        "the time in Unix seconds, in decimal digits",
        seconds,
    )?;
    if action.is_some_and(|action| action.name() == Offer::TAG) {
        if id.is_none() {
            // Without one there is nothing to correlate on, so that the envelope is of no use (SIG-16.9).
            let mut fault = missing(root, "id", "the id of the stanza");
            fault.kind = ParseErrorKind::Envelope;
            return Err(fault);
        }
        if timestamp.is_none() {
            return Err(missing(
                root,
                "t",
                "the time in Unix seconds, in decimal digits",
            ));
        }
    }
    let envelope = Envelope {
        from,
        id,
        timestamp,
        to: optional(root, "to", "an address", jid)?,
        offline: root.attribute("offline").is_some() || is(root, "e", "1"),
        notify: text(root, "notify"),
        platform: text(root, "platform"),
        version: text(root, "version"),
        participant: optional(root, "participant", "the address of a device", jid)?,
        recipient: optional(root, "recipient", "an address", jid)?,
    };
    let Some(action) = action else {
        let elements = root.children().map(element).collect();
        return Ok(Received::Unknown(Inbound::new(
            envelope,
            UnknownAction { elements },
        )));
    };
    Ok(match action.name() {
        Offer::TAG => {
            let offer = offer(action)?;
            let reason = reason(action, "terminate_reason");
            if envelope.offline || reason.is_some() || is(action, "is_call_ended", "1") {
                // An offer of a call that is over keeps no key to it (SIG-18.13).
                let offer = Offer {
                    keys: Vec::new(),
                    destination: offer.destination.map(without_keys),
                    ..offer
                };
                Received::EndedOffer(Inbound::new(envelope, EndedOffer { offer, reason }))
            } else {
                Received::Offer(Inbound::new(envelope, offer))
            }
        }
        OfferNotice::TAG => Received::OfferNotice(Inbound::new(envelope, offer_notice(action)?)),
        Preaccept::TAG => Received::Preaccept(Inbound::new(envelope, preaccept(action)?)),
        Accept::TAG => Received::Accept(Inbound::new(envelope, accept(action)?)),
        Reject::TAG => Received::Reject(Inbound::new(envelope, reject(action)?)),
        Terminate::TAG => Received::Terminate(Inbound::new(envelope, terminate(action)?)),
        Transport::TAG => Received::Transport(Inbound::new(envelope, transport(action)?)),
        RelayLatency::TAG => Received::RelayLatency(Inbound::new(envelope, relaylatency(action)?)),
        Mute::TAG => Received::Mute(Inbound::new(envelope, mute(action)?)),
        _ => Received::Heartbeat(Inbound::new(
            envelope,
            Heartbeat {
                identity: identity(action)?,
                others: others(action, &[], &[]),
            },
        )),
    })
}

fn without_keys(mut destination: Destination) -> Destination {
    for recipient in &mut destination.recipients {
        recipient.enc = None;
    }
    destination
}

fn server_ack(root: View<'_, '_>) -> Result<ServerAck> {
    let mut error =
        optional(root, "error", "an error code in decimal digits", number)?.map(|code| AckError {
            code: Some(code),
            text: None,
        });
    if let Some(child) = root.children().find(|child| child.name() == "error") {
        let code = optional(child, "code", "an error code in decimal digits", number)?;
        let error = error.get_or_insert(AckError {
            code: None,
            text: None,
        });
        error.code = error.code.or(code);
        error.text = text(child, "text");
    }
    Ok(ServerAck {
        id: required(
            root,
            "id",
            "the id of the stanza that it acknowledges",
            stanza_id,
        )?,
        from: optional(root, "from", "the address of the sender", jid)?,
        kind: text(root, "type"),
        timestamp: optional(
            root,
            "t",
            "the time in Unix seconds, in decimal digits",
            seconds,
        )?,
        error,
        children: root.children().map(element).collect(),
    })
}

fn receipt(root: View<'_, '_>) -> Result<Receipt> {
    let action = root.children().next();
    let identity = match action {
        // Only an offer's receipt has to name its call (SIG-17.19); what else is receipted is just reported.
        Some(action) if action.name() == Offer::TAG => Some(identity(action)?),
        _ => None,
    };
    Ok(Receipt {
        from: required(root, "from", "the address of the sender", jid)?,
        id: required(root, "id", "the id of the stanza that it is for", stanza_id)?,
        participant: optional(root, "participant", "the address of a device", jid)?,
        timestamp: optional(
            root,
            "t",
            "the time in Unix seconds, in decimal digits",
            seconds,
        )?,
        action: action.map(|action| action.name().into()),
        call_id: match &identity {
            Some(identity) => Some(identity.call_id.clone()),
            None => action.and_then(|action| lax(action, "call-id", call_id)),
        },
        call_creator: match identity {
            Some(identity) => Some(identity.call_creator),
            None => action.and_then(|action| lax(action, "call-creator", jid)),
        },
    })
}

fn identity(action: View<'_, '_>) -> Result<Identity> {
    Ok(Identity {
        call_id: required(action, "call-id", "the id of the call", call_id)?,
        call_creator: required(
            action,
            "call-creator",
            "the address of the call's creator",
            jid,
        )?,
    })
}

fn offer(action: View<'_, '_>) -> Result<Offer> {
    Ok(Offer {
        identity: identity(action)?,
        caller_pn: optional(
            action,
            "caller_pn",
            "the caller's phone-number address",
            jid,
        )?,
        caller_country_code: text(action, "caller_country_code"),
        device_class: text(action, "device_class"),
        joinable: is(action, "joinable", "1"),
        group: optional(action, "group-jid", "the address of a group", jid)?,
        privacy: first(action, "privacy", payload)?,
        audio: all(action, "audio", audio)?,
        video: action
            .children()
            .find(|child| child.name() == "video")
            .map(|video| Video {
                attributes: attributes(video),
            }),
        net: first(action, "net", net)?,
        capability: first(action, "capability", capability)?,
        keygen: first(action, "encopt", keygen)?.flatten(),
        // Several bare keys are read, although working clients put several into a destination (SIG-01.14).
        keys: all(action, "enc", enc)?,
        destination: destination(action)?,
        device_identity: first(action, "device-identity", payload)?,
        others: others(
            action,
            &["audio", "enc", "destination"],
            &[
                "privacy",
                "video",
                "net",
                "capability",
                "encopt",
                "device-identity",
            ],
        ),
    })
}

fn offer_notice(action: View<'_, '_>) -> Result<OfferNotice> {
    Ok(OfferNotice {
        identity: identity(action)?,
        media: text(action, "media"),
        kind: text(action, "type"),
        others: others(action, &[], &[]),
    })
}

fn preaccept(action: View<'_, '_>) -> Result<Preaccept> {
    Ok(Preaccept {
        identity: identity(action)?,
        audio: all(action, "audio", audio)?,
        keygen: first(action, "encopt", keygen)?.flatten(),
        capability: first(action, "capability", capability)?,
        destination: destination(action)?,
        others: others(action, &["audio", "destination"], &["encopt", "capability"]),
    })
}

fn accept(action: View<'_, '_>) -> Result<Accept> {
    Ok(Accept {
        identity: identity(action)?,
        audio: all(action, "audio", audio)?,
        te: first(action, "te", payload)?,
        net: first(action, "net", net)?,
        keygen: first(action, "encopt", keygen)?.flatten(),
        capability: first(action, "capability", capability)?,
        rte: first(action, "rte", payload)?,
        voip_settings: first(action, "voip_settings", payload)?,
        keys: all(action, "enc", enc)?,
        destination: destination(action)?,
        others: others(
            action,
            &["audio", "enc", "destination"],
            &["te", "net", "encopt", "capability", "rte", "voip_settings"],
        ),
    })
}

fn reject(action: View<'_, '_>) -> Result<Reject> {
    Ok(Reject {
        identity: identity(action)?,
        reason: reason(action, "reason"),
        others: others(action, &[], &[]),
    })
}

fn terminate(action: View<'_, '_>) -> Result<Terminate> {
    Ok(Terminate {
        identity: identity(action)?,
        reason: reason(action, "reason"),
        duration: optional(
            action,
            "duration",
            "a number of seconds in decimal digits",
            number,
        )?,
        audio_duration: optional(
            action,
            "audio_duration",
            "a number of seconds in decimal digits",
            number,
        )?,
        destination: destination(action)?,
        others: others(action, &["destination"], &[]),
    })
}

fn transport(action: View<'_, '_>) -> Result<Transport> {
    Ok(Transport {
        identity: identity(action)?,
        message_type: text(action, "transport-message-type"),
        round: optional(
            action,
            "p2p-cand-round",
            "a round in decimal digits",
            number,
        )?,
        te: first(action, "te", payload)?,
        net: first(action, "net", net)?,
        destination: destination(action)?,
        others: others(action, &["destination"], &["te", "net"]),
    })
}

fn relaylatency(action: View<'_, '_>) -> Result<RelayLatency> {
    Ok(RelayLatency {
        identity: identity(action)?,
        endpoints: all(action, "te", te)?,
        destination: destination(action)?,
        others: others(action, &["te", "destination"], &[]),
    })
}

fn mute(action: View<'_, '_>) -> Result<Mute> {
    let word = |word: &str| Ok(Text::from(word));
    Ok(Mute {
        identity: identity(action)?,
        state: required(action, "mute-state", "the state of the microphone", word)?,
        others: others(action, &[], &[]),
    })
}

/// The parts that several actions share.
fn audio(element: View<'_, '_>) -> Result<Audio> {
    Ok(Audio {
        codec: required(element, "enc", "the name of a codec", |word| {
            Ok(Text::from(word))
        })?,
        rate: required(element, "rate", "a sample rate in decimal digits", number)?,
    })
}

fn net(element: View<'_, '_>) -> Result<Net> {
    Ok(Net {
        medium: optional(element, "medium", "a medium in decimal digits", number)?,
        protocol: optional(element, "protocol", "a protocol in decimal digits", number)?,
    })
}

fn capability(element: View<'_, '_>) -> Result<Capability> {
    Ok(Capability {
        version: optional(element, "ver", "a version in decimal digits", number)?,
        content: payload(element)?,
    })
}

fn keygen(element: View<'_, '_>) -> Result<Option<u32>> {
    optional(element, "keygen", "a version in decimal digits", number)
}

fn enc(element: View<'_, '_>) -> Result<Enc> {
    Ok(Enc {
        version: optional(element, "v", "a version in decimal digits", number)?,
        kind: text(element, "type"),
        count: optional(element, "count", "a count in decimal digits", number)?,
        content: payload(element)?,
    })
}

fn te(element: View<'_, '_>) -> Result<Te> {
    Ok(Te {
        attributes: attributes(element),
        content: payload(element)?,
    })
}

/// Reads the devices and the endpoints; anything else inside is skipped. Several destinations are read as one, so that
/// no key stays behind in one that would be kept as it was read.
fn destination(action: View<'_, '_>) -> Result<Option<Destination>> {
    let mut destination = None;
    for element in action
        .children()
        .filter(|child| child.name() == "destination")
    {
        let all_in: &mut Destination = destination.get_or_insert_default();
        for child in element.children() {
            match child.name() {
                "to" if child.attribute("jid").is_some() => all_in.recipients.push(Recipient {
                    jid: required(child, "jid", "the address of a device", jid)?,
                    enc: first(child, "enc", enc)?,
                }),
                "te" => all_in.endpoints.push(te(child)?),
                _ => {}
            }
        }
    }
    Ok(destination)
}

/// The children that are kept as they were read: those that are unknown, and repetitions of those that occur once.
fn others(action: View<'_, '_>, many: &[&str], once: &[&str]) -> Vec<Element> {
    let is_first = |child: &View<'_, '_>| {
        action
            .children()
            .find(|other| other.name() == child.name())
            .map(|first| first.node().offset)
            == Some(child.node().offset)
    };
    let is_known = |child: &View<'_, '_>| {
        many.contains(&child.name()) || (once.contains(&child.name()) && is_first(child))
    };
    action
        .children()
        .filter(|child| !is_known(child))
        .map(element)
        .collect()
}

/// Reads the first child of this name, if there is one.
fn first<T>(
    parent: View<'_, '_>,
    tag: &str,
    read: fn(View<'_, '_>) -> Result<T>,
) -> Result<Option<T>> {
    parent
        .children()
        .find(|child| child.name() == tag)
        .map(read)
        .transpose()
}

/// Reads all children of this name.
fn all<T>(parent: View<'_, '_>, tag: &str, read: fn(View<'_, '_>) -> Result<T>) -> Result<Vec<T>> {
    parent
        .children()
        .filter(|child| child.name() == tag)
        .map(read)
        .collect()
}

/// Binary content: hexadecimal, or a comment in its place.
fn payload(element: View<'_, '_>) -> Result<Payload> {
    let node = element.node();
    if node.comment {
        return Ok(Payload::Elided);
    }
    let mut bytes = Vec::with_capacity(node.text.len() / 2);
    let mut high = None;
    for (at, byte) in node
        .text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| !byte.is_ascii_whitespace())
    {
        let Some(digit) = hex_digit(byte) else {
            let fault = malformed(
                element,
                "a character that is no hexadecimal digit",
                "hexadecimal digits",
            );
            return Err(fault.at(node.text_offset + at));
        };
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() {
        let fault = malformed(
            element,
            "an odd number of hexadecimal digits",
            "two for each byte",
        );
        return Err(fault.at(node.text_offset));
    }
    Ok(Payload::Bytes(bytes.into()))
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Keeps an element as it was read. The depth of a document is bounded, and with it the depth of this.
fn element(view: View<'_, '_>) -> Element {
    Element {
        tag: view.name().into(),
        attributes: attributes(view),
        children: view.children().map(element).collect(),
        text: (*view.node().text).into(),
        elided: view.node().comment,
    }
}

fn attributes(element: View<'_, '_>) -> Vec<Attribute> {
    let keep = |a: &AttributeNode<'_>| Attribute {
        name: a.name.into(),
        value: (*a.value).into(),
    };
    element.attributes().iter().map(keep).collect()
}

/// How the value of an attribute is read: what was found instead, if it cannot be.
type Read<T> = fn(&str) -> Result<T, String>;

fn required<T>(element: View<'_, '_>, name: &str, what: &'static str, read: Read<T>) -> Result<T> {
    optional(element, name, what, read)?.ok_or_else(|| missing(element, name, what))
}

fn optional<T>(
    element: View<'_, '_>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Result<Option<T>> {
    let Some(attribute) = element.attribute(name) else {
        return Ok(None);
    };
    match read(&attribute.value) {
        Ok(value) => Ok(Some(value)),
        Err(found) => Err(malformed(element, found, what)
            .at(attribute.offset)
            .in_attribute(name)),
    }
}

/// Reads an attribute if it can be read.
fn lax<T>(element: View<'_, '_>, name: &str, read: Read<T>) -> Option<T> {
    element
        .attribute(name)
        .and_then(|attribute| read(&attribute.value).ok())
}

fn text(element: View<'_, '_>, name: &str) -> Option<Text> {
    element
        .attribute(name)
        .map(|attribute| (*attribute.value).into())
}

fn is(element: View<'_, '_>, name: &str, value: &str) -> bool {
    element
        .attribute(name)
        .is_some_and(|attribute| attribute.value == value)
}

/// An empty reason counts as none (SIG-14.7).
fn reason(element: View<'_, '_>, name: &str) -> Option<TerminateReason> {
    element
        .attribute(name)
        .and_then(|attribute| TerminateReason::new(&attribute.value))
}

fn jid(value: &str) -> Result<Jid, String> {
    value.parse().map_err(shown_id)
}

fn call_id(value: &str) -> Result<CallId, String> {
    value.parse().map_err(shown_id)
}

fn stanza_id(value: &str) -> Result<StanzaId, String> {
    value.parse().map_err(shown_id)
}

/// Digits alone: Rust's own reading would let a `+` pass.
fn number(value: &str) -> Result<u32, String> {
    digits(value)?
        .parse()
        .map_err(|_| format!("a number above {}", u32::MAX))
}

fn seconds(value: &str) -> Result<u64, String> {
    digits(value)?
        .parse()
        .map_err(|_| format!("a number above {}", u64::MAX))
}

fn digits(value: &str) -> Result<&str, String> {
    let all = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if all { Ok(value) } else { Err(shown(value)) }
}

fn missing(element: View<'_, '_>, attribute: &str, what: &'static str) -> Fault {
    malformed(element, "no such attribute", what).in_attribute(attribute)
}

fn malformed(
    element: View<'_, '_>,
    found: impl Into<std::borrow::Cow<'static, str>>,
    expected: impl Into<std::borrow::Cow<'static, str>>,
) -> Fault {
    Fault::new(
        ParseErrorKind::Malformed,
        element.node().offset,
        found,
        expected,
    )
    .in_element(element.name())
}
