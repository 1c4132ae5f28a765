//! Generated zones: what an administrator's zone holds around its KMS records.

use crate::random::Random;

/// A zone as it is meant.
pub struct Zone {
    /// The apex without its final dot, in the zone's spelling.
    pub apex: String,
    /// SOA MNAME, absolute without the final dot.
    pub mname: String,
    /// SOA serial.
    pub serial: u32,
    /// SOA minimum, seconds: the TTL of a record without one in a Windows zone file.
    pub minimum: u32,
    /// All records but the SOA, those of one owner together.
    pub records: Vec<Record>,
    /// Whether the members of some KMS record set have different TTLs.
    pub mixed: bool,
}

/// A record. Names are absolute without the final dot.
#[derive(Clone)]
pub struct Record {
    /// Its owner.
    pub owner: String,
    /// Seconds.
    pub ttl: u32,
    /// Hours since 1601 of its dynamic-update timestamp; `None`: static.
    pub age: Option<u64>,
    /// Its data.
    pub data: Data,
}

/// The data of a record.
#[derive(Clone)]
pub enum Data {
    /// Service.
    Srv(Service),
    /// IPv4 address.
    A(String),
    /// IPv6 address.
    Aaaa(String),
    /// Name server.
    Ns(String),
    /// Alias.
    Cname(String),
    /// Mail exchanger.
    Mx(u16, String),
    /// Text.
    Txt(String),
}

/// The data of an SRV record.
#[derive(Clone)]
pub struct Service {
    /// Priority.
    pub priority: u16,
    /// Weight.
    pub weight: u16,
    /// Port.
    pub port: u16,
    /// Target.
    pub target: String,
}

impl Record {
    /// The type's mnemonic.
    pub fn kind(&self) -> &'static str {
        match self.data {
            Data::Srv(_) => "SRV",
            Data::A(_) => "A",
            Data::Aaaa(_) => "AAAA",
            Data::Ns(_) => "NS",
            Data::Cname(_) => "CNAME",
            Data::Mx(..) => "MX",
            Data::Txt(_) => "TXT",
        }
    }

    /// The type's number.
    pub fn number(&self) -> u16 {
        match self.data {
            Data::A(_) => 1,
            Data::Ns(_) => 2,
            Data::Cname(_) => 5,
            Data::Mx(..) => 15,
            Data::Txt(_) => 16,
            Data::Aaaa(_) => 28,
            Data::Srv(_) => 33,
        }
    }

    /// The service, for an SRV record.
    pub fn service(&self) -> Option<&Service> {
        match &self.data {
            Data::Srv(service) => Some(service),
            _ => None,
        }
    }

    /// The address, for an A or AAAA record.
    pub fn address(&self) -> Option<&str> {
        match &self.data {
            Data::A(address) | Data::Aaaa(address) => Some(address),
            _ => None,
        }
    }

    /// Whether it is a KMS record.
    pub fn is_kms(&self) -> bool {
        self.service().is_some() && domain_of(&self.owner).is_some()
    }
}

/// The domain whose clients look up `owner`.
pub fn domain_of(owner: &str) -> Option<String> {
    let lower = owner.to_ascii_lowercase();
    lower.strip_prefix("_vlmcs._tcp.").map(str::to_owned)
}

/// `name` relative to `parent`, if it lies at or below it.
pub fn below(name: &str, parent: &str) -> Option<String> {
    if name.eq_ignore_ascii_case(parent) {
        return Some("@".to_owned());
    }
    let cut = name.len().checked_sub(parent.len() + 1)?;
    name[cut..]
        .eq_ignore_ascii_case(&format!(".{parent}"))
        .then(|| name[..cut].to_owned())
}

impl Zone {
    /// `name` relative to the apex: `@` for the apex itself, absolute with a final dot outside the zone.
    pub fn relative(&self, name: &str) -> String {
        below(name, &self.apex).unwrap_or_else(|| format!("{name}."))
    }

    /// The KMS records.
    pub fn kms(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.is_kms())
    }

    /// The owners of KMS records.
    pub fn owners(&self) -> Vec<String> {
        let mut owners: Vec<String> = self.kms().map(|record| record.owner.clone()).collect();
        owners.dedup();
        owners
    }

    /// The records of one owner.
    pub fn at(&self, owner: &str) -> Vec<&Record> {
        let here = |record: &&Record| record.owner.eq_ignore_ascii_case(owner);
        self.records.iter().filter(here).collect()
    }

    /// The domains that have KMS records.
    pub fn domains(&self) -> Vec<String> {
        let owners = self.owners();
        owners.iter().filter_map(|owner| domain_of(owner)).collect()
    }

    /// A domain of the zone that has none; none where the zone holds the names of one domain only.
    pub fn domain_without(&self) -> Option<String> {
        let apex = self.apex.to_ascii_lowercase();
        (!apex.starts_with("_tcp.")).then(|| format!("nokms.{apex}"))
    }

    /// [`domains`](Self::domains), and [`domain_without`](Self::domain_without).
    pub fn all_domains(&self) -> Vec<String> {
        self.domains()
            .into_iter()
            .chain(self.domain_without())
            .collect()
    }

    /// The addresses of a name.
    pub fn addresses(&self, name: &str) -> Vec<&Record> {
        let mut records = self.at(name);
        records.retain(|record| record.address().is_some());
        records
    }

    /// The targets of `records` that have addresses here, each once.
    pub fn addressed_targets(&self, records: &[&Record]) -> Vec<String> {
        let mut targets: Vec<String> = Vec::new();
        for service in records.iter().filter_map(|record| record.service()) {
            let known = targets
                .iter()
                .any(|target| target.eq_ignore_ascii_case(&service.target));
            if !known && !self.addresses(&service.target).is_empty() {
                targets.push(service.target.clone());
            }
        }
        targets
    }
}

const APEXES: [&str; 6] = [
    "contoso.com",
    "contoso.com",
    "corp.fabrikam.example",
    "Fabrikam.Example",
    "xn--mnchen-3ya.example",
    "_tcp.contoso.com",
];
const SUBS: [&str; 4] = ["emea", "branch.office", "Lab", "0-9"];
const OWNERS: [&str; 4] = ["_vlmcs._tcp", "_vlmcs._tcp", "_VLMCS._TCP", "_VlmCs._tcp"];
const NUMBERS: [u16; 7] = [0, 0, 10, 20, 25, 100, 65535];
const PORTS: [u16; 6] = [1688, 1688, 1688, 1688, 1689, 65535];
const TTLS: [u32; 7] = [60, 600, 1200, 3600, 3600, 86_400, 90_061];
const TEXTS: [&str; 7] = [
    "v=spf1 include:spf.contoso.com -all",
    "he said \"no\"; then \"yes\"",
    "a,b;c|d = { [ ( ] } )",
    "back\\slash \\ and \\065",
    "Größe é ü ; 100 (test)",
    "_vlmcs._tcp SRV 0 0 1688 decoy.contoso.com.",
    "$(Remove-Item x) `whoami` %PATH%",
];

/// The zone of a seed.
pub fn generate(seed: u64) -> Zone {
    // Seeds side by side would give the same numbers, one step apart.
    let random = &mut Random::new(seed * 7919);
    let apex = (*random.pick(&APEXES)).to_owned();
    let narrow = apex.starts_with("_tcp.");
    let home = apex.strip_prefix("_tcp.").unwrap_or(&apex).to_owned();
    let mut zone = Zone {
        mname: format!("dc01.{home}"),
        serial: 1 + u32::try_from(random.below(90_000)).expect("it is small"),
        minimum: *random.pick(&[900, 1800, 3600]),
        records: Vec::new(),
        mixed: random.one_in(4),
        apex,
    };
    let minimum = zone.minimum;
    let apex = zone.apex.clone();
    let mut put = |owner: String, ttl: u32, age: Option<u64>, data: Data| {
        zone.records.push(Record {
            owner,
            ttl,
            age,
            data,
        });
    };

    put(
        apex.clone(),
        minimum,
        None,
        Data::Ns(format!("dc01.{home}")),
    );
    if random.one_in(2) {
        put(
            apex.clone(),
            minimum,
            None,
            Data::Ns("ns2.fabrikam.example".to_owned()),
        );
    }
    if !narrow {
        put(
            apex.clone(),
            600,
            age(random),
            Data::A("10.20.0.10".to_owned()),
        );
        put(
            apex.clone(),
            minimum,
            None,
            Data::Mx(10, format!("mail.{home}")),
        );
        let text = (*random.pick(&TEXTS)).to_owned();
        put(format!("txt1.{apex}"), minimum, None, Data::Txt(text));
        let text = (*random.pick(&TEXTS)).to_owned();
        put(format!("txt1.{apex}"), minimum, None, Data::Txt(text));
        put(
            format!("dc01.{apex}"),
            minimum,
            None,
            Data::A("10.20.0.10".to_owned()),
        );
        put(
            format!("activation.{apex}"),
            300,
            None,
            Data::Cname(format!("kms01.{home}")),
        );
    }

    let other = |port| {
        Data::Srv(Service {
            priority: 0,
            weight: 100,
            port,
            target: format!("dc01.{home}"),
        })
    };
    put(format!("_ldap._tcp.{home}"), 600, age(random), other(389));
    if !narrow {
        let site = "Default-First-Site-Name._sites";
        put(
            format!("_gc._tcp.{site}.{apex}"),
            600,
            age(random),
            other(3268),
        );
        put(format!("_vlmcs._udp.{apex}"), 600, None, other(1688));
        put(format!("x_vlmcs._tcp.{apex}"), 600, None, other(1688));
        if random.one_in(4) {
            put(
                format!("*.{apex}"),
                minimum,
                None,
                Data::A("192.0.2.77".to_owned()),
            );
        }
        if random.one_in(3) {
            put(
                format!("child.{apex}"),
                minimum,
                None,
                Data::Ns(format!("ns1.child.{apex}")),
            );
            put(
                format!("ns1.child.{apex}"),
                minimum,
                None,
                Data::A("192.0.2.53".to_owned()),
            );
        }
    }

    let mut domains = vec![home.clone()];
    if !narrow {
        for sub in SUBS {
            if random.one_in(3) {
                domains.push(format!("{sub}.{apex}"));
            }
        }
    }
    let mut targets: Vec<String> = ["kms01", "KMS02", "kmsold-2012", "Old_KMS", "kms-br.Branch"]
        .iter()
        .map(|label| format!("{label}.{home}"))
        .collect();
    targets.push("kms09.Tailspin.example".to_owned());
    for domain in domains {
        let owner = format!("{}.{domain}", random.pick(&OWNERS));
        let ttl = *random.pick(&TTLS);
        let mut seen = Vec::new();
        for _ in 0..=random.below(4) {
            let service = Service {
                priority: *random.pick(&NUMBERS),
                weight: *random.pick(&NUMBERS),
                port: *random.pick(&PORTS),
                target: random.pick(&targets).clone(),
            };
            let identity = (service.target.clone(), service.port);
            if seen.contains(&identity) {
                continue;
            }
            seen.push(identity);
            let age = age(random);
            // Windows keeps a static record at the zone's default beside dynamic ones.
            let ttl = if zone.mixed && age.is_none() {
                zone.minimum
            } else {
                ttl
            };
            zone.records.push(Record {
                owner: owner.clone(),
                ttl,
                age,
                data: Data::Srv(service),
            });
        }
    }
    if !narrow {
        for (at, target) in targets.iter().enumerate() {
            if below(target, &zone.apex).is_none() || random.one_in(4) {
                continue;
            }
            let age = age(random);
            let mut put = |data| {
                zone.records.push(Record {
                    owner: target.clone(),
                    ttl: 1200,
                    age,
                    data,
                });
            };
            put(Data::A(format!("10.20.5.{}", 21 + at)));
            if random.one_in(3) {
                put(Data::Aaaa(format!("fd20:5::{at}")));
            }
        }
    }
    zone.mixed = zone.owners().iter().any(|owner| {
        let set = zone.at(owner);
        set.iter().any(|record| record.ttl != set[0].ttl)
    });
    zone
}

/// A timestamp of early 2026, or none.
fn age(random: &mut Random) -> Option<u64> {
    let back = u64::try_from(random.below(4000)).expect("it is small");
    random.one_in(2).then(|| 3_726_916 - back)
}
