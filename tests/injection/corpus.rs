//! The one list of hostile values. Every output is made with all of them.

use std::fmt::Write as _;

/// Values that act somewhere where they are not quoted. A tab, a line end or a NUL in them stands for itself.
pub(crate) const VALUES: &[&str] = &[
    // Quotes of programming languages, and those that PowerShell takes for them.
    "it's",
    "say \"x\"",
    "\u{2018}a\u{2019} \u{201c}b\u{201d} \u{201e}c\u{201a}",
    "x' ; calc ; '",
    // Shells.
    "`id`",
    "$(id)",
    "${HOME} $env:PATH $$",
    "a^b&c|d<e>f;g",
    "*?[a-z]~",
    "--output",
    "-rf",
    "EOF",
    "'@",
    "\"@",
    "#> calc <#",
    "x\\",
    "\\",
    // cmd.
    "%PATH%",
    "!x!",
    "a & calc | b",
    // nsupdate, registry files, zone files.
    "\nsend\nupdate delete contoso.com",
    "[HKEY_LOCAL_MACHINE\\x]",
    "; comment ( @ $ORIGIN x.",
    // Line ends and other control characters.
    "a\nb",
    "a\rb",
    "a\r\nb",
    "a\0b",
    "a\tb",
    "\u{7f}del",
    "\u{85}next\u{2028}line\u{2029}",
    // Terminals: colours, titles, links, the clipboard, moves, a bell, 8-bit controls.
    "\u{1b}[31mred",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://x.example\u{7}link",
    "\u{1b}]52;c;Y2FsYw==\u{7}",
    "\u{1b}[2J\u{1b}[1;1H",
    "\u{1b}P1$r\u{1b}\\",
    "bell\u{7}\u{8}\u{8}back",
    "\u{9b}31m",
    "\u{9d}0;t\u{9c}",
    // Characters that turn or hide text, or look like others.
    "abc\u{202e}fed",
    "\u{2066}x\u{2069}\u{200f}",
    "a\u{200b}b\u{200d}c\u{feff}",
    "soft\u{ad}hyphen\u{34f}\u{180e}",
    "\u{e0041}\u{e0042}tags",
    "\u{3164}\u{ffa0}blank",
    "\u{fff9}note\u{fffb}",
    "\u{430}\u{440}\u{440}le",
    "\u{5d0}\u{5d1}\u{5d2}",
    "\u{a0}\u{3000}wide\u{1f600}",
    "x\u{300}\u{301}\u{302}\u{303}",
    // Markdown.
    "[x](javascript:alert(1))",
    "![x](http://x.example/y.png)",
    "[a]: http://x.example",
    "[^1] and [^1]: note",
    "```",
    "~~~",
    "|a|b|",
    "| --- |",
    "---",
    "===",
    "# heading",
    "> quoted",
    "- [ ] item",
    "1. first",
    "*x* _y_ **z** ~~w~~",
    "https://evil.example/",
    "www.evil.example",
    "a.b@c.example",
    "@everyone",
    "<https://evil.example/>",
    "http://x`y`|z",
    // HTML.
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!-- x --> -->",
    "&amp;&lt;&#60;&copy;",
    "\" onmouseover=\"alert(1)",
    "]]><svg/onload=alert(1)>",
    // Spreadsheets.
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\u{ff1d}1",
    ",\";x\"\",",
    // Formats and templates.
    "%s%n {0} {{7*7}} <%= 1 %>",
    "null",
    "\"}],\"x\":[{\"",
    "a: b #c",
    "'''\"\"\"",
];

/// Values that stand at some places only, for what they are as a whole.
pub(crate) fn is_control(value: &str) -> bool {
    value.chars().any(char::is_control)
}

/// Whether a directory takes the value for the name of an account or a group (Microsoft, "SAM-Account-Name").
pub(crate) fn is_account(value: &str) -> bool {
    !is_control(value)
        && !value.contains([
            '"', '/', '\\', '[', ']', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@',
        ])
}

/// The start of a value, of at most so many octets.
pub(crate) fn cut(value: &str, octets: usize) -> &str {
    let mut end = octets.min(value.len());
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}

/// A value as a label in presentation format: every octet as `\DDD`. At most 63 octets.
pub(crate) fn label(value: &str) -> String {
    escaped(cut(value, 63).as_bytes())
}

/// Octets as `\DDD` (RFC 1035, section 5.1).
pub(crate) fn escaped(octets: impl AsRef<[u8]>) -> String {
    octets
        .as_ref()
        .iter()
        .fold(String::new(), |mut out, octet| {
            let _ = write!(out, "\\{octet:03}");
            out
        })
}

/// A value as the name of a file: without what no file name can hold, and not beginning with what reads as an option
/// or a folder.
pub(crate) fn file_name(value: &str) -> String {
    let value: String = value.chars().filter(|c| !matches!(c, '/' | '\0')).collect();
    format!("f{}", cut(&value, 120))
}
