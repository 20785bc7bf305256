//! Video in an answered call, step by step.

use crate::common::phone::{
    ANN_7, IN, OUT, Phone, Told, accept, answer, call_to_ann, happened, offer, says,
};
use crate::common::{ANN, accepted, acked_by, me, offer_xml, received};
use ringstate::stanza::{VideoCode, VideoFormat};
use ringstate::video::{AnyVideo, Orientation, Quiet, Requested, Running, Video, VideoHeard};
use ringstate::{
    Accepted, Answer, AudioRates, Call, Callee, Caller, Dialect, Event, Identity, Outbound,
    Received, stanza::VideoState, xml,
};

/// What is sent, without its ids.
#[allow(clippy::needless_pass_by_value)] // it is sent once
fn line(stanza: Outbound<VideoState>) -> String {
    let line = xml::to_string(stanza.stanza());
    line.replace(r#" call-id="00C0FFEE" call-creator="15550199@lid""#, "")
}

/// What the peer says of the call.
fn state(code: u32) -> VideoState {
    of_call(code, IN)
}

fn of_call(code: u32, call: &str) -> VideoState {
    let document = says(ANN, "video", call, &format!(r#"state="{code}""#));
    let Received::VideoState(state) = received(&document) else {
        panic!("{document}")
    };
    state.action().clone()
}

fn quiet() -> Video<Quiet> {
    match accepted().video() {
        Some(AnyVideo::Off(video)) => video,
        other => panic!("{other:?}"),
    }
}

fn requested() -> Video<Requested> {
    match AnyVideo::from(quiet()).on_video(&state(11)) {
        (AnyVideo::AskedByPeer(video), VideoHeard::Asks, None) => video,
        other => panic!("{other:?}"),
    }
}

fn running() -> Video<Running> {
    requested().agree().0
}

fn ring_with_video(phone: &mut Phone) -> Identity {
    let told = phone.hear(&offer(ANN, IN, "").replace("</offer>", "<video/></offer>"));
    let Event::Rings { call } = told.event() else {
        panic!("{told:?}")
    };
    call.clone()
}

fn accept_with_video(phone: &mut Phone, call: &Identity) {
    let with_video = Answer {
        video: Some(VideoFormat::default()),
        ..answer()
    };
    assert!(matches!(
        phone.board.answer(call, phone.now, with_video),
        Some(Ok(_))
    ));
}

#[test]
fn a_call_has_one_negotiation() {
    let mut call = accepted();
    assert!(matches!(call.video(), Some(AnyVideo::Off(_))));
    assert!(call.video().is_none());
}

#[test]
fn a_video_call_runs_from_the_start() {
    let mut phone = Phone::new();
    let call = ring_with_video(&mut phone);
    accept_with_video(&mut phone, &call);
    assert!(matches!(phone.board.video(&call), Some(AnyVideo::On(_))));
    assert!(phone.board.video(&call).is_none(), "it is given out once");
}

#[test]
fn a_video_call_that_is_answered_with_sound_alone_shows_nothing() {
    let mut phone = Phone::new();
    let call = ring_with_video(&mut phone);
    accept(&mut phone, &call);
    assert!(matches!(phone.board.video(&call), Some(AnyVideo::Off(_))));
    // An answer with a picture to a call without one shows nothing either.
    let mut phone = Phone::new();
    let call = phone.ring();
    accept_with_video(&mut phone, &call);
    assert!(matches!(phone.board.video(&call), Some(AnyVideo::Off(_))));
    // And the same at the caller's end.
    for (offered, answered, shows) in [
        (true, true, true),
        (true, false, false),
        (false, true, false),
    ] {
        let mut phone = Phone::new();
        let mut new = call_to_ann("00FACADE");
        new.video = offered.then(VideoFormat::default);
        let Ok((call, _)) = phone.board.place(new, phone.now) else {
            panic!()
        };
        let _ = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
        let video = if answered { "<video/>" } else { "" };
        let _ = phone.hear(&format!(
            r#"<call from="{ANN_7}" id="9Z"><accept {OUT}>{video}</accept></call>"#
        ));
        let video = phone.board.video(&call).expect("it is answered");
        assert_eq!(
            matches!(video, AnyVideo::On(_)),
            shows,
            "{offered} {answered}"
        );
    }
}

#[test]
fn a_request_that_is_taken_back_while_it_is_agreed_to_leaves_both_ends_alike() {
    // We agree while the peer takes its request back.
    let agreed = AnyVideo::from(requested().agree().0);
    let (agreed, heard, _) = agreed.on_video(&state(8));
    assert!(matches!(
        (agreed, heard),
        (AnyVideo::Off(_), VideoHeard::Ends)
    ));
    // We take ours back while the peer agrees.
    let AnyVideo::AskedByUs(asked) = AnyVideo::from(quiet().ask().0) else {
        panic!()
    };
    let withdrawn = AnyVideo::from(asked.withdraw().0);
    let (withdrawn, heard, _) = withdrawn.on_video(&state(4));
    assert!(matches!(
        (withdrawn, heard),
        (AnyVideo::Off(_), VideoHeard::NothingNew)
    ));
    // We take ours back while the peer asks as well: it has heard both our words, and says that it shows nothing.
    let AnyVideo::AskedByUs(asked) = AnyVideo::from(quiet().ask().0) else {
        panic!()
    };
    let (requested, _, _) = AnyVideo::from(asked.withdraw().0).on_video(&state(11));
    assert!(matches!(requested, AnyVideo::AskedByPeer(_)));
    let (off, heard, _) = requested.on_video(&state(0));
    assert!(matches!(
        (off, heard),
        (AnyVideo::Off(_), VideoHeard::Withdraws)
    ));
}

#[test]
fn the_creator_of_a_negotiation_is_compared_as_the_call_does() {
    let state = of_call(11, r#"call-id="00C0FFEE" call-creator="15550199:3@lid""#);
    let (video, heard, _) = AnyVideo::from(quiet()).on_video(&state);
    assert!(matches!(
        (video, heard),
        (AnyVideo::AskedByPeer(_), VideoHeard::Asks)
    ));
}

#[test]
fn each_step_is_spelled_as_captured() {
    let to = r#"<call to="15550199:3@lid"><video"#;
    let (asked, request) = quiet().ask();
    assert_eq!(
        line(request),
        format!(
            r#"{to} state="11" device_orientation="0" dec="H264" voip_settings="video"/></call>"#
        )
    );
    let (_, withdrawal) = asked.withdraw();
    assert_eq!(
        line(withdrawal),
        format!(r#"{to} state="8" device_orientation="0"/></call>"#)
    );

    let (mut video, (off, agreed)) = requested().agree();
    assert_eq!(
        line(off),
        format!(r#"{to} state="6" device_orientation="0"/></call>"#)
    );
    assert_eq!(
        line(agreed),
        format!(r#"{to} state="4" device_orientation="0" dec="H264"/></call>"#)
    );
    let (_, refusal) = requested().refuse();
    assert_eq!(
        line(refusal),
        format!(r#"{to} state="5" device_orientation="0"/></call>"#)
    );

    for (orientation, number) in [
        (Orientation::Upright, 0),
        (Orientation::Quarter, 1),
        (Orientation::Half, 2),
        (Orientation::ThreeQuarters, 3),
    ] {
        video.turn(orientation);
        assert_eq!(
            line(video.camera(true)),
            format!(r#"{to} state="1" device_orientation="{number}" dec="H264"/></call>"#)
        );
    }
    video.turn(Orientation::Upright);
    assert_eq!(
        line(video.camera(false)),
        format!(r#"{to} state="6" device_orientation="0"/></call>"#)
    );
    let (_, end) = video.end();
    assert_eq!(
        line(end),
        format!(r#"{to} state="0" device_orientation="0"/></call>"#)
    );
}

/// Every state with every code: where it leads, and what it means.
#[test]
fn what_the_peer_says_moves_it() {
    let name = |video: &AnyVideo| match video {
        AnyVideo::Off(_) => "quiet",
        AnyVideo::AskedByUs(_) => "asked",
        AnyVideo::AskedByPeer(_) => "requested",
        AnyVideo::On(_) => "running",
    };
    let in_state = |state: &str| -> AnyVideo {
        match state {
            "quiet" => quiet().into(),
            "asked" => quiet().ask().0.into(),
            "requested" => requested().into(),
            _ => running().into(),
        }
    };
    let moves = [
        ("quiet", 11, "requested", VideoHeard::Asks),
        ("quiet", 3, "requested", VideoHeard::Asks),
        ("asked", 4, "running", VideoHeard::Agrees),
        ("asked", 11, "running", VideoHeard::Agrees),
        ("asked", 3, "running", VideoHeard::Agrees),
        ("asked", 5, "quiet", VideoHeard::Refuses),
        ("asked", 0, "quiet", VideoHeard::Refuses),
        ("requested", 8, "quiet", VideoHeard::Withdraws),
        ("requested", 0, "quiet", VideoHeard::Withdraws),
        ("running", 0, "quiet", VideoHeard::Ends),
        ("running", 8, "quiet", VideoHeard::Ends),
    ];
    for from in ["quiet", "asked", "requested", "running"] {
        for code in 0..=20 {
            let (video, heard, reply) = in_state(from).on_video(&state(code));
            let known = moves.iter().find(|row| (row.0, row.1) == (from, code));
            let expected = match (known, code) {
                (Some((_, _, to, heard)), _) => (*to, *heard),
                (None, 1) => (from, VideoHeard::CameraOn),
                (None, 6) => (from, VideoHeard::CameraOff),
                (None, _) => (from, VideoHeard::NothingNew),
            };
            assert_eq!((name(&video), heard), expected, "{from} {code}");
            // An agreement is answered: the camera is on. So is a request that is taken back after it was agreed to: nothing
            // is shown.
            let answer = match (from, code) {
                (_, 8) if from == "running" => Some("0"),
                _ => (heard == VideoHeard::Agrees).then_some("1"),
            };
            let state = reply
                .map(line)
                .map(|line| line.split('"').nth(3).map(str::to_owned));
            assert_eq!(
                state,
                answer.map(|state| Some(state.to_owned())),
                "{from} {code}"
            );
            // What is of another call changes nothing.
            let (video, heard, reply) = in_state(from).on_video(&of_call(code, OUT));
            assert_eq!(
                (name(&video), heard, reply),
                (from, VideoHeard::NothingNew, None)
            );
        }
    }
}

#[test]
fn two_requests_that_cross_are_an_agreement() {
    let mine = AnyVideo::from(quiet().ask().0);
    let theirs = AnyVideo::from(quiet().ask().0);
    let (mine, heard, _) = mine.on_video(&state(11));
    assert!(matches!(
        (mine, heard),
        (AnyVideo::On(_), VideoHeard::Agrees)
    ));
    let (theirs, heard, _) = theirs.on_video(&state(11));
    assert!(matches!(
        (theirs, heard),
        (AnyVideo::On(_), VideoHeard::Agrees)
    ));
}

#[test]
fn a_board_tells_of_video_and_sends_the_answer() {
    let mut phone = Phone::new();
    let call = phone.ring();
    accept(&mut phone, &call);
    let told = phone.hear(&says(
        ANN,
        "video",
        IN,
        r#"state="11" device_orientation="2" dec="H264" voip_settings="video""#,
    ));
    assert_eq!(told.sent.len(), 1, "its ack: {told:?}");
    let Event::Video { call: of, state } = told.event() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (of, state.code(), state.orientation()),
        (&call, Some(VideoCode::REQUEST), Some(2))
    );
    let agreed = phone
        .board
        .step(&call, phone.now, |mut call: Call<Callee, Accepted>| {
            let video = call.video().expect("the first time");
            let (AnyVideo::AskedByPeer(video), ..) = video.on_video(state) else {
                panic!()
            };
            let (_running, stanzas) = video.agree();
            (call, stanzas)
        });
    let told = Told::from(agreed.expect("it is answered"));
    assert_eq!(told.sent.len(), 2);
    assert!(
        told.sent[0].contains(r#"id="OUT"#) && told.sent[1].contains(r#"state="4""#),
        "{told:?}"
    );
}

/// A caller's goes to the device that answered.
#[test]
fn a_caller_speaks_to_the_device_that_answered() {
    let mut phone = Phone::new();
    let call = phone.call();
    let _ = phone.hear(r#"<ack class="call" id="OUT1" type="offer"/>"#);
    let _ = phone.hear(&says(ANN_7, "accept", OUT, ""));
    let asked = phone
        .board
        .step(&call, phone.now, |mut call: Call<Caller, Accepted>| {
            let Some(AnyVideo::Off(video)) = call.video() else {
                panic!()
            };
            (call, video.ask().1)
        });
    let told = Told::from(asked.expect("it is answered"));
    assert!(
        told.sent[0].contains(&format!(r#"to="{ANN_7}""#)),
        "{told:?}"
    );
    // Another device of the peer has no say.
    let told = phone.hear(&says(ANN, "video", OUT, r#"state="4""#));
    happened!(told, Event::Unheard { .. });
}

#[test]
fn a_video_call_is_offered_and_answered_whole() {
    let web = Dialect::WhatsAppWeb;
    let written = |stanza: &ringstate::Stanza, dialect| {
        let mut line = String::new();
        xml::write_as(stanza, dialect, &mut line);
        line
    };
    let mut call = call_to_ann("00FACADE");
    call.video = Some(VideoFormat::offered(1920, 1080));
    call.redial = Some(2);
    let (_, offer) = call
        .offer("OUT1".parse().expect("an id"))
        .expect("it can be offered");
    let video = r#"<audio enc="opus" rate="16000"/><video dec="H264" enc="h.264" device_orientation="0" screen_width="1920" screen_height="1080"/><net medium="3"/>"#;
    for (dialect, capability) in [
        (Dialect::Documents, "0105f709e4bb13"),
        (web, "0105f709e4bb53"),
    ] {
        let line = written(offer.stanza(), dialect);
        assert!(line.contains(video) && line.contains(capability), "{line}");
        assert!(line.contains(r#" user_redial_count="2">"#), "{line}");
        assert!(xml::parse_sent(&line).is_ok());
    }
    let document = offer_xml(ANN).replace("</offer>", "<video/></offer>");
    let ring = |document: &str| {
        acked_by(document, &me()).preaccept("P".parse().expect("an id"), AudioRates::only(16000))
    };
    let (_, preaccept) = ring(&document).expect("it fits");
    let video = r#"<audio enc="opus" rate="16000"/><video dec="H264" device_orientation="0" screen_width="0" screen_height="0"/><encopt keygen="2"/>"#;
    assert!(written(preaccept.stanza(), web).contains(video));
    assert!(!written(preaccept.stanza(), Dialect::Documents).contains("<video"));
    let (_, preaccept) = ring(&offer_xml(ANN)).expect("it fits");
    assert!(
        !written(preaccept.stanza(), web).contains("<video"),
        "a call without video"
    );
    let answer = Answer {
        video: Some(VideoFormat::answered()),
        ..Answer::new(AudioRates::only(16000))
    };
    let (_, accept) = acked_by(&document, &me()).accept(answer).expect("it fits");
    let line = written(accept.stanza(), web);
    assert!(line.contains(r#"<audio enc="opus" rate="16000"/><video dec="H264" device_orientation="0"/><net medium="2"/>"#), "{line}");
    let Received::Accept(accept) = received(&line.replace("<call to=", "<call from=")) else {
        panic!("{line}")
    };
    assert_eq!(accept.action().video(), Some(&VideoFormat::answered()));
}
