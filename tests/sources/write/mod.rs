//! Writers of every format that kmsplan reads, made from the formats' grammar alone: they share nothing with
//! the readers that they judge.

pub mod console;
pub mod powershell;
pub mod systems;
pub mod zone_file;

use crate::zone::{Record, Zone};

/// A zone as some tool writes it, and what that form can tell.
pub struct Writing {
    /// Format and variant, for people.
    pub label: String,
    /// The word of the format.
    pub format: &'static str,
    /// The file's name.
    pub file: String,
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Further arguments.
    pub args: String,
    /// Whether the zone's name comes with it (or from `args`), so that the topology need not name it.
    pub told: bool,
    /// How the zone is managed.
    pub kind: &'static str,
    /// Which TTLs it tells.
    pub ttl: Ttl,
    /// Which ages it tells.
    pub age: Age,
    /// The domains about which it tells something.
    pub domains: Vec<String>,
}

/// Which TTLs a form tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ttl {
    /// All.
    Told,
    /// None: not printed, or what a cache had left.
    Untold,
    /// All but those equal to the zone's default, which are left empty.
    UnlessDefault,
}

/// Which ages a form tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// All.
    Told,
    /// None.
    Untold,
    /// The zone's server knows no ageing: nothing is aged.
    None,
}

impl Writing {
    /// A writing of an AD zone that tells all.
    fn new(label: &str, format: &'static str, zone: &Zone, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            label: format!("{format}, {label}"),
            format,
            file: "source.txt".to_owned(),
            bytes: bytes.into(),
            args: String::new(),
            told: true,
            kind: "ad",
            ttl: Ttl::Told,
            age: Age::Told,
            domains: zone.domains(),
        }
    }

    fn file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    fn args(mut self, args: impl Into<String>) -> Self {
        self.args = args.into();
        self
    }

    /// The topology names the zone.
    fn untold(mut self) -> Self {
        self.told = false;
        self
    }

    /// The topology says how the zone is managed.
    fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        if matches!(kind, "bind" | "other") {
            self.told = false;
            self.age = Age::None;
        }
        self
    }

    fn ttl(mut self, ttl: Ttl) -> Self {
        self.ttl = ttl;
        self
    }

    fn age(mut self, age: Age) -> Self {
        self.age = age;
        self
    }

    fn domains(mut self, domains: Vec<String>) -> Self {
        self.domains = domains;
        self
    }

    /// The TTL of a record, as far as it is told.
    pub fn ttl_of(&self, record: &Record, zone: &Zone) -> Option<u32> {
        match self.ttl {
            Ttl::Told => Some(record.ttl),
            Ttl::Untold => None,
            Ttl::UnlessDefault => Some(record.ttl).filter(|ttl| *ttl != zone.minimum),
        }
    }

    /// Whether a record is aged, as far as it is told.
    pub fn aged(&self, record: &Record) -> Option<bool> {
        match self.age {
            Age::Told => Some(record.age.is_some()),
            Age::Untold => None,
            Age::None => Some(false),
        }
    }
}
