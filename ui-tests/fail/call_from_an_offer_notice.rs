use ringstate::{Call, Inbound, OfferNotice};

fn ring_for_news(notice: Inbound<OfferNotice>) {
    let _ = Call::incoming(notice);
}

fn main() {}
