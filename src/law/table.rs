//! The law as data, for tables, pictures and reports. It is checked against the impls, cell by cell.

/// One row of the law. Phases go by the names of their types, because a second type of the same name would make the
/// compiler's messages longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Whether the row is about saying and looking, or about hearing.
    pub kind: Kind,
    /// What is said, looked at or heard, in a few words.
    pub step: &'static str,
    /// The name of the trait that has the row's impls.
    pub law: &'static str,
    /// The phases in which it is legal for the callee.
    pub callee: &'static [&'static str],
    /// The phases in which it is legal for the caller.
    pub caller: &'static [&'static str],
    /// Whether the call may stay in its phase.
    pub stays: bool,
    /// The phases that the call may go to.
    pub goes_to: &'static [&'static str],
}

/// What a [`Row`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What may be said or looked at.
    May,
    /// What is heard.
    Hears,
}

/// The phases, in the order of a call.
pub const PHASES: [&str; 6] = [
    "Offered",
    "Acked",
    "Preaccepted",
    "Accepted",
    "Rejected",
    "Terminated",
];

/// The whole law, in the order of its tables.
///
/// ```
/// use ringstate::law::LAW;
///
/// let reject = LAW.iter().find(|row| row.law == "MayReject").expect("there is such a row");
/// assert_eq!(reject.callee, ["Acked"]);
/// assert!(reject.caller.is_empty());
/// ```
pub const LAW: &[Row] = &[
    Row {
        kind: Kind::May,
        step: "acknowledge",
        law: "MayAcknowledge",
        callee: &["Offered"],
        caller: &[],
        stays: false,
        goes_to: &["Acked"],
    },
    Row {
        kind: Kind::May,
        step: "preaccept",
        law: "MayPreaccept",
        callee: &["Acked"],
        caller: &[],
        stays: false,
        goes_to: &["Preaccepted"],
    },
    Row {
        kind: Kind::May,
        step: "accept",
        law: "MayAccept",
        callee: &["Acked", "Preaccepted"],
        caller: &[],
        stays: false,
        goes_to: &["Accepted"],
    },
    Row {
        kind: Kind::May,
        step: "reject",
        law: "MayReject",
        callee: &["Acked"],
        caller: &[],
        stays: false,
        goes_to: &["Rejected"],
    },
    Row {
        kind: Kind::May,
        step: "terminate",
        law: "MayTerminate",
        callee: &["Preaccepted", "Accepted"],
        caller: &["Offered", "Acked", "Preaccepted", "Accepted"],
        stays: false,
        goes_to: &["Terminated"],
    },
    Row {
        kind: Kind::May,
        step: "give up",
        law: "MayGiveUp",
        callee: &[],
        caller: &["Acked", "Preaccepted"],
        stays: false,
        goes_to: &["Rejected"],
    },
    Row {
        kind: Kind::May,
        step: "lapse",
        law: "MayLapse",
        callee: &["Acked", "Preaccepted", "Accepted"],
        caller: &["Offered", "Acked", "Preaccepted", "Accepted"],
        stays: false,
        goes_to: &["Terminated"],
    },
    Row {
        kind: Kind::May,
        step: "transport",
        law: "MaySendTransport",
        callee: &["Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "relaylatency",
        law: "MaySendRelayLatency",
        callee: &["Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "mute",
        law: "MaySendMute",
        callee: &["Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "heartbeat",
        law: "MaySendHeartbeat",
        callee: &["Accepted"],
        caller: &["Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "read the call key",
        law: "MayReadCallKey",
        callee: &["Preaccepted", "Accepted"],
        caller: &[],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "read the offer",
        law: "MayReadOffer",
        callee: &["Offered", "Acked", "Preaccepted", "Accepted"],
        caller: &[],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "read the answer",
        law: "MayReadAnswer",
        callee: &[],
        caller: &["Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::May,
        step: "ask for the outcome",
        law: "HasOutcome",
        callee: &["Rejected", "Terminated"],
        caller: &["Rejected", "Terminated"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "server ack or nack of the offer",
        law: "HearsServerAck",
        callee: &[],
        caller: &["Offered"],
        stays: false,
        goes_to: &["Acked", "Terminated"],
    },
    Row {
        kind: Kind::Hears,
        step: "server nack of the accept",
        law: "HearsAcceptNack",
        callee: &["Accepted"],
        caller: &[],
        stays: false,
        goes_to: &["Terminated"],
    },
    Row {
        kind: Kind::Hears,
        step: "offer receipt",
        law: "HearsReceipt",
        callee: &[],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "preaccept",
        law: "HearsPreaccept",
        callee: &[],
        caller: &["Acked", "Preaccepted"],
        stays: false,
        goes_to: &["Preaccepted"],
    },
    Row {
        kind: Kind::Hears,
        step: "accept",
        law: "HearsAccept",
        callee: &[],
        caller: &["Acked", "Preaccepted"],
        stays: false,
        goes_to: &["Accepted"],
    },
    Row {
        kind: Kind::Hears,
        step: "reject",
        law: "HearsReject",
        callee: &[],
        caller: &["Acked", "Preaccepted"],
        stays: true,
        goes_to: &["Rejected"],
    },
    Row {
        kind: Kind::Hears,
        step: "late preaccept, accept or reject",
        law: "HearsLateAnswer",
        callee: &[],
        caller: &["Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "terminate",
        law: "HearsTerminate",
        callee: &["Acked", "Preaccepted", "Accepted"],
        caller: &["Offered", "Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &["Terminated"],
    },
    Row {
        kind: Kind::Hears,
        step: "transport",
        law: "HearsTransport",
        callee: &["Acked", "Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "relaylatency",
        law: "HearsRelayLatency",
        callee: &["Acked", "Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "mute",
        law: "HearsMute",
        callee: &["Acked", "Preaccepted", "Accepted"],
        caller: &["Acked", "Preaccepted", "Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "heartbeat",
        law: "HearsHeartbeat",
        callee: &["Accepted"],
        caller: &["Accepted"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "anything, of a call that is over",
        law: "HearsLate",
        callee: &["Rejected", "Terminated"],
        caller: &["Rejected", "Terminated"],
        stays: true,
        goes_to: &[],
    },
    Row {
        kind: Kind::Hears,
        step: "its offer again",
        law: "HearsRepeatedOffer",
        callee: &["Acked", "Preaccepted", "Accepted", "Rejected", "Terminated"],
        caller: &[],
        stays: true,
        goes_to: &[],
    },
];
