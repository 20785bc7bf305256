use ringstate::{Call, Caller, Offered, TransportMessage};

fn hurry(call: &Call<Caller, Offered>) {
    let _ = call.transport(TransportMessage::default());
}

fn main() {}
