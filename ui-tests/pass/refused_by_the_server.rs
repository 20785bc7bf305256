//! The server refuses the offer.

use ringstate::{Creator, DeviceKey, NewCall, OfferAckHeard, Outcome, Received, RingingDevices, xml};

fn main() {
    let call = NewCall {
        call_id: "00C0FFEE".parse().unwrap(),
        peer: "15550100@lid".parse().unwrap(),
        peer_alias: None,
        creator: Creator::PhoneNumber("15550199@s.whatsapp.net".parse().unwrap()),
        devices: RingingDevices::one("15550100@lid".parse().unwrap(), DeviceKey::Session(vec![0x33])),
        video: None,
        redial: None,
        privacy: None,
    };
    let (offered, _offer) = call.offer("1A2B".parse().unwrap()).unwrap();
    let Ok(Received::Ack(nack)) = xml::parse(r#"<ack class="call" id="1A2B" error="439"/>"#) else { panic!() };
    match offered.on_ack(nack) {
        Ok(OfferAckHeard::Failed(call, _)) => {
            assert_eq!(call.outcome(), Outcome::RefusedByServer { code: Some(439) });
        }
        _ => panic!(),
    }
}
