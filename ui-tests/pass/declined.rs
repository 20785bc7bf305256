//! A call is declined, and what still comes is acknowledged.

use ringstate::{Call, Outcome, OwnAddress, Received, Stanza, xml};

const OFFER: &str = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
const TERMINATE: &str = r#"<call from="15550199:3@lid" id="6A7B" t="1700000045">
    <terminate call-id="00C0FFEE" call-creator="15550199:3@lid" reason="timeout"/></call>"#;

fn send(stanzas: impl IntoIterator<Item = Stanza>) -> usize {
    stanzas.into_iter().count()
}

fn main() {
    let me = OwnAddress::lid("15550100:2@lid".parse().unwrap());
    let Ok(Received::Offer(offer)) = xml::parse(OFFER) else { panic!() };
    let (acked, owed) = Call::incoming(offer).acknowledge(&me);
    assert_eq!(send(owed), 2);
    let (rejected, reject) = acked.reject();
    assert_eq!(send([reject.with_id("3EB0".parse().unwrap()).0]), 1);

    let Ok(Received::Terminate(terminate)) = xml::parse(TERMINATE) else { panic!() };
    let owed = rejected.on_late(terminate).unwrap();
    assert_eq!(send(owed), 1);
    assert_eq!(rejected.outcome(), Outcome::Declined);
}
