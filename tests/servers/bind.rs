//! BIND.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::case::{Case, Kind};
use crate::patched::{Patches, Tally};
use crate::round::carry_out;
use crate::server::{KEY, SECRET, Server, free_port};
use crate::support::{Folder, tools};
use crate::zone::{Record, difference};

pub(crate) fn start(folder: &Folder, cases: &[Case]) -> Server {
    start_controlled(folder, cases, |_| true).0
}

/// Starts it with `rndc` listening; zones take updates where they are `dynamic`. Gives the command for `rndc`.
fn start_controlled(
    folder: &Folder,
    cases: &[Case],
    dynamic: impl Fn(usize) -> bool,
) -> (Server, String) {
    let mut config = String::new();
    for (index, case) in cases.iter().enumerate() {
        let apex = &case.apex;
        folder.write(apex, case.file());
        // BIND refuses targets that are no host names where nobody tells it to take them.
        let check = if case.odd { "check-names ignore; " } else { "" };
        let update = if dynamic(index) {
            format!("update-policy {{ grant {KEY} zonesub ANY; }}; ")
        } else {
            String::new()
        };
        let _ = writeln!(
            config,
            "zone \"{apex}\" {{ type primary; file \"{apex}\"; {check}{update}}};"
        );
    }
    let zones = cases.iter().map(|case| case.apex.clone());
    start_configured(folder, &config, zones)
}

/// Starts it with these zones in its configuration, and `rndc` listening. Gives the command for `rndc`.
pub(crate) fn start_configured(
    folder: &Folder,
    config: &str,
    zones: impl IntoIterator<Item = String>,
) -> (Server, String) {
    let port = free_port();
    let control = free_port();
    let config = format!(
        "key {KEY} {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n\
         controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ {KEY}; }}; }};\n\
         options {{\n\
         \x20 directory \"{}\"; pid-file none; session-keyfile none; lock-file none;\n\
         \x20 listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
         \x20 recursion no; dnssec-validation no; notify no; empty-zones-enable no;\n\
         \x20 allow-transfer {{ 127.0.0.1; }};\n\
         }};\n{config}",
        folder.path().display()
    );
    folder.write("named.conf", config);
    let server = Server::named(folder, port, zones);
    let key = server.key();
    let rndc = format!("rndc -s 127.0.0.1 -p {control} -k {}", key.display());
    (server, rndc)
}

/// Records without the TTL of sets that have several in `file`: BIND serves such a set with one of them.
fn one_ttl(records: &BTreeSet<Record>, file: &BTreeSet<Record>) -> BTreeSet<Record> {
    let mixed = |record: &Record| {
        let mut set = file
            .iter()
            .filter(|other| (&other.owner, &other.kind) == (&record.owner, &record.kind));
        let first = set.next().map(|first| first.ttl);
        set.any(|other| Some(other.ttl) != first)
    };
    let without = records.iter().map(|record| Record {
        ttl: if mixed(record) { 0 } else { record.ttl },
        ..record.clone()
    });
    without.collect()
}

#[test]
fn bind_takes_what_the_diffs_make() {
    let test = "bind_takes_what_the_diffs_make";
    if ![
        "named",
        "rndc",
        "named-checkzone",
        "patch",
        "nsupdate",
        "dig",
    ]
    .iter()
    .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let folder = Folder::new();
    let cases = Case::all(tools::cases(6), Kind::PatchOnBind);
    let is_dynamic = |index: usize| index.is_multiple_of(2);
    let (server, rndc) = start_controlled(&folder, &cases, is_dynamic);
    let mut tally = Tally::default();
    let mut met = 0;
    for (index, case) in cases.iter().enumerate() {
        let holds = |records: &BTreeSet<Record>, what: &str| {
            let served = server.zone(&case.apex).records;
            let found = difference(&one_ttl(records, records), &one_ttl(&served, records));
            assert_eq!(found, "", "{}, {what}\n{}", case.apex, case.topology);
        };
        holds(&case.now, "loaded");
        let patches = Patches::of(&folder, case).with("RNDC", &rndc);
        patches.apply(&mut tally);
        holds(&case.wanted, "applied");
        patches.undo(&mut tally);
        holds(&case.now, "undone");
        if !is_dynamic(index) {
            continue;
        }
        // An update stands in the journal alone until the zone is frozen.
        let apex = &case.apex;
        let again = Patches::of(&folder, case).with("RNDC", &rndc);
        let Some(first) = again.first() else { continue };
        for number in 0..2 {
            let said = server.update(&format!(
                "server 127.0.0.1\nzone {apex}.\nupdate add by-{number}.{apex}. 60 IN TXT x\nsend"
            ));
            assert!(said.done, "{}", said.text);
            again.refused(first, &mut tally);
            met += 1;
        }
    }
    assert!(met > 0);
    println!("BIND, by patch: {tally}; after updates in the journal {met} times");
}

#[test]
fn bind_does_what_plans_say() {
    carry_out(
        "bind_does_what_plans_say",
        "BIND",
        &["named", "nsupdate", "dig"],
        tools::cases(8),
        start,
    );
}
