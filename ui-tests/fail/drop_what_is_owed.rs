#![deny(unused_must_use)]

use ringstate::{Inbound, OfferNotice};

fn read_and_forget(notice: Inbound<OfferNotice>) {
    notice.acknowledge();
}

fn main() {}
