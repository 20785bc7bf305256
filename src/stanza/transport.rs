use super::{Destination, Element, Identity, Net, Payload, Text};

/// `<transport>`: candidates for the path of the media (SIG-05.1).
///
/// ```xml
/// <call to="15550199:3@lid">
///   <transport call-id="00C0FFEE" call-creator="15550199:3@lid" transport-message-type="1" p2p-cand-round="1">
///     <te priority="1">cb00710a0d96</te>       <!-- when there is a relay token -->
///     <net medium="2" protocol="0"/>
///   </transport>
/// </call>
/// ```
///
/// **Sent** by [`Call::transport`](crate::Call::transport), by a callee only once it has rung or answered
/// ([`MaySendTransport`](crate::law::MaySendTransport), SIG-18.16). **Received**, only the two ids are required
/// (SIG-05.14, SIG-05.15).
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><transport call-id="C0" call-creator="15550199@lid" transport-message-type="3"/></call>"#;
/// let Received::Transport(transport) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(transport.action().message_type(), Some("3"));
/// # drop(transport.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(mut call: ringstate::Call<ringstate::Callee, ringstate::Acked>, message: ringstate::TransportMessage) {
/// call.transport(message); // cannot be sent by the Callee of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/transport.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transport {
    pub(crate) identity: Identity,
    pub(crate) message_type: Option<Text>,
    pub(crate) round: Option<u32>,
    pub(crate) te: Option<Payload>,
    pub(crate) net: Option<Net>,
    pub(crate) destination: Option<Destination>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Transport {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            message_type: None,
            round: None,
            te: None,
            net: None,
            destination: None,
            unknown_children: Vec::new(),
        }
    }

    /// The role of the message: `1` a relay candidate, `3` a candidate of the peer, `9` a reply or keep-alive
    /// (SIG-05.11), or another word.
    #[must_use]
    pub fn message_type(&self) -> Option<&str> {
        self.message_type.as_ref().map(Text::as_str)
    }

    /// The round of candidates (SIG-05.13).
    #[must_use]
    pub fn round(&self) -> Option<u32> {
        self.round
    }

    /// The relay token (SIG-05.6).
    #[must_use]
    pub fn te(&self) -> Option<&Payload> {
        self.te.as_ref()
    }

    /// The kind of network (SIG-05.5).
    #[must_use]
    pub fn net(&self) -> Option<Net> {
        self.net
    }

    /// Candidates, which the catalogue expects here (CAT-TRANSPORT.8).
    #[doc(alias("CAT-TRANSPORT.8"))]
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        self.destination.as_ref()
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}
