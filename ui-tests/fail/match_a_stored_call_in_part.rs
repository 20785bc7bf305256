use ringstate::AnyCall;

fn is_live(call: &AnyCall) -> bool {
    match call {
        AnyCall::CalleeAcked(_) | AnyCall::CallerAcked(_) => true,
        AnyCall::CalleeTerminated(_) | AnyCall::CallerTerminated(_) => false,
    }
}

fn main() {}
