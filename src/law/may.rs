//! Who may say what, and when.

use crate::phase::lend::{
    Answered, Ends, HoldsInbound, HoldsOffer, KeepsOffer, Over, Rings, Speaks,
};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Offered, Phase, Preaccepted, Rejected, Role, Terminated,
};

/// Who may acknowledge an offer, with `<ack>` and `<receipt>`, and when: the callee, first of all
/// ([`Call::acknowledge`](crate::Call::acknowledge)).
///
/// * when `Offered`: the callee acknowledges, first of all (SIG-18.2); the caller has sent the offer, which the
///   server acknowledges (SIG-17.15)
/// * when `Acked`, `Preaccepted` or `Accepted`: the callee has done so, and an offer is acknowledged once (SIG-07.2)
/// * when `Rejected` or `Terminated`: the call is over; an offer that comes again is acknowledged by itself, with
///   `acknowledge_with_receipt`
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` has no offer left to acknowledge",
    label = "nothing is owed for an offer here",
    note = "when `Offered`: the callee acknowledges, first of all (SIG-18.2); the caller has sent the offer, \
            which the server acknowledges (SIG-17.15)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: the callee has done so, and an offer is acknowledged \
            once (SIG-07.2)",
    note = "when `Rejected` or `Terminated`: the call is over; an offer that comes again is acknowledged by \
            itself, with `acknowledge_with_receipt`"
)]
pub trait MayAcknowledge<R: Role>: HoldsInbound<R> {}
impl MayAcknowledge<Callee> for Offered {}

/// Who may send `<preaccept>`, to say that it rings, and when: the callee, once it has acknowledged the offer
/// ([`Call::preaccept`](crate::Call::preaccept)). Callers never send it (SIG-17.20).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2)
/// * when `Acked`: the callee may (SIG-04.1); the caller hears it, with `on_preaccept` (SIG-17.20)
/// * when `Preaccepted`: the callee rings already; `accept` or `terminate` (SIG-04.3)
/// * when `Accepted`: the call is answered, and there is nothing left to ring for (SIG-17.26)
/// * when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.10, SIG-18.12)
/// * when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<preaccept>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<preaccept>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2)",
    note = "when `Acked`: the callee may (SIG-04.1); the caller hears it, with `on_preaccept` (SIG-17.20)",
    note = "when `Preaccepted`: the callee rings already; `accept` or `terminate` (SIG-04.3)",
    note = "when `Accepted`: the call is answered, and there is nothing left to ring for (SIG-17.26)",
    note = "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.10, SIG-18.12)",
    note = "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)"
)]
pub trait MayPreaccept<R: Role>: KeepsOffer<R> {}
impl MayPreaccept<Callee> for Acked {}

/// Who may send `<accept>`, to answer, and when: the callee, once it has acknowledged the offer, whether it rang or
/// not ([`Call::accept`](crate::Call::accept)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2)
/// * when `Acked` or `Preaccepted`: the callee may (SIG-16.32, SIG-04.1); the caller hears it, with `on_accept`
///   (SIG-17.24)
/// * when `Accepted`: it is answered, and only one answer counts (CAT-ACCEPT.2)
/// * when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)
/// * when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<accept>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<accept>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2)",
    note = "when `Acked` or `Preaccepted`: the callee may (SIG-16.32, SIG-04.1); the caller hears it, with \
            `on_accept` (SIG-17.24)",
    note = "when `Accepted`: it is answered, and only one answer counts (CAT-ACCEPT.2)",
    note = "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)",
    note = "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)"
)]
pub trait MayAccept<R: Role>: KeepsOffer<R> {}
impl MayAccept<Callee> for Acked {}
impl MayAccept<Callee> for Preaccepted {}

/// Who may send `<reject>`, to decline, and when: the callee that has acknowledged the offer and said nothing else
/// ([`Call::reject`](crate::Call::reject)).
///
/// * when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed even for a call that is declined
///   (SIG-18.2 to SIG-18.4); the caller withdraws with `terminate` (SIG-17.39)
/// * when `Acked`: the callee may (SIG-08.10); the caller withdraws with `terminate` (SIG-17.39)
/// * when `Preaccepted`: a device that rings declines with `terminate` (SIG-08.12); the caller withdraws with
///   `terminate` (SIG-17.39)
/// * when `Accepted`: an answered call is ended with `terminate` (SIG-08.13)
/// * when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<reject>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<reject>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed even for a call \
            that is declined (SIG-18.2 to SIG-18.4); the caller withdraws with `terminate` (SIG-17.39)",
    note = "when `Acked`: the callee may (SIG-08.10); the caller withdraws with `terminate` (SIG-17.39)",
    note = "when `Preaccepted`: a device that rings declines with `terminate` (SIG-08.12); the caller \
            withdraws with `terminate` (SIG-17.39)",
    note = "when `Accepted`: an answered call is ended with `terminate` (SIG-08.13)",
    note = "when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayReject<R: Role>: Phase {}
impl MayReject<Callee> for Acked {}

/// Who may send `<terminate>`, to end the call, and when: the callee, once it has rung or answered; the caller, from
/// the offer on ([`Call::terminate`](crate::Call::terminate)).
///
/// * when `Offered`: the callee has to `acknowledge` first, and then declines with `reject` (SIG-18.2); the caller
///   may, to cancel (SIG-17.39)
/// * when `Acked`: for the callee the call got no further than its offer: decline with `reject`, or `lapse` without a
///   word (SIG-18.18); the caller may, to cancel (SIG-17.39)
/// * when `Preaccepted` or `Accepted`: both may (SIG-04.3, SIG-17.35)
/// * when `Rejected`: the call was declined, and nothing is left to end (SIG-18.12)
/// * when `Terminated`: it has ended already (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<terminate>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<terminate>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first, and then declines with `reject` (SIG-18.2); \
            the caller may, to cancel (SIG-17.39)",
    note = "when `Acked`: for the callee the call got no further than its offer: decline with `reject`, or \
            `lapse` without a word (SIG-18.18); the caller may, to cancel (SIG-17.39)",
    note = "when `Preaccepted` or `Accepted`: both may (SIG-04.3, SIG-17.35)",
    note = "when `Rejected`: the call was declined, and nothing is left to end (SIG-18.12)",
    note = "when `Terminated`: it has ended already (SIG-17.37)"
)]
pub trait MayTerminate<R: Role>: Ends<R> + Speaks<R> {}
impl MayTerminate<Callee> for Preaccepted {}
impl MayTerminate<Callee> for Accepted {}
impl MayTerminate<Caller> for Offered {}
impl MayTerminate<Caller> for Acked {}
impl MayTerminate<Caller> for Preaccepted {}
impl MayTerminate<Caller> for Accepted {}

/// Who may give up on the other devices, because the user has declined on one, and when: the caller, while the call
/// rings ([`Call::give_up`](crate::Call::give_up)).
///
/// * when `Offered`: the server has not acknowledged the offer, so that no device can have declined (SIG-17.15); the
///   caller cancels with `terminate`
/// * when `Acked` or `Preaccepted`: the caller may, with the decline that it heard (SIG-18.19); the callee declines
///   with `reject` or `terminate`
/// * when `Accepted`: the call is answered; it is ended with `terminate` (SIG-17.35)
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` cannot give it up",
    label = "there is nothing to give up here",
    note = "when `Offered`: the server has not acknowledged the offer, so that no device can have declined \
            (SIG-17.15); the caller cancels with `terminate`",
    note = "when `Acked` or `Preaccepted`: the caller may, with the decline that it heard (SIG-18.19); the \
            callee declines with `reject` or `terminate`",
    note = "when `Accepted`: the call is answered; it is ended with `terminate` (SIG-17.35)",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayGiveUp<R: Role>: Rings<R> {}
impl MayGiveUp<Caller> for Acked {}
impl MayGiveUp<Caller> for Preaccepted {}

/// Who may end a call without a word, and when: either end of a live call, because the ring window is over, the
/// connection is gone or the key is unreadable ([`Call::lapse`](crate::Call::lapse)).
///
/// * when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed whatever becomes of the call
///   (SIG-07.5); the caller may (SIG-12.10)
/// * when `Acked`: both may (SIG-12.10)
/// * when `Preaccepted` or `Accepted`: both may, where the other end cannot be told; where it can, `terminate` is due
///   (SIG-04.3, SIG-12.11)
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "a call that is `{Self}` cannot lapse for its {R}",
    label = "there is nothing to let lapse here",
    note = "when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed whatever becomes \
            of the call (SIG-07.5); the caller may (SIG-12.10)",
    note = "when `Acked`: both may (SIG-12.10)",
    note = "when `Preaccepted` or `Accepted`: both may, where the other end cannot be told; where it can, \
            `terminate` is due (SIG-04.3, SIG-12.11)",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayLapse<R: Role>: Ends<R> {}
impl MayLapse<Callee> for Acked {}
impl MayLapse<Callee> for Preaccepted {}
impl MayLapse<Callee> for Accepted {}
impl MayLapse<Caller> for Offered {}
impl MayLapse<Caller> for Acked {}
impl MayLapse<Caller> for Preaccepted {}
impl MayLapse<Caller> for Accepted {}

/// Who may send `<transport>`, and when: the callee, once it has rung or answered; the caller, once the server has
/// acknowledged the offer ([`Call::transport`](crate::Call::transport)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of the
///   offer (SIG-17.15)
/// * when `Acked`: for the callee the call can still be declined, and no candidates are exchanged on that path:
///   `preaccept` or `accept` first (SIG-18.16); the caller may (SIG-17.27)
/// * when `Preaccepted` or `Accepted`: both may (SIG-17.30)
/// * when `Rejected`: no candidates are exchanged for a declined call (SIG-18.16)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<transport>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<transport>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the \
            server's ack of the offer (SIG-17.15)",
    note = "when `Acked`: for the callee the call can still be declined, and no candidates are exchanged on \
            that path: `preaccept` or `accept` first (SIG-18.16); the caller may (SIG-17.27)",
    note = "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note = "when `Rejected`: no candidates are exchanged for a declined call (SIG-18.16)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendTransport<R: Role>: Speaks<R> {}
impl MaySendTransport<Callee> for Preaccepted {}
impl MaySendTransport<Callee> for Accepted {}
impl MaySendTransport<Caller> for Acked {}
impl MaySendTransport<Caller> for Preaccepted {}
impl MaySendTransport<Caller> for Accepted {}

/// Who may send `<relaylatency>`, and when: the callee, once it has rung or answered; the caller, once the server has
/// acknowledged the offer ([`Call::relay_latency`](crate::Call::relay_latency)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of the
///   offer (SIG-17.15)
/// * when `Acked`: for the callee the call can still be declined, and no relay is probed on that path: `preaccept` or
///   `accept` first (SIG-18.17); the caller may (SIG-17.27)
/// * when `Preaccepted` or `Accepted`: both may (SIG-17.30)
/// * when `Rejected`: no relay is probed for a declined call (SIG-18.17)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<relaylatency>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<relaylatency>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the \
            server's ack of the offer (SIG-17.15)",
    note = "when `Acked`: for the callee the call can still be declined, and no relay is probed on that path: \
            `preaccept` or `accept` first (SIG-18.17); the caller may (SIG-17.27)",
    note = "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note = "when `Rejected`: no relay is probed for a declined call (SIG-18.17)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendRelayLatency<R: Role>: Speaks<R> {}
impl MaySendRelayLatency<Callee> for Preaccepted {}
impl MaySendRelayLatency<Callee> for Accepted {}
impl MaySendRelayLatency<Caller> for Acked {}
impl MaySendRelayLatency<Caller> for Preaccepted {}
impl MaySendRelayLatency<Caller> for Accepted {}

/// Who may send `<mute_v2>`, and when: the callee, once it has rung or answered; the caller, once the server has
/// acknowledged the offer ([`Call::mute`](crate::Call::mute)).
///
/// * when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of the
///   offer (SIG-17.15)
/// * when `Acked`: for the callee the call can still be declined, and there is no microphone to speak of on that
///   path: `preaccept` or `accept` first (SIG-18.1); the caller may (SIG-17.27)
/// * when `Preaccepted` or `Accepted`: both may (SIG-17.30)
/// * when `Rejected`: there is no microphone to speak of for a declined call (SIG-18.1)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<mute_v2>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<mute_v2>` is not possible here",
    note = "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the \
            server's ack of the offer (SIG-17.15)",
    note = "when `Acked`: for the callee the call can still be declined, and there is no microphone to speak \
            of on that path: `preaccept` or `accept` first (SIG-18.1); the caller may (SIG-17.27)",
    note = "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note = "when `Rejected`: there is no microphone to speak of for a declined call (SIG-18.1)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendMute<R: Role>: Speaks<R> {}
impl MaySendMute<Callee> for Preaccepted {}
impl MaySendMute<Callee> for Accepted {}
impl MaySendMute<Caller> for Acked {}
impl MaySendMute<Caller> for Preaccepted {}
impl MaySendMute<Caller> for Accepted {}

/// Who may send `<heartbeat>`, and when: either end, once the call is answered
/// ([`Call::heartbeat`](crate::Call::heartbeat)).
///
/// * when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not answered
///   (REF.24)
/// * when `Accepted`: both may (REF.24)
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<heartbeat>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<heartbeat>` is not possible here",
    note = "when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not \
            answered (REF.24)",
    note = "when `Accepted`: both may (REF.24)",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendHeartbeat<R: Role>: Phase {}
impl MaySendHeartbeat<Callee> for Accepted {}
impl MaySendHeartbeat<Caller> for Accepted {}

/// Who may read the encrypted call key of the offer, and when: the callee, once it has rung or answered
/// ([`Call::call_key`](crate::Call::call_key)).
///
/// * when `Offered` or `Acked`: the call can still be declined, and on that path the key stays encrypted: `preaccept`
///   or `accept` first (SIG-18.13); the caller made the key itself (SIG-17.8)
/// * when `Preaccepted` or `Accepted`: the callee may (CAT-PREACCEPT.1, FLOW-IN.6)
/// * when `Rejected`: no media keys are derived for a declined call (SIG-18.14)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the call key cannot be read by the {R} of a call that is `{Self}`",
    label = "the `<enc>` of the offer stays closed here",
    note = "when `Offered` or `Acked`: the call can still be declined, and on that path the key stays \
            encrypted: `preaccept` or `accept` first (SIG-18.13); the caller made the key itself (SIG-17.8)",
    note = "when `Preaccepted` or `Accepted`: the callee may (CAT-PREACCEPT.1, FLOW-IN.6)",
    note = "when `Rejected`: no media keys are derived for a declined call (SIG-18.14)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayReadCallKey<R: Role>: HoldsOffer<R> {}
impl MayReadCallKey<Callee> for Preaccepted {}
impl MayReadCallKey<Callee> for Accepted {}

/// Who may look at the received offer and its envelope, and when: the callee, while the call is live
/// ([`Call::offer`](crate::Call::offer), [`Call::envelope`](crate::Call::envelope)).
///
/// * when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the callee may (SIG-16.17); the caller sent the offer
///   itself
/// * when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` has no received offer to look at",
    label = "there is no offer here",
    note = "when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the callee may (SIG-16.17); the caller sent \
            the offer itself",
    note = "when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)"
)]
pub trait MayReadOffer<R: Role>: HoldsOffer<R> {}
impl MayReadOffer<Callee> for Offered {}
impl MayReadOffer<Callee> for Acked {}
impl MayReadOffer<Callee> for Preaccepted {}
impl MayReadOffer<Callee> for Accepted {}

/// Who may look at the received accept, and when: the caller of an answered call
/// ([`Call::answer`](crate::Call::answer), [`Call::answered_by`](crate::Call::answered_by)).
///
/// * when `Offered`, `Acked` or `Preaccepted`: nobody has answered yet
/// * when `Accepted`: the caller may (SIG-17.24); the callee answered itself
/// * when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` has no received accept to look at",
    label = "there is no answer here",
    note = "when `Offered`, `Acked` or `Preaccepted`: nobody has answered yet",
    note = "when `Accepted`: the caller may (SIG-17.24); the callee answered itself",
    note = "when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)"
)]
pub trait MayReadAnswer<R: Role>: Answered<R> {}
impl MayReadAnswer<Caller> for Accepted {}

/// Which call has an outcome, and who ended it: one that is over ([`Call::outcome`](crate::Call::outcome),
/// [`Call::ended_by`](crate::Call::ended_by), [`Call::heard`](crate::Call::heard)).
///
/// * when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the call is live, and may still end in every way
/// * when `Rejected` or `Terminated`: it has ended, and says how (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "a call that is `{Self}` has no outcome yet for its {R}",
    label = "this call is not over",
    note = "when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the call is live, and may still end in every way",
    note = "when `Rejected` or `Terminated`: it has ended, and says how (SIG-17.37)"
)]
pub trait HasOutcome<R: Role>: Over<R> {}
impl HasOutcome<Callee> for Rejected {}
impl HasOutcome<Callee> for Terminated {}
impl HasOutcome<Caller> for Rejected {}
impl HasOutcome<Caller> for Terminated {}
