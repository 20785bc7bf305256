//! A call that the user neither answers nor declines.

use ringstate::{Call, Outcome, OwnAddress, Received, xml};

const OFFER: &str = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;

fn main() {
    let Ok(Received::Offer(offer)) = xml::parse(OFFER) else { panic!() };
    let (acked, _owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
    assert_eq!(acked.abandon().outcome(), Outcome::Missed);
}
