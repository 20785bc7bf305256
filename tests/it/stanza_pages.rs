//! What each action has, on its page: the list of its attributes is what the decoder asks for, and whether one may be missing or
//! unfit, and whether it is sent, is tried and not said.

use std::cell::RefCell;
use std::fmt::Write as _;

use ringstate::law::{Kind, LAW, ROLES, Row};
use ringstate::stanza::{ActionKind, Place};
use ringstate::wire::{Content, Part, View, read};
use ringstate::{Received, xml};

use crate::common::actions::cells_of;
use crate::generated::is_current;
use crate::view::Tree;
use crate::written::everything_that_is_written;

/// An element that notes which attributes it is asked for.
struct Probe {
    tree: Tree,
    children: Vec<Probe>,
    asked: RefCell<Vec<String>>,
}

impl<'v> View<'v> for &'v Probe {
    fn name(self) -> &'v str {
        &self.tree.name
    }

    fn attribute<T>(self, name: &str, read: impl FnOnce(&str) -> T) -> Option<T> {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|known| known == name) {
            asked.push(name.to_owned());
        }
        drop(asked);
        (&self.tree).attribute(name, read)
    }

    fn attributes(self, each: impl FnMut(&str, &str)) {
        (&self.tree).attributes(each);
    }

    fn children(self) -> impl Iterator<Item = Self> + Clone {
        self.children.iter()
    }

    fn content(self) -> Content<'v> {
        Content::Bytes(&self.tree.bytes)
    }

    fn place(self, _: Part<'_>) -> Place {
        Place::Byte(0)
    }
}

impl Probe {
    fn of(mut tree: Tree) -> Self {
        let children = std::mem::take(&mut tree.children);
        Self {
            tree,
            children: children.into_iter().map(Self::of).collect(),
            asked: RefCell::default(),
        }
    }
}

/// An element, by the names of those around it and its own.
type At = Vec<String>;

/// The elements of a sample in their order, each with the attributes that are asked for and those that it has.
fn parts(document: &str) -> Vec<(At, Vec<String>)> {
    fn list(probe: &Probe, around: &[String], all: &mut Vec<(At, Vec<String>)>) {
        let at = [around, std::slice::from_ref(&probe.tree.name)].concat();
        let mut names = probe.asked.borrow().clone();
        let own = probe.tree.attributes.iter().map(|(name, _)| name.clone());
        names.extend(own.filter(|name| !probe.asked.borrow().contains(name)));
        match all.iter_mut().find(|(known, _)| *known == at) {
            Some((_, known)) => {
                let new = names
                    .into_iter()
                    .filter(|name| !known.contains(name))
                    .collect::<Vec<_>>();
                known.extend(new);
            }
            None => all.push((at.clone(), names)),
        }
        for child in &probe.children {
            list(child, &at, all);
        }
    }

    let mut all = Vec::new();
    // What tells that a call is over need not be looked at more than once.
    let live = document
        .replace(r#" offline="0""#, "")
        .replace(r#" terminate_reason="timeout""#, "");
    // The attributes of a `<call>` are looked at where they stand, and not asked for. The sample has all that are known.
    let mut known: Vec<String> = include_str!("../../src/wire/decode.rs")
        .split_once("root.attributes(|name, value| match name {")
        .and_then(|(_, arms)| arms.split_once("_ => {}"))
        .expect("the attributes of a `<call>`")
        .0
        .lines()
        .filter_map(|arm| Some(arm.split('"').nth(1)?.to_owned()))
        .collect();
    let mut sample: Vec<String> = Tree::of(document)
        .attributes
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    known.sort();
    sample.sort();
    assert_eq!(sample, known);
    for document in [document, &live] {
        let probe = Probe::of(Tree::of(document));
        drop(read(&probe).expect("the sample is read"));
        list(&probe, &[], &mut all);
    }
    all
}

/// What becomes of a stanza that is not as it should be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Read,
    Problem,
    /// It is another action, or none that is known.
    Unknown,
    Refused,
}

/// What is changed in a sample.
#[derive(Clone, Copy)]
enum Change<'c> {
    /// The element is left out.
    Without,
    /// Its attribute is left out.
    WithoutAttribute(&'c str),
    /// Its attribute has this value.
    Value(&'c str, &'c str),
}

/// Reads the sample with this change, wherever the element stands.
fn fate(document: &str, at: &[String], change: Change<'_>) -> Fate {
    fn apply(tree: &mut Tree, at: &[String], change: Change<'_>) {
        let Some((own, inside)) = at.split_first() else {
            return;
        };
        if tree.name != *own {
            return;
        }
        match (inside, change) {
            ([child], Change::Without) => tree.children.retain(|known| known.name != *child),
            ([], Change::WithoutAttribute(name)) => {
                tree.attributes.retain(|(known, _)| known != name);
            }
            ([], Change::Value(name, value)) => {
                for (_, own) in tree
                    .attributes
                    .iter_mut()
                    .filter(|(known, _)| known == name)
                {
                    value.clone_into(own);
                }
            }
            _ => {}
        }
        for child in &mut tree.children {
            apply(child, inside, change);
        }
    }

    let mut tree = Tree::of(document);
    apply(&mut tree, at, change);
    match read(&Probe::of(tree)) {
        Ok(Received::Unknown(_)) => Fate::Unknown,
        Ok(received) if received.problems().is_empty() => Fate::Read,
        Ok(_) => Fate::Problem,
        Err(_) => Fate::Refused,
    }
}

/// Values that are unfit for some attribute: a word where a number or an address should be, nothing, and control characters.
const UNFIT: [&str; 4] = ["", "a\u{1}b", "1:x@lid", "-1"];

/// What is written of an action: its elements, with their attributes.
struct Written(Vec<Tree>);

/// How often something stands in what is written.
#[derive(Clone, Copy, PartialEq)]
enum Often {
    Never,
    Sometimes,
    Always,
}

impl Written {
    fn of(tag: &str) -> Self {
        let trees = everything_that_is_written()
            .into_iter()
            .map(|stanza| Tree::of(&stanza));
        Self(
            trees
                .filter(|tree| tree.name == "call" && tree.children[0].name == tag)
                .collect(),
        )
    }

    fn find(&self, at: &[String]) -> Vec<&Tree> {
        let mut found: Vec<&Tree> = self.0.iter().filter(|tree| tree.name == at[0]).collect();
        for name in &at[1..] {
            found = found
                .iter()
                .flat_map(|tree| tree.children.iter().filter(|child| child.name == *name))
                .collect();
        }
        found
    }

    fn often(all: &[&Tree], has: impl Fn(&Tree) -> bool) -> Often {
        match all.iter().filter(|tree| has(tree)).count() {
            0 => Often::Never,
            there if there == all.len() => Often::Always,
            _ => Often::Sometimes,
        }
    }

    fn element(&self, at: &[String]) -> Often {
        let (name, around) = at.split_last().expect("a name");
        Self::often(&self.find(around), |tree| {
            tree.children.iter().any(|child| child.name == *name)
        })
    }

    fn attribute(&self, at: &[String], name: &str) -> Often {
        Self::often(&self.find(at), |tree| {
            tree.attributes.iter().any(|(known, _)| known == name)
        })
    }
}

/// What an attribute says, by its element and its name: in words, with the clauses.
const WORDS: &[(&str, &str, &str)] = &[
    ("te", "ip", "the address of an endpoint (CAT-ACCEPT.13)"),
    ("te", "port", "its port (CAT-ACCEPT.13)"),
    (
        "*",
        "call-id",
        "the name of the call, the same in each of its stanzas (SIG-17.2)",
    ),
    (
        "*",
        "call-creator",
        "who made the call, byte for byte as in its offer (SIG-13.6)",
    ),
    (
        "call",
        "from",
        "who sent it; the server writes it (SIG-16.8)",
    ),
    (
        "call",
        "id",
        "the name of the stanza, which its ack repeats (SIG-07.3); an offer cannot do without (SIG-16.9)",
    ),
    ("call", "to", "whom it is for (REF.1)"),
    (
        "call",
        "t",
        "the server's time, in seconds since 1970 (OBS-23); an offer without it has a problem (SIG-16.10)",
    ),
    (
        "call",
        "offline",
        "that it waited for this device to come back; any value",
    ),
    (
        "call",
        "e",
        "a number of attempts, which ends nothing (OBS-1)",
    ),
    (
        "call",
        "notify",
        "the name that the sender shows (SIG-16.4)",
    ),
    ("call", "platform", "the sender's platform (SIG-16.4)"),
    (
        "call",
        "version",
        "the version of the sender's client (SIG-16.4)",
    ),
    (
        "call",
        "participant",
        "the device that speaks, where `from` is the address of a call, of a group or of the peer's account",
    ),
    (
        "call",
        "recipient",
        "the account that it was for, in a stanza of another own device",
    ),
    (
        "call",
        "sender_lid",
        "the sender's LID, where `from` is a number (OBS-23)",
    ),
    (
        "offer",
        "caller_pn",
        "the caller's number, where `from` is a LID",
    ),
    ("offer", "caller_country_code", "the caller's country"),
    ("offer", "device_class", "the kind of device that calls"),
    ("offer", "joinable", "`1`: others may join the call"),
    (
        "offer",
        "user_redial_count",
        "how often the caller has tried without an answer (OBS-9)",
    ),
    (
        "offer",
        "group-jid",
        "the group that calls: then it is a group call (SIG-16.14)",
    ),
    ("offer", "type", "`group`: a group call (OBS-22)"),
    (
        "offer",
        "terminate_reason",
        "why the call is over, in an offer that was delivered late: then it is an [`EndedOffer`](crate::EndedOffer)",
    ),
    ("offer", "is_call_ended", "`1`: the call is over"),
    ("silence", "reason", "why the call should not ring aloud"),
    ("audio", "enc", "the codec, `opus` (SIG-16.19)"),
    (
        "audio",
        "rate",
        "the sample rate in hertz: 8000 or 16000 (SIG-03.10, SIG-16.20)",
    ),
    (
        "net",
        "medium",
        "3 in an offer, 2 in an accept and a transport (SIG-03.12, REF.9)",
    ),
    (
        "net",
        "protocol",
        "0, and left out in a transport of type 9 (SIG-05.9, SIG-05.10)",
    ),
    (
        "capability",
        "ver",
        "the version of the bytes inside, 1 (SIG-01.10)",
    ),
    (
        "enc",
        "v",
        "the version of the encryption, 2 (CAT-OFFER.16)",
    ),
    (
        "enc",
        "type",
        "`pkmsg` opens a Signal session, `msg` uses one (SIG-01.13)",
    ),
    (
        "enc",
        "count",
        "how often it was sent again, 0 (CAT-OFFER.18)",
    ),
    (
        "encopt",
        "keygen",
        "how media keys follow from the call key, 2 (SIG-01.11, SIG-03.13)",
    ),
    ("to", "jid", "the address of a device (SIG-14.9)"),
    (
        "offer_notice",
        "media",
        "`video` or `audio` (SIG-02.6, SIG-02.7)",
    ),
    ("offer_notice", "type", "`group`: a group call (SIG-02.8)"),
    (
        "reject",
        "reason",
        "why, which the signalling documents do not have (SIG-08.20, CAT-REJECT.8)",
    ),
    (
        "terminate",
        "reason",
        "why it ends, of an open vocabulary (SIG-14.6)",
    ),
    (
        "terminate",
        "duration",
        "how long the call was: in seconds, say the documents, in milliseconds, shows the wire (SIG-14.15, OBS-18)",
    ),
    (
        "terminate",
        "audio_duration",
        "how long its sound was, in the same unit (SIG-14.16)",
    ),
    (
        "transport",
        "transport-message-type",
        "1: a relay's candidate, 3: the peer's own, 9: a reply (SIG-05.11, SIG-05.12)",
    ),
    (
        "transport",
        "p2p-cand-round",
        "the round of candidates (SIG-05.13)",
    ),
    (
        "mute_v2",
        "mute-state",
        "`1`: the microphone is now off, `0`: on (SIG-13.7, OBS-13)",
    ),
    (
        "mute_v2",
        "request-state",
        "what the peer asks this end to set, in a group call",
    ),
    (
        "video",
        "state",
        "what becomes of the picture: a [`VideoCode`](crate::stanza::VideoCode) (OBS-VIDEO-1)",
    ),
    (
        "video",
        "device_orientation",
        "how the camera is turned, in quarter turns",
    ),
    ("video", "dec", "the format that this end can decode"),
    ("video", "voip_settings", "`video`, in a request"),
    ("video", "enc", "the format that the picture has (OBS-25)"),
    (
        "video",
        "screen_width",
        "the width of the screen, in pixels",
    ),
    ("video", "screen_height", "its height"),
    (
        "te",
        "priority",
        "1 in a transport, 2 in an accept (REF.17)",
    ),
    (
        "te",
        "latency",
        "the round trip in milliseconds, offset by `0x02000000` (SIG-15.9)",
    ),
    ("te", "relay_name", "the name of the relay (SIG-15.7)"),
    (
        "te",
        "ul_bw",
        "the bandwidth to the relay, in a video call (OBS-15)",
    ),
    (
        "te",
        "dl_bw",
        "the bandwidth from it, after an upgrade to video (OBS-15)",
    ),
    ("voip_settings", "uncompressed", "`1` (SIG-03.18)"),
    (
        "reject",
        "count",
        "`0`, as the official client writes it (OBS-3)",
    ),
    ("duration", "type", "`1x1`: a call between two (OBS-18)"),
    ("duration", "peer", "the account of the other end (OBS-18)"),
    (
        "duration",
        "audio_duration",
        "how long the sound was, in milliseconds (OBS-18)",
    ),
    (
        "duration",
        "video_duration",
        "how long the picture was, in milliseconds (OBS-18)",
    ),
];

/// What an element is, in words, with the clauses.
const ELEMENTS: &[(&str, &str)] = &[
    ("privacy", "a privacy token (REF.5)"),
    ("silence", "that the call should not ring aloud"),
    (
        "audio",
        "a format of sound, the most preferred first (SIG-16.15, SIG-03.8)",
    ),
    (
        "video",
        "the picture: with it, it is a video call (SIG-16.18, SIG-02.1)",
    ),
    ("net", "the medium (SIG-03.11, SIG-05.5)"),
    (
        "capability",
        "what the client can do, opaque (SIG-01.10, SIG-03.16, SIG-04.14)",
    ),
    (
        "destination",
        "the devices that it is for, or endpoints (SIG-14.9, CAT-OFFER.19)",
    ),
    ("to", "a device (SIG-14.9)"),
    ("enc", "the call key, encrypted for one device (SIG-17.9)"),
    ("encopt", "how media keys follow from it (SIG-01.11)"),
    (
        "te",
        "an endpoint, or a relay's token, opaque (SIG-05.6, SIG-15.5, SIG-03.14)",
    ),
    ("rte", "an endpoint, opaque (SIG-03.17)"),
    ("voip_settings", "settings, opaque (SIG-03.18)"),
    (
        "device-identity",
        "the identity of the caller's device, with any `pkmsg` (REF.6)",
    ),
    ("group_info", "who is in a group call (OBS-22)"),
];

fn words(element: &str, name: &str) -> &'static str {
    let is_it =
        |(of, known, _): &&(&str, &str, &str)| (*of == element || *of == "*") && *known == name;
    let found = WORDS.iter().find(is_it);
    found
        .unwrap_or_else(|| panic!("no words for `{name}` of `<{element}>`"))
        .2
}

fn of_element(name: &str) -> &'static str {
    let found = ELEMENTS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no words for `<{name}>`")).1
}

/// Whether something may be missing or unfit, and whether it is sent, in words.
fn rules(missing: Fate, unfit: Fate, sent: Often) -> String {
    let read = match (missing, unfit) {
        (Fate::Refused, _) => "*Required.*",
        (Fate::Unknown, _) => "*Required: without it the action is unknown.*",
        (Fate::Problem, Fate::Refused | Fate::Unknown) => {
            "*A problem if it is missing, refused if it is unfit.*"
        }
        (Fate::Problem, _) => "*A problem if it is missing or unfit.*",
        (Fate::Read, Fate::Refused | Fate::Unknown) => "*Optional, refused if it is unfit.*",
        (Fate::Read, Fate::Problem) => "*Optional, a problem if it is unfit.*",
        (Fate::Read, Fate::Read) => "*Optional.*",
    };
    let sent = match sent {
        Often::Always => " *Always sent.*",
        Often::Sometimes => " *Sent in some.*",
        Often::Never => "",
    };
    format!("{read}{sent}")
}

/// The list for an element and for what is inside it.
fn list(document: &str, written: &Written, is_listed: impl Fn(&At) -> bool) -> String {
    let mut page = String::new();
    for (at, names) in parts(document).into_iter().filter(|(at, _)| is_listed(at)) {
        let element = at.last().expect("a name");
        let indent = "  ".repeat(at.len().saturating_sub(2));
        if at.len() > 2 {
            let rules = rules(
                fate(document, &at, Change::Without),
                Fate::Read,
                written.element(&at),
            );
            let indent = &indent[2..];
            let _ = writeln!(
                page,
                "{indent}* **`<{element}>`**: {}. {rules}",
                of_element(element)
            );
        }
        for name in names {
            let unfit = UNFIT
                .iter()
                .map(|value| fate(document, &at, Change::Value(&name, value)));
            let missing = fate(document, &at, Change::WithoutAttribute(&name));
            let rules = rules(
                missing,
                unfit.max().expect("some"),
                written.attribute(&at, &name),
            );
            let _ = writeln!(
                page,
                "{indent}* **`{name}`**: {}. {rules}",
                words(element, &name)
            );
        }
    }
    page
}

/// A sample of each action, with every attribute that is read.
fn samples() -> Vec<(ActionKind, String)> {
    let audio = r#"<audio enc="opus" rate="16000"/>"#;
    let capability = r#"<capability ver="1">0105f709e4bb13</capability>"#;
    let enc = r#"<enc v="2" type="msg" count="0">33aa</enc>"#;
    let encopt = r#"<encopt keygen="2"/>"#;
    let net = r#"<net medium="2" protocol="0"/>"#;
    let to = r#"<destination><to jid="15550100:2@lid"/><te ip="203.0.113.20" port="3478"/></destination>"#;
    let picture = r#"<video dec="H264" enc="h.264" device_orientation="0" screen_width="1920" screen_height="1080"/>"#;
    let inside = |kind: ActionKind| match kind {
        ActionKind::Offer => (
            r#" caller_pn="15550198@s.whatsapp.net" caller_country_code="US" device_class="2016" joinable="1" user_redial_count="2" group-jid="1203@g.us" type="group" terminate_reason="timeout" is_call_ended="1""#,
            format!(
                "<privacy>0401</privacy>{audio}{picture}{net}{capability}<destination><to jid=\"15550100:2@lid\">{enc}</to><te ip=\"203.0.113.20\" port=\"3478\"/></destination>{enc}{encopt}<device-identity>0a12</device-identity><silence reason=\"nonspam\"/>"
            ),
        ),
        ActionKind::OfferNotice => (r#" media="video" type="group""#, String::new()),
        ActionKind::Preaccept => ("", format!("{audio}{picture}{encopt}{capability}{to}")),
        ActionKind::Accept => (
            "",
            format!(
                "{audio}{picture}<te priority=\"2\">cb00</te>{net}{encopt}{capability}<rte>01</rte><voip_settings uncompressed=\"1\">7b7d</voip_settings>{enc}{to}"
            ),
        ),
        ActionKind::Reject => (r#" reason="busy" count="0""#, String::new()),
        ActionKind::Terminate => (
            r#" reason="timeout" duration="7" audio_duration="5""#,
            to.to_owned(),
        ),
        ActionKind::Transport => (
            r#" transport-message-type="1" p2p-cand-round="1""#,
            format!("<te priority=\"1\">cb00</te>{net}{to}"),
        ),
        ActionKind::RelayLatency => (
            "",
            format!(
                "<te latency=\"33554477\" relay_name=\"gru1c02\" ul_bw=\"1\" dl_bw=\"2\">cb00</te>{to}"
            ),
        ),
        ActionKind::Mute => (r#" mute-state="1" request-state="1""#, String::new()),
        ActionKind::Heartbeat => ("", String::new()),
        ActionKind::VideoState => (
            r#" state="11" device_orientation="1" dec="H264" voip_settings="video""#,
            String::new(),
        ),
        ActionKind::CallDuration => (
            r#" type="1x1" peer="15550199@lid" audio_duration="7" video_duration="5""#,
            String::new(),
        ),
        other => panic!("{other:?} has no sample"),
    };
    let rest = r#"t="1700000000" to="15550100:2@lid" offline="0" e="0" notify="Ann" platform="android" version="2.26" participant="15550199:4@lid" recipient="15550100@lid" sender_lid="15550199:3@lid""#;
    let document = |kind: &ActionKind| {
        let (attributes, inside) = inside(*kind);
        let tag = kind.tag();
        let ids = r#"call-id="00C0FFEE" call-creator="15550199@lid""#;
        (
            *kind,
            format!(
                r#"<call id="1A2B" from="15550199:3@lid" {rest}><{tag} {ids}{attributes}>{inside}</{tag}></call>"#
            ),
        )
    };
    ActionKind::ALL.iter().map(document).collect()
}

/// A written element is in the list, and all that is inside.
fn is_there(tree: &Tree, around: &[String], parts: &[(At, Vec<String>)]) {
    let at = [around, std::slice::from_ref(&tree.name)].concat();
    let (_, names) = parts
        .iter()
        .find(|(known, _)| *known == at)
        .unwrap_or_else(|| panic!("{at:?} is not listed"));
    for (name, _) in &tree.attributes {
        assert!(names.contains(name), "`{name}` of {at:?} is not listed");
    }
    tree.children
        .iter()
        .for_each(|child| is_there(child, &at, parts));
}

#[test]
fn the_lists_of_attributes() {
    for (kind, document) in samples() {
        // As XML it is the same.
        let received = xml::parse(&document).expect("the sample is read");
        assert_eq!(received.problems(), []);
        drop(received);
        let written = Written::of(kind.tag());
        is_current(
            &format!("generated/stanza/{}.md", kind.tag()),
            &list(&document, &written, |at| at.len() > 1),
        );
        if kind == ActionKind::Reject {
            is_current(
                "generated/stanza/call.md",
                &list(&document, &written, |at| at.len() == 1),
            );
        }
        // What is written is in the list.
        let parts = parts(&document);
        written
            .0
            .iter()
            .for_each(|tree| is_there(tree, &[], &parts));
    }
}

/// Who sends an action, in which phases.
fn speakers(kind: ActionKind) -> String {
    let is_step = |row: &&Row| {
        row.kind == Kind::May
            && row.about.contains(&kind)
            && !row.law.starts_with("MayRead")
            && row.law != "MayAcknowledge"
    };
    let mut speakers = Vec::new();
    for role in ROLES {
        let mut phases = Vec::new();
        for row in LAW.iter().filter(is_step) {
            for phase in row.phases(role) {
                if !phases.contains(&phase) {
                    phases.push(phase);
                }
            }
        }
        phases.sort_by_key(|phase| {
            ringstate::law::PHASES
                .iter()
                .position(|known| known == phase)
        });
        if !phases.is_empty() {
            let phases: Vec<String> = phases
                .iter()
                .map(|phase| format!("[`{phase}`](crate::{phase})"))
                .collect();
            speakers.push(format!(
                "{}: {}",
                role.as_str().to_lowercase(),
                phases.join(", ")
            ));
        }
    }
    match kind {
        ActionKind::Offer => "caller: [`NewCall`](crate::NewCall)".to_owned(),
        ActionKind::OfferNotice => "the server".to_owned(),
        _ => speakers.join("; "),
    }
}

#[test]
fn the_table_of_actions() {
    let receipts = cells_of!(OwesReceipt);
    let mut page = "| action | sent by, when | is owed |\n| --- | --- | --- |\n".to_owned();
    for kind in ActionKind::ALL {
        let name = format!("{kind:?}");
        let has_receipt = receipts
            .iter()
            .any(|(action, owes)| *action == name && *owes);
        let owed = if has_receipt {
            "ack and receipt"
        } else {
            "ack"
        };
        let _ = writeln!(
            page,
            "| [`<{}>`]({name}) | {} | {owed} |",
            kind.tag(),
            speakers(*kind)
        );
    }
    is_current("generated/stanza/actions.md", &page);
}
