//! Ten thousand calls between two accounts, with two devices each, over a network that loses, repeats and reorders.
//!
//! ```sh
//! cargo run --release --example switchboard              # ten thousand calls
//! cargo run --release --example switchboard -- 500 7     # 500 calls, with another seed
//! ```
//!
//! Each device has a [`Switchboard`]. Between them stands a server that acknowledges what it takes, passes it on until that
//! is acknowledged, and refuses an offer in a hundred. The users answer, decline, are busy, ignore it, lose patience and hang
//! up. In the end every call has one outcome at its caller and one at each device of its callee: the table on standard output
//! counts them, and its rows add up to the calls that were made. The exit status is 1 if they do not.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ringstate::stanza::{AnyAction, CallStanza, Identity, Outgoing};
use ringstate::{
    Accepted, Acked, Answer, AudioRates, Call, Callee, Caller, Creator, DeviceKey, Event, Jid,
    NewCall, Outcome, OwnAddress, Preaccepted, Reaction, Received, RingingDevices, Switchboard,
    TerminateReason, TransportMessage, xml,
};

const ACCOUNTS: [&str; 2] = ["15550100", "15550199"];

/// Two devices of either account: `15550100:1@lid`, `15550100:2@lid`, …
const DEVICES: usize = 4;

/// Milliseconds from one call to the next.
const BETWEEN_CALLS: u64 = 6000;

/// Of a hundred stanzas, so many are lost, and so many arrive twice.
const LOST: u64 = 5;
const REPEATED: u64 = 5;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse());
    let (Ok(calls), Ok(seed)) = (
        arguments.next().unwrap_or(Ok(10_000)),
        arguments.next().unwrap_or(Ok(1)),
    ) else {
        eprintln!("usage: switchboard [CALLS [SEED]]");
        return ExitCode::FAILURE;
    };
    let mut world = World::new(calls, seed);
    world.run();
    if world.report() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A small generator of numbers that look random and are the same for the same seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// What happens at some time.
enum Happening {
    ReachesServer {
        from: usize,
        text: String,
    },
    ReachesDevice {
        device: usize,
        text: String,
    },
    /// Whoever has not been acknowledged says it again.
    ServerRepeats {
        device: usize,
        key: (String, String),
    },
    DeviceRepeats {
        device: usize,
        id: String,
    },
    Calls {
        device: usize,
    },
    Decides {
        device: usize,
        call: Identity,
    },
    Answers {
        device: usize,
        call: Identity,
    },
    HangsUp {
        device: usize,
        call: Identity,
    },
    Ticks {
        device: usize,
    },
}

struct Device {
    board: Switchboard,
    address: String,
    /// What the server has not acknowledged.
    unconfirmed: HashMap<String, String>,
}

#[derive(Default)]
struct Server {
    /// What was taken, and whether it was refused.
    taken: HashMap<(usize, String), bool>,
    /// What a device has not acknowledged: by the device, and whose stanza it is under which id.
    undelivered: HashMap<(usize, (String, String)), String>,
    /// The calls whose offer was refused: no device of the callee hears of them.
    refused: HashSet<String>,
}

struct World {
    random: Random,
    start: Instant,
    /// In milliseconds.
    now: u64,
    happenings: BTreeMap<(u64, u64), Happening>,
    planned: u64,
    server: Server,
    devices: Vec<Device>,
    calls: u64,
    made: u64,
    /// For every call what its caller, and each device of its callee, say in the end.
    ends: BTreeMap<String, [Option<&'static str>; 3]>,
    rang: HashSet<(usize, String)>,
    rang_twice: u64,
    /// Which devices were in no position to take which calls.
    busy: HashSet<(usize, String)>,
    counts: BTreeMap<&'static str, u64>,
}

impl World {
    fn new(calls: u64, seed: u64) -> Self {
        let devices = (0..DEVICES).map(|device| {
            let address = format!("{}:{}@lid", ACCOUNTS[device / 2], device % 2 + 1);
            let mut last = 0;
            let ids = move || {
                last += 1;
                format!("D{device}-{last}").parse().expect("an id")
            };
            let me = OwnAddress::lid(address.parse().expect("a LID"));
            Device {
                board: Switchboard::new(me, ids),
                address,
                unconfirmed: HashMap::new(),
            }
        });
        let mut world = Self {
            random: Random(seed),
            start: Instant::now(),
            now: 0,
            happenings: BTreeMap::new(),
            planned: 0,
            server: Server::default(),
            devices: devices.collect(),
            calls,
            made: 0,
            ends: BTreeMap::new(),
            rang: HashSet::new(),
            rang_twice: 0,
            busy: HashSet::new(),
            counts: BTreeMap::new(),
        };
        for n in 0..calls {
            let device = usize::try_from(world.random.below(4)).expect("one of four");
            world.plan(n * BETWEEN_CALLS + 1, Happening::Calls { device });
        }
        for device in 0..DEVICES {
            world.plan(1000, Happening::Ticks { device });
        }
        world
    }

    fn plan(&mut self, after: u64, happening: Happening) {
        self.planned += 1;
        self.happenings
            .insert((self.now + after, self.planned), happening);
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.random.below(to - from)
    }

    fn time(&self) -> Instant {
        self.start + Duration::from_millis(self.now)
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn run(&mut self) {
        while let Some(((at, _), happening)) = self.happenings.pop_first() {
            self.now = at;
            match happening {
                Happening::ReachesServer { from, text } => self.server_hears(from, &text),
                Happening::ReachesDevice { device, text } => self.device_hears(device, &text),
                Happening::ServerRepeats { device, key } => self.deliver(device, key),
                Happening::DeviceRepeats { device, id } => self.transmit(device, id),
                Happening::Calls { device } => self.calls(device),
                Happening::Decides { device, call } => self.decides(device, &call),
                Happening::Answers { device, call } => self.answers(device, &call),
                Happening::HangsUp { device, call } => {
                    let now = self.time();
                    let said = self.devices[device].board.hang_up(&call, now);
                    self.does(device, said.unwrap_or_default());
                }
                Happening::Ticks { device } => self.ticks(device),
            }
        }
    }

    // The network.

    /// Puts a stanza on the way: it may be lost, arrive twice, and be overtaken.
    fn send(&mut self, mut arrival: impl FnMut() -> Happening) {
        self.count("stanzas sent");
        let times = match self.random.below(100) {
            luck if luck < LOST => 0,
            luck if luck < LOST + REPEATED => 2,
            _ => 1,
        };
        match times {
            0 => self.count("stanzas lost"),
            2 => self.count("stanzas repeated"),
            _ => {}
        }
        for _ in 0..times {
            let delay = self.between(20, 400);
            self.plan(delay, arrival());
        }
    }

    // The server.

    fn server_hears(&mut self, from: usize, text: &str) {
        match xml::parse_sent(text).expect("what a device sends can be read") {
            Outgoing::Ack(ack) => {
                let key = (ack.to().to_string(), ack.id().to_string());
                self.server.undelivered.remove(&(from, key));
            }
            Outgoing::Receipt(receipt) => {
                let call = receipt.identity();
                let text = format!(
                    r#"<receipt from="{}" id="{}"><offer call-id="{}" call-creator="{}"/></receipt>"#,
                    self.devices[from].address,
                    receipt.id(),
                    call.call_id,
                    call.call_creator
                );
                for device in self.devices_at(receipt.to()) {
                    self.send(|| Happening::ReachesDevice {
                        device,
                        text: text.clone(),
                    });
                }
            }
            Outgoing::CallStanza(call) => self.server_takes(from, &call, text),
            _ => {}
        }
    }

    fn server_takes(&mut self, from: usize, call: &CallStanza, text: &str) {
        let id = call.id().expect("everything has an id").to_string();
        let is_offer = matches!(call.action(), AnyAction::Offer(_));
        let unlucky = is_offer && self.random.below(100) == 0;
        let taken = self.server.taken.get(&(from, id.clone())).copied();
        let refused = taken.unwrap_or(unlucky);
        let error = if refused { r#" error="439""# } else { "" };
        let kind = if is_offer { "offer" } else { "other" };
        let ack =
            format!(r#"<ack class="call" id="{id}" from="s.whatsapp.net" type="{kind}"{error}/>"#);
        self.send(|| Happening::ReachesDevice {
            device: from,
            text: ack.clone(),
        });
        if taken.is_some() {
            return;
        }
        self.server.taken.insert((from, id.clone()), refused);
        if refused {
            let call = call.action().identity().expect("an offer names its call");
            self.server.refused.insert(call.call_id.to_string());
            return;
        }
        let listed = match call.action() {
            AnyAction::Terminate(terminate) => terminate.destination(),
            _ => None,
        };
        let targets: Vec<usize> = match listed {
            Some(destination) => {
                let devices = destination.recipients().iter();
                devices
                    .flat_map(|device| self.devices_at(device.jid()))
                    .collect()
            }
            None => self.devices_at(call.to()),
        };
        let (to, sender) = (call.to(), self.devices[from].address.clone());
        let passed_on = text.replacen(
            &format!(r#"<call to="{to}""#),
            &format!(
                r#"<call from="{sender}" t="{}""#,
                1_700_000_000 + self.now / 1000
            ),
            1,
        );
        for device in targets {
            let key = (sender.clone(), id.clone());
            self.server
                .undelivered
                .insert((device, key.clone()), passed_on.clone());
            self.deliver(device, key);
        }
    }

    /// Sends a stanza to a device, and again as long as it is not acknowledged.
    fn deliver(&mut self, device: usize, key: (String, String)) {
        if let Some(text) = self.server.undelivered.get(&(device, key.clone())).cloned() {
            self.send(|| Happening::ReachesDevice {
                device,
                text: text.clone(),
            });
            self.plan(1500, Happening::ServerRepeats { device, key });
        }
    }

    /// The devices at an address: one of an account, or all of it.
    fn devices_at(&self, address: &Jid) -> Vec<usize> {
        let is_at = |device: &usize| {
            let known: Jid = self.devices[*device].address.parse().expect("an address");
            known.user() == address.user()
                && (address.device().is_none() || known.device() == address.device())
        };
        (0..DEVICES).filter(is_at).collect()
    }

    // The devices, and who holds them.

    fn device_hears(&mut self, device: usize, text: &str) {
        let received = xml::parse(text).expect("what the server sends can be read");
        if let Received::Ack(ack) = &received {
            self.devices[device].unconfirmed.remove(ack.id().as_str());
        }
        let now = self.time();
        let reaction = self.devices[device].board.receive(received, now);
        self.does(device, reaction);
    }

    /// Sends what a board wants sent, and takes note of what happened.
    fn does(&mut self, device: usize, reaction: Reaction) {
        for stanza in reaction.send {
            let text = xml::to_string(&stanza);
            match stanza.outgoing() {
                Outgoing::CallStanza(call) => {
                    let id = call.id().expect("everything has an id").to_string();
                    self.devices[device].unconfirmed.insert(id.clone(), text);
                    self.transmit(device, id);
                }
                _ => self.send(|| Happening::ReachesServer {
                    from: device,
                    text: text.clone(),
                }),
            }
        }
        for event in reaction.events {
            self.happens(device, event);
        }
    }

    /// Sends a stanza to the server, and again, byte for byte, as long as it is not acknowledged.
    fn transmit(&mut self, device: usize, id: String) {
        if let Some(text) = self.devices[device].unconfirmed.get(&id).cloned() {
            self.send(|| Happening::ReachesServer {
                from: device,
                text: text.clone(),
            });
            self.plan(1500, Happening::DeviceRepeats { device, id });
        }
    }

    fn happens(&mut self, device: usize, event: Event) {
        match event {
            Event::Rings { call } => {
                if !self.rang.insert((device, call.call_id.to_string())) {
                    self.rang_twice += 1;
                }
                let patience = self.between(300, 20_000);
                self.plan(patience, Happening::Decides { device, call });
            }
            Event::Missed(missed) => {
                let end = match missed.outcome {
                    Outcome::AnsweredElsewhere => "answered elsewhere",
                    Outcome::DeclinedElsewhere => "declined elsewhere",
                    _ => "missed, no ring",
                };
                self.ends_at(device, missed.call.call_id.as_str(), end);
            }
            Event::StoppedRinging { call, outcome, .. } => {
                let end = match outcome {
                    Outcome::AnsweredElsewhere => "answered elsewhere",
                    Outcome::DeclinedElsewhere => "declined elsewhere",
                    Outcome::Declined if self.is_busy(device, &call) => "busy",
                    Outcome::Declined => "declined",
                    _ => "missed",
                };
                self.ends_at(device, call.call_id.as_str(), end);
            }
            Event::Answered { call, .. } => {
                let now = self.time();
                let asks =
                    self.devices[device]
                        .board
                        .step(&call, now, |call: Call<Caller, Accepted>| {
                            let transport = call.transport(TransportMessage {
                                message_type: Some(TransportMessage::PEER_CANDIDATE),
                                ..TransportMessage::default()
                            });
                            (call, transport)
                        });
                self.does(device, asks.unwrap_or_default());
                let talk = self.between(1000, 30_000);
                self.plan(talk, Happening::HangsUp { device, call });
            }
            Event::Transport { call, heard } => {
                let Some(reply) = heard.reply else { return };
                let now = self.time();
                let replies =
                    self.devices[device]
                        .board
                        .step(&call, now, |call: Call<Callee, Accepted>| {
                            let transport = call.transport(reply);
                            (call, transport)
                        });
                self.does(device, replies.unwrap_or_default());
            }
            Event::Declined { call, outcome, .. } | Event::Ended { call, outcome, .. } => {
                let end = match outcome {
                    Outcome::HungUp => "answered",
                    Outcome::Declined => "declined",
                    Outcome::Cancelled => "cancelled",
                    Outcome::TimedOut => "timed out",
                    Outcome::Unavailable => "unavailable",
                    Outcome::RefusedByServer { .. } => "refused by server",
                    _ => "something else",
                };
                self.ends_at(device, call.call_id.as_str(), end);
            }
            Event::Glare { .. } => self.count("offers that crossed"),
            Event::Parked { .. } => self.count("stanzas that came too early"),
            Event::NothingNew { .. } => self.count("stanzas that came too late or again"),
            Event::Unheard { .. } => self.count("stanzas refused"),
            _ => {}
        }
    }

    /// Notes how a call ended for a device: the caller's comes first, then those of the callee's two.
    fn ends_at(&mut self, device: usize, call: &str, end: &'static str) {
        let caller: usize = call[1..2]
            .parse()
            .expect("it begins with its caller's device");
        let slot = if device == caller { 0 } else { device % 2 + 1 };
        let ends = self.ends.entry(call.to_owned()).or_default();
        if ends[slot].replace(end).is_some() {
            self.count("calls that ended twice for a device");
        }
    }

    fn calls(&mut self, device: usize) {
        let other = ACCOUNTS[1 - device / 2];
        let key = || DeviceKey::Session(vec![0x33, 0x0a]);
        let at = |device: &str| format!("{other}{device}@lid").parse().expect("an address");
        self.made += 1;
        let call_id = format!("D{device}-C{}", self.made);
        let call = NewCall {
            call_id: call_id.parse().expect("an id"),
            peer: at(""),
            peer_alias: None,
            creator: Creator::Lid {
                lid: self.devices[device].address.parse().expect("a LID"),
                phone_number: None,
            },
            devices: RingingDevices {
                first: (at(":1"), key()),
                others: vec![(at(":2"), Some(key()))],
            },
            video: false,
            privacy: None,
        };
        let now = self.time();
        match self.devices[device].board.place(call, now) {
            Ok((call, reaction)) => {
                self.does(device, reaction);
                // One caller in eight loses patience.
                if self.random.below(8) == 0 {
                    let patience = self.between(100, 15_000);
                    self.plan(patience, Happening::HangsUp { device, call });
                }
            }
            Err(refused) => {
                eprintln!("{}", refused.reason());
                self.ends_at(device, &call_id, "not made");
            }
        }
    }

    /// What the user of a device that rings does.
    fn decides(&mut self, device: usize, call: &Identity) {
        let now = self.time();
        let board = &mut self.devices[device].board;
        let said = match self.random.below(20) {
            0..7 => {
                let (id, rates) = (board.next_id(), AudioRates::only(AudioRates::WIDEBAND));
                let ringing = board.step(call, now, |call: Call<Callee, Acked>| {
                    call.preaccept(id, rates)
                });
                let call = call.clone();
                let delay = self.random.below(500);
                self.plan(delay, Happening::Answers { device, call });
                ringing.and_then(Result::ok)
            }
            7..10 => board.hang_up(call, now),
            10..12 => {
                self.busy.insert((device, call.call_id.to_string()));
                let board = &mut self.devices[device].board;
                board.step(call, now, |call: Call<Callee, Acked>| {
                    call.reject_with(TerminateReason::BUSY)
                })
            }
            _ => None, // somebody is not at home
        };
        self.does(device, said.unwrap_or_default());
    }

    fn is_busy(&self, device: usize, call: &Identity) -> bool {
        self.busy.contains(&(device, call.call_id.to_string()))
    }

    fn answers(&mut self, device: usize, call: &Identity) {
        let now = self.time();
        let answer = Answer::new(AudioRates::only(AudioRates::WIDEBAND));
        let answers = |call: Call<Callee, Preaccepted>| call.accept(answer);
        let said = self.devices[device].board.step(call, now, answers);
        let answered = said.is_some();
        self.does(device, said.and_then(Result::ok).unwrap_or_default());
        if answered && self.random.below(2) == 0 {
            let talk = self.between(1000, 30_000);
            let call = call.clone();
            self.plan(talk, Happening::HangsUp { device, call });
        }
    }

    /// Ends what has rung for too long, until everything is over, or could be.
    fn ticks(&mut self, device: usize) {
        let now = self.time();
        for call in self.devices[device].board.expired(now) {
            let said = self.devices[device].board.time_out(&call, now);
            self.does(device, said.unwrap_or_default());
        }
        // The last call has been over for long, unless something is wrong: then the table says so.
        let may_go_on = self.now < self.calls * BETWEEN_CALLS + 10 * 60 * 1000;
        let goes_on = |device: &Device| device.board.live().next().is_some();
        if self.made < self.calls || (may_go_on && self.devices.iter().any(goes_on)) {
            self.plan(1000, Happening::Ticks { device });
        }
    }

    /// Prints the table; whether it adds up.
    fn report(&self) -> bool {
        let mut rows: BTreeMap<[&str; 3], u64> = BTreeMap::new();
        for [caller, first, second] in self.ends.values() {
            let mut devices = [first, second].map(|end| end.unwrap_or("–"));
            devices.sort_unstable();
            let row = [caller.unwrap_or("–"), devices[0], devices[1]];
            *rows.entry(row).or_default() += 1;
        }
        let line = |cells: [&str; 3], calls: &str| {
            println!(
                "{:<20} {:<20} {:<20} {calls:>7}",
                cells[0], cells[1], cells[2]
            );
        };
        line(["the caller", "a device", "the other device"], "calls");
        for (row, calls) in &rows {
            line(*row, &calls.to_string());
        }
        let total: u64 = rows.values().sum();
        line(["", "", "together"], &total.to_string());
        println!();
        for (what, count) in &self.counts {
            println!("{what:<62} {count:>7}");
        }
        println!(
            "{:<62} {:>7}",
            "calls that rang twice for a device", self.rang_twice
        );
        let going_on: usize = self
            .devices
            .iter()
            .map(|device| device.board.live().count())
            .sum();
        println!("{:<62} {going_on:>7}", "calls that are not over");

        let complete = |(call, [caller, first, second]): (&String, &[Option<&str>; 3])| {
            let heard = [first, second].map(Option::is_some);
            caller.is_some() && heard == [!self.server.refused.contains(call); 2]
        };
        let told_twice = self
            .counts
            .contains_key("calls that ended twice for a device");
        total == self.calls
            && self.ends.iter().all(complete)
            && going_on == 0
            && self.rang_twice == 0
            && !told_twice
    }
}
