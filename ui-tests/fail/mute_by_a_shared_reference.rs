use ringstate::stanza::MuteState;
use ringstate::{Accepted, Call, Callee};

fn mute(call: &Call<Callee, Accepted>) {
    let _ = call.mute(MuteState::MUTED);
}

fn main() {}
