//! Answers a call: rings, reads the key, answers, mutes, and is hung up on. `cargo run --example answer`
//!
//! What is sent is written to standard output, one stanza a line; what happens, to standard error.

use ringstate::law::SentWithoutId;
use ringstate::stanza::MuteState;
use ringstate::{
    Accepted, Acked, Answer, AnswerError, AudioRates, Call, Callee, HearError, Inbound, Offer,
    Outbound, OwnAddress, Preaccepted, Received, RefusedParts, Stanza, StanzaId, Terminate,
    TerminateHeard, Terminated, xml,
};

const OFFER: &str = r#"<call from="15550199:3@lid" id="3EB0A1F2C4" t="1795255200" notify="Ann">
  <offer call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid">
    <audio enc="opus" rate="8000"/>
    <audio enc="opus" rate="16000"/>
    <net medium="3"/>
    <capability ver="1">0105f709e4bb13</capability>
    <enc v="2" type="msg" count="0">330a21057c9be2</enc>
    <encopt keygen="2"/>
  </offer>
</call>"#;

const HANG_UP: &str = r#"<call from="15550199:3@lid" id="3EB0D5E6F7" t="1795255275">
  <terminate call-id="00C0FFEE5EED5ACCE55EDBEADFACE001" call-creator="15550199:3@lid" duration="75"/>
</call>"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let me = OwnAddress::lid("15550100:2@lid".parse()?);
    let Received::Offer(offer) = xml::parse(OFFER)? else {
        return Err("an offer".into());
    };
    let acked = acknowledge(offer, &me);
    let ringing = ring(acked, "9F00000001".parse()?)?;
    let key = ringing.call_key().and_then(|enc| enc.content().bytes());
    eprintln!(
        "the key is for this device: {} bytes to decrypt",
        key.map_or(0, <[u8]>::len)
    );
    let mut accepted = answer(ringing, "9F00000002".parse()?)?;
    if let Some(mute) = accepted.mute(MuteState::MUTED) {
        eprintln!("Accepted: the microphone is off");
        send_under(mute, "9F00000003".parse()?);
    }
    let Received::Terminate(terminate) = xml::parse(HANG_UP)? else {
        return Err("a terminate".into());
    };
    let terminated = hear(accepted, terminate)?;
    eprintln!(
        "Terminated: {:?} by {:?}, after {:?} s",
        terminated.outcome(),
        terminated.ended_by(),
        terminated
            .heard_terminate()
            .and_then(ringstate::Terminate::duration)
    );
    Ok(())
}

fn acknowledge(offer: Inbound<Offer>, me: &OwnAddress) -> Call<Callee, Acked> {
    eprintln!("Offered: <ack>, then <receipt>");
    let (acked, owed) = Call::incoming(offer).acknowledge(me);
    send(owed);
    acked
}

fn ring(call: Call<Callee, Acked>, id: StanzaId) -> Result<Call<Callee, Preaccepted>, AnswerError> {
    eprintln!("Acked: <preaccept>, it rings");
    match call.preaccept(id, AudioRates::only(AudioRates::WIDEBAND)) {
        Ok((ringing, preaccept)) => {
            send(preaccept);
            Ok(ringing)
        }
        Err(refused) => {
            // It cannot be answered, so that it is declined.
            let RefusedParts {
                call,
                input: (id, _),
                reason,
            } = refused.into_parts();
            send_under(call.reject().1, id);
            Err(reason)
        }
    }
}

fn answer(
    call: Call<Callee, Preaccepted>,
    id: StanzaId,
) -> Result<Call<Callee, Accepted>, AnswerError> {
    eprintln!("Preaccepted: <accept>, under an id of ours");
    match call.accept(Answer::new(AudioRates::only(AudioRates::WIDEBAND))) {
        Ok((accepted, accept)) => {
            send_under(accept, id);
            Ok(accepted)
        }
        Err(refused) => {
            let RefusedParts { call, reason, .. } = refused.into_parts();
            send_under(call.terminate().1, id);
            Err(reason)
        }
    }
}

fn hear(
    call: Call<Callee, Accepted>,
    terminate: Inbound<Terminate>,
) -> Result<Call<Callee, Terminated>, HearError> {
    match call.on_terminate(terminate) {
        Ok((TerminateHeard::Ended(terminated), owed)) => {
            send(owed);
            Ok(terminated)
        }
        Ok((TerminateHeard::NotForUs(call) | TerminateHeard::DeviceOut(call, _), owed)) => {
            send(owed);
            Ok(call.abandon())
        }
        Err(refused) => {
            let RefusedParts {
                input: stanza,
                reason,
                ..
            } = refused.into_parts();
            send(stanza.acknowledge());
            Err(reason)
        }
    }
}

/// Sends a stanza that was built without an id under this one, which a real program makes at random. What the server
/// acknowledges is matched with the `Sent` that is left.
fn send_under<A: SentWithoutId>(outbound: Outbound<A>, id: StanzaId) {
    let (stanza, _sent) = outbound.with_id(id);
    send([stanza]);
}

fn send(stanzas: impl IntoIterator<Item = Stanza>) {
    for stanza in stanzas {
        println!("{}", xml::to_string(&stanza));
    }
}
