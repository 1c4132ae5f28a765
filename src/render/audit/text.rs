//! An audit as plain text: the summary first, then what is amiss, the hosts, the domains; 80 columns where names
//! allow.

use super::sets::{Line, groups};
use super::wording;
use crate::audit::Audit;
use crate::presentation;
use crate::render::terminal::{Ink, Paint, visible};
use crate::render::wording::count;
use crate::render::wrap::wrap;

/// Columns of a line.
const WIDTH: usize = 80;
/// The longest name that others are lined up with.
const MAX_ALIGNED: usize = 34;
/// The most sources that the head names.
const MAX_SOURCES: usize = 12;

/// The audit as text, with colours or without.
pub fn text(audit: &Audit, colour: bool) -> String {
    let mut page = Page {
        out: String::new(),
        paint: Paint { colour },
    };
    page.head(audit);
    page.problems(audit);
    page.hosts(audit);
    page.domains(audit);
    page.unlisted(audit);
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

    /// Prose whose first line is indented by `first` columns and whose other lines by `others`.
    fn prose(&mut self, text: &str, first: usize, others: usize) {
        let text = visible(text);
        for (index, line) in wrap(&text, WIDTH, others).iter().enumerate() {
            if index == 0 {
                self.line(&format!("{:first$}{}", "", line.trim_start()));
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

    fn head(&mut self, audit: &Audit) {
        let (left, right) = ("KMS audit", wording::totals(audit));
        let gap = WIDTH.saturating_sub(left.len() + right.len()).max(2);
        let left = self.paint.ink(Ink::Bold, left);
        self.line(&format!("{left}{}{right}", " ".repeat(gap)));
        if let Some(topology) = &audit.topology {
            self.line(&format!("topology  {}", visible(&topology.path)));
        }
        for (index, source) in audit.sources.iter().take(MAX_SOURCES).enumerate() {
            let label = if index == 0 { "read" } else { "" };
            let path = visible(&source.path);
            self.line(&format!("{label:<10}{path}  {}", source.format.title()));
        }
        if audit.sources.len() > MAX_SOURCES {
            let more = count(audit.sources.len() - MAX_SOURCES, "more source");
            self.line(&format!("{:10}{more}", ""));
        }
        self.line("");
        for sentence in wording::summary(audit) {
            self.prose(&sentence, 0, 0);
        }
    }

    fn problems(&mut self, audit: &Audit) {
        self.heading("Problems");
        let problems = audit.problems();
        if problems.is_empty() {
            self.line("  none");
        }
        for (index, problem) in problems.iter().enumerate() {
            if index > 0 {
                self.line("");
            }
            let title = self.paint.ink(Ink::Yellow, wording::title(problem.kind));
            self.line(&format!("  {title}"));
            let meaning = wording::meaning(problem.kind, audit);
            self.prose(&meaning, 4, 4);
            for entry in &problem.entries {
                if let Some(said) = wording::entry(entry) {
                    self.prose(&format!("- {said}"), 4, 6);
                }
                if !entry.example.is_empty() {
                    self.prose(&format!("for example: {}", entry.example), 6, 6);
                }
                if !entry.help.is_empty() {
                    self.prose(&format!("help: {}", entry.help), 6, 6);
                }
            }
        }
    }

    fn hosts(&mut self, audit: &Audit) {
        if audit.hosts.is_empty() {
            return;
        }
        self.heading("KMS hosts");
        let names: Vec<String> = audit
            .hosts
            .iter()
            .map(|host| presentation::plain(&host.name))
            .collect();
        let width = aligned(names.iter());
        for (host, name) in audit.hosts.iter().zip(&names) {
            let label = format!("  {name:<width$}  ");
            let column = 2 + width + 2;
            let parts = visible(&wording::host(host).join(", "));
            if name.len() > width {
                self.line(&label);
                self.prose(&parts, column, column);
            } else {
                let lines = wrap(&parts, WIDTH, column);
                for (index, line) in lines.iter().enumerate() {
                    if index == 0 {
                        self.line(&format!("{label}{}", line.trim_start()));
                    } else {
                        self.line(line);
                    }
                }
            }
        }
    }

    fn domains(&mut self, audit: &Audit) {
        self.heading("Domains");
        for (index, group) in groups(audit).into_iter().enumerate() {
            if index > 0 {
                self.line("");
            }
            let names: Vec<String> = group
                .domains
                .iter()
                .map(|domain| presentation::plain(&domain.name))
                .collect();
            let note = match (names.len(), group.note.as_str()) {
                (1, "") => String::new(),
                (1, note) => note.to_owned(),
                (number, "") => format!("{}, the same records", count(number, "domain")),
                (number, note) => format!("{}, {note}", count(number, "domain")),
            };
            self.prose(&names.join(", "), 2, 2);
            if !note.is_empty() {
                self.prose(&format!("({note})"), 4, 5);
            }
            let width = aligned(group.lines.iter().map(|line| &line.endpoint));
            for line in &group.lines {
                self.record(line, width);
            }
        }
    }

    fn unlisted(&mut self, audit: &Audit) {
        for (index, (host, domains)) in wording::unlisted(audit).enumerate() {
            if index == 0 {
                self.heading(wording::UNLISTED);
            } else {
                self.line("");
            }
            self.prose(&host, 2, 2);
            self.prose(&domains, 4, 4);
        }
    }

    /// A record: host and port, its values, and at the line's end what the topology says.
    fn record(&mut self, line: &Line, width: usize) {
        let values = line.values.join(", ");
        let begin = format!("    {:<width$}  {values}", line.endpoint);
        let columns = begin.chars().count();
        let outcome = if line.is_quiet() {
            line.outcome.clone()
        } else {
            self.paint.ink(Ink::Yellow, &line.outcome)
        };
        if columns + 2 + line.outcome.len() <= WIDTH {
            let gap = " ".repeat(WIDTH - columns - line.outcome.len());
            self.line(&format!("{begin}{gap}{outcome}"));
        } else {
            self.line(&begin);
            let gap = " ".repeat(WIDTH.saturating_sub(line.outcome.len()));
            self.line(&format!("{gap}{outcome}"));
        }
    }
}

/// The width of a column: that of its widest text that is not too long to be lined up with.
fn aligned<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts
        .map(String::len)
        .filter(|columns| *columns <= MAX_ALIGNED)
        .max()
        .unwrap_or(0)
}
