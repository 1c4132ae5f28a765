//! A zone of octoDNS in YAML: names relative to the zone, each with one set of records or a list of sets.
//!
//! The file does not say which zone it is: octoDNS itself takes that from the file's name, `contoso.com.yaml`. It
//! manages zones whole, so that what the file does not hold is not there. A set without `ttl` has the default of
//! the provider's configuration, which stands elsewhere. octoDNS reads YAML 1.1, where a number with a leading
//! zero is octal: such numbers are refused.

use std::ops::Range;

use super::values;
use crate::Name;
use crate::document::{self, Entry, Node, Notation, Source, Subject, Value};
use crate::presentation;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section, Sign};
use crate::snapshot::{Extent, Format};
use crate::topology::ZoneKind;

/// How to get a plain file.
const DUMP_HELP: &str = "`octodns-dump --config-file CONFIG --output-dir DIR ZONE PROVIDER` writes the zone into one plain file";

const DOT_HELP: &str = "octoDNS takes full names only: end it with a dot";

const SUBJECT: Subject = Subject {
    name: "a zone of octoDNS",
    levels: "a few",
    plain: "write the value itself",
};

/// Types whose sets show that a YAML file is a zone.
const TYPES: [&str; 20] = [
    "A", "AAAA", "ALIAS", "CAA", "CNAME", "DNAME", "DS", "HTTPS", "LOC", "MX", "NAPTR", "NS",
    "PTR", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT", "URLFWD",
];

/// Whether a name at the left edge has a set of records with a type below it.
pub(super) fn sign(sample: &Sample<'_>) -> Option<Sign> {
    let look = std::str::from_utf8(values::look(sample))
        .or_else(|error| std::str::from_utf8(&values::look(sample)[..error.valid_up_to()]))
        .ok()?;
    let mut name = None;
    for line in look.lines() {
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') || text.starts_with("---") {
            continue;
        }
        let at_edge = text.len() == line.len();
        if at_edge && !text.starts_with("- ") {
            let (key, rest) = text.split_once(':')?;
            if !rest.is_empty() && !rest.starts_with(' ') {
                return None;
            }
            name = Some(key.trim_matches(['\'', '"']));
        }
        let owner = name?;
        let pairs = text.trim_start_matches("- ").split(['{', ',', '}']);
        let kinds = pairs.filter_map(|pair| pair.trim().strip_prefix("type:"));
        for kind in kinds {
            let kind = kind.trim().trim_matches(['\'', '"']);
            if TYPES.contains(&kind) {
                let why = if owner.is_empty() {
                    format!("a set of the type {kind} of the zone itself")
                } else {
                    format!("the key `{owner}` with a set of the type {kind}")
                };
                let from = if sample.zone.is_some() {
                    "its zone is the one given by --zone".to_owned()
                } else {
                    match zone_of_file(sample.shown) {
                        Some(zone) => format!(
                            "its zone, by its file name, is `{}`",
                            presentation::plain(&zone)
                        ),
                        None => "its file name does not tell its zone".to_owned(),
                    }
                };
                return Some(Sign::new(Format::OctoDns, format!("{why}; {from}")));
            }
        }
    }
    None
}

/// The zone that a file's name tells, as octoDNS reads it: `contoso.com.yaml`. A file of one label is taken for
/// something else.
fn zone_of_file(path: &str) -> Option<Name> {
    let (_, file) = folder_and_file(path);
    let lower = file.to_ascii_lowercase();
    let ending = [".yaml", ".yml"]
        .into_iter()
        .find(|ending| lower.ends_with(ending))?;
    let name = presentation::parse_full_name(&file[..file.len() - ending.len()]).ok()?;
    (presentation::label_count(&name) > 1).then_some(name)
}

fn folder_and_file(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The records of a zone.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let (folder, _) = folder_and_file(sample.shown);
    let (_, folder) = folder_and_file(folder);
    if folder.ends_with('.') && !matches!(folder, "." | "..") {
        let message = "this is a part of a zone that octoDNS keeps in a folder of files";
        return Err(vec![Fault::whole(message).help(DUMP_HELP)]);
    }
    let zone = match sample.zone {
        Some(zone) => zone.clone(),
        None => zone_of_file(sample.shown).ok_or_else(|| {
            let message = "nothing tells which zone this is";
            vec![Fault::whole(message).help(
                "name the file after the zone, as octoDNS does (contoso.com.yaml), or give --zone ZONE",
            )]
        })?,
    };
    let (start, text) = values::text(sample).map_err(|fault| vec![fault])?;
    let source = Source::new(&SUBJECT, Notation::Yaml, sample.shown, text.to_owned());
    let (root, complaints) = document::read(&source);
    let mut reader = Reader {
        source: &source,
        start,
        zone: &zone,
        faults: values::faults(start, complaints).collect(),
        records: Vec::new(),
    };
    if let Some(root) = root {
        reader.root(&root);
    }
    let Reader {
        faults, records, ..
    } = reader;
    if !faults.is_empty() {
        return Err(faults);
    }
    if records.is_empty() {
        return Err(vec![
            Fault::whole("the file holds no records").help(DUMP_HELP),
        ]);
    }
    let mut section = Section::new(Some(zone), Extent::Whole);
    section.evidence = Some(ZoneKind::Other);
    section.records = records;
    Ok(vec![section])
}

struct Reader<'a> {
    source: &'a Source,
    /// Where the text begins in the sample.
    start: usize,
    zone: &'a Name,
    faults: Vec<Fault>,
    records: Vec<Listed>,
}

/// A set of records: its owner and keys.
#[derive(Clone, Copy)]
struct Set<'n> {
    owner: &'n Name,
    span: &'n Range<usize>,
    entries: &'n [Entry],
}

impl<'n> Set<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        get(self.entries, key)
    }
}

fn get<'n>(entries: &'n [Entry], key: &str) -> Option<&'n Node> {
    let entry = entries.iter().find(|entry| entry.key == key)?;
    Some(&entry.node)
}

impl Reader<'_> {
    fn fault(&self, span: &Range<usize>, message: impl Into<String>) -> Fault {
        Fault::at(self.place(span), message)
    }

    /// The octets of the sample that a span of the text is.
    fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.start + span.start..self.start + span.end
    }

    fn root(&mut self, root: &Node) {
        let Value::Table(names) = &root.value else {
            let message = format!(
                "a zone of octoDNS is names with their records, not {}",
                root.value.kind()
            );
            let fault = self.fault(&root.span, message).help(DUMP_HELP);
            self.faults.push(fault);
            return;
        };
        for entry in names {
            if let Err(fault) = self.name(entry) {
                self.faults.push(fault);
            }
        }
    }

    fn name(&mut self, entry: &Entry) -> Result<(), Fault> {
        let Some(owner) = self.owner(entry)? else {
            return Ok(());
        };
        let sets = match &entry.node.value {
            Value::Array(sets) => &sets[..],
            _ => std::slice::from_ref(&entry.node),
        };
        for node in sets {
            let Value::Table(entries) = &node.value else {
                let message = format!(
                    "`{}` must have a set of records with `type` and `values`, not {}",
                    entry.key,
                    node.value.kind()
                );
                let fault = self.fault(&node.span, message).help(DUMP_HELP);
                self.faults.push(fault);
                continue;
            };
            let span = if node.span.is_empty() {
                &entry.key_span
            } else {
                &node.span
            };
            let set = Set {
                owner: &owner,
                span,
                entries,
            };
            if let Err(fault) = self.set(set) {
                self.faults.push(fault);
            }
        }
        Ok(())
    }

    /// The owner that a key is; `None` where it is no name that matters.
    fn owner(&self, entry: &Entry) -> Result<Option<Name>, Fault> {
        let key = entry.key.as_str();
        if key.is_empty() {
            return Ok(Some(self.zone.clone()));
        }
        if key == "@" || key.ends_with('.') {
            let message = format!("`{key}` is no name of octoDNS");
            return Err(self.fault(&entry.key_span, message).help(
                "names are relative to the zone and end without a dot; the zone itself is ''",
            ));
        }
        let name = if key.is_ascii() {
            presentation::parse_name(key.as_bytes(), Some(self.zone))
        } else {
            presentation::parse_full_name(key).and_then(|name| {
                let labels: Vec<Vec<u8>> = name
                    .iter()
                    .chain(self.zone.iter())
                    .map(<[u8]>::to_vec)
                    .collect();
                presentation::from_labels(&labels)
            })
        };
        match name {
            Ok(name) => Ok(Some(name)),
            Err(error) if values::may_be_kms(key) => {
                Err(self.fault(&entry.key_span, format!("`{key}` is no name: {error}")))
            }
            Err(_) => Ok(None),
        }
    }

    fn set(&mut self, set: Set<'_>) -> Result<(), Fault> {
        let kind = match set.get("type").map(|node| (&node.value, node)) {
            Some((Value::String(kind), _)) => kind.as_str(),
            Some((other, node)) => {
                let message = format!("`type` must be a type of records, not {}", other.kind());
                return Err(self.fault(&node.span, message));
            }
            None => {
                let message = "this set of records has no `type`";
                return Err(self.fault(set.span, message).help(DUMP_HELP));
            }
        };
        let kms = kind == "SRV" && presentation::kms_domain(set.owner).is_some();
        if !self.published(set, kms)? {
            return Ok(());
        }
        let ttl = self.ttl(set)?;
        match kind {
            "A" | "AAAA" | "ALIAS" => self.push(set, ttl, set.span, Data::Address),
            "NS" => self.push(set, ttl, set.span, Data::Ns),
            "CNAME" | "DNAME" => {
                let node = self.only_value(set)?;
                let target = self.target(node)?;
                let data = if kind == "CNAME" {
                    Data::Cname(target)
                } else {
                    Data::Dname(target)
                };
                self.push(set, ttl, &node.span, data);
            }
            _ if kms => {
                for node in self.values(set)? {
                    match self.service(node) {
                        Ok(data) => self.push(set, ttl, &node.span, data),
                        Err(faults) => self.faults.extend(faults),
                    }
                }
            }
            _ => self.push(set, ttl, set.span, Data::Other),
        }
        Ok(())
    }

    fn push(&mut self, set: Set<'_>, ttl: Option<u32>, span: &Range<usize>, data: Data) {
        self.records.push(Listed {
            owner: set.owner.clone(),
            ttl,
            aged: Some(false),
            span: self.place(span),
            data,
        });
    }

    /// Whether octoDNS brings the set into DNS at all. Which provider takes it must not matter for KMS.
    fn published(&self, set: Set<'_>, kms: bool) -> Result<bool, Fault> {
        let Some(Value::Table(entries)) = set.get("octodns").map(|node| &node.value) else {
            return Ok(true);
        };
        if let Some(node) = get(entries, "ignored") {
            return match node.value {
                Value::Bool(ignored) => Ok(!ignored),
                ref other => {
                    let message = format!("`ignored` must be true or false, not {}", other.kind());
                    Err(self.fault(&node.span, message))
                }
            };
        }
        let some = entries.iter().find(|entry| {
            let list = matches!(&entry.node.value, Value::Array(items) if items.is_empty());
            matches!(&*entry.key, "excluded" | "included") && !list
        });
        match some.filter(|_| kms) {
            Some(entry) => {
                let message = format!(
                    "`{}`: these KMS records are in some providers only, which is not in this file",
                    entry.key
                );
                Err(self
                    .fault(&entry.key_span, message)
                    .help("give the zone as the provider holds it, by octodns-dump"))
            }
            None => Ok(true),
        }
    }

    fn ttl(&self, set: Set<'_>) -> Result<Option<u32>, Fault> {
        let Some(node) = set.get("ttl") else {
            return Ok(None);
        };
        match self.written(node).and_then(values::ttl) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(self.fault(&node.span, "`ttl` must be a number of seconds")),
        }
    }

    /// The text of a number: plain or in quotes, decimal without a leading zero.
    fn written<'n>(&'n self, node: &'n Node) -> Option<&'n str> {
        let text = match &node.value {
            Value::String(text) => text,
            Value::Integer(_) => self.source.text.get(node.span.clone())?,
            _ => return None,
        };
        (text == "0" || !text.starts_with('0')).then_some(text)
    }

    /// What the set holds, at least one value.
    fn values<'n>(&self, set: Set<'n>) -> Result<&'n [Node], Fault> {
        let node = set.get("values").or_else(|| set.get("value"));
        match node.map(|node| (&node.value, node)) {
            Some((Value::Array(values), node)) if values.is_empty() => {
                Err(self.fault(&node.span, "this set of records is empty"))
            }
            Some((Value::Array(values), _)) => Ok(values),
            Some((_, node)) => Ok(std::slice::from_ref(node)),
            None => {
                let message = "this set of records has neither `values` nor `value`";
                Err(self.fault(set.span, message).help(DUMP_HELP))
            }
        }
    }

    fn only_value<'n>(&self, set: Set<'n>) -> Result<&'n Node, Fault> {
        match self.values(set)? {
            [node] => Ok(node),
            values => {
                let span = values.get(1).map_or(set.span, |node| &node.span);
                Err(self.fault(span, "an alias has one target"))
            }
        }
    }

    fn service(&self, node: &Node) -> Result<Data, Vec<Fault>> {
        let Value::Table(entries) = &node.value else {
            let message = format!(
                "an SRV record has `priority`, `weight`, `port` and `target`, this is {}",
                node.value.kind()
            );
            return Err(vec![self.fault(&node.span, message)]);
        };
        let mut faults = Vec::new();
        let field = |key: &str| {
            get(entries, key)
                .ok_or_else(|| self.fault(&node.span, format!("this SRV record has no `{key}`")))
        };
        let mut number = |key: &str| {
            let number = field(key).and_then(|node| {
                let number = self.written(node).and_then(values::number);
                number.ok_or_else(|| {
                    let message = format!("`{key}` must be a number from 0 to 65535");
                    self.fault(&node.span, message)
                })
            });
            number.map_err(|fault| faults.push(fault)).ok()
        };
        let (priority, weight, port) = (number("priority"), number("weight"), number("port"));
        let target = field("target").and_then(|node| self.target(node));
        let target = target.map_err(|fault| faults.push(fault)).ok();
        match (priority, weight, port, target) {
            (Some(priority), Some(weight), Some(port), Some(target)) => Ok(Data::Srv {
                priority,
                weight,
                port,
                target,
            }),
            _ => Err(faults),
        }
    }

    /// A full name with its final dot.
    fn target(&self, node: &Node) -> Result<Name, Fault> {
        let Value::String(text) = &node.value else {
            let message = format!("a target must be a name, not {}", node.value.kind());
            return Err(self.fault(&node.span, message));
        };
        if !text.ends_with('.') {
            let message = format!("the target `{text}` has no final dot");
            return Err(self.fault(&node.span, message).help(DOT_HELP));
        }
        presentation::parse_full_name(text)
            .map_err(|error| self.fault(&node.span, format!("`{text}` is no name: {error}")))
    }
}
