//! What only a whole plan shows: its parts must tell one change, else its scripts would do something that its
//! documents do not say.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Reader, group_of, nodes, sets, zones};
use crate::arrange::IntoMap as _;
use crate::plan::action::{GroupRef, Record, RecordSet, SetChange};
use crate::plan::files::{is_by_hand, record};
use crate::plan::{Action, Change, Plan, PlanDomain};
use crate::topology::Publishing;
use crate::{Name, presentation};

/// What is there how often.
type Bag<T> = BTreeMap<T, usize>;

fn bag<T: Ord>(values: impl IntoIterator<Item = T>) -> Bag<T> {
    let mut bag = Bag::new();
    for value in values {
        *bag.entry(value).or_default() += 1;
    }
    bag
}

/// Whether the value was there; it is there once less then.
fn take<T: Ord>(bag: &mut Bag<T>, value: &T) -> bool {
    let Some(count) = bag.get_mut(value) else {
        return false;
    };
    *count -= 1;
    if *count == 0 {
        bag.remove(value);
    }
    true
}

/// The records of a domain while the steps change them.
struct Course<'a> {
    domain: &'a PlanDomain,
    /// What is there before the next step. Before the first one it is what was read or, where hosts publish by
    /// themselves, what they have made of it.
    there: Vec<Bag<Record>>,
    /// The edits that no step has made yet, each as the record of before and the one of after.
    left: Bag<(Option<Record>, Option<Record>)>,
}

impl<'a> Course<'a> {
    fn of(domain: &'a PlanDomain, published: bool) -> Self {
        let changes = || domain.changes.iter();
        let read = bag(changes().filter_map(before));
        let made = published.then(|| {
            bag(changes().filter_map(|change| {
                let by_host = change
                    .after
                    .is_some_and(|after| after.ttl.is_none() && after.aged.is_none());
                if by_host {
                    after(change)
                } else {
                    before(change)
                }
            }))
        });
        let by_hand = changes().filter(|change| is_by_hand(change));
        Self {
            domain,
            there: std::iter::once(read).chain(made).collect(),
            left: bag(by_hand.map(|change| (before(change), after(change)))),
        }
    }

    /// Whether a step's change starts from what is there and makes edits that are left, which it makes then.
    fn make(&mut self, change: &SetChange) -> bool {
        let mut there = bag(change.before.records.iter().cloned());
        let starts = self.there.contains(&there);
        let mut fits = true;
        for edit in &change.edits {
            let key = (edit.old_record().cloned(), edit.new_record().cloned());
            fits &= take(&mut self.left, &key);
            let (old, new) = key;
            fits &= old.is_none_or(|old| take(&mut there, &old));
            if let Some(new) = new {
                *there.entry(new).or_default() += 1;
            }
        }
        let ends = there == bag(change.after.records.iter().cloned());
        self.there = vec![there];
        starts && fits && ends
    }
}

fn before(change: &Change) -> Option<Record> {
    change.before.map(|values| record(change, values))
}

fn after(change: &Change) -> Option<Record> {
    change.after.map(|values| record(change, values))
}

impl Reader {
    /// The parts must speak of the same change.
    pub(super) fn whole(&mut self, at: &At<'_>, plan: &Plan) {
        self.zones_of_domains(at, plan);
        self.once(at, plan);
        self.places(at, plan);
        self.course(at, plan);
        if plan.reminder.is_some() && plan.topology.publishing == Publishing::Automatic {
            self.complain(at, "a reminder belongs to manual publishing only");
        }
    }

    fn zones_of_domains(&mut self, at: &At<'_>, plan: &Plan) {
        let zones: BTreeSet<&Name> = plan.zones.iter().map(|zone| &zone.zone.name).collect();
        for (index, domain) in plan.domains.iter().enumerate() {
            if domain
                .zone
                .as_ref()
                .is_some_and(|zone| !zones.contains(zone))
            {
                let at = at.below(format!("domains[{index}].zone"));
                self.complain(&at, "no such zone is among the plan's zones");
            }
        }
    }

    /// Zones, domains, steps and diffs are told once each.
    fn once(&mut self, at: &At<'_>, plan: &Plan) {
        let plain = presentation::plain;
        let zones = plan
            .zones
            .iter()
            .map(|zone| ("zone", plain(&zone.zone.name)));
        let domains = plan
            .domains
            .iter()
            .map(|domain| ("domain", plain(&domain.name)));
        let steps = plan.steps.iter().map(|step| ("step", step.action.id()));
        let diffs = plan.diffs.iter().map(|diff| ("diff of", diff.path.clone()));
        let mut told = BTreeSet::new();
        for (what, name) in zones.chain(domains).chain(steps).chain(diffs) {
            let key = if what == "diff of" {
                name.clone()
            } else {
                name.to_ascii_lowercase()
            };
            if !told.insert((what, key)) {
                self.complain(at, format!("the {what} {name} stands there twice"));
            }
        }
    }

    /// The zones and the group of a step are those of the plan: else its commands would go to another server than
    /// the plan's head names.
    fn places(&mut self, at: &At<'_>, plan: &Plan) {
        let known: BTreeMap<&Name, _> = plan
            .zones
            .iter()
            .map(|zone| (&zone.zone.name, &zone.zone))
            .into_map();
        let domains: BTreeSet<&Name> = plan.domains.iter().map(|domain| &domain.name).collect();
        let mut group: Option<&GroupRef> = None;
        for (index, step) in plan.steps.iter().enumerate() {
            let at = at.below(format!("steps[{index}]"));
            if step.number != index + 1 {
                self.complain(&at, format!("the number must be {}", index + 1));
            }
            for zone in zones(step.action.undone()) {
                // The way back takes steps back in zones of which it changes no record.
                let is_told = known.get(&zone.name).map_or(
                    matches!(step.action, Action::TakeBack { .. }),
                    |told| {
                        told.kind == zone.kind
                            && told.apply == zone.apply
                            && told.server == zone.server
                            && told.partition == zone.partition
                    },
                );
                if !is_told {
                    let name = presentation::plain(&zone.name);
                    self.complain(
                        &at,
                        format!("the zone {name} is not as the plan's zones tell it"),
                    );
                }
            }
            // The way back takes back rights in domains of which it changes no record.
            if !matches!(step.action, Action::TakeBack { .. }) {
                for node in nodes(&step.action) {
                    if !domains.contains(&node.domain) {
                        let name = presentation::plain(&node.domain);
                        self.complain(
                            &at,
                            format!("the node of {name} is of no domain of the plan"),
                        );
                    }
                }
            }
            if let Some(own) = group_of(step.action.undone())
                && *group.get_or_insert(own) != own
            {
                self.complain(&at, "the group is another than that of the steps before");
            }
        }
    }

    /// The steps lead each record set from what the plan shows before to what it shows after, and look for these.
    fn course(&mut self, at: &At<'_>, plan: &Plan) {
        let published =
            plan.topology.publishing == Publishing::Automatic && plan.takes_back.is_none();
        let mut courses: BTreeMap<&Name, Course<'_>> = plan
            .domains
            .iter()
            .map(|domain| (&domain.name, Course::of(domain, published)))
            .into_map();
        for (index, step) in plan.steps.iter().enumerate() {
            let at = at.below(format!("steps[{index}]"));
            for set in sets(&step.action) {
                let course = courses.get(&set.domain);
                if let Some(what) = misplaced(set, course, &step.action) {
                    let name = presentation::plain(&set.domain);
                    self.complain(&at, format!("the record set of {name} {what}"));
                }
            }
            for change in step.action.record_changes() {
                let course = courses.get_mut(&change.before.domain);
                if course.is_some_and(|course| !course.make(change)) {
                    let name = presentation::plain(&change.before.domain);
                    self.complain(
                        &at,
                        format!("the edits of {name} are not those of the plan's changes, in their order"),
                    );
                }
            }
        }
        for course in courses.values().filter(|course| !course.left.is_empty()) {
            let name = presentation::plain(&course.domain.name);
            self.complain(at, format!("no step makes all changes of {name}"));
        }
    }
}

/// What is wrong with a record set of a step.
fn misplaced(
    set: &RecordSet,
    course: Option<&Course<'_>>,
    action: &Action,
) -> Option<&'static str> {
    let Some(course) = course else {
        return Some("is of no domain of the plan");
    };
    let zone = course.domain.zone.as_ref();
    if zone.is_some_and(|zone| *zone != set.zone.name) {
        return Some("lies in another zone than the domain");
    }
    let told = bag(set.records.iter().cloned());
    let changes = course.domain.changes.iter();
    let fits = match action {
        Action::AwaitReplication { .. } => course.there.contains(&told),
        Action::VerifyNow { .. }
        | Action::VerifyNextDay { .. }
        | Action::VerifyAfterRestart { .. } => told == bag(changes.filter_map(after)),
        _ => true,
    };
    (!fits).then_some("is not the one of the plan's changes")
}
