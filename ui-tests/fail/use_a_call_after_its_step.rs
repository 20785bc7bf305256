use ringstate::{Acked, Answer, Call, Callee};

fn decline_then_answer(acked: Call<Callee, Acked>, answer: Answer) {
    let (_rejected, _reject) = acked.reject();
    let _ = acked.accept(answer);
}

fn main() {}
