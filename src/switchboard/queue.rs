use std::collections::BTreeMap;

/// A queue that forgets its oldest items, and from which an item can also be taken by its number.
#[derive(Debug)]
pub(super) struct Queue<T> {
    next: u64,
    items: BTreeMap<u64, T>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            next: 0,
            items: BTreeMap::new(),
        }
    }
}

impl<T> Queue<T> {
    pub(super) fn push(&mut self, item: T) -> u64 {
        let serial = self.next;
        self.next += 1;
        self.items.insert(serial, item);
        serial
    }

    pub(super) fn remove(&mut self, serial: u64) {
        self.items.remove(&serial);
    }

    /// Takes out the oldest, with its number.
    pub(super) fn pop(&mut self) -> Option<(u64, T)> {
        self.items.pop_first()
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }
}
