//! Answers of `Resolve-DnsName`, in whatever notation.
//!
//! Names are full and have no final dot. A TTL is what a cache may have left of it, so none is told; nor is
//! there a timestamp. An answer tells of the names in it and of no others.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::cell::{Cell, Row, cut, shown};
use super::cmdlet::Cmdlet;
use super::text;
use super::values::{self, Kind, begins_kms, full_name, host, number};
use crate::Name;
use crate::presentation;
use crate::snapshot::Extent;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section};

/// Asks for the KMS records of a domain so that nothing is lost.
const ASK: &str = "Resolve-DnsName -Name _vlmcs._tcp.DOMAIN -Type SRV | ConvertTo-Json";

/// The error that Windows reports for a name that does not exist, in any language.
const NXDOMAIN: &str = "DNS_ERROR_RCODE_NAME_ERROR";
/// The error for a name that has no records of the type.
const NODATA: &str = "DNS_INFO_NO_RECORDS";

const TARGET: [&str; 2] = ["NameTarget", "Target"];

/// What answers say, as they come.
pub(super) struct Answers {
    records: Vec<Listed>,
    empty: BTreeSet<Name>,
    /// Zones whose SOA came as a negative answer: where it stands, and the name that was asked for.
    negative: Vec<(Range<usize>, Name, Option<Name>)>,
    rows: usize,
    /// What tells the records apart that were taken.
    seen: HashSet<String>,
    /// The name that the last command asked for.
    asked: Option<Name>,
}

impl Answers {
    pub(super) fn new(sample: &Sample<'_>) -> Self {
        Self {
            records: Vec::new(),
            empty: BTreeSet::new(),
            negative: Vec::new(),
            rows: 0,
            seen: HashSet::new(),
            asked: sample.node_name(),
        }
    }

    fn record(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        if let [only] = row.fields.as_slice()
            && only.key.is_empty()
        {
            return Err(only
                .cell
                .fault("this is no record")
                .help("an array of records is read, as `ConvertTo-Json` writes it"));
        }
        if let Some(fault) = row.twice() {
            return Err(fault);
        }
        let kms = row
            .filled(&["Name"])
            .and_then(Cell::text)
            .is_some_and(begins_kms);
        let kind = match values::kind(row, "Type", "QueryType", kms)? {
            Some(kind) => kind,
            None if row.filled(&TARGET).is_some() => Kind::Srv,
            None => {
                return Err(Fault::at(row.span.clone(), "the record has no `Type`")
                    .help(format!("ask again: `{ASK}`")));
            }
        };
        let Some((cell, name)) = row
            .filled(&["Name"])
            .and_then(|cell| cell.text().map(|text| (cell, text)))
        else {
            return Err(Fault::at(row.span.clone(), "the record has no `Name`")
                .help(format!("ask again: `{ASK}`")));
        };
        if cut(name).is_some() || row.wrapped {
            // Addresses and other services of names that are cut off do not matter.
            return if matches!(kind, Kind::Srv | Kind::Cname) && begins_kms(name) {
                let message = if row.wrapped {
                    format!("the record of `{}` goes on in the next line", shown(name))
                } else {
                    format!(
                        "`{}` is cut off, and may be the name of KMS records",
                        shown(name)
                    )
                };
                Err(cell
                    .fault(message)
                    .help(format!("this writes all of it: `{ASK}`")))
            } else {
                Ok(())
            };
        }
        let Some(owner) = full_name(name) else {
            return if begins_kms(name) {
                Err(cell.fault(format!("`{}` is no domain name", shown(name))))
            } else {
                Ok(())
            };
        };
        let domain = presentation::kms_domain(&owner);
        if domain.as_ref().is_some_and(Name::is_root) {
            return Err(cell
                .fault(format!("`{}` is no name in full: it has no domain", shown(name)))
                .help("answers of `Resolve-DnsName` have names in full; records of a zone, with names relative to it, are read with `--from dnsserver-json` (-csv, -table) and `--zone`"));
        }
        let kms = domain.is_some();
        let data = match kind {
            Kind::Srv if kms => srv(row)?,
            Kind::Address => Data::Address,
            Kind::Ns => Data::Ns,
            Kind::Dnssec => Data::Dnssec,
            Kind::Cname => match row.filled(&["NameHost"]) {
                Some(target) if kms || target.text().is_none_or(|text| cut(text).is_none()) => {
                    Data::Cname(host(target, "target of the alias")?)
                }
                None if kms => {
                    return Err(Fault::at(row.span.clone(), "the alias has no `NameHost`")
                        .help(format!("ask again: `{ASK}`")));
                }
                _ => return Ok(()),
            },
            Kind::Soa => {
                self.negative
                    .push((row.span.clone(), owner, self.asked.clone()));
                return Ok(());
            }
            Kind::Srv | Kind::Dname | Kind::Other => return Ok(()),
        };
        let listed = Listed {
            owner,
            ttl: None,
            aged: None,
            span: row.span.clone(),
            data,
        };
        // The same question asked twice has the same answer twice.
        if self.seen.insert(identity(&listed)) {
            self.records.push(listed);
        }
        Ok(())
    }
}

impl Cmdlet for Answers {
    const EXPORT: &'static str = ASK;

    fn take(&mut self, row: &Row<'_>, faults: &mut Vec<Fault>) {
        self.rows += 1;
        if let Err(fault) = self.record(row) {
            faults.push(fault);
        }
    }

    fn command(&mut self, line: &str) {
        if line.to_ascii_lowercase().contains("resolve-dnsname") {
            self.asked = asked(line);
        }
    }

    /// A name that does not exist, or an error.
    fn failure(&mut self, span: Range<usize>, block: &str) -> Result<(), Fault> {
        self.rows += 1;
        // A console breaks lines anywhere.
        let dense: String = block.split_whitespace().collect();
        let reason = block
            .split("At line:")
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect::<String>();
        let absent = dense.contains(NXDOMAIN)
            || dense.contains(NODATA)
            || reason.contains("DNSnamedoesnotexist")
            || reason.contains("NorecordsfoundforgivenDNSquery");
        if !absent {
            return Err(Fault::at(
                span,
                "the question was not answered, so nothing is known of the name",
            )
            .help(format!("ask again, or another server: `{ASK}`")));
        }
        let name = text::failed_command(&reason)
            .and_then(|(_, report)| report.split_once(':'))
            // A report of several lines has `|` before each.
            .and_then(|(name, _)| full_name(name.rsplit('|').next().unwrap_or(name)));
        match name {
            Some(name) => {
                if presentation::is_kms_owner(&name) {
                    self.empty.insert(name);
                }
                Ok(())
            }
            None => Err(
                Fault::at(span, "the error does not tell which name it is about")
                    .help(format!("ask again: `{ASK}`")),
            ),
        }
    }

    fn stray(span: Range<usize>) -> Fault {
        Fault::at(span, "this is no part of an answer")
            .help("leave out what other commands printed")
    }

    fn missing(has: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
        let mut needed = vec!["Name"];
        if TARGET.iter().any(|name| has(name)) {
            needed.extend(["Priority", "Weight", "Port"]);
        }
        needed.retain(|name| !has(name));
        needed
    }

    fn missing_help(console: bool) -> String {
        if console {
            format!("a console that is too narrow leaves columns out; this writes all: `{ASK}`")
        } else {
            format!("ask again: `{ASK}`")
        }
    }

    fn finish(mut self, mut faults: Vec<Fault>) -> Result<Vec<Section>, Vec<Fault>> {
        if !faults.is_empty() {
            return Err(faults);
        }
        if self.rows == 0 {
            return Err(vec![nothing()]);
        }
        let mut sections = Vec::new();
        let has = |name: &Name, records: &[Listed]| {
            records
                .iter()
                .any(|record| record.owner == *name && matches!(record.data, Data::Srv { .. }))
        };
        let told = !self.records.is_empty() || !self.empty.is_empty();
        for (span, zone, asked) in std::mem::take(&mut self.negative) {
            let asked = asked.filter(|name| zone.zone_of(name) && presentation::is_kms_owner(name));
            match asked {
                Some(name) if has(&name, &self.records) => {}
                Some(name) => {
                    self.empty.remove(&name);
                    let mut section = Section::new(Some(zone), Extent::Names);
                    section.empty.insert(name);
                    if !sections.contains(&section) {
                        sections.push(section);
                    }
                }
                // Beside the IPv4 address of a host it says that there is no IPv6 address.
                None if told => {}
                None => faults.push(
                    Fault::at(
                        span,
                        format!(
                            "a name of the zone {} has no such records, but the answer does not tell which name was asked for",
                            presentation::plain(&zone)
                        ),
                    )
                    .help("say it with `--zone` and `--node`, as `--zone contoso.com --node _vlmcs._tcp`"),
                ),
            }
        }
        for name in &self.empty {
            if has(name, &self.records) {
                faults.push(Fault::whole(format!(
                    "the source says that {} does not exist, and lists its records",
                    presentation::plain(name)
                )));
            }
        }
        if !self.records.is_empty() || !self.empty.is_empty() {
            let mut section = Section::new(None, Extent::Names);
            section.records = self.records;
            section.empty = self.empty;
            sections.push(section);
        }
        if sections.is_empty() && faults.is_empty() {
            faults.push(
                Fault::whole("the answers are not about KMS records or addresses of hosts")
                    .help(format!("ask for them: `{ASK}`")),
            );
        }
        if faults.is_empty() {
            Ok(sections)
        } else {
            Err(faults)
        }
    }
}

/// Owner and data of a record as one text.
fn identity(record: &Listed) -> String {
    let data = match &record.data {
        Data::Srv {
            priority,
            weight,
            port,
            target,
        } => format!("{priority} {weight} {port} {}", presentation::lower(target)),
        Data::Cname(target) => format!("= {}", presentation::lower(target)),
        other => format!("{other:?}"),
    };
    format!("{} {data}", presentation::lower(&record.owner))
}

/// The complaint about a source without answers.
fn nothing() -> Fault {
    Fault::whole("no answer was exported: the source holds no record").help(format!(
        "the command failed, and its error went elsewhere; ask again: `{ASK}`"
    ))
}

fn srv(row: &Row<'_>) -> Result<Data, Fault> {
    let get = |names: &[&str]| {
        row.filled(names).ok_or_else(|| {
            Fault::at(
                row.span.clone(),
                format!("the SRV record has no `{}`", names[0]),
            )
            .help(format!("ask again: `{ASK}`"))
        })
    };
    let part = |name: &str, what: &str| {
        let cell = get(&[name])?;
        let text = cell.text().unwrap_or_default();
        if cut(text).is_some() {
            return Err(cell_cut(cell, what));
        }
        number(cell, what)
    };
    let target = get(&TARGET)?;
    if target.text().and_then(cut).is_some() {
        return Err(cell_cut(target, "target"));
    }
    Ok(Data::Srv {
        priority: part("Priority", "priority")?,
        weight: part("Weight", "weight")?,
        port: part("Port", "port")?,
        target: host(target, "target")?,
    })
}

fn cell_cut(cell: &Cell<'_>, what: &str) -> Fault {
    cell.fault(format!("the {what} `{}` is cut off", cell.shown()))
        .help(format!("this writes all of it: `{ASK}`"))
}

/// The KMS name in full that a command line asks for.
fn asked(command: &str) -> Option<Name> {
    command
        .split_ascii_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(', ')', ';', '|']))
        .filter_map(full_name)
        .find(|name| presentation::kms_domain(name).is_some_and(|domain| !domain.is_root()))
}
