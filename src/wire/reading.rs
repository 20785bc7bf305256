//! One reading of a stanza: its elements, with what is kept of them so far and what could not be read.

use std::cell::{Cell, OnceCell, RefCell};

use super::error::Fault;
use super::view::{Content, Part, View};
use super::xml::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_DOCUMENT_LEN, MAX_NODES};
use crate::id::Jid;
use crate::stanza::{Problem, Weight};

/// What the lists of a short stanza may take.
const SMALL: usize = 8 * 1024;

/// How many problems of one stanza are kept.
const MAX_PROBLEMS: usize = 16;

/// What a reading has come to.
#[derive(Debug)]
pub(super) struct Reading {
    /// The length of the stanza, in bytes.
    len: usize,
    /// The `from` of a `<call>`, to share its text.
    sender: OnceCell<Jid>,
    /// What could not be read and lost nothing else.
    problems: RefCell<Vec<Problem>>,
    /// How many bytes the lists that are kept of it take so far, and how many elements were left out of them.
    kept: Cell<usize>,
    dropped: Cell<usize>,
}

impl Reading {
    /// A reading of a stanza of so many bytes.
    pub(super) fn of(len: usize) -> Self {
        Self {
            len,
            sender: OnceCell::new(),
            problems: RefCell::new(Vec::new()),
            kept: Cell::new(0),
            dropped: Cell::new(0),
        }
    }

    /// How many bytes the lists that are kept of it may take. A list costs more than its text only where its elements are
    /// shorter than any that means something.
    fn most_kept(&self) -> usize {
        SMALL + 3 * self.len
    }
}

/// An element in a reading.
#[derive(Clone, Copy)]
pub(super) struct At<'r, V> {
    view: V,
    reading: &'r Reading,
}

impl<'r, 'v, V: View<'v>> At<'r, V> {
    pub(super) fn new(view: V, reading: &'r Reading) -> Self {
        Self { view, reading }
    }

    pub(super) fn name(self) -> &'v str {
        self.view.name()
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.view.has(name)
    }

    pub(super) fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        self.view.attribute(name, read)
    }

    pub(super) fn extent(self) -> (usize, usize) {
        self.view.extent()
    }

    pub(super) fn attributes(self, each: impl FnMut(&str, &str)) {
        self.view.attributes(each);
    }

    pub(super) fn remember_sender(self, sender: &Jid) {
        let _ = self.reading.sender.set(sender.clone()); // once: a stanza has one sender
    }

    /// The sender of the stanza, if this is the address.
    pub(super) fn sender_if(self, address: &str) -> Option<Jid> {
        let sender = self.reading.sender.get();
        sender.filter(|sender| sender.as_str() == address).cloned()
    }

    /// The elements directly inside.
    pub(super) fn children(self) -> impl Iterator<Item = Self> + Clone {
        let reading = self.reading;
        self.view.children().map(move |view| At { view, reading })
    }

    pub(super) fn content(self) -> Content<'v> {
        self.view.content()
    }

    /// A problem of a part of the element.
    pub(super) fn problem(
        self,
        part: Part<'_>,
        found: impl Into<std::borrow::Cow<'static, str>>,
        expected: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Problem {
        let problem = Problem::new(self.view.place(part), found, expected);
        let problem = problem.in_element(self.name());
        match part {
            Part::Attribute(name) => problem.in_attribute(name),
            _ => problem,
        }
    }

    /// A problem with the stanza as a whole.
    pub(super) fn outside(self, found: String, expected: &'static str) -> Problem {
        Problem::new(self.view.place(Part::Element), found, expected)
    }

    /// Makes room for this many bytes of a list, or counts the element as left out.
    pub(super) fn make_room(self, bytes: usize) -> bool {
        let kept = self.reading.kept.get() + bytes;
        let fits = kept <= self.reading.most_kept();
        if fits {
            self.reading.kept.set(kept);
        } else {
            self.reading.dropped.set(self.reading.dropped.get() + 1);
        }
        fits
    }

    /// How many things of this size there still is room for, of so many.
    pub(super) fn room_for(self, count: usize, size: usize) -> usize {
        let room = self
            .reading
            .most_kept()
            .saturating_sub(self.reading.kept.get());
        count.min(room / size)
    }

    /// What is kept of the stanza takes at most this many bytes: the lists, every other text, and the stanza itself.
    pub(super) fn weight(self) -> Weight {
        Weight::of(
            self.reading.len,
            self.reading.kept.get(),
            self.reading.problems.borrow().len(),
            self.reading.dropped.get(),
        )
    }

    /// Notes a problem that costs no more than the field it is in. It is made only while there is room for it.
    pub(super) fn note(self, problem: impl FnOnce() -> Problem) {
        if self.reading.problems.borrow().len() < MAX_PROBLEMS {
            let problem = problem();
            self.reading.problems.borrow_mut().push(problem);
        }
    }

    /// Takes out the problems of the stanza, in the order in which they were met.
    pub(super) fn take_problems(self) -> Vec<Problem> {
        self.reading.problems.take()
    }
}

/// The length of a stanza in bytes, and the first bound that it exceeds. It is measured no further.
pub(super) fn measure<'v, V: View<'v>>(stanza: V) -> (usize, Option<Fault>) {
    let mut all = Measure::default();
    let too_large = all.add(stanza, 1).err();
    (all.bytes, too_large.map(|fault| *fault))
}

#[derive(Default)]
struct Measure {
    bytes: usize,
    nodes: usize,
}

impl Measure {
    fn add<'v, V: View<'v>>(&mut self, element: V, depth: usize) -> Result<(), Box<Fault>> {
        let (attributes, values) = element.extent();
        self.nodes += 1 + attributes;
        self.bytes += element.name().len() + values + element.content().size();
        if let Some((most, what)) = self.exceeds(depth, attributes) {
            let fault = Fault::too_many(element.place(Part::Element), most, what);
            return Err(Box::new(fault.in_element(element.name())));
        }
        element
            .children()
            .try_for_each(|child| self.add(child, depth + 1))
    }

    /// The first bound that is exceeded, with an element at this depth that has so many attributes.
    fn exceeds(&self, depth: usize, attributes: usize) -> Option<(usize, &'static str)> {
        let bound = |count, most, what| (count > most).then_some((most, what));
        bound(depth, MAX_DEPTH, "elements inside one another")
            .or_else(|| bound(attributes, MAX_ATTRIBUTES, "attributes of an element"))
            .or_else(|| bound(self.nodes, MAX_NODES, "elements and attributes"))
            .or_else(|| bound(self.bytes, MAX_DOCUMENT_LEN, "bytes"))
    }
}
