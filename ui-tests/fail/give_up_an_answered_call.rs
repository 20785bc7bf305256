use ringstate::{Accepted, Call, Caller, Decline};

fn too_late(call: Call<Caller, Accepted>, decline: Decline) {
    let _ = call.give_up(decline);
}

fn main() {}
