//! What scripts may use, as vendors document it.
//!
//! In each table a line that begins in the first column is an entry: its name, for cmdlets what it does, and the
//! page that documents it. The indented lines below it list what the page tells: parameters of a cmdlet
//! (`-Force!` takes no value, `-RRType=A|Srv` takes one of these), options of a program, members of a type.

use std::collections::{BTreeMap, BTreeSet};

/// What a cmdlet does to what it is pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only looks, or touches nothing beyond the session.
    Looks,
    /// It writes a file on the machine where it runs.
    Files,
    /// It changes a server, a directory, a host.
    Changes,
    /// What it does depends on the method of a class that it calls.
    Method,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Anything,
    OneOf(BTreeSet<String>),
}

/// A cmdlet.
#[derive(Debug)]
pub(crate) struct Cmdlet {
    pub(crate) effect: Effect,
    /// By name in lower case.
    pub(crate) parameters: BTreeMap<String, Takes>,
}

/// All tables. Keys are as written for cmdlets and in lower case elsewhere.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) cmdlets: BTreeMap<String, Cmdlet>,
    pub(crate) programs: BTreeMap<String, BTreeSet<String>>,
    pub(crate) types: BTreeMap<String, BTreeSet<String>>,
    /// Methods of objects.
    pub(crate) methods: BTreeSet<String>,
    /// Methods of CIM classes by what they do.
    pub(crate) cim_methods: BTreeMap<String, Effect>,
}

/// Parameters that every cmdlet has (`about_CommonParameters`).
const COMMON: &[&str] = &[
    "ErrorAction",
    "ErrorVariable",
    "WarningAction",
    "WarningVariable",
    "InformationAction",
    "InformationVariable",
    "OutVariable",
    "OutBuffer",
    "PipelineVariable",
    "Verbose!",
    "Debug!",
];

impl Tables {
    pub(crate) fn read() -> Self {
        Self {
            cmdlets: entries(include_str!("cmdlets.txt"))
                .into_iter()
                .map(|(head, items)| cmdlet(&head, &items))
                .collect(),
            programs: names(include_str!("programs.txt")),
            types: names(include_str!("types.txt")),
            methods: names(include_str!("methods.txt")).into_keys().collect(),
            cim_methods: entries(include_str!("cim-methods.txt"))
                .into_iter()
                .map(|(head, _)| (head[0].to_ascii_lowercase(), effect(&head[1])))
                .collect(),
        }
    }
}

/// The entries of a table: the words of the head, and all words below it.
fn entries(table: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let mut out: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for line in table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let words = line.split_ascii_whitespace().map(str::to_owned);
        if line.starts_with(' ') {
            let last = out.last_mut().expect("an entry comes before its items");
            last.1.extend(words);
        } else {
            let words: Vec<String> = words.collect();
            assert!(
                words
                    .last()
                    .is_some_and(|page| page.starts_with("https://")),
                "no page documents: {line}"
            );
            out.push((words, Vec::new()));
        }
    }
    out
}

fn names(table: &str) -> BTreeMap<String, BTreeSet<String>> {
    entries(table)
        .into_iter()
        .map(|(head, items)| {
            let items = items.iter().map(|item| item.to_ascii_lowercase());
            (head[0].to_ascii_lowercase(), items.collect())
        })
        .collect()
}

fn effect(word: &str) -> Effect {
    match word {
        "looks" => Effect::Looks,
        "files" => Effect::Files,
        "changes" => Effect::Changes,
        "method" => Effect::Method,
        other => panic!("no such effect: {other}"),
    }
}

fn cmdlet(head: &[String], items: &[String]) -> (String, Cmdlet) {
    let own = items.iter().map(|item| {
        item.strip_prefix('-')
            .unwrap_or_else(|| panic!("{item} is no parameter"))
    });
    let parameters = own
        .chain(COMMON.iter().copied())
        .map(|item| {
            if let Some(name) = item.strip_suffix('!') {
                (name.to_ascii_lowercase(), Takes::Nothing)
            } else if let Some((name, values)) = item.split_once('=') {
                let values = values.split('|').map(str::to_ascii_lowercase);
                (name.to_ascii_lowercase(), Takes::OneOf(values.collect()))
            } else {
                (item.to_ascii_lowercase(), Takes::Anything)
            }
        })
        .collect();
    let cmdlet = Cmdlet {
        effect: effect(&head[1]),
        parameters,
    };
    (head[0].clone(), cmdlet)
}
