//! From a tree to a stanza: strict on what is known, lenient on what is not.

use super::error::Fault;
use super::parts::{
    Result, all, attributes, audio, call_id, capability, destination, element, enc, first, is, jid,
    keygen, lax, malformed, missing, net, number, optional, others, payload, reason, required,
    seconds, stanza_id, te, text,
};
use super::tree::{Tree, View};
use super::{ParseError, ParseErrorKind};
use crate::id::{Jid, StanzaId, Token};
use crate::stanza::{
    Accept, Ack, AckError, Action, AnyAction, CallStanza, Destination, Element, EndedOffer,
    Envelope, Heartbeat, Identity, Inbound, Mute, MuteState, Offer, OfferNotice, OfferReceipt,
    Outgoing, Preaccept, Receipt, Received, Reject, RelayLatency, ServerAck, Terminate, Transport,
    UnknownAction, Video,
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

pub(super) fn received(tree: &Tree<'_>) -> Result<Received, ParseError> {
    let root = tree.root();
    match (root.name(), &tree.too_large) {
        ("call", too_large) => received_call(root, too_large.as_ref()),
        (_, Some(fault)) => Err(ParseError::new(fault.clone())),
        ("ack", None) if is(root, "class", "call") => {
            server_ack(root).map(Received::Ack).map_err(ParseError::new)
        }
        ("receipt", None) => receipt(root)
            .map(Received::Receipt)
            .map_err(ParseError::new),
        _ => Err(ParseError::new(not_a_stanza(root))),
    }
}

/// Reads a `<call>` in two layers: an envelope that can be used, then everything else, whose faults carry the
/// acknowledgement that is owed (SIG-07.2).
fn received_call(root: View<'_, '_>, too_large: Option<&Fault>) -> Result<Received, ParseError> {
    let from = required(root, "from", "the address of the sender", jid).map_err(unusable)?;
    let id = optional(root, "id", "the id of the stanza", stanza_id).map_err(unusable)?;
    let read = match too_large {
        Some(fault) => Err(fault.clone()),
        None => call_in(root, from.clone(), id.clone()),
    };
    read.map_err(|fault| {
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
    let action = single_action(root)?;
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
        return Ok(Received::Unknown(Inbound::new(envelope, unknown(root))));
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
        _ => Received::Heartbeat(Inbound::new(envelope, heartbeat(action)?)),
    })
}

/// Reads what was sent: `to` is there, and `from`, `id` and `t` need not be.
pub(super) fn sent(tree: &Tree<'_>) -> Result<Outgoing> {
    let root = tree.root();
    if let Some(fault) = &tree.too_large {
        return Err(fault.clone());
    }
    match root.name() {
        "call" => {
            let action = single_action(root)?;
            Ok(Outgoing::CallStanza(CallStanza {
                to: required(root, "to", "the address of the receiver", jid)?,
                id: optional(root, "id", "the id of the stanza", stanza_id)?,
                action: match action {
                    Some(action) => any_action(action)?,
                    None => AnyAction::Unknown(unknown(root)),
                },
            }))
        }
        "ack" if is(root, "class", "call") => Ok(Outgoing::Ack(Ack {
            id: required(
                root,
                "id",
                "the id of the stanza that it acknowledges",
                stanza_id,
            )?,
            to: required(root, "to", "the address of the receiver", jid)?,
            participant: optional(root, "participant", "the address of a device", jid)?,
            recipient: optional(root, "recipient", "an address", jid)?,
        })),
        "receipt" => {
            let offer = root.children().find(|child| child.name() == Offer::TAG);
            let offer = offer.ok_or_else(|| {
                malformed(root, "no `<offer>` inside", "the offer that it is for")
            })?;
            Ok(Outgoing::Receipt(OfferReceipt {
                to: required(root, "to", "the address of the receiver", jid)?,
                id: required(root, "id", "the id of the stanza that it is for", stanza_id)?,
                from: optional(root, "from", "the own address", jid)?,
                identity: identity(offer)?,
            }))
        }
        _ => Err(not_a_stanza(root)),
    }
}

fn any_action(action: View<'_, '_>) -> Result<AnyAction> {
    Ok(match action.name() {
        Offer::TAG => AnyAction::Offer(Box::new(offer(action)?)),
        OfferNotice::TAG => AnyAction::OfferNotice(offer_notice(action)?),
        Preaccept::TAG => AnyAction::Preaccept(Box::new(preaccept(action)?)),
        Accept::TAG => AnyAction::Accept(Box::new(accept(action)?)),
        Reject::TAG => AnyAction::Reject(reject(action)?),
        Terminate::TAG => AnyAction::Terminate(Box::new(terminate(action)?)),
        Transport::TAG => AnyAction::Transport(Box::new(transport(action)?)),
        RelayLatency::TAG => AnyAction::RelayLatency(Box::new(relaylatency(action)?)),
        Mute::TAG => AnyAction::Mute(mute(action)?),
        _ => AnyAction::Heartbeat(heartbeat(action)?),
    })
}

fn unknown(root: View<'_, '_>) -> UnknownAction {
    UnknownAction {
        elements: root.children().map(element).collect(),
    }
}

fn not_a_stanza(root: View<'_, '_>) -> Fault {
    Fault::new(
        ParseErrorKind::NotAStanza,
        root.node().offset,
        format!("`<{}>`", Token(root.name())),
        "`<call>`, `<ack class=\"call\">` or `<receipt>`",
    )
}

/// The one action that is known; two of them are malformed (SIG-07.1).
fn single_action<'t, 'a>(root: View<'t, 'a>) -> Result<Option<View<'t, 'a>>> {
    let mut actions = root
        .children()
        .filter(|child| ACTIONS.contains(&child.name()));
    let action = actions.next();
    if let (Some(first), Some(second)) = (action, actions.next()) {
        let expected = format!("no action beside `<{}>`", first.name());
        let fault = malformed(
            second,
            format!("a second action, `<{}>`", second.name()),
            expected,
        );
        return Err(fault.in_element("call"));
    }
    Ok(action)
}

fn heartbeat(action: View<'_, '_>) -> Result<Heartbeat> {
    Ok(Heartbeat {
        identity: identity(action)?,
        others: others(action, &[], &[]),
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
    let children = || root.children();
    let action = children()
        .find(|child| child.name() == Offer::TAG)
        .or_else(|| children().next());
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
        )
        .into_iter()
        .map(Element::without_keys)
        .collect(),
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
    Ok(Mute {
        identity: identity(action)?,
        state: required(
            action,
            "mute-state",
            "the state of the microphone",
            |word| Ok(MuteState::read(word)),
        )?,
        others: others(action, &[], &[]),
    })
}
