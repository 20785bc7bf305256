//! What either end does.

use crate::law::{
    HearsLate, HearsTerminate, MayLapse, MaySendRelayLatency, MaySendTransport, MayTerminate,
};
use crate::phase::{Phase, Role, Terminated};
use crate::stanza::{
    Action, AnyAction, CallAction, Inbound, Latency, Meaning, Net, Outbound, Owed, Payload,
    RelayLatency, RelayName, Te, Terminate, TerminateReason, Transport,
};

use super::callee::ANSWER_MEDIUM;
use super::party::Sender;
use super::{Call, Listened, Reason, Refused};
use crate::phase::{End, EndedBy, How};

/// What became of a call that heard a `<terminate>`.
///
/// Exhaustive: a `<terminate>` ends the call or is meant for other devices.
#[derive(Debug)]
#[must_use = "it holds the call"]
pub enum TerminateHeard<R: Role, P: Phase> {
    /// The call is over.
    Ended(Call<R, Terminated>),
    /// The stanza names devices, none of which is this one: the call goes on.
    NotForUs(Call<R, P>),
}

/// What a `<relaylatency>` says, apart from what the call settles.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayReport {
    /// The round trip to the relay (SIG-15.6).
    pub latency: Latency,
    /// The name of the relay (SIG-15.7).
    pub relay_name: RelayName,
    /// The address of the relay, opaque (SIG-15.8).
    pub address: Vec<u8>,
}

impl std::fmt::Debug for RelayReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RelayReport")
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

/// What a `<transport>` says, apart from what the call settles.
///
/// ```
/// use ringstate::TransportMessage;
///
/// let reply = TransportMessage { message_type: Some(TransportMessage::REPLY), ..TransportMessage::default() };
/// assert_eq!(reply.message_type, Some(9));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TransportMessage {
    /// The role of the message (SIG-05.11): [`RELAY_CANDIDATE`](Self::RELAY_CANDIDATE),
    /// [`PEER_CANDIDATE`](Self::PEER_CANDIDATE), [`REPLY`](Self::REPLY) or another number.
    pub message_type: Option<u32>,
    /// The round of candidates (SIG-05.13).
    pub round: Option<u32>,
    /// The relay token, opaque (SIG-05.6).
    pub te: Option<Vec<u8>>,
}

impl TransportMessage {
    /// A candidate of a relay.
    pub const RELAY_CANDIDATE: u32 = 1;
    /// A candidate of the peer itself.
    pub const PEER_CANDIDATE: u32 = 3;
    /// A keep-alive, or the reply to a peer's candidate.
    pub const REPLY: u32 = 9;
}

impl std::fmt::Debug for TransportMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransportMessage")
            .field("message_type", &self.message_type)
            .field("round", &self.round)
            .finish_non_exhaustive()
    }
}

impl<R: Role, P: Phase> Call<R, P> {
    /// Ends the call: `<terminate>`, without a reason (SIG-14.13). From `Preaccepted`, where it declines, or from
    /// `Accepted`, where it hangs up ([`MayTerminate`]), to [`Terminated`].
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, Outcome, xml};
    ///
    /// fn hang_up(call: Call<Callee, Accepted>) {
    ///     let (terminated, terminate) = call.terminate();
    ///     println!("{}", xml::to_string(terminate.stanza()));
    ///     assert_eq!(terminated.outcome(), Outcome::HungUp);
    /// }
    /// ```
    pub fn terminate(self) -> (Call<R, Terminated>, Outbound<Terminate>)
    where
        P: MayTerminate<R>,
    {
        self.end_with(None)
    }

    /// Ends the call like [`terminate`](Self::terminate), with a reason (SIG-14.6).
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid" reason="connection_lost"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, TerminateReason, xml};
    ///
    /// fn connection_lost(call: Call<Callee, Accepted>) {
    ///     let (_terminated, terminate) = call.terminate_with(TerminateReason::CONNECTION_LOST);
    ///     println!("{}", xml::to_string(terminate.stanza()));
    /// }
    /// ```
    pub fn terminate_with(
        self,
        reason: TerminateReason,
    ) -> (Call<R, Terminated>, Outbound<Terminate>)
    where
        P: MayTerminate<R>,
    {
        self.end_with(Some(reason))
    }

    fn end_with(self, reason: Option<TerminateReason>) -> (Call<R, Terminated>, Outbound<Terminate>)
    where
        P: MayTerminate<R>,
    {
        let action = Terminate {
            identity: self.parties.identity.clone(),
            reason,
            duration: None,
            audio_duration: None,
            destination: None,
            others: Vec::new(),
        };
        let terminate = self.say(AnyAction::Terminate(Box::new(action)));
        let end = End {
            outcome: P::outcome(How::Said),
            by: EndedBy::Us,
            heard: None,
        };
        (Call::in_phase(self.parties, end), terminate)
    }

    /// Ends the call here without a word to anybody, because the ring window is over, the connection is gone or the
    /// call key is unreadable (SIG-12.10). From any live phase but `Offered` ([`MayLapse`]) to [`Terminated`].
    ///
    /// A callee that rang owes the caller an answer (SIG-04.3): where the caller can still be reached,
    /// [`terminate`](Self::terminate) is the way out.
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Outcome};
    ///
    /// fn ring_window_is_over(call: Call<Callee, Acked>) {
    ///     assert_eq!(call.lapse().outcome(), Outcome::Missed);
    /// }
    /// ```
    pub fn lapse(self) -> Call<R, Terminated>
    where
        P: MayLapse<R>,
    {
        let end = End {
            outcome: P::outcome(How::Lapsed),
            by: EndedBy::Us,
            heard: None,
        };
        Call::in_phase(self.parties, end)
    }

    /// Sends candidates for the path of the media: `<transport>`. From `Preaccepted` or `Accepted`
    /// ([`MaySendTransport`]); the phase stays.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <transport call-id="00C0FFEE" call-creator="15550199:3@lid" transport-message-type="1" p2p-cand-round="1">
    ///     <te priority="1">cb00710a0d96</te>
    ///     <net medium="2" protocol="0"/>
    ///   </transport>
    /// </call>
    /// ```
    ///
    /// `<net>` has `protocol="0"`, except in a message of type 9, which has none (SIG-05.9, SIG-05.10).
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, TransportMessage, xml};
    ///
    /// fn keep_alive(call: &Call<Callee, Accepted>) {
    ///     let message = TransportMessage {
    ///         message_type: Some(TransportMessage::REPLY),
    ///         ..TransportMessage::default()
    ///     };
    ///     println!("{}", xml::to_string(call.transport(message).stanza()));
    /// }
    /// ```
    pub fn transport(&self, message: TransportMessage) -> Outbound<Transport>
    where
        P: MaySendTransport<R>,
    {
        let is_reply = message.message_type == Some(TransportMessage::REPLY);
        let action = Transport {
            identity: self.parties.identity.clone(),
            message_type: message
                .message_type
                .map(|number| number.to_string().as_str().into()),
            round: message.round,
            te: message.te.map(|bytes| Payload::Bytes(bytes.into())),
            net: Some(Net {
                medium: Some(ANSWER_MEDIUM),
                protocol: (!is_reply).then_some(0),
            }),
            destination: None,
            others: Vec::new(),
        };
        self.say(AnyAction::Transport(Box::new(action)))
    }

    /// Says how far a relay is: `<relaylatency>`. From `Preaccepted` or `Accepted` ([`MaySendRelayLatency`]); the phase
    /// stays.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <relaylatency call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>
    ///   </relaylatency>
    /// </call>
    /// ```
    ///
    /// There is one `<te>` (SIG-15.5), and no `<destination>` in what a callee says to the caller (SIG-15.12).
    ///
    /// ```
    /// use ringstate::stanza::Latency;
    /// use ringstate::{Accepted, Call, Callee, RelayReport, xml};
    ///
    /// fn report(call: &Call<Callee, Accepted>) {
    ///     let report = RelayReport {
    ///         latency: Latency::from_millis(45),
    ///         relay_name: "gru1c02".parse().expect("a name"),
    ///         address: vec![203, 0, 113, 10, 0x0d, 0x96],
    ///     };
    ///     println!("{}", xml::to_string(call.relay_latency(report).stanza()));
    /// }
    /// ```
    pub fn relay_latency(&self, report: RelayReport) -> Outbound<RelayLatency>
    where
        P: MaySendRelayLatency<R>,
    {
        let action = RelayLatency {
            identity: self.parties.identity.clone(),
            endpoints: vec![Te::measured(
                report.latency,
                &report.relay_name,
                report.address,
            )],
            destination: None,
            others: Vec::new(),
        };
        self.say(AnyAction::RelayLatency(Box::new(action)))
    }

    /// A stanza with this action, to the peer.
    fn say<A: Action>(&self, action: AnyAction) -> Outbound<A> {
        Outbound::new(
            self.parties.peer.clone(),
            None,
            &self.parties.identity,
            action,
        )
    }

    /// Hears that somebody ends the call. In any live phase but `Offered` ([`HearsTerminate`]): to [`Terminated`], or
    /// the call goes on, because the stanza is meant for other devices.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7B" t="1700000045">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid" reason="accepted_elsewhere"/>
    /// </call>
    /// ```
    ///
    /// | this device | the reason | [`Outcome`](crate::Outcome) |
    /// | --- | --- | --- |
    /// | has not answered | `accepted_elsewhere`, `accept_elsewhere` | `AnsweredElsewhere` |
    /// | has not answered | `rejected_elsewhere`, `reject_elsewhere` | `DeclinedElsewhere` |
    /// | has not answered | any other, or none | `Missed` |
    /// | has answered | any, or none | `HungUp` |
    ///
    /// The peer's devices and the server may end the call, and this user's other devices with the two reasons of the
    /// first two rows: they are known by the address that [`acknowledge`](Self::acknowledge) was given, so give it both
    /// the LID and the phone number. The acknowledgement is handed back beside the call.
    ///
    /// ```
    /// use ringstate::{Call, OwnAddress, Outcome, Received, TerminateHeard, xml};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let offer = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    /// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
    /// # let Received::Offer(offer) = xml::parse(offer)? else { unreachable!() };
    /// # let (acked, owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
    /// # drop(owed);
    /// let document = r#"<call from="15550199:3@lid" id="6A7B" t="1700000045">
    ///     <terminate call-id="00C0FFEE" call-creator="15550199@lid" reason="timeout"/></call>"#;
    /// let Received::Terminate(terminate) = xml::parse(document)? else { unreachable!() };
    /// match acked.on_terminate(terminate) {
    ///     Ok((TerminateHeard::Ended(terminated), owed)) => {
    ///         assert_eq!(terminated.outcome(), Outcome::Missed);
    ///         assert_eq!(owed.into_iter().count(), 1); // the ack of the <terminate>
    ///     }
    ///     Ok((TerminateHeard::NotForUs(_still_acked), _owed)) => unreachable!(),
    ///     Err(refused) => panic!("{}", refused.reason()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::OtherCall`], [`Reason::Stranger`] or [`Reason::OwnDevice`], with the call and the stanza, whose
    /// acknowledgement is still owed.
    pub fn on_terminate(
        self,
        terminate: Inbound<Terminate>,
    ) -> Listened<TerminateHeard<R, P>, Terminate, Self>
    where
        P: HearsTerminate<R>,
    {
        let meaning = terminate
            .action()
            .reason()
            .map_or(Meaning::Other, TerminateReason::meaning);
        let elsewhere = matches!(
            meaning,
            Meaning::AcceptedElsewhere | Meaning::RejectedElsewhere
        );
        let by = match self.who_says(&terminate) {
            Ok(Sender::Peer) => EndedBy::Peer,
            Ok(Sender::Server) => EndedBy::Server,
            Ok(Sender::OwnDevice) if elsewhere => EndedBy::OwnDevice,
            Ok(_) => return Err(Refused::new(self, terminate, Reason::OwnDevice)),
            Err(reason) => return Err(Refused::new(self, terminate, reason)),
        };
        let (parts, owed) = terminate.discharge();
        if !self.parties.is_meant_for_me(parts.1.destination()) {
            return Ok((TerminateHeard::NotForUs(self), owed));
        }
        let end = End {
            outcome: P::outcome(How::Heard(meaning)),
            by,
            heard: Some(parts),
        };
        Ok((
            TerminateHeard::Ended(Call::in_phase(self.parties, end)),
            owed,
        ))
    }

    /// Hears anything at all of a call that is over ([`HearsLate`]): it is acknowledged and changes nothing.
    ///
    /// A caller's `<terminate>` often crosses the `<reject>` of a callee. It does not make a declined call a missed one.
    /// Unlike a plain [`acknowledge`](Inbound::acknowledge) this makes sure that the stanza is of this call and from one
    /// of its parties. An offer that comes again is not heard by a call: it is owed its receipt again
    /// ([`acknowledge_with_receipt`](Inbound::acknowledge_with_receipt)).
    ///
    /// ```
    /// use ringstate::{Call, Callee, Inbound, Owed, Rejected, Terminate};
    ///
    /// fn late(call: &Call<Callee, Rejected>, terminate: Inbound<Terminate>) -> Owed {
    ///     match call.on_late(terminate) {
    ///         Ok(owed) => owed,
    ///         Err(refused) => refused.into_parts().1.acknowledge(), // of another call
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::OtherCall`] or [`Reason::Stranger`], with the stanza, whose acknowledgement is still owed.
    pub fn on_late<A>(&self, stanza: Inbound<A>) -> Result<Owed, Refused<Inbound<A>, ()>>
    where
        A: CallAction + crate::law::OwesAck,
        P: HearsLate<R>,
    {
        match self.who_says(&stanza) {
            Ok(_) => Ok(stanza.acknowledge()),
            Err(reason) => Err(Refused::new((), stanza, reason)),
        }
    }

    /// Who sent a stanza of this call: never a stranger.
    fn who_says<A: CallAction>(&self, stanza: &Inbound<A>) -> Result<Sender, Reason> {
        if !self.parties.is_this_call(stanza.action().identity()) {
            return Err(Reason::OtherCall);
        }
        match self.parties.sender(stanza.sender()) {
            Sender::Stranger => Err(Reason::Stranger),
            party => Ok(party),
        }
    }
}
