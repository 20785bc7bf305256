use ringstate::{Acked, AudioRates, Call, Callee};

fn ring(acked: Call<Callee, Acked>) {
    let _ = acked.preaccept("3EB0C4D5", AudioRates::only(16000));
}

fn main() {}
