//! What is kept of a document is no more than it says, and than four times its length and some kilobytes.
#![cfg_attr(fuzzing, no_main)]

use allocation_counter::measure;
use ringstate::xml;
use ringstate_fuzz::Bytes;

const PIECES: &[&str] = &[
    "<a/>",
    "<a b=\"\"/>",
    "<a><b/></a>",
    "<te/>",
    "<to/>",
    "<to jid=\"1@lid\"/>",
    "<audio/>",
    "<enc>0</enc>",
    "<destination>",
    "</destination>",
    "<group_info>",
    "</group_info>",
    "<relay>",
    "</relay>",
    "&lt;",
    "x",
    "<user jid=\"1@lid\"/>",
    "<video a=\"\"/>",
    "<privacy/>",
    "<![CDATA[x]]>",
    "<!---->",
    "<a>",
    "</a>",
];

fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let action = bytes.pick(&[
        "offer",
        "accept",
        "terminate",
        "relaylatency",
        "group_update",
        "unheard_of",
    ]);
    let mut document = format!(
        r#"<call from="15550199@lid" id="1A" t="17"><{action} call-id="C0" call-creator="15550199@lid">"#
    );
    while !bytes.is_empty() && document.len() < 60_000 {
        let piece = bytes.pick(PIECES);
        document.push_str(&piece.repeat(1 + bytes.byte()));
    }
    document.push_str(&format!("</{action}></call>"));
    let mut kept = None;
    let cost = measure(|| kept = Some(xml::parse(&document)));
    let bytes = usize::try_from(cost.bytes_current).unwrap_or(0);
    if let Some(Ok(received)) = &kept {
        assert!(
            bytes <= received.weight(),
            "{bytes} bytes, {} told: {document}",
            received.weight()
        );
        assert!(
            bytes <= 4 * document.len() + 12 * 1024,
            "{bytes} bytes of {}",
            document.len()
        );
    }
    assert!(cost.bytes_max <= 4 * 1024 * 1024);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| run(data));

#[cfg(not(fuzzing))]
fn main() {
    run(b"");
}
