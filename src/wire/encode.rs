//! From a stanza to XML, with children and attributes in the documented order.

use std::borrow::Borrow as _;
use std::fmt::Write as _;

use quick_xml::escape::partial_escape;
use quick_xml::events::attributes::Attribute as Escaped;

use crate::id::Jid;
use crate::stanza::{
    Accept, Ack, ActionKind, AnyAction, Attribute, Audio, CallAction, CallDuration, CallReceipt,
    CallStanza, Capability, Destination, Dialect, Element, Enc, Heartbeat, Identity, Mute,
    MuteState, Net, Offer, OfferNotice, Outgoing, Payload, Preaccept, Reject, RelayLatency, Te,
    Terminate, TerminateReason, Transport, VideoCode, VideoFormat, VideoState, with_actions,
};

pub(super) fn outgoing(outgoing: &Outgoing, dialect: Dialect, buffer: &mut String) {
    let mut out = Writer { buffer, dialect };
    match outgoing {
        Outgoing::Ack(ack) => out.ack(ack),
        Outgoing::Receipt(receipt) => out.receipt(receipt),
        Outgoing::CallStanza(call) => out.call(call),
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

struct Writer<'b> {
    buffer: &'b mut String,
    dialect: Dialect,
}

/// The stanzas.
impl Writer<'_> {
    fn ack(&mut self, ack: &Ack) {
        self.open("ack");
        match self.dialect {
            Dialect::Documents => {
                self.attribute("class", "call");
                self.attribute("id", ack.id.as_str());
                self.attribute("to", ack.to.as_str());
            }
            Dialect::WhatsAppWeb => {
                self.attribute("to", ack.to.as_str());
                self.attribute("id", ack.id.as_str());
                self.attribute("class", "call");
                self.optional("type", ack.kind());
            }
        }
        self.optional("participant", ack.participant.as_ref().map(Jid::as_str));
        self.optional("recipient", ack.recipient.as_ref().map(Jid::as_str));
        self.close_empty();
    }

    fn receipt(&mut self, receipt: &CallReceipt) {
        self.open("receipt");
        self.attribute("to", receipt.to.as_str());
        self.attribute("id", receipt.id.as_str());
        self.optional("from", receipt.from.as_ref().map(Jid::as_str));
        if self.dialect == Dialect::WhatsAppWeb {
            self.optional("participant", receipt.participant.as_ref().map(Jid::as_str));
        }
        self.inside();
        self.open(receipt.action);
        self.identity(&receipt.identity);
        self.close_empty();
        self.close("receipt");
    }

    fn call(&mut self, call: &CallStanza) {
        self.open("call");
        self.attribute("to", call.to.as_str());
        self.optional("id", call.id.as_ref().map(crate::StanzaId::as_str));
        self.inside();
        match &call.action {
            AnyAction::RelayLatency(report) if self.dialect == Dialect::WhatsAppWeb => {
                self.relay_latency(report, &call.to);
            }
            action => self.any_action(action),
        }
        self.close("call");
    }

    /// A report as the official client writes it: one to a device does not name that device again (OBS-15).
    fn relay_latency(&mut self, report: &RelayLatency, to: &Jid) {
        let devices = report.destination.as_ref().map(Destination::recipients);
        let is_for_one =
            devices.is_some_and(|devices| devices.iter().all(|device| device.jid() == to));
        let alone = RelayLatency {
            destination: report.destination.clone().filter(|_| !is_for_one),
            ..report.clone()
        };
        self.action(ActionKind::RelayLatency.tag(), &alone);
    }

    /// An element that was read and not interpreted.
    fn element(&mut self, element: &Element) {
        self.open(element.tag());
        self.attributes(&element.attributes);
        self.inside();
        self.buffer.push_str(&partial_escape(element.text()));
        element
            .children
            .iter()
            .for_each(|child| self.element(child));
        self.close(element.tag());
    }
}

/// An action that can be written: what it adds to the ids of its call.
trait Encode: CallAction {
    fn attributes(&self, out: &mut Writer<'_>) {
        let _ = out;
    }

    /// Whether the element has nothing inside, and no end tag.
    fn is_empty(&self) -> bool {
        false
    }

    fn children(&self, out: &mut Writer<'_>) {
        let _ = out;
    }
}

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        impl Writer<'_> {
            fn any_action(&mut self, action: &AnyAction) {
                match action {
                    $(AnyAction::$action(action) => self.action::<crate::stanza::$action>($tag, action.borrow()),)+
                    AnyAction::Unknown(unknown) => unknown.elements.iter().for_each(|element| self.element(element)),
                }
            }
        }
    };
}
with_actions!(generate);

impl Encode for Offer {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.number("user_redial_count", self.redial);
    }

    /// The order of the children is the server's (SIG-01.6); `<video>` follows the audio formats (SIG-02.1).
    fn children(&self, out: &mut Writer<'_>) {
        out.binary("privacy", None, self.privacy.as_ref());
        out.audio(&self.audio);
        out.video(self.video.as_ref());
        out.net(self.net);
        let spoken = match &self.video {
            Some(_) => Capability::VIDEO,
            None => Capability::OFFER_AND_ACCEPT,
        };
        out.capability_as_spoken(
            self.capability.as_ref(),
            Capability::OFFER_AND_ACCEPT,
            spoken,
        );
        out.destination(self.destination.as_ref());
        self.keys.iter().for_each(|enc| out.enc(enc));
        out.encopt(self.keygen);
        out.binary("device-identity", None, self.device_identity.as_ref());
    }
}

impl Encode for OfferNotice {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.optional("media", self.media());
        out.optional("type", self.kind());
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Encode for Preaccept {
    fn children(&self, out: &mut Writer<'_>) {
        out.audio(&self.audio);
        if out.dialect == Dialect::WhatsAppWeb {
            out.video(self.video.as_ref());
        }
        out.encopt(self.keygen);
        out.capability_as_spoken(
            self.capability.as_ref(),
            Capability::PREACCEPT,
            Capability::OFFER_AND_ACCEPT,
        );
    }
}

impl Encode for Accept {
    fn children(&self, out: &mut Writer<'_>) {
        out.audio(&self.audio);
        out.video(self.video.as_ref());
        out.binary("te", Some(("priority", "2")), self.te.as_ref());
        out.net(self.net);
        self.keys.iter().for_each(|enc| out.enc(enc));
        out.encopt(self.keygen);
        if out.dialect == Dialect::Documents {
            out.capability(self.capability.as_ref());
        }
        out.binary("rte", None, self.rte.as_ref());
        out.destination(self.destination.as_ref());
        let settings = self.voip_settings.as_ref();
        out.binary("voip_settings", Some(("uncompressed", "1")), settings);
    }
}

impl Encode for Reject {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.optional("reason", self.reason.as_ref().map(TerminateReason::as_str));
        if out.dialect == Dialect::WhatsAppWeb {
            out.attribute("count", "0");
        }
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Encode for Terminate {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.optional("reason", self.reason.as_ref().map(TerminateReason::as_str));
        out.number("duration", self.duration);
        out.number("audio_duration", self.audio_duration);
    }

    fn is_empty(&self) -> bool {
        self.destination.is_none()
    }

    fn children(&self, out: &mut Writer<'_>) {
        out.destination(self.destination.as_ref());
    }
}

impl Encode for Transport {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.optional("transport-message-type", self.message_type());
        out.number("p2p-cand-round", self.round);
    }

    fn children(&self, out: &mut Writer<'_>) {
        out.binary("te", Some(("priority", "1")), self.te.as_ref());
        out.net(self.net);
    }
}

impl Encode for RelayLatency {
    fn children(&self, out: &mut Writer<'_>) {
        self.endpoints.iter().for_each(|te| out.te(te));
        out.destination(self.destination.as_ref());
    }
}

impl Encode for Mute {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.optional("mute-state", self.state.as_ref().map(MuteState::as_str));
        out.optional(
            "request-state",
            self.request.as_ref().map(MuteState::as_str),
        );
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Encode for Heartbeat {
    fn is_empty(&self) -> bool {
        true
    }
}

impl Encode for VideoState {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.number("state", self.code.map(VideoCode::to_wire));
        out.number("device_orientation", self.orientation);
        out.optional("dec", self.decoder());
        out.attributes(&self.attributes);
    }

    fn is_empty(&self) -> bool {
        true
    }
}

impl Encode for CallDuration {
    fn attributes(&self, out: &mut Writer<'_>) {
        out.attribute("type", "1x1");
        out.optional("peer", self.peer.as_ref().map(Jid::as_str));
        out.number("audio_duration", self.audio);
        out.number("video_duration", self.video);
    }

    fn is_empty(&self) -> bool {
        true
    }
}

/// The parts that several stanzas share.
impl Writer<'_> {
    fn action<A: Encode>(&mut self, tag: &str, action: &A) {
        self.open(tag);
        self.identity(action.identity());
        action.attributes(self);
        if action.is_empty() {
            return self.close_empty();
        }
        self.inside();
        action.children(self);
        self.close(tag);
    }

    fn identity(&mut self, identity: &Identity) {
        self.attribute("call-id", identity.call_id.as_str());
        self.attribute("call-creator", identity.call_creator.as_str());
    }

    fn audio(&mut self, audio: &[Audio]) {
        for format in audio {
            self.open("audio");
            self.optional("enc", format.codec());
            self.number("rate", format.rate);
            self.close_empty();
        }
    }

    fn net(&mut self, net: Option<Net>) {
        if let Some(net) = net {
            self.open("net");
            self.number("medium", net.medium);
            self.number("protocol", net.protocol);
            self.close_empty();
        }
    }

    fn encopt(&mut self, keygen: Option<u32>) {
        if keygen.is_some() {
            self.open("encopt");
            self.number("keygen", keygen);
            self.close_empty();
        }
    }

    fn capability(&mut self, capability: Option<&Capability>) {
        if let Some(capability) = capability {
            self.open("capability");
            self.number("ver", capability.version);
            self.payload("capability", &capability.content);
        }
    }

    /// A capability whose documented content the official client writes otherwise.
    fn capability_as_spoken(
        &mut self,
        capability: Option<&Capability>,
        documented: [u8; 7],
        spoken: [u8; 7],
    ) {
        match capability {
            Some(capability)
                if self.dialect == Dialect::WhatsAppWeb
                    && *capability == Capability::documented(documented) =>
            {
                self.capability(Some(&Capability::documented(spoken)));
            }
            capability => self.capability(capability),
        }
    }

    fn video(&mut self, video: Option<&VideoFormat>) {
        if let Some(video) = video {
            self.open("video");
            self.attributes(&video.attributes);
            self.close_empty();
        }
    }

    fn destination(&mut self, destination: Option<&Destination>) {
        if let Some(destination) = destination {
            self.open("destination");
            self.inside();
            for recipient in &destination.recipients {
                self.open("to");
                self.attribute("jid", recipient.jid.as_str());
                if let Some(enc) = &recipient.enc {
                    self.inside();
                    self.enc(enc);
                    self.close("to");
                } else {
                    self.close_empty();
                }
            }
            destination.endpoints.iter().for_each(|te| self.te(te));
            self.close("destination");
        }
    }

    fn enc(&mut self, enc: &Enc) {
        self.open("enc");
        self.number("v", enc.version);
        self.optional("type", enc.kind());
        self.number("count", enc.count);
        self.payload("enc", &enc.content);
    }

    fn te(&mut self, te: &Te) {
        self.open("te");
        self.attributes(&te.attributes);
        self.payload("te", &te.content);
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            self.attribute(attribute.name(), attribute.value());
        }
    }

    fn binary(&mut self, tag: &str, attribute: Option<(&str, &str)>, content: Option<&Payload>) {
        if let Some(content) = content {
            self.open(tag);
            if let Some((name, value)) = attribute {
                self.attribute(name, value);
            }
            self.payload(tag, content);
        }
    }

    /// Ends a start tag, writes the content and the end tag.
    fn payload(&mut self, tag: &str, content: &Payload) {
        self.inside();
        for byte in content.bytes().unwrap_or_default() {
            self.buffer.push(char::from(DIGITS[usize::from(byte >> 4)]));
            self.buffer
                .push(char::from(DIGITS[usize::from(byte & 0x0f)]));
        }
        self.close(tag);
    }
}

/// XML.
impl Writer<'_> {
    fn open(&mut self, tag: &str) {
        self.buffer.push('<');
        self.buffer.push_str(tag);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.buffer.push(' ');
        self.buffer.push_str(name);
        self.buffer.push_str("=\"");
        self.buffer.push_str(&Escaped::from((name, value)).value);
        self.buffer.push('"');
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    fn number(&mut self, name: &str, value: Option<u32>) {
        if let Some(value) = value {
            // Writing to a `String` does not fail.
            let _ = write!(self.buffer, " {name}=\"{value}\"");
        }
    }

    fn inside(&mut self) {
        self.buffer.push('>');
    }

    fn close_empty(&mut self) {
        self.buffer.push_str("/>");
    }

    fn close(&mut self, tag: &str) {
        self.buffer.push_str("</");
        self.buffer.push_str(tag);
        self.buffer.push('>');
    }
}
