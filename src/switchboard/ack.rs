//! What the server's acknowledgement of a stanza does to its call.

use std::time::Instant;

use crate::any::{AnyCall, ReceiveError};
use crate::call::Call;
use crate::id::Jid;
use crate::phase::{Accepted, Callee};
use crate::stanza::{Accept, ActionKind, Identity, Nacked, Received, ServerAck};

use super::outbox::{Awaited, What};
use super::table::Live;
use super::{Event, Switchboard};

impl Switchboard {
    pub(super) fn receive_ack(&mut self, ack: ServerAck, now: Instant) {
        let Awaited { call, to, what, .. } = match self.outbox.confirm(&ack) {
            Ok(Some(awaited)) => awaited,
            Ok(None) => return self.receive_stray_ack(ack, now),
            Err(reason) => {
                let reason = ReceiveError::Step(reason);
                return self.refuse(Received::Ack(ack), reason.into());
            }
        };
        match what {
            What::Offer => self.hear(&call, Received::Ack(ack), now),
            What::Accept => self.hear_of_accept(call, to, ack, now),
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

    /// An acknowledgement with an unknown id. One of the server that refuses something may name the call.
    fn receive_stray_ack(&mut self, mut ack: ServerAck, now: Instant) {
        let is_of_server = ack.from().is_none_or(Jid::is_server);
        let named = ack.refused_call().filter(|_| is_of_server);
        let live = named.as_ref().and_then(|call| self.table.find_live(call));
        let Some(Live { call, awaits, .. }) = live else {
            return self.reaction.tell(Event::OtherAck(ack));
        };
        let identity = call.identity().clone();
        match (&*call, ack.kind().and_then(ActionKind::from_tag)) {
            (AnyCall::CallerOffered(_), Some(ActionKind::Offer)) => {
                if let Some(id) = awaits.take() {
                    self.outbox.take(&id);
                    ack = ack.under(id);
                }
                self.hear(&identity, Received::Ack(ack), now);
            }
            (AnyCall::CalleeAccepted(_), Some(ActionKind::Accept)) => {
                let peer = call.peer().clone();
                self.hear_of_accept(identity, peer, ack, now);
            }
            _ => self.reaction.tell(Event::OtherAck(ack)),
        }
    }

    fn hear_of_accept(&mut self, call: Identity, to: Jid, ack: ServerAck, now: Instant) {
        let id = ack.id().clone();
        match Nacked::<Accept>::of(call.clone(), to, ack) {
            Some(nacked) => self.hear_nack(nacked, now),
            None => self.reaction.tell(Event::Confirmed { call, id }),
        }
    }

    fn hear_nack(&mut self, nacked: Nacked<Accept>, now: Instant) {
        let call = nacked.identity().clone();
        let heard = self.act(&call, now, |any| {
            any.step(|call: Call<Callee, Accepted>| call.on_nack(nacked))
        });
        if !matches!(heard, Some(Ok(()))) {
            self.reaction.tell(Event::NothingNew { call });
        }
    }
}
