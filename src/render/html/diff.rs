//! The diffs of zone files, old and new side by side.

use super::frame::{Page, left_out, paragraph, scrolling};
use super::markup::{Element, Markup, data, el, heard};
use crate::plan::FileDiff;
use crate::render::terminal::visible_bytes;
use crate::render::ticket;

/// The most rows of all diffs.
const MAX_ROWS: usize = 600;
/// The most letters of a line.
const MAX_LETTERS: usize = 2_000;

/// A row: what stands on the left, what on the right.
enum Row {
    /// The lines from here on: in the old file, in the new one.
    Hunk(usize, usize),
    /// A line in both.
    Same(Line, Line),
    /// A line that becomes another, comes or goes.
    Changed(Option<Line>, Option<Line>),
    /// What is said of the line before.
    Remark(String),
}

/// A line and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    number: usize,
    text: String,
}

/// The section; nothing where no file changes.
pub(super) fn diffs(page: &mut Page<'_>) -> Markup {
    let plan = page.plan;
    if plan.diffs.is_empty() {
        return Markup::none();
    }
    let mut content = Markup::of(ticket::diff_note(plan).map(paragraph));
    let mut left = MAX_ROWS;
    let mut unshown = 0;
    for diff in &plan.diffs {
        let rows = rows(&diff.unified);
        if left == 0 {
            unshown += 1;
            continue;
        }
        content = content.and(file(diff, &rows, left));
        left = left.saturating_sub(rows.len());
    }
    if unshown > 0 {
        content = content.and(left_out(format!(
            "{unshown} more files are left out here; --format diff prints all."
        )));
    }
    content
}

fn file(diff: &FileDiff, rows: &[Row], most: usize) -> Markup {
    let about = el("p").text(ticket::capital_first(ticket::about_diff(diff)));
    let heading = el("h3").add(data(&diff.path));
    let column = |said: &str, span: usize| {
        let column = el("th").attr("scope", "colgroup").text(said);
        if span > 1 {
            column.attr("colspan", span)
        } else {
            column
        }
    };
    let side = || el("colgroup").add(el("col").class("no")).add(el("col"));
    let table = el("table")
        .class("diff")
        .add(
            el("caption")
                .text("Before and after of ")
                .add(data(&diff.path)),
        )
        .add(side())
        .add(side())
        .add(el("thead").add(el("tr").add(column("Before", 2)).add(column("After", 2))))
        .add(el("tbody").all(rows.iter().take(most).map(row)));
    let label = format!("Diff of {}", diff.path);
    let mut content = Markup::from(heading)
        .and(about)
        .and(scrolling("div", label).add(table));
    let more = rows.len().saturating_sub(most);
    if more > 0 {
        content = content.and(left_out(format!(
            "{more} more lines are left out here; --format diff prints all."
        )));
    }
    el("article").add(content).into()
}

fn row(row: &Row) -> Element {
    match row {
        Row::Hunk(old, new) => el("tr").class("hunk").add(
            el("td")
                .attr("colspan", 4)
                .text(format!("Line {old} before, line {new} after")),
        ),
        Row::Same(old, new) => el("tr")
            .add(number(Some(old)))
            .add(el("td").text(&old.text))
            .add(number(Some(new)))
            .add(el("td").text(&new.text)),
        Row::Changed(old, new) => {
            let (left, right) = match (old, new) {
                (Some(old), Some(new)) => {
                    let (first, last) = common(&old.text, &new.text);
                    (
                        changed("del", "\u{2212}", "removed: ", &old.text, first, last),
                        changed("ins", "+", "added: ", &new.text, first, last),
                    )
                }
                (old, new) => (
                    whole("del", "\u{2212}", "removed: ", old.as_ref()),
                    whole("ins", "+", "added: ", new.as_ref()),
                ),
            };
            el("tr")
                .add(number(old.as_ref()))
                .add(left)
                .add(number(new.as_ref()))
                .add(right)
        }
        Row::Remark(said) => el("tr")
            .class("hunk")
            .add(el("td").attr("colspan", 4).text(said)),
    }
}

fn number(line: Option<&Line>) -> Element {
    let cell = el("td").class("no");
    match line {
        Some(line) => cell.text(line.number.to_string()),
        None => cell,
    }
}

/// A line of which all is new or gone.
fn whole(kind: &'static str, sign: &str, said: &str, line: Option<&Line>) -> Element {
    match line {
        None => el("td").class("nothing"),
        Some(line) => changed(kind, sign, said, &line.text, 0, 0),
    }
}

/// A line of which the middle is new or gone; so many octets at its begin and its end stay.
fn changed(
    kind: &'static str,
    sign: &str,
    said: &str,
    line: &str,
    first: usize,
    last: usize,
) -> Element {
    let middle = line.len() - last;
    let mut content = el(kind)
        .add(
            el("span")
                .class("sign")
                .attr("aria-hidden", "true")
                .text(sign),
        )
        .add(heard(said))
        .text(&line[..first]);
    if first + last > 0 && first < middle {
        content = content.add(el("span").class("part").text(&line[first..middle]));
    } else {
        content = content.text(&line[first..middle]);
    }
    el("td").class(kind).add(content.text(&line[middle..]))
}

/// How many octets two lines have in common at their begins and at their ends.
fn common(one: &str, other: &str) -> (usize, usize) {
    let first: usize = one
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let last: usize = one[first..]
        .chars()
        .rev()
        .zip(other[first..].chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    (first, last)
}

/// The rows of a unified diff.
fn rows(unified: &[u8]) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut old, mut new) = (0, 0);
    let mut pairs = Pairs::default();
    let mut in_hunk = false;
    for line in unified.split_inclusive(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some((from, to)) = hunk(line) {
            pairs.end(&mut rows);
            (old, new) = (from, to);
            in_hunk = true;
            rows.push(Row::Hunk(old, new));
            continue;
        }
        let Some((sign, said)) = line.split_first().filter(|_| in_hunk) else {
            continue;
        };
        let said = shown(said);
        match sign {
            b'-' => {
                pairs.left.push(Line {
                    number: old,
                    text: said,
                });
                old += 1;
            }
            b'+' => {
                pairs.right.push(Line {
                    number: new,
                    text: said,
                });
                new += 1;
            }
            b' ' => {
                pairs.end(&mut rows);
                let left = Line {
                    number: old,
                    text: said.clone(),
                };
                rows.push(Row::Same(
                    left,
                    Line {
                        number: new,
                        text: said,
                    },
                ));
                old += 1;
                new += 1;
            }
            _ => {
                pairs.end(&mut rows);
                rows.push(Row::Remark(said.trim().to_owned()));
            }
        }
    }
    pairs.end(&mut rows);
    rows
}

/// Lines that go and lines that come in their place.
#[derive(Default)]
struct Pairs {
    left: Vec<Line>,
    right: Vec<Line>,
}

impl Pairs {
    fn end(&mut self, rows: &mut Vec<Row>) {
        let (mut left, mut right) = (self.left.drain(..), self.right.drain(..));
        loop {
            match (left.next(), right.next()) {
                (None, None) => break,
                (old, new) => rows.push(Row::Changed(old, new)),
            }
        }
    }
}

/// The first lines of a hunk, from its header `@@ -12,7 +12,9 @@`.
fn hunk(line: &[u8]) -> Option<(usize, usize)> {
    let line = std::str::from_utf8(line.strip_prefix(b"@@ -")?).ok()?;
    let (old, rest) = line.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let first = |range: &str| range.split(',').next()?.parse().ok();
    Some((first(old)?, first(new)?))
}

fn shown(line: &[u8]) -> String {
    let text = visible_bytes(line);
    if text.chars().count() <= MAX_LETTERS {
        return text;
    }
    let mut cut: String = text.chars().take(MAX_LETTERS).collect();
    cut.push('\u{2026}');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_stand_beside_those_that_come() {
        let unified = b"--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@\n a\n-b 1\n+b 2\n+c\n d\n\\ No newline at end of file\n";
        let rows = rows(unified);
        let said: Vec<String> = rows
            .iter()
            .map(|row| match row {
                Row::Hunk(old, new) => format!("@{old} {new}"),
                Row::Same(old, new) => format!("{}={} {}", old.number, new.number, old.text),
                Row::Changed(old, new) => {
                    let side = |line: &Option<Line>| {
                        line.as_ref().map_or(String::new(), |line| {
                            format!("{}:{}", line.number, line.text)
                        })
                    };
                    format!("{} | {}", side(old), side(new))
                }
                Row::Remark(said) => said.clone(),
            })
            .collect();
        assert_eq!(
            said,
            [
                "@3 3",
                "3=3 a",
                "4:b 1 | 4:b 2",
                " | 5:c",
                "5=6 d",
                "No newline at end of file"
            ]
        );
    }

    #[test]
    fn only_the_middle_of_a_line_changes() {
        assert_eq!(common("a 1 z", "a 22 z"), (2, 2));
        assert_eq!(common("aa", "aaa"), (2, 0));
        assert_eq!(common("", "x"), (0, 0));
    }
}
