#![deny(unused_must_use)]

use ringstate::{Acked, AnyCall, Call, Callee};

fn decline(call: &mut AnyCall) {
    call.step(|call: Call<Callee, Acked>| call.reject());
}

fn main() {}
