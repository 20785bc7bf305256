use std::str::FromStr;

use super::jid::Space;
use super::{IdError, Jid};

/// A [`Jid`] that is known to be a LID: its server is `lid` or `hosted.lid`.
///
/// It is a type of its own, so you cannot put a phone number where your LID belongs. `Lid::try_from(jid)` checks a [`Jid`]:
///
/// ```
/// use ringstate::{IdError, Lid};
///
/// let lid: Lid = "15550100:2@lid".parse()?;
/// assert_eq!(lid.jid().device(), Some(2));
/// assert_eq!("15550100@s.whatsapp.net".parse::<Lid>(), Err(IdError::NotALid));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lid(Jid);

/// A [`Jid`] that is known to be a phone-number address: its server is `s.whatsapp.net` or `hosted`.
///
/// ```
/// use ringstate::{IdError, PhoneNumber};
///
/// let number: PhoneNumber = "15550100@s.whatsapp.net".parse()?;
/// assert_eq!(number.jid().user(), Some("15550100"));
/// assert_eq!("15550100@lid".parse::<PhoneNumber>(), Err(IdError::NotAPhoneNumber));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(Jid);

impl Lid {
    /// The address itself.
    #[must_use]
    pub fn jid(&self) -> &Jid {
        &self.0
    }
}

impl PhoneNumber {
    /// The address itself.
    #[must_use]
    pub fn jid(&self) -> &Jid {
        &self.0
    }
}

impl TryFrom<Jid> for Lid {
    type Error = IdError;

    fn try_from(jid: Jid) -> Result<Self, IdError> {
        if jid.space() == Some(Space::Lid) {
            Ok(Self(jid))
        } else {
            Err(IdError::NotALid)
        }
    }
}

impl TryFrom<Jid> for PhoneNumber {
    type Error = IdError;

    fn try_from(jid: Jid) -> Result<Self, IdError> {
        if jid.space() == Some(Space::PhoneNumber) {
            Ok(Self(jid))
        } else {
            Err(IdError::NotAPhoneNumber)
        }
    }
}

impl FromStr for Lid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse::<Jid>()?.try_into()
    }
}

impl FromStr for PhoneNumber {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse::<Jid>()?.try_into()
    }
}

/// This device's own addresses: a LID, a phone number, both, or none yet.
///
/// The receipt for an offer names its sender in the address space of the caller (SIG-07.10, SIG-07.11), and names
/// nobody when no address of that space is known (SIG-07.12): never one of the other space.
///
/// Give both if you know both: a call also tells by them which stanzas come from this user's other devices.
///
/// ```
/// use ringstate::{Jid, OwnAddress};
///
/// let me = OwnAddress {
///     lid: Some("15550100:2@lid".parse()?),
///     phone_number: None,
/// };
/// let by_lid: Jid = "15550199@lid".parse()?;
/// let by_number: Jid = "15550199@s.whatsapp.net".parse()?;
/// assert_eq!(me.for_peer(&by_lid).map(Jid::as_str), Some("15550100:2@lid"));
/// assert_eq!(me.for_peer(&by_number), None);
/// # Ok::<(), ringstate::IdError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddress {
    /// The own LID, with its device where this is not the primary one.
    pub lid: Option<Lid>,
    /// The own phone-number address, with its device where this is not the primary one.
    pub phone_number: Option<PhoneNumber>,
}

impl OwnAddress {
    /// Makes one of which only the LID is known.
    #[must_use]
    pub fn lid(lid: Lid) -> Self {
        Self {
            lid: Some(lid),
            phone_number: None,
        }
    }

    /// Makes one of which only the phone number is known.
    #[must_use]
    pub fn phone_number(phone_number: PhoneNumber) -> Self {
        Self {
            lid: None,
            phone_number: Some(phone_number),
        }
    }

    /// Returns the own address to show to this peer: the LID if the peer is one, the phone number for any other
    /// (SIG-07.11), `None` if that one is not known (SIG-07.12).
    #[doc(alias("SIG-12.7"))]
    #[must_use]
    pub fn for_peer(&self, peer: &Jid) -> Option<&Jid> {
        if peer.is_lid() {
            self.lid.as_ref().map(Lid::jid)
        } else {
            self.phone_number.as_ref().map(PhoneNumber::jid)
        }
    }

    /// Every own address that is known.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Jid> {
        self.lid
            .as_ref()
            .map(Lid::jid)
            .into_iter()
            .chain(self.phone_number.as_ref().map(PhoneNumber::jid))
    }
}
