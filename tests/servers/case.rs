//! Generated zones with a topology each, and what the zone is to be, by the rules of `docs/plan.md` told
//! once more in a slow and obvious way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::zone::Record;
use crate::zonegen::Random;

/// How the records are to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By dynamic update.
    Update,
    /// By the diff.
    Patch,
    /// By the diff, where the server is BIND.
    PatchOnBind,
}

/// A zone and what is wanted there.
#[derive(Debug)]
pub(crate) struct Case {
    /// The zone, without final dot; also the name of its file.
    pub(crate) apex: String,
    /// Whether it holds targets that are no host names.
    pub(crate) odd: bool,
    /// The topology file.
    pub(crate) topology: String,
    /// What the zone holds now; its SOA has no serial.
    pub(crate) now: BTreeSet<Record>,
    /// What it is to hold.
    pub(crate) wanted: BTreeSet<Record>,
    file: String,
}

/// Whether a machine is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Host,
    Retired,
    Unlisted,
}

/// A machine that records may name.
struct Machine {
    /// With its final dot, in lower case.
    name: String,
    role: Role,
    port: u16,
    /// Priority and weight by domain, which has a final dot.
    published: BTreeMap<String, (u16, u16)>,
}

/// What holds for the whole topology.
struct How {
    ttl: u32,
    /// Whether unlisted records stay.
    keep: bool,
    /// Whether little is to change.
    calm: bool,
    kind: Kind,
}

/// A KMS record: priority, weight, port, target in lower case.
type Data = (u16, u16, u16, String);

/// The KMS records of a zone by owner, each with its TTL.
type Sets = BTreeMap<String, BTreeMap<Data, u32>>;

const NUMBERS: [u16; 6] = [0, 0, 10, 25, 100, 65_535];
const TTLS: [u32; 4] = [0, 300, 3600, 86_400];

impl Case {
    /// A zone that is only to be served, whatever it holds.
    pub(crate) fn served(apex: &str, file: &str) -> Self {
        Self {
            apex: apex.to_owned(),
            odd: true,
            topology: String::new(),
            now: BTreeSet::new(),
            wanted: BTreeSet::new(),
            file: file.to_owned(),
        }
    }

    /// As many cases as asked for, each in a zone of its own, and one more: a host comes with another TTL
    /// beside a record that is kept.
    pub(crate) fn all(count: u64, kind: Kind) -> Vec<Self> {
        let mut cases: Vec<Self> = (0..count).map(|seed| Self::new(seed, kind)).collect();
        cases.push(Self::beside_kept(kind));
        cases
    }

    fn beside_kept(kind: Kind) -> Self {
        let zone = "kept.contoso.com.".to_owned();
        let machine = |name: &str, role| Machine {
            name: format!("{name}.{zone}"),
            role,
            port: 1688,
            published: BTreeMap::new(),
        };
        let mut machines = vec![
            machine("kms01", Role::Host),
            machine("other", Role::Unlisted),
        ];
        machines[0].published.insert(zone.clone(), (0, 0));
        let owner = format!("_vlmcs._tcp.{zone}");
        let other = (0, 0, 1688, machines[1].name.clone());
        let mut file = rest(&zone, &machines);
        let _ = writeln!(file, "{owner} 300 IN SRV 0 0 1688 {}", other.3);
        let sets = Sets::from([(owner, BTreeMap::from([(other, 300)]))]);
        let how = How {
            ttl: 3600,
            keep: true,
            calm: true,
            kind,
        };
        Self::made(
            &mut Random::new(0),
            &zone,
            file,
            &sets,
            std::slice::from_ref(&zone),
            &machines,
            &how,
        )
    }

    fn made(
        random: &mut Random,
        zone: &str,
        file: String,
        sets: &Sets,
        named: &[String],
        machines: &[Machine],
        how: &How,
    ) -> Self {
        Self {
            apex: zone.trim_end_matches('.').to_owned(),
            odd: machines
                .iter()
                .any(|machine| machine.name.contains(['_', '\\'])),
            topology: topology(random, zone, named, machines, how),
            now: with_sets(&file, sets),
            wanted: with_sets(&file, &wanted(sets, named, machines, how)),
            file,
        }
    }

    /// The names of the record sets that are to change.
    pub(crate) fn changing(&self) -> BTreeSet<&str> {
        let differing = self.now.symmetric_difference(&self.wanted);
        differing.map(|record| record.owner.as_str()).collect()
    }

    /// The zone file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The data of a KMS record of the file, as it is spelled there.
    pub(crate) fn spelled(&self, record: &Record) -> &str {
        let line = self.file.lines().find_map(|line| {
            let (owner, data) = line.split_once(' ')?;
            let (_, data) = data.split_once(" IN SRV ")?;
            let same = owner.eq_ignore_ascii_case(&record.owner)
                && data.eq_ignore_ascii_case(&record.data);
            same.then_some(data)
        });
        line.expect("it is one of the file's")
    }

    fn new(seed: u64, kind: Kind) -> Self {
        let mut random = Random::new(seed);
        let zone = format!("z{seed}.contoso.com.");
        let odd = seed % 4 == 3;
        let mut domains = vec![zone.clone()];
        for part in ["emea", "lab", "_x.branch"] {
            if random.one_in(2) {
                domains.push(format!("{part}.{zone}"));
            }
        }
        let named: Vec<String> = domains
            .iter()
            .filter(|_| !random.one_in(3))
            .cloned()
            .collect();
        let named = if named.is_empty() {
            domains[..1].to_vec()
        } else {
            named
        };

        let how = How {
            ttl: *random.pick(&TTLS),
            keep: random.one_in(3),
            calm: random.one_in(3),
            kind,
        };
        let mut machines = machines(&mut random, &zone, odd, how.calm);
        let mut sets = Sets::new();
        let mut file = rest(&zone, &machines);
        for domain in &domains {
            let ttl = if random.one_in(2) {
                how.ttl
            } else {
                *random.pick(&TTLS)
            };
            let owner = format!("_vlmcs._tcp.{domain}");
            let mut set = BTreeMap::new();
            let share = random.below(5);
            for machine in &machines {
                while random.below(5) < share {
                    let port = if !how.calm && random.one_in(8) {
                        1689
                    } else {
                        1688
                    };
                    let (priority, weight) = (*random.pick(&NUMBERS), *random.pick(&NUMBERS));
                    let data = (priority, weight, port, machine.name.clone());
                    if set.insert(data, ttl).is_some() {
                        break;
                    }
                    let target = in_some_case(&mut random, &machine.name);
                    let owner = in_some_case(&mut random, &owner);
                    let _ = writeln!(
                        file,
                        "{owner} {ttl} IN SRV {priority} {weight} {port} {target}"
                    );
                    if how.calm || !random.one_in(6) {
                        break;
                    }
                }
            }
            sets.insert(owner, set);
        }
        for machine in &mut machines {
            publish(&mut random, machine, &named, &sets, how.calm);
        }
        if machines.iter().all(|machine| machine.role != Role::Host) {
            machines[0].role = Role::Host;
            machines[0].published.insert(named[0].clone(), (10, 25));
        }
        Self::made(&mut random, &zone, file, &sets, &named, &machines, &how)
    }
}

fn machines(random: &mut Random, zone: &str, odd: bool, calm: bool) -> Vec<Machine> {
    let mut names = [
        "kms01.",
        "kms02.",
        "kms03.emea.",
        "kms-4.lab.",
        "oldkms.",
        "srv1688.",
    ]
    .map(|name| format!("{name}{zone}"))
    .to_vec();
    names.push("kms07.fabrikam.example.".to_owned());
    if odd {
        names.push(format!("old-kms_1.{zone}"));
        names.push(format!(r"lab\.kms.{zone}"));
        names.push(format!(r"k\$\(kms\).{zone}"));
    }
    names
        .into_iter()
        .map(|name| Machine {
            role: match random.below(10) {
                // What runs on hosts and clients carries no such name: it is of a host that is off.
                _ if name.contains('\\') => Role::Retired,
                1.. if calm => Role::Host,
                0..=4 => Role::Host,
                5 | 6 => Role::Retired,
                _ => Role::Unlisted,
            },
            name,
            port: if !calm && random.one_in(6) {
                1689
            } else {
                1688
            },
            published: BTreeMap::new(),
        })
        .collect()
}

/// Gives a host its domains and numbers; what stands there already is often wanted again.
fn publish(random: &mut Random, machine: &mut Machine, named: &[String], sets: &Sets, calm: bool) {
    if machine.role != Role::Host {
        return;
    }
    for domain in named {
        let mut set = sets[&format!("_vlmcs._tcp.{domain}")].keys();
        let there = set.find(|data| data.2 == machine.port && data.3 == machine.name);
        let left_out_of_20 = match there {
            Some(_) if calm => 1,
            None if calm => 18,
            _ => 5,
        };
        if random.below(20) < left_out_of_20 {
            continue;
        }
        let numbers = match there {
            Some((priority, weight, _, _)) if calm || random.one_in(2) => (*priority, *weight),
            _ => (*random.pick(&NUMBERS), *random.pick(&NUMBERS)),
        };
        machine.published.insert(domain.clone(), numbers);
    }
    if machine.published.is_empty() {
        machine.role = Role::Unlisted;
    }
}

/// What the zone holds besides KMS records.
fn rest(zone: &str, machines: &[Machine]) -> String {
    let mut file = format!(
        "{zone} 3600 IN SOA ns1.{zone} hostmaster.{zone} 48213 900 600 86400 3600\n\
         {zone} 3600 IN NS ns1.{zone}\n\
         {zone} 300 IN MX 10 mail.{zone}\n\
         {zone} 3600 IN TXT \"v=spf1 include:spf.contoso.com -all\"\n\
         ns1.{zone} 3600 IN A 192.0.2.53\n\
         mail.{zone} 300 IN A 192.0.2.25\n\
         activation.{zone} 3600 IN CNAME kms01.{zone}\n\
         *.wild.{zone} 3600 IN TXT \"a; b\" \"c\"\n\
         _ldap._tcp.{zone} 600 IN SRV 0 100 389 dc01.{zone}\n\
         _ldap._tcp.{zone} 600 IN SRV 0 100 389 dc02.{zone}\n\
         _vlmcs._udp.{zone} 600 IN SRV 0 0 1688 kms01.{zone}\n\
         _tcp.{zone} 3600 IN TXT \"beside\"\n\
         sub.{zone} 3600 IN NS ns.sub.{zone}\n\
         ns.sub.{zone} 3600 IN A 192.0.2.54\n"
    );
    for (index, machine) in machines.iter().enumerate() {
        if machine.name.ends_with(zone) {
            let _ = writeln!(file, "{} 1200 IN A 192.0.2.{}", machine.name, 100 + index);
            let _ = writeln!(
                file,
                "{} 1200 IN AAAA 2001:db8::{:x}",
                machine.name,
                1 + index
            );
        }
    }
    file
}

/// The records of the file with these KMS records instead of its own.
fn with_sets(file: &str, sets: &Sets) -> BTreeSet<Record> {
    let mut records = BTreeSet::new();
    for line in file.lines() {
        let mut fields = line.splitn(5, ' ');
        let mut field = || fields.next().unwrap();
        let (owner, ttl, _class, kind, data) = (field(), field(), field(), field(), field());
        let data = if kind == "SOA" {
            data.replace(" 48213 ", " ")
        } else {
            data.to_owned()
        };
        let record = Record::new(owner, ttl.parse().unwrap(), kind, &data);
        if !record.owner.starts_with("_vlmcs._tcp.") {
            records.insert(record);
        }
    }
    for (owner, set) in sets {
        for ((priority, weight, port, target), ttl) in set {
            let data = format!("{priority} {weight} {port} {target}");
            records.insert(Record::new(owner, *ttl, "SRV", &data));
        }
    }
    records
}

/// What becomes of the sets. A server that takes updates keeps one TTL a set, that of the record written
/// last: a record that is kept beside wanted ones takes theirs. In a file it keeps its own.
fn wanted(sets: &Sets, named: &[String], machines: &[Machine], how: &How) -> Sets {
    let mut all = sets.clone();
    for (owner, set) in &mut all {
        let domain = owner.trim_start_matches("_vlmcs._tcp.");
        let is_named = named.iter().any(|name| name == domain);
        set.retain(|(_, _, _, target), _| {
            let machine = machines.iter().find(|machine| machine.name == *target);
            match machine.unwrap().role {
                Role::Retired => false,
                Role::Unlisted => how.keep || !is_named,
                Role::Host => !is_named,
            }
        });
        for machine in machines {
            if let Some((priority, weight)) = machine.published.get(domain) {
                let data = (*priority, *weight, machine.port, machine.name.clone());
                set.insert(data, how.ttl);
                if how.kind == Kind::Update {
                    for ttl in set.values_mut() {
                        *ttl = how.ttl;
                    }
                }
            }
        }
    }
    all
}

fn topology(
    random: &mut Random,
    zone: &str,
    named: &[String],
    machines: &[Machine],
    how: &How,
) -> String {
    let ttl = how.ttl;
    let unlisted = if how.keep { "keep" } else { "remove" };
    let mut text = format!("[kms]\ndomains = {named:?}\nttl = {ttl}\nunlisted = \"{unlisted}\"\n");
    for machine in machines {
        let name = in_some_case(random, &machine.name);
        match machine.role {
            Role::Host => {
                let _ = write!(
                    text,
                    "\n[[host]]\nname = '{name}'\nport = {}\npublish = [\n",
                    machine.port
                );
                for (domain, (priority, weight)) in &machine.published {
                    let _ = writeln!(
                        text,
                        "  {{ domain = '{domain}', priority = {priority}, weight = {weight} }},"
                    );
                }
                text.push_str("]\n");
            }
            Role::Retired => {
                let running = !name.contains('\\');
                let _ = write!(
                    text,
                    "\n[[retired]]\nname = '{name}'\nrunning = {running}\n"
                );
            }
            Role::Unlisted => {}
        }
    }
    let apply = match how.kind {
        Kind::Update => "kind = \"bind\"\napply = \"nsupdate\"\nserver = \"127.0.0.1\"",
        Kind::PatchOnBind => "kind = \"bind\"\napply = \"patch\"",
        Kind::Patch => "kind = \"other\"\napply = \"patch\"",
    };
    let _ = write!(text, "\n[[zone]]\nname = '{zone}'\n{apply}\n");
    text
}

/// The name, one time in four in upper case.
fn in_some_case(random: &mut Random, name: &str) -> String {
    if random.one_in(4) {
        name.to_ascii_uppercase()
    } else {
        name.to_owned()
    }
}
