//! What a stored call hears: the typed step of its role and phase, if the law has one.

use super::AnyCall;
use crate::call::{
    AcceptHeard, Call, Decline, HearError, HearResult, OfferAckHeard, Refused, RefusedParts,
    RejectHeard, Siblings, TerminateHeard, TransportHeard, party,
};
use crate::id::Jid;
use crate::law::{
    HearsAccept, HearsHeartbeat, HearsLate, HearsMute, HearsNews, HearsPreaccept, HearsReceipt,
    HearsReject, HearsRelayLatency, HearsRepeatedOffer, HearsTerminate, HearsTransport, HearsVideo,
    OwesAck, OwesReceipt,
};
use crate::party::same_device_of_peer;
use crate::phase::{DeviceState, PhaseName, Rejected, Role, RoleName, Terminated};
use crate::stanza::{
    Accept, CallAction, Heartbeat, Inbound, Mute, News, Owed, Preaccept, Receipt, Received, Reject,
    RelayLatency, ServerAck, Terminate, Transport, VideoState,
};

/// What a stanza meant to a stored call ([`AnyCall::receive`]).
///
/// ```
/// use ringstate::{Acked, AnyCall, Call, Caller, Heard, Preaccepted, Stanza, StanzaId};
///
/// /// What to send beside the acknowledgement: it tells the devices that still ring to stop.
/// fn dismissals(call: &mut AnyCall, heard: Heard, random_id: fn() -> StanzaId) -> Vec<Stanza> {
///     let siblings = match heard {
///         Heard::Answered(_, siblings) | Heard::LateAnswer(siblings) => siblings,
///         // A stored call gives up only when you tell it to.
///         Heard::DeviceOut(_, Some(decline)) => {
///             let given_up = match call {
///                 AnyCall::CallerAcked(_) => call.step(|call: Call<Caller, Acked>| call.give_up(decline)),
///                 _ => call.step(|call: Call<Caller, Preaccepted>| call.give_up(decline)),
///             };
///             let Some(Ok(siblings)) = given_up else { return Vec::new() };
///             siblings
///         }
///         _ => return Vec::new(),
///     };
///     siblings.dismiss_each().map(|dismissal| dismissal.with_id(random_id()).0).collect()
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "it may hold devices that still ring"]
pub enum Heard {
    /// The server has the offer. Its acknowledgement has the relay allocation, which arrives nowhere else.
    OfferConfirmed(ServerAck),
    /// This device of the peer has the offer; it has not answered it.
    Reached(Jid),
    /// This device of the peer rings.
    PeerRings(Jid),
    /// This device of the peer has answered, and these still ring.
    Answered(Jid, Siblings),
    /// This device of the peer is out, and others ring on. If its user declined, you get the decline that
    /// [`Call::give_up`] takes.
    DeviceOut(Jid, Option<Decline>),
    /// The call is over: [`outcome`](AnyCall::outcome) says how, [`ended_by`](AnyCall::ended_by) by whom.
    Over,
    /// Candidates for the media path, and the reply that they ask for.
    Transport(TransportHeard),
    /// How far a relay is from the peer.
    RelayLatency(RelayLatency),
    /// The peer's microphone is now on or off.
    Mute(Mute),
    /// The peer is still in the call.
    Heartbeat(Heartbeat),
    /// What becomes of the picture: give it to [`AnyVideo::on_video`](crate::AnyVideo::on_video).
    Video(VideoState),
    /// News that changes nothing.
    News(News),
    /// A device answered although another had. It still rings, or takes itself to be in the call.
    LateAnswer(Siblings),
    /// The stanza came too late or again, or is for other devices. It is acknowledged and changes nothing.
    NothingNew,
}

/// Why a stored call did not hear a stanza.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiveError {
    /// The call does not hear this in its present phase: the cell of the [law](crate::law) is empty.
    #[error("`<{element}>` is not heard by the {role} of a call that is `{phase}`")]
    NotHeard {
        /// The element that was received.
        element: &'static str,
        /// This end of the call.
        role: RoleName,
        /// The phase of the call.
        phase: PhaseName,
    },
    /// The call hears it in this phase, and the step refused this one.
    #[error(transparent)]
    Step(#[from] HearError),
}

/// The call as it is now, and what became of the stanza.
type Hearing = (
    AnyCall,
    Result<(Heard, Owed), Refused<Received, (), ReceiveError>>,
);

impl AnyCall {
    pub(super) fn hear(self, received: Received) -> Hearing {
        match received {
            Received::Ack(ack) => self.hear_ack(ack),
            Received::Receipt(_) => self.hear_receipt(received),
            Received::Preaccept(stanza) => self.hear_preaccept(stanza),
            Received::Accept(stanza) => self.hear_accept(stanza),
            Received::Reject(stanza) => self.hear_reject(stanza),
            Received::Terminate(stanza) => self.hear_terminate(stanza),
            Received::Transport(stanza) => self.hear_transport(stanza),
            Received::RelayLatency(stanza) => self.hear_relay_latency(stanza),
            Received::Mute(stanza) => self.hear_mute(stanza),
            Received::Heartbeat(stanza) => self.hear_heartbeat(stanza),
            Received::Offer(offer) => self.hear_again(offer, Received::Offer),
            Received::GroupOffer(offer) => self.hear_again(offer, Received::GroupOffer),
            Received::EndedOffer(offer) => self.hear_again(offer, Received::EndedOffer),
            Received::VideoState(stanza) => self.hear_video(stanza),
            Received::News(stanza) => self.hear_news(stanza),
            Received::CallDuration(stanza) => self.hear_late(stanza, Received::CallDuration),
            Received::OfferNotice(_) | Received::Unknown(_) => self.does_not_hear(received),
        }
    }

    fn hear_ack(self, ack: ServerAck) -> Hearing {
        match self {
            Self::CallerOffered(call) => match call.on_ack(ack) {
                Ok(OfferAckHeard::Confirmed(call, ack)) => (
                    call.into(),
                    Ok((Heard::OfferConfirmed(ack), Owed::default())),
                ),
                Ok(OfferAckHeard::Failed(call, _)) => {
                    (call.into(), Ok((Heard::Over, Owed::default())))
                }
                Err(refused) => untouched(refused, Received::Ack),
            },
            other => other.does_not_hear(Received::Ack(ack)),
        }
    }

    fn hear_receipt(self, received: Received) -> Hearing {
        match (self, received) {
            (Self::CallerAcked(call), Received::Receipt(receipt)) => reached(call, receipt),
            (Self::CallerPreaccepted(call), Received::Receipt(receipt)) => reached(call, receipt),
            (Self::CallerAccepted(call), Received::Receipt(receipt)) => reached(call, receipt),
            (other, received) => other.does_not_hear(received),
        }
    }

    fn hear_preaccept(self, stanza: Inbound<Preaccept>) -> Hearing {
        match self {
            Self::CallerAcked(call) => rings(call, stanza),
            Self::CallerPreaccepted(call) => rings(call, stanza),
            Self::CallerAccepted(call) => {
                let heard = call.on_late_preaccept(stanza);
                nothing_new(call, heard, Received::Preaccept)
            }
            other => other.hear_late(stanza, Received::Preaccept),
        }
    }

    fn hear_accept(self, stanza: Inbound<Accept>) -> Hearing {
        match self {
            Self::CallerAcked(call) => answered(call, stanza),
            Self::CallerPreaccepted(call) => answered(call, stanza),
            Self::CallerAccepted(call) => {
                let heard = call.on_late_accept(stanza);
                stays(call, heard, Received::Accept, |siblings| {
                    if siblings.devices().is_empty() {
                        Heard::NothingNew
                    } else {
                        Heard::LateAnswer(siblings)
                    }
                })
            }
            other => other.hear_late(stanza, Received::Accept),
        }
    }

    fn hear_reject(self, stanza: Inbound<Reject>) -> Hearing {
        match self {
            Self::CallerAcked(call) => declined(call, stanza),
            Self::CallerPreaccepted(call) => declined(call, stanza),
            Self::CallerAccepted(call) => {
                let heard = call.on_late_reject(stanza);
                nothing_new(call, heard, Received::Reject)
            }
            other => other.hear_late(stanza, Received::Reject),
        }
    }

    fn hear_terminate(self, stanza: Inbound<Terminate>) -> Hearing {
        match self {
            Self::CalleeAcked(call) => ends(call, stanza),
            Self::CalleePreaccepted(call) => ends(call, stanza),
            Self::CalleeAccepted(call) => ends(call, stanza),
            Self::CallerOffered(call) => ends(call, stanza),
            Self::CallerAcked(call) => ends(call, stanza),
            Self::CallerPreaccepted(call) => ends(call, stanza),
            Self::CallerAccepted(call) => ends(call, stanza),
            Self::InviteeAcked(call) => ends(call, stanza),
            other => other.hear_late(stanza, Received::Terminate),
        }
    }

    fn hear_transport(self, stanza: Inbound<Transport>) -> Hearing {
        match self {
            Self::CalleeAcked(call) => transport(call, stanza),
            Self::CalleePreaccepted(call) => transport(call, stanza),
            Self::CalleeAccepted(call) => transport(call, stanza),
            Self::CallerAcked(call) => transport(call, stanza),
            Self::CallerPreaccepted(call) => transport(call, stanza),
            Self::CallerAccepted(call) => transport(call, stanza),
            other => other.hear_late(stanza, Received::Transport),
        }
    }

    fn hear_relay_latency(self, stanza: Inbound<RelayLatency>) -> Hearing {
        match self {
            Self::CalleeAcked(call) => relay_latency(call, stanza),
            Self::CalleePreaccepted(call) => relay_latency(call, stanza),
            Self::CalleeAccepted(call) => relay_latency(call, stanza),
            Self::CallerAcked(call) => relay_latency(call, stanza),
            Self::CallerPreaccepted(call) => relay_latency(call, stanza),
            Self::CallerAccepted(call) => relay_latency(call, stanza),
            other => other.hear_late(stanza, Received::RelayLatency),
        }
    }

    fn hear_mute(self, stanza: Inbound<Mute>) -> Hearing {
        match self {
            Self::CalleeAcked(call) => mute(call, stanza),
            Self::CalleePreaccepted(call) => mute(call, stanza),
            Self::CalleeAccepted(call) => mute(call, stanza),
            Self::CallerAcked(call) => mute(call, stanza),
            Self::CallerPreaccepted(call) => mute(call, stanza),
            Self::CallerAccepted(call) => mute(call, stanza),
            other => other.hear_late(stanza, Received::Mute),
        }
    }

    fn hear_heartbeat(self, stanza: Inbound<Heartbeat>) -> Hearing {
        match self {
            Self::CalleeAccepted(call) => heartbeat(call, stanza),
            Self::CallerAccepted(call) => heartbeat(call, stanza),
            other => other.hear_late(stanza, Received::Heartbeat),
        }
    }

    fn hear_video(self, stanza: Inbound<VideoState>) -> Hearing {
        match self {
            Self::CalleeAccepted(call) => video(call, stanza),
            Self::CallerAccepted(call) => video(call, stanza),
            other => other.hear_late(stanza, Received::VideoState),
        }
    }

    fn hear_news(self, stanza: Inbound<News>) -> Hearing {
        match self {
            Self::CalleeAcked(call) => news(call, stanza),
            Self::CalleePreaccepted(call) => news(call, stanza),
            Self::CalleeAccepted(call) => news(call, stanza),
            Self::CallerAcked(call) => news(call, stanza),
            Self::CallerPreaccepted(call) => news(call, stanza),
            Self::CallerAccepted(call) => news(call, stanza),
            Self::InviteeAcked(call) => news(call, stanza),
            other => other.hear_late(stanza, Received::News),
        }
    }

    /// Anything of a call that is over; a live one does not hear it.
    fn hear_late<A: CallAction + OwesAck>(
        self,
        stanza: Inbound<A>,
        whole: fn(Inbound<A>) -> Received,
    ) -> Hearing {
        match self {
            Self::CalleeRejected(call) => late(call, stanza, whole),
            Self::CalleeTerminated(call) => late(call, stanza, whole),
            Self::CallerRejected(call) => late(call, stanza, whole),
            Self::CallerTerminated(call) => late(call, stanza, whole),
            Self::InviteeRejected(call) => late(call, stanza, whole),
            Self::InviteeTerminated(call) => late(call, stanza, whole),
            other => other.does_not_hear(whole(stanza)),
        }
    }

    fn hear_again<A: CallAction + OwesReceipt>(
        self,
        offer: Inbound<A>,
        whole: fn(Inbound<A>) -> Received,
    ) -> Hearing {
        match self {
            Self::CalleeAcked(call) => again(call, offer, whole),
            Self::CalleePreaccepted(call) => again(call, offer, whole),
            Self::CalleeAccepted(call) => again(call, offer, whole),
            Self::CalleeRejected(call) => again(call, offer, whole),
            Self::CalleeTerminated(call) => again(call, offer, whole),
            Self::InviteeAcked(call) => again(call, offer, whole),
            Self::InviteeRejected(call) => again(call, offer, whole),
            Self::InviteeTerminated(call) => again(call, offer, whole),
            other => other.does_not_hear(whole(offer)),
        }
    }

    /// The cell of the law is empty. A stanza of another call or of a stranger is told as such.
    fn does_not_hear(self, received: Received) -> Hearing {
        let reason = match received.names() {
            Some((identity, sender)) => party(self.parties(), &identity, sender).err(),
            None => None,
        };
        let reason = reason.map_or_else(
            || ReceiveError::NotHeard {
                element: received.element(),
                role: self.role(),
                phase: self.phase(),
            },
            ReceiveError::Step,
        );
        (self, Err(Refused::new((), received, reason)))
    }
}

/// A step that was refused gives everything back.
fn untouched<S, C: Into<AnyCall>>(
    refused: Refused<S, C, HearError>,
    whole: fn(S) -> Received,
) -> Hearing {
    let RefusedParts {
        call,
        input: stanza,
        reason,
    } = refused.into_parts();
    (
        call.into(),
        Err(Refused::new((), whole(stanza), reason.into())),
    )
}

/// A step that leaves the call in its phase.
fn stays<C: Into<AnyCall>, A: CallAction, N>(
    call: C,
    heard: HearResult<(N, Owed), Inbound<A>, ()>,
    whole: fn(Inbound<A>) -> Received,
    meaning: impl FnOnce(N) -> Heard,
) -> Hearing {
    match heard {
        Ok((heard, owed)) => (call.into(), Ok((meaning(heard), owed))),
        Err(refused) => {
            let RefusedParts {
                input: stanza,
                reason,
                ..
            } = refused.into_parts();
            (
                call.into(),
                Err(Refused::new((), whole(stanza), reason.into())),
            )
        }
    }
}

fn nothing_new<C: Into<AnyCall>, A: CallAction>(
    call: C,
    heard: HearResult<Owed, Inbound<A>, ()>,
    whole: fn(Inbound<A>) -> Received,
) -> Hearing {
    let heard = heard.map(|owed| ((), owed));
    stays(call, heard, whole, |()| Heard::NothingNew)
}

fn late<R: Role, P: HearsLate<R>, A: CallAction + OwesAck>(
    call: Call<R, P>,
    stanza: Inbound<A>,
    whole: fn(Inbound<A>) -> Received,
) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_late(stanza);
    nothing_new(call, heard, whole)
}

fn again<R: Role, P: HearsRepeatedOffer<R>, A: CallAction + OwesReceipt>(
    call: Call<R, P>,
    offer: Inbound<A>,
    whole: fn(Inbound<A>) -> Received,
) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_repeated_offer(offer);
    nothing_new(call, heard, whole)
}

/// Whether a device was not as far as this before.
fn is_news_of<R: Role, P: HearsReceipt<R>>(
    call: &Call<R, P>,
    device: &Jid,
    state: DeviceState,
) -> bool {
    let mut devices = call.devices();
    devices.all(|(known, so_far)| !same_device_of_peer(known, device) || so_far < state)
}

fn reached<R: Role, P: HearsReceipt<R>>(mut call: Call<R, P>, receipt: Receipt) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let device = receipt.sender().clone();
    let is_new = is_news_of(&call, &device, DeviceState::Reached);
    let heard = match call.on_receipt(receipt) {
        Ok(()) if is_new => Ok((Heard::Reached(device), Owed::default())),
        Ok(()) => Ok((Heard::NothingNew, Owed::default())),
        Err(refused) => {
            let RefusedParts {
                input: receipt,
                reason,
                ..
            } = refused.into_parts();
            Err(Refused::new((), Received::Receipt(receipt), reason.into()))
        }
    };
    (call.into(), heard)
}

fn rings<R: Role, P: HearsPreaccept<R> + HearsReceipt<R>>(
    call: Call<R, P>,
    stanza: Inbound<Preaccept>,
) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let device = stanza.sender().clone();
    let is_new = is_news_of(&call, &device, DeviceState::Ringing);
    match call.on_preaccept(stanza) {
        Ok((call, owed)) if is_new => (call.into(), Ok((Heard::PeerRings(device), owed))),
        Ok((call, owed)) => (call.into(), Ok((Heard::NothingNew, owed))),
        Err(refused) => untouched(refused, Received::Preaccept),
    }
}

fn answered<R: Role, P: HearsAccept<R>>(call: Call<R, P>, stanza: Inbound<Accept>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let device = stanza.sender().clone();
    match call.on_accept(stanza) {
        Ok((AcceptHeard { call, siblings }, owed)) => {
            (call.into(), Ok((Heard::Answered(device, siblings), owed)))
        }
        Err(refused) => untouched(refused, Received::Accept),
    }
}

fn declined<R: Role, P: HearsReject<R>>(call: Call<R, P>, stanza: Inbound<Reject>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
    Call<R, Rejected>: Into<AnyCall>,
{
    let device = stanza.sender().clone();
    match call.on_reject(stanza) {
        Ok((RejectHeard::DeviceOut(call), owed)) => {
            (call.into(), Ok((Heard::DeviceOut(device, None), owed)))
        }
        Ok((RejectHeard::UserDeclined(call, decline), owed)) => (
            call.into(),
            Ok((Heard::DeviceOut(device, Some(decline)), owed)),
        ),
        Ok((RejectHeard::NobodyLeft(call), owed)) => (call.into(), Ok((Heard::Over, owed))),
        Err(refused) => untouched(refused, Received::Reject),
    }
}

fn ends<R: Role, P: HearsTerminate<R>>(call: Call<R, P>, stanza: Inbound<Terminate>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
    Call<R, Terminated>: Into<AnyCall>,
{
    let device = stanza.sender().clone();
    match call.on_terminate(stanza) {
        Ok((TerminateHeard::Ended(call), owed)) => (call.into(), Ok((Heard::Over, owed))),
        Ok((TerminateHeard::DeviceOut(call, decline), owed)) => {
            (call.into(), Ok((Heard::DeviceOut(device, decline), owed)))
        }
        Ok((TerminateHeard::NotForUs(call), owed)) => (call.into(), Ok((Heard::NothingNew, owed))),
        Err(refused) => untouched(refused, Received::Terminate),
    }
}

fn transport<R: Role, P: HearsTransport<R>>(call: Call<R, P>, stanza: Inbound<Transport>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_transport(stanza);
    stays(call, heard, Received::Transport, Heard::Transport)
}

fn relay_latency<R: Role, P: HearsRelayLatency<R>>(
    call: Call<R, P>,
    stanza: Inbound<RelayLatency>,
) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_relay_latency(stanza);
    stays(call, heard, Received::RelayLatency, Heard::RelayLatency)
}

fn mute<R: Role, P: HearsMute<R>>(call: Call<R, P>, stanza: Inbound<Mute>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_mute(stanza);
    stays(call, heard, Received::Mute, Heard::Mute)
}

fn heartbeat<R: Role, P: HearsHeartbeat<R>>(call: Call<R, P>, stanza: Inbound<Heartbeat>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_heartbeat(stanza);
    stays(call, heard, Received::Heartbeat, Heard::Heartbeat)
}

fn video<R: Role, P: HearsVideo<R>>(call: Call<R, P>, stanza: Inbound<VideoState>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_video(stanza);
    stays(call, heard, Received::VideoState, Heard::Video)
}

fn news<R: Role, P: HearsNews<R>>(mut call: Call<R, P>, stanza: Inbound<News>) -> Hearing
where
    Call<R, P>: Into<AnyCall>,
{
    let heard = call.on_news(stanza);
    stays(call, heard, Received::News, Heard::News)
}
