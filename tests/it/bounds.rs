//! What hostile input costs: never a panic, and never more memory than the documentation states.

use allocation_counter::measure;
use ringstate::xml;

/// The most memory that reading one document may take, as the page of `xml` states.
const MOST: u64 = 8 * 1024 * 1024;

#[track_caller]
fn costs_at_most(most: u64, document: &[u8]) {
    let cost = measure(|| drop(xml::parse(document)));
    assert!(
        cost.bytes_max <= most,
        "{} bytes of memory for a document of {} bytes: {:.40}…",
        cost.bytes_max,
        document.len(),
        String::from_utf8_lossy(document)
    );
}

fn call(inside: &str) -> String {
    format!(r#"<call from="15550199@lid" id="1A" t="17">{inside}</call>"#)
}

#[test]
fn what_is_too_long_is_refused_before_it_is_read() {
    let attribute = format!(r#"<call from="{}"/>"#, "1".repeat(10_000_000));
    let children = call(&"<a/>".repeat(1_000_000));
    for document in [attribute, children] {
        costs_at_most(1024, document.as_bytes());
    }
}

#[test]
fn what_is_within_the_length_stays_within_the_bound() {
    let most = xml::MAX_DOCUMENT_LEN - 100;
    let offer = |inside: String| {
        call(&format!(
            r#"<offer call-id="C0" call-creator="15550199@lid">{inside}</offer>"#
        ))
    };
    let attributes: String = (0..63).map(|n| format!(" a{n}=\"\"")).collect();
    let element = format!("<a{attributes}/>");
    for document in [
        // Depth.
        "<a>".repeat(100_000),
        // As many elements as there may be, and more, with few and many attributes.
        call(&"<a/>".repeat(16_380)),
        call(&"<a/>".repeat(most / 4)),
        call(&element.repeat(most / element.len())),
        call(&r#"<a b="&lt;"/>"#.repeat(8190)),
        // One long text, of one piece and of many.
        call(&format!("<a>{}</a>", "x".repeat(most - 60))),
        call(&format!("<a>{}</a>", "&lt;".repeat(most / 4 - 20))),
        call(&format!(
            "<a>{}</a>",
            "<![CDATA[x]]>".repeat(most / 13 - 10)
        )),
        call(&"<!---->".repeat(most / 7 - 10)),
        // One long attribute, and attributes without end.
        call(&format!("<a b=\"{}\"/>", "x".repeat(most - 70))),
        call(&format!("<a b=\"{}\"/>", "&amp;".repeat(most / 5 - 20))),
        call(&format!(
            "<a{}/>",
            (0..most / 12)
                .map(|n| format!(" a{n}=\"\""))
                .collect::<String>()
        )),
        call(&format!("<a{}/>", " b=\"\"".repeat(most / 6))),
        // Long binary content and long lists of what an offer has.
        offer(format!("<enc>{}</enc>", "0".repeat(most - 200))),
        offer(r#"<audio enc="o" rate="1"/>"#.repeat(5400)),
        offer(format!(
            "<destination>{}</destination>",
            r#"<to jid="1@lid"><enc>00</enc></to>"#.repeat(4000)
        )),
        offer(format!(
            "<destination>{}</destination>",
            r#"<te ip="1">00</te>"#.repeat(8000)
        )),
        // Entities that would grow, if they were defined.
        r#"<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><call from="&c;"/>"#
            .to_owned(),
        "<".repeat(most),
        "&".repeat(most),
        "<!--".repeat(most / 4),
    ] {
        assert!(document.len() <= xml::MAX_DOCUMENT_LEN);
        costs_at_most(MOST, document.as_bytes());
    }
}

/// How often taking a step allocates, and what it gives.
fn allocations<T>(step: impl FnOnce() -> T) -> (u64, T) {
    let mut given = None;
    let cost = measure(|| given = Some(step()));
    (cost.count_total, given.expect("it was measured"))
}

#[test]
fn a_callee_s_steps_allocate_nothing_beyond_their_stanzas() {
    let offered = || {
        ringstate::Call::incoming(crate::common::an_offer(&crate::common::offer_xml(
            crate::common::ANN,
        )))
    };
    let me = crate::common::me();
    let call = offered();
    let (count, (acked, owed)) = allocations(|| call.acknowledge(&me));
    assert_eq!(count, 0, "ack and receipt share the ids of the offer");
    drop(owed);
    let (count, reject) = allocations(|| acked.reject());
    assert_eq!(count, 0, "the reject shares them too");
    drop(reject);

    let (count, terminated) = allocations(|| crate::common::acked().abandon());
    drop(terminated);
    let call = crate::common::acked();
    let (abandon, terminated) = allocations(|| call.abandon());
    assert_eq!(abandon, 0);
    assert!(count > 0, "the measure counts");
    drop(terminated);

    let (call, terminate) = (
        crate::common::acked(),
        crate::common::a_terminate(&crate::common::terminate_xml(crate::common::ANN, "")),
    );
    let (count, heard) = allocations(|| call.on_terminate(terminate));
    assert_eq!(count, 0, "the end keeps the stanza that it came with");
    assert!(heard.is_ok());

    // One box for the action, one list of formats, and what is inside.
    let (call, rates) = (crate::common::acked(), ringstate::AudioRates::only(16000));
    let id = "CD34".parse().expect("an id");
    let (count, ringing) = allocations(|| call.preaccept(id, rates));
    assert_eq!(
        count, 4,
        "the action, its list of formats, the codec's name, the capability"
    );
    drop(ringing);
    let (call, answer) = (
        crate::common::acked(),
        ringstate::Answer::new(ringstate::AudioRates::only(16000)),
    );
    let (count, accepted) = allocations(|| call.accept(answer));
    assert_eq!(count, 4, "the same four");
    drop(accepted);

    let mut call = crate::common::accepted();
    let (count, mute) = allocations(|| call.mute(ringstate::stanza::MuteState::MUTED));
    assert_eq!((count, mute.is_some()), (0, true));
    let id = "3EB0".parse().expect("an id");
    let (count, heartbeat) = allocations(|| call.heartbeat(id));
    assert_eq!(count, 2, "the call's own address, written and then shared");
    drop(heartbeat);
    let (count, transport) = allocations(|| call.transport(ringstate::TransportMessage::default()));
    assert_eq!(count, 1, "the action");
    drop(transport);
    let (count, terminate) = allocations(|| call.terminate());
    assert_eq!(count, 1, "the action");
    drop(terminate);
}

#[test]
fn a_caller_s_steps_allocate_nothing_beyond_what_they_hand_out() {
    use ringstate::{Creator, DeviceKey, NewCall, OfferAckHeard, Received, RingingDevices};
    let call = || {
        let call = NewCall {
            call_id: "00C0FFEE".parse().expect("an id"),
            peer: "15550100@lid".parse().expect("an address"),
            peer_alias: None,
            creator: Creator::Lid {
                lid: "15550199:3@lid".parse().expect("a LID"),
                phone_number: None,
            },
            devices: RingingDevices {
                first: (
                    "15550100@lid".parse().expect("an address"),
                    DeviceKey::Session(vec![1]),
                ),
                others: vec![
                    ("15550100:7@lid".parse().expect("an address"), None),
                    ("15550100:9@lid".parse().expect("an address"), None),
                ],
            },
            video: None,
            redial: None,
            privacy: None,
        };
        call.offer("1A2B".parse().expect("an id"))
            .expect("it can be offered")
            .0
    };
    let document = |from: &str, action: &str| {
        format!(
            r#"<call from="{from}" id="9Z"><{action} call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#
        )
    };
    let Received::Ack(ack) = crate::common::received(r#"<ack class="call" id="1A2B"/>"#) else {
        panic!("an ack")
    };
    let offered = call();
    let (count, heard) = allocations(|| offered.on_ack(ack));
    assert_eq!(count, 0);
    let Ok(OfferAckHeard::Confirmed(acked, _)) = heard else {
        panic!("it is taken")
    };
    let Received::Preaccept(preaccept) =
        crate::common::received(&document("15550100@lid", "preaccept"))
    else {
        panic!()
    };
    let (count, heard) = allocations(|| acked.on_preaccept(preaccept));
    assert_eq!(count, 0);
    let (ringing, _owed) = heard.expect("a device rings");
    let Received::Reject(reject) = crate::common::received(&document("15550100:7@lid", "reject"))
    else {
        panic!()
    };
    let (count, heard) = allocations(|| ringing.on_reject(reject));
    assert_eq!(count, 0);
    let Ok((ringstate::RejectHeard::UserDeclined(ringing, _), _owed)) = heard else {
        panic!("one rings on")
    };
    let Received::Accept(accept) = crate::common::received(&document("15550100@lid", "accept"))
    else {
        panic!()
    };
    let (count, heard) = allocations(|| ringing.on_accept(accept));
    assert_eq!(count, 1, "the list of the devices that ring on");
    assert!(heard.is_ok());
}

#[test]
fn a_step_on_a_stored_call_costs_no_more_than_on_a_typed_one() {
    use ringstate::{Acked, AnyCall, Call, Callee};
    let mut call = AnyCall::from(crate::common::acked());
    let (count, reject) = allocations(|| call.step(|call: Call<Callee, Acked>| call.reject()));
    assert_eq!(
        (count, reject.is_some()),
        (0, true),
        "what stands in its place costs nothing"
    );
    let terminate = crate::common::received(&crate::common::terminate_xml(crate::common::ANN, ""));
    let (count, heard) = allocations(|| call.receive(terminate));
    assert_eq!((count, heard.is_ok()), (0, true));
}

/// The board of the tests below, and the stanzas of call `n`, all of them of strangers to one another.
fn board(limits: ringstate::Limits) -> ringstate::Switchboard {
    ringstate::Switchboard::with(
        crate::common::me(),
        ringstate::Policy::default(),
        limits,
        crate::common::phone::ids(),
    )
}

fn of_call(n: usize, action: &str) -> ringstate::Received {
    let from = format!("155501{n:06}:3@lid");
    let call = format!(r#"call-id="C{n}" call-creator="{from}""#);
    crate::common::received(&match action {
        "offer" => crate::common::phone::offer(&from, &call, ""),
        action => crate::common::phone::says(&from, action, &call, ""),
    })
}

#[test]
fn a_call_in_the_table_costs_little_more_than_the_call() {
    use ringstate::{Call, Limits, Received};
    let mut alone = Vec::new();
    let bare = measure(|| {
        alone = (0..1000)
            .map(|n| match of_call(n, "offer") {
                Received::Offer(offer) => Call::incoming(offer).acknowledge(&crate::common::me()).0,
                other => panic!("{other:?}"),
            })
            .collect();
    });
    let mut board = board(Limits {
        live_calls: 1000,
        ..Limits::default()
    });
    let now = std::time::Instant::now();
    let stored = measure(|| (0..1000).for_each(|n| drop(board.receive(of_call(n, "offer"), now))));
    assert_eq!(board.live().count(), alone.len());
    let more = (stored.bytes_current - bare.bytes_current) / 1000;
    assert!((0..=200).contains(&more), "{more} bytes more for each call");
}

#[test]
fn a_flood_stays_within_the_limits() {
    let mut board = board(ringstate::Limits::default());
    let now = std::time::Instant::now();
    let mut flood = |from: usize| {
        measure(|| {
            for n in from..from + 5_000 {
                // Calls that ring until there is no room, calls that are over, and ends without a call.
                drop(board.receive(of_call(3 * n, "offer"), now));
                drop(board.receive(of_call(3 * n + 1, "offer"), now));
                drop(board.receive(of_call(3 * n + 1, "terminate"), now));
                drop(board.receive(of_call(3 * n + 2, "terminate"), now));
                drop(board.receive(of_call(3 * n + 2, "transport"), now));
            }
        })
    };
    // The table itself may double once more after the first flood.
    let floods = [0, 5_000, 10_000, 15_000].map(&mut flood);
    for flood in &floods {
        assert!(
            flood.bytes_max <= 4 * 1024 * 1024,
            "{} bytes",
            flood.bytes_max
        );
    }
    let grown = floods[1..].iter().map(|flood| flood.bytes_current);
    let grown: Vec<i64> = grown.filter(|more| more.abs() > 64 * 1024).collect();
    assert!(grown.len() <= 1, "it grows with every flood: {grown:?}");
    let doubled = grown.iter().all(|more| *more <= 512 * 1024);
    assert!(doubled, "more than the table grows: {grown:?}");
}
