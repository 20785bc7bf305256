//! A field of the user's own keeps one call, a switchboard keeps many.

use std::time::Instant;

use ringstate::{Acked, AnyCall, Call, Callee, Event, OwnAddress, Switchboard, xml};

const OFFER: &str = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    <offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;

struct Phone {
    board: Switchboard,
    last: Option<AnyCall>,
}

fn main() {
    let mut phone = Phone {
        board: Switchboard::new(OwnAddress::default(), || "3EB0".parse().unwrap()),
        last: None,
    };
    let reaction = phone.board.receive(xml::parse(OFFER).unwrap(), Instant::now());
    let events = reaction.send(drop);
    let Some(Event::Rings { call }) = events.first() else { panic!() };
    let declined = phone.board.step::<Callee, Acked, _>(call, Instant::now(), |call| call.reject());
    assert_eq!(declined.unwrap().stanzas().len(), 1);
    assert!(phone.board.hang_up(call, Instant::now()).is_none());

    let Ok(ringstate::Received::Offer(offer)) = xml::parse(OFFER) else { panic!() };
    let (acked, _owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
    phone.last = Some(acked.into());
    if let Some(call) = &mut phone.last {
        assert!(call.step(|call: Call<Callee, Acked>| call.reject()).is_some());
    }
    match phone.last {
        Some(AnyCall::CalleeRejected(call)) => assert_eq!(call.identity().call_id.as_str(), "00C0FFEE"),
        _ => panic!(),
    }
}
