//! What was sent under an id, and what the server says to it.

use crate::common::{accepted, acked, received};
use ringstate::stanza::{AckHeard, ServerAck};
use ringstate::{Answer, AudioRates, Received, StanzaId, TransportMessage, xml};

fn id(text: &str) -> StanzaId {
    text.parse().expect("an id")
}

fn ack(document: &str) -> ServerAck {
    match received(document) {
        Received::Ack(ack) => ack,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_id_is_put_onto_the_call_and_nowhere_else() {
    let (stanza, sent) = acked().reject().1.with_id(id("3EB0 & 1"));
    assert_eq!(
        xml::to_string(&stanza),
        r#"<call to="15550199:3@lid" id="3EB0 &amp; 1"><reject call-id="00C0FFEE" call-creator="15550199@lid"/></call>"#
    );
    assert_eq!(sent.id(), &id("3EB0 & 1"));
    for (stanza, _sent) in [
        with(
            acked()
                .accept(Answer::new(AudioRates::only(16000)))
                .expect("it fits")
                .1,
        ),
        with(accepted().terminate().1),
        with(accepted().transport(TransportMessage::default())),
    ] {
        assert!(
            stanza.starts_with(r#"<call to="15550199:3@lid" id="3EB0"><"#),
            "{stanza}"
        );
        assert_eq!(stanza.matches(" id=").count(), 1, "{stanza}");
    }
}

fn with<A: ringstate::law::SentWithoutId>(outbound: ringstate::Outbound<A>) -> (String, StanzaId) {
    let (stanza, sent) = outbound.with_id(id("3EB0"));
    (xml::to_string(&stanza), sent.id().clone())
}

#[test]
fn an_ack_is_matched_by_the_stanza_s_id_alone() {
    let (_stanza, sent) = acked().reject().1.with_id(id("3EB0"));
    let other = ack(r#"<ack class="call" id="3EB1" error="500" type="reject"/>"#);
    let AckHeard::OfAnother(sent, given_back) = sent.on_ack(other.clone()) else {
        panic!("it is of another stanza")
    };
    assert_eq!(given_back, other);
    let own = ack(r#"<ack class="call" id="3EB0" type="reject"><relay/></ack>"#);
    let AckHeard::Confirmed(confirmed) = sent.on_ack(own) else {
        panic!("it is confirmed")
    };
    assert_eq!(
        (confirmed.id(), confirmed.ack().children().len()),
        (&id("3EB0"), 1)
    );
}

#[test]
fn an_error_is_a_refusal_in_either_form() {
    for (document, code) in [
        (r#"<ack class="call" id="3EB0" error="439"/>"#, Some(439)),
        (
            r#"<ack class="call" id="3EB0"><error code="503"/></ack>"#,
            Some(503),
        ),
        (r#"<ack class="call" id="3EB0"><error/></ack>"#, None),
    ] {
        let (_stanza, sent) = acked().reject().1.with_id(id("3EB0"));
        let AckHeard::Failed(nacked) = sent.on_ack(ack(document)) else {
            panic!("{document}")
        };
        assert_eq!(
            (nacked.id(), nacked.error().code()),
            (&id("3EB0"), code),
            "{document}"
        );
        assert!(nacked.ack().error().is_some());
    }
}
