//! Once both have agreed there is no request left to take back.

use ringstate::video::{Running, Video};

fn withdraw(running: Video<Running>) {
    let _ = running.withdraw();
}

fn main() {}
