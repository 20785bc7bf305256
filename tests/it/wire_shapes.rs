//! What captures of the official client show (`OBS-…`), told in sequences of our own.

use ringstate::{Event, Received};

use crate::common::phone::{IN, Phone, happened, offer};
use crate::common::{ANN, received};

#[test]
fn e_is_told_and_ends_nothing() {
    for e in ["0", "1", "17", ""] {
        let document = offer(ANN, IN, &format!(r#"e="{e}""#));
        let Received::Offer(live) = received(&document) else {
            panic!("{e}")
        };
        assert_eq!(live.envelope().e(), Some(e));
        assert!(!live.envelope().is_offline());
        let mut phone = Phone::new();
        let told = phone.hear(&document);
        happened!(told, Event::Rings { .. });
    }
    // Beside a mark that ends it, `e` changes nothing either.
    let Received::EndedOffer(ended) = received(&offer(ANN, IN, r#"offline="0" e="0""#)) else {
        panic!("it is over")
    };
    assert_eq!(ended.envelope().e(), Some("0"));
}
