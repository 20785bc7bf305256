//! `examples/decline` as a user runs it: what is on standard output, on standard error, and the exit status.

use std::io::{BufRead, Write};
use std::process::{Command, Stdio};

use crate::common::example;

struct Run {
    out: Vec<String>,
    err: String,
    status: Option<i32>,
}

/// Runs the example with these arguments, and this on standard input.
fn decline(arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
    let mut child = Command::new(example("decline"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.as_ref().to_owned();
    let writer = std::thread::spawn(move || {
        // The program may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the input is written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run {
        out: text(output.stdout).lines().map(str::to_owned).collect(),
        err: text(output.stderr),
        status: output.status.code(),
    }
}

const OFFER: &str = r#"<call from="15550199@lid" id="A1" t="17"><offer call-id="C1" call-creator="15550199@lid"/></call>"#;

#[test]
fn without_arguments_it_declines_the_bundled_offer_phase_by_phase() {
    let run = decline(&[], "");
    let call = r#"call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid""#;
    assert_eq!(
        run.out,
        [
            r#"<ack class="call" id="3EB0A1F2C4" to="15550199:3@lid"/>"#.to_owned(),
            format!(
                r#"<receipt to="15550199:3@lid" id="3EB0A1F2C4" from="15550100:2@lid"><offer {call}/></receipt>"#
            ),
            format!(r#"<call to="15550199:3@lid"><reject {call}/></call>"#),
        ]
    );
    for phase in ["Offered", "Acked", "Rejected"] {
        assert!(run.err.contains(phase), "{phase} in {}", run.err);
    }
    assert_eq!(run.status, Some(0));
}

#[test]
fn own_addresses_go_into_the_receipt() {
    let by_number = OFFER.replace("@lid", "@s.whatsapp.net");
    for (arguments, from) in [
        (&["-"][..], ""),
        (
            &["--own-lid", "15550100:2@lid", "-"],
            " from=\"15550100:2@lid\"",
        ),
        (
            &["--own-lid=15550100:2@lid", "-"],
            " from=\"15550100:2@lid\"",
        ),
        (&["--own-pn", "15550100@s.whatsapp.net", "-"], ""),
    ] {
        let run = decline(arguments, OFFER);
        assert!(
            run.out[1].starts_with(&format!("<receipt to=\"15550199@lid\" id=\"A1\"{from}>")),
            "{arguments:?}"
        );
    }
    let run = decline(&["-", "--own-pn", "15550100@s.whatsapp.net"], by_number);
    assert!(run.out[1].contains(" from=\"15550100@s.whatsapp.net\""));
}

#[test]
fn each_stanza_gets_what_it_is_owed_in_order() {
    let identity = r#"call-id="C1" call-creator="15550199@lid""#;
    let input = format!(
        r#"{OFFER}
<call from="15550199@lid" id="A2" t="17" offline="0"><offer {identity}/></call>
<call from="15550199@lid" id="A3" t="17"><offer_notice {identity} type="group"/></call>
<call from="15550199@lid" id="A4" t="17"><terminate {identity}/></call>
<call from="15550199@lid" id="A5" t="17"><relaylatency {identity}/></call>
<call from="15550199@lid" id="A6" t="17"><zap/></call>
<call from="15550199@lid" t="17"><transport {identity}/></call>
<ack class="call" id="B1" from="s.whatsapp.net"/>
<receipt from="15550199@lid" id="B2"/>
"#
    );
    let run = decline(&["-"], input);
    let ack = |id: &str| format!(r#"<ack class="call" id="{id}" to="15550199@lid"/>"#);
    let receipt =
        |id: &str| format!(r#"<receipt to="15550199@lid" id="{id}"><offer {identity}/></receipt>"#);
    assert_eq!(
        run.out,
        [
            ack("A1"),
            receipt("A1"),
            format!(r#"<call to="15550199@lid"><reject {identity}/></call>"#),
            ack("A2"),
            receipt("A2"),
            ack("A3"),
            ack("A4"),
            ack("A5"),
            ack("A6"),
        ]
    );
    assert_eq!(run.status, Some(0));
}

#[test]
fn a_stanza_may_be_spread_over_lines() {
    let spread = OFFER.replace("><", ">\r\n  <").replace(" t=", "\n\tt=");
    let input = format!(
        "\u{feff}<?xml version=\"1.0\"?>\n\n<!-- a log, with a <call> in a comment -->\n{spread}\n\n{spread}{}",
        "\n<!-- the end -->"
    );
    let run = decline(&["-"], input);
    assert_eq!((run.out.len(), run.status), (6, Some(0)), "{}", run.err);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_does_not_spoil_the_rest() {
    let input = format!(
        r#"
<call from="15550199@lid" id="B1" t="17">
  <offer call-id="C1"/>
</call>
<call from="15550199@lid" id="B2" t="17"><offer call-id="C2" call-creator="15550199@lid"
<call id="B3" t="17"><zap/></call>
hello
<!DOCTYPE call>
<iq/>
<call/><call/>
<call from='15550199@lid' id='B4' t='17'><offer call-id='C4' call-creator='1:x@lid'/></call>
{OFFER}
<call from="15550199@lid" id="B5" t="17"><zap>"#
    );
    let run = decline(&["-"], input);
    let ack = |id: &str| format!(r#"<ack class="call" id="{id}" to="15550199@lid"/>"#);
    assert_eq!(run.out[..3], [ack("B1"), ack("B4"), ack("A1")]);
    assert_eq!(run.out.len(), 5, "{:?}", run.out);
    assert_eq!(run.status, Some(1));
    let places: Vec<&str> = run
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("standard input:"))
        .map(|line| line.split_once(": ").map_or(line, |(place, _)| place))
        .collect();
    assert_eq!(
        places,
        [
            "3:3", "5:42", "6:1", "7:1", "8:1", "9:1", "10:8", "11:62", "13:47"
        ],
        "{}",
        run.err
    );
}

#[test]
fn bytes_that_are_no_text_are_an_error_and_no_panic() {
    let utf16: Vec<u8> = "\u{feff}<call/>\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut input = utf16;
    input.extend_from_slice(b"\n\xff\xfe\n");
    input.extend_from_slice(OFFER.as_bytes());
    let run = decline(&["-"], input);
    assert_eq!((run.out.len(), run.status), (3, Some(1)), "{}", run.err);
}

#[test]
fn a_line_without_an_end_is_refused_and_the_next_is_handled() {
    let input = format!("<call from=\"{}\"/>\n{OFFER}\n", "1".repeat(3_000_000));
    let run = decline(&["-"], input);
    assert_eq!((run.out.len(), run.status), (3, Some(1)), "{}", run.err);
    assert!(run.err.contains("expected at most 1048576"), "{}", run.err);
}

#[test]
fn nothing_to_read_is_nothing_to_send() {
    for input in ["", "\n \n", "<!-- nobody called -->\n"] {
        let run = decline(&["-"], input);
        assert_eq!(
            (run.out.len(), run.status),
            (0, Some(0)),
            "{input:?}: {}",
            run.err
        );
    }
}

#[test]
fn wrong_arguments_are_told() {
    for (arguments, message) in [
        (&["--zap"][..], "unknown option `--zap`"),
        (&["--own-lid"], "`--own-lid` needs an address"),
        (
            &["--own-lid", "15550100@s.whatsapp.net", "-"],
            "it is not a LID, which ends in `@lid`",
        ),
        (
            &["--own-pn", "15550100", "-"],
            "it has no server, such as `@lid` or `@s.whatsapp.net`",
        ),
        (&["a", "b"], "one file at a time"),
        (&["no/such/file"], "no/such/file: "),
    ] {
        let run = decline(arguments, "");
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
        assert_eq!((run.out.len(), run.status), (0, Some(2)), "{arguments:?}");
    }
    let run = decline(&["--help"], "");
    assert!(run.err.starts_with("usage: decline ") && run.status == Some(0));
}

#[test]
fn a_comment_without_an_end_does_not_swallow_what_follows() {
    for opening in ["<!-- oops", "<?xml version=\"1.0\"", "<call><![CDATA[ oops"] {
        let run = decline(&["-"], format!("{opening}\n{OFFER}\n{OFFER}\n"));
        assert_eq!(
            (run.out.len(), run.status),
            (6, Some(1)),
            "{opening}: {}",
            run.err
        );
        assert!(
            run.err.contains("standard input:1:"),
            "{opening}: {}",
            run.err
        );
    }
    let run = decline(&["-"], "<!-- oops\n");
    assert_eq!((run.out.len(), run.status), (0, Some(1)), "{}", run.err);
}

#[test]
fn a_stanza_inside_a_comment_is_not_obeyed() {
    for (open, close) in [("<!--", "-->"), ("<zap><![CDATA[", "]]></zap>")] {
        let spread = OFFER.replace(
            "<offer ",
            &format!("{open}\n{}\n{close}<offer ", OFFER.replace("A1", "EVIL")),
        );
        let run = decline(&["-"], spread);
        assert_eq!((run.out.len(), run.status), (3, Some(0)), "{}", run.err);
        assert!(
            run.out.iter().all(|line| !line.contains("EVIL")),
            "{:?}",
            run.out
        );
    }
}

#[test]
#[cfg(unix)]
fn what_cannot_be_told_or_decoded_is_no_panic() {
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(example("decline"))
        .arg(std::ffi::OsStr::from_bytes(b"\xff"))
        .output()
        .expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let output = Command::new(example("decline"))
        .stderr(full)
        .output()
        .expect("it ends");
    assert_eq!(
        (output.status.code(), output.stdout.lines().count()),
        (Some(0), 3)
    );
}
