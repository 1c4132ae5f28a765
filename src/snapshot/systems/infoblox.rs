//! CSV exports of Infoblox NIOS (Infoblox CSV Import Reference, NIOS 9.0).
//!
//! A row begins with the type of its object. A row `header-TYPE` names the columns of the rows of that type
//! below it. Zones are rows of their own, `authzone`; what lies in which zone is told by the names, view by view.
//! A record without TTL has its zone's, which is `soa_default_ttl` where the zone overrides the grid's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::values;
use crate::Name;
use crate::document::csv::{Cell, Row, Rows};
use crate::presentation;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section, Sign};
use crate::snapshot::{Extent, Format};
use crate::topology::ZoneKind;

/// What a row that names columns begins with, in lower case.
const HEADER: &str = "header-";

/// The column of an import that says what to do with each row.
const ACTION: &str = "import-action";

/// The view of rows that name none.
const DEFAULT_VIEW: &str = "default";

/// Object types that may stand first where the headers are lost.
const TYPES: [&str; 12] = [
    "authzone",
    "arecord",
    "aaaarecord",
    "cnamerecord",
    "dnamerecord",
    "srvrecord",
    "nsrecord",
    "hostrecord",
    "hostaddress",
    "mxrecord",
    "txtrecord",
    "ptrrecord",
];

/// How to get an export.
const EXPORT_HELP: &str = "in Grid Manager, open the zone and choose Export, then Export data in \
                           Infoblox CSV Import format";

/// Whether the first row that says something is one of such a file.
pub(super) fn sign(sample: &Sample<'_>) -> Option<Sign> {
    let head = head(sample)?;
    let word = head.word.to_ascii_lowercase();
    let why = if word.starts_with(HEADER) && word.len() > HEADER.len() || word == ACTION {
        format!("a row `{}`, which names columns", head.word)
    } else if TYPES.contains(&&*word) {
        format!("a row of the type `{}`", head.word)
    } else {
        return None;
    };
    Some(Sign::new(Format::InfobloxCsv, why))
}

/// The first row that says something.
struct Head {
    /// Where the row begins.
    start: usize,
    /// Its first cell.
    word: String,
    /// What stands after that.
    separator: u8,
}

fn head(sample: &Sample<'_>) -> Option<Head> {
    let (start, line) = sample.lines().find(|(_, line)| {
        let text = line.trim_ascii();
        !text.is_empty() && !text.starts_with(b"#")
    })?;
    let text = line.strip_prefix(b"\"").unwrap_or(line);
    let length = text
        .iter()
        .position(|octet| !octet.is_ascii_alphanumeric() && !matches!(octet, b'-' | b'_'))?;
    let (word, rest) = text.split_at(length);
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let separator = *rest.first()?;
    matches!(separator, b',' | b';' | b'\t' | b' ').then(|| Head {
        start,
        word: String::from_utf8_lossy(word).into_owned(),
        separator,
    })
}

/// The records of an export, zone by zone.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let Some(head) = head(sample).filter(|head| {
        let word = head.word.to_ascii_lowercase();
        word.starts_with(HEADER) || word == ACTION || TYPES.contains(&&*word)
    }) else {
        return Err(vec![
            Fault::whole("there is no row `header-…` with the columns of an Infoblox export")
                .help(EXPORT_HELP),
        ]);
    };
    let mut export = Export::default();
    for row in Rows::new(sample.bytes, head.start, head.separator) {
        match row {
            Ok(row) => {
                let blank = row.is_blank() || row.cells[0].text().starts_with('#');
                if !blank && let Err(change) = export.row(&row) {
                    // One such row says what the whole file is for.
                    return Err(vec![change]);
                }
            }
            Err(broken) => {
                let help = "this file is cut, or not as it was exported: export it again";
                let fault = Fault::at(broken.span(), broken.message()).help(help);
                export.faults.push(fault);
            }
        }
    }
    export.sections()
}

/// What the rows say.
#[derive(Default)]
struct Export {
    /// The columns by type, in lower case, without the marks of required ones.
    columns: BTreeMap<String, Vec<String>>,
    /// The zones by view and apex.
    zones: BTreeMap<(String, Name), Zone>,
    records: Vec<Placed>,
    faults: Vec<Fault>,
}

struct Zone {
    /// The TTL of its records that have none, seconds.
    ttl: Option<u32>,
    /// Whether the servers leave it out.
    disabled: bool,
}

/// A record and its view.
struct Placed {
    view: String,
    record: Listed,
}

/// The cells of a row by the names of their columns.
struct Object<'r> {
    kind: &'r str,
    columns: &'r [String],
    row: &'r Row<'r>,
}

impl<'r> Object<'r> {
    fn cell(&self, column: &str) -> Option<&'r Cell<'r>> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.row.cells.get(index)
    }

    /// The text of a cell that is filled in, and its place.
    fn value(&self, column: &str) -> Option<(String, Range<usize>)> {
        let cell = self.cell(column)?;
        let text = cell.text().into_owned();
        (!text.is_empty()).then(|| (text, cell.span.clone()))
    }

    /// The same of a cell that must be filled in.
    fn required(&self, column: &str) -> Result<(String, Range<usize>), Fault> {
        self.value(column).ok_or_else(|| match self.cell(column) {
            Some(cell) if !cell.span.is_empty() => {
                Fault::at(cell.span.clone(), format!("`{column}` is empty"))
            }
            Some(_) => Fault::at(self.row.span.clone(), format!("`{column}` is empty")),
            None => Fault::at(
                self.row.span.clone(),
                format!("the rows `{}` have no column `{column}`", self.kind),
            )
            .help(EXPORT_HELP),
        })
    }

    fn number(&self, column: &str) -> Result<u16, Fault> {
        let (text, span) = self.required(column)?;
        values::number(&text).ok_or_else(|| {
            let message = format!("`{column}` must be a number from 0 to 65535, not `{text}`");
            Fault::at(span, message)
        })
    }

    /// The TTL; `None` where it is inherited.
    fn ttl(&self, column: &str) -> Result<Option<u32>, Fault> {
        let Some((text, span)) = self.value(column) else {
            return Ok(None);
        };
        values::ttl(&text).map(Some).ok_or_else(|| {
            Fault::at(
                span,
                format!("`{column}` must be a number of seconds, not `{text}`"),
            )
        })
    }

    fn flag(&self, column: &str) -> Result<Option<bool>, Fault> {
        let Some((text, span)) = self.value(column) else {
            return Ok(None);
        };
        match &*text.to_ascii_lowercase() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => {
                let message = format!("`{column}` must be TRUE or FALSE, not `{text}`");
                Err(Fault::at(span, message))
            }
        }
    }

    /// A name that must be one.
    fn name(&self, column: &str) -> Result<Name, Fault> {
        let (text, span) = self.required(column)?;
        presentation::parse_full_name(&text)
            .map_err(|error| Fault::at(span, format!("`{text}` is no name: {error}")))
    }

    /// The owner of a record; `None` where it is no name that matters.
    fn owner(&self) -> Result<Option<Name>, Fault> {
        let (text, span) = self.required("fqdn")?;
        values::owner(&text)
            .map_err(|error| Fault::at(span, format!("`{text}` is no name: {error}")))
    }

    fn view(&self) -> String {
        self.value("view")
            .map_or_else(|| DEFAULT_VIEW.to_owned(), |(text, _)| text)
    }
}

impl Export {
    /// Takes a row. Fails where it shows that the file is no export but an import that changes records.
    fn row(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let first = row.cells[0].text().to_ascii_lowercase();
        if first == ACTION {
            return Err(change(row.cells[0].span.clone()));
        }
        if let Some(kind) = first.strip_prefix(HEADER) {
            return self.header(kind, row);
        }
        let Some(columns) = self.columns.get(&first) else {
            let message =
                format!("a row of the type `{first}` without a row `header-{first}` above it");
            let fault = Fault::at(row.cells[0].span.clone(), message);
            self.faults.push(fault.help(EXPORT_HELP));
            return Ok(());
        };
        let columns = columns.clone();
        let object = Object {
            kind: &first,
            columns: &columns,
            row,
        };
        // An export writes every cell, also empty ones at the end: a row that is short was cut.
        let (cells, named) = (row.cells.len(), columns.len());
        if cells < named || (cells > named && matters(&first)) {
            let message =
                format!("this row has {cells} cells, but `header-{first}` names {named} columns");
            let help = "the file is cut, or not as it was exported: export it again";
            self.faults
                .push(Fault::at(row.span.clone(), message).help(help));
            return Ok(());
        }
        let mut renames = columns.iter().filter(|column| column.starts_with("_new_"));
        if let Some((_, span)) = renames.find_map(|column| object.value(column)) {
            return Err(change(span));
        }
        if let Err(fault) = self.object(&object) {
            self.faults.push(fault);
        }
        Ok(())
    }

    /// The columns of the rows of a type that follow.
    fn header(&mut self, kind: &str, row: &Row<'_>) -> Result<(), Fault> {
        let mut columns: Vec<String> = Vec::with_capacity(row.cells.len());
        for cell in &row.cells {
            let text = cell.text().to_ascii_lowercase();
            let column = text.trim_end_matches('*');
            if column == ACTION {
                return Err(change(cell.span.clone()));
            }
            if !column.is_empty() && columns.iter().any(|other| other == column) {
                let message = format!("the column `{column}` stands twice");
                self.faults.push(Fault::at(cell.span.clone(), message));
            }
            columns.push(column.to_owned());
        }
        self.columns.insert(kind.to_owned(), columns);
        Ok(())
    }

    fn object(&mut self, object: &Object<'_>) -> Result<(), Fault> {
        match object.kind {
            "authzone" => self.zone(object),
            "srvrecord" => self.service(object),
            "arecord" | "aaaarecord" => self.record(object, |_| Ok(Data::Address)),
            "hostaddress" => self.host_address(object),
            "hostrecord" => self.host(object),
            "cnamerecord" => self.record(object, |object| {
                object.name("canonical_name").map(Data::Cname)
            }),
            "dnamerecord" => self.record(object, |object| object.name("target").map(Data::Dname)),
            "nsrecord" | "delegatedzone" => self.record(object, |_| Ok(Data::Ns)),
            "sharedsrvrecord" => shared(object),
            kind if kind.ends_with("record") && object.value("fqdn").is_some() => {
                self.record(object, |_| Ok(Data::Other))
            }
            _ => Ok(()),
        }
    }

    fn zone(&mut self, object: &Object<'_>) -> Result<(), Fault> {
        if let Some((text, span)) = object.value("zone_format") {
            match &*text.to_ascii_lowercase() {
                "forward" => {}
                "ipv4" | "ipv6" => return Ok(()),
                _ => {
                    let message =
                        format!("`zone_format` must be FORWARD, IPV4 or IPV6, not `{text}`");
                    return Err(Fault::at(span, message));
                }
            }
        }
        let apex = object.name("fqdn")?;
        let zone = Zone {
            ttl: object.ttl("soa_default_ttl")?,
            disabled: object.flag("disabled")?.unwrap_or(false),
        };
        let (_, span) = object.required("fqdn")?;
        let view = object.view();
        if self.zones.contains_key(&(view.clone(), apex.clone())) {
            let message = format!(
                "the zone `{}` stands twice in the view `{view}`",
                presentation::plain(&apex)
            );
            return Err(Fault::at(span, message).help("export it once"));
        }
        self.zones.insert((view, apex), zone);
        Ok(())
    }

    fn service(&mut self, object: &Object<'_>) -> Result<(), Fault> {
        self.record(object, |object| {
            let owner = object.owner()?;
            if owner.as_ref().and_then(presentation::kms_domain).is_none() {
                return Ok(Data::Other);
            }
            Ok(Data::Srv {
                priority: object.number("priority")?,
                weight: object.number("weight")?,
                port: object.number("port")?,
                target: object.name("target")?,
            })
        })
    }

    /// A host record stands for its addresses, and for aliases of it.
    fn host(&mut self, object: &Object<'_>) -> Result<(), Fault> {
        if object.flag("configure_for_dns")? == Some(false) {
            return Ok(());
        }
        if ["addresses", "ipv6_addresses"]
            .iter()
            .any(|column| object.value(column).is_some())
        {
            self.record(object, |_| Ok(Data::Address))?;
        }
        let (Some((aliases, span)), Some(host)) = (object.value("aliases"), object.owner()?) else {
            return Ok(());
        };
        for alias in aliases.split([',', ';']).map(str::trim) {
            if let Some(owner) = values::owner(alias).map_err(|error| {
                Fault::at(span.clone(), format!("`{alias}` is no name: {error}"))
            })? {
                self.place(object, owner, span.clone(), Data::Cname(host.clone()))?;
            }
        }
        Ok(())
    }

    /// An address of a host record, in a row of its own.
    fn host_address(&mut self, object: &Object<'_>) -> Result<(), Fault> {
        let Some((parent, span)) = object.value("parent") else {
            return Ok(());
        };
        if object.flag("configure_for_dns")? == Some(false) {
            return Ok(());
        }
        match values::owner(&parent) {
            Ok(Some(owner)) => self.place(object, owner, span, Data::Address),
            Ok(None) => Ok(()),
            Err(error) => Err(Fault::at(span, format!("`{parent}` is no name: {error}"))),
        }
    }

    /// A record whose owner is the object's `fqdn`.
    fn record(
        &mut self,
        object: &Object<'_>,
        data: impl FnOnce(&Object<'_>) -> Result<Data, Fault>,
    ) -> Result<(), Fault> {
        if object.flag("disabled")? == Some(true) {
            return Ok(());
        }
        let Some(owner) = object.owner()? else {
            return Ok(());
        };
        let data = data(object)?;
        self.place(object, owner, object.row.span.clone(), data)
    }

    fn place(
        &mut self,
        object: &Object<'_>,
        owner: Name,
        span: Range<usize>,
        data: Data,
    ) -> Result<(), Fault> {
        if object.flag("disabled")? == Some(true) {
            return Ok(());
        }
        self.records.push(Placed {
            view: object.view(),
            record: Listed {
                owner,
                ttl: object.ttl("ttl")?,
                aged: None,
                span,
                data,
            },
        });
        Ok(())
    }

    /// The apex of the zone that holds a name in a view.
    fn zone_of(&self, view: &str, name: &Name) -> Option<Name> {
        presentation::ancestors(name)
            .find(|apex| self.zones.contains_key(&(view.to_owned(), apex.clone())))
    }

    fn sections(mut self) -> Result<Vec<Section>, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let mut by_zone: BTreeMap<Option<Name>, BTreeMap<String, Vec<Listed>>> = BTreeMap::new();
        for ((view, apex), zone) in &self.zones {
            if !zone.disabled {
                let views = by_zone.entry(Some(apex.clone())).or_default();
                views.entry(view.clone()).or_default();
            }
        }
        for Placed { view, mut record } in std::mem::take(&mut self.records) {
            let apex = self.zone_of(&view, &record.owner);
            if let Some(apex) = &apex {
                let zone = &self.zones[&(view.clone(), apex.clone())];
                if zone.disabled {
                    continue;
                }
                record.ttl = record.ttl.or(zone.ttl);
            }
            let views = by_zone.entry(apex).or_default();
            views.entry(view).or_default().push(record);
        }
        if by_zone.is_empty() {
            return Err(vec![
                Fault::whole("the export holds no zone and no record that is in DNS")
                    .help(EXPORT_HELP),
            ]);
        }
        let all_services = self.columns.contains_key("srvrecord");
        let mut sections = Vec::new();
        let mut faults = Vec::new();
        for (apex, views) in by_zone {
            let extent = if apex.is_some() && all_services {
                Extent::Services
            } else {
                Extent::Names
            };
            let mut section = Section::new(apex, extent);
            section.evidence = Some(ZoneKind::Other);
            match one_view(section.apex.as_ref(), views) {
                Ok(records) => section.records = records,
                Err(fault) => faults.push(fault),
            }
            sections.push(section);
        }
        if faults.is_empty() {
            Ok(sections)
        } else {
            Err(faults)
        }
    }
}

/// Whether rows of this type tell more than their owner.
fn matters(kind: &str) -> bool {
    let other = matches!(kind, "mxrecord" | "txtrecord" | "ptrrecord");
    kind == "delegatedzone" || kind == "sharedsrvrecord" || (TYPES.contains(&kind) && !other)
}

/// A record of a group that several zones share.
fn shared(object: &Object<'_>) -> Result<(), Fault> {
    let Some((name, span)) = object
        .value("name")
        .filter(|(name, _)| values::may_be_kms(name))
    else {
        return Ok(());
    };
    let message =
        format!("`{name}` is a shared record: the export does not tell which zones hold it");
    let help = "get the zones from a server: `dig @SERVER ZONE AXFR`";
    Err(Fault::at(span, message).help(help))
}

/// A file that says what to change is not what is there.
fn change(span: Range<usize>) -> Fault {
    Fault::at(
        span,
        "this is an import that changes records, not an export",
    )
    .help(EXPORT_HELP)
}

/// The records of one zone, of the one view that has KMS records in it. Views answer different clients, so a
/// plan is about one of them. Records without a zone are told apart by their owners.
fn one_view(
    apex: Option<&Name>,
    views: BTreeMap<String, Vec<Listed>>,
) -> Result<Vec<Listed>, Fault> {
    let mut places: BTreeMap<Name, BTreeMap<&str, Range<usize>>> = BTreeMap::new();
    for (view, records) in &views {
        for record in records {
            if matches!(record.data, Data::Srv { .. }) {
                let key = apex.unwrap_or(&record.owner);
                let spans = places.entry(key.clone()).or_default();
                spans.entry(view).or_insert_with(|| record.span.clone());
            }
        }
    }
    if let Some((name, spans)) = places.iter().find(|(_, spans)| spans.len() > 1) {
        let names: Vec<String> = spans.keys().map(|view| format!("`{view}`")).collect();
        let what = if apex.is_some() {
            format!("KMS records of the zone `{}`", presentation::plain(name))
        } else {
            format!("the records of `{}`", presentation::plain(name))
        };
        let message = format!(
            "{what} stand in {} views, which answer different clients: {}",
            names.len(),
            names.join(", ")
        );
        let span = spans.values().max_by_key(|span| span.start).cloned();
        let help = "export one view, and plan each for itself";
        return Err(Fault::at(span.unwrap_or_default(), message).help(help));
    }
    let with_kms: BTreeSet<String> = places
        .values()
        .flat_map(|spans| spans.keys().map(|view| (*view).to_owned()))
        .collect();
    let mut records: Vec<Listed> = views
        .into_iter()
        .filter(|(view, _)| apex.is_none() || with_kms.is_empty() || with_kms.contains(view))
        .flat_map(|(_, records)| records)
        .collect();
    records.sort_by_key(|record| record.span.start);
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Given;
    use crate::snapshot::Format;

    const GIVEN: Given<'static> = Given {
        format: Format::InfobloxCsv,
        shown: "export.csv",
        zone: None,
    };

    const SAMPLE: &str = "\
header-authzone,fqdn*,zone_format*,view
authzone,contoso.com,FORWARD,default
header-arecord,address*,_new_address,fqdn*,_new_fqdn,comment,disabled,ttl,view
arecord,10.20.5.21,,kms01.contoso.com,,,FALSE,,default
arecord,10.20.5.22,,kms02.contoso.com,,,FALSE,1200,default
header-srvrecord,fqdn*,_new_fqdn,port*,_new_port,priority*,_new_priority,target*,_new_target,weight*,_new_weight,comment,disabled,ttl,view
srvrecord,_vlmcs._tcp.contoso.com,,1688,,0,,kms01.contoso.com,,0,,\"KMS, primary site\",FALSE,3600,default
srvrecord,_vlmcs._tcp.contoso.com,,1688,,10,,kms02.contoso.com,,50,,,FALSE,,default
srvrecord,_vlmcs._tcp.contoso.com,,1688,,0,,kmsold-2012.contoso.com,,0,,decommissioned,TRUE,3600,default
srvrecord,_ldap._tcp.contoso.com,,389,,0,,dc01.contoso.com,,100,,,FALSE,600,default
header-srvrecord,fqdn*,port*,priority*,target*,weight*,view
srvrecord,_vlmcs._tcp.branch.corp.fabrikam.example,1689,5,kms-br.branch.corp.fabrikam.example,0,external
";

    const SAID: &str = "\
? Names other
12: _vlmcs._tcp.branch.corp.fabrikam.example. ? SRV 5 0 1689 kms-br.branch.corp.fabrikam.example.
contoso.com. Services other
4: kms01.contoso.com. ? Address
5: kms02.contoso.com. 1200 Address
7: _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 kms01.contoso.com.
8: _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.
10: _ldap._tcp.contoso.com. 600 Other";

    #[test]
    fn an_export_of_several_types() {
        assert_eq!(GIVEN.said(SAMPLE), SAID);
        assert_eq!(
            GIVEN.why(SAMPLE).as_deref(),
            Some("a row `header-authzone`, which names columns")
        );
    }

    #[test]
    fn separators_marks_case_and_line_ends_change_nothing() {
        let tabs = SAMPLE
            .replace("\"KMS, primary site\"", "x")
            .replace(',', "\t");
        let semicolons = SAMPLE
            .replace("\"KMS, primary site\"", "x")
            .replace(',', ";")
            .replace('\n', "\r\n");
        let blanks = SAMPLE
            .replace("\"KMS, primary site\"", "x")
            .replace(',', " ");
        let words = SAMPLE
            .replace("header-srvrecord,fqdn*", "HEADER-SrvRecord,FQDN")
            .replace("\nsrvrecord", "\nSrvRecord")
            .replace("FALSE", "false");
        for text in [tabs, semicolons, blanks, words, format!("\u{feff}{SAMPLE}")] {
            assert_eq!(GIVEN.said(&text), SAID, "{text}");
            assert!(GIVEN.why(&text).is_some());
        }
    }

    #[test]
    fn zones_tell_ttls_and_which_records_are_theirs() {
        let text = "\
# Infoblox
\"header-authzone\",\"fqdn*\",\"zone_format*\",\"disabled\",\"soa_default_ttl\"
authzone,contoso.com,FORWARD,,7200
authzone,emea.contoso.com,FORWARD,FALSE,
authzone,off.contoso.com,FORWARD,TRUE,
authzone,10.20.0.0/16,IPV4,,
header-srvrecord,fqdn*,port*,priority*,target*,weight*,ttl
srvrecord,_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,
srvrecord,_vlmcs._tcp.emea.contoso.com,1688,0,kms01.contoso.com,0,
srvrecord,_vlmcs._tcp.off.contoso.com,1688,0,kms01.contoso.com,0,
header-delegatedzone,fqdn*,delegate_to
delegatedzone,asia.contoso.com,ns1.asia.contoso.com/10.0.0.1
header-hostrecord,fqdn*,addresses,aliases,configure_for_dns,ttl
hostrecord,kms01.contoso.com,\"10.20.5.21,10.20.5.22\",kms.contoso.com,TRUE,300
hostrecord,nodns.contoso.com,10.20.5.23,,FALSE,
header-cnamerecord,fqdn*,canonical_name,ttl
cnamerecord,kms02.contoso.com,kms01.contoso.com,
header-dnamerecord,fqdn*,target*
dnamerecord,old.contoso.com,contoso.com
header-txtrecord,fqdn*,text*
txtrecord,*.contoso.com,x
txtrecord,a..b,\"y,\"\"z\"\"\"
header-ptrrecord,address*,dname*,fqdn
ptrrecord,10.20.5.21,kms01.contoso.com,
header-network,address*,netmask*
network,10.20.0.0,255.255.0.0
";
        assert_eq!(
            GIVEN.said(text),
            "\
contoso.com. Services other
8: _vlmcs._tcp.contoso.com. 7200 SRV 0 0 1688 kms01.contoso.com.
12: asia.contoso.com. 7200 Ns
14: kms01.contoso.com. 300 Address
14: kms.contoso.com. 300 CNAME kms01.contoso.com.
17: kms02.contoso.com. 7200 CNAME kms01.contoso.com.
19: old.contoso.com. 7200 DNAME contoso.com.
21: *.contoso.com. 7200 Other
emea.contoso.com. Services other
9: _vlmcs._tcp.emea.contoso.com. ? SRV 0 0 1688 kms01.contoso.com."
        );
    }

    #[test]
    fn without_rows_of_services_absence_tells_nothing() {
        let text = "header-authzone,fqdn*,zone_format*\nauthzone,contoso.com,FORWARD\n\
                    header-arecord,address*,fqdn*\narecord,10.20.5.21,kms01.contoso.com\n";
        assert_eq!(
            GIVEN.said(text),
            "contoso.com. Names other\n4: kms01.contoso.com. ? Address"
        );
    }

    #[test]
    fn a_zone_in_two_views_is_that_with_the_kms_records() {
        let zones = "header-authzone,fqdn*,zone_format*,view\nauthzone,contoso.com,FORWARD,internal\n\
                     authzone,contoso.com,FORWARD,external\nheader-arecord,address*,fqdn*,view\n\
                     arecord,10.20.5.21,kms01.contoso.com,internal\narecord,192.0.2.1,www.contoso.com,external\n\
                     header-srvrecord,fqdn*,port*,priority*,target*,weight*,view\n";
        let row = |view: &str| {
            format!("srvrecord,_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,{view}\n")
        };
        assert_eq!(
            GIVEN.said(&format!("{zones}{}", row("internal"))),
            "\
contoso.com. Services other
5: kms01.contoso.com. ? Address
8: _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 kms01.contoso.com."
        );
        let both = format!("{zones}{}{}", row("internal"), row("external"));
        let without = "header-srvrecord,fqdn*,port*,priority*,target*,weight*,view\n".to_owned()
            + &row("internal")
            + &row("external");
        GIVEN.refuses(&[
            (
                &both,
                "9:1: KMS records of the zone `contoso.com` stand in 2 views, which answer different clients: `external`, `internal`",
            ),
            (
                &without,
                "3:1: the records of `_vlmcs._tcp.contoso.com` stand in 2 views, which answer different clients: `external`, `internal`",
            ),
        ]);
    }

    #[test]
    fn imports_are_no_exports() {
        let import = "this is an import that changes records, not an export";
        GIVEN.refuses(&[
            (
                "header-srvrecord,fqdn*,_new_fqdn,port*,priority*,target*,weight*\n\
                 srvrecord,_vlmcs._tcp.contoso.com,_vlmcs._tcp.corp.example,1688,0,kms01.contoso.com,0\n",
                &format!("2:35: {import}"),
            ),
            (
                "header-srvrecord,import-action,fqdn*,port*\nsrvrecord,I,_vlmcs._tcp.contoso.com,1688\n",
                &format!("1:18: {import}"),
            ),
            (
                "IMPORT-ACTION,header-srvrecord,fqdn*\nI,srvrecord,_vlmcs._tcp.contoso.com\n",
                &format!("1:1: {import}"),
            ),
        ]);
    }

    #[test]
    fn broken_exports() {
        let head = "header-srvrecord,fqdn*,port*,priority*,target*,weight*,disabled,ttl\n";
        let row = |cells: &str| format!("{head}srvrecord,{cells}\n");
        let good = "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,FALSE,3600";
        for (cells, message) in [
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.conto",
                "2:1: this row has 5 cells, but `header-srvrecord` names 8 columns",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,FALSE,3600,",
                "2:1: this row has 9 cells, but `header-srvrecord` names 8 columns",
            ),
            (
                "_vlmcs._tcp.contoso.com,65536,0,kms01.contoso.com,0,FALSE,3600",
                "2:35: `port` must be a number from 0 to 65535, not `65536`",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,,kms01.contoso.com,0,FALSE,3600",
                "2:1: `priority` is empty",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,+1,FALSE,3600",
                "2:60: `weight` must be a number from 0 to 65535, not `+1`",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms 01.contoso.com,0,FALSE,3600",
                "2:42: `kms 01.contoso.com` is no name: a blank must be escaped in a name",
            ),
            (
                "_vlmcs._tcp..contoso.com,1688,0,kms01.contoso.com,0,FALSE,3600",
                "2:11: `_vlmcs._tcp..contoso.com` is no name: a label is empty: two dots together, or a dot first",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,maybe,3600",
                "2:62: `disabled` must be TRUE or FALSE, not `maybe`",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,FALSE,1h",
                "2:68: `ttl` must be a number of seconds, not `1h`",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0,FALSE,2147483648",
                "2:68: `ttl` must be a number of seconds, not `2147483648`",
            ),
            (
                "_vlmcs._tcp.contoso.com,1688,0,\"kms01.contoso.com,0,FALSE,3600",
                "2:42: this quote is never closed",
            ),
        ] {
            assert_eq!(GIVEN.faults(row(cells).as_bytes()), message);
        }
        assert_eq!(GIVEN.said(&row(good)).lines().count(), 2);
        GIVEN.refuses(&[
            (
                "srvrecord,_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0\n",
                "1:1: a row of the type `srvrecord` without a row `header-srvrecord` above it",
            ),
            (
                "header-srvrecord,fqdn*,port*,target*,weight*\nsrvrecord,_vlmcs._tcp.contoso.com,1688,kms01.contoso.com,0\n",
                "2:1: the rows `srvrecord` have no column `priority`",
            ),
            (
                "header-srvrecord,fqdn*,port*,port*\n",
                "1:30: the column `port` stands twice",
            ),
            (
                "header-srvrecord,fqdn*,port*\n",
                "the export holds no zone and no record that is in DNS",
            ),
            (
                "header-authzone,fqdn*,zone_format*\nauthzone,contoso.com,OTHER\n",
                "2:22: `zone_format` must be FORWARD, IPV4 or IPV6, not `OTHER`",
            ),
            (
                "header-authzone,fqdn*,zone_format*\nauthzone,contoso.com,FORWARD\nauthzone,Contoso.com,FORWARD\n",
                "3:10: the zone `Contoso.com` stands twice in the view `default`",
            ),
            (
                "header-sharedsrvrecord,name*,shared_record_group*,port*\nsharedsrvrecord,_vlmcs._tcp,kms,1688\n",
                "2:17: `_vlmcs._tcp` is a shared record: the export does not tell which zones hold it",
            ),
            (
                "Name,Type,Data\n_vlmcs._tcp,SRV Record,kms01.contoso.com\n",
                "there is no row `header-…` with the columns of an Infoblox export",
            ),
            ("", "there is no row `header-…` with the columns of an Infoblox export"),
        ]);
        let octets = b"header-srvrecord,fqdn*,port*,priority*,target*,weight*\nsrvrecord,_vlmcs._tcp.b\xfcro.example,1688,0,kms01.contoso.com,0\n";
        assert_eq!(
            GIVEN.faults(octets),
            "2:11: `_vlmcs._tcp.b\u{fffd}ro.example` is no name: this is no valid internationalised domain name"
        );
    }

    #[test]
    fn all_complaints_come_at_once_up_to_a_limit() {
        let mut text = "header-srvrecord,fqdn*,port*,priority*,target*,weight*\n".to_owned();
        for _ in 0..30 {
            text.push_str("srvrecord,_vlmcs._tcp.contoso.com,x,0,kms01.contoso.com,0\n");
        }
        assert_eq!(GIVEN.faults(text.as_bytes()).lines().count(), 20);
    }

    #[test]
    fn records_that_do_not_matter_may_be_odd() {
        let text = "header-srvrecord,fqdn*,port*,priority*,target*,weight*\n\
                    srvrecord,_ldap._tcp.contoso.com,x,y,a b,z\n\
                    srvrecord,_vlmcs._tcp.contoso.com,1688,0,kms01.contoso.com,0\n";
        assert_eq!(
            GIVEN.said(text),
            "\
? Names other
2: _ldap._tcp.contoso.com. ? Other
3: _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 kms01.contoso.com."
        );
    }
}
