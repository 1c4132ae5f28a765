//! Which record set clients find first.

use super::{Group, Set};
use crate::Name;

/// What a group of clients finds as it goes through its suffix search list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finds {
    /// The records of this domain.
    Set(Name),
    /// The records of this domain, which say that it offers no KMS host (a target `.`, RFC 2782).
    NotOffered(Name),
    /// No records in any domain of its list.
    Nothing,
    /// It is not known what stands in this domain, which comes before any with known records.
    Unknown(Name),
}

impl Finds {
    /// What the group finds, given what stands in a domain, `None` where nobody knows.
    pub(super) fn first<'a>(group: &Group, records: impl Fn(&Name) -> Option<&'a Set>) -> Self {
        for domain in &group.search {
            match records(domain) {
                Some(set) if set.is_empty() => {}
                Some(set) if set.hosts().is_empty() => return Self::NotOffered(domain.clone()),
                Some(_) => return Self::Set(domain.clone()),
                None => return Self::Unknown(domain.clone()),
            }
        }
        Self::Nothing
    }

    /// Whether it is known that clients find no host.
    pub fn is_no_host(&self) -> bool {
        matches!(self, Self::NotOffered(_) | Self::Nothing)
    }
}

#[cfg(test)]
mod tests;
