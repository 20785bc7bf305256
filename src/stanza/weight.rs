/// What is kept of a received stanza: how many bytes at most, and how many elements were left out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weight {
    bytes: u32,
    pub(crate) dropped: u32,
}

/// The most that a stanza without lists and texts takes.
const BARE: usize = 2048;

/// The most that a problem takes.
const PROBLEM: usize = 320;

impl Weight {
    /// Of a document of this length, whose lists take so much, and which has so many problems.
    pub(crate) fn of(document: usize, lists: usize, problems: usize, dropped: usize) -> Self {
        let saturated = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            bytes: saturated(BARE + document + lists + PROBLEM * problems),
            dropped: saturated(dropped),
        }
    }

    pub(crate) fn bytes(self) -> usize {
        self.bytes.try_into().unwrap_or(usize::MAX)
    }
}

// Two stanzas are equal if they say the same, however they were written.
impl PartialEq for Weight {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Weight {}
