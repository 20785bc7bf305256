//! The parts that offers, answers and transport messages are made of.

use std::fmt;

use super::element::find;
use super::{Attribute, Text};
use crate::id::Jid;

/// Binary content: bytes, or the mark of a log that left them out.
///
/// In XML it is hexadecimal, white space inside is skipped, and a comment in its place means that the content is
/// unknown. `Debug` shows the length alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload {
    /// The bytes.
    Bytes(Box<[u8]>),
    /// A comment stood where the bytes belong. It can be read, never sent.
    Elided,
}

impl Payload {
    /// The bytes, unless they were left out.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Elided => None,
        }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Elided => f.write_str("[elided]"),
        }
    }
}

/// `<audio enc="opus" rate="16000"/>`: a format of sound, most preferred first (SIG-16.15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    pub(crate) codec: Text,
    pub(crate) rate: u32,
}

impl Audio {
    /// The codec's name, `opus` in all that was seen (the attribute `enc`).
    #[must_use]
    pub fn codec(&self) -> &str {
        self.codec.as_str()
    }

    /// The sample rate in hertz.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.rate
    }
}

/// `<video/>`: its presence makes a call a video call, whatever its attributes say (SIG-02.3, SIG-02.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    pub(crate) attributes: Vec<Attribute>,
}

impl Video {
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
/// An offer gives it out only to a call that can no longer be declined with `<reject>` (SIG-18.13).
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

/// `<to jid="15550100:2@lid"/>`: a device that a stanza is meant for; in an offer with the key for it inside.
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

    /// The opaque bytes; none where the endpoint is in the attributes.
    #[must_use]
    pub fn content(&self) -> &Payload {
        &self.content
    }
}

/// `<destination>`: the devices that a stanza is meant for, or, in the catalogue's samples, endpoints.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) endpoints: Vec<Te>,
}

impl Destination {
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
