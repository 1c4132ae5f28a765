//! What several files say of one host or node, put together.

use std::collections::BTreeMap;

use super::facts::{Access, Facts};
use super::{
    AccessEntry, Complaint, Evidence, EvidenceFile, HostEvidence, NodeEvidence, PublishLine, Seen,
};
use crate::Name;
use crate::diagnostic::MAX_FAULTS;
use crate::presentation::plain;
use crate::snapshot::listing::Fault;
use crate::snapshot::{FileId, Site};

/// What was found so far.
pub(super) struct Merge<'a> {
    files: &'a [EvidenceFile<'a>],
    hosts: BTreeMap<Name, Facts>,
    nodes: BTreeMap<Name, Access>,
    complaints: Vec<Complaint>,
}

impl<'a> Merge<'a> {
    pub(super) fn new(files: &'a [EvidenceFile<'a>]) -> Self {
        Self {
            files,
            hosts: BTreeMap::new(),
            nodes: BTreeMap::new(),
            complaints: Vec::new(),
        }
    }

    /// Takes up the faults of a file.
    pub(super) fn complain(&mut self, file: FileId, faults: Vec<Fault>) {
        self.complaints
            .extend(faults.into_iter().take(MAX_FAULTS).map(|fault| Complaint {
                file,
                span: fault.span,
                message: fault.message,
                help: fault.help,
            }));
    }

    /// Takes up what a file says of a host.
    pub(super) fn host(&mut self, host: Name, facts: Facts) {
        let name = plain(&host);
        let known = self.hosts.entry(host).or_default();
        let contradictions = [
            same(&mut known.kms_host, facts.kms_host, &name, |is| {
                if *is { "a KMS host" } else { "no KMS host" }.to_owned()
            }),
            same(
                &mut known.publishing,
                facts.publishing,
                &format!("DNS publishing of {name}"),
                |on| if *on { "enabled" } else { "disabled" }.to_owned(),
            ),
            same(
                &mut known.port,
                facts.port,
                &format!("the port of {name}"),
                ToString::to_string,
            ),
            same(
                &mut known.publish,
                facts.publish,
                &format!("the publish list of {name}"),
                |list| list_text(list),
            ),
        ];
        known.client = known.client.or(facts.client);
        known.restart_due = known.restart_due.or(facts.restart_due);
        // A host counts each application apart, and one output may tell of one and another of all: the
        // smallest is the one to look at.
        if let Some(count) = facts.count
            && known
                .count
                .as_ref()
                .is_none_or(|least| count.value < least.value)
        {
            known.count = Some(count);
        }
        for contradiction in contradictions.into_iter().flatten() {
            self.contradiction(&contradiction);
        }
    }

    /// Takes up what a file says of a node.
    pub(super) fn node(&mut self, node: Name, access: Access) {
        let name = plain(&node);
        let Some(known) = self.nodes.get_mut(&node) else {
            self.nodes.insert(node, access);
            return;
        };
        let owners = same(
            &mut known.owner,
            access.owner,
            &format!("the owner of {name}"),
            Clone::clone,
        );
        let entries =
            difference(&known.entries, &access.entries).map(|(site, other)| Contradiction {
                site,
                message: format!("the entries of {name} are not the same as"),
                other,
            });
        for contradiction in owners.into_iter().chain(entries) {
            self.contradiction(&contradiction);
        }
    }

    fn contradiction(&mut self, found: &Contradiction) {
        let path = self
            .files
            .iter()
            .find(|file| file.file == found.other.file)
            .map_or("another file", |file| file.path);
        let span = self
            .files
            .iter()
            .find(|file| file.file == found.site.file)
            .and_then(|file| line_span(file.bytes, found.site.line));
        self.complaints.push(Complaint {
            file: found.site.file,
            span,
            message: format!("{} in {path}:{}", found.message, found.other.line),
            help: Some("keep the newer of the two files".to_owned()),
        });
    }

    /// All of it, or what is wrong.
    pub(super) fn finish(mut self) -> Result<Evidence, Vec<Complaint>> {
        if !self.complaints.is_empty() {
            let order = |id: FileId| self.files.iter().position(|file| file.file == id);
            self.complaints
                .sort_by_key(|one| (order(one.file), one.span.as_ref().map(|span| span.start)));
            return Err(self.complaints);
        }
        Ok(Evidence {
            hosts: self
                .hosts
                .into_iter()
                .map(|(host, facts)| HostEvidence {
                    host,
                    kms_host: facts.kms_host,
                    client: facts.client,
                    publishing: facts.publishing,
                    restart_due: facts.restart_due,
                    port: facts.port,
                    publish: facts.publish,
                    count: facts.count,
                })
                .collect(),
            nodes: self
                .nodes
                .into_iter()
                .map(|(node, access)| NodeEvidence {
                    node,
                    owner: access.owner,
                    entries: access.entries,
                })
                .collect(),
        })
    }
}

/// Two places that say different things.
struct Contradiction {
    site: Site,
    /// What they say, up to the earlier place.
    message: String,
    /// The earlier place.
    other: Site,
}

/// Takes up a value where none is known yet; two values must be the same.
fn same<T: PartialEq>(
    known: &mut Option<Seen<T>>,
    new: Option<Seen<T>>,
    what: &str,
    say: impl Fn(&T) -> String,
) -> Option<Contradiction> {
    match (&known, new) {
        (None, new) => {
            *known = new;
            None
        }
        (Some(known), Some(new)) if known.value != new.value => Some(Contradiction {
            site: new.site,
            message: format!(
                "{what} is {} here, but {}",
                say(&new.value),
                say(&known.value)
            ),
            other: known.site,
        }),
        _ => None,
    }
}

/// The places where two lists of entries differ, whatever their order.
fn difference(known: &[Seen<AccessEntry>], new: &[Seen<AccessEntry>]) -> Option<(Site, Site)> {
    let mut rest: Vec<&Seen<AccessEntry>> = known.iter().collect();
    for entry in new {
        match rest.iter().position(|other| other.value == entry.value) {
            Some(at) => drop(rest.swap_remove(at)),
            None => return Some((entry.site, known.first()?.site)),
        }
    }
    Some((new.first()?.site, rest.first()?.site))
}

fn list_text(list: &[PublishLine]) -> String {
    if list.is_empty() {
        return "empty".to_owned();
    }
    list.iter()
        .map(|line| {
            format!(
                "`{}, {}, {}`",
                plain(&line.domain),
                line.priority,
                line.weight
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The octets of a line, without blanks around it.
fn line_span(bytes: &[u8], line: usize) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    for (index, text) in bytes.split_inclusive(|octet| *octet == b'\n').enumerate() {
        if index + 1 == line {
            let start = at + (text.len() - text.trim_ascii_start().len());
            return Some(start..start + text.trim_ascii().len());
        }
        at += text.len();
    }
    None
}
