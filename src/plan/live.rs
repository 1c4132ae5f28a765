//! Live hosts of a domain in every state on the way.

use super::Live;
use super::action::{Action, Record, SetChange};
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
                publish(domain, &host.name.0, &mut records);
                visit(&records, None);
            }
            Action::EnablePublishing { hosts } => {
                for host in hosts {
                    publish(domain, &host.host.name.0, &mut records);
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
        edit.apply(records);
        visit(records);
    }
}

/// A host publishes what the plan wants of it in this domain.
fn publish(domain: &Domain<'_>, host: &Name, records: &mut Vec<Record>) {
    let planned = domain
        .entries
        .iter()
        .filter(|entry| !entry.by_hand && entry.host.is_some());
    let own: Vec<Record> = planned
        .filter_map(|entry| entry.after.clone())
        .filter(|after| after.target == *host && !records.contains(after))
        .collect();
    records.extend(own);
}
