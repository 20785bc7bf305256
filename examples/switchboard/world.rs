//! What happens when: a clock that jumps from one happening to the next, and a network that loses, repeats and reorders.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use ringstate::stanza::Identity;
use ringstate::{Limits, OwnAddress, Policy, Switchboard};

use crate::server::Server;

pub(crate) const ACCOUNTS: [&str; 2] = ["15550100", "15550199"];

/// Two devices of either account: `15550100:1@lid`, `15550100:2@lid`, …
pub(crate) const DEVICES: usize = 4;

/// Milliseconds from one call to the next.
pub(crate) const BETWEEN_CALLS: u64 = 6000;

/// Of a hundred stanzas, so many are lost, and so many arrive twice.
pub(crate) const LOST: u64 = 5;
pub(crate) const REPEATED: u64 = 5;

/// A small generator of numbers that look random and are the same for the same seed (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// What happens at some time.
pub(crate) enum Happening {
    ReachesServer {
        from: usize,
        text: String,
    },
    ReachesDevice {
        device: usize,
        text: String,
    },
    /// A stanza without an ack is sent again.
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

pub(crate) struct Device {
    pub(crate) board: Switchboard,
    pub(crate) address: String,
    /// What the server has not acknowledged.
    pub(crate) unconfirmed: HashMap<String, String>,
}

pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) start: Instant,
    /// In milliseconds.
    pub(crate) now: u64,
    pub(crate) happenings: BTreeMap<(u64, u64), Happening>,
    pub(crate) planned: u64,
    pub(crate) server: Server,
    pub(crate) devices: Vec<Device>,
    pub(crate) calls: u64,
    pub(crate) made: u64,
    /// For every call what its caller, and each device of its callee, say in the end.
    pub(crate) ends: BTreeMap<String, [Option<&'static str>; 3]>,
    pub(crate) rang: HashSet<(usize, String)>,
    pub(crate) rang_twice: u64,
    /// Which devices were in no position to take which calls.
    pub(crate) busy: HashSet<(usize, String)>,
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

impl World {
    pub(crate) fn new(calls: u64, seed: u64) -> Self {
        // Two people call each other all the time.
        let many = Limits {
            bytes_of_one: usize::MAX,
            live_calls_of_one: usize::MAX,
            ended_calls_of_one: usize::MAX,
            early_terminates_of_one: usize::MAX,
            placed_calls: usize::MAX,
            ..Limits::default()
        };
        let devices = (0..DEVICES).map(|device| {
            let address = format!("{}:{}@lid", ACCOUNTS[device / 2], device % 2 + 1);
            let mut last = 0;
            let ids = move || {
                last += 1;
                format!("D{device}-{last}").parse().expect("an id")
            };
            let me = OwnAddress::lid(address.parse().expect("a LID"));
            Device {
                board: Switchboard::with(me, Policy::default(), many.clone(), ids),
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

    pub(crate) fn plan(&mut self, after: u64, happening: Happening) {
        self.planned += 1;
        self.happenings
            .insert((self.now + after, self.planned), happening);
    }

    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.random.below(to - from)
    }

    pub(crate) fn time(&self) -> Instant {
        self.start + Duration::from_millis(self.now)
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    pub(crate) fn run(&mut self) {
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
    pub(crate) fn send(&mut self, mut arrival: impl FnMut() -> Happening) {
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
}
