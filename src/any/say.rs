//! What a stored call has said, according to a recording: the typed step of its role and phase, if the law has one.

use std::mem;

use super::AnyCall;
use crate::call::{AnswerError, Call, Decline, Ending, NewCall, Refused};
use crate::id::{OwnAddress, StanzaId};
use crate::law::{
    MayAbandon, MayAccept, MayGiveUp, MayNegotiateVideo, MayPreaccept, MayReadOffer, MayReject,
    MayRejectWhileRinging, MayReportDuration, MaySendHeartbeat, MaySendMute, MaySendRelayLatency,
    MaySendTransport, MayTerminate,
};
use crate::phase::{
    Accepted, Caller, Phase, PhaseName, Preaccepted, Rejected, Role, RoleName, Terminated,
};
use crate::stanza::{
    Accept, Answer, AnyAction, Audio, AudioRates, CallStanza, Meaning, Preaccept, Reject,
    Terminate, TerminateReason,
};

/// What a sent stanza did to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// The call took its step, or stays in its phase.
    Step,
    /// It tells devices to stop ringing, and the call goes on as it was.
    Dismissed,
    /// It is of no step: an action that is unknown, or no word of a call.
    Nothing,
}

/// Why a call cannot have sent a stanza, as a recording has it: what the compiler would have refused, told at run time.
///
/// ```
/// use ringstate::trace::{RestoreError, RestoreFault, SayError};
///
/// fn is_out_of_order(why: &RestoreError) -> bool {
///     matches!(why.why, RestoreFault::Untrue(SayError::NotSaid { .. }))
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SayError {
    /// The law has no such step: its cell is empty.
    #[error("`<{element}>` cannot be sent by the {role} of a call that is `{phase}`")]
    NotSaid {
        /// The element that was sent.
        element: &'static str,
        /// This end of the call.
        role: RoleName,
        /// The phase of the call.
        phase: PhaseName,
    },
    /// The law does not let this end abandon it: its offer is not acknowledged.
    #[error("the {role} cannot abandon a call that is `{phase}`")]
    NotAbandoned {
        /// This end of the call.
        role: RoleName,
        /// The phase of the call.
        phase: PhaseName,
    },
    /// Other devices were told that one has answered, before its `<accept>` came.
    #[error("devices were dismissed before an `<accept>` came")]
    NotAnswered,
    /// Other devices were told that the call was declined, and no device has declined.
    #[error("devices were dismissed as declined, and none has declined")]
    NotDeclined,
    /// The answer does not fit the offer. The step was taken all the same.
    #[error(transparent)]
    Unanswerable(#[from] AnswerError),
}

/// The call as it is now, and what became of the stanza.
type Saying = (AnyCall, Result<Said, SayError>);

impl AnyCall {
    /// The call that a sent offer makes; `None` for any other stanza.
    pub(crate) fn offered_with(sent: &CallStanza, me: &OwnAddress) -> Option<Self> {
        let AnyAction::Offer(offer) = &sent.action else {
            return None;
        };
        let id = sent.id.clone().unwrap_or_else(unstamped);
        Some(NewCall::recorded(offer, sent.to.clone(), id, me).into())
    }

    /// Takes the step that a sent stanza stands for, in place. `declined` is what a device of the peer has said, to be used up
    /// once. If the law has no such step, the call is unchanged.
    pub(crate) fn say(
        &mut self,
        action: &AnyAction,
        declined: &mut Option<Decline>,
    ) -> Result<Said, SayError> {
        let lost = self.lost();
        let (call, said) = mem::replace(self, lost).said(action, declined);
        *self = call;
        said
    }

    /// Ends it without a word, in place, if the law lets its end do that. A call that is over stays as it is.
    pub(crate) fn say_no_more(&mut self) -> Result<(), SayError> {
        let lost = self.lost();
        let (call, said) = match mem::replace(self, lost) {
            Self::CalleeAcked(call) => abandon(call),
            Self::CalleePreaccepted(call) => abandon(call),
            Self::CalleeAccepted(call) => abandon(call),
            Self::CallerOffered(call) => abandon(call),
            Self::CallerAcked(call) => abandon(call),
            Self::CallerPreaccepted(call) => abandon(call),
            Self::CallerAccepted(call) => abandon(call),
            Self::InviteeAcked(call) => abandon(call),
            over if over.outcome().is_some() => (over, Ok(Said::Nothing)),
            other => {
                let (role, phase) = (other.role(), other.phase());
                (other, Err(SayError::NotAbandoned { role, phase }))
            }
        };
        *self = call;
        said.map(drop)
    }

    fn said(self, action: &AnyAction, declined: &mut Option<Decline>) -> Saying {
        match action {
            AnyAction::Preaccept(preaccept) => self.said_preaccept(preaccept),
            AnyAction::Accept(accept) => self.said_accept(accept),
            AnyAction::Reject(reject) => self.said_reject(reject),
            AnyAction::Terminate(terminate) => match dismissal(terminate) {
                Some(reason) => self.said_dismissal(reason, declined),
                None => self.said_terminate(terminate),
            },
            AnyAction::Transport(_) => match self {
                Self::CalleePreaccepted(call) => transport(call),
                Self::CalleeAccepted(call) => transport(call),
                Self::CallerAcked(call) => transport(call),
                Self::CallerPreaccepted(call) => transport(call),
                Self::CallerAccepted(call) => transport(call),
                other => other.cannot_say("transport"),
            },
            AnyAction::RelayLatency(_) => match self {
                Self::CalleePreaccepted(call) => relay_latency(call),
                Self::CalleeAccepted(call) => relay_latency(call),
                Self::CallerAcked(call) => relay_latency(call),
                Self::CallerPreaccepted(call) => relay_latency(call),
                Self::CallerAccepted(call) => relay_latency(call),
                other => other.cannot_say("relaylatency"),
            },
            AnyAction::Mute(_) => match self {
                Self::CalleePreaccepted(call) => mute(call),
                Self::CalleeAccepted(call) => mute(call),
                Self::CallerAcked(call) => mute(call),
                Self::CallerPreaccepted(call) => mute(call),
                Self::CallerAccepted(call) => mute(call),
                other => other.cannot_say("mute_v2"),
            },
            AnyAction::Heartbeat(_) => match self {
                Self::CalleeAccepted(call) => heartbeat(call),
                Self::CallerAccepted(call) => heartbeat(call),
                other => other.cannot_say("heartbeat"),
            },
            AnyAction::VideoState(_) => match self {
                Self::CalleeAccepted(call) => video(call),
                Self::CallerAccepted(call) => video(call),
                other => other.cannot_say("video"),
            },
            AnyAction::CallDuration(_) => match self {
                Self::CalleeTerminated(call) => duration(call),
                Self::CallerTerminated(call) => duration(call),
                other => other.cannot_say("duration"),
            },
            AnyAction::Offer(_) => self.cannot_say("offer"),
            AnyAction::OfferNotice(_) | AnyAction::Unknown(_) => (self, Ok(Said::Nothing)),
        }
    }

    fn said_preaccept(self, said: &Preaccept) -> Saying {
        match self {
            Self::CalleeAcked(call) => preaccept(call, said),
            other => other.cannot_say("preaccept"),
        }
    }

    fn said_accept(self, said: &Accept) -> Saying {
        match self {
            Self::CalleeAcked(call) => accept(call, said),
            Self::CalleePreaccepted(call) => accept(call, said),
            other => other.cannot_say("accept"),
        }
    }

    fn said_reject(self, said: &Reject) -> Saying {
        match self {
            Self::CalleeAcked(call) => reject(call, said),
            Self::InviteeAcked(call) => reject(call, said),
            Self::CalleePreaccepted(call) => reject_while_ringing(call),
            other => other.cannot_say("reject"),
        }
    }

    fn said_terminate(self, said: &Terminate) -> Saying {
        match self {
            Self::CalleePreaccepted(call) => terminate(call, said),
            Self::CalleeAccepted(call) => terminate(call, said),
            Self::CallerOffered(call) => terminate(call, said),
            Self::CallerAcked(call) => terminate(call, said),
            Self::CallerPreaccepted(call) => terminate(call, said),
            Self::CallerAccepted(call) => terminate(call, said),
            other => other.cannot_say("terminate"),
        }
    }

    /// A caller told devices to stop ringing.
    fn said_dismissal(self, reason: Meaning, declined: &mut Option<Decline>) -> Saying {
        match (self, reason) {
            (Self::CallerAcked(call), Meaning::RejectedElsewhere) => give_up(call, declined),
            (Self::CallerPreaccepted(call), Meaning::RejectedElsewhere) => give_up(call, declined),
            (call @ (Self::CallerAcked(_) | Self::CallerPreaccepted(_)), _) => {
                (call, Err(SayError::NotAnswered))
            }
            // Of an answered call, or of one that is over, to a device that answered or rang late.
            (
                call @ (Self::CallerAccepted(_)
                | Self::CallerRejected(_)
                | Self::CallerTerminated(_)),
                _,
            ) => (call, Ok(Said::Dismissed)),
            (other, _) => other.cannot_say("terminate"),
        }
    }

    fn cannot_say(self, element: &'static str) -> Saying {
        let (role, phase) = (self.role(), self.phase());
        let why = SayError::NotSaid {
            element,
            role,
            phase,
        };
        (self, Err(why))
    }
}

/// Why a `<terminate>` makes devices stop ringing, if it is not the end of the call.
fn dismissal(terminate: &Terminate) -> Option<Meaning> {
    let reason = terminate.reason().map(TerminateReason::meaning)?;
    matches!(
        reason,
        Meaning::AcceptedElsewhere | Meaning::RejectedElsewhere
    )
    .then_some(reason)
}

/// The id of a stanza that is made only to take its step.
fn unstamped() -> StanzaId {
    "recorded".parse().expect("it is short and printable")
}

fn stays(call: impl Into<AnyCall>) -> Saying {
    (call.into(), Ok(Said::Step))
}

/// The rates that an answer stated; those of the offer, if it stated none.
fn rates<R: Role, P: MayReadOffer<R>>(call: &Call<R, P>, stated: &[Audio]) -> Option<AudioRates> {
    let mut rates = stated.iter().filter_map(|audio| audio.rate);
    match rates.next() {
        Some(preferred) => Some(AudioRates {
            preferred,
            others: rates.collect(),
        }),
        None => AudioRates::of(call.offer()),
    }
}

/// Takes the step of an answer: with what was recorded, or, if the offer has no such rate, with what it has. The answer was
/// sent, whatever it said.
fn answer<R: Role, P: MayReadOffer<R>, N: Role, Q: Phase, S, T>(
    call: Call<R, P>,
    stated: &[Audio],
    step: impl Fn(
        Call<R, P>,
        AudioRates,
    ) -> Result<(Call<N, Q>, S), Refused<T, Call<R, P>, AnswerError>>,
) -> Saying
where
    Call<R, P>: Into<AnyCall>,
    Call<N, Q>: Into<AnyCall>,
{
    let stated = rates(&call, stated).unwrap_or_else(|| AudioRates::only(AudioRates::WIDEBAND));
    let refused = match step(call, stated) {
        Ok((call, _)) => return stays(call),
        Err(refused) => refused.into_parts(),
    };
    let why = Err(refused.reason.into());
    let Some(offered) = AudioRates::of(refused.call.offer()) else {
        return (refused.call.into(), why);
    };
    match step(refused.call, offered) {
        Ok((call, _)) => (call.into(), why),
        Err(refused) => (refused.into_parts().call.into(), why),
    }
}

fn preaccept<R: Role, P>(call: Call<R, P>, said: &Preaccept) -> Saying
where
    P: MayPreaccept<R> + MayReadOffer<R>,
    Call<R, P>: Into<AnyCall>,
    Call<R, Preaccepted>: Into<AnyCall>,
{
    answer(call, &said.audio, |call, rates| {
        call.preaccept(unstamped(), rates)
    })
}

fn accept<R: Role, P>(call: Call<R, P>, said: &Accept) -> Saying
where
    P: MayAccept<R> + MayReadOffer<R>,
    Call<R, P>: Into<AnyCall>,
    Call<R, Accepted>: Into<AnyCall>,
{
    answer(call, &said.audio, |call, rates| {
        call.accept(Answer {
            video: said.video.clone(),
            ..Answer::new(rates)
        })
    })
}

fn reject<R: Role, P: MayReject<R>>(call: Call<R, P>, said: &Reject) -> Saying
where
    Call<R, Rejected>: Into<AnyCall>,
{
    stays(match said.reason() {
        Some(reason) => call.reject_with(reason.clone()).0,
        None => call.reject().0,
    })
}

fn reject_while_ringing<R: Role, P: MayRejectWhileRinging<R>>(call: Call<R, P>) -> Saying
where
    Call<R, Rejected>: Into<AnyCall>,
{
    stays(call.reject_while_ringing().0)
}

fn terminate<R: Role, P: MayTerminate<R>>(call: Call<R, P>, said: &Terminate) -> Saying
where
    Call<R, Terminated>: Into<AnyCall>,
{
    let ending = Ending {
        reason: said.reason().cloned(),
        devices: Vec::new(),
    };
    stays(call.terminate_with(ending).0)
}

fn give_up<P: MayGiveUp<Caller>>(call: Call<Caller, P>, declined: &mut Option<Decline>) -> Saying
where
    Call<Caller, P>: Into<AnyCall>,
{
    let Some(decline) = declined.take() else {
        return (call.into(), Err(SayError::NotDeclined));
    };
    match call.give_up(decline) {
        Ok((call, _)) => stays(call),
        Err(refused) => (refused.into_parts().call.into(), Err(SayError::NotDeclined)),
    }
}

fn abandon<R: Role, P: MayAbandon<R>>(call: Call<R, P>) -> Saying
where
    Call<R, Terminated>: Into<AnyCall>,
{
    stays(call.abandon())
}

/// Steps that leave a call in its phase: each is there where its law is.
macro_rules! stays {
    ($($step:ident: $law:ident),+ $(,)?) => {
        $(fn $step<R: Role, P: $law<R>>(call: Call<R, P>) -> Saying
        where
            Call<R, P>: Into<AnyCall>,
        {
            stays(call)
        })+
    };
}

stays! {
    transport: MaySendTransport,
    relay_latency: MaySendRelayLatency,
    mute: MaySendMute,
    heartbeat: MaySendHeartbeat,
    video: MayNegotiateVideo,
    duration: MayReportDuration,
}
