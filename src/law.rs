//! **The law**: who may say what, and hear what, in which phase.
//!
//! One trait for each row, one impl for each legal cell, and nothing else in this crate decides legality. A method of
//! [`Call`](crate::Call) names its row as a bound. Where the cell is empty the program does not compile, and the message is
//! the one on the page of the trait. [`LAW`] is the same law as data.
//!
//! E stands for the callee, R for the caller, I for the invitee of a group call. *Stays* means that the call may stay in its phase.
//!
#![doc = include_str!("../docs/generated/law.md")]
//!
//! Some of the empty cells need a reason:
//!
//! * A callee that is `Offered` hears nothing. The phase lasts from [`incoming`](crate::Call::incoming) to
//!   [`acknowledge`](crate::Call::acknowledge), so that no `<terminate>` can swallow what is owed.
//! * A callee that has sent `<preaccept>` declines with `<terminate>` (SIG-08.12), and one that has sent neither
//!   `<preaccept>` nor `<accept>` may not send it (SIG-18.18). The official client sends `<reject>` in both phases
//!   (OBS-3): a [row of its own](MayRejectWhileRinging) allows that.
//! * The call key stays encrypted until the callee has told the caller that it rings, or has answered (SIG-18.13). Until then no
//!   candidates are exchanged and no relay is probed (SIG-18.15 to SIG-18.17).
//! * A caller is pending until the server has acknowledged its offer (SIG-17.15), and may cancel at any time before an
//!   accept (SIG-17.39).
//!
//! The traits bound what a call [holds](crate::held) in a phase, so that a method reaches the data that its phases have in
//! common. You need not know those types to use the law.

#[macro_use]
mod row;
mod hears;
mod may;
mod table;
mod video;

use crate::phase::held::{Called, IsLiveOffer};
use crate::phase::{Callee, Invitee};
use crate::stanza::{
    Accept, Action, ActionKind, CallAction, CallDuration, EndedOffer, GroupOffer, Heartbeat, Mute,
    News, Offer, OfferNotice, Preaccept, Reject, RelayLatency, Terminate, Transport, UnknownAction,
    VideoState,
};

pub use crate::phase::{PhaseName, RoleName};
#[doc(alias("CAT-PREACCEPT.11"))]
pub use hears::HearsAccept;
#[doc(alias("OBS-19"))]
pub use hears::HearsLate;
#[doc(alias("SIG-17.20"))]
pub use hears::HearsPreaccept;
#[doc(alias("SIG-12.8", "OBS-20"))]
pub use hears::HearsReceipt;
#[doc(alias("CAT-REJECT.9"))]
pub use hears::HearsReject;
#[doc(alias("CAT-OFFER.1"))]
#[doc(alias("SIG-17.15"))]
pub use hears::HearsServerAck;
#[doc(alias("CAT-TERMINATE.1"))]
pub use hears::HearsTerminate;
#[doc(alias("SIG-17.30", "CAT-TRANSPORT.4"))]
pub use hears::HearsTransport;
pub use hears::{
    HearsAcceptNack, HearsHeartbeat, HearsLateAnswer, HearsMute, HearsNews, HearsRelayLatency,
    HearsRepeatedOffer, HearsVideo,
};
#[doc(alias("SIG-16.32", "SIG-18.11", "FLOW-REJECT.6"))]
pub use may::MayAccept;
#[doc(alias("SIG-16.22", "SIG-18.2", "FLOW-IN.3"))]
pub use may::MayAcknowledge;
#[doc(alias("SIG-16.31"))]
#[doc(alias("SIG-18.10", "CAT-PREACCEPT.1", "FLOW-OUT.5", "FLOW-IN.4", "OBS-2"))]
pub use may::MayPreaccept;
#[doc(alias("SIG-08.15", "SIG-18.13", "FLOW-MISSED.2"))]
pub use may::MayReadCallKey;
#[doc(alias("SIG-08.10", "SIG-08.13", "CAT-REJECT.1"))]
pub use may::MayReject;
#[doc(alias("SIG-08.12", "OBS-3"))]
pub use may::MayRejectWhileRinging;
#[doc(alias("SIG-13.13", "SIG-13.14", "SIG-13.15"))]
pub use may::MaySendMute;
#[doc(alias(
    "SIG-17.28",
    "SIG-18.17",
    "CAT-RELAYLATENCY.1",
    "FLOW-OUT.6",
    "FLOW-IN.5"
))]
pub use may::MaySendRelayLatency;
#[doc(alias(
    "SIG-05.1",
    "SIG-17.27",
    "SIG-17.29",
    "SIG-18.15",
    "SIG-18.16",
    "FLOW-OUT.8"
))]
pub use may::MaySendTransport;
#[doc(alias("CAT-TERMINATE.2", "SIG-08.11"))]
#[doc(alias("SIG-17.35", "SIG-17.39", "SIG-18.18", "FLOW-OUT.10", "FLOW-IN.9"))]
pub use may::MayTerminate;
pub use may::{
    HasOutcome, MayAbandon, MayGiveUp, MayNegotiateVideo, MayReadAnswer, MayReadOffer,
    MayReportDuration, MaySendHeartbeat,
};
pub use table::{Kind, LAW, PHASES, ROLES, Row, Way};
pub use video::{MayAnswerVideo, MayAskVideo, MayShowVideo, MayWithdrawVideo};

/// The actions that a call hears from an address in the space in which no address of the peer is known. Such an address may be
/// the peer's, and anybody else's there who has learnt the call-id. So it is believed for what starts, answers and ends
/// nothing. To all others a call says [`HearError::Unverified`](crate::HearError::Unverified), until the address is known to be
/// the peer's: by the server's word beside another one (`caller_pn`, `sender_lid`, the devices of an offer), or by
/// [`Call::know_peer`](crate::Call::know_peer).
///
/// ```
/// use ringstate::law::HEARD_UNVERIFIED;
/// use ringstate::stanza::ActionKind;
///
/// assert!(HEARD_UNVERIFIED.contains(&ActionKind::Transport));
/// assert!(!HEARD_UNVERIFIED.contains(&ActionKind::Terminate));
/// ```
pub const HEARD_UNVERIFIED: [ActionKind; 5] = [
    // Only that of a known call, again.
    ActionKind::Offer,
    ActionKind::Transport,
    ActionKind::RelayLatency,
    ActionKind::Mute,
    ActionKind::Heartbeat,
];

pub(crate) fn is_heard_unverified(kind: Option<ActionKind>) -> bool {
    kind.is_some_and(|kind| HEARD_UNVERIFIED.contains(&kind))
}

explained! {
    /// Says which received stanza can become a call, with [`Call::incoming`](crate::Call::incoming), and in which role: an
    /// offer that is live.
    message: "no call can be made of a received `{Self}`",
    label: "nobody is calling here",
    note: "an `Offer` is of a call that rings now, a `GroupOffer` of a group call that rings now",
    note: "an `EndedOffer` was delivered offline, or says that its call has ended: `acknowledge_with_receipt`, and show \
           a missed call (SIG-12.1, OBS-1)",
    note: "an `OfferNotice` is news of a group call: `acknowledge` it (SIG-07.17)";
    pub trait OpensCall<R: Called>: IsLiveOffer {}
}
impl OpensCall<Callee> for Offer {}
impl OpensCall<Invitee> for GroupOffer {}

explained! {
    /// Says which received stanza gets an ack and nothing else
    /// ([`Inbound::acknowledge`](crate::Inbound::acknowledge)).
    #[doc(alias("SIG-04.17", "SIG-08.19", "SIG-18.20"))]
    message: "a plain acknowledgement is not all that a received `{Self}` is owed",
    label: "use `acknowledge_with_receipt`, or make a call of it with `Call::incoming`",
    note: "an `<offer>` is owed ack and receipt, whatever becomes of it (SIG-07.5)",
    note: "every other action is owed the ack alone (SIG-07.16)";
    pub trait OwesAck: Action {}
}
impl OwesAck for OfferNotice {}
impl OwesAck for Preaccept {}
impl OwesAck for Accept {}
impl OwesAck for Reject {}
impl OwesAck for Terminate {}
impl OwesAck for Transport {}
impl OwesAck for RelayLatency {}
impl OwesAck for Mute {}
impl OwesAck for Heartbeat {}
impl OwesAck for VideoState {}
impl OwesAck for CallDuration {}
impl OwesAck for News {}
impl OwesAck for UnknownAction {}

explained! {
    /// Says which received stanza gets an ack and a receipt
    /// ([`Inbound::acknowledge_with_receipt`](crate::Inbound::acknowledge_with_receipt)).
    #[doc(alias("SIG-07.5", "SIG-07.16", "SIG-07.19", "SIG-12.4", "SIG-12.5", "SIG-16.7", "SIG-16.29", "SIG-18.21", "REF.30"))]
    message: "no receipt is owed for a received `{Self}`",
    label: "a plain `acknowledge` is all that it is owed",
    note: "an offer receipt answers an `<offer>` and no other action (SIG-07.16)",
    note: "an `<offer_notice>` ends with the plain ack (SIG-07.17)";
    pub trait OwesReceipt: CallAction {}
}
impl OwesReceipt for Offer {}
impl OwesReceipt for GroupOffer {}
impl OwesReceipt for EndedOffer {}

explained! {
    /// Says which action is built without an id on its `<call>`, so that you add one before you send it
    /// ([`Outbound::with_id`](crate::Outbound::with_id)).
    #[doc(alias("SIG-13.3", "SIG-14.2", "SIG-15.4"))]
    message: "a built `{Self}` has an id already",
    label: "there is no id to add",
    note: "offer, preaccept and heartbeat take the id of their `<call>` when they are built (SIG-14.3, SIG-17.12)",
    note: "all other actions are built without one, and the layer that sends them adds it (SIG-08.4, REF.2)";
    #[doc(alias("SIG-03.2", "SIG-08.3"))]
    pub trait SentWithoutId: CallAction {}
}
impl SentWithoutId for Accept {}
impl SentWithoutId for Reject {}
impl SentWithoutId for Terminate {}
impl SentWithoutId for Transport {}
impl SentWithoutId for RelayLatency {}
impl SentWithoutId for Mute {}
impl SentWithoutId for VideoState {}
impl SentWithoutId for CallDuration {}

explained! {
    /// Says which action has an id on its `<call>` as soon as it is built, so that its [`Outbound`](crate::Outbound) can be
    /// sent as it is.
    #[doc(alias("SIG-14.3", "CAT-PREACCEPT.5", "REF.2"))]
    message: "a built `{Self}` has no id yet: it is not a stanza to send",
    label: "`with_id` gives it one",
    note: "servers drop a `<call>` without an id, and acknowledge by it (OBS-4, SIG-17.16)",
    note: "`without_id` makes a stanza in the form of the documents (SIG-08.3, SIG-14.2); a `Switchboard` gives an id to \
           everything that it sends";
    pub trait BuiltWithId: CallAction {}
}
impl BuiltWithId for Offer {}
impl BuiltWithId for Preaccept {}
impl BuiltWithId for Heartbeat {}

explained! {
    /// What a received stanza would need to answer or end anything. None has it: only a [`Call`](crate::Call) can.
    message: "a received `{Self}` is not a call: nothing can be said with it",
    label: "only a `Call` can say this",
    note: "an `Offer` becomes a call with `Call::incoming(offer).acknowledge(&me)`; then `accept`, `reject` and the \
           others are there (SIG-18.2)",
    note: "a call that got no further than its offer is declined with `reject`, never with `terminate` (SIG-18.18)",
    note: "an `EndedOffer` and every other action can only be acknowledged (SIG-07.2)";
    pub trait IsCall: Action {}
}
