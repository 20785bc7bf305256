use super::{Element, Identity, Text};

/// `<offer_notice>`: news of a group call (SIG-16.41). It gets an ack and nothing else: no receipt (SIG-07.16,
/// SIG-07.17) and no answer. It never becomes a [`Call`](crate::Call).
///
/// ```xml
/// <call from="15550199@lid" id="7C8D" t="1700000000">
///   <offer_notice call-id="00C0FFEE" call-creator="15550199@lid" media="video" type="group"/>
/// </call>
/// ```
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199@lid" id="7C8D" t="1700000000">
///     <offer_notice call-id="00C0FFEE" call-creator="15550199@lid" media="video" type="group"/></call>"#;
/// let Received::OfferNotice(notice) = xml::parse(document)? else { unreachable!() };
/// assert!(notice.action().is_video() && notice.action().is_group());
/// # drop(notice.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(notice: ringstate::Inbound<ringstate::OfferNotice>, me: &ringstate::OwnAddress) {
/// notice.acknowledge_with_receipt(me); // no receipt is owed for a received `OfferNotice`
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/offer_notice.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferNotice {
    pub(crate) identity: Identity,
    pub(crate) media: Option<Text>,
    pub(crate) kind: Option<Text>,
    pub(crate) unknown_children: Vec<Element>,
}

impl OfferNotice {
    /// Whether it is about a video call: its `media` is `video` (SIG-02.7).
    #[doc(alias("SIG-02.7"))]
    #[must_use]
    pub fn is_video(&self) -> bool {
        self.media().is_some_and(|media| media == "video")
    }

    /// Whether it is about a group call: its `type` is `group`, whatever its `media` (SIG-02.8).
    #[doc(alias("SIG-02.8"))]
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.kind().is_some_and(|kind| kind == "group")
    }

    /// The attribute `media`: `audio`, `video` or another word.
    #[doc(alias("SIG-02.6"))]
    #[must_use]
    pub fn media(&self) -> Option<&str> {
        self.media.as_ref().map(Text::as_str)
    }

    /// The attribute `type`.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(Text::as_str)
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }
}
