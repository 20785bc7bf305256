//! A client and its user: what to do with a `Switchboard`, its reactions and its events.

use ringstate::stanza::{Identity, Outgoing};
use ringstate::{
    Accepted, Acked, Answer, AudioRates, Call, Callee, Caller, Creator, DeviceKey, Event, NewCall,
    Outcome, Preaccepted, Reaction, Received, RingingDevices, TerminateReason, TransportMessage,
    xml,
};

use crate::world::{ACCOUNTS, BETWEEN_CALLS, Device, Happening, World};

impl World {
    pub(crate) fn device_hears(&mut self, device: usize, text: &str) {
        let received = xml::parse(text).expect("what the server sends can be read");
        if let Received::Ack(ack) = &received {
            self.devices[device].unconfirmed.remove(ack.id().as_str());
        }
        let now = self.time();
        let reaction = self.devices[device].board.receive(received, now);
        self.does(device, reaction);
    }

    /// Sends what a board wants sent, and takes note of what happened.
    pub(crate) fn does(&mut self, device: usize, reaction: Reaction) {
        let mut stanzas = Vec::new();
        let events = reaction.send(|stanza| stanzas.push(stanza));
        for stanza in stanzas {
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
        for event in events {
            self.happens(device, event);
        }
    }

    /// Sends a stanza to the server, and again, byte for byte, as long as it is not acknowledged.
    pub(crate) fn transmit(&mut self, device: usize, id: String) {
        if let Some(text) = self.devices[device].unconfirmed.get(&id).cloned() {
            self.send(|| Happening::ReachesServer {
                from: device,
                text: text.clone(),
            });
            self.plan(1500, Happening::DeviceRepeats { device, id });
        }
    }

    pub(crate) fn happens(&mut self, device: usize, event: Event) {
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
    pub(crate) fn ends_at(&mut self, device: usize, call: &str, end: &'static str) {
        let caller: usize = call[1..2]
            .parse()
            .expect("it begins with its caller's device");
        let slot = if device == caller { 0 } else { device % 2 + 1 };
        let ends = self.ends.entry(call.to_owned()).or_default();
        if ends[slot].replace(end).is_some() {
            self.count("calls that ended twice for a device");
        }
    }

    pub(crate) fn calls(&mut self, device: usize) {
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
            video: None,
            redial: None,
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
    pub(crate) fn decides(&mut self, device: usize, call: &Identity) {
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

    pub(crate) fn is_busy(&self, device: usize, call: &Identity) -> bool {
        self.busy.contains(&(device, call.call_id.to_string()))
    }

    pub(crate) fn answers(&mut self, device: usize, call: &Identity) {
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
    pub(crate) fn ticks(&mut self, device: usize) {
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
}
