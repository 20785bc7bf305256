//! The law, cell by cell: every role in every phase, for every row, legal or not.

mod common;

use ringstate::law::{
    HasOutcome, HearsLate, HearsTerminate, MayAccept, MayAcknowledge, MayLapse, MayPreaccept,
    MayReadCallKey, MayReadOffer, MayReject, MaySendRelayLatency, MaySendTransport, MayTerminate,
    OpensCall, OwesAck, OwesReceipt,
};
use ringstate::stanza::{Heartbeat, Mute, RelayLatency, UnknownAction};
use ringstate::{
    Accept, Accepted, Acked, Call, Callee, Caller, EndedOffer, Inbound, Offer, OfferNotice,
    Offered, Outbound, Owed, Preaccept, Preaccepted, Received, Reject, Rejected, Terminate,
    Terminated, Transport,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

/// Checks a row of the law: the phases in which it is legal for the callee, and all others.
macro_rules! row {
    ($law:ident: yes $($legal:ident)*; no $($illegal:ident)*) => {
        $(assert_impl_all!($legal: $law<Callee>);)*
        $(assert_not_impl_any!($illegal: $law<Callee>);)*
        $(assert_not_impl_any!($legal: $law<Caller>);)*
        $(assert_not_impl_any!($illegal: $law<Caller>);)*
        const _: () = assert!(
            [$(stringify!($legal),)* $(stringify!($illegal),)*].len() == 6,
            "a row has a cell for each phase"
        );
    };
}

row!(MayAcknowledge: yes Offered; no Acked Preaccepted Accepted Rejected Terminated);
row!(MayPreaccept: yes Acked; no Offered Preaccepted Accepted Rejected Terminated);
row!(MayAccept: yes Acked Preaccepted; no Offered Accepted Rejected Terminated);
row!(MayReject: yes Acked; no Offered Preaccepted Accepted Rejected Terminated);
row!(MayTerminate: yes Preaccepted Accepted; no Offered Acked Rejected Terminated);
row!(MayLapse: yes Acked Preaccepted Accepted; no Offered Rejected Terminated);
row!(MaySendTransport: yes Preaccepted Accepted; no Offered Acked Rejected Terminated);
row!(MayReadCallKey: yes Preaccepted Accepted; no Offered Acked Rejected Terminated);
row!(MaySendRelayLatency: yes Preaccepted Accepted; no Offered Acked Rejected Terminated);
row!(MayReadOffer: yes Offered Acked Preaccepted Accepted; no Rejected Terminated);
row!(HasOutcome: yes Rejected Terminated; no Offered Acked Preaccepted Accepted);
row!(HearsTerminate: yes Acked Preaccepted Accepted; no Offered Rejected Terminated);
row!(HearsLate: yes Rejected Terminated; no Offered Acked Preaccepted Accepted);

/// Checks which of the received actions can become a call and what they are owed.
macro_rules! actions {
    ($law:ident: yes $($legal:ident)*; no $($illegal:ident)*) => {
        $(assert_impl_all!($legal: $law);)*
        $(assert_not_impl_any!($illegal: $law);)*
        const _: () = assert!(
            [$(stringify!($legal),)* $(stringify!($illegal),)*].len() == 12,
            "a row has a cell for each action"
        );
    };
}

actions!(OpensCall: yes Offer; no EndedOffer OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat UnknownAction);
actions!(OwesReceipt: yes Offer EndedOffer; no OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat UnknownAction);
actions!(OwesAck: yes OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat UnknownAction; no Offer EndedOffer);

// What could be copied could be answered twice.
macro_rules! calls {
    ($($phase:ident)*) => {
        $(
            assert_impl_all!(Call<Callee, $phase>: Send, Sync, Unpin, std::fmt::Debug);
            assert_not_impl_any!(Call<Callee, $phase>: Clone, Copy, Default, Drop);
            const _: () = assert!(size_of::<Call<Callee, $phase>>() <= 64);
        )*
    };
}

calls!(Offered Acked Preaccepted Accepted Rejected Terminated);
assert_not_impl_any!(Inbound<Offer>: Clone, Copy, Default);
assert_not_impl_any!(Outbound<Reject>: Clone, Copy, Default);
assert_not_impl_any!(Owed: Clone, Copy);
assert_not_impl_any!(Received: Clone, Copy);
assert_impl_all!(Received: Send, Sync);
assert_impl_all!(ringstate::ParseError: Clone, PartialEq, Send, Sync, std::error::Error);
// `?` must not turn a call into a boxed error.
assert_not_impl_any!(ringstate::Refused<Inbound<Terminate>, Call<Callee, Acked>>: std::error::Error);

/// The rows of a table whose first cell mentions one of these, as the phases that say yes.
fn table(source: &str, row: &str) -> Vec<&'static str> {
    const PHASES: [&str; 6] = [
        "Offered",
        "Acked",
        "Preaccepted",
        "Accepted",
        "Rejected",
        "Terminated",
    ];
    let line = source
        .lines()
        .find(|line| line.starts_with("//! | [") && line.contains(&format!("({row})")))
        .unwrap_or_else(|| panic!("the table has no row for {row}"));
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    PHASES
        .into_iter()
        .zip(&cells[2..])
        .filter(|(_, cell)| **cell == "yes")
        .map(|(phase, _)| phase)
        .collect()
}

/// The phases that an impl line of the law names for this trait.
fn impls(source: &'static str, law: &str) -> Vec<&'static str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix(&format!("impl {law}<Callee> for ")))
        .map(|rest| rest.trim_end_matches(" {}"))
        .collect()
}

const LAW: &str = include_str!("../src/law.rs");
const PHASE: &str = include_str!("../src/phase.rs");

const ROWS: [&str; 13] = [
    "MayAcknowledge",
    "MayPreaccept",
    "MayAccept",
    "MayReject",
    "MayTerminate",
    "MayLapse",
    "MaySendTransport",
    "MaySendRelayLatency",
    "MayReadCallKey",
    "MayReadOffer",
    "HasOutcome",
    "HearsTerminate",
    "HearsLate",
];

#[test]
fn every_row_of_the_law_is_checked_cell_by_cell() {
    let here = include_str!("law.rs");
    let traits: Vec<&str> = LAW
        .lines()
        .filter_map(|line| line.strip_prefix("pub trait ")?.split_once("<R: Role>"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(traits, ROWS);
    for row in ROWS {
        assert!(
            here.contains(&format!("\nrow!({row}: ")),
            "{row} has no cells here"
        );
    }
}

#[test]
fn the_table_on_the_page_of_the_law_is_the_law() {
    for row in ROWS {
        assert_eq!(table(LAW, row), impls(LAW, row), "{row}");
    }
}

#[test]
fn the_page_of_each_phase_lists_what_is_legal_there() {
    for phase in [
        "Offered",
        "Acked",
        "Preaccepted",
        "Accepted",
        "Rejected",
        "Terminated",
    ] {
        let end = PHASE
            .find(&format!("\npub enum {phase} "))
            .expect("the phase");
        let start = PHASE[..end].rfind("\n\n").expect("its doc");
        let doc = &PHASE[start..end];
        for row in ROWS {
            let listed = doc.contains(&format!("[`{row}`](crate::law::{row})"));
            assert_eq!(
                listed,
                impls(LAW, row).contains(&phase),
                "{row} on the page of {phase}"
            );
        }
    }
}

#[test]
fn every_message_of_the_law_has_a_note_for_each_phase() {
    for row in ROWS {
        let end = LAW.find(&format!("\npub trait {row}<")).expect("the trait");
        let start = LAW[..end]
            .rfind("#[diagnostic::on_unimplemented(")
            .expect("its message");
        let notes: String = LAW[start..end]
            .lines()
            .filter(|line| line.contains("note = \"when "))
            .collect();
        for phase in [
            "Offered",
            "Acked",
            "Preaccepted",
            "Accepted",
            "Rejected",
            "Terminated",
        ] {
            assert!(
                notes.contains(&format!("`{phase}`")),
                "{row} says nothing of {phase}"
            );
        }
    }
}

#[test]
fn every_note_of_a_message_is_on_the_page_of_its_trait() {
    let unbroken = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut notes = 0;
    for item in LAW.split("\n\n").filter(|item| {
        item.contains("#[diagnostic::on_unimplemented(") && !item.contains("#[doc(hidden)]")
    }) {
        let doc: String = item
            .lines()
            .filter_map(|line| line.strip_prefix("///"))
            .collect::<Vec<_>>()
            .join(" ");
        for note in item.split("note = \"").skip(1) {
            let note = note.split('"').next().expect("its end").replace("\\\n", "");
            assert!(unbroken(&doc).contains(&unbroken(&note)), "{note}");
            notes += 1;
        }
    }
    assert!(notes > 50, "{notes} notes were found");
}
