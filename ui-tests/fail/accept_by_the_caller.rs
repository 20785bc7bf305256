use ringstate::{Acked, Answer, Call, Caller};

fn answer_oneself(call: Call<Caller, Acked>, answer: Answer) {
    let _ = call.accept(answer);
}

fn main() {}
