//! Zone files in odd but legal spelling, as BIND reads them.

use std::collections::BTreeMap;

/// The zone of every generated case.
pub(crate) const APEX: &str = "example.test.";
/// The domains below it that may have KMS records, the last one below a delegation.
const DOMAINS: [&str; 5] = [
    "example.test.",
    "emea.example.test.",
    "a.b.example.test.",
    "Branch.example.test.",
    "below.cut.example.test.",
];
pub(crate) const MAIN: &str = "example.test.zone";

/// A small deterministic source of choices.
pub(crate) enum Choices {
    /// By a seed (splitmix64).
    Seed(u64),
    /// Each is told by an octet, all further ones are 0.
    #[allow(dead_code, reason = "fuzz targets choose so")]
    Told(std::vec::IntoIter<u8>),
}

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self::Seed(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def0)
    }

    pub(crate) fn next(&mut self) -> u64 {
        match self {
            Self::Seed(state) => {
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = *state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^ (z >> 31)
            }
            Self::Told(octets) => octets.next().map_or(0, u64::from),
        }
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    pub(crate) fn number(&mut self) -> u16 {
        let usual = [0, 1, 5, 10, 20, 25, 50, 75, 100, 65535];
        usual[self.below(usual.len())]
    }
}

/// The generated files of one zone, by name.
pub(crate) struct Files(pub(crate) BTreeMap<String, Vec<u8>>);

/// Whether the zone of case `seed` keeps to what ldns reads as BIND does: one file with a `$TTL`, records in one
/// line.
pub(crate) fn is_plain(seed: u64) -> bool {
    seed.is_multiple_of(4)
}

/// Generates the files of case `seed`.
pub(crate) fn generate(seed: u64) -> Files {
    chosen(Choices::new(seed), is_plain(seed))
}

/// Generates files by choices; `plain` ones keep to what ldns reads.
pub(crate) fn chosen(choices: Choices, plain: bool) -> Files {
    let mut zone = Generator {
        choices,
        done: BTreeMap::new(),
        file: File::default(),
        default_ttl: None,
        last_ttl: None,
        set_ttl: BTreeMap::new(),
        serial: 0,
        depth: 0,
        plain,
    };
    zone.main();
    Files(zone.done)
}

#[derive(Default, Clone)]
struct File {
    text: Vec<u8>,
    eol: &'static str,
    /// Absolute, in lower case.
    origin: String,
    /// The owner that a blank one takes.
    owner: Option<String>,
    /// How fields are kept apart.
    gap: &'static str,
    /// The column of the fields after the owner, 0: none.
    column: usize,
    /// Percent of blank owners where possible.
    blank: usize,
    /// Percent of omitted TTLs where possible.
    bare: usize,
    class: &'static str,
}

impl File {
    /// Takes the last line's end away. BIND refuses a directive without one.
    fn open_end(&mut self) {
        let end = self.text.trim_ascii_end().len();
        let line = self.text[..end].rsplit(|&octet| octet == b'\n').next();
        if line.is_some_and(|line| !line.starts_with(b"$")) {
            let blanks = self.text[end..]
                .iter()
                .take_while(|octet| matches!(octet, b' ' | b'\t'))
                .count();
            self.text.truncate(end + blanks);
        }
    }
}

struct Generator {
    choices: Choices,
    done: BTreeMap<String, Vec<u8>>,
    file: File,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    set_ttl: BTreeMap<String, u32>,
    serial: usize,
    depth: usize,
    /// Whether the file keeps to what ldns reads.
    plain: bool,
}

impl Generator {
    fn new_file(&mut self, origin: &str, owner: Option<String>) -> File {
        File {
            text: Vec::new(),
            eol: match self.choices.below(100) {
                0..=24 if !self.plain => "\r\n",
                _ => "\n",
            },
            origin: origin.to_owned(),
            owner,
            gap: self.choices.of(&[" ", "\t", "  ", "\t\t", "\t "]),
            column: [0, 16, 24, 40][self.choices.below(4)],
            blank: [0, 50, 90][self.choices.below(3)],
            bare: [10, 50, 90][self.choices.below(3)],
            class: if self.plain {
                self.choices.of(&["", "IN"])
            } else {
                self.choices.of(&["", "IN", "in", "CLASS1"])
            },
        }
    }

    fn main(&mut self) {
        self.file = self.new_file(APEX, None);
        if self.choices.percent(40) {
            self.line("; zone of a test");
        }
        if self.plain || self.choices.percent(50) {
            self.line(&format!("$ORIGIN {APEX}"));
        }
        if self.plain || self.choices.percent(60) {
            self.default_ttl = Some(3600);
            let text = self.time(3600);
            self.line(&format!("$TTL {text}"));
        }
        self.soa();
        self.record(APEX, None, "NS", "ns1.example.net.");
        let count = 3 + self.choices.below(12);
        for _ in 0..count {
            self.statement();
        }
        self.record("cut.example.test.", None, "NS", "ns.elsewhere.net.");
        for _ in 0..self.choices.below(3) {
            self.statement();
        }
        if self.choices.percent(20) {
            self.file.open_end();
        }
        self.done.insert(MAIN.to_owned(), self.file.text.clone());
    }

    fn soa(&mut self) {
        let serial = self
            .choices
            .of(&["1", "48213", "2026030201", "2026112105", "4294967295"]);
        // Without any TTL the SOA minimum becomes the default.
        let ttl = if self.choices.percent(70) {
            Some([3600, 300, 86400][self.choices.below(3)])
        } else {
            None
        };
        let form = self.choices.below(4);
        let data = match form {
            _ if self.plain => {
                format!("ns1 hostmaster (\n\t{serial} ; serial\n\t3600 900 604800 1200 )")
            }
            0 => format!("ns1 hostmaster {serial} 1h 15m 1w 1200"),
            1 => format!(
                "ns1 hostmaster (\n\t\t{serial} ; serial (of sorts\n\t\t3600 900 1w\n\t\t1200 ) ; minimum"
            ),
            2 => format!("ns1 hostmaster ( {serial}\n\t3600 900 604800 1200 )"),
            _ => format!("ns1 hostmaster (\n{serial}\n\t; refresh \"\n\t3600 900\n604800 1200\n )"),
        };
        let default = self.default_ttl;
        self.soa_record(ttl, &data);
        if default.is_none() {
            match ttl {
                Some(ttl) => self.last_ttl = Some(ttl),
                None => self.default_ttl = Some(1200),
            }
        }
    }

    fn soa_record(&mut self, ttl: Option<u32>, data: &str) {
        let ttl = ttl.map(|ttl| format!("{ttl} ")).unwrap_or_default();
        let owner = self.choices.of(&["@", "example.test.", "EXAMPLE.test."]);
        let class = self.choices.of(&["IN ", "in ", ""]);
        let head = if self.plain || self.choices.percent(50) {
            format!("{ttl}{class}")
        } else {
            format!("{class}{ttl}")
        };
        self.line(&format!("{owner}\t{head}SOA {data}"));
        self.file.owner = Some(APEX.to_owned());
    }

    fn statement(&mut self) {
        match self.choices.below(100) {
            0..=44 => {
                let count = 1 + self.choices.below(4);
                let domain = self.choices.of(&DOMAINS);
                for _ in 0..count {
                    self.kms(domain);
                    if self.choices.percent(12) {
                        self.comment();
                    }
                    if self.choices.percent(12) {
                        self.other(Some(&kms_owner(domain)));
                    }
                    if self.choices.percent(6) {
                        self.origin();
                    }
                    if self.choices.percent(5) {
                        self.directive(domain);
                    }
                    if self.choices.percent(5) {
                        self.include();
                    }
                }
            }
            45..=64 => self.other(None),
            65..=74 => self.comment(),
            75..=82 => self.origin(),
            83..=88 => {
                let domain = self.choices.of(&DOMAINS);
                self.directive(domain);
            }
            89..=93 => self.include(),
            94..=95 => {
                let ttl = [3600, 600, 7200][self.choices.below(3)];
                let text = self.time(ttl);
                self.line(&format!("$TTL {text}"));
                self.default_ttl = Some(ttl);
            }
            _ => {
                let owner = self.unique("host") + "." + APEX;
                self.record(&owner, None, "A", "192.0.2.1");
                self.other(Some(&owner));
            }
        }
    }

    fn unique(&mut self, word: &str) -> String {
        self.serial += 1;
        format!("{word}{}", self.serial)
    }

    /// A record that is none of KMS; each makes a record set of its own.
    fn other(&mut self, owner: Option<&str>) {
        let kind = format!("TYPE{}", 65_280 + self.serial % 250);
        self.serial += 1;
        let owner = match owner {
            Some(owner) => owner.to_owned(),
            None => {
                self.unique("x") + "." + self.choices.of(&[APEX, "emea.example.test.", "test."])
            }
        };
        if self.plain || self.choices.percent(50) {
            self.record(&owner, None, &kind, "\\# 2 abcd");
        } else {
            let label = self.unique("t");
            let owner = format!("{label}.{APEX}");
            let data = self.choices.of(&[
                "\"a;b\" \"(c\"",
                "( \"two\"\n \"lines\" ) ; \"comment",
                "semi\\;colon",
                "\"\\\"; quoted\"",
            ]);
            self.record(&owner, None, "TXT", data);
        }
    }

    fn comment(&mut self) {
        if self.plain {
            self.line("; a comment");
            return;
        }
        let text = self.choices.of(&[
            "; a comment",
            "",
            "   ",
            "\t; ( not open",
            ";_vlmcs._tcp SRV 0 0 1688 commented.out.",
            "( ; only\n )",
        ]);
        self.line(text);
    }

    fn origin(&mut self) {
        if self.plain {
            return;
        }
        let origin = self.choices.of(&[
            APEX,
            "emea.example.test.",
            "_tcp.example.test.",
            "_vlmcs._tcp.emea.example.test.",
            "test.",
            ".",
        ]);
        let text = if origin == "emea.example.test." && self.file.origin == APEX {
            "emea"
        } else {
            origin
        };
        self.line(&format!("$ORIGIN {text}"));
        self.file.origin = origin.to_owned();
    }

    fn kms(&mut self, domain: &str) {
        let owner = kms_owner(domain);
        let ttl = self.kms_ttl(&owner);
        let target = self.target();
        let port = if self.choices.percent(90) { 1688 } else { 1689 };
        let (priority, weight) = (self.choices.number(), self.choices.number());
        if !self.plain && self.choices.percent(10) {
            let data = generic(priority, weight, port, &target);
            let cut = 2 * (1 + self.choices.below(data.len() / 2 - 1));
            let (one, two) = data.split_at(cut);
            let form = self.choices.below(3);
            let length = data.len() / 2;
            let text = match form {
                0 => format!("\\# {length} {data}"),
                1 => format!("\\# {length} {one} {two}"),
                _ => format!("\\# ( {length}\n  {one} ; half\n\t{two}\n )"),
            };
            let kind = self.choices.of(&["SRV", "TYPE33", "type33"]);
            self.record(&owner, Some(ttl), kind, &text);
            return;
        }
        let target = self.target_text(&target);
        let gap = self.choices.of(&[" ", " ", "\t", "   "]);
        let data = match self.choices.below(10) {
            _ if self.plain => format!("{priority}{gap}{weight}{gap}{port}{gap}{target}"),
            0 => format!("( {priority}\n\t{weight}\n {port}\n{target} )"),
            1 => format!("{priority} ( {weight} ; weight )\n\t{port} ) {target}"),
            2 => format!("{priority} {weight} ( {port} {target}\n)"),
            _ => format!("{priority}{gap}{weight}{gap}{port}{gap}{target}"),
        };
        let kind = if self.plain {
            "SRV"
        } else {
            self.choices.of(&["SRV", "SRV", "srv", "TYPE33"])
        };
        self.record(&owner, Some(ttl), kind, &data);
    }

    /// The TTL of a set: one for all its records, as BIND would make them.
    fn kms_ttl(&mut self, owner: &str) -> u32 {
        let ttl = [3600, 600, 300][self.choices.below(3)];
        *self
            .set_ttl
            .entry(owner.to_ascii_lowercase())
            .or_insert(ttl)
    }

    fn target(&mut self) -> String {
        let number = self.choices.below(6);
        let zone = self
            .choices
            .of(&[APEX, "example.net.", "KMS.example.test."]);
        format!("kms{number}.{zone}")
    }

    fn target_text(&mut self, target: &str) -> String {
        let lower = target.to_ascii_lowercase();
        let relative = lower
            .strip_suffix(&self.file.origin)
            .and_then(|text| text.strip_suffix('.'));
        match relative {
            Some(text) if self.file.origin != "." && self.choices.percent(50) => {
                target[..text.len()].to_owned()
            }
            _ => target.to_owned(),
        }
    }

    fn directive(&mut self, domain: &str) {
        if self.plain || (self.depth > 0 && self.choices.percent(50)) {
            return;
        }
        let owner = kms_owner(domain);
        let ttl = self.kms_ttl(&owner);
        let head = self.head(Some(ttl));
        let (priority, weight) = (self.choices.number(), self.choices.number());
        let data = self
            .choices
            .of(&["g$.example.net.", "${1,2}.g.example.test."]);
        let word = self.unique("d");
        let left = self.choices.of(&["$", ""]);
        // Owners of the same set, or of a set each.
        let left = if left.is_empty() || self.choices.percent(70) {
            owner
        } else {
            let owner = format!("_vlmcs._tcp.{word}$.example.test.");
            self.line(&format!(
                "$GENERATE 1-3 {owner} {head}SRV \"{priority} {weight} 1688 {data}\""
            ));
            return;
        };
        let quote = format!("\"{priority} {weight} 1688 {data}\"");
        self.line(&format!("$GENERATE 1-3 {left} {head}SRV {quote}"));
    }

    fn include(&mut self) {
        if self.plain || self.depth > 1 {
            return;
        }
        let again: Vec<String> = self.done.keys().cloned().collect();
        if !again.is_empty() && self.default_ttl.is_some() && self.choices.percent(15) {
            // A second use: its records are duplicates, and no edit of it is possible.
            let file = &again[self.choices.below(again.len())];
            self.line(&format!("$INCLUDE {file} again.example.test."));
            return;
        }
        let file = self.unique("part") + ".inc";
        let origin = if self.choices.percent(50) {
            self.line(&format!("$INCLUDE {file}"));
            self.file.origin.clone()
        } else {
            let origin = self.choices.of(&[APEX, "emea.example.test."]);
            self.line(&format!("$INCLUDE \"{file}\" {origin} ; here"));
            origin.to_owned()
        };
        let owner = self.file.owner.clone();
        let inner = self.new_file(&origin, owner);
        let outer = std::mem::replace(&mut self.file, inner);
        self.depth += 1;
        let count = self.choices.below(4);
        if count == 0 {
            self.line("; nothing");
        }
        for _ in 0..count {
            self.statement();
        }
        self.depth -= 1;
        if self.choices.percent(20) {
            self.file.open_end();
        }
        let inner = std::mem::replace(&mut self.file, outer);
        self.done.insert(file, inner.text);
    }

    /// TTL and class, each with a gap after it. `None`: any TTL.
    fn head(&mut self, ttl: Option<u32>) -> String {
        let implied = self.default_ttl.or(self.last_ttl);
        let bare = self.choices.percent(self.file.bare);
        let written = match ttl {
            Some(ttl) if implied == Some(ttl) && bare => None,
            Some(ttl) => Some(ttl),
            None if implied.is_some() && bare => None,
            None => Some([3600, 60, 600, 0, 86400][self.choices.below(5)]),
        };
        self.last_ttl = written.or(self.default_ttl).or(self.last_ttl);
        let gap = self.file.gap;
        let ttl = written.map(|ttl| self.time(ttl) + gap).unwrap_or_default();
        let class = match self.file.class {
            "" => String::new(),
            class => format!("{class}{gap}"),
        };
        if self.plain || self.choices.percent(70) {
            ttl + &class
        } else {
            class + &ttl
        }
    }

    fn record(&mut self, owner: &str, ttl: Option<u32>, kind: &str, data: &str) {
        let blank = self
            .file
            .owner
            .as_ref()
            .is_some_and(|last| last.eq_ignore_ascii_case(owner))
            && self.choices.percent(self.file.blank);
        let gap = self.file.gap;
        let mut text = if blank {
            match self.file.column {
                0 => gap.to_owned(),
                column => " ".repeat(column),
            }
        } else {
            let mut text = self.owner_text(owner);
            let width = text.len();
            match self.file.column {
                column if column > width && !gap.contains('\t') => {
                    text.push_str(&" ".repeat(column - width));
                }
                _ => text.push_str(gap),
            }
            text
        };
        self.file.owner = Some(owner.to_owned());
        let head = self.head(ttl);
        let plain = !data.contains(['(', ')', '\n', ';', '"']);
        text += &match self.choices.below(24) {
            _ if self.plain => format!("{head}{kind}{gap}{data}"),
            0 => format!("(\n {head}{kind} ) {data}"),
            1 if plain => format!("( {head}{kind}\n\t{data} ; done )\n)"),
            2 => format!("{head}( ; head\n{kind} ) {data}"),
            _ => format!("{head}{kind}{gap}{data}"),
        };
        if self.choices.percent(15) {
            text.push_str(
                self.choices
                    .of(&[" ; comment", "\t;x", "  ", ";( \" glued"]),
            );
        }
        self.line(&text);
    }

    fn owner_text(&mut self, owner: &str) -> String {
        let lower = owner.to_ascii_lowercase();
        let mut text = if lower == self.file.origin && self.choices.percent(70) {
            "@".to_owned()
        } else {
            match lower.strip_suffix(&format!(".{}", self.file.origin)) {
                Some(prefix) if self.choices.percent(75) => owner[..prefix.len()].to_owned(),
                _ => owner.to_owned(),
            }
        };
        match self.choices.below(12) {
            0 => text = text.to_ascii_uppercase(),
            1 => text = text.replacen("_vlmcs", "\\_v\\108mcs", 1),
            _ => {}
        }
        text
    }

    fn time(&mut self, ttl: u32) -> String {
        let units = match ttl {
            3600 => "1h",
            600 => "10M",
            7200 => "1h60m",
            86400 => "1D",
            _ => return ttl.to_string(),
        };
        if self.choices.percent(20) {
            units.to_owned()
        } else {
            ttl.to_string()
        }
    }

    fn line(&mut self, text: &str) {
        let eol = self.file.eol;
        let text = text.replace('\n', eol);
        self.file.text.extend_from_slice(text.as_bytes());
        self.file.text.extend_from_slice(eol.as_bytes());
    }
}

fn kms_owner(domain: &str) -> String {
    format!("_vlmcs._tcp.{domain}")
}

/// RFC 3597 data of an SRV record, in hexadecimal.
fn generic(priority: u16, weight: u16, port: u16, target: &str) -> String {
    let mut data = format!("{priority:04x}{weight:04X}{port:04x}");
    for label in target.split('.') {
        data += &format!("{:02x}", label.len());
        for octet in label.bytes() {
            data += &format!("{octet:02x}");
        }
    }
    data
}
