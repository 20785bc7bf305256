use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{Element, Identity};
use crate::id::{IdError, Token, check};

/// `<mute_v2>`: the sender's microphone is now on or off (SIG-13.1, SIG-13.12).
///
/// ```xml
/// <call from="15550199@lid" id="AB12">
///   <mute_v2 call-id="00C0FFEE" call-creator="15550199@lid" mute-state="1"/>
/// </call>
/// ```
///
/// **Sent** by [`Call::mute`](crate::Call::mute) ([`MaySendMute`](crate::law::MaySendMute)), once for each change
/// (SIG-13.11). **Received**, both ids are required, and it gets an ack.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><mute_v2 call-id="C0" call-creator="15550199@lid" mute-state="1"/></call>"#;
/// let Received::Mute(mute) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(mute.action().state().and_then(|state| state.is_muted()), Some(true));
/// # drop(mute.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(mut call: ringstate::Call<ringstate::Callee, ringstate::Acked>) {
/// call.mute(ringstate::MuteState::MUTED); // cannot be sent by the Callee of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/mute_v2.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    pub(crate) identity: Identity,
    pub(crate) state: Option<MuteState>,
    pub(crate) request: Option<MuteState>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Mute {
    /// One of this call, with this state.
    pub(crate) fn of(identity: Identity, state: MuteState) -> Self {
        Self {
            identity,
            state: Some(state),
            request: None,
            unknown_children: Vec::new(),
        }
    }

    /// Returns the state after the change (SIG-13.7). It is absolute, not an instruction to flip (SIG-13.12). Returns
    /// `None` if the stanza tells of no change: it is a [`request`](Self::request), or malformed.
    #[must_use]
    pub fn state(&self) -> Option<&MuteState> {
        self.state.as_ref()
    }

    /// Returns the state that the sender asks *this* end to take: `request-state`, seen in group calls. Nothing obliges
    /// you to follow it.
    #[must_use]
    pub fn request(&self) -> Option<&MuteState> {
        self.request.as_ref()
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}

/// The state of a microphone, in the wire's own word.
///
/// The documents leave the words open (OQ-SIG-13.1). Clients use `1` for muted and `0` for not muted (OBS-13).
///
/// ```
/// use ringstate::stanza::MuteState;
///
/// assert_eq!(MuteState::MUTED.as_str(), "1");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MuteState(Cow<'static, str>);

impl MuteState {
    /// `1`: the microphone is off.
    pub const MUTED: Self = Self(Cow::Borrowed("1"));
    /// `0`: the microphone is on.
    pub const UNMUTED: Self = Self(Cow::Borrowed("0"));

    /// A state that was read.
    pub(crate) fn read(word: &str) -> Self {
        Self(Cow::Owned(word.to_owned()))
    }

    /// Whether the microphone is off: `Some(true)` for `1`, `Some(false)` for `0`, `None` for another word.
    #[must_use]
    pub fn is_muted(&self) -> Option<bool> {
        match self.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MuteState {
    type Err = IdError;

    /// A word to send: any that is fit to be an id.
    fn from_str(word: &str) -> Result<Self, IdError> {
        check(word)?;
        Ok(Self(Cow::Owned(word.to_owned())))
    }
}

impl fmt::Debug for MuteState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            word @ ("0" | "1") => write!(f, "MuteState({word})"),
            word => write!(f, "MuteState({})", Token(word)),
        }
    }
}
