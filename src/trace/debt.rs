//! What is owed for what was received, and what of it was paid.

use crate::id::{Jid, StanzaId};
use crate::stanza::{Dialect, Outgoing, Owed};

/// The id of a received stanza, and where its ack and its receipt go. The sender makes the id, so that two may have made the
/// same one.
pub(super) type DebtKey = (StanzaId, Jid);

/// What is owed for a received stanza.
#[derive(Debug)]
pub(super) struct Debt {
    pub(super) call: Option<usize>,
    pub(super) line: usize,
    pub(super) element: &'static str,
    pub(super) documents: Parts,
    pub(super) web: Parts,
    pub(super) paid: Parts,
    /// How often the stanza came, and how often each answer was sent again.
    pub(super) copies: usize,
    pub(super) again: [usize; 2],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) ack: bool,
    pub(super) receipt: bool,
}

impl Parts {
    pub(super) const ACK: Self = Self {
        ack: true,
        receipt: false,
    };
    pub(super) const RECEIPT: Self = Self {
        ack: false,
        receipt: true,
    };

    pub(super) fn of(owed: &Owed) -> Self {
        let mut parts = Self::default();
        for stanza in owed {
            match stanza.outgoing() {
                Outgoing::Ack(_) => parts.ack = true,
                Outgoing::Receipt(_) => parts.receipt = true,
                Outgoing::CallStanza(_) => {}
            }
        }
        parts
    }

    pub(super) fn cover(self, others: Self) -> bool {
        (self.ack || !others.ack) && (self.receipt || !others.receipt)
    }
}

impl Debt {
    /// Whether it is paid in the dialect of its client, or, if that is not known, in either.
    pub(super) fn is_paid(&self, dialect: Option<Dialect>) -> bool {
        match dialect {
            Some(Dialect::Documents) => self.paid.cover(self.documents),
            Some(Dialect::WhatsAppWeb) => {
                self.paid.cover(self.web) || self.paid.cover(self.documents)
            }
            None => self.paid.cover(self.documents) || self.paid.cover(self.web),
        }
    }

    /// What is missing of it at the end.
    pub(super) fn missing(
        &self,
        dialect: Option<Dialect>,
        is_receipt_recorded: bool,
    ) -> Option<&'static str> {
        if self.is_paid(dialect) {
            return None;
        }
        let due = match dialect {
            Some(Dialect::WhatsAppWeb) => self.web,
            _ => self.documents,
        };
        match (due.ack && !self.paid.ack, due.receipt && !self.paid.receipt) {
            (_, true) if !is_receipt_recorded => None,
            (true, true) => Some("its ack and its receipt"),
            (true, false) => Some("its ack"),
            (false, true) => Some("its receipt"),
            (false, false) => None,
        }
    }
}
