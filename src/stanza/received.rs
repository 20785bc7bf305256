use super::action::with_actions;
use super::{
    ActionKind, EndedOffer, GroupOffer, Identity, Inbound, News, Owed, Problem, Receipt, ServerAck,
    UnknownAction, Weight,
};
use crate::id::{Jid, OwnAddress};

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        /// One stanza as it was received.
        ///
        /// Match on the actions that matter and let [`acknowledge`](Received::acknowledge) answer the rest: every
        /// stanza is owed its acknowledgement (SIG-07.2), and an offer its receipt as well (SIG-07.5).
        ///
        /// ```
        /// use ringstate::{Call, OwnAddress, Received, xml};
        ///
        /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
        /// let me = OwnAddress::lid("15550100:2@lid".parse()?);
        /// # let line = r#"<call from="15550199:3@lid" id="1A2B" t="1700000000"><transport call-id="00C0FFEE" call-creator="15550199:3@lid"/></call>"#;
        /// let owed = match xml::parse(line) {
        ///     Ok(Received::Offer(offer)) => {
        ///         let (acked, owed) = Call::incoming(offer).acknowledge(&me);
        ///         // keep `acked`, ask the user …
        /// #       drop(acked);
        ///         owed
        ///     }
        ///     Ok(other) => other.acknowledge(&me),
        ///     Err(error) => error.into_owed(),
        /// };
        /// for stanza in owed {
        ///     println!("{}", xml::to_string(&stanza));
        /// }
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug, PartialEq)]
        #[non_exhaustive]
        #[must_use = "its acknowledgement is owed, and without one the stanza is delivered again (SIG-07.2)"]
        pub enum Received {
            $($(#[$doc])* $action(Inbound<super::$action>),)+
            /// Somebody calls a group, now.
            GroupOffer(Inbound<GroupOffer>),
            /// Somebody called; the call is over.
            EndedOffer(Inbound<EndedOffer>),
            /// News of a call that changes nothing in it.
            News(Inbound<News>),
            /// An action that this crate does not know, or none at all.
            Unknown(Inbound<UnknownAction>),
            /// The server's acknowledgement of a stanza that was sent.
            Ack(ServerAck),
            /// A receipt, usually for an offer that was sent.
            Receipt(Receipt),
        }

        impl Received {
            /// The call that it names, and the sender, where it names one: a server's acknowledgement names a stanza.
            pub(crate) fn names(&self) -> Option<(Identity, &Jid)> {
                Some(match self {
                    $(Self::$action(stanza) => (stanza.identity().clone(), stanza.sender()),)+
                    Self::GroupOffer(stanza) => (stanza.identity().clone(), stanza.sender()),
                    Self::EndedOffer(stanza) => (stanza.identity().clone(), stanza.sender()),
                    Self::News(stanza) => (stanza.identity().clone(), stanza.sender()),
                    Self::Receipt(receipt) => (receipt.identity()?, receipt.sender()),
                    Self::Unknown(_) | Self::Ack(_) => return None,
                })
            }

            /// The name of the element that says what it is.
            pub(crate) fn element(&self) -> &'static str {
                match self {
                    $(Self::$action(_) => $tag,)+
                    Self::GroupOffer(_) => ActionKind::Offer.tag(),
                    Self::EndedOffer(_) => ActionKind::Offer.tag(),
                    Self::News(stanza) => stanza.action().kind(),
                    Self::Unknown(_) => "(unknown)",
                    Self::Ack(_) => "ack",
                    Self::Receipt(_) => "receipt",
                }
            }

            /// What could not be read of it and lost nothing else: a field that is malformed reads as missing. At most 16 are
            /// kept. A stanza that you have matched has them in its [`envelope`](super::Envelope::problems).
            ///
            /// ```
            /// use ringstate::xml;
            ///
            /// let document = r#"<call from="15550199:3@lid" id="1A2B" t="soon"><unheard_of/></call>"#;
            /// let received = xml::parse(document)?;
            /// assert_eq!(received.problems()[0].attribute(), Some("t"));
            /// # drop(received.acknowledge(&ringstate::OwnAddress::default()));
            /// # Ok::<(), ringstate::ParseError>(())
            /// ```
            #[must_use]
            pub fn problems(&self) -> &[Problem] {
                match self {
                    $(Self::$action(stanza) => stanza.envelope().problems(),)+
                    Self::GroupOffer(stanza) => stanza.envelope().problems(),
                    Self::EndedOffer(stanza) => stanza.envelope().problems(),
                    Self::News(stanza) => stanza.envelope().problems(),
                    Self::Unknown(stanza) => stanza.envelope().problems(),
                    Self::Ack(ack) => ack.problems(),
                    Self::Receipt(receipt) => receipt.problems(),
                }
            }

            pub(crate) fn set_problems(&mut self, problems: Vec<Problem>) {
                match self {
                    $(Self::$action(stanza) => stanza.set_problems(problems),)+
                    Self::GroupOffer(stanza) => stanza.set_problems(problems),
                    Self::EndedOffer(stanza) => stanza.set_problems(problems),
                    Self::News(stanza) => stanza.set_problems(problems),
                    Self::Unknown(stanza) => stanza.set_problems(problems),
                    Self::Ack(ack) => ack.problems = problems,
                    Self::Receipt(receipt) => receipt.problems = problems,
                }
            }

            /// The envelope of a `<call>`.
            pub(crate) fn envelope(&self) -> Option<&super::Envelope> {
                Some(match self {
                    $(Self::$action(stanza) => stanza.envelope(),)+
                    Self::GroupOffer(stanza) => stanza.envelope(),
                    Self::EndedOffer(stanza) => stanza.envelope(),
                    Self::News(stanza) => stanza.envelope(),
                    Self::Unknown(stanza) => stanza.envelope(),
                    Self::Ack(_) | Self::Receipt(_) => return None,
                })
            }

            pub(crate) fn set_weight(&mut self, weight: Weight) {
                match self {
                    $(Self::$action(stanza) => stanza.set_weight(weight),)+
                    Self::GroupOffer(stanza) => stanza.set_weight(weight),
                    Self::EndedOffer(stanza) => stanza.set_weight(weight),
                    Self::News(stanza) => stanza.set_weight(weight),
                    Self::Unknown(stanza) => stanza.set_weight(weight),
                    Self::Ack(_) | Self::Receipt(_) => {}
                }
            }

            /// Returns how many bytes of memory it takes at most ([`Envelope::weight`](super::Envelope::weight)). What no call
            /// keeps, an acknowledgement or a receipt, counts for nothing.
            #[must_use]
            pub fn weight(&self) -> usize {
                self.envelope().map_or(0, super::Envelope::weight)
            }

            /// Takes out what is owed, whatever the stanza is, and leaves a stanza that is owed nothing.
            pub(crate) fn take_owed(&mut self, me: &OwnAddress) -> Owed {
                match self {
                    $(Self::$action(stanza) => stanza.take_owed(me),)+
                    Self::GroupOffer(stanza) => stanza.take_owed(me),
                    Self::EndedOffer(stanza) => stanza.take_owed(me),
                    Self::News(stanza) => stanza.take_owed(me),
                    Self::Unknown(stanza) => stanza.take_owed(me),
                    Self::Ack(_) | Self::Receipt(_) => Owed::default(),
                }
            }
        }
    };
}
with_actions!(generate);

impl Received {
    /// Returns what the stanza is owed, whatever it is: an offer gets an ack and a receipt, every other action an ack,
    /// and an acknowledgement or a receipt nothing (SIG-07.2, SIG-07.5, SIG-07.16).
    ///
    /// ```
    /// use ringstate::{OwnAddress, xml};
    ///
    /// let document = r#"<call from="15550199:3@lid" id="1A2B"><unheard_of/></call>"#;
    /// let owed = xml::parse(document)?.acknowledge(&OwnAddress::default());
    /// assert_eq!(owed.into_iter().count(), 1);
    /// # Ok::<(), ringstate::ParseError>(())
    /// ```
    pub fn acknowledge(mut self, me: &OwnAddress) -> Owed {
        self.take_owed(me)
    }
}
