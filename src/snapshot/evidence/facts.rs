//! What readers give: facts with their places, not yet of a host or node.

use super::{AccessEntry, PublishLine, Seen};
use crate::snapshot::Site;

/// What one file says about a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) kms_host: Option<Seen<bool>>,
    pub(super) client: Option<Site>,
    pub(super) publishing: Option<Seen<bool>>,
    pub(super) restart_due: Option<Site>,
    pub(super) port: Option<Seen<u16>>,
    pub(super) publish: Option<Seen<Vec<PublishLine>>>,
    pub(super) count: Option<Seen<u32>>,
}

/// What one file says about a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) owner: Option<Seen<String>>,
    /// At least one.
    pub(super) entries: Vec<Seen<AccessEntry>>,
}

/// The port of a KMS host on which none is set (Microsoft "Registry Settings for Volume Activation").
pub(super) const DEFAULT_PORT: u16 = 1688;

/// The port that a value stands for: 0 is none set.
pub(super) fn port(value: u64) -> Option<u16> {
    match value {
        0 => Some(DEFAULT_PORT),
        _ => u16::try_from(value).ok(),
    }
}
