//! Generated zone files: odd but legal spellings of every kind, with the list of what they say.
//!
//! The same seed and options give the same files. What is generated is legal for BIND, except where an
//! option says otherwise.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::collections::BTreeMap;
use std::path::Path;

/// A small generator of numbers (splitmix64), so that a seed alone tells a case.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    /// True once in `in_how_many`.
    pub fn one_in(&mut self, in_how_many: usize) -> bool {
        self.below(in_how_many) == 0
    }

    /// One of `items`.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }
}

/// Which odd spellings may occur.
#[allow(
    clippy::struct_excessive_bools,
    reason = "switches that have nothing to do with each other"
)]
#[derive(Debug, Clone)]
pub struct Options {
    /// `$ORIGIN`.
    pub origins: bool,
    /// Parentheses over several lines.
    pub parentheses: bool,
    /// `\X` and `\DDD` in names.
    pub escapes: bool,
    /// Letters in any case.
    pub cases: bool,
    /// `$GENERATE`.
    pub generate: bool,
    /// `$INCLUDE`.
    pub include: bool,
    /// RFC 3597 spellings of KMS records.
    pub generic: bool,
    /// CRLF, and lone CRs as line ends.
    pub carriage_returns: bool,
    /// A byte-order mark (BIND refuses it).
    pub byte_order_mark: bool,
    /// No `$TTL` at the top.
    pub without_default_ttl: bool,
    /// Octets that are not UTF-8, in quoted strings and comments.
    pub raw_octets: bool,
    /// Zone cuts, with records below them.
    pub cuts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            origins: true,
            parentheses: true,
            escapes: true,
            cases: true,
            generate: true,
            include: true,
            generic: true,
            carriage_returns: true,
            byte_order_mark: false,
            without_default_ttl: true,
            raw_octets: true,
            cuts: true,
        }
    }
}

/// A record as it is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// Absolute, in lower case, with its final dot.
    pub owner: String,
    /// Seconds.
    pub ttl: u32,
    /// The type's mnemonic.
    pub kind: String,
    /// The data: for SRV `priority weight port target.` in lower case.
    pub data: String,
}

/// A generated zone.
#[derive(Debug, Clone)]
pub struct Zone {
    /// The apex, with its final dot.
    pub apex: String,
    /// The files by name: the first is the zone's own, the others are included.
    pub files: Vec<(String, Vec<u8>)>,
    /// Every record, in reading order.
    pub records: Vec<Record>,
}

impl Zone {
    /// Writes the files into `folder`.
    pub fn write(&self, folder: &Path) {
        for (name, content) in &self.files {
            std::fs::write(folder.join(name), content).expect("a zone file is written");
        }
    }

    /// The zone's own file's name.
    pub fn main(&self) -> &str {
        &self.files[0].0
    }
}

/// Generates a zone.
pub fn generate(seed: u64, options: &Options) -> Zone {
    let mut maker = Maker::new(seed, options);
    let main = maker.main_file();
    let mut files = vec![("contoso.com.zone".to_owned(), main)];
    files.append(&mut maker.included);
    Zone {
        apex: APEX.to_owned(),
        files,
        records: maker.records,
    }
}

const APEX: &str = "contoso.com.";
const ORIGINS: [&str; 8] = [
    "contoso.com.",
    "contoso.com.",
    "_tcp.contoso.com.",
    "emea.contoso.com.",
    "_tcp.emea.contoso.com.",
    "branch.office.contoso.com.",
    "com.",
    ".",
];
const KMS_OWNERS: [&str; 5] = [
    "_vlmcs._tcp.contoso.com.",
    "_vlmcs._tcp.contoso.com.",
    "_vlmcs._tcp.emea.contoso.com.",
    "_vlmcs._tcp.branch.office.contoso.com.",
    "_vlmcs._tcp.lab.contoso.com.",
];
const TARGETS: [&str; 7] = [
    "kms01.contoso.com.",
    "kms02.contoso.com.",
    "kms03.emea.contoso.com.",
    "kms.branch.office.contoso.com.",
    "kms01.fabrikam.example.",
    "contoso.com.",
    "old-kms_1.contoso.com.",
];
const TTLS: [u32; 7] = [0, 60, 300, 3600, 5400, 86_400, 788_645];

/// What a file hands on from line to line.
#[derive(Clone)]
struct Place {
    origin: String,
    owner: Option<String>,
    line_end: &'static str,
}

struct Maker<'o> {
    random: Random,
    options: &'o Options,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    ttls: BTreeMap<(String, String), u32>,
    records: Vec<Record>,
    included: Vec<(String, Vec<u8>)>,
    aliases: usize,
    names: usize,
    /// Whether the last line is a directive: BIND wants a line end after those.
    directive: bool,
    /// Whether `$DATE` may stand, which BIND refuses beside `$INCLUDE`.
    dates: bool,
}

impl<'o> Maker<'o> {
    fn new(seed: u64, options: &'o Options) -> Self {
        Self {
            random: Random::new(seed),
            options,
            default_ttl: None,
            last_ttl: None,
            ttls: BTreeMap::new(),
            records: Vec::new(),
            included: Vec::new(),
            aliases: 0,
            names: 0,
            directive: false,
            dates: false,
        }
    }

    fn may(&mut self, allowed: bool, in_how_many: usize) -> bool {
        allowed && self.random.one_in(in_how_many)
    }

    fn line_end(&mut self) -> &'static str {
        if !self.options.carriage_returns {
            return "\n";
        }
        match self.random.below(20) {
            0..=4 => "\r\n",
            5 => "\r",
            _ => "\n",
        }
    }

    fn main_file(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.dates = self.random.one_in(4);
        if self.options.byte_order_mark {
            out.extend(b"\xEF\xBB\xBF");
        }
        let mut place = Place {
            origin: APEX.to_owned(),
            owner: None,
            line_end: self.line_end(),
        };
        self.noise(&mut out, &place);
        if !self.options.without_default_ttl || !self.random.one_in(3) {
            self.ttl_directive(&mut out, &place);
        }
        if self.may(self.options.origins, 3) {
            self.set_origin(&mut out, &mut place, APEX);
        }
        self.authority(&mut out, &mut place);
        self.record(&mut out, &mut place, APEX, "NS", "ns1.contoso.com.");
        self.record(&mut out, &mut place, "ns1.contoso.com.", "A", "192.0.2.53");
        self.body(&mut out, &mut place, 0);
        if self.random.one_in(4) && !self.directive {
            while out
                .last()
                .is_some_and(|octet| matches!(octet, b'\n' | b'\r'))
            {
                out.pop();
            }
        }
        out
    }

    fn body(&mut self, out: &mut Vec<u8>, place: &mut Place, depth: usize) {
        let count = 5 + self.random.below(if depth == 0 { 30 } else { 8 });
        for _ in 0..count {
            match self.random.below(24) {
                0 => self.noise(out, place),
                1 | 2 if self.options.origins => {
                    let origin = *self.random.pick(&ORIGINS);
                    self.set_origin(out, place, origin);
                }
                3 if self.random.one_in(3) => self.ttl_directive(out, place),
                4 | 5 if self.options.include && !self.dates && depth < 3 => {
                    self.include(out, place, depth);
                }
                6 if self.options.generate => self.generate(out, place),
                7..=12 => self.kms(out, place),
                _ => self.other(out, place),
            }
        }
    }

    /// Comments, empty lines, `$DATE`.
    fn noise(&mut self, out: &mut Vec<u8>, place: &Place) {
        match self.random.below(5) {
            0 => out.extend(b"; a comment with \"quotes (and parentheses"),
            1 => out.extend(b"   \t "),
            2 => out.extend(b"\t; indented comment )"),
            3 if self.dates => {
                out.extend(b"$DATE 20260101000000");
                self.directive = true;
            }
            _ => {}
        }
        // A comment goes on over a lone CR.
        let end = if place.line_end == "\r" {
            "\n"
        } else {
            place.line_end
        };
        out.extend(end.as_bytes());
    }

    fn ttl_directive(&mut self, out: &mut Vec<u8>, place: &Place) {
        let ttl = *self.random.pick(&TTLS);
        let directive = self.any_case("$TTL");
        out.extend(directive.as_bytes());
        let mut words = vec![self.time(ttl).into_bytes()];
        self.words(out, &mut words, place);
        self.default_ttl = Some(ttl);
    }

    fn set_origin(&mut self, out: &mut Vec<u8>, place: &mut Place, origin: &str) {
        let directive = self.any_case("$ORIGIN");
        out.extend(directive.as_bytes());
        let mut words = vec![self.name(origin, place)];
        self.words(out, &mut words, place);
        origin.clone_into(&mut place.origin);
    }

    fn authority(&mut self, out: &mut Vec<u8>, place: &mut Place) {
        let serial = 2_026_010_100 + u32::try_from(self.random.below(90)).expect("small");
        let mut times: Vec<String> = Vec::new();
        for seconds in [3600, 900, 604_800] {
            times.push(self.time(seconds));
        }
        let minimum = *self.random.pick(&[300_u32, 3600]);
        times.push(self.time(minimum));
        let owner = if self.random.one_in(2) {
            b"@".to_vec()
        } else {
            self.name(APEX, place)
        };
        out.extend(owner);
        place.owner = Some(APEX.to_owned());
        let mut words = Vec::new();
        let ttl = self.head(&mut words, APEX, "SOA", true);
        let ttl = ttl.unwrap_or_else(|| {
            self.default_ttl = Some(minimum);
            minimum
        });
        words.push(self.any_case("SOA").into_bytes());
        words.push(self.name("ns1.contoso.com.", place));
        words.push(self.name("hostmaster.contoso.com.", place));
        if self.random.one_in(2) {
            out.extend(b" ");
            out.extend(words.join(&b' '));
            let end = if place.line_end == "\r" {
                "\n"
            } else {
                place.line_end
            };
            out.extend(format!(" ({end}\t{serial} ; serial{end}").bytes());
            for time in &times {
                out.extend(format!("    {time}{end}").bytes());
            }
            out.extend(format!("\t) ; the end{end}").bytes());
        } else {
            words.push(serial.to_string().into_bytes());
            words.extend(times.into_iter().map(String::into_bytes));
            self.words(out, &mut words, place);
        }
        self.note(APEX, ttl, "SOA", &serial.to_string());
    }

    fn kms(&mut self, out: &mut Vec<u8>, place: &mut Place) {
        let owner = *self.random.pick(&KMS_OWNERS);
        let again = place
            .owner
            .clone()
            .filter(|owner| owner.starts_with("_vlmcs."));
        let owner = match again {
            Some(owner) if self.random.one_in(2) => owner,
            _ => owner.to_owned(),
        };
        let data = self.service();
        self.record(out, place, &owner, "SRV", &data);
    }

    fn service(&mut self) -> String {
        let priority = *self.random.pick(&[0_u16, 0, 10, 20, 65_535]);
        let weight = *self.random.pick(&[0_u16, 25, 75, 100]);
        let port = *self.random.pick(&[1688_u16, 1688, 1688, 1689]);
        format!("{priority} {weight} {port} {}", self.random.pick(&TARGETS))
    }

    fn other(&mut self, out: &mut Vec<u8>, place: &mut Place) {
        self.names += 1;
        let number = self.names;
        let under = *self.random.pick(&["", "emea.", "_tcp.", "branch.office."]);
        let fresh = format!("host{number}.{under}{APEX}");
        let (owner, kind, data) = match self.random.below(16) {
            0..=3 => {
                let target = TARGETS[self.random.below(4)].to_owned();
                let owner = if self.random.one_in(2) { target } else { fresh };
                (owner, "A", format!("192.0.2.{}", number % 250))
            }
            4 => (
                TARGETS[self.random.below(4)].to_owned(),
                "AAAA",
                format!("2001:db8::{number:x}"),
            ),
            5 | 6 => (fresh, "TXT", String::new()),
            7 => (fresh, "MX", "10 mail.contoso.com.".to_owned()),
            8 => (
                format!("_ldap._tcp.{APEX}"),
                "SRV",
                format!("0 100 {} dc01.contoso.com.", 300 + number),
            ),
            9 => {
                self.aliases += 1;
                (
                    format!("alias{}.{APEX}", self.aliases),
                    "CNAME",
                    "kms01.contoso.com.".to_owned(),
                )
            }
            10 => (fresh, "TYPE65400", r"\# 3 (01 02 03)".to_owned()),
            11 => (fresh, "HINFO", "\"a ; b\" c".to_owned()),
            12 => (
                format!("*.wild{number}.{APEX}"),
                "A",
                "192.0.2.1".to_owned(),
            ),
            13 if self.options.cuts => (
                format!("cut{number}.{APEX}"),
                "NS",
                format!("ns.cut{number}.{APEX}"),
            ),
            14 if self.options.cuts => (
                format!("_vlmcs._tcp.cut{}.{APEX}", number - 1),
                "SRV",
                self.service(),
            ),
            15 => (fresh, "CAA", "0 issue \"ca.example; x=(1)\"".to_owned()),
            _ => (fresh, "PTR", "kms02.contoso.com.".to_owned()),
        };
        self.record(out, place, &owner, kind, &data);
        if self.random.one_in(4) && kind != "CNAME" {
            // A second record of the owner, most often with a blank owner.
            self.record(out, place, &owner, "TXT", "");
        }
    }

    /// Writes one record.
    fn record(
        &mut self,
        out: &mut Vec<u8>,
        place: &mut Place,
        owner: &str,
        kind: &str,
        data: &str,
    ) {
        let blank = place.owner.as_deref() == Some(owner) && !self.random.one_in(4);
        if blank {
            out.extend(*self.random.pick(&[&b" "[..], b"\t", b"      ", b" \t"]));
        } else {
            let text = self.name(owner, place);
            out.extend(text);
        }
        place.owner = Some(owner.to_owned());
        let mut words = Vec::new();
        let ttl = self
            .head(&mut words, owner, kind, false)
            .expect("a record has a TTL");
        self.typed_data(&mut words, kind, data, place);
        if blank {
            let first = words.remove(0);
            out.extend(first);
        }
        self.words(out, &mut words, place);
        self.note(owner, ttl, kind, data);
    }

    /// TTL and class in any order. Returns the TTL in force, if there is one.
    fn head(
        &mut self,
        words: &mut Vec<Vec<u8>>,
        owner: &str,
        kind: &str,
        authority: bool,
    ) -> Option<u32> {
        let key = (owner.to_owned(), kind.to_owned());
        let implied = self.default_ttl.or(self.last_ttl);
        let known = self.ttls.get(&key).copied();
        let implied_fits = match (implied, known) {
            (Some(implied), Some(known)) => implied == known,
            (Some(_), None) => true,
            (None, _) => authority,
        };
        let written = (!implied_fits || self.random.one_in(3))
            .then(|| known.unwrap_or_else(|| *self.random.pick(&TTLS)));
        let class = match self.random.below(8) {
            0 | 1 => Some("IN"),
            2 => Some("in"),
            3 => Some("CLASS1"),
            _ => None,
        };
        let time = written.map(|ttl| self.time(ttl).into_bytes());
        let class = class.map(|class| class.as_bytes().to_vec());
        if self.random.one_in(2) {
            words.extend(class.into_iter().chain(time));
        } else {
            words.extend(time.into_iter().chain(class));
        }
        if written.is_some() {
            self.last_ttl = written;
        }
        let ttl = written.or(implied)?;
        self.ttls.insert(key, ttl);
        Some(ttl)
    }

    fn typed_data(&mut self, words: &mut Vec<Vec<u8>>, kind: &str, data: &str, place: &Place) {
        if kind == "SRV" && self.may(self.options.generic, 8) {
            let name = self.random.pick(&["SRV", "TYPE33", "type33"]);
            words.push(name.as_bytes().to_vec());
            words.push(b"\\#".to_vec());
            let octets = service_octets(data);
            words.push(octets.len().to_string().into_bytes());
            let digits = octets.iter().fold(String::new(), |digits, octet| {
                format!("{digits}{octet:02x}")
            });
            let cut = 2 * self.random.below(octets.len());
            words.extend(
                [&digits[..cut], &digits[cut..]]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .map(|part| part.as_bytes().to_vec()),
            );
            return;
        }
        let name = if kind == "SRV" && self.random.one_in(10) {
            "TYPE33"
        } else {
            kind
        };
        words.push(self.any_case(name).into_bytes());
        match kind {
            "SRV" | "MX" => {
                let (numbers, target) = data.rsplit_once(' ').expect("numbers and a target");
                for number in numbers.split(' ') {
                    let zeros = if self.random.one_in(8) { "00" } else { "" };
                    words.push(format!("{zeros}{number}").into_bytes());
                }
                words.push(self.name(target, place));
            }
            "NS" | "CNAME" | "PTR" => words.push(self.name(data, place)),
            "TXT" => words.extend(self.strings()),
            _ => words.push(data.as_bytes().to_vec()),
        }
    }

    /// The strings of a TXT record.
    fn strings(&mut self) -> Vec<Vec<u8>> {
        let mut strings: Vec<Vec<u8>> = vec![
            b"plain".to_vec(),
            b"\"; no comment ( no parenthesis\"".to_vec(),
            b"\"an \\\" escaped quote \\\\\"".to_vec(),
            b"un\\;quoted\\ \\(\\\"".to_vec(),
            b"\"SRV 0 0 1688 kms09\"".to_vec(),
            b"\"\\041\\\\\"".to_vec(),
            b"\"\"".to_vec(),
            b"\"v=spf1 -all\"\"glued\"".to_vec(),
        ];
        if self.options.raw_octets {
            strings.push(b"\"raw \xE9\xFF\x80\"".to_vec());
            strings.push(b"\"escaped\\\nnewline \x0c\"".to_vec());
        }
        let count = 1 + self.random.below(3);
        (0..count)
            .map(|_| self.random.pick(&strings).clone())
            .collect()
    }

    /// Writes words with blanks before them, perhaps over several lines, and the end of the record.
    fn words(&mut self, out: &mut Vec<u8>, words: &mut [Vec<u8>], place: &Place) {
        let mut open = 0_usize;
        let end = place.line_end;
        for word in words.iter() {
            out.extend(*self.random.pick(&[&b" "[..], b" ", b"\t", b"   ", b" \t "]));
            if self.may(self.options.parentheses, 8) {
                out.push(b'(');
                open += 1;
            }
            if open > 0 && self.random.one_in(2) {
                if self.random.one_in(2) && end != "\r" {
                    out.extend(b" ; comment ) \"");
                }
                out.extend(end.as_bytes());
                out.extend(*self.random.pick(&[&b""[..], b"  ", b"\t"]));
            }
            out.extend(word);
            if open > 0 && self.random.one_in(4) {
                out.extend(*self.random.pick(&[&b")"[..], b" )"]));
                open -= 1;
            }
        }
        while open > 0 {
            if self.random.one_in(3) {
                out.extend(end.as_bytes());
            }
            out.extend(*self.random.pick(&[&b")"[..], b" )", b"\t)"]));
            open -= 1;
        }
        if end != "\r" && self.random.one_in(6) {
            let comment: &[u8] = if self.options.raw_octets {
                b" ; end \xFF ("
            } else {
                b";end ("
            };
            out.extend(comment);
        } else if self.random.one_in(6) {
            out.extend(b" \t");
        }
        out.extend(end.as_bytes());
    }

    fn include(&mut self, out: &mut Vec<u8>, place: &mut Place, depth: usize) {
        let slot = self.included.len();
        let name = format!("part{slot}.inc");
        self.included.push((name.clone(), Vec::new()));
        let directive = self.any_case("$INCLUDE");
        out.extend(directive.as_bytes());
        let shown = if self.random.one_in(3) {
            format!("\"{name}\"")
        } else {
            name.clone()
        };
        let mut inner = Place {
            line_end: self.line_end(),
            ..place.clone()
        };
        out.push(b' ');
        out.extend(shown.bytes());
        if self.options.origins && self.random.one_in(3) {
            let origin = *self.random.pick(&ORIGINS[..6]);
            let text = self.name(origin, place);
            out.push(b' ');
            out.extend(text);
            origin.clone_into(&mut inner.origin);
        }
        out.extend(place.line_end.as_bytes());
        let mut content = Vec::new();
        self.body(&mut content, &mut inner, depth + 1);
        if self.random.one_in(3) && !self.directive {
            while content
                .last()
                .is_some_and(|octet| matches!(octet, b'\n' | b'\r'))
            {
                content.pop();
            }
        }
        if content.is_empty() {
            content.extend(b"; empty\n");
        }
        self.included[slot].1 = content;
        self.directive = true;
    }

    fn generate(&mut self, out: &mut Vec<u8>, place: &mut Place) {
        self.names += 1;
        let number = self.names;
        let kms = self.random.one_in(2);
        let (owner, kind) = if kms {
            ("_vlmcs._tcp.emea.contoso.com.".to_owned(), "SRV")
        } else {
            (format!("gen{number}.{APEX}"), "A")
        };
        let mut words = Vec::new();
        let start = self.random.below(3);
        let stop = start + self.random.below(3);
        let directive = self.any_case("$GENERATE");
        out.extend(directive.as_bytes());
        out.extend(format!(" {start}-{stop} ").bytes());
        // Written plainly: an escape could fall on the template's own characters.
        let left = if kms {
            owner.clone()
        } else {
            format!("gen{number}-${{0,2,d}}.{APEX}")
        };
        out.extend(left.bytes());
        let ttl = self
            .head(&mut words, &owner, kind, false)
            .expect("a record has a TTL");
        words.push(self.any_case(kind).into_bytes());
        for word in &words {
            out.push(b' ');
            out.extend(word);
        }
        let data = if kms {
            "\"0 $ 1688 gen-kms${10,4,d}.contoso.com.\""
        } else {
            "192.0.2.$"
        };
        out.push(b' ');
        out.extend(data.bytes());
        out.extend(place.line_end.as_bytes());
        self.directive = true;
        for index in start..=stop {
            if kms {
                let data = format!("0 {index} 1688 gen-kms{:04}.contoso.com.", index + 10);
                self.note(&owner, ttl, kind, &data);
            } else {
                let owner = format!("gen{number}-{index:02}.{APEX}");
                self.note(&owner, ttl, kind, &format!("192.0.2.{index}"));
            }
        }
    }

    fn note(&mut self, owner: &str, ttl: u32, kind: &str, data: &str) {
        self.records.push(Record {
            owner: owner.to_owned(),
            ttl,
            kind: kind.to_owned(),
            data: data.to_owned(),
        });
    }

    /// A name under the origin in force, in one of its spellings.
    fn name(&mut self, name: &str, place: &Place) -> Vec<u8> {
        let relative = if name == place.origin {
            Some("@")
        } else if place.origin == "." {
            name.strip_suffix('.')
        } else {
            name.strip_suffix(&place.origin)
                .and_then(|rest| rest.strip_suffix('.'))
        };
        let text = match relative {
            Some(relative) if !relative.is_empty() && !self.random.one_in(3) => relative,
            _ => name,
        };
        let mut out = Vec::new();
        let escape = self.may(self.options.escapes && text.len() > 1, 6);
        let change = self.may(self.options.cases, 3);
        for octet in text.bytes() {
            let octet = if change && self.random.one_in(2) {
                octet.to_ascii_uppercase()
            } else {
                octet
            };
            if escape && octet != b'.' && self.random.one_in(4) {
                if self.random.one_in(2) || octet.is_ascii_digit() {
                    out.extend(format!("\\{octet:03}").bytes());
                } else {
                    out.extend([b'\\', octet]);
                }
            } else {
                out.push(octet);
            }
        }
        out
    }

    fn any_case(&mut self, word: &str) -> String {
        self.directive = word.starts_with('$');
        if self.options.cases && self.random.one_in(4) {
            word.to_ascii_lowercase()
        } else {
            word.to_owned()
        }
    }

    /// A time in one of its spellings.
    fn time(&mut self, seconds: u32) -> String {
        match self.random.below(5) {
            0 => format!("{}h{}m{}S", seconds / 3600, seconds / 60 % 60, seconds % 60),
            1 => format!("{}D{}s", seconds / 86_400, seconds % 86_400),
            2 => format!("0{seconds}"),
            _ => seconds.to_string(),
        }
    }
}

/// The octets of an SRV record's data on the wire.
fn service_octets(data: &str) -> Vec<u8> {
    let (numbers, target) = data.rsplit_once(' ').expect("numbers and a target");
    let mut octets: Vec<u8> = numbers
        .split(' ')
        .flat_map(|number| number.parse::<u16>().expect("a short number").to_be_bytes())
        .collect();
    for label in target
        .trim_end_matches('.')
        .split('.')
        .filter(|label| !label.is_empty())
    {
        octets.push(u8::try_from(label.len()).expect("a short label"));
        octets.extend(label.bytes());
    }
    octets.push(0);
    octets
}
