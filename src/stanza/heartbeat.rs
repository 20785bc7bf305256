use super::{Element, Identity};

/// `<heartbeat>`: tells that the sender is still in the call (REF.24).
///
/// ```xml
/// <call from="15550199:3@lid" id="9A0B">
///   <heartbeat call-id="00C0FFEE" call-creator="15550199@lid"/>
/// </call>
/// ```
///
/// **Sent** by [`Call::heartbeat`](crate::Call::heartbeat) to the call's own address
/// ([`MaySendHeartbeat`](crate::law::MaySendHeartbeat)). **Received**, both ids are required, and it gets an ack.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><heartbeat call-id="C0" call-creator="15550199@lid"/></call>"#;
/// let Received::Heartbeat(heartbeat) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(heartbeat.identity().call_id.as_str(), "C0");
/// # drop(heartbeat.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(mut call: ringstate::Call<ringstate::Callee, ringstate::Preaccepted>, id: ringstate::StanzaId) {
/// call.heartbeat(id); // cannot be sent by the Callee of a call that is `Preaccepted`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/heartbeat.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    pub(crate) identity: Identity,
    pub(crate) unknown_children: Vec<Element>,
}

impl Heartbeat {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            unknown_children: Vec::new(),
        }
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}
