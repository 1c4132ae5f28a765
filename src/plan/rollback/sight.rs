//! What of a saved plan's domains can be seen today, and what somebody has changed meanwhile.

use crate::Name;
use crate::plan::PlanDomain;
use crate::snapshot::Zone;

/// A domain whose records of today are not known.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Unseen<'a> {
    /// The domain as the saved plan knows it.
    pub(in crate::plan) domain: &'a PlanDomain,
    /// What hides them.
    pub(in crate::plan) holder: Hidden<'a>,
}

/// Why the records of a domain are not known.
#[derive(Debug, Clone)]
pub(in crate::plan) enum Hidden<'a> {
    /// No source tells of them.
    NotTold,
    /// They lie in another zone than those of the saved plan.
    OtherZone(&'a Zone),
    /// They lie in a delegated zone that was not read.
    Delegated(&'a Name),
    /// An alias stands in their place.
    Alias(&'a Name),
}

/// Something that is not as the saved plan knows it, or cannot be put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Meanwhile {
    /// The domain.
    pub(in crate::plan) domain: Name,
    /// The host.
    pub(in crate::plan) target: Name,
    /// What it is.
    pub(in crate::plan) kind: Kind,
}

/// What differs from what the saved plan knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) enum Kind {
    /// A record that the plan knows neither before nor after. It stays.
    Unknown(String),
    /// Values that the plan knows neither before nor after. They are set back.
    OtherValues(String),
    /// A record that the plan keeps is gone. It comes back.
    Gone(String),
    /// A value that does not come back: a sentence.
    NotRestored(String),
}
