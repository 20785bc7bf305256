//! The law as data, for tables, pictures and reports.

use super::{hears, may};
use crate::phase::{PhaseName, RoleName};
use crate::stanza::ActionKind;

/// One row of the law: what it is about, and in which phases it is legal for which role. The compiler reads the cells off
/// the impls of the trait, so that the data cannot say anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// Whether the row is about what a call may do or about what it hears.
    pub kind: Kind,
    /// What is sent, looked at or heard, in a few words.
    pub step: &'static str,
    /// The name of the trait.
    pub law: &'static str,
    /// The methods of [`Call`](crate::Call) that the trait allows.
    pub methods: &'static [&'static str],
    /// The actions that it is about: those that are sent, looked at or heard. None for a step without a stanza, and for
    /// one that is about every action.
    pub about: &'static [ActionKind],
    /// Whether the call may stay in its phase.
    pub stays: bool,
    /// The phases that the call may go to.
    pub goes_to: &'static [Way],
    /// What the compiler says where the cell is empty. `{R}` stands for the role and `{Self}` for the phase.
    pub message: &'static str,
    /// Why, phase by phase, each with its clauses.
    pub notes: &'static [&'static str],
    pub(super) cells: [[bool; 6]; 3],
}

/// Where a [`Row`] leads.
///
/// ```
/// use ringstate::law::{LAW, PhaseName};
///
/// let ack = LAW.iter().find(|row| row.law == "HearsServerAck").expect("there is such a row");
/// let ways: Vec<(&str, PhaseName)> = ack.goes_to.iter().map(|way| (way.label, way.to)).collect();
/// assert_eq!(ways, [("ack", PhaseName::ACKED), ("nack", PhaseName::TERMINATED)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Way {
    /// The phase that the call goes to.
    pub to: PhaseName,
    /// What takes it there, in a word or two.
    pub label: &'static str,
}

/// What a [`Row`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What a call may send, do or look at.
    May,
    /// What a call hears.
    Hears,
}

impl Row {
    /// Whether this is legal for this role in this phase.
    #[must_use]
    pub fn is_legal(&self, role: RoleName, phase: PhaseName) -> bool {
        self.cells[role.index()][phase.index()]
    }

    /// The phases in which this is legal for this role.
    pub fn phases(&self, role: RoleName) -> impl Iterator<Item = PhaseName> {
        PHASES
            .into_iter()
            .filter(move |phase| self.is_legal(role, *phase))
    }
}

/// The phases, in the order of a call.
pub const PHASES: [PhaseName; 6] = PhaseName::ALL;

/// The roles.
pub const ROLES: [RoleName; 3] = RoleName::ALL;

/// The whole law, in the order of its tables.
///
/// ```
/// use ringstate::law::{LAW, PhaseName, RoleName};
///
/// let reject = LAW.iter().find(|row| row.law == "MayReject").expect("there is such a row");
/// assert!(reject.is_legal(RoleName::CALLEE, PhaseName::ACKED));
/// assert_eq!(reject.phases(RoleName::CALLER).count(), 0);
/// assert_eq!(reject.goes_to[0].to, PhaseName::REJECTED);
/// ```
pub const LAW: &[Row] = &[
    may::MayAcknowledge,
    may::MayPreaccept,
    may::MayAccept,
    may::MayReject,
    may::MayRejectWhileRinging,
    may::MayTerminate,
    may::MayGiveUp,
    may::MayAbandon,
    may::MaySendTransport,
    may::MaySendRelayLatency,
    may::MaySendMute,
    may::MaySendHeartbeat,
    may::MayNegotiateVideo,
    may::MayReportDuration,
    may::MayReadCallKey,
    may::MayReadOffer,
    may::MayReadAnswer,
    may::HasOutcome,
    hears::HearsServerAck,
    hears::HearsAcceptNack,
    hears::HearsReceipt,
    hears::HearsPreaccept,
    hears::HearsAccept,
    hears::HearsReject,
    hears::HearsLateAnswer,
    hears::HearsTerminate,
    hears::HearsTransport,
    hears::HearsRelayLatency,
    hears::HearsMute,
    hears::HearsHeartbeat,
    hears::HearsVideo,
    hears::HearsNews,
    hears::HearsLate,
    hears::HearsRepeatedOffer,
];
