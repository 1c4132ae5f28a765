//! Active Directory: the group, the nodes that hold the records, the rights on them.
//!
//! A text handles all nodes: a function at its top, one call a node. Distinguished names and SIDs are
//! read at run time.

use super::place::{Place, anywhere};
use super::{Command, Instructions, LeftOut, each_or_say, powershell, server, windows_name};
use crate::plan::action::{Granted, GroupRef, Member, Node, RecordSet, ZoneRef, is_to_grant};
use crate::topology::{GroupScope, ZoneKind};
use crate::{Name, presentation};

/// Where the nodes' descriptors are kept.
const SAVED: &str = r#""$HOME\kmsplan-descriptors.csv""#;
const PATH: &str = r#""KMS:\$dn""#;

/// `schemaIDGUID` of `dnsRecord` and `dNSTombstoned` (MS-ADA1).
pub(super) const RECORD_GUIDS: &str =
    "'e0fa1e69-9b45-11d0-afdd-00c04fd930c9', 'd5eb2eb7-be4e-463b-a214-634a44d7392e'";

/// The distinguished name of `$zone` as `$server` knows it.
const ZONE_DN: &str =
    "(Get-DnsServerZone -ComputerName $server -Name $zone -ErrorAction Stop).DistinguishedName";

pub(super) fn scope_word(scope: GroupScope) -> &'static str {
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
    let accounts = each_or_say(
        members,
        |member: &Member| {
            Ok(format!(
                "  Get-ADComputer -Identity {} -Server {}",
                powershell::quote(&member.account),
                powershell::quote(&windows_name(&member.ad_domain)?)
            ))
        },
        out,
    );
    if accounts.is_empty() {
        return;
    }
    let with_accounts = |verb: &str| {
        let mut lines = vec!["$members = @(".to_owned()];
        lines.extend_from_slice(&accounts);
        lines.push(")".to_owned());
        lines.push(format!(
            "{verb}-ADGroupMember -Identity {name} -Members $members{at}"
        ));
        powershell::block(&lines)
    };
    out.commands.push(Command::powershell(
        with_accounts("Add"),
        format!("Accounts that are members already stay so.{place}"),
    ));
    out.check.push(Command::powershell(
        format!("Get-ADGroupMember -Identity {name}{at} | Format-Table name, distinguishedName"),
        format!("The KMS hosts' accounts, and no others.{place}"),
    ));
    out.undo.push(Command::powershell(
        with_accounts("Remove"),
        format!("Take the lines of accounts out that were members before.{place}"),
    ));
}

/// The place of a node whose name can stand in a distinguished name and in an LDAP filter as it is (RFC
/// 4514 section 2.4, RFC 4515 section 3).
pub(super) fn place(zone: &ZoneRef, owner: &Name) -> Result<Place, LeftOut> {
    if zone.kind != ZoneKind::Ad {
        return Err(LeftOut(format!(
            "The zone {} is not integrated in Active Directory: it has no nodes with rights.",
            presentation::plain(&zone.name)
        )));
    }
    let place = Place::new(zone, owner)?;
    if place.node.contains(['*', '+', '/']) {
        return Err(LeftOut(format!(
            "No directory command is printed for {}: in a distinguished name its characters mean more.",
            place.owner
        )));
    }
    Ok(place)
}

fn places<'a>(nodes: impl IntoIterator<Item = &'a Node>, out: &mut Instructions) -> Vec<Place> {
    each_or_say(nodes, |node: &Node| place(&node.zone, &node.owner), out)
}

/// A text for all nodes: what goes before, the body of the function, one call a node.
struct Script<'a> {
    before: &'a [String],
    function: &'a str,
    body: &'a [String],
}

impl Script<'_> {
    fn command(&self, places: &[Place], note: &str) -> Command {
        let mut lines = self.before.to_vec();
        lines.push(format!(
            "function {}($server, $zone, $name) {{",
            self.function
        ));
        lines.extend(self.body.iter().map(|line| format!("  {line}")));
        lines.push("}".to_owned());
        lines.extend(places.iter().map(|place| place.call(self.function)));
        Command::powershell(
            powershell::block(&lines),
            format!("{note}{}", anywhere(places)),
        )
    }
}

/// A line that sets `$dn` to the distinguished name of the node.
fn find() -> String {
    format!("$dn = \"DC=$name,$({ZONE_DN})\"")
}

/// [`find`], the one domain controller as a drive for access lists, and more lines.
fn with_drive(rest: &[&str]) -> Vec<String> {
    let mut lines = vec![
        find(),
        "$null = New-PSDrive -Name KMS -PSProvider ActiveDirectory -Root '' -Server $server"
            .to_owned(),
    ];
    lines.extend(rest.iter().map(|line| (*line).to_owned()));
    lines
}

fn import() -> String {
    "Import-Module ActiveDirectory".to_owned()
}

fn read_acl() -> String {
    format!("$acl = Get-Acl -Path {PATH}")
}

fn write_acl() -> String {
    format!("Set-Acl -Path {PATH} -AclObject $acl")
}

/// Owner and entries of each node.
fn show(places: &[Place]) -> Command {
    Script {
        before: &[import()],
        function: "Show-Node",
        body: &with_drive(&[
            &read_acl(),
            "\"$dn, owner $($acl.Owner)\"",
            "$acl.Access | Format-Table IdentityReference, ActiveDirectoryRights, AccessControlType, IsInherited",
        ]),
    }
    .command(places, "Owner and entries of each node.")
}

/// What puts parts of the saved descriptors back.
fn restore(places: &[Place], sections: &str) -> Command {
    Script {
        before: &[import()],
        function: "Restore-Node",
        body: &with_drive(&[
            &format!("$saved = @(Import-Csv -Path {SAVED} | Where-Object {{ $_.Node -eq $dn }})"),
            "if ($saved.Count -eq 0) { throw \"No descriptor of $dn was saved.\" }",
            &read_acl(),
            &format!("$acl.SetSecurityDescriptorSddlForm($saved[0].Sddl, '{sections}')"),
            &write_acl(),
        ]),
    }
    .command(
        places,
        "Sets what was saved. dsacls /R would also drop older grants.",
    )
}

/// A command that looks for conflict objects of the sets' nodes.
pub(super) fn conflicts(sets: &[&RecordSet]) -> Instructions {
    let mut out = Instructions::default();
    let places = each_or_say(sets, |set| place(&set.zone, &set.owner), &mut out);
    if places.is_empty() {
        return out;
    }
    out.commands.push(
        Script {
            before: &[],
            function: "Find-Conflict",
            body: &[
                format!("$zoneDn = {ZONE_DN}"),
                "Get-ADObject -SearchBase $zoneDn -SearchScope OneLevel -Server $server `".to_owned(),
                "  -LDAPFilter \"(&(objectClass=dnsNode)(name=$name*CNF:*))\"".to_owned(),
            ],
        }
        .command(
            &places,
            "Prints nothing. A CNF: object comes from two creations of a node on two domain controllers.",
        ),
    );
    out
}

/// The nodes exist, so that rights can be granted on them.
pub(super) fn ensure_nodes(nodes: &[Node]) -> Instructions {
    let mut out = Instructions::default();
    let all = places(nodes, &mut out);
    let missing = places(nodes.iter().filter(|node| !node.exists), &mut out);
    if !missing.is_empty() {
        out.commands.push(
            Script {
                before: &[],
                function: "Add-Node",
                body: &[
                    format!("$zoneDn = {ZONE_DN}"),
                    "$there = Get-ADObject -SearchBase $zoneDn -SearchScope OneLevel -Server $server `".to_owned(),
                    "  -LDAPFilter \"(&(objectClass=dnsNode)(name=$name))\"".to_owned(),
                    "if ($there) { Write-Warning \"$($there.DistinguishedName) is there already.\" }".to_owned(),
                    "else { New-ADObject -Type dnsNode -Name $name -Path $zoneDn -Server $server }".to_owned(),
                ],
            }
            .command(
                &missing,
                "Makes an empty node. Seen to work on Samba, not tried on Windows.",
            ),
        );
        out.undo.push(
            Script {
                before: &[],
                function: "Remove-Node",
                body: &[
                    find(),
                    "$node = Get-ADObject -Identity $dn -Properties dnsRecord -Server $server"
                        .to_owned(),
                    "if ($node.dnsRecord) { throw \"$dn holds records.\" }".to_owned(),
                    "Remove-ADObject -Identity $dn -Server $server".to_owned(),
                ],
            }
            .command(&missing, "Only for nodes that this step made."),
        );
        out.say(
            "The way that Microsoft describes: let one host publish first; it makes the record and with it \
             the node.",
        );
        out.say(
            "A record made by hand before the grant locks every host out until the grant: grant before any \
             host is restarted.",
        );
    }
    if !all.is_empty() {
        out.check.push(
            Script {
                before: &[],
                function: "Find-Node",
                body: &[
                    find(),
                    "(Get-ADObject -Identity $dn -Server $server).DistinguishedName".to_owned(),
                ],
            }
            .command(&all, "Prints the distinguished name of each node."),
        );
    }
    out
}

/// The descriptors go to a file; the first line of a node counts, so running it twice loses nothing.
pub(super) fn save_descriptors(nodes: &[Node]) -> Instructions {
    let mut out = Instructions::default();
    let places = places(nodes, &mut out);
    if places.is_empty() {
        return out;
    }
    out.commands.push(
        Script {
            before: &[import()],
            function: "Save-Node",
            body: &with_drive(&[
                &format!("[pscustomobject]@{{ Node = $dn; Sddl = (Get-Acl -Path {PATH}).Sddl }} |"),
                &format!("  Export-Csv -Path {SAVED} -Append -NoTypeInformation"),
            ]),
        }
        .command(
            &places,
            "Saves owner and entries. Move a file of an earlier change away first.",
        ),
    );
    out.check.push(Command::powershell(
        format!("Import-Csv -Path {SAVED} | Format-List"),
        "An entry for each node, with its SDDL; the first one of a node is what an undo restores.",
    ));
    out
}

const BY_CONSOLE: &str =
    "DNS Manager: the properties of the _vlmcs record, Security, add the group with Full control.";

/// Full control, as documented; the least that works as an alternative.
/// Nodes on which the group has its rights already are only checked.
pub(super) fn grant_rights(group: &GroupRef, nodes: &[Node], granted: &[Granted]) -> Instructions {
    let mut out = Instructions::default();
    let all = places(nodes, &mut out);
    let left = places(
        nodes.iter().filter(|node| is_to_grant(node, granted)),
        &mut out,
    );
    match server(group.server.as_deref()) {
        Err(LeftOut(sentence)) => out.say(sentence),
        Ok(_) if all.is_empty() => {}
        Ok(server) => {
            let sid = format!(
                "$sid = (Get-ADGroup -Identity {}{}).SID",
                powershell::quote(&group.name),
                powershell::parameter("Server", server.as_ref())
            );
            if !left.is_empty() {
                out.commands.extend(grants(&left, &sid));
                out.undo.push(restore(&left, "Access"));
            }
            out.check.push(show(&all));
        }
    }
    if nodes.iter().any(|node| is_to_grant(node, granted)) {
        out.say(BY_CONSOLE);
    }
    out
}

fn grants(places: &[Place], sid: &str) -> [Command; 2] {
    let by_acl = Script {
        before: &[
            import(),
            sid.to_owned(),
            "$right = 'GenericAll'; $parts = @([Guid]::Empty)".to_owned(),
            "# The tighter alternative, in place of the line above:".to_owned(),
            format!("# $right = 'WriteProperty'; $parts = [Guid[]]({RECORD_GUIDS})"),
        ],
        function: "Grant-Node",
        body: &with_drive(&[
            &read_acl(),
            "foreach ($part in $parts) {",
            "  $acl.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule($sid,",
            "    [System.DirectoryServices.ActiveDirectoryRights]$right,",
            "    [System.Security.AccessControl.AccessControlType]::Allow, $part)))",
            "}",
            &write_acl(),
        ]),
    }
    .command(
        places,
        "Full control, as Microsoft's text names it. The tighter alternative writes dnsRecord and \
         dNSTombstoned alone: proven on Samba, not on Windows.",
    );
    let by_dsacls = Script {
        before: &[
            sid.to_owned(),
            "$account = $sid.Translate([System.Security.Principal.NTAccount]).Value".to_owned(),
        ],
        function: "Grant-Node",
        body: &[
            find(),
            r#"dsacls "\\$server\$dn" /G "${account}:GA""#.to_owned(),
        ],
    }
    .command(places, "Full control by dsacls.");
    [by_acl, by_dsacls]
}

/// Owner and entries that are not the group's are put right.
pub(super) fn clean_up(nodes: &[Node]) -> Instructions {
    let mut out = Instructions::default();
    let places = places(nodes, &mut out);
    if !places.is_empty() {
        out.say("First read owner and entries, by the command under Check.");
        out.commands.push(strip(&places));
        out.check.push(show(&places));
        out.undo.push(restore(&places, "Owner, Access"));
    }
    out.say("Only after the grant: the hosts keep their rights through the group.");
    out
}

fn strip(places: &[Place]) -> Command {
    Script {
        before: &[import()],
        function: "Clear-Node",
        body: &with_drive(&[
            &read_acl(),
            "foreach ($rule in @($acl.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier]))) {",
            "  $sid = $rule.IdentityReference",
            "  try { $account = $sid.Translate([System.Security.Principal.NTAccount]).Value } catch { $account = '' }",
            "  $wide = $sid.Value -eq 'S-1-5-11' -or $sid.Value -like 'S-1-5-21-*-515'",
            "  if ($rule.AccessControlType -eq 'Allow' -and ($wide -or $account.EndsWith('$'))) {",
            "    \"$dn loses $account\"",
            "    $acl.RemoveAccessRuleSpecific($rule)",
            "  }",
            "}",
            "$admins = \"$((Get-ADDomain -Server $server).DomainSID.Value)-512\"",
            "$acl.SetOwner((New-Object System.Security.Principal.SecurityIdentifier($admins)))",
            &write_acl(),
        ]),
    }
    .command(
        places,
        "Takes away own entries of computer accounts, Authenticated Users and Domain Computers, and names \
         them; the owner becomes Domain Admins.",
    )
}
