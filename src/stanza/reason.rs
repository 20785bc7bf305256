use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::id::{IdError, Token, check};

/// Why a call ended or was declined, in the wire's own word: the attribute `reason` of `<terminate>` and `<reject>`.
///
/// The vocabulary is open (SIG-14.6): the word is kept, and [`meaning`](Self::meaning) reads it. An empty reason does
/// not exist: it is read as none, and none is written as no attribute (SIG-14.7).
///
/// ```
/// use ringstate::{IdError, Meaning, TerminateReason};
///
/// let reason: TerminateReason = "accept_elsewhere".parse()?;
/// assert_eq!(reason.meaning(), Meaning::AcceptedElsewhere);
/// assert_eq!(reason.as_str(), "accept_elsewhere");
/// assert_eq!(TerminateReason::ACCEPTED_ELSEWHERE.as_str(), "accepted_elsewhere");
/// assert_eq!("".parse::<TerminateReason>(), Err(IdError::Empty));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TerminateReason {
    word: Cow<'static, str>,
}

/// What a [`TerminateReason`] means, however it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// `timeout`: nobody answered within the ring window (ENUM-TERM.2).
    Timeout,
    /// `busy`: that device is in another call (ENUM-TERM.3).
    Busy,
    /// `declined`: the user turned the call down (ENUM-TERM.4).
    Declined,
    /// `accepted_elsewhere` or `accept_elsewhere`: another device of the user has answered (SIG-14.11, ENUM-TERM.5).
    AcceptedElsewhere,
    /// `rejected_elsewhere` or `reject_elsewhere`: another device of the user has declined (ENUM-TERM.6).
    RejectedElsewhere,
    /// `connection_lost`: media or transport broke down for good (ENUM-TERM.7).
    ConnectionLost,
    /// `retry`: the setup should be tried again (ENUM-TERM.8).
    Retry,
    /// `cancelled`: the caller gave up before an answer (ENUM-TERM.9).
    Cancelled,
    /// Another word. Clients may invent some.
    Other,
}

impl TerminateReason {
    /// `timeout`.
    pub const TIMEOUT: Self = Self::known("timeout");
    /// `busy`.
    pub const BUSY: Self = Self::known("busy");
    /// `declined`.
    pub const DECLINED: Self = Self::known("declined");
    /// `accepted_elsewhere`, the spelling to send.
    pub const ACCEPTED_ELSEWHERE: Self = Self::known("accepted_elsewhere");
    /// `rejected_elsewhere`, the spelling to send.
    pub const REJECTED_ELSEWHERE: Self = Self::known("rejected_elsewhere");
    /// `connection_lost`.
    pub const CONNECTION_LOST: Self = Self::known("connection_lost");
    /// `retry`.
    pub const RETRY: Self = Self::known("retry");
    /// `cancelled`.
    pub const CANCELLED: Self = Self::known("cancelled");

    const fn known(word: &'static str) -> Self {
        Self {
            word: Cow::Borrowed(word),
        }
    }

    /// A reason that was read: any word is kept. An empty one counts as none (SIG-14.7).
    pub(crate) fn read(word: &str) -> Option<Self> {
        (!word.is_empty()).then(|| Self {
            word: Cow::Owned(word.to_owned()),
        })
    }

    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.word
    }

    /// What the word says. Hyphens count as underscores, because the spelling is not settled (ENUM-TERM.1).
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        match &*self.word {
            "timeout" => Meaning::Timeout,
            "busy" => Meaning::Busy,
            "declined" => Meaning::Declined,
            "accepted_elsewhere" | "accept_elsewhere" | "accepted-elsewhere"
            | "accept-elsewhere" => Meaning::AcceptedElsewhere,
            "rejected_elsewhere" | "reject_elsewhere" | "rejected-elsewhere"
            | "reject-elsewhere" => Meaning::RejectedElsewhere,
            "connection_lost" | "connection-lost" => Meaning::ConnectionLost,
            "retry" => Meaning::Retry,
            "cancelled" => Meaning::Cancelled,
            _ => Meaning::Other,
        }
    }
}

impl FromStr for TerminateReason {
    type Err = IdError;

    /// A word to send: not empty (SIG-14.7), and fit to be an id.
    fn from_str(word: &str) -> Result<Self, IdError> {
        check(word)?;
        Ok(Self {
            word: Cow::Owned(word.to_owned()),
        })
    }
}

impl fmt::Debug for TerminateReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TerminateReason({})", Token(&self.word))
    }
}
