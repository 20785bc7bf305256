use super::{Destination, Element, Identity, TerminateReason};

/// `<terminate>`: a party ends the call, for all devices or for some.
///
/// ```xml
/// <call to="15550199@lid">
///   <terminate call-id="00C0FFEE" call-creator="15550199@lid"/>
/// </call>
/// ```
///
/// **Sent** by [`Call::terminate`](crate::Call::terminate), by a callee only once it has rung or answered
/// ([`MayTerminate`](crate::law::MayTerminate), SIG-18.18), with a `reason` or with none, never with an empty one
/// (SIG-14.7), without an id (SIG-14.2).
///
/// **Received**, both ids are required (SIG-14.14). A counter that is missing was not reported (SIG-14.17). A
/// `<destination>` names the devices that it is for. It gets an ack.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199@lid" id="6A7B" t="1700000045">
///     <terminate call-id="00C0FFEE" call-creator="15550199@lid" reason="timeout" duration="0"/></call>"#;
/// let Received::Terminate(terminate) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(terminate.action().reason().map(|r| r.as_str()), Some("timeout"));
/// assert_eq!(terminate.action().duration(), Some(0));
/// assert_eq!(terminate.action().audio_duration(), None);
/// # drop(terminate.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(call: ringstate::Call<ringstate::Callee, ringstate::Acked>) {
/// call.terminate(); // cannot be sent by the Callee of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/terminate.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminate {
    pub(crate) identity: Identity,
    pub(crate) reason: Option<TerminateReason>,
    pub(crate) duration: Option<u32>,
    pub(crate) audio_duration: Option<u32>,
    pub(crate) destination: Option<Destination>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Terminate {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            reason: None,
            duration: None,
            audio_duration: None,
            destination: None,
            unknown_children: Vec::new(),
        }
    }

    /// Returns the reason, if the sender gives one.
    #[doc(alias("SIG-14.19", "CAT-TERMINATE.9", "ENUM-TERM.10"))]
    #[must_use]
    pub fn reason(&self) -> Option<&TerminateReason> {
        self.reason.as_ref()
    }

    /// The length of the call, where it is reported: in seconds, say the documents (SIG-14.15), in milliseconds as the
    /// official client counts it (OBS-18).
    #[doc(alias("SIG-12.16", "SIG-12.17", "SIG-14.15"))]
    #[must_use]
    pub fn duration(&self) -> Option<u32> {
        self.duration
    }

    /// The length of its sound, where it is reported (SIG-14.16), in the same unit.
    #[doc(alias("SIG-14.16", "SIG-14.17"))]
    #[must_use]
    pub fn audio_duration(&self) -> Option<u32> {
        self.audio_duration
    }

    /// Returns the devices that it is for, if it names some (SIG-14.9).
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
