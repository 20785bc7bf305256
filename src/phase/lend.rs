//! What the traits of the law lend to the methods that they allow: the data of the phase. Hidden, and sealed by the
//! traits below them.

use super::end::{End, How, Outcome};
use super::{
    Accepted, Acked, Callee, OfferParts, Offered, Phase, Preaccepted, Rejected, Role, Terminated,
};
use crate::stanza::{CallAction, Envelope, Inbound, Meaning, Offer};

/// A phase with an offer whose acknowledgement is owed.
pub trait HoldsInbound<R: Role>: Phase {
    fn into_inbound(held: Self::Held<R>) -> Inbound<Offer>;
}

impl HoldsInbound<Callee> for Offered {
    fn into_inbound(held: Self::Held<Callee>) -> Inbound<Offer> {
        held
    }
}

/// A phase with an offer.
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
        (&held.0, &held.1)
    }
}

impl HoldsOffer<Callee> for Accepted {
    fn offer(held: &Self::Held<Callee>) -> (&Envelope, &Offer) {
        (&held.0, &held.1)
    }
}

/// A phase whose offer is acknowledged and can still be answered.
pub trait KeepsOffer<R: Role>: HoldsOffer<R> {
    fn into_offer(held: Self::Held<R>) -> OfferParts;
}

impl KeepsOffer<Callee> for Acked {
    fn into_offer(held: Self::Held<Callee>) -> OfferParts {
        held
    }
}

impl KeepsOffer<Callee> for Preaccepted {
    fn into_offer(held: Self::Held<Callee>) -> OfferParts {
        held
    }
}

/// A phase that can end, and the user's word for how it did.
pub trait Ends<R: Role>: Phase {
    fn outcome(how: How) -> Outcome;
}

impl Ends<Callee> for Acked {
    fn outcome(how: How) -> Outcome {
        unanswered(how)
    }
}

impl Ends<Callee> for Preaccepted {
    fn outcome(how: How) -> Outcome {
        unanswered(how)
    }
}

impl Ends<Callee> for Accepted {
    fn outcome(_: How) -> Outcome {
        Outcome::HungUp
    }
}

/// How an incoming call ended that this device did not answer.
fn unanswered(how: How) -> Outcome {
    match how {
        How::Said => Outcome::Declined,
        How::Heard(Meaning::AcceptedElsewhere) => Outcome::AnsweredElsewhere,
        How::Heard(Meaning::RejectedElsewhere) => Outcome::DeclinedElsewhere,
        How::Heard(_) | How::Lapsed => Outcome::Missed,
    }
}

/// A phase in which the call is over.
pub trait Over<R: Role>: Phase {
    fn end(held: &Self::Held<R>) -> &End;
}

impl<R: Role> Over<R> for Terminated {
    fn end(held: &Self::Held<R>) -> &End {
        held
    }
}

impl Over<Callee> for Rejected {
    fn end(held: &Self::Held<Callee>) -> &End {
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
