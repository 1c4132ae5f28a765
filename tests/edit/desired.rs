//! Desired records, and the edits that lead to them: a record's identity is target and port, the first record of
//! an identity is kept and the others go.

use std::fmt;

use kmsplan::Name;
use kmsplan::plan::edit::{Edit, NewRecord, ZoneEdits};
use kmsplan::presentation::{lower, parse_full_name};
use kmsplan::snapshot::Zone;

/// One desired record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Desired {
    pub(crate) target: String,
    pub(crate) port: u16,
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    /// Seconds; for a record that is there, `None` leaves it as it is.
    pub(crate) ttl: Option<u32>,
}

impl fmt::Debug for DesiredSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n  {}", lower(&self.owner))?;
        for record in &self.records {
            let Desired {
                target,
                port,
                priority,
                weight,
                ttl,
            } = record;
            write!(f, "\n    {ttl:?} SRV {priority} {weight} {port} {target}")?;
        }
        Ok(())
    }
}

/// A record set as wanted.
#[derive(Clone)]
pub(crate) struct DesiredSet {
    pub(crate) owner: Name,
    pub(crate) records: Vec<Desired>,
}

pub(crate) fn name(text: &str) -> Name {
    parse_full_name(text).unwrap()
}

/// `target priority weight` at port 1688.
pub(crate) fn host(target: &str, priority: u16, weight: u16) -> Desired {
    Desired {
        target: target.to_owned(),
        port: 1688,
        priority,
        weight,
        ttl: None,
    }
}

impl Desired {
    pub(crate) fn ttl(self, ttl: u32) -> Self {
        Self {
            ttl: Some(ttl),
            ..self
        }
    }
}

/// The edits that make the sets of `zone` as desired; new records without a TTL get 3600.
pub(crate) fn edits<'a>(
    zone: &'a Zone,
    sets: &'a [DesiredSet],
    make_static: bool,
) -> ZoneEdits<'a> {
    let mut edits = Vec::new();
    for set in sets {
        let existing = zone.kms.get(&set.owner).map_or(&[][..], Vec::as_slice);
        let mut met = vec![false; set.records.len()];
        for record in existing {
            let wanted = set.records.iter().position(|desired| {
                desired.port == record.port
                    && lower(&record.target) == lower(&name(&desired.target))
            });
            match wanted {
                Some(index) if !met[index] => {
                    met[index] = true;
                    let desired = &set.records[index];
                    edits.push(Edit::Set {
                        record,
                        priority: desired.priority,
                        weight: desired.weight,
                        ttl: desired.ttl,
                        make_static,
                    });
                }
                _ => edits.push(Edit::Remove { record }),
            }
        }
        for (desired, _) in set.records.iter().zip(met).filter(|(_, met)| !met) {
            edits.push(Edit::Add {
                owner: &set.owner,
                record: NewRecord {
                    priority: desired.priority,
                    weight: desired.weight,
                    port: desired.port,
                    target: name(&desired.target),
                    ttl: desired.ttl.unwrap_or(3600),
                },
            });
        }
    }
    ZoneEdits { zone, edits }
}
