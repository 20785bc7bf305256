use ringstate::{Accepted, Call, Caller, Inbound, Reject};

fn hang_up_for_a_companion(call: Call<Caller, Accepted>, reject: Inbound<Reject>) {
    let _ = call.on_reject(reject);
}

fn main() {}
