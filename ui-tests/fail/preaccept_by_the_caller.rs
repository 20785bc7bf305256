use ringstate::{Acked, AudioRates, Call, Caller, StanzaId};

fn ring_oneself(call: Call<Caller, Acked>, id: StanzaId) {
    let _ = call.preaccept(id, AudioRates::only(16000));
}

fn main() {}
