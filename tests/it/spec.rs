//! The docs are the specification, and cannot lie: every clause that is named exists, every stanza that is shown is read or
//! written as it stands there, and every clause leads to an item and back.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ringstate::stanza::{AnswerKey, Latency, RelayName, VideoFormat};
use ringstate::xml;
use ringstate::{
    Answer, AnyVideo, AudioRates, Call, Creator, DeviceIdentity, DeviceKey, Dialect, Ending,
    MuteState, NewCall, OfferAckHeard, Outbound, OwnAddress, Received, RelayReport, RingingDevices,
    Stanza, TerminateReason, TransportMessage,
};

use crate::common::{an_offer, received};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file below these folders, by its path.
fn texts(folders: &[&str]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).expect("below it");
            texts.push((name.display().to_string(), text));
        }
    }
    texts.sort();
    texts
}

/// A row of `docs/conformance.md`.
pub(crate) struct Clause {
    pub(crate) id: String,
    pub(crate) words: String,
    /// How sure its source is of it.
    pub(crate) sure: String,
    pub(crate) by: String,
    /// The tests that fail when it is broken, or `–`.
    pub(crate) tests: String,
    /// The item that enforces it; none where nothing here can.
    pub(crate) at: Option<String>,
}

pub(crate) fn clauses() -> Vec<Clause> {
    let page = fs::read_to_string(root().join("docs/conformance.md")).expect("the page");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, id, words, sure, by, at, tests, _] = cells[..] else {
                panic!("{line}")
            };
            let is_row = id != "id" && !id.starts_with("---");
            is_row.then(|| Clause {
                id: id.to_owned(),
                words: words.to_owned(),
                sure: sure.to_owned(),
                by: by.to_owned(),
                tests: tests.to_owned(),
                at: (at != "–").then(|| at.trim_matches('`').to_owned()),
            })
        });
    rows.collect()
}

/// The clauses that a text names, in the forms in which the documents number them.
fn named(text: &str) -> Vec<String> {
    const DOCUMENTS: [&str; 6] = ["SIG-", "CAT-", "FLOW-", "ENUM-", "REF.", "OBS-"];
    let mut found = Vec::new();
    for document in DOCUMENTS {
        for (at, _) in text.match_indices(document) {
            let is_start = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let rest = &text[at..];
            let end = rest.find(|c: char| {
                !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '.')
            });
            let id = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', '-']);
            // A document alone (`SIG-07`, `CAT`) is no clause.
            let is_clause = match document {
                "OBS-" => id.ends_with(|c: char| c.is_ascii_digit()),
                _ => id.contains('.'),
            };
            if is_start && is_clause {
                found.push(id.to_owned());
            }
        }
    }
    found
}

#[test]
fn clauses_are_found_in_a_text() {
    assert_eq!(
        named(
            "(SIG-18.12), OBS-VIDEO-2. See SIG-07 and CAT-ACCEPT.2; XSIG-1.1, REF.30. FLOW-IN.3-4"
        ),
        [
            "SIG-18.12",
            "CAT-ACCEPT.2",
            "FLOW-IN.3-4",
            "REF.30",
            "OBS-VIDEO-2"
        ]
    );
}

#[test]
fn every_clause_that_is_named_exists() {
    let known: HashSet<String> = clauses().into_iter().map(|clause| clause.id).collect();
    let folders = [
        "src",
        "docs",
        "ui-tests",
        "tests",
        "examples",
        "benches",
        "README.md",
        "CHANGELOG.md",
    ];
    let mut count = 0;
    for (file, text) in texts(&folders) {
        if file == "tests/it/spec.rs" {
            continue; // it tries the search on ids that do not exist
        }
        for id in named(&text) {
            assert!(known.contains(&id), "{file} names {id}, which is no clause");
            count += 1;
        }
    }
    assert!(count > 3000, "{count}: the search finds too few");
}

/// The start of the name of an item in a line of code.
fn item(line: &str) -> Option<&str> {
    let starts = [
        "pub fn ",
        "pub const fn ",
        "pub struct ",
        "pub enum ",
        "pub trait ",
    ];
    let defined = starts.iter().find_map(|start| line.strip_prefix(start));
    let exported = || Some(line.strip_prefix("pub use ")?.rsplit_once("::")?.1);
    let name = defined.or_else(exported)?;
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    Some(&name[..end.unwrap_or(name.len())])
}

/// The type that an `impl` block is of.
fn implemented(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("impl")?;
    let rest = match rest.strip_prefix('<') {
        // Its parameters, with bounds that may have parameters of their own.
        Some(_) => {
            let mut depth = 0;
            let end = rest.find(|c| {
                depth += i32::from(c == '<') - i32::from(c == '>');
                depth == 0
            })?;
            &rest[end + 1..]
        }
        None => rest,
    };
    let name = rest
        .rsplit_once(" for ")
        .map_or(rest, |(_, of)| of)
        .trim_start();
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    Some(&name[..end.unwrap_or(name.len())])
}

/// Clauses that an item has as names that a search finds, by the item's own name.
fn aliases() -> BTreeMap<String, Vec<String>> {
    // The search loses those of a type that is defined in a private module: they stand where it is exported.
    const PUBLIC: [&str; 3] = ["src/lib.rs", "src/law.rs", "src/stanza/mod.rs"];
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in texts(&["src"]) {
        let mut pending: Vec<String> = Vec::new();
        let mut is_open = false;
        let mut owner = None;
        for line in text.lines().map(str::trim) {
            owner = implemented(line).or(owner);
            is_open |= line.starts_with("#[doc(alias(");
            if is_open {
                pending.extend(named(line));
                is_open = !line.ends_with(")]");
                continue;
            }
            let Some(name) = item(line) else { continue };
            let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(
                pending.is_empty() || !is_type || PUBLIC.contains(&file.as_str()),
                "{file}: a search does not find {pending:?}"
            );
            let of = owner.filter(|_| !is_type && line.starts_with("pub"));
            let name = of.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
            for id in pending.drain(..) {
                aliases.entry(id).or_default().push(name.clone());
            }
        }
        assert!(pending.is_empty(), "{file}: {pending:?} is of no item");
    }
    aliases
}

#[test]
fn every_clause_that_is_enforced_leads_to_an_item_and_back() {
    let mut aliases = aliases();
    for clause in clauses() {
        let Clause { id, by, at, .. } = clause;
        assert_eq!(
            at.is_none(),
            by == "not here",
            "{id}: where is it enforced?"
        );
        let Some(at) = at else { continue };
        // A method has its type in front, a function its module.
        let mut parts = at.rsplit("::");
        let (name, owner) = (parts.next().expect("a name"), parts.next());
        let owner = owner.filter(|owner| owner.starts_with(|c: char| c.is_ascii_uppercase()));
        let name = owner.map_or_else(|| name.to_owned(), |owner| format!("{owner}::{name}"));
        let names = aliases.remove(&id).unwrap_or_default();
        assert_eq!(names, [name], "a search for {id} should find {at}");
    }
    assert!(
        aliases.is_empty(),
        "of other items than the page says: {aliases:?}"
    );
}

/// The blocks of XML of a text, each with its line.
fn xml_blocks(text: &str) -> Vec<(usize, String)> {
    let (mut blocks, mut open) = (Vec::new(), None::<(usize, String)>);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let line = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .unwrap_or(line);
        match (&mut open, line.trim()) {
            (None, "```xml") => open = Some((number + 2, String::new())),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, block)), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// Its stanzas, without comments and without the blanks between elements.
fn stanzas_of(block: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = block;
    while let Some((before, behind)) = rest.split_once("<!--") {
        text.push_str(before);
        rest = behind.split_once("-->").expect("a comment has an end").1;
    }
    text.push_str(rest);
    let text: String = text.lines().map(str::trim).collect();
    let mut stanzas = Vec::new();
    let mut rest = text.as_str();
    while let Some(name) = rest.strip_prefix('<') {
        let end = name.find([' ', '>', '/']).expect("a name has an end");
        let (name, close) = (&name[..end], rest.find("/>").map(|at| at + 2));
        let closing = format!("</{name}>");
        // An element without children ends before any other begins.
        let is_empty = close.is_some_and(|close| !rest[1..close].contains('<'));
        let end = if is_empty {
            close.expect("it is there")
        } else {
            rest.find(&closing).expect("an end tag") + closing.len()
        };
        stanzas.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    assert!(rest.is_empty(), "no stanza: {rest}");
    stanzas
}

/// The stanza without its own `id`, which differs from sample to sample.
fn without_id(stanza: &str) -> String {
    let (tag, rest) = stanza.split_at(stanza.find('>').expect("a tag has an end"));
    match tag.split_once(" id=\"") {
        Some((before, behind)) => {
            let behind = behind.split_once('"').expect("a value has an end").1;
            format!("{before}{behind}{rest}")
        }
        None => stanza.to_owned(),
    }
}

#[test]
fn every_stanza_that_the_docs_show_is_read_and_those_that_are_sent_are_what_the_crate_writes() {
    let written = everything_that_is_written();
    let written: HashSet<String> = written.iter().map(|stanza| without_id(stanza)).collect();
    let (mut read, mut sent) = (0, 0);
    for (file, text) in texts(&["src", "docs", "README.md"]) {
        for (line, block) in xml_blocks(&text) {
            for stanza in stanzas_of(&block) {
                let place = format!("{file}:{line}: {stanza}");
                // A part of a stanza, or one whose inside is left out.
                let is_part = !["<call ", "<ack ", "<receipt "]
                    .iter()
                    .any(|root| stanza.starts_with(root));
                let tag = stanza.split('>').next().expect("a tag");
                if tag.contains(" to=\"")
                    && (stanza.starts_with("<receipt") || !tag.contains(" from=\""))
                {
                    let whole = stanza.replace('…', "");
                    assert!(xml::parse_sent(&whole).is_ok(), "{place}");
                    let is_short = stanza.contains('…');
                    assert!(
                        is_short || written.contains(&without_id(&stanza)),
                        "the crate writes no such stanza: {place}"
                    );
                    sent += 1;
                } else if !is_part {
                    let whole = stanza.replace('…', "");
                    match xml::parse(&whole) {
                        Ok(received) => {
                            // Most samples leave the time out, as the wire does (OBS-23).
                            let mut problems = received.problems().iter();
                            let strange = problems.find(|problem| problem.attribute() != Some("t"));
                            assert!(strange.is_none(), "{place}: {strange:?}");
                        }
                        // An envelope alone.
                        Err(error) => assert!(stanza.matches('<').count() == 2, "{place}: {error}"),
                    }
                    read += 1;
                }
            }
        }
    }
    assert!(read > 25 && sent > 45, "{read} read, {sent} sent");
}

/// What the crate writes, in the documents' dialect and in the other one, for a caller with one device or with its account as
/// address.
pub(crate) fn everything_that_is_written() -> HashSet<String> {
    let mut written = HashSet::new();
    for caller in ["15550199:3@lid", "15550199@lid"] {
        for dialect in [Dialect::Documents, Dialect::WhatsAppWeb] {
            let mut add = |stanzas: Vec<Stanza>| {
                for stanza in stanzas {
                    written.insert(xml::to_string(&stanza.in_dialect(dialect)));
                }
            };
            callee_writes(caller, dialect, &mut add);
            caller_writes(&mut add);
        }
    }
    written
}

/// What the server writes around a stanza that it passes on in another name.
const AROUND: &str = r#" t="1700000000" participant="15550199:4@lid" recipient="15550100@lid""#;

fn callee_writes(caller: &str, dialect: Dialect, add: &mut impl FnMut(Vec<Stanza>)) {
    let me = OwnAddress::lid("15550100:2@lid".parse().expect("a LID"));
    let offer = format!(
        r#"<call from="{caller}" id="1A2B3C4D5E" t="1700000000"><offer call-id="00C0FFEE" call-creator="{caller}"><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><enc v="2" type="msg" count="0">33aa</enc><encopt keygen="2"/></offer></call>"#
    );
    let acked = || {
        let (acked, owed) = Call::incoming(an_offer(&offer)).acknowledge(&me);
        (acked, owed.into_iter().collect::<Vec<_>>())
    };
    let id = || "CD34".parse().expect("an id");
    let rates = || AudioRates::only(16000);
    let ringing = || acked().0.preaccept(id(), rates()).expect("it fits");
    let full = Answer {
        te: Some(vec![0xcb, 0, 0x71, 10, 13, 0x96]),
        rte: Some(vec![1, 2]),
        voip_settings: Some(vec![0x7b, 0x7d]),
        ..Answer::new(rates())
    };
    add(acked().1);
    add(vec![
        acked().0.reject().1.without_id(),
        acked().0.reject().1.with_id(id()).0,
    ]);
    add(vec![
        acked().0.reject_with(TerminateReason::BUSY).1.without_id(),
    ]);
    add(ringing().1.into_iter().collect());
    add(vec![ringing().0.reject_while_ringing().1.without_id()]);
    add(vec![
        acked().0.accept(full).expect("it fits").1.without_id(),
    ]);
    let (mut call, accept) = acked().0.accept(Answer::new(rates())).expect("it fits");
    add(vec![accept.without_id()]);
    add(vec![
        call.transport(TransportMessage {
            message_type: Some(1),
            round: Some(1),
            te: Some(vec![0xcb, 0, 0x71, 10, 13, 0x96]),
        })
        .without_id(),
        call.relay_latency(RelayReport {
            latency: Latency::from_millis(45),
            upload_bandwidth: None,
            download_bandwidth: None,
            relay_name: Some("gru1c02".parse::<RelayName>().expect("a name")),
            address: vec![0xcb, 0, 0x71, 10, 13, 0x96],
        })
        .without_id(),
    ]);
    for state in [MuteState::MUTED, MuteState::UNMUTED] {
        add(call
            .mute(state)
            .map(Outbound::without_id)
            .into_iter()
            .collect());
    }
    add(call.heartbeat(id()).into_iter().collect());
    let Some(AnyVideo::Off(video)) = call.video() else {
        panic!("it has none")
    };
    let (waiting, request) = video.ask();
    let (video, withdrawal) = waiting.withdraw();
    add(vec![request.without_id(), withdrawal.without_id()]);
    let asks = format!(
        r#"<call from="{caller}" id="6A81"><video call-id="00C0FFEE" call-creator="{caller}" state="11" device_orientation="0" dec="H264"/></call>"#
    );
    let Received::VideoState(state) = received(&asks) else {
        panic!("a state")
    };
    let asked_by_peer = |video: AnyVideo| match video.on_video(state.action()).0 {
        AnyVideo::AskedByPeer(video) => video,
        other => panic!("{other:?}"),
    };
    let (video, refusal) = asked_by_peer(video.into()).refuse();
    let (video, (stopped, accepted)) = asked_by_peer(video.into()).agree();
    add([refusal, stopped, accepted]
        .map(Outbound::without_id)
        .into());
    add([true, false]
        .map(|is_on| video.camera(is_on).without_id())
        .into());
    add(vec![video.end().1.without_id()]);
    drop(state.acknowledge());

    let (over, terminate) = call.terminate();
    let length = Duration::from_millis(4197);
    let report = over.report_duration(length, None).expect("it hung up");
    let with_video = over
        .report_duration(length, Some(length))
        .expect("it hung up");
    add(vec![
        terminate.with_id(id()).0,
        report.without_id(),
        with_video.without_id(),
    ]);
    let ending = Ending::from(TerminateReason::CONNECTION_LOST);
    let call = acked().0.accept(Answer::new(rates())).expect("it fits").0;
    add(vec![call.terminate_with(ending).1.without_id()]);
    // With everything that may be there, and with nothing of it.
    let picture = offer.replace("<enc ", "<video/><enc ");
    let acked = || Call::incoming(an_offer(&picture)).acknowledge(&me).0;
    add(acked()
        .preaccept(id(), rates())
        .expect("it fits")
        .1
        .into_iter()
        .collect());
    let full = Answer {
        video: Some(VideoFormat::answered()),
        keys: vec![AnswerKey::Session(vec![0x33])],
        endpoints: vec!["203.0.113.20:3478".parse().expect("an endpoint")],
        capability: false,
        ..Answer::new(rates())
    };
    let (call, accept) = acked().accept(full).expect("it fits");
    add(vec![accept.with_id(id()).0]);
    let reply = TransportMessage {
        message_type: Some(TransportMessage::REPLY),
        ..TransportMessage::default()
    };
    for message in [TransportMessage::default(), reply] {
        add(vec![call.transport(message).with_id(id()).0]);
    }
    let ending = Ending {
        reason: None,
        devices: vec![caller.parse().expect("an address")],
    };
    add(vec![call.terminate_with(ending).1.with_id(id()).0]);
    for (element, around) in [
        ("terminate", ""),
        ("offer_notice", ""),
        ("terminate", AROUND),
        ("accept", AROUND),
        ("offer", AROUND),
    ] {
        let other = format!(
            r#"<call from="{caller}" id="6A7B"{around}><{element} call-id="00C0FFEE" call-creator="{caller}"/></call>"#
        );
        let owed = received(&other).acknowledge(&me).in_dialect(dialect);
        add(owed.into_iter().collect());
    }
}

fn caller_writes(add: &mut impl FnMut(Vec<Stanza>)) {
    let jid = |text: &str| text.parse().expect("an address");
    let call = |lid: &str, peer: &str, call_id: &str, is_full: bool| NewCall {
        call_id: call_id.parse().expect("an id"),
        peer: jid(peer),
        peer_alias: None,
        creator: Creator::Lid {
            lid: lid.parse().expect("a LID"),
            phone_number: None,
        },
        devices: RingingDevices {
            first: (jid(peer), DeviceKey::Session(vec![0x33, 0xaa])),
            others: vec![(
                jid(&peer.replace('@', ":7@")),
                Some(DeviceKey::NewSession {
                    message: vec![0x33, 0xbb],
                    identity: DeviceIdentity::new(&[0x0a, 0x12]),
                }),
            )],
        },
        video: is_full.then(VideoFormat::default),
        redial: (!is_full).then_some(2),
        privacy: is_full.then(|| vec![4, 1]),
    };
    let id = || "1A2B".parse().expect("an id");
    let one = NewCall {
        devices: RingingDevices::one(jid("15550100@lid"), DeviceKey::Session(vec![0x33])),
        ..call("15550199:3@lid", "15550100@lid", "00C0FFEE", false)
    };
    let picture = NewCall {
        video: Some(VideoFormat::offered(1920, 1080)),
        ..one.clone()
    };
    for call in [one, picture] {
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        add(offer.into_iter().collect());
        drop(offered);
    }
    let ack = r#"<ack class="call" id="1A2B" from="s.whatsapp.net" type="offer"/>"#;
    for is_full in [true, false] {
        let call = call("15550199:3@lid", "15550100@lid", "00C0FFEE", is_full);
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        add(offer.into_iter().collect());
        let Received::Ack(ack) = received(ack) else {
            panic!("an ack")
        };
        let Ok(OfferAckHeard::Confirmed(acked, _)) = offered.on_ack(ack) else {
            panic!("it is acknowledged")
        };
        let accept = r#"<call from="15550100@lid" id="DE45"><accept call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
        let Received::Accept(accept) = received(accept) else {
            panic!("an accept")
        };
        add(vec![
            acked
                .relay_latency(RelayReport {
                    latency: Latency::plain(45),
                    upload_bandwidth: Some(1),
                    download_bandwidth: Some(2),
                    relay_name: None,
                    address: vec![0xcb],
                })
                .without_id(),
        ]);
        let (heard, owed) = acked.on_accept(accept).expect("it is heard");
        add(owed.into_iter().collect());
        add(heard
            .siblings
            .dismiss()
            .map(Outbound::without_id)
            .into_iter()
            .collect());
    }
    for (ending, call_id) in [
        (Ending::from(TerminateReason::TIMEOUT), "00C0FFEE"),
        (Ending::default(), "00FACADE"),
    ] {
        let call = call("15550100:2@lid", "15550199@lid", call_id, false);
        let (offered, offer) = call.offer(id()).expect("it can be offered");
        drop(offer.sent());
        add(vec![offered.terminate_with(ending).1.without_id()]);
    }
}

#[test]
fn the_words_that_people_search_for_lead_to_what_they_want() {
    for (words, file, item) in [
        ("reject call", "src/call/callee.rs", "pub fn reject("),
        ("busy", "src/call/callee.rs", "pub fn reject_with("),
        ("ringing", "src/call/callee.rs", "pub fn preaccept("),
        ("answer call", "src/call/callee.rs", "pub fn accept("),
        ("incoming call", "src/call/callee.rs", "pub fn incoming<"),
        ("hang up", "src/call/send.rs", "pub fn terminate("),
        ("hang up", "src/any/buttons.rs", "pub fn hang_up("),
        ("hang up", "src/switchboard/act.rs", "pub fn hang_up("),
        ("missed call", "src/switchboard/act.rs", "pub fn time_out("),
        ("place call", "src/call/new_call.rs", "pub fn offer("),
        ("stop ringing", "src/lib.rs", "pub use call::Siblings;"),
    ] {
        let text = fs::read_to_string(root().join(file)).expect("a file");
        let (before, _) = text
            .split_once(&format!("\n    {item}"))
            .or_else(|| text.split_once(&format!("\n{item}")))
            .expect(item);
        // The attributes are behind its documentation, or behind what stands in front of it.
        let attributes = before
            .rsplit("///")
            .next()
            .and_then(|rest| rest.rsplit(';').next());
        let attributes = attributes.expect("what is in front of it");
        assert!(
            attributes.contains(&format!("\"{words}\"")),
            "{words:?} should find {item} in {file}"
        );
    }
}

/// The names of all public items.
fn items() -> HashSet<String> {
    let texts = texts(&["src"]);
    let lines = texts.iter().flat_map(|(_, text)| text.lines());
    lines
        .filter_map(|line| item(line.trim()))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_open_question_has_a_reading_and_an_item_that_follows_it() {
    let page = fs::read_to_string(root().join("docs/open-questions.md")).expect("the page");
    let items = items();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut questions = 0;
    for line in page.lines().filter(|line| line.starts_with("| OQ-")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, open, reading, at, evidence, _] = cells[..] else {
            panic!("{line}")
        };
        let (document, number) = id.rsplit_once('.').expect("a number");
        let count = counts.entry(document).or_default();
        *count += 1;
        assert_eq!(number.parse(), Ok(*count), "{id} is out of order");
        assert!(
            open.ends_with('.') && reading.ends_with('.') && !evidence.is_empty(),
            "{id}"
        );
        for name in at
            .trim_matches('`')
            .split("::")
            .filter(|name| !["law", "stanza"].contains(name))
        {
            assert!(items.contains(name), "{id}: there is no {name}");
        }
        questions += 1;
    }
    // So many the documents ask.
    assert_eq!((questions, counts.len()), (95, 27));
}

#[test]
fn each_signalling_document_has_its_mark_where_it_is_implemented() {
    let mut marks: Vec<String> = Vec::new();
    for (_, text) in texts(&["src"]) {
        let lines = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("// wacrg:"));
        marks.extend(lines.map(str::to_owned));
    }
    marks.sort();
    let mut documents: Vec<String> = clauses()
        .iter()
        .filter(|clause| clause.id.starts_with("SIG-"))
        .filter_map(|clause| Some(clause.id.split_once('.')?.0.to_owned()))
        .collect();
    documents.dedup();
    assert_eq!(marks, documents);
}
