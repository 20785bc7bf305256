//! A `<reject>` is sent before it has an id.
use ringstate::{Acked, Call, Callee, Stanza};

fn send(_: impl IntoIterator<Item = Stanza>) {}

fn decline(call: Call<Callee, Acked>) {
    let (_rejected, reject) = call.reject();
    send(reject);
}

fn main() {}
