//! Declines every call.
//!
//! ```sh
//! cargo run --example decline                 # a bundled offer, phase by phase
//! cargo run --example decline -- FILE         # the stanzas in FILE, `-` for standard input
//! ```
//!
//! A file has one stanza on a line, or one stanza spread over lines. The stanzas to send are written to standard
//! output, one a line, in the order in which they are to be sent. Everything meant for people goes to standard error.
//! The exit status is 1 when a stanza could not be read; the others are handled all the same.

use std::collections::VecDeque;
use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use ringstate::{Call, EndedOffer, Inbound, Offer, OwnAddress, Received, Stanza, xml};

/// What `Ann` sends when she calls this user, who has a second device.
const BUNDLED: &str = r#"<call from="15550199:3@lid" id="3EB0A1F2C4" t="1795255200" notify="Ann" platform="android" version="2.26.40.7">
  <offer call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid" caller_pn="15550199@s.whatsapp.net" caller_country_code="US" joinable="1">
    <privacy>04011a2b3c</privacy>
    <audio enc="opus" rate="8000"/>
    <audio enc="opus" rate="16000"/>
    <net medium="3"/>
    <capability ver="1">0105f709e4bb13</capability>
    <destination>
      <to jid="15550100@lid"><enc v="2" type="msg" count="0">330a21057c9be2</enc></to>
      <to jid="15550100:2@lid"><enc v="2" type="pkmsg" count="0">33080112210592</enc></to>
    </destination>
    <encopt keygen="2"/>
    <device-identity>0a120891f3a7</device-identity>
  </offer>
</call>"#;

const USAGE: &str = "usage: decline [--own-lid JID] [--own-pn JID] [FILE | -]

Declines every call: reads stanzas from FILE (`-` is standard input; without one, from a bundled sample)
and writes what is to be sent to standard output, one stanza a line.

  --own-lid JID   this device's LID, such as 15550100:2@lid
  --own-pn JID    this device's phone-number address, such as 15550100:2@s.whatsapp.net
  --help          this text";

/// Tells people something. That nobody can be told must not keep stanzas from being answered.
macro_rules! say {
    ($($text:tt)*) => {{
        let _ = writeln!(io::stderr(), $($text)*);
    }};
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            say!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say!("decline: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say!("decline: {}: {error}", arguments.name());
            ExitCode::from(2)
        }
    }
}

struct Arguments {
    me: OwnAddress,
    file: Option<String>,
}

impl Arguments {
    fn parse(words: impl Iterator<Item = OsString>) -> Result<Option<Self>, Box<dyn Error>> {
        let mut words = words.map(|word| {
            word.into_string()
                .map_err(|word| format!("`{}` is not UTF-8", word.display()))
        });
        let mut arguments = Self {
            me: OwnAddress::default(),
            file: None,
        };
        while let Some(word) = words.next().transpose()? {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => {
                    (option.to_owned(), Some(value.to_owned()))
                }
                _ => (word, None),
            };
            let mut value = || match value.clone() {
                Some(value) => Ok(value),
                None => words
                    .next()
                    .unwrap_or_else(|| Err(format!("`{option}` needs an address"))),
            };
            match option.as_str() {
                "--help" | "-h" => return Ok(None),
                "--own-lid" => arguments.me.lid = Some(address(&option, &value()?)?),
                "--own-pn" => arguments.me.phone_number = Some(address(&option, &value()?)?),
                unknown if unknown.starts_with('-') && unknown != "-" => {
                    return Err(format!("unknown option `{unknown}`").into());
                }
                _ => arguments.set_file(option)?,
            }
        }
        if arguments.file.is_none() && arguments.me == OwnAddress::default() {
            arguments.me.lid = Some("15550100:2@lid".parse()?);
        }
        Ok(Some(arguments))
    }

    fn set_file(&mut self, file: String) -> Result<(), Box<dyn Error>> {
        match self.file.replace(file) {
            None => Ok(()),
            Some(_) => Err("one file at a time".into()),
        }
    }

    fn name(&self) -> &str {
        match self.file.as_deref() {
            None => "the bundled offer",
            Some("-") => "standard input",
            Some(file) => file,
        }
    }
}

fn address<T: std::str::FromStr<Err = ringstate::IdError>>(
    option: &str,
    value: &str,
) -> Result<T, String> {
    value
        .parse()
        .map_err(|error| format!("the value of `{option}` is no such address: {error}"))
}

/// Handles every stanza of the input; whether all of them could be read.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let input: Box<dyn BufRead> = match arguments.file.as_deref() {
        None => Box::new(BUNDLED.as_bytes()),
        Some("-") => Box::new(io::stdin().lock()),
        Some(file) => Box::new(BufReader::new(File::open(file)?)),
    };
    if arguments.file.is_none() {
        say!("{BUNDLED}\n");
    }
    let mut all_read = true;
    for document in Documents::new(input) {
        let document = document?;
        match xml::parse(&document.text) {
            Ok(Received::Offer(offer)) => decline(offer, &arguments.me)?,
            Ok(Received::EndedOffer(offer)) => missed(offer, &arguments.me)?,
            Ok(other) => {
                say!("{}", describe(&other));
                send(other.acknowledge(&arguments.me))?;
            }
            Err(error) => {
                all_read = false;
                let (line, column) = document.place(error.offset());
                say!("{}:{line}:{column}: {error}", arguments.name());
                send(error.into_owed())?;
            }
        }
    }
    Ok(all_read)
}

/// The whole road of a declined call.
fn decline(offer: Inbound<Offer>, me: &OwnAddress) -> io::Result<()> {
    let kind = if offer.action().is_video() {
        "a video call"
    } else {
        "a call"
    };
    let whose = if offer.action().group().is_some() {
        "a group"
    } else {
        "somebody"
    };
    say!("an <offer>: {kind} from {whose}");
    let offered = Call::incoming(offer);

    say!("  Offered: acknowledge it, with <ack> and <receipt>");
    let (acked, owed) = offered.acknowledge(me);
    send(owed)?;

    say!("  Acked: decline it, with <reject>");
    let (rejected, reject) = acked.reject();
    send(&reject)?;

    say!("  Rejected: nothing is left to say");
    drop(rejected);
    Ok(())
}

/// An offer that arrived too late is acknowledged and receipted. To decline it is not possible.
fn missed(offer: Inbound<EndedOffer>, me: &OwnAddress) -> io::Result<()> {
    say!("an <offer> of a call that is over: a missed call");
    send(offer.acknowledge_with_receipt(me))
}

fn describe(received: &Received) -> &'static str {
    match received {
        Received::OfferNotice(_) => "an <offer_notice>: news of a group call",
        Received::Terminate(_) => "a <terminate>: the call is over",
        Received::Ack(_) => "an <ack>: nothing is owed",
        Received::Receipt(_) => "a <receipt>: nothing is owed",
        Received::Unknown(_) => "a <call> with an unknown action, or with none",
        _ => "an action of a call that was declined",
    }
}

/// Puts stanzas on the wire, which here is standard output.
fn send<S: std::borrow::Borrow<Stanza>>(stanzas: impl IntoIterator<Item = S>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for stanza in stanzas {
        writeln!(out, "{}", xml::to_string(stanza.borrow()))?;
    }
    out.flush()
}

/// A stanza's text, and where in the input it begins.
struct Document {
    text: Vec<u8>,
    line: usize,
}

impl Document {
    /// The line of the input and the column, in characters, of a place in this text.
    fn place(&self, offset: usize) -> (usize, usize) {
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
struct Documents<R> {
    input: R,
    /// How many lines were read.
    lines: usize,
    /// Lines that were read and belong to what comes next, with their numbers.
    pending: VecDeque<(usize, Vec<u8>)>,
}

impl<R: BufRead> Documents<R> {
    fn new(input: R) -> Self {
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
