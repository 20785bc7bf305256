use ringstate::{Acked, Call, Caller, Jid};

fn who_answered(call: &Call<Caller, Acked>) -> &Jid {
    call.answered_by()
}

fn main() {}
