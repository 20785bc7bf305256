use std::{array, iter};

use super::{
    Ack, AckKind, Action, ActionKind, CallReceipt, Dialect, Envelope, Inbound, News, Outgoing,
    Stanza,
};
use crate::id::{Jid, OwnAddress};

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
    ack: Option<Stanza>,
    receipt: Option<Stanza>,
    /// The receipt that stands instead of the ack in the dialect of WhatsApp Web (OBS-6).
    instead: Option<Stanza>,
    dialect: Dialect,
}

impl Owed {
    pub(crate) fn new(ack: Option<Ack>, receipt: Option<CallReceipt>) -> Self {
        Self {
            ack: ack.map(|ack| Stanza::new(Outgoing::Ack(ack))),
            receipt: receipt.map(|receipt| Stanza::new(Outgoing::Receipt(receipt))),
            instead: None,
            dialect: Dialect::default(),
        }
    }

    /// The same debt as this dialect has it ([`Dialect`] shows both). The stanzas are marked with the dialect, so that
    /// [`xml::write`](crate::xml::write) spells them in it.
    ///
    /// ```
    /// use ringstate::{Dialect, OwnAddress, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
    /// let sent: Vec<String> = owed.in_dialect(Dialect::WhatsAppWeb).iter().map(xml::to_string).collect();
    /// assert_eq!(sent.len(), 1); // no ack (OBS-6)
    /// assert!(sent[0].starts_with("<receipt "));
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    #[doc(alias("OBS-6"))]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        let marked = |stanza: Option<Stanza>| stanza.map(|stanza| stanza.in_dialect(dialect));
        Self {
            ack: marked(self.ack),
            receipt: marked(self.receipt),
            instead: marked(self.instead),
            dialect,
        }
    }

    /// Discharges the whole debt: the program that hosts this crate answers this stanza by itself, with everything that is
    /// owed for it. Some clients do so for every `<call>`, and cannot be told not to.
    pub fn leave_to_host_client(self) {}

    /// Discharges the ack alone, because the program that hosts this crate has sent it or will. What is left is a receipt,
    /// for an offer, or nothing: an ack is all that anything else is owed, in either dialect.
    ///
    /// ```
    /// use ringstate::{OwnAddress, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    ///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
    /// let left = owed.leave_ack_to_host_client();
    /// assert_eq!(left.iter().count(), 1); // the receipt
    /// # drop(left);
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    pub fn leave_ack_to_host_client(self) -> Self {
        Self {
            ack: None,
            instead: None,
            ..self
        }
    }

    /// Whether nothing is owed, because the stanza had no id to answer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Returns the stanzas in the order to send them, to write them by reference.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        let Self {
            ack,
            receipt,
            instead,
            dialect,
        } = self;
        in_order([ack.as_ref(), receipt.as_ref(), instead.as_ref()], *dialect)
    }
}

/// What is sent of an ack, a receipt, and a receipt instead of the ack.
fn in_order<T>([ack, receipt, instead]: [Option<T>; 3], dialect: Dialect) -> Sending<T> {
    let stanzas = match dialect {
        Dialect::Documents => [ack, receipt],
        Dialect::WhatsAppWeb => match receipt.or(instead) {
            Some(receipt) => [None, Some(receipt)],
            None => [ack, None],
        },
    };
    stanzas.into_iter().flatten()
}

type Sending<T> = iter::Flatten<array::IntoIter<Option<T>, 2>>;

impl IntoIterator for Owed {
    type Item = Stanza;
    type IntoIter = Sending<Stanza>;

    fn into_iter(self) -> Self::IntoIter {
        in_order([self.ack, self.receipt, self.instead], self.dialect)
    }
}

impl<'a> IntoIterator for &'a Owed {
    type Item = &'a Stanza;
    type IntoIter = Sending<&'a Stanza>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<A: Action> Inbound<A> {
    /// What the stanza is owed: its acknowledgement, and a receipt if the law has one for this action.
    fn owed(&self, me: &OwnAddress) -> Owed {
        let envelope = self.envelope();
        let Some(id) = envelope.id.clone() else {
            return Owed::default();
        };
        let ack = Ack {
            id: id.clone(),
            to: envelope.from.clone(),
            participant: envelope.participant.clone(),
            recipient: envelope.recipient.clone(),
            kind: self.action().tag().map(AckKind::from),
        };
        let receipt = |action, from: Option<&Jid>| {
            Some(CallReceipt {
                to: envelope.from.clone(),
                id,
                from: from.cloned(),
                participant: envelope.participant.clone(),
                action,
                identity: self.action().named_call()?.clone(),
            })
        };
        let instead = match A::KIND {
            Some(action) if A::OWES_RECEIPT => {
                let receipt = receipt(action.tag(), me.for_peer(&envelope.from));
                return Owed::new(Some(ack), receipt);
            }
            Some(action @ (ActionKind::Accept | ActionKind::Reject)) => receipt(action.tag(), None),
            None if self.action().tag() == Some(News::REKEY) => receipt(News::REKEY, None),
            _ => None,
        };
        Owed {
            instead: instead.map(|receipt| Stanza::new(Outgoing::Receipt(receipt))),
            ..Owed::new(Some(ack), None)
        }
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
