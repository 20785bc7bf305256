//! The known calls by their ids: live ones, ended ones, and those that ended before they began.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::mem;
use std::time::{Duration, Instant};

use crate::any::AnyCall;
use crate::call::Decline;
use crate::id::{CallId, Jid, Person, StanzaId};
use crate::party::Parties;
use crate::phase::{EndedBy, Outcome, RoleName};
use crate::stanza::{Identity, Inbound, Received, Terminate};

use super::few::Few;
use super::ledger::{Ledger, Place, Worth};

/// How many old calls are forgotten with one stanza, so that none of them has to wait for many.
const FORGOTTEN_AT_ONCE: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Table {
    /// Callers make the ids, so two of them may have made the same one.
    slots: HashMap<CallId, Few<Slot>>,
    /// The calls that are not over, by the person at the other end.
    of_one: HashMap<Person, Share>,
    live: Share,
    ended: Ledger,
    early: Ledger,
    /// The outgoing calls that nobody has answered yet, by the person who is called.
    /// `None` is never stored: a search begins with it.
    outgoing: BTreeSet<(Person, Option<Identity>)>,
    /// The calls that nobody has answered, the oldest first, and some that have been answered or are over since.
    ringing: VecDeque<(Instant, CallId)>,
}

/// What the calls of one person take that are not over, or those of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    // Side by side, because every person who calls has one, and two pairs would take a third more.
    /// Those that others made, and those that this account placed. Nobody else can make more of the latter.
    calls: [u32; 2],
    bytes: [usize; 2],
}

const INCOMING: usize = 0;
const PLACED: usize = 1;

#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub(super) calls: usize,
    /// What they hold of received stanzas, and what is parked for them.
    pub(super) bytes: usize,
}

impl Share {
    pub(super) fn incoming(self) -> Taken {
        self.taken(INCOMING)
    }

    pub(super) fn placed(self) -> Taken {
        self.taken(PLACED)
    }

    fn taken(self, by: usize) -> Taken {
        Taken {
            calls: self.calls[by].try_into().unwrap_or(usize::MAX),
            bytes: self.bytes[by],
        }
    }

    fn add(&mut self, live: &Live) {
        let by = maker(live);
        self.calls[by] += 1;
        self.bytes[by] += live.charged;
    }

    fn subtract(&mut self, live: &Live) {
        let by = maker(live);
        self.calls[by] -= 1;
        self.bytes[by] -= live.charged;
    }
}

fn maker(live: &Live) -> usize {
    if live.call.role() == RoleName::CALLER {
        PLACED
    } else {
        INCOMING
    }
}

#[derive(Debug)]
pub(super) enum Slot {
    // In boxes, so that an ended call does not take the room of a live one.
    Live(Box<Live>),
    Ended(Box<Ended>),
    Early(Box<Early>),
}

#[derive(Debug)]
pub(super) struct Ended {
    pub(super) call: AnyCall,
    place: Place,
}

/// A `<terminate>` that came before its offer. It is acknowledged.
#[derive(Debug)]
pub(super) struct Early {
    terminate: Inbound<Terminate>,
    place: Place,
}

#[derive(Debug)]
pub(super) struct Live {
    pub(super) call: AnyCall,
    pub(super) since: Instant,
    /// The id of the offer or the accept whose acknowledgement the call waits for.
    pub(super) awaits: Option<StanzaId>,
    pub(super) parked: Option<Box<Parked>>,
    /// How many bytes it counts for.
    charged: usize,
    /// Who called, or was called.
    pub(super) person: Person,
}

impl Live {
    pub(super) fn new(call: AnyCall, person: Person, since: Instant) -> Self {
        Self {
            call,
            person,
            since,
            awaits: None,
            parked: None,
            charged: 0,
        }
    }

    fn weight(&self) -> usize {
        let parked = self.parked.as_ref().map_or(0, |parked| parked.weight());
        self.call.weight() + parked
    }
}

/// What overtook the server's acknowledgement of an offer.
#[derive(Debug, Default)]
pub(super) struct Parked {
    pub(super) stanzas: Vec<Received>,
    /// What they weigh together.
    bytes: usize,
    pub(super) decline: Option<Decline>,
}

/// What happened to a stanza that came too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parking {
    Added,
    Replaced,
    Full,
}

impl Parked {
    fn weight(&self) -> usize {
        self.bytes
    }

    fn is_balanced(&self) -> bool {
        self.bytes == self.stanzas.iter().map(Received::weight).sum::<usize>()
    }

    /// Parks a stanza if there is room, or makes room: an answer counts more than anything else.
    pub(super) fn add(&mut self, received: Received, most: usize) -> Parking {
        let bytes = received.weight();
        if self.stanzas.len() < most {
            self.bytes += bytes;
            self.stanzas.push(received);
            return Parking::Added;
        }
        match self.least() {
            Some(at) if is_answer(&received) => {
                let least = self.stanzas.remove(at); // it is acknowledged
                self.bytes = self.bytes + bytes - least.weight();
                self.stanzas.push(received);
                Parking::Replaced
            }
            _ => Parking::Full,
        }
    }

    /// Whether something is parked and there is room for this.
    pub(super) fn has_room(&self, received: &Received, most: usize) -> bool {
        !self.stanzas.is_empty()
            && (self.stanzas.len() < most || (is_answer(received) && self.least().is_some()))
    }

    /// The oldest stanza that is no answer.
    fn least(&self) -> Option<usize> {
        self.stanzas.iter().position(|parked| !is_answer(parked))
    }
}

fn is_answer(received: &Received) -> bool {
    matches!(
        received,
        Received::Accept(_) | Received::Reject(_) | Received::Terminate(_)
    )
}

impl Slot {
    pub(super) fn call(&self) -> Option<&AnyCall> {
        match self {
            Self::Live(live) => Some(&live.call),
            Self::Ended(ended) => Some(&ended.call),
            Self::Early(_) => None,
        }
    }

    pub(super) fn call_mut(&mut self) -> Option<&mut AnyCall> {
        match self {
            Self::Live(live) => Some(&mut live.call),
            Self::Ended(ended) => Some(&mut ended.call),
            Self::Early(_) => None,
        }
    }

    fn is(&self, identity: &Identity) -> bool {
        self.call().is_some_and(|call| call.identity() == identity)
    }
}

/// The call that an identity fits best: several people may have made the same id.
fn best(bucket: &[Slot], identity: &Identity) -> Option<usize> {
    let likeness = |slot: &Slot| slot.call()?.parties().likeness(identity);
    let fitting = bucket.iter().enumerate();
    let fitting = fitting.filter_map(|(at, slot)| likeness(slot).map(|fit| (fit, at)));
    fitting.max_by_key(|(fit, _)| *fit).map(|(_, at)| at)
}

impl Table {
    fn bucket(&self, call_id: &CallId) -> &[Slot] {
        self.slots.get(call_id).map_or(&[], Few::as_slice)
    }

    /// The call with this id whose creator is the same person (SIG-17.19, SIG-17.44).
    pub(super) fn find(&self, identity: &Identity) -> Option<&Slot> {
        let bucket = self.bucket(&identity.call_id);
        bucket.get(best(bucket, identity)?)
    }

    pub(super) fn find_mut(&mut self, identity: &Identity) -> Option<&mut Slot> {
        let bucket = self.slots.get_mut(&identity.call_id)?.as_mut_slice();
        let at = best(bucket, identity)?;
        bucket.get_mut(at)
    }

    pub(super) fn find_live(&mut self, identity: &Identity) -> Option<&mut Live> {
        match self.find_mut(identity)? {
            Slot::Live(live) => Some(live),
            Slot::Ended(_) | Slot::Early(_) => None,
        }
    }

    /// Whether anything is known with this id.
    pub(super) fn is_used(&self, call_id: &CallId) -> bool {
        self.slots.contains_key(call_id)
    }

    /// The known calls with this id, live or over.
    pub(super) fn calls(&self, call_id: &CallId) -> impl Iterator<Item = &AnyCall> {
        self.bucket(call_id).iter().filter_map(Slot::call)
    }

    /// How many of them there are.
    pub(super) fn calls_with_id(&self, call_id: &CallId) -> usize {
        self.calls(call_id).count()
    }

    /// How many early terminates have this id.
    pub(super) fn early_with_id(&self, call_id: &CallId) -> usize {
        let bucket = self.bucket(call_id).iter();
        bucket.filter(|slot| slot.call().is_none()).count()
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &Live> {
        self.all().filter_map(|slot| match slot {
            Slot::Live(live) => Some(&**live),
            Slot::Ended(_) | Slot::Early(_) => None,
        })
    }

    pub(super) fn over(&self) -> impl Iterator<Item = &AnyCall> {
        self.all().filter_map(|slot| match slot {
            Slot::Ended(ended) => Some(&ended.call),
            Slot::Live(_) | Slot::Early(_) => None,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Slot> {
        self.slots.values().flat_map(Few::as_slice)
    }

    /// What all calls take that are not over.
    pub(super) fn live_share(&self) -> Share {
        self.live
    }

    /// What those of one person take.
    pub(super) fn live_share_of(&self, person: &Person) -> Share {
        self.of_one.get(person).copied().unwrap_or_default()
    }

    /// How many bytes the calls take that this account placed to the person at the other end of this one.
    pub(super) fn bytes_beside(&self, call: &Identity) -> usize {
        match self.find(call) {
            Some(Slot::Live(live)) => self.live_share_of(&live.person).placed().bytes,
            _ => 0,
        }
    }

    /// Counts anew what a call takes that is not over.
    pub(super) fn weigh(&mut self, identity: &Identity) {
        let Some(bucket) = self.slots.get_mut(&identity.call_id) else {
            return;
        };
        let mut slots = bucket.as_mut_slice().iter_mut();
        let slot = slots.find(|slot| slot.is(identity));
        if let Some(Slot::Live(live)) = slot {
            let share = self.of_one.entry(live.person.clone()).or_default();
            for share in [share, &mut self.live] {
                share.subtract(live);
            }
            live.charged = live.weight();
            let share = self.of_one.entry(live.person.clone()).or_default();
            for share in [share, &mut self.live] {
                share.add(live);
            }
        }
    }

    pub(super) fn ended(&self) -> &Ledger {
        &self.ended
    }

    pub(super) fn early(&self) -> &Ledger {
        &self.early
    }

    pub(super) fn add(&mut self, live: Live) {
        let identity = live.call.identity().clone();
        self.live.add(&live);
        let share = self.of_one.entry(live.person.clone()).or_default();
        share.add(&live);
        self.tidy_ringing();
        let at = self
            .ringing
            .partition_point(|(since, _)| *since <= live.since);
        self.ringing
            .insert(at, (live.since, identity.call_id.clone()));
        self.put(identity.call_id.clone(), Slot::Live(Box::new(live)));
        self.weigh(&identity);
    }

    /// Remembers a call of a person that is over.
    pub(super) fn remember(&mut self, call: AnyCall, person: Person, now: Instant) {
        // Anybody can call, and end the call with any reason.
        let is_cheap = match call.outcome() {
            _ if call.role() == RoleName::CALLER => false,
            Some(Outcome::AnsweredElsewhere | Outcome::DeclinedElsewhere) => {
                call.ended_by() != Some(EndedBy::OwnDevice)
            }
            outcome => outcome.is_none_or(|outcome| outcome == Outcome::Missed),
        };
        let worth = if is_cheap { Worth::Cheap } else { Worth::Dear };
        let bytes = size_of::<Ended>() + call.parties().weight() + call.weight();
        let call_id = call.identity().call_id.clone();
        let place = self.ended.push(call_id.clone(), worth, person, now, bytes);
        self.put(call_id, Slot::Ended(Box::new(Ended { call, place })));
    }

    fn put(&mut self, call_id: CallId, slot: Slot) {
        self.slots.entry(call_id).or_default().push(slot);
    }

    /// Takes out a live call that has ended.
    pub(super) fn retire(&mut self, identity: &Identity) -> Option<Box<Live>> {
        let has_ended = |slot: &Slot| match slot {
            Slot::Live(live) => live.call.identity() == identity && live.call.outcome().is_some(),
            Slot::Ended(_) | Slot::Early(_) => false,
        };
        let Slot::Live(live) = self.take(&identity.call_id, has_ended)? else {
            return None;
        };
        unindex(&mut self.outgoing, live.call.parties());
        self.live.subtract(&live);
        self.tidy_ringing();
        if let Some(share) = self.of_one.get_mut(&live.person) {
            share.subtract(&live);
            if *share == Share::default() {
                self.of_one.remove(&live.person);
            }
        }
        Some(live)
    }

    /// Indexes a call anew whose peer has one more address now.
    pub(super) fn reindex(&mut self, identity: &Identity) {
        if let Some(Slot::Live(live)) = self.find(identity)
            && rings_there(&live.call)
        {
            // It never loses an address, so what is there stays right.
            let known: Vec<_> = people(live.call.parties()).collect();
            self.outgoing.extend(known);
        }
    }

    /// Whether the sums are those of the calls.
    pub(super) fn is_balanced(&self) -> bool {
        let mut live = Share::default();
        self.live().for_each(|call| live.add(call));
        let is_charged = self.live().all(|live| live.charged == live.weight());
        let own = self.of_one.values().fold(Share::default(), |mut sum, own| {
            for by in [INCOMING, PLACED] {
                sum.calls[by] += own.calls[by];
                sum.bytes[by] += own.bytes[by];
            }
            sum
        });
        let ended = self.over().count();
        let early = self
            .all()
            .filter(|slot| matches!(slot, Slot::Early(_)))
            .count();
        let mut parked = self.live().filter_map(|live| live.parked.as_ref());
        let is_summed = parked.all(|parked| parked.is_balanced());
        let there = self
            .all()
            .filter_map(Slot::call)
            .filter(|call| rings_there(call));
        let outgoing: BTreeSet<_> = there.flat_map(|call| people(call.parties())).collect();
        let is_listed = |live: &Live| {
            let at = (live.since, live.call.identity().call_id.clone());
            !is_ringing(&live.call) || self.ringing.contains(&at)
        };
        let is_indexed = outgoing == self.outgoing
            && self.live().all(is_listed)
            && self.ringing.iter().is_sorted_by_key(|(since, _)| *since);
        is_charged
            && is_indexed
            && is_summed
            && (live, own) == (self.live, self.live)
            && (ended, early) == (self.ended.len(), self.early.len())
            && self.ended.is_balanced()
            && self.early.is_balanced()
            && self
                .slots
                .values()
                .all(|bucket| !bucket.as_slice().is_empty())
    }

    /// Whether it is small enough to be audited at every step of a test.
    pub(super) fn is_small(&self) -> bool {
        self.slots.len() <= 40
    }

    /// Indexes an outgoing call by its peer.
    pub(super) fn index_outgoing(&mut self, call: &AnyCall) {
        self.outgoing.extend(people(call.parties()));
    }

    /// Takes an outgoing call out of the index: once answered, it crosses no other.
    pub(super) fn unindex_outgoing(&mut self, identity: &Identity) {
        let bucket = self.slots.get(&identity.call_id);
        let mut slots = bucket.map_or(&[][..], Few::as_slice).iter();
        let slot = slots.find(|slot| slot.is(identity));
        if let Some(call) = slot.and_then(Slot::call) {
            unindex(&mut self.outgoing, call.parties());
        }
    }

    /// The outgoing calls to this caller that are not answered yet.
    pub(super) fn crossed_by(&self, caller: &Jid) -> Vec<Identity> {
        let Some(caller) = Person::of(caller) else {
            return Vec::new();
        };
        let from_there = self.outgoing.range((caller.clone(), None)..);
        let calls = from_there.take_while(|(person, _)| *person == caller);
        calls.filter_map(|(_, identity)| identity.clone()).collect()
    }

    /// Whether this `<terminate>` of this sender waits already.
    pub(super) fn knows_early(&self, terminate: &Inbound<Terminate>) -> bool {
        let identity = terminate.identity();
        let is_it = |slot: &Slot| match slot {
            Slot::Early(early) => {
                let kept = &early.terminate;
                kept.identity() == identity && kept.sender() == terminate.sender()
            }
            Slot::Live(_) | Slot::Ended(_) => false,
        };
        self.bucket(&identity.call_id).iter().any(is_it)
    }

    /// Keeps a `<terminate>` until its offer comes.
    pub(super) fn keep_early(&mut self, terminate: Inbound<Terminate>, now: Instant) {
        let call_id = terminate.identity().call_id.clone();
        let person = Person::or_other(terminate.sender());
        let bytes = terminate.envelope().weight();
        let place = self.early.push(call_id, Worth::Cheap, person, now, bytes);
        self.put_early(terminate, place);
    }

    /// Puts it back, as old as it is.
    pub(super) fn put_early(&mut self, terminate: Inbound<Terminate>, place: Place) {
        let call_id = terminate.identity().call_id.clone();
        self.put(call_id, Slot::Early(Box::new(Early { terminate, place })));
    }

    /// Forgets one that was taken out and heard.
    pub(super) fn drop_early(&mut self, place: Place) {
        self.early.remove(place);
    }

    /// Takes out every `<terminate>` that may be of this call. Drop or put back each of them.
    pub(super) fn take_early(&mut self, call: &AnyCall) -> Vec<(Place, Inbound<Terminate>)> {
        let call_id = &call.identity().call_id;
        let is_of_it = |slot: &Slot| match slot {
            Slot::Early(early) => call.parties().is_this_call(early.terminate.identity()),
            Slot::Live(_) | Slot::Ended(_) => false,
        };
        let mut taken = Vec::new();
        while let Some(Slot::Early(early)) = self.take(call_id, is_of_it) {
            taken.push((early.place, early.terminate));
        }
        taken
    }

    /// The calls that nobody has answered and that were there at this time, the oldest first.
    pub(super) fn ringing_since(&self, time: Instant) -> Vec<&Live> {
        let old = self.ringing.iter().take_while(|(since, _)| *since <= time);
        let mut calls: Vec<&Live> = old.flat_map(|at| self.ringing_at(at)).collect();
        calls.sort_by_key(|live| (live.since, live.call.identity()));
        calls.dedup_by_key(|live| live.call.identity());
        calls
    }

    /// When the first call began that rings and came after this time.
    pub(super) fn first_ringing_after(&self, time: Option<Instant>) -> Option<Instant> {
        let is_before = |at: &(Instant, CallId)| time.is_some_and(|time| at.0 <= time);
        let first = self.ringing.partition_point(is_before);
        let later = self.ringing.range(first..);
        later
            .flat_map(|at| self.ringing_at(at))
            .map(|live| live.since)
            .next()
    }

    fn ringing_at(&self, (since, call_id): &(Instant, CallId)) -> impl Iterator<Item = &Live> {
        let bucket = self.bucket(call_id).iter();
        bucket.filter_map(move |slot| match slot {
            Slot::Live(live) if live.since == *since && is_ringing(&live.call) => Some(&**live),
            Slot::Live(_) | Slot::Ended(_) | Slot::Early(_) => None,
        })
    }

    /// Drops those that ring no more: all in front, and the others when they are most.
    fn tidy_ringing(&mut self) {
        while let Some(first) = self.ringing.front()
            && self.ringing_at(first).next().is_none()
        {
            self.ringing.pop_front();
        }
        let live = self.live.incoming().calls + self.live.placed().calls;
        if self.ringing.len() > 2 * live + 64 {
            let mut ringing = mem::take(&mut self.ringing);
            ringing.retain(|at| self.ringing_at(at).next().is_some());
            ringing.shrink_to_fit();
            self.ringing = ringing;
        }
    }

    /// Forgets what is old.
    pub(super) fn forget_old(&mut self, now: Instant, after: Duration) {
        let is_old = |since: Instant| now.saturating_duration_since(since) >= after;
        for _ in 0..FORGOTTEN_AT_ONCE {
            if let Some((place, call_id)) = self.ended.pop_if(is_old) {
                self.forget_ended(&call_id, place);
            } else if let Some((place, call_id)) = self.early.pop_if(is_old) {
                self.forget_early(&call_id, place);
            } else {
                break;
            }
        }
    }

    /// Forgets a call that is over: one that only others took part in, and of those the first.
    pub(super) fn forget_one_ended(&mut self) -> Option<Identity> {
        let (place, call_id) = self.ended.pop()?;
        self.forget_ended(&call_id, place)
    }

    /// The same, among those of one person.
    pub(super) fn forget_one_ended_of(&mut self, person: &Person) -> Option<Identity> {
        let (place, call_id) = self.ended.pop_of(person)?;
        self.forget_ended(&call_id, place)
    }

    /// Forgets the `<terminate>` that has waited for its offer the longest.
    pub(super) fn forget_one_early(&mut self) -> Option<Identity> {
        let (place, call_id) = self.early.pop()?;
        self.forget_early(&call_id, place)
    }

    /// The same, among those of one person.
    pub(super) fn forget_one_early_of(&mut self, person: &Person) -> Option<Identity> {
        let (place, call_id) = self.early.pop_of(person)?;
        self.forget_early(&call_id, place)
    }

    fn forget_ended(&mut self, call_id: &CallId, place: Place) -> Option<Identity> {
        let slot = self.take(
            call_id,
            |slot| matches!(slot, Slot::Ended(ended) if ended.place == place),
        )?;
        slot.call().map(|call| call.identity().clone())
    }

    fn forget_early(&mut self, call_id: &CallId, place: Place) -> Option<Identity> {
        let slot = self.take(
            call_id,
            |slot| matches!(slot, Slot::Early(early) if early.place == place),
        )?;
        match slot {
            Slot::Early(early) => Some(early.terminate.identity().clone()),
            Slot::Live(_) | Slot::Ended(_) => None,
        }
    }

    fn take(&mut self, call_id: &CallId, is_it: impl Fn(&Slot) -> bool) -> Option<Slot> {
        let bucket = self.slots.get_mut(call_id)?;
        let slot = bucket.take(is_it);
        if bucket.is_empty() {
            self.slots.remove(call_id);
        }
        slot
    }
}

fn unindex(outgoing: &mut BTreeSet<(Person, Option<Identity>)>, parties: &Parties) {
    for indexed in people(parties) {
        outgoing.remove(&indexed);
    }
}

/// The entries of a call in the index of outgoing ones.
fn people(parties: &Parties) -> impl Iterator<Item = (Person, Option<Identity>)> {
    let people = parties.peers().filter_map(Person::of);
    people.map(|person| (person, Some(parties.identity.clone())))
}

/// Whether it is a call of this account's that nobody has answered.
fn rings_there(call: &AnyCall) -> bool {
    matches!(
        call,
        AnyCall::CallerOffered(_) | AnyCall::CallerAcked(_) | AnyCall::CallerPreaccepted(_)
    )
}

/// Whether nobody has answered a call that is not over.
fn is_ringing(call: &AnyCall) -> bool {
    match call {
        AnyCall::CalleeOffered(_)
        | AnyCall::CalleeAcked(_)
        | AnyCall::CalleePreaccepted(_)
        | AnyCall::CallerOffered(_)
        | AnyCall::CallerAcked(_)
        | AnyCall::CallerPreaccepted(_)
        | AnyCall::InviteeOffered(_)
        | AnyCall::InviteeAcked(_) => true,
        AnyCall::CalleeAccepted(_)
        | AnyCall::CalleeRejected(_)
        | AnyCall::CalleeTerminated(_)
        | AnyCall::CallerAccepted(_)
        | AnyCall::CallerRejected(_)
        | AnyCall::CallerTerminated(_)
        | AnyCall::InviteeRejected(_)
        | AnyCall::InviteeTerminated(_) => false,
    }
}
