//! What the traits of the law lend to the methods that they allow: the data of the phase. Hidden, and sealed by the
//! traits below them.

use super::end::{End, How, Outcome};
use super::{
    Accepted, Acked, Answering, Callee, Caller, Offered, Phase, Placed, Preaccepted, Rejected,
    Role, Taken, Terminated, same_device_of_peer,
};
use crate::id::{Jid, StanzaId};
use crate::stanza::{
    CallAction, Envelope, Inbound, Meaning, MuteState, Offer, Terminate, TerminateReason,
};

/// A phase with an offer whose acknowledgement is owed.
pub trait HoldsInbound<R: Role>: Phase {
    fn into_inbound(held: Self::Held<R>) -> Inbound<Offer>;
}

impl HoldsInbound<Callee> for Offered {
    fn into_inbound(held: Self::Held<Callee>) -> Inbound<Offer> {
        held
    }
}

/// A phase with a received offer.
pub trait HoldsOffer<R: Role>: Phase {
    fn offer(held: &Self::Held<R>) -> (&Envelope, &Offer);
}

impl HoldsOffer<Callee> for Offered {
    fn offer(held: &Self::Held<Callee>) -> (&Envelope, &Offer) {
        (held.envelope(), held.action())
    }
}

impl HoldsOffer<Callee> for Acked {
    fn offer(held: &Self::Held<Callee>) -> (&Envelope, &Offer) {
        (&held.0, &held.1)
    }
}

impl HoldsOffer<Callee> for Preaccepted {
    fn offer(held: &Self::Held<Callee>) -> (&Envelope, &Offer) {
        (&held.offer.0, &held.offer.1)
    }
}

impl HoldsOffer<Callee> for Accepted {
    fn offer(held: &Self::Held<Callee>) -> (&Envelope, &Offer) {
        (&held.offer.0, &held.offer.1)
    }
}

/// A phase whose offer is acknowledged and can still be answered.
pub trait KeepsOffer<R: Role>: HoldsOffer<R> {
    fn into_answering(held: Self::Held<R>) -> Answering;
}

impl KeepsOffer<Callee> for Acked {
    fn into_answering(held: Self::Held<Callee>) -> Answering {
        Answering {
            offer: held,
            microphone: None,
        }
    }
}

impl KeepsOffer<Callee> for Preaccepted {
    fn into_answering(held: Self::Held<Callee>) -> Answering {
        held
    }
}

/// What can say something to the peer, whichever phase holds it.
pub trait Speaker {
    /// Where what is said goes, if not to the peer's own address: to the device that has answered (SIG-17.41).
    fn answered_by(&self) -> Option<&Jid>;
    /// The last state of the microphone that was told.
    fn microphone(&mut self) -> &mut Option<MuteState>;
    /// The devices that a report is meant for; none for a callee (SIG-15.12).
    fn targets(&self) -> Vec<Jid>;
}

impl Speaker for Answering {
    fn answered_by(&self) -> Option<&Jid> {
        None
    }

    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.microphone
    }

    fn targets(&self) -> Vec<Jid> {
        Vec::new()
    }
}

impl Speaker for Box<Placed> {
    fn answered_by(&self) -> Option<&Jid> {
        None
    }

    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.microphone
    }

    fn targets(&self) -> Vec<Jid> {
        self.left().cloned().collect()
    }
}

impl Speaker for Taken {
    fn answered_by(&self) -> Option<&Jid> {
        Some(self.device())
    }

    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.placed.microphone
    }

    fn targets(&self) -> Vec<Jid> {
        vec![self.device().clone()]
    }
}

/// A phase in which something can be said to the peer.
pub trait Speaks<R: Role>: Phase {
    fn speaker(held: &Self::Held<R>) -> &impl Speaker;
    fn speaker_mut(held: &mut Self::Held<R>) -> &mut impl Speaker;
}

impl<R: Role, P: Phase> Speaks<R> for P
where
    P::Held<R>: Speaker,
{
    fn speaker(held: &P::Held<R>) -> &impl Speaker {
        held
    }

    fn speaker_mut(held: &mut P::Held<R>) -> &mut impl Speaker {
        held
    }
}

/// A phase that can end, and the user's word for how it did.
pub trait Ends<R: Role>: Phase {
    fn outcome(held: &Self::Held<R>, how: How) -> Outcome;

    /// What a `<terminate>` of a device of the peer does. One of the server ends every call.
    fn hear(held: &mut Self::Held<R>, device: &Jid, terminate: &Terminate) -> Verdict {
        let _ = (held, device, terminate);
        Verdict::Over
    }
}

/// What a `<terminate>` of a device does.
#[derive(Debug)]
pub enum Verdict {
    /// It ends the call.
    Over,
    /// It takes the device out; it may be its user's word.
    DeviceOut { user_declined: bool },
}

impl Ends<Callee> for Acked {
    fn outcome(_: &Self::Held<Callee>, how: How) -> Outcome {
        not_answered_here(how)
    }
}

impl Ends<Callee> for Preaccepted {
    fn outcome(_: &Self::Held<Callee>, how: How) -> Outcome {
        not_answered_here(how)
    }
}

impl Ends<Callee> for Accepted {
    fn outcome(_: &Self::Held<Callee>, how: How) -> Outcome {
        match how {
            How::Nacked { code } => Outcome::RefusedByServer { code },
            How::Said(_) | How::Lapsed | How::Heard(_) => Outcome::HungUp,
        }
    }
}

impl Ends<Caller> for Offered {
    fn outcome(held: &Self::Held<Caller>, how: How) -> Outcome {
        held.outcome(how)
    }

    fn hear(held: &mut Self::Held<Caller>, device: &Jid, terminate: &Terminate) -> Verdict {
        held.hear_terminate(device, terminate)
    }
}

impl Ends<Caller> for Acked {
    fn outcome(held: &Self::Held<Caller>, how: How) -> Outcome {
        held.outcome(how)
    }

    fn hear(held: &mut Self::Held<Caller>, device: &Jid, terminate: &Terminate) -> Verdict {
        held.hear_terminate(device, terminate)
    }
}

impl Ends<Caller> for Preaccepted {
    fn outcome(held: &Self::Held<Caller>, how: How) -> Outcome {
        held.outcome(how)
    }

    fn hear(held: &mut Self::Held<Caller>, device: &Jid, terminate: &Terminate) -> Verdict {
        held.hear_terminate(device, terminate)
    }
}

impl Ends<Caller> for Accepted {
    fn outcome(_: &Self::Held<Caller>, _: How) -> Outcome {
        Outcome::HungUp
    }

    fn hear(held: &mut Self::Held<Caller>, device: &Jid, _: &Terminate) -> Verdict {
        if same_device_of_peer(held.device(), device) {
            return Verdict::Over;
        }
        held.placed.take_out(device);
        Verdict::DeviceOut {
            user_declined: false,
        }
    }
}

/// How an incoming call ended that was over when its offer came.
pub(crate) fn unanswered(reason: Option<&TerminateReason>) -> Outcome {
    let meaning = reason.map_or(Meaning::Other, TerminateReason::meaning);
    not_answered_here(How::Heard(meaning))
}

/// How an incoming call ended that this device did not answer.
fn not_answered_here(how: How) -> Outcome {
    match how {
        // To say that nobody answered is not to decline.
        How::Said(Meaning::Timeout) => Outcome::Missed,
        How::Said(_) => Outcome::Declined,
        How::Heard(Meaning::AcceptedElsewhere) => Outcome::AnsweredElsewhere,
        How::Heard(Meaning::RejectedElsewhere) => Outcome::DeclinedElsewhere,
        How::Heard(_) | How::Lapsed => Outcome::Missed,
        How::Nacked { code } => Outcome::RefusedByServer { code },
    }
}

/// A phase in which the events of a call are heard, and from whom.
pub trait Listens<R: Role>: Phase {
    /// Whether this device of the peer has a say: once one has answered, no other does (SIG-17.42).
    fn listens_to(held: &Self::Held<R>, device: &Jid) -> bool {
        let _ = (held, device);
        true
    }
}

impl Listens<Callee> for Acked {}
impl Listens<Callee> for Preaccepted {}
impl Listens<Callee> for Accepted {}
impl Listens<Caller> for Acked {}
impl Listens<Caller> for Preaccepted {}

impl Listens<Caller> for Accepted {
    fn listens_to(held: &Self::Held<Caller>, device: &Jid) -> bool {
        same_device_of_peer(held.device(), device)
    }
}

/// A phase that awaits the server's word on the offer.
pub trait Awaits<R: Role>: Phase {
    fn placed(held: Self::Held<R>) -> Box<Placed>;
    fn offer_id(held: &Self::Held<R>) -> &StanzaId;
}

impl Awaits<Caller> for Offered {
    fn placed(held: Self::Held<Caller>) -> Box<Placed> {
        held
    }

    fn offer_id(held: &Self::Held<Caller>) -> &StanzaId {
        &held.id
    }
}

/// A phase in which the devices of the peer ring.
pub trait Rings<R: Role>: Rung<R> {
    /// The same, of a role that is known now.
    fn of_caller(held: Self::Held<R>) -> Self::Held<Caller>;
    fn into_placed(held: Self::Held<R>) -> Box<Placed>;
}

impl Rings<Caller> for Acked {
    fn of_caller(held: Self::Held<Caller>) -> Self::Held<Caller> {
        held
    }

    fn into_placed(held: Self::Held<Caller>) -> Box<Placed> {
        held
    }
}

impl Rings<Caller> for Preaccepted {
    fn of_caller(held: Self::Held<Caller>) -> Self::Held<Caller> {
        held
    }

    fn into_placed(held: Self::Held<Caller>) -> Box<Placed> {
        held
    }
}

/// A phase that knows which devices rang.
pub trait Rung<R: Role>: Phase {
    fn rung(held: &Self::Held<R>) -> &Placed;
    fn rung_mut(held: &mut Self::Held<R>) -> &mut Placed;
}

impl Rung<Caller> for Acked {
    fn rung(held: &Self::Held<Caller>) -> &Placed {
        held
    }

    fn rung_mut(held: &mut Self::Held<Caller>) -> &mut Placed {
        held
    }
}

impl Rung<Caller> for Preaccepted {
    fn rung(held: &Self::Held<Caller>) -> &Placed {
        held
    }

    fn rung_mut(held: &mut Self::Held<Caller>) -> &mut Placed {
        held
    }
}

impl Rung<Caller> for Accepted {
    fn rung(held: &Self::Held<Caller>) -> &Placed {
        &held.placed
    }

    fn rung_mut(held: &mut Self::Held<Caller>) -> &mut Placed {
        &mut held.placed
    }
}

/// A phase in which a device of the peer has answered.
pub trait Answered<R: Role>: Phase {
    fn taken(held: &Self::Held<R>) -> &Taken;
}

impl Answered<Caller> for Accepted {
    fn taken(held: &Self::Held<Caller>) -> &Taken {
        held
    }
}

/// A phase in which the call is over.
pub trait Over<R: Role>: Phase {
    fn end(held: &Self::Held<R>) -> &End;
    fn end_mut(held: &mut Self::Held<R>) -> &mut End;
}

impl<R: Role> Over<R> for Terminated {
    fn end(held: &Self::Held<R>) -> &End {
        held
    }

    fn end_mut(held: &mut Self::Held<R>) -> &mut End {
        held
    }
}

impl<R: Role> Over<R> for Rejected {
    fn end(held: &Self::Held<R>) -> &End {
        held
    }

    fn end_mut(held: &mut Self::Held<R>) -> &mut End {
        held
    }
}

/// An action that is an offer of a live call.
pub trait IsLiveOffer: CallAction + Sized {
    fn into_offer(inbound: Inbound<Self>) -> Inbound<Offer>;
}

impl IsLiveOffer for Offer {
    fn into_offer(inbound: Inbound<Self>) -> Inbound<Offer> {
        inbound
    }
}
