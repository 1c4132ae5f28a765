//! Saved plans in which data have been replaced, as anybody may have done before the plan is read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use kmsplan::plan::Plan;
use kmsplan::render;
use serde_json::{Value, json};

use crate::input::complained;
use crate::replaced::{MARK, replace, strings};

/// The largest plan that is used, in octets: larger ones say nothing else and take longer.
const LARGEST: usize = 80_000;

/// A good plan, and the texts that its steps hold.
pub struct Base {
    document: Value,
    words: Vec<String>,
}

/// The plans that the tests expect, as they lie in the repository.
///
/// # Panics
/// If the repository is not where the targets were built.
pub static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/plans");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the tests lie beside")
        .map(|entry| entry.expect("it is listed").path().join("plan.json"))
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    let read = paths
        .iter()
        .map(|path| fs::read(path).expect("it can be read"));
    read.filter_map(|octets| Base::new(&octets)).collect()
});

impl Base {
    fn new(octets: &[u8]) -> Option<Self> {
        let mut document: Value = serde_json::from_slice(octets).ok()?;
        if octets.len() > LARGEST {
            return None;
        }
        // The id of another version's plan is not checked: whoever edits a plan can also give it its id.
        *document.get_mut("kmsplan_version")? = json!("0.0.0");
        let mut words = BTreeSet::new();
        for step in document["steps"].as_array()? {
            strings(&step["action"], &mut words);
        }
        for part in ["findings", "zones", "sources", "topology", "deployment"] {
            strings(&document[part], &mut words);
        }
        let words: Vec<String> = words.into_iter().collect();
        (!words.is_empty()).then_some(Self { document, words })
    }

    /// The plan as it is.
    ///
    /// # Panics
    /// If it is refused.
    pub fn plan(&self) -> Plan {
        read(self.document.to_string().as_bytes()).expect("the plans of tests are good")
    }

    /// The plan with parts in the place of texts.
    pub fn with(&self, changes: &[Change]) -> Value {
        let mut document = self.document.clone();
        for change in changes {
            let word = self.word(change);
            let part = if word.ends_with('.') {
                format!("{}.{word}", change.part)
            } else {
                change.part.clone()
            };
            replace(&mut document, word, &part);
        }
        document
    }

    /// Whether any of the texts that are replaced is a name, which `kmsplan` spells in its own way.
    pub fn changes_names(&self, changes: &[Change]) -> bool {
        let mut words = changes.iter().map(|change| self.word(change));
        words.any(|word| word.contains('.'))
    }

    fn word(&self, change: &Change) -> &str {
        &self.words[change.word]
    }
}

/// A text in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which text.
    pub word: usize,
    /// What is put there.
    pub part: String,
}

/// A plan and what is put into it, as the octets of an input say.
pub fn changes(data: &[u8]) -> Option<(usize, Vec<Change>)> {
    let (&[base, _], mut rest) = data.split_first_chunk()?;
    let base = usize::from(base) % BASES.len();
    let mut changes = Vec::new();
    while let Some((&[word, length], after)) = rest.split_first_chunk() {
        let (part, left) = after.split_at(usize::from(length).min(after.len()));
        changes.push(Change {
            word: usize::from(word) % BASES[base].words.len(),
            part: String::from_utf8_lossy(part).into_owned(),
        });
        rest = left;
        if changes.len() == 4 {
            break;
        }
    }
    (!changes.is_empty()).then_some((base, changes))
}

/// The same with a mark in the place of each part.
pub fn tame(changes: &[Change]) -> Vec<Change> {
    changes
        .iter()
        .map(|change| Change {
            word: change.word,
            part: MARK.to_owned(),
        })
        .collect()
}

/// Reads a saved plan.
pub fn read(octets: &[u8]) -> Option<Plan> {
    match render::json::read("plan.json", octets) {
        Ok(plan) => Some(plan),
        Err(complaints) => {
            complained(&complaints);
            None
        }
    }
}
