use super::{Identity, Problem, Text};
use crate::id::{CallId, Jid, StanzaId};
use crate::party::speaker;

/// The receipt that an inbound offer is owed on top of its acknowledgement (SIG-07.5). In the dialect
/// [`WhatsAppWeb`](super::Dialect::WhatsAppWeb) it stands instead of that, also around an accept and a reject (OBS-6).
///
/// ```xml
/// <receipt to="15550199:3@lid" id="1A2B3C4D5E" from="15550100:2@lid">
///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
/// </receipt>
/// ```
///
/// `to` and `id` repeat the offer's `from` and stanza id (SIG-07.7, SIG-07.8); `from` is the own address in the
/// caller's space, or missing (SIG-07.10 to SIG-07.12); the element inside has two attributes, byte for byte, and no
/// third (SIG-07.13 to SIG-07.15). You cannot make one by hand.
///
/// ```
/// use ringstate::stanza::Outgoing;
/// use ringstate::{OwnAddress, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
/// let Some(Outgoing::Receipt(receipt)) = owed.iter().nth(1).map(|stanza| stanza.outgoing()) else { unreachable!() };
/// assert_eq!((receipt.id().as_str(), receipt.identity().call_id.as_str()), ("1A", "C0"));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallReceipt {
    pub(crate) to: Jid,
    pub(crate) id: StanzaId,
    pub(crate) from: Option<Jid>,
    pub(crate) participant: Option<Jid>,
    pub(crate) action: &'static str,
    pub(crate) identity: Identity,
}

impl CallReceipt {
    /// Where it goes: the `from` of the stanza that it is for.
    #[must_use]
    pub fn to(&self) -> &Jid {
        &self.to
    }

    /// The `participant` of the stanza that it is for, which is written in the dialect
    /// [`WhatsAppWeb`](super::Dialect::WhatsAppWeb) alone: there is no ack beside it that would say so.
    #[must_use]
    pub fn participant(&self) -> Option<&Jid> {
        self.participant.as_ref()
    }

    /// The name of the action that it is for, which the element inside has.
    #[must_use]
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// The id of the stanza that it is for.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// The own address in the caller's space, where it is known.
    #[must_use]
    pub fn from(&self) -> Option<&Jid> {
        self.from.as_ref()
    }

    /// The call, in the stanza's own bytes.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// A received `<receipt>` around an action: for an offer, it tells the caller that a device was reached (SIG-17.17).
///
/// ```xml
/// <receipt from="15550100:2@lid" id="1A2B3C4D5E" t="1700000001">
///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
/// </receipt>
/// ```
///
/// Working clients also answer an accept so; that is read and reported, never an error. Nothing is owed for it here.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<receipt from="15550100:2@lid" id="1A2B"><accept call-id="00C0FFEE"/></receipt>"#;
/// let Received::Receipt(receipt) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(receipt.action(), Some("accept"));
/// assert!(!receipt.is_for_offer());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub(crate) from: Jid,
    pub(crate) id: StanzaId,
    pub(crate) participant: Option<Jid>,
    pub(crate) timestamp: Option<u64>,
    pub(crate) action: Option<Text>,
    pub(crate) call_id: Option<CallId>,
    pub(crate) call_creator: Option<Jid>,
    pub(crate) problems: Vec<Problem>,
}

impl Receipt {
    /// Returns what could not be read of it and lost nothing else.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Where it came from.
    #[must_use]
    pub fn from(&self) -> &Jid {
        &self.from
    }

    /// Returns the sender: `from` or `participant`, as [`Envelope::sender`](super::Envelope::sender) does.
    #[must_use]
    pub fn sender(&self) -> &Jid {
        speaker(&self.from, self.participant.as_ref())
    }

    /// The id of the stanza that it is for.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// Returns when it was made, in seconds since 1970.
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// The name of the element inside: `offer`, or another action.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.action.as_ref().map(Text::as_str)
    }

    /// Whether it is for an offer.
    #[must_use]
    pub fn is_for_offer(&self) -> bool {
        self.action() == Some("offer")
    }

    /// The call that it names. A receipt for an offer always names one.
    #[must_use]
    pub fn call_id(&self) -> Option<&CallId> {
        self.call_id.as_ref()
    }

    /// The call that it names, if it names it whole.
    pub(crate) fn identity(&self) -> Option<Identity> {
        Some(Identity {
            call_id: self.call_id.clone()?,
            call_creator: self.call_creator.clone()?,
        })
    }

    /// The creator of the call that it names. A receipt for an offer always names one.
    #[must_use]
    pub fn call_creator(&self) -> Option<&Jid> {
        self.call_creator.as_ref()
    }
}
