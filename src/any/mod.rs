//! A call in any role and phase, for a field, a list or a table.

mod buttons;
mod convert;
mod receive;
mod say;
mod step;

use std::mem;

use crate::call::{Call, Refused};
use crate::id::Jid;
use crate::party::Parties;
use crate::phase::{
    Accepted, Acked, Callee, Caller, EndedBy, Invitee, Offered, Outcome, PhaseName, Preaccepted,
    Rejected, RoleName, Terminated,
};
use crate::stanza::{Envelope, Identity, Offer, Owed, Received, Terminate};

pub use buttons::LastWord;
pub use receive::{Heard, ReceiveError};
pub(crate) use say::Said;
pub use say::SayError;
pub use step::{KnowsItsPhase, Stepped, SteppedCall};

/// A call in any role and phase, to keep in a field, a list or a table.
///
/// Types decide which step is legal, and only the run time knows the type of a stored call. Ask for it in one place:
/// `match` on a reference to look at the typed call, or call [`step`](Self::step), which hands it to you and puts back
/// what it becomes. (A `match` that takes the call out of a field does not compile, because nothing would be left
/// there.) For what a user does in any phase there are buttons: [`answer`](Self::answer), [`decline`](Self::decline),
/// [`hang_up`](Self::hang_up) and [`time_out`](Self::time_out).
///
/// ```
/// use ringstate::{Acked, AnyCall, Call, Callee, Dialect, OwnAddress, Received, Stanza, StanzaId};
///
/// struct Phone {
///     call: AnyCall,
///     me: OwnAddress,
/// }
///
/// impl Phone {
///     fn reject(&mut self, id: StanzaId) -> Option<Stanza> {
///         // `None` in every other phase. A step that is not legal in this phase does not compile.
///         let reject = self.call.step(|call: Call<Callee, Acked>| call.reject())?;
///         Some(reject.with_id(id).0)
///     }
///
///     fn red_button(&mut self, id: StanzaId) -> Option<Stanza> {
///         // `<reject>` or `<terminate>`, as the phase has it
///         self.call.hang_up(Dialect::default())?.with_id(id)
///     }
///
///     fn hear(&mut self, received: Received) -> Vec<Stanza> {
///         match self.call.receive(received) {
///             Ok((heard, owed)) => {
///                 eprintln!("{heard:?}");
///                 owed.into_iter().collect()
///             }
///             Err(refused) => refused.into_parts().input.acknowledge(&self.me).into_iter().collect(),
///         }
///     }
///
///     fn title(&self) -> String {
///         match &self.call {
///             AnyCall::CalleeAcked(call) => format!("{} calls", call.envelope().notify().unwrap_or("somebody")),
///             AnyCall::CalleeRejected(_) => "declined".to_owned(),
///             call => call.phase().to_string(),
///         }
///     }
/// }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" notify="Ann">
/// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// # let Received::Offer(offer) = ringstate::xml::parse(document)? else { unreachable!() };
/// # let me = OwnAddress::default();
/// # let (acked, _owed) = Call::incoming(offer).acknowledge(&me);
///
/// let mut phone = Phone { call: acked.into(), me };
/// assert_eq!(phone.title(), "Ann calls");
/// assert!(phone.reject("3EB00001".parse()?).is_some());
/// assert_eq!(phone.title(), "declined");
/// assert!(phone.red_button("3EB00002".parse()?).is_none()); // never two answers to one offer
/// # Ok(())
/// # }
/// ```
///
/// Exhaustive, because the roles and the phases are: a `match` that forgets one does not compile. You can send it to
/// other threads. Like a [`Call`], you can neither clone it nor make one from nothing. It does not have the steps of a
/// phase as methods:
///
/// ```compile_fail,E0277
/// # use ringstate::AnyCall;
/// # fn wrong(call: AnyCall) {
/// call.reject(); // an `AnyCall` can be in any phase, and this is legal only in some of them
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a call goes on with its next step: one that is dropped can no longer be answered, declined or ended"]
pub enum AnyCall {
    /// An incoming call whose offer is not acknowledged.
    CalleeOffered(Call<Callee, Offered>),
    /// An incoming call that waits for its user's decision.
    CalleeAcked(Call<Callee, Acked>),
    /// An incoming call that rings, and has told the caller so.
    CalleePreaccepted(Call<Callee, Preaccepted>),
    /// An incoming call that is answered.
    CalleeAccepted(Call<Callee, Accepted>),
    /// An incoming call that was declined.
    CalleeRejected(Call<Callee, Rejected>),
    /// An incoming call that is over.
    CalleeTerminated(Call<Callee, Terminated>),
    /// An outgoing call whose offer the server has not acknowledged.
    CallerOffered(Call<Caller, Offered>),
    /// An outgoing call whose offer the server has.
    CallerAcked(Call<Caller, Acked>),
    /// An outgoing call that rings.
    CallerPreaccepted(Call<Caller, Preaccepted>),
    /// An outgoing call that is answered.
    CallerAccepted(Call<Caller, Accepted>),
    /// An outgoing call that was declined.
    CallerRejected(Call<Caller, Rejected>),
    /// An outgoing call that is over.
    CallerTerminated(Call<Caller, Terminated>),
    /// A group call whose offer is not acknowledged.
    InviteeOffered(Call<Invitee, Offered>),
    /// A group call that waits for its user's decision.
    InviteeAcked(Call<Invitee, Acked>),
    /// A group call that was declined.
    InviteeRejected(Call<Invitee, Rejected>),
    /// A group call that is over.
    InviteeTerminated(Call<Invitee, Terminated>),
}

impl AnyCall {
    /// Returns which end of the call this is.
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

    /// Returns the phase of the call.
    #[must_use]
    pub fn phase(&self) -> PhaseName {
        self.names().1
    }

    /// Returns the ids that every stanza of this call repeats (SIG-13.6).
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.parties().identity
    }

    /// Returns the address to which this end sends.
    #[must_use]
    pub fn peer(&self) -> &Jid {
        &self.parties().peer
    }

    /// Adds an address of the peer that you know from elsewhere ([`Call::know_peer`]).
    pub fn know_peer(&mut self, address: Jid) -> bool {
        self.know(address)
    }

    /// Learns a further address of the peer from a stanza of this call, where the server names it, while it is not over.
    pub(crate) fn learn(&mut self, received: &Received) -> bool {
        let Some((identity, sender)) = received.names() else {
            return false;
        };
        // What is over is weighed no more.
        if self.outcome().is_some() || !self.parties().is_this_call(&identity) {
            return false;
        }
        match self {
            Self::CallerAcked(call) => call.learn_device(sender),
            Self::CallerPreaccepted(call) => call.learn_device(sender),
            Self::CallerAccepted(call) => call.learn_device(sender),
            _ => {}
        }
        let learned = received
            .envelope()
            .and_then(|envelope| self.parties().learned_from(envelope));
        learned.is_some_and(|address| self.know(address))
    }

    /// Whether the caller whom the offer names is known to be its sender ([`Call::is_caller_verified`]); `None` where
    /// [`offer`](Self::offer) is.
    #[must_use]
    pub fn is_caller_verified(&self) -> Option<bool> {
        let (envelope, offer) = self.received_offer()?;
        Some(Parties::is_caller_verified(envelope, offer))
    }

    /// Returns every known address of the peer ([`Call::peer_addresses`]), even after the call is over. Only the offer
    /// names a caller's phone number (SIG-16.13); later stanzas may name the LID alone.
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

    /// Returns the offer of an incoming call while the call is live ([`MayReadOffer`](crate::law::MayReadOffer)).
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

    /// Returns the envelope of that offer while the call is live.
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
            Self::InviteeOffered(call) => Some((call.envelope(), call.offer())),
            Self::InviteeAcked(call) => Some((call.envelope(), call.offer())),
            _ => None,
        }
    }

    /// Returns how the call ended; `None` while it is live.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.end().map(|(outcome, _)| outcome)
    }

    /// Returns who ended the call; `None` while it is live.
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
            Self::InviteeRejected(call) => Some((call.outcome(), call.ended_by())),
            Self::InviteeTerminated(call) => Some((call.outcome(), call.ended_by())),
            _ => None,
        }
    }

    /// Hears a stanza, in place: the call takes the step of its role and phase, if the [law](crate::law) has one. You
    /// get what the stanza meant, and the ack that it is owed.
    ///
    /// ```
    /// use ringstate::{AnyCall, Heard, OwnAddress, Received, Stanza, StanzaId};
    /// # fn send(_: impl IntoIterator<Item = Stanza>) {}
    ///
    /// fn hear(call: &mut AnyCall, received: Received, me: &OwnAddress, random_id: fn() -> StanzaId) {
    ///     match call.receive(received) {
    ///         Ok((heard, owed)) => {
    ///             send(owed);
    ///             match heard {
    ///                 Heard::Answered(_device, siblings) => {
    ///                     send(siblings.dismiss().map(|dismissal| dismissal.with_id(random_id()).0));
    ///                 }
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
    /// A step of its own hears that the server refused an accept: `step(|call: Call<Callee, Accepted>|
    /// call.on_nack(nacked))`.
    ///
    /// # Errors
    ///
    /// [`ReceiveError::NotHeard`] if the cell of the law is empty, or the reason of the typed step; with the stanza,
    /// whose acknowledgement is still owed. The call is unchanged.
    pub fn receive(
        &mut self,
        received: Received,
    ) -> Result<(Heard, Owed), Refused<Received, (), ReceiveError>> {
        self.learn(&received);
        let lost = self.lost();
        let (call, heard) = mem::replace(self, lost).hear(received);
        *self = call;
        heard
    }

    /// The same call, ended: what is left if it is lost on its way to the next phase.
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
            Self::InviteeOffered(call) => call.ended(Outcome::Missed, EndedBy::Us).into(),
            Self::InviteeAcked(call) => call.abandoned().into(),
            Self::InviteeRejected(call) => call.ended(call.outcome(), call.ended_by()).into(),
            Self::InviteeTerminated(call) => call.ended(call.outcome(), call.ended_by()).into(),
        }
    }

    /// Takes out the `<terminate>` that ended the call.
    pub(crate) fn take_terminate(&mut self) -> Option<Terminate> {
        let parts = match self {
            Self::CalleeTerminated(call) => call.take_terminate(),
            Self::CallerTerminated(call) => call.take_terminate(),
            Self::InviteeTerminated(call) => call.take_terminate(),
            _ => None,
        };
        parts.map(|parts| parts.1)
    }

    /// Whether this is the very same call, in any phase, and not another one of the same offer.
    pub(crate) fn is_the_same(&self, other: &Self) -> bool {
        self.parties().is_the_same(other.parties())
    }
}
