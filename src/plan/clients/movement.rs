//! How clients move from host to host after the change.

use super::chance::Chance;
use crate::Name;

/// The days that are looked at: four weeks.
pub const DAYS: u32 = 28;
/// Every activated client asks once in so many days (Microsoft "Activate clients running Windows 10").
pub const RENEWAL_DAYS: u32 = 7;

/// The part of a domain's clients that each host holds, day by day after the caches of resolvers have let go of the old
/// records. Clients that were there before are meant; new ones follow the planned records at once.
#[derive(Debug, Clone)]
pub struct Movement {
    /// The hosts, in the order of the shares.
    pub hosts: Vec<Name>,
    /// Clients that look the records up for every request: as they renew within a week, all of them move.
    pub without_caching: Vec<Day>,
    /// Clients that keep the host that answered: only those whose host does not answer any more move.
    pub with_caching: Vec<Day>,
    /// The same, if hosts that lose their record are switched off with the change; `None` where no such host answers on.
    pub with_leaving_off: Option<Vec<Day>>,
}

/// The parts of all hosts on one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// Days after the change.
    pub day: u32,
    /// The part of each host.
    pub parts: Vec<Chance>,
}

/// A host, the part of the clients that it holds before the change and that it takes of those that choose anew.
pub(super) struct Mover {
    /// The host.
    pub(super) host: Name,
    /// Its part before, by where it answers afterwards.
    pub(super) before: Vec<(Chance, Stays)>,
    /// Its part of the clients that choose by the planned records.
    pub(super) after: Chance,
}

/// Whether clients that hold on to a record's host are still served there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// The record stays.
    Planned,
    /// The record goes, the host still answers.
    Leaving,
    /// Nobody answers there any more.
    Silent,
}

impl Movement {
    /// The movement of these hosts.
    pub(super) fn of(hosts: &[Mover]) -> Self {
        let leaving = hosts
            .iter()
            .flat_map(|host| &host.before)
            .any(|(part, stays)| *stays == Stays::Leaving && !part.is_never());
        Self {
            hosts: hosts.iter().map(|host| host.host.clone()).collect(),
            without_caching: days(hosts, |_| true),
            with_caching: days(hosts, |stays| stays == Stays::Silent),
            with_leaving_off: leaving.then(|| days(hosts, |stays| stays != Stays::Planned)),
        }
    }
}

/// The parts day by day, where clients of records for which `moves` holds choose anew with their next request.
fn days(hosts: &[Mover], moves: impl Fn(Stays) -> bool) -> Vec<Day> {
    (0..=DAYS)
        .map(|day| {
            let asked = Chance::of(u128::from(day.min(RENEWAL_DAYS)), u128::from(RENEWAL_DAYS));
            let moved = |stays: Stays| if moves(stays) { asked } else { Chance::NEVER };
            let choosing = hosts
                .iter()
                .flat_map(|host| &host.before)
                .fold(Chance::NEVER, |sum, (part, stays)| {
                    sum.or(part.and(moved(*stays)))
                });
            let parts = hosts
                .iter()
                .map(|host| {
                    let kept = host
                        .before
                        .iter()
                        .fold(Chance::NEVER, |sum, (part, stays)| {
                            sum.or(part.and(moved(*stays).otherwise()))
                        });
                    kept.or(choosing.and(host.after))
                })
                .collect();
            Day { day, parts }
        })
        .collect()
}

#[cfg(test)]
mod tests;
