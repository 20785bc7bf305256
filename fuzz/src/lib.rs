//! Documents and programs out of bytes: the fuzzer's bytes choose among the protocol's own words.

use std::fmt::Write as _;

/// Bytes that are used up. There are always more: zeros.
#[derive(Debug)]
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first)
            }
            None => 0,
        }
    }

    pub fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.byte() % of.len()]
    }
}

pub const ME: &str = "15550100:2@lid";

const ADDRESSES: &[&str] = &[
    "15550199:3@lid",
    "15550199@lid",
    "15550199:7@lid",
    "15550198:7@s.whatsapp.net",
    "15550166:1@lid",
    "15550166@s.whatsapp.net",
    ME,
    "15550100:5@lid",
    "s.whatsapp.net",
    "call",
    "@call",
    "C1@call",
    "1203@g.us",
    "evil",
    "15550199:x@lid",
    "",
];

const ACTIONS: &[&str] = &[
    "offer",
    "preaccept",
    "accept",
    "reject",
    "terminate",
    "transport",
    "relaylatency",
    "mute_v2",
    "heartbeat",
    "video",
    "duration",
    "offer_notice",
    "group_update",
    "enc_rekey",
    "user_action",
    "unheard_of",
];

const ATTRIBUTES: &[&str] = &[
    r#"reason="busy""#,
    r#"reason="accepted_elsewhere""#,
    r#"reason="timeout""#,
    r#"reason="&lt;""#,
    r#"mute-state="1""#,
    r#"request-state="0""#,
    r#"state="11""#,
    r#"state="4""#,
    r#"state="x""#,
    r#"group-jid="1203@g.us""#,
    r#"group-jid="15550166@lid""#,
    r#"type="group""#,
    r#"caller_pn="15550198@s.whatsapp.net""#,
    r#"is_call_ended="1""#,
    r#"terminate_reason="timeout""#,
    r#"duration="99999999999""#,
    r#"transport-message-type="1" p2p-cand-round="2""#,
    r#"audio_duration="74""#,
];

const CHILDREN: &[&str] = &[
    r#"<audio enc="opus" rate="16000"/>"#,
    r#"<audio rate="x"/>"#,
    r#"<enc v="2" type="msg" count="0">33aa</enc>"#,
    r#"<enc v="x">zz</enc>"#,
    r#"<encopt keygen="2"/>"#,
    r#"<encopt keygen="3"/>"#,
    r#"<destination><to jid="15550100:2@lid"><enc>01</enc></to><to/></destination>"#,
    r#"<destination><te ip="1">00</te></destination>"#,
    r#"<te latency="33554477" relay_name="gru1c02">cb00</te>"#,
    r#"<group_info><user jid="15550140@lid"/></group_info>"#,
    r#"<relay><te2>00</te2></relay>"#,
    r#"<video dec="h264"/>"#,
    r#"<capability ver="1">0105</capability>"#,
    r#"<voip_settings uncompressed="1">{"a":1}</voip_settings>"#,
    r#"<error code="503" text="x"/>"#,
    "<!---->",
    "text",
    "<a><b><c/></b></a>",
];

/// A document of the family, well-formed; what is in it may be anything.
pub fn document(bytes: &mut Bytes<'_>, stanza: usize) -> String {
    let mut out = String::new();
    let (call_id, creator) = call(bytes);
    let kind = bytes.byte();
    let from = bytes.pick(ADDRESSES);
    let id = match kind % 8 {
        0 => String::new(),
        1 => r#"id="OUT1""#.to_owned(),
        n @ 2..4 => format!(r#"id="OUT{n}""#),
        _ => format!(r#"id="IN{}""#, stanza % 97),
    };
    let action = bytes.pick(ACTIONS);
    if kind >= 224 {
        let error = if kind.is_multiple_of(2) {
            r#"error="439""#
        } else {
            ""
        };
        let _ = write!(
            out,
            r#"<ack class="call" {id} from="{from}" type="{action}" {error}>{}</ack>"#,
            if kind.is_multiple_of(3) {
                format!(r#"<error call-id="{call_id}" call-creator="{creator}"/>"#)
            } else {
                String::new()
            }
        );
        return out;
    }
    if kind >= 208 {
        let _ = write!(
            out,
            r#"<receipt from="{from}" {id}><{action} call-id="{call_id}" call-creator="{creator}"/></receipt>"#
        );
        return out;
    }
    let envelope = match kind / 16 {
        0 => r#"offline="1""#,
        1 => r#"e="1""#,
        2 => r#"participant="15550199:3@lid""#,
        3 => r#"participant="x:y@lid""#,
        4 => r#"sender_lid="15550199@lid""#,
        5 => r#"recipient="15550100:2@lid" notify="Ann &amp; Bob""#,
        _ => "",
    };
    let _ = write!(
        out,
        r#"<call from="{from}" {id} t="17" {envelope}><{action} call-id="{call_id}" call-creator="{creator}""#
    );
    let mut attributes = Vec::new();
    for _ in 0..bytes.byte() % 4 {
        let attribute = bytes.pick(ATTRIBUTES);
        let name = attribute.split('=').next();
        if !attributes.contains(&name) {
            attributes.push(name);
            let _ = write!(out, " {attribute}");
        }
    }
    out.push('>');
    for _ in 0..bytes.byte() % 6 {
        out.push_str(bytes.pick(CHILDREN));
    }
    // Now and then it is heavy.
    let weight = bytes.byte();
    if weight >= 192 {
        let _ = write!(out, "<a>{}</a>", "x".repeat(weight * 500));
    }
    let _ = write!(out, "</{action}></call>");
    out
}

/// The ids of one of a few calls.
pub fn call(bytes: &mut Bytes<'_>) -> (&'static str, &'static str) {
    [
        ("C1", "15550199:3@lid"),
        ("C2", "15550199:3@lid"),
        ("C1", "15550166:1@lid"),
        ("C3", "15550198:3@s.whatsapp.net"),
        ("D1", ME),
        ("D2", ME),
    ][bytes.byte() % 6]
}
