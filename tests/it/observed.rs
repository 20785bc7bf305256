//! What is seen on the wire and differs from the documents, or is malformed: sequences of the same shapes as the captures.

use crate::common::lines;
use std::time::Duration;

use crate::common::phone::{
    ANN_7, IN, OUT, Phone, STRANGER, Told, accept, answer, call_to_ann, happened, is_refused,
    offer, says,
};
use crate::common::{ANN, ME, accepted, acked_by, me, offer_xml, received};
use ringstate::stanza::{AnyAction, Latency, MuteState, Outgoing};
use ringstate::{
    Accepted, AnswerError, AudioRates, BoardError, Call, Callee, Dialect, Event, HearError,
    IdError, Jid, Limits, Outcome, Policy, Received, RelayReport, xml,
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
    let muted = |state: &MuteState| state.is_muted() == Some(true);
    for (attributes, tells, asks) in [
        (r#"mute-state="1""#, true, false),
        (r#"request-state="1" broadcast="1""#, false, true),
        (r#"mute-state="1" request-state="1""#, true, true),
        ("", false, false),
    ] {
        let told = phone.hear(&says(ANN, "mute_v2", IN, attributes));
        let has = |is_it: &dyn Fn(&Event) -> bool| {
            told.events.iter().filter(|event| is_it(event)).count()
        };
        let peer_muted = |event: &Event| matches!(event, Event::PeerMuted { call: of, state } if *of == call && muted(state));
        let requested = |event: &Event| matches!(event, Event::MuteRequested { call: of, state } if *of == call && muted(state));
        let nothing = |event: &Event| matches!(event, Event::NothingNew { .. });
        assert_eq!(
            (has(&peer_muted), has(&requested), has(&nothing)),
            (
                usize::from(tells),
                usize::from(asks),
                usize::from(!tells && !asks)
            ),
            "{attributes}: {told:?}"
        );
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

// What a second look at the wire found.

#[test]
fn who_speaks_under_an_unreadable_participant_is_nobody() {
    let terminate = |from: &str, participant: &str| {
        format!(
            r#"<call from="{from}" participant="{participant}" id="9Z"><terminate {IN}/></call>"#
        )
    };
    let mut phone = Phone::new();
    let call = phone.ring();
    for from in ["s.whatsapp.net", ANN, "15550199@lid", "1203@g.us"] {
        let told = mishear(&mut phone, &terminate(from, "15550155:7:x@lid"));
        happened!(told, Event::Unreadable { call: None, .. });
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    // A participant that can be read, of a terminate that cannot.
    let told = mishear(
        &mut phone,
        &terminate("1203@g.us", ANN)
            .replace("<terminate", r#"<terminate duration="x""#)
            .replace(r#"call-creator="15550199@lid""#, ""),
    );
    assert!(
        matches!(told.events.last(), Some(Event::StoppedRinging { .. })),
        "{told:?}"
    );
}

#[test]
fn of_two_calls_with_one_id_an_unreadable_stanza_ends_neither() {
    let policy = Policy {
        on_glare: ringstate::OnGlare::KeepBoth,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    assert!(
        phone
            .board
            .place(call_to_ann("00C0FFEE"), phone.now)
            .is_ok()
    );
    let _ = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    let _ = phone.hear(&offer(ANN, IN, ""));
    assert_eq!(phone.board.live().count(), 2);
    let nameless = r#"<call from="15550199:7@lid" id="9Z"><terminate call-id="00C0FFEE"/></call>"#;
    let told = mishear(&mut phone, nameless);
    happened!(told, Event::Unreadable { call: None, .. });
    assert_eq!(phone.board.live().count(), 2);
    // With its creator it is of the one that has it.
    let malformed = says(ANN_7, "terminate", IN, r#"reason="busy""#)
        .replace(r#" id="9Z""#, r#" id="9Z" to="x y:z@lid""#);
    let told = mishear(&mut phone, &malformed);
    assert!(
        matches!(
            &told.events[..],
            [
                Event::Unreadable { call: Some(_), .. },
                Event::StoppedRinging { .. }
            ]
        ),
        "{told:?}"
    );
}

#[test]
fn a_destination_that_cannot_be_read_is_not_for_all() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let terminate = |inside: &str| {
        format!(r#"<call from="{ANN}" id="9Z"><terminate {IN}>{inside}</terminate></call>"#)
    };
    let document = terminate(r#"<destination><to device="5"/></destination>"#);
    let stanza = received(&document);
    let problem = stanza.problems().first().expect("a problem");
    assert_eq!(
        (problem.element(), problem.attribute()),
        (Some("to"), Some("jid"))
    );
    assert!(xml::parse_strict(&document).is_err());
    happened!(phone.hear(&document), Event::NothingNew { .. });
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    // One that names this device too is for it.
    let both = format!(r#"<destination><to device="5"/><to jid="{ME}"/></destination>"#);
    let told = phone.hear(&terminate(&both));
    happened!(told, Event::StoppedRinging { .. });
}

#[test]
fn a_key_derivation_that_cannot_be_read_is_not_answered() {
    let with = |encopt: &str| {
        let document = offer_xml(ANN).replace(r#"<encopt keygen="2"/>"#, encopt);
        acked_by(&document, &me())
            .accept(answer())
            .map_err(|refused| *refused.reason())
    };
    assert_eq!(
        with(r#"<encopt keygen="v3"/>"#).err(),
        Some(AnswerError::KeygenUnreadable)
    );
    assert_eq!(
        with(r#"<encopt keygen="3"/>"#).err(),
        Some(AnswerError::Keygen { keygen: 3 })
    );
    for fine in [r#"<encopt keygen="2"/>"#, "<encopt/>", ""] {
        assert!(with(fine).is_ok(), "{fine}");
    }
}

#[test]
fn a_codec_that_cannot_be_read_costs_nothing_else() {
    let document = |audio: &str| {
        format!(
            r#"<call from="{ANN}" id="1A" t="17"><offer {IN}><audio {audio}/><audio enc="opus" rate="8000"/></offer></call>"#
        )
    };
    let rates = |audio: &str| {
        let call = acked_by(&document(audio), &me());
        AudioRates::of(call.offer()).map(|rates| rates.iter().collect::<Vec<_>>())
    };
    assert_eq!(rates(r#"rate="16000""#), Some(vec![16000, 8000]));
    assert_eq!(rates(r#"enc="evs" rate="16000""#), Some(vec![8000]));
    assert_eq!(rates(r#"enc="opus""#), Some(vec![8000]));
}

#[test]
fn an_offer_is_heard_whatever_stands_before_it() {
    for before in [
        format!(r#"<duration {IN} audio_duration="1"/>"#),
        format!(r#"<video {IN} state="11"/>"#),
        "<unheard_of/>".to_owned(),
        format!("<group_update {IN}/>"),
    ] {
        let document = offer_xml(ANN).replace("<offer ", &format!("{before}<offer "));
        assert!(
            matches!(received(&document), Received::Offer(_)),
            "{before}"
        );
    }
}

#[test]
fn the_keys_of_news_that_name_no_call_stay_closed() {
    let document = format!(
        r#"<call from="{ANN}" id="9Z"><enc_rekey><enc v="2" type="msg">5ec2e7</enc></enc_rekey></call>"#
    );
    let stanza = received(&document);
    let Received::Unknown(unknown) = &stanza else {
        panic!("{stanza:?}")
    };
    let enc = &unknown.action().elements()[0].children()[0];
    assert_eq!(
        (enc.tag(), enc.text(), enc.attributes().len()),
        ("enc", "", 0)
    );
    // Nor does the info of a group show any.
    let update = format!(
        r#"<call from="{ANN}" id="9Z"><group_update {IN}><group_info><enc>5ec2e7</enc></group_info></group_update></call>"#
    );
    let Received::News(news) = received(&update) else {
        panic!()
    };
    let offer = offer_xml(ANN).replace(
        "</offer>",
        "<group_info><enc>5ec2e7</enc></group_info></offer>",
    );
    let Received::GroupOffer(offer) = received(&offer) else {
        panic!()
    };
    let info = offer.action().offer().group_info().expect("a group");
    for element in [format!("{news:?}"), format!("{info:?}")] {
        assert!(!element.contains("[6 bytes]"), "{element}");
    }
    drop((news.acknowledge(), offer.acknowledge_with_receipt(&me())));
}

#[test]
fn the_problems_of_a_stanza_are_few_and_short() {
    let audio: String = (1..=40)
        .map(|n| format!(r#"<audio enc="opus" rate="{}"/>"#, "x".repeat(60 + n)))
        .collect();
    let document = offer_xml(ANN).replace("</offer>", &format!("{audio}</offer>"));
    let stanza = received(&document);
    assert_eq!(stanza.problems().len(), 16);
    // A longer value than 64 bytes is not kept.
    let lengths = stanza
        .problems()
        .iter()
        .map(|problem| problem.value().map(str::len));
    assert_eq!(
        lengths.collect::<Vec<_>>()[..5],
        [Some(61), Some(62), Some(63), Some(64), None]
    );
}

#[test]
fn members_are_told_from_the_parties_in_both_spaces_and_only_so_many() {
    let mut phone = Phone::new();
    let call = phone.ring();
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    let users: String = (0..100)
        .map(|n| format!(r#"<user jid="1555014{n:03}@s.whatsapp.net"/>"#))
        .collect();
    let update = format!(
        r#"<call from="{ANN}" id="U1"><group_update {IN}><group_info><user jid="15550199@lid"/><user jid="s.whatsapp.net"/><user jid="15550199-1700000000@g.us"/>{users}</group_info></group_update></call>"#
    );
    happened!(phone.hear(&update), Event::News { .. });
    for (member, reason) in [
        ("1555014000:1@s.whatsapp.net", HearError::Member),
        ("1555014063@s.whatsapp.net", HearError::Member),
        ("1555014064@s.whatsapp.net", HearError::Unverified),
    ] {
        is_refused(&phone.hear(&says(member, "terminate", IN, "")), reason);
    }
    // The server stays the server, even if a list of members names it.
    let told = phone.hear(&says("s.whatsapp.net", "terminate", IN, ""));
    happened!(told, Event::Ended { .. });
}

#[test]
fn a_step_by_hand_may_learn_of_members_and_of_addresses() {
    let mut phone = Phone::new();
    let call = phone.ring();
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    let update = format!(
        r#"<call from="{ANN}" id="U1"><group_update {IN}><group_info><user jid="15550140@lid"/></group_info></group_update></call>"#
    );
    let Received::News(news) = received(&update) else {
        panic!()
    };
    let heard = phone
        .board
        .step(&call, phone.now, |mut call: Call<Callee, Accepted>| {
            let heard = call.on_news(news);
            assert!(
                heard.is_ok()
                    && call.know_peer("15550198@s.whatsapp.net".parse().expect("an address"))
            );
            call
        });
    assert!(heard.is_some());
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Accepted"));
    is_refused(
        &phone.hear(&says("15550140:2@lid", "terminate", IN, "")),
        HearError::Member,
    );
}

#[test]
fn what_came_first_is_spelled_as_the_policy_has_it_too() {
    use ringstate::{Dialect, HostClient, Limits, Policy};
    let early = says(ANN, "terminate", IN, "");
    let ended = offer_xml(ANN).replace(" t=", r#" offline="1" t="#);
    let notice = format!(r#"<call from="{ANN}" id="9Z"><offer_notice {IN} type="group"/></call>"#);
    let sent = |dialect, host, documents: &[&str]| {
        let policy = Policy {
            dialect,
            host,
            ..Policy::default()
        };
        let mut phone = Phone::with(policy, Limits::default());
        documents
            .iter()
            .flat_map(|document| phone.hear(document).sent)
            .collect::<Vec<_>>()
    };
    for (document, kind) in [(&early, "terminate"), (&notice, "offer_notice")] {
        let web = sent(Dialect::WhatsAppWeb, HostClient::SendsNothing, &[document]);
        assert_eq!(web.len(), 1, "{web:?}");
        assert!(web[0].contains(&format!(r#"type="{kind}""#)), "{web:?}");
        assert!(sent(Dialect::Documents, HostClient::SendsAcks, &[document]).is_empty());
    }
    let web = sent(Dialect::WhatsAppWeb, HostClient::SendsNothing, &[&ended]);
    assert!(web.len() == 1 && web[0].starts_with("<receipt "), "{web:?}");
    let receipt = sent(Dialect::Documents, HostClient::SendsAcks, &[&ended]);
    assert!(
        receipt.len() == 1 && receipt[0].starts_with("<receipt "),
        "{receipt:?}"
    );
    assert!(
        sent(
            Dialect::Documents,
            HostClient::SendsAcksAndReceipts,
            &[&ended]
        )
        .is_empty()
    );
}

#[test]
fn the_order_in_which_a_debt_is_spelled_and_discharged_does_not_matter() {
    use ringstate::Dialect::{Documents, WhatsAppWeb};
    let owed = || {
        let Received::Accept(accept) = received(&says(ANN, "accept", OUT, "")) else {
            panic!()
        };
        accept.acknowledge()
    };
    let left = |owed: ringstate::Owed| owed.into_iter().count();
    assert_eq!(
        left(owed().leave_ack_to_host_client().in_dialect(WhatsAppWeb)),
        0
    );
    assert_eq!(
        left(owed().in_dialect(WhatsAppWeb).leave_ack_to_host_client()),
        0
    );
    let line = |owed: ringstate::Owed| crate::common::line(owed);
    assert_eq!(
        line(owed().in_dialect(WhatsAppWeb).in_dialect(Documents)),
        line(owed())
    );
    assert!(line(owed().in_dialect(WhatsAppWeb)).starts_with("<receipt "));
}

#[test]
fn a_receipt_that_stands_for_an_ack_repeats_the_participant() {
    use ringstate::Dialect::{Documents, WhatsAppWeb};
    let document =
        format!(r#"<call from="00FACADE@call" participant="{ANN}" id="9Z"><accept {OUT}/></call>"#);
    let line = |dialect| {
        let Received::Accept(accept) = received(&document) else {
            panic!()
        };
        crate::common::line(accept.acknowledge().in_dialect(dialect))
    };
    for dialect in [Documents, WhatsAppWeb] {
        let line = line(dialect);
        assert!(line.contains(&format!(r#"participant="{ANN}""#)), "{line}");
        assert!(xml::parse_sent(&line).is_ok());
    }
    let rekey = format!(r#"<call from="{ANN}" id="9Z"><enc_rekey {IN}/></call>"#);
    let Received::News(news) = received(&rekey) else {
        panic!()
    };
    let line = crate::common::line(news.acknowledge().in_dialect(WhatsAppWeb));
    assert!(
        line.starts_with("<receipt ") && line.contains("<enc_rekey "),
        "{line}"
    );
    assert!(
        xml::parse_sent(&line).is_ok(),
        "what is written can be read"
    );
}

#[test]
fn a_stored_call_spells_its_last_word() {
    use ringstate::Dialect::{Documents, WhatsAppWeb};
    let word = |dialect| {
        let mut stored = ringstate::AnyCall::from(crate::common::preaccepted());
        crate::common::line(stored.decline(dialect).expect("it rings"))
    };
    assert!(
        word(WhatsAppWeb)
            .contains(r#"<reject call-id="00C0FFEE" call-creator="15550199@lid" count="0"/>"#)
    );
    assert!(word(Documents).contains("<terminate "));
}

#[test]
fn the_peer_s_end_is_reported_by_the_peer() {
    let mut phone = Phone::new();
    let call = phone.ring();
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    let length = Duration::from_millis(4197);
    assert!(
        phone
            .board
            .report_duration(&call, phone.now, length, None)
            .is_none(),
        "it goes on"
    );
    let _ = phone.hear(&says(ANN, "terminate", IN, ""));
    assert!(
        phone
            .board
            .report_duration(&call, phone.now, length, None)
            .is_none()
    );
    let mut phone = Phone::new();
    let call = phone.ring();
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    assert!(phone.board.hang_up(&call, phone.now).is_some());
    let told = phone
        .board
        .report_duration(&call, phone.now, length, None)
        .expect("this end hung up");
    let told = Told::from(told);
    assert!(
        told.sent[0].starts_with(r#"<call to="call" id="OUT3"><duration "#),
        "{told:?}"
    );
    let told = phone.hear(r#"<ack class="call" id="OUT3" from="call" type="duration"/>"#);
    happened!(told, Event::Confirmed { .. });
}

/// How many elements there are, at any depth.
fn count(elements: &[ringstate::stanza::Element]) -> usize {
    elements
        .iter()
        .map(|element| 1 + count(element.children()))
        .sum()
}

#[test]
fn the_relay_of_an_ack_is_kept_whole() {
    // As dense as one can be that means something: many short elements, with their contents elided.
    let tokens: String = (0..8)
        .map(|n| format!(r#"<token id="{n}"/><auth_token id="{n}"/>"#))
        .collect();
    let endpoints: String = (0..20)
        .map(|n| format!(r#"<te2 relay_id="{n}" relay_name="gru{n}c01" token_id="1" auth_token_id="1" protocol="1"/>"#))
        .collect();
    let users: String = (0..8)
        .map(|n| format!(r#"<user jid="1555010{n}@lid"><device jid="1555010{n}:1@lid"/></user>"#))
        .collect();
    let document = format!(
        r#"<ack class="call" id="1A" from="15550199@lid" type="offer"><relay uuid="x" self_pid="1" peer_pid="2">{tokens}{endpoints}<key/><hbh_key/></relay>{users}<rte/><voip_settings/></ack>"#
    );
    let Received::Ack(ack) = received(&document) else {
        panic!()
    };
    assert_eq!(count(ack.children()), 1 + 16 + 20 + 2 + 16 + 2);
}
