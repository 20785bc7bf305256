use ringstate::{Acked, Call, Callee, Inbound, Terminate};

fn swallow(acked: &Call<Callee, Acked>, terminate: Inbound<Terminate>) {
    let _ = acked.on_late(terminate);
}

fn main() {}
