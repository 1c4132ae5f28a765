//! BIND's `$GENERATE`: a range and two templates.

use std::ops::Range;

use super::lexer::Fault;

/// The most records that the directives of a zone may make together where they matter.
pub(super) const MAX_RECORDS: u64 = 1_000_000;
/// BIND's largest width of a number.
const MAX_WIDTH: u32 = 127;

/// The directive, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generate {
    first: u32,
    last: u32,
    step: u32,
    range_span: Range<usize>,
    left: Template,
    right: Template,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    Number { offset: i32, width: u32, mode: u8 },
}

impl Generate {
    /// Reads the directive's range, owner and data.
    pub(super) fn parse(
        bytes: &[u8],
        range: Range<usize>,
        left: Range<usize>,
        right: Range<usize>,
        right_quoted: bool,
    ) -> Result<Self, Fault> {
        let Some([first, last, step]) = parse_range(&bytes[range.clone()]) else {
            return Err(Fault::new(range, "this is no range")
                .help("a range is `start-stop` or `start-stop/step`, start not above stop, numbers up to 2147483647"));
        };
        let data = &bytes[right.clone()];
        let data = if right_quoted {
            unquote(data)
        } else {
            data.to_vec()
        };
        Ok(Self {
            first,
            last,
            step,
            range_span: range,
            left: Template::parse(&bytes[left.clone()]).ok_or_else(|| bad_template(left))?,
            right: Template::parse(&data).ok_or_else(|| bad_template(right))?,
        })
    }

    /// The numbers it runs through, added to those of the directives before it. Fails where there are too many to
    /// look at.
    pub(super) fn numbers(
        &self,
        made: &mut u64,
    ) -> Result<impl Iterator<Item = u32> + use<>, Fault> {
        let count = u64::from((self.last - self.first) / self.step) + 1;
        if *made + count > MAX_RECORDS {
            let before = match *made {
                0 => String::new(),
                made => format!(", directives before it {made}"),
            };
            return Err(Fault::new(
                self.range_span.clone(),
                format!("the range makes {count} records{before}: at most {MAX_RECORDS} are read"),
            ));
        }
        *made += count;
        let step = usize::try_from(self.step).unwrap_or(usize::MAX);
        Ok((self.first..=self.last).step_by(step))
    }

    /// Whether its owners may begin with an asterisk, or with what a wildcard's origin would add.
    pub(super) fn may_make_wildcards(&self) -> bool {
        matches!(self.left.parts.first(), Some(Part::Text(text)) if text.starts_with(b"*") || text.starts_with(b"\\") || text == b"@")
    }

    /// The owner for a number, as a zone file would write it.
    pub(super) fn owner(&self, number: u32) -> Vec<u8> {
        self.left.expand(number)
    }

    /// The data for a number, as a zone file would write it.
    pub(super) fn data(&self, number: u32) -> Vec<u8> {
        self.right.expand(number)
    }
}

fn bad_template(span: Range<usize>) -> Fault {
    Fault::new(span, "the braces after `$` are not understood")
        .help("BIND reads `${offset,width,base}`, base being d, o, x, X, n or N, the width up to 127; `\\$` is a dollar sign")
}

/// `start-stop[/step]`. Like BIND's `sscanf`, what follows the last number is ignored.
fn parse_range(text: &[u8]) -> Option<[u32; 3]> {
    let (first, rest) = leading_number(text)?;
    let (last, rest) = leading_number(rest.strip_prefix(b"-")?)?;
    let step = match rest.strip_prefix(b"/") {
        Some(rest) => leading_number(rest)?.0,
        None => 1,
    };
    let max = 0x7fff_ffff;
    (first <= last && last <= max && step > 0 && step <= max).then_some([first, last, step])
}

fn leading_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let digits = text
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    let (digits, rest) = text.split_at(digits);
    Some((std::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// The content of a quoted string: an escaped quote is a quote, other escapes stay.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(octet) = rest.next() {
        if octet != b'\\' {
            content.push(octet);
            continue;
        }
        match rest.next() {
            Some(b'"') => content.push(b'"'),
            Some(other) => content.extend([octet, other]),
            None => content.push(octet),
        }
    }
    content
}

impl Template {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while let Some((&octet, after)) = rest.split_first() {
            rest = after;
            match octet {
                b'$' if rest.first() == Some(&b'$') => {
                    plain.push(b'$');
                    rest = &rest[1..];
                }
                b'$' => {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    let (part, after) = match rest.strip_prefix(b"{") {
                        Some(inner) => {
                            let end = memchr::memchr(b'}', inner)?;
                            (parse_braces(&inner[..end])?, &inner[end + 1..])
                        }
                        None => (
                            Part::Number {
                                offset: 0,
                                width: 0,
                                mode: b'd',
                            },
                            rest,
                        ),
                    };
                    parts.push(part);
                    rest = after;
                }
                b'\\' => {
                    plain.push(octet);
                    if let Some((&escaped, after)) = rest.split_first() {
                        plain.push(escaped);
                        rest = after;
                    }
                }
                _ => plain.push(octet),
            }
        }
        parts.push(Part::Text(plain));
        Some(Self { parts })
    }

    fn expand(&self, number: u32) -> Vec<u8> {
        let mut text = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.extend_from_slice(plain),
                Part::Number {
                    offset,
                    width,
                    mode,
                } => {
                    write_number(&mut text, number, *offset, *width, *mode);
                }
            }
        }
        text
    }
}

/// `offset[,width[,base]]`
fn parse_braces(text: &[u8]) -> Option<Part> {
    let text = std::str::from_utf8(text).ok()?;
    let mut fields = text.split(',').map(str::trim_start);
    let offset = fields.next()?.parse().ok()?;
    let width = match fields.next() {
        Some(width) => width.parse().ok().filter(|width| *width <= MAX_WIDTH)?,
        None => 0,
    };
    let mode = match fields.next() {
        Some(mode) => *mode.as_bytes().first().filter(|_| mode.len() == 1)?,
        None => b'd',
    };
    let known = b"doxXnN".contains(&mode) && fields.next().is_none();
    known.then_some(Part::Number {
        offset,
        width,
        mode,
    })
}

/// The number as C's `printf` writes it in BIND: a sign counts as width, other bases show two's complement.
fn write_number(text: &mut Vec<u8>, number: u32, offset: i32, width: u32, mode: u8) {
    let value = number.wrapping_add_signed(offset);
    let size = width as usize;
    let shown = match mode {
        b'o' => format!("{value:0size$o}"),
        b'x' => format!("{value:0size$x}"),
        b'X' => format!("{value:0size$X}"),
        b'n' => nibbles(value, width),
        b'N' => nibbles(value, width).to_ascii_uppercase(),
        _ => format!("{:0size$}", value.cast_signed()),
    };
    text.extend_from_slice(shown.as_bytes());
}

/// Hexadecimal digits as labels, the lowest first; the width counts digits and dots.
fn nibbles(mut value: u32, mut width: u32) -> String {
    let mut text = String::new();
    loop {
        text.extend(char::from_digit(value & 0xf, 16));
        value >>= 4;
        width = width.saturating_sub(1);
        if width == 0 && value == 0 {
            return text;
        }
        text.push('.');
        width = width.saturating_sub(1);
        if width == 0 && value == 0 {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(template: &str, number: u32) -> Option<String> {
        let template = Template::parse(template.as_bytes())?;
        Some(String::from_utf8(template.expand(number)).unwrap())
    }

    #[test]
    fn templates_as_bind_expands_them() {
        for (template, number, expected) in [
            ("kms0$", 1, "kms01"),
            ("a${0,3,d}z", 10, "a010z"),
            ("a${-1}z", 10, "a9z"),
            ("a${1,3}z", 10, "a011z"),
            ("a${10,4,x}", 10, "a0014"),
            ("${0,0,X}", 10, "A"),
            ("${10,3,o}", 10, "024"),
            ("${0,8,n}", 10, "a.0.0.0."),
            ("${0,7,n}", 10, "a.0.0.0"),
            ("${0,8,N}", 11, "B.0.0.0."),
            ("${300,0,n}", 10, "6.3.1"),
            ("${0,2,n}", 10, "a."),
            ("${-5,4,d}", 0, "-005"),
            ("${-5,4,x}", 0, "fffffffb"),
            ("${-5,4,n}", 0, "b.f.f.f.f.f.f.f"),
            ("a$$z", 10, "a$z"),
            (r"a\$z", 10, r"a\$z"),
            (r"a\\$z", 10, r"a\\10z"),
            ("a$}z", 10, "a10}z"),
            ("${+1,3,d}", 10, "011"),
        ] {
            assert_eq!(
                expanded(template, number).as_deref(),
                Some(expected),
                "{template}"
            );
        }
        for wrong in [
            "${}",
            "${0,}",
            "${0,3,}",
            "${0,3,q}",
            "${0,3,dz}",
            "${0,3",
            "${0x}",
            "${0,-3,d}",
            "${0,128,d}",
        ] {
            assert_eq!(expanded(wrong, 1), None, "{wrong}");
        }
    }

    #[test]
    fn ranges_as_bind_reads_them() {
        for (text, expected) in [
            ("1-5", Some([1, 5, 1])),
            ("01-02", Some([1, 2, 1])),
            ("+1-+5/2x", Some([1, 5, 2])),
            (
                "0-2147483647/2147483647",
                Some([0, 0x7fff_ffff, 0x7fff_ffff]),
            ),
            ("1-2x", Some([1, 2, 1])),
            ("5-1", None),
            ("5", None),
            ("1-5/0", None),
            ("1-5/", None),
            ("-1-2", None),
            ("1--2", None),
            ("2147483646-2147483648", None),
        ] {
            assert_eq!(parse_range(text.as_bytes()), expected, "{text}");
        }
    }
}
