//! Recordings: what is read of them, and what the law says of it.

use std::collections::BTreeSet;

use ringstate::Dialect;
use ringstate::law::{Kind, LAW, PHASES, PhaseName, ROLES, RoleName};
use ringstate::stanza::ActionKind;
use ringstate::trace::{
    Finding, FindingKind, Format, Printer, Reader, Recorded, RecordedStanza, Replay, Report, Show,
    Speaker, Traits,
};

use crate::common::phone::{ANN_7, IN, OUT};
use crate::common::{ANN, CREATOR};

/// Reads a recording twice, as a program does.
pub(crate) fn replayed(format: Format, text: &str) -> Report {
    let mut traits = Traits::default();
    read(format, text, |recorded, _| traits.look(&recorded));
    let mut replay = Replay::of(&traits);
    read(format, text, |recorded, reader| {
        replay.stanza(recorded, reader.account());
    });
    replay.finish()
}

pub(crate) fn read(format: Format, text: &str, mut each: impl FnMut(Recorded, &Reader)) {
    let mut reader = Reader::new(format);
    for line in text.lines() {
        for recorded in reader.line(line) {
            each(recorded, &reader);
        }
    }
    if let Some(recorded) = reader.finish() {
        each(recorded, &reader);
    }
}

pub(crate) fn trace(lines: &[String]) -> Report {
    let head =
        "# account: 15550100:2@lid (phone number 15550101:2@s.whatsapp.net); peer 15550199:3@lid";
    replayed(Format::Trace, &format!("{head}\n{}\n", lines.join("\n")))
}

pub(crate) fn violations(report: &Report) -> Vec<&Finding> {
    let findings = report.findings();
    findings
        .filter(|finding| finding.kind() == FindingKind::Violation)
        .collect()
}

/// Writes the lines of one call, seen from one end of it.
#[derive(Clone)]
pub(crate) struct Script {
    role: RoleName,
    dialect: Dialect,
    pub(crate) lines: Vec<String>,
    ids: usize,
    /// The device of the peer that speaks.
    device: &'static str,
}

impl Script {
    fn new(role: RoleName, dialect: Dialect) -> Self {
        let mut script = Self {
            role,
            dialect,
            lines: Vec::new(),
            ids: 0,
            device: ANN,
        };
        if role == RoleName::CALLER {
            let id = script.id();
            let devices = [ANN, ANN_7].map(|device| {
                format!(r#"<to jid="{device}"><enc v="2" type="msg">33aa</enc></to>"#)
            });
            script.push(format!(
                r#"> <call to="{CREATOR}" id="{id}"><offer {OUT}><audio enc="opus" rate="16000"/><destination>{}</destination></offer></call>"#,
                devices.concat()
            ));
        } else {
            script.hears_from(CREATOR, "offer", script.offer_parts());
            script.lines.truncate(1); // the offer is not answered yet
        }
        script
    }

    fn offer_parts(&self) -> &'static str {
        if self.role == RoleName::INVITEE {
            r#" group-jid="120363012345@g.us""#
        } else {
            ""
        }
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        format!("1D{:04}", self.ids)
    }

    fn call(&self) -> &'static str {
        if self.role == RoleName::CALLER {
            OUT
        } else {
            IN
        }
    }

    fn push(&mut self, line: String) {
        self.lines.push(line);
    }

    /// What this end sends, and the server's ack.
    pub(crate) fn says(&mut self, element: &str, rest: &str) {
        let (id, call) = (self.id(), self.call());
        self.push(format!(
            r#"> <call to="{ANN}" id="{id}"><{element} {call}{rest}/></call>"#
        ));
        self.push(format!(
            r#"< <ack class="call" id="{id}" from="s.whatsapp.net" type="{element}"/>"#
        ));
    }

    /// What the peer sends, and its ack.
    pub(crate) fn hears(&mut self, element: &str) {
        self.hears_from(self.device, element, "");
    }

    pub(crate) fn hears_from(&mut self, from: &str, element: &str, rest: &str) {
        let (id, call) = (self.id(), self.call());
        self.push(format!(
            r#"< <call from="{from}" id="{id}" t="1700000000"><{element} {call}{rest}/></call>"#
        ));
        self.pays(from, &id, element);
    }

    /// What is owed for a stanza.
    fn pays(&mut self, from: &str, id: &str, element: &str) {
        let call = self.call();
        let is_web = self.dialect == Dialect::WhatsAppWeb;
        let has_receipt = element == "offer" || is_web && matches!(element, "accept" | "reject");
        if !(is_web && has_receipt) {
            let kind = if is_web {
                format!(r#" type="{element}""#)
            } else {
                String::new()
            };
            self.push(format!(
                r#"> <ack class="call" id="{id}" to="{from}"{kind}/>"#
            ));
        }
        if has_receipt {
            let own = if element == "offer" {
                r#" from="15550100:2@lid""#
            } else {
                ""
            };
            self.push(format!(
                r#"> <receipt to="{from}" id="{id}"{own}><{element} {call}/></receipt>"#
            ));
        }
    }

    fn answers_the_offer(&mut self) {
        self.pays(CREATOR, "1D0001", "offer");
    }

    fn server_has_the_offer(&mut self) {
        self.push(
            r#"< <ack class="call" id="1D0001" from="s.whatsapp.net" type="offer"/>"#.to_owned(),
        );
    }

    /// The lines that bring a call of this role into this phase; none if it never comes there.
    pub(crate) fn to(role: RoleName, phase: PhaseName, dialect: Dialect) -> Option<Self> {
        let mut script = Self::new(role, dialect);
        let is_caller = role == RoleName::CALLER;
        let is_invitee = role == RoleName::INVITEE;
        if phase == PhaseName::OFFERED {
            return Some(script);
        }
        if is_caller {
            script.server_has_the_offer();
        } else {
            script.answers_the_offer();
        }
        match phase {
            PhaseName::PREACCEPTED | PhaseName::ACCEPTED if is_invitee => return None,
            PhaseName::PREACCEPTED if is_caller => script.hears("preaccept"),
            PhaseName::PREACCEPTED => script.says("preaccept", ""),
            PhaseName::ACCEPTED if is_caller => {
                script.hears("accept");
                script.dismisses();
            }
            PhaseName::ACCEPTED => script.says("accept", ""),
            PhaseName::REJECTED if is_caller => {
                script.hears("reject");
                script.hears_from(ANN_7, "reject", "");
            }
            PhaseName::REJECTED => script.says("reject", ""),
            PhaseName::TERMINATED if is_caller => script.says("terminate", ""),
            PhaseName::TERMINATED => script.hears("terminate"),
            _ => {}
        }
        Some(script)
    }

    fn dismisses(&mut self) {
        let id = self.id();
        self.push(format!(
            r#"> <call to="{CREATOR}" id="{id}"><terminate {OUT} reason="accepted_elsewhere"><destination><to jid="{ANN_7}"/></destination></terminate></call>"#
        ));
    }
}

pub(crate) const SAID: [ActionKind; 10] = [
    ActionKind::Preaccept,
    ActionKind::Accept,
    ActionKind::Reject,
    ActionKind::Terminate,
    ActionKind::Transport,
    ActionKind::RelayLatency,
    ActionKind::Mute,
    ActionKind::Heartbeat,
    ActionKind::VideoState,
    ActionKind::CallDuration,
];

/// Whether some row has it, save those that are about looking at something and about the server's acks and receipts.
fn is_legal(kind: Kind, action: ActionKind, role: RoleName, phase: PhaseName) -> bool {
    let others = [
        "HearsServerAck",
        "HearsAcceptNack",
        "HearsReceipt",
        "MayReadAnswer",
    ];
    let is_about = |row: &&ringstate::law::Row| {
        let is_any = matches!(row.law, "HearsLate");
        row.kind == kind && (is_any || row.about.contains(&action)) && !others.contains(&row.law)
    };
    LAW.iter()
        .filter(is_about)
        .any(|row| row.is_legal(role, phase))
}

#[test]
fn each_cell_of_the_law_is_judged_and_each_empty_one_named_by_its_clause() {
    let (mut legal, mut illegal) = (0, 0);
    for role in ROLES {
        for phase in PHASES {
            for action in SAID {
                for kind in [Kind::May, Kind::Hears] {
                    if (kind, action) == (Kind::Hears, ActionKind::CallDuration) {
                        continue; // no row is about hearing it: it goes to the call service
                    }
                    let Some(mut script) = Script::to(role, phase, Dialect::Documents) else {
                        continue;
                    };
                    let before = trace(&script.lines);
                    assert_eq!(violations(&before), [] as [&Finding; 0], "{role} {phase}");
                    // Of an offer alone nobody can tell whether it was answered.
                    assert!(
                        before.is_one_sided || before.calls[0].phase == Some(phase),
                        "{role}"
                    );
                    match kind {
                        Kind::May => script.says(action.tag(), ""),
                        Kind::Hears => script.hears(action.tag()),
                    }
                    let what = format!("{kind:?} {action:?} {role} {phase}");
                    let report = trace(&script.lines);
                    let found = violations(&report);
                    if is_legal(kind, action, role, phase) {
                        legal += 1;
                        assert!(found.is_empty(), "{what}: {found:?}");
                        continue;
                    }
                    illegal += 1;
                    // A device that has answered is heard no more in the phase that it has left.
                    assert_eq!(found.len(), 1, "{what}: {found:?}");
                    let by = match kind {
                        Kind::May => Speaker::Us,
                        Kind::Hears => Speaker::Peer,
                    };
                    assert_eq!(found[0].by(), by, "{what}");
                    assert!(
                        found[0].clauses().next().is_some(),
                        "{what}: {}",
                        found[0].why()
                    );
                    let (role, phase) = (role.as_str(), phase.as_str());
                    assert!(found[0].message().contains(role), "{what}: {}", found[0]);
                    assert!(found[0].message().contains(phase), "{what}: {}", found[0]);
                }
            }
        }
    }
    assert_eq!((legal, illegal), (126, 178));
}

/// Tries every legal stanza, so many times in a row. Returns how many paths there were.
fn walk(script: &Script, steps: usize) -> usize {
    let report = trace(&script.lines);
    assert_eq!(
        violations(&report),
        [] as [&Finding; 0],
        "{:#?}",
        script.lines
    );
    let phase = report.calls[0].phase.expect("it is a call");
    if steps == 0 {
        return 1;
    }
    let mut paths = 1;
    for action in SAID {
        if is_legal(Kind::May, action, script.role, phase) {
            let mut next = script.clone();
            next.says(action.tag(), "");
            paths += walk(&next, steps - 1);
        }
        let is_heard = is_legal(Kind::Hears, action, script.role, phase);
        if is_heard && action != ActionKind::CallDuration {
            let mut next = script.clone();
            next.hears(action.tag());
            let is_out = matches!(action, ActionKind::Reject | ActionKind::Terminate);
            if is_out && script.role == RoleName::CALLER && phase != PhaseName::ACCEPTED {
                next.device = ANN_7; // a device that is out says nothing more
            }
            paths += walk(&next, steps - 1);
        }
    }
    paths
}

/// `PATHS=6` tries them all; without it they end one stanza earlier.
#[test]
fn each_legal_path_up_to_its_sixth_stanza_passes() {
    let length = std::env::var("PATHS").map_or(5, |length| length.parse().expect("a number"));
    let paths = ROLES.map(|role| {
        let script =
            Script::to(role, PhaseName::ACKED, Dialect::Documents).expect("every role comes there");
        // The offer and its answer are the first two.
        walk(&script, length - 2)
    });
    match length {
        5 => assert_eq!(paths, [678, 1561, 183]),
        6 => assert_eq!(paths, [6858, 18217, 1641]),
        _ => println!("{paths:?}"),
    }
}

/// A node, as clients hold it.
struct Node {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    inside: Content,
}

enum Content {
    Nothing,
    Nodes(Vec<Node>),
    Bytes(Vec<u8>),
}

/// How a client prints its nodes, and the lines that they stand in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Client {
    Trace,
    Whatsmeow,
    WhatsappRust,
    Baileys,
    Zapo,
}

impl Client {
    const ALL: [Self; 5] = [
        Self::Trace,
        Self::Whatsmeow,
        Self::WhatsappRust,
        Self::Baileys,
        Self::Zapo,
    ];

    fn print(self, node: &Node, depth: usize) -> String {
        let quote = match self {
            Self::Trace | Self::Whatsmeow | Self::WhatsappRust => '"',
            Self::Baileys | Self::Zapo => '\'',
        };
        let mut attributes: Vec<String> = node
            .attributes
            .iter()
            .map(|(name, value)| {
                let value = match self {
                    Self::Trace | Self::Zapo => escaped(value),
                    _ => value.clone(),
                };
                format!("{name}={quote}{value}{quote}")
            })
            .collect();
        if self == Self::Whatsmeow {
            attributes.sort();
        }
        let attributes: String = attributes.iter().map(|text| format!(" {text}")).collect();
        let name = node.name;
        let (line, indent) = match self {
            Self::Baileys => ("\n", "\t".repeat(2 * depth)),
            Self::Zapo => ("\n", " ".repeat(4 * depth)),
            _ => ("", String::new()),
        };
        let inside = match &node.inside {
            Content::Nothing if self == Self::Baileys && attributes.is_empty() => {
                return format!("{indent}<{name} />{line}");
            }
            Content::Nothing => return format!("{indent}<{name}{attributes}/>{line}"),
            Content::Nodes(nodes) => {
                let nodes: String = nodes
                    .iter()
                    .map(|node| self.print(node, depth + 1))
                    .collect();
                format!("{line}{nodes}{indent}")
            }
            Content::Bytes(bytes) => {
                let text = self.bytes(bytes);
                match self {
                    Self::Baileys => format!("{line}{indent}\t\t{text}{line}{indent}"),
                    _ => text,
                }
            }
        };
        format!("{indent}<{name}{attributes}>{inside}</{name}>{line}")
    }

    fn bytes(self, bytes: &[u8]) -> String {
        let digits = || bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let is_printable = bytes.iter().all(|byte| (b' '..0x7f).contains(byte));
        let text = || String::from_utf8_lossy(bytes).into_owned();
        let left_out = || format!("<!-- {} bytes -->", bytes.len());
        match self {
            Self::Whatsmeow | Self::WhatsappRust if is_printable => text(),
            Self::Whatsmeow if bytes.len() > 128 => left_out(),
            Self::WhatsappRust => left_out(),
            Self::Trace | Self::Whatsmeow | Self::Baileys => digits(),
            Self::Zapo => base64(bytes),
        }
    }

    /// A line of the client's log with this stanza in it.
    fn line(self, is_sent: bool, node: &Node) -> String {
        let text = self.print(node, 0);
        let text = text.trim_end();
        let json = || {
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
        };
        match (self, is_sent) {
            (Self::Trace, true) => format!("15:02:22.545 > {text}"),
            (Self::Trace, false) => format!("15:02:22.545 < {text}"),
            (Self::Whatsmeow, true) => format!(
                "15:02:22.545 [Client/Socket DEBUG] frame\n15:02:22.545 [Client/Send DEBUG] {text}"
            ),
            (Self::Whatsmeow, false) => format!("15:02:22.545 [Client/Recv DEBUG] {text}"),
            (Self::WhatsappRust, true) => {
                format!("2026-05-14T15:02:22.545Z DEBUG Client/Send: {text}")
            }
            (Self::WhatsappRust, false) => {
                format!("2026-05-14T15:02:22.545Z DEBUG Client/Recv: {text}")
            }
            (Self::Baileys, true) => format!(
                r#"{{"level":10,"time":1778770942545,"xml":"{}","msg":"xml send"}}"#,
                json()
            ),
            (Self::Baileys, false) => format!(
                r#"{{"level":10,"time":1778770942545,"xml":"{}","msg":"recv xml"}}"#,
                json()
            ),
            (Self::Zapo, true) => format!("[15:02:22.545] TRACE sending {text}"),
            (Self::Zapo, false) => {
                format!("[15:02:22.545] TRACE received {text}\n[15:02:22.546] INFO something else")
            }
        }
    }
}

fn escaped(value: &str) -> String {
    let value = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    value.replace('"', "&quot;").replace('\'', "&apos;")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 63).expect("it is small");
            text.push(if place <= chunk.len() {
                char::from(DIGITS[digit])
            } else {
                '='
            });
        }
    }
    text
}

fn node(name: &'static str, attributes: &[(&'static str, &str)], inside: Content) -> Node {
    Node {
        name,
        attributes: attributes
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        inside,
    }
}

/// A call that is declined before its receipt is sent, by a caller with an awkward name.
fn a_faulty_call() -> Vec<(bool, Node)> {
    let ids = [("call-id", "00C0FFEE"), ("call-creator", CREATOR)];
    let offer = node(
        "offer",
        &ids,
        Content::Nodes(vec![
            node(
                "audio",
                &[("enc", "opus"), ("rate", "16000")],
                Content::Nothing,
            ),
            node(
                "capability",
                &[("ver", "1")],
                Content::Bytes(vec![1, 5, 0xf7, 9, 0xe0, 0xbb, 0x13]),
            ),
            node(
                "enc",
                &[("v", "2"), ("type", "msg")],
                Content::Bytes(vec![0x33; 180]),
            ),
            node("encopt", &[("keygen", "2")], Content::Nothing),
            node("uploadfieldstat", &[], Content::Nothing),
        ]),
    );
    let name = r#"Tom & "Jerry" <t@m> d'Or"#;
    let call = [
        ("from", ANN),
        ("id", "1A2B"),
        ("t", "1700000000"),
        ("notify", name),
    ];
    let reject = node("reject", &ids, Content::Nothing);
    vec![
        (false, node("call", &call, Content::Nodes(vec![offer]))),
        (
            true,
            node(
                "ack",
                &[("class", "call"), ("id", "1A2B"), ("to", ANN)],
                Content::Nothing,
            ),
        ),
        (
            true,
            node(
                "call",
                &[("to", ANN), ("id", "9F1C")],
                Content::Nodes(vec![reject]),
            ),
        ),
        (
            false,
            node(
                "ack",
                &[
                    ("class", "call"),
                    ("id", "9F1C"),
                    ("from", "s.whatsapp.net"),
                    ("type", "reject"),
                ],
                Content::Nothing,
            ),
        ),
    ]
}

#[test]
fn the_logs_of_four_clients_and_a_trace_of_the_same_call_give_the_same_report() {
    let reports = Client::ALL.map(|client| {
        let lines: Vec<String> = a_faulty_call()
            .iter()
            .map(|(is_sent, node)| client.line(*is_sent, node))
            .collect();
        let text = format!("something before\n{}\n", lines.join("\n"));
        let text = if client == Client::Trace {
            lines.join("\n")
        } else {
            text
        };
        let format = Format::of(&text).expect("it has stanzas");
        let report = replayed(format, &text);
        assert_eq!(report.others, [] as [Finding; 0], "{client:?} {format:?}");
        let call = &report.calls[0];
        let steps: Vec<_> = call
            .steps
            .iter()
            .map(|step| {
                (
                    step.direction,
                    step.answer,
                    step.element,
                    step.before,
                    step.after,
                )
            })
            .collect();
        let found: Vec<_> = call
            .findings
            .iter()
            .map(|found| (found.kind(), found.message().to_owned()))
            .collect();
        let clocks: Vec<_> = call
            .steps
            .iter()
            .map(|step| step.time.expect("each line has one").as_secs() % 86_400)
            .collect();
        assert_eq!(clocks, [54_142; 4], "{client:?}");
        (steps, found)
    });
    assert_eq!(reports[0].0.len(), 4);
    assert_eq!(reports[0].1.len(), 2, "{:?}", reports[0].1);
    for (report, client) in reports.iter().zip(Client::ALL) {
        assert_eq!(*report, reports[0], "{client:?}");
    }
}

/// The offer of a log, as it was read.
fn offer_in(client: Client) -> ringstate::Inbound<ringstate::Offer> {
    let (_, node) = &a_faulty_call()[0];
    let text = client.line(false, node);
    let mut offers = Vec::new();
    read(
        Format::of(&text).expect("it has a stanza"),
        &text,
        |recorded, _| match recorded.stanza {
            RecordedStanza::WasReceived(ringstate::Received::Offer(offer)) => offers.push(offer),
            other => panic!("{other:?}"),
        },
    );
    offers.pop().expect("there is one")
}

#[test]
fn bytes_are_read_as_their_client_prints_them_and_what_is_ambiguous_stays_so() {
    use ringstate::stanza::{Capability, Payload};

    let bytes = Payload::Bytes([1, 5, 0xf7, 9, 0xe0, 0xbb, 0x13].into());
    for (client, expected) in [
        (Client::Trace, bytes.clone()),
        (
            Client::Whatsmeow,
            Payload::Ambiguous("0105f709e0bb13".into()),
        ),
        (Client::WhatsappRust, Payload::Elided),
        (Client::Baileys, bytes.clone()),
        (Client::Zapo, bytes),
    ] {
        let offer = offer_in(client);
        let read = offer.action().capability().map(Capability::content);
        assert_eq!(read, Some(&expected), "{client:?}");
        assert_eq!(
            offer.envelope().notify(),
            Some(r#"Tom & "Jerry" <t@m> d'Or"#),
            "{client:?}"
        );
        drop(offer.acknowledge_with_receipt(&crate::common::me()));
    }
}

#[test]
fn a_bad_line_is_told_and_hides_no_other() {
    let good = r#"15:02:22.545 [Recv DEBUG] <call from="15550199:3@lid" id="1A2B" t="1700000000"><offer call-id="C0" call-creator="15550199:3@lid"/></call>"#;
    for bad in [
        r#"15:02:22.545 [Recv DEBUG] <call from="15550199:3@lid" id="1A2B"><offer call-id="C0"</call>"#,
        "15:02:22.545 [Recv DEBUG] <call from=15550199></call>",
        "15:02:22.545 [Recv DEBUG] <call >",
    ] {
        let text = format!("{bad}\n{good}\n");
        let mut offers = 0;
        read(
            Format::of(good).expect("it has a stanza"),
            &text,
            |recorded, _| {
                offers += usize::from(matches!(recorded.stanza, RecordedStanza::WasReceived(_)));
            },
        );
        assert_eq!(offers, 1, "{bad}");
    }
}

#[test]
fn a_report_is_legible_in_a_terminal() {
    let lines: Vec<String> = a_faulty_call()
        .iter()
        .map(|(is_sent, node)| Client::Trace.line(*is_sent, node))
        .collect();
    let text = trace(&lines).to_text(Show::default());
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(!text.contains("15550199"), "an address is shown: {text}");
    let expected = r"call 00C0FFEE from …:3@lid
     2  15:02:22.545  < offer                   Offered
     4  15:02:22.545  > reject                  Offered → Rejected
        !! this client: `<reject>` was sent before the receipt of the offer
           ack and receipt go out before anything else (SIG-18.2 to SIG-18.4)
        ?? line 2, this client: `<offer>` did not get its receipt
           what is not acknowledged is delivered again (SIG-07.2); an offer gets
           a receipt as well (SIG-07.5)
        declined, by this client

the client acknowledges as the documents have it (OBS-5)
4 stanzas, 1 call: 1 violation, 1 missing, 0 notes
";
    assert_eq!(text, expected);
}

#[test]
fn the_declined_flow_of_the_documents_is_drawn_in_its_order() {
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    script.says("reject", "");
    let report = trace(&script.lines);
    let svg = report.calls[0].to_svg(Show {
        acks: true,
        ..Show::default()
    });
    let arrows = [
        "<offer>",
        "<ack> of <offer>",
        "<receipt> of <offer>",
        "<reject>",
        "<ack> of <reject>",
    ];
    let places = arrows.map(|arrow| {
        let label = format!(
            ">{}</text>",
            arrow.replace('<', "&lt;").replace('>', "&gt;")
        );
        svg.find(&label).unwrap_or_else(|| panic!("{arrow}\n{svg}"))
    });
    assert!(places.is_sorted(), "{places:?}");
    for lane in ["Offered", "Acked", "Rejected"] {
        assert!(
            svg.contains(&format!(r#"<rect class="{lane}" x="12""#)),
            "{lane}\n{svg}"
        );
    }
    // The caller's lane: the server had the offer before it came here, and the reject ends it.
    let theirs = svg.match_indices(r#"x="536" y="#).count();
    assert_eq!(theirs, 2, "{svg}");
    assert!(
        !svg.contains("15550199") && !svg.contains("<script"),
        "{svg}"
    );
    quick_xml_reads(&svg);
    let mermaid = report.calls[0].to_mermaid(Show::default());
    let expected = r"sequenceDiagram
    participant here as Callee (recorded)
    participant there as Caller
    there->>here: offer
    Note left of here: Offered
    Note right of there: Acked
    here->>there: receipt of offer
    Note left of here: Acked
    here->>there: reject
    Note left of here: Rejected
    Note right of there: Rejected
";
    assert_eq!(mermaid, expected);
}

#[test]
fn a_violation_is_drawn_with_its_clause_and_hostile_words_stay_words() {
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    script.says("transport", "");
    let report = trace(&script.lines);
    let svg = report.calls[0].to_svg(Show::default());
    assert!(
        svg.contains(r#"<path class="x""#) && svg.contains("✗ SIG-18.16"),
        "{svg}"
    );
    let hostile = r#"# account: 15550100:2@lid
< <call from="15550199:3@lid" id="1A" t="17"><offer call-id="&lt;/text&gt;&lt;script&gt;" call-creator="15550199:3@lid"/></call>
> <ack class="call" id="1A" to="15550199:3@lid"/>"#;
    let report = replayed(Format::Trace, hostile);
    let svg = report.calls[0].to_svg(Show {
        addresses: true,
        ..Show::default()
    });
    assert!(!svg.contains("<script"), "{svg}");
    quick_xml_reads(&svg);
}

/// It is well-formed.
fn quick_xml_reads(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
}

#[test]
fn a_long_recording_keeps_the_calls_with_findings_and_counts_the_others() {
    let mut text = String::new();
    for call in 0..100 {
        let mut script = Script::to(RoleName::CALLEE, PhaseName::REJECTED, Dialect::Documents)
            .expect("it comes there");
        if call == 7 {
            script.says("accept", "");
        }
        let lines = script.lines.join("\n") + "\n";
        text += &lines
            .replace("00C0FFEE", &format!("C0{call}"))
            .replace("1D00", &format!("1D{call}00"));
    }
    let mut replay = Replay::new().with_most_calls(10);
    let mut most = 0;
    read(Format::Trace, &text, |recorded, reader| {
        replay.stanza(recorded, reader.account());
        most += 1;
    });
    let report = replay.finish();
    assert_eq!(report.stanzas, most);
    assert_eq!(report.calls.len() + report.left_out, 100);
    assert!(report.calls.len() <= 10, "{}", report.calls.len());
    assert_eq!(violations(&report).len(), 1);
    let kept = report
        .calls
        .iter()
        .find(|call| !call.findings.is_empty())
        .expect("it is kept");
    assert_eq!(kept.identity.call_id.as_str(), "C07");
    let text = report.to_text(Show {
        findings_alone: true,
        ..Show::default()
    });
    assert!(
        text.contains("100 calls: 1 violation") && !text.contains("C099"),
        "{text}"
    );
}

#[test]
fn a_log_that_never_ends_its_stanza_is_read_in_time_that_grows_with_it() {
    // Looked at whole for each of its lines, either would take minutes.
    for line in ["  <x>", "  <x></call"] {
        let text = format!(
            "<call from=\"15550199:3@lid\">\n{}",
            format!("{line}\n").repeat(150_000)
        );
        let mut broken = 0;
        let format = Format::Log(Printer::Zapo);
        read(format, &text, |recorded, _| {
            broken += usize::from(matches!(recorded.stanza, RecordedStanza::Broken(_)));
        });
        assert_eq!(broken, 1, "{line}");
    }
}

#[test]
fn a_client_that_acks_its_offers_and_sends_no_receipt_owes_them() {
    let mut script = Script::to(RoleName::CALLEE, PhaseName::ACCEPTED, Dialect::WhatsAppWeb)
        .expect("it comes there");
    script.hears("transport");
    script.hears("transport");
    let whole = trace(&script.lines);
    assert_eq!(whole.violations().count(), 0);
    // Without the receipt nobody can tell whether it was recorded: the client answers offers with receipts alone.
    script.lines.retain(|line| !line.contains("<receipt"));
    let report = trace(&script.lines);
    assert_eq!(
        (report.is_receipt_recorded, report.violations().count()),
        (false, 0)
    );
    // One that acknowledges the offer is none of those.
    let ack = r#"> <ack class="call" id="1D0001" to="15550199@lid" type="offer"/>"#;
    script.lines.insert(1, ack.to_owned());
    let report = trace(&script.lines);
    assert!(report.is_receipt_recorded);
    let missing: Vec<_> = report.violations().map(Finding::message).collect();
    assert!(
        missing.contains(&"`<offer>` did not get its receipt"),
        "{missing:?}"
    );
}

#[test]
fn what_is_found_in_a_folded_line_is_drawn_at_the_line_before() {
    let mut script = Script::to(RoleName::CALLEE, PhaseName::ACCEPTED, Dialect::Documents)
        .expect("it comes there");
    script.hears("transport");
    let again = script.lines.last().expect("its ack").clone();
    script.lines.push(again);
    let report = trace(&script.lines);
    assert_eq!(violations(&report).len(), 1);
    let call = &report.calls[0];
    for (drawing, mark) in [
        (call.to_svg(Show::default()), "✗ SIG-07.2"),
        (call.to_mermaid(Show::default()), "(SIG-07.2)"),
    ] {
        assert!(drawing.contains(mark), "{drawing}");
    }
}

#[test]
fn the_receipts_of_messages_are_none_of_a_call() {
    let text = r#"15:02:22.545 [Client/Send DEBUG] <receipt id="M1" to="15550199:3@lid"/>
15:02:22.545 [Client/Recv DEBUG] <receipt from="15550199:3@lid" id="M2" type="read"><list><item id="M3"/></list></receipt>
15:02:22.545 [Client/Send DEBUG] <ack class="message" id="M4" to="15550199:3@lid"/>
"#;
    let report = replayed(Format::of(text).expect("stanzas"), text);
    assert_eq!((report.stanzas, report.findings().count()), (0, 0));
    let trace = "> <receipt id=\"M1\" to=\"15550199:3@lid\"/>\n";
    assert_eq!(replayed(Format::Trace, trace).stanzas, 0);
}

#[test]
fn a_recording_whose_calls_never_end_is_judged_in_time_that_grows_with_it() {
    // Looked at whole for each call that begins, these would take minutes.
    let mut replay = Replay::new().with_most_calls(100);
    let mut reader = Reader::new(Format::Trace);
    for call in 0..10_000 {
        let offer = format!(
            r#"< <call from="{ANN}" id="1D{call}" t="17"><offer call-id="C{call}" call-creator="{ANN}"/></call>"#
        );
        let ack = format!(r#"> <ack class="call" id="1D{call}" to="{ANN}"/>"#);
        let preaccept = format!(
            r#"> <call to="{ANN}" id="2D{call}"><preaccept call-id="C{call}" call-creator="{ANN}"/></call>"#
        );
        for line in [offer, ack, preaccept] {
            for recorded in reader.line(&line) {
                replay.stanza(recorded, reader.account());
            }
        }
    }
    let report = replay.finish();
    assert_eq!(violations(&report).len(), 10_000);
    let messages = violations(&report).into_iter().map(Finding::message);
    assert!(
        messages
            .into_iter()
            .all(|message| message == "`<preaccept>` was sent before the receipt of the offer")
    );
}

#[test]
fn a_stanza_that_comes_twice_is_answered_twice_and_not_more_often() {
    let script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    let mut lines = script.lines.clone();
    lines.extend(script.lines.clone());
    assert_eq!(violations(&trace(&lines)), [] as [&Finding; 0]);
    let ack = lines
        .iter()
        .find(|line| line.contains("<ack"))
        .expect("it is there")
        .clone();
    lines.push(ack);
    assert_eq!(violations(&trace(&lines)).len(), 1);
}

#[test]
fn two_callers_with_one_call_id_are_two_calls() {
    let one = Script::to(RoleName::CALLEE, PhaseName::TERMINATED, Dialect::Documents)
        .expect("it comes there");
    let other = one
        .lines
        .iter()
        .map(|line| line.replace("15550199", "15550177").replace("1D00", "2D00"));
    let mut lines = one.lines.clone();
    lines.splice(3..3, other);
    let report = trace(&lines);
    assert_eq!(violations(&report), [] as [&Finding; 0]);
    assert_eq!(report.calls.len(), 2);
    assert!(
        report
            .calls
            .iter()
            .all(|call| call.phase == Some(PhaseName::TERMINATED))
    );
}

#[test]
fn comments_marks_and_midnight() {
    let lines = [
        "\u{feff}# account: 15550100:2@lid".to_owned(),
        "# echo cancellation is on".to_owned(),
        format!(r#"23:59:50 < <call from="{ANN}" id="1" t="17"><offer {IN}/></call>"#),
        format!(r#"23:59:51 > <ack class="call" id="1" to="{ANN}"/>"#),
        format!(r#"00:00:05 > <receipt to="{ANN}" id="1"><offer {IN}/></receipt>"#),
        "# echo: the next one was recorded twice".to_owned(),
        format!(r#"00:00:05 > <receipt to="{ANN}" id="1"><offer {IN}/></receipt>"#),
    ];
    let text = lines.join("\n");
    let mut reader = Reader::new(Format::Trace);
    let recorded = text.lines().flat_map(|line| reader.line(line)).count();
    assert_eq!(recorded, 3);
    assert!(reader.account().lid.is_some());
    let report = replayed(Format::Trace, &text);
    assert_eq!(
        report.violations().count(),
        0,
        "{:?}",
        report.calls[0].findings
    );
    assert_eq!(
        report.calls[0].findings[0].message(),
        "the recording ends 15 s after the offer"
    );
}

#[test]
fn two_senders_with_one_stanza_id_are_owed_an_answer_each() {
    let acked = |call: &str, creator: &str| {
        let script = Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents)
            .expect("it comes there");
        let lines = script.lines.iter();
        lines
            .map(|line| line.replace("00C0FFEE", call).replace("15550199", creator))
            .collect::<Vec<_>>()
    };
    let (one, other) = (acked("C0", "15550199"), acked("D0", "15550177"));
    // Both offers come first, under the same id.
    let mut lines = vec![one[0].clone(), other[0].clone()];
    lines.extend([&one[1..], &other[1..]].concat());
    let report = trace(&lines);
    assert_eq!(violations(&report), [] as [&Finding; 0]);
    assert!(
        report
            .calls
            .iter()
            .all(|call| call.phase == Some(PhaseName::ACKED))
    );
    // An ack that goes to one of them pays for no stanza of the other.
    lines.remove(4);
    let missing = trace(&lines);
    let found: Vec<_> = missing
        .violations()
        .filter(|found| found.line() == 3)
        .map(Finding::message)
        .collect();
    assert_eq!(found, ["`<offer>` did not get its ack"]);
}

#[test]
fn callers_who_all_make_one_call_id_are_not_all_judged() {
    let offer = |caller: usize| {
        let from = format!("{}:3@lid", 1_555_000 + caller);
        format!(
            r#"< <call from="{from}" id="1D{caller}" t="17"><offer call-id="C0" call-creator="{from}"/></call>"#
        )
    };
    let report = trace(&(0..5_000).map(offer).collect::<Vec<_>>());
    assert_eq!(
        (report.calls.len(), report.stanzas, report.others.len()),
        (8, 5_000, 1)
    );
}

#[test]
fn json_is_told_from_what_only_looks_like_it() {
    let (_, node) = &a_faulty_call()[0];
    // Something else stands in front of the JSON.
    let line = format!("web-1  | {}", Client::Baileys.line(false, node));
    let report = replayed(Format::Log(Printer::Baileys), &line);
    assert_eq!(report.calls.len(), 1, "{:?}", report.others);
    // A name ends in what would be an escaped quote.
    let name = Client::Whatsmeow.line(false, node).replace("d'Or", r"x=\");
    let report = replayed(Format::Log(Printer::Whatsmeow), &name);
    assert_eq!(report.calls.len(), 1, "{:?}", report.others);
}

#[test]
fn the_log_lines_of_the_page_are_told_apart_and_read() {
    let page = include_str!("../../docs/traces.md");
    let lines = page
        .lines()
        .filter(|line| line.contains("1A2B' to=") || line.contains("Client/Send"));
    let formats: Vec<Format> = lines
        .map(|line| {
            let format = Format::of(line).expect("it has a stanza");
            let mut reader = Reader::new(format);
            let recorded: Vec<Recorded> = reader.line(line).collect();
            let [recorded] = &recorded[..] else {
                panic!("{line}: {recorded:?}");
            };
            assert!(
                matches!(recorded.stanza, RecordedStanza::WasSent(_)),
                "{line}"
            );
            assert!(recorded.time.is_some(), "{line}");
            format
        })
        .collect();
    let printers = [
        Printer::Whatsmeow,
        Printer::WhatsappRust,
        Printer::Baileys,
        Printer::Zapo,
    ];
    assert_eq!(formats, printers.map(Format::Log));
}

#[test]
fn every_stanza_of_a_log_line_is_read_with_its_direction() {
    let offer = format!(r#"<call from="{ANN}" id="1A" t="17"><offer {IN}/></call>"#);
    let ack = format!(r#"<ack class="call" id="1A" to="{ANN}"/>"#);
    let receipt = format!(r#"<receipt to="{ANN}" id="1A"><offer {IN}/></receipt>"#);
    let reject = format!(r#"<call to="{ANN}" id="9F"><reject {IN}/></call>"#);
    let apart = format!(
        "10:00:00 in {offer}\n10:00:01 out {ack}\n10:00:01 out {receipt}\n10:00:02 out {reject}\n"
    );
    let apart = replayed(Format::of(&apart).expect("stanzas"), &apart);
    // The last one goes over two lines.
    let (start, end) = reject.split_at(reject.find("<reject").expect("it is there"));
    let joined = format!("10:00:00 in {offer} out {ack}{receipt} and {start}\n{end} end\n");
    let report = replayed(Format::of(&joined).expect("stanzas"), &joined);
    assert_eq!(report.stanzas, 4);
    let said = |report: &Report| {
        let steps = report.calls[0].steps.iter();
        steps
            .map(|step| (step.direction, step.element, step.after))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&report), said(&apart));
    assert_eq!(report.calls[0].phase, Some(PhaseName::REJECTED));
    // The same in a text of JSON.
    let json = format!(
        r#"{{"msg":"{}"}}"#,
        joined.lines().next().expect("one").replace('"', r#"\""#)
    );
    let report = replayed(Format::of(&json).expect("stanzas"), &json);
    assert_eq!(said(&report), said(&apart)[..3]);
    // A line cannot make the reader look at it again and again.
    let many = "<ack class=\"call\" id=\"1A\" to=\"1@lid\"/>".repeat(10_000);
    let format = Format::Log(Printer::Whatsmeow);
    assert_eq!(Reader::new(format).line(&many).count(), 257);
    // What breaks off hides nothing that comes behind it, in its line or in the next one.
    let whatsmeow = Format::Log(Printer::Whatsmeow);
    for (text, whole, broken) in [
        (
            format!("{ack} <call from=\"{ANN}\"></other> {reject}"),
            2,
            1,
        ),
        (format!("in {offer} <call from=\"1\"> {ack} {reject}"), 3, 1),
        (
            format!("<call from=\"{ANN}\" id=\"1\">\n <offer {IN}/>\n</call> sent {ack}"),
            2,
            0,
        ),
        (
            format!("<call from=\"{ANN}\" id=\"1\">\n <offer {IN}/>\n sent {ack}"),
            1,
            1,
        ),
    ] {
        let (mut read_whole, mut read_broken) = (0, 0);
        read(whatsmeow, &text, |recorded, _| match recorded.stanza {
            RecordedStanza::Broken(_) | RecordedStanza::Unreadable(..) => read_broken += 1,
            _ => read_whole += 1,
        });
        assert_eq!((read_whole, read_broken), (whole, broken), "{text}");
    }
}

#[test]
fn an_offer_that_is_delivered_again_before_its_ack_is_nobody_s_fault() {
    let script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    let mut lines = script.lines.clone();
    lines.insert(1, lines[0].clone());
    lines.extend(script.lines[1..].to_vec()); // and answered again
    let again = lines[1].clone();
    let offline = again.replace("<call ", "<call offline=\"0\" ");
    for again in [again, offline] {
        lines[1] = again;
        let report = trace(&lines);
        assert_eq!(violations(&report), [] as [&Finding; 0]);
        assert_eq!(report.calls[0].phase, Some(PhaseName::ACKED));
    }
}

#[test]
fn a_call_that_was_given_up_in_silence_is_over_and_one_without_its_ack_cannot_be() {
    let script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    let abandoned = "17:00:00 ! abandoned\t00C0FFEE\t15550199@lid\t.".to_owned();
    let mut lines = script.lines.clone();
    lines.extend([
        abandoned.clone(),
        abandoned.clone(),
        "! the user goes home".to_owned(),
    ]);
    let report = trace(&lines);
    let call = &report.calls[0];
    assert_eq!(
        (call.phase, call.findings.len()),
        (Some(PhaseName::TERMINATED), 0),
        "{call:?}"
    );
    let drawn = call.to_svg(Show::default());
    assert!(drawn.contains(">(abandoned)<"), "{drawn}");
    assert_eq!(drawn.matches("marker-end").count(), 2, "no arrow: {drawn}");
    assert!(
        call.to_mermaid(Show::default())
            .contains("Note left of here: (abandoned)")
    );
    assert_eq!(report.stanzas, script.lines.len());
    let other = r#"> <ack class="call" id="0" to="15550199@lid"/>"#.to_owned();
    let report = trace(&[script.lines[0].clone(), other, abandoned]);
    let found: Vec<_> = violations(&report);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].message(),
        "the Callee cannot abandon a call that is `Offered`"
    );
    assert!(found[0].clauses().any(|clause| clause == "SIG-18.3"));
}

#[test]
fn what_a_peer_repeats_is_kept_a_thousand_times_and_counted() {
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    let length = script.lines.len();
    script.hears("heartbeat");
    let strange: Vec<String> = script.lines.drain(length..).collect();
    for _ in 0..3000 {
        script.lines.extend(strange.clone());
    }
    script.says("transport", "");
    let report = trace(&script.lines);
    let by = |by| {
        violations(&report)
            .into_iter()
            .filter(|found| found.by() == by)
            .count()
    };
    // What it repeats leaves room for what this client does.
    assert_eq!((by(Speaker::Peer), by(Speaker::Us)), (1000, 1));
    assert_eq!(report.calls[0].findings_left_out, 2000);
    let text = report.to_text(Show::default());
    assert!(
        text.contains("2000 more findings of the same kinds"),
        "{text}"
    );

    // The stanzas of one call are kept up to a number, and the phases go on.
    let mut replay = Replay::new();
    let mut reader = Reader::new(Format::Trace);
    let lines = script.lines[..length]
        .iter()
        .chain(std::iter::repeat_n(&strange[0], 9_000));
    for line in lines {
        for recorded in reader.line(line) {
            replay.stanza(recorded, reader.account());
        }
    }
    let call = &replay.finish().calls[0];
    assert_eq!(call.steps.len(), 8_192);
    assert_eq!(call.steps.len() + call.steps_left_out, length + 9_000);
    assert!(call.to_text(Show::default()).contains("stanzas not shown"));
}

#[test]
fn an_own_device_is_known_by_the_account_that_the_user_gives() {
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
    script.lines.push(format!(
        r#"< <call from="15550100:7@lid" id="7A" t="17"><terminate {IN} reason="accepted_elsewhere"/></call>"#
    ));
    let text = script.lines.join("\n");
    let outcome = |account| {
        let mut reader = Reader::new(Format::Trace).with_account(account);
        let mut replay = Replay::new();
        for line in text.lines() {
            for recorded in reader.line(line) {
                replay.stanza(recorded, reader.account());
            }
        }
        replay.finish().calls[0].outcome
    };
    let me = crate::common::me();
    assert_eq!(outcome(me), Some(ringstate::Outcome::AnsweredElsewhere));
    assert_eq!(outcome(ringstate::OwnAddress::default()), None);
}

#[test]
fn each_step_leads_where_its_row_of_the_law_says() {
    // A terminate with this reason is another row than a terminate.
    let give_up = r#" reason="rejected_elsewhere""#;
    let looks = [
        "HearsReceipt",
        "MayReadAnswer",
        "MayReadOffer",
        "MayReadCallKey",
    ];
    let mut led = BTreeSet::new();
    let mut check = |role: RoleName, law: &str, lines: &[String], from: PhaseName| {
        let report = trace(lines);
        assert_eq!(
            violations(&report),
            [] as [&Finding; 0],
            "{law}: {lines:#?}"
        );
        let to = report.calls[0].phase.expect("it is a call");
        let row = LAW.iter().find(|row| row.law == law).expect("a row");
        assert!(row.is_legal(role, from), "{role} {from} {law}");
        let is_told = row.goes_to.iter().any(|way| way.to == to);
        assert!(
            is_told || row.stays && to == from,
            "{law}: {role} {from} goes to {to}"
        );
        led.insert((row.law, is_told.then_some(to)));
    };
    for role in ROLES {
        for from in PHASES {
            let Some(script) = Script::to(role, from, Dialect::Documents) else {
                continue;
            };
            for row in LAW.iter().filter(|row| row.is_legal(role, from)) {
                let [action, ..] = row.about else { continue };
                if looks.contains(&row.law)
                    || *action == ActionKind::Offer
                    || row.law == "HearsAcceptNack"
                {
                    continue;
                }
                let mut script = script.clone();
                match (row.law, row.kind) {
                    ("MayGiveUp", _) => {
                        script.hears("reject");
                        script.says("terminate", give_up);
                    }
                    (_, Kind::May) => script.says(action.tag(), ""),
                    (_, Kind::Hears) => script.hears(action.tag()),
                }
                check(role, row.law, &script.lines, from);
                if row.law == "HearsReject" {
                    script.hears_from(ANN_7, "reject", "");
                    check(role, row.law, &script.lines, from);
                }
                if row.law == "HearsTerminate" {
                    // Of one device among several, the call goes on.
                    let mut script =
                        Script::to(role, from, Dialect::Documents).expect("it comes there");
                    script.hears_from(script.device, "terminate", r#" reason="busy""#);
                    check(role, row.law, &script.lines, from);
                }
            }
            let is_silent =
                |row: &&ringstate::law::Row| row.law == "MayAbandon" && row.is_legal(role, from);
            if LAW.iter().any(|row| is_silent(&row)) {
                let mut lines = script.lines.clone();
                let call = if role == RoleName::CALLER {
                    "00FACADE\t15550100:2@lid"
                } else {
                    "00C0FFEE\t15550199@lid"
                };
                lines.push(format!("! abandoned\t{call}\t."));
                check(role, "MayAbandon", &lines, from);
            }
        }
    }
    for role in [RoleName::CALLEE, RoleName::INVITEE] {
        let acked = Script::to(role, PhaseName::ACKED, Dialect::Documents).expect("it comes there");
        check(role, "MayAcknowledge", &acked.lines, PhaseName::OFFERED);
    }
    for error in ["", r#" error="439""#] {
        let mut script =
            Script::to(RoleName::CALLER, PhaseName::OFFERED, Dialect::Documents).expect("a call");
        script.push(format!(
            r#"< <ack class="call" id="1D0001" from="s.whatsapp.net" type="offer"{error}/>"#
        ));
        check(
            RoleName::CALLER,
            "HearsServerAck",
            &script.lines,
            PhaseName::OFFERED,
        );
    }
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents).expect("a call");
    script.says("accept", "");
    script.lines.pop();
    let id = format!("1D{:04}", script.ids);
    script.push(format!(
        r#"< <ack class="call" id="{id}" from="s.whatsapp.net" type="accept" error="500"/>"#
    ));
    check(
        RoleName::CALLEE,
        "HearsAcceptNack",
        &script.lines,
        PhaseName::ACCEPTED,
    );

    // Every way of the law has been gone.
    let told = LAW
        .iter()
        .flat_map(|row| row.goes_to.iter().map(|way| (row.law, way.to)));
    for (law, to) in told {
        assert!(
            led.contains(&(law, Some(to))),
            "nothing leads to {to} by {law}"
        );
    }
}

#[test]
fn an_answer_is_judged_by_the_rates_and_the_picture_that_it_states() {
    let answered = |offered: &str, accept: &str, after: &[String]| {
        let mut script = Script::to(RoleName::CALLEE, PhaseName::ACKED, Dialect::Documents)
            .expect("it comes there");
        script.lines[0] =
            script.lines[0].replace("/></call>", &format!(">{offered}</offer></call>"));
        script.push(format!(
            r#"> <call to="{ANN}" id="9F"><accept {IN}>{accept}<net medium="2"/></accept></call>"#
        ));
        script.lines.extend(after.iter().cloned());
        trace(&script.lines)
    };
    let narrow = r#"<audio enc="opus" rate="8000"/>"#;
    let wide = r#"<audio enc="opus" rate="16000"/>"#;
    let found = |report: &Report| {
        let found = violations(report);
        found
            .iter()
            .map(|found| found.message().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&answered(narrow, narrow, &[])), [] as [&str; 0]);
    assert_eq!(found(&answered(narrow, wide, &[])).len(), 1);

    // In a video call that was answered as one, a request asks for nothing.
    let asks = [
        format!(r#"< <call from="{ANN}" id="7F" t="17"><video {IN} state="11"/></call>"#),
        format!(r#"> <ack class="call" id="7F" to="{ANN}"/>"#),
    ];
    let is_open = |accept: &str| {
        let offered = format!("{wide}<video/>");
        let report = answered(&offered, &format!("{wide}{accept}"), &asks);
        let missing = report
            .violations()
            .filter(|found| found.kind() == FindingKind::Missing);
        missing
            .filter(|found| found.message().contains("video"))
            .count()
    };
    assert_eq!((is_open(""), is_open("<video/>")), (1, 0));
}

#[test]
fn a_web_client_owes_for_an_accept_what_its_dialect_has() {
    // It answers an accept with a receipt. Without one, that is what is missing, and not an ack.
    let mut script =
        Script::to(RoleName::CALLER, PhaseName::ACKED, Dialect::WhatsAppWeb).expect("a call");
    script.hears("preaccept");
    script.hears("transport");
    script.push(format!(
        r#"< <call from="{ANN}" id="7E" t="17"><accept {OUT}/></call>"#
    ));
    script.dismisses();
    let other = format!(r#"> <receipt to="{ANN}" id="0"><offer {IN}/></receipt>"#);
    script.push(other); // receipts are recorded
    let report = trace(&script.lines);
    assert_eq!(report.dialect, Dialect::WhatsAppWeb);
    let missing: Vec<_> = report.violations().map(Finding::message).collect();
    assert_eq!(missing, ["`<accept>` did not get its receipt"]);
}

#[test]
fn the_words_of_a_picture() {
    let mut script =
        Script::to(RoleName::CALLEE, PhaseName::ACCEPTED, Dialect::Documents).expect("a call");
    script.hears("transport");
    let again = script.lines.last().expect("its ack").clone();
    script.push(again);
    script.push(format!(
        r#"10:00:05 > <call to="{ANN}" id="9F"><transport {IN}/></call>"#
    ));
    script.push(r#"10:00:06 < <ack class="call" id="9F" from="s.whatsapp.net" type="transport" error="500"/>"#.to_owned());
    let report = trace(&script.lines);
    let call = &report.calls[0];
    let svg = call.to_svg(Show::default());
    // A time alone, a finding alone, and both.
    assert!(svg.contains(">10:00:05.000</text>"), "{svg}");
    assert!(svg.contains(">✗ SIG-07.2"), "{svg}");
    assert!(
        svg.contains(">10:00:06.000  note the server refused `&lt;transport&gt;` with 500</text>"),
        "{svg}"
    );
    let mermaid = call.to_mermaid(Show::default());
    assert!(
        mermaid.contains("✗ the ack of transport was sent again (SIG-07.2)"),
        "{mermaid}"
    );
}
