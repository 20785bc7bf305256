use ringstate::{Identity, Switchboard};

fn decline(board: &mut Switchboard, call: &Identity) {
    let _ = board.reject(call);
}

fn main() {}
