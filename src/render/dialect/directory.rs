//! Active Directory: the group, the nodes that hold the records, the rights on them.

use super::{
    Command, Instructions, LeftOut, dnsserver, powershell, server, windows_name, windows_node,
};
use crate::plan::action::{GroupRef, Member, Node, RecordSet, ZoneRef};
use crate::presentation;
use crate::topology::{GroupScope, Partition, ZoneKind};

/// Where the nodes' descriptors are kept.
const SAVED: &str = r#""$HOME\kmsplan-descriptors.csv""#;
const PATH: &str = r#""KMS:\$dn""#;

/// `schemaIDGUID` of `dnsRecord` and `dNSTombstoned` (MS-ADA1).
const RECORD_GUIDS: &str =
    "'e0fa1e69-9b45-11d0-afdd-00c04fd930c9', 'd5eb2eb7-be4e-463b-a214-634a44d7392e'";

fn scope_word(scope: GroupScope) -> &'static str {
    match scope {
        GroupScope::Global => "Global",
        GroupScope::Universal => "Universal",
        GroupScope::DomainLocal => "DomainLocal",
    }
}

fn group_place(server: Option<&String>) -> &'static str {
    if server.is_some() {
        ""
    } else {
        " Run it in the group's domain."
    }
}

/// The group, unless it is there.
pub(super) fn create_group(group: &GroupRef) -> Instructions {
    let mut out = Instructions::default();
    out.append_or_say(new_group(group));
    out.say(format!(
        "Active Directory Users and Computers: New > Group, scope {}, type Security.",
        match group.scope {
            GroupScope::Global => "Global",
            GroupScope::Universal => "Universal",
            GroupScope::DomainLocal => "Domain local",
        }
    ));
    out
}

fn new_group(group: &GroupRef) -> Result<Instructions, LeftOut> {
    let server = server(group.server.as_deref())?;
    let at = powershell::parameter("Server", server.as_ref());
    let path = powershell::parameter("Path", group.path.as_ref());
    let name = powershell::quote(&group.name);
    let scope = scope_word(group.scope);
    let place = group_place(server.as_ref());
    let mut out = Instructions::default();
    out.commands.push(Command::powershell(
        powershell::block(&[
            format!("$name = {name}"),
            format!("if (Get-ADGroup -Filter {{ SamAccountName -eq $name }}{at}) {{"),
            "  Write-Warning 'The group is there already; nothing was made.'".to_owned(),
            "} else {".to_owned(),
            format!(
                "  New-ADGroup -Name $name -SamAccountName $name -GroupCategory Security \
                 -GroupScope {scope}{path}{at}"
            ),
            "}".to_owned(),
        ]),
        format!("Makes the group unless it is there.{place}"),
    ));
    out.check.push(Command::powershell(
        format!("Get-ADGroup -Identity {name}{at} | Format-List DistinguishedName, GroupScope, GroupCategory"),
        format!("GroupScope is {scope}, GroupCategory is Security.{place}"),
    ));
    out.undo.push(Command::powershell(
        format!("Remove-ADGroup -Identity {name}{at}"),
        format!("Only if this step made the group.{place}"),
    ));
    Ok(out)
}

/// The computer accounts, each fetched from its own domain.
pub(super) fn add_members(group: &GroupRef, members: &[Member]) -> Instructions {
    let mut out = Instructions::default();
    match server(group.server.as_deref()) {
        Ok(server) => change_members(group, members, server.as_ref(), &mut out),
        Err(LeftOut(sentence)) => out.say(sentence),
    }
    out.say(
        "Members can change each other's records, and the target is not checked: the group is trust in \
         every member.",
    );
    out.say("Membership counts with a new ticket; leaving the group counts when the old ticket has ended, up to 10 hours later.");
    out
}

fn change_members(
    group: &GroupRef,
    members: &[Member],
    server: Option<&String>,
    out: &mut Instructions,
) {
    let at = powershell::parameter("Server", server);
    let name = powershell::quote(&group.name);
    let place = group_place(server);
    let mut lines = vec![
        format!("$group = Get-ADGroup -Identity {name}{at}"),
        "$members = @(".to_owned(),
    ];
    for member in members {
        match windows_name(&member.ad_domain) {
            Ok(domain) => lines.push(format!(
                "  Get-ADComputer -Identity {} -Server {}",
                powershell::quote(&member.account),
                powershell::quote(&domain)
            )),
            Err(LeftOut(sentence)) => out.say(sentence),
        }
    }
    if lines.len() == 2 {
        return;
    }
    lines.push(")".to_owned());
    let ended = |last: &str| {
        let mut lines = lines.clone();
        lines.push(last.to_owned());
        powershell::block(&lines)
    };
    out.commands.push(Command::powershell(
        ended(&format!(
            "Add-ADGroupMember -Identity $group -Members $members{at}"
        )),
        format!("Accounts that are members already stay so.{place}"),
    ));
    out.check.push(Command::powershell(
        format!("Get-ADGroupMember -Identity {name}{at} | Format-Table name, distinguishedName -AutoSize -Wrap"),
        format!("The KMS hosts' accounts, and no others.{place}"),
    ));
    out.undo.push(Command::powershell(
        ended(&format!(
            "Remove-ADGroupMember -Identity $group -Members $members{at}"
        )),
        format!("Take the lines of accounts out that were members before.{place}"),
    ));
}

/// A node as scripts find it. Names that only the directory knows are read at run time.
struct Place<'a> {
    node: &'a Node,
    server: Option<String>,
}

impl<'a> Place<'a> {
    fn new(node: &'a Node) -> Result<Self, LeftOut> {
        in_directory(&node.zone)?;
        windows_node(&node.owner, &node.zone)?;
        Ok(Self {
            node,
            server: server(node.zone.server.as_deref())?,
        })
    }

    fn at(&self) -> String {
        powershell::parameter("Server", self.server.as_ref())
    }

    fn note(&self, text: &str) -> String {
        format!(
            "{}: {text}{}",
            presentation::plain(&self.node.owner),
            super::anywhere(self.server.as_ref())
        )
    }

    /// Lines that set `$dn` to the node's distinguished name.
    fn find(&self) -> Result<Vec<String>, LeftOut> {
        let node = self.node;
        let absent = format!(
            "throw {}",
            powershell::quote(&format!(
                "{} has no node in this directory partition.",
                presentation::plain(&node.owner)
            ))
        );
        let mut lines = Vec::new();
        if node.exists {
            let set = RecordSet {
                domain: node.domain.clone(),
                owner: node.owner.clone(),
                zone: node.zone.clone(),
                records: Vec::new(),
            };
            let read = dnsserver::read(&set, self.server.as_ref())?;
            lines.extend(format!("$node = @({read})").lines().map(str::to_owned));
        } else {
            lines.extend(find_zone(&node.zone, self.server.as_ref())?);
            lines.push(self.find_below("$node")?);
        }
        lines.push(format!("if ($node.Count -eq 0) {{ {absent} }}"));
        lines.push("$dn = $node[0].DistinguishedName".to_owned());
        Ok(lines)
    }

    /// A line that looks for the node below `$zone`.
    fn find_below(&self, variable: &str) -> Result<String, LeftOut> {
        let name = windows_node(&self.node.owner, &self.node.zone)?;
        Ok(format!(
            "{variable} = @(Get-ADObject -SearchBase $zone[0].DistinguishedName -SearchScope OneLevel \
             -LDAPFilter {}{})",
            powershell::quote(&format!(
                "(&(objectClass=dnsNode)(name={}))",
                filter_value(&name)
            )),
            self.at()
        ))
    }

    /// [`Self::find`], then the one domain controller as a drive for access lists.
    fn find_and_open(&self) -> Result<Vec<String>, LeftOut> {
        let mut lines = self.find()?;
        lines.push("Import-Module ActiveDirectory".to_owned());
        lines.push(format!(
            "$null = New-PSDrive -Name KMS -PSProvider ActiveDirectory -Root ''{}",
            self.at()
        ));
        Ok(lines)
    }

    fn script(&self, rest: &[String]) -> Result<String, LeftOut> {
        let mut lines = self.find_and_open()?;
        lines.extend_from_slice(rest);
        Ok(powershell::block(&lines))
    }

    /// What puts parts of the saved descriptor back.
    fn restore(&self, sections: &str) -> Result<Command, LeftOut> {
        let text = self.script(&[
            format!("$saved = @(Import-Csv -Path {SAVED} | Where-Object {{ $_.Node -eq $dn }})"),
            "if ($saved.Count -eq 0) { throw 'No descriptor of this node was saved.' }".to_owned(),
            format!("$acl = Get-Acl -Path {PATH}"),
            format!("$acl.SetSecurityDescriptorSddlForm($saved[0].Sddl, '{sections}')"),
            format!("Set-Acl -Path {PATH} -AclObject $acl"),
        ])?;
        Ok(Command::powershell(
            text,
            self.note("sets what was saved. dsacls /R would also drop older grants."),
        ))
    }

    fn show(&self) -> Result<Command, LeftOut> {
        let text = self.script(&[
            format!("$acl = Get-Acl -Path {PATH}"),
            "$dn".to_owned(),
            "$acl.Owner".to_owned(),
            "$acl.Access | Format-Table IdentityReference, ActiveDirectoryRights, AccessControlType, \
             IsInherited -AutoSize -Wrap"
                .to_owned(),
        ])?;
        Ok(Command::powershell(text, self.note("owner and entries.")))
    }
}

fn in_directory(zone: &ZoneRef) -> Result<(), LeftOut> {
    if zone.kind == ZoneKind::Ad {
        Ok(())
    } else {
        Err(LeftOut(format!(
            "The zone {} is not integrated in Active Directory: it has no nodes with rights.",
            presentation::plain(&zone.name)
        )))
    }
}

/// Lines that set `$zone` to the zone's object, looked for in its partition.
fn find_zone(zone: &ZoneRef, server: Option<&String>) -> Result<Vec<String>, LeftOut> {
    let at = powershell::parameter("Server", server);
    let name = windows_name(&zone.name)?;
    let base = match &zone.partition {
        Partition::Domain => r#""DC=DomainDnsZones,$($root.defaultNamingContext)""#.to_owned(),
        Partition::Forest => r#""DC=ForestDnsZones,$($root.rootDomainNamingContext)""#.to_owned(),
        Partition::Legacy => {
            r#""CN=MicrosoftDNS,CN=System,$($root.defaultNamingContext)""#.to_owned()
        }
        Partition::Dn(dn) => powershell::quote(dn),
    };
    let mut lines = Vec::new();
    if !matches!(zone.partition, Partition::Dn(_)) {
        lines.push(format!("$root = Get-ADRootDSE{at}"));
    }
    lines.push(format!(
        "$zone = @(Get-ADObject -SearchBase {base} -LDAPFilter {}{at})",
        powershell::quote(&format!(
            "(&(objectClass=dnsZone)(name={}))",
            filter_value(&name)
        ))
    ));
    lines.push(
        "if ($zone.Count -ne 1) { throw 'The zone is not in this directory partition.' }"
            .to_owned(),
    );
    Ok(lines)
}

/// A value in an LDAP filter (RFC 4515 section 3). Names without escapes hold no other special character.
fn filter_value(name: &str) -> String {
    name.replace('*', r"\2a")
}

/// A command that looks for conflict objects of the set's node.
pub(super) fn conflicts(set: &RecordSet) -> Result<Instructions, LeftOut> {
    let server = server(set.zone.server.as_deref())?;
    let at = powershell::parameter("Server", server.as_ref());
    let name = windows_node(&set.owner, &set.zone)?;
    let mut lines = find_zone(&set.zone, server.as_ref())?;
    lines.push(format!(
        "Get-ADObject -SearchBase $zone[0].DistinguishedName -SearchScope OneLevel -LDAPFilter {}{at}",
        powershell::quote(&format!(
            "(&(objectClass=dnsNode)(name={}*CNF:*))",
            filter_value(&name)
        ))
    ));
    let mut out = Instructions::default();
    out.commands.push(Command::powershell(
        powershell::block(&lines),
        format!(
            "Prints nothing. A CNF: object comes from two creations of {} on two domain controllers.{}",
            presentation::plain(&set.owner),
            super::anywhere(server.as_ref())
        ),
    ));
    Ok(out)
}

fn each(
    nodes: &[Node],
    steps: impl Fn(&Place<'_>) -> Result<Instructions, LeftOut>,
) -> Instructions {
    let mut out = Instructions::default();
    for node in nodes {
        out.append_or_say(Place::new(node).and_then(|place| steps(&place)));
    }
    out
}

/// The node exists, so that rights can be granted on it.
pub(super) fn ensure_nodes(nodes: &[Node]) -> Instructions {
    let mut out = each(nodes, |place| {
        let mut out = Instructions::default();
        let node = place.node;
        let mut found = place.find()?;
        found.push("$dn".to_owned());
        let show = Command::powershell(
            powershell::block(&found),
            place.note("prints the distinguished name of the node."),
        );
        if node.exists {
            out.commands.push(show);
            return Ok(out);
        }
        let name = windows_node(&node.owner, &node.zone)?;
        let mut lines = find_zone(&node.zone, place.server.as_ref())?;
        lines.push(place.find_below("$node")?);
        lines.push(
            "if ($node.Count -gt 0) { Write-Warning 'The node is there already.' } else {"
                .to_owned(),
        );
        lines.push(format!(
            "  New-ADObject -Type dnsNode -Name {} -Path $zone[0].DistinguishedName{}",
            powershell::quote(&name),
            place.at()
        ));
        lines.push("}".to_owned());
        out.commands.push(Command::powershell(
            powershell::block(&lines),
            place.note("makes an empty node. Seen to work on Samba, not tried on Windows."),
        ));
        out.check.push(show);
        let mut lines = place.find()?;
        lines.push(format!(
            "if ((Get-ADObject -Identity $dn -Properties dnsRecord{}).dnsRecord) {{ throw 'The node holds \
             records.' }}",
            place.at()
        ));
        lines.push(format!("Remove-ADObject -Identity $dn{}", place.at()));
        out.undo.push(Command::powershell(
            powershell::block(&lines),
            place.note("only if this step made the node and no host has registered since."),
        ));
        Ok(out)
    });
    if nodes.iter().any(|node| !node.exists) {
        out.say(
            "The way that Microsoft describes: let one host publish first; it makes the record and with it \
             the node.",
        );
        out.say(
            "A record made by hand before the grant locks every host out until the grant: grant before any \
             host is restarted.",
        );
    }
    out
}

/// The descriptors go to a file; the first line of a node counts, so running it twice loses nothing.
pub(super) fn save_descriptors(nodes: &[Node]) -> Instructions {
    let mut out = each(nodes, |place| {
        let mut out = Instructions::default();
        out.commands.push(Command::powershell(
            place.script(&[
                format!("[pscustomobject]@{{ Node = $dn; Sddl = (Get-Acl -Path {PATH}).Sddl }} |"),
                format!("  Export-Csv -Path {SAVED} -Append -NoTypeInformation"),
            ])?,
            place.note("saves its descriptor. Move a file of an earlier change away first."),
        ));
        Ok(out)
    });
    if !out.commands.is_empty() {
        out.check.push(Command::powershell(
            format!("Import-Csv -Path {SAVED} | Format-List"),
            "One entry for each node, with its SDDL.",
        ));
    }
    out
}

/// Full control, as documented; the least that works as an alternative.
pub(super) fn grant_rights(group: &GroupRef, nodes: &[Node]) -> Instructions {
    let mut out = each(nodes, |place| {
        let mut out = Instructions::default();
        let group_server = server(group.server.as_deref())?;
        let sid = format!(
            "$sid = (Get-ADGroup -Identity {}{}).SID",
            powershell::quote(&group.name),
            powershell::parameter("Server", group_server.as_ref())
        );
        let acl = format!("$acl = Get-Acl -Path {PATH}");
        let set = format!("Set-Acl -Path {PATH} -AclObject $acl");
        out.commands.push(Command::powershell(
            place.script(&[
                sid.clone(),
                acl.clone(),
                "$acl.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule($sid,"
                    .to_owned(),
                "  [System.DirectoryServices.ActiveDirectoryRights]::GenericAll,".to_owned(),
                "  [System.Security.AccessControl.AccessControlType]::Allow)))".to_owned(),
                set.clone(),
            ])?,
            place.note("full control for the group, as Microsoft's text names it."),
        ));
        let mut lines = place.find()?;
        lines.push(sid.clone());
        lines.push(
            "$account = $sid.Translate([System.Security.Principal.NTAccount]).Value".to_owned(),
        );
        let computer = place
            .server
            .as_ref()
            .map_or_else(String::new, |server| format!(r"\\{server}\"));
        lines.push(format!(r#"dsacls "{computer}$dn" /G "${{account}}:GA""#));
        out.commands.push(Command::powershell(
            powershell::block(&lines),
            place.note("the same by dsacls."),
        ));
        out.commands.push(Command::powershell(
            place.script(&[
                sid,
                acl,
                format!("foreach ($guid in {RECORD_GUIDS}) {{"),
                "  $acl.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule($sid,"
                    .to_owned(),
                "    [System.DirectoryServices.ActiveDirectoryRights]::WriteProperty,".to_owned(),
                "    [System.Security.AccessControl.AccessControlType]::Allow, [Guid]$guid)))".to_owned(),
                "}".to_owned(),
                set,
            ])?,
            place.note(
                "the tighter alternative, writing dnsRecord and dNSTombstoned alone. Proven on Samba, not \
                 on Windows.",
            ),
        ));
        out.check.push(place.show()?);
        out.undo.push(place.restore("Access")?);
        Ok(out)
    });
    out.say("DNS Manager: the properties of the _vlmcs record, Security, add the group with Full control.");
    out
}

/// Owner and entries that are not the group's are put right.
pub(super) fn clean_up(nodes: &[Node]) -> Instructions {
    let mut out = each(nodes, |place| {
        let mut out = Instructions::default();
        let mut show = place.show()?;
        show.note = place.note("owner and entries, to be read before anything is changed.");
        out.commands.push(show);
        out.commands.push(Command::powershell(
            place.script(&[
                format!("$acl = Get-Acl -Path {PATH}"),
                "$sidType = [System.Security.Principal.SecurityIdentifier]".to_owned(),
                "foreach ($rule in @($acl.GetAccessRules($true, $false, $sidType))) {".to_owned(),
                "  $sid = $rule.IdentityReference".to_owned(),
                "  try { $account = $sid.Translate([System.Security.Principal.NTAccount]).Value } catch { \
                 $account = '' }"
                    .to_owned(),
                "  $wide = $sid.Value -eq 'S-1-5-11' -or $sid.Value -like 'S-1-5-21-*-515'".to_owned(),
                "  if ($rule.AccessControlType -eq 'Allow' -and ($wide -or $account.EndsWith('$'))) {"
                    .to_owned(),
                "    $acl.RemoveAccessRuleSpecific($rule)".to_owned(),
                "  }".to_owned(),
                "}".to_owned(),
                format!("$domain = (Get-ADDomain{}).DomainSID.Value", place.at()),
                "$acl.SetOwner((New-Object System.Security.Principal.SecurityIdentifier(\"$domain-512\")))"
                    .to_owned(),
                format!("Set-Acl -Path {PATH} -AclObject $acl"),
            ])?,
            place.note(
                "takes away own entries of computer accounts, Authenticated Users and Domain Computers; \
                 the owner becomes Domain Admins.",
            ),
        ));
        out.check.push(place.show()?);
        out.undo.push(place.restore("Owner, Access")?);
        Ok(out)
    });
    out.say(
        "The first host that registered owns the node and keeps full control over it, also after it is \
         retired.",
    );
    out.say("Only after the grant: the hosts keep their rights through the group.");
    out
}
