//! The programs of the guides: each is compiled against what is published.

#[doc = include_str!("../../../docs/guide-whatsapp-rust.md")]
pub mod whatsapp_rust {}

#[doc = include_str!("../../../docs/guide.md")]
pub mod guide {}

#[doc = include_str!("../../../docs/diagnostics.md")]
pub mod diagnostics {}

/// Sends a reaction from a task: its future can go to another thread, with a client that it borrows.
pub fn in_a_task(client: std::sync::Arc<::whatsapp_rust::Client>, reaction: ringstate::Reaction) {
    tokio::spawn(async move {
        let client = &client;
        let send = |stanza| async move {
            if let Ok(node) = ringstate::node::to_node(&stanza) {
                let _ = client.send_node(node).await;
            }
        };
        reaction.send_async(send).await
    });
}
