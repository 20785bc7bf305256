use ringstate::{Acked, Call, Callee};

fn decline(acked: Call<Callee, Acked>) {
    acked.reject_while_ringing();
}

fn main() {}
