#![deny(unused_must_use)]

use ringstate::{Acked, Call, Callee};

fn decline_in_silence(acked: Call<Callee, Acked>) {
    acked.reject();
}

fn main() {}
