use std::net::SocketAddr;

use super::element::find_child;
use super::{
    Audio, Capability, Destination, Element, Enc, Identity, Net, Offer, Payload, VideoFormat,
};

/// `<accept>`: a device of the callee answers.
///
/// ```xml
/// <call to="15550199:3@lid" id="DE45">
///   <accept call-id="00C0FFEE" call-creator="15550199:3@lid">
///     <audio enc="opus" rate="16000"/>
///     <te priority="2">cb00710a0d96</te>                       <!-- optional -->
///     <net medium="2"/>
///     <encopt keygen="2"/>
///     <capability ver="1">0105f709e4bb13</capability>          <!-- optional -->
///     <rte>0102</rte>                                          <!-- optional -->
///     <voip_settings uncompressed="1">7b7d</voip_settings>     <!-- optional -->
///   </accept>
/// </call>
/// ```
///
/// **Sent** by [`Call::accept`](crate::Call::accept) ([`MayAccept`](crate::law::MayAccept)), in this order of children
/// (SIG-03.6), to the peer that made the offer (SIG-03.1). **Received**, only the two ids are required; keys and
/// endpoints, which the catalogue expects (CAT-ACCEPT.9, CAT-ACCEPT.12), are kept.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><accept call-id="C0" call-creator="15550199@lid"><net medium="2"/></accept></call>"#;
/// let Received::Accept(accept) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(accept.action().net().and_then(|net| net.medium()), Some(2));
/// # drop(accept.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(call: ringstate::Call<ringstate::Caller, ringstate::Acked>, answer: ringstate::Answer) {
/// call.accept(answer); // cannot be sent by the Caller of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/accept.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    pub(crate) identity: Identity,
    pub(crate) audio: Vec<Audio>,
    pub(crate) video: Option<VideoFormat>,
    pub(crate) te: Option<Payload>,
    pub(crate) net: Option<Net>,
    pub(crate) keygen: Option<u32>,
    pub(crate) capability: Option<Capability>,
    pub(crate) rte: Option<Payload>,
    pub(crate) voip_settings: Option<Payload>,
    pub(crate) keys: Vec<Enc>,
    pub(crate) destination: Option<Destination>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Accept {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            audio: Vec::new(),
            video: None,
            te: None,
            net: None,
            keygen: None,
            capability: None,
            rte: None,
            voip_settings: None,
            keys: Vec::new(),
            destination: None,
            unknown_children: Vec::new(),
        }
    }

    /// The formats of sound that the device takes, most preferred first; none states no preference (SIG-03.8).
    #[must_use]
    pub fn audio(&self) -> &[Audio] {
        &self.audio
    }

    /// The relay that the server allocated, kept as read (OBS-12).
    #[must_use]
    pub fn relay(&self) -> Option<&Element> {
        find_child(&self.unknown_children, "relay")
    }

    /// The picture that the device takes, in a video call.
    #[must_use]
    pub fn video(&self) -> Option<&VideoFormat> {
        self.video.as_ref()
    }

    /// An endpoint of a relay (SIG-03.14).
    #[must_use]
    pub fn te(&self) -> Option<&Payload> {
        self.te.as_ref()
    }

    /// The kind of network (SIG-03.11).
    #[must_use]
    pub fn net(&self) -> Option<Net> {
        self.net
    }

    /// The scheme by which media keys follow from the call key (SIG-03.13).
    #[must_use]
    pub fn keygen(&self) -> Option<u32> {
        self.keygen
    }

    /// What the device's client can do (SIG-03.16).
    #[must_use]
    pub fn capability(&self) -> Option<&Capability> {
        self.capability.as_ref()
    }

    /// An opaque blob (SIG-03.17).
    #[must_use]
    pub fn rte(&self) -> Option<&Payload> {
        self.rte.as_ref()
    }

    /// Settings of the call (SIG-03.18).
    #[must_use]
    pub fn voip_settings(&self) -> Option<&Payload> {
        self.voip_settings.as_ref()
    }

    /// Keys from the callee, which the catalogue expects and no documented client sends (CAT-ACCEPT.9).
    #[doc(alias("CAT-ACCEPT.9"))]
    #[must_use]
    pub fn keys(&self) -> &[Enc] {
        &self.keys
    }

    /// Endpoints, which the catalogue expects here (CAT-ACCEPT.12).
    #[doc(alias("CAT-ACCEPT.12"))]
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        self.destination.as_ref()
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}

/// The sample rates of an answer, in hertz, most preferred first. By type, there is at least one (SIG-03.7, SIG-04.10).
///
/// ```
/// use ringstate::AudioRates;
///
/// let only_narrowband = AudioRates::only(AudioRates::NARROWBAND);
/// let both = AudioRates { preferred: AudioRates::WIDEBAND, others: vec![AudioRates::NARROWBAND] };
/// assert_eq!(both.iter().collect::<Vec<_>>(), [16000, 8000]);
/// # drop(only_narrowband);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioRates {
    /// The rate that the callee prefers.
    pub preferred: u32,
    /// Other rates that it takes.
    pub others: Vec<u32>,
}

impl AudioRates {
    /// 8 kHz (SIG-03.10).
    pub const NARROWBAND: u32 = 8000;
    /// 16 kHz (SIG-03.10).
    pub const WIDEBAND: u32 = 16000;

    /// A single rate.
    #[must_use]
    pub fn only(rate: u32) -> Self {
        Self {
            preferred: rate,
            others: Vec::new(),
        }
    }

    /// Returns the rates of an offer that you can answer with, in its order; 16 kHz if it lists none (SIG-16.38).
    /// Returns `None` if it lists only formats that no answer has: you can decline such a call and not answer it.
    ///
    /// ```
    /// use ringstate::{Acked, AudioRates, Call, Callee};
    ///
    /// fn rates(call: &Call<Callee, Acked>) -> Option<AudioRates> {
    ///     AudioRates::of(call.offer())
    /// }
    /// ```
    #[must_use]
    pub fn of(offer: &Offer) -> Option<Self> {
        let formats = offer.audio().iter().filter_map(|audio| audio.rate);
        if formats.clone().next().is_none() {
            return Some(Self::only(Self::WIDEBAND));
        }
        let mut rates = formats.filter(|&rate| offer.allows(rate));
        Some(Self {
            preferred: rates.next()?,
            others: rates.collect(),
        })
    }

    /// The rates, most preferred first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.preferred).chain(self.others.iter().copied())
    }

    /// The formats to send: a rate that is listed twice is sent once.
    pub(crate) fn audio(&self) -> Vec<Audio> {
        let mut formats: Vec<Audio> = Vec::new();
        for rate in self.iter() {
            if formats.iter().all(|format| format.rate != Some(rate)) {
                formats.push(Audio::opus(rate));
            }
        }
        formats
    }
}

/// The parts of an `<accept>` that the offer does not settle.
///
/// ```
/// use ringstate::{Answer, AudioRates};
///
/// let answer = Answer {
///     te: Some(vec![0xcb, 0x00, 0x71, 0x0a, 0x0d, 0x96]),
///     ..Answer::new(AudioRates::only(AudioRates::WIDEBAND))
/// };
/// assert!(answer.capability);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The rates that the callee takes. The offer must list each of them, unless it lists none (SIG-16.38).
    pub audio: AudioRates,
    /// The picture that the callee takes, in a video call: [`VideoFormat::answered`]. Without it, a video call is answered with
    /// sound alone.
    pub video: Option<VideoFormat>,
    /// The endpoint of a relay, opaque (SIG-03.14).
    pub te: Option<Vec<u8>>,
    /// Whether to state the documented capability (SIG-03.16).
    pub capability: bool,
    /// An opaque blob (SIG-03.17).
    pub rte: Option<Vec<u8>>,
    /// Settings of the call, opaque (SIG-03.18).
    pub voip_settings: Option<Vec<u8>>,
    /// Keys from the callee. The catalogue expects them and the signalling document has no place for them
    /// (CAT-ACCEPT.9). They are sent on request only, after the `<net>`, where one client puts them.
    pub keys: Vec<AnswerKey>,
    /// Endpoints of the callee, which only the catalogue has (CAT-ACCEPT.12). They are sent in a `<destination>` before
    /// the `<voip_settings>`, which stay last.
    pub endpoints: Vec<SocketAddr>,
}

/// A key from the callee: a Signal message for the caller.
#[derive(Clone, PartialEq, Eq)]
pub enum AnswerKey {
    /// `type="msg"`: in a session that exists.
    Session(Vec<u8>),
    /// `type="pkmsg"`: in a message that opens the session.
    NewSession(Vec<u8>),
}

impl AnswerKey {
    /// `<enc v="2" type>` (CAT-ACCEPT.10, CAT-ACCEPT.11).
    pub(crate) fn into_enc(self) -> Enc {
        let (kind, message) = match self {
            Self::Session(message) => ("msg", message),
            Self::NewSession(message) => ("pkmsg", message),
        };
        Enc {
            version: Some(2),
            kind: Some(kind.into()),
            count: None,
            content: Payload::Bytes(message.into()),
        }
    }
}

impl std::fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "AnswerKey(msg)",
            Self::NewSession(_) => "AnswerKey(pkmsg)",
        })
    }
}

impl Answer {
    /// An answer with these rates, the capability, and none of the opaque parts.
    #[must_use]
    pub fn new(audio: AudioRates) -> Self {
        Self {
            audio,
            video: None,
            te: None,
            capability: true,
            rte: None,
            voip_settings: None,
            keys: Vec::new(),
            endpoints: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("audio", &self.audio)
            .field("capability", &self.capability)
            .finish_non_exhaustive()
    }
}
