//! What is remembered, so that a person who fills it pushes out what is of that person first.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use crate::id::{CallId, Person};

/// What a stranger can fill is forgotten first, as long as it is half of all: what is new is not forgotten at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// Anybody can make this board remember it.
    Cheap,
    /// This account took part in it.
    Dear,
}

/// Where something stands: what is cheap comes first, and then what is old. It is one number, because every person has a list
/// of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

impl Place {
    const FIRST_DEAR: u64 = 1 << 63;

    fn new(worth: Worth, serial: u64) -> Self {
        match worth {
            Worth::Cheap => Self(serial),
            Worth::Dear => Self(serial | Self::FIRST_DEAR),
        }
    }

    fn worth(self) -> Worth {
        if self.0 < Self::FIRST_DEAR {
            Worth::Cheap
        } else {
            Worth::Dear
        }
    }

    /// How many came before it.
    fn serial(self) -> u64 {
        self.0 & !Self::FIRST_DEAR
    }
}

/// What persons had to do with some calls, in the order in which it is forgotten.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    next: u64,
    entries: BTreeMap<Place, Entry>,
    of_one: HashMap<Person, OfOne>,
    bytes: usize,
    cheap: usize,
}

/// What one person has in it: nearly everybody one thing, and nobody many.
#[derive(Debug)]
struct OfOne {
    places: VecDeque<Place>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    /// Several calls may have it. The place tells them apart.
    call_id: CallId,
    person: Person,
    since: Instant,
    bytes: usize,
}

impl Ledger {
    /// Adds something of a person that takes so many bytes. Returns its place.
    pub(super) fn push(
        &mut self,
        call_id: CallId,
        worth: Worth,
        person: Person,
        since: Instant,
        bytes: usize,
    ) -> Place {
        let place = Place::new(worth, self.next);
        self.next += 1;
        if let Some(own) = self.of_one.get_mut(&person) {
            own.places.push_back(place);
            own.bytes += bytes;
        } else {
            let places = VecDeque::from([place]);
            self.of_one.insert(person.clone(), OfOne { places, bytes });
        }
        self.bytes += bytes;
        self.cheap += usize::from(worth == Worth::Cheap);
        let entry = Entry {
            call_id,
            person,
            since,
            bytes,
        };
        self.entries.insert(place, entry);
        place
    }

    /// Forgets what is in this place.
    pub(super) fn remove(&mut self, place: Place) {
        self.take(place);
    }

    /// Takes out the one that is to be forgotten first.
    pub(super) fn pop(&mut self) -> Option<(Place, CallId)> {
        let worth = if 2 * self.cheap >= self.len() {
            Worth::Cheap
        } else {
            Worth::Dear
        };
        let place = self.oldest(worth).map(|(place, _)| place)?;
        self.take(place)
    }

    /// Takes out the oldest one of this person.
    pub(super) fn pop_of(&mut self, person: &Person) -> Option<(Place, CallId)> {
        let place = *self.of_one.get(person)?.places.front()?;
        self.take(place)
    }

    /// Takes out one that has been there since such a time.
    pub(super) fn pop_if(&mut self, is_so: impl Fn(Instant) -> bool) -> Option<(Place, CallId)> {
        let old = [Worth::Cheap, Worth::Dear].into_iter().find_map(|worth| {
            let (place, entry) = self.oldest(worth)?;
            is_so(entry.since).then_some(place)
        })?;
        self.take(old)
    }

    fn oldest(&self, worth: Worth) -> Option<(Place, &Entry)> {
        let last = Place::new(worth, !Place::FIRST_DEAR);
        let mut entries = self.entries.range(Place::new(worth, 0)..=last);
        entries.next().map(|(place, entry)| (*place, entry))
    }

    fn take(&mut self, place: Place) -> Option<(Place, CallId)> {
        let entry = self.entries.remove(&place)?;
        self.bytes -= entry.bytes;
        self.cheap -= usize::from(place.worth() == Worth::Cheap);
        if let Some(own) = self.of_one.get_mut(&entry.person) {
            let serial = place.serial();
            if let Ok(at) = own.places.binary_search_by_key(&serial, |own| own.serial()) {
                own.places.remove(at);
            }
            own.bytes -= entry.bytes;
            if own.places.is_empty() {
                self.of_one.remove(&entry.person);
            }
        }
        Some((place, entry.call_id))
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn len_of(&self, person: &Person) -> usize {
        self.of_one.get(person).map_or(0, |own| own.places.len())
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn bytes_of(&self, person: &Person) -> usize {
        self.of_one.get(person).map_or(0, |own| own.bytes)
    }

    /// Whether the sums are those of the entries.
    pub(super) fn is_balanced(&self) -> bool {
        let bytes: usize = self.entries.values().map(|entry| entry.bytes).sum();
        let own: usize = self.of_one.values().map(|own| own.bytes).sum();
        let places: usize = self.of_one.values().map(|own| own.places.len()).sum();
        let cheap = |place: &&Place| place.worth() == Worth::Cheap;
        (bytes, own, places) == (self.bytes, self.bytes, self.entries.len())
            && self.entries.keys().filter(cheap).count() == self.cheap
    }
}
