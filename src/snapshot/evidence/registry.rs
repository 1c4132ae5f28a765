//! The values of the licensing key (Microsoft "Registry Settings for Volume Activation"), however they
//! were read.

use std::ops::Range;

use super::facts::{Facts, port};
use super::publish;
use super::source::Source;
use crate::snapshot::fields::decimal;
use crate::snapshot::listing::Fault;

/// Where the values are: Windows 7 and Server 2008 R2 and later, then Vista and Server 2008.
const KEYS: [&str; 2] = [
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL",
];

const LIST: &str = "DnsDomainPublishList";
const DISABLE: &str = "DisableDnsPublishing";
const PORT: &str = "KeyManagementServiceListeningPort";

pub(super) const ADVICE: &str = r#"list the whole key: `reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform"`"#;

/// Where a key stands in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// It is the licensing key.
    Licensing,
    /// It lies directly or further below it.
    Below,
    /// It is another one.
    Elsewhere,
}

impl Key {
    pub(super) fn of(path: &str) -> Self {
        let path = path.to_ascii_lowercase();
        let path = path.trim_end_matches('\\');
        for key in KEYS.map(str::to_ascii_lowercase) {
            match path.strip_prefix(key.as_str()) {
                Some("") => return Self::Licensing,
                Some(rest) if rest.starts_with('\\') => return Self::Below,
                _ => {}
            }
        }
        Self::Elsewhere
    }
}

/// Whether a value of this name matters here.
pub(super) fn matters(name: &str) -> bool {
    [LIST, DISABLE, PORT]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// A value of the licensing key.
pub(super) struct Value {
    pub(super) name: String,
    pub(super) span: Range<usize>,
    pub(super) data: Data,
}

/// The data of a value.
pub(super) enum Data {
    /// `REG_SZ`.
    Text(String),
    /// `REG_DWORD`.
    Number(u32),
    /// `REG_MULTI_SZ`: its strings with their places.
    Lines(Vec<(String, Range<usize>)>),
    /// Another type, by its name.
    Other(String),
}

impl Data {
    fn kind(&self) -> &str {
        match self {
            Self::Text(_) => "REG_SZ",
            Self::Number(_) => "REG_DWORD",
            Self::Lines(_) => "REG_MULTI_SZ",
            Self::Other(kind) => kind,
        }
    }
}

/// The licensing key as far as a file shows it.
#[derive(Default)]
pub(super) struct Licensing {
    /// The offset of its first line; `None`: it does not occur.
    pub(super) at: Option<usize>,
    pub(super) values: Vec<Value>,
    /// Whether all of its values are shown, so that what is missing does not exist.
    pub(super) whole: bool,
}

/// What the values say of the host; `faults` are those of reading them.
pub(super) fn facts(
    source: &Source<'_>,
    key: &Licensing,
    faults: Vec<Fault>,
) -> Result<Facts, Vec<Fault>> {
    let Some(at) = key.at else {
        if !faults.is_empty() {
            return Err(faults);
        }
        return Err(vec![
            Fault::whole(format!("the licensing key is not in it: `{}`", KEYS[0])).help(ADVICE),
        ]);
    };
    let mut reader = Reader {
        source,
        facts: Facts::default(),
        faults,
    };
    for (index, value) in key.values.iter().enumerate() {
        let earlier = key.values[..index]
            .iter()
            .find(|other| other.name.eq_ignore_ascii_case(&value.name));
        match earlier {
            Some(other) => {
                let line = source.line_at(other.span.start);
                reader.fault(
                    &value.span,
                    format!("`{}` is also in line {line}", value.name),
                );
            }
            None => reader.value(value),
        }
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let mut facts = reader.facts;
    if key.whole {
        facts
            .publish
            .get_or_insert_with(|| source.seen(at, Vec::new()));
        facts
            .publishing
            .get_or_insert_with(|| source.seen(at, true));
        facts.port = facts.port.or(port(0).map(|port| source.seen(at, port)));
    }
    if facts == Facts::default() {
        return Err(vec![
            Fault::whole(format!(
                "neither `{LIST}`, `{DISABLE}` nor `{PORT}` is in it"
            ))
            .help(ADVICE),
        ]);
    }
    Ok(facts)
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    facts: Facts,
    faults: Vec<Fault>,
}

impl Reader<'_, '_> {
    fn fault(&mut self, span: &Range<usize>, message: String) {
        self.faults.push(Fault::at(span.clone(), message));
    }

    fn value(&mut self, value: &Value) {
        let at = value.span.start;
        if value.name.eq_ignore_ascii_case(LIST) {
            let Data::Lines(lines) = &value.data else {
                return self.wrong_type(value, "REG_MULTI_SZ");
            };
            let mut list = Vec::new();
            for (text, span) in lines {
                match publish::line(text) {
                    Ok(line) => list.push(line),
                    Err(message) => self.faults.push(Fault::at(span.clone(), message).help(
                        "a line of the publish list is `domain`, `domain, priority` or `domain, priority, weight`",
                    )),
                }
            }
            self.facts.publish = Some(self.source.seen(at, list));
        } else if value.name.eq_ignore_ascii_case(DISABLE) {
            let Data::Number(number) = &value.data else {
                return self.wrong_type(value, "REG_DWORD");
            };
            self.facts.publishing = Some(self.source.seen(at, *number == 0));
        } else if value.name.eq_ignore_ascii_case(PORT) {
            let Data::Text(text) = &value.data else {
                return self.wrong_type(value, "REG_SZ");
            };
            match decimal(text.trim().as_bytes()).and_then(port) {
                Some(port) => self.facts.port = Some(self.source.seen(at, port)),
                None => self.fault(
                    &value.span,
                    format!("`{text}` is no port, which is 1 to 65535"),
                ),
            }
        }
    }

    fn wrong_type(&mut self, value: &Value, right: &str) {
        self.fault(
            &value.span,
            format!(
                "`{}` is a {}, but must be a {right}",
                value.name,
                value.data.kind()
            ),
        );
    }
}

/// The strings of a `REG_MULTI_SZ`, which ends at its first empty string. A fault where more follows.
pub(super) fn strings(
    all: Vec<(String, Range<usize>)>,
) -> Result<Vec<(String, Range<usize>)>, Fault> {
    let count = all
        .iter()
        .position(|(text, _)| text.is_empty())
        .unwrap_or(all.len());
    if let Some((_, span)) = all.iter().skip(count).find(|(text, _)| !text.is_empty()) {
        return Err(Fault::at(
            span.clone(),
            "an empty string stands before this one: Windows reads the list only up to there",
        ));
    }
    Ok(all.into_iter().take(count).collect())
}
