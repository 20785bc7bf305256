//! Video is negotiated in a call that is answered.

use ringstate::{Acked, Call, Callee};

fn look(mut call: Call<Callee, Acked>) {
    let _ = call.video();
}

fn main() {}
