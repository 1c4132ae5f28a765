//! Presentation format: DNS names as people read and write them (RFC 1035 section 5.1).
//!
//! Output is ASCII: every octet that is not a letter, a digit or one of `-_*/+` is written as a decimal
//! `\DDD`, so that a name can stand in a zone file, a ticket or a terminal without
//! acting on it. Input accepts the same escapes; names that people type into a topology may also be
//! internationalised, which become A-labels (RFC 5890).

use std::fmt;

use crate::Name;
use crate::name::MAX_LABEL;

/// Why a text is not a domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// There is no text.
    Empty,
    /// Two dots stand beside each other, or a dot stands first.
    EmptyLabel,
    /// A label has more than 63 octets.
    LabelTooLong,
    /// The name has more than 255 octets on the wire.
    NameTooLong,
    /// A backslash is followed by nothing, or by digits that are no octet.
    BadEscape,
    /// The name is relative and no origin is known.
    NoOrigin,
    /// A character that must be escaped stands alone: a blank, a control character, a quote …
    BadCharacter(char),
    /// The text is not a valid internationalised name (RFC 5891).
    BadIdn,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name is empty"),
            Self::EmptyLabel => f.write_str("a label is empty: two dots together, or a dot first"),
            Self::LabelTooLong => f.write_str("a label is longer than 63 octets"),
            Self::NameTooLong => f.write_str("the name is longer than 255 octets"),
            Self::BadEscape => f.write_str(
                "a backslash needs a character or three decimal digits up to 255 after it",
            ),
            Self::NoOrigin => f.write_str("the name is relative and no origin is known"),
            Self::BadCharacter(' ') => f.write_str("a blank must be escaped in a name"),
            Self::BadCharacter(c) => {
                write!(
                    f,
                    "the character {} must be escaped in a name",
                    c.escape_default()
                )
            }
            Self::BadIdn => f.write_str("this is no valid internationalised domain name"),
        }
    }
}

impl std::error::Error for NameError {}

/// Reads a name from the octets of a zone file. A name without a final dot gets `origin`; `@` alone
/// is the origin itself. Octets above 127 stand for themselves.
pub fn parse_name(text: &[u8], origin: Option<&Name>) -> Result<Name, NameError> {
    if text == b"@" {
        return origin.cloned().ok_or(NameError::NoOrigin);
    }
    let written = Written::split(text)?;
    if written.absolute {
        return build(written.labels());
    }
    let origin = origin.ok_or(NameError::NoOrigin)?;
    build(written.labels().chain(origin))
}

/// Reads a name that a person typed as a full one, with or without its final dot, as in a topology
/// or an option. Characters beyond ASCII make A-labels; blanks, quotes and control characters must
/// be escaped.
pub fn parse_full_name(text: &str) -> Result<Name, NameError> {
    let ascii;
    let octets = if text.is_ascii() {
        text.as_bytes()
    } else {
        if text.contains('\\') {
            return Err(NameError::BadIdn);
        }
        ascii = idna::domain_to_ascii(text).map_err(|_| NameError::BadIdn)?;
        ascii.as_bytes()
    };
    let mut rest = octets.iter();
    while let Some(&octet) = rest.next() {
        match octet {
            b'\\' => drop(rest.next()),
            b'"' | b'(' | b')' | b';' | b'@' | b'$' | 0..=b' ' | 0x7f => {
                return Err(NameError::BadCharacter(char::from(octet)));
            }
            _ => {}
        }
    }
    build(Written::split(octets)?.labels())
}

/// The most octets that a name has on the wire (RFC 1035 section 2.3.4).
const MAX_NAME: usize = 255;

/// A name in presentation format, its labels without escapes.
#[derive(Default)]
struct Written {
    /// The labels one after the other.
    octets: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// Whether it ends with a dot.
    absolute: bool,
}

impl Written {
    fn split(text: &[u8]) -> Result<Self, NameError> {
        let mut split = Self::default();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text == b"." {
            split.absolute = true;
            return Ok(split);
        }
        split.octets.reserve_exact(text.len().min(MAX_NAME));
        let mut start = 0;
        let mut at = 0;
        while at < text.len() {
            match text[at] {
                b'.' => {
                    if split.octets.len() == start {
                        return Err(NameError::EmptyLabel);
                    }
                    start = split.octets.len();
                    split.ends.push(start);
                    at += 1;
                    // The rest of a text that goes on for ever need not be kept.
                    if start > MAX_NAME {
                        return Err(NameError::NameTooLong);
                    }
                    continue;
                }
                b'\\' => {
                    let (octet, used) = unescape(&text[at..]).ok_or(NameError::BadEscape)?;
                    split.octets.push(octet);
                    at += used;
                }
                octet => {
                    split.octets.push(octet);
                    at += 1;
                }
            }
            if split.octets.len() - start > MAX_LABEL {
                return Err(NameError::LabelTooLong);
            }
        }
        split.absolute = split.octets.len() == start;
        if !split.absolute {
            split.ends.push(split.octets.len());
        }
        Ok(split)
    }

    fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.octets[start..*end])
    }
}

/// The octet that an escape at the start of `text` stands for, and how many octets the escape takes.
fn unescape(text: &[u8]) -> Option<(u8, usize)> {
    let first = *text.get(1)?;
    if !first.is_ascii_digit() {
        return Some((first, 2));
    }
    let digits = text.get(1..4)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0_u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    u8::try_from(value).ok().map(|octet| (octet, 4))
}

/// The absolute name of these labels, which are octets as on the wire.
pub fn from_labels(labels: &[Vec<u8>]) -> Result<Name, NameError> {
    if labels.iter().any(Vec::is_empty) {
        return Err(NameError::EmptyLabel);
    }
    if labels.iter().any(|label| label.len() > MAX_LABEL) {
        return Err(NameError::LabelTooLong);
    }
    build(labels.iter().map(Vec::as_slice))
}

/// The absolute name of labels, none of them empty or too long.
fn build<'a>(labels: impl Iterator<Item = &'a [u8]>) -> Result<Name, NameError> {
    Name::from_labels(labels).ok_or(NameError::NameTooLong)
}

/// The name with its final dot, in its own spelling: `kms01.contoso.com.`
pub fn absolute(name: &Name) -> String {
    if name.is_root() {
        return ".".to_owned();
    }
    let mut text = String::with_capacity(name.wire_len());
    for label in name {
        write_label(&mut text, label);
        text.push('.');
    }
    text
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Name").field(&absolute(self)).finish()
    }
}

/// The name as [`absolute`], in lower case: the form that machines compare.
pub fn lower(name: &Name) -> String {
    // Escapes have no letters.
    let mut text = absolute(name);
    text.make_ascii_lowercase();
    text
}

/// The name for people, without its final dot: `kms01.contoso.com` (the root stays `.`).
pub fn plain(name: &Name) -> String {
    let mut text = absolute(name);
    if text.len() > 1 {
        text.pop();
    }
    text
}

/// The name in lower case as `dig` prints it, to be compared with its output: BIND writes most printable
/// characters as they are and puts a backslash alone before those that act in a zone file.
pub fn as_dig_prints(name: &Name) -> String {
    if name.is_root() {
        return ".".to_owned();
    }
    let mut text = String::new();
    for label in name {
        for &octet in label {
            match octet {
                b'"' | b'(' | b')' | b'.' | b';' | b'\\' | b'@' | b'$' => {
                    text.push('\\');
                    text.push(char::from(octet));
                }
                0x21..=0x7e => text.push(char::from(octet.to_ascii_lowercase())),
                _ => write_decimal(&mut text, octet),
            }
        }
        text.push('.');
    }
    text
}

/// The name as a zone file may write it under `origin`: `@`, relative, or absolute where it does not
/// lie below the origin.
pub fn relative(name: &Name, origin: &Name) -> String {
    if name == origin {
        return "@".to_owned();
    }
    if origin.is_root() || !origin.zone_of(name) {
        return absolute(name);
    }
    let own = label_count(name) - label_count(origin);
    let mut text = String::new();
    for (index, label) in name.iter().take(own).enumerate() {
        if index > 0 {
            text.push('.');
        }
        write_label(&mut text, label);
    }
    text
}

fn write_label(text: &mut String, label: &[u8]) {
    // Nearly every label is written as it is.
    if label.iter().all(|octet| is_plain(*octet))
        && let Ok(label) = std::str::from_utf8(label)
    {
        text.push_str(label);
        return;
    }
    for &octet in label {
        if is_plain(octet) {
            text.push(char::from(octet));
        } else {
            write_decimal(text, octet);
        }
    }
}

/// Whether an octet is written as it is.
fn is_plain(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'*' | b'/' | b'+')
}

/// `\DDD`
fn write_decimal(text: &mut String, octet: u8) {
    text.push('\\');
    text.extend([octet / 100, octet / 10 % 10, octet % 10].map(|digit| char::from(b'0' + digit)));
}

/// The name and every name above it, the root last.
pub fn ancestors(name: &Name) -> impl Iterator<Item = Name> {
    std::iter::once(name.clone())
        .chain((1..=label_count(name)).map_while(|count| name.without(count)))
}

/// The number of labels, a leading `*` counted, the root not.
pub fn label_count(name: &Name) -> usize {
    name.iter().len()
}

/// `name` under `parent`: the labels of `prefix` before it. Fails where the whole is too long.
pub fn below(prefix: &[&str], parent: &Name) -> Result<Name, NameError> {
    build(
        prefix
            .iter()
            .map(|label| label.as_bytes())
            .chain(parent.iter()),
    )
}

/// The owner of a domain's KMS records: `_vlmcs._tcp` below it (Microsoft "Deploy KMS Activation").
pub fn kms_owner(domain: &Name) -> Result<Name, NameError> {
    below(&["_vlmcs", "_tcp"], domain)
}

/// The domain that `owner` serves, where `owner` is `_vlmcs._tcp.<domain>`.
pub fn kms_domain(owner: &Name) -> Option<Name> {
    is_kms_owner(owner).then(|| owner.without(2)).flatten()
}

/// Whether `owner` is `_vlmcs._tcp.<domain>`.
pub fn is_kms_owner(owner: &Name) -> bool {
    let mut labels = owner.iter();
    let mut next_is = |expected: &[u8]| {
        let label = labels.next();
        label.is_some_and(|label| label.eq_ignore_ascii_case(expected))
    };
    next_is(b"_vlmcs") && next_is(b"_tcp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        parse_name(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn escapes_are_decimal_both_ways() {
        let name = parse_name(br#"a\.b\032\"c.example."#, None).unwrap();
        assert_eq!(absolute(&name), r"a\046b\032\034c.example.");
        assert_eq!(name.iter().count(), 2);
        assert_eq!(parse_name(absolute(&name).as_bytes(), None).unwrap(), name);
    }

    #[test]
    fn dig_escapes_in_its_own_way() {
        let name = parse_name(br#"A\.\@\$\(\)\;\"\\'`!.\032\127\255.Example."#, None).unwrap();
        assert_eq!(
            as_dig_prints(&name),
            r#"a\.\@\$\(\)\;\"\\'`!.\032\127\255.example."#
        );
    }

    #[test]
    fn relative_names_get_the_origin() {
        let origin = name("contoso.com.");
        assert_eq!(
            absolute(&parse_name(b"KMS01", Some(&origin)).unwrap()),
            "KMS01.contoso.com."
        );
        assert_eq!(parse_name(b"@", Some(&origin)).unwrap(), origin);
        assert_eq!(
            relative(&name("_vlmcs._tcp.contoso.com."), &origin),
            "_vlmcs._tcp"
        );
        assert_eq!(relative(&name("fabrikam.com."), &origin), "fabrikam.com.");
    }

    #[test]
    fn people_may_type_internationalised_names() {
        assert_eq!(
            absolute(&parse_full_name("b\u{fc}ro.example").unwrap()),
            "xn--bro-hoa.example."
        );
        assert_eq!(
            parse_full_name("a b.example"),
            Err(NameError::BadCharacter(' '))
        );
    }

    #[test]
    fn lengths_are_those_of_rfc_1035() {
        let label = "a".repeat(63);
        assert!(parse_full_name(&label).is_ok());
        assert_eq!(
            parse_full_name(&"a".repeat(64)),
            Err(NameError::LabelTooLong)
        );
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert!(parse_full_name(&longest).is_ok());
        assert_eq!(
            parse_full_name(&format!("{longest}a")),
            Err(NameError::NameTooLong)
        );
    }

    #[test]
    fn a_wildcard_is_a_label_like_others() {
        assert_eq!(label_count(&name("*.contoso.com.")), 3);
        assert_eq!(
            relative(&name("*.contoso.com."), &name("contoso.com.")),
            "*"
        );
        assert_eq!(ancestors(&name("*.com.")).count(), 3);
    }

    #[test]
    fn the_domain_of_an_owner() {
        let owner = kms_owner(&name("emea.contoso.com.")).unwrap();
        assert_eq!(absolute(&owner), "_vlmcs._tcp.emea.contoso.com.");
        assert_eq!(
            kms_domain(&name("_VLMCS._Tcp.emea.contoso.com.")),
            Some(name("emea.contoso.com."))
        );
        assert_eq!(kms_domain(&name("_tcp.contoso.com.")), None);
    }
}
