//! Record sets before and after, as rows of text.

use super::wording::{self, Names};
use crate::Name;
use crate::plan::clients::{Chance, Day, Movement, Outage, Served, Set, Srv};
use crate::plan::{Change, PlanDomain, Values};
use crate::render::wording::{count, percent};

/// What stands where there is no record.
pub const NONE: &str = "-";
/// What the states are about in which hosts are down.
pub const FAILOVER: &str = "While these hosts are down, new clients are served by";
/// What a movement is about.
pub const MOVEMENT: &str = "Clients that were served before the change, by the host that serves them on each day after it (new clients follow the planned records at once):";
/// The days that are shown, beside each day of the first week.
const LATER_DAYS: [u32; 3] = [14, 21, 28];
/// The last day that is shown with all before it.
const FIRST_DAYS: u32 = 7;

/// Which states of a set are worth a column each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum States {
    /// Before and after, which differ.
    Both,
    /// After alone: before is the same.
    Same,
    /// After alone: before is not known.
    AfterOnly,
    /// No source tells what stands there, and nothing is planned.
    Unknown,
}

/// A record of a set: one of before, one of after, or both.
pub struct Row<'a> {
    /// The record before, and the part of new clients that it serves.
    pub before: Option<(&'a Srv, Chance)>,
    /// The record after, and the part of new clients that it serves.
    pub after: Option<(&'a Srv, Chance)>,
    /// The part that it serves after of clients that ignore priority and weight.
    pub at_random: Option<Chance>,
    /// The part that its host takes after, if it publishes by default.
    pub by_default: Option<Chance>,
}

impl Row<'_> {
    /// The record, after the change if it is there then.
    pub fn record(&self) -> Option<&Srv> {
        self.after.or(self.before).map(|(record, _)| record)
    }

    /// Host and port.
    pub fn endpoint(&self) -> String {
        self.record().map_or_else(String::new, |record| {
            wording::endpoint(&record.target, record.port)
        })
    }
}

/// The states of a set.
pub fn states(served: &Served) -> States {
    match (&served.before, &served.after) {
        (Some(before), Some(after)) if before == after => States::Same,
        (Some(_), Some(_)) => States::Both,
        (None, Some(_)) => States::AfterOnly,
        (_, None) => States::Unknown,
    }
}

/// The records of both states, those of after first.
pub fn rows(served: &Served) -> Vec<Row<'_>> {
    let empty = Set::default();
    let before = served.before.as_ref();
    let after = served.after.as_ref();
    let parts_before = before.unwrap_or(&empty).shares(&[]);
    let mut left: Vec<(&Srv, Chance)> = before
        .map(|set| set.records().iter().zip(parts_before).collect())
        .unwrap_or_default();
    let mut rows = Vec::new();
    if let Some(set) = after {
        let parts = set.shares(&[]).into_iter().zip(set.shares_at_random(&[]));
        for (record, (part, random)) in set.records().iter().zip(parts) {
            let same = left.iter().position(|(before, _)| {
                before.target == record.target && before.port == record.port
            });
            rows.push(Row {
                before: same.map(|at| left.remove(at)),
                after: Some((record, part)),
                at_random: Some(random),
                by_default: (!record.target.is_root()).then(|| by_default(set, record)),
            });
        }
    }
    rows.extend(left.into_iter().map(|before| Row {
        before: Some(before),
        after: None,
        at_random: None,
        by_default: None,
    }));
    rows
}

/// How many domains have these records, where there are several.
pub fn domains(served: &Served) -> Option<String> {
    let number = served.domains.len();
    let domains = || count(number, "domain");
    match states(served) {
        _ if number < 2 => None,
        States::Unknown => Some(format!("{}.", domains())),
        _ => Some(format!("{}, the same records.", domains())),
    }
}

/// What is to be said of a set before its records; `knows_before`: whether there are sources.
pub fn note(served: &Served, knows_before: bool) -> Option<&'static str> {
    let is_empty = |set: &Option<Set>| set.as_ref().is_some_and(Set::is_empty);
    let offers_none = |set: &Option<Set>| {
        set.as_ref()
            .is_some_and(|set| !set.is_empty() && set.hosts().is_empty())
    };
    match states(served) {
        States::Unknown => Some("No source tells which records stand here."),
        _ if !knows_before && is_empty(&served.after) => {
            Some("The topology publishes no host here.")
        }
        States::Same if is_empty(&served.after) => {
            Some("There are no records, before and after: clients find no host here.")
        }
        States::Same if offers_none(&served.after) => {
            Some("The record says, before and after, that there is no host here (RFC 2782).")
        }
        States::Same => Some("The records are the same before and after."),
        States::Both if is_empty(&served.after) => {
            Some("No record is left after the change: clients find no host here.")
        }
        States::Both if is_empty(&served.before) => Some("There is no record before the change."),
        States::AfterOnly if is_empty(&served.after) => {
            Some("There are no records: clients find no host here.")
        }
        States::Both if offers_none(&served.after) => {
            Some("After the change the record says that there is no host here (RFC 2782).")
        }
        States::AfterOnly if knows_before => {
            Some("No source tells which records stand here before the change.")
        }
        States::Both | States::AfterOnly => None,
    }
}

/// The heads of the columns of a set's records.
pub fn heads(states: States) -> Vec<String> {
    let heads: &[&str] = match states {
        States::Both => &[
            "record",
            "before",
            "share",
            "after",
            "share",
            "at random",
            "if 0/0",
        ],
        _ => &["record", "planned", "share", "at random", "if 0/0"],
    };
    heads.iter().map(|head| (*head).to_owned()).collect()
}

/// The cells of a record, under these heads.
pub fn cells(served: &Served, row: &Row<'_>, states: States) -> Vec<String> {
    let mut cells = vec![row.endpoint()];
    if states == States::Both {
        cells.extend(side(served.before.as_ref(), row.before));
    }
    cells.extend(side(served.after.as_ref(), row.after));
    cells.extend([part(row.at_random), part(row.by_default)]);
    cells
}

/// Priority and weight, and the share, of one state of a record.
pub fn side(set: Option<&Set>, side: Option<(&Srv, Chance)>) -> [String; 2] {
    match set.zip(side) {
        Some((set, (record, part))) => [wording::rank(record), wording::share(set, record, part)],
        None => [NONE.to_owned(), NONE.to_owned()],
    }
}

/// The part of new clients that a record's host takes if it publishes by default. Nobody answers for the target `.`.
pub fn by_default(set: &Set, record: &Srv) -> Chance {
    if record.target.is_root() {
        Chance::NEVER
    } else {
        set.published_by_default(&record.target)
    }
}

/// A part that may be missing.
pub fn part(part: Option<Chance>) -> String {
    part.map_or_else(|| NONE.to_owned(), |part| percent(part.value()))
}

/// The hosts of both states, those of after first.
pub fn hosts(served: &Served) -> Vec<Name> {
    let mut hosts: Vec<Name> = Vec::new();
    for set in [&served.after, &served.before].into_iter().flatten() {
        for host in set.hosts() {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    hosts
}

/// A state in which hosts are down, and who serves new clients then.
pub struct Failover {
    /// The hosts that are down.
    pub down: Vec<Name>,
    /// Who serves before; `None`: not known.
    pub before: Option<String>,
    /// Who serves after; `None`: not known.
    pub after: Option<String>,
}

/// The states that are looked at: first that which was asked for, then each host and each pair of the planned records,
/// or of those that are there where nothing is planned. What there is too much of is said in sentences.
pub fn failover(served: &Served, asked: &[Name], names: &Names) -> (Vec<Failover>, Vec<String>) {
    let mut downs: Vec<Vec<Name>> = Vec::new();
    let mut missing = Vec::new();
    if !asked.is_empty() {
        downs.push(asked.to_vec());
    }
    let planned = served.after.as_ref().filter(|set| !set.is_empty());
    if let Some(set) = planned.or(served.before.as_ref()) {
        let hosts = set.hosts().len();
        let mut add = |outages: Option<Vec<Outage>>, what: &str| match outages {
            Some(outages) => downs.extend(outages.into_iter().map(|outage| outage.down)),
            None => missing.push(wording::too_many(hosts, what)),
        };
        add(set.single_outages(), "one by one");
        add(set.paired_outages(), "pair by pair");
    }
    // What was asked for may be one of the others.
    let is_other = |index: usize, down: &[Name]| {
        index == 0 || down.len() != asked.len() || !down.iter().all(|host| asked.contains(host))
    };
    let rows = downs.iter().enumerate();
    let rows = rows.filter(|(index, down)| is_other(*index, down));
    let rows = rows.map(|(_, down)| {
        let side = |set: &Option<Set>| {
            let set = set.as_ref()?;
            Some(wording::served_by(set, &set.shares(down), names))
        };
        Failover {
            before: side(&served.before),
            after: side(&served.after),
            down: down.clone(),
        }
    });
    (rows.collect(), missing)
}

/// A row of a movement: the days that it holds for, and the part of each host.
pub type DayRow = (String, Vec<String>);

/// Whether on some day a part of the clients is served by nobody.
pub fn leaves_some(days: &[Day]) -> bool {
    days.iter().any(|day| unserved(day).is_some())
}

/// The part of the clients that nobody serves, where there is any.
fn unserved(day: &Day) -> Option<Chance> {
    /// What sums of floating-point numbers may lose.
    const NOISE: f64 = 1e-9;
    let served = day.parts.iter();
    let served = served.fold(Chance::NEVER, |sum, part| sum.or(*part));
    let left = served.otherwise();
    (left.value() > NOISE).then_some(left)
}

/// The days of a movement that are shown, those with the same parts together; where some clients are served by nobody,
/// their part comes last.
pub fn days(days: &[Day]) -> Vec<DayRow> {
    let leaves_some = leaves_some(days);
    let mut rows: Vec<(u32, u32, Vec<String>)> = Vec::new();
    let shown = days
        .iter()
        .filter(|day| day.day <= FIRST_DAYS || LATER_DAYS.contains(&day.day));
    for day in shown {
        let nobody = leaves_some.then(|| unserved(day).unwrap_or(Chance::NEVER));
        let parts = day.parts.iter().copied().chain(nobody);
        let parts: Vec<String> = parts.map(|part| percent(part.value())).collect();
        match rows.last_mut() {
            Some((_, last, same)) if *same == parts => *last = day.day,
            _ => rows.push((day.day, day.day, parts)),
        }
    }
    rows.into_iter()
        .map(|(first, last, parts)| {
            let label = if first == last {
                first.to_string()
            } else {
                format!("{first} to {last}")
            };
            (label, parts)
        })
        .collect()
}

/// The cases of a movement, with what each is about.
pub fn cases(movement: &Movement) -> Vec<(&'static str, &[Day])> {
    let mut cases = vec![
        ("Caching off", movement.without_caching.as_slice()),
        ("Caching on", movement.with_caching.as_slice()),
    ];
    if let Some(off) = &movement.with_leaving_off {
        cases.push((
            "Caching on, hosts that lose their record switched off with the change",
            off,
        ));
    }
    cases
}

/// By record of a domain: the part of new clients that it serves while all hosts answer, in words; `None` where it does not
/// stand in the set, whose records are those that `side` gives.
pub fn shares(
    set: Option<&Set>,
    domain: &PlanDomain,
    side: impl Fn(&Change) -> Option<Values>,
) -> Vec<Option<String>> {
    let Some(set) = set else {
        return vec![None; domain.changes.len()];
    };
    let mut left: Vec<_> = set.records().iter().zip(set.shares(&[])).collect();
    let changes = domain.changes.iter();
    changes
        .map(|change| {
            let values = side(change)?;
            let at = left.iter().position(|(record, _)| {
                record.target == change.target
                    && record.port == change.port
                    && record.priority == values.priority
                    && record.weight == values.weight
            })?;
            let (record, part) = left.remove(at);
            Some(wording::share(set, record, part))
        })
        .collect()
}
