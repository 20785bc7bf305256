//! The behaviour of the crate, in one program: what changes is compiled and tried in seconds.
//! `cargo test --test it` runs it all, `cargo test --test it law` one subject.

#[cfg(feature = "cli")]
mod command;
mod common;

mod answer;
mod any_call;
mod board_incoming;
mod board_limits;
mod board_outgoing;
mod board_races;
mod board_steps;
mod bounds;
mod caller;
mod decline;
mod diagnostics;
mod dialects;
mod docs;
mod example_decline;
mod example_switchboard;
mod findings;
mod flows;
mod generated;
mod hostile;
mod ids;
mod in_call;
mod law;
mod malformed;
mod matrix;
mod model;
mod mutations;
#[cfg(feature = "wacore")]
mod nodes;
mod observed;
mod pictures;
mod printed;
mod private;
mod programs;
mod properties;
mod read;
mod recorded;
mod restore;
mod samples;
mod sent;
mod spec;
mod stanza_pages;
mod tables;
mod terminate;
mod told;
mod trace;
mod vectors;
mod video;
mod view;
mod wire_shapes;
mod written;
