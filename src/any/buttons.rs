//! What a user does with a call in any phase: each button takes the one step that the phase has for it.

use std::time::Duration;

use super::AnyCall;
use crate::call::video::AnyVideo;
use crate::call::{AnswerError, Call, Ending, Refused};
use crate::id::StanzaId;
use crate::phase::{Accepted, Acked, Callee, Caller, Invitee, Offered, Preaccepted};
use crate::stanza::{
    Accept, Answer, CallDuration, Dialect, Enc, Outbound, Reject, Stanza, Terminate,
    TerminateReason,
};

/// What a call sends as it ends: `<reject>`, `<terminate>` or nothing, as its phase has it.
///
/// ```xml
/// <call to="15550199:3@lid">
///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
/// </call>
/// ```
///
/// Neither a reject nor a terminate is built with an id (SIG-08.3, SIG-14.2), and servers drop those that have none.
/// [`with_id`](Self::with_id) adds one.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the peer learns that the call has ended only when this is sent"]
pub enum LastWord {
    /// The callee declines before it has told the caller that it rings (SIG-18.18), or, in the dialect of WhatsApp Web, after
    /// that too (OBS-3).
    Reject(Outbound<Reject>),
    /// The callee declines after that (SIG-08.12), or one of the two ends the call (SIG-17.35, SIG-17.39).
    Terminate(Outbound<Terminate>),
    /// Nobody has to be told.
    Nothing,
}

impl LastWord {
    /// The same, to be written in this dialect.
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        match self {
            Self::Reject(reject) => Self::Reject(reject.in_dialect(dialect)),
            Self::Terminate(terminate) => Self::Terminate(terminate.in_dialect(dialect)),
            Self::Nothing => Self::Nothing,
        }
    }

    /// The stanza under a new id, if there is one. The id's acknowledgement is not matched: for that, take the
    /// [`Outbound`] out and call [`Outbound::with_id`].
    ///
    /// ```
    /// use ringstate::{AnyCall, Dialect, Stanza, StanzaId};
    ///
    /// fn red_button(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     call.hang_up(Dialect::default())?.with_id(id)
    /// }
    /// ```
    #[must_use = "the peer learns that the call has ended only when this is sent"]
    pub fn with_id(self, id: StanzaId) -> Option<Stanza> {
        match self {
            Self::Reject(reject) => Some(reject.with_id(id).0),
            Self::Terminate(terminate) => Some(terminate.with_id(id).0),
            Self::Nothing => None,
        }
    }

    /// The stanza without an id, in the form of the documents ([`Outbound::without_id`]).
    #[must_use = "the peer learns that the call has ended only when this is sent"]
    pub fn without_id(self) -> Option<Stanza> {
        match self {
            Self::Reject(reject) => Some(reject.without_id()),
            Self::Terminate(terminate) => Some(terminate.without_id()),
            Self::Nothing => None,
        }
    }
}

/// Buttons, which go by the phase that the call is in.
impl AnyCall {
    /// Answers an incoming call with the `<accept>` of [`Call::accept`], whether this device has sent `<preaccept>` or not
    /// ([`MayAccept`](crate::law::MayAccept), SIG-16.32, SIG-04.1). `None` if the call is outgoing, a group call, answered or
    /// over, or its offer is not acknowledged; nothing has happened then.
    ///
    /// ```
    /// use ringstate::{Answer, AnyCall, AudioRates, Stanza, StanzaId};
    ///
    /// fn green_button(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     let rates = AudioRates::of(call.offer()?)?;
    ///     match call.answer(Answer::new(rates))? {
    ///         Ok(accept) => Some(accept.with_id(id).0), // servers drop an accept without an id
    ///         Err(refused) => {
    ///             eprintln!("{}", refused.reason()); // a rate that was not offered: you can still decline it
    ///             None
    ///         }
    ///     }
    /// }
    /// ```
    #[doc(alias("green button"))]
    #[doc(alias = "accept")]
    #[must_use = "the peer learns of the answer only when this is sent"]
    pub fn answer(
        &mut self,
        answer: Answer,
    ) -> Option<Result<Outbound<Accept>, Refused<Answer, (), AnswerError>>> {
        match self {
            Self::CalleeAcked(_) => self.step(|call: Call<Callee, Acked>| call.accept(answer)),
            Self::CalleePreaccepted(_) => {
                self.step(|call: Call<Callee, Preaccepted>| call.accept(answer))
            }
            _ => None,
        }
    }

    /// Declines an incoming call that is not answered, in the one way that its phase has for it: `<reject>` before this
    /// device has told the caller that it rings (SIG-18.18). After that, it is `<terminate>` in the dialect of the documents
    /// (SIG-08.12), and `<reject>` in that of WhatsApp Web (OBS-3). `None` if the call is outgoing, answered or over, or its
    /// offer is not acknowledged.
    ///
    /// ```
    /// use ringstate::{AnyCall, Dialect, Stanza, StanzaId};
    ///
    /// fn decline(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     call.decline(Dialect::WhatsAppWeb)?.with_id(id)
    /// }
    /// ```
    #[doc(alias = "reject")]
    #[must_use = "the peer learns that the call is declined only when this is sent"]
    pub fn decline(&mut self, dialect: Dialect) -> Option<LastWord> {
        let word = match self {
            Self::CalleeAcked(_) => self
                .step(|call: Call<Callee, Acked>| call.reject())
                .map(LastWord::Reject),
            Self::CalleePreaccepted(_) => match dialect {
                Dialect::Documents => self
                    .step(|call: Call<Callee, Preaccepted>| call.terminate())
                    .map(LastWord::Terminate),
                Dialect::WhatsAppWeb => self
                    .step(|call: Call<Callee, Preaccepted>| call.reject_while_ringing())
                    .map(LastWord::Reject),
            },
            Self::InviteeAcked(_) => self
                .step(|call: Call<Invitee, Acked>| call.reject())
                .map(LastWord::Reject),
            _ => None,
        };
        word.map(|word| word.in_dialect(dialect))
    }

    /// Ends a live call: [declines](Self::decline) it where it is incoming and not answered, and sends `<terminate>` where
    /// it is answered (SIG-17.35) or outgoing (SIG-17.39). `None` if the call is over, or it is incoming and its offer is not acknowledged.
    ///
    /// ```xml
    /// <call to="15550199:3@lid">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::{AnyCall, Dialect, Stanza, StanzaId};
    ///
    /// fn red_button(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     call.hang_up(Dialect::default())?.with_id(id)
    /// }
    /// ```
    #[doc(alias("hang up", "red button"))]
    #[doc(alias = "terminate")]
    #[doc(alias = "cancel")]
    #[must_use = "the peer learns that the call has ended only when this is sent"]
    pub fn hang_up(&mut self, dialect: Dialect) -> Option<LastWord> {
        let terminate = match self {
            Self::CalleeAcked(_) | Self::CalleePreaccepted(_) | Self::InviteeAcked(_) => {
                return self.decline(dialect);
            }
            Self::CalleeAccepted(_) => self.step(|call: Call<Callee, Accepted>| call.terminate()),
            Self::CallerOffered(_) => self.step(|call: Call<Caller, Offered>| call.terminate()),
            Self::CallerAcked(_) => self.step(|call: Call<Caller, Acked>| call.terminate()),
            Self::CallerPreaccepted(_) => {
                self.step(|call: Call<Caller, Preaccepted>| call.terminate())
            }
            Self::CallerAccepted(_) => self.step(|call: Call<Caller, Accepted>| call.terminate()),
            Self::CalleeOffered(_)
            | Self::CalleeRejected(_)
            | Self::CalleeTerminated(_)
            | Self::CallerRejected(_)
            | Self::CallerTerminated(_)
            | Self::InviteeOffered(_)
            | Self::InviteeRejected(_)
            | Self::InviteeTerminated(_) => None,
        };
        terminate.map(|terminate| LastWord::Terminate(terminate).in_dialect(dialect))
    }

    /// Ends a call that nobody has answered, because its ring window is over. A caller sends `<terminate>` with the reason
    /// `timeout` (SIG-12.11). A callee that has told the caller that it rings sends the same (SIG-04.3), and one that has
    /// not sends nothing. `None` if the call is answered or over, or it is incoming and its offer is not acknowledged.
    ///
    /// A callee has then *missed* the call. To a caller it *timed out*, or was *declined* if a user's decline was heard before.
    ///
    /// ```xml
    /// <call to="15550199@lid">
    ///   <terminate call-id="00C0FFEE" call-creator="15550100:2@lid" reason="timeout"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use ringstate::{AnyCall, Outcome, Stanza, StanzaId};
    ///
    /// fn ring_window_is_over(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    ///     let told = call.time_out()?.with_id(id);
    ///     if call.outcome() == Some(Outcome::Missed) {
    ///         println!("missed call");
    ///     }
    ///     told
    /// }
    /// ```
    #[doc(alias("missed call", "ring timeout"))]
    #[must_use = "the peer learns that the call has ended only when this is sent"]
    pub fn time_out(&mut self) -> Option<LastWord> {
        let timeout = Ending::from(TerminateReason::TIMEOUT);
        let terminate = match self {
            Self::CalleeAcked(_) => {
                let abandoned = self.step(|call: Call<Callee, Acked>| call.abandon());
                return abandoned.map(|()| LastWord::Nothing);
            }
            Self::InviteeAcked(_) => {
                let abandoned = self.step(|call: Call<Invitee, Acked>| call.abandon());
                return abandoned.map(|()| LastWord::Nothing);
            }
            Self::CalleePreaccepted(_) => {
                self.step(|call: Call<Callee, Preaccepted>| call.terminate_with(timeout))
            }
            Self::CallerOffered(_) => {
                self.step(|call: Call<Caller, Offered>| call.terminate_with(timeout))
            }
            Self::CallerAcked(_) => {
                self.step(|call: Call<Caller, Acked>| call.terminate_with(timeout))
            }
            Self::CallerPreaccepted(_) => {
                self.step(|call: Call<Caller, Preaccepted>| call.terminate_with(timeout))
            }
            _ => None,
        };
        terminate.map(LastWord::Terminate)
    }

    /// Begins the negotiation of video, once the call is answered ([`Call::video`]). `None` if it is not, or you have the
    /// negotiation already.
    ///
    /// ```
    /// use ringstate::{AnyCall, AnyVideo};
    ///
    /// fn answered(call: &mut AnyCall, video: &mut Option<AnyVideo>) {
    ///     *video = call.video().or(video.take());
    /// }
    /// ```
    pub fn video(&mut self) -> Option<AnyVideo> {
        match self {
            Self::CalleeAccepted(call) => call.video(),
            Self::CallerAccepted(call) => call.video(),
            _ => None,
        }
    }

    /// Tells the call service how long the call was, once this end has hung up ([`Call::report_duration`]). `None` if it has
    /// not.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ringstate::{AnyCall, Stanza, StanzaId};
    ///
    /// fn report(call: &AnyCall, sound: Duration, id: StanzaId) -> Option<Stanza> {
    ///     Some(call.report_duration(sound, None)?.with_id(id).0)
    /// }
    /// ```
    #[must_use = "the call service learns of it only when this is sent"]
    pub fn report_duration(
        &self,
        audio: Duration,
        video: Option<Duration>,
    ) -> Option<Outbound<CallDuration>> {
        match self {
            Self::CalleeTerminated(call) => call.report_duration(audio, video),
            Self::CallerTerminated(call) => call.report_duration(audio, video),
            _ => None,
        }
    }

    /// The encrypted call key for this device, once the callee has rung or answered
    /// ([`MayReadCallKey`](crate::law::MayReadCallKey), SIG-18.13). `None` in every other phase, and where the offer has no
    /// key for this device.
    ///
    /// ```
    /// use ringstate::AnyCall;
    ///
    /// fn decrypt(call: &AnyCall, signal: impl Fn(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    ///     Some(signal(call.call_key()?.content().bytes()?))
    /// }
    /// ```
    #[must_use]
    pub fn call_key(&self) -> Option<&Enc> {
        match self {
            Self::CalleePreaccepted(call) => call.call_key(),
            Self::CalleeAccepted(call) => call.call_key(),
            _ => None,
        }
    }
}
