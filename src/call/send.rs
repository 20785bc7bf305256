//! What either end sends.

use std::time::Duration;

use crate::id::{Jid, StanzaId};
use crate::law::{
    MayAbandon, MayNegotiateVideo, MayReportDuration, MaySendHeartbeat, MaySendMute,
    MaySendRelayLatency, MaySendTransport, MayTerminate,
};
use crate::phase::held::{End, HasVideo as _, Live as _, Speaks};
use crate::phase::{EndedBy, How, Outcome, Phase, Role, Terminated};
use crate::stanza::{
    AnyAction, CallAction, CallDuration, Destination, Heartbeat, Latency, Meaning, Mute, MuteState,
    Net, Outbound, Payload, RelayLatency, RelayName, Te, Terminate, TerminateReason, Transport,
};

use super::Call;
use super::callee::ANSWER_MEDIUM;
use super::video::{AnyVideo, Video};

/// The reason and the devices that a `<terminate>` states.
///
/// ```
/// use ringstate::{Ending, TerminateReason};
///
/// let ending = Ending::from(TerminateReason::TIMEOUT);
/// assert!(ending.devices.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// Why the call ends, if you want to say so (SIG-14.6).
    pub reason: Option<TerminateReason>,
    /// The devices that the stanza is for, if it is not for all of them (SIG-14.9). An empty list writes no `<destination>` (SIG-14.10).
    pub devices: Vec<Jid>,
}

impl From<TerminateReason> for Ending {
    fn from(reason: TerminateReason) -> Self {
        Self {
            reason: Some(reason),
            devices: Vec::new(),
        }
    }
}

/// The parts of a `<relaylatency>` that the call does not know by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayReport {
    /// The round trip to the relay (SIG-15.6).
    pub latency: Latency,
    /// The bandwidth to the relay, as measured: `ul_bw`, seen in a video call (OBS-15).
    pub upload_bandwidth: Option<u32>,
    /// The bandwidth from the relay, as measured: `dl_bw`, seen after an upgrade to video (OBS-15).
    pub download_bandwidth: Option<u32>,
    /// The name of the relay (SIG-15.7). The official client leaves it out after an upgrade to video (OBS-15).
    pub relay_name: Option<RelayName>,
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

/// The parts of a `<transport>` that the call does not know by itself.
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

    /// [`PEER_CANDIDATE`](Self::PEER_CANDIDATE) on the wire.
    pub(crate) const PEER_CANDIDATE_WORD: &'static str = "3";
}

impl std::fmt::Debug for TransportMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransportMessage")
            .field("message_type", &self.message_type)
            .field("round", &self.round)
            .finish_non_exhaustive()
    }
}

/// # What either end sends
impl<R: Role, P: Phase> Call<R, P> {
    // wacrg:SIG-14
    /// Ends the call with `<terminate>`, without a reason (SIG-14.13). A callee declines with it in `Preaccepted` and
    /// hangs up in `Accepted`. A caller may send it at any time ([`MayTerminate`]), and cancels the call before an
    /// accept (SIG-17.39). Goes to [`Terminated`].
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
    #[doc(alias("hang up", "end call"))]
    #[doc(alias("SIG-14.1", "SIG-14.13", "CAT-TERMINATE.4"))]
    #[doc(alias = "cancel")]
    #[doc(alias = "hang_up")]
    pub fn terminate(self) -> (Call<R, Terminated>, Outbound<Terminate>)
    where
        P: MayTerminate<R>,
    {
        self.terminate_with(Ending::default())
    }

    /// Ends the call like [`terminate`](Self::terminate), with a reason (SIG-14.6) or for certain devices (SIG-14.9).
    ///
    /// Before an accept, a caller's outcome is *timed out* with the reason `timeout`, *declined* if a user has declined,
    /// and *cancelled* otherwise; a callee's is *missed* with the reason `timeout`, and *declined* otherwise.
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
    #[doc(alias("hang up with a reason"))]
    pub fn terminate_with(
        self,
        ending: impl Into<Ending>,
    ) -> (Call<R, Terminated>, Outbound<Terminate>)
    where
        P: MayTerminate<R>,
    {
        let Ending { reason, devices } = ending.into();
        let meaning = reason
            .as_ref()
            .map_or(Meaning::Other, TerminateReason::meaning);
        let terminate = self.outbound(Terminate {
            reason,
            destination: Destination::of(devices),
            ..Terminate::of(self.parties.identity.clone())
        });
        let outcome = self.held.outcome(How::Sent(meaning));
        let end = End::without_a_word(outcome, EndedBy::Us);
        (Call::in_phase(self.parties, end), terminate)
    }

    /// Ends the call here and sends nothing, because the ring window is over, the connection is gone or the call key is
    /// unreadable (SIG-12.10). Goes from any live phase ([`MayAbandon`]) to [`Terminated`]; a callee has to acknowledge
    /// its offer first.
    ///
    /// A callee that rang owes the caller an answer (SIG-04.3): if you can still reach the caller, use
    /// [`terminate`](Self::terminate).
    ///
    /// ```
    /// use ringstate::{Acked, Call, Callee, Outcome};
    ///
    /// fn ring_window_is_over(call: Call<Callee, Acked>) {
    ///     assert_eq!(call.abandon().outcome(), Outcome::Missed);
    /// }
    /// ```
    #[doc(alias("give up silently"))]
    pub fn abandon(self) -> Call<R, Terminated>
    where
        P: MayAbandon<R>,
    {
        self.abandoned()
    }

    /// The same call, abandoned: what is left of it if it is lost on its way to the next phase.
    pub(crate) fn abandoned(&self) -> Call<R, Terminated>
    where
        P: MayAbandon<R>,
    {
        self.ended(self.held.outcome(How::Abandoned), EndedBy::Us)
    }

    // wacrg:SIG-05
    /// Sends candidates for the media path with `<transport>`, in `Preaccepted` and `Accepted`, for a caller from
    /// `Acked` on ([`MaySendTransport`]). The phase stays.
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
    #[doc(alias("SIG-05.2", "CAT-TRANSPORT.2"))]
    pub fn transport(&self, message: TransportMessage) -> Outbound<Transport>
    where
        P: MaySendTransport<R>,
    {
        let is_reply = message.message_type == Some(TransportMessage::REPLY);
        self.outbound(Transport {
            message_type: message
                .message_type
                .map(|number| number.to_string().as_str().into()),
            round: message.round,
            te: message.te.map(|bytes| Payload::Bytes(bytes.into())),
            net: Some(Net {
                medium: Some(ANSWER_MEDIUM),
                protocol: (!is_reply).then_some(0),
            }),
            ..Transport::of(self.parties.identity.clone())
        })
    }

    // wacrg:SIG-15
    /// Tells the peer how far a relay is, with `<relaylatency>`, in `Preaccepted` and `Accepted`, for a caller from
    /// `Acked` on ([`MaySendRelayLatency`]). The phase stays.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <relaylatency call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>
    ///   </relaylatency>
    /// </call>
    /// ```
    ///
    /// The stanza has one `<te>` (SIG-15.5). A callee's has no `<destination>` (SIG-15.12); a caller's names the
    /// devices that ring, or the one that answered (SIG-15.11).
    ///
    /// ```
    /// use ringstate::stanza::Latency;
    /// use ringstate::{Accepted, Call, Callee, RelayReport, xml};
    ///
    /// fn report(call: &Call<Callee, Accepted>) {
    ///     let report = RelayReport {
    ///         latency: Latency::from_millis(45),
    ///         upload_bandwidth: None,
    ///         download_bandwidth: None,
    ///         relay_name: "gru1c02".parse().ok(),
    ///         address: vec![203, 0, 113, 10, 0x0d, 0x96],
    ///     };
    ///     println!("{}", xml::to_string(call.relay_latency(report).stanza()));
    /// }
    /// ```
    #[doc(alias("SIG-15.11", "REF.21", "OBS-15"))]
    #[doc(alias("SIG-15.3"))]
    pub fn relay_latency(&self, report: RelayReport) -> Outbound<RelayLatency>
    where
        P: MaySendRelayLatency<R>,
    {
        self.outbound(RelayLatency {
            endpoints: vec![Te::measured(
                report.latency,
                [report.upload_bandwidth, report.download_bandwidth],
                report.relay_name.as_ref(),
                report.address,
            )],
            destination: Destination::of(self.held.targets()),
            ..RelayLatency::of(self.parties.identity.clone())
        })
    }

    // wacrg:SIG-13
    /// Tells the peer that the microphone is now on or off, with `<mute_v2>`, in `Preaccepted` and `Accepted`, for a
    /// caller from `Acked` on ([`MaySendMute`]). The phase stays, and nothing is negotiated again (SIG-13.13 to
    /// SIG-13.15).
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <mute_v2 call-id="00C0FFEE" call-creator="15550199:3@lid" mute-state="1"/>
    /// </call>
    /// ```
    ///
    /// The state is absolute. Each change has a stanza of its own (SIG-13.11); a state that you have told already has none, and you get `None`.
    ///
    /// ```
    /// use ringstate::stanza::MuteState;
    /// use ringstate::{Accepted, Call, Callee, xml};
    ///
    /// fn mute(call: &mut Call<Callee, Accepted>) {
    ///     if let Some(mute) = call.mute(MuteState::MUTED) {
    ///         println!("{}", xml::to_string(mute.stanza()));
    ///     }
    ///     assert!(call.mute(MuteState::MUTED).is_none());
    /// }
    /// ```
    #[doc(alias("SIG-13.7"))]
    #[doc(alias("microphone"))]
    #[doc(alias("SIG-13.1", "SIG-13.2", "SIG-13.11", "CAT-MUTE.2"))]
    #[must_use = "the peer learns of the change only when this is sent (SIG-13.1)"]
    pub fn mute(&mut self, state: MuteState) -> Option<Outbound<Mute>>
    where
        P: MaySendMute<R>,
    {
        let told = self.held.microphone();
        if told.as_ref() == Some(&state) {
            return None;
        }
        *told = Some(state.clone());
        Some(self.outbound(Mute::of(self.parties.identity.clone(), state)))
    }

    /// Tells the state of the microphone again, as it was told last: the official client does so when video begins
    /// (OBS-VIDEO-2). Returns `None` if none was told. The phase stays ([`MaySendMute`]).
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <mute_v2 call-id="00C0FFEE" call-creator="15550199:3@lid" mute-state="0"/>
    /// </call>
    /// ```
    #[must_use = "the peer learns of the state only when this is sent (SIG-13.1)"]
    pub fn repeat_mute(&mut self) -> Option<Outbound<Mute>>
    where
        P: MaySendMute<R>,
    {
        let state = self.held.microphone().clone()?;
        Some(self.outbound(Mute::of(self.parties.identity.clone(), state)))
    }

    /// Tells that this end is still in the call, with `<heartbeat>` to the call's own address, in `Accepted`
    /// ([`MaySendHeartbeat`]). The phase stays.
    ///
    /// ```xml
    /// <call to="00C0FFEE@call" id="9A0B">
    ///   <heartbeat call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// `id` must be new and random (SIG-14.3, REF.4).
    ///
    /// ```
    /// use ringstate::{Accepted, Call, Callee, xml};
    ///
    /// fn beat(call: &Call<Callee, Accepted>) {
    ///     let heartbeat = call.heartbeat("3EB0F00D".parse().expect("a fresh random id"));
    ///     println!("{}", xml::to_string(heartbeat.stanza()));
    /// }
    /// ```
    #[doc(alias("REF.4"))]
    pub fn heartbeat(&self, id: StanzaId) -> Outbound<Heartbeat>
    where
        P: MaySendHeartbeat<R>,
    {
        let identity = &self.parties.identity;
        let to = Jid::of_call(&identity.call_id);
        Outbound::new(to, Some(id), Heartbeat::of(identity.clone()))
    }

    /// Hands out the negotiation of video in `Accepted` ([`MayNegotiateVideo`]): once, because a call has only one. Returns
    /// `None` after the first time. In a video call it is [`Running`](crate::video::Running) from the start, in any other
    /// [`Quiet`](crate::video::Quiet).
    ///
    /// ```
    /// use ringstate::{Accepted, AnyVideo, Call, Callee};
    ///
    /// fn negotiation(call: &mut Call<Callee, Accepted>) -> Option<AnyVideo> {
    ///     let video = call.video();
    ///     assert!(call.video().is_none());
    ///     video
    /// }
    /// ```
    pub fn video(&mut self) -> Option<AnyVideo>
    where
        P: MayNegotiateVideo<R>,
    {
        if std::mem::replace(self.held.is_video_handed_out(), true) {
            return None;
        }
        let to = self.held.addressee().unwrap_or(&self.parties.peer).clone();
        let identity = self.parties.identity.clone();
        Some(if self.held.is_video_call() {
            AnyVideo::On(Video::of(identity, to))
        } else {
            AnyVideo::Off(Video::of(identity, to))
        })
    }

    /// Tells the call service how long the call was, with `<duration>`, once it is over ([`MayReportDuration`]). The official
    /// client does so for every call that it ends (OBS-18). Returns `None` if the call was not answered, or the peer ended it.
    ///
    /// ```xml
    /// <call to="call" id="3EB00009">
    ///   <duration call-id="00C0FFEE" call-creator="15550199:3@lid" type="1x1" peer="15550199@lid" audio_duration="4197"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use std::time::Duration;
    /// use ringstate::{Call, Callee, Terminated, xml};
    ///
    /// fn report(call: &Call<Callee, Terminated>, sound: Duration) {
    ///     if let Some(duration) = call.report_duration(sound, None) {
    ///         let (stanza, _sent) = duration.with_id("3EB00009".parse().expect("a fresh random id"));
    ///         println!("{}", xml::to_string(&stanza));
    ///     }
    /// }
    /// ```
    #[doc(alias("OBS-18"))]
    #[must_use = "the call service learns of it only when this is sent"]
    pub fn report_duration(
        &self,
        audio: Duration,
        video: Option<Duration>,
    ) -> Option<Outbound<CallDuration>>
    where
        P: MayReportDuration<R>,
    {
        let end = self.held.as_ref();
        if (end.outcome, end.by) != (Outcome::HungUp, EndedBy::Us) {
            return None;
        }
        let millis = |length: Duration| u32::try_from(length.as_millis()).unwrap_or(u32::MAX);
        let duration = CallDuration {
            identity: self.parties.identity.clone(),
            peer: Some(self.parties.peer.account()),
            audio: Some(millis(audio)),
            video: video.map(millis),
        };
        Some(Outbound::new(Jid::call_service(), None, duration))
    }

    /// A stanza with this action, to the device that has answered, or to the peer.
    fn outbound<A: CallAction + Into<AnyAction>>(&self, action: A) -> Outbound<A>
    where
        P: Phase<Held<R>: Speaks>,
    {
        let to = self.held.addressee().unwrap_or(&self.parties.peer);
        Outbound::new(to.clone(), None, action)
    }
}
