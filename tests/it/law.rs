//! The law, cell by cell: every role in every phase, for every row, legal or not.

use ringstate::law::{
    HasOutcome, HearsAccept, HearsAcceptNack, HearsHeartbeat, HearsLate, HearsLateAnswer,
    HearsMute, HearsPreaccept, HearsReceipt, HearsReject, HearsRelayLatency, HearsRepeatedOffer,
    HearsServerAck, HearsTerminate, HearsTransport, LAW, MayAccept, MayAcknowledge, MayGiveUp,
    MayLapse, MayPreaccept, MayReadAnswer, MayReadCallKey, MayReadOffer, MayReject,
    MaySendHeartbeat, MaySendMute, MaySendRelayLatency, MaySendTransport, MayTerminate, OpensCall,
    OwesAck, OwesReceipt, PHASES,
};
use ringstate::stanza::{Heartbeat, Mute, RelayLatency, UnknownAction};
use ringstate::{
    Accept, Accepted, Acked, Call, Callee, Caller, EndedOffer, Inbound, Offer, OfferNotice,
    Offered, Outbound, Owed, Preaccept, Preaccepted, Received, Reject, Rejected, Terminate,
    Terminated, Transport,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

/// Checks a row of the law: the phases in which it is legal, and all others, for each role.
macro_rules! row {
    (
        $law:ident:
        callee $($callee:ident)*; not $($not_callee:ident)*;
        caller $($caller:ident)*; not $($not_caller:ident)*
    ) => {
        $(assert_impl_all!($callee: $law<Callee>);)*
        $(assert_not_impl_any!($not_callee: $law<Callee>);)*
        $(assert_impl_all!($caller: $law<Caller>);)*
        $(assert_not_impl_any!($not_caller: $law<Caller>);)*
        const _: () = assert!(
            [$(stringify!($callee),)* $(stringify!($not_callee),)*].len() == 6
                && [$(stringify!($caller),)* $(stringify!($not_caller),)*].len() == 6,
            "a row has a cell for each role and phase"
        );
    };
}

row!(MayAcknowledge: callee Offered; not Acked Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayPreaccept: callee Acked; not Offered Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayAccept: callee Acked Preaccepted; not Offered Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReject: callee Acked; not Offered Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayTerminate: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated);
row!(MayGiveUp: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated);
row!(MayLapse: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated);
row!(MaySendTransport: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(MaySendRelayLatency: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(MaySendMute: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(MaySendHeartbeat: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated);
row!(MayReadCallKey: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReadOffer: callee Offered Acked Preaccepted Accepted; not Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReadAnswer: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated);
row!(HasOutcome: callee Rejected Terminated; not Offered Acked Preaccepted Accepted; caller Rejected Terminated; not Offered Acked Preaccepted Accepted);
row!(HearsServerAck: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Offered; not Acked Preaccepted Accepted Rejected Terminated);
row!(HearsAcceptNack: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsReceipt: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(HearsPreaccept: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated);
row!(HearsAccept: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated);
row!(HearsReject: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated);
row!(HearsLateAnswer: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated);
row!(HearsTerminate: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated);
row!(HearsTransport: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(HearsRelayLatency: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(HearsMute: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated);
row!(HearsHeartbeat: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated);
row!(HearsRepeatedOffer: callee Acked Preaccepted Accepted Rejected Terminated; not Offered; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsLate: callee Rejected Terminated; not Offered Acked Preaccepted Accepted; caller Rejected Terminated; not Offered Acked Preaccepted Accepted);

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
    ($role:ident: $($phase:ident)*) => {
        $(
            assert_impl_all!(Call<$role, $phase>: Send, Sync, Unpin, std::fmt::Debug);
            assert_not_impl_any!(Call<$role, $phase>: Clone, Copy, Default, Drop);
            const _: () = assert!(size_of::<Call<$role, $phase>>() <= 64);
        )*
    };
}

calls!(Callee: Offered Acked Preaccepted Accepted Rejected Terminated);
calls!(Caller: Offered Acked Preaccepted Accepted Rejected Terminated);
assert_not_impl_any!(Inbound<Offer>: Clone, Copy, Default);
assert_not_impl_any!(Outbound<Reject>: Clone, Copy, Default);
assert_not_impl_any!(Owed: Clone, Copy);
assert_not_impl_any!(Received: Clone, Copy);
assert_impl_all!(Received: Send, Sync);
assert_impl_all!(ringstate::ParseError: Clone, PartialEq, Send, Sync, std::error::Error);
// `?` must not turn a call into a boxed error.
assert_not_impl_any!(ringstate::Refused<Inbound<Terminate>, Call<Callee, Acked>>: std::error::Error);

/// Every row of the law as the impls have it, found out by the compiler: for a type that has the trait the inherent
/// constant wins, for any other the blanket one.
macro_rules! implemented {
    ($law:ident, $role:ident, $phase:ident) => {{
        struct Probe<T>(std::marker::PhantomData<T>);
        #[allow(dead_code)] // the other constant may win
        trait Blanket {
            const YES: bool = false;
        }
        impl<T> Blanket for Probe<T> {}
        #[allow(dead_code)] // the blanket one may win
        impl<T: $law<$role>> Probe<T> {
            const YES: bool = true;
        }
        Probe::<$phase>::YES
    }};
}

/// The phases in which a row is legal for a role, by the impls.
macro_rules! legal {
    ($law:ident, $role:ident) => {
        [
            implemented!($law, $role, Offered),
            implemented!($law, $role, Acked),
            implemented!($law, $role, Preaccepted),
            implemented!($law, $role, Accepted),
            implemented!($law, $role, Rejected),
            implemented!($law, $role, Terminated),
        ]
    };
}

macro_rules! by_the_impls {
    ($($law:ident)*) => {
        [$((stringify!($law), legal!($law, Callee), legal!($law, Caller))),*]
    };
}

fn names(cells: [bool; 6]) -> Vec<&'static str> {
    PHASES
        .into_iter()
        .zip(cells)
        .filter(|(_, legal)| *legal)
        .map(|(phase, _)| phase)
        .collect()
}

#[test]
#[allow(clippy::items_after_statements)] // each probe brings its own
fn the_law_as_data_is_the_law() {
    let impls = by_the_impls!(
        MayAcknowledge MayPreaccept MayAccept MayReject MayTerminate MayGiveUp MayLapse MaySendTransport MaySendRelayLatency MaySendMute MaySendHeartbeat MayReadCallKey MayReadOffer MayReadAnswer HasOutcome HearsServerAck HearsAcceptNack HearsReceipt HearsPreaccept HearsAccept HearsReject HearsLateAnswer HearsTerminate HearsTransport HearsRelayLatency HearsMute HearsHeartbeat HearsLate HearsRepeatedOffer
    );
    assert_eq!(impls.len(), LAW.len(), "the data has a row for each trait");
    for ((law, callee, caller), row) in impls.into_iter().zip(LAW) {
        assert_eq!(law, row.law, "the rows are in one order");
        assert_eq!(names(callee), row.callee, "{law} for the callee");
        assert_eq!(names(caller), row.caller, "{law} for the caller");
    }
}

const PAGE: &str = include_str!("../../src/law.rs");
const SOURCES: [&str; 2] = [
    include_str!("../../src/law/may.rs"),
    include_str!("../../src/law/hears.rs"),
];
const PHASE: &str = include_str!("../../src/phase.rs");

#[test]
fn every_trait_of_the_law_has_a_row_and_its_cells_are_checked() {
    let here = include_str!("law.rs");
    let traits: Vec<&str> = SOURCES
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.strip_prefix("pub trait ")?.split_once("<R: Role>"))
        .map(|(name, _)| name)
        .collect();
    let rows: Vec<&str> = LAW.iter().map(|row| row.law).collect();
    assert_eq!(traits.len(), rows.len());
    for law in traits {
        assert!(rows.contains(&law), "{law} has no row");
        assert!(
            here.contains(&format!("\nrow!({law}: ")),
            "{law} has no cells here"
        );
    }
}

/// A row as the tables write it.
fn cells(row: &ringstate::law::Row) -> String {
    let cell = |phase: &str| match (row.callee.contains(&phase), row.caller.contains(&phase)) {
        (true, true) => " E R |",
        (true, false) => " E |",
        (false, true) => " R |",
        (false, false) => " |",
    };
    let cells: String = PHASES.iter().map(|phase| cell(phase)).collect();
    let stays = row.stays.then_some("same");
    let goes_to: Vec<&str> = row.goes_to.iter().copied().chain(stays).collect();
    let goes_to = match (row.stays, row.goes_to) {
        (true, [to]) => format!("same or {to}"),
        _ => goes_to.join(" or "),
    };
    format!("{cells} {goes_to} |")
}

#[test]
fn the_tables_on_the_page_of_the_law_are_the_law() {
    for row in LAW {
        let line = format!("//! | [{}]({}) |{}", row.step, row.law, cells(row));
        assert!(PAGE.lines().any(|on_page| on_page == line), "{line}");
    }
    let rows = PAGE.lines().filter(|line| {
        line.starts_with("//! | [") && !line.contains("`Offer`") && !line.contains("`EndedOffer`")
    });
    assert_eq!(rows.count(), LAW.len());
}

#[test]
fn the_page_of_each_phase_lists_what_is_legal_there() {
    for phase in PHASES {
        let end = PHASE
            .find(&format!("\npub enum {phase} "))
            .expect("the phase");
        let start = PHASE[..end].rfind("\n\n").expect("its doc");
        let doc = &PHASE[start..end];
        for row in LAW {
            let link = format!("[`{0}`](crate::law::{0})", row.law);
            let legal =
                usize::from(row.callee.contains(&phase)) + usize::from(row.caller.contains(&phase));
            assert_eq!(
                doc.matches(&link).count(),
                legal,
                "{} on the page of {phase}",
                row.law
            );
        }
    }
}

#[test]
fn every_message_of_the_law_has_a_note_for_each_phase() {
    for row in LAW {
        let source = SOURCES
            .iter()
            .find(|source| source.contains(&format!("\npub trait {}<", row.law)));
        let source = source.expect("the trait");
        let end = source
            .find(&format!("\npub trait {}<", row.law))
            .expect("the trait");
        let start = source[..end]
            .rfind("#[diagnostic::on_unimplemented(")
            .expect("its message");
        let notes: String = source[start..end]
            .lines()
            .filter(|line| line.contains("note = \"when "))
            .collect();
        for phase in PHASES {
            assert!(
                notes.contains(&format!("`{phase}`")),
                "{} says nothing of {phase}",
                row.law
            );
        }
    }
}

#[test]
fn every_note_of_a_message_is_on_the_page_of_its_trait() {
    let unbroken = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut notes = 0;
    let sources = SOURCES
        .iter()
        .chain([&PAGE])
        .flat_map(|source| source.split("\n\n"));
    for item in sources.filter(|item| {
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
    assert!(notes > 100, "{notes} notes were found");
}

#[test]
fn every_phase_can_be_reached_and_every_live_phase_can_end() {
    for callee in [true, false] {
        let legal = |row: &ringstate::law::Row| if callee { row.callee } else { row.caller };
        let steps = |from: &str| -> Vec<&'static str> {
            LAW.iter()
                .filter(|row| legal(row).contains(&from))
                .flat_map(|row| row.goes_to.iter().copied())
                .collect()
        };
        let mut reached = vec!["Offered"];
        let mut next = 0;
        while next < reached.len() {
            for to in steps(reached[next]) {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
            next += 1;
        }
        for phase in PHASES {
            assert!(
                reached.contains(&phase),
                "{phase} is out of reach (callee: {callee})"
            );
        }
        for phase in &PHASES[..4] {
            let mut ahead = steps(phase);
            let mut next = 0;
            while next < ahead.len() {
                for to in steps(ahead[next]) {
                    if !ahead.contains(&to) {
                        ahead.push(to);
                    }
                }
                next += 1;
            }
            assert!(
                ahead.contains(&"Terminated"),
                "{phase} cannot end (callee: {callee})"
            );
        }
        for phase in &PHASES[4..] {
            assert!(
                steps(phase).is_empty(),
                "{phase} is the end (callee: {callee})"
            );
        }
    }
}
