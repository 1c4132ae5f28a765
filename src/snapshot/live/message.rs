//! Names as hickory has them, which reads and writes messages.

use hickory_proto::rr;

use crate::Name;

impl From<&rr::Name> for Name {
    fn from(name: &rr::Name) -> Self {
        Self::from_labels(name.iter()).expect("a name that fits hickory fits the wire")
    }
}

impl From<&Name> for rr::Name {
    /// The name, absolute.
    fn from(name: &Name) -> Self {
        Self::from_labels(name.iter()).expect("a name that fits the wire fits hickory")
    }
}
