//! The two roles, the six phases, and what each role holds in each phase.

mod end;
pub(crate) mod lend;

use crate::stanza::{Envelope, Inbound, Offer};

pub(crate) use end::{End, How};
pub use end::{EndedBy, Outcome};

/// Which end of a call this process is: [`Callee`] or [`Caller`].
///
/// Sealed: there are these two.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a role of the protocol",
    label = "not one of ringstate's roles",
    note = "a call has two ends: `Callee` and `Caller` (SIG-16, SIG-17)"
)]
pub trait Role: sealed::RoleData {}

/// How far a call is: one type for each phase, so that what may not be said there does not compile.
///
/// | phase | the callee | the caller |
/// | --- | --- | --- |
/// | [`Offered`] | has an offer and has not acknowledged it | has sent the offer; the server has not acknowledged it |
/// | [`Acked`] | has acknowledged and receipted it, and said nothing else | the server has acknowledged it |
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
pub trait Phase: sealed::PhaseData {}

/// The end of a call that is called. It speaks through a [`Call<Callee, _>`](crate::Call), which
/// [`Call::incoming`](crate::Call::incoming) makes from a received offer.
#[derive(Debug)]
pub enum Callee {}

/// The end of a call that calls.
///
/// The law names it wherever the two ends differ. No call with this role can be made yet: what is here is the callee's
/// road.
#[derive(Debug)]
pub enum Caller {}

/// The first phase of an incoming call: the offer has arrived, and its acknowledgement and receipt are still owed.
///
/// It hears nothing, so that no `<terminate>` can swallow what is owed.
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`acknowledge`](crate::Call::acknowledge) | [`Acked`] | [`MayAcknowledge`](crate::law::MayAcknowledge) |
///
/// | the callee hears |
/// | --- |
/// | nothing |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | [`MayReadOffer`](crate::law::MayReadOffer) |
#[derive(Debug)]
pub enum Offered {}

/// The offer is acknowledged and receipted, and nothing else was said: here the user decides.
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`preaccept`](crate::Call::preaccept) | [`Preaccepted`] | [`MayPreaccept`](crate::law::MayPreaccept) |
/// | [`accept`](crate::Call::accept) | [`Accepted`] | [`MayAccept`](crate::law::MayAccept) |
/// | [`reject`](crate::Call::reject) | [`Rejected`] | [`MayReject`](crate::law::MayReject) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`], or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | [`MayReadOffer`](crate::law::MayReadOffer) |
#[derive(Debug)]
pub enum Acked {}

/// The callee's device rings and has said so. Declining with `<reject>` is off the table (SIG-08.12).
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`accept`](crate::Call::accept) | [`Accepted`] | [`MayAccept`](crate::law::MayAccept) |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`call_key`](crate::Call::call_key) | stays | [`MayReadCallKey`](crate::law::MayReadCallKey) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`], or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | [`MayReadOffer`](crate::law::MayReadOffer) |
#[derive(Debug)]
pub enum Preaccepted {}

/// The call is answered.
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`call_key`](crate::Call::call_key) | stays | [`MayReadCallKey`](crate::law::MayReadCallKey) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`], or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | [`MayReadOffer`](crate::law::MayReadOffer) |
#[derive(Debug)]
pub enum Accepted {}

/// The callee has declined. `<reject>` was its last word (SIG-18.12).
///
/// | the callee may |
/// | --- |
/// | nothing |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | [`HasOutcome`](crate::law::HasOutcome) |
#[derive(Debug)]
pub enum Rejected {}

/// The call is over. It knows its [`outcome`](crate::Call::outcome) and [who ended it](crate::Call::ended_by).
///
/// | the callee may |
/// | --- |
/// | nothing |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
///
/// | it can be asked for | trait |
/// | --- | --- |
/// | [`identity`](crate::Call::identity), [`peer`](crate::Call::peer) | |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | [`HasOutcome`](crate::law::HasOutcome) |
#[derive(Debug)]
pub enum Terminated {}

impl Role for Callee {}
impl Role for Caller {}

impl Phase for Offered {}
impl Phase for Acked {}
impl Phase for Preaccepted {}
impl Phase for Accepted {}
impl Phase for Rejected {}
impl Phase for Terminated {}

/// An offer that was received, with its envelope.
pub(crate) type OfferParts = Box<(Envelope, Offer)>;

/// What a call holds can be sent to other threads and moved, whatever it is.
pub trait Data: Send + Sync + Unpin + 'static {}
impl<T: Send + Sync + Unpin + 'static> Data for T {}

pub(crate) mod sealed {
    use super::{Data, Role};

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a role of the protocol",
        label = "not one of ringstate's roles",
        note = "a call has two ends: `Callee` and `Caller` (SIG-16, SIG-17)"
    )]
    pub trait RoleData: 'static {
        const NAME: &'static str;
        type Offered: Data;
        type Acked: Data;
        type Preaccepted: Data;
        type Accepted: Data;
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a phase of the protocol",
        label = "not one of ringstate's phases",
        note = "the phases are `Offered`, `Acked`, `Preaccepted`, `Accepted`, `Rejected` and `Terminated`",
        note = "who may say what in them is decided in `ringstate::law` alone: its traits cannot be implemented \
                elsewhere"
    )]
    pub trait PhaseData: 'static {
        const NAME: &'static str;
        type Held<R: Role>: Data;
    }
}

use sealed::{PhaseData, RoleData};

impl RoleData for Callee {
    const NAME: &'static str = "Callee";
    type Offered = Inbound<Offer>;
    type Acked = OfferParts;
    type Preaccepted = OfferParts;
    type Accepted = OfferParts;
}

impl RoleData for Caller {
    const NAME: &'static str = "Caller";
    type Offered = std::convert::Infallible;
    type Acked = std::convert::Infallible;
    type Preaccepted = std::convert::Infallible;
    type Accepted = std::convert::Infallible;
}

impl PhaseData for Offered {
    const NAME: &'static str = "Offered";
    type Held<R: Role> = R::Offered;
}

impl PhaseData for Acked {
    const NAME: &'static str = "Acked";
    type Held<R: Role> = R::Acked;
}

impl PhaseData for Preaccepted {
    const NAME: &'static str = "Preaccepted";
    type Held<R: Role> = R::Preaccepted;
}

impl PhaseData for Accepted {
    const NAME: &'static str = "Accepted";
    type Held<R: Role> = R::Accepted;
}

impl PhaseData for Rejected {
    const NAME: &'static str = "Rejected";
    type Held<R: Role> = End;
}

impl PhaseData for Terminated {
    const NAME: &'static str = "Terminated";
    type Held<R: Role> = End;
}
