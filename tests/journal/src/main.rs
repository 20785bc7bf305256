//! A client that keeps its journal in SQLite, and can be killed at any time: `docs/journal.md` tells why it does what when.
//!
//! `ringstate-journal FOLDER [KILL]` hears the lines of `FOLDER/inbox` and appends what it sends to `FOLDER/outbox`. With a number
//! it kills itself in front of that write.

use std::collections::HashSet;
use std::error::Error;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ringstate::trace::{Direction, Now, abandoned_line, journal_line, restore};
use ringstate::{
    AnyCall, Identity, Limits, OwnAddress, Policy, Reaction, StanzaId, Switchboard, xml,
};
use rusqlite::Connection;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("the folder is missing")?);
    let kill = arguments.next().map(|number| number.parse()).transpose()?;
    let mut client = Client::open(&folder, kill)?;
    for line in read_to_string(folder.join("inbox"))?.lines() {
        client.line(line)?;
    }
    for call in client.board.live() {
        println!("{} {}", call.identity().call_id.as_str(), call.phase());
    }
    Ok(())
}

/// What a user, or a timer, does with a call.
type Button = fn(&mut Switchboard, &Identity, Instant) -> Option<Reaction>;

/// A board, its journal, and the network.
struct Client {
    board: Switchboard,
    journal: Connection,
    network: File,
    /// The stanzas that were acknowledged: the server does not deliver them again.
    acknowledged: HashSet<String>,
    writes: Writes,
}

impl Client {
    fn open(folder: &Path, kill: Option<usize>) -> Result<Self> {
        let journal = Connection::open(folder.join("journal.sqlite"))?;
        // Each write is on the disk before the next line of this program.
        journal.execute_batch(
            "PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS journal (line TEXT NOT NULL);",
        )?;
        let lines: Vec<String> = journal
            .prepare("SELECT line FROM journal ORDER BY rowid")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let me = OwnAddress::lid("15550100:2@lid".parse()?);
        let now = Now {
            instant: Instant::now(),
            since_1970: since_1970()?,
        };
        let settings = (me, Policy::default(), Limits::default());
        let (board, unsent) = restore(&lines, settings, random_id, now)?;
        let outbox = folder.join("outbox");
        let sent = read_to_string(&outbox).unwrap_or_default();
        let acks = sent.lines().filter(|line| line.starts_with("<ack "));
        let mut client = Self {
            board,
            journal,
            network: OpenOptions::new().create(true).append(true).open(outbox)?,
            acknowledged: acks.filter_map(id_of).map(str::to_owned).collect(),
            writes: Writes { left: kill },
        };
        client.send(unsent)?;
        Ok(client)
    }

    /// A stanza of the server, or what the user does.
    fn line(&mut self, line: &str) -> Result<()> {
        let now = Instant::now();
        let press: Option<Button> = match line {
            "! decline" => Some(Switchboard::decline),
            "! time out" => Some(Switchboard::time_out),
            _ => None,
        };
        if let Some(press) = press {
            let calls: Vec<Identity> = self.board.live().map(AnyCall::identity).cloned().collect();
            for call in calls {
                if let Some(reaction) = press(&mut self.board, &call, now) {
                    let is_silent = reaction.stanzas().is_empty();
                    self.send(reaction)?;
                    if is_silent {
                        self.append(&abandoned_line(since_1970()?, &call))?;
                    }
                }
            }
            return Ok(());
        }
        if id_of(line).is_some_and(|id| self.acknowledged.contains(id)) {
            return Ok(()); // the server does not deliver it again
        }
        // First the journal, then the board: what is acknowledged is in the journal.
        self.write(Direction::Inward, line)?;
        let reaction = match xml::parse(line) {
            Ok(received) => self.board.receive(received, now),
            Err(error) => self.board.receive_unreadable(error, now),
        };
        self.send(reaction)
    }

    /// First the network, then the journal: what is not in the journal is sent again.
    fn send(&mut self, reaction: Reaction) -> Result<()> {
        let mut stanzas = Vec::new();
        let events = reaction.send(|stanza| stanzas.push(xml::to_string(&stanza)));
        for stanza in stanzas {
            self.writes.count();
            writeln!(self.network, "{stanza}")?;
            self.write(Direction::Outward, &stanza)?;
        }
        for event in events {
            eprintln!("{event:?}");
        }
        Ok(())
    }

    fn write(&mut self, direction: Direction, stanza: &str) -> Result<()> {
        self.append(&journal_line(direction, since_1970()?, stanza))
    }

    fn append(&mut self, line: &str) -> Result<()> {
        self.writes.count();
        self.journal
            .execute("INSERT INTO journal VALUES (?1)", [line])?;
        Ok(())
    }
}

fn since_1970() -> Result<Duration> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

/// The `id` of a stanza, which is its first attribute of that name.
fn id_of(line: &str) -> Option<&str> {
    line.split_once(" id=\"")?.1.split('"').next()
}

/// A program takes random ids: these only differ from one run to the next.
fn random_id() -> StanzaId {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let start = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos());
    format!("3EB0{start:X}{next:X}").parse().expect("an id")
}

/// Counts writes, and kills this program in front of one.
struct Writes {
    left: Option<usize>,
}

impl Writes {
    fn count(&mut self) {
        match &mut self.left {
            Some(0) => {
                let this = std::process::id().to_string();
                let killed = std::process::Command::new("kill")
                    .args(["-9", &this])
                    .status();
                unreachable!("it is killed: {killed:?}");
            }
            Some(left) => *left -= 1,
            None => {}
        }
    }
}
