use ringstate::{Accepted, Acked, Call, Callee};

fn pretend_it_was_answered(acked: Call<Callee, Acked>) -> Call<Callee, Accepted> {
    Call { ..acked }
}

fn main() {}
