use ringstate::stanza::Ack;
use ringstate::{Jid, StanzaId};

fn by_hand(id: StanzaId, to: Jid) -> Ack {
    Ack { id, to, participant: None, recipient: None }
}

fn main() {}
