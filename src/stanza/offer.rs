use super::element::find_child;
use super::{
    Audio, Capability, Destination, Element, Enc, GroupInfo, Identity, Net, Payload,
    TerminateReason, Text, VideoFormat,
};
use crate::id::Jid;

/// The key-derivation scheme that this protocol's answers speak: `<encopt keygen="2"/>` (SIG-01.11, SIG-03.13).
pub(crate) const KEYGEN: u32 = 2;

/// `<offer>`: somebody calls.
///
/// ```xml
/// <call from="15550199:3@lid" id="1A2B3C4D5E" t="1700000000" notify="Ann" platform="android">
///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid" caller_pn="15550199@s.whatsapp.net">
///     <privacy>0401</privacy>
///     <audio enc="opus" rate="8000"/>
///     <audio enc="opus" rate="16000"/>
///     <video/>                                        <!-- in a video call -->
///     <net medium="3"/>
///     <capability ver="1">0105f709e4bb13</capability>
///     <enc v="2" type="msg" count="0">33aa</enc>      <!-- or a <destination> with one per device -->
///     <encopt keygen="2"/>
///     <device-identity>0a12</device-identity>
///   </offer>
/// </call>
/// ```
///
/// Reading requires the envelope's `from` and `id` (SIG-16.8, SIG-16.9), `call-id` and `call-creator` (SIG-16.11,
/// SIG-16.12). Everything else is optional, in any order. A missing `t`, and an `<audio>` without an `enc` and a numeric
/// `rate` (SIG-16.10, SIG-16.19 to SIG-16.21), are problems ([`Received::problems`](crate::Received::problems)), and it
/// rings all the same.
///
/// A received offer becomes a call with [`Call::incoming`](crate::Call::incoming). It does not hand out the encrypted
/// call key: a callee reads that from the call, once this device has rung or answered
/// ([`MayReadCallKey`](crate::law::MayReadCallKey), SIG-18.13).
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B3C4D5E" t="1700000000" notify="Ann">
///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid">
///       <audio enc="opus" rate="16000"/><video/><encopt keygen="2"/>
///     </offer></call>"#;
/// let Received::Offer(offer) = xml::parse(document)? else { unreachable!() };
/// assert!(offer.action().is_video());
/// assert_eq!(offer.action().audio()[0].rate(), Some(16000));
/// assert_eq!(offer.envelope().notify(), Some("Ann"));
/// # drop(offer.acknowledge_with_receipt(&ringstate::OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
///
/// ```compile_fail,E0277
/// # fn wrong(offer: ringstate::Inbound<ringstate::Offer>) {
/// offer.terminate(); // a received `Offer` is not a call: nothing can be said with it
/// # }
/// ```
///
/// # What it has
///
/// [How to read this list](crate::stanza#what-they-have).
///
#[doc = include_str!("../../docs/generated/stanza/offer.md")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub(crate) identity: Identity,
    pub(crate) caller_pn: Option<Jid>,
    pub(crate) caller_country_code: Option<Text>,
    pub(crate) device_class: Option<Text>,
    pub(crate) joinable: bool,
    pub(crate) group: Option<Jid>,
    pub(crate) kind: Option<Text>,
    pub(crate) redial: Option<u32>,
    pub(crate) silence: Option<Text>,
    pub(crate) group_info: Option<GroupInfo>,
    pub(crate) privacy: Option<Payload>,
    pub(crate) audio: Vec<Audio>,
    pub(crate) video: Option<VideoFormat>,
    pub(crate) net: Option<Net>,
    pub(crate) capability: Option<Capability>,
    pub(crate) keygen: Option<u32>,
    pub(crate) is_keygen_unreadable: bool,
    pub(crate) keys: Vec<Enc>,
    pub(crate) destination: Option<Destination>,
    pub(crate) device_identity: Option<Payload>,
    pub(crate) unknown_children: Vec<Element>,
}

impl Offer {
    /// One of this call, with nothing else in it.
    pub(crate) fn of(identity: Identity) -> Self {
        Self {
            identity,
            caller_pn: None,
            caller_country_code: None,
            device_class: None,
            joinable: false,
            group: None,
            kind: None,
            redial: None,
            silence: None,
            group_info: None,
            privacy: None,
            audio: Vec::new(),
            video: None,
            net: None,
            capability: None,
            keygen: None,
            is_keygen_unreadable: false,
            keys: Vec::new(),
            destination: None,
            device_identity: None,
            unknown_children: Vec::new(),
        }
    }

    /// Returns the caller's phone-number address, if the offer names it. Only offers do (SIG-16.13).
    #[must_use]
    pub fn caller_pn(&self) -> Option<&Jid> {
        self.caller_pn.as_ref()
    }

    /// The caller's country, in two letters.
    #[must_use]
    pub fn caller_country_code(&self) -> Option<&str> {
        self.caller_country_code.as_ref().map(Text::as_str)
    }

    /// The kind of device that calls.
    #[must_use]
    pub fn device_class(&self) -> Option<&str> {
        self.device_class.as_ref().map(Text::as_str)
    }

    /// Whether the call can be joined later: `joinable="1"`.
    #[must_use]
    pub fn is_joinable(&self) -> bool {
        self.joinable
    }

    /// Why the call should ring silently: the `reason` of a `<silence>` inside, in the wire's own word.
    #[must_use]
    pub fn silence_reason(&self) -> Option<&str> {
        self.silence.as_ref().map(Text::as_str)
    }

    /// The relay that the server allocated, kept as read: `<relay>` with its tokens, keys and endpoints (OBS-10).
    #[doc(alias("OBS-10"))]
    #[must_use]
    pub fn relay(&self) -> Option<&Element> {
        find_child(&self.unknown_children, "relay")
    }

    /// How often the caller has called again without an answer: `user_redial_count` (OBS-9).
    #[must_use]
    pub fn redial(&self) -> Option<u32> {
        self.redial
    }

    /// Whether it is of a group call: it has a [`group`](Self::group) (SIG-16.14), its `type` is `group`, or it has
    /// [`group_info`](Self::group_info) (OBS-22). A live one is a [`GroupOffer`].
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.group.is_some()
            || self.group_info.is_some()
            || self
                .kind
                .as_ref()
                .is_some_and(|kind| kind.as_str() == "group")
    }

    /// Returns who is in the group call, if the offer tells.
    #[must_use]
    pub fn group_info(&self) -> Option<&GroupInfo> {
        self.group_info.as_ref()
    }

    /// Returns the group that is called, if the offer names it: `group-jid`.
    #[must_use]
    pub fn group(&self) -> Option<&Jid> {
        self.group.as_ref()
    }

    /// The caller's privacy token (REF.5).
    #[must_use]
    pub fn privacy(&self) -> Option<&Payload> {
        self.privacy.as_ref()
    }

    /// The formats of sound that are offered, most preferred first; possibly none (SIG-16.15).
    #[doc(alias("SIG-02.5", "SIG-16.15"))]
    #[must_use]
    pub fn audio(&self) -> &[Audio] {
        &self.audio
    }

    /// Whether this is a video call: it has a `<video>` inside (SIG-02.3).
    #[doc(alias("SIG-02.3", "SIG-16.18", "ENUM-MEDIA.2"))]
    #[must_use]
    pub fn is_video(&self) -> bool {
        self.video.is_some()
    }

    /// The first `<video>`.
    #[doc(alias("CAT-OFFER.11"))]
    #[must_use]
    pub fn video(&self) -> Option<&VideoFormat> {
        self.video.as_ref()
    }

    /// The kind of network that the caller is on.
    #[doc(alias("CAT-OFFER.12"))]
    #[must_use]
    pub fn net(&self) -> Option<Net> {
        self.net
    }

    /// What the caller's client can do.
    #[doc(alias("CAT-OFFER.13"))]
    #[must_use]
    pub fn capability(&self) -> Option<&Capability> {
        self.capability.as_ref()
    }

    /// The scheme by which media keys follow from the call key: `<encopt keygen>` (SIG-01.11).
    #[doc(alias("CAT-OFFER.14"))]
    #[must_use]
    pub fn keygen(&self) -> Option<u32> {
        self.keygen
    }

    /// The devices that the offer has a `<to jid>` for, and the endpoints that the catalogue's samples show.
    #[doc(alias("CAT-OFFER.19"))]
    #[must_use]
    pub fn destination(&self) -> Option<&Destination> {
        self.destination.as_ref()
    }

    /// The identity of the calling device, for a new Signal session (REF.6).
    #[must_use]
    pub fn device_identity(&self) -> Option<&Payload> {
        self.device_identity.as_ref()
    }

    /// Returns the children that this crate does not know, and repetitions of those that occur once.
    #[must_use]
    pub fn unknown_children(&self) -> &[Element] {
        &self.unknown_children
    }

    /// Whether a callee may answer with this rate: it was offered with the codec of all answers, or no rate was (SIG-16.38). A
    /// codec that cannot be read is taken for that one.
    pub(crate) fn allows(&self, rate: u32) -> bool {
        self.audio.iter().all(|audio| audio.rate.is_none())
            || self
                .audio
                .iter()
                .any(|audio| audio.rate == Some(rate) && audio.is_opus())
    }
}

explained! {
    /// What an offer would need to hand out its call key. Nothing has this trait: you read the key from the call, once
    /// this device has rung or answered.
    message: "the call key cannot be read from an offer: it is read from the call",
    label: "the `<enc>` of an offer stays closed",
    note: "`call.call_key()` has the key for this device, from `Preaccepted` on: `preaccept` or `accept` first (SIG-18.13)",
    note: "a call that is declined with `reject` never reads it (SIG-18.14)";
    pub trait HandsOutKeys<'a> {}
}

stubs! {
    impl (Offer) where (Self: HandsOutKeys<'a>);
    fn enc(&self);
    fn keys(&self);
    fn call_key(&self);
}

/// An `<offer>` of a group call, which rings now. Three marks make an offer one of these: `group-jid` (SIG-16.14), and, as
/// clients have seen, `type="group"` or a `<group_info>` without either (OBS-22).
///
/// ```xml
/// <call from="15550199:3@lid" id="1A2B3C4D5E" t="1700000000">
///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid" type="group">
///     <group_info media="audio" connected-limit="32">
///       <user jid="15550199@lid" state="connected"><device jid="15550199:3@lid"/></user>
///     </group_info>
///   </offer>
/// </call>
/// ```
///
/// [`Call::incoming`](crate::Call::incoming) makes a call of it in which this device is an [`Invitee`](crate::Invitee). It is
/// owed ack and receipt, you can decline it, and you cannot answer it as a call between two: that does not compile.
///
/// ```
/// use ringstate::{OwnAddress, Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid" type="group"/></call>"#;
/// let Received::GroupOffer(offer) = xml::parse(document)? else { unreachable!() };
/// assert!(offer.action().offer().is_group());
/// # drop(offer.acknowledge_with_receipt(&OwnAddress::default()));
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOffer {
    pub(crate) offer: Offer,
}

impl GroupOffer {
    /// What is offered.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }
}

/// An `<offer>` of a call that is over: it was delivered offline, or says that the call has ended.
///
/// ```xml
/// <call from="15550199:3@lid" id="1A2B3C4D5E" t="1700000000" offline="0">
///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid">…</offer>
/// </call>
/// ```
///
/// Three marks make an offer one of these: any `offline` on the envelope, and `is_call_ended="1"` or a `terminate_reason`
/// on the offer. ([`e`](crate::stanza::Envelope::e) is none of them: OBS-1.) It gets its ack and its receipt like every
/// offer, and nothing else: [`Call::incoming`](crate::Call::incoming) does not take it, so a call that is over cannot ring. It has
/// no call key.
///
/// ```
/// use ringstate::{OwnAddress, Received, xml};
///
/// let document = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000" offline="0">
///     <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
/// let Received::EndedOffer(missed) = xml::parse(document)? else { unreachable!() };
/// assert!(missed.envelope().is_offline());
/// assert_eq!(missed.acknowledge_with_receipt(&OwnAddress::default()).into_iter().count(), 2);
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedOffer {
    pub(crate) offer: Offer,
    pub(crate) reason: Option<TerminateReason>,
}

impl EndedOffer {
    /// What was offered.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Returns why the call ended, if the offer says so (its `terminate_reason`). Without a reason it was missed.
    #[must_use]
    pub fn reason(&self) -> Option<&TerminateReason> {
        self.reason.as_ref()
    }
}
