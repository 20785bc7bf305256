use ringstate::{Acked, Call, Callee, Inbound, Terminate};
use std::error::Error;

fn hear(acked: Call<Callee, Acked>, terminate: Inbound<Terminate>) -> Result<(), Box<dyn Error>> {
    let (_heard, _owed) = acked.on_terminate(terminate)?;
    Ok(())
}

fn main() {}
