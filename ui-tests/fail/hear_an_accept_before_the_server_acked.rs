use ringstate::{Accept, Call, Caller, Inbound, Offered};

fn too_soon(call: Call<Caller, Offered>, accept: Inbound<Accept>) {
    let _ = call.on_accept(accept);
}

fn main() {}
