use ringstate::{NewCall, TransportMessage};

fn candidates_first(call: &NewCall) {
    let _ = call.transport(TransportMessage::default());
}

fn main() {}
