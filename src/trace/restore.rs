//! A switchboard from its journal: the same calls in the same phases, after a restart.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::recording::{ABANDONED, Direction, Reader, Recorded, RecordedStanza};
use crate::any::SayError;
use crate::call::Decline;
use crate::id::{CallId, OwnAddress, StanzaId};
use crate::stanza::{Identity, Outgoing, Stanza};
use crate::switchboard::{Event, Limits, Policy, Reaction, Switchboard, says_the_same};
use crate::wire::ParseErrorKind;

/// Makes a line of a journal, without its line break: a trace of what one switchboard heard and sent, with the time of each
/// stanza.
///
/// Append a received stanza **before** you give it to the board, and a sent one **after** you have sent it. Then nothing that was
/// acknowledged is lost: what the program did not come to send is handed out again.
///
/// ```
/// use std::time::Duration;
/// use ringstate::trace::{Direction, journal_line};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000"><unheard_of/></call>"#;
/// let line = journal_line(Direction::Inward, Duration::from_millis(1_700_000_000_250), document);
/// assert!(line.starts_with("1700000000.250 < <call "));
/// ```
#[must_use]
pub fn journal_line(direction: Direction, since_1970: Duration, stanza: &str) -> String {
    let sign = match direction {
        Direction::Outward => '>',
        Direction::Inward => '<',
    };
    // Line breaks mean nothing in a stanza, and end a line of a journal.
    let stanza = stanza.replace(['\n', '\r'], " ");
    format!("{} {sign} {stanza}", stamp(since_1970))
}

/// Makes the line of a journal that says that a call was abandoned, without its line break: no stanza tells of that.
///
/// Append it when a step of yours has ended a call and its reaction has nothing to send, as that of
/// [`time_out`](Switchboard::time_out) before `<preaccept>`, or of [`abandon`](crate::Call::abandon).
///
/// ```
/// use std::time::{Duration, Instant};
/// use ringstate::trace::abandoned_line;
/// use ringstate::{Identity, Switchboard};
///
/// fn time_out(board: &mut Switchboard, call: &Identity, since_1970: Duration) -> Option<String> {
///     let reaction = board.time_out(call, Instant::now())?;
///     let is_silent = reaction.stanzas().is_empty();
///     drop(reaction); // a program sends what it has
///     is_silent.then(|| abandoned_line(since_1970, call))
/// }
/// ```
#[must_use]
pub fn abandoned_line(since_1970: Duration, call: &Identity) -> String {
    let (id, creator) = (&call.call_id, &call.call_creator);
    format!("{} {ABANDONED}{id}\t{creator}\t.", stamp(since_1970))
}

/// A time in front of a line of a journal.
fn stamp(since_1970: Duration) -> String {
    format!("{}.{:03}", since_1970.as_secs(), since_1970.subsec_millis())
}

/// When a journal is read: the same moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// On the clock of the switchboard.
    pub instant: Instant,
    /// On the clock of the journal.
    pub since_1970: Duration,
}

impl Now {
    /// The moment at which the journal says so. Before the start of the monotonic clock it is now: a call may then ring longer
    /// than it should, and never shorter.
    fn at(self, time: Option<Duration>) -> Instant {
        let ago = time.and_then(|time| self.since_1970.checked_sub(time));
        let then = ago.and_then(|ago| self.instant.checked_sub(ago));
        then.unwrap_or(self.instant)
    }
}

/// Why a journal cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the journal cannot be true: {why}")]
#[non_exhaustive]
pub struct RestoreError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: RestoreFault,
}

/// What is wrong with a line of a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreFault {
    /// It has no stanza that can be read.
    #[error("it has no stanza that can be read")]
    Broken,
    /// What it says was sent, or abandoned, cannot have been: its call could not do that.
    #[error(transparent)]
    Untrue(#[from] SayError),
}

/// Makes a switchboard again from its journal. Returns it with what it still has to send: what its program had not come to send
/// when it ended.
///
/// Each received stanza is heard as it was, and each sent one matched with what the board makes of them, or taken as the user's
/// step. So every call is in the phase in which it was, with its parties and the acks that it waits for, and rings as long as it
/// would have. A last line that breaks off is left out: its write was not finished.
///
/// What the journal does not tell is not restored: a call that was abandoned, and has no [`abandoned_line`], is live again.
///
/// Policy and limits are those that the journal was written under.
///
/// ```
/// use std::time::{Duration, Instant};
/// use ringstate::trace::{Now, restore};
/// use ringstate::{Limits, OwnAddress, Policy};
///
/// let journal = r#"1700000000.000 < <call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="C0" call-creator="15550199:3@lid"/></call>
/// 1700000000.002 > <ack class="call" id="1A2B" to="15550199:3@lid"/>"#;
/// let me = OwnAddress::lid("15550100:2@lid".parse()?);
/// let ids = || "3EB0C4D5".parse().expect("a random id");
/// let now = Now { instant: Instant::now(), since_1970: Duration::from_secs(1_700_000_010) };
/// let (board, unsent) = restore(journal.lines(), (me, Policy::default(), Limits::default()), ids, now)?;
/// assert_eq!(board.live().count(), 1); // it rings again
/// assert_eq!(unsent.stanzas().len(), 1); // the receipt
/// # drop(unsent);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`RestoreError`] names the line that cannot be true: what it sends, no call could have sent then.
pub fn restore(
    journal: impl IntoIterator<Item = impl AsRef<str>>,
    (me, policy, limits): (OwnAddress, Policy, Limits),
    ids: impl FnMut() -> StanzaId + Send + Sync + 'static,
    now: Now,
) -> Result<(Switchboard, Reaction), RestoreError> {
    let mut restoring = Restoring {
        board: Switchboard::with(me, policy, limits, ids),
        unsent: Vec::new(),
        declined: HashMap::new(),
        now,
    };
    let mut reader = Reader::of_journal();
    let mut broken = None;
    for line in journal {
        for recorded in reader.line(line.as_ref()) {
            if let Some(line) = broken.take() {
                let why = RestoreFault::Broken;
                return Err(RestoreError { line, why });
            }
            let line = recorded.line;
            match restoring.take(recorded) {
                Ok(()) => {}
                // The last line may be half a write.
                Err(RestoreFault::Broken) => broken = Some(line),
                Err(why) => return Err(RestoreError { line, why }),
            }
        }
    }
    let Restoring { board, unsent, .. } = restoring;
    Ok((board, Reaction::of_unsent(unsent)))
}

struct Restoring {
    board: Switchboard,
    /// What the board has made and the journal has not sent.
    unsent: Vec<Stanza>,
    /// What devices have said, where giving up is left to the user.
    declined: HashMap<CallId, Decline>,
    now: Now,
}

impl Restoring {
    fn take(&mut self, recorded: Recorded) -> Result<(), RestoreFault> {
        let at = self.now.at(recorded.time);
        match recorded.stanza {
            RecordedStanza::WasReceived(received) => {
                let reaction = self.board.receive(received, at);
                self.react(reaction);
            }
            RecordedStanza::WasSent(sent) => self.has_sent(&sent, at)?,
            RecordedStanza::WasAbandoned(call) => self.board.has_abandoned(&call, at)?,
            RecordedStanza::Unreadable(Direction::Inward, error) => {
                let is_half = error.kind() == ParseErrorKind::NotWellFormed;
                if is_half {
                    return Err(RestoreFault::Broken);
                }
                let reaction = self.board.receive_unreadable(error, at);
                self.react(reaction);
            }
            RecordedStanza::Unreadable(Direction::Outward, _) | RecordedStanza::Broken(_) => {
                return Err(RestoreFault::Broken);
            }
        }
        Ok(())
    }

    fn react(&mut self, reaction: Reaction) {
        let events = reaction.send(|stanza| self.unsent.push(stanza));
        for event in events {
            if let Event::DeviceOut {
                call,
                decline: Some(decline),
                ..
            } = event
            {
                self.declined.insert(call.call_id, decline);
            }
        }
    }

    fn has_sent(&mut self, sent: &Outgoing, at: Instant) -> Result<(), RestoreFault> {
        let is_it = |made: &Stanza| says_the_same(made.outgoing(), sent);
        if let Some(place) = self.unsent.iter().position(is_it) {
            let made = self.unsent.remove(place);
            if let (Outgoing::CallStanza(made), Outgoing::CallStanza(sent)) =
                (made.outgoing(), sent)
                && let (Some(made), Some(sent)) = (made.id(), sent.id())
            {
                self.board.was_sent_as(made, sent);
            }
            return Ok(());
        }
        // An ack that nothing asks for now was sent twice, or by the program that hosts the board.
        let Outgoing::CallStanza(sent) = sent else {
            return Ok(());
        };
        let call_id = sent.action().identity().map(|call| call.call_id.clone());
        let mut declined = call_id.as_ref().and_then(|call| self.declined.remove(call));
        self.board.has_sent(sent, &mut declined, at)?;
        if let (Some(call), Some(declined)) = (call_id, declined) {
            self.declined.insert(call, declined);
        }
        Ok(())
    }
}
