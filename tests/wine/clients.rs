//! Clients, by the `.cmd` files of a bundle.

use crate::machine::Machine;
use crate::rig::{KEY, steady};

const TOPOLOGY: &str = r#"
[kms]
domains = ["contoso.com", "lab.contoso.com"]
[[host]]
name = "kms01.contoso.com"
[[host]]
name = "kms02.contoso.com"
[[zone]]
name = "contoso.com"
kind = "ad"
apply = "dnscmd"
server = "dc01.contoso.com"
"#;

const NAME: &str = "KeyManagementServiceName";
const PORT: &str = "KeyManagementServicePort";

fn client(test: &str) -> Option<Machine> {
    let mut machine = Machine::new(test, TOPOLOGY)?;
    machine.desk.set("KMSPLAN_NO_KMS_HOST", "yes");
    Some(machine)
}

#[test]
fn a_pinned_client_is_freed_and_pinned_again() {
    steady(|| {
        const PIN: &str = "refresh-clients";
        let Some(machine) = client("a_pinned_client_is_freed_and_pinned_again") else {
            return;
        };
        machine.idle("apply", PIN, "already applied");
        machine.idle("rollback", PIN, "already undone");
        for (name, port) in [
            ("kms01.contoso.com", Some("1688")),
            ("kms01.contoso.com", None),
            ("a&copy zone made&(b)^", None),
        ] {
            machine.registry.clear();
            for file in machine.desk.folder.names() {
                if file.starts_with("kmsplan-") {
                    std::fs::remove_file(machine.desk.folder.path().join(file)).unwrap();
                }
            }
            machine.registry.set(KEY, NAME, "REG_SZ", name);
            if let Some(port) = port {
                machine.registry.set(KEY, PORT, "REG_SZ", port);
            }
            let before = machine.registry.values(KEY);
            machine.unlike("verify", PIN, &[], "not as planned");
            machine.well("apply", PIN, ": applied.");
            assert_eq!(machine.registry.values(KEY), [""; 0]);
            machine.idle("apply", PIN, "already applied");
            machine.idle("verify", PIN, "as planned");
            machine.well("rollback", PIN, ": undone");
            assert_eq!(machine.registry.values(KEY), before);
            machine.idle("rollback", PIN, "already undone");
            machine.well("apply", PIN, ": applied.");
            machine
                .registry
                .set(KEY, NAME, "REG_SZ", "other.contoso.com");
            machine.unlike("rollback", PIN, &[], "other.contoso.com");
        }
        assert!(!machine.desk.folder.names().contains(&"made".to_owned()));
    });
}

#[test]
fn caching_is_switched_off_and_on() {
    steady(|| {
        const CACHING: &str = "disable-client-caching";
        let Some(mut machine) = client("caching_is_switched_off_and_on") else {
            return;
        };
        machine.unlike("verify", CACHING, &[], "not as planned");
        machine.well("apply", CACHING, ": applied.");
        machine.idle("apply", CACHING, "already applied");
        machine.idle("verify", CACHING, "as planned");
        machine.well("rollback", CACHING, ": undone");
        machine.unlike("verify", CACHING, &[], "not as planned");
        machine.idle("rollback", CACHING, "already undone");
        machine.desk.set("KMSPLAN_FAIL", "/ckhc");
        machine.fails("apply", CACHING, &[], "Not as planned");
    });
}

#[test]
fn a_client_looks_up_the_domain_that_is_named() {
    steady(|| {
        const DOMAIN: &str = "set-lookup-domain";
        const VALUE: &str = "KeyManagementServiceLookupDomain";
        let Some(machine) = client("a_client_looks_up_the_domain_that_is_named") else {
            return;
        };
        for arguments in [&[][..], &["fabrikam.com"]] {
            machine.unlike("apply", DOMAIN, arguments, "no domain of this step");
        }
        let lab = ["LAB.contoso.com"];
        machine.unlike("verify", DOMAIN, &lab, "not as planned");
        let run = machine.run("apply", DOMAIN, &lab);
        assert_eq!(run.status, 0, "{}", run.stdout);
        assert_eq!(
            machine.registry.values(KEY),
            [format!("{VALUE} REG_SZ lab.contoso.com")]
        );
        for (folder, words) in [("apply", "already applied"), ("verify", "as planned")] {
            let run = machine.run(folder, DOMAIN, &lab);
            assert_eq!(run.status, 0, "{}", run.stdout);
            assert!(run.stdout.contains(words), "{}", run.stdout);
        }
        machine.unlike(
            "apply",
            DOMAIN,
            &["contoso.com"],
            "not the state that was reviewed",
        );
        machine.unlike(
            "rollback",
            DOMAIN,
            &["contoso.com"],
            "not the state that was reviewed",
        );
        let run = machine.run("rollback", DOMAIN, &lab);
        assert_eq!(run.status, 0, "{}", run.stdout);
        assert_eq!(machine.registry.values(KEY), [""; 0]);
        let run = machine.run("rollback", DOMAIN, &lab);
        assert!(run.stdout.contains("already undone"), "{}", run.stdout);
    });
}
