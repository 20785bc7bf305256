//! A phone: a switchboard, a clock that stands still until it is moved, and the wire as text.

use std::time::{Duration, Instant};

use ringstate::stanza::Identity;
use ringstate::{
    Acked, Answer, AnyCall, AudioRates, BoardError, Call, Callee, Caller, Creator, DeviceKey,
    Event, HearError, Limits, NewCall, Policy, Reaction, Received, RingingDevices, StanzaId,
    Switchboard, TransportMessage, xml,
};

use super::{ANN, ME, me, received};

/// A call from Ann, and a call to Ann.
pub(crate) const IN: &str = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;
pub(crate) const OUT: &str = r#"call-id="00FACADE" call-creator="15550100:2@lid""#;

/// Ann's other devices, another device of this user, and somebody else.
pub(crate) const ANN_PRIMARY: &str = "15550199@lid";
pub(crate) const ANN_7: &str = "15550199:7@lid";
pub(crate) const MY_OTHER: &str = "15550100:5@lid";
pub(crate) const STRANGER: &str = "15550155:1@lid";

pub(crate) struct Phone {
    pub(crate) board: Switchboard,
    pub(crate) now: Instant,
}

/// What is sent, as XML, and what happened.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) sent: Vec<String>,
    pub(crate) events: Vec<Event>,
}

impl From<Reaction> for Told {
    fn from(reaction: Reaction) -> Self {
        let mut sent = Vec::new();
        let events = reaction.send(|stanza| sent.push(xml::to_string(&stanza)));
        Self { sent, events }
    }
}

impl Told {
    /// The one event that there is.
    #[track_caller]
    pub(crate) fn event(&self) -> &Event {
        assert_eq!(self.events.len(), 1, "{self:?}");
        &self.events[0]
    }
}

/// Checks that the one event of what was told is like this.
macro_rules! happened {
    ($told:expr, $event:pat $(if $so:expr)?) => {
        assert!(matches!($told.event(), $event $(if $so)?), "{:?}", $told)
    };
}
pub(crate) use happened;

/// Ids that are easy to read: `OUT1`, `OUT2`, …
pub(crate) fn ids() -> impl FnMut() -> StanzaId + Send + Sync {
    let mut last = 0;
    move || {
        last += 1;
        format!("OUT{last}").parse().expect("an id")
    }
}

impl Phone {
    pub(crate) fn new() -> Self {
        Self::with(Policy::default(), Limits::default())
    }

    pub(crate) fn with(policy: Policy, limits: Limits) -> Self {
        Self {
            board: Switchboard::with(me(), policy, limits, ids()),
            now: Instant::now(),
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn hear(&mut self, document: &str) -> Told {
        self.receive(received(document))
    }

    pub(crate) fn receive(&mut self, received: Received) -> Told {
        self.board.receive(received, self.now).into()
    }

    /// Rings: an offer of Ann's is heard.
    pub(crate) fn ring(&mut self) -> Identity {
        self.ring_for(IN)
    }

    /// Rings: an offer of Ann's is heard, of this call.
    pub(crate) fn ring_for(&mut self, call: &str) -> Identity {
        let told = self.hear(&offer(ANN, call, ""));
        let Event::Rings { call } = told.event() else {
            panic!("{told:?}")
        };
        call.clone()
    }

    /// Calls Ann, whose devices 0, 7 and 9 are to ring: nothing is heard of the server yet.
    pub(crate) fn call(&mut self) -> Identity {
        match self.board.place(call_to_ann("00FACADE"), self.now) {
            Ok((call, reaction)) => {
                let told = Told::from(reaction);
                assert_eq!(told.sent.len(), 1, "{told:?}");
                assert!(told.sent[0].contains(r#" id="OUT1"><offer "#), "{told:?}");
                call
            }
            Err(refused) => panic!("{refused:?}"),
        }
    }

    /// Calls Ann, and the server has the offer.
    pub(crate) fn call_and_ack(&mut self) -> Identity {
        let call = self.call();
        let told = self.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
        assert!(
            matches!(told.event(), Event::OfferConfirmed { .. }),
            "{told:?}"
        );
        call
    }

    pub(crate) fn phase(&self, call: &Identity) -> Option<String> {
        let call = self.board.get(call)?;
        Some(format!("{} {}", call.role(), call.phase()))
    }

    #[track_caller]
    pub(crate) fn stored(&self, call: &Identity) -> &AnyCall {
        self.board.get(call).expect("the call is known")
    }
}

/// A stanza of a call, from this address, with the id `9Z`.
pub(crate) fn says(from: &str, action: &str, call: &str, rest: &str) -> String {
    says_under("9Z", from, action, call, rest)
}

pub(crate) fn says_under(id: &str, from: &str, action: &str, call: &str, rest: &str) -> String {
    format!(r#"<call from="{from}" id="{id}"><{action} {call} {rest}/></call>"#)
}

/// An offer from this address, with the id `9Y`.
pub(crate) fn offer(from: &str, call: &str, mark: &str) -> String {
    format!(
        r#"<call from="{from}" id="9Y" t="1700000000" notify="Ann" {mark}><offer {call}><audio enc="opus" rate="16000"/><enc v="2" type="msg" count="0">33aa</enc><encopt keygen="2"/></offer></call>"#
    )
}

pub(crate) fn ack_of(id: &str, to: &str) -> String {
    format!(r#"<ack class="call" id="{id}" to="{to}"/>"#)
}

pub(crate) fn receipt_of(to: &str, call: &str) -> String {
    format!(r#"<receipt to="{to}" id="9Y" from="{ME}"><offer {call}/></receipt>"#)
}

pub(crate) fn call_to_ann(call_id: &str) -> NewCall {
    let device = |jid: &str| jid.parse().expect("an address");
    NewCall {
        call_id: call_id.parse().expect("an id"),
        peer: device(ANN_PRIMARY),
        peer_alias: None,
        creator: Creator::Lid {
            lid: ME.parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (device(ANN_PRIMARY), DeviceKey::Session(vec![0x33])),
            others: vec![
                (device(ANN_7), Some(DeviceKey::Session(vec![0x34]))),
                (device("15550199:9@lid"), None),
            ],
        },
        video: None,
        redial: None,
        privacy: None,
    }
}

pub(crate) fn answer() -> Answer {
    Answer::new(AudioRates::only(16000))
}

/// Answers the incoming call: it is sent as `OUT1`.
pub(crate) fn accept(phone: &mut Phone, call: &Identity) -> Told {
    let accepted = phone
        .board
        .step(call, phone.now, |call: Call<Callee, Acked>| {
            call.accept(answer())
        });
    accepted
        .expect("it is acknowledged")
        .expect("it fits the offer")
        .into()
}

pub(crate) fn decline(phone: &mut Phone, call: &Identity) -> Told {
    let declined = phone
        .board
        .step(call, phone.now, |call: Call<Callee, Acked>| call.reject());
    declined.expect("it is acknowledged").into()
}

/// Checks that a stanza is acknowledged and that nothing new came of it.
#[track_caller]
pub(crate) fn is_nothing_new(told: &Told) {
    assert!(matches!(told.event(), Event::NothingNew { .. }), "{told:?}");
    assert!(
        told.sent
            .iter()
            .all(|line| line.starts_with("<ack ") || line.starts_with("<receipt ")),
        "{told:?}"
    );
}

/// Why a stanza is refused: by the board, or by the step of a call.
pub(crate) struct Why(BoardError);

impl From<BoardError> for Why {
    fn from(why: BoardError) -> Self {
        Self(why)
    }
}

impl From<HearError> for Why {
    fn from(why: HearError) -> Self {
        Self(BoardError::Receive(why.into()))
    }
}

/// Checks that a stanza is acknowledged, once, and refused.
#[track_caller]
pub(crate) fn is_refused(told: &Told, why: impl Into<Why>) {
    match told.event() {
        Event::Unheard { reason, stanza } => {
            assert_eq!(*reason, why.into().0);
            assert!(
                !format!("{stanza:?}").contains(" id: Some"),
                "its debt is paid: {stanza:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(told.sent.len(), 1, "{told:?}");
    assert!(told.sent[0].starts_with("<ack "), "{told:?}");
}

/// Says that this device rings.
pub(crate) fn preaccept(phone: &mut Phone, call: &Identity) -> Told {
    let (id, rates) = (phone.board.next_id(), AudioRates::only(16000));
    let rings = |call: Call<Callee, Acked>| call.preaccept(id, rates);
    let rings = phone.board.step(call, phone.now, rings);
    rings
        .expect("it is acknowledged")
        .expect("it fits the offer")
        .into()
}

/// Sends candidates of a call that was made.
pub(crate) fn transport(phone: &mut Phone, call: &Identity) -> Told {
    let said = phone
        .board
        .step(call, phone.now, |call: Call<Caller, Acked>| {
            let said = call.transport(TransportMessage::default());
            (call, said)
        });
    said.expect("the server has the offer").into()
}

/// A report of a relay's latency, 45 milliseconds.
pub(crate) fn says_latency(from: &str, call: &str) -> String {
    let te = r#"<te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>"#;
    says(from, "relaylatency", call, "")
        .replace("/></call>", &format!(">{te}</relaylatency></call>"))
}
