//! Recorded calls: read what a client has logged, and check it against the law, or make a switchboard again from its journal.
//!
//! A [`Reader`] takes lines, [`Traits`] tell the client's dialect, a [`Replay`] takes each stanza through the law, and its [`Report`]
//! writes text and draws. The command `ringstate check FILE` does all of it (feature `cli`). [`restore`] is for programs.

mod debt;
mod draw;
mod finding;
mod recording;
mod replay;
mod report;
mod restore;
mod text;
mod tracked;
mod traits;

pub use crate::any::SayError;
pub use crate::wire::log::Printer;
pub use finding::{Finding, FindingKind, Speaker};
pub use recording::{Direction, Format, Reader, Recorded, RecordedStanza};
pub use replay::Replay;
pub use report::{CallReport, Report, Step};
pub use restore::{Now, RestoreError, RestoreFault, abandoned_line, journal_line, restore};
pub use text::Show;
pub use traits::Traits;
