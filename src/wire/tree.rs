//! The document as a flat tree that borrows from it: what every form of a stanza is turned into before it is decoded.

use std::borrow::Cow;

/// Elements in the order of their start tags.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
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
    pub(super) text_offset: usize,
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
    /// The outermost element.
    pub(super) fn root(&self) -> View<'_, 'a> {
        View {
            tree: self,
            index: 0,
        }
    }
}

impl<'t, 'a> View<'t, 'a> {
    pub(super) fn node(self) -> &'t ElementNode<'a> {
        &self.tree.elements[self.index]
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
