//! What a stanza does to the table.

use std::time::Instant;

use crate::any::{AnyCall, Heard, ReceiveError};
use crate::call::{Call, Decline, HearError, RefusedParts, party};
use crate::id::Jid;
use crate::party::Sender;
use crate::phase::{Acked, Caller, Preaccepted};
use crate::stanza::{Identity, Mute, Received};
use crate::wire::ParseError;

use super::table::{Parking, Slot};
use super::{BoardError, Event, Limit, OnDecline, Reaction, Switchboard};

impl Switchboard {
    /// Hears a stanza: gives it to its call, and tells you what to send, the acknowledgement first, and what happened.
    /// Every `<call>` with an id gets one acknowledgement (SIG-07.2), and an offer its receipt as well, however often
    /// it comes (SIG-07.5). The page of [`Switchboard`](Switchboard#what-it-decides) lists what it decides.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Stanza, Switchboard, xml};
    ///
    /// fn hear(board: &mut Switchboard, line: &str, send: &mut dyn FnMut(Stanza)) {
    ///     match xml::parse(line) {
    ///         Ok(received) => {
    ///             let reaction = board.receive(received, Instant::now());
    ///             for event in reaction.send(send) {
    ///                 eprintln!("{event:?}");
    ///             }
    ///         }
    ///         Err(error) => error.into_owed().into_iter().for_each(send), // or `board.receive_unreadable`
    ///     }
    /// }
    /// ```
    pub fn receive(&mut self, received: Received, now: Instant) -> Reaction {
        self.begin(now);
        self.route(received, now);
        self.hand_out()
    }

    /// Hears that a stanza could not be read ([`Event::Unreadable`]), and tells you to acknowledge it. A `<terminate>` ends its
    /// call all the same, if its `call-id` can be read, its sender is a party to the call, and it is not for certain
    /// devices only.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Reaction, Switchboard, xml};
    ///
    /// fn hear(board: &mut Switchboard, line: &str) -> Reaction {
    ///     match xml::parse(line) {
    ///         Ok(received) => board.receive(received, Instant::now()),
    ///         Err(error) => board.receive_unreadable(error, Instant::now()),
    ///     }
    /// }
    /// ```
    pub fn receive_unreadable(&mut self, mut error: ParseError, now: Instant) -> Reaction {
        self.begin(now);
        self.owe(error.take_owed());
        let call = self.call_of_unreadable(&error);
        let terminate = call.as_ref().and_then(|call| error.terminate_of(call));
        self.reaction.tell(Event::Unreadable {
            call: call.clone(),
            error,
        });
        if let Some((call, terminate)) = call.zip(terminate) {
            self.hear(&call, Received::Terminate(terminate), now);
        }
        self.hand_out()
    }

    /// The call with its `call-id` to which its sender is a party. Of several it is the one with its creator, and without a
    /// creator none.
    fn call_of_unreadable(&self, error: &ParseError) -> Option<Identity> {
        let (call_id, sender) = (error.call_id()?, error.sender()?);
        let is_party = |call: &&AnyCall| {
            let sender = call.parties().sender(sender);
            matches!(sender, Sender::Peer | Sender::Server | Sender::OwnDevice)
        };
        let calls = self.table.calls(call_id).filter(is_party);
        let is_named = |call: &AnyCall| {
            let identity = error.call_creator().map(|creator| Identity {
                call_id: call_id.clone(),
                call_creator: creator.clone(),
            });
            identity.is_none_or(|identity| call.parties().is_this_call(&identity))
        };
        let mut calls = calls.filter(|call| is_named(call));
        let call = calls.next()?;
        let is_the_only_one = error.call_creator().is_some() || calls.next().is_none();
        is_the_only_one.then(|| call.identity().clone())
    }

    /// Gives a stanza to what it is for.
    fn route(&mut self, received: Received, now: Instant) {
        match received {
            Received::Offer(offer) => self.receive_offer(offer, Received::Offer, now),
            Received::GroupOffer(offer) => self.receive_offer(offer, Received::GroupOffer, now),
            Received::EndedOffer(offer) => self.receive_ended_offer(offer, now),
            Received::Ack(ack) => self.receive_ack(ack, now),
            Received::OfferNotice(mut notice) => {
                self.owe(notice.take_owed(&self.me));
                self.reaction.tell(Event::GroupNotice(notice));
            }
            Received::Unknown(mut unknown) => {
                self.owe(unknown.take_owed(&self.me));
                self.reaction.tell(Event::Ignored(unknown));
            }
            // Working clients answer an accept like this.
            Received::Receipt(receipt) if !receipt.is_for_offer() => {
                self.reaction.tell(Event::OtherReceipt(receipt));
            }
            other => match other.names() {
                Some((identity, _)) => self.hear(&identity, other, now),
                None => self.receive_of_none(other, now),
            },
        }
    }

    /// A stanza of an unknown call.
    fn receive_of_none(&mut self, received: Received, now: Instant) {
        match received {
            Received::Terminate(terminate) => self.receive_early(terminate, now),
            Received::Receipt(receipt) => self.reaction.tell(Event::OtherReceipt(receipt)),
            other => self.refuse(other, BoardError::NoSuchCall),
        }
    }

    pub(super) fn refuse(&mut self, mut received: Received, reason: BoardError) {
        self.owe(received.take_owed(&self.me));
        let stanza = Box::new(received);
        self.reaction.tell(Event::Unheard { reason, stanza });
    }

    /// Gives a stanza to its call, if that is known.
    pub(super) fn hear(&mut self, identity: &Identity, mut received: Received, now: Instant) {
        if received.weight() > self.limits.bytes_of_one {
            let (limit, call) = (Limit::Bytes, identity.clone());
            self.owe(received.take_owed(&self.me));
            return self.reaction.tell(Event::LimitReached { limit, call });
        }
        let most = self.limits.parked;
        let (call, parked) = match self.table.find_mut(identity) {
            Some(Slot::Live(live)) => (&mut live.call, Some(&mut live.parked)),
            Some(Slot::Ended(ended)) => (&mut ended.call, None),
            Some(Slot::Early(_)) | None => return self.receive_of_none(received, now),
        };
        let identity = call.identity().clone();
        let is_learned = call.learn(&received);
        // A device's stanza stays behind its earlier ones.
        if let Some(Some(parked)) = parked
            && matches!(received, Received::Terminate(_))
            && said_by(call, &received) == Some(Sender::Peer)
            && parked.has_room(&received, most)
        {
            if is_learned {
                self.table.reindex(&identity);
            }
            return self.park(identity, received);
        }
        let is_offer = matches!(
            received,
            Received::Offer(_) | Received::GroupOffer(_) | Received::EndedOffer(_)
        );
        let heard = call.receive(received);
        let too_early = matches!(call, AnyCall::CallerOffered(_)) && !is_offer;
        let is_over = call.outcome().is_some();
        if is_learned {
            self.table.reindex(&identity);
        }
        let refused = match heard {
            Ok((heard, owed)) => {
                self.table.weigh(&identity);
                self.owe(owed);
                return self.tell(identity, heard, now);
            }
            Err(refused) => refused,
        };
        let RefusedParts {
            input: received,
            reason,
            ..
        } = refused.into_parts();
        let call = self.table.find(&identity).and_then(Slot::call);
        let sender = call.and_then(|call| said_by(call, &received));
        match reason {
            ReceiveError::NotHeard { .. }
                if too_early && matches!(sender, Some(Sender::Peer | Sender::Server)) =>
            {
                self.park(identity, received);
            }
            ReceiveError::NotHeard { .. } if is_over => self.hear_nothing_new(identity, received),
            ReceiveError::Step(HearError::DeviceIsOut) => self.hear_nothing_new(identity, received),
            reason => self.refuse(received, reason.into()),
        }
    }

    fn hear_nothing_new(&mut self, call: Identity, mut received: Received) {
        self.owe(received.take_owed(&self.me));
        self.reaction.tell(Event::NothingNew { call });
    }

    /// Parks a stanza until the server has acknowledged the offer.
    fn park(&mut self, call: Identity, mut received: Received) {
        self.owe(received.take_owed(&self.me));
        let own_bytes = self.table.bytes_beside(&call);
        let Some(live) = self.table.find_live(&call) else {
            return;
        };
        if let Some(parked) = &live.parked
            && parked.stanzas.contains(&received)
        {
            return self.reaction.tell(Event::NothingNew { call });
        }
        if own_bytes + received.weight() > self.limits.bytes_of_one {
            let limit = Limit::Bytes;
            return self.reaction.tell(Event::LimitReached { limit, call });
        }
        let parked = live.parked.get_or_insert_default();
        let parking = parked.add(received, self.limits.parked);
        self.table.weigh(&call);
        let limit = Limit::Parked;
        if parking != Parking::Full {
            self.reaction.tell(Event::Parked { call: call.clone() });
        }
        if parking != Parking::Added {
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// Tells what a stanza meant to the call, and does what follows.
    fn tell(&mut self, call: Identity, heard: Heard, now: Instant) {
        let event = match heard {
            Heard::OfferConfirmed(ack) => {
                let identity = call.clone();
                self.reaction.tell(Event::OfferConfirmed { call, ack });
                return self.follow(&identity, now);
            }
            Heard::Over => return self.retire(&call, now),
            Heard::DeviceOut(device, decline) => {
                return self.tell_device_out(call, device, decline, now);
            }
            Heard::Answered(device, siblings) => {
                self.follow(&call, now);
                self.transmit(&call, siblings);
                Event::Answered { call, device }
            }
            Heard::LateAnswer(siblings) => {
                self.transmit(&call, siblings);
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
            Heard::Mute(mute) => return self.tell_mute(&call, &mute),
            Heard::Heartbeat(_) => Event::Heartbeat { call },
            Heard::Video(state) => Event::Video {
                call,
                state: Box::new(state),
            },
            Heard::News(news) => Event::News {
                call,
                news: Box::new(news),
            },
            Heard::NothingNew => Event::NothingNew { call },
        };
        self.reaction.tell(event);
    }

    /// The peer's own state, what it asks for, or both.
    fn tell_mute(&mut self, call: &Identity, mute: &Mute) {
        let call = || call.clone();
        let state = mute.state().cloned();
        let told = state.map(|state| Event::PeerMuted {
            call: call(),
            state,
        });
        let request = mute.request().cloned();
        let asked = request.map(|state| Event::MuteRequested {
            call: call(),
            state,
        });
        if told.is_none() && asked.is_none() {
            self.reaction.tell(Event::NothingNew { call: call() });
        }
        self.reaction.happened.extend(told.into_iter().chain(asked));
    }

    /// Does what follows from the phase that a call is in now: an answered call crosses no other any more, and once the
    /// server has the offer, the parked stanzas are heard.
    pub(super) fn follow(&mut self, call: &Identity, now: Instant) {
        let Some(live) = self.table.find_live(call) else {
            return;
        };
        if let AnyCall::CallerOffered(_) = live.call {
            return;
        }
        let parked = live.parked.take();
        self.table.weigh(call);
        let Some(live) = self.table.find_live(call) else {
            return;
        };
        if let AnyCall::CallerAccepted(_) = live.call {
            self.table.unindex_outgoing(call);
        }
        let Some(parked) = parked else {
            return;
        };
        if let Some(decline) = parked.decline {
            self.give_up_or_park(call, decline, now);
        }
        for stanza in parked.stanzas {
            // A call that has ended meanwhile may be forgotten by now.
            if self.table.find(call).is_some() {
                self.hear(call, stanza, now);
            }
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
            self.give_up_or_park(&identity, decline, now);
        }
    }

    /// Gives up on the devices that ring on: at once, or as soon as the server has the offer.
    fn give_up_or_park(&mut self, call: &Identity, decline: Decline, now: Instant) {
        let Some(live) = self.table.find_live(call) else {
            return;
        };
        if let AnyCall::CallerOffered(_) = live.call {
            live.parked.get_or_insert_default().decline = Some(decline);
            return;
        }
        // Never refused, because the decline is of this call; `None` if the call was answered meanwhile, and goes on.
        let _ = self.act(call, now, |any| match any {
            AnyCall::CallerAcked(_) => any.step(|call: Call<Caller, Acked>| call.give_up(decline)),
            _ => any.step(|call: Call<Caller, Preaccepted>| call.give_up(decline)),
        });
    }
}

/// Which party of a call sent a stanza, if one did.
fn said_by(call: &AnyCall, received: &Received) -> Option<Sender> {
    let (identity, sender) = received.names()?;
    party(call.parties(), &identity, sender).ok()
}
