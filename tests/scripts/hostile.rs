//! Data that would like to be code.
//!
//! A harmless plan and the same plan with hostile values in it must give the same scripts but for the data.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::bundle::{self, Bundle, Made};
use crate::grammar::{Item, Parsed, Shell};
use crate::replaced::{MARK, replace, strings, unlike};
use crate::support::Folder;

/// Values that act in one language or another where they are not quoted. The first of them are tried
/// everywhere.
const HOSTILE: &[&str] = &[
    "it's",
    "x' ; calc ; '",
    "\u{2018}a\u{2019} ; calc ; \u{201a}b\u{201b}",
    "$(calc)",
    "#> calc <#",
    "a\nb",
    "-Force",
    "\u{2019}",
    "say \"x\"",
    "`n`\"",
    "x; calc",
    "%PATH%",
    "a & calc | b > c < d ^ e",
    "!x!",
    "$env:PATH",
    "@'\n'@",
    "a\r\ncalc",
    "\u{85}calc\u{2028}calc",
    "abc\u{202e}fed",
    "\u{1f600}",
    "{0} -f x",
    "x\\",
    "*",
    "\u{2013}Force",
    "rem $x ${y} $$",
    "\t \u{a0}x",
];

/// How many of [`HOSTILE`] are tried everywhere.
const FEW: usize = 8;

/// The server of [`topology`]'s zone.
const SERVER: &str = "dc01.contoso.com";

/// A topology that says something in every field that takes free text.
fn topology() -> Value {
    json!({
        "kms": { "domains": ["contoso.com"], "publishing": "automatic" },
        "group": { "name": "KMS Hosts", "path": "OU=Groups,DC=contoso,DC=com", "scope": "global" },
        "host": [
            { "name": "kms01.contoso.com", "priority": 10, "weight": 75, "account": "KMS01$" },
            { "name": "kms02.contoso.com", "priority": 10, "weight": 25 }
        ],
        "zone": [{ "name": "contoso.com", "kind": "ad", "server": SERVER,
            "partition": "DC=DomainDnsZones,DC=contoso,DC=com" }],
        "allow": [{ "finding": "unlisted-host", "subject": "oldkms.contoso.com", "reason": "why not" }]
    })
}

const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 48213 900 600 86400 3600
  IN NS dc01
dc01 IN A 10.20.0.10
_vlmcs._tcp [AGE:3600] 3600 IN SRV 0 0 1688 oldkms
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
oldkms IN A 10.20.5.23
";

/// The fields of [`topology`] that take text.
const FIELDS: &[&str] = &[
    "/group/name",
    "/group/path",
    "/host/0/account",
    "/host/0/name",
    "/zone/0/server",
    "/zone/0/partition",
    "/allow/0/reason",
    "/kms/domains/0",
];

/// The field's value with a hostile or harmless part in it, where such a value has to look like something.
fn value(field: &str, part: &str) -> String {
    match field {
        "/group/path" => format!("OU={part},DC=contoso,DC=com"),
        "/zone/0/partition" => format!("DC={part},DC=contoso,DC=com"),
        "/host/0/account" => format!("{part}$"),
        "/host/0/name" => format!("kms01{part}.contoso.com"),
        _ => part.to_owned(),
    }
}

/// Whether kmsplan reads a field as a name. It prints its own spelling of it, and leaves out of Windows commands
/// what those cannot carry.
fn is_name(field: &str) -> bool {
    (field.ends_with("/name") && !field.contains("group"))
        || field.contains("/domain")
        || field.ends_with("/server")
}

/// A command of a plan or a script of a bundle.
struct Text {
    /// Where it stands: the same in the harmless plan and the hostile one.
    place: String,
    shell: Shell,
    items: Vec<Item>,
    errors: Vec<String>,
}

impl Text {
    /// The plan's id, by which files are named, becomes the same in all plans.
    fn new(place: String, shell: Shell, text: &str, plan: &Value) -> Self {
        let id = plan["id"].as_str().unwrap();
        let text = text.replace(&id[..8], "01234567");
        let parsed = Parsed::new(shell, &text);
        Self {
            place,
            shell,
            items: parsed.items(),
            errors: parsed.errors(),
        }
    }
}

/// The plan's commands and the bundle's scripts in languages that are judged here.
type Texts = Vec<Text>;

/// Both for a topology. `Err` is the reason why there is none.
fn texts(topology: &Value) -> Result<Texts, String> {
    let folder = Folder::new();
    folder.write("kms.json", topology.to_string());
    folder.write("contoso.com.zone", ZONE);
    let run = folder.run("plan kms.json contoso.com.zone --format json");
    if run.status == 1 {
        return Err(run.stderr);
    }
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut texts = plan_texts(&plan);
    let arguments = ["contoso.com.zone".to_owned()];
    if let Made::Bundle(bundle) = bundle::made("hostile", folder.path(), "kms.json", &arguments) {
        texts.extend(bundle_texts(&bundle, &plan));
    }
    Ok(texts)
}

fn plan_texts(plan: &Value) -> Texts {
    let mut texts = Vec::new();
    for step in plan["steps"].as_array().into_iter().flatten() {
        for list in ["commands", "check", "undo"] {
            for command in step[list].as_array().into_iter().flatten() {
                let shell = match command["shell"].as_str() {
                    Some("powershell") => Shell::Powershell,
                    Some("sh") => Shell::Sh,
                    _ => continue,
                };
                let place = format!("plan {} {list}", step["action"]["type"]);
                let text = command["text"].as_str().unwrap();
                texts.push(Text::new(place, shell, text, plan));
            }
        }
    }
    texts
}

fn bundle_texts(bundle: &Bundle, plan: &Value) -> Texts {
    let scripts = bundle.scripts().into_iter().filter_map(|path| {
        let shell = match path.rsplit('.').next() {
            Some("ps1") => Shell::Powershell,
            Some("sh") => Shell::Sh,
            _ => return None,
        };
        // Behind the number and the role stands a name that may come from data.
        let place: String = path.split('-').take(4).collect();
        Some(Text::new(place, shell, &bundle.text(path), plan))
    });
    scripts.collect()
}

/// What differs between harmless and hostile scripts besides the data that differ.
fn differences(harmless: &Texts, hostile: &Texts, field: &str, part: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let known: HashSet<(Shell, &Item)> = harmless
        .iter()
        .flat_map(|text| text.items.iter().map(|item| (text.shell, item)))
        .collect();
    for text in hostile {
        for error in &text.errors {
            wrong.push(format!("{}: {error}", text.place));
        }
        if is_name(field) {
            wrong.extend(stranger(&known, text));
            continue;
        }
        let mut nearest = Some("no harmless one".to_owned());
        for other in harmless {
            if other.place == text.place && other.shell == text.shell {
                nearest = unlike(&other.items, &text.items, part);
                if nearest.is_none() {
                    break;
                }
            }
        }
        wrong.extend(nearest.map(|difference| format!("{}: {difference}", text.place)));
    }
    wrong
}

/// A keyword, name or mark of a script that no harmless one has.
fn stranger(known: &HashSet<(Shell, &Item)>, text: &Text) -> Option<String> {
    let item = text
        .items
        .iter()
        .find(|item| matches!(item, Item::Fixed(_)) && !known.contains(&(text.shell, *item)))?;
    Some(format!("{}: {item:?} is new", text.place))
}

#[test]
fn hostile_words_of_a_topology_stay_data() {
    let wrong = in_parallel(FIELDS, |field| {
        let with = |part: &str| {
            let mut topology = topology();
            *topology.pointer_mut(field).unwrap() = json!(value(field, part));
            texts(&topology)
        };
        let harmless = with(MARK).unwrap_or_else(|error| panic!("{field}: {error}"));
        let mut wrong = Vec::new();
        let mut taken = 0;
        let parts = if is_name(field) { FEW } else { HOSTILE.len() };
        for part in &HOSTILE[..parts] {
            if let Ok(hostile) = with(part) {
                taken += 1;
                for difference in differences(&harmless, &hostile, field, part) {
                    wrong.push(format!("{field} {part:?}: {difference}"));
                }
            }
        }
        assert!(taken > 1, "{field} took {taken} of {parts}");
        wrong
    });
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n\n"));
}

/// What a check finds wrong with each thing, two at a time.
fn in_parallel<T: Sync>(things: &[T], check: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let (even, odd): (Vec<_>, Vec<_>) = things.iter().enumerate().partition(|(i, _)| i % 2 == 0);
    let all = |half: &[(usize, &T)]| -> Vec<String> {
        half.iter().flat_map(|(_, thing)| check(thing)).collect()
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| all(&odd));
        let mut wrong = all(&even);
        wrong.extend(odd.join().expect("no check panics"));
        wrong
    })
}

/// Anybody may have written a saved plan. Each text that its actions hold becomes hostile, wherever it stands.
#[test]
fn hostile_words_of_a_saved_plan_stay_data() {
    let folder = Folder::new();
    folder.write("kms.json", topology().to_string());
    folder.write("contoso.com.zone", ZONE);
    let run = folder.run("plan kms.json contoso.com.zone --format json");
    let mut plan: Value = serde_json::from_str(&run.stdout).unwrap();
    // The id of another version's plan is not checked: whoever edits a plan can also give it its id.
    plan["kmsplan_version"] = json!("0.0.0");
    let mut words = BTreeSet::new();
    for step in plan["steps"].as_array().unwrap() {
        strings(&step["action"], &mut words);
    }
    let words: Vec<String> = words.into_iter().collect();
    let taken = AtomicUsize::new(0);
    let wrong = in_parallel(&words, |word| {
        let folder = Folder::new();
        let with = |part: &str| -> Option<Texts> {
            let part = if word.ends_with('.') {
                format!("{part}.{word}")
            } else {
                part.to_owned()
            };
            let mut plan = plan.clone();
            replace(&mut plan, word, &part);
            folder.write("plan.json", plan.to_string());
            let shown = folder.run("show plan.json --format json");
            let plan: Value = serde_json::from_str(&shown.stdout).ok()?;
            plan["steps"].as_array()?;
            let mut texts = plan_texts(&plan);
            if let Made::Bundle(bundle) = bundle::made("saved", folder.path(), "plan.json", &[]) {
                texts.extend(bundle_texts(&bundle, &plan));
            }
            Some(texts)
        };
        let Some(harmless) = with(MARK) else {
            return Vec::new();
        };
        let mut wrong = Vec::new();
        let is_name = word.ends_with('.') || word == SERVER;
        let field = if is_name { "/name" } else { word };
        for part in &HOSTILE[..FEW] {
            if let Some(hostile) = with(part) {
                taken.fetch_add(1, Ordering::Relaxed);
                for difference in differences(&harmless, &hostile, field, part) {
                    wrong.push(format!("{word} {part:?}: {difference}"));
                }
            }
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n\n"));
    let taken = taken.into_inner();
    assert!(taken >= 30, "only {taken} hostile plans were taken");
}
