//! Which received actions have a trait of the law, as the compiler finds it out.

/// A cell for each action: its name, and whether it has the trait.
macro_rules! cells_of {
    ($law:ident) => {
        cells_of!([ringstate::law::$law])
    };
    ($law:ident<$role:ident>) => {
        cells_of!([ringstate::law::$law<ringstate::$role>])
    };
    ([$($law:tt)*]) => {
        cells_of!([$($law)*] Offer GroupOffer EndedOffer OfferNotice Preaccept Accept Reject Terminate Transport RelayLatency Mute Heartbeat VideoState CallDuration News UnknownAction)
    };
    ($law:tt $($action:ident)+) => {
        [$((stringify!($action), cells_of!(@ $law $action))),*]
    };
    (@ [$($law:tt)*] $action:ident) => {
            {
                struct Probe<T>(std::marker::PhantomData<T>);
                #[allow(dead_code)] // the inherent constant may win
                trait Blanket {
                    const YES: bool = false;
                }
                impl<T> Blanket for Probe<T> {}
                #[allow(dead_code)] // the blanket constant may win
                impl<T: $($law)*> Probe<T> {
                    const YES: bool = true;
                }
                Probe::<ringstate::stanza::$action>::YES
            }
    };
}
pub(crate) use cells_of;

/// Which actions can become a call, in one role or another.
pub(crate) fn opens_call() -> [(&'static str, bool); 16] {
    let (callee, invitee) = (cells_of!(OpensCall<Callee>), cells_of!(OpensCall<Invitee>));
    std::array::from_fn(|at| (callee[at].0, callee[at].1 || invitee[at].1))
}

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
    known.extend(["GroupOffer", "EndedOffer", "News", "UnknownAction"].map(str::to_owned));
    for action in &known {
        assert!(listed.contains(&action.as_str()), "{action} is missing");
    }
    assert_eq!(listed.len(), known.len(), "{listed:?}");
}
