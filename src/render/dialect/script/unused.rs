//! Functions that a script does not call: a reader need not read them.
//!
//! The texts of scripts are put together from parts that hold functions for several scripts. A function begins
//! at the margin and ends with a `}` at the margin, or in its first line.

/// The lines without functions, and the comments right above them, that nothing else names. `name_of` gives the
/// name of the function that a line begins.
pub(super) fn without_unused(
    lines: impl IntoIterator<Item = String>,
    name_of: fn(&str) -> Option<&str>,
) -> Vec<String> {
    let mut parts = parts(lines, name_of);
    loop {
        let unused = parts.iter().position(|part| {
            part.name.as_ref().is_some_and(|name| {
                let others = parts.iter().filter(|other| !std::ptr::eq(*other, part));
                !others
                    .flat_map(|other| &other.lines)
                    .any(|line| names(line, name))
            })
        });
        match unused {
            Some(at) => {
                parts.remove(at);
            }
            None => break,
        }
    }
    let mut out: Vec<String> = Vec::new();
    for line in parts.into_iter().flat_map(|part| part.lines) {
        let is_second_blank = line.is_empty() && out.last().is_some_and(String::is_empty);
        if !is_second_blank {
            out.push(line);
        }
    }
    out
}

/// A function with the comments above it, or lines between functions.
struct Part {
    name: Option<String>,
    lines: Vec<String>,
}

fn parts(lines: impl IntoIterator<Item = String>, name_of: fn(&str) -> Option<&str>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut between: Vec<String> = Vec::new();
    let mut open: Option<Part> = None;
    for text in lines {
        for line in text.split('\n') {
            let line = line.to_owned();
            if let Some(mut function) = open.take() {
                let ends = line == "}";
                function.lines.push(line);
                if ends {
                    parts.push(function);
                } else {
                    open = Some(function);
                }
                continue;
            }
            let Some(name) = name_of(&line) else {
                between.push(line);
                continue;
            };
            let above = between
                .iter()
                .rposition(|line| !line.starts_with('#'))
                .map_or(0, |last| last + 1);
            let mut own = between.split_off(above);
            parts.push(Part {
                name: None,
                lines: std::mem::take(&mut between),
            });
            let function = Part {
                name: Some(name.to_owned()),
                lines: {
                    own.push(line.clone());
                    own
                },
            };
            if line.ends_with('}') {
                parts.push(function);
            } else {
                open = Some(function);
            }
        }
    }
    parts.extend(open);
    parts.push(Part {
        name: None,
        lines: between,
    });
    parts
}

/// Whether a line holds the name as a word of its own.
fn names(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    line.match_indices(name).any(|(at, _)| {
        !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part)
    })
}

/// The function that a line of PowerShell begins, or the variable that holds a script block.
pub(super) fn powershell(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("function ") {
        return rest.split(['(', '{', ' ']).next();
    }
    line.strip_suffix(" = {")
        .filter(|name| name.starts_with('$') && !name.contains(' '))
}

/// The function that a line of a POSIX shell begins; one whose name ends with a number is called by that number.
pub(super) fn sh(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once("()")?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.ends_with(|c: char| c.is_ascii_digit());
    (is_name && rest.starts_with(" {")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, name_of: fn(&str) -> Option<&str>) -> String {
        without_unused(text.lines().map(str::to_owned), name_of).join("\n")
    }

    #[test]
    fn only_what_is_called_stays() {
        let text = "# one\nfunction Get-One($x) {\n  Get-Two $x\n}\n# two\nfunction Get-Two { 2 }\n\n# three\nfunction Get-Three {\n  Get-Four\n}\n\nfunction Get-Four { Get-One-More }\n$write = {\n  $writeList\n}\n$read = {\n  1\n}\n& $read\nGet-One 1";
        assert_eq!(
            kept(text, powershell),
            "# one\nfunction Get-One($x) {\n  Get-Two $x\n}\n# two\nfunction Get-Two { 2 }\n\n$read = {\n  1\n}\n& $read\nGet-One 1"
        );
        let text = "stop() {\n  exit 1\n}\nunused() { stop; }\ntrap finish EXIT\nfinish() {\n  rm x\n}\nstop";
        assert_eq!(
            kept(text, sh),
            "stop() {\n  exit 1\n}\ntrap finish EXIT\nfinish() {\n  rm x\n}\nstop"
        );
    }
}
