//! A board that is as large as a bench needs it.

use ringstate::{Limits, OwnAddress, Policy, StanzaId, Switchboard};

pub(crate) fn me() -> OwnAddress {
    OwnAddress::lid("15550100:2@lid".parse().expect("a LID"))
}

pub(crate) fn board() -> Switchboard {
    let limits = Limits {
        live_calls: usize::MAX,
        live_calls_of_one: usize::MAX,
        placed_calls: usize::MAX,
        bytes: usize::MAX,
        bytes_of_one: usize::MAX,
        devices: usize::MAX,
        ended_calls: usize::MAX,
        ended_calls_of_one: usize::MAX,
        ended_bytes: usize::MAX,
        ..Limits::default()
    };
    let mut last = 0_u64;
    let ids = move || -> StanzaId {
        last += 1;
        format!("3EB0{last:016X}").parse().expect("an id")
    };
    Switchboard::with(me(), Policy::default(), limits, ids)
}
