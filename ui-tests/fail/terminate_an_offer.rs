use ringstate::{Inbound, Offer};

fn hang_up_on_the_offer(offer: Inbound<Offer>) {
    offer.terminate();
}

fn main() {}
