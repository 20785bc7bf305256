use ringstate::Phase;

enum OnHold {}
impl Phase for OnHold {}

fn main() {}
