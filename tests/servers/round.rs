//! The whole life of a change: the printed texts are run, run again, undone, and met by changes of others.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde_json::Value;

use crate::case::{Case, Kind};
use crate::server::Server;
use crate::support::{Folder, tools};
use crate::zone::{Record, difference};

/// What all rounds did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    cases: usize,
    unchanged: usize,
    texts: usize,
    refused: usize,
    ttl_only: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} plans ({} without a change), {} texts run and undone twice; run again or after another \
             change {} times refused, {} times taken as they set a TTL alone",
            self.cases, self.unchanged, self.texts, self.refused, self.ttl_only
        )
    }
}

/// The record commands of a plan, in its order.
struct Texts {
    apply: Vec<String>,
    undo: Vec<String>,
}

impl Tally {
    /// Puts each case through its round.
    pub(crate) fn of(server: &Server, cases: &[Case]) -> Self {
        let mut tally = Self::default();
        for case in cases {
            tally.round(server, case);
        }
        tally
    }

    fn round(&mut self, server: &Server, case: &Case) {
        let apex = &case.apex;
        let holds = |records: &_, what: &str| {
            let zone = server.zone(apex);
            let other = difference(records, &zone.records);
            assert_eq!(
                other,
                "",
                "{apex}, {what}\n{}\n{}",
                case.topology,
                case.file()
            );
            zone.serial
        };
        let first = holds(&case.now, "loaded");
        let texts = Texts::of_plan(case, &server.transfer(apex));
        assert_eq!(texts.apply.is_empty(), case.now == case.wanted, "{apex}");
        self.cases += 1;
        self.unchanged += usize::from(texts.apply.is_empty());
        self.texts += texts.apply.len();

        run(server, &texts.apply);
        let applied = holds(&case.wanted, "after the plan");
        assert_eq!(
            applied == first,
            texts.apply.is_empty(),
            "{apex}: {applied}"
        );
        let nothing = Texts::of_plan(case, &server.transfer(apex));
        assert!(nothing.apply.is_empty(), "{apex}: {:?}", nothing.apply);

        self.refuse(server, &texts.apply);
        holds(&case.wanted, "after the plan was run again");

        run(server, &texts.undo);
        holds(&case.now, "undone");

        let (hand, back, changed) = by_hand(case);
        run(server, &hand);
        holds(&changed, "changed by hand");
        let ttl_only = self.ttl_only;
        self.refuse(server, &texts.apply);
        assert_eq!(
            ttl_only, self.ttl_only,
            "{apex}: taken although another weight is there"
        );
        let serial = holds(&changed, "changed by hand and refused");
        run(server, &back);
        holds(&case.now, "changed back by hand");

        let beside = |records: &BTreeSet<Record>| {
            let mut records = records.clone();
            records.insert(Record::new(&format!("beside.{apex}."), 60, "TXT", "\"x\""));
            records
        };
        let add = format!("update add beside.{apex}. 60 IN TXT \"x\"");
        run(server, &[message(apex, &add)]);
        assert_ne!(serial, holds(&beside(&case.now), "with another record"));
        run(server, &texts.apply);
        holds(&beside(&case.wanted), "after the plan, with another record");
        run(server, &texts.undo);
        holds(&beside(&case.now), "undone, with another record");
    }

    /// Runs texts that do not fit what is there. One that sets a TTL alone has nothing to be refused by.
    fn refuse(&mut self, server: &Server, texts: &[String]) {
        for text in texts {
            let said = server.update(text);
            if said.done && sets_ttl_alone(text) {
                self.ttl_only += 1;
                continue;
            }
            assert!(!said.done, "not refused: {text}");
            assert!(
                said.text.contains("update failed: NXRRSET")
                    || said.text.contains("update failed: YXRRSET"),
                "{}\n{text}",
                said.text
            );
            self.refused += 1;
        }
    }
}

impl Texts {
    /// The record commands of the plan that is made from a transfer.
    fn of_plan(case: &Case, transfer: &str) -> Self {
        let folder = Folder::new();
        folder.write("kms.toml", &case.topology);
        folder.write("transfer.txt", transfer);
        let run = folder.run("plan kms.toml transfer.txt --format json");
        // 3: a domain is to be left without live hosts, say.
        assert!(matches!(run.status, 0 | 3), "{}\n{transfer}", run.stderr);
        let plan: Value = serde_json::from_str(&run.stdout).unwrap();
        let mut texts = Self {
            apply: Vec::new(),
            undo: Vec::new(),
        };
        for step in plan["steps"].as_array().unwrap() {
            texts.apply.extend(nsupdate(&step["commands"]));
            let mut undo = nsupdate(&step["undo"]);
            undo.append(&mut texts.undo);
            texts.undo = undo;
        }
        texts
    }
}

fn nsupdate(commands: &Value) -> Vec<String> {
    let commands = commands.as_array().unwrap().iter();
    commands
        .filter(|command| command["shell"] == "nsupdate")
        .map(|command| command["text"].as_str().unwrap().to_owned())
        .collect()
}

fn run(server: &Server, texts: &[String]) {
    for text in texts {
        let said = server.update(text);
        assert!(said.done, "{}\n{text}", said.text);
    }
}

/// Whether the text removes what it adds, and that must be there.
fn sets_ttl_alone(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let data = |begin: &str| -> BTreeSet<&str> {
        let lines = text.lines().filter(|line| line.starts_with(begin));
        lines
            .map(|line| line.split_once(" in srv ").unwrap().1)
            .collect()
    };
    let added = data("update add ");
    added == data("update delete ") && added.is_subset(&data("prereq yxrrset "))
}

fn message(apex: &str, updates: &str) -> String {
    format!("server 127.0.0.1\nzone {apex}.\ncheck-names no\n{updates}\nsend")
}

/// One record of each set that is to change gets another weight, or comes to be; the messages for it and
/// back again, and what the zone then holds.
fn by_hand(case: &Case) -> (Vec<String>, Vec<String>, BTreeSet<Record>) {
    let mut changed = case.now.clone();
    let (mut there, mut back) = (String::new(), String::new());
    for owner in case.changing() {
        let old = case.now.iter().find(|record| record.owner == owner);
        let new = match old {
            Some(old) => {
                let mut fields: Vec<&str> = old.data.split(' ').collect();
                fields[1] = "31337";
                Record::new(owner, old.ttl, "SRV", &fields.join(" "))
            }
            None => Record::new(owner, 60, "SRV", "0 0 1688 byhand.contoso.com."),
        };
        // PowerDNS does not remove a record whose target is spelled in another case.
        let old_data = old.map(|old| (old.ttl, case.spelled(old)));
        let new_data = Some((new.ttl, new.data.as_str()));
        for (text, from, to) in [
            (&mut there, old_data, new_data),
            (&mut back, new_data, old_data),
        ] {
            if let Some((ttl, data)) = to {
                let _ = writeln!(text, "update add {owner} {ttl} IN SRV {data}");
            }
            if let Some((_, data)) = from {
                let _ = writeln!(text, "update delete {owner} IN SRV {data}");
            }
        }
        if let Some(old) = old {
            changed.remove(old);
        }
        changed.insert(new);
    }
    if there.is_empty() {
        return (Vec::new(), Vec::new(), changed);
    }
    let texts = |updates: String| vec![message(&case.apex, updates.trim_end())];
    (texts(there), texts(back), changed)
}

/// Carries out plans on one server, a case each, and prints how many there were.
pub(crate) fn carry_out(
    test: &str,
    name: &str,
    needed: &[&str],
    cases: u64,
    start: fn(&Folder, &[Case]) -> Server,
) {
    if !needed.iter().all(|tool| tools::available(tool, test)) {
        return;
    }
    let folder = Folder::new();
    let cases = Case::all(cases, Kind::Update);
    let server = start(&folder, &cases);
    println!("{name}: {}", Tally::of(&server, &cases));
}
