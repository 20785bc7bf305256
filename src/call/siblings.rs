use crate::id::Jid;
use crate::stanza::{Destination, Identity, Meaning, Outbound, Reject, Terminate, TerminateReason};

use crate::party::Parties;

/// The devices of the peer that still ring when one of them has answered or declined. Tell them to stop.
///
/// That is the caller's job. Send one stanza for all, as the documents say (SIG-14.11, SIG-14.12), or one for each, as
/// working clients do.
///
/// ```xml
/// <call to="15550100@lid">
///   <terminate call-id="00C0FFEE" call-creator="15550199:3@lid" reason="accepted_elsewhere">
///     <destination><to jid="15550100:7@lid"/></destination>
///   </terminate>
/// </call>
/// ```
///
/// ```
/// use ringstate::{Siblings, Stanza, StanzaId, xml};
///
/// fn send(stanzas: impl IntoIterator<Item = Stanza>) {
///     for stanza in stanzas {
///         println!("{}", xml::to_string(&stanza));
///     }
/// }
///
/// fn tell_together(siblings: Siblings, id: StanzaId) {
///     send(siblings.dismiss().map(|dismissal| dismissal.with_id(id).0));
/// }
///
/// fn tell_one_by_one(siblings: Siblings, random_id: fn() -> StanzaId) {
///     send(siblings.dismiss_each().map(|dismissal| dismissal.with_id(random_id()).0));
/// }
/// ```
#[derive(Debug)]
#[must_use = "the other devices ring on until they are told to stop (SIG-14.11)"]
pub struct Siblings {
    identity: Identity,
    peer: Jid,
    reason: TerminateReason,
    devices: Vec<Jid>,
}

impl Siblings {
    pub(super) fn of(parties: &Parties, reason: TerminateReason, devices: Vec<Jid>) -> Self {
        Self {
            identity: parties.identity.clone(),
            peer: parties.peer.clone(),
            reason,
            devices,
        }
    }

    /// The devices that still ring. There may be none.
    #[must_use]
    pub fn devices(&self) -> &[Jid] {
        &self.devices
    }

    /// Returns one `<terminate>` for all of them, with a `<destination>`; `None` if none rings.
    #[doc(alias("SIG-14.10", "SIG-14.12", "FLOW-IN.7", "OBS-16"))]
    #[must_use = "the devices stop ringing only when this is sent"]
    pub fn dismiss(self) -> Option<Outbound<Terminate>> {
        let destination = Some(Destination::of(self.devices)?);
        Some(Self::terminate(
            &self.identity,
            self.peer,
            self.reason,
            destination,
        ))
    }

    /// Returns a `<terminate>` for each of them, addressed to it, with a `<destination>` that names it alone, because
    /// the primary device's address is also that of the account.
    #[must_use = "the devices stop ringing only when these are sent"]
    pub fn dismiss_each(self) -> impl Iterator<Item = Outbound<Terminate>> {
        let Self {
            identity,
            reason,
            devices,
            ..
        } = self;
        devices.into_iter().map(move |device| {
            let destination = Destination::of(vec![device.clone()]);
            Self::terminate(&identity, device, reason.clone(), destination)
        })
    }

    fn terminate(
        identity: &Identity,
        to: Jid,
        reason: TerminateReason,
        destination: Option<Destination>,
    ) -> Outbound<Terminate> {
        let action = Terminate {
            reason: Some(reason),
            destination,
            ..Terminate::of(identity.clone())
        };
        Outbound::new(to, None, action)
    }
}

/// The decision of the peer's user to decline, heard from one device: a `<reject>` without a reason or with `declined`,
/// or a `<terminate>` of a device that rang. [`Call::give_up`](crate::Call::give_up) takes it.
///
/// A device that is busy or has no key makes no such decision, and the others ring on.
#[derive(Debug)]
pub struct Decline {
    identity: Identity,
}

impl Decline {
    pub(super) fn of(identity: &Identity) -> Self {
        Self {
            identity: identity.clone(),
        }
    }

    /// The call that was declined.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether the user declined with this `<reject>` (SIG-18.19).
    pub(super) fn is_in(reject: &Reject) -> bool {
        match reject.reason() {
            None => true,
            Some(reason) => reason.meaning() == Meaning::Declined,
        }
    }
}
