//! The plan as plain text, for a terminal and for tickets without markup: 80 columns where names allow.

use super::terminal::{Ink, Paint, visible, visible_bytes};
use super::ticket::{self, Block, Inline, Section};
use super::wording;
use super::wrap::wrap;
use crate::plan::{Change, Finding, Plan, PlanDomain, Severity, Verb};
use crate::{parallel, presentation};

/// Columns of a line.
const WIDTH: usize = 80;
/// The longest endpoint that others of its domain are lined up with.
const MAX_ALIGNED: usize = 34;

/// How many domains or steps a thread writes at a time.
const PER_TURN: usize = 64;

/// How text is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// Whether colours are used: escape sequences appear only then.
    pub colour: bool,
}

/// The plan at a glance: what it was made from, records, steps, findings, totals, the reminder.
pub fn text(plan: &Plan, options: &TextOptions) -> String {
    let mut page = Page::new(options.colour);
    page.head(plan);
    page.domains(plan);
    page.steps(plan);
    page.findings(&plan.findings);
    page.totals(plan);
    page.reminder(plan);
    page.out
}

/// One part of the change ticket as plain text, for tools that keep the parts in fields of their own.
pub fn text_section(plan: &Plan, section: Section) -> String {
    let mut page = Page::new(false);
    page.blocks(&ticket::section(plan, section));
    page.out
}

/// Text that grows line by line.
struct Page {
    out: String,
    paint: Paint,
}

impl Page {
    fn new(colour: bool) -> Self {
        Self {
            out: String::new(),
            paint: Paint { colour },
        }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// An empty line, never two of them and never a first one.
    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn prose(&mut self, text: &str, indent: usize) {
        for line in wrap(text, WIDTH, indent) {
            self.line(&line);
        }
    }

    /// Prose whose first line begins with `label` and whose other lines are indented by `indent`.
    fn labelled(&mut self, label: &str, text: &str, indent: usize) {
        self.labelled_lines(label, &wrap(text, WIDTH, indent), indent);
    }

    /// The same with the lines that the text was broken into.
    fn labelled_lines(&mut self, label: &str, lines: &[String], indent: usize) {
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                self.line(&format!("{label:indent$}{}", line.trim_start()));
            } else {
                self.line(line);
            }
        }
        if lines.is_empty() {
            self.line(label);
        }
    }

    fn heading(&mut self, heading: &str) {
        self.gap();
        let heading = self.paint.ink(Ink::Bold, heading);
        self.line(&heading);
    }

    /// `left` and `right` at the two ends of a line, or on two lines.
    fn ends(&mut self, left: &str, right: &str) {
        let columns = left.chars().count() + right.chars().count();
        let left = self.paint.ink(Ink::Bold, left);
        if columns + 2 <= WIDTH {
            self.line(&format!("{left}{}{right}", " ".repeat(WIDTH - columns)));
        } else {
            self.line(&left);
            self.line(&format!("{right:>WIDTH$}"));
        }
    }

    fn head(&mut self, plan: &Plan) {
        let topology = &plan.topology;
        self.ends(
            &wording::title(plan),
            &format!(
                "{} publishing, {}",
                wording::publishing(topology.publishing),
                wording::count(topology.hosts, "host")
            ),
        );
        self.line(&format!("topology  {}", visible(&topology.path)));
        let names: Vec<String> = plan
            .zones
            .iter()
            .map(|zone| presentation::plain(&zone.spelling))
            .collect();
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for (index, (zone, name)) in plan.zones.iter().zip(&names).enumerate() {
            let label = if index == 0 { "read" } else { "" };
            let form = visible(&wording::form(zone));
            self.line(&format!("{label:<10}{name:<width$}  {form}"));
        }
        if plan.zones.is_empty() {
            self.line("read      no zone of these domains");
        }
    }

    fn domains(&mut self, plan: &Plan) {
        if !plan.summary().changes_records() {
            self.gap();
            self.line("No changes.");
        }
        let mut unchanged = false;
        let changed = parallel::map(&plan.domains, PER_TURN, |domain| {
            let mut page = Page {
                paint: self.paint,
                ..Page::new(false)
            };
            if !is_quiet(domain) {
                page.domain(domain);
            }
            page.out
        });
        for (domain, text) in plan.domains.iter().zip(changed) {
            let quiet = is_quiet(domain);
            if !(quiet && unchanged) {
                self.gap();
            }
            unchanged = quiet;
            if quiet {
                let name = presentation::plain(&domain.name);
                let state = match domain.changes.len() {
                    0 => "no records, nothing planned".to_owned(),
                    records => format!(
                        "{} to keep, {}",
                        wording::count(records, "record"),
                        wording::live(domain)
                    ),
                };
                self.ends(&name, &state);
            } else {
                self.out.push_str(&text);
            }
        }
    }

    fn domain(&mut self, domain: &PlanDomain) {
        self.ends(&presentation::plain(&domain.name), &wording::live(domain));
        if wording::is_unknown(domain) {
            self.prose(
                "No source tells which records stand here now: read its zone and plan again.",
                2,
            );
        }
        let width = domain
            .changes
            .iter()
            .map(|change| wording::endpoint(change).len())
            .filter(|columns| *columns <= MAX_ALIGNED)
            .max()
            .unwrap_or(0);
        for change in &domain.changes {
            self.record(change, domain, width);
        }
    }

    /// One record: sign, host and port, what differs, and at the line's end what it means.
    fn record(&mut self, change: &Change, domain: &PlanDomain, width: usize) {
        let endpoint = wording::endpoint(change);
        let outcome = wording::outcome(change, domain);
        let column = 4 + width + 2;
        let begin = column.max(4 + endpoint.len() + 2);
        let lines = flow(
            &wording::fields(change),
            WIDTH.saturating_sub(begin + outcome.len() + 2),
            WIDTH - column,
        );
        let sign = self.sign(change.verb);
        for (index, fields) in lines.iter().enumerate() {
            if index == 0 {
                let line = format!("  {sign} {endpoint:<width$}  {fields}");
                self.outcome(&line, begin + fields.len(), &outcome);
            } else {
                self.line(&format!("{:column$}{fields}", ""));
            }
        }
    }

    /// Ends a record's line with its outcome at the right edge; on a line of its own if it does not fit.
    fn outcome(&mut self, line: &str, columns: usize, outcome: &str) {
        if columns + 2 + outcome.len() <= WIDTH {
            let gap = " ".repeat(WIDTH - columns - outcome.len());
            self.line(&format!("{line}{gap}{outcome}"));
        } else {
            self.line(line);
            self.line(&format!("{outcome:>WIDTH$}"));
        }
    }

    fn sign(&self, verb: Verb) -> String {
        let sign = wording::sign(verb).to_string();
        match verb {
            Verb::Keep => sign,
            Verb::Change => self.paint.ink(Ink::Yellow, &sign),
            Verb::Add => self.paint.ink(Ink::Green, &sign),
            Verb::Remove => self.paint.ink(Ink::Red, &sign),
        }
    }

    fn steps(&mut self, plan: &Plan) {
        if plan.steps.is_empty() {
            return;
        }
        self.heading("Steps");
        let digits = plan.steps.len().to_string().len().max(2);
        let indent = 13 + digits + 2;
        let mut last = None;
        let titles = parallel::map(&plan.steps, PER_TURN, |step| {
            wrap(&visible(&step.action.title()), WIDTH, indent)
        });
        for (step, title) in plan.steps.iter().zip(titles) {
            let role = step.action.role();
            let team = if last == Some(role) { "" } else { role.team() };
            last = Some(role);
            let label = format!("  {team:<11}{:>digits$}", step.number);
            self.labelled_lines(&label, &title, indent);
            for line in step.action.already() {
                self.prose(&visible(&line), indent + 2);
            }
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        self.heading("Findings");
        for finding in findings {
            self.finding(finding);
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let severity = finding.severity.word();
        let head = format!("{severity}[{}]", finding.code.word());
        let ink = match finding.severity {
            Severity::Error => Ink::Red,
            Severity::Warning => Ink::Yellow,
            Severity::Note => Ink::Cyan,
        };
        let lines = wrap(&format!("{head} {}", visible(&finding.subject)), WIDTH, 2);
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                let painted = self.paint.ink(ink, &head);
                self.line(&line.replacen(&head, &painted, 1));
            } else {
                self.line(&format!("  {line}"));
            }
        }
        if let Some((file, line)) = &finding.place {
            self.line(&format!("    {}", visible(&wording::at_line(file, *line))));
        }
        self.prose(&visible(&finding.message), 4);
        match &finding.allowed {
            Some(reason) => self.prose(&visible(&wording::accepted(reason)), 4),
            None if finding.help.is_empty() => {}
            None => self.prose(&format!("help: {}", visible(&finding.help)), 4),
        }
    }

    /// One sentence of totals, broken between records and findings where it is too long for a line.
    fn totals(&mut self, plan: &Plan) {
        let summary = plan.summary();
        let records = wording::record_totals(&summary);
        let steps = wording::count(plan.steps.len(), "step");
        let findings = wording::finding_totals(&summary);
        self.gap();
        let line = format!("{records}; {steps}; {findings}.");
        if line.len() <= WIDTH {
            self.line(&line);
        } else {
            self.line(&format!("{records};"));
            self.line(&format!("{steps}; {findings}."));
        }
        if summary.errors > 0 {
            self.line(&format!("{}.", wording::verdict(&summary)));
        }
    }

    /// The reminder as the last paragraph: its label goes before the sentence.
    fn reminder(&mut self, plan: &Plan) {
        if let Some(reminder) = &plan.reminder {
            let mut text = wording::reminder(reminder);
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            self.gap();
            self.prose(&format!("Reminder: {text}"), 0);
        }
    }

    fn blocks(&mut self, blocks: &[Block<'_>]) {
        for block in blocks {
            match block {
                Block::Heading { level, text } => {
                    self.gap();
                    let text = text.plain();
                    self.line(&text);
                    let rule = match level {
                        1 => "=",
                        2 => "-",
                        _ => "",
                    };
                    self.line_if(&rule.repeat(text.chars().count()));
                }
                Block::Paragraph(text) => {
                    self.gap();
                    self.prose(&text.plain(), 0);
                }
                Block::Items(items) => {
                    self.gap();
                    for item in items {
                        self.labelled("-", &item.plain(), 2);
                    }
                }
                Block::Zones(plan) => self.zones(plan),
                Block::Domain(domain) => {
                    self.gap();
                    self.domain(domain);
                }
                Block::Shares(_) => {}
                Block::Table { rows, .. } => {
                    self.gap();
                    for row in rows {
                        let cells = row.iter().map(|cell| Inline(vec![cell.clone()]).plain());
                        self.labelled("-", &cells.collect::<Vec<_>>().join(", "), 2);
                    }
                }
                Block::Step(text) => {
                    self.gap();
                    self.labelled("[ ]", &text.plain(), 4);
                }
                Block::Nested(items) => {
                    for item in items {
                        self.labelled("    -", &item.plain(), 6);
                    }
                }
                Block::Signature => {
                    self.gap();
                    self.line("Who:                     When:                     Result:");
                }
                Block::Code { text, .. } => {
                    self.gap();
                    for line in text.lines() {
                        self.line(&visible_bytes(line.as_bytes()));
                    }
                    self.gap();
                }
            }
        }
    }

    fn line_if(&mut self, line: &str) {
        if !line.is_empty() {
            self.line(line);
        }
    }

    fn zones(&mut self, plan: &Plan) {
        self.gap();
        for zone in &plan.zones {
            self.labelled("-", &ticket::zone(zone).plain(), 2);
        }
    }
}

/// Whether a domain takes one line: nothing changes in it, and that is known.
fn is_quiet(domain: &PlanDomain) -> bool {
    !wording::changes_records(domain) && !wording::is_unknown(domain)
}

/// Fields one after another, parted by commas, in lines of that many columns. The first line may stay
/// empty; a field never breaks.
fn flow(fields: &[String], first: usize, others: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut fields = fields.iter().peekable();
    while let Some(field) = fields.next() {
        let comma = if fields.peek().is_some() { "," } else { "" };
        let room = if lines.is_empty() { first } else { others };
        let blank = usize::from(!line.is_empty());
        if line.len() + blank + field.len() + comma.len() > room && (blank > 0 || lines.is_empty())
        {
            lines.push(std::mem::take(&mut line));
        } else if blank > 0 {
            line.push(' ');
        }
        line.push_str(field);
        line.push_str(comma);
    }
    lines.push(line);
    lines
}
