use ringstate::{Acked, Call, Callee};

fn hang_up_on_the_offer(acked: Call<Callee, Acked>) {
    acked.terminate();
}

fn main() {}
