//! The parts that offers, answers and transport messages share.

use std::fmt;
use std::net::SocketAddr;

use super::element::find;
use super::{Attribute, Text};
use crate::id::{IdError, Jid, check};

/// Binary content: bytes, the mark of a log that left them out, or text that is no bytes.
///
/// In XML it is hexadecimal. White space inside is skipped, and a comment in its place means that the content is
/// unknown. `Debug` shows only the length.
///
/// ```
/// use ringstate::stanza::Payload;
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100@lid" id="1A"><accept call-id="C0" call-creator="15550199@lid">
///     <te priority="2">cb 00</te><rte><!-- left out --></rte></accept></call>"#;
/// let Received::Accept(accept) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(accept.action().te().and_then(Payload::bytes), Some(&[0xcb, 0x00][..]));
/// assert_eq!(accept.action().rte(), Some(&Payload::Elided));
/// # drop(accept.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload {
    /// The bytes.
    Bytes(Box<[u8]>),
    /// A comment stood in place of the bytes. You can read this, and never send it.
    Elided,
    /// A text stood there that is not hexadecimal: some clients print content as text or as base64. It is a
    /// [`Problem`](super::Problem) as well. You can read this, and never send it.
    Text(Box<str>),
    /// A log printed this: the digits of bytes, or bytes that are such a text. Which of them it is nobody can tell. You can read
    /// this, and never send it.
    Ambiguous(Box<str>),
}

impl Payload {
    /// The bytes, if it has any.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Elided | Self::Text(_) | Self::Ambiguous(_) => None,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Elided => f.write_str("[elided]"),
            Self::Text(text) => write!(f, "[text of {} bytes]", text.len()),
            Self::Ambiguous(text) => write!(f, "[ambiguous, {} characters]", text.len()),
        }
    }
}

/// `<audio enc="opus" rate="16000"/>`: a format of sound, most preferred first (SIG-16.15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    pub(crate) codec: Option<Text>,
    pub(crate) rate: Option<u32>,
}

impl Audio {
    /// The codec that every documented format has (SIG-01.9, SIG-03.7).
    pub const OPUS: &'static str = "opus";

    /// The documented codec at this rate.
    pub(crate) fn opus(rate: u32) -> Self {
        Self {
            codec: Some(Self::OPUS.into()),
            rate: Some(rate),
        }
    }

    /// The codec's name, `opus` in all that was seen (the attribute `enc`).
    #[must_use]
    pub fn codec(&self) -> Option<&str> {
        self.codec.as_ref().map(Text::as_str)
    }

    /// Whether it is the codec of all answers, or one that cannot be read.
    pub(crate) fn is_opus(&self) -> bool {
        self.codec().is_none_or(|codec| codec == Self::OPUS)
    }

    /// The sample rate in hertz.
    #[must_use]
    pub fn rate(&self) -> Option<u32> {
        self.rate
    }
}

// wacrg:SIG-02
/// `<video/>` in an offer or an answer: its presence makes a call a video call, whatever its attributes say (SIG-02.3,
/// SIG-02.4). (As an action it is a [`VideoState`](super::VideoState).)
///
/// ```
/// use ringstate::stanza::VideoFormat;
///
/// let offered = VideoFormat::offered(1920, 1080);
/// assert_eq!(offered.attribute("dec"), Some("H264"));
/// assert!(VideoFormat::default().attributes().is_empty()); // the documents' `<video/>`
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VideoFormat {
    pub(crate) attributes: Vec<Attribute>,
}

impl VideoFormat {
    /// What an offer states for H.264, on a screen of this size in pixels. Phones ring for it only if `enc` names `h.264` so
    /// (OBS-25).
    ///
    /// ```xml
    /// <video dec="H264" enc="h.264" device_orientation="0" screen_width="1920" screen_height="1080"/>
    /// ```
    #[must_use]
    pub fn offered(width: u32, height: u32) -> Self {
        Self::of(&[
            ("dec", "H264"),
            ("enc", "h.264"),
            ("device_orientation", "0"),
            ("screen_width", &width.to_string()),
            ("screen_height", &height.to_string()),
        ])
    }

    /// What an accept states (OBS-VIDEO-3).
    ///
    /// ```xml
    /// <video dec="H264" device_orientation="0"/>
    /// ```
    #[must_use]
    pub fn answered() -> Self {
        Self::of(&[("dec", "H264"), ("device_orientation", "0")])
    }

    /// What a preaccept states (OBS-VIDEO-3).
    pub(crate) fn preaccepted() -> Self {
        Self::of(&[
            ("dec", "H264"),
            ("device_orientation", "0"),
            ("screen_width", "0"),
            ("screen_height", "0"),
        ])
    }

    fn of(attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(name, value)| Attribute {
            name: (*name).into(),
            value: (*value).into(),
        });
        Self {
            attributes: attributes.collect(),
        }
    }

    /// The value of the attribute with this name: `dec`, `enc`, `device_orientation`, `screen_width` and others.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    /// The attributes, which nothing here depends on.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }
}

/// `<net medium="3"/>`: the kind of network. The medium is 3 in an offer, 2 in an accept and in transport (SIG-03.12,
/// SIG-05.8); the protocol is of transport alone (SIG-05.9, SIG-05.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Net {
    pub(crate) medium: Option<u32>,
    pub(crate) protocol: Option<u32>,
}

impl Net {
    /// The attribute `medium`.
    #[must_use]
    pub fn medium(&self) -> Option<u32> {
        self.medium
    }

    /// The attribute `protocol`.
    #[must_use]
    pub fn protocol(&self) -> Option<u32> {
        self.protocol
    }
}

/// `<capability ver="1">0105f709e4bb13</capability>`: what the sender's client can do, opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    pub(crate) version: Option<u32>,
    pub(crate) content: Payload,
}

impl Capability {
    /// The version that every documented capability has (SIG-01.10, SIG-03.16, SIG-04.14).
    pub const VERSION: u32 = 1;
    /// The content documented for offer and accept (SIG-01.10, SIG-03.16).
    pub const OFFER_AND_ACCEPT: [u8; 7] = [0x01, 0x05, 0xf7, 0x09, 0xe4, 0xbb, 0x13];
    /// The content of a video offer, as clients send it (OBS-25).
    pub const VIDEO: [u8; 7] = [0x01, 0x05, 0xf7, 0x09, 0xe4, 0xbb, 0x53];
    /// The content documented for preaccept, whose last byte differs (SIG-04.14, SIG-04.15).
    pub const PREACCEPT: [u8; 7] = [0x01, 0x05, 0xf7, 0x09, 0xe4, 0xbb, 0x07];

    pub(crate) fn documented(content: [u8; 7]) -> Self {
        Self {
            version: Some(Self::VERSION),
            content: Payload::Bytes(content.into()),
        }
    }

    /// The attribute `ver`.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// The bits, whose meaning nobody has documented.
    #[must_use]
    pub fn content(&self) -> &Payload {
        &self.content
    }
}

/// `<enc v="2" type="msg" count="0">…</enc>`: the call key, encrypted for one device (SIG-01.12).
///
/// A call hands it out only once this device has rung or answered (SIG-18.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enc {
    pub(crate) version: Option<u32>,
    pub(crate) kind: Option<Text>,
    pub(crate) count: Option<u32>,
    pub(crate) content: Payload,
}

impl Enc {
    /// The attribute `v`, 2 in working clients (REF.11).
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// The attribute `type`: `pkmsg` where the message also opens the Signal session, `msg` where one exists already
    /// (SIG-01.13).
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(Text::as_str)
    }

    /// The attribute `count`, 0 in working clients (REF.11).
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// The Signal message.
    #[must_use]
    pub fn content(&self) -> &Payload {
        &self.content
    }
}

/// `<to jid="15550100:2@lid"/>`: a device that a stanza is for; in an offer, with the key for it inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub(crate) jid: Jid,
    pub(crate) enc: Option<Enc>,
}

impl Recipient {
    /// The device.
    #[must_use]
    pub fn jid(&self) -> &Jid {
        &self.jid
    }
}

/// `<te priority="2">…</te>`: an endpoint of a relay, as opaque bytes in today's clients, as attributes in the
/// catalogue's samples (SIG-05.17, CAT-OFFER.20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Te {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) content: Payload,
}

impl Te {
    /// A relay with the round trip to it (SIG-15.5 to SIG-15.8).
    pub(crate) fn measured(
        latency: Latency,
        [upload, download]: [Option<u32>; 2],
        name: Option<&RelayName>,
        address: Vec<u8>,
    ) -> Self {
        let attribute = |name: &str, value: &str| Attribute {
            name: name.into(),
            value: value.into(),
        };
        let mut attributes = vec![attribute("latency", &latency.to_wire().to_string())];
        attributes.extend(upload.map(|bits| attribute("ul_bw", &bits.to_string())));
        attributes.extend(download.map(|bits| attribute("dl_bw", &bits.to_string())));
        attributes.extend(name.map(|name| attribute("relay_name", name.as_str())));
        Self {
            attributes,
            content: Payload::Bytes(address.into()),
        }
    }

    /// An endpoint by its address, as the catalogue has it (CAT-ACCEPT.13).
    pub(crate) fn at(address: SocketAddr) -> Self {
        let attribute = |name: &str, value: String| Attribute {
            name: name.into(),
            value: value.as_str().into(),
        };
        Self {
            attributes: vec![
                attribute("ip", address.ip().to_string()),
                attribute("port", address.port().to_string()),
            ],
            content: Payload::Bytes([].into()),
        }
    }

    /// The attributes: `priority`, `latency`, `relay_name`, `ip`, `port` and others.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The value of the attribute with this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    /// The round trip that its `latency` states, if it is a number.
    #[must_use]
    pub fn latency(&self) -> Option<Latency> {
        self.attribute("latency").and_then(Latency::read)
    }

    /// The bandwidth that its `ul_bw` states, if it is a number (OBS-15).
    #[must_use]
    pub fn upload_bandwidth(&self) -> Option<u32> {
        self.attribute("ul_bw")?.parse().ok()
    }

    /// The bandwidth that its `dl_bw` states, if it is a number (OBS-15).
    #[must_use]
    pub fn download_bandwidth(&self) -> Option<u32> {
        self.attribute("dl_bw")?.parse().ok()
    }

    /// The opaque bytes; none where the endpoint is in the attributes.
    #[must_use]
    pub fn content(&self) -> &Payload {
        &self.content
    }
}

/// `<destination>`: the devices that a stanza is for, or, in the catalogue's samples, endpoints.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199@lid" id="1A"><terminate call-id="C0" call-creator="15550199@lid">
///     <destination><to jid="15550100:2@lid"/></destination></terminate></call>"#;
/// let Received::Terminate(terminate) = xml::parse(document)? else { unreachable!() };
/// let destination = terminate.action().destination().expect("it names a device");
/// assert_eq!(destination.recipients()[0].jid().device(), Some(2));
/// # drop(terminate.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) endpoints: Vec<Te>,
    /// Whether it names a device that cannot be read: it is not for all, then.
    pub(crate) is_partial: bool,
}

impl Destination {
    /// The `<to jid>` of these devices; none where there are none to address (SIG-14.10, SIG-15.12).
    pub(crate) fn of(devices: Vec<Jid>) -> Option<Self> {
        let recipients: Vec<_> = devices
            .into_iter()
            .map(|jid| Recipient { jid, enc: None })
            .collect();
        (!recipients.is_empty()).then_some(Self {
            recipients,
            endpoints: Vec::new(),
            is_partial: false,
        })
    }

    /// The `<to jid>` inside.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// The `<te>` inside.
    #[must_use]
    pub fn endpoints(&self) -> &[Te] {
        &self.endpoints
    }
}

/// A round trip to a relay: the attribute `latency` of a `<te>`.
///
/// On the wire it is `0x02000000` more than the milliseconds, in decimal digits (SIG-15.9): 45 ms are `33554477`
/// (SIG-15.10). A smaller number is not encoded so and is kept as it was read.
///
/// ```
/// use ringstate::stanza::Latency;
///
/// let latency = Latency::from_millis(45);
/// assert_eq!((latency.to_wire(), latency.millis()), (33_554_477, Some(45)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Latency(u32);

impl Latency {
    /// What is added to the milliseconds (SIG-15.9).
    pub const OFFSET: u32 = 0x0200_0000;

    /// A round trip of this many milliseconds. Every `u16` fits without overflow: up to a minute and more.
    #[must_use]
    pub fn from_millis(millis: u16) -> Self {
        Self(Self::OFFSET + u32::from(millis))
    }

    /// A round trip that is written as it is, without the offset: after an upgrade to video the official client writes
    /// plain milliseconds (OBS-15).
    #[must_use]
    pub fn plain(millis: u16) -> Self {
        Self(millis.into())
    }

    /// The milliseconds of a number that is not encoded as documented (OBS-15).
    #[must_use]
    pub fn plain_millis(self) -> Option<u32> {
        (self.0 < Self::OFFSET).then_some(self.0)
    }

    /// The milliseconds, if the number is encoded as documented.
    #[must_use]
    pub fn millis(self) -> Option<u32> {
        self.0.checked_sub(Self::OFFSET)
    }

    /// The number on the wire.
    #[must_use]
    pub fn to_wire(self) -> u32 {
        self.0
    }

    fn read(digits: &str) -> Option<Self> {
        let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        all.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

/// The name of a relay, such as `gru1c02` (SIG-15.7): any text that an id could be.
///
/// ```
/// use ringstate::IdError;
/// use ringstate::stanza::RelayName;
///
/// let name: RelayName = "gru1c02".parse()?;
/// assert_eq!(name.as_str(), "gru1c02");
/// # Ok::<(), IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayName(Text);

impl RelayName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::str::FromStr for RelayName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text)?;
        Ok(Self(text.into()))
    }
}
