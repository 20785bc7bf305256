use ringstate::{Acked, Answer, AudioRates, Call, Callee};

fn change_of_mind(call: Call<Callee, Acked>) {
    let (rejected, reject) = call.reject();
    drop(reject);
    rejected.accept(Answer::new(AudioRates::only(16000)));
}

fn main() {}
