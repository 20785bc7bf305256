use ringstate::{Accepted, Call, Callee};

fn hang_up_twice(accepted: Call<Callee, Accepted>) {
    let (terminated, _terminate) = accepted.terminate();
    terminated.terminate();
}

fn main() {}
