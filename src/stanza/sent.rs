use std::marker::PhantomData;

use super::outbound::Outbound;
use super::{AckError, Action, CallAction, Identity, ServerAck, Stanza};
use crate::id::StanzaId;
use crate::law::SentWithoutId;

/// A stanza that was sent under an id, and whose acknowledgement by the server is awaited.
///
/// The server's acknowledgement names a stanza by its id and by nothing else (SIG-17.16):
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
#[must_use = "the server's acknowledgement of what was sent is matched with it"]
pub struct Sent<A: Action> {
    id: StanzaId,
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
#[must_use = "an acknowledgement of another stanza is handed back"]
pub enum AckHeard<A: Action> {
    /// The server has taken the stanza.
    Confirmed(Confirmed<A>),
    /// The server has refused the stanza.
    Failed(Nacked<A>),
    /// The acknowledgement is of another stanza: both are handed back.
    OfAnother(Sent<A>, ServerAck),
}

impl<A: CallAction> Outbound<A> {
    /// Puts an id onto the `<call>`, which the documents leave to whoever sends it (SIG-08.4): a new random one.
    /// Servers drop an accept that has none. For actions that are built with an id already there is nothing to add
    /// ([`SentWithoutId`]).
    ///
    /// ```xml
    /// <call to="15550199:3@lid" id="3EB0C4D5">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// The [`Sent`] that is handed back matches the server's acknowledgement; whoever does not wait for one drops it.
    pub fn with_id(self, id: StanzaId) -> (Stanza, Sent<A>)
    where
        A: SentWithoutId,
    {
        let (stanza, identity) = self.stamped(id.clone());
        let sent = Sent {
            id,
            identity,
            action: PhantomData,
        };
        (stanza, sent)
    }
}

impl<A: Action> Sent<A> {
    /// The id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// The call that the stanza is of.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Hears an acknowledgement: if it answers this stanza's id, whether the server took the stanza.
    pub fn on_ack(self, ack: ServerAck) -> AckHeard<A> {
        if ack.id != self.id {
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
    /// The id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.sent.id
    }

    /// The acknowledgement, with everything that is inside it.
    #[must_use]
    pub fn ack(&self) -> &ServerAck {
        &self.ack
    }
}

impl<A: Action> Nacked<A> {
    /// What an acknowledgement refuses of this call, or the acknowledgement if it refuses nothing.
    pub(crate) fn of(identity: Identity, ack: ServerAck) -> Result<Self, ServerAck> {
        let Some(error) = ack.error.clone() else {
            return Err(ack);
        };
        let sent = Sent {
            id: ack.id.clone(),
            identity,
            action: PhantomData,
        };
        Ok(Self { sent, ack, error })
    }

    /// The id under which the stanza was sent.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.sent.id
    }

    /// The call that the stanza is of.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.sent.identity
    }

    /// Why the server refused it. A code is data, not a diagnosis.
    #[must_use]
    pub fn error(&self) -> &AckError {
        &self.error
    }

    /// The acknowledgement, with everything that is inside it.
    #[must_use]
    pub fn ack(&self) -> &ServerAck {
        &self.ack
    }
}
