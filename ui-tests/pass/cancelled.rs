//! The caller gives up before an answer; the accept that crosses it is late.

use ringstate::{
    Call, Caller, Creator, DeviceKey, NewCall, OfferAckHeard, Received, RingingDevices, xml,
};

fn stanza(from: &str, action: &str, rest: &str) -> Received {
    let document = format!(
        r#"<call from="{from}" id="9Z"><{action} call-id="00C0FFEE" call-creator="15550199:3@lid" {rest}/></call>"#
    );
    xml::parse(document).unwrap()
}

fn ringing() -> Call<Caller, ringstate::Acked> {
    let call = NewCall {
        call_id: "00C0FFEE".parse().unwrap(),
        peer: "15550100@lid".parse().unwrap(),
        peer_alias: None,
        creator: Creator::Lid { lid: "15550199:3@lid".parse().unwrap(), phone_number: None },
        devices: RingingDevices {
            first: ("15550100@lid".parse().unwrap(), DeviceKey::Session(vec![0x33])),
            others: vec![("15550100:7@lid".parse().unwrap(), Some(DeviceKey::Session(vec![0x34])))],
        },
        video: None,
        redial: None,
        privacy: None,
    };
    let (offered, _offer) = call.offer("1A2B".parse().unwrap()).unwrap();
    let Ok(Received::Ack(ack)) = xml::parse(r#"<ack class="call" id="1A2B"/>"#) else { panic!() };
    match offered.on_ack(ack) {
        Ok(OfferAckHeard::Confirmed(acked, _relays)) => acked,
        _ => panic!(),
    }
}

fn main() {
    let (cancelled, _terminate) = ringing().terminate();
    assert_eq!(cancelled.outcome(), ringstate::Outcome::Cancelled);
    let Received::Accept(accept) = stanza("15550100@lid", "accept", "") else { panic!() };
    let owed = cancelled.on_late(accept).unwrap();
    assert_eq!(owed.into_iter().count(), 1);
}
