//! What a call holds in a phase: what is true there, and nothing else.
//!
//! You cannot get at these values, only at what the methods of a [`Call`](crate::Call) tell of them. They are named here
//! because the traits of [the law](crate::law) name them: a trait says what the phases in which a step is legal have in
//! common, and the method of that step works on it.
//!
//! An [`Invitee`](crate::Invitee) holds what a callee does, as far as it comes.
//!
//! | phase | the callee holds | the caller holds |
//! | --- | --- | --- |
//! | [`Offered`](crate::Offered) | the offer, with its ack and receipt still owed ([`Inbound`](crate::Inbound)) | the [`SentOffer`] |
//! | [`Acked`](crate::Acked) | the offer and its [`Envelope`](crate::stanza::Envelope) | the [`SentOffer`] |
//! | [`Preaccepted`](crate::Preaccepted) | [`Ringing`] | the [`SentOffer`] |
//! | [`Accepted`](crate::Accepted) | [`Answered`] | [`AnsweredBy`] |
//! | [`Rejected`](crate::Rejected), [`Terminated`](crate::Terminated) | the [`End`] | the [`End`] |

use super::end::{EndedBy, How, Outcome, Verdict};
use super::sealed::SealedRole;
use super::{Callee, Invitee, Role};
use crate::id::{Jid, StanzaId};
use crate::party::same_device_of_peer;
use crate::stanza::{
    Accept, CallAction, Envelope, GroupOffer, Inbound, Meaning, MuteState, Offer, Terminate,
    TerminateReason,
};

/// An incoming call that rings: its offer, and what was told of the microphone.
#[derive(Debug)]
pub struct Ringing {
    offer: Box<(Envelope, Offer)>,
    microphone: Option<MuteState>,
}

/// An incoming call that is answered here: its offer, and what was told of the microphone.
#[derive(Debug)]
pub struct Answered {
    offer: Box<(Envelope, Offer)>,
    microphone: Option<MuteState>,
    /// Whether the answer agreed to a picture.
    pub(crate) is_video: bool,
    is_video_handed_out: bool,
}

/// An offer that was sent: its id, and how far each device of the peer is.
#[derive(Debug)]
pub struct SentOffer {
    pub(crate) id: StanzaId,
    devices: Vec<RungDevice>,
    /// The places of the devices in that list, sorted by the number of the device, so that no search goes through all.
    by_number: Box<[u32]>,
    /// How many of them are not out.
    left: usize,
    /// Whether it is of a video call.
    pub(crate) is_video: bool,
    /// Whether the user has declined on one device: however the call ends then, it was declined.
    pub(crate) user_declined: bool,
    /// Whether the one device that it is for is not known: a recorded offer with a bare key does not name it.
    is_device_unknown: bool,
    microphone: Option<MuteState>,
}

/// An outgoing call that a device of the peer has answered: the checked accept, which says which one.
#[derive(Debug)]
pub struct AnsweredBy {
    pub(crate) is_video_handed_out: bool,
    pub(crate) offer: Box<SentOffer>,
    pub(crate) accept: Box<(Envelope, Accept)>,
}

/// What is known of a call that is over: how it ended, who ended it, and the `<terminate>` that did.
#[derive(Debug)]
pub struct End {
    pub(crate) outcome: Outcome,
    pub(crate) by: EndedBy,
    pub(crate) terminate: Option<Box<(Envelope, Terminate)>>,
}

/// A device of the peer that the offer was for.
#[derive(Debug)]
pub(crate) struct RungDevice {
    pub(crate) jid: Jid,
    pub(crate) state: DeviceState,
}

/// How far a device of the peer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceState {
    /// Nothing was heard of it.
    Silent,
    /// It has the offer: it sent a receipt (SIG-17.17).
    Reached,
    /// It rings: it sent `<preaccept>` (SIG-17.21).
    Ringing,
    /// It declined, or cannot take the call.
    Out,
}

/// What a call holds in a phase takes memory: of received stanzas, so many bytes at most.
pub trait Weighs {
    #[doc(hidden)]
    fn weight(&self) -> usize;
}

impl Weighs for Inbound<Offer> {
    fn weight(&self) -> usize {
        self.envelope().weight()
    }
}

impl<A> Weighs for Box<(Envelope, A)> {
    fn weight(&self) -> usize {
        self.0.weight()
    }
}

impl Weighs for Ringing {
    fn weight(&self) -> usize {
        self.offer.weight()
    }
}

impl Weighs for Answered {
    fn weight(&self) -> usize {
        self.offer.weight()
    }
}

impl Weighs for Box<SentOffer> {
    fn weight(&self) -> usize {
        0
    }
}

impl Weighs for AnsweredBy {
    fn weight(&self) -> usize {
        self.accept.weight()
    }
}

impl Weighs for End {
    fn weight(&self) -> usize {
        self.terminate.as_ref().map_or(0, Weighs::weight)
    }
}

impl Weighs for Never {
    fn weight(&self) -> usize {
        match *self {}
    }
}

/// What a live call holds, whose offer is acknowledged or was sent: it can end, and it hears the other end.
pub trait Live {
    /// How the call ends, in its user's words.
    #[doc(hidden)]
    fn outcome(&self, how: How) -> Outcome;

    /// What a `<terminate>` of a device of the peer does. One of the server ends every call.
    #[doc(hidden)]
    fn hear_terminate(&mut self, device: &Jid, terminate: &Terminate) -> Verdict {
        let _ = (device, terminate);
        Verdict::Over
    }

    /// Whether this device of the peer counts: once one has answered, no other does (SIG-17.42).
    #[doc(hidden)]
    fn listens_to(&self, device: &Jid) -> bool {
        let _ = device;
        true
    }
}

/// What an answered call holds: its video is negotiated once.
pub trait HasVideo {
    /// Whether it was a video call from the start: it was offered as one, and answered as one.
    #[doc(hidden)]
    fn is_video_call(&self) -> bool;

    /// Whether the negotiation was handed out: there is one.
    #[doc(hidden)]
    fn is_video_handed_out(&mut self) -> &mut bool;
}

impl Answered {
    pub(crate) fn is_video_offered(&self) -> bool {
        self.offer.1.is_video()
    }
}

impl HasVideo for Answered {
    fn is_video_call(&self) -> bool {
        self.is_video
    }

    fn is_video_handed_out(&mut self) -> &mut bool {
        &mut self.is_video_handed_out
    }
}

impl HasVideo for AnsweredBy {
    fn is_video_call(&self) -> bool {
        self.offer.is_video && self.accept.1.video.is_some()
    }

    fn is_video_handed_out(&mut self) -> &mut bool {
        &mut self.is_video_handed_out
    }
}

/// What a call holds that can send something to the peer.
pub trait Speaks: Live {
    /// Where it goes, if not to the peer's own address: to the device that has answered (SIG-17.41).
    #[doc(hidden)]
    fn addressee(&self) -> Option<&Jid> {
        None
    }

    /// The devices that a report is meant for; none for a callee (SIG-15.12).
    #[doc(hidden)]
    fn targets(&self) -> Vec<Jid> {
        Vec::new()
    }

    /// The last state of the microphone that was told.
    #[doc(hidden)]
    fn microphone(&mut self) -> &mut Option<MuteState>;
}

// The callee, from `Offered` to `Accepted`.

impl AsRef<(Envelope, Offer)> for Inbound<Offer> {
    fn as_ref(&self) -> &(Envelope, Offer) {
        self.parts()
    }
}

impl AsRef<(Envelope, Offer)> for Ringing {
    fn as_ref(&self) -> &(Envelope, Offer) {
        &self.offer
    }
}

impl AsRef<(Envelope, Offer)> for Answered {
    fn as_ref(&self) -> &(Envelope, Offer) {
        &self.offer
    }
}

impl From<Box<(Envelope, Offer)>> for Ringing {
    fn from(offer: Box<(Envelope, Offer)>) -> Self {
        Self {
            offer,
            microphone: None,
        }
    }
}

impl From<Box<(Envelope, Offer)>> for Answered {
    fn from(offer: Box<(Envelope, Offer)>) -> Self {
        Ringing::from(offer).into()
    }
}

impl From<Ringing> for Answered {
    fn from(Ringing { offer, microphone }: Ringing) -> Self {
        Self {
            offer,
            microphone,
            is_video: false,
            is_video_handed_out: false,
        }
    }
}

impl Live for Box<(Envelope, Offer)> {
    fn outcome(&self, how: How) -> Outcome {
        not_answered_here(how)
    }
}

impl Live for Ringing {
    fn outcome(&self, how: How) -> Outcome {
        not_answered_here(how)
    }
}

impl Live for Answered {
    fn outcome(&self, how: How) -> Outcome {
        match how {
            How::Nacked { code } => Outcome::RefusedByServer { code },
            // Another device of this user was faster.
            How::Heard(Meaning::AcceptedElsewhere) => Outcome::AnsweredElsewhere,
            How::Sent(_) | How::Abandoned | How::Heard(_) => Outcome::HungUp,
        }
    }
}

impl Speaks for Ringing {
    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.microphone
    }
}

impl Speaks for Answered {
    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.microphone
    }
}

/// How an incoming call ended that was over when its offer came.
pub(crate) fn unanswered(reason: Option<&TerminateReason>) -> Outcome {
    let meaning = reason.map_or(Meaning::Other, TerminateReason::meaning);
    not_answered_here(How::Heard(meaning))
}

/// How an incoming call ended that this device did not answer.
fn not_answered_here(how: How) -> Outcome {
    match how {
        // A timeout is no decline.
        How::Sent(Meaning::Timeout) => Outcome::Missed,
        How::Sent(_) => Outcome::Declined,
        How::Heard(Meaning::AcceptedElsewhere) => Outcome::AnsweredElsewhere,
        How::Heard(Meaning::RejectedElsewhere) => Outcome::DeclinedElsewhere,
        How::Heard(_) | How::Abandoned => Outcome::Missed,
        How::Nacked { code } => Outcome::RefusedByServer { code },
    }
}

// The caller, from `Offered` to `Accepted`.

impl SentOffer {
    pub(crate) fn new(id: StanzaId, devices: impl Iterator<Item = Jid>) -> Self {
        let silent = |jid| RungDevice {
            jid,
            state: DeviceState::Silent,
        };
        let devices: Vec<RungDevice> = devices.map(silent).collect();
        let mut by_number: Box<[u32]> = (0..).take(devices.len()).collect();
        by_number.sort_by_key(|at| number(&devices[place(*at)].jid));
        Self {
            id,
            by_number,
            left: devices.len(),
            devices,
            is_video: false,
            user_declined: false,
            is_device_unknown: false,
            microphone: None,
        }
    }

    /// An offer that a recording has, with a bare key: it is for one device of this account, which is not named.
    pub(crate) fn to_some_device(id: StanzaId, account: Jid) -> Self {
        Self {
            is_device_unknown: true,
            ..Self::new(id, std::iter::once(account))
        }
    }

    /// Takes the first device of the peer that speaks for the one that the offer does not name. Whose device it is matters only
    /// then: nearly every offer names its devices.
    pub(crate) fn learn_device(&mut self, device: &Jid, is_of_peer: impl FnOnce() -> bool) {
        if self.is_device_unknown && is_of_peer() {
            self.is_device_unknown = false;
            self.devices[0].jid = device.clone();
        }
    }

    pub(crate) fn devices(&self) -> &[RungDevice] {
        &self.devices
    }

    /// The devices that are not out.
    pub(crate) fn left(&self) -> impl Iterator<Item = &Jid> {
        let left = |device: &&RungDevice| device.state != DeviceState::Out;
        self.devices.iter().filter(left).map(|device| &device.jid)
    }

    /// Notes how far a device is, which only ever goes forward.
    pub(crate) fn mark(&mut self, jid: &Jid, state: DeviceState) {
        if let Some(at) = self.find(jid) {
            let known = &mut self.devices[at].state;
            if state == DeviceState::Out && *known != DeviceState::Out {
                self.left -= 1;
            }
            *known = state.max(*known);
        }
    }

    /// How far a device is; `None` if the offer did not go to it.
    pub(crate) fn state_of(&self, jid: &Jid) -> Option<DeviceState> {
        Some(self.devices[self.find(jid)?].state)
    }

    /// Takes a device out, and says whether none is left.
    pub(crate) fn take_out(&mut self, jid: &Jid) -> bool {
        self.mark(jid, DeviceState::Out);
        self.left == 0
    }

    fn find(&self, jid: &Jid) -> Option<usize> {
        let jid_at = |at: &u32| &self.devices[place(*at)].jid;
        let first = self
            .by_number
            .partition_point(|at| number(jid_at(at)) < number(jid));
        let alike = self.by_number[first..]
            .iter()
            .take_while(|at| number(jid_at(at)) == number(jid));
        let mut known = alike.filter(|at| same_device_of_peer(jid_at(at), jid));
        known.next().map(|at| place(*at))
    }
}

fn number(jid: &Jid) -> u16 {
    jid.device().unwrap_or(0)
}

fn place(at: u32) -> usize {
    at.try_into().unwrap_or(usize::MAX)
}

impl AsRef<SentOffer> for AnsweredBy {
    fn as_ref(&self) -> &SentOffer {
        &self.offer
    }
}

impl AsMut<SentOffer> for AnsweredBy {
    fn as_mut(&mut self) -> &mut SentOffer {
        &mut self.offer
    }
}

impl AsRef<(Envelope, Accept)> for AnsweredBy {
    fn as_ref(&self) -> &(Envelope, Accept) {
        &self.accept
    }
}

impl Live for Box<SentOffer> {
    fn outcome(&self, how: How) -> Outcome {
        match how {
            How::Nacked { code } => Outcome::RefusedByServer { code },
            _ if self.user_declined => Outcome::Declined,
            How::Abandoned | How::Sent(Meaning::Timeout) | How::Heard(Meaning::Timeout) => {
                Outcome::TimedOut
            }
            How::Sent(_) | How::Heard(Meaning::Cancelled) => Outcome::Cancelled,
            How::Heard(Meaning::Declined | Meaning::RejectedElsewhere) => Outcome::Declined,
            How::Heard(_) => Outcome::Unavailable,
        }
    }

    /// A device that rang declines with a `<terminate>` (SIG-08.12): without a reason, or with `declined`, its user has
    /// declined.
    fn hear_terminate(&mut self, device: &Jid, terminate: &Terminate) -> Verdict {
        let rang = match self.state_of(device) {
            None => return Verdict::NotOffered,
            Some(DeviceState::Out) => return Verdict::WasOut,
            Some(state) => state == DeviceState::Ringing,
        };
        let user_declined = match terminate.reason().map(TerminateReason::meaning) {
            Some(Meaning::Declined) => true,
            None => rang,
            Some(_) => false,
        };
        self.user_declined |= user_declined;
        if self.take_out(device) {
            Verdict::Over
        } else {
            Verdict::DeviceOut { user_declined }
        }
    }
}

impl Live for AnsweredBy {
    fn outcome(&self, _: How) -> Outcome {
        Outcome::HungUp
    }

    fn hear_terminate(&mut self, device: &Jid, _: &Terminate) -> Verdict {
        if self.listens_to(device) {
            return Verdict::Over;
        }
        match self.offer.state_of(device) {
            None => return Verdict::NotOffered,
            Some(DeviceState::Out) => return Verdict::WasOut,
            Some(_) => {}
        }
        self.offer.take_out(device);
        Verdict::DeviceOut {
            user_declined: false,
        }
    }

    fn listens_to(&self, device: &Jid) -> bool {
        same_device_of_peer(self.accept.0.sender(), device)
    }
}

impl Speaks for Box<SentOffer> {
    fn targets(&self) -> Vec<Jid> {
        self.left().cloned().collect()
    }

    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.microphone
    }
}

impl Speaks for AnsweredBy {
    fn addressee(&self) -> Option<&Jid> {
        Some(self.accept.0.sender())
    }

    fn targets(&self) -> Vec<Jid> {
        vec![self.accept.0.sender().clone()]
    }

    fn microphone(&mut self) -> &mut Option<MuteState> {
        &mut self.offer.microphone
    }
}

// Either end, once the call is over.

impl End {
    /// The end of a call that no received `<terminate>` ended.
    pub(crate) fn without_a_word(outcome: Outcome, by: EndedBy) -> Self {
        Self {
            outcome,
            by,
            terminate: None,
        }
    }
}

impl AsRef<End> for End {
    fn as_ref(&self) -> &End {
        self
    }
}

impl AsMut<End> for End {
    fn as_mut(&mut self) -> &mut End {
        self
    }
}

/// A received offer that is live.
pub trait IsLiveOffer: CallAction + Sized {
    #[doc(hidden)]
    fn into_offer(offer: Inbound<Self>) -> Inbound<Offer>;

    #[doc(hidden)]
    fn as_offer(&self) -> &Offer;
}

impl IsLiveOffer for Offer {
    fn into_offer(offer: Inbound<Self>) -> Inbound<Offer> {
        offer
    }

    fn as_offer(&self) -> &Offer {
        self
    }
}

impl IsLiveOffer for GroupOffer {
    fn into_offer(offer: Inbound<Self>) -> Inbound<Offer> {
        offer.map(|group| group.offer)
    }

    fn as_offer(&self) -> &Offer {
        &self.offer
    }
}

/// A role that begins with a received offer.
pub trait Called:
    Role + SealedRole<Offered = Inbound<Offer>, Acked = Box<(Envelope, Offer)>>
{
}

impl Called for Callee {}
impl Called for Invitee {}

/// A received offer that is not acknowledged.
pub trait Unacknowledged<R: Role> {
    /// What is held once it is.
    #[doc(hidden)]
    fn acked(offer: Box<(Envelope, Offer)>) -> R::Acked;
}

impl<R: Called> Unacknowledged<R> for Inbound<Offer> {
    fn acked(offer: Box<(Envelope, Offer)>) -> R::Acked {
        offer
    }
}

/// What an [`Invitee`] holds where it never comes to: there is no such value.
#[derive(Debug)]
pub enum Never {}
