use ringstate::{Inbound, Terminate};

fn twice(terminate: Inbound<Terminate>) {
    send(terminate.acknowledge());
    send(terminate.acknowledge());
}

fn send(_: impl IntoIterator<Item = ringstate::Stanza>) {}

fn main() {}
