use super::{Action, CallAction, Element, Identity, Text};

/// `<mute_v2>`: the sender's microphone is now on or off (SIG-13.1, SIG-13.12).
///
/// ```xml
/// <call from="15550199@lid" id="AB12">
///   <mute_v2 call-id="00C0FFEE" call-creator="15550199@lid" mute-state="1"/>
/// </call>
/// ```
///
/// The values of `mute-state` are not documented (OQ-SIG-13.1); clients use `1` for muted and `0` for not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    pub(crate) identity: Identity,
    pub(crate) state: Text,
    pub(crate) others: Vec<Element>,
}

impl Mute {
    /// The state after the change, in the wire's own word (SIG-13.7).
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.as_str()
    }

    /// Children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn others(&self) -> &[Element] {
        &self.others
    }
}

impl Action for Mute {
    const TAG: &'static str = "mute_v2";
}

impl CallAction for Mute {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}
