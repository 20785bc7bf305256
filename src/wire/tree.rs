//! The document as a flat tree that borrows from it, ready to decode.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use super::error::Fault;
use crate::stanza::{Problem, Weight};

/// Elements in the order of their start tags.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    document: &'a str,
    /// What exceeds a bound. Nothing after it is kept.
    pub(super) too_large: Option<Fault>,
    pub(super) elements: Vec<ElementNode<'a>>,
    pub(super) attributes: Vec<AttributeNode<'a>>,
    /// What could not be read and lost nothing else.
    problems: RefCell<Vec<Problem>>,
    /// How many bytes the lists that are kept of it take so far, and how many elements were left out of them.
    kept: Cell<usize>,
    dropped: Cell<usize>,
}

/// How many problems of one document are kept.
const MAX_PROBLEMS: usize = 16;

#[derive(Debug)]
pub(super) struct ElementNode<'a> {
    pub(super) name: &'a str,
    pub(super) offset: usize,
    /// Its attributes: from the first of them to the one behind the last.
    pub(super) attributes: (usize, usize),
    /// The index of the first element that is not inside this one.
    pub(super) end: usize,
    pub(super) text: Cow<'a, str>,
    /// Whether a comment stands inside.
    pub(super) comment: bool,
}

#[derive(Debug)]
pub(super) struct AttributeNode<'a> {
    pub(super) name: &'a str,
    pub(super) value: Cow<'a, str>,
    pub(super) offset: usize,
}

/// One element of a tree.
#[derive(Clone, Copy)]
pub(super) struct View<'t, 'a> {
    tree: &'t Tree<'a>,
    index: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn of(document: &'a str) -> Self {
        // Room for a stanza of the usual density, so that the lists seldom grow.
        let room = (document.len() / 48).clamp(4, 64);
        Self {
            document,
            too_large: None,
            elements: Vec::with_capacity(room),
            attributes: Vec::with_capacity(2 * room),
            problems: RefCell::new(Vec::new()),
            kept: Cell::new(0),
            dropped: Cell::new(0),
        }
    }

    /// How many bytes the lists that are kept of it may take. A list costs more than its text only where its elements are
    /// shorter than any that means something.
    fn most_kept(&self) -> usize {
        SMALL + 3 * self.document.len()
    }

    /// The outermost element.
    pub(super) fn root(&self) -> View<'_, 'a> {
        View {
            tree: self,
            index: 0,
        }
    }
}

/// What the lists of a short stanza may take.
const SMALL: usize = 8 * 1024;

impl<'t, 'a> View<'t, 'a> {
    /// Makes room for this many bytes of a list, or counts the element as left out.
    pub(super) fn make_room(self, bytes: usize) -> bool {
        let kept = self.tree.kept.get() + bytes;
        let fits = kept <= self.tree.most_kept();
        if fits {
            self.tree.kept.set(kept);
        } else {
            self.tree.dropped.set(self.tree.dropped.get() + 1);
        }
        fits
    }

    /// How many things of this size there still is room for, of so many.
    pub(super) fn room_for(self, count: usize, size: usize) -> usize {
        let room = self.tree.most_kept().saturating_sub(self.tree.kept.get());
        count.min(room / size)
    }

    /// What is kept of the stanza takes at most this many bytes: the lists, every other text, and the stanza itself.
    pub(super) fn weight(self) -> Weight {
        Weight::of(
            self.tree.document.len(),
            self.tree.kept.get(),
            self.tree.problems.borrow().len(),
            self.tree.dropped.get(),
        )
    }

    /// Notes a problem that costs no more than the field it is in.
    pub(super) fn note(self, problem: Problem) {
        let mut problems = self.tree.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS {
            problems.push(problem);
        }
    }

    /// Takes out the problems of the document, in the order in which they were met.
    pub(super) fn take_problems(self) -> Vec<Problem> {
        self.tree.problems.take()
    }

    pub(super) fn node(self) -> &'t ElementNode<'a> {
        &self.tree.elements[self.index]
    }

    /// The place in the document of a byte of the text.
    pub(super) fn place_in_text(self, byte: usize) -> usize {
        super::reader::place_in_text(self.tree.document, self.node().offset, byte)
    }

    pub(super) fn name(self) -> &'a str {
        self.node().name
    }

    pub(super) fn attributes(self) -> &'t [AttributeNode<'a>] {
        let (start, end) = self.node().attributes;
        &self.tree.attributes[start..end]
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'t AttributeNode<'a>> {
        self.attributes().iter().find(|a| a.name == name)
    }

    /// The elements directly inside.
    pub(super) fn children(self) -> impl Iterator<Item = View<'t, 'a>> + Clone {
        let end = self.node().end;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let child = View {
                tree: self.tree,
                index: next,
            };
            (next < end).then(|| {
                next = child.node().end;
                child
            })
        })
    }
}
