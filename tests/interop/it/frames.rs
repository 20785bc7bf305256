//! Damaged frames: nothing panics, and where both sides read a frame they read the same, but for the differences listed here.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use ringstate::{OwnAddress, ParseError, Received, node};
use wacore::stanza::call::{self as built, parse_call_stanza};
use wacore::types::call::VideoState;
use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::{Node, NodeRef};

use crate::wire::{Said, bytes_of, said};
use crate::{facts, writing};

/// One of each that the client builds.
fn built_of(said: &Said) -> Vec<Node> {
    let Said {
        call_id,
        to,
        creator,
        id,
        from,
    } = said;
    let key = |jid: &wacore_binary::Jid, kind: &str| built::OfferDeviceKey {
        device_jid: jid.clone(),
        ciphertext: vec![0x33, 0xaa, 0x0b],
        enc_type: kind.to_owned(),
    };
    let keys = [key(to, "msg"), key(from, "pkmsg")];
    let offer = |keys, video, more: Option<&'static [u8]>| {
        built::build_offer(&built::OfferParams {
            call_id,
            to,
            call_creator: creator,
            device_keys: keys,
            privacy_token: more,
            capability: more,
            device_identity: more,
            id: Some(id),
            multi_device: false,
            video,
            audio_rates: built::DEFAULT_AUDIO_RATES,
        })
    };
    let video = |state, dec, device_orientation| {
        built::build_video_state(&built::VideoStateParams {
            call_id,
            to,
            id,
            call_creator: creator,
            state,
            dec,
            device_orientation,
        })
    };
    let transport = |kind, te| {
        built::build_transport(&built::TransportParams {
            call_id,
            to,
            call_creator: creator,
            p2p_cand_round: Some("1"),
            transport_message_type: kind,
            relay_te: te,
        })
    };
    let terminate = |reason| {
        built::build_terminate(&built::TerminateParams {
            call_id,
            to,
            id: Some(id),
            call_creator: creator,
            reason,
        })
    };
    let mut full = terminate(Some("timeout"));
    let mut notice = built::build_reject(call_id, to, creator, id);
    if let Some(wacore_binary::NodeContent::Nodes(nodes)) = &mut full.content {
        nodes[0].attrs.push("duration", "45");
        nodes[0].attrs.push("audio_duration", "44");
    }
    if let Some(wacore_binary::NodeContent::Nodes(nodes)) = &mut notice.content {
        nodes[0].tag = "offer_notice".into();
        nodes[0].attrs.push("media", "video");
        nodes[0].attrs.push("type", "group");
    }
    let mut rich = offer(&keys[..1], false, None);
    if let Some(wacore_binary::NodeContent::Nodes(nodes)) = &mut rich.content {
        nodes[0].attrs.push("caller_pn", from.clone());
        nodes[0].attrs.push("caller_country_code", "DE");
        nodes[0].attrs.push("device_class", "2016");
        nodes[0].attrs.push("joinable", "1");
    }
    rich.attrs.push("notify", "Ann");
    rich.attrs.push("platform", "android");
    rich.attrs.push("version", "2.25");
    rich.attrs.push("participant", from.clone());
    rich.attrs.push("recipient", to.clone());
    vec![
        offer(&keys, true, Some(&[1, 2, 3])),
        rich,
        full,
        notice,
        built::build_accept(&built::AcceptParams {
            call_id,
            to,
            id,
            call_creator: creator,
            audio_rates: &["16000"],
            relay_te: Some(&[1, 2]),
            rte: Some(&[3]),
            voip_settings: Some(b"{}"),
            capability: Some(&built::CAPABILITY_OFFER),
            video: true,
            peer_abtest_bucket: Some("a"),
            peer_abtest_bucket_id_list: None,
        }),
        built::build_preaccept(call_id, to, creator, id, &["8000"], true),
        transport(Some("1"), Some(&[0xcb])),
        transport(Some("9"), None),
        built::build_relay_latency(&built::RelayLatencyParams {
            call_id,
            to,
            call_creator: creator,
            latency_ms: 45,
            relay_name: "gru1c02",
            address_bytes: &[0xcb, 0],
            devices: std::slice::from_ref(from),
        }),
        built::build_heartbeat(call_id, creator, id),
        video(VideoState::UpgradeRequestV2, Some("H264"), None),
        video(VideoState::Stopped, None, Some(3)),
        built::build_mute_v2(call_id, to, creator, "1"),
        built::build_reject(call_id, to, creator, id),
    ]
}

/// The bytes of what the client builds and of what this crate writes, as sent and as received.
fn frames() -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    let mut frames = Vec::new();
    for _ in 0..40 {
        let said = said().new_tree(&mut runner).expect("parameters").current();
        for node in built_of(&said) {
            frames.push(bytes_of(&node));
            frames.push(bytes_of(&said.delivered(&node)));
        }
        let plan = writing::plan()
            .new_tree(&mut runner)
            .expect("a plan")
            .current();
        frames.extend(writing::frames(&plan));
    }
    frames
}

/// Numbers that look random: SplitMix64.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % bound as u64).expect("it is below a usize")
    }
}

/// How the two sides differ about a frame: by which of the differences that `differences` shows, or by another one.
fn compare(frame: &NodeRef<'_>, received: &Result<Received, ParseError>) -> Vec<&'static str> {
    let seen = parse_call_stanza(frame);
    let other = |what: String| -> ! { panic!("{what}\nof {frame:?}\n{seen:?}\n{received:?}") };
    match (&seen, received) {
        (Err(why), Ok(received)) if facts::ours(received).is_some() => {
            let why = why.to_string();
            let known = REFUSED_THERE.iter().find(|known| why.contains(*known));
            vec![known.unwrap_or_else(|| other(why))]
        }
        // Neither reads it, or what it is has no meaning for the other.
        (Err(_) | Ok(None), _) => Vec::new(),
        (Ok(Some(_)), Err(why)) => {
            let named = why.problem().attribute();
            let known = REFUSED_HERE.iter().find(|known| named == Some(**known));
            vec![known.unwrap_or_else(|| other(why.to_string()))]
        }
        (Ok(Some(call)), Ok(received)) => match (facts::theirs(call), facts::ours(received)) {
            (Some(theirs), Some(ours)) => {
                let differing = theirs.besides(&ours).into_iter();
                let names = differing.map(|(name, _)| {
                    let (a, b) = (theirs.get(name), ours.get(name));
                    if is_known(name, a, b) {
                        name
                    } else {
                        other(format!("`{name}` is {a} there and {b} here"))
                    }
                });
                names.collect()
            }
            (None, None) => Vec::new(),
            // A `<video>` that names no call is none here.
            (Some(theirs), None) if theirs.get("action") == "video" => vec!["a video of no call"],
            (theirs, ours) => other(format!("{theirs:?}\n{ours:?}")),
        },
    }
}

/// Why the client refuses what is read here.
const REFUSED_THERE: [&str; 7] = [
    "<call> missing or invalid 't'",
    "<call> missing 'from'",
    "missing 'enc'",
    "missing or invalid 'rate'",
    "missing or non-numeric 'state'",
    "attrs: ",
    "group-call",
];

/// The ids and addresses of which a malformed one refuses the stanza here.
const REFUSED_HERE: [&str; 9] = [
    "id",
    "from",
    "to",
    "participant",
    "recipient",
    "call-id",
    "call-creator",
    "caller_pn",
    "jid",
];

/// Whether a value may differ so.
fn is_known(name: &str, theirs: &str, ours: &str) -> bool {
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    match name {
        // A text there, a number here.
        "round" => {
            ours == "None"
                || digits(theirs).trim_start_matches('0') == digits(ours).trim_start_matches('0')
        }
        // A sign, or too many digits for the one or the other.
        "t" | "duration" | "audio_duration" => ours == "None",
        "state" => ours == "None" || theirs.contains('-'),
        "orientation" => theirs == "None",
        // The number of an integrator is in the text here alone.
        "from" | "participant" | "recipient" | "call-creator" | "caller_pn" => {
            theirs.contains("@interop") && ours.contains(theirs.trim_start_matches("Some(\""))
        }
        "reason" => (theirs, ours) == (r#"Some("")"#, "None"),
        _ => false,
    }
}

#[test]
fn damaged_frames_are_read_without_a_panic_and_as_the_client_reads_them() {
    let wanted = std::env::var("FRAMES").map_or(100_000, |count| count.parse().expect("a number"));
    let frames = frames();
    let mut numbers = Numbers(0x5eed);
    let (mut tried, mut decoded, mut heard, mut said) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    while decoded < wanted {
        let mut frame = frames[numbers.below(frames.len())].clone();
        for _ in 0..=numbers.below(6) {
            let at = numbers.below(frame.len());
            frame[at] = u8::try_from(numbers.below(256)).expect("a byte");
        }
        tried += 1;
        let Ok(read) = unmarshal_ref(&frame) else {
            continue;
        };
        decoded += 1;
        let received = node::parse(&read);
        for difference in compare(&read, &received) {
            *found.entry(difference).or_default() += 1;
        }
        match received {
            Ok(received) => {
                heard += 1;
                let owed = received.acknowledge(&OwnAddress::default());
                owed.leave_to_host_client();
            }
            Err(error) => error.into_owed().leave_to_host_client(),
        }
        said += usize::from(node::parse_sent(&read).is_ok());
    }
    println!(
        "{decoded} of {tried} damaged frames decoded; {heard} read as received, {said} as sent"
    );
    println!("differences: {found:?}");
}
