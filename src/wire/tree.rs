//! The document as a flat tree that borrows from it, ready to decode.

use std::borrow::Cow;

use super::error::Fault;
use super::view::{Content, Part, View};
use crate::stanza::Place;

/// Elements in the order of their start tags.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    document: &'a str,
    /// What exceeds a bound. Nothing after it is kept.
    pub(super) too_large: Option<Fault>,
    pub(super) elements: Vec<ElementNode<'a>>,
    pub(super) attributes: Vec<AttributeNode<'a>>,
}

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
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
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
        }
    }

    /// How long it is, and what exceeds a bound.
    pub(super) fn measure(&self) -> (usize, Option<Fault>) {
        (self.document.len(), self.too_large.clone())
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Element<'_> {
        Element {
            tree: self,
            index: 0,
        }
    }
}

impl<'t> Element<'t> {
    fn node(self) -> &'t ElementNode<'t> {
        &self.tree.elements[self.index]
    }

    fn own(self) -> &'t [AttributeNode<'t>] {
        let (start, end) = self.node().attributes;
        &self.tree.attributes[start..end]
    }

    fn find(self, name: &str) -> Option<&'t AttributeNode<'t>> {
        self.own().iter().find(|own| own.name == name)
    }
}

impl<'t> View<'t> for Element<'t> {
    fn name(self) -> &'t str {
        self.node().name
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        Some(read(&self.find(name)?.value))
    }

    fn attributes(self, mut each: impl FnMut(&str, &str)) {
        for own in self.own() {
            each(own.name, &own.value);
        }
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        let end = self.node().end;
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let child = Element {
                tree: self.tree,
                index: next,
            };
            (next < end).then(|| {
                next = child.node().end;
                child
            })
        })
    }

    fn content(self) -> Content<'t> {
        let node = self.node();
        if node.comment {
            Content::Elided(&node.text)
        } else {
            Content::Printed(&node.text)
        }
    }

    fn place(self, part: Part<'_>) -> Place {
        let node = self.node();
        Place::Byte(match part {
            Part::Element => node.offset,
            Part::Attribute(name) => self.find(name).map_or(node.offset, |own| own.offset),
            Part::Text(byte) => super::reader::place_in_text(self.tree.document, node.offset, byte),
        })
    }
}
