//! Small words that the tests are told in.

pub(crate) mod actions;
pub(crate) mod phone;

use std::path::{Path, PathBuf};
use std::process::Command;

use ringstate::stanza::Action;
use ringstate::{
    Accepted, Acked, Answer, AudioRates, Call, Callee, Inbound, LastWord, Offer, Offered, Outbound,
    Owed, OwnAddress, Preaccepted, Received, Terminate, xml,
};

/// The caller's device, by LID and by phone number.
pub(crate) const ANN: &str = "15550199:3@lid";
pub(crate) const ANN_PN: &str = "15550198:3@s.whatsapp.net";

/// What an offer of hers names as its creator: her account.
pub(crate) const CREATOR: &str = "15550199@lid";

/// This device, by LID and by phone number.
pub(crate) const ME: &str = "15550100:2@lid";
pub(crate) const ME_PN: &str = "15550101:2@s.whatsapp.net";

pub(crate) fn me() -> OwnAddress {
    OwnAddress {
        lid: Some(ME.parse().expect("a LID")),
        phone_number: Some(ME_PN.parse().expect("a phone number")),
    }
}

/// An offer as XML, from this address. Its creator is the account of the device that sends it.
pub(crate) fn offer_xml(from: &str) -> String {
    let creator = from.replace(":3@", "@");
    format!(
        r#"<call from="{from}" id="1A2B" t="1700000000"><offer call-id="00C0FFEE" call-creator="{creator}"><audio enc="opus" rate="8000"/><audio enc="opus" rate="16000"/><enc v="2" type="msg" count="0">33aa</enc><encopt keygen="2"/></offer></call>"#
    )
}

pub(crate) fn terminate_xml(from: &str, rest: &str) -> String {
    format!(
        r#"<call from="{from}" id="6A7B" t="1700000045"><terminate call-id="00C0FFEE" call-creator="{CREATOR}" {rest}/></call>"#
    )
}

pub(crate) fn received(document: &str) -> Received {
    xml::parse(document).unwrap_or_else(|error| panic!("{error}\nin {document}"))
}

pub(crate) fn an_offer(document: &str) -> Inbound<Offer> {
    match received(document) {
        Received::Offer(offer) => offer,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn a_terminate(document: &str) -> Inbound<Terminate> {
    match received(document) {
        Received::Terminate(terminate) => terminate,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn offered() -> Call<Callee, Offered> {
    Call::incoming(an_offer(&offer_xml(ANN)))
}

pub(crate) fn acked() -> Call<Callee, Acked> {
    acked_by(&offer_xml(ANN), &me())
}

pub(crate) fn acked_by(document: &str, me: &OwnAddress) -> Call<Callee, Acked> {
    let (acked, owed) = Call::incoming(an_offer(document)).acknowledge(me);
    assert_eq!(owed.iter().count(), 2);
    acked
}

pub(crate) fn preaccepted() -> Call<Callee, Preaccepted> {
    let id = "CD34".parse().expect("an id");
    let (call, _preaccept) = acked()
        .preaccept(id, AudioRates::only(16000))
        .expect("it fits the offer");
    call
}

pub(crate) fn accepted() -> Call<Callee, Accepted> {
    let (call, _accept) = acked()
        .accept(Answer::new(AudioRates::only(16000)))
        .expect("it fits the offer");
    call
}

/// What is to be sent, as XML: without an id where it has none.
pub(crate) trait Written {
    fn written(self) -> Vec<String>;
}

impl Written for Owed {
    fn written(self) -> Vec<String> {
        self.iter().map(xml::to_string).collect()
    }
}

impl<A: Action> Written for Outbound<A> {
    fn written(self) -> Vec<String> {
        vec![xml::to_string(self.stanza())]
    }
}

impl Written for LastWord {
    fn written(self) -> Vec<String> {
        self.without_id().iter().map(xml::to_string).collect()
    }
}

impl<W: Written> Written for Option<W> {
    fn written(self) -> Vec<String> {
        self.map(W::written).unwrap_or_default()
    }
}

pub(crate) fn lines(stanzas: impl Written) -> Vec<String> {
    stanzas.written()
}

pub(crate) fn line(stanzas: impl Written) -> String {
    let lines = lines(stanzas);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.concat()
}

/// The program of an example, built from what the sources say now, even where only one test is run.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps/TEST");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--example", name]);
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let status = build
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the example builds");
    profile
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
