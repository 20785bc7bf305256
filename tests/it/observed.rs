//! What is seen on the wire and differs from the documents, or is malformed: sequences of the same shapes as the captures.

use crate::common::lines;
use std::time::Duration;

use crate::common::phone::{IN, Phone, STRANGER, Told, accept, happened, offer, says};
use crate::common::{ANN, accepted, received};
use ringstate::stanza::{AnyAction, Latency, MuteState, Outgoing};
use ringstate::{
    BoardError, Dialect, Event, HearError, IdError, Jid, Limits, Outcome, Policy, Received,
    RelayReport, xml,
};

/// Gives the phone a stanza that cannot be read.
fn mishear(phone: &mut Phone, document: &str) -> Told {
    let error = xml::parse(document).expect_err("it cannot be read");
    phone.board.receive_unreadable(error, phone.now).into()
}

fn terminate_with(from: &str, attributes: &str, inside: &str) -> String {
    format!(
        r#"<call from="{from}" id="T1"><terminate call-id="C1"{attributes}>{inside}</terminate></call>"#
    )
}

#[test]
fn a_terminate_that_cannot_be_read_ends_its_call() {
    for (attributes, outcome) in [
        ("", Outcome::Missed),
        (
            r#" call-creator="" reason="accepted_elsewhere""#,
            Outcome::AnsweredElsewhere,
        ),
    ] {
        let mut phone = Phone::new();
        let call = phone.ring();
        let document = terminate_with(ANN, attributes, "").replace("C1", call.call_id.as_str());
        let told = mishear(&mut phone, &document);
        assert_eq!(told.sent.len(), 1, "{told:?}");
        let [
            Event::Unreadable { call: about, error },
            Event::StoppedRinging { outcome: how, .. },
        ] = &told.events[..]
        else {
            panic!("{told:?}")
        };
        assert_eq!((about.as_ref(), *how), (Some(&call), outcome));
        assert_eq!(error.problem().attribute(), Some("call-creator"));
        assert_eq!(
            lines(error.clone().into_owed()),
            [""; 0],
            "its debt is paid"
        );
    }
}

#[test]
fn what_cannot_be_read_is_told_of_its_call_and_ends_nothing_else() {
    let creator = |value: &str| format!(r#" call-creator="{value}""#);
    let bad_device = r#"<destination><to jid=""/></destination>"#;
    let mut phone = Phone::new();
    let call = phone.ring();
    for (document, is_told_of_it) in [
        // A stranger, another call, another creator, no sender, certain devices, another action.
        (terminate_with(STRANGER, "", ""), false),
        (terminate_with(ANN, "", "").replace("C1", "C2"), false),
        (terminate_with(ANN, &creator(STRANGER), bad_device), false),
        (terminate_with("1:x@lid", "", ""), false),
        (terminate_with(ANN, &creator(ANN), bad_device), true),
        (
            terminate_with(ANN, "", "").replace("terminate", "mute_v2"),
            true,
        ),
    ] {
        let document = document.replace("C1", call.call_id.as_str());
        let told = mishear(&mut phone, &document);
        assert_eq!(told.sent.len(), 1, "{told:?}");
        let [Event::Unreadable { call: about, .. }] = &told.events[..] else {
            panic!("{told:?}")
        };
        assert_eq!(about.as_ref(), is_told_of_it.then_some(&call), "{document}");
        assert!(phone.stored(&call).outcome().is_none(), "{document}");
    }
}

#[test]
fn an_offer_from_no_address_is_acknowledged_as_it_stands() {
    let mut phone = Phone::new();
    let told = mishear(
        &mut phone,
        r#"<call from="5:x@lid" id="STANZA2"><offer/></call>"#,
    );
    assert_eq!(
        told.sent,
        [r#"<ack class="call" id="STANZA2" to="5:x@lid"/>"#]
    );
}

#[test]
fn a_malformed_field_costs_the_field_alone() {
    let capability = r#"<capability ver="invalid">0105f709e0bb13</capability>"#;
    let settings = r#"<voip_settings uncompressed="1">{"aec":{"algorithm":"aec"}}</voip_settings>"#;
    for inside in [
        capability,
        r#"<net medium="wifi"/>"#,
        r#"<encopt keygen="?"/>"#,
        settings,
        "<privacy>{}</privacy>",
    ] {
        let mut phone = Phone::new();
        let document = offer(ANN, IN, "").replace("</offer>", &format!("{inside}</offer>"));
        let told = phone.hear(&document);
        happened!(told, Event::Rings { .. });
    }
}

#[test]
fn a_request_to_mute_is_no_state_of_the_peer() {
    let mut phone = Phone::new();
    let call = phone.ring();
    for (attributes, is_request) in [
        (r#" mute-state="1""#, false),
        (r#" request-state="1" broadcast="1""#, true),
        ("", true),
    ] {
        let told = phone.hear(&says(ANN, "mute_v2", IN, attributes));
        match told.event() {
            Event::PeerMuted { call: of, state } => {
                assert_eq!(
                    (of, state.is_muted(), is_request),
                    (&call, Some(true), false)
                );
            }
            Event::MuteRequested { call: of, state } => {
                assert_eq!((of, is_request), (&call, true));
                assert_eq!(
                    state.as_ref().and_then(MuteState::is_muted),
                    attributes.contains("request").then_some(true)
                );
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(told.sent.len(), 1, "{told:?}");
    }
}

#[test]
fn an_offer_with_e_rings() {
    for e in ["0", "1", "2"] {
        let mut phone = Phone::new();
        let told = phone.hear(&offer(ANN, IN, "").replace(" t=", &format!(r#" e="{e}" t="#)));
        happened!(told, Event::Rings { .. });
    }
}

#[test]
fn the_call_service_has_two_spellings() {
    for service in ["call", "@call"] {
        let address: Jid = service.parse().expect("an address");
        assert_eq!((address.user(), address.server()), (None, "call"));
        assert!(address.is_server());
        assert_eq!(address.as_str(), service);
        let ack = format!(
            r#"<ack class="call" type="link_create" from="{service}" id="REQ"><link_create token="T" media="video"/></ack>"#
        );
        let Received::Ack(ack) = received(&ack) else {
            unreachable!()
        };
        assert_eq!(ack.from(), Some(&address));
        let sent = format!(r#"<call to="{service}" id="REQ"><link_create media="video"/></call>"#);
        let Outgoing::CallStanza(call) = xml::parse_sent(sent).expect("it is read") else {
            unreachable!()
        };
        assert_eq!(call.to(), &address);
    }
    assert_eq!("@lid".parse::<Jid>(), Err(IdError::NoUser));
}

#[test]
fn a_group_call_is_known_by_what_it_is() {
    let info = r#"<group_info media="audio"><user jid="15550199@lid" state="connected"><device jid="15550199:3@lid"/></user></group_info>"#;
    let bare = offer(ANN, IN, "");
    for document in [
        offer(ANN, &format!(r#"{IN} group-jid="1555019000@g.us""#), ""),
        offer(ANN, &format!(r#"{IN} type="group""#), ""),
        bare.replace("</offer>", &format!("{info}</offer>")),
        // An inviter who is not the creator.
        offer(STRANGER, &format!(r#"{IN} type="group""#), ""),
    ] {
        let mut phone = Phone::new();
        let told = phone.hear(&document);
        assert_eq!(told.sent.len(), 2, "an ack and a receipt: {told:?}");
        let Event::Invited { call } = told.event() else {
            panic!("{told:?}")
        };
        let call = call.clone();
        // It comes again, it is declined, and it stays declined.
        assert_eq!(phone.hear(&document).sent.len(), 2);
        let told = Told::from(phone.board.decline(&call, phone.now).expect("it is live"));
        assert!(told.sent[0].contains("<reject "), "{told:?}");
        happened!(phone.hear(&document), Event::NothingNew { .. });
        // One that is over is missed like any other.
        let mut phone = Phone::new();
        let over = document.replacen("<call ", r#"<call offline="0" "#, 1);
        happened!(phone.hear(&over), Event::Missed(missed) if missed.offer.is_group());
    }
    for document in [bare, offer(ANN, &format!(r#"{IN} type="1x1""#), "")] {
        let mut phone = Phone::new();
        happened!(phone.hear(&document), Event::Rings { .. });
    }
}

#[test]
fn a_group_call_tells_who_is_in_it() {
    let info = r#"<group_info transaction-id="7"><user jid="15550199@lid" state="connected"><device jid="15550199:3@lid"/><device jid="15550199:4@lid"/></user><user jid="15550155@lid"/><user/></group_info>"#;
    let document = offer(ANN, IN, "").replace("</offer>", &format!("{info}</offer>"));
    let Received::GroupOffer(offer) = received(&document) else {
        unreachable!()
    };
    let info = offer.action().offer().group_info().expect("it has it");
    let users: Vec<_> = info.users().collect();
    let jid = |text: &str| text.parse::<Jid>().expect("an address");
    assert_eq!(
        users,
        [
            (jid("15550199@lid"), Some("connected")),
            (jid("15550155@lid"), None)
        ]
    );
    assert_eq!(
        info.devices().collect::<Vec<_>>(),
        ["15550199:3@lid", "15550199:4@lid"].map(jid)
    );
    assert_eq!(info.attribute("transaction-id"), Some("7"));
}

#[test]
fn an_answered_call_becomes_a_group_call_and_goes_on() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let member = "15550130:3@lid";
    // Until it is told, a third person is a stranger.
    let mute = |phone: &mut Phone| {
        let document = format!(
            r#"<call from="00C0FFEE@call" participant="{member}" id="U2"><mute_v2 {IN} mute-state="1"/></call>"#
        );
        let told = phone.hear(&document);
        assert_eq!(told.sent.len(), 1, "{told:?}");
        let Event::Unheard { reason, .. } = told.event() else {
            panic!("{told:?}")
        };
        *reason
    };
    assert_eq!(
        mute(&mut phone),
        BoardError::Receive(HearError::Stranger.into())
    );
    let info = r#"<group_info transaction-id="2" media="audio"><user jid="15550199@lid" state="connected"/><user jid="15550130@lid" state="connected"/></group_info>"#;
    let update =
        format!(r#"<call from="{ANN}" id="U1"><group_update {IN}>{info}</group_update></call>"#);
    let told = phone.hear(&update);
    assert_eq!(told.sent.len(), 1, "{told:?}");
    let Event::News { call: of, news } = told.event() else {
        panic!("{told:?}")
    };
    assert_eq!((of, news.kind()), (&call, "group_update"));
    assert_eq!(news.group_info().expect("it has it").users().count(), 2);
    assert_eq!(
        mute(&mut phone),
        BoardError::Receive(HearError::Member.into())
    );
    // The member ends nothing; the peer does.
    let terminate = |from: &str| {
        format!(
            r#"<call from="00C0FFEE@call" participant="{from}" id="U3"><terminate {IN}/></call>"#
        )
    };
    let told = phone.hear(&terminate(member));
    happened!(told, Event::Unheard { .. });
    assert!(phone.stored(&call).outcome().is_none());
    let told = phone.hear(&terminate(ANN));
    happened!(told, Event::Ended { .. });
}

#[test]
fn news_are_acknowledged_told_and_show_no_key() {
    for (kind, is_receipted) in [
        ("group_update", false),
        ("enc_rekey", true),
        ("user_action", false),
        ("peer_state", false),
        ("screen_share", false),
        ("waiting_room_update", false),
    ] {
        let policy = Policy {
            dialect: Dialect::WhatsAppWeb,
            ..Policy::default()
        };
        let mut phone = Phone::with(policy, Limits::default());
        let call = phone.ring();
        let document = format!(
            r#"<call from="{ANN}" id="N1"><{kind} {IN} state="7"><enc v="2">5ec2e7</enc></{kind}></call>"#
        );
        let told = phone.hear(&document);
        let Event::News { call: of, news } = told.event() else {
            panic!("{told:?}")
        };
        assert_eq!(
            (of, news.kind(), news.element().attribute("state")),
            (&call, kind, Some("7"))
        );
        assert_eq!(news.element().children()[0].text(), "");
        let expected = if is_receipted { "<receipt " } else { "<ack " };
        assert!(
            told.sent[0].starts_with(expected) && told.sent[0].contains(kind),
            "{told:?}"
        );
    }
    // Without its call it is unknown, as before.
    let mut phone = Phone::new();
    let told = phone.hear(&format!(
        r#"<call from="{ANN}" id="N1"><user_action/></call>"#
    ));
    happened!(told, Event::Ignored(_));
}

#[test]
fn the_end_that_hangs_up_reports_how_long_the_call_was() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    drop(phone.board.hang_up(&call, phone.now).expect("it is live"));
    let Some(ringstate::AnyCall::CalleeTerminated(ended)) = phone.board.get(&call) else {
        panic!()
    };
    let (sound, picture) = (Duration::from_millis(4197), Duration::from_millis(303));
    let report = ended
        .report_duration(sound, Some(picture))
        .expect("it was answered");
    let line = xml::to_string(report.stanza());
    assert_eq!(
        line,
        format!(
            r#"<call to="call"><duration {IN} type="1x1" peer="15550199@lid" audio_duration="4197" video_duration="303"/></call>"#
        )
    );
    let Outgoing::CallStanza(read) = xml::parse_sent(&line).expect("it is read") else {
        panic!()
    };
    let AnyAction::CallDuration(read) = read.action() else {
        panic!()
    };
    assert_eq!((read.audio(), read.video()), (Some(sound), Some(picture)));

    let mut phone = Phone::new();
    let missed = phone.ring();
    drop(phone.board.time_out(&missed, phone.now).expect("it rings"));
    let Some(ringstate::AnyCall::CalleeTerminated(ended)) = phone.board.get(&missed) else {
        panic!()
    };
    assert!(ended.report_duration(sound, None).is_none());
}

#[test]
fn what_stays_unknown_is_shown_by_its_names() {
    let document = r#"<call from="15550199@lid" id="A"><interruption state="Ann" by="15550199@lid"><since unit="s">secret</since></interruption></call>"#;
    let shown = format!("{:?}", received(document));
    assert!(
        shown.contains("<interruption state by>[<since unit>[6 bytes]]"),
        "{shown}"
    );
    assert!(
        !shown.contains("Ann") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn an_offer_as_captured_is_read_whole() {
    let document = r#"<call from="15550199@s.whatsapp.net" sender_lid="15550177@lid" version="2.3000" platform="web" id="1.2-12" notify="Ann" e="0" t="17"><offer call-id="C0" call-creator="15550199@s.whatsapp.net" joinable="1" user_redial_count="2"><audio enc="opus" rate="16000"/><silence reason="privacy"/><relay uuid="AAAA" self_pid="3"><participant pid="1" jid="15550199@lid"/><token id="0"><!-- 182 bytes --></token><te2 relay_name="abc1c01">C00002010D96</te2></relay></offer></call>"#;
    let Received::Offer(read) = received(document) else {
        unreachable!()
    };
    let offer = read.action();
    assert_eq!(
        (offer.redial(), offer.silence_reason()),
        (Some(2), Some("privacy"))
    );
    let relay = offer.relay().expect("it has one");
    assert!(relay.children()[1].is_elided());
    assert_eq!(relay.children()[2].text(), "C00002010D96");
    // Its LID speaks for the sender.
    let mut phone = Phone::new();
    let call = match phone.receive(received(document)).event() {
        Event::Rings { call } => call.clone(),
        other => panic!("{other:?}"),
    };
    let ids = format!(
        r#"call-id="{}" call-creator="{}""#,
        call.call_id, call.call_creator
    );
    happened!(
        phone.hear(&says("15550178:1@lid", "terminate", &ids, "")),
        Event::Unheard { .. }
    );
    happened!(
        phone.hear(&says("15550177:1@lid", "terminate", &ids, "")),
        Event::StoppedRinging { .. }
    );
}

#[test]
fn a_report_after_an_upgrade_to_video_is_plain() {
    let report = RelayReport {
        latency: Latency::plain(125),
        upload_bandwidth: Some(351_648),
        download_bandwidth: Some(358_120),
        relay_name: None,
        address: vec![0xcb, 0],
    };
    let line = xml::to_string(accepted().relay_latency(report).stanza());
    assert!(
        line.contains(r#"<te latency="125" ul_bw="351648" dl_bw="358120">cb00</te>"#),
        "{line}"
    );
    let Received::RelayLatency(read) = received(&line.replace("<call to=", "<call from=")) else {
        unreachable!()
    };
    let te = &read.action().endpoints()[0];
    let latency = te.latency().expect("a number");
    assert_eq!(
        (latency.plain_millis(), latency.millis()),
        (Some(125), None)
    );
    assert_eq!(
        (te.upload_bandwidth(), te.download_bandwidth()),
        (Some(351_648), Some(358_120))
    );
    assert_eq!(Latency::from_millis(125).plain_millis(), None);
}

#[test]
fn a_state_of_the_microphone_is_told_again() {
    let mut call = accepted();
    assert!(call.repeat_mute().is_none(), "none was told");
    let told = xml::to_string(call.mute(MuteState::UNMUTED).expect("news").stanza());
    assert!(call.mute(MuteState::UNMUTED).is_none());
    let again = call.repeat_mute().expect("one was told");
    assert_eq!(xml::to_string(again.stanza()), told);
}
