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

#[test]
fn every_action_has_a_cell() {
    let listed: Vec<&str> = cells_of!(OwesAck)
        .iter()
        .map(|(action, _)| *action)
        .collect();
    let mut known: Vec<String> = ringstate::stanza::ActionKind::ALL
        .iter()
        .map(|action| format!("{action:?}"))
        .collect();
    known.extend(["EndedOffer", "UnknownAction"].map(str::to_owned));
    for action in &known {
        assert!(listed.contains(&action.as_str()), "{action} is missing");
    }
    assert_eq!(listed.len(), known.len(), "{listed:?}");
}
