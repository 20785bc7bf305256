//! The steps of the caller alone.

use crate::id::Jid;
use crate::law::{
    HearsAccept, HearsLateAnswer, HearsPreaccept, HearsReceipt, HearsReject, HearsServerAck,
    MayGiveUp, MayReadAnswer, OwesAck,
};
use crate::party::{Sender, may_acknowledge, same_device_of_peer};
use crate::phase::held::{AnsweredBy, End, Live as _, SentOffer};
use crate::phase::{
    Accepted, Acked, Caller, DeviceState, EndedBy, How, Outcome, Phase, Preaccepted, Rejected,
    Role, Terminated,
};
use crate::stanza::{
    Accept, ActionKind, CallAction, Inbound, Owed, Preaccept, Receipt, Reject, ServerAck,
    TerminateReason,
};

use super::{Call, Decline, HearError, HearResult, Refused, Siblings};

/// How the server answered an offer.
///
/// Exhaustive: the server takes the offer or refuses it.
#[derive(Debug)]
#[must_use = "it holds the call"]
pub enum OfferAckHeard {
    /// The server has taken the offer. Its acknowledgement has the relay allocation, which arrives nowhere else.
    Confirmed(Call<Caller, Acked>, ServerAck),
    /// The server has refused the offer.
    Failed(Call<Caller, Terminated>, ServerAck),
}

/// A call that was answered, and the devices that you have to tell to stop ringing.
#[derive(Debug)]
#[must_use = "it holds the call and the devices that still ring"]
pub struct AcceptHeard {
    /// The call, bound to the device that answered.
    pub call: Call<Caller, Accepted>,
    /// The devices that still ring.
    pub siblings: Siblings,
}

/// What a device's decline did to a call.
///
/// Exhaustive: a device drops out, its user declines, or it was the last device.
#[derive(Debug)]
#[must_use = "it holds the call"]
pub enum RejectHeard<R: Role, P: Phase> {
    /// The device is out for a reason of its own, and others ring on.
    DeviceOut(Call<R, P>),
    /// The user declined on this device, and others ring on. [`Call::give_up`] takes the decline.
    UserDeclined(Call<R, P>, Decline),
    /// No device is left.
    NobodyLeft(Call<R, Rejected>),
}

// wacrg:SIG-17
/// # What the caller hears and does
impl<R: Role, P: Phase> Call<R, P> {
    /// Hears the server's acknowledgement of the offer, matched by the id that the offer was sent under (SIG-17.16).
    /// Goes from `Offered` ([`HearsServerAck`]) to [`Acked`], or to [`Terminated`] with the server's code.
    ///
    /// A device's stanza may overtake this acknowledgement. A call that is `Offered` does not hear it: keep the stanza,
    /// and let the call hear it when it is `Acked`.
    ///
    /// ```xml
    /// <ack class="call" id="1A2B" from="s.whatsapp.net" type="offer"/>
    /// <ack class="call" id="1A2B" from="s.whatsapp.net" type="offer" error="439"/>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::ServerAck;
    /// use ringstate::{Acked, Call, Caller, OfferAckHeard, Offered};
    ///
    /// fn hear(call: Call<Caller, Offered>, ack: ServerAck) -> Option<Call<Caller, Acked>> {
    ///     match call.on_ack(ack) {
    ///         Ok(OfferAckHeard::Confirmed(acked, _relays)) => Some(acked),
    ///         Ok(OfferAckHeard::Failed(terminated, _)) => {
    ///             eprintln!("{:?}", terminated.outcome());
    ///             None
    ///         }
    ///         Err(refused) => {
    ///             let _parts = refused.into_parts(); // the call and the ack of another stanza: a program keeps both
    ///             None
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherStanza`], with the call and the acknowledgement.
    #[doc(alias("SIG-17.16", "SIG-17.43", "FLOW-OUT.2", "FLOW-MISSED.3"))]
    pub fn on_ack(self, ack: ServerAck) -> HearResult<OfferAckHeard, ServerAck, Self>
    where
        P: HearsServerAck<R>,
    {
        if *ack.id() != self.held.as_ref().id || !ack.is_of(ActionKind::Offer) {
            return Err(Refused::new(self, ack, HearError::OtherStanza));
        }
        if !may_acknowledge(ack.from(), self.peer()) {
            return Err(Refused::new(self, ack, HearError::NotTheServer));
        }
        let offer = self.held.into();
        Ok(match ack.error() {
            None => OfferAckHeard::Confirmed(Call::in_phase(self.parties, offer), ack),
            Some(error) => {
                let outcome = offer.outcome(How::Nacked { code: error.code() });
                let end = End::without_a_word(outcome, EndedBy::Server);
                OfferAckHeard::Failed(Call::in_phase(self.parties, end), ack)
            }
        })
    }

    /// Hears that a device has the offer, from `Acked` to `Accepted` ([`HearsReceipt`]). The phase stays, because a
    /// receipt is no answer (SIG-12.8).
    ///
    /// ```xml
    /// <receipt from="15550100:7@lid" id="1A2B">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </receipt>
    /// ```
    ///
    /// The receipt must repeat the offer's id and name the call (SIG-17.19, SIG-17.43).
    ///
    /// ```
    /// use ringstate::stanza::Receipt;
    /// use ringstate::{Acked, Call, Caller};
    ///
    /// fn hear(call: &mut Call<Caller, Acked>, receipt: Receipt) {
    ///     if let Err(refused) = call.on_receipt(receipt) {
    ///         eprintln!("{}", refused.reason());
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::NotForAnOffer`], [`HearError::OtherStanza`], [`HearError::OtherCall`] or [`HearError::NotThePeer`], with the
    /// receipt.
    #[doc(alias("SIG-07.21", "SIG-17.17", "SIG-17.18", "SIG-17.19"))]
    pub fn on_receipt(&mut self, receipt: Receipt) -> HearResult<(), Receipt, ()>
    where
        P: HearsReceipt<R>,
    {
        let reason = if !receipt.is_for_offer() {
            HearError::NotForAnOffer
        } else if *receipt.id() != self.held.as_ref().id {
            HearError::OtherStanza
        } else if !receipt
            .identity()
            .is_some_and(|named| self.parties.is_this_call(&named))
        {
            HearError::OtherCall
        } else if self.parties.sender(receipt.sender()) != Sender::Peer {
            HearError::NotThePeer
        } else if self.held.as_ref().state_of(receipt.sender()).is_none() {
            HearError::NotOffered
        } else {
            let offer = self.held.as_mut();
            offer.mark(receipt.sender(), DeviceState::Reached);
            return Ok(());
        };
        Err(Refused::new((), receipt, reason))
    }

    /// Hears that a device rings. Goes from `Acked` or `Preaccepted` ([`HearsPreaccept`]) to [`Preaccepted`]. A
    /// preaccept answers nothing: media does not start (SIG-17.22), and the offer is not withdrawn (SIG-17.23).
    ///
    /// ```xml
    /// <call from="15550100:7@lid" id="CD34">
    ///   <preaccept call-id="00C0FFEE" call-creator="15550199:3@lid">…</preaccept>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::{Acked, Call, Caller, Inbound, Owed, Preaccept, Preaccepted};
    ///
    /// fn hear(
    ///     call: Call<Caller, Acked>,
    ///     preaccept: Inbound<Preaccept>,
    /// ) -> (Result<Call<Caller, Preaccepted>, Call<Caller, Acked>>, Owed) {
    ///     match call.on_preaccept(preaccept) {
    ///         Ok((ringing, owed)) => (Ok(ringing), owed),
    ///         Err(refused) => {
    ///             let refused = refused.into_parts();
    ///             (Err(refused.call), refused.input.acknowledge())
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`], [`HearError::Unverified`], [`HearError::NotThePeer`],
    /// [`HearError::NotOffered`] or [`HearError::DeviceIsOut`], with the call and the stanza, whose acknowledgement is still
    /// owed.
    #[doc(alias(
        "SIG-17.21",
        "SIG-17.22",
        "SIG-17.23",
        "CAT-PREACCEPT.2",
        "FLOW-MISSED.5"
    ))]
    pub fn on_preaccept(
        self,
        preaccept: Inbound<Preaccept>,
    ) -> HearResult<(Call<Caller, Preaccepted>, Owed), Inbound<Preaccept>, Self>
    where
        P: HearsPreaccept<R>,
    {
        let mut call = self;
        call.learn(&preaccept);
        if let Err(reason) = call.rung_device_says(call.held.as_ref(), &preaccept) {
            return Err(Refused::new(call, preaccept, reason));
        }
        let mut offer = call.held.into();
        offer.mark(preaccept.sender(), DeviceState::Ringing);
        let call = Call::in_phase(call.parties, offer);
        Ok((call, preaccept.acknowledge()))
    }

    /// Hears that a device answers. Goes from `Acked` or `Preaccepted` ([`HearsAccept`]) to [`Accepted`]. The call now
    /// belongs to that device (SIG-17.24, SIG-17.40), and every later stanza goes to it (SIG-17.41).
    ///
    /// ```xml
    /// <call from="15550100:7@lid" id="DE45">
    ///   <accept call-id="00C0FFEE" call-creator="15550199:3@lid">…</accept>
    /// </call>
    /// ```
    ///
    /// You get the devices that still ring, to dismiss them. A device that the offer did not go to has no key to the call and
    /// cannot answer, nor can one that has declined or left: its `<terminate>` may have overtaken its `<accept>`, and nobody
    /// would be at the other end. The peer's address and its aliases tell which devices are the peer's; a device that
    /// answers from the other address space is known by its number.
    ///
    /// ```
    /// use ringstate::{Accept, AcceptHeard, Accepted, Acked, Call, Caller, Inbound, Stanza, StanzaId};
    ///
    /// fn hear(
    ///     call: Call<Caller, Acked>,
    ///     accept: Inbound<Accept>,
    ///     random_id: fn() -> StanzaId,
    ///     send: &mut dyn FnMut(Stanza),
    /// ) -> Result<Call<Caller, Accepted>, Call<Caller, Acked>> {
    ///     match call.on_accept(accept) {
    ///         Ok((AcceptHeard { call, siblings }, owed)) => {
    ///             owed.into_iter().for_each(&mut *send);
    ///             siblings.dismiss_each().for_each(|dismissal| send(dismissal.with_id(random_id()).0));
    ///             Ok(call)
    ///         }
    ///         Err(refused) => {
    ///             let refused = refused.into_parts();
    ///             refused.input.acknowledge().into_iter().for_each(&mut *send);
    ///             Err(refused.call)
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`], [`HearError::Unverified`], [`HearError::NotThePeer`],
    /// [`HearError::NotOffered`] or [`HearError::DeviceIsOut`], with the call and the stanza, whose acknowledgement is still
    /// owed.
    #[doc(alias("SIG-17.24", "SIG-17.40", "CAT-ACCEPT.14"))]
    pub fn on_accept(
        self,
        accept: Inbound<Accept>,
    ) -> HearResult<(AcceptHeard, Owed), Inbound<Accept>, Self>
    where
        P: HearsAccept<R>,
    {
        let mut call = self;
        call.learn(&accept);
        if let Err(reason) = call.rung_device_says(call.held.as_ref(), &accept) {
            return Err(Refused::new(call, accept, reason));
        }
        let (accept, owed) = accept.into_parts_and_owed(&call.parties.me);
        let offer = call.held.into();
        let rings_on = |device: &&Jid| !same_device_of_peer(device, accept.0.sender());
        let others = offer.left().filter(rings_on).cloned().collect();
        let siblings = Siblings::of(&call.parties, TerminateReason::ACCEPTED_ELSEWHERE, others);
        let call = Call::in_phase(
            call.parties,
            AnsweredBy {
                offer,
                accept,
                is_video_handed_out: false,
            },
        );
        Ok((AcceptHeard { call, siblings }, owed))
    }

    /// Hears that a device declines, in `Acked` or `Preaccepted` ([`HearsReject`]). A device speaks for itself alone
    /// (SIG-18.19, SIG-18.22), so the call stays in its phase as long as another device rings, and goes to [`Rejected`]
    /// when none is left.
    ///
    /// ```xml
    /// <call from="15550100:7@lid" id="5E6F">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// | the reason | what it says | what becomes of the call |
    /// | --- | --- | --- |
    /// | none, or `declined` | its user has declined | the outcome will be *declined*; [`give_up`](Self::give_up) is possible |
    /// | `busy`, or any other | the device cannot take the call | the others ring on |
    ///
    /// ```
    /// use ringstate::{Acked, Call, Caller, Inbound, Owed, Reject, RejectHeard, Stanza, StanzaId};
    /// # fn send(_: impl IntoIterator<Item = Stanza>) {}
    ///
    /// fn hear(
    ///     call: Call<Caller, Acked>,
    ///     reject: Inbound<Reject>,
    ///     id: StanzaId,
    /// ) -> (Option<Call<Caller, Acked>>, Owed) {
    ///     match call.on_reject(reject) {
    ///         Ok((RejectHeard::DeviceOut(call), owed)) => (Some(call), owed),
    ///         Ok((RejectHeard::UserDeclined(call, decline), owed)) => match call.give_up(decline) {
    ///             Ok((_rejected, siblings)) => {
    ///                 send(siblings.dismiss().map(|dismissal| dismissal.with_id(id).0));
    ///                 (None, owed)
    ///             }
    ///             Err(refused) => (Some(refused.into_parts().call), owed),
    ///         },
    ///         Ok((RejectHeard::NobodyLeft(_rejected), owed)) => (None, owed),
    ///         Err(refused) => {
    ///             let refused = refused.into_parts();
    ///             (Some(refused.call), refused.input.acknowledge())
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`], [`HearError::Unverified`], [`HearError::NotThePeer`],
    /// [`HearError::NotOffered`] or [`HearError::DeviceIsOut`], with the call and the stanza, whose acknowledgement is still
    /// owed.
    #[doc(alias("SIG-18.19"))]
    pub fn on_reject(
        self,
        reject: Inbound<Reject>,
    ) -> HearResult<(RejectHeard<R, P>, Owed), Inbound<Reject>, Self>
    where
        P: HearsReject<R>,
    {
        let mut call = self;
        call.learn(&reject);
        if let Err(reason) = call.rung_device_says(call.held.as_ref(), &reject) {
            return Err(Refused::new(call, reject, reason));
        }
        let user_declined = Decline::is_in(reject.action());
        let offer = call.held.as_mut();
        offer.user_declined |= user_declined;
        let heard = if offer.take_out(reject.sender()) {
            let outcome = if offer.user_declined {
                Outcome::Declined
            } else {
                Outcome::Unavailable
            };
            let end = End::without_a_word(outcome, EndedBy::Peer);
            RejectHeard::NobodyLeft(Call::in_phase(call.parties, end))
        } else if user_declined {
            let decline = Decline::of(&call.parties.identity);
            RejectHeard::UserDeclined(call, decline)
        } else {
            RejectHeard::DeviceOut(call)
        };
        Ok((heard, reject.acknowledge()))
    }

    /// Gives up on the devices that still ring, because the user has declined on one. You get them, to dismiss them.
    /// Goes from `Acked` or `Preaccepted` ([`MayGiveUp`]) to [`Rejected`], with the outcome *declined*.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Caller, Decline, Outcome, Stanza, StanzaId};
    /// # fn send(_: impl IntoIterator<Item = Stanza>) {}
    ///
    /// fn give_up(call: Call<Caller, Acked>, decline: Decline, id: StanzaId) {
    ///     if let Ok((rejected, siblings)) = call.give_up(decline) {
    ///         assert_eq!(rejected.outcome(), Outcome::Declined);
    ///         send(siblings.dismiss().map(|dismissal| dismissal.with_id(id).0));
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], with the call and the decline, if the decline is of another call.
    #[doc(alias("FLOW-REJECT.8"))]
    pub fn give_up(
        self,
        decline: Decline,
    ) -> HearResult<(Call<Caller, Rejected>, Siblings), Decline, Self>
    where
        P: MayGiveUp<R>,
    {
        if decline.identity() != self.identity() {
            return Err(Refused::new(self, decline, HearError::OtherCall));
        }
        let left = self.held.into().left().cloned().collect();
        let siblings = Siblings::of(&self.parties, TerminateReason::REJECTED_ELSEWHERE, left);
        let end = End::without_a_word(Outcome::Declined, EndedBy::Peer);
        Ok((Call::in_phase(self.parties, end), siblings))
    }

    /// Hears that a device rings although another has answered, in `Accepted` ([`HearsLateAnswer`]). Nothing changes.
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Caller, Inbound, Owed, Preaccept};
    ///
    /// fn late(call: &Call<Caller, Accepted>, preaccept: Inbound<Preaccept>) -> Owed {
    ///     match call.on_late_preaccept(preaccept) {
    ///         Ok(owed) => owed,
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`] or [`HearError::NotThePeer`], with the stanza, whose acknowledgement is
    /// still owed.
    pub fn on_late_preaccept(
        &self,
        preaccept: Inbound<Preaccept>,
    ) -> HearResult<Owed, Inbound<Preaccept>, ()>
    where
        P: HearsLateAnswer<R>,
    {
        self.acknowledge_late(preaccept)
    }

    /// Hears that a device answers although another has, in `Accepted` ([`HearsLateAnswer`]). The first answer counts,
    /// and you get the late device, to dismiss it (SIG-17.42). For a repeated accept of the device that has the call
    /// you get no device.
    ///
    /// ```
    /// use ringstate::{Accept, Accepted, Call, Caller, Inbound, Stanza, StanzaId};
    ///
    /// fn late(
    ///     call: &Call<Caller, Accepted>,
    ///     accept: Inbound<Accept>,
    ///     random_id: fn() -> StanzaId,
    ///     send: &mut dyn FnMut(Stanza),
    /// ) {
    ///     match call.on_late_accept(accept) {
    ///         Ok((siblings, owed)) => {
    ///             owed.into_iter().for_each(&mut *send);
    ///             siblings.dismiss_each().for_each(|dismissal| send(dismissal.with_id(random_id()).0));
    ///         }
    ///         Err(refused) => refused.into_parts().input.acknowledge().into_iter().for_each(&mut *send),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_late_preaccept`](Self::on_late_preaccept).
    pub fn on_late_accept(
        &self,
        accept: Inbound<Accept>,
    ) -> HearResult<(Siblings, Owed), Inbound<Accept>, ()>
    where
        P: HearsLateAnswer<R>,
    {
        if let Err(reason) = self.peer_says(&accept) {
            return Err(Refused::new((), accept, reason));
        }
        let late = accept.sender();
        let others = if same_device_of_peer(late, self.held.as_ref().0.sender()) {
            Vec::new()
        } else {
            vec![late.clone()]
        };
        let siblings = Siblings::of(&self.parties, TerminateReason::ACCEPTED_ELSEWHERE, others);
        Ok((siblings, accept.acknowledge()))
    }

    /// Hears that a device declines although another has answered, in `Accepted` ([`HearsLateAnswer`]). Nothing changes.
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Caller, Inbound, Owed, Reject};
    ///
    /// fn late(call: &Call<Caller, Accepted>, reject: Inbound<Reject>) -> Owed {
    ///     match call.on_late_reject(reject) {
    ///         Ok(owed) => owed,
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_late_preaccept`](Self::on_late_preaccept).
    pub fn on_late_reject(&self, reject: Inbound<Reject>) -> HearResult<Owed, Inbound<Reject>, ()>
    where
        P: HearsLateAnswer<R>,
    {
        self.acknowledge_late(reject)
    }

    /// Returns the device that has answered, in `Accepted` ([`MayReadAnswer`]).
    #[doc(alias("SIG-17.25", "SIG-17.41", "CAT-ACCEPT.3"))]
    #[must_use]
    pub fn answered_by(&self) -> &Jid
    where
        P: MayReadAnswer<R>,
    {
        self.held.as_ref().0.sender()
    }

    /// Returns the accept that answered the call, in `Accepted` ([`MayReadAnswer`]).
    #[must_use]
    pub fn answer(&self) -> &Accept
    where
        P: MayReadAnswer<R>,
    {
        &self.held.as_ref().1
    }

    /// Returns how far each device is that the offer listed, from `Acked` to `Accepted` ([`HearsReceipt`]).
    /// [`answered_by`](Self::answered_by) tells which one answered.
    #[doc(alias("SIG-18.22"))]
    pub fn devices(&self) -> impl Iterator<Item = (&Jid, DeviceState)>
    where
        P: HearsReceipt<R>,
    {
        let devices = self.held.as_ref().devices().iter();
        devices.map(|device| (&device.jid, device.state))
    }

    /// Takes a device of the peer for the one that a recorded offer does not name.
    pub(crate) fn learn_device(&mut self, device: &Jid)
    where
        P: HearsReceipt<R>,
    {
        let is_of_peer = || self.parties.sender(device) == Sender::Peer;
        self.held.as_mut().learn_device(device, is_of_peer);
    }

    /// Acknowledges a stanza of the peer that comes too late to change anything.
    fn acknowledge_late<A: CallAction + OwesAck>(
        &self,
        stanza: Inbound<A>,
    ) -> HearResult<Owed, Inbound<A>, ()> {
        match self.peer_says(&stanza) {
            Ok(()) => Ok(stanza.acknowledge()),
            Err(reason) => Err(Refused::new((), stanza, reason)),
        }
    }

    /// Checks that a stanza is of this call and from a device that the offer went to and that is not out.
    fn rung_device_says<A: CallAction>(
        &self,
        offer: &SentOffer,
        stanza: &Inbound<A>,
    ) -> Result<(), HearError> {
        self.peer_says(stanza)?;
        match offer.state_of(stanza.sender()) {
            None => Err(HearError::NotOffered),
            Some(DeviceState::Out) => Err(HearError::DeviceIsOut),
            Some(_) => Ok(()),
        }
    }

    /// Checks that a stanza is of this call and from a device of the peer.
    fn peer_says<A: CallAction>(&self, stanza: &Inbound<A>) -> Result<(), HearError> {
        match self.who_says(stanza)? {
            Sender::Peer => Ok(()),
            _ => Err(HearError::NotThePeer),
        }
    }
}
