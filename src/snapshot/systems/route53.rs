//! `aws route53 list-resource-record-sets --output json`: the record sets of one hosted zone.
//!
//! Names stand as the service gives them, with octal escapes (`\052` is `*`). A whole listing has the zone's SOA
//! record and tells everything; a list cut out of one by `--query` tells only what it lists.

use std::collections::BTreeSet;
use std::ops::Range;

use super::values;
use crate::Name;
use crate::document::{self, Entry, Node, Notation, Source, Subject, Value};
use crate::presentation;
use crate::snapshot::fields;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section, Sign};
use crate::snapshot::{Extent, Format};
use crate::topology::ZoneKind;

/// How to get a listing.
pub(super) const LIST_HELP: &str = "list the whole zone: `aws route53 list-resource-record-sets --hosted-zone-id ID --output json`";

const SUBJECT: Subject = Subject {
    name: "a listing of Route 53",
    levels: "five",
    plain: "write the value itself",
};

/// Keys of a listing that say that it goes on elsewhere.
const CONTINUED: [&str; 5] = [
    "NextToken",
    "NextRecordName",
    "NextRecordType",
    "NextRecordIdentifier",
    "StartToken",
];

/// Whether it is a JSON text with the keys of record sets.
pub(super) fn sign(sample: &Sample<'_>) -> Option<Sign> {
    let look = values::look(sample);
    let has = |key: &[u8]| memchr::memmem::find(look, key).is_some();
    let why = match look.trim_ascii_start().first()? {
        b'{' if has(b"\"ResourceRecordSets\"") => "the key `ResourceRecordSets`",
        b'[' if has(b"\"Name\"") && has(b"\"ResourceRecords\"") => {
            "a list of sets with the keys `Name` and `ResourceRecords`"
        }
        _ => return None,
    };
    Some(Sign::new(Format::Route53Json, why))
}

/// The record sets of a listing.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let (start, text) = values::text(sample).map_err(|fault| vec![fault])?;
    let source = Source::new(&SUBJECT, Notation::Json, sample.shown, text.to_owned());
    let (root, complaints) = document::read(&source);
    let mut listing = Listing {
        start,
        faults: Vec::new(),
        records: Vec::new(),
    };
    listing.faults.extend(fields::faults(start, complaints));
    if let Some(root) = &root {
        listing.root(root);
    }
    listing.section(root.as_ref())
}

struct Listing {
    /// Where the text begins in the sample.
    start: usize,
    faults: Vec<Fault>,
    records: Vec<Listed>,
}

/// One set: its keys.
struct Set<'n> {
    node: &'n Node,
    entries: &'n [Entry],
}

impl<'n> Set<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(&entry.node)
    }

    fn text(&self, key: &str) -> Result<(&'n str, &'n Node), Problem> {
        match self.get(key) {
            Some(node) => match &node.value {
                Value::String(text) => Ok((text, node)),
                other => Err(Problem::new(
                    node,
                    format!("`{key}` must be a string, not {}", other.kind()),
                )),
            },
            None => Err(Problem::new(
                self.node,
                format!("this record set has no `{key}`"),
            )),
        }
    }
}

/// What is wrong with a node.
struct Problem {
    span: Range<usize>,
    message: String,
    help: Option<&'static str>,
}

impl Problem {
    fn new(node: &Node, message: impl Into<String>) -> Self {
        Self {
            span: node.span.clone(),
            message: message.into(),
            help: None,
        }
    }

    fn help(self, help: &'static str) -> Self {
        Self {
            help: Some(help),
            ..self
        }
    }
}

impl Listing {
    fn complain(&mut self, problem: Problem) {
        let span = self.place(&problem.span);
        let fault = Fault::at(span, problem.message);
        self.faults.push(match problem.help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    /// The octets of the sample that a span of the text is.
    fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.start + span.start..self.start + span.end
    }

    fn root(&mut self, root: &Node) {
        let sets = match &root.value {
            Value::Array(sets) => sets,
            Value::Table(entries) => match self.sets(root, entries) {
                Ok(sets) => sets,
                Err(problem) => return self.complain(problem),
            },
            other => {
                let message = format!("a listing is an object, not {}", other.kind());
                return self.complain(Problem::new(root, message).help(LIST_HELP));
            }
        };
        if sets.is_empty() {
            let problem = Problem::new(root, "the listing holds no record sets");
            return self.complain(problem.help(LIST_HELP));
        }
        for node in sets {
            if let Err(problem) = self.set(node) {
                self.complain(problem);
            }
        }
    }

    /// The sets of a listing that is whole.
    fn sets<'n>(&mut self, root: &Node, entries: &'n [Entry]) -> Result<&'n [Node], Problem> {
        let get = |key: &str| entries.iter().find(|entry| entry.key == key);
        if let Some(entry) = get("Changes").or_else(|| get("ChangeBatch")) {
            return Err(Problem {
                span: entry.key_span.clone(),
                message: "this is a change for Route 53, not a listing".to_owned(),
                help: Some(LIST_HELP),
            });
        }
        let cut = |entry: &&Entry| match &entry.node.value {
            Value::Null | Value::Bool(false) => false,
            _ => entry.key == "IsTruncated" || CONTINUED.contains(&&*entry.key),
        };
        if let Some(entry) = entries.iter().find(cut) {
            self.complain(Problem {
                span: entry.key_span.clone(),
                message: format!("the listing is cut: `{}` says that it goes on", entry.key),
                help: Some(
                    "list the whole zone, without --max-items, --starting-token and --no-paginate",
                ),
            });
        }
        match get("ResourceRecordSets") {
            None => Err(Problem::new(root, "there is no `ResourceRecordSets`").help(LIST_HELP)),
            Some(entry) => match &entry.node.value {
                Value::Array(sets) => Ok(sets),
                other => {
                    let message =
                        format!("`ResourceRecordSets` must be a list, not {}", other.kind());
                    Err(Problem::new(&entry.node, message))
                }
            },
        }
    }

    fn set(&mut self, node: &Node) -> Result<(), Problem> {
        let Value::Table(entries) = &node.value else {
            let message = format!("a record set is an object, not {}", node.value.kind());
            return Err(Problem::new(node, message));
        };
        let set = Set { node, entries };
        let (owner, owner_node) = set.text("Name")?;
        let owner = name(owner, owner_node)?;
        let (kind, _) = set.text("Type")?;
        let kms = kind == "SRV" && presentation::is_kms_owner(&owner);
        let ttl = ttl(&set)?;
        if kms && let Some(node) = set.get("SetIdentifier") {
            let message = format!(
                "`{}` has a routing policy: its answers differ from client to client",
                presentation::plain(&owner)
            );
            return Err(Problem::new(node, message).help(
                "KMS clients choose by priority and weight themselves: give the name one simple record set first",
            ));
        }
        if let Some(alias) = set.get("AliasTarget") {
            if kms {
                let message = format!(
                    "`{}` is an alias: its records stand elsewhere",
                    presentation::plain(&owner)
                );
                return Err(Problem::new(alias, message)
                    .help("give the name a simple record set first, then list the zone again"));
            }
            let data = match kind {
                "A" | "AAAA" => Data::Address,
                _ => Data::Other,
            };
            self.push(&owner, None, owner_node, data);
            return Ok(());
        }
        if !matters(kind) && !kms {
            self.push(&owner, ttl, owner_node, Data::Other);
            return Ok(());
        }
        for (value, node) in values_of(&set)? {
            let data = data(kind, value, node)?;
            self.push(&owner, ttl, node, data);
        }
        Ok(())
    }

    fn push(&mut self, owner: &Name, ttl: Option<u32>, node: &Node, data: Data) {
        let span = self.place(&node.span);
        self.records.push(Listed {
            owner: owner.clone(),
            ttl,
            aged: None,
            span,
            data,
        });
    }

    fn section(mut self, root: Option<&Node>) -> Result<Vec<Section>, Vec<Fault>> {
        let mut apexes: Vec<(&Name, &Range<usize>)> = Vec::new();
        for record in &self.records {
            if matches!(record.data, Data::Soa { .. })
                && apexes.iter().all(|(apex, _)| **apex != record.owner)
            {
                apexes.push((&record.owner, &record.span));
            }
        }
        let apex = match apexes[..] {
            [] => None,
            [(apex, _)] => Some(apex.clone()),
            [(first, _), (second, span), ..] => {
                let message = format!(
                    "record sets of two zones, `{}` and `{}`",
                    presentation::plain(first),
                    presentation::plain(second)
                );
                let fault = Fault::at(span.clone(), message).help(LIST_HELP);
                self.faults.push(fault);
                None
            }
        };
        if let Some(apex) = &apex {
            let mut outside = BTreeSet::new();
            for record in &self.records {
                if !apex.zone_of(&record.owner) && outside.insert(&record.owner) {
                    let message = format!(
                        "`{}` does not lie in the zone `{}`",
                        presentation::plain(&record.owner),
                        presentation::plain(apex)
                    );
                    let fault = Fault::at(record.span.clone(), message);
                    self.faults.push(fault.help(LIST_HELP));
                }
            }
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        // A list alone was cut out by `--query`, which may have left sets out.
        let listing = root.is_some_and(|root| matches!(root.value, Value::Table(_)));
        let extent = if listing && apex.is_some() {
            Extent::Whole
        } else {
            Extent::Names
        };
        let mut section = Section::new(apex, extent);
        section.evidence = Some(ZoneKind::Other);
        section.records = self.records;
        Ok(vec![section])
    }
}

/// Whether the data of sets of this type matters, whatever the owner.
fn matters(kind: &str) -> bool {
    matches!(kind, "A" | "AAAA" | "NS" | "CNAME" | "SOA")
}

fn ttl(set: &Set<'_>) -> Result<Option<u32>, Problem> {
    let Some(node) = set.get("TTL") else {
        return Ok(None);
    };
    match &node.value {
        Value::Integer(seconds) => match values::ttl(&seconds.to_string()) {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(Problem::new(
                node,
                format!("`TTL` must be from 0 to 2147483647, not {seconds}"),
            )),
        },
        Value::Null => Ok(None),
        other => Err(Problem::new(
            node,
            format!("`TTL` must be a number of seconds, not {}", other.kind()),
        )),
    }
}

/// The values of a set, at least one.
fn values_of<'n>(set: &Set<'n>) -> Result<Vec<(&'n str, &'n Node)>, Problem> {
    let Some(node) = set.get("ResourceRecords") else {
        let message = "this record set has neither `ResourceRecords` nor `AliasTarget`";
        return Err(Problem::new(set.node, message).help(LIST_HELP));
    };
    let Value::Array(records) = &node.value else {
        let message = format!(
            "`ResourceRecords` must be a list, not {}",
            node.value.kind()
        );
        return Err(Problem::new(node, message));
    };
    if records.is_empty() {
        return Err(Problem::new(node, "this record set holds no records").help(LIST_HELP));
    }
    records
        .iter()
        .map(|record| match &record.value {
            Value::Table(entries) => Set {
                node: record,
                entries,
            }
            .text("Value")
            .map_err(|problem| Problem {
                message: problem.message.replace("record set", "record"),
                ..problem
            }),
            other => Err(Problem::new(
                record,
                format!("a record is an object, not {}", other.kind()),
            )),
        })
        .collect()
}

/// The data of a record whose type matters.
fn data(kind: &str, value: &str, node: &Node) -> Result<Data, Problem> {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    let wrong = |what: &str| {
        Problem::new(
            node,
            format!("`{value}` is no {kind} record: {what} are needed"),
        )
    };
    match (kind, &words[..]) {
        ("A" | "AAAA", _) => Ok(Data::Address),
        ("NS", _) => Ok(Data::Ns),
        ("CNAME", [target]) => name(target, node).map(Data::Cname),
        ("CNAME", _) => Err(Problem::new(
            node,
            format!("`{value}` is no CNAME record: one name is needed"),
        )),
        ("SOA", [mname, _, serial, refresh, _, _, minimum]) => {
            let number = |word: &str| {
                let number = word.parse().ok();
                number.ok_or_else(|| wrong("two names and five numbers"))
            };
            Ok(Data::Soa {
                mname: name(mname, node)?,
                serial: number(serial)?,
                refresh: number(refresh)?,
                minimum: number(minimum)?,
            })
        }
        ("SOA", _) => Err(wrong("two names and five numbers")),
        (_, [priority, weight, port, target]) => {
            let number = |word: &str| {
                values::number(word).ok_or_else(|| {
                    let message = format!("`{word}` in `{value}` must be a number from 0 to 65535");
                    Problem::new(node, message)
                })
            };
            Ok(Data::Srv {
                priority: number(priority)?,
                weight: number(weight)?,
                port: number(port)?,
                target: name(target, node)?,
            })
        }
        _ => Err(wrong("priority, weight, port and target")),
    }
}

/// A name as Route 53 writes it: full, with or without a final dot, escapes octal.
fn name(text: &str, node: &Node) -> Result<Name, Problem> {
    let wrong = |why: &str| Problem::new(node, format!("`{text}` is no name: {why}"));
    if text == "." {
        return Ok(Name::root());
    }
    let mut labels = vec![Vec::new()];
    let mut rest = text.strip_suffix('.').unwrap_or(text).bytes();
    while let Some(octet) = rest.next() {
        match octet {
            b'.' => labels.push(Vec::new()),
            b'\\' => {
                let value = octal([rest.next(), rest.next(), rest.next()])
                    .ok_or_else(|| wrong("a backslash needs three octal digits after it"))?;
                labels
                    .last_mut()
                    .into_iter()
                    .for_each(|label| label.push(value));
            }
            _ => labels
                .last_mut()
                .into_iter()
                .for_each(|label| label.push(octet)),
        }
    }
    presentation::from_labels(&labels).map_err(|error| wrong(&error.to_string()))
}

/// The octet that three octal digits mean.
fn octal(digits: [Option<u8>; 3]) -> Option<u8> {
    digits
        .into_iter()
        .try_fold(0_u16, |sum, digit| match digit {
            Some(digit @ b'0'..=b'7') => Some(sum * 8 + u16::from(digit - b'0')),
            _ => None,
        })
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Given;
    use crate::snapshot::Format;

    const GIVEN: Given<'static> = Given {
        format: Format::Route53Json,
        shown: "rrsets.json",
        zone: None,
    };

    const SRV: &str = r#"{"Name": "_vlmcs._tcp.contoso.com.", "Type": "SRV", "TTL": 3600, "ResourceRecords": [
  {"Value": "0 0 1688 kms01.contoso.com"},
  {"Value": "10 50 1688 kms02.contoso.com."}]}"#;

    const SOA: &str = r#"{"Name": "contoso.com.", "Type": "SOA", "TTL": 900, "ResourceRecords": [
  {"Value": "ns-1.awsdns-1.org. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"}]}"#;

    fn listing(sets: &[&str]) -> String {
        format!("{{\"ResourceRecordSets\": [\n{}\n]}}\n", sets.join(",\n"))
    }

    /// One set of KMS records with one value.
    fn one(value: &str) -> String {
        listing(&[&SRV.replace("10 50 1688 kms02.contoso.com.", value)])
    }

    #[test]
    fn a_whole_listing() {
        let text = listing(&[
            SOA,
            r#"{"Name": "contoso.com.", "Type": "NS", "TTL": 172800, "ResourceRecords": [{"Value": "ns-1.awsdns-1.org."}]}"#,
            SRV,
            r#"{"Name": "\\052.contoso.com.", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": "\"a b\""}]}"#,
            r#"{"Name": "kms01.contoso.com.", "Type": "A", "TTL": 1200, "ResourceRecords": [{"Value": "10.20.5.21"}]}"#,
            r#"{"Name": "kms02.contoso.com.", "Type": "A", "AliasTarget": {"DNSName": "lb.example.", "HostedZoneId": "Z", "EvaluateTargetHealth": false}}"#,
            r#"{"Name": "kms03.contoso.com.", "Type": "CNAME", "SetIdentifier": "a", "Weight": 1, "TTL": 60, "ResourceRecords": [{"Value": "kms01.contoso.com"}]}"#,
        ]);
        let said = "\
contoso.com. Whole other
3: contoso.com. 900 Soa { mname: Name(\"ns-1.awsdns-1.org.\"), serial: 1, refresh: 7200, minimum: 86400 }
4: contoso.com. 172800 Ns
6: _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 kms01.contoso.com.
7: _vlmcs._tcp.contoso.com. 3600 SRV 10 50 1688 kms02.contoso.com.
8: *.contoso.com. 300 Other
9: kms01.contoso.com. 1200 Address
10: kms02.contoso.com. ? Address
11: kms03.contoso.com. 60 CNAME kms01.contoso.com.";
        assert_eq!(GIVEN.said(&text), said);
        assert_eq!(GIVEN.said(&format!("\u{feff}{text}")), said);
        assert_eq!(
            GIVEN.why(&text).as_deref(),
            Some("the key `ResourceRecordSets`")
        );
    }

    #[test]
    fn what_a_query_left_tells_no_more_than_it_lists() {
        let said = "\
? Names other
2: _vlmcs._tcp.contoso.com. 3600 SRV 0 0 1688 kms01.contoso.com.
3: _vlmcs._tcp.contoso.com. 3600 SRV 10 50 1688 kms02.contoso.com.";
        assert_eq!(GIVEN.said(&format!("[{SRV}]")), said);
        assert_eq!(
            GIVEN.why(&format!("[{SRV}]")).as_deref(),
            Some("a list of sets with the keys `Name` and `ResourceRecords`")
        );
        assert!(GIVEN.said(&listing(&[SRV])).starts_with("? Names other\n"));
        let list = format!("[{SOA},{SRV}]");
        assert!(GIVEN.said(&list).starts_with("contoso.com. Names other\n"));
        let whole = listing(&[SOA, SRV]).replacen(
            '{',
            "{\"IsTruncated\": false, \"MaxItems\": \"300\",",
            1,
        );
        assert!(GIVEN.said(&whole).starts_with("contoso.com. Whole other\n"));
    }

    #[test]
    fn listings_that_are_cut_or_are_none() {
        let token = listing(&[SRV]).replacen('{', "{\"NextToken\": \"abc\",\n", 1);
        let truncated = listing(&[SRV]).replacen(
            '{',
            "{\"IsTruncated\": true, \"NextRecordName\": \"www.contoso.com.\",\n",
            1,
        );
        let (half, _) = SRV.split_at(100);
        GIVEN.refuses(&[
            (&token, "1:2: the listing is cut: `NextToken` says that it goes on"),
            (&truncated, "1:2: the listing is cut: `IsTruncated` says that it goes on"),
            (
                &format!("{{\"ResourceRecordSets\": [\n{half}"),
                "3:14: this is not JSON: the file ends inside a string",
            ),
            (
                r#"{"Comment": "x", "Changes": [{"Action": "UPSERT", "ResourceRecordSet": {}}]}"#,
                "1:18: this is a change for Route 53, not a listing",
            ),
            (
                "{\"ResourceRecordSets\": []}",
                "1:1: the listing holds no record sets",
            ),
            ("[]", "1:1: the listing holds no record sets"),
            ("{}", "1:1: there is no `ResourceRecordSets`"),
            ("3", "1:1: a listing is an object, not a whole number"),
            (
                "{\"ResourceRecordSets\": {}}",
                "1:24: `ResourceRecordSets` must be a list, not a table",
            ),
            (
                "{\"ResourceRecordSets\": [1, {\"Type\": \"SRV\"}, {\"Name\": \"a.example.\"}, {\"Name\": 1}]}",
                "1:25: a record set is an object, not a whole number\n\
                 1:28: this record set has no `Name`\n\
                 1:45: this record set has no `Type`\n\
                 1:78: `Name` must be a string, not a whole number",
            ),
        ]);
        assert_eq!(
            GIVEN.faults(b"{\"ResourceRecordSets\": [\"b\xfcro\"]}"),
            "1:27: this is not UTF-8"
        );
    }

    #[test]
    fn values_that_are_wrong() {
        for (value, message) in [
            (
                "10 50 1688",
                "3:13: `10 50 1688` is no SRV record: priority, weight, port and target are needed",
            ),
            (
                "10 50 70000 kms02.contoso.com",
                "3:13: `70000` in `10 50 70000 kms02.contoso.com` must be a number from 0 to 65535",
            ),
            (
                "10 50 1688 kms02..contoso.com",
                "3:13: `kms02..contoso.com` is no name: a label is empty: two dots together, or a dot first",
            ),
            (
                r"10 50 1688 a\\9.contoso.com",
                r"3:13: `a\9.contoso.com` is no name: a backslash needs three octal digits after it",
            ),
        ] {
            let text = one(value).replacen(
                "{\"ResourceRecordSets\": [\n",
                "{\"ResourceRecordSets\": [",
                1,
            );
            assert_eq!(GIVEN.faults(text.as_bytes()), message);
        }
        let set = |keys: &str| {
            listing(&[&format!(
                "{{\"Name\": \"_vlmcs._tcp.contoso.com.\", \"Type\": \"SRV\", {keys}}}"
            )])
        };
        let record = r#""ResourceRecords": [{"Value": "0 0 1688 kms01.contoso.com."}]"#;
        GIVEN.refuses(&[
            (
                &set(&format!("\"SetIdentifier\": \"eu\", \"Weight\": 10, \"TTL\": 60, {record}")),
                "2:70: `_vlmcs._tcp.contoso.com` has a routing policy: its answers differ from client to client",
            ),
            (
                &set("\"AliasTarget\": {\"DNSName\": \"x.contoso.com.\"}"),
                "2:68: `_vlmcs._tcp.contoso.com` is an alias: its records stand elsewhere",
            ),
            (
                &set(&format!("\"TTL\": \"3600\", {record}")),
                "2:60: `TTL` must be a number of seconds, not a string",
            ),
            (
                &set(&format!("\"TTL\": -1, {record}")),
                "2:60: `TTL` must be from 0 to 2147483647, not -1",
            ),
            (
                &set("\"TTL\": 60"),
                "2:1: this record set has neither `ResourceRecords` nor `AliasTarget`",
            ),
            (
                &set("\"ResourceRecords\": []"),
                "2:72: this record set holds no records",
            ),
            (
                &set("\"ResourceRecords\": [\"0 0 1688 kms01.contoso.com.\"]"),
                "2:73: a record is an object, not a string",
            ),
            (
                &set("\"ResourceRecords\": [{}]"),
                "2:73: this record has no `Value`",
            ),
            (
                &set(&format!("\"TTL\": 1, \"TTL\": 2, {record}")),
                "2:63: the key `TTL` stands twice",
            ),
            (
                &listing(&[
                    "{\"Name\": \"contoso.com.\", \"Type\": \"SOA\", \"ResourceRecords\": [{\"Value\": \"a. b. 1\"}]}",
                ]),
                "2:71: `a. b. 1` is no SOA record: two names and five numbers are needed",
            ),
            (
                &listing(&[SOA, &SOA.replace("\"contoso.com.", "\"fabrikam.com.")]),
                "5:13: record sets of two zones, `contoso.com` and `fabrikam.com`",
            ),
            (
                &listing(&[
                    SOA,
                    "{\"Name\": \"www.fabrikam.com.\", \"Type\": \"TXT\", \"ResourceRecords\": []}",
                ]),
                "4:10: `www.fabrikam.com` does not lie in the zone `contoso.com`",
            ),
        ]);
    }
}
