//! The two roles, the six phases, and what each role holds in each phase.

mod end;
pub(crate) mod lend;
mod placed;

use crate::stanza::{Envelope, Inbound, MuteState, Offer};

pub(crate) use end::{End, How};
pub use end::{EndedBy, Outcome};
pub(crate) use lend::unanswered;
pub use placed::DeviceState;
pub(crate) use placed::{
    Placed, RungDevice, Taken, different_people, same_device, same_device_of_peer, same_person,
};

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

/// The end of a call that calls. It speaks through a [`Call<Caller, _>`](crate::Call), which
/// [`NewCall::offer`](crate::NewCall::offer) makes.
#[derive(Debug)]
pub enum Caller {}

/// The first phase. An incoming call has an offer whose acknowledgement and receipt are still owed; it hears nothing, so
/// that no `<terminate>` can swallow what is owed. An outgoing call is pending: the server has not acknowledged its offer
/// (SIG-17.15).
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`acknowledge`](crate::Call::acknowledge) | [`Acked`] | [`MayAcknowledge`](crate::law::MayAcknowledge) |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | stays | [`MayReadOffer`](crate::law::MayReadOffer) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
///
/// The callee hears nothing here.
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_ack`](crate::Call::on_ack) | [`Acked`] or [`Terminated`] | [`HearsServerAck`](crate::law::HearsServerAck) |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
#[derive(Debug)]
pub enum Offered {}

/// The offer is acknowledged. A callee has given the receipt as well and said nothing else: here its user decides. A
/// caller has the server's word that the offer is on its way.
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`preaccept`](crate::Call::preaccept) | [`Preaccepted`] | [`MayPreaccept`](crate::law::MayPreaccept) |
/// | [`accept`](crate::Call::accept) | [`Accepted`] | [`MayAccept`](crate::law::MayAccept) |
/// | [`reject`](crate::Call::reject) | [`Rejected`] | [`MayReject`](crate::law::MayReject) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | stays | [`MayReadOffer`](crate::law::MayReadOffer) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`give_up`](crate::Call::give_up) | [`Rejected`] | [`MayGiveUp`](crate::law::MayGiveUp) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`mute`](crate::Call::mute) | stays | [`MaySendMute`](crate::law::MaySendMute) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
/// | [`on_repeated_offer`](crate::Call::on_repeated_offer) | stays | [`HearsRepeatedOffer`](crate::law::HearsRepeatedOffer) |
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_receipt`](crate::Call::on_receipt) | stays | [`HearsReceipt`](crate::law::HearsReceipt) |
/// | [`on_preaccept`](crate::Call::on_preaccept) | [`Preaccepted`] | [`HearsPreaccept`](crate::law::HearsPreaccept) |
/// | [`on_accept`](crate::Call::on_accept) | [`Accepted`] | [`HearsAccept`](crate::law::HearsAccept) |
/// | [`on_reject`](crate::Call::on_reject) | stays or [`Rejected`] | [`HearsReject`](crate::law::HearsReject) |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
#[derive(Debug)]
pub enum Acked {}

/// A device of the callee rings, and the caller knows. For the callee, declining with `<reject>` is off the table
/// (SIG-08.12); to the caller it answers nothing (SIG-17.21).
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`accept`](crate::Call::accept) | [`Accepted`] | [`MayAccept`](crate::law::MayAccept) |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`mute`](crate::Call::mute) | stays | [`MaySendMute`](crate::law::MaySendMute) |
/// | [`call_key`](crate::Call::call_key) | stays | [`MayReadCallKey`](crate::law::MayReadCallKey) |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | stays | [`MayReadOffer`](crate::law::MayReadOffer) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`give_up`](crate::Call::give_up) | [`Rejected`] | [`MayGiveUp`](crate::law::MayGiveUp) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`mute`](crate::Call::mute) | stays | [`MaySendMute`](crate::law::MaySendMute) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
/// | [`on_repeated_offer`](crate::Call::on_repeated_offer) | stays | [`HearsRepeatedOffer`](crate::law::HearsRepeatedOffer) |
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_receipt`](crate::Call::on_receipt) | stays | [`HearsReceipt`](crate::law::HearsReceipt) |
/// | [`on_preaccept`](crate::Call::on_preaccept) | [`Preaccepted`] | [`HearsPreaccept`](crate::law::HearsPreaccept) |
/// | [`on_accept`](crate::Call::on_accept) | [`Accepted`] | [`HearsAccept`](crate::law::HearsAccept) |
/// | [`on_reject`](crate::Call::on_reject) | stays or [`Rejected`] | [`HearsReject`](crate::law::HearsReject) |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
#[derive(Debug)]
pub enum Preaccepted {}

/// The call is answered. A caller's call belongs to the device that answered (SIG-17.40).
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`mute`](crate::Call::mute) | stays | [`MaySendMute`](crate::law::MaySendMute) |
/// | [`heartbeat`](crate::Call::heartbeat) | stays | [`MaySendHeartbeat`](crate::law::MaySendHeartbeat) |
/// | [`call_key`](crate::Call::call_key) | stays | [`MayReadCallKey`](crate::law::MayReadCallKey) |
/// | [`offer`](crate::Call::offer), [`envelope`](crate::Call::envelope) | stays | [`MayReadOffer`](crate::law::MayReadOffer) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`terminate`](crate::Call::terminate) | [`Terminated`] | [`MayTerminate`](crate::law::MayTerminate) |
/// | [`lapse`](crate::Call::lapse) | [`Terminated`] | [`MayLapse`](crate::law::MayLapse) |
/// | [`transport`](crate::Call::transport) | stays | [`MaySendTransport`](crate::law::MaySendTransport) |
/// | [`relay_latency`](crate::Call::relay_latency) | stays | [`MaySendRelayLatency`](crate::law::MaySendRelayLatency) |
/// | [`mute`](crate::Call::mute) | stays | [`MaySendMute`](crate::law::MaySendMute) |
/// | [`heartbeat`](crate::Call::heartbeat) | stays | [`MaySendHeartbeat`](crate::law::MaySendHeartbeat) |
/// | [`answer`](crate::Call::answer), [`answered_by`](crate::Call::answered_by) | stays | [`MayReadAnswer`](crate::law::MayReadAnswer) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_nack`](crate::Call::on_nack) | [`Terminated`] | [`HearsAcceptNack`](crate::law::HearsAcceptNack) |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
/// | [`on_heartbeat`](crate::Call::on_heartbeat) | stays | [`HearsHeartbeat`](crate::law::HearsHeartbeat) |
/// | [`on_repeated_offer`](crate::Call::on_repeated_offer) | stays | [`HearsRepeatedOffer`](crate::law::HearsRepeatedOffer) |
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_receipt`](crate::Call::on_receipt) | stays | [`HearsReceipt`](crate::law::HearsReceipt) |
/// | [`on_late_preaccept`](crate::Call::on_late_preaccept), [`on_late_accept`](crate::Call::on_late_accept), [`on_late_reject`](crate::Call::on_late_reject) | stays | [`HearsLateAnswer`](crate::law::HearsLateAnswer) |
/// | [`on_terminate`](crate::Call::on_terminate) | [`Terminated`] or stays | [`HearsTerminate`](crate::law::HearsTerminate) |
/// | [`on_transport`](crate::Call::on_transport) | stays | [`HearsTransport`](crate::law::HearsTransport) |
/// | [`on_relay_latency`](crate::Call::on_relay_latency) | stays | [`HearsRelayLatency`](crate::law::HearsRelayLatency) |
/// | [`on_mute`](crate::Call::on_mute) | stays | [`HearsMute`](crate::law::HearsMute) |
/// | [`on_heartbeat`](crate::Call::on_heartbeat) | stays | [`HearsHeartbeat`](crate::law::HearsHeartbeat) |
#[derive(Debug)]
pub enum Accepted {}

/// The call was declined: by this callee, whose `<reject>` was its last word (SIG-18.12), or by every device of the peer or
/// its user, for a caller.
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | stays | [`HasOutcome`](crate::law::HasOutcome) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | stays | [`HasOutcome`](crate::law::HasOutcome) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
/// | [`on_repeated_offer`](crate::Call::on_repeated_offer) | stays | [`HearsRepeatedOffer`](crate::law::HearsRepeatedOffer) |
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
#[derive(Debug)]
pub enum Rejected {}

/// The call is over. It knows its [`outcome`](crate::Call::outcome) and [who ended it](crate::Call::ended_by).
///
/// | the callee may | goes to | trait |
/// | --- | --- | --- |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | stays | [`HasOutcome`](crate::law::HasOutcome) |
///
/// | the caller may | goes to | trait |
/// | --- | --- | --- |
/// | [`outcome`](crate::Call::outcome), [`ended_by`](crate::Call::ended_by), [`heard`](crate::Call::heard) | stays | [`HasOutcome`](crate::law::HasOutcome) |
///
/// | the callee hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
/// | [`on_repeated_offer`](crate::Call::on_repeated_offer) | stays | [`HearsRepeatedOffer`](crate::law::HearsRepeatedOffer) |
///
/// | the caller hears | goes to | trait |
/// | --- | --- | --- |
/// | [`on_late`](crate::Call::on_late) | stays | [`HearsLate`](crate::law::HearsLate) |
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

/// An incoming call that rings or is answered.
#[derive(Debug)]
pub struct Answering {
    pub(crate) offer: OfferParts,
    /// The last state of the microphone that was told.
    pub(crate) microphone: Option<MuteState>,
}

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
        /// Whether another device of this user may end the call, by saying that it was answered or declined there.
        const HEARS_OWN_DEVICES: bool;
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
    const HEARS_OWN_DEVICES: bool = true;
    type Offered = Inbound<Offer>;
    type Acked = OfferParts;
    type Preaccepted = Answering;
    type Accepted = Answering;
}

impl RoleData for Caller {
    const NAME: &'static str = "Caller";
    const HEARS_OWN_DEVICES: bool = false;
    type Offered = Box<Placed>;
    type Acked = Box<Placed>;
    type Preaccepted = Box<Placed>;
    type Accepted = Taken;
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
