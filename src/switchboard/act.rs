//! What the user does.

use std::time::{Duration, Instant};

use crate::any::{AnyCall, KnowsItsPhase, Stepped};
use crate::call::video::AnyVideo;
use crate::call::{AnswerError, Call, Decline, Ending, Refused, RelayReport, TransportMessage};
use crate::id::{OwnAddress, StanzaId};
use crate::phase::{Phase, Role};
use crate::stanza::{Answer, AudioRates, Identity, MuteState, TerminateReason};

use super::transmit::WithReaction as _;
use super::{Reaction, Switchboard, Transmit};

impl Switchboard {
    /// Returns a new id, for the steps that take one: `preaccept` and `heartbeat` (SIG-04.5, SIG-14.3). Take it before
    /// the step, because the board is borrowed in the closure. Every other stanza gets its id when it is sent.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Accepted, Call, Callee, Identity, Reaction, Switchboard};
    ///
    /// fn beat(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     let id = board.next_id();
    ///     board.step(call, Instant::now(), |call: Call<Callee, Accepted>| {
    ///         let heartbeat = call.heartbeat(id);
    ///         (call, heartbeat)
    ///     })
    /// }
    /// ```
    pub fn next_id(&mut self) -> StanzaId {
        self.outbox.fresh()
    }

    /// Takes a step on a live call. The closure gets the typed call, if the call is of that role and phase, and returns
    /// a call ([`Stepped`]) and what to send ([`Transmit`]); you get that with an id of its own. Returns `None`, and
    /// nothing has happened, if there is no such call, it is over, or it is in another phase.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Accepted, Acked, AudioRates, Call, Callee, Identity, MuteState, Reaction, Switchboard};
    ///
    /// fn ring(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     let (id, rates) = (board.next_id(), AudioRates::only(AudioRates::WIDEBAND));
    ///     match board.step(call, Instant::now(), |call: Call<Callee, Acked>| call.preaccept(id, rates))? {
    ///         Ok(reaction) => Some(reaction),
    ///         Err(refused) => {
    ///             eprintln!("{}", refused.reason()); // the call can still be declined
    ///             None
    ///         }
    ///     }
    /// }
    ///
    /// // A step that only borrows the call returns both.
    /// fn mute(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     board.step(call, Instant::now(), |mut call: Call<Callee, Accepted>| {
    ///         let mute = call.mute(MuteState::MUTED);
    ///         (call, mute)
    ///     })
    /// }
    /// ```
    ///
    /// If the closure panics, or returns another call than the one it got (you get `None` then), the call has ended and
    /// nothing is sent; the next [`Reaction`] tells so.
    #[must_use = "`None` means that nothing happened, and a reaction has to be sent"]
    pub fn step<R, P, S>(
        &mut self,
        call: &Identity,
        now: Instant,
        step: impl FnOnce(Call<R, P>) -> S,
    ) -> Option<<S::Given as Transmit>::Output>
    where
        R: Role,
        P: Phase,
        S: Stepped,
        S::Given: Transmit,
        Call<R, P>: TryFrom<AnyCall, Error = AnyCall>,
    {
        self.act_and_hand_out(call, now, |call| call.step(step))
    }

    /// Acts on a live call and hands out the reaction.
    fn act_and_hand_out<T: Transmit>(
        &mut self,
        call: &Identity,
        now: Instant,
        action: impl FnOnce(&mut AnyCall) -> Option<T>,
    ) -> Option<T::Output> {
        self.begin(now);
        let sent = self.act(call, now, action)?;
        Some(sent.with(|| self.hand_out()))
    }

    /// Acts on a live call: stores what it becomes, sends what it sends, and does what follows.
    pub(super) fn act<T: Transmit>(
        &mut self,
        call: &Identity,
        now: Instant,
        action: impl FnOnce(&mut AnyCall) -> Option<T>,
    ) -> Option<T::Sent> {
        let live = self.table.find_live(call)?;
        let lost = live.call.lost();
        let identity = lost.identity().clone();
        let mut watch = Watch {
            lost: &mut self.lost,
            call: Some(identity.clone()),
        };
        let stanzas = action(&mut live.call);
        watch.call = None;
        drop(watch);
        let stanzas = stanzas?;
        let is_swapped = !live.call.is_the_same(&lost);
        if is_swapped {
            live.call = lost;
        }
        self.table.reindex(&identity); // it may have learned an address
        self.retire(&identity, now);
        self.follow(&identity, now);
        // Another call's stanzas are not this one's to send.
        (!is_swapped).then(|| self.transmit(&identity, stanzas))
    }

    /// Answers an incoming call with the `<accept>` of [`Call::accept`](crate::Call::accept) under a new id, whether this device has
    /// sent `<preaccept>` or not ([`AnyCall::answer`], SIG-16.32, SIG-04.1). Returns `None` if there is no such call, or it is
    /// outgoing, a group call, answered or over.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Answer, AudioRates, Identity, Reaction, Switchboard};
    ///
    /// fn green_button(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     let rates = AudioRates::of(board.get(call)?.offer()?)?;
    ///     match board.answer(call, Instant::now(), Answer::new(rates))? {
    ///         Ok(reaction) => Some(reaction),
    ///         Err(refused) => {
    ///             eprintln!("{}", refused.reason()); // a rate that was not offered: you can still decline it
    ///             None
    ///         }
    ///     }
    /// }
    /// ```
    #[doc(alias = "accept")]
    #[must_use = "the peer learns of it only when this is sent, and the user only when its events are shown"]
    pub fn answer(
        &mut self,
        call: &Identity,
        now: Instant,
        answer: Answer,
    ) -> Option<Result<Reaction, Refused<Answer, (), AnswerError>>> {
        self.act_and_hand_out(call, now, |call| call.answer(answer))
    }

    /// Declines an incoming call that is not answered, with `<reject>` or `<terminate>` as its phase has it
    /// ([`AnyCall::decline`]). Returns `None` if there is no such call, or it is outgoing, answered or over.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Identity, Reaction, Switchboard};
    ///
    /// fn red_button(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     board.decline(call, Instant::now())
    /// }
    /// ```
    #[doc(alias("reject call", "decline call"))]
    #[doc(alias = "reject")]
    #[must_use = "the peer learns of it only when this is sent, and the user only when its events are shown"]
    pub fn decline(&mut self, call: &Identity, now: Instant) -> Option<Reaction> {
        let dialect = self.policy.dialect;
        self.act_and_hand_out(call, now, |call| call.decline(dialect))
    }

    /// Ends a live call in the one way that its phase has for it ([`AnyCall::hang_up`]): `<reject>` before this device
    /// has told the caller that it rings (SIG-18.18), `<terminate>` or `<reject>` from then on, as the dialect has it (SIG-08.12,
    /// OBS-3), and for a caller `<terminate>` at any time (SIG-17.39). Returns `None` if there is no such call, or it is over.
    ///
    /// ```xml
    /// <call to="15550199:3@lid" id="3EB00003">
    ///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// <call to="15550199:3@lid" id="3EB00003">
    ///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Identity, Reaction, Switchboard};
    ///
    /// fn red_button(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     board.hang_up(call, Instant::now())
    /// }
    /// ```
    #[doc(alias("hang up"))]
    #[doc(alias = "terminate")]
    #[doc(alias = "cancel")]
    #[must_use = "the peer learns of it only when this is sent, and the user only when its events are shown"]
    pub fn hang_up(&mut self, call: &Identity, now: Instant) -> Option<Reaction> {
        let dialect = self.policy.dialect;
        self.act_and_hand_out(call, now, |call| call.hang_up(dialect))
    }

    // wacrg:SIG-12
    /// Ends a call that nobody has answered, because its ring window is over, which this does not check
    /// ([`AnyCall::time_out`]). A caller sends `<terminate>` with the reason `timeout` (SIG-12.11). A callee that has
    /// sent `<preaccept>` does the same (SIG-04.3), and one that has not sends nothing. A callee has then *missed* the
    /// call; to a caller it *timed out*, or was *declined* if a user's decline was heard before. Returns `None` if
    /// there is no such call, or it is answered or over.
    ///
    /// ```xml
    /// <call to="15550199@lid" id="3EB00004">
    ///   <terminate call-id="00C0FFEE" call-creator="15550100:2@lid" reason="timeout"/>
    /// </call>
    /// ```
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Reaction, Switchboard};
    ///
    /// fn tick(board: &mut Switchboard, now: Instant, react: &mut dyn FnMut(Reaction)) {
    ///     for call in board.expired(now) {
    ///         board.time_out(&call, now).into_iter().for_each(&mut *react);
    ///     }
    /// }
    /// ```
    #[doc(alias("missed call", "ring timeout"))]
    #[doc(alias("SIG-12.11", "FLOW-MISSED.6"))]
    #[must_use = "the peer learns of it only when this is sent, and the user only when its events are shown"]
    pub fn time_out(&mut self, call: &Identity, now: Instant) -> Option<Reaction> {
        self.act_and_hand_out(call, now, AnyCall::time_out)
    }

    /// Begins the negotiation of video in an answered call ([`Call::video`]). `None` if there is no such call, it is not
    /// answered, or you have the negotiation already. Give it what [`Event::Video`](crate::Event::Video) has, and send what
    /// its steps return with [`step`](Self::step).
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Accepted, AnyVideo, Call, Callee, Identity, Reaction, Switchboard};
    ///
    /// /// The peer has asked for video (`VideoHeard::Asks`), and the user agrees.
    /// fn agree(board: &mut Switchboard, call: &Identity, video: AnyVideo) -> (AnyVideo, Option<Reaction>) {
    ///     match video {
    ///         AnyVideo::AskedByPeer(video) => {
    ///             let (running, stanzas) = video.agree();
    ///             let sent = board.step(call, Instant::now(), |call: Call<Callee, Accepted>| (call, stanzas));
    ///             (running.into(), sent)
    ///         }
    ///         other => (other, None),
    ///     }
    /// }
    /// ```
    pub fn video(&mut self, call: &Identity) -> Option<AnyVideo> {
        self.table.find_live(call)?.call.video()
    }

    /// Tells the call service how long a call was that this end has hung up, with the `<duration>` of [`Call::report_duration`]
    /// under a new id. `None` if there is no such call, it goes on, nobody answered it, or the peer ended it.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use ringstate::{Identity, Reaction, Switchboard};
    ///
    /// fn report(board: &mut Switchboard, call: &Identity, sound: Duration) -> Option<Reaction> {
    ///     board.report_duration(call, Instant::now(), sound, None)
    /// }
    /// ```
    #[must_use = "the call service learns of it only when this is sent"]
    pub fn report_duration(
        &mut self,
        call: &Identity,
        now: Instant,
        audio: Duration,
        video: Option<Duration>,
    ) -> Option<Reaction> {
        self.begin(now);
        let ended = self.table.find(call)?.call()?;
        let (call, report) = (
            ended.identity().clone(),
            ended.report_duration(audio, video)?,
        );
        self.transmit(&call, report);
        Some(self.hand_out())
    }

    /// Returns the calls whose ring window is over and that nobody has answered, the oldest first. They go on until you
    /// do something about it, usually [`time_out`](Self::time_out).
    ///
    /// The documents leave the length of the window open (SIG-12.10); it is a [policy](crate::Policy::ring_window).
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Identity, Switchboard};
    ///
    /// fn rings_too_long(board: &Switchboard, call: &Identity) -> bool {
    ///     board.expired(Instant::now()).contains(call)
    /// }
    /// ```
    #[doc(alias("ring window", "ring timeout"))]
    #[doc(alias("SIG-04.3", "SIG-12.10"))]
    #[must_use]
    pub fn expired(&self, now: Instant) -> Vec<Identity> {
        let Some(time) = now.checked_sub(self.policy.ring_window) else {
            return Vec::new();
        };
        let calls = self.table.ringing_since(time).into_iter();
        calls.map(|live| live.call.identity().clone()).collect()
    }

    /// Returns when the next ring window will be over, after this time, if nothing happens until then: ask
    /// [`expired`](Self::expired) again at that time. Returns `None` if none will be.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use ringstate::Switchboard;
    ///
    /// fn how_long_to_sleep(board: &Switchboard, now: Instant) -> Option<Duration> {
    ///     Some(board.next_expiry(now)? - now)
    /// }
    /// ```
    #[must_use]
    pub fn next_expiry(&self, now: Instant) -> Option<Instant> {
        let window = self.policy.ring_window;
        let since = self.table.first_ringing_after(now.checked_sub(window))?;
        since.checked_add(window)
    }
}

/// Notes a call as lost if the step on it does not finish.
struct Watch<'a> {
    lost: &'a mut Vec<Identity>,
    call: Option<Identity>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.lost.extend(self.call.take());
    }
}

stubs! {
    impl (Switchboard) where (Self: KnowsItsPhase<'a>);
    fn acknowledge(&mut self, _: &Identity, _: &OwnAddress);
    fn preaccept(&mut self, _: &Identity, _: StanzaId, _: AudioRates);
    fn accept(&mut self, _: &Identity, _: Answer);
    fn reject(&mut self, _: &Identity);
    fn reject_with(&mut self, _: &Identity, _: TerminateReason);
    fn reject_while_ringing(&mut self, _: &Identity);
    fn terminate(&mut self, _: &Identity);
    fn terminate_with(&mut self, _: &Identity, _: impl Into<Ending>);
    fn give_up(&mut self, _: &Identity, _: Decline);
    fn abandon(&mut self, _: &Identity);
    fn transport(&mut self, _: &Identity, _: TransportMessage);
    fn relay_latency(&mut self, _: &Identity, _: RelayReport);
    fn mute(&mut self, _: &Identity, _: MuteState);
    fn repeat_mute(&mut self, _: &Identity);
    fn heartbeat(&mut self, _: &Identity, _: StanzaId);
}
