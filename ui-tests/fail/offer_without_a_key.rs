use ringstate::{Jid, RingingDevices};

fn nobody_can_decrypt(device: Jid) -> RingingDevices {
    RingingDevices { first: (device, None), others: Vec::new() }
}

fn nor_the_only_device(device: Jid) -> RingingDevices {
    RingingDevices::one(device, None)
}

fn main() {}
