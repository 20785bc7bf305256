use super::{Action, CallAction, Element, Identity};

/// `<heartbeat>`: a sign of life in a running call (REF.24).
///
/// ```xml
/// <call to="00C0FFEE@call" id="9A0B">
///   <heartbeat call-id="00C0FFEE" call-creator="15550199@lid"/>
/// </call>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    pub(crate) identity: Identity,
    pub(crate) others: Vec<Element>,
}

impl Heartbeat {
    /// Children that this crate does not know, and repetitions of those that occur once, kept as they were read.
    #[must_use]
    pub fn others(&self) -> &[Element] {
        &self.others
    }
}

impl Action for Heartbeat {
    const TAG: &'static str = "heartbeat";
}

impl CallAction for Heartbeat {
    fn identity(&self) -> &Identity {
        &self.identity
    }
}
