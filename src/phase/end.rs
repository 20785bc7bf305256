use crate::stanza::Meaning;

/// How a call ended, in its user's words.
///
/// Exhaustive, so that a user interface has a word for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nobody answered, for the callee: a missed call.
    Missed,
    /// Another device of this user answered.
    AnsweredElsewhere,
    /// Another device of this user declined.
    DeclinedElsewhere,
    /// The callee's user declined.
    Declined,
    /// It was answered, and then ended.
    HungUp,
    /// The caller gave up before an answer.
    Cancelled,
    /// Nobody answered within the ring window, for the caller.
    TimedOut,
    /// No device of the peer could take the call: each was busy, say, or had no key.
    Unavailable,
    /// The server refused the offer or the accept, with this code.
    RefusedByServer {
        /// The code, where it gave one. It is data, not a diagnosis.
        code: Option<u32>,
    },
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// This device: it sent the end, or abandoned the call.
    Us,
    /// The other end.
    Peer,
    /// The server.
    Server,
    /// Another device of this user.
    OwnDevice,
}

/// How a phase came to its end.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// This device sent it, with this meaning.
    Sent(Meaning),
    /// This device abandoned the call.
    Abandoned,
    /// The other end or the server sent it, with this meaning.
    Heard(Meaning),
    /// The server refused what was sent, with this code.
    Nacked { code: Option<u32> },
}

/// What a `<terminate>` of a device does.
#[derive(Debug)]
pub enum Verdict {
    /// It ends the call.
    Over,
    /// It takes the device out.
    DeviceOut {
        /// Whether the device's user has declined.
        user_declined: bool,
    },
    /// It comes from a device that is out already.
    WasOut,
    /// It comes from a device that the offer did not go to.
    NotOffered,
}
