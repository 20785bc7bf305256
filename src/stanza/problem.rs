use std::borrow::Cow;
use std::fmt;

use super::Text;
use crate::id::Token;

/// What could not be read in a document, and where.
///
/// A problem with an address or an id costs the stanza: [`xml::parse`](crate::xml::parse) returns it inside a
/// [`ParseError`](crate::ParseError). A problem with anything else costs the field alone. The stanza is heard, the field
/// reads as missing ([`Payload::Text`](super::Payload::Text) for content), and [`Received::problems`](super::Received::problems)
/// lists it. [`xml::parse_strict`](crate::xml::parse_strict) makes an error of the first.
///
/// The text names the element, the attribute, the byte, what was found and what was expected. Neither the text nor
/// `Debug` repeats an address, a name or a ciphertext; [`value`](Self::value) does.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// <offer call-id="00C0FFEE" call-creator="15550199:3@lid"><audio enc="opus" rate="fast"/></offer></call>"#;
/// let received = xml::parse(document)?; // it rings
/// let problem = &received.problems()[0];
/// assert_eq!(
///     problem.to_string(),
///     "attribute `rate` of `<audio>`, at byte 128: found a text of 4 bytes, expected a sample rate in decimal digits"
/// );
/// assert_eq!((problem.element(), problem.attribute()), (Some("audio"), Some("rate")));
/// assert_eq!(problem.value(), Some("fast"));
/// # drop(received.acknowledge(&ringstate::OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    element: Option<Box<str>>,
    attribute: Option<Box<str>>,
    place: Place,
    found: Cow<'static, str>,
    expected: Cow<'static, str>,
    value: Option<Text>,
}

/// Where a problem is.
///
/// ```
/// use ringstate::stanza::Place;
///
/// assert_eq!(Place::Byte(80).to_string(), "byte 80");
/// assert_eq!(Place::Byte(80).byte(), Some(80));
/// assert_eq!(Place::Path("call/offer/enc[2]@v".into()).to_string(), "`call/offer/enc[2]@v`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In a document: how many bytes stand in front of it.
    Byte(usize),
    /// In other wires: the elements from the outermost one inwards, then the attribute. A number counts the elements of
    /// one name from 1.
    Path(Box<str>),
}

impl Place {
    /// Returns the bytes in front of it, in a document.
    #[must_use]
    pub fn byte(&self) -> Option<usize> {
        match self {
            Self::Byte(at) => Some(*at),
            Self::Path(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(at) => write!(f, "byte {at}"),
            Self::Path(path) => write!(f, "`{path}`"),
        }
    }
}

/// The longest value that a problem keeps, in bytes.
const MAX_VALUE_LEN: usize = 64;

impl Problem {
    pub(crate) fn new(
        place: Place,
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            element: None,
            attribute: None,
            place,
            found: found.into(),
            expected: expected.into(),
            value: None,
        }
    }

    pub(crate) fn in_element(mut self, element: &str) -> Self {
        self.element = Some(Token(element).to_string().into());
        self
    }

    pub(crate) fn in_attribute(mut self, attribute: &str) -> Self {
        self.attribute = Some(Token(attribute).to_string().into());
        self
    }

    pub(crate) fn with_value(mut self, value: &str) -> Self {
        self.value = (value.len() <= MAX_VALUE_LEN).then(|| value.into());
        self
    }

    /// Returns the element that it is about.
    #[must_use]
    pub fn element(&self) -> Option<&str> {
        self.element.as_deref()
    }

    /// Returns the attribute that it is about.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }

    /// Returns the place.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns what was found there.
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }

    /// Returns what was expected instead.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the attribute's value as it stands there, up to 64 bytes. It may be a name or an address.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_ref().map(Text::as_str)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.element, &self.attribute) {
            (Some(element), Some(attribute)) => {
                write!(f, "attribute `{attribute}` of `<{element}>`")?;
            }
            (Some(element), None) => write!(f, "`<{element}>`")?,
            (None, _) => f.write_str("document")?,
        }
        write!(
            f,
            ", at {}: found {}, expected {}",
            self.place, self.found, self.expected
        )
    }
}
