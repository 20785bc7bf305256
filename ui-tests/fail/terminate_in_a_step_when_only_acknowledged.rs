use std::time::Instant;

use ringstate::stanza::Identity;
use ringstate::{Acked, Call, Callee, Switchboard};

fn hang_up(board: &mut Switchboard, call: &Identity) {
    let _ = board.step(call, Instant::now(), |call: Call<Callee, Acked>| call.terminate());
}

fn main() {}
