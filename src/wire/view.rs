//! What the decoder reads from, and the encoder writes to.

use crate::id::Jid;
use crate::stanza::Place;

/// An element of a stanza, as some wire holds it: the decoder reads any type that has these methods.
///
/// This crate implements it for XML ([`xml`](crate::xml)) and, with the feature `wacore`, for binary nodes. Implement it for
/// the nodes of your client, and give the outermost one to [`read`](super::read). A view is a reference: it is cheap to
/// copy.
///
/// If the type is another crate's, wrap a reference to it in a struct of yours that is `Copy`. If its bytes are base64, decode
/// them before: the view lends them.
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

    /// Returns whether it has an attribute with this name.
    fn has(self, name: &str) -> bool {
        self.attribute(name, |_| ()).is_some()
    }

    /// Returns how many attributes it has, and how many bytes their names and values take at most. It is asked for before
    /// anything else, to refuse what is too large.
    fn extent(self) -> (usize, usize) {
        let (mut count, mut bytes) = (0, 0);
        self.attributes(|name, value| {
            count += 1;
            bytes += name.len() + value.len();
        });
        (count, bytes)
    }

    /// Returns the elements directly inside, in their order.
    fn children(self) -> impl Iterator<Item = Self> + Clone;

    /// Returns what else is inside.
    fn content(self) -> Content<'v>;

    /// Returns the place of the element or of a part of it, for a problem. It is asked for at most 18 times for a stanza, so it
    /// may search. A view that keeps the outermost element beside its own can find the path from there.
    fn place(self, part: Part<'_>) -> Place;
}

/// What an element has inside beside elements.
///
/// | your wire has | give |
/// | --- | --- |
/// | bytes | `Bytes` |
/// | bytes that are printed as hexadecimal digits | `Printed` |
/// | bytes that a log printed in digits, or as text if they are one | `Ambiguous` |
/// | elements, or nothing | `Text("")` |
/// | text that stands for no bytes | `Text`; where bytes are expected it is a [problem](crate::Received::problems) |
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content<'v> {
    /// Bytes.
    Bytes(&'v [u8]),
    /// Text. Empty when there is nothing.
    Text(&'v str),
    /// Text in which bytes, where they are expected, stand as hexadecimal digits.
    Printed(&'v str),
    /// Text that is what it says, or the hexadecimal digits of other bytes: some logs print both alike.
    Ambiguous(&'v str),
    /// A log left something out, beside this text, in which bytes stand as hexadecimal digits.
    Elided(&'v str),
}

impl Content<'_> {
    /// How many bytes it is.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Text(text) | Self::Printed(text) | Self::Ambiguous(text) | Self::Elided(text) => {
                text.len()
            }
        }
    }
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let elided = match self {
            Self::Elided(_) => "elided beside ",
            Self::Bytes(_) | Self::Text(_) | Self::Printed(_) | Self::Ambiguous(_) => "",
        };
        write!(f, "[{elided}{} bytes]", self.size())
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
/// This crate implements it for XML, as a [`String`], and, with the feature `wacore`, for binary nodes. There is one outermost
/// element, and inside an element are either elements or bytes. Nothing is escaped. A sink that can fail keeps the first error
/// for afterwards.
///
/// ```
/// use ringstate::wire::{Sink, write};
///
/// /// Nodes as your client has them.
/// #[derive(Default)]
/// struct Node {
///     name: String,
///     attributes: Vec<(String, String)>,
///     bytes: Vec<u8>,
///     inside: Vec<Node>,
/// }
///
/// /// The elements that are open, under one that stands for the stanza's surroundings.
/// struct Building(Vec<Node>);
///
/// impl Building {
///     fn last(&mut self) -> &mut Node {
///         self.0.last_mut().expect("the surroundings are never closed")
///     }
/// }
///
/// impl Sink for Building {
///     fn open(&mut self, name: &str) {
///         self.0.push(Node { name: name.to_owned(), ..Node::default() });
///     }
///     fn attribute(&mut self, name: &str, value: &str) {
///         self.last().attributes.push((name.to_owned(), value.to_owned()));
///     }
///     fn bytes(&mut self, bytes: &[u8]) {
///         self.last().bytes = bytes.to_vec();
///     }
///     fn close(&mut self, _name: &str) {
///         let node = self.0.pop().expect("it was opened");
///         self.last().inside.push(node);
///     }
/// }
///
/// # let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
/// # let owed = ringstate::xml::parse(document)?.acknowledge(&ringstate::OwnAddress::default());
/// let mut building = Building(vec![Node::default()]);
/// for ack in &owed {
///     write(ack, &mut building); // <ack class="call" id="1A2B" to="15550199:3@lid"/>
/// }
/// let ack = &building.0[0].inside[0];
/// assert_eq!((ack.name.as_str(), ack.attributes.len()), ("ack", 3));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
pub trait Sink {
    /// Begins an element inside the one that is open.
    fn open(&mut self, name: &str);

    /// Adds an attribute to the element that was opened last, before anything inside it.
    fn attribute(&mut self, name: &str, value: &str);

    /// Adds an attribute whose value is an address; as text, unless you have another form for it.
    fn address(&mut self, name: &str, address: &Jid) {
        self.attribute(name, address.as_str());
    }

    /// Adds an attribute whose value is a number; in decimal digits, unless you have another form for it.
    fn number(&mut self, name: &str, value: u32) {
        self.attribute(name, &value.to_string());
    }

    /// Puts bytes inside the element that is open: its only content.
    fn bytes(&mut self, bytes: &[u8]);

    /// Ends the element that is open, which has this name.
    fn close(&mut self, name: &str);
}
