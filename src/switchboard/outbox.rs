//! What was sent: every stanza under an id of its own, and what its acknowledgement means.

use std::collections::HashMap;

use crate::call::HearError;
use crate::id::{Jid, StanzaId};
use crate::party::may_acknowledge;
use crate::stanza::{Action, ActionKind, Identity, Outbound, ServerAck};

use super::queue::Queue;
use super::{Event, Limit, Reaction};

/// How often to ask a source of ids that repeats itself.
const TRIES: usize = 8;

pub(super) struct Outbox {
    ids: Box<dyn FnMut() -> StanzaId + Send + Sync>,
    awaited: HashMap<StanzaId, Awaited>,
    /// Those on which no live call depends, oldest first.
    expendable: Queue<StanzaId>,
}

/// A stanza whose acknowledgement is awaited.
pub(super) struct Awaited {
    pub(super) call: Identity,
    /// Where it went.
    pub(super) to: Jid,
    kind: Option<ActionKind>,
    pub(super) what: What,
    expendable: Option<u64>,
}

#[derive(Clone, Copy)]
pub(super) enum What {
    Offer,
    Accept,
    /// No call depends on it.
    Other,
}

impl Outbox {
    pub(super) fn new(ids: impl FnMut() -> StanzaId + Send + Sync + 'static) -> Self {
        Self {
            ids: Box::new(ids),
            awaited: HashMap::new(),
            expendable: Queue::default(),
        }
    }

    /// Returns an id that no awaited stanza has.
    pub(super) fn fresh(&mut self) -> StanzaId {
        for _ in 1..TRIES {
            let id = (self.ids)();
            if !self.awaited.contains_key(&id) {
                return id;
            }
        }
        (self.ids)()
    }

    /// Takes out what an acknowledgement is of. One that cannot be of it leaves it there: its `type` names another action,
    /// or neither the server nor the receiver sent it.
    pub(super) fn confirm(&mut self, ack: &ServerAck) -> Result<Option<Awaited>, HearError> {
        let Some(awaited) = self.awaited.get(ack.id()) else {
            return Ok(None);
        };
        if awaited.kind.is_some_and(|kind| !ack.is_of(kind)) {
            return Err(HearError::OtherStanza);
        }
        if !may_acknowledge(ack.from(), &awaited.to) {
            return Err(HearError::NotTheServer);
        }
        Ok(self.take(ack.id()))
    }

    /// Takes out what was sent under this id.
    pub(super) fn take(&mut self, id: &StanzaId) -> Option<Awaited> {
        let awaited = self.awaited.remove(id)?;
        if let Some(serial) = awaited.expendable {
            self.expendable.remove(serial);
        }
        Some(awaited)
    }

    /// Sends a stanza of a call that is live or over, under an id of its own, and awaits its acknowledgement. Returns the id
    /// if the call depends on that.
    pub(super) fn send<A: Action>(
        &mut self,
        outbound: Outbound<A>,
        is_live: bool,
        most: usize,
        reaction: &mut Reaction,
    ) -> Option<StanzaId> {
        let id = outbound.id().cloned().unwrap_or_else(|| self.fresh());
        let to = outbound.to().clone();
        let (stanza, call) = outbound.stamped(id.clone());
        reaction.stanzas.push(stanza);
        let depends_on = self.has_sent(id, call, to, A::KIND, is_live);
        self.trim(most, reaction);
        depends_on
    }

    /// Awaits the acknowledgement of what was sent under an id. Returns the id if the call depends on that.
    pub(super) fn has_sent(
        &mut self,
        id: StanzaId,
        call: Identity,
        to: Jid,
        kind: Option<ActionKind>,
        is_live: bool,
    ) -> Option<StanzaId> {
        if self.awaited.contains_key(&id) {
            return None; // a source of ids that repeats itself: the first one keeps the id
        }
        let what = if is_live { What::of(kind) } else { What::Other };
        let expendable = match what {
            What::Offer | What::Accept => None,
            What::Other => Some(self.expendable.push(id.clone())),
        };
        let depends_on = expendable.is_none().then(|| id.clone());
        let awaited = Awaited {
            call,
            to,
            kind,
            what,
            expendable,
        };
        self.awaited.insert(id, awaited);
        depends_on
    }

    /// Whether a stanza of this kind and call was sent under this id, and its acknowledgement has not come.
    pub(super) fn awaits(&self, id: &StanzaId, call: &Identity, kind: Option<ActionKind>) -> bool {
        let awaited = self.awaited.get(id);
        awaited.is_some_and(|awaited| awaited.call == *call && awaited.kind == kind)
    }

    /// Awaits the acknowledgement of a stanza under another id.
    pub(super) fn rename(&mut self, from: &StanzaId, to: &StanzaId) {
        if let Some(mut awaited) = self.take(from) {
            if awaited.expendable.is_some() {
                awaited.expendable = Some(self.expendable.push(to.clone()));
            }
            self.awaited.insert(to.clone(), awaited);
        }
    }

    /// The call that depended on this acknowledgement is over. It may come yet, and is then told from a stranger's.
    pub(super) fn make_expendable(
        &mut self,
        id: StanzaId,
        call: &Identity,
        most: usize,
        reaction: &mut Reaction,
    ) {
        if let Some(awaited) = self.awaited.get_mut(&id)
            && awaited.call == *call
        {
            awaited.what = What::Other;
            awaited.expendable = Some(self.expendable.push(id));
        }
        self.trim(most, reaction);
    }

    pub(super) fn trim(&mut self, most: usize, reaction: &mut Reaction) {
        while self.expendable.len() > most
            && let Some((_, id)) = self.expendable.pop()
        {
            if let Some(awaited) = self.awaited.remove(&id) {
                reaction.tell(Event::LimitReached {
                    limit: Limit::Unconfirmed,
                    call: awaited.call,
                });
            }
        }
    }
}

impl What {
    fn of(kind: Option<ActionKind>) -> Self {
        match kind {
            Some(ActionKind::Offer) => Self::Offer,
            Some(ActionKind::Accept) => Self::Accept,
            _ => Self::Other,
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox")
            .field("awaited", &self.awaited.len())
            .finish_non_exhaustive()
    }
}
