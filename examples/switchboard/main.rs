//! Ten thousand calls between two accounts, with two devices each, over a network that loses, repeats and reorders.
//!
//! ```sh
//! cargo run --release --example switchboard              # ten thousand calls
//! cargo run --release --example switchboard -- 500 7     # 500 calls, with another seed
//! ```
//!
//! Each device has a `Switchboard`. Between them stands a server that acknowledges what it takes, passes it on until that
//! is acknowledged, and refuses an offer in a hundred. The users answer, decline, are busy, ignore it, lose patience and hang
//! up. In the end every call has one outcome at its caller and one at each device of its callee: the table on standard output
//! counts them, and its rows add up to the calls that were made. The exit status is 1 if they do not.

mod phone;
mod report;
mod server;
mod world;

use std::process::ExitCode;

use world::World;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse());
    let (Ok(calls), Ok(seed)) = (
        arguments.next().unwrap_or(Ok(10_000)),
        arguments.next().unwrap_or(Ok(1)),
    ) else {
        eprintln!("usage: switchboard [CALLS [SEED]]");
        return ExitCode::FAILURE;
    };
    let mut world = World::new(calls, seed);
    world.run();
    if world.report() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
