//! A call that was ended sends nothing of its media any more.

use ringstate::{Accepted, Call, Callee, TransportMessage};

fn linger(call: Call<Callee, Accepted>) {
    let (terminated, terminate) = call.terminate();
    drop(terminate);
    let _ = terminated.transport(TransportMessage::default());
}

fn main() {}
