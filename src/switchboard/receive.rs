//! What a stanza does to the table.

use std::time::Instant;

use crate::any::{AnyCall, Heard};
use crate::call::{Call, Decline, Parties, Reason};
use crate::id::Jid;
use crate::phase::{Accepted, Acked, Callee, Caller, EndedBy, Outcome, Preaccepted, unanswered};
use crate::stanza::{
    Accept, Action, EndedOffer, Envelope, Identity, Inbound, Nacked, Offer, Received, ServerAck,
    TerminateReason,
};

use super::outbox::{Awaited, What};
use super::table::{Live, Slot};
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
        let mut reaction = self.begin(now);
        match received {
            Received::Offer(offer) => self.receive_offer(offer, now, &mut reaction),
            Received::EndedOffer(offer) => self.receive_ended_offer(offer, now, &mut reaction),
            Received::Ack(ack) => self.receive_ack(ack, now, &mut reaction),
            Received::OfferNotice(mut notice) => {
                reaction.owe(notice.settle());
                reaction.tell(Event::GroupNotice(notice));
            }
            Received::Unknown(mut unknown) => {
                reaction.owe(unknown.settle());
                reaction.tell(Event::Ignored(unknown));
            }
            // Working clients answer an accept so.
            Received::Receipt(receipt) if !receipt.is_for_offer() => {
                reaction.tell(Event::OtherReceipt(receipt));
            }
            other => match other.names() {
                Some((identity, _)) => self.hear(&identity, other, now, &mut reaction),
                None => self.receive_of_none(other, now, &mut reaction),
            },
        }
        reaction
    }

    /// A stanza of no call that is known.
    fn receive_of_none(&mut self, received: Received, now: Instant, reaction: &mut Reaction) {
        match received {
            Received::Terminate(mut terminate) => {
                let call = terminate.identity().clone();
                reaction.owe(terminate.settle());
                if !self.table.keep_early(terminate, now) {
                    return reaction.tell(Event::NothingNew { call });
                }
                reaction.tell(Event::Kept { call });
                while self.table.early_len() > self.limits.early_terminates
                    && let Some(call) = self.table.forget_one_early()
                {
                    let limit = Limit::EarlyTerminates;
                    reaction.tell(Event::LimitReached { limit, call });
                }
            }
            Received::Receipt(receipt) => reaction.tell(Event::OtherReceipt(receipt)),
            mut other => {
                reaction.owe(other.settle(&self.me));
                reaction.tell(Event::Refused {
                    reason: Reason::NoSuchCall,
                    stanza: Box::new(other),
                });
            }
        }
    }

    fn receive_offer(&mut self, offer: Inbound<Offer>, now: Instant, reaction: &mut Reaction) {
        let identity = offer.identity().clone();
        if self.table.find(&identity).is_some() {
            return self.hear(&identity, Received::Offer(offer), now, reaction);
        }
        if Parties::is_another_s(offer.envelope(), offer.action()) {
            let mut stanza = Box::new(Received::Offer(offer));
            reaction.owe(stanza.settle(&self.me));
            let reason = Reason::Stranger;
            return reaction.tell(Event::Refused { reason, stanza });
        }
        if let Some(limit) = self.no_room_for(offer.action()) {
            let (parts, owed) = offer.discharge_with_receipt(&self.me);
            reaction.owe(owed);
            let call = identity;
            reaction.tell(Event::LimitReached { limit, call });
            let (envelope, offer) = *parts;
            return self.miss(
                envelope,
                offer,
                (Outcome::Missed, EndedBy::Us),
                now,
                reaction,
            );
        }

        let early = self.table.take_early(&identity.call_id);
        let copy = (!early.is_empty()).then(|| (offer.envelope().clone(), offer.action().clone()));
        let (acked, owed) = Call::incoming(offer).acknowledge(&self.me);
        reaction.owe(owed);
        let mut call = AnyCall::from(acked);
        for terminate in early {
            // One of a stranger, or of another call with this id, changes nothing; the latter waits on.
            if let Err(refused) = call.receive(Received::Terminate(terminate))
                && let ((), Received::Terminate(terminate), Reason::OtherCall) =
                    refused.into_parts()
            {
                self.table.keep_early(terminate, now);
            }
        }
        if let (Some(outcome), Some((envelope, offer))) = (call.outcome(), copy) {
            call.take_heard();
            self.table.remember(call, now);
            reaction.tell(Event::missed(envelope, offer, outcome));
            return self.forget_excess(reaction);
        }

        let crossed = self.table.crossed_by(&call).cloned();
        self.table.add(Live {
            call,
            since: now,
            awaits: None,
            parked: None,
        });
        match crossed {
            None => reaction.tell(Event::Rings { call: identity }),
            Some(outgoing) => self.cross(identity, &outgoing, now, reaction),
        }
    }

    /// Two calls cross.
    fn cross(
        &mut self,
        incoming: Identity,
        outgoing: &Identity,
        now: Instant,
        reaction: &mut Reaction,
    ) {
        reaction.tell(Event::Glare {
            incoming: incoming.clone(),
            outgoing: outgoing.clone(),
        });
        let done = match self.policy.on_glare {
            OnGlare::KeepBoth => None,
            OnGlare::CancelOutgoing => self.hang_up(outgoing, now),
            OnGlare::DeclineIncoming => {
                let decline = |call: Call<Callee, Acked>| call.reject_with(TerminateReason::BUSY);
                let declined = self.step(&incoming, now, decline);
                return reaction.append(declined.unwrap_or_default());
            }
        };
        reaction.append(done.unwrap_or_default());
        reaction.tell(Event::Rings { call: incoming });
    }

    fn receive_ended_offer(
        &mut self,
        offer: Inbound<EndedOffer>,
        now: Instant,
        reaction: &mut Reaction,
    ) {
        let identity = offer.identity().clone();
        if self.table.find(&identity).is_some() {
            return self.hear(&identity, Received::EndedOffer(offer), now, reaction);
        }
        let (parts, owed) = offer.discharge_with_receipt(&self.me);
        reaction.owe(owed);
        let (envelope, EndedOffer { offer, reason }) = *parts;
        let outcome = unanswered(reason.as_ref());
        self.miss(envelope, offer, (outcome, EndedBy::Peer), now, reaction);
    }

    /// A call that does not ring is remembered as one that is over.
    fn miss(
        &mut self,
        envelope: Envelope,
        offer: Offer,
        end: (Outcome, EndedBy),
        now: Instant,
        reaction: &mut Reaction,
    ) {
        let call = Call::never_rang(&envelope, &offer, &self.me, end);
        self.table.remember(call.into(), now);
        reaction.tell(Event::missed(envelope, offer, end.0));
        self.forget_excess(reaction);
    }

    fn no_room_for(&self, offer: &Offer) -> Option<Limit> {
        let devices = offer.destination().map_or(0, |d| d.recipients().len());
        if self.table.live_len() >= self.limits.live_calls {
            Some(Limit::LiveCalls)
        } else if devices > self.limits.devices {
            Some(Limit::Devices)
        } else {
            None
        }
    }

    fn receive_ack(&mut self, ack: ServerAck, now: Instant, reaction: &mut Reaction) {
        let Some(Awaited { call, what, .. }) = self.outbox.confirm(ack.id()) else {
            return self.receive_stray_ack(ack, now, reaction);
        };
        match what {
            What::Offer => self.hear(&call, Received::Ack(ack), now, reaction),
            What::Accept => match Nacked::of(call.clone(), ack) {
                Ok(nacked) => self.hear_nack(nacked, now, reaction),
                Err(ack) => {
                    let id = ack.id().clone();
                    reaction.tell(Event::Confirmed { call, id });
                }
            },
            What::Other => {
                let id = ack.id().clone();
                reaction.tell(match ack.error() {
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
    fn receive_stray_ack(&mut self, mut ack: ServerAck, now: Instant, reaction: &mut Reaction) {
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
                    self.hear(&call, Received::Ack(ack), now, reaction);
                }
                (AnyCall::CalleeAccepted(_), Some(Accept::TAG)) => {
                    match Nacked::of(call.identity().clone(), ack) {
                        Ok(nacked) => self.hear_nack(nacked, now, reaction),
                        Err(ack) => reaction.tell(Event::OtherAck(ack)),
                    }
                }
                _ => reaction.tell(Event::OtherAck(ack)),
            },
            None => reaction.tell(Event::OtherAck(ack)),
        }
    }

    fn hear_nack(&mut self, nacked: Nacked<Accept>, now: Instant, reaction: &mut Reaction) {
        let call = nacked.identity().clone();
        match self.step(&call, now, |call: Call<Callee, Accepted>| {
            call.on_nack(nacked)
        }) {
            Some(Ok(ended)) => reaction.append(ended),
            Some(Err(_)) | None => reaction.tell(Event::NothingNew { call }),
        }
    }

    /// Gives a stanza to the call that it is of, if that is known.
    fn hear(
        &mut self,
        identity: &Identity,
        received: Received,
        now: Instant,
        reaction: &mut Reaction,
    ) {
        let (call, live) = match self.table.find_mut(identity) {
            Some(Slot::Live(live)) => (&mut live.call, Some(&mut live.parked)),
            Some(Slot::Ended(call)) => (call, None),
            Some(Slot::Early { .. }) | None => {
                return self.receive_of_none(received, now, reaction);
            }
        };
        let identity = call.identity().clone();
        let refused = match call.receive(received) {
            Ok((heard, owed)) => {
                reaction.owe(owed);
                return self.tell(identity, heard, now, reaction);
            }
            Err(refused) => refused,
        };
        let ((), mut received, reason) = refused.into_parts();
        reaction.owe(received.settle(&self.me));
        let too_early = matches!(call, AnyCall::CallerOffered(_));
        reaction.tell(match (live, &reason) {
            (Some(parked), Reason::NotHeard { .. }) if too_early => {
                let stanzas = &mut parked.get_or_insert_default().stanzas;
                if stanzas.len() < self.limits.parked {
                    stanzas.push(received);
                    Event::Kept { call: identity }
                } else {
                    let limit = Limit::Parked;
                    Event::LimitReached {
                        limit,
                        call: identity,
                    }
                }
            }
            (None, Reason::NotHeard { .. }) => Event::NothingNew { call: identity },
            _ => Event::Refused {
                reason,
                stanza: Box::new(received),
            },
        });
    }

    /// Tells what a stanza meant to the call, and does what is to be done about it.
    fn tell(&mut self, call: Identity, heard: Heard, now: Instant, reaction: &mut Reaction) {
        let event = match heard {
            Heard::Taken(ack) => {
                let identity = call.clone();
                reaction.tell(Event::Taken { call, ack });
                return self.replay(&identity, now, reaction);
            }
            Heard::Over => return self.retire(&call, now, reaction),
            Heard::DeviceOut(device, decline) => {
                return self.tell_device_out(call, device, decline, now, reaction);
            }
            Heard::Answered(device, siblings) => {
                self.table.unlist(&call);
                reaction.append(self.say(&call, siblings));
                Event::Answered { call, device }
            }
            Heard::LateAnswer(siblings) => {
                reaction.append(self.say(&call, siblings));
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
        reaction.tell(event);
    }

    /// The server has the offer: what overtook its word is heard now.
    fn replay(&mut self, call: &Identity, now: Instant, reaction: &mut Reaction) {
        let live = self.table.find_live(call);
        let Some(parked) = live.and_then(|live| live.parked.take()) else {
            return;
        };
        if let Some(decline) = parked.decline {
            self.give_up(call, decline, now, reaction);
        }
        for stanza in parked.stanzas {
            self.hear(call, stanza, now, reaction);
        }
    }

    fn tell_device_out(
        &mut self,
        call: Identity,
        device: Jid,
        decline: Option<Decline>,
        now: Instant,
        reaction: &mut Reaction,
    ) {
        let identity = call.clone();
        let (given_up, decline) = match self.policy.on_decline {
            OnDecline::GiveUp => (decline, None),
            OnDecline::RingOn => (None, decline),
        };
        reaction.tell(Event::DeviceOut {
            call,
            device,
            decline,
        });
        if let Some(decline) = given_up {
            self.give_up(&identity, decline, now, reaction);
        }
    }

    /// Gives up on the devices that ring on: at once, or as soon as the server has the offer.
    fn give_up(
        &mut self,
        call: &Identity,
        decline: Decline,
        now: Instant,
        reaction: &mut Reaction,
    ) {
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
        if let Some(Ok(given_up)) = given_up {
            reaction.append(given_up);
        }
    }
}
