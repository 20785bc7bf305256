use ringstate::{Accepted, AnyCall, Call, Callee, TransportMessage};

fn keep_alive(call: &mut AnyCall) {
    let _ = call.step(|call: Call<Callee, Accepted>| {
        let transport = call.transport(TransportMessage::default());
        (transport, call)
    });
}

fn main() {}
