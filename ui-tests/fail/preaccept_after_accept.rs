use ringstate::{Accepted, AudioRates, Call, Callee, StanzaId};

fn ring_again(answered: Call<Callee, Accepted>, id: StanzaId) {
    let _ = answered.preaccept(id, AudioRates::only(16000));
}

fn main() {}
