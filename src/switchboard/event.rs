use crate::any::AnyCall;
use crate::call::{Decline, TransportHeard};
use crate::id::{Jid, StanzaId};
use crate::phase::{EndedBy, Outcome};
use crate::stanza::{
    CallAction as _, Envelope, Identity, Inbound, MuteState, Offer, OfferNotice, Owed, Receipt,
    Received, RelayLatency, ServerAck, Stanza, Terminate, UnknownAction,
};

use super::{BoardError, Limit};

/// What a [`Switchboard`](crate::Switchboard) wants done: what to send, in this order, acknowledgements first; and what
/// happened.
///
/// ```
/// use ringstate::{Event, Reaction, Stanza, xml};
///
/// fn react(reaction: Reaction) {
///     let Reaction { send, events } = reaction;
///     for stanza in send {
///         println!("{}", xml::to_string(&stanza));
///     }
///     for event in events {
///         match event {
///             Event::Rings { call } => eprintln!("{:?} rings", call.call_id),
///             Event::StoppedRinging { call, outcome, .. } => eprintln!("{:?}: {outcome:?}", call.call_id),
///             other => eprintln!("{other:?}"),
///         }
///     }
/// }
/// ```
#[derive(Debug, Default)]
#[must_use = "what there is to send has to be sent (SIG-07.2), and what happened to be shown"]
pub struct Reaction {
    /// What to send. Everything has its id; to send again is to write the same stanza again.
    pub send: Vec<Stanza>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

impl Reaction {
    pub(super) fn owe(&mut self, owed: Owed) {
        self.send.extend(owed);
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.events.push(event);
    }
}

/// What happened to a call, for a user interface to switch on. `call` says which one;
/// [`Switchboard::get`](crate::Switchboard::get) has it.
///
/// Every stanza that is received gives at least one event. A call that rang has one [`StoppedRinging`](Self::StoppedRinging)
/// or [`Ended`](Self::Ended), an outgoing one has one [`Declined`](Self::Declined) or [`Ended`](Self::Ended), whoever ended
/// it, this device included. One that was lost in a step that panicked, or that gave back another call, ends as one that
/// lapsed.
///
/// | event | what a user interface does |
/// | --- | --- |
/// | [`Rings`](Self::Rings), [`StoppedRinging`](Self::StoppedRinging), [`Missed`](Self::Missed) | rings, stops, lists a missed call |
/// | [`OfferConfirmed`](Self::OfferConfirmed), [`Reached`](Self::Reached), [`PeerRings`](Self::PeerRings) | "calling", "ringing" |
/// | [`Answered`](Self::Answered), [`DeviceOut`](Self::DeviceOut), [`Declined`](Self::Declined), [`Ended`](Self::Ended) | starts the media, stops it, says how it ended |
/// | [`Transport`](Self::Transport), [`RelayLatency`](Self::RelayLatency), [`PeerMuted`](Self::PeerMuted), [`Heartbeat`](Self::Heartbeat) | for the media, and the sign that the peer is muted |
/// | [`NotDelivered`](Self::NotDelivered) | says that what was said has not reached the peer |
/// | all others | nothing, or a line in a log |
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
    /// Somebody calls: ring. Never twice for one call, as long as the call is remembered
    /// ([`Limits::ended_calls`](crate::Limits::ended_calls)).
    ///
    /// Note now what a list of calls will say of it: the offer is gone with the call.
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
        /// Which call: its offer is in the [`AnyCall::CalleeAcked`](crate::AnyCall::CalleeAcked) that is stored.
        call: Identity,
    },
    /// An incoming call is over that was not answered here: missed, answered or declined elsewhere, or declined. (One that
    /// was declined because it crossed ours has not rung: [`OnGlare`](crate::OnGlare).)
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
    /// News of a group call, which is acknowledged and nothing else (SIG-07.17).
    GroupNotice(Inbound<OfferNotice>),
    /// The server has the offer of an outgoing call.
    OfferConfirmed {
        /// Which call.
        call: Identity,
        /// The server's acknowledgement. The relay allocation arrives only in it.
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
    /// A device of the peer has answered; the others are told to stop.
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
        /// Its user's word, where it was that and the others ring on ([`OnDecline::RingOn`](crate::OnDecline::RingOn)).
        decline: Option<Decline>,
    },
    /// An outgoing call came to nothing, because the peer's user declined, or no device can take it.
    Declined {
        /// Which call.
        call: Identity,
        /// `Declined` or `Unavailable`.
        outcome: Outcome,
        /// The `<terminate>` that ended it, if one was heard.
        terminate: Option<Box<Terminate>>,
    },
    /// A call is over that was answered; or an outgoing one that was cancelled, timed out, or was refused by the server.
    Ended {
        /// Which call.
        call: Identity,
        /// How.
        outcome: Outcome,
        /// Who ended it.
        by: EndedBy,
        /// The `<terminate>` that did, with its reason and its counters, if one was heard.
        terminate: Option<Box<Terminate>>,
    },
    /// Candidates for the media path, and the reply that they ask for.
    Transport {
        /// Which call.
        call: Identity,
        /// What was said.
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
    /// The peer is still in the call.
    Heartbeat {
        /// Which call.
        call: Identity,
    },
    /// Both sides call each other: two calls with two identities ([`OnGlare`](crate::OnGlare) says what is done).
    Glare {
        /// Theirs.
        incoming: Identity,
        /// Ours.
        outgoing: Identity,
    },
    /// The server has taken a stanza: any but the offer of a live call, which is [`OfferConfirmed`](Self::OfferConfirmed).
    Confirmed {
        /// Which call it was of.
        call: Identity,
        /// The id that it was sent under.
        id: StanzaId,
    },
    /// The server has refused a stanza, and it has not reached the peer. The call goes on, or stays over: only the refusal of
    /// its offer or its accept ends it. To try again is to send the same stanza again, or, for a state that the call takes
    /// for told, such as [`mute`](crate::Call::mute), another one first.
    NotDelivered {
        /// Which call it was of.
        call: Identity,
        /// The id that it was sent under.
        id: StanzaId,
        /// The server's code, where it gave one. It is data, not a diagnosis.
        code: Option<u32>,
    },
    /// A stanza was acknowledged and had no effect, because its sender is no party to the call, there is no such call, or
    /// the call does not hear it now.
    Unheard {
        /// Why.
        reason: BoardError,
        /// The stanza. Nothing is owed for it any more, and it has no id.
        stanza: Box<Received>,
    },
    /// A stanza came too early, was acknowledged, and is kept: a `<terminate>` before its offer, or what overtook the
    /// server's acknowledgement of ours.
    Parked {
        /// Which call.
        call: Identity,
    },
    /// A stanza came again or too late, or was meant for other devices: it was acknowledged and changes nothing. A device that
    /// answered too late is told to stop (SIG-17.42).
    NothingNew {
        /// Which call.
        call: Identity,
    },
    /// An action that this crate does not know was acknowledged (SIG-07.20).
    Ignored(Inbound<UnknownAction>),
    /// The server acknowledged something that this switchboard has not sent, or no longer knows.
    OtherAck(ServerAck),
    /// A receipt for something else than the offer of a known call.
    OtherReceipt(Receipt),
    /// There is no room: see [`Limit`] for what that means. No live call is lost.
    LimitReached {
        /// Which limit.
        limit: Limit,
        /// Which call it is about.
        call: Identity,
    },
}

/// A call that did not ring: all that is known of it, for a list of missed calls. Its ack and its receipt are among what is
/// to be sent (SIG-07.5).
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

    /// The end of a call, if it is over.
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
            // An incoming call that was answered ends in one of two ways, and one that was not in any other.
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
