use ringstate::{Acked, Call, Callee};

fn decrypt_early(acked: &Call<Callee, Acked>) -> Option<&[u8]> {
    acked.call_key()?.content().bytes()
}

fn main() {}
