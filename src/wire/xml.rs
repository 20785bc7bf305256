//! Stanzas as XML: the form of the documents and of log files.
//!
//! [`parse`] reads what was received, [`parse_sent`] what was sent; [`write()`] and [`to_string`] write what you send.
//!
//! # What is read
//!
//! A document holds one stanza, in UTF-8, with or without an XML declaration, a byte-order mark, comments and white
//! space around it. Both kinds of quotes and line ends are read. What is *unknown* (attributes, children, actions,
//! reasons) is never an error. Of what is *known*, a malformed id or address makes a stanza unreadable; any other malformed
//! field is left out and [listed](crate::Received::problems). Binary content is hexadecimal; white space inside is
//! skipped, and a comment in its place means that the content is unknown.
//!
//! Document types, processing instructions and entities besides the five of XML are refused, and so is anything larger
//! than this:
//!
//! | bound | |
//! | --- | --- |
//! | a document | [`MAX_DOCUMENT_LEN`] bytes |
//! | depth of elements | [`MAX_DEPTH`] |
//! | elements and attributes in a document | [`MAX_NODES`] |
//! | attributes of an element | [`MAX_ATTRIBUTES`] |
//! | an id or an address | [`MAX_ID_LEN`](crate::MAX_ID_LEN) bytes |
//!
//! A document that is too long is not read at all. Of one that is too deep or too wide the envelope is still read, so
//! that the error carries the acknowledgement. Within the length, reading a document takes at most 4 MiB of memory.
//!
//! # What is written
//!
//! Each stanza is one line, without white space between elements. Attributes stand in a fixed order. Where there are two orders, each [dialect](crate::Dialect) has one.
//!
#![doc = include_str!("../../docs/generated/orders.md")]
//!
//! The characters `<`, `>`, `&`, `"`, `'`, tab and line breaks are written as references, and binary content as
//! lower-case hexadecimal. Reading returns the same values. A character that XML cannot hold, which a value from another wire
//! may have, is written as U+FFFD.

use std::fmt::Write as _;
use std::sync::Arc;

use quick_xml::events::attributes::Attribute as Escaped;

use super::reader::is_xml_char;
use super::view::Sink;
use super::{ParseError, decode, encode, reader};
use crate::stanza::{Dialect, Outgoing, Received, Stanza};

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
/// A [`ParseError`] that names the place and, if the stanza has a `from` and an `id`, carries the acknowledgement that
/// is still owed. Only a malformed id or address makes a stanza unreadable; other problems are in [`Received::problems`](crate::Received::problems).
pub fn parse(document: impl AsRef<[u8]>) -> Result<Received, ParseError> {
    received(document.as_ref(), false)
}

/// Reads one received stanza, and tolerates no problem: one that [`parse`] would list among
/// [`Received::problems`](crate::Received::problems) is an error here. For tools that check what a client writes.
///
/// ```
/// use ringstate::xml;
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
/// <offer call-id="00C0FFEE" call-creator="15550199:3@lid"><net medium="wifi"/></offer></call>"#;
/// let error = xml::parse_strict(document).expect_err("a medium is a number");
/// assert_eq!(error.problem().attribute(), Some("medium"));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # Errors
///
/// A [`ParseError`] for the first problem, with the acknowledgement that is owed.
#[doc(alias("SIG-16.21"))]
pub fn parse_strict(document: impl AsRef<[u8]>) -> Result<Received, ParseError> {
    received(document.as_ref(), true)
}

fn received(document: &[u8], strict: bool) -> Result<Received, ParseError> {
    let tree = reader::read(document).map_err(ParseError::new)?;
    decode::received(tree.root(), tree.measure(), strict)
}

/// Reads one sent stanza from a log: `to` is required, and `from`, `id` and `t` are not.
///
/// You can look at the result and not send it: only a step of a call makes a stanza to send.
///
/// ```
/// use ringstate::stanza::{AnyAction, Outgoing};
/// use ringstate::xml;
///
/// let document = r#"<call to="15550199:3@lid"><reject call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let Outgoing::CallStanza(call) = xml::parse_sent(document)? else { unreachable!() };
/// assert!(matches!(call.action(), AnyAction::Reject(_)));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place. Nothing is owed for what was sent.
pub fn parse_sent(document: impl AsRef<[u8]>) -> Result<Outgoing, ParseError> {
    let tree = reader::read(document.as_ref()).map_err(ParseError::new)?;
    decode::sent(tree.root(), tree.measure()).map_err(ParseError::new)
}

/// Writes one stanza to the end of your buffer, which you can use again for the next, in the [dialect](Dialect) that it is
/// marked with.
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
pub fn write<S: ToWrite + ?Sized>(stanza: &S, buffer: &mut String) {
    super::write(stanza, &mut Document::at_end_of(buffer));
}

/// Writes one stanza in this dialect, whatever it is marked with.
///
/// ```
/// use ringstate::{Acked, Call, Callee, Dialect, xml};
///
/// fn decline(call: Call<Callee, Acked>, line: &mut String) {
///     let (_rejected, reject) = call.reject();
///     xml::write_as(reject.stanza(), Dialect::WhatsAppWeb, line); // with `count="0"`
/// }
/// ```
pub fn write_as<S: ToWrite + ?Sized>(stanza: &S, dialect: Dialect, buffer: &mut String) {
    let outgoing = stanza.stanza().outgoing();
    encode::outgoing(outgoing, dialect, &mut Document::at_end_of(buffer));
}

/// Writes one stanza to a `String` of its own; [`write()`] reuses a buffer.
#[must_use]
pub fn to_string<S: ToWrite + ?Sized>(stanza: &S) -> String {
    let mut buffer = String::with_capacity(256);
    write(stanza, &mut buffer);
    buffer
}

/// XML, at the end of a buffer.
struct Document<'b> {
    buffer: &'b mut String,
    /// Whether the start tag that was written last has no end yet.
    is_tag_open: bool,
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

impl<'b> Document<'b> {
    fn at_end_of(buffer: &'b mut String) -> Self {
        Self {
            buffer,
            is_tag_open: false,
        }
    }

    fn end_tag(&mut self) {
        if std::mem::take(&mut self.is_tag_open) {
            self.buffer.push('>');
        }
    }
}

impl Sink for Document<'_> {
    fn open(&mut self, name: &str) {
        self.end_tag();
        self.buffer.push('<');
        self.buffer.push_str(name);
        self.is_tag_open = true;
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.buffer.push(' ');
        self.buffer.push_str(name);
        self.buffer.push_str("=\"");
        // Binary nodes can hold what XML has no form for.
        let is_unwritable = |c: char| !is_xml_char(c);
        if value.contains(is_unwritable) {
            let value = value.replace(is_unwritable, "\u{fffd}");
            self.buffer.push_str(&Escaped::from((name, &*value)).value);
        } else {
            self.buffer.push_str(&Escaped::from((name, value)).value);
        }
        self.buffer.push('"');
    }

    fn number(&mut self, name: &str, value: u32) {
        // Writing to a `String` does not fail.
        let _ = write!(self.buffer, " {name}=\"{value}\"");
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.end_tag();
        for byte in bytes {
            self.buffer.push(char::from(DIGITS[usize::from(byte >> 4)]));
            self.buffer
                .push(char::from(DIGITS[usize::from(byte & 0x0f)]));
        }
    }

    fn close(&mut self, name: &str) {
        if std::mem::take(&mut self.is_tag_open) {
            self.buffer.push_str("/>");
        } else {
            self.buffer.push_str("</");
            self.buffer.push_str(name);
            self.buffer.push('>');
        }
    }
}

explained! {
    /// What can be written: a [`Stanza`], however you hold it. An [`Outbound`](crate::Outbound) and an [`Owed`](crate::Owed) hold stanzas;
    /// the compiler says so if you try to write them whole.
    message: "`{Self}` is not a stanza to write",
    label: "`write` and `to_string` take one `Stanza`",
    note: "an `Outbound` has one: `outbound.stanza()` as it was built, or `outbound.with_id(id)`, which adds an id and \
           returns the stanza with the `Sent` that matches its ack (SIG-08.4)",
    note: "an `Owed` has up to two: `for stanza in &owed`, ack first (SIG-07.5)",
    note: "what is read from a log cannot be written: only a step of a call makes a stanza";
    pub trait ToWrite: sealed::Sealed {
        #[doc(hidden)]
        fn stanza(&self) -> &Stanza;
    }
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Stanza {}

impl ToWrite for Stanza {
    fn stanza(&self) -> &Stanza {
        self
    }
}

impl<S: ToWrite + ?Sized> sealed::Sealed for &S {}

impl<S: ToWrite + ?Sized> ToWrite for &S {
    fn stanza(&self) -> &Stanza {
        (**self).stanza()
    }
}

impl<S: ToWrite + ?Sized> sealed::Sealed for Box<S> {}

impl<S: ToWrite + ?Sized> ToWrite for Box<S> {
    fn stanza(&self) -> &Stanza {
        (**self).stanza()
    }
}

impl<S: ToWrite + ?Sized> sealed::Sealed for Arc<S> {}

impl<S: ToWrite + ?Sized> ToWrite for Arc<S> {
    fn stanza(&self) -> &Stanza {
        (**self).stanza()
    }
}
