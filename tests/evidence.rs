//! What files about hosts and nodes do to a plan: parts of steps that are already so, and findings.

use std::fmt::Write as _;

use kmsplan::plan::{Action, Code, Options, Plan};
use kmsplan::presentation::parse_full_name;
use kmsplan::render::dialect::{Instructions, instructions};
use kmsplan::render::json::read;
use kmsplan::render::{TextOptions, json, markdown, text};
use kmsplan::snapshot::evidence::{
    AccessEntry, HostEvidence, NodeEvidence, PublishLine, Rights, Seen,
};
use kmsplan::snapshot::{File, FileId, Site, Snapshot};
use kmsplan::topology::Topology;

const HOSTS: &str = r#"
[[host]]
name = "kms01.contoso.com"
priority = 10
weight = 75

[[host]]
name = "kms02.contoso.com"
priority = 10
weight = 25
"#;

const RETIRED: &str = "\n[[retired]]\nname = \"oldkms.contoso.com\"\n";

const ZONE: &str =
    "[[zone]]\nname = \"contoso.com\"\nkind = \"ad\"\nserver = \"dc01.contoso.com\"\n";

fn manual(hosts: &str) -> String {
    format!("[kms]\ndomains = [\"contoso.com\"]\n{hosts}\n{ZONE}")
}

fn automatic(hosts: &str) -> String {
    format!("[kms]\npublishing = \"automatic\"\ndomains = [\"contoso.com\"]\n{hosts}\n{ZONE}")
}

/// What was read, and evidence that is put together here.
struct Case {
    topology: Topology,
    snapshot: Snapshot,
}

impl Case {
    /// The records are lines of `_vlmcs._tcp.contoso.com`: TTL, type and data.
    fn new(topology: &str, records: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contoso.com.zone");
        let mut zone = "$ORIGIN contoso.com.\n@ 3600 IN SOA dc01 h 7 900 600 86400 3600\n@ 3600 IN NS dc01.contoso.com.\n".to_owned();
        for host in ["dc01", "kms01", "kms02", "kms03", "oldkms", "pc-4711"] {
            writeln!(zone, "{host} 3600 IN A 192.0.2.1").unwrap();
        }
        for record in records {
            writeln!(zone, "_vlmcs._tcp {record}").unwrap();
        }
        std::fs::write(&path, zone).unwrap();
        let source = path.to_str().unwrap().to_owned();
        let mut snapshot = Snapshot::read(
            std::slice::from_ref(&source),
            &kmsplan::snapshot::Options::default(),
        )
        .unwrap();
        for zone in &mut snapshot.zones {
            zone.source = "zones/contoso.com.zone".to_owned();
        }
        Self {
            topology: Topology::read("kms.toml", topology.as_bytes()).unwrap(),
            snapshot,
        }
    }

    fn site(&mut self, file: &str) -> Site {
        let found = self
            .snapshot
            .files
            .iter()
            .position(|held| held.path == file);
        let file = found.unwrap_or_else(|| {
            self.snapshot.files.push(File {
                encoding: kmsplan::encoding::Encoding::Octets,
                path: file.to_owned(),
                real: None,
                bytes: Vec::new().into(),
                live: false,
                uses: 0,
            });
            self.snapshot.files.len() - 1
        });
        Site {
            file: FileId(file),
            line: 3,
        }
    }

    /// Evidence of a host in `evidence/<first label>.txt`.
    fn host(self, name: &str, tell: impl FnOnce(&mut HostEvidence, Site)) -> Self {
        let file = format!("evidence/{}.txt", name.split('.').next().unwrap());
        self.host_in(&file, name, tell)
    }

    fn host_in(
        mut self,
        file: &str,
        name: &str,
        tell: impl FnOnce(&mut HostEvidence, Site),
    ) -> Self {
        let site = self.site(file);
        let name = parse_full_name(name).unwrap();
        let hosts = &mut self.snapshot.evidence.hosts;
        let index = hosts.iter().position(|host| host.host == name);
        let index = index.unwrap_or_else(|| {
            hosts.push(HostEvidence {
                host: name,
                kms_host: None,
                client: None,
                publishing: None,
                restart_due: None,
                port: None,
                publish: None,
                count: None,
            });
            hosts.len() - 1
        });
        tell(&mut hosts[index], site);
        hosts.sort_by(|a, b| a.host.cmp(&b.host));
        self
    }

    /// Evidence of the node of contoso.com in `evidence/node.txt`.
    fn node(mut self, owner: Option<&str>, entries: &[(&str, bool, Rights, bool)]) -> Self {
        let site = self.site("evidence/node.txt");
        self.snapshot.evidence.nodes.push(NodeEvidence {
            node: parse_full_name("_vlmcs._tcp.contoso.com").unwrap(),
            owner: owner.map(|owner| seen(owner.to_owned(), site)),
            entries: entries
                .iter()
                .map(|&(account, allow, rights, inherited)| {
                    let entry = AccessEntry {
                        account: account.to_owned(),
                        allow,
                        rights,
                        inherited,
                    };
                    seen(entry, site)
                })
                .collect(),
        });
        self
    }

    fn plan(&self) -> Plan {
        let plan = Plan::make(&self.topology, &self.snapshot, &Options::default());
        let saved = json(&plan);
        let again = read("plan.json", saved.as_bytes()).unwrap();
        assert_eq!(json(&again), saved, "a saved plan is shown as it was made");
        assert_eq!(page(&again), page(&plan));
        assert_eq!(markdown(&again, None), markdown(&plan, None));
        plan
    }
}

fn seen<T>(value: T, site: Site) -> Seen<T> {
    Seen { value, site }
}

fn list(lines: &[(&str, u16, u16)], site: Site) -> Seen<Vec<PublishLine>> {
    let lines = lines
        .iter()
        .map(|&(domain, priority, weight)| PublishLine {
            domain: parse_full_name(domain).unwrap(),
            priority,
            weight,
        })
        .collect();
    seen(lines, site)
}

fn off(host: &mut HostEvidence, site: Site) {
    host.publishing = Some(seen(false, site));
}

fn on(host: &mut HostEvidence, site: Site) {
    host.publishing = Some(seen(true, site));
}

/// A KMS host whose list and switch are as planned.
fn so(publishing: bool, weight: u16) -> impl FnOnce(&mut HostEvidence, Site) {
    move |host, site| {
        host.kms_host = Some(seen(true, site));
        host.publishing = Some(seen(publishing, site));
        host.publish = Some(list(&[("Contoso.COM", 10, weight)], site));
    }
}

fn page(plan: &Plan) -> String {
    text(plan, &TextOptions { colour: false })
}

fn step<'a>(plan: &'a Plan, id: &str) -> &'a Action {
    let step = plan.steps.iter().find(|step| step.action.id() == id);
    &step.unwrap_or_else(|| panic!("{}", page(plan))).action
}

fn commands(made: &Instructions) -> String {
    let mut out = String::new();
    for command in &made.commands {
        writeln!(out, "# {}\n{}", command.note, command.text).unwrap();
    }
    out
}

/// Subject, message, help and place of each finding of the code.
fn findings(plan: &Plan, code: Code) -> Vec<String> {
    plan.findings
        .iter()
        .filter(|finding| finding.code == code)
        .map(|finding| {
            let place = finding.place.as_ref();
            let place = place.map_or(String::new(), |(file, line)| {
                let line = line.map_or(String::new(), |line| format!(":{line}"));
                format!(" [{file}{line}]")
            });
            format!(
                "{}: {} | {}{place}",
                finding.subject, finding.message, finding.help
            )
        })
        .collect()
}

const RIGHT: [&str; 2] = [
    "3600 IN SRV 10 75 1688 kms01.contoso.com.",
    "3600 IN SRV 10 25 1688 kms02.contoso.com.",
];

#[test]
fn evidence_that_tells_nothing_changes_nothing() {
    let case = Case::new(&manual(HOSTS), &RIGHT);
    let without = json(&case.plan());
    let with = case.host("kms01.contoso.com", |_, _| {}).node(None, &[]);
    assert_eq!(json(&with.plan()), without);
    assert!(!without.contains("\"already\"") && !without.contains("\"granted\""));
}

#[test]
fn a_host_that_is_already_so_gets_no_command_but_its_check() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", so(false, 75))
        .plan();
    let action = step(&plan, "disable-publishing");
    assert_eq!(
        action.title(),
        "Publish list, publishing off (slmgr.vbs /cdns), one restart: kms02"
    );
    assert_eq!(
        action.already(),
        ["kms01.contoso.com: already so, seen in evidence/kms01.txt"]
    );
    assert!(action.why().ends_with(
        "What is named as already so was seen in a file, which tells the state as of when it was made: the check shows what is so now."
    ));
    let made = instructions(action);
    assert!(!commands(&made).contains("kms01"), "{}", commands(&made));
    assert!(commands(&made).contains("On kms02.contoso.com, elevated"));
    assert!(made.check[0].text.contains("kms01.contoso.com /dlv"));
    assert!(made.by_hand.iter().any(|said| said == "Where publishing was switched off and the licensing service has not restarted since, restart it: that takes effect with the restart."));
    assert!(
        page(&plan).contains(
            "restart:\n                 kms02\n                   kms01.contoso.com: already so, seen in evidence/kms01.txt\n"
        ),
        "{}",
        page(&plan)
    );
    assert!(
        markdown(&plan, None)
            .contains("- kms01.contoso.com: already so, seen in evidence/kms01.txt\n")
    );
    assert!(markdown(&plan, None).contains(
        "restart the licensing service of each host that they name, step 4 only where something is left to do."
    ));
}

#[test]
fn a_step_with_nothing_left_stays_as_a_statement() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", so(false, 75))
        .host("kms02.contoso.com", so(false, 25))
        .plan();
    let action = step(&plan, "disable-publishing");
    assert_eq!(
        action.title(),
        "Publish list and publishing off, already so: kms01, kms02"
    );
    assert_eq!(action.already().len(), 2);
    let made = instructions(action);
    assert!(made.commands.is_empty() && made.undo.is_empty(), "{made:?}");
    assert!(made.check[0].text.contains("kms02.contoso.com /dlv"));
    assert_eq!(made.by_hand.len(), 1, "{:?}", made.by_hand);
    assert!(!markdown(&plan, None).contains("before a host publishes again"));
}

#[test]
fn only_the_part_that_is_left_has_commands() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", off)
        .host("kms02.contoso.com", |host, site| {
            host.publish = Some(list(&[("contoso.com", 10, 25)], site));
        })
        .host_in("evidence/dlv.txt", "kms02.contoso.com", on)
        .plan();
    let action = step(&plan, "disable-publishing");
    assert_eq!(
        action.already(),
        [
            "kms01.contoso.com: publishing is off already, seen in evidence/kms01.txt",
            "kms02.contoso.com: the publish list is already so, seen in evidence/kms02.txt",
        ]
    );
    let made = instructions(action);
    let (second, first): (Vec<_>, Vec<_>) = made
        .commands
        .iter()
        .partition(|command| command.note.contains("kms02") || command.text.contains("/cdns"));
    let text = |commands: &[&kmsplan::render::dialect::Command]| {
        let texts: Vec<&str> = commands
            .iter()
            .map(|command| command.text.as_str())
            .collect();
        texts.join("\n")
    };
    assert!(
        !text(&second).contains("contoso.com, 10"),
        "{}",
        text(&second)
    );
    assert!(text(&second).contains("/cdns"));
    assert!(!text(&first).contains("cdns") && !text(&first).contains("DisablePublishing ="));
    assert!(
        text(&first).contains("'contoso.com, 10, 75'"),
        "{}",
        text(&first)
    );
    assert!(text(&first).contains("net start sppsvc"));
    assert!(
        made.undo.iter().any(|command| command
            .note
            .ends_with(", where no publish list was set before.")
            || command.note == "The same in cmd, where no publish list was set before."),
        "{:?}",
        made.undo
    );
}

#[test]
fn a_title_names_the_parts_that_are_left() {
    let only_list = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", off)
        .host("kms02.contoso.com", so(false, 25))
        .plan();
    assert_eq!(
        step(&only_list, "disable-publishing").title(),
        "Publish list, one restart: kms01"
    );
    let only_switch = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", so(true, 75))
        .host("kms02.contoso.com", so(false, 25))
        .plan();
    assert_eq!(
        step(&only_switch, "disable-publishing").title(),
        "Publishing off (slmgr.vbs /cdns), one restart: kms01"
    );
}

#[test]
fn a_publish_list_is_compared_without_order_and_case() {
    let topology = "[kms]\ndomains = [\"contoso.com\", \"emea.contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\nweight = 75\n";
    let lines = |lines: &'static [(&'static str, u16, u16)]| {
        let plan = Case::new(topology, &[])
            .host("kms01.contoso.com", |host, site| {
                host.publish = Some(list(lines, site));
            })
            .plan();
        (
            !step(&plan, "disable-publishing").already().is_empty(),
            findings(&plan, Code::HostDiffers),
        )
    };
    let (same, differs) = lines(&[("EMEA.contoso.com", 0, 75), ("contoso.com", 0, 75)]);
    assert!(same && differs.is_empty());
    let (same, differs) = lines(&[("contoso.com", 0, 75)]);
    assert!(!same);
    assert_eq!(
        differs,
        [
            "kms01.contoso.com: Its publish list lacks \"emea.contoso.com, 0, 75\", which the topology says. | The plan sets the list. [evidence/kms01.txt:3]"
        ]
    );
    let (_, differs) = lines(&[("emea.contoso.com", 0, 0), ("contoso.com", 0, 75)]);
    assert_eq!(
        differs,
        [
            "kms01.contoso.com: Its publish list says \"emea.contoso.com, 0, 0\"; the topology says \"emea.contoso.com, 0, 75\". | The plan sets the list. [evidence/kms01.txt:3]"
        ]
    );
    let (_, differs) = lines(&[]);
    assert_eq!(
        differs,
        [
            "kms01.contoso.com: It has no publish list; the topology says \"contoso.com, 0, 75\" and \"emea.contoso.com, 0, 75\". | The plan sets the list. [evidence/kms01.txt:3]"
        ]
    );
    let (_, differs) = lines(&[
        ("emea.contoso.com", 0, 75),
        ("contoso.com", 0, 75),
        ("old.example", 0, 0),
    ]);
    assert_eq!(
        differs,
        [
            "kms01.contoso.com: Its publish list also says \"old.example, 0, 0\", which the topology does not. | The plan sets the list. [evidence/kms01.txt:3]"
        ]
    );
}

#[test]
fn lists_of_old_systems_hold_domains_only() {
    let topology = "[kms]\ndomains = [\"contoso.com\"]\n[[host]]\nname = \"kms01.contoso.com\"\nweight = 75\nos = \"windows-server-2008\"\n";
    let plan = Case::new(topology, &[])
        .host("kms01.contoso.com", |host, site| {
            host.publish = Some(list(&[("contoso.com", 0, 0)], site));
        })
        .plan();
    assert_eq!(
        step(&plan, "disable-publishing").already(),
        ["kms01.contoso.com: the publish list is already so, seen in evidence/kms01.txt"]
    );
    assert!(findings(&plan, Code::HostDiffers).is_empty());
}

#[test]
fn the_id_says_what_is_so_but_not_where_it_was_seen() {
    let with = |file: &str| {
        Case::new(&manual(HOSTS), &RIGHT)
            .host_in(file, "kms01.contoso.com", off)
            .node(None, &[("CONTOSO\\KMS Hosts", true, Rights::Full, false)])
            .plan()
            .id
    };
    assert_eq!(with("evidence/kms01.txt"), with("/tmp/elsewhere.reg"));
    assert_ne!(with("a.txt"), Case::new(&manual(HOSTS), &RIGHT).plan().id);
}

#[test]
fn retired_hosts_are_silenced_only_where_they_are_not_silent() {
    let topology = manual(&format!("{HOSTS}{RETIRED}"));
    let old = "3600 IN SRV 0 0 1688 oldkms.contoso.com.";
    let plan = Case::new(&topology, &[RIGHT[0], RIGHT[1], old])
        .host("oldkms.contoso.com", off)
        .plan();
    let action = step(&plan, "silence-retired-hosts");
    assert_eq!(
        action.title(),
        "Retired hosts, already publishing nothing: oldkms"
    );
    assert_eq!(
        action.already(),
        ["oldkms.contoso.com: already so, seen in evidence/oldkms.txt"]
    );
    let made = instructions(action);
    assert!(made.commands.is_empty() && made.undo.is_empty());
    assert!(made.check[0].text.contains("oldkms.contoso.com /dlv"));

    // A client has the switch on by default, and publishes nothing.
    let plan = Case::new(&topology, &[RIGHT[0], RIGHT[1], old])
        .host("oldkms.contoso.com", |host, site| {
            host.kms_host = Some(seen(false, site));
            host.publishing = Some(seen(true, site));
        })
        .plan();
    let action = step(&plan, "silence-retired-hosts");
    assert_eq!(
        action.already(),
        [
            "oldkms.contoso.com: it is no KMS host and publishes nothing, seen in evidence/oldkms.txt"
        ]
    );
    let made = instructions(action);
    assert!(made.commands.is_empty());
    assert_eq!(
        made.check[0].note,
        "From any machine; on the host itself leave its name out. None shows \"Key Management Service is enabled on this machine\"."
    );
    assert!(findings(&plan, Code::RetiredHostPublishes).is_empty());
}

#[test]
fn what_was_seen_of_publishing_takes_the_place_of_what_was_inferred() {
    let topology = manual(&format!("{HOSTS}{RETIRED}"));
    let records = [
        "[AGE:3700000] 3600 SRV 0 0 1688 oldkms.contoso.com.",
        "[AGE:3700000] 3600 SRV 0 0 1688 pc-4711.contoso.com.",
    ];
    let zone = |records: &[&str]| Case::new(&topology, records);
    let inferred = zone(&records).plan();
    assert!(findings(&inferred, Code::RetiredHostPublishes)[0].contains("carries a timestamp"));
    assert!(findings(&inferred, Code::UnlistedHostPublishes)[0].contains("carries a timestamp"));
    let seen = zone(&records)
        .host("oldkms.contoso.com", off)
        .host("pc-4711.contoso.com", on)
        .plan();
    assert!(findings(&seen, Code::RetiredHostPublishes).is_empty());
    assert_eq!(
        findings(&seen, Code::UnlistedHostPublishes),
        [
            "pc-4711.contoso.com: Its publishing was seen to be on: a removed record comes back within 24 hours or at the next restart of its licensing service. | Switch its publishing off (slmgr.vbs /cdns and a restart of its licensing service) before its record is removed. [evidence/pc-4711.txt:3]"
        ]
    );
    assert!(findings(&seen, Code::EvidenceUnused).is_empty());
}

#[test]
fn new_hosts_are_prepared_only_where_publishing_is_not_off() {
    let topology = manual(&format!(
        "{HOSTS}\n[[host]]\nname = \"kms03.contoso.com\"\n"
    ));
    let plan = Case::new(&topology, &RIGHT)
        .host("kms03.contoso.com", off)
        .plan();
    let action = step(&plan, "prepare-new-hosts");
    assert_eq!(action.title(), "New hosts: publishing already off: kms03");
    assert_eq!(
        action.already(),
        ["kms03.contoso.com: already so, seen in evidence/kms03.txt"]
    );
    let made = instructions(action);
    assert!(made.commands.is_empty() && made.undo.is_empty());
    assert!(made.check[0].text.starts_with("reg query"));

    // A host that has its key is no new one.
    let plan = Case::new(&topology, &RIGHT)
        .host("kms03.contoso.com", |host, site| {
            host.kms_host = Some(seen(true, site));
        })
        .plan();
    let ids: Vec<String> = plan.steps.iter().map(|step| step.action.id()).collect();
    assert!(!ids.contains(&"prepare-new-hosts".to_owned()));
}

const MOVING: &str = "\n[[host]]\nname = \"kms01.contoso.com\"\npriority = 10\nweight = 75\nport = 1689\n\n[[host]]\nname = \"kms02.contoso.com\"\npriority = 10\nweight = 25\n";

fn listens(port: u16) -> impl FnOnce(&mut HostEvidence, Site) {
    move |host, site| host.port = Some(seen(port, site))
}

#[test]
fn a_host_that_listens_on_its_new_port_only_gets_its_records() {
    let case = || Case::new(&manual(MOVING), &RIGHT);
    let plan = case().host("kms01.contoso.com", listens(1689)).plan();
    let action = step(&plan, "move-port-kms01.contoso.com");
    assert_eq!(
        action.title(),
        "kms01: records from port 1688 to 1689, where it listens already"
    );
    assert_eq!(
        action.already(),
        ["kms01.contoso.com: it listens on port 1689 already, seen in evidence/kms01.txt"]
    );
    let made = instructions(action);
    let all = commands(&made);
    assert!(!all.contains("/sprt") && !all.contains("sppsvc"), "{all}");
    assert!(all.contains("New-NetFirewallRule") && all.contains("1689"));
    assert!(
        !made
            .undo
            .iter()
            .any(|command| command.text.contains("/sprt"))
    );
    // The check before the change looks at the port that it has.
    let check = instructions(step(&plan, "check-reachability"));
    assert!(commands(&check).contains("'kms01.contoso.com' -Port 1689"));
    assert!(findings(&plan, Code::HostDiffers).is_empty());

    let plan = case().host("kms01.contoso.com", listens(1688)).plan();
    assert!(
        commands(&instructions(step(&plan, "move-port-kms01.contoso.com"))).contains("/sprt 1689")
    );
    assert_eq!(
        findings(&plan, Code::HostDiffers),
        [
            "kms01.contoso.com: It listens on port 1688; the topology says port 1689. | The plan moves it to the new port. [evidence/kms01.txt:3]"
        ]
    );
}

#[test]
fn a_host_that_publishes_restarts_for_its_new_port() {
    let plan = Case::new(&automatic(MOVING), &RIGHT)
        .host("kms01.contoso.com", listens(1689))
        .plan();
    let action = step(&plan, "move-port-kms01.contoso.com");
    let all = commands(&instructions(action));
    assert!(
        !all.contains("/sprt") && all.contains("Restart-Service -Name sppsvc -Force"),
        "{all}"
    );
    assert!(
        action
            .why()
            .contains("The records that it publishes after a restart carry port 1689.")
    );
}

#[test]
fn a_port_that_no_step_changes_is_told() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", listens(1690))
        .plan();
    assert_eq!(
        findings(&plan, Code::HostDiffers),
        [
            "kms01.contoso.com: It listens on port 1690; the topology says port 1688. | Let it listen there (slmgr.vbs /sprt 1688, a restart of its licensing service, its firewall), or correct the port in the topology. [evidence/kms01.txt:3]"
        ]
    );
}

#[test]
fn a_host_that_publishes_what_stands_there_is_left_alone() {
    let plan = Case::new(&automatic(HOSTS), &RIGHT)
        .host("kms01.contoso.com", so(true, 75))
        .host("kms02.contoso.com", so(true, 25))
        .plan();
    let action = step(&plan, "enable-publishing");
    assert_eq!(
        action.title(),
        "Publish list and publishing on, already so: kms01, kms02"
    );
    assert_eq!(
        action.already()[0],
        "kms01.contoso.com: already so, seen in evidence/kms01.txt and zones/contoso.com.zone"
    );
    let made = instructions(action);
    assert!(made.commands.is_empty() && made.undo.is_empty() && made.by_hand.is_empty());
    let last = made.check.last().unwrap();
    assert!(last.text.ends_with("/v DnsDomainPublishList"));
    assert_eq!(
        last.note,
        "On each of kms01.contoso.com and kms02.contoso.com, elevated: prints the lines that the topology gives it."
    );
}

#[test]
fn a_host_whose_record_is_missing_restarts() {
    let plan = Case::new(&automatic(HOSTS), &RIGHT[..1])
        .host("kms01.contoso.com", so(true, 75))
        .host("kms02.contoso.com", so(true, 25))
        .plan();
    let action = step(&plan, "enable-publishing");
    assert_eq!(action.title(), "Restart, one host at a time: kms02");
    assert_eq!(
        action.already()[1],
        "kms02.contoso.com: the publish list is already so and publishing is on already, seen in evidence/kms02.txt"
    );
    let made = instructions(action);
    assert_eq!(
        commands(&made),
        "# On kms02.contoso.com, elevated: restarts the service once.\n& { $ErrorActionPreference = 'Stop'\n  Restart-Service -Name sppsvc -Force\n}\n# The same in cmd.\nnet stop sppsvc\nnet start sppsvc\n"
    );
    assert!(made.undo.is_empty());
    assert!(
        made.check
            .last()
            .unwrap()
            .note
            .starts_with("On kms02.contoso.com, elevated")
    );
}

#[test]
fn a_switch_that_is_not_as_the_topology_says_is_told() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", on)
        .host("kms02.contoso.com", on)
        .plan();
    let said = |host: &str| {
        format!(
            "{host}.contoso.com: Its publishing is on; the topology says publishing = \"manual\", which needs it off. | The plan switches it off. [evidence/{host}.txt:3]"
        )
    };
    assert_eq!(
        findings(&plan, Code::HostDiffers),
        [said("kms01"), said("kms02")]
    );
    let plan = Case::new(&automatic(HOSTS), &RIGHT)
        .host("kms01.contoso.com", off)
        .plan();
    assert_eq!(
        findings(&plan, Code::HostDiffers),
        [
            "kms01.contoso.com: Its publishing is off; the topology says publishing = \"automatic\", which needs it on. | The plan switches it on. [evidence/kms01.txt:3]"
        ]
    );
}

#[test]
fn a_host_that_is_none_is_told_and_nothing_else_is_said_of_it() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", |host, site| {
            host.kms_host = Some(seen(false, site));
            host.publishing = Some(seen(true, site));
            host.port = Some(seen(0, site));
            host.count = Some(seen(0, site));
        })
        .plan();
    assert_eq!(
        findings(&plan, Code::NotAKmsHost),
        [
            "kms01.contoso.com: The topology names it as a KMS host, but the machine was seen to be none: clients that a record sends there are not activated. | Install its KMS host key and activate it before a record names it, or take it out of the topology. [evidence/kms01.txt:3]"
        ]
    );
    assert!(findings(&plan, Code::HostDiffers).is_empty());
    assert!(findings(&plan, Code::HostNotCharged).is_empty());
}

#[test]
fn thresholds_follow_what_a_host_activates() {
    let message = |activates: &str, count: u32| {
        let hosts = format!("\n[[host]]\nname = \"kms01.contoso.com\"\n{activates}\n");
        let plan = Case::new(&manual(&hosts), &RIGHT[..1])
            .host("kms01.contoso.com", |host, site| {
                host.count = Some(seen(count, site));
            })
            .plan();
        let found: Vec<String> = plan
            .findings
            .iter()
            .filter(|finding| finding.code == Code::HostNotCharged)
            .map(|finding| finding.message.clone())
            .collect();
        found.join("; ")
    };
    assert_eq!(
        message("activates = [\"windows\"]", 24),
        "Its current count is 24, below 25: it activates no Windows clients yet."
    );
    assert_eq!(message("activates = [\"windows\"]", 25), "");
    assert_eq!(message("activates = [\"windows-server\"]", 5), "");
    assert_eq!(
        message("activates = [\"windows-server\"]", 4),
        "Its current count is 4, below 5: it activates no Windows Server yet."
    );
    assert_eq!(
        message("activates = [\"office-2021\", \"office-2016\"]", 4),
        "Its current count is 4, below 5: it activates no Office yet."
    );
    assert_eq!(
        message("activates = [\"windows\", \"windows-server\"]", 0),
        "Its current count is 0, below 25: it activates no Windows clients yet, and below 5: no Windows Server either."
    );
    assert_eq!(
        message("", 12),
        "Its current count is 12, below 25: it activates no Windows clients yet. The topology does not say what it activates."
    );
    assert_eq!(
        message("", 3),
        "Its current count is 3, below 25: it activates no Windows clients yet, and below 5: no Windows Server and no Office either. The topology does not say what it activates."
    );
    assert_eq!(message("", 50), "");
}

#[test]
fn the_owner_of_a_node_is_a_listed_host_or_an_administrator() {
    let said = |owner: &str| {
        let plan = Case::new(&manual(HOSTS), &RIGHT)
            .node(Some(owner), &[])
            .plan();
        findings(&plan, Code::NodeOwnerNotListed)
    };
    for fine in [
        "CONTOSO\\KMS01$",
        "contoso\\kms02$",
        "CONTOSO\\Domain Admins",
        "BUILTIN\\Administrators",
        "NT AUTHORITY\\SYSTEM",
        "CONTOSO\\KMS Hosts",
        "S-1-5-21-1-2-3-512",
        "S-1-5-18",
    ] {
        assert_eq!(said(fine), [""; 0], "{fine}");
    }
    assert_eq!(
        said("CONTOSO\\OLDKMS$"),
        [
            "contoso.com: The node of its KMS records is owned by CONTOSO\\OLDKMS$, neither a KMS host of the topology nor an administrators' account. The owner keeps full control over every KMS record of the name. | The plan saves the node's descriptor and makes Domain Admins its owner. [evidence/node.txt:3]"
        ]
    );
    assert!(
        said("S-1-5-21-1-2-3-1104")[0]
            .contains("shown as a SID, so whether it is a KMS host of the topology cannot be told")
    );
}

#[test]
fn wide_entries_that_write_are_told() {
    let said = |account: &str, allow, rights, inherited| {
        let plan = Case::new(&manual(HOSTS), &RIGHT)
            .node(
                None,
                &[
                    (account, allow, rights, inherited),
                    (account, allow, rights, inherited),
                ],
            )
            .plan();
        findings(&plan, Code::NodeGrantTooWide)
    };
    assert_eq!(
        said(
            "NT AUTHORITY\\Authenticated Users",
            true,
            Rights::Full,
            false
        ),
        [
            "contoso.com: NT AUTHORITY\\Authenticated Users has full control over the node of its KMS records: each of these accounts can change the records of every KMS host. | The plan saves the node's descriptor and takes the entry away. [evidence/node.txt:3]"
        ]
    );
    assert_eq!(
        said("Everyone", true, Rights::Write, false),
        [
            "contoso.com: Everyone may write the node of its KMS records: each of these accounts can change the records of every KMS host. | Save the node's descriptor, and take the entry away once the group has its rights. [evidence/node.txt:3]"
        ]
    );
    assert!(
        said("CONTOSO\\Domain Computers", true, Rights::Write, true)[0]
            .contains("The entry is inherited")
    );
    for sid in [
        "S-1-1-0",
        "S-1-5-11",
        "S-1-5-7",
        "S-1-5-32-545",
        "S-1-5-21-1-2-3-515",
        "S-1-5-21-1-2-3-513",
    ] {
        assert_eq!(said(sid, true, Rights::Write, false).len(), 1, "{sid}");
    }
    for (account, allow, rights) in [
        ("Everyone", true, Rights::Other),
        ("Everyone", false, Rights::Full),
        ("CONTOSO\\Users", true, Rights::Full),
        ("S-1-5-21-1-2-3-1513", true, Rights::Full),
        ("CONTOSO\\KMS Hosts", true, Rights::Full),
    ] {
        assert!(said(account, allow, rights, false).is_empty(), "{account}");
    }
}

#[test]
fn a_grant_that_is_there_is_not_made_again() {
    let plan = |entries: &[(&str, bool, Rights, bool)]| {
        Case::new(&manual(HOSTS), &RIGHT).node(None, entries).plan()
    };
    let there = plan(&[("CONTOSO\\kms hosts", true, Rights::Full, false)]);
    let action = step(&there, "grant-rights");
    assert_eq!(
        action.title(),
        "Rights of \"KMS Hosts\" on the node, already so: contoso.com"
    );
    assert_eq!(
        action.already(),
        ["contoso.com: already so, seen in evidence/node.txt"]
    );
    let made = instructions(action);
    assert!(made.commands.is_empty() && made.undo.is_empty() && made.by_hand.is_empty());
    assert!(made.check[0].text.contains("Show-Node"));
    let tight = ("CONTOSO\\KMS Hosts", true, Rights::Write, false);
    assert_eq!(step(&plan(&[tight, tight]), "grant-rights"), action);
    // What follows the grant stays.
    step(&there, "save-descriptors");
    step(&there, "clean-up-nodes");
    for entries in [
        &[("CONTOSO\\KMS Hosts", true, Rights::Other, false)][..],
        &[("CONTOSO\\KMS Hosts", true, Rights::Full, true)],
        &[
            ("CONTOSO\\KMS Hosts", true, Rights::Full, false),
            ("CONTOSO\\KMS Hosts", false, Rights::Write, true),
        ],
        &[("CONTOSO\\KMS Hosts Europe", true, Rights::Full, false)],
        // For one attribute of two, perhaps.
        &[("CONTOSO\\KMS Hosts", true, Rights::Write, false)],
    ] {
        let action = plan(entries);
        let action = step(&action, "grant-rights");
        assert!(action.already().is_empty(), "{entries:?}");
        assert!(!instructions(action).commands.is_empty());
    }
}

#[test]
fn evidence_that_nothing_needs_is_told() {
    let mut case = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms1.contoso.com", off)
        .node(Some("CONTOSO\\OLDKMS$"), &[]);
    case.snapshot.evidence.nodes[0].node = parse_full_name("_vlmcs._tcp.old.example").unwrap();
    let plan = case.plan();
    assert_eq!(
        findings(&plan, Code::EvidenceUnused),
        [
            "kms1.contoso.com: Neither the topology nor a KMS record names this host, so nothing follows from what was seen on it. | Check the name: in the topology, in the file's name and in the file. [evidence/kms1.txt:3]",
            "_vlmcs._tcp.old.example: No domain of the plan has its KMS records in this node, so nothing follows from its owner and entries. | Check the name: in the topology, in the file's name and in the file. [evidence/node.txt:3]",
        ]
    );
    assert!(findings(&plan, Code::NodeOwnerNotListed).is_empty());
}

#[test]
fn a_hostile_file_name_stays_data() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host_in("e`x`\n#h\u{1b}[2J|.txt", "kms01.contoso.com", so(false, 75))
        .plan();
    assert!(
        page(&plan).contains("seen in e`x`\\n#h\\u{1b}[2J|.txt"),
        "{}",
        page(&plan)
    );
    assert!(
        markdown(&plan, None).contains("seen in e\\`x\\`\\\\n\\#h"),
        "{}",
        markdown(&plan, None)
            .lines()
            .filter(|line| line.contains("seen in"))
            .collect::<String>()
    );
    assert!(!markdown(&plan, None).contains('\u{1b}'));
    for step in &plan.steps {
        let made = instructions(&step.action);
        let all = [made.commands, made.check, made.undo].concat();
        assert!(
            !all.iter()
                .any(|command| command.text.contains("#h") || command.note.contains("#h"))
        );
    }
}

#[test]
fn what_a_saved_plan_says_to_be_so_is_checked() {
    let plan = Case::new(&manual(HOSTS), &RIGHT)
        .host("kms01.contoso.com", so(false, 75))
        .node(None, &[("CONTOSO\\KMS Hosts", true, Rights::Full, false)])
        .plan();
    let saved: serde_json::Value = serde_json::from_str(&json(&plan)).unwrap();
    let index = |id: &str| {
        let found = plan.steps.iter().position(|step| step.action.id() == id);
        found.unwrap()
    };
    let (disable, grant) = (index("disable-publishing"), index("grant-rights"));
    let complain = |edit: &dyn Fn(&mut serde_json::Value)| {
        let mut value = saved.clone();
        edit(&mut value);
        match read("p.json", value.to_string().as_bytes()) {
            Ok(_) => String::new(),
            Err(errors) => errors.to_string(),
        }
    };
    let already = |value: &mut serde_json::Value, key: &str, to: &str| {
        value["steps"][disable]["action"]["already"][0][key] = to.into();
    };
    let at = format!("p.json: steps[{disable}].action");
    assert_eq!(complain(&|value| already(value, "file", "other.txt")), "");
    assert_eq!(
        complain(&|value| already(value, "name", "kms09.contoso.com.")),
        format!("{at}.already[0]: no such host is among the hosts of the step")
    );
    assert_eq!(
        complain(&|value| already(value, "part", "port")),
        format!("{at}.already[0]: `port` is no part of this step")
    );
    assert!(
        complain(&|value| already(value, "part", "everything"))
            .starts_with(&format!("{at}: unknown variant `everything`"))
    );
    assert_eq!(
        complain(&|value| already(value, "file", "")),
        format!("{at}.already[0]: `file` is a text of at least 1 and at most 65536 octets")
    );
    assert_eq!(
        complain(&|value| {
            let list = &mut value["steps"][disable]["action"]["already"];
            list[1] = list[0].clone();
        }),
        format!("{at}.already[1]: this stands there twice")
    );
    assert_eq!(
        complain(&|value| value["steps"][disable]["action"]["already"] = "yes".into()),
        format!("{at}: invalid type: string \"yes\", expected a sequence")
    );
    assert_eq!(
        complain(
            &|value| value["steps"][grant]["action"]["granted"][0]["domain"] = "example.".into()
        ),
        format!("p.json: steps[{grant}].action.granted[0]: no node of the step is of this domain")
    );
    assert_eq!(
        complain(&|value| {
            value["steps"][disable]["action"]
                .as_object_mut()
                .unwrap()
                .remove("already");
        }),
        "p.json: the id does not fit the plan: it was changed after it was made"
    );
}
