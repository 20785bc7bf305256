#![deny(unused_must_use)]

use ringstate::{Call, Inbound, Offer, OwnAddress};

fn ring_only(offer: Inbound<Offer>, me: &OwnAddress) {
    Call::incoming(offer).acknowledge(me);
}

fn main() {}
