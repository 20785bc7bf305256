//! The stanzas of the protocol: what they say, apart from how they are written and when they are legal.
//!
//! A `<call>` holds one action (SIG-07.1). Around it stands an [`Envelope`]. Its server's ack is a [`ServerAck`], what answers it
//! is [`Owed`]; the other types here are parts of these.
//!
#![doc = include_str!("../../docs/generated/stanza/actions.md")]
//!
//! [`law`](crate::law) says what each end hears in which phase.
//!
//! # What they have
//!
//! The page of each action lists its attributes and children. The lists are tried on the decoder and on what this crate writes:
//!
//! * *Required*: a stanza without it, or with one that is unfit, is refused with a [`ParseError`](crate::ParseError).
//! * *A problem*: the stanza is read without it, [`Received::problems`] tells, and [`xml::parse_strict`](crate::xml::parse_strict)
//!   refuses it.
//! * *Optional*: it need not be there; any value is kept as it is, unless the list says something else.
//! * *Always sent*, *sent in some*: by this crate, in one of its [dialects](Dialect).

mod accept;
mod ack;
mod action;
mod dialect;
mod duration;
mod element;
mod envelope;
mod group;
mod heartbeat;
mod media;
mod mute;
mod news;
pub(crate) mod offer;
mod offer_notice;
mod outbound;
mod owed;
mod preaccept;
mod problem;
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
mod video;
mod weight;

use crate::id::{CallId, Jid};

pub use accept::{Accept, Answer, AnswerKey, AudioRates};
pub(crate) use ack::AckKind;
pub use ack::{Ack, AckError, ServerAck};
pub(crate) use action::with_actions;
pub use action::{Action, ActionKind, AnyAction, CallAction};
pub use dialect::Dialect;
pub use duration::CallDuration;
pub(crate) use element::Inside;
pub use element::{Attribute, Element};
pub use envelope::{Envelope, Inbound};
pub use group::GroupInfo;
pub use heartbeat::Heartbeat;
pub use media::{
    Audio, Capability, Destination, Enc, Latency, Net, Payload, Recipient, RelayName, Te,
    VideoFormat,
};
pub use mute::{Mute, MuteState};
pub use news::News;
#[doc(no_inline)]
pub use offer::HandsOutKeys;
pub use offer::{EndedOffer, GroupOffer, Offer};
pub use offer_notice::OfferNotice;
pub use outbound::{CallStanza, Outbound, Outgoing, Stanza};
pub use owed::Owed;
pub use preaccept::Preaccept;
pub use problem::{Place, Problem};
pub use reason::{Meaning, TerminateReason};
pub use receipt::{CallReceipt, Receipt};
pub use received::Received;
pub use reject::Reject;
pub use relaylatency::RelayLatency;
pub use sent::{AckHeard, Confirmed, Nacked, Sent};
pub use terminate::Terminate;
pub(crate) use text::Text;
pub use transport::Transport;
pub use unknown::UnknownAction;
pub use video::{VideoCode, VideoState};
pub(crate) use weight::Weight;

/// Which call a stanza belongs to: the call's id and its creator. Every action of the call repeats both byte for byte
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
#[doc(alias("SIG-13.6", "SIG-16.39", "SIG-16.40", "SIG-17.2", "SIG-17.5", "REF.3"))]
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The name of the call.
    pub call_id: CallId,
    /// Who created it: the caller, as the offer named them. It is an opaque address (a LID in today's clients, a phone
    /// number in the documents). Never rebuild it from the `from` of a stanza.
    pub call_creator: Jid,
}
