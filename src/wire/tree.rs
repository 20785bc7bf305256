//! The document as a flat tree that borrows from it, ready to decode.

use std::borrow::Cow;
use std::cell::RefCell;

use super::error::Fault;
use crate::stanza::Problem;

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
        }
    }

    /// The outermost element.
    pub(super) fn root(&self) -> View<'_, 'a> {
        View {
            tree: self,
            index: 0,
        }
    }
}

impl<'t, 'a> View<'t, 'a> {
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
    pub(super) fn children(self) -> impl Iterator<Item = View<'t, 'a>> {
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
