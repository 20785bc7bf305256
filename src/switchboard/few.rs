//! A list that nearly always has one item.

use std::{mem, slice};

/// One item in place, or several on the heap. Its owner removes it when it is empty.
#[derive(Debug, Default)]
pub(super) enum Few<T> {
    #[default]
    Empty,
    One(T),
    #[expect(
        clippy::box_collection,
        reason = "in place it would take more than an item, everywhere"
    )]
    Several(Box<Vec<T>>),
}

impl<T> Few<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::Empty => &[],
            Self::One(item) => slice::from_ref(item),
            Self::Several(items) => items,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::Empty => &mut [],
            Self::One(item) => slice::from_mut(item),
            Self::Several(items) => items,
        }
    }

    pub(super) fn push(&mut self, item: T) {
        *self = match mem::take(self) {
            Self::Empty => Self::One(item),
            Self::One(first) => Self::Several(Box::new(vec![first, item])),
            Self::Several(mut items) => {
                items.push(item);
                Self::Several(items)
            }
        }
    }

    /// Takes out the first item of which this holds.
    pub(super) fn take(&mut self, is_it: impl Fn(&T) -> bool) -> Option<T> {
        let at = self.as_slice().iter().position(is_it)?;
        match mem::take(self) {
            Self::Empty => None,
            Self::One(item) => Some(item),
            Self::Several(mut items) => {
                let item = items.remove(at);
                *self = if items.len() == 1 {
                    items.pop().map_or(Self::Empty, Self::One)
                } else {
                    Self::Several(items)
                };
                Some(item)
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}
