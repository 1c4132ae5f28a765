//! The whole life of a change: the bundle's files are run, run again, undone, and met by changes of others.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use crate::bundle::{Bundle, Said};
use crate::case::{Case, Kind};
use crate::server::{Server, free_port};
use crate::support::{Folder, tools};
use crate::zone::{Record, difference};

/// What all rounds did.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    plans: usize,
    unchanged: usize,
    scripts: usize,
    completed: usize,
    already: usize,
    refused: usize,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} plans ({} without a change), {} scripts run and undone twice, {} of them where a part was done \
             already; {} times `already applied` or `already undone`, {} times refused",
            self.plans, self.unchanged, self.scripts, self.completed, self.already, self.refused
        )
    }
}

/// A case on its server.
struct Life<'a> {
    server: &'a Server,
    case: &'a Case,
}

impl Life<'_> {
    /// The zone holds these records; gives its serial.
    fn holds(&self, records: &BTreeSet<Record>, what: &str) -> u32 {
        let zone = self.server.zone(&self.case.apex);
        assert_eq!(
            difference(records, &zone.records),
            "",
            "{}, {what}\n{}\n{}",
            self.case.apex,
            self.case.topology,
            self.case.file()
        );
        zone.serial
    }

    fn by_hand(&self, texts: &[String]) {
        for text in texts {
            let said = self.server.update(text);
            assert!(said.done, "{}\n{text}", said.text);
        }
    }
}

impl Tally {
    /// Puts each case through its round.
    pub(crate) fn of(server: &Server, cases: &[Case]) -> Self {
        let mut tally = Self::default();
        let mut faults_met = false;
        for case in cases {
            let life = Life { server, case };
            let bundle = tally.round(&life);
            if let (Some(script), false) = (bundle.apply.first(), faults_met) {
                faults_met = true;
                faults(&life, &bundle, script);
            }
        }
        assert!(faults_met, "no plan changes anything");
        tally
    }

    fn round(&mut self, life: &Life<'_>) -> Bundle {
        let Life { server, case } = life;
        let first = life.holds(&case.now, "loaded");
        let bundle = Bundle::of_updates(&case.topology, &server.transfer(&case.apex));
        assert_eq!(bundle.apply.is_empty(), case.now == case.wanted);
        self.plans += 1;
        self.scripts += bundle.apply.len();
        if bundle.apply.is_empty() {
            self.unchanged += 1;
            return bundle;
        }

        verify(&bundle, server, false);
        for script in &bundle.apply {
            self.completed += usize::from(bundle.send_first(server, script));
            done(&bundle.update(server, script), script);
        }
        let applied = life.holds(&case.wanted, "applied");
        assert_ne!(applied, first);
        verify(&bundle, server, true);
        self.again(&bundle, server, &bundle.apply, "already applied");
        assert_eq!(life.holds(&case.wanted, "applied again"), applied);

        for script in &bundle.rollback {
            undone(&bundle.update(server, script), script);
        }
        let undone = life.holds(&case.now, "undone");
        self.again(&bundle, server, &bundle.rollback, "already undone");
        assert_eq!(life.holds(&case.now, "undone again"), undone);

        let (hand, back, changed) = by_hand(case);
        life.by_hand(&hand);
        let serial = life.holds(&changed, "changed by hand");
        for script in bundle.apply.iter().chain(&bundle.rollback) {
            refused(&bundle.update(server, script), script);
            self.refused += 1;
        }
        for script in &bundle.verify {
            let said = bundle.sh(script, &["-p", &server.port.to_string()]);
            assert!(!said.done && said.text.contains("found:"), "{said:?}");
        }
        assert_eq!(life.holds(&changed, "refused"), serial);
        life.by_hand(&back);
        life.holds(&case.now, "changed back by hand");

        self.beside(life, &bundle);
        bundle
    }

    /// With another record in the zone the files do the same; one way the messages are given to nsupdate itself.
    fn beside(&self, life: &Life<'_>, bundle: &Bundle) {
        let Life { server, case } = life;
        let apex = &case.apex;
        let beside = |records: &BTreeSet<Record>| {
            let mut records = records.clone();
            records.insert(Record::new(&format!("beside.{apex}."), 60, "TXT", "\"x\""));
            records
        };
        let run = |script: &str, alone: bool| {
            let said = if alone {
                bundle.nsupdate(server, script)
            } else {
                bundle.update(server, script)
            };
            undone(&said, script);
        };
        let add = format!("update add beside.{apex}. 60 IN TXT \"x\"");
        life.by_hand(&[message(apex, &add)]);
        life.holds(&beside(&case.now), "with another record");
        let alone = self.plans.is_multiple_of(2);
        for script in &bundle.apply {
            run(script, alone);
        }
        life.holds(&beside(&case.wanted), "applied beside another record");
        for script in &bundle.rollback {
            run(script, !alone);
        }
        life.holds(&beside(&case.now), "undone beside another record");
    }

    fn again(&mut self, bundle: &Bundle, server: &Server, scripts: &[String], word: &str) {
        for script in scripts {
            let said = bundle.update(server, script);
            assert!(said.done && said.text.contains(word), "{script}: {said:?}");
            self.already += 1;
        }
    }
}

/// A script has done its work.
fn done(said: &Said, script: &str) {
    assert!(said.done, "{script}: {}", said.text);
    assert!(
        said.text.ends_with("is as planned now.\ndone\n"),
        "{script}: {}",
        said.text
    );
    assert!(!said.text.contains("already"), "{script}: {}", said.text);
}

/// A script has found nothing wrong. What stays may have its TTL again already, as a server keeps one a set.
fn undone(said: &Said, script: &str) {
    assert!(said.done, "{script}: {}", said.text);
}

/// A script has refused: it shows why and what it has not done.
fn refused(said: &Said, script: &str) {
    assert!(!said.done, "{script}: {}", said.text);
    for word in ["expected:", "found:", "Nothing was changed."] {
        assert!(said.text.contains(word), "{script}: {}", said.text);
    }
}

/// Each check says whether its step is done.
fn verify(bundle: &Bundle, server: &Server, is_done: bool) {
    for script in &bundle.verify {
        let said = bundle.sh(script, &["-p", &server.port.to_string()]);
        assert_eq!(said.done, is_done, "{script}: {said:?}");
    }
}

/// Servers that are not there or do not want: errors, and nothing was changed.
fn faults(life: &Life<'_>, bundle: &Bundle, script: &str) {
    let Life { server, case } = life;
    let beside = server.zone(&case.apex);
    let nobody = free_port().to_string();
    for script in [script, &bundle.verify[0]] {
        let said = bundle.sh(script, &["-p", &nobody]);
        assert!(!said.done, "{said:?}");
        assert!(said.text.contains("127.0.0.1 gave no answer:"), "{said:?}");
        assert!(!said.text.contains("no record"), "{said:?}");
    }
    let said = bundle.update_with_wrong_key(server, script);
    assert!(!said.done, "{said:?}");
    assert!(said.text.contains("Nothing was changed."), "{said:?}");
    assert!(said.text.contains("NOTAUTH"), "{said:?}");
    let said = bundle.sh(script, &["-p", &server.port.to_string()]);
    assert!(!said.done, "{said:?}");
    assert!(
        said.text
            .contains("nsupdate ended with 2. Nothing was changed."),
        "{said:?}"
    );
    assert_eq!(server.zone(&case.apex), beside);

    let transfer =
        "elsewhere.example. 60 IN SOA ns.elsewhere.example. h.elsewhere.example. 1 2 3 4 5\n";
    let topology = "[kms]\ndomains = [\"elsewhere.example\"]\n[[host]]\nname = \"kms.elsewhere.example\"\n\
                    [[zone]]\nname = \"elsewhere.example\"\nkind = \"bind\"\nserver = \"127.0.0.1\"\n";
    let elsewhere = Bundle::of_updates(topology, transfer);
    let said = elsewhere.update(server, &elsewhere.apply[0]);
    assert!(!said.done, "{said:?}");
    assert!(
        said.text
            .contains("127.0.0.1 does not answer for the zone of _vlmcs._tcp.elsewhere.example."),
        "{said:?}"
    );
    assert!(said.text.contains("Nothing was changed."), "{said:?}");
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
