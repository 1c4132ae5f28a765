//! One domain: from its records of today to those before the saved plan.
//!
//! A record's identity is target and port, as on the way there. What the saved plan knows neither as it was nor as
//! it is to be was changed by somebody since: a record of a new identity stays, another value goes back.

use super::sight::{Kind, Meanwhile};
use super::{is_windows, original, planned};
use crate::plan::action::Record;
use crate::plan::management::Management;
use crate::plan::records::{Entry, Held, known, sort};
use crate::plan::{Change, PlanDomain, Verb, Why};
use crate::topology::Apply;

/// The TTL, in seconds, of a record of which nobody tells any: the default of the topology.
const DEFAULT_TTL: u32 = 3600;

/// The entries of a domain, and what is not as expected.
pub(super) struct Compared<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) meanwhile: Vec<Meanwhile>,
}

/// Compares what is there with what was there before the plan.
pub(super) fn entries<'a>(
    domain: &PlanDomain,
    there: Vec<Held<'a>>,
    management: &Management<'_>,
) -> Compared<'a> {
    let windows = is_windows(management);
    let mut comparison = Comparison {
        domain,
        management,
        neighbour: there.iter().find_map(|held| held.record.ttl),
        alone: there.len() < 2,
        left: there
            .into_iter()
            .map(|held| (known(held.record, windows), held))
            .collect(),
        entries: Vec::new(),
        meanwhile: Vec::new(),
    };
    comparison.originals();
    comparison.rest();
    sort(&mut comparison.entries);
    Compared {
        entries: comparison.entries,
        meanwhile: comparison.meanwhile,
    }
}

struct Comparison<'a, 'b> {
    domain: &'b PlanDomain,
    management: &'b Management<'b>,
    /// The TTL of a record that is there.
    neighbour: Option<u32>,
    /// Whether at most one record is there.
    alone: bool,
    /// What is there and no record of before has claimed yet.
    left: Vec<(Record, Held<'a>)>,
    entries: Vec<Entry<'a>>,
    meanwhile: Vec<Meanwhile>,
}

impl<'a> Comparison<'a, '_> {
    /// Each record of before claims the one of today that is nearest to it.
    fn originals(&mut self) {
        let before: Vec<(&Change, Record)> = self
            .domain
            .changes
            .iter()
            .filter_map(|change| Some((change, original(change)?)))
            .collect();
        let mut claimed: Vec<Option<(Record, Held<'a>)>> = vec![None; before.len()];
        let near: [fn(&Record, &Record) -> bool; 3] = [
            |found, before| found.same_data(before) && is_same(found, before),
            Record::same_data,
            |found, before| found.target == before.target && found.port == before.port,
        ];
        for is_near in near {
            for ((_, before), claim) in before.iter().zip(&mut claimed) {
                let found = || {
                    self.left
                        .iter()
                        .position(|(found, _)| is_near(found, before))
                };
                if claim.is_none()
                    && let Some(index) = found()
                {
                    *claim = Some(self.left.remove(index));
                }
            }
        }
        for ((change, before), claim) in before.into_iter().zip(claimed) {
            match claim {
                Some((found, held)) => self.back(before, found, held),
                None => self.again(change, before),
            }
        }
    }

    /// A record that is there, with its values of before or others.
    fn back(&mut self, before: Record, found: Record, held: Held<'a>) {
        let same = found.same_data(&before);
        let mut wanted = Record {
            ttl: before.ttl.or(found.ttl),
            aged: before.aged.or(found.aged),
            ..before
        };
        if wanted.aged == Some(true) && found.aged == Some(false) && !self.can_age(same) {
            let what = self.not_aged(&wanted, "stays");
            self.say(&found, Kind::NotRestored(what));
            wanted.aged = Some(false);
        }
        let keep = same && is_same(&found, &wanted);
        if !keep {
            self.expect(&found);
        }
        self.entries.push(Entry {
            verb: if keep { Verb::Keep } else { Verb::Change },
            why: Why::WayBack,
            current: Some(held.record),
            twins: held.twins,
            after: Some(if keep {
                Record {
                    target: wanted.target,
                    ..found.clone()
                }
            } else {
                wanted
            }),
            before: Some(found),
            host: None,
            by_hand: true,
        });
    }

    /// A record that is not there.
    fn again(&mut self, change: &Change, before: Record) {
        if change.verb != Verb::Remove {
            self.say(&before, Kind::Gone(before.data()));
        }
        let mut wanted = before;
        if wanted.ttl.is_none() {
            let ttl = self.neighbour.unwrap_or(DEFAULT_TTL);
            let what = format!(
                "The plan does not tell which TTL `{}` had: it comes back with {ttl} seconds.",
                wanted.data()
            );
            self.say(&wanted, Kind::NotRestored(what));
            wanted.ttl = Some(ttl);
        }
        let windows = is_windows(self.management);
        if wanted.aged.is_none() && windows {
            let by_update = self.management.zone.apply == Apply::Nsupdate;
            let what = format!(
                "The plan does not tell whether `{}` carried a timestamp: it comes back {}.",
                wanted.data(),
                if by_update { "with one" } else { "static" }
            );
            self.say(&wanted, Kind::NotRestored(what));
            wanted.aged = Some(by_update);
        }
        if wanted.aged == Some(true) && !self.can_age(false) {
            let what = self.not_aged(&wanted, "comes back");
            self.say(&wanted, Kind::NotRestored(what));
            wanted.aged = Some(false);
        }
        self.entries.push(Entry {
            verb: Verb::Add,
            why: Why::WayBack,
            current: None,
            twins: Vec::new(),
            before: None,
            after: Some(wanted),
            host: None,
            by_hand: true,
        });
    }

    /// What no record of before has claimed: records that the plan has brought go, others stay.
    fn rest(&mut self) {
        for (found, held) in std::mem::take(&mut self.left) {
            let known = self
                .domain
                .changes
                .iter()
                .any(|change| change.target == found.target && change.port == found.port);
            if known {
                self.expect(&found);
            } else {
                self.say(&found, Kind::Unknown(found.data()));
            }
            self.entries.push(Entry {
                verb: if known { Verb::Remove } else { Verb::Keep },
                why: if known { Why::WayBack } else { Why::Meanwhile },
                current: Some(held.record),
                twins: held.twins,
                after: (!known).then(|| found.clone()),
                before: Some(found),
                host: None,
                by_hand: known,
            });
        }
    }

    /// Says so where a record is neither as the plan found it nor as it wants it. A server gives a set one TTL
    /// (RFC 2181 section 5.2), so a TTL of any record of the plan's set is no surprise.
    fn expect(&mut self, found: &Record) {
        let changes = self.domain.changes.iter();
        let known: Vec<Record> = changes
            .flat_map(|change| [original(change), planned(change)])
            .flatten()
            .collect();
        let is_record = known.iter().any(|known| {
            let age = known.aged.zip(found.aged);
            known.same_data(found) && age.is_none_or(|(known, found)| known == found)
        });
        let is_ttl = found.ttl.is_none()
            || known
                .iter()
                .any(|known| known.ttl.is_none() || known.ttl == found.ttl);
        if !(is_record && is_ttl) {
            let known_data = known.iter().any(|known| known.same_data(found));
            self.say(found, Kind::OtherValues(shown(found, known_data)));
        }
    }

    fn say(&mut self, record: &Record, kind: Kind) {
        self.meanwhile.push(Meanwhile {
            domain: self.domain.name.clone(),
            target: record.target.clone(),
            kind,
        });
    }

    /// Whether the tool of the zone can write a record with a timestamp; `same`: one whose data stay.
    fn can_age(&self, same: bool) -> bool {
        match self.management.zone.apply {
            Apply::Powershell => !(same && self.alone),
            Apply::Dnscmd | Apply::Nsupdate => !same,
            Apply::Patch => false,
        }
    }

    /// That a record of before has no timestamp in the end: it `becomes` static.
    fn not_aged(&self, record: &Record, becomes: &str) -> String {
        let why = match self.management.zone.apply {
            Apply::Powershell => {
                "to give it one it would have to be removed first, and it is the only record of its set"
            }
            Apply::Dnscmd => "dnscmd cannot change the age alone",
            Apply::Nsupdate => "a dynamic update cannot change the age alone",
            Apply::Patch => "a diff writes no timestamps",
        };
        format!(
            "`{}` carried a timestamp before the plan and {becomes} static: {why}.",
            record.data()
        )
    }
}

/// Whether TTL and age are the same, as far as both are known.
fn is_same(found: &Record, wanted: &Record) -> bool {
    let ttl = found.ttl.zip(wanted.ttl);
    let aged = found.aged.zip(wanted.aged);
    ttl.is_none_or(|(found, wanted)| found == wanted)
        && aged.is_none_or(|(found, wanted)| found == wanted)
}

/// A record with its TTL and age, where its data alone do not tell what is new.
fn shown(record: &Record, with_ttl_and_age: bool) -> String {
    let mut text = record.data();
    if with_ttl_and_age {
        if let Some(ttl) = record.ttl {
            text = format!("{ttl} {text}");
        }
        match record.aged {
            Some(true) => text.push_str(" (aged)"),
            Some(false) => text.push_str(" (static)"),
            None => {}
        }
    }
    text
}
