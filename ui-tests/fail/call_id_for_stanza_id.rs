use ringstate::{Acked, AudioRates, Call, Callee};

fn ring(acked: Call<Callee, Acked>) {
    let id = acked.identity().call_id.clone();
    let _ = acked.preaccept(id, AudioRates::only(16000));
}

fn main() {}
