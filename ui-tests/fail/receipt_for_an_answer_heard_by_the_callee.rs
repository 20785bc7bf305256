use ringstate::stanza::Receipt;
use ringstate::{Accepted, Call, Callee};

fn mix_up_the_ends(call: &mut Call<Callee, Accepted>, receipt: Receipt) {
    let _ = call.on_receipt(receipt);
}

fn main() {}
