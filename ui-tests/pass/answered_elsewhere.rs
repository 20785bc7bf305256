//! Another device of the callee answers.

use ringstate::{Call, Outcome, OwnAddress, Received, TerminateHeard, xml};

const OFFER: &str = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
const TERMINATE: &str = r#"<call from="s.whatsapp.net" id="6A7B" t="1700000045">
    <terminate call-id="00C0FFEE" call-creator="15550199@lid" reason="accept_elsewhere"/></call>"#;

fn main() {
    let Ok(Received::Offer(offer)) = xml::parse(OFFER) else { panic!() };
    let (acked, _owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
    let Ok(Received::Terminate(terminate)) = xml::parse(TERMINATE) else { panic!() };
    match acked.on_terminate(terminate) {
        Ok((TerminateHeard::Ended(call), _owed)) => {
            assert_eq!(call.outcome(), Outcome::AnsweredElsewhere);
        }
        _ => panic!(),
    }
}
