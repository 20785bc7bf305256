//! Call-signalling mistakes as compile errors.
//!
//! Each phase of a call is a type. Each step consumes the call and returns the next phase with the stanzas to send. A step
//! that is not legal in a phase does not compile, and the message names the clause of the protocol. The protocol is the
//! `<call>` stanza family of WhatsApp, as the [WhatsApp Calls Research Group](https://github.com/WhiskeySockets/wacrg)
//! documents it (`SIG-…` and others), and as captures of the official web client show it (`OBS-…`). [`Dialect`] chooses how
//! what you send is spelled.
//!
//! This crate does no input or output, keeps no clock and starts no task: you pass stanzas in as values and get stanzas to
//! send as values.
//!
//! # The idea
//!
//! ```
//! use ringstate::{Call, OwnAddress, Received, Stanza, xml};
//!
//! fn send(stanzas: impl IntoIterator<Item = Stanza>) {
//!     for stanza in stanzas {
//!         println!("{}", xml::to_string(&stanza));
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let line = r#"<call from="15550199:3@lid" id="1A2B3C4D5E" t="1700000000">
//! #     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
//! let me = OwnAddress::lid("15550100:2@lid".parse()?);
//! let offer = match xml::parse(line) {
//!     Ok(Received::Offer(offer)) => offer,
//!     Ok(other) => return Ok(send(other.acknowledge(&me))), // every stanza is owed its ack
//!     Err(error) => return Ok(send(error.into_owed())),     // even a malformed one
//! };
//! let (acked, owed) = Call::incoming(offer).acknowledge(&me); // `Call<Callee, Acked>`; ack, then receipt
//! send(owed);
//! let (rejected, reject) = acked.reject(); // `Call<Callee, Rejected>`; the `<reject>`
//! send([reject.with_id("3EB0C4D5".parse()?).0]); // a new and random id: servers drop a `<call>` without one
//! # drop(rejected);
//! # Ok(())
//! # }
//! ```
//!
//! The next line would be a mistake, and the compiler refuses it:
//!
//! ```compile_fail,E0277
//! # use ringstate::{Answer, Call, Callee, Rejected};
//! # fn mistake(rejected: Call<Callee, Rejected>, answer: Answer) {
//! rejected.accept(answer);
//! // error[E0277]: `<accept>` cannot be sent by the Callee of a call that is `Rejected`
//! //   = note: when `Rejected`: `<reject>` is terminal for that offer from that device (SIG-18.11, SIG-18.12)
//! # }
//! ```
//!
//! # The phases
//!
//! An incoming call, for the callee:
//!
#![doc = include_str!("../docs/generated/callee.svg")]
//!
//! An outgoing call, for the caller:
//!
#![doc = include_str!("../docs/generated/caller.svg")]
//!
//! In a group call an [`Invitee`] acknowledges, and declines or lets it be.
//!
//! [`law`] alone decides who may say what, and hear what, in which phase. The page of each phase ([`Offered`], [`Acked`],
//! [`Preaccepted`], [`Accepted`], [`Rejected`], [`Terminated`]) lists what is legal there; the page of each trait of the law
//! lists the phases.
//!
//! # Where to look
//!
//! | you want to | look at |
//! | --- | --- |
//! | read and write stanzas as XML | [`xml`] |
//! | know what was received | [`Received`], [`Inbound`] and the actions in [`stanza`] |
//! | make a call | [`NewCall`] |
//! | answer, decline or end a call | [`Call`] |
//! | match the server's acknowledgements | [`stanza::Sent`] |
//! | negotiate video in an answered call | [`Call::video`], [`video`] |
//! | spell stanzas as the official client does | [`Dialect`] |
//! | keep a call in a field | [`AnyCall`] |
//! | keep many, and hear every stanza | [`Switchboard`]; [`Switchboard::receive_unreadable`] for a malformed one |
//! | live in a client that sends acks by itself | [`HostClient`] |
//! | show what happened | [`Event`] |
//! | know what is legal when | [`law`] |
//! | go on after a restart | [`trace::restore`] |
//! | check or draw what a client has logged | [`trace`] |
//! | send what is owed | [`Owed`], [`Inbound::acknowledge`], [`Received::acknowledge`] |
//! | go on when a step is refused | [`Refused`] |
//!
//! # Keeping a call
//!
//! A step consumes the call, and you cannot move a call out of a borrowed field. [`AnyCall`] is for fields, lists and tables.
//! It holds a call in any role and phase, and takes its steps in place. There is never an empty slot. Its page shows a phone.
//!
//! # Many calls
//!
//! A client holds many calls, and the network delivers their stanzas in any order. [`Switchboard`] is the one place where
//! they meet. It gives each stanza to its call, acknowledges it, remembers what came before, waits for what came too early,
//! and tells you what to send and what happened.
//!
//! ```
//! use std::time::Instant;
//! use ringstate::{Event, Received, Stanza, Switchboard};
//!
//! fn hear(board: &mut Switchboard, received: Received, send: &mut dyn FnMut(Stanza)) {
//!     let reaction = board.receive(received, Instant::now());
//!     for event in reaction.send(send) { // acknowledgements first
//!         match event {
//!             Event::Rings { call } => eprintln!("{:?} rings", call.call_id),
//!             Event::StoppedRinging { call, outcome, .. } => eprintln!("{:?}: {outcome:?}", call.call_id),
//!             Event::Missed(missed) => eprintln!("{:?} did not ring: {:?}", missed.call.call_id, missed.outcome),
//!             other => eprintln!("{other:?}"),
//!         }
//!     }
//! }
//! ```
//!
//! # Clauses
//!
//! `SIG-18.6` is the sixth requirement of the documents' eighteenth signalling page, counted in the order of its text. `CAT`,
//! `FLOW` and `ENUM` are their catalogue, flow and enumeration pages, `REF` is their stanza reference, and `OQ` are their
//! open questions. [`conformance`] lists every requirement with the item that holds you to it, and a search for a clause, such
//! as `SIG-18.6`, finds that item. `docs/conformance.md` in the repository names the test of each as well, which fails when it
//! is broken.

#[macro_use]
mod stubs;
#[macro_use]
pub mod law;
mod any;
mod call;
mod id;
mod party;
mod phase;
pub mod stanza;
mod switchboard;
pub mod trace;
pub mod wire;

// A search finds the alias of a type where it is exported, and not in a private module.
#[doc(alias("OBS-27"))]
pub use any::Heard;
pub use any::{AnyCall, LastWord, ReceiveError, Stepped, SteppedCall};
#[doc(alias("SIG-16.38"))]
pub use call::AnswerError;
#[doc(alias("SIG-01.5", "SIG-17.4", "CAT-OFFER.8"))]
pub use call::Creator;
#[doc(alias("REF.6"))]
pub use call::DeviceIdentity;
#[doc(alias("SIG-01.13", "SIG-17.10", "ENUM-ENC.1", "ENUM-ENC.2"))]
pub use call::DeviceKey;
#[doc(alias("SIG-12.13", "SIG-12.14", "SIG-12.15", "SIG-14.8"))]
pub use call::Ending;
pub use call::HearError;
#[doc(alias("SIG-17.1", "CAT-OFFER.3", "FLOW-OUT.1"))]
pub use call::NewCall;
#[doc(alias("SIG-18.23"))]
pub use call::RejectHeard;
#[doc(alias("SIG-15.6", "SIG-15.8", "SIG-15.12"))]
pub use call::RelayReport;
#[doc(alias(
    "SIG-01.8",
    "SIG-01.12",
    "SIG-01.14",
    "SIG-17.6",
    "SIG-17.9",
    "SIG-17.14",
    "CAT-OFFER.15",
    "REF.12"
))]
pub use call::RingingDevices;
#[doc(alias("CAT-ACCEPT.2"))]
#[doc(alias(
    "stop ringing",
    "accepted elsewhere",
    "SIG-14.11",
    "SIG-17.42",
    "CAT-ACCEPT.15"
))]
pub use call::Siblings;
pub use call::TerminateHeard;
#[doc(alias("SIG-05.12"))]
pub use call::TransportHeard;
#[doc(alias(
    "SIG-05.6",
    "SIG-05.7",
    "SIG-05.9",
    "SIG-05.10",
    "SIG-05.11",
    "SIG-05.13",
    "REF.17",
    "REF.19",
    "REF.20"
))]
pub use call::TransportMessage;
pub use call::video::{self, AnyVideo, Video};
pub use call::{
    AcceptHeard, Call, Decline, HearResult, OfferAckHeard, OfferError, OfferMade, Refused,
    RefusedParts, SendResult,
};
#[doc(alias("SIG-01.3", "SIG-01.4", "SIG-17.3", "CAT-OFFER.7"))]
pub use id::CallId;
#[doc(alias("SIG-07.10", "SIG-07.11", "SIG-07.12"))]
pub use id::OwnAddress;
#[doc(alias("SIG-16.17"))]
pub use id::StanzaId;
pub use id::{IdError, Jid, Lid, MAX_ID_LEN, PhoneNumber};
#[doc(alias("SIG-17.26"))]
pub use phase::Accepted;
#[doc(alias("CAT-TERMINATE.3"))]
pub use phase::EndedBy;
#[doc(alias(
    "call log",
    "missed call",
    "SIG-12.1",
    "CAT-TERMINATE.7",
    "FLOW-MISSED.1"
))]
pub use phase::Outcome;
#[doc(alias("SIG-08.14", "SIG-18.12", "FLOW-REJECT.2"))]
pub use phase::Rejected;
#[doc(alias("SIG-17.36", "SIG-17.37"))]
pub use phase::Terminated;
pub use phase::{
    Acked, Callee, Caller, DeviceState, Invitee, Offered, Phase, Preaccepted, Role, held,
};
#[doc(inline)]
pub use stanza::{
    Accept, Answer, AudioRates, Dialect, EndedOffer, GroupOffer, Identity, Inbound, Meaning,
    MuteState, Offer, OfferNotice, Outbound, Owed, Preaccept, Received, Reject, Stanza, Terminate,
    TerminateReason, Transport,
};
#[doc(alias("missed call"))]
pub use switchboard::MissedCall;
#[doc(alias("SIG-18.24", "FLOW-REJECT.9"))]
pub use switchboard::OnDecline;
#[doc(alias("crossed calls", "simultaneous calls"))]
pub use switchboard::OnGlare;
#[doc(alias("OBS-24"))]
pub use switchboard::Policy;
pub use switchboard::{
    BoardError, Dismissal, Event, HostClient, Limit, Limits, OnUnverified, PlaceError, Reaction,
    Switchboard, Transmit,
};
#[cfg(feature = "wacore")]
#[doc(inline)]
pub use wire::node;
#[doc(inline)]
pub use wire::xml;
pub use wire::{ParseError, ParseErrorKind};

/// Traits that nothing has, or only a few types. What makes no sense where it stands is bounded by them, so that the compiler says what to
/// do instead of "no method named `terminate`". You need none of them.
pub mod hints {
    pub use crate::any::KnowsItsPhase;
    pub use crate::call::{IsOffered, MayBeDropped};
    #[doc(inline)]
    pub use crate::law::IsCall;
    #[doc(inline)]
    pub use crate::stanza::HandsOutKeys;
    pub use crate::switchboard::IsSent;
}

/// Every requirement of the documents and every fact that was observed, in our words, with the item that holds you to it.
///
/// A search for a clause, such as `SIG-18.12`, finds the same item. The brackets have how sure its source is: *review* and *draft* are
/// the states of the documents' pages, *probable*, *speculative* and *unknown* what they say of a step; what was observed has how
/// often, or where: *seen*, in *reports*, in the client's own *specification* or in *code*. The italics have what enforces it:
///
/// * *type*: a mistake does not compile, or cannot be expressed.
/// * *build*: no other form can be built.
/// * *parse*: reading decides it.
/// * *lint*: the compiler warns of it, unless you name the value and forget it.
/// * *run time*: a step is refused, and returns everything that went into it.
/// * *not here*: a signalling library cannot enforce it, because it is up to the server, the media or the peer.
///
#[doc = include_str!("../docs/generated/conformance.md")]
pub mod conformance {}

/// Runs the examples of README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
