//! Many calls: the one place where a stanza meets a table of them.

mod ack;
mod act;
mod error;
mod event;
mod offer;
mod outbox;
mod queue;
mod receive;
mod settings;
mod table;
mod transmit;

use std::mem;
use std::time::Instant;

use crate::any::AnyCall;
use crate::call::{NewCall, Refused};
use crate::id::{Jid, OwnAddress, StanzaId};
use crate::party::different_people;
use crate::stanza::Identity;

use outbox::Outbox;
use table::{Live, Table};

pub use error::{BoardError, PlaceError};
pub use event::{Event, MissedCall, Reaction};
pub use settings::{Dismissal, Limit, Limits, OnDecline, OnGlare, Policy};
pub use transmit::Transmit;
use transmit::Transmitter;

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
/// | an offer of an unknown call | it is acknowledged and receipted, and [rings](Event::Rings), if there is [room](Limits) |
/// | an offer of somebody whom this account is just calling | they are two calls, and a [policy](OnGlare) says which go on |
/// | an offer in somebody else's name, or of a device of this account | it is acknowledged and receipted, and [refused](Event::Unheard) |
/// | an offer that came before | it is acknowledged and receipted again (SIG-07.5) and neither restarts nor revives the call |
/// | an offer of a call that is over | it is acknowledged and receipted, and counts as [missed](Event::Missed) |
/// | a `<terminate>` before its offer | it is acknowledged and [kept](Event::Parked); the offer then counts as missed |
/// | what overtakes the server's acknowledgement of our offer | it is acknowledged at once, kept, and heard when that comes |
/// | a stanza of a stranger, or one that the call does not hear | it is acknowledged and [refused](Event::Unheard) |
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
    /// What there is to send and to tell, until it is handed out.
    reaction: Reaction,
}

impl Switchboard {
    /// A switchboard without calls, for the account with this address, with the default [`Policy`] and [`Limits`].
    ///
    /// `ids` makes up the ids of stanzas: random ones, never the same twice.
    pub fn new(me: OwnAddress, ids: impl FnMut() -> StanzaId + Send + Sync + 'static) -> Self {
        Self::with(me, Policy::default(), Limits::default(), ids)
    }

    /// A switchboard with another policy and other limits.
    ///
    /// ```
    /// use ringstate::{Limits, OnDecline, OwnAddress, Policy, StanzaId, Switchboard};
    ///
    /// fn patient(me: OwnAddress, random_id: fn() -> StanzaId) -> Switchboard {
    ///     let policy = Policy { on_decline: OnDecline::RingOn, ..Policy::default() };
    ///     let limits = Limits { live_calls: 8, ..Limits::default() };
    ///     Switchboard::with(me, policy, limits, random_id)
    /// }
    /// ```
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
            reaction: Reaction::default(),
        }
    }

    /// The call with this identity, live or over, if it is known. As in every stanza, its creator may be named by any of
    /// their devices.
    ///
    /// ```
    /// use ringstate::{AnyCall, Identity, Switchboard};
    ///
    /// fn title(board: &Switchboard, call: &Identity) -> Option<String> {
    ///     match board.get(call)? {
    ///         AnyCall::CalleeAcked(call) => Some(format!("{} calls", call.envelope().notify().unwrap_or("somebody"))),
    ///         call => Some(call.phase().to_string()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn get(&self, call: &Identity) -> Option<&AnyCall> {
        self.table.find(call)?.call()
    }

    /// The calls that are not over, in no particular order.
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Identity, Reaction, Switchboard};
    ///
    /// fn hang_up_all(board: &mut Switchboard) -> Vec<Reaction> {
    ///     let calls: Vec<Identity> = board.live().map(|call| call.identity().clone()).collect();
    ///     calls.iter().filter_map(|call| board.hang_up(call, Instant::now())).collect()
    /// }
    /// ```
    pub fn live(&self) -> impl Iterator<Item = &AnyCall> {
        let calls = self.table.live().map(|live| &live.call);
        calls.filter(|call| call.outcome().is_none()) // one that was lost is over
    }

    /// Makes a call: the `<offer>` to send, under a new id, and the identity of the call. Until the server has acknowledged
    /// it, the call is pending (SIG-17.15): [`Event::OfferConfirmed`] tells, or [`Event::Ended`] with the server's code.
    ///
    /// ```xml
    /// <call to="15550100@lid" id="3EB00001">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid">…</offer>   <!-- NewCall::offer shows it whole -->
    /// </call>
    /// ```
    ///
    /// ```
    /// use std::time::Instant;
    /// use ringstate::{Identity, NewCall, Reaction, Switchboard};
    ///
    /// fn ring(board: &mut Switchboard, call: NewCall) -> Option<(Identity, Reaction)> {
    ///     match board.place(call, Instant::now()) {
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
    /// [`PlaceError::NotThisAccount`] when its creator is somebody else than this switchboard is for, [`PlaceError::IdUsed`] when a
    /// call that is known, or an end that came before its offer, had the `call-id` (SIG-17.38), [`PlaceError::TooManyCalls`] and
    /// [`PlaceError::TooManyDevices`] as [`Limits`] has it; with the call that was to be made.
    pub fn place(
        &mut self,
        call: NewCall,
        now: Instant,
    ) -> Result<(Identity, Reaction), Refused<NewCall, (), PlaceError>> {
        self.begin(now);
        if let Err(reason) = self.may_place(&call) {
            return Err(Refused::new((), call, reason));
        }
        let (mut offered, offer) = call.offer(self.outbox.fresh());
        offered.know_account(&self.me);
        let identity = offered.identity().clone();
        let call = AnyCall::from(offered);
        self.table.index_outgoing(&call);
        self.table.add(Live {
            call,
            since: now,
            awaits: None,
            parked: None,
        });
        self.transmit(&identity, offer);
        Ok((identity, self.hand_out()))
    }

    /// What the run time alone knows of a call that is to be made.
    fn may_place(&self, call: &NewCall) -> Result<(), PlaceError> {
        if !self.is_own(call.creator.address()) {
            return Err(PlaceError::NotThisAccount);
        }
        if self.table.is_used(&call.call_id) {
            return Err(PlaceError::IdUsed);
        }
        let limit = self.limits.live_calls;
        if self.table.live_len() >= limit {
            return Err(PlaceError::TooManyCalls { limit });
        }
        let limit = self.limits.devices;
        if call.devices.others.len() >= limit {
            return Err(PlaceError::TooManyDevices { limit });
        }
        Ok(())
    }

    /// Whether an address may be this account's: it is, or there is none of its space to compare it with.
    fn is_own(&self, address: &Jid) -> bool {
        !self.me.all().any(|own| different_people(own, address))
    }

    /// Forgets what is old, and tells of the calls that were lost.
    fn begin(&mut self, now: Instant) {
        self.table.forget_old(now, self.limits.ended_for);
        for call in mem::take(&mut self.lost) {
            self.retire(&call, now);
        }
    }

    /// Remembers a call that is over now, and tells of its end, once.
    fn retire(&mut self, call: &Identity, now: Instant) {
        let Some((ended, awaited)) = self.table.retire(call, now) else {
            return;
        };
        if let Some(end) = Event::end_of(ended) {
            self.reaction.tell(end);
        }
        if let Some(id) = awaited {
            let most = self.limits.unconfirmed;
            self.outbox
                .make_expendable(id, call, most, &mut self.reaction);
        }
        self.forget_excess();
    }

    fn forget_excess(&mut self) {
        while self.table.ended_len() > self.limits.ended_calls
            && let Some(call) = self.table.forget_one_ended()
        {
            let limit = Limit::EndedCalls;
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// Sends what a call has to send, behind all that there is to send and to tell.
    fn transmit<T: Transmit>(&mut self, call: &Identity, stanzas: T) -> T::Sent {
        let is_live = self.table.find_live(call).is_some();
        let mut transmitter = Transmitter {
            outbox: &mut self.outbox,
            policy: &self.policy,
            limits: &self.limits,
            reaction: &mut self.reaction,
            is_live,
            depends_on: None,
        };
        let sent = stanzas.transmit(&mut transmitter);
        if let (Some(id), Some(live)) = (transmitter.depends_on, self.table.find_live(call)) {
            live.awaits = Some(id);
        }
        sent
    }

    /// The one way out: what there is to send and to tell. Only public methods call it, as the last thing they do.
    fn hand_out(&mut self) -> Reaction {
        mem::take(&mut self.reaction)
    }
}
