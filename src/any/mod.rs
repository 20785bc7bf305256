//! A call in whatever role and phase: for a field, a list or a table.

mod buttons;
mod convert;
mod receive;
mod step;

use std::mem;

use crate::call::{Call, Refused};
use crate::id::Jid;
use crate::phase::{
    Accepted, Acked, Callee, Caller, EndedBy, Offered, Outcome, PhaseName, Preaccepted, Rejected,
    RoleName, Terminated,
};
use crate::stanza::{Envelope, Identity, Offer, Owed, Received, Terminate};

pub use buttons::LastWord;
pub use receive::{Heard, ReceiveError};
pub use step::{KnowsItsPhase, Stepped, SteppedCall};

/// A call in whatever role and phase, to be kept in a field, a list or a table.
///
/// What may be said when is a matter of types; which type a stored call has, the run time alone knows. It is asked for in
/// one place: a `match` on a reference, to look at the typed call, or [`step`](Self::step), which hands it out and puts back
/// what it becomes. (A `match` that takes the call out of a field does not compile: nothing would be left there.)
///
/// ```
/// use ringstate::{Acked, AnyCall, Call, Callee, Preaccepted, Stanza, xml};
///
/// struct Phone {
///     call: Option<AnyCall>,
/// }
///
/// impl Phone {
///     /// The red button, while an incoming call is not answered: what to send, if there is such a call.
///     fn decline(&mut self) -> Option<Stanza> {
///         let call = self.call.as_mut()?;
///         // The step is taken in place: there is no empty slot, whatever happens inside.
///         let reject = call.step(|call: Call<Callee, Acked>| call.reject()).map(|reject| reject.stanza().clone());
///         reject.or_else(|| {
///             let terminate = call.step(|call: Call<Callee, Preaccepted>| call.terminate())?;
///             Some(terminate.stanza().clone())
///         })
///     }
///
///     fn title(&self) -> String {
///         match &self.call {
///             None => "nobody calls".to_owned(),
///             Some(AnyCall::CalleeAcked(call)) => format!("{} calls", call.envelope().notify().unwrap_or("somebody")),
///             Some(AnyCall::CalleeRejected(_)) => "declined".to_owned(),
///             Some(call) => call.phase().to_string(),
///         }
///     }
/// }
/// # use ringstate::{OwnAddress, Received};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" notify="Ann">
/// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// # let Received::Offer(offer) = xml::parse(document)? else { unreachable!() };
/// # let (acked, _owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
///
/// let mut phone = Phone { call: Some(acked.into()) };
/// assert_eq!(phone.title(), "Ann calls");
/// assert!(phone.decline().is_some());
/// assert_eq!(phone.title(), "declined");
/// assert!(phone.decline().is_none()); // never two answers to one offer
/// # Ok(())
/// # }
/// ```
///
/// Exhaustive, because the roles and the phases are: a `match` that forgets one does not compile. It can be sent to other
/// threads and, like a [`Call`], neither cloned nor made from nothing. A step on it is not a method of it:
///
/// ```compile_fail,E0277
/// # use ringstate::AnyCall;
/// # fn wrong(call: AnyCall) {
/// call.reject(); // in `AnyCall` a call can be in any phase, and only in some of them can this be said
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a call goes on with its next step: one that is dropped can no longer be answered, declined or ended"]
pub enum AnyCall {
    /// An incoming call whose offer is not acknowledged.
    CalleeOffered(Call<Callee, Offered>),
    /// An incoming call whose user decides.
    CalleeAcked(Call<Callee, Acked>),
    /// An incoming call that rings, and said so.
    CalleePreaccepted(Call<Callee, Preaccepted>),
    /// An incoming call that is answered.
    CalleeAccepted(Call<Callee, Accepted>),
    /// An incoming call that is declined.
    CalleeRejected(Call<Callee, Rejected>),
    /// An incoming call that is over.
    CalleeTerminated(Call<Callee, Terminated>),
    /// An outgoing call whose offer the server has not acknowledged.
    CallerOffered(Call<Caller, Offered>),
    /// An outgoing call that the server has.
    CallerAcked(Call<Caller, Acked>),
    /// An outgoing call that rings.
    CallerPreaccepted(Call<Caller, Preaccepted>),
    /// An outgoing call that is answered.
    CallerAccepted(Call<Caller, Accepted>),
    /// An outgoing call that is declined.
    CallerRejected(Call<Caller, Rejected>),
    /// An outgoing call that is over.
    CallerTerminated(Call<Caller, Terminated>),
}

impl AnyCall {
    /// Which end of the call this is.
    ///
    /// ```
    /// use ringstate::AnyCall;
    ///
    /// fn line(call: &AnyCall) -> String {
    ///     format!("{} {}: {:?}", call.role(), call.phase(), call.outcome())
    /// }
    /// ```
    #[must_use]
    pub fn role(&self) -> RoleName {
        self.names().0
    }

    /// How far the call is.
    #[must_use]
    pub fn phase(&self) -> PhaseName {
        self.names().1
    }

    /// Which call this is: the ids that every stanza of it repeats (SIG-13.6).
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.parties().identity
    }

    /// The address to which this end sends.
    #[must_use]
    pub fn peer(&self) -> &Jid {
        &self.parties().peer
    }

    /// Every address by which the peer is known ([`Call::peer_addresses`]), also once the call is over. Only the offer names a
    /// caller's phone number (SIG-16.13), and every later stanza perhaps the LID alone.
    ///
    /// ```
    /// use ringstate::{AnyCall, Jid};
    ///
    /// fn phone_number(call: &AnyCall) -> Option<&Jid> {
    ///     call.peer_addresses().find(|address| !address.is_lid())
    /// }
    /// ```
    pub fn peer_addresses(&self) -> impl Iterator<Item = &Jid> {
        self.parties().peers()
    }

    /// The offer of an incoming call, in whatever phase, while the call is live ([`MayReadOffer`](crate::law::MayReadOffer)).
    ///
    /// ```
    /// use ringstate::AnyCall;
    ///
    /// fn title(call: &AnyCall) -> Option<String> {
    ///     let kind = if call.offer()?.is_video() { "video call" } else { "call" };
    ///     Some(format!("{kind} from {}", call.envelope()?.notify().unwrap_or("somebody")))
    /// }
    /// ```
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        self.received_offer().map(|(_, offer)| offer)
    }

    /// The envelope in which the offer of an incoming call arrived, while the call is live.
    #[must_use]
    pub fn envelope(&self) -> Option<&Envelope> {
        self.received_offer().map(|(envelope, _)| envelope)
    }

    fn received_offer(&self) -> Option<(&Envelope, &Offer)> {
        match self {
            Self::CalleeOffered(call) => Some((call.envelope(), call.offer())),
            Self::CalleeAcked(call) => Some((call.envelope(), call.offer())),
            Self::CalleePreaccepted(call) => Some((call.envelope(), call.offer())),
            Self::CalleeAccepted(call) => Some((call.envelope(), call.offer())),
            _ => None,
        }
    }

    /// How the call ended; `None` while it is live.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.end().map(|(outcome, _)| outcome)
    }

    /// Who ended the call; `None` while it is live.
    #[must_use]
    pub fn ended_by(&self) -> Option<EndedBy> {
        self.end().map(|(_, by)| by)
    }

    fn end(&self) -> Option<(Outcome, EndedBy)> {
        match self {
            Self::CalleeRejected(call) => Some((call.outcome(), call.ended_by())),
            Self::CalleeTerminated(call) => Some((call.outcome(), call.ended_by())),
            Self::CallerRejected(call) => Some((call.outcome(), call.ended_by())),
            Self::CallerTerminated(call) => Some((call.outcome(), call.ended_by())),
            _ => None,
        }
    }

    /// Hears a stanza, in place: a call that is stored takes the step of its role and phase, if the
    /// [law](crate::law) has one, and what is owed for the stanza is handed back beside what it meant.
    ///
    /// ```
    /// use ringstate::{AnyCall, Heard, OwnAddress, Received, Stanza};
    /// # fn send(_: impl IntoIterator<Item = Stanza>) {}
    ///
    /// fn hear(call: &mut AnyCall, received: Received, me: &OwnAddress) {
    ///     match call.receive(received) {
    ///         Ok((heard, owed)) => {
    ///             send(owed);
    ///             match heard {
    ///                 Heard::Answered(_device, siblings) => send(siblings.dismiss().into_iter().flatten()),
    ///                 Heard::Over => eprintln!("{:?}", call.outcome()),
    ///                 other => eprintln!("{other:?}"),
    ///             }
    ///         }
    ///         Err(refused) => {
    ///             eprintln!("ignored: {}", refused.reason());
    ///             send(refused.into_parts().input.acknowledge(me)); // the ack is still owed
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// That the server
    /// refused an accept is heard by a step of its own: `step(|call: Call<Callee, Accepted>| call.on_nack(nacked))`.
    ///
    /// # Errors
    ///
    /// [`ReceiveError::NotHeard`] where the cell of the law is empty, and the reasons of the typed step;
    /// with the stanza, whose acknowledgement is still owed. The call is what it was.
    pub fn receive(
        &mut self,
        received: Received,
    ) -> Result<(Heard, Owed), Refused<Received, (), ReceiveError>> {
        let lost = self.lost();
        let (call, heard) = mem::replace(self, lost).hear(received);
        *self = call;
        heard
    }

    /// What is left if this call is lost on its way to the next phase: the same call, ended.
    pub(crate) fn lost(&self) -> Self {
        match self {
            Self::CalleeOffered(call) => call.ended(Outcome::Missed, EndedBy::Us).into(),
            Self::CalleeAcked(call) => call.abandoned().into(),
            Self::CalleePreaccepted(call) => call.abandoned().into(),
            Self::CalleeAccepted(call) => call.abandoned().into(),
            Self::CalleeRejected(call) => call.ended(call.outcome(), call.ended_by()).into(),
            Self::CalleeTerminated(call) => call.ended(call.outcome(), call.ended_by()).into(),
            Self::CallerOffered(call) => call.abandoned().into(),
            Self::CallerAcked(call) => call.abandoned().into(),
            Self::CallerPreaccepted(call) => call.abandoned().into(),
            Self::CallerAccepted(call) => call.abandoned().into(),
            Self::CallerRejected(call) => call.ended(call.outcome(), call.ended_by()).into(),
            Self::CallerTerminated(call) => call.ended(call.outcome(), call.ended_by()).into(),
        }
    }

    /// Hands out the `<terminate>` that ended the call, and does not keep it.
    pub(crate) fn take_terminate(&mut self) -> Option<Terminate> {
        let parts = match self {
            Self::CalleeTerminated(call) => call.take_terminate(),
            Self::CallerTerminated(call) => call.take_terminate(),
            _ => None,
        };
        parts.map(|parts| parts.1)
    }

    /// Whether this is that very call, in whatever phase: not another one, nor one made of the same offer.
    pub(crate) fn is_the_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.parties(), other.parties())
    }
}
