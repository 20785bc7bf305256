//! The roles, the six phases, and what each role holds in each phase.

mod end;
pub mod held;
mod name;
pub(crate) mod video;

use crate::stanza::{Envelope, Inbound, Offer};

pub use end::{EndedBy, Outcome};
pub(crate) use end::{How, Verdict};
pub use held::DeviceState;
use held::{Answered, AnsweredBy, End, Never, Ringing, SentOffer};
pub use name::{PhaseName, RoleName};

/// Which end of a call this process is: [`Callee`] or [`Caller`], or [`Invitee`] of a group call.
///
/// Sealed: there are these three.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a role of the protocol",
    label = "not one of ringstate's roles",
    note = "a call has two ends, `Callee` and `Caller` (SIG-16, SIG-17); a group call has an `Invitee` (SIG-16.14)"
)]
pub trait Role: sealed::SealedRole {}

/// How far a call is: one type for each phase, so that a step that is not legal there does not compile.
///
/// | phase | the callee | the caller |
/// | --- | --- | --- |
/// | [`Offered`] | has an offer and has not acknowledged it | has sent the offer; the server has not acknowledged it |
/// | [`Acked`] | has sent ack and receipt, and nothing else | the server has acknowledged it |
/// | [`Preaccepted`] | rings | a device of the peer rings |
/// | [`Accepted`] | has answered | a device of the peer has answered |
/// | [`Rejected`] | has declined | the peer has declined |
/// | [`Terminated`] | the call is over | the call is over |
///
/// Sealed: there are these six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a phase of the protocol",
    label = "not one of ringstate's phases",
    note = "the phases are `Offered`, `Acked`, `Preaccepted`, `Accepted`, `Rejected` and `Terminated`",
    note = "who may say what in them is decided in `ringstate::law` alone: its traits cannot be implemented elsewhere"
)]
pub trait Phase: sealed::SealedPhase {}

pub(crate) mod sealed {
    use super::held::Weighs;
    use super::{PhaseName, Role, RoleName};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a role of the protocol",
        label = "not one of ringstate's roles",
        note = "a call has two ends, `Callee` and `Caller` (SIG-16, SIG-17); a group call has an `Invitee` (SIG-16.14)"
    )]
    pub trait SealedRole: 'static {
        const NAME: RoleName;
        /// Whether another device of this user may end the call, by saying that it was answered or declined there.
        const HEARS_OWN_DEVICES: bool;
        type Offered: Weighs + Send + Sync + Unpin + 'static;
        type Acked: Weighs + Send + Sync + Unpin + 'static;
        type Preaccepted: Weighs + Send + Sync + Unpin + 'static;
        type Accepted: Weighs + Send + Sync + Unpin + 'static;
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a phase of the protocol",
        label = "not one of ringstate's phases",
        note = "the phases are `Offered`, `Acked`, `Preaccepted`, `Accepted`, `Rejected` and `Terminated`",
        note = "who may say what in them is decided in `ringstate::law` alone: its traits cannot be implemented \
                elsewhere"
    )]
    pub trait SealedPhase: 'static {
        const NAME: PhaseName;
        /// What a call of this role holds in this phase.
        type Held<R: Role>: Weighs + Send + Sync + Unpin + 'static;
    }
}

/// The end of a call that is called. It speaks through a [`Call<Callee, _>`](crate::Call), which
/// [`Call::incoming`](crate::Call::incoming) makes from a received offer.
#[derive(Debug)]
pub enum Callee {}

/// The end of a call that calls. It speaks through a [`Call<Caller, _>`](crate::Call), which
/// [`NewCall::offer`](crate::NewCall::offer) makes.
#[derive(Debug)]
pub enum Caller {}

/// A device that is called in a group call. It acknowledges the [`GroupOffer`](crate::GroupOffer) and can decline, or let it
/// be. This crate does not join group calls, so an invitee neither rings nor answers: it has no phase beyond `Acked` but the
/// two in which the call is over.
///
/// ```
/// use ringstate::{Call, OwnAddress, Received, Stanza, StanzaId};
///
/// fn decline(received: Received, me: &OwnAddress, id: StanzaId) -> Vec<Stanza> {
///     let Received::GroupOffer(offer) = received else { return Vec::new() };
///     let (acked, owed) = Call::incoming(offer).acknowledge(me);
///     let (_rejected, reject) = acked.reject();
///     owed.into_iter().chain([reject.with_id(id).0]).collect()
/// }
/// ```
#[derive(Debug)]
pub enum Invitee {}

/// The first phase. An incoming call has an offer whose ack and receipt are still owed; it hears nothing, so that no
/// `<terminate>` can swallow what is owed. An outgoing call is pending: the server has not acknowledged its offer
/// (SIG-17.15).
///
#[doc = include_str!("../docs/generated/offered.md")]
#[derive(Debug)]
pub enum Offered {}

/// The offer is acknowledged. A callee has sent the receipt as well and nothing else: here its user decides. A caller has
/// the server's word that the offer is on its way.
///
/// A callee may not [`terminate`](crate::Call::terminate) here: it declines with [`reject`](crate::Call::reject) (SIG-18.18).
///
#[doc = include_str!("../docs/generated/acked.md")]
#[derive(Debug)]
pub enum Acked {}

/// A device of the callee rings, and the caller knows. For the callee, declining with a plain `reject` is ruled out
/// (SIG-08.12); to the caller it answers nothing (SIG-17.21).
///
#[doc = include_str!("../docs/generated/preaccepted.md")]
#[derive(Debug)]
pub enum Preaccepted {}

/// The call is answered. A caller's call belongs to the device that answered (SIG-17.40).
///
#[doc = include_str!("../docs/generated/accepted.md")]
#[derive(Debug)]
pub enum Accepted {}

/// The call was declined: by this callee, whose `<reject>` was its last word (SIG-18.12); or, for a caller, by the peer's
/// user or by every device of the peer.
///
#[doc = include_str!("../docs/generated/rejected.md")]
#[derive(Debug)]
pub enum Rejected {}

/// The call is over. It knows its [`outcome`](crate::Call::outcome) and [who ended it](crate::Call::ended_by).
///
#[doc = include_str!("../docs/generated/terminated.md")]
#[derive(Debug)]
pub enum Terminated {}

impl Role for Callee {}
impl Role for Caller {}
impl Role for Invitee {}

impl Phase for Offered {}
impl Phase for Acked {}
impl Phase for Preaccepted {}
impl Phase for Accepted {}
impl Phase for Rejected {}
impl Phase for Terminated {}

use sealed::{SealedPhase, SealedRole};

impl SealedRole for Callee {
    const NAME: RoleName = RoleName::CALLEE;
    const HEARS_OWN_DEVICES: bool = true;
    type Offered = Inbound<Offer>;
    type Acked = Box<(Envelope, Offer)>;
    type Preaccepted = Ringing;
    type Accepted = Answered;
}

impl SealedRole for Caller {
    const NAME: RoleName = RoleName::CALLER;
    const HEARS_OWN_DEVICES: bool = false;
    type Offered = Box<SentOffer>;
    type Acked = Box<SentOffer>;
    type Preaccepted = Box<SentOffer>;
    type Accepted = AnsweredBy;
}

impl SealedRole for Invitee {
    const NAME: RoleName = RoleName::INVITEE;
    const HEARS_OWN_DEVICES: bool = true;
    type Offered = Inbound<Offer>;
    type Acked = Box<(Envelope, Offer)>;
    type Preaccepted = Never;
    type Accepted = Never;
}

impl SealedPhase for Offered {
    const NAME: PhaseName = PhaseName::OFFERED;
    type Held<R: Role> = R::Offered;
}

impl SealedPhase for Acked {
    const NAME: PhaseName = PhaseName::ACKED;
    type Held<R: Role> = R::Acked;
}

impl SealedPhase for Preaccepted {
    const NAME: PhaseName = PhaseName::PREACCEPTED;
    type Held<R: Role> = R::Preaccepted;
}

impl SealedPhase for Accepted {
    const NAME: PhaseName = PhaseName::ACCEPTED;
    type Held<R: Role> = R::Accepted;
}

impl SealedPhase for Rejected {
    const NAME: PhaseName = PhaseName::REJECTED;
    type Held<R: Role> = End;
}

impl SealedPhase for Terminated {
    const NAME: PhaseName = PhaseName::TERMINATED;
    type Held<R: Role> = End;
}
