//! Ids and addresses: four types, none of which passes for another.

mod jid;
mod own;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use jid::Jid;
pub(crate) use jid::Person;
pub use own::{Lid, OwnAddress, PhoneNumber};

/// The longest id or address that is read or built, in bytes.
///
/// Real ones have some 20 to 60 bytes. The bound limits what a stranger can make you store.
pub const MAX_ID_LEN: usize = 256;

/// Why a text is not a [`CallId`], a [`StanzaId`] or a [`Jid`].
///
/// It says what is wrong and never repeats the text, which may be an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// There is no text at all.
    #[error("it is empty")]
    Empty,
    /// The text has a control character (a line break or a NUL, say) at this byte.
    #[error("it has a control character at byte {at}")]
    ControlCharacter {
        /// Where, in bytes from the start of the text.
        at: usize,
    },
    /// The text is longer than [`MAX_ID_LEN`].
    #[error("it has {len} bytes, and {MAX_ID_LEN} are the most")]
    TooLong {
        /// How long it is, in bytes.
        len: usize,
    },
    /// The address has no server: it is a bare number, or ends in `@`.
    #[error("it has no server, such as `@lid` or `@s.whatsapp.net`")]
    NoServer,
    /// The address has nothing in front of its `@`, or of its `:`.
    #[error("it has no user in front of the `@`")]
    NoUser,
    /// The address has a second `@`.
    #[error("it has a second `@`, at byte {at}")]
    SecondAt {
        /// Where, in bytes from the start of the text.
        at: usize,
    },
    /// The address names its device by something that is not a number from 0 to 65535.
    #[error("its device, behind the `:`, is not a number from 0 to 65535")]
    Device,
    /// The address is not in the space of LIDs, whose server is `lid` or `hosted.lid`.
    #[error("it is not a LID, which ends in `@lid`")]
    NotALid,
    /// The address is not in the space of phone numbers, whose server is `s.whatsapp.net` or `hosted`.
    #[error("it is not a phone-number address, which ends in `@s.whatsapp.net`")]
    NotAPhoneNumber,
}

/// Checks what holds for every id, every address and every word that is sent.
pub(crate) fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > MAX_ID_LEN {
        return Err(IdError::TooLong { len: text.len() });
    }
    // Nearly all ids are printable ASCII, which is quick to check.
    if text
        .bytes()
        .fold(true, |all, b| all & (b' '..=b'~').contains(&b))
    {
        return Ok(());
    }
    match text.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, _)) => Err(IdError::ControlCharacter { at }),
        None => Ok(()),
    }
}

/// The name of a call, in the attribute `call-id`. The caller makes it, and every stanza of the call repeats it byte
/// for byte (SIG-01.4, SIG-13.6, SIG-17.1).
///
/// It is opaque, compared exactly, and is *not* the [`StanzaId`] that acknowledgements repeat (SIG-17.3). The two are
/// different types, so you cannot use one in place of the other:
///
/// ```compile_fail,E0308
/// use ringstate::{CallId, StanzaId};
///
/// fn correlate(id: StanzaId) {}
/// let call: CallId = "00C0FFEE".parse()?;
/// correlate(call); // expected `StanzaId`, found `CallId`
/// # Ok::<(), ringstate::IdError>(())
/// ```
///
/// `Debug` shows an id that can only be a token, and redacts one that could be an address, because it has an `@` or
/// only digits.
///
/// ```
/// use ringstate::{CallId, IdError};
///
/// let id: CallId = "00C0FFEE".parse()?;
/// assert_eq!(id.as_str(), "00C0FFEE");
/// assert_eq!(format!("{id:?}"), "CallId(00C0FFEE)");
/// assert_eq!("".parse::<CallId>(), Err(IdError::Empty));
/// assert_eq!("a\nb".parse::<CallId>(), Err(IdError::ControlCharacter { at: 1 }));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(Arc<str>);

/// The name of one stanza, in the attribute `id` of its outermost element. Acknowledgements and receipts repeat it
/// (SIG-07.3, SIG-07.8). To make one from text, parse it: `"3EB0C4D5".parse()?`.
///
/// It is opaque, compared exactly, and is *not* the [`CallId`] that the stanzas of a call share (SIG-07.9).
///
/// ```
/// use ringstate::StanzaId;
///
/// let id: StanzaId = "1A2B3C4D5E".parse()?;
/// assert_eq!(id.as_str(), "1A2B3C4D5E");
/// # Ok::<(), ringstate::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StanzaId(Arc<str>);

impl CallId {
    /// Returns the text, byte for byte as it was read or given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StanzaId {
    /// Returns the text, byte for byte as it was read or given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CallId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text)?;
        Ok(Self(text.into()))
    }
}

impl FromStr for StanzaId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text)?;
        Ok(Self(text.into()))
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for StanzaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallId({})", Token(&self.0))
    }
}

impl fmt::Debug for StanzaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StanzaId({})", Token(&self.0))
    }
}

/// Shows a word that a stranger sent only if it looks like a token and cannot be an address: short, made of letters,
/// digits, `_`, `-` and `.`, and not of digits alone. Anything else shows as its length.
pub(crate) struct Token<'a>(pub(crate) &'a str);

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let harmless = self.0.len() <= 64
            && self
                .0
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
            && self.0.bytes().any(|b| b.is_ascii_alphabetic());
        if harmless {
            f.write_str(self.0)
        } else {
            write!(f, "[{} bytes]", self.0.len())
        }
    }
}
