use super::Element;
use crate::id::Jid;

/// `<group_info>`: who is in a group call, as the server tells it.
///
/// ```xml
/// <group_info transaction-id="2" media="audio" connected-limit="32" joinable="1" rekey="1">
///   <user jid="15550199@lid" state="connected"><device jid="15550199:3@lid"/></user>
/// </group_info>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupInfo(pub(crate) Element);

impl GroupInfo {
    /// Returns the value of an attribute: `media`, `transaction-id`, `connected-limit`, `joinable`, `rekey` and others.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.0.attribute(name)
    }

    /// Returns the members and the state of each, in the wire's own word, such as `connected`.
    pub fn users(&self) -> impl Iterator<Item = (Jid, Option<&str>)> {
        addressed(&self.0, "user").map(|(jid, user)| (jid, user.attribute("state")))
    }

    /// Returns the devices of all members.
    pub fn devices(&self) -> impl Iterator<Item = Jid> {
        let users = addressed(&self.0, "user");
        let devices = users.flat_map(|(_, user)| addressed(user, "device"));
        devices.map(|(jid, _)| jid)
    }
}

/// The children with this name and an address.
fn addressed<'a>(
    parent: &'a Element,
    tag: &'static str,
) -> impl Iterator<Item = (Jid, &'a Element)> {
    let children = parent
        .children()
        .iter()
        .filter(move |child| child.tag() == tag);
    children.filter_map(|child| Some((child.attribute("jid")?.parse().ok()?, child)))
}
