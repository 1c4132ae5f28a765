//! `Get-CimInstance SoftwareLicensingService`, as JSON or as a list. Its properties (Microsoft's WMI
//! reference): `KeyManagementServiceDnsPublishing` true: it publishes; `KeyManagementServiceListeningPort` 0: the
//! default; `IsKeyManagementServiceMachine` above 0: a KMS host.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::facts::{Facts, port};
use super::list;
use super::source::Source;
use crate::document::{self, Entry, Node, Notation, Subject, Value};
use crate::snapshot::fields::{self, decimal};
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

const SUBJECT: Subject = Subject {
    name: "an object of PowerShell",
    levels: "a few",
    plain: "write the value itself",
};

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
    /// The value as it is written, without quotes, for a message.
    written: String,
    span: Range<usize>,
}

/// The computers of JSON text.
pub(super) fn read_json(source: &Source<'_>) -> Result<Vec<Computer>, Vec<Fault>> {
    let (start, body) = source.body();
    let text = document::Source::new(&SUBJECT, Notation::Json, source.path, body.to_owned());
    if let Err(error) = serde_json::from_str::<IgnoredAny>(body) {
        let last = body.len().saturating_sub(1);
        let at = start + text.offset(error.line(), error.column()).min(last);
        let message = if error.is_eof() {
            "the JSON ends too early: the file is cut"
        } else {
            "this is no JSON"
        };
        return Err(vec![Fault::at(at..at + 1, message).help(ADVICE)]);
    }
    let (root, complaints) = document::read(&text);
    let mut faults: Vec<Fault> = fields::faults(start, complaints).collect();
    let objects = root.map(objects).unwrap_or_default();
    if objects.is_empty() && faults.is_empty() {
        return Err(vec![Fault::whole("the JSON holds no object").help(ADVICE)]);
    }
    let mut computers = Vec::new();
    for object in objects {
        let at = start + object.span.start;
        let Value::Table(members) = object.value else {
            faults.push(Fault::whole("the JSON holds something that is no object").help(ADVICE));
            continue;
        };
        let properties: Vec<Property> = members
            .into_iter()
            .map(|member| Property {
                name: member.key,
                written: match &member.node.value {
                    Value::String(text) => text.clone(),
                    Value::Table(_) => "{…}".to_owned(),
                    Value::Array(_) => "[…]".to_owned(),
                    _ => body
                        .get(member.node.span.clone())
                        .unwrap_or_default()
                        .to_owned(),
                },
                span: start + member.key_span.start..start + member.node.span.end,
                value: member.node.value,
            })
            .collect();
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

/// The objects of a document. Windows PowerShell 5.1 wraps an array that is given as one object.
fn objects(root: Node) -> Vec<Node> {
    let wrapped = |members: &[Entry]| match members {
        [one, other] => [&one.key, &other.key].map(String::as_str) == ["value", "Count"],
        _ => false,
    };
    match root.value {
        Value::Array(all) => all,
        Value::Table(members) if wrapped(&members) => members
            .into_iter()
            .next()
            .map(|value| objects(value.node))
            .unwrap_or_default(),
        _ => vec![root],
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
                written: field.value(),
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
            faults.push(Fault::at(
                property.span.clone(),
                format!("`{}` is no value of `{name}`", property.written),
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
            computer: name.and_then(|name| text(&name.value).map(str::to_owned)),
            span: name.map_or_else(|| whole.clone(), |name| name.span.clone()),
        },
        facts,
    })
}

fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null) || text(value).is_some_and(|text| text.trim().is_empty())
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
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
        Value::Integer(number) => u64::try_from(*number).ok(),
        Value::String(text) => decimal(text.as_bytes()),
        _ => None,
    }
}
