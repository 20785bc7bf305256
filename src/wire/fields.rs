//! The parts that stanzas share: attributes, media, binary content.

use super::error::{shown, shown_id};
use super::tree::{AttributeNode, View};
use crate::id::{CallId, Jid, StanzaId};
use crate::stanza::{
    Attribute, Audio, Capability, Destination, Element, Enc, Net, Payload, Problem, Recipient, Te,
    TerminateReason, Text,
};

pub(super) type Result<T, E = Problem> = std::result::Result<T, E>;

pub(super) fn audio(element: View<'_, '_>) -> Audio {
    Audio {
        codec: wanted(element, "enc", "the name of a codec", |word| {
            Ok(Text::from(word))
        }),
        rate: wanted(element, "rate", "a sample rate in decimal digits", number),
    }
}

pub(super) fn net(element: View<'_, '_>) -> Net {
    Net {
        medium: told(element, "medium", "a medium in decimal digits", number),
        protocol: told(element, "protocol", "a protocol in decimal digits", number),
    }
}

pub(super) fn capability(element: View<'_, '_>) -> Capability {
    Capability {
        version: told(element, "ver", "a version in decimal digits", number),
        content: payload(element),
    }
}

pub(super) fn keygen(element: View<'_, '_>) -> Option<u32> {
    told(element, "keygen", "a version in decimal digits", number)
}

pub(super) fn enc(element: View<'_, '_>) -> Enc {
    Enc {
        version: told(element, "v", "a version in decimal digits", number),
        kind: text(element, "type"),
        count: told(element, "count", "a count in decimal digits", number),
        content: payload(element),
    }
}

pub(super) fn te(element: View<'_, '_>) -> Te {
    Te {
        attributes: attributes(element),
        content: payload(element),
    }
}

/// Reads the devices and the endpoints, and skips anything else inside. Several destinations are read as one, so that
/// no key stays in one that is kept as it was read.
pub(super) fn destination(action: View<'_, '_>) -> Result<Option<Destination>> {
    let mut destination = None;
    for element in action
        .children()
        .filter(|child| child.name() == "destination")
    {
        let all_in: &mut Destination = destination.get_or_insert_default();
        for child in element.children() {
            match child.name() {
                "to" if child.attribute("jid").is_some() => {
                    let jid = required(child, "jid", "the address of a device", jid)?;
                    if child.make_room(size_of::<Recipient>() + SHARED) {
                        let enc = first(child, "enc", enc);
                        all_in.recipients.push(Recipient { jid, enc });
                    }
                }
                "to" => {
                    child.note(missing(child, "jid", "the address of a device"));
                    all_in.is_partial = true;
                }
                "te" if child.make_room(size_of::<Te>()) => all_in.endpoints.push(te(child)),
                _ => {}
            }
        }
    }
    if let Some(all_in) = &mut destination {
        all_in.recipients.shrink_to_fit();
        all_in.endpoints.shrink_to_fit();
    }
    Ok(destination)
}

/// What a text that several share costs beside its bytes.
const SHARED: usize = 16;

/// The children that are kept as they were read: unknown ones, and repetitions of those that occur once.
pub(super) fn unknown_children(action: View<'_, '_>, many: &[&str], once: &[&str]) -> Vec<Element> {
    let mut seen = 0_u32;
    let mut is_known = |name: &str| {
        if many.contains(&name) {
            return true;
        }
        let Some(at) = once.iter().position(|known| *known == name) else {
            return false;
        };
        let is_first = seen & (1 << at) == 0;
        seen |= 1 << at;
        is_first
    };
    let unknown = action.children().filter(|child| !is_known(child.name()));
    exact(unknown.filter_map(element))
}

/// Reads the first child of this name, if there is one.
pub(super) fn first<T>(parent: View<'_, '_>, tag: &str, read: fn(View<'_, '_>) -> T) -> Option<T> {
    parent
        .children()
        .find(|child| child.name() == tag)
        .map(read)
}

/// Reads all children of this name.
pub(super) fn all<T>(parent: View<'_, '_>, tag: &str, read: fn(View<'_, '_>) -> T) -> Vec<T> {
    let all = parent.children().filter(|child| child.name() == tag);
    let mut kept = Vec::with_capacity(parent.room_for(all.clone().count(), size_of::<T>()));
    kept.extend(all.filter(|item| item.make_room(size_of::<T>())).map(read));
    kept.shrink_to_fit();
    kept
}

/// Binary content: hexadecimal, or a comment in its place. Any other text is a problem and kept as it is.
pub(super) fn payload(element: View<'_, '_>) -> Payload {
    let node = element.node();
    if node.comment && node.text.is_empty() {
        return Payload::Elided;
    }
    match hexadecimal(element) {
        Ok(bytes) => Payload::Bytes(bytes.into()),
        Err(problem) => {
            element.note(problem);
            Payload::Text((*node.text).into())
        }
    }
}

fn hexadecimal(element: View<'_, '_>) -> Result<Vec<u8>> {
    let node = element.node();
    let text = node.text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len() / 2);
    // Pairs of digits, as far as they follow one another without white space or a mistake.
    let pairs = text.chunks_exact(2).map_while(|pair| {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        (high | low < 16).then_some(high << 4 | low)
    });
    bytes.extend(pairs);
    let taken = 2 * bytes.len();
    let mut high = None;
    for (at, byte) in text
        .iter()
        .enumerate()
        .skip(taken)
        .filter(|(_, byte)| !byte.is_ascii_whitespace())
    {
        let digit = DIGITS[usize::from(*byte)];
        if digit >= 16 {
            let fault = malformed(
                element,
                "a character that is no hexadecimal digit",
                "hexadecimal digits",
            );
            return Err(fault.at(element.place_in_text(at)));
        }
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() {
        let fault = malformed(
            element,
            "an odd number of hexadecimal digits",
            "two for each byte",
        );
        return Err(fault.at(element.place_in_text(0)));
    }
    Ok(bytes)
}

/// What each byte is as a hexadecimal digit; 0xff where it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut value: u8 = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

/// A list that takes no more than what is in it.
pub(super) fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}

/// Keeps an element as it was read, as far as there is room. The depth of a document is bounded, and with it the depth of
/// this.
pub(super) fn element(view: View<'_, '_>) -> Option<Element> {
    let (tag, text) = (view.name(), &*view.node().text);
    if !view.make_room(size_of::<Element>() + tag.len() + text.len()) {
        return None;
    }
    let attributes = attributes(view);
    let children = view.children();
    let room = view.room_for(children.clone().count(), size_of::<Element>());
    let mut kept = Vec::with_capacity(room);
    kept.extend(children.filter_map(element));
    kept.shrink_to_fit(); // what is inside them may have taken their room
    Some(Element {
        tag: tag.into(),
        attributes,
        children: kept,
        text: text.into(),
        elided: view.node().comment,
    })
}

pub(super) fn attributes(element: View<'_, '_>) -> Vec<Attribute> {
    let cost = |a: &AttributeNode<'_>| size_of::<Attribute>() + a.name.len() + a.value.len();
    let all: usize = element.attributes().iter().map(cost).sum();
    if !element.make_room(all) {
        return Vec::new();
    }
    let keep = |a: &AttributeNode<'_>| Attribute {
        name: a.name.into(),
        value: (*a.value).into(),
    };
    element.attributes().iter().map(keep).collect()
}

/// How the value of an attribute is read: what was found instead, if it cannot be.
type Read<T> = fn(&str) -> Result<T, String>;

pub(super) fn required<T>(
    element: View<'_, '_>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Result<T> {
    optional(element, name, what, read)?.ok_or_else(|| missing(element, name, what))
}

pub(super) fn optional<T>(
    element: View<'_, '_>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Result<Option<T>> {
    let Some(attribute) = element.attribute(name) else {
        return Ok(None);
    };
    match read(&attribute.value) {
        Ok(value) => Ok(Some(value)),
        Err(found) => Err(malformed(element, found, what)
            .at(attribute.offset)
            .in_attribute(name)
            .with_value(&attribute.value)),
    }
}

/// Reads an attribute on which nothing depends. One that cannot be read is a problem, and reads as none.
pub(super) fn told<T>(
    element: View<'_, '_>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Option<T> {
    optional(element, name, what, read).unwrap_or_else(|problem| {
        element.note(problem);
        None
    })
}

/// Reads an attribute that is expected, and on which nothing depends. It is a problem if it is missing.
pub(super) fn wanted<T>(
    element: View<'_, '_>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Option<T> {
    if element.attribute(name).is_none() {
        element.note(missing(element, name, what));
    }
    told(element, name, what, read)
}

/// Reads an attribute if it can be read.
pub(super) fn lax<T>(element: View<'_, '_>, name: &str, read: Read<T>) -> Option<T> {
    element
        .attribute(name)
        .and_then(|attribute| read(&attribute.value).ok())
}

pub(super) fn text(element: View<'_, '_>, name: &str) -> Option<Text> {
    element
        .attribute(name)
        .map(|attribute| (*attribute.value).into())
}

pub(super) fn is(element: View<'_, '_>, name: &str, value: &str) -> bool {
    element
        .attribute(name)
        .is_some_and(|attribute| attribute.value == value)
}

/// An empty reason counts as none (SIG-14.7).
pub(super) fn reason(element: View<'_, '_>, name: &str) -> Option<TerminateReason> {
    element
        .attribute(name)
        .and_then(|attribute| TerminateReason::read(&attribute.value))
}

pub(super) fn jid(value: &str) -> Result<Jid, String> {
    value.parse().map_err(shown_id)
}

/// The address of a group, and of nothing else.
pub(super) fn group(value: &str) -> Result<Jid, String> {
    let jid = jid(value)?;
    if jid.is_group() {
        Ok(jid)
    } else {
        Err("the address of something else".to_owned())
    }
}

pub(super) fn call_id(value: &str) -> Result<CallId, String> {
    value.parse().map_err(shown_id)
}

pub(super) fn stanza_id(value: &str) -> Result<StanzaId, String> {
    value.parse().map_err(shown_id)
}

/// Digits alone: Rust's own reading would let a `+` pass.
pub(super) fn number(value: &str) -> Result<u32, String> {
    digits(value)?
        .parse()
        .map_err(|_| format!("a number above {}", u32::MAX))
}

pub(super) fn seconds(value: &str) -> Result<u64, String> {
    digits(value)?
        .parse()
        .map_err(|_| format!("a number above {}", u64::MAX))
}

pub(super) fn digits(value: &str) -> Result<&str, String> {
    let all = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    if all { Ok(value) } else { Err(shown(value)) }
}

pub(super) fn missing(element: View<'_, '_>, attribute: &str, what: &'static str) -> Problem {
    malformed(element, "no such attribute", what).in_attribute(attribute)
}

pub(super) fn malformed(
    element: View<'_, '_>,
    found: impl Into<std::borrow::Cow<'static, str>>,
    expected: impl Into<std::borrow::Cow<'static, str>>,
) -> Problem {
    Problem::new(element.node().offset, found, expected).in_element(element.name())
}
