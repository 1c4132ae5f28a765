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
use crate::snapshot::fields;
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
        let mut said = text;
        // octoDNS itself writes the empty name as an explicit key: `? ''` and `: - type: A` below it.
        if at_edge && let Some(key) = text.strip_prefix("? ") {
            name = Some(key.trim().trim_matches(['\'', '"']));
            continue;
        }
        if at_edge && let Some(value) = text.strip_prefix(": ") {
            said = value;
        } else if at_edge && !text.starts_with("- ") {
            let (key, rest) = text.split_once(':')?;
            if !rest.is_empty() && !rest.starts_with(' ') {
                return None;
            }
            name = Some(key.trim_matches(['\'', '"']));
            said = rest;
        }
        let owner = name?;
        let pairs = said.trim_start_matches("- ").split(['{', ',', '}']);
        let kinds = pairs.filter_map(|pair| pair.trim().strip_prefix("type:"));
        for kind in kinds {
            let kind = kind.trim().trim_matches(['\'', '"']);
            if TYPES.contains(&kind) {
                let why = if owner.is_empty() {
                    format!("a set of the type {kind} of the zone itself")
                } else {
                    format!("the key `{owner}` with a set of the type {kind}")
                };
                let from = match zone_of(sample) {
                    Some((_, true)) => "its zone is the one given by --zone".to_owned(),
                    Some((zone, false)) => format!(
                        "its zone, by its file name, is `{}`",
                        presentation::plain(&zone)
                    ),
                    None => "its file name does not tell its zone".to_owned(),
                };
                return Some(Sign::new(Format::OctoDns, format!("{why}; {from}")));
            }
        }
    }
    None
}

/// The zone of a source, and whether it is that of `--zone`. A file that is named after a zone below the given
/// one is of that zone: the option is meant for another source.
fn zone_of(sample: &Sample<'_>) -> Option<(Name, bool)> {
    let named = zone_of_file(sample.shown);
    match (sample.zone, named) {
        (Some(given), Some(named)) if *given != named && given.zone_of(&named) => {
            Some((named, false))
        }
        (Some(given), _) => Some((given.clone(), true)),
        (None, named) => named.map(|named| (named, false)),
    }
}

/// The zone that a file's name tells, as octoDNS reads it: `contoso.com.yaml`, also `octodns-contoso.com.yaml`.
/// A file of one label is taken for something else.
fn zone_of_file(path: &str) -> Option<Name> {
    let (_, file) = folder_and_file(path);
    let lower = file.to_ascii_lowercase();
    let ending = [".yaml", ".yml"]
        .into_iter()
        .find(|ending| lower.ends_with(ending))?;
    let stem = &file[..file.len() - ending.len()];
    let stem = match lower.strip_prefix("octodns-") {
        Some(_) => &stem["octodns-".len()..],
        None => stem,
    };
    let name = presentation::parse_full_name(stem).ok()?;
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
    let (zone, given) = zone_of(sample).ok_or_else(|| {
        let message = "nothing tells which zone this is";
        vec![Fault::whole(message).help(
            "name the file after the zone, as octoDNS does (contoso.com.yaml), or give --zone ZONE",
        )]
    })?;
    let (start, text) = values::text(sample).map_err(|fault| vec![fault])?;
    let source = Source::new(&SUBJECT, Notation::Yaml, sample.shown, text.to_owned());
    let (root, complaints) = document::read(&source);
    let mut reader = Reader {
        source: &source,
        start,
        zone: &zone,
        faults: fields::faults(start, complaints).collect(),
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
    section.apex_given = given;
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
            if matches!(root.value, Value::Null) {
                return;
            }
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
        let kms = kind == "SRV" && presentation::is_kms_owner(set.owner);
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
            aged: None,
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

#[cfg(test)]
mod tests {
    use super::super::testing::Given;
    use crate::snapshot::Format;

    const GIVEN: Given<'static> = Given {
        format: Format::OctoDns,
        shown: "zones/contoso.com.yaml",
        zone: None,
    };

    const SAMPLE: &str = "\
---
_vlmcs._tcp:
  ttl: 3600
  type: SRV
  values:
  - port: 1688
    priority: 0
    target: kms01.contoso.com.
    weight: 0
  - port: 1688
    priority: 10
    target: kms02.contoso.com.
    weight: 50
kms01:
  ttl: 1200
  type: A
  value: 10.20.5.21
kms02:
  ttl: 1200
  type: A
  value: 10.20.5.22
";

    const SAID: &str = "\
contoso.com. Whole other
6: _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 kms01.contoso.com.
10: _vlmcs._tcp.contoso.com. 3600 SRV 10 50 1688 kms02.contoso.com.
15: kms01.contoso.com. 1200 Address
19: kms02.contoso.com. 1200 Address";

    /// A set of KMS records with one record, whose keys are given.
    fn one(keys: &str) -> String {
        format!("_vlmcs._tcp:\n  type: SRV\n  value: {{{keys}}}\n")
    }

    #[test]
    fn a_zone_is_named_by_its_file_or_by_the_user() {
        assert_eq!(GIVEN.said(SAMPLE), SAID);
        assert_eq!(
            GIVEN.why(SAMPLE).as_deref(),
            Some(
                "the key `_vlmcs._tcp` with a set of the type SRV; its zone, by its file name, is `contoso.com`"
            )
        );
        let crlf = format!("\u{feff}{}", SAMPLE.replace('\n', "\r\n"));
        assert_eq!(GIVEN.said(&crlf), SAID);
        let given = Given {
            shown: "<stdin>",
            zone: Some("corp.example"),
            ..GIVEN
        };
        assert_eq!(
            given.said(&SAMPLE.replace("contoso.com", "corp.example")),
            SAID.replace("contoso.com", "corp.example")
        );
        assert_eq!(
            given.why(SAMPLE).as_deref(),
            Some(
                "the key `_vlmcs._tcp` with a set of the type SRV; its zone is the one given by --zone"
            )
        );
    }

    #[test]
    fn names_types_and_numbers_in_all_their_forms() {
        let text = "\
'':
  - type: NS
    values: [ns1.contoso.com., ns2.contoso.com.]
  - type: ALIAS
    value: www.contoso.com.
_vlmcs._tcp:
  - type: SRV
    octodns: {lenient: true, excluded: []}
    value: {port: '1688', priority: 0, weight: 5, target: KMS01.contoso.com.}
  - {type: TXT, value: x}
_vlmcs._tcp.emea:
  type: SRV
  values:
    - {port: 1688, priority: 0, weight: 5, target: kms01.contoso.com.}
_vlmcs._tcp.old:
  octodns:
    ignored: true
  type: SRV
  value: {port: 1688, priority: 0, weight: 5, target: kms01.contoso.com.}
_ldap._tcp:
  type: SRV
  value: nothing that matters
'*.lab': {type: CNAME, value: kms01.contoso.com.}
b\u{fc}ro: {type: A, geo: {EU: [10.0.0.1]}, values: [10.0.0.2], ttl: 60}
lab2: {type: DNAME, ttl: \"60\", values: [lab.contoso.com.]}
1: {type: AAAA, value: '::1'}
";
        assert_eq!(
            GIVEN.said(text),
            "\
contoso.com. Whole other
2: contoso.com. ? Ns
4: contoso.com. ? Address
9: _vlmcs._tcp.contoso.com. ? SRV 0 5 1688 KMS01.contoso.com.
10: _vlmcs._tcp.contoso.com. ? Other
14: _vlmcs._tcp.emea.contoso.com. ? SRV 0 5 1688 kms01.contoso.com.
21: _ldap._tcp.contoso.com. ? Other
23: *.lab.contoso.com. ? CNAME kms01.contoso.com.
24: xn--bro-hoa.contoso.com. 60 Address
25: lab2.contoso.com. 60 DNAME lab.contoso.com.
26: 1.contoso.com. ? Address"
        );
        assert_eq!(
            GIVEN.why(text).as_deref(),
            Some(
                "a set of the type NS of the zone itself; its zone, by its file name, is `contoso.com`"
            )
        );
    }

    #[test]
    fn files_whose_zone_is_not_told() {
        for (shown, message) in [
            ("<stdin>", "nothing tells which zone this is"),
            ("zone.yaml", "nothing tells which zone this is"),
            ("contoso.com", "nothing tells which zone this is"),
            (
                "zones/contoso.com./_vlmcs._tcp.yaml",
                "this is a part of a zone that octoDNS keeps in a folder of files",
            ),
        ] {
            let given = Given { shown, ..GIVEN };
            assert_eq!(given.faults(SAMPLE.as_bytes()), message, "{shown}");
        }
        for shown in [
            "../contoso.com.yaml",
            "./contoso.com.yml",
            "a/../contoso.com.YAML",
            "octodns-contoso.com.yaml",
        ] {
            assert_eq!(Given { shown, ..GIVEN }.said(SAMPLE), SAID, "{shown}");
        }
    }

    #[test]
    fn the_given_zone_is_not_that_of_a_file_named_after_a_zone_below_it() {
        let zone = |shown, given: &str| {
            let given = Given {
                shown,
                zone: Some(given),
                ..GIVEN
            };
            let said = given.said(SAMPLE);
            said.lines().next().unwrap_or_default().to_owned()
        };
        assert_eq!(
            zone("emea.contoso.com.yaml", "contoso.com"),
            zone("x.yaml", "emea.contoso.com")
        );
        assert_eq!(
            zone("backup-contoso.com.yaml", "contoso.com"),
            zone("x.yaml", "contoso.com")
        );
    }

    #[test]
    fn records_that_are_wrong() {
        let good = "port: 1688, priority: 0, weight: 0, target: kms01.contoso.com.";
        assert_eq!(GIVEN.said(&one(good)).lines().count(), 2);
        let with = |from: &str, to: &str| one(&good.replace(from, to));
        GIVEN.refuses(&[
            (
                &with("com.", "com"),
                "3:55: the target `kms01.contoso.com` has no final dot",
            ),
            (
                &with("kms01.contoso.com.", "5"),
                "3:55: a target must be a name, not a whole number",
            ),
            (
                &with("kms01", "'kms 01'").replace("'.contoso.com.", ".contoso.com.'"),
                "3:55: `kms 01.contoso.com.` is no name: a blank must be escaped in a name",
            ),
            (
                &with("1688", "01688"),
                "3:17: `port` must be a number from 0 to 65535",
            ),
            (
                &with("1688", "65536"),
                "3:17: `port` must be a number from 0 to 65535",
            ),
            (
                &with("1688", "-1"),
                "3:17: `port` must be a number from 0 to 65535",
            ),
            (
                &with("1688", "0x698"),
                "3:17: `port` must be a number from 0 to 65535",
            ),
            (
                &with("1688", "1.5"),
                "3:17: `port` must be a number from 0 to 65535",
            ),
            (&one("port: 1688"), "\
3:10: this SRV record has no `priority`
3:10: this SRV record has no `weight`
3:10: this SRV record has no `target`"),
            (
                "_vlmcs._tcp:\n  type: SRV\n  value: 0 0 1688 kms01.contoso.com.\n",
                "3:10: an SRV record has `priority`, `weight`, `port` and `target`, this is a string",
            ),
            (
                "_vlmcs._tcp:\n  type: SRV\n  ttl: 1h\n  values: []\n",
                "3:8: `ttl` must be a number of seconds",
            ),
            (
                "_vlmcs._tcp:\n  type: SRV\n  values: []\n",
                "3:11: this set of records is empty",
            ),
            (
                "_vlmcs._tcp:\n  type: SRV\n  ttl: 60\n",
                "2:3: this set of records has neither `values` nor `value`",
            ),
            (
                "_vlmcs._tcp:\n  ttl: 60\n",
                "2:3: this set of records has no `type`",
            ),
            (
                "_vlmcs._tcp:\n  type: [SRV]\n",
                "2:9: `type` must be a type of records, not a list",
            ),
            (
                "_vlmcs._tcp:\n",
                "1:1: `_vlmcs._tcp` must have a set of records with `type` and `values`, not nothing",
            ),
            (
                "kms:\n  type: CNAME\n  values: [a.contoso.com., b.contoso.com.]\n",
                "3:28: an alias has one target",
            ),
            (
                "kms:\n  type: CNAME\n  value: kms01\n",
                "3:10: the target `kms01` has no final dot",
            ),
            (
                &format!("{}  octodns:\n    excluded: [route53]\n", one(good)),
                "5:5: `excluded`: these KMS records are in some providers only, which is not in this file",
            ),
            (
                &format!("{}  octodns: {{ignored: maybe}}\n", one(good)),
                "4:22: `ignored` must be true or false, not a string",
            ),
        ]);
    }

    #[test]
    fn files_that_are_no_zones() {
        GIVEN.refuses(&[
            ("", "the file holds no records"),
            ("---\n# nothing\n", "the file holds no records"),
            (
                "- type: A\n",
                "1:1: a zone of octoDNS is names with their records, not a list",
            ),
            ("'@': {type: A, value: 10.0.0.1}\n", "1:1: `@` is no name of octoDNS"),
            (
                "_vlmcs._tcp.contoso.com.: {type: SRV}\n",
                "1:1: `_vlmcs._tcp.contoso.com.` is no name of octoDNS",
            ),
            (
                "_vlmcs.._tcp: {type: SRV}\n",
                "1:1: `_vlmcs.._tcp` is no name: a label is empty: two dots together, or a dot first",
            ),
            (
                "a: &a {type: A, value: 10.0.0.1}\nb: *a\n",
                "1:4: a YAML anchor: a zone of octoDNS takes plain values only",
            ),
            (
                "a: {type: A, value: 10.0.0.1}\na: {type: A, value: 10.0.0.2}\n",
                "2:1: the key `a` stands twice",
            ),
            (
                "_vlmcs._tcp:\n  type: SRV\n  values:\n  - port: 1688\n    target: \"kms01.cont",
                "5:13: this is not YAML: while scanning a quoted scalar, found unexpected end of stream",
            ),
        ]);
        assert_eq!(GIVEN.faults(b"a: \xfc\n"), "1:4: this is not UTF-8");
    }

    #[test]
    fn other_yaml_is_not_taken_for_a_zone() {
        for text in [
            "host:\n  - name: kms01.contoso.com\n    publish: [contoso.com]\n",
            "kms:\n  publishing: manual\n",
            "apiVersion: v1\nkind: Service\nspec:\n  type: ClusterIP\n",
            "$TTL 3600\n@ IN SOA a b 1 2 3 4 5\n",
            "Server:  dc01\nAddress:  10.20.0.10\n",
            "- name: www\n  type: A\n",
            "{\"a\": {\"type\": \"A\"}}",
            "type: A\n",
            "",
        ] {
            assert_eq!(GIVEN.why(text), None, "{text}");
        }
    }
}
