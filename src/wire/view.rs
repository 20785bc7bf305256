//! What the decoder reads from, and the encoder writes to.

use crate::id::Jid;
use crate::stanza::Place;

/// An element of a stanza, as some wire holds it: the decoder reads any type that has these methods.
///
/// This crate implements it for XML ([`xml`](crate::xml)) and, with the feature `wacore`, for binary nodes. Implement it for
/// the nodes of your client, and give the outermost one to [`read`](super::read). A view is a reference: it is cheap to
/// copy.
///
/// What comes from a peer is hostile. [`read`](super::read) bounds depth, count and bytes itself, and asks nothing of a view
/// but that its answers stay the same and that its children form a tree.
///
/// ```
/// use ringstate::wire::{Content, Part, Place, View, read};
/// use ringstate::{OwnAddress, Received, xml};
///
/// /// Nodes as your client has them.
/// struct Node {
///     name: &'static str,
///     attributes: Vec<(&'static str, String)>,
///     inside: Vec<Node>,
/// }
///
/// impl<'v> View<'v> for &'v Node {
///     fn name(self) -> &'v str {
///         self.name
///     }
///     fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
///         self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| read(value))
///     }
///     fn attributes(self, mut each: impl FnMut(&str, &str)) {
///         self.attributes.iter().for_each(|(name, value)| each(name, value));
///     }
///     fn children(self) -> impl Iterator<Item = Self> + Clone {
///         self.inside.iter()
///     }
///     fn content(self) -> Content<'v> {
///         Content::Text("")
///     }
///     fn place(self, _part: Part<'_>) -> Place {
///         Place::Path(self.name.into())
///     }
/// }
///
/// let text = |text: &str| text.to_owned();
/// let reject = Node {
///     name: "reject",
///     attributes: vec![("call-id", text("00C0FFEE")), ("call-creator", text("15550100:2@lid"))],
///     inside: vec![],
/// };
/// let call = Node {
///     name: "call",
///     attributes: vec![("from", text("15550199:3@lid")), ("id", text("1A2B"))],
///     inside: vec![reject],
/// };
/// let received = read(&call)?;
/// assert!(matches!(received, Received::Reject(_)));
/// # drop(received.acknowledge(&OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
pub trait View<'v>: Copy {
    /// Returns the name of the element.
    fn name(self) -> &'v str;

    /// Reads the value of the attribute with this name; the first, if there are several. It is shown to `read` and not
    /// returned, so that a wire that holds addresses in parts need not keep their text.
    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T>;

    /// Shows the name and value of each attribute, in their order and each name once.
    fn attributes(self, each: impl FnMut(&str, &str));

    /// Returns the elements directly inside, in their order.
    fn children(self) -> impl Iterator<Item = Self> + Clone;

    /// Returns what else is inside.
    fn content(self) -> Content<'v>;

    /// Returns the place of the element or of a part of it, for an error. It is asked for only then.
    fn place(self, part: Part<'_>) -> Place;
}

/// What an element has inside beside elements.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content<'v> {
    /// Bytes.
    Bytes(&'v [u8]),
    /// Text. Empty when there is nothing.
    Text(&'v str),
    /// Text in which bytes, where they are expected, stand as hexadecimal digits.
    Printed(&'v str),
    /// A log left something out, beside this text, in which bytes stand as hexadecimal digits.
    Elided(&'v str),
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Text(text) | Self::Printed(text) => write!(f, "[{} bytes]", text.len()),
            Self::Elided(text) => write!(f, "[elided beside {} bytes]", text.len()),
        }
    }
}

/// A part of an element, whose [place](View::place) is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'p> {
    /// The element itself.
    Element,
    /// Its attribute of this name.
    Attribute(&'p str),
    /// A byte of its text, counted from the first.
    Text(usize),
}

/// Where a stanza is written: the encoder says what a stanza has, from left to right, and each wire makes its form of it.
///
/// This crate implements it for XML, as a [`String`], and, with the feature `wacore`, for binary nodes.
///
/// ```
/// use ringstate::Jid;
/// use ringstate::wire::{Sink, write};
///
/// /// Counts what a stanza has.
/// #[derive(Default)]
/// struct Count(usize);
///
/// impl Sink for Count {
///     fn open(&mut self, _name: &str) {
///         self.0 += 1;
///     }
///     fn attribute(&mut self, _name: &str, _value: &str) {
///         self.0 += 1;
///     }
///     fn bytes(&mut self, _bytes: &[u8]) {}
///     fn close(&mut self, _name: &str) {}
/// }
///
/// # let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
/// # let owed = ringstate::xml::parse(document)?.acknowledge(&ringstate::OwnAddress::default());
/// let mut count = Count::default();
/// for ack in &owed {
///     write(ack, &mut count); // <ack class="call" id="1A2B" to="15550199:3@lid"/>
/// }
/// assert_eq!(count.0, 4);
/// # Ok::<(), ringstate::ParseError>(())
/// ```
pub trait Sink {
    /// Begins an element inside the one that is open.
    fn open(&mut self, name: &str);

    /// Adds an attribute to the element that was opened last, before anything inside it.
    fn attribute(&mut self, name: &str, value: &str);

    /// Adds an attribute whose value is an address.
    fn address(&mut self, name: &str, address: &Jid) {
        self.attribute(name, address.as_str());
    }

    /// Adds an attribute whose value is a number.
    fn number(&mut self, name: &str, value: u32) {
        self.attribute(name, &value.to_string());
    }

    /// Puts bytes inside the element that is open: its only content.
    fn bytes(&mut self, bytes: &[u8]);

    /// Ends the element that is open, which has this name.
    fn close(&mut self, name: &str);
}
