use std::mem;

use super::AnyCall;
use crate::call::{Call, Decline, Ending, Refused, RefusedParts, RelayReport, TransportMessage};
use crate::id::{OwnAddress, StanzaId};
use crate::phase::{Phase, Role};
use crate::stanza::{
    Accept, Answer, AudioRates, Heartbeat, Inbound, Mute, MuteState, Nacked, News, Offer,
    Preaccept, Receipt, Reject, RelayLatency, ServerAck, Terminate, TerminateReason, Transport,
    VideoState,
};

/// What a step on a stored call returns: the call, which is put back, and anything else.
///
/// Every step of a [`Call`] returns such a value already, so you write no more than `|call| call.reject()`. A step that
/// only borrows the call returns both: `|call| { let stanza = call.transport(message); (call, stanza) }`.
///
/// | the step returns | you get |
/// | --- | --- |
/// | a [`Call`] or an [`AnyCall`], as `abandon` does | `()` |
/// | a call and `T`, as `reject` and `terminate` do | `T` |
/// | `Ok` of these, or [`Refused`], as `accept` does | `Ok` of these, or `Err` with a [`Refused`] that has what went into the step and the reason |
///
/// ```
/// use ringstate::{Accepted, AnyCall, Call, Callee, MuteState, Stanza, StanzaId};
///
/// fn mute(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
///     let mute = call.step(|mut call: Call<Callee, Accepted>| {
///         let mute = call.mute(MuteState::MUTED);
///         (call, mute)
///     });
///     Some(mute??.with_id(id).0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a step has to return the call, and `{Self}` does not hold it",
    label = "the call is missing in what this step returns",
    note = "a step that consumes the call returns the next one: `|call| call.reject()`",
    note = "a step that only borrows the call returns both: `let stanza = call.mute(state); (call, stanza)`"
)]
pub trait Stepped {
    /// What you get once the call is put back.
    type Given;

    /// The call as it is now, and what you get.
    fn into_parts(self) -> (AnyCall, Self::Given);
}

/// The call that a step returns: a [`Call`] in any phase, or an [`AnyCall`]. In a pair it comes first.
#[diagnostic::on_unimplemented(
    message = "a step returns the call first, and `{Self}` is none",
    label = "the call does not come first in what this step returns",
    note = "return both, in this order: `(call, stanza)`"
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
    /// Takes a step on the typed call, in place. The closure gets the call if it is of that role and phase, and returns
    /// a call, which takes its place. Returns `None`, and nothing has happened, if the call is of another.
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
    /// You can also name the role and the phase in front: `call.step::<Callee, Acked, _>(|call| call.reject())`. A step
    /// that is not legal in that phase does not compile. A step that only borrows the call returns both: `|mut call| {
    /// let stanza = call.mute(state); (call, stanza) }`.
    ///
    /// If the closure panics, the call has ended: its [`outcome`](Self::outcome) is that of an abandoned call. Any call
    /// that the closure returns takes the place of the one it got; only a [`Switchboard`](crate::Switchboard) checks
    /// that it is the same one.
    #[must_use = "what a step returns has to be sent, and `None` means that the call is in another phase and nothing happened"]
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

/// What a step of one phase needs: to know the phase. An [`AnyCall`] and a [`Switchboard`](crate::Switchboard) do not,
/// so nothing has this trait. Its message tells you where the typed call is.
#[diagnostic::on_unimplemented(
    message = "in `{Self}` a call can be in any phase, and this step is legal only in some of them",
    label = "only a `Call` whose phase is known has this step",
    note = "take the step in place, on a call of the role and phase that you name: `any.step(|call: Call<Callee, Acked>| \
            call.reject())`, or `board.step(&call, now, …)` in a `Switchboard`; it returns `None` in every other phase",
    note = "an `AnyCall` and a `Switchboard` have `answer`, `decline`, `hang_up` and `time_out`, which go by the phase that the call is in",
    note = "what arrives is heard in whichever phase the call is in: `any.receive(stanza)`, or `board.receive(stanza, now)`",
    note = "a step that only borrows the call returns both: `let stanza = call.mute(state); (call, stanza)`",
    note = "where the `AnyCall` is your own, `match` on it by value, and keep what the typed call becomes",
    note = "a callee declines with `reject` when `Acked`, and with `terminate` from `Preaccepted` on (SIG-18.18, SIG-08.12)"
)]
// A bound without parameters that is never true is an error where it stands; with a lifetime, where it is used.
pub trait KnowsItsPhase<'a> {}

stubs! {
    impl (AnyCall) where (Self: KnowsItsPhase<'a>);
    fn acknowledge(self, _: &OwnAddress);
    fn preaccept(self, _: StanzaId, _: AudioRates);
    fn accept(self, _: Answer);
    fn reject(self);
    fn reject_with(self, _: TerminateReason);
    fn reject_while_ringing(self);
    fn terminate(self);
    fn terminate_with(self, _: impl Into<Ending>);
    fn give_up(self, _: Decline);
    fn abandon(self);
    fn transport(&self, _: TransportMessage);
    fn relay_latency(&self, _: RelayReport);
    fn mute(&mut self, _: MuteState);
    fn repeat_mute(&mut self);
    fn heartbeat(&self, _: StanzaId);
    fn heard_terminate(&self);
    fn answered_by(&self);
    fn devices(&self);
    fn on_ack(self, _: ServerAck);
    fn on_nack(self, _: Nacked<Accept>);
    fn on_receipt(&mut self, _: Receipt);
    fn on_preaccept(self, _: Inbound<Preaccept>);
    fn on_accept(self, _: Inbound<Accept>);
    fn on_reject(self, _: Inbound<Reject>);
    fn on_late_preaccept(&self, _: Inbound<Preaccept>);
    fn on_late_accept(&self, _: Inbound<Accept>);
    fn on_late_reject(&self, _: Inbound<Reject>);
    fn on_terminate(self, _: Inbound<Terminate>);
    fn on_transport(&self, _: Inbound<Transport>);
    fn on_relay_latency(&self, _: Inbound<RelayLatency>);
    fn on_mute(&self, _: Inbound<Mute>);
    fn on_heartbeat(&self, _: Inbound<Heartbeat>);
    fn on_video(&self, _: Inbound<VideoState>);
    fn on_news(&mut self, _: Inbound<News>);
    fn on_late(&self, _: impl Sized);
    fn on_repeated_offer(&self, _: Inbound<Offer>);
}
