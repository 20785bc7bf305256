//! The law, cell by cell: every role in every phase, for every row, legal or not.

use ringstate::law::{
    HasOutcome, HearsAccept, HearsAcceptNack, HearsHeartbeat, HearsLate, HearsLateAnswer,
    HearsMute, HearsNews, HearsPreaccept, HearsReceipt, HearsReject, HearsRelayLatency,
    HearsRepeatedOffer, HearsServerAck, HearsTerminate, HearsTransport, HearsVideo, LAW,
    MayAbandon, MayAccept, MayAcknowledge, MayGiveUp, MayNegotiateVideo, MayPreaccept,
    MayReadAnswer, MayReadCallKey, MayReadOffer, MayReject, MayRejectWhileRinging,
    MayReportDuration, MaySendHeartbeat, MaySendMute, MaySendRelayLatency, MaySendTransport,
    MayTerminate, OpensCall, OwesAck, OwesReceipt, PHASES, PhaseName, ROLES, RoleName, Row,
    SentWithoutId,
};
use ringstate::stanza::{
    CallDuration, Heartbeat, Mute, News, RelayLatency, UnknownAction, VideoState,
};
use ringstate::{
    Accept, Accepted, Acked, Call, Callee, Caller, EndedOffer, GroupOffer, Inbound, Invitee, Offer,
    OfferNotice, Offered, Outbound, Owed, Preaccept, Preaccepted, Received, Reject, Rejected,
    Terminate, Terminated, Transport,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

/// Checks a row of the law: the phases in which it is legal, and all others, for each role.
macro_rules! row {
    (
        $law:ident:
        callee $($callee:ident)*; not $($not_callee:ident)*;
        caller $($caller:ident)*; not $($not_caller:ident)*;
        invitee $($invitee:ident)*; not $($not_invitee:ident)*
    ) => {
        $(assert_impl_all!($callee: $law<Callee>);)*
        $(assert_not_impl_any!($not_callee: $law<Callee>);)*
        $(assert_impl_all!($caller: $law<Caller>);)*
        $(assert_not_impl_any!($not_caller: $law<Caller>);)*
        $(assert_impl_all!($invitee: $law<Invitee>);)*
        $(assert_not_impl_any!($not_invitee: $law<Invitee>);)*
        const _: () = assert!(
            [$(stringify!($callee),)* $(stringify!($not_callee),)*].len() == 6
                && [$(stringify!($caller),)* $(stringify!($not_caller),)*].len() == 6
                && [$(stringify!($invitee),)* $(stringify!($not_invitee),)*].len() == 6,
            "a row has a cell for each role and phase"
        );
    };
}

row!(MayAcknowledge: callee Offered; not Acked Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee Offered; not Acked Preaccepted Accepted Rejected Terminated);
row!(MayPreaccept: callee Acked; not Offered Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayAccept: callee Acked Preaccepted; not Offered Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReject: callee Acked; not Offered Preaccepted Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee Acked; not Offered Preaccepted Accepted Rejected Terminated);
row!(MayRejectWhileRinging: callee Preaccepted; not Offered Acked Accepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayTerminate: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayGiveUp: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayAbandon: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated; invitee Acked; not Offered Preaccepted Accepted Rejected Terminated);
row!(MaySendTransport: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MaySendRelayLatency: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MaySendMute: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MaySendHeartbeat: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayNegotiateVideo: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReportDuration: callee Terminated; not Offered Acked Preaccepted Accepted Rejected; caller Terminated; not Offered Acked Preaccepted Accepted Rejected; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReadCallKey: callee Preaccepted Accepted; not Offered Acked Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(MayReadOffer: callee Offered Acked Preaccepted Accepted; not Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee Offered Acked; not Preaccepted Accepted Rejected Terminated);
row!(MayReadAnswer: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HasOutcome: callee Rejected Terminated; not Offered Acked Preaccepted Accepted; caller Rejected Terminated; not Offered Acked Preaccepted Accepted; invitee Rejected Terminated; not Offered Acked Preaccepted Accepted);
row!(HearsServerAck: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Offered; not Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsAcceptNack: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsReceipt: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsPreaccept: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsAccept: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsReject: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Acked Preaccepted; not Offered Accepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsLateAnswer: callee ; not Offered Acked Preaccepted Accepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsTerminate: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Offered Acked Preaccepted Accepted; not Rejected Terminated; invitee Acked; not Offered Preaccepted Accepted Rejected Terminated);
row!(HearsTransport: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsRelayLatency: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsMute: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsHeartbeat: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsRepeatedOffer: callee Acked Preaccepted Accepted Rejected Terminated; not Offered; caller ; not Offered Acked Preaccepted Accepted Rejected Terminated; invitee Acked Rejected Terminated; not Offered Preaccepted Accepted);
row!(HearsVideo: callee Accepted; not Offered Acked Preaccepted Rejected Terminated; caller Accepted; not Offered Acked Preaccepted Rejected Terminated; invitee ; not Offered Acked Preaccepted Accepted Rejected Terminated);
row!(HearsNews: callee Acked Preaccepted Accepted; not Offered Rejected Terminated; caller Acked Preaccepted Accepted; not Offered Rejected Terminated; invitee Acked; not Offered Preaccepted Accepted Rejected Terminated);
row!(HearsLate: callee Rejected Terminated; not Offered Acked Preaccepted Accepted; caller Rejected Terminated; not Offered Acked Preaccepted Accepted; invitee Rejected Terminated; not Offered Acked Preaccepted Accepted);

/// Checks which of the received actions can become a call and what they are owed.
macro_rules! actions {
    ($law:ident $(<$role:ident>)?: yes $($legal:ident)*; no $($illegal:ident)*) => {
        actions!(@ [$law $(<$role>)?] yes $($legal)*; no $($illegal)*);
    };
    (@ $law:tt yes $($legal:ident)*; no $($illegal:ident)*) => {
        $(actions!(@yes $law $legal);)*
        $(actions!(@no $law $illegal);)*
        const _: () = assert!(
            [$(stringify!($legal),)* $(stringify!($illegal),)*].len() == 16,
            "a row has a cell for each action"
        );
    };
    (@yes [$($law:tt)*] $action:ident) => { assert_impl_all!($action: $($law)*); };
    (@no [$($law:tt)*] $action:ident) => { assert_not_impl_any!($action: $($law)*); };
}

actions!(OpensCall<Callee>: yes Offer; no GroupOffer EndedOffer OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat VideoState CallDuration News UnknownAction);
actions!(OpensCall<Invitee>: yes GroupOffer; no Offer EndedOffer OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat VideoState CallDuration News UnknownAction);
actions!(OwesReceipt: yes Offer GroupOffer EndedOffer; no OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat VideoState CallDuration News UnknownAction);
actions!(OwesAck: yes OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat VideoState CallDuration News UnknownAction; no Offer GroupOffer EndedOffer);
actions!(SentWithoutId: yes Accept Reject Terminate Transport RelayLatency Mute VideoState CallDuration; no Offer GroupOffer EndedOffer OfferNotice Preaccept Heartbeat News UnknownAction);

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
calls!(Invitee: Offered Acked Preaccepted Accepted Rejected Terminated);
assert_not_impl_any!(Inbound<Offer>: Clone, Copy, Default);
assert_not_impl_any!(Outbound<Reject>: Clone, Copy, Default);
assert_not_impl_any!(Owed: Clone, Copy);
assert_not_impl_any!(Received: Clone, Copy);
assert_impl_all!(Received: Send, Sync);
assert_impl_all!(ringstate::ParseError: Clone, PartialEq, Send, Sync, std::error::Error);
// `?` must not turn a call into a boxed error.
assert_not_impl_any!(ringstate::Refused<Inbound<Terminate>, Call<Callee, Acked>, ringstate::HearError>: std::error::Error);

const SOURCES: [&str; 2] = [
    include_str!("../../src/law/may.rs"),
    include_str!("../../src/law/hears.rs"),
];

/// The cells of a row as the assertions above have them.
fn asserted(law: &str) -> [Vec<&'static str>; 3] {
    let line = include_str!("law.rs")
        .lines()
        .find_map(|line| line.strip_prefix(&format!("row!({law}: callee ")))
        .unwrap_or_else(|| panic!("{law} has no cells here"));
    let (callee, rest) = line.split_once("; caller ").expect("a caller");
    let (calls, invited) = rest.split_once("; invitee ").expect("an invitee");
    [callee, calls, invited].map(|cells| {
        let (legal, _) = cells.split_once("; not").expect("the other cells");
        legal
            .split_whitespace()
            .filter(|word| *word != ";")
            .collect()
    })
}

#[test]
fn the_law_as_data_is_the_law() {
    for row in LAW {
        let cells = asserted(row.law);
        for (role, cells) in ROLES.into_iter().zip(cells) {
            let phases: Vec<&str> = row.phases(role).map(PhaseName::as_str).collect();
            assert_eq!(phases, cells, "{} for the {role}", row.law);
        }
    }
}

#[test]
fn every_trait_of_the_law_has_a_row() {
    let traits = SOURCES
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| {
            line.trim()
                .strip_prefix("pub trait ")?
                .split_once("<R: Role>")
        })
        .map(|(name, _)| name);
    let rows: Vec<&str> = LAW.iter().map(|row| row.law).collect();
    assert_eq!(traits.collect::<Vec<_>>(), rows, "in this order");
}

#[test]
fn every_row_has_a_note_for_each_phase() {
    for row in LAW {
        for note in row.notes {
            assert!(note.starts_with("when `"), "{}: {note}", row.law);
        }
        for phase in PHASES {
            let notes = row
                .notes
                .iter()
                .map(|note| note.split_once(':').expect("a colon").0);
            let about = notes.filter(|when| when.contains(&format!("`{phase}`")));
            assert_eq!(about.count(), 1, "{} on {phase}", row.law);
        }
    }
}

#[test]
fn every_phase_can_be_reached_and_every_live_phase_can_end() {
    for role in ROLES {
        let steps = |from: PhaseName| -> Vec<PhaseName> {
            let legal = |row: &&Row| row.is_legal(role, from);
            LAW.iter()
                .filter(legal)
                .flat_map(|row| row.goes_to)
                .map(|way| way.to)
                .collect()
        };
        let ahead_of = |from: PhaseName| {
            let mut ahead = vec![from];
            let mut next = 0;
            while next < ahead.len() {
                for to in steps(ahead[next]) {
                    if !ahead.contains(&to) {
                        ahead.push(to);
                    }
                }
                next += 1;
            }
            ahead
        };
        for phase in PHASES {
            // A group call is not answered.
            let never = [PhaseName::PREACCEPTED, PhaseName::ACCEPTED];
            if role == RoleName::INVITEE && never.contains(&phase) {
                assert!(!ahead_of(PhaseName::OFFERED).contains(&phase));
                continue;
            }
            assert!(
                ahead_of(PhaseName::OFFERED).contains(&phase),
                "{phase} is out of reach of the {role}"
            );
            if phase < PhaseName::REJECTED {
                assert!(
                    ahead_of(phase).contains(&PhaseName::TERMINATED),
                    "{phase} cannot end for the {role}"
                );
            } else {
                assert!(steps(phase).is_empty(), "{phase} is the end for the {role}");
            }
        }
    }
    assert!(RoleName::CALLEE < RoleName::CALLER);
}
