use std::fmt;

use crate::id::{CallId, IdError, Jid};
use crate::stanza::{
    Ack, ActionKind, Envelope, Identity, Inbound, Owed, Place, Problem, Terminate, TerminateReason,
    Text,
};

/// Why a document could not be read, where, and what is still owed for it.
///
/// A document that is not well-formed, that is no stanza of this family, or whose envelope is of no use is an error and
/// nothing more. If the envelope has a `from` and an `id`, the error carries the acknowledgement: every `<call>` is
/// owed one (SIG-07.2), and without it the server delivers the same malformed stanza at every login. What could not be
/// read never gets a receipt (SIG-16.23).
///
/// The text is that of its [`Problem`], which names the place. What was read of the stanza tells you the call: a
/// [`Switchboard`](crate::Switchboard::receive_unreadable) finds it.
///
/// ```
/// use ringstate::{ParseErrorKind, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// <offer call-id="00C0FFEE" call-creator="15550199:3:x@lid"/></call>"#;
/// let error = xml::parse(document).expect_err("no address has two devices");
/// assert_eq!(
///     error.to_string(),
///     "attribute `call-creator` of `<offer>`, at byte 80: found an unfit value (its device, behind the `:`, is not a \
///      number from 0 to 65535), expected the address of the call's creator"
/// );
/// assert_eq!(error.kind(), ParseErrorKind::Malformed);
/// assert_eq!(error.call_id().map(|id| id.as_str()), Some("00C0FFEE"));
/// let owed: Vec<String> = error.into_owed().into_iter().map(|stanza| xml::to_string(&stanza)).collect();
/// assert_eq!(owed, [r#"<ack class="call" id="1A2B" to="15550199:3@lid"/>"#]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it may carry the acknowledgement that is owed"]
pub struct ParseError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    fault: Fault,
    ack: Option<Ack>,
    about: About,
}

/// What could be read of a `<call>` that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) sender: Option<Jid>,
    pub(super) action: Option<Text>,
    pub(super) call_id: Option<CallId>,
    pub(super) call_creator: Option<Jid>,
    pub(super) reason: Option<TerminateReason>,
    /// Whether it names the devices that it is for.
    pub(super) is_for_some: bool,
}

/// What kind of error a [`ParseError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The stanza is larger, deeper or wider than the bounds. If its envelope could be read, the acknowledgement is owed; of a
    /// document that is too long nothing is read.
    TooLarge,
    /// The document is not well-formed XML, or has what no stanza may have: a document type or a processing instruction.
    NotWellFormed,
    /// The document is well-formed and not for this crate: neither a `<call>` nor an acknowledgement or a receipt of
    /// one.
    NotAStanza,
    /// The envelope is of no use: its `from` or its `id` cannot be read. If it has both, the acknowledgement is owed to the
    /// `from` as it stands.
    Envelope,
    /// Something inside a usable envelope is malformed. A `<call>` with an id is owed its acknowledgement.
    Malformed,
}

impl ParseError {
    pub(super) fn new(fault: Fault) -> Self {
        Self::in_envelope(fault, None, About::default())
    }

    pub(super) fn in_envelope(fault: Fault, ack: Option<Ack>, about: About) -> Self {
        Self(Box::new(Inner { fault, ack, about }))
    }

    /// Returns the kind of error.
    #[must_use]
    pub fn kind(&self) -> ParseErrorKind {
        self.0.fault.kind
    }

    /// Returns what could not be read, and where.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.0.fault.problem
    }

    /// Returns the sender, if it could be read.
    #[must_use]
    pub fn sender(&self) -> Option<&Jid> {
        self.0.about.sender.as_ref()
    }

    /// Returns the name of the action, if the stanza has a known one.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.about.action.as_ref().map(Text::as_str)
    }

    /// Returns the call that the stanza is about, if it could be read.
    #[must_use]
    pub fn call_id(&self) -> Option<&CallId> {
        self.0.about.call_id.as_ref()
    }

    /// Returns the creator of that call, if it could be read.
    #[must_use]
    pub fn call_creator(&self) -> Option<&Jid> {
        self.0.about.call_creator.as_ref()
    }

    /// Returns the `reason` that the action states, if it does.
    #[must_use]
    pub fn reason(&self) -> Option<&TerminateReason> {
        self.0.about.reason.as_ref()
    }

    /// The `<terminate>` of this call that it is, if it is one for all devices. Nothing is owed for it: the error has the debt.
    pub(crate) fn terminate_of(&self, call: &Identity) -> Option<Inbound<Terminate>> {
        let about = &self.0.about;
        let is_terminate = self.action() == Some(ActionKind::Terminate.tag());
        if !is_terminate || about.is_for_some {
            return None;
        }
        let terminate = Terminate {
            reason: about.reason.clone(),
            ..Terminate::of(call.clone())
        };
        Some(Inbound::new(Envelope::of(about.sender.clone()?), terminate))
    }

    /// Returns what is owed for the stanza: its acknowledgement, if the envelope has a `from` and an `id`, and never a receipt.
    /// Look at the rest of the error before, and do not clone it for that: a second acknowledgement is one too many.
    pub fn into_owed(self) -> Owed {
        Owed::new(self.0.ack, None)
    }

    /// Takes out what is owed, and leaves an error that is owed nothing.
    pub(crate) fn take_owed(&mut self) -> Owed {
        Owed::new(self.0.ack.take(), None)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)
    }
}

impl std::error::Error for ParseError {}

/// A problem and its kind, before it is known whether an acknowledgement is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: ParseErrorKind,
    pub(super) problem: Problem,
}

impl Fault {
    pub(super) fn new(kind: ParseErrorKind, problem: Problem) -> Self {
        Self { kind, problem }
    }

    /// That there are more than `most` of something, in this place.
    pub(super) fn too_many(place: Place, most: usize, of_what: &str) -> Self {
        let found = format!("more than {most} {of_what}");
        let problem = Problem::new(place, found, format!("at most {most}"));
        Self::new(ParseErrorKind::TooLarge, problem)
    }

    pub(super) fn in_element(self, element: &str) -> Self {
        Self {
            problem: self.problem.in_element(element),
            ..self
        }
    }

    pub(super) fn in_attribute(self, attribute: &str) -> Self {
        Self {
            problem: self.problem.in_attribute(attribute),
            ..self
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::new(ParseErrorKind::Malformed, problem)
    }
}

/// A value for an error message where a number was expected: shown if it is too short to be an address and is no name,
/// told by its length otherwise.
pub(super) fn shown(value: &str) -> String {
    let is_short_number = value.len() < 7
        && value
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    match value {
        "" => "nothing".to_owned(),
        _ if is_short_number => format!("`{value}`"),
        _ => format!("a text of {} bytes", value.len()),
    }
}

/// An id or address that is none, for an error message.
pub(super) fn shown_id(error: IdError) -> String {
    match error {
        IdError::Empty => "nothing".to_owned(),
        other => format!("an unfit value ({other})"),
    }
}
