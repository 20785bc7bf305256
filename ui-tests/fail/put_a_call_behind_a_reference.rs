use ringstate::{Acked, Call, Callee};

struct Session {
    call: Call<Callee, Acked>,
}

fn decline(session: &mut Session) {
    let (_rejected, _reject) = session.call.reject();
}

fn main() {}
