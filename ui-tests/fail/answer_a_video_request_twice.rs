//! An answer uses the request up.

use ringstate::video::{Requested, Video};

fn answer(requested: Video<Requested>) {
    let (_running, _agreed) = requested.agree();
    let (_quiet, _refused) = requested.refuse();
}

fn main() {}
