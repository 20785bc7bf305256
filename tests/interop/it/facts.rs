//! What each side has read of a stanza, as pairs that can be compared.

use std::fmt::{Debug, Display};

use ringstate::stanza::{
    Accept, AnyAction, Audio, Envelope, Offer, OfferNotice, Preaccept, Reject, RelayLatency,
    Terminate, Transport, VideoCode, VideoState,
};
use ringstate::{CallId, Identity, Received, TerminateReason};
use wacore::types::call::{CallAction, CallAudioCodec, IncomingCall};

/// The name of the action, and what was read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts(pub(crate) Vec<(&'static str, String)>);

fn debug(value: impl Debug) -> String {
    format!("{value:?}")
}

fn text(value: Option<impl Display>) -> String {
    debug(value.map(|value| value.to_string()))
}

fn formats<'a>(audio: impl Iterator<Item = (&'a str, Option<u32>)>) -> String {
    debug(audio.collect::<Vec<_>>())
}

fn our_formats(audio: &[Audio]) -> String {
    formats(
        audio
            .iter()
            .map(|audio| (audio.codec().unwrap_or("?"), audio.rate())),
    )
}

fn their_formats(audio: &[CallAudioCodec]) -> String {
    formats(audio.iter().map(|audio| (&*audio.enc, Some(audio.rate))))
}

impl Facts {
    fn of(kind: &'static str, identity: &Identity) -> Self {
        Self(vec![
            ("action", kind.to_owned()),
            ("call-id", debug(CallId::as_str(&identity.call_id))),
            ("call-creator", identity.call_creator.to_string()),
        ])
    }

    fn and(mut self, more: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.0.extend(more);
        self
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let mut own = self.0.iter();
        own.find(|(own, _)| *own == name)
            .map_or("", |(_, value)| value)
    }

    /// The pairs that the other has not.
    pub(crate) fn besides(&self, other: &Self) -> Vec<(&'static str, String)> {
        let own = self.0.iter();
        own.filter(|fact| !other.0.contains(fact))
            .cloned()
            .collect()
    }
}

/// The attributes that both sides read of an action.
trait Told {
    fn facts(&self) -> Vec<(&'static str, String)>;
}

impl<T: Told> Told for Box<T> {
    fn facts(&self) -> Vec<(&'static str, String)> {
        (**self).facts()
    }
}

impl Told for Offer {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("caller_pn", text(self.caller_pn())),
            ("caller_country_code", text(self.caller_country_code())),
            ("device_class", text(self.device_class())),
            ("joinable", debug(self.is_joinable())),
            ("is_video", debug(self.is_video())),
            ("audio", our_formats(self.audio())),
            ("group", text(self.group())),
        ]
    }
}

impl Told for OfferNotice {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("is_video", debug(self.is_video())),
            ("is_group", debug(self.is_group())),
        ]
    }
}

impl Told for Preaccept {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("audio", our_formats(self.audio()))]
    }
}

impl Told for Accept {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("audio", our_formats(self.audio()))]
    }
}

impl Told for Reject {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![("reason", text(self.reason().map(TerminateReason::as_str)))]
    }
}

impl Told for Terminate {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("reason", text(self.reason().map(TerminateReason::as_str))),
            ("duration", text(self.duration())),
            ("audio_duration", text(self.audio_duration())),
        ]
    }
}

impl Told for Transport {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("round", text(self.round())),
            ("message type", text(self.message_type())),
        ]
    }
}

impl Told for RelayLatency {
    fn facts(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Told for VideoState {
    fn facts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("state", text(self.code().map(VideoCode::to_wire))),
            ("orientation", text(self.orientation())),
            ("dec", text(self.decoder())),
        ]
    }
}

macro_rules! facts {
    ($identity:expr, $tag:literal, $action:expr) => {
        Some(Facts::of($tag, $identity).and(Told::facts($action)))
    };
}

/// What this crate wrote, as far as the client reads it; nothing where it reads nothing.
pub(crate) fn written(action: &AnyAction) -> Option<Facts> {
    let identity = action.identity()?;
    match action {
        AnyAction::Offer(action) => facts!(identity, "offer", action),
        AnyAction::OfferNotice(action) => facts!(identity, "offer_notice", action),
        AnyAction::Preaccept(action) => facts!(identity, "preaccept", action),
        AnyAction::Accept(action) => facts!(identity, "accept", action),
        AnyAction::Reject(action) => facts!(identity, "reject", action),
        AnyAction::Terminate(action) => facts!(identity, "terminate", action),
        AnyAction::Transport(action) => facts!(identity, "transport", action),
        AnyAction::RelayLatency(action) => facts!(identity, "relaylatency", action),
        AnyAction::VideoState(action) => facts!(identity, "video", action),
        _ => None,
    }
}

fn of_envelope(envelope: &Envelope) -> Vec<(&'static str, String)> {
    vec![
        ("from", envelope.from().to_string()),
        ("id", text(envelope.id())),
        ("t", text(envelope.timestamp())),
        (
            "notify",
            text(envelope.notify().filter(|name| !name.is_empty())),
        ),
        ("platform", text(envelope.platform())),
        ("version", text(envelope.version())),
        ("participant", text(envelope.participant())),
        ("recipient", text(envelope.recipient())),
        ("offline", debug(envelope.is_offline())),
    ]
}

/// What this crate has read, as far as the client reads it; nothing where it reads nothing.
pub(crate) fn ours(received: &Received) -> Option<Facts> {
    macro_rules! read {
        ($tag:literal, $stanza:expr) => {
            facts!($stanza.identity(), $tag, $stanza.action())
                .map(|facts| facts.and(of_envelope($stanza.envelope())))
        };
    }
    match received {
        Received::Offer(stanza) => read!("offer", stanza),
        Received::GroupOffer(stanza) => {
            let facts = facts!(stanza.identity(), "offer", stanza.action().offer());
            facts.map(|facts| facts.and(of_envelope(stanza.envelope())))
        }
        Received::EndedOffer(stanza) => {
            let facts = facts!(stanza.identity(), "offer", stanza.action().offer());
            facts.map(|facts| facts.and(of_envelope(stanza.envelope())))
        }
        Received::OfferNotice(stanza) => read!("offer_notice", stanza),
        Received::Preaccept(stanza) => read!("preaccept", stanza),
        Received::Accept(stanza) => read!("accept", stanza),
        Received::Reject(stanza) => read!("reject", stanza),
        Received::Terminate(stanza) => read!("terminate", stanza),
        Received::Transport(stanza) => read!("transport", stanza),
        Received::RelayLatency(stanza) => read!("relaylatency", stanza),
        Received::VideoState(stanza) => read!("video", stanza),
        _ => None,
    }
}

/// What the client has read of the action, where this crate has a type for it.
pub(crate) fn of_action(action: &CallAction) -> Option<Facts> {
    let (kind, told) = match action {
        CallAction::Offer {
            caller_pn,
            caller_country_code,
            device_class,
            joinable,
            is_video,
            audio,
            group_jid,
            ..
        } => (
            "offer",
            vec![
                ("caller_pn", text(caller_pn.as_ref())),
                ("caller_country_code", text(caller_country_code.as_ref())),
                ("device_class", text(device_class.as_ref())),
                ("joinable", debug(joinable)),
                ("is_video", debug(is_video)),
                ("audio", their_formats(audio)),
                ("group", text(group_jid.as_ref())),
            ],
        ),
        CallAction::OfferNotice {
            is_video, is_group, ..
        } => (
            "offer_notice",
            vec![("is_video", debug(is_video)), ("is_group", debug(is_group))],
        ),
        CallAction::PreAccept { audio, .. } => ("preaccept", vec![("audio", their_formats(audio))]),
        CallAction::Accept { audio, .. } => ("accept", vec![("audio", their_formats(audio))]),
        CallAction::Reject { reason, .. } => ("reject", vec![("reason", text(reason.as_ref()))]),
        CallAction::Terminate {
            reason,
            duration,
            audio_duration,
            ..
        } => (
            "terminate",
            vec![
                ("reason", text(reason.as_ref())),
                ("duration", text(duration.as_ref())),
                ("audio_duration", text(audio_duration.as_ref())),
            ],
        ),
        CallAction::Transport {
            p2p_cand_round,
            transport_message_type,
            ..
        } => (
            "transport",
            vec![
                ("round", text(p2p_cand_round.as_ref())),
                ("message type", text(transport_message_type.as_ref())),
            ],
        ),
        CallAction::RelayLatency { .. } => ("relaylatency", Vec::new()),
        CallAction::VideoState {
            state,
            orientation,
            dec,
            ..
        } => (
            "video",
            vec![
                ("state", debug(Some(state.code().to_string()))),
                ("orientation", text(orientation.as_ref())),
                ("dec", text(dec.as_ref())),
            ],
        ),
        _ => return None,
    };
    let named = vec![
        ("action", kind.to_owned()),
        ("call-id", debug(action.call_id())),
        ("call-creator", action.call_creator().to_string()),
    ];
    Some(Facts(named).and(told))
}

/// What the client has read, where this crate has a type for it.
pub(crate) fn theirs(call: &IncomingCall) -> Option<Facts> {
    let id = Some(&call.stanza_id).filter(|id| !id.is_empty());
    Some(of_action(&call.action)?.and([
        ("from", call.from.to_string()),
        ("id", text(id)),
        ("t", text(Some(call.timestamp.timestamp()))),
        ("notify", text(call.notify.as_ref())),
        ("platform", text(call.platform.as_ref())),
        ("version", text(call.version.as_ref())),
        ("participant", text(call.participant.as_ref())),
        ("recipient", text(call.recipient.as_ref())),
        ("offline", debug(call.offline)),
    ]))
}
