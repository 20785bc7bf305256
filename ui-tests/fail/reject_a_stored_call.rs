use ringstate::AnyCall;

fn decline(call: AnyCall) {
    call.reject();
}

fn main() {}
