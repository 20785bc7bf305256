//! The events of a reaction are shown, and its stanzas forgotten.
use ringstate::{Identity, Switchboard};
use std::time::Instant;

fn hang_up(board: &mut Switchboard, call: &Identity) {
    if let Some(reaction) = board.hang_up(call, Instant::now()) {
        reaction.events();
    }
}

fn main() {}
