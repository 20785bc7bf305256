use ringstate::stanza::Nacked;
use ringstate::{Accepted, Call, Callee, Reject};

fn end_for_nothing(call: Call<Callee, Accepted>, nacked: Nacked<Reject>) {
    let _ = call.on_nack(nacked);
}

fn main() {}
