//! `RecordData` in the shapes that it takes.
//!
//! It is a CIM instance, of which `ConvertTo-Json` writes `CimInstanceProperties` as an array of objects, an
//! array of `Name = value` texts or one such text, by the depth it is given. Scripts flatten it to an object,
//! to a text as in a zone file, or to columns beside it. `Export-Csv` and a small depth lose it.

use std::borrow::Cow;

use super::cell::{Cell, Field, Row, Value, cut, shown};
use super::values::{digits, full_name, host, number, small, span_of_time};
use super::{EXPORT, json};
use crate::Name;
use crate::presentation;
use crate::snapshot::listing::{Data, Fault};

/// Names of the property that is an SRV record's target: the cmdlet's, and what scripts call it.
const TARGET: [&str; 3] = ["DomainName", "Target", "NameTarget"];
const PRIORITY: &str = "Priority";
const WEIGHT: &str = "Weight";
const PORT: &str = "Port";

/// Why the data of a record cannot be had.
pub(super) enum Missing {
    /// The export lost it; one complaint for all records of the source.
    Lost(Fault),
    /// It is there and wrong.
    Wrong(Fault),
}

impl From<Fault> for Missing {
    fn from(fault: Fault) -> Self {
        Self::Wrong(fault)
    }
}

/// The data of a record.
enum Shape<'a> {
    /// Properties by name.
    Properties(Row<'a>),
    /// As in a zone file, or as the console shows it.
    Line(&'a Cell<'a>),
}

/// Whether the row has columns for the data of an SRV record.
pub(super) fn has_columns(row: &Row<'_>) -> bool {
    [PRIORITY, WEIGHT, PORT]
        .iter()
        .any(|name| row.get(&[name]).is_some())
        && row.get(&TARGET).is_some()
}

/// The complaint about a row that holds a class name in place of its data.
pub(super) fn class_name(row: &Row<'_>) -> Option<Fault> {
    let cell = row.get(&["RecordData"])?;
    let Value::Text(text) = &cell.value else {
        return None;
    };
    is_class(text).then(|| {
        lost(
            cell,
            &format!("it holds only the class name `{}`", shown(text)),
        )
    })
}

/// Whether a text is the name of a class of .NET or CIM, which stands where an object was lost.
fn is_class(text: &str) -> bool {
    [
        "DnsServerResourceRecord",
        "Microsoft.Management.Infrastructure",
        "System.Object",
        "System.Management",
    ]
    .iter()
    .any(|start| text.starts_with(start))
        && !text.contains('=')
}

fn lost(cell: &Cell<'_>, how: &str) -> Fault {
    cell.fault(format!("the data of the records is not in the file: {how}"))
        .help(format!("this carries it: `{EXPORT}`"))
}

/// The data of an SRV record.
pub(super) fn srv(row: &Row<'_>) -> Result<Data, Missing> {
    let flat = has_columns(row) || row.get(&["RecordData", "Data"]).is_none();
    let columns = flat && row.filled(&[PRIORITY, WEIGHT, PORT]).is_some();
    let shape = if columns {
        Shape::Properties(row.clone())
    } else {
        shape(row)?
    };
    match &shape {
        Shape::Properties(properties) => {
            let get = |names: &[&str], what: &str| {
                properties.filled(names).ok_or_else(|| {
                    Fault::at(
                        properties.span.clone(),
                        format!("the SRV record has no {what}"),
                    )
                    .help(read_from(names))
                })
            };
            let small = |name: &str, what: &str| number(get(&[name], what)?, what);
            let priority = small(PRIORITY, "priority")?;
            let weight = small(WEIGHT, "weight")?;
            let port = small(PORT, "port")?;
            let target = host(get(&TARGET, "target")?, "target")?;
            for name in TARGET {
                let Some(cell) = properties.filled(&[name]) else {
                    continue;
                };
                if host(cell, "target")? != target {
                    return Err(Missing::Wrong(
                        cell.fault(format!(
                            "the target is {} by another column, and `{}` by `{name}`",
                            presentation::plain(&target),
                            cell.shown()
                        ))
                        .help(format!(
                            "leave one of them: `{}` are all read as the target",
                            TARGET.join("`, `")
                        )),
                    ));
                }
            }
            Ok(Data::Srv {
                priority,
                weight,
                port,
                target,
            })
        }
        Shape::Line(cell) => line(cell).map_err(Missing::Wrong),
    }
}

/// Where a value that is not there is looked for, and how to get it.
fn read_from(names: &[&str]) -> String {
    match names {
        [_] => format!("export it again: `{EXPORT}`"),
        _ => format!(
            "it is read from `{}`; export it again: `{EXPORT}`",
            names.join("` or `")
        ),
    }
}

/// `priority weight port target`, or `[priority][weight][port][target]`. Scripts that join the parts put commas
/// between them.
fn line(cell: &Cell<'_>) -> Result<Data, Fault> {
    let text = cell.text().unwrap_or_default();
    if cut(text).is_some() {
        return Err(cell
            .fault(format!(
                "the data `{}` of a KMS record is cut off",
                shown(text)
            ))
            .help(format!("this writes all of it: `{EXPORT}`")));
    }
    let words: Vec<&str> = match text.strip_prefix('[').map(|rest| rest.strip_suffix(']')) {
        Some(Some(inside)) => inside.split(']').map(bracketed).collect(),
        Some(None) => Vec::new(),
        None if text.contains(',') => text.split(',').map(str::trim).collect(),
        None => text.split_ascii_whitespace().collect(),
    };
    let data = match words.as_slice() {
        [priority, weight, port, target] => small(priority)
            .zip(small(weight))
            .zip(small(port))
            .zip(full_name(target))
            .map(|(((priority, weight), port), target)| Data::Srv {
                priority,
                weight,
                port,
                target,
            }),
        _ => None,
    };
    data.ok_or_else(|| {
        cell.fault(format!("`{}` is no SRV data", shown(text)))
            .help("it is priority, weight and port, numbers from 0 to 65535, and the target")
    })
}

/// What stands behind the `[` of a part: blanks may part it from the `]` before.
fn bracketed(part: &str) -> &str {
    part.trim_start().trim_start_matches('[')
}

/// The target of an alias.
pub(super) fn alias(row: &Row<'_>, property: &str) -> Result<Name, Missing> {
    match shape(row)? {
        Shape::Properties(properties) => match properties.filled(&[property]) {
            Some(cell) => Ok(host(cell, "target of the alias")?),
            None => Err(Missing::Wrong(Fault::at(
                properties.span.clone(),
                format!("the record has no {property}"),
            ))),
        },
        Shape::Line(cell) => Ok(host(cell, "target of the alias")?),
    }
}

/// The start of authority, where the source tells all that is asked of it: a console shows no intervals.
pub(super) fn authority(row: &Row<'_>) -> Option<Data> {
    let Ok(Shape::Properties(properties)) = shape(row) else {
        return None;
    };
    let get = |name: &str| properties.filled(&[name]);
    let interval = |name: &str| {
        let cell = get(name)?;
        match &cell.value {
            // Without a colon it may be the beginning of a longer text.
            Value::Text(text) => span_of_time(text)
                .filter(|_| text.contains(':'))
                .and_then(|value| u32::try_from(value).ok()),
            _ => super::values::seconds(cell).ok().flatten(),
        }
    };
    Some(Data::Soa {
        mname: host(get("PrimaryServer")?, "primary server").ok()?,
        serial: get("SerialNumber")?
            .text()
            .and_then(digits)
            .and_then(|value| u32::try_from(value).ok())?,
        refresh: interval("RefreshInterval")?,
        minimum: interval("MinimumTimeToLive")?,
    })
}

fn shape<'a>(row: &'a Row<'a>) -> Result<Shape<'a>, Missing> {
    let Some(cell) = row.get(&["RecordData", "Data"]) else {
        return Err(Missing::Lost(
            Fault::at(
                row.span.clone(),
                "the data of the records is not in the file: there is no `RecordData`",
            )
            .help(format!("this carries it: `{EXPORT}`")),
        ));
    };
    match &cell.value {
        Value::Empty => Err(Missing::Lost(
            lost(cell, "`RecordData` is empty").help(format!(
                "PowerShell 7 loses it on its way from Windows PowerShell; run this in Windows PowerShell (powershell.exe): `{EXPORT}`"
            )),
        )),
        Value::Plain(_) | Value::Array(_) => Err(Missing::Wrong(
            cell.fault(format!("`{}` is no record data", cell.shown()))
                .help(format!("export it again: `{EXPORT}`")),
        )),
        Value::Text(text) if is_class(text) => Err(Missing::Lost(lost(
            cell,
            &format!("it holds only the class name `{}`", shown(text)),
        ))),
        Value::Text(text) if text.starts_with("@{") => {
            Ok(Shape::Properties(properties(cell, hash(text))))
        }
        Value::Text(_) => Ok(Shape::Line(cell)),
        Value::Object(raw) => object(cell, raw),
    }
}

fn object<'a>(cell: &Cell<'a>, raw: &'a str) -> Result<Shape<'a>, Missing> {
    let own = Row {
        span: cell.span.clone(),
        fields: json::object(raw, cell.span.start),
        wrapped: false,
    };
    let Some(inside) = own.get(&["CimInstanceProperties"]) else {
        return if own.fields.is_empty() {
            Err(Missing::Lost(lost(cell, "`RecordData` is empty").help(format!(
                "PowerShell 7 loses it on its way from Windows PowerShell; run this in Windows PowerShell (powershell.exe): `{EXPORT}`"
            ))))
        } else {
            Ok(Shape::Properties(own))
        };
    };
    let fields = match &inside.value {
        Value::Text(text) if text.contains('=') => properties(inside, instance(text)).fields,
        Value::Object(raw) => {
            let mut fields = Vec::new();
            fields.extend(property(raw, inside.span.start));
            fields
        }
        Value::Array(raw) => {
            let mut fields = Vec::new();
            for (item, start) in json::array(raw, inside.span.start) {
                let item_cell = json::cell(item, start);
                match &item_cell.value {
                    Value::Object(raw) => fields.extend(property(raw, start)),
                    Value::Text(text) => {
                        fields.extend(properties(&item_cell, instance(text)).fields);
                    }
                    _ => {}
                }
            }
            fields
        }
        _ => Vec::new(),
    };
    if fields.is_empty() {
        return Err(Missing::Lost(lost(
            inside,
            "`ConvertTo-Json` was given too small a `-Depth`",
        )));
    }
    Ok(Shape::Properties(Row {
        span: cell.span.clone(),
        fields,
        wrapped: false,
    }))
}

/// A property of a CIM instance as an object: `{"Name": …, "Value": …}`.
fn property(raw: &str, start: usize) -> Option<Field<'_>> {
    let row = Row {
        span: start..start + raw.len(),
        fields: json::object(raw, start),
        wrapped: false,
    };
    let key = row.filled(&["Name"])?.text()?.to_owned();
    let cell = row.get(&["Value"])?.clone();
    Some(Field {
        key: Cow::Owned(key),
        cell,
    })
}

/// Properties that are parts of one text: they all stand where it does.
fn properties<'a>(cell: &Cell<'_>, pairs: Vec<(String, String)>) -> Row<'a> {
    Row {
        span: cell.span.clone(),
        fields: pairs
            .into_iter()
            .map(|(key, value)| Field {
                key: Cow::Owned(key),
                cell: Cell::of_text(cell.span.clone(), Cow::Owned(value)),
            })
            .collect(),
        wrapped: false,
    }
}

/// `DomainName = "kms01.contoso.com." Port = 1688 …` in any order. A property that is null is written as its
/// bare name.
fn instance(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        rest = after.trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            pairs.push((key.to_owned(), String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((value, "")),
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        pairs.push((key.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    pairs
}

/// `@{DomainName=kms01.contoso.com.; Port=1688; …}`: an object of a script, below the depth.
fn hash(text: &str) -> Vec<(String, String)> {
    let inside = text.strip_prefix("@{").unwrap_or(text);
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    inside
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}
