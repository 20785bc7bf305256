use ringstate::NewCall;

fn change_of_mind(new_call: NewCall) {
    new_call.terminate();
}

fn main() {}
