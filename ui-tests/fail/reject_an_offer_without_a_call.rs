use ringstate::{Inbound, Offer};

fn decline_at_once(offer: Inbound<Offer>) {
    offer.reject();
}

fn main() {}
