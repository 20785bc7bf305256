//! What a step of the switchboard may send.

use crate::any::LastWord;
use crate::call::Siblings;
use crate::id::StanzaId;
use crate::stanza::{Action, Outbound};

use super::outbox::Outbox;
use super::{Dismissal, Limits, Policy, Reaction};

/// What a step on a call of a [`Switchboard`](crate::Switchboard) may send, and what you get for it.
///
/// | the step returns, beside the call | you get |
/// | --- | --- |
/// | an [`Outbound`], as `reject` does; [`Siblings`], as `give_up` does | a [`Reaction`] with the stanza, under its id |
/// | `()`, as `abandon` does; a [`LastWord`]; an `Option` of these, as `mute` does; two of these, as a pair | a [`Reaction`] with what there is |
/// | a `Result` of these, as `accept` does | `Ok` with the [`Reaction`], or what was refused |
///
/// ```
/// use std::time::Instant;
/// use ringstate::{Accepted, Call, Callee, Identity, MuteState, Reaction, Switchboard, TransportMessage};
///
/// fn mute_and_reply(board: &mut Switchboard, call: &Identity, reply: TransportMessage) -> Option<Reaction> {
///     board.step(call, Instant::now(), |mut call: Call<Callee, Accepted>| {
///         let stanzas = (call.mute(MuteState::MUTED), call.transport(reply));
///         (call, stanzas)
///     })
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a switchboard cannot send a `{Self}`",
    label = "beside the call, a step of a switchboard returns what it sends",
    note = "return what a step of a `Call` returns: `|call: Call<Callee, Acked>| call.reject()`",
    note = "leave out `with_id`: the switchboard gives an id to everything that it sends",
    note = "to read something, use `board.get(&call)`"
)]
pub trait Transmit {
    /// What you get: a [`Reaction`], or a `Result` with one.
    type Output;

    #[doc(hidden)]
    type Sent: WithReaction<Output = Self::Output>;

    #[doc(hidden)]
    fn transmit(self, to: &mut Transmitter<'_>) -> Self::Sent;
}

/// What remains of a step once its stanzas are sent: the reaction goes where they were.
pub trait WithReaction {
    type Output;

    fn with(self, reaction: impl FnOnce() -> Reaction) -> Self::Output;
}

impl WithReaction for () {
    type Output = Reaction;

    fn with(self, reaction: impl FnOnce() -> Reaction) -> Reaction {
        reaction()
    }
}

impl<S: WithReaction, E> WithReaction for Result<S, E> {
    type Output = Result<S::Output, E>;

    fn with(self, reaction: impl FnOnce() -> Reaction) -> Self::Output {
        self.map(|sent| sent.with(reaction))
    }
}

/// Where a step's stanzas go: each gets an id where it has none, and its acknowledgement is awaited.
#[derive(Debug)]
pub struct Transmitter<'a> {
    pub(super) outbox: &'a mut Outbox,
    pub(super) policy: &'a Policy,
    pub(super) limits: &'a Limits,
    pub(super) reaction: &'a mut Reaction,
    /// Whether the call is live: what is sent of one that is over changes nothing for it.
    pub(super) is_live: bool,
    /// The id of what was sent, if the call depends on its acknowledgement.
    pub(super) depends_on: Option<StanzaId>,
}

impl Transmitter<'_> {
    fn send<A: Action>(&mut self, outbound: Outbound<A>) {
        let most = self.limits.unconfirmed;
        let outbound = outbound.in_dialect(self.policy.dialect);
        let awaited = self
            .outbox
            .send(outbound, self.is_live, most, self.reaction);
        self.depends_on = awaited.or(self.depends_on.take());
    }
}

impl<A: Action> Transmit for Outbound<A> {
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, to: &mut Transmitter<'_>) {
        to.send(self);
    }
}

impl Transmit for LastWord {
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, to: &mut Transmitter<'_>) {
        match self {
            Self::Reject(reject) => to.send(reject),
            Self::Terminate(terminate) => to.send(terminate),
            Self::Nothing => {}
        }
    }
}

impl Transmit for Siblings {
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, to: &mut Transmitter<'_>) {
        match to.policy.dismissal {
            Dismissal::Together => self.dismiss().into_iter().for_each(|t| to.send(t)),
            Dismissal::OneByOne => self.dismiss_each().for_each(|t| to.send(t)),
        }
    }
}

impl Transmit for () {
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, _: &mut Transmitter<'_>) {}
}

impl<T: Transmit<Output = Reaction, Sent = ()>> Transmit for Option<T> {
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, to: &mut Transmitter<'_>) {
        if let Some(sent) = self {
            sent.transmit(to);
        }
    }
}

impl<T, U> Transmit for (T, U)
where
    T: Transmit<Output = Reaction, Sent = ()>,
    U: Transmit<Output = Reaction, Sent = ()>,
{
    type Output = Reaction;
    type Sent = ();

    fn transmit(self, to: &mut Transmitter<'_>) {
        self.0.transmit(to);
        self.1.transmit(to);
    }
}

impl<T: Transmit, E> Transmit for Result<T, E> {
    type Output = Result<T::Output, E>;
    type Sent = Result<T::Sent, E>;

    fn transmit(self, to: &mut Transmitter<'_>) -> Self::Sent {
        self.map(|sent| sent.transmit(to))
    }
}
