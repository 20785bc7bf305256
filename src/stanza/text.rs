use std::fmt;

/// Text off the wire, which may be a name or an address: `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Text(Box<str>);

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}
