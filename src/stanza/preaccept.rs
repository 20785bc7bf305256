use super::{Audio, Capability, Destination, Element, Identity, VideoFormat};

/// `<preaccept>`: a device of the callee rings (SIG-04.1). It answers nothing (SIG-04.2).
///
/// ```xml
/// <call to="15550199:3@lid" id="CD34">
///   <preaccept call-id="00C0FFEE" call-creator="15550199:3@lid">
///     <audio enc="opus" rate="16000"/>
///     <encopt keygen="2"/>
///     <capability ver="1">0105f709e4bb07</capability>
///   </preaccept>
/// </call>
/// ```
///
/// **Sent** by [`Call::preaccept`](crate::Call::preaccept) ([`MayPreaccept`](crate::law::MayPreaccept)), in this order
/// of children (SIG-04.9), with an id of its own (SIG-04.5). **Received**, only the two ids are required (SIG-04.16).
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><preaccept call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let Received::Preaccept(preaccept) = xml::parse(document)? else { unreachable!() };
/// assert!(preaccept.action().audio().is_empty()); // lenient in what is read
/// # drop(preaccept.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(call: ringstate::Call<ringstate::Callee, ringstate::Rejected>, id: ringstate::StanzaId, rates: ringstate::AudioRates) {
/// call.preaccept(id, rates); // cannot be sent by the Callee of a call that is `Rejected`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/preaccept.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preaccept {
    pub(crate) identity: Identity,
    pub(crate) audio: Vec<Audio>,
    pub(crate) video: Option<VideoFormat>,
    pub(crate) keygen: Option<u32>,
    pub(crate) capability: Option<Capability>,
    pub(crate) destination: Option<Destination>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Preaccept {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            audio: Vec::new(),
            video: None,
            keygen: None,
            capability: None,
            destination: None,
            unknown_children: Vec::new(),
        }
    }

    /// The formats of sound, most preferred first (SIG-04.11).
    #[must_use]
    pub fn audio(&self) -> &[Audio] {
        &self.audio
    }

    /// The picture that the device takes, in a video call.
    #[must_use]
    pub fn video(&self) -> Option<&VideoFormat> {
        self.video.as_ref()
    }

    /// The scheme by which media keys follow from the call key (SIG-04.13).
    #[must_use]
    pub fn keygen(&self) -> Option<u32> {
        self.keygen
    }

    /// What the device's client can do (SIG-04.14).
    #[must_use]
    pub fn capability(&self) -> Option<&Capability> {
        self.capability.as_ref()
    }

    /// Endpoints, which the catalogue expects here (CAT-PREACCEPT.9).
    #[doc(alias("CAT-PREACCEPT.9", "CAT-PREACCEPT.10"))]
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
