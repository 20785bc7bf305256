//! What is malformed is an error that says where, what was found and what was expected, and gives the acknowledgement
//! that is owed all the same where the envelope could be read.

use crate::common::{lines, received};
use ringstate::ParseErrorKind::{self, Envelope, Malformed, NotAStanza, NotWellFormed, TooLarge};
use ringstate::stanza::Problem;
use ringstate::{OwnAddress, xml};

const ACK: &[&str] = &[r#"<ack class="call" id="1A" to="15550199@lid"/>"#];
const NOTHING: &[&str] = &[];

/// Reads the document, which has to fail in this way.
#[track_caller]
fn fails(document: impl AsRef<[u8]>, kind: ParseErrorKind, owed: &[&str], message: &str) {
    let error = xml::parse(document).expect_err(message);
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), kind);
    assert_eq!(error.clone(), error);
    assert_eq!(lines(error.into_owed()), owed);
}

/// Reads the document, in which one field cannot be read in this way. A strict reading fails in it.
#[track_caller]
fn has_a_problem(document: impl AsRef<[u8]>, message: &str) {
    let document = document.as_ref();
    let received = xml::parse(document).expect("only a field is malformed");
    let problems: Vec<String> = received
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(problems.first().map(String::as_str), Some(message));
    let error = xml::parse_strict(document).expect_err(message);
    assert_eq!(
        (error.to_string().as_str(), error.kind()),
        (message, Malformed)
    );
    let me = OwnAddress::default();
    assert_eq!(
        lines(error.into_owed()).first(),
        lines(received.acknowledge(&me)).first()
    );
}

/// A `<call>` with a usable envelope around this.
fn call(inside: &str) -> String {
    format!(r#"<call from="15550199@lid" id="1A" t="17">{inside}</call>"#)
}

/// An offer with this inside.
fn offer(inside: &str) -> String {
    call(&format!(
        r#"<offer call-id="C0" call-creator="15550199@lid">{inside}</offer>"#
    ))
}

#[test]
fn documents_that_are_cut_off() {
    fails(
        "",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found the end of the document, expected an element",
    );
    fails(
        "   \n ",
        NotWellFormed,
        NOTHING,
        "document, at byte 5: found the end of the document, expected an element",
    );
    fails(
        "<",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a tag without an end, expected `>`",
    );
    fails(
        "<call",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a tag without an end, expected `>`",
    );
    fails(
        "<call from=\"15550199@lid",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found an attribute whose value has no end, expected a closing quote",
    );
    fails(
        "<call from=\"15550199@lid\"",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a tag without an end, expected `>`",
    );
    fails(
        "<call>",
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 6: found the end of the document, expected `</call>`",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid">"#,
        NotWellFormed,
        NOTHING,
        "`<offer>`, at byte 89: found the end of the document, expected `</offer>`",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"/>"#,
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 90: found the end of the document, expected `</call>`",
    );
    fails(
        "<call><!-- and then",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found a comment without an end, expected `-->`",
    );
    fails(
        "<call><![CDATA[ and then",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found CDATA without an end, expected `]]>`",
    );
    fails(
        "<call></cal",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found a tag without an end, expected `>`",
    );
    fails(
        "<?xml version=\"1.0\"",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a processing instruction without an end, expected none in a stanza",
    );
    fails(
        "<!-- only this -->",
        NotWellFormed,
        NOTHING,
        "document, at byte 18: found the end of the document, expected an element",
    );
}

#[test]
fn documents_with_more_than_one_stanza() {
    fails(
        "<call/><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found a second element, expected the end of the document after one stanza",
    );
    fails(
        "<call></call>\n<ack/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 14: found a second element, expected the end of the document after one stanza",
    );
    fails(
        "<call/>and then",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found text behind the stanza, expected the end of the document",
    );
    fails(
        "<call/>&amp;",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found text behind the stanza, expected the end of the document",
    );
    fails(
        "<call/></call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found `</call>`, expected no end tag where no element is open",
    );
    fails(
        "hello",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found text, expected an element",
    );
    fails(
        "hello <call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found text, expected an element",
    );
    fails(
        "<call/><![CDATA[x]]>",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found text behind the stanza, expected the end of the document",
    );
}

#[test]
fn documents_that_use_what_no_stanza_may() {
    fails(
        "<!DOCTYPE call><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a document type, expected none in a stanza",
    );
    fails(
        "<!DOCTYPE call [<!ENTITY a \"b\">]><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a document type, expected none in a stanza",
    );
    fails(
        "<!DOCTYPE call [<!ENTITY a",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a document type without an end, expected none in a stanza",
    );
    fails(
        "<call><?php x ?></call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found a processing instruction, expected none in a stanza",
    );
    fails(
        "<?pi x?><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a processing instruction, expected none in a stanza",
    );
    fails(
        "<call><?xml version=\"1.0\"?></call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found an XML declaration, expected one at the very start, or none",
    );
    fails(
        " <?xml version=\"1.0\"?><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 1: found an XML declaration, expected one at the very start, or none",
    );
    fails(
        "<?xml version=\"1.0\" encoding=\"latin1\"?><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a declaration of another encoding, expected UTF-8",
    );
    fails(
        "<!ELEMENT a><call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found `<!` that begins nothing known, expected a comment or CDATA",
    );
}

#[test]
fn entities_that_mean_nothing() {
    fails(
        r#"<call from="&nbsp;"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found an entity that is not defined, expected `&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;` or a number",
    );
    fails(
        r#"<call from="a & b"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found an `&` that begins no reference, expected `&amp;`",
    );
    fails(
        "<call>&nbsp;</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found an entity that is not defined, expected `&lt;`, `&gt;`, `&amp;`, `&quot;`, `&apos;` or a number",
    );
    fails(
        "<call>&</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found an `&` that begins no reference, expected `&amp;`",
    );
    fails(
        "<call>&#0;</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found a reference to no character of XML, expected a character that XML allows",
    );
    fails(
        r#"<call from="&#0;"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found a reference to no character of XML, expected a character that XML allows",
    );
    fails(
        r#"<call from="&#x1;"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found a reference to no character of XML, expected a character that XML allows",
    );
    fails(
        "<call>&#xFFFE;</call>",
        Envelope,
        NOTHING,
        "attribute `from` of `<call>`, at byte 0: found no such attribute, expected the address of the sender",
    );
    fails(
        "<call>&#x110000;</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found a reference to no character of XML, expected a character that XML allows",
    );
    fails(
        r#"<call from="&#zz;"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found a reference to no character of XML, expected a character that XML allows",
    );
}

#[test]
fn tags_that_are_not_xml() {
    fails(
        "<call></offer>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found `</offer>`, expected `</call>`",
    );
    fails(
        "<call><offer></call></offer>",
        NotWellFormed,
        NOTHING,
        "document, at byte 13: found `</call>`, expected `</offer>`",
    );
    fails(
        "< call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a tag without a proper name, expected the name of an element",
    );
    fails(
        "<1call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a tag without a proper name, expected the name of an element",
    );
    fails(
        "<call\"/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found an attribute whose value has no end, expected a closing quote",
    );
    fails(
        r"<call from/>",
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 10: found an attribute without a `=`, expected `=`",
    );
    fails(
        r"<call from=/>",
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 11: found an attribute without a value, expected a value in quotes",
    );
    fails(
        r"<call from=15550199@lid/>",
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 11: found a value without quotes, expected a value in quotes",
    );
    fails(
        r#"<call from="a" from="b"/>"#,
        NotWellFormed,
        NOTHING,
        "`<call>`, at byte 15: found an attribute for the second time, expected each attribute once",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17"><offer call-id="C0" call-id="C1" call-creator="15550199@lid"/></call>"#,
        NotWellFormed,
        NOTHING,
        "`<offer>`, at byte 61: found an attribute for the second time, expected each attribute once",
    );
    fails(
        r#"<call fr<om="a"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `[5 bytes]` of `<call>`, at byte 6: found an attribute without a proper name, expected the name of an attribute",
    );
    fails(
        r#"<call from="a<b"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found a `<` inside the value, expected `&lt;`",
    );
    fails(
        r#"<call 1from="a"/>"#,
        NotWellFormed,
        NOTHING,
        "attribute `1from` of `<call>`, at byte 6: found an attribute without a proper name, expected the name of an attribute",
    );
    fails(
        "<call><!-- a -- b --></call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 13: found `--` inside a comment, expected `-->`",
    );
    // The place is never inside a character.
    fails(
        "<call><!-- a\u{a1}<b<!----></call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 18: found `--` inside a comment, expected `-->`",
    );
    fails(
        "</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found `</call>`, expected no end tag where no element is open",
    );
    fails(
        r#"<call from='a"/>"#,
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found an attribute whose value has no end, expected a closing quote",
    );
}

#[test]
fn characters_that_are_not_xml() {
    fails(
        b"<call from=\"1555\x00\"/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 16: found the control character 0x00, expected a character that XML allows",
    );
    fails(
        "<call>\u{1}</call>",
        NotWellFormed,
        NOTHING,
        "document, at byte 6: found the control character 0x01, expected a character that XML allows",
    );
    fails(
        b"<call notify=\"\xff\"/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 14: found a byte that is not UTF-8, expected a document in UTF-8",
    );
    fails(
        b"<call notify=\"\xc3\"/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 14: found a byte that is not UTF-8, expected a document in UTF-8",
    );
    fails(
        b"\xff\xfe<\0c\0a\0l\0l\0/\0>\0",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a byte that is not UTF-8, expected a document in UTF-8",
    );
    fails(
        b"\xfe\xff\0<\0c\0a\0l\0l\0/\0>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found a byte that is not UTF-8, expected a document in UTF-8",
    );
    fails(
        b"\0<\0c\0a\0l\0l\0/\0>",
        NotWellFormed,
        NOTHING,
        "document, at byte 0: found the control character 0x00, expected a character that XML allows",
    );
    fails(
        "\u{feff}\u{feff}<call/>",
        NotWellFormed,
        NOTHING,
        "document, at byte 3: found text, expected an element",
    );
    fails(
        "<call/>\u{feff}",
        NotWellFormed,
        NOTHING,
        "document, at byte 7: found text behind the stanza, expected the end of the document",
    );
}

#[test]
fn stanzas_of_something_else() {
    fails(
        "<iq/>",
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<iq>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
    fails(
        "<Call/>",
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<Call>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
    fails(
        "<message from=\"15550199@lid\"/>",
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<message>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
    fails(
        r#"<ack class="message" id="1A"/>"#,
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<ack>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
    fails(
        r#"<ack id="1A"/>"#,
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<ack>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
    fails(
        r#"<offer call-id="C0" call-creator="15550199@lid"/>"#,
        NotAStanza,
        NOTHING,
        r#"document, at byte 0: found `<offer>`, expected `<call>`, `<ack class="call">` or `<receipt>`"#,
    );
}

#[test]
fn envelopes_that_cannot_be_used() {
    fails(
        r#"<call id="1A" t="17"><offer call-id="C0" call-creator="15550199@lid"/></call>"#,
        Envelope,
        NOTHING,
        "attribute `from` of `<call>`, at byte 0: found no such attribute, expected the address of the sender",
    );
    fails(
        r#"<call from="" id="1A" t="17"/>"#,
        Envelope,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found nothing, expected the address of the sender",
    );
    fails(
        r#"<call from="15550199" id="1A" t="17"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="15550199"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199@lid@lid" id="1A"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="15550199@lid@lid"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has a second `@`, at byte 12), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199:x@lid" id="1A"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="15550199:x@lid"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (its device, behind the `:`, is not a number from 0 to 65535), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199:70000@lid" id="1A"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="15550199:70000@lid"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (its device, behind the `:`, is not a number from 0 to 65535), expected the address of the sender",
    );
    fails(
        r#"<call from="@lid" id="1A"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="@lid"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has no user in front of the `@`), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199@" id="1A"/>"#,
        Envelope,
        &[r#"<ack class="call" id="1A" to="15550199@"/>"#],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199@lid&#10;" id="1A"/>"#,
        Envelope,
        &["<ack class=\"call\" id=\"1A\" to=\"15550199@lid&#10;\"/>"],
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has a control character at byte 12), expected the address of the sender",
    );
    fails(
        format!(r#"<call from="{}@lid" id="1A"/>"#, "1".repeat(300)),
        Envelope,
        NOTHING,
        "attribute `from` of `<call>`, at byte 6: found an unfit value (it has 304 bytes, and 256 are the most), expected the address of the sender",
    );
    fails(
        r#"<call from="15550199@lid" id="" t="17"/>"#,
        Envelope,
        NOTHING,
        "attribute `id` of `<call>`, at byte 26: found nothing, expected the id of the stanza",
    );
    fails(
        r#"<call from="15550199@lid" id="&#9;" t="17"/>"#,
        Envelope,
        NOTHING,
        "attribute `id` of `<call>`, at byte 26: found an unfit value (it has a control character at byte 0), expected the id of the stanza",
    );
    fails(
        format!(r#"<call from="15550199@lid" id="{}"/>"#, "A".repeat(257)),
        Envelope,
        NOTHING,
        "attribute `id` of `<call>`, at byte 26: found an unfit value (it has 257 bytes, and 256 are the most), expected the id of the stanza",
    );
    fails(
        r#"<call from="15550199@lid" t="17"><offer call-id="C0" call-creator="15550199@lid"/></call>"#,
        Envelope,
        NOTHING,
        "attribute `id` of `<call>`, at byte 0: found no such attribute, expected the id of the stanza",
    );
}

#[test]
fn malformed_attributes_in_a_usable_envelope() {
    has_a_problem(
        r#"<call from="15550199@lid" id="1A"><offer call-id="C0" call-creator="15550199@lid"/></call>"#,
        "attribute `t` of `<call>`, at byte 0: found no such attribute, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t=""><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found nothing, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="noon"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found a text of 4 bytes, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="-1"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found `-1`, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="+17"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found `+17`, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="1.5"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found `1.5`, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t=" 17"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found a text of 3 bytes, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="18446744073709551616"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found a number above 18446744073709551615, expected the time in Unix seconds, in decimal digits",
    );
    has_a_problem(
        r#"<call from="15550199@lid" id="1A" t="15550177@lid"><zap/></call>"#,
        "attribute `t` of `<call>`, at byte 34: found a text of 12 bytes, expected the time in Unix seconds, in decimal digits",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17" to="15550100"/>"#,
        Malformed,
        ACK,
        "attribute `to` of `<call>`, at byte 41: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected an address",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17" participant=":3@lid"/>"#,
        Malformed,
        &[r#"<ack class="call" id="1A" to="15550199@lid" participant=":3@lid"/>"#],
        "attribute `participant` of `<call>`, at byte 41: found an unfit value (it has no user in front of the `@`), expected the address of a device",
    );
    fails(
        r#"<call from="15550199@lid" id="1A" t="17" recipient=""/>"#,
        Malformed,
        ACK,
        "attribute `recipient` of `<call>`, at byte 41: found nothing, expected an address",
    );
}

#[test]
fn malformed_actions() {
    fails(
        call(r#"<offer call-creator="15550199@lid"/>"#),
        Malformed,
        ACK,
        "attribute `call-id` of `<offer>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<offer call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<offer>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r#"<offer call-id="" call-creator="15550199@lid"/>"#),
        Malformed,
        ACK,
        "attribute `call-id` of `<offer>`, at byte 48: found nothing, expected the id of the call",
    );
    fails(
        call(r#"<offer call-id="C0" call-creator="15550199"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<offer>`, at byte 61: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the address of the call's creator",
    );
    fails(
        call(r#"<offer call-id="C0" call-creator="15550199@lid" caller_pn="+1 555"/>"#),
        Malformed,
        ACK,
        "attribute `caller_pn` of `<offer>`, at byte 89: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the caller's phone-number address",
    );
    fails(
        call(r#"<offer call-id="C0" call-creator="15550199@lid" group-jid="@g.us"/>"#),
        Malformed,
        ACK,
        "attribute `group-jid` of `<offer>`, at byte 89: found an unfit value (it has no user in front of the `@`), expected the address of a group, `…@g.us`",
    );
    fails(
        call("<reject/>"),
        Malformed,
        ACK,
        "attribute `call-id` of `<reject>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<reject call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<reject>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r#"<terminate call-id="C0" reason="timeout"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<terminate>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r#"<transport call-creator="15550199@lid"/>"#),
        Malformed,
        ACK,
        "attribute `call-id` of `<transport>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<transport call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<transport>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r#"<preaccept call-creator="15550199@lid"/>"#),
        Malformed,
        ACK,
        "attribute `call-id` of `<preaccept>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<preaccept call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<preaccept>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r#"<relaylatency call-creator="15550199@lid"/>"#),
        Malformed,
        ACK,
        "attribute `call-id` of `<relaylatency>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<relaylatency call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<relaylatency>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    fails(
        call(r"<offer_notice/>"),
        Malformed,
        ACK,
        "attribute `call-id` of `<offer_notice>`, at byte 41: found no such attribute, expected the id of the call",
    );
    fails(
        call(r#"<heartbeat call-id="C0"/>"#),
        Malformed,
        ACK,
        "attribute `call-creator` of `<heartbeat>`, at byte 41: found no such attribute, expected the address of the call's creator",
    );
    has_a_problem(
        call(r#"<mute_v2 call-id="C0" call-creator="15550199@lid"/>"#),
        "attribute `mute-state` of `<mute_v2>`, at byte 41: found no such attribute, expected the state of the microphone",
    );
    has_a_problem(
        call(r#"<terminate call-id="C0" call-creator="15550199@lid" duration="4294967296"/>"#),
        "attribute `duration` of `<terminate>`, at byte 93: found a number above 4294967295, expected a length in decimal digits",
    );
    has_a_problem(
        call(r#"<terminate call-id="C0" call-creator="15550199@lid" audio_duration="-3"/>"#),
        "attribute `audio_duration` of `<terminate>`, at byte 93: found `-3`, expected a length in decimal digits",
    );
    has_a_problem(
        call(
            r#"<offer call-id="C0" call-creator="15550199@lid"/><reject call-id="C0" call-creator="15550199@lid"/>"#,
        ),
        "`<call>`, at byte 90: found a second action, `<reject>`, expected no action beside `<offer>`",
    );
    has_a_problem(
        call(r#"<terminate call-id="C0" call-creator="15550199@lid"/><zap/><terminate/>"#),
        "`<call>`, at byte 100: found a second action, `<terminate>`, expected no action beside `<terminate>`",
    );
}

#[test]
fn malformed_parts_of_an_offer() {
    has_a_problem(
        offer(r#"<audio rate="16000"/>"#),
        "attribute `enc` of `<audio>`, at byte 89: found no such attribute, expected the name of a codec",
    );
    has_a_problem(
        offer(r#"<audio enc="opus"/>"#),
        "attribute `rate` of `<audio>`, at byte 89: found no such attribute, expected a sample rate in decimal digits",
    );
    has_a_problem(
        offer(r#"<audio enc="opus" rate="fast"/>"#),
        "attribute `rate` of `<audio>`, at byte 107: found a text of 4 bytes, expected a sample rate in decimal digits",
    );
    has_a_problem(
        offer(r#"<audio enc="opus" rate=""/>"#),
        "attribute `rate` of `<audio>`, at byte 107: found nothing, expected a sample rate in decimal digits",
    );
    has_a_problem(
        offer(r#"<audio enc="opus" rate="4294967296"/>"#),
        "attribute `rate` of `<audio>`, at byte 107: found a number above 4294967295, expected a sample rate in decimal digits",
    );
    has_a_problem(
        offer(r#"<audio enc="opus" rate="16000"/><audio enc="opus" rate="1 6"/>"#),
        "attribute `rate` of `<audio>`, at byte 139: found a text of 3 bytes, expected a sample rate in decimal digits",
    );
    has_a_problem(
        offer(r#"<net medium="wifi"/>"#),
        "attribute `medium` of `<net>`, at byte 94: found a text of 4 bytes, expected a medium in decimal digits",
    );
    has_a_problem(
        offer(r#"<capability ver="1">0105f</capability>"#),
        "`<capability>`, at byte 109: found an odd number of hexadecimal digits, expected two for each byte",
    );
    has_a_problem(
        offer(r#"<capability ver="1">01 05 fg</capability>"#),
        "`<capability>`, at byte 116: found a character that is no hexadecimal digit, expected hexadecimal digits",
    );
    has_a_problem(
        offer(r#"<capability ver="x"/>"#),
        "attribute `ver` of `<capability>`, at byte 101: found a text of 1 bytes, expected a version in decimal digits",
    );
    has_a_problem(
        offer(r#"<enc type="msg">0x33</enc>"#),
        "`<enc>`, at byte 106: found a character that is no hexadecimal digit, expected hexadecimal digits",
    );
    has_a_problem(
        offer(r#"<enc type="msg" v="two">33</enc>"#),
        "attribute `v` of `<enc>`, at byte 105: found a text of 3 bytes, expected a version in decimal digits",
    );
    has_a_problem(
        offer("<enc type=\"msg\">3\u{e9}</enc>"),
        "`<enc>`, at byte 106: found a character that is no hexadecimal digit, expected hexadecimal digits",
    );
    has_a_problem(
        offer(r#"<encopt keygen="two"/>"#),
        "attribute `keygen` of `<encopt>`, at byte 97: found a text of 3 bytes, expected a version in decimal digits",
    );
    has_a_problem(
        offer(r"<privacy>0</privacy>"),
        "`<privacy>`, at byte 98: found an odd number of hexadecimal digits, expected two for each byte",
    );
    has_a_problem(
        offer(r"<device-identity>zz</device-identity>"),
        "`<device-identity>`, at byte 106: found a character that is no hexadecimal digit, expected hexadecimal digits",
    );
    fails(
        offer(r#"<destination><to jid="15550100"><enc>33</enc></to></destination>"#),
        Malformed,
        ACK,
        "attribute `jid` of `<to>`, at byte 106: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the address of a device",
    );
    has_a_problem(
        offer(r#"<destination><to jid="15550100@lid"><enc count="-1">33</enc></to></destination>"#),
        "attribute `count` of `<enc>`, at byte 130: found `-1`, expected a count in decimal digits",
    );
    has_a_problem(
        offer(r"<destination><te>7f0</te></destination>"),
        "`<te>`, at byte 106: found an odd number of hexadecimal digits, expected two for each byte",
    );
}

#[test]
fn malformed_acks_and_receipts() {
    fails(
        r#"<ack class="call"/>"#,
        Malformed,
        NOTHING,
        "attribute `id` of `<ack>`, at byte 0: found no such attribute, expected the id of the stanza that it acknowledges",
    );
    fails(
        r#"<ack class="call" id=""/>"#,
        Malformed,
        NOTHING,
        "attribute `id` of `<ack>`, at byte 18: found nothing, expected the id of the stanza that it acknowledges",
    );
    fails(
        r#"<ack class="call" id="1A" from="15550199"/>"#,
        Malformed,
        NOTHING,
        "attribute `from` of `<ack>`, at byte 26: found an unfit value (it has no server, such as `@lid` or `@s.whatsapp.net`), expected the address of the sender",
    );
    has_a_problem(
        r#"<ack class="call" id="1A" error="many"/>"#,
        "attribute `error` of `<ack>`, at byte 26: found a text of 4 bytes, expected an error code in decimal digits",
    );
    has_a_problem(
        r#"<ack class="call" id="1A"><error code="-1"/></ack>"#,
        "attribute `code` of `<error>`, at byte 33: found `-1`, expected an error code in decimal digits",
    );
    has_a_problem(
        r#"<ack class="call" id="1A" t="noon"/>"#,
        "attribute `t` of `<ack>`, at byte 26: found a text of 4 bytes, expected the time in Unix seconds, in decimal digits",
    );
    fails(
        r#"<receipt id="1A"><offer call-id="C0" call-creator="15550199@lid"/></receipt>"#,
        Malformed,
        NOTHING,
        "attribute `from` of `<receipt>`, at byte 0: found no such attribute, expected the address of the sender",
    );
    fails(
        r#"<receipt from="15550199@lid"><offer call-id="C0" call-creator="15550199@lid"/></receipt>"#,
        Malformed,
        NOTHING,
        "attribute `id` of `<receipt>`, at byte 0: found no such attribute, expected the id of the stanza that it is for",
    );
    fails(
        r#"<receipt from="15550199@lid" id="1A"><offer call-id="C0"/></receipt>"#,
        Malformed,
        NOTHING,
        "attribute `call-creator` of `<offer>`, at byte 37: found no such attribute, expected the address of the call's creator",
    );
}

#[test]
fn what_can_be_read_of_a_malformed_call_is_told() {
    let error =
        xml::parse_strict(offer(r#"<audio enc="opus"/>"#)).expect_err("the rate is missing");
    assert_eq!(error.call_id().map(ringstate::CallId::as_str), Some("C0"));
    assert_eq!(
        error.call_creator().map(ringstate::Jid::as_str),
        Some("15550199@lid")
    );
    assert_eq!(
        (error.problem().element(), error.problem().attribute()),
        (Some("audio"), Some("rate"))
    );
    assert_eq!(
        (error.problem().found(), error.problem().expected()),
        ("no such attribute", "a sample rate in decimal digits")
    );
    assert_eq!(error.problem().place().byte().expect("a document"), 89);

    let error = xml::parse(call(r#"<terminate call-id="C0"/>"#)).expect_err("no creator");
    assert_eq!(error.call_id().map(ringstate::CallId::as_str), Some("C0"));
    assert_eq!(error.call_creator(), None);
}

#[test]
fn the_ack_of_a_malformed_call_repeats_what_can_be_read() {
    let document =
        r#"<call from="15550199@lid" id="1A" participant="15550199:3@lid" recipient="" t="17"/>"#;
    let error = xml::parse(document).expect_err("the recipient is empty");
    assert_eq!(
        lines(error.into_owed()),
        [r#"<ack class="call" id="1A" to="15550199@lid" participant="15550199:3@lid"/>"#]
    );
}

#[test]
fn a_malformed_stanza_without_an_id_is_owed_nothing() {
    has_a_problem(
        r#"<call from="15550199@lid" t="noon"/>"#,
        "attribute `t` of `<call>`, at byte 26: found a text of 4 bytes, expected the time in Unix seconds, in decimal digits",
    );
}

#[test]
fn places_are_bytes_from_the_start_whatever_stands_before() {
    let indented = format!(
        "\u{feff}<?xml version='1.0'?>\r\n<!-- é -->\r\n{}",
        offer("<audio enc=\"opus\" rate=\"é\"/>")
    );
    let error = xml::parse_strict(&indented).expect_err("no rate");
    assert_eq!(
        indented[error.problem().place().byte().expect("a document")..]
            .split('=')
            .next(),
        Some("rate")
    );
}

#[test]
fn documents_that_are_too_large() {
    let most = xml::MAX_DOCUMENT_LEN;
    fails(
        format!(r#"<call from="{}"/>"#, "1".repeat(10_000_000)),
        TooLarge,
        NOTHING,
        &format!("document, at byte {most}: found 10000015 bytes, expected at most {most}"),
    );
    fails(
        format!("<call>{}</call>", "<a/>".repeat(1_000_000)),
        TooLarge,
        NOTHING,
        &format!("document, at byte {most}: found 4000013 bytes, expected at most {most}"),
    );
    let nested = |times: usize| format!("{}{}", "<a>".repeat(times), "</a>".repeat(times));
    fails(
        nested(100_000),
        TooLarge,
        NOTHING,
        "document, at byte 96: found more than 32 elements inside one another, expected at most 32",
    );
    fails(
        "<a>".repeat(100_000),
        TooLarge,
        NOTHING,
        "document, at byte 96: found more than 32 elements inside one another, expected at most 32",
    );
    // Within the length, the envelope is read, and its acknowledgement owed.
    fails(
        call(&nested(32)),
        TooLarge,
        ACK,
        "document, at byte 134: found more than 32 elements inside one another, expected at most 32",
    );
    fails(
        call(&"<a/>".repeat(20_000)),
        TooLarge,
        ACK,
        "document, at byte 65561: found more than 16384 elements and attributes in a document, expected at most 16384",
    );
    let attributes: String = (0..65).map(|n| format!(" a{n}=\"\"")).collect();
    fails(
        call(&format!("<zap{attributes}/>")),
        TooLarge,
        ACK,
        "`<zap>`, at byte 41: found more than 64 attributes of an element, expected at most 64",
    );
    fails(
        format!("<call from=\"15550199@lid\" id=\"1A\"{attributes}/>"),
        TooLarge,
        ACK,
        "`<call>`, at byte 0: found more than 64 attributes of an element, expected at most 64",
    );
    fails(
        format!("<receipt{attributes}/>"),
        TooLarge,
        NOTHING,
        "`<receipt>`, at byte 0: found more than 64 attributes of an element, expected at most 64",
    );
}

#[test]
fn what_is_too_large_is_read_no_further_and_acknowledged() {
    let attributes: String = (0..65).map(|n| format!(" a{n}=\"\"")).collect();
    fails(
        call(&format!("<zap{attributes} a0=\"\"/>")),
        TooLarge,
        ACK,
        "`<zap>`, at byte 41: found more than 64 attributes of an element, expected at most 64",
    );
    fails(
        call(&format!("<zap{attributes}/><b c=\"&zap;\"/>")),
        TooLarge,
        ACK,
        "`<zap>`, at byte 41: found more than 64 attributes of an element, expected at most 64",
    );
}

#[test]
fn the_place_of_a_bad_digit_is_exact() {
    for content in [
        "zz",
        "aa\r\nbb\r\nzz",
        " \n aa z",
        "<![CDATA[aazz]]>",
        "aa<![CDATA[bb]]>z",
        "&#x61;&#x61;zz",
        "a<!-- x -->z",
        "aa<x>bb</x>zz",
        "<x/>é",
        "aa&#122;",
    ] {
        let document = offer(&format!(
            "<audio enc=\"o\" rate=\"1\"/><enc type=\"msg\">{content}</enc>"
        ));
        let error = xml::parse_strict(&document).expect_err(content);
        let found = &document[error.problem().place().byte().expect("a document")..];
        assert!(
            found.starts_with(['z', 'é']) || found.starts_with("&#122;"),
            "{content}: {found}"
        );
        assert_eq!(error.problem().element(), Some("enc"));
    }
}

#[test]
fn of_two_known_actions_the_first_is_heard() {
    let tags = [
        "offer",
        "offer_notice",
        "preaccept",
        "accept",
        "reject",
        "terminate",
        "transport",
        "relaylatency",
        "mute_v2",
        "heartbeat",
    ];
    for first in tags {
        for second in tags {
            let ids = r#"call-id="C0" call-creator="15550199@lid""#;
            let document = call(&format!("<{first} {ids}/><{second}/>"));
            let received = xml::parse(&document).expect("the first is well-formed");
            assert_eq!(
                received.problems().first().map(Problem::found),
                Some(&*format!("a second action, `<{second}>`"))
            );
            let (alone, second) = (
                call(&format!("<{first} {ids}/>")),
                format!("a second action, `<{second}>`"),
            );
            let alone = xml::parse(&alone).expect("it is well-formed");
            assert_eq!(
                std::mem::discriminant(&received),
                std::mem::discriminant(&alone)
            );
            let error = xml::parse_strict(&document).expect_err("two actions");
            assert_eq!(error.problem().found(), second, "{first}");
        }
    }
}

#[test]
fn documents_at_the_bounds_are_read() {
    let deep = format!("{}{}", "<a>".repeat(31), "</a>".repeat(31));
    let attributes: String = (0..64).map(|n| format!(" a{n}=\"\"")).collect();
    let wide = "<a/>".repeat(16_384 - 4 - 65) + &format!("<zap{attributes}/>");
    let long = call(&format!(
        "<zap>{}</zap>",
        " ".repeat(xml::MAX_DOCUMENT_LEN - 59)
    ));
    assert_eq!(long.len(), xml::MAX_DOCUMENT_LEN);
    for document in [call(&deep), call(&wide), long] {
        assert_eq!(
            lines(crate::common::received(&document).acknowledge(&crate::common::me())),
            ACK
        );
    }
}

#[test]
fn a_digit_that_is_none_is_found_in_whatever_pieces_its_text_stands() {
    let head = r#"<call from="15550199:3@lid" id="1A"><transport call-id="C0" call-creator="15550199@lid"><te>"#;
    for (text, wrong) in [
        ("33z4", "z4"),
        ("\n  33z4\n", "z4"),
        ("33<![CDATA[44z5]]>", "z5"),
        ("<![CDATA[33]]>4z", "z"),
        ("33&#52;&#52;z5", "z5"),
        ("33&#122;5", "&#122;"),
        ("33<x>99<y/>zz</x>4z", "4z"),
        ("<x>zz</x>  z3", "z3"),
    ] {
        let document = format!("{head}{text}</te></transport></call>");
        let received = received(&document);
        let places: Vec<_> = received
            .problems()
            .iter()
            .map(|problem| problem.place().byte())
            .collect();
        let at = head.len() + text.rfind(wrong).expect("it is there") + usize::from(wrong == "4z");
        assert_eq!(places, [Some(at)], "{document}");
        drop(received);
    }
}

#[test]
fn hyphens_in_a_comment_are_found_where_they_are() {
    for (before, comment) in [
        ("", " a -- b "),
        ("<x/>", " é -- b "),
        ("<!-- a -->", "--- "),
        ("", "é--"),
    ] {
        let head = format!(r#"<call from="15550199:3@lid" id="1A">{before}<!--"#);
        let document = format!("{head}{comment}--></call>");
        let error = xml::parse(&document).expect_err("no comment has them");
        let at = head.len() + comment.find("--").expect("they are there");
        assert_eq!(error.problem().place().byte(), Some(at), "{document}");
    }
}

#[test]
fn elements_and_attributes_are_counted_together_to_the_last_one() {
    let document = |last: &str| {
        let head = r#"<call from="15550199:3@lid" id="1A" t="17">"#; // four
        let each = r#"<a b="1"/>"#.repeat((xml::MAX_NODES - 4) / 2 - 1);
        format!("{head}{each}{last}</call>")
    };
    assert!(xml::parse(document(r#"<a b="1"/>"#)).is_ok_and(|whole| whole.problems().is_empty()));
    // Written in the plain way, and in any other.
    for last in [
        r#"<a b="1" c="2"/>"#,
        "<a b='1' c='2'/>",
        r#"<a b="1"/><c/>"#,
    ] {
        let error = xml::parse(document(last)).expect_err("it is one too many");
        assert_eq!(error.kind(), TooLarge, "{last}: {error}");
    }
}
