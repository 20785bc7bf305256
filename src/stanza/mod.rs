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
//! The page of each action lists its attributes and children, as tried on the decoder and on what is written:
//!
//! * *Required*: a stanza without it, or with one that is unfit, is refused with a [`ParseError`](crate::ParseError).
//! * *A problem*: the stanza is read without it, [`Received::problems`] tells, and [`xml::parse_strict`](crate::xml::parse_strict)
//!   refuses it.
//! * *Optional*: it need not be there; any value is kept as it is, unless the list says something else.
//! * *Always sent*, *sent in some*: by this crate, in either [dialect](Dialect); of what is inside an element, whenever that is sent.
//!
//! What the table says is owed is owed in the documents' dialect; [`Dialect`] has the other one.

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

#[doc(alias(
    "SIG-03.3",
    "SIG-03.4",
    "SIG-03.5",
    "SIG-03.6",
    "SIG-03.11",
    "SIG-03.15",
    "SIG-03.19",
    "SIG-16.36",
    "CAT-ACCEPT.6",
    "CAT-ACCEPT.7",
    "CAT-ACCEPT.8",
    "REF.15"
))]
pub use accept::Accept;
#[doc(alias(
    "SIG-02.11",
    "SIG-03.13",
    "SIG-03.14",
    "SIG-03.16",
    "SIG-03.17",
    "SIG-03.18",
    "REF.18"
))]
pub use accept::Answer;
pub use accept::AnswerKey;
#[doc(alias(
    "SIG-01.9",
    "SIG-03.7",
    "SIG-03.8",
    "SIG-03.10",
    "SIG-04.10",
    "SIG-04.12",
    "ENUM-MEDIA.1",
    "REF.8"
))]
pub use accept::AudioRates;
#[doc(alias("SIG-07.3", "CAT-ACK.3", "CAT-ACK.4", "CAT-ACK.6"))]
pub use ack::Ack;
#[doc(alias("CAT-ACK.9"))]
pub use ack::AckError;
pub(crate) use ack::AckKind;
#[doc(alias("CAT-ACK.5", "CAT-ACK.7", "CAT-ACK.8", "CAT-ACK.11", "OBS-8"))]
pub use ack::ServerAck;
pub(crate) use action::with_actions;
pub use action::{Action, ActionKind, AnyAction, CallAction};
#[doc(alias("OBS-5", "OBS-9", "OBS-11", "OBS-12", "OBS-25"))]
pub use dialect::Dialect;
pub use duration::CallDuration;
pub(crate) use element::Inside;
pub use element::{Attribute, Element};
#[doc(alias("CAT-RELAYLATENCY.3"))]
#[doc(alias("SIG-16.4", "CAT-OFFER.2"))]
pub use envelope::Envelope;
#[doc(alias("SIG-08.16"))]
pub use envelope::Inbound;
pub use group::GroupInfo;
#[doc(alias("REF.24"))]
pub use heartbeat::Heartbeat;
#[doc(alias("SIG-03.9", "SIG-16.19", "SIG-16.20", "CAT-OFFER.10"))]
pub use media::Audio;
#[doc(alias("SIG-01.10", "SIG-04.15", "CAT-OFFER.22", "REF.10"))]
pub use media::Capability;
#[doc(alias("SIG-14.9", "REF.26"))]
pub use media::Destination;
#[doc(alias(
    "CAT-OFFER.16",
    "CAT-OFFER.17",
    "CAT-OFFER.18",
    "CAT-ACCEPT.10",
    "CAT-ACCEPT.11",
    "REF.11"
))]
pub use media::Enc;
#[doc(alias("SIG-15.9", "SIG-15.10", "CAT-RELAYLATENCY.8", "REF.22"))]
pub use media::Latency;
#[doc(alias("SIG-03.12", "SIG-05.8", "REF.9"))]
pub use media::Net;
#[doc(alias("SIG-15.7", "REF.23"))]
pub use media::RelayName;
#[doc(alias("CAT-OFFER.20", "CAT-ACCEPT.13", "CAT-TRANSPORT.9"))]
pub use media::Te;
#[doc(alias("SIG-02.4"))]
pub use media::VideoFormat;
pub use media::{Payload, Recipient};
#[doc(alias("SIG-13.4", "SIG-13.5", "SIG-13.8", "SIG-13.9", "SIG-13.10"))]
pub use mute::Mute;
#[doc(alias("SIG-13.12", "REF.27", "OBS-13"))]
pub use mute::MuteState;
#[doc(alias("OBS-26"))]
pub use news::News;
pub use offer::EndedOffer;
#[doc(alias("SIG-16.14", "OBS-22"))]
pub use offer::GroupOffer;
#[doc(no_inline)]
pub use offer::HandsOutKeys;
#[doc(alias("SIG-16.11", "SIG-16.12", "SIG-16.13"))]
pub use offer::Offer;
#[doc(alias("SIG-07.17", "SIG-16.41"))]
pub use offer_notice::OfferNotice;
#[doc(alias("REF.1"))]
pub use outbound::Outbound;
pub use outbound::{CallStanza, Outgoing, Stanza};
pub use owed::Owed;
#[doc(alias(
    "SIG-04.2",
    "SIG-04.7",
    "SIG-04.8",
    "SIG-04.9",
    "SIG-04.16",
    "SIG-16.35",
    "CAT-PREACCEPT.6",
    "CAT-PREACCEPT.7",
    "CAT-PREACCEPT.8",
    "REF.14"
))]
pub use preaccept::Preaccept;
pub use problem::{Place, Problem};
#[doc(alias(
    "ENUM-TERM.1",
    "ENUM-TERM.2",
    "ENUM-TERM.3",
    "ENUM-TERM.4",
    "ENUM-TERM.5",
    "ENUM-TERM.6",
    "ENUM-TERM.7",
    "ENUM-TERM.8",
    "ENUM-TERM.9"
))]
pub use reason::Meaning;
#[doc(alias("SIG-14.6", "SIG-14.7"))]
pub use reason::TerminateReason;
#[doc(alias(
    "SIG-07.6",
    "SIG-07.7",
    "SIG-07.8",
    "SIG-07.9",
    "SIG-07.13",
    "SIG-07.14",
    "SIG-07.15",
    "SIG-12.6",
    "SIG-16.24",
    "SIG-16.25",
    "SIG-16.26",
    "SIG-16.27"
))]
pub use receipt::CallReceipt;
pub use receipt::Receipt;
#[doc(alias("SIG-07.1", "SIG-16.2"))]
pub use received::Received;
#[doc(alias(
    "SIG-08.5",
    "SIG-08.6",
    "SIG-08.7",
    "SIG-08.8",
    "SIG-08.9",
    "SIG-08.17",
    "SIG-08.18",
    "SIG-16.30",
    "SIG-18.7",
    "SIG-18.8",
    "SIG-18.9",
    "CAT-REJECT.5",
    "CAT-REJECT.6",
    "CAT-REJECT.7",
    "REF.28"
))]
pub use reject::Reject;
#[doc(alias(
    "SIG-15.1",
    "SIG-15.2",
    "SIG-15.5",
    "SIG-15.13",
    "SIG-15.14",
    "SIG-15.15",
    "SIG-15.16",
    "CAT-RELAYLATENCY.5",
    "CAT-RELAYLATENCY.6",
    "CAT-RELAYLATENCY.7"
))]
pub use relaylatency::RelayLatency;
#[doc(alias("CAT-ACK.10"))]
pub use sent::Sent;
pub use sent::{AckHeard, Confirmed, Nacked};
#[doc(alias(
    "SIG-12.12",
    "SIG-14.4",
    "SIG-14.5",
    "SIG-14.14",
    "CAT-TERMINATE.6",
    "CAT-TERMINATE.8",
    "CAT-TERMINATE.10",
    "REF.25"
))]
pub use terminate::Terminate;
pub(crate) use text::Text;
#[doc(alias(
    "SIG-05.3",
    "SIG-05.4",
    "SIG-05.5",
    "SIG-05.14",
    "SIG-05.15",
    "CAT-TRANSPORT.5",
    "CAT-TRANSPORT.6",
    "CAT-TRANSPORT.7",
    "CAT-TRANSPORT.10"
))]
pub use transport::Transport;
#[doc(alias(
    "SIG-05.16",
    "SIG-07.18",
    "SIG-07.20",
    "SIG-12.18",
    "SIG-14.18",
    "SIG-16.6",
    "CAT-MUTE.4",
    "CAT-MUTE.5",
    "CAT-MUTE.6",
    "CAT-MUTE.7",
    "CAT-MUTE.8",
    "CAT-MUTE.9"
))]
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
#[doc(alias("SIG-17.44"))]
#[doc(alias("SIG-13.6", "SIG-16.39", "SIG-16.40", "SIG-17.2", "SIG-17.5", "REF.3"))]
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The name of the call.
    pub call_id: CallId,
    /// Who created it: the caller, as the offer named them. It is an opaque address (a LID in today's clients, a phone
    /// number in the documents). Never rebuild it from the `from` of a stanza.
    pub call_creator: Jid,
}
