use ringstate::{Accept, Accepted, Call, Caller, Inbound};

fn the_last_answer_wins(call: Call<Caller, Accepted>, accept: Inbound<Accept>) {
    let _ = call.on_accept(accept);
}

fn main() {}
