use ringstate::{Acked, Call, Caller};

fn withdraw(call: Call<Caller, Acked>) {
    let _ = call.reject();
}

fn main() {}
