//! Into storage and out of it: each call is of one variant, and a variant is of one call.

use super::AnyCall;
use crate::call::Call;
use crate::phase::{Accepted, Acked, Callee, Caller, Offered, Preaccepted, Rejected, Terminated};

impl From<Call<Callee, Offered>> for AnyCall {
    fn from(call: Call<Callee, Offered>) -> Self {
        Self::CalleeOffered(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Offered> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleeOffered(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Callee, Acked>> for AnyCall {
    fn from(call: Call<Callee, Acked>) -> Self {
        Self::CalleeAcked(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Acked> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleeAcked(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Callee, Preaccepted>> for AnyCall {
    fn from(call: Call<Callee, Preaccepted>) -> Self {
        Self::CalleePreaccepted(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Preaccepted> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleePreaccepted(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Callee, Accepted>> for AnyCall {
    fn from(call: Call<Callee, Accepted>) -> Self {
        Self::CalleeAccepted(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Accepted> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleeAccepted(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Callee, Rejected>> for AnyCall {
    fn from(call: Call<Callee, Rejected>) -> Self {
        Self::CalleeRejected(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Rejected> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleeRejected(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Callee, Terminated>> for AnyCall {
    fn from(call: Call<Callee, Terminated>) -> Self {
        Self::CalleeTerminated(call)
    }
}

impl TryFrom<AnyCall> for Call<Callee, Terminated> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CalleeTerminated(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Offered>> for AnyCall {
    fn from(call: Call<Caller, Offered>) -> Self {
        Self::CallerOffered(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Offered> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerOffered(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Acked>> for AnyCall {
    fn from(call: Call<Caller, Acked>) -> Self {
        Self::CallerAcked(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Acked> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerAcked(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Preaccepted>> for AnyCall {
    fn from(call: Call<Caller, Preaccepted>) -> Self {
        Self::CallerPreaccepted(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Preaccepted> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerPreaccepted(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Accepted>> for AnyCall {
    fn from(call: Call<Caller, Accepted>) -> Self {
        Self::CallerAccepted(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Accepted> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerAccepted(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Rejected>> for AnyCall {
    fn from(call: Call<Caller, Rejected>) -> Self {
        Self::CallerRejected(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Rejected> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerRejected(call) => Ok(call),
            other => Err(other),
        }
    }
}

impl From<Call<Caller, Terminated>> for AnyCall {
    fn from(call: Call<Caller, Terminated>) -> Self {
        Self::CallerTerminated(call)
    }
}

impl TryFrom<AnyCall> for Call<Caller, Terminated> {
    type Error = AnyCall;

    fn try_from(call: AnyCall) -> Result<Self, AnyCall> {
        match call {
            AnyCall::CallerTerminated(call) => Ok(call),
            other => Err(other),
        }
    }
}
