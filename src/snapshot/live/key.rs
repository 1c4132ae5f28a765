//! Keys of transaction signatures (TSIG, RFC 8945), in BIND's format.

use std::fmt;
use std::ops::Range;

use data_encoding::BASE64;
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::encoding::Encoding;
use crate::{Name, presentation};

/// Seconds by which the clocks of both sides may differ (RFC 8945 section 10 recommends it).
const FUDGE: u16 = 300;

/// What a key file looks like.
const EXAMPLE: &str = "a key file is what `tsig-keygen -a hmac-sha256 NAME` writes: \
                       key \"NAME\" { algorithm hmac-sha256; secret \"BASE64\"; };";

/// How to make a key that can be used.
const MAKE: &str =
    "make a key with `tsig-keygen -a hmac-sha256 NAME` and give it to the server too";

/// A key, as `tsig-keygen` writes it.
#[derive(Clone)]
pub struct Key {
    pub(super) signer: TSigner,
}

impl Key {
    /// Its name.
    pub(super) fn name(&self) -> Name {
        Name::from(self.signer.signer_name())
    }
}

impl Key {
    /// Reads a key file; `shown` is the file as people know it. Fails with what is wrong in it, without its secret.
    pub fn read(shown: &str, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let text = Encoding::of(bytes)
            .decode(bytes.to_vec())
            .map_err(|_| Diagnostic::new(format!("`{shown}` is no text")).help(EXAMPLE))?;
        let mut reading = Reading::new(shown, &text);
        let keys = reading.keys();
        if !reading.faults.is_empty() {
            return Err(reading.complaints());
        }
        match <[Found; 1]>::try_from(keys) {
            Ok([key]) => key.finish(shown),
            Err(keys) => Err(not_one(shown, &keys).into()),
        }
    }
}

impl fmt::Debug for Key {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", presentation::plain(&self.name()))
    }
}

/// A key statement without a fault.
struct Found {
    name: Name,
    algorithm: TsigAlgorithm,
    secret: Vec<u8>,
}

impl Found {
    fn finish(self, shown: &str) -> Result<Key, Diagnostics> {
        let signer = TSigner::new(self.secret, self.algorithm, (&self.name).into(), FUDGE)
            .map_err(|_| {
                Diagnostic::new(format!("`{shown}`: this key cannot be used")).help(MAKE)
            })?;
        Ok(Key { signer })
    }
}

fn not_one(shown: &str, keys: &[Found]) -> Diagnostic {
    if keys.is_empty() {
        return Diagnostic::new(format!("`{shown}` holds no key")).help(EXAMPLE);
    }
    let names: Vec<String> = keys
        .iter()
        .map(|key| presentation::plain(&key.name))
        .collect();
    Diagnostic::new(format!(
        "`{shown}` holds {} keys: {}",
        names.len(),
        names.join(", ")
    ))
    .help("keep the one that signs the transfer in a file of its own")
}

/// A word or a mark of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    /// With its quotes.
    span: Range<usize>,
    /// Without them.
    inside: Range<usize>,
    /// Whether it is one of `{`, `}`, `;`.
    mark: bool,
}

/// Reads the tokens of a file.
struct Reading<'a> {
    shown: &'a str,
    text: &'a [u8],
    /// The text with all letters and marks hidden but for those that are surely no secret.
    hidden: Vec<u8>,
    tokens: Vec<Token>,
    next: usize,
    faults: Vec<Fault>,
}

/// What is wrong, and where.
struct Fault {
    span: Range<usize>,
    message: String,
    help: &'static str,
}

impl<'a> Reading<'a> {
    fn new(shown: &'a str, text: &'a [u8]) -> Self {
        let mut hidden = text.to_vec();
        for octet in &mut hidden {
            if octet.is_ascii_graphic() {
                *octet = b'*';
            }
        }
        let mut reading = Self {
            shown,
            text,
            hidden,
            tokens: Vec::new(),
            next: 0,
            faults: Vec::new(),
        };
        reading.split();
        reading
    }

    fn split(&mut self) {
        let text = self.text;
        let mut at = if text.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        while let Some(&octet) = text.get(at) {
            let rest = &text[at..];
            if octet.is_ascii_whitespace() {
                at += 1;
            } else if octet == b'#' || rest.starts_with(b"//") {
                at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            } else if rest.starts_with(b"/*") {
                let Some(end) = memchr::memmem::find(&rest[2..], b"*/") else {
                    self.fault(at..at + 2, "this comment does not end", EXAMPLE);
                    return;
                };
                at += end + 4;
            } else if octet == b'"' {
                let Some(length) = memchr::memchr2(b'"', b'\n', &rest[1..])
                    .filter(|length| rest[1 + length] == b'"')
                else {
                    self.fault(at..at + 1, "this quote is not closed on its line", EXAMPLE);
                    return;
                };
                self.push(at..at + length + 2, at + 1..at + length + 1, false);
                at += length + 2;
            } else if matches!(octet, b'{' | b'}' | b';') {
                self.push(at..at + 1, at..at + 1, true);
                at += 1;
            } else {
                let ends = |octet: &u8| {
                    octet.is_ascii_whitespace() || matches!(octet, b'{' | b'}' | b';' | b'"')
                };
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                self.push(at..at + length, at..at + length, false);
                at += length;
            }
        }
    }

    fn push(&mut self, span: Range<usize>, inside: Range<usize>, mark: bool) {
        if mark {
            self.show(&span);
        }
        self.tokens.push(Token { span, inside, mark });
    }

    /// Lets a complaint quote these octets.
    fn show(&mut self, span: &Range<usize>) {
        self.hidden[span.clone()].copy_from_slice(&self.text[span.clone()]);
    }

    fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: &'static str) {
        self.faults.push(Fault {
            span,
            message: message.into(),
            help,
        });
    }

    /// All that is wrong, once it is known what may be quoted.
    fn complaints(self) -> Diagnostics {
        let complain = |fault: Fault| {
            let place = Place::new(self.shown, &self.hidden, fault.span);
            Diagnostic::at(place, fault.message).help(fault.help)
        };
        Diagnostics(self.faults.into_iter().map(complain).collect())
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn word(&self, token: &Token) -> &'a [u8] {
        &self.text[token.inside.clone()]
    }

    /// Where the text ends.
    fn end(&self) -> Range<usize> {
        let end = self.text.trim_ascii_end().len();
        end..end
    }

    /// The mark, if it comes next; else a complaint.
    fn expect(&mut self, mark: u8) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| token.mark && self.text[token.span.start] == mark);
        if found {
            self.next += 1;
            return true;
        }
        let span = self.peek().map_or(self.end(), |token| token.span.clone());
        let message = format!("a `{}` is missing here", char::from(mark));
        self.fault(span, message, EXAMPLE);
        false
    }

    /// The next token, if it is no mark; else a complaint that `what` is missing.
    fn value(&mut self, what: &str) -> Option<Token> {
        let token = self.peek().filter(|token| !token.mark).cloned();
        if let Some(token) = token {
            self.next += 1;
            return Some(token);
        }
        let span = self.peek().map_or(self.end(), |token| token.span.clone());
        self.fault(span, format!("{what} is missing here"), EXAMPLE);
        None
    }

    /// The key statements without a fault.
    fn keys(&mut self) -> Vec<Found> {
        let mut keys = Vec::new();
        if !self.faults.is_empty() {
            return keys;
        }
        while let Some(token) = self.peek().cloned() {
            if !self.word(&token).eq_ignore_ascii_case(b"key") {
                let message = "this is no key in BIND's format";
                self.fault(token.span, message, EXAMPLE);
                return keys;
            }
            self.show(&token.span);
            self.next += 1;
            let before = self.faults.len();
            match self.key() {
                Some(key) => keys.push(key),
                // After a fault of form nothing that follows is sure.
                None if self.faults.len() == before => return keys,
                None => {}
            }
            if self.lost() {
                return keys;
            }
        }
        keys
    }

    /// Whether the last statement was left before its end.
    fn lost(&self) -> bool {
        self.next > 0 && self.word(&self.tokens[self.next - 1]) != b";"
    }

    /// The statement after its first word.
    fn key(&mut self) -> Option<Found> {
        let token = self.value("the name of the key")?;
        self.show(&token.span);
        let name = self.name(&token);
        if !self.expect(b'{') {
            return None;
        }
        let (mut algorithm, mut secret) = (None, None);
        let (mut named, mut told) = (false, false);
        while self.peek().is_some_and(|token| !token.mark) {
            let field = self.value("")?;
            let word = self.word(&field);
            if word.eq_ignore_ascii_case(b"algorithm") {
                self.show(&field.span);
                let value = self.value("the algorithm")?;
                self.once(named, &field);
                algorithm = self.algorithm(&value);
                named = true;
            } else if word.eq_ignore_ascii_case(b"secret") {
                self.show(&field.span);
                let value = self.value("the secret")?;
                self.once(told, &field);
                secret = self.secret(&value);
                told = true;
            } else {
                let message = "a key has an `algorithm` and a `secret`, and nothing else";
                self.fault(field.span, message, EXAMPLE);
                return None;
            }
            if !self.expect(b';') {
                return None;
            }
        }
        for (there, what) in [(named, "algorithm"), (told, "secret")] {
            if !there {
                self.fault(
                    token.span.clone(),
                    format!("this key has no {what}"),
                    EXAMPLE,
                );
            }
        }
        if !self.expect(b'}') || !self.expect(b';') {
            return None;
        }
        Some(Found {
            name: name?,
            algorithm: algorithm?,
            secret: secret?,
        })
    }

    fn once(&mut self, before: bool, field: &Token) {
        if before {
            self.fault(field.span.clone(), "this stands twice in one key", EXAMPLE);
        }
    }

    fn name(&mut self, token: &Token) -> Option<Name> {
        match presentation::parse_name(self.word(token), Some(&Name::root())) {
            Ok(name) => Some(name),
            Err(error) => {
                let message = format!("this is no name of a key: {error}");
                self.fault(token.span.clone(), message, EXAMPLE);
                None
            }
        }
    }

    fn algorithm(&mut self, token: &Token) -> Option<TsigAlgorithm> {
        let word = self.word(token).to_ascii_lowercase();
        let word = word.strip_suffix(b".").unwrap_or(&word);
        match word {
            b"hmac-sha256" => return Some(TsigAlgorithm::HmacSha256),
            b"hmac-sha384" => return Some(TsigAlgorithm::HmacSha384),
            b"hmac-sha512" => return Some(TsigAlgorithm::HmacSha512),
            _ => {}
        }
        // What begins like one is no secret that stands in the wrong place.
        if word.starts_with(b"hmac-") && word.len() <= 32 {
            self.show(&token.span);
        }
        let message = "this algorithm is none of hmac-sha256, hmac-sha384 and hmac-sha512";
        self.fault(token.span.clone(), message, MAKE);
        None
    }

    fn secret(&mut self, token: &Token) -> Option<Vec<u8>> {
        let word: Vec<u8> = self
            .word(token)
            .iter()
            .copied()
            .filter(|octet| !octet.is_ascii_whitespace())
            .collect();
        let message = match BASE64.decode(&word) {
            Ok(secret) if !secret.is_empty() => return Some(secret),
            Ok(_) => "this secret is empty",
            Err(_) => "this secret is no base64 (RFC 4648 section 4)",
        };
        self.fault(token.span.clone(), message, MAKE);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a21zcGxhbiB0ZXN0cyBvbiBsb29wYmFjaw==";

    fn read(text: impl AsRef<[u8]>) -> Result<Key, String> {
        Key::read("xfr.key", text.as_ref()).map_err(|faults| {
            let shown = faults.render(false);
            let json = faults.to_json();
            assert!(!shown.contains(SECRET) && !json.contains(SECRET), "{shown}");
            shown
        })
    }

    fn parts(text: impl AsRef<[u8]>) -> (String, TsigAlgorithm, Vec<u8>) {
        let signer = read(text).unwrap().signer;
        (
            presentation::absolute(&Name::from(signer.signer_name())),
            signer.algorithm().clone(),
            signer.key().to_vec(),
        )
    }

    #[test]
    fn what_tsig_keygen_writes_and_how_people_write_it() {
        let wanted = (
            "kmsplan.".to_owned(),
            TsigAlgorithm::HmacSha256,
            b"kmsplan tests on loopback".to_vec(),
        );
        let plain =
            format!("key \"kmsplan\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{SECRET}\";\n}};\n");
        assert_eq!(parts(&plain), wanted);
        assert_eq!(parts(plain.replace('\n', "\r\n")), wanted);
        assert_eq!(parts(format!("\u{feff}{plain}")), wanted);
        assert_eq!(parts(plain.replace('"', "")), wanted);
        assert_eq!(
            parts(format!(
                "# by hand\n/* key \"old\" {{ }}; */ KEY kmsplan. {{ secret {SECRET} ; // it\n algorithm \
                 \"HMAC-SHA256.\";}};"
            )),
            wanted
        );
        for (mark, octets) in [
            (b"\xFF\xFE", u16::to_le_bytes as fn(u16) -> [u8; 2]),
            (b"\xFE\xFF", u16::to_be_bytes),
        ] {
            let units = plain.encode_utf16().flat_map(octets);
            let wide: Vec<u8> = mark.iter().copied().chain(units).collect();
            assert_eq!(parts(wide), wanted);
        }
        let other = plain.replace("sha256", "sha384");
        assert_eq!(parts(other).1, TsigAlgorithm::HmacSha384);
        let other = plain.replace("sha256", "sha512");
        assert_eq!(parts(other).1, TsigAlgorithm::HmacSha512);
    }

    #[test]
    fn the_secret_is_in_no_debug_output() {
        let key = read(format!(
            "key k {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};"
        ));
        assert_eq!(format!("{:?}", key.unwrap()), "Key(k)");
    }

    #[test]
    fn algorithms_that_are_no_good_and_all_complaints_at_once() {
        assert_eq!(
            read(format!(
                "key \"k\" {{ algorithm hmac-md5; secret \"{SECRET}=\"; }};\n"
            ))
            .unwrap_err(),
            "\
error: this algorithm is none of hmac-sha256, hmac-sha384 and hmac-sha512
 --> xfr.key:1:21
  |
1 | key \"k\" { algorithm hmac-md5; secret ***************************************; };
  |                     ^^^^^^^^
  |
  = help: make a key with `tsig-keygen -a hmac-sha256 NAME` and give it to the server too

error: this secret is no base64 (RFC 4648 section 4)
 --> xfr.key:1:38
  |
1 | key \"k\" { algorithm hmac-md5; secret ***************************************; };
  |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: make a key with `tsig-keygen -a hmac-sha256 NAME` and give it to the server too
"
        );
        for name in [
            "hmac-md5.sig-alg.reg.int",
            "hmac-sha1",
            "hmac-sha224",
            "hmac-sha256-80",
            "hmac-sha256-128",
            "hmac-sha512-80",
        ] {
            let text = format!("key k {{ algorithm {name}; secret \"{SECRET}\"; }};");
            let said = read(text).unwrap_err();
            assert!(said.contains("none of hmac-sha256, hmac-sha384"), "{said}");
        }
    }

    #[test]
    fn one_key_in_a_file() {
        let key = |name: &str| {
            format!("key \"{name}\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n")
        };
        assert_eq!(
            read(key("one") + &key("two")).unwrap_err(),
            "error: `xfr.key` holds 2 keys: one, two\n  \
             = help: keep the one that signs the transfer in a file of its own\n"
        );
        assert_eq!(
            read("\n// nothing\n").unwrap_err(),
            "error: `xfr.key` holds no key\n  \
             = help: a key file is what `tsig-keygen -a hmac-sha256 NAME` writes: key \"NAME\" { algorithm hmac-sha256; \
             secret \"BASE64\"; };\n"
        );
    }

    #[test]
    fn no_mistake_shows_a_secret() {
        let whole = format!("key \"k\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};");
        let texts = [
            whole.replace("secret ", "secert "),
            whole.replace("secret ", ""),
            whole.replace("hmac-sha256", SECRET),
            whole.replace("\"; }", " }"),
            whole.replace("==\";", "==;"),
            whole.replace("};", ""),
            whole.replace("};", "}"),
            whole.replace("algorithm hmac-sha256; ", ""),
            whole.replace('{', ""),
            whole.replace("key \"k\" { ", ""),
            format!("// {SECRET}\n/* {whole}"),
            format!("/* {SECRET} */ options {{ }};"),
            format!(
                "Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: {SECRET}\nBits: AAA=\n"
            ),
            format!("key:\n  - id: k\n    algorithm: hmac-sha256\n    secret: {SECRET}\n"),
            format!("hmac-sha256:k:{SECRET}\n"),
            whole.replace("secret ", &format!("secret \"{SECRET}\"; secret ")),
            SECRET.to_owned(),
        ];
        for text in &texts {
            let said = read(text).unwrap_err();
            assert!(said.contains("xfr.key:"), "{text}\n{said}");
        }
        for end in 0..whole.len() {
            read(&whole[..end]).unwrap_err();
        }
    }

    #[test]
    fn octets_that_are_no_key() {
        for text in [
            &b"\0\xff{"[..],
            b"key",
            b"key \"\" {",
            b"\xFF\xFEk",
            b"key {;}};",
            b"};",
        ] {
            read(text).unwrap_err();
        }
    }
}
