/// How what is sent is spelled: as the documents have it, or as the official web client writes it.
///
/// A dialect is not law: it never makes a step legal. It says how a stanza is written, which of two answers a debt gets, and
/// which of two legal steps a [`decline`](crate::AnyCall::decline) takes. Choose it once, in
/// [`Policy::dialect`](crate::Policy::dialect): a [`Switchboard`](crate::Switchboard) marks every stanza with it, and
/// [`xml::write`](crate::xml::write) follows the mark. Without a switchboard, give it to
/// [`Owed::in_dialect`](crate::Owed::in_dialect) and [`xml::write_as`](crate::xml::write_as).
///
/// | | `Documents` | `WhatsAppWeb` |
/// | --- | --- | --- |
/// | an ack | `class`, `id`, `to` (SIG-07.2) | `to`, `id`, `class` and the action as `type` (OBS-5) |
/// | an offer is answered with | an ack and a receipt (SIG-07.5) | a receipt (OBS-6) |
/// | an accept or a reject is answered with | an ack (SIG-07.16) | a receipt around it (OBS-6) |
/// | a call that rings is declined with | `<terminate>` (SIG-08.12) | `<reject>` (OBS-3) |
/// | `<reject>` | two attributes (SIG-18.9) | and `count="0"` (OBS-3) |
/// | `<preaccept>` | capability `…07` (SIG-04.14) | capability `…13` (OBS-11) |
/// | `<accept>` | a capability (SIG-03.16) | none (OBS-12) |
/// | a video call's capability | as in any call | ends in `53` (OBS-25) |
/// | `<preaccept>` of a video call | without a picture | with `<video>` (OBS-VIDEO-3) |
/// | `<enc_rekey>` is answered with | an ack | a receipt around it |
/// | `<relaylatency>` to the device that answered | names it in a `<destination>` (SIG-15.11) | has none (OBS-15) |
///
/// ```
/// use ringstate::{Dialect, OwnAddress, Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
///     <transport call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
/// for stanza in owed.in_dialect(Dialect::WhatsAppWeb) {
///     assert_eq!(xml::to_string(&stanza), r#"<ack to="15550199:3@lid" id="1A2B" class="call" type="transport"/>"#);
/// }
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// As the documents of the research group have it. The default.
    #[default]
    Documents,
    /// As captured from the official web client (version 2.3000.1039501489, May 2026).
    WhatsAppWeb,
}
