use ringstate::law::MayAccept;
use ringstate::{Callee, Rejected};

impl MayAccept<Callee> for Rejected {}

fn main() {}
