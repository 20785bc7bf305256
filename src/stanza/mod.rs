//! The words of the protocol: what a stanza says, apart from how it is written and when it may be said.

mod accept;
mod ack;
mod element;
mod envelope;
mod heartbeat;
mod media;
mod mute;
pub(crate) mod offer;
mod offer_notice;
mod outbound;
mod owed;
mod preaccept;
mod reason;
mod receipt;
mod received;
mod reject;
mod relaylatency;
mod sent;
mod terminate;
mod text;
mod transport;
mod unknown;

use crate::id::{CallId, Jid};

pub use accept::{Accept, Answer, AnswerKey, AudioRates};
pub use ack::{Ack, AckError, ServerAck};
pub use element::{Attribute, Element};
pub use envelope::{Envelope, Inbound};
pub use heartbeat::Heartbeat;
pub use media::{
    Audio, Capability, Destination, Enc, Latency, Net, Payload, Recipient, RelayName, Te, Video,
};
pub use mute::{Mute, MuteState};
pub use offer::{EndedOffer, Offer};
pub use offer_notice::OfferNotice;
pub use outbound::{AnyAction, CallStanza, Outbound, Outgoing, Stanza};
pub use owed::Owed;
pub use preaccept::Preaccept;
pub use reason::{Meaning, TerminateReason};
pub use receipt::{OfferReceipt, Receipt};
pub use received::Received;
pub use reject::Reject;
pub use relaylatency::RelayLatency;
pub use sent::{AckHeard, Confirmed, Nacked, Sent};
pub use terminate::Terminate;
pub(crate) use text::Text;
pub use transport::Transport;
pub use unknown::UnknownAction;

/// Which call a stanza belongs to: its id and its creator, which every action of the call repeats byte for byte
/// (SIG-13.6, SIG-17.2).
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100@lid" id="5E6F" t="1700000000">
///     <reject call-id="00C0FFEE" call-creator="15550199@lid"/></call>"#;
/// let Received::Reject(reject) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(reject.identity().call_id.as_str(), "00C0FFEE");
/// # drop(reject.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The name of the call.
    pub call_id: CallId,
    /// Who created it: the caller, as the offer named them. It is an opaque address (a LID in today's clients, a phone
    /// number in the documents), never rebuilt from the `from` of some stanza.
    pub call_creator: Jid,
}

/// What a `<call>` can contain: one element, the action.
///
/// Sealed: the actions are the ones of the protocol.
pub trait Action: sealed::Sealed {
    /// The name of the element.
    #[doc(hidden)]
    const TAG: &'static str;
}

/// An action that names its call, which all known ones do (REF.3).
pub trait CallAction: Action {
    /// The call it belongs to.
    fn identity(&self) -> &Identity;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

use sealed::Sealed;

impl Sealed for Offer {}
impl Sealed for EndedOffer {}
impl Sealed for OfferNotice {}
impl Sealed for Preaccept {}
impl Sealed for Accept {}
impl Sealed for Reject {}
impl Sealed for Terminate {}
impl Sealed for Transport {}
impl Sealed for RelayLatency {}
impl Sealed for Mute {}
impl Sealed for Heartbeat {}
impl Sealed for UnknownAction {}
