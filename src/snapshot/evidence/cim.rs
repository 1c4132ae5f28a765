//! `Get-CimInstance SoftwareLicensingService`, as JSON or as a list. Its properties (Microsoft's WMI
//! reference): `KeyManagementServiceDnsPublishing` true: it publishes; `KeyManagementServiceListeningPort` 0: the
//! default; `IsKeyManagementServiceMachine` above 0: a KMS host.

use std::ops::Range;

use serde_json::Value;

use super::facts::{Facts, port};
use super::list;
use super::source::Source;
use crate::snapshot::listing::Fault;

const PUBLISHING: &str = "KeyManagementServiceDnsPublishing";
const PORT: &str = "KeyManagementServiceListeningPort";
const COUNT: &str = "KeyManagementServiceCurrentCount";
const HOST: &str = "IsKeyManagementServiceMachine";
const COMPUTER: &str = "PSComputerName";

/// Properties that only a product has, `SoftwareLicensingProduct`.
const PRODUCT: [&str; 3] = ["PartialProductKey", "LicenseStatus", "LicenseFamily"];

const ADVICE: &str =
    "on the KMS host: `Get-CimInstance SoftwareLicensingService | ConvertTo-Json > FILE`";

/// One object.
pub(super) struct Computer {
    pub(super) name: Named,
    pub(super) facts: Facts,
}

/// The name of the computer that an object is of, and the place of the name or else of the object.
pub(super) struct Named {
    pub(super) computer: Option<String>,
    pub(super) span: Range<usize>,
}

/// A property of an object.
struct Property {
    name: String,
    value: Value,
    span: Range<usize>,
}

/// The computers of JSON text.
pub(super) fn read_json(source: &Source<'_>) -> Result<Vec<Computer>, Vec<Fault>> {
    let (start, body) = source.body();
    let root: Value = serde_json::from_str(body).map_err(|error| {
        let at = start + offset(body, error.line(), error.column());
        let message = match error.classify() {
            serde_json::error::Category::Eof => "the JSON ends too early: the file is cut",
            _ => "this is no JSON",
        };
        vec![Fault::at(at..at + 1, message).help(ADVICE)]
    })?;
    // Windows PowerShell 5.1 wraps an array that is given as one object.
    let (depth, objects): (usize, Vec<&Value>) = match &root {
        Value::Array(all) => (1, all.iter().collect()),
        Value::Object(members) => match (members.len(), members.get("value"), members.get("Count"))
        {
            (2, Some(Value::Array(all)), Some(_)) => (2, all.iter().collect()),
            _ => (0, vec![&root]),
        },
        _ => (0, vec![&root]),
    };
    if objects.is_empty() {
        return Err(vec![Fault::whole("the JSON holds no object").help(ADVICE)]);
    }
    let places = members_at(body, depth);
    let mut computers = Vec::new();
    let mut faults = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let Value::Object(members) = object else {
            faults.push(Fault::whole("the JSON holds something that is no object").help(ADVICE));
            continue;
        };
        let place = places.get(index);
        let at = start + place.map_or(0, |object| object.at);
        let properties = members
            .iter()
            .map(|(name, value)| Property {
                name: name.clone(),
                value: value.clone(),
                span: place
                    .and_then(|object| object.members.iter().find(|(known, _)| known == name))
                    .map_or(at..at + 1, |(_, span)| start + span.start..start + span.end),
            })
            .collect::<Vec<_>>();
        match computer(source, &properties, &(at..at + 1)) {
            Ok(computer) => computers.push(computer),
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() {
        Ok(computers)
    } else {
        Err(faults)
    }
}

/// The computers of a list.
pub(super) fn read_list(source: &Source<'_>) -> Result<Vec<Computer>, Vec<Fault>> {
    let mut computers = Vec::new();
    let mut faults = Vec::new();
    for object in list::objects(source) {
        if !object.iter().any(|field| is_ours(field.key)) {
            continue;
        }
        let span = object.first().map_or(0..0, list::Field::span);
        let properties: Vec<Property> = object
            .iter()
            .map(|field| Property {
                name: field.key.to_owned(),
                value: Value::String(field.value()),
                span: field.span(),
            })
            .collect();
        match computer(source, &properties, &span) {
            Ok(computer) => computers.push(computer),
            Err(more) => faults.extend(more),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if computers.is_empty() {
        return Err(vec![
            Fault::whole("a console table of SoftwareLicensingService is not read: it cuts values")
                .help(ADVICE),
        ]);
    }
    Ok(computers)
}

fn is_ours(key: &str) -> bool {
    [PUBLISHING, PORT, COUNT, HOST]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

/// What an object says; `whole` is its place.
fn computer(
    source: &Source<'_>,
    properties: &[Property],
    whole: &Range<usize>,
) -> Result<Computer, Vec<Fault>> {
    let find = |name: &str| {
        properties
            .iter()
            .find(|property| property.name.eq_ignore_ascii_case(name))
    };
    if let Some(property) = PRODUCT.iter().find_map(|name| find(name)) {
        return Err(vec![
            Fault::at(
                property.span.clone(),
                "this is SoftwareLicensingProduct, which tells of one product, not of the service",
            )
            .help(ADVICE),
        ]);
    }
    if !properties.iter().any(|property| is_ours(&property.name)) {
        return Err(vec![
            Fault::at(whole.clone(), format!("the object has no `{PUBLISHING}`")).help(ADVICE),
        ]);
    }
    let mut faults = Vec::new();
    let mut facts = Facts::default();
    for property in properties {
        let name = property.name.as_str();
        let at = property.span.start;
        if is_nothing(&property.value) {
            continue;
        }
        let read = if name.eq_ignore_ascii_case(PUBLISHING) {
            boolean(&property.value).map(|on| facts.publishing = Some(source.seen(at, on)))
        } else if name.eq_ignore_ascii_case(PORT) {
            number(&property.value)
                .and_then(port)
                .map(|port| facts.port = Some(source.seen(at, port)))
        } else if name.eq_ignore_ascii_case(HOST) {
            number(&property.value).map(|is| facts.kms_host = Some(source.seen(at, is > 0)))
        } else if name.eq_ignore_ascii_case(COUNT) {
            number(&property.value)
                .and_then(|count| u32::try_from(count).ok())
                .map(|count| facts.count = Some(source.seen(at, count)))
        } else {
            Some(())
        };
        if read.is_none() {
            let shown = match &property.value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            faults.push(Fault::at(
                property.span.clone(),
                format!("`{shown}` is no value of `{name}`"),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if facts == Facts::default() {
        return Err(vec![
            Fault::at(whole.clone(), "no property of the object has a value").help(ADVICE),
        ]);
    }
    // A machine that is no host counts nobody; the property is there all the same, 0 or all bits set.
    let host = facts.kms_host.as_ref().is_none_or(|host| host.value);
    facts.count = facts.count.filter(|count| host && count.value != u32::MAX);
    let name = find(COMPUTER).filter(|name| !is_nothing(&name.value));
    Ok(Computer {
        name: Named {
            computer: name.and_then(|name| name.value.as_str().map(str::to_owned)),
            span: name.map_or_else(|| whole.clone(), |name| name.span.clone()),
        },
        facts,
    })
}

fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The offset of a line and column, from 1, of an error in JSON: a column counts octets.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    (before + column.saturating_sub(1)).min(text.len().saturating_sub(1))
}

/// An object in JSON text, and the places of its members: key and value.
struct Members {
    at: usize,
    members: Vec<(String, Range<usize>)>,
}

/// The objects that lie in `depth` other containers, in order. The text is known to be JSON.
fn members_at(text: &str, depth: usize) -> Vec<Members> {
    let bytes = text.as_bytes();
    let mut objects: Vec<Members> = Vec::new();
    let mut containers: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some(octet) = bytes.get(at) {
        match octet {
            b'{' | b'[' => {
                if *octet == b'{' && containers.len() == depth {
                    objects.push(Members {
                        at,
                        members: Vec::new(),
                    });
                }
                containers.push(*octet);
            }
            b'}' | b']' => {
                containers.pop();
            }
            b'"' => {
                let end = string_end(bytes, at);
                let colon = end + blanks(bytes, end);
                if bytes.get(colon) == Some(&b':') {
                    let value = colon + 1 + blanks(bytes, colon + 1);
                    if containers.len() == depth + 1
                        && let Some(object) = objects.last_mut()
                    {
                        let key = text.get(at + 1..end.saturating_sub(1)).unwrap_or_default();
                        object
                            .members
                            .push((key.to_owned(), at..scalar_end(bytes, value)));
                    }
                    at = value;
                    continue;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    objects
}

/// The offset after the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(octet) = bytes.get(end) {
        match octet {
            b'"' => return end + 1,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// The offset after a string, number or word; of a container, after its first octet.
fn scalar_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'"') => string_end(bytes, at),
        Some(b'{' | b'[') => at + 1,
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|octet| {
                matches!(octet, b',' | b'}' | b']') || octet.is_ascii_whitespace()
            });
            at + length.unwrap_or(rest.len())
        }
    }
}

/// How many blanks stand at `at`.
fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.len() - rest.trim_ascii_start().len()
}
