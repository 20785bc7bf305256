use ringstate::{Answer, AudioRates, Call, Inbound, Offer};

fn answer_at_once(offer: Inbound<Offer>) {
    let offered = Call::incoming(offer);
    offered.accept(Answer::new(AudioRates::only(16000)));
}

fn main() {}
