use crate::any::AnyCall;
use crate::call::{Decline, TransportHeard};
use crate::id::{Jid, StanzaId};
use crate::phase::{EndedBy, Outcome};
use crate::stanza::{
    CallAction as _, Envelope, Identity, Inbound, MuteState, News, Offer, OfferNotice, Receipt,
    Received, RelayLatency, ServerAck, Stanza, Terminate, UnknownAction, VideoState,
};

use super::{BoardError, Limit};
use crate::wire::ParseError;

/// What a [`Switchboard`](crate::Switchboard) wants you to do: send these stanzas, in this order, and then show what
/// happened. `send` takes the stanzas and returns the events, so that you cannot show them and forget to send.
///
/// ```
/// use ringstate::{Event, Reaction, xml};
///
/// fn react(reaction: Reaction) {
///     for event in reaction.send(|stanza| println!("{}", xml::to_string(&stanza))) {
///         match event {
///             Event::Rings { call } => eprintln!("{:?} rings", call.call_id),
///             Event::StoppedRinging { call, outcome, .. } => eprintln!("{:?}: {outcome:?}", call.call_id),
///             other => eprintln!("{other:?}"),
///         }
///     }
/// }
/// ```
#[derive(Debug, Default)]
#[must_use = "its stanzas have to be sent (SIG-07.2), and its events shown"]
pub struct Reaction {
    pub(super) stanzas: Vec<Stanza>,
    pub(super) happened: Vec<Event>,
}

impl Reaction {
    /// Sends the stanzas, acknowledgements first, and returns what happened, in order. Each stanza has its id; to send one
    /// again, write the same stanza again.
    ///
    /// ```
    /// use ringstate::{Event, Reaction, Stanza};
    ///
    /// fn react(reaction: Reaction, outbox: &mut Vec<Stanza>) -> Vec<Event> {
    ///     reaction.send(|stanza| outbox.push(stanza))
    /// }
    /// ```
    #[must_use = "what happened has to be shown"]
    pub fn send(self, send: impl FnMut(Stanza)) -> Vec<Event> {
        self.stanzas.into_iter().for_each(send);
        self.happened
    }

    /// Sends the stanzas as [`send`](Self::send) does, by a function that waits. The next one goes when that is done: the order
    /// of stanzas counts. Await it to the end, because a future that is dropped takes with it what is not sent and what happened.
    ///
    /// ```
    /// use ringstate::{Event, Reaction, Stanza};
    ///
    /// async fn react(reaction: Reaction, send: impl AsyncFn(Stanza)) -> Vec<Event> {
    ///     reaction.send_async(|stanza| send(stanza)).await
    /// }
    /// ```
    #[must_use = "what happened has to be shown"]
    pub async fn send_async<F: Future<Output = ()>>(
        self,
        mut send: impl FnMut(Stanza) -> F,
    ) -> Vec<Event> {
        for stanza in self.stanzas {
            send(stanza).await;
        }
        self.happened
    }

    /// Returns the stanzas that are to be sent, to look at. Only [`send`](Self::send) and [`send_async`](Self::send_async)
    /// give them out.
    ///
    /// ```
    /// use ringstate::Reaction;
    ///
    /// fn log(reaction: &Reaction) {
    ///     eprintln!("{} stanzas to send", reaction.stanzas().len());
    /// }
    /// ```
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.happened.push(event);
    }
}

explained! {
    /// What a [`Reaction`] would need to show its events before its stanzas are sent. None has it.
    message: "the stanzas of a reaction are sent before its events are shown",
    label: "`reaction.send(|stanza| …)` sends them, and returns the events",
    note: "the server delivers again what is not acknowledged (SIG-07.2), and the peer learns of a step only from its stanza";
    pub trait IsSent<'a> {}
}

stubs! {
    impl (Reaction) where (Self: IsSent<'a>);
    fn events(self);
}

/// What happened to a call, for a user interface to act on. `call` says which one;
/// [`Switchboard::get`](crate::Switchboard::get) returns it.
///
/// Every received stanza gives at least one event. A call that rang, or to which you were invited, has exactly one
/// [`StoppedRinging`](Self::StoppedRinging) or [`Ended`](Self::Ended), and an outgoing one exactly one
/// [`Declined`](Self::Declined) or [`Ended`](Self::Ended), even if this device ended it. A call that was lost in a step
/// that panicked, or that returned another call, ends like an abandoned one.
///
/// | event | what a user interface does |
/// | --- | --- |
/// | [`Rings`](Self::Rings), [`Invited`](Self::Invited), [`StoppedRinging`](Self::StoppedRinging), [`Missed`](Self::Missed) | rings, stops, lists a missed call |
/// | [`OfferConfirmed`](Self::OfferConfirmed), [`Reached`](Self::Reached), [`PeerRings`](Self::PeerRings) | "calling", "ringing" |
/// | [`Answered`](Self::Answered), [`DeviceOut`](Self::DeviceOut), [`Declined`](Self::Declined), [`Ended`](Self::Ended) | starts the media, stops it, says how it ended |
/// | [`Transport`](Self::Transport), [`RelayLatency`](Self::RelayLatency), [`PeerMuted`](Self::PeerMuted), [`Video`](Self::Video), [`Heartbeat`](Self::Heartbeat) | for the media, and the signs that the peer is muted or asks for video |
/// | [`NotDelivered`](Self::NotDelivered) | says that what was said has not reached the peer |
/// | [`CallerUnverified`](Self::CallerUnverified) | shows the sender, not whom the offer names |
/// | [`MuteRequested`](Self::MuteRequested) | asks its user |
/// | [`Glare`](Self::Glare), [`GroupNotice`](Self::GroupNotice), [`News`](Self::News) | says so, if it likes |
/// | [`Confirmed`](Self::Confirmed), [`NothingNew`](Self::NothingNew), [`Parked`](Self::Parked), [`OtherAck`](Self::OtherAck), [`OtherReceipt`](Self::OtherReceipt), [`Ignored`](Self::Ignored) | nothing |
/// | [`Unheard`](Self::Unheard), [`Unreadable`](Self::Unreadable), [`LimitReached`](Self::LimitReached) | a line in a log |
///
/// ```
/// use ringstate::{Event, Outcome};
///
/// fn line(event: &Event) -> Option<&'static str> {
///     Some(match event {
///         Event::Rings { .. } => "somebody calls",
///         Event::StoppedRinging { outcome: Outcome::Missed, .. } | Event::Missed(_) => "missed call",
///         Event::StoppedRinging { outcome: Outcome::AnsweredElsewhere, .. } => "answered on another device",
///         Event::StoppedRinging { .. } => "declined",
///         Event::PeerRings { .. } => "it rings",
///         Event::Answered { .. } => "connected",
///         Event::Declined { outcome: Outcome::Declined, .. } => "declined",
///         Event::Declined { .. } => "nobody can take the call",
///         Event::Ended { .. } => "the call is over",
///         _ => return None,
///     })
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// Somebody calls: ring. It comes once for each call, as long as the board remembers the call
    /// ([`Limits::ended_calls`](crate::Limits::ended_calls)).
    ///
    /// Note now what your list of calls will show: the offer is gone when the call is over.
    ///
    /// ```
    /// use ringstate::{Event, Switchboard};
    ///
    /// fn note(board: &Switchboard, event: &Event, names: &mut std::collections::HashMap<ringstate::Identity, String>) {
    ///     if let Event::Rings { call } = event
    ///         && let Some(name) = board.get(call).and_then(|call| call.envelope()?.notify())
    ///     {
    ///         names.insert(call.clone(), name.to_owned());
    ///     }
    /// }
    /// ```
    Rings {
        /// Which call. Its offer is in the stored [`AnyCall::CalleeAcked`](crate::AnyCall::CalleeAcked).
        call: Identity,
    },
    /// The caller whom an offer names is not known to be its sender ([`Call::is_caller_verified`](crate::Call::is_caller_verified)).
    /// The call rings all the same: [`Rings`](Self::Rings) comes next. Show the sender, not the caller whom it names.
    CallerUnverified {
        /// Which call.
        call: Identity,
    },
    /// Somebody calls a group that this user is in, now ([`GroupOffer`](crate::GroupOffer)). You can
    /// [`decline`](crate::Switchboard::decline) it, or let it be. It comes once for each call, as [`Rings`](Self::Rings) does.
    Invited {
        /// Which call. Its offer is in the stored [`AnyCall::InviteeAcked`](crate::AnyCall::InviteeAcked).
        call: Identity,
    },
    /// An incoming call that was not answered here is over: missed, declined, or answered or declined elsewhere. With
    /// `AnsweredElsewhere`, this device may have answered too: another one was faster, and has the call. (A
    /// call that was declined because it crossed yours has not rung: [`OnGlare`](crate::OnGlare).)
    ///
    /// The call has no offer any more: note the caller's name when it [`Rings`](Self::Rings).
    StoppedRinging {
        /// Which call.
        call: Identity,
        /// How it ended.
        outcome: Outcome,
        /// The `<terminate>` that ended it, with its reason, if one was heard.
        terminate: Option<Box<Terminate>>,
    },
    /// Somebody called and it did not ring: the call was over before its offer came, or there was no room for it.
    Missed(Box<MissedCall>),
    /// News of a group call. It is acknowledged and nothing else (SIG-07.17).
    GroupNotice(Inbound<OfferNotice>),
    /// The server has the offer of an outgoing call.
    OfferConfirmed {
        /// Which call.
        call: Identity,
        /// The server's acknowledgement, with the relay allocation, which arrives nowhere else.
        ack: ServerAck,
    },
    /// A device of the peer has the offer.
    Reached {
        /// Which call.
        call: Identity,
        /// The device.
        device: Jid,
    },
    /// A device of the peer rings (SIG-17.21).
    PeerRings {
        /// Which call.
        call: Identity,
        /// The device.
        device: Jid,
    },
    /// A device of the peer has answered. The reaction tells the others to stop.
    Answered {
        /// Which call.
        call: Identity,
        /// The device.
        device: Jid,
    },
    /// A device of the peer has declined, or cannot take the call.
    DeviceOut {
        /// Which call.
        call: Identity,
        /// The device.
        device: Jid,
        /// The user's decline, if its user declined and the others ring on ([`OnDecline::RingOn`](crate::OnDecline::RingOn)).
        decline: Option<Decline>,
    },
    /// An outgoing call came to nothing: the peer's user declined, or no device can take it.
    Declined {
        /// Which call.
        call: Identity,
        /// `Declined` or `Unavailable`.
        outcome: Outcome,
        /// The `<terminate>` that ended it, if one was heard.
        terminate: Option<Box<Terminate>>,
    },
    /// A call that was answered is over, or an outgoing one was cancelled, timed out or refused by the server.
    Ended {
        /// Which call.
        call: Identity,
        /// How.
        outcome: Outcome,
        /// Who ended it.
        by: EndedBy,
        /// The `<terminate>` that ended it, with its reason and its counters, if one was heard.
        terminate: Option<Box<Terminate>>,
    },
    /// Candidates for the media path, and the reply that they ask for.
    Transport {
        /// Which call.
        call: Identity,
        /// What was received.
        heard: Box<TransportHeard>,
    },
    /// How far a relay is from the peer.
    RelayLatency {
        /// Which call.
        call: Identity,
        /// The report.
        report: Box<RelayLatency>,
    },
    /// The peer's microphone is now on or off.
    PeerMuted {
        /// Which call.
        call: Identity,
        /// The state.
        state: MuteState,
    },
    /// The peer asks for this end's microphone to be on or off. Nothing obliges you to follow.
    MuteRequested {
        /// Which call.
        call: Identity,
        /// The state that it asks for.
        state: MuteState,
    },
    /// The peer's video state: give it to [`AnyVideo::on_video`](crate::AnyVideo::on_video), and send what
    /// that returns with [`step`](crate::Switchboard::step).
    Video {
        /// Which call.
        call: Identity,
        /// What was received.
        state: Box<VideoState>,
    },
    /// News of a call that changes nothing in it: it has become a group call, a hand was raised, and others.
    News {
        /// Which call.
        call: Identity,
        /// What was received.
        news: Box<News>,
    },
    /// The peer is still in the call.
    Heartbeat {
        /// Which call.
        call: Identity,
    },
    /// Both sides call each other: two calls with two identities ([`OnGlare`](crate::OnGlare) says what the board does).
    Glare {
        /// Theirs.
        incoming: Identity,
        /// Ours.
        outgoing: Identity,
    },
    /// The server has taken a stanza. For the offer of a live call it is [`OfferConfirmed`](Self::OfferConfirmed) instead.
    Confirmed {
        /// Which call it was of.
        call: Identity,
        /// The id that it was sent under.
        id: StanzaId,
    },
    /// The server has refused a stanza, and it has not reached the peer. Only the refusal of its offer or its accept
    /// ends a call. To try again, send the same stanza again; a state that the call takes for told, such as
    /// [`mute`](crate::Call::mute), needs another state first.
    NotDelivered {
        /// Which call it was of.
        call: Identity,
        /// The id that it was sent under.
        id: StanzaId,
        /// The server's code, where it gave one. It is data, not a diagnosis.
        code: Option<u32>,
    },
    /// A stanza was acknowledged and had no effect: its sender is no party to the call, there is no such call, or the
    /// call does not hear it now.
    Unheard {
        /// Why.
        reason: BoardError,
        /// The stanza. Its debt is paid, and it has no id.
        stanza: Box<Received>,
    },
    /// A stanza could not be read. It is acknowledged where it has a `from` and an `id`. A `<terminate>` ends its call all the
    /// same, and the end has an event of its own, if its `call-id` can be read and its sender is a party to the call.
    Unreadable {
        /// Which call it is about: the known one that has its `call-id` and to which its sender is a party.
        call: Option<Identity>,
        /// What could not be read, and where. Its debt is paid.
        error: ParseError,
    },
    /// A stanza came too early, was acknowledged, and waits: a `<terminate>` before its offer, or a stanza that
    /// overtook the server's acknowledgement of your offer.
    Parked {
        /// Which call.
        call: Identity,
    },
    /// A stanza came again or too late, or was for other devices. What is owed for it is sent, and it changes nothing. A device
    /// that answers a call which another one has answered is told to stop (SIG-17.42).
    NothingNew {
        /// Which call.
        call: Identity,
    },
    /// An unknown action was acknowledged (SIG-07.20).
    Ignored(Inbound<UnknownAction>),
    /// The server acknowledged something that this switchboard did not send, or has forgotten.
    OtherAck(ServerAck),
    /// A receipt for something else than the offer of a known call.
    OtherReceipt(Receipt),
    /// There is no room: [`Limit`] says what that means. No live call is lost.
    LimitReached {
        /// Which limit.
        limit: Limit,
        /// Which call it is about.
        call: Identity,
    },
}

/// A call that did not ring, for a list of missed calls. Its ack and its receipt are among the stanzas to send
/// (SIG-07.5).
///
/// ```
/// use ringstate::MissedCall;
///
/// fn entry(missed: &MissedCall) -> String {
///     let kind = if missed.offer.is_video() { "video call" } else { "call" };
///     format!("{kind} from {} at {:?}", missed.envelope.notify().unwrap_or("somebody"), missed.envelope.timestamp())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedCall {
    /// Which call.
    pub call: Identity,
    /// The envelope of its offer: who, and when.
    pub envelope: Envelope,
    /// What was offered.
    pub offer: Offer,
    /// Missed, or answered or declined elsewhere.
    pub outcome: Outcome,
}

impl Event {
    pub(super) fn missed(envelope: Envelope, offer: Offer, outcome: Outcome) -> Self {
        Self::Missed(Box::new(MissedCall {
            call: offer.identity().clone(),
            envelope,
            offer,
            outcome,
        }))
    }

    /// The event for the end of a call, if it is over.
    pub(super) fn end_of(ended: &mut AnyCall) -> Option<Self> {
        let is_outgoing = matches!(
            ended,
            AnyCall::CallerRejected(_) | AnyCall::CallerTerminated(_)
        );
        let (outcome, by) = (ended.outcome()?, ended.ended_by()?);
        let terminate = ended.take_terminate().map(Box::new);
        let call = ended.identity().clone();
        Some(match (is_outgoing, outcome) {
            (true, Outcome::Declined | Outcome::Unavailable) => Self::Declined {
                call,
                outcome,
                terminate,
            },
            // An answered incoming call ends in one of these two ways, and an unanswered one in any other.
            (true, _) | (false, Outcome::HungUp | Outcome::RefusedByServer { .. }) => Self::Ended {
                call,
                outcome,
                by,
                terminate,
            },
            (false, _) => Self::StoppedRinging {
                call,
                outcome,
                terminate,
            },
        })
    }
}
