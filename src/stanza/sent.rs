use std::marker::PhantomData;

use super::outbound::Outbound;
use super::{AckError, Action, CallAction, Identity, ServerAck, Stanza};
use crate::id::{Jid, StanzaId};
use crate::law::{BuiltWithId, SentWithoutId};
use crate::party::may_acknowledge;

/// A stanza that was sent under an id and waits for the server's acknowledgement.
///
/// The server's acknowledgement names a stanza by its id and by nothing else (SIG-17.16).
/// [`Outbound::with_id`](crate::Outbound::with_id) writes the id into the stanza and remembers it here.
///
/// ```
/// use ringstate::stanza::{AckHeard, Sent};
/// use ringstate::{Acked, Call, Callee, Received, Reject, xml};
///
/// fn decline(call: Call<Callee, Acked>) -> Sent<Reject> {
///     let (_rejected, reject) = call.reject();
///     let id = "3EB0C4D5".parse().expect("a fresh random id");
///     let (stanza, sent) = reject.with_id(id);
///     println!("{}", xml::to_string(&stanza));
///     sent
/// }
///
/// fn hear(sent: Sent<Reject>, line: &str) -> Option<Sent<Reject>> {
///     let Ok(Received::Ack(ack)) = xml::parse(line) else { return Some(sent) };
///     match sent.on_ack(ack) {
///         AckHeard::Confirmed(_) => None,
///         AckHeard::Failed(nacked) => {
///             eprintln!("refused: {:?}", nacked.error().code());
///             None
///         }
///         AckHeard::OfAnother(sent, _ack) => Some(sent),
///     }
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "it matches the server's acknowledgement of what was sent"]
pub struct Sent<A: Action> {
    id: StanzaId,
    to: Jid,
    identity: Identity,
    action: PhantomData<fn() -> A>,
}

/// A sent stanza that the server has taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Confirmed<A: Action> {
    sent: Sent<A>,
    ack: ServerAck,
}

/// A sent stanza that the server has refused.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "what was refused has not reached the peer"]
pub struct Nacked<A: Action> {
    sent: Sent<A>,
    ack: ServerAck,
    error: AckError,
}

/// What a server's acknowledgement means for a stanza that was sent.
///
/// Exhaustive: it is of this stanza, with or without an error, or of another.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an acknowledgement of another stanza comes back"]
pub enum AckHeard<A: Action> {
    /// The server has taken the stanza.
    Confirmed(Confirmed<A>),
    /// The server has refused the stanza.
    Failed(Nacked<A>),
    /// The acknowledgement is of another stanza: you get both back.
    OfAnother(Sent<A>, ServerAck),
}

impl<A: CallAction> Outbound<A> {
    /// Puts an id onto the `<call>`, as the documents leave it to the layer that sends (SIG-08.4). `id` must be new and
    /// random. Servers drop an accept that has none. Actions that are built with an id have nothing to add
    /// ([`SentWithoutId`]).
    ///
    /// ```xml
    /// <call to="15550199:3@lid" id="3EB0C4D5">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// The [`Sent`] matches the server's acknowledgement. Drop it if you do not wait for one.
    #[doc(alias("SIG-08.4", "CAT-ACCEPT.5", "OBS-4"))]
    pub fn with_id(self, id: StanzaId) -> (Stanza, Sent<A>)
    where
        A: SentWithoutId,
    {
        self.sent_under(id)
    }

    /// Makes a stanza without an id, in the form of the documents (SIG-08.3, SIG-14.2). Servers drop it.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, xml};
    ///
    /// fn as_documented(call: Call<Callee, Acked>) -> String {
    ///     xml::to_string(&call.reject().1.without_id())
    /// }
    /// ```
    #[must_use = "the peer learns of the step only when this is sent"]
    pub fn without_id(self) -> Stanza
    where
        A: SentWithoutId,
    {
        self.into_stanza()
    }

    /// Returns the stanza, which has its id, and what matches the server's acknowledgement of it.
    ///
    /// ```
    /// use ringstate::stanza::Sent;
    /// use ringstate::{Acked, AudioRates, Call, Callee, Preaccept, Stanza, StanzaId};
    ///
    /// fn ring(call: Call<Callee, Acked>, id: StanzaId) -> Option<(Stanza, Sent<Preaccept>)> {
    ///     let (_ringing, preaccept) = call.preaccept(id, AudioRates::only(16000)).ok()?;
    ///     preaccept.sent()
    /// }
    /// ```
    #[must_use]
    pub fn sent(self) -> Option<(Stanza, Sent<A>)>
    where
        A: BuiltWithId,
    {
        let id = self.id()?.clone();
        Some(self.sent_under(id))
    }

    fn sent_under(self, id: StanzaId) -> (Stanza, Sent<A>) {
        let to = self.to().clone();
        let (stanza, identity) = self.stamped(id.clone());
        let sent = Sent {
            id,
            to,
            identity,
            action: PhantomData,
        };
        (stanza, sent)
    }
}

impl<A: Action> Sent<A> {
    /// Returns the id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// Returns the call that the stanza belongs to.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Hears an acknowledgement: if it is of this stanza, it tells whether the server took the stanza. It is of another if
    /// its id or its `type` says so, or if neither the server nor the address that the stanza went to sent it (OBS-8).
    #[doc(alias(
        "SIG-01.2",
        "CAT-ACK.1",
        "CAT-REJECT.4",
        "CAT-TERMINATE.5",
        "CAT-RELAYLATENCY.4",
        "CAT-TRANSPORT.3",
        "CAT-MUTE.3",
        "FLOW-REJECT.7",
        "REF.29"
    ))]
    pub fn on_ack(self, ack: ServerAck) -> AckHeard<A> {
        let is_of_this = ack.id == self.id
            && A::KIND.is_none_or(|action| ack.is_of(action))
            && may_acknowledge(ack.from(), &self.to);
        if !is_of_this {
            return AckHeard::OfAnother(self, ack);
        }
        match ack.error.clone() {
            None => AckHeard::Confirmed(Confirmed { sent: self, ack }),
            Some(error) => AckHeard::Failed(Nacked {
                sent: self,
                ack,
                error,
            }),
        }
    }
}

impl<A: Action> Confirmed<A> {
    /// Returns the id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.sent.id
    }

    /// Returns the acknowledgement, with everything inside it.
    #[must_use]
    pub fn ack(&self) -> &ServerAck {
        &self.ack
    }
}

impl<A: Action> Nacked<A> {
    /// What an acknowledgement refuses of this call, if it refuses anything.
    pub(crate) fn of(identity: Identity, to: Jid, ack: ServerAck) -> Option<Self> {
        let error = ack.error.clone()?;
        let sent = Sent {
            id: ack.id.clone(),
            to,
            identity,
            action: PhantomData,
        };
        Some(Self { sent, ack, error })
    }

    /// Returns the id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.sent.id
    }

    /// Returns the call that the stanza belongs to.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.sent.identity
    }

    /// Returns why the server refused it. A code is data, not a diagnosis.
    #[must_use]
    pub fn error(&self) -> &AckError {
        &self.error
    }

    /// Returns the acknowledgement, with everything inside it.
    #[must_use]
    pub fn ack(&self) -> &ServerAck {
        &self.ack
    }
}
