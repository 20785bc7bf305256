use super::{
    Accept, Action, CallAction, EndedOffer, Heartbeat, Identity, Inbound, Mute, Offer, OfferNotice,
    Preaccept, Receipt, Reject, RelayLatency, ServerAck, Terminate, Transport, UnknownAction,
};
use crate::id::Jid;

/// One stanza as it was received.
///
/// Match on the actions that matter and let [`acknowledge`](Received::acknowledge) answer the rest: whatever it is, it
/// is owed its acknowledgement (SIG-07.2), and an offer its receipt (SIG-07.5).
///
/// ```
/// use ringstate::{Call, OwnAddress, Received, xml};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let me = OwnAddress::lid("15550100:2@lid".parse()?);
/// # let line = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000"><transport call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let owed = match xml::parse(line) {
///     Ok(Received::Offer(offer)) => {
///         let (acked, owed) = Call::incoming(offer).acknowledge(&me);
///         // keep `acked`, ask the user …
/// #       drop(acked);
///         owed
///     }
///     Ok(other) => other.acknowledge(&me),
///     Err(error) => error.into_owed(),
/// };
/// for stanza in owed {
///     println!("{}", xml::to_string(&stanza));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, PartialEq)]
#[non_exhaustive]
#[must_use = "its acknowledgement is owed, and without one the stanza is delivered again (SIG-07.2)"]
pub enum Received {
    /// Somebody calls, now.
    Offer(Inbound<Offer>),
    /// Somebody called; the call is over.
    EndedOffer(Inbound<EndedOffer>),
    /// News of a group call.
    OfferNotice(Inbound<OfferNotice>),
    /// A device of the callee rings.
    Preaccept(Inbound<Preaccept>),
    /// A device of the callee answers.
    Accept(Inbound<Accept>),
    /// A device of the callee declines.
    Reject(Inbound<Reject>),
    /// Somebody ends the call.
    Terminate(Inbound<Terminate>),
    /// Candidates for the media path.
    Transport(Inbound<Transport>),
    /// How far a relay is.
    RelayLatency(Inbound<RelayLatency>),
    /// The peer's microphone is now on or off.
    Mute(Inbound<Mute>),
    /// A sign of life.
    Heartbeat(Inbound<Heartbeat>),
    /// An action that this crate does not know, or none at all.
    Unknown(Inbound<UnknownAction>),
    /// The server's acknowledgement of a stanza that was sent.
    Ack(ServerAck),
    /// A receipt, usually for an offer that was sent.
    Receipt(Receipt),
}

impl Received {
    /// The call that it names and who says so, where it names one: a server's acknowledgement names a stanza.
    pub(crate) fn names(&self) -> Option<(Identity, &Jid)> {
        fn of<A: CallAction>(stanza: &Inbound<A>) -> (Identity, &Jid) {
            (stanza.identity().clone(), stanza.sender())
        }
        Some(match self {
            Self::Offer(stanza) => of(stanza),
            Self::EndedOffer(stanza) => of(stanza),
            Self::OfferNotice(stanza) => of(stanza),
            Self::Preaccept(stanza) => of(stanza),
            Self::Accept(stanza) => of(stanza),
            Self::Reject(stanza) => of(stanza),
            Self::Terminate(stanza) => of(stanza),
            Self::Transport(stanza) => of(stanza),
            Self::RelayLatency(stanza) => of(stanza),
            Self::Mute(stanza) => of(stanza),
            Self::Heartbeat(stanza) => of(stanza),
            Self::Receipt(receipt) => (receipt.identity()?, receipt.sender()),
            Self::Unknown(_) | Self::Ack(_) => return None,
        })
    }

    /// The name of the element that says what it is.
    pub(crate) fn element(&self) -> &'static str {
        match self {
            Self::Offer(_) | Self::EndedOffer(_) => Offer::TAG,
            Self::OfferNotice(_) => OfferNotice::TAG,
            Self::Preaccept(_) => Preaccept::TAG,
            Self::Accept(_) => Accept::TAG,
            Self::Reject(_) => Reject::TAG,
            Self::Terminate(_) => Terminate::TAG,
            Self::Transport(_) => Transport::TAG,
            Self::RelayLatency(_) => RelayLatency::TAG,
            Self::Mute(_) => Mute::TAG,
            Self::Heartbeat(_) => Heartbeat::TAG,
            Self::Unknown(_) => UnknownAction::TAG,
            Self::Ack(_) => "ack",
            Self::Receipt(_) => "receipt",
        }
    }
}
