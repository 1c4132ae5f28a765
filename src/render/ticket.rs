//! What a change ticket says, as blocks that [`super::markdown()`] and [`super::text()`] print: the page for
//! the change board, the record sets, the steps with their commands, the way back.

use super::dialect::{Command, Instructions, Shell, instructions};
use super::simulation::InTicket;
use super::terminal::{visible, visible_bytes};
use super::wording::{self, and, count};
use crate::plan::action::{self, HostPublishing, Left, Switch};
use crate::plan::{
    Action, FileDiff, Finding, Phase, Plan, PlanDomain, PlanZone, Role, Severity, Step, Verb,
};
use crate::presentation;
use crate::topology::{Apply, ZoneKind};
use crate::words::words;

/// The most domains that a sentence names.
const MAX_NAMED: usize = 4;

words! {
    /// A part of the ticket, for tools that keep the parts in fields of their own.
    Section {
        /// Purpose, verdict, data read, roles, duration; the records of each domain.
        Summary = "summary",
        /// Impact, what triggers backing out, point of no return, findings.
        Risk = "risk",
        /// The steps with their commands.
        Implementation = "implementation",
        /// The way back, and the diff.
        Backout = "backout",
        /// What is checked, and what shows that it is as planned.
        Test = "test",
    }
}

/// A line of text whose parts are escaped by the output that prints them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inline(pub Vec<Span>);

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Text that stands out.
    Strong(String),
    /// A name, a path, a number to be copied.
    Code(String),
}

impl Inline {
    /// Plain text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// Text that stands out, and what follows it.
    pub fn strong(text: impl Into<String>) -> Self {
        Self(vec![Span::Strong(text.into())])
    }

    /// The same with more plain text.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Text(text.into()));
        self
    }

    /// The same with more to be copied.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// Without any markup, safe for a terminal.
    pub fn plain(&self) -> String {
        self.0
            .iter()
            .map(|span| match span {
                Span::Text(text) | Span::Strong(text) | Span::Code(text) => visible(text),
            })
            .collect()
    }
}

/// A block of the ticket.
#[derive(Debug, Clone)]
pub enum Block<'a> {
    /// A heading.
    Heading {
        /// From 1, the ticket's own.
        level: usize,
        /// Its text.
        text: Inline,
    },
    /// Prose.
    Paragraph(Inline),
    /// A list.
    Items(Vec<Inline>),
    /// The zones that were read.
    Zones(&'a Plan),
    /// The records of a domain.
    Domain(&'a PlanDomain),
    /// A table: the heads of its columns and its rows.
    Table {
        /// The heads.
        head: Vec<Span>,
        /// The rows, a cell for each head; a short row leaves the last cells empty.
        rows: Vec<Vec<Span>>,
    },
    /// Tables of shares and counts, for outputs with room for them. Plain text has the share at the end of each
    /// record's line.
    Shares(Vec<Block<'a>>),
    /// The check box of a step.
    Step(Inline),
    /// What belongs to the check box before it.
    Nested(Vec<Inline>),
    /// Text as it is.
    Code {
        /// Its language, a word in ASCII.
        language: &'static str,
        /// The text.
        text: String,
    },
    /// Room for who did a step, when, and with which result.
    Signature,
}

/// The whole ticket.
pub fn ticket(plan: &Plan) -> Vec<Block<'_>> {
    let mut blocks = vec![title(plan, "")];
    board(plan, &mut blocks);
    risk_lines(plan, &mut blocks);
    domains(plan, &mut blocks);
    blocks.push(heading(2, "Steps"));
    steps(plan, &mut blocks);
    blocks.push(heading(2, "Findings"));
    findings(plan, &mut blocks);
    blocks.push(heading(2, "Back-out"));
    back_out(plan, BackOut::Short, &mut blocks);
    diffs(plan, &mut blocks);
    reminder(plan, &mut blocks);
    blocks
}

/// One part of the ticket.
pub fn section(plan: &Plan, section: Section) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    match section {
        Section::Summary => {
            blocks.push(title(plan, ""));
            board(plan, &mut blocks);
            domains(plan, &mut blocks);
        }
        Section::Risk => {
            blocks.push(title(plan, ": risk"));
            risk_lines(plan, &mut blocks);
            blocks.push(heading(2, "Findings"));
            findings(plan, &mut blocks);
        }
        Section::Implementation => {
            blocks.push(title(plan, ": implementation"));
            steps(plan, &mut blocks);
        }
        Section::Backout => {
            blocks.push(title(plan, ": back-out"));
            back_out(plan, BackOut::Full, &mut blocks);
            diffs(plan, &mut blocks);
        }
        Section::Test => {
            blocks.push(title(plan, ": test"));
            tests(plan, &mut blocks);
        }
    }
    // The way back switches publishing on again: the reminder would contradict it.
    if section != Section::Backout {
        reminder(plan, &mut blocks);
    }
    blocks
}

/// The records of each domain, who serves its clients, and what the hosts count.
fn domains<'a>(plan: &'a Plan, blocks: &mut Vec<Block<'a>>) {
    let simulated = InTicket::of(plan);
    for domain in &plan.domains {
        blocks.push(Block::Domain(domain));
        blocks.extend(simulated.shares(&domain.name));
    }
    blocks.extend(simulated.counts(plan));
}

fn title(plan: &Plan, part: &str) -> Block<'static> {
    heading(1, &format!("{}{part}", wording::title(plan)))
}

fn heading(level: usize, text: &str) -> Block<'static> {
    Block::Heading {
        level,
        text: Inline::text(text),
    }
}

fn paragraph(text: impl Into<String>) -> Block<'static> {
    Block::Paragraph(Inline::text(text))
}

/// What a change board reads first.
fn board<'a>(plan: &'a Plan, blocks: &mut Vec<Block<'a>>) {
    let items = board_items(plan)
        .into_iter()
        .map(|(label, text)| labelled(label, text));
    blocks.push(Block::Items(items.collect()));
    blocks.push(paragraph(DATA_READ));
    blocks.push(Block::Zones(plan));
}

/// What stands before the list of zones that were read.
pub(super) const DATA_READ: &str =
    "Data read (capture time: not given; the plan is as old as this data):";

/// A line that begins with what it tells of.
fn labelled(label: &str, text: Inline) -> Inline {
    let mut line = Inline::strong(label).and(" ");
    line.0.extend(text.0);
    line
}

/// What stands before the verdict.
pub(super) const VERDICT: &str = "Verdict:";

/// What a change board reads first: purpose, verdict, id, topology, roles, duration.
pub(super) fn board_items(plan: &Plan) -> Vec<(&'static str, Inline)> {
    let summary = plan.summary();
    let topology = &plan.topology;
    vec![
        ("Purpose:", Inline::text(purpose(plan))),
        (
            VERDICT,
            Inline::text(format!(
                "{}: {}.",
                wording::verdict(&summary),
                wording::finding_totals(&summary)
            )),
        ),
        ("Plan id:", Inline::default().code(plan.id.as_str())),
        (
            "Topology:",
            Inline::default()
                .code(topology.path.as_str())
                .and(", SHA-256 ")
                .code(topology.sha256.as_str()),
        ),
        ("Roles needed:", Inline::text(format!("{}.", roles(plan)))),
        ("Least duration:", Inline::text(duration(plan))),
    ]
}

/// What the plan is for.
fn purpose(plan: &Plan) -> String {
    let summary = plan.summary();
    let topology = &plan.topology;
    if let Some(id) = &plan.takes_back {
        let id = wording::short_id(id);
        let records = if summary.changes_records() {
            format!(
                "the KMS records of {} become what they were before ({})",
                changing(plan),
                wording::record_totals(&summary)
            )
        } else {
            "no KMS record differs from what it was before".to_owned()
        };
        format!(
            "Take back the plan {id}: {records}; what was done on hosts, in the directory and on clients is undone; publishing goes back to what it was."
        )
    } else if summary.changes_records() {
        format!(
            "Bring the KMS records of {} to what the topology says ({}, {} publishing): {}.",
            changing(plan),
            count(topology.hosts, "host"),
            wording::publishing(topology.publishing),
            wording::record_totals(&summary)
        )
    } else if plan.domains.iter().any(wording::is_unknown) {
        "No changes. No KMS record is added, changed or removed in the domains whose state is known.".to_owned()
    } else {
        format!(
            "No changes. No KMS record is added, changed or removed ({}, {} publishing).",
            count(topology.hosts, "host"),
            wording::publishing(topology.publishing)
        )
    }
}

/// One zone in a line.
pub fn zone(zone: &PlanZone) -> Inline {
    let mut line = Inline::default()
        .code(presentation::plain(&zone.spelling))
        .and(format!(": {}, from ", wording::form(zone)))
        .code(zone.source.as_str())
        .and(format!(
            "; {}, changed by {}",
            wording::kind(zone),
            wording::changed_by(zone)
        ));
    if let Some(server) = &zone.zone.server {
        line = line.and(" on ").code(server.as_str());
    }
    line
}

/// Roles and the steps that each has.
fn roles(plan: &Plan) -> String {
    let roles: Vec<String> = Role::ALL
        .iter()
        .filter_map(|role| {
            let numbers: Vec<usize> = plan
                .steps
                .iter()
                .filter(|step| step.action.role() == *role)
                .map(|step| step.number)
                .collect();
            let noun = if numbers.len() == 1 { "step" } else { "steps" };
            (!numbers.is_empty()).then(|| format!("{} ({noun} {})", role.title(), runs(&numbers)))
        })
        .collect();
    if roles.is_empty() {
        "none".to_owned()
    } else {
        and(&roles)
    }
}

/// Numbers in ascending order, runs of them as `2-4`.
pub(super) fn runs(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let texts: Vec<String> = runs
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    texts.join(", ")
}

/// The number of the first step whose action is of that kind.
fn step_where(plan: &Plan, kind: fn(&Action) -> bool) -> Option<usize> {
    plan.steps
        .iter()
        .find(|step| kind(&step.action))
        .map(|step| step.number)
}

/// Every wait that the steps hold, in sentences.
pub(super) fn duration(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return "there are no steps.".to_owned();
    }
    let mut waits = Vec::new();
    if let Some(next_day) = step_where(plan, |action| {
        matches!(action, Action::VerifyNextDay { .. })
    }) {
        let now = step_where(plan, |action| matches!(action, Action::VerifyNow { .. }));
        let from = now.map_or_else(|| "the change".to_owned(), |now| format!("step {now}"));
        waits.push(format!(
            "25 hours, from {from} to step {next_day}, and the time that the other steps take."
        ));
    }
    let replicates = |step: &&Step| match &step.action {
        Action::AwaitReplication { sets } => sets.iter().any(|set| set.zone.kind == ZoneKind::Ad),
        _ => false,
    };
    if let Some(step) = plan.steps.iter().find(replicates) {
        waits.push(format!(
            "Step {} waits until the directory has replicated; verification needs it once more.",
            step.number
        ));
    }
    let restarting: Vec<usize> = plan
        .steps
        .iter()
        .filter(|step| restarts(&step.action) != Restarts::None)
        .map(|step| step.number)
        .collect();
    let partly: Vec<usize> = plan
        .steps
        .iter()
        .filter(|step| restarts(&step.action) == Restarts::Some)
        .map(|step| step.number)
        .collect();
    let only = match partly.as_slice() {
        [] => String::new(),
        [one] => format!(", step {one} only where something is left to do"),
        more => format!(", steps {} only where something is left to do", runs(more)),
    };
    match restarting.as_slice() {
        [] => {}
        [one] => waits.push(format!(
            "Step {one} restarts the licensing service of each host that it names{only}."
        )),
        more => waits.push(format!(
            "Steps {} restart the licensing service of each host that they name{only}.",
            runs(more)
        )),
    }
    if let Some(ttl) = longest_ttl(plan) {
        waits.push(format!(
            "Caches may give the old records for up to {ttl} seconds, their TTL."
        ));
    }
    if let Some(new) = some_domains(plan, is_new) {
        waits.push(format!(
            "In {new} no record stands yet: clients that have asked also wait for the zone's negative TTL (SOA minimum)."
        ));
    }
    if let Some(watch) = step_where(plan, |action| {
        matches!(action, Action::WatchLeavingHosts { .. })
    }) {
        waits.push(format!(
            "Step {watch} goes on until clients have left the removed hosts; it has no fixed end."
        ));
    }
    if waits.is_empty() {
        "no step waits.".to_owned()
    } else {
        waits.join(" ")
    }
}

/// On which of a step's hosts the licensing service restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restarts {
    None,
    Some,
    All,
}

impl Restarts {
    fn of(hosts: impl Iterator<Item = bool>) -> Self {
        let hosts: Vec<bool> = hosts.collect();
        if hosts.iter().all(|restarts| *restarts) {
            Self::All
        } else if hosts.contains(&true) {
            Self::Some
        } else {
            Self::None
        }
    }
}

fn restarts(action: &Action) -> Restarts {
    if let Action::TakeBack { action } = action {
        return restarts(action);
    }
    let switched = |hosts: &[HostPublishing], switch, already| {
        let left = hosts.iter().map(|entry| Left::of(entry, switch, already));
        Restarts::of(left.map(|left| left.restart))
    };
    match action {
        Action::DisablePublishing { hosts, already } => switched(hosts, Switch::Off, already),
        Action::EnablePublishing { hosts, already } => switched(hosts, Switch::On, already),
        Action::SilenceLeavingHosts { hosts, already, .. } => {
            Restarts::of(hosts.iter().map(|host| !already.is_silent(host)))
        }
        // A host that listens on its port already restarts only to publish it.
        Action::MovePort {
            host,
            changes,
            already,
            ..
        } if already.has(&host.name, action::Part::Port) && !changes.is_empty() => Restarts::None,
        Action::MovePort { .. }
        | Action::RenewTickets { .. }
        | Action::VerifyAfterRestart { .. } => Restarts::All,
        _ => Restarts::None,
    }
}

/// The longest TTL of a record that changes or goes.
fn longest_ttl(plan: &Plan) -> Option<u32> {
    plan.domains
        .iter()
        .flat_map(|domain| &domain.changes)
        .filter(|change| matches!(change.verb, Verb::Change | Verb::Remove))
        .filter_map(|change| change.before.and_then(|before| before.ttl))
        .max()
}

/// The domains of which something is so, by name where they are few.
fn some_domains(plan: &Plan, is_so: fn(&PlanDomain) -> bool) -> Option<String> {
    let names: Vec<String> = plan
        .domains
        .iter()
        .filter(|domain| is_so(domain))
        .map(|domain| presentation::plain(&domain.name))
        .collect();
    match names.len() {
        0 => None,
        1..=MAX_NAMED => Some(and(&names)),
        more => Some(count(more, "domain")),
    }
}

/// The domains whose records change.
fn changing(plan: &Plan) -> String {
    some_domains(plan, wording::changes_records).unwrap_or_default()
}

/// Whether the domain gets its first records.
fn is_new(domain: &PlanDomain) -> bool {
    !domain.changes.is_empty() && domain.changes.iter().all(|change| change.verb == Verb::Add)
}

/// Impact, what triggers backing out, the point of no return.
fn risk_lines(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    let items = risk_items(plan)
        .into_iter()
        .map(|(label, text)| labelled(label, Inline::text(text)));
    blocks.push(Block::Items(items.collect()));
}

/// The same as labels and sentences.
pub(super) fn risk_items(plan: &Plan) -> Vec<(&'static str, String)> {
    let least: Vec<String> = plan
        .domains
        .iter()
        .filter(|domain| wording::changes_records(domain))
        .map(|domain| {
            format!(
                "{} in {}",
                domain.live.minimum,
                presentation::plain(&domain.name)
            )
        })
        .collect();
    let mut items = vec![("Impact:", wording::IMPACT.to_owned())];
    if !least.is_empty() {
        items.push((
            "Fewest live hosts on the way:",
            format!("{}.", least.join(", ")),
        ));
    }
    if plan.steps.is_empty() {
        return items;
    }
    items.push(("Back out when", "the check of a step fails and cannot be put right at once; when a server still does not give the planned records after replication; when a removed record comes back or a tuned one loses its numbers, and the host that wrote it is not found; or when a host that a planned record names does not answer on its port.".to_owned(),
    ));
    items.push(("Point of no return:", point_of_no_return(plan)));
    items
}

fn point_of_no_return(plan: &Plan) -> String {
    let mut sentences = vec![
        "none within the steps: what they change can be put back, see the back-out.".to_owned(),
    ];
    if saves_descriptors(plan) {
        sentences.push("For rights it needs the descriptors that were saved before.".to_owned());
    }
    if let Some(watch) = step_where(plan, |action| {
        matches!(action, Action::WatchLeavingHosts { .. })
    }) {
        sentences.push(format!(
            "Taking the KMS role away from a removed host, after step {watch}, is not part of the plan and ends the way back to that host."
        ));
    }
    sentences.push(
        "Clients keep the host that answered last until it fails, also after a back-out."
            .to_owned(),
    );
    sentences.join(" ")
}

/// Whether a step saves security descriptors, which the way back restores.
fn saves_descriptors(plan: &Plan) -> bool {
    step_where(plan, |action| {
        matches!(action, Action::SaveDescriptors { .. })
    })
    .is_some()
}

/// The steps in the order in which they are done, under the role that does them.
fn steps(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    if plan.steps.is_empty() {
        blocks.push(paragraph("There is nothing to do."));
    }
    let mut printed = Printed::default();
    for group in plan
        .steps
        .chunk_by(|one, next| one.action.role() == next.action.role())
    {
        if let Some(first) = group.first() {
            blocks.push(group_heading(first.action.role(), group));
        }
        for step in group {
            let made = instructions(&step.action);
            intro(step, blocks);
            printed.commands(Part::Commands, step, &made.commands, blocks);
            by_hand(&made, blocks);
            printed.commands(Part::Check, step, &made.check, blocks);
            printed.commands(Part::Undo, step, &made.undo, blocks);
            blocks.push(Block::Signature);
        }
    }
}

fn group_heading(role: Role, group: &[Step]) -> Block<'static> {
    heading(3, &group_title(role, group))
}

/// What stands above steps that one role does, one after another.
pub(super) fn group_title(role: Role, group: &[Step]) -> String {
    let numbers: Vec<usize> = group.iter().map(|step| step.number).collect();
    let noun = if numbers.len() == 1 { "step" } else { "steps" };
    format!("{}: {noun} {}", capital_first(role.title()), runs(&numbers))
}

/// Check box, place and reason of a step.
fn intro(step: &Step, blocks: &mut Vec<Block<'_>>) {
    let action = &step.action;
    blocks.push(Block::Step(Inline::strong(format!(
        "{}. {}",
        step.number,
        action.title()
    ))));
    let mut line = Inline::strong("Role:").and(format!(" {}. ", action.role().title()));
    line.0.push(Span::Strong("Where:".to_owned()));
    line = line.and(" ");
    line.0.extend(places(action).0);
    line = line.and(". ");
    line.0.push(Span::Strong("Why:".to_owned()));
    blocks.push(Block::Paragraph(line.and(format!(" {}", action.why()))));
    let already = action.already();
    if !already.is_empty() {
        blocks.push(Block::Items(
            already.into_iter().map(Inline::text).collect(),
        ));
    }
}

/// Where a step is done.
pub(super) fn places(action: &Action) -> Inline {
    let on = action.on();
    if on.is_empty() {
        return Inline::text(match action.role() {
            Role::Client => "clients",
            _ => "no server is known; the zone's primary server",
        });
    }
    let mut line = Inline::default();
    for (index, place) in on.iter().enumerate() {
        if index > 0 {
            line = line.and(", ");
        }
        line = line.code(place.strip_suffix('.').unwrap_or(place));
    }
    line
}

fn by_hand(made: &Instructions, blocks: &mut Vec<Block<'_>>) {
    if !made.by_hand.is_empty() {
        blocks.push(Block::Items(
            made.by_hand.iter().map(Inline::text).collect(),
        ));
    }
}

/// What a step's commands are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// To do it.
    Commands,
    /// To see that it is done.
    Check,
    /// To undo it.
    Undo,
}

impl Part {
    /// The word before its first command.
    fn label(self) -> &'static str {
        match self {
            Self::Commands => "",
            Self::Check => "Check:",
            Self::Undo => "Undo:",
        }
    }

    /// Where its text stands, for a later reference to it.
    fn of(self, step: usize) -> String {
        match self {
            Self::Commands => format!("step {step}"),
            Self::Check => format!("the check of step {step}"),
            Self::Undo => format!("the undo of step {step}"),
        }
    }
}

/// The fewest lines of a text that is worth a reference in place of its repetition.
const LONG: usize = 6;

/// The long texts that a document holds already: each is printed once.
#[derive(Debug, Default)]
pub(super) struct Printed(Vec<(Shell, String, String)>);

impl Printed {
    fn commands(&mut self, part: Part, step: &Step, all: &[Command], blocks: &mut Vec<Block<'_>>) {
        for (index, command) in all.iter().enumerate() {
            let mut line = if index == 0 && !part.label().is_empty() {
                Inline::strong(part.label()).and(" ")
            } else {
                Inline::default()
            };
            line = line.and(format!("{}:", shell(command.shell)));
            if !command.note.is_empty() {
                line = line.and(format!(" {}", command.note));
            }
            if let Some(place) = self.print(part, step, command) {
                blocks.push(Block::Paragraph(
                    line.and(format!(" The text is that of {place}.")),
                ));
                continue;
            }
            blocks.push(Block::Paragraph(line));
            blocks.push(Block::Code {
                language: language(command.shell),
                text: command.text.clone(),
            });
        }
    }

    /// Where the text of a command stands already; `None`: it is to be printed here.
    pub(super) fn print(&mut self, part: Part, step: &Step, command: &Command) -> Option<String> {
        if let Some(place) = self.place(command) {
            return Some(place.to_owned());
        }
        if command.text.lines().count() >= LONG {
            let place = part.of(step.number);
            self.0.push((command.shell, command.text.clone(), place));
        }
        None
    }

    /// Where the text stands already.
    fn place(&self, command: &Command) -> Option<&str> {
        self.0
            .iter()
            .find(|(shell, text, _)| *shell == command.shell && *text == command.text)
            .map(|(_, _, place)| place.as_str())
    }
}

/// What reads a command, for people.
pub(super) fn shell(shell: Shell) -> &'static str {
    match shell {
        Shell::Powershell => "PowerShell",
        Shell::Cmd => "Command prompt",
        Shell::Sh => "Shell",
        Shell::Nsupdate => "nsupdate",
        Shell::File => "File",
    }
}

/// The language of a fence, as highlighters know it.
fn language(shell: Shell) -> &'static str {
    match shell {
        Shell::Powershell => "powershell",
        Shell::Cmd => "bat",
        Shell::Sh => "sh",
        Shell::Nsupdate | Shell::File => "text",
    }
}

fn findings(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    if plan.findings.is_empty() {
        blocks.push(paragraph("There are no findings."));
        return;
    }
    blocks.push(Block::Items(plan.findings.iter().map(finding).collect()));
}

fn finding(finding: &Finding) -> Inline {
    let severity = match finding.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    let mut line = Inline::strong(severity)
        .and(" ")
        .code(finding.code.word())
        .and(" ")
        .code(finding.subject.as_str());
    if let Some((file, number)) = &finding.place {
        line = line.and(" at ").code(wording::at_line(file, *number));
    }
    line = line.and(format!(": {}", finding.message));
    match &finding.allowed {
        Some(reason) => {
            line = line.and(" ");
            line.0
                .push(Span::Strong(capital_first(&wording::accepted(reason))));
            line
        }
        None if finding.help.is_empty() => line,
        None => line.and(format!(" {}", finding.help)),
    }
}

/// The text with a capital letter at its beginning.
pub(super) fn capital_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// What is said where no step has a way back.
pub(super) const NOTHING_UNDONE: &str = "No step needs to be undone.";
/// Where the commands of the way back stand.
pub(super) const UNDO_STANDS: &str = " The commands stand under Undo at each step.";

/// The steps that have a way back, the last one first.
pub(super) fn undone(plan: &Plan) -> Vec<(&Step, Instructions)> {
    let steps = plan.steps.iter().rev();
    steps
        .map(|step| (step, instructions(&step.action)))
        .filter(|(_, made)| !made.undo.is_empty() || made.by_hand.iter().any(|said| is_undo(said)))
        .collect()
}

/// In which order steps are undone, and why.
pub(super) fn back_out_order(plan: &Plan) -> String {
    let mut how = "Undo the steps that were done, the last one first".to_owned();
    let switches = |step: &Step| match &step.action {
        Action::DisablePublishing { hosts, already } => hosts
            .iter()
            .any(|entry| Left::of(entry, Switch::Off, already).publishing),
        _ => false,
    };
    how.push_str(if plan.steps.iter().any(switches) {
        ": so the records are back before a host publishes again."
    } else {
        "."
    });
    if saves_descriptors(plan) {
        how.push_str(" Rights come back by restoring the saved descriptor.");
    }
    how
}

/// The way back: the undo of each step, the last step first.
fn back_out(plan: &Plan, form: BackOut, blocks: &mut Vec<Block<'_>>) {
    let undone = undone(plan);
    if undone.is_empty() {
        blocks.push(paragraph(NOTHING_UNDONE));
        return;
    }
    let mut how = back_out_order(plan);
    if form == BackOut::Short {
        how.push_str(UNDO_STANDS);
    }
    blocks.push(paragraph(how));
    let mut printed = Printed::default();
    for (step, made) in undone {
        blocks.push(Block::Step(Inline::strong(format!(
            "Undo step {} ({}): {}",
            step.number,
            step.action.role().title(),
            step.action.title()
        ))));
        if form == BackOut::Full {
            printed.commands(Part::Commands, step, &made.undo, blocks);
            let said: Vec<Inline> = made
                .by_hand
                .iter()
                .filter(|sentence| is_undo(sentence))
                .map(Inline::text)
                .collect();
            if !said.is_empty() {
                blocks.push(Block::Items(said));
            }
        }
    }
}

/// How much the way back repeats of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BackOut {
    /// The order alone: the commands stand in the same document.
    Short,
    /// With the commands.
    Full,
}

/// Whether a sentence tells how to undo by hand.
fn is_undo(sentence: &str) -> bool {
    sentence.starts_with("Undo:")
}

/// What is checked before, after each step, and at the end.
fn tests(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    let mut printed = Printed::default();
    for step in &plan.steps {
        let made = instructions(&step.action);
        let is_change = matches!(step.action, Action::PrepareNewHosts { .. });
        let is_test =
            matches!(step.action.phase(), Phase::Precheck | Phase::Verification) && !is_change;
        if is_test {
            intro(step, blocks);
            printed.commands(Part::Commands, step, &made.commands, blocks);
            by_hand(&made, blocks);
            printed.commands(Part::Check, step, &made.check, blocks);
            blocks.push(Block::Signature);
        } else if !made.check.is_empty() {
            blocks.push(Block::Step(Inline::strong(format!(
                "After step {}: {}",
                step.number,
                step.action.title()
            ))));
            printed.commands(Part::Commands, step, &made.check, blocks);
            blocks.push(Block::Signature);
        }
    }
    if plan.steps.is_empty() {
        blocks.push(paragraph("There is nothing to test."));
    }
}

/// What the diffs are for where commands change zones.
pub(super) fn diff_note(plan: &Plan) -> Option<&'static str> {
    let mut zones = plan.zones.iter();
    zones.any(|zone| zone.zone.apply != Apply::Patch).then_some(
        "It is of the files that were read, for review: zones that commands change are changed by the steps, not by this diff.",
    )
}

/// Whether a diff can be applied as it stands here.
pub(super) fn about_diff(diff: &FileDiff) -> &'static str {
    let carried = diff
        .unified
        .iter()
        .all(|octet| matches!(octet, b'\n' | b'\t' | b' '..=b'~'));
    if !diff.applies {
        "to read only: patch -p1 cannot apply it (the file is UTF-16, or came from standard input)."
    } else if carried {
        "applies with patch -p1."
    } else {
        "to read only, because octets that are not plain text are shown escaped. The output of --format diff applies with patch -p1."
    }
}

/// The diffs as text to read. What no text can carry is escaped, and said.
fn diffs(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    if plan.diffs.is_empty() {
        return;
    }
    blocks.push(heading(2, "Diff"));
    if let Some(note) = diff_note(plan) {
        blocks.push(paragraph(note));
    }
    for diff in &plan.diffs {
        let about = format!(": {}", about_diff(diff));
        blocks.push(Block::Paragraph(
            Inline::default().code(diff.path.as_str()).and(about),
        ));
        let mut text = String::new();
        for line in diff.unified.split_inclusive(|octet| *octet == b'\n') {
            text.push_str(&visible_bytes(line.strip_suffix(b"\n").unwrap_or(line)));
            text.push('\n');
        }
        blocks.push(Block::Code {
            language: "diff",
            text,
        });
    }
}

fn reminder(plan: &Plan, blocks: &mut Vec<Block<'_>>) {
    if let Some(reminder) = &plan.reminder {
        blocks.push(heading(2, "Reminder"));
        blocks.push(paragraph(wording::reminder(reminder)));
    }
}
