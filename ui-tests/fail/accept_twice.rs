use ringstate::{Accepted, Answer, Call, Callee};

fn answer_again(accepted: Call<Callee, Accepted>, answer: Answer) {
    accepted.accept(answer);
}

fn main() {}
