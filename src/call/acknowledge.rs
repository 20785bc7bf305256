//! How you acknowledge a stanza that no call hears.

use crate::id::{OwnAddress, StanzaId};
use crate::law::{IsCall, OwesAck, OwesReceipt};
use crate::stanza::{Action, Answer, AudioRates, Inbound, Owed};

// wacrg:SIG-07
impl<A: Action> Inbound<A> {
    /// Acknowledges the stanza, which is all that this action is owed ([`OwesAck`]): one `<ack>`, or nothing if the
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
    #[doc(alias("SIG-07.2", "SIG-07.4", "CAT-ACK.2"))]
    pub fn acknowledge(self) -> Owed
    where
        A: OwesAck,
    {
        self.into_parts_and_owed(&OwnAddress::default()).1
    }

    /// Acknowledges an offer without making a call from it ([`OwesReceipt`]), with `<ack>` and then `<receipt>`
    /// (SIG-07.5): an offer of a call that is over, a repeated one, or one that you do not want.
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
        self.into_parts_and_owed(me).1
    }
}

stubs! {
    impl (<A: Action> Inbound<A>) where (A: IsCall);
    fn preaccept(self, _: StanzaId, _: AudioRates);
    fn accept(self, _: Answer);
    fn reject(self);
    fn terminate(self);
    fn abandon(self);
    fn call_key(&self);
}
