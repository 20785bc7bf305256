//! Calls somebody with two devices: one is busy, the other rings and answers. `cargo run --example call`
//!
//! What is sent is written to standard output, one stanza a line; what happens, to standard error.

use ringstate::law::SentWithoutId;
use ringstate::{
    AcceptHeard, Acked, Call, Caller, Creator, DeviceIdentity, DeviceKey, NewCall, OfferAckHeard,
    Outbound, Preaccepted, Received, RejectHeard, RingingDevices, Stanza, StanzaId,
    TransportMessage, xml,
};

type Error = Box<dyn std::error::Error>;

/// What the server and the peer's devices send, in this order.
const HEARD: [&str; 5] = [
    r#"<ack class="call" id="9F00000001" from="s.whatsapp.net" type="offer"/>"#,
    r#"<receipt from="15550100@lid" id="9F00000001"><offer call-id="00C0FFEE" call-creator="15550199:3@lid"/></receipt>"#,
    r#"<call from="15550100:7@lid" id="3EB001"><reject call-id="00C0FFEE" call-creator="15550199@lid" reason="busy"/></call>"#,
    r#"<call from="15550100@lid" id="3EB002"><preaccept call-id="00C0FFEE" call-creator="15550199@lid"/></call>"#,
    r#"<call from="15550100@lid" id="3EB003"><accept call-id="00C0FFEE" call-creator="15550199@lid"><audio enc="opus" rate="16000"/></accept></call>"#,
];

fn main() -> Result<(), Error> {
    let [ack, receipt, busy, preaccept, accept] = HEARD.map(xml::parse);
    let call = NewCall {
        call_id: "00C0FFEE".parse()?,
        peer: "15550100@lid".parse()?,
        peer_alias: None,
        creator: Creator::Lid {
            lid: "15550199:3@lid".parse()?,
            phone_number: None,
        },
        devices: RingingDevices {
            first: (
                "15550100@lid".parse()?,
                DeviceKey::Session(vec![0x33, 0x0a, 0x21]),
            ),
            others: vec![(
                "15550100:7@lid".parse()?,
                Some(DeviceKey::NewSession {
                    message: vec![0x33, 0x08, 0x01],
                    identity: DeviceIdentity::new(&[0x0a, 0x12]),
                }),
            )],
        },
        video: None,
        redial: None,
        privacy: None,
    };

    let (offered, offer) = call.offer("9F00000001".parse()?)?;
    eprintln!("Offered: <offer>, for two devices");
    send(offer);

    let Received::Ack(ack) = ack? else {
        return Err("an ack".into());
    };
    let mut acked = match offered.on_ack(ack) {
        Ok(OfferAckHeard::Confirmed(acked, _relays)) => acked,
        Ok(OfferAckHeard::Failed(terminated, _)) => {
            return Err(format!("{:?}", terminated.outcome()).into());
        }
        Err(refused) => return Err(refused.reason().to_string().into()),
    };

    let Received::Receipt(receipt) = receipt? else {
        return Err("a receipt".into());
    };
    acked
        .on_receipt(receipt)
        .map_err(|refused| refused.reason().to_string())?;
    eprintln!("Acked: the server has the offer, and so has a device");

    let acked = hear_busy(acked, busy?)?;
    let ringing = hear_ringing(acked, preaccept?)?;

    let Received::Accept(accept) = accept? else {
        return Err("an accept".into());
    };
    let (AcceptHeard { call, siblings }, owed) = ringing
        .on_accept(accept)
        .map_err(|refused| refused.reason().to_string())?;
    send(owed);
    eprintln!(
        "Accepted: {} other devices ring on",
        siblings.devices().len()
    );
    for (n, terminate) in siblings.dismiss_each().enumerate() {
        send_under(terminate, format!("9F0000001{n}").parse()?);
    }

    let transport = call.transport(TransportMessage {
        message_type: Some(TransportMessage::RELAY_CANDIDATE),
        round: Some(1),
        te: Some(vec![0xcb, 0x00, 0x71, 0x0a, 0x0d, 0x96]),
    });
    send_under(transport, "9F00000002".parse()?);
    let (terminated, terminate) = call.terminate();
    send_under(terminate, "9F00000003".parse()?);
    eprintln!(
        "Terminated: {:?} by {:?}",
        terminated.outcome(),
        terminated.ended_by()
    );
    Ok(())
}

fn hear_busy(call: Call<Caller, Acked>, received: Received) -> Result<Call<Caller, Acked>, Error> {
    let Received::Reject(reject) = received else {
        return Err("a reject".into());
    };
    match call
        .on_reject(reject)
        .map_err(|refused| refused.reason().to_string())?
    {
        (RejectHeard::DeviceOut(call), owed) => {
            eprintln!("Acked: one device is busy, the other rings on");
            send(owed);
            Ok(call)
        }
        (heard, owed) => {
            send(owed);
            Err(format!("{heard:?}").into())
        }
    }
}

fn hear_ringing(
    call: Call<Caller, Acked>,
    received: Received,
) -> Result<Call<Caller, Preaccepted>, Error> {
    let Received::Preaccept(preaccept) = received else {
        return Err("a preaccept".into());
    };
    let (ringing, owed) = call
        .on_preaccept(preaccept)
        .map_err(|refused| refused.reason().to_string())?;
    eprintln!("Preaccepted: the other device rings");
    send(owed);
    Ok(ringing)
}

/// Sends a stanza that was built without an id under this one, which a real program makes at random. What the server
/// acknowledges is matched with the `Sent` that is left.
fn send_under<A: SentWithoutId>(outbound: Outbound<A>, id: StanzaId) {
    let (stanza, _sent) = outbound.with_id(id);
    send([stanza]);
}

fn send(stanzas: impl IntoIterator<Item = Stanza>) {
    for stanza in stanzas {
        println!("{}", xml::to_string(&stanza));
    }
}
