use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use super::{CallId, IdError, check};

/// An address: `user@server`, `user:device@server`, `user.agent:device@server`, or a server alone.
///
/// The text is kept byte for byte, because what you send back has to repeat it exactly (SIG-13.6); the parts are read
/// off it. Any text without an `@` is a server, unless it looks like a number: `no-address` is an address, and nobody's.
/// Two addresses are equal if their texts are. Whether they name the same *person* is another question, which a
/// [`Call`](crate::Call) answers when it checks who sent a stanza.
///
/// | text | [`user`](Jid::user) | [`device`](Jid::device) | [`server`](Jid::server) |
/// | --- | --- | --- | --- |
/// | `15550100@lid` | `15550100` | – | `lid` |
/// | `15550100:2@lid` | `15550100` | 2 | `lid` |
/// | `15550100.0:12@s.whatsapp.net` | `15550100` | 12 | `s.whatsapp.net` |
/// | `CALLID@call` | `CALLID` | – | `call` |
/// | `s.whatsapp.net` | – | – | `s.whatsapp.net` |
/// | `call`, `@call` | – | – | `call` |
///
/// A number without a server is refused: it would otherwise pass for the name of a server.
///
/// `Display` shows the text. `Debug` hides the user, so that no address ends up in a log by accident.
///
/// ```
/// use ringstate::{IdError, Jid};
///
/// let jid: Jid = "15550100.0:12@s.whatsapp.net".parse()?;
/// assert_eq!((jid.user(), jid.device(), jid.server()), (Some("15550100"), Some(12), "s.whatsapp.net"));
/// assert!(!jid.is_lid());
/// assert_eq!(jid.to_string(), "15550100.0:12@s.whatsapp.net");
/// assert_eq!(format!("{jid:?}"), "Jid(…:12@s.whatsapp.net)");
/// assert_eq!("15550100".parse::<Jid>(), Err(IdError::NoServer));
/// # Ok::<(), IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Jid(Arc<str>);

/// The server itself, as the protocol writes it: no other spelling is it.
const SERVER: &str = "s.whatsapp.net";

/// The server of a call's own address, `{call-id}@call`: an id stands before the `@`, and it has no parts.
const CALL: &str = "call";

/// The server of a group's address.
const GROUP: &str = "g.us";

/// The call service, as libraries write it that print a user who is not there. WhatsApp Web writes `call`.
const CALL_SERVICE: &str = "@call";

/// A person, on any of their devices: a key to look people up by.
#[derive(Debug, Clone)]
pub(crate) struct Person(Jid);

impl Person {
    /// The person whose address this is, if it is a person's.
    pub(crate) fn of(jid: &Jid) -> Option<Self> {
        jid.space().map(|_| Self(jid.clone()))
    }

    /// The person whose address this is. What is no person's, a group's or a call's, counts for itself.
    pub(crate) fn or_other(jid: &Jid) -> Self {
        Self(jid.clone())
    }

    fn key(&self) -> (Option<Space>, &str) {
        let space = self.0.space();
        let user = self.0.user().filter(|_| space.is_some());
        (space, user.unwrap_or(&self.0.0))
    }
}

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Person {}

impl PartialOrd for Person {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Person {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Person {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// The two spaces in which one person can have an address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Space {
    Lid,
    PhoneNumber,
}

impl Jid {
    /// How many digits the user of a plain address has at most.
    pub(crate) const MAX_PLAIN_USER: usize = 20;

    /// Returns the text, byte for byte as it was read or given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the user, without agent and device; `None` for a server.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        let local = self.local()?;
        if self.server() == CALL {
            return Some(local);
        }
        let user = split_once(local, b':').map_or(local, |(user, _)| user);
        Some(split_once(user, b'.').map_or(user, |(user, _agent)| user))
    }

    /// Returns the number of the user's device, if the address names one. The device without a number is the primary one.
    #[must_use]
    pub fn device(&self) -> Option<u16> {
        if self.server() == CALL {
            return None;
        }
        let (_, device) = split_once(self.local()?, b':')?;
        device.parse().ok()
    }

    /// Returns what is after the `@`, or the whole text of a server's own address.
    #[must_use]
    pub fn server(&self) -> &str {
        split(&self.0).map_or(&self.0, |(_, server)| server)
    }

    /// Whether the address is a LID, the identity that hides a phone number: its server is `lid` or `hosted.lid`.
    #[must_use]
    pub fn is_lid(&self) -> bool {
        self.space() == Some(Space::Lid)
    }

    /// Whether this is the server itself, `s.whatsapp.net`, or its call service, `call` or `@call`. Any other text without a
    /// user is an address of nobody.
    #[must_use]
    pub fn is_server(&self) -> bool {
        matches!(&*self.0, SERVER | CALL | CALL_SERVICE)
    }

    /// Whether this is the address of a group, `…@g.us`.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.local().is_some() && self.server() == GROUP
    }

    /// Whether this is the address of a person, on any of their devices.
    pub(crate) fn is_person(&self) -> bool {
        self.space().is_some()
    }

    /// Whether several people share the address: it is a group's, or a call's.
    pub(crate) fn is_shared(&self) -> bool {
        self.is_group() || (self.local().is_some() && self.server() == CALL)
    }

    /// A text in the place of an address, as it stands: an acknowledgement repeats it, and nothing else may use it.
    pub(crate) fn verbatim(text: &str) -> Option<Self> {
        let is_short = !text.is_empty() && text.len() <= super::MAX_ID_LEN;
        is_short.then(|| Self(text.into()))
    }

    /// The address of a call, `{call-id}@call` (REF.4).
    pub(crate) fn of_call(call_id: &CallId) -> Self {
        Self([call_id.as_str(), "@", CALL].concat().into())
    }

    /// The call service, as WhatsApp Web writes it (OBS-18).
    pub(crate) fn call_service() -> Self {
        Self(CALL.into())
    }

    /// The account that an address is of, without agent and device.
    pub(crate) fn account(&self) -> Self {
        match (self.space(), self.user()) {
            (Some(_), Some(user)) => Self([user, "@", self.server()].concat().into()),
            _ => self.clone(),
        }
    }

    /// Which space the address is in, if it is a person's at all.
    pub(crate) fn space(&self) -> Option<Space> {
        self.local()?;
        match self.server() {
            "lid" | "hosted.lid" => Some(Space::Lid),
            SERVER | "hosted" => Some(Space::PhoneNumber),
            _ => None,
        }
    }

    /// What is in front of the `@`.
    fn local(&self) -> Option<&str> {
        let (local, _) = split(&self.0)?;
        (!local.is_empty()).then_some(local)
    }
}

/// What is in front of the `@` and what is behind it. The id of a call may have an `@` of its own.
fn split(text: &str) -> Option<(&str, &str)> {
    match text.strip_suffix(CALL_SERVICE) {
        Some(call_id) => Some((call_id, CALL)),
        None => split_once(text, b'@'),
    }
}

/// Splits at the first such byte of ASCII. Addresses are short, and a plain loop is the quickest there.
fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|b| b == byte)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Whether it is an address as nearly all are, of a person whose user is a number: one look says that nothing is wrong with it.
fn is_plain(text: &str) -> bool {
    let text = text.as_bytes();
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let user = digits(text);
    let rest = match &text[user..] {
        [b':', rest @ ..] => match digits(rest) {
            device @ 1..=4 => &rest[device..],
            _ => return false,
        },
        rest => rest,
    };
    (1..=Jid::MAX_PLAIN_USER).contains(&user) && matches!(rest, b"@lid" | b"@s.whatsapp.net")
}

impl FromStr for Jid {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if is_plain(text) {
            return Ok(Self(text.into()));
        }
        let Some((local, server)) = split(text) else {
            check(text)?;
            if text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-.:() ".contains(&b))
            {
                return Err(IdError::NoServer);
            }
            return Ok(Self(text.into()));
        };
        if text == CALL_SERVICE {
            return Ok(Self(text.into()));
        }
        if local.is_empty() {
            return Err(IdError::NoUser);
        }
        if server == CALL {
            check(local)?;
            return Ok(Self(text.into()));
        }
        check(text)?;
        if server.is_empty() {
            return Err(IdError::NoServer);
        }
        if let Some(at) = server.bytes().position(|b| b == b'@') {
            return Err(IdError::SecondAt {
                at: local.len() + 1 + at,
            });
        }
        if let Some(b':' | b'.') = local.as_bytes().first() {
            return Err(IdError::NoUser);
        }
        if let Some((_, device)) = split_once(local, b':') {
            let digits = !device.is_empty() && device.bytes().all(|b| b.is_ascii_digit());
            if !digits || device.parse::<u16>().is_err() {
                return Err(IdError::Device);
            }
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Jid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A stranger may send any text as a server, so only the known ones are shown.
        let server = match (self.space(), self.server()) {
            (Some(_), server) | (None, server @ (CALL | GROUP | SERVER)) => server,
            _ => "…",
        };
        match (self.local(), self.device()) {
            (None, _) => write!(f, "Jid({server})"),
            (Some(_), None) => write!(f, "Jid(…@{server})"),
            (Some(_), Some(device)) => write!(f, "Jid(…:{device}@{server})"),
        }
    }
}
