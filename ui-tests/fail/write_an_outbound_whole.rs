use ringstate::{Acked, Call, Callee, xml};

fn decline(acked: Call<Callee, Acked>) -> String {
    let (_rejected, reject) = acked.reject();
    xml::to_string(&reject)
}

fn main() {}
