//! What several outputs say in the same words: fields that differ, shares, totals, the reminder.

use crate::Name;
pub use crate::plan::clients::percent;
use crate::plan::files::is_by_hand;
use crate::plan::step::short;
use crate::plan::{Change, Plan, PlanDomain, PlanZone, Reminder, Verb};
use crate::plan::{Summary, Values};
use crate::presentation;
use crate::topology::{Apply, Publishing, ZoneKind};

/// What a failed change does to clients (facts: clients renew every 7 days, valid 180 days).
pub const IMPACT: &str = "Activated clients stay activated up to 180 days: a failure stops new activations and renewals only.";

/// The most octets of the plan's id that a heading shows.
const SHORT_ID: usize = 8;

/// A number and its noun: `1 host`, `3 hosts`.
pub fn count(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}

/// Words of a sentence: `a`, `a and b`, `a, b and c`.
pub fn and<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Host names of a sentence, shortened where all are of one domain.
pub fn hosts(names: &[Name]) -> String {
    let text = short(names);
    // A comma inside a name is written `\044`, so each one here parts two names.
    and(&text.split(", ").collect::<Vec<_>>())
}

/// A place in a file; what a live server said has no lines.
pub fn at_line(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// The plan's id where space is short.
pub fn short_id(id: &str) -> &str {
    id.get(..SHORT_ID).unwrap_or(id)
}

/// `manual` or `automatic`.
pub fn publishing(publishing: Publishing) -> &'static str {
    match publishing {
        Publishing::Manual => "manual",
        Publishing::Automatic => "automatic",
    }
}

/// The form that a zone was read from, and its serial: `zone file, serial 14`.
pub fn form(zone: &PlanZone) -> String {
    let format = zone.format.title();
    match zone.serial {
        Some(serial) => format!("{format}, serial {serial}"),
        None => format.to_owned(),
    }
}

/// How a zone is kept, in a sentence.
pub fn kind(zone: &PlanZone) -> String {
    let kind = match zone.zone.kind {
        ZoneKind::Ad => "AD-integrated",
        ZoneKind::WindowsFile => "Windows DNS, file",
        ZoneKind::Bind => "BIND",
        ZoneKind::Other => "other server",
    };
    let assumed = if zone.kind_assumed { " (assumed)" } else { "" };
    format!("{kind}{assumed}")
}

/// What changes the records of a zone that was read, in a sentence.
pub fn changed_by(zone: &PlanZone) -> &'static str {
    if zone.zone.apply == Apply::Patch && !zone.format.is_zone_file() {
        "hand"
    } else {
        apply(zone.zone.apply)
    }
}

/// What changes a zone's records, in a sentence.
pub fn apply(apply: Apply) -> &'static str {
    match apply {
        Apply::Powershell => "PowerShell",
        Apply::Dnscmd => "dnscmd",
        Apply::Nsupdate => "nsupdate",
        Apply::Patch => "patch",
    }
}

/// The sign before a record's line.
pub fn sign(verb: Verb) -> char {
    match verb {
        Verb::Keep => '=',
        Verb::Change => '~',
        Verb::Add => '+',
        Verb::Remove => '-',
    }
}

/// Whether no source tells what stands in the domain now.
pub fn is_unknown(domain: &PlanDomain) -> bool {
    !domain.is_known()
}

/// Whether a record of the domain is added, changed or removed.
pub fn changes_records(domain: &PlanDomain) -> bool {
    domain
        .changes
        .iter()
        .any(|change| change.verb != Verb::Keep)
}

/// The domain's live hosts now, at the end and at the least on the way.
pub fn live(domain: &PlanDomain) -> String {
    let live = domain.live;
    if is_unknown(domain) {
        "current state not known".to_owned()
    } else if live.before == live.after && live.before == live.minimum {
        format!("live hosts {}", live.after)
    } else {
        format!(
            "live hosts {} -> {}, never below {}",
            live.before, live.after, live.minimum
        )
    }
}

/// What is so, or becomes so, of a record: only what differs, `name old -> new`.
pub fn fields(change: &Change) -> Vec<String> {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if change.verb == Verb::Change => differing(before, after),
        (None, Some(after)) => {
            let mut fields = numbers(after);
            if is_left_to_host(change) {
                fields.push("published by the host".to_owned());
            }
            fields
        }
        (_, Some(values)) => numbers(values),
        (Some(before), None) => {
            let mut fields = numbers(before);
            fields[0].insert_str(0, "was ");
            fields
        }
        (None, None) => Vec::new(),
    }
}

fn numbers(values: &Values) -> Vec<String> {
    vec![
        format!("priority {}", values.priority),
        format!("weight {}", values.weight),
    ]
}

/// The values that become others. What is not known does not differ.
fn differing(before: &Values, after: &Values) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = |name: &str, old: String, new: String| {
        if old != new {
            fields.push(format!("{name}{old} -> {new}"));
        }
    };
    field(
        "priority ",
        before.priority.to_string(),
        after.priority.to_string(),
    );
    field(
        "weight ",
        before.weight.to_string(),
        after.weight.to_string(),
    );
    if let (Some(old), Some(new)) = (before.ttl, after.ttl) {
        field("ttl ", old.to_string(), new.to_string());
    }
    if let (Some(old), Some(new)) = (before.aged, after.aged) {
        field("", age(old).to_owned(), age(new).to_owned());
    }
    fields
}

/// The word for a record with or without a timestamp.
pub fn age(aged: bool) -> &'static str {
    if aged { "aged" } else { "static" }
}

/// The TTL of a record in a table.
pub fn known_ttl(values: &Values) -> String {
    values
        .ttl
        .map_or_else(|| "not known".to_owned(), |ttl| ttl.to_string())
}

/// The age of a record in a table.
pub fn known_age(values: &Values) -> String {
    values
        .aged
        .map_or_else(|| "not known".to_owned(), |aged| age(aged).to_owned())
}

/// Whether a record is written by its host, not by this plan's commands.
pub fn is_left_to_host(change: &Change) -> bool {
    matches!(change.verb, Verb::Add | Verb::Change) && !is_by_hand(change)
}

/// The heading of a plan.
pub fn title(plan: &Plan) -> String {
    let id = short_id(&plan.id);
    match &plan.takes_back {
        Some(back) => format!("KMS DNS plan {id}, the way back from {}", short_id(back)),
        None => format!("KMS DNS plan {id}"),
    }
}

/// What the change means for clients, or why the record goes: the end of its line.
pub fn outcome(change: &Change, domain: &PlanDomain) -> String {
    use crate::plan::Why;
    let stray = match change.why {
        Why::Listed | Why::WayBack => None,
        Why::Retired => Some("retired"),
        Why::Unlisted => Some("not in the topology"),
        Why::NotPublishedHere => Some("not published here"),
        Why::OtherPort => Some("other port"),
        Why::Duplicate => Some("duplicate"),
        Why::Meanwhile => Some("not known to the plan"),
    };
    let part = share(change, domain);
    match (stray, change.verb) {
        (Some(stray), Verb::Remove) => stray.to_owned(),
        (Some(_), _) if change.why == Why::Unlisted => format!("unlisted, {part}"),
        (Some(stray), _) => format!("{stray}, {part}"),
        (None, _) => part,
    }
}

/// The part of new clients that asks this host first, in whole percent, never rounded to nothing or to
/// all; a host that is asked only when others fail is a standby.
pub fn share(change: &Change, domain: &PlanDomain) -> String {
    let Some((share, after)) = change.share.zip(change.after) else {
        return String::new();
    };
    let planned = || {
        let planned = domain.changes.iter();
        planned.filter_map(|change| Some((change, change.after?)))
    };
    let first = planned().map(|(_, values)| values.priority).min();
    let alike = planned()
        .filter(|(other, values)| values.priority == after.priority && !other.target.is_root());
    match share {
        // A rounded share: another host has the rest.
        10_000 if alike.count() > 1 => "over 99 %".to_owned(),
        0 if first != Some(after.priority) => "standby".to_owned(),
        0..100 => "under 1 %".to_owned(),
        9901..10_000 => "over 99 %".to_owned(),
        _ => format!("{} %", (share + 50) / 100),
    }
}

/// The totals of the records: `5 to add, 1 to change, 2 to remove, 0 to keep`.
pub fn record_totals(summary: &Summary) -> String {
    format!(
        "{} to add, {} to change, {} to remove, {} to keep",
        summary.add, summary.change, summary.remove, summary.keep
    )
}

/// The totals of the findings: `0 errors, 1 warning, 2 notes`.
pub fn finding_totals(summary: &Summary) -> String {
    let mut totals = vec![
        count(summary.errors, "error"),
        count(summary.warnings, "warning"),
        count(summary.notes, "note"),
    ];
    if summary.accepted > 0 {
        totals.push(format!("{} accepted", summary.accepted));
    }
    totals.join(", ")
}

/// Whether the plan may be carried out.
pub fn verdict(summary: &Summary) -> &'static str {
    if summary.errors == 0 {
        "Ready"
    } else {
        "Not to be carried out as it stands"
    }
}

/// The line that says that a finding was accepted, and why.
pub fn accepted(reason: &str) -> String {
    if reason.trim().is_empty() {
        "accepted, no reason given".to_owned()
    } else {
        format!("accepted: {reason}")
    }
}

/// Which hosts must keep publishing off, and why (facts: a host re-registers when its licensing service
/// restarts and once in 24 hours).
pub fn reminder(reminder: &Reminder) -> String {
    format!(
        "Keep automatic publishing off (slmgr.vbs /cdns) on {}. A host that publishes writes its own record again every 24 hours and at each restart of its licensing service, with priority 0 and weight 0 unless its publish list says other numbers, and your tuning is overwritten.",
        hosts(&reminder.hosts)
    )
}

/// A record's target and port: `kms01.contoso.com:1688`.
pub fn endpoint(change: &Change) -> String {
    format!("{}:{}", presentation::plain(&change.target), change.port)
}
