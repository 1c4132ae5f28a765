//! What all `.cmd` scripts have in common.

use super::{Context, Language, Purpose, Script};
use crate::plan::Role;

/// A script in the making.
pub(super) struct Cmd {
    /// Who runs it.
    pub(super) role: Role,
    /// What it is for.
    pub(super) purpose: Purpose,
    /// More lines for the comment at its top; they are quoted here.
    pub(super) notes: Vec<String>,
    /// Its lines.
    pub(super) body: Vec<String>,
}

impl Cmd {
    /// The script.
    pub(super) fn script(self, context: &Context<'_>) -> Script {
        let mut lines = vec!["@echo off".to_owned()];
        let about = context.about(self.purpose, self.role);
        lines.extend(about.iter().chain(&self.notes).map(|line| comment(line)));
        lines.push("setlocal EnableExtensions DisableDelayedExpansion".to_owned());
        lines.extend(self.body);
        let mut text = lines.join("\n");
        text.push('\n');
        Script {
            role: self.role,
            language: Language::Cmd,
            text,
        }
    }
}

/// A comment of one line. What acts in a batch file, even behind `rem`, and what a code page could change
/// is shown by number.
pub(super) fn comment(text: &str) -> String {
    let mut out = String::from("rem ");
    for c in text.chars() {
        if c == ' '
            || (c.is_ascii_graphic() && !matches!(c, '%' | '!' | '^' | '&' | '|' | '<' | '>'))
        {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}
