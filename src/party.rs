//! Decides who sent a stanza, and when two addresses name the same person. Nothing else does.

use std::mem;
use std::sync::Arc;

use crate::id::{Jid, OwnAddress};
use crate::stanza::{Destination, Envelope, Identity, Offer};

/// What stays the same while a call lasts: its ids and its parties.
#[derive(Debug, Clone)]
pub(crate) struct Parties {
    pub(crate) identity: Identity,
    /// The address to send to, byte for byte.
    pub(crate) peer: Jid,
    /// What else is known. Most calls know little, so that a list takes less than a place for each.
    others: Box<[Other]>,
    pub(crate) me: OwnAddress,
    /// Whether an address in the space in which no address of the peer is known passes as the peer's.
    pub(crate) believes_unverified: bool,
    /// Every copy of one call's has the same, and no other call's.
    mark: Arc<()>,
}

#[derive(Debug, Clone)]
enum Other {
    /// A further address of the peer: its device, its phone number, itself as the creator, its LID.
    Peer(Jid),
    /// A member of the group call that this one has become, and no party of it.
    Member(Jid),
}

/// How many members of a group call are remembered.
const MAX_MEMBERS: usize = 64;

/// Who sent a stanza, as a call sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Peer,
    Server,
    /// Another device of this user.
    OwnDevice,
    /// Another member of the group call that this one has become.
    Member,
    /// An address in the space in which no address of the peer is known. It may be the peer's, and anybody else's there.
    Unverified,
    Stranger,
}

/// How well an identity fits a call, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// It may: the creator is named in a space in which no party of the call is known.
    Possible,
    /// The creator is known to be the same person.
    SamePerson,
    /// Byte for byte.
    Same,
}

impl Parties {
    /// The parties of an incoming call. It learns who this device is when the offer is acknowledged.
    pub(crate) fn of_offer(envelope: &Envelope, offer: &Offer) -> Self {
        let named = [
            Some(&envelope.from),
            envelope.participant.as_ref(),
            offer.caller_pn.as_ref(),
            Some(&offer.identity.call_creator),
            envelope.sender_lid.as_ref(),
        ];
        let aliases = (1..named.len()).filter(|at| !named[..*at].contains(&named[*at]));
        let aliases = aliases.filter_map(|at| named[at].cloned());
        Self {
            identity: offer.identity.clone(),
            peer: envelope.from.clone(),
            others: aliases.map(Other::Peer).collect(),
            me: OwnAddress::default(),
            believes_unverified: false,
            mark: Arc::default(),
        }
    }

    /// Whether the caller whom an offer names is known to be its sender: the same person, or an address that the server puts
    /// beside the sender's.
    pub(crate) fn is_caller_verified(envelope: &Envelope, offer: &Offer) -> bool {
        let creator = &offer.identity.call_creator;
        let known = [
            Some(envelope.sender()),
            offer.caller_pn.as_ref(),
            envelope.sender_lid.as_ref(),
        ];
        !Self::is_in_anothers_name(envelope, offer)
            && known
                .into_iter()
                .flatten()
                .any(|known| same_person(known, creator))
    }

    /// Learns a further address of the peer, if the server puts it beside one that is known.
    pub(crate) fn learned_from(&self, envelope: &Envelope) -> Option<Jid> {
        let (sender, lid) = (envelope.sender(), envelope.sender_lid.as_ref()?);
        match (self.sender(sender), self.sender(lid)) {
            (Sender::Unverified, Sender::Peer) => Some(sender.clone()),
            (Sender::Peer, Sender::Unverified) => Some(lid.clone()),
            _ => None,
        }
    }

    /// Remembers a further address of the peer. Returns whether it is known now. It learns one for each address space at most:
    /// then every other one there is somebody else's.
    pub(crate) fn know_peer(&mut self, address: Jid) -> bool {
        let is_known = address == self.peer || self.peers().any(|peer| same_person(peer, &address));
        let is_learned =
            !is_known && matches!(self.sender(&address), Sender::Unverified | Sender::Peer);
        if is_learned {
            self.add(Other::Peer(address));
        }
        is_known || is_learned
    }

    fn add(&mut self, other: Other) {
        let others = mem::take(&mut self.others);
        self.others = others.into_iter().chain([other]).collect();
    }

    /// Remembers the members of a group call, those that are new and no party.
    pub(crate) fn add_members(&mut self, members: impl Iterator<Item = Jid>) {
        for member in members {
            let is_new = matches!(self.sender(&member), Sender::Stranger | Sender::Unverified);
            if self.members().count() < MAX_MEMBERS && is_new && member.is_person() {
                self.add(Other::Member(member));
            }
        }
    }

    /// Whether an offer names somebody other than its sender as the caller, as far as they can be compared. Others pass
    /// on a group's offer.
    pub(crate) fn is_in_anothers_name(envelope: &Envelope, offer: &Offer) -> bool {
        let sender = envelope.sender();
        let is_another = |caller| different_people(caller, sender);
        !offer.is_group() && Self::named_callers(offer).any(is_another)
    }

    /// The addresses by which an offer names its caller. Anybody could write them.
    pub(crate) fn named_callers(offer: &Offer) -> impl Iterator<Item = &Jid> {
        std::iter::once(&offer.identity.call_creator).chain(&offer.caller_pn)
    }

    /// The parties of an outgoing call. The devices that it rings are the peer's.
    pub(crate) fn of_new_call(
        identity: Identity,
        peer: Jid,
        alias: Option<Jid>,
        devices: &[&Jid],
        me: OwnAddress,
    ) -> Self {
        let of_other_space = |device: &&&Jid| !same_space(device, &peer);
        let device = devices.iter().find(of_other_space);
        let alias = alias.or_else(|| device.map(|device| (*device).clone()));
        Self {
            identity,
            peer,
            others: alias.map(Other::Peer).into_iter().collect(),
            me,
            believes_unverified: false,
            mark: Arc::default(),
        }
    }

    /// Whether both are of one call, and not of two with the same ids.
    pub(crate) fn is_the_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mark, &other.mark)
    }

    /// Tells whose address this is.
    ///
    /// People are compared within one address space. An address of the other space is unverified, unless one of the peer's
    /// addresses in that space is known and says otherwise. The creator of an incoming call is the peer.
    pub(crate) fn sender(&self, sender: &Jid) -> Sender {
        if sender.is_server() {
            return Sender::Server;
        }
        if !sender.is_person() {
            // Neither a person nor the server: a group or a call, which has no say of its own.
            return if *sender == self.peer {
                Sender::Peer
            } else {
                Sender::Stranger
            };
        }
        if self.peers().any(|peer| same_person(peer, sender)) {
            Sender::Peer
        } else if self.me.all().any(|own| same_person(own, sender)) {
            Sender::OwnDevice
        } else if self.members().any(|member| same_person(member, sender)) {
            Sender::Member
        } else if self.peers().any(|peer| different_people(peer, sender)) {
            Sender::Stranger
        } else if self.believes_unverified {
            Sender::Peer
        } else {
            Sender::Unverified
        }
    }

    /// Tells who sent a stanza with this identity; `None` if it is of another call.
    pub(crate) fn sender_in(&self, identity: &Identity, sender: &Jid) -> Option<Sender> {
        self.is_this_call(identity).then(|| self.sender(sender))
    }

    /// How many bytes its texts and its list take.
    pub(crate) fn weight(&self) -> usize {
        let identity =
            self.identity.call_id.as_str().len() + self.identity.call_creator.as_str().len();
        let addresses = self.peers().chain(self.members());
        let texts = addresses.map(|address| address.as_str().len());
        identity + size_of_val(&*self.others) + texts.sum::<usize>()
    }

    /// Every address by which the peer is known.
    pub(crate) fn peers(&self) -> impl Iterator<Item = &Jid> {
        let aliases = self.others.iter().filter_map(|other| match other {
            Other::Peer(alias) => Some(alias),
            Other::Member(_) => None,
        });
        std::iter::once(&self.peer).chain(aliases)
    }

    fn members(&self) -> impl Iterator<Item = &Jid> {
        self.others.iter().filter_map(|other| match other {
            Other::Member(member) => Some(member),
            Other::Peer(_) => None,
        })
    }

    /// Whether a stanza with this identity belongs to this call.
    pub(crate) fn is_this_call(&self, identity: &Identity) -> bool {
        self.likeness(identity).is_some()
    }

    /// How well an identity fits this call: the same id, and a creator that is the same person (working clients strip the
    /// device off it, and name it in either address space).
    pub(crate) fn likeness(&self, identity: &Identity) -> Option<Likeness> {
        let (ours, theirs) = (&self.identity.call_creator, &identity.call_creator);
        if self.identity.call_id != identity.call_id {
            return None;
        }
        if ours == theirs {
            return Some(Likeness::Same);
        }
        if same_person(ours, theirs) {
            return Some(Likeness::SamePerson);
        }
        if !ours.is_person() || !theirs.is_person() {
            return None;
        }
        let is_theirs = |known: &Jid| same_person(known, theirs);
        match self.sender(ours) {
            Sender::Peer if self.peers().any(is_theirs) => Some(Likeness::SamePerson),
            Sender::Peer if matches!(self.sender(theirs), Sender::Unverified | Sender::Peer) => {
                Some(Likeness::Possible)
            }
            Sender::OwnDevice if self.me.all().any(is_theirs) => Some(Likeness::SamePerson),
            _ => None,
        }
    }

    /// Whether a stanza is for this device: it names no devices, or this one, or the own address in that space is
    /// unknown.
    pub(crate) fn is_meant_for_me(&self, destination: Option<&Destination>) -> bool {
        let devices = destination.map_or(&[][..], Destination::recipients);
        let is_for_all = devices.is_empty() && !destination.is_some_and(|named| named.is_partial);
        is_for_all
            || devices.iter().any(|device| {
                match self.me.all().find(|own| same_space(own, device.jid())) {
                    Some(own) => same_device(own, device.jid()),
                    None => true,
                }
            })
    }
}

/// Which device speaks. A `participant` counts under an address that several people share, which is the server's word for who
/// it is, and under the sender's own address. Anybody could write it elsewhere.
pub(crate) fn speaker<'a>(from: &'a Jid, participant: Option<&'a Jid>) -> &'a Jid {
    match participant {
        Some(device) if from.is_shared() && device.is_person() => device,
        Some(device) if same_person(from, device) => device,
        _ => from,
    }
}

/// Whether an acknowledgement from this address may be of a stanza that went to that one. The server acknowledges, in its own
/// name or in that of the receiver (OBS-8, SIG-17.16); nothing else reaches this device without a `from`.
pub(crate) fn may_acknowledge(from: Option<&Jid>, to: &Jid) -> bool {
    from.is_none_or(|from| {
        from.is_server() || from == to || same_device(from, to) || same_device(from, &to.account())
    })
}

/// Whether two addresses of the peer name one device. The peer may speak from either of its two address spaces, whose
/// users cannot be compared; its devices have the same numbers in both.
pub(crate) fn same_device_of_peer(a: &Jid, b: &Jid) -> bool {
    let same_number = a.device().unwrap_or(0) == b.device().unwrap_or(0);
    same_number && (!same_space(a, b) || same_person(a, b))
}

/// Whether two addresses are of one space and name one user; agent and device do not matter.
pub(crate) fn same_person(a: &Jid, b: &Jid) -> bool {
    a.is_person() && same_space(a, b) && a.user() == b.user()
}

/// Whether two addresses are of one space.
pub(crate) fn same_space(a: &Jid, b: &Jid) -> bool {
    a.space() == b.space()
}

/// Whether two addresses are of one space and name two users: those of different spaces cannot be compared.
pub(crate) fn different_people(a: &Jid, b: &Jid) -> bool {
    a.is_person() && same_space(a, b) && a.user() != b.user()
}

/// Whether two addresses of one person name one device. The primary device is number 0, written or not.
pub(crate) fn same_device(a: &Jid, b: &Jid) -> bool {
    same_person(a, b) && a.device().unwrap_or(0) == b.device().unwrap_or(0)
}
