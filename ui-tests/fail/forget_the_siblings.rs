#![deny(unused_must_use)]

use ringstate::{Siblings, AcceptHeard};

fn answered(heard: AcceptHeard) {
    siblings(heard);
}

fn siblings(heard: AcceptHeard) -> Siblings {
    heard.siblings
}

fn main() {}
