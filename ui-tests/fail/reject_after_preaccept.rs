use ringstate::{Call, Callee, Preaccepted};

fn stop_ringing(ringing: Call<Callee, Preaccepted>) {
    ringing.reject();
}

fn main() {}
