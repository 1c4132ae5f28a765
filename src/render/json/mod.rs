//! The plan as JSON, format version 1: for programs, and for keeping a plan.
//!
//! [`json()`] writes the document, [`schema`] describes it (JSON Schema 2020-12), [`read()`] makes a plan
//! of a document that anybody may have written. Keys may be added to a format version, never changed.

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Serialize;

use super::dialect::{self, instructions};
use super::wording;
use crate::plan::action::spelling;
use crate::plan::identity::{FORMAT_VERSION, PROGRAM_VERSION};
use crate::plan::{self, Action, Plan};
use crate::presentation::{absolute, lower};
use crate::visible::json_visible;

mod deployment;
mod indented;
mod read;
mod spellings;

pub(super) use deployment::Clients;
use deployment::{Host, LookedUp};
pub use read::read;
use spellings::Spellings;

/// The plan as a JSON document: indented, LF line ends, keys in a fixed order. What would act on a
/// terminal stands as `\uXXXX`.
pub fn json(plan: &Plan) -> String {
    printed(&Document::from(plan))
}

/// A document as all are printed: indented, with a final line end; what would act on a terminal stands as `\uXXXX`.
pub(super) fn printed(document: &impl Serialize) -> String {
    let mut text = json_visible(indented::text(document));
    text.push('\n');
    text
}

/// The JSON Schema of the document.
pub fn schema() -> String {
    include_str!("schema.json").to_owned()
}

/// A plan made by kmsplan. Names are absolute, with a final dot, in lower case; `spelling` stands where
/// the name is written in another case. Unknown keys may be there.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "kmsplan plan")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(regex(pattern = r"^1$"))]
    format_version: &'static str,
    /// The version of kmsplan that wrote the document.
    kmsplan_version: &'static str,
    /// SHA-256 of what would be done to what.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    id: &'a str,
    /// The id of the plan that this one takes back; missing where it leads to what a topology says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    takes_back: Option<&'a str>,
    topology: Topology<'a>,
    summary: Summary,
    zones: Vec<Zone<'a>>,
    domains: Vec<Domain<'a>>,
    /// What to do, in the order in which it is done.
    steps: Vec<Step<'a>>,
    findings: Vec<Finding<'a>>,
    /// Under manual publishing the hosts on which automatic publishing must stay off.
    reminder: Option<Reminder>,
    /// Unified diffs of the zone files.
    diffs: Vec<Diff<'a>>,
    /// What each source was taken for.
    sources: Vec<Source<'a>>,
    /// The hosts that the topology names, retired ones too.
    hosts: Vec<Host>,
    /// The groups of clients that the topology states.
    clients: Vec<Clients>,
    /// Domains in search lists of clients that are no domains of the plan.
    looked_up: Vec<LookedUp>,
}

/// The topology that the plan was made from.
#[derive(Serialize, JsonSchema)]
struct Topology<'a> {
    /// Its file as typed.
    path: &'a str,
    /// SHA-256 of the file.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: &'a str,
    /// Who writes the records: "manual" or "automatic".
    #[schemars(regex(pattern = r"^(manual|automatic)$"))]
    publishing: &'static str,
    /// How many hosts it names.
    hosts: usize,
    /// How many domains they serve.
    domains: usize,
}

/// Totals. Findings that were accepted are counted in `accepted` alone.
#[derive(Serialize, JsonSchema)]
struct Summary {
    add: usize,
    change: usize,
    remove: usize,
    keep: usize,
    zones: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
}

/// A zone that holds domains of the plan.
#[derive(Serialize, JsonSchema)]
struct Zone<'a> {
    /// Its apex.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// How it is kept: "ad", "windows-file", "bind" or "other".
    #[schemars(regex(pattern = r"^(ad|windows-file|bind|other)$"))]
    kind: &'static str,
    /// Whether its kind was neither written in the topology nor seen in the data.
    kind_assumed: bool,
    /// What changes it: "powershell", "dnscmd", "nsupdate" or "patch".
    #[schemars(regex(pattern = r"^(powershell|dnscmd|nsupdate|patch)$"))]
    apply: &'static str,
    /// The one writable server for all its steps, a name or an address.
    server: Option<&'a str>,
    /// The directory partition of an AD-integrated zone: "domain", "forest", "legacy", or an object
    /// whose key `dn` holds a distinguished name.
    #[schemars(with = "serde_json::Value")]
    partition: &'a crate::topology::Partition,
    /// The dynamic updates that it takes, if known: "secure", "nonsecure" or "none".
    #[schemars(regex(pattern = r"^(secure|nonsecure|none)$"))]
    dynamic_update: Option<&'static str>,
    /// What it was read from.
    source: &'a str,
    /// In which form it was read.
    format: &'a str,
    /// SHA-256 of the source.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    sha256: &'a str,
    /// The SOA serial that was read.
    serial: Option<u32>,
    /// The serial after the diff; null where no file changes.
    new_serial: Option<u32>,
}

/// What a source was taken for.
#[derive(Serialize, JsonSchema)]
struct Source<'a> {
    /// Its path.
    path: &'a str,
    /// The form, as `--from` names it.
    format: &'a str,
    /// What shows it.
    why: &'a str,
    /// The zones that it tells of.
    zones: Vec<SourceZone>,
}

/// A zone that a source tells of.
#[derive(Serialize, JsonSchema)]
struct SourceZone {
    /// Its apex.
    name: String,
    /// How its name is known: "source" tells it, it was "given" (`--zone`, `[[zone]]`, another source), or it
    /// is "assumed".
    #[schemars(regex(pattern = r"^(source|given|assumed)$"))]
    name_from: &'static str,
}

impl<'a> From<&'a plan::PlanSource> for Source<'a> {
    fn from(source: &'a plan::PlanSource) -> Self {
        Self {
            path: &source.path,
            format: source.format.word(),
            why: &source.why,
            zones: source
                .zones
                .iter()
                .map(|(apex, from)| SourceZone {
                    name: lower(apex),
                    name_from: from.word(),
                })
                .collect(),
        }
    }
}

/// A domain and its KMS records.
#[derive(Serialize, JsonSchema)]
struct Domain<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    /// The zone that holds its records; null where no source tells.
    zone: Option<String>,
    /// `_vlmcs._tcp.<domain>`.
    owner: String,
    /// Live hosts now.
    live_before: usize,
    /// Live hosts at the end.
    live_after: usize,
    /// The fewest live hosts in any state on the way.
    live_minimum: usize,
    changes: Vec<Change<'a>>,
}

/// What happens to one SRV record.
#[derive(Serialize, JsonSchema)]
struct Change<'a> {
    /// "add", "change", "remove" or "keep".
    #[schemars(regex(pattern = r"^(add|change|remove|keep)$"))]
    action: &'static str,
    /// The KMS host.
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    /// What is there; null for an add.
    before: Option<Values>,
    /// What is to be there; null for a remove.
    after: Option<Values>,
    /// Why, as a word.
    #[schemars(regex(
        pattern = r"^(listed|retired|unlisted|not-published-here|other-port|duplicate|way-back|meanwhile)$"
    ))]
    cause: &'static str,
    /// Why, as a sentence.
    reason: &'static str,
    /// The record's file; missing for an add.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    /// The record's line in its file; null for an add.
    line: Option<usize>,
    /// The part of new clients that asks this host first when the plan is done; null for a remove.
    #[schemars(range(min = 0, max = 1))]
    share: Option<f64>,
}

/// Priority, weight, TTL and age of a record.
#[derive(Serialize, JsonSchema)]
struct Values {
    priority: u16,
    weight: u16,
    /// Seconds; null where it is not known or left to the host.
    #[schemars(range(max = 2_147_483_647))]
    ttl: Option<u32>,
    /// Whether it carries a dynamic-update timestamp; null where that is not known or left to the host.
    aged: Option<bool>,
}

/// One thing to do. Everything but `action` follows from it and is ignored when a plan is read.
#[derive(Serialize, JsonSchema)]
struct Step<'a> {
    /// From 1.
    #[schemars(range(min = 1))]
    number: usize,
    id: String,
    /// The part of the change that it belongs to.
    #[schemars(regex(
        pattern = r"^(precheck|publishing|records|permissions|verification|clients)$"
    ))]
    phase: &'static str,
    /// Who does it: "ad", "dns", "host" or "client".
    #[schemars(regex(pattern = r"^(ad|dns|host|client)$"))]
    role: &'static str,
    /// The machines where it is done.
    on: Vec<String>,
    title: String,
    why: String,
    /// What need not be done, because it was seen to be so: a line for each host or node. Missing where
    /// nothing was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    already: Vec<String>,
    /// What is done, with all that its commands need.
    #[schemars(with = "AnyAction")]
    action: &'a Action,
    /// What does it, in order.
    commands: Vec<dialect::Command>,
    /// What shows that it is done.
    check: Vec<dialect::Command>,
    /// What undoes it.
    undo: Vec<dialect::Command>,
    /// Sentences for what is done by hand.
    by_hand: Vec<String>,
}

/// An action: its kind, and the keys that belong to that kind.
#[derive(Serialize, JsonSchema)]
struct AnyAction {
    /// The kind.
    #[serde(rename = "type")]
    kind: String,
}

/// Something the reviewer must know.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// What it is about; see `kmsplan explain`.
    code: &'static str,
    /// "error", "warning" or "note".
    #[schemars(regex(pattern = r"^(error|warning|note)$"))]
    severity: &'static str,
    subject: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    help: &'a str,
    /// Whether it was accepted.
    allowed: bool,
    /// Why it was accepted; missing where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_reason: Option<&'a str>,
}

/// Where automatic publishing must stay off, and why.
#[derive(Serialize, JsonSchema)]
struct Reminder {
    hosts: Vec<String>,
    /// The hosts as written, where one of them is not in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    spellings: Option<Vec<String>>,
    text: String,
}

/// The edit of one zone file.
#[derive(Serialize, JsonSchema)]
struct Diff<'a> {
    /// The path without `a/` or `b/`.
    path: &'a str,
    /// How `unified` is written: "utf-8", or "base64" where the octets are not UTF-8.
    #[schemars(regex(pattern = r"^(utf-8|base64)$"))]
    encoding: &'static str,
    /// Whether `patch -p1` can apply it.
    applies: bool,
    /// The unified diff.
    unified: String,
}

impl<'a> From<&'a Plan> for Document<'a> {
    fn from(plan: &'a Plan) -> Self {
        let spellings = Spellings::new(&plan.zones, &plan.domains);
        Self {
            format_version: FORMAT_VERSION,
            kmsplan_version: PROGRAM_VERSION,
            id: &plan.id,
            takes_back: plan.takes_back.as_deref(),
            topology: Topology {
                path: &plan.topology.path,
                sha256: &plan.topology.sha256,
                publishing: wording::publishing(plan.topology.publishing),
                hosts: plan.topology.hosts,
                domains: plan.topology.domains,
            },
            summary: plan.summary().into(),
            zones: plan.zones.iter().map(Zone::from).collect(),
            domains: plan.domains.iter().map(Domain::from).collect(),
            steps: plan
                .steps
                .iter()
                .map(|step| Step::new(step, &spellings))
                .collect(),
            findings: plan.findings.iter().map(Finding::from).collect(),
            reminder: plan.reminder.as_ref().map(Reminder::from),
            diffs: plan.diffs.iter().map(Diff::from).collect(),
            sources: plan.sources.iter().map(Source::from).collect(),
            hosts: plan.deployment.hosts.iter().map(Host::from).collect(),
            clients: plan.deployment.clients.iter().map(Clients::from).collect(),
            looked_up: plan
                .deployment
                .looked_up
                .iter()
                .map(LookedUp::from)
                .collect(),
        }
    }
}

impl From<plan::Summary> for Summary {
    fn from(summary: plan::Summary) -> Self {
        Self {
            add: summary.add,
            change: summary.change,
            remove: summary.remove,
            keep: summary.keep,
            zones: summary.zones,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            accepted: summary.accepted,
        }
    }
}

impl<'a> From<&'a plan::PlanZone> for Zone<'a> {
    fn from(zone: &'a plan::PlanZone) -> Self {
        Self {
            name: lower(&zone.zone.name),
            spelling: spelling(&zone.spelling),
            kind: zone.zone.kind.word(),
            kind_assumed: zone.kind_assumed,
            apply: zone.zone.apply.word(),
            server: zone.zone.server.as_deref(),
            partition: &zone.zone.partition,
            dynamic_update: zone
                .dynamic_update
                .map(crate::topology::DynamicUpdate::word),
            source: &zone.source,
            format: zone.format.word(),
            sha256: zone.sha256.hex(),
            serial: zone.serial,
            new_serial: zone.new_serial,
        }
    }
}

impl<'a> From<&'a plan::PlanDomain> for Domain<'a> {
    fn from(domain: &'a plan::PlanDomain) -> Self {
        Self {
            name: lower(&domain.name),
            spelling: spelling(&domain.name),
            zone: domain.zone.as_ref().map(lower),
            owner: lower(&domain.owner),
            live_before: domain.live.before,
            live_after: domain.live.after,
            live_minimum: domain.live.minimum,
            changes: domain.changes.iter().map(Change::from).collect(),
        }
    }
}

impl<'a> From<&'a plan::Change> for Change<'a> {
    fn from(change: &'a plan::Change) -> Self {
        let (file, line) = change
            .place
            .as_ref()
            .map(|(file, line)| (file.as_str(), *line))
            .unzip();
        let line = line.flatten();
        Self {
            action: change.verb.word(),
            target: lower(&change.target),
            spelling: spelling(&change.target),
            port: change.port,
            before: change.before.map(Values::from),
            after: change.after.map(Values::from),
            cause: cause(change.why),
            reason: change.why.sentence(change.verb),
            file,
            line,
            share: change.share.map(|share| f64::from(share) / 10_000.0),
        }
    }
}

/// The word for a reason in JSON.
fn cause(why: plan::Why) -> &'static str {
    use plan::Why;
    match why {
        Why::Listed => "listed",
        Why::Retired => "retired",
        Why::Unlisted => "unlisted",
        Why::NotPublishedHere => "not-published-here",
        Why::OtherPort => "other-port",
        Why::Duplicate => "duplicate",
        Why::WayBack => "way-back",
        Why::Meanwhile => "meanwhile",
    }
}

impl From<plan::Values> for Values {
    fn from(values: plan::Values) -> Self {
        Self {
            priority: values.priority,
            weight: values.weight,
            ttl: values.ttl,
            aged: values.aged,
        }
    }
}

impl<'a> Step<'a> {
    /// Texts and commands are those that a reader of the document makes, to the letter.
    fn new(step: &'a plan::Step, spellings: &Spellings) -> Self {
        let kept = serde_json::to_value(&step.action)
            .ok()
            .and_then(|value| spellings.restore(value).ok());
        let action = kept.as_ref().unwrap_or(&step.action);
        let made = instructions(action);
        Self {
            number: step.number,
            id: action.id(),
            phase: action.phase().word(),
            role: action.role().word(),
            on: action.on(),
            title: action.title(),
            why: action.why(),
            already: action.already(),
            action: &step.action,
            commands: made.commands,
            check: made.check,
            undo: made.undo,
            by_hand: made.by_hand,
        }
    }
}

impl From<&plan::Reminder> for Reminder {
    fn from(reminder: &plan::Reminder) -> Self {
        let written: Vec<String> = reminder.hosts.iter().map(absolute).collect();
        let hosts: Vec<String> = reminder.hosts.iter().map(lower).collect();
        Self {
            spellings: (written != hosts).then_some(written),
            hosts,
            text: wording::reminder(reminder),
        }
    }
}

impl<'a> From<&'a plan::Finding> for Finding<'a> {
    fn from(finding: &'a plan::Finding) -> Self {
        let (file, line) = finding
            .place
            .as_ref()
            .map(|(file, line)| (file.as_str(), *line))
            .unzip();
        let line = line.flatten();
        Self {
            code: finding.code.word(),
            severity: finding.severity.word(),
            subject: &finding.subject,
            message: &finding.message,
            file,
            line,
            help: &finding.help,
            allowed: finding.allowed.is_some(),
            allowed_reason: finding.allowed.as_deref(),
        }
    }
}

impl<'a> From<&'a plan::FileDiff> for Diff<'a> {
    fn from(diff: &'a plan::FileDiff) -> Self {
        let (encoding, unified) = match str::from_utf8(&diff.unified) {
            Ok(text) => ("utf-8", text.to_owned()),
            Err(_) => ("base64", BASE64.encode(&diff.unified)),
        };
        Self {
            path: &diff.path,
            encoding,
            applies: diff.applies,
            unified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    #[test]
    fn the_schema_is_of_the_document() {
        schema::expect::<Document<'_>>("json/schema.json", &schema());
    }
}
