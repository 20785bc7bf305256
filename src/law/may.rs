//! Who may say what, and when.

use crate::phase::held::{
    Answered, End, HasVideo, Live, Ringing, SentOffer, Speaks, Unacknowledged,
};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Invitee, Offered, Phase, Preaccepted, Rejected, Role,
    Terminated,
};
use crate::stanza::{Accept, Envelope, Inbound, Offer};

row! {
    /// Allows [`Call::acknowledge`](crate::Call::acknowledge): the callee sends `<ack>` and `<receipt>` before anything
    /// else.
    May "acknowledge", methods [acknowledge], about [Offer], stays false, goes_to [Acked];
    message: "the {R} of a call that is `{Self}` has no offer left to acknowledge",
    label: "nothing is owed for an offer here",
    note: "when `Offered`: the callee acknowledges before anything else (SIG-18.2); the caller has sent the offer, \
           and the server acknowledges it (SIG-17.15)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: the callee has done so, and an offer is acknowledged once \
           (SIG-07.2)",
    note: "when `Rejected` or `Terminated`: the call is over; acknowledge a repeated offer with \
           `acknowledge_with_receipt`";
    pub trait MayAcknowledge<R: Role>: Phase<Held<R>: Into<Inbound<Offer>> + Unacknowledged<R>> {}
}
impl MayAcknowledge<Callee> for Offered {}
impl MayAcknowledge<Invitee> for Offered {}

row! {
    /// Allows [`Call::preaccept`](crate::Call::preaccept): the callee says that it rings, once it has acknowledged the
    /// offer. Callers never send `<preaccept>` (SIG-17.20).
    May "preaccept", methods [preaccept], about [Preaccept], stays false, goes_to [Preaccepted];
    message: "`<preaccept>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<preaccept>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2)",
    note: "when `Acked`: the callee may (SIG-04.1); an invitee declines the group call or lets it be (SIG-16.14); the caller hears it, with `on_preaccept` (SIG-17.20)",
    note: "when `Preaccepted`: the callee rings already; `accept`, `terminate` or `reject_while_ringing` (SIG-04.3, OBS-3)",
    note: "when `Accepted`: the call is answered, and there is nothing left to ring for (SIG-17.26)",
    note: "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.10, SIG-18.12)",
    note: "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)";
    pub trait MayPreaccept<R: Role>: Phase<Held<R>: AsRef<(Envelope, Offer)> + Into<Ringing>> {}
}
impl MayPreaccept<Callee> for Acked {}

row! {
    /// Allows [`Call::accept`](crate::Call::accept): the callee answers, once it has acknowledged the offer, whether it
    /// has sent `<preaccept>` or not.
    May "accept", methods [accept], about [Accept], stays false, goes_to [Accepted];
    message: "`<accept>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<accept>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2)",
    note: "when `Acked` or `Preaccepted`: the callee may (SIG-16.32, SIG-04.1); a group call is declined \
           with `reject`, and not answered as a call between two (SIG-16.14, OBS-22); the caller hears it, \
           with `on_accept` (SIG-17.24)",
    note: "when `Accepted`: it is answered, and only one answer counts (CAT-ACCEPT.2)",
    note: "when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)",
    note: "when `Terminated`: the call is over, and its `call-id` with it (SIG-17.37)";
    pub trait MayAccept<R: Role>: Phase<Held<R>: AsRef<(Envelope, Offer)> + Into<Answered>> {}
}
impl MayAccept<Callee> for Acked {}
impl MayAccept<Callee> for Preaccepted {}

// wacrg:SIG-18
row! {
    /// Allows [`Call::reject`](crate::Call::reject): the callee declines, once it has acknowledged the offer and as long
    /// as it has sent nothing else.
    May "reject", methods [reject, reject_with], about [Reject], stays false, goes_to [Rejected];
    message: "`<reject>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<reject>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed even for a call that is \
           declined (SIG-18.2 to SIG-18.4); the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Acked`: the callee or invitee may (SIG-08.10); the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Preaccepted`: a device that rings declines with `terminate` (SIG-08.12), or as the official client does, \
           with `reject_while_ringing` (SIG-04.3, OBS-3); the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Accepted`: end an answered call with `terminate` (SIG-08.13)",
    note: "when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MayReject<R: Role>: Phase {}
}
impl MayReject<Callee> for Acked {}
impl MayReject<Invitee> for Acked {}

row! {
    /// Allows [`Call::reject_while_ringing`](crate::Call::reject_while_ringing): the callee that has sent `<preaccept>`
    /// declines with `<reject>`, as the official client does. Documents and wire differ here: SIG-08.12 forbids it, SIG-04.3
    /// allows it, and 1 of 1 captured declines is one (OBS-3).
    May "reject while ringing", methods [reject_while_ringing], about [Reject], stays false, goes_to [Rejected];
    message: "the {R} of a call that is `{Self}` does not ring, and cannot decline as a ringing device does",
    label: "`<reject>` after `<preaccept>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Acked`: the callee declines with `reject` (SIG-08.10); the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Preaccepted`: the callee may, as the official client does (OBS-3, SIG-04.3), and against SIG-08.12, which \
           wants `terminate`; the caller withdraws with `terminate` (SIG-17.39)",
    note: "when `Accepted`: end an answered call with `terminate` (SIG-08.13)",
    note: "when `Rejected`: declined already; `<reject>` is terminal for that offer from that device (SIG-18.12)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MayRejectWhileRinging<R: Role>: Phase {}
}
impl MayRejectWhileRinging<Callee> for Preaccepted {}

row! {
    /// Allows [`Call::terminate`](crate::Call::terminate): the callee ends the call once it has rung or answered, the
    /// caller at any time from the offer on.
    May "terminate", methods [terminate, terminate_with], about [Terminate], stays false, goes_to [Terminated];
    message: "`<terminate>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<terminate>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first, and then declines with `reject` (SIG-18.2); the \
           caller may, to cancel (SIG-17.39)",
    note: "when `Acked`: for the callee or invitee the call got no further than its offer: decline with `reject`, or `abandon` \
           it and send nothing (SIG-18.18); the caller may, to cancel (SIG-17.39)",
    note: "when `Preaccepted` or `Accepted`: both may (SIG-04.3, SIG-17.35)",
    note: "when `Rejected`: the call was declined, and nothing is left to end (SIG-18.12)",
    note: "when `Terminated`: it has ended already (SIG-17.37)";
    pub trait MayTerminate<R: Role>: Phase<Held<R>: Speaks> {}
}
impl MayTerminate<Callee> for Preaccepted {}
impl MayTerminate<Callee> for Accepted {}
impl MayTerminate<Caller> for Offered {}
impl MayTerminate<Caller> for Acked {}
impl MayTerminate<Caller> for Preaccepted {}
impl MayTerminate<Caller> for Accepted {}

row! {
    /// Allows [`Call::give_up`](crate::Call::give_up): the caller gives up on the other devices, because the user has
    /// declined on one, while the call rings.
    May "give up", methods [give_up], about [Terminate], stays false, goes_to [Rejected];
    message: "the {R} of a call that is `{Self}` cannot give it up",
    label: "there is nothing to give up here",
    note: "when `Offered`: the server has not acknowledged the offer, so that no device can have declined \
           (SIG-17.15); the caller cancels with `terminate`",
    note: "when `Acked` or `Preaccepted`: the caller may, with the decline that it heard (SIG-18.19); the callee \
           declines with `reject` or `terminate`",
    note: "when `Accepted`: the call is answered; end it with `terminate` (SIG-17.35)",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait MayGiveUp<R: Role>: Phase<Held<R>: Into<Box<SentOffer>>> {}
}
impl MayGiveUp<Caller> for Acked {}
impl MayGiveUp<Caller> for Preaccepted {}

row! {
    /// Allows [`Call::abandon`](crate::Call::abandon): either end leaves a live call and sends nothing, because the ring
    /// window is over, the connection is gone or the key is unreadable.
    May "abandon", methods [abandon], about [], stays false, goes_to [Terminated];
    message: "a call that is `{Self}` cannot be abandoned by its {R}",
    label: "there is nothing to abandon here",
    note: "when `Offered`: the callee has to `acknowledge` first; ack and receipt are owed whatever becomes of the \
           call (SIG-07.5); the caller may (SIG-12.10)",
    note: "when `Acked`: every role may (SIG-12.10)",
    note: "when `Preaccepted` or `Accepted`: both may, where the other end cannot be told; where it can, `terminate` \
           is due (SIG-04.3, SIG-12.11)",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait MayAbandon<R: Role>: Phase<Held<R>: Live> {}
}
impl MayAbandon<Callee> for Acked {}
impl MayAbandon<Callee> for Preaccepted {}
impl MayAbandon<Callee> for Accepted {}
impl MayAbandon<Caller> for Offered {}
impl MayAbandon<Caller> for Acked {}
impl MayAbandon<Caller> for Preaccepted {}
impl MayAbandon<Caller> for Accepted {}
impl MayAbandon<Invitee> for Acked {}

row! {
    /// Allows [`Call::transport`](crate::Call::transport): the callee once it has rung or answered, the caller once the
    /// server has acknowledged the offer.
    May "transport", methods [transport], about [Transport], stays true, goes_to [];
    message: "`<transport>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<transport>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of \
           the offer (SIG-17.15)",
    note: "when `Acked`: for the callee the call can still be declined, and no candidates are exchanged on that path: \
           `preaccept` or `accept` first (SIG-18.16); the caller may (SIG-17.27)",
    note: "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note: "when `Rejected`: no candidates are exchanged for a declined call (SIG-18.16)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MaySendTransport<R: Role>: Phase<Held<R>: Speaks> {}
}
impl MaySendTransport<Callee> for Preaccepted {}
impl MaySendTransport<Callee> for Accepted {}
impl MaySendTransport<Caller> for Acked {}
impl MaySendTransport<Caller> for Preaccepted {}
impl MaySendTransport<Caller> for Accepted {}

row! {
    /// Allows [`Call::relay_latency`](crate::Call::relay_latency): the callee once it has rung or answered, the caller
    /// once the server has acknowledged the offer.
    May "relaylatency", methods [relay_latency], about [RelayLatency], stays true, goes_to [];
    message: "`<relaylatency>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<relaylatency>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of \
           the offer (SIG-17.15)",
    note: "when `Acked`: for the callee the call can still be declined, and no relay is probed on that path: \
           `preaccept` or `accept` first (SIG-18.17); the caller may (SIG-17.27)",
    note: "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note: "when `Rejected`: no relay is probed for a declined call (SIG-18.17)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MaySendRelayLatency<R: Role>: Phase<Held<R>: Speaks> {}
}
impl MaySendRelayLatency<Callee> for Preaccepted {}
impl MaySendRelayLatency<Callee> for Accepted {}
impl MaySendRelayLatency<Caller> for Acked {}
impl MaySendRelayLatency<Caller> for Preaccepted {}
impl MaySendRelayLatency<Caller> for Accepted {}

row! {
    /// Allows [`Call::mute`](crate::Call::mute): the callee once it has rung or answered, the caller once the server has
    /// acknowledged the offer.
    May "mute", methods [mute, repeat_mute], about [Mute], stays true, goes_to [];
    message: "`<mute_v2>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<mute_v2>` is not possible here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); the caller waits for the server's ack of \
           the offer (SIG-17.15)",
    note: "when `Acked`: for the callee the call can still be declined, and there is no microphone to speak of on that \
           path: `preaccept` or `accept` first (SIG-18.1); the caller may (SIG-17.27)",
    note: "when `Preaccepted` or `Accepted`: both may (SIG-17.30)",
    note: "when `Rejected`: there is no microphone to speak of for a declined call (SIG-18.1)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MaySendMute<R: Role>: Phase<Held<R>: Speaks> {}
}
impl MaySendMute<Callee> for Preaccepted {}
impl MaySendMute<Callee> for Accepted {}
impl MaySendMute<Caller> for Acked {}
impl MaySendMute<Caller> for Preaccepted {}
impl MaySendMute<Caller> for Accepted {}

row! {
    /// Allows [`Call::heartbeat`](crate::Call::heartbeat): either end, once the call is answered.
    May "heartbeat", methods [heartbeat], about [Heartbeat], stays true, goes_to [];
    message: "`<heartbeat>` cannot be sent by the {R} of a call that is `{Self}`",
    label: "`<heartbeat>` is not possible here",
    note: "when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not answered \
           (REF.24)",
    note: "when `Accepted`: both may (REF.24)",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait MaySendHeartbeat<R: Role>: Phase {}
}
impl MaySendHeartbeat<Callee> for Accepted {}
impl MaySendHeartbeat<Caller> for Accepted {}

row! {
    /// Allows [`Call::video`](crate::Call::video): either end negotiates video, once the call is answered.
    May "negotiate video", methods [video], about [VideoState], stays true, goes_to [];
    message: "video cannot be negotiated by the {R} of a call that is `{Self}`",
    label: "there is no video to negotiate here",
    note: "when `Offered`, `Acked` or `Preaccepted`: the call is not answered; an offer or an answer says that it has video \
           (SIG-02.3, OBS-VIDEO-3)",
    note: "when `Accepted`: both may (OBS-VIDEO-1)",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait MayNegotiateVideo<R: Role>: Phase<Held<R>: HasVideo + Speaks> {}
}
impl MayNegotiateVideo<Callee> for Accepted {}
impl MayNegotiateVideo<Caller> for Accepted {}

row! {
    /// Allows [`Call::report_duration`](crate::Call::report_duration): the end that hung up tells the call service how long
    /// the call was.
    May "report the duration", methods [report_duration], about [CallDuration], stays true, goes_to [];
    message: "the duration cannot be reported by the {R} of a call that is `{Self}`",
    label: "this call has no duration to report",
    note: "when `Offered`, `Acked` or `Preaccepted`: the call is not answered, and has no duration (OBS-18)",
    note: "when `Accepted`: the call goes on; report how long it was once it is over (OBS-18)",
    note: "when `Rejected`: the call was declined, and had no duration (OBS-18)",
    note: "when `Terminated`: both may (OBS-18)";
    pub trait MayReportDuration<R: Role>: Phase<Held<R>: AsRef<End>> {}
}
impl MayReportDuration<Callee> for Terminated {}
impl MayReportDuration<Caller> for Terminated {}

row! {
    /// Allows [`Call::call_key`](crate::Call::call_key): the callee reads the encrypted call key of the offer, once it has
    /// rung or answered.
    May "read the call key", methods [call_key], about [Offer], stays true, goes_to [];
    message: "the call key cannot be read by the {R} of a call that is `{Self}`",
    label: "the `<enc>` of the offer stays closed here",
    note: "when `Offered` or `Acked`: the call can still be declined, and on that path the key stays encrypted: \
           `preaccept` or `accept` first (SIG-18.13); the caller made the key itself (SIG-17.8)",
    note: "when `Preaccepted` or `Accepted`: the callee may (CAT-PREACCEPT.1, FLOW-IN.6)",
    note: "when `Rejected`: no media keys are derived for a declined call (SIG-18.14)",
    note: "when `Terminated`: the call is over (SIG-17.37)";
    pub trait MayReadCallKey<R: Role>: Phase<Held<R>: AsRef<(Envelope, Offer)>> {}
}
impl MayReadCallKey<Callee> for Preaccepted {}
impl MayReadCallKey<Callee> for Accepted {}

row! {
    /// Allows [`Call::offer`](crate::Call::offer) and [`Call::envelope`](crate::Call::envelope): the callee looks at the
    /// received offer while the call is live.
    May "read the offer", methods [offer, envelope, is_caller_verified], about [Offer], stays true, goes_to [];
    message: "the {R} of a call that is `{Self}` has no received offer to look at",
    label: "there is no offer here",
    note: "when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the callee may (SIG-16.17); the caller sent the offer \
           itself",
    note: "when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)";
    pub trait MayReadOffer<R: Role>: Phase<Held<R>: AsRef<(Envelope, Offer)>> {}
}
impl MayReadOffer<Callee> for Offered {}
impl MayReadOffer<Callee> for Acked {}
impl MayReadOffer<Callee> for Preaccepted {}
impl MayReadOffer<Callee> for Accepted {}
impl MayReadOffer<Invitee> for Offered {}
impl MayReadOffer<Invitee> for Acked {}

row! {
    /// Allows [`Call::answer`](crate::Call::answer) and [`Call::answered_by`](crate::Call::answered_by): the caller of an
    /// answered call looks at the received accept.
    May "read the answer", methods [answer, answered_by], about [Accept], stays true, goes_to [];
    message: "the {R} of a call that is `{Self}` has no received accept to look at",
    label: "there is no answer here",
    note: "when `Offered`, `Acked` or `Preaccepted`: nobody has answered yet",
    note: "when `Accepted`: the caller may (SIG-17.24); the callee answered itself",
    note: "when `Rejected` or `Terminated`: the call is over, and keeps no more than its ids (SIG-17.37)";
    pub trait MayReadAnswer<R: Role>: Phase<Held<R>: AsRef<(Envelope, Accept)>> {}
}
impl MayReadAnswer<Caller> for Accepted {}

row! {
    /// Allows [`Call::outcome`](crate::Call::outcome), [`Call::ended_by`](crate::Call::ended_by) and
    /// [`Call::heard_terminate`](crate::Call::heard_terminate): a call that is over says how it ended.
    May "ask for the outcome", methods [outcome, ended_by, heard_terminate], about [], stays true, goes_to [];
    message: "a call that is `{Self}` has no outcome yet for its {R}",
    label: "this call is not over",
    note: "when `Offered`, `Acked`, `Preaccepted` or `Accepted`: the call is live, and may still end in any way",
    note: "when `Rejected` or `Terminated`: it has ended, and says how (SIG-17.37)";
    pub trait HasOutcome<R: Role>: Phase<Held<R>: AsRef<End> + AsMut<End>> {}
}
impl HasOutcome<Callee> for Rejected {}
impl HasOutcome<Callee> for Terminated {}
impl HasOutcome<Caller> for Rejected {}
impl HasOutcome<Caller> for Terminated {}
impl HasOutcome<Invitee> for Rejected {}
impl HasOutcome<Invitee> for Terminated {}
