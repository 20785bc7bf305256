//! Who hears what, and when.

use crate::phase::held::{Live, SentOffer};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Invitee, Offered, Phase, Preaccepted, Rejected, Role,
    Terminated,
};
use crate::stanza::{Accept, Envelope};

row! {
    /// Allows [`Call::on_ack`](crate::Call::on_ack): the caller that has just sent the offer hears whether the server takes
    /// it.
    Hears "server ack or nack of the offer", methods [on_ack], about [Offer], stays false, goes_to [Acked "ack", Terminated "nack"];
    message: "the {R} of a call that is `{Self}` is not waiting for the server to ack its offer",
    label: "no `<ack>` of an offer is expected here",
    note: "when `Offered`: the caller hears it (SIG-17.15, SIG-17.16); the callee acknowledges the offer and gets no ack \
           for it",
    note: "when `Acked`, `Preaccepted` or `Accepted`: the offer is acknowledged already; the `Sent` of a later stanza \
           hears the ack of that stanza",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait HearsServerAck<R: Role>: Phase<Held<R>: AsRef<SentOffer> + Into<Box<SentOffer>>> {}
}
impl HearsServerAck<Caller> for Offered {}

row! {
    /// Allows [`Call::on_nack`](crate::Call::on_nack): the callee that has answered hears that the server refused its
    /// `<accept>`.
    Hears "server nack of the accept", methods [on_nack], about [Accept], stays false, goes_to [Terminated "nack of accept"];
    message: "the {R} of a call that is `{Self}` has no `<accept>` that the server could refuse",
    label: "no `<accept>` was sent here",
    note: "when `Offered`, `Acked` or `Preaccepted`: the callee has not answered yet (CAT-ACCEPT.5)",
    note: "when `Accepted`: the callee hears it (CAT-ACCEPT.5); the caller sends no accept",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait HearsAcceptNack<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsAcceptNack<Callee> for Accepted {}

row! {
    /// Allows [`Call::on_receipt`](crate::Call::on_receipt) and [`Call::devices`](crate::Call::devices): the caller hears
    /// which devices have the offer, once the server has acknowledged it.
    Hears "offer receipt", methods [on_receipt, devices], about [Offer], stays true, goes_to [];
    message: "an offer receipt cannot be heard by the {R} of a call that is `{Self}`",
    label: "no offer receipt is heard here",
    note: "when `Offered`: the server acknowledges the offer first (SIG-17.15); the callee sends the receipt, with \
           `acknowledge` (SIG-07.5)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: the caller hears it, and it is no answer (SIG-12.8, SIG-17.17)",
    note: "when `Rejected` or `Terminated`: the call is over (SIG-17.37)";
    pub trait HearsReceipt<R: Role>: Phase<Held<R>: AsRef<SentOffer> + AsMut<SentOffer>> {}
}
impl HearsReceipt<Caller> for Acked {}
impl HearsReceipt<Caller> for Preaccepted {}
impl HearsReceipt<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_preaccept`](crate::Call::on_preaccept): the caller of an acknowledged offer hears that a device
    /// rings.
    Hears "preaccept", methods [on_preaccept], about [Preaccept], stays false, goes_to [Preaccepted];
    message: "`<preaccept>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<preaccept>` now",
    note: "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note: "when `Acked` or `Preaccepted`: the caller hears it, as a sign of ringing (SIG-17.21); the callee sends it, \
           with `preaccept`",
    note: "when `Accepted`: the call is answered; `on_late_preaccept` acknowledges it (SIG-17.42)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsPreaccept<R: Role>: Phase<Held<R>: AsRef<SentOffer> + Into<Box<SentOffer>>> {}
}
impl HearsPreaccept<Caller> for Acked {}
impl HearsPreaccept<Caller> for Preaccepted {}

row! {
    /// Allows [`Call::on_accept`](crate::Call::on_accept): the caller of an acknowledged offer hears which device answers.
    Hears "accept", methods [on_accept], about [Accept], stays false, goes_to [Accepted];
    message: "`<accept>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<accept>` now",
    note: "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note: "when `Acked` or `Preaccepted`: the caller hears who answered (SIG-17.24); the callee sends it, with `accept`",
    note: "when `Accepted`: only one device can answer; `on_late_accept` hands out the other one, to be dismissed \
           (SIG-17.42)",
    note: "when `Rejected` or `Terminated`: an ended call cannot be answered; `on_late` acknowledges what still comes \
           (SIG-17.37)";
    pub trait HearsAccept<R: Role>: Phase<Held<R>: AsRef<SentOffer> + Into<Box<SentOffer>>> {}
}
impl HearsAccept<Caller> for Acked {}
impl HearsAccept<Caller> for Preaccepted {}

row! {
    /// Allows [`Call::on_reject`](crate::Call::on_reject): the caller of an acknowledged offer hears that a device declines.
    Hears "reject", methods [on_reject], about [Reject], stays true, goes_to [Rejected];
    message: "`<reject>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<reject>` now",
    note: "when `Offered`: the server acknowledges the offer first (SIG-17.15)",
    note: "when `Acked` or `Preaccepted`: the caller hears that one device declined (SIG-18.19); the callee sends it, \
           with `reject`",
    note: "when `Accepted`: another device has answered; `on_late_reject` acknowledges it (SIG-18.22)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsReject<R: Role>: Phase<Held<R>: AsRef<SentOffer> + AsMut<SentOffer>> {}
}
impl HearsReject<Caller> for Acked {}
impl HearsReject<Caller> for Preaccepted {}

row! {
    /// Allows [`Call::on_late_preaccept`](crate::Call::on_late_preaccept),
    /// [`Call::on_late_accept`](crate::Call::on_late_accept) and [`Call::on_late_reject`](crate::Call::on_late_reject): the
    /// caller of an answered call hears the devices that did not get it.
    Hears "late preaccept, accept or reject", methods [on_late_preaccept, on_late_accept, on_late_reject],
    about [Preaccept, Accept, Reject], stays true, goes_to [];
    message: "no answer of a device is late for the {R} of a call that is `{Self}`",
    label: "this call is not answered",
    note: "when `Offered`, `Acked` or `Preaccepted`: nobody has answered; `on_preaccept`, `on_accept` and `on_reject` \
           hear it",
    note: "when `Accepted`: the caller hears it, and dismisses a late accepter (SIG-17.42)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsLateAnswer<R: Role>: Phase<Held<R>: AsRef<(Envelope, Accept)>> {}
}
impl HearsLateAnswer<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_terminate`](crate::Call::on_terminate): either end of a live call hears it, except for a callee
    /// that has not acknowledged the offer.
    Hears "terminate", methods [on_terminate], about [Terminate], stays true, goes_to [Terminated];
    message: "`<terminate>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<terminate>` now",
    note: "when `Offered`: the callee has to `acknowledge` first, or the terminate would swallow the ack and the receipt \
           (SIG-07.5, SIG-12.5); the caller hears it (SIG-17.37)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: every role that comes so far hears it (SIG-17.37)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsTerminate<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsTerminate<Callee> for Acked {}
impl HearsTerminate<Callee> for Preaccepted {}
impl HearsTerminate<Callee> for Accepted {}
impl HearsTerminate<Caller> for Offered {}
impl HearsTerminate<Caller> for Acked {}
impl HearsTerminate<Caller> for Preaccepted {}
impl HearsTerminate<Caller> for Accepted {}
impl HearsTerminate<Invitee> for Acked {}

row! {
    /// Allows [`Call::on_transport`](crate::Call::on_transport): either end hears it, once the offer is acknowledged.
    Hears "transport", methods [on_transport], about [Transport], stays true, goes_to [];
    message: "`<transport>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<transport>` now",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the \
           offer first (SIG-17.15)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsTransport<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsTransport<Callee> for Acked {}
impl HearsTransport<Callee> for Preaccepted {}
impl HearsTransport<Callee> for Accepted {}
impl HearsTransport<Caller> for Acked {}
impl HearsTransport<Caller> for Preaccepted {}
impl HearsTransport<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_relay_latency`](crate::Call::on_relay_latency): either end hears it, once the offer is acknowledged.
    Hears "relaylatency", methods [on_relay_latency], about [RelayLatency], stays true, goes_to [];
    message: "`<relaylatency>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<relaylatency>` now",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the \
           offer first (SIG-17.15)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsRelayLatency<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsRelayLatency<Callee> for Acked {}
impl HearsRelayLatency<Callee> for Preaccepted {}
impl HearsRelayLatency<Callee> for Accepted {}
impl HearsRelayLatency<Caller> for Acked {}
impl HearsRelayLatency<Caller> for Preaccepted {}
impl HearsRelayLatency<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_mute`](crate::Call::on_mute): either end hears it, once the offer is acknowledged.
    Hears "mute", methods [on_mute], about [Mute], stays true, goes_to [];
    message: "`<mute_v2>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<mute_v2>` now",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the \
           offer first (SIG-17.15)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: both hear it (SIG-17.30)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsMute<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsMute<Callee> for Acked {}
impl HearsMute<Callee> for Preaccepted {}
impl HearsMute<Callee> for Accepted {}
impl HearsMute<Caller> for Acked {}
impl HearsMute<Caller> for Preaccepted {}
impl HearsMute<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_heartbeat`](crate::Call::on_heartbeat): either end of an answered call hears it.
    Hears "heartbeat", methods [on_heartbeat], about [Heartbeat], stays true, goes_to [];
    message: "`<heartbeat>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "this call does not hear `<heartbeat>` now",
    note: "when `Offered`, `Acked` or `Preaccepted`: a heartbeat is of a running call, and this one is not answered \
           (REF.24)",
    note: "when `Accepted`: both hear it (REF.24)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsHeartbeat<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsHeartbeat<Callee> for Accepted {}
impl HearsHeartbeat<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_video`](crate::Call::on_video): either end hears the other's video state, once the call is answered.
    Hears "video", methods [on_video], about [VideoState], stays true, goes_to [];
    message: "`<video>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "`<video>` is not heard here",
    note: "when `Offered`, `Acked` or `Preaccepted`: video is negotiated in a call that is answered (OBS-VIDEO-1); before, an \
           offer or an answer says that it has video (SIG-02.3)",
    note: "when `Accepted`: both hear it (OBS-VIDEO-1)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsVideo<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsVideo<Callee> for Accepted {}
impl HearsVideo<Caller> for Accepted {}

row! {
    /// Allows [`Call::on_news`](crate::Call::on_news): either end hears news that changes nothing, from `Acked` to `Accepted`.
    Hears "news", methods [on_news], about [], stays true, goes_to [];
    message: "news cannot be heard by the {R} of a call that is `{Self}`",
    label: "no news is heard here",
    note: "when `Offered`: the callee has to `acknowledge` first (SIG-18.2); for the caller the server acknowledges the \
           offer first (SIG-17.15)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: both hear them, and an invitee does when `Acked` (OBS-26)",
    note: "when `Rejected` or `Terminated`: the call is over; `on_late` acknowledges what still comes (SIG-07.2)";
    pub trait HearsNews<R: Role>: Phase<Held<R>: Live> {}
}
impl HearsNews<Callee> for Acked {}
impl HearsNews<Callee> for Preaccepted {}
impl HearsNews<Callee> for Accepted {}
impl HearsNews<Caller> for Acked {}
impl HearsNews<Caller> for Preaccepted {}
impl HearsNews<Caller> for Accepted {}
impl HearsNews<Invitee> for Acked {}

row! {
    /// Allows [`Call::on_late`](crate::Call::on_late): a call that is over hears every action, and nothing changes.
    Hears "anything, of a call that is over", methods [on_late], about [], stays true, goes_to [];
    message: "nothing is late for the {R} of a call that is `{Self}`",
    label: "this call is not over",
    note: "when `Offered`: the callee has to `acknowledge` first and hears nothing before (SIG-18.2); for the caller the \
           call has only begun",
    note: "when `Acked`, `Preaccepted` or `Accepted`: each stanza is heard with its own verb, such as `on_terminate`",
    note: "when `Rejected` or `Terminated`: whatever still comes is acknowledged and changes nothing (SIG-07.2); hear a \
           repeated offer with `on_repeated_offer`";
    pub trait HearsLate<R: Role>: Phase {}
}
impl HearsLate<Callee> for Rejected {}
impl HearsLate<Callee> for Terminated {}
impl HearsLate<Caller> for Rejected {}
impl HearsLate<Caller> for Terminated {}
impl HearsLate<Invitee> for Rejected {}
impl HearsLate<Invitee> for Terminated {}

row! {
    /// Allows [`Call::on_repeated_offer`](crate::Call::on_repeated_offer): the callee hears the offer of its own call again,
    /// once it has acknowledged the first one.
    Hears "its offer again", methods [on_repeated_offer], about [Offer], stays true, goes_to [];
    message: "a repeated `<offer>` cannot be heard by the {R} of a call that is `{Self}`",
    label: "no offer is heard again here",
    note: "when `Offered`: the callee acknowledges the first one with `acknowledge` (SIG-18.2)",
    note: "when `Acked`, `Preaccepted` or `Accepted`: the callee hears it, and owes ack and receipt again (SIG-07.5); the \
           caller made the offer, and hears none",
    note: "when `Rejected` or `Terminated`: the callee hears it still, and the call stays over (SIG-17.37)";
    pub trait HearsRepeatedOffer<R: Role>: Phase {}
}
impl HearsRepeatedOffer<Callee> for Acked {}
impl HearsRepeatedOffer<Callee> for Preaccepted {}
impl HearsRepeatedOffer<Callee> for Accepted {}
impl HearsRepeatedOffer<Callee> for Rejected {}
impl HearsRepeatedOffer<Callee> for Terminated {}
impl HearsRepeatedOffer<Invitee> for Acked {}
impl HearsRepeatedOffer<Invitee> for Rejected {}
impl HearsRepeatedOffer<Invitee> for Terminated {}
