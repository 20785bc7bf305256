#![deny(unused_must_use)]

use ringstate::stanza::MuteState;
use ringstate::{Accepted, Call, Callee};

fn mute_in_silence(call: &mut Call<Callee, Accepted>) {
    call.mute(MuteState::MUTED);
}

fn main() {}
