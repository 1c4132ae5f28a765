//! What all scripts for a POSIX shell have in common.

use super::super::powershell::is_hidden;
use super::{Context, Language, Purpose, Script, unused};
use crate::plan::Role;

/// A script in the making.
pub(super) struct Sh {
    /// Who runs it.
    pub(super) role: Role,
    /// What it is for.
    pub(super) purpose: Purpose,
    /// More lines for the comment at its top; they are quoted here.
    pub(super) notes: Vec<String>,
    /// Its lines.
    pub(super) body: Vec<String>,
}

impl Sh {
    /// The script.
    pub(super) fn script(self, context: &Context<'_>) -> Script {
        let mut lines = vec!["#!/bin/sh".to_owned()];
        let about = context.about(self.purpose, self.role);
        lines.extend(about.iter().chain(&self.notes).map(|line| comment(line)));
        lines.push("set -u".to_owned());
        lines.push("LC_ALL=C".to_owned());
        lines.push("export LC_ALL".to_owned());
        lines.extend(unused::without_unused(self.body, unused::sh));
        let mut text = lines.join("\n");
        text.push('\n');
        Script {
            role: self.role,
            language: Language::Sh,
            text,
        }
    }
}

/// A comment of one line. Only a line end could end it; what turns or hides text is shown by number.
pub(super) fn comment(text: &str) -> String {
    comment_after("# ", text)
}

/// The same in a language whose comments begin with `mark` and end with the line.
pub(super) fn comment_after(mark: &str, text: &str) -> String {
    let mut out = String::from(mark);
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
