//! Random programs of user actions and stanzas over a switchboard: valid, repeated, reordered, forged and stray ones.
//!
//! The suite runs some; `PROPTEST_CASES=20000 cargo test --release --test programs` runs many.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::common::phone::{ANN_7, ANN_PRIMARY, MY_OTHER, STRANGER, call_to_ann, ids};
use crate::common::{ANN, ANN_PN, ME, me};
use proptest::prelude::*;
use proptest::sample::Index;
use ringstate::law::RoleName;
use ringstate::stanza::{Identity, MuteState, Outgoing};
use ringstate::{
    Accepted, Acked, Answer, AnyCall, AudioRates, Call, Callee, Caller, Decline, Dismissal, Event,
    Limit, Limits, OnDecline, OnGlare, OnUnverified, Policy, Preaccepted, Reaction, Switchboard,
    TransportMessage, xml,
};

/// The calls of a program: by an id, and by who made it. Two people make up one of the ids.
const CALLS: [(&str, &str); 7] = [
    ("C1", ANN),
    ("C2", ANN),
    ("C3", ANN_PN),
    ("C1", STRANGER),
    ("D1", ME),
    ("D2", ME),
    ("D3", ME),
];

/// The server puts one of Ann's other addresses beside it, so that a call learns it.
const ANN_PN_7: &str = "15550198:7@s.whatsapp.net";

const ADDRESSES: [&str; 10] = [
    ANN,
    ANN,
    ANN_7,
    ANN_PRIMARY,
    ANN_PN,
    MY_OTHER,
    STRANGER,
    "s.whatsapp.net",
    "C1@call",
    ANN_PN_7,
];

const ACTIONS: [&str; 12] = [
    "preaccept",
    "accept",
    "accept",
    "reject",
    "terminate",
    "terminate",
    "transport",
    "relaylatency",
    "mute_v2",
    "heartbeat",
    "offer_notice",
    "video",
];

const REASONS: [&str; 7] = [
    "",
    "",
    r#"reason="busy""#,
    r#"reason="declined""#,
    r#"reason="timeout""#,
    r#"reason="accepted_elsewhere""#,
    r#"reason="rejected_elsewhere""#,
];

const MARKS: [&str; 5] = ["", "", r#"e="0""#, r#"e="1""#, r#"offline="0""#];

#[derive(Debug, Clone, Copy)]
enum Step {
    Offer {
        call: usize,
        from: usize,
        mark: usize,
    },
    Says {
        call: usize,
        from: usize,
        action: usize,
        reason: usize,
        id: bool,
    },
    Receipt {
        call: usize,
        from: usize,
        of: Index,
    },
    Ack {
        of: Index,
        error: bool,
    },
    StrayAck {
        call: usize,
        kind: usize,
    },
    /// A stanza that came before comes again.
    Again(Index),
    Calls(usize),
    Acts {
        call: usize,
        act: usize,
    },
    HangsUp(usize),
    Waits(u64),
    TimesOut,
    GivesUp,
    Panics(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let call = 0..CALLS.len();
    prop_oneof![
        4 => (call.clone(), 0..ADDRESSES.len(), 0..MARKS.len())
            .prop_map(|(call, from, mark)| Step::Offer { call, from, mark }),
        10 => (call.clone(), 0..ADDRESSES.len(), 0..ACTIONS.len(), 0..REASONS.len(), prop::bool::weighted(0.9))
            .prop_map(|(call, from, action, reason, id)| Step::Says { call, from, action, reason, id }),
        1 => (call.clone(), 0..ADDRESSES.len(), any::<Index>())
            .prop_map(|(call, from, of)| Step::Receipt { call, from, of }),
        4 => (any::<Index>(), prop::bool::weighted(0.2)).prop_map(|(of, error)| Step::Ack { of, error }),
        1 => (call.clone(), 0..3usize).prop_map(|(call, kind)| Step::StrayAck { call, kind }),
        3 => any::<Index>().prop_map(Step::Again),
        3 => (4..CALLS.len()).prop_map(Step::Calls),
        5 => (call.clone(), 0..9usize).prop_map(|(call, act)| Step::Acts { call, act }),
        1 => call.clone().prop_map(Step::HangsUp),
        1 => (0..100u64).prop_map(Step::Waits),
        1 => Just(Step::TimesOut),
        1 => Just(Step::GivesUp),
        1 => call.prop_map(Step::Panics),
    ]
}

fn settings() -> impl Strategy<Value = (Policy, Limits)> {
    let policy = (any::<bool>(), any::<bool>(), 0..4usize, any::<bool>()).prop_map(
        |(ring_on, one_by_one, glare, believes)| Policy {
            on_decline: if ring_on {
                OnDecline::RingOn
            } else {
                OnDecline::GiveUp
            },
            dismissal: if one_by_one {
                Dismissal::OneByOne
            } else {
                Dismissal::Together
            },
            on_unverified: if believes {
                OnUnverified::Believe
            } else {
                OnUnverified::Refuse
            },
            on_glare: [
                OnGlare::KeepOne,
                OnGlare::KeepBoth,
                OnGlare::DeclineIncoming,
                OnGlare::CancelOutgoing,
            ][glare],
            ..Policy::default()
        },
    );
    let limits = prop_oneof![
        Just(Limits::default()),
        (
            0..4usize,
            0..4usize,
            0..3usize,
            0..3usize,
            0..4usize,
            0..500u64,
            (0..3usize, 0..20_000usize)
        )
            .prop_map(
                |(
                    live_calls,
                    ended_calls,
                    early_terminates,
                    parked,
                    unconfirmed,
                    seconds,
                    (of_one, bytes),
                )| {
                    Limits {
                        live_calls,
                        live_calls_of_one: of_one,
                        placed_calls: live_calls,
                        ended_calls_of_one: of_one,
                        early_terminates_of_one: of_one,
                        bytes,
                        bytes_of_one: bytes / 2,
                        ended_bytes: bytes,
                        ended_calls,
                        ended_for: Duration::from_secs(seconds),
                        early_terminates,
                        parked,
                        unconfirmed,
                        ..Limits::default()
                    }
                }
            ),
    ];
    (policy, limits)
}

fn identity(call: usize) -> Identity {
    let (call_id, creator) = CALLS[call];
    Identity {
        call_id: call_id.parse().expect("an id"),
        call_creator: creator.parse().expect("an address"),
    }
}

/// A program as it runs, and what is to hold of it, kept apart from what is tested.
struct Run {
    board: Switchboard,
    limits: Limits,
    now: Instant,
    stanzas: usize,
    heard: Vec<String>,
    sent_ids: Vec<String>,
    declines: Vec<Decline>,
    /// Calls that ring or were made, and are not over.
    live: HashSet<Identity>,
    /// Calls that are over, and since when.
    over: HashMap<Identity, Instant>,
    kept: HashMap<Identity, usize>,
    /// Calls whose step has panicked, of which nothing was told yet.
    lost: HashMap<Identity, Instant>,
    /// A call that crosses one of ours and has not rung yet.
    crossing: Option<Identity>,
}

impl Run {
    fn new((policy, limits): (Policy, Limits)) -> Self {
        Self {
            board: Switchboard::with(me(), policy, limits.clone(), ids()),
            limits,
            now: Instant::now(),
            stanzas: 0,
            heard: Vec::new(),
            sent_ids: Vec::new(),
            declines: Vec::new(),
            live: HashSet::new(),
            over: HashMap::new(),
            kept: HashMap::new(),
            lost: HashMap::new(),
            crossing: None,
        }
    }

    fn document(&mut self, call: usize, from: usize, action: &str, rest: &str, id: bool) -> String {
        let (call_id, creator) = CALLS[call];
        self.stanzas += 1;
        let id = if id {
            format!(r#"id="IN{}""#, self.stanzas)
        } else {
            String::new()
        };
        let from = match ADDRESSES[from] {
            call @ "C1@call" => format!(r#"from="{call}" participant="{ANN}""#),
            ANN_PN_7 => format!(r#"from="{ANN_PN_7}" sender_lid="{ANN}""#),
            address => format!(r#"from="{address}""#),
        };
        let (mark, rest) = if action == "offer" {
            (rest, "")
        } else {
            ("", rest)
        };
        let inside = if action == "relaylatency" {
            r#"<te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>"#
        } else {
            ""
        };
        let state = if action == "mute_v2" {
            r#"mute-state="1""#
        } else {
            ""
        };
        format!(
            r#"<call {from} {id} t="1700000000" {mark}><{action} call-id="{call_id}" call-creator="{creator}" {rest} {state}>{inside}</{action}></call>"#
        )
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Offer { call, from, mark } => {
                // Mostly, who made a call sends its offer.
                let from = if from < 6 {
                    ADDRESSES
                        .iter()
                        .position(|a| *a == CALLS[call].1)
                        .unwrap_or(from)
                } else {
                    from
                };
                let document = self.document(call, from, "offer", MARKS[mark], true);
                self.hear(document)
            }
            Step::Says {
                call,
                from,
                action,
                reason,
                id,
            } => {
                let document = self.document(call, from, ACTIONS[action], REASONS[reason], id);
                self.hear(document)
            }
            Step::Receipt { call, from, of } => {
                let (call_id, creator) = CALLS[call];
                let id = self.sent_id(of);
                let from = ADDRESSES[from];
                self.hear(format!(
                    r#"<receipt from="{from}" id="{id}"><offer call-id="{call_id}" call-creator="{creator}"/></receipt>"#
                ))
            }
            Step::Ack { of, error } => {
                let id = self.sent_id(of);
                let error = if error { r#"error="500""# } else { "" };
                self.hear(format!(r#"<ack class="call" id="{id}" {error}/>"#))
            }
            Step::StrayAck { call, kind } => {
                let (call_id, creator) = CALLS[call];
                let kind = ["offer", "accept", "transport"][kind];
                self.hear(format!(
                    r#"<ack class="call" id="STRAY" type="{kind}" error="500"><error call-id="{call_id}" call-creator="{creator}"/></ack>"#
                ))
            }
            Step::Again(which) => {
                if self.heard.is_empty() {
                    return Ok(());
                }
                let document = self.heard[which.index(self.heard.len())].clone();
                self.hear(document)
            }
            Step::Calls(call) => {
                // What was lost is told first, so that a call of the same id is another one.
                self.hear(r#"<ack class="call" id="STRAY"/>"#.to_owned())?;
                let (call_id, _) = CALLS[call];
                let placed = |call: &&AnyCall| call.role() == RoleName::CALLER;
                let were_placed = self.board.live().filter(placed).count();
                match self.board.place(call_to_ann(call_id), self.now) {
                    Ok((made, reaction)) => {
                        prop_assert!(were_placed < self.limits.placed_calls);
                        prop_assert!(!self.live.contains(&made), "{made:?} is live");
                        // Its id may be that of a call that is forgotten by now.
                        self.over.remove(&made);
                        self.live.insert(made);
                        self.check(reaction, None).map(drop)
                    }
                    Err(_) => Ok(()),
                }
            }
            Step::Acts { call, act } => {
                let said = self.act(&identity(call), act);
                self.check(said.unwrap_or_default(), None).map(drop)
            }
            Step::HangsUp(call) => {
                let said = self.board.hang_up(&identity(call), self.now);
                self.check(said.unwrap_or_default(), None).map(drop)
            }
            Step::Waits(seconds) => {
                self.now += Duration::from_secs(seconds);
                Ok(())
            }
            Step::TimesOut => {
                for call in self.board.expired(self.now) {
                    let said = self.board.time_out(&call, self.now);
                    prop_assert!(said.is_some(), "what has expired can be ended");
                    self.check(said.unwrap_or_default(), None)?;
                }
                prop_assert!(self.board.expired(self.now).is_empty());
                Ok(())
            }
            Step::GivesUp => {
                let Some(decline) = self.declines.pop() else {
                    return Ok(());
                };
                let call = decline.identity().clone();
                let ringing = matches!(self.board.get(&call), Some(AnyCall::CallerPreaccepted(_)));
                let given_up = if ringing {
                    self.board
                        .step(&call, self.now, |call: Call<Caller, Preaccepted>| {
                            call.give_up(decline)
                        })
                } else {
                    self.board
                        .step(&call, self.now, |call: Call<Caller, Acked>| {
                            call.give_up(decline)
                        })
                };
                match given_up {
                    Some(Ok(reaction)) => self.check(reaction, None).map(drop),
                    Some(Err(refused)) => Err(TestCaseError::fail(refused.reason().to_string())),
                    None => Ok(()),
                }
            }
            Step::Panics(call) => {
                let (call, now) = (identity(call), self.now);
                // The creator may be named by any address of the peer.
                let known = self.board.get(&call).map(AnyCall::identity).cloned();
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    self.board.step(
                        &call,
                        now,
                        |call: Call<Callee, Acked>| -> (Call<Callee, Acked>, ()) {
                            // Without a message, which would be printed a thousand times.
                            std::panic::resume_unwind(Box::new(call.identity().call_id.clone()))
                        },
                    )
                }));
                if outcome.is_err() {
                    self.lost.extend(known.map(|call| (call, self.now)));
                }
                Ok(())
            }
        }
    }

    fn sent_id(&self, of: Index) -> String {
        if self.sent_ids.is_empty() {
            return "NONE".to_owned();
        }
        self.sent_ids[of.index(self.sent_ids.len())].clone()
    }

    fn act(&mut self, call: &Identity, act: usize) -> Option<Reaction> {
        let (now, rates) = (self.now, AudioRates::only(16000));
        let board = &mut self.board;
        match act {
            0 => board.step(call, now, |call: Call<Callee, Acked>| call.reject()),
            1 => board
                .step(call, now, |call: Call<Callee, Acked>| {
                    call.accept(Answer::new(rates))
                })?
                .ok(),
            2 => {
                let id = board.next_id();
                board
                    .step(call, now, |call: Call<Callee, Acked>| {
                        call.preaccept(id, rates)
                    })?
                    .ok()
            }
            3 => board
                .step(call, now, |call: Call<Callee, Preaccepted>| {
                    call.accept(Answer::new(rates))
                })?
                .ok(),
            4 => board.step(call, now, |mut call: Call<Callee, Accepted>| {
                let mute = call.mute(MuteState::MUTED);
                (call, mute)
            }),
            5 => board.step(call, now, |call: Call<Caller, Acked>| {
                let said = call.transport(TransportMessage::default());
                (call, said)
            }),
            6 => {
                let id = board.next_id();
                board.step(call, now, |call: Call<Caller, Accepted>| {
                    let beat = call.heartbeat(id);
                    (call, beat)
                })
            }
            7 => board.step(call, now, |call: Call<Callee, Accepted>| call.abandon()),
            _ => board.step(call, now, |call: Call<Callee, Accepted>| call.terminate()),
        }
    }

    fn hear(&mut self, document: String) -> Result<(), TestCaseError> {
        let received = xml::parse(&document)
            .map_err(|error| TestCaseError::fail(format!("{error} in {document}")))?;
        let id = document
            .starts_with("<call")
            .then(|| {
                document
                    .split(r#" id=""#)
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
            })
            .flatten()
            .map(str::to_owned);
        self.heard.push(document);
        let reaction = self.board.receive(received, self.now);
        let happened = self.check(reaction, id)?;
        prop_assert!(happened > 0, "something happened");
        Ok(())
    }

    /// Checks what a step wants done. `heard` is the id of the `<call>` that was heard, if one was and had one.
    /// Returns how much happened.
    fn check(&mut self, reaction: Reaction, heard: Option<String>) -> Result<usize, TestCaseError> {
        let mut sent = Vec::new();
        let events = reaction.send(|stanza| sent.push(stanza));
        let happened = events.len();
        // Every inbound with an id yields one ack, in front of everything else, and no other step yields any.
        let ack = |outgoing: &Outgoing| match outgoing {
            Outgoing::Ack(ack) => Some(ack.id().to_string()),
            _ => None,
        };
        let acks: Vec<String> = sent
            .iter()
            .filter_map(|stanza| ack(stanza.outgoing()))
            .collect();
        let owed: Vec<String> = heard.into_iter().collect();
        prop_assert_eq!(&acks, &owed);
        if !acks.is_empty() {
            prop_assert!(ack(sent[0].outgoing()).is_some(), "acknowledgements first");
        }

        // What is said has an id of its own, and is of a call that was live.
        for stanza in &sent {
            let Outgoing::CallStanza(call) = stanza.outgoing() else {
                continue;
            };
            let id = call
                .id()
                .expect("everything that is sent has an id")
                .to_string();
            prop_assert!(!self.sent_ids.contains(&id), "{id} was used before");
            self.sent_ids.push(id);
            let of = call
                .action()
                .identity()
                .expect("what we say names its call");
            let begins =
                |event: &Event| matches!(event, Event::Glare { incoming, .. } if incoming == of);
            prop_assert!(
                self.live.contains(of) || events.iter().any(begins),
                "{of:?} is over and says something"
            );
        }

        let mut kept = None;
        for event in events {
            match event {
                Event::Glare { incoming, .. } => {
                    // It may cross several of ours.
                    let told = self.crossing.as_ref() == Some(&incoming);
                    let begins = (!told).then(|| self.begins(&incoming));
                    begins.unwrap_or(Ok(()))?;
                    self.crossing = Some(incoming);
                }
                Event::Rings { call } => {
                    let told = self.crossing.take_if(|crossing| *crossing == call);
                    told.map_or_else(|| self.begins(&call), |_| Ok(()))?;
                }
                Event::StoppedRinging { call, .. }
                | Event::Declined { call, .. }
                | Event::Ended { call, .. } => {
                    prop_assert!(self.live.remove(&call), "{call:?} ended twice");
                    self.kept.remove(&call);
                    // A lost call has ended at once, and is told of with the next reaction.
                    let since = self.lost.remove(&call).unwrap_or(self.now);
                    self.over.insert(call, since);
                }
                Event::Missed(missed) => {
                    let call = missed.call;
                    prop_assert!(
                        !self.live.contains(&call),
                        "{call:?} is live and was missed"
                    );
                    self.over.insert(call, self.now);
                }
                Event::LimitReached {
                    limit: Limit::EndedCalls | Limit::EndedCallsOfOne,
                    call,
                } => {
                    prop_assert!(self.over.remove(&call).is_some(), "{call:?} was not over");
                }
                Event::DeviceOut {
                    decline: Some(decline),
                    ..
                } => self.declines.push(decline),
                Event::OfferConfirmed { call, .. } => {
                    self.kept.remove(&call);
                }
                Event::Parked { call } if self.live.contains(&call) => {
                    *self.kept.entry(call.clone()).or_default() += 1;
                    kept = Some(call);
                }
                // An answer has taken the place of what is none.
                Event::LimitReached {
                    limit: Limit::Parked,
                    call,
                } if kept == Some(call.clone()) => *self.kept.entry(call).or_default() -= 1,
                _ => {}
            }
        }

        prop_assert!(
            self.crossing
                .take()
                .is_none_or(|call| !self.live.contains(&call)),
            "it crosses and does not ring"
        );
        let live: HashSet<Identity> = self
            .board
            .live()
            .map(|call| call.identity().clone())
            .collect();
        let (placed, incoming): (Vec<_>, Vec<_>) = self
            .board
            .live()
            .partition(|call| call.role() == RoleName::CALLER);
        prop_assert!(placed.len() <= self.limits.placed_calls);
        prop_assert!(incoming.len() <= self.limits.live_calls);
        let most = self.kept.values().max().copied().unwrap_or_default();
        prop_assert!(most <= self.limits.parked, "too much is parked");
        let silent = self
            .live
            .difference(&live)
            .find(|call| !self.lost.contains_key(call));
        prop_assert!(silent.is_none(), "{silent:?} is over and nobody was told");
        for call in &live {
            prop_assert!(
                self.live.contains(call),
                "{call:?} is live and nobody was told"
            );
            let known = self.board.get(call).map(AnyCall::identity);
            prop_assert_eq!(known, Some(call));
        }
        prop_assert!(
            self.board.ended().count() <= self.limits.ended_calls,
            "too much is remembered"
        );
        Ok(happened)
    }
}

impl Run {
    /// A call begins: never one that is live, or over and remembered.
    fn begins(&mut self, call: &Identity) -> Result<(), TestCaseError> {
        prop_assert!(!self.live.contains(call), "{call:?} rings twice");
        if let Some(since) = self.over.remove(call) {
            // Only what is forgotten for its age may ring again.
            prop_assert!(
                self.now - since >= self.limits.ended_for,
                "{call:?} rings after its end"
            );
        }
        self.live.insert(call.clone());
        Ok(())
    }
}

proptest! {
    #[test]
    fn no_program_breaks_a_switchboard(settings in settings(), steps in proptest::collection::vec(step(), 0..200)) {
        let mut run = Run::new(settings);
        for step in steps {
            run.take(step)?;
        }
    }
}
