use crate::any::ReceiveError;
use crate::call::OfferError;

/// Why a [`Switchboard`](crate::Switchboard) acknowledged a stanza and did nothing else
/// ([`Event::Unheard`](crate::Event::Unheard)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BoardError {
    /// No call with this identity is known.
    #[error("no call with this identity is known")]
    NoSuchCall,
    /// The offer was sent by another device of this user, who cannot call this device.
    #[error("the offer was sent by a device of this account")]
    OwnOffer,
    /// The offer names somebody other than its sender as the caller.
    #[error("the offer names somebody other than its sender as the caller")]
    ForgedOffer,
    /// The offer was sent by nobody who can call: from an address that is neither a person's nor, for a group call, a group's.
    #[error("the offer was not sent by a person")]
    NotAPerson,
    /// The call did not hear it.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
}

/// Why a [`Switchboard`](crate::Switchboard) did not place a call ([`Switchboard::place`](crate::Switchboard::place)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The call is made in the name of another account than the switchboard's.
    #[error("its creator is not this switchboard's account")]
    NotThisAccount,
    /// The call is made in the name of a phone number although the account's LID is known. Servers refuse such an offer
    /// (SIG-17.4).
    #[error("its creator is a phone number, and the account's LID is known")]
    NotTheLid,
    /// It cannot be offered.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// A call had this `call-id` before, and a closed one is not taken for another call (SIG-17.38).
    #[error("a call had this call-id before")]
    IdUsed,
    /// There are as many live calls as [`Limits`](crate::Limits) allows.
    #[error("there are {limit} live calls, which is the limit")]
    TooManyCalls {
        /// The limit.
        limit: usize,
    },
    /// The call would ring more devices than [`Limits`](crate::Limits) allows.
    #[error("it would ring more than {limit} devices, which is the limit")]
    TooManyDevices {
        /// The limit.
        limit: usize,
    },
}
