//! Bundles that change records whose names are the whole corpus, run as people run them: against a real BIND, and
//! with programs that write down what they are called with.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::corpus::{VALUES, cut, escaped, label};
use crate::server::{KEY, PATIENCE, SECRET, Server, free_port};
use crate::support::{Folder, tools};
use crate::zone::{Record, difference};
use crate::{judge, outputs};

/// A zone in which every value is the name of a target that goes, the name of a domain whose records change, an owner
/// and a text of records that stay. The topology knows all these targets as hosts
/// that must be gone.
fn inputs(values: &[&str]) -> (String, String) {
    let mut zone = String::from(
        "$ORIGIN contoso.com.\n$TTL 3600\n@ IN SOA ns hostmaster 48213 900 600 86400 3600\n IN NS ns\n\
         ns IN A 192.0.2.1\nkms01 IN A 192.0.2.2\n_vlmcs._tcp IN SRV 0 0 1688 kms01\n",
    );
    let mut topology = String::from(
        "[kms]\ndomains = [\"contoso.com\"]\nunlisted = \"remove\"\n[[host]]\nname = \"kms01.contoso.com\"\naccount = false\n[[zone]]\n\
         name = \"contoso.com\"\nkind = \"bind\"\napply = \"nsupdate\"\nserver = \"127.0.0.1\"\n",
    );
    for (index, value) in values.iter().enumerate() {
        let label = label(value);
        let _ = writeln!(
            zone,
            "_vlmcs._tcp IN SRV 0 0 1688 u{index}.{label}\nu{index}.{label} IN A 192.0.2.9"
        );
        let _ = writeln!(
            zone,
            "_vlmcs._tcp.d{index}.{label} IN SRV 7 7 1688 u{index}.{label}"
        );
        let _ = writeln!(
            zone,
            "x{index}.{label} IN TXT \"{}\"",
            escaped(cut(value, 255))
        );
        let _ = write!(
            topology,
            "[[retired]]\nname = 'u{index}.{label}.contoso.com'\nrunning = false\n"
        );
    }
    (topology, zone)
}

/// The folder with the inputs and their bundle.
fn bundle(values: &[&str]) -> Folder {
    let folder = Folder::new();
    let (topology, zone) = inputs(values);
    folder.write("kms.toml", topology);
    folder.write("contoso.com.zone", zone);
    let run =
        folder.run("bundle kms.toml contoso.com.zone --output bundle --allow below-min-live-hosts");
    assert_eq!(run.status, 0, "{}", run.stderr);
    folder
}

/// The scripts of a part of a bundle that have messages for nsupdate beside them.
fn scripts(folder: &Path, part: &str) -> Vec<String> {
    let mut names = files(folder, part, ".nsupdate");
    for name in &mut names {
        *name = name.replace(".nsupdate", ".sh");
    }
    names
}

/// The files of a part of a bundle whose names end so.
fn files(folder: &Path, part: &str, end: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.join("bundle").join(part))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(end))
        .map(|name| format!("bundle/{part}/{name}"))
        .collect();
    names.sort();
    names
}

fn start(folder: &Folder) -> Server {
    let port = free_port();
    folder.write("contoso.com", inputs(VALUES).1);
    let config = format!(
        "key {KEY} {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\ncontrols {{ }};\n\
         options {{ directory \"{}\"; pid-file none; session-keyfile none; lock-file none; recursion no;\n\
         listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; dnssec-validation no; notify no;\n\
         empty-zones-enable no; allow-transfer {{ 127.0.0.1; }}; }};\n\
         zone \"contoso.com\" {{ type primary; file \"contoso.com\"; check-names ignore;\n\
         update-policy {{ grant {KEY} zonesub ANY; }}; }};\n",
        folder.path().display()
    );
    folder.write("named.conf", config);
    let zones = ["contoso.com".to_owned()];
    Server::named(folder, port, zones)
}

/// What the zone is to hold: what it holds, without the records of the hosts that go.
fn wanted(now: &BTreeSet<Record>) -> BTreeSet<Record> {
    let stays =
        |record: &&Record| record.kind != "SRV" || record.data == "0 0 1688 kms01.contoso.com.";
    now.iter().filter(stays).cloned().collect()
}

#[test]
fn bind_does_what_is_planned_and_nothing_else() {
    let test = "bind_does_what_is_planned_and_nothing_else";
    if !["named", "nsupdate", "dig"]
        .iter()
        .all(|tool| tools::available(tool, test))
    {
        return;
    }
    let home = Folder::new();
    let server = start(&home);
    let bundle = bundle(VALUES);
    let now = server.zone("contoso.com").records;
    assert!(now.len() > 4 * VALUES.len(), "{} records", now.len());
    let run = |script: &str| {
        // One waits for as long as the records are not there.
        let output = Command::new("timeout")
            .args(["2", "sh"])
            .arg(script)
            .args(["-u", PATIENCE, "-p", &server.port.to_string(), "-k"])
            .arg(server.key())
            .current_dir(bundle.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(
            output.status.success(),
            "{script}: {}",
            String::from_utf8_lossy(&said)
        );
    };
    let applied = scripts(bundle.path(), "apply");
    assert!(!applied.is_empty());
    for script in &applied {
        run(script);
    }
    let found = server.zone("contoso.com").records;
    assert_eq!(difference(&wanted(&now), &found), "");
    for script in &scripts(bundle.path(), "rollback") {
        run(script);
    }
    assert_eq!(difference(&now, &server.zone("contoso.com").records), "");
}

/// What all files of the bundle are made of, by the grammar of each.
#[test]
fn names_stay_data_in_every_file_of_a_bundle() {
    if !judge::readers("names_stay_data_in_every_file_of_a_bundle") {
        return;
    }
    let tame: Vec<String> = (0..VALUES.len())
        .map(|index| format!("Tame {index}"))
        .collect();
    let tame: Vec<&str> = tame.iter().map(String::as_str).collect();
    let known = judge::known(&outputs::bundle(bundle(&tame).path()));
    let hostile = outputs::bundle(bundle(VALUES).path());
    let faults = judge::faults(&hostile, &known);
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
    println!("{} values in {} files", VALUES.len(), hostile.len());
}

/// Writes down its arguments and what it is given on standard input, each argument with its length: nothing that
/// stands in one can look like another.
const STAND_IN: &str = r#"#!/bin/sh
{
  printf '%s %s\n' "${0##*/}" "$#"
  for argument; do printf '%s:%s\n' "${#argument}" "$argument"; done
} >> "$KMSPLAN_CALLS"
[ "${0##*/}" != dig ] || printf ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr aa; QUERY: 1\n'
exit "$KMSPLAN_STATUS"
"#;

/// Scripts call no program but those that they are to call, whatever the data are: where the programs fail, so that each
/// script ends at its first call, and where all of them say that nothing is there.
#[test]
fn scripts_call_what_they_are_to_call() {
    let bundle = bundle(VALUES);
    let tools = Folder::new();
    for name in [
        "nsupdate",
        "dig",
        "host",
        "nslookup",
        "samba-tool",
        "ldapsearch",
        "ldapmodify",
        "rndc",
        "patch",
        "calc",
        "id",
        "named-checkzone",
    ] {
        let file = tools.write(name, STAND_IN);
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let before = names(bundle.path());
    let mut called = BTreeSet::new();
    let scripts: Vec<String> = ["apply", "rollback", "verify"]
        .into_iter()
        .flat_map(|part| files(bundle.path(), part, ".sh"))
        .collect();
    for (script, fails) in scripts
        .iter()
        .flat_map(|script| [(script, true), (script, false)])
    {
        let calls = tools.path().join("calls");
        let _ = std::fs::remove_file(&calls);
        let path = format!(
            "{}:{}",
            tools.path().display(),
            std::env::var("PATH").unwrap()
        );
        // One waits for as long as the records are not there.
        let output = Command::new("timeout")
            .args(["2", "sh"])
            .arg(script)
            .current_dir(bundle.path())
            .env("PATH", path)
            .env("KMSPLAN_CALLS", &calls)
            .env("KMSPLAN_STATUS", if fails { "9" } else { "0" })
            .env("TMPDIR", tools.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!(fails && output.status.success()), "{script}");
        let text = std::fs::read_to_string(&calls).unwrap_or_default();
        let mut lines = text.lines();
        while let Some(call) = lines.next() {
            let (name, count) = call.split_once(' ').expect("a call");
            called.insert(name.to_owned());
            for argument in lines.by_ref().take(count.parse().unwrap()) {
                let (length, argument) = argument.split_once(':').expect("an argument");
                assert_eq!(length.parse(), Ok(argument.len()), "{script}: {argument}");
            }
        }
    }
    assert!(scripts.len() > VALUES.len(), "{scripts:?}");
    let allowed: BTreeSet<String> = ["nsupdate", "dig"].map(str::to_owned).into();
    assert!(
        called.is_subset(&allowed) && !called.is_empty(),
        "{called:?}"
    );
    assert_eq!(names(bundle.path()), before, "nothing came to be");
}

/// Every path below a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        }
        names.insert(path.display().to_string());
    }
    names
}
