//! Stanzas as XML: the form of the documents and of log files.
//!
//! [`parse`] reads what was received; [`write()`] and [`to_string`] write what is to be sent.
//!
//! # What is read
//!
//! One stanza a document, in UTF-8, with or without an XML declaration, a byte-order mark, comments and white space
//! around it. Both kinds of quotes and line ends will do. What is *unknown* (attributes, children, actions, reasons) is
//! never an error; what is *known* has to be right. Binary content is hexadecimal; white space inside is skipped, and a
//! comment in its place means that the content is unknown.
//!
//! Refused are document types, processing instructions, entities besides the five of XML, and whatever is larger than
//! this:
//!
//! | bound | |
//! | --- | --- |
//! | a document | [`MAX_DOCUMENT_LEN`] bytes |
//! | depth of elements | [`MAX_DEPTH`] |
//! | elements and attributes in a document | [`MAX_NODES`] |
//! | attributes of an element | [`MAX_ATTRIBUTES`] |
//! | an id or an address | [`MAX_ID_LEN`](crate::MAX_ID_LEN) bytes |
//!
//! Within them, reading a document takes at most 8 MiB of memory, whatever it says.
//!
//! # What is written
//!
//! One line a stanza, without white space between elements. Attributes stand in a fixed order:
//!
//! | element | attributes, in this order |
//! | --- | --- |
//! | `<ack>` | `class`, `id`, `to`, `participant`, `recipient` |
//! | `<receipt>` | `to`, `id`, `from` |
//! | `<call>` | `to`, `id` |
//! | every action | `call-id`, `call-creator`, then its own |
//! | `<reject>` | …, `reason` |
//! | `<terminate>` | …, `reason`, `duration`, `audio_duration` |
//! | `<transport>` | …, `transport-message-type`, `p2p-cand-round` |
//! | `<audio>` | `enc`, `rate` |
//! | `<net>` | `medium`, `protocol` |
//! | `<te>`, `<capability>`, `<encopt>`, `<voip_settings>` | `priority`; `ver`; `keygen`; `uncompressed` |
//!
//! The characters `<`, `>`, `&`, `"`, `'`, tab and line breaks are written as references, and binary content as
//! lower-case hexadecimal, so that what is written is read back as the same values.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesStart, Event};

use super::error::Fault;
use super::tree::{AttributeNode, ElementNode, Tree};
use super::{ParseError, ParseErrorKind, decode, encode};
use crate::id::Token;
use crate::stanza::{Received, Stanza};

/// The longest document that is read, in bytes.
pub const MAX_DOCUMENT_LEN: usize = 1024 * 1024;
/// How deep elements may be nested.
pub const MAX_DEPTH: usize = 32;
/// How many elements and attributes, counted together, a document may have.
pub const MAX_NODES: usize = 16_384;
/// How many attributes an element may have.
pub const MAX_ATTRIBUTES: usize = 64;

/// Reads one received stanza.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let received = xml::parse(document)?;
/// assert!(matches!(received, Received::Offer(_)));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place and, where the stanza's envelope could be read, carries the acknowledgement
/// that is owed all the same.
pub fn parse(document: impl AsRef<[u8]>) -> Result<Received, ParseError> {
    let tree = read(document.as_ref()).map_err(ParseError::new)?;
    decode::received(tree.root())
}

/// Writes one stanza to the end of a buffer of yours, which can be used again for the next.
///
/// ```
/// # let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
/// # let owed = ringstate::xml::parse(document)?.acknowledge(&ringstate::OwnAddress::default());
/// use ringstate::xml;
///
/// let mut line = String::new();
/// for stanza in &owed {
///     line.clear();
///     xml::write(stanza, &mut line);
///     assert_eq!(line, r#"<ack class="call" id="1A2B" to="15550199:3@lid"/>"#);
/// }
/// # Ok::<(), ringstate::ParseError>(())
/// ```
pub fn write(stanza: &Stanza, buffer: &mut String) {
    encode::outgoing(stanza.outgoing(), buffer);
}

/// One stanza as a `String` of its own; see [`write()`] for one that is used again.
#[must_use]
pub fn to_string(stanza: &Stanza) -> String {
    let mut buffer = String::with_capacity(256);
    write(stanza, &mut buffer);
    buffer
}

/// Turns a document into a tree, or says why it is not one stanza's worth of well-formed XML.
fn read(document: &[u8]) -> Result<Tree<'_>, Fault> {
    use ParseErrorKind::{NotWellFormed, TooLarge};

    if document.len() > MAX_DOCUMENT_LEN {
        let found = format!("{} bytes", document.len());
        return Err(Fault::new(
            TooLarge,
            MAX_DOCUMENT_LEN,
            found,
            format!("at most {MAX_DOCUMENT_LEN}"),
        ));
    }
    let text = std::str::from_utf8(document).map_err(|error| {
        Fault::new(
            NotWellFormed,
            error.valid_up_to(),
            "a byte that is not UTF-8",
            "a document in UTF-8",
        )
    })?;
    if let Some(at) = document
        .iter()
        .position(|&b| b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r'))
    {
        let found = format!("the control character 0x{:02x}", document[at]);
        return Err(Fault::new(
            NotWellFormed,
            at,
            found,
            "a character that XML allows",
        ));
    }
    Builder {
        document: text,
        tree: Tree::default(),
        open: Vec::new(),
    }
    .build()
}

struct Builder<'a> {
    document: &'a str,
    tree: Tree<'a>,
    /// The indices of the elements that are open, outermost first.
    open: Vec<usize>,
}

impl<'a> Builder<'a> {
    fn build(mut self) -> Result<Tree<'a>, Fault> {
        let body = self.document.strip_prefix(BYTE_ORDER_MARK);
        let body = body.unwrap_or(self.document);
        if body.starts_with(BYTE_ORDER_MARK) {
            // The reader would skip a second one.
            return Err(fault(self.offset_of(body), "text", "an element"));
        }
        let mut reader = Reader::from_str(body);
        reader.config_mut().check_comments = true;
        let start = self.offset_of(body);
        loop {
            let at = start + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| {
                let at = start + usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                syntax(&error, at)
            })?;
            match event {
                Event::Start(tag) => {
                    let index = self.element(&tag, at)?;
                    if self.open.len() == MAX_DEPTH {
                        return Err(too_many(at, MAX_DEPTH, "elements inside one another"));
                    }
                    self.open.push(index);
                }
                Event::Empty(tag) => {
                    self.element(&tag, at)?;
                }
                Event::End(_) => {
                    // The reader has checked that the tags match.
                    if let Some(index) = self.open.pop() {
                        self.tree.elements[index].end = self.tree.elements.len();
                    }
                }
                Event::Text(text) => self.text(text.xml10_content(), at)?,
                Event::CData(text) => self.text(text.xml10_content(), at)?,
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(c)) if is_xml_char(c) => Cow::Owned(c.to_string()),
                        Ok(None) => match resolve_predefined_entity(&reference) {
                            Some(text) => Cow::Borrowed(text),
                            None => return Err(fault(at, UNDEFINED_ENTITY.0, UNDEFINED_ENTITY.1)),
                        },
                        Ok(Some(_)) | Err(_) => {
                            return Err(fault(
                                at,
                                "a reference to no character of XML",
                                "a character that XML allows",
                            ));
                        }
                    };
                    self.text(resolved, at)?;
                }
                Event::Comment(_) => {
                    if let Some(&index) = self.open.last() {
                        self.tree.elements[index].comment = true;
                    }
                }
                Event::Decl(declaration) => {
                    if at != start {
                        return Err(fault(
                            at,
                            "an XML declaration",
                            "one at the very start, or none",
                        ));
                    }
                    let encoding = declaration.encoding().transpose().ok().flatten();
                    if encoding.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                        return Err(fault(at, "a declaration of another encoding", "UTF-8"));
                    }
                }
                Event::PI(_) => {
                    return Err(fault(at, "a processing instruction", "none in a stanza"));
                }
                Event::DocType(_) => return Err(fault(at, "a document type", "none in a stanza")),
                Event::Eof => return self.finish(),
            }
        }
    }

    fn finish(self) -> Result<Tree<'a>, Fault> {
        let end = self.document.len();
        if let Some(&index) = self.open.last() {
            let name = self.tree.elements[index].name;
            return Err(Fault::new(
                ParseErrorKind::NotWellFormed,
                end,
                "the end of the document",
                format!("`</{}>`", Token(name)),
            )
            .in_element(name));
        }
        if self.tree.elements.is_empty() {
            return Err(fault(end, "the end of the document", "an element"));
        }
        Ok(self.tree)
    }

    /// Takes a start tag, and gives the index of its element.
    fn element(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<usize, Fault> {
        if self.open.is_empty() && !self.tree.elements.is_empty() {
            return Err(fault(
                at,
                "a second element",
                "the end of the document after one stanza",
            ));
        }
        self.count(at)?;
        let name = self.borrow(tag.name().as_ref());
        if !is_name(name) {
            return Err(fault(
                at,
                "a tag without a proper name",
                "the name of an element",
            ));
        }
        let first = self.tree.attributes.len();
        for attribute in tag.attributes() {
            let attribute =
                attribute.map_err(|error| attribute_syntax(&error, at).in_element(name))?;
            if self.tree.attributes.len() - first == MAX_ATTRIBUTES {
                return Err(
                    too_many(at, MAX_ATTRIBUTES, "attributes of an element").in_element(name)
                );
            }
            self.count(at)?;
            let key = self.borrow(attribute.key.as_ref());
            let offset = self.offset_of(key);
            let value = self.value(&attribute).map_err(|(found, expected)| {
                fault(offset, found, expected)
                    .in_element(name)
                    .in_attribute(key)
            })?;
            self.tree.attributes.push(AttributeNode {
                name: key,
                value,
                offset,
            });
        }
        let index = self.tree.elements.len();
        self.tree.elements.push(ElementNode {
            name,
            offset: at,
            attributes: (first, self.tree.attributes.len()),
            end: index + 1,
            text: Cow::Borrowed(""),
            text_offset: at,
            comment: false,
        });
        Ok(index)
    }

    /// Makes sure that there is room for one more element or attribute.
    fn count(&self, at: usize) -> Result<(), Fault> {
        if self.tree.elements.len() + self.tree.attributes.len() == MAX_NODES {
            return Err(too_many(
                at,
                MAX_NODES,
                "elements and attributes in a document",
            ));
        }
        Ok(())
    }

    /// The value of an attribute, or what was found and what was expected.
    fn value(
        &self,
        attribute: &Attribute<'_>,
    ) -> Result<Cow<'a, str>, (&'static str, &'static str)> {
        const NO_CHARACTER: (&str, &str) = (
            "a reference to no character of XML",
            "a character that XML allows",
        );
        if !is_name(attribute.key.as_ref()) {
            return Err((
                "an attribute without a proper name",
                "the name of an attribute",
            ));
        }
        if attribute.value.contains('<') {
            return Err(("a `<` inside the value", "`&lt;`"));
        }
        match attribute.normalized_value(XmlVersion::Implicit1_0) {
            Ok(Cow::Borrowed(value)) => Ok(Cow::Borrowed(self.borrow(value))),
            Ok(Cow::Owned(value)) if value.chars().all(is_xml_char) => Ok(Cow::Owned(value)),
            Err(Error::Escape(EscapeError::UnrecognizedEntity(..))) => Err(UNDEFINED_ENTITY),
            Err(Error::Escape(EscapeError::UnterminatedEntity(_))) => {
                Err(("an `&` that begins no reference", "`&amp;`"))
            }
            Ok(Cow::Owned(_)) | Err(_) => Err(NO_CHARACTER),
        }
    }

    /// Takes text, which belongs to the innermost open element.
    fn text(&mut self, text: Cow<'_, str>, at: usize) -> Result<(), Fault> {
        let blank = text.bytes().all(|b| b.is_ascii_whitespace());
        let Some(&index) = self.open.last() else {
            if blank {
                return Ok(());
            }
            let (found, expected) = if self.tree.elements.is_empty() {
                ("text", "an element")
            } else {
                ("text behind the stanza", "the end of the document")
            };
            return Err(fault(at, found, expected));
        };
        let borrowed = match &text {
            Cow::Borrowed(text) => self.try_borrow(text),
            Cow::Owned(_) => None,
        };
        let element = &mut self.tree.elements[index];
        if !element.text.is_empty() {
            element.text.to_mut().push_str(&text);
        } else if !blank {
            element.text = borrowed.map_or_else(|| Cow::Owned(text.into_owned()), Cow::Borrowed);
            element.text_offset = at;
        }
        Ok(())
    }

    /// A part of the document that an event lends, with the lifetime of the document. The reader reads from a slice and
    /// copies nothing, so that every name and raw value lies inside it.
    fn borrow(&self, part: &str) -> &'a str {
        self.try_borrow(part)
            .expect("a slice reader's events borrow from the document")
    }

    fn try_borrow(&self, part: &str) -> Option<&'a str> {
        let start = self.offset_of(part);
        self.document.get(start..start.checked_add(part.len())?)
    }

    /// Where a part of the document begins in it.
    fn offset_of(&self, part: &str) -> usize {
        part.as_ptr()
            .addr()
            .wrapping_sub(self.document.as_ptr().addr())
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

const UNDEFINED_ENTITY: (&str, &str) = (
    "an entity that is not defined",
    "`&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;` or a number",
);

fn fault(
    at: usize,
    found: impl Into<Cow<'static, str>>,
    expected: impl Into<Cow<'static, str>>,
) -> Fault {
    Fault::new(ParseErrorKind::NotWellFormed, at, found, expected)
}

fn too_many(at: usize, most: usize, of_what: &str) -> Fault {
    Fault::new(
        ParseErrorKind::TooLarge,
        at,
        format!("more than {most} {of_what}"),
        format!("at most {most}"),
    )
}

/// What the reader itself objects to.
fn syntax(error: &Error, at: usize) -> Fault {
    let (found, expected) = match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
            return fault(
                at,
                format!("`</{}>`", Token(found)),
                format!("`</{}>`", Token(expected)),
            );
        }
        Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
            return fault(
                at,
                format!("`</{}>`", Token(found)),
                "no end tag where no element is open",
            );
        }
        Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
            ("`--` inside a comment", "`-->`")
        }
        Error::IllFormed(IllFormedError::UnclosedReference) => {
            ("an `&` that begins no reference", "`&amp;`")
        }
        Error::IllFormed(IllFormedError::MissingDoctypeName) => {
            ("a document type", "none in a stanza")
        }
        Error::Syntax(SyntaxError::InvalidBangMarkup) => {
            ("`<!` that begins nothing known", "a comment or CDATA")
        }
        Error::Syntax(SyntaxError::UnclosedComment) => ("a comment without an end", "`-->`"),
        Error::Syntax(SyntaxError::UnclosedCData) => ("CDATA without an end", "`]]>`"),
        Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => (
            "a processing instruction without an end",
            "none in a stanza",
        ),
        Error::Syntax(SyntaxError::UnclosedDoctype) => {
            ("a document type without an end", "none in a stanza")
        }
        Error::Syntax(
            SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => ("an attribute whose value has no end", "a closing quote"),
        Error::Syntax(_) => ("a tag without an end", "`>`"),
        _ => ("something that is not XML", "well-formed XML"),
    };
    fault(at, found, expected)
}

/// What the reader objects to in a tag's attributes. It tells places from the start of the tag's name.
fn attribute_syntax(error: &AttrError, tag: usize) -> Fault {
    let (at, found, expected) = match *error {
        AttrError::ExpectedEq(at) => (at, "an attribute without a `=`", "`=`"),
        AttrError::ExpectedValue(at) => (at, "an attribute without a value", "a value in quotes"),
        AttrError::UnquotedValue(at) => (at, "a value without quotes", "a value in quotes"),
        AttrError::ExpectedQuote(at, _) => {
            (at, "a value without its closing quote", "a closing quote")
        }
        AttrError::Duplicated(at, _) => (
            at,
            "an attribute for the second time",
            "each attribute once",
        ),
    };
    fault(tag + 1 + at, found, expected)
}

/// Whether this can be the name of an element or an attribute. It is laxer than XML beyond ASCII, where names are never
/// interpreted.
fn is_name(name: &str) -> bool {
    let ascii = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.');
    name.bytes()
        .next()
        .is_some_and(|b| !b.is_ascii() || b.is_ascii_alphabetic() || matches!(b, b'_' | b':'))
        && name.bytes().all(|b| !b.is_ascii() || ascii(b))
}

/// Whether a reference may stand for this character: the same ones may be written out.
fn is_xml_char(c: char) -> bool {
    c >= ' ' || matches!(c, '\t' | '\n' | '\r')
}
