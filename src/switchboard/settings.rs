use std::time::Duration;

/// What a [`Switchboard`](crate::Switchboard) does where a client has a choice. It may get more fields: write what differs,
/// and `..Policy::default()`.
///
/// ```
/// use ringstate::{OnDecline, Policy};
///
/// let patient = Policy { on_decline: OnDecline::RingOn, ..Policy::default() };
/// assert_eq!(patient.ring_window.as_secs(), 60);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// When the peer's user declines on one device and others ring on. By default the others are given up.
    pub on_decline: OnDecline,
    /// How the devices are told that need not ring on. By default with one stanza for all.
    pub dismissal: Dismissal,
    /// When both sides call each other. By default both calls go on.
    pub on_glare: OnGlare,
    /// After how long a call that is not answered is [`expired`](crate::Switchboard::expired). The documents leave it open
    /// (SIG-12.10); by default 60 seconds.
    pub ring_window: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            on_decline: OnDecline::GiveUp,
            dismissal: Dismissal::Together,
            on_glare: OnGlare::KeepBoth,
            ring_window: Duration::from_mins(1),
        }
    }
}

/// What a caller does when the peer's user declines on one device (SIG-18.19). A device that is busy, or out for another
/// reason of its own, is never a reason to give up the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnDecline {
    /// Gives up: the other devices are told to stop, and the call is declined. The default.
    GiveUp,
    /// Rings on until the last device is out. [`Event::DeviceOut`](crate::Event::DeviceOut) then has the decline, for
    /// [`Call::give_up`](crate::Call::give_up).
    RingOn,
}

/// How a caller tells several devices to stop ringing: [`Siblings`](crate::Siblings) shows both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dismissal {
    /// One `<terminate>` with a `<destination>` that lists them, as the documents have it (SIG-14.11, SIG-14.12). The default.
    Together,
    /// A `<terminate>` for each, as working clients do it.
    OneByOne,
}

/// What becomes of two calls that cross: an offer of somebody whom this account is just calling, and who has not answered.
/// They are two calls with two identities, whatever is done. A caller is recognised by the address that the offer comes from.
/// Where there is no room for the incoming call it is missed, and a group's crosses nothing.
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
    /// Both go on: the incoming one rings, and its user decides. The default.
    KeepBoth,
    /// The incoming one is acknowledged and then declined as *busy*, without ringing; the outgoing one goes on.
    DeclineIncoming,
    /// The outgoing one is cancelled; the incoming one rings.
    CancelOutgoing,
}

/// How much a [`Switchboard`](crate::Switchboard) keeps at most. To hit one of the numbers is an
/// [event](crate::Event::LimitReached), or for a call of your own a [`PlaceError`](crate::PlaceError), and never costs a live call. It may get more fields: write what differs, and
/// `..Limits::default()`.
///
/// They count calls and stanzas, not bytes: a stanza that is kept has at most
/// [`MAX_DOCUMENT_LEN`](crate::xml::MAX_DOCUMENT_LEN) on the wire, and usually some hundred bytes. Whoever fears large ones
/// refuses them before they are read.
///
/// ```
/// use ringstate::Limits;
///
/// let one_line = Limits { live_calls: 1, ..Limits::default() };
/// # drop(one_line);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Calls that are not over. An offer beyond it is acknowledged, does not ring, and counts as missed. By default 64.
    pub live_calls: usize,
    /// Calls that are over and are remembered, so that nothing of them rings again. The oldest is forgotten first. By
    /// default 4096.
    pub ended_calls: usize,
    /// How long a call that is over is remembered, and a `<terminate>` that came before its offer. By default a day. That it is
    /// forgotten then is no event.
    pub ended_for: Duration,
    /// Terminates that came before their offers; the oldest is forgotten first. By default 64.
    pub early_terminates: usize,
    /// Stanzas of one outgoing call that came before the server's acknowledgement of its offer. One beyond it is
    /// acknowledged and not kept, unless it is an answer and takes the place of a stanza that is none. By default 16.
    pub parked: usize,
    /// Devices of one call. By default 64.
    pub devices: usize,
    /// Calls, live or over, that share a `call-id`, and early terminates that do. Ids are made up at random, so that several
    /// share one only through malice; what is beyond it is acknowledged, and nothing else. By default 8.
    pub same_id: usize,
    /// Stanzas on which no call depends and which the server has not acknowledged; the oldest is forgotten first. By
    /// default 1024.
    pub unconfirmed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            live_calls: 64,
            ended_calls: 4096,
            ended_for: Duration::from_hours(24),
            early_terminates: 64,
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
    /// [`Limits::ended_calls`]: this call is forgotten.
    EndedCalls,
    /// [`Limits::early_terminates`]: this call's early `<terminate>` is forgotten.
    EarlyTerminates,
    /// [`Limits::parked`]: a stanza of this call came too early and is not kept.
    Parked,
    /// [`Limits::devices`]: this offer lists too many, and does not ring.
    Devices,
    /// [`Limits::same_id`]: this stanza's `call-id` is that of too many calls.
    SameId,
    /// [`Limits::unconfirmed`]: a stanza of this call is no longer matched with the server's acknowledgement.
    Unconfirmed,
}
