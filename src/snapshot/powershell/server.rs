//! Records of `Get-DnsServerResourceRecord`, in whatever notation.
//!
//! Names are relative to the zone, `@` is the zone itself. The zone is that of `DistinguishedName`, which also
//! tells that it is kept in Active Directory, else of a column `ZoneName` of a script, else the user's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::EXPORT;
use super::cell::{Cell, Row, cut, shown};
use super::cmdlet::Cmdlet;
use super::data::{self, Missing};
use super::directory::{self, Place};
use super::values::{self, Kind, aged, begins_kms, full_name, seconds};
use crate::Name;
use crate::presentation;
use crate::snapshot::Extent;
use crate::snapshot::fields::UNREADABLE;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section};
use crate::topology::ZoneKind;

const HOST: [&str; 2] = ["HostName", "Name"];
const ZONE: [&str; 2] = ["ZoneName", "Zone"];

/// What the records of a source say, as they come.
pub(super) struct Listing<'s> {
    sample: &'s Sample<'s>,
    pending: Vec<Pending>,
    /// Rows that were seen, those stepped over included.
    rows: usize,
    /// Whether it was said that the data of the records is not there.
    lost: bool,
}

/// A record whose owner is not built yet: how names are written shows when all are there.
struct Pending {
    span: Range<usize>,
    /// The zone, and whether the directory says so.
    zone: Option<(Name, bool)>,
    /// The node by its distinguished name, relative to the zone.
    node: Option<String>,
    /// The name and its place; `None`: it is cut off, and the record does not matter.
    host: Option<(String, Range<usize>)>,
    kind: Kind,
    /// `None`: the record is stepped over; it says only that it is there.
    data: Option<Data>,
    ttl: Option<u32>,
    aged: Option<bool>,
}

/// Whether a name relative to a zone, as far as it is there, can be that of KMS records.
fn may_be_kms(host: &str) -> bool {
    let mut labels = host.split('.');
    let first = labels.next().unwrap_or_default();
    host == "@"
        || first.eq_ignore_ascii_case("_vlmcs")
            && labels
                .next()
                .is_none_or(|label| label.eq_ignore_ascii_case("_tcp"))
}

impl<'s> Listing<'s> {
    pub(super) fn new(sample: &'s Sample<'s>) -> Self {
        Self {
            sample,
            pending: Vec::new(),
            rows: 0,
            lost: false,
        }
    }
}

impl Cmdlet for Listing<'_> {
    const EXPORT: &'static str = EXPORT;

    fn take(&mut self, row: &Row<'_>, faults: &mut Vec<Fault>) {
        self.rows += 1;
        match record(row) {
            Ok(Some(pending)) => self.pending.push(pending),
            Ok(None) => {}
            Err(Missing::Wrong(fault)) => faults.push(fault),
            // It is the same for all records: one complaint is enough.
            Err(Missing::Lost(fault)) => {
                if !self.lost {
                    faults.push(fault);
                }
                self.lost = true;
            }
        }
    }

    fn failure(&mut self, span: Range<usize>, _block: &str) -> Result<(), Fault> {
        Err(Fault::at(
            span,
            "the command failed: the source does not list the zone's records",
        )
        .help("mend what it complains about, and export again"))
    }

    fn stray(span: Range<usize>) -> Fault {
        Fault::at(span, "this is no part of a table or list of records")
            .help("leave out what other commands printed")
    }

    fn missing(has: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
        let any = |names: &[&str]| names.iter().any(|name| has(name));
        let mut missing = Vec::new();
        if !any(&HOST) && !has("DistinguishedName") {
            missing.push("HostName");
        }
        let data: Vec<&str> = ["Priority", "Weight", "Port"]
            .into_iter()
            .filter(|name| !has(name))
            .chain((!any(&["DomainName", "Target", "NameTarget"])).then_some("Target"))
            .collect();
        let flat = data.len() < 4;
        let beside = any(&["RecordData", "Data"]);
        if flat && !beside {
            missing.extend(&data);
        } else if !flat && !beside {
            missing.push("RecordData");
        }
        if (!flat || beside && !data.is_empty()) && !any(&["RecordType", "Type"]) {
            missing.push("RecordType");
        }
        missing
    }

    fn missing_help(console: bool) -> String {
        let narrow = if console {
            "a console that is too narrow leaves columns out; "
        } else {
            ""
        };
        format!("{narrow}this exports what is needed: `{EXPORT}`")
    }

    fn finish(self, mut faults: Vec<Fault>) -> Result<Vec<Section>, Vec<Fault>> {
        if !faults.is_empty() {
            return Err(faults);
        }
        if self.rows == 0 {
            return Err(vec![empty()]);
        }
        if self.pending.is_empty() {
            return Err(vec![
                Fault::whole(
                    "the records are of root hints, trust anchors, or zones and nodes that are deleted; none is of a zone that is served",
                )
                .help(format!("export the records of the zone: `{EXPORT}`")),
            ]);
        }
        let mut groups: BTreeMap<Name, (bool, Vec<Pending>)> = BTreeMap::new();
        let mut told: BTreeSet<Name> = BTreeSet::new();
        for record in self.pending {
            let (zone, directory) = match (&record.zone, self.sample.zone) {
                (Some((zone, directory)), _) => {
                    told.insert(zone.clone());
                    (zone.clone(), *directory)
                }
                (None, Some(zone)) => (zone.clone(), false),
                (None, None) => return Err(vec![no_zone()]),
            };
            let group = groups.entry(zone).or_default();
            group.0 |= directory;
            group.1.push(record);
        }
        let sections = groups
            .into_iter()
            .map(|(zone, (directory, records))| {
                let mut section = section(&zone, directory, records, &mut faults);
                section.apex_given = !told.contains(&zone);
                section
            })
            .collect();
        if faults.is_empty() {
            Ok(sections)
        } else {
            Err(faults)
        }
    }
}

/// Reads a record as far as it matters; `None`: it belongs to no zone that is served.
fn record(row: &Row<'_>) -> Result<Option<Pending>, Missing> {
    if let [only] = row.fields.as_slice()
        && only.key.is_empty()
    {
        return Err(no_record(&only.cell));
    }
    if let Some(fault) = row.twice() {
        return Err(Missing::Wrong(fault));
    }
    if let Some(fault) = data::class_name(row).filter(|_| !data::has_columns(row)) {
        return Err(Missing::Lost(fault));
    }
    let (node, zone) = match zone(row)? {
        Known::Zone { node, zone } => (node, zone),
        Known::NotServed => return Ok(None),
    };
    let (host, host_span) = match (
        row.filled(&HOST)
            .and_then(|cell| cell.text().map(|text| (cell, text))),
        &node,
    ) {
        (Some((cell, text)), _) => (text.to_owned(), cell.span.clone()),
        (None, Some(node)) => (node.clone(), row.span.clone()),
        (None, None) => {
            return Err(Missing::Wrong(
                Fault::at(row.span.clone(), "the record has no `HostName`")
                    .help(format!("export it again: `{EXPORT}`")),
            ));
        }
    };
    let kind = kind(row, &host)?;
    let mut pending = Pending {
        span: row.span.clone(),
        zone,
        node,
        host: None,
        kind,
        data: None,
        ttl: None,
        aged: None,
    };
    let marked = cut(&host);
    if let Some(head) = marked.or(row.wrapped.then_some(host.as_str())) {
        if matters_cut(head, kind) {
            let message = if marked.is_some() {
                format!("`{}` is cut off, and the record may matter", shown(&host))
            } else {
                format!("the record of `{}` goes on in the next line", shown(&host))
            };
            return Err(Missing::Wrong(
                Fault::at(host_span, message).help(format!("this writes all of it: `{EXPORT}`")),
            ));
        }
        return Ok(Some(pending));
    }
    let kms = may_be_kms(&host);
    if kms && (host.contains(UNREADABLE) || host.contains("CNF:")) {
        return Err(Missing::Wrong(Fault::at(
            host_span,
            format!("`{}` is no name of KMS records", shown(&host)),
        )));
    }
    pending.data = record_data(row, kind, kms)?;
    if kind == Kind::Srv && kms {
        pending.ttl = row
            .get(&["TimeToLive", "TTL"])
            .map(seconds)
            .transpose()?
            .flatten();
        pending.aged = row.get(&["Timestamp"]).map(aged).transpose()?;
    }
    pending.host = Some((host, host_span));
    Ok(Some(pending))
}

/// The complaint about a source that lists nothing.
fn empty() -> Fault {
    Fault::whole("no record was exported: the source lists none").help(format!(
        "the command failed, or what it asked for is not there; this exports the SRV records of a zone: `{EXPORT}`"
    ))
}

fn no_zone() -> Fault {
    Fault::whole("the source does not name its zone").help(
        "say which it is, as `--zone contoso.com`; an export with `DistinguishedName` names it itself",
    )
}

/// The complaint about something that is no record of JSON.
fn no_record(cell: &Cell<'_>) -> Missing {
    if cell
        .text()
        .is_some_and(|text| text.starts_with("DnsServerResourceRecord"))
    {
        return Missing::Lost(
            cell.fault(
                "the data of the records is not in the file: `ConvertTo-Json` was given too small a `-Depth`",
            )
            .help(format!("this carries it: `{EXPORT}`")),
        );
    }
    Missing::Wrong(
        cell.fault("this is no record")
            .help("an array of records is read, as `ConvertTo-Json` writes it"),
    )
}

/// What a row says of its place.
enum Known {
    /// In this zone, if it is told; at this node of it.
    Zone {
        node: Option<String>,
        zone: Option<(Name, bool)>,
    },
    /// In none that is served.
    NotServed,
}

fn zone(row: &Row<'_>) -> Result<Known, Missing> {
    let name = |cell: &Cell<'_>, text: &str| {
        full_name(text)
            .ok_or_else(|| cell.fault(format!("the zone `{}` is no domain name", shown(text))))
    };
    let column = row
        .filled(&ZONE)
        .map(|cell| name(cell, cell.text().unwrap_or_default()))
        .transpose()?;
    let directory = row
        .filled(&["DistinguishedName"])
        .and_then(|cell| cell.text().map(|text| (cell, text)))
        .filter(|(_, text)| cut(text).is_none());
    let Some((cell, text)) = directory else {
        return Ok(Known::Zone {
            node: None,
            zone: column.map(|zone| (zone, false)),
        });
    };
    match directory::place(text) {
        Place::Node { node, zone } => {
            let zone = name(cell, &zone)?;
            if let Some(column) = column.filter(|column| *column != zone) {
                return Err(Missing::Wrong(cell.fault(format!(
                    "the record is of the zone {} by `DistinguishedName`, and of {} by its column",
                    presentation::plain(&zone),
                    presentation::plain(&column)
                ))));
            }
            Ok(Known::Zone {
                node: Some(node),
                zone: Some((zone, true)),
            })
        }
        Place::Conflict { node, zone } if may_be_kms(&node) && node != "@" => Err(Missing::Wrong(
            cell.fault(format!(
                "`{}` of the zone {} is a replication conflict: two domain controllers made it at once",
                shown(&node),
                shown(&zone)
            ))
            .help("compare the objects with and without `CNF:` in their distinguished names, leave one, and export again"),
        )),
        Place::Conflict { .. } | Place::NoZone => Ok(Known::NotServed),
        Place::Other => Ok(Known::Zone {
            node: None,
            zone: column.map(|zone| (zone, false)),
        }),
    }
}

/// The type of a record. Columns that only an SRV record has values in tell it too.
fn kind(row: &Row<'_>, host: &str) -> Result<Kind, Missing> {
    if let Some(kind) = values::kind(row, "RecordType", "Type", begins_kms(host))? {
        return Ok(kind);
    }
    if row.filled(&["Priority", "Weight", "Port"]).is_some() {
        return Ok(Kind::Srv);
    }
    if data::has_columns(row) {
        if !begins_kms(host) {
            return Ok(Kind::Other);
        }
        // A KMS record, most likely, whose data is lost.
        return Ok(Kind::Srv);
    }
    Err(Missing::Wrong(
        Fault::at(row.span.clone(), "the record has no `RecordType`")
            .help(format!("export it again: `{EXPORT}`")),
    ))
}

/// Whether a record of which only the beginning of its name is there may matter: KMS records, an alias in
/// their place, whatever stands above them.
fn matters_cut(head: &str, kind: Kind) -> bool {
    head.starts_with('*')
        || match kind {
            Kind::Srv | Kind::Cname => begins_kms(head),
            Kind::Ns | Kind::Dname => true,
            Kind::Address | Kind::Soa | Kind::Dnssec | Kind::Other => false,
        }
}

/// The data of a record; `None`: it cannot be told and does not matter.
fn record_data(row: &Row<'_>, kind: Kind, kms: bool) -> Result<Option<Data>, Missing> {
    Ok(Some(match kind {
        Kind::Srv if kms => data::srv(row)?,
        Kind::Srv | Kind::Other => Data::Other,
        Kind::Address => Data::Address,
        Kind::Ns => Data::Ns,
        Kind::Dnssec => Data::Dnssec,
        Kind::Soa => data::authority(row).unwrap_or(Data::Other),
        Kind::Dname => Data::Dname(data::alias(row, "DomainNameAlias")?),
        Kind::Cname => {
            let told = row
                .filled(&["RecordData", "Data"])
                .map(|cell| cell.text().is_none_or(|text| cut(text).is_none()));
            let beside = told.is_none() && data::has_columns(row);
            if !kms && (told == Some(false) || beside) {
                return Ok(None);
            }
            Data::Cname(data::alias(row, "HostNameAlias")?)
        }
    }))
}

/// Whether a name is `_vlmcs` alone, as it is in a zone `_tcp.…`.
fn is_service_alone((host, _): &(String, Range<usize>)) -> bool {
    host.eq_ignore_ascii_case("_vlmcs")
}

/// Whether a name ends with that of the zone, or is it.
fn ends_with(host: &str, zone: &Name) -> bool {
    full_name(host).is_some_and(|name| zone.zone_of(&name))
}

/// The records of one zone.
fn section(
    zone: &Name,
    directory: bool,
    records: Vec<Pending>,
    faults: &mut Vec<Fault>,
) -> Section {
    // Names are relative to the zone. Where each of them ends with it, a script wrote them in full.
    let full = records
        .iter()
        .filter(|record| record.node.is_none())
        .filter_map(|record| record.host.as_ref())
        .all(|(host, _)| ends_with(host, zone));
    let mut section = Section::new(Some(zone.clone()), Extent::Names);
    section.evidence = directory.then_some(ZoneKind::Ad);
    let mut seen = Seen::default();
    let mut services = BTreeMap::new();
    for record in records {
        let owner = match owner(&record, zone, full) {
            Ok(owner) => owner,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        seen.note(&record, owner.as_ref(), zone);
        let (Some(owner), Some(data)) = (owner, record.data) else {
            continue;
        };
        let wildcard = owner.iter().next() == Some(b"*".as_slice());
        let service = matches!(data, Data::Srv { .. });
        let kms = presentation::kms_domain(&owner).is_some();
        if service && !kms && !directory && record.host.as_ref().is_some_and(is_service_alone) {
            faults.push(
                Fault::at(
                    record.span,
                    format!(
                        "{} is no name of KMS records, which stand at `_vlmcs._tcp`",
                        presentation::plain(&owner)
                    ),
                )
                .help(format!(
                    "if the zone is _tcp.{0}, say so: `--zone _tcp.{0}`; an export with `DistinguishedName` names it itself",
                    presentation::plain(zone)
                )),
            );
            continue;
        }
        let data = match data {
            // A service at the zone's own name.
            Data::Srv { .. } if !kms => Data::Other,
            data => data,
        };
        if let Data::Srv {
            priority,
            weight,
            port,
            target,
        } = &data
        {
            let told = (record.ttl, record.aged);
            let known = *services
                .entry((owner.clone(), *priority, *weight, *port, target.clone()))
                .or_insert(told);
            if known != told {
                faults.push(
                    Fault::at(
                        record.span,
                        "the same record stands above with another time to live or timestamp",
                    )
                    .help("a zone holds a record once: keep the newest export in the file"),
                );
                continue;
            }
        }
        if data != Data::Other || wildcard {
            section.records.push(Listed {
                owner,
                ttl: record.ttl,
                aged: record.aged,
                span: record.span,
                data,
            });
        }
    }
    section.extent = seen.extent();
    section
}

/// The owner of a record; `None`: it is cut off or unreadable, and does not matter.
fn owner(record: &Pending, zone: &Name, full: bool) -> Result<Option<Name>, Fault> {
    let Some((host, span)) = &record.host else {
        return Ok(None);
    };
    let relative = presentation::parse_name(host.as_bytes(), Some(zone)).ok();
    if let Some(node) = &record.node {
        let by_node = presentation::parse_name(node.as_bytes(), Some(zone)).ok();
        let in_full = full_name(host).filter(|name| zone.zone_of(name));
        if by_node.is_some() && by_node != relative && by_node != in_full {
            return Err(Fault::at(
                span.clone(),
                format!(
                    "`HostName` is `{}`, but `DistinguishedName` names the node `{}`",
                    shown(host),
                    shown(node)
                ),
            )
            .help("export it again, and leave the file as it is written"));
        }
        return Ok(by_node);
    }
    if host.ends_with('.') {
        let name = full_name(host);
        if let Some(outside) = name.as_ref().filter(|name| !zone.zone_of(name)) {
            return Err(Fault::at(
                span.clone(),
                format!(
                    "{} is not of the zone {}",
                    presentation::plain(outside),
                    presentation::plain(zone)
                ),
            )
            .help("say the right zone with `--zone`"));
        }
        return Ok(name);
    }
    if full {
        return Ok(full_name(host));
    }
    if may_be_kms(host) && host != "@" && ends_with(host, zone) {
        let name = relative.map_or_else(|| host.clone(), |name| presentation::plain(&name));
        return Err(Fault::at(
            span.clone(),
            format!(
                "names of this source are relative to the zone, so `{}` would be {}",
                shown(host),
                shown(&name)
            ),
        )
        .help("export it again with `DistinguishedName`; a name in full ends with a dot"));
    }
    if relative.is_none() && may_be_kms(host) {
        return Err(Fault::at(
            span.clone(),
            format!("`{}` is no domain name", shown(host)),
        ));
    }
    Ok(relative)
}

/// What was listed, to tell what the absence of a record means.
///
/// A listing of all records of a zone holds its SOA and NS records beside others; one type alone
/// (`-RRType NS`) is no listing of all. Without them, a listing of nothing but SRV records that holds other
/// services too is that of `-RRType Srv`, while one of KMS records alone is that of a node. A listing of
/// addresses or aliases without SOA and NS was filtered in a way that cannot be told: what it does not hold
/// may be there.
#[derive(Default)]
struct Seen {
    kinds: BTreeSet<Kind>,
    /// The SOA, or an NS record of the zone itself.
    apex: bool,
    /// An SRV record of another service.
    service: bool,
    /// A record that was stepped over because its name or its data is cut off.
    unknown: bool,
}

impl Seen {
    fn note(&mut self, record: &Pending, owner: Option<&Name>, zone: &Name) {
        self.kinds.insert(record.kind);
        self.apex |= record.kind == Kind::Soa || record.kind == Kind::Ns && owner == Some(zone);
        self.service |= record.kind == Kind::Srv
            && owner.is_none_or(|owner| presentation::kms_domain(owner).is_none());
        self.unknown |= owner.is_none() || record.data.is_none();
    }

    fn extent(&self) -> Extent {
        if self.apex && self.kinds.len() > 1 {
            if self.unknown {
                Extent::Services
            } else {
                Extent::Whole
            }
        } else if self.service && self.kinds.len() == 1 {
            Extent::Services
        } else {
            Extent::Names
        }
    }
}
