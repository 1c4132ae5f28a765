//! Record changes by `dnscmd`: apply, check, again, the way back, and what is refused.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::rig::{Desk, steady, wine};
use crate::support::Run;

/// The hosts, all to be 10/75, 10/25 and 20/75, of domains whose zone `dnscmd` changes.
fn topology(domains: &str, port: u16, more: &str) -> String {
    let host = |name: &str, priority: u16, weight: u16| {
        format!(
            "[[host]]\nname = \"{name}.contoso.com\"\npriority = {priority}\nweight = {weight}\nport = {port}\n"
        )
    };
    format!(
        "[kms]\ndomains = [{domains}]\n{}{}{}[[retired]]\nname = \"oldkms.contoso.com\"\n[[zone]]\n\
         name = \"contoso.com\"\nkind = \"ad\"\napply = \"dnscmd\"\n{more}",
        host("kms01", 10, 75),
        host("kms02", 10, 25),
        host("kms03", 20, 75),
    )
}

const SERVER: &str = "server = \"dc01.contoso.com\"\n";

/// A zone as Windows exports it, with these lines of records.
fn zone(records: &str) -> String {
    format!(
        ";\r\n;  Database file (null) for Default zone scope in zone contoso.com.\r\n;\r\n\
         @                       IN  SOA dc01.contoso.com. hostmaster.contoso.com. (\r\n\
         \t\t7            ; serial number\r\n\t\t900          ; refresh\r\n\t\t600          ; retry\r\n\
         \t\t86400        ; expire\r\n\t\t3600       ) ; default TTL\r\n\
         @                       NS\tdc01.contoso.com.\r\n\
         dc01                    A\t192.0.2.1\r\nkms01                   A\t192.0.2.2\r\n\
         kms02                   A\t192.0.2.3\r\nkms03                   A\t192.0.2.4\r\n\
         oldkms                  A\t192.0.2.5\r\npc-4711                 A\t192.0.2.6\r\n{}",
        records.replace('\n', "\r\n")
    )
}

/// What the fixture's server holds at first: in the export, and in the stand-in's words.
const EXPORTED: &str = "\
_vlmcs._tcp             [AGE:3726916]\t3600\tSRV\t0 0 1688\tKMS01.contoso.com.
                        3600\tSRV\t0 0 1688\toldkms.contoso.com.
                        3600\tSRV\t0 0 1688\tpc-4711.contoso.com.
";
const BEFORE: [&str; 3] = [
    "_vlmcs._tcp|3726916|3600|0 0 1688 KMS01.contoso.com.",
    "_vlmcs._tcp|0|3600|0 0 1688 oldkms.contoso.com.",
    "_vlmcs._tcp|0|3600|0 0 1688 pc-4711.contoso.com.",
];
const CHANGED: [&str; 4] = [
    "_vlmcs._tcp|0|3600|0 0 1688 pc-4711.contoso.com.",
    "_vlmcs._tcp|0|3600|10 25 1688 kms02.contoso.com.",
    "_vlmcs._tcp|0|3600|10 75 1688 kms01.contoso.com.",
    "_vlmcs._tcp|0|3600|20 75 1688 kms03.contoso.com.",
];

/// Scripts that begin in the same second get the same random numbers, and then refuse to run.
static ONE_BY_ONE: Mutex<()> = Mutex::new(());

/// A bundle, and the server that its scripts meet.
struct Case {
    desk: Desk,
}

impl Case {
    /// `None` where there is no Wine.
    fn new(test: &str, topology: &str, records: &str, server: &[&str]) -> Option<Self> {
        let desk = Desk::new(wine(test)?);
        desk.folder.write("kms.toml", topology);
        desk.folder.write("contoso.com.dns", zone(records));
        let run = desk
            .folder
            .run("bundle kms.toml contoso.com.dns --output out");
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
        let case = Self { desk };
        case.serve(server);
        Some(case)
    }

    /// The usual one.
    fn usual(test: &str) -> Option<Self> {
        let topology = topology("\"contoso.com\"", 1688, SERVER);
        Self::new(test, &topology, EXPORTED, &BEFORE)
    }

    /// Lets the server hold these records.
    fn serve(&self, records: &[&str]) {
        let text = records.join("\n") + "\n";
        self.desk.folder.write("zone", text);
    }

    /// The records that the server holds, sorted.
    fn held(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .desk
            .folder
            .read("zone")
            .lines()
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    }

    /// The only script of a folder whose name holds `part`.
    fn script(&self, folder: &str, part: &str) -> String {
        let path: PathBuf = self.desk.folder.path().join("out").join(folder);
        let names: Vec<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                let is_cmd = Path::new(name).extension().is_some_and(|end| end == "cmd");
                is_cmd && name.contains(part) && name.contains("-dns-")
            })
            .collect();
        assert_eq!(names.len(), 1, "{folder} {part}: {names:?}");
        format!("out/{folder}/{}", names[0])
    }

    fn run(&self, folder: &str, part: &str, arguments: &[&str]) -> Run {
        let turn = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let run = self.desk.run(&self.script(folder, part), arguments);
        drop(turn);
        assert_eq!(run.stderr, "", "{}", run.stdout);
        run
    }

    /// Runs a script that must end well, and say so in these words.
    fn well(&self, folder: &str, part: &str, words: &str) {
        let run = self.run(folder, part, &[]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }

    /// Runs a script that must refuse in these words and change nothing.
    fn refused(&self, folder: &str, part: &str, words: &str) {
        let before = self.held();
        self.desk.calls();
        let run = self.run(folder, part, &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
        assert!(run.stdout.contains("Nothing was changed"), "{}", run.stdout);
        assert_eq!(self.held(), before);
        assert_eq!(self.changes(), 0);
    }

    /// The number of calls since the last look that would change something.
    fn changes(&self) -> usize {
        let calls = self.desk.calls();
        calls
            .iter()
            .filter(|call| call.iter().any(|word| word.starts_with("/Record")))
            .count()
    }
}

fn sorted(lines: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
    lines.sort();
    lines
}

#[test]
fn there_again_and_back() {
    steady(|| {
        let Some(case) = Case::usual("there_again_and_back") else {
            return;
        };
        let run = case.run("apply", "change-records", &["/whatif"]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        assert_eq!(
            run.stdout.matches("\ndnscmd").count() + 1,
            5,
            "{}",
            run.stdout
        );
        assert_eq!(case.changes(), 0);
        let checked = case.run("verify", "change-records", &[]);
        assert_eq!(checked.status, 1, "{}", checked.stdout);
        assert!(
            checked.stdout.contains("not as planned"),
            "{}",
            checked.stdout
        );

        case.well("apply", "change-records", "Done");
        assert_eq!(case.held(), sorted(&CHANGED));
        let calls = case.desk.calls();
        let verbs: Vec<&str> = calls
            .iter()
            .filter_map(|call| {
                call.iter()
                    .map(String::as_str)
                    .find(|word| word.starts_with("/Record"))
            })
            .collect();
        assert_eq!(
            verbs,
            [
                "/RecordAdd",
                "/RecordAdd",
                "/RecordAdd",
                "/RecordDelete",
                "/RecordDelete"
            ],
            "adds before removals"
        );
        assert!(
            calls
                .iter()
                .all(|call| call[..2] == ["dnscmd", "dc01.contoso.com"])
        );

        case.well("apply", "change-records", "already applied");
        assert_eq!(case.changes(), 0);
        case.well("verify", "change-records", "As planned");

        case.well("apply", "remove-unlisted", "Done");
        assert_eq!(case.held(), sorted(&CHANGED[1..]));
        // The state that a later step reaches is no other than the reviewed one.
        case.well("apply", "change-records", "already applied");
        case.well("verify", "change-records", "As planned");
        case.desk.calls();

        case.well("rollback", "remove-unlisted", "Done");
        case.well("rollback", "change-records", "Done");
        assert_eq!(
            case.held(),
            sorted(&BEFORE),
            "aged records come back as aged"
        );
        case.desk.calls();
        case.well("rollback", "change-records", "already undone");
        case.well("rollback", "remove-unlisted", "already undone");
        assert_eq!(case.changes(), 0);
    });
}

#[test]
fn what_was_not_reviewed_is_left_alone() {
    steady(|| {
        let Some(case) = Case::usual("what_was_not_reviewed_is_left_alone") else {
            return;
        };
        let with = |more: &'static str| [&BEFORE[..], &[more]].concat();
        for (held, words) in [
            (vec![], "Expected:\n0 0 1688 KMS01.contoso.com. 3600 aged"),
            (BEFORE[..2].to_vec(), "not the reviewed ones"),
            (
                with("_vlmcs._tcp|0|3600|5 5 1688 new.contoso.com."),
                "5 5 1688 new.contoso.com. 3600 static",
            ),
            (
                vec![
                    "_vlmcs._tcp|0|3600|0 0 1688 KMS01.contoso.com.",
                    BEFORE[1],
                    BEFORE[2],
                ],
                "0 0 1688 KMS01.contoso.com. 3600 static",
            ),
            (
                vec![
                    BEFORE[0],
                    BEFORE[1],
                    "_vlmcs._tcp|0|600|0 0 1688 pc-4711.contoso.com.",
                ],
                "0 0 1688 pc-4711.contoso.com. 600 static",
            ),
            (CHANGED[..3].to_vec(), "not the reviewed ones"),
            (
                with("_vlmcs._tcp|0|3600|0 0 1688 a&copy zone made&\"b c"),
                "not the reviewed ones",
            ),
            (
                with("_vlmcs._tcp|0|3600|0 0 1688 kms01%TEMP%!x!^.contoso.com."),
                "not the reviewed ones",
            ),
        ] {
            case.serve(&held);
            case.refused("apply", "change-records", words);
        }
        assert!(!case.desk.folder.names().contains(&"made".to_owned()));
        case.serve(&CHANGED[1..3]);
        case.refused("rollback", "change-records", "not the reviewed ones");
    });
}

#[test]
fn other_names_do_not_matter() {
    steady(|| {
        let Some(case) = Case::usual("other_names_do_not_matter") else {
            return;
        };
        let other = "_ldap._tcp|3726916|600|0 100 389 dc01.contoso.com.";
        case.serve(&[&BEFORE[..], &[other]].concat());
        case.well("apply", "change-records", "Done");
        assert_eq!(case.held(), sorted(&[&CHANGED[..], &[other]].concat()));
    });
}

#[test]
fn a_name_that_is_not_there_has_no_records() {
    steady(|| {
        let topology = topology("\"contoso.com\"", 1688, SERVER);
        let Some(case) = Case::new(
            "a_name_that_is_not_there_has_no_records",
            &topology,
            "",
            &[],
        ) else {
            return;
        };
        case.well("apply", "change-records", "Done");
        assert_eq!(case.held(), sorted(&CHANGED[1..]));
        case.well("rollback", "change-records", "Done");
        assert_eq!(case.held(), sorted(&[]));
        case.well("rollback", "change-records", "already undone");
    });
}

#[test]
fn a_server_that_cannot_be_written_or_read_is_refused() {
    steady(|| {
        let Some(mut case) = Case::usual("a_server_that_cannot_be_written_or_read_is_refused")
        else {
            return;
        };
        let info = |kind: u8, readonly: u8| {
            format!(
                "Zone query result:\r\n\r\nZone info:\r\n\tzone name             = contoso.com\r\n\tzone type             \
             = {kind}\r\n\tread only zone        = {readonly}\r\nCommand completed successfully.\r\n"
            )
        };
        let path = case.desk.path("info");
        case.desk.set("KMSPLAN_ZONEINFO", path);
        for (kind, readonly) in [(1, 1), (2, 0), (4, 0)] {
            case.desk.folder.write("info", info(kind, readonly));
            case.refused("apply", "change-records", "no writable copy");
            case.refused("rollback", "change-records", "no writable copy");
        }
        case.desk.folder.write("info", info(1, 0));
        for command in ["/ZoneInfo", "/EnumRecords"] {
            case.desk.set("KMSPLAN_FAIL", command);
            case.refused("apply", "change-records", "ERROR_ACCESS_DENIED");
        }
        let run = case.run("verify", "change-records", &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
    });
}

#[test]
fn what_fails_stops_the_script() {
    steady(|| {
        let Some(mut case) = Case::usual("what_fails_stops_the_script") else {
            return;
        };
        case.desk.set("KMSPLAN_FAIL", "/RecordAdd");
        let run = case.run("apply", "change-records", &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert!(run.stdout.contains("Stopped"), "{}", run.stdout);
        assert_eq!(case.changes(), 1, "the first failure is the last command");
        case.desk.set("KMSPLAN_FAIL", "/RecordDelete");
        let run = case.run("apply", "change-records", &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert_eq!(case.held().len(), 6, "all that came, nothing that went");
        // An exit code that lies: nothing is removed for records that did not come.
        case.serve(&BEFORE);
        case.desk.set("KMSPLAN_FAIL", "");
        case.desk.set("KMSPLAN_LIE", "/RecordAdd");
        let run = case.run("apply", "change-records", &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert!(run.stdout.contains("Nothing is removed"), "{}", run.stdout);
        assert_eq!(case.held(), sorted(&BEFORE));
        case.desk.set("KMSPLAN_LIE", "/RecordDelete");
        let run = case.run("apply", "change-records", &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert!(
            run.stdout.contains("not as they should be"),
            "{}",
            run.stdout
        );
    });
}

#[test]
fn an_unknown_argument_changes_nothing() {
    steady(|| {
        let Some(case) = Case::usual("an_unknown_argument_changes_nothing") else {
            return;
        };
        for arguments in [&["/what-if"][..], &["/whatif", "x"]] {
            let run = case.run("apply", "change-records", arguments);
            assert_eq!(run.status, 64, "{}", run.stdout);
        }
        assert!(case.desk.calls().is_empty());
    });
}

/// Age and TTL alone: `dnscmd` has no command for it.
#[test]
fn the_console_does_what_dnscmd_cannot() {
    steady(|| {
        let topology = topology("\"contoso.com\"", 1688, SERVER);
        let exported = "\
_vlmcs._tcp             [AGE:3726916]\t3600\tSRV\t10 75 1688\tkms01.contoso.com.
                        600\tSRV\t10 25 1688\tkms02.contoso.com.
                        3600\tSRV\t20 75 1688\tkms03.contoso.com.
";
        let before = [
            "_vlmcs._tcp|3726916|3600|10 75 1688 kms01.contoso.com.",
            "_vlmcs._tcp|0|600|10 25 1688 kms02.contoso.com.",
            "_vlmcs._tcp|0|3600|20 75 1688 kms03.contoso.com.",
        ];
        let Some(case) = Case::new(
            "the_console_does_what_dnscmd_cannot",
            &topology,
            exported,
            &before,
        ) else {
            return;
        };
        let run = case.run("apply", "change-records", &[]);
        assert_eq!(run.status, 2, "{}", run.stdout);
        for words in [
            "DNS Manager (View > Advanced), record of kms01.contoso.com, port 1688: clear \"Delete this record when \
         it becomes stale\".",
            "record of kms02.contoso.com, port 1688: set the TTL to 3600 seconds.",
            "run this script again",
        ] {
            assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
        }
        assert_eq!(case.changes(), 0);
        case.serve(&CHANGED[1..]);
        case.well("apply", "change-records", "already applied");
        case.well("verify", "change-records", "As planned");
        let run = case.run("rollback", "change-records", &[]);
        assert_eq!(run.status, 2, "{}", run.stdout);
        assert!(
            run.stdout.contains("set the TTL to 600 seconds"),
            "{}",
            run.stdout
        );
        let readme = case.desk.folder.read("out/README.md");
        assert!(
            readme.contains("stays static"),
            "the README says what cannot be taken back"
        );
    });
}

/// A host moves to another port in two domains of one zone.
#[test]
fn a_step_of_several_sets() {
    steady(|| {
        let topology = topology("\"contoso.com\", \"lab.contoso.com\"", 1689, SERVER);
        let exported = "\
_vlmcs._tcp             3600\tSRV\t10 75 1688\tkms01.contoso.com.
                        3600\tSRV\t10 25 1689\tkms02.contoso.com.
                        3600\tSRV\t20 75 1689\tkms03.contoso.com.
_vlmcs._tcp.lab         3600\tSRV\t10 75 1688\tkms01.contoso.com.
                        3600\tSRV\t10 25 1689\tkms02.contoso.com.
                        3600\tSRV\t20 75 1689\tkms03.contoso.com.
";
        let set = |node: &str, port: u16| {
            [
                format!("{node}|0|3600|10 75 {port} kms01.contoso.com."),
                format!("{node}|0|3600|10 25 1689 kms02.contoso.com."),
                format!("{node}|0|3600|20 75 1689 kms03.contoso.com."),
            ]
        };
        let held = |ports: [u16; 2]| {
            let mut lines = [
                set("_vlmcs._tcp", ports[0]),
                set("_vlmcs._tcp.lab", ports[1]),
            ]
            .concat();
            lines.sort();
            lines
        };
        let first = held([1688, 1688]);
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        let Some(case) = Case::new("a_step_of_several_sets", &topology, exported, &first) else {
            return;
        };
        case.well("apply", "move-port", "Done");
        assert_eq!(case.held(), held([1689, 1689]));
        case.well("apply", "move-port", "already applied");
        case.well("verify", "move-port", "As planned");
        // One set by hand: the other one still follows.
        let half = held([1689, 1688]);
        case.serve(&half.iter().map(String::as_str).collect::<Vec<_>>());
        case.well("apply", "move-port", "Done");
        assert_eq!(case.held(), held([1689, 1689]));
        // One set as nobody reviewed it: the other one stays too.
        let odd = held([1688, 1700]);
        case.serve(&odd.iter().map(String::as_str).collect::<Vec<_>>());
        case.refused(
            "apply",
            "move-port",
            "_vlmcs._tcp.lab.contoso.com are not the reviewed ones",
        );
        case.serve(&half.iter().map(String::as_str).collect::<Vec<_>>());
        case.well("rollback", "move-port", "Done");
        assert_eq!(case.held(), held([1688, 1688]));
    });
}
