//! The steps that switch publishing.

use super::super::super::licensing::Publishing;

/// A step that switches publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Off before the host key goes in: no restart.
    Prepare,
    /// Off on the hosts of the topology.
    Disable,
    /// Off on hosts whose record goes.
    Silence,
    /// On, one host at a time.
    Enable,
}

impl Kind {
    /// What publishing is afterwards.
    pub(super) fn wants(self) -> Publishing {
        match self {
            Self::Prepare | Self::Disable | Self::Silence => Publishing::Off,
            Self::Enable => Publishing::On,
        }
    }

    /// Whether the machines have a host key, so that the licensing service lets publishing be switched.
    pub(super) fn has_host_key(self) -> bool {
        self != Self::Prepare
    }
}
