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
