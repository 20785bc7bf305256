use std::fmt;

use super::Text;
use crate::id::Token;

/// An element that this crate does not interpret, kept as it was read.
///
/// Unknown children of known actions, unknown actions and everything inside a server's acknowledgement are kept like
/// this, because the protocol grows, and the caller's relay allocation arrives only there. `Debug` shows the names of
/// elements and attributes, and no value and no text.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100@lid" id="1"><raise_hand state="1"><by/></raise_hand></call>"#;
/// let Received::Unknown(unknown) = xml::parse(document)? else { unreachable!() };
/// let element = &unknown.action().elements()[0];
/// assert_eq!(element.tag(), "raise_hand");
/// assert_eq!(element.attribute("state"), Some("1"));
/// assert_eq!(element.children()[0].tag(), "by");
/// # drop(unknown.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    pub(crate) tag: Text,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    pub(crate) inside: Inside,
}

/// What an element has inside beside elements.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Inside {
    Text(Text),
    /// A log left something out, beside this text.
    Elided(Text),
    Bytes(Box<[u8]>),
}

impl Inside {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(text) | Self::Elided(text) => text.as_str().len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Element {
    /// The same without the content of any `<enc>`: a call key stays closed wherever it stands (SIG-18.13).
    pub(crate) fn without_keys(mut self) -> Self {
        if self.tag() == "enc" {
            return Self {
                attributes: Vec::new(),
                children: Vec::new(),
                inside: match self.inside {
                    Inside::Elided(_) => Inside::Elided(Text::default()),
                    _ => Inside::Text(Text::default()),
                },
                ..self
            };
        }
        self.children = self.children.into_iter().map(Self::without_keys).collect();
        self
    }

    /// The name of the element.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.tag.as_str()
    }

    /// The attributes, in the order in which they were read.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The value of the attribute with this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        find(&self.attributes, name)
    }

    /// The elements inside.
    #[must_use]
    pub fn children(&self) -> &[Element] {
        &self.children
    }

    /// The text inside, joined where elements interrupt it; empty when there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.inside {
            Inside::Text(text) | Inside::Elided(text) => text.as_str(),
            Inside::Bytes(_) => "",
        }
    }

    /// The bytes inside, of a wire that has bytes. XML has text in their place.
    ///
    /// ```xml
    /// <relay><key>00ff</key></relay>
    /// ```
    ///
    /// ```
    /// use ringstate::stanza::Element;
    ///
    /// /// The content, as the wire has it.
    /// fn content(element: &Element) -> &[u8] {
    ///     element.bytes().unwrap_or(element.text().as_bytes())
    /// }
    /// ```
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.inside {
            Inside::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether a comment stands inside, which log files put in place of content that they leave out.
    #[must_use]
    pub fn is_elided(&self) -> bool {
        matches!(self.inside, Inside::Elided(_))
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The protocol's names have no capitals: anything else may be a stranger's word.
        let name = |name: &str| {
            if name.bytes().any(|b| b.is_ascii_uppercase()) {
                format!("[{} bytes]", name.len())
            } else {
                Token(name).to_string()
            }
        };
        write!(f, "<{}", name(self.tag()))?;
        for attribute in &self.attributes {
            write!(f, " {}", name(attribute.name()))?;
        }
        f.write_str(">")?;
        if self.inside.len() > 0 {
            write!(f, "[{} bytes]", self.inside.len())?;
        }
        if self.children.is_empty() {
            return Ok(());
        }
        f.debug_list().entries(&self.children).finish()
    }
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub(crate) name: Text,
    pub(crate) value: Text,
}

impl Attribute {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The value, with its references resolved.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_str()
    }
}

/// The first child with this tag.
pub(super) fn find_child<'a>(children: &'a [Element], tag: &str) -> Option<&'a Element> {
    children.iter().find(|child| child.tag() == tag)
}

pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|a| a.name() == name)
        .map(Attribute::value)
}
