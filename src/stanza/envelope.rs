use std::fmt;

use super::{Action, CallAction, Identity, Problem, Text, Weight};
use crate::id::{Jid, StanzaId};
use crate::party::speaker;

/// The attributes of an inbound `<call>`: who sent it, when, and the id that its acknowledgement repeats.
///
/// ```xml
/// <call from="15550100:2@lid" id="1A2B3C4D5E" t="1700000000" notify="Ann" platform="android" version="2.25.1">
///   <!-- one action -->
/// </call>
/// ```
///
/// Other attributes are skipped.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="C0@call" participant="15550199:3@lid" id="1A" notify="Ann"/>"#;
/// let Received::Unknown(unknown) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(unknown.envelope().notify(), Some("Ann"));
/// assert_eq!(unknown.envelope().sender().as_str(), "15550199:3@lid");
/// # drop(unknown.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/call.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub(crate) from: Jid,
    pub(crate) to: Option<Jid>,
    pub(crate) id: Option<StanzaId>,
    pub(crate) timestamp: Option<u64>,
    pub(crate) offline: bool,
    pub(crate) e: Option<Text>,
    pub(crate) notify: Option<Text>,
    pub(crate) platform: Option<Text>,
    pub(crate) version: Option<Text>,
    pub(crate) participant: Option<Jid>,
    pub(crate) recipient: Option<Jid>,
    pub(crate) sender_lid: Option<Jid>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) weight: Weight,
}

impl Envelope {
    /// One from this sender, with nothing else in it.
    pub(crate) fn of(from: Jid) -> Self {
        Self {
            from,
            to: None,
            id: None,
            timestamp: None,
            offline: false,
            e: None,
            notify: None,
            platform: None,
            version: None,
            participant: None,
            recipient: None,
            sender_lid: None,
            problems: Vec::new(),
            weight: Weight::default(),
        }
    }

    /// Returns where the stanza came from, and where its acknowledgement goes: a person, a device, a call or the server.
    #[doc(alias("SIG-16.8"))]
    #[must_use]
    pub fn from(&self) -> &Jid {
        &self.from
    }

    /// Returns the address that it was sent to.
    #[must_use]
    pub fn to(&self) -> Option<&Jid> {
        self.to.as_ref()
    }

    /// Returns the id that its acknowledgement and its receipt repeat.
    #[doc(alias("SIG-16.9"))]
    #[must_use]
    pub fn id(&self) -> Option<&StanzaId> {
        self.id.as_ref()
    }

    /// Returns when it was made, in seconds since 1970.
    #[doc(alias("SIG-16.10", "CAT-OFFER.5"))]
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// Whether it had to wait for this device to come online: any `offline`. (`e` does not say so: OBS-1.)
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// Returns the attribute `e`, whatever its value.
    ///
    /// The documents say that `e="1"` marks a stanza that waited for the device (SIG-07.22, SIG-16.3). On the wire it is `0`
    /// or `1` on live offers, delivered within a second: `1` in 6 of 9 (OBS-1). Nobody knows what it counts or marks. So it
    /// ends nothing here: an offer with `e="1"` alone rings.
    ///
    /// ```
    /// use ringstate::{Received, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" e="1">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// let Received::Offer(offer) = xml::parse(document)? else { unreachable!() }; // it rings
    /// assert_eq!(offer.envelope().e(), Some("1"));
    /// assert!(!offer.envelope().is_offline());
    /// # drop(offer.acknowledge_with_receipt(&ringstate::OwnAddress::default()));
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    #[doc(alias("SIG-07.22", "SIG-16.3", "OBS-1"))]
    #[must_use]
    pub fn e(&self) -> Option<&str> {
        self.e.as_ref().map(Text::as_str)
    }

    /// Returns the name that the sender goes by.
    #[must_use]
    pub fn notify(&self) -> Option<&str> {
        self.notify.as_ref().map(Text::as_str)
    }

    /// Returns the sender's platform.
    #[must_use]
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_ref().map(Text::as_str)
    }

    /// Returns the version of the sender's client.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_ref().map(Text::as_str)
    }

    /// Returns the device that sent it, where `from` is wider, such as a call.
    #[must_use]
    pub fn participant(&self) -> Option<&Jid> {
        self.participant.as_ref()
    }

    /// Returns whom it was for, where `to` is another address. An acknowledgement that leaves it out breaks the connection.
    #[must_use]
    pub fn recipient(&self) -> Option<&Jid> {
        self.recipient.as_ref()
    }

    /// Returns the LID of the sender, where `from` is a phone number (OBS-23). A call takes it for one of the peer's
    /// addresses.
    #[doc(alias("OBS-23"))]
    #[must_use]
    pub fn sender_lid(&self) -> Option<&Jid> {
        self.sender_lid.as_ref()
    }

    /// Returns what could not be read of the stanza and lost nothing else, at most 16 problems.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns how many bytes of memory the stanza takes at most, as it is kept: four times its length and some kilobytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.weight.bytes()
    }

    /// Returns how many elements were left out of the stanza's lists, because they would have taken more memory than four times
    /// its length and some kilobytes. Stanzas that mean something never come near.
    #[must_use]
    pub fn dropped_elements(&self) -> usize {
        self.weight.dropped.try_into().unwrap_or(usize::MAX)
    }

    /// Returns the sender: `from`, or the `participant` if `from` is the address of a group or of a call, or another address
    /// of the same person. Elsewhere anybody could write one, and it does not count.
    #[must_use]
    pub fn sender(&self) -> &Jid {
        speaker(&self.from, self.participant.as_ref())
    }
}

/// A received `<call>` with the action `A`, whose acknowledgement is still owed (SIG-07.2).
///
/// Reading makes it. `acknowledge()` consumes it, and so does a step of a [`Call`](crate::Call) that hears it; a step
/// that refuses it returns it. You cannot clone it, so no stanza is acknowledged twice.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199@lid" id="1A"><terminate call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let Received::Terminate(terminate) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(terminate.envelope().from(), terminate.sender());
/// # drop(terminate.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[must_use = "its acknowledgement is owed, and without one the stanza is delivered again (SIG-07.2)"]
pub struct Inbound<A: Action> {
    parts: Box<(Envelope, A)>,
}

impl<A: Action> Inbound<A> {
    pub(crate) fn new(envelope: Envelope, action: A) -> Self {
        Self {
            parts: Box::new((envelope, action)),
        }
    }

    pub(crate) fn parts(&self) -> &(Envelope, A) {
        &self.parts
    }

    /// The same stanza, with another reading of its action.
    pub(crate) fn map<B: Action>(self, read: impl FnOnce(A) -> B) -> Inbound<B> {
        let (envelope, action) = *self.parts;
        Inbound::new(envelope, read(action))
    }

    pub(crate) fn into_parts(self) -> Box<(Envelope, A)> {
        self.parts
    }

    pub(crate) fn set_problems(&mut self, problems: Vec<Problem>) {
        self.parts.0.problems = problems;
    }

    pub(crate) fn set_weight(&mut self, weight: Weight) {
        self.parts.0.weight = weight;
    }

    /// A stanza that was acknowledged has no id left to answer.
    pub(crate) fn forget_id(&mut self) {
        self.parts.0.id = None;
    }

    /// Returns the attributes of the `<call>` around the action.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.parts.0
    }

    /// Returns the action inside.
    #[must_use]
    pub fn action(&self) -> &A {
        &self.parts.1
    }

    /// Returns the sender ([`Envelope::sender`]).
    #[doc(alias("CAT-PREACCEPT.3", "CAT-REJECT.2", "CAT-MUTE.1"))]
    #[doc(alias("CAT-RELAYLATENCY.2", "CAT-TRANSPORT.1"))]
    #[must_use]
    pub fn sender(&self) -> &Jid {
        self.envelope().sender()
    }
}

impl<A: CallAction> Inbound<A> {
    /// Returns the call that the action belongs to.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        self.action().identity()
    }
}

impl<A: Action + fmt::Debug> fmt::Debug for Inbound<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("envelope", &self.parts.0)
            .field("action", &self.parts.1)
            .finish()
    }
}

impl<A: Action + PartialEq> PartialEq for Inbound<A> {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}
