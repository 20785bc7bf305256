use ringstate::{Call, Inbound, Offer};

fn decline_at_once(offer: Inbound<Offer>) {
    let offered = Call::incoming(offer);
    offered.reject();
}

fn main() {}
