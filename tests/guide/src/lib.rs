//! The programs of the guides: each is compiled against what is published.

#[doc = include_str!("../../../docs/guide-whatsapp-rust.md")]
pub mod whatsapp_rust {}

#[doc = include_str!("../../../docs/guide.md")]
pub mod guide {}

#[doc = include_str!("../../../docs/diagnostics.md")]
pub mod diagnostics {}
