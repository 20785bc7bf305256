//! From a tree to a stanza: strict on what is known, lenient on what is not.

use super::error::{About, Fault};
use super::fields::{
    self, Result, attributes, call_id, element, elements, exact, first, fit, fit_or_noted, group,
    is, jid, keygen, lax, missing, number, optional, payload, reason, required, seconds, sorted,
    stanza_id, text, told, wanted,
};
use super::reading::{At, Reading};
use super::view::{Part, View};
use super::xml::MAX_NODES;
use super::{ParseError, ParseErrorKind};
use crate::id::{Jid, StanzaId, Token};
use crate::party::speaker;
use crate::stanza::{
    Accept, Ack, AckError, AckKind, ActionKind, AnyAction, CallDuration, CallReceipt, CallStanza,
    Destination, Element, EndedOffer, Envelope, GroupOffer, Heartbeat, Identity, Inbound, Mute,
    MuteState, News, Offer, OfferNotice, Outgoing, Preaccept, Problem, Receipt, Received, Reject,
    RelayLatency, ServerAck, Terminate, Text, Transport, UnknownAction, VideoCode, VideoState,
    Weight, with_actions,
};

const OFFER: &str = ActionKind::Offer.tag();

/// Reads what was received, a stanza of so many bytes. A strict reading makes an error of the first problem.
pub(super) fn received<'v>(
    stanza: impl View<'v>,
    (len, too_large): (usize, Option<Fault>),
    strict: bool,
) -> Result<Received, ParseError> {
    let reading = Reading::of(len);
    let root = At::new(stanza, &reading);
    if root.name() == "call" {
        return received_call(root, too_large, strict);
    }
    let read = match (root.name(), too_large) {
        (_, Some(fault)) => Err(fault),
        ("ack", None) if is(root, "class", "call") => {
            server_ack(root).map(Received::Ack).map_err(Fault::from)
        }
        ("receipt", None) => receipt(root).map(Received::Receipt).map_err(Fault::from),
        _ => Err(not_a_stanza(root)),
    };
    let received = read.map_err(ParseError::new)?;
    match received.problems().first() {
        Some(problem) if strict => Err(ParseError::new(problem.clone().into())),
        _ => Ok(received),
    }
}

#[cfg(feature = "wacore")]
pub(super) fn is_about_a_call<'v>(stanza: impl View<'v>) -> bool {
    let nothing = Reading::of(0);
    let root = At::new(stanza, &nothing);
    match root.name() {
        "call" => true,
        "ack" => is(root, "class", "call"),
        "receipt" => receipted(root).is_some_and(|action| action.has("call-id")),
        _ => false,
    }
}

/// Reads a `<call>` in two layers: first the envelope, then everything else, whose faults carry the acknowledgement
/// that is owed (SIG-07.2).
fn received_call<'v>(
    root: At<'_, impl View<'v>>,
    too_large: Option<Fault>,
    strict: bool,
) -> Result<Received, ParseError> {
    let mut header = match too_large {
        None => Header::of(root),
        // A stanza beyond the bounds may have any number of attributes, so only these two are looked for.
        Some(_) => Header {
            id: root.attribute("id", stanza_id),
            from: root.attribute("from", jid),
            ..Header::default()
        },
    };
    let id = fit(root, "id", "the id of the stanza", header.id.take());
    let id = id.map_err(|problem| ParseError::new(unusable(problem)))?;
    let from = fit(root, "from", SENDER, header.from.take())
        .and_then(|from| from.ok_or_else(|| missing(root, "from", SENDER)));
    if let Ok(from) = &from {
        root.remember_sender(from);
    }
    let read = match (too_large, from.clone()) {
        (_, Err(problem)) => Err(unusable(problem)),
        (Some(fault), Ok(_)) => Err(fault),
        (None, Ok(from)) => call_in(root, from, id.clone(), header),
    };
    let read = read.and_then(|received| match received.problems().first() {
        Some(problem) if strict => Err(problem.clone().into()),
        _ => Ok(received),
    });
    read.map_err(|fault| {
        // What can be read of a malformed stanza helps to answer it. An address that is none is repeated as it stands.
        let as_it_stands = |name| root.attribute(name, Jid::verbatim).flatten();
        let action = actions(root).next().map(|(_, action)| action);
        let action = action.or_else(|| root.children().next());
        let about = About {
            // A `participant` that cannot be read leaves the sender unknown.
            sender: match (from.ok(), optional(root, "participant", "an address", jid)) {
                (Some(from), Ok(participant)) => Some(speaker(&from, participant.as_ref()).clone()),
                _ => None,
            },
            action: action.map(|action| action.name().into()),
            call_id: action.and_then(|action| lax(action, "call-id", call_id)),
            call_creator: action.and_then(|action| lax(action, "call-creator", jid)),
            reason: action.and_then(|action| reason(action, "reason")),
            is_for_some: action
                .is_some_and(|action| action.children().any(|child| child.name() == "destination")),
        };
        let kind = about.action.as_ref().map(|tag| AckKind::from(tag.as_str()));
        let ack = id.zip(as_it_stands("from")).map(|(id, to)| Ack {
            id,
            to,
            kind,
            participant: as_it_stands("participant"),
            recipient: as_it_stands("recipient"),
        });
        ParseError::in_envelope(fault, ack, about)
    })
}

/// The attributes of a `<call>`, each read where it stands; or what was found instead. Most are not there, and to look for each
/// would take longer than to look at those that are.
#[derive(Default)]
struct Header {
    id: Option<Result<StanzaId, String>>,
    from: Option<Result<Jid, String>>,
    timestamp: Option<Result<u64, String>>,
    to: Option<Result<Jid, String>>,
    offline: bool,
    e: Option<Text>,
    notify: Option<Text>,
    platform: Option<Text>,
    version: Option<Text>,
    participant: Option<Result<Jid, String>>,
    recipient: Option<Result<Jid, String>>,
    sender_lid: Option<Result<Jid, String>>,
}

impl Header {
    fn of<'v>(root: At<'_, impl View<'v>>) -> Self {
        let mut own = Self::default();
        // The first counts, if one stands there twice.
        root.attributes(|name, value| match name {
            "id" if own.id.is_none() => own.id = Some(stanza_id(value)),
            "from" if own.from.is_none() => own.from = Some(jid(value)),
            "t" if own.timestamp.is_none() => own.timestamp = Some(seconds(value)),
            "to" if own.to.is_none() => own.to = Some(jid(value)),
            "offline" => own.offline = true,
            "e" if own.e.is_none() => own.e = Some(value.into()),
            "notify" if own.notify.is_none() => own.notify = Some(value.into()),
            "platform" if own.platform.is_none() => own.platform = Some(value.into()),
            "version" if own.version.is_none() => own.version = Some(value.into()),
            "participant" if own.participant.is_none() => own.participant = Some(jid(value)),
            "recipient" if own.recipient.is_none() => own.recipient = Some(jid(value)),
            "sender_lid" if own.sender_lid.is_none() => own.sender_lid = Some(jid(value)),
            _ => {}
        });
        own
    }
}

const SENDER: &str = "the address of the sender";

fn unusable(problem: Problem) -> Fault {
    Fault::new(ParseErrorKind::Envelope, problem)
}

fn call_in<'v>(
    root: At<'_, impl View<'v>>,
    from: Jid,
    id: Option<StanzaId>,
    header: Header,
) -> Result<Received, Fault> {
    let action = first_action(root);
    let is_timed = header.timestamp.is_some();
    let timestamp = fit_or_noted(root, "t", TIME, header.timestamp);
    if matches!(action, Some((ActionKind::Offer, _))) {
        if id.is_none() {
            // Without one there is nothing to correlate on, and the envelope is of no use (SIG-16.9).
            return Err(unusable(missing(root, "id", "the id of the stanza")));
        }
        if !is_timed {
            root.note(|| missing(root, "t", TIME));
        }
    }
    let envelope = Envelope {
        from,
        id,
        timestamp,
        to: fit(root, "to", "an address", header.to)?,
        offline: header.offline,
        e: header.e,
        notify: header.notify,
        platform: header.platform,
        version: header.version,
        participant: fit(
            root,
            "participant",
            "the address of a device",
            header.participant,
        )?,
        recipient: fit(root, "recipient", "an address", header.recipient)?,
        sender_lid: fit_or_noted(root, "sender_lid", "an address", header.sender_lid),
        problems: Vec::new(),
        weight: Weight::default(),
    };
    let mut received = match action {
        None => match news(root) {
            Some(news) => Received::News(Inbound::new(envelope, news)),
            None => Received::Unknown(Inbound::new(envelope, unknown(root))),
        },
        Some((ActionKind::Offer, action)) => received_offer(envelope, action)?,
        Some((kind, action)) => received_action(envelope, kind, action)?,
    };
    received.set_weight(root.weight());
    received.set_problems(root.take_problems());
    Ok(received)
}

const TIME: &str = "the time in Unix seconds, in decimal digits";

/// An offer is of a call that rings, or of one that is over.
fn received_offer<'v>(envelope: Envelope, action: At<'_, impl View<'v>>) -> Result<Received> {
    let offer = Offer::decode(action)?;
    let reason = reason(action, "terminate_reason");
    if !(envelope.offline || reason.is_some() || is(action, "is_call_ended", "1")) {
        return Ok(if offer.is_group() {
            Received::GroupOffer(Inbound::new(envelope, GroupOffer { offer }))
        } else {
            Received::Offer(Inbound::new(envelope, offer))
        });
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
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self>;
}

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        fn received_action<'v>(envelope: Envelope, kind: ActionKind, action: At<'_, impl View<'v>>) -> Result<Received> {
            Ok(match kind {
                $(ActionKind::$action => Received::$action(Inbound::new(envelope, crate::stanza::$action::decode(action)?)),)+
            })
        }

        fn any_action<'v>(kind: ActionKind, action: At<'_, impl View<'v>>) -> Result<AnyAction> {
            Ok(match kind {
                $(ActionKind::$action => crate::stanza::$action::decode(action)?.into(),)+
            })
        }
    };
}
with_actions!(generate);

/// Reads what was sent: it has a `to`, and need not have `from`, `id` and `t`. Problems are not kept.
pub(super) fn sent<'v>(
    stanza: impl View<'v>,
    (len, too_large): (usize, Option<Fault>),
) -> Result<Outgoing, Fault> {
    let reading = Reading::of(len);
    let root = At::new(stanza, &reading);
    if let Some(fault) = too_large {
        return Err(fault);
    }
    match root.name() {
        "call" => {
            let action = first_action(root);
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
            kind: root.attribute("type", |kind| AckKind::from(kind)),
        })),
        "receipt" => {
            let known = actions(root).map(|(kind, action)| (kind.tag(), action));
            let (tag, action) = known.chain(news_in(root)).next().ok_or_else(|| {
                let expected = "the action that it is for";
                root.problem(Part::Element, "no action inside", expected)
            })?;
            Ok(Outgoing::Receipt(CallReceipt {
                to: required(root, "to", "the address of the receiver", jid)?,
                id: required(root, "id", "the id of the stanza that it is for", stanza_id)?,
                from: optional(root, "from", "the own address", jid)?,
                participant: optional(root, "participant", "the address of a device", jid)?,
                action: tag,
                identity: identity(action)?,
            }))
        }
        _ => Err(not_a_stanza(root)),
    }
}

/// The first action that is known by its name alone and names its call.
fn news<'v>(root: At<'_, impl View<'v>>) -> Option<News> {
    let (kind, action) = news_in(root).next()?;
    Some(News {
        identity: identity(action).ok()?,
        kind,
        element: element(action)?.without_keys(),
    })
}

fn news_in<'r, 'v, V: View<'v>>(
    root: At<'r, V>,
) -> impl Iterator<Item = (&'static str, At<'r, V>)> {
    root.children()
        .filter_map(|child| News::kind_of(child.name()).map(|kind| (kind, child)))
}

fn unknown<'r, 'v, V: View<'v>>(root: At<'r, V>) -> UnknownAction {
    // News that name no call are unknown, and their keys stay closed all the same.
    let read = |child: At<'r, V>| match News::kind_of(child.name()) {
        Some(_) => element(child).map(Element::without_keys),
        None => element(child),
    };
    UnknownAction {
        elements: exact(root.children().filter_map(read)),
    }
}

fn not_a_stanza<'v>(root: At<'_, impl View<'v>>) -> Fault {
    let found = format!("`<{}>`", Token(root.name()));
    let expected = "`<call>`, `<ack class=\"call\">` or `<receipt>`";
    Fault::new(ParseErrorKind::NotAStanza, root.outside(found, expected))
}

/// The elements that are known actions, those of the documents first. One that the documents do not have, and that does not
/// name its call, is unknown.
fn actions<'r, 'v, V: View<'v>>(root: At<'r, V>) -> impl Iterator<Item = (ActionKind, At<'r, V>)> {
    // A stanza beyond the bounds is looked at only so far.
    let known = move || {
        root.children()
            .take(MAX_NODES)
            .filter_map(|child| Some((ActionKind::from_tag(child.name())?, child)))
    };
    let is_documented = |kind| !matches!(kind, ActionKind::VideoState | ActionKind::CallDuration);
    let observed =
        known().filter(move |(kind, child)| !is_documented(*kind) && names_its_call(*child));
    known()
        .filter(move |(kind, _)| is_documented(*kind))
        .chain(observed)
}

/// Whether its identity can be read. Nothing is made of why it cannot: an error would look for its place.
fn names_its_call<'v>(action: At<'_, impl View<'v>>) -> bool {
    lax(action, "call-id", call_id).is_some() && lax(action, "call-creator", jid).is_some()
}

/// The first known action. A second one is a problem (SIG-07.1), and unknown siblings do not matter.
fn first_action<'r, 'v, V: View<'v>>(root: At<'r, V>) -> Option<(ActionKind, At<'r, V>)> {
    let mut actions = actions(root);
    let action = actions.next();
    if let (Some((first, _)), Some((second, element))) = (action, actions.next()) {
        root.note(|| {
            let found = format!("a second action, `<{}>`", second.tag());
            let expected = format!("no action beside `<{}>`", first.tag());
            let problem = element.problem(Part::Element, found, expected);
            problem.in_element("call")
        });
    }
    action
}

impl Decode for Heartbeat {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            unknown_children: elements(action),
        })
    }
}

fn without_keys(mut destination: Destination) -> Destination {
    for recipient in &mut destination.recipients {
        recipient.enc = None;
    }
    destination
}

fn server_ack<'v>(root: At<'_, impl View<'v>>) -> Result<ServerAck> {
    let mut error = root.has("error").then(|| AckError {
        code: told(root, "error", "an error code in decimal digits", number),
        text: None,
    });
    if let Some(child) = root.children().find(|child| child.name() == "error") {
        let code = told(child, "code", "an error code in decimal digits", number);
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
        timestamp: told(root, "t", TIME, seconds),
        error,
        children: elements(root),
        problems: root.take_problems(),
    })
}

/// What a receipt is for.
fn receipted<'r, 'v, V: View<'v>>(root: At<'r, V>) -> Option<At<'r, V>> {
    let offer = root.children().find(|child| child.name() == OFFER);
    offer.or_else(|| root.children().next())
}

fn receipt<'v>(root: At<'_, impl View<'v>>) -> Result<Receipt> {
    let action = receipted(root);
    let identity = match action {
        // Only an offer's receipt has to name its call (SIG-17.19); other receipts are only reported.
        Some(action) if action.name() == OFFER => Some(identity(action)?),
        _ => None,
    };
    Ok(Receipt {
        from: required(root, "from", "the address of the sender", jid)?,
        id: required(root, "id", "the id of the stanza that it is for", stanza_id)?,
        participant: optional(root, "participant", "the address of a device", jid)?,
        timestamp: told(root, "t", TIME, seconds),
        action: action.map(|action| action.name().into()),
        call_id: match &identity {
            Some(identity) => Some(identity.call_id.clone()),
            None => action.and_then(|action| lax(action, "call-id", call_id)),
        },
        call_creator: match identity {
            Some(identity) => Some(identity.call_creator),
            None => action.and_then(|action| lax(action, "call-creator", jid)),
        },
        problems: root.take_problems(),
    })
}

fn identity<'v>(action: At<'_, impl View<'v>>) -> Result<Identity> {
    let call_id = required(action, "call-id", "the id of the call", call_id)?;
    let (name, what) = ("call-creator", "the address of the call's creator");
    // Nearly always the sender of an offer has created the call, and one text does for both.
    let creator = action.attribute(name, |value| {
        action.sender_if(value).map_or_else(|| jid(value), Ok)
    });
    let creator = fit(action, name, what, creator)?;
    Ok(Identity {
        call_id,
        call_creator: creator.ok_or_else(|| missing(action, name, what))?,
    })
}

impl Decode for Offer {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([audio, enc, destination], once, rest) = sorted(
            action,
            ["audio", "enc", "destination"],
            [
                "group_info",
                "privacy",
                "video",
                "net",
                "capability",
                "encopt",
                "device-identity",
            ],
        );
        let [
            group_info,
            privacy,
            video,
            net,
            capability,
            encopt,
            device_identity,
        ] = once;
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
            group: optional(
                action,
                "group-jid",
                "the address of a group, `…@g.us`",
                group,
            )?,
            kind: text(action, "type"),
            group_info: group_info.map(fields::group_info),
            privacy: privacy.map(payload),
            audio: audio.all(fields::audio),
            video: video.map(fields::video),
            redial: told(
                action,
                "user_redial_count",
                "a count in decimal digits",
                number,
            ),
            silence: first(action, "silence", |silence| text(silence, "reason")).flatten(),
            net: net.map(fields::net),
            capability: capability.map(fields::capability),
            keygen: encopt.and_then(keygen),
            is_keygen_unreadable: encopt.is_some_and(|encopt| {
                encopt.has("keygen") && lax(encopt, "keygen", number).is_none()
            }),
            // Several bare keys are read, although working clients put several into a destination (SIG-01.14).
            keys: enc.all(fields::enc),
            destination: fields::destination(&destination)?,
            device_identity: device_identity.map(payload),
            unknown_children: rest
                .elements()
                .into_iter()
                .map(Element::without_keys)
                .collect(),
        })
    }
}

impl Decode for OfferNotice {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            media: text(action, "media"),
            kind: text(action, "type"),
            unknown_children: elements(action),
        })
    }
}

impl Decode for Preaccept {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([audio, destination], [video, encopt, capability], rest) = sorted(
            action,
            ["audio", "destination"],
            ["video", "encopt", "capability"],
        );
        Ok(Self {
            identity: identity(action)?,
            audio: audio.all(fields::audio),
            video: video.map(fields::video),
            keygen: encopt.and_then(keygen),
            capability: capability.map(fields::capability),
            destination: fields::destination(&destination)?,
            unknown_children: rest.elements(),
        })
    }
}

impl Decode for Accept {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([audio, enc, destination], once, rest) = sorted(
            action,
            ["audio", "enc", "destination"],
            [
                "video",
                "te",
                "net",
                "encopt",
                "capability",
                "rte",
                "voip_settings",
            ],
        );
        let [video, te, net, encopt, capability, rte, voip_settings] = once;
        Ok(Self {
            identity: identity(action)?,
            audio: audio.all(fields::audio),
            video: video.map(fields::video),
            te: te.map(payload),
            net: net.map(fields::net),
            keygen: encopt.and_then(keygen),
            capability: capability.map(fields::capability),
            rte: rte.map(payload),
            voip_settings: voip_settings.map(payload),
            keys: enc.all(fields::enc),
            destination: fields::destination(&destination)?,
            unknown_children: rest.elements(),
        })
    }
}

impl Decode for Reject {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            reason: reason(action, "reason"),
            unknown_children: elements(action),
        })
    }
}

impl Decode for Terminate {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([destination], [], rest) = sorted(action, ["destination"], []);
        Ok(Self {
            identity: identity(action)?,
            reason: reason(action, "reason"),
            duration: told(action, "duration", "a length in decimal digits", number),
            audio_duration: told(
                action,
                "audio_duration",
                "a length in decimal digits",
                number,
            ),
            destination: fields::destination(&destination)?,
            unknown_children: rest.elements(),
        })
    }
}

impl Decode for Transport {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([destination], [te, net], rest) = sorted(action, ["destination"], ["te", "net"]);
        Ok(Self {
            identity: identity(action)?,
            message_type: text(action, "transport-message-type"),
            round: told(
                action,
                "p2p-cand-round",
                "a round in decimal digits",
                number,
            ),
            te: te.map(payload),
            net: net.map(fields::net),
            destination: fields::destination(&destination)?,
            unknown_children: rest.elements(),
        })
    }
}

impl Decode for RelayLatency {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let ([te, destination], [], rest) = sorted(action, ["te", "destination"], []);
        Ok(Self {
            identity: identity(action)?,
            endpoints: te.all(fields::te),
            destination: fields::destination(&destination)?,
            unknown_children: rest.elements(),
        })
    }
}

impl Decode for Mute {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        Ok(Self {
            identity: identity(action)?,
            state: match text(action, "request-state") {
                None => wanted(action, "mute-state", MICROPHONE, microphone),
                Some(_) => told(action, "mute-state", MICROPHONE, microphone),
            },
            request: told(action, "request-state", MICROPHONE, microphone),
            unknown_children: elements(action),
        })
    }
}

const MICROPHONE: &str = "the state of the microphone";

#[allow(clippy::unnecessary_wraps)] // any word is one
fn microphone(word: &str) -> Result<MuteState, String> {
    Ok(MuteState::read(word))
}

impl Decode for VideoState {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let known = [
            "call-id",
            "call-creator",
            "state",
            "device_orientation",
            "dec",
        ];
        let mut attributes = attributes(action);
        attributes.retain(|attribute| !known.contains(&attribute.name()));
        Ok(Self {
            identity: identity(action)?,
            code: wanted(action, "state", "a state in decimal digits", number).map(VideoCode),
            orientation: told(
                action,
                "device_orientation",
                "a number of quarter turns",
                number,
            ),
            decoder: text(action, "dec"),
            attributes,
            unknown_children: elements(action),
        })
    }
}

impl Decode for CallDuration {
    fn decode<'v>(action: At<'_, impl View<'v>>) -> Result<Self> {
        let length = "a number of milliseconds in decimal digits";
        Ok(Self {
            identity: identity(action)?,
            peer: told(action, "peer", "an address", jid),
            audio: told(action, "audio_duration", length, number),
            video: told(action, "video_duration", length, number),
        })
    }
}
