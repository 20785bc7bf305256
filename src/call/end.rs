use crate::law::HasOutcome;
use crate::phase::{EndedBy, Outcome, Phase, Role};
use crate::stanza::Terminate;

use super::Call;

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
    ///         Outcome::Cancelled => "cancelled",
    ///         Outcome::TimedOut => "no answer",
    ///         Outcome::Unavailable => "busy or out of reach",
    ///         Outcome::RefusedByServer { .. } => "failed",
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome
    where
        P: HasOutcome<R>,
    {
        P::end(&self.held).outcome
    }

    /// Who ended the call, once it is `Rejected` or `Terminated` ([`HasOutcome`]).
    ///
    /// ```
    /// use ringstate::{Call, Callee, EndedBy, Terminated};
    ///
    /// fn why(call: &Call<Callee, Terminated>) -> Option<&str> {
    ///     match call.ended_by() {
    ///         EndedBy::Us => None,
    ///         EndedBy::Peer | EndedBy::Server | EndedBy::OwnDevice => call.heard()?.reason().map(|r| r.as_str()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn ended_by(&self) -> EndedBy
    where
        P: HasOutcome<R>,
    {
        P::end(&self.held).by
    }

    /// The `<terminate>` that ended the call, if somebody else's did. It has the reason, and perhaps counters.
    #[must_use]
    pub fn heard(&self) -> Option<&Terminate>
    where
        P: HasOutcome<R>,
    {
        P::end(&self.held).heard.as_ref().map(|parts| &parts.1)
    }
}
