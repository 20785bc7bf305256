//! From a stanza to XML, always with children and attributes in the documented order.

use std::fmt::Write as _;

use quick_xml::escape::partial_escape;
use quick_xml::events::attributes::Attribute as Escaped;

use crate::id::Jid;
use crate::stanza::{
    Accept, Ack, Action, AnyAction, Attribute, Audio, CallAction, CallStanza, Capability,
    Destination, Element, Enc, Identity, Net, Offer, OfferNotice, OfferReceipt, Outgoing, Payload,
    Preaccept, Reject, RelayLatency, Te, Terminate, TerminateReason, Transport,
};

pub(super) fn outgoing(outgoing: &Outgoing, buffer: &mut String) {
    let mut out = Writer { buffer };
    match outgoing {
        Outgoing::Ack(ack) => out.ack(ack),
        Outgoing::Receipt(receipt) => out.receipt(receipt),
        Outgoing::CallStanza(call) => out.call(call),
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

struct Writer<'b> {
    buffer: &'b mut String,
}

/// The stanzas.
impl Writer<'_> {
    fn ack(&mut self, ack: &Ack) {
        self.open("ack");
        self.attribute("class", "call");
        self.attribute("id", ack.id.as_str());
        self.attribute("to", ack.to.as_str());
        self.optional("participant", ack.participant.as_ref().map(Jid::as_str));
        self.optional("recipient", ack.recipient.as_ref().map(Jid::as_str));
        self.close_empty();
    }

    fn receipt(&mut self, receipt: &OfferReceipt) {
        self.open("receipt");
        self.attribute("to", receipt.to.as_str());
        self.attribute("id", receipt.id.as_str());
        self.optional("from", receipt.from.as_ref().map(Jid::as_str));
        self.inside();
        self.open("offer");
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
            AnyAction::Offer(offer) => self.offer(offer),
            AnyAction::OfferNotice(notice) => self.offer_notice(notice),
            AnyAction::Preaccept(preaccept) => self.preaccept(preaccept),
            AnyAction::Accept(accept) => self.accept(accept),
            AnyAction::Reject(reject) => self.reject(reject),
            AnyAction::Terminate(terminate) => self.terminate(terminate),
            AnyAction::Transport(transport) => self.transport(transport),
            AnyAction::RelayLatency(report) => self.relaylatency(report),
            AnyAction::Mute(mute) => {
                self.action(mute);
                self.attribute("mute-state", mute.state.as_str());
                self.close_empty();
            }
            AnyAction::Heartbeat(heartbeat) => {
                self.action(heartbeat);
                self.close_empty();
            }
            AnyAction::Unknown(unknown) => unknown
                .elements
                .iter()
                .for_each(|element| self.element(element)),
        }
        self.close("call");
    }

    /// The order of the children is the server's (SIG-01.6); `<video>` follows the audio formats (SIG-02.1).
    fn offer(&mut self, offer: &Offer) {
        self.action(offer);
        self.inside();
        self.binary("privacy", None, offer.privacy.as_ref());
        self.audio(&offer.audio);
        if let Some(video) = &offer.video {
            self.open("video");
            self.attributes(&video.attributes);
            self.close_empty();
        }
        self.net(offer.net);
        self.capability(offer.capability.as_ref());
        self.destination(offer.destination.as_ref());
        offer.keys.iter().for_each(|enc| self.enc(enc));
        self.encopt(offer.keygen);
        self.binary("device-identity", None, offer.device_identity.as_ref());
        self.close(Offer::TAG);
    }

    fn offer_notice(&mut self, notice: &OfferNotice) {
        self.action(notice);
        self.optional("media", notice.media());
        self.optional("type", notice.kind());
        self.close_empty();
    }

    fn preaccept(&mut self, preaccept: &Preaccept) {
        self.action(preaccept);
        self.inside();
        self.audio(&preaccept.audio);
        self.encopt(preaccept.keygen);
        self.capability(preaccept.capability.as_ref());
        self.close(Preaccept::TAG);
    }

    fn accept(&mut self, accept: &Accept) {
        self.action(accept);
        self.inside();
        self.audio(&accept.audio);
        self.binary("te", Some(("priority", "2")), accept.te.as_ref());
        self.net(accept.net);
        accept.keys.iter().for_each(|enc| self.enc(enc));
        self.encopt(accept.keygen);
        self.capability(accept.capability.as_ref());
        self.binary("rte", None, accept.rte.as_ref());
        self.destination(accept.destination.as_ref());
        self.binary(
            "voip_settings",
            Some(("uncompressed", "1")),
            accept.voip_settings.as_ref(),
        );
        self.close(Accept::TAG);
    }

    fn reject(&mut self, reject: &Reject) {
        self.action(reject);
        self.optional(
            "reason",
            reject.reason.as_ref().map(TerminateReason::as_str),
        );
        self.close_empty();
    }

    fn terminate(&mut self, terminate: &Terminate) {
        self.action(terminate);
        self.optional(
            "reason",
            terminate.reason.as_ref().map(TerminateReason::as_str),
        );
        self.number("duration", terminate.duration);
        self.number("audio_duration", terminate.audio_duration);
        if terminate.destination.is_none() {
            return self.close_empty();
        }
        self.inside();
        self.destination(terminate.destination.as_ref());
        self.close(Terminate::TAG);
    }

    fn transport(&mut self, transport: &Transport) {
        self.action(transport);
        self.optional("transport-message-type", transport.message_type());
        self.number("p2p-cand-round", transport.round);
        self.inside();
        self.binary("te", Some(("priority", "1")), transport.te.as_ref());
        self.net(transport.net);
        self.close(Transport::TAG);
    }

    fn relaylatency(&mut self, report: &RelayLatency) {
        self.action(report);
        self.inside();
        report.endpoints.iter().for_each(|te| self.te(te));
        self.destination(report.destination.as_ref());
        self.close(RelayLatency::TAG);
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

/// The parts that several stanzas share.
impl Writer<'_> {
    fn action<A: CallAction>(&mut self, action: &A) {
        self.open(A::TAG);
        self.identity(action.identity());
    }

    fn identity(&mut self, identity: &Identity) {
        self.attribute("call-id", identity.call_id.as_str());
        self.attribute("call-creator", identity.call_creator.as_str());
    }

    fn audio(&mut self, audio: &[Audio]) {
        for format in audio {
            self.open("audio");
            self.attribute("enc", format.codec());
            self.number("rate", Some(format.rate));
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
