use ringstate::stanza::MuteState;
use ringstate::{Acked, Call, Callee};

fn mute_early(acked: &mut Call<Callee, Acked>) {
    let _ = acked.mute(MuteState::MUTED);
}

fn main() {}
