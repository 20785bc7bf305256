//! From an XML document to a tree: one stanza, well-formed, and no larger than what is read.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::ParseErrorKind;
use super::error::Fault;
use super::tree::{AttributeNode, ElementNode, Tree};
use super::xml::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_DOCUMENT_LEN, MAX_NODES};
use crate::id::Token;
use crate::stanza::{Place, Problem};

/// Turns a document into a tree, or says why it is not one stanza's worth of well-formed XML.
pub(super) fn read(document: &[u8]) -> Result<Tree<'_>, Fault> {
    if document.len() > MAX_DOCUMENT_LEN {
        let found = format!("{} bytes", document.len());
        let expected = format!("at most {MAX_DOCUMENT_LEN}");
        return Err(Fault::new(
            ParseErrorKind::TooLarge,
            Problem::new(Place::Byte(MAX_DOCUMENT_LEN), found, expected),
        ));
    }
    let text = std::str::from_utf8(document).map_err(|error| {
        fault(
            error.valid_up_to(),
            "a byte that is not UTF-8",
            "a document in UTF-8",
        )
    })?;
    if let Some(at) = control_character(document) {
        let found = format!("the control character 0x{:02x}", document[at]);
        return Err(fault(at, found, "a character that XML allows"));
    }
    Builder {
        document: text,
        tree: Tree::of(text),
        open: Vec::new(),
    }
    .build()
}

/// Where the first character is that XML does not allow. Whole blocks are looked at without a branch, because there hardly
/// ever is one.
fn control_character(document: &[u8]) -> Option<usize> {
    let is_control = |b: u8| b < b' ' && b != b'\t' && b != b'\n' && b != b'\r';
    let blocks = document.chunks(64).enumerate();
    let mut suspects =
        blocks.filter(|(_, block)| block.iter().fold(false, |any, &b| any | is_control(b)));
    let (block, bytes) = suspects.next()?;
    bytes
        .iter()
        .position(|&b| is_control(b))
        .map(|at| block * 64 + at)
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
                let told = start + usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
                let place = match error {
                    // For this error quick-xml reports a place before the hyphens, possibly inside a character.
                    Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
                        self.hyphens_in_comment(at).unwrap_or(told)
                    }
                    _ => told,
                };
                syntax(&error, place)
            })?;
            match event {
                Event::Start(tag) => {
                    let index = self.element(&tag, at)?;
                    self.open.push(index);
                }
                Event::Empty(tag) => {
                    self.element(&tag, at)?;
                }
                // The reader has checked that the tags match.
                Event::End(_) => {
                    if let Some(index) = self.open.pop() {
                        self.tree.elements[index].end = self.tree.elements.len();
                    }
                }
                Event::Text(text) => self.text(&text, at)?,
                Event::CData(text) => self.text(&text, at)?,
                Event::GeneralRef(reference) => self.text(&resolve(&reference, at)?, at)?,
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
            if self.tree.too_large.is_some() {
                return Ok(self.cut_short());
            }
        }
    }

    /// Reads no further: what is owed is in the attributes of the outermost element, which is there.
    fn cut_short(mut self) -> Tree<'a> {
        for index in self.open {
            self.tree.elements[index].end = self.tree.elements.len();
        }
        self.tree
    }

    fn finish(self) -> Result<Tree<'a>, Fault> {
        let end = self.document.len();
        if let Some(&index) = self.open.last() {
            let name = self.tree.elements[index].name;
            let expected = format!("`</{}>`", Token(name));
            return Err(fault(end, "the end of the document", expected).in_element(name));
        }
        if self.tree.elements.is_empty() {
            return Err(fault(end, "the end of the document", "an element"));
        }
        Ok(self.tree)
    }

    /// Takes a start tag, and gives the index of its element. The attributes of a document that has become too large are not
    /// looked at, save those of the outermost element.
    fn element(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<usize, Fault> {
        if self.open.is_empty() && !self.tree.elements.is_empty() {
            return Err(fault(
                at,
                "a second element",
                "the end of the document after one stanza",
            ));
        }
        let name = self.borrow(tag.name().as_ref());
        if !is_name(name) {
            return Err(fault(
                at,
                "a tag without a proper name",
                "the name of an element",
            ));
        }
        if self.open.len() == MAX_DEPTH {
            self.too_large(too_many(at, MAX_DEPTH, "elements inside one another"));
        }
        let first = self.tree.attributes.len();
        if !self.plain_attributes(self.borrow(tag.attributes_raw()), first) {
            self.tree.attributes.truncate(first);
            self.any_attributes(tag, name, at, first)?;
        }
        self.make_room(at);
        let index = self.tree.elements.len();
        self.tree.elements.push(ElementNode {
            name,
            offset: at,
            attributes: (first, self.tree.attributes.len()),
            end: index + 1,
            text: Cow::Borrowed(""),
            comment: false,
        });
        Ok(index)
    }

    /// Takes the attributes of a tag if they are written as nearly all are: behind one space each, in double quotes, with
    /// nothing to resolve. Says no to all others, which are looked at by quick-xml.
    fn plain_attributes(&mut self, mut rest: &'a str, first: usize) -> bool {
        let most = MAX_NODES.saturating_sub(self.tree.elements.len() + 1);
        let mut offset = self.offset_of(rest);
        while let Some(after) = rest.strip_prefix(' ') {
            let (name, after) = split_at_first(after, |b| !IS_OF_NAME[usize::from(b)]);
            let Some(after) = after.strip_prefix("=\"") else {
                return name.is_empty() && after.is_empty();
            };
            let (value, after) = split_at_first(after, |b| !IS_PLAIN[usize::from(b)]);
            let Some(after) = after.strip_prefix('"') else {
                return false;
            };
            let own = &self.tree.attributes[first..];
            let is_new = !own.iter().any(|attribute| attribute.name == name);
            let has_room = own.len() < MAX_ATTRIBUTES && self.tree.attributes.len() < most;
            if !(is_new && has_room && begins_as_name(name)) {
                return false;
            }
            self.tree.attributes.push(AttributeNode {
                name,
                value: Cow::Borrowed(value),
                offset: offset + 1,
            });
            offset += rest.len() - after.len();
            rest = after;
        }
        rest.is_empty()
    }

    /// Takes the attributes of a tag, however they are written.
    fn any_attributes(
        &mut self,
        tag: &BytesStart<'_>,
        name: &str,
        at: usize,
        first: usize,
    ) -> Result<(), Fault> {
        for attribute in tag.attributes() {
            if self.tree.attributes.len() - first == MAX_ATTRIBUTES {
                self.too_large(
                    too_many(at, MAX_ATTRIBUTES, "attributes of an element").in_element(name),
                );
                break;
            }
            self.make_room(at);
            if self.tree.too_large.is_some() && !self.tree.elements.is_empty() {
                break;
            }
            let attribute =
                attribute.map_err(|error| attribute_syntax(&error, at).in_element(name))?;
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
        Ok(())
    }

    /// Remembers the first thing that is too large.
    fn too_large(&mut self, fault: Fault) {
        self.tree.too_large.get_or_insert(fault);
    }

    /// Makes sure that there is room for one more element or attribute.
    fn make_room(&mut self, at: usize) {
        if self.tree.elements.len() + self.tree.attributes.len() == MAX_NODES {
            self.too_large(too_many(
                at,
                MAX_NODES,
                "elements and attributes in a document",
            ));
        }
    }

    /// The value of an attribute, or what was found and what was expected.
    fn value(
        &self,
        attribute: &Attribute<'_>,
    ) -> Result<Cow<'a, str>, (&'static str, &'static str)> {
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
    fn text(&mut self, text: &str, at: usize) -> Result<(), Fault> {
        let Some(&index) = self.open.last() else {
            return match (is_blank(text), self.tree.elements.is_empty()) {
                (true, _) => Ok(()),
                (false, true) => Err(fault(at, "text", "an element")),
                (false, false) => Err(fault(
                    at,
                    "text behind the stanza",
                    "the end of the document",
                )),
            };
        };
        let borrowed = self.try_borrow(text);
        let element = &mut self.tree.elements[index];
        if !element.text.is_empty() {
            element.text.to_mut().push_str(text);
        } else if !is_blank(text) {
            element.text = borrowed.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed);
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

    /// The place of the first `--` in the comment that begins here.
    fn hyphens_in_comment(&self, at: usize) -> Option<usize> {
        let inside = at + "<!--".len();
        Some(inside + self.document.get(inside..)?.find("--")?)
    }

    /// Where a part of the document begins in it.
    fn offset_of(&self, part: &str) -> usize {
        part.as_ptr()
            .addr()
            .wrapping_sub(self.document.as_ptr().addr())
    }
}

/// The place in the document of a byte of an element's text, which may have been joined from pieces.
pub(super) fn place_in_text(document: &str, element: usize, byte: usize) -> usize {
    let mut reader = Reader::from_str(&document[element..]);
    let (mut depth, mut taken) = (0_usize, 0);
    loop {
        let at = element + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let (length, blank, literal) = match reader.read_event() {
            Ok(Event::Start(_)) => {
                depth += 1;
                continue;
            }
            Ok(Event::End(_)) if depth > 1 => {
                depth -= 1;
                continue;
            }
            Ok(Event::Text(text)) if depth == 1 => (text.len(), is_blank(&text), Some(at)),
            Ok(Event::CData(text)) if depth == 1 => {
                (text.len(), is_blank(&text), Some(at + "<![CDATA[".len()))
            }
            Ok(Event::GeneralRef(reference)) if depth == 1 => match resolve(&reference, at) {
                Ok(text) => (text.len(), is_blank(&text), None),
                Err(_) => return at,
            },
            Ok(Event::Eof | Event::End(_)) | Err(_) => return at,
            Ok(_) => continue,
        };
        if taken == 0 && blank {
            continue;
        }
        if byte < taken + length {
            return literal.map_or(at, |start| start + byte - taken);
        }
        taken += length;
    }
}

/// What a reference stands for.
fn resolve(reference: &BytesRef<'_>, at: usize) -> Result<Cow<'static, str>, Fault> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) if is_xml_char(c) => Ok(Cow::Owned(c.to_string())),
        Ok(None) => match resolve_predefined_entity(reference) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Err(fault(at, UNDEFINED_ENTITY.0, UNDEFINED_ENTITY.1)),
        },
        Ok(Some(_)) | Err(_) => Err(fault(at, NO_CHARACTER.0, NO_CHARACTER.1)),
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_whitespace())
}

const BYTE_ORDER_MARK: char = '\u{feff}';

const NO_CHARACTER: (&str, &str) = (
    "a reference to no character of XML",
    "a character that XML allows",
);

const UNDEFINED_ENTITY: (&str, &str) = (
    "an entity that is not defined",
    "`&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;` or a number",
);

fn fault(
    at: usize,
    found: impl Into<Cow<'static, str>>,
    expected: impl Into<Cow<'static, str>>,
) -> Fault {
    Fault::new(
        ParseErrorKind::NotWellFormed,
        Problem::new(Place::Byte(at), found, expected),
    )
}

fn too_many(at: usize, most: usize, of_what: &str) -> Fault {
    Fault::too_many(Place::Byte(at), most, of_what)
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

/// Whether a byte of an attribute's value stands for itself.
const IS_PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut others: &[u8] = b"&<\"\t\n\r";
    while let [first, rest @ ..] = others {
        plain[*first as usize] = false;
        others = rest;
    }
    plain
};

/// Whether this can be the name of an element or an attribute. It is laxer than XML beyond ASCII, where names are never
/// interpreted.
pub(super) fn is_name(name: &str) -> bool {
    begins_as_name(name) && name.bytes().all(|b| IS_OF_NAME[usize::from(b)])
}

fn begins_as_name(name: &str) -> bool {
    let begins = |b: &u8| IS_OF_NAME[usize::from(*b)] && !matches!(b, b'0'..=b'9' | b'-' | b'.');
    name.as_bytes().first().is_some_and(begins)
}

/// The text in front of the first byte that is so, and the rest.
pub(super) fn split_at_first(text: &str, is_so: impl Fn(u8) -> bool) -> (&str, &str) {
    let at = text.bytes().position(is_so).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Whether a byte may stand in a name.
const IS_OF_NAME: [bool; 256] = {
    let mut is_of_name = [false; 256];
    let mut byte = 0_u8;
    loop {
        is_of_name[byte as usize] = !byte.is_ascii()
            || byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b':' | b'-' | b'.');
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    is_of_name
};

/// Whether a reference may stand for this character: the same ones may be written out.
pub(super) fn is_xml_char(c: char) -> bool {
    c >= ' ' || matches!(c, '\t' | '\n' | '\r')
}
