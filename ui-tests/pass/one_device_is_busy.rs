//! One device is busy while the other rings, and answers.

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
    let Received::Reject(busy) = stanza("15550100:7@lid", "reject", r#"reason="busy""#) else { panic!() };
    let Ok((ringstate::RejectHeard::DeviceOut(call), _owed)) = ringing().on_reject(busy) else { panic!() };
    let Received::Preaccept(preaccept) = stanza("15550100@lid", "preaccept", "") else { panic!() };
    let (call, _owed) = call.on_preaccept(preaccept).unwrap();
    let Received::Accept(accept) = stanza("15550100@lid", "accept", "") else { panic!() };
    let (heard, _owed) = call.on_accept(accept).unwrap();
    assert!(heard.siblings.dismiss().is_none());
}
