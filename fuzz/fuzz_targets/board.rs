//! Programs of stanzas and of a user's actions over a board: each `<call>` with an id is answered once, first; what a board
//! keeps stays within its limits; a call ends once.
#![cfg_attr(fuzzing, no_main)]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use ringstate::stanza::Outgoing;
use ringstate::{
    Accepted, Acked, Answer, AudioRates, Call, Callee, Creator, DeviceKey, Dialect, Event,
    Identity, Limits, MuteState, NewCall, OnGlare, OnUnverified, OwnAddress, Policy, Reaction,
    RingingDevices, Switchboard, xml,
};
use ringstate_fuzz::{Bytes, ME, call, document};

fn identity((call_id, creator): (&str, &str)) -> Identity {
    Identity {
        call_id: call_id.parse().expect("an id"),
        call_creator: creator.parse().expect("an address"),
    }
}

fn new_call(call_id: &str) -> NewCall {
    let device = |jid: &str| jid.parse().expect("an address");
    NewCall {
        call_id: call_id.parse().expect("an id"),
        peer: device("15550199@lid"),
        peer_alias: None,
        creator: Creator::Lid {
            lid: ME.parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (device("15550199@lid"), DeviceKey::Session(vec![1])),
            others: vec![(device("15550199:7@lid"), Some(DeviceKey::Session(vec![2])))],
        },
        video: None,
        redial: None,
        privacy: None,
    }
}

struct Run {
    live: HashSet<Identity>,
    ids: HashSet<String>,
}

impl Run {
    /// Checks a reaction to a stanza with this id, or to an action.
    fn check(&mut self, reaction: Reaction, id: Option<String>, dialect: Dialect) {
        let answers = |outgoing: &Outgoing| match outgoing {
            Outgoing::Ack(ack) => Some(ack.id().to_string()),
            Outgoing::Receipt(receipt) => Some(receipt.id().to_string()),
            _ => None,
        };
        let mut sent = Vec::new();
        let events = reaction.send(|stanza| sent.push(stanza));
        let given: Vec<_> = sent
            .iter()
            .map(|stanza| answers(stanza.outgoing()))
            .collect();
        let first = given.iter().take_while(|answer| answer.is_some()).count();
        assert!(
            given[first..].iter().all(Option::is_none),
            "answers come first"
        );
        assert!(given[..first].iter().all(|answer| *answer == id));
        let most = if dialect == Dialect::Documents { 2 } else { 1 };
        assert_eq!(first > 0, id.is_some(), "each is answered");
        assert!(first <= most, "once");
        for stanza in &sent {
            if let Outgoing::CallStanza(call) = stanza.outgoing() {
                let id = call.id().expect("an id").to_string();
                assert!(self.ids.insert(id), "each has an id of its own");
            }
            let _ = xml::to_string(stanza);
        }
        for event in events {
            let _ = format!("{event:?}");
            match event {
                Event::Rings { call } | Event::Invited { call } => {
                    assert!(self.live.insert(call), "it rings twice")
                }
                Event::StoppedRinging { call, .. }
                | Event::Declined { call, .. }
                | Event::Ended { call, .. } => {
                    self.live.remove(&call);
                }
                _ => {}
            }
        }
    }
}

fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let choices = bytes.byte();
    let policy = Policy {
        dialect: if choices.is_multiple_of(2) {
            Dialect::Documents
        } else {
            Dialect::WhatsAppWeb
        },
        on_glare: [
            OnGlare::KeepOne,
            OnGlare::KeepBoth,
            OnGlare::DeclineIncoming,
            OnGlare::CancelOutgoing,
        ][choices / 2 % 4],
        on_unverified: if (choices / 8).is_multiple_of(2) {
            OnUnverified::Refuse
        } else {
            OnUnverified::Believe
        },
        ..Policy::default()
    };
    let dialect = policy.dialect;
    let limits = Limits {
        live_calls: 1 + choices / 16,
        ended_calls: bytes.byte() % 8,
        parked: bytes.byte() % 4,
        bytes: 2_000 * bytes.byte(),
        bytes_of_one: 1_000 * bytes.byte(),
        ended_bytes: 100 * bytes.byte(),
        ..Limits::default()
    };
    let (live_calls, placed_calls) = (limits.live_calls, limits.placed_calls);
    let mut last = 0;
    let ids = move || {
        last += 1;
        format!("OUT{last}").parse().expect("an id")
    };
    let me = OwnAddress::lid(ME.parse().expect("a LID"));
    let mut board = Switchboard::with(me, policy, limits, ids);
    let mut run = Run {
        live: HashSet::new(),
        ids: HashSet::new(),
    };
    let mut now = Instant::now();
    let mut stanza = 0;
    while !bytes.is_empty() && stanza < 400 {
        stanza += 1;
        let act = bytes.byte();
        let of = identity(call(&mut bytes));
        let said = match act {
            0..176 => {
                let document = document(&mut bytes, stanza);
                let (reaction, id) =
                    match xml::parse(&document) {
                        Ok(received) => {
                            let id = document
                                .split(r#" id=""#)
                                .nth(1)
                                .filter(|_| document.starts_with("<call"));
                            let id = id.and_then(|id| id.split('"').next()).map(str::to_owned);
                            (board.receive(received, now), id)
                        }
                        Err(error) => {
                            let reaction = board.receive_unreadable(error, now);
                            let id = reaction.stanzas().first().and_then(|stanza| {
                                match stanza.outgoing() {
                                    Outgoing::Ack(ack) => Some(ack.id().to_string()),
                                    _ => None,
                                }
                            });
                            (reaction, id)
                        }
                    };
                run.check(reaction, id, dialect);
                None
            }
            176..192 => {
                board
                    .place(new_call(of.call_id.as_str()), now)
                    .ok()
                    .map(|(call, reaction)| {
                        run.live.insert(call);
                        reaction
                    })
            }
            192..200 => board
                .answer(&of, now, Answer::new(AudioRates::only(16000)))
                .and_then(Result::ok),
            200..208 => board.decline(&of, now),
            208..216 => board.hang_up(&of, now),
            216..224 => {
                let id = board.next_id();
                let rings = |call: Call<Callee, Acked>| call.preaccept(id, AudioRates::only(16000));
                board.step(&of, now, rings).and_then(Result::ok)
            }
            224..232 => board.step(&of, now, |mut call: Call<Callee, Accepted>| {
                let mute = call.mute(MuteState::MUTED);
                (call, mute)
            }),
            232..240 => {
                now += Duration::from_secs(90);
                board
                    .expired(now)
                    .first()
                    .cloned()
                    .and_then(|call| board.time_out(&call, now))
            }
            _ => board.report_duration(&of, now, Duration::from_secs(1), None),
        };
        if let Some(reaction) = said {
            run.check(reaction, None, dialect);
        }
        let live: HashSet<Identity> = board.live().map(|call| call.identity().clone()).collect();
        assert!(live.len() <= live_calls + placed_calls);
        assert!(run.live.is_superset(&live), "what is live was told");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

#[cfg(not(fuzzing))]
fn main() {
    run(b"");
}
