use super::{Destination, Element, Identity, Te};

/// `<relaylatency>`: how far a relay is from the sender.
///
/// ```xml
/// <call from="15550199@lid" id="BC23">
///   <relaylatency call-id="00C0FFEE" call-creator="15550199@lid">
///     <te latency="33554477" relay_name="gru1c02">cb00710a0d96</te>
///   </relaylatency>
/// </call>
/// ```
///
/// Neither a missing `<te>` (SIG-15.14) nor a missing `<destination>` (SIG-15.15) is an error.
///
/// **Sent** by [`Call::relay_latency`](crate::Call::relay_latency), by a callee only once it has rung or answered
/// ([`MaySendRelayLatency`](crate::law::MaySendRelayLatency), SIG-18.17). **Received**, it gets an ack.
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550100:2@lid" id="1A"><relaylatency call-id="C0" call-creator="15550199@lid"><te latency="33554477"/></relaylatency></call>"#;
/// let Received::RelayLatency(report) = xml::parse(document)? else { unreachable!() };
/// let latency = report.action().endpoints()[0].latency();
/// assert_eq!(latency.and_then(|latency| latency.millis()), Some(45));
/// # drop(report.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(mut call: ringstate::Call<ringstate::Callee, ringstate::Acked>, report: ringstate::RelayReport) {
/// call.relay_latency(report); // cannot be sent by the Callee of a call that is `Acked`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/relaylatency.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayLatency {
    pub(crate) identity: Identity,
    pub(crate) endpoints: Vec<Te>,
    pub(crate) destination: Option<Destination>,
    pub(crate) unknown_children: Vec<Element>,
}

impl RelayLatency {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            endpoints: Vec::new(),
            destination: None,
            unknown_children: Vec::new(),
        }
    }

    /// The relays, each with its `latency` and `relay_name` as attributes and its address as content.
    #[must_use]
    pub fn endpoints(&self) -> &[Te] {
        &self.endpoints
    }

    /// Returns the devices that the report is for, if it names some (SIG-15.11).
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
