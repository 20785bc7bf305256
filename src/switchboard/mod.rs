//! Many calls: the one place where a stanza meets a table of them.

mod event;
mod outbox;
mod queue;
mod receive;
mod settings;
mod table;

use std::time::Instant;

use crate::any::{AnyCall, InOnePhase, Stepped};
use crate::call::{Call, Ending, NewCall, Reason, Refused, TransportMessage};
use crate::id::{Jid, OwnAddress, StanzaId};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Offered, Phase, Preaccepted, Role, same_person,
};
use crate::stanza::{Answer, AudioRates, Identity, MuteState, TerminateReason};

use outbox::{Mouth, Outbox};
use table::{Live, Table};

pub use event::{Event, MissedCall, Reaction};
pub use outbox::Speech;
pub use settings::{Dismissal, Limit, Limits, OnDecline, OnGlare, Policy};

/// All calls of one account: it gives every stanza to the call that it is of, and tells what to send and what happened.
///
/// ```
/// use std::time::Instant;
/// use ringstate::{Acked, Call, Callee, Event, OwnAddress, Reaction, Switchboard, xml};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let me = OwnAddress::lid("15550100:2@lid".parse()?);
/// let mut next = 0;
/// let mut board = Switchboard::new(me, move || {
///     next += 1; // a program takes random ids
///     format!("3EB0{next:04}").parse().expect("an id")
/// });
///
/// # let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" notify="Ann">
/// #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let Reaction { send, events } = board.receive(xml::parse(document)?, Instant::now());
/// assert_eq!(send.len(), 2); // <ack/>, then <receipt/>
/// let Some(Event::Rings { call }) = events.into_iter().next() else { unreachable!() };
///
/// // The user declines. What may not be said in the phase does not compile; `None` is the answer of any other phase.
/// let reaction = board.step(&call, Instant::now(), |call: Call<Callee, Acked>| call.reject());
/// let Some(Reaction { send, .. }) = reaction else { unreachable!() };
/// assert_eq!(
///     xml::to_string(&send[0]),
///     r#"<call to="15550199:3@lid" id="3EB00001"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#
/// );
///
/// // The offer comes again: acknowledged and receipted, and it does not ring.
/// let Reaction { send, events } = board.receive(xml::parse(document)?, Instant::now());
/// assert_eq!(send.len(), 2);
/// assert!(matches!(&events[..], [Event::NothingNew { .. }]));
/// # Ok(())
/// # }
/// ```
///
/// # What it decides
///
/// | what comes | what happens |
/// | --- | --- |
/// | a stanza of a call | it goes to the call with that `call-id` whose creator is the same person (SIG-17.44) |
/// | the server's acknowledgement | it is matched by the id that the stanza was sent under (SIG-17.16); one of an unknown id that refuses something, by the ids in its `<error>` |
/// | an offer of an unknown call | it is acknowledged and receipted, and [rings](Event::Rings) |
/// | an offer that came before | it is acknowledged and receipted again (SIG-07.5) and neither restarts nor revives the call |
/// | an offer of a call that is over | it is acknowledged and receipted, and counts as [missed](Event::Missed) |
/// | a `<terminate>` before its offer | it is acknowledged and remembered; the offer then counts as missed |
/// | what overtakes the server's acknowledgement of our offer | it is acknowledged at once, kept, and heard when that comes |
/// | a stanza of a stranger, or one that the call does not hear | it is acknowledged and [refused](Event::Refused) |
/// | anything of a call that is over | it is acknowledged and changes nothing |
///
/// Whatever it is, a `<call>` with an id gets one acknowledgement, as the first stanza to send.
///
/// # What is yours
///
/// Time is an argument, and ought not to run backwards. There is no clock here, no thread, no lock and no random number:
/// ids come from the source that [`new`](Self::new) is given, and [`expired`](Self::expired) is asked, not run.
///
/// The table is bounded by [`Limits`]. What is remembered of a call that is over is what keeps it from ringing again; one
/// that is [forgotten](Limits::ended_calls) and offered again would be a new call.
#[derive(Debug)]
pub struct Switchboard {
    me: OwnAddress,
    policy: Policy,
    limits: Limits,
    table: Table,
    outbox: Outbox,
    /// Calls that were lost in a step which panicked: they have ended, and nobody knows.
    lost: Vec<Identity>,
}

impl Switchboard {
    /// A switchboard without calls, for the account with this address, with the default [`Policy`] and [`Limits`].
    ///
    /// `ids` makes up the ids of stanzas: random ones, never the same twice.
    pub fn new(me: OwnAddress, ids: impl FnMut() -> StanzaId + Send + Sync + 'static) -> Self {
        Self::with(me, Policy::default(), Limits::default(), ids)
    }

    /// A switchboard with another policy and other limits.
    pub fn with(
        me: OwnAddress,
        policy: Policy,
        limits: Limits,
        ids: impl FnMut() -> StanzaId + Send + Sync + 'static,
    ) -> Self {
        Self {
            me,
            policy,
            limits,
            table: Table::default(),
            outbox: Outbox::new(ids),
            lost: Vec::new(),
        }
    }

    /// The call with this identity, live or over, if it is known.
    ///
    /// ```
    /// use ringstate::stanza::Identity;
    /// use ringstate::{AnyCall, Switchboard};
    ///
    /// fn title(board: &Switchboard, call: &Identity) -> Option<String> {
    ///     match board.get(call)? {
    ///         AnyCall::CalleeAcked(call) => Some(format!("{} calls", call.envelope().notify().unwrap_or("somebody"))),
    ///         call => Some(call.phase().to_owned()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn get(&self, call: &Identity) -> Option<&AnyCall> {
        self.table.find(call)?.call()
    }

    /// The calls that are not over, in no particular order.
    pub fn live(&self) -> impl Iterator<Item = &AnyCall> {
        let calls = self.table.live().map(|live| &live.call);
        calls.filter(|call| call.outcome().is_none()) // one that was lost is over
    }

    /// Makes a call: the `<offer>` to send, under a new id, and the identity of the call.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::stanza::Identity;
    /// use ringstate::{NewCall, Reaction, Switchboard};
    ///
    /// fn ring(board: &mut Switchboard, call: NewCall) -> Option<(Identity, Reaction)> {
    ///     match board.call(call, Instant::now()) {
    ///         Ok(ringing) => Some(ringing),
    ///         Err(refused) => {
    ///             eprintln!("{}", refused.reason());
    ///             None // a program would show why
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Reason::NotThisAccount`] when its creator is somebody else than this switchboard is for, [`Reason::IdUsed`] when any known call had the `call-id` (SIG-17.38), [`Reason::TooManyCalls`] and
    /// [`Reason::TooManyDevices`] as [`Limits`] has it; with the call that was to be made.
    pub fn call(
        &mut self,
        call: NewCall,
        now: Instant,
    ) -> Result<(Identity, Reaction), Refused<NewCall, ()>> {
        let reason = if !self.is_own(call.creator.address()) {
            Reason::NotThisAccount
        } else if self.table.is_used(&call.call_id) {
            Reason::IdUsed
        } else if self.table.live_len() >= self.limits.live_calls {
            let limit = self.limits.live_calls;
            Reason::TooManyCalls { limit }
        } else if call.devices.others.len() >= self.limits.devices {
            let limit = self.limits.devices;
            Reason::TooManyDevices { limit }
        } else {
            let mut reaction = self.begin(now);
            let id = self.outbox.fresh();
            let (offered, offer) = call.offer(id);
            let identity = offered.identity().clone();
            let call = AnyCall::from(offered);
            self.table.list(&call);
            self.table.add(Live {
                call,
                since: now,
                awaits: None,
                parked: None,
            });
            reaction.append(self.say(&identity, offer));
            return Ok((identity, reaction));
        };
        Err(Refused::new((), call, reason))
    }

    /// A new id, for the steps that take one: `preaccept` and `heartbeat`.
    pub fn next_id(&mut self) -> StanzaId {
        self.outbox.fresh()
    }

    /// Takes a step on a live call: the closure gets the typed call, if the call is of that role and phase, and has to give
    /// a call back ([`Stepped`]) and what it says ([`Speech`]), which is handed on under an id of its own. `None`, and
    /// nothing has happened, if there is no such call, it is over, or it is in another phase.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::stanza::{Identity, MuteState};
    /// use ringstate::{
    ///     Accepted, Acked, Answer, AudioRates, Call, Callee, Preaccepted, Reaction, Switchboard,
    /// };
    ///
    /// fn ring(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     let (id, rates) = (board.next_id(), AudioRates::only(AudioRates::WIDEBAND));
    ///     match board.step(call, Instant::now(), |call: Call<Callee, Acked>| call.preaccept(id, rates))? {
    ///         Ok(reaction) => Some(reaction),
    ///         Err((_what_was_to_be_said, reason)) => {
    ///             eprintln!("{reason}"); // the call can still be declined
    ///             None
    ///         }
    ///     }
    /// }
    ///
    /// // A step that only borrows the call gives it back by hand.
    /// fn mute(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    ///     board.step(call, Instant::now(), |mut call: Call<Callee, Accepted>| {
    ///         let mute = call.mute(MuteState::MUTED);
    ///         (call, mute)
    ///     })
    /// }
    /// ```
    ///
    /// What becomes of the call is as safe as its types: if the closure panics, or gives back another call than the one it
    /// got, this one has ended, and an [event](Event) says so (after a panic, the next one that there is).
    #[must_use = "`None` says that nothing happened, and what there is has to be sent"]
    pub fn step<R, P, S>(
        &mut self,
        call: &Identity,
        now: Instant,
        step: impl FnOnce(Call<R, P>) -> S,
    ) -> Option<<S::Given as Speech>::Sent>
    where
        R: Role,
        P: Phase,
        S: Stepped,
        S::Given: Speech,
        Call<R, P>: TryFrom<AnyCall, Error = AnyCall>,
    {
        let live = self.table.find_live(call)?;
        let lost = live.call.lost();
        let identity = lost.identity().clone();
        let mut watch = Watch {
            lost: &mut self.lost,
            call: Some(identity.clone()),
        };
        let given = live.call.step(step);
        watch.call = None;
        drop(watch);
        let given = given?;
        if *live.call.identity() != identity || live.call.role() != lost.role() {
            live.call = lost;
        }
        let mut reaction = Reaction::default();
        self.retire(&identity, now, &mut reaction);
        Some(self.say_after(&identity, given, reaction))
    }

    /// Answers an incoming call, whether this device has said that it rings or not: `<accept>`. `None` if the call is answered
    /// or over already, or there is no such call.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Answer, AudioRates, Identity, Stanza, Switchboard};
    ///
    /// fn green_button(board: &mut Switchboard, call: &Identity) -> Option<Vec<Stanza>> {
    ///     let rates = AudioRates::of(board.get(call)?.offer()?)?;
    ///     match board.answer(call, Instant::now(), Answer::new(rates))? {
    ///         Ok(reaction) => Some(reaction.send),
    ///         Err((_answer, reason)) => {
    ///             eprintln!("{reason}"); // a group call, say: it can still be declined
    ///             None
    ///         }
    ///     }
    /// }
    /// ```
    #[doc(alias = "accept")]
    #[must_use = "the peer learns of it only when this is sent"]
    pub fn answer(
        &mut self,
        call: &Identity,
        now: Instant,
        answer: Answer,
    ) -> Option<Result<Reaction, (Answer, Reason)>> {
        match self.get(call)? {
            AnyCall::CalleePreaccepted(_) => {
                self.step(call, now, |call: Call<Callee, Preaccepted>| {
                    call.accept(answer)
                })
            }
            _ => self.step(call, now, |call: Call<Callee, Acked>| call.accept(answer)),
        }
    }

    /// Ends a live call in the one way that its phase has for it: `<reject>` before this device has rung, `<terminate>` from
    /// then on, and for a caller at any time. `None` if there is no such call, or it is over already.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::stanza::Identity;
    /// use ringstate::{Stanza, Switchboard};
    ///
    /// fn red_button(board: &mut Switchboard, call: &Identity) -> Vec<Stanza> {
    ///     board.hang_up(call, Instant::now()).map(|reaction| reaction.send).unwrap_or_default()
    /// }
    /// ```
    #[doc(alias = "reject")]
    #[doc(alias = "decline")]
    #[doc(alias = "terminate")]
    #[doc(alias = "cancel")]
    #[must_use = "the peer learns of it only when this is sent"]
    pub fn hang_up(&mut self, call: &Identity, now: Instant) -> Option<Reaction> {
        self.step(call, now, |call: Call<Callee, Acked>| call.reject())
            .or_else(|| {
                self.step(call, now, |call: Call<Callee, Preaccepted>| {
                    call.terminate()
                })
            })
            .or_else(|| self.step(call, now, |call: Call<Callee, Accepted>| call.terminate()))
            .or_else(|| self.step(call, now, |call: Call<Caller, Offered>| call.terminate()))
            .or_else(|| self.step(call, now, |call: Call<Caller, Acked>| call.terminate()))
            .or_else(|| {
                self.step(call, now, |call: Call<Caller, Preaccepted>| {
                    call.terminate()
                })
            })
            .or_else(|| self.step(call, now, |call: Call<Caller, Accepted>| call.terminate()))
    }

    /// Ends a call that nobody has answered, because its ring window is over: a caller says so, with the reason `timeout`
    /// (SIG-12.11); a callee that has rung says that it rings no more (SIG-04.3), and one that has not says nothing. To a
    /// caller it then *timed out*, to a callee it was *missed*. `None` if the call is answered or over, or there is none.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Stanza, Switchboard};
    ///
    /// fn tick(board: &mut Switchboard, now: Instant) -> Vec<Stanza> {
    ///     let mut send = Vec::new();
    ///     for call in board.expired(now) {
    ///         send.extend(board.time_out(&call, now).into_iter().flat_map(|reaction| reaction.send));
    ///     }
    ///     send
    /// }
    /// ```
    #[must_use = "the peer learns of it only when this is sent"]
    pub fn time_out(&mut self, call: &Identity, now: Instant) -> Option<Reaction> {
        let timeout = || Ending::from(TerminateReason::TIMEOUT);
        self.step(call, now, |call: Call<Callee, Acked>| call.lapse())
            .or_else(|| {
                self.step(call, now, |call: Call<Callee, Preaccepted>| {
                    call.terminate_with(timeout())
                })
            })
            .or_else(|| {
                self.step(call, now, |call: Call<Caller, Offered>| {
                    call.terminate_with(timeout())
                })
            })
            .or_else(|| {
                self.step(call, now, |call: Call<Caller, Acked>| {
                    call.terminate_with(timeout())
                })
            })
            .or_else(|| {
                self.step(call, now, |call: Call<Caller, Preaccepted>| {
                    call.terminate_with(timeout())
                })
            })
    }

    /// The calls whose ring window is over and that nobody has answered, the oldest first. They go on until something is
    /// done about it, usually [`time_out`](Self::time_out). It looks at every live call.
    #[must_use]
    pub fn expired(&self, now: Instant) -> Vec<Identity> {
        let window = self.policy.ring_window;
        let mut expired: Vec<&Live> = self
            .ringing()
            .filter(|live| now.saturating_duration_since(live.since) >= window)
            .collect();
        expired.sort_by(|a, b| {
            (a.since, &a.call.identity().call_id).cmp(&(b.since, &b.call.identity().call_id))
        });
        expired
            .into_iter()
            .map(|live| live.call.identity().clone())
            .collect()
    }

    /// When [`expired`](Self::expired) will next have more to say, if nothing happens until then; `None` when nothing
    /// rings. It looks at every live call.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Instant> {
        let since = self.ringing().map(|live| live.since).min()?;
        since.checked_add(self.policy.ring_window)
    }

    /// The live calls that nobody has answered.
    fn ringing(&self) -> impl Iterator<Item = &Live> {
        self.table.live().filter(|live| match live.call {
            AnyCall::CalleeOffered(_)
            | AnyCall::CalleeAcked(_)
            | AnyCall::CalleePreaccepted(_)
            | AnyCall::CallerOffered(_)
            | AnyCall::CallerAcked(_)
            | AnyCall::CallerPreaccepted(_) => true,
            AnyCall::CalleeAccepted(_)
            | AnyCall::CalleeRejected(_)
            | AnyCall::CalleeTerminated(_)
            | AnyCall::CallerAccepted(_)
            | AnyCall::CallerRejected(_)
            | AnyCall::CallerTerminated(_) => false,
        })
    }

    /// Whether an address may be this account's: it is, or there is none of its space to compare it with.
    fn is_own(&self, address: &Jid) -> bool {
        let mut own = self.me.all().filter(|own| own.space() == address.space());
        own.all(|own| same_person(own, address))
    }

    /// Forgets what is old, and reports the calls that were lost.
    fn begin(&mut self, now: Instant) -> Reaction {
        let mut reaction = Reaction::default();
        self.table.forget_old(now, self.limits.ended_for);
        for call in std::mem::take(&mut self.lost) {
            self.retire(&call, now, &mut reaction);
        }
        reaction
    }

    /// Remembers a call that is over now, and tells of its end, once.
    fn retire(&mut self, call: &Identity, now: Instant, reaction: &mut Reaction) {
        let Some((call, awaited)) = self.table.retire(call, now) else {
            return;
        };
        reaction.tell(Event::end_of(call));
        if let Some(id) = awaited {
            self.outbox.loosen(id, self.limits.unconfirmed, reaction);
        }
        self.forget_excess(reaction);
    }

    fn forget_excess(&mut self, reaction: &mut Reaction) {
        while self.table.ended_len() > self.limits.ended_calls
            && let Some(call) = self.table.forget_one_ended()
        {
            let limit = Limit::EndedCalls;
            reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// What a call says, under an id of its own.
    fn say<S: Speech>(&mut self, call: &Identity, said: S) -> S::Sent {
        self.say_after(call, said, Reaction::default())
    }

    fn say_after<S: Speech>(&mut self, call: &Identity, said: S, before: Reaction) -> S::Sent {
        let mut mouth = Mouth {
            outbox: &mut self.outbox,
            policy: &self.policy,
            limits: &self.limits,
            reaction: before,
            depends_on: None,
        };
        let sent = said.say(&mut mouth);
        if let Some(id) = mouth.depends_on
            && let Some(live) = self.table.find_live(call)
        {
            live.awaits = Some(id);
        }
        sent
    }
}

/// Steps of a call whose phase is known. None of them can be taken here: they are for what the compiler then says, instead
/// of "no method named `reject`".
#[doc(hidden)]
impl Switchboard {
    pub fn preaccept<'a>(&mut self, _: &Identity, _: StanzaId, _: AudioRates)
    where
        Self: InOnePhase<'a>,
    {
    }

    pub fn accept<'a>(&mut self, _: &Identity, _: Answer)
    where
        Self: InOnePhase<'a>,
    {
    }

    pub fn reject<'a>(&mut self, _: &Identity)
    where
        Self: InOnePhase<'a>,
    {
    }

    pub fn terminate<'a>(&mut self, _: &Identity)
    where
        Self: InOnePhase<'a>,
    {
    }

    pub fn mute<'a>(&mut self, _: &Identity, _: MuteState)
    where
        Self: InOnePhase<'a>,
    {
    }

    pub fn transport<'a>(&mut self, _: &Identity, _: TransportMessage)
    where
        Self: InOnePhase<'a>,
    {
    }
}

/// Notes a call as lost if the step on it does not come to its end.
struct Watch<'a> {
    lost: &'a mut Vec<Identity>,
    call: Option<Identity>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.lost.extend(self.call.take());
    }
}
