use std::{array, iter, slice};

use super::{Ack, Action, Envelope, Identity, Inbound, OfferReceipt, Outgoing, Stanza};
use crate::id::OwnAddress;

/// What you owe for an inbound stanza, in the order to send it: nothing, an acknowledgement, or an acknowledgement and
/// a receipt.
///
/// It iterates over stanzas, as an [`Outbound`](crate::Outbound) does, so one function can send either.
///
/// ```
/// use ringstate::{Stanza, xml};
///
/// fn send(stanzas: impl IntoIterator<Item = Stanza>) {
///     for stanza in stanzas {
///         println!("{}", xml::to_string(&stanza));
///     }
/// }
/// # use ringstate::OwnAddress;
/// let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
/// let received = xml::parse(document)?;
/// send(received.acknowledge(&OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// The compiler warns if you drop one unseen. It does not see one that you name and then forget, or match with `_`:
/// give every debt to one `send`.
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use ringstate::{OwnAddress, xml};
/// # let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
/// # let received = xml::parse(document)?;
/// received.acknowledge(&OwnAddress::default()); // unused `Owed` that must be used
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, PartialEq, Eq, Default)]
#[must_use = "what is owed has to be sent, or the server delivers the stanza again (SIG-07.2)"]
pub struct Owed {
    stanzas: [Option<Stanza>; 2],
}

impl Owed {
    pub(crate) fn new(ack: Option<Ack>, receipt: Option<OfferReceipt>) -> Self {
        Self {
            stanzas: [
                ack.map(|ack| Stanza::new(Outgoing::Ack(ack))),
                receipt.map(|receipt| Stanza::new(Outgoing::Receipt(receipt))),
            ],
        }
    }

    /// Whether nothing is owed, because the stanza had no id to answer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stanzas.iter().all(Option::is_none)
    }

    /// Returns the stanzas in the order to send them, to write them by reference.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.stanzas.iter().flatten()
    }
}

impl IntoIterator for Owed {
    type Item = Stanza;
    type IntoIter = iter::Flatten<array::IntoIter<Option<Stanza>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.stanzas.into_iter().flatten()
    }
}

impl<'a> IntoIterator for &'a Owed {
    type Item = &'a Stanza;
    type IntoIter = iter::Flatten<slice::Iter<'a, Option<Stanza>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<A: Action> Inbound<A> {
    /// What the stanza is owed: its acknowledgement, and a receipt if the law has one for this action.
    fn owed(&self, me: &OwnAddress) -> Owed {
        let envelope = self.envelope();
        let named = self.action().named_call().filter(|_| A::OWES_RECEIPT);
        let receipt = named.and_then(|identity| receipt(envelope, identity, me));
        Owed::new(ack(envelope), receipt)
    }

    /// Takes out what is owed and leaves a stanza that is owed nothing: for one that is kept or shown after it was
    /// acknowledged. It then has no id.
    pub(crate) fn take_owed(&mut self, me: &OwnAddress) -> Owed {
        let owed = self.owed(me);
        self.forget_id();
        owed
    }

    /// Takes the stanza apart: the envelope and the action, and what is owed.
    pub(crate) fn into_parts_and_owed(self, me: &OwnAddress) -> (Box<(Envelope, A)>, Owed) {
        let owed = self.owed(me);
        (self.into_parts(), owed)
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
