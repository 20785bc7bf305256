use std::fmt;

use super::{Attribute, Element, Identity, Text};

/// `<video>` as an action: the video state of one end of an answered call.
///
/// ```xml
/// <call to="15550199:3@lid" id="AB13">
///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="11" device_orientation="0" dec="H264" voip_settings="video"/>
/// </call>
/// ```
///
/// The documents are silent on it; this is the wire's (OBS-VIDEO-1 to OBS-VIDEO-4). **Sent** by a [`Video`](crate::Video), which
/// is the machine of the negotiation. **Received**, it is heard with [`Call::on_video`](crate::Call::on_video) and gets an ack,
/// in the dialect of the wire with `type="video"`.
///
/// ```
/// use ringstate::stanza::VideoCode;
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A"><video call-id="C0" call-creator="15550199:3@lid" state="11" dec="H264"/></call>"#;
/// let Received::VideoState(video) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(video.action().code(), Some(VideoCode::REQUEST));
/// assert_eq!(video.action().decoder(), Some("H264"));
/// # drop(video.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(mut call: ringstate::Call<ringstate::Callee, ringstate::Acked>) {
/// call.video(); // cannot be negotiated by the Callee of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/video.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoState {
    pub(crate) identity: Identity,
    pub(crate) code: Option<VideoCode>,
    pub(crate) orientation: Option<u32>,
    pub(crate) decoder: Option<Text>,
    /// The other attributes, in the order in which they were read.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) unknown_children: Vec<Element>,
}

impl VideoState {
    /// One of this call, with this code and nothing else in it.
    pub(crate) fn of(identity: Identity, code: VideoCode) -> Self {
        Self {
            identity,
            code: Some(code),
            orientation: None,
            decoder: None,
            attributes: Vec::new(),
            unknown_children: Vec::new(),
        }
    }

    /// The attribute `state`: what the sender says.
    #[must_use]
    pub fn code(&self) -> Option<VideoCode> {
        self.code
    }

    /// The attribute `device_orientation`: by how many quarter turns the sender's camera is turned, 0 to 3.
    #[must_use]
    pub fn orientation(&self) -> Option<u32> {
        self.orientation
    }

    /// The attribute `dec`: the formats that the sender can decode, such as `H264`.
    #[must_use]
    pub fn decoder(&self) -> Option<&str> {
        self.decoder.as_ref().map(Text::as_str)
    }

    /// The attributes that are not listed above, such as `voip_settings`.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Returns the children, kept as they were read: the server adds settings and a relay.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}

/// What a `<video>` says: its `state`, a number.
///
/// | number | what it says | seen |
/// | --- | --- | --- |
/// | 0 | [`DISABLED`](Self::DISABLED): no video in this call any more | in code |
/// | 1 | [`ENABLED`](Self::ENABLED): my camera is on | OBS-VIDEO-2, OBS-VIDEO-3 |
/// | 3 | an older request | in code |
/// | 4 | [`ACCEPT`](Self::ACCEPT): I agree | OBS-VIDEO-2 |
/// | 5 | [`REFUSE`](Self::REFUSE): I do not | in code |
/// | 6 | [`STOPPED`](Self::STOPPED): my camera is off | OBS-VIDEO-2, OBS-VIDEO-3 |
/// | 8 | [`WITHDRAW`](Self::WITHDRAW): I ask no more | in code |
/// | 11 | [`REQUEST`](Self::REQUEST): I ask for video | OBS-VIDEO-1 |
///
/// *In code* means that a client has it and no capture does (OBS-VIDEO-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VideoCode(pub(crate) u32);

impl VideoCode {
    /// 0: no video in this call any more.
    pub const DISABLED: Self = Self(0);
    /// 1: the sender's camera is on.
    pub const ENABLED: Self = Self(1);
    /// 3: a request, as older clients send it.
    pub const OLD_REQUEST: Self = Self(3);
    /// 4: the sender agrees to a request.
    pub const ACCEPT: Self = Self(4);
    /// 5: the sender refuses a request.
    pub const REFUSE: Self = Self(5);
    /// 6: the sender's camera is off.
    pub const STOPPED: Self = Self(6);
    /// 8: the sender takes its request back.
    pub const WITHDRAW: Self = Self(8);
    /// 11: the sender asks for video.
    pub const REQUEST: Self = Self(11);

    /// The number on the wire.
    #[must_use]
    pub fn to_wire(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for VideoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VideoCode({})", self.0)
    }
}
