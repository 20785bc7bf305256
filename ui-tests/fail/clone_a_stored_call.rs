use ringstate::AnyCall;

fn answer_twice(call: &AnyCall) -> (AnyCall, AnyCall) {
    (call.clone(), call.clone())
}

fn main() {}
