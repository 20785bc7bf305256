//! From a stanza to a wire, with children and attributes in the documented order.

use std::borrow::Borrow as _;

use super::view::Sink;
use crate::id::Jid;
use crate::stanza::{
    Accept, Ack, ActionKind, AnyAction, Attribute, Audio, CallAction, CallDuration, CallReceipt,
    CallStanza, Capability, Destination, Dialect, Enc, Heartbeat, Identity, Mute, MuteState, Net,
    Offer, OfferNotice, Outgoing, Payload, Preaccept, Reject, RelayLatency, Te, Terminate,
    TerminateReason, Transport, VideoCode, VideoFormat, VideoState, with_actions,
};

pub(super) fn outgoing(outgoing: &Outgoing, dialect: Dialect, sink: &mut impl Sink) {
    let mut out = Writer { sink, dialect };
    match outgoing {
        Outgoing::Ack(ack) => out.ack(ack),
        Outgoing::Receipt(receipt) => out.receipt(receipt),
        Outgoing::CallStanza(call) => out.call(call),
    }
}

struct Writer<'s, S> {
    sink: &'s mut S,
    dialect: Dialect,
}

/// The stanzas.
impl<S: Sink> Writer<'_, S> {
    fn ack(&mut self, ack: &Ack) {
        self.open("ack");
        match self.dialect {
            Dialect::Documents => {
                self.attribute("class", "call");
                self.attribute("id", ack.id.as_str());
                self.address("to", &ack.to);
            }
            Dialect::WhatsAppWeb => {
                self.address("to", &ack.to);
                self.attribute("id", ack.id.as_str());
                self.attribute("class", "call");
                self.optional("type", ack.kind());
            }
        }
        self.optional_address("participant", ack.participant.as_ref());
        self.optional_address("recipient", ack.recipient.as_ref());
        self.close("ack");
    }

    fn receipt(&mut self, receipt: &CallReceipt) {
        self.open("receipt");
        self.address("to", &receipt.to);
        self.attribute("id", receipt.id.as_str());
        self.optional_address("from", receipt.from.as_ref());
        if self.dialect == Dialect::WhatsAppWeb {
            self.optional_address("participant", receipt.participant.as_ref());
        }
        self.open(receipt.action);
        self.identity(&receipt.identity);
        self.close(receipt.action);
        self.close("receipt");
    }

    fn call(&mut self, call: &CallStanza) {
        self.open("call");
        self.address("to", &call.to);
        self.optional("id", call.id.as_ref().map(crate::StanzaId::as_str));
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
}

/// An action that can be written: what it adds to the ids of its call.
trait Encode: CallAction {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        let _ = out;
    }

    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
        let _ = out;
    }
}

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        impl<S: Sink> Writer<'_, S> {
            fn any_action(&mut self, action: &AnyAction) {
                match action {
                    $(AnyAction::$action(action) => self.action::<crate::stanza::$action>($tag, action.borrow()),)+
                    // It is read from a log, and no step makes one.
                    AnyAction::Unknown(_) => {}
                }
            }
        }
    };
}
with_actions!(generate);

impl Encode for Offer {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.number("user_redial_count", self.redial);
    }

    /// The order of the children is the server's (SIG-01.6); `<video>` follows the audio formats (SIG-02.1).
    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
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
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.optional("media", self.media());
        out.optional("type", self.kind());
    }
}

impl Encode for Preaccept {
    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
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
    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
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
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.optional("reason", self.reason.as_ref().map(TerminateReason::as_str));
        if out.dialect == Dialect::WhatsAppWeb {
            out.attribute("count", "0");
        }
    }
}

impl Encode for Terminate {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.optional("reason", self.reason.as_ref().map(TerminateReason::as_str));
        out.number("duration", self.duration);
        out.number("audio_duration", self.audio_duration);
    }

    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.destination(self.destination.as_ref());
    }
}

impl Encode for Transport {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.optional("transport-message-type", self.message_type());
        out.number("p2p-cand-round", self.round);
    }

    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.binary("te", Some(("priority", "1")), self.te.as_ref());
        out.net(self.net);
    }
}

impl Encode for RelayLatency {
    fn children<S: Sink>(&self, out: &mut Writer<'_, S>) {
        self.endpoints.iter().for_each(|te| out.te(te));
        out.destination(self.destination.as_ref());
    }
}

impl Encode for Mute {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.optional("mute-state", self.state.as_ref().map(MuteState::as_str));
        out.optional(
            "request-state",
            self.request.as_ref().map(MuteState::as_str),
        );
    }
}

impl Encode for Heartbeat {}

impl Encode for VideoState {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.number("state", self.code.map(VideoCode::to_wire));
        out.number("device_orientation", self.orientation);
        out.optional("dec", self.decoder());
        out.attributes(&self.attributes);
    }
}

impl Encode for CallDuration {
    fn attributes<S: Sink>(&self, out: &mut Writer<'_, S>) {
        out.attribute("type", "1x1");
        out.optional_address("peer", self.peer.as_ref());
        out.number("audio_duration", self.audio);
        out.number("video_duration", self.video);
    }
}

/// The parts that several stanzas share.
impl<S: Sink> Writer<'_, S> {
    fn action<A: Encode>(&mut self, tag: &str, action: &A) {
        self.open(tag);
        self.identity(action.identity());
        action.attributes(self);
        action.children(self);
        self.close(tag);
    }

    fn identity(&mut self, identity: &Identity) {
        self.attribute("call-id", identity.call_id.as_str());
        self.address("call-creator", &identity.call_creator);
    }

    fn audio(&mut self, audio: &[Audio]) {
        for format in audio {
            self.open("audio");
            self.optional("enc", format.codec());
            self.number("rate", format.rate);
            self.close("audio");
        }
    }

    fn net(&mut self, net: Option<Net>) {
        if let Some(net) = net {
            self.open("net");
            self.number("medium", net.medium);
            self.number("protocol", net.protocol);
            self.close("net");
        }
    }

    fn encopt(&mut self, keygen: Option<u32>) {
        if keygen.is_some() {
            self.open("encopt");
            self.number("keygen", keygen);
            self.close("encopt");
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
            self.close("video");
        }
    }

    fn destination(&mut self, destination: Option<&Destination>) {
        if let Some(destination) = destination {
            self.open("destination");
            for recipient in &destination.recipients {
                self.open("to");
                self.address("jid", &recipient.jid);
                if let Some(enc) = &recipient.enc {
                    self.enc(enc);
                }
                self.close("to");
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

    /// Puts the content inside, and ends the element.
    fn payload(&mut self, tag: &str, content: &Payload) {
        self.sink.bytes(content.bytes().unwrap_or_default());
        self.close(tag);
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    fn optional_address(&mut self, name: &str, address: Option<&Jid>) {
        if let Some(address) = address {
            self.address(name, address);
        }
    }

    fn number(&mut self, name: &str, value: Option<u32>) {
        if let Some(value) = value {
            self.sink.number(name, value);
        }
    }

    fn open(&mut self, tag: &str) {
        self.sink.open(tag);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.sink.attribute(name, value);
    }

    fn address(&mut self, name: &str, address: &Jid) {
        self.sink.address(name, address);
    }

    fn close(&mut self, tag: &str) {
        self.sink.close(tag);
    }
}
