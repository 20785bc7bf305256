//! A call: its parties, and the steps that one of them may take next.

mod acknowledge;
mod callee;
mod caller;
mod end;
mod new_call;
mod receive;
mod refused;
mod send;
mod siblings;
pub mod video;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::id::{Jid, OwnAddress};
use crate::law::MayReadOffer;
use crate::party::Parties;
use crate::phase::held::Weighs as _;
use crate::phase::{Phase, Role};
use crate::stanza::{Envelope, Identity, Offer};

pub use caller::{AcceptHeard, OfferAckHeard, RejectHeard};
pub use new_call::{
    Creator, DeviceIdentity, DeviceKey, IsOffered, NewCall, OfferMade, RingingDevices,
};
pub use receive::{TerminateHeard, TransportHeard};
pub(crate) use refused::party;
pub use refused::{
    AnswerError, HearError, HearResult, MayBeDropped, OfferError, Refused, RefusedParts, SendResult,
};
pub use send::{Ending, RelayReport, TransportMessage};
pub use siblings::{Decline, Siblings};

/// A call, as one of its ends sees it (`R`, the role), in one phase of its life (`P`).
///
#[doc = include_str!("../../docs/generated/call.md")]
///
/// An invitee, in a group call, can [`acknowledge`](Call::acknowledge), [`reject`](Call::reject) and
/// [`abandon`](Call::abandon). What a call hears goes into its `on_…` methods: the page of each phase lists them. Not sure of
/// the phase? Keep an [`AnyCall`](crate::AnyCall), or all calls in a [`Switchboard`](crate::Switchboard).
///
/// Each step consumes the call and returns the next phase with the stanzas to send. A step that is not legal in a phase
/// does not compile, and the compiler says why:
///
/// ```
/// use ringstate::{Call, OwnAddress, Received, xml};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let me = OwnAddress::lid("15550100:2@lid".parse()?);
/// let Received::Offer(offer) = xml::parse(document)? else { return Ok(()) };
/// let (acked, owed) = Call::incoming(offer).acknowledge(&me); // <ack/>, then <receipt/>
/// let (rejected, reject) = acked.reject(); // <call><reject/></call>
/// # drop((rejected, owed, reject));
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # use ringstate::{Answer, AudioRates, Call, Callee, Acked};
/// # fn wrong(acked: Call<Callee, Acked>, answer: Answer) {
/// let (rejected, reject) = acked.reject();
/// rejected.accept(answer); // `<accept>` cannot be sent by the Callee of a call that is `Rejected`
/// # }
/// ```
///
/// You cannot clone a call, copy it or make one from nothing: if you have a call in a phase, you took the steps to it.
/// A call is at most 64 bytes, does no input or output, keeps no time, and is `Send` and `Sync`.
#[must_use = "a call goes on with its next step: one that is dropped can no longer be answered, declined or ended"]
pub struct Call<R: Role, P: Phase> {
    parties: Arc<Parties>,
    held: P::Held<R>,
    role: PhantomData<fn() -> R>,
}

/// # Who is in the call
impl<R: Role, P: Phase> Call<R, P> {
    pub(crate) fn in_phase(parties: Arc<Parties>, held: P::Held<R>) -> Self {
        Self {
            parties,
            held,
            role: PhantomData,
        }
    }

    /// How many bytes it holds of received stanzas at most.
    pub(crate) fn weight(&self) -> usize {
        self.held.weight()
    }

    pub(crate) fn parties(&self) -> &Parties {
        &self.parties
    }

    /// Adds the account's other address, if the call was made in the name of one of them.
    pub(crate) fn know_account(&mut self, me: &OwnAddress) {
        let own = &mut Arc::make_mut(&mut self.parties).me;
        own.lid = own.lid.take().or_else(|| me.lid.clone());
        own.phone_number = own.phone_number.take().or_else(|| me.phone_number.clone());
    }

    /// Believes what comes from an address that may be the peer's, or does not.
    pub(crate) fn believe_unverified(&mut self, believe: bool) {
        Arc::make_mut(&mut self.parties).believes_unverified = believe;
    }

    /// Adds an address of the peer that you know from elsewhere: its phone number for a LID, or its LID for a phone number. A
    /// call believes little from an address that it cannot place ([`HearError::Unverified`]).
    ///
    /// Returns whether the address now is known to be the peer's. It is not if it is nobody's (and the offer did not come from it),
    /// this user's own, or in a space in which another address of the peer is known.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Caller, Jid};
    ///
    /// fn tell(call: &mut Call<Caller, Acked>, number_of: &dyn Fn(&Jid) -> Option<Jid>) {
    ///     if let Some(number) = number_of(call.peer()) {
    ///         call.know_peer(number);
    ///     }
    /// }
    /// ```
    pub fn know_peer(&mut self, address: Jid) -> bool {
        Arc::make_mut(&mut self.parties).know_peer(address)
    }

    /// Returns the ids that every stanza of this call repeats (SIG-13.6).
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Inbound, Offer};
    ///
    /// /// Whether an offer is a repetition: then it gets its ack and receipt and nothing else.
    /// fn is_repeated(call: &Call<Callee, Acked>, offer: &Inbound<Offer>) -> bool {
    ///     call.identity() == offer.identity()
    /// }
    /// ```
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.parties.identity
    }

    /// Returns the address to which this end sends: for a callee, the address that the offer came from (SIG-18.6).
    #[must_use]
    pub fn peer(&self) -> &Jid {
        &self.parties.peer
    }

    /// Whether the caller whom the offer names, its `call-creator`, is known to be its sender: the same person, or an address
    /// that the server puts beside the sender's (`caller_pn`, `sender_lid`). Otherwise anybody could have written it. Show the
    /// sender, [`Envelope::sender`], and not the creator.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Jid};
    ///
    /// fn to_show(call: &Call<Callee, Acked>) -> &Jid {
    ///     if call.is_caller_verified() {
    ///         &call.identity().call_creator
    ///     } else {
    ///         call.envelope().sender()
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_caller_verified(&self) -> bool
    where
        P: MayReadOffer<R>,
    {
        Parties::is_caller_verified(self.envelope(), self.offer())
    }

    /// Returns every known address of the peer: the one to which this end sends, and the others that the offer or the
    /// [`NewCall`] gave. Only an offer names the caller's phone number (SIG-16.13): to show it later, take it from
    /// here.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Jid};
    ///
    /// fn phone_number(call: &Call<Callee, Acked>) -> Option<&Jid> {
    ///     call.peer_addresses().find(|address| !address.is_lid())
    /// }
    /// ```
    pub fn peer_addresses(&self) -> impl Iterator<Item = &Jid> {
        self.parties.peers()
    }

    /// Returns the offer while the call is live, from `Offered` to `Accepted` ([`MayReadOffer`]). It does not hand out
    /// the encrypted key: that is in [`call_key`](Self::call_key).
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee};
    ///
    /// fn title(call: &Call<Callee, Acked>) -> String {
    ///     let kind = if call.offer().is_video() { "video call" } else { "call" };
    ///     format!("{kind} from {}", call.envelope().notify().unwrap_or("somebody"))
    /// }
    /// ```
    #[must_use]
    pub fn offer(&self) -> &Offer
    where
        P: MayReadOffer<R>,
    {
        &self.held.as_ref().1
    }

    /// Returns the envelope of the offer while the call is live, from `Offered` to `Accepted` ([`MayReadOffer`]).
    #[must_use]
    pub fn envelope(&self) -> &Envelope
    where
        P: MayReadOffer<R>,
    {
        &self.held.as_ref().0
    }
}

impl<R: Role, P: Phase> fmt::Debug for Call<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Call<{}, {}>({:?})",
            R::NAME,
            P::NAME,
            self.parties.identity.call_id
        )
    }
}
