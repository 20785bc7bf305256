use ringstate::{Answer, Inbound, Offer};

fn answer_at_once(offer: Inbound<Offer>, answer: Answer) {
    offer.accept(answer);
}

fn main() {}
