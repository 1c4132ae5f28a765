//! The commands for every action, word for word, and what must never be in one.
//!
//! The expectations stand in `tests/dialect/`; `KMSPLAN_BLESS=1` writes them anew. Read them before they
//! are committed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};

#[path = "support/tools.rs"]
mod tools;

use kmsplan::plan::ZoneRef;
use kmsplan::plan::action::{
    Action, Already, GroupRef, HostPublishing, HostRef, Member, Node, Part, Principal,
    PublishEntry, Record, RecordEdit, RecordSet, SeenPart, SetChange, Spelled,
};
use kmsplan::render::dialect::{Command, Instructions, Shell, instructions};
use kmsplan::topology::{Apply, GroupScope, Os, Partition, Publishing, ZoneKind};
use kmsplan::{Name, presentation};
use proptest::prelude::*;

fn name(text: &str) -> Name {
    presentation::parse_name(text.as_bytes(), None).unwrap()
}

fn spelled(text: &str) -> Spelled {
    Spelled(name(text))
}

fn zone(kind: ZoneKind, apply: Apply) -> ZoneRef {
    ZoneRef {
        name: name("contoso.com."),
        kind,
        apply,
        server: Some("dc01.contoso.com".to_owned()),
        partition: Partition::Domain,
        diff: true,
    }
}

fn record(target: &str, priority: u16, weight: u16, aged: bool) -> Record {
    Record {
        target: name(target),
        port: 1688,
        priority,
        weight,
        ttl: Some(3600),
        aged: Some(aged),
    }
}

fn set(zone: ZoneRef, records: Vec<Record>) -> RecordSet {
    RecordSet {
        domain: zone.name.clone(),
        owner: presentation::kms_owner(&zone.name).unwrap(),
        zone,
        records,
    }
}

/// The well-known case: one added, one tuned, one that only was aged, one removed.
fn change(zone: ZoneRef) -> SetChange {
    let old = record("kms01.contoso.com.", 0, 0, true);
    let tuned = record("KMS01.contoso.com.", 10, 75, false);
    let aged = record("kms02.contoso.com.", 10, 25, true);
    let fixed = Record {
        ttl: Some(600),
        ..record("kms02.contoso.com.", 10, 25, false)
    };
    let gone = record("oldkms.contoso.com.", 0, 0, true);
    let new = record("kms03.contoso.com.", 20, 75, false);
    SetChange {
        before: set(zone.clone(), vec![old.clone(), gone.clone(), aged.clone()]),
        edits: vec![
            RecordEdit::Add {
                record: new.clone(),
            },
            RecordEdit::Replace {
                before: old,
                after: tuned.clone(),
            },
            RecordEdit::Replace {
                before: aged,
                after: fixed.clone(),
            },
            RecordEdit::Remove { record: gone },
        ],
        after: set(zone, vec![tuned, fixed, new]),
    }
}

fn host(text: &str, port: u16, os: Option<Os>) -> HostRef {
    HostRef {
        name: spelled(text),
        port,
        os,
    }
}

fn hosts() -> Vec<HostRef> {
    vec![
        host("kms01.contoso.com.", 1688, None),
        host("kms02.contoso.com.", 1689, Some(Os::Server2022)),
        host("kmsold.contoso.com.", 1688, Some(Os::Server2008)),
        host("kmsolder.contoso.com.", 1688, Some(Os::Server2008R2)),
        host("pykms.contoso.com.", 1688, Some(Os::Other)),
    ]
}

fn publishing() -> Vec<HostPublishing> {
    let list = |weight| {
        vec![
            PublishEntry {
                domain: name("contoso.com."),
                priority: 10,
                weight,
            },
            PublishEntry {
                domain: name("emea.contoso.com."),
                priority: 10,
                weight,
            },
        ]
    };
    vec![
        HostPublishing {
            host: host("kms01.contoso.com.", 1688, None),
            publish: list(75),
        },
        HostPublishing {
            host: host("kmsold.contoso.com.", 1688, Some(Os::Server2008)),
            publish: list(0),
        },
        HostPublishing {
            host: host("kms03.contoso.com.", 1688, None),
            publish: Vec::new(),
        },
    ]
}

fn seen(host: &str, part: Part) -> SeenPart {
    SeenPart {
        host: spelled(host),
        part,
        file: "evidence/host.txt".to_owned(),
    }
}

fn group() -> GroupRef {
    GroupRef {
        name: "KMS Hosts".to_owned(),
        path: Some("OU=Groups,DC=contoso,DC=com".to_owned()),
        scope: GroupScope::Universal,
        server: Some("dc01.contoso.com".to_owned()),
    }
}

fn member(host: &str, account: &str, domain: &str) -> Member {
    Member {
        host: spelled(host),
        account: account.to_owned(),
        ad_domain: name(domain),
    }
}

fn nodes() -> Vec<Node> {
    let mut emea = zone(ZoneKind::Ad, Apply::Powershell);
    emea.partition = Partition::Forest;
    vec![
        Node {
            domain: name("contoso.com."),
            owner: name("_vlmcs._tcp.contoso.com."),
            zone: zone(ZoneKind::Ad, Apply::Powershell),
            exists: true,
        },
        Node {
            domain: name("emea.contoso.com."),
            owner: name("_vlmcs._tcp.emea.contoso.com."),
            zone: emea,
            exists: false,
        },
    ]
}

fn principal(account: &str) -> Principal {
    Principal {
        host: spelled("kms01.contoso.com."),
        account: account.to_owned(),
        realm: "CONTOSO.COM".to_owned(),
    }
}

fn grant_update_policy() -> Action {
    Action::GrantUpdatePolicy {
        zone: zone(ZoneKind::Bind, Apply::Nsupdate),
        owners: vec![
            spelled("_vlmcs._tcp.contoso.com."),
            spelled("_vlmcs._tcp.emea.contoso.com."),
        ],
        principals: vec![
            principal("KMS01$"),
            principal("KMS02$"),
            principal("K \"03$"),
        ],
    }
}

fn sets() -> Vec<RecordSet> {
    vec![
        change(zone(ZoneKind::Ad, Apply::Powershell)).after,
        change(zone(ZoneKind::Bind, Apply::Nsupdate)).after,
    ]
}

fn moved() -> Action {
    let mut zone = zone(ZoneKind::Ad, Apply::Powershell);
    zone.server = None;
    let old = record("kms02.contoso.com.", 10, 25, false);
    let new = Record {
        port: 1689,
        ..old.clone()
    };
    Action::MovePort {
        host: hosts().swap_remove(1),
        from: vec![1688],
        changes: vec![SetChange {
            before: set(zone.clone(), vec![old.clone()]),
            edits: vec![
                RecordEdit::Add {
                    record: new.clone(),
                },
                RecordEdit::Remove { record: old },
            ],
            after: set(zone, vec![new]),
        }],
        already: Already::default(),
    }
}

fn removal() -> Action {
    let mut zone = zone(ZoneKind::WindowsFile, Apply::Dnscmd);
    zone.server = Some("192.0.2.53".to_owned());
    let kept = record("kms01.contoso.com.", 10, 75, false);
    let rogue = Record {
        ttl: None,
        ..record("rogue.contoso.com.", 0, 0, true)
    };
    Action::RemoveUnlisted {
        change: SetChange {
            before: set(zone.clone(), vec![rogue.clone(), kept.clone()]),
            edits: vec![RecordEdit::Remove { record: rogue }],
            after: set(zone, vec![kept]),
        },
    }
}

fn cases() -> Vec<(&'static str, Action)> {
    let records = |kind, apply| Action::ChangeRecords {
        change: change(zone(kind, apply)),
    };
    let gone = vec![spelled("oldkms.contoso.com.")];
    let zones = vec![
        zone(ZoneKind::Ad, Apply::Powershell),
        zone(ZoneKind::Bind, Apply::Nsupdate),
    ];
    let two_hosts = || hosts()[..2].to_vec();
    vec![
        (
            "prepare-new-hosts",
            Action::PrepareNewHosts {
                hosts: hosts(),
                already: Already::default(),
            },
        ),
        ("check-hosts", Action::CheckHosts { hosts: hosts() }),
        (
            "check-names",
            Action::CheckNames {
                hosts: two_hosts(),
                zones,
            },
        ),
        (
            "check-reachability",
            Action::CheckReachability { hosts: hosts() },
        ),
        (
            "disable-publishing",
            Action::DisablePublishing {
                hosts: publishing(),
                already: Already::default(),
            },
        ),
        (
            "disable-publishing-partly",
            Action::DisablePublishing {
                hosts: publishing(),
                already: Already(vec![
                    seen("kms01.contoso.com.", Part::Publishing),
                    seen("kmsold.contoso.com.", Part::PublishList),
                    seen("kms03.contoso.com.", Part::Publishing),
                ]),
            },
        ),
        (
            "enable-publishing-partly",
            Action::EnablePublishing {
                hosts: publishing(),
                already: Already(vec![
                    seen("kms01.contoso.com.", Part::PublishList),
                    seen("kms01.contoso.com.", Part::Publishing),
                    seen("kmsold.contoso.com.", Part::PublishList),
                    seen("kmsold.contoso.com.", Part::Publishing),
                    seen("kmsold.contoso.com.", Part::Records),
                ]),
            },
        ),
        (
            "silence-leaving-hosts-partly",
            Action::SilenceLeavingHosts {
                unlisted: true,
                hosts: ["a.contoso.com.", "b.contoso.com.", "c.contoso.com."]
                    .map(spelled)
                    .to_vec(),
                already: Already(vec![
                    seen("a.contoso.com.", Part::Publishing),
                    seen("b.contoso.com.", Part::NoKmsHost),
                ]),
            },
        ),
        (
            "silence-leaving-hosts",
            Action::SilenceLeavingHosts {
                unlisted: false,
                hosts: gone.clone(),
                already: Already::default(),
            },
        ),
        (
            "await-replication",
            Action::AwaitReplication { sets: sets() },
        ),
        (
            "change-records-powershell",
            records(ZoneKind::Ad, Apply::Powershell),
        ),
        (
            "change-records-dnscmd",
            records(ZoneKind::Ad, Apply::Dnscmd),
        ),
        (
            "change-records-nsupdate",
            records(ZoneKind::Bind, Apply::Nsupdate),
        ),
        (
            "change-records-nsupdate-windows",
            records(ZoneKind::Ad, Apply::Nsupdate),
        ),
        (
            "change-records-patch-bind",
            records(ZoneKind::Bind, Apply::Patch),
        ),
        (
            "change-records-patch-other",
            records(ZoneKind::Other, Apply::Patch),
        ),
        ("move-port", moved()),
        ("remove-unlisted", removal()),
        ("create-group", Action::CreateGroup { group: group() }),
        (
            "add-members",
            Action::AddMembers {
                group: group(),
                members: vec![
                    member("kms01.contoso.com.", "KMS01$", "contoso.com."),
                    member("kms02.emea.contoso.com.", "KMS02$", "emea.contoso.com."),
                ],
            },
        ),
        ("ensure-nodes", Action::EnsureNodes { nodes: nodes() }),
        (
            "save-descriptors",
            Action::SaveDescriptors { nodes: nodes() },
        ),
        (
            "grant-rights",
            Action::GrantRights {
                group: group(),
                publishing: Publishing::Manual,
                nodes: nodes()[..1].to_vec(),
                granted: Vec::new(),
            },
        ),
        (
            "clean-up-nodes",
            Action::CleanUpNodes {
                group: group(),
                nodes: nodes()[..1].to_vec(),
            },
        ),
        ("grant-update-policy", grant_update_policy()),
        ("renew-tickets", Action::RenewTickets { hosts: hosts() }),
        (
            "enable-publishing",
            Action::EnablePublishing {
                hosts: publishing(),
                already: Already::default(),
            },
        ),
        (
            "verify-now",
            Action::VerifyNow {
                sets: sets(),
                gone: gone.clone(),
            },
        ),
        (
            "verify-next-day",
            Action::VerifyNextDay {
                sets: sets()[..1].to_vec(),
                gone: gone.clone(),
            },
        ),
        (
            "verify-after-restart",
            Action::VerifyAfterRestart {
                hosts: hosts(),
                sets: sets()[1..].to_vec(),
            },
        ),
        (
            "watch-leaving-hosts",
            Action::WatchLeavingHosts { hosts: gone },
        ),
        (
            "refresh-clients",
            Action::RefreshClients {
                domains: vec![spelled("contoso.com.")],
            },
        ),
        (
            "disable-client-caching",
            Action::DisableClientCaching {
                domains: vec![spelled("contoso.com.")],
            },
        ),
        (
            "set-lookup-domain",
            Action::SetLookupDomain {
                domains: vec![spelled("contoso.com.")],
            },
        ),
    ]
}

fn shell_word(shell: Shell) -> String {
    serde_json::to_value(shell)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

fn page(instructions: &Instructions) -> String {
    let mut out = String::new();
    let mut part = |title: &str, commands: &[Command]| {
        for command in commands {
            let _ = writeln!(
                out,
                "# {title}, {}: {}\n{}\n",
                shell_word(command.shell),
                command.note,
                command.text.trim_end_matches('\n')
            );
        }
    };
    part("do", &instructions.commands);
    part("check", &instructions.check);
    part("undo", &instructions.undo);
    for sentence in &instructions.by_hand {
        let _ = writeln!(out, "* {sentence}");
    }
    out
}

#[test]
fn every_action_says_what_it_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialect");
    let bless = std::env::var_os("KMSPLAN_BLESS").is_some();
    let mut wrong = Vec::new();
    for (case, action) in cases() {
        let path = folder.join(format!("{case}.txt"));
        let now = page(&instructions(&action));
        if bless {
            std::fs::write(&path, &now).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&now) {
            wrong.push(format!("{case}:\n{now}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn all(instructions: &Instructions) -> impl Iterator<Item = &Command> {
    instructions
        .commands
        .iter()
        .chain(&instructions.check)
        .chain(&instructions.undo)
}

#[test]
fn texts_are_plain() {
    for (case, action) in cases() {
        let instructions = instructions(&action);
        for command in all(&instructions) {
            assert!(command.text.is_ascii(), "{case}: {}", command.text);
            assert!(command.note.is_ascii(), "{case}: {}", command.note);
            assert!(
                command.note.ends_with(['.', ':']),
                "{case}: {}",
                command.note
            );
            for line in command.text.lines() {
                assert_eq!(line.trim_end(), line, "{case}");
                assert!(!line.contains('\t'), "{case}: {line}");
            }
            assert!(
                !command.text.contains("allow-update"),
                "{case}: {}",
                command.text
            );
        }
    }
}

/// What is the same for several hosts, sets or nodes is printed for all of them at once.
#[test]
fn nothing_is_printed_twice() {
    for (case, action) in cases() {
        let made = instructions(&action);
        for list in [&made.commands, &made.check, &made.undo] {
            for (index, command) in list.iter().enumerate() {
                assert!(
                    !list[..index]
                        .iter()
                        .any(|before| before.text == command.text),
                    "{case}: {}",
                    command.text
                );
            }
        }
    }
}

/// A name that would mean more in a distinguished name or in an LDAP filter gets no directory command.
#[test]
fn names_that_act_in_the_directory_are_left_out() {
    for domain in ["a+b.contoso.com.", "a/b.contoso.com.", "*.contoso.com."] {
        let mut node = nodes().swap_remove(0);
        node.domain = name(domain);
        node.owner = presentation::kms_owner(&node.domain).unwrap();
        let made = instructions(&Action::SaveDescriptors { nodes: vec![node] });
        assert_eq!(all(&made).count(), 0);
        assert_eq!(
            made.by_hand,
            [format!(
                "No directory command is printed for _vlmcs._tcp.{}: in a distinguished name its characters \
                 mean more.",
                domain.trim_end_matches('.')
            )]
        );
    }
}

/// Runs a program with a text as its input; `None` where the program may be and is missing.
fn run(program: &str, arguments: &[&str], input: &str) -> Option<(bool, String)> {
    if !tools::available(program, "dialect") {
        return None;
    }
    let mut child = Process::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

/// nsupdate without `send`: it reads every line and shows the message.
fn shown_by_nsupdate(text: &str) -> Option<String> {
    let text = text
        .replace("server dc01.contoso.com\n", "server 127.0.0.1\n")
        .replace("\nsend", "\nshow\n");
    let (success, said) = run("nsupdate", &[], &text)?;
    assert!(success && !said.contains("error"), "{said}\n{text}");
    Some(said)
}

#[test]
fn nsupdate_reads_what_is_meant_for_it() {
    let hostile = r"k\036\040id\041\059.contoso.com.";
    let mut odd = change(zone(ZoneKind::Bind, Apply::Nsupdate));
    for edit in &mut odd.edits {
        if let RecordEdit::Add { record } = edit {
            record.target = name(hostile);
        }
    }
    for change in [change(zone(ZoneKind::Bind, Apply::Nsupdate)), odd] {
        let instructions = instructions(&Action::ChangeRecords { change });
        for command in all(&instructions).filter(|command| command.shell == Shell::Nsupdate) {
            let Some(said) = shown_by_nsupdate(&command.text) else {
                return;
            };
            assert!(said.contains("SRV"), "{said}");
        }
    }
}

/// A server keeps one TTL a set: that of the record that came last.
#[test]
fn undo_gives_a_kept_record_its_ttl_again() {
    let zone = zone(ZoneKind::Bind, Apply::Nsupdate);
    let kept = Record {
        ttl: Some(300),
        ..record("other.contoso.com.", 0, 0, false)
    };
    let new = record("kms01.contoso.com.", 10, 75, false);
    let change = SetChange {
        before: set(zone.clone(), vec![kept.clone()]),
        edits: vec![RecordEdit::Add {
            record: new.clone(),
        }],
        after: set(zone, vec![kept, new]),
    };
    assert_eq!(
        instructions(&Action::ChangeRecords { change }).undo[0].text,
        "server dc01.contoso.com
zone contoso.com.
prereq yxrrset _vlmcs._tcp.contoso.com. IN SRV 0 0 1688 other.contoso.com.
prereq yxrrset _vlmcs._tcp.contoso.com. IN SRV 10 75 1688 kms01.contoso.com.
update delete _vlmcs._tcp.contoso.com. IN SRV 0 0 1688 other.contoso.com.
update add _vlmcs._tcp.contoso.com. 300 IN SRV 0 0 1688 other.contoso.com.
update delete _vlmcs._tcp.contoso.com. IN SRV 10 75 1688 kms01.contoso.com.
send"
    );
}

#[test]
fn bind_takes_the_grants() {
    let instructions = instructions(&grant_update_policy());
    let text = &instructions.commands[0].text;
    let whole = text.replace(
        "zone \"contoso.com\" {\n",
        "zone \"contoso.com\" {\n  type primary;\n  file \"contoso.com.zone\";\n",
    );
    if let Some((success, said)) = run("named-checkconf", &["/dev/stdin"], &whole) {
        assert!(success, "{said}\n{whole}");
    }
}

#[test]
fn shells_read_what_is_meant_for_them() {
    for (case, action) in cases() {
        let instructions = instructions(&action);
        for command in all(&instructions).filter(|command| command.shell == Shell::Sh) {
            let Some((success, said)) = run("sh", &["-n"], &command.text) else {
                return;
            };
            assert!(success, "{case}: {said}\n{}", command.text);
        }
    }
}

#[test]
fn what_windows_tools_may_misread_is_left_out() {
    let mut change = change(zone(ZoneKind::Ad, Apply::Powershell));
    if let Some(RecordEdit::Add { record }) = change.edits.first_mut() {
        record.target = name(r"a\032b.contoso.com.");
    }
    let instructions = instructions(&Action::ChangeRecords { change });
    assert!(instructions.commands.is_empty());
    assert_eq!(
        instructions.by_hand[0],
        r"No Windows command is printed for the name a\032b.contoso.com: how Windows tools take its escaped characters is not known."
    );
    assert_eq!(
        instructions.by_hand[1],
        r#"By hand at _vlmcs._tcp.contoso.com.: add 20 75 1688 a\032b.contoso.com. with a TTL of 3600 seconds; change 0 0 1688 kms01.contoso.com. to 10 75 1688 KMS01.contoso.com.; at 10 25 1688 kms02.contoso.com. set the TTL to 600 seconds and clear "Delete this record when it becomes stale"; remove 0 0 1688 oldkms.contoso.com."#
    );
}

#[test]
fn a_server_that_is_none_makes_no_command() {
    let mut zone = zone(ZoneKind::Bind, Apply::Nsupdate);
    zone.server = Some("ns1; rm -rf /".to_owned());
    let instructions = instructions(&Action::ChangeRecords {
        change: change(zone),
    });
    assert_eq!(all(&instructions).count(), 0);
    assert_eq!(
        instructions.by_hand[0],
        "No command is printed: the server that the plan names is no host name and no address."
    );
}

/// The last record of a set is never removed to give it back its timestamp.
#[test]
fn undo_does_not_empty_a_set() {
    let zone = zone(ZoneKind::Ad, Apply::Powershell);
    let aged = record("kms01.contoso.com.", 0, 0, true);
    let fixed = record("kms01.contoso.com.", 0, 0, false);
    let instructions = instructions(&Action::ChangeRecords {
        change: SetChange {
            before: set(zone.clone(), vec![aged.clone()]),
            edits: vec![RecordEdit::Replace {
                before: aged,
                after: fixed.clone(),
            }],
            after: set(zone, vec![fixed]),
        },
    });
    for command in all(&instructions) {
        assert!(!command.text.contains("Remove-"), "{}", command.text);
    }
    assert!(instructions.by_hand.contains(
        &"Undo leaves the record of kms01.contoso.com static: to give it a timestamp it would have to be \
          removed first, and it is the only one of its set."
            .to_owned()
    ));
}

/// Edits in a wrong order, as a hand-made plan may have them, are put right.
#[test]
fn nothing_is_removed_before_something_is_added() {
    let mut change = change(zone(ZoneKind::Bind, Apply::Nsupdate));
    change.edits.reverse();
    let instructions = instructions(&Action::ChangeRecords { change });
    for command in [&instructions.commands[0], &instructions.undo[0]] {
        let first = command
            .text
            .lines()
            .find(|line| line.starts_with("update "))
            .unwrap();
        assert!(first.starts_with("update add "), "{}", command.text);
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("$(calc)".to_owned()),
        Just("`n".to_owned()),
        Just("%PATH%".to_owned()),
        Just("^&|<>!;".to_owned()),
        Just("\u{2018}\u{2019}\u{201a}\u{201b}".to_owned()),
        Just("\u{202e}\u{200f}\u{feff}".to_owned()),
        Just("\0\u{7}\u{1b}[2J".to_owned()),
        Just("\u{85}\u{2028}".to_owned()),
        Just("};{".to_owned()),
        Just("-Force".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Every action that takes free text, with it in every place.
fn with_hostile_text(text: &str) -> Vec<Action> {
    let group = GroupRef {
        name: text.to_owned(),
        path: Some(text.to_owned()),
        scope: GroupScope::Global,
        server: Some(text.to_owned()),
    };
    let usable = GroupRef {
        server: None,
        ..group.clone()
    };
    let mut zone = zone(ZoneKind::Ad, Apply::Powershell);
    zone.partition = Partition::Dn(text.to_owned());
    let mut node = nodes().swap_remove(1);
    node.zone = zone.clone();
    let mut elsewhere = zone.clone();
    elsewhere.server = Some(text.to_owned());
    vec![
        Action::CreateGroup {
            group: group.clone(),
        },
        Action::CreateGroup {
            group: usable.clone(),
        },
        Action::AddMembers {
            group: usable.clone(),
            members: vec![member("kms01.contoso.com.", text, "contoso.com.")],
        },
        Action::EnsureNodes {
            nodes: vec![node.clone()],
        },
        Action::SaveDescriptors {
            nodes: vec![node.clone()],
        },
        Action::GrantRights {
            group: usable.clone(),
            publishing: Publishing::Automatic,
            nodes: vec![node.clone()],
            granted: Vec::new(),
        },
        Action::CleanUpNodes {
            group: usable,
            nodes: vec![node],
        },
        Action::GrantUpdatePolicy {
            zone: elsewhere.clone(),
            owners: vec![spelled("_vlmcs._tcp.contoso.com.")],
            principals: vec![
                principal(text),
                Principal {
                    realm: text.to_owned(),
                    ..principal("KMS01$")
                },
            ],
        },
        Action::ChangeRecords {
            change: change(elsewhere),
        },
        Action::AwaitReplication {
            sets: vec![set(zone, Vec::new())],
        },
    ]
}

/// Removes every PowerShell string and every character given by number.
fn code(text: &str) -> String {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
    let mut out = String::new();
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (quoted, is_quote(c)) {
            (false, true) => quoted = true,
            (true, true) if rest.peek().copied().is_some_and(is_quote) => drop(rest.next()),
            (true, true) => {
                quoted = false;
                out.push('_');
            }
            (true, false) => {}
            (false, false) => out.push(c),
        }
    }
    assert!(!quoted, "a string does not end: {text}");
    while let Some(at) = out.find(" + [char]0x") {
        let end = at + " + [char]0x0000 + _".len();
        out.replace_range(at..end, "");
    }
    out.replace("(_)", "_")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Free text changes the strings of a command, never its code, and no control character or mark that
    /// turns text gets through.
    #[test]
    fn free_text_stays_text(text in hostile()) {
        let plain = with_hostile_text("x");
        for (action, plain) in with_hostile_text(&text).iter().zip(&plain) {
            let given = instructions(action);
            for command in all(&given) {
                for c in command.text.chars() {
                    prop_assert!(
                        c == '\n' || !c.is_control() && !('\u{200b}'..='\u{200f}').contains(&c)
                            && !('\u{2028}'..='\u{202e}').contains(&c),
                        "{:?}", command.text
                    );
                }
                prop_assert!(command.note.is_ascii());
            }
            let known: Vec<String> = all(&instructions(plain)).map(|command| code(&command.text)).collect();
            for command in all(&given).filter(|command| command.shell == Shell::Powershell) {
                prop_assert!(known.contains(&code(&command.text)), "{}", command.text);
            }
        }
    }

    /// Names of any octets: no line more, nothing that is not ASCII.
    #[test]
    fn names_stay_names(label in prop::collection::vec(any::<u8>(), 1..20)) {
        let mut labels = vec![label];
        labels.extend([b"contoso".to_vec(), b"com".to_vec()]);
        let target = Name::from_labels(labels.iter().map(Vec::as_slice)).unwrap();
        for apply in Apply::ALL {
            let mut change = change(zone(ZoneKind::Bind, *apply));
            for edit in &mut change.edits {
                if let RecordEdit::Add { record } = edit {
                    record.target = target.clone();
                }
            }
            change.after.records[2].target = target.clone();
            for command in all(&instructions(&Action::ChangeRecords { change })) {
                prop_assert!(command.text.is_ascii());
                prop_assert!(command.text.chars().all(|c| c == '\n' || !c.is_control()));
                if command.shell == Shell::Nsupdate {
                    prop_assert!(command.text.lines().count() <= 13);
                }
            }
        }
    }
}
