use ringstate::{Outbound, Preaccept, StanzaId};

fn stamp(preaccept: Outbound<Preaccept>, id: StanzaId) {
    let (_stanza, _sent) = preaccept.with_id(id);
}

fn main() {}
