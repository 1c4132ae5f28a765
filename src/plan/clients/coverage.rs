//! Which record set clients find first.

use super::Group;
use crate::Name;

/// What a group of clients finds as it goes through its suffix search list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finds {
    /// The records of this domain.
    Set(Name),
    /// No records in any domain of its list.
    Nothing,
    /// It is not known what stands in this domain, which comes before any with known records.
    Unknown(Name),
}

impl Finds {
    /// What the group finds, given what stands in a domain: whether it has records, `None` where nobody knows.
    pub(super) fn first(group: &Group, has_records: impl Fn(&Name) -> Option<bool>) -> Self {
        for domain in &group.search {
            match has_records(domain) {
                Some(true) => return Self::Set(domain.clone()),
                Some(false) => {}
                None => return Self::Unknown(domain.clone()),
            }
        }
        Self::Nothing
    }
}

#[cfg(test)]
mod tests;
