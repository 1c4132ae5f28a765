//! What a bundle does with rights, tickets and timestamps in a directory, shown on a real one: Samba's Active Directory
//! with DNS by BIND, machine accounts with their own Kerberos tickets, secure updates. An administrator runs the
//! bundle's shell scripts.
#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod bundle;
mod controller;
mod samba;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bundle::Bundle;
use controller::{Controller, possible};
use samba::{descriptor, node_dn};
use serde_json::Value;
use support::Folder;

/// The TTL of all records here: `samba-tool` sets no other.
const TTL: u32 = 900;
const REFUSED: &str = "update failed: REFUSED";
const HERE: &str = "_vlmcs._tcp";
const EMEA: &str = "_vlmcs._tcp.emea";

const AUTOMATIC: &str = r#"
[kms]
publishing = "automatic"
ttl = 900
domains = ["contoso.test", "emea.contoso.test"]

[group]
name = "KMS H\u00f6sts"

[[host]]
name = "kms01.contoso.test"

[[host]]
name = "kms02.contoso.test"

[[zone]]
name = "contoso.test"
kind = "ad"
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
"#;

/// A plan for a new domain, with a TTL that `samba-tool` cannot set.
const LATER: &str = r#"
[kms]
publishing = "manual"
ttl = 1800
domains = ["apac.contoso.test"]

[[host]]
name = "kms02.contoso.test"

[[zone]]
name = "contoso.test"
kind = "ad"
"#;

/// Records to add, change, remove, keep.
fn counts(plan: &Value) -> [u64; 4] {
    ["add", "change", "remove", "keep"].map(|key| plan["summary"][key].as_u64().unwrap())
}

/// The plan for the zone as it is transferred now.
fn plan_now(dc: &Controller, folder: &Folder, topology: &str) -> Value {
    folder.write("zone.txt", dc.dig("+tcp AXFR contoso.test"));
    plan(folder, &format!("{topology}.toml zone.txt"))
}

fn plan(folder: &Folder, args: &str) -> Value {
    let run = folder.run(&format!("plan {args} --format json"));
    assert_eq!((run.stderr.as_str(), run.status), ("", 0), "{}", run.stdout);
    serde_json::from_str(&run.stdout).unwrap()
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
    let server = format!("server = \"{}\"\n", dc.address());
    folder.write("automatic.toml", AUTOMATIC.to_owned() + &server);
    folder.write("manual.toml", MANUAL.to_owned() + &server);
    folder.write("later.toml", LATER.to_owned() + &server);

    hosts_join(&dc);
    the_first_host_owns_the_name(&dc);
    let automatic = Bundle::make(&dc, &folder, "automatic");
    answers_give_the_same_plan(&dc, &folder, &automatic.plan());
    let first = descriptor(&dc, &node_dn(HERE));
    for step in [
        "ensure-nodes",
        "create-group",
        "add-members",
        "save-descriptors",
    ] {
        automatic.carry_out(step);
    }
    a_descriptor_that_somebody_changed_stays(&dc, &automatic, &first);
    the_tight_grant_is_enough_for_the_directory(&dc, &automatic);
    automatic.carry_out("grant-rights");
    let granted = descriptor(&dc, &node_dn(HERE));
    the_first_host_goes_on_as_a_member(&dc, &automatic);
    members_publish_with_new_tickets(&dc);
    let published = plan_now(&dc, &folder, "automatic");
    assert_eq!(counts(&published), [0, 0, 0, 4]);

    let manual = an_administrator_tunes_the_records(&dc, &folder);
    let second = srv("contoso.test", "0 0 1688", "kms02");
    assert_eq!(
        dc.update("KMS02", &second),
        Ok(()),
        "the grant has survived"
    );
    the_records_come_back(&dc, &manual);
    tools_of_administrators_lock_hosts_out(&dc);
    a_ttl_that_cannot_be_set_is_told(&dc, &folder);
    the_way_back_ends_where_it_began(&dc, &automatic, &granted, &first);
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
fn answers_give_the_same_plan(dc: &Controller, folder: &Folder, transferred: &Value) {
    assert_eq!(counts(transferred), [3, 0, 0, 1]);
    folder.write("here.txt", dc.dig("SRV _vlmcs._tcp.contoso.test"));
    folder.write("emea.txt", dc.dig("SRV _vlmcs._tcp.emea.contoso.test"));
    let answers = plan(folder, "automatic.toml here.txt emea.txt");
    assert_eq!(answers["id"], transferred["id"]);
}

/// The grant and a second saving refuse a node whose entries are not those that were saved.
fn a_descriptor_that_somebody_changed_stays(dc: &Controller, bundle: &Bundle<'_>, saved: &str) {
    let here = node_dn(HERE);
    samba::allow(dc, &here, "(A;;RP;;;AU)");
    let changed = descriptor(dc, &here);
    for step in ["grant-rights", "save-descriptors", "clean-up-nodes"] {
        bundle.refuses("apply", step);
    }
    let said = bundle.refuses("apply", "grant-rights");
    assert!(said.contains("found:\n  (A;;RP;;;AU)\n"), "{said}");
    assert_eq!(descriptor(dc, &here), changed);
    samba::restore(dc, &here, saved);
    assert_eq!(descriptor(dc, &here), saved);
}

/// A member writes records by LDAP with no more than the tighter alternative, and not without it; DNS by BIND asks for
/// more before it looks.
fn the_tight_grant_is_enough_for_the_directory(dc: &Controller, bundle: &Bundle<'_>) {
    let emea = node_dn(EMEA);
    let before = descriptor(dc, &emea);
    let value = samba::value_for(dc, &node_dn(HERE), "kms01", "kms02");
    let refused = |account| {
        let said = samba::write_value(dc, account, &emea, "add", &value).unwrap_err();
        assert!(said.contains("LDAP_INSUFFICIENT_ACCESS_RIGHTS"), "{said}");
    };
    refused("KMS02$");
    let granted = bundle.run_with("apply", "grant-rights", &[("RIGHTS", "tight")]);
    assert_eq!(granted.status, 0, "{granted:?}");
    assert!(bundle.is_done("grant-rights"));
    for verb in ["add", "delete"] {
        let written = samba::write_value(dc, "KMS02$", &emea, verb, &value);
        assert_eq!(written, Ok(()), "{verb}");
    }
    refused("KMS03$");
    bundle.take_back("grant-rights");
    assert_eq!(descriptor(dc, &emea), before);
    refused("KMS02$");
}

/// The first host loses its own entries and the ownership.
fn the_first_host_goes_on_as_a_member(dc: &Controller, bundle: &Bundle<'_>) {
    let first = samba::sid(dc, "KMS01$");
    let before = descriptor(dc, &node_dn(HERE));
    assert!(before.starts_with(&format!("O:{first}G:")), "{before}");
    bundle.carry_out("clean-up-nodes");
    for node in [HERE, EMEA] {
        let sddl = descriptor(dc, &node_dn(node));
        assert!(sddl.starts_with("O:DAG:"), "{sddl}");
        assert!(!sddl.contains(&first), "{sddl}");
    }
}

/// Each host publishes in both domains; a computer that is no member is refused everywhere.
fn members_publish_with_new_tickets(dc: &Controller) {
    let refused = Err(REFUSED.to_owned());
    let second = srv("contoso.test", "0 0 1688", "kms02");
    assert_eq!(dc.update("KMS02", &second), refused, "with the old ticket");
    for account in ["KMS01", "KMS02", "KMS03"] {
        dc.kinit(account);
    }
    for domain in ["contoso.test", "emea.contoso.test"] {
        for (account, host) in [("KMS01", "kms01"), ("KMS02", "kms02")] {
            let own = srv(domain, "0 0 1688", host);
            assert_eq!(dc.update(account, &own), Ok(()), "{account}");
        }
        let other = srv(domain, "0 0 1688", "kms03");
        assert_eq!(dc.update("KMS03", &other), refused);
    }
}

/// Static records by an administrator, under the eyes of DNS.
fn an_administrator_tunes_the_records<'a>(dc: &'a Controller, folder: &'a Folder) -> Bundle<'a> {
    // A member may write any target; the first host is one.
    let old = srv("contoso.test", "0 0 1688", "oldkms");
    assert_eq!(dc.update("KMS01", &old), Ok(()));
    let bundle = Bundle::make(dc, folder, "manual");
    let plan = bundle.plan();
    assert_eq!(counts(&plan), [2, 4, 1, 0]);
    let nodes = [HERE, EMEA].map(node_dn);
    let descriptors = nodes.each_ref().map(|node| descriptor(dc, node));
    let aged = samba::stored(dc, &nodes[0]);
    assert!(aged.iter().all(|record| record.timestamp > 0), "{aged:?}");

    // Somebody changes the set meanwhile, and something else.
    by_hand(dc, "add", HERE, "rogue.contoso.test 1688 5 5");
    let before = samba::stored(dc, &nodes[0]);
    let said = bundle.refuses("apply", HERE_STEP);
    assert!(
        said.contains("5 5 1688 rogue.contoso.test 900 static"),
        "{said}"
    );
    assert_eq!(samba::stored(dc, &nodes[0]), before);
    by_hand(dc, "delete", HERE, "rogue.contoso.test 1688 5 5");
    by_hand(dc, "add", "unrelated", "rogue.contoso.test 1688 5 5");

    bundle.carry_out(HERE_STEP);
    bundle.carry_out(EMEA_STEP);
    assert!(bundle.watched().len() >= 7, "each edit is watched");
    let domains = plan["domains"].as_array().unwrap();
    let least = domains
        .iter()
        .map(|domain| domain["live_minimum"].as_u64().unwrap());
    let least = least.min().unwrap();
    assert_eq!(least, 2);
    for answer in bundle.watched() {
        let live = answer.iter().filter(|line| line.contains(" kms")).count() as u64;
        assert!(live >= least, "{answer:?}");
    }
    for node in &nodes {
        let stored = samba::stored(dc, node);
        assert_eq!(stored.len(), 3);
        for record in stored {
            assert_eq!((record.timestamp, record.ttl), (0, TTL), "{record:?}");
        }
    }
    assert_eq!(
        nodes.each_ref().map(|node| descriptor(dc, node)),
        descriptors
    );
    assert_eq!(counts(&plan_now(dc, folder, "manual")), [0, 0, 0, 6]);
    bundle
}

const HERE_STEP: &str = "change-records-contoso.test";
const EMEA_STEP: &str = "change-records-emea.contoso.test";

/// What an administrator does with a record besides the plan.
fn by_hand(dc: &Controller, verb: &str, node: &str, data: &str) {
    dc.samba_tool(&["dns", verb, dc.address(), "contoso.test", node, "SRV", data]);
}

/// The tuned records go, those from before come back, static. A host has published meanwhile: its set is refused until
/// that is undone.
fn the_records_come_back(dc: &Controller, bundle: &Bundle<'_>) {
    let stored = samba::stored(dc, &node_dn(HERE));
    bundle.refuses("rollback", HERE_STEP);
    assert_eq!(samba::stored(dc, &node_dn(HERE)), stored);
    by_hand(dc, "delete", HERE, "kms02.contoso.test 1688 0 0");
    for step in [HERE_STEP, EMEA_STEP] {
        bundle.take_back(step);
        assert!(!bundle.is_done(step));
    }
    let targets: Vec<String> = samba::stored(dc, &node_dn(HERE))
        .into_iter()
        .map(|record| format!("{} {} {}", record.priority, record.weight, record.target))
        .collect();
    let all = ["kms01", "kms02", "oldkms"].map(|host| format!("0 0 {host}.contoso.test"));
    assert_eq!(targets, all);
}

/// Why a grant follows a record made by hand, and why a set is never emptied: what the plan warns of.
fn tools_of_administrators_lock_hosts_out(dc: &Controller) {
    let refused = Err(REFUSED.to_owned());
    let own = |host| srv("apac.contoso.test", "0 0 1688", host);
    let node = "_vlmcs._tcp.apac";
    by_hand(dc, "add", node, "kms01.contoso.test 1688 0 0");
    assert_eq!(dc.update("KMS01", &own("kms01")), refused);
    let group = samba::sid(dc, "KMS H\\c3\\b6sts");
    samba::allow(dc, &node_dn(node), &format!("(A;;GA;;;{group})"));
    assert_eq!(dc.update("KMS01", &own("kms01")), Ok(()));

    // A host that withdraws the last record leaves the node, with its entries.
    let last = "update delete _vlmcs._tcp.apac.contoso.test. SRV";
    assert_eq!(dc.update("KMS01", last), Ok(()));
    assert_eq!(dc.update("KMS03", &own("kms03")), refused);
    assert_eq!(dc.update("KMS02", &own("kms02")), Ok(()));

    // An administrator who deletes the last record deletes the node: the name is the next comer's.
    by_hand(dc, "delete", node, "kms02.contoso.test 1688 0 0");
    assert_eq!(dc.update("KMS03", &own("kms03")), Ok(()));
    assert_eq!(dc.update("KMS02", &own("kms02")), refused);
}

/// `samba-tool` gives a new record its own TTL; the scripts do not hide it.
fn a_ttl_that_cannot_be_set_is_told(dc: &Controller, folder: &Folder) {
    let bundle = Bundle::make(dc, folder, "later");
    let said = bundle.does("apply", "change-records-apac.contoso.test");
    let differs = "TTL differs: kms02.contoso.test has 900 seconds, planned are 1800.";
    assert!(said.contains(differs), "{said}");
    let seen = bundle.run("verify", "change-records-apac.contoso.test");
    assert!(seen.stdout.contains(differs), "{seen:?}");
}

/// Rights, members, group and nodes go in reverse order; what hosts have made of them stays until they are gone.
fn the_way_back_ends_where_it_began(
    dc: &Controller,
    bundle: &Bundle<'_>,
    granted: &str,
    first: &str,
) {
    let here = node_dn(HERE);
    let said = bundle.refuses("rollback", "grant-rights");
    assert!(
        said.contains("expected:") && said.contains("found:\n"),
        "{said}"
    );
    bundle.take_back("clean-up-nodes");
    assert_eq!(descriptor(dc, &here), granted);
    bundle.take_back("grant-rights");
    assert_eq!(descriptor(dc, &here), first);
    let again = srv("contoso.test", "0 1 1688", "kms02");
    assert_eq!(dc.update("KMS02", &again), Err(REFUSED.to_owned()));
    let own = srv("contoso.test", "0 1 1688", "kms01");
    assert_eq!(dc.update("KMS01", &own), Ok(()));

    let said = bundle.refuses("rollback", "create-group");
    assert!(said.contains("CN=KMS02,CN=Computers,"), "{said}");
    bundle.take_back("add-members");
    bundle.take_back("create-group");
    let said = bundle.refuses("rollback", "ensure-nodes");
    assert!(said.contains("holds records"), "{said}");
    assert_eq!(samba::stored(dc, &node_dn(EMEA)).len(), 2);
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
