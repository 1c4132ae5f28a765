//! Live hosts of a domain in every state on the way.

use super::Live;
use super::action::{Action, Record, RecordEdit, SetChange};
use super::records::Domain;
use crate::Name;
use crate::snapshot::{Addresses, Snapshot};
use crate::topology::Topology;

/// Counts the live hosts of `domain` before, after and in each state that `actions` lead through.
///
/// A live host is a host of the topology that stands in the record set, has an address or may have one,
/// and is not just changing its port.
pub fn count(
    topology: &Topology,
    snapshot: &Snapshot,
    domain: &Domain<'_>,
    actions: &[Action],
) -> Live {
    let live = |records: &[Record], moving: Option<&Name>| {
        topology
            .hosts
            .iter()
            .filter(|host| moving != Some(&host.name))
            .filter(|host| records.iter().any(|record| record.target == host.name))
            .filter(|host| snapshot.addresses(&host.name) != Addresses::None)
            .count()
    };
    let mut records = domain.set_before().records;
    let before = live(&records, None);
    let mut minimum = before;
    let mut visit =
        |records: &[Record], moving: Option<&Name>| minimum = minimum.min(live(records, moving));
    for action in actions {
        match action {
            Action::ChangeRecords { change } | Action::RemoveUnlisted { change } => {
                apply(domain, change, &mut records, |records| visit(records, None));
            }
            Action::MovePort { host, changes, .. } => {
                if records.iter().any(|record| record.target == host.name.0) {
                    visit(&records, Some(&host.name.0));
                }
                for change in changes {
                    apply(domain, change, &mut records, |records| {
                        visit(records, Some(&host.name.0));
                    });
                }
                visit(&records, None);
            }
            Action::EnablePublishing { hosts } => {
                let planned = domain.set_after().records;
                for host in hosts {
                    let own = planned
                        .iter()
                        .filter(|record| record.target == host.host.name.0);
                    let new: Vec<Record> = own
                        .filter(|record| !records.contains(record))
                        .cloned()
                        .collect();
                    records.extend(new);
                    visit(&records, None);
                }
            }
            _ => {}
        }
    }
    let after = live(&domain.set_after().records, None);
    Live {
        before,
        after,
        minimum: minimum.min(after),
    }
}

fn apply(
    domain: &Domain<'_>,
    change: &SetChange,
    records: &mut Vec<Record>,
    mut visit: impl FnMut(&[Record]),
) {
    if change.before.owner != domain.owner {
        return;
    }
    for edit in &change.edits {
        match edit {
            RecordEdit::Add { record } => records.push(record.clone()),
            RecordEdit::Replace { before, after } => {
                records.push(after.clone());
                take(records, before);
            }
            RecordEdit::Remove { record } => take(records, record),
        }
        visit(records);
    }
}

fn take(records: &mut Vec<Record>, gone: &Record) {
    if let Some(at) = records.iter().position(|record| record == gone) {
        records.remove(at);
    }
}
