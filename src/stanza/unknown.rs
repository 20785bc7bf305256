use super::Element;

/// A `<call>` with an unknown action, or with none.
///
/// It is never an error (SIG-07.18) and changes nothing. It gets its ack (SIG-07.20) and no receipt (SIG-07.19).
///
/// ```
/// use ringstate::{Received, xml};
///
/// let document = r#"<call from="15550199@lid" id="8E9F"><zap state="1"/></call>"#;
/// let Received::Unknown(unknown) = xml::parse(document)? else { unreachable!() };
/// assert_eq!(unknown.action().elements()[0].tag(), "zap");
/// # drop(unknown.acknowledge());
/// # Ok::<(), ringstate::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAction {
    pub(crate) elements: Vec<Element>,
}

impl UnknownAction {
    /// Returns what stands inside the `<call>`: usually one element, sometimes none.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }
}
