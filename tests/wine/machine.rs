//! A machine on which scripts for hosts and clients run: its registry, its bundle, what its programs did.

use std::path::Path;

use crate::rig::{Desk, KEY, OLD_KEY, Registry, wine};
use crate::support::Run;

/// The zone that the plans change.
pub(crate) const ZONE: &str = "\
$ORIGIN contoso.com.
$TTL 3600
@ IN SOA dc01 hostmaster 1 900 600 86400 3600
 IN NS dc01
dc01 IN A 192.0.2.1
kms01 IN A 192.0.2.2
kms02 IN A 192.0.2.3
kms03 IN A 192.0.2.4
oldkms IN A 192.0.2.5
_vlmcs._tcp IN SRV 0 0 1688 kms01
_vlmcs._tcp IN SRV 0 0 1688 kms02
_vlmcs._tcp IN SRV 0 0 1688 oldkms
_vlmcs._tcp.lab IN SRV 0 0 1688 kms01
";

/// What lies in the folder and is no state of the machine.
const INPUT: [&str; 3] = ["kms.toml", "contoso.com.zone", "out"];

/// A machine with the bundle of a plan.
pub(crate) struct Machine {
    pub(crate) registry: Registry,
    pub(crate) desk: Desk,
}

impl Machine {
    /// The machine kms01.contoso.com; `None` where there is no Wine.
    pub(crate) fn new(test: &str, topology: &str) -> Option<Self> {
        let wine = wine(test)?;
        let desk = Desk::new(wine);
        desk.folder.write("kms.toml", topology);
        desk.folder.write("contoso.com.zone", ZONE);
        let run = desk
            .folder
            .run("bundle kms.toml contoso.com.zone --output out");
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
        let registry = Registry::new(wine);
        registry.name_machine("KMS01", "contoso.com");
        Some(Self { registry, desk })
    }

    /// Another machine: nothing set, nothing saved.
    pub(crate) fn renew(&mut self) {
        self.registry.clear();
        for name in self.desk.folder.names() {
            if !INPUT.contains(&name.as_str()) {
                std::fs::remove_file(self.desk.folder.path().join(name)).unwrap();
            }
        }
        for name in [
            "KMSPLAN_FAIL",
            "KMSPLAN_LIE",
            "KMSPLAN_NO_KMS_HOST",
            "KMSPLAN_EVENT",
        ] {
            self.desk.set(name, "");
        }
    }

    /// The script of a step in `apply`, `verify` or `rollback`.
    fn script(&self, folder: &str, step: &str) -> String {
        let path = self.desk.folder.path().join("out").join(folder);
        let mut names: Vec<String> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                name.contains(step)
                    && !name.contains("-dns-")
                    && Path::new(name).extension().is_some_and(|end| end == "cmd")
            })
            .collect();
        let name = names.pop().unwrap_or_else(|| panic!("{folder} {step}"));
        assert!(names.is_empty(), "{folder} {step}: {name} and {names:?}");
        format!("out/{folder}/{name}")
    }

    /// Runs a script. What it does is what [`Self::changes`] gives after.
    pub(crate) fn run(&self, folder: &str, step: &str, arguments: &[&str]) -> Run {
        self.desk.calls();
        self.desk.run(&self.script(folder, step), arguments)
    }

    /// Runs a script that must end well, and say so in these words; gives what it did.
    pub(crate) fn well(&self, folder: &str, step: &str, words: &str) -> Vec<String> {
        let run = self.run(folder, step, &[]);
        assert_eq!(
            run.status, 0,
            "{folder} {step}: {}{}",
            run.stdout, run.stderr
        );
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
        assert_eq!(run.stderr, "", "{}", run.stdout);
        self.changes()
    }

    /// Runs a script that must end well and do nothing.
    pub(crate) fn idle(&self, folder: &str, step: &str, words: &str) {
        let before = self.state();
        assert_eq!(self.well(folder, step, words), [""; 0]);
        assert_eq!(self.state(), before);
    }

    /// Runs a script that must fail with these words, and do nothing.
    pub(crate) fn unlike(&self, folder: &str, step: &str, arguments: &[&str], words: &str) {
        let before = self.state();
        let run = self.run(folder, step, arguments);
        assert_eq!(
            run.status, 1,
            "{folder} {step}: {}{}",
            run.stdout, run.stderr
        );
        assert!(
            run.stdout.contains(words),
            "{words}: {}{}",
            run.stdout,
            run.stderr
        );
        assert_eq!(self.changes(), [""; 0]);
        assert_eq!(self.state(), before);
        if folder != "verify" {
            assert!(run.stdout.contains("Nothing was changed"), "{}", run.stdout);
        }
    }

    /// Runs a script that must fail on the way, with these words; gives what it did.
    pub(crate) fn fails(
        &self,
        folder: &str,
        step: &str,
        arguments: &[&str],
        words: &str,
    ) -> Vec<String> {
        let run = self.run(folder, step, arguments);
        assert_eq!(
            run.status, 1,
            "{folder} {step}: {}{}",
            run.stdout, run.stderr
        );
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
        self.changes()
    }

    /// The calls since the last look that change something, each in one line.
    fn changes(&self) -> Vec<String> {
        let looks = |call: &[String]| {
            let word = |index: usize| call.get(index).map_or("", String::as_str);
            match word(0) {
                "reg" | "sc" => word(1) == "query",
                "cscript" => word(3) == "/dlv",
                "netsh" => word(3) == "show",
                "wevtutil" | "ping" => true,
                _ => false,
            }
        };
        self.desk
            .calls()
            .into_iter()
            .filter(|call| !looks(call))
            .map(|call| call.join(" "))
            .collect()
    }

    /// Both keys, the firewall's rules, and what is saved; a note of a run that changes nothing counts too.
    fn state(&self) -> Vec<String> {
        let mut all = [self.registry.values(KEY), self.registry.values(OLD_KEY)].concat();
        for name in self.desk.folder.names() {
            if !INPUT.contains(&name.as_str()) && name != "calls" {
                all.push(self.desk.folder.read(&name));
                all.push(name);
            }
        }
        all
    }
}
