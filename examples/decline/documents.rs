//! Cuts an input into stanzas: one on a line, or one spread over lines.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read as _};

use ringstate::xml;

/// A stanza's text, and where in the input it begins.
pub(crate) struct Document {
    pub(crate) text: Vec<u8>,
    line: usize,
}

impl Document {
    /// The line of the input and the column, in characters, of a place in this text.
    pub(crate) fn place(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..offset.min(self.text.len())];
        let line = self.line + before.split(|&b| b == b'\n').count() - 1;
        let start = before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |at| at + 1);
        (
            line,
            String::from_utf8_lossy(&before[start..]).chars().count() + 1,
        )
    }
}

/// Splits an input into stanzas: one on a line, or one spread over lines.
///
/// A stanza ends with the line that closes its outermost element. A line that begins with `<call`, `<ack` or `<receipt`
/// begins a stanza whatever came before, so that one that was cut off does not spoil the next; inside a comment or CDATA
/// it does so only if that turns out to have no end.
pub(crate) struct Documents<R> {
    input: R,
    /// How many lines were read.
    lines: usize,
    /// Lines that were read and belong to what comes next, with their numbers.
    pending: VecDeque<(usize, Vec<u8>)>,
}

impl<R: BufRead> Documents<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            lines: 0,
            pending: VecDeque::new(),
        }
    }

    /// The next line, of which no more is kept than the parser needs to refuse it as too large.
    fn line(&mut self) -> io::Result<Option<(usize, Vec<u8>)>> {
        if let Some(line) = self.pending.pop_front() {
            return Ok(Some(line));
        }
        let most = xml::MAX_DOCUMENT_LEN as u64 + 1;
        let mut line = Vec::new();
        if self
            .input
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(None);
        }
        if line.len() as u64 == most && !line.ends_with(b"\n") {
            self.input.skip_until(b'\n')?;
        }
        self.lines += 1;
        if self.lines == 1 && line.starts_with("\u{feff}".as_bytes()) {
            line.drain(..3);
        }
        Ok(Some((self.lines, line)))
    }

    fn document(&mut self) -> io::Result<Option<Document>> {
        let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
        let mut length = 0;
        let mut nesting = Nesting::default();
        while let Some((number, line)) = self.line()? {
            if lines.is_empty() && line.trim_ascii().is_empty() {
                continue;
            }
            if nesting.begun && !nesting.is_quiet() && begins_stanza(&line) {
                self.pending.push_front((number, line));
                break;
            }
            nesting.feed(&line);
            length += line.len();
            lines.push((number, line));
            if nesting.is_complete() || length > xml::MAX_DOCUMENT_LEN {
                break;
            }
        }
        if nesting.is_quiet() {
            // A comment or CDATA without an end has swallowed what stands behind it: what begins a stanza there is one.
            if let Some(at) = lines
                .iter()
                .skip(1)
                .position(|(_, line)| begins_stanza(line))
            {
                for line in lines.drain(at + 1..).rev() {
                    self.pending.push_front(line);
                }
            }
        }
        // What is left at the end may be a whole comment, which is no stanza and no mistake.
        let worth_reading = nesting.begun || nesting.is_quiet();
        Ok(lines
            .first()
            .filter(|_| worth_reading)
            .map(|&(line, _)| Document {
                line,
                text: lines.iter().flat_map(|(_, line)| line).copied().collect(),
            }))
    }
}

impl<R: BufRead> Iterator for Documents<R> {
    type Item = io::Result<Document>;

    fn next(&mut self) -> Option<Self::Item> {
        self.document().transpose()
    }
}

fn begins_stanza(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    [&b"<call"[..], b"<ack", b"<receipt"].iter().any(|tag| {
        line.strip_prefix(*tag).is_some_and(|rest| {
            rest.first()
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        })
    })
}

/// How deep in elements a text ends, as far as it takes to find where a stanza does.
#[derive(Default)]
struct Nesting {
    depth: usize,
    /// Whether there was anything but white space, comments and an XML declaration.
    begun: bool,
    inside: Inside,
}

#[derive(Default)]
enum Inside {
    #[default]
    Text,
    Tag {
        closing: bool,
        quote: Option<u8>,
    },
    /// A comment and the like, up to this mark.
    Until(&'static [u8]),
}

impl Nesting {
    /// Whether this ends inside a comment and the like, where no tag counts.
    fn is_quiet(&self) -> bool {
        matches!(self.inside, Inside::Until(_))
    }

    fn is_complete(&self) -> bool {
        self.begun && self.depth == 0 && matches!(self.inside, Inside::Text)
    }

    fn feed(&mut self, line: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = line.get(at) {
            let rest = &line[at..];
            match &mut self.inside {
                Inside::Until(mark) if rest.starts_with(mark) => {
                    at += mark.len();
                    self.inside = Inside::Text;
                    continue;
                }
                Inside::Tag { quote, .. } if quote.is_some() => {
                    if *quote == Some(byte) {
                        *quote = None;
                    }
                }
                Inside::Tag { quote, .. } if matches!(byte, b'"' | b'\'') => *quote = Some(byte),
                Inside::Tag { closing, .. } if byte == b'>' => {
                    let empty = at > 0 && line[at - 1] == b'/';
                    if *closing {
                        self.depth = self.depth.saturating_sub(1);
                    } else if !empty {
                        self.depth += 1;
                    }
                    self.inside = Inside::Text;
                }
                Inside::Until(_) | Inside::Tag { .. } => {}
                Inside::Text if byte == b'<' => {
                    let (inside, begun) = match rest {
                        [b'<', b'!', b'-', b'-', ..] => (Inside::Until(b"-->"), false),
                        [b'<', b'!', b'[', ..] => (Inside::Until(b"]]>"), true),
                        [b'<', b'!', ..] => (Inside::Until(b">"), true),
                        [b'<', b'?', ..] => (Inside::Until(b"?>"), !rest.starts_with(b"<?xml ")),
                        _ => (
                            Inside::Tag {
                                closing: rest.starts_with(b"</"),
                                quote: None,
                            },
                            true,
                        ),
                    };
                    self.inside = inside;
                    self.begun |= begun;
                }
                Inside::Text => self.begun |= !byte.is_ascii_whitespace(),
            }
            at += 1;
        }
    }
}
