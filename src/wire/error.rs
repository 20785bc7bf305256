use std::borrow::Cow;
use std::fmt;

use crate::id::{CallId, IdError, Jid, Token};
use crate::stanza::{Ack, Owed};

/// Why a document could not be read, where, and what is still owed for it.
///
/// A document that is not well-formed, that is no stanza of this family, or whose envelope is of no use is an error and
/// nothing more. If the envelope has a `from` and an `id`, the error carries the acknowledgement: every `<call>` is
/// owed one (SIG-07.2), and without it the server delivers the same malformed stanza at every login. What could not be
/// read never gets a receipt (SIG-16.23).
///
/// The text names the element, the attribute, the byte, what was found and what was expected. Neither the text nor
/// `Debug` repeats an address, a name or a ciphertext.
///
/// ```
/// use ringstate::{ParseErrorKind, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// <offer call-id="00C0FFEE" call-creator="15550199:3@lid"><audio enc="opus" rate="fast"/></offer></call>"#;
/// let error = xml::parse(document).expect_err("the rate is no number");
/// assert_eq!(
///     error.to_string(),
///     "attribute `rate` of `<audio>`, at byte 128: found a text of 4 bytes, expected a sample rate in decimal digits"
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
    call_id: Option<CallId>,
    call_creator: Option<Jid>,
}

/// What kind of error a [`ParseError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The document is larger, deeper or wider than the bounds. If it is not too long and its envelope could be read,
    /// the acknowledgement is owed.
    TooLarge,
    /// The document is not well-formed XML, or has what no stanza may have: a document type or a processing instruction.
    NotWellFormed,
    /// The document is well-formed and not for this crate: neither a `<call>` nor an acknowledgement or a receipt of
    /// one.
    NotAStanza,
    /// The envelope is of no use: its `from` or its `id` cannot be read.
    Envelope,
    /// Something inside a usable envelope is malformed. A `<call>` with an id is owed its acknowledgement.
    Malformed,
}

impl ParseError {
    pub(super) fn new(fault: Fault) -> Self {
        Self(Box::new(Inner {
            fault,
            ack: None,
            call_id: None,
            call_creator: None,
        }))
    }

    pub(super) fn in_envelope(
        fault: Fault,
        ack: Option<Ack>,
        ids: (Option<CallId>, Option<Jid>),
    ) -> Self {
        Self(Box::new(Inner {
            fault,
            ack,
            call_id: ids.0,
            call_creator: ids.1,
        }))
    }

    /// Returns the kind of error.
    #[must_use]
    pub fn kind(&self) -> ParseErrorKind {
        self.0.fault.kind
    }

    /// Returns the element that it is about.
    #[must_use]
    pub fn element(&self) -> Option<&str> {
        self.0.fault.element.as_deref()
    }

    /// Returns the attribute that it is about.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        self.0.fault.attribute.as_deref()
    }

    /// Returns the place, in bytes from the start of the document.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.fault.offset
    }

    /// Returns what was found there.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.0.fault.found
    }

    /// Returns what was expected instead.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.fault.expected
    }

    /// Returns the call that the stanza is about, if it could be read.
    #[must_use]
    pub fn call_id(&self) -> Option<&CallId> {
        self.0.call_id.as_ref()
    }

    /// Returns the creator of that call, if it could be read.
    #[must_use]
    pub fn call_creator(&self) -> Option<&Jid> {
        self.0.call_creator.as_ref()
    }

    /// Returns what is owed for the stanza: its acknowledgement, if the envelope could be read, and never a receipt.
    pub fn into_owed(self) -> Owed {
        Owed::new(self.0.ack, None)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = &self.0.fault;
        match (&fault.element, &fault.attribute) {
            (Some(element), Some(attribute)) => {
                write!(f, "attribute `{attribute}` of `<{element}>`")?;
            }
            (Some(element), None) => write!(f, "`<{element}>`")?,
            (None, _) => f.write_str("document")?,
        }
        write!(
            f,
            ", at byte {}: found {}, expected {}",
            fault.offset, fault.found, fault.expected
        )
    }
}

impl std::error::Error for ParseError {}

/// The place and the problem, before it is known whether an acknowledgement is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: ParseErrorKind,
    element: Option<Box<str>>,
    attribute: Option<Box<str>>,
    offset: usize,
    found: Cow<'static, str>,
    expected: Cow<'static, str>,
}

impl Fault {
    pub(super) fn new(
        kind: ParseErrorKind,
        offset: usize,
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            element: None,
            attribute: None,
            offset,
            found: found.into(),
            expected: expected.into(),
        }
    }

    pub(super) fn at(self, offset: usize) -> Self {
        Self { offset, ..self }
    }

    pub(super) fn in_element(mut self, element: &str) -> Self {
        self.element = Some(Token(element).to_string().into());
        self
    }

    pub(super) fn in_attribute(mut self, attribute: &str) -> Self {
        self.attribute = Some(Token(attribute).to_string().into());
        self
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
