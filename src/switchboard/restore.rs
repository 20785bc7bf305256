//! What a switchboard makes of its own past: stanzas that it sent before its program ended.

use std::time::Instant;

use super::table::{Live, Slot};
use super::{Reaction, Switchboard};
use crate::any::{AnyCall, SayError};
use crate::call::Decline;
use crate::id::{Person, StanzaId};
use crate::stanza::{AnyAction, CallStanza, Identity, Outgoing, Stanza};

impl Switchboard {
    /// Takes the step of a stanza that was sent before, and that no received one had asked for.
    pub(crate) fn has_sent(
        &mut self,
        sent: &CallStanza,
        declined: &mut Option<Decline>,
        at: Instant,
    ) -> Result<(), SayError> {
        self.begin(at);
        let Some(identity) = sent.action.identity().cloned() else {
            return Ok(()); // it is of no call
        };
        if sent
            .id
            .as_ref()
            .is_some_and(|id| self.outbox.awaits(id, &identity, sent.action.kind()))
        {
            return Ok(()); // the same stanza, sent again
        }
        if self.table.find(&identity).is_some() {
            self.has_said(&identity, &sent.action, declined, at)?;
        } else if let Some(call) = AnyCall::offered_with(sent, &self.me) {
            self.table.index_outgoing(&call);
            let person = Person::or_other(call.peer());
            self.table.add(Live::new(call, person, at));
        } else {
            return Ok(()); // of a call that ended before the journal began
        }
        self.awaits_ack_of(sent, &identity);
        drop(self.hand_out()); // what follows of it was told before
        Ok(())
    }

    /// Takes the step of a call that was abandoned before, with nothing sent.
    pub(crate) fn has_abandoned(&mut self, call: &Identity, at: Instant) -> Result<(), SayError> {
        self.begin(at);
        let mut said = Ok(());
        // A call that is not live ended before the journal began, or by itself.
        let _ = self.act(call, at, |call| {
            said = call.say_no_more();
            Some(())
        });
        drop(self.hand_out()); // what follows of it was told before
        said
    }

    fn has_said(
        &mut self,
        identity: &Identity,
        action: &AnyAction,
        declined: &mut Option<Decline>,
        at: Instant,
    ) -> Result<(), SayError> {
        let mut said = Ok(());
        let is_live = self.act(identity, at, |call| {
            said = call.say(action, declined).map(drop);
            Some(())
        });
        if is_live.is_none()
            && let Some(call) = self.table.find_mut(identity).and_then(Slot::call_mut)
        {
            // Of a call that is over its length may still be reported, and devices dismissed.
            said = call.say(action, declined).map(drop);
        }
        said
    }

    fn awaits_ack_of(&mut self, sent: &CallStanza, identity: &Identity) {
        let Some(id) = sent.id.clone() else {
            return;
        };
        let is_live = self.table.find_live(identity).is_some();
        let most = self.limits.unconfirmed;
        let (to, kind) = (sent.to.clone(), sent.action.kind());
        let depends_on = self
            .outbox
            .has_sent(id, identity.clone(), to, kind, is_live);
        self.outbox.trim(most, &mut self.reaction);
        if let (Some(id), Some(live)) = (depends_on, self.table.find_live(identity)) {
            live.awaits = Some(id);
        }
    }

    /// A stanza that this board has made anew was sent under another id before.
    pub(crate) fn was_sent_as(&mut self, made: &StanzaId, sent: &StanzaId) {
        // A board makes no offer and no answer by itself, so that no call depends on it.
        self.outbox.rename(made, sent);
    }
}

impl Reaction {
    /// Stanzas that are still to be sent, with nothing to tell.
    pub(crate) fn of_unsent(stanzas: Vec<Stanza>) -> Self {
        Self {
            stanzas,
            happened: Vec::new(),
        }
    }
}

/// Whether a stanza that was made anew is one that was sent: it says the same, under whatever id.
pub(crate) fn says_the_same(made: &Outgoing, sent: &Outgoing) -> bool {
    match (made, sent) {
        (Outgoing::Ack(made), Outgoing::Ack(sent)) => made.id == sent.id && made.to == sent.to,
        (Outgoing::Receipt(made), Outgoing::Receipt(sent)) => {
            made.id == sent.id && made.to == sent.to
        }
        (Outgoing::CallStanza(made), Outgoing::CallStanza(sent)) => {
            made.to == sent.to
                && made.action.kind() == sent.action.kind()
                && made.action.identity() == sent.action.identity()
                && match (&made.action, &sent.action) {
                    (AnyAction::Terminate(made), AnyAction::Terminate(sent)) => {
                        made.reason() == sent.reason() && made.destination() == sent.destination()
                    }
                    _ => true,
                }
        }
        _ => false,
    }
}
