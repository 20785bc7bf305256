//! Who sent a stanza, and when two addresses are the same person's: decided here and nowhere else.

use crate::id::{Jid, OwnAddress};
use crate::stanza::{Destination, Envelope, Identity, Offer};

/// What does not change while a call lasts: which call it is, and who takes part.
#[derive(Debug)]
pub(crate) struct Parties {
    pub(crate) identity: Identity,
    /// Where what is said goes, byte for byte.
    pub(crate) peer: Jid,
    /// Further addresses of the peer: its device, its phone number.
    aliases: [Option<Jid>; 2],
    pub(crate) me: OwnAddress,
}

/// Who sent a stanza, seen from a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Peer,
    Server,
    /// Another device of this user.
    OwnDevice,
    Stranger,
}

impl Parties {
    /// The parties of an incoming call. Who this device is becomes known when the offer is acknowledged.
    pub(crate) fn of_offer(envelope: &Envelope, offer: &Offer) -> Self {
        Self {
            identity: offer.identity.clone(),
            peer: envelope.from.clone(),
            aliases: [envelope.participant.clone(), offer.caller_pn.clone()],
            me: OwnAddress::default(),
        }
    }

    /// Who has this address.
    ///
    /// People are compared within one address space. An address of the other space is the peer's, unless one of the
    /// peer's addresses in that space is known and says otherwise. The creator of an incoming call is the peer.
    pub(crate) fn sender(&self, sender: &Jid) -> Sender {
        if sender.is_server() {
            return Sender::Server;
        }
        if sender.space().is_none() {
            // Neither a person nor the server: a group or a call, which has no say of its own.
            return if *sender == self.peer {
                Sender::Peer
            } else {
                Sender::Stranger
            };
        }
        let known = || {
            [&self.peer, &self.identity.call_creator]
                .into_iter()
                .chain(self.aliases.iter().flatten())
        };
        if known().any(|peer| same_person(peer, sender)) {
            Sender::Peer
        } else if self.me.all().any(|own| same_person(own, sender)) {
            Sender::OwnDevice
        } else if known().any(|peer| peer.space() == sender.space()) {
            Sender::Stranger
        } else {
            Sender::Peer
        }
    }

    /// Whether a stanza with this identity belongs to this call: the same id, and a creator that is the same person
    /// (working clients strip the device off it).
    pub(crate) fn is_this_call(&self, identity: &Identity) -> bool {
        let ours = &self.identity;
        let creator = &identity.call_creator;
        ours.call_id == identity.call_id
            && (ours.call_creator == *creator
                || same_person(&ours.call_creator, creator)
                || (ours.call_creator.space() != creator.space()
                    && creator.space().is_some()
                    && self.sender(creator) == Sender::Peer))
    }

    /// Whether a stanza is meant for this device: it names no devices, or this one is among them, or no own address is
    /// known that could be compared with them.
    pub(crate) fn is_meant_for_me(&self, destination: Option<&Destination>) -> bool {
        let devices = destination.map_or(&[][..], Destination::recipients);
        devices.is_empty()
            || devices.iter().any(|device| {
                match self
                    .me
                    .all()
                    .find(|own| own.space() == device.jid().space())
                {
                    Some(own) => same_device(own, device.jid()),
                    None => true,
                }
            })
    }
}

/// Whether two addresses are of one space and name one user; agent and device do not matter.
fn same_person(a: &Jid, b: &Jid) -> bool {
    a.space().is_some() && a.space() == b.space() && a.user() == b.user()
}

/// Whether two addresses of one person name one device. The primary device is number 0, written or not.
pub(super) fn same_device(a: &Jid, b: &Jid) -> bool {
    same_person(a, b) && a.device().unwrap_or(0) == b.device().unwrap_or(0)
}
