use ringstate::{Call, Callee, Inbound, Rejected, Terminate};

fn phantom_missed_call(rejected: Call<Callee, Rejected>, terminate: Inbound<Terminate>) {
    let _ = rejected.on_terminate(terminate);
}

fn main() {}
