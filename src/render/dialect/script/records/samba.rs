//! Records by `samba-tool dns`, for zones of Active Directory whose domain controllers are Samba's.
//!
//! The set is read from the directory, with TTLs and timestamps, and changed through the DNS management protocol, which
//! makes each record that it writes static. `samba-tool` sets no TTL: a new record gets 900 seconds, a changed one
//! keeps its own (seen on Samba 4.17), so TTLs are told and not judged.

use super::super::super::place::Place;
use super::super::super::sh::quote;
use super::super::super::{LeftOut, windows_name};
use super::super::directory::node_place;
use super::super::samba::{ABOUT, COMMON, NODE};
use super::super::sh::Sh;
use super::super::{Context, Purpose, Scripts};
use super::Guarded;
use crate::plan::Role;
use crate::plan::action::{Record, RecordEdit, RecordSet, SetChange};
use crate::presentation;

const RECORDS: &str = include_str!("../samba/records.sh");
const CHANGE: &str = include_str!("../samba/records-change.sh");
const VERIFY: &str = include_str!("../samba/records-verify.sh");

const NO_TTL: &str = "On Samba: samba-tool sets no TTL. A new record gets 900 seconds and a changed one keeps its TTL; a \
     planned TTL is set in a DNS console.";
const NO_AGE: &str = "On Samba: a record that was changed is static; no tool of an administrator gives it its timestamp \
     back.";

/// The scripts for changes of zones that are kept this way.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    let of = |purpose| -> Vec<Guarded<'_>> {
        let all = changes.iter();
        all.map(|change| Guarded::of(change, purpose, context))
            .filter(|guarded| guarded.change.edits.iter().any(is_possible))
            .collect()
    };
    let edits = || changes.iter().flat_map(|change| &change.edits);
    if edits().any(wants_ttl) {
        out.say(NO_TTL);
    }
    if edits().any(loses_age) {
        out.say(NO_AGE);
    }
    for purpose in [Purpose::Apply, Purpose::Verify, Purpose::Rollback] {
        let sets = of(purpose);
        if sets.is_empty() {
            continue;
        }
        let list = match purpose {
            Purpose::Apply => &mut out.apply,
            Purpose::Verify => &mut out.verify,
            Purpose::Rollback => &mut out.rollback,
        };
        list.push(script(&sets, purpose, context)?);
    }
    Ok(out)
}

/// Whether `samba-tool` can do the edit: an update with equal data makes a record static, and does nothing else.
fn is_possible(edit: &RecordEdit) -> bool {
    match edit {
        RecordEdit::Replace { before, after } if before.same_data(after) => {
            after.aged == Some(false) && before.aged != Some(false)
        }
        _ => true,
    }
}

/// Whether the edit brings a TTL that it cannot set.
fn wants_ttl(edit: &RecordEdit) -> bool {
    match edit {
        RecordEdit::Add { record } | RecordEdit::Remove { record } => {
            record.ttl.is_some_and(|ttl| ttl != SAMBA_TTL)
        }
        RecordEdit::Replace { before, after } => after.ttl.is_some() && before.ttl != after.ttl,
    }
}

/// The TTL that `samba-tool dns add` gives, in seconds (seen on Samba 4.17).
const SAMBA_TTL: u32 = 900;

/// Whether a timestamp is lost that the way back does not bring.
fn loses_age(edit: &RecordEdit) -> bool {
    edit.old_record()
        .is_some_and(|record| record.aged == Some(true))
}

fn script(
    sets: &[Guarded<'_>],
    purpose: Purpose,
    context: &Context<'_>,
) -> Result<super::super::Script, LeftOut> {
    let mut body = vec![
        "each_set() {".to_owned(),
        "  what=$1".to_owned(),
        "  shift".to_owned(),
    ];
    body.extend((1..=sets.len()).map(|number| format!("  \"$what\" {number} \"$@\"")));
    body.push("}".to_owned());
    for (number, guarded) in (1..).zip(sets) {
        body.extend(set(number, guarded, purpose)?);
    }
    let last = match purpose {
        Purpose::Apply => {
            body.push("already='already applied'".to_owned());
            CHANGE
        }
        Purpose::Rollback => {
            body.push("already='already undone'".to_owned());
            CHANGE
        }
        Purpose::Verify => VERIFY,
    };
    let parts = [COMMON, NODE, RECORDS, last];
    body.extend(
        parts
            .iter()
            .flat_map(|part| part.lines())
            .map(str::to_owned),
    );
    Ok(Sh {
        role: Role::Dns,
        purpose,
        notes: ABOUT.map(str::to_owned).to_vec(),
        body,
    }
    .script(context))
}

/// The functions of a set: what it is, whether it is done, and the edits.
fn set(number: usize, guarded: &Guarded<'_>, purpose: Purpose) -> Result<Vec<String>, LeftOut> {
    let change = &guarded.change;
    let place = node_place(&change.before.zone, &change.before.owner)?;
    // What the plan left on the way there has the TTLs and ages that samba-tool gives.
    let start = match purpose {
        Purpose::Rollback => "data",
        Purpose::Apply | Purpose::Verify => "exact",
    };
    let server = place.server.as_deref().unwrap_or_default();
    let mut lines = vec![
        format!("set_{number}() {{"),
        format!(
            "  set_server={} set_zone={} set_node={} start={start}",
            quote(server),
            quote(&place.zone),
            quote(&place.node)
        ),
        format!("  before={}", records(&change.before)?),
        format!("  after={}", records(&change.after)?),
        "}".to_owned(),
        format!("done_{number}() {{"),
    ];
    let mut states = vec!["is_set data \"$after\"".to_owned()];
    for set in &guarded.beyond {
        let state = format!("is_set data {}", records(set)?);
        if **set != change.after && !states.contains(&state) {
            states.push(state);
        }
    }
    lines.push(format!("  {}", states.join(" ||\n  ")));
    lines.push("}".to_owned());
    if purpose != Purpose::Verify {
        lines.push(format!("edit_{number}() {{"));
        for edit in change.edits.iter().filter(|edit| is_possible(edit)) {
            lines.push(command(edit, &place)?);
        }
        lines.push("}".to_owned());
    }
    Ok(lines)
}

fn command(edit: &RecordEdit, place: &Place) -> Result<String, LeftOut> {
    let at = format!(
        "\"$server\" {} {} SRV",
        quote(&place.zone),
        quote(&place.node)
    );
    let words = match edit {
        RecordEdit::Add { record } => format!("add {at} {}", data(record)?),
        RecordEdit::Replace { before, after } => {
            format!("update {at} {} {}", data(before)?, data(after)?)
        }
        RecordEdit::Remove { record } => format!("delete {at} {}", data(record)?),
    };
    Ok(format!("  samba-tool dns {words} \"$@\" || refused"))
}

/// The data as `samba-tool dns` takes it, as one word: target, port, priority, weight.
fn data(record: &Record) -> Result<String, LeftOut> {
    Ok(quote(&format!(
        "{} {} {} {}",
        windows_name(&record.target)?,
        record.port,
        record.priority,
        record.weight
    )))
}

/// The records as one word of lines: priority, weight, port, target, TTL, age. `?`: not known.
fn records(set: &RecordSet) -> Result<String, LeftOut> {
    let mut lines = Vec::new();
    for record in &set.records {
        windows_name(&record.target)?;
        lines.push(format!(
            "{} {} {} {} {} {}\n",
            record.priority,
            record.weight,
            record.port,
            presentation::plain(&record.target.to_lowercase()),
            record
                .ttl
                .map_or_else(|| "?".to_owned(), |ttl| ttl.to_string()),
            match record.aged {
                Some(true) => "aged",
                Some(false) => "static",
                None => "?",
            }
        ));
    }
    let text = lines.concat();
    Ok(quote(text.trim_end_matches('\n')))
}
