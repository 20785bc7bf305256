//! What is remembered, so that a person who fills it pushes out what is of that person first.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Instant;

use crate::id::Person;

/// What a stranger can fill is forgotten first, as long as it is half of all: what is new is not forgotten at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// Anybody can make this board remember it.
    Cheap,
    /// This account took part in it.
    Dear,
}

/// Where a thing stands: what is cheap comes first, and then what is old.
type Place = (Worth, u64);

/// Things of persons, in the order in which they are forgotten.
#[derive(Debug)]
pub(super) struct Ledger<T> {
    next: u64,
    entries: BTreeMap<Place, Entry<T>>,
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
struct Entry<T> {
    item: T,
    person: Person,
    since: Instant,
    bytes: usize,
}

impl<T> Default for Ledger<T> {
    fn default() -> Self {
        Self {
            next: 0,
            entries: BTreeMap::new(),
            of_one: HashMap::new(),
            bytes: 0,
            cheap: 0,
        }
    }
}

impl<T> Ledger<T> {
    /// Adds a thing of a person that takes so many bytes. Returns its number.
    pub(super) fn push(
        &mut self,
        item: T,
        worth: Worth,
        person: Person,
        since: Instant,
        bytes: usize,
    ) -> u64 {
        let serial = self.next;
        self.next += 1;
        let place = (worth, serial);
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
            item,
            person,
            since,
            bytes,
        };
        self.entries.insert(place, entry);
        serial
    }

    /// Forgets the thing with this number.
    pub(super) fn remove(&mut self, worth: Worth, serial: u64) {
        self.take((worth, serial));
    }

    /// Takes out the one that is to be forgotten first.
    pub(super) fn pop(&mut self) -> Option<(u64, T)> {
        let worth = if 2 * self.cheap >= self.len() {
            Worth::Cheap
        } else {
            Worth::Dear
        };
        let place = self.oldest(worth).map(|(place, _)| place)?;
        self.take(place)
    }

    /// Takes out the oldest one of this person.
    pub(super) fn pop_of(&mut self, person: &Person) -> Option<(u64, T)> {
        let place = *self.of_one.get(person)?.places.front()?;
        self.take(place)
    }

    /// Takes out one that has been there since such a time.
    pub(super) fn pop_if(&mut self, is_so: impl Fn(Instant) -> bool) -> Option<(u64, T)> {
        let old = [Worth::Cheap, Worth::Dear].into_iter().find_map(|worth| {
            let (place, entry) = self.oldest(worth)?;
            is_so(entry.since).then_some(place)
        })?;
        self.take(old)
    }

    fn oldest(&self, worth: Worth) -> Option<(Place, &Entry<T>)> {
        let mut entries = self.entries.range((worth, 0)..=(worth, u64::MAX));
        entries.next().map(|(place, entry)| (*place, entry))
    }

    fn take(&mut self, place: Place) -> Option<(u64, T)> {
        let entry = self.entries.remove(&place)?;
        self.bytes -= entry.bytes;
        self.cheap -= usize::from(place.0 == Worth::Cheap);
        if let Some(own) = self.of_one.get_mut(&entry.person) {
            if let Ok(at) = own
                .places
                .binary_search_by_key(&place.1, |(_, serial)| *serial)
            {
                own.places.remove(at);
            }
            own.bytes -= entry.bytes;
            if own.places.is_empty() {
                self.of_one.remove(&entry.person);
            }
        }
        Some((place.1, entry.item))
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
        let cheap = |place: &&Place| place.0 == Worth::Cheap;
        (bytes, own, places) == (self.bytes, self.bytes, self.entries.len())
            && self.entries.keys().filter(cheap).count() == self.cheap
    }
}
