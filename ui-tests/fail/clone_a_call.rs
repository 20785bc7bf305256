use ringstate::{Acked, Call, Callee};

#[derive(Clone)]
struct Session {
    call: Call<Callee, Acked>,
}

fn main() {}
