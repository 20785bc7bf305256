use ringstate::{Call, Inbound, Offer, Terminate};

fn caller_gave_up_quickly(offer: Inbound<Offer>, terminate: Inbound<Terminate>) {
    let offered = Call::incoming(offer);
    offered.on_terminate(terminate);
}

fn main() {}
