//! What a plan says about rights, tickets and timestamps in a directory, shown on a real one: Samba's Active Directory
//! with DNS by BIND, machine accounts with their own Kerberos tickets, secure updates.
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod controller;
mod samba;

use std::panic::{AssertUnwindSafe, catch_unwind};

use controller::{Controller, possible};
use kmsplan::plan::action::{Action, HostPublishing, Record, RecordEdit, RecordSet, SetChange};
use kmsplan::{Name, presentation};
use samba::Saved;
use serde_json::Value;
use support::Folder;

/// The TTL of all records here: `samba-tool` sets no other.
const TTL: u32 = 900;
const REFUSED: &str = "update failed: REFUSED";

const AUTOMATIC: &str = r#"
[kms]
publishing = "automatic"
ttl = 900
domains = ["contoso.test", "emea.contoso.test"]

[[host]]
name = "kms01.contoso.test"

[[host]]
name = "kms02.contoso.test"

[[zone]]
name = "contoso.test"
kind = "ad"
server = "dc1.contoso.test"
dynamic-update = "secure"
"#;

const MANUAL: &str = r#"
[kms]
publishing = "manual"
ttl = 900
domains = ["contoso.test", "emea.contoso.test"]

[[host]]
name = "kms01.contoso.test"
priority = 10
weight = 75

[[host]]
name = "kms02.contoso.test"
priority = 10
weight = 25

[[host]]
name = "kms03.contoso.test"
priority = 20

[[retired]]
name = "oldkms.contoso.test"
running = false

[[zone]]
name = "contoso.test"
kind = "ad"
server = "dc1.contoso.test"
"#;

/// A plan, as a program reads it.
struct Plan {
    json: Value,
    actions: Vec<Action>,
}

impl Plan {
    fn make(folder: &Folder, args: &str) -> Self {
        let run = folder.run(&format!("plan {args} --format json"));
        assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{}", run.stdout);
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        let steps = json["steps"].as_array().unwrap();
        let actions = steps
            .iter()
            .map(|step| serde_json::from_value(step["action"].clone()).unwrap())
            .collect();
        Self { json, actions }
    }

    /// Records to add, change, remove, keep.
    fn counts(&self) -> [u64; 4] {
        ["add", "change", "remove", "keep"].map(|key| self.json["summary"][key].as_u64().unwrap())
    }

    fn live_minimum(&self, domain: &Name) -> u64 {
        let domains = self.json["domains"].as_array().unwrap();
        let domain = presentation::lower(domain);
        let found = domains.iter().find(|entry| entry["name"] == domain);
        found.unwrap()["live_minimum"].as_u64().unwrap()
    }
}

/// The plan for the zone as it is transferred now.
fn plan_now(dc: &Controller, folder: &Folder, topology: &str) -> Plan {
    folder.write("zone.txt", dc.dig("+tcp AXFR contoso.test"));
    Plan::make(folder, &format!("{topology} zone.txt"))
}

fn srv(domain: &str, numbers: &str, host: &str) -> String {
    format!("update add _vlmcs._tcp.{domain}. {TTL} IN SRV {numbers} {host}.contoso.test.")
}

#[test]
fn a_directory_does_what_the_plan_says() {
    if !possible("a_directory_does_what_the_plan_says") {
        return;
    }
    let dc = Controller::start();
    let folder = Folder::new();
    folder.write("automatic.toml", AUTOMATIC);
    folder.write("manual.toml", MANUAL);

    hosts_join(&dc);
    the_first_host_owns_the_name(&dc);
    let plan = plan_now(&dc, &folder, "automatic.toml");
    answers_give_the_same_plan(&dc, &folder, &plan);
    the_grants_are_those_that_the_plan_prints(&folder);
    let saved = hosts_publish_by_the_plan(&dc, &plan);
    let published = plan_now(&dc, &folder, "automatic.toml");
    assert_eq!(published.counts(), [0, 0, 0, 4]);

    an_administrator_tunes_the_records(&dc, &folder);
    let tuned = plan_now(&dc, &folder, "manual.toml");
    assert_eq!(tuned.counts(), [0, 0, 0, 6]);
    the_saved_descriptors_take_the_rights_back(&dc, &saved);
    tools_of_administrators_lock_hosts_out(&dc);
}

/// Three computers with tickets, each with an address that it registers itself.
fn hosts_join(dc: &Controller) {
    for (account, number) in [("KMS01", 1), ("KMS02", 2), ("KMS03", 3)] {
        dc.kinit(account);
        let address = format!("update add {account}.contoso.test. {TTL} IN A 192.0.2.{number}");
        assert_eq!(dc.update(account, &address), Ok(()));
    }
}

fn the_first_host_owns_the_name(dc: &Controller) {
    let refused = Err(REFUSED.to_owned());
    let first = srv("contoso.test", "0 0 1688", "kms01");
    assert_eq!(dc.unsigned_update(&first), refused);
    assert_eq!(dc.update("KMS01", &first), Ok(()));
    let second = srv("contoso.test", "0 0 1688", "kms02");
    assert_eq!(dc.update("KMS02", &second), refused);
}

/// What `dig` answers about the two names tells the same as a transfer.
fn answers_give_the_same_plan(dc: &Controller, folder: &Folder, plan: &Plan) {
    assert_eq!(plan.counts(), [3, 0, 0, 1]);
    folder.write("here.txt", dc.dig("SRV _vlmcs._tcp.contoso.test"));
    folder.write("emea.txt", dc.dig("SRV _vlmcs._tcp.emea.contoso.test"));
    let answers = Plan::make(folder, "automatic.toml here.txt emea.txt");
    assert_eq!(answers.json["id"], plan.json["id"]);
}

/// What is tried here is what the PowerShell text of the plan grants.
fn the_grants_are_those_that_the_plan_prints(folder: &Folder) {
    let printed = folder.run("plan automatic.toml zone.txt --section implementation");
    assert!(printed.stdout.contains("$right = 'GenericAll'"));
    for entry in samba::TIGHT {
        let guid = entry.split(';').nth(3).unwrap();
        assert!(printed.stdout.contains(guid), "{guid}");
    }
}

/// The directory steps and what hosts do after them, in the plan's order; the descriptors as they were before.
fn hosts_publish_by_the_plan(dc: &Controller, plan: &Plan) -> Saved {
    let mut saved = Saved::new();
    let mut done = Vec::new();
    for action in &plan.actions {
        match action {
            Action::EnsureNodes { nodes } => samba::ensure_nodes(dc, nodes),
            Action::CreateGroup { group } => samba::create_group(dc, group),
            Action::AddMembers { group, members } => samba::add_members(dc, group, members),
            Action::SaveDescriptors { nodes } => saved = samba::save_descriptors(dc, nodes),
            Action::GrantRights { group, nodes, .. } => {
                let [here, emea] = &nodes[..] else {
                    panic!("two nodes")
                };
                let here = samba::node_dn(&here.zone, &here.owner);
                let emea = samba::node_dn(&emea.zone, &emea.owner);
                let from = samba::value_for(dc, &here, "kms01", "kms02");
                let tight = || samba::grant(dc, &group.name, &emea, samba::TIGHT);
                let back = || samba::restore(dc, &emea, &saved[&emea]);
                the_tight_grant_is_enough_for_the_directory(dc, &emea, &from, tight, back);
                for node in [&here, &emea] {
                    samba::grant(dc, &group.name, node, samba::FULL);
                }
            }
            Action::CleanUpNodes { nodes, .. } => clean_up(dc, nodes),
            Action::RenewTickets { hosts } => {
                let update = srv("contoso.test", "0 0 1688", "kms02");
                let old_ticket = dc.update("KMS02", &update);
                assert_eq!(old_ticket, Err(REFUSED.to_owned()), "with the old ticket");
                for host in hosts {
                    dc.kinit(&account(&host.name.0));
                }
                dc.kinit("KMS03");
            }
            Action::EnablePublishing { hosts, .. } => hosts_publish(dc, hosts),
            _ => continue,
        }
        done.push(name(action));
    }
    assert_eq!(
        done,
        [
            "ensure-nodes",
            "create-group",
            "add-members",
            "save-descriptors",
            "grant-rights",
            "clean-up-nodes",
            "renew-tickets",
            "enable-publishing"
        ]
    );
    saved
}

fn name(action: &Action) -> String {
    let json = serde_json::to_value(action).unwrap();
    json["type"].as_str().unwrap().to_owned()
}

/// A member writes records by LDAP with no more than the tighter alternative, and not without it; DNS by BIND asks for
/// more before it looks.
fn the_tight_grant_is_enough_for_the_directory(
    dc: &Controller,
    node: &str,
    value: &str,
    grant: impl Fn(),
    take_back: impl Fn(),
) {
    let refused = |account| {
        let said = samba::write_value(dc, account, node, "add", value).unwrap_err();
        assert!(said.contains("LDAP_INSUFFICIENT_ACCESS_RIGHTS"), "{said}");
    };
    refused("KMS02$");
    grant();
    for verb in ["add", "delete"] {
        let written = samba::write_value(dc, "KMS02$", node, verb, value);
        assert_eq!(written, Ok(()), "{verb}");
    }
    refused("KMS03$");
    take_back();
    refused("KMS02$");
}

/// The first host loses its own entries and the ownership; it goes on by its membership.
fn clean_up(dc: &Controller, nodes: &[kmsplan::plan::action::Node]) {
    let first = samba::sid(dc, "KMS01$");
    let dn = samba::node_dn(&nodes[0].zone, &nodes[0].owner);
    let before = samba::descriptor(dc, &dn);
    assert!(before.starts_with(&format!("O:{first}G:")), "{before}");
    samba::clean_up(dc, nodes);
    for node in nodes {
        let sddl = samba::descriptor(dc, &samba::node_dn(&node.zone, &node.owner));
        assert!(sddl.starts_with("O:DAG:"), "{sddl}");
        assert!(!sddl.contains(&first), "{sddl}");
    }
}

fn account(host: &Name) -> String {
    let label = presentation::plain(host);
    label.split('.').next().unwrap().to_ascii_uppercase()
}

/// Each host publishes its list; a computer that is no member is refused everywhere.
fn hosts_publish(dc: &Controller, hosts: &[HostPublishing]) {
    for entry in hosts {
        let account = account(&entry.host.name.0);
        for line in &entry.publish {
            let domain = presentation::plain(&line.domain);
            let numbers = format!("{} {} {}", line.priority, line.weight, entry.host.port);
            let own = srv(&domain, &numbers, &account.to_ascii_lowercase());
            assert_eq!(dc.update(&account, &own), Ok(()), "{account}");
            let other = srv(&domain, &numbers, "kms03");
            assert_eq!(dc.update("KMS03", &other), Err(REFUSED.to_owned()));
        }
    }
}

/// Static records by an administrator, in the plan's order, under the eyes of DNS.
fn an_administrator_tunes_the_records(dc: &Controller, folder: &Folder) {
    // A member may write any target; the first host is one.
    let old = srv("contoso.test", "0 0 1688", "oldkms");
    assert_eq!(dc.update("KMS01", &old), Ok(()));
    let plan = plan_now(dc, folder, "manual.toml");
    assert_eq!(plan.counts(), [2, 4, 1, 0]);
    let mut changed = 0;
    for action in &plan.actions {
        let Action::ChangeRecords { change } = action else {
            continue;
        };
        changed += 1;
        tune(dc, change, plan.live_minimum(&change.before.domain));
    }
    assert_eq!(changed, 2);
}

fn tune(dc: &Controller, change: &SetChange, live_minimum: u64) {
    let node = samba::node_dn(&change.before.zone, &change.before.owner);
    let descriptor = samba::descriptor(dc, &node);
    let aged = samba::stored(dc, &node);
    assert!(aged.iter().all(|record| record.timestamp > 0), "{aged:?}");
    assert_eq!(answered(dc, &change.before), data(&change.before.records));
    let kinds: Vec<u8> = change.edits.iter().map(kind).collect();
    assert!(kinds.is_sorted(), "adds first, removals last: {kinds:?}");

    for edit in &change.edits {
        samba::edit(dc, &change.before, edit);
        let served = answered(dc, &change.before);
        let live = served.iter().filter(|record| record.3.starts_with("kms"));
        assert!(live.count() as u64 >= live_minimum, "{served:?}");
        assert!(!served.is_empty());
    }

    assert_eq!(answered(dc, &change.after), data(&change.after.records));
    for record in samba::stored(dc, &node) {
        assert_eq!((record.timestamp, record.ttl), (0, TTL), "{record:?}");
    }
    assert_eq!(samba::descriptor(dc, &node), descriptor);
}

fn kind(edit: &RecordEdit) -> u8 {
    match edit {
        RecordEdit::Add { .. } => 0,
        RecordEdit::Replace { .. } => 1,
        RecordEdit::Remove { .. } => 2,
    }
}

/// Priority, weight, port and target, sorted.
type Data = (u16, u16, u16, String);

/// The set as the domain controller answers it.
fn answered(dc: &Controller, set: &RecordSet) -> Vec<Data> {
    let owner = presentation::plain(&set.owner);
    let mut records: Vec<Data> = dc
        .dig(&format!("+short SRV {owner}"))
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(' ').collect();
            let [priority, weight, port, target] = fields[..] else {
                panic!("{line} is no SRV record")
            };
            let number = |text: &str| text.parse().unwrap();
            let target = target.to_ascii_lowercase();
            (number(priority), number(weight), number(port), target)
        })
        .collect();
    records.sort();
    records
}

fn data(records: &[Record]) -> Vec<Data> {
    let mut records: Vec<Data> = records
        .iter()
        .map(|record| {
            let target = presentation::lower(&record.target);
            (record.priority, record.weight, record.port, target)
        })
        .collect();
    records.sort();
    records
}

/// The undo of grant and clean-up: the first host owns the name again, and the second is refused again.
fn the_saved_descriptors_take_the_rights_back(dc: &Controller, saved: &Saved) {
    let second = srv("contoso.test", "0 0 1688", "kms02");
    assert_eq!(
        dc.update("KMS02", &second),
        Ok(()),
        "the grant has survived"
    );
    for (node, sddl) in saved {
        samba::restore(dc, node, sddl);
        assert_eq!(&samba::descriptor(dc, node), sddl);
    }
    let again = srv("contoso.test", "0 1 1688", "kms02");
    assert_eq!(dc.update("KMS02", &again), Err(REFUSED.to_owned()));
    let first = srv("contoso.test", "0 1 1688", "kms01");
    assert_eq!(dc.update("KMS01", &first), Ok(()));
}

/// Why a grant follows a record made by hand, and why a set is never emptied: what the plan warns of.
fn tools_of_administrators_lock_hosts_out(dc: &Controller) {
    let refused = Err(REFUSED.to_owned());
    let own = |host| srv("apac.contoso.test", "0 0 1688", host);
    let by_hand = |verb, data| {
        let (zone, node) = ("contoso.test", "_vlmcs._tcp.apac");
        dc.samba_tool(&["dns", verb, dc.address(), zone, node, "SRV", data]);
    };
    let node =
        "DC=_vlmcs._tcp.apac,DC=contoso.test,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=test";
    by_hand("add", "kms01.contoso.test 1688 0 0");
    assert_eq!(dc.update("KMS01", &own("kms01")), refused);
    samba::grant(dc, "KMS Hosts", node, samba::FULL);
    assert_eq!(dc.update("KMS01", &own("kms01")), Ok(()));

    // A host that withdraws the last record leaves the node, with its entries.
    let last = "update delete _vlmcs._tcp.apac.contoso.test. SRV";
    assert_eq!(dc.update("KMS01", last), Ok(()));
    assert_eq!(dc.update("KMS03", &own("kms03")), refused);
    assert_eq!(dc.update("KMS02", &own("kms02")), Ok(()));

    // An administrator who deletes the last record deletes the node: the name is the next comer's.
    by_hand("delete", "kms02.contoso.test 1688 0 0");
    assert_eq!(dc.update("KMS03", &own("kms03")), Ok(()));
    assert_eq!(dc.update("KMS02", &own("kms02")), refused);
}

#[test]
fn a_test_that_fails_leaves_no_domain_controller_behind() {
    if !possible("a_test_that_fails_leaves_no_domain_controller_behind") {
        return;
    }
    let mut left = None;
    let failed = catch_unwind(AssertUnwindSafe(|| {
        let dc = Controller::start();
        left = Some((dc.dir().to_owned(), dc.address().to_owned(), dc.sessions()));
        panic!("this failure is part of the test");
    }));
    assert!(failed.is_err());
    let (dir, address, sessions) = left.unwrap();
    assert!(!dir.exists());
    let shown = |program: &str, args: &[&str]| {
        let output = std::process::Command::new(program).args(args).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let addresses = shown("ip", &["-4", "-o", "addr", "show", "dev", "lo"]);
    assert!(!addresses.contains(&format!(" {address}/")), "{addresses}");
    for session in &sessions {
        let processes = shown("ps", &["-o", "stat=,args=", "-s", session]);
        // Where it has ended and init has not asked for its status yet, it is none any more.
        let running = processes.lines().filter(|line| !line.starts_with('Z'));
        assert_eq!(running.collect::<Vec<_>>(), [""; 0]);
    }
}
