//! What an inbound stanza is owed, and how it is discharged.

use crate::id::{OwnAddress, StanzaId};
use crate::law::{IsCall, OwesAck, OwesReceipt};
use crate::stanza::{
    Ack, Action, Answer, AudioRates, CallAction, Envelope, Identity, Inbound, OfferReceipt, Owed,
    Received,
};

impl<A: Action> Inbound<A> {
    /// Acknowledges the stanza, which is all that this action is owed ([`OwesAck`]): one `<ack>`, or nothing when the
    /// stanza has no id to answer (SIG-07.2, SIG-07.3).
    ///
    /// ```xml
    /// <ack class="call" id="6A7B" to="15550199:3@lid"/>
    /// ```
    ///
    /// ```
    /// use ringstate::{Received, xml};
    ///
    /// let document = r#"<call from="15550199@lid" id="7C8D" t="1700000000">
    ///     <offer_notice call-id="00C0FFEE" call-creator="15550199@lid" type="group"/></call>"#;
    /// if let Received::OfferNotice(notice) = xml::parse(document)? {
    ///     let owed: Vec<String> = notice.acknowledge().into_iter().map(|s| xml::to_string(&s)).collect();
    ///     assert_eq!(owed, [r#"<ack class="call" id="7C8D" to="15550199@lid"/>"#]);
    /// }
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    pub fn acknowledge(self) -> Owed
    where
        A: OwesAck,
    {
        self.discharge().1
    }

    /// Acknowledges an offer without making a call of it ([`OwesReceipt`]): one that is over, one that has come
    /// before, or one that nobody wants to know of. `<ack>`, then `<receipt>` (SIG-07.5).
    ///
    /// ```xml
    /// <ack class="call" id="1A2B3C4D5E" to="15550199:3@lid"/>
    /// <receipt to="15550199:3@lid" id="1A2B3C4D5E" from="15550100:2@lid">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </receipt>
    /// ```
    ///
    /// ```
    /// use ringstate::{OwnAddress, Received, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" offline="0">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// if let Received::EndedOffer(missed) = xml::parse(document)? {
    ///     assert_eq!(missed.acknowledge_with_receipt(&OwnAddress::default()).into_iter().count(), 2);
    /// }
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    pub fn acknowledge_with_receipt(self, me: &OwnAddress) -> Owed
    where
        A: OwesReceipt,
    {
        self.discharge_with_receipt(me).1
    }

    /// Takes the debt out and leaves a stanza that is owed nothing any more: for one that is kept, or shown, after it was
    /// acknowledged. It then has no id.
    pub(crate) fn settle(&mut self) -> Owed
    where
        A: OwesAck,
    {
        let owed = self.owed();
        self.forget_id();
        owed
    }

    /// Takes the debt of an offer out, likewise.
    pub(crate) fn settle_with_receipt(&mut self, me: &OwnAddress) -> Owed
    where
        A: OwesReceipt,
    {
        let owed = self.owed_with_receipt(me);
        self.forget_id();
        owed
    }

    pub(super) fn discharge(self) -> (Box<(Envelope, A)>, Owed) {
        let owed = self.owed();
        (self.into_parts(), owed)
    }

    pub(crate) fn discharge_with_receipt(self, me: &OwnAddress) -> (Box<(Envelope, A)>, Owed)
    where
        A: CallAction,
    {
        let owed = self.owed_with_receipt(me);
        (self.into_parts(), owed)
    }

    fn owed(&self) -> Owed {
        Owed::new(ack(self.envelope()), None)
    }

    fn owed_with_receipt(&self, me: &OwnAddress) -> Owed
    where
        A: CallAction,
    {
        let envelope = self.envelope();
        Owed::new(ack(envelope), receipt(envelope, self.identity(), me))
    }
}

fn ack(envelope: &Envelope) -> Option<Ack> {
    envelope.id.as_ref().map(|id| Ack {
        id: id.clone(),
        to: envelope.from.clone(),
        participant: envelope.participant.clone(),
        recipient: envelope.recipient.clone(),
    })
}

fn receipt(envelope: &Envelope, identity: &Identity, me: &OwnAddress) -> Option<OfferReceipt> {
    envelope.id.as_ref().map(|id| OfferReceipt {
        to: envelope.from.clone(),
        id: id.clone(),
        from: me.for_peer(&envelope.from).cloned(),
        identity: identity.clone(),
    })
}

impl Received {
    /// Takes the debt out, whatever the stanza is, and leaves a stanza that is owed nothing any more.
    pub(crate) fn settle(&mut self, me: &OwnAddress) -> Owed {
        match self {
            Self::Offer(offer) => offer.settle_with_receipt(me),
            Self::EndedOffer(offer) => offer.settle_with_receipt(me),
            Self::OfferNotice(stanza) => stanza.settle(),
            Self::Preaccept(stanza) => stanza.settle(),
            Self::Accept(stanza) => stanza.settle(),
            Self::Reject(stanza) => stanza.settle(),
            Self::Terminate(stanza) => stanza.settle(),
            Self::Transport(stanza) => stanza.settle(),
            Self::RelayLatency(stanza) => stanza.settle(),
            Self::Mute(stanza) => stanza.settle(),
            Self::Heartbeat(stanza) => stanza.settle(),
            Self::Unknown(stanza) => stanza.settle(),
            Self::Ack(_) | Self::Receipt(_) => Owed::default(),
        }
    }

    /// Gives the stanza what it is owed and nothing more, whatever it is: an offer its acknowledgement and its receipt,
    /// every other action its acknowledgement, an acknowledgement or a receipt nothing (SIG-07.2, SIG-07.5, SIG-07.16).
    ///
    /// ```
    /// use ringstate::{OwnAddress, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
    /// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
    /// assert_eq!(owed.into_iter().count(), 1);
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    pub fn acknowledge(mut self, me: &OwnAddress) -> Owed {
        self.settle(me)
    }
}

/// Steps that belong to a call and not to a stanza. None of them can be taken: they are here for what the compiler then
/// says, instead of "no method named `reject`".
#[doc(hidden)]
impl<A: Action> Inbound<A> {
    pub fn preaccept(self, _: StanzaId, _: AudioRates)
    where
        A: IsCall,
    {
    }

    pub fn accept(self, _: Answer)
    where
        A: IsCall,
    {
    }

    pub fn reject(self)
    where
        A: IsCall,
    {
    }

    pub fn terminate(self)
    where
        A: IsCall,
    {
    }

    pub fn lapse(self)
    where
        A: IsCall,
    {
    }

    pub fn call_key(&self)
    where
        A: IsCall,
    {
    }
}
