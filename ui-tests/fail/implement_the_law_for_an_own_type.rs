use ringstate::Callee;
use ringstate::law::MayReject;

enum OnHold {}
impl MayReject<Callee> for OnHold {}

fn main() {}
