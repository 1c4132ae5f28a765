//! A slow, obvious reader of master files, to judge the scanner: character by character, everything decoded,
//! one list of records out.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::collections::BTreeMap;

/// A record.
#[derive(Debug, Clone)]
pub struct Record {
    /// The file that it stands in.
    pub file: String,
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Lower-case labels.
    pub owner: Vec<String>,
    pub blank_owner: bool,
    pub ttl: u32,
    pub own_ttl: bool,
    /// Whether a `$TTL` or the SOA minimum gave the TTL.
    pub default_ttl: bool,
    pub kind: String,
    /// The words of the data.
    pub data: Vec<String>,
    /// The origin in force.
    pub origin: Vec<String>,
    /// Which `$GENERATE` made it, if one did.
    pub directive: Option<usize>,
}

impl Record {
    /// The data as SRV: priority, weight, port, target (absolute, lower case).
    pub fn service(&self) -> (u16, u16, u16, String) {
        if self.data[0] == "\\#" {
            let digits: Vec<char> = self.data[2..].concat().chars().collect();
            let octets: Vec<u8> = digits
                .chunks(2)
                .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
                .collect();
            let short = |at: usize| u16::from(octets[at]) << 8 | u16::from(octets[at + 1]);
            let mut labels = Vec::new();
            let mut at = 6;
            while octets[at] > 0 {
                let length = usize::from(octets[at]);
                labels.push(
                    octets[at + 1..=at + length]
                        .iter()
                        .map(|o| char::from(*o).to_ascii_lowercase())
                        .collect(),
                );
                at += length + 1;
            }
            return (short(0), short(2), short(4), shown(&labels));
        }
        let number = |at: usize| self.data[at].parse().unwrap();
        let target = labels(&self.data[3], &self.origin);
        (number(0), number(1), number(2), shown(&target))
    }

    /// The owner, absolute, in lower case.
    pub fn owner_shown(&self) -> String {
        shown(&self.owner)
    }
}

/// Labels as `a.b.c.`
pub fn shown(labels: &[String]) -> String {
    format!("{}.", labels.join("."))
}

/// The labels of a name in lower case.
pub fn labels(text: &str, origin: &[String]) -> Vec<String> {
    if text == "@" {
        return origin.to_vec();
    }
    if text == "." {
        return Vec::new();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut found = vec![String::new()];
    let mut at = 0;
    while at < characters.len() {
        match characters[at] {
            '.' => found.push(String::new()),
            '\\' if characters[at + 1].is_ascii_digit() => {
                let code: String = characters[at + 1..at + 4].iter().collect();
                found
                    .last_mut()
                    .unwrap()
                    .push(char::from(code.parse::<u8>().unwrap()).to_ascii_lowercase());
                at += 3;
            }
            '\\' => {
                found
                    .last_mut()
                    .unwrap()
                    .push(characters[at + 1].to_ascii_lowercase());
                at += 1;
            }
            other => found.last_mut().unwrap().push(other.to_ascii_lowercase()),
        }
        at += 1;
    }
    if found.last().unwrap().is_empty() {
        found.pop();
    } else {
        found.extend(origin.iter().cloned());
    }
    found
}

struct Line {
    number: usize,
    blank: bool,
    words: Vec<String>,
}

/// Lines with parentheses, comments and quotes resolved. Octets are taken as Latin-1 characters.
fn logical_lines(content: &[u8]) -> Vec<Line> {
    let characters: Vec<char> = content.iter().map(|octet| char::from(*octet)).collect();
    let skip = if content.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let mut lines = Vec::new();
    let mut line = Line {
        number: 1,
        blank: false,
        words: Vec::new(),
    };
    let mut word: Option<String> = None;
    let mut depth = 0;
    let mut number = 1;
    let mut fresh = true;
    let mut at = skip;
    while at < characters.len() {
        let c = characters[at];
        let was_fresh = fresh;
        fresh = false;
        match c {
            ' ' | '\t' => {
                line.words.extend(word.take());
                if was_fresh {
                    line.blank = true;
                }
            }
            ';' => {
                line.words.extend(word.take());
                while at + 1 < characters.len() && characters[at + 1] != '\n' {
                    at += 1;
                }
            }
            '(' => {
                line.words.extend(word.take());
                depth += 1;
            }
            ')' => {
                line.words.extend(word.take());
                depth -= 1;
            }
            '\n' | '\r' => {
                line.words.extend(word.take());
                if c == '\r' && characters.get(at + 1) == Some(&'\n') {
                    at += 1;
                    number += 1;
                } else if c == '\n' {
                    number += 1;
                }
                if depth == 0 {
                    lines.push(std::mem::replace(
                        &mut line,
                        Line {
                            number,
                            blank: false,
                            words: Vec::new(),
                        },
                    ));
                    fresh = true;
                }
            }
            '"' => {
                line.words.extend(word.take());
                let mut text = String::new();
                at += 1;
                while characters[at] != '"' {
                    if characters[at] == '\\' {
                        if characters[at + 1] != '"' {
                            text.push('\\');
                        }
                        at += 1;
                    }
                    if characters[at] == '\n' {
                        number += 1;
                    }
                    text.push(characters[at]);
                    at += 1;
                }
                line.words.push(text);
            }
            _ => {
                let word = word.get_or_insert_default();
                word.push(c);
                if c == '\\' && !matches!(characters.get(at + 1), None | Some('\n' | '\r')) {
                    at += 1;
                    word.push(characters[at]);
                }
            }
        }
        at += 1;
    }
    line.words.extend(word.take());
    lines.push(line);
    lines
}

fn seconds(text: &str) -> Option<u32> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut total = 0;
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let scale = match c.to_ascii_lowercase() {
            'w' => 7 * 24 * 3600,
            'd' => 24 * 3600,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        total += number.parse::<u32>().ok()? * scale;
        number.clear();
    }
    if !number.is_empty() {
        total += number.parse::<u32>().ok()?;
    }
    Some(total)
}

/// Reads a zone from its files, the first of which is the zone's own.
pub fn read(files: &[(String, Vec<u8>)], apex: &str) -> Vec<Record> {
    let mut reader = Reader {
        files: files.iter().cloned().collect(),
        default_ttl: None,
        last_ttl: None,
        run: Vec::new(),
        apex: labels(apex, &[]),
        records: Vec::new(),
        directives: 0,
    };
    reader.file(&files[0].0, labels(apex, &[]), None);
    reader.records
}

struct Reader {
    files: BTreeMap<String, Vec<u8>>,
    default_ttl: Option<u32>,
    last_ttl: Option<u32>,
    /// The records that stand together under one owner: type and TTL of the first of each type.
    run: Vec<(String, u32)>,
    apex: Vec<String>,
    records: Vec<Record>,
    directives: usize,
}

impl Reader {
    fn file(&mut self, name: &str, mut origin: Vec<String>, mut owner: Option<Vec<String>>) {
        for line in logical_lines(&self.files[name].clone()) {
            let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
            if words.is_empty() {
                continue;
            }
            match words[0].to_ascii_uppercase().as_str() {
                _ if line.blank => {}
                "$ORIGIN" => {
                    origin = labels(words[1], &origin);
                    continue;
                }
                "$TTL" => {
                    self.default_ttl = seconds(words[1]);
                    continue;
                }
                "$DATE" => continue,
                "$INCLUDE" => {
                    let inner = words
                        .get(2)
                        .map_or_else(|| origin.clone(), |text| labels(text, &origin));
                    self.run.clear();
                    self.file(words[1], inner, owner.clone());
                    self.run.clear();
                    continue;
                }
                "$GENERATE" => {
                    let run = std::mem::take(&mut self.run);
                    self.generate(name, &line, &words, &origin);
                    self.run = run;
                    continue;
                }
                _ => {
                    let next = Some(labels(words[0], &origin));
                    if next != owner {
                        self.run.clear();
                    }
                    owner = next;
                }
            }
            let rest = usize::from(!line.blank);
            let record = self.record(&words[rest..], owner.clone().unwrap(), &origin);
            self.records.push(Record {
                file: name.to_owned(),
                line: line.number,
                blank_owner: line.blank,
                ..record
            });
        }
    }

    fn record(&mut self, words: &[&str], owner: Vec<String>, origin: &[String]) -> Record {
        let mut at = 0;
        let mut own_ttl = None;
        loop {
            match words[at].to_ascii_uppercase().as_str() {
                "IN" | "CLASS1" => at += 1,
                other => match seconds(other) {
                    Some(ttl) if own_ttl.is_none() => {
                        own_ttl = Some(ttl);
                        at += 1;
                    }
                    _ => break,
                },
            }
        }
        let kind = match words[at].to_ascii_uppercase().as_str() {
            "TYPE33" => "SRV".to_owned(),
            other => other.to_owned(),
        };
        let data: Vec<String> = words[at + 1..]
            .iter()
            .map(|word| (*word).to_owned())
            .collect();
        if own_ttl.is_some() {
            self.last_ttl = own_ttl;
        }
        if kind == "SOA"
            && own_ttl.is_none()
            && self.default_ttl.is_none()
            && self.last_ttl.is_none()
        {
            self.default_ttl = seconds(&data[6]);
        }
        let ttl = own_ttl.or(self.default_ttl).or(self.last_ttl).unwrap();
        let first = self
            .run
            .iter()
            .find(|(other, _)| *other == kind)
            .map(|(_, ttl)| *ttl);
        match first {
            None => self.run.push((kind.clone(), ttl)),
            Some(first) if owner.ends_with(&self.apex) => self.last_ttl = Some(first),
            Some(_) => {}
        }
        Record {
            file: String::new(),
            line: 0,
            owner,
            blank_owner: false,
            ttl,
            own_ttl: own_ttl.is_some(),
            default_ttl: own_ttl.is_none() && self.default_ttl.is_some(),
            kind,
            data,
            origin: origin.to_vec(),
            directive: None,
        }
    }

    /// `$GENERATE` with a plain range, and `$` or `${offset,width,d}` in its templates.
    fn generate(&mut self, file: &str, line: &Line, words: &[&str], origin: &[String]) {
        self.directives += 1;
        let (start, stop) = words[1].split_once('-').unwrap();
        for number in start.parse::<u32>().unwrap()..=stop.parse().unwrap() {
            let owner = labels(&expand(words[2], number), origin);
            let data = expand(words[words.len() - 1], number);
            let mut head: Vec<&str> = words[3..words.len() - 1].to_vec();
            head.extend(data.split(' '));
            let record = self.record(&head, owner, origin);
            self.records.push(Record {
                file: file.to_owned(),
                line: line.number,
                directive: Some(self.directives),
                ..record
            });
        }
    }
}

fn expand(template: &str, number: u32) -> String {
    let Some((before, after)) = template.split_once('$') else {
        return template.to_owned();
    };
    let (text, rest) = match after.strip_prefix('{') {
        Some(inner) => {
            let (format, rest) = inner.split_once('}').unwrap();
            let fields: Vec<&str> = format.split(',').collect();
            let value = number + fields[0].parse::<u32>().unwrap();
            let width = fields[1].parse::<usize>().unwrap();
            (format!("{value:0width$}"), rest)
        }
        None => (number.to_string(), after),
    };
    format!("{before}{text}{}", expand(rest, number))
}
