//! The end that asked for video does not answer itself.

use ringstate::video::{Asked, Video};

fn agree(asked: Video<Asked>) {
    let _ = asked.agree();
}

fn main() {}
