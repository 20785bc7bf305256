use ringstate::{Accept, Call, Caller, Inbound, Terminated};

fn talk_to_the_dead(call: Call<Caller, Terminated>, accept: Inbound<Accept>) {
    let _ = call.on_accept(accept);
}

fn main() {}
