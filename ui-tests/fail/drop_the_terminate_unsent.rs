#![deny(unused_must_use)]

use ringstate::{Accepted, Call, Callee};

fn hang_up(call: Call<Callee, Accepted>) {
    call.terminate();
}

fn main() {}
