//! An audit as CSV (RFC 4180) for spreadsheets: a row for each record of each domain, and for each host of the
//! topology that is missing; one row for a domain without either.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Name;
use crate::arrange::IntoMap as _;
use crate::audit::{Address, Audit, Domain, Expected, Host, Knowledge, Record};
use crate::presentation::plain;
use crate::render::terminal::visible;

/// The columns. Columns may be added, never moved or renamed.
const COLUMNS: [&str; 22] = [
    "domain",
    "status",
    "zone",
    "host",
    "port",
    "priority",
    "weight",
    "ttl",
    "aged",
    "topology",
    "expected_port",
    "expected_priority",
    "expected_weight",
    "self_published",
    "duplicate",
    "alias_target",
    "host_status",
    "host_addresses",
    "connections",
    "file",
    "line",
    "note",
];

/// The audit as CSV: a header, rows that end with CR LF, and quotes where RFC 4180 asks for them. A cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
pub fn csv(audit: &Audit) -> String {
    let hosts: BTreeMap<&Name, &Host> =
        audit.hosts.iter().map(|host| (&host.name, host)).into_map();
    let mut out = String::new();
    row(&mut out, &COLUMNS.map(str::to_owned));
    for domain in &audit.domains {
        for record in &domain.records {
            let cells = with_record(domain, record, hosts.get(&record.target).copied());
            row(&mut out, &cells);
        }
        for expected in &domain.missing {
            row(&mut out, &missing(domain, expected));
        }
        if domain.records.is_empty() && domain.missing.is_empty() {
            row(&mut out, &of_domain(domain));
        }
    }
    out
}

type Cells = [String; COLUMNS.len()];

/// The index of a column.
fn column(name: &str) -> usize {
    COLUMNS
        .iter()
        .position(|column| *column == name)
        .expect("it is the name of a column")
}

/// What is said of the domain itself.
fn of_domain(domain: &Domain) -> Cells {
    let mut cells = Cells::default();
    cells[column("domain")] = plain(&domain.name);
    cells[column("status")] = domain.knowledge.status().word().to_owned();
    cells[column("zone")] = domain.zone.as_ref().map(plain).unwrap_or_default();
    if let Some(alias) = &domain.alias {
        cells[column("alias_target")] = plain(&alias.target);
    }
    cells[column("note")] = match &domain.knowledge {
        Knowledge::Records | Knowledge::None => String::new(),
        Knowledge::Unanswered(unanswered) => unanswered.message.clone(),
        Knowledge::NotKnown(why) => why.clone(),
    };
    cells
}

fn with_record(domain: &Domain, record: &Record, host: Option<&Host>) -> Cells {
    let mut cells = of_domain(domain);
    cells[column("host")] = plain(&record.target);
    cells[column("port")] = record.port.to_string();
    cells[column("priority")] = record.priority.to_string();
    cells[column("weight")] = record.weight.to_string();
    cells[column("ttl")] = record.ttl.map(|ttl| ttl.to_string()).unwrap_or_default();
    cells[column("aged")] = record.aged.map(yes_no).unwrap_or_default();
    if let Some(standing) = record.standing {
        cells[column("topology")] = standing.word().to_owned();
    }
    if let Some(expected) = &record.expected {
        wanted(&mut cells, expected);
    }
    if let Some(signature) = record.signature() {
        cells[column("self_published")] = signature.word().to_owned();
    }
    cells[column("duplicate")] = yes_no(record.duplicate);
    if let Some(host) = host {
        cells[column("host_status")] = host.address.resolution().word().to_owned();
        cells[column("host_addresses")] = addresses(&host.address);
        cells[column("connections")] = connections(host, record.port);
    }
    if let Some((file, line)) = &record.place {
        cells[column("file")] = file.clone();
        cells[column("line")] = line.map(|line| line.to_string()).unwrap_or_default();
    }
    cells
}

fn missing(domain: &Domain, expected: &Expected) -> Cells {
    let mut cells = of_domain(domain);
    cells[column("host")] = plain(&expected.host);
    cells[column("topology")] = "missing".to_owned();
    wanted(&mut cells, expected);
    cells
}

fn wanted(cells: &mut Cells, expected: &Expected) {
    cells[column("expected_port")] = expected.port.to_string();
    cells[column("expected_priority")] = expected.priority.to_string();
    cells[column("expected_weight")] = expected.weight.to_string();
}

fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn addresses(address: &Address) -> String {
    let known: Vec<String> = address
        .known()
        .into_iter()
        .flatten()
        .map(ToString::to_string)
        .collect();
    known.join(" ")
}

/// What became of connections to the port of a record.
fn connections(host: &Host, port: u16) -> String {
    let tried = host.tried.iter().filter(|tried| tried.port == port);
    let said: Vec<String> = tried
        .map(|tried| match &tried.result {
            Ok((address, outcome)) => format!("{address} {}", outcome.word()),
            Err(why) => why.clone(),
        })
        .collect();
    said.join("; ")
}

fn row(out: &mut String, cells: &[String; COLUMNS.len()]) {
    for (index, text) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&cell(text));
    }
    out.push_str("\r\n");
}

/// What a spreadsheet may take for the start of a formula (OWASP, "CSV Injection"); the fullwidth forms where the
/// language of the system has them.
const FORMULA: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// A cell. Control characters are escaped, so none of them begins one.
fn cell(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    let text = if text.starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text
    };
    if text.contains([',', '"', ';']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(cell("kms01.contoso.com"), "kms01.contoso.com");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("-cmd", "'-cmd"),
            ("+1", "'+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\t=1", "\\t=1"),
            ("\r=1", "\\r=1"),
            ("=1,\"2", "\"'=1,\"\"2\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
