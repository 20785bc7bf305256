//! The server: it acknowledges what it takes, refuses an offer in a hundred, and passes the rest on until it is acknowledged.

use std::collections::{HashMap, HashSet};

use ringstate::stanza::{AnyAction, CallStanza, Outgoing};
use ringstate::{Jid, xml};

use crate::world::{DEVICES, Happening, World};

#[derive(Default)]
pub(crate) struct Server {
    /// What was taken, and whether it was refused.
    pub(crate) taken: HashMap<(usize, String), bool>,
    /// What a device has not acknowledged: by the device, and whose stanza it is under which id.
    pub(crate) undelivered: HashMap<(usize, (String, String)), String>,
    /// The calls whose offer was refused: no device of the callee hears of them.
    pub(crate) refused: HashSet<String>,
}

impl World {
    pub(crate) fn server_hears(&mut self, from: usize, text: &str) {
        match xml::parse_sent(text).expect("what a device sends can be read") {
            Outgoing::Ack(ack) => {
                let key = (ack.to().to_string(), ack.id().to_string());
                self.server.undelivered.remove(&(from, key));
            }
            Outgoing::Receipt(receipt) => {
                let call = receipt.identity();
                let text = format!(
                    r#"<receipt from="{}" id="{}"><offer call-id="{}" call-creator="{}"/></receipt>"#,
                    self.devices[from].address,
                    receipt.id(),
                    call.call_id,
                    call.call_creator
                );
                for device in self.devices_at(receipt.to()) {
                    self.send(|| Happening::ReachesDevice {
                        device,
                        text: text.clone(),
                    });
                }
            }
            Outgoing::CallStanza(call) => self.server_takes(from, &call, text),
            _ => {}
        }
    }

    pub(crate) fn server_takes(&mut self, from: usize, call: &CallStanza, text: &str) {
        let id = call.id().expect("everything has an id").to_string();
        let is_offer = matches!(call.action(), AnyAction::Offer(_));
        let unlucky = is_offer && self.random.below(100) == 0;
        let taken = self.server.taken.get(&(from, id.clone())).copied();
        let refused = taken.unwrap_or(unlucky);
        let error = if refused { r#" error="439""# } else { "" };
        let kind = if is_offer { "offer" } else { "other" };
        let ack =
            format!(r#"<ack class="call" id="{id}" from="s.whatsapp.net" type="{kind}"{error}/>"#);
        self.send(|| Happening::ReachesDevice {
            device: from,
            text: ack.clone(),
        });
        if taken.is_some() {
            return;
        }
        self.server.taken.insert((from, id.clone()), refused);
        if refused {
            let call = call.action().identity().expect("an offer names its call");
            self.server.refused.insert(call.call_id.to_string());
            return;
        }
        let listed = match call.action() {
            AnyAction::Terminate(terminate) => terminate.destination(),
            _ => None,
        };
        let targets: Vec<usize> = match listed {
            Some(destination) => {
                let devices = destination.recipients().iter();
                devices
                    .flat_map(|device| self.devices_at(device.jid()))
                    .collect()
            }
            None => self.devices_at(call.to()),
        };
        let (to, sender) = (call.to(), self.devices[from].address.clone());
        let passed_on = text.replacen(
            &format!(r#"<call to="{to}""#),
            &format!(
                r#"<call from="{sender}" t="{}""#,
                1_700_000_000 + self.now / 1000
            ),
            1,
        );
        for device in targets {
            let key = (sender.clone(), id.clone());
            self.server
                .undelivered
                .insert((device, key.clone()), passed_on.clone());
            self.deliver(device, key);
        }
    }

    /// Sends a stanza to a device, and again as long as it is not acknowledged.
    pub(crate) fn deliver(&mut self, device: usize, key: (String, String)) {
        if let Some(text) = self.server.undelivered.get(&(device, key.clone())).cloned() {
            self.send(|| Happening::ReachesDevice {
                device,
                text: text.clone(),
            });
            self.plan(1500, Happening::ServerRepeats { device, key });
        }
    }

    /// The devices at an address: one of an account, or all of it.
    pub(crate) fn devices_at(&self, address: &Jid) -> Vec<usize> {
        let is_at = |device: &usize| {
            let known: Jid = self.devices[*device].address.parse().expect("an address");
            known.user() == address.user()
                && (address.device().is_none() || known.device() == address.device())
        };
        (0..DEVICES).filter(is_at).collect()
    }
}
