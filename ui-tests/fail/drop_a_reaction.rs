#![deny(unused_must_use)]

use std::time::Instant;

use ringstate::{Received, Switchboard};

fn hear(board: &mut Switchboard, received: Received) {
    board.receive(received, Instant::now());
}

fn main() {}
