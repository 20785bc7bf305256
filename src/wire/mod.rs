//! Reading and writing: one decoder and one encoder, over the forms that a stanza takes.

mod decode;
mod encode;
mod error;
mod fields;
mod reader;
mod tree;
pub mod xml;

pub use error::{ParseError, ParseErrorKind};
