//! The same stanzas as binary nodes, and the loop that owns what is in one.

use quick_xml::events::{BytesStart, Event};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::{marshal, unmarshal_ref};
use wacore_binary::node::ValueRef;
use wacore_binary::{Jid, Node, NodeContentRef, NodeRef};

use super::document;

/// The stanza as bytes on the wire, with its addresses in parts and its contents as bytes.
fn frame(name: &str) -> Vec<u8> {
    let document = document(name);
    let mut reader = quick_xml::Reader::from_str(&document);
    let mut open: Vec<(NodeBuilder, Vec<Node>)> = Vec::new();
    let builder = |tag: &BytesStart<'_>| {
        let mut builder = NodeBuilder::new_dynamic(tag.name().as_ref().to_owned());
        for attribute in tag.attributes() {
            let attribute = attribute.expect("well-formed");
            let key: &'static str = attribute.key.as_ref().to_owned().leak(); // there are few
            let value = attribute.value.into_owned();
            builder = match value.parse::<Jid>() {
                Ok(jid) if value.contains('@') => builder.attr(key, jid),
                _ => builder.attr(key, value),
            };
        }
        builder
    };
    loop {
        let node = match reader.read_event().expect("well-formed") {
            Event::Start(tag) => {
                open.push((builder(&tag), Vec::new()));
                continue;
            }
            Event::Text(text) => {
                let (last, _) = open.last_mut().expect("an element");
                let digits = text.as_bytes().chunks(2);
                let byte =
                    |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16);
                let bytes: Vec<u8> = digits.map(|pair| byte(pair).expect("digits")).collect();
                *last = std::mem::replace(last, NodeBuilder::new("")).bytes(bytes);
                continue;
            }
            Event::Empty(tag) => builder(&tag).build(),
            Event::End(_) => {
                let (builder, children) = open.pop().expect("an element");
                if children.is_empty() {
                    builder.build()
                } else {
                    builder.children(children).build()
                }
            }
            _ => continue,
        };
        match open.last_mut() {
            Some((_, children)) => children.push(node),
            None => return marshal(&node).expect("it can be written"),
        }
    }
}

/// Shows the stanza as a node that was read off the wire.
pub(crate) fn with_node(name: &str, measure: impl FnOnce(&NodeRef<'_>)) {
    let frame = frame(name);
    let node = unmarshal_ref(&frame[1..]).expect("it can be read");
    measure(&node);
}

/// Copies each value and each content into a box: the floor of what keeps all of it.
pub(crate) fn owning_loop(node: &NodeRef<'_>) -> Vec<Box<[u8]>> {
    let mut kept = Vec::with_capacity(64);
    own(node, &mut kept);
    kept
}

fn own(node: &NodeRef<'_>, kept: &mut Vec<Box<[u8]>>) {
    for (_, value) in node.attrs.as_slice() {
        kept.push(match value {
            ValueRef::String(text) => text.as_bytes().into(),
            ValueRef::Jid(jid) => jid.to_string().into_bytes().into(),
        });
    }
    match &node.content {
        Some(NodeContentRef::Bytes(bytes)) => kept.push(bytes[..].into()),
        Some(NodeContentRef::String(text)) => kept.push(text.as_bytes().into()),
        Some(NodeContentRef::Nodes(nodes)) => nodes.iter().for_each(|node| own(node, kept)),
        None => {}
    }
}
