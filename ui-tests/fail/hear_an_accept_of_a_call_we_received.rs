use ringstate::{Accept, Acked, Call, Callee, Inbound};

fn mix_up_the_ends(call: Call<Callee, Acked>, accept: Inbound<Accept>) {
    let _ = call.on_accept(accept);
}

fn main() {}
