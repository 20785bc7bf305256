//! Who hears what, and when.

use crate::phase::lend::{Answered, Awaits, Ends, Listens, Over, Rings, Rung};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Offered, Phase, Preaccepted, Rejected, Role, Terminated,
};

/// Who hears the server's ack or nack of the offer, and when: the caller that has just sent it
/// ([`Call::on_ack`](crate::Call::on_ack)).
///
/// * when `Offered`: the caller hears it (SIG-17.15, SIG-17.16); the callee gives acks for the offer and gets none
/// * when `Acked`, `Preaccepted` or `Accepted`: the offer is acknowledged already; the ack of a later stanza is heard
///   by its `Sent`
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` awaits no server ack of an offer",
    label = "no `<ack>` of an offer is awaited here",
    note = "when `Offered`: the caller hears it (SIG-17.15, SIG-17.16); the callee gives acks for the offer \
            and gets none",
    note = "when `Acked`, `Preaccepted` or `Accepted`: the offer is acknowledged already; the ack of a later \
            stanza is heard by its `Sent`",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait HearsServerAck<R: Role>: Awaits<R> {}
impl HearsServerAck<Caller> for Offered {}

/// Who hears that the server refused an `<accept>`, and when: the callee that has sent it
/// ([`Call::on_nack`](crate::Call::on_nack)).
///
/// * when `Offered`, `Acked` or `Preaccepted`: the callee has not answered yet
/// * when `Accepted`: the callee hears it (CAT-ACCEPT.5); the caller sends no accept
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` has no `<accept>` that the server could refuse",
    label = "no `<accept>` was sent here",
    note = "when `Offered`, `Acked` or `Preaccepted`: the callee has not answered yet",
    note = "when `Accepted`: the callee hears it (CAT-ACCEPT.5); the caller sends no accept",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait HearsAcceptNack<R: Role>: Ends<R> {}
impl HearsAcceptNack<Callee> for Accepted {}

/// Who hears the receipt that a device gives for the offer, and when: the caller, once the server has acknowledged
/// the offer ([`Call::on_receipt`](crate::Call::on_receipt)).
///
/// * when `Offered`: the server acknowledges the offer first (SIG-17.15); the callee gives the receipt, with
///   `acknowledge` (SIG-07.5)
/// * when `Acked`, `Preaccepted` or `Accepted`: the caller hears it, and it is no answer (SIG-12.8, SIG-17.17)
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "an offer receipt cannot be heard by the {R} of a call that is `{Self}`",
    label = "no offer receipt is heard here",
    note = "when `Offered`: the server acknowledges the offer first (SIG-17.15); the callee gives the receipt, \
            with `acknowledge` (SIG-07.5)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: the caller hears it, and it is no answer (SIG-12.8, \
            SIG-17.17)",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait HearsReceipt<R: Role>: Rung<R> {}
impl HearsReceipt<Caller> for Acked {}
impl HearsReceipt<Caller> for Preaccepted {}
impl HearsReceipt<Caller> for Accepted {}

/// Who hears `<preaccept>`, and when: the caller of an acknowledged offer
/// ([`Call::on_preaccept`](crate::Call::on_preaccept)).
///
/// * when `Offered`: the server acknowledges the offer first (SIG-17.15)
/// * when `Acked` or `Preaccepted`: the caller hears it, as a sign of ringing (SIG-17.21); the callee says it, with
///   `preaccept`
/// * when `Accepted`: the call is answered; `on_late_preaccept` acknowledges it (SIG-17.42)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<preaccept>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<preaccept>` now",
    note = "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note = "when `Acked` or `Preaccepted`: the caller hears it, as a sign of ringing (SIG-17.21); the callee \
            says it, with `preaccept`",
    note = "when `Accepted`: the call is answered; `on_late_preaccept` acknowledges it (SIG-17.42)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsPreaccept<R: Role>: Rings<R> {}
impl HearsPreaccept<Caller> for Acked {}
impl HearsPreaccept<Caller> for Preaccepted {}

/// Who hears `<accept>`, and when: the caller of an acknowledged offer ([`Call::on_accept`](crate::Call::on_accept)).
///
/// * when `Offered`: the server acknowledges the offer first (SIG-17.15)
/// * when `Acked` or `Preaccepted`: the caller hears who answered (SIG-17.24); the callee says it, with `accept`
/// * when `Accepted`: only one device can answer; `on_late_accept` hands the other one out to be dismissed
///   (SIG-17.42)
/// * when `Rejected` or `Terminated`: an ended call cannot be answered; `on_late` acknowledges what still comes
///   (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<accept>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<accept>` now",
    note = "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note = "when `Acked` or `Preaccepted`: the caller hears who answered (SIG-17.24); the callee says it, with \
            `accept`",
    note = "when `Accepted`: only one device can answer; `on_late_accept` hands the other one out to be \
            dismissed (SIG-17.42)",
    note = "when `Rejected` or `Terminated`: an ended call cannot be answered; `on_late` acknowledges what \
            still comes (SIG-17.37)"
)]
pub trait HearsAccept<R: Role>: Rings<R> {}
impl HearsAccept<Caller> for Acked {}
impl HearsAccept<Caller> for Preaccepted {}

/// Who hears `<reject>`, and when: the caller of an acknowledged offer ([`Call::on_reject`](crate::Call::on_reject)).
///
/// * when `Offered`: the server acknowledges the offer first (SIG-17.15)
/// * when `Acked` or `Preaccepted`: the caller hears that one device declined (SIG-18.19); the callee says it, with
///   `reject`
/// * when `Accepted`: another device has answered; `on_late_reject` acknowledges it (SIG-18.22)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<reject>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<reject>` now",
    note = "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note = "when `Acked` or `Preaccepted`: the caller hears that one device declined (SIG-18.19); the callee \
            says it, with `reject`",
    note = "when `Accepted`: another device has answered; `on_late_reject` acknowledges it (SIG-18.22)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsReject<R: Role>: Rings<R> {}
impl HearsReject<Caller> for Acked {}
impl HearsReject<Caller> for Preaccepted {}

/// Who hears the preaccept, accept or reject of a device that did not get the call, and when: the caller of an
/// answered call ([`Call::on_late_accept`](crate::Call::on_late_accept),
/// [`Call::on_late_preaccept`](crate::Call::on_late_preaccept),
/// [`Call::on_late_reject`](crate::Call::on_late_reject)).
///
/// * when `Offered`, `Acked` or `Preaccepted`: nobody has answered; `on_preaccept`, `on_accept` and `on_reject` hear
///   it
/// * when `Accepted`: the caller hears it, and a late accepter is dismissed (SIG-17.42)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "no answer of a device is late for the {R} of a call that is `{Self}`",
    label = "this call is not answered",
    note = "when `Offered`, `Acked` or `Preaccepted`: nobody has answered; `on_preaccept`, `on_accept` and \
            `on_reject` hear it",
    note = "when `Accepted`: the caller hears it, and a late accepter is dismissed (SIG-17.42)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsLateAnswer<R: Role>: Answered<R> {}
impl HearsLateAnswer<Caller> for Accepted {}

/// Who hears a `<terminate>`, and when: either end of a live call, but for a callee that has not acknowledged the
/// offer ([`Call::on_terminate`](crate::Call::on_terminate)).
///
/// * when `Offered`: the callee has to `acknowledge` first, or the terminate would swallow the ack and the receipt
///   (SIG-07.5, SIG-12.5); the caller hears it (SIG-17.37)
/// * when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.37)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<terminate>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<terminate>` now",
    note = "when `Offered`: the callee has to `acknowledge` first, or the terminate would swallow the ack and \
            the receipt (SIG-07.5, SIG-12.5); the caller hears it (SIG-17.37)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.37)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsTerminate<R: Role>: Ends<R> {}
impl HearsTerminate<Callee> for Acked {}
impl HearsTerminate<Callee> for Preaccepted {}
impl HearsTerminate<Callee> for Accepted {}
impl HearsTerminate<Caller> for Offered {}
impl HearsTerminate<Caller> for Acked {}
impl HearsTerminate<Caller> for Preaccepted {}
impl HearsTerminate<Caller> for Accepted {}

/// Who hears `<transport>`, and when: either end of a call whose offer is acknowledged
/// ([`Call::on_transport`](crate::Call::on_transport)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the
///   offer first (SIG-17.15)
/// * when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<transport>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<transport>` now",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server \
            acknowledges the offer first (SIG-17.15)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsTransport<R: Role>: Listens<R> {}
impl HearsTransport<Callee> for Acked {}
impl HearsTransport<Callee> for Preaccepted {}
impl HearsTransport<Callee> for Accepted {}
impl HearsTransport<Caller> for Acked {}
impl HearsTransport<Caller> for Preaccepted {}
impl HearsTransport<Caller> for Accepted {}

/// Who hears `<relaylatency>`, and when: either end of a call whose offer is acknowledged
/// ([`Call::on_relay_latency`](crate::Call::on_relay_latency)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the
///   offer first (SIG-17.15)
/// * when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<relaylatency>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<relaylatency>` now",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server \
            acknowledges the offer first (SIG-17.15)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsRelayLatency<R: Role>: Listens<R> {}
impl HearsRelayLatency<Callee> for Acked {}
impl HearsRelayLatency<Callee> for Preaccepted {}
impl HearsRelayLatency<Callee> for Accepted {}
impl HearsRelayLatency<Caller> for Acked {}
impl HearsRelayLatency<Caller> for Preaccepted {}
impl HearsRelayLatency<Caller> for Accepted {}

/// Who hears `<mute_v2>`, and when: either end of a call whose offer is acknowledged
/// ([`Call::on_mute`](crate::Call::on_mute)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the
///   offer first (SIG-17.15)
/// * when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<mute_v2>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<mute_v2>` now",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server \
            acknowledges the offer first (SIG-17.15)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsMute<R: Role>: Listens<R> {}
impl HearsMute<Callee> for Acked {}
impl HearsMute<Callee> for Preaccepted {}
impl HearsMute<Callee> for Accepted {}
impl HearsMute<Caller> for Acked {}
impl HearsMute<Caller> for Preaccepted {}
impl HearsMute<Caller> for Accepted {}

/// Who hears `<heartbeat>`, and when: either end of an answered call
/// ([`Call::on_heartbeat`](crate::Call::on_heartbeat)).
///
/// * when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not answered
///   (REF.24)
/// * when `Accepted`: both hear it (REF.24)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<heartbeat>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<heartbeat>` now",
    note = "when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not \
            answered (REF.24)",
    note = "when `Accepted`: both hear it (REF.24)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsHeartbeat<R: Role>: Listens<R> {}
impl HearsHeartbeat<Callee> for Accepted {}
impl HearsHeartbeat<Caller> for Accepted {}

/// Who hears anything at all of a call that is over: either end ([`Call::on_late`](crate::Call::on_late)).
///
/// * when `Offered`: the callee has to `acknowledge` first, nothing is heard before (SIG-18.2); for the caller the
///   call has only begun
/// * when `Acked`, `Preaccepted` or `Accepted`: each stanza is heard with its own verb, such as `on_terminate`
/// * when `Rejected` or `Terminated`: whatever still comes is acknowledged and changes nothing (SIG-07.2); an offer
///   that comes again is heard with `on_repeated_offer`
#[diagnostic::on_unimplemented(
    message = "nothing is late for the {R} of a call that is `{Self}`",
    label = "this call is not over",
    note = "when `Offered`: the callee has to `acknowledge` first, nothing is heard before (SIG-18.2); for the \
            caller the call has only begun",
    note = "when `Acked`, `Preaccepted` or `Accepted`: each stanza is heard with its own verb, such as \
            `on_terminate`",
    note = "when `Rejected` or `Terminated`: whatever still comes is acknowledged and changes nothing \
            (SIG-07.2); an offer that comes again is heard with `on_repeated_offer`"
)]
pub trait HearsLate<R: Role>: Over<R> {}
impl HearsLate<Callee> for Rejected {}
impl HearsLate<Callee> for Terminated {}
impl HearsLate<Caller> for Rejected {}
impl HearsLate<Caller> for Terminated {}

/// Who hears the offer of its own call again, and when: the callee, once it has acknowledged the first
/// ([`Call::on_repeated_offer`](crate::Call::on_repeated_offer)).
///
/// * when `Offered`: the callee acknowledges the first one with `acknowledge` (SIG-18.2)
/// * when `Acked`, `Preaccepted` or `Accepted`: the callee hears it, and owes ack and receipt again (SIG-07.5); the
///   caller has made the offer, and hears none
/// * when `Rejected` or `Terminated`: the callee hears it still, and the call stays over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "a repeated `<offer>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "no offer is heard again here",
    note = "when `Offered`: the callee acknowledges the first one with `acknowledge` (SIG-18.2)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: the callee hears it, and owes ack and receipt again \
            (SIG-07.5); the caller has made the offer, and hears none",
    note = "when `Rejected` or `Terminated`: the callee hears it still, and the call stays over (SIG-17.37)"
)]
pub trait HearsRepeatedOffer<R: Role>: Phase {}
impl HearsRepeatedOffer<Callee> for Acked {}
impl HearsRepeatedOffer<Callee> for Preaccepted {}
impl HearsRepeatedOffer<Callee> for Accepted {}
impl HearsRepeatedOffer<Callee> for Rejected {}
impl HearsRepeatedOffer<Callee> for Terminated {}
