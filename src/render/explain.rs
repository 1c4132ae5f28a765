//! `kmsplan explain`: what a finding means, why it matters, and what to do.
//!
//! The texts stand in `texts`, one entry a code. `docs/findings.md` is made from the same entries.

use std::iter;

use crate::plan::{Code, Severity};
use crate::render::wrap::wrap;

mod texts;

/// The columns of the output.
const WIDTH: usize = 80;
/// The columns of the labels before each part of an explanation.
const LABELS: usize = 8;
/// The columns of the codes in the list: the longest one and two blanks.
const CODES: usize = 27;

/// What there is to say about a code.
struct Explanation {
    /// One line, no full stop.
    title: &'static str,
    /// What is so.
    what: &'static str,
    /// Why it matters and what follows for clients.
    why: &'static str,
    /// What to do.
    action: &'static str,
    /// When it is sensible to accept the finding; `None`: never.
    accept: Option<&'static str>,
    /// Where the rule comes from.
    source: &'static str,
}

/// Explains one code in plain text of 80 columns.
pub fn explain(code: Code) -> String {
    let entry = texts::explanation(code);
    let mut lines = vec![
        format!("{} ({})", code.word(), severity(code)),
        entry.title.to_owned(),
    ];
    for (label, text) in parts(code, &entry) {
        lines.push(String::new());
        let mut labels = iter::once(label).chain(iter::repeat(""));
        for line in wrap(&text, WIDTH, LABELS) {
            let label = labels.next().unwrap_or_default();
            lines.push(format!("{label:<LABELS$}{}", line.trim_start()));
        }
    }
    text(&lines)
}

/// The title of a code: one line, no full stop.
pub fn title(code: Code) -> &'static str {
    texts::explanation(code).title
}

/// What there is to say about a code: labels and texts, in which backticks stand around what is code.
pub fn labelled(code: Code) -> Vec<(&'static str, String)> {
    parts(code, &texts::explanation(code))
}

/// Lists every code with its title in plain text of 80 columns, errors first.
pub fn list() -> String {
    let mut lines = Vec::new();
    for &severity in Severity::ALL {
        lines.push(format!("{}: {}", severity.word(), meaning(severity)));
        for code in codes(severity) {
            let title = texts::explanation(code).title;
            lines.push(format!("  {:<CODES$}{title}", code.word()));
        }
        lines.push(String::new());
    }
    lines.push("`kmsplan explain CODE` says what one means and what to do.".to_owned());
    text(&lines)
}

/// The lines as text that ends with a line end.
fn text(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

/// What a severity asks of the reader.
fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "do not carry the plan out as it stands",
        Severity::Warning => "something is likely wrong, or will go wrong",
        Severity::Note => "good to know",
    }
}

/// The codes of a severity, in the order of the enumeration.
fn codes(severity: Severity) -> impl Iterator<Item = Code> {
    Code::ALL
        .iter()
        .copied()
        .filter(move |code| code.severity() == severity)
}

/// The severity of a code as a reader sees it, with what it depends on.
fn severity(code: Code) -> &'static str {
    match code {
        Code::TargetIsAlias | Code::TargetWithoutAddress => {
            "error for hosts of the topology, warning for others"
        }
        Code::OfficeHostOs => "error, warning where the host may still be activated",
        _ => code.severity().word(),
    }
}

/// The labelled parts of an explanation.
fn parts(code: Code, entry: &Explanation) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("What", entry.what.to_owned()),
        ("Why", entry.why.to_owned()),
        ("Do", entry.action.to_owned()),
    ];
    if let Some(when) = entry.accept {
        parts.push(("Accept", format!("{when} {}", how_to_accept(code))));
    }
    parts.push(("Source", format!("{}.", entry.source)));
    parts
}

/// The ways to accept a finding.
fn how_to_accept(code: Code) -> String {
    format!(
        "Put it into an `[[allow]]` of the topology with its subject and a reason, \
         or give `--allow {}:SUBJECT`.",
        code.word()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn explanations() -> impl Iterator<Item = (Code, Explanation)> {
        Code::ALL
            .iter()
            .map(|&code| (code, texts::explanation(code)))
    }

    #[test]
    fn severities_are_those_of_the_contract() {
        let of = |severity| -> Vec<&str> { codes(severity).map(Code::word).collect() };
        assert_eq!(
            of(Severity::Error),
            [
                "zone-not-found",
                "delegated-away",
                "alias-at-owner",
                "target-is-alias",
                "target-without-address",
                "below-min-live-hosts",
                "dynamic-apply-is-aged",
                "updates-disabled",
                "group-scope",
                "publish-list-too-old",
                "office-host-os",
                "host-os",
            ]
        );
        assert_eq!(
            of(Severity::Warning),
            [
                "unlisted-host",
                "unlisted-outranks",
                "unlisted-host-publishes",
                "retired-host-publishes",
                "default-outranks",
                "aged-record",
                "age-unknown",
                "scavenge-deadline",
                "mixed-ttl",
                "duplicate-record",
                "single-host",
                "zero-weight",
                "home-domain-not-published",
                "host-not-joined",
                "more-than-six-hosts",
                "mixed-products",
                "share-below-threshold",
                "standby-below-threshold",
                "host-not-charged",
                "host-differs",
                "not-a-kms-host",
                "signed-zone",
                "port-differs",
                "legacy-clients",
                "domain-without-host",
                "node-owner-not-listed",
                "node-grant-too-wide",
                "wildcard-at-owner",
                "changed-meanwhile",
                "not-restored",
                "diff-not-possible",
                "allow-expired",
                "allow-unused",
            ]
        );
        assert_eq!(
            of(Severity::Note),
            [
                "zone-name-assumed",
                "zone-kind-assumed",
                "target-not-checked",
                "client-cache",
                "long-ttl",
                "kept-record",
                "weight-without-effect",
                "evidence-unused",
                "date-not-given",
            ]
        );
    }

    #[test]
    fn codes_and_titles_are_unique() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
        let titles: BTreeSet<&str> = explanations().map(|(_, entry)| entry.title).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        assert_eq!(titles.len(), Code::ALL.len());
    }

    #[test]
    fn every_code_is_explained_in_whole_sentences() {
        for (code, entry) in explanations() {
            let code = code.word();
            for text in [entry.what, entry.why, entry.action]
                .into_iter()
                .chain(entry.accept)
            {
                assert!(text.ends_with('.'), "{code}: {text}");
                assert!(text.is_ascii(), "{code}: {text}");
                assert!(!text.contains("  "), "{code}: {text}");
                assert_eq!(text.matches('`').count() % 2, 0, "{code}: {text}");
            }
            let sentences = [entry.what, entry.why, entry.action]
                .iter()
                .map(|text| text.matches(". ").count() + 1)
                .sum::<usize>();
            assert!((3..=8).contains(&sentences), "{code}: {sentences}");
            assert!(!entry.title.ends_with('.'), "{code}: {}", entry.title);
            assert!(!entry.source.ends_with('.'), "{code}: {}", entry.source);
        }
    }

    #[test]
    fn nothing_is_wider_than_80_columns() {
        let all = explanations()
            .map(|(code, _)| explain(code))
            .chain([list()]);
        for text in all {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
            for line in text.lines() {
                assert!(line.len() <= WIDTH, "{line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }

    #[test]
    fn an_explanation_has_aligned_parts() {
        assert_eq!(
            explain(Code::ZeroWeight),
            "zero-weight (warning)
A host with weight 0 stands beside weighted ones

What    A host has weight 0, and other hosts of the same priority have a weight
        above 0.

Why     A client draws a number from 0 to the sum of the weights of that
        priority. All hosts of weight 0 together have one of these draws, the 0.
        Beside large weights that is hardly any client, and the host may stay
        below its activation threshold; beside a single weight of 1 it is half
        of them.

Do      Give it the weight of the share that it is to have. For a standby, use a
        higher priority number. For equal shares, give all hosts of the priority
        the same weight.

Accept  Sensible when the host is meant to get that small part. Put it into an
        `[[allow]]` of the topology with its subject and a reason, or give
        `--allow zero-weight:SUBJECT`.

Source  RFC 2782.
"
        );
        assert!(explain(Code::TargetIsAlias).starts_with(
            "target-is-alias (error for hosts of the topology, warning for others)\n\
             The target of a record is an alias\n\nWhat    "
        ));
    }

    #[test]
    fn the_list_begins_with_errors() {
        let list = list();
        assert!(
            list.starts_with(
                "error: do not carry the plan out as it stands\n  \
                 zone-not-found             No source holds the domain's zone\n"
            ),
            "{list}"
        );
        assert_eq!(list.lines().count(), Code::ALL.len() + 7);
    }

    /// The columns of `docs/findings.md`.
    const PAGE_WIDTH: usize = 110;

    /// What `docs/findings.md` begins with.
    const HEAD: &str = r#"# Findings

A finding is something that the reviewer of a plan must know. Its code keeps its meaning for ever; new codes may
come. `kmsplan explain CODE` prints the same texts in a terminal, `kmsplan explain` lists them.

An error means: do not carry this plan out as it stands. The exit status is then 3, until the cause is gone or
the finding is accepted, with a reason, in the topology:

```toml
[[allow]]
finding = "unlisted-host"
subject = "lab-kms.contoso.com"
reason = "owned by the lab team"
until = 2027-01-31          # optional; judged against --today
```

`--allow unlisted-host:lab-kms.contoso.com` accepts it for one run. There is no way to accept everything at once.

<!-- Made from the program's texts by a test: KMSPLAN_BLESS=1 cargo test --lib findings -->
"#;

    /// `docs/findings.md`, made from the texts.
    fn page() -> String {
        let mut lines = Vec::new();
        for &severity in Severity::ALL {
            let (word, meaning) = (severity.word(), meaning(severity));
            lines.push(String::new());
            lines.push(format!("| {word} | {meaning} |"));
            lines.push("|---|---|".to_owned());
            for code in codes(severity) {
                let (word, title) = (code.word(), texts::explanation(code).title);
                lines.push(format!("| [`{word}`](#{word}) | {title} |"));
            }
        }
        for (code, entry) in explanations() {
            lines.push(format!("\n## {}\n", code.word()));
            lines.push(format!("{} ({}).", entry.title, severity(code)));
            for (label, text) in parts(code, &entry) {
                lines.push(String::new());
                lines.extend(wrap(&format!("**{label}.** {text}"), PAGE_WIDTH, 0));
            }
        }
        HEAD.to_owned() + &text(&lines)
    }

    /// Wrapping must not make a list, a heading or a table of prose.
    #[test]
    fn no_line_of_the_page_turns_into_markup() {
        let page = page();
        let (_, explanations) = page.split_once("\n## ").expect("there are explanations");
        for line in explanations.lines() {
            let marked = ["+ ", "- ", "> ", "# ", "|"]
                .iter()
                .any(|mark| line.starts_with(mark));
            assert!(!marked, "{line}");
        }
    }

    #[test]
    fn the_page_of_findings_has_the_same_texts() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/findings.md");
        if std::env::var_os("KMSPLAN_BLESS").is_some() {
            std::fs::write(path, page()).expect("docs/findings.md can be written");
        }
        let there = std::fs::read_to_string(path).expect("docs/findings.md can be read");
        assert!(
            there == page(),
            "docs/findings.md differs from the texts; KMSPLAN_BLESS=1 writes it anew"
        );
    }
}
