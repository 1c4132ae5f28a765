//! The splices of a zone's rows, of what inherits from them, and of its end.

use super::inherit::{Inherited, RowTtl};
use super::place::AtEnd;
use super::rows::{Fate, Row, Rows, What};
use super::splices::Splice;
use super::style::{Place, is_absolute, new_lines, ttl_text};
use super::{FileSplices, blanks};
use crate::snapshot::{Form, Heir, KmsRecord, Snapshot, TtlFrom, Zone};
use crate::{Name, presentation};

/// The splices of the zone's files, its serial left out.
pub(super) fn write(
    snapshot: &Snapshot,
    zone: &Zone,
    rows: &Rows<'_>,
    end: &AtEnd<'_>,
    inherited: &Inherited<'_>,
) -> FileSplices {
    let mut splices = FileSplices::new();
    for row in rows.values() {
        let bytes = snapshot.files[row.file.0].bytes.as_slice();
        let id = row.id();
        let ttl = inherited.ttls.get(&id).copied().unwrap_or_default();
        let place = Place {
            file: row.file,
            at: row.text.lines.end,
            origin: &row.text.origin,
            last_owner: inherited.owner_after.get(&id).copied().flatten(),
            default_ttl: ttl.default,
        };
        let added = new_lines(snapshot, zone, rows, &place, &row.added);
        let out = splices.entry(row.file).or_default();
        write_row(bytes, row, ttl, &added, out);
    }
    for (heir, source) in &inherited.owner_heirs {
        let bytes = snapshot.files[heir.file.0].bytes.as_slice();
        let source = source.and_then(|id| rows.get(&id));
        let owner = handed_on(snapshot, heir, source);
        let text = blanks::write_into(&owner, &bytes[heir.blanks.clone()]);
        splices
            .entry(heir.file)
            .or_default()
            .push(Splice::new(heir.blanks.clone(), text));
    }
    for heir in &inherited.ttl_heirs {
        let bytes = snapshot.files[heir.file.0].bytes.as_slice();
        splices.entry(heir.file).or_default().push(Splice::new(
            heir.ttl_slot..heir.ttl_slot,
            ttl_text(bytes, heir.ttl_slot, heir.ttl),
        ));
    }
    write_end(snapshot, zone, rows, end, &mut splices);
    splices
}

/// The owner for an heir: as it was written, if that says the same under the heir's origin.
fn handed_on(snapshot: &Snapshot, heir: &Heir, source: Option<&Row<'_>>) -> Vec<u8> {
    let written = source.and_then(|row| {
        let text = &snapshot.files[row.file.0].bytes[row.owner_text()?];
        (row.text.origin == heir.origin || is_absolute(text)).then(|| text.to_vec())
    });
    written.unwrap_or_else(|| presentation::absolute(&heir.owner).into_bytes())
}

/// The splices of one row and of the new lines after it.
fn write_row(bytes: &[u8], row: &Row<'_>, ttl: RowTtl, added: &[Vec<u8>], out: &mut Vec<Splice>) {
    let lines = row.text.lines.clone();
    let eol = line_end(bytes, lines.end);
    let replacement: Option<Vec<Vec<u8>>> = match &row.what {
        What::Record {
            fate: Fate::Remove, ..
        } => Some(Vec::new()),
        What::Record { record, fate } => {
            write_fields(bytes, record, *fate, ttl, out);
            None
        }
        What::Directive { .. } => row.is_expanded().then(|| expand(row)),
    };
    match replacement {
        Some(mut new) => {
            new.extend_from_slice(added);
            out.push(Splice::new(lines, join(&new, eol)));
        }
        None if added.is_empty() => {}
        None => {
            let mut text = join(added, eol);
            text.splice(0..0, opening(bytes, lines.end, eol).iter().copied());
            out.push(Splice::new(lines.end..lines.end, text));
        }
    }
}

/// New records at the end of the zone's main file.
fn write_end(
    snapshot: &Snapshot,
    zone: &Zone,
    rows: &Rows<'_>,
    at_end: &AtEnd<'_>,
    splices: &mut FileSplices,
) {
    let Some(end) = at_end.end.filter(|_| !at_end.added.is_empty()) else {
        return;
    };
    let bytes = snapshot.files[end.file.0].bytes.as_slice();
    let at = bytes.len();
    let default_ttl = match end.ttl {
        Some((ttl, TtlFrom::Default)) => Some(ttl),
        _ => None,
    };
    let place = Place {
        file: end.file,
        at,
        origin: &end.origin,
        last_owner: None,
        default_ttl,
    };
    let lines = new_lines(snapshot, zone, rows, &place, &at_end.added);
    let eol = line_end(bytes, at);
    let mut text = join(&lines, eol);
    text.splice(0..0, opening(bytes, at, eol).iter().copied());
    splices
        .entry(end.file)
        .or_default()
        .push(Splice::new(at..at, text));
}

/// Lines with their ends. The last one has one too where the file's last line has none: a name at the very end of a file
/// may be cut.
fn join(lines: &[Vec<u8>], eol: &[u8]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line, eol].concat()).collect()
}

/// Whether a new line can begin at `at`, the end of a record or of the file.
fn is_closed(bytes: &[u8], at: usize) -> bool {
    match bytes[..at].last() {
        None | Some(b'\n') => true,
        Some(b'\r') => !may_be_comment(bytes, at),
        Some(_) => false,
    }
}

/// Whether the last octet before `at`, the end of a record or of the file, may stand in a comment. Only a LF
/// ends one, so that can be at the end of the file alone.
fn may_be_comment(bytes: &[u8], at: usize) -> bool {
    let line = memchr::memrchr(b'\n', &bytes[..at]).unwrap_or(0);
    at == bytes.len() && bytes[line..].contains(&b';')
}

/// What ends the line before new ones that come to `at`: nothing where it is ended.
fn opening(bytes: &[u8], at: usize, eol: &'static [u8]) -> &'static [u8] {
    if is_closed(bytes, at) {
        b""
    } else if bytes[..at].ends_with(b"\r") || (eol == b"\r" && may_be_comment(bytes, at)) {
        b"\n"
    } else {
        eol
    }
}

/// How the line that ends at `end` ends, or where it is the last and has no end, the one before it. BIND reads
/// a lone CR as one.
fn line_end(bytes: &[u8], end: usize) -> &'static [u8] {
    let before = &bytes[..end];
    match memchr::memrchr2(b'\n', b'\r', before) {
        Some(at) if before[at] == b'\r' => b"\r",
        Some(at) if before[..at].ends_with(b"\r") => b"\r\n",
        _ => b"\n",
    }
}

/// The splices of a record that stays.
fn write_fields(
    bytes: &[u8],
    record: &KmsRecord,
    fate: Fate,
    row_ttl: RowTtl,
    out: &mut Vec<Splice>,
) {
    let Some(text) = &record.text else { return };
    let (ttl, slot, age) = match &text.form {
        Form::Fields(fields) => (&fields.ttl, fields.ttl_slot, &fields.age),
        Form::Generic {
            ttl, ttl_slot, age, ..
        } => (ttl, *ttl_slot, age),
        Form::Generated { .. } => return,
    };
    if let Some(value) = row_ttl.write {
        out.push(match ttl {
            Some(range) => Splice::new(range.clone(), value.to_string()),
            None => Splice::new(slot..slot, ttl_text(bytes, slot, value)),
        });
    }
    let Fate::Set {
        priority,
        weight,
        make_static,
        ..
    } = fate
    else {
        return;
    };
    if let Some(range) = age.as_ref().filter(|_| make_static) {
        out.push(Splice::new(range.clone(), ""));
    }
    match &text.form {
        Form::Fields(fields) => {
            if priority != record.priority {
                out.push(Splice::new(fields.priority.clone(), priority.to_string()));
            }
            if weight != record.weight {
                out.push(Splice::new(fields.weight.clone(), weight.to_string()));
            }
        }
        Form::Generic { data, .. } => {
            if (priority, weight) != (record.priority, record.weight) {
                let fields = [
                    "SRV".to_owned(),
                    format!("{priority} {weight}"),
                    format!("{} {}", record.port, presentation::absolute(&record.target)),
                ];
                respell(bytes, data.clone(), &fields, out);
            }
        }
        Form::Generated { .. } => {}
    }
}

/// Replaces the tokens of RFC 3597 data: type, `\#` and length by `fields`, the others by nothing. Parentheses
/// and comments between them stay.
fn respell(bytes: &[u8], data: std::ops::Range<usize>, fields: &[String], out: &mut Vec<Splice>) {
    let mut fields = fields.iter();
    let mut at = data.start;
    let mut gap = at;
    while at < data.end {
        match bytes[at] {
            b';' => {
                at = memchr::memchr(b'\n', &bytes[at..data.end]).map_or(data.end, |lf| at + lf);
                gap = at;
            }
            b'(' | b')' | b'\n' | b'\r' => {
                at += 1;
                gap = at;
            }
            b' ' | b'\t' => at += 1,
            _ => {
                let end = bytes[at..data.end]
                    .iter()
                    .position(|octet| {
                        octet.is_ascii_whitespace() || matches!(octet, b'(' | b')' | b';')
                    })
                    .map_or(data.end, |length| at + length);
                out.push(match fields.next() {
                    Some(field) => Splice::new(at..end, field.as_str()),
                    // The blanks before it go too.
                    None => Splice::new(gap..end, ""),
                });
                at = end;
                gap = end;
            }
        }
    }
}

/// The lines that stand in a directive's place.
fn expand(row: &Row<'_>) -> Vec<Vec<u8>> {
    let What::Directive { lines, records } = &row.what else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match records.get(&index) {
            Some((_, Fate::Remove)) => {}
            Some((
                record,
                Fate::Set {
                    priority,
                    weight,
                    ttl,
                    ..
                },
            )) => {
                let owner: &Name = &record.owner;
                let ttl = ttl.or(record.ttl);
                out.push(
                    format!(
                        "{} {}IN SRV {priority} {weight} {} {}",
                        presentation::absolute(owner),
                        ttl.map(|ttl| format!("{ttl} ")).unwrap_or_default(),
                        record.port,
                        presentation::absolute(&record.target)
                    )
                    .into_bytes(),
                );
            }
            Some((_, Fate::Keep)) | None => out.push(line.clone().into_bytes()),
        }
    }
    out
}
