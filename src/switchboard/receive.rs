//! What a stanza does to the table.

use std::mem;
use std::time::Instant;

use crate::any::{AnyCall, Heard};
use crate::call::{Call, Decline, Parties, Reason, Sender};
use crate::id::Jid;
use crate::phase::{
    Accepted, Acked, Callee, Caller, EndedBy, Outcome, Preaccepted, same_person, unanswered,
};
use crate::stanza::{
    Accept, Action, EndedOffer, Envelope, Identity, Inbound, Nacked, Offer, Received, ServerAck,
    Terminate, TerminateReason,
};

use super::outbox::{Awaited, What};
use super::table::{Kept, Live, Slot};
use super::{Event, Limit, OnDecline, OnGlare, Reaction, Switchboard};

impl Switchboard {
    /// Hears a stanza: gives it to the call that it is of, and tells what to send, its acknowledgement first, and what
    /// happened.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Stanza, Switchboard, xml};
    ///
    /// fn hear(board: &mut Switchboard, line: &str, send: &mut dyn FnMut(Stanza)) {
    ///     match xml::parse(line) {
    ///         Ok(received) => {
    ///             let reaction = board.receive(received, Instant::now());
    ///             reaction.send.into_iter().for_each(send);
    ///             for event in reaction.events {
    ///                 eprintln!("{event:?}");
    ///             }
    ///         }
    ///         Err(error) => error.into_owed().into_iter().for_each(send), // malformed, and owed its ack all the same
    ///     }
    /// }
    /// ```
    pub fn receive(&mut self, received: Received, now: Instant) -> Reaction {
        self.begin(now);
        match received {
            Received::Offer(offer) => self.receive_offer(offer, now),
            Received::EndedOffer(offer) => self.receive_ended_offer(offer, now),
            Received::Ack(ack) => self.receive_ack(ack, now),
            Received::OfferNotice(mut notice) => {
                self.reaction.owe(notice.settle());
                self.reaction.tell(Event::GroupNotice(notice));
            }
            Received::Unknown(mut unknown) => {
                self.reaction.owe(unknown.settle());
                self.reaction.tell(Event::Ignored(unknown));
            }
            // Working clients answer an accept so.
            Received::Receipt(receipt) if !receipt.is_for_offer() => {
                self.reaction.tell(Event::OtherReceipt(receipt));
            }
            other => match other.names() {
                Some((identity, _)) => self.hear(&identity, other, now),
                None => self.receive_of_none(other, now),
            },
        }
        mem::take(&mut self.reaction)
    }

    /// A stanza of no call that is known.
    fn receive_of_none(&mut self, received: Received, now: Instant) {
        match received {
            Received::Terminate(terminate) => self.receive_early(terminate, now),
            Received::Receipt(receipt) => self.reaction.tell(Event::OtherReceipt(receipt)),
            other => self.refuse(other, Reason::NoSuchCall),
        }
    }

    /// A `<terminate>` before its offer.
    fn receive_early(&mut self, mut terminate: Inbound<Terminate>, now: Instant) {
        let call = terminate.identity().clone();
        if self.table.knows_early(&terminate) {
            self.reaction.owe(terminate.settle());
            return self.reaction.tell(Event::NothingNew { call });
        }
        if self.table.with_id(&call.call_id) >= self.limits.same_id {
            return self.miss_one_too_many(Received::Terminate(terminate), call);
        }
        self.reaction.owe(terminate.settle());
        self.table.keep_early(terminate, now);
        self.reaction.tell(Event::Kept { call });
        while self.table.early_len() > self.limits.early_terminates
            && let Some(call) = self.table.forget_one_early()
        {
            let limit = Limit::EarlyTerminates;
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    fn receive_offer(&mut self, offer: Inbound<Offer>, now: Instant) {
        let identity = offer.identity().clone();
        if self.table.find(&identity).is_some() {
            return self.hear(&identity, Received::Offer(offer), now);
        }
        if let Err(reason) = self.may_ring(offer.envelope(), offer.action()) {
            return self.refuse(Received::Offer(offer), reason);
        }
        let limit = self.no_room_for(offer.action());
        if limit == Some(Limit::SameId) {
            return self.miss_one_too_many(Received::Offer(offer), identity);
        }

        let may_be_over = limit.is_some() || self.table.with_id(&identity.call_id) > 0;
        let copy = may_be_over.then(|| (offer.envelope().clone(), offer.action().clone()));
        let sender = offer.sender().clone();
        let is_of_group = offer.action().group().is_some();
        let (acked, owed) = Call::incoming(offer).acknowledge(&self.me);
        self.reaction.owe(owed);
        let mut call = AnyCall::from(acked);
        self.hear_early(&mut call);
        if let (Some(limit), None) = (limit, call.outcome()) {
            // It is acknowledged and no more.
            let _ = call.step(|call: Call<Callee, Acked>| call.lapse());
            let call = identity.clone();
            self.reaction.tell(Event::LimitReached { limit, call });
        }
        if let (Some(outcome), Some((envelope, offer))) = (call.outcome(), copy) {
            call.take_heard();
            self.reaction.tell(Event::missed(envelope, offer, outcome));
            self.table.remember(call, now);
            return self.forget_excess();
        }

        self.table.add(Live {
            call,
            since: now,
            awaits: None,
            parked: None,
        });
        if is_of_group {
            self.reaction.tell(Event::Rings { call: identity });
        } else {
            let crossed = self.table.crossed_by(&sender);
            self.ring(identity, &crossed, now);
        }
    }

    /// Rings, if no other call of ours that it crosses is to be kept instead.
    fn ring(&mut self, incoming: Identity, crossed: &[Identity], now: Instant) {
        for outgoing in crossed {
            self.reaction.tell(Event::Glare {
                incoming: incoming.clone(),
                outgoing: outgoing.clone(),
            });
        }
        match self.policy.on_glare {
            OnGlare::DeclineIncoming if !crossed.is_empty() => {
                let decline = |call: Call<Callee, Acked>| call.reject_with(TerminateReason::BUSY);
                let declined = self.step(&incoming, now, decline);
                self.hand_back(declined);
                return;
            }
            OnGlare::CancelOutgoing => {
                for outgoing in crossed {
                    let cancelled = self.hang_up(outgoing, now);
                    self.hand_back(cancelled);
                }
            }
            OnGlare::DeclineIncoming | OnGlare::KeepBoth => {}
        }
        self.reaction.tell(Event::Rings { call: incoming });
    }

    fn receive_ended_offer(&mut self, offer: Inbound<EndedOffer>, now: Instant) {
        let identity = offer.identity().clone();
        if self.table.find(&identity).is_some() {
            return self.hear(&identity, Received::EndedOffer(offer), now);
        }
        if let Err(reason) = self.may_ring(offer.envelope(), offer.action().offer()) {
            return self.refuse(Received::EndedOffer(offer), reason);
        }
        if self.table.with_id(&identity.call_id) >= self.limits.same_id {
            return self.miss_one_too_many(Received::EndedOffer(offer), identity);
        }
        let (parts, owed) = offer.discharge_with_receipt(&self.me);
        self.reaction.owe(owed);
        let (envelope, EndedOffer { offer, reason }) = *parts;
        let outcome = unanswered(reason.as_ref());
        let ended = Call::never_rang(&envelope, &offer, &self.me, (outcome, EndedBy::Peer));
        // The offer's own word counts, and then that of a `<terminate>` that came before it.
        let early = self.hear_early(&mut ended.ended(outcome, EndedBy::Peer).into());
        let outcome = early.filter(|_| reason.is_none()).unwrap_or(outcome);
        let call = ended.ended(outcome, EndedBy::Peer);
        self.table.remember(call.into(), now);
        self.reaction.tell(Event::missed(envelope, offer, outcome));
        self.forget_excess();
    }

    /// Lets a call hear each `<terminate>` that came before its offer, and tells what the first of one of its parties meant.
    fn hear_early(&mut self, call: &mut AnyCall) -> Option<Outcome> {
        let mut told = None;
        for terminate in self.table.take_early(call) {
            let meant = unanswered(terminate.action().reason());
            // A stranger's changes nothing.
            if call.receive(Received::Terminate(terminate)).is_ok() {
                told = told.or(Some(meant));
            }
        }
        told
    }

    /// Whether an offer is of somebody who calls this user, and not another device, nor in somebody else's name.
    fn may_ring(&self, envelope: &Envelope, offer: &Offer) -> Result<(), Reason> {
        if self.me.all().any(|own| same_person(own, envelope.sender())) {
            Err(Reason::OwnDevice)
        } else if Parties::is_another_s(envelope, offer) {
            Err(Reason::Stranger)
        } else {
            Ok(())
        }
    }

    fn no_room_for(&self, offer: &Offer) -> Option<Limit> {
        let devices = offer.destination().map_or(0, |d| d.recipients().len());
        if self.table.with_id(&offer.identity.call_id) >= self.limits.same_id {
            Some(Limit::SameId)
        } else if self.table.live_len() >= self.limits.live_calls {
            Some(Limit::LiveCalls)
        } else if devices > self.limits.devices {
            Some(Limit::Devices)
        } else {
            None
        }
    }

    /// A stanza whose `call-id` too many calls have is not even remembered.
    fn miss_one_too_many(&mut self, mut received: Received, call: Identity) {
        self.reaction.owe(received.settle(&self.me));
        let limit = Limit::SameId;
        self.reaction.tell(Event::LimitReached { limit, call });
    }

    fn refuse(&mut self, mut received: Received, reason: Reason) {
        self.reaction.owe(received.settle(&self.me));
        let stanza = Box::new(received);
        self.reaction.tell(Event::Refused { reason, stanza });
    }

    /// What a step has handed out is not the end of it.
    fn hand_back(&mut self, reaction: Option<Reaction>) {
        if let Some(reaction) = reaction {
            self.reaction = reaction;
        }
    }

    fn receive_ack(&mut self, ack: ServerAck, now: Instant) {
        let Some(Awaited { call, what, .. }) = self.outbox.confirm(ack.id()) else {
            return self.receive_stray_ack(ack, now);
        };
        match what {
            What::Offer => self.hear(&call, Received::Ack(ack), now),
            What::Accept => match Nacked::of(call.clone(), ack) {
                Ok(nacked) => self.hear_nack(nacked, now),
                Err(ack) => {
                    let id = ack.id().clone();
                    self.reaction.tell(Event::Confirmed { call, id });
                }
            },
            What::Other => {
                let id = ack.id().clone();
                self.reaction.tell(match ack.error() {
                    None => Event::Confirmed { call, id },
                    Some(error) => {
                        let code = error.code();
                        Event::NotDelivered { call, id, code }
                    }
                });
            }
        }
    }

    /// An acknowledgement of an id that nothing was sent under, as far as is known. One that refuses something may say of
    /// which call that was.
    fn receive_stray_ack(&mut self, mut ack: ServerAck, now: Instant) {
        let kind = ack.kind().map(str::to_owned);
        let named = ack.refused_call();
        match named.as_ref().and_then(|call| self.table.find_live(call)) {
            Some(Live { call, awaits, .. }) => match (&*call, kind.as_deref()) {
                (AnyCall::CallerOffered(_), Some(Offer::TAG)) => {
                    let call = call.identity().clone();
                    if let Some(id) = awaits.take() {
                        self.outbox.confirm(&id);
                        ack = ack.under(id);
                    }
                    self.hear(&call, Received::Ack(ack), now);
                }
                (AnyCall::CalleeAccepted(_), Some(Accept::TAG)) => {
                    match Nacked::of(call.identity().clone(), ack) {
                        Ok(nacked) => self.hear_nack(nacked, now),
                        Err(ack) => self.reaction.tell(Event::OtherAck(ack)),
                    }
                }
                _ => self.reaction.tell(Event::OtherAck(ack)),
            },
            None => self.reaction.tell(Event::OtherAck(ack)),
        }
    }

    fn hear_nack(&mut self, nacked: Nacked<Accept>, now: Instant) {
        let call = nacked.identity().clone();
        match self.step(&call, now, |call: Call<Callee, Accepted>| {
            call.on_nack(nacked)
        }) {
            Some(Ok(ended)) => self.reaction = ended,
            Some(Err(_)) | None => self.reaction.tell(Event::NothingNew { call }),
        }
    }

    /// Gives a stanza to the call that it is of, if that is known.
    fn hear(&mut self, identity: &Identity, received: Received, now: Instant) {
        let most = self.limits.parked;
        let (call, parked) = match self.table.find_mut(identity) {
            Some(Slot::Live(live)) => (&mut live.call, Some(&mut live.parked)),
            Some(Slot::Ended(call)) => (call, None),
            Some(Slot::Early { .. }) | None => return self.receive_of_none(received, now),
        };
        let identity = call.identity().clone();
        // What a device says stays behind what was said before it.
        if let Some(parked) = parked
            && let Some(parked) = parked
            && matches!(received, Received::Terminate(_))
            && said_by(call, &received) == Some(Sender::Peer)
            && parked.has_room(&received, most)
        {
            return self.park(identity, received);
        }
        let is_offer = matches!(received, Received::Offer(_) | Received::EndedOffer(_));
        let refused = match call.receive(received) {
            Ok((heard, owed)) => {
                self.reaction.owe(owed);
                return self.tell(identity, heard, now);
            }
            Err(refused) => refused,
        };
        let too_early = matches!(call, AnyCall::CallerOffered(_)) && !is_offer;
        let is_over = call.outcome().is_some();
        let ((), mut received, reason) = refused.into_parts();
        let sender = said_by(call, &received);
        match reason {
            Reason::NotHeard { .. }
                if too_early && matches!(sender, Some(Sender::Peer | Sender::Server)) =>
            {
                self.park(identity, received);
            }
            Reason::NotHeard { .. } if is_over => {
                self.reaction.owe(received.settle(&self.me));
                self.reaction.tell(Event::NothingNew { call: identity });
            }
            reason => self.refuse(received, reason),
        }
    }

    /// Keeps a stanza until the server has acknowledged the offer.
    fn park(&mut self, call: Identity, mut received: Received) {
        self.reaction.owe(received.settle(&self.me));
        let most = self.limits.parked;
        let Some(live) = self.table.find_live(&call) else {
            return;
        };
        let is_kept = live.parked.get_or_insert_default().add(received, most);
        let limit = Limit::Parked;
        if is_kept != Kept::Not {
            self.reaction.tell(Event::Kept { call: call.clone() });
        }
        if is_kept != Kept::Beside {
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// Tells what a stanza meant to the call, and does what is to be done about it.
    fn tell(&mut self, call: Identity, heard: Heard, now: Instant) {
        let event = match heard {
            Heard::Taken(ack) => {
                let identity = call.clone();
                self.reaction.tell(Event::Taken { call, ack });
                return self.replay(&identity, now);
            }
            Heard::Over => return self.retire(&call, now),
            Heard::DeviceOut(device, decline) => {
                return self.tell_device_out(call, device, decline, now);
            }
            Heard::Answered(device, siblings) => {
                self.table.unlist(&call);
                self.reaction = self.say(&call, siblings);
                Event::Answered { call, device }
            }
            Heard::LateAnswer(siblings) => {
                self.reaction = self.say(&call, siblings);
                Event::NothingNew { call }
            }
            Heard::Reached(device) => Event::Reached { call, device },
            Heard::PeerRings(device) => Event::PeerRings { call, device },
            Heard::Transport(heard) => Event::Transport {
                call,
                heard: Box::new(heard),
            },
            Heard::RelayLatency(report) => Event::RelayLatency {
                call,
                report: Box::new(report),
            },
            Heard::Mute(mute) => Event::PeerMuted {
                call,
                state: mute.state().clone(),
            },
            Heard::Heartbeat(_) => Event::Heartbeat { call },
            Heard::NothingNew => Event::NothingNew { call },
        };
        self.reaction.tell(event);
    }

    /// The server has the offer: what overtook its word is heard now.
    fn replay(&mut self, call: &Identity, now: Instant) {
        let live = self.table.find_live(call);
        let Some(parked) = live.and_then(|live| live.parked.take()) else {
            return;
        };
        if let Some(decline) = parked.decline {
            self.give_up(call, decline, now);
        }
        for stanza in parked.stanzas {
            self.hear(call, stanza, now);
        }
    }

    fn tell_device_out(
        &mut self,
        call: Identity,
        device: Jid,
        decline: Option<Decline>,
        now: Instant,
    ) {
        let identity = call.clone();
        let (given_up, decline) = match self.policy.on_decline {
            OnDecline::GiveUp => (decline, None),
            OnDecline::RingOn => (None, decline),
        };
        self.reaction.tell(Event::DeviceOut {
            call,
            device,
            decline,
        });
        if let Some(decline) = given_up {
            self.give_up(&identity, decline, now);
        }
    }

    /// Gives up on the devices that ring on: at once, or as soon as the server has the offer.
    fn give_up(&mut self, call: &Identity, decline: Decline, now: Instant) {
        let Some(live) = self.table.find_live(call) else {
            return;
        };
        let given_up = match live.call {
            AnyCall::CallerAcked(_) => {
                self.step(call, now, |call: Call<Caller, Acked>| call.give_up(decline))
            }
            AnyCall::CallerPreaccepted(_) => {
                self.step(call, now, |call: Call<Caller, Preaccepted>| {
                    call.give_up(decline)
                })
            }
            _ => {
                live.parked.get_or_insert_default().decline = Some(decline);
                None
            }
        };
        self.hand_back(given_up.and_then(Result::ok));
    }
}

/// Who says something of a call, if it is one of its parties.
fn said_by(call: &AnyCall, received: &Received) -> Option<Sender> {
    let (identity, sender) = received.names()?;
    call.parties().who_says(&identity, sender).ok()
}
