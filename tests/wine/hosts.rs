//! Hosts: publishing, ports, tickets, by the `.cmd` files of a bundle.

use crate::machine::Machine;
use crate::rig::{KEY, OLD_KEY, steady};

/// kms01 has a publish list of its own; kms02 is to change its port; kms03 has the old
/// licensing service; oldkms goes.
const MANUAL: &str = r#"
[kms]
domains = ["contoso.com", "lab.contoso.com"]
[[host]]
name = "kms01.contoso.com"
publish = ["contoso.com", "lab.contoso.com", { domain = "x_-1.contoso.com", priority = 65535, weight = 1 }, "bücher.contoso.com"]
[[host]]
name = "kms02.contoso.com"
port = 1689
[[host]]
name = "kms03.contoso.com"
os = "windows-server-2008"
[[retired]]
name = "oldkms.contoso.com"
[[zone]]
name = "contoso.com"
kind = "ad"
apply = "dnscmd"
server = "dc01.contoso.com"
"#;

/// Two hosts that publish by themselves.
const AUTOMATIC: &str = r#"
[kms]
publishing = "automatic"
domains = ["contoso.com"]
[[host]]
name = "kms01.contoso.com"
[[host]]
name = "kms02.contoso.com"
weight = 5
[[zone]]
name = "contoso.com"
kind = "ad"
apply = "dnscmd"
server = "dc01.contoso.com"
"#;

const LIST: &str = "DnsDomainPublishList";
const SWITCH: &str = "DisableDnsPublishing";
const DISABLE: &str = "disable-publishing";
const ENABLE: &str = "enable-publishing";
/// What the plan wants of kms01.
const WANTED: &str = r"contoso.com, 0, 0\0lab.contoso.com, 0, 0\0x_-1.contoso.com, 65535, 1\0xn--bcher-kva.contoso.com, 0, 0";

fn list(text: &str) -> String {
    format!("{LIST} REG_MULTI_SZ {text}")
}

fn switch(value: u8) -> String {
    format!("{SWITCH} REG_DWORD {value:#x}")
}

const STOP: &str = "net stop sppsvc";
const START: &str = "net start sppsvc";

fn add_list(text: &str) -> String {
    format!("reg add {KEY} /v {LIST} /t REG_MULTI_SZ /d {text} /f")
}

fn slmgr(option: &str) -> String {
    format!(r"cscript //nologo C:\windows\System32\slmgr.vbs {option}")
}

/// Lists and switches that a host may have before.
const BEFORE: [(Option<&str>, Option<&str>); 4] = [
    (None, None),
    (Some(""), Some("0x0")),
    (Some(r"contoso.com,10,75\0a&copy b\0%TEMP%\0xy^z(1)"), None),
    (Some(WANTED), Some("0x0")),
];

#[test]
fn there_again_and_back() {
    steady(|| {
        let Some(mut machine) = Machine::new("there_again_and_back", MANUAL) else {
            return;
        };
        for (old_list, old_switch) in BEFORE {
            machine.renew();
            if let Some(text) = old_list {
                machine.registry.set(KEY, LIST, "REG_MULTI_SZ", text);
            }
            if let Some(value) = old_switch {
                machine.registry.set(KEY, SWITCH, "REG_DWORD", value);
            }
            let before = machine.registry.values(KEY);
            machine.unlike("verify", DISABLE, &[], "not as planned");
            assert_eq!(
                machine.well("apply", DISABLE, ": applied."),
                [
                    add_list(WANTED),
                    slmgr("/cdns"),
                    STOP.to_owned(),
                    START.to_owned()
                ]
            );
            assert_eq!(machine.registry.values(KEY), [switch(1), list(WANTED)]);
            machine.idle("apply", DISABLE, "already applied");
            machine.idle("verify", DISABLE, "as planned");
            let changes = machine.well("rollback", DISABLE, ": undone");
            assert_eq!(machine.registry.values(KEY), before, "{changes:?}");
            assert_eq!(changes[changes.len() - 2..], [STOP, START]);
            machine.idle("rollback", DISABLE, "already undone");
        }
        // The way there is open again.
        machine.well("apply", DISABLE, ": applied.");
        assert_eq!(machine.registry.values(KEY), [switch(1), list(WANTED)]);
    });
}

#[test]
fn what_changed_meanwhile_is_left_alone() {
    steady(|| {
        let Some(machine) = Machine::new("what_changed_meanwhile_is_left_alone", MANUAL) else {
            return;
        };
        let set = |text: &str| machine.registry.set(KEY, LIST, "REG_MULTI_SZ", text);
        set("contoso.com, 10, 75");
        machine.well("apply", DISABLE, ": applied.");
        for other in [
            "contoso.com, 10, 76",
            "",
            r"contoso.com, 10, 75\0b.example",
            "a&copy zone made&b",
        ] {
            set(other);
            machine.unlike("apply", DISABLE, &[], "not the state that was reviewed");
            machine.unlike("rollback", DISABLE, &[], &format!("found:    {other}"));
            machine.unlike("verify", DISABLE, &[], "not as planned");
        }
        assert!(!machine.desk.folder.names().contains(&"made".to_owned()));
        machine.registry.reg(&["delete", KEY, "/v", LIST, "/f"]);
        machine.unlike("rollback", DISABLE, &[], "not the state that was reviewed");
        // Undone by hand: that is no other state.
        set("contoso.com, 10, 75");
        machine.registry.reg(&["delete", KEY, "/v", SWITCH, "/f"]);
        machine.well("apply", DISABLE, ": applied.");
        machine.registry.set(KEY, SWITCH, "REG_DWORD", "0");
        machine.unlike("rollback", DISABLE, &[], "publishing off: no");
        // As planned, but by whom is not known here.
        for name in machine.desk.folder.names() {
            if name.starts_with("kmsplan-") {
                std::fs::remove_file(machine.desk.folder.path().join(name)).unwrap();
            }
        }
        machine.registry.set(KEY, SWITCH, "REG_DWORD", "1");
        machine.unlike("rollback", DISABLE, &[], "is not saved");
    });
}

#[test]
fn a_script_finds_its_host() {
    steady(|| {
        let Some(mut machine) = Machine::new("a_script_finds_its_host", MANUAL) else {
            return;
        };
        for (host, domain, arguments) in [
            ("pc-4711", "contoso.com", &[][..]),
            ("kms01", "fabrikam.com", &[]),
            ("kms01", "", &[]),
            ("kms0", "contoso.com", &[]),
            ("pc-4711", "contoso.com", &["kms01.contoso.com"]),
            ("kms02", "contoso.com", &["kms01.contoso.com"]),
            ("kms01", "contoso.com", &["kms02.contoso.com"]),
            ("kms01", "contoso.com", &["kms01.fabrikam.com"]),
            ("kms01", "contoso.com", &["kms01"]),
            ("kms01", "contoso.com", &["."]),
            ("", "", &["kms01.contoso.com"]),
        ] {
            machine.registry.name_machine(host, domain);
            machine.unlike("apply", DISABLE, arguments, "Nothing was changed");
        }
        machine.registry.name_machine("kms02", "contoso.com");
        for folder in ["verify", "rollback"] {
            machine.unlike(
                folder,
                DISABLE,
                &["kms01.contoso.com"],
                "Nothing was changed",
            );
        }
        machine.registry.name_machine("kms01", "fabrikam.com");
        let run = machine.run("apply", DISABLE, &["KMS01.contoso.com"]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        assert_eq!(machine.registry.values(KEY), [switch(1), list(WANTED)]);
        machine.renew();
        machine.registry.name_machine("Kms02", "Contoso.com");
        machine.well("apply", DISABLE, ": applied.");
        assert_eq!(
            machine.registry.values(KEY),
            [switch(1), list(r"contoso.com, 0, 0\0lab.contoso.com, 0, 0")],
            "its own list"
        );
    });
}

#[test]
fn the_old_licensing_service_has_its_own_key() {
    steady(|| {
        let Some(machine) = Machine::new("the_old_licensing_service_has_its_own_key", MANUAL)
        else {
            return;
        };
        machine.registry.name_machine("kms03", "contoso.com");
        machine
            .registry
            .set(OLD_KEY, LIST, "REG_MULTI_SZ", "contoso.com");
        let before = machine.registry.values(OLD_KEY);
        let changes = machine.well("apply", DISABLE, ": applied.");
        assert_eq!(
            changes[changes.len() - 2..],
            ["net stop slsvc", "net start slsvc"]
        );
        assert_eq!(
            machine.registry.values(OLD_KEY),
            [switch(1), list(r"contoso.com\0lab.contoso.com")]
        );
        machine.idle("apply", DISABLE, "already applied");
        machine.idle("verify", DISABLE, "as planned");
        machine.well("rollback", DISABLE, ": undone");
        assert_eq!(machine.registry.values(OLD_KEY), before);
    });
}

#[test]
fn what_fails_stops_the_script() {
    steady(|| {
        let Some(mut machine) = Machine::new("what_fails_stops_the_script", MANUAL) else {
            return;
        };
        let start = |machine: &mut Machine| {
            machine.renew();
            machine
                .registry
                .set(KEY, LIST, "REG_MULTI_SZ", "contoso.com");
        };
        start(&mut machine);
        machine.desk.set("KMSPLAN_FAIL", "reg add");
        let changes = machine.fails("apply", DISABLE, &[], "Failed on KMS01.contoso.com");
        assert_eq!(
            changes,
            [add_list(WANTED)],
            "the first failure is the last command"
        );
        machine.desk.set("KMSPLAN_FAIL", "");
        machine.desk.set("KMSPLAN_LIE", "reg add");
        machine.fails("apply", DISABLE, &[], "Failed on KMS01.contoso.com");
        for command in ["net stop", "net start"] {
            start(&mut machine);
            let before = machine.registry.values(KEY);
            machine.desk.set("KMSPLAN_FAIL", command);
            machine.fails("apply", DISABLE, &[], "Failed on KMS01.contoso.com");
            // All is set, but the service has not restarted: the next run does that, and what was there stays saved.
            machine.desk.set("KMSPLAN_FAIL", "");
            if command == "net start" {
                machine.desk.folder.write("service", "RUNNING\n");
            }
            assert!(
                machine
                    .well("apply", DISABLE, ": applied.")
                    .contains(&START.to_owned())
            );
            machine.well("rollback", DISABLE, ": undone");
            assert_eq!(machine.registry.values(KEY), before);
        }
        // A host that is not activated yet refuses /cdns; the registry does it.
        start(&mut machine);
        machine.desk.set("KMSPLAN_NO_KMS_HOST", "yes");
        machine.well("apply", DISABLE, ": applied.");
        assert_eq!(machine.registry.values(KEY), [switch(1), list(WANTED)]);
        // Without the key nothing is known.
        start(&mut machine);
        machine.desk.set("KMSPLAN_FAIL", "reg query");
        machine.unlike("apply", DISABLE, &[], "Nothing was changed");
        machine.desk.set("KMSPLAN_FAIL", "");
        machine.registry.reg(&["delete", KEY, "/f"]);
        let run = machine.run("apply", DISABLE, &[]);
        assert_eq!(run.status, 1, "{}", run.stdout);
        assert!(
            run.stdout.contains("cannot be read. Nothing was changed"),
            "{}",
            run.stdout
        );
        machine.registry.clear();
    });
}

#[test]
fn new_hosts_are_prepared_without_a_restart() {
    steady(|| {
        const PREPARE: &str = "prepare-new-hosts";
        let Some(mut machine) = Machine::new("new_hosts_are_prepared_without_a_restart", MANUAL)
        else {
            return;
        };
        machine.registry.name_machine("kms03", "contoso.com");
        machine.desk.set("KMSPLAN_NO_KMS_HOST", "yes");
        machine.unlike("verify", PREPARE, &[], "not as planned");
        let changes = machine.well("apply", PREPARE, ": applied.");
        assert_eq!(
            changes,
            [format!(
                "reg add {OLD_KEY} /v {SWITCH} /t REG_DWORD /d 1 /f"
            )]
        );
        machine.idle("apply", PREPARE, "already applied");
        machine.idle("verify", PREPARE, "as planned");
        machine.well("rollback", PREPARE, ": undone");
        assert_eq!(machine.registry.values(OLD_KEY), [""; 0]);
        machine.idle("rollback", PREPARE, "already undone");
        machine.registry.name_machine("kms09", "contoso.com");
        machine.unlike("apply", PREPARE, &[], "no host of this step");
    });
}

#[test]
fn hosts_that_go_fall_silent_and_keep_their_list() {
    steady(|| {
        const SILENCE: &str = "silence-retired-hosts";
        let Some(machine) = Machine::new("hosts_that_go_fall_silent_and_keep_their_list", MANUAL)
        else {
            return;
        };
        machine.registry.name_machine("oldkms", "contoso.com");
        let own = r"fabrikam.com, 1, 2\0contoso.com";
        machine.registry.set(KEY, LIST, "REG_MULTI_SZ", own);
        machine.unlike("verify", SILENCE, &[], "not as planned");
        let changes = machine.well("apply", SILENCE, ": applied.");
        assert_eq!(changes, [slmgr("/cdns"), STOP.to_owned(), START.to_owned()]);
        assert_eq!(machine.registry.values(KEY), [switch(1), list(own)]);
        machine.idle("apply", SILENCE, "already applied");
        machine.idle("verify", SILENCE, "as planned");
        machine.well("rollback", SILENCE, ": undone");
        assert_eq!(machine.registry.values(KEY), [list(own)]);
        machine.idle("rollback", SILENCE, "already undone");
    });
}

#[test]
fn a_host_that_publishes_again_is_waited_for() {
    steady(|| {
        let Some(mut machine) =
            Machine::new("a_host_that_publishes_again_is_waited_for", AUTOMATIC)
        else {
            return;
        };
        let wanted = "contoso.com, 0, 0";
        let start = |machine: &mut Machine, event: &'static str| {
            machine.renew();
            machine.registry.set(KEY, SWITCH, "REG_DWORD", "1");
            // Of long ago: neither counts.
            machine.desk.folder.write("events", "12293\n12294\n12293\n");
            machine.desk.set("KMSPLAN_EVENT", event);
        };
        start(&mut machine, "12294");
        machine.unlike("verify", ENABLE, &[], "not as planned");
        assert_eq!(
            machine.well("apply", ENABLE, ": applied."),
            [
                add_list(wanted),
                slmgr("/sdns"),
                STOP.to_owned(),
                START.to_owned()
            ]
        );
        assert_eq!(machine.registry.values(KEY), [switch(0), list(wanted)]);
        machine.idle("apply", ENABLE, "already applied");
        machine.idle("verify", ENABLE, "as planned");
        machine.well("rollback", ENABLE, ": undone");
        assert_eq!(machine.registry.values(KEY), [switch(1)]);
        machine.idle("rollback", ENABLE, "already undone");
        start(&mut machine, "12293");
        machine.fails("apply", ENABLE, &[], "could not publish: event 12293");
        // The cause is gone: the next run restarts and waits again.
        machine.desk.set("KMSPLAN_EVENT", "12294");
        let changes = machine.well("apply", ENABLE, ": applied.");
        assert_eq!(changes[changes.len() - 2..], [STOP, START]);
        start(&mut machine, "");
        let arguments = ["kms01.contoso.com", "20"];
        machine.fails(
            "apply",
            ENABLE,
            &arguments,
            "no event 12294 within 20 seconds",
        );
        machine.fails(
            "apply",
            ENABLE,
            &arguments,
            "Do not go on with another host",
        );
    });
}

#[test]
fn tickets_are_renewed_only_where_nothing_is_published() {
    steady(|| {
        const RENEW: &str = "renew-tickets";
        let Some(mut machine) = Machine::new(
            "tickets_are_renewed_only_where_nothing_is_published",
            MANUAL,
        ) else {
            return;
        };
        for value in [None, Some("0")] {
            if let Some(value) = value {
                machine.registry.set(KEY, SWITCH, "REG_DWORD", value);
            }
            machine.unlike("apply", RENEW, &[], "the restart would publish");
            machine.unlike("verify", RENEW, &[], "not as planned");
        }
        machine.registry.set(KEY, SWITCH, "REG_DWORD", "1");
        machine.desk.set("KMSPLAN_FAIL", "klist -li");
        let changes = machine.fails("apply", RENEW, &[], "Failed on KMS01.contoso.com");
        assert_eq!(changes, ["klist -li 0x3e4 purge"]);
        machine.desk.set("KMSPLAN_FAIL", "");
        assert_eq!(
            machine.well("apply", RENEW, ": applied"),
            [
                "klist -li 0x3e4 purge",
                "klist -li 0x3e7 purge",
                STOP,
                START
            ]
        );
        machine.idle("apply", RENEW, "already applied");
        machine.idle("verify", RENEW, "as planned");
    });
}

#[test]
fn a_host_moves_to_another_port_and_back() {
    steady(|| {
        const MOVE: &str = "host-move-port";
        const PORT: &str = "KeyManagementServiceListeningPort";
        const RULE: &str = "name=Key Management Service (TCP 1689)";
        let Some(mut machine) = Machine::new("a_host_moves_to_another_port_and_back", MANUAL)
        else {
            return;
        };
        machine.registry.name_machine("kms02", "contoso.com");
        for (port, has_rule) in [(None, false), (Some("1688"), false), (None, true)] {
            machine.renew();
            machine.desk.folder.write("rules", "");
            if let Some(port) = port {
                machine.registry.set(KEY, PORT, "REG_SZ", port);
            }
            if has_rule {
                machine.desk.folder.write("rules", format!("{RULE}\n"));
            }
            let before = machine.registry.values(KEY);
            machine.unlike("verify", MOVE, &[], "not as planned");
            let changes = machine.well("apply", MOVE, ": applied.");
            let rule = format!(
                "netsh advfirewall firewall add rule {RULE} dir=in action=allow protocol=TCP localport=1689"
            );
            let expected = [rule, slmgr("/sprt 1689"), STOP.to_owned(), START.to_owned()];
            assert_eq!(changes, expected[usize::from(has_rule)..]);
            assert_eq!(
                machine.registry.values(KEY),
                [format!("{PORT} REG_SZ 1689")]
            );
            machine.idle("apply", MOVE, "already applied");
            machine.idle("verify", MOVE, "as planned");
            machine.well("rollback", MOVE, ": undone");
            assert_eq!(machine.registry.values(KEY), before);
            assert_eq!(machine.desk.folder.read("rules").contains(RULE), has_rule);
            machine.idle("rollback", MOVE, "already undone");
        }
        machine.renew();
        machine.registry.set(KEY, PORT, "REG_SZ", "1700");
        machine.unlike("apply", MOVE, &[], "found:    1700");
        machine.registry.set(KEY, PORT, "REG_SZ", "1688");
        machine.well("apply", MOVE, ": applied.");
        machine.registry.set(KEY, PORT, "REG_SZ", "1700");
        machine.unlike("rollback", MOVE, &[], "found:    1700");
        machine.unlike("apply", MOVE, &[], "found:    1700");
        machine.renew();
        machine.registry.set(KEY, PORT, "REG_SZ", "1689");
        machine.unlike("rollback", MOVE, &[], "is not saved");
        for command in ["netsh advfirewall", "/sprt", "net stop"] {
            machine.renew();
            machine.desk.set("KMSPLAN_FAIL", command);
            machine.fails("apply", MOVE, &[], "Failed on kms02.contoso.com");
        }
    });
}
