use ringstate::{Inbound, OfferNotice, OwnAddress};

fn too_polite(notice: Inbound<OfferNotice>, me: &OwnAddress) {
    send(notice.acknowledge_with_receipt(me));
}

fn send(_: impl IntoIterator<Item = ringstate::Stanza>) {}

fn main() {}
