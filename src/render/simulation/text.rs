//! A simulation as plain text, 80 columns where names allow.

use super::counts::{self, Counts};
use super::sets::{self, Failover, States};
use super::wording::{self, Names};
use super::{MAX_GROUPS, Report, columns};
use crate::plan::clients::{Movement, Served};
use crate::presentation;
use crate::render::terminal::{Ink, Paint, visible};
use crate::render::wording::count;
use crate::render::wrap::wrap;

/// Columns of a line.
const WIDTH: usize = 80;
/// The longest label that what follows is lined up with.
const MAX_ALIGNED: usize = 34;
/// The longest path that others are lined up with.
const MAX_PATH: usize = 50;
/// The most sources that the head names.
const MAX_SOURCES: usize = 12;

/// The simulation as text, with colours or without.
pub fn text(report: &Report, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        paint: Paint { colour },
    };
    page.head(report);
    for served in &report.simulation.served {
        page.set(report, served);
    }
    page.clients(report);
    page.counts(report);
    page.reach(report);
    page.heading("A KMS host key");
    page.prose(&report.key_limit(), 2);
    page.heading("What this rests on");
    for assumption in wording::ASSUMPTIONS {
        page.labelled("  -", assumption, 4);
    }
    page.out
}

/// Text that grows line by line.
struct Page {
    out: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    fn prose(&mut self, text: &str, indent: usize) {
        for line in wrapped(text, indent) {
            self.line(&line);
        }
    }

    /// Prose behind a label, all of its lines indented by `indent`.
    fn labelled(&mut self, label: &str, text: &str, indent: usize) {
        let lines = wrapped(text, indent);
        let long = label.chars().count() >= indent;
        if long {
            self.line(label);
        }
        for (index, line) in lines.iter().enumerate() {
            if index == 0 && !long {
                self.line(&format!("{label:indent$}{}", line.trim_start()));
            } else {
                self.line(line);
            }
        }
    }

    fn heading(&mut self, heading: &str) {
        let heading = self.paint.ink(Ink::Bold, heading);
        self.line("");
        self.line(&heading);
    }

    fn table(&mut self, rows: &[Vec<String>], indent: usize) {
        for line in columns::lines(rows, WIDTH, indent) {
            self.line(&line);
        }
    }

    fn head(&mut self, report: &Report) {
        let (left, right) = ("KMS simulation", report.totals());
        let gap = WIDTH.saturating_sub(left.len() + right.len()).max(2);
        let left = self.paint.ink(Ink::Bold, left);
        self.line(&format!("{left}{}{right}", " ".repeat(gap)));
        self.line(&format!("topology  {}", visible(&report.topology)));
        let shown = report.sources.iter().take(MAX_SOURCES);
        let shown: Vec<(String, &str)> = shown
            .map(|(path, format)| (visible(path), *format))
            .collect();
        let widths = shown.iter().map(|(path, _)| path.chars().count());
        let width = widths.filter(|width| *width <= MAX_PATH).max().unwrap_or(0);
        for (index, (path, format)) in shown.iter().enumerate() {
            let label = if index == 0 { "read" } else { "" };
            self.line(&format!("{label:<10}{path:<width$}  {format}"));
        }
        if report.sources.len() > MAX_SOURCES {
            let more = count(report.sources.len() - MAX_SOURCES, "more source");
            self.line(&format!("{:10}{more}", ""));
        }
        if report.sources.is_empty() {
            self.line("read      nothing: the records are those of the topology alone");
        }
        if !report.down.is_empty() {
            let names: Vec<String> = report.down.iter().map(presentation::plain).collect();
            self.labelled("down", &names.join(", "), 10);
        }
    }

    /// The record set of domains: records, who serves while hosts are down, how clients move.
    fn set(&mut self, report: &Report, served: &Served) {
        self.heading(&wording::domains(&served.domains));
        let states = sets::states(served);
        if let Some(domains) = sets::domains(served) {
            self.prose(&domains, 2);
        }
        if let Some(note) = sets::note(served, report.knows_before()) {
            self.prose(note, 2);
        }
        let rows = sets::rows(served);
        if states == States::Unknown || rows.is_empty() {
            return;
        }
        let mut table = vec![sets::heads(states)];
        table.extend(rows.iter().map(|row| sets::cells(served, row, states)));
        self.table(&table, 2);
        let hosts = sets::hosts(served);
        let names = Names::of(&hosts);
        self.failover(report, served, &names);
        if let Some(movement) = report.simulation.movement(served) {
            self.movement(&movement);
        }
    }

    fn failover(&mut self, report: &Report, served: &Served, names: &Names) {
        let (rows, missing) = sets::failover(served, &report.down, names);
        if rows.is_empty() && missing.is_empty() {
            return;
        }
        self.line("");
        self.line(&format!("  {}", sets::FAILOVER));
        let labels: Vec<String> = rows.iter().map(|row| names.all(&row.down)).collect();
        let widths = labels.iter().map(|label| label.chars().count());
        let width = widths.filter(|width| *width <= MAX_ALIGNED).max();
        let indent = 4 + width.unwrap_or(0) + 2;
        for (row, label) in rows.iter().zip(&labels) {
            let Failover { before, after, .. } = row;
            let served = after.as_ref().or(before.as_ref());
            let served = served.map_or("not known", String::as_str);
            self.labelled(&format!("    {label}"), served, indent);
        }
        for sentence in missing {
            self.prose(&sentence, 4);
        }
    }

    fn movement(&mut self, movement: &Movement) {
        self.line("");
        self.prose(sets::MOVEMENT, 2);
        let names = Names::of(&movement.hosts);
        let head: Vec<String> = movement.hosts.iter().map(|host| names.name(host)).collect();
        for (title, days) in sets::cases(movement) {
            self.line(&format!("  {title}"));
            let mut head = head.clone();
            if sets::leaves_some(days) {
                head.push("nobody".to_owned());
            }
            let rows = sets::days(days);
            let mut table = vec![[vec!["day".to_owned()], head.clone()].concat()];
            table.extend(
                rows.iter()
                    .map(|(label, parts)| [vec![label.clone()], parts.clone()].concat()),
            );
            if columns::fits(&table, WIDTH, 4) {
                self.table(&table, 4);
                continue;
            }
            for (label, parts) in &rows {
                let parts: Vec<String> = head
                    .iter()
                    .zip(parts)
                    .map(|(host, part)| format!("{host} {part}"))
                    .collect();
                self.labelled(&format!("    day {label}"), &parts.join(", "), 16);
            }
        }
    }

    fn clients(&mut self, report: &Report) {
        self.heading("Clients");
        let groups = &report.simulation.groups;
        if groups.is_empty() {
            self.prose(wording::NO_CLIENTS, 2);
        }
        for (group, before, after) in groups.iter().take(MAX_GROUPS) {
            self.line(&format!("  {}", presentation::plain(&group.domain)));
            let told = format!("{}; {}", wording::clients(group), wording::manner(group));
            self.prose(&told, 4);
            let before = report.knows_before().then_some(before);
            self.prose(&wording::looks_up(group, before, after), 4);
        }
        if let Some(more) = report.more_groups() {
            self.prose(&more, 2);
        }
    }

    fn counts(&mut self, report: &Report) {
        if report.simulation.groups.is_empty() {
            return;
        }
        let counts = report.counts();
        self.heading("Distinct clients that each host counts in 30 days");
        if counts.is_empty() {
            self.prose(wording::NONE_COUNTED, 2);
            return;
        }
        let rows = counts.rows(&report.simulation);
        let mut table = vec![counts.heads()];
        for row in &rows {
            table.push(vec![counts::host(row)]);
            if row.thresholds.is_empty() {
                table.push(vec![format!("  {}", wording::NO_THRESHOLD)]);
            }
            let cells = row.thresholds.iter().map(|row| counts.cells(row));
            table.extend(cells.map(indented));
        }
        self.table(&table, 2);
        let remedies = counts::remedies(&rows);
        if !remedies.is_empty() {
            self.line("");
        }
        for sentence in remedies {
            self.prose(&sentence, 2);
        }
        self.each_down(&counts);
        if !counts.standbys.is_empty() {
            self.heading("Standbys");
            self.prose(wording::STANDBYS, 2);
        }
        for standby in &counts.standbys {
            self.prose(&wording::standby(standby), 2);
            let mut table = vec![wording::wait_heads()];
            table.extend(standby.waits.iter().map(wording::wait));
            self.table(&table, 4);
        }
    }

    /// What the others count while one host is down.
    fn each_down(&mut self, counts: &Counts) {
        self.heading(wording::EACH_DOWN);
        let Some(each) = &counts.each_down else {
            self.prose(&wording::too_many(counts.after.len(), "one by one"), 2);
            return;
        };
        let names = Names::of(each.iter().map(|(host, _)| host));
        let mut table = vec![wording::down_heads()];
        for (down, loads) in each {
            table.push(vec![format!("{} down", names.name(down))]);
            let others = loads.iter().filter(|load| load.host != *down);
            let cells = others.map(|load| wording::down_cells(load, &names));
            table.extend(cells.map(indented));
        }
        self.table(&table, 2);
    }

    fn reach(&mut self, report: &Report) {
        self.heading("Ports that clients must reach");
        let ports = report.ports();
        if ports.is_empty() {
            self.line("  none: no record is planned");
            return;
        }
        for (host, port) in ports {
            self.line(&format!("  {}  TCP {port}", presentation::plain(&host)));
        }
        self.prose(wording::REACH, 2);
    }
}

/// A row below the line of what it belongs to.
fn indented(mut cells: Vec<String>) -> Vec<String> {
    if let Some(first) = cells.first_mut() {
        first.insert_str(0, "  ");
    }
    cells
}

/// The lines of prose. A number and its percent sign stay together.
fn wrapped(text: &str, indent: usize) -> Vec<String> {
    /// What stands for a blank that does not break: no text has it once it is safe for a terminal.
    const JOINT: &str = "\u{1f}";
    let text = visible(text).replace(" %", &format!("{JOINT}%"));
    let lines = wrap(&text, WIDTH, indent).into_iter();
    lines.map(|line| line.replace(JOINT, " ")).collect()
}
