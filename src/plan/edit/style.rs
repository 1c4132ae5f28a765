//! The text of a new record, in the style of its neighbours.

use super::blanks::{column, fill, write_into};
use super::rows::{Added, Row, Rows, What, set_rows};
use crate::snapshot::{Fields, FileId, Form, Format, KmsRecord, Snapshot, Zone};
use crate::{Name, presentation};

/// The column in which Windows DNS begins the fields after the owner.
const WINDOWS_COLUMN: usize = 24;
/// How many rows before and after a place may lend their style to a set that has none of its own.
const NEAR: usize = 8;
/// How many octets at the end of a file are looked at for its style where no KMS record shows one.
const TAIL: usize = 8192;

/// A place where new records are written.
pub(super) struct Place<'a> {
    /// The file.
    pub file: FileId,
    /// The octet.
    pub at: usize,
    /// The origin in force.
    pub origin: &'a Name,
    /// The owner that a blank owner would take, if known.
    pub last_owner: Option<&'a Name>,
    /// The TTL that a record without one gets, if known. Only a `$TTL` is relied on: NSD does not hand on
    /// the TTL of the record before (RFC 1035 section 5.1).
    pub default_ttl: Option<u32>,
}

/// The lines of new records at a place, without line ends.
pub(super) fn new_lines(
    snapshot: &Snapshot,
    zone: &Zone,
    rows: &Rows<'_>,
    place: &Place<'_>,
    added: &[Added<'_>],
) -> Vec<Vec<u8>> {
    let writer = Writer {
        snapshot,
        zone,
        rows,
        place,
    };
    let mut last_owner = place.last_owner;
    let mut lines = Vec::new();
    for new in added {
        lines.push(writer.line(new, last_owner == Some(new.owner)));
        last_owner = Some(new.owner);
    }
    lines
}

/// Writes the new records of one place.
struct Writer<'a> {
    snapshot: &'a Snapshot,
    zone: &'a Zone,
    rows: &'a Rows<'a>,
    place: &'a Place<'a>,
}

/// A record in one line without parentheses, quotes and comments between its fields: its text shows how a
/// new one is written.
struct Model<'a> {
    bytes: &'a [u8],
    record: &'a KmsRecord,
    fields: &'a Fields,
    /// The origin in force on its line.
    origin: &'a Name,
    /// The first octet of its line.
    start: usize,
    /// The first octet of its fields after the owner.
    first: usize,
    file: FileId,
}

impl Writer<'_> {
    fn line(&self, new: &Added<'_>, may_be_blank: bool) -> Vec<u8> {
        let set = set_rows(self.zone, self.rows, new.owner);
        let own_style = set.iter().any(|row| self.model(row).is_some());
        let near = if own_style { Vec::new() } else { self.near() };
        let blank = may_be_blank
            && (self.zone.format == Format::WindowsZoneFile
                || set.iter().chain(&near).any(|row| row.is_blank()));
        let models: Vec<Model<'_>> = set
            .iter()
            .chain(&near)
            .filter_map(|row| self.model(row))
            .collect();
        let model = models.iter().min_by_key(|model| {
            (
                model.is_blank() != blank,
                model.file != self.place.file,
                model.start.abs_diff(self.place.at),
            )
        });
        let owner = (!blank).then(|| self.owner_text(new.owner, &set, model));
        let ttl = match model {
            Some(model) if model.fields.ttl.is_some() => Some(new.record.ttl),
            _ => Some(new.record.ttl).filter(|_| self.place.default_ttl != Some(new.record.ttl)),
        };
        match model {
            Some(model) => self.copy(model, owner.as_deref(), ttl, new),
            None => self.plain(owner.as_deref(), ttl, new),
        }
    }

    /// The rows next to the place.
    fn near(&self) -> Vec<&Row<'_>> {
        let at = (self.place.file, self.place.at);
        let before = self.rows.range(..at).rev().take(NEAR);
        let after = self.rows.range(at..).take(NEAR);
        before.chain(after).map(|(_, row)| row).collect()
    }

    fn model<'r>(&'r self, row: &'r Row<'_>) -> Option<Model<'r>> {
        let (What::Record { record, .. }, Form::Fields(fields)) = (&row.what, &row.text.form)
        else {
            return None;
        };
        let bytes = self.snapshot.files[row.file.0].bytes.as_slice();
        let start = row.text.lines.start;
        let first = [&fields.age, &fields.ttl]
            .into_iter()
            .flatten()
            .map(|range| range.start)
            .fold(fields.ttl_slot.min(fields.kind.start), usize::min);
        let line = bytes.get(start..fields.target.end)?;
        let plain = !line
            .iter()
            .any(|octet| matches!(octet, b'\n' | b'(' | b')' | b'"' | b';' | b'\\'));
        (plain && start <= first).then_some(Model {
            bytes,
            record,
            fields,
            origin: &row.text.origin,
            start,
            first,
            file: row.file,
        })
    }

    /// The owner as its set spells it, else as the model would.
    fn owner_text(&self, owner: &Name, set: &[&Row<'_>], model: Option<&Model<'_>>) -> Vec<u8> {
        let nearest = model.filter(|model| model.record.owner == *owner);
        let nearest = nearest.and_then(|model| {
            let text = &model.bytes[model.fields.owner.clone()?];
            (is_absolute(text) || *model.origin == *self.place.origin).then_some(text)
        });
        let written = nearest.or_else(|| {
            // A row of a file that is included twice has the owner of the first time.
            set.iter().filter(|row| row.spells(owner)).find_map(|row| {
                let bytes = self.snapshot.files[row.file.0].bytes.as_slice();
                let text = &bytes[row.owner_text()?];
                (is_absolute(text) || row.text.origin == *self.place.origin).then_some(text)
            })
        });
        if let Some(text) = written {
            return text.to_vec();
        }
        let absolute = model.is_some_and(|model| {
            model
                .fields
                .owner
                .clone()
                .is_some_and(|range| is_absolute(&model.bytes[range]))
        });
        let owner = self
            .zone
            .kms
            .get(owner)
            .and_then(|set| set.first())
            .map_or(owner, |record| &record.owner);
        if absolute {
            presentation::absolute(owner).into_bytes()
        } else {
            presentation::relative(owner, self.place.origin).into_bytes()
        }
    }

    /// The model's line with the new record's fields.
    fn copy(
        &self,
        model: &Model<'_>,
        owner: Option<&[u8]>,
        ttl: Option<u32>,
        new: &Added<'_>,
    ) -> Vec<u8> {
        let fields = model.fields;
        let head = self.head(model, owner);
        let wanted = column(&model.bytes[model.start..model.first]);
        let mut line = Aligned {
            drift: column(&head).cast_signed() - wanted.cast_signed(),
            out: head,
        };
        let mut at = model.first;
        if let Some(age) = &fields.age {
            line.put(&model.bytes[at..age.start]);
            at = age.end;
        }
        match (&fields.ttl, ttl) {
            (Some(range), Some(ttl)) => {
                line.put(&model.bytes[at..range.start]);
                let old = &model.bytes[range.clone()];
                if model.record.ttl == Some(ttl) {
                    line.put(old);
                } else {
                    line.replace(old, ttl.to_string().as_bytes());
                }
                at = range.end;
            }
            (None, Some(ttl)) => {
                line.put(&model.bytes[at..fields.ttl_slot]);
                line.replace(b"", &ttl_text(model.bytes, fields.ttl_slot, ttl));
                at = fields.ttl_slot;
            }
            (_, None) => {}
        }
        let target = if is_absolute(&model.bytes[fields.target.clone()]) {
            presentation::absolute(&new.record.target)
        } else {
            presentation::relative(&new.record.target, self.place.origin)
        };
        for (range, text) in [
            (&fields.priority, new.record.priority.to_string()),
            (&fields.weight, new.record.weight.to_string()),
            (&fields.port, new.record.port.to_string()),
            (&fields.target, target),
        ] {
            line.put(&model.bytes[at..range.start]);
            line.replace(&model.bytes[range.clone()], text.as_bytes());
            at = range.end;
        }
        line.out
    }

    /// Owner, or none, and the blanks before the first field, which keeps the model's column.
    fn head(&self, model: &Model<'_>, owner: Option<&[u8]>) -> Vec<u8> {
        let head = &model.bytes[model.start..model.first];
        match (owner, &model.fields.owner) {
            (None, None) => head.to_vec(),
            (Some(owner), None) => write_into(owner, head),
            (None, Some(_)) if self.zone.format == Format::WindowsZoneFile => {
                vec![b' '; WINDOWS_COLUMN]
            }
            (None, Some(range)) => fill(0, column(head), &model.bytes[range.end..model.first]),
            (Some(owner), Some(range)) => {
                let gap = &model.bytes[range.end..model.first];
                let mut out = owner.to_vec();
                if gap == b" " || column(owner) == column(&model.bytes[range.clone()]) {
                    out.extend_from_slice(gap);
                } else {
                    out.extend(fill(column(owner), column(head), gap));
                }
                out
            }
        }
    }

    /// A record where no other shows how: Windows' own layout, else with class and tabs if the end of the file
    /// has them.
    fn plain(&self, owner: Option<&[u8]>, ttl: Option<u32>, new: &Added<'_>) -> Vec<u8> {
        let record = new.record;
        let target = presentation::absolute(&record.target);
        let windows = self.zone.format == Format::WindowsZoneFile;
        let tail = Tail::of(&self.snapshot.files[self.place.file.0].bytes);
        let gap = if windows || tail.tabs { "\t" } else { " " };
        let mut line = owner.unwrap_or_default().to_vec();
        if windows {
            line.extend(fill(column(&line), WINDOWS_COLUMN, b" "));
        } else {
            line.extend_from_slice(gap.as_bytes());
        }
        if let Some(ttl) = ttl {
            line.extend_from_slice(format!("{ttl}{gap}").as_bytes());
        }
        if tail.class && !windows {
            line.extend_from_slice(format!("IN{gap}").as_bytes());
        }
        let last = if windows { "\t" } else { " " };
        line.extend_from_slice(
            format!(
                "SRV{gap}{} {} {}{last}{target}",
                record.priority, record.weight, record.port
            )
            .as_bytes(),
        );
        line
    }
}

impl Model<'_> {
    fn is_blank(&self) -> bool {
        self.fields.owner.is_none()
    }
}

/// A line that keeps the columns of another one, whose fields had other widths.
struct Aligned {
    out: Vec<u8>,
    /// By how many columns it is ahead.
    drift: isize,
}

impl Aligned {
    /// Adds text of the other line; its wide gaps take up the drift.
    fn put(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(&octet) = rest.first() {
            let run = rest.iter().take_while(|&&other| other == octet).count();
            let (same, later) = rest.split_at(run);
            match octet {
                b' ' if run > 1 => {
                    let wide = run.cast_signed();
                    let new = (wide - self.drift).max(1);
                    self.drift -= wide - new;
                    self.out.resize(self.out.len() + new.unsigned_abs(), b' ');
                }
                b'\t' => {
                    self.drift = 0;
                    self.out.extend_from_slice(same);
                }
                _ => self.out.extend_from_slice(same),
            }
            rest = later;
        }
    }

    /// Adds `new` where the other line has `old`.
    fn replace(&mut self, old: &[u8], new: &[u8]) {
        self.out.extend_from_slice(new);
        self.drift += new.len().cast_signed() - old.len().cast_signed();
    }
}

/// What the last records of a file look like.
struct Tail {
    class: bool,
    tabs: bool,
}

impl Tail {
    fn of(bytes: &[u8]) -> Self {
        let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
        let line = tail
            .rsplit(|&octet| octet == b'\n')
            .find(|line| {
                line.iter().any(u8::is_ascii_alphanumeric)
                    && !matches!(line.trim_ascii().first(), Some(b';' | b'$'))
            })
            .unwrap_or_default();
        Self {
            class: line
                .split(u8::is_ascii_whitespace)
                .filter(|field| !field.is_empty())
                .take(3)
                .any(|field| field.eq_ignore_ascii_case(b"IN")),
            tabs: line.contains(&b'\t'),
        }
    }
}

/// Whether a name's text ends with a dot that is no part of a label.
pub(super) fn is_absolute(text: &[u8]) -> bool {
    text.strip_suffix(b".").is_some_and(|before| {
        let escapes = before.iter().rev().take_while(|&&octet| octet == b'\\');
        escapes.count() % 2 == 0
    })
}

/// A TTL to be put in before the field at `slot`, with a blank like those around.
pub(super) fn ttl_text(bytes: &[u8], slot: usize, ttl: u32) -> Vec<u8> {
    let before = bytes[..slot].last();
    let after = bytes[slot..]
        .iter()
        .find(|octet| octet.is_ascii_whitespace());
    let gap = if before == Some(&b'\t') || after == Some(&b'\t') {
        '\t'
    } else {
        ' '
    };
    format!("{ttl}{gap}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_that_is_escaped_ends_no_name() {
        let absolute = |text: &str| is_absolute(text.as_bytes());
        assert!(absolute("kms01.contoso.com."));
        assert!(absolute("."));
        assert!(!absolute("kms01"));
        assert!(!absolute(""));
        assert!(!absolute(r"kms01\."));
        assert!(absolute(r"kms01\\."));
        assert!(!absolute(r"kms01\\\."));
    }
}
