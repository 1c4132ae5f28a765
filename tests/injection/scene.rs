//! A topology with zones, evidence and a list of domains, in which values stand wherever one may stand.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::corpus::{cut, escaped, file_name, is_account, is_control, label};
use crate::run::Run;
use crate::support::Folder;

/// A folder with the inputs of a run.
pub(crate) struct Scene {
    pub(crate) folder: Folder,
    topology: String,
    sources: Vec<String>,
    /// Options of the commands that plan.
    options: Vec<String>,
}

/// What every zone begins with.
fn head(apex: &str) -> String {
    format!(
        "$ORIGIN {apex}.\n$TTL 3600\n@ IN SOA dc01 hostmaster 48213 900 600 86400 3600\n IN NS dc01\n\
         dc01 IN A 192.0.2.1\nkms01 IN A 192.0.2.2\nkms02 IN A 192.0.2.3\noldkms IN A 192.0.2.4\n"
    )
}

impl Scene {
    /// All values as labels: of unlisted and retired targets, of hosts of the topology, of domains that have records
    /// and of domains that are to get them; and as text in TXT records and comments.
    pub(crate) fn of_names(values: &[&str]) -> Self {
        let folder = Folder::new();
        let mut zone = head("contoso.com");
        zone.push_str("_vlmcs._tcp IN SRV 0 0 1688 kms01\n_vlmcs._tcp IN SRV 0 0 1688 oldkms\n");
        let (mut hosts, mut retired, mut domains) =
            (Vec::new(), Vec::new(), vec![json!("contoso.com")]);
        for (index, value) in values.iter().enumerate() {
            let label = label(value);
            let target = format!("u{index}.{label}");
            let _ = writeln!(
                zone,
                "_vlmcs._tcp IN SRV 0 0 1688 {target}\n{target} IN A 192.0.2.9"
            );
            let _ = writeln!(
                zone,
                "{label} IN SRV 0 0 1688 kms01\n_vlmcs._tcp.d{index}.{label} IN SRV 1 1 1688 oldkms"
            );
            let _ = writeln!(zone, "t{index} IN TXT \"{}\"", escaped(cut(value, 255)));
            let comment: String = value
                .chars()
                .filter(|c| !matches!(c, '\n' | '\r'))
                .collect();
            let _ = writeln!(zone, "; {comment}");
            match index % 4 {
                0 => domains.push(json!(format!("d{index}.{label}.contoso.com"))),
                1 => retired.push(
                    json!({"name": format!("u{index}.{label}.contoso.com"), "running": false}),
                ),
                2 => {
                    let name = format!("h{index}.{label}.contoso.com");
                    let _ = writeln!(zone, "{name}. IN A 192.0.2.8");
                    hosts.push(json!({"name": name, "account": false, "publish": ["contoso.com"]}));
                }
                _ => {}
            }
        }
        hosts.push(json!({"name": "kms01.contoso.com"}));
        let topology = json!({
            "kms": {"domains": domains, "unlisted": "remove"}, "host": hosts, "retired": retired,
            "zone": [{"name": "contoso.com", "kind": "bind", "apply": "nsupdate", "server": "127.0.0.1"}],
        });
        folder.write("kms.json", topology.to_string());
        folder.write("contoso.com.zone", zone);
        folder.write("domains.txt", "# more\nmore.contoso.com\n");
        Self {
            folder,
            topology: "kms.json".to_owned(),
            sources: vec!["contoso.com.zone".to_owned()],
            options: ["--domains", "domains.txt"].map(str::to_owned).to_vec(),
        }
    }

    /// Values as free text of a topology, and as names of files: of the topology, of zone files, of evidence. Each
    /// value has a zone of its own. What is no text for a topology is a name of a file alone.
    pub(crate) fn of_words(values: &[&str]) -> Self {
        let folder = Folder::new();
        let all = values.concat();
        let text: Vec<&str> = values
            .iter()
            .copied()
            .filter(|value| !is_control(value))
            .collect();
        let accounts: Vec<&str> = values
            .iter()
            .copied()
            .filter(|value| is_account(value))
            .collect();
        let (mut hosts, mut zones, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
        let mut sources = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let apex = format!("z{index}.example");
            let host = format!("kms01.{apex}");
            let mut zone = head(&apex);
            zone.push_str("_vlmcs._tcp IN SRV 0 0 1688 oldkms\n");
            let _ = writeln!(zone, "t IN TXT \"{}\"", escaped(cut(value, 255)));
            let source = format!("{}.{apex}.zone", file_name(value));
            folder.write(&source, zone);
            sources.push(source);
            let mut entry = json!({"name": host, "publish": [apex.clone()]});
            if is_account(value) {
                entry["account"] = json!(format!("K{}{index}$", cut(value.trim(), 12)));
            }
            hosts.push(entry);
            let mut entry = match index % 3 {
                0 => json!({"name": apex, "kind": "ad", "server": format!("dc01.{apex}")}),
                1 => {
                    json!({"name": apex, "kind": "bind", "apply": "nsupdate", "server": "127.0.0.1"})
                }
                _ => json!({"name": apex, "kind": "bind", "apply": "patch"}),
            };
            if index % 3 == 0 {
                let part = if is_control(value) { "plain" } else { value };
                entry["partition"] = json!(format!("DC={part},DC=example"));
            }
            zones.push(entry);
            if !is_control(value) {
                allowed.push(json!({
                    "finding": "unlisted-host", "subject": format!("oldkms.{apex}"), "reason": format!("because {value} so")
                }));
            }
        }
        let domains: Vec<Value> = (0..values.len())
            .map(|index| json!(format!("z{index}.example")))
            .collect();
        let path: Vec<String> = text.iter().map(|value| format!("OU={value}")).collect();
        let path = [path.join(","), "DC=z0,DC=example".to_owned()].join(",");
        let topology = json!({
            "kms": {"domains": domains, "publishing": "automatic", "unlisted": "remove"},
            "group": {
                "name": format!("G{}", cut(&accounts.concat(), 60)), "path": path.trim_start_matches(','),
                "scope": "universal",
            },
            "host": hosts, "zone": zones, "allow": allowed,
        });
        let topology_file = format!("{}.json", file_name(&all));
        folder.write(&topology_file, topology.to_string());
        Self {
            folder,
            topology: topology_file,
            sources,
            options: Vec::new(),
        }
    }

    /// Runs a command as it is for this scene: with its topology or its saved plan, its sources and its options.
    pub(crate) fn run(&self, command: &str, asked: &[&str], fresh: bool) -> Run {
        let mut arguments = vec![command];
        match command {
            "plan" | "simulate" | "check" => arguments.push(&self.topology),
            "show" | "rollback" | "verify" => arguments.push("plan.json"),
            "bundle" => arguments.push(if fresh { &self.topology } else { "plan.json" }),
            "audit" => arguments.extend(["--topology", &self.topology]),
            _ => {}
        }
        if !matches!(command, "show" | "check") {
            arguments.extend(self.sources.iter().map(String::as_str));
        }
        if matches!(command, "plan" | "bundle" | "audit" | "simulate") {
            arguments.extend(self.options.iter().map(String::as_str));
        }
        if command == "bundle" {
            arguments.extend(["--output", "bundle"]);
        }
        arguments.extend(asked);
        Run::of(self.folder.path(), &arguments)
    }

    /// The zone files.
    pub(crate) fn sources(&self) -> &[String] {
        &self.sources
    }
}
