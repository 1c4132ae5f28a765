//! What the program says while it fails, on a pipe and on a terminal, as text and as JSON.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::corpus::{VALUES, file_name, is_control, label};
use crate::judge;
use crate::outputs::{Kind, Made};
use crate::run::Run;
use crate::support::Folder;

const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 48213 900 600 86400 3600
 IN NS dc01
kms01 IN A 192.0.2.2
";

/// Whether a terminal may do anything with a value but show it.
fn acts(value: &str) -> bool {
    value.bytes().any(|octet| !(b' '..=b'~').contains(&octet))
}

/// Arguments that are wrong, or lead to what is not there, around a value that an argument can carry. A value is a
/// server only where it cannot be the name of one: nobody is asked.
fn arguments(value: &str) -> Vec<Vec<String>> {
    let value = value.replace('\0', "");
    let lines = [
        vec![&*value],
        vec!["plan", &value],
        vec!["plan", "kms.toml", &value],
        vec!["plan", &value, "z.zone"],
        vec!["plan", "kms.toml", "z.zone", "--format", &value],
        vec!["plan", "kms.toml", "z.zone", "--allow", &value],
        vec!["plan", "kms.toml", "z.zone", "--zone", &value],
        vec!["plan", "kms.toml", "z.zone", "--today", &value],
        vec![
            "plan", "kms.toml", "z.zone", "--output", &value, &value, &value,
        ],
        vec!["plan", "kms.toml", "z.zone", "--host-evidence", &value],
        vec!["audit", "z.zone", "--domains", &value],
        vec!["audit", "z.zone", "--tsig-key", &value],
        vec!["simulate", "kms.toml", "--clients", &value],
        vec!["simulate", "kms.toml", "--down", &value],
        vec!["verify", "kms.toml", "--wait", &value],
        vec!["explain", &value],
        vec!["schema", &value],
        vec!["show", &value],
        vec![
            "bundle", "kms.toml", "z.zone", "--output", "kms.toml", &value,
        ],
    ];
    let mut all: Vec<Vec<String>> = lines
        .iter()
        .map(|line| line.iter().map(|word| (*word).to_owned()).collect())
        .collect();
    let servers: &[&str] = if is_control(&value) {
        &["--server=", "dns://", "axfr://", "axfr://127.0.0.1:1/"]
    } else {
        &[]
    };
    for form in ["--", "--zone=", "--clients=contoso.com="]
        .iter()
        .chain(servers)
    {
        let command = if form.contains("clients") {
            "simulate"
        } else {
            "plan"
        };
        all.push(vec![
            command.to_owned(),
            "kms.toml".to_owned(),
            format!("{form}{value}"),
        ]);
    }
    all
}

/// Files that cannot be read as what they are given for: a name and its content.
fn broken(value: &str) -> Vec<(&'static str, String)> {
    let quoted = serde_json::json!(value).to_string();
    let line: String = value
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .collect();
    vec![
        (
            "kms.json",
            format!(
                "{{\"kms\": {{\"domains\": [{quoted}], {quoted}: 1}}, \"host\": [{{\"name\": {quoted}, \"os\": {quoted}}}]}}"
            ),
        ),
        (
            "kms.toml",
            format!("[kms]\ndomains = [{line}]\n{line} = 1\n"),
        ),
        (
            "kms.yaml",
            format!("kms:\n  domains: [{quoted}]\n  ? {line}\nhost: {line}\n"),
        ),
        (
            "z.zone",
            format!(
                "{ZONE}{line} IN SRV {line}\n_vlmcs._tcp IN SRV {line} 0 0 1688 x\n_vlmcs._tcp IN SRV 0 0 x {}\n",
                label(value)
            ),
        ),
        (
            "z.zone",
            format!("{ZONE}$INCLUDE {quoted}\n$ORIGIN {line}\n$TTL {line}\n${line}\n"),
        ),
        ("domains.txt", format!("{value}\n{line}.contoso.com\n")),
        ("domains.csv", format!("namespace\n{quoted}\n\"{line}\"\n")),
        (
            "plan.json",
            format!("{{\"format_version\": {quoted}, {quoted}: [{quoted}]}}"),
        ),
        (
            "dns.json",
            format!(
                "[{{\"HostName\": {quoted}, \"RecordType\": \"SRV\", \"RecordData\": {{\"DomainName\": {quoted}}}}}]"
            ),
        ),
        (
            "dns.csv",
            format!(
                "\"HostName\",\"RecordType\",\"RecordData\"\n\"{}\",\"SRV\",\"x\"\n",
                value.replace('"', "\"\"")
            ),
        ),
        (
            "evidence/kms01.contoso.com.txt",
            format!(
                "Software licensing service version: {line}\n\nName: Windows(R), {line}\nKey Management Service is enabled on this machine\n    Current count: {line}\n    Listening on Port: {line}\n"
            ),
        ),
        (
            "evidence/kms01.contoso.com-registry.txt",
            format!(
                "\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\n    DnsDomainPublishList    REG_MULTI_SZ    {line}\n    {line}    REG_DWORD    {line}\n"
            ),
        ),
        (
            "evidence/contoso.com.txt",
            format!(
                "Owner: {line}\nGroup: {line}\nAccess list:\nAllow {line}   SPECIAL ACCESS\n                {line}\n"
            ),
        ),
        (
            "key",
            format!("key \"{line}\" {{ algorithm {line}; secret \"{line}\"; }};\n"),
        ),
    ]
}

/// A topology and a zone that a run can begin with.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "kms.toml",
        "[kms]\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\n[[zone]]\nname = \"contoso.com\"\nkind = \"ad\"\n",
    );
    folder.write("z.zone", ZONE);
    folder
}

/// The run that reads a file.
fn reading(file: &str) -> Vec<&str> {
    match file {
        "plan.json" => vec!["show", file],
        "z.zone" | "dns.json" | "dns.csv" => vec!["plan", "kms.toml", file],
        "domains.txt" | "domains.csv" => vec!["plan", "kms.toml", "z.zone", "--domains", file],
        "key" => vec![
            "audit",
            "axfr://127.0.0.1:1/contoso.com",
            "--tsig-key",
            file,
        ],
        _ if file.starts_with("evidence") => {
            vec!["plan", "kms.toml", "z.zone", "--host-evidence", "evidence"]
        }
        _ => vec!["plan", file, "z.zone"],
    }
}

fn made(place: &str, run: Run, json: bool) -> Vec<Made> {
    assert!(
        matches!(run.status, 0 | 1 | 3 | 64),
        "{place}: {}",
        run.status
    );
    let kind = if json { Kind::Json } else { Kind::Text };
    [(Kind::Text, run.stdout), (kind, run.stderr)]
        .into_iter()
        .filter(|(_, bytes)| !bytes.is_empty())
        .map(|(kind, bytes)| Made {
            place: place.to_owned(),
            kind,
            bytes,
        })
        .collect()
}

/// All complaints about a value. Those on standard output are plans that were made.
fn complaints(value: &str) -> Vec<Made> {
    let mut all = Vec::new();
    let start = folder();
    let typed = if acts(value) {
        arguments(value)
    } else {
        Vec::new()
    };
    for arguments in typed {
        let place = format!("{arguments:?}");
        all.extend(made(&place, Run::of(start.path(), &arguments), false));
    }
    for (file, content) in broken(value) {
        let folder = folder();
        folder.write(file, content);
        let arguments = reading(file);
        all.extend(made(
            &format!("{file} {value:?}"),
            Run::of(folder.path(), &arguments),
            false,
        ));
        if arguments[0] == "plan" {
            let arguments = [&arguments[..], &["--format", "json"]].concat();
            let run = Run::of(folder.path(), &arguments);
            if run.status == 1 {
                let run = Run {
                    stdout: Vec::new(),
                    ..run
                };
                all.extend(made(&format!("{file} {value:?} as JSON"), run, true));
            }
        }
    }
    all
}

#[test]
fn complaints_do_nothing_to_a_terminal() {
    if !judge::readers("complaints_do_nothing_to_a_terminal") {
        return;
    }
    let half = |one_of_two: usize| -> (Vec<String>, usize) {
        let mut all = Vec::new();
        for value in VALUES.iter().skip(one_of_two).step_by(2) {
            all.extend(complaints(value));
        }
        let readings = judge::read(&all.iter().collect::<Vec<_>>());
        let faults = all
            .iter()
            .zip(readings)
            .filter(|(_, reading)| !reading.faults.is_empty());
        let faults = faults.map(|(made, reading)| format!("{}: {:?}", made.place, reading.faults));
        (faults.collect(), all.len())
    };
    let number = judge::no_fault(half);
    println!("{} values in {number} complaints", VALUES.len());
}

/// Runs the program on a pseudo-terminal; gives what it wrote there.
fn on_a_terminal(folder: &Folder, arguments: &[String]) -> Vec<u8> {
    const RUN: &str = "import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    let mut command: Vec<OsString> = vec![env!("CARGO_BIN_EXE_kmsplan").into()];
    command.extend(arguments.iter().map(OsString::from));
    let output = Command::new("/usr/bin/python3")
        .args(["-c", RUN])
        .args(command)
        .env("TERM", "xterm-256color")
        .env("NO_COLOR", "1")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    output.stdout
}

/// On a terminal the diff is escaped too, and clap's complaints are ours.
#[test]
fn nothing_acts_on_a_real_terminal() {
    if !judge::readers("nothing_acts_on_a_real_terminal") {
        return;
    }
    let mut all = Vec::new();
    for value in VALUES.iter().filter(|value| is_control(value)) {
        let folder = folder();
        let comment: String = value
            .chars()
            .filter(|c| !matches!(c, '\n' | '\r'))
            .collect();
        let source = format!("{}.zone", file_name(value));
        folder.write(&source, format!("{ZONE}; {comment}\n_vlmcs._tcp IN SRV 0 0 1688 old ; {comment}\nold IN A 192.0.2.9\n"));
        let value = value.replace('\0', "");
        let words = |line: &[&str]| {
            line.iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        for arguments in [
            words(&["plan", "kms.toml", &source, "--format", "diff"]),
            words(&["plan", "kms.toml", &source, "--explain-sources"]),
            words(&["plan", &format!("--{value}")]),
            words(&["explain", &value]),
            words(&["plan", "kms.toml", &value]),
        ] {
            let bytes = on_a_terminal(&folder, &arguments);
            // The terminal's driver makes CR LF of a line end.
            let bytes = String::from_utf8(bytes)
                .unwrap()
                .replace("\r\n", "\n")
                .into_bytes();
            all.push(Made {
                place: format!("{arguments:?}"),
                kind: Kind::Text,
                bytes,
            });
        }
    }
    let readings = judge::read(&all.iter().collect::<Vec<_>>());
    for (made, reading) in all.iter().zip(readings) {
        assert!(!made.bytes.is_empty(), "{}", made.place);
        assert_eq!(reading.faults, [""; 0], "{}", made.place);
    }
}
