//! The steps of the end that is called.

use std::sync::Arc;

use crate::id::{OwnAddress, StanzaId};
use crate::law::{
    HearsAcceptNack, MayAccept, MayAcknowledge, MayPreaccept, MayReadCallKey, MayReject,
    MayRejectWhileRinging, OpensCall,
};
use crate::party::{Parties, same_device};
use crate::phase::held::{Answered, Called, End, Live as _, Unacknowledged as _};
use crate::phase::{
    Accepted, Acked, EndedBy, How, Offered, Outcome, Phase, Preaccepted, Rejected, Role, Terminated,
};
use crate::stanza::offer::KEYGEN;
use crate::stanza::{
    Accept, Answer, AnswerKey, AudioRates, Capability, Destination, Enc, Inbound, Nacked, Net,
    Offer, Outbound, Owed, Payload, Preaccept, Reject, Te, TerminateReason, VideoFormat,
};

use super::{AnswerError, Call, HearError, HearResult, Refused, SendResult};

// wacrg:SIG-16
/// # A call comes in
impl<R: Called> Call<R, Offered> {
    /// Makes a call from a received offer.
    ///
    /// The offer must be live ([`OpensCall`]). An offer that was delivered offline, or whose call has ended, is an
    /// [`EndedOffer`](crate::EndedOffer), which cannot ring. From an [`Offer`] this device is a [`Callee`](crate::Callee), from a
    /// [`GroupOffer`](crate::GroupOffer) an [`Invitee`](crate::Invitee).
    ///
    /// ```
    /// use ringstate::{Call, Received, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// if let Received::Offer(offer) = xml::parse(document)? {
    ///     let offered = Call::incoming(offer);
    ///     assert_eq!(offered.identity().call_id.as_str(), "00C0FFEE");
    /// }
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    #[doc(alias("incoming call"))]
    #[doc(alias("SIG-16.1"))]
    pub fn incoming<A: OpensCall<R>>(offer: Inbound<A>) -> Self {
        let offer = A::into_offer(offer);
        let parties = Parties::of_offer(offer.envelope(), offer.action());
        Self::in_phase(Arc::new(parties), offer)
    }
}

/// # What the callee does
impl<R: Role, P: Phase> Call<R, P> {
    /// Acknowledges the offer with `<ack>` and then `<receipt>`, before anything else is sent (SIG-18.2 to SIG-18.4).
    /// Goes from `Offered` ([`MayAcknowledge`]) to [`Acked`].
    ///
    /// ```xml
    /// <ack class="call" id="1A2B3C4D5E" to="15550199:3@lid"/>
    /// <receipt to="15550199:3@lid" id="1A2B3C4D5E" from="15550100:2@lid">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </receipt>
    /// ```
    ///
    /// The receipt names this device in the caller's address space, if `me` has an address there (SIG-07.10 to
    /// SIG-07.12). The call remembers `me`, to tell your devices from the peer's. It keeps the key for this device, or the bare
    /// one, and drops those for others. That one goes too when you decline, or when the call is over.
    ///
    /// ```
    /// use ringstate::{Call, OwnAddress, Received, xml};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let me = OwnAddress::lid("15550100:2@lid".parse()?);
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// let Received::Offer(offer) = xml::parse(document)? else { unreachable!() };
    /// let (acked, owed) = Call::incoming(offer).acknowledge(&me);
    /// let sent: Vec<String> = owed.into_iter().map(|stanza| xml::to_string(&stanza)).collect();
    /// assert_eq!(sent[0], r#"<ack class="call" id="1A2B" to="15550199:3@lid"/>"#);
    /// assert!(sent[1].starts_with(r#"<receipt to="15550199:3@lid" id="1A2B" from="15550100:2@lid"><offer "#));
    /// # drop(acked);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("ack", "receipt"))]
    #[doc(alias("SIG-16.23", "SIG-16.28", "SIG-18.3", "SIG-18.4", "FLOW-OUT.4"))]
    pub fn acknowledge(self, me: &OwnAddress) -> (Call<R, Acked>, Owed)
    where
        P: MayAcknowledge<R>,
    {
        let Self {
            mut parties, held, ..
        } = self;
        let (mut parts, owed) = held.into().into_parts_and_owed(me);
        drop_keys_of_others(&mut parts.1, me);
        Arc::make_mut(&mut parties).me = me.clone();
        (Call::in_phase(parties, P::Held::<R>::acked(parts)), owed)
    }

    // wacrg:SIG-08
    /// Declines the call with `<reject>`, the last stanza of this device (SIG-18.12). Goes from `Acked` ([`MayReject`])
    /// to [`Rejected`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// The stanza goes to the address that the offer came from (SIG-18.6), repeats the offer's ids byte for byte
    /// (SIG-18.7, SIG-18.8) and is empty (SIG-18.9). Its `<call>` has no id; add one with
    /// [`with_id`](crate::Outbound::with_id) (SIG-08.3, SIG-08.4).
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Rejected, xml};
    ///
    /// fn decline(call: Call<Callee, Acked>) -> Call<Callee, Rejected> {
    ///     let (rejected, reject) = call.reject();
    ///     println!("{}", xml::to_string(reject.stanza()));
    ///     rejected
    /// }
    /// ```
    #[doc(alias("reject call", "decline call", "decline"))]
    #[doc(alias(
        "SIG-08.1",
        "SIG-08.2",
        "SIG-18.1",
        "SIG-18.5",
        "SIG-18.6",
        "CAT-REJECT.3"
    ))]
    pub fn reject(self) -> (Call<R, Rejected>, Outbound<Reject>)
    where
        P: MayReject<R>,
    {
        self.decline(None)
    }

    /// Declines the call like [`reject`](Self::reject), with a reason.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid" reason="busy"/>
    /// </call>
    /// ```
    ///
    /// The catalogue has such a reason (CAT-REJECT.8) and the signalling documents have none (SIG-08.20), so this form
    /// is sent only on request.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, TerminateReason, xml};
    ///
    /// fn decline_because_busy(call: Call<Callee, Acked>) {
    ///     let (_rejected, reject) = call.reject_with(TerminateReason::BUSY);
    ///     println!("{}", xml::to_string(reject.stanza()));
    /// }
    /// ```
    #[doc(alias("busy"))]
    #[doc(alias("SIG-08.20", "FLOW-REJECT.5"))]
    pub fn reject_with(self, reason: TerminateReason) -> (Call<R, Rejected>, Outbound<Reject>)
    where
        P: MayReject<R>,
    {
        self.decline(Some(reason))
    }

    /// Declines a call that rings with `<reject>`, after `<preaccept>`. Goes from `Preaccepted` ([`MayRejectWhileRinging`]) to
    /// [`Rejected`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// The official client declines in this way (OBS-3, 1 of 1), and SIG-04.3 allows it. SIG-08.12 forbids it, and wants
    /// [`terminate`](Self::terminate) here. Choose the one that your peers understand.
    ///
    /// ```
    /// use ringstate::{Call, Callee, Preaccepted, Rejected, xml};
    ///
    /// fn decline(call: Call<Callee, Preaccepted>) -> Call<Callee, Rejected> {
    ///     let (rejected, reject) = call.reject_while_ringing();
    ///     println!("{}", xml::to_string(reject.stanza()));
    ///     rejected
    /// }
    /// ```
    #[doc(alias("decline while ringing"))]
    pub fn reject_while_ringing(self) -> (Call<R, Rejected>, Outbound<Reject>)
    where
        P: MayRejectWhileRinging<R>,
    {
        self.decline(None)
    }

    fn decline(self, reason: Option<TerminateReason>) -> (Call<R, Rejected>, Outbound<Reject>) {
        let Self { parties, .. } = self;
        let action = Reject {
            reason,
            ..Reject::of(parties.identity.clone())
        };
        let reject = Outbound::new(parties.peer.clone(), None, action);
        let end = End::without_a_word(Outcome::Declined, EndedBy::Us);
        (Call::in_phase(parties, end), reject)
    }

    // wacrg:SIG-04
    /// Tells the caller that this device rings, with `<preaccept>`. Goes from `Acked` ([`MayPreaccept`]) to [`Preaccepted`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid" id="CD34">
    ///   <preaccept call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <audio enc="opus" rate="16000"/>
    ///     <encopt keygen="2"/>
    ///     <capability ver="1">0105f709e4bb07</capability>
    ///   </preaccept>
    /// </call>
    /// ```
    ///
    /// This step is optional (SIG-04.1). After it, you decline with [`terminate`](Self::terminate) (SIG-08.12). `id`
    /// must be new and random (SIG-04.5).
    ///
    /// ```
    /// use ringstate::{Acked, AudioRates, Call, Callee, Preaccepted, xml};
    ///
    /// fn ring(call: Call<Callee, Acked>) -> Result<Call<Callee, Preaccepted>, Call<Callee, Acked>> {
    ///     let id = "9F1C2D3E".parse().expect("a fresh random id");
    ///     match call.preaccept(id, AudioRates::only(AudioRates::WIDEBAND)) {
    ///         Ok((ringing, preaccept)) => {
    ///             println!("{}", xml::to_string(preaccept.stanza()));
    ///             Ok(ringing)
    ///         }
    ///         Err(refused) => Err(refused.into_parts().call),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnswerError::RateNotOffered`] or [`AnswerError::Keygen`], with the call and the parts of the stanza to send.
    #[doc(alias("ringing"))]
    #[doc(alias(
        "SIG-04.1",
        "SIG-04.4",
        "SIG-04.5",
        "SIG-04.6",
        "SIG-16.34",
        "SIG-04.11",
        "SIG-04.13",
        "SIG-04.14",
        "CAT-PREACCEPT.4"
    ))]
    pub fn preaccept(
        self,
        id: StanzaId,
        audio: AudioRates,
    ) -> SendResult<Preaccepted, Preaccept, (StanzaId, AudioRates), Self>
    where
        P: MayPreaccept<R>,
    {
        if let Err(reason) = answerable(&self.held.as_ref().1, &audio) {
            return Err(Refused::new(self, (id, audio), reason));
        }
        let is_video = self.held.as_ref().1.is_video();
        let Self { parties, held, .. } = self;
        let action = Preaccept {
            audio: audio.audio(),
            video: is_video.then(VideoFormat::preaccepted),
            keygen: Some(KEYGEN),
            capability: Some(Capability::documented(Capability::PREACCEPT)),
            ..Preaccept::of(parties.identity.clone())
        };
        let preaccept = Outbound::new(parties.peer.clone(), Some(id), action);
        Ok((Call::in_phase(parties, held.into()), preaccept))
    }

    // wacrg:SIG-03
    /// Answers the call with `<accept>`. Goes from `Acked` or `Preaccepted` ([`MayAccept`]) to [`Accepted`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <accept call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <audio enc="opus" rate="16000"/>
    ///     <net medium="2"/>
    ///     <encopt keygen="2"/>
    ///     <capability ver="1">0105f709e4bb13</capability>
    ///   </accept>
    /// </call>
    /// ```
    ///
    /// The children always stand in the documented order (SIG-03.6). The `<call>` has no id (SIG-03.2), and servers
    /// drop an accept without one: add one with [`with_id`](crate::Outbound::with_id).
    ///
    /// ```
    /// use ringstate::{Accepted, Acked, Answer, AudioRates, Call, Callee, xml};
    ///
    /// fn answer(call: Call<Callee, Acked>) -> Result<Call<Callee, Accepted>, Call<Callee, Acked>> {
    ///     match call.accept(Answer::new(AudioRates::only(AudioRates::WIDEBAND))) {
    ///         Ok((accepted, accept)) => {
    ///             let (stanza, _sent) = accept.with_id("9F1C2D3E".parse().expect("a fresh random id"));
    ///             println!("{}", xml::to_string(&stanza));
    ///             Ok(accepted)
    ///         }
    ///         Err(refused) => Err(refused.into_parts().call), // you can still decline it
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`AnswerError`] says what of the answer does not fit the offer; you get the call and the answer back.
    #[doc(alias("answer call", "pick up"))]
    #[doc(alias(
        "SIG-02.9",
        "SIG-03.1",
        "SIG-16.33",
        "CAT-ACCEPT.1",
        "CAT-ACCEPT.4",
        "FLOW-IN.6"
    ))]
    pub fn accept(self, answer: Answer) -> SendResult<Accepted, Accept, Answer, Self>
    where
        P: MayAccept<R>,
    {
        if let Err(reason) = answerable(&self.held.as_ref().1, &answer.audio) {
            return Err(Refused::new(self, answer, reason));
        }
        let Self { parties, held, .. } = self;
        let mut answered: Answered = held.into();
        answered.is_video = answered.is_video_offered() && answer.video.is_some();
        let payload = |bytes: Vec<u8>| Payload::Bytes(bytes.into());
        let endpoints: Vec<Te> = answer.endpoints.into_iter().map(Te::at).collect();
        let action = Accept {
            audio: answer.audio.audio(),
            video: answer.video,
            te: answer.te.map(payload),
            net: Some(Net {
                medium: Some(ANSWER_MEDIUM),
                protocol: None,
            }),
            keygen: Some(KEYGEN),
            capability: answer
                .capability
                .then(|| Capability::documented(Capability::OFFER_AND_ACCEPT)),
            rte: answer.rte.map(payload),
            voip_settings: answer.voip_settings.map(payload),
            keys: answer.keys.into_iter().map(AnswerKey::into_enc).collect(),
            destination: (!endpoints.is_empty()).then_some(Destination {
                recipients: Vec::new(),
                endpoints,
                is_partial: false,
            }),
            ..Accept::of(parties.identity.clone())
        };
        let accept = Outbound::new(parties.peer.clone(), None, action);
        Ok((Call::in_phase(parties, answered), accept))
    }

    /// Hears that the server refused the accept, so that nobody learned of the answer. Goes from `Accepted`
    /// ([`HearsAcceptNack`]) to [`Terminated`](crate::Terminated), with the server's code.
    ///
    /// ```xml
    /// <ack class="call" id="9F1C2D3E" from="s.whatsapp.net" error="500" type="accept"/>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::Nacked;
    /// use ringstate::{Accept, Accepted, Call, Callee, Outcome};
    ///
    /// fn failed(call: Call<Callee, Accepted>, nacked: Nacked<Accept>) {
    ///     if let Ok(terminated) = call.on_nack(nacked) {
    ///         assert!(matches!(terminated.outcome(), Outcome::RefusedByServer { .. }));
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], with the call and the refusal.
    #[doc(alias("nack"))]
    pub fn on_nack(
        self,
        nacked: Nacked<Accept>,
    ) -> HearResult<Call<R, Terminated>, Nacked<Accept>, Self>
    where
        P: HearsAcceptNack<R>,
    {
        if nacked.identity() != self.identity() {
            return Err(Refused::new(self, nacked, HearError::OtherCall));
        }
        let code = nacked.error().code();
        let outcome = self.held.outcome(How::Nacked { code });
        let end = End::without_a_word(outcome, EndedBy::Server);
        Ok(Call::in_phase(self.parties, end))
    }

    /// Returns the encrypted call key for this device, from `Preaccepted` on ([`MayReadCallKey`]): the `<enc>` under
    /// this device's `<to jid>`, or the bare `<enc>` (SIG-16.16). Returns `None` if the offer has no key for this
    /// device.
    ///
    /// ```xml
    /// <enc v="2" type="msg" count="0">33aa…</enc>
    /// ```
    ///
    /// ```
    /// use ringstate::{Call, Callee, Preaccepted};
    ///
    /// fn decrypt(call: &Call<Callee, Preaccepted>, signal: impl Fn(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    ///     Some(signal(call.call_key()?.content().bytes()?))
    /// }
    /// ```
    #[doc(alias("SIG-16.16", "SIG-18.14", "FLOW-OUT.7", "FLOW-IN.2"))]
    #[must_use]
    pub fn call_key(&self) -> Option<&Enc>
    where
        P: MayReadCallKey<R>,
    {
        // Those for other devices are dropped with the acknowledgement.
        let offer = &self.held.as_ref().1;
        let mut devices = offer.destination.iter().flat_map(Destination::recipients);
        devices
            .find_map(|device| device.enc.as_ref())
            .or(offer.keys.first())
    }
}

/// `<net medium="2"/>`, the relay, in answers and in transport (SIG-03.11, SIG-05.8).
pub(super) const ANSWER_MEDIUM: u32 = 2;

/// Drops the keys for other devices, which nobody can read here.
fn drop_keys_of_others(offer: &mut Offer, me: &OwnAddress) {
    for device in offer
        .destination
        .iter_mut()
        .flat_map(|all| &mut all.recipients)
    {
        if !me.all().any(|own| same_device(own, &device.jid)) {
            device.enc = None;
        }
    }
}

/// Whether an answer with these rates fits the offer. Only the run time can know that.
fn answerable(offer: &Offer, audio: &AudioRates) -> Result<(), AnswerError> {
    match offer.keygen {
        None if offer.is_keygen_unreadable => return Err(AnswerError::KeygenUnreadable),
        None | Some(KEYGEN) => {}
        Some(keygen) => return Err(AnswerError::Keygen { keygen }),
    }
    match audio.iter().find(|&rate| !offer.allows(rate)) {
        Some(rate) => Err(AnswerError::RateNotOffered { rate }),
        None => Ok(()),
    }
}
