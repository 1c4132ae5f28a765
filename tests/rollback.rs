//! `kmsplan rollback`: the way back from each state that a plan can have been left in.

mod support;

use std::fs;
use std::path::Path;

use support::Folder;

const TOPOLOGY: &str = "\
[kms]
domains = [\"contoso.com\"]

[[host]]
name = \"kms01.contoso.com\"
priority = 10
weight = 75

[[host]]
name = \"kms02.contoso.com\"
priority = 10
weight = 25

[[zone]]
name = \"contoso.com\"
kind = \"windows-file\"
server = \"dc01.contoso.com\"
";

/// Before the plan: kms01 publishes by itself, an unlisted host too.
const BEFORE: &str = "\
_vlmcs._tcp [AGE:3700000] 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp 3600 SRV 0 0 1688 lab.contoso.com.
";
/// As the plan wants it.
const AFTER: &str = "\
_vlmcs._tcp 3600 SRV 10 75 1688 kms01.contoso.com.
_vlmcs._tcp 3600 SRV 10 25 1688 kms02.contoso.com.
";
/// kms02 was added, nothing else.
const PART: &str = "\
_vlmcs._tcp [AGE:3700000] 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp 3600 SRV 10 25 1688 kms02.contoso.com.
_vlmcs._tcp 3600 SRV 0 0 1688 lab.contoso.com.
";
/// Somebody has changed kms01, removed kms02 and added another host.
const MEDDLED: &str = "\
_vlmcs._tcp 3600 SRV 7 7 1688 kms01.contoso.com.
_vlmcs._tcp 3600 SRV 5 5 1688 stranger.contoso.com.
";

fn zone(serial: u32, records: &str) -> String {
    format!(
        ";\n;  Database file contoso.com.dns for contoso.com zone.\n;      Zone version:  {serial}\n;\n\n\
         @ IN SOA dc01.contoso.com. hostmaster.contoso.com. (\n    {serial} ; serial\n    900\n    600\n    86400\n    3600 )\n\
         @ NS dc01.contoso.com.\ndc01 A 192.0.2.1\nkms01 A 192.0.2.11\nkms02 A 192.0.2.12\nlab A 192.0.2.13\nstranger A 192.0.2.14\n{records}"
    )
}

/// A folder with the plan for `BEFORE`, and the zone as it is now.
fn workplace(now: &str) -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write("contoso.com.dns", zone(7, BEFORE));
    let plan = folder.run("plan kms.toml contoso.com.dns --format json --output plan.json");
    assert_eq!(plan.status, 0, "{}", plan.stderr);
    folder.write("contoso.com.dns", zone(8, now));
    folder
}

/// Compares with a file of `tests/rollback/`; `KMSPLAN_BLESS=1` writes it anew.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/rollback")
        .join(name);
    if std::env::var_os("KMSPLAN_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, wanted, "{name}");
}

#[test]
fn each_state_has_its_way_back() {
    for (name, now) in [
        ("full", AFTER),
        ("part", PART),
        ("nothing", BEFORE),
        ("meddled", MEDDLED),
    ] {
        let folder = workplace(now);
        for (format, end) in [("text", "txt"), ("diff", "diff"), ("json", "json")] {
            let run = folder.run(&format!(
                "rollback plan.json contoso.com.dns --format {format}"
            ));
            assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{name}");
            golden(&format!("{name}.{end}"), &run.stdout);
        }
        // It is a plan like others: it can be kept, shown, and made a bundle of.
        let run = folder.run(
            "rollback plan.json contoso.com.dns --format json --output back.json --detailed-exitcode",
        );
        assert_eq!(run.status, if name == "nothing" { 0 } else { 2 }, "{name}");
        for format in ["text", "markdown", "json", "diff"] {
            let made = folder.run(&format!(
                "rollback plan.json contoso.com.dns --format {format}"
            ));
            let shown = folder.run(&format!("show back.json --format {format}"));
            assert_eq!(made, shown, "{name}");
        }
        let bundle = folder.run("bundle back.json contoso.com.dns --output out");
        assert_eq!((bundle.status, bundle.stderr.as_str()), (0, ""), "{name}");
    }
}

/// Each plan of `tests/plans/` once it is done, and how it is taken back. `dig` shows what is there: no other source
/// is needed for the way back.
#[test]
fn every_plan_that_was_carried_out_has_its_way_back() {
    let folder = Folder::new();
    let plans = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let mut cases: Vec<_> = fs::read_dir(plans)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in &cases {
        let saved = fs::read(case.join("plan.json")).unwrap();
        let records = wanted(&serde_json::from_slice(&saved).unwrap());
        if records.is_empty() {
            continue;
        }
        folder.write("plan.json", saved);
        folder.write("now.txt", records);
        let run = folder.run("rollback plan.json now.txt");
        assert!(
            run.stderr.is_empty() && matches!(run.status, 0 | 3),
            "{run:?}"
        );
        let name = format!("plans/{}.txt", case.file_name().unwrap().display());
        if std::panic::catch_unwind(|| golden(&name, &run.stdout)).is_err() {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(cases.len() > 100);
}

/// The record sets as a plan wants them, as `dig` shows them.
fn wanted(plan: &serde_json::Value) -> String {
    let domains = plan["domains"].as_array().unwrap().iter();
    let changes = domains.flat_map(|domain| {
        let owner = domain["owner"].as_str().unwrap();
        let changes = domain["changes"].as_array().unwrap().iter();
        changes.filter_map(move |change| {
            let after = change["after"].as_object()?;
            let ttl = after["ttl"].as_u64().unwrap_or(3600);
            let target = change["target"].as_str().unwrap();
            Some(format!(
                "{owner} {ttl} IN SRV {} {} {} {target}\n",
                after["priority"], after["weight"], change["port"]
            ))
        })
    });
    changes.collect()
}

#[test]
fn the_way_back_leads_to_the_records_of_before() {
    for now in [AFTER, PART, BEFORE] {
        let folder = workplace(now);
        let patched =
            folder.shell("kmsplan rollback plan.json contoso.com.dns --format diff | patch -s -p1");
        assert_eq!((patched.status, patched.stderr.as_str()), (0, ""));
        let again = folder.run("rollback plan.json contoso.com.dns --detailed-exitcode");
        let text = folder.read("contoso.com.dns");
        for record in ["0 0 1688 kms01.contoso.com.", "0 0 1688 lab.contoso.com."] {
            assert_eq!(text.matches(record).count(), 1, "{text}");
        }
        assert!(!text.contains("1688 kms02"), "{text}");
        // A diff writes no timestamps, so the age of kms01 is still to be put back where it is lost.
        let is_aged = text.contains("[AGE:");
        assert_eq!(
            again.status,
            if is_aged { 0 } else { 2 },
            "{}",
            again.stdout
        );
    }
}

/// The way back of a plan for records in a Windows zone file, once other records stand there.
fn taken_back(topology: &str, before: &str, now: &str) -> (Folder, String) {
    let folder = Folder::new();
    folder.write("kms.toml", topology);
    folder.write("contoso.com.dns", zone(7, before));
    let plan = folder.run("plan kms.toml contoso.com.dns --format json --output plan.json");
    assert!(matches!(plan.status, 0 | 3), "{}", plan.stderr);
    folder.write("contoso.com.dns", zone(8, now));
    let run = folder.run("rollback plan.json contoso.com.dns");
    assert_eq!(run.stderr, "");
    (folder, run.stdout)
}

/// Records that carried a timestamp get it back where the tool can write one. kms01 of contoso.com is the only record of
/// its set, kms01 of emea.contoso.com has its numbers, kms02 there has others, lab is gone.
#[test]
fn timestamps_come_back_where_the_tool_can_write_them() {
    let topology = TOPOLOGY
        .replace(
            "[\"contoso.com\"]",
            "[\"contoso.com\", \"emea.contoso.com\"]",
        )
        .replace("priority = 10\nweight = 75", "priority = 0\nweight = 0")
        .replace(
            "priority = 10\nweight = 25",
            "publish = [{ domain = \"emea.contoso.com\", priority = 10, weight = 25 }]",
        );
    let before = "\
_vlmcs._tcp [AGE:3700000] 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp.emea [AGE:3700000] 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp.emea [AGE:3700000] 3600 SRV 0 0 1688 kms02.contoso.com.
_vlmcs._tcp.emea [AGE:3700000] 3600 SRV 0 0 1688 lab.contoso.com.
";
    let now = "\
_vlmcs._tcp 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp.emea 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp.emea 3600 SRV 10 25 1688 kms02.contoso.com.
";
    for apply in ["powershell", "dnscmd", "nsupdate", "patch"] {
        let topology = format!("{topology}apply = \"{apply}\"\n");
        let (_, text) = taken_back(&topology, before, now);
        golden(&format!("timestamps-{apply}.txt"), &text);
    }
}

/// Hosts that were to move from port 1688 to 1689, kms01 in contoso.com alone.
const MOVING: &str = "\
[kms]
domains = [\"contoso.com\", \"emea.contoso.com\"]
port = 1689

[[host]]
name = \"kms01.contoso.com\"
publish = [{ domain = \"contoso.com\" }]

[[host]]
name = \"kms02.contoso.com\"

[[zone]]
name = \"contoso.com\"
kind = \"windows-file\"
server = \"dc01.contoso.com\"
";
const BEFORE_THE_MOVE: &str = "\
_vlmcs._tcp 3600 SRV 0 0 1688 kms01.contoso.com.
_vlmcs._tcp 3600 SRV 0 0 1688 kms02.contoso.com.
_vlmcs._tcp.emea 3600 SRV 0 0 1688 kms02.contoso.com.
";

#[test]
fn a_port_goes_back_with_its_records_or_without() {
    let both = format!(
        "{BEFORE_THE_MOVE}{}",
        BEFORE_THE_MOVE.replace("1688", "1689")
    );
    let (_, text) = taken_back(MOVING, BEFORE_THE_MOVE, &both);
    golden("port-both.txt", &text);
    // Somebody has taken kms01 out of contoso.com, and put it with the new port where the plan does not know it.
    let stranger = BEFORE_THE_MOVE.replacen(
        "_vlmcs._tcp 3600 SRV 0 0 1688 kms01",
        "_vlmcs._tcp.emea 3600 SRV 0 0 1689 kms01",
        1,
    );
    let (folder, text) = taken_back(MOVING, BEFORE_THE_MOVE, &stranger);
    golden("port-elsewhere.txt", &text);
    // Only the set that changes must be as it was reviewed.
    let json = folder
        .run("rollback plan.json contoso.com.dns --format json")
        .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut steps = json["steps"].as_array().unwrap().iter();
    let awaits = steps.find(|step| step["action"]["type"] == "await-replication");
    let sets = awaits.unwrap()["action"]["sets"].as_array().unwrap();
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0]["domain"], "contoso.com.");
}

/// Of kms01 it was seen before the plan that it listens on the new port.
#[test]
fn a_port_that_the_plan_found_is_not_taken_back() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/evidence-port-moved");
    let saved = fs::read(case.join("plan.json")).unwrap();
    let after = wanted(&serde_json::from_slice(&saved).unwrap());
    let folder = Folder::new();
    folder.write("plan.json", saved);
    let before = after.replace(" 1690 ", " 1688 ");
    folder.write("now.txt", format!("{before}{after}"));
    let text = folder.run("rollback plan.json now.txt").stdout;
    for (host, times) in [("kms01", 0), ("kms02", 1), ("kms03", 1)] {
        let undo = format!("Undo: {host}: ");
        assert_eq!(text.matches(&undo).count(), times, "{text}");
    }
}

#[test]
fn hosts_that_publish_again_are_left_alone() {
    let folder = workplace(AFTER);
    let undone = |text: &str| {
        [
            "Undo: New hosts",
            "Undo: Unlisted hosts",
            "Undo: Publish list",
        ]
        .map(|step| text.contains(step))
    };
    let run = folder.run("rollback plan.json contoso.com.dns");
    assert_eq!(undone(&run.stdout), [true; 3], "{}", run.stdout);
    for host in ["kms02", "lab"] {
        folder.write(
            &format!("evidence/{host}-reg.txt"),
            "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\r\n    \
             DisableDnsPublishing    REG_DWORD    0x0\r\n    KeyManagementServiceVersion    REG_SZ    10.0.17763.1\r\n\r\n",
        );
    }
    let run = folder.run("rollback plan.json contoso.com.dns --host-evidence evidence");
    assert_eq!(undone(&run.stdout), [false, false, true], "{}", run.stdout);
}

#[test]
fn a_host_without_address_is_no_live_host_of_before() {
    let folder = workplace(AFTER);
    let now = folder
        .read("contoso.com.dns")
        .replace("kms01 A 192.0.2.11\n", "");
    folder.write("contoso.com.dns", now);
    let run = folder.run("rollback plan.json contoso.com.dns");
    assert_eq!(run.status, 3, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("0 hosts are live at the end; before the plan 1 host is live."),
        "{}",
        run.stdout
    );
}

#[test]
fn a_diff_that_cannot_be_applied_is_an_error() {
    let topology = format!("{TOPOLOGY}apply = \"patch\"\n");
    let (folder, _) = taken_back(&topology, BEFORE, AFTER);
    let now = folder.read("contoso.com.dns");
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(now.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    folder.write("contoso.com.dns", utf16);
    let run = folder.run("rollback plan.json contoso.com.dns");
    assert_eq!(run.status, 3, "{}", run.stdout);
    let error = "error[diff-not-possible] contoso.com\n    The diff of contoso.com.dns is to be read, patch cannot apply it";
    assert!(run.stdout.contains(error), "{}", run.stdout);
}

/// `nslookup` tells neither TTL nor age nor zone: the way back leaves them as they are.
#[test]
fn what_the_plan_does_not_tell_stays_as_it_is() {
    let folder = Folder::new();
    let (topology, _) = TOPOLOGY.split_once("[[zone]]").unwrap();
    folder.write(
        "kms.toml",
        topology.replace("[\"contoso.com\"]", "[\"emea.contoso.com\"]"),
    );
    folder.write(
        "nslookup.txt",
        "Server:  dc01.contoso.com\nAddress:  192.0.2.1\n\n\
         _vlmcs._tcp.emea.contoso.com\tSRV service location:\n          priority       = 0\n          \
         weight         = 0\n          port           = 1688\n          svr hostname   = kms01.contoso.com\n\
         kms01.contoso.com\tinternet address = 192.0.2.11\n",
    );
    folder.run("plan kms.toml nslookup.txt --format json --output plan.json");
    let now = "_vlmcs._tcp.emea [AGE:3700000] 1200 SRV 10 75 1688 kms01.contoso.com.\n";
    folder.write("contoso.com.dns", zone(8, now));
    let text = folder.run("rollback plan.json contoso.com.dns").stdout;
    // The plan wants it static: its numbers alone would not tell what is new.
    let other = "`1200 10 75 1688 kms01.contoso.com. (aged)` of emea.contoso.com is neither";
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(other), "{text}");
    let json = folder
        .run("rollback plan.json contoso.com.dns --format json")
        .stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["zones"][0]["name"], "contoso.com.");
    let after = &json["domains"][0]["changes"][0]["after"];
    assert_eq!(after["priority"], 0);
    assert_eq!(
        (&after["ttl"], &after["aged"]),
        (&1200.into(), &true.into())
    );
    let mut steps = json["steps"].as_array().unwrap().iter();
    let changes = steps.find(|step| step["action"]["type"] == "change-records");
    let set = &changes.unwrap()["action"]["change"]["before"];
    assert_eq!(set["zone"]["name"], "contoso.com.");
}

#[test]
fn a_zone_takes_updates_as_the_plan_says() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/dynamic-apply-is-aged");
    let saved = fs::read(case.join("plan.json")).unwrap();
    let folder = Folder::new();
    folder.write("now.txt", wanted(&serde_json::from_slice(&saved).unwrap()));
    folder.write("plan.json", saved);
    let run = folder.run("rollback plan.json now.txt --format json");
    let back: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(back["zones"][0]["dynamic_update"], "secure");
    // What was read of the zone is no zone file, so the plan's diff does not hold its edits.
    let mut steps = back["steps"].as_array().unwrap().iter();
    let changes = steps.find(|step| step["action"]["type"] == "change-records");
    let set = &changes.unwrap()["action"]["change"]["before"];
    assert_eq!(set["zone"]["diff"], false);
}

/// `nslookup` and `dig` tell no TTL that stands in the zone: the way back sets none, and people make it all the same.
#[test]
fn a_way_back_without_ttls_is_not_left_to_hosts() {
    let folder = Folder::new();
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/nslookup-assumed-zone");
    let saved = fs::read(case.join("plan.json")).unwrap();
    folder.write("now.txt", wanted(&serde_json::from_slice(&saved).unwrap()));
    folder.write("plan.json", saved);
    let back = "rollback plan.json now.txt";
    let json = folder.run(&format!("{back} --format json --output back.json"));
    assert_eq!((json.status, json.stderr.as_str()), (0, ""));
    for format in ["text", "markdown"] {
        let said = folder.run(&format!("{back} --format {format}"));
        assert!(!said.stdout.contains("set by the host"), "{}", said.stdout);
        let shown = folder.run(&format!("show back.json --format {format}"));
        assert_eq!((shown.status, shown.stderr.as_str()), (0, ""));
        assert_eq!(shown.stdout, said.stdout);
    }
}

#[test]
fn records_out_of_sight_are_an_error() {
    let folder = workplace(AFTER);
    folder.write(
        "fabrikam.com.zone",
        "$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS a\n",
    );
    let run = folder.run("rollback plan.json fabrikam.com.zone");
    assert_eq!(run.status, 3);
    assert!(
        run.stdout.contains("error[zone-not-found] contoso.com"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_plan_that_anybody_wrote_is_checked() {
    let folder = workplace(AFTER);
    folder.run("rollback plan.json contoso.com.dns --format json --output back.json");
    let back = folder.read("back.json");
    for (from, to, part) in [
        (
            "\"type\": \"set-lookup-domain\"",
            "\"type\": \"refresh-clients\"",
            "has nothing that is taken back",
        ),
        ("\"takes_back\": \"", "\"takes_back\": \"x", "takes_back"),
        (
            "\"cause\": \"way-back\"",
            "\"cause\": \"because\"",
            "`because` is not known here",
        ),
    ] {
        assert!(back.contains(from), "{from}");
        folder.write("wrong.json", back.replace(from, to));
        let run = folder.run("show wrong.json");
        assert_eq!(run.status, 1, "{to}");
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}
