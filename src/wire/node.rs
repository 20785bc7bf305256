//! Stanzas as binary nodes of `wacore_binary` 0.7, the crate that whatsapp-rust speaks with: feature `wacore`.
//!
//! ```toml
//! ringstate = { path = "../ringstate", features = ["wacore"] }
//! wacore-binary = { version = "0.7", default-features = false } # its default, `simd`, needs a nightly compiler
//! ```
//!
//! [`is_about_a_call`] tells which nodes to read, [`parse`] reads what was received, [`parse_sent`] what was sent;
//! [`to_node`] makes a node of what you send. A `Node` lends the `NodeRef` that they read: `node.as_node_ref()`. The decoder and
//! the encoder are those of [`xml`](crate::xml), and so are the bounds. What a node has beyond XML:
//!
//! * The first counts if an attribute stands there twice.
//! * Content is bytes. Text in the place of bytes is a [problem](crate::Received::problems).
//! * An error names its place as a path, such as `call/offer/enc[2]@v`.
//! * One that is too long is owed its acknowledgement as well, because its envelope has been read.
//!
//! # Addresses
//!
//! A node holds an address as text or in parts, and [`Jid`] is text. Each part has its place there: the agent
//! of a server that shows it, the device, the server (`hosted` and `hosted.lid` are their own), and the integrator of
//! `interop`, in front of the user and a `-`. Parts that have no text of their own read as an empty value: a user with an `@`
//! or a `:`, a device or an integrator without a user. Only the id of a call may have any character.
//!
//! The encoder of `wacore_binary` turns text with an `@` into parts, and not all of it comes out as it was. [`to_node`] puts
//! an address into parts where that is the same address, leaves it text where the encoder keeps it, and returns
//! [`LostValue`] otherwise. Nothing is sent to somebody else.
//!
//! | address | in a node |
//! | --- | --- |
//! | `15550199@lid`, `15550199:3@lid`, `007:3@s.whatsapp.net`, `x_1@lid` | in parts |
//! | `s.whatsapp.net`, `call` | in parts, or as text |
//! | a device of 0 or above 255, or with a zero in front: `15550199:0@lid`, `15550199:300@lid`, `15550199:03@lid` | [`LostValue`] |
//! | a server that `wacore_binary` does not know: `15550199@elsewhere` | [`LostValue`] |

use std::borrow::Cow;
use std::fmt::Write as _;

use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::node::ValueRef;
use wacore_binary::{
    Attrs, CompactString, JidRef, Node, NodeContent, NodeContentRef, NodeRef, NodeValue, Server,
    marshal, push_jid_to_compact,
};

use super::view::{Content, Part, Sink, View};
use super::xml::ToWrite;
use super::{ParseError, Place};
use crate::id::{Jid, Token};
use crate::stanza::{Outgoing, Received};

/// Reads one received stanza.
///
/// ```
/// use ringstate::{Received, node};
/// use wacore_binary::builder::NodeBuilder;
///
/// let reject = NodeBuilder::new("reject")
///     .attr("call-id", "00C0FFEE")
///     .attr("call-creator", "15550100:2@lid")
///     .build();
/// let call = NodeBuilder::new("call")
///     .attr("from", "15550199:3@lid")
///     .attr("id", "1A2B")
///     .children([reject])
///     .build();
///
/// let received = node::parse(&call.as_node_ref())?;
/// assert!(matches!(received, Received::Reject(_)));
/// # drop(received.acknowledge(&ringstate::OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place and, if the stanza has a `from` and an `id`, carries the acknowledgement that
/// is still owed. Only a malformed id or address makes a stanza unreadable; other problems are in
/// [`Received::problems`].
pub fn parse(stanza: &NodeRef<'_>) -> Result<Received, ParseError> {
    super::read(NodeView::of(stanza))
}

/// Whether a node is about a call: a `<call>`, an `<ack class="call">`, or a `<receipt>` around an element that names a
/// call. Ask before you [`parse`], where a client hands out the nodes of messages the same way: these have receipts as well.
///
/// ```
/// use ringstate::node;
/// use wacore_binary::builder::NodeBuilder;
///
/// let receipt = |inside| NodeBuilder::new("receipt").children([inside]).build();
/// let of_a_call = receipt(NodeBuilder::new("offer").attr("call-id", "00C0FFEE").build());
/// let of_messages = receipt(NodeBuilder::new("list").build());
/// assert!(node::is_about_a_call(&of_a_call.as_node_ref()) && !node::is_about_a_call(&of_messages.as_node_ref()));
/// ```
#[must_use]
pub fn is_about_a_call(stanza: &NodeRef<'_>) -> bool {
    super::decode::is_about_a_call(NodeView::of(stanza))
}

/// Reads one sent stanza: `to` is required, and `from`, `id` and `t` are not. You can look at the result and not send it.
///
/// ```
/// use ringstate::stanza::Outgoing;
/// use ringstate::node;
/// use wacore_binary::builder::NodeBuilder;
///
/// let ack = NodeBuilder::new("ack")
///     .attr("class", "call")
///     .attr("id", "1A2B")
///     .attr("to", "15550199:3@lid")
///     .build();
/// assert!(matches!(node::parse_sent(&ack.as_node_ref())?, Outgoing::Ack(_)));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place. Nothing is owed for what was sent.
pub fn parse_sent(stanza: &NodeRef<'_>) -> Result<Outgoing, ParseError> {
    super::read_sent(NodeView::of(stanza))
}

/// Makes a node of a stanza, in the [dialect](crate::Dialect) that it is marked with. Give it to your client to send:
/// whatsapp-rust has `Client::send_node`.
///
/// ```
/// use ringstate::node::{LostValue, to_node};
/// use ringstate::{Acked, Call, Callee};
/// use wacore_binary::Node;
///
/// fn decline(call: Call<Callee, Acked>) -> Result<Node, LostValue> {
///     let (_rejected, reject) = call.reject();
///     let (stanza, _sent) = reject.with_id("3EB0A1F2C4".parse().expect("an id"));
///     to_node(&stanza)
/// }
/// ```
///
/// # Errors
///
/// [`LostValue`] if the encoder of `wacore_binary` would make another address, or another id, of one in the stanza.
pub fn to_node<S: ToWrite + ?Sized>(stanza: &S) -> Result<Node, LostValue> {
    let mut nodes = Nodes::default();
    super::write(stanza, &mut nodes);
    match nodes.lost {
        Some(lost) => Err(lost),
        None => Ok(nodes.whole),
    }
}

/// A value that the encoder of `wacore_binary` would change. The stanza must not be sent as a node.
///
/// A peer can cause this: an offer can come from a device 300. No such device exists on a wire of nodes, so log it and go
/// on, and let the call end with [`abandon`](crate::Call::abandon) or [`time_out`](crate::AnyCall::time_out).
///
/// ```
/// use ringstate::{Event, Reaction, node};
/// use wacore_binary::Node;
///
/// fn send(reaction: Reaction, nodes: &mut Vec<Node>) -> Vec<Event> {
///     reaction.send(|stanza| match node::to_node(&stanza) {
///         Ok(node) => nodes.push(node),
///         Err(lost) => eprintln!("not sent: {lost}"),
///     })
/// }
/// ```
///
/// ```
/// use ringstate::{OwnAddress, node, xml};
///
/// // A peer whose device has the number 300, which a node has no room for.
/// let document = r#"<call from="15550199:300@lid" id="1A2B"><unheard_of/></call>"#;
/// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
/// let ack = owed.iter().next().expect("an ack");
/// let lost = node::to_node(ack).expect_err("no such device in a node");
/// assert_eq!(lost.to_string(), "the attribute `to` of `<ack>` would have another value in a binary node");
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the attribute `{attribute}` of `<{element}>` would have another value in a binary node")]
pub struct LostValue {
    element: Box<str>,
    attribute: Box<str>,
}

impl LostValue {
    /// Returns the element.
    #[must_use]
    pub fn element(&self) -> &str {
        &self.element
    }

    /// Returns the attribute.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }
}

/// A node, and the outermost one, from which its path begins.
#[derive(Clone, Copy)]
struct NodeView<'v> {
    root: &'v NodeRef<'v>,
    node: &'v NodeRef<'v>,
}

impl<'v> NodeView<'v> {
    fn of(root: &'v NodeRef<'v>) -> Self {
        Self { root, node: root }
    }

    fn find(self, name: &str) -> Option<&'v ValueRef<'v>> {
        let mut own = self.node.attrs.as_slice().iter();
        Some(&own.find(|(known, _)| **known == *name)?.1)
    }
}

impl<'v> View<'v> for NodeView<'v> {
    fn name(self) -> &'v str {
        &self.node.tag
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        Some(with_text(self.find(name)?, read))
    }

    fn attributes(self, mut each: impl FnMut(&str, &str)) {
        let own = self.node.attrs.as_slice();
        let mut lengths = 0_u64;
        for (at, (name, value)) in own.iter().enumerate() {
            // Nearly all names of an element have different lengths, and so are not the same.
            let length = 1 << (name.len() % 64);
            let is_new = lengths & length == 0 || own[..at].iter().all(|(known, _)| known != name);
            lengths |= length;
            if is_new {
                with_text(value, |value| each(name, value));
            }
        }
    }

    fn has(self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn extent(self) -> (usize, usize) {
        let own = self.node.attrs.as_slice();
        let value = |value: &ValueRef<'_>| match value {
            ValueRef::String(text) => text.len(),
            ValueRef::Jid(jid) => jid.user.len() + PARTS_BESIDE_USER,
        };
        let bytes = own.iter().map(|(name, of)| name.len() + value(of));
        (own.len(), bytes.sum())
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        let root = self.root;
        let inside = self.node.content_nodes().unwrap_or_default();
        inside.iter().map(move |node| Self { root, node })
    }

    fn content(self) -> Content<'v> {
        match &self.node.content {
            Some(NodeContentRef::Bytes(bytes)) => Content::Bytes(bytes),
            Some(NodeContentRef::String(text)) => Content::Text(text),
            Some(NodeContentRef::Nodes(_)) | None => Content::Text(""),
        }
    }

    fn place(self, part: Part<'_>) -> Place {
        let mut path = Vec::new();
        find(self.root, self.node, &mut path);
        let mut text = Token(&self.root.tag).to_string();
        let mut parent = self.root;
        for at in path {
            let siblings = parent.content_nodes().unwrap_or_default();
            let node = &siblings[at];
            // Writing to a `String` does not fail.
            let _ = write!(text, "/{}", Token(&node.tag));
            let alike = |nodes: &[NodeRef<'_>]| {
                let alike = nodes.iter().filter(|other| other.tag == node.tag);
                alike.count()
            };
            if alike(siblings) > 1 {
                let _ = write!(text, "[{}]", alike(&siblings[..=at]));
            }
            parent = node;
        }
        if let Part::Attribute(name) = part {
            let _ = write!(text, "@{}", Token(name));
        }
        Place::Path(text.into())
    }
}

/// How many bytes the text of an address has at most beside its user: `65535-.255:65535@s.whatsapp.net` without the user.
const PARTS_BESIDE_USER: usize = "65535-.255:65535@s.whatsapp.net".len();

/// The way from one node down to another, by the places among the siblings.
fn find(from: &NodeRef<'_>, to: &NodeRef<'_>, path: &mut Vec<usize>) -> bool {
    if std::ptr::eq(from, to) {
        return true;
    }
    for (at, node) in from.content_nodes().unwrap_or_default().iter().enumerate() {
        path.push(at);
        if find(node, to, path) {
            return true;
        }
        path.pop();
    }
    false
}

/// Shows the text of a value, without a `String` of its own.
fn with_text<T>(value: &ValueRef<'_>, read: impl FnOnce(&str) -> T) -> T {
    match value {
        ValueRef::String(text) => read(text),
        ValueRef::Jid(jid) => {
            let mut buffer = [0; PLAIN];
            if let Some(text) = plain_text(jid, &mut buffer) {
                return read(text);
            }
            let mut text = CompactString::default();
            push_text(jid, &mut text);
            read(&text)
        }
    }
}

/// The room for the text of a plain address, in whole words.
const PLAIN: usize = (Jid::MAX_PLAIN_USER + ":65535@s.whatsapp.net".len()).next_multiple_of(8);

/// The text of an address as nearly all are, of a person whose user is a number. It allocates nothing.
fn plain_text<'b>(jid: &JidRef<'_>, buffer: &'b mut [u8; PLAIN]) -> Option<&'b str> {
    let server: &[u8] = match jid.server {
        Server::Lid => b"@lid",
        Server::Pn => b"@s.whatsapp.net",
        _ => return None,
    };
    let user = jid.user.as_bytes();
    let is_number =
        (1..=Jid::MAX_PLAIN_USER).contains(&user.len()) && user.iter().all(u8::is_ascii_digit);
    if !is_number || jid.agent > 0 || jid.integrator > 0 {
        return None;
    }
    buffer[..user.len()].copy_from_slice(user);
    let mut len = user.len();
    let mut put = |byte| {
        buffer[len] = byte;
        len += 1;
    };
    let device = jid.device;
    if device > 0 {
        put(b':');
        let digits = device.ilog10() + 1;
        (0..digits)
            .rev()
            .for_each(|place| put(b"0123456789"[usize::from(device / 10_u16.pow(place) % 10)]));
    }
    buffer[len..len + server.len()].copy_from_slice(server);
    // The zeros behind it are checked as well: words of eight bytes are quicker to check than single ones.
    std::str::from_utf8(buffer).ok()?.get(..len + server.len())
}

/// The text of an address in parts, if there is one that is read as the same.
fn push_text(jid: &JidRef<'_>, text: &mut CompactString) {
    let has_parts = jid.device > 0 || jid.integrator > 0 || jid.agent > 0;
    let has_mark = || jid.user.bytes().any(|byte| matches!(byte, b'@' | b':'));
    let is_lost = match jid.server {
        // The id of a call may have any character.
        Server::Call => has_parts,
        _ => has_mark() || (jid.user.is_empty() && has_parts),
    };
    if is_lost {
        return;
    }
    if jid.server == Server::Interop && (jid.integrator > 0 || integrator(&jid.user).is_some()) {
        let _ = write!(text, "{}-", jid.integrator);
    }
    push_jid_to_compact(&jid.user, jid.server, jid.agent, jid.device, text);
}

/// The number of an integrator in front of a user of `interop`, and the user, if both can be told apart from the text.
fn integrator(user: &str) -> Option<(u16, &str)> {
    let (number, user) = user.split_once('-')?;
    let is_plain = number == "0" || number.starts_with(|first: char| matches!(first, '1'..='9'));
    let is_number = is_plain && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| is_number)?, user))
}

/// Nodes that are being built, outermost first.
#[derive(Default)]
struct Nodes {
    open: Vec<Node>,
    whole: Node,
    lost: Option<LostValue>,
}

impl Nodes {
    fn push(&mut self, name: &str, value: NodeValue) {
        if let Some(node) = self.open.last_mut() {
            node.attrs.push_value(name.to_owned(), value);
        }
    }

    fn lose(&mut self, attribute: &str) {
        let element = self.open.last().map_or("", |node| &node.tag);
        self.lost.get_or_insert_with(|| LostValue {
            element: Token(element).to_string().into(),
            attribute: Token(attribute).to_string().into(),
        });
    }
}

impl Sink for Nodes {
    fn open(&mut self, name: &str) {
        let tag = Cow::Owned(name.to_owned());
        self.open.push(Node::new(tag, Attrs::new(), None));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let value_in_node = NodeValue::String(value.into());
        if value.contains('@') && !is_kept(&value_in_node, value) {
            self.lose(name);
        }
        self.push(name, value_in_node);
    }

    fn address(&mut self, name: &str, address: &Jid) {
        let text = address.as_str();
        let in_parts = parts_of(text).map(NodeValue::Jid);
        let candidates = [in_parts, Some(NodeValue::String(text.into()))];
        let mut kept = candidates
            .into_iter()
            .flatten()
            .filter(|value| is_kept(value, text));
        match kept.next() {
            Some(value) => self.push(name, value),
            None => self.lose(name),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if let Some(node) = self.open.last_mut() {
            node.content = Some(NodeContent::Bytes(bytes.to_vec()));
        }
    }

    fn close(&mut self, _name: &str) {
        let Some(node) = self.open.pop() else { return };
        match self.open.last_mut() {
            None => self.whole = node,
            Some(parent) => match &mut parent.content {
                Some(NodeContent::Nodes(nodes)) => nodes.push(node),
                content => *content = Some(NodeContent::Nodes(vec![node])),
            },
        }
    }
}

/// The parts of an address whose text is this.
fn parts_of(text: &str) -> Option<wacore_binary::Jid> {
    if let Some(call_id) = text.strip_suffix("@call") {
        return Some(wacore_binary::Jid::new(call_id, Server::Call));
    }
    let mut jid: wacore_binary::Jid = text.parse().ok()?;
    if jid.server == Server::Interop
        && let Some((number, user)) = integrator(&jid.user)
    {
        jid.integrator = number;
        jid.user = user.into();
    }
    Some(jid)
}

/// Whether a value is the same address, or the same text, behind the encoder and the decoder.
fn is_kept(value: &NodeValue, text: &str) -> bool {
    let node = Node {
        tag: Cow::Borrowed("call"),
        attrs: std::iter::once((Cow::Borrowed("to"), value.clone())).collect(),
        content: None,
    };
    let bytes;
    let read = match value {
        // What a client sends of these has another form than what it receives, which the decoder does not read.
        NodeValue::Jid(jid) if jid.server == Server::Interop && jid.integrator > 0 => {
            node.as_node_ref()
        }
        _ => {
            // The first byte says how the rest is packed.
            bytes = marshal(&node).unwrap_or_default();
            match bytes.get(1..).map(unmarshal_ref) {
                Some(Ok(read)) => read,
                _ => return false,
            }
        }
    };
    let own = read.attrs.as_slice().first();
    own.is_some_and(|(_, value)| with_text(value, |kept| kept == text))
}
