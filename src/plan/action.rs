//! Actions: the things to be done, typed, each with all that its commands need.
//!
//! An action holds no shell text. What a person reads about it (its title, why it is done, who does it,
//! where) follows from the action alone and stands in [`super::step`]; the commands that do it, check it
//! and undo it are made from it by `render::dialect`. So a saved plan needs to keep only actions.

use serde::{Deserialize, Serialize};

use crate::topology::{Apply, GroupScope, Os, Partition, Publishing, ZoneKind};
use crate::{Name, presentation};

mod already;

pub use already::{
    Already, Granted, Left, Part, SeenPart, Switch, is_to_grant, to_prepare, to_silence,
};

/// A name that keeps its spelling. In JSON: `name`, absolute and in lower case, and `spelling` where it
/// differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "SpelledText", try_from = "SpelledText")]
pub struct Spelled(pub Name);

#[derive(Serialize, Deserialize)]
struct SpelledText {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
}

impl From<Spelled> for SpelledText {
    fn from(spelled: Spelled) -> Self {
        Self {
            name: presentation::lower(&spelled.0),
            spelling: spelling(&spelled.0),
        }
    }
}

impl TryFrom<SpelledText> for Spelled {
    type Error = String;

    fn try_from(text: SpelledText) -> Result<Self, String> {
        respell(&text.name, text.spelling.as_deref()).map(Self)
    }
}

/// The `spelling` key of a name: its absolute form where that is not lower case.
pub fn spelling(name: &Name) -> Option<String> {
    let own = presentation::absolute(name);
    own.bytes()
        .any(|octet| octet.is_ascii_uppercase())
        .then_some(own)
}

/// The name of a pair of keys `name` and `spelling`; they must say the same name.
pub fn respell(name: &str, spelling: Option<&str>) -> Result<Name, String> {
    let parse = |text: &str| {
        presentation::parse_name(text.as_bytes(), None)
            .map_err(|error| format!("`{text}` is no domain name: {error}"))
    };
    let plain = parse(name)?;
    let Some(spelling) = spelling else {
        return Ok(plain);
    };
    let spelled = parse(spelling)?;
    if spelled == plain {
        Ok(spelled)
    } else {
        Err(format!("`{spelling}` is not a spelling of `{name}`"))
    }
}

/// Names in JSON: absolute, with a final dot, in lower case.
pub mod name_text {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::{Name, presentation};

    /// Writes the name.
    pub fn serialize<S: Serializer>(name: &Name, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&presentation::lower(name))
    }

    /// Reads and checks the name.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::respell(&text, None).map_err(serde::de::Error::custom)
    }
}

/// One SRV record as a plan sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "RecordText", try_from = "RecordText")]
pub struct Record {
    /// The KMS host.
    pub target: Name,
    /// TCP port.
    pub port: u16,
    /// Lower is asked first.
    pub priority: u16,
    /// Share within a priority.
    pub weight: u16,
    /// TTL in seconds; `None`: not known.
    pub ttl: Option<u32>,
    /// Whether it carries a timestamp; `None`: not known.
    pub aged: Option<bool>,
}

impl Record {
    /// Its data in presentation format (RFC 2782): `10 75 1688 kms01.contoso.com.`
    pub fn data(&self) -> String {
        self.data_with(presentation::absolute)
    }

    /// The same, with the target as `name` writes it.
    pub fn data_with(&self, name: impl Fn(&Name) -> String) -> String {
        format!(
            "{} {} {} {}",
            self.priority,
            self.weight,
            self.port,
            name(&self.target)
        )
    }
}

#[derive(Serialize, Deserialize)]
struct RecordText {
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<String>,
    port: u16,
    priority: u16,
    weight: u16,
    ttl: Option<u32>,
    aged: Option<bool>,
}

impl From<Record> for RecordText {
    fn from(record: Record) -> Self {
        Self {
            target: presentation::lower(&record.target),
            spelling: spelling(&record.target),
            port: record.port,
            priority: record.priority,
            weight: record.weight,
            ttl: record.ttl,
            aged: record.aged,
        }
    }
}

impl TryFrom<RecordText> for Record {
    type Error = String;

    fn try_from(text: RecordText) -> Result<Self, String> {
        if text.ttl.is_some_and(|ttl| ttl > super::MAX_TTL) {
            return Err("a TTL is larger than 2147483647 seconds (RFC 2181 section 8)".to_owned());
        }
        Ok(Self {
            target: respell(&text.target, text.spelling.as_deref())?,
            port: text.port,
            priority: text.priority,
            weight: text.weight,
            ttl: text.ttl,
            aged: text.aged,
        })
    }
}

impl Record {
    /// Whether priority, weight, port and target are the same: a second record of that kind cannot stand
    /// beside it, so only TTL and age can differ (facts: WIN32 error 9711).
    pub fn same_data(&self, other: &Self) -> bool {
        self.port == other.port
            && self.priority == other.priority
            && self.weight == other.weight
            && self.target == other.target
    }
}

/// A zone as commands need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRef {
    /// The apex.
    #[serde(with = "name_text")]
    pub name: Name,
    /// How it is kept.
    pub kind: ZoneKind,
    /// What changes it.
    pub apply: Apply,
    /// The one writable server for all its steps: a name without final dot, or an address. `None` where
    /// neither topology nor data name one.
    pub server: Option<String>,
    /// The directory partition of an AD-integrated zone.
    pub partition: Partition,
    /// Whether it was read from a zone file, so that the plan's diff holds its edits.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub diff: bool,
}

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_yes(value: &bool) -> bool {
    *value
}

/// The KMS record set of one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSet {
    /// The domain.
    #[serde(with = "name_text")]
    pub domain: Name,
    /// `_vlmcs._tcp.<domain>`.
    #[serde(with = "name_text")]
    pub owner: Name,
    /// The zone that holds it.
    pub zone: ZoneRef,
    /// The records, sorted by priority, weight (heavier first), target and port.
    pub records: Vec<Record>,
}

/// One change of a record set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum RecordEdit {
    /// A record that is not there yet.
    Add {
        /// The new record.
        record: Record,
    },
    /// The same target and port with other numbers, TTL or age.
    Replace {
        /// What is there.
        before: Record,
        /// What comes in its place.
        after: Record,
    },
    /// A record that goes.
    Remove {
        /// What is there.
        record: Record,
    },
}

impl RecordEdit {
    /// The record that the edit brings.
    pub fn new_record(&self) -> Option<&Record> {
        match self {
            Self::Add { record } => Some(record),
            Self::Replace { after, .. } => Some(after),
            Self::Remove { .. } => None,
        }
    }

    /// The record that the edit takes away.
    pub fn old_record(&self) -> Option<&Record> {
        match self {
            Self::Add { .. } => None,
            Self::Replace { before, .. } => Some(before),
            Self::Remove { record } => Some(record),
        }
    }
}

/// Edits of one domain's record set, in the order in which they are made: adds, replacements, removals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChange {
    /// The set before the first edit.
    pub before: RecordSet,
    /// The edits.
    pub edits: Vec<RecordEdit>,
    /// The set after the last edit.
    pub after: RecordSet,
}

/// A KMS host as host steps need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRef {
    /// Its name.
    #[serde(flatten)]
    pub name: Spelled,
    /// The port that it is to listen on.
    pub port: u16,
    /// Its operating system; `None`: not written, a current Windows is assumed.
    pub os: Option<Os>,
}

/// A host and the publish list that it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPublishing {
    /// The host.
    #[serde(flatten)]
    pub host: HostRef,
    /// The lines of its `DnsDomainPublishList`, in order; empty: the list is left as it is.
    pub publish: Vec<PublishEntry>,
}

/// One line of a publish list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishEntry {
    /// The domain.
    #[serde(with = "name_text")]
    pub domain: Name,
    /// SRV priority.
    pub priority: u16,
    /// SRV weight.
    pub weight: u16,
}

/// The security group as directory steps need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRef {
    /// Its name, also its `sAMAccountName`.
    pub name: String,
    /// Distinguished name of its container; `None`: the default container `CN=Users` of its domain.
    pub path: Option<String>,
    /// Its scope.
    pub scope: GroupScope,
    /// The writable domain controller on which it is made; `None`: not known.
    pub server: Option<String>,
}

/// A computer account that becomes a member of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The host.
    #[serde(flatten)]
    pub host: Spelled,
    /// `sAMAccountName` with its final `$`.
    pub account: String,
    /// DNS name of its Active Directory domain.
    #[serde(with = "name_text")]
    pub ad_domain: Name,
}

/// The directory object that holds one domain's KMS records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The domain.
    #[serde(with = "name_text")]
    pub domain: Name,
    /// `_vlmcs._tcp.<domain>`.
    #[serde(with = "name_text")]
    pub owner: Name,
    /// Its zone.
    pub zone: ZoneRef,
    /// Whether records stand there now, so that the object exists.
    pub exists: bool,
}

/// A host whose Kerberos identity may update a record set on BIND.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The host.
    #[serde(flatten)]
    pub host: Spelled,
    /// `KMS01$`.
    pub account: String,
    /// `CONTOSO.COM`: the Active Directory domain in upper case.
    pub realm: String,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Action {
    /// `DisableDnsPublishing` = 1 on hosts that no record names yet, before they get their host key.
    PrepareNewHosts {
        /// The hosts.
        hosts: Vec<HostRef>,
        /// What was seen to be so already.
        #[serde(default, skip_serializing_if = "Already::is_empty")]
        already: Already,
    },
    /// Each host is licensed, listens and lets its port through its firewall.
    CheckHosts {
        /// The hosts.
        hosts: Vec<HostRef>,
    },
    /// Each host's name resolves on every server that clients ask.
    CheckNames {
        /// The hosts.
        hosts: Vec<HostRef>,
        /// The zones whose servers are asked.
        zones: Vec<ZoneRef>,
    },
    /// Each host's port can be reached from a client network.
    CheckReachability {
        /// The hosts.
        hosts: Vec<HostRef>,
    },
    /// Publish list with the tuned numbers, publishing off, one restart.
    DisablePublishing {
        /// The hosts of the topology.
        hosts: Vec<HostPublishing>,
        /// What was seen to be so already.
        #[serde(default, skip_serializing_if = "Already::is_empty")]
        already: Already,
    },
    /// Publishing off and one restart on running hosts whose record goes.
    SilenceLeavingHosts {
        /// Whether they are hosts that the topology does not name, and not retired ones.
        unlisted: bool,
        /// The hosts.
        hosts: Vec<Spelled>,
        /// What was seen to be so already.
        #[serde(default, skip_serializing_if = "Already::is_empty")]
        already: Already,
    },
    /// Replication has settled and the record sets are still those that were reviewed.
    AwaitReplication {
        /// The sets as reviewed.
        sets: Vec<RecordSet>,
    },
    /// Edits of one domain's record set.
    ChangeRecords {
        /// What changes.
        change: SetChange,
    },
    /// A host moves to another port: firewall, listening port, restart, new record, old record.
    MovePort {
        /// The host; its `port` is the new one.
        host: HostRef,
        /// The ports that its present records name.
        from: Vec<u16>,
        /// What changes in each domain.
        changes: Vec<SetChange>,
        /// What was seen to be so already.
        #[serde(default, skip_serializing_if = "Already::is_empty")]
        already: Already,
    },
    /// Removal of records whose hosts the topology does not name.
    RemoveUnlisted {
        /// What changes.
        change: SetChange,
    },
    /// The security group exists.
    CreateGroup {
        /// The group.
        group: GroupRef,
    },
    /// The KMS hosts' computer accounts are its members.
    AddMembers {
        /// The group.
        group: GroupRef,
        /// The members.
        members: Vec<Member>,
    },
    /// The node of each domain exists, so that rights can be granted on it.
    EnsureNodes {
        /// The nodes.
        nodes: Vec<Node>,
    },
    /// The nodes' security descriptors are saved.
    SaveDescriptors {
        /// The nodes.
        nodes: Vec<Node>,
    },
    /// The group has rights on each node.
    GrantRights {
        /// The group.
        group: GroupRef,
        /// Who writes the records: under manual publishing the grant comes last.
        publishing: Publishing,
        /// The nodes.
        nodes: Vec<Node>,
        /// The nodes on which the group was seen to have its rights already.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        granted: Vec<Granted>,
    },
    /// Owner and entries of each node that are not the group's are put right.
    CleanUpNodes {
        /// The group.
        group: GroupRef,
        /// The nodes.
        nodes: Vec<Node>,
    },
    /// BIND lets the hosts update the record sets of a zone, signed with Kerberos.
    GrantUpdatePolicy {
        /// The zone.
        zone: ZoneRef,
        /// The owners.
        owners: Vec<Spelled>,
        /// The hosts' identities.
        principals: Vec<Principal>,
    },
    /// The members get new Kerberos tickets.
    RenewTickets {
        /// The hosts.
        hosts: Vec<HostRef>,
    },
    /// Publish list, publishing on and a restart, one host at a time.
    EnablePublishing {
        /// The hosts, in order.
        hosts: Vec<HostPublishing>,
        /// What was seen to be so already.
        #[serde(default, skip_serializing_if = "Already::is_empty")]
        already: Already,
    },
    /// Every server gives the planned sets.
    VerifyNow {
        /// The planned sets.
        sets: Vec<RecordSet>,
        /// Targets that no set may name any more.
        gone: Vec<Spelled>,
    },
    /// The same, 25 hours later: no host has published in its daily turn.
    VerifyNextDay {
        /// The planned sets.
        sets: Vec<RecordSet>,
        /// Targets that no set may name any more.
        gone: Vec<Spelled>,
    },
    /// The same, after the licensing service of each host has restarted.
    VerifyAfterRestart {
        /// The hosts.
        hosts: Vec<HostRef>,
        /// The planned sets.
        sets: Vec<RecordSet>,
    },
    /// Hosts that were removed are watched until no client asks them any more.
    WatchLeavingHosts {
        /// The hosts.
        hosts: Vec<Spelled>,
    },
    /// Clients that are pinned to a host, or have cached one, look the hosts up again.
    RefreshClients {
        /// The domains.
        domains: Vec<Spelled>,
    },
    /// Clients no longer cache the host that answered, where weights are to take effect.
    DisableClientCaching {
        /// The domains.
        domains: Vec<Spelled>,
    },
    /// Clients whose own suffix has no records look in a served domain.
    SetLookupDomain {
        /// The domains that have records.
        domains: Vec<Spelled>,
    },
    /// What another action did outside of zone data is put back.
    TakeBack {
        /// The action.
        action: Box<Action>,
    },
}

impl Action {
    /// The action that is taken back, else the action itself.
    pub fn undone(&self) -> &Self {
        match self {
            Self::TakeBack { action } => action,
            action => action,
        }
    }

    /// The changes of record sets that people make with the action.
    pub fn record_changes(&self) -> &[SetChange] {
        match self {
            Self::ChangeRecords { change } | Self::RemoveUnlisted { change } => {
                std::slice::from_ref(change)
            }
            Self::MovePort { changes, .. } => changes,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn a_ttl_has_31_bits() {
        let read = |ttl: u32| {
            let text = format!(
                r#"{{"target":"kms01.contoso.com.","port":1688,"priority":0,"weight":0,"ttl":{ttl},"aged":false}}"#
            );
            serde_json::from_str::<Record>(&text).map_err(|error| error.to_string())
        };
        assert_eq!(read(2_147_483_647).unwrap().ttl, Some(2_147_483_647));
        for ttl in [2_147_483_648, u32::MAX] {
            let error = read(ttl).unwrap_err();
            assert!(
                error.starts_with("a TTL is larger than 2147483647"),
                "{error}"
            );
        }
    }
}
