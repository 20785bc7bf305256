//! Checks recorded calls against the law, and draws them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use ringstate::trace::{Format, Printer, Reader, Recorded, Replay, Report, Show, Traits};
use ringstate::{Jid, Lid, OwnAddress, PhoneNumber};

/// Checks recorded calls of a WhatsApp client against the law of call signalling, and draws them.
#[derive(Parser)]
#[command(
    version,
    after_help = "In a report, `!!` is a violation, `??` something that is missing, and `--` a note. Clauses such as SIG-18.2 are \
                  told by `ringstate explain`.\n\nExit status: 0 clean, 1 violations or something missing, 2 unreadable."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check each file, and report what breaks the law or is missing.
    Check {
        /// Traces, or log files of a client; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        options: Options,
        /// Write the reports as JSON, one object a file, with call-ids as they are.
        #[arg(long)]
        json: bool,
        /// Show the calls that kept the law as well, each with its stanzas.
        #[arg(long)]
        all: bool,
    },
    /// Draw the calls of a file as sequence diagrams.
    Draw {
        /// A trace, or a log file of a client; `-` is standard input.
        file: PathBuf,
        #[command(flatten)]
        options: Options,
        /// Write an SVG to this file; with several calls, say which with --call.
        #[arg(long, value_name = "OUT")]
        svg: Option<PathBuf>,
        /// Write a diagram of Mermaid instead of text.
        #[arg(long, conflicts_with = "svg")]
        mermaid: bool,
        /// Write text. This is the default.
        #[arg(long, conflicts_with = "mermaid")]
        text: bool,
    },
    /// Tell what a clause asks for, such as SIG-18.2, or all of a document, such as SIG-18.
    Explain {
        /// Clauses, as a report names them.
        #[arg(required = true)]
        clauses: Vec<String>,
    },
}

#[derive(clap::Args)]
struct Options {
    /// What the files are written in. By default it is told from each file.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Only the call with this `call-id`.
    #[arg(long, value_name = "ID")]
    call: Option<String>,
    /// An own address of the client, a LID or a number, if the file does not name it: no log does.
    #[arg(long, value_name = "JID")]
    account: Vec<Jid>,
    /// Show acks and receipts too.
    #[arg(long)]
    acks: bool,
    /// Show addresses whole. They are telephone numbers.
    #[arg(long)]
    full: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    Whatsmeow,
    Baileys,
    Zapo,
    WhatsappRust,
    Trace,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Whatsmeow => Self::Log(Printer::Whatsmeow),
            FormatName::Baileys => Self::Log(Printer::Baileys),
            FormatName::Zapo => Self::Log(Printer::Zapo),
            FormatName::WhatsappRust => Self::Log(Printer::WhatsappRust),
            FormatName::Trace => Self::Trace,
        }
    }
}

impl Options {
    fn account(&self) -> io::Result<OwnAddress> {
        let mut account = OwnAddress::default();
        for jid in &self.account {
            if let Ok(lid) = Lid::try_from(jid.clone()) {
                account.lid = Some(lid);
            } else if let Ok(number) = PhoneNumber::try_from(jid.clone()) {
                account.phone_number = Some(number);
            } else {
                return Err(invalid("--account is a LID or the address of a number"));
            }
        }
        Ok(account)
    }

    fn show(&self) -> Show {
        Show {
            acks: self.acks,
            addresses: self.full,
            ..Show::default()
        }
    }
}

/// What the exit status says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Clean = 0,
    Violations = 1,
    Unreadable = 2,
}

fn main() -> ExitCode {
    let verdict = match Arguments::parse().command {
        Command::Check {
            files,
            options,
            json,
            all,
        } => check(&files, &options, json, all),
        Command::Draw {
            file,
            options,
            svg,
            mermaid,
            text: _,
        } => draw(&file, &options, svg.as_deref(), mermaid),
        Command::Explain { clauses } => explain(&clauses),
    };
    ExitCode::from(verdict as u8)
}

/// More calls than this that kept the law are not kept in memory.
const MOST_CALLS: usize = 4096;

fn check(files: &[PathBuf], options: &Options, json: bool, all: bool) -> Verdict {
    let is_whole = all || json || options.call.is_some();
    let most = if is_whole { usize::MAX } else { MOST_CALLS };
    let show = Show {
        findings_alone: !is_whole,
        ..options.show()
    };
    let mut verdict = Verdict::Clean;
    for file in files {
        let report = match report(file, options, most) {
            Ok(report) => report,
            Err(why) => {
                eprintln!("{}: {why}", file.display());
                verdict = Verdict::Unreadable;
                continue;
            }
        };
        if report.violations().next().is_some() {
            verdict = verdict.max(Verdict::Violations);
        }
        if report.unread == report.stanzas {
            eprintln!("{}: no stanza in it can be read", file.display());
            verdict = Verdict::Unreadable;
        }
        let told = if json {
            format!("{}\n", report_as_json(file, &report))
        } else {
            coloured(&format!("{}\n{}\n", file.display(), report.to_text(show)))
        };
        if io::stdout().write_all(told.as_bytes()).is_err() {
            break; // the reader closed the pipe
        }
    }
    verdict
}

fn draw(file: &Path, options: &Options, svg: Option<&Path>, mermaid: bool) -> Verdict {
    let drawn = report(file, options, usize::MAX).and_then(|report| {
        let show = options.show();
        if let Some(out) = svg {
            let [call] = &report.calls[..] else {
                if report.calls.is_empty() {
                    return Err(invalid("there is no call in it"));
                }
                let ids = report
                    .calls
                    .iter()
                    .map(|call| call.identity.call_id.as_str());
                let ids: Vec<_> = ids.collect();
                let ids = ids.join(", ");
                return Err(invalid(&format!(
                    "an SVG has one call: say which with --call, of: {ids}"
                )));
            };
            return std::fs::write(out, call.to_svg(show))
                .map_err(|why| io::Error::new(why.kind(), format!("{}: {why}", out.display())));
        }
        let calls = report.calls.iter().map(|call| {
            if mermaid {
                call.to_mermaid(show)
            } else {
                coloured(&call.to_text(show))
            }
        });
        io::stdout().write_all(calls.collect::<Vec<_>>().join("\n").as_bytes())
    });
    match drawn {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("{}: {why}", file.display());
            Verdict::Unreadable
        }
        _ => Verdict::Clean,
    }
}

/// The requirements, a line each.
const CLAUSES: &str = include_str!("../../docs/generated/conformance.md");

fn explain(asked: &[String]) -> Verdict {
    let mut verdict = Verdict::Clean;
    for asked in asked {
        let asked = asked.to_uppercase();
        let documents = [format!("{asked}."), format!("{asked}-")];
        let rows = CLAUSES.lines().filter_map(|row| {
            let (id, words) = row.strip_prefix("* ")?.split_once(": ")?;
            let is_asked = id == asked || documents.iter().any(|document| id.starts_with(document));
            is_asked.then(|| format!("{id}: {}\n", words.replace(['*', '[', ']'], "")))
        });
        let told: String = rows.collect();
        if told.is_empty() {
            eprintln!("{asked}: there is no such clause");
            verdict = Verdict::Unreadable;
        }
        if io::stdout().write_all(told.as_bytes()).is_err() {
            break; // the reader closed the pipe
        }
    }
    verdict
}

/// A report with its marks in colour, if it goes to a terminal.
fn coloured(text: &str) -> String {
    if !io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some() {
        return text.to_owned();
    }
    let paint = |line: &str| {
        let colour = match line.trim_start().get(..3) {
            Some("!! ") => "1;31",
            Some("?? ") => "1;33",
            Some("-- ") => "36",
            _ => return format!("{line}\n"),
        };
        format!("\u{1b}[{colour}m{line}\u{1b}[0m\n")
    };
    text.lines().map(paint).collect()
}

/// Reads a file twice: to tell its dialect, and to take it through the law.
fn report(path: &Path, options: &Options, most_calls: usize) -> io::Result<Report> {
    let source = Source::of(path)?;
    let format = match options.format {
        Some(format) => format.into(),
        None => source.format()?,
    };
    let account = options.account()?;
    let reader = || Reader::new(format).with_account(account.clone());
    let mut traits = Traits::default();
    source.read(reader(), |recorded, _| traits.look(&recorded))?;
    let mut replay = Replay::of(&traits).with_most_calls(most_calls);
    source.read(reader(), |recorded, reader| {
        replay.stanza(recorded, reader.account());
    })?;
    let mut report = replay.finish();
    if let Some(id) = &options.call {
        report
            .calls
            .retain(|call| call.identity.call_id.as_str() == id);
        report.others.clear();
        report.others_left_out = 0;
        if report.calls.is_empty() {
            return Err(invalid(&format!("no call in it has the id {id}")));
        }
    }
    Ok(report)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// How much of a file is looked at to tell what it is written in.
const LOOKED_AT: u64 = 1024 * 1024;

/// A line that is longer has no stanza that could be read.
const LONGEST_LINE: u64 = 2 * 1024 * 1024;

/// What can be read more than once.
enum Source<'p> {
    File(&'p Path),
    /// What came through a pipe.
    Text(Vec<u8>),
}

impl<'p> Source<'p> {
    fn of(path: &'p Path) -> io::Result<Self> {
        let mut text = Vec::new();
        if path == Path::new("-") {
            io::stdin().lock().read_to_end(&mut text)?;
        } else if path.metadata()?.is_file() {
            return Ok(Self::File(path));
        } else {
            File::open(path)?.read_to_end(&mut text)?;
        }
        Ok(Self::Text(text))
    }

    fn open(&self) -> io::Result<(Box<dyn BufRead + '_>, u64)> {
        Ok(match self {
            Self::File(path) => {
                let file = File::open(path)?;
                let size = file.metadata()?.len();
                (Box::new(BufReader::with_capacity(1024 * 1024, file)), size)
            }
            Self::Text(text) => (Box::new(&text[..]), text.len() as u64),
        })
    }

    fn format(&self) -> io::Result<Format> {
        let mut start = Vec::new();
        self.open()?.0.take(LOOKED_AT).read_to_end(&mut start)?;
        Format::of(&String::from_utf8_lossy(&start)).ok_or_else(|| {
            invalid("no stanza is in its first megabyte; say what it is with --format")
        })
    }

    fn read(&self, mut reader: Reader, mut each: impl FnMut(Recorded, &Reader)) -> io::Result<()> {
        let (mut source, size) = self.open()?;
        let (mut progress, mut line) = (Progress::of(size), Vec::new());
        loop {
            line.clear();
            let mut taken = (&mut source)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)?;
            if taken == 0 {
                break;
            }
            if taken as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
                line.clear();
                taken += source.skip_until(b'\n')?;
            }
            progress.advance(taken);
            let text = String::from_utf8_lossy(&line);
            for recorded in reader.line(text.trim_end_matches(['\n', '\r'])) {
                each(recorded, &reader);
            }
        }
        if let Some(recorded) = reader.finish() {
            each(recorded, &reader);
        }
        Ok(())
    }
}

/// How far a large file is read, on a terminal.
struct Progress {
    size: u64,
    read: u64,
    told: u64,
}

impl Progress {
    fn of(size: u64) -> Self {
        let is_told = size > 10_000_000 && io::stderr().is_terminal();
        let size = if is_told { size } else { 0 };
        Self {
            size,
            read: 0,
            told: 0,
        }
    }

    fn advance(&mut self, bytes: usize) {
        if self.size == 0 {
            return;
        }
        self.read += bytes as u64;
        let percent = self.read * 100 / self.size;
        if percent > self.told {
            self.told = percent;
            eprint!(
                "\r{percent} %{}",
                if percent >= 100 { "\r     \r" } else { "" }
            );
        }
    }
}

fn report_as_json(path: &Path, report: &Report) -> serde_json::Value {
    let finding = |finding: &ringstate::trace::Finding| {
        serde_json::json!({
            "line": finding.line(),
            "kind": finding.kind().to_string(),
            "by": finding.by().to_string(),
            "message": finding.message(),
            "why": finding.why(),
            "clauses": finding.clauses().collect::<Vec<_>>(),
            "legal": finding.legal(),
        })
    };
    let calls = report.calls.iter().map(|call| {
        serde_json::json!({
            "call_id": call.identity.call_id.as_str(),
            "is_placed": call.is_placed,
            "role": call.role.map(ringstate::law::RoleName::as_str),
            "phase": call.phase.map(ringstate::law::PhaseName::as_str),
            "findings": call.findings.iter().map(finding).collect::<Vec<_>>(),
            "findings_left_out": call.findings_left_out,
            "steps_left_out": call.steps_left_out,
        })
    });
    serde_json::json!({
        "file": path.display().to_string(),
        "dialect": report.is_dialect_told.then(|| format!("{:?}", report.dialect)),
        "is_receipt_recorded": report.is_receipt_recorded,
        "is_one_sided": report.is_one_sided,
        "stanzas": report.stanzas,
        "unread": report.unread,
        "others_left_out": report.others_left_out,
        "calls": calls.collect::<Vec<_>>(),
        "others": report.others.iter().map(finding).collect::<Vec<_>>(),
    })
}
