use ringstate::{Accept, Inbound, NewCall};

fn answered(new_call: NewCall, accept: Inbound<Accept>) {
    new_call.on_accept(accept);
}

fn main() {}
