use std::sync::Arc;

use crate::id::OwnAddress;
use crate::law::HasOutcome;
use crate::party::Parties;
use crate::phase::held::End;
use crate::phase::{Acked, Callee, EndedBy, Outcome, Phase, Role, Terminated};
use crate::stanza::{Envelope, Offer, Terminate};

use super::Call;

/// What a call that is over knows.
impl<R: Role, P: Phase> Call<R, P> {
    /// Returns how the call ended, in its user's words, once it is `Rejected` or `Terminated`.
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
        self.held.as_ref().outcome
    }

    /// Returns who ended the call, once it is `Rejected` or `Terminated` ([`HasOutcome`]).
    ///
    /// ```
    /// use ringstate::{Call, Callee, EndedBy, Terminated};
    ///
    /// fn why(call: &Call<Callee, Terminated>) -> Option<&str> {
    ///     match call.ended_by() {
    ///         EndedBy::Us => None,
    ///         EndedBy::Peer | EndedBy::Server | EndedBy::OwnDevice => call.heard_terminate()?.reason().map(|r| r.as_str()),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn ended_by(&self) -> EndedBy
    where
        P: HasOutcome<R>,
    {
        self.held.as_ref().by
    }

    /// Returns the `<terminate>` that ended the call, if another party sent one. It has the reason, and sometimes counters.
    #[must_use]
    pub fn heard_terminate(&self) -> Option<&Terminate>
    where
        P: HasOutcome<R>,
    {
        let terminate = self.held.as_ref().terminate.as_ref();
        terminate.map(|parts| &parts.1)
    }
}

impl<R: Role, P: Phase> Call<R, P> {
    /// The same call, ended in this way.
    pub(crate) fn ended(&self, outcome: Outcome, by: EndedBy) -> Call<R, Terminated> {
        let end = End::without_a_word(outcome, by);
        Call::in_phase(Arc::clone(&self.parties), end)
    }

    /// Takes out the `<terminate>` that ended the call.
    pub(crate) fn take_terminate(&mut self) -> Option<Box<(Envelope, Terminate)>>
    where
        P: HasOutcome<R>,
    {
        self.held.as_mut().terminate.take()
    }
}

impl Call<Callee, Acked> {
    /// A call whose offer says that it is over. The offer is acknowledged.
    pub(crate) fn of_ended(parts: Box<(Envelope, Offer)>, me: &OwnAddress) -> Self {
        let mut parties = Parties::of_offer(&parts.0, &parts.1);
        parties.me = me.clone();
        Self::in_phase(Arc::new(parties), parts)
    }
}
