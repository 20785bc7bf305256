//! `docs/diagnostics.md`: every message that a wrong program gets, as the compiler says it, with the program that is right.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::generated::is_current;

/// Mistakes of one kind: a title, what they have in common, the right program, and the programs that are wrong.
struct Group {
    title: &'static str,
    about: &'static str,
    right: &'static str,
    wrong: &'static [&'static str],
}

const GROUPS: &[Group] = &[
    Group {
        title: "Before the acknowledgement",
        about: "An offer gets its ack and its receipt before anything else, whatever the user does (SIG-18.2). Nothing can end the call in between, \
                so that no debt is lost. Every other stanza gets one ack.",
        right: "use ringstate::{Acked, Call, Callee, Inbound, Offer, OwnAddress, Stanza};

fn take_in(offer: Inbound<Offer>, me: &OwnAddress, send: &mut dyn FnMut(Stanza)) -> Call<Callee, Acked> {
    let (acked, owed) = Call::incoming(offer).acknowledge(me);
    owed.into_iter().for_each(send);
    acked
}",
        wrong: &[
            "reject_before_acknowledging",
            "accept_before_acknowledging",
            "abandon_before_acknowledging",
            "hear_terminate_before_acknowledging",
            "hear_an_offer_again_before_acknowledging",
            "acknowledge_twice",
            "acknowledge_a_stanza_twice",
            "ack_alone_for_an_offer",
            "receipt_for_an_offer_notice",
        ],
    },
    Group {
        title: "Declining",
        about: "A device that has said nothing declines with `reject`. One that has said that it rings declines with `terminate` (SIG-08.12), or with \
                `reject_while_ringing`, as the official client does (OBS-3). After that it says nothing more (SIG-18.12).",
        right: "use ringstate::{Acked, Call, Callee, Preaccepted, Stanza, StanzaId};

fn decline(acked: Call<Callee, Acked>, id: StanzaId) -> Stanza {
    let (_rejected, reject) = acked.reject();
    reject.with_id(id).0
}

fn decline_while_it_rings(ringing: Call<Callee, Preaccepted>, id: StanzaId) -> Stanza {
    let (_over, terminate) = ringing.terminate();
    terminate.with_id(id).0
}",
        wrong: &[
            "terminate_when_only_acknowledged",
            "terminate_in_a_step_when_only_acknowledged",
            "reject_after_preaccept",
            "reject_while_ringing_before_preaccept",
            "reject_after_accept",
            "reject_twice",
            "reject_by_the_caller",
        ],
    },
    Group {
        title: "Ringing and answering",
        about: "A callee says that it rings, and answers, once it has acknowledged the offer; once it has declined, or the call is over, it does neither \
                (SIG-18.10, SIG-18.11). A caller says neither.",
        right: "use ringstate::{Accepted, Acked, Answer, AudioRates, Call, Callee, Stanza, StanzaId};

fn answer(acked: Call<Callee, Acked>, rates: AudioRates, id: StanzaId) -> Result<(Call<Callee, Accepted>, Stanza), Call<Callee, Acked>> {
    match acked.accept(Answer::new(rates)) {
        Ok((accepted, accept)) => Ok((accepted, accept.with_id(id).0)),
        Err(refused) => Err(refused.into_parts().call), // decline it
    }
}",
        wrong: &[
            "accept_after_reject",
            "accept_after_terminate",
            "accept_twice",
            "accept_by_the_caller",
            "accept_a_group_call",
            "preaccept_after_reject",
            "preaccept_after_accept",
            "preaccept_by_the_caller",
        ],
    },
    Group {
        title: "No call without its offer",
        about: "A call begins with an offer that rings now: one that came in, or one that you made, with a key for each device. What was not offered can be \
                neither answered nor ended.",
        right: "use ringstate::{Call, Caller, NewCall, Offered, Stanza, StanzaId};

fn call(new: NewCall, id: StanzaId, send: &mut dyn FnMut(Stanza)) -> Option<Call<Caller, Offered>> {
    match new.offer(id) {
        Ok((offered, offer)) => {
            offer.into_iter().for_each(send);
            Some(offered)
        }
        Err(refused) => {
            eprintln!(\"{}\", refused.reason());
            None
        }
    }
}",
        wrong: &[
            "accept_an_offer_without_a_call",
            "reject_an_offer_without_a_call",
            "terminate_an_offer",
            "call_from_an_ended_offer",
            "call_from_an_offer_notice",
            "terminate_before_the_offer",
            "transport_before_the_offer",
            "hear_an_accept_before_the_offer",
            "offer_without_a_key",
            "new_session_without_the_identity",
        ],
    },
    Group {
        title: "What a caller hears",
        about: "The call is pending until the server has acknowledged the offer (SIG-17.15). Then devices ring, decline and answer; one of them counts, and what \
                the others say comes late (SIG-17.42).",
        right: "use ringstate::{AcceptHeard, Accepted, Acked, Call, Caller, Inbound, Stanza, StanzaId};

fn answered(
    acked: Call<Caller, Acked>,
    accept: Inbound<ringstate::Accept>,
    id: StanzaId,
    send: &mut dyn FnMut(Stanza),
) -> Result<Call<Caller, Accepted>, Call<Caller, Acked>> {
    let (AcceptHeard { call, siblings }, owed) = match acked.on_accept(accept) {
        Ok(heard) => heard,
        Err(refused) => {
            let parts = refused.into_parts(); // the call goes on, and the ack is owed
            parts.input.acknowledge().into_iter().for_each(send);
            return Err(parts.call);
        }
    };
    owed.into_iter().for_each(&mut *send);
    if let Some(dismissal) = siblings.dismiss() {
        send(dismissal.with_id(id).0);
    }
    Ok(call)
}",
        wrong: &[
            "hear_an_accept_before_the_server_acked",
            "hear_a_reject_before_the_server_acked",
            "transport_before_the_server_acked",
            "hear_a_second_accept",
            "hear_a_reject_after_the_answer",
            "hear_an_accept_of_a_call_we_received",
            "give_up_an_answered_call",
            "give_up_without_a_decline",
            "receipt_for_an_answer_heard_by_the_callee",
            "nack_of_a_reject_heard_by_a_call",
        ],
    },
    Group {
        title: "A call that is over, and one that is not",
        about: "A call that is over says nothing, and whatever comes for it is late: it gets its ack (SIG-17.37, OBS-19). A call that lives has no outcome yet.",
        right: "use ringstate::{Call, Callee, Inbound, Owed, Rejected, Terminate};

fn hear_late(rejected: &Call<Callee, Rejected>, terminate: Inbound<Terminate>) -> Owed {
    println!(\"{:?}\", rejected.outcome());
    match rejected.on_late(terminate) {
        Ok(owed) => owed,
        Err(refused) => refused.into_parts().input.acknowledge(), // of another call
    }
}",
        wrong: &[
            "terminate_twice",
            "transport_after_terminate",
            "hear_terminate_after_reject",
            "hear_an_accept_of_a_cancelled_call",
            "hear_late_of_a_live_call",
            "offer_of_an_ended_call",
            "outcome_of_a_live_call",
            "answer_of_an_unanswered_call",
        ],
    },
    Group {
        title: "On the way to the media",
        about: "Candidates, reports and the microphone are for a call that rings or was answered, a heartbeat and video for one that was answered. A callee that \
                has said nothing sends none of them (SIG-18.15 to SIG-18.17).",
        right: "use ringstate::{Accepted, Call, Callee, MuteState, Stanza, StanzaId, TransportMessage};

fn say(call: &mut Call<Callee, Accepted>, ids: [StanzaId; 2]) -> Vec<Stanza> {
    let [transport, mute] = ids;
    let mut stanzas = vec![call.transport(TransportMessage::default()).with_id(transport).0];
    stanzas.extend(call.mute(MuteState::MUTED).map(|muted| muted.with_id(mute).0));
    stanzas
}",
        wrong: &[
            "transport_when_only_acknowledged",
            "relaylatency_when_only_acknowledged",
            "mute_when_only_acknowledged",
            "mute_by_a_shared_reference",
            "heartbeat_while_ringing",
            "video_before_the_answer",
        ],
    },
    Group {
        title: "The call key",
        about: "It stays encrypted until the device rings or has answered: on the road of declining nobody reads it (SIG-18.13). It is read from the call, not from \
                the offer.",
        right: "use ringstate::{Call, Callee, Preaccepted};

fn key(ringing: &Call<Callee, Preaccepted>) -> Option<&ringstate::stanza::Enc> {
    ringing.call_key()
}",
        wrong: &[
            "read_the_key_before_preaccept",
            "read_the_key_without_a_call",
            "read_the_key_of_a_received_offer",
            "read_the_enc_of_an_offer",
        ],
    },
    Group {
        title: "Video",
        about: "One end asks, the other agrees or refuses, and only then is there a picture (OBS-VIDEO-2).",
        right: "use ringstate::{AnyVideo, Stanza, StanzaId};

fn agree(video: AnyVideo, ids: [StanzaId; 2]) -> (AnyVideo, Vec<Stanza>) {
    match video {
        AnyVideo::AskedByPeer(asked) => {
            let (running, (stopped, agreed)) = asked.agree();
            let [first, second] = ids;
            (running.into(), vec![stopped.with_id(first).0, agreed.with_id(second).0])
        }
        other => (other, Vec::new()),
    }
}",
        wrong: &[
            "agree_to_a_request_of_your_own",
            "answer_a_video_request_twice",
            "camera_before_the_agreement",
            "withdraw_a_request_that_was_agreed_to",
        ],
    },
    Group {
        title: "What is owed, or built, and not sent",
        about: "The compiler warns of a debt or a stanza that you drop where it is made (here the warning is an error). A stanza without an id is no stanza to \
                send: servers drop it (OBS-4).",
        right: "use ringstate::{Acked, Call, Callee, Stanza, StanzaId, xml};

fn send(stanza: Stanza) {
    println!(\"{}\", xml::to_string(&stanza));
}

fn decline(acked: Call<Callee, Acked>, id: StanzaId) {
    let (_rejected, reject) = acked.reject();
    send(reject.with_id(id).0);
}",
        wrong: &[
            "drop_what_is_owed",
            "drop_what_is_owed_beside_the_next_phase",
            "drop_the_reject_unsent",
            "drop_the_terminate_unsent",
            "drop_a_reaction",
            "drop_the_answer_of_a_step",
            "forget_the_mute",
            "forget_the_siblings",
            "events_before_the_stanzas",
            "send_without_an_id",
            "second_id_for_a_preaccept",
            "write_an_outbound_whole",
            "write_what_is_owed_whole",
        ],
    },
    Group {
        title: "One call, one owner",
        about: "A step consumes the call, so that nobody can take it twice. A refused step gives the call back in its `Refused`: match it.",
        right: "use ringstate::{Acked, Call, Callee, Inbound, Owed, Terminate, TerminateHeard};

fn hear(call: Call<Callee, Acked>, terminate: Inbound<Terminate>) -> Result<(TerminateHeard<Callee, Acked>, Owed), (Call<Callee, Acked>, Owed)> {
    call.on_terminate(terminate).map_err(|refused| {
        let parts = refused.into_parts();
        (parts.call, parts.input.acknowledge())
    })
}",
        wrong: &[
            "use_a_call_after_its_step",
            "clone_a_call",
            "put_a_call_behind_a_reference",
            "question_mark_on_a_refused_call",
        ],
    },
    Group {
        title: "Calls in a field or in a table",
        about: "An `AnyCall`, or a call of a `Switchboard`, can be in any phase. A step names the phase that it wants, and gets `None` in any other; the buttons \
                do what the phase has.",
        right: "use std::time::Instant;
use ringstate::{Acked, AnyCall, Call, Callee, Dialect, Identity, Reaction, Stanza, StanzaId, Switchboard};

fn decline(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    let reject = call.step(|call: Call<Callee, Acked>| call.reject())?;
    Some(reject.with_id(id).0)
}

fn red_button(call: &mut AnyCall, id: StanzaId) -> Option<Stanza> {
    call.hang_up(Dialect::default())?.with_id(id)
}

fn in_a_table(board: &mut Switchboard, call: &Identity) -> Option<Reaction> {
    board.decline(call, Instant::now())
}",
        wrong: &[
            "reject_a_stored_call",
            "reject_on_the_switchboard",
            "answer_a_call_of_the_table_twice",
            "keep_the_call_of_a_step",
            "give_what_was_said_before_the_call",
            "say_words_of_your_own",
            "clone_a_stored_call",
            "match_a_stored_call_in_part",
        ],
    },
    Group {
        title: "Ids and addresses",
        about: "A call-id is not the id of a stanza (SIG-17.3), and a LID is no number (SIG-07.11): they are types, made from text by `parse`.",
        right: "use ringstate::{CallId, IdError, Lid, PhoneNumber, StanzaId};

fn ids() -> Result<(CallId, StanzaId, Lid, PhoneNumber), IdError> {
    Ok((
        \"00C0FFEE\".parse()?,
        \"3EB0C4D5\".parse()?,
        \"15550100:2@lid\".parse()?,
        \"15550101:2@s.whatsapp.net\".parse()?,
    ))
}",
        wrong: &[
            "call_id_for_stanza_id",
            "text_for_a_stanza_id",
            "jid_for_lid",
            "phone_number_for_lid",
        ],
    },
    Group {
        title: "The law is closed",
        about: "Nobody adds a phase, a legal step or an acknowledgement from outside. If you need one, the law is wrong: tell its maintainers.",
        right: "use ringstate::law::{LAW, PhaseName, RoleName};

fn may_reject(role: RoleName, phase: PhaseName) -> bool {
    LAW.iter().any(|row| row.law == \"MayReject\" && row.is_legal(role, phase))
}",
        wrong: &[
            "amend_the_law",
            "implement_the_law_for_an_own_type",
            "forge_a_phase",
            "forge_a_call",
            "forge_an_acknowledgement",
        ],
    },
];

#[test]
fn the_page_of_messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui-tests/fail");
    let read = |name: &str, extension: &str| {
        let path = folder.join(name).with_extension(extension);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let mut page = "# What the compiler says\n\nEach mistake that does not compile, or that the compiler warns of, with what it says, and the program that is \
         right. The messages are\nthose that the tests compare (`ui-tests/fail`), and the right programs compile.\n"
        .to_owned();
    for group in GROUPS {
        let anchor = group
            .title
            .to_lowercase()
            .replace(',', "")
            .replace(' ', "-");
        let _ = write!(page, "\n* [{}](#{anchor})", group.title);
    }
    page.push('\n');
    let mut told = BTreeSet::new();
    for group in GROUPS {
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n```rust\n{}\n```\n",
            group.title, group.about, group.right
        );
        for name in group.wrong {
            assert!(told.insert(*name), "{name} is told twice");
            let (program, message) = (read(name, "rs"), read(name, "stderr"));
            let program = program.replace("\nfn main() {}\n", "");
            let first = message
                .lines()
                .next()
                .expect("a message")
                .split_once(": ")
                .expect("a kind")
                .1;
            let _ = write!(
                page,
                "\n<details><summary><code>{}</code></summary>\n\n```rust,ignore\n{}\n```\n\n```text\n{}\n```\n\n</details>\n",
                first
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('`', ""),
                program.trim_end(),
                message.trim_end()
            );
        }
    }
    let there = fs::read_dir(&folder).expect("the folder");
    for path in there.map(|entry| entry.expect("an entry").path()) {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(told.contains(name.as_str()), "{name} is in no group");
    }
    is_current("diagnostics.md", &page);
}
