//! A group call is declined or let be. It cannot be answered as a call between two.

use ringstate::{Answer, AudioRates, Call, GroupOffer, Inbound, OwnAddress};

fn answer(offer: Inbound<GroupOffer>, me: &OwnAddress) {
    let (acked, _owed) = Call::incoming(offer).acknowledge(me);
    let _ = acked.accept(Answer::new(AudioRates::only(16000)));
}

fn main() {}
