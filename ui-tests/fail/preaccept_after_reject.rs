use ringstate::{AudioRates, Call, Callee, Rejected, StanzaId};

fn ring_after_all(rejected: Call<Callee, Rejected>, id: StanzaId) {
    rejected.preaccept(id, AudioRates::only(16000));
}

fn main() {}
