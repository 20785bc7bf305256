//! Reading and writing: one decoder and one encoder.

mod decode;
mod encode;
mod error;
mod fields;
mod reader;
mod tree;
pub mod xml;

pub use error::{ParseError, ParseErrorKind};
