//! From a tree to a stanza: strict on what is known, lenient on what is not.

use super::error::Fault;
use super::fields::{
    Result, all, attributes, audio, call_id, capability, destination, element, enc, first, is, jid,
    keygen, lax, malformed, missing, net, number, optional, payload, reason, required, seconds,
    stanza_id, te, text, unknown_children,
};
use super::tree::{Tree, View};
use super::{ParseError, ParseErrorKind};
use crate::id::{Jid, StanzaId, Token};
use crate::stanza::{
    Accept, Ack, AckError, ActionKind, AnyAction, CallStanza, Destination, Element, EndedOffer,
    Envelope, Heartbeat, Identity, Inbound, Mute, MuteState, Offer, OfferNotice, OfferReceipt,
    Outgoing, Preaccept, Receipt, Received, Reject, RelayLatency, ServerAck, Terminate, Transport,
    UnknownAction, Video, with_actions,
};

const OFFER: &str = ActionKind::Offer.tag();

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

/// Reads a `<call>` in two layers: first the envelope, then everything else, whose faults carry the acknowledgement
/// that is owed (SIG-07.2).
fn received_call(root: View<'_, '_>, too_large: Option<&Fault>) -> Result<Received, ParseError> {
    let from = required(root, "from", "the address of the sender", jid).map_err(unusable)?;
    let id = optional(root, "id", "the id of the stanza", stanza_id).map_err(unusable)?;
    let read = match too_large {
        Some(fault) => Err(fault.clone()),
        None => call_in(root, from.clone(), id.clone()),
    };
    read.map_err(|fault| {
        // What can be read of a malformed stanza helps to answer it.
        let ack = id.map(|id| Ack {
            id,
            to: from,
            participant: lax(root, "participant", jid),
            recipient: lax(root, "recipient", jid),
        });
        let action = actions(root).next().map(|(_, action)| action);
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
    if matches!(action, Some((ActionKind::Offer, _))) {
        if id.is_none() {
            // Without one there is nothing to correlate on, and the envelope is of no use (SIG-16.9).
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
        offline: root.attribute("offline").is_some(),
        e: text(root, "e"),
        notify: text(root, "notify"),
        platform: text(root, "platform"),
        version: text(root, "version"),
        participant: optional(root, "participant", "the address of a device", jid)?,
        recipient: optional(root, "recipient", "an address", jid)?,
    };
    match action {
        None => Ok(Received::Unknown(Inbound::new(envelope, unknown(root)))),
        Some((ActionKind::Offer, action)) => received_offer(envelope, action),
        Some((kind, action)) => received_action(envelope, kind, action),
    }
}

/// An offer is of a call that rings, or of one that is over.
fn received_offer(envelope: Envelope, action: View<'_, '_>) -> Result<Received> {
    let offer = Offer::decode(action)?;
    let reason = reason(action, "terminate_reason");
    if !(envelope.offline || reason.is_some() || is(action, "is_call_ended", "1")) {
        return Ok(Received::Offer(Inbound::new(envelope, offer)));
    }
    // An offer of a call that is over keeps no key to it (SIG-18.13).
    let offer = Offer {
        keys: Vec::new(),
        destination: offer.destination.map(without_keys),
        ..offer
    };
    let ended = EndedOffer { offer, reason };
    Ok(Received::EndedOffer(Inbound::new(envelope, ended)))
}

/// An action that can be read from its element.
trait Decode: Sized {
    fn decode(action: View<'_, '_>) -> Result<Self>;
}

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        fn received_action(envelope: Envelope, kind: ActionKind, action: View<'_, '_>) -> Result<Received> {
            Ok(match kind {
                $(ActionKind::$action => Received::$action(Inbound::new(envelope, crate::stanza::$action::decode(action)?)),)+
            })
        }

        fn any_action(kind: ActionKind, action: View<'_, '_>) -> Result<AnyAction> {
            Ok(match kind {
                $(ActionKind::$action => crate::stanza::$action::decode(action)?.into(),)+
            })
        }
    };
}
with_actions!(generate);

/// Reads what was sent: it has a `to`, and need not have `from`, `id` and `t`.
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
                    Some((kind, action)) => any_action(kind, action)?,
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
            let offer = root.children().find(|child| child.name() == OFFER);
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

/// The elements that are known actions.
fn actions<'t, 'a>(root: View<'t, 'a>) -> impl Iterator<Item = (ActionKind, View<'t, 'a>)> {
    let known = |child: View<'t, 'a>| ActionKind::from_tag(child.name()).map(|kind| (kind, child));
    root.children().filter_map(known)
}

/// The one action that is known; two of them are malformed (SIG-07.1), and unknown siblings do not matter.
fn single_action<'t, 'a>(root: View<'t, 'a>) -> Result<Option<(ActionKind, View<'t, 'a>)>> {
    let mut actions = actions(root);
    let action = actions.next();
    if let (Some((first, _)), Some((second, element))) = (action, actions.next()) {
        let found = format!("a second action, `<{}>`", second.tag());
        let expected = format!("no action beside `<{}>`", first.tag());
        return Err(malformed(element, found, expected).in_element("call"));
    }
    Ok(action)
}

impl Decode for Heartbeat {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            unknown_children: unknown_children(action, &[], &[]),
        })
    }
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
        .find(|child| child.name() == OFFER)
        .or_else(|| children().next());
    let identity = match action {
        // Only an offer's receipt has to name its call (SIG-17.19); other receipts are only reported.
        Some(action) if action.name() == OFFER => Some(identity(action)?),
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

impl Decode for Offer {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
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
            unknown_children: unknown_children(
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
}

impl Decode for OfferNotice {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            media: text(action, "media"),
            kind: text(action, "type"),
            unknown_children: unknown_children(action, &[], &[]),
        })
    }
}

impl Decode for Preaccept {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            audio: all(action, "audio", audio)?,
            keygen: first(action, "encopt", keygen)?.flatten(),
            capability: first(action, "capability", capability)?,
            destination: destination(action)?,
            unknown_children: unknown_children(
                action,
                &["audio", "destination"],
                &["encopt", "capability"],
            ),
        })
    }
}

impl Decode for Accept {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
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
            unknown_children: unknown_children(
                action,
                &["audio", "enc", "destination"],
                &["te", "net", "encopt", "capability", "rte", "voip_settings"],
            ),
        })
    }
}

impl Decode for Reject {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            reason: reason(action, "reason"),
            unknown_children: unknown_children(action, &[], &[]),
        })
    }
}

impl Decode for Terminate {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
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
            unknown_children: unknown_children(action, &["destination"], &[]),
        })
    }
}

impl Decode for Transport {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
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
            unknown_children: unknown_children(action, &["destination"], &["te", "net"]),
        })
    }
}

impl Decode for RelayLatency {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            endpoints: all(action, "te", te)?,
            destination: destination(action)?,
            unknown_children: unknown_children(action, &["te", "destination"], &[]),
        })
    }
}

impl Decode for Mute {
    fn decode(action: View<'_, '_>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            state: required(
                action,
                "mute-state",
                "the state of the microphone",
                |word| Ok(MuteState::read(word)),
            )?,
            unknown_children: unknown_children(action, &[], &[]),
        })
    }
}
