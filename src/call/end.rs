use crate::phase::{Phase, Role};
use crate::stanza::{Envelope, Meaning, Terminate};

use super::Call;
use super::lend::Over;

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

/// What is known once a call is over.
impl<R: Role, P: Phase> Call<R, P> {
    /// How the call ended, in its user's words, once it is `Rejected` or `Terminated`.
    ///
    /// ```
    /// use ringstate::{Call, Callee, Outcome, Rejected};
    ///
    /// fn label(call: &Call<Callee, Rejected>) -> &'static str {
    ///     match call.outcome() {
    ///         Outcome::Missed => "missed call",
    ///         Outcome::AnsweredElsewhere => "answered on another device",
    ///         Outcome::DeclinedElsewhere => "declined on another device",
    ///         Outcome::Declined => "declined",
    ///         Outcome::HungUp => "ended",
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome
    where
        P: Over<R>,
    {
        P::end(&self.held).outcome
    }

    /// Who ended the call, once it is `Rejected` or `Terminated`.
    #[must_use]
    pub fn ended_by(&self) -> EndedBy
    where
        P: Over<R>,
    {
        P::end(&self.held).by
    }

    /// The `<terminate>` that ended the call, if somebody else's did. It has the reason, and perhaps counters.
    #[must_use]
    pub fn heard(&self) -> Option<&Terminate>
    where
        P: Over<R>,
    {
        P::end(&self.held).heard.as_ref().map(|parts| &parts.1)
    }
}
