use std::marker::PhantomData;

use super::{Ack, Action, AnyAction, CallAction, CallReceipt, Dialect, Identity};
use crate::id::{Jid, StanzaId};
use crate::law::BuiltWithId;

/// One stanza to send, ready to write ([`xml::write`](crate::xml::write)).
///
/// Only a debt ([`Owed`](crate::Owed)) or a step of a call ([`Outbound`]) contains one: a stanza that is not legal now
/// cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    outgoing: Outgoing,
    dialect: Dialect,
}

impl Stanza {
    pub(crate) fn new(outgoing: Outgoing) -> Self {
        Self {
            outgoing,
            dialect: Dialect::default(),
        }
    }

    /// Returns what it says.
    #[must_use]
    pub fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    /// Returns the dialect in which [`xml::write`](crate::xml::write) spells it.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Marks it with a dialect.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }
}

/// What a sent stanza says: inside a [`Stanza`], or read from a log with [`xml::parse_sent`](crate::xml::parse_sent).
/// You can look at the latter and not send it.
///
/// ```
/// use ringstate::stanza::{AnyAction, Outgoing};
/// use ringstate::xml;
///
/// let document = r#"<call to="15550199@lid"><reject call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let Outgoing::CallStanza(call) = xml::parse_sent(document)? else { unreachable!() };
/// assert!(matches!(call.action(), AnyAction::Reject(reject) if reject.reason().is_none()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outgoing {
    /// An acknowledgement.
    Ack(Ack),
    /// A receipt, usually for an offer.
    Receipt(CallReceipt),
    /// A `<call>` with an action.
    CallStanza(CallStanza),
}

/// A `<call>` to send: its attributes and its action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallStanza {
    pub(crate) to: Jid,
    pub(crate) id: Option<StanzaId>,
    pub(crate) action: AnyAction,
}

impl CallStanza {
    /// Returns where it goes.
    #[must_use]
    pub fn to(&self) -> &Jid {
        &self.to
    }

    /// Returns the id that the server's acknowledgement will repeat. Reject, terminate and transport are built without
    /// one; you add it before you send them (SIG-08.4, SIG-14.3).
    #[must_use]
    pub fn id(&self) -> Option<&StanzaId> {
        self.id.as_ref()
    }

    /// Returns the action inside.
    #[must_use]
    pub fn action(&self) -> &AnyAction {
        &self.action
    }

    /// Whether it calls a group, or nobody (OBS-21).
    pub(crate) fn is_group_offer(&self) -> bool {
        match &self.action {
            AnyAction::Offer(offer) => offer.is_group() || !self.to.is_person(),
            _ => false,
        }
    }
}

/// A `<call>` with the action `A` to send. Only a step of a call makes one.
///
/// Write it by reference and keep it until the server has acknowledged it. To send it again, write the same stanza
/// again; never take the step again.
///
/// ```
/// # use ringstate::{Call, OwnAddress, Received, xml};
/// # let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// # let Received::Offer(offer) = xml::parse(document)? else { unreachable!() };
/// # let (acked, owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
/// # drop(owed);
/// let (rejected, reject) = acked.reject();
/// assert_eq!(
///     xml::to_string(reject.stanza()),
///     r#"<call to="15550199:3@lid"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#
/// );
/// # drop(rejected);
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the peer learns of the step only when this is sent"]
pub struct Outbound<A: Action> {
    to: Jid,
    stanza: Stanza,
    identity: Identity,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Outbound<A> {
    pub(crate) fn new(to: Jid, id: Option<StanzaId>, action: A) -> Self
    where
        A: CallAction + Into<AnyAction>,
    {
        let identity = action.identity().clone();
        let action = action.into();
        Self {
            to: to.clone(),
            stanza: Stanza::new(Outgoing::CallStanza(CallStanza { to, id, action })),
            identity,
            action: PhantomData,
        }
    }

    pub(crate) fn into_stanza(self) -> Stanza {
        self.stanza
    }

    pub(crate) fn to(&self) -> &Jid {
        &self.to
    }

    /// The id that it was built with.
    pub(crate) fn id(&self) -> Option<&StanzaId> {
        match self.stanza.outgoing() {
            Outgoing::CallStanza(call) => call.id(),
            Outgoing::Ack(_) | Outgoing::Receipt(_) => None,
        }
    }

    /// The stanza under this id, and its call.
    pub(crate) fn stamped(self, id: StanzaId) -> (Stanza, Identity) {
        let mut stanza = self.stanza;
        if let Outgoing::CallStanza(call) = &mut stanza.outgoing {
            call.id = Some(id);
        }
        (stanza, self.identity)
    }

    /// Marks the stanza with a dialect.
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        Self {
            stanza: self.stanza.in_dialect(dialect),
            ..self
        }
    }

    /// Returns the stanza to write.
    #[must_use]
    pub fn stanza(&self) -> &Stanza {
        &self.stanza
    }
}

impl<A: BuiltWithId> IntoIterator for Outbound<A> {
    type Item = Stanza;
    type IntoIter = std::iter::Once<Stanza>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.stanza)
    }
}
