//! What the server's acknowledgement of a stanza does to its call.

use std::time::Instant;

use crate::any::AnyCall;
use crate::call::Call;
use crate::phase::{Accepted, Callee};
use crate::stanza::{Accept, AckHeard, Action, Identity, Nacked, Offer, Received, Sent, ServerAck};

use super::outbox::{Awaited, What};
use super::table::Live;
use super::{Event, Switchboard};

impl Switchboard {
    pub(super) fn receive_ack(&mut self, ack: ServerAck, now: Instant) {
        let Some(Awaited { call, what, .. }) = self.outbox.confirm(ack.id()) else {
            return self.receive_stray_ack(ack, now);
        };
        match what {
            What::Offer => self.hear(&call, Received::Ack(ack), now),
            What::Accept => self.hear_of_accept(call, ack, now),
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
        let named = ack.refused_call();
        let live = named.as_ref().and_then(|call| self.table.find_live(call));
        let Some(Live { call, awaits, .. }) = live else {
            return self.reaction.tell(Event::OtherAck(ack));
        };
        let identity = call.identity().clone();
        match (&*call, ack.kind()) {
            (AnyCall::CallerOffered(_), Some(Offer::TAG)) => {
                if let Some(id) = awaits.take() {
                    self.outbox.confirm(&id);
                    ack = ack.under(id);
                }
                self.hear(&identity, Received::Ack(ack), now);
            }
            (AnyCall::CalleeAccepted(_), Some(Accept::TAG)) => {
                self.hear_of_accept(identity, ack, now);
            }
            _ => self.reaction.tell(Event::OtherAck(ack)),
        }
    }

    fn hear_of_accept(&mut self, call: Identity, ack: ServerAck, now: Instant) {
        let sent = Sent::<Accept>::of(ack.id().clone(), call.clone());
        match sent.on_ack(ack) {
            AckHeard::Confirmed(confirmed) => {
                let id = confirmed.id().clone();
                self.reaction.tell(Event::Confirmed { call, id });
            }
            AckHeard::Refused(nacked) => self.hear_nack(nacked, now),
            AckHeard::OfAnother(_, ack) => self.reaction.tell(Event::OtherAck(ack)),
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
}
