use ringstate::{Jid, OwnAddress};

fn me(address: Jid) -> OwnAddress {
    OwnAddress::lid(address)
}

fn main() {}
