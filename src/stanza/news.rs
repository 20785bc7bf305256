use super::{Action, CallAction, Element, GroupInfo, Identity};

/// Something that is told of a call and changes nothing in it: an action that is known by its name, and whose content is kept
/// as it was read.
///
/// ```xml
/// <call from="15550199:3@lid" id="6A80">
///   <group_update call-id="00C0FFEE" call-creator="15550199:3@lid">
///     <group_info transaction-id="2" media="audio"><user jid="15550155@lid" state="connected"/></group_info>
///   </group_update>
/// </call>
/// ```
///
/// | [`kind`](Self::kind) | what it tells | seen |
/// | --- | --- | --- |
/// | `group_update` | the call is a group call now, or its members changed | reports |
/// | `enc_rekey` | new keys for the members | reports; its keys stay closed here |
/// | `user_action` | a raised hand | OBS-26 |
/// | `peer_state`, `screen_share`, `waiting_room_update` | what the name says | in code |
///
/// **Received**, it is heard with [`Call::on_news`](crate::Call::on_news) and gets an ack; an `enc_rekey` gets a receipt in the
/// dialect of the wire. It is never sent.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A"><user_action call-id="C0" call-creator="15550199:3@lid" type="hand"/></call>"#;
/// let Received::News(news) = xml::parse(document)? else { unreachable!() };
/// assert_eq!((news.action().kind(), news.action().element().attribute("type")), ("user_action", Some("hand")));
/// # drop(news.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub(crate) identity: Identity,
    pub(crate) kind: &'static str,
    pub(crate) element: Element,
}

/// The actions that are news, by the names of their elements.
const KINDS: &[&str] = &[
    "group_update",
    News::REKEY,
    "user_action",
    "peer_state",
    "screen_share",
    "waiting_room_update",
];

impl News {
    /// New keys for the members of a group call: a receipt answers them.
    pub(crate) const REKEY: &'static str = "enc_rekey";

    /// The news that is told under this name.
    pub(crate) fn kind_of(tag: &str) -> Option<&'static str> {
        KINDS.iter().find(|kind| **kind == tag).copied()
    }

    /// The name of the action.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The action as it was read. It has no key.
    #[must_use]
    pub fn element(&self) -> &Element {
        &self.element
    }

    /// Returns who is in the call, if it tells.
    #[must_use]
    pub fn group_info(&self) -> Option<GroupInfo> {
        let children = self.element.children();
        let info = children.iter().find(|child| child.tag() == "group_info")?;
        Some(GroupInfo(info.clone()))
    }
}

impl super::action::sealed::Sealed for News {}

impl Action for News {
    const KIND: Option<super::ActionKind> = None;
    const OWES_RECEIPT: bool = implements!(News: crate::law::OwesReceipt);

    fn named_call(&self) -> Option<&Identity> {
        Some(&self.identity)
    }

    fn tag(&self) -> Option<&str> {
        Some(self.kind)
    }
}

impl CallAction for News {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}
