//! What an offer does to the table, and a `<terminate>` that comes before its offer.

use std::time::Instant;

use crate::any::AnyCall;
use crate::call::{Call, HearError, RefusedParts, party};
use crate::id::{Jid, Person};
use crate::law::{MayAcknowledge, OpensCall};
use crate::party::{Likeness, Parties, same_person};
use crate::phase::held::{Called, unanswered};
use crate::phase::{Acked, Callee, EndedBy, Offered};
use crate::stanza::{
    EndedOffer, Envelope, Identity, Inbound, Offer, Received, Terminate, TerminateReason,
};

use super::table::{Live, Slot};
use super::{BoardError, Event, Limit, OnGlare, OnUnverified, Switchboard};

impl Switchboard {
    /// An offer of a call, or of a group call; `whole` is what was received.
    pub(super) fn receive_offer<R: Called, A: OpensCall<R>>(
        &mut self,
        offer: Inbound<A>,
        whole: fn(Inbound<A>) -> Received,
        now: Instant,
    ) where
        Offered: MayAcknowledge<R>,
        Call<R, Acked>: Into<AnyCall>,
    {
        let identity = offer.identity().clone();
        if self.has_call_of(&identity, offer.sender()) {
            return self.hear(&identity, whole(offer), now);
        }
        if let Err(reason) = self.may_ring(offer.envelope(), offer.action().as_offer()) {
            return self.refuse(whole(offer), reason);
        }
        let person = Person::or_other(offer.sender());
        self.make_room(&person, offer.envelope().weight());
        let limit = self.no_room_for(&person, offer.envelope(), offer.action().as_offer());
        if limit == Some(Limit::SameId) {
            return self.drop_beyond_same_id(whole(offer), identity);
        }

        let may_be_over = limit.is_some() || self.table.early_with_id(&identity.call_id) > 0;
        let copy =
            may_be_over.then(|| (offer.envelope().clone(), offer.action().as_offer().clone()));
        let (mut acked, owed) = Call::incoming(offer).acknowledge(&self.me);
        acked.believe_unverified(self.policy.on_unverified == OnUnverified::Believe);
        self.owe(owed);
        let mut call: AnyCall = acked.into();
        self.hear_early(&mut call);
        if let (Some(limit), None) = (limit, call.outcome()) {
            // It gets its ack and receipt and nothing else.
            let _ = call.time_out();
            let call = identity.clone();
            self.reaction.tell(Event::LimitReached { limit, call });
        }
        if let (Some(outcome), Some((envelope, offer))) = (call.outcome(), copy) {
            call.take_terminate();
            self.reaction.tell(Event::missed(envelope, offer, outcome));
            return self.remember(call, &person, now);
        }

        let crossed = match (call.envelope(), call.offer()) {
            (Some(envelope), Some(offer)) if !offer.is_group() => {
                self.table.crossed_by(envelope.sender())
            }
            _ => Vec::new(),
        };
        self.table.add(Live::new(call, person, now));
        self.ring(identity, &crossed, now);
    }

    /// Rings, unless the policy keeps a call of ours that it crosses.
    fn ring(&mut self, incoming: Identity, crossed: &[Identity], now: Instant) {
        for outgoing in crossed {
            self.reaction.tell(Event::Glare {
                incoming: incoming.clone(),
                outgoing: outgoing.clone(),
            });
        }
        let policy = match self.policy.on_glare {
            OnGlare::KeepOne if crossed.iter().all(|outgoing| incoming < *outgoing) => {
                OnGlare::CancelOutgoing
            }
            OnGlare::KeepOne => OnGlare::DeclineIncoming,
            other => other,
        };
        match policy {
            OnGlare::DeclineIncoming if !crossed.is_empty() => {
                let decline = |call: Call<Callee, Acked>| call.reject_with(TerminateReason::BUSY);
                self.act(&incoming, now, |any| any.step(decline));
                return;
            }
            OnGlare::CancelOutgoing => {
                for outgoing in crossed {
                    let dialect = self.policy.dialect;
                    self.act(outgoing, now, |call| call.hang_up(dialect));
                }
            }
            OnGlare::DeclineIncoming | OnGlare::KeepBoth | OnGlare::KeepOne => {}
        }
        match self.table.find_live(&incoming).map(|live| &live.call) {
            Some(AnyCall::InviteeAcked(_)) => self.reaction.tell(Event::Invited { call: incoming }),
            call => {
                if call.and_then(AnyCall::is_caller_verified) == Some(false) {
                    let call = incoming.clone();
                    self.reaction.tell(Event::CallerUnverified { call });
                }
                self.reaction.tell(Event::Rings { call: incoming });
            }
        }
    }

    pub(super) fn receive_ended_offer(&mut self, offer: Inbound<EndedOffer>, now: Instant) {
        let identity = offer.identity().clone();
        if self.has_call_of(&identity, offer.sender()) {
            return self.hear(&identity, Received::EndedOffer(offer), now);
        }
        if let Err(reason) = self.may_ring(offer.envelope(), offer.action().offer()) {
            return self.refuse(Received::EndedOffer(offer), reason);
        }
        if self.table.calls_with_id(&identity.call_id) >= self.limits.same_id {
            return self.drop_beyond_same_id(Received::EndedOffer(offer), identity);
        }
        let (parts, owed) = offer.into_parts_and_owed(&self.me);
        self.owe(owed);
        let (envelope, EndedOffer { offer, reason }) = *parts;
        let acked = Call::of_ended(Box::new((envelope.clone(), offer.clone())), &self.me);
        let outcome = unanswered(reason.as_ref());
        let over = acked.ended(outcome, EndedBy::Peer);
        // The offer's own reason counts, and then that of a `<terminate>` that came before it.
        let mut call = AnyCall::from(acked);
        self.hear_early(&mut call);
        let early = call.outcome().filter(|_| reason.is_none());
        let outcome = early.unwrap_or(outcome);
        let over = over.ended(outcome, EndedBy::Peer);
        let person = Person::or_other(envelope.sender());
        self.reaction.tell(Event::missed(envelope, offer, outcome));
        self.remember(over.into(), &person, now);
    }

    /// Lets a call hear each `<terminate>` that came before its offer. One from a stranger stays parked.
    fn hear_early(&mut self, call: &mut AnyCall) {
        for (place, terminate) in self.table.take_early(call) {
            match call.receive(Received::Terminate(terminate)) {
                Ok(_) => self.table.drop_early(place),
                Err(refused) => {
                    if let RefusedParts {
                        input: Received::Terminate(terminate),
                        ..
                    } = refused.into_parts()
                    {
                        self.table.put_early(terminate, place);
                    }
                }
            }
        }
    }

    /// Whether an offer is of a known call. If it only may be, its sender has to be a party to it.
    fn has_call_of(&self, identity: &Identity, sender: &Jid) -> bool {
        let call = self.table.find(identity).and_then(Slot::call);
        call.is_some_and(|call| {
            let parties = call.parties();
            parties.likeness(identity) > Some(Likeness::Possible)
                || matches!(
                    party(parties, identity, sender),
                    Ok(_) | Err(HearError::Unverified)
                )
        })
    }

    /// Whether an offer may ring: it is from a person, not from another device of this user, nor in somebody else's name.
    fn may_ring(&self, envelope: &Envelope, offer: &Offer) -> Result<(), BoardError> {
        let sender = envelope.sender();
        let can_call = if offer.is_group() {
            sender.is_person() || sender.is_shared()
        } else {
            envelope.from().is_person()
        };
        let is_own = |caller: &Jid| self.me.all().any(|own| same_person(own, caller));
        if !can_call {
            Err(BoardError::NotAPerson)
        } else if !offer.is_group() && !is_own(sender) && Parties::named_callers(offer).any(is_own)
        {
            Err(BoardError::ForgedOffer)
        } else if is_own(sender) {
            Err(BoardError::OwnOffer)
        } else if Parties::is_in_anothers_name(envelope, offer) {
            Err(BoardError::ForgedOffer)
        } else {
            Ok(())
        }
    }

    fn no_room_for(&self, person: &Person, envelope: &Envelope, offer: &Offer) -> Option<Limit> {
        let (all, own) = (
            self.table.live_share().incoming(),
            self.table.live_share_of(person).incoming(),
        );
        let limits = &self.limits;
        let bytes = envelope.weight();
        let devices = offer.destination().map_or(0, |d| d.recipients().len());
        if self.table.calls_with_id(&offer.identity.call_id) >= self.limits.same_id {
            Some(Limit::SameId)
        } else if all.calls >= limits.live_calls {
            Some(Limit::LiveCalls)
        } else if own.calls >= limits.live_calls_of_one {
            Some(Limit::LiveCallsOfOne)
        } else if own.bytes + bytes > limits.bytes_of_one || self.held() + bytes > limits.bytes {
            Some(Limit::Bytes)
        } else if devices > self.limits.devices {
            Some(Limit::Devices)
        } else {
            None
        }
    }

    /// How many bytes of others' stanzas are held: in incoming calls, and waiting for their offers.
    fn held(&self) -> usize {
        self.table.live_share().incoming().bytes + self.table.early().bytes()
    }

    /// Forgets what waits for its offer, first of this person, to make room for so many bytes of a call.
    fn make_room(&mut self, person: &Person, bytes: usize) {
        let most = self.limits.bytes_of_one;
        let own = self.table.live_share_of(person).incoming().bytes + bytes;
        self.trim_early(
            |board| {
                (own + board.table.early().bytes_of(person) > most)
                    .then(|| board.table.forget_one_early_of(person))?
            },
            Limit::EarlyTerminatesOfOne,
        );
        let most = self.limits.bytes;
        self.trim_early(
            |board| (board.held() + bytes > most).then(|| board.table.forget_one_early())?,
            Limit::EarlyTerminates,
        );
    }

    fn trim_early(&mut self, mut forget: impl FnMut(&mut Self) -> Option<Identity>, limit: Limit) {
        while let Some(call) = forget(self) {
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// Too many calls share this `call-id`: the stanza is acknowledged and not remembered.
    fn drop_beyond_same_id(&mut self, mut received: Received, call: Identity) {
        self.owe(received.take_owed(&self.me));
        let limit = Limit::SameId;
        self.reaction.tell(Event::LimitReached { limit, call });
    }

    /// A `<terminate>` before its offer.
    pub(super) fn receive_early(&mut self, mut terminate: Inbound<Terminate>, now: Instant) {
        let call = terminate.identity().clone();
        if self.table.knows_early(&terminate) {
            self.owe(terminate.take_owed(&self.me));
            return self.reaction.tell(Event::NothingNew { call });
        }
        if self.table.early_with_id(&call.call_id) >= self.limits.same_id {
            return self.drop_beyond_same_id(Received::Terminate(terminate), call);
        }
        self.owe(terminate.take_owed(&self.me));
        if terminate.envelope().weight() > self.limits.bytes_of_one {
            let limit = Limit::Bytes;
            return self.reaction.tell(Event::LimitReached { limit, call });
        }
        let person = Person::or_other(terminate.sender());
        self.table.keep_early(terminate, now);
        self.reaction.tell(Event::Parked { call });
        let most = self.limits.early_terminates_of_one;
        self.trim_early(
            |board| {
                (board.table.early().len_of(&person) > most)
                    .then(|| board.table.forget_one_early_of(&person))?
            },
            Limit::EarlyTerminatesOfOne,
        );
        let most = self.limits.early_terminates;
        self.trim_early(
            |board| (board.table.early().len() > most).then(|| board.table.forget_one_early())?,
            Limit::EarlyTerminates,
        );
        self.make_room(&person, 0);
    }
}
