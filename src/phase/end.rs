use crate::stanza::{Envelope, Meaning, Terminate};

/// How a call ended, in its user's words.
///
/// Exhaustive, so that a user interface has a word for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nobody answered: a missed call.
    Missed,
    /// Another device of this user answered.
    AnsweredElsewhere,
    /// Another device of this user declined.
    DeclinedElsewhere,
    /// This user declined.
    Declined,
    /// It was answered, and then ended.
    HungUp,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// This device: it said so, or let the call lapse.
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
    /// This device said so.
    Said,
    /// This device let the call lapse.
    Lapsed,
    /// Somebody else said so, with this meaning.
    Heard(Meaning),
}

/// What is known of a call that is over.
#[derive(Debug)]
pub struct End {
    pub(crate) outcome: Outcome,
    pub(crate) by: EndedBy,
    /// The `<terminate>` that ended it, if one did.
    pub(crate) heard: Option<Box<(Envelope, Terminate)>>,
}
