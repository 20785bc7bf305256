use ringstate::{Call, Callee, Inbound, Offer, Offered};

fn hear_again(call: &Call<Callee, Offered>, offer: Inbound<Offer>) {
    let _ = call.on_repeated_offer(offer);
}

fn main() {}
