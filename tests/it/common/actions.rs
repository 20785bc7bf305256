//! Which received actions have a trait of the law, as the compiler finds it out.

/// A cell for each action: its name, and whether it has the trait.
macro_rules! cells_of {
    ($law:ident) => {
        cells_of!($law: Offer EndedOffer OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat UnknownAction)
    };
    ($law:ident: $($action:ident)*) => {
        [$((
            stringify!($action),
            {
                struct Probe<T>(std::marker::PhantomData<T>);
                #[allow(dead_code)] // the inherent constant may win
                trait Blanket {
                    const YES: bool = false;
                }
                impl<T> Blanket for Probe<T> {}
                #[allow(dead_code)] // the blanket constant may win
                impl<T: ringstate::law::$law> Probe<T> {
                    const YES: bool = true;
                }
                Probe::<ringstate::stanza::$action>::YES
            },
        )),*]
    };
}
pub(crate) use cells_of;
