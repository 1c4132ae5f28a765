//! What a person reads about an action: its id, phase, role, place, title and reason.
//!
//! All of it follows from the action alone, so that a saved plan that was tampered with cannot tell
//! another story than its actions do.

use super::action::{
    Action, HostPublishing, HostRef, Node, Part, RecordEdit, RecordSet, SetChange, Spelled, Switch,
    ZoneRef,
};
use crate::topology::{Apply, GroupScope, Os, Publishing, ZoneKind};
use crate::words::words;
use crate::{Name, presentation};

mod already;

words! {
    /// The part of the change that a step belongs to.
    Phase {
        /// Checks before anything changes.
        Precheck = "precheck",
        /// What hosts publish by themselves.
        Publishing = "publishing",
        /// The SRV records.
        Records = "records",
        /// Group, rights, tickets.
        Permissions = "permissions",
        /// Whether it is as planned.
        Verification = "verification",
        /// What clients do.
        Clients = "clients",
    }
}

words! {
    /// Who does a step.
    Role {
        /// Administrator of Active Directory.
        Ad = "ad",
        /// Administrator of the DNS servers.
        Dns = "dns",
        /// Administrator of the KMS hosts.
        Host = "host",
        /// Administrator of the clients.
        Client = "client",
    }
}

impl Role {
    /// The role's name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ad => "AD administrator",
            Self::Dns => "DNS administrator",
            Self::Host => "KMS host administrator",
            Self::Client => "client administrator",
        }
    }

    /// The team's name where space is short.
    pub fn team(self) -> &'static str {
        match self {
            Self::Ad => "AD",
            Self::Dns => "DNS",
            Self::Host => "KMS hosts",
            Self::Client => "Clients",
        }
    }
}

impl Action {
    /// A short name for the step: unique among the steps of a plan where `subject` is added.
    pub fn id(&self) -> String {
        let kind = match self {
            Self::PrepareNewHosts { .. } => "prepare-new-hosts",
            Self::CheckHosts { .. } => "check-hosts",
            Self::CheckNames { .. } => "check-names",
            Self::CheckReachability { .. } => "check-reachability",
            Self::DisablePublishing { .. } => "disable-publishing",
            Self::SilenceLeavingHosts { unlisted: true, .. } => "silence-unlisted-hosts",
            Self::SilenceLeavingHosts { .. } => "silence-retired-hosts",
            Self::AwaitReplication { .. } => "await-replication",
            Self::ChangeRecords { change } => {
                return format!("change-records-{}", slug(&change.before.domain));
            }
            Self::MovePort { host, .. } => return format!("move-port-{}", slug(&host.name.0)),
            Self::RemoveUnlisted { change } => {
                return format!("remove-unlisted-{}", slug(&change.before.domain));
            }
            Self::CreateGroup { .. } => "create-group",
            Self::AddMembers { .. } => "add-members",
            Self::EnsureNodes { .. } => "ensure-nodes",
            Self::SaveDescriptors { .. } => "save-descriptors",
            Self::GrantRights { .. } => "grant-rights",
            Self::CleanUpNodes { .. } => "clean-up-nodes",
            Self::GrantUpdatePolicy { zone, .. } => {
                return format!("grant-update-policy-{}", slug(&zone.name));
            }
            Self::RenewTickets { .. } => "renew-tickets",
            Self::EnablePublishing { .. } => "enable-publishing",
            Self::VerifyNow { .. } => "verify-now",
            Self::VerifyNextDay { .. } => "verify-next-day",
            Self::VerifyAfterRestart { .. } => "verify-after-restart",
            Self::WatchLeavingHosts { .. } => "watch-leaving-hosts",
            Self::RefreshClients { .. } => "refresh-clients",
            Self::DisableClientCaching { .. } => "disable-client-caching",
            Self::SetLookupDomain { .. } => "set-lookup-domain",
            Self::TakeBack { action } => return format!("undo-{}", action.id()),
        };
        kind.to_owned()
    }

    /// The part of the change that it belongs to.
    pub fn phase(&self) -> Phase {
        match self {
            Self::PrepareNewHosts { .. }
            | Self::CheckHosts { .. }
            | Self::CheckNames { .. }
            | Self::CheckReachability { .. } => Phase::Precheck,
            Self::DisablePublishing { .. }
            | Self::SilenceLeavingHosts { .. }
            | Self::EnablePublishing { .. } => Phase::Publishing,
            Self::AwaitReplication { .. }
            | Self::ChangeRecords { .. }
            | Self::MovePort { .. }
            | Self::RemoveUnlisted { .. } => Phase::Records,
            Self::CreateGroup { .. }
            | Self::AddMembers { .. }
            | Self::EnsureNodes { .. }
            | Self::SaveDescriptors { .. }
            | Self::GrantRights { .. }
            | Self::CleanUpNodes { .. }
            | Self::GrantUpdatePolicy { .. }
            | Self::RenewTickets { .. } => Phase::Permissions,
            Self::VerifyNow { .. }
            | Self::VerifyNextDay { .. }
            | Self::VerifyAfterRestart { .. }
            | Self::WatchLeavingHosts { .. } => Phase::Verification,
            Self::RefreshClients { .. }
            | Self::DisableClientCaching { .. }
            | Self::SetLookupDomain { .. } => Phase::Clients,
            Self::TakeBack { action } => action.phase(),
        }
    }

    /// Who does it.
    pub fn role(&self) -> Role {
        match self {
            Self::PrepareNewHosts { .. }
            | Self::CheckHosts { .. }
            | Self::DisablePublishing { .. }
            | Self::SilenceLeavingHosts { .. }
            | Self::EnablePublishing { .. }
            | Self::MovePort { .. }
            | Self::RenewTickets { .. }
            | Self::VerifyAfterRestart { .. }
            | Self::WatchLeavingHosts { .. } => Role::Host,
            Self::CheckNames { .. }
            | Self::AwaitReplication { .. }
            | Self::ChangeRecords { .. }
            | Self::RemoveUnlisted { .. }
            | Self::GrantUpdatePolicy { .. }
            | Self::VerifyNow { .. }
            | Self::VerifyNextDay { .. } => Role::Dns,
            Self::CreateGroup { .. }
            | Self::AddMembers { .. }
            | Self::EnsureNodes { .. }
            | Self::SaveDescriptors { .. }
            | Self::GrantRights { .. }
            | Self::CleanUpNodes { .. } => Role::Ad,
            Self::CheckReachability { .. }
            | Self::RefreshClients { .. }
            | Self::DisableClientCaching { .. }
            | Self::SetLookupDomain { .. } => Role::Client,
            Self::TakeBack { action } => action.role(),
        }
    }

    /// The machines where it is done: host names with a final dot in lower case, or addresses. Empty for
    /// what is done on clients, or where no server is known.
    pub fn on(&self) -> Vec<String> {
        match self {
            Self::PrepareNewHosts { hosts, .. }
            | Self::CheckHosts { hosts }
            | Self::RenewTickets { hosts }
            | Self::VerifyAfterRestart { hosts, .. } => {
                hosts.iter().map(|host| lower(&host.name)).collect()
            }
            Self::DisablePublishing { hosts, .. } | Self::EnablePublishing { hosts, .. } => {
                hosts.iter().map(|host| lower(&host.host.name)).collect()
            }
            Self::SilenceLeavingHosts { hosts, .. } | Self::WatchLeavingHosts { hosts } => {
                hosts.iter().map(lower).collect()
            }
            Self::MovePort { host, changes, .. } => {
                let mut on = vec![lower(&host.name)];
                on.extend(servers(changes.iter().map(|change| &change.before.zone)));
                on
            }
            Self::CheckNames { zones, .. } => servers(zones),
            Self::AwaitReplication { sets }
            | Self::VerifyNow { sets, .. }
            | Self::VerifyNextDay { sets, .. } => servers(sets.iter().map(|set| &set.zone)),
            Self::ChangeRecords { change } | Self::RemoveUnlisted { change } => {
                servers([&change.before.zone])
            }
            Self::GrantUpdatePolicy { zone, .. } => servers([zone]),
            Self::CreateGroup { group } | Self::AddMembers { group, .. } => {
                group.server.iter().map(|server| place(server)).collect()
            }
            Self::EnsureNodes { nodes }
            | Self::SaveDescriptors { nodes }
            | Self::GrantRights { nodes, .. }
            | Self::CleanUpNodes { nodes, .. } => servers(nodes.iter().map(|node| &node.zone)),
            Self::CheckReachability { .. }
            | Self::RefreshClients { .. }
            | Self::DisableClientCaching { .. }
            | Self::SetLookupDomain { .. } => Vec::new(),
            Self::TakeBack { action } => action.on(),
        }
    }

    /// What is done, in one line without a final dot.
    pub fn title(&self) -> String {
        match self {
            Self::PrepareNewHosts { hosts, already } => already::prepare_title(hosts, already),
            Self::CheckHosts { .. } => {
                "Check that each host is licensed, listening and open in its firewall".to_owned()
            }
            Self::CheckNames { .. } => {
                "Check that each host's name resolves on every DNS server".to_owned()
            }
            Self::CheckReachability { .. } => {
                "Check from a client network that each host's port can be reached".to_owned()
            }
            Self::DisablePublishing { hosts, already } => {
                already::publishing_title(hosts, Switch::Off, already)
            }
            Self::SilenceLeavingHosts {
                unlisted,
                hosts,
                already,
            } => already::silence_title(*unlisted, hosts, already),
            Self::AwaitReplication { sets } if any_ad(sets) => {
                "Wait for replication, read the record sets again".to_owned()
            }
            Self::AwaitReplication { .. } => "Read the record sets again".to_owned(),
            Self::ChangeRecords { change } => {
                format!(
                    "{}: {}",
                    presentation::plain(&change.before.domain),
                    counts(change)
                )
            }
            Self::MovePort {
                host,
                from,
                already,
                ..
            } => already::move_title(host, from, already),
            Self::RemoveUnlisted { change } => {
                let gone = change.edits.iter().filter_map(|edit| match edit {
                    RecordEdit::Remove { record } => Some(&record.target),
                    RecordEdit::Add { .. } | RecordEdit::Replace { .. } => None,
                });
                let domain = presentation::plain(&change.before.domain);
                format!(
                    "{domain}: remove {} (strike this step to keep)",
                    short(gone)
                )
            }
            Self::CreateGroup { group } => {
                format!(
                    "Security group \"{}\" ({}), made if it is missing",
                    group.name,
                    scope(group.scope)
                )
            }
            Self::AddMembers { group, members } => format!(
                "Computer accounts into \"{}\": {}",
                group.name,
                members
                    .iter()
                    .map(|member| member.account.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Self::EnsureNodes { nodes } => {
                format!("Make sure that the node exists: {}", domains(nodes))
            }
            Self::SaveDescriptors { nodes } => format!(
                "Save the security descriptor of the node: {}",
                domains(nodes)
            ),
            Self::GrantRights {
                group,
                nodes,
                granted,
                ..
            } => already::grant_title(group, nodes, granted),
            Self::CleanUpNodes { nodes, .. } => {
                format!("Put the node's owner and entries right: {}", domains(nodes))
            }
            Self::GrantUpdatePolicy { zone, .. } => {
                format!(
                    "BIND, zone {}: update-policy for the hosts",
                    presentation::plain(&zone.name)
                )
            }
            Self::RenewTickets { hosts } => {
                format!("New Kerberos tickets for the members: {}", refs(hosts))
            }
            Self::EnablePublishing { hosts, already } => {
                already::publishing_title(hosts, Switch::On, already)
            }
            Self::VerifyNow { .. } => "Verify the record sets on every server".to_owned(),
            Self::VerifyNextDay { .. } => "Verify again after 25 hours".to_owned(),
            Self::VerifyAfterRestart { .. } => {
                "Restart the licensing service on each host, verify once more".to_owned()
            }
            Self::WatchLeavingHosts { hosts } => {
                format!(
                    "Keep removed hosts running until no client asks them: {}",
                    spelled(hosts)
                )
            }
            Self::RefreshClients { .. } => {
                "Let pinned clients look up their hosts in DNS again".to_owned()
            }
            Self::DisableClientCaching { .. } => {
                "Switch host caching off where priority and weight must take effect".to_owned()
            }
            Self::SetLookupDomain { .. } => {
                "Clients whose own suffix has no KMS records: lookup domain".to_owned()
            }
            Self::TakeBack { action } => format!("Undo: {}", action.title()),
        }
    }

    /// What need not be done, because it was seen to be so: a line without final dot for each host or
    /// node.
    pub fn already(&self) -> Vec<String> {
        match self {
            Self::PrepareNewHosts { hosts, already } => already::prepare_lines(hosts, already),
            Self::DisablePublishing { hosts, already } => {
                already::publishing_lines(hosts, Switch::Off, already)
            }
            Self::SilenceLeavingHosts { hosts, already, .. } => {
                already::silence_lines(hosts, already)
            }
            Self::MovePort { host, already, .. } => already::move_lines(host, already),
            Self::GrantRights { granted, .. } => already::grant_lines(granted),
            Self::EnablePublishing { hosts, already } => {
                already::publishing_lines(hosts, Switch::On, already)
            }
            _ => Vec::new(),
        }
    }

    /// Why it is done, and why at this point: whole sentences.
    pub fn why(&self) -> String {
        let why = self.reason();
        if self.already().is_empty() {
            why
        } else {
            format!("{why} {}", already::AS_OF)
        }
    }

    fn reason(&self) -> String {
        match self {
            Self::PrepareNewHosts { .. } => "No record that was read names these hosts. On a machine that is not yet an activated KMS host slmgr.vbs /cdns is refused, and a new host publishes priority 0 and weight 0 unless its publish list says otherwise. The registry value keeps it quiet from its first start. Skip this for a host that has its key already: its turn comes with the others.".to_owned(),
            Self::CheckHosts { .. } => "A record for a host that is not licensed, does not listen or is closed by its firewall sends clients nowhere.".to_owned(),
            Self::CheckNames { .. } => "The target of an SRV record must have an address and must not be an alias (RFC 2782).".to_owned(),
            Self::CheckReachability { .. } => "Clients connect to the port that the record names; routers and firewalls on the way may refuse it.".to_owned(),
            Self::DisablePublishing { hosts, .. } => disable_why(hosts),
            Self::SilenceLeavingHosts { unlisted: true, .. } => "Deleting the record of a host that still publishes brings it back within 24 hours or at the next restart of its licensing service. A machine that is switched off or is no KMS host needs nothing here. A host whose removal is struck is left out of this step too.".to_owned(),
            Self::SilenceLeavingHosts { .. } => "Deleting the record of a host that still publishes brings it back within 24 hours or at the next restart of its licensing service. A machine that is switched off or is no KMS host needs nothing here.".to_owned(),
            Self::AwaitReplication { sets } if any_ad(sets) => "In a directory all SRV records of a name are one attribute of one object and the last writer wins, so every step of a zone uses one named server and starts from a settled state. If a set is no longer the one below, somebody has changed it since the review: stop and plan again.".to_owned(),
            Self::AwaitReplication { .. } => "If a set is no longer the one below, somebody has changed it since the review: stop and plan again.".to_owned(),
            Self::ChangeRecords { change } => change_why(change),
            Self::MovePort {
                host,
                changes,
                already,
                ..
            } => move_why(host, changes, already.has(&host.name, Part::Port)),
            Self::RemoveUnlisted { .. } => "The topology does not name these hosts. A host may be the only one for some product, so ask its owner first; the removal is a step of its own so that it can be struck. Where it is struck, leave its host out of the other steps too; its record still stands at every later check.".to_owned(),
            Self::CreateGroup { group } => format!("In a secure zone the first KMS host to register owns the name and every other host is refused (event 12293) until it has rights on it. A group gives the rights to all hosts at once. {}", scope_why(group.scope)),
            Self::AddMembers { .. } => "A KMS host updates DNS with its computer account, so the account is the member. A member can change or delete every KMS record of the name, and nothing checks the target that it writes: only KMS hosts belong in the group.".to_owned(),
            Self::EnsureNodes { .. } => "Rights can be granted only on an object that exists. An empty node lets no host own the name by coming first.".to_owned(),
            Self::SaveDescriptors { .. } => "The way back is to restore this descriptor: dsacls /R would also drop older grants.".to_owned(),
            Self::GrantRights { publishing, .. } => {
                let order = match publishing {
                    Publishing::Manual => {
                        "It comes after publishing is off: granted earlier, it would let hosts that were refused until now publish 0 0."
                    }
                    Publishing::Automatic => {
                        "It comes before any host restarts: a host without rights on an existing name is refused."
                    }
                };
                format!("The rights are per name, not per record, and are needed on the node of each domain. {order}")
            }
            Self::CleanUpNodes { .. } => "The first host to register keeps ownership of and full control over the node, also after it is retired or was a mistake.".to_owned(),
            Self::GrantUpdatePolicy { .. } => "A KMS host signs its updates with Kerberos (GSS-TSIG) only, never with a TSIG key. Each host gets the right to the KMS record set, by its name and the type SRV, and nothing more.".to_owned(),
            Self::RenewTickets { .. } => "A computer's group membership takes effect with its next Kerberos ticket. A reboot of the host drops every ticket: it is the safe form.".to_owned(),
            Self::EnablePublishing { hosts, .. } => enable_why(hosts),
            Self::VerifyNow { .. } => "Every server must give the planned set: one that lags behind still sends clients to the old hosts.".to_owned(),
            Self::VerifyNextDay { .. } => "A host that still publishes does so once in 24 hours. Only after that time is it certain that none does it unplanned.".to_owned(),
            Self::VerifyAfterRestart { .. } => "A host that publishes does so when its licensing service restarts. The record sets must stay as planned.".to_owned(),
            Self::WatchLeavingHosts { .. } => "Clients keep the host that answered last until it fails. Event 12290 in the Key Management Service log shows each request, and clients renew every 7 days. Only when the events have stopped take the role away.".to_owned(),
            Self::RefreshClients { .. } => "A client that is pinned to a host never reads DNS.".to_owned(),
            Self::DisableClientCaching { .. } => "A client that has cached a host asks DNS again only when that host fails: after the first discovery priority and weight have no effect.".to_owned(),
            Self::TakeBack { action } => take_back_why(action),
            Self::SetLookupDomain { .. } => "A client whose suffix has no record finds no host. Publish there, give the client a suffix search list, or set its lookup domain.".to_owned(),
        }
    }
}

fn take_back_why(action: &Action) -> String {
    let order = match action {
        Action::DisablePublishing { .. } | Action::SilenceLeavingHosts { .. } => {
            " Publishing goes back to what it was, so it comes after the records: a host that publishes again writes its record at the restart of its licensing service and every 24 hours."
        }
        Action::EnablePublishing { .. } => {
            " It comes before the records: a host that still publishes would write its record again."
        }
        Action::GrantRights { .. } | Action::CleanUpNodes { .. } => {
            " It restores the descriptor that was saved before the plan changed it."
        }
        _ => "",
    };
    format!(
        "Zone data do not show whether this step of the plan was carried out: leave it out where it was not.{order}"
    )
}

fn disable_why(hosts: &[HostPublishing]) -> String {
    let legacy = hosts
        .iter()
        .any(|host| host.host.os.is_some_and(Os::is_legacy));
    let list = if legacy {
        "On Vista and Server 2008 the list holds only domains; on later systems it carries"
    } else {
        "The list carries"
    };
    format!(
        "A host that publishes writes its record again every 24 hours and at each restart of its licensing service, and the tuned values are lost. So publishing goes off everywhere before a record is tuned. {list} the tuned numbers, so that a host that is switched on again publishes those. /cdns takes effect with the restart and changes no record."
    )
}

fn enable_why(hosts: &[HostPublishing]) -> String {
    let legacy = hosts
        .iter()
        .any(|host| host.host.os.is_some_and(Os::is_legacy));
    let list = if legacy {
        " On Vista and Server 2008 the list holds only domains."
    } else {
        ""
    };
    format!(
        "Priority and weight stand in the host's publish list and take effect with the restart of its licensing service.{list} Event 12294 says that the host has published, 12293 that it was refused: go on to the next host only after 12294."
    )
}

fn move_why(host: &HostRef, changes: &[SetChange], listens: bool) -> String {
    let port = host.port;
    match (listens, changes.is_empty()) {
        (false, true) => format!(
            "The host answers on one port only, so it counts as down from its restart until its new record is there: one host at a time. The records that it publishes carry port {port}."
        ),
        (false, false) => format!(
            "The host answers on one port only, so it counts as down from its restart until its new record is there: one host at a time. Right after its restart the DNS administrator changes its records to port {port}."
        ),
        (true, true) => format!(
            "The host answers on one port only, so clients that follow its present records do not reach it. The records that it publishes after a restart carry port {port}."
        ),
        (true, false) => format!(
            "The host answers on one port only, so clients that follow its present records do not reach it until the DNS administrator has changed them to port {port}."
        ),
    }
}

fn change_why(change: &SetChange) -> String {
    let zone = &change.before.zone;
    let order = if change.after.records.is_empty() {
        "The domain is to have no KMS record any more: when this is done its clients find no host."
    } else if zone.kind == ZoneKind::Ad {
        "Records are added before others are removed, and the set is never empty on the way: an emptied node can lose its grant."
    } else {
        "Records are added before others are removed, so that clients always find a host."
    };
    match &zone.server {
        Some(server) if zone.apply != Apply::Patch => {
            format!("{order} All of it goes through {server}.")
        }
        _ => order.to_owned(),
    }
}

/// The servers of the zones, each once, in the order given.
fn servers<'a>(zones: impl IntoIterator<Item = &'a ZoneRef>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for server in zones.into_iter().filter_map(|zone| zone.server.as_deref()) {
        let server = place(server);
        if !all.contains(&server) {
            all.push(server);
        }
    }
    all
}

/// A server as a place: a name gets its final dot, an address stays.
fn place(server: &str) -> String {
    if server.parse::<std::net::IpAddr>().is_ok() {
        return server.to_owned();
    }
    presentation::parse_full_name(server)
        .map_or_else(|_| server.to_owned(), |name| presentation::lower(&name))
}

fn lower(name: &Spelled) -> String {
    presentation::lower(&name.0)
}

fn any_ad(sets: &[RecordSet]) -> bool {
    sets.iter().any(|set| set.zone.kind == ZoneKind::Ad)
}

/// A name as part of an identifier or a file name.
fn slug(name: &Name) -> String {
    presentation::plain(&name.to_lowercase())
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect()
}

fn refs(hosts: &[HostRef]) -> String {
    short(hosts.iter().map(|host| &host.name.0))
}

fn spelled(hosts: &[Spelled]) -> String {
    short(hosts.iter().map(|host| &host.0))
}

/// Host names in a sentence: their first labels where those are of one domain, else whole.
pub fn short<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    let names: Vec<&Name> = names.into_iter().collect();
    let mut parents = names
        .iter()
        .map(|name| presentation::ancestors(name).nth(1));
    let first = parents.next().flatten();
    let same = first.is_some() && parents.all(|parent| parent == first);
    let texts: Vec<String> = names
        .iter()
        .map(|name| match &first {
            Some(parent) if same => presentation::relative(name, parent),
            _ => presentation::plain(name),
        })
        .map(|text| {
            text.strip_suffix('.')
                .filter(|rest| !rest.is_empty())
                .map_or(text.clone(), str::to_owned)
        })
        .collect();
    texts.join(", ")
}

fn domains(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| presentation::plain(&node.domain))
        .collect::<Vec<_>>()
        .join(", ")
}

fn counts(change: &SetChange) -> String {
    let count =
        |wanted: fn(&RecordEdit) -> bool| change.edits.iter().filter(|edit| wanted(edit)).count();
    let parts = [
        ("add", count(|edit| matches!(edit, RecordEdit::Add { .. }))),
        (
            "change",
            count(|edit| matches!(edit, RecordEdit::Replace { .. })),
        ),
        (
            "remove",
            count(|edit| matches!(edit, RecordEdit::Remove { .. })),
        ),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(verb, number)| format!("{verb} {number}"))
        .collect();
    said.join(", ")
}

fn scope(scope: GroupScope) -> &'static str {
    match scope {
        GroupScope::Global => "global",
        GroupScope::Universal => "universal",
        GroupScope::DomainLocal => "domain local",
    }
}

fn scope_why(scope: GroupScope) -> &'static str {
    match scope {
        GroupScope::Global => "A global group takes members of its own AD domain only.",
        GroupScope::Universal => "A universal group takes hosts of every AD domain of the forest.",
        GroupScope::DomainLocal => "A domain-local group works only on objects of its own domain.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::{Already, GroupRef};
    use super::*;

    /// Why an action is taken back when it is, after the sentence that all have.
    fn order(action: Action) -> String {
        let why = Action::TakeBack {
            action: Box::new(action),
        }
        .why();
        let (_, order) = why.split_once("where it was not.").unwrap();
        order.trim_start().to_owned()
    }

    #[test]
    fn what_is_taken_back_has_its_place_beside_the_records() {
        let (hosts, already) = (Vec::new(), Already::default());
        let on = order(Action::EnablePublishing { hosts, already });
        assert!(on.starts_with("It comes before the records:"), "{on}");
        let (hosts, already) = (Vec::new(), Already::default());
        let off = order(Action::DisablePublishing { hosts, already });
        assert!(off.contains(" so it comes after the records:"), "{off}");
        let group = GroupRef {
            name: "KMS Hosts".to_owned(),
            path: None,
            scope: GroupScope::Global,
            server: None,
        };
        let nodes = Vec::new();
        let node = order(Action::CleanUpNodes { group, nodes });
        assert!(node.starts_with("It restores the descriptor"), "{node}");
        let domains = Vec::new();
        assert_eq!(order(Action::SetLookupDomain { domains }), "");
    }
}
