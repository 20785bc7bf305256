use std::time::Instant;

use ringstate::stanza::Identity;
use ringstate::{Acked, Answer, AudioRates, Call, Callee, Switchboard};

fn answer(board: &mut Switchboard, call: &Identity) {
    let _ = board.step(call, Instant::now(), |call: Call<Callee, Acked>| {
        let _ = call.accept(Answer::new(AudioRates::only(16000)));
        call.reject()
    });
}

fn main() {}
