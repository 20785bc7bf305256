//! **The law**: who may say what, and hear what, in which phase.
//!
//! One trait for each row, one impl for each legal cell, and nothing else in this crate decides legality. A method of
//! [`Call`](crate::Call) names its row as a bound; where the cell is empty the program does not compile, and the
//! message is the one written here.
//!
//! | the callee may | Offered | Acked | Preaccepted | Accepted | Rejected | Terminated | goes to |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | [acknowledge](MayAcknowledge) | yes | | | | | | Acked |
//! | [preaccept](MayPreaccept) | | yes | | | | | Preaccepted |
//! | [accept](MayAccept) | | yes | yes | | | | Accepted |
//! | [reject](MayReject) | | yes | | | | | Rejected |
//! | [terminate](MayTerminate) | | | yes | yes | | | Terminated |
//! | [lapse](MayLapse) | | yes | yes | yes | | | Terminated |
//! | [send transport](MaySendTransport) | | | yes | yes | | | same |
//! | [send relaylatency](MaySendRelayLatency) | | | yes | yes | | | same |
//! | [read the call key](MayReadCallKey) | | | yes | yes | | | same |
//! | [read the offer](MayReadOffer) | yes | yes | yes | yes | | | same |
//! | [ask for the outcome](HasOutcome) | | | | | yes | yes | same |
//!
//! | the callee hears | Offered | Acked | Preaccepted | Accepted | Rejected | Terminated | goes to |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | [terminate](HearsTerminate) | | yes | yes | yes | | | Terminated, or same |
//! | [anything that is owed a plain ack, of a call that is over](HearsLate) | | | | | yes | yes | same |
//!
//! | a received | can become a call | is owed its ack alone | is owed ack and receipt |
//! | --- | --- | --- | --- |
//! | [`Offer`] | [yes](OpensCall) | | [yes](OwesReceipt) |
//! | [`EndedOffer`] | | | [yes](OwesReceipt) |
//! | every other action | | [yes](OwesAck) | |
//!
//! Four of the empty cells need a reason:
//!
//! * `Offered` hears nothing: it lasts from [`incoming`](crate::Call::incoming) to
//!   [`acknowledge`](crate::Call::acknowledge), so that no `<terminate>` can swallow what is owed.
//! * Who sent `<preaccept>` has no `<reject>` any more (SIG-08.12), and who sent nothing has no `<terminate>`
//!   (SIG-18.18): in every phase there is one way to decline.
//! * The call key stays encrypted until declining with `<reject>` is off the table (SIG-18.13).
//! * So does the path of the media (SIG-18.15 to SIG-18.17).

use crate::phase::lend::{Ends, HoldsInbound, HoldsOffer, IsLiveOffer, KeepsOffer, Over};
use crate::phase::{
    Accepted, Acked, Callee, Offered, Phase, Preaccepted, Rejected, Role, Terminated,
};
use crate::stanza::{
    Accept, Action, CallAction, EndedOffer, Heartbeat, Mute, Offer, OfferNotice, Preaccept, Reject,
    RelayLatency, Terminate, Transport, UnknownAction,
};

// ---------------------------------------------------------------------------------------------------- may say

/// Who may acknowledge an offer, with `<ack>` and `<receipt>`, and when: the callee, first of all
/// ([`Call::acknowledge`](crate::Call::acknowledge)).
///
/// * when `Offered`: the callee acknowledges, first of all (SIG-18.2)
/// * when `Acked`, `Preaccepted` or `Accepted`: it has done so, and an offer is acknowledged once (SIG-07.2)
/// * when `Rejected` or `Terminated`: the call is over; an offer that comes again is acknowledged by itself, with
///   `acknowledge_with_receipt`
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` has no offer left to acknowledge",
    label = "nothing is owed for the offer here",
    note = "when `Offered`: the callee acknowledges, first of all (SIG-18.2)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: it has done so, and an offer is acknowledged once (SIG-07.2)",
    note = "when `Rejected` or `Terminated`: the call is over; an offer that comes again is acknowledged by itself, \
            with `acknowledge_with_receipt`"
)]
pub trait MayAcknowledge<R: Role>: HoldsInbound<R> {}
impl MayAcknowledge<Callee> for Offered {}

/// Who may send `<preaccept>`, to say that it rings, and when: the callee, once it has acknowledged the offer
/// ([`Call::preaccept`](crate::Call::preaccept)).
///
/// * when `Offered`: `acknowledge` first (SIG-18.2)
/// * when `Acked`: the callee may (SIG-04.1)
/// * when `Preaccepted`: it rings already; `accept` or `terminate` (SIG-04.3)
/// * when `Accepted`: the call is answered, and there is nothing left to ring for (SIG-03)
/// * when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.10, SIG-18.12)
/// * when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<preaccept>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<preaccept>` is not possible here",
    note = "when `Offered`: `acknowledge` first (SIG-18.2)",
    note = "when `Acked`: the callee may (SIG-04.1)",
    note = "when `Preaccepted`: it rings already; `accept` or `terminate` (SIG-04.3)",
    note = "when `Accepted`: the call is answered, and there is nothing left to ring for (SIG-03)",
    note = "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.10, SIG-18.12)",
    note = "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)"
)]
pub trait MayPreaccept<R: Role>: KeepsOffer<R> {}
impl MayPreaccept<Callee> for Acked {}

/// Who may send `<accept>`, to answer, and when: the callee, once it has acknowledged the offer, whether it rang or not
/// ([`Call::accept`](crate::Call::accept)).
///
/// * when `Offered`: `acknowledge` first (SIG-18.2)
/// * when `Acked` or `Preaccepted`: the callee may (SIG-16.32, SIG-04.1)
/// * when `Accepted`: it has answered, and only one answer counts (CAT-ACCEPT.2)
/// * when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)
/// * when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<accept>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<accept>` is not possible here",
    note = "when `Offered`: `acknowledge` first (SIG-18.2)",
    note = "when `Acked` or `Preaccepted`: the callee may (SIG-16.32, SIG-04.1)",
    note = "when `Accepted`: it has answered, and only one answer counts (CAT-ACCEPT.2)",
    note = "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)",
    note = "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)"
)]
pub trait MayAccept<R: Role>: KeepsOffer<R> {}
impl MayAccept<Callee> for Acked {}
impl MayAccept<Callee> for Preaccepted {}

/// Who may send `<reject>`, to decline, and when: the callee that has acknowledged the offer and said nothing else
/// ([`Call::reject`](crate::Call::reject)).
///
/// * when `Offered`: `acknowledge` first; ack and receipt are owed even for a call that is declined (SIG-18.2 to
///   SIG-18.4)
/// * when `Acked`: the callee may (SIG-08.10)
/// * when `Preaccepted`: a device that rings declines with `terminate` (SIG-08.12)
/// * when `Accepted`: an answered call is ended with `terminate` (SIG-08.13)
/// * when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<reject>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<reject>` is not possible here",
    note = "when `Offered`: `acknowledge` first; ack and receipt are owed even for a call that is declined (SIG-18.2 \
            to SIG-18.4)",
    note = "when `Acked`: the callee may (SIG-08.10)",
    note = "when `Preaccepted`: a device that rings declines with `terminate` (SIG-08.12)",
    note = "when `Accepted`: an answered call is ended with `terminate` (SIG-08.13)",
    note = "when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayReject<R: Role>: Phase {}
impl MayReject<Callee> for Acked {}

/// Who may send `<terminate>`, to end the call, and when: the callee, once it has rung or answered
/// ([`Call::terminate`](crate::Call::terminate)).
///
/// * when `Offered`: `acknowledge` first, then decline with `reject` (SIG-18.2)
/// * when `Acked`: for the callee the call got no further than its offer: decline with `reject`, or `lapse` without
///   a word (SIG-18.18)
/// * when `Preaccepted` or `Accepted`: the callee may (SIG-04.3, SIG-17.35)
/// * when `Rejected`: `<reject>` was the last word (SIG-18.12)
/// * when `Terminated`: it has ended already (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<terminate>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<terminate>` is not possible here",
    note = "when `Offered`: `acknowledge` first, then decline with `reject` (SIG-18.2)",
    note = "when `Acked`: for the callee the call got no further than its offer: decline with `reject`, or `lapse` \
            without a word (SIG-18.18)",
    note = "when `Preaccepted` or `Accepted`: the callee may (SIG-04.3, SIG-17.35)",
    note = "when `Rejected`: `<reject>` was the last word (SIG-18.12)",
    note = "when `Terminated`: it has ended already (SIG-17.37)"
)]
pub trait MayTerminate<R: Role>: Ends<R> {}
impl MayTerminate<Callee> for Preaccepted {}
impl MayTerminate<Callee> for Accepted {}

/// Who may end a call without a word, and when: the callee of a live call, because the ring window is over, the
/// connection is gone or the key is unreadable ([`Call::lapse`](crate::Call::lapse)).
///
/// * when `Offered`: `acknowledge` first; ack and receipt are owed whatever becomes of the call (SIG-07.5)
/// * when `Acked`: the callee may (SIG-12.10)
/// * when `Preaccepted` or `Accepted`: the callee may, where the caller cannot be told; where it can, `accept` or
///   `terminate` is due (SIG-04.3)
/// * when `Rejected` or `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "a call that is `{Self}` cannot lapse for its {R}",
    label = "there is nothing to let lapse here",
    note = "when `Offered`: `acknowledge` first; ack and receipt are owed whatever becomes of the call (SIG-07.5)",
    note = "when `Acked`: the callee may (SIG-12.10)",
    note = "when `Preaccepted` or `Accepted`: the callee may, where the caller cannot be told; where it can, `accept` or \
            `terminate` is due (SIG-04.3)",
    note = "when `Rejected` or `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayLapse<R: Role>: Ends<R> {}
impl MayLapse<Callee> for Acked {}
impl MayLapse<Callee> for Preaccepted {}
impl MayLapse<Callee> for Accepted {}

/// Who may send `<transport>`, and when: the callee, once it has rung or answered
/// ([`Call::transport`](crate::Call::transport)).
///
/// * when `Offered`: `acknowledge` first (SIG-18.2)
/// * when `Acked`: the call can still be declined, and no candidates are exchanged on that path: `preaccept` or
///   `accept` first (SIG-18.16)
/// * when `Preaccepted` or `Accepted`: the callee may (SIG-17.30)
/// * when `Rejected`: no candidates are exchanged for a declined call (SIG-18.16)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<transport>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<transport>` is not possible here",
    note = "when `Offered`: `acknowledge` first (SIG-18.2)",
    note = "when `Acked`: the call can still be declined, and no candidates are exchanged on that path: `preaccept` or \
            `accept` first (SIG-18.16)",
    note = "when `Preaccepted` or `Accepted`: the callee may (SIG-17.30)",
    note = "when `Rejected`: no candidates are exchanged for a declined call (SIG-18.16)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendTransport<R: Role>: Phase {}
impl MaySendTransport<Callee> for Preaccepted {}
impl MaySendTransport<Callee> for Accepted {}

/// Who may send `<relaylatency>`, and when: the callee, once it has rung or answered
/// ([`Call::relay_latency`](crate::Call::relay_latency)).
///
/// * when `Offered`: `acknowledge` first (SIG-18.2)
/// * when `Acked`: the call can still be declined, and no relay is probed on that path: `preaccept` or `accept`
///   first (SIG-18.17)
/// * when `Preaccepted` or `Accepted`: the callee may (FLOW-IN.5)
/// * when `Rejected`: no relay is probed for a declined call (SIG-18.17)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "`<relaylatency>` cannot be sent by the {R} of a call that is `{Self}`",
    label = "`<relaylatency>` is not possible here",
    note = "when `Offered`: `acknowledge` first (SIG-18.2)",
    note = "when `Acked`: the call can still be declined, and no relay is probed on that path: `preaccept` or `accept` \
            first (SIG-18.17)",
    note = "when `Preaccepted` or `Accepted`: the callee may (FLOW-IN.5)",
    note = "when `Rejected`: no relay is probed for a declined call (SIG-18.17)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MaySendRelayLatency<R: Role>: Phase {}
impl MaySendRelayLatency<Callee> for Preaccepted {}
impl MaySendRelayLatency<Callee> for Accepted {}

/// Who may read the encrypted call key of the offer, and when: the callee, once it has rung or answered
/// ([`Call::call_key`](crate::Call::call_key)).
///
/// * when `Offered` or `Acked`: the call can still be declined, and on that path the key stays encrypted:
///   `preaccept` or `accept` first (SIG-18.13)
/// * when `Preaccepted` or `Accepted`: the callee may (CAT-PREACCEPT.1, FLOW-IN.6)
/// * when `Rejected`: no media keys are derived for a declined call (SIG-18.14)
/// * when `Terminated`: the call is over (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the call key cannot be read by the {R} of a call that is `{Self}`",
    label = "the `<enc>` of the offer stays closed here",
    note = "when `Offered` or `Acked`: the call can still be declined, and on that path the key stays encrypted: \
            `preaccept` or `accept` first (SIG-18.13)",
    note = "when `Preaccepted` or `Accepted`: the callee may (CAT-PREACCEPT.1, FLOW-IN.6)",
    note = "when `Rejected`: no media keys are derived for a declined call (SIG-18.14)",
    note = "when `Terminated`: the call is over (SIG-17.37)"
)]
pub trait MayReadCallKey<R: Role>: HoldsOffer<R> {}
impl MayReadCallKey<Callee> for Preaccepted {}
impl MayReadCallKey<Callee> for Accepted {}

/// Who may look at the offer and its envelope, and when: the callee, while the call is live
/// ([`Call::offer`](crate::Call::offer), [`Call::envelope`](crate::Call::envelope)).
///
/// * when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the callee may (SIG-16.17)
/// * when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)
#[diagnostic::on_unimplemented(
    message = "the {R} of a call that is `{Self}` does not hold the offer any more",
    label = "the offer is gone",
    note = "when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the callee may (SIG-16.17)",
    note = "when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)"
)]
pub trait MayReadOffer<R: Role>: HoldsOffer<R> {}
impl MayReadOffer<Callee> for Offered {}
impl MayReadOffer<Callee> for Acked {}
impl MayReadOffer<Callee> for Preaccepted {}
impl MayReadOffer<Callee> for Accepted {}

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

// ---------------------------------------------------------------------------------------------------- hears

/// Who hears a `<terminate>`, and when: the callee of a live call
/// ([`Call::on_terminate`](crate::Call::on_terminate)).
///
/// * when `Offered`: `acknowledge` first, or the terminate would swallow the ack and the receipt (SIG-07.5,
///   SIG-12.5)
/// * when `Acked`, `Preaccepted` or `Accepted`: the callee hears it (SIG-17.37)
/// * when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)
#[diagnostic::on_unimplemented(
    message = "`<terminate>` cannot be heard by the {R} of a call that is `{Self}`",
    label = "this call does not hear `<terminate>` now",
    note = "when `Offered`: `acknowledge` first, or the terminate would swallow the ack and the receipt (SIG-07.5, \
            SIG-12.5)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: the callee hears it (SIG-17.37)",
    note = "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)"
)]
pub trait HearsTerminate<R: Role>: Ends<R> {}
impl HearsTerminate<Callee> for Acked {}
impl HearsTerminate<Callee> for Preaccepted {}
impl HearsTerminate<Callee> for Accepted {}

/// Who hears anything at all of a call that is over: its callee ([`Call::on_late`](crate::Call::on_late)).
///
/// * when `Offered`: `acknowledge` first, nothing is heard before (SIG-18.2)
/// * when `Acked`, `Preaccepted` or `Accepted`: a `<terminate>` is heard with `on_terminate`
/// * when `Rejected` or `Terminated`: whatever still comes is acknowledged and changes nothing (SIG-07.2); an offer
///   that comes again is owed `acknowledge_with_receipt`
#[diagnostic::on_unimplemented(
    message = "nothing is late for the {R} of a call that is `{Self}`",
    label = "this call is not over",
    note = "when `Offered`: `acknowledge` first, nothing is heard before (SIG-18.2)",
    note = "when `Acked`, `Preaccepted` or `Accepted`: a `<terminate>` is heard with `on_terminate`",
    note = "when `Rejected` or `Terminated`: whatever still comes is acknowledged and changes nothing (SIG-07.2); an \
            offer that comes again is owed `acknowledge_with_receipt`"
)]
pub trait HearsLate<R: Role>: Over<R> {}
impl HearsLate<Callee> for Rejected {}
impl HearsLate<Callee> for Terminated {}

// ---------------------------------------------------------------------------------------------------- opens, owes

/// Which received stanza can become a call: an offer that is live ([`Call::incoming`](crate::Call::incoming)).
///
/// * an `Offer` is of a call that rings now
/// * an `EndedOffer` was delivered offline, or says that its call has ended: `acknowledge_with_receipt`, and show a
///   missed call (SIG-07.22, SIG-16.3)
/// * an `OfferNotice` is news of a group call: `acknowledge` it (SIG-07.17)
#[diagnostic::on_unimplemented(
    message = "no call can be made of a received `{Self}`",
    label = "nobody is calling here",
    note = "an `Offer` is of a call that rings now",
    note = "an `EndedOffer` was delivered offline, or says that its call has ended: `acknowledge_with_receipt`, and \
            show a missed call (SIG-07.22, SIG-16.3)",
    note = "an `OfferNotice` is news of a group call: `acknowledge` it (SIG-07.17)"
)]
pub trait OpensCall: IsLiveOffer {}
impl OpensCall for Offer {}

/// Which received stanza is owed its acknowledgement and nothing else
/// ([`Inbound::acknowledge`](crate::Inbound::acknowledge)).
///
/// * an `<offer>` is owed ack and receipt, whatever becomes of it (SIG-07.5)
/// * every other action is owed the ack alone (SIG-07.16)
#[diagnostic::on_unimplemented(
    message = "a plain acknowledgement is not all that a received `{Self}` is owed",
    label = "use `acknowledge_with_receipt`, or make a call of it with `Call::incoming`",
    note = "an `<offer>` is owed ack and receipt, whatever becomes of it (SIG-07.5)",
    note = "every other action is owed the ack alone (SIG-07.16)"
)]
pub trait OwesAck: Action {}
impl OwesAck for OfferNotice {}
impl OwesAck for Preaccept {}
impl OwesAck for Accept {}
impl OwesAck for Reject {}
impl OwesAck for Terminate {}
impl OwesAck for Transport {}
impl OwesAck for RelayLatency {}
impl OwesAck for Mute {}
impl OwesAck for Heartbeat {}
impl OwesAck for UnknownAction {}

/// Which received stanza is owed an acknowledgement and a receipt
/// ([`Inbound::acknowledge_with_receipt`](crate::Inbound::acknowledge_with_receipt)).
///
/// * an offer receipt answers an `<offer>` and no other action (SIG-07.16)
/// * an `<offer_notice>` ends with the plain ack (SIG-07.17)
#[diagnostic::on_unimplemented(
    message = "no receipt is owed for a received `{Self}`",
    label = "a plain `acknowledge` is all that it is owed",
    note = "an offer receipt answers an `<offer>` and no other action (SIG-07.16)",
    note = "an `<offer_notice>` ends with the plain ack (SIG-07.17)"
)]
pub trait OwesReceipt: CallAction {}
impl OwesReceipt for Offer {}
impl OwesReceipt for EndedOffer {}

/// Which action is built without an id on its `<call>`, so that whoever sends it adds one
/// ([`Outbound::with_id`](crate::Outbound::with_id)).
///
/// * `preaccept` takes the id of its `<call>` when it is built (SIG-04.5)
/// * accept, reject, terminate, transport and relaylatency are built without one (SIG-03.2, SIG-08.3, SIG-14.2,
///   SIG-15.4)
#[diagnostic::on_unimplemented(
    message = "a built `{Self}` has an id already",
    label = "there is no id to add",
    note = "`preaccept` takes the id of its `<call>` when it is built (SIG-04.5)",
    note = "accept, reject, terminate, transport and relaylatency are built without one (SIG-03.2, SIG-08.3, SIG-14.2, SIG-15.4)"
)]
pub trait SentWithoutId: CallAction {}
impl SentWithoutId for Accept {}
impl SentWithoutId for Reject {}
impl SentWithoutId for Terminate {}
impl SentWithoutId for Transport {}
impl SentWithoutId for RelayLatency {}

/// No received stanza can answer or end anything: only a call can.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a received `{Self}` is not a call: nothing can be said with it",
    label = "only a `Call` can say this",
    note = "an `Offer` becomes a call with `Call::incoming(offer).acknowledge(&me)`; then `accept`, `reject` and the \
            others are there (SIG-18.2)",
    note = "a call that got no further than its offer is declined with `reject`, never with `terminate` (SIG-18.18)",
    note = "an `EndedOffer` and every other action can only be acknowledged (SIG-07.2)"
)]
pub trait IsCall: Action {}
