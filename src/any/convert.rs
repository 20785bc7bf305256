//! Into storage and out of it: each call has a variant, and each variant a call.

use super::AnyCall;
use crate::call::Call;
use crate::id::Jid;
use crate::party::Parties;
use crate::phase::sealed::{SealedPhase as _, SealedRole as _};
use crate::phase::{
    Accepted, Acked, Callee, Caller, Invitee, Offered, PhaseName, Preaccepted, Rejected, RoleName,
    Terminated,
};

macro_rules! stored {
    ($($variant:ident: $role:ident $phase:ident;)+) => {
        $(
            impl From<Call<$role, $phase>> for AnyCall {
                fn from(call: Call<$role, $phase>) -> Self {
                    Self::$variant(call)
                }
            }

            impl TryFrom<AnyCall> for Call<$role, $phase> {
                type Error = AnyCall;

                fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
                    match call {
                        AnyCall::$variant(call) => Ok(call),
                        other => Err(other),
                    }
                }
            }
        )+

        impl AnyCall {
            pub(super) fn names(&self) -> (RoleName, PhaseName) {
                match self {
                    $(Self::$variant(_) => ($role::NAME, $phase::NAME),)+
                }
            }

            pub(crate) fn know(&mut self, address: Jid) -> bool {
                match self {
                    $(Self::$variant(call) => call.know_peer(address),)+
                }
            }

            /// How many bytes it holds of received stanzas at most.
            pub(crate) fn weight(&self) -> usize {
                match self {
                    $(Self::$variant(call) => call.weight(),)+
                }
            }

            pub(crate) fn parties(&self) -> &Parties {
                match self {
                    $(Self::$variant(call) => call.parties(),)+
                }
            }
        }
    };
}

stored! {
    CalleeOffered: Callee Offered;
    CalleeAcked: Callee Acked;
    CalleePreaccepted: Callee Preaccepted;
    CalleeAccepted: Callee Accepted;
    CalleeRejected: Callee Rejected;
    CalleeTerminated: Callee Terminated;
    CallerOffered: Caller Offered;
    CallerAcked: Caller Acked;
    CallerPreaccepted: Caller Preaccepted;
    CallerAccepted: Caller Accepted;
    CallerRejected: Caller Rejected;
    CallerTerminated: Caller Terminated;
    InviteeOffered: Invitee Offered;
    InviteeAcked: Invitee Acked;
    InviteeRejected: Invitee Rejected;
    InviteeTerminated: Invitee Terminated;
}
