//! A call rings, is answered, and is hung up.

use ringstate::{Answer, AudioRates, Call, Outcome, OwnAddress, Received, xml};

const OFFER: &str = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000">
    <offer call-id="00C0FFEE" call-creator="15550199:3@lid">
      <audio enc="opus" rate="16000"/><enc type="msg">33aa</enc><encopt keygen="2"/>
    </offer></call>"#;

fn main() {
    let Ok(Received::Offer(offer)) = xml::parse(OFFER) else { panic!() };
    let (acked, _owed) = Call::incoming(offer).acknowledge(&OwnAddress::default());
    let rates = AudioRates::only(AudioRates::WIDEBAND);
    let (ringing, _preaccept) = acked.preaccept("CD34".parse().unwrap(), rates.clone()).unwrap();
    assert!(ringing.call_key().is_some());
    let (accepted, _accept) = ringing.accept(Answer::new(rates)).unwrap();
    let (terminated, _terminate) = accepted.terminate();
    assert_eq!(terminated.outcome(), Outcome::HungUp);
}
