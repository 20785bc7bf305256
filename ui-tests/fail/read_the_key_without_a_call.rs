use ringstate::{Inbound, Offer};

fn decrypt_at_once(offer: &Inbound<Offer>) {
    offer.call_key();
}

fn main() {}
