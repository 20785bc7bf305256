//! What is wrong in a recording, with the clause that says so.

use std::fmt;
use std::time::Duration;

use super::recording::Direction;
use crate::any::SayError;
use crate::call::HearError;
use crate::law::{Kind, LAW, PhaseName, RoleName, Row};
use crate::party::Sender;
use crate::stanza::ActionKind;

/// What a [`Replay`](super::Replay) has found in a line of a recording.
///
/// ```text
/// line 5: violation: `<terminate>` cannot be sent by the Callee of a call that is `Acked`
/// ```
///
/// ```
/// use ringstate::trace::{Finding, FindingKind, Speaker};
///
/// /// What the peer's client does wrong.
/// fn blame(finding: &Finding) -> Option<String> {
///     let is_theirs = (finding.kind(), finding.by()) == (FindingKind::Violation, Speaker::Peer);
///     is_theirs.then(|| format!("{finding} ({})", finding.clauses().collect::<Vec<_>>().join(", ")))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    line: usize,
    kind: FindingKind,
    by: Speaker,
    message: String,
    why: String,
    legal: Vec<&'static str>,
}

/// How much a [`Finding`] weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// Something was said that may not be said then, by that party.
    Violation,
    /// Something is due at the end of the recording and not there.
    Missing,
    /// It is worth a look, and no fault of the client.
    Note,
}

/// Whose doing a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The client whose recording it is.
    Us,
    /// The other end.
    Peer,
    /// The server.
    Server,
    /// Another device of the client's user.
    OwnDevice,
    /// No party to the call.
    Stranger,
    /// Nobody: something is wrong with the recording.
    Recording,
}

impl Speaker {
    pub(super) fn of_direction(direction: Direction) -> Self {
        match direction {
            Direction::Outward => Self::Us,
            Direction::Inward => Self::Peer,
        }
    }

    pub(super) fn of_sender(sender: Sender) -> Self {
        match sender {
            Sender::Peer => Self::Peer,
            Sender::Server => Self::Server,
            Sender::OwnDevice => Self::OwnDevice,
            Sender::Member | Sender::Unverified | Sender::Stranger => Self::Stranger,
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Us => "this client",
            Self::Peer => "the peer",
            Self::Server => "the server",
            Self::OwnDevice => "another device of this user",
            Self::Stranger => "somebody else",
            Self::Recording => "the recording",
        })
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Violation => "violation",
            Self::Missing => "missing",
            Self::Note => "note",
        })
    }
}

/// How many findings of one kind and one speaker are kept of one call, and of what is of no call.
const MOST_OF_A_KIND: usize = 1000;

/// The findings of a call, or of what is of no call. What one speaker does again and again leaves room for those of the others.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    /// How many there were, by kind and speaker.
    told: [[usize; 6]; 3],
}

impl Findings {
    pub(super) fn tell(&mut self, finding: impl Into<Option<Finding>>) {
        let Some(finding) = finding.into() else {
            return;
        };
        let told = &mut self.told[finding.kind as usize][finding.by as usize];
        *told += 1;
        if *told <= MOST_OF_A_KIND {
            self.kept.push(finding);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Those that are kept, and the number of the others.
    pub(super) fn into_parts(self) -> (Vec<Finding>, usize) {
        let told: usize = self.told.iter().flatten().sum();
        let left_out = told - self.kept.len();
        (self.kept, left_out)
    }
}

impl Finding {
    /// Returns the number of the line, from 1; of something that is missing, that of what it is due for, or the last line of
    /// the call.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns how much it weighs.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns whose doing it is.
    #[must_use]
    pub fn by(&self) -> Speaker {
        self.by
    }

    /// Returns what is wrong, in one sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns why, in the words of the law; empty where there is no more to say.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Returns the clauses that say so, such as `SIG-18.12`.
    pub fn clauses(&self) -> impl Iterator<Item = &str> {
        let words = self
            .why
            .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.')));
        words.map(|word| word.trim_end_matches('.')).filter(|word| {
            let family = ["SIG-", "CAT-", "OBS-", "REF.", "FLOW-", "ENUM-"];
            family.iter().any(|start| word.starts_with(start))
        })
    }

    /// Returns the steps that would have been legal instead, as the [law](crate::law::LAW) names them.
    #[must_use]
    pub fn legal(&self) -> &[&'static str] {
        &self.legal
    }

    pub(super) fn becomes_a_note(&mut self) {
        self.kind = FindingKind::Note;
    }

    pub(super) fn is_violation(&self) -> bool {
        self.kind == FindingKind::Violation
    }

    fn violation(line: usize, by: Speaker, message: String, why: &str) -> Self {
        Self {
            line,
            kind: FindingKind::Violation,
            by,
            message,
            why: why.to_owned(),
            legal: Vec::new(),
        }
    }

    fn missing(line: usize, message: String, why: &str) -> Self {
        Self {
            kind: FindingKind::Missing,
            ..Self::violation(line, Speaker::Us, message, why)
        }
    }

    fn note(line: usize, by: Speaker, message: String, why: &str) -> Self {
        Self {
            kind: FindingKind::Note,
            ..Self::violation(line, by, message, why)
        }
    }

    /// The law has no such step.
    pub(super) fn not_said(
        line: usize,
        element: &'static str,
        role: RoleName,
        phase: PhaseName,
    ) -> Self {
        let Some(row) = row(Kind::May, element) else {
            let message = format!("`<{element}>` was sent before");
            let why = "one offer makes one call, and its `call-id` is not used again (SIG-17.38)";
            return Self::violation(line, Speaker::Us, message, why);
        };
        Self {
            legal: legal(role, phase),
            ..Self::of_row(line, Speaker::Us, row, role, phase)
        }
    }

    /// The ack of the offer was sent before, and its receipt was not.
    pub(super) fn before_the_receipt(line: usize, element: &'static str) -> Self {
        let message = format!("`<{element}>` was sent before the receipt of the offer");
        let why = "ack and receipt go out before anything else (SIG-18.2 to SIG-18.4)";
        Self::violation(line, Speaker::Us, message, why)
    }

    /// The law does not let the call hear it.
    pub(super) fn not_heard(
        line: usize,
        by: Speaker,
        element: &'static str,
        role: RoleName,
        phase: PhaseName,
    ) -> Self {
        let Some(row) = row(Kind::Hears, element) else {
            let message =
                format!("`<{element}>` means nothing to the {role} of a call that is `{phase}`");
            return Self::note(line, by, message, "");
        };
        Self::of_row(line, by, row, role, phase)
    }

    fn of_row(line: usize, by: Speaker, row: &Row, role: RoleName, phase: PhaseName) -> Self {
        let message = row.message.replace("{R}", role.as_str());
        let message = message.replace("{Self}", phase.as_str());
        let name = format!("`{phase}`");
        let is_of_phase = |note: &&&str| {
            note.split(':')
                .next()
                .is_some_and(|when| when.contains(&name))
        };
        let why = row
            .notes
            .iter()
            .find(is_of_phase)
            .copied()
            .unwrap_or_default();
        Self::violation(line, by, message, why)
    }

    /// The call could hear it, and not from this sender.
    pub(super) fn not_believed(
        line: usize,
        by: Speaker,
        element: &'static str,
        why: HearError,
    ) -> Self {
        let message = format!("`<{element}>`: {why}");
        let clause = match why {
            HearError::OtherCall => "the ids of a call are compared exactly (SIG-07.21)",
            HearError::OtherDevice => "one device answers, and the others are out (SIG-17.42)",
            HearError::DeviceIsOut => "`<reject>` is the last word of a device (SIG-18.12)",
            HearError::OtherStanza => "an answer repeats the id of the stanza (SIG-17.43)",
            HearError::Unverified => {
                return Self::note(
                    line,
                    by,
                    message,
                    "give the other address of the peer to be sure",
                );
            }
            _ => "only a party to a call has a say in it (SIG-17.44)",
        };
        Self::violation(line, by, message, clause)
    }

    /// The step is legal, and this one is not.
    pub(super) fn not_meant(line: usize, element: &'static str, why: SayError) -> Self {
        let clause = match why {
            SayError::NotAnswered => {
                "siblings are dismissed once one has answered (SIG-17.24, SIG-14.11)"
            }
            SayError::NotDeclined => "a caller gives up when a device has declined (SIG-18.19)",
            SayError::Unanswerable(_) => {
                "an answer states what the offer has (SIG-16.38, SIG-03.13)"
            }
            SayError::NotAbandoned { .. } | SayError::NotSaid { .. } => "",
        };
        Self::violation(line, Speaker::Us, format!("`<{element}>`: {why}"), clause)
    }

    pub(super) fn not_abandoned(line: usize, why: SayError) -> Self {
        let clause = "an offer is acknowledged, whatever the user does (SIG-18.3)";
        Self::violation(line, Speaker::Us, why.to_string(), clause)
    }

    pub(super) fn early_dismissal(line: usize) -> Self {
        let message = "devices were dismissed before an `<accept>` came".to_owned();
        let why = "the official client does so: the answer comes over the relay first (OBS-17)";
        Self::note(line, Speaker::Us, message, why)
    }

    pub(super) fn of_no_call(line: usize, by: Speaker) -> Self {
        let message =
            "the offer of this call is not in the recording, or one of too many with its call-id"
                .to_owned();
        Self::note(line, by, message, "its stanzas are not judged")
    }

    pub(super) fn group_offer(line: usize) -> Self {
        let message = "a group call is placed".to_owned();
        Self::note(line, Speaker::Us, message, "its stanzas are not judged")
    }

    pub(super) fn unreadable(line: usize, by: Speaker, message: String) -> Self {
        Self::note(
            line,
            by,
            message,
            "it cannot be read; a received one is owed its ack all the same (SIG-07.2)",
        )
    }

    pub(super) fn broken(line: usize, why: &str) -> Self {
        let left_out = "the line is left out: what follows in its call may be judged wrongly";
        Self::note(line, Speaker::Recording, why.to_owned(), left_out)
    }

    pub(super) fn refused(line: usize, element: &str, code: Option<u32>) -> Self {
        let code = code.map_or_else(String::new, |code| format!(" with {code}"));
        let message = format!("the server refused `<{element}>`{code}");
        Self::note(line, Speaker::Server, message, "")
    }

    pub(super) fn paid_again(line: usize, element: &str, what: &str) -> Self {
        let message = format!("the {what} of `<{element}>` was sent again");
        let why = "every stanza gets one answer (SIG-07.2)";
        Self::violation(line, Speaker::Us, message, why)
    }

    pub(super) fn not_owed(line: usize, element: &str) -> Self {
        let message = format!("no receipt is owed for `<{element}>`");
        let why = "an offer gets a receipt, and nothing else does (SIG-07.16); WhatsApp Web gives one to an accept and a reject (OBS-6)";
        Self::violation(line, Speaker::Us, message, why)
    }

    pub(super) fn unpaid(line: usize, element: &str, what: &str) -> Self {
        let message = format!("`<{element}>` did not get {what}");
        let why = "what is not acknowledged is delivered again (SIG-07.2); an offer gets a receipt as well (SIG-07.5)";
        Self::missing(line, message, why)
    }

    pub(super) fn not_dismissed(line: usize, devices: usize) -> Self {
        let message = format!("one device has answered; not told to stop ringing: {devices}");
        Self::missing(
            line,
            message,
            "the caller dismisses the siblings (SIG-14.11)",
        )
    }

    pub(super) fn not_answered(line: usize, phase: PhaseName) -> Self {
        let message =
            format!("the call is still `{phase}`: nobody answered it, declined it or ended it");
        let why =
            "a call that rings is answered, declined, or ends with its ring window (SIG-12.10)";
        Self::missing(line, message, why)
    }

    pub(super) fn still_rings(line: usize, since: Duration) -> Self {
        let message = format!("the recording ends {} s after the offer", since.as_secs());
        let why = "the ring window is not over (SIG-12.10, OBS-24)";
        Self::note(line, Speaker::Us, message, why)
    }

    pub(super) fn video_open(line: usize) -> Self {
        let message = "the peer asked for video, and got no answer".to_owned();
        Self::missing(
            line,
            message,
            "a request is agreed to or refused (OBS-VIDEO-2, OBS-VIDEO-4)",
        )
    }
}

/// The first row about an action.
fn row(kind: Kind, element: &str) -> Option<&'static Row> {
    let action = ActionKind::from_tag(element)?;
    let is_step = |row: &&Row| row.kind == kind && row.about.contains(&action) && !is_look(row);
    match action {
        // To send an offer is no step of a call.
        ActionKind::Offer if kind == Kind::May => None,
        _ => LAW.iter().find(is_step),
    }
}

/// The phase that a stanza takes a call to, which is not always the same; none if it stays, or if the law has no such step.
pub(super) fn goes_to(
    kind: Kind,
    element: &str,
    role: RoleName,
    phase: PhaseName,
) -> Option<PhaseName> {
    let action = ActionKind::from_tag(element)?;
    let is_step = |row: &&Row| {
        let is_about = row.kind == kind && row.about.contains(&action) && !is_look(row);
        is_about && row.is_legal(role, phase)
    };
    LAW.iter().find(is_step)?.goes_to.first().map(|way| way.to)
}

/// Whether a row is about looking at something, or about an answer to a stanza of this kind, and not about such a stanza.
fn is_look(row: &Row) -> bool {
    let answers = ["HearsServerAck", "HearsAcceptNack", "HearsReceipt"];
    let is_read = row.kind == Kind::May && row.stays && row.about.contains(&ActionKind::Offer);
    is_read || row.law == "MayReadAnswer" || answers.contains(&row.law)
}

/// What a client may do in a phase: send something, or end the call without a word.
fn legal(role: RoleName, phase: PhaseName) -> Vec<&'static str> {
    let is_step = |row: &&Row| row.kind == Kind::May && row.is_legal(role, phase) && !is_look(row);
    let steps = LAW.iter().filter(is_step).filter(|row| {
        !row.goes_to.is_empty() || row.about.iter().any(|action| *action != ActionKind::Offer)
    });
    steps.map(|row| row.step).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.kind, self.message)
    }
}
