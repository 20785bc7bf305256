//! A switchboard from its journal: killed between any two writes, it goes on where it was.

use std::time::{Duration, Instant};

use ringstate::law::{PhaseName, RoleName};
use ringstate::trace::{Direction, Now, RestoreError, abandoned_line, journal_line, restore};
use ringstate::{
    Acked, AnyCall, Call, Callee, DeviceKey, Dialect, Identity, Limits, NewCall, OnDecline,
    Outcome, Policy, Reaction, RingingDevices, Switchboard, xml,
};

use crate::common::phone::{
    ANN_7, ANN_PRIMARY, IN, OUT, answer, call_to_ann, ids, offer, says_under,
};
use crate::common::{ANN, me};

/// When the journals begin, on their own clock.
const START: Duration = Duration::from_secs(1_700_000_000);

/// What is known of a call: what it has to be again.
type State = Vec<(Identity, RoleName, PhaseName, Option<Outcome>)>;

/// A program that keeps a journal.
struct Program {
    board: Switchboard,
    start: Instant,
    now: Duration,
    policy: Policy,
    calls: Vec<Identity>,
    journal: Vec<String>,
    /// For each line of the journal: the state then, when the next ring window is over, and what is still to be sent.
    then: Vec<(State, Option<Instant>, Vec<String>)>,
}

impl Program {
    fn new(policy: Policy) -> Self {
        let start = Instant::now() + Duration::from_hours(1);
        Self {
            board: Switchboard::with(me(), policy.clone(), Limits::default(), ids()),
            start,
            now: Duration::ZERO,
            policy,
            calls: [IN, OUT].map(identity).to_vec(),
            journal: Vec::new(),
            then: Vec::new(),
        }
    }

    fn clock(&self) -> Instant {
        self.start + self.now
    }

    fn state(&self) -> State {
        state(&self.board, &self.calls)
    }

    fn write(&mut self, line: String, unsent: &[String]) {
        self.journal.push(line);
        let then = (
            self.state(),
            self.board.next_expiry(self.start),
            unsent.to_vec(),
        );
        self.then.push(then);
        self.now += Duration::from_millis(100);
    }

    fn hear(&mut self, document: &str) {
        let line = journal_line(Direction::Inward, START + self.now, document);
        let now = self.clock();
        let reaction = self
            .board
            .receive(xml::parse(document).expect("a stanza"), now);
        let stanzas = sent(reaction);
        self.write(line, &stanzas);
        self.send(&stanzas);
    }

    fn send(&mut self, stanzas: &[String]) {
        for (at, stanza) in stanzas.iter().enumerate() {
            let line = journal_line(Direction::Outward, START + self.now, stanza);
            self.write(line, &stanzas[at + 1..]);
        }
    }

    /// What a user does is in the journal as soon as its stanza was sent.
    fn act(&mut self, act: impl FnOnce(&mut Switchboard, Instant) -> Reaction) {
        let now = self.clock();
        let stanzas = sent(act(&mut self.board, now));
        self.send(&stanzas);
    }

    /// Kills the program behind each write, and makes its board again.
    fn is_restored_at_each_write(&self) {
        for length in 0..=self.journal.len() {
            let (state, expiry, unsent) = match length {
                0 => (Vec::new(), None, Vec::new()),
                _ => self.then[length - 1].clone(),
            };
            let (board, reaction) = self.restored(length).expect("the journal is true");
            assert_eq!(
                self::state(&board, &self.calls),
                state,
                "{:#?}",
                &self.journal[..length]
            );
            assert_eq!(
                board.next_expiry(self.start),
                expiry,
                "{:#?}",
                &self.journal[..length]
            );
            let again: Vec<String> = sent(reaction)
                .iter()
                .map(|stanza| without_id(stanza))
                .collect();
            let unsent: Vec<String> = unsent.iter().map(|stanza| without_id(stanza)).collect();
            assert_eq!(again, unsent, "{:#?}", &self.journal[..length]);
        }
    }

    fn restored(&self, length: usize) -> Result<(Switchboard, Reaction), RestoreError> {
        let lines = self.journal[..length].iter().map(String::as_str);
        let later = Duration::from_secs(10);
        let now = Now {
            instant: self.clock() + later,
            since_1970: START + self.now + later,
        };
        restore(
            lines,
            (me(), self.policy.clone(), Limits::default()),
            ids(),
            now,
        )
    }
}

fn identity(call: &str) -> Identity {
    let document = says_under("0", ANN, "heartbeat", call, "");
    let ringstate::Received::Heartbeat(stanza) = xml::parse(document).expect("a stanza") else {
        unreachable!()
    };
    let identity = stanza.identity().clone();
    drop(stanza.acknowledge());
    identity
}

fn state(board: &Switchboard, calls: &[Identity]) -> State {
    let known = |call: &Identity| {
        let any: &AnyCall = board.get(call)?;
        Some((call.clone(), any.role(), any.phase(), any.outcome()))
    };
    calls.iter().filter_map(known).collect()
}

fn sent(reaction: Reaction) -> Vec<String> {
    let mut sent = Vec::new();
    drop(reaction.send(|stanza| sent.push(xml::to_string(&stanza))));
    sent
}

/// A `<call>` that was not sent gets an id anew.
fn without_id(stanza: &str) -> String {
    let (Some(start), true) = (stanza.find(" id=\""), stanza.starts_with("<call")) else {
        return stanza.to_owned();
    };
    let end = start + 5 + stanza[start + 5..].find('"').expect("a quote");
    format!("{}{}", &stanza[..start], &stanza[end + 1..])
}

fn incoming() -> Program {
    let mut program = Program::new(Policy::default());
    program.hear(&offer(ANN, IN, ""));
    program
}

fn outgoing(policy: Policy) -> Program {
    let mut program = Program::new(policy);
    program.act(|board, now| {
        board
            .place(call_to_ann("00FACADE"), now)
            .expect("there is room")
            .1
    });
    program
}

fn ack(id: &str, kind: &str) -> String {
    format!(r#"<ack class="call" id="{id}" from="s.whatsapp.net" type="{kind}"/>"#)
}

/// The id under which the last stanza with this in it was sent.
fn id_of(program: &Program, part: &str) -> String {
    let line = program
        .journal
        .iter()
        .rfind(|line| line.contains(part))
        .expect("it was sent");
    let (_, rest) = line.split_once(r#" id=""#).expect("it has an id");
    rest.split('"').next().expect("its end").to_owned()
}

#[test]
fn an_incoming_call_is_the_same_after_any_write() {
    let call = identity(IN);
    let mut declined = incoming();
    declined.act(|board, now| board.decline(&call, now).expect("it rings"));
    declined.hear(&ack(&id_of(&declined, "<reject"), "reject"));
    declined.hear(&offer(ANN, IN, ""));
    declined.is_restored_at_each_write();

    let mut answered = incoming();
    answered.act(|board, now| {
        let (id, rates) = (board.next_id(), ringstate::AudioRates::only(16000));
        let step = board.step(&call, now, |call: Call<Callee, Acked>| {
            call.preaccept(id, rates)
        });
        step.expect("it is acked").expect("it fits")
    });
    answered.act(|board, now| {
        board
            .answer(&call, now, answer())
            .expect("it rings")
            .expect("it fits")
    });
    answered.hear(&ack(&id_of(&answered, "<accept"), "accept"));
    answered.hear(&says_under(
        "8A",
        ANN,
        "transport",
        IN,
        r#"transport-message-type="3""#,
    ));
    answered.act(|board, now| board.hang_up(&call, now).expect("it is answered"));
    answered.is_restored_at_each_write();

    let mut ended = incoming();
    ended.hear(&says_under("8B", ANN, "terminate", IN, ""));
    ended.is_restored_at_each_write();
}

#[test]
fn an_outgoing_call_is_the_same_after_any_write() {
    let mut answered = outgoing(Policy::default());
    let id = id_of(&answered, "<offer");
    // It overtakes the server's ack, and waits for it.
    answered.hear(&says_under("8A", ANN_7, "preaccept", OUT, ""));
    answered.hear(&ack(&id, "offer"));
    answered.hear(&says_under("8B", ANN_7, "accept", OUT, ""));
    answered.hear(&ack(&id_of(&answered, "accepted_elsewhere"), "terminate"));
    let call = identity(OUT);
    answered.act(|board, now| board.hang_up(&call, now).expect("it is answered"));
    answered.is_restored_at_each_write();

    let mut declined = outgoing(Policy::default());
    declined.hear(&ack(&id_of(&declined, "<offer"), "offer"));
    declined.hear(&says_under("8C", ANN_PRIMARY, "reject", OUT, ""));
    declined.is_restored_at_each_write();

    let policy = Policy {
        on_decline: OnDecline::RingOn,
        dialect: Dialect::WhatsAppWeb,
        ..Policy::default()
    };
    let mut rings_on = outgoing(policy);
    rings_on.hear(&ack(&id_of(&rings_on, "<offer"), "offer"));
    rings_on.hear(&says_under("8D", ANN_PRIMARY, "reject", OUT, ""));
    rings_on.act(|board, now| board.hang_up(&call, now).expect("it rings on"));
    rings_on.is_restored_at_each_write();

    let mut refused = outgoing(Policy::default());
    let nack = r#"from="s.whatsapp.net" error="439""#;
    let nacked = ack(&id_of(&refused, "<offer"), "offer").replace(r#"from="s.whatsapp.net""#, nack);
    refused.hear(&nacked);
    refused.is_restored_at_each_write();
}

#[test]
fn calls_that_cross_and_ends_that_come_early_are_the_same_after_any_write() {
    let mut crossed = outgoing(Policy::default());
    crossed.hear(&ack(&id_of(&crossed, "<offer"), "offer"));
    crossed.hear(&offer(ANN, IN, ""));
    crossed.is_restored_at_each_write();

    let mut early = Program::new(Policy::default());
    early.hear(&says_under("8A", ANN, "terminate", IN, ""));
    early.hear(&offer(ANN, IN, ""));
    early.is_restored_at_each_write();
}

#[test]
fn an_offline_repeat_of_a_call_that_rang_is_a_repeat() {
    let program = incoming();
    let (mut board, reaction) = program.restored(program.journal.len()).expect("it is true");
    assert!(reaction.stanzas().is_empty());
    drop(reaction);
    let again = xml::parse(offer(ANN, IN, r#"offline="1""#)).expect("a stanza");
    let events = board.receive(again, program.clock()).send(drop);
    assert!(
        matches!(events[..], [ringstate::Event::NothingNew { .. }]),
        "{events:?}"
    );
    assert_eq!(board.live().count(), 1);
}

#[test]
fn an_ack_of_what_was_sent_before_the_restart_confirms_it() {
    let program = outgoing(Policy::default());
    let (mut board, reaction) = program.restored(program.journal.len()).expect("it is true");
    drop(reaction);
    let acked = xml::parse(ack(&id_of(&program, "<offer"), "offer")).expect("a stanza");
    let events = board.receive(acked, program.clock()).send(drop);
    assert!(
        matches!(events[..], [ringstate::Event::OfferConfirmed { .. }]),
        "{events:?}"
    );
}

#[test]
fn an_ack_of_what_the_board_sent_by_itself_confirms_it() {
    let mut program = outgoing(Policy::default());
    program.hear(&ack(&id_of(&program, "<offer"), "offer"));
    program.hear(&says_under("8B", ANN_7, "accept", OUT, ""));
    // The board of the journal would have taken other ids.
    let journal = program.journal.iter();
    program.journal = journal.map(|line| line.replace("OUT", "BEFORE")).collect();
    let dismissal = id_of(&program, "accepted_elsewhere");
    let (mut board, reaction) = program.restored(program.journal.len()).expect("it is true");
    assert!(reaction.stanzas().is_empty());
    drop(reaction);
    let acked = xml::parse(ack(&dismissal, "terminate")).expect("a stanza");
    let events = board.receive(acked, program.clock()).send(drop);
    assert!(
        matches!(events[..], [ringstate::Event::Confirmed { .. }]),
        "{events:?}"
    );
}

#[test]
fn a_user_who_gives_up_has_given_up_after_any_write() {
    let policy = Policy {
        on_decline: OnDecline::RingOn,
        ..Policy::default()
    };
    let mut program = outgoing(policy);
    program.hear(&ack(&id_of(&program, "<offer"), "offer"));
    // The board hands the decline out with the event, and the user takes it up.
    let declined = says_under("8D", ANN_PRIMARY, "reject", OUT, "");
    let line = journal_line(Direction::Inward, START + program.now, &declined);
    let now = program.clock();
    let (mut stanzas, mut given_up) = (Vec::new(), None);
    let reaction = program
        .board
        .receive(xml::parse(&declined).expect("a stanza"), now);
    for event in reaction.send(|stanza| stanzas.push(xml::to_string(&stanza))) {
        if let ringstate::Event::DeviceOut { decline, .. } = event {
            given_up = decline;
        }
    }
    program.write(line, &stanzas);
    program.send(&stanzas);
    let (call, decline) = (identity(OUT), given_up.expect("its user has declined"));
    program.act(|board, now| {
        let step = board.step(&call, now, |call: Call<ringstate::Caller, Acked>| {
            call.give_up(decline)
        });
        step.expect("it rings on").expect("it is of this call")
    });
    assert_eq!(program.state()[0].3, Some(Outcome::Declined));
    program.is_restored_at_each_write();
}

#[test]
fn what_could_not_be_read_ends_the_call_again() {
    let mut program = incoming();
    let terminate = r#"<call from="15550199:3@lid" id="8E"><terminate call-id="00C0FFEE"/></call>"#;
    let line = journal_line(Direction::Inward, START + program.now, terminate);
    let error = xml::parse(terminate).expect_err("it names no creator");
    let now = program.clock();
    let stanzas = sent(program.board.receive_unreadable(error, now));
    program.write(line, &stanzas);
    program.send(&stanzas);
    assert!(program.state()[0].3.is_some());
    program.is_restored_at_each_write();
}

#[test]
fn a_journal_that_cannot_be_true_names_its_line_and_half_a_write_is_left_out() {
    let mut program = incoming();
    let call = identity(IN);
    program.act(|board, now| board.decline(&call, now).expect("it rings"));
    let length = program.journal.len();
    let whole = program.journal.clone();

    // It answers a call that was declined.
    let reject = whole[length - 1].clone();
    program.journal.push(reject.replace("reject", "accept"));
    let why = program.restored(length + 1).expect_err("it is declined");
    assert_eq!(why.line, length + 1);
    assert!(
        why.to_string()
            .contains("`<accept>` cannot be sent by the Callee of a call that is `Rejected`"),
        "{why}"
    );

    // The write of the last line did not come to its end.
    for end in 20..reject.len() {
        program.journal = whole.clone();
        program.journal[length - 1].truncate(end);
        let (board, reaction) = program
            .restored(length)
            .unwrap_or_else(|why| panic!("{end}: {why}"));
        assert_eq!(board.live().count(), 1, "{end}");
        drop(reaction);
    }

    // In front of another line it is no half write.
    program.journal = whole.clone();
    program.journal[1].truncate(30);
    assert_eq!(program.restored(length).expect_err("it is broken").line, 2);
}

#[test]
fn a_stanza_that_was_sent_again_is_no_second_step() {
    let mut program = incoming();
    let call = identity(IN);
    program.act(|board, now| board.decline(&call, now).expect("it rings"));
    let again = program.journal.last().expect("the reject").clone();
    program.journal.push(again);
    let (board, unsent) = program.restored(program.journal.len()).expect("it is true");
    assert!(unsent.stanzas().is_empty() && board.live().next().is_none());
    drop(unsent);

    let mut program = outgoing(Policy::default());
    program.journal.push(program.journal[0].clone());
    let (board, unsent) = program.restored(2).expect("it is true");
    assert_eq!((unsent.stanzas().len(), board.live().count()), (0, 1));
    drop(unsent);
}

#[test]
fn two_records_in_one_line_are_no_record() {
    let mut program = incoming();
    let call = identity(IN);
    program.act(|board, now| board.decline(&call, now).expect("it rings"));
    let reject = program.journal.pop().expect("the reject");
    let length = program.journal.len();
    program.journal[length - 1] += &reject;
    program.journal.push(reject);
    let why = program
        .restored(length + 1)
        .expect_err("half of a line is no record");
    assert_eq!(why.line, length);
}

#[test]
fn half_a_record_in_front_of_another_is_no_stanza() {
    let first = r#"1700000000.250 < <call from="15550188:3@lid" id=""#;
    let whole = journal_line(Direction::Inward, START, &offer(ANN, IN, ""));
    let mut program = incoming();
    program.journal = vec![format!("{first}{whole}"), whole.clone()];
    let why = program.restored(2).expect_err("nobody sent that");
    assert_eq!(why.line, 1);
    // What the board could not read, the board of the journal cannot read either.
    program.journal = vec![whole.replace("Ann", "Ann & Bob"), whole];
    assert_eq!(program.restored(2).expect_err("it is no XML").line, 1);
}

#[test]
fn a_call_id_with_a_backslash_is_the_same_again() {
    let mut program = Program::new(Policy::default());
    let hostile = IN.replace("00C0FFEE", r"C\n0");
    program.hear(&offer(ANN, &hostile, ""));
    let (board, unsent) = program.restored(1).expect("it is true");
    let live: Vec<&str> = board
        .live()
        .map(|call| call.identity().call_id.as_str())
        .collect();
    assert_eq!(live, [r"C\n0"]);
    assert_eq!(unsent.stanzas().len(), 2);
    drop(unsent);
}

#[test]
fn what_a_reader_waits_for_is_not_shown() {
    let mut reader = ringstate::trace::Reader::new(ringstate::trace::Format::Log(
        ringstate::trace::Printer::Zapo,
    ));
    assert_eq!(
        reader
            .line("secret Ann <call from='15550199:3@lid'>")
            .count(),
        0
    );
    let shown = format!("{reader:?}");
    assert!(
        !shown.contains("15550199") && !shown.contains("Ann"),
        "{shown}"
    );
}

#[test]
fn a_line_of_a_journal_is_one_line() {
    let document = "<call from=\"15550199:3@lid\" id=\"1A\">\n  <offer/>\n</call>";
    let line = journal_line(Direction::Inward, START, document);
    assert_eq!(line.lines().count(), 1);
    let mut program = incoming();
    let call = identity(IN);
    program.act(|board, now| {
        let reaction = board.decline(&call, now).expect("it rings");
        let stanza = &reaction.stanzas()[0];
        assert!(
            journal_line(Direction::Outward, START, &xml::to_string(stanza))
                .starts_with("1700000000.000 > <call to=")
        );
        reaction
    });
}

#[test]
fn a_call_that_was_abandoned_stays_so_and_frees_its_place() {
    let mut program = Program::new(Policy::default());
    // More than one caller may have at once.
    for number in 0..2 * Limits::default().live_calls_of_one {
        let ids = IN.replace("00C0FFEE", &format!("C {number}"));
        let call = identity(&ids);
        program.calls.push(call.clone());
        program.hear(&offer(ANN, &ids, ""));
        assert_eq!(program.board.live().count(), 1, "there is room");
        let now = program.clock();
        let reaction = program.board.time_out(&call, now).expect("it rings");
        assert!(reaction.stanzas().is_empty());
        drop(reaction);
        program.write(abandoned_line(START + program.now, &call), &[]);
    }
    program.is_restored_at_each_write();
    let length = program.journal.len();
    let (board, unsent) = program.restored(length).expect("it is true");
    assert!(unsent.stanzas().is_empty() && board.live().next().is_none());
    drop(unsent);
    // Half a line is told from a whole one, wherever it breaks off and whatever comes behind it.
    let line = program.journal[length - 1].clone();
    let next = journal_line(Direction::Inward, START, &offer(ANN, IN, ""));
    for end in 15..line.len() {
        for (joined, at) in [
            (format!("{}{next}", &line[..end]), 0),
            (line[..end].to_owned(), 1),
        ] {
            program.journal.truncate(length - 1);
            program.journal.extend([joined, next.clone()]);
            let why = program.restored(length + 1).map(drop);
            let why = why.expect_err(&line[..end]);
            assert_eq!(why.line, length, "{end} {at}");
        }
    }
    // A call that is not known ended before the journal began.
    program.journal = vec![line];
    assert!(program.restored(1).is_ok());
}

#[test]
fn the_one_device_that_a_bare_key_is_for_is_known_again_when_it_speaks() {
    let mut program = Program::new(Policy::default());
    let call = NewCall {
        devices: RingingDevices::one(
            ANN_7.parse().expect("an address"),
            DeviceKey::Session(vec![0x33]),
        ),
        ..call_to_ann("00FACADE")
    };
    program.act(|board, now| board.place(call, now).expect("there is room").1);
    let id = program.journal[0]
        .split(" id=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let id = id.expect("an id").to_owned();
    program.hear(&format!(
        r#"<ack class="call" id="{id}" from="s.whatsapp.net" type="offer"/>"#
    ));
    program.hear(&says_under("5A", ANN_7, "preaccept", OUT, ""));
    // Once it is known, another one is not it.
    program.hear(&says_under("5C", ANN, "accept", OUT, ""));
    assert_eq!(program.state()[0].2, PhaseName::PREACCEPTED);
    program.hear(&says_under("5B", ANN_7, "accept", OUT, ""));
    assert_eq!(program.state()[0].2, PhaseName::ACCEPTED);
    program.is_restored_at_each_write();
}

/// The journal up to this line, and then another one that was sent: how many stanzas are still to be sent.
fn unsent_after(program: &Program, length: usize, sent: &str) -> usize {
    let mut then = Program::new(program.policy.clone());
    then.journal = program.journal[..length].to_vec();
    then.journal
        .push(journal_line(Direction::Outward, START + program.now, sent));
    let (_, reaction) = then
        .restored(length + 1)
        .unwrap_or_else(|why| panic!("{why}\n{sent}"));
    super::restore::sent(reaction).len()
}

#[test]
fn what_was_sent_pays_only_what_it_says() {
    let program = incoming();
    // The offer owes an ack and a receipt.
    let sent = |line: &str| unsent_after(&program, 1, line);
    let line = |part: &str| {
        let line = program
            .journal
            .iter()
            .find(|line| line.contains(part))
            .expect("it was sent");
        line.split_once(" > ").expect("it was sent").1.to_owned()
    };
    for stanza in [line("<ack"), line("<receipt")] {
        assert_eq!(sent(&stanza), 1, "{stanza}");
        assert_eq!(
            sent(&stanza.replace("id=\"9Y\"", "id=\"9Z\"")),
            2,
            "{stanza}"
        );
        assert_eq!(
            sent(&stanza.replace("to=\"15550199:3@lid\"", "to=\"15550199@lid\"")),
            2,
            "{stanza}"
        );
    }

    // An answer owes the dismissal of the other devices.
    let mut program = outgoing(Policy::default());
    program.hear(&ack(&id_of(&program, "<offer"), "offer"));
    program.hear(&says_under("8B", ANN_7, "accept", OUT, ""));
    let length = program.journal.len() - 1;
    let dismissal = program.journal[length]
        .split_once(" > ")
        .expect("it was sent")
        .1
        .to_owned();
    assert!(dismissal.contains("accepted_elsewhere"), "{dismissal}");
    let sent = |line: &str| unsent_after(&program, length, line);
    assert_eq!(sent(&dismissal), 0);
    let open = dismissal.find("<destination>").expect("it names devices");
    let close = dismissal.find("</terminate>").expect("its end");
    let others = [
        dismissal.replacen("to=\"15550199@lid\"", "to=\"15550199:9@lid\"", 1),
        format!(r#"<call to="15550199@lid" id="5D"><mute_v2 {OUT} mute-state="1"/></call>"#),
        dismissal.replace("00FACADE", "00FACADF"),
        dismissal.replace(" reason=\"accepted_elsewhere\"", ""),
        format!("{}{}", &dismissal[..open], &dismissal[close..]),
        dismissal.replace("15550199:9@lid", "15550199:8@lid"),
    ];
    for other in others {
        assert_ne!(other, dismissal);
        assert_eq!(sent(&other), 1, "{other}");
    }
}

#[test]
fn what_a_board_said_by_itself_is_acknowledged_under_the_id_that_it_was_sent_with() {
    let mut program = outgoing(Policy::default());
    program.hear(&ack(&id_of(&program, "<offer"), "offer"));
    program.hear(&says_under("8B", ANN_7, "accept", OUT, ""));
    let id = id_of(&program, "accepted_elsewhere");
    let (mut board, unsent) = program.restored(program.journal.len()).expect("it is true");
    assert!(unsent.stanzas().is_empty());
    drop(unsent);
    let acked = xml::parse(ack(&id, "terminate")).expect("an ack");
    let events = board
        .receive(acked, program.clock())
        .send(|_| panic!("nothing is owed for an ack"));
    assert!(
        matches!(events[..], [ringstate::Event::Confirmed { .. }]),
        "{events:?}"
    );
}
