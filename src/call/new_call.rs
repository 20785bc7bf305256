use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::id::{CallId, Jid, Lid, OwnAddress, PhoneNumber, StanzaId};
use crate::party::{Parties, same_device_of_peer, same_person, same_space};
use crate::phase::held::SentOffer;
use crate::phase::{Caller, Offered};
use crate::stanza::offer::KEYGEN;
use crate::stanza::{
    Accept, Audio, AudioRates, Capability, Destination, Enc, Heartbeat, Identity, Inbound, Mute,
    MuteState, Net, News, Offer, Outbound, Payload, Preaccept, Receipt, Recipient, Reject,
    RelayLatency, ServerAck, Terminate, Transport, VideoFormat, VideoState,
};

use super::{Call, Decline, Ending, OfferError, Refused, RelayReport, TransportMessage};

/// `<net medium="3"/>`, in an offer (SIG-03.12).
const OFFER_MEDIUM: u32 = 3;

/// A call that you are about to make: everything that differs from one `<offer>` to the next.
///
/// ```
/// use ringstate::{Creator, DeviceKey, NewCall, RingingDevices, xml};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let call = NewCall {
///     call_id: "00C0FFEE".parse()?,
///     peer: "15550100@lid".parse()?,
///     peer_alias: None,
///     creator: Creator::Lid { lid: "15550199:3@lid".parse()?, phone_number: None },
///     devices: RingingDevices::one("15550100@lid".parse()?, DeviceKey::Session(vec![0x33, 0xaa])),
///     video: None,
///     redial: None,
///     privacy: None,
/// };
/// let (offered, offer) = call.offer("1A2B".parse()?)?;
/// assert!(xml::to_string(offer.stanza()).contains(r#"<enc v="2" type="msg" count="0">33aa</enc>"#));
/// # drop(offered);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NewCall {
    /// The name of the call: opaque, new, never used again (SIG-17.1, SIG-17.38).
    pub call_id: CallId,
    /// The account that you call, not one of its devices (CAT-OFFER.3).
    pub peer: Jid,
    /// The peer's address in the other space, if you know it. Without it, a device that answers from there is not heard
    /// ([`HearError::Unverified`](crate::HearError::Unverified)).
    pub peer_alias: Option<Jid>,
    /// Who makes the call.
    pub creator: Creator,
    /// The devices that will ring, each with the call key that you encrypted for it.
    pub devices: RingingDevices,
    /// The picture that is offered, in a video call (SIG-02.1).
    pub video: Option<VideoFormat>,
    /// How often the user has called again without an answer: `user_redial_count` (OBS-9).
    pub redial: Option<u32>,
    /// The privacy token, if there is one (REF.5).
    pub privacy: Option<Vec<u8>>,
}

/// What offering returns: the call, and its `<offer>` to send.
pub type OfferMade = (Call<Caller, Offered>, Outbound<Offer>);

/// Who makes a call: the address that every stanza of it names as `call-creator`. Use your LID if you know it, because
/// servers refuse offers of other creators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creator {
    /// This device's LID, and its phone number if it is known too.
    Lid {
        /// The LID, with the device.
        lid: Lid,
        /// The phone number, to recognise your other devices by.
        phone_number: Option<PhoneNumber>,
    },
    /// This device's phone number, where no LID is known (SIG-17.4).
    PhoneNumber(PhoneNumber),
}

/// The devices of the peer that ring. By type, there is at least one and it has a key (CAT-OFFER.15). A device that you
/// list twice rings once.
///
/// For one device the offer has a bare `<enc>`, for several a `<destination>` with a `<to>` for each, however many keys
/// there are (SIG-17.14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingingDevices {
    /// A device with its key.
    pub first: (Jid, DeviceKey),
    /// Further devices, each with its key, or without one if you could not encrypt it.
    pub others: Vec<(Jid, Option<DeviceKey>)>,
}

/// The call key, encrypted for one device (SIG-17.9).
#[derive(Clone, PartialEq, Eq)]
pub enum DeviceKey {
    /// In a Signal session that exists: `type="msg"` (SIG-01.13).
    Session(Vec<u8>),
    /// In a message that opens the session: `type="pkmsg"`. The server drops an offer that lacks this device's identity
    /// beside it, so the type requires it.
    NewSession {
        /// The message.
        message: Vec<u8>,
        /// This device's identity, the same in every key of an offer.
        identity: DeviceIdentity,
    },
}

/// This device's signed identity, opaque: the `<device-identity>` of an offer (REF.6).
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceIdentity(Arc<[u8]>);

impl Creator {
    fn addresses(&self) -> OwnAddress {
        match self.clone() {
            Self::Lid { lid, phone_number } => OwnAddress {
                lid: Some(lid),
                phone_number,
            },
            Self::PhoneNumber(number) => OwnAddress::phone_number(number),
        }
    }

    /// What the stanzas of the call name as `call-creator`.
    pub(crate) fn address(&self) -> &Jid {
        match self {
            Self::Lid { lid, .. } => lid.jid(),
            Self::PhoneNumber(number) => number.jid(),
        }
    }
}

impl RingingDevices {
    fn addresses(&self) -> impl Iterator<Item = &Jid> {
        let others = self.others.iter().map(|(device, _)| device);
        std::iter::once(&self.first.0).chain(others)
    }

    fn keys(&self) -> impl Iterator<Item = &DeviceKey> {
        let others = self.others.iter().filter_map(|(_, key)| key.as_ref());
        std::iter::once(&self.first.1).chain(others)
    }

    /// A single device.
    #[must_use]
    pub fn one(device: Jid, key: DeviceKey) -> Self {
        Self {
            first: (device, key),
            others: Vec::new(),
        }
    }
}

impl DeviceKey {
    fn is_empty(&self) -> bool {
        match self {
            Self::Session(message) => message.is_empty(),
            Self::NewSession { message, identity } => message.is_empty() || identity.0.is_empty(),
        }
    }
}

impl DeviceIdentity {
    /// The identity with these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for NewCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewCall")
            .field("call_id", &self.call_id)
            .field("devices", &self.devices)
            .field("video", &self.video.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "DeviceKey(msg)",
            Self::NewSession { .. } => "DeviceKey(pkmsg)",
        })
    }
}

impl fmt::Debug for DeviceIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceIdentity([{} bytes])", self.0.len())
    }
}

// wacrg:SIG-01
impl NewCall {
    /// Makes the call: returns it with the `<offer>` to send under this id. The call waits for the server to acknowledge the offer.
    ///
    /// ```xml
    /// <call to="15550100@lid" id="1A2B">
    ///   <offer call-id="00C0FFEE" call-creator="15550199:3@lid">
    ///     <privacy>0401</privacy>                                          <!-- if there is a token -->
    ///     <audio enc="opus" rate="8000"/>
    ///     <audio enc="opus" rate="16000"/>
    ///     <video/>                                                         <!-- in a video call -->
    ///     <net medium="3"/>
    ///     <capability ver="1">0105f709e4bb13</capability>
    ///     <destination>                                                    <!-- one device: a bare <enc> -->
    ///       <to jid="15550100@lid"><enc v="2" type="msg" count="0">33aa</enc></to>
    ///       <to jid="15550100:7@lid"><enc v="2" type="pkmsg" count="0">33bb</enc></to>
    ///     </destination>
    ///     <encopt keygen="2"/>
    ///     <device-identity>0a12</device-identity>                          <!-- with any pkmsg -->
    ///   </offer>
    /// </call>
    /// ```
    ///
    /// The server refuses any other order of the children (SIG-01.6, SIG-01.7). `id` must be new and
    /// random (SIG-17.12): the server's acknowledgement and the devices' receipts repeat it.
    ///
    /// ```
    /// use std::error::Error;
    /// use ringstate::{Call, Caller, NewCall, Offered, StanzaId, xml};
    ///
    /// fn ring(call: NewCall, id: StanzaId) -> Result<Call<Caller, Offered>, Box<dyn Error>> {
    ///     let (offered, offer) = call.offer(id)?;
    ///     println!("{}", xml::to_string(offer.stanza()));
    ///     Ok(offered)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`OfferError`] says what of the `NewCall` cannot be offered; you get it back.
    #[doc(alias("CAT-OFFER.9", "REF.5"))]
    #[doc(alias("place call", "dial", "outgoing call"))]
    #[doc(alias(
        "SIG-01.1",
        "SIG-01.6",
        "SIG-01.11",
        "SIG-02.1",
        "SIG-02.2",
        "SIG-12.2",
        "SIG-17.12",
        "SIG-17.13",
        "CAT-OFFER.4",
        "CAT-OFFER.6",
        "CAT-OFFER.21",
        "FLOW-REJECT.3",
        "REF.7",
        "REF.13"
    ))]
    pub fn offer(self, id: StanzaId) -> Result<OfferMade, Refused<Self, (), OfferError>> {
        match self.check(&OwnAddress::default()) {
            Ok(()) => Ok(self.checked_offer(id)),
            Err(reason) => Err(Refused::new((), self, reason)),
        }
    }

    /// Checks what no type rules out: who is called, and with which keys. The account may have more addresses than the call
    /// names.
    pub(crate) fn check(&self, account: &OwnAddress) -> Result<(), OfferError> {
        let me = self.creator.addresses();
        let is_own = |address: &Jid| {
            me.all()
                .chain(account.all())
                .any(|own| same_person(own, address))
        };
        if !self.peer.is_person() || self.peer.device().is_some() {
            return Err(OfferError::PeerIsNoAccount);
        }
        let addresses = || self.devices.addresses();
        if [Some(&self.peer), self.peer_alias.as_ref()]
            .into_iter()
            .flatten()
            .any(is_own)
            || addresses().any(is_own)
        {
            return Err(OfferError::OwnAccount);
        }
        // The peer's address in the other space: the alias, or else that of its devices there.
        let is_elsewhere = |address: &&Jid| address.is_person() && !same_space(address, &self.peer);
        let alias = self
            .peer_alias
            .as_ref()
            .or_else(|| addresses().find(is_elsewhere));
        if !alias.is_none_or(|alias| is_elsewhere(&alias)) {
            return Err(OfferError::AliasIsNoAlias);
        }
        let is_peer_s = |device: &Jid| {
            same_person(device, &self.peer) || alias.is_some_and(|alias| same_person(device, alias))
        };
        if !addresses().all(is_peer_s) {
            return Err(OfferError::DeviceOfAnother);
        }
        if self.devices.keys().any(DeviceKey::is_empty) {
            return Err(OfferError::EmptyKey);
        }
        Ok(())
    }

    pub(crate) fn checked_offer(self, id: StanzaId) -> OfferMade {
        let Self {
            call_id,
            peer,
            peer_alias,
            creator,
            devices,
            video,
            redial,
            privacy,
        } = self;
        let call_creator = creator.address().clone();
        let me = creator.addresses();
        let identity = Identity {
            call_id,
            call_creator,
        };

        let RingingDevices {
            first: (first, key),
            others,
        } = devices;
        let mut devices = vec![(first, Some(key))];
        for (device, key) in others {
            // A device that is listed twice rings once.
            if devices
                .iter()
                .all(|(known, _)| !same_device_of_peer(known, &device))
            {
                devices.push((device, key));
            }
        }
        let addresses: Vec<&Jid> = devices.iter().map(|(jid, _)| jid).collect();
        let parties =
            Parties::of_new_call(identity.clone(), peer.clone(), peer_alias, &addresses, me);
        let mut sent = SentOffer::new(id.clone(), addresses.into_iter().cloned());
        sent.is_video = video.is_some();
        let device_identity = devices.iter().find_map(|(_, key)| match key {
            Some(DeviceKey::NewSession { identity, .. }) => {
                Some(Payload::Bytes((*identity.0).into()))
            }
            _ => None,
        });
        let (keys, destination) = key_slot(devices);
        let rates = AudioRates {
            preferred: AudioRates::NARROWBAND,
            others: vec![AudioRates::WIDEBAND],
        };
        let offer = Offer {
            privacy: privacy.map(|bytes| Payload::Bytes(bytes.into())),
            audio: rates.iter().map(Audio::opus).collect(),
            video,
            net: Some(Net {
                medium: Some(OFFER_MEDIUM),
                protocol: None,
            }),
            capability: Some(Capability::documented(Capability::OFFER_AND_ACCEPT)),
            keygen: Some(KEYGEN),
            keys,
            destination,
            device_identity,
            redial,
            ..Offer::of(identity)
        };
        let outbound = Outbound::new(peer, Some(id), offer);
        (Call::in_phase(Arc::new(parties), Box::new(sent)), outbound)
    }

    /// The call of an offer that was sent to this account, as a recording has it.
    pub(crate) fn recorded(
        offer: &Offer,
        to: Jid,
        id: StanzaId,
        me: &OwnAddress,
    ) -> Call<Caller, Offered> {
        let named = offer.destination.iter().flat_map(Destination::recipients);
        let devices: Vec<Jid> = named.map(|device| device.jid.clone()).collect();
        let addresses: Vec<&Jid> = devices.iter().collect();
        let identity = offer.identity.clone();
        let parties = Parties::of_new_call(identity, to.clone(), None, &addresses, me.clone());
        let mut sent = if devices.is_empty() {
            SentOffer::to_some_device(id, to) // a bare `<enc>` is for one device (SIG-17.14)
        } else {
            SentOffer::new(id, devices.into_iter())
        };
        sent.is_video = offer.is_video();
        Call::in_phase(Arc::new(parties), Box::new(sent))
    }
}

/// A bare `<enc>` for one device, a `<destination>` for several (SIG-17.14).
fn key_slot(mut devices: Vec<(Jid, Option<DeviceKey>)>) -> (Vec<Enc>, Option<Destination>) {
    if devices.len() == 1 {
        return (
            devices
                .pop()
                .and_then(|(_, key)| key)
                .map(enc)
                .into_iter()
                .collect(),
            None,
        );
    }
    let recipients = devices
        .into_iter()
        .map(|(jid, key)| Recipient {
            jid,
            enc: key.map(enc),
        })
        .collect();
    (
        Vec::new(),
        Some(Destination {
            recipients,
            endpoints: Vec::new(),
            is_partial: false,
        }),
    )
}

/// `<enc v="2" type count="0">` (REF.11).
fn enc(key: DeviceKey) -> Enc {
    let (kind, message) = match key {
        DeviceKey::Session(message) => ("msg", message),
        DeviceKey::NewSession { message, .. } => ("pkmsg", message),
    };
    Enc {
        version: Some(2),
        kind: Some(kind.into()),
        count: Some(0),
        content: Payload::Bytes(message.into()),
    }
}

explained! {
    /// What a call needs before anything can be said or heard of it: an offer that was sent. A [`NewCall`] has none, so
    /// nothing has this trait.
    message: "a `{Self}` has not been offered: there is no call yet",
    label: "only a `Call` can do this",
    note: "`let (call, offer) = new_call.offer(id)` makes the call: send the `<offer>`, and keep the call (SIG-17.12)",
    note: "to withdraw the offer, `terminate` the call: a `<terminate>` before its offer names a call that nobody knows \
           (SIG-17.39)",
    note: "a call that was not offered rings nowhere: drop the `NewCall`, and nobody has to be told";
    pub trait IsOffered<'a> {}
}

stubs! {
    impl (NewCall) where (Self: IsOffered<'a>);
    fn terminate(self);
    fn terminate_with(self, _: impl Into<Ending>);
    fn give_up(self, _: Decline);
    fn abandon(self);
    fn transport(&self, _: TransportMessage);
    fn relay_latency(&self, _: RelayReport);
    fn mute(&mut self, _: MuteState);
    fn repeat_mute(&mut self);
    fn heartbeat(&self, _: StanzaId);
    fn video(&mut self);
    fn report_duration(&self, _: Duration, _: Option<Duration>);
    fn on_ack(self, _: ServerAck);
    fn on_receipt(&mut self, _: Receipt);
    fn on_preaccept(self, _: Inbound<Preaccept>);
    fn on_accept(self, _: Inbound<Accept>);
    fn on_reject(self, _: Inbound<Reject>);
    fn on_terminate(self, _: Inbound<Terminate>);
    fn on_late_preaccept(&self, _: Inbound<Preaccept>);
    fn on_late_accept(&self, _: Inbound<Accept>);
    fn on_late_reject(&self, _: Inbound<Reject>);
    fn on_transport(&self, _: Inbound<Transport>);
    fn on_relay_latency(&self, _: Inbound<RelayLatency>);
    fn on_mute(&self, _: Inbound<Mute>);
    fn on_heartbeat(&self, _: Inbound<Heartbeat>);
    fn on_video(&self, _: Inbound<VideoState>);
    fn on_news(&mut self, _: Inbound<News>);
    fn on_late(&self, _: impl Sized);
}
