use ringstate::{Call, Callee, Preaccepted, StanzaId};

fn beat_early(ringing: &Call<Callee, Preaccepted>, id: StanzaId) {
    let _ = ringing.heartbeat(id);
}

fn main() {}
