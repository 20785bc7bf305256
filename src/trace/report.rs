//! What a replay has found, call by call.

use std::time::Duration;

use super::finding::{Finding, FindingKind};
use super::recording::Direction;
use crate::id::Jid;
use crate::phase::{EndedBy, Outcome, PhaseName, RoleName};
use crate::stanza::{Dialect, Identity};

/// What a [`Replay`](super::Replay) makes of a recording.
///
/// ```
/// use ringstate::trace::Report;
///
/// /// The calls in which nobody did anything wrong, by their ids.
/// fn clean(report: &Report) -> Vec<&str> {
///     let clean = report.calls.iter().filter(|call| call.findings.is_empty());
///     clean.map(|call| call.identity.call_id.as_str()).collect()
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The dialect of the client.
    pub dialect: Dialect,
    /// Whether its acks have told so.
    pub is_dialect_told: bool,
    /// Whether receipts pass for recorded. If not, those that are owed pass for sent.
    pub is_receipt_recorded: bool,
    /// Whether nothing was sent: then what is owed passes for sent, and nothing is a violation.
    pub is_one_sided: bool,
    /// How many stanzas there were.
    pub stanzas: usize,
    /// How many of them cannot be read.
    pub unread: usize,
    /// The calls, in the order in which they began.
    pub calls: Vec<CallReport>,
    /// How many calls that kept the law were left out
    /// ([`Replay::with_most_calls`](super::Replay::with_most_calls)).
    pub left_out: usize,
    /// Findings that are of no call.
    pub others: Vec<Finding>,
    /// How many more of these there were: of one kind and one speaker the first thousand are kept.
    pub others_left_out: usize,
}

/// One call of a recording.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallReport {
    /// Its ids.
    pub identity: Identity,
    /// The other end.
    pub peer: Jid,
    /// Whether the client placed it.
    pub is_placed: bool,
    /// This end of the call; none of one that was over when its offer came.
    pub role: Option<RoleName>,
    /// The phase in which the recording leaves it.
    pub phase: Option<PhaseName>,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// Who ended it, if it did.
    pub ended_by: Option<EndedBy>,
    /// What was said, in order.
    pub steps: Vec<Step>,
    /// How many stanzas came after these, and are left out because there are too many.
    pub steps_left_out: usize,
    /// What is wrong, in the order of the lines.
    pub findings: Vec<Finding>,
    /// How many more findings there were: of one kind and one speaker the first thousand are kept.
    pub findings_left_out: usize,
    /// What was sent and not acknowledged by the server before the recording ends.
    pub unacknowledged: Vec<&'static str>,
}

/// One stanza of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The number of its line.
    pub line: usize,
    /// When it was recorded.
    pub time: Option<Duration>,
    /// Who sent it.
    pub direction: Direction,
    /// `ack`, `nack` or `receipt` of an element; empty for the element itself.
    pub answer: &'static str,
    /// The element.
    pub element: &'static str,
    /// Whether it only tells devices to stop ringing: the call goes on without them.
    pub is_dismissal: bool,
    /// The phase before it.
    pub before: PhaseName,
    /// The phase after it.
    pub after: PhaseName,
}

impl Step {
    /// In the place of an element: the client gave the call up, and sent nothing.
    pub(super) const ABANDONED: &'static str = "(abandoned)";

    pub(super) fn is_silent(&self) -> bool {
        self.element == Self::ABANDONED
    }
}

impl CallReport {
    pub(super) fn new(identity: Identity, peer: Jid, is_placed: bool) -> Self {
        Self {
            identity,
            peer,
            is_placed,
            role: None,
            phase: None,
            outcome: None,
            ended_by: None,
            steps: Vec::new(),
            steps_left_out: 0,
            findings: Vec::new(),
            findings_left_out: 0,
            unacknowledged: Vec::new(),
        }
    }

    /// The findings about something that is there.
    pub(super) fn there(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.kind() != FindingKind::Missing)
    }

    /// The findings about something that is not.
    pub(super) fn missing(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.kind() == FindingKind::Missing)
    }
}

impl Report {
    /// Returns every finding.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let of_calls = self.calls.iter().flat_map(|call| &call.findings);
        of_calls.chain(&self.others)
    }

    /// Returns what breaks the law or is missing.
    pub fn violations(&self) -> impl Iterator<Item = &Finding> {
        self.findings()
            .filter(|finding| finding.kind() != FindingKind::Note)
    }
}
