use ringstate::{Accepted, AnyCall, Call, Callee, TransportMessage};

fn keep_alive(call: &mut AnyCall) {
    let _ = call.step(|call: Call<Callee, Accepted>| call.transport(TransportMessage::default()));
}

fn main() {}
