//! Names of files, such that Windows, patch tools and shells take them without quotes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::dialect::script::{Purpose, Script};

/// The longest part of a name that comes from data, in characters: Windows gives a whole path 260.
const LONGEST: usize = 100;

/// Names that were given, in lower case: Windows does not tell cases apart.
#[derive(Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
    /// The highest number behind each name that was asked for twice.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// The name for a zone file and its diff: that of the file, made unique.
    pub(super) fn of_file(&mut self, path: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.unique("", &safe(name), "")
    }

    /// The path of a script: `apply/05-dns-change-records-contoso.com.ps1`.
    pub(super) fn of_script(
        &mut self,
        purpose: Purpose,
        number: usize,
        width: usize,
        script: &Script,
        id: &str,
    ) -> String {
        let stem = format!(
            "{}/{number:0width$}-{}-",
            purpose.folder(),
            script.role.word()
        );
        let end = format!(".{}", script.language.extension());
        self.unique(&stem, &safe(id), &end)
    }

    fn unique(&mut self, before: &str, name: &str, after: &str) -> String {
        let mut path = format!("{before}{name}{after}");
        if !self.given.insert(path.to_ascii_lowercase()) {
            let last = self.numbers.entry(path.to_ascii_lowercase()).or_insert(1);
            loop {
                *last += 1;
                path = format!("{before}{name}-{last}{after}");
                if self.given.insert(path.to_ascii_lowercase()) {
                    break;
                }
            }
        }
        path
    }
}

/// Text as a name of a file: letters, digits, dots, hyphens and underscores stay, all else becomes a hyphen.
/// What Windows keeps for devices gets an underscore before it; no name begins or ends with a dot.
pub(super) fn safe(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .take(LONGEST)
        .collect();
    let plain = plain.trim_matches('.');
    let stem = plain.split('.').next().unwrap_or_default();
    let is_device = matches!(
        stem.to_ascii_lowercase().as_bytes(),
        b"con"
            | b"prn"
            | b"aux"
            | b"nul"
            | [b'c', b'o', b'm', b'0'..=b'9']
            | [b'l', b'p', b't', b'0'..=b'9']
    );
    if is_device || plain.is_empty() || plain.starts_with('-') {
        format!("_{plain}")
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_acts() {
        for (text, name) in [
            ("contoso.com.zone", "contoso.com.zone"),
            ("a b$(x)`\"", "a-b--x---"),
            ("..", "_"),
            ("-rf", "_-rf"),
            ("CON.zone", "_CON.zone"),
            ("com1", "_com1"),
            ("com10", "com10"),
            ("zone.", "zone"),
            ("b\u{fc}ro", "b-ro"),
        ] {
            assert_eq!(safe(text), name, "{text}");
        }
        assert_eq!(safe(&"a".repeat(300)).len(), LONGEST);
    }

    #[test]
    fn names_are_given_once() {
        let mut names = Names::default();
        assert_eq!(names.of_file("one/contoso.com.zone"), "contoso.com.zone");
        assert_eq!(names.of_file("two/CONTOSO.com.zone"), "CONTOSO.com.zone-2");
        assert_eq!(
            names.of_file("three/contoso.com.zone"),
            "contoso.com.zone-3"
        );
    }
}
