//! The sample stanzas that the documents print: each is read, or stands on a short list with the reason why not.

use crate::common::received;
use ringstate::stanza::{AnyAction, Outgoing, Payload};
use ringstate::{Meaning, Received, xml};

fn sent(document: &str) -> AnyAction {
    match xml::parse_sent(document) {
        Ok(Outgoing::CallStanza(call)) => call.action().clone(),
        other => panic!("{other:?}\nin {document}"),
    }
}

const ACCEPT: &str = r#"<call from="B.0:7@s.whatsapp.net" to="A@s.whatsapp.net" id="2B3C4D5E6F">
  <accept call-id="CALLID-0001-synthetic" call-creator="A@s.whatsapp.net">
    <enc v="2" type="msg"><!-- optional callee keying contribution --></enc>
    <destination>
      <te ip="203.0.113.20" port="3478"/>
    </destination>
  </accept>
</call>"#;

#[test]
fn the_catalogue_s_accept_is_read_whole() {
    let Received::Accept(accept) = received(ACCEPT) else {
        panic!("an accept")
    };
    assert_eq!(accept.sender().device(), Some(7));
    let accept = accept.action();
    let [key] = accept.keys() else {
        panic!("one key")
    };
    assert_eq!(
        (key.version(), key.kind(), key.content()),
        (Some(2), Some("msg"), &Payload::Elided)
    );
    let [te] = accept.destination().expect("a destination").endpoints() else {
        panic!("one endpoint")
    };
    assert_eq!(
        (te.attribute("ip"), te.attribute("port")),
        (Some("203.0.113.20"), Some("3478"))
    );
}

#[test]
fn the_catalogue_s_offers_are_read_as_sent() {
    let one = r#"<call from="A@s.whatsapp.net" to="B@s.whatsapp.net" id="1A2B3C4D5E">
      <offer call-id="CALLID-0001-synthetic" call-creator="A@s.whatsapp.net">
        <audio enc="opus" rate="16000"/>
        <net medium="3"/>
        <capability ver="2"><!-- opaque binary capability blob --></capability>
        <encopt keygen="2"/>
        <enc v="2" type="pkmsg"><!-- Signal ciphertext: wrapped media key --></enc>
        <destination><te ip="203.0.113.10" port="3478" latency="18"/></destination>
      </offer>
    </call>"#;
    let AnyAction::Offer(offer) = sent(one) else {
        panic!("an offer")
    };
    assert_eq!((offer.audio().len(), offer.keygen()), (1, Some(2)));
    assert_eq!(
        offer
            .capability()
            .map(|c| (c.version(), c.content().clone())),
        Some((Some(2), Payload::Elided))
    );

    let two = r#"<call from="A@s.whatsapp.net" to="B@s.whatsapp.net" id="1A2B3C4D5F">
      <offer call-id="CALLID-0002-synthetic" call-creator="A@s.whatsapp.net">
        <audio enc="opus" rate="16000"/>
        <encopt keygen="2"/>
        <enc v="2" type="pkmsg"><!-- key for device B.0 --></enc>
        <enc v="2" type="msg"><!-- key for device B.12 --></enc>
        <destination>
          <te ip="203.0.113.10" port="3478" latency="18"/>
          <te ip="198.51.100.7" port="50000" latency="42"/>
        </destination>
      </offer>
    </call>"#;
    let AnyAction::Offer(offer) = sent(two) else {
        panic!("an offer")
    };
    let endpoints = offer.destination().expect("a destination").endpoints();
    assert_eq!(
        endpoints
            .iter()
            .map(|te| te.attribute("latency"))
            .collect::<Vec<_>>(),
        [Some("18"), Some("42")]
    );
}

#[test]
fn the_catalogue_s_other_samples_are_read() {
    let preaccept = r#"<call from="B.0:7@s.whatsapp.net" to="A@s.whatsapp.net" id="3C4D5E6F70">
      <preaccept call-id="CALLID-0001-synthetic" call-creator="A@s.whatsapp.net"/></call>"#;
    assert!(matches!(received(preaccept), Received::Preaccept(p) if p.action().audio().is_empty()));

    let reject = r#"<call from="B.0:7@s.whatsapp.net" to="A@s.whatsapp.net" id="5E6F708192">
      <reject call-id="CALLID-0001-synthetic" call-creator="A@s.whatsapp.net" reason="declined"/></call>"#;
    let Received::Reject(reject) = received(reject) else {
        panic!("a reject")
    };
    assert_eq!(
        reject
            .action()
            .reason()
            .map(ringstate::TerminateReason::meaning),
        Some(Meaning::Declined)
    );

    let transport = r#"<call from="A.1@s.whatsapp.net" to="B.2@s.whatsapp.net" id="TR-0001">
      <transport call-id="9f86d081" call-creator="A@s.whatsapp.net" ver="3">
        <destination>
          <te ip="203.0.113.10" port="3478" proto="udp" priority="65535" latency="28"/>
          <te ip="198.51.100.5" port="50000" proto="udp" priority="32768" latency="64"/>
        </destination>
      </transport></call>"#;
    let Received::Transport(transport) = received(transport) else {
        panic!("a transport")
    };
    assert_eq!(
        transport
            .action()
            .destination()
            .map(|d| d.endpoints().len()),
        Some(2)
    );

    // What the catalogue calls mute and video are other words than those of the signalling documents (SIG-13.8).
    for unknown in [
        r#"<call from="A.1@s.whatsapp.net" to="B.2@s.whatsapp.net" id="MU-0001"><mute call-id="9f86d081" call-creator="A@s.whatsapp.net" media="audio" value="true"/></call>"#,
        r#"<call from="A.1@s.whatsapp.net" to="B.2@s.whatsapp.net" id="MU-0002"><video call-id="9f86d081" state="on"/></call>"#,
    ] {
        assert!(
            matches!(received(unknown), Received::Unknown(_)),
            "{unknown}"
        );
    }

    let ack = r#"<ack id="OF-0001" class="call" from="s.whatsapp.net" t="1700000000"/>"#;
    assert!(matches!(received(ack), Received::Ack(ack) if ack.error().is_none()));
    let nack = r#"<ack id="OF-0002" class="call" from="s.whatsapp.net"><error code="503" text="service unavailable"/></ack>"#;
    let Received::Ack(nack) = received(nack) else {
        panic!("an ack")
    };
    assert_eq!(
        nack.error().map(|error| (error.code(), error.text())),
        Some((Some(503), Some("service unavailable")))
    );
}

/// The samples that are not read, each with the reason: the signalling documents require what they leave out.
#[test]
fn the_short_list_of_samples_that_are_malformed() {
    for (sample, element, attribute) in [
        // A terminate names its creator (SIG-14.14).
        (
            r#"<call from="A@s.whatsapp.net" to="B@s.whatsapp.net" id="4D5E6F7081"><terminate call-id="CALLID-0001-synthetic" reason="timeout"/></call>"#,
            "terminate",
            "call-creator",
        ),
        (
            r#"<call from="A@s.whatsapp.net" to="B.12:3@s.whatsapp.net" id="4D5E6F7082"><terminate call-id="CALLID-0001-synthetic" reason="accept_elsewhere"/></call>"#,
            "terminate",
            "call-creator",
        ),
        // So does a latency report (SIG-15.13).
        (
            r#"<call from="A.1@s.whatsapp.net" id="RL-0007"><relaylatency call-id="9f86d081"><relay ip="203.0.113.10" latency="28" jitter="3"/></relaylatency></call>"#,
            "relaylatency",
            "call-creator",
        ),
        // A delivered offer has a time (SIG-16.10), on which nothing depends (OBS-23).
        (
            r#"<call from="A@s.whatsapp.net" to="B@s.whatsapp.net" id="1A2B3C4D5E"><offer call-id="CALLID-0001-synthetic" call-creator="A@s.whatsapp.net"/></call>"#,
            "call",
            "t",
        ),
    ] {
        let error = xml::parse_strict(sample).expect_err(sample);
        assert_eq!(
            (error.problem().element(), error.problem().attribute()),
            (Some(element), Some(attribute))
        );
        let id = error.clone().into_owed();
        assert_eq!(id.iter().count(), 1, "and its ack is owed: {sample}");
    }
}
