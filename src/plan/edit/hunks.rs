//! A unified diff of the windows around splices.
//!
//! A zone file may have millions of lines, the edit touches a few: only the lines that a splice touches are
//! compared, line numbers are counted, nothing else is looked at. LF alone ends a line; a CR is content, as
//! `patch` sees it.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::splices::{Splice, apply};
use crate::visible::acts;

/// Lines of context before and after a change, as `diff -u` gives.
const CONTEXT: usize = 3;

/// Whole lines of the old file and what stands in their place, both in octets.
struct Change {
    old: Range<usize>,
    new: Vec<u8>,
}

/// The unified diff of the file `path`, empty if the splices change nothing.
pub(in crate::plan) fn unified(path: &str, bytes: &[u8], splices: &[Splice]) -> Vec<u8> {
    let changes = changes(bytes, splices);
    let mut out = Vec::new();
    if changes.is_empty() {
        return out;
    }
    out.extend_from_slice(header(path).as_bytes());
    let mut lines = LineCount::default();
    // How many lines the new file is ahead of the old one.
    let mut ahead: isize = 0;
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let mut count = 1;
        while rest.get(count).is_some_and(|next| {
            forward(bytes, rest[count - 1].old.end, 2 * CONTEXT) >= next.old.start
        }) {
            count += 1;
        }
        let (hunk, later) = rest.split_at(count);
        let start = back(bytes, first.old.start, CONTEXT);
        let line = lines.at(bytes, start);
        ahead += write_hunk(&mut out, bytes, start, line, ahead, hunk);
        rest = later;
    }
    out
}

/// Whether octets are a diff as [`unified`] writes one of the file `path`: of that file alone.
pub(in crate::plan) fn is_unified(path: &str, diff: &[u8]) -> bool {
    let Some(hunks) = diff.strip_prefix(header(path).as_bytes()) else {
        return false;
    };
    let mut lines = hunks.split_inclusive(|octet| *octet == b'\n').peekable();
    let mut is_one = lines.peek().is_some();
    while let Some(line) = lines.next() {
        let Some((mut old, mut new)) = sizes(line) else {
            return false;
        };
        while is_one && (old, new) != (0, 0) {
            let (in_old, in_new) = match lines.next().and_then(|line| line.first()) {
                Some(b' ') => (1, 1),
                Some(b'-') => (1, 0),
                Some(b'+') => (0, 1),
                Some(b'\\') => (0, 0),
                _ => return false,
            };
            is_one = old >= in_old && new >= in_new;
            old = old.saturating_sub(in_old);
            new = new.saturating_sub(in_new);
        }
        while lines.next_if(|line| line.starts_with(b"\\")).is_some() {}
    }
    is_one
}

/// How many lines of the old and the new file a hunk has, by its head `@@ -1,7 +1,8 @@`.
fn sizes(line: &[u8]) -> Option<(u64, u64)> {
    let line = str::from_utf8(line).ok()?;
    let ranges = line.strip_prefix("@@ -")?.strip_suffix(" @@\n")?;
    let (old, new) = ranges.split_once(" +")?;
    let size = |range: &str| {
        let (start, size) = range.split_once(',').unwrap_or((range, "1"));
        start.parse::<u64>().ok()?;
        size.parse::<u64>().ok()
    };
    Some((size(old)?, size(new)?))
}

/// The two lines before the first hunk.
fn header(path: &str) -> String {
    let label = label(path);
    [("---", 'a'), ("+++", 'b')]
        .map(|(mark, side)| format!("{mark} {}\n", quoted(&format!("{side}/{label}"))))
        .concat()
}

/// Writes the hunk that begins at the octet `start`, line `line` (from 0) of the old file. Returns by how
/// many lines the new file grows.
fn write_hunk(
    out: &mut Vec<u8>,
    bytes: &[u8],
    start: usize,
    line: usize,
    ahead: isize,
    changes: &[Change],
) -> isize {
    let mut body = Vec::new();
    let (mut old, mut new) = (0, 0);
    let mut at = start;
    for change in changes {
        let kept = write_lines(&mut body, b' ', &bytes[at..change.old.start]);
        old += kept + write_lines(&mut body, b'-', &bytes[change.old.clone()]);
        new += kept + write_lines(&mut body, b'+', &change.new);
        at = change.old.end;
    }
    let kept = write_lines(&mut body, b' ', &bytes[at..forward(bytes, at, CONTEXT)]);
    old += kept;
    new += kept;
    let header = format!(
        "@@ -{} +{} @@\n",
        span(line, old),
        span(line.saturating_add_signed(ahead), new)
    );
    out.extend_from_slice(header.as_bytes());
    out.append(&mut body);
    new.cast_signed() - old.cast_signed()
}

/// A side of a hunk's header: first line and number of lines. An empty side names the line before it.
fn span(line: usize, count: usize) -> String {
    match count {
        0 => format!("{line},0"),
        1 => format!("{}", line + 1),
        _ => format!("{},{count}", line + 1),
    }
}

/// Writes lines with a mark before each and says how many they are.
fn write_lines(out: &mut Vec<u8>, mark: u8, text: &[u8]) -> usize {
    let lines = split_lines(text);
    for line in &lines {
        out.push(mark);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
    lines.len()
}

/// The changes of whole lines that the splices make, in order.
fn changes(bytes: &[u8], splices: &[Splice]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut rest = splices;
    while let Some(first) = rest.first() {
        let mut block = touched(bytes, first);
        let mut count = 1;
        let new = loop {
            while let Some(next) = rest.get(count).map(|next| touched(bytes, next)) {
                if next.start > block.end {
                    break;
                }
                block.end = block.end.max(next.end);
                count += 1;
            }
            let new = replaced(bytes, &block, &rest[..count]);
            // Where a line has lost its end, the one after it is a part of it.
            if new.is_empty() || new.ends_with(b"\n") || block.end == bytes.len() {
                break new;
            }
            block.end = forward(bytes, block.end, 1);
        };
        compare(block.start, &bytes[block], &new, &mut changes);
        rest = &rest[count..];
    }
    changes
}

/// The lines of `block` after the splices in it.
fn replaced(bytes: &[u8], block: &Range<usize>, splices: &[Splice]) -> Vec<u8> {
    let inside: Vec<Splice> = splices
        .iter()
        .map(|splice| {
            let range = splice.range();
            Splice::new(
                range.start - block.start..range.end - block.start,
                splice.text(),
            )
        })
        .collect();
    apply(&bytes[block.clone()], &inside)
}

/// The whole lines that a splice touches; empty where it puts lines in between two others.
fn touched(bytes: &[u8], splice: &Splice) -> Range<usize> {
    let range = splice.range();
    let start = back(bytes, range.start, 0);
    let whole_lines = splice.text().is_empty() || splice.text().ends_with(b"\n");
    if start == range.start && whole_lines && back(bytes, range.end, 0) == range.end {
        return range;
    }
    start..forward(bytes, range.end, 1)
}

/// Adds the lines of `old`, which stands at the octet `at`, that differ from those of `new`.
fn compare(at: usize, old: &[u8], new: &[u8], changes: &mut Vec<Change>) {
    let (old, new) = (split_lines(old), split_lines(new));
    let mut at = at;
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let gone = old[op.old_range()]
            .iter()
            .map(|line| line.len())
            .sum::<usize>();
        let next = at + gone;
        if !matches!(op, DiffOp::Equal { .. }) {
            changes.push(Change {
                old: at..next,
                new: new[op.new_range()].concat(),
            });
        }
        at = next;
    }
}

fn split_lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&octet| octet == b'\n').collect()
}

/// The start of the line that is `count` lines before the one that `at` stands in.
fn back(bytes: &[u8], at: usize, count: usize) -> usize {
    let mut start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |lf| lf + 1);
    for _ in 0..count {
        let Some(before) = start.checked_sub(1) else {
            break;
        };
        start = memchr::memrchr(b'\n', &bytes[..before]).map_or(0, |lf| lf + 1);
    }
    start
}

/// The end of the `count`-th line from `at` on.
fn forward(bytes: &[u8], at: usize, count: usize) -> usize {
    let mut end = at;
    for _ in 0..count {
        end = memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |lf| end + lf + 1);
    }
    end
}

/// Counts lines from one place to the next, so that no octet is counted twice.
#[derive(Default)]
struct LineCount {
    at: usize,
    lines: usize,
}

impl LineCount {
    /// The line, from 0, that begins at the octet `start`; `start` never goes back.
    fn at(&mut self, bytes: &[u8], start: usize) -> usize {
        self.lines += memchr::memchr_iter(b'\n', &bytes[self.at..start]).count();
        self.at = start;
        self.lines
    }
}

/// The path under `a/` and `b/`: as typed, but for a path that leads out of the folder where the diff is
/// applied (absolute, with a drive letter or `..`) its last component.
fn label(path: &str) -> &str {
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if path.starts_with('/') || drive || path.split('/').any(|part| part == "..") {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.as_bytes() {
            [letter, b':', ..] if letter.is_ascii_alphabetic() => &name[2..],
            _ => name,
        }
    } else {
        path
    }
}

/// A file name in a diff's header: in quotes with C escapes, as GNU diff writes it, where it holds a blank, a
/// quote, a backslash or a character that acts on a terminal.
fn quoted(name: &str) -> String {
    if !name
        .chars()
        .any(|c| acts(c) || matches!(c, ' ' | '"' | '\\'))
    {
        return name.to_owned();
    }
    let mut out = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if acts(c) => {
                let mut buffer = [0; 4];
                for octet in c.encode_utf8(&mut buffer).bytes() {
                    out.push('\\');
                    out.extend(
                        [octet >> 6, octet >> 3 & 7, octet & 7]
                            .map(|digit| char::from(b'0' + digit)),
                    );
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, splices: &[Splice]) -> String {
        String::from_utf8(unified("z", old.as_bytes(), splices)).unwrap()
    }

    fn at(text: &str, needle: &str) -> Range<usize> {
        let start = text.find(needle).unwrap();
        start..start + needle.len()
    }

    #[test]
    fn a_change_has_three_lines_of_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            diff(old, &[Splice::new(at(old, "5"), "five")]),
            "--- a/z\n+++ b/z\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
    }

    #[test]
    fn hunks_that_touch_are_one() {
        let old = (1..=30)
            .map(|n| format!("l{n}\n"))
            .collect::<Vec<_>>()
            .concat();
        let two = |second: &str| {
            diff(
                &old,
                &[
                    Splice::new(at(&old, "l5\n"), ""),
                    Splice::new(at(&old, second), "new\n"),
                ],
            )
        };
        assert_eq!(two("l12\n").matches("@@ -").count(), 1);
        let apart = two("l13\n");
        assert!(apart.contains("@@ -2,7 +2,6 @@"), "{apart}");
        assert!(apart.contains("@@ -10,7 +9,7 @@"), "{apart}");
    }

    #[test]
    fn lines_put_in_between_touch_no_other() {
        assert_eq!(
            diff("a\nb\n", &[Splice::new(2..2, "new\n")]),
            "--- a/z\n+++ b/z\n@@ -1,2 +1,3 @@\n a\n+new\n b\n"
        );
        assert_eq!(
            diff("", &[Splice::new(0..0, "new\n")]),
            "--- a/z\n+++ b/z\n@@ -0,0 +1 @@\n+new\n"
        );
    }

    /// Lines that happen to be equal do not stand for one another: each splice is shown where it is made.
    #[test]
    fn changes_apart_from_each_other_are_compared_apart() {
        let old = "same\n".repeat(9);
        assert_eq!(
            diff(
                &old,
                &[Splice::new(5..10, ""), Splice::new(35..35, "same\nnew\n"),]
            ),
            "--- a/z\n+++ b/z\n@@ -1,9 +1,10 @@\n same\n-same\n same\n same\n same\n same\n same\n+same\n+new\n \
             same\n same\n"
        );
    }

    #[test]
    fn a_missing_last_newline_is_told_for_each_side() {
        assert_eq!(
            diff("a\nb", &[Splice::new(3..3, "\nnew")]),
            "--- a/z\n+++ b/z\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+new\n\
             \\ No newline at end of file\n"
        );
        assert_eq!(
            diff("a\nb", &[Splice::new(2..3, "")]),
            "--- a/z\n+++ b/z\n@@ -1,2 +1 @@\n a\n-b\n\\ No newline at end of file\n"
        );
        assert_eq!(
            diff("a\nb", &[Splice::new(0..1, "A")]),
            "--- a/z\n+++ b/z\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_hunk_is_as_long_as_its_head_says() {
        let is_one = |hunks: &str| is_unified("z", format!("--- a/z\n+++ b/z\n{hunks}").as_bytes());
        for hunks in [
            "@@ -1 +1 @@\n-a\n+b\n",
            "@@ -1,2 +1 @@\n a\n-b\n\\ No newline at end of file\n",
            "@@ -1 +1,2 @@\n a\n+b\n@@ -9 +10 @@\n-c\n+d\n",
        ] {
            assert!(is_one(hunks), "{hunks}");
        }
        for hunks in [
            "",
            "@@ -1 +1 @@\n-a\n",
            "@@ -1 +1 @@\n-a\n+b\n+c\n",
            "@@ -1 +1,2 @@\n a\n b\n",
            "@@ -1,2 +1 @@\n a\n b\n",
            "@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n",
            "@@ -1 +1 @@\na\nb\n",
            "@@ -x +1 @@\n-a\n+b\n",
        ] {
            assert!(!is_one(hunks), "{hunks}");
        }
    }

    #[test]
    fn a_carriage_return_is_content() {
        assert_eq!(
            diff("a\rb\r\nc\r\n", &[Splice::new(5..6, "C")]),
            "--- a/z\n+++ b/z\n@@ -1,2 +1,2 @@\n a\rb\r\n-c\r\n+C\r\n"
        );
    }

    #[test]
    fn lines_that_lose_their_end_take_the_next_one_in() {
        let old = "a\rb\nc\r\nd\re\nf\n";
        let gone = [Splice::new(2..4, ""), Splice::new(4..7, "")];
        assert_eq!(
            diff(old, &gone),
            "--- a/z\n+++ b/z\n@@ -1,4 +1,2 @@\n-a\rb\n-c\r\n-d\re\n+a\rd\re\n f\n"
        );
    }

    #[test]
    fn a_splice_that_changes_nothing_is_no_change() {
        assert_eq!(diff("a\nb\n", &[Splice::new(0..1, "a")]), "");
        assert_eq!(
            diff("a\nb\n", &[Splice::new(2..4, ""), Splice::new(4..4, "b\n")]),
            ""
        );
    }

    #[test]
    fn removing_one_of_equal_lines_keeps_full_context() {
        let old = "same\n".repeat(9);
        assert_eq!(
            diff(&old, &[Splice::new(20..25, "")]),
            "--- a/z\n+++ b/z\n@@ -2,7 +2,6 @@\n same\n same\n same\n-same\n same\n same\n same\n"
        );
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_its_file_name() {
        for (path, expected) in [
            ("zones/a.zone", "zones/a.zone"),
            ("./a.zone", "./a.zone"),
            ("/var/named/a.zone", "a.zone"),
            ("../a.zone", "a.zone"),
            ("zones/../../a.zone", "a.zone"),
            ("zones/..a", "zones/..a"),
            ("C:/dns/a.zone", "a.zone"),
            ("C:a.zone", "a.zone"),
            ("/var/named/C:a.zone", "a.zone"),
            ("/var/named/1:a.zone", "1:a.zone"),
        ] {
            assert_eq!(label(path), expected);
        }
    }

    #[test]
    fn a_path_cannot_write_lines_into_the_header() {
        assert_eq!(quoted("a/x.zone"), "a/x.zone");
        assert_eq!(quoted("a/my zone"), "\"a/my zone\"");
        assert_eq!(quoted("a/x\n+++ b/y"), "\"a/x\\n+++ b/y\"");
        assert_eq!(quoted("a/\"\\\u{7f}"), "\"a/\\\"\\\\\\177\"");
        assert_eq!(quoted("a/\u{fc}"), "a/\u{fc}");
    }
}
