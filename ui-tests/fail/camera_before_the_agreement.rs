//! The camera is switched once both have agreed.

use ringstate::video::{Requested, Video};

fn show(requested: Video<Requested>) {
    let _ = requested.camera(true);
}

fn main() {}
