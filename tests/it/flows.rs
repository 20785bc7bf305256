//! The flows of the documents, run: typed calls on both ends and a server between them. `docs/flows.md` is what came out.

use std::fmt::Write as _;

use ringstate::law::{Kind, LAW, PHASES, PhaseName, RoleName};
use ringstate::stanza::{ActionKind, Outgoing, VideoState};
use ringstate::trace::{Format, Show};
use ringstate::{
    Accepted, Acked, Answer, AnyCall, AnyVideo, AudioRates, Call, Callee, Caller, Creator, Decline,
    DeviceKey, Dialect, Ending, Heard, NewCall, Outbound, OwnAddress, Preaccepted, Received,
    RingingDevices, Siblings, Stanza, TerminateReason, xml,
};

use crate::common::received;
use crate::generated::is_current;
use crate::spec::{Clause, clauses};

/// A device that takes part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Caller,
    Callee,
    /// Another device of the callee.
    Sibling,
}

impl End {
    const ALL: [Self; 3] = [Self::Caller, Self::Callee, Self::Sibling];

    fn address(self) -> &'static str {
        match self {
            Self::Caller => "15550199:3@lid",
            Self::Callee => "15550100:2@lid",
            Self::Sibling => "15550100:7@lid",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Callee => "callee",
            Self::Sibling => "sibling",
        }
    }
}

/// The account of the callee.
const CALLEE: &str = "15550100@lid";

/// A stanza of a flow.
struct Step {
    from: End,
    label: String,
    /// The phases of all ends once it has come.
    phases: [Option<PhaseName>; 3],
    clauses: &'static [&'static str],
}

/// A flow as it runs.
struct Flow {
    ends: [Option<AnyCall>; 3],
    /// The siblings of a device that answered, and what else was heard.
    heard: Vec<Heard>,
    /// What was heard of devices that declined.
    declines: Vec<Decline>,
    steps: Vec<Step>,
    /// What each end has heard and sent, as a trace.
    traces: [Vec<String>; 3],
    video: [Option<AnyVideo>; 2],
    /// What the caller says to a state of the callee's picture.
    pictures: Vec<Outbound<VideoState>>,
    ids: usize,
}

impl Flow {
    /// A caller has offered to these devices.
    fn to(devices: &[End]) -> Self {
        let key = || DeviceKey::Session(vec![0x33, 0xaa]);
        let addresses = devices
            .iter()
            .map(|end| end.address().parse().expect("an address"));
        let mut addresses = addresses.collect::<Vec<_>>().into_iter();
        let call = NewCall {
            call_id: "00C0FFEE".parse().expect("an id"),
            peer: CALLEE.parse().expect("an address"),
            peer_alias: None,
            creator: Creator::Lid {
                lid: End::Caller.address().parse().expect("a LID"),
                phone_number: None,
            },
            devices: RingingDevices {
                first: (addresses.next().expect("one"), key()),
                others: addresses.map(|device| (device, Some(key()))).collect(),
            },
            video: None,
            redial: None,
            privacy: None,
        };
        let mut flow = Self {
            ends: [const { None }; 3],
            heard: Vec::new(),
            declines: Vec::new(),
            steps: Vec::new(),
            traces: [const { Vec::new() }; 3],
            video: [None, None],
            pictures: Vec::new(),
            ids: 0,
        };
        let (offered, offer) = call.offer(flow.id()).expect("it can be offered");
        flow.ends[0] = Some(offered.into());
        let offer = offer.into_iter().next().expect("the offer");
        flow.says_to(
            End::Caller,
            devices,
            &offer,
            &["FLOW-OUT.1", "SIG-17.12", "SIG-17.13"],
        );
        flow
    }

    fn id(&mut self) -> ringstate::StanzaId {
        self.ids += 1;
        format!("1D{:02}", self.ids).parse().expect("an id")
    }

    fn phases(&self) -> [Option<PhaseName>; 3] {
        [0, 1, 2].map(|end| self.ends[end].as_ref().map(AnyCall::phase))
    }

    /// One end says something to the others; what they owe goes back, and the server acknowledges it.
    fn says_to(
        &mut self,
        from: End,
        to: &[End],
        stanza: &Stanza,
        clauses: &'static [&'static str],
    ) {
        let Outgoing::CallStanza(call) = stanza.outgoing() else {
            panic!("it is owed, and not said")
        };
        let kind = call.action().kind().expect("a known action");
        let id = call.id().expect("it has an id").as_str().to_owned();
        let document = xml::to_string(stanza);
        let shown = ["reason", "state"].iter().find_map(|name| {
            let (_, value) = document.split_once(&format!(" {name}=\""))?;
            Some(format!(" {name}=\"{}\"", value.split('"').next()?))
        });
        let label = format!("<{}{}>", kind.tag(), shown.unwrap_or_default());
        self.traces[from as usize].push(format!("> {document}"));
        // The server writes the sender in the place of the receiver.
        let (before, behind) = document.split_once(" to=\"").expect("it has a receiver");
        let (_, rest) = behind.split_once('"').expect("its end");
        let ack = format!(
            r#"<ack class="call" id="{id}" from="s.whatsapp.net" type="{}"/>"#,
            kind.tag()
        );
        self.hears(from, &ack);
        for end in to {
            let delivered = format!(r#"{before} from="{}" t="1700000000"{rest}"#, from.address());
            self.hears(*end, &delivered);
        }
        self.steps.push(Step {
            from,
            label,
            phases: self.phases(),
            clauses,
        });
    }

    fn says(&mut self, from: End, to: End, stanza: Stanza, clauses: &'static [&'static str]) {
        self.says_to(from, &[to], &stanza, clauses);
        drop(stanza); // it is sent
    }

    /// A device hears a stanza, and pays what it owes.
    fn hears(&mut self, end: End, document: &str) {
        let me = OwnAddress::lid(end.address().parse().expect("a LID"));
        self.traces[end as usize].push(format!("< {document}"));
        let received = received(document);
        let owed = match (&mut self.ends[end as usize], received) {
            (free @ None, Received::Offer(offer)) => {
                let (acked, owed) = Call::incoming(offer).acknowledge(&me);
                *free = Some(acked.into());
                owed
            }
            (Some(call), received) => match call.receive(received) {
                Ok((heard, owed)) => {
                    match heard {
                        Heard::DeviceOut(_, Some(decline)) => self.declines.push(decline),
                        Heard::Video(state) => {
                            let video = self.video[end as usize].take().or_else(|| call.video());
                            let (video, _, answer) =
                                video.expect("it is answered").on_video(&state);
                            self.pictures.extend(answer);
                            self.video[end as usize] = Some(video);
                        }
                        heard => self.heard.push(heard),
                    }
                    owed
                }
                // The server's ack of most stanzas is for the one that sent them.
                Err(refused) => match refused.into_parts().input {
                    Received::Ack(ack) => Received::Ack(ack).acknowledge(&me),
                    other => panic!("{other:?} is not heard"),
                },
            },
            (None, other) => panic!("{other:?} comes before the offer"),
        };
        let owed: Vec<Stanza> = owed.into_iter().collect();
        let paid = owed
            .iter()
            .map(|owed| format!("> {}", xml::to_string(owed)));
        self.traces[end as usize].extend(paid);
        if let Some(receipt) = owed
            .iter()
            .find(|owed| matches!(owed.outgoing(), Outgoing::Receipt(_)))
        {
            let receipt = xml::to_string(receipt);
            let (_, rest) = receipt.split_once(" id=\"").expect("an id");
            let (id, rest) = rest.split_once('"').expect("its end");
            let inside = rest.split_once('>').expect("a tag").1;
            self.hears(
                End::Caller,
                &format!(r#"<receipt from="{}" id="{id}">{inside}"#, end.address()),
            );
        }
    }

    fn call(&mut self, end: End) -> &mut AnyCall {
        self.ends[end as usize].as_mut().expect("it takes part")
    }

    /// The callee's device says that it rings.
    fn rings(&mut self, end: End) {
        let id = self.id();
        let rates = AudioRates::only(AudioRates::WIDEBAND);
        let preaccept = self
            .call(end)
            .step(|call: Call<Callee, Acked>| call.preaccept(id, rates));
        let preaccept = preaccept
            .expect("it is acknowledged")
            .expect("it fits the offer");
        let preaccept = preaccept.into_iter().next().expect("it has an id");
        self.says(
            end,
            End::Caller,
            preaccept,
            &["FLOW-IN.4", "SIG-04.1", "OBS-2"],
        );
    }

    fn answers(&mut self, end: End) {
        let answer = Answer::new(AudioRates::only(AudioRates::WIDEBAND));
        let accept = self
            .call(end)
            .answer(answer)
            .expect("it rings")
            .expect("it fits the offer");
        let accept = accept.with_id(self.id()).0;
        self.says(end, End::Caller, accept, &["FLOW-IN.6", "SIG-03.1"]);
    }

    /// The caller tells the device that still rings to stop.
    fn dismisses(&mut self, siblings: Siblings, clauses: &'static [&'static str]) {
        let dismissal = siblings.dismiss().expect("one still rings");
        let dismissal = dismissal.with_id(self.id()).0;
        self.says(End::Caller, End::Sibling, dismissal, clauses);
    }

    fn hangs_up(&mut self, end: End, to: End, clauses: &'static [&'static str]) {
        let id = self.id();
        let last = self
            .call(end)
            .hang_up(Dialect::Documents)
            .expect("it is live");
        let last = last.with_id(id).expect("there is a word to say");
        self.says(end, to, last, clauses);
    }
}

/// A title, what it is about, and what happens.
type Told = (&'static str, &'static str, Flow);

fn declined() -> Told {
    let mut flow = Flow::to(&[End::Callee]);
    let reject = flow
        .call(End::Callee)
        .step(|call: Call<Callee, Acked>| call.reject());
    let reject = reject.expect("it is acknowledged").with_id(flow.id()).0;
    flow.says(
        End::Callee,
        End::Caller,
        reject,
        &["FLOW-REJECT.5", "SIG-18.5"],
    );
    // The only device has declined: the caller has nothing to give up.
    assert!(flow.declines.is_empty());
    let about = "The user declines before the device has said that it rings. One device was called, so the call is over with its \
                 `<reject>`.";
    ("A declined call", about, flow)
}

fn declined_while_ringing() -> Told {
    let mut flow = Flow::to(&[End::Callee, End::Sibling]);
    flow.rings(End::Callee);
    let reject = flow
        .call(End::Callee)
        .step(|call: Call<Callee, Preaccepted>| call.reject_while_ringing());
    let reject = reject.expect("it rings").with_id(flow.id()).0;
    flow.says(End::Callee, End::Caller, reject, &["OBS-3", "SIG-18.19"]);
    let decline = flow.declines.pop().expect("a device has declined");
    let siblings = flow
        .call(End::Caller)
        .step(|call: Call<Caller, Preaccepted>| call.give_up(decline));
    let siblings = siblings.expect("one rings").expect("it has declined");
    flow.dismisses(siblings, &["FLOW-REJECT.9", "SIG-18.24"]);
    let about = "The official client says that it rings as soon as it has the offer, and declines with `<reject>` all the same. \
                 The caller gives up, and the other device stops ringing.";
    ("Declined while it rings", about, flow)
}

fn answered() -> Told {
    let mut flow = Flow::to(&[End::Callee]);
    flow.rings(End::Callee);
    flow.answers(End::Callee);
    let heartbeat = flow.id();
    let heartbeat = flow.call(End::Caller).step(|call: Call<Caller, Accepted>| {
        let heartbeat = call.heartbeat(heartbeat);
        (call, heartbeat)
    });
    let heartbeat = heartbeat
        .expect("it is answered")
        .into_iter()
        .next()
        .expect("it has an id");
    flow.says(End::Caller, End::Callee, heartbeat, &["REF.4", "REF.24"]);
    flow.hangs_up(End::Callee, End::Caller, &["FLOW-IN.9", "SIG-17.35"]);
    (
        "An answered call",
        "The device rings, its user answers, and hangs up in the end.",
        flow,
    )
}

fn answered_elsewhere() -> Told {
    let mut flow = Flow::to(&[End::Callee, End::Sibling]);
    flow.rings(End::Callee);
    flow.rings(End::Sibling);
    flow.answers(End::Callee);
    let siblings = flow.heard.drain(..).find_map(|heard| match heard {
        Heard::Answered(_, siblings) => Some(siblings),
        _ => None,
    });
    let siblings = siblings.expect("it is answered");
    flow.dismisses(siblings, &["FLOW-IN.7", "SIG-14.11", "OBS-16"]);
    (
        "Answered elsewhere",
        "Two devices ring. One answers, and the caller tells the other to stop.",
        flow,
    )
}

fn missed() -> Told {
    let mut flow = Flow::to(&[End::Callee]);
    flow.rings(End::Callee);
    let id = flow.id();
    let ending = flow
        .call(End::Caller)
        .time_out()
        .expect("nobody has answered");
    let ending = ending.with_id(id).expect("there is a word to say");
    flow.says(
        End::Caller,
        End::Callee,
        ending,
        &["FLOW-MISSED.6", "SIG-12.11", "OBS-24"],
    );
    (
        "A missed call",
        "Nobody answers until the ring window is over. The caller's device ends the call.",
        flow,
    )
}

fn cancelled() -> Told {
    let mut flow = Flow::to(&[End::Callee]);
    flow.hangs_up(End::Caller, End::Callee, &["SIG-17.39", "CAT-TERMINATE.2"]);
    (
        "A cancelled call",
        "The caller hangs up before anybody has answered.",
        flow,
    )
}

fn video() -> Told {
    let mut flow = Flow::to(&[End::Callee]);
    flow.rings(End::Callee);
    flow.answers(End::Callee);
    let Some(AnyVideo::Off(video)) = flow.call(End::Caller).video() else {
        panic!("it has none yet")
    };
    let (asked, request) = video.ask();
    flow.video[End::Caller as usize] = Some(asked.into());
    let request = request.with_id(flow.id()).0;
    flow.says(End::Caller, End::Callee, request, &["OBS-VIDEO-1"]);
    let Some(AnyVideo::AskedByPeer(video)) = flow.video[End::Callee as usize].take() else {
        panic!("it was asked")
    };
    let (running, (stopped, agreed)) = video.agree();
    flow.video[End::Callee as usize] = Some(running.into());
    for state in [stopped, agreed] {
        let state = state.with_id(flow.id()).0;
        flow.says(End::Callee, End::Caller, state, &["OBS-VIDEO-2"]);
    }
    let shown = flow.pictures.pop().expect("the camera is on");
    let shown = shown.with_id(flow.id()).0;
    flow.says(End::Caller, End::Callee, shown, &["OBS-VIDEO-2"]);
    let both = flow
        .video
        .each_ref()
        .map(|video| matches!(video, Some(AnyVideo::On(_))));
    assert_eq!(both, [true, true]);
    let ending = Ending::from(TerminateReason::CONNECTION_LOST);
    let terminate = flow
        .call(End::Caller)
        .step(|call: Call<Caller, Accepted>| call.terminate_with(ending));
    let terminate = terminate.expect("it is answered").with_id(flow.id()).0;
    flow.says(
        End::Caller,
        End::Callee,
        terminate,
        &["SIG-14.6", "SIG-17.35"],
    );
    let about = "In an answered call one end asks for video, and the other agrees. The media break down, and the call ends with a \
                 reason.";
    ("Video, asked for and agreed to", about, flow)
}

/// The names of an end in a picture and in the head of a table.
fn phase(phase: Option<PhaseName>) -> String {
    phase.map_or_else(|| "–".to_owned(), |phase| format!("`{phase}`"))
}

/// The clauses, each with how sure its source is.
fn cited(ids: &[&str], known: &[Clause]) -> String {
    let sure = |id: &&str| {
        let clause = known.iter().find(|clause| clause.id == *id);
        format!(
            "{id}: {}",
            clause.unwrap_or_else(|| panic!("{id} is no clause")).sure
        )
    };
    ids.iter().map(sure).collect::<Vec<_>>().join("; ")
}

fn page((title, about, flow): &Told) -> String {
    let ends: Vec<End> = End::ALL
        .into_iter()
        .filter(|end| flow.ends[*end as usize].is_some())
        .collect();
    let mut page = format!("\n## {title}\n\n{about}\n\n```mermaid\nsequenceDiagram\n");
    for end in &ends {
        let _ = writeln!(page, "    participant {}", end.name());
    }
    let mut before = [None; 3];
    for step in &flow.steps {
        // An offer goes to all.
        let others = ends.iter().filter(|end| **end != step.from);
        let to: Vec<End> = match step.from {
            End::Caller => others
                .copied()
                .filter(|end| before[*end as usize] != step.phases[*end as usize])
                .collect(),
            _ => vec![End::Caller],
        };
        let to = if to.is_empty() { vec![End::Callee] } else { to };
        let label = step.label.replace(['<', '>', '"'], "");
        for to in to {
            let _ = writeln!(page, "    {}->>{}: {label}", step.from.name(), to.name());
        }
        for end in &ends {
            let now = step.phases[*end as usize];
            if let Some(now) = now.filter(|_| now != before[*end as usize]) {
                let _ = writeln!(page, "    Note over {}: {now}", end.name());
            }
        }
        before = step.phases;
    }
    page.push_str("```\n\n| | stanza |");
    for end in &ends {
        let _ = write!(page, " {} |", end.name());
    }
    page.push_str(" clauses, and how sure they are |\n| --- | --- |");
    page.push_str(&" --- |".repeat(ends.len() + 1));
    let known = clauses();
    for (number, step) in flow.steps.iter().enumerate() {
        let _ = write!(
            page,
            "\n| {} | {}: `{}` |",
            number + 1,
            step.from.name(),
            step.label
        );
        for end in &ends {
            let _ = write!(page, " {} |", phase(step.phases[*end as usize]));
        }
        let _ = write!(page, " {} |", cited(step.clauses, &known));
    }
    let outcomes: Vec<String> = ends
        .iter()
        .filter_map(|end| Some((end, flow.ends[*end as usize].as_ref()?.outcome()?)))
        .map(|(end, outcome)| format!("{}: `{outcome:?}`", end.name()))
        .collect();
    let _ = writeln!(
        page,
        "\n\n{}.",
        if outcomes.is_empty() {
            "It goes on".to_owned()
        } else {
            format!("Outcome: {}", outcomes.join(", "))
        }
    );
    page
}

fn flows() -> [Told; 7] {
    [
        declined(),
        declined_while_ringing(),
        answered(),
        answered_elsewhere(),
        missed(),
        cancelled(),
        video(),
    ]
}

/// Each other phase, in its order.
fn changes(phases: impl Iterator<Item = Option<PhaseName>>) -> Vec<String> {
    let mut changes: Vec<String> = phases.flatten().map(|phase| phase.to_string()).collect();
    changes.dedup();
    changes
}

#[test]
fn a_recording_of_one_end_tells_the_phases_of_both() {
    for (title, _, flow) in flows() {
        let is_of_two = flow.ends[End::Sibling as usize].is_none();
        for (here, there) in [(End::Caller, End::Callee), (End::Callee, End::Caller)] {
            if here == End::Callee && !is_of_two {
                continue; // it does not see what the caller hears of other devices
            }
            let account = format!("# account: {}", here.address());
            let lines = [&[account][..], &flow.traces[here as usize]].concat();
            let report = crate::trace::replayed(Format::Trace, &lines.join("\n"));
            let found = crate::trace::violations(&report);
            assert!(found.is_empty(), "{title}: {found:?}\n{lines:#?}");
            let call = &report.calls[0];
            assert_eq!(call.phase, flow.phases()[here as usize], "{title}");
            let mermaid = call.to_mermaid(Show::default());
            let told = |note: &str| {
                let notes = mermaid
                    .lines()
                    .filter_map(|line| line.trim().strip_prefix(note));
                notes.map(str::to_owned).collect::<Vec<_>>()
            };
            let real = |end: End| changes(flow.steps.iter().map(|step| step.phases[end as usize]));
            // An offer is acknowledged at once.
            let live = |mut phases: Vec<String>| {
                phases.retain(|phase| phase != "Offered");
                phases
            };
            let (ours, theirs) = (told("Note left of here: "), told("Note right of there: "));
            assert_eq!(live(theirs), real(there), "{title}\n{mermaid}");
            assert_eq!(live(ours), real(here), "{title}\n{mermaid}");
        }
    }
}

/// Where the documents, or the wire, have what a row of the law is about.
const SOURCES: [(&str, &[&str]); 11] = [
    ("MayPreaccept", &["FLOW-IN.4", "OBS-2"]),
    ("MayAccept", &["FLOW-IN.6", "SIG-16.32"]),
    ("MayReject", &["FLOW-REJECT.5", "SIG-18.1"]),
    ("MayRejectWhileRinging", &["OBS-3"]),
    ("MayTerminate", &["SIG-08.12", "SIG-17.35"]),
    ("MaySendTransport", &["SIG-05.1", "OBS-14"]),
    ("MaySendRelayLatency", &["FLOW-IN.5", "OBS-15"]),
    ("MaySendMute", &["SIG-13.1", "OBS-13"]),
    ("MaySendHeartbeat", &["REF.24"]),
    ("MayNegotiateVideo", &["OBS-VIDEO-1"]),
    ("MayReportDuration", &["OBS-18"]),
];

/// What a callee's device may say next, from each of its phases.
fn next() -> String {
    let known = clauses();
    let mut page = "\n## What a callee's device may say next\n\nThe law allows it; the clauses say how sure it is that a device does so.\n\n\
                    | it is | it may say | clauses, and how sure they are |\n| --- | --- | --- |\n"
        .to_owned();
    for phase in PHASES {
        for row in LAW
            .iter()
            .filter(|row| row.is_legal(RoleName::CALLEE, phase))
        {
            let Some((_, sources)) = SOURCES.iter().find(|(law, _)| *law == row.law) else {
                let is_said = row.kind == Kind::May
                    && row.about.iter().any(|action| *action != ActionKind::Offer);
                assert!(!is_said, "{} has no source", row.law);
                continue;
            };
            let element = row.about[0].tag();
            let _ = writeln!(
                page,
                "| `{phase}` | `<{element}>` | {} |",
                cited(sources, &known)
            );
        }
    }
    page
}

#[test]
fn the_flows() {
    let flows = flows();
    let mut text = "# Flows\n\nWhat is said in seven calls, in its order, and the phase of each end once a stanza has come. This page is written \
         by a test that\nruns typed calls on both ends. Not drawn: the server's ack of each stanza (CAT-ACK.1), and what is owed for it. A \
         device that gets an offer\nacknowledges it at once, and sends its receipt (SIG-18.2). The dialect is that of the documents.\n\nEach clause has how sure its \
         source is: see [conformance.md](conformance.md).\n"
        .to_owned();
    text.extend(flows.iter().map(page));
    text.push_str(&next());
    is_current("flows.md", &text);
}
