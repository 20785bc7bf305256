use std::time::Duration;

use crate::stanza::Dialect;

/// What a [`Switchboard`](crate::Switchboard) does where a client has a choice. It may get more fields: write those
/// that differ, and `..Policy::default()`.
///
/// ```
/// use ringstate::{OnDecline, Policy};
///
/// let patient = Policy { on_decline: OnDecline::RingOn, ..Policy::default() };
/// assert_eq!(patient.ring_window.as_secs(), 90);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What to do when the peer's user declines on one device and others ring on. By default, give up on the others.
    pub on_decline: OnDecline,
    /// How to tell devices to stop ringing. By default, with one stanza for all.
    pub dismissal: Dismissal,
    /// What to do when both sides call each other. By default, one of the two calls goes on, the same at both ends.
    pub on_glare: OnGlare,
    /// Whether to believe a stanza from an address that may be the peer's. By default, only those of
    /// [`HEARD_UNVERIFIED`](crate::law::HEARD_UNVERIFIED).
    pub on_unverified: OnUnverified,
    /// How long a call may ring before it is [`expired`](crate::Switchboard::expired). The documents leave it open
    /// (SIG-12.10). By default 90 seconds, as the official client is told to wait (OBS-24).
    pub ring_window: Duration,
    /// How what is sent is spelled. By default, as the documents have it.
    pub dialect: Dialect,
    /// What the program that hosts the board answers by itself. By default, nothing.
    pub host: HostClient,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            on_decline: OnDecline::GiveUp,
            dismissal: Dismissal::Together,
            on_glare: OnGlare::KeepOne,
            on_unverified: OnUnverified::Refuse,
            ring_window: Duration::from_secs(90),
            dialect: Dialect::Documents,
            host: HostClient::SendsNothing,
        }
    }
}

/// What the program that hosts a switchboard answers by itself, before or after the board sees a stanza. Two answers to one
/// stanza are one too many: the board leaves out what the host sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HostClient {
    /// Nothing: the board sends every ack and every receipt. The default.
    SendsNothing,
    /// It acknowledges every `<call>`. The board sends the receipts of offers, and no others.
    SendsAcks,
    /// It acknowledges every `<call>` and receipts every offer. The board sends neither.
    SendsAcksAndReceipts,
}

/// What a caller does when the peer's user declines on one device (SIG-18.19). A device that is busy, or out for
/// another reason of its own, never makes a caller give up on the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnDecline {
    /// Give up: tell the other devices to stop; the call is declined. The default.
    GiveUp,
    /// Ring on until the last device is out. [`Event::DeviceOut`](crate::Event::DeviceOut) then has the decline, for
    /// [`Call::give_up`](crate::Call::give_up).
    RingOn,
}

/// What to do with a stanza from an address in the space in which no address of the peer is known
/// ([`HEARD_UNVERIFIED`](crate::law::HEARD_UNVERIFIED)): from a phone number, where only LIDs of the peer are known, or the
/// other way round.
///
/// ```
/// use ringstate::{OnUnverified, Policy};
///
/// let trusting = Policy { on_unverified: OnUnverified::Believe, ..Policy::default() };
/// assert_eq!(Policy::default().on_unverified, OnUnverified::Refuse);
/// # let _ = trusting;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnUnverified {
    /// Hear only what starts, answers and ends nothing. The default.
    /// [`Switchboard::know_peer`](crate::Switchboard::know_peer) makes an address known.
    Refuse,
    /// Take it for the peer's. Then anybody who has learnt the call-id, and speaks from the other space, can answer the call or
    /// end it.
    Believe,
}

/// How a caller tells several devices to stop ringing: [`Siblings`](crate::Siblings) shows both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dismissal {
    /// One `<terminate>` with a `<destination>` that lists them, as the documents say (SIG-14.11, SIG-14.12). The default.
    Together,
    /// A `<terminate>` for each, as working clients do.
    OneByOne,
}

/// What to do with two calls that cross: an offer arrives from somebody whom you are calling and who has not answered.
/// The two calls have two identities in any case. The board recognises a caller by the address that the offer comes
/// from. If there is no room for the incoming call, it is missed. A group's offer crosses nothing.
///
/// ```xml
/// <call to="15550199:3@lid" id="3EB00005">                                    <!-- DeclineIncoming -->
///   <reject call-id="00C0FFEE" call-creator="15550199:3@lid" reason="busy"/>
/// </call>
/// <call to="15550199@lid" id="3EB00006">                                      <!-- CancelOutgoing -->
///   <terminate call-id="00FACADE" call-creator="15550100:2@lid"/>
/// </call>
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnGlare {
    /// The call whose [`Identity`](crate::Identity) is the least goes on. The other one is cancelled, or declined as *busy*
    /// without ringing. Identities are ordered by their `call-id`, byte by byte, and then by their creator. Both ends see the
    /// same two identities, so if both have this policy, they keep the same call. The default.
    KeepOne,
    /// Both go on: the incoming one rings, and its user decides. If both ends have this policy, two calls ring.
    KeepBoth,
    /// The incoming one is acknowledged and declined as *busy* without ringing; the outgoing one goes on. If both ends have
    /// this policy, both calls end.
    DeclineIncoming,
    /// The outgoing one is cancelled; the incoming one rings. If both ends have this policy, both calls end.
    CancelOutgoing,
}

/// How much a [`Switchboard`](crate::Switchboard) keeps at most. When it reaches a limit there is an
/// [event](crate::Event::LimitReached), or a [`PlaceError`](crate::PlaceError) for a call that you place. It never
/// costs a live call. This may get more fields: write those that differ, and `..Limits::default()`.
///
/// They count calls, stanzas, and the bytes that these hold ([`Received::weight`](crate::Received::weight)), of all people and
/// of one. So nobody fills the board alone: what one person sends beyond their share costs that person's calls. With the
/// defaults, strangers make a board keep less than 8 MiB.
///
/// ```
/// use ringstate::Limits;
///
/// let one_line = Limits { live_calls: 1, ..Limits::default() };
/// # drop(one_line);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Incoming calls that are not over. An offer beyond the limit is acknowledged, does not ring, and counts as missed. By
    /// default, 64.
    pub live_calls: usize,
    /// Those of one person. By default, 4.
    pub live_calls_of_one: usize,
    /// Calls that you placed and that are not over: incoming ones leave them their room. By default, 16.
    pub placed_calls: usize,
    /// Bytes of others' stanzas that are held in incoming calls that are not over, or wait for their offers. What waits makes
    /// room for a call. An offer beyond the limit counts as missed. By default, 4 MiB.
    pub bytes: usize,
    /// Those of one person. The calls that you placed to that person, with what is parked for them, may hold as many again. A
    /// stanza that is heavier than this is acknowledged and not heard. By default, 512 KiB.
    pub bytes_of_one: usize,
    /// Ended calls to remember, so that they do not ring again. The board forgets missed calls before those that this account
    /// took part in, as long as they are half of all, and the oldest first. By default, 4096.
    pub ended_calls: usize,
    /// Those of one person. By default, 64.
    pub ended_calls_of_one: usize,
    /// Bytes that the ended calls take. By default, 3 MiB, which is room for all of them unless their ids are long.
    pub ended_bytes: usize,
    /// An ended call, and a `<terminate>` that came before its offer, is remembered at least this long. By default, a day.
    /// Each stanza and each step after that makes the board forget up to 64 of them, without an event.
    pub ended_for: Duration,
    /// Terminates that came before their offers. The board forgets the oldest first. By default, 64.
    pub early_terminates: usize,
    /// Those of one person. By default, 8.
    pub early_terminates_of_one: usize,
    /// Parked stanzas of one outgoing call: those that came before the server's acknowledgement of its offer. One
    /// beyond the limit is acknowledged and dropped, unless it is an answer: then it replaces a stanza that is none. By
    /// default, 16.
    pub parked: usize,
    /// Devices of one call. By default, 64.
    pub devices: usize,
    /// Calls that share a `call-id`, live or over, and early terminates that do. Ids are random, so only an attacker
    /// makes several share one. A stanza beyond the limit is acknowledged and nothing else. By default, 8.
    pub same_id: usize,
    /// Stanzas that the server has not acknowledged and on which no call depends. The board forgets the oldest first.
    /// By default, 1024.
    pub unconfirmed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            live_calls: 64,
            live_calls_of_one: 4,
            placed_calls: 16,
            bytes: 4 * 1024 * 1024,
            bytes_of_one: 512 * 1024,
            ended_calls: 4096,
            ended_calls_of_one: 64,
            ended_bytes: 3 * 1024 * 1024,
            ended_for: Duration::from_hours(24),
            early_terminates: 64,
            early_terminates_of_one: 8,
            parked: 16,
            devices: 64,
            same_id: 8,
            unconfirmed: 1024,
        }
    }
}

/// Which of the [`Limits`] was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::live_calls`]: this offer does not ring.
    LiveCalls,
    /// [`Limits::live_calls_of_one`]: this offer does not ring.
    LiveCallsOfOne,
    /// [`Limits::bytes`] or [`Limits::bytes_of_one`]: this stanza is not kept.
    Bytes,
    /// [`Limits::ended_calls`] or [`Limits::ended_bytes`]: this call is forgotten.
    EndedCalls,
    /// [`Limits::ended_calls_of_one`]: this call is forgotten.
    EndedCallsOfOne,
    /// [`Limits::early_terminates`]: this call's early `<terminate>` is forgotten.
    EarlyTerminates,
    /// [`Limits::early_terminates_of_one`]: this call's early `<terminate>` is forgotten.
    EarlyTerminatesOfOne,
    /// [`Limits::parked`]: a stanza of this call came too early and was dropped.
    Parked,
    /// [`Limits::devices`]: this offer lists too many, and does not ring.
    Devices,
    /// [`Limits::same_id`]: this stanza's `call-id` is that of too many calls.
    SameId,
    /// [`Limits::unconfirmed`]: a stanza of this call is no longer matched with the server's acknowledgement.
    Unconfirmed,
}
