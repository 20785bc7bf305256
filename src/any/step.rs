use std::mem;

use super::AnyCall;
use crate::call::{Call, Decline, Ending, Refused, RefusedParts, RelayReport, TransportMessage};
use crate::id::{OwnAddress, StanzaId};
use crate::phase::{Phase, Role};
use crate::stanza::{Answer, AudioRates, MuteState};

/// What a step on a stored call gives: the call, which is put back, and whatever else it gave.
///
/// Every step of a [`Call`] gives such a value already, so that `|call| call.reject()` is all there is to write. A step
/// that leaves the call where it is gives it back by hand: `|call| { let said = call.transport(message); (call, said) }`.
///
/// | the step gives | is handed on |
/// | --- | --- |
/// | a [`Call`] or an [`AnyCall`], as `abandon` does | `()` |
/// | a call and `T`, as `reject` and `terminate` do | `T` |
/// | `Ok` of these, or [`Refused`], as `accept` does | `Ok` of these, or `Err` with a [`Refused`] that has what was to be sent and the reason |
///
/// ```
/// use ringstate::{Accepted, AnyCall, Call, Callee, MuteState, Stanza};
///
/// fn mute(call: &mut AnyCall) -> Option<Stanza> {
///     let mute = call.step(|mut call: Call<Callee, Accepted>| {
///         let mute = call.mute(MuteState::MUTED);
///         (call, mute)
///     });
///     mute??.into_iter().next()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a step has to give the call back, and `{Self}` does not",
    label = "the call is missing in what this step gives",
    note = "a step that uses the call up gives the next one: `|call| call.reject()`",
    note = "a step that only borrows it ends with both: `let said = call.mute(state); (call, said)`"
)]
pub trait Stepped {
    /// What is handed on once the call is put back.
    type Given;

    /// The call as it is now, and what is handed on.
    fn into_parts(self) -> (AnyCall, Self::Given);
}

/// The call that a step gives back: a [`Call`] in any phase, or an [`AnyCall`]. In a pair it comes first.
#[diagnostic::on_unimplemented(
    message = "a step gives the call first, and `{Self}` is none",
    label = "the call does not come first in what this step gives",
    note = "give back both, in this order: `(call, said)`"
)]
pub trait SteppedCall {
    #[doc(hidden)]
    fn into_any(self) -> AnyCall;
}

impl<R: Role, P: Phase> SteppedCall for Call<R, P>
where
    Self: Into<AnyCall>,
{
    fn into_any(self) -> AnyCall {
        self.into()
    }
}

impl SteppedCall for AnyCall {
    fn into_any(self) -> AnyCall {
        self
    }
}

impl<R: Role, P: Phase> Stepped for Call<R, P>
where
    Self: Into<AnyCall>,
{
    type Given = ();

    fn into_parts(self) -> (AnyCall, ()) {
        (self.into(), ())
    }
}

impl Stepped for AnyCall {
    type Given = ();

    fn into_parts(self) -> (AnyCall, ()) {
        (self, ())
    }
}

impl<C: SteppedCall, T> Stepped for (C, T) {
    type Given = T;

    fn into_parts(self) -> (AnyCall, T) {
        (self.0.into_any(), self.1)
    }
}

impl<N: Stepped, S, C: Into<AnyCall>, E> Stepped for Result<N, Refused<S, C, E>> {
    type Given = Result<N::Given, Refused<S, (), E>>;

    fn into_parts(self) -> (AnyCall, Self::Given) {
        match self {
            Ok(next) => {
                let (call, given) = next.into_parts();
                (call, Ok(given))
            }
            Err(refused) => {
                let RefusedParts {
                    call,
                    input,
                    reason,
                } = refused.into_parts();
                (call.into(), Err(Refused::new((), input, reason)))
            }
        }
    }
}

impl AnyCall {
    /// Takes a step on the typed call, in place: the closure gets the call if it is of that role and phase, and has to
    /// give a call back, which is put in its place. `None`, and nothing has happened, if it is of another.
    ///
    /// ```
    /// use ringstate::{Acked, Answer, AnyCall, AudioRates, Call, Callee, Stanza, StanzaId};
    ///
    /// fn answer(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     let answer = Answer::new(AudioRates::of(call.offer()?)?);
    ///     match call.step(|call: Call<Callee, Acked>| call.accept(answer))? {
    ///         Ok(accept) => {
    ///             let (stanza, _sent) = accept.with_id(id); // servers drop an accept without one
    ///             Some(stanza)
    ///         }
    ///         Err(refused) => {
    ///             eprintln!("{}", refused.reason()); // the call is what it was, and can still be declined
    ///             None
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// The role and the phase may stand in front instead: `call.step::<Callee, Acked, _>(|call| call.reject())`. What may
    /// not be said in that phase does not compile, as ever. A step that only borrows the call gives it back by hand:
    /// `|mut call| { let said = call.mute(state); (call, said) }`.
    ///
    /// If the closure panics, the call has ended: it can no longer be answered, and its [`outcome`](Self::outcome) is that of
    /// a call that lapsed. Whichever call the closure gives back takes the place of the one it got; that it is the same call,
    /// only a [`Switchboard`](crate::Switchboard) sees to.
    #[must_use = "what a step says has to be sent, and `None` says that the call is in another phase and nothing happened"]
    pub fn step<R, P, S>(&mut self, step: impl FnOnce(Call<R, P>) -> S) -> Option<S::Given>
    where
        R: Role,
        P: Phase,
        S: Stepped,
        Call<R, P>: TryFrom<AnyCall, Error = AnyCall>,
    {
        let lost = self.lost();
        match mem::replace(self, lost).try_into() {
            Ok(call) => {
                let (next, given) = step(call).into_parts();
                *self = next;
                Some(given)
            }
            Err(call) => {
                *self = call;
                None
            }
        }
    }
}

/// What a step needs that is not a button: to know the phase. An [`AnyCall`] and a [`Switchboard`](crate::Switchboard) do
/// not, so nothing has this trait. Its message says where the typed call is.
#[diagnostic::on_unimplemented(
    message = "in `{Self}` a call can be in any phase, and only in some of them can this be said",
    label = "only a `Call` whose phase is known can say this",
    note = "take the step in place, on a call of the role and phase that you name: `any.step(|call: Call<Callee, Acked>| \
            call.reject())`, or `board.step(&call, now, …)` in a `Switchboard`; it gives `None` in every other phase",
    note = "a `Switchboard` has `answer`, `hang_up` and `time_out` besides, which go by the phase that the call is in",
    note = "a step that only borrows the call gives it back as well: `let said = call.mute(state); (call, said)`",
    note = "where the `AnyCall` is your own, `match` on it by value, and keep what the typed call becomes",
    note = "a callee declines with `reject` when `Acked`, and with `terminate` from `Preaccepted` on (SIG-18.18, SIG-08.12)"
)]
// A bound without parameters that is never true is an error where it stands; with a lifetime, where it is used.
pub trait KnowsItsPhase<'a> {}

/// Steps of a call whose phase is known. None of them can be taken here: they are for what the compiler then says,
/// instead of "no method named `reject`".
#[doc(hidden)]
impl AnyCall {
    pub fn acknowledge<'a>(self, _: &OwnAddress)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn preaccept<'a>(self, _: StanzaId, _: AudioRates)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn accept<'a>(self, _: Answer)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn reject<'a>(self)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn terminate<'a>(self)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn terminate_with<'a>(self, _: impl Into<Ending>)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn give_up<'a>(self, _: Decline)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn lapse<'a>(self)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn transport<'a>(&self, _: TransportMessage)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn relay_latency<'a>(&self, _: RelayReport)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn mute<'a>(&mut self, _: MuteState)
    where
        Self: KnowsItsPhase<'a>,
    {
    }

    pub fn heartbeat<'a>(&self, _: StanzaId)
    where
        Self: KnowsItsPhase<'a>,
    {
    }
}
