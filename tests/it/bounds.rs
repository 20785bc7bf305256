//! What hostile input costs: never a panic, and never more memory than the documentation states.

use allocation_counter::measure;
use ringstate::xml;

/// The most memory that reading one document may take, as the page of `xml` states.
const MOST: u64 = 4 * 1024 * 1024;

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

/// An id, a text, a content and a list take one allocation each, the stanza one, and what the reader looks at two.
#[test]
fn reading_allocates_for_what_it_keeps() {
    let documents = crate::view::documents();
    let read = |document: &String| {
        let (count, received) = allocations(|| xml::parse(document));
        drop(
            received
                .expect("it is read")
                .acknowledge(&ringstate::OwnAddress::default()),
        );
        count
    };
    let of = |action: &str| {
        let mut all = documents.iter();
        all.find(|document| document.contains(action)).expect("one")
    };
    assert_eq!(read(of("<offer ")), 62);
    assert_eq!(read(of("<reject ")), 24);
    // The creator of a call that sends a stanza of it has one text.
    let offer = of("<offer ");
    let from = offer.split('"').nth(1).expect("the sender");
    let creator = offer.split(r#"call-creator=""#).nth(1).expect("a creator");
    let creator = creator.split('"').next().expect("its end");
    assert_ne!(creator, from);
    let mine = |creator: &str| format!(r#"call-creator="{creator}""#);
    assert_eq!(read(&offer.replace(&mine(creator), &mine(from))), 61);
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
        bytes: usize::MAX,
        ..Limits::default()
    });
    let now = std::time::Instant::now();
    let stored = measure(|| (0..1000).for_each(|n| drop(board.receive(of_call(n, "offer"), now))));
    assert_eq!(board.live().count(), alone.len());
    let more = (stored.bytes_current - bare.bytes_current) / 1000;
    assert!((0..=200).contains(&more), "{more} bytes more for each call");
}

/// Of strangers, who have an entry each beside their call.
#[test]
fn an_ended_call_that_is_remembered_keeps_little_but_its_ids_and_addresses() {
    use ringstate::Limits;
    let mut board = board(Limits {
        ended_calls: 1000,
        ..Limits::default()
    });
    let now = std::time::Instant::now();
    let kept = measure(|| {
        for n in 0..1000 {
            drop(board.receive(of_call(n, "offer"), now));
            drop(board.receive(of_call(n, "terminate"), now));
        }
    });
    assert_eq!(board.live().count(), 0);
    let each = kept.bytes_current / 1000;
    assert!((0..=600).contains(&each), "{each} bytes for each call");
}

#[test]
fn the_members_of_a_group_call_count_for_what_they_take() {
    use std::fmt::Write as _;
    let mut board = board(ringstate::Limits {
        ended_calls: usize::MAX,
        ended_bytes: 256 * 1024,
        ..ringstate::Limits::default()
    });
    let now = std::time::Instant::now();
    let kept = measure(|| {
        for n in 0..1000 {
            let from = format!("155501{n:06}:3@lid");
            let call = format!(r#"call-id="C{n}" call-creator="{from}""#);
            let mut users = String::new();
            for member in 0..64 {
                let _ = write!(users, r#"<user jid="{member}1@lid" state="connected"/>"#);
            }
            let inside = format!("<group_info>{users}</group_info>");
            let update = format!(
                r#"<call from="{from}" id="9Z"><group_update {call}>{inside}</group_update></call>"#
            );
            drop(board.receive(of_call(n, "offer"), now));
            drop(board.receive(crate::common::received(&update), now));
            drop(board.receive(of_call(n, "terminate"), now));
        }
    });
    assert!(
        kept.bytes_current <= 512 * 1024,
        "{} bytes are kept",
        kept.bytes_current
    );
}

#[test]
fn calls_that_came_and_went_behind_one_that_rings_leave_nothing() {
    let mut board = board(ringstate::Limits::default());
    let now = std::time::Instant::now();
    drop(board.receive(of_call(0, "offer"), now));
    let mut come_and_go = |calls: std::ops::Range<usize>| {
        measure(|| {
            for n in calls {
                drop(board.receive(of_call(n, "offer"), now));
                drop(board.receive(of_call(n, "terminate"), now));
            }
        })
        .bytes_current
    };
    // Until as many ended calls are remembered as ever are.
    come_and_go(1..10_000);
    let more = come_and_go(10_000..20_000);
    assert!(more.abs() < 16 * 1024, "{more} bytes more");
    assert_eq!(
        board
            .expired(now + std::time::Duration::from_hours(1))
            .len(),
        1
    );
}

#[test]
fn a_call_keeps_no_key_of_another_device() {
    let key = "3a".repeat(4000);
    let others = |count: usize| -> String {
        (0..count)
            .map(|n| {
                format!(
                    r#"<to jid="15550100:{}@lid"><enc v="2" type="msg">{key}</enc></to>"#,
                    3 + n
                )
            })
            .collect()
    };
    let mut calls = Vec::new();
    let mut keeps = |count: usize| {
        let mine = r#"<to jid="15550100:2@lid"><enc v="2" type="msg">3344</enc></to>"#;
        let destination = format!("<destination>{}{mine}</destination>", others(count));
        let document = crate::common::offer_xml(crate::common::ANN)
            .replace("<encopt", &format!("{destination}<encopt"))
            .replace(r#"<enc v="2" type="msg" count="0">33aa</enc>"#, "");
        measure(|| calls.push(crate::common::acked_by(&document, &crate::common::me())))
            .bytes_current
    };
    let (none, ten) = (keeps(0), keeps(10));
    assert!(
        ten - none < 4000,
        "{} bytes more with ten other devices",
        ten - none
    );
    for call in calls {
        let id = "CD34".parse().expect("an id");
        let (ringing, _) = call
            .preaccept(id, ringstate::AudioRates::only(16000))
            .expect("it fits");
        let key = ringing.call_key().expect("its own key");
        assert_eq!(key.content().bytes(), Some(&[0x33, 0x44][..]));
    }
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
    // The tables may double once more each after the first flood, and then nothing grows.
    let floods: Vec<_> = (0..8).map(|n| flood(5_000 * n)).collect();
    for flood in &floods {
        assert!(
            flood.bytes_max <= 4 * 1024 * 1024,
            "{} bytes",
            flood.bytes_max
        );
    }
    let grown: Vec<i64> = floods.iter().map(|flood| flood.bytes_current).collect();
    let doubled = grown[1..5].iter().sum::<i64>();
    assert!(
        doubled <= 1024 * 1024,
        "more than the tables grow: {grown:?}"
    );
    let still: Vec<&i64> = grown[5..]
        .iter()
        .filter(|more| more.abs() > 8 * 1024)
        .collect();
    assert!(still.is_empty(), "it grows with every flood: {grown:?}");
}

/// Documents whose parts are as short as they can be: what is kept of them is much beside their text.
fn dense_documents(most: usize) -> Vec<String> {
    let offer = |inside: &str, rest: &str| {
        call(&format!(
            r#"<offer call-id="C0" call-creator="15550199@lid" {rest}>{inside}</offer>"#
        ))
    };
    let repeated = |piece: &str| piece.repeat(most / piece.len());
    let numbered = |piece: &dyn Fn(usize) -> String, count: usize| -> String {
        (0..count).map(piece).collect()
    };
    let pieces = [
        "<a/>",
        "<a><b/></a>",
        "<a><b/><b/><b/><b/><b/></a>",
        r#"<a b=""/>"#,
        r#"<a b="" c="" d="" e="" f=""/>"#,
        "<audio/>",
        r#"<audio enc="" rate="x"/>"#,
        "<enc/>",
        "<enc>0</enc>",
        "<enc>x</enc>",
        "<te/>",
        "<video/>",
        "<privacy/>",
        "<relay><te2/></relay>",
        "<a>&lt;</a>",
    ];
    let mut documents = vec![
        offer(
            &format!(
                "<destination>{}</destination>",
                repeated(r#"<to jid="1@lid"/>"#)
            ),
            "",
        ),
        offer(
            &format!(
                "<destination>{}</destination>",
                repeated(r#"<to jid="1@lid"><enc/></to>"#)
            ),
            "",
        ),
        offer(
            &format!("<destination>{}</destination>", repeated("<te/>")),
            "",
        ),
        offer(
            &format!("<destination>{}</destination>", repeated("<to/>")),
            "",
        ),
        offer(&repeated("<destination/>"), ""),
        offer(
            &format!("<group_info>{}</group_info>", repeated("<user/>")),
            "",
        ),
        offer(
            &format!(
                "<group_info>{}</group_info>",
                repeated(r#"<user jid="1@lid"/>"#)
            ),
            "",
        ),
        offer("", &format!(r#"type="{}""#, "x".repeat(most))),
        offer("", &format!(r#"type="{}""#, "&lt;".repeat(most / 4))),
        offer("", &format!(r#"type="{}""#, "é".repeat(most / 2))),
        offer(&format!("<privacy>{}</privacy>", "x".repeat(most)), ""),
        offer(
            &format!("<privacy>{}</privacy>", "<![CDATA[x]]>".repeat(most / 13)),
            "",
        ),
        offer(&format!("<enc>{}</enc>", "0 ".repeat(most / 2)), ""),
        offer(&format!("<a>{}</a>", "x<!---->".repeat(most / 8)), ""),
        offer(&numbered(&|n| format!("<a{n}/>"), most / 9), ""),
        offer(&numbered(&|n| format!("<video a{n}=\"\"/>"), most / 20), ""),
        offer(
            &format!("<video{}/>", numbered(&|n| format!(" a{n}=\"\""), 63)),
            "",
        ),
        call(&format!(
            r#"<group_update call-id="C0" call-creator="15550199@lid">{}</group_update>"#,
            repeated("<a/>")
        )),
        call(&repeated("<a/>")),
        call(&format!(
            r#"<relaylatency call-id="C0" call-creator="15550199@lid">{}</relaylatency>"#,
            repeated("<te/>")
        )),
        call(&format!(
            r#"<accept call-id="C0" call-creator="15550199@lid">{}</accept>"#,
            repeated("<te/>")
        )),
        call(&format!(
            r#"<terminate call-id="C0" call-creator="15550199@lid">{}</terminate>"#,
            repeated("<a/>")
        )),
        format!(
            r#"<ack class="call" id="1A" from="call">{}</ack>"#,
            repeated("<a/>")
        ),
        format!(
            r#"<receipt id="1A" from="15550199@lid">{}</receipt>"#,
            repeated("<a/>")
        ),
        "<a>".repeat(most / 3),
        format!(
            "<call{}/>",
            numbered(&|n| format!(" a{n}=\"&lt;\""), most / 14)
        ),
    ];
    documents.extend(pieces.iter().map(|piece| offer(&repeated(piece), "")));
    documents
}

#[test]
fn what_is_kept_of_a_stanza_is_no_more_than_four_times_its_length() {
    let mut beyond = Vec::new();
    for most in [500, 5_000, 110_000, xml::MAX_DOCUMENT_LEN - 200] {
        let documents = dense_documents(most);
        for document in documents
            .iter()
            .filter(|document| document.len() <= xml::MAX_DOCUMENT_LEN)
        {
            let mut kept = None;
            let cost = measure(|| kept = Some(xml::parse(document)));
            let weight = match kept.take() {
                Some(Ok(received)) => received.weight(),
                _ => 0,
            };
            let current = u64::try_from(cost.bytes_current).expect("something is kept");
            let is_beyond = current > 4 * document.len() as u64 + 12 * 1024;
            // Acks and receipts are not kept, and weigh nothing.
            let is_heavier = weight > 0 && current > weight as u64;
            if is_beyond || is_heavier || cost.bytes_max > MOST {
                beyond.push(format!(
                    "{current} bytes kept, {weight} told, {} at most, of {}: {document:.120}",
                    cost.bytes_max,
                    document.len(),
                ));
            }
        }
    }
    assert!(beyond.is_empty(), "{}", beyond.join("\n"));
}
