use ringstate::{Call, Inbound, Offer};

fn ignore_completely(offer: Inbound<Offer>) {
    let _ = Call::incoming(offer).abandon();
}

fn main() {}
