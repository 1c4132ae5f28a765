//! One record set against the plan.
//!
//! A record's identity is target and port. An unknown TTL or age is no difference, nor is what the plan leaves to
//! the hosts that publish. A server gives a set one TTL (RFC 2181 section 5.2), so the TTL of any planned record of
//! the set is right for all of them.

use std::cmp::Reverse;

use super::seen::{Nothing, Observed, Record};
use super::{Domain, Zones, is_planned};
use crate::Name;
use crate::arrange::Arrange as _;
use crate::plan::{Change, PlanDomain, Values, Verb};

/// How a domain stands against the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The set is the planned one.
    AsPlanned,
    /// The set is the one of before, and not the planned one.
    StillOld,
    /// It is neither.
    SomethingElse {
        /// Whether each record is one of before or a planned one: the change was made in part.
        partly_done: bool,
    },
    /// There is no usable answer.
    NoAnswer(Nothing),
}

impl State {
    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AsPlanned => "as-planned",
            Self::StillOld => "still-old",
            Self::SomethingElse { .. } => "something-else",
            Self::NoAnswer(_) => "no-answer",
        }
    }
}

/// What leads from the set that was seen to the planned one, for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is still to be done: a planned record is missing, has other values, or a record is too much.
    pub verb: Verb,
    /// The KMS host.
    pub target: Name,
    /// TCP port.
    pub port: u16,
    /// What was seen; `None` where the record is missing.
    pub found: Option<Values>,
    /// What is planned; `None` where the record is too much.
    pub planned: Option<Values>,
    /// Whether what was seen is as before the plan.
    pub is_old: bool,
}

/// Compares a domain; `live`: a server was asked.
pub(super) fn domain(
    zones: &Zones<'_>,
    domain: &PlanDomain,
    observed: &Observed,
    live: bool,
) -> Domain {
    debug_assert!(is_planned(domain), "the others are not compared");
    let sets = Sets::of(zones, domain);
    let (state, differences) = match observed {
        Observed::Nothing(nothing) => (State::NoAnswer(nothing.clone()), Vec::new()),
        Observed::Records(found) => {
            let (state, differences) = sets.compare(found);
            let untold = match state {
                State::AsPlanned => sets.untold(found, &domain.changes),
                _ => None,
            };
            match untold {
                Some(ages) => (
                    State::NoAnswer(Nothing::indistinct(ages, live)),
                    differences,
                ),
                None => (state, differences),
            }
        }
        Observed::Alias { records, .. } => {
            let (_, differences) = sets.compare(records);
            (State::SomethingElse { partly_done: false }, differences)
        }
    };
    let alias = match observed {
        Observed::Alias { target, .. } => Some(target.clone()),
        _ => None,
    };
    let found = observed.records().unwrap_or_default();
    Domain {
        name: domain.name.clone(),
        owner: domain.owner.clone(),
        state,
        differences,
        alias,
        ttls_not_told: found.iter().any(|record| record.values.ttl.is_none()),
    }
}

/// The two sets that the plan knows.
struct Sets {
    before: Vec<Record>,
    after: Vec<Record>,
    /// Whether the zone keeps ages.
    ages: bool,
}

/// Whether a record that was seen is near to one that is wanted.
type Near<'a> = dyn Fn(&Record, &Record) -> bool + 'a;

impl Sets {
    fn of(zones: &Zones<'_>, domain: &PlanDomain) -> Self {
        let side = |values: fn(&Change) -> Option<Values>| {
            let records = domain.changes.iter().filter_map(|change| {
                Some(Record {
                    target: change.target.clone(),
                    port: change.port,
                    values: values(change)?,
                })
            });
            records.collect()
        };
        Self {
            before: side(|change| change.before),
            after: side(|change| change.after),
            ages: zones.keep_ages(domain),
        }
    }

    fn compare(&self, found: &[Record]) -> (State, Vec<Difference>) {
        let differences = self.differences(found);
        let state = if differences.is_empty() {
            State::AsPlanned
        } else if self.is_set(found, &self.before) {
            State::StillOld
        } else {
            State::SomethingElse {
                partly_done: self.is_partly_done(found),
            }
        };
        (state, differences)
    }

    /// Whether what was seen is that set.
    fn is_set(&self, found: &[Record], set: &[Record]) -> bool {
        let (pairs, rest) = self.pair(found, set);
        rest.is_empty()
            && pairs
                .iter()
                .all(|(wanted, found)| found.is_some_and(|found| self.same(found, wanted, set)))
    }

    /// Whether the change to what was seen, which is the planned set, cannot be told from no change, since what differs
    /// is not told; gives whether that is the age of records.
    fn untold(&self, found: &[Record], changes: &[Change]) -> Option<bool> {
        if !self.is_set(found, &self.before) {
            return None;
        }
        let mut untold = None;
        for (before, after) in changes
            .iter()
            .filter_map(|change| change.before.zip(change.after))
        {
            let ages = self.ages && differ(before.aged, after.aged);
            let ttls = differ(before.ttl, after.ttl);
            if ages && found.iter().all(|record| record.values.aged.is_none()) {
                return Some(true);
            }
            if ttls && found.iter().all(|record| record.values.ttl.is_none()) {
                untold = Some(false);
            }
        }
        untold
    }

    /// Whether each record is one of before or a planned one, and none that stays is missing.
    fn is_partly_done(&self, found: &[Record]) -> bool {
        let known = |record: &Record| {
            let of = |set: &[Record]| {
                set.iter()
                    .any(|other| is_one(record, other) && self.same(record, other, set))
            };
            of(&self.before) || of(&self.after)
        };
        let mut staying = self
            .after
            .iter()
            .filter(|record| self.before.iter().any(|other| is_one(record, other)));
        !found.is_empty()
            && found.iter().all(known)
            && staying.all(|record| found.iter().any(|other| is_one(record, other)))
    }

    fn differences(&self, found: &[Record]) -> Vec<Difference> {
        let is_old = |record: &Record| {
            let mut before = self.before.iter();
            before.any(|old| is_one(record, old) && self.same(record, old, &self.before))
        };
        let (pairs, rest) = self.pair(found, &self.after);
        let mut differences: Vec<Difference> = Vec::new();
        for (wanted, found) in pairs {
            if found.is_some_and(|found| self.same(found, wanted, &self.after)) {
                continue;
            }
            differences.push(Difference {
                verb: if found.is_some() {
                    Verb::Change
                } else {
                    Verb::Add
                },
                target: wanted.target.clone(),
                port: wanted.port,
                found: found.map(|found| found.values),
                planned: Some(wanted.values),
                is_old: found.is_some_and(is_old),
            });
        }
        differences.extend(rest.into_iter().map(|found| Difference {
            verb: Verb::Remove,
            target: found.target.clone(),
            port: found.port,
            found: Some(found.values),
            planned: None,
            is_old: is_old(found),
        }));
        differences.arrange_by_key(|difference| {
            let values = difference.planned.or(difference.found);
            (
                difference.planned.is_none(),
                values.map(|values| (values.priority, Reverse(values.weight))),
                difference.target.clone(),
                difference.port,
            )
        });
        differences
    }

    /// Each record of a set with the one that was seen in its place, the nearest first; and what is left.
    fn pair<'f, 's>(
        &self,
        found: &'f [Record],
        set: &'s [Record],
    ) -> (Vec<(&'s Record, Option<&'f Record>)>, Vec<&'f Record>) {
        let mut left: Vec<&Record> = found.iter().collect();
        let mut pairs: Vec<(&Record, Option<&Record>)> =
            set.iter().map(|wanted| (wanted, None)).collect();
        let near: [&Near<'_>; 3] = [
            &|found, wanted| self.same(found, wanted, set),
            &|found, wanted| same_numbers(&found.values, &wanted.values),
            &|_, _| true,
        ];
        for is_near in near {
            for (wanted, claim) in pairs.iter_mut().filter(|(_, claim)| claim.is_none()) {
                let fits = |found: &&Record| is_one(found, wanted) && is_near(found, wanted);
                if let Some(index) = left.iter().position(fits) {
                    *claim = Some(left.remove(index));
                }
            }
        }
        (pairs, left)
    }

    /// Whether the values of a record that was seen are those of a record of the set, as far as both are known.
    fn same(&self, found: &Record, wanted: &Record, set: &[Record]) -> bool {
        let (found, wanted) = (&found.values, &wanted.values);
        let age = found.aged.zip(wanted.aged).filter(|_| self.ages);
        same_numbers(found, wanted)
            && age.is_none_or(|(found, wanted)| found == wanted)
            && is_ttl_of(found.ttl, set)
    }
}

/// Whether a TTL that was seen can be that of the set.
fn is_ttl_of(found: Option<u32>, set: &[Record]) -> bool {
    found.is_none()
        || set
            .iter()
            .any(|record| record.values.ttl.is_none() || record.values.ttl == found)
}

fn is_one(record: &Record, other: &Record) -> bool {
    record.target == other.target && record.port == other.port
}

fn same_numbers(one: &Values, other: &Values) -> bool {
    one.priority == other.priority && one.weight == other.weight
}

/// Whether both are known and not the same.
fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}
