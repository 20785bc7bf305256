//! What a recording tells of its client, before it is judged.

use std::collections::HashSet;

use super::recording::{Direction, Recorded, RecordedStanza};
use crate::id::StanzaId;
use crate::stanza::{Dialect, Outgoing, Received};

/// How many offers are remembered, to tell which are acknowledged.
const MOST_OFFERS: usize = 65_536;

/// What tells the dialect of a client, and what its recording leaves out, looked at before the replay.
///
/// ```
/// use ringstate::Dialect;
/// use ringstate::trace::{Format, Reader, Traits};
///
/// let (mut reader, mut traits) = (Reader::new(Format::Trace), Traits::default());
/// let ack = r#"> <ack class="call" id="1A2B" to="15550199:3@lid" type="transport"/>"#;
/// reader.line(ack).for_each(|recorded| traits.look(&recorded));
/// assert_eq!(traits.dialect(), Some(Dialect::WhatsAppWeb)); // its acks have a type (OBS-5)
/// ```
#[derive(Debug, Clone, Default)]
pub struct Traits {
    pub(super) sent: usize,
    typed_acks: usize,
    untyped_acks: usize,
    pub(super) receipts: usize,
    /// The ids of offers that were received, and how many got an ack.
    offers: HashSet<StanzaId>,
    pub(super) acked_offers: usize,
}

impl Traits {
    /// Looks at one stanza.
    pub fn look(&mut self, recorded: &Recorded) {
        if let RecordedStanza::WasSent(_) | RecordedStanza::Unreadable(Direction::Outward, _) =
            recorded.stanza
        {
            self.sent += 1;
        }
        match &recorded.stanza {
            RecordedStanza::WasSent(Outgoing::Ack(ack)) => {
                match ack.kind() {
                    Some(_) => self.typed_acks += 1,
                    None => self.untyped_acks += 1,
                }
                self.acked_offers += usize::from(self.offers.contains(ack.id()));
            }
            RecordedStanza::WasSent(Outgoing::Receipt(_))
            | RecordedStanza::WasReceived(Received::Receipt(_)) => self.receipts += 1,
            RecordedStanza::WasReceived(Received::Offer(offer)) => {
                let id = offer.envelope().id();
                if self.offers.len() < MOST_OFFERS {
                    self.offers.extend(id.cloned());
                }
            }
            _ => {}
        }
    }

    /// Returns the dialect that its acks are in (OBS-5); `None` if it sent none.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        match (self.typed_acks, self.untyped_acks) {
            (0, 0) => None,
            (typed, untyped) if typed > untyped => Some(Dialect::WhatsAppWeb),
            _ => Some(Dialect::Documents),
        }
    }
}
