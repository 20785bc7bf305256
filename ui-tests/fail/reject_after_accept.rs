use ringstate::{Accepted, Call, Callee};

fn change_of_mind(answered: Call<Callee, Accepted>) {
    answered.reject();
}

fn main() {}
