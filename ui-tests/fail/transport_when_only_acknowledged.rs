use ringstate::{Acked, Call, Callee, TransportMessage};

fn hurry(acked: &Call<Callee, Acked>) {
    acked.transport(TransportMessage::default());
}

fn main() {}
