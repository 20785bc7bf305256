//! What either end hears.

use std::sync::Arc;

use crate::law::{
    HearsHeartbeat, HearsLate, HearsMute, HearsNews, HearsRelayLatency, HearsRepeatedOffer,
    HearsTerminate, HearsTransport, HearsVideo, OwesAck, OwesReceipt, is_heard_unverified,
};
use crate::party::Sender;
use crate::phase::held::{End, Live};
use crate::phase::{EndedBy, How, Phase, Role, Terminated, Verdict};
use crate::stanza::{
    CallAction, Heartbeat, Inbound, Meaning, Mute, News, Owed, RelayLatency, Terminate,
    TerminateReason, Transport, VideoState,
};

use super::{Call, Decline, HearError, HearResult, Refused, TransportMessage, party};

/// What a `<terminate>` did to a call.
///
/// Exhaustive: a `<terminate>` ends the call, takes one device out of it, or is for other devices.
#[derive(Debug)]
#[must_use = "it holds the call"]
pub enum TerminateHeard<R: Role, P: Phase> {
    /// The call is over.
    Ended(Call<R, Terminated>),
    /// One device of the peer is out, and the call goes on without it. Only a caller's call gets this. If the device's
    /// user declined, you get the decline that [`Call::give_up`] takes.
    DeviceOut(Call<R, P>, Option<Decline>),
    /// The stanza names other devices, and the call goes on.
    NotForUs(Call<R, P>),
}

/// A `<transport>` that was heard, and the reply that it asks for.
#[derive(Debug)]
pub struct TransportHeard {
    /// What was received.
    pub transport: Transport,
    /// The reply of type 9 that a message of type 3 asks for (SIG-05.12). Send it with [`Call::transport`], where the
    /// phase allows it.
    pub reply: Option<TransportMessage>,
}

/// # What either end hears
impl<R: Role, P: Phase> Call<R, P> {
    /// Hears that a party ends the call, in any live phase ([`HearsTerminate`]); a callee has to acknowledge its offer
    /// first. Goes to [`Terminated`], or stays where it is if the stanza is for other devices or takes out only one.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7B" t="1700000045">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid" reason="accepted_elsewhere"/>
    /// </call>
    /// ```
    ///
    /// | this callee | the reason | [`Outcome`](crate::Outcome) |
    /// | --- | --- | --- |
    /// | has not answered | `accepted_elsewhere`, `accept_elsewhere` | `AnsweredElsewhere` |
    /// | has not answered | `rejected_elsewhere`, `reject_elsewhere` | `DeclinedElsewhere` |
    /// | has not answered | any other, or none | `Missed` |
    /// | has answered | any, or none | `HungUp` |
    ///
    /// | this caller's call | the reason | [`Outcome`](crate::Outcome) |
    /// | --- | --- | --- |
    /// | a user has declined it | any, or none | `Declined` |
    /// | is not answered | `timeout` | `TimedOut` |
    /// | is not answered | `declined`, `rejected_elsewhere`, `reject_elsewhere` | `Declined` |
    /// | is not answered | `cancelled` | `Cancelled` |
    /// | is not answered | any other, or none | `Unavailable` |
    /// | is answered | any, or none | `HungUp` |
    ///
    /// The server and the device that has answered end a caller's call. Any other device of the peer only drops out
    /// ([`TerminateHeard::DeviceOut`]), until none is left.
    ///
    /// The peer's devices and the server end a callee's call, and this user's other devices do so with the reasons of
    /// the first two rows. The call knows those devices by the address that you gave to
    /// [`acknowledge`](Self::acknowledge), so give it both the LID and the phone number.
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
    ///     Ok(_) => unreachable!("it is meant for this device"),
    ///     Err(refused) => panic!("{}", refused.reason()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`] or [`HearError::OwnDevice`], with the call and the stanza, whose
    /// acknowledgement is still owed.
    #[doc(alias("remote hang up"))]
    #[doc(alias("FLOW-MISSED.7"))]
    pub fn on_terminate(
        self,
        terminate: Inbound<Terminate>,
    ) -> HearResult<(TerminateHeard<R, P>, Owed), Inbound<Terminate>, Self>
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
        let mut call = self;
        call.learn(&terminate);
        let by = match call.who_says(&terminate) {
            Ok(Sender::Peer) => EndedBy::Peer,
            Ok(Sender::Server) => EndedBy::Server,
            Ok(Sender::OwnDevice) if elsewhere && R::HEARS_OWN_DEVICES => EndedBy::OwnDevice,
            Ok(_) => return Err(Refused::new(call, terminate, HearError::OwnDevice)),
            Err(reason) => return Err(Refused::new(call, terminate, reason)),
        };
        let is_for_us = call
            .parties
            .is_meant_for_me(terminate.action().destination());
        let verdict = match by {
            EndedBy::Peer if is_for_us => call
                .held
                .hear_terminate(terminate.sender(), terminate.action()),
            _ => Verdict::Over,
        };
        match verdict {
            Verdict::NotOffered => Err(Refused::new(call, terminate, HearError::NotOffered)),
            Verdict::WasOut => Err(Refused::new(call, terminate, HearError::DeviceIsOut)),
            Verdict::DeviceOut { user_declined } => {
                let decline = user_declined.then(|| Decline::of(&call.parties.identity));
                let (_, owed) = terminate.into_parts_and_owed(&call.parties.me);
                Ok((TerminateHeard::DeviceOut(call, decline), owed))
            }
            Verdict::Over if !is_for_us => {
                let (_, owed) = terminate.into_parts_and_owed(&call.parties.me);
                Ok((TerminateHeard::NotForUs(call), owed))
            }
            Verdict::Over => {
                let (parts, owed) = terminate.into_parts_and_owed(&call.parties.me);
                let end = End {
                    outcome: call.held.outcome(How::Heard(meaning)),
                    by,
                    terminate: Some(parts),
                };
                let call = Call::in_phase(call.parties, end);
                Ok((TerminateHeard::Ended(call), owed))
            }
        }
    }

    /// Hears candidates for the media path, from `Acked` to `Accepted` ([`HearsTransport`]). The phase stays.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7C">
    ///   <transport call-id="00C0FFEE" call-creator="15550199:3@lid" transport-message-type="3">…</transport>
    /// </call>
    /// ```
    ///
    /// A message of type 3 asks for a reply of type 9 (SIG-05.12): it is in [`TransportHeard::reply`].
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, Inbound, Owed, Transport, xml};
    ///
    /// fn hear(call: &Call<Callee, Accepted>, transport: Inbound<Transport>) -> Owed {
    ///     match call.on_transport(transport) {
    ///         Ok((heard, owed)) => {
    ///             if let Some(reply) = heard.reply {
    ///                 println!("{}", xml::to_string(call.transport(reply).stanza()));
    ///             }
    ///             owed
    ///         }
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`], [`HearError::Stranger`], [`HearError::OwnDevice`] or [`HearError::OtherDevice`], with the stanza,
    /// whose acknowledgement is still owed.
    pub fn on_transport(
        &self,
        transport: Inbound<Transport>,
    ) -> HearResult<(TransportHeard, Owed), Inbound<Transport>, ()>
    where
        P: HearsTransport<R>,
    {
        let (transport, owed) = self.overhear(transport)?;
        let asks = transport.message_type() == Some(TransportMessage::PEER_CANDIDATE_WORD);
        let reply = asks.then(|| TransportMessage {
            message_type: Some(TransportMessage::REPLY),
            round: transport.round(),
            te: None,
        });
        Ok((TransportHeard { transport, reply }, owed))
    }

    /// Hears how far a relay is from the peer, from `Acked` to `Accepted` ([`HearsRelayLatency`]). The phase stays.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7D">
    ///   <relaylatency call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>
    ///   </relaylatency>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::RelayLatency;
    /// use ringstate::{Accepted, Call, Callee, Inbound, Owed};
    ///
    /// fn hear(call: &Call<Callee, Accepted>, report: Inbound<RelayLatency>) -> Owed {
    ///     match call.on_relay_latency(report) {
    ///         Ok((report, owed)) => {
    ///             for te in report.endpoints() {
    ///                 println!("{:?}", te.latency().and_then(|latency| latency.millis()));
    ///             }
    ///             owed
    ///         }
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_transport`](Self::on_transport).
    pub fn on_relay_latency(
        &self,
        report: Inbound<RelayLatency>,
    ) -> HearResult<(RelayLatency, Owed), Inbound<RelayLatency>, ()>
    where
        P: HearsRelayLatency<R>,
    {
        self.overhear(report)
    }

    /// Hears that the peer's microphone is now on or off, from `Acked` to `Accepted` ([`HearsMute`]). The phase stays.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7E">
    ///   <mute_v2 call-id="00C0FFEE" call-creator="15550199:3@lid" mute-state="1"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::{Mute, MuteState};
    /// use ringstate::{Accepted, Call, Callee, Inbound, Owed};
    ///
    /// fn hear(call: &Call<Callee, Accepted>, mute: Inbound<Mute>) -> Owed {
    ///     match call.on_mute(mute) {
    ///         Ok((mute, owed)) => {
    ///             println!("muted: {:?}", mute.state().and_then(MuteState::is_muted));
    ///             owed
    ///         }
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_transport`](Self::on_transport).
    pub fn on_mute(&self, mute: Inbound<Mute>) -> HearResult<(Mute, Owed), Inbound<Mute>, ()>
    where
        P: HearsMute<R>,
    {
        self.overhear(mute)
    }

    /// Hears that the peer is still in the call, in `Accepted` ([`HearsHeartbeat`]). The phase stays.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A7F">
    ///   <heartbeat call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::Heartbeat;
    /// use ringstate::{Accepted, Call, Callee, Inbound, Owed};
    ///
    /// fn hear(call: &Call<Callee, Accepted>, heartbeat: Inbound<Heartbeat>) -> Owed {
    ///     match call.on_heartbeat(heartbeat) {
    ///         Ok((_, owed)) => owed,
    ///         Err(refused) => refused.into_parts().input.acknowledge(),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_transport`](Self::on_transport).
    pub fn on_heartbeat(
        &self,
        heartbeat: Inbound<Heartbeat>,
    ) -> HearResult<(Heartbeat, Owed), Inbound<Heartbeat>, ()>
    where
        P: HearsHeartbeat<R>,
    {
        self.overhear(heartbeat)
    }

    /// Hears the peer's video state, in `Accepted` ([`HearsVideo`]). The phase stays. Give it to the negotiation with
    /// [`AnyVideo::on_video`](crate::AnyVideo::on_video), which says what it means.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A81">
    ///   <video call-id="00C0FFEE" call-creator="15550199:3@lid" state="11" device_orientation="0" dec="H264" voip_settings="video"/>
    /// </call>
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_transport`](Self::on_transport).
    pub fn on_video(
        &self,
        video: Inbound<VideoState>,
    ) -> HearResult<(VideoState, Owed), Inbound<VideoState>, ()>
    where
        P: HearsVideo<R>,
    {
        self.overhear(video)
    }

    /// Hears news that changes nothing in the call, from `Acked` to `Accepted` ([`HearsNews`]). The phase stays. The call
    /// remembers the members that a `group_update` tells: what they say of this call is then no stranger's
    /// ([`HearError::Member`]), and ends nothing.
    ///
    /// ```xml
    /// <call from="15550199:3@lid" id="6A82">
    ///   <user_action call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`on_transport`](Self::on_transport).
    pub fn on_news(&mut self, news: Inbound<News>) -> HearResult<(News, Owed), Inbound<News>, ()>
    where
        P: HearsNews<R>,
    {
        let (news, owed) = self.overhear(news)?;
        if let Some(info) = news.group_info() {
            Arc::make_mut(&mut self.parties).add_members(info.users().map(|(jid, _)| jid));
        }
        Ok((news, owed))
    }

    /// Hears any action of a call that is over ([`HearsLate`]). The stanza is acknowledged and changes nothing.
    ///
    /// A caller's `<terminate>` often crosses the `<reject>` of a callee: it does not turn a declined call into a
    /// missed one. Unlike a plain [`acknowledge`](Inbound::acknowledge), this step checks that the stanza is of this
    /// call and from one of its parties. A repeated offer has a step of its own
    /// ([`on_repeated_offer`](Self::on_repeated_offer)).
    ///
    /// ```
    /// use ringstate::{Call, Callee, Inbound, Owed, Rejected, Terminate};
    ///
    /// fn late(call: &Call<Callee, Rejected>, terminate: Inbound<Terminate>) -> Owed {
    ///     match call.on_late(terminate) {
    ///         Ok(owed) => owed,
    ///         Err(refused) => refused.into_parts().input.acknowledge(), // of another call
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`] or [`HearError::Stranger`], with the stanza, whose acknowledgement is still owed.
    pub fn on_late<A>(&self, stanza: Inbound<A>) -> HearResult<Owed, Inbound<A>, ()>
    where
        A: CallAction + OwesAck,
        P: HearsLate<R>,
    {
        match self.who_says(&stanza) {
            Ok(_) => Ok(stanza.acknowledge()),
            Err(reason) => Err(Refused::new((), stanza, reason)),
        }
    }

    /// Hears the offer of this call again, from `Acked` on ([`HearsRepeatedOffer`]). The offer gets its ack and its
    /// receipt again (SIG-07.5) and changes nothing, even if it says that the call has ended.
    ///
    /// ```xml
    /// <ack class="call" id="1A2B3C4D5E" to="15550199:3@lid"/>
    /// <receipt to="15550199:3@lid" id="1A2B3C4D5E" from="15550100:2@lid">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </receipt>
    /// ```
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, Inbound, Offer, Owed, OwnAddress};
    ///
    /// fn again(call: &Call<Callee, Accepted>, offer: Inbound<Offer>, me: &OwnAddress) -> Owed {
    ///     match call.on_repeated_offer(offer) {
    ///         Ok(owed) => owed,
    ///         Err(refused) => refused.into_parts().input.acknowledge_with_receipt(me), // of another call
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`HearError::OtherCall`] or [`HearError::Stranger`], with the offer, whose acknowledgement and receipt are still owed.
    pub fn on_repeated_offer<A>(&self, offer: Inbound<A>) -> HearResult<Owed, Inbound<A>, ()>
    where
        A: CallAction + OwesReceipt,
        P: HearsRepeatedOffer<R>,
    {
        match self.who_says(&offer) {
            Err(HearError::Unverified) if !is_heard_unverified(A::KIND) => {
                Err(Refused::new((), offer, HearError::Unverified))
            }
            Ok(_) | Err(HearError::Unverified) => {
                Ok(offer.acknowledge_with_receipt(&self.parties.me))
            }
            Err(reason) => Err(Refused::new((), offer, reason)),
        }
    }

    /// Hears an event of the call, if the peer or the server sent it.
    fn overhear<A: CallAction>(&self, stanza: Inbound<A>) -> HearResult<(A, Owed), Inbound<A>, ()>
    where
        P: Phase<Held<R>: Live>,
    {
        let reason = match self.who_says(&stanza) {
            Ok(Sender::Peer) | Err(HearError::Unverified)
                if !self.held.listens_to(stanza.sender()) =>
            {
                HearError::OtherDevice
            }
            Err(HearError::Unverified) if !is_heard_unverified(A::KIND) => HearError::Unverified,
            Ok(Sender::Peer | Sender::Server) | Err(HearError::Unverified) => {
                let (parts, owed) = stanza.into_parts_and_owed(&self.parties.me);
                return Ok((parts.1, owed));
            }
            Ok(_) => HearError::OwnDevice,
            Err(reason) => reason,
        };
        Err(Refused::new((), stanza, reason))
    }

    /// Learns a further address of the peer from a stanza of this call, where the server names it.
    pub(super) fn learn<A: CallAction>(&mut self, stanza: &Inbound<A>) {
        if self.parties.is_this_call(stanza.identity())
            && let Some(address) = self.parties.learned_from(stanza.envelope())
        {
            Arc::make_mut(&mut self.parties).know_peer(address);
        }
    }

    /// Which party sent a stanza of this call.
    pub(super) fn who_says<A: CallAction>(&self, stanza: &Inbound<A>) -> Result<Sender, HearError> {
        party(&self.parties, stanza.identity(), stanza.sender())
    }
}
