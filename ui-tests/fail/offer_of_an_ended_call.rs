use ringstate::{Call, Callee, Rejected};

fn look_again(rejected: &Call<Callee, Rejected>) -> bool {
    rejected.offer().is_video()
}

fn main() {}
