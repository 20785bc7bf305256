//! Many calls: the one place where a stanza meets a table of calls.

mod ack;
mod act;
mod error;
mod event;
mod few;
mod ledger;
mod offer;
mod outbox;
mod queue;
mod receive;
mod restore;
mod settings;
mod table;
mod transmit;

use std::mem;
use std::time::Instant;

use crate::any::AnyCall;
use crate::call::{Creator, NewCall, Refused};
use crate::id::{Jid, OwnAddress, Person, StanzaId};
use crate::party::different_people;
use crate::stanza::{Identity, Owed};

use outbox::Outbox;
use table::{Live, Slot, Table};

pub use error::{BoardError, PlaceError};
pub use event::{Event, IsSent, MissedCall, Reaction};
pub(crate) use restore::says_the_same;
pub use settings::{
    Dismissal, HostClient, Limit, Limits, OnDecline, OnGlare, OnUnverified, Policy,
};
pub use transmit::Transmit;
use transmit::Transmitter;

/// All calls of one account. It routes each stanza to its call, and tells you what to send and what happened.
///
/// ```
/// use std::time::Instant;
/// use ringstate::{Acked, Call, Callee, Event, OwnAddress, Switchboard, xml};
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
/// let mut sent = Vec::new();
/// let events = board.receive(xml::parse(document)?, Instant::now()).send(|stanza| sent.push(xml::to_string(&stanza)));
/// assert_eq!(sent.len(), 2); // <ack/>, then <receipt/>
/// let Some(Event::Rings { call }) = events.into_iter().next() else { unreachable!() };
///
/// // The user declines. A step that is not legal in the phase does not compile; in any other phase you get `None`.
/// let reaction = board.step(&call, Instant::now(), |call: Call<Callee, Acked>| call.reject());
/// let _declined = reaction.map(|reaction| reaction.send(|stanza| sent.push(xml::to_string(&stanza))));
/// assert_eq!(
///     sent[2],
///     r#"<call to="15550199:3@lid" id="3EB00001"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#
/// );
///
/// // The offer comes again. It gets its ack and its receipt, and does not ring.
/// let events = board.receive(xml::parse(document)?, Instant::now()).send(|stanza| sent.push(xml::to_string(&stanza)));
/// assert_eq!(sent.len(), 5);
/// assert!(matches!(&events[..], [Event::NothingNew { .. }]));
/// # Ok(())
/// # }
/// ```
///
/// # What it decides
///
/// | what comes | what happens |
/// | --- | --- |
/// | a stanza of a call | it goes to the call with that `call-id` and the same person as creator (SIG-17.44) |
/// | an ack of the server | it is matched by the id of the stanza that was sent (SIG-17.16); a refusal with an unknown id, by the ids in its `<error>` |
/// | an offer of an unknown call | it gets ack and receipt, and [rings](Event::Rings) if there is [room](Limits) |
/// | an offer from somebody whom you are calling | the two calls cross, and a [policy](OnGlare) says which go on |
/// | an offer in somebody else's name, or from a device of this account | it gets ack and receipt, and is [not heard](Event::Unheard) |
/// | a repeated offer | it gets ack and receipt again (SIG-07.5), and neither restarts nor revives the call |
/// | an offer of a call that is over | it gets ack and receipt, and counts as [missed](Event::Missed) |
/// | a `<terminate>` before its offer | it gets an ack and is [parked](Event::Parked); the offer then counts as missed |
/// | a stanza that overtakes the server's ack of your offer | it gets an ack at once, is parked, and is heard when the ack comes |
/// | a stanza from a stranger, or one that the call does not hear | it gets an ack and is [not heard](Event::Unheard) |
/// | an action of a live call from another device of this account | of an incoming call, a `<terminate>` that says "answered" or "declined elsewhere" ends it; any other, save a repeated offer, gets an ack and is [not heard](Event::Unheard) |
/// | any other action of a call that is over | it gets an ack: of the peer, the server or another own device there is [nothing new](Event::NothingNew), of a stranger it is [not heard](Event::Unheard) |
///
/// Every `<call>` with an id gets exactly one answer, and it is the first to send: an ack, and for an offer a receipt after
/// it. In the dialect [`WhatsAppWeb`](crate::Dialect::WhatsAppWeb) the receipt of an offer, an accept or a reject stands
/// instead of the ack (OBS-6). The board leaves out what the [host](crate::Policy::host) sends.
///
/// # What is left to you
///
/// Time is an argument and must be monotonic. There is no clock here, no thread, no lock and no random number: you give
/// [`new`](Self::new) a source of ids, and you ask [`expired`](Self::expired) when you like.
///
/// [`Limits`] bounds the table. The board remembers ended calls so that they do not ring again; one that it has
/// [forgotten](Limits::ended_calls) and that is offered again is a new call.
#[derive(Debug)]
pub struct Switchboard {
    me: OwnAddress,
    policy: Policy,
    limits: Limits,
    table: Table,
    outbox: Outbox,
    /// Calls that were lost in a step which panicked. They have ended, and no event has told so yet.
    lost: Vec<Identity>,
    /// What to send and to tell, until it is handed out.
    reaction: Reaction,
}

impl Switchboard {
    /// Makes a switchboard without calls, for the account with this address, with the default [`Policy`] and [`Limits`].
    ///
    /// `ids` makes the ids of stanzas: they must be random, and never the same twice.
    pub fn new(me: OwnAddress, ids: impl FnMut() -> StanzaId + Send + Sync + 'static) -> Self {
        Self::with(me, Policy::default(), Limits::default(), ids)
    }

    /// Makes a switchboard with another policy and other limits.
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

    /// Returns the call with this identity, live or over, if it is known. The identity may name the creator by any of
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

    /// Adds an address of a call's peer that you know from elsewhere ([`Call::know_peer`](crate::Call::know_peer)). Returns
    /// whether it is known now; `false` if there is no such call.
    ///
    /// ```
    /// use ringstate::{Identity, Jid, Switchboard};
    ///
    /// fn tell(board: &mut Switchboard, call: &Identity, number: Jid) -> bool {
    ///     board.know_peer(call, number)
    /// }
    /// ```
    pub fn know_peer(&mut self, call: &Identity, address: Jid) -> bool {
        let slot = self.table.find_mut(call);
        let stored = slot.and_then(Slot::call_mut);
        let is_known = stored.is_some_and(|call| call.know_peer(address));
        self.table.reindex(call);
        is_known
    }

    /// Returns the calls that are over and not forgotten ([`Limits::ended_calls`]), in no particular order. Each says how it ended,
    /// and keeps no time and no name.
    ///
    /// ```
    /// use ringstate::{Outcome, Switchboard};
    ///
    /// fn missed(board: &Switchboard) -> usize {
    ///     board.ended().filter(|call| call.outcome() == Some(Outcome::Missed)).count()
    /// }
    /// ```
    pub fn ended(&self) -> impl Iterator<Item = &AnyCall> {
        self.table.over()
    }

    /// Returns the calls that are not over, in no particular order.
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
        calls.filter(|call| call.outcome().is_none()) // a lost call is over
    }

    /// Places a call. Returns its identity, and the `<offer>` to send under a new id. The call is pending until the
    /// server has acknowledged the offer (SIG-17.15): then comes [`Event::OfferConfirmed`], or [`Event::Ended`] with
    /// the server's code.
    ///
    /// It rings on all devices of the peer. When the user declines on one, the board gives up on the others, unless the policy is
    /// [`OnDecline::RingOn`].
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
    /// [`PlaceError::Offer`] as [`NewCall::offer`] has it, [`PlaceError::NotTheLid`] if its creator is a phone number although the
    /// switchboard knows a LID (SIG-17.4), [`PlaceError::NotThisAccount`] if its creator is another account than the switchboard's, [`PlaceError::IdUsed`]
    /// if a known call or a parked `<terminate>` has the `call-id` (SIG-17.38), [`PlaceError::TooManyCalls`] and
    /// [`PlaceError::TooManyDevices`] as [`Limits`] says; with the [`NewCall`].
    #[doc(alias("place call", "dial"))]
    #[doc(alias("SIG-17.38"))]
    pub fn place(
        &mut self,
        call: NewCall,
        now: Instant,
    ) -> Result<(Identity, Reaction), Refused<NewCall, (), PlaceError>> {
        self.begin(now);
        if let Err(reason) = self.may_place(&call) {
            return Err(Refused::new((), call, reason));
        }
        let (mut offered, offer) = call.checked_offer(self.outbox.fresh());
        offered.know_account(&self.me);
        offered.believe_unverified(self.policy.on_unverified == OnUnverified::Believe);
        let identity = offered.identity().clone();
        let call = AnyCall::from(offered);
        self.table.index_outgoing(&call);
        let person = Person::or_other(call.peer());
        self.table.add(Live::new(call, person, now));
        self.transmit(&identity, offer);
        Ok((identity, self.hand_out()))
    }

    /// What only the run time knows of a call to place.
    fn may_place(&self, call: &NewCall) -> Result<(), PlaceError> {
        if !self.is_own(call.creator.address()) {
            return Err(PlaceError::NotThisAccount);
        }
        if matches!(call.creator, Creator::PhoneNumber(_)) && self.me.lid.is_some() {
            return Err(PlaceError::NotTheLid);
        }
        call.check(&self.me)?;
        if self.table.is_used(&call.call_id) {
            return Err(PlaceError::IdUsed);
        }
        let limit = self.limits.placed_calls;
        if self.table.live_share().placed().calls >= limit {
            return Err(PlaceError::TooManyCalls { limit });
        }
        let limit = self.limits.devices;
        if call.devices.others.len() >= limit {
            return Err(PlaceError::TooManyDevices { limit });
        }
        Ok(())
    }

    /// Whether an address may be this account's: it is, or no own address in its space is known.
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

    /// Remembers a call that has just ended, and tells of its end, once.
    fn retire(&mut self, call: &Identity, now: Instant) {
        let Some(live) = self.table.retire(call) else {
            return;
        };
        let mut ended = live.call;
        if let Some(end) = Event::end_of(&mut ended) {
            self.reaction.tell(end);
        }
        self.remember(ended, &live.person, now);
        if let Some(id) = live.awaits {
            let most = self.limits.unconfirmed;
            self.outbox
                .make_expendable(id, call, most, &mut self.reaction);
        }
    }

    /// Remembers a call that is over, and forgets others for it: first of the same person, then what anybody could fill in.
    fn remember(&mut self, call: AnyCall, person: &Person, now: Instant) {
        self.table.remember(call, person.clone(), now);
        let limits = &self.limits;
        while self.table.ended().len_of(person) > limits.ended_calls_of_one
            && let Some(call) = self.table.forget_one_ended_of(person)
        {
            let limit = Limit::EndedCallsOfOne;
            self.reaction.tell(Event::LimitReached { limit, call });
        }
        while (self.table.ended().len() > limits.ended_calls
            || self.table.ended().bytes() > limits.ended_bytes)
            && let Some(call) = self.table.forget_one_ended()
        {
            let limit = Limit::EndedCalls;
            self.reaction.tell(Event::LimitReached { limit, call });
        }
    }

    /// Sends what is owed, as far as the program that hosts this one does not.
    fn owe(&mut self, owed: Owed) {
        let owed = match self.policy.host {
            HostClient::SendsNothing => owed,
            HostClient::SendsAcks => owed.leave_ack_to_host_client(),
            HostClient::SendsAcksAndReceipts => return owed.leave_to_host_client(),
        };
        self.reaction
            .stanzas
            .extend(owed.in_dialect(self.policy.dialect));
    }

    /// Sends the stanzas of a call, after everything that is there to send already.
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

    /// The one way out. `receive`, `place` and `act_and_hand_out` call it, as the last thing that they do.
    fn hand_out(&mut self) -> Reaction {
        debug_assert!(
            !self.table.is_small() || self.table.is_balanced(),
            "the sums drift"
        );
        mem::take(&mut self.reaction)
    }
}
