//! Files about hosts and nodes, lists of domains and what sources are taken for, at the command line.

mod support;

use support::{Folder, Run, TOPOLOGY};

/// Its records are as the topology says.
const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 7 900 600 86400 3600
@ IN NS dc01
dc01 IN A 10.20.0.10
kms01 IN A 10.20.5.21
kms02 IN A 10.20.5.22
_vlmcs._tcp IN SRV 10 75 1688 kms01
_vlmcs._tcp IN SRV 10 25 1688 kms02
";

/// `slmgr.vbs /dlv` of a KMS host that publishes.
const DLV: &str = "\
Microsoft (R) Windows Script Host Version 5.812\r
Copyright (C) Microsoft Corporation. All rights reserved.\r
\r
Software licensing service version: 10.0.17763.1\r
\r
Name: Windows(R), ServerStandard edition\r
Description: Windows(R) Operating System, VOLUME_KMS_WS19 channel\r
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r
License Status: Licensed\r
\r
Key Management Service is enabled on this machine\r
    Current count: 50\r
    Listening on Port: 1688\r
    DNS publishing enabled\r
    KMS priority: Normal\r
\r
Key Management Service cumulative requests received from clients\r
    Total requests received: 48213\r
";

/// An export of the licensing key.
const REG: &str = "\
Windows Registry Editor Version 5.00\r
\r
[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform]\r
\"DisableDnsPublishing\"=dword:00000001\r
\"KeyManagementServiceListeningPort\"=\"1688\"\r
\r
";

const SERVICE_ADVICE: &str = "run `cscript //nologo %SystemRoot%\\System32\\slmgr.vbs /dlv all > FILE` on the host again, or `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`";
const REG_ADVICE: &str = "export the key again: `reg export \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\" FILE`";
const NODE_ADVICE: &str = "run `dsacls \"DN\" > FILE` again, on an English Windows, as an account that may read the node's permissions";
const UNDERSTOOD: &str = "understood are, one output a file: of a KMS host `slmgr.vbs /dlv`, `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`, `reg query` or `.reg` text of the licensing key; of a `_vlmcs._tcp` node `dsacls DN` or `Get-Acl DN | Format-List`; all in English";

const WITH_EVIDENCE: &str = "plan kms.toml contoso.com.zone --host-evidence evidence";
const WITH_DOMAINS: &str = "plan kms.toml contoso.com.zone --domains ns.csv";

fn sample() -> Folder {
    let folder = Folder::new();
    folder.write("kms.toml", TOPOLOGY);
    folder.write("contoso.com.zone", ZONE);
    folder
}

/// What a run says on standard error that makes nothing, with these files in `evidence`.
fn refused(files: &[(&str, &[u8])]) -> String {
    let folder = sample();
    for (file, content) in files {
        folder.write(&format!("evidence/{file}"), content);
    }
    complaint(&folder, WITH_EVIDENCE)
}

/// The same for a file `ns.csv`.
fn refused_domains(content: &str) -> String {
    let folder = sample();
    folder.write("ns.csv", content);
    complaint(&folder, WITH_DOMAINS)
}

fn complaint(folder: &Folder, args: &str) -> String {
    let Run {
        stdout,
        stderr,
        status,
    } = folder.run(args);
    assert_eq!((stdout.as_str(), status), ("", 1), "{stderr}");
    stderr
}

/// What a run says on standard error whose arguments are wrong.
fn misused(args: &str) -> String {
    let run = sample().run(args);
    assert_eq!((run.stdout.as_str(), run.status), ("", 64));
    run.stderr
}

/// The plan of a run that made one and said nothing else.
fn planned(folder: &Folder, args: &str) -> String {
    let run = folder.run(args);
    assert_eq!((run.stderr.as_str(), run.status), ("", 0));
    run.stdout
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xFF, 0xFE].into_iter().chain(units).collect()
}

// Evidence

#[test]
fn a_host_that_nothing_names_is_refused() {
    assert_eq!(
        refused(&[("printsrv.txt", DLV.as_bytes())]),
        "\
error: `evidence/printsrv.txt`: neither the text nor the file's name says which host this is
  = help: name the file after the host, as in `kms01.contoso.com.txt`; known are `kms01.contoso.com`, `kms02.contoso.com`
"
    );
    assert_eq!(
        refused(&[(
            "all.json",
            br#"{"KeyManagementServiceDnsPublishing": true, "PSComputerName": "kms09.contoso.com"}"#
        )]),
        r#"error: `kms09.contoso.com` is no host that the topology or the records name
 --> evidence/all.json:1:45
  |
1 | {"KeyManagementServiceDnsPublishing": true, "PSComputerName": "kms09.contoso.com"}
  |                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: known are `kms01.contoso.com`, `kms02.contoso.com`
"#
    );
}

#[test]
fn two_files_of_a_host_must_agree() {
    let other = DLV
        .replace("1688", "1689")
        .replace("enabled\r\n    KMS", "disabled\r\n    KMS");
    assert_eq!(
        refused(&[
            ("kms01.txt", DLV.as_bytes()),
            ("kms01-dlv.txt", other.as_bytes())
        ]),
        "\
error: the port of kms01.contoso.com is 1688 here, but 1689 in evidence/kms01-dlv.txt:13
  --> evidence/kms01.txt:13:5
   |
13 |     Listening on Port: 1688
   |     ^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: keep the newer of the two files

error: DNS publishing of kms01.contoso.com is enabled here, but disabled in evidence/kms01-dlv.txt:14
  --> evidence/kms01.txt:14:5
   |
14 |     DNS publishing enabled
   |     ^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: keep the newer of the two files
"
    );
}

#[test]
fn an_output_that_is_cut_is_refused() {
    let in_block = &DLV[..DLV.find("    Listening").unwrap()];
    assert_eq!(
        refused(&[("kms01.txt", in_block.as_bytes())]),
        format!(
            "\
error: no `Listening on Port`, no `DNS publishing` follows: the output is cut
  --> evidence/kms01.txt:11:1
   |
11 | Key Management Service is enabled on this machine
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: {SERVICE_ADVICE}
"
        )
    );
    let before = &DLV[..DLV.find("Key Management").unwrap()];
    assert_eq!(
        refused(&[("kms01.txt", before.as_bytes())]),
        format!(
            "\
error: `evidence/kms01.txt`: the output tells neither of a KMS host nor of a KMS client: it is cut, or of a machine without KMS
  = help: {SERVICE_ADVICE}
"
        )
    );
}

#[test]
fn output_in_another_language_is_refused() {
    let german = b"Softwarelizenzierungsdienst-Version: 10.0.17763.1\r\n\r\n\
        Anwendungs-ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r\n\r\n\
        Der Schl\x81sselverwaltungsdienst ist auf diesem Computer aktiviert.\r\n    Aktuelle Anzahl: 50\r\n";
    assert_eq!(
        refused(&[("kms01.txt", german)]),
        "\
error: `evidence/kms01.txt`: no line of this output of slmgr.vbs is understood: it must be in English
  = help: use a command whose output is the same in every language: `Get-CimInstance SoftwareLicensingService | ConvertTo-Json`
"
    );
}

#[test]
fn the_folder_must_be_one_with_files() {
    let folder = sample();
    assert_eq!(
        complaint(&folder, WITH_EVIDENCE),
        "error: `evidence` cannot be read: there is no such file\n"
    );
    std::fs::create_dir(folder.path().join("evidence")).unwrap();
    assert_eq!(
        complaint(&folder, WITH_EVIDENCE),
        "error: `evidence` holds no file to read\n"
    );
    folder.write("evidence/.hidden", DLV);
    assert_eq!(
        complaint(&folder, WITH_EVIDENCE),
        "error: `evidence` holds no file to read\n"
    );
    let folder = sample();
    folder.write("evidence", DLV);
    assert_eq!(
        complaint(&folder, WITH_EVIDENCE),
        "\
error: `evidence` is no folder
  = help: --host-evidence takes a folder with a file for each host or node
"
    );
    assert_eq!(
        misused("plan kms.toml contoso.com.zone --host-evidence -"),
        "\
error: invalid value '-' for '--host-evidence <DIR>': this is a folder, not standard input

For more information, try '--help'.
"
    );
}

#[test]
fn zone_data_is_no_evidence() {
    assert_eq!(
        refused(&[
            ("contoso.com.zone", ZONE.as_bytes()),
            ("kms01.txt", DLV.as_bytes())
        ]),
        "\
error: these are DNS records, not what was seen on a host or node
 --> evidence/contoso.com.zone:1:1
  |
1 | $ORIGIN contoso.com.
  | ^^^^^^^^^^^^^^^^^^^^
  |
  = help: give the file among the sources of zone data, not in the folder of `--host-evidence`
"
    );
}

#[test]
fn files_that_nobody_knows_are_all_named() {
    assert_eq!(
        refused(&[("kms01.txt", b""), ("kms02.txt", b"it works\n")]),
        format!(
            "\
error: `evidence/kms01.txt`: the file is empty
  = help: {UNDERSTOOD}

error: it is not clear what this file is
 --> evidence/kms02.txt:1:1
  |
1 | it works
  | ^^^^^^^^
  |
  = help: {UNDERSTOOD}
"
        )
    );
}

#[test]
fn a_reg_file_that_deletes_is_a_change_to_be_made() {
    let script = REG.replace("dword:00000001", "-");
    assert_eq!(
        refused(&[("kms01.reg", script.as_bytes())]),
        format!(
            "\
error: this deletes: the file is a change to be made, not what was seen on a host
 --> evidence/kms01.reg:4:1
  |
4 | \"DisableDnsPublishing\"=-
  | ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: {REG_ADVICE}
"
        )
    );
}

#[test]
fn utf16_that_is_cut_is_refused() {
    let whole = utf16(REG);
    assert_eq!(
        refused(&[("kms01.reg", &whole[..whole.len() - 1])]),
        "\
error: the file begins as UTF-16, and here it is not
 --> evidence/kms01.reg:6:1
  |
6 |
  | ^
  |
  = help: the file is cut or damaged: export it again
"
    );
    let number = utf16(&REG[..REG.find("00001\r").unwrap()]);
    assert_eq!(
        refused(&[("kms01.reg", &number)]),
        format!(
            "\
error: `000` is no number of eight hexadecimal digits
 --> evidence/kms01.reg:4:30
  |
4 | \"DisableDnsPublishing\"=dword:000
  |                              ^^^
  |
  = help: {REG_ADVICE}
"
        )
    );
}

#[test]
fn values_that_cannot_be_are_all_named() {
    let query = "\r
HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\r
    DnsDomainPublishList    REG_MULTI_SZ    contoso.com, 70000\\0conto so.com\r
    DisableDnsPublishing    REG_DWORD    0x1\r
";
    assert_eq!(
        refused(&[("kms01.txt", query.as_bytes())]),
        r"error: `70000` is no priority, which is 0 to 65535
 --> evidence/kms01.txt:3:45
  |
3 |     DnsDomainPublishList    REG_MULTI_SZ    contoso.com, 70000\0conto so.com
  |                                             ^^^^^^^^^^^^^^^^^^
  |
  = help: a line of the publish list is `domain`, `domain, priority` or `domain, priority, weight`

error: `conto so.com` is no domain: a blank must be escaped in a name
 --> evidence/kms01.txt:3:65
  |
3 |     DnsDomainPublishList    REG_MULTI_SZ    contoso.com, 70000\0conto so.com
  |                                                                 ^^^^^^^^^^^^
  |
  = help: a line of the publish list is `domain`, `domain, priority` or `domain, priority, weight`
"
    );
}

#[test]
fn output_of_dsacls_must_be_whole_and_of_a_node() {
    let whole = "Owner: CONTOSO\\KMS01$\r\n\r\nAccess list:\r\n\
        Allow CONTOSO\\KMS Hosts               FULL CONTROL\r\n\r\nThe command completed successfully\r\n";
    assert_eq!(
        refused(&[("acl.txt", whole.as_bytes())]),
        "\
error: `evidence/acl.txt`: neither the text nor the file's name says which node this is
  = help: name the file after the node, as in `_vlmcs._tcp.contoso.com.txt`, or keep the line of the command with the node's distinguished name
"
    );
    let cut = &whole[..whole.find("The command").unwrap()];
    assert_eq!(
        refused(&[("contoso.com.txt", cut.as_bytes())]),
        format!(
            "\
error: `evidence/contoso.com.txt`: the line `The command completed successfully` is missing: the output is cut
  = help: {NODE_ADVICE}
"
        )
    );
    let failed = "The parameter is incorrect.\nThe command failed to complete successfully.\n";
    assert_eq!(
        refused(&[("contoso.com.txt", failed.as_bytes())]),
        format!(
            "\
error: `dsacls` failed
 --> evidence/contoso.com.txt:2:1
  |
2 | The command failed to complete successfully.
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: {NODE_ADVICE}
"
        )
    );
}

#[test]
fn a_broken_topology_hides_no_broken_evidence() {
    let folder = sample();
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("weight = 75", "weight = 75000"),
    );
    folder.write("evidence/kms01.txt", "");
    assert_eq!(
        complaint(&folder, WITH_EVIDENCE),
        format!(
            "\
error: `weight` is out of range
 --> kms.toml:7:10
  |
7 | weight = 75000
  |          ^^^^^
  |
  = help: it may be 0 to 65535

error: `evidence/kms01.txt`: the file is empty
  = help: {UNDERSTOOD}
"
        )
    );
}

#[test]
fn complaints_about_evidence_as_json() {
    let folder = sample();
    folder.write("evidence/kms01.reg", REG.replace("dword:00000001", "-"));
    let said = complaint(&folder, &format!("{WITH_EVIDENCE} --format json"));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        said,
        serde_json::json!({"errors": [{
            "message": "evidence/kms01.reg:4:1: this deletes: the file is a change to be made, not what was seen on a host",
            "file": "evidence/kms01.reg",
            "line": 4,
            "column": 1,
            "help": REG_ADVICE,
        }]})
    );
}

#[test]
fn evidence_is_an_input_that_no_output_overwrites() {
    let folder = sample();
    folder.write("evidence/kms01.txt", DLV);
    assert_eq!(
        complaint(
            &folder,
            &format!("{WITH_EVIDENCE} --output evidence/kms01.txt")
        ),
        "\
error: --output evidence/kms01.txt would overwrite an input
  = help: name another file
"
    );
    assert_eq!(folder.read("evidence/kms01.txt"), DLV);
}

#[test]
fn evidence_in_a_folder_of_sources_is_no_source() {
    let folder = sample();
    folder.write("evidence/kms01.txt", DLV);
    folder.write("ns.csv", "contoso.com\n");
    let plan = planned(
        &folder,
        "plan kms.toml . --host-evidence evidence --domains ns.csv",
    );
    assert!(
        plan.contains("  warning[host-differs] kms01.contoso.com\n    evidence/kms01.txt:14\n"),
        "{plan}"
    );
}

#[test]
fn a_saved_plan_is_stale_where_the_evidence_tells_more() {
    let folder = sample();
    folder.write(
        "evidence/kms01.txt",
        DLV.replace("enabled\r\n    KMS", "disabled\r\n    KMS"),
    );
    let show = |options: &str| {
        folder.run(&format!(
            "show plan.json --section summary --against kms.toml contoso.com.zone {options}"
        ))
    };
    let plan = "plan kms.toml contoso.com.zone --format json --output plan.json";
    planned(&folder, plan);
    assert_eq!(show("").stderr, "");
    let without = show("--host-evidence evidence");
    let id = |line: &str, at: usize| {
        line.split([' ', '(', ')'])
            .rev()
            .nth(at)
            .unwrap()
            .to_owned()
    };
    let (new, old) = (
        id(without.stderr.trim_end(), 5),
        id(without.stderr.trim_end(), 1),
    );
    assert_eq!(
        without.stderr,
        format!(
            "warning: plan.json is stale: planned again from kms.toml it is another plan ({new} in place of {old})\n"
        )
    );
    assert_eq!(without.status, 0);
    assert!(
        without.stdout.starts_with(&format!("KMS DNS plan {old}\n")),
        "{}",
        without.stdout
    );
    planned(&folder, &format!("{plan} --host-evidence evidence"));
    assert_eq!(show("--host-evidence evidence").stderr, "");
    assert_eq!(
        show("").stderr,
        format!(
            "warning: plan.json is stale: planned again from kms.toml it is another plan ({old} in place of {new})\n"
        )
    );
    assert_eq!(
        show("--host-evidence nowhere"),
        Run {
            stdout: String::new(),
            stderr: "error: `nowhere` cannot be read: there is no such file\n".to_owned(),
            status: 1,
        }
    );
}

// Domains

#[test]
fn a_list_of_domains_must_be_a_file() {
    let folder = sample();
    assert_eq!(
        complaint(&folder, WITH_DOMAINS),
        "error: `ns.csv` cannot be read: there is no such file\n"
    );
    std::fs::create_dir(folder.path().join("ns.csv")).unwrap();
    assert_eq!(
        complaint(&folder, WITH_DOMAINS),
        "error: `ns.csv` cannot be read: it is a folder\n"
    );
    assert_eq!(
        misused("plan kms.toml contoso.com.zone --domains -"),
        "\
error: invalid value '-' for '--domains <FILE>': this is read from a file, not from standard input

For more information, try '--help'.
"
    );
}

#[test]
fn a_table_needs_its_column() {
    assert_eq!(
        refused_domains("Site;Zone\r\nHQ;contoso.com\r\n"),
        "\
error: no column is headed `namespace` or `domain`, only `Site`, `Zone`
 --> ns.csv:1:1
  |
1 | Site;Zone
  | ^^^^^^^^^
  |
  = help: head the column with `namespace` or `domain`, or give a file with one name a line
"
    );
}

#[test]
fn all_bad_names_are_told_at_once() {
    let long = "a".repeat(64);
    let help = "  = help: write the name of a DNS domain, such as emea.contoso.com\n";
    assert_eq!(
        refused_domains(&format!(
            "namespace\ncontoso..com\nok.contoso.com\nfoo bar.com\n{long}.com\n"
        )),
        format!(
            "\
error: `contoso..com` is no domain: a label is empty: two dots together, or a dot first
 --> ns.csv:2:1
  |
2 | contoso..com
  | ^^^^^^^^^^^^
  |
{help}
error: `foo bar.com` is no domain: a blank must be escaped in a name
 --> ns.csv:4:1
  |
4 | foo bar.com
  | ^^^^^^^^^^^
  |
{help}
error: `{long}.com` is no domain: a label is longer than 63 octets
 --> ns.csv:5:1
  |
5 | {long}.com
  | {carets}
  |
{help}",
            carets = "^".repeat(68)
        )
    );
}

#[test]
fn a_list_without_a_domain_is_refused() {
    for content in ["", "# nothing yet\n\n", "Namespace\n"] {
        assert_eq!(
            refused_domains(content),
            "\
error: `ns.csv` names no domain
  = help: write one domain a line, or a CSV file with a column `namespace`
",
            "{content:?}"
        );
    }
}

#[test]
fn a_list_of_domains_stands_in_for_those_of_the_topology() {
    let folder = sample();
    let with = planned(&folder, "plan kms.toml contoso.com.zone --format json");
    folder.write(
        "kms.toml",
        TOPOLOGY.replace("domains = [\"contoso.com\"]\n", ""),
    );
    let help = "  = help: give it `publish`, or all hosts `domains` in [kms]\n";
    assert_eq!(
        complaint(&folder, "plan kms.toml contoso.com.zone"),
        format!(
            "\
error: `kms01.contoso.com` serves no domain
 --> kms.toml:4:8
  |
4 | name = \"kms01.contoso.com\"
  |        ^^^^^^^^^^^^^^^^^^^
  |
{help}
error: `kms02.contoso.com` serves no domain
 --> kms.toml:9:8
  |
9 | name = \"kms02.contoso.com\"
  |        ^^^^^^^^^^^^^^^^^^^
  |
{help}"
        )
    );
    let id = |plan: &str| {
        let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
        plan["id"].as_str().unwrap().to_owned()
    };
    for list in [
        "contoso.com\n",
        "contoso.com\nCONTOSO.com.\n\ncontoso.com\n",
    ] {
        folder.write("ns.csv", list);
        let listed = planned(&folder, &format!("{WITH_DOMAINS} --format json"));
        assert_eq!(id(&listed), id(&with), "{list:?}");
    }
}

#[test]
fn options_that_take_one_value_are_given_once() {
    assert_eq!(
        misused(&format!("{WITH_DOMAINS} --domains ns.csv")),
        "\
error: the argument '--domains <FILE>' cannot be used multiple times

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
"
    );
}

// Zone and node

const ENUM: &str = "\
Returned records:\r
_vlmcs\t\t 3600 SRV\t10 75 1688 kms01.contoso.com.\r
\t\t 3600 SRV\t10 25 1688 kms02.contoso.com.\r
\r
Command completed successfully.\r
";

#[test]
fn a_listing_of_a_node_needs_zone_and_node() {
    let folder = sample();
    folder.write("enum.txt", ENUM);
    for options in ["", "--node _tcp", "--zone contoso.com"] {
        assert_eq!(
            complaint(&folder, &format!("plan kms.toml enum.txt {options}")),
            "\
error: `enum.txt`: `dnscmd /EnumRecords` prints neither the zone nor the node that it was asked for
  = help: say both, for example `--zone contoso.com --node _vlmcs._tcp`; the zone's own node is `--node @`
",
            "{options}"
        );
    }
    let plan = planned(
        &folder,
        "plan kms.toml enum.txt --zone contoso.com --node _tcp",
    );
    assert!(
        plan.contains("0 to add, 0 to change, 0 to remove, 2 to keep;\n"),
        "{plan}"
    );
}

#[test]
fn a_zone_or_node_that_is_no_name_is_misuse() {
    for (option, shown) in [("--zone", "--zone <ZONE>"), ("--node", "--node <NAME>")] {
        assert_eq!(
            misused(&format!("plan kms.toml contoso.com.zone {option} contoso..com")),
            format!(
                "\
error: invalid value 'contoso..com' for '{shown}': a label is empty: two dots together, or a dot first

For more information, try '--help'.
"
            )
        );
    }
}

#[test]
fn a_zone_that_no_source_is_of_is_refused() {
    assert_eq!(
        complaint(
            &sample(),
            "plan kms.toml contoso.com.zone --zone fabrikam.com"
        ),
        "\
error: no source is of the zone fabrikam.com that --zone names: contoso.com.zone is of contoso.com
  = help: leave --zone out where the sources name their zone, or correct it
"
    );
}

// What sources are taken for

/// `nslookup -type=srv` of a domain that the topology does not name.
const NSLOOKUP: &str = "\
Server:  dc01.contoso.com\r
Address:  10.20.0.10\r
\r
_vlmcs._tcp.fabrikam.com\tSRV service location:\r
          priority       = 0\r
          weight         = 0\r
          port           = 1688\r
          svr hostname   = kms01.contoso.com\r
kms01.contoso.com\tinternet address = 10.20.5.21\r
";

const EXPLAINED: &str = "plan kms.toml contoso.com.zone answer.txt --explain-sources";

#[test]
fn sources_are_explained_before_the_plan() {
    let folder = sample();
    folder.write("answer.txt", NSLOOKUP);
    let plain = planned(&folder, "plan kms.toml contoso.com.zone answer.txt");
    assert_eq!(
        planned(&folder, EXPLAINED),
        format!(
            "\
Sources
  answer.txt
    taken for nslookup output (nslookup): a line `SRV service location:`
    zone contoso.com, named by --zone, the topology or another source
    zone fabrikam.com, assumed: nothing names the zone
  contoso.com.zone
    taken for zone file (zone-file): its first record or directive reads like one of a master file
    zone contoso.com, named by the source

{plain}"
        )
    );
}

#[test]
fn sources_are_explained_in_markdown() {
    let folder = sample();
    folder.write("answer.txt", NSLOOKUP);
    let plain = planned(
        &folder,
        "plan kms.toml contoso.com.zone answer.txt --format markdown",
    );
    assert_eq!(
        planned(&folder, &format!("{EXPLAINED} --format markdown")),
        format!(
            "\
# Sources

- `answer.txt`: taken for nslookup output (`nslookup`): a line `SRV service location:`; zone contoso.com, named by --zone, the topology or another source; zone fabrikam.com, assumed: nothing names the zone.
- `contoso.com.zone`: taken for zone file (`zone-file`): its first record or directive reads like one of a master file; zone contoso.com, named by the source.

{plain}"
        )
    );
}

#[test]
fn sources_are_in_the_json_anyway_and_never_before_a_diff() {
    let folder = sample();
    let json = planned(&folder, "plan kms.toml contoso.com.zone --format json");
    assert_eq!(
        planned(
            &folder,
            "plan kms.toml contoso.com.zone --format json --explain-sources"
        ),
        json
    );
    assert_eq!(
        misused("plan kms.toml contoso.com.zone --explain-sources --format diff"),
        "\
error: --explain-sources goes with --format text, markdown or json

Usage: kmsplan plan [OPTIONS] <TOPOLOGY> <SOURCE>...

For more information, try '--help'.
"
    );
}
