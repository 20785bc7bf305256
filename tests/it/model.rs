//! A search through every order of events: callers, devices, a server that acknowledges, refuses, routes and forks, and a
//! network that reorders, loses and repeats. The boards are the real ones, and what they say travels as XML.
//!
//! A state is reached again by doing the same steps again, since a board cannot be copied. Two paths that lead to the same
//! state are followed once. The suite searches a little; `MODEL_STATES=1000000 cargo test --release --test it model` more.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

use crate::common::received;
use ringstate::law::PhaseName;
use ringstate::stanza::{Identity, Outgoing};
use ringstate::{
    Acked, Answer, AnyCall, AudioRates, Call, Callee, Creator, DeviceKey, Event, Limits, NewCall,
    OwnAddress, Policy, Reaction, RingingDevices, Stanza, Switchboard, xml,
};

/// Ann has one device, Bob up to three.
const ANN: &str = "15550199:3@lid";
const BOB: &str = "15550100@lid";
const BOBS: [&str; 3] = ["15550100@lid", "15550100:7@lid", "15550100:9@lid"];

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The stanza with this place on the wire arrives.
    Arrives(usize),
    /// It is lost, comes twice, or the server refuses what it acknowledges.
    IsLost(usize),
    IsRepeated(usize),
    IsRefused(usize),
    Rings(usize),
    Answers(usize),
    Declines(usize),
    HangsUp(usize),
}

/// A stanza on its way to a board.
#[derive(Debug, Clone)]
struct Travelling {
    to: usize,
    text: String,
    /// What tells it from others, without its ids.
    label: String,
}

/// What is searched.
#[derive(Debug, Clone)]
struct Scenario {
    devices: usize,
    /// Whether Bob's first device calls Ann as well.
    glare: bool,
    /// How many stanzas may be lost, repeated, refused.
    lost: usize,
    repeated: usize,
    refused: usize,
    hangs_up: bool,
    limits: Limits,
}

struct World {
    boards: Vec<Switchboard>,
    addresses: Vec<&'static str>,
    wire: Vec<Travelling>,
    scenario: Scenario,
    now: Instant,
    /// What each board keeps for later.
    parked: BTreeMap<(usize, String), usize>,
    /// What each user did.
    done: Vec<String>,
    /// The ends that were told, and the calls that rang or were placed, by board.
    ended: HashSet<(usize, String)>,
    begun: HashSet<(usize, String)>,
    crossing: HashSet<(usize, String)>,
}

fn identity(call_id: &str, creator: &str) -> Identity {
    Identity {
        call_id: call_id.parse().expect("an id"),
        call_creator: creator.parse().expect("an address"),
    }
}

fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!(r#" {name}=""#))?;
    rest.split('"').next()
}

impl World {
    fn new(scenario: &Scenario) -> Self {
        let addresses: Vec<_> = std::iter::once(ANN)
            .chain(BOBS.into_iter().take(scenario.devices))
            .collect();
        let board = |(n, address): (usize, &&str)| {
            let mut last = 0;
            let ids = move || {
                last += 1;
                format!("{}{last}", ["A", "B", "C", "D"][n])
                    .parse()
                    .expect("an id")
            };
            let me = OwnAddress::lid(address.parse().expect("a LID"));
            Switchboard::with(me, Policy::default(), scenario.limits.clone(), ids)
        };
        let mut world = Self {
            boards: addresses.iter().enumerate().map(board).collect(),
            addresses,
            wire: Vec::new(),
            scenario: scenario.clone(),
            now: Instant::now(),
            parked: BTreeMap::new(),
            done: Vec::new(),
            ended: HashSet::new(),
            begun: HashSet::new(),
            crossing: HashSet::new(),
        };
        let bobs: Vec<_> = world.addresses[1..].to_vec();
        world.place(0, "CA", ANN, BOB, &bobs);
        if scenario.glare {
            world.place(1, "CB", BOBS[0], "15550199@lid", &[ANN]);
        }
        world
    }

    fn place(&mut self, board: usize, call_id: &str, creator: &str, peer: &str, devices: &[&str]) {
        let key = || DeviceKey::Session(vec![1]);
        let device = |jid: &str| jid.parse().expect("an address");
        let call = NewCall {
            call_id: call_id.parse().expect("an id"),
            peer: device(peer),
            peer_alias: None,
            creator: Creator::Lid {
                lid: creator.parse().expect("a LID"),
                phone_number: None,
            },
            devices: RingingDevices {
                first: (device(devices[0]), key()),
                others: devices[1..]
                    .iter()
                    .map(|jid| (device(jid), Some(key())))
                    .collect(),
            },
            video: None,
            redial: None,
            privacy: None,
        };
        let (call, reaction) = self.boards[board]
            .place(call, self.now)
            .expect("there is room");
        self.begun.insert((board, call.call_id.to_string()));
        self.react(board, reaction, None);
    }

    /// Sends and notes what a board wants, and checks that it answers what it heard, once, and tells each end once.
    /// Returns whether anything was parked.
    fn react(&mut self, board: usize, reaction: Reaction, heard: Option<&str>) -> bool {
        let mut sent = Vec::new();
        let events = reaction.send(|stanza| sent.push(stanza));
        let is_parked = events
            .iter()
            .any(|event| matches!(event, Event::Parked { .. }));
        let acks = |stanza: &&Stanza| matches!(stanza.outgoing(), Outgoing::Ack(_));
        assert_eq!(
            sent.iter().filter(acks).count(),
            usize::from(heard.is_some()),
            "one ack each"
        );
        if let (Some(id), Some(first)) = (heard, sent.first()) {
            let Outgoing::Ack(ack) = first.outgoing() else {
                panic!("the ack comes first: {first:?}")
            };
            assert_eq!(ack.id().as_str(), id);
        }
        for stanza in &sent {
            self.route(board, &xml::to_string(stanza));
        }
        for event in events {
            match event {
                Event::Rings { call } => {
                    let key = (board, call.call_id.to_string());
                    let is_new = self.begun.insert(key.clone()) || self.crossing.remove(&key);
                    assert!(
                        is_new || self.scenario.limits.ended_calls == 0,
                        "it rings once"
                    );
                    self.ended.remove(&(board, call.call_id.to_string()));
                }
                // It crosses a call of this end's, and may be declined without ringing.
                Event::Glare { incoming, .. } => {
                    let key = (board, incoming.call_id.to_string());
                    assert!(self.begun.insert(key.clone()), "it begins once");
                    self.crossing.insert(key);
                }
                Event::StoppedRinging { call, .. }
                | Event::Declined { call, .. }
                | Event::Ended { call, .. } => {
                    let key = (board, call.call_id.to_string());
                    assert!(self.begun.contains(&key), "{call:?} had not begun");
                    assert!(self.ended.insert(key), "{call:?} ends once");
                }
                _ => {}
            }
        }
        is_parked
    }

    /// The server: it acknowledges each `<call>`, and passes it on to whom it is for.
    fn route(&mut self, from: usize, text: &str) {
        let to = attribute(text, "to").expect("a receiver");
        if text.starts_with("<ack") {
            return;
        }
        let id = attribute(text, "id").expect("an id");
        let inside = &text[text.find('>').expect("a tag") + 1..];
        let action = inside[1..]
            .split([' ', '/', '>'])
            .next()
            .expect("an action");
        let sender = self.addresses[from];
        let is_call = text.starts_with("<call");
        // The acknowledgement of anything else changes nothing, whenever it comes.
        if is_call && matches!(action, "offer" | "accept") {
            self.send(
                from,
                format!(r#"<ack class="call" id="{id}" from="{to}" type="{action}"/>"#),
                format!("ack of {action}"),
            );
        }
        let named: Vec<&str> = inside
            .split(r#"<to jid=""#)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let is_account = !to.contains(':');
        for board in 0..self.boards.len() {
            let address = self.addresses[board];
            let is_for = if named.is_empty() {
                address == to
                    || (is_account && address.split([':', '@']).next() == to.split('@').next())
            } else {
                named.contains(&address)
            };
            if is_for && board != from {
                let tag = if is_call { "call" } else { "receipt" };
                let head = format!(r#"<{tag} from="{sender}" id="{id}" t="17""#);
                let reason = attribute(inside, "reason").unwrap_or_default();
                let what = if is_call { "" } else { "receipt of " };
                let call = attribute(inside, "call-id").unwrap_or_default();
                self.send(
                    board,
                    format!("{head}>{inside}"),
                    format!("{what}{action} {reason} {call} from {sender}"),
                );
            }
        }
    }

    fn send(&mut self, to: usize, text: String, label: String) {
        self.wire.push(Travelling { to, text, label });
    }

    fn spent(&self, what: &str) -> usize {
        self.done.iter().filter(|done| *done == what).count()
    }

    /// Whether somebody may still do what is bounded.
    fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut seen = HashSet::new();
        for (at, travelling) in self.wire.iter().enumerate() {
            if !seen.insert((travelling.to, &travelling.label)) {
                continue;
            }
            steps.push(Step::Arrives(at));
            if self.spent("lost") < self.scenario.lost {
                steps.push(Step::IsLost(at));
            }
            if self.spent("repeated") < self.scenario.repeated {
                steps.push(Step::IsRepeated(at));
            }
            let may_fail = matches!(travelling.label.as_str(), "ack of offer" | "ack of accept");
            if may_fail && self.spent("refused") < self.scenario.refused {
                steps.push(Step::IsRefused(at));
            }
        }
        for board in 0..self.boards.len() {
            for call in self.boards[board].live() {
                match call {
                    AnyCall::CalleeAcked(_) => {
                        steps.extend([
                            Step::Rings(board),
                            Step::Answers(board),
                            Step::Declines(board),
                        ]);
                    }
                    AnyCall::CalleePreaccepted(_) => {
                        steps.extend([Step::Answers(board), Step::Declines(board)]);
                    }
                    AnyCall::CalleeAccepted(_)
                    | AnyCall::CallerAcked(_)
                    | AnyCall::CallerAccepted(_)
                        if self.scenario.hangs_up && self.spent("hung up") == 0 =>
                    {
                        steps.push(Step::HangsUp(board));
                    }
                    _ => {}
                }
            }
        }
        steps
    }

    /// The call of a board that a user's step is about.
    fn subject(&self, board: usize, is_so: impl Fn(&AnyCall) -> bool) -> Identity {
        let mut calls: Vec<&AnyCall> = self.boards[board]
            .live()
            .filter(|call| is_so(call))
            .collect();
        calls.sort_by_key(|call| call.identity().clone());
        calls[0].identity().clone()
    }

    fn take(&mut self, step: Step) {
        let rings = |call: &AnyCall| {
            matches!(
                call,
                AnyCall::CalleeAcked(_) | AnyCall::CalleePreaccepted(_)
            )
        };
        match step {
            Step::Arrives(at) => {
                let travelling = self.wire.remove(at);
                self.arrives(travelling);
            }
            Step::IsRepeated(at) => {
                self.done.push("repeated".to_owned());
                let travelling = self.wire[at].clone();
                self.arrives(travelling);
            }
            Step::IsLost(at) => {
                self.done.push("lost".to_owned());
                self.wire.remove(at);
            }
            Step::IsRefused(at) => {
                self.done.push("refused".to_owned());
                let mut travelling = self.wire.remove(at);
                travelling.text = travelling.text.replace("/>", r#" error="500"/>"#);
                travelling.label.push_str(" refused");
                self.arrives(travelling);
            }
            Step::Rings(board) => {
                let call = self.subject(board, |call| matches!(call, AnyCall::CalleeAcked(_)));
                let id = self.boards[board].next_id();
                let rates = AudioRates::only(16000);
                let rings = |call: Call<Callee, Acked>| call.preaccept(id, rates);
                let reaction = self.boards[board].step(&call, self.now, rings);
                self.react(
                    board,
                    reaction.expect("it is acknowledged").expect("it fits"),
                    None,
                );
            }
            Step::Answers(board) => {
                let call = self.subject(board, rings);
                let reaction = self.boards[board].answer(
                    &call,
                    self.now,
                    Answer::new(AudioRates::only(16000)),
                );
                self.react(board, reaction.expect("it rings").expect("it fits"), None);
            }
            Step::Declines(board) => {
                self.done.push("declined".to_owned());
                let call = self.subject(board, rings);
                let key = self.boards[board]
                    .get(&call)
                    .and_then(AnyCall::call_key)
                    .is_some();
                let has_rung = self.boards[board].get(&call).map(AnyCall::phase)
                    == Some(PhaseName::PREACCEPTED);
                assert_eq!(key, has_rung, "no key on the road to a reject (SIG-18.14)");
                let reaction = self.boards[board]
                    .decline(&call, self.now)
                    .expect("it rings");
                self.react(board, reaction, None);
                assert!(
                    self.boards[board]
                        .get(&call)
                        .and_then(AnyCall::call_key)
                        .is_none()
                );
            }
            Step::HangsUp(board) => {
                self.done.push("hung up".to_owned());
                let call = self.subject(board, |_| true);
                let reaction = self.boards[board]
                    .hang_up(&call, self.now)
                    .expect("it goes on");
                self.react(board, reaction, None);
            }
        }
    }

    fn arrives(&mut self, travelling: Travelling) {
        let Travelling { to, text, label } = travelling;
        let id = text
            .starts_with("<call")
            .then(|| attribute(&text, "id").expect("an id"));
        let reaction = self.boards[to].receive(received(&text), self.now);
        if self.react(to, reaction, id) {
            *self.parked.entry((to, label)).or_default() += 1;
        }
    }

    /// What tells this state from others.
    fn fingerprint(&self) -> u64 {
        let mut state = DefaultHasher::new();
        let mut wire: Vec<_> = self
            .wire
            .iter()
            .map(|travelling| (travelling.to, &travelling.label))
            .collect();
        wire.sort();
        let mut done = self.done.clone();
        done.sort();
        (wire, done, &self.parked).hash(&mut state);
        let mut told: Vec<_> = self.ended.iter().chain(&self.begun).collect();
        told.sort();
        told.hash(&mut state);
        for board in &self.boards {
            for call in [identity("CA", ANN), identity("CB", BOBS[0])] {
                let Some(call) = board.get(&call) else {
                    "unknown".hash(&mut state);
                    continue;
                };
                (call.phase().as_str(), format!("{:?}", call.outcome())).hash(&mut state);
                let devices = match call {
                    AnyCall::CallerAcked(call) => {
                        format!("{:?}", call.devices().collect::<Vec<_>>())
                    }
                    AnyCall::CallerPreaccepted(call) => {
                        format!("{:?}", call.devices().collect::<Vec<_>>())
                    }
                    AnyCall::CallerAccepted(call) => {
                        format!(
                            "{:?} {}",
                            call.devices().collect::<Vec<_>>(),
                            call.answered_by()
                        )
                    }
                    _ => String::new(),
                };
                devices.hash(&mut state);
            }
        }
        state.finish()
    }

    fn all_arrives(&mut self) {
        for _ in 0..500 {
            if self.wire.is_empty() {
                return;
            }
            self.take(Step::Arrives(0));
        }
        panic!("it never comes to rest");
    }

    /// What holds when nothing is on its way and the timers have run.
    fn settles(mut self) {
        self.all_arrives();
        if self.scenario.glare && self.done.is_empty() {
            let live = |board: &Switchboard| {
                board
                    .live()
                    .map(|call| call.identity().call_id.to_string())
                    .collect()
            };
            let [ann, bob]: [Vec<String>; 2] = [live(&self.boards[0]), live(&self.boards[1])];
            assert_eq!(
                (&ann, ann.len()),
                (&bob, 1),
                "of two calls that cross, both ends keep the same one"
            );
        }
        for _ in 0..50 {
            self.all_arrives();
            self.now += Duration::from_secs(91);
            let mut is_quiet = true;
            for board in 0..self.boards.len() {
                for call in self.boards[board].expired(self.now) {
                    is_quiet = false;
                    let reaction = self.boards[board]
                        .time_out(&call, self.now)
                        .expect("it expired");
                    self.react(board, reaction, None);
                }
            }
            if is_quiet && self.wire.is_empty() {
                break;
            }
        }
        assert!(self.wire.is_empty(), "it comes to rest");
        let mut talking: Vec<(usize, String)> = Vec::new();
        for (board, calls) in self.boards.iter().enumerate() {
            for call in calls.live() {
                let phase = call.phase();
                assert_eq!(
                    phase,
                    PhaseName::ACCEPTED,
                    "a timer ends what nobody answered"
                );
                talking.push((board, call.identity().call_id.to_string()));
            }
        }
        // What is forgotten may ring again, and then nobody is at the other end.
        let forgets = self.scenario.limits.ended_calls == 0;
        let is_disturbed = forgets || self.spent("lost") + self.spent("refused") > 0;
        for call in ["CA", "CB"] {
            let ends = talking.iter().filter(|(_, of)| of == call).count();
            // What is lost may leave an end alone: it hangs up by hand. Nothing else may.
            assert!(
                is_disturbed || ends == 0 || ends == 2,
                "{call}: {talking:?}"
            );
            let devices = talking
                .iter()
                .filter(|(board, of)| of == call && *board > 0)
                .count();
            assert!(
                is_disturbed || devices <= 1,
                "{call} is answered once: {talking:?}"
            );
        }
        if let Some(AnyCall::CallerAccepted(call)) = self.boards[0].get(&identity("CA", ANN))
            && !is_disturbed
        {
            let device = self
                .addresses
                .iter()
                .position(|address| *address == call.answered_by().as_str());
            assert!(
                talking.contains(&(device.expect("a device of Bob's"), "CA".to_owned())),
                "{talking:?}"
            );
        }
        if self.scenario.glare && !is_disturbed && self.spent("hung up") == 0 {
            assert!(
                talking.len() <= 2,
                "one call of two that cross: {talking:?}"
            );
        }
        for began in &self.begun {
            let is_live = talking.contains(began);
            assert!(
                is_live || self.ended.contains(began),
                "{began:?} has ended and nobody was told"
            );
        }
    }
}

/// How much was searched.
#[derive(Debug, Default)]
struct Searched {
    states: usize,
    ends: usize,
    deepest: usize,
    is_whole: bool,
}

/// Searches breadth first, so that what goes wrong goes wrong in few steps.
fn search(scenario: &Scenario, most: usize) -> Searched {
    let mut searched = Searched {
        is_whole: true,
        ..Searched::default()
    };
    let mut seen = HashSet::new();
    let mut waiting = std::collections::VecDeque::from([Vec::<Step>::new()]);
    while let Some(path) = waiting.pop_front() {
        if searched.states >= most {
            searched.is_whole = false;
            break;
        }
        let run = || {
            let mut world = World::new(scenario);
            for step in &path {
                world.take(*step);
            }
            world
        };
        let world = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
        let world = world.unwrap_or_else(|_| panic!("after {path:?} of {scenario:?}"));
        if !seen.insert(world.fingerprint()) {
            continue;
        }
        searched.states += 1;
        searched.deepest = searched.deepest.max(path.len());
        let steps = world.steps();
        for step in &steps {
            let mut longer = path.clone();
            longer.push(*step);
            waiting.push_back(longer);
        }
        // From every state the rest comes to a good end, if the network is fair and the timers run.
        searched.ends += 1;
        let rest = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.settles()));
        assert!(
            rest.is_ok(),
            "after {path:?}, and then everything that is on its way, of {scenario:?}"
        );
    }
    searched
}

fn most() -> usize {
    std::env::var("MODEL_STATES")
        .ok()
        .and_then(|most| most.parse().ok())
        .unwrap_or(600)
}

fn scenario(devices: usize) -> Scenario {
    Scenario {
        devices,
        glare: false,
        lost: 0,
        repeated: 0,
        refused: 0,
        hangs_up: true,
        limits: Limits::default(),
    }
}

#[track_caller]
fn holds(name: &str, scenario: &Scenario) {
    let searched = search(scenario, most());
    println!("{name}: {searched:?}");
    assert!(searched.states > 100, "{name}: {searched:?}");
}

#[test]
fn a_call_to_one_device_over_any_network() {
    let scenario = Scenario {
        lost: 1,
        repeated: 1,
        refused: 1,
        ..scenario(1)
    };
    holds(
        "one device, one stanza lost, one repeated, one refused",
        &scenario,
    );
}

#[test]
fn a_call_to_two_devices_in_any_order() {
    holds("two devices", &scenario(2));
    holds(
        "two devices, one stanza lost",
        &Scenario {
            lost: 1,
            ..scenario(2)
        },
    );
    holds(
        "two devices, one stanza repeated",
        &Scenario {
            repeated: 1,
            ..scenario(2)
        },
    );
    holds(
        "two devices, one stanza refused",
        &Scenario {
            refused: 1,
            ..scenario(2)
        },
    );
}

#[test]
fn a_call_to_three_devices_in_any_order() {
    holds("three devices", &scenario(3));
}

#[test]
fn two_calls_that_cross_in_any_order() {
    let scenario = Scenario {
        glare: true,
        hangs_up: false,
        ..scenario(1)
    };
    holds("two calls that cross", &scenario);
}

#[test]
fn a_call_that_is_forgotten_at_once() {
    let limits = Limits {
        ended_calls: 0,
        ..Limits::default()
    };
    let scenario = Scenario {
        repeated: 1,
        limits,
        ..scenario(2)
    };
    holds("two devices that forget", &scenario);
}
