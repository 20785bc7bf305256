//! What is sent: every stanza under an id of its own, and what the server's acknowledgement of it is for.

use std::collections::HashMap;
use std::mem;

use crate::call::Siblings;
use crate::id::StanzaId;
use crate::stanza::{Action, AnyAction, Identity, Outbound, Outgoing};

use super::queue::Queue;
use super::{Dismissal, Event, Limit, Limits, Policy, Reaction};

/// How often a source of ids that repeats itself is asked again.
const TRIES: usize = 8;

pub(super) struct Outbox {
    ids: Box<dyn FnMut() -> StanzaId + Send + Sync>,
    awaited: HashMap<StanzaId, Awaited>,
    /// Those on which no live call depends, oldest first.
    loose: Queue<StanzaId>,
}

/// A stanza whose acknowledgement is awaited.
pub(super) struct Awaited {
    pub(super) call: Identity,
    pub(super) what: What,
    loose: Option<u64>,
}

#[derive(Clone, Copy)]
pub(super) enum What {
    Offer,
    Accept,
    /// Nothing depends on it.
    Other,
}

impl Outbox {
    pub(super) fn new(ids: impl FnMut() -> StanzaId + Send + Sync + 'static) -> Self {
        Self {
            ids: Box::new(ids),
            awaited: HashMap::new(),
            loose: Queue::default(),
        }
    }

    /// An id that no awaited stanza has.
    pub(super) fn fresh(&mut self) -> StanzaId {
        for _ in 1..TRIES {
            let id = (self.ids)();
            if !self.awaited.contains_key(&id) {
                return id;
            }
        }
        (self.ids)()
    }

    /// What was sent under this id, which is then no longer awaited.
    pub(super) fn confirm(&mut self, id: &StanzaId) -> Option<Awaited> {
        let awaited = self.awaited.remove(id)?;
        if let Some(serial) = awaited.loose {
            self.loose.remove(serial);
        }
        Some(awaited)
    }

    /// The call that depended on this is over. Its acknowledgement may come yet, and is then told from a stranger's.
    pub(super) fn loosen(
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
            awaited.loose = Some(self.loose.push(id));
        }
        self.trim(most, reaction);
    }

    fn trim(&mut self, most: usize, reaction: &mut Reaction) {
        while self.loose.len() > most
            && let Some((_, id)) = self.loose.pop()
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

/// What a step says, on its way to the peer: it gets an id where it has none, and its acknowledgement is awaited.
#[derive(Debug)]
pub struct Mouth<'a> {
    pub(super) outbox: &'a mut Outbox,
    pub(super) policy: &'a Policy,
    pub(super) limits: &'a Limits,
    pub(super) reaction: &'a mut Reaction,
    /// Whether the call is live: the last words of one that is over change nothing for it.
    pub(super) is_live: bool,
    /// The id of what was said, if the call depends on its acknowledgement.
    pub(super) depends_on: Option<StanzaId>,
}

impl Mouth<'_> {
    fn send<A: Action>(&mut self, outbound: Outbound<A>) {
        let (id, what) = match outbound.stanza().outgoing() {
            Outgoing::CallStanza(call) => (call.id().cloned(), What::of(call.action())),
            Outgoing::Ack(_) | Outgoing::Receipt(_) => (None, What::Other),
        };
        let id = id.unwrap_or_else(|| self.outbox.fresh());
        let (stanza, call) = outbound.stamped(id.clone());
        self.reaction.send.push(stanza);
        if self.outbox.awaited.contains_key(&id) {
            return; // a source of ids that repeats itself: the first one keeps the id
        }
        let awaited = match what {
            What::Offer | What::Accept if self.is_live => {
                self.depends_on = Some(id.clone());
                Awaited {
                    call,
                    what,
                    loose: None,
                }
            }
            What::Offer | What::Accept | What::Other => Awaited {
                call,
                what: What::Other,
                loose: Some(self.outbox.loose.push(id.clone())),
            },
        };
        self.outbox.awaited.insert(id, awaited);
        self.outbox.trim(self.limits.unconfirmed, self.reaction);
    }

    fn finish(&mut self) -> Reaction {
        mem::take(self.reaction)
    }
}

impl What {
    fn of(action: &AnyAction) -> Self {
        match action {
            AnyAction::Offer(_) => Self::Offer,
            AnyAction::Accept(_) => Self::Accept,
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

/// What a step on a call of a [`Switchboard`](crate::Switchboard) may say, and what is handed on for it.
///
/// | the step says | is handed on |
/// | --- | --- |
/// | an [`Outbound`], as `reject` does; [`Siblings`], as `give_up` does; `()`, as `lapse` does | a [`Reaction`] with it, under its id |
/// | an `Option` of these, as `mute` does; two of these, as a pair | a [`Reaction`] with what there is |
/// | a `Result` of these, as `accept` does | `Ok` with the [`Reaction`], or what was refused |
///
/// ```
/// use std::time::Instant;
/// use ringstate::{Accepted, Call, Callee, Identity, MuteState, Reaction, Switchboard, TransportMessage};
///
/// fn mute_and_reply(board: &mut Switchboard, call: &Identity, reply: TransportMessage) -> Option<Reaction> {
///     board.step(call, Instant::now(), |mut call: Call<Callee, Accepted>| {
///         let said = (call.mute(MuteState::MUTED), call.transport(reply));
///         (call, said)
///     })
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is nothing that a switchboard can send",
    label = "beside the call, a step of a switchboard gives what it says",
    note = "what a step of a `Call` gives can be sent as it is: `|call: Call<Callee, Acked>| call.reject()`",
    note = "leave out `with_id`: everything that a switchboard sends gets an id of its own",
    note = "what is only to be read is read from `board.get(&call)`"
)]
pub trait Speech {
    /// What is handed on.
    type Sent;

    #[doc(hidden)]
    fn say(self, mouth: &mut Mouth<'_>) -> Self::Sent;
}

impl<A: Action> Speech for Outbound<A> {
    type Sent = Reaction;

    fn say(self, mouth: &mut Mouth<'_>) -> Reaction {
        mouth.send(self);
        mouth.finish()
    }
}

impl Speech for () {
    type Sent = Reaction;

    fn say(self, mouth: &mut Mouth<'_>) -> Reaction {
        mouth.finish()
    }
}

impl<T: Speech<Sent = Reaction>> Speech for Option<T> {
    type Sent = Reaction;

    fn say(self, mouth: &mut Mouth<'_>) -> Reaction {
        match self {
            Some(said) => said.say(mouth),
            None => mouth.finish(),
        }
    }
}

impl<T: Speech<Sent = Reaction>, U: Speech<Sent = Reaction>> Speech for (T, U) {
    type Sent = Reaction;

    fn say(self, mouth: &mut Mouth<'_>) -> Reaction {
        *mouth.reaction = self.0.say(mouth);
        self.1.say(mouth)
    }
}

impl Speech for Siblings {
    type Sent = Reaction;

    fn say(self, mouth: &mut Mouth<'_>) -> Reaction {
        match mouth.policy.dismissal {
            Dismissal::Together => self.dismiss().into_iter().for_each(|t| mouth.send(t)),
            Dismissal::OneByOne => self.dismiss_each().for_each(|t| mouth.send(t)),
        }
        mouth.finish()
    }
}

impl<T: Speech, E> Speech for Result<T, E> {
    type Sent = Result<T::Sent, E>;

    fn say(self, mouth: &mut Mouth<'_>) -> Self::Sent {
        self.map(|said| said.say(mouth))
    }
}
