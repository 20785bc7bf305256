use ringstate::{Inbound, Offer};

fn decrypt_early(offer: &Inbound<Offer>) {
    offer.action().enc();
}

fn main() {}
