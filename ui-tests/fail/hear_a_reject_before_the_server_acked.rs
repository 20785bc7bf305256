use ringstate::{Call, Caller, Inbound, Offered, Reject};

fn too_soon(call: Call<Caller, Offered>, reject: Inbound<Reject>) {
    let _ = call.on_reject(reject);
}

fn main() {}
