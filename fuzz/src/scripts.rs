//! Commands and scripts, read by grammars that are not ours.

use std::collections::HashSet;

use kmsplan::plan::Plan;
use kmsplan::render;
use kmsplan::render::dialect::{Shell as Language, instructions};

use crate::grammar::{Item, Parsed, Shell};
use crate::replaced::unlike;

/// A command of a plan or a script of a bundle.
struct Text {
    /// Where it stands, without what comes from data.
    place: String,
    written: String,
    shell: Option<Shell>,
    items: Vec<Item>,
    errors: Vec<String>,
}

/// Texts that were judged before, as they are written.
type Written = HashSet<(String, String)>;

impl Text {
    /// `None`: of no language that is judged here, or judged before.
    fn new(place: String, language: Language, text: &str, before: &Written) -> Option<Self> {
        let shell = match language {
            Language::Powershell => Some(Shell::Powershell),
            Language::Sh => Some(Shell::Sh),
            Language::Cmd | Language::Nsupdate => None,
            Language::File => return None,
        };
        let place = format!("{language:?} {place}");
        let written = (place.clone(), text.to_owned());
        if before.contains(&written) {
            return None;
        }
        let (items, errors) = match shell {
            Some(shell) => {
                let parsed = Parsed::new(shell, text);
                (parsed.items(), parsed.errors())
            }
            None => lines(language, text),
        };
        Some(Self {
            place,
            written: written.1,
            shell,
            items,
            errors,
        })
    }
}

/// The texts of a plan in languages that are judged here.
#[derive(Default)]
pub struct Texts {
    all: Vec<Text>,
    written: Written,
}

impl Texts {
    /// The commands of its steps and the scripts of its bundle.
    pub fn of(plan: &Plan) -> Self {
        Self::besides(plan, &Self::default())
    }

    /// The same without those that others hold in the same words at the same place.
    ///
    /// # Panics
    /// If a script is not UTF-8.
    pub fn besides(plan: &Plan, others: &Self) -> Self {
        let before = &others.written;
        // Names of files hold the plan's id, which other data change.
        let id: String = plan.id.chars().take(8).collect();
        let without_id = |text: &str| text.replace(&id, "00000000");
        let mut texts = Vec::new();
        // Steps come and go with the data, and then the others have other numbers; behind the first words of their names
        // stands what may come from data.
        let kind = |name: &str| name.split('-').take(2).collect::<Vec<_>>().join("-");
        for step in &plan.steps {
            let told = instructions(&step.action);
            let lists = [
                ("do", told.commands),
                ("check", told.check),
                ("undo", told.undo),
            ];
            for (list, commands) in lists {
                for command in commands {
                    let place = format!("{} {list}", kind(&step.action.id()));
                    let text = without_id(&command.text);
                    texts.extend(Text::new(place, command.shell, &text, before));
                }
            }
        }
        for entry in render::bundle(plan, None).unwrap_or_default() {
            let language = match entry.path.rsplit('.').next() {
                Some("ps1") => Language::Powershell,
                Some("cmd") => Language::Cmd,
                Some("sh") => Language::Sh,
                Some("nsupdate") => Language::Nsupdate,
                _ => continue,
            };
            let octets = entry.bytes.strip_prefix(b"\xef\xbb\xbf");
            let octets = octets.unwrap_or(&entry.bytes);
            let text = std::str::from_utf8(octets).expect("scripts are UTF-8");
            let (folder, name) = entry.path.split_once('/').unwrap_or_default();
            let (_, name) = name.split_once('-').unwrap_or_default();
            let place = format!("{folder} {}", kind(name));
            texts.extend(Text::new(
                place,
                language,
                &without_id(text).replace("\r\n", "\n"),
                before,
            ));
        }
        let written = texts
            .iter()
            .map(|text| (text.place.clone(), text.written.clone()));
        Self {
            written: written.collect(),
            all: texts,
        }
    }

    /// Adds others.
    pub fn extend(&mut self, other: Self) {
        self.all.extend(other.all);
        self.written.extend(other.written);
    }

    /// Fails where a text has an error, or is made of more than these tame ones: where names differ, of a keyword, a
    /// program, a mark that none of them has; else of other parts than the one at the same place, data aside.
    ///
    /// # Panics
    /// If it does.
    pub fn hold_nothing_but(&self, tame: &Self, names: bool, part: Option<&str>) {
        let known: HashSet<(Option<Shell>, &Item)> = tame
            .all
            .iter()
            .flat_map(|text| text.items.iter().map(|item| (text.shell, item)))
            .collect();
        for text in &self.all {
            let errors = text.errors.len();
            // The grammar for shells has gaps: what it does not understand of a tame script is no fault.
            let usual = tame.all.iter().any(|other| {
                text.shell == Some(Shell::Sh)
                    && other.place == text.place
                    && errors <= other.errors.len()
            });
            assert!(errors == 0 || usual, "{}: {:?}", text.place, text.errors);
            let strange = text.items.iter().find(|item| {
                matches!(item, Item::Fixed(_)) && !known.contains(&(text.shell, *item))
            });
            assert!(strange.is_none(), "{}: {strange:?} is new", text.place);
            if names || text.shell.is_none() {
                continue;
            }
            let Some(part) = part else { continue };
            let there = tame.all.iter().filter(|other| other.place == text.place);
            let mut faults: Vec<String> = Vec::new();
            for other in there {
                match unlike(&other.items, &text.items, part) {
                    None => {
                        faults.clear();
                        break;
                    }
                    Some(fault) => faults.push(fault),
                }
            }
            assert!(faults.is_empty(), "{}: {faults:?}", text.place);
        }
    }
}

/// Languages that go line by line: what each line begins with, and what acts in it.
fn lines(language: Language, text: &str) -> (Vec<Item>, Vec<String>) {
    let mut items = Vec::new();
    let mut errors = Vec::new();
    for line in text.split('\n') {
        if let Some(c) = line.chars().find(|c| c.is_control() && *c != '\t') {
            errors.push(format!("{c:?} in {line:?}"));
        }
        let said = match language {
            Language::Cmd => cmd(line),
            _ => nsupdate(line),
        };
        items.extend(said.map(Item::Fixed));
    }
    (items, errors)
}

/// A line of `cmd`: its first word, and in order all marks that act where they stand: `%` and `!` everywhere, the
/// others outside of quotes, each with the word behind it. Comments hold none.
fn cmd(line: &str) -> Option<String> {
    let line = line.trim_start();
    let word = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| !c.is_whitespace() && !"\"&|<>%!^".contains(*c))
            .collect::<String>()
            .to_lowercase()
    };
    let mut said = format!("cmd {}", word(line));
    if said == "cmd rem" {
        return Some(said);
    }
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '%' | '!' => said.push(c),
            '&' | '|' | '<' | '>' | '^' if !quoted => {
                said.push(c);
                said.push_str(&word(&line[at + 1..]));
            }
            _ => {}
        }
    }
    (said != "cmd ").then_some(said)
}

/// A line of `nsupdate`: what it does.
fn nsupdate(line: &str) -> Option<String> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    let second = match first {
        "update" | "prereq" => words.next().unwrap_or_default(),
        // Stands where a new target is no name of a host, and changes nothing.
        "check-names" if words.eq(["no"]) => return None,
        _ if first.starts_with(';') => return Some("nsupdate ;".to_owned()),
        _ => "",
    };
    Some(format!("nsupdate {first} {second}"))
}
