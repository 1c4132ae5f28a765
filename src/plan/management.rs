//! How each zone is managed: kind, tool, server.

use super::action::ZoneRef;
use crate::presentation;
use crate::snapshot::Zone;
use crate::topology::{Apply, DynamicUpdate, Partition, Topology, ZoneKind, ZoneSettings};

/// The decisions about one zone.
#[derive(Debug, Clone)]
pub struct Management<'a> {
    /// What commands need.
    pub zone: ZoneRef,
    /// Whether the kind was neither written nor seen.
    pub kind_assumed: bool,
    /// The zone's settings in the topology.
    pub settings: Option<&'a ZoneSettings>,
}

impl<'a> Management<'a> {
    /// Decides from the topology first, then from what the data shows. A zone of unknown kind is taken
    /// for AD-integrated: a wrong guess there fails without harm.
    pub fn of(topology: &'a Topology, zone: &Zone) -> Self {
        let settings = topology.zone(&zone.name);
        let known = settings
            .and_then(|settings| settings.kind)
            .or(zone.evidence);
        let kind = known.unwrap_or(ZoneKind::Ad);
        let apply = settings
            .and_then(|settings| settings.apply)
            .unwrap_or(match kind {
                ZoneKind::Ad | ZoneKind::WindowsFile => Apply::Powershell,
                ZoneKind::Bind => Apply::Nsupdate,
                ZoneKind::Other => Apply::Patch,
            });
        let server = settings
            .and_then(|settings| settings.server.clone())
            .or_else(|| {
                zone.soa
                    .as_ref()
                    .filter(|soa| !soa.mname.is_root())
                    .map(|soa| presentation::plain(&soa.mname.to_lowercase()))
            });
        let partition = settings
            .and_then(|settings| settings.partition.clone())
            .unwrap_or(Partition::Domain);
        Self {
            zone: ZoneRef {
                name: zone.name.clone(),
                kind,
                apply,
                server,
                partition,
                diff: zone.end.is_some(),
            },
            kind_assumed: known.is_none(),
            settings,
        }
    }

    /// Whether the zone is one of Windows DNS, where records can carry a timestamp.
    pub fn is_windows(&self) -> bool {
        is_windows(self.zone.kind)
    }

    /// The dynamic updates that the zone takes, as written.
    pub fn dynamic_update(&self) -> Option<DynamicUpdate> {
        self.settings.and_then(|settings| settings.dynamic_update)
    }
}

/// Whether zones of this kind are served by Windows DNS, where records can carry a timestamp.
pub fn is_windows(kind: ZoneKind) -> bool {
    matches!(kind, ZoneKind::Ad | ZoneKind::WindowsFile)
}
