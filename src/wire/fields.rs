//! The parts that stanzas share: attributes, media, binary content.

use std::str::FromStr;

use super::error::{shown, shown_id};
use super::reader::is_name;
use super::reading::At;
use super::view::{Content, Part, View};
use crate::id::{CallId, Jid, StanzaId};
use crate::stanza::{
    Attribute, Audio, Capability, Destination, Element, Enc, GroupInfo, Inside, Net, Payload,
    Problem, Recipient, Te, TerminateReason, Text, VideoFormat,
};

pub(super) type Result<T, E = Problem> = std::result::Result<T, E>;

pub(super) fn audio<'v>(element: At<'_, impl View<'v>>) -> Audio {
    Audio {
        codec: wanted(element, "enc", "the name of a codec", |word| {
            Ok(Text::from(word))
        }),
        rate: wanted(element, "rate", "a sample rate in decimal digits", number),
    }
}

pub(super) fn net<'v>(element: At<'_, impl View<'v>>) -> Net {
    Net {
        medium: told(element, "medium", "a medium in decimal digits", number),
        protocol: told(element, "protocol", "a protocol in decimal digits", number),
    }
}

pub(super) fn capability<'v>(element: At<'_, impl View<'v>>) -> Capability {
    Capability {
        version: told(element, "ver", "a version in decimal digits", number),
        content: payload(element),
    }
}

pub(super) fn keygen<'v>(element: At<'_, impl View<'v>>) -> Option<u32> {
    told(element, "keygen", "a version in decimal digits", number)
}

pub(super) fn enc<'v>(element: At<'_, impl View<'v>>) -> Enc {
    Enc {
        version: told(element, "v", "a version in decimal digits", number),
        kind: text(element, "type"),
        count: told(element, "count", "a count in decimal digits", number),
        content: payload(element),
    }
}

pub(super) fn te<'v>(element: At<'_, impl View<'v>>) -> Te {
    Te {
        attributes: attributes(element),
        content: payload(element),
    }
}

/// Reads the devices and the endpoints, and skips anything else inside. Several destinations are read as one, so that
/// no key stays in one that is kept as it was read.
pub(super) fn destination<'v>(all: &Alike<'_, impl View<'v>>) -> Result<Option<Destination>> {
    let mut destination = None;
    for element in all.iter() {
        let all_in: &mut Destination = destination.get_or_insert_default();
        let devices = element.children().filter(|child| child.name() == "to");
        let room = element.room_for(devices.count(), size_of::<Recipient>());
        all_in.recipients.reserve(room);
        for child in element.children() {
            match child.name() {
                "to" if child.has("jid") => {
                    let jid = required(child, "jid", "the address of a device", jid)?;
                    if child.make_room(size_of::<Recipient>() + SHARED) {
                        let enc = first(child, "enc", enc);
                        all_in.recipients.push(Recipient { jid, enc });
                    }
                }
                "to" => {
                    child.note(|| missing(child, "jid", "the address of a device"));
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

/// The children of an action by their names: those that may be there often, the first of each that is there once, and all others.
pub(super) type Sorted<'r, V, const M: usize, const N: usize> =
    ([Alike<'r, V>; M], [Option<At<'r, V>>; N], Rest<'r, V, M, N>);

/// So many children of one name.
pub(super) struct Alike<'r, V> {
    parent: At<'r, V>,
    name: &'static str,
    count: usize,
}

/// The children that are kept as they were read, so many.
pub(super) struct Rest<'r, V, const M: usize, const N: usize> {
    parent: At<'r, V>,
    many: [&'static str; M],
    once: [&'static str; N],
    count: usize,
}

/// What a child is, by its name: one of several names, each in its place, or another. A repetition of what is there once is
/// another.
enum Kind {
    Many(usize),
    Once(usize),
    Other,
}

fn by_kind<'r, 'v, V: View<'v>, const M: usize, const N: usize>(
    parent: At<'r, V>,
    many: [&'static str; M],
    once: [&'static str; N],
) -> impl Iterator<Item = (Kind, At<'r, V>)> {
    let mut is_there = [false; N];
    parent.children().map(move |child| {
        let place_in = |names: &[&str]| names.iter().position(|name| *name == child.name());
        let kind = match place_in(&once) {
            Some(at) if !is_there[at] => {
                is_there[at] = true;
                Kind::Once(at)
            }
            _ => place_in(&many).map_or(Kind::Other, Kind::Many),
        };
        (kind, child)
    })
}

/// Counts the children of each name, so that names which are not there are not looked for.
pub(super) fn sorted<'r, 'v, V: View<'v>, const M: usize, const N: usize>(
    parent: At<'r, V>,
    many: [&'static str; M],
    once: [&'static str; N],
) -> Sorted<'r, V, M, N> {
    let (mut counts, mut first, mut others) = ([0; M], [None; N], 0);
    for (kind, child) in by_kind(parent, many, once) {
        match kind {
            Kind::Many(at) => counts[at] += 1,
            Kind::Once(at) => first[at] = Some(child),
            Kind::Other => others += 1,
        }
    }
    let alike = std::array::from_fn(|at| Alike {
        parent,
        name: many[at],
        count: counts[at],
    });
    let rest = Rest {
        parent,
        many,
        once,
        count: others,
    };
    (alike, first, rest)
}

impl<'r, 'v, V: View<'v>> Alike<'r, V> {
    fn iter(&self) -> impl Iterator<Item = At<'r, V>> {
        let is_alike = |child: &At<'r, V>| child.name() == self.name;
        self.parent.children().filter(is_alike).take(self.count)
    }

    /// Reads all of them.
    pub(super) fn all<T>(&self, read: fn(At<'r, V>) -> T) -> Vec<T> {
        let mut kept = Vec::with_capacity(self.parent.room_for(self.count, size_of::<T>()));
        let all = self.iter();
        kept.extend(all.filter(|item| item.make_room(size_of::<T>())).map(read));
        kept.shrink_to_fit();
        kept
    }
}

impl<'v, V: View<'v>, const M: usize, const N: usize> Rest<'_, V, M, N> {
    pub(super) fn elements(self) -> Vec<Element> {
        if self.count == 0 {
            return Vec::new();
        }
        let others = by_kind(self.parent, self.many, self.once)
            .filter_map(|(kind, child)| matches!(kind, Kind::Other).then_some(child));
        exact(others.filter_map(element))
    }
}

/// Reads the first child of this name, if there is one.
pub(super) fn first<'r, 'v, V: View<'v>, T>(
    parent: At<'r, V>,
    tag: &str,
    read: fn(At<'r, V>) -> T,
) -> Option<T> {
    parent
        .children()
        .find(|child| child.name() == tag)
        .map(read)
}

/// Binary content. Text in its place is read as hexadecimal digits where bytes are printed so, and is a problem otherwise.
pub(super) fn payload<'v>(element: At<'_, impl View<'v>>) -> Payload {
    let (text, read) = match element.content() {
        Content::Bytes(bytes) => return Payload::Bytes(bytes.into()),
        Content::Elided("") => return Payload::Elided,
        Content::Text("") => return Payload::Bytes(Box::default()),
        Content::Ambiguous(text) => return Payload::Ambiguous(text.into()),
        Content::Text(text) => (text, Err((0, "text", "bytes"))),
        Content::Printed(text) | Content::Elided(text) => (text, hexadecimal(text.as_bytes())),
    };
    match read {
        Ok(bytes) => Payload::Bytes(bytes),
        Err((at, found, expected)) => {
            element.note(|| element.problem(Part::Text(at), found, expected));
            Payload::Text(text.into())
        }
    }
}

/// The bytes of these digits; or where they are none, what was found and what was expected.
fn hexadecimal(text: &[u8]) -> Result<Box<[u8]>, (usize, &'static str, &'static str)> {
    // Nearly always there is nothing but pairs of digits, and one look at all of them together says so.
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut all = 0;
    // Blocks of a fixed size become instructions that work on many digits.
    let (blocks, rest) = text.as_chunks::<32>();
    for block in blocks {
        let mut values = *block;
        for value in &mut values {
            *value = value_of(*value);
            all |= *value;
        }
        let pairs: [u8; 16] = std::array::from_fn(|i| values[2 * i] << 4 | values[2 * i + 1]);
        bytes.extend_from_slice(&pairs);
    }
    for pair in rest.chunks_exact(2) {
        let (high, low) = (value_of(pair[0]), value_of(pair[1]));
        all |= high | low;
        bytes.push(high << 4 | low);
    }
    if all < 16 && text.len().is_multiple_of(2) {
        return Ok(bytes.into());
    }
    let is_digit = |byte: &u8| value_of(*byte) < 16;
    let digits: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if !digits.iter().all(is_digit) {
        let at = text
            .iter()
            .position(|byte| !is_digit(byte) && !byte.is_ascii_whitespace());
        return Err((
            at.unwrap_or_default(),
            "a character that is no hexadecimal digit",
            "hexadecimal digits",
        ));
    }
    if !digits.len().is_multiple_of(2) {
        return Err((
            0,
            "an odd number of hexadecimal digits",
            "two for each byte",
        ));
    }
    hexadecimal(&digits)
}

/// The value of a hexadecimal digit; above 15 of anything else.
const fn value_of(digit: u8) -> u8 {
    let number = digit.wrapping_sub(b'0');
    let letter = (digit | 0x20).wrapping_sub(b'a');
    let of_letter = if letter < 6 { letter + 10 } else { 0xff };
    if number < 10 { number } else { of_letter }
}

/// A list that takes no more than what is in it.
pub(super) fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}

/// Keeps all children as they were read.
pub(super) fn elements<'v>(parent: At<'_, impl View<'v>>) -> Vec<Element> {
    exact(parent.children().filter_map(element))
}

/// Keeps an element as it was read, as far as there is room. The depth of a stanza is bounded, and with it the depth of
/// this.
pub(super) fn element<'v>(view: At<'_, impl View<'v>>) -> Option<Element> {
    let (tag, content) = (view.name(), view.content());
    // A wire may have names that a document cannot have.
    if !is_name(tag) || !view.make_room(size_of::<Element>() + tag.len() + content.size()) {
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
        inside: match content {
            Content::Bytes([]) => Inside::Text(Text::default()),
            Content::Bytes(bytes) => Inside::Bytes(bytes.into()),
            Content::Elided(text) => Inside::Elided(text.into()),
            Content::Text(text) | Content::Printed(text) | Content::Ambiguous(text) => {
                Inside::Text(text.into())
            }
        },
    })
}

pub(super) fn attributes<'v>(element: At<'_, impl View<'v>>) -> Vec<Attribute> {
    let (count, bytes) = element.extent();
    if !element.make_room(count * size_of::<Attribute>() + bytes) {
        return Vec::new();
    }
    let mut attributes = Vec::with_capacity(count);
    element.attributes(|name, value| {
        if !is_name(name) {
            return;
        }
        attributes.push(Attribute {
            name: name.into(),
            value: value.into(),
        });
    });
    attributes
}

pub(super) fn video<'v>(element: At<'_, impl View<'v>>) -> VideoFormat {
    VideoFormat {
        attributes: attributes(element),
    }
}

pub(super) fn group_info<'v>(view: At<'_, impl View<'v>>) -> GroupInfo {
    // It marks a group call, even where there is no room for what is inside.
    let bare = || Element {
        tag: view.name().into(),
        attributes: Vec::new(),
        children: Vec::new(),
        inside: Inside::Text(Text::default()),
    };
    GroupInfo(element(view).unwrap_or_else(bare).without_keys())
}

/// How the value of an attribute is read: what was found instead, if it cannot be.
type Read<T> = fn(&str) -> Result<T, String>;

pub(super) fn required<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Result<T> {
    optional(element, name, what, read)?.ok_or_else(|| missing(element, name, what))
}

pub(super) fn optional<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Result<Option<T>> {
    fit(element, name, what, element.attribute(name, read))
}

/// What was read of an attribute, if it is there; or the problem with it.
pub(super) fn fit<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Option<Result<T, String>>,
) -> Result<Option<T>> {
    read.transpose()
        .map_err(|found| unfit(element, name, found, what))
}

/// Reads an attribute on which nothing depends. One that cannot be read is a problem, and reads as none.
pub(super) fn told<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Option<T> {
    fit_or_noted(element, name, what, element.attribute(name, read))
}

/// Reads an attribute that is expected, and on which nothing depends. It is a problem if it is missing.
pub(super) fn wanted<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Read<T>,
) -> Option<T> {
    let read = element.attribute(name, read);
    if read.is_none() {
        element.note(|| missing(element, name, what));
    }
    fit_or_noted(element, name, what, read)
}

/// What was read of an attribute; or none, and a note of the problem.
pub(super) fn fit_or_noted<'v, T>(
    element: At<'_, impl View<'v>>,
    name: &str,
    what: &'static str,
    read: Option<Result<T, String>>,
) -> Option<T> {
    read?
        .map_err(|found| element.note(|| unfit(element, name, found, what)))
        .ok()
}

/// Reads an attribute if it can be read.
pub(super) fn lax<'v, T>(element: At<'_, impl View<'v>>, name: &str, read: Read<T>) -> Option<T> {
    element.attribute(name, |value| read(value).ok()).flatten()
}

pub(super) fn text<'v>(element: At<'_, impl View<'v>>, name: &str) -> Option<Text> {
    element.attribute(name, |value| value.into())
}

pub(super) fn is<'v>(element: At<'_, impl View<'v>>, name: &str, value: &str) -> bool {
    element.attribute(name, |found| found == value) == Some(true)
}

/// An empty reason counts as none (SIG-14.7).
pub(super) fn reason<'v>(element: At<'_, impl View<'v>>, name: &str) -> Option<TerminateReason> {
    element.attribute(name, TerminateReason::read).flatten()
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
    integer(value, u32::MAX.into())
}

pub(super) fn seconds(value: &str) -> Result<u64, String> {
    integer(value, u64::MAX)
}

fn integer<T: FromStr>(value: &str, most: u64) -> Result<T, String> {
    match value.parse() {
        Ok(number) if !value.starts_with('+') => Ok(number),
        _ if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(format!("a number above {most}"))
        }
        _ => Err(shown(value)),
    }
}

pub(super) fn missing<'v>(
    element: At<'_, impl View<'v>>,
    attribute: &str,
    what: &'static str,
) -> Problem {
    element
        .problem(Part::Element, "no such attribute", what)
        .in_attribute(attribute)
}

/// The problem of an attribute whose value is no `what`.
fn unfit<'v>(
    element: At<'_, impl View<'v>>,
    name: &str,
    found: String,
    what: &'static str,
) -> Problem {
    let problem = element.problem(Part::Attribute(name), found, what);
    let value = element.attribute(name, str::to_owned);
    problem.with_value(&value.unwrap_or_default())
}
