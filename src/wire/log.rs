//! Elements as clients print them into their logs: nothing there is escaped, and bytes stand in four different forms.
//!
//! | client | quotes | bytes |
//! | --- | --- | --- |
//! | whatsmeow | `"` | as they are if they are printable, else in hexadecimal digits, else only their number |
//! | whatsapp-rust | `"` | as they are if they are printable, else only their number |
//! | Baileys | `'` | in hexadecimal digits |
//! | zapo | `'`, and XML's references | in base64 |
//!
//! A quote ends a value only before what can follow a value: another attribute, `/>` or `>`. So a name with a quote, an `&` or
//! a `<` is read as it stands, unless what follows its quote looks like one of these.
//!
//! What whatsmeow prints as `00ff` is two bytes or a text of four: that is [ambiguous](Content::Ambiguous), and not guessed.

use std::borrow::Cow;

use quick_xml::escape::unescape;

use super::reader::split_at_first;
use super::view::{Content, Part, View};
use super::xml::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES};
use crate::stanza::Place;

/// Which client printed a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Printer {
    /// whatsmeow, and what prints as it does.
    Whatsmeow,
    /// whatsapp-rust.
    WhatsappRust,
    /// Baileys.
    Baileys,
    /// zapo.
    Zapo,
}

/// More bytes than this whatsmeow does not print in digits.
const MOST_PRINTED_IN_DIGITS: usize = 128;

/// An element that was printed, with everything inside.
pub(crate) struct Printed {
    nodes: Vec<Node>,
}

struct Node {
    name: String,
    offset: usize,
    attributes: Vec<(String, String)>,
    /// The index of the first element that is not inside this one.
    end: usize,
    inside: Inside,
}

enum Inside {
    Nothing,
    Bytes(Vec<u8>),
    Text(String),
    Digits(String),
    Ambiguous(String),
    Elided,
}

/// Why text is no element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It has no end yet.
    Incomplete,
    /// Something else stands there than what a client prints.
    Bad(&'static str),
    /// It has more elements, attributes or depth than a stanza may have.
    TooLarge,
}

/// Reads the element at the start of a text. Gives it, and how many bytes it takes.
pub(crate) fn element(text: &str, printer: Printer) -> Result<(Printed, usize), Failure> {
    let mut reader = Reader {
        text,
        at: 0,
        printer,
        printed: Printed { nodes: Vec::new() },
        open: Vec::new(),
    };
    reader.all()?;
    Ok((reader.printed, reader.at))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    printer: Printer,
    printed: Printed,
    open: Vec<usize>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn bad(&self, expected: &'static str) -> Failure {
        if self.rest().is_empty() {
            Failure::Incomplete
        } else {
            Failure::Bad(expected)
        }
    }

    /// Takes this, if it comes next.
    fn take(&mut self, token: &str) -> bool {
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let (part, _) = split_at_first(self.rest(), |byte| !is_part(byte));
        self.at += part.len();
        part
    }

    fn skip_blanks(&mut self) {
        self.take_while(|byte| byte.is_ascii_whitespace());
    }

    fn all(&mut self) -> Result<(), Failure> {
        loop {
            self.start_tag()?;
            // After a start tag come its content, its end, or the ends of others.
            loop {
                let Some(&innermost) = self.open.last() else {
                    return Ok(());
                };
                self.content(innermost)?;
                if !self.end_tag(innermost)? {
                    break;
                }
            }
        }
    }

    fn start_tag(&mut self) -> Result<(), Failure> {
        let offset = self.at;
        if !self.take("<") {
            return Err(self.bad("an element"));
        }
        let name = self.take_while(is_of_name);
        if name.is_empty() {
            return Err(self.bad("the name of an element"));
        }
        let mut attributes = Vec::new();
        let is_empty = loop {
            self.skip_blanks();
            if self.take("/>") {
                break true;
            }
            if self.take(">") {
                break false;
            }
            attributes.push(self.attribute()?);
        };
        let index = self.printed.nodes.len();
        let is_too_large =
            attributes.len() > MAX_ATTRIBUTES || index == MAX_NODES || self.open.len() == MAX_DEPTH;
        if is_too_large {
            return Err(Failure::TooLarge);
        }
        self.printed.nodes.push(Node {
            name: name.to_owned(),
            offset,
            attributes,
            end: index + 1,
            inside: Inside::Nothing,
        });
        if !is_empty {
            self.open.push(index);
        }
        Ok(())
    }

    fn attribute(&mut self) -> Result<(String, String), Failure> {
        let name = self.take_while(is_of_name);
        if name.is_empty() {
            return Err(self.bad("an attribute or the end of the tag"));
        }
        let quote = match self.rest().as_bytes() {
            [b'=', b'"', ..] => '"',
            [b'=', b'\'', ..] => '\'',
            [] | [b'='] => return Err(Failure::Incomplete),
            _ => return Err(self.bad("`=` and a quote")),
        };
        self.at += 2;
        let rest = self.rest();
        let ends = rest.match_indices(quote).map(|(at, _)| at);
        let end = ends
            .into_iter()
            .find(|at| is_after_a_value(&rest[at + 1..]))
            .ok_or(Failure::Incomplete)?;
        self.at += end + 1;
        let value = &rest[..end];
        Ok((name.to_owned(), self.resolved(value)))
    }

    /// What stands in front of the next tag inside an element.
    fn content(&mut self, innermost: usize) -> Result<(), Failure> {
        let rest = self.rest();
        let tag = rest.find('<').ok_or(Failure::Incomplete)?;
        let is_blank = rest[..tag].bytes().all(|byte| byte.is_ascii_whitespace());
        if let Some(comment) = rest[tag..].strip_prefix("<!--")
            && is_blank
        {
            let end = comment.find("-->").ok_or(Failure::Incomplete)?;
            self.at += tag + "<!--".len() + end + "-->".len();
            self.printed.nodes[innermost].inside = Inside::Elided;
            self.skip_blanks();
            return Ok(());
        }
        if is_blank {
            self.at += tag;
            return Ok(());
        }
        // Text, in which a `<` means nothing: it lasts to the end of its element.
        let end = format!("</{}>", self.printed.nodes[innermost].name);
        let end = rest.find(&end).ok_or(Failure::Incomplete)?;
        self.at += end;
        self.printed.nodes[innermost].inside = self.inside(&rest[..end]);
        Ok(())
    }

    /// Takes the end tag of the innermost element, if it comes next.
    fn end_tag(&mut self, innermost: usize) -> Result<bool, Failure> {
        if !self.take("</") {
            return Ok(false);
        }
        let name = self.take_while(is_of_name);
        if name != self.printed.nodes[innermost].name && !self.rest().is_empty() {
            return Err(self.bad("the end of the element that is open"));
        }
        if !self.take(">") {
            return Err(self.bad("`>`"));
        }
        self.open.pop();
        self.printed.nodes[innermost].end = self.printed.nodes.len();
        Ok(true)
    }

    fn inside(&self, text: &str) -> Inside {
        match self.printer {
            Printer::Whatsmeow => {
                let is_in_digits = text.len().is_multiple_of(2)
                    && text.len() <= 2 * MOST_PRINTED_IN_DIGITS
                    && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                if is_in_digits {
                    Inside::Ambiguous(text.to_owned())
                } else {
                    Inside::Bytes(text.as_bytes().to_owned())
                }
            }
            Printer::WhatsappRust => Inside::Bytes(text.as_bytes().to_owned()),
            Printer::Baileys => Inside::Digits(text.trim().to_owned()),
            Printer::Zapo => {
                let text = text.trim();
                match base64(text) {
                    Some(bytes) => Inside::Bytes(bytes),
                    None => Inside::Text(self.resolved(text)),
                }
            }
        }
    }

    /// A value with its references resolved, where the client makes some.
    fn resolved(&self, value: &str) -> String {
        let resolved = match self.printer {
            Printer::Zapo => unescape(value).ok(),
            _ => None,
        };
        resolved.map_or_else(|| value.to_owned(), Cow::into_owned)
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
}

/// Whether this can follow a value: the end of the tag, or a blank and another attribute.
fn is_after_a_value(rest: &str) -> bool {
    let behind = rest.trim_ascii_start();
    if behind.starts_with("/>") || behind.starts_with('>') {
        return true;
    }
    let name = behind.bytes().take_while(|byte| is_of_name(*byte)).count();
    let is_apart = behind.len() < rest.len() && name > 0;
    is_apart && matches!(behind.as_bytes()[name..], [b'=', b'"' | b'\'', ..])
}

/// The bytes of a text in base64, with its padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let (mut bytes, mut bits, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// One element of those that were printed.
#[derive(Clone, Copy)]
pub(crate) struct Element<'p> {
    printed: &'p Printed,
    index: usize,
}

impl Printed {
    pub(crate) fn root(&self) -> Element<'_> {
        Element {
            printed: self,
            index: 0,
        }
    }
}

impl<'p> Element<'p> {
    fn node(self) -> &'p Node {
        &self.printed.nodes[self.index]
    }
}

impl<'p> View<'p> for Element<'p> {
    fn name(self) -> &'p str {
        &self.node().name
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        let mut attributes = self.node().attributes.iter();
        let (_, value) = attributes.find(|(known, _)| known == name)?;
        Some(read(value))
    }

    fn attributes(self, mut each: impl FnMut(&str, &str)) {
        let own = &self.node().attributes;
        for (at, (name, value)) in own.iter().enumerate() {
            if own[..at].iter().all(|(known, _)| known != name) {
                each(name, value);
            }
        }
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        let (printed, end) = (self.printed, self.node().end);
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            let child = Self {
                printed,
                index: next,
            };
            (next < end).then(|| {
                next = child.node().end;
                child
            })
        })
    }

    fn content(self) -> Content<'p> {
        match &self.node().inside {
            Inside::Nothing => Content::Text(""),
            Inside::Bytes(bytes) => Content::Bytes(bytes),
            Inside::Text(text) => Content::Text(text),
            Inside::Digits(text) => Content::Printed(text),
            Inside::Ambiguous(text) => Content::Ambiguous(text),
            Inside::Elided => Content::Elided(""),
        }
    }

    fn place(self, _: Part<'_>) -> Place {
        Place::Byte(self.node().offset)
    }
}
