use super::element::find_child;
use super::{ActionKind, Element, Identity, Problem, Text};
use crate::id::{Jid, StanzaId};

/// The acknowledgement that every inbound `<call>` is owed, whatever its action (SIG-07.2, SIG-07.4).
///
/// ```xml
/// <ack class="call" id="1A2B3C4D5E" to="15550199:3@lid"/>
/// ```
///
/// It repeats the stanza's `id`, not the `call-id` (SIG-07.3), goes where the stanza came from, and repeats its
/// `participant` and `recipient`. You cannot make one by hand.
///
/// ```
/// use ringstate::stanza::Outgoing;
/// use ringstate::{OwnAddress, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
/// let Some(Outgoing::Ack(ack)) = owed.iter().next().map(|stanza| stanza.outgoing()) else { unreachable!() };
/// assert_eq!((ack.id().as_str(), ack.to().as_str()), ("1A", "15550199:3@lid"));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    pub(crate) id: StanzaId,
    pub(crate) to: Jid,
    pub(crate) participant: Option<Jid>,
    pub(crate) recipient: Option<Jid>,
    pub(crate) kind: Option<AckKind>,
}

/// Which action is acknowledged. The name of a known one needs no memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AckKind {
    Known(ActionKind),
    Other(Text),
}

impl From<&str> for AckKind {
    fn from(tag: &str) -> Self {
        ActionKind::from_tag(tag).map_or_else(|| Self::Other(tag.into()), Self::Known)
    }
}

impl Ack {
    /// The id of the stanza that it acknowledges.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// Where it goes: the `from` of the stanza that it acknowledges.
    #[must_use]
    pub fn to(&self) -> &Jid {
        &self.to
    }

    /// The `participant` of the stanza that it acknowledges.
    #[must_use]
    pub fn participant(&self) -> Option<&Jid> {
        self.participant.as_ref()
    }

    /// The `recipient` of the stanza that it acknowledges.
    #[must_use]
    pub fn recipient(&self) -> Option<&Jid> {
        self.recipient.as_ref()
    }

    /// The name of the action that it acknowledges, which is its `type` in the dialect
    /// [`WhatsAppWeb`](super::Dialect::WhatsAppWeb) (OBS-5).
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(|kind| match kind {
            AckKind::Known(action) => action.tag(),
            AckKind::Other(tag) => tag.as_str(),
        })
    }
}

/// The server's acknowledgement of a stanza that was sent: `<ack class="call">` (CAT-ACK.1).
///
/// ```xml
/// <ack id="OF-0001" class="call" from="s.whatsapp.net" t="1700000000" type="offer"/>
/// <ack id="OF-0002" class="call" from="s.whatsapp.net" error="439" type="offer"/>
/// <ack id="OF-0003" class="call" from="s.whatsapp.net"><error code="503" text="service unavailable"/></ack>
/// ```
///
/// It names the stanza by its id and nothing else (SIG-17.16). A refusal has an `error` attribute, as clients see it,
/// or an `<error>` inside, as the catalogue says (CAT-ACK.9). Nothing is owed for it.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<ack id="OF-2" class="call" from="s.whatsapp.net"><error code="503" text="full"/></ack>"#;
/// let Received::Ack(ack) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(ack.id().as_str(), "OF-2");
/// assert_eq!(ack.error().and_then(|error| error.code()), Some(503));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAck {
    pub(crate) id: StanzaId,
    pub(crate) from: Option<Jid>,
    pub(crate) kind: Option<Text>,
    pub(crate) timestamp: Option<u64>,
    pub(crate) error: Option<AckError>,
    pub(crate) children: Vec<Element>,
    pub(crate) problems: Vec<Problem>,
}

impl ServerAck {
    /// The id of the stanza that it acknowledges.
    #[must_use]
    pub fn id(&self) -> &StanzaId {
        &self.id
    }

    /// Returns who acknowledges: usually the server (CAT-ACK.5).
    #[must_use]
    pub fn from(&self) -> Option<&Jid> {
        self.from.as_ref()
    }

    /// Returns the attribute `type`: in working clients, the name of the action that it acknowledges (CAT-ACK.7).
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(Text::as_str)
    }

    /// The server's time, in seconds since 1970 (CAT-ACK.8).
    #[must_use]
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// Returns why the stanza was refused, if it was.
    #[must_use]
    pub fn error(&self) -> Option<&AckError> {
        self.error.as_ref()
    }

    /// Whether it may be of this action: its `type`, if it has one, names no other (OBS-8).
    pub(crate) fn is_of(&self, action: ActionKind) -> bool {
        self.kind().is_none_or(|kind| kind == action.tag())
    }

    /// The call whose stanza was refused, where the `<error>` inside names it.
    pub(crate) fn refused_call(&self) -> Option<Identity> {
        self.error.as_ref()?;
        let error = find_child(&self.children, "error")?;
        Some(Identity {
            call_id: error.attribute("call-id")?.parse().ok()?,
            call_creator: error.attribute("call-creator")?.parse().ok()?,
        })
    }

    /// The same, of the stanza that was sent under this id.
    pub(crate) fn under(self, id: StanzaId) -> Self {
        Self { id, ..self }
    }

    /// Returns what could not be read of it and lost nothing else.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the relay that the server allocated, kept as read (OBS-8).
    #[must_use]
    pub fn relay(&self) -> Option<&Element> {
        find_child(&self.children, "relay")
    }

    /// Returns everything inside, an `<error>` included, kept as read. The caller's relay allocation arrives nowhere else.
    #[must_use]
    pub fn children(&self) -> &[Element] {
        &self.children
    }
}

/// The server's reason for a refusal. A code is data, not a diagnosis: 439, for one, was seen for a wrong order of
/// children and for a wrong kind of address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AckError {
    pub(crate) code: Option<u32>,
    pub(crate) text: Option<Text>,
}

impl AckError {
    /// The code, where one is given.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        self.code
    }

    /// The text, where one is given.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_ref().map(Text::as_str)
    }
}
