//! Reading and writing, whatever the wire: one decoder and one encoder.
//!
//! [`read`] reads a stanza from anything that has elements and attributes, which is a [`View`]; [`write()`] writes one to
//! anything that takes them, which is a [`Sink`]. [`xml`] is both for XML.
//!
//! Reading asks the same of every wire. A stanza has at most [`MAX_NODES`](xml::MAX_NODES) elements and attributes,
//! [`MAX_DEPTH`](xml::MAX_DEPTH) elements inside one another, and [`MAX_ATTRIBUTES`](xml::MAX_ATTRIBUTES) of one element. Its
//! names, values and contents have at most [`MAX_DOCUMENT_LEN`](xml::MAX_DOCUMENT_LEN) bytes together; of XML, the whole
//! document has. What exceeds one of them is an error with the acknowledgement that is owed. Only a document of XML that is
//! too long is not read, and owes nothing.

mod decode;
mod encode;
mod error;
mod fields;
pub mod log;
#[cfg(feature = "wacore")]
pub mod node;
mod reader;
mod reading;
mod tree;
mod view;
pub mod xml;

use reading::measure;

pub use crate::stanza::Place;
use crate::stanza::{Outgoing, Received};
pub use error::{ParseError, ParseErrorKind};
pub use view::{Content, Part, Sink, View};
use xml::ToWrite;

/// Reads one received stanza, as [`xml::parse`] does. The page of [`View`] has an example of a view.
///
/// ```
/// use ringstate::wire::{View, read};
/// use ringstate::{Owed, OwnAddress};
///
/// /// Acknowledges a stanza of any wire, whether it can be read or not (SIG-07.2).
/// fn acknowledge<'v>(stanza: impl View<'v>, me: &OwnAddress) -> Owed {
///     match read(stanza) {
///         Ok(received) => received.acknowledge(me),
///         Err(error) => error.into_owed(),
///     }
/// }
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place and, if the stanza has a `from` and an `id`, carries the acknowledgement that
/// is still owed.
pub fn read<'v>(stanza: impl View<'v>) -> Result<Received, ParseError> {
    decode::received(stanza, measure(stanza), false)
}

/// Reads one sent stanza, as [`xml::parse_sent`] does: `to` is required, and `from`, `id` and `t` are not. You can look at the
/// result and not send it.
///
/// ```
/// use ringstate::stanza::Outgoing;
/// use ringstate::wire::{View, read_sent};
///
/// fn is_an_ack<'v>(stanza: impl View<'v>) -> bool {
///     matches!(read_sent(stanza), Ok(Outgoing::Ack(_)))
/// }
/// ```
///
/// # Errors
///
/// A [`ParseError`] that names the place. Nothing is owed for what was sent.
pub fn read_sent<'v>(stanza: impl View<'v>) -> Result<Outgoing, ParseError> {
    decode::sent(stanza, measure(stanza)).map_err(ParseError::new)
}

/// Writes one stanza, in the [dialect](crate::Dialect) that it is marked with. The page of [`Sink`] has an example of a sink.
///
/// ```
/// use ringstate::wire::{Sink, write};
/// use ringstate::{Acked, Call, Callee};
///
/// fn decline(call: Call<Callee, Acked>, sink: &mut impl Sink) {
///     let (_rejected, reject) = call.reject();
///     let (stanza, _sent) = reject.with_id("3EB0A1F2C4".parse().expect("an id"));
///     write(&stanza, sink); // <call to="…" id="3EB0A1F2C4"><reject call-id="…" call-creator="…"/></call>
/// }
/// ```
pub fn write<S: ToWrite + ?Sized>(stanza: &S, sink: &mut impl Sink) {
    let stanza = stanza.stanza();
    encode::outgoing(stanza.outgoing(), stanza.dialect(), sink);
}
