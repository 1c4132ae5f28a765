//! Text of `.reg` files, as the Registry Editor writes them.

use std::fmt::Write as _;

/// The longest line that the Registry Editor writes, in characters.
const WIDTH: usize = 80;

/// A value of a registry key.
pub(super) enum Value<'a> {
    /// A DWORD.
    Dword(u32),
    /// A multi-string.
    Strings(&'a [String]),
    /// The value is deleted.
    Deleted,
}

/// A file that sets values of one key. The key and the names of values are this program's own.
pub(super) fn file(key: &str, values: &[(&str, Value<'_>)]) -> String {
    commented(&[], key, values)
}

/// The same below comments: lines without line ends.
pub(super) fn commented(comments: &[String], key: &str, values: &[(&str, Value<'_>)]) -> String {
    let key = key.replacen("HKLM", "HKEY_LOCAL_MACHINE", 1);
    let mut text = String::from("Windows Registry Editor Version 5.00\n\n");
    for comment in comments {
        let _ = writeln!(text, "; {comment}");
    }
    let _ = writeln!(text, "[{key}]");
    for (name, value) in values {
        match value {
            Value::Dword(number) => {
                let _ = writeln!(text, "\"{name}\"=dword:{number:08x}");
            }
            Value::Deleted => {
                let _ = writeln!(text, "\"{name}\"=-");
            }
            Value::Strings(strings) => {
                text.push_str(&multi_string(name, strings));
                text.push('\n');
            }
        }
    }
    text
}

/// `hex(7)`: the strings in UTF-16LE, each with its final zero, and one zero more. Octets as numbers quote
/// every character; a zero inside a string would end it and is left away.
fn multi_string(name: &str, strings: &[String]) -> String {
    let mut octets = Vec::new();
    for string in strings {
        for unit in string.encode_utf16().filter(|&unit| unit != 0).chain([0]) {
            octets.extend(unit.to_le_bytes());
        }
    }
    octets.extend([0, 0]);

    let mut text = String::new();
    let mut line = format!("\"{name}\"=hex(7):");
    for (index, octet) in octets.iter().enumerate() {
        let last = index + 1 == octets.len();
        // Room for "00," and the backslash that continues the line.
        if line.len() + 4 > WIDTH {
            text.push_str(&line);
            text.push_str("\\\n");
            line.clear();
            line.push_str("  ");
        }
        let _ = write!(line, "{octet:02x}{}", if last { "" } else { "," });
    }
    text.push_str(&line);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first list of the sample that the Registry Editor's own format was checked with.
    #[test]
    fn lines_wrap_as_the_registry_editor_wraps_them() {
        let strings = [
            "corp.fabrikam.example,10,100",
            "lab.contoso.com",
            "contoso.com, 0, 50",
        ]
        .map(str::to_owned);
        let text = file(
            r"HKLM\SOFTWARE\Key",
            &[
                ("DnsDomainPublishList", Value::Strings(&strings)),
                ("DisableDnsPublishing", Value::Dword(1)),
            ],
        );
        assert_eq!(
            text,
            r#"Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Key]
"DnsDomainPublishList"=hex(7):63,00,6f,00,72,00,70,00,2e,00,66,00,61,00,62,00,\
  72,00,69,00,6b,00,61,00,6d,00,2e,00,65,00,78,00,61,00,6d,00,70,00,6c,00,65,\
  00,2c,00,31,00,30,00,2c,00,31,00,30,00,30,00,00,00,6c,00,61,00,62,00,2e,00,\
  63,00,6f,00,6e,00,74,00,6f,00,73,00,6f,00,2e,00,63,00,6f,00,6d,00,00,00,63,\
  00,6f,00,6e,00,74,00,6f,00,73,00,6f,00,2e,00,63,00,6f,00,6d,00,2c,00,20,00,\
  30,00,2c,00,20,00,35,00,30,00,00,00,00,00
"DisableDnsPublishing"=dword:00000001
"#
        );
    }

    #[test]
    fn no_character_leaves_its_octets() {
        let text = file(
            r"HKLM\K",
            &[("L", Value::Strings(&["\"\r\n[x]\u{202e}\0".to_owned()]))],
        );
        assert_eq!(
            text.lines().last(),
            Some("\"L\"=hex(7):22,00,0d,00,0a,00,5b,00,78,00,5d,00,2e,20,00,00,00,00")
        );
    }
}
