//! What people meet at the command line: messages, exit statuses, files, pipes, terminals.
//!
//! `KMSPLAN_BLESS=1` writes the expected help texts in `tests/cli/` anew.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Folder, Run, TOPOLOGY, tools};

const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 3600
@ IN NS dc01
dc01 IN A 10.20.0.10
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
oldkms IN A 10.20.5.9
_vlmcs._tcp IN SRV 0 0 1688 kms01
_vlmcs._tcp IN SRV 0 0 1688 oldkms
";

const PLAN: &str = "plan kms.toml zones";

/// A folder with `kms.toml` and `zones/contoso.com.zone`.
fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write("zones/contoso.com.zone", ZONE);
    folder
}

/// The sample after its plan: nothing is left to do to its records.
fn settled() -> Folder {
    let folder = sample();
    let zone = ZONE
        .replace("SRV 0 0 1688 kms01", "SRV 10 75 1688 kms01")
        .replace("SRV 0 0 1688 oldkms", "SRV 10 25 1688 kms02");
    folder.write("zones/contoso.com.zone", zone);
    folder
}

/// A run that made nothing.
fn failed(status: i32, stderr: &str) -> Run {
    Run {
        stdout: String::new(),
        stderr: stderr.to_owned(),
        status,
    }
}

fn done(stdout: &str) -> Run {
    Run {
        stdout: stdout.to_owned(),
        stderr: String::new(),
        status: 0,
    }
}

/// The plan of a run that made one and said nothing else.
fn planned(run: &Run) -> &str {
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    assert!(run.stdout.starts_with("KMS DNS plan "), "{}", run.stdout);
    &run.stdout
}

// Usage

#[test]
fn wrong_arguments_are_explained_and_end_with_64() {
    let folder = sample();
    for (args, said) in [
        (
            "plan",
            "error: the following required arguments were not provided:
  <TOPOLOGY>
  <SOURCE>...

Usage: kmsplan plan <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml",
            "error: the following required arguments were not provided:
  <SOURCE>...

Usage: kmsplan plan <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "paln kms.toml zones",
            "error: unrecognized subcommand 'paln'

  tip: some similar subcommands exist: 'man', 'plan'

Usage: kmsplan <COMMAND>

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --sectoin risk",
            "error: unexpected argument '--sectoin' found

  tip: a similar argument exists: '--section'

Usage: kmsplan plan --section <SECTION> <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --format xml",
            "error: invalid value 'xml' for '--format <FORMAT>'
  [possible values: text, markdown, json, diff, html]

  tip: a similar value exists: 'html'

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --section risk --format diff",
            "error: --section goes with --format text or markdown

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --section risk --format html",
            "error: --section goes with --format text or markdown

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan - zones",
            "error: invalid value '-' for '<TOPOLOGY>': the topology is a file; standard input can only be zone data, as a SOURCE

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml - zones -",
            "error: standard input, the source -, can be read once only

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones dns://192.0.2.53 --tsig-key transfer.key",
            "error: --tsig-key signs transfers, and no source is one: axfr://SERVER/ZONE

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --output -",
            "error: invalid value '-' for '--output <FILE>': without this option the result goes to standard output

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --max-size 4G",
            "error: invalid value '4G' for '--max-size <BYTES>': a size is a whole number of bytes, for example 4294967296

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --today 21.11.2026",
            "error: invalid value '21.11.2026' for '--today <YYYY-MM-DD>': a day is written YYYY-MM-DD, for example 2026-11-21

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --origin contoso..com",
            "error: invalid value 'contoso..com' for '--origin <NAME>': a label is empty: two dots together, or a dot first

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --allow unlisted-hots",
            "error: invalid value 'unlisted-hots' for '--allow <CODE[:SUBJECT]>': there is no such finding; did you mean `unlisted-host`?

For more information, try '--help'.
",
        ),
        (
            "plan kms.toml zones --allow unlisted-host:",
            "error: invalid value 'unlisted-host:' for '--allow <CODE[:SUBJECT]>': the subject after the colon is empty

For more information, try '--help'.
",
        ),
        (
            "show plan.json --against kms.toml",
            "error: 2 values required by '--against <TOPOLOGY> <SOURCE>...'; only 1 was provided

Usage: kmsplan show [OPTIONS] <PLAN.json>

For more information, try '--help'.
",
        ),
        (
            "show plan.json --against - zones",
            "error: the topology is a file; standard input can only be zone data, as a SOURCE

Usage: kmsplan show [OPTIONS] <PLAN.json>

For more information, try '--help'.
",
        ),
        (
            "audit",
            "error: nothing says where KMS records are looked up: name sources, or a server with --server and the domains with --domains or --topology

Usage: kmsplan audit [OPTIONS] [SOURCE]...

For more information, try '--help'.
",
        ),
        (
            "audit --server 192.0.2.1",
            "error: --server asks about domains that are named: name them with --domains or --topology, or read whole zones with the source axfr://SERVER/ZONE

Usage: kmsplan audit [OPTIONS] [SOURCE]...

For more information, try '--help'.
",
        ),
        (
            "audit zones -o x --write-topology x",
            "error: --output and --write-topology name the same file

Usage: kmsplan audit [OPTIONS] [SOURCE]...

For more information, try '--help'.
",
        ),
        (
            "explain unlisted",
            "error: invalid value 'unlisted' for '[CODE]': there is no such finding; `kmsplan explain` lists them

For more information, try '--help'.
",
        ),
        (
            "schema bundle",
            "error: invalid value 'bundle' for '<FORMAT>'
  [possible values: topology, plan, audit, verify, simulate]

For more information, try '--help'.
",
        ),
    ] {
        assert_eq!(folder.run(args), failed(64, said), "kmsplan {args}");
    }
}

#[test]
fn without_a_command_help_goes_to_standard_error() {
    let run = Folder::new().run("");
    assert_eq!((run.stdout.as_str(), run.status), ("", 64));
    assert!(run.stderr.contains("Usage: kmsplan <COMMAND>"));
}

#[test]
fn usage_errors_are_json_where_json_was_asked_for() {
    let folder = sample();
    for args in [
        "plan kms.toml zones --format json --section risk",
        "plan kms.toml zones --section risk --format=json",
    ] {
        let run = folder.run(args);
        assert_eq!((run.stdout.as_str(), run.status), ("", 64));
        assert_eq!(
            serde_json::from_str::<Value>(&run.stderr).unwrap(),
            json!({ "errors": [{ "message": "--section goes with --format text or markdown" }] })
        );
    }
    assert_eq!(
        serde_json::from_str::<Value>(&folder.run("plan --format json").stderr).unwrap(),
        json!({ "errors": [
            { "message": "the following required arguments were not provided: <TOPOLOGY> <SOURCE>..." }
        ] })
    );
}

#[test]
fn the_version_says_how_the_program_was_built() {
    let folder = Folder::new();
    let version = format!("kmsplan {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(folder.run("-V"), done(&version));
    let run = folder.run("--version");
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    let facts = run.stdout.strip_prefix(&version).expect("the same first");
    let facts: Vec<_> = facts
        .lines()
        .map(|line| line.split_once(' ').expect("a name and a fact"))
        .map(|(name, fact)| (name, fact.trim_start()))
        .collect();
    let [target, profile, rustc, commit] = facts[..] else {
        panic!("{facts:?}");
    };
    assert_eq!(target.0, "target");
    assert!(target.1.contains(std::env::consts::ARCH), "{target:?}");
    assert_eq!(profile.0, "profile");
    assert!(["debug", "release"].contains(&profile.1), "{profile:?}");
    assert_eq!(rustc.0, "rustc");
    assert!(rustc.1.starts_with("1."), "{rustc:?}");
    assert_eq!(commit.0, "commit");
    let known = commit.1.len() >= 40 && commit.1.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(commit.1 == "unknown" || known, "{commit:?}");
}

#[test]
fn help_of_every_command() {
    let folder = Folder::new();
    let expectations = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    for (args, file) in [
        ("--help", "help.txt"),
        ("plan --help", "help-plan.txt"),
        ("show --help", "help-show.txt"),
        ("init --help", "help-init.txt"),
        ("bundle --help", "help-bundle.txt"),
        ("rollback --help", "help-rollback.txt"),
        ("audit --help", "help-audit.txt"),
        ("verify --help", "help-verify.txt"),
        ("simulate --help", "help-simulate.txt"),
    ] {
        let run = folder.run(args);
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        assert!(
            run.stdout.lines().all(|line| line.len() <= 100),
            "{}",
            run.stdout
        );
        let path = expectations.join(file);
        if std::env::var_os("KMSPLAN_BLESS").is_some() {
            fs::create_dir_all(&expectations).unwrap();
            fs::write(&path, &run.stdout).unwrap();
        }
        assert_eq!(
            run.stdout,
            fs::read_to_string(&path).unwrap_or_default(),
            "{file}"
        );
    }
}

/// On Windows the program's file has another name: `kmsplan.exe`.
#[test]
fn usage_says_kmsplan_whatever_the_file_is_called() {
    let folder = sample();
    let copied = folder.shell("cp \"$(command -v kmsplan)\" other && exec ./other plan");
    let run = folder.run("plan");
    assert_eq!(copied, run);
    assert!(
        run.stderr.contains("Usage: kmsplan plan "),
        "{}",
        run.stderr
    );
}

#[test]
fn help_does_not_depend_on_the_terminal() {
    let folder = Folder::new();
    let expected = folder.run("plan --help").stdout;
    assert_eq!(
        folder.shell("COLUMNS=40 kmsplan plan --help").stdout,
        expected
    );
    if tools::available("script", "help_does_not_depend_on_the_terminal") {
        let narrow = on_terminal(&folder, "stty cols 40; kmsplan plan --help");
        assert_eq!(narrow.stdout, expected);
    }
}

// Inputs

#[test]
fn what_cannot_be_read_is_named_all_at_once() {
    let folder = sample();
    folder.write("empty.zone", "");
    assert_eq!(
        folder.run("plan missing.toml missing.zone empty.zone zones/contoso.com.zone/x"),
        failed(
            1,
            "error: `missing.toml` cannot be read: there is no such file

error: `missing.zone` cannot be read: there is no such file

error: `zones/contoso.com.zone/x` cannot be read: a part of the path is no folder

error: `empty.zone` is empty
"
        )
    );
    assert_eq!(
        folder.run("check zones"),
        failed(1, "error: `zones` cannot be read: it is a folder\n")
    );
    fs::create_dir(folder.path().join("nothing")).unwrap();
    assert_eq!(
        folder.run("plan kms.toml nothing"),
        failed(
            1,
            "error: `nothing` holds no file to read
  = help: links and files whose name begins with a dot are passed over, so is the topology
"
        )
    );
}

#[test]
fn a_complaint_comes_once() {
    let folder = sample();
    folder.write("empty.zone", "");
    assert_eq!(
        folder.run("plan kms.toml empty.zone missing.zone empty.zone missing.zone"),
        failed(
            1,
            "error: `missing.zone` cannot be read: there is no such file

error: `empty.zone` is empty
"
        )
    );
}

#[test]
fn a_stray_file_in_a_folder_is_an_error_that_names_it() {
    let folder = sample();
    folder.write("zones/notes.txt", "Ask Ann first.\n");
    assert_eq!(
        folder.run(PLAN),
        failed(
            1,
            "error: this is no zone data
 --> zones/notes.txt:1:1
  |
1 | Ask Ann first.
  | ^^^^^^^^^^^^^^
  |
  = help: what is read: zone files, Windows DNS zone files and exports, Get-DnsServerResourceRecord (JSON, CSV, table), Resolve-DnsName (JSON, CSV, list, table), nslookup, host, dig, dnscmd /EnumRecords and /ZonePrint, Infoblox CSV, Route 53 JSON, octoDNS YAML, dnsmasq; a source that is not recognised is read with `--from FORMAT`
"
        )
    );
}

#[test]
fn the_topology_dot_files_and_links_in_a_folder_are_passed_over() {
    let folder = sample();
    folder.write("zones/kms.toml", TOPOLOGY);
    folder.write("zones/.notes", "Ask Ann first.\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path().join("zones/link")).unwrap();
    planned(&folder.run("plan zones/kms.toml zones"));
}

#[test]
fn topology_and_zone_errors_come_together() {
    let folder = sample();
    folder.write("bad.toml", TOPOLOGY.replace("weight = 75", "wieght = 75"));
    folder.write("bad.zone", ZONE.replace("1688 oldkms", "99999 oldkms"));
    assert_eq!(
        folder.run("plan bad.toml bad.zone"),
        failed(
            1,
            "error: unknown key `wieght` in [[host]]
 --> bad.toml:7:1
  |
7 | wieght = 75
  | ^^^^^^
  |
  = help: did you mean `weight`?

error: the port is above 65535
  --> bad.zone:10:24
   |
10 | _vlmcs._tcp IN SRV 0 0 99999 oldkms
   |                        ^^^^^
"
        )
    );
    let run = folder.run("plan bad.toml bad.zone missing.zone --format json");
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    assert!(run.stderr.ends_with("}\n"));
    assert_eq!(
        serde_json::from_str::<Value>(&run.stderr).unwrap(),
        json!({ "errors": [
            { "message": "bad.toml:7:1: unknown key `wieght` in [[host]]",
              "file": "bad.toml", "line": 7, "column": 1, "help": "did you mean `weight`?" },
            { "message": "`missing.zone` cannot be read: there is no such file" },
            { "message": "bad.zone:10:24: the port is above 65535",
              "file": "bad.zone", "line": 10, "column": 24 },
        ] })
    );
}

#[test]
fn files_above_the_limit_are_refused() {
    let folder = sample();
    assert_eq!(
        folder.run("plan kms.toml zones --max-size 100"),
        failed(
            1,
            "error: `zones/contoso.com.zone` is larger than 100 bytes
  = help: raise the limit with --max-size if it is meant to be read
"
        )
    );
    assert_eq!(
        folder.run_with_input("plan kms.toml - --max-size 100", ZONE),
        failed(
            1,
            "error: `<stdin>` is larger than 100 bytes
  = help: raise the limit with --max-size if it is meant to be read
"
        )
    );
    let size = ZONE.len();
    planned(&folder.run(&format!("plan kms.toml zones --max-size {size}")));
}

#[test]
fn zone_data_from_standard_input() {
    let folder = sample();
    let run = folder.run_with_input("plan kms.toml -", ZONE);
    assert!(planned(&run).contains("  - oldkms.contoso.com:1688"));
    assert_eq!(
        folder.run("plan kms.toml -"),
        failed(1, "error: `<stdin>` is empty\n")
    );
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = sample();
    for file in ["kms.toml", "zones/contoso.com.zone"] {
        let path = folder.path().join(file);
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }
    let Some(run) = as_ordinary_user(&folder, PLAN) else {
        return;
    };
    assert_eq!(
        run,
        failed(
            1,
            "error: `kms.toml` cannot be read: permission denied

error: `zones/contoso.com.zone` cannot be read: permission denied
"
        )
    );
}

// Exit status

#[test]
fn exit_status_0_2_and_3() {
    let folder = sample();
    assert_eq!(folder.run(PLAN).status, 0);
    let detailed = format!("{PLAN} --detailed-exitcode");
    assert_eq!(folder.run(&detailed).status, 2);
    assert_eq!(settled().run(&detailed).status, 0);
    folder.write("kms.toml", TOPOLOGY.replace("kms02", "kms09"));
    for format in ["text", "markdown", "json", "diff"] {
        let run = folder.run(&format!("{detailed} --format {format}"));
        assert_eq!(run.status, 3, "an error beats changes: {format}");
        assert!(!run.stdout.is_empty(), "the plan is printed: {format}");
        assert_eq!(run.stderr, "");
    }
    let accepted = format!("{detailed} --allow target-without-address:kms09.contoso.com");
    assert_eq!(
        folder.run(&accepted).status,
        2,
        "an accepted error blocks nothing"
    );
}

// Output

#[test]
fn output_is_written_to_a_file() {
    let folder = sample();
    let printed = folder.run(PLAN);
    assert_eq!(folder.run(&format!("{PLAN} --output plan.txt")), done(""));
    assert_eq!(folder.read("plan.txt"), planned(&printed));
    let longer = folder.read("plan.txt").repeat(2);
    folder.write("plan.txt", longer);
    assert_eq!(folder.run(&format!("{PLAN} -o plan.txt")), done(""));
    assert_eq!(folder.read("plan.txt"), printed.stdout);
    assert_eq!(folder.names(), ["kms.toml", "plan.txt", "zones"]);
}

#[test]
fn a_failed_run_leaves_the_file_as_it_is() {
    let folder = sample();
    folder.write("plan.txt", "the plan that was approved\n");
    assert_eq!(
        folder.run("plan kms.toml missing.zone --output plan.txt"),
        failed(
            1,
            "error: `missing.zone` cannot be read: there is no such file\n"
        )
    );
    assert_eq!(folder.read("plan.txt"), "the plan that was approved\n");
    assert_eq!(
        folder
            .run("plan kms.toml missing.zone --output new.txt")
            .status,
        1
    );
    assert_eq!(folder.names(), ["kms.toml", "plan.txt", "zones"]);
}

#[test]
fn an_input_is_never_overwritten() {
    let folder = sample();
    let zone = format!("{ZONE}$INCLUDE sub/more.inc\n");
    folder.write("zones/contoso.com.zone", &zone);
    folder.write("zones/sub/more.inc", "www IN A 10.20.0.80\n");
    folder.write(
        "plan.json",
        folder.run(&format!("{PLAN} --format json")).stdout,
    );
    fs::hard_link(
        folder.path().join("zones/contoso.com.zone"),
        folder.path().join("hard.zone"),
    )
    .unwrap();
    let mut targets = vec![
        "kms.toml",
        "./zones/../kms.toml",
        "zones/contoso.com.zone",
        "zones/sub/more.inc",
        "hard.zone",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("kms.toml", folder.path().join("link")).unwrap();
        targets.push("link");
    }
    let refused = |target: &str| {
        failed(
            1,
            &format!(
                "error: --output {target} would overwrite an input\n  = help: name another file\n"
            ),
        )
    };
    for target in targets {
        assert_eq!(
            folder.run(&format!("{PLAN} --output {target}")),
            refused(target)
        );
        let against = format!("show plan.json --against kms.toml zones --output {target}");
        assert_eq!(folder.run(&against), refused(target));
    }
    for target in ["zones/contoso.com.zone", "hard.zone"] {
        assert_eq!(
            folder.run(&format!("init zones -o {target}")),
            refused(target)
        );
    }
    assert_eq!(
        folder.run("show plan.json -o plan.json"),
        refused("plan.json")
    );
    assert_eq!(folder.read("kms.toml"), TOPOLOGY);
    assert_eq!(folder.read("zones/contoso.com.zone"), zone);
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let folder = sample();
    assert_eq!(
        folder.run(&format!("{PLAN} --output missing/plan.txt")),
        failed(
            1,
            "error: `missing/plan.txt` cannot be written: there is no such file\n"
        )
    );
    assert_eq!(
        folder.run(&format!("{PLAN} --output zones")),
        failed(1, "error: `zones` cannot be written: it is a folder\n")
    );
    let run = folder.run(&format!("{PLAN} --format json --output missing/plan.json"));
    assert_eq!((run.stdout.as_str(), run.status), ("", 1));
    assert_eq!(
        serde_json::from_str::<Value>(&run.stderr).unwrap(),
        json!({ "errors": [{ "message": "`missing/plan.json` cannot be written: there is no such file" }] })
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let folder = sample();
    assert_eq!(
        folder.shell(&format!("kmsplan {PLAN} >/dev/full")),
        failed(
            1,
            "error: standard output cannot be written: the disk is full\n"
        )
    );
    assert_eq!(
        folder.run(&format!("{PLAN} --output /dev/full")),
        failed(
            1,
            "error: `/dev/full` cannot be written: the disk is full\n"
        )
    );
}

#[test]
#[cfg(unix)]
fn a_folder_without_write_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = sample();
    fs::create_dir(folder.path().join("out")).unwrap();
    folder.write("out/plan.txt", "the plan that was approved\n");
    let mode = |file: &str, mode| {
        fs::set_permissions(folder.path().join(file), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("out/plan.txt", 0o666);
    mode("out", 0o555);
    let Some(run) = as_ordinary_user(&folder, &format!("{PLAN} --output out/plan.txt")) else {
        return;
    };
    assert_eq!(
        run,
        failed(
            1,
            "error: `out/plan.txt` cannot be written: permission denied\n"
        )
    );
    assert_eq!(folder.read("out/plan.txt"), "the plan that was approved\n");
    mode("out", 0o755);
}

#[test]
#[cfg(unix)]
fn links_and_permissions_of_the_output() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = sample();
    let mode = |file: &str| {
        let metadata = fs::metadata(folder.path().join(file)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let new = format!("umask 027; kmsplan {PLAN} --output new.txt");
    assert_eq!(folder.shell(&new), done(""));
    assert_eq!(mode("new.txt"), 0o640, "what any new file gets");

    let private = folder.write("private.txt", "old");
    fs::set_permissions(private, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(
        folder.run(&format!("{PLAN} --output private.txt")),
        done("")
    );
    assert_eq!(mode("private.txt"), 0o600, "what the file had");

    folder.write("target.txt", "old");
    symlink("target.txt", folder.path().join("link.txt")).unwrap();
    assert_eq!(folder.run(&format!("{PLAN} --output link.txt")), done(""));
    let link = fs::symlink_metadata(folder.path().join("link.txt")).unwrap();
    assert!(link.is_symlink(), "the link stays");
    assert_eq!(folder.read("target.txt"), folder.read("new.txt"));

    symlink("nowhere.txt", folder.path().join("dangling.txt")).unwrap();
    assert_eq!(
        folder.run(&format!("{PLAN} --output dangling.txt")),
        failed(
            1,
            "error: `dangling.txt` cannot be written: there is no such file\n"
        )
    );
    assert!(!folder.path().join("nowhere.txt").exists());
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_ends_quietly() {
    let folder = sample();
    // The plan is longer than a pipe holds, so that writing goes on after the reader has gone.
    let hosts: Vec<String> = (0..30)
        .map(|number| format!("\n[[host]]\nname = \"h{number}.contoso.com\"\n"))
        .collect();
    let hosts = hosts.concat();
    folder.write("kms.toml", format!("{TOPOLOGY}{hosts}"));
    let plan = format!("{PLAN} --format json");
    let whole = folder.run(&plan);
    assert!(whole.stdout.len() > 70_000, "{}", whole.stdout.len());
    for (command, status) in [
        (plan.as_str(), whole.status),
        ("schema plan", 0),
        ("explain", 0),
    ] {
        let line =
            format!("{{ kmsplan {command}; echo $? >status; }} | head -n 1 >/dev/null; cat status");
        assert_eq!(
            folder.shell(&line),
            done(&format!("{status}\n")),
            "{command}"
        );
    }
    let closed = format!("{{ sleep 0.2; kmsplan {PLAN}; echo $? >status; }} | true; cat status");
    assert_eq!(folder.shell(&closed), done(&format!("{}\n", whole.status)));
}

#[test]
#[cfg(unix)]
fn a_backslash_that_parts_no_path_is_shown_as_it_is() {
    let folder = sample();
    folder.write("teams\\kms.toml", TOPOLOGY);
    assert_eq!(
        folder.run("check teams\\kms.toml"),
        done("teams\\kms.toml: valid, manual publishing, 2 hosts and 1 domain\n")
    );
}

// Terminals

/// What a line of shell prints on a terminal, standard error included.
fn on_terminal(folder: &Folder, line: &str) -> Run {
    folder.write("line.sh", line);
    let run = folder.shell("script -qec 'sh ./line.sh' /dev/null");
    fs::remove_file(folder.path().join("line.sh")).unwrap();
    Run {
        stdout: run.stdout.replace("\r\n", "\n"),
        ..run
    }
}

#[test]
fn colours_are_for_terminals_only() {
    if !tools::available("script", "colours_are_for_terminals_only") {
        return;
    }
    let folder = sample();
    let plain = folder.run(PLAN).stdout;
    assert!(!plain.contains('\x1b'));
    let coloured = on_terminal(&folder, &format!("TERM=xterm kmsplan {PLAN}"));
    assert!(coloured.stdout.contains("\x1b["), "{}", coloured.stdout);
    assert_eq!(without_colours(&coloured.stdout), plain);
    for environment in ["TERM=dumb", "TERM=xterm NO_COLOR=1"] {
        let run = on_terminal(&folder, &format!("{environment} kmsplan {PLAN}"));
        assert_eq!(run.stdout, plain, "{environment}");
    }
    let empty = on_terminal(&folder, &format!("TERM=xterm NO_COLOR= kmsplan {PLAN}"));
    assert_eq!(
        empty.stdout, coloured.stdout,
        "an empty NO_COLOR says nothing"
    );
    let file = on_terminal(&folder, &format!("TERM=xterm kmsplan {PLAN} -o plan.txt"));
    assert_eq!(file.stdout, "");
    assert_eq!(folder.read("plan.txt"), plain);

    let missing = "error: `missing` cannot be read: there is no such file\n";
    let error = on_terminal(&folder, "TERM=xterm kmsplan plan kms.toml missing");
    assert!(error.stdout.contains("\x1b["), "{}", error.stdout);
    assert_eq!(without_colours(&error.stdout), missing);
    let error = on_terminal(&folder, "NO_COLOR=1 kmsplan plan kms.toml missing");
    assert_eq!(error.stdout, missing);
}

/// Text without the terminal's colour sequences.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    plain
}

#[test]
fn a_diff_on_a_terminal_shows_control_characters_escaped() {
    if !tools::available(
        "script",
        "a_diff_on_a_terminal_shows_control_characters_escaped",
    ) {
        return;
    }
    let folder = sample();
    let zone = ZONE.replace("1688 oldkms", "1688 oldkms ; \x1b]0;owned\x07");
    folder.write("zones/contoso.com.zone", zone);
    let file = folder.run(&format!("{PLAN} --format diff")).stdout;
    assert!(
        file.contains("\x1b]0;owned\x07"),
        "for patch every byte stays"
    );
    let shown = on_terminal(&folder, &format!("TERM=dumb kmsplan {PLAN} --format diff"));
    assert!(
        !shown.stdout.contains(['\x1b', '\x07']) && shown.stdout.contains("owned"),
        "{}",
        shown.stdout
    );
}

// The other commands

#[test]
fn check_says_what_it_read_or_what_is_wrong() {
    let folder = sample();
    folder.write(
        "kms.json",
        r#"{ "kms": { "publishing": "automatic", "domains": ["a.example", "b.example"] }, "host": [{ "name": "kms.a.example" }] }"#,
    );
    folder.write(
        "kms.yaml",
        "kms:\n  domains: [a.example]\nhost:\n  - name: kms.a.example\n",
    );
    for (args, said) in [
        (
            "check kms.toml",
            "kms.toml: valid, manual publishing, 2 hosts and 1 domain\n",
        ),
        (
            "check kms.json",
            "kms.json: valid, automatic publishing, 1 host and 2 domains\n",
        ),
        (
            "check kms.yaml",
            "kms.yaml: valid, manual publishing, 1 host and 1 domain\n",
        ),
    ] {
        assert_eq!(folder.run(args), done(said));
    }
    folder.write("bad.toml", "[kms]\ndomains = [\"a.example\"]\nttl = -1\n");
    folder.write(
        "bad.json",
        "{ \"kms\": { \"domains\": [\"a.example\"], \"ttl\": -1 } }\n",
    );
    folder.write("bad.yaml", "kms:\n  domains: [a.example]\n  ttl: -1\n");
    for (file, place) in [
        ("bad.toml", "bad.toml:3:7"),
        ("bad.json", "bad.json:1:45"),
        ("bad.yaml", "bad.yaml:3:8"),
    ] {
        let run = folder.run(&format!("check {file}"));
        assert_eq!((run.stdout.as_str(), run.status), ("", 1));
        assert!(
            run.stderr.contains("error: there is no host\n"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(place), "{}", run.stderr);
    }
    folder.write("kms.ini", "");
    assert_eq!(
        folder.run("check kms.ini"),
        failed(
            1,
            "error: cannot tell the format of `kms.ini` from its name
  = help: name a topology .toml, .json, .yaml or .yml
"
        )
    );
}

#[test]
fn explain_tells_about_one_finding_or_lists_all() {
    let folder = Folder::new();
    let one = folder.run("explain single-host");
    assert_eq!((one.stderr.as_str(), one.status), ("", 0));
    assert!(
        one.stdout.starts_with("single-host (warning)\n"),
        "{}",
        one.stdout
    );
    let all = folder.run("explain");
    assert_eq!((all.stderr.as_str(), all.status), ("", 0));
    let codes: Vec<&str> = all
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    assert!(codes.len() > 40, "{}", all.stdout);
    for code in codes {
        assert_eq!(folder.run(&format!("explain {code}")).status, 0, "{code}");
    }
}

#[test]
fn schemas_are_json_schema_and_fit_what_they_describe() {
    let folder = sample();
    let validator = |of: &str| {
        let run = folder.run(&format!("schema {of}"));
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        let schema: Value = serde_json::from_str(&run.stdout).unwrap();
        assert!(
            jsonschema::meta::is_valid(&schema),
            "schema {of} is a JSON Schema"
        );
        jsonschema::validator_for(&schema).unwrap()
    };
    let plan = folder.run(&format!("{PLAN} --format json")).stdout;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let errors: Vec<String> = validator("plan")
        .iter_errors(&plan)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    let topology: toml::Value = toml::from_str(TOPOLOGY).unwrap();
    let topology = serde_json::to_value(topology).unwrap();
    let schema = validator("topology");
    assert!(schema.is_valid(&topology));
    assert!(!schema.is_valid(&json!({ "kms": { "domain": "a.example" } })));
}

#[test]
fn completions_for_each_shell() {
    let folder = Folder::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = folder.run(&format!("completions {shell}"));
        assert_eq!((run.stderr.as_str(), run.status), ("", 0));
        assert!(run.stdout.contains("detailed-exitcode"), "{shell}");
    }
    for shell in ["bash", "zsh", "fish"] {
        if tools::available(shell, "completions_for_each_shell") {
            let checked = format!("kmsplan completions {shell} >script && {shell} -n script");
            assert_eq!(folder.shell(&checked), done(""), "{shell}");
        }
    }
}

#[test]
fn the_manual_names_every_command_and_option() {
    let folder = Folder::new();
    let page = folder.run("man");
    assert_eq!((page.stderr.as_str(), page.status), ("", 0));
    let source = page.stdout.replace('\\', "");
    for command in [
        "plan",
        "show",
        "check",
        "init",
        "simulate",
        "explain",
        "schema",
        "completions",
        "man",
    ] {
        assert!(
            source.contains(&format!(".SS kmsplan {command}\n")),
            "{command}"
        );
        let help = folder.run(&format!("{command} --help")).stdout;
        let options = help
            .split_whitespace()
            .filter(|word| word.starts_with("--"));
        for option in options {
            let option = option.trim_end_matches([',', ';', ')', '.']);
            assert!(source.contains(option), "{command} {option}");
        }
    }
    folder.write("kmsplan.1", &page.stdout);
    if tools::available("groff", "the_manual_names_every_command_and_option") {
        let rendered = folder.shell("groff -man -ww -Tascii -P-c kmsplan.1 >page && test -s page");
        assert_eq!(rendered, done(""), "groff finds nothing to warn about");
    }
}

// Saved plans

#[test]
fn a_saved_plan_is_shown_again_in_every_form() {
    let folder = sample();
    let json = folder.run(&format!("{PLAN} --format json"));
    folder.write("plan.json", &json.stdout);
    for options in [
        "--format text",
        "--format markdown",
        "--format json",
        "--format diff",
        "--section implementation",
        "--section risk --format markdown",
    ] {
        assert_eq!(
            folder.run(&format!("show plan.json {options}")),
            folder.run(&format!("{PLAN} {options}")),
            "{options}"
        );
    }
    folder.write("kms.toml", TOPOLOGY.replace("kms02", "kms09"));
    let blocked = folder.run(&format!("{PLAN} --format json"));
    folder.write("blocked.json", &blocked.stdout);
    assert_eq!(folder.run("show blocked.json").status, 3);
}

/// Windows PowerShell writes redirected output as UTF-16 with CRLF; `Out-File -Encoding utf8` with a byte-order mark.
#[test]
fn a_plan_that_powershell_saved_is_shown_as_it_was() {
    let folder = sample();
    let json = folder.run(&format!("{PLAN} --format json")).stdout;
    let text = folder.run(PLAN).stdout;
    let marked = format!("\u{feff}{}", json.replace('\n', "\r\n"));
    let units = |order: fn(u16) -> [u8; 2]| marked.encode_utf16().flat_map(order).collect();
    let saved: [Vec<u8>; 3] = [
        marked.clone().into(),
        units(u16::to_le_bytes),
        units(u16::to_be_bytes),
    ];
    for octets in saved {
        folder.write("plan.json", octets);
        assert_eq!(planned(&folder.run("show plan.json")), text);
        assert_eq!(folder.run("rollback plan.json zones").status, 0);
        assert_eq!(folder.run("verify plan.json zones").status, 1);
    }
    folder.write("plan.json", b"\xFF\xFE{\0\x00\xD8");
    let run = folder.run("show plan.json");
    assert!(
        run.stderr
            .starts_with("error: this is not UTF-16\n --> plan.json:1:2"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_shells_of_windows_make_of_arguments_is_explained() {
    let folder = sample();
    let run = folder.run("plan kms.toml zones\"");
    assert_eq!(
        run,
        failed(
            1,
            "error: `zones\"` cannot be read: there is no such file
  = help: a backslash before a quote makes the quote a part of the name: leave the last backslash of a folder out
"
        )
    );
    assert_eq!(
        folder.run("plan kms.toml zones/*.dns"),
        failed(
            1,
            "error: `zones/*.dns` cannot be read: there is no such file
  = help: no file has this name, and no pattern is expanded here: name the folder that holds the files
"
        )
    );
}

#[test]
fn texts_and_commands_of_a_saved_plan_are_made_anew() {
    let folder = sample();
    let json = folder.run(&format!("{PLAN} --format json")).stdout;
    let mut plan: Value = serde_json::from_str(&json).unwrap();
    for step in plan["steps"].as_array_mut().unwrap() {
        step["title"] = json!("Nothing to see here");
        for list in ["commands", "check", "undo"] {
            for item in step[list].as_array_mut().unwrap() {
                item["text"] = json!("Remove-Item -Recurse C:\\");
            }
        }
    }
    folder.write("plan.json", plan.to_string());
    assert_eq!(folder.run("show plan.json --format json"), done(&json));
}

#[test]
fn what_is_no_plan_is_refused() {
    let folder = sample();
    let json = folder.run(&format!("{PLAN} --format json")).stdout;
    folder.write("cut.json", "{\n  \"format_version\": \"1\",\n  \"id\":");
    folder.write(
        "newer.json",
        json.replace("\"format_version\": \"1\"", "\"format_version\": \"2\""),
    );
    folder.write(
        "range.json",
        json.replacen("\"weight\": 75", "\"weight\": 65536", 1),
    );
    let id = json.split("\"id\": \"").nth(1).unwrap()[..64].to_owned();
    folder.write("edited.json", json.replace(&id, &"0".repeat(64)));
    for (args, said) in [
        (
            "show edited.json",
            "error: edited.json: the id does not fit the plan: it was changed after it was made\n",
        ),
        (
            "show cut.json",
            "error: this is no JSON: EOF while parsing a value
 --> cut.json:3:7
  |
3 |   \"id\":
  |       ^
  |
  = help: `kmsplan plan --format json` writes what is read here
",
        ),
        (
            "show newer.json",
            "error: newer.json: the format version is `2`; this kmsplan reads format version 1\n",
        ),
        (
            "show range.json",
            "error: range.json: domains[0].changes[0].after.weight: this must be a whole number from 0 to 65535\n",
        ),
        (
            "show missing.json",
            "error: `missing.json` cannot be read: there is no such file\n",
        ),
        (
            "show -",
            "error: invalid value '-' for '<PLAN.json>': this is read from a file, not from standard input

For more information, try '--help'.
",
        ),
    ] {
        let status = if args == "show -" { 64 } else { 1 };
        assert_eq!(folder.run(args), failed(status, said), "{args}");
    }
    let huge = fs::File::create(folder.path().join("huge.json")).unwrap();
    huge.set_len(300 << 20).unwrap();
    assert_eq!(
        folder.run("show huge.json"),
        failed(
            1,
            "error: `huge.json` cannot be read: it is larger than 268435456 bytes\n"
        )
    );
}

#[test]
fn a_stale_plan_is_shown_with_a_warning() {
    let folder = sample();
    let plan = folder.run(PLAN);
    let json = folder.run(&format!("{PLAN} --format json"));
    folder.write("plan.json", &json.stdout);
    let against = "show plan.json --against kms.toml zones";
    assert_eq!(folder.run(against), plan);

    let unrelated = format!("{}www IN A 10.20.0.80\n", ZONE.replace(" 7 ", " 8 "));
    folder.write("zones/contoso.com.zone", unrelated);
    assert_eq!(
        folder.run(against),
        plan,
        "another change of the zone leaves the plan as good as it was"
    );

    folder.write("kms.toml", TOPOLOGY.replace("weight = 75", "weight = 80"));
    let stale = folder.run(against);
    assert_eq!((stale.stdout, stale.status), (plan.stdout, 0));
    let id = |json: &str| json.split("\"id\": \"").nth(1).unwrap()[..8].to_owned();
    let again = folder.run(&format!("{PLAN} --format json")).stdout;
    assert_eq!(
        stale.stderr,
        format!(
            "warning: plan.json is stale: planned again from kms.toml it is another plan ({} in place of {})\n",
            id(&again),
            id(&json.stdout)
        )
    );
}

/// Runs the program as a user without special rights; `None` where that cannot be done.
#[cfg(unix)]
fn as_ordinary_user(folder: &Folder, args: &str) -> Option<Run> {
    use std::os::unix::fs::PermissionsExt as _;
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(), open.clone()).unwrap();
    let id = folder.shell("id -u").stdout;
    if id.trim() != "0" {
        return Some(folder.run(args));
    }
    if !tools::available("setpriv", "as_ordinary_user") {
        return None;
    }
    // The program may lie where nobody else may look.
    let bin = tempfile::tempdir().unwrap();
    fs::set_permissions(bin.path(), open.clone()).unwrap();
    let program = bin.path().join("kmsplan");
    fs::copy(env!("CARGO_BIN_EXE_kmsplan"), &program).unwrap();
    fs::set_permissions(&program, open).unwrap();
    Some(folder.shell(&format!(
        "setpriv --reuid 65534 --regid 65534 --clear-groups {} {args}",
        program.display()
    )))
}

#[test]
fn a_diff_says_which_zone_it_leaves_out() {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write(
        "contoso.com.zone",
        "$ORIGIN contoso.com.\n$TTL 1h\n@ SOA dc01 h 1 900 600 86400 3600\n NS dc01\ndc01 A 10.0.0.1\n$INCLUDE kms.inc\n$INCLUDE kms.inc\nkms01 A 10.0.0.2\n",
    );
    folder.write("kms.inc", "_vlmcs._tcp SRV 0 0 1688 oldkms\n");
    let run = folder.run("plan kms.toml contoso.com.zone --format diff");
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "warning: contoso.com: kms.inc is included in several places, so an edit of it would change all of them. No diff is printed for this zone.\n"
    );
}
