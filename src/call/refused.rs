use std::error::Error;
use std::fmt;

use crate::id::{Jid, StanzaId};
use crate::party::{Parties, Sender};
use crate::phase::Callee;
use crate::stanza::{Answer, AudioRates, Identity, Outbound};

use super::{Call, NewCall};

/// A step that did not happen, with everything that went into it: the call as it was, the input unspent, and the reason. A
/// stanza that was refused still holds the ack that it is owed.
///
/// Nothing is lost as long as you keep the refusal: `.ok()`, `let _ =` and `.map_err(…)` with the reason alone drop the call
/// and the stanza without a warning, as they drop everything.
///
/// `?` into a boxed error would drop them as well. So it does not compile where there is a call or a received stanza to lose:
///
/// ```compile_fail,E0277
/// # use ringstate::{Acked, Call, Callee, Inbound, Terminate, TerminateHeard};
/// # use std::error::Error;
/// fn hear(call: Call<Callee, Acked>, stanza: Inbound<Terminate>) -> Result<(), Box<dyn Error>> {
///     let (heard, owed) = call.on_terminate(stanza)?; // `?` would lose the call and the stanza: `into_parts` has both
///     # drop((heard, owed));
///     Ok(())
/// }
/// ```
///
/// Take it apart instead, and acknowledge the stanza; the call goes on:
///
/// ```
/// use ringstate::{Acked, Call, Callee, Inbound, Owed, RefusedParts, Terminate, TerminateHeard};
///
/// fn hear(call: Call<Callee, Acked>, stanza: Inbound<Terminate>) -> (Option<Call<Callee, Acked>>, Owed) {
///     match call.on_terminate(stanza) {
///         Ok((TerminateHeard::Ended(_terminated), owed)) => (None, owed),
///         Ok((TerminateHeard::NotForUs(call) | TerminateHeard::DeviceOut(call, _), owed)) => (Some(call), owed),
///         Err(refused) => {
///             eprintln!("ignored: {}", refused.reason());
///             let RefusedParts { call, input: terminate, .. } = refused.into_parts();
///             (Some(call), terminate.acknowledge())
///         }
///     }
/// }
/// ```
///
/// A refused [`NewCall`], and a refused `accept` or `preaccept` of a stored call, pass through `?`: they can be made again.
#[must_use = "it holds the call, and the stanza whose acknowledgement is owed"]
pub struct Refused<S, C, E>(Box<RefusedParts<S, C, E>>);

/// The parts of a [`Refused`].
#[must_use = "the call goes on, and a stanza that was refused is still owed its acknowledgement"]
pub struct RefusedParts<S, C, E> {
    /// The call as it was; `()` where the step only borrowed it or it is stored elsewhere.
    pub call: C,
    /// What went into the step: the received stanza, or the parts of the stanza to send.
    pub input: S,
    /// Why the step did not happen.
    pub reason: E,
}

/// What hearing returns: the next `N`, or the step refused with the received stanza, `S`, and the call `C`.
pub type HearResult<N, S, C> = Result<N, Refused<S, C, HearError>>;

/// What answering returns: the call in its next phase `P` and the stanza to send, or the step refused with the parts
/// of the stanza to send, `S`, and the call `C`.
pub type SendResult<P, A, S, C> =
    Result<(Call<Callee, P>, Outbound<A>), Refused<S, C, AnswerError>>;

/// Why a call did not hear a stanza, although its phase allows it: what only the run time can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum HearError {
    /// The stanza names another call: its `call-id` or its `call-creator` differs (SIG-07.21).
    #[error("the stanza is of another call")]
    OtherCall,
    /// The sender is neither the peer, nor the server, nor another device of this user, as far as its own addresses are
    /// known.
    #[error("its sender is no party to this call")]
    Stranger,
    /// The call has become a group call, and another member than the peer sent it. This crate follows no group call.
    #[error("another member of the group call can say nothing in this one")]
    Member,
    /// The sender's address is in the space in which no address of the peer is known: it may be the peer's, and anybody
    /// else's there. Only a stanza that [neither starts, answers nor ends a call](crate::law::HEARD_UNVERIFIED) is heard from
    /// it. [`Call::know_peer`] makes it known.
    #[error("its sender is not known to be the peer")]
    Unverified,
    /// Another device of this user sent it. Such a device may only say, with a `<terminate>`, that it has answered or
    /// declined.
    #[error("another device of this user can only say that it answered or declined")]
    OwnDevice,
    /// Another device of the peer has answered, and this one is no participant any longer (SIG-17.42).
    #[error("another device of the peer has answered")]
    OtherDevice,
    /// Only a device of the peer can say this, and somebody else did.
    #[error("only a device of the peer can say this")]
    NotThePeer,
    /// The offer did not go to the device that sent it, which has no key to the call.
    #[error("the offer did not go to the device that sent it")]
    NotOffered,
    /// The device that sent it has declined or left before (SIG-18.12).
    #[error("the device that sent it has declined or left before")]
    DeviceIsOut,
    /// Neither the server nor the address that the stanza went to sent this acknowledgement (OBS-8).
    #[error("only the server, or the address that the stanza went to, acknowledges it")]
    NotTheServer,
    /// The receipt or the acknowledgement is of another stanza (SIG-17.43).
    #[error("it answers another stanza")]
    OtherStanza,
    /// The receipt is not for an offer.
    #[error("the receipt is not for an offer")]
    NotForAnOffer,
}

/// Why a callee cannot answer in this way, although its phase allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The answer has a rate that the offer does not (SIG-16.38). An offer that lists no rate takes any.
    #[error("the rate {rate} was not offered")]
    RateNotOffered {
        /// The rate.
        rate: u32,
    },
    /// The offer wants a different key derivation from the one that answers state (SIG-01.11, SIG-03.13).
    #[error("the offer has keygen {keygen}, and only 2 can be answered")]
    Keygen {
        /// The offer's `keygen`.
        keygen: u32,
    },
    /// The offer names a key derivation that cannot be read.
    #[error("the offer's keygen cannot be read, and only 2 can be answered")]
    KeygenUnreadable,
}

/// Why a [`NewCall`](crate::NewCall) cannot be offered (CAT-OFFER.3).
///
/// ```
/// use ringstate::{NewCall, OfferError, StanzaId};
///
/// fn to_show(call: NewCall, id: StanzaId) -> Option<&'static str> {
///     match call.offer(id).err()?.reason() {
///         OfferError::OwnAccount => Some("you cannot call yourself"),
///         OfferError::EmptyKey => Some("the call could not be encrypted"),
///         _ => Some("this is no number to call"),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// The peer is a group, a server, or one device of a person (CAT-OFFER.3).
    #[error("the peer is not an account: a person's address that names no device")]
    PeerIsNoAccount,
    /// The peer or one of the devices is of the account that makes the call.
    #[error("the account calls itself")]
    OwnAccount,
    /// The peer's alias is no person's, or in the space that the peer's address is in.
    #[error("the peer's alias is not a person's address in the other space")]
    AliasIsNoAlias,
    /// One of the devices is somebody else's. It would get the key to the call.
    #[error("a device to ring is not the peer's")]
    DeviceOfAnother,
    /// A key or a device identity is empty.
    #[error("a device to ring gets an empty key")]
    EmptyKey,
}

impl<S, C, E> Refused<S, C, E> {
    pub(crate) fn new(call: C, input: S, reason: E) -> Self {
        Self(Box::new(RefusedParts {
            call,
            input,
            reason,
        }))
    }

    /// Why the step did not happen.
    #[must_use]
    pub fn reason(&self) -> &E {
        &self.0.reason
    }

    /// The call as it was, the input unspent, and why the step did not happen.
    pub fn into_parts(self) -> RefusedParts<S, C, E> {
        *self.0
    }
}

impl<S, C: fmt::Debug, E: fmt::Debug> fmt::Debug for Refused<S, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("call", &self.0.call)
            .field("reason", &self.0.reason)
            .finish_non_exhaustive()
    }
}

impl<S, C: fmt::Debug, E: fmt::Debug> fmt::Debug for RefusedParts<S, C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusedParts")
            .field("call", &self.call)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What a [`Refused`] needs to pass for an [`Error`]: that nothing is lost with it. One that holds a call or a received stanza
/// does not have it: `?` would drop them.
#[diagnostic::on_unimplemented(
    message = "a `Refused` is not an error to pass on: it holds the call, and what went into the step",
    label = "`?` would lose the call and the stanza inside: `into_parts` gives back both, and the reason"
)]
pub trait MayBeDropped {}

// What was to be sent can be made again, and nothing is owed for it.
impl<E> MayBeDropped for Refused<NewCall, (), E> {}
impl<E> MayBeDropped for Refused<Answer, (), E> {}
impl<E> MayBeDropped for Refused<(StanzaId, AudioRates), (), E> {}

// With the bound, `?` says what would be lost; without it, only that `Error` is not implemented.
impl<S, C: fmt::Debug, E: fmt::Debug + fmt::Display> Error for Refused<S, C, E> where
    Self: MayBeDropped
{
}

impl<S, C, E: fmt::Display> fmt::Display for Refused<S, C, E>
where
    Self: MayBeDropped,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.reason.fmt(f)
    }
}

/// Which party of a call sent a stanza; an error for a stranger and for another call.
pub(crate) fn party(
    parties: &Parties,
    identity: &Identity,
    sender: &Jid,
) -> Result<Sender, HearError> {
    match parties.sender_in(identity, sender) {
        None => Err(HearError::OtherCall),
        Some(Sender::Stranger) => Err(HearError::Stranger),
        Some(Sender::Member) => Err(HearError::Member),
        Some(Sender::Unverified) => Err(HearError::Unverified),
        Some(party) => Ok(party),
    }
}
