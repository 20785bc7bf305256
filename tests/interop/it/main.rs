//! This crate beside `wacore` 0.7, the published signalling of whatsapp-rust: what one builds, the other reads.
//!
//! `PROPTEST_CASES` says how many cases each builder gets (10,000 if it is not set), `FRAMES` how many damaged frames are
//! read (100,000).

mod builders;
mod differences;
mod facts;
mod frames;
mod wire;
mod writing;
