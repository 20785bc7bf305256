//! A report as text, for a terminal of 80 columns.

use std::fmt::Write as _;
use std::time::Duration;

use super::finding::{Finding, FindingKind};
use super::recording::Direction;
use super::report::{CallReport, Report, Step};
use crate::phase::{EndedBy, Outcome};
use crate::stanza::Dialect;

/// How a report is shown. By default, acks are folded, every call is there, and addresses are hidden. It may get more fields: write
/// those that differ, and `..Show::default()`.
///
/// ```
/// use ringstate::trace::{Report, Show};
///
/// fn all_of_it(report: &Report) -> String {
///     report.to_text(Show { acks: true, ..Show::default() })
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Show {
    /// Whether acks and receipts have lines of their own.
    pub acks: bool,
    /// Whether calls that kept the law are left out.
    pub findings_alone: bool,
    /// Whether addresses are shown whole. They are somebody's telephone numbers.
    pub addresses: bool,
}

impl Show {
    pub(super) fn shows(self, step: &Step) -> bool {
        self.acks || step.answer.is_empty() || step.answer == "nack" || step.before != step.after
    }
}

/// The width that lines are wrapped at.
const WIDTH: usize = 80;

impl Report {
    /// Writes the report as text: each call with its stanzas and phases, and each finding below the line that it is about.
    #[must_use]
    pub fn to_text(&self, show: Show) -> String {
        let mut text = String::new();
        for call in &self.calls {
            if show.findings_alone && call.findings.is_empty() {
                continue;
            }
            text.push_str(&call.to_text(show));
            text.push('\n');
        }
        for finding in &self.others {
            tell(&mut text, finding, 0);
        }
        more(&mut text, 0, self.others_left_out);
        let dialect = match (self.is_dialect_told, self.dialect) {
            (false, _) => "no ack tells the client's dialect",
            (true, Dialect::Documents) => "the client acknowledges as the documents have it",
            (true, Dialect::WhatsAppWeb) => "the client acknowledges as WhatsApp Web does",
        };
        line(&mut text, 0, &format!("{dialect} (OBS-5)"));
        if self.is_one_sided {
            line(
                &mut text,
                0,
                "nothing was sent in the recording: what is owed passes for sent",
            );
        } else if !self.is_receipt_recorded {
            line(
                &mut text,
                0,
                "there is no receipt in the recording: those that are owed pass for sent",
            );
        }
        let count = |kind| {
            self.findings()
                .filter(|finding| finding.kind() == kind)
                .count()
        };
        let counts = format!(
            "{}, {}: {}, {} missing, {}",
            counted(self.stanzas, "stanza"),
            counted(self.calls.len() + self.left_out, "call"),
            counted(count(FindingKind::Violation), "violation"),
            count(FindingKind::Missing),
            counted(count(FindingKind::Note), "note"),
        );
        line(&mut text, 0, &counts);
        text
    }
}

impl CallReport {
    /// Writes one call as text.
    #[must_use]
    pub fn to_text(&self, show: Show) -> String {
        let mut text = String::new();
        line(&mut text, 0, &self.title(show));
        let mut there = self.there().peekable();
        for step in &self.steps {
            if show.shows(step) {
                let phases = if step.before == step.after {
                    step.after.to_string()
                } else {
                    format!("{} → {}", step.before, step.after)
                };
                let time = step.time.map_or_else(String::new, clock);
                let row = format!(
                    "{:>6}  {time:<12}  {:<24}  {phases}",
                    step.line,
                    step.label()
                );
                text.push_str(row.trim_end());
                text.push('\n');
            }
            while let Some(finding) = there.next_if(|finding| finding.line() <= step.line) {
                tell(&mut text, finding, 8);
            }
        }
        for finding in there.chain(self.missing()) {
            tell(&mut text, finding, 8);
        }
        more(&mut text, 8, self.findings_left_out);
        line(&mut text, 8, &self.ending());
        text
    }

    pub(super) fn title(&self, show: Show) -> String {
        let way = if self.is_placed { "to" } else { "from" };
        let peer = if show.addresses {
            self.peer.to_string()
        } else {
            let hidden = format!("{:?}", self.peer);
            hidden
                .trim_start_matches("Jid(")
                .trim_end_matches(')')
                .to_owned()
        };
        let id = format!("{:?}", self.identity.call_id);
        let id = id.trim_start_matches("CallId(").trim_end_matches(')');
        format!("call {id} {way} {peer}")
    }

    /// How the call ended, in a sentence, and how many stanzas are not shown.
    pub(super) fn ending(&self) -> String {
        match self.steps_left_out {
            0 => self.end(),
            more => format!("{}; {} not shown", self.end(), counted(more, "stanza")),
        }
    }

    fn end(&self) -> String {
        let Some(outcome) = self.outcome else {
            return match self.phase {
                Some(phase) => format!("the recording leaves it `{phase}`"),
                None if self.is_placed => "not judged".to_owned(),
                None => "it was over when its offer came: missed".to_owned(),
            };
        };
        let by = match self.ended_by {
            Some(EndedBy::Us) => ", by this client",
            Some(EndedBy::Peer) => ", by the peer",
            Some(EndedBy::Server) => ", by the server",
            Some(EndedBy::OwnDevice) => ", by another device of this user",
            None => "",
        };
        let outcome = match outcome {
            Outcome::Missed => "missed".to_owned(),
            Outcome::AnsweredElsewhere => "answered elsewhere".to_owned(),
            Outcome::DeclinedElsewhere => "declined elsewhere".to_owned(),
            Outcome::Declined => "declined".to_owned(),
            Outcome::HungUp => "hung up".to_owned(),
            Outcome::Cancelled => "cancelled".to_owned(),
            Outcome::TimedOut => "timed out".to_owned(),
            Outcome::Unavailable => "unavailable".to_owned(),
            Outcome::RefusedByServer { code: Some(code) } => {
                format!("refused by the server with {code}")
            }
            Outcome::RefusedByServer { code: None } => "refused by the server".to_owned(),
        };
        format!("{outcome}{by}")
    }
}

impl Step {
    /// Its direction and its element: `> reject`, `< ack of offer`.
    pub(super) fn label(&self) -> String {
        let sign = match self.direction {
            Direction::Outward => '>',
            Direction::Inward => '<',
        };
        match self.answer {
            _ if self.is_silent() => self.element.to_owned(),
            "" if self.is_dismissal => format!("{sign} {} to others", self.element),
            "" => format!("{sign} {}", self.element),
            answer => format!("{sign} {answer} of {}", self.element),
        }
    }
}

/// What is left out of findings.
fn more(text: &mut String, indent: usize, left_out: usize) {
    if left_out > 0 {
        let words = format!("{} of the same kinds", counted(left_out, "more finding"));
        line(text, indent, &words);
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn tell(text: &mut String, finding: &Finding, indent: usize) {
    let mark = match finding.kind() {
        FindingKind::Violation => "!!",
        FindingKind::Missing => "??",
        FindingKind::Note => "--",
    };
    let by = finding.by();
    let place = match finding.kind() {
        FindingKind::Missing => format!("line {}, {by}", finding.line()),
        _ if indent == 0 => format!("line {}, {by}", finding.line()),
        _ => by.to_string(),
    };
    hanging(
        text,
        indent,
        &format!("{mark} {place}: {}", finding.message()),
    );
    if !finding.why().is_empty() {
        line(text, indent + 3, finding.why());
    }
    if !finding.legal().is_empty() {
        line(
            text,
            indent + 3,
            &format!("legal here: {}", finding.legal().join(", ")),
        );
    }
}

fn line(text: &mut String, indent: usize, words: &str) {
    wrapped(text, [indent, indent], words);
}

/// The same, with a mark in front whose width the other lines keep free.
fn hanging(text: &mut String, indent: usize, words: &str) {
    wrapped(text, [indent, indent + 3], words);
}

/// Writes a text, wrapped between its words. The first line has an indent of its own.
fn wrapped(text: &mut String, [first, others]: [usize; 2], words: &str) {
    let (mut column, mut indent) = (0, first);
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            (column, indent) = (0, others);
        }
        let gap = if column == 0 { indent } else { 1 };
        write!(text, "{:gap$}{word}", "").expect("a String takes all");
        column += gap + length;
    }
    text.push('\n');
}

/// A time of day, or the one of a time since 1970.
pub(super) fn clock(time: Duration) -> String {
    let seconds = time.as_secs() % 86_400;
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        time.subsec_millis()
    )
}
