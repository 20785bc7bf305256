use ringstate::{Accepted, Acked, Call, Callee};

fn pretend(acked: Call<Callee, Acked>, other: Call<Callee, Accepted>) -> Call<Callee, Accepted> {
    Call { parties: acked.parties, ..other }
}

fn main() {}
