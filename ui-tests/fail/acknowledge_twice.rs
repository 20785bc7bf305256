use ringstate::{Acked, Call, Callee, OwnAddress};

fn once_more_to_be_sure(acked: Call<Callee, Acked>, me: &OwnAddress) {
    acked.acknowledge(me);
}

fn main() {}
