use super::{Element, Identity, TerminateReason};

/// `<reject>`: one device of the callee declines an offer.
///
/// ```xml
/// <call to="15550199@lid">
///   <reject call-id="00C0FFEE" call-creator="15550199@lid"/>
/// </call>
/// ```
///
/// **Sent** by [`Call::reject`](crate::Call::reject), by a callee that has acknowledged the offer and has said nothing else
/// ([`MayReject`](crate::law::MayReject)), to the address that the offer came from (SIG-08.2). It is empty, with the two attributes of
/// the offer and no third (SIG-08.5 to SIG-08.9): [`reject_with`](crate::Call::reject_with) adds a reason, the dialect of WhatsApp Web
/// a `count` (OBS-3). The official client also sends it while it rings ([`reject_while_ringing`](crate::Call::reject_while_ringing)).
///
/// **Received**, both ids are required (SIG-08.17); a `reason` is kept although the signalling documents have none
/// (CAT-REJECT.8), and anything inside is skipped. It gets an ack (SIG-08.19) and speaks for one device (SIG-18.19).
///
/// ```
/// use ringstate::{Meaning, Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="5E6F" t="1700000000">
///     <reject call-id="00C0FFEE" call-creator="15550199@lid" reason="busy" count="0"/></call>"#;
/// let Received::Reject(reject) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(reject.action().reason().map(|r| r.meaning()), Some(Meaning::Busy));
/// # drop(reject.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(call: ringstate::Call<ringstate::Callee, ringstate::Accepted>) {
/// call.reject(); // cannot be sent by the Callee of a call that is `Accepted`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/reject.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub(crate) identity: Identity,
    pub(crate) reason: Option<TerminateReason>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Reject {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            reason: None,
            unknown_children: Vec::new(),
        }
    }

    /// Returns the reason, if the sender gives one.
    #[doc(alias("CAT-REJECT.8", "FLOW-REJECT.1"))]
    #[must_use]
    pub fn reason(&self) -> Option<&TerminateReason> {
        self.reason.as_ref()
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}
