use ringstate::{Inbound, Offer};

fn decrypt_early(offer: &Inbound<Offer>) {
    let _ = &offer.action().keys;
    let _ = offer.action().destination().unwrap().recipients()[0].enc;
}

fn main() {}
