use ringstate::{Call, Callee, Rejected};

fn once_more_to_be_sure(rejected: Call<Callee, Rejected>) {
    rejected.reject();
}

fn main() {}
