use ringstate::{Acked, Call, Callee, Outcome};

fn how_did_it_end(acked: &Call<Callee, Acked>) -> Outcome {
    acked.outcome()
}

fn main() {}
