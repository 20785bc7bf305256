use ringstate::{Inbound, Offer};

fn no_receipt(offer: Inbound<Offer>) {
    send(offer.acknowledge());
}

fn send(_: impl IntoIterator<Item = ringstate::Stanza>) {}

fn main() {}
