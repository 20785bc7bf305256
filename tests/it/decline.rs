//! A callee declines: what is owed, what is sent, and in which bytes (SIG-07, SIG-18).

use crate::common::{ANN, ANN_PN, acked, an_offer, line, lines, me, offer_xml, received};
use ringstate::{Call, EndedBy, Outcome, OwnAddress, Received, TerminateReason};

#[test]
fn a_lid_caller_gets_ack_receipt_and_reject_in_this_order() {
    let (acked, owed) = Call::incoming(an_offer(&offer_xml(ANN))).acknowledge(&me());
    let (rejected, reject) = acked.reject();
    let sent: Vec<String> = lines(owed).into_iter().chain(lines(reject)).collect();
    assert_eq!(
        sent,
        [
            r#"<ack class="call" id="1A2B" to="15550199:3@lid"/>"#,
            r#"<receipt to="15550199:3@lid" id="1A2B" from="15550100:2@lid"><offer call-id="00C0FFEE" call-creator="15550199@lid"/></receipt>"#,
            r#"<call to="15550199:3@lid"><reject call-id="00C0FFEE" call-creator="15550199@lid"/></call>"#,
        ]
    );
    assert_eq!(
        (rejected.outcome(), rejected.ended_by()),
        (Outcome::Declined, EndedBy::Us)
    );
}

#[test]
fn a_phone_number_caller_gets_the_phone_number_as_from() {
    let (acked, owed) = Call::incoming(an_offer(&offer_xml(ANN_PN))).acknowledge(&me());
    assert_eq!(
        lines(owed)[1],
        r#"<receipt to="15550198:3@s.whatsapp.net" id="1A2B" from="15550101:2@s.whatsapp.net"><offer call-id="00C0FFEE" call-creator="15550198@s.whatsapp.net"/></receipt>"#
    );
    assert_eq!(
        line(acked.reject().1),
        r#"<call to="15550198:3@s.whatsapp.net"><reject call-id="00C0FFEE" call-creator="15550198@s.whatsapp.net"/></call>"#
    );
}

#[test]
fn without_an_own_address_the_receipt_has_no_from() {
    let (_acked, owed) =
        Call::incoming(an_offer(&offer_xml(ANN))).acknowledge(&OwnAddress::default());
    assert_eq!(
        lines(owed)[1],
        r#"<receipt to="15550199:3@lid" id="1A2B"><offer call-id="00C0FFEE" call-creator="15550199@lid"/></receipt>"#
    );
}

#[test]
fn an_own_address_of_the_other_space_is_never_sent() {
    let only_number = OwnAddress { lid: None, ..me() };
    let (_acked, owed) = Call::incoming(an_offer(&offer_xml(ANN))).acknowledge(&only_number);
    assert!(!lines(owed)[1].contains(" from="));

    let only_lid = OwnAddress {
        phone_number: None,
        ..me()
    };
    let (_acked, owed) = Call::incoming(an_offer(&offer_xml(ANN_PN))).acknowledge(&only_lid);
    assert!(!lines(owed)[1].contains(" from="));
}

#[test]
fn a_caller_that_is_neither_lid_nor_number_gets_the_phone_number() {
    let (_acked, owed) = Call::incoming(an_offer(&offer_xml("00C0FFEE@call"))).acknowledge(&me());
    assert!(lines(owed)[1].contains(r#" from="15550101:2@s.whatsapp.net""#));
}

#[test]
fn the_stanza_id_is_answered_and_not_the_call_id() {
    let (_acked, owed) = Call::incoming(an_offer(&offer_xml(ANN))).acknowledge(&me());
    let sent = lines(owed);
    assert!(sent[0].contains(r#" id="1A2B""#) && !sent[0].contains("00C0FFEE"));
    assert!(sent[1].starts_with(r#"<receipt to="15550199:3@lid" id="1A2B""#));
}

#[test]
fn the_ack_repeats_participant_and_recipient() {
    // The creator is another device than the one that sent the offer.
    let document = offer_xml(ANN)
        .replace(
            r#"call-creator="15550199@lid""#,
            r#"call-creator="15550199:6@lid""#,
        )
        .replace(
            r#" t=""#,
            r#" participant="15550199:4@lid" recipient="15550100@lid" t=""#,
        );
    let (acked, owed) = Call::incoming(an_offer(&document)).acknowledge(&me());
    let sent = lines(owed);
    assert_eq!(
        sent[0],
        r#"<ack class="call" id="1A2B" to="15550199:3@lid" participant="15550199:4@lid" recipient="15550100@lid"/>"#
    );
    // The receipt and the reject go where the offer came from all the same (SIG-07.7, SIG-18.6).
    assert!(sent[1].starts_with(r#"<receipt to="15550199:3@lid""#));
    assert!(line(acked.reject().1).starts_with(r#"<call to="15550199:3@lid">"#));
}

#[test]
fn ids_are_repeated_byte_for_byte() {
    // A creator that is not the sender, capitals, spaces, marks that XML escapes, and letters beyond ASCII.
    let document = r#"<call from="15550199.0:3@hosted.lid" id=" a&lt;B&gt;&amp;&quot;c&apos; " t="1">
        <offer call-id="Ünïcode ✓ &amp; Ca5e" call-creator="15550198:1@s.whatsapp.net"/></call>"#;
    let (acked, owed) = Call::incoming(an_offer(document)).acknowledge(&me());
    let sent = lines(owed);
    let id = " a&lt;B&gt;&amp;&quot;c&apos; ";
    let identity = r#"call-id="Ünïcode ✓ &amp; Ca5e" call-creator="15550198:1@s.whatsapp.net""#;
    assert_eq!(
        sent[0],
        format!(r#"<ack class="call" id="{id}" to="15550199.0:3@hosted.lid"/>"#)
    );
    assert_eq!(
        sent[1],
        format!(
            r#"<receipt to="15550199.0:3@hosted.lid" id="{id}" from="15550100:2@lid"><offer {identity}/></receipt>"#
        )
    );
    assert_eq!(
        line(acked.reject().1),
        format!(r#"<call to="15550199.0:3@hosted.lid"><reject {identity}/></call>"#)
    );
}

#[test]
fn the_receipt_repeats_nothing_of_the_media() {
    let document = offer_xml(ANN).replace(
        r" call-creator=",
        r#" caller_pn="15550199@s.whatsapp.net" joinable="1" call-creator="#,
    );
    let (_acked, owed) = Call::incoming(an_offer(&document)).acknowledge(&me());
    assert!(
        lines(owed)[1]
            .ends_with(r#"><offer call-id="00C0FFEE" call-creator="15550199@lid"/></receipt>"#)
    );
}

#[test]
fn a_reason_is_sent_on_request_only() {
    assert!(!line(acked().reject().1).contains("reason"));
    let (rejected, reject) = acked().reject_with(TerminateReason::BUSY);
    assert_eq!(
        line(reject),
        r#"<call to="15550199:3@lid"><reject call-id="00C0FFEE" call-creator="15550199@lid" reason="busy"/></call>"#
    );
    assert_eq!(rejected.outcome(), Outcome::Declined);
}

#[test]
fn a_group_call_can_be_declined() {
    let document = offer_xml(ANN).replace(
        r" call-creator=",
        r#" group-jid="120363000000000000@g.us" call-creator="#,
    );
    let Received::GroupOffer(offer) = received(&document) else {
        unreachable!()
    };
    let (acked, owed) = Call::incoming(offer).acknowledge(&me());
    assert_eq!(lines(owed).len(), 2);
    assert_eq!(
        acked.offer().group().map(ringstate::Jid::server),
        Some("g.us")
    );
    assert!(line(acked.reject().1).contains("<reject "));
}

#[test]
fn an_offer_that_comes_again_is_acknowledged_by_itself() {
    let first = lines(
        Call::incoming(an_offer(&offer_xml(ANN)))
            .acknowledge(&me())
            .1,
    );
    let again = lines(an_offer(&offer_xml(ANN)).acknowledge_with_receipt(&me()));
    assert_eq!(first, again);
}

#[test]
fn an_ended_offer_gets_ack_and_receipt() {
    for mark in ["offline=\"0\"", "offline=\"\""] {
        let document = offer_xml(ANN).replace(" t=", &format!(" {mark} t="));
        let Received::EndedOffer(ended) = received(&document) else {
            panic!("{mark} is offline")
        };
        assert!(ended.envelope().is_offline());
        let owed = lines(ended.acknowledge_with_receipt(&me()));
        assert!(owed.len() == 2 && owed[1].contains("<offer "), "{owed:?}");
    }
    for mark in ["is_call_ended=\"1\"", "terminate_reason=\"timeout\""] {
        let document = offer_xml(ANN).replace("<offer ", &format!("<offer {mark} "));
        let Received::EndedOffer(ended) = received(&document) else {
            panic!("{mark} is the end")
        };
        assert!(!ended.envelope().is_offline());
        assert_eq!(lines(ended.acknowledge_with_receipt(&me())).len(), 2);
    }
}

#[test]
fn an_ended_offer_says_why() {
    let document =
        offer_xml(ANN).replace("<offer ", "<offer terminate_reason=\"accepted_elsewhere\" ");
    let Received::EndedOffer(ended) = received(&document) else {
        panic!("it has ended")
    };
    assert_eq!(
        ended.action().reason(),
        Some(&TerminateReason::ACCEPTED_ELSEWHERE)
    );
}

#[test]
fn marks_that_say_nothing_leave_an_offer_live() {
    for document in [
        offer_xml(ANN).replace(" t=", " e=\"0\" t="),
        offer_xml(ANN).replace(" t=", " e=\"1700000009\" t="),
        offer_xml(ANN).replace("<offer ", "<offer is_call_ended=\"0\" "),
        offer_xml(ANN).replace("<offer ", "<offer terminate_reason=\"\" "),
    ] {
        assert!(!an_offer(&document).envelope().is_offline(), "{document}");
    }
}

#[test]
fn every_other_action_gets_its_ack_alone() {
    let identity = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;
    for action in [
        format!("<offer_notice {identity}/>"),
        format!("<preaccept {identity}/>"),
        format!("<accept {identity}/>"),
        format!("<reject {identity}/>"),
        format!("<terminate {identity}/>"),
        format!("<transport {identity}/>"),
        format!("<relaylatency {identity}/>"),
        format!("<mute_v2 {identity} mute-state=\"1\"/>"),
        format!("<heartbeat {identity}/>"),
        "<unheard_of/>".to_owned(),
        "<offer2/><offers/>".to_owned(),
        String::new(),
    ] {
        let document = format!(r#"<call from="{ANN}" id="9Z" t="1">{action}</call>"#);
        assert_eq!(
            lines(received(&document).acknowledge(&me())),
            [r#"<ack class="call" id="9Z" to="15550199:3@lid"/>"#],
            "{action}"
        );
    }
}

#[test]
fn received_acknowledges_an_offer_with_its_receipt() {
    assert_eq!(lines(received(&offer_xml(ANN)).acknowledge(&me())).len(), 2);
    let offline = offer_xml(ANN).replace(" t=", " offline=\"3\" t=");
    assert_eq!(lines(received(&offline).acknowledge(&me())).len(), 2);
}

#[test]
fn nothing_is_owed_without_an_id_nor_for_acks_and_receipts() {
    for document in [
        format!(
            r#"<call from="{ANN}"><transport call-id="00C0FFEE" call-creator="{ANN}"/></call>"#
        ),
        r#"<ack class="call" id="1A2B" from="s.whatsapp.net"/>"#.to_owned(),
        format!(r#"<receipt from="{ANN}" id="1A2B"/>"#),
    ] {
        assert!(
            received(&document).acknowledge(&me()).is_empty(),
            "{document}"
        );
    }
}
