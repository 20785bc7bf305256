use std::time::Instant;

use ringstate::stanza::Identity;
use ringstate::{Accepted, Call, Callee, Switchboard};

fn read_the_key(board: &mut Switchboard, call: &Identity) {
    let _ = board.step(call, Instant::now(), |call: Call<Callee, Accepted>| (call, "the key"));
}

fn main() {}
