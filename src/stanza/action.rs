//! The actions, each listed once. What has to know all of them is generated from the list.

use super::{EndedOffer, GroupOffer, Identity, Offer, UnknownAction};

/// Hands the list of actions to another macro: the type, which is also the name of its variants; the name of its element; how
/// it is kept beside the others; and, in front, what it means when it is received.
macro_rules! with_actions {
    ($generate:ident) => {
        $generate! {
            /// Somebody calls, now.
            Offer "offer" (Box<super::Offer>);
            /// News of a group call.
            OfferNotice "offer_notice" (super::OfferNotice);
            /// A device of the callee rings.
            Preaccept "preaccept" (Box<super::Preaccept>);
            /// A device of the callee answers.
            Accept "accept" (Box<super::Accept>);
            /// A device of the callee declines.
            Reject "reject" (super::Reject);
            /// Somebody ends the call.
            Terminate "terminate" (Box<super::Terminate>);
            /// Candidates for the media path.
            Transport "transport" (Box<super::Transport>);
            /// How far a relay is.
            RelayLatency "relaylatency" (Box<super::RelayLatency>);
            /// The peer's microphone is now on or off.
            Mute "mute_v2" (super::Mute);
            /// A sign of life.
            Heartbeat "heartbeat" (super::Heartbeat);
            /// What becomes of the picture.
            VideoState "video" (Box<super::VideoState>);
            /// How long a call was.
            CallDuration "duration" (super::CallDuration);
        }
    };
}
pub(crate) use with_actions;

/// What a `<call>` contains: one element, the action.
///
/// Sealed: the actions are the ones of the protocol.
pub trait Action: sealed::Sealed {
    /// Which action it is; `None` for one that this crate does not know.
    const KIND: Option<ActionKind>;

    /// Whether a receipt is owed beside the acknowledgement: whether the law has it so.
    #[doc(hidden)]
    const OWES_RECEIPT: bool;

    /// The call that it names.
    #[doc(hidden)]
    fn named_call(&self) -> Option<&Identity>;

    /// The name of its element.
    #[doc(hidden)]
    fn tag(&self) -> Option<&str> {
        Self::KIND.map(ActionKind::tag)
    }
}

/// An action that names its call, as all known ones do (REF.3).
pub trait CallAction: Action {
    /// Returns the call that it belongs to.
    fn identity(&self) -> &Identity;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

macro_rules! generate {
    ($($(#[$doc:meta])* $action:ident $tag:literal ($kept:ty);)+) => {
        /// The known actions, by name, for tables and reports. A [`Row`](crate::law::Row) of the law says which ones it
        /// is about.
        ///
        /// ```
        /// use ringstate::stanza::ActionKind;
        ///
        /// assert_eq!(ActionKind::Mute.tag(), "mute_v2");
        /// assert_eq!(ActionKind::from_tag("mute_v2"), Some(ActionKind::Mute));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum ActionKind {
            $(#[doc = concat!("`<", $tag, ">`")] $action,)+
        }

        impl ActionKind {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action),+];

            /// The name of the element.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    $(Self::$action => $tag,)+
                }
            }

            /// The action whose element has this name.
            #[doc(alias("SIG-16.5"))]
            #[must_use]
            pub fn from_tag(tag: &str) -> Option<Self> {
                match tag {
                    $($tag => Some(Self::$action),)+
                    _ => None,
                }
            }
        }

        $(
            impl sealed::Sealed for super::$action {}

            impl Action for super::$action {
                const KIND: Option<ActionKind> = Some(ActionKind::$action);
                const OWES_RECEIPT: bool = implements!(super::$action: crate::law::OwesReceipt);

                fn named_call(&self) -> Option<&Identity> {
                    Some(&self.identity)
                }
            }

            impl CallAction for super::$action {
                fn identity(&self) -> &Identity {
                    &self.identity
                }
            }
        )+

        /// One of the actions, as it was built or as it was read from a log of sent stanzas. (In
        /// [`Received`](crate::Received) each has a variant of its own instead, with its debt.)
        ///
        /// ```
        /// use ringstate::stanza::{AnyAction, Outgoing};
        /// use ringstate::xml;
        ///
        /// let document = r#"<call to="15550199@lid"><reject call-id="C0" call-creator="15550199@lid"/></call>"#;
        /// let Outgoing::CallStanza(call) = xml::parse_sent(document)? else { unreachable!() };
        /// assert!(matches!(call.action(), AnyAction::Reject(reject) if reject.reason().is_none()));
        /// # Ok::<(), ringstate::ParseError>(())
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum AnyAction {
            $(#[doc = concat!("`<", $tag, ">`")] $action($kept),)+
            /// An action that this crate does not know, or none.
            Unknown(UnknownAction),
        }

        $(
            impl From<super::$action> for AnyAction {
                fn from(action: super::$action) -> Self {
                    Self::$action(action.into())
                }
            }
        )+

        impl AnyAction {
            /// Returns which action it is; `None` for one that this crate does not know.
            ///
            /// ```
            /// use ringstate::stanza::{ActionKind, Outgoing};
            /// use ringstate::xml;
            ///
            /// let document = r#"<call to="15550199@lid"><reject call-id="C0" call-creator="15550199@lid"/></call>"#;
            /// let Outgoing::CallStanza(call) = xml::parse_sent(document)? else { unreachable!() };
            /// assert_eq!(call.action().kind(), Some(ActionKind::Reject));
            /// # Ok::<(), ringstate::ParseError>(())
            /// ```
            #[must_use]
            pub fn kind(&self) -> Option<ActionKind> {
                match self {
                    $(Self::$action(_) => Some(ActionKind::$action),)+
                    Self::Unknown(_) => None,
                }
            }

            /// Returns the call that the action belongs to; an unknown action names none.
            #[must_use]
            pub fn identity(&self) -> Option<&Identity> {
                match self {
                    $(Self::$action(action) => action.named_call(),)+
                    Self::Unknown(action) => action.named_call(),
                }
            }
        }
    };
}
with_actions!(generate);

impl sealed::Sealed for GroupOffer {}

impl Action for GroupOffer {
    const KIND: Option<ActionKind> = Offer::KIND;
    const OWES_RECEIPT: bool = implements!(GroupOffer: crate::law::OwesReceipt);

    fn named_call(&self) -> Option<&Identity> {
        self.offer.named_call()
    }
}

impl CallAction for GroupOffer {
    fn identity(&self) -> &Identity {
        self.offer.identity()
    }
}

impl sealed::Sealed for EndedOffer {}

impl Action for EndedOffer {
    const KIND: Option<ActionKind> = Offer::KIND;
    const OWES_RECEIPT: bool = implements!(EndedOffer: crate::law::OwesReceipt);

    fn named_call(&self) -> Option<&Identity> {
        self.offer.named_call()
    }
}

impl CallAction for EndedOffer {
    fn identity(&self) -> &Identity {
        self.offer.identity()
    }
}

impl sealed::Sealed for UnknownAction {}

impl Action for UnknownAction {
    const KIND: Option<ActionKind> = None;
    const OWES_RECEIPT: bool = implements!(UnknownAction: crate::law::OwesReceipt);

    fn tag(&self) -> Option<&str> {
        self.elements.first().map(super::Element::tag)
    }

    fn named_call(&self) -> Option<&Identity> {
        None
    }
}
