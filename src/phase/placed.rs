//! What a caller holds: the devices that ring, and the one that answered.

use crate::id::{Jid, StanzaId};
use crate::stanza::{Accept, Envelope, Meaning, MuteState, Terminate, TerminateReason};

use super::end::{How, Outcome};
use super::lend::Verdict;

/// An offer that was sent.
#[derive(Debug)]
pub struct Placed {
    pub(crate) id: StanzaId,
    pub(crate) devices: Vec<RungDevice>,
    /// Whether the user has declined on one device: however the call ends then, it was declined.
    pub(crate) user_declined: bool,
    pub(crate) microphone: Option<MuteState>,
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
    /// It has the offer: it gave a receipt (SIG-17.17).
    Reached,
    /// It rings: it sent `<preaccept>` (SIG-17.21).
    Ringing,
    /// It declined, or cannot take the call.
    Out,
}

/// A call that a device of the peer has answered: the checked accept, which says who it was.
#[derive(Debug)]
pub struct Taken {
    pub(crate) placed: Box<Placed>,
    pub(crate) accept: Box<(Envelope, Accept)>,
}

impl Taken {
    pub(crate) fn device(&self) -> &Jid {
        self.accept.0.sender()
    }
}

impl Placed {
    /// The devices that have not dropped out.
    pub(crate) fn left(&self) -> impl Iterator<Item = &Jid> {
        self.devices
            .iter()
            .filter(|device| device.state != DeviceState::Out)
            .map(|device| &device.jid)
    }

    /// Marks a device as reached or ringing, if that is news.
    pub(crate) fn mark(&mut self, jid: &Jid, state: DeviceState) {
        if let Some(device) = self
            .devices
            .iter_mut()
            .find(|device| same_device_of_peer(&device.jid, jid))
        {
            device.state = device.state.max(state);
        }
    }

    /// Takes a device out; whether none is left now.
    pub(crate) fn take_out(&mut self, jid: &Jid) -> bool {
        self.mark(jid, DeviceState::Out);
        self.left().next().is_none()
    }

    pub(crate) fn outcome(&self, how: How) -> Outcome {
        match how {
            How::Nacked { code } => Outcome::RefusedByServer { code },
            _ if self.user_declined => Outcome::Declined,
            How::Lapsed | How::Said(Meaning::Timeout) | How::Heard(Meaning::Timeout) => {
                Outcome::TimedOut
            }
            How::Said(_) | How::Heard(Meaning::Cancelled) => Outcome::Cancelled,
            How::Heard(Meaning::Declined | Meaning::RejectedElsewhere) => Outcome::Declined,
            How::Heard(_) => Outcome::Unavailable,
        }
    }

    /// A device that rang declines with a `<terminate>` (SIG-08.12): without a reason, or with `declined`, it is its
    /// user's word.
    pub(crate) fn hear_terminate(&mut self, device: &Jid, terminate: &Terminate) -> Verdict {
        let rang = self.devices.iter().any(|known| {
            same_device_of_peer(&known.jid, device) && known.state == DeviceState::Ringing
        });
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

/// Whether two addresses of the peer name one device. The peer may speak from either of its two address spaces, whose
/// users cannot be compared; its devices have the same numbers in both.
pub(crate) fn same_device_of_peer(a: &Jid, b: &Jid) -> bool {
    let same_number = a.device().unwrap_or(0) == b.device().unwrap_or(0);
    same_number && (a.space() != b.space() || same_person(a, b))
}

/// Whether two addresses are of one space and name one user; agent and device do not matter.
pub(crate) fn same_person(a: &Jid, b: &Jid) -> bool {
    a.space().is_some() && a.space() == b.space() && a.user() == b.user()
}

/// Whether two addresses are of one space and name two users: those of different spaces cannot be compared.
pub(crate) fn different_people(a: &Jid, b: &Jid) -> bool {
    a.space().is_some() && a.space() == b.space() && a.user() != b.user()
}

/// Whether two addresses of one person name one device. The primary device is number 0, written or not.
pub(crate) fn same_device(a: &Jid, b: &Jid) -> bool {
    same_person(a, b) && a.device().unwrap_or(0) == b.device().unwrap_or(0)
}
