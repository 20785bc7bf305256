#![doc = include_str!("../../../docs/guide-whatsapp-rust.md")]
