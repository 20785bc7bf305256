use ringstate::{Acked, Call, Caller};

fn lose_patience(call: Call<Caller, Acked>) {
    let _ = call.give_up();
}

fn main() {}
