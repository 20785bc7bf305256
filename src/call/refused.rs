use std::fmt;

use crate::stanza::{Inbound, Outbound, Owed};

use super::Call;
use crate::phase::Callee;

/// A step that did not happen, with everything that went into it: the call untouched, the stanza unspent with its
/// acknowledgement still owed, and the reason.
///
/// Nothing is lost as long as it is kept: `.ok()`, `let _ =` and `.map_err(…)` with the reason alone drop the call and
/// the debt without a warning, as they drop everything.
///
/// It is deliberately not a [`std::error::Error`] ("the trait `std::error::Error` is not implemented for `Refused`"), so that `?` in a function that returns a boxed error cannot eat a
/// call:
///
/// ```compile_fail,E0277
/// # use ringstate::{Acked, Call, Callee, Inbound, Terminate, TerminateHeard};
/// # use std::error::Error;
/// fn hear(call: Call<Callee, Acked>, stanza: Inbound<Terminate>) -> Result<(), Box<dyn Error>> {
///     let (heard, owed) = call.on_terminate(stanza)?; // `Refused` is no `std::error::Error`
///     # drop((heard, owed));
///     Ok(())
/// }
/// ```
///
/// Take it apart instead, and acknowledge the stanza; the call goes on:
///
/// ```
/// use ringstate::{Acked, Call, Callee, Inbound, Owed, Terminate, TerminateHeard};
///
/// fn hear(call: Call<Callee, Acked>, stanza: Inbound<Terminate>) -> (Option<Call<Callee, Acked>>, Owed) {
///     match call.on_terminate(stanza) {
///         Ok((TerminateHeard::Ended(_terminated), owed)) => (None, owed),
///         Ok((TerminateHeard::NotForUs(call) | TerminateHeard::DeviceOut(call, _), owed)) => (Some(call), owed),
///         Err(refused) => {
///             eprintln!("ignored: {}", refused.reason());
///             let (call, stanza, _reason) = refused.into_parts();
///             (Some(call), stanza.acknowledge())
///         }
///     }
/// }
/// ```
#[must_use = "it holds the call, and the stanza whose acknowledgement is owed"]
pub struct Refused<S, C> {
    parts: Box<(C, S, Reason)>,
}

/// What listening gives: the next `N` and what is owed for the stanza, or the step refused with its stanza and its
/// call `C`.
pub type Listened<N, A, C> = Result<(N, Owed), Refused<Inbound<A>, C>>;

/// What a callee's answer gives: the call in its next phase `P` and the stanza to send, or the step refused with what
/// was to be said, `S`, and the call `C`.
pub type Said<P, A, S, C> = Result<(Call<Callee, P>, Outbound<A>), Refused<S, C>>;

/// Why a step was refused. Only what the run time alone can know is ever a reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The stanza names another call: its `call-id` or its `call-creator` differs (SIG-07.21).
    #[error("the stanza is of another call")]
    OtherCall,
    /// Who sent the stanza is neither the peer, nor the server, nor another device of this user, as far as its own
    /// addresses are known.
    #[error("its sender is no party to this call")]
    Stranger,
    /// Another device of this user sent it, which may only say, with a `<terminate>`, that it has answered or declined.
    #[error("an own device can only say that it answered or declined")]
    OwnDevice,
    /// Another device of the peer has answered, and this one is no participant any longer (SIG-17.42).
    #[error("another device of the peer has answered")]
    OtherDevice,
    /// Only a device of the peer can say this, and somebody else did.
    #[error("only a device of the peer can say this")]
    NotThePeer,
    /// The receipt or the acknowledgement is of another stanza (SIG-17.43).
    #[error("it answers another stanza")]
    OtherStanza,
    /// The receipt is not for an offer.
    #[error("the receipt is not for an offer")]
    NotForAnOffer,
    /// The answer has a rate that the offer does not (SIG-16.38). An offer that lists no rate takes any.
    #[error("the rate {rate} was not offered")]
    RateNotOffered {
        /// The rate.
        rate: u32,
    },
    /// The offer wants another key derivation than the one that answers state (SIG-01.11, SIG-03.13).
    #[error("the offer has keygen {keygen}, and only 2 can be answered")]
    Keygen {
        /// The offer's `keygen`.
        keygen: u32,
    },
    /// The offer is of a group call, which this law does not cover (SIG-16.14).
    #[error("a group call cannot be answered as a call between two")]
    GroupCall,
    /// A stored call does not hear this in its present phase: the cell of the [law](crate::law) is empty.
    #[error("`<{element}>` is not heard by the {role} of a call that is `{phase}`")]
    NotHeard {
        /// The element that was received.
        element: &'static str,
        /// This end of the call: `Callee` or `Caller`.
        role: &'static str,
        /// The phase of the call, one of [`PHASES`](crate::law::PHASES).
        phase: &'static str,
    },
    /// No call with this identity is known.
    #[error("no call with this identity is known")]
    NoSuchCall,
    /// The call is made in the name of another account than the one that makes it.
    #[error("its creator is another account than this")]
    NotThisAccount,
    /// A call had this `call-id` before, and a closed one is not taken for another call (SIG-17.38).
    #[error("a call had this call-id before")]
    IdUsed,
    /// There are as many live calls as [`Limits`](crate::Limits) allows.
    #[error("there are {limit} live calls, which is the limit")]
    TooManyCalls {
        /// The limit.
        limit: usize,
    },
    /// The call would ring more devices than [`Limits`](crate::Limits) allows.
    #[error("it would ring more than {limit} devices, which is the limit")]
    TooManyDevices {
        /// The limit.
        limit: usize,
    },
}

impl<S, C> Refused<S, C> {
    pub(crate) fn new(call: C, stanza: S, reason: Reason) -> Self {
        Self {
            parts: Box::new((call, stanza, reason)),
        }
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.parts.2
    }

    /// The call untouched, what was to be heard or said, and why it was not.
    #[must_use = "the call goes on, and what was heard is still owed its acknowledgement"]
    pub fn into_parts(self) -> (C, S, Reason) {
        *self.parts
    }
}

impl<S, C: fmt::Debug> fmt::Debug for Refused<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("call", &self.parts.0)
            .field("reason", &self.parts.2)
            .finish_non_exhaustive()
    }
}
