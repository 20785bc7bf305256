//! Hostile peers: stanzas in somebody else's name, acknowledgements of nobody, and words of addresses that may be anybody's.

use crate::common::phone::{
    ANN_7, ANN_PRIMARY, IN, OUT, Phone, Told, accept, answer, call_to_ann, decline, happened,
    is_nothing_new, is_refused, offer, preaccept, says,
};
use crate::common::{ANN, ANN_PN, ME, ME_PN, received};
use ringstate::stanza::AckHeard;
use ringstate::{
    Acked, BoardError, Call, Callee, DeviceIdentity, DeviceKey, EndedBy, Event, HearError, Jid,
    Limit, Limits, NewCall, OfferError, OnGlare, OnUnverified, Outcome, OwnAddress, PlaceError,
    Policy, Received, Switchboard,
};

/// Mallory, who knows every id of the call.
const MALLORY: &str = "15550166:1@lid";
const MALLORY_PN: &str = "15550166:7@s.whatsapp.net";
/// The device 7 of Ann by its number, which nothing but the number of the device ties to her LID.
const ANN_7_PN: &str = "15550198:7@s.whatsapp.net";

fn ack(from: &str, rest: &str) -> String {
    format!(r#"<ack class="call" id="OUT1" from="{from}" {rest}/>"#)
}

#[test]
fn only_the_server_or_the_address_of_the_stanza_acknowledges_it() {
    for from in [
        MALLORY,
        "15550166@lid",
        ANN_7,
        ME,
        "1203@g.us",
        "evil",
        "lid",
        "C1@call",
    ] {
        let mut phone = Phone::new();
        let call = phone.call();
        for rest in [r#"error="439" type="offer""#, r#"type="offer""#] {
            let told = phone.hear(&ack(from, rest));
            happened!(told, Event::Unheard { reason: BoardError::Receive(reason), .. }
                if *reason == HearError::NotTheServer.into());
            assert_eq!(
                phone.phase(&call).as_deref(),
                Some("Caller Offered"),
                "{from}"
            );
        }
        // The id is still awaited.
        let told = phone.hear(&ack(ANN_PRIMARY, r#"type="offer""#));
        happened!(told, Event::OfferConfirmed { .. });
    }
    for from in ["s.whatsapp.net", "call", "@call", ANN_PRIMARY] {
        let mut phone = Phone::new();
        phone.call();
        let told = phone.hear(&ack(from, r#"error="439""#));
        happened!(
            told,
            Event::Ended {
                by: EndedBy::Server,
                ..
            }
        );
    }
}

#[test]
fn an_acknowledgement_of_another_action_is_of_another_stanza() {
    let mut phone = Phone::new();
    let call = phone.call();
    for kind in ["terminate", "accept", "offer_notice", "anything"] {
        let told = phone.hear(&ack(
            "s.whatsapp.net",
            &format!(r#"error="439" type="{kind}""#),
        ));
        happened!(told, Event::Unheard { reason: BoardError::Receive(reason), .. }
            if *reason == HearError::OtherStanza.into());
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Offered"));
}

#[test]
fn a_refusal_that_names_the_call_comes_from_the_server() {
    let refusal = |from: &str, kind: &str| {
        format!(
            r#"<ack class="call" id="ZZ9" {from} type="{kind}" error="439"><error code="439" {OUT}/></ack>"#
        )
    };
    let mut phone = Phone::new();
    let call = phone.call();
    for from in [MALLORY, "15550166@lid", ANN_7, ANN_PRIMARY, "evil"] {
        let told = phone.hear(&refusal(&format!(r#"from="{from}""#), "offer"));
        happened!(told, Event::OtherAck(_));
        assert_eq!(
            phone.phase(&call).as_deref(),
            Some("Caller Offered"),
            "{from}"
        );
    }
    let told = phone.hear(&refusal(r#"from="s.whatsapp.net""#, "offer"));
    happened!(
        told,
        Event::Ended {
            by: EndedBy::Server,
            ..
        }
    );
}

#[test]
fn the_typed_calls_and_what_was_sent_ask_the_same() {
    let a = |from: &str, id: &str, kind: &str| match received(&format!(
        r#"<ack class="call" id="{id}" from="{from}" type="{kind}"/>"#
    )) {
        Received::Ack(ack) => ack,
        other => panic!("{other:?}"),
    };
    let (offered, _offer) = call_to_ann("00FACADE")
        .offer("1A2B".parse().expect("an id"))
        .expect("it can be offered");
    let refused = offered
        .on_ack(a(MALLORY, "1A2B", "offer"))
        .expect_err("Mallory")
        .into_parts();
    assert_eq!(refused.reason, HearError::NotTheServer);
    let refused = refused
        .call
        .on_ack(a("s.whatsapp.net", "1A2B", "mute_v2"))
        .expect_err("a mute")
        .into_parts();
    assert_eq!(refused.reason, HearError::OtherStanza);
    assert!(refused.call.on_ack(a(ANN_PRIMARY, "1A2B", "offer")).is_ok());

    let (_, reject) = crate::common::acked().reject();
    let (_, sent) = reject.with_id("3C4D".parse().expect("an id"));
    let mut sent = sent;
    for (from, kind) in [
        (MALLORY, "reject"),
        ("15550199:7@lid", "reject"),
        (ANN, "accept"),
    ] {
        let AckHeard::OfAnother(same, _) = sent.on_ack(a(from, "3C4D", kind)) else {
            panic!("{from} {kind}")
        };
        sent = same;
    }
    // It went to the caller's device, in whose name the server may acknowledge, and in that of the account.
    assert!(matches!(
        sent.on_ack(a("15550199@lid", "3C4D", "reject")),
        AckHeard::Confirmed(_)
    ));
}

#[test]
fn what_went_to_the_call_itself_is_acknowledged_in_its_name() {
    let call = crate::common::accepted();
    for (from, confirms) in [
        ("00C0FFEE@call", true),
        ("s.whatsapp.net", true),
        ("C1@call", false),
    ] {
        let heartbeat = call.heartbeat("3C4D".parse().expect("an id"));
        let (_, sent) = heartbeat.sent().expect("it has an id");
        let ack = received(&format!(r#"<ack class="call" id="3C4D" from="{from}"/>"#));
        let Received::Ack(ack) = ack else {
            panic!("an ack")
        };
        assert_eq!(
            matches!(sent.on_ack(ack), AckHeard::Confirmed(_)),
            confirms,
            "{from}"
        );
    }
}

#[test]
fn an_address_that_may_be_anybody_s_answers_and_ends_nothing() {
    let caller = || {
        let mut phone = Phone::new();
        let call = phone.call_and_ack();
        (phone, call)
    };
    for action in ["accept", "reject", "terminate", "preaccept"] {
        let (mut phone, call) = caller();
        is_refused(
            &phone.hear(&says(MALLORY_PN, action, OUT, "")),
            HearError::Unverified,
        );
        assert_eq!(
            phone.phase(&call).as_deref(),
            Some("Caller Acked"),
            "{action}"
        );
    }
    let mut phone = Phone::new();
    let call = phone.ring();
    is_refused(
        &phone.hear(&says(MALLORY_PN, "terminate", IN, "")),
        HearError::Unverified,
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    // It is believed for what starts, answers and ends nothing.
    let told = phone.hear(&says(ANN_7_PN, "mute_v2", IN, r#"mute-state="1""#));
    happened!(told, Event::PeerMuted { .. });
    // Nor is it believed for what moves a thing beside the call, or is only news of it.
    accept(&mut phone, &call);
    for (action, rest) in [
        ("video", r#"state="11""#),
        ("duration", r#"audio_duration="7""#),
        ("group_update", ""),
        ("enc_rekey", ""),
    ] {
        let told = phone.hear(&says(ANN_7_PN, action, IN, rest));
        is_refused(&told, HearError::Unverified);
    }
}

#[test]
fn an_address_becomes_the_peer_s_by_the_server_s_word_or_the_program_s() {
    let answers = |phone: &mut Phone, rest: &str| {
        phone.hear(&format!(
            r#"<call from="{ANN_7_PN}" id="9Z" {rest}><accept {OUT}/></call>"#
        ))
    };
    // By `sender_lid`, which the server puts beside the number.
    let mut phone = Phone::new();
    phone.call_and_ack();
    let told = answers(&mut phone, r#"sender_lid="15550166@lid""#);
    is_refused(&told, HearError::Unverified);
    let told = answers(&mut phone, r#"sender_lid="15550199@lid""#);
    happened!(told, Event::Answered { device, .. } if device.as_str() == ANN_7_PN);
    // It stays the peer's: what ends the call needs no second word.
    let told = phone.hear(&says(ANN_7_PN, "terminate", OUT, ""));
    happened!(
        told,
        Event::Ended {
            by: EndedBy::Peer,
            ..
        }
    );

    // By the program.
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let number = |text: &str| text.parse::<Jid>().expect("an address");
    assert!(
        !phone.board.know_peer(&call, number("15550166@lid")),
        "another LID"
    );
    assert!(!phone.board.know_peer(&call, number("evil")), "nobody");
    assert!(
        phone
            .board
            .know_peer(&call, number("15550198@s.whatsapp.net"))
    );
    assert!(
        phone.board.know_peer(&call, number(ANN_PN)),
        "the same person"
    );
    is_refused(
        &phone.hear(&says(MALLORY_PN, "accept", OUT, "")),
        HearError::Stranger,
    );
    happened!(answers(&mut phone, ""), Event::Answered { .. });

    // By the list of the offer's devices.
    let mut phone = Phone::new();
    let mut call = call_to_ann("00FACADE");
    call.devices.others[0].0 = number(ANN_7_PN);
    assert!(phone.board.place(call, phone.now).is_ok());
    let _ = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    is_refused(
        &phone.hear(&says(MALLORY_PN, "accept", OUT, "")),
        HearError::Stranger,
    );
    happened!(answers(&mut phone, ""), Event::Answered { .. });
}

#[test]
fn an_offer_is_from_a_person() {
    for from in [
        "15550166@LID",
        "15550166@bot",
        "evil",
        "s.whatsapp.net",
        "lid",
        "g.us",
        "call",
        "C1@call",
        "1203@g.us",
    ] {
        let mut phone = Phone::new();
        let creator = format!(r#"call-id="C1" call-creator="{from}""#);
        for call in [creator.as_str(), IN] {
            let told = phone.hear(&offer(from, call, ""));
            happened!(
                told,
                Event::Unheard {
                    reason: BoardError::NotAPerson,
                    ..
                }
            );
            assert_eq!(told.sent.len(), 2, "{told:?}");
        }
        assert_eq!(phone.board.live().count(), 0);
    }
}

#[test]
fn a_group_s_address_is_a_group_s_address() {
    for group in [
        "15550166@lid",
        "s.whatsapp.net",
        "g.us",
        "C1@call",
        "1203@G.US",
    ] {
        let document = offer(ANN, &format!(r#"{IN} group-jid="{group}""#), "");
        assert!(ringstate::xml::parse(&document).is_err(), "{group}");
    }
    let told = Phone::new().hear(&offer(ANN, &format!(r#"{IN} group-jid="1203@g.us""#), ""));
    happened!(told, Event::Invited { .. });
}

#[test]
fn a_caller_whom_nothing_ties_to_the_sender_is_unverified() {
    let by_number = format!(r#"call-id="00C0FFEE" call-creator="{ANN_PN}""#);
    let unverified = |call: &str, mark: &str| {
        let mut phone = Phone::new();
        let told = phone.hear(&offer(ANN, call, mark));
        let Some(Event::Rings { call }) = told.events.last() else {
            panic!("{told:?}")
        };
        let is_verified = phone.stored(call).is_caller_verified();
        let is_told = matches!(told.events[0], Event::CallerUnverified { .. });
        assert_eq!(is_verified, Some(!is_told));
        is_told
    };
    assert!(!unverified(IN, ""));
    assert!(
        !unverified(r#"call-id="00C0FFEE" call-creator="15550199@lid""#, ""),
        "the account"
    );
    assert!(unverified(&by_number, ""));
    assert!(!unverified(
        &format!(r#"{by_number} caller_pn="15550198@s.whatsapp.net""#),
        ""
    ));
    assert!(
        unverified(&by_number, r#"sender_lid="15550199@lid""#),
        "that is the sender, again"
    );
}

#[test]
fn a_participant_counts_where_the_server_writes_it() {
    let terminate = |from: &str, participant: &str| {
        format!(
            r#"<call from="{from}" participant="{participant}" id="9Z"><terminate {IN}/></call>"#
        )
    };
    let mut phone = Phone::new();
    let call = phone.ring();
    for (from, participant) in [
        (MALLORY, ANN),
        (MALLORY, "s.whatsapp.net"),
        ("15550166@s.whatsapp.net", ANN),
        ("evil", ANN),
    ] {
        let told = phone.hear(&terminate(from, participant));
        assert!(
            matches!(told.event(), Event::Unheard { .. }),
            "{from} {participant}: {told:?}"
        );
        // The ack repeats it as it stands.
        assert!(
            told.sent[0].contains(&format!(r#"participant="{participant}""#)),
            "{told:?}"
        );
    }
    let told = phone.hear(&terminate("C1@call", "s.whatsapp.net"));
    assert!(
        matches!(told.event(), Event::Unheard { .. }),
        "no person: {told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Acked"));
    for (from, participant) in [
        ("1203@g.us", ANN),
        ("00C0FFEE@call", ANN_7),
        ("15550199@lid", ANN_7),
    ] {
        let mut phone = Phone::new();
        phone.ring();
        let told = phone.hear(&terminate(from, participant));
        happened!(told, Event::StoppedRinging { .. });
    }
}

#[test]
fn nobody_else_is_the_server() {
    for from in [
        "evil",
        "lid",
        "g.us",
        "S.WHATSAPP.NET",
        "s.whatsapp.net.",
        "hosted",
        "@callx",
    ] {
        let mut phone = Phone::new();
        let call = phone.ring();
        let document = says(from, "terminate", IN, "");
        let Ok(stanza) = ringstate::xml::parse(&document) else {
            continue; // no address at all
        };
        is_refused(&phone.receive(stanza), HearError::Stranger);
        assert_eq!(
            phone.phase(&call).as_deref(),
            Some("Callee Acked"),
            "{from}"
        );
    }
}

#[test]
fn the_account_s_other_address_is_not_the_peer_s() {
    // Only the LID is known here.
    let me = OwnAddress::lid(ME.parse().expect("a LID"));
    let board = Switchboard::with(
        me,
        Policy::default(),
        Limits::default(),
        crate::common::phone::ids(),
    );
    let mut phone = Phone {
        board,
        ..Phone::new()
    };
    let call = phone.call_and_ack();
    for action in ["accept", "terminate", "reject"] {
        is_refused(
            &phone.hear(&says(ME_PN, action, OUT, "")),
            HearError::Unverified,
        );
    }
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
}

// What networks do.

#[test]
fn an_accept_that_its_own_terminate_overtakes_answers_nothing() {
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    happened!(
        phone.hear(&says(ANN_7, "terminate", OUT, "")),
        Event::DeviceOut { .. }
    );
    is_nothing_new(&phone.hear(&says(ANN_7, "accept", OUT, "")));
    // The others ring on, and somebody ends the call: a timer, if nobody else.
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Acked"));
    phone.wait(90);
    assert_eq!(phone.board.expired(phone.now), std::slice::from_ref(&call));
    let told = phone.hear(&says(ANN_PRIMARY, "accept", OUT, ""));
    happened!(told, Event::Answered { .. });
}

#[test]
fn each_fact_is_told_once() {
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let receipt = format!(r#"<receipt from="{ANN_7}" id="OUT1"><offer {OUT}/></receipt>"#);
    happened!(phone.hear(&receipt), Event::Reached { .. });
    let told = phone.hear(&receipt);
    happened!(told, Event::NothingNew { .. });
    happened!(
        phone.hear(&says(ANN_7, "preaccept", OUT, "")),
        Event::PeerRings { .. }
    );
    is_nothing_new(&phone.hear(&says(ANN_7, "preaccept", OUT, "")));
    happened!(phone.hear(&receipt), Event::NothingNew { .. });
    let busy = says(ANN_7, "reject", OUT, r#"reason="busy""#);
    happened!(phone.hear(&busy), Event::DeviceOut { .. });
    is_nothing_new(&phone.hear(&busy));
    is_nothing_new(&phone.hear(&says(ANN_7, "terminate", OUT, "")));
    is_nothing_new(&phone.hear(&says(ANN_7, "preaccept", OUT, "")));
    // A device of Ann's that was not offered the call has nothing to say of it.
    for action in ["preaccept", "accept", "reject", "terminate"] {
        is_refused(
            &phone.hear(&says("15550199:8@lid", action, OUT, "")),
            HearError::NotOffered,
        );
    }
    let told = phone.hear(&format!(
        r#"<receipt from="15550199:8@lid" id="OUT1"><offer {OUT}/></receipt>"#
    ));
    happened!(told, Event::Unheard { reason: BoardError::Receive(reason), .. }
        if *reason == HearError::NotOffered.into());
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Preaccepted"));
}

#[test]
fn of_two_own_devices_that_answer_one_hears_that_the_other_was_faster() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let _ = preaccept(&mut phone, &call);
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    let told = phone.hear(&says(
        ANN,
        "terminate",
        IN,
        r#"reason="accepted_elsewhere""#,
    ));
    happened!(
        told,
        Event::StoppedRinging {
            outcome: Outcome::AnsweredElsewhere,
            ..
        }
    );
}

/// Two phones that call each other at the same moment, with these ids, and how their calls stand when all is delivered.
fn glare(policy: OnGlare, mine: &str, theirs: &str) -> (Vec<String>, Vec<String>) {
    const BOB: &str = "15550177:1@lid";
    let board = |me: &str| {
        let policy = Policy {
            on_glare: policy,
            ..Policy::default()
        };
        let me = OwnAddress::lid(me.parse().expect("a LID"));
        Switchboard::with(me, policy, Limits::default(), crate::common::phone::ids())
    };
    let place = |board: &mut Switchboard, call_id: &str, me: &str, peer: &str| {
        let mut call = call_to_ann(call_id);
        call.creator = ringstate::Creator::Lid {
            lid: me.parse().expect("a LID"),
            phone_number: None,
        };
        let device: Jid = peer.parse().expect("an address");
        call.peer = peer
            .split(':')
            .next()
            .map(|user| format!("{user}@lid"))
            .expect("a user")
            .parse()
            .expect("an address");
        call.devices = ringstate::RingingDevices::one(device, DeviceKey::Session(vec![1]));
        let Ok((_, reaction)) = board.place(call, std::time::Instant::now()) else {
            panic!()
        };
        Told::from(reaction).sent
    };
    let (mut a, mut b) = (board(ME), board(BOB));
    let mut to_b = place(&mut a, mine, ME, BOB);
    let mut to_a = place(&mut b, theirs, BOB, ME);
    // The server routes each `<call>` to the other end, in order, and acknowledges it.
    for _ in 0..10 {
        let deliver = |lines: Vec<String>,
                       from: &str,
                       sender: &mut Switchboard,
                       receiver: &mut Switchboard| {
            let (mut back, mut on) = (Vec::new(), Vec::new());
            for line in lines.into_iter().filter(|line| line.starts_with("<call ")) {
                let id = line
                    .split(r#" id=""#)
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .expect("an id");
                let ack = received(&format!(
                    r#"<ack class="call" id="{id}" from="s.whatsapp.net"/>"#
                ));
                back.extend(Told::from(sender.receive(ack, std::time::Instant::now())).sent);
                let to = line.split('"').nth(1).expect("a receiver");
                let line = line.replacen(
                    &format!(r#"to="{to}""#),
                    &format!(r#"from="{from}" t="17""#),
                    1,
                );
                on.extend(
                    Told::from(receiver.receive(received(&line), std::time::Instant::now())).sent,
                );
            }
            (back, on)
        };
        let (back_a, on_b) = deliver(std::mem::take(&mut to_b), ME, &mut a, &mut b);
        let (back_b, on_a) = deliver(std::mem::take(&mut to_a), BOB, &mut b, &mut a);
        to_b.extend(back_a.into_iter().chain(on_a));
        to_a.extend(back_b.into_iter().chain(on_b));
    }
    let live = |board: &Switchboard| {
        let mut ids: Vec<String> = board
            .live()
            .map(|call| call.identity().call_id.as_str().to_owned())
            .collect();
        ids.sort();
        ids
    };
    (live(&a), live(&b))
}

#[test]
fn two_ends_with_the_same_policy_keep_the_same_call() {
    let one = |id: &str| vec![id.to_owned()];
    assert_eq!(glare(OnGlare::KeepOne, "C1", "C2"), (one("C1"), one("C1")));
    assert_eq!(glare(OnGlare::KeepOne, "C2", "C1"), (one("C1"), one("C1")));
    // Ids are alike by chance only; then the creator decides.
    let (a, b) = glare(OnGlare::KeepOne, "C1", "C1");
    assert_eq!((a.len(), b.len()), (1, 1));
    // What the others do when both ends have them.
    let both = vec!["C1".to_owned(), "C2".to_owned()];
    assert_eq!(glare(OnGlare::KeepBoth, "C1", "C2"), (both.clone(), both));
    for fatal in [OnGlare::DeclineIncoming, OnGlare::CancelOutgoing] {
        assert_eq!(
            glare(fatal, "C1", "C2"),
            (Vec::new(), Vec::new()),
            "{fatal:?}"
        );
    }
}

#[test]
fn a_policy_may_believe_anybody_by_name() {
    let policy = Policy {
        on_unverified: OnUnverified::Believe,
        ..Policy::default()
    };
    let mut phone = Phone::with(policy, Limits::default());
    phone.ring();
    let told = phone.hear(&says(MALLORY_PN, "terminate", IN, ""));
    happened!(told, Event::StoppedRinging { .. });

    phone.call_and_ack();
    let told = phone.hear(&says(ANN_7_PN, "accept", OUT, ""));
    happened!(told, Event::Answered { .. });
}

// What is never sent.

#[test]
fn an_offer_goes_to_the_devices_of_one_other_account() {
    type Change<'a> = &'a dyn Fn(&mut NewCall);
    let jid = |text: &str| text.parse::<Jid>().expect("an address");
    let with = |change: &dyn Fn(&mut NewCall)| {
        let mut call = call_to_ann("00FACADE");
        call.creator = ringstate::Creator::Lid {
            lid: ME.parse().expect("a LID"),
            phone_number: ME_PN.parse().ok(),
        };
        change(&mut call);
        call
    };
    let peer = |text: &'static str| move |call: &mut NewCall| call.peer = jid(text);
    let device =
        |text: &'static str| move |call: &mut NewCall| call.devices.others[0].0 = jid(text);
    let key =
        |key: DeviceKey| move |call: &mut NewCall| call.devices.others[0].1 = Some(key.clone());
    let new_session = |message: &[u8], identity: &[u8]| DeviceKey::NewSession {
        message: message.to_vec(),
        identity: DeviceIdentity::new(identity),
    };
    let cases: [(OfferError, Change<'_>); 18] = [
        (OfferError::PeerIsNoAccount, &peer("1203@g.us")),
        (OfferError::PeerIsNoAccount, &peer("15550199:7@lid")),
        (OfferError::PeerIsNoAccount, &peer("15550199:0@lid")),
        (OfferError::PeerIsNoAccount, &peer("s.whatsapp.net")),
        (OfferError::PeerIsNoAccount, &peer("evil")),
        (OfferError::OwnAccount, &peer("15550100@lid")),
        (OfferError::OwnAccount, &peer("15550101@s.whatsapp.net")),
        (OfferError::OwnAccount, &device("15550100:9@lid")),
        (OfferError::OwnAccount, &device("15550101:9@s.whatsapp.net")),
        (OfferError::DeviceOfAnother, &device("15550166:7@lid")),
        (OfferError::DeviceOfAnother, &device("s.whatsapp.net")),
        (OfferError::DeviceOfAnother, &|call| {
            call.devices.others[0].0 = jid("15550198:7@s.whatsapp.net");
            call.devices.others[1].0 = jid("15550166:9@s.whatsapp.net");
        }),
        (OfferError::AliasIsNoAlias, &|call| {
            call.peer_alias = Some(jid("15550166@lid"));
        }),
        (OfferError::AliasIsNoAlias, &|call| {
            call.peer_alias = Some(jid("1203@g.us"));
        }),
        (OfferError::EmptyKey, &key(DeviceKey::Session(Vec::new()))),
        (OfferError::EmptyKey, &key(new_session(&[], &[1]))),
        (OfferError::EmptyKey, &key(new_session(&[1], &[]))),
        (OfferError::EmptyKey, &|call| {
            call.devices.first.1 = DeviceKey::Session(Vec::new());
        }),
    ];
    for (reason, change) in cases {
        let refused = with(change)
            .offer("1A2B".parse().expect("an id"))
            .expect_err("refused");
        assert_eq!(refused.to_string(), reason.to_string());
        let parts = refused.into_parts();
        assert_eq!((parts.reason, parts.input), (reason, with(change)));
        let mut phone = Phone::new();
        let refused = phone
            .board
            .place(with(change), phone.now)
            .expect_err("refused");
        assert_eq!(*refused.reason(), PlaceError::Offer(reason));
        assert_eq!(phone.board.live().count(), 0);
    }
    for fine in [
        with(&|_| {}),
        with(&device("15550199.1:7@hosted.lid")),
        with(&device("15550198:7@s.whatsapp.net")),
        with(&|call| call.peer_alias = Some(jid("15550198@s.whatsapp.net"))),
    ] {
        assert!(fine.offer("1A2B".parse().expect("an id")).is_ok());
    }
}

// What strangers can make a board keep.

/// A document that is as dense as the one that cost fifty times its length.
fn dense(from: &str, call: &str, action: &str, length: usize) -> String {
    let inside = "<a><b/></a>".repeat(length / 11);
    format!(r#"<call from="{from}" id="9Y" t="17"><{action} {call}>{inside}</{action}></call>"#)
}

fn by(n: usize, call: usize) -> (String, String) {
    let from = format!("1555{n:06}:3@lid");
    let call = format!(r#"call-id="M{n}-{call}" call-creator="{from}""#);
    (from, call)
}

#[test]
fn strangers_make_a_board_keep_less_than_eight_mebibytes() {
    let mut phone = Phone::new();
    // Calls of ours, for which a peer's words are parked.
    for n in 0..16 {
        assert!(
            phone
                .board
                .place(call_to_ann(&format!("OURS{n}")), phone.now)
                .is_ok()
        );
    }
    let ours = |n: usize| format!(r#"call-id="OURS{n}" call-creator="{ME}""#);
    let cost = allocation_counter::measure(|| {
        let mut hear = |document: String| drop(phone.board.receive(received(&document), phone.now));
        for n in 0..20 {
            for call in 0..3 {
                let (from, call) = by(n, call);
                hear(dense(&from, &call, "offer", 30_000));
            }
            let (from, call) = by(n, 9);
            hear(dense(&from, &call, "terminate", 30_000));
            hear(dense(&from, &call, "terminate", 30_000).replace('M', "N"));
        }
        for call in 0..16 {
            hear(dense(ANN_7, &ours(call), "accept", 9_000));
            hear(dense(ANN_PRIMARY, &ours(call), "transport", 9_000));
        }
        // Calls that are over, with names as long as they may be.
        let long = |n: usize, what: &str| format!("{what}{n:0>200}");
        for n in 0..6_000 {
            let from = format!("{}@lid", long(n, "1"));
            let call = format!(
                r#"call-id="{}" call-creator="{from}" caller_pn="{}@s.whatsapp.net""#,
                long(n, "C"),
                long(n, "2"),
            );
            hear(format!(
                r#"<call from="{from}" id="9Y" t="17" offline="1" sender_lid="{from}"><offer {call}/></call>"#
            ));
        }
    });
    assert!(
        cost.bytes_current <= 8 * 1024 * 1024,
        "{} bytes are kept",
        cost.bytes_current
    );
    println!(
        "{} bytes are kept, {} at most meanwhile",
        cost.bytes_current, cost.bytes_max
    );
    assert!(
        cost.bytes_current > 1024 * 1024,
        "it was a flood: {}",
        cost.bytes_current
    );
}

#[test]
fn one_stranger_leaves_room_for_everybody_else() {
    let mut phone = Phone::new();
    for call in 0..70 {
        let (from, identity) = by(1, call);
        let told = phone.hear(&offer(&from, &identity, ""));
        let rings = matches!(told.events.last(), Some(Event::Rings { .. }));
        assert_eq!(rings, call < 4, "{call}: {told:?}");
        if !rings {
            assert!(
                matches!(
                    &told.events[..2],
                    [
                        Event::LimitReached {
                            limit: Limit::LiveCallsOfOne,
                            ..
                        },
                        Event::Missed(_)
                    ]
                ),
                "{told:?}"
            );
            assert_eq!(
                told.sent.len(),
                2,
                "acknowledged and receipted all the same"
            );
        }
    }
    phone.ring();
    assert!(
        phone
            .board
            .place(call_to_ann("00FACADE"), phone.now)
            .is_ok()
    );
    // Another device of theirs has no share of its own.
    let told = phone.hear(&offer(
        "1555000001:9@lid",
        r#"call-id="M1-99" call-creator="1555000001:9@lid""#,
        "",
    ));
    assert!(
        matches!(told.events.get(1), Some(Event::Missed(_))),
        "{told:?}"
    );
    // When one of theirs ends, another may ring.
    let (from, identity) = by(1, 0);
    let told = phone.hear(&says(&from, "terminate", &identity, ""));
    assert!(
        matches!(told.events[0], Event::StoppedRinging { .. }),
        "{told:?}"
    );
    let (from, identity) = by(1, 100);
    happened!(
        phone.hear(&offer(&from, &identity, "")),
        Event::Rings { .. }
    );
}

#[test]
fn a_heavy_offer_does_not_ring_and_a_heavy_word_is_not_kept() {
    let mut phone = Phone::new();
    let (from, call) = by(1, 0);
    let heavy = |from: &str, call: &str, action: &str| {
        let inside = format!("<te>{}</te>", "00".repeat(300_000));
        format!(r#"<call from="{from}" id="9Y" t="17"><{action} {call}>{inside}</{action}></call>"#)
    };
    let told = phone.hear(&heavy(&from, &call, "offer"));
    let [
        Event::LimitReached {
            limit: Limit::Bytes,
            ..
        },
        Event::Missed(missed),
    ] = &told.events[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(missed.envelope.dropped_elements(), 0);
    let told = phone.hear(&dense(
        &from,
        r#"call-id="M1-1" call-creator="1555000001:3@lid""#,
        "offer",
        50_000,
    ));
    let Event::Rings { call } = told.event() else {
        panic!("{told:?}")
    };
    let envelope = phone.stored(call).envelope().expect("its offer");
    assert!(envelope.dropped_elements() > 1000);
    assert!(envelope.weight() <= 4 * 50_200 + 16 * 1024);
    let call = phone.call_and_ack();
    let told = phone.hear(&heavy(ANN_7, OUT, "accept"));
    happened!(
        told,
        Event::LimitReached {
            limit: Limit::Bytes,
            ..
        }
    );
    assert_eq!(
        (told.sent.len(), phone.phase(&call).as_deref()),
        (1, Some("Caller Acked"))
    );
    happened!(
        phone.hear(&says(ANN_7, "accept", OUT, "")),
        Event::Answered { .. }
    );
}

#[test]
fn what_strangers_filled_in_is_forgotten_first() {
    let limits = Limits {
        ended_calls: 8,
        ended_calls_of_one: 3,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    // A call that the user declined.
    let call = phone.ring();
    let _ = decline(&mut phone, &call);
    for n in 0..50 {
        let (from, call) = by(n, 0);
        let _ = phone.hear(&offer(&from, &call, r#"offline="1""#));
    }
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Rejected"));
    // One person pushes out what is of that person.
    let (first, other) = (by(49, 0), by(48, 0));
    for n in 1..=3 {
        let (from, call) = by(49, n);
        let told = phone.hear(&offer(&from, &call, r#"offline="1""#));
        let forgets = told.events.iter().any(|event| {
            matches!(
                event,
                Event::LimitReached {
                    limit: Limit::EndedCallsOfOne,
                    ..
                }
            )
        });
        assert_eq!(forgets, n == 3, "{told:?}");
    }
    happened!(
        phone.hear(&offer(&first.0, &first.1, "")),
        Event::Rings { .. }
    );
    is_nothing_new(&phone.hear(&offer(&other.0, &other.1, "")));
}

#[test]
fn the_early_ends_of_one_stranger_push_out_nobody_else_s() {
    let mut phone = Phone::new();
    happened!(
        phone.hear(&says(ANN, "terminate", IN, "")),
        Event::Parked { .. }
    );
    for n in 0..64 {
        let (from, call) = by(1, n);
        let told = phone.hear(&says(&from, "terminate", &call, ""));
        let pushed = told.events.iter().any(|event| {
            matches!(
                event,
                Event::LimitReached {
                    limit: Limit::EarlyTerminatesOfOne,
                    ..
                }
            )
        });
        assert_eq!(pushed, n >= 8, "{n}: {told:?}");
    }
    happened!(phone.hear(&offer(ANN, IN, "")), Event::Missed(_));
}

#[test]
fn a_lid_beside_a_known_number_becomes_the_peer_s() {
    let mut phone = Phone::new();
    let mut call = call_to_ann("00FACADE");
    let number = |text: &str| text.parse::<Jid>().expect("an address");
    call.peer = number("15550198@s.whatsapp.net");
    call.devices = ringstate::RingingDevices::one(number(ANN_7_PN), DeviceKey::Session(vec![1]));
    assert!(phone.board.place(call, phone.now).is_ok());
    let _ = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    is_refused(
        &phone.hear(&says(ANN_7, "terminate", OUT, "")),
        HearError::Unverified,
    );
    let told = phone.hear(&format!(
        r#"<call from="{ANN_7_PN}" id="9Z" sender_lid="15550199@lid"><accept {OUT}/></call>"#
    ));
    happened!(told, Event::Answered { .. });
    is_refused(
        &phone.hear(&says(MALLORY, "terminate", OUT, "")),
        HearError::Stranger,
    );
    happened!(
        phone.hear(&says(ANN_7, "terminate", OUT, "")),
        Event::Ended { .. }
    );
}

#[test]
fn a_creator_in_the_other_space_is_this_account_or_another_call_s() {
    let outgoing = |creator: &str| {
        let mut phone = Phone::new();
        let call = phone.call_and_ack();
        let named = format!(r#"call-id="00FACADE" call-creator="{creator}""#);
        let told = phone.hear(&says(ANN_7, "accept", &named, ""));
        (
            matches!(told.event(), Event::Answered { .. }),
            phone.phase(&call),
        )
    };
    assert!(outgoing(ME_PN).0, "the account's own number");
    let (is_answered, phase) = outgoing("15550166@s.whatsapp.net");
    assert_eq!(
        (is_answered, phase.as_deref()),
        (false, Some("Caller Acked"))
    );
    // Of an incoming call, a number that may be the caller's is the caller's for a stanza of theirs, and a known stranger's is
    // not.
    let incoming = |mark: &str, creator: &str, policy: OnUnverified| {
        let policy = Policy {
            on_unverified: policy,
            ..Policy::default()
        };
        let mut phone = Phone::with(policy, Limits::default());
        let _ = phone.hear(&offer(ANN, &format!("{IN} {mark}"), ""));
        let named = format!(r#"call-id="00C0FFEE" call-creator="{creator}""#);
        let told = phone.hear(&says(ANN, "terminate", &named, ""));
        matches!(told.event(), Event::StoppedRinging { .. })
    };
    let known = r#"caller_pn="15550198@s.whatsapp.net""#;
    for policy in [OnUnverified::Refuse, OnUnverified::Believe] {
        assert!(incoming("", ANN_PN, policy));
        assert!(incoming(known, ANN_PN, policy));
        assert!(!incoming(known, "15550166@s.whatsapp.net", policy));
    }
}

/// A stanza of a call that weighs so much: its text counts as it came and as it is kept.
fn heavy(from: &str, call: &str, action: &str, kibibytes: usize) -> String {
    let inside = format!("<a>{}</a>", "x".repeat(512 * kibibytes));
    format!(r#"<call from="{from}" id="9Y" t="17"><{action} {call}>{inside}</{action}></call>"#)
}

#[test]
fn the_heavy_early_ends_of_one_stranger_silence_nobody() {
    let mut phone = Phone::new();
    for n in 0..8 {
        let (from, call) = by(1, n);
        let told = phone.hear(&heavy(&from, &call, "terminate", 400));
        assert!(matches!(told.events[0], Event::Parked { .. }), "{told:?}");
    }
    phone.ring();
    let call = phone.call();
    happened!(
        phone.hear(&says(ANN_7, "accept", OUT, "")),
        Event::Parked { .. }
    );
    let told = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    assert!(
        matches!(told.events.last(), Some(Event::Answered { .. })),
        "{told:?}"
    );
    assert_eq!(phone.phase(&call).as_deref(), Some("Caller Accepted"));
}

#[test]
fn the_heavy_early_ends_of_one_stranger_push_out_nobody_else_s() {
    let mut phone = Phone::new();
    happened!(
        phone.hear(&says(ANN, "terminate", IN, "")),
        Event::Parked { .. }
    );
    for n in 0..8 {
        let (from, call) = by(1, n);
        let told = phone.hear(&heavy(&from, &call, "terminate", 500));
        let forgets = told.events.iter().any(|event| {
            matches!(
                event,
                Event::LimitReached {
                    limit: Limit::EarlyTerminatesOfOne,
                    ..
                }
            )
        });
        assert_eq!(forgets, n > 0, "{n}: {told:?}");
    }
    let (from, call) = by(2, 0);
    happened!(
        phone.hear(&heavy(&from, &call, "terminate", 200)),
        Event::Parked { .. }
    );
    happened!(phone.hear(&offer(ANN, IN, "")), Event::Missed(_));
}

#[test]
fn what_is_heard_by_hand_or_refused_on_replay_is_weighed_too() {
    // An accept that a step hears is held by the call.
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    let Received::Accept(accept) = received(&heavy(ANN_7, OUT, "accept", 300)) else {
        panic!()
    };
    let heard = phone
        .board
        .step(&call, phone.now, |call: Call<ringstate::Caller, Acked>| {
            let (heard, _owed) = call.on_accept(accept).expect("a device answers");
            heard.call
        });
    assert!(heard.is_some());
    let (second, call) = (
        "00FACADF",
        r#"call-id="00FACADF" call-creator="15550100:2@lid""#,
    );
    assert!(phone.board.place(call_to_ann(second), phone.now).is_ok());
    happened!(
        phone.hear(&heavy(ANN_7, call, "transport", 300)),
        Event::LimitReached {
            limit: Limit::Bytes,
            ..
        }
    );
    // What is parked and then not heard is held no longer.
    let mut phone = Phone::new();
    phone.call();
    happened!(
        phone.hear(&heavy(ANN_7, OUT, "heartbeat", 300)),
        Event::Parked { .. }
    );
    let told = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    assert!(
        matches!(told.events.last(), Some(Event::Unheard { .. })),
        "{told:?}"
    );
    assert!(phone.board.place(call_to_ann(second), phone.now).is_ok());
    happened!(
        phone.hear(&heavy(ANN_7, call, "transport", 300)),
        Event::Parked { .. }
    );
}

#[test]
fn the_heavy_early_ends_of_many_make_room_for_a_call() {
    let limits = Limits {
        bytes: 1_000_000,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    for n in 0..9 {
        let (from, call) = by(n, 0);
        let told = phone.hear(&heavy(&from, &call, "terminate", 200));
        // Four of them fit.
        let forgets = told.events.iter().any(|event| {
            matches!(
                event,
                Event::LimitReached {
                    limit: Limit::EarlyTerminates,
                    ..
                }
            )
        });
        assert_eq!(forgets, n >= 4, "{n}: {told:?}");
    }
    let told = phone.hear(&heavy(ANN, IN, "offer", 300));
    assert!(
        matches!(told.events.last(), Some(Event::Rings { .. })),
        "{told:?}"
    );
}

#[test]
fn the_bytes_of_one_person_s_calls_are_summed_and_given_back() {
    let mut phone = Phone::new();
    let offers = |phone: &mut Phone, n: usize| {
        let (from, call) = by(1, n);
        let told = phone.hear(&heavy(&from, &call, "offer", 200));
        matches!(told.events.last(), Some(Event::Rings { .. }))
    };
    assert!(offers(&mut phone, 0) && offers(&mut phone, 1));
    assert!(!offers(&mut phone, 2), "it is the third, of 200 KiB each");
    // An answer holds the offer still; the end gives its bytes back.
    let call = phone
        .board
        .live()
        .next()
        .expect("a call")
        .identity()
        .clone();
    assert!(matches!(
        phone.board.answer(&call, phone.now, answer()),
        Some(Ok(_))
    ));
    assert!(!offers(&mut phone, 3));
    assert!(phone.board.hang_up(&call, phone.now).is_some());
    assert!(offers(&mut phone, 4));
}

#[test]
fn what_is_parked_for_calls_to_one_person_is_summed_and_given_back() {
    let mut phone = Phone::new();
    phone.call();
    let heavy_word = |n: usize| heavy(ANN_7, OUT, "transport", 100 + n);
    for n in 0..5 {
        let told = phone.hear(&heavy_word(n));
        let parked = matches!(told.event(), Event::Parked { .. });
        assert_eq!(parked, n < 4, "{n}: {told:?}");
    }
    let _ = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    // The replay has given the bytes back: an answer may be as heavy as all that was parked.
    happened!(
        phone.hear(&heavy(ANN_7, OUT, "accept", 400)),
        Event::Answered { .. }
    );
    let (second, call) = (
        "00FACADF",
        r#"call-id="00FACADF" call-creator="15550100:2@lid""#,
    );
    assert!(phone.board.place(call_to_ann(second), phone.now).is_ok());
    happened!(
        phone.hear(&heavy(ANN_7, call, "transport", 200)),
        Event::LimitReached {
            limit: Limit::Bytes,
            ..
        }
    );
}

#[test]
fn an_answer_with_the_server_s_word_is_heard_when_it_overtakes_the_ack_too() {
    let mut phone = Phone::new();
    phone.call();
    let told = phone.hear(&format!(
        r#"<call from="{ANN_7_PN}" id="9Z" sender_lid="15550199@lid"><accept {OUT}/></call>"#
    ));
    happened!(told, Event::Parked { .. });
    let told = phone.hear(r#"<ack class="call" id="OUT1"/>"#);
    assert!(
        matches!(told.events.last(), Some(Event::Answered { .. })),
        "{told:?}"
    );
}

#[test]
fn an_end_with_any_reason_is_cheap_if_a_stranger_can_write_it() {
    let limits = Limits {
        ended_calls: 8,
        ..Limits::default()
    };
    for reason in [
        "accepted_elsewhere",
        "rejected_elsewhere",
        "timeout",
        "busy",
    ] {
        let mut phone = Phone::with(Policy::default(), limits.clone());
        let call = phone.ring();
        let _ = decline(&mut phone, &call);
        for n in 0..20 {
            let (from, call) = by(n, 0);
            let _ = phone.hear(&offer(&from, &call, ""));
            let _ = phone.hear(&says(
                &from,
                "terminate",
                &call,
                &format!(r#"reason="{reason}""#),
            ));
            let (from, call) = by(n, 1);
            let ended = format!(r#"{call} terminate_reason="{reason}""#);
            let _ = phone.hear(&offer(&from, &ended, ""));
        }
        is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
    }
    // What another device of this account answered is not cheap.
    let mut phone = Phone::with(Policy::default(), limits);
    phone.ring();
    let elsewhere = says(
        "15550100:5@lid",
        "terminate",
        IN,
        r#"reason="accepted_elsewhere""#,
    );
    happened!(phone.hear(&elsewhere), Event::StoppedRinging { .. });
    for n in 0..20 {
        let (from, call) = by(n, 0);
        let _ = phone.hear(&offer(&from, &call, r#"offline="1""#));
    }
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
}

#[test]
fn a_call_is_crossed_by_an_address_that_was_learned_too() {
    let crosses = |phone: &mut Phone| {
        let by_number = format!(r#"call-id="00C0FFEE" call-creator="{ANN_7_PN}""#);
        let told = phone.hear(&offer(ANN_7_PN, &by_number, ""));
        matches!(told.events[0], Event::Glare { .. })
    };
    let mut phone = Phone::new();
    let call = phone.call_and_ack();
    assert!(phone.board.know_peer(
        &call,
        "15550198@s.whatsapp.net".parse().expect("an address")
    ));
    assert!(crosses(&mut phone));
    let mut phone = Phone::new();
    phone.call_and_ack();
    let told = phone.hear(&format!(
        r#"<call from="{ANN_7_PN}" id="9Z" sender_lid="15550199@lid"><preaccept {OUT}/></call>"#
    ));
    happened!(told, Event::PeerRings { .. });
    assert!(crosses(&mut phone));
    let mut phone = Phone::new();
    phone.call_and_ack();
    assert!(!crosses(&mut phone), "nobody knows whose number it is");
}

#[test]
fn nobody_calls_in_this_user_s_name_or_under_a_group_s_address() {
    let refused = |from: &str, call: &str, mark: &str, why: BoardError| {
        let mut phone = Phone::new();
        let told = phone.hear(&offer(from, call, mark));
        happened!(told, Event::Unheard { reason, .. } if *reason == why);
        assert_eq!(phone.board.live().count(), 0);
    };
    let own =
        |creator: &str, rest: &str| format!(r#"call-id="C1" call-creator="{creator}" {rest}"#);
    refused(MALLORY, &own(ME_PN, ""), "", BoardError::ForgedOffer);
    refused(
        MALLORY,
        &own(MALLORY, &format!(r#"caller_pn="{ME_PN}""#)),
        "",
        BoardError::ForgedOffer,
    );
    let (group, call) = (r#"participant="15550166:1@lid""#, own(MALLORY, ""));
    refused("1203@g.us", &call, group, BoardError::NotAPerson);
    refused("C1@call", &call, group, BoardError::NotAPerson);
}

#[test]
fn a_board_does_not_call_its_own_account() {
    let mut phone = Phone::new();
    let mut call = call_to_ann("00FACADE");
    let own: Jid = "15550101@s.whatsapp.net".parse().expect("an address");
    call.peer = own.clone();
    call.devices = ringstate::RingingDevices::one(own, DeviceKey::Session(vec![1]));
    let refused = phone
        .board
        .place(call, phone.now)
        .expect_err("its own number");
    assert_eq!(*refused.reason(), PlaceError::Offer(OfferError::OwnAccount));
}

#[test]
fn a_call_with_copied_ids_cannot_take_another_s_place() {
    let mut phone = Phone::new();
    let call = phone.ring();
    let copy = |call: &ringstate::Identity| {
        let mut new = call_to_ann("00FACADE");
        new.call_id = call.call_id.clone();
        new.offer("1A2B".parse().expect("an id"))
            .expect("it can be offered")
            .0
    };
    let swapped = copy(&call);
    let taken = phone
        .board
        .step(&call, phone.now, |_: Call<Callee, Acked>| swapped);
    assert!(taken.is_none());
    assert_eq!(phone.phase(&call).as_deref(), Some("Callee Terminated"));
}

#[test]
fn the_account_s_device_0_acknowledges_for_the_account() {
    for from in ["15550199:0@lid", "15550199.0@lid", "15550199@hosted.lid"] {
        let mut phone = Phone::new();
        phone.call();
        happened!(
            phone.hear(&ack(from, r#"type="offer""#)),
            Event::OfferConfirmed { .. }
        );
    }
}

#[test]
fn a_missed_call_is_remembered_although_this_account_took_part_in_many() {
    let limits = Limits {
        ended_calls: 8,
        ..Limits::default()
    };
    let mut phone = Phone::with(Policy::default(), limits);
    for n in 0..20 {
        let (from, call) = by(n, 0);
        let told = phone.hear(&offer(&from, &call, ""));
        let Event::Rings { call } = told.event() else {
            panic!("{told:?}")
        };
        let call = call.clone();
        let _ = decline(&mut phone, &call);
    }
    let _ = phone.hear(&offer(ANN, IN, r#"offline="1""#));
    is_nothing_new(&phone.hear(&offer(ANN, IN, "")));
}
