//! Files as people bring them, and what is made of them: [`good`] inputs, [`broken`] ones, each with what
//! is said about it.

use std::fmt::Write;

use super::{Evidence, EvidenceFile, Rights, Seen, read};
use crate::Name;
use crate::diagnostic::Place;
use crate::presentation::{parse_full_name, plain};
use crate::snapshot::{FileId, Site};

mod broken;
mod good;
mod together;

/// What the tests' topology knows.
fn hosts() -> Vec<Name> {
    [
        "kms01.contoso.com",
        "kms02.contoso.com",
        "kms01.emea.contoso.com",
        "kmsold.contoso.com",
    ]
    .map(|host| parse_full_name(host).unwrap())
    .into()
}

/// The files with these paths and contents, as text: what was found, or the complaints.
fn outcome(files: &[(&str, &[u8])]) -> String {
    let files: Vec<EvidenceFile<'_>> = files
        .iter()
        .enumerate()
        .map(|(index, (path, bytes))| EvidenceFile {
            file: FileId(index),
            path,
            bytes,
        })
        .collect();
    match read(&files, &hosts()) {
        Ok(evidence) => found(&evidence),
        Err(complaints) => complaints
            .iter()
            .fold(String::new(), |mut text, complaint| {
                let file = &files[complaint.file.0];
                match &complaint.span {
                    Some(span) => {
                        let place = Place::new(file.path, file.bytes, span.clone());
                        let marked = String::from_utf8_lossy(&file.bytes[span.clone()]);
                        writeln!(text, "{place}: {marked:?}: {}", complaint.message).unwrap();
                    }
                    None => writeln!(text, "{}: {}", file.path, complaint.message).unwrap(),
                }
                if let Some(help) = &complaint.help {
                    writeln!(text, "  help: {help}").unwrap();
                }
                text
            }),
    }
}

/// What one file gives.
fn one(path: &str, content: &str) -> String {
    outcome(&[(path, content.as_bytes())])
}

fn found(evidence: &Evidence) -> String {
    let mut text = String::new();
    for host in &evidence.hosts {
        write!(text, "{}:", plain(&host.host)).unwrap();
        fact(&mut text, "host", host.kms_host.as_ref(), |is| {
            is.to_string()
        });
        place(&mut text, "client", host.client);
        fact(&mut text, "publishing", host.publishing.as_ref(), |on| {
            on.to_string()
        });
        fact(&mut text, "port", host.port.as_ref(), |port| {
            port.to_string()
        });
        fact(&mut text, "count", host.count.as_ref(), |count| {
            count.to_string()
        });
        fact(&mut text, "list", host.publish.as_ref(), |list| {
            list.iter().fold(String::new(), |mut text, line| {
                let domain = plain(&line.domain);
                write!(text, "[{domain} {} {}]", line.priority, line.weight).unwrap();
                text
            })
        });
        place(&mut text, "restart due", host.restart_due);
        text.push('\n');
    }
    for node in &evidence.nodes {
        write!(text, "{}:", plain(&node.node)).unwrap();
        fact(&mut text, "owner", node.owner.as_ref(), String::clone);
        text.push('\n');
        for Seen { value, site } in &node.entries {
            let rights = match value.rights {
                Rights::Full => "full",
                Rights::Write => "write",
                Rights::Control => "control",
                Rights::Other => "other",
            };
            writeln!(
                text,
                "  {} {}: {rights}{} ({})",
                if value.allow { "allow" } else { "deny" },
                value.account,
                if value.inherited { ", inherited" } else { "" },
                site.line,
            )
            .unwrap();
        }
    }
    text
}

/// ` name value (line)`, where the value is known.
fn fact<T>(text: &mut String, name: &str, seen: Option<&Seen<T>>, show: impl Fn(&T) -> String) {
    if let Some(seen) = seen {
        write!(text, " {name} {} ({})", show(&seen.value), seen.site.line).unwrap();
    }
}

/// ` name (line)`, where a place is known.
fn place(text: &mut String, name: &str, site: Option<Site>) {
    if let Some(site) = site {
        write!(text, " {name} ({})", site.line).unwrap();
    }
}

/// `slmgr.vbs /dlv` of a KMS host.
const DLV: &str = "\
Microsoft (R) Windows Script Host Version 5.812\r
Copyright (C) Microsoft Corporation. All rights reserved.\r
\r
Software licensing service version: 10.0.17763.1\r
\r
Name: Windows(R), ServerStandard edition\r
Description: Windows(R) Operating System, VOLUME_KMS_WS19 channel\r
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f\r
Partial Product Key: XXXXX\r
License Status: Licensed\r
\r
Key Management Service is enabled on this machine\r
    Current count: 50\r
    Listening on Port: 1688\r
    DNS publishing enabled\r
    KMS priority: Normal\r
\r
Key Management Service cumulative requests received from clients\r
    Total requests received: 48213\r
";

/// `slmgr.vbs /dlv` of a KMS client.
const DLV_CLIENT: &str = "\
Software licensing service version: 10.0.19041.3570

Name: Windows(R), Enterprise edition
License Status: Licensed

Most recent activation information:
Key Management Service client information
    Client Machine ID (CMID): 00000000-0000-0000-0000-000000000000
    KMS machine name from DNS: KMS01.contoso.com:1688
";

/// `reg query` of the licensing key, shortened by hand.
const REG_QUERY: &str = "\r
HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform\r
    DnsDomainPublishList    REG_MULTI_SZ    corp.fabrikam.example,10,100\\0lab.contoso.com\\0contoso.com, 0, 50\r
    DisableDnsPublishing    REG_DWORD    0x0\r
    KeyManagementServiceListeningPort    REG_SZ    1688\r
";

/// The same key as `.reg` text.
const REG_FILE: &str = r#"Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform]
; two lines
"DnsDomainPublishList"=hex(7):61,00,2e,00,62,00,00,00,63,00,2e,00,64,00,2c,00,\
  31,00,30,00,2c,00,20,00,35,00,00,00,00,00
"DisableDnsPublishing"=dword:00000001
"KeyManagementServiceListeningPort"="1689"
"Path"="C:\\Windows\\System32\\"
"#;

/// `dsacls` of a node, in the shapes of real outputs.
const DSACLS: &str = r"Owner: CONTOSO\KMS01$
Group: CONTOSO\Domain Computers

Access list:
Deny  Everyone                        SPECIAL ACCESS
                                      DELETE
                                      DELETE TREE
Allow CONTOSO\KMS Hosts               FULL CONTROL
Allow CONTOSO\KMS01$                  FULL CONTROL   
Allow NT AUTHORITY\Authenticated Users
                                      SPECIAL ACCESS
                                      READ PERMISSONS
                                      CREATE CHILD
Allow CONTOSO\Organization Management  SPECIAL ACCESS   <Inherited from parent>
                                      READ PROPERTY
                                      WRITE PROPERTY
Allow CONTOSO\Enterprise Key Admins    FULL CONTROL   <Inherited from parent>
Allow BUILTIN\Pre-Windows 2000 Compatible Access
                                      SPECIAL ACCESS for dnsRecord   <Inherited from parent>
                                      WRITE PROPERTY
Allow CONTOSO\Helpdesk                SPECIAL ACCESS for description
                                      WRITE PROPERTY
Allow CONTOSO\Delegates               SPECIAL ACCESS
                                      WRITE PERMISSIONS
Allow CONTOSO\Exchange Trusted Subsystem
                                      FULL CONTROL for msExchDynamicDistributionList   <Inherited from parent>
Allow CONTOSO\Helpdesk                Reset Password

Permissions inherited to subobjects are:
Inherited to all subobjects
Allow CONTOSO\Domain Computers        FULL CONTROL   <Inherited from parent>

The command completed successfully
";

const NODE: &str = "_vlmcs._tcp.contoso.com.txt";

/// `Get-Acl | Format-List` of a node on a narrow console.
const GET_ACL: &str = r"PS C:\> Get-Acl 'AD:\DC=_vlmcs._tcp,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com' | fl


Path   : Microsoft.ActiveDirectory.Management.dll\ActiveDirectory:://RootDSE/DC=_vlmcs._tc
         p,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com
Owner  : CONTOSO\KMS01$
Group  : CONTOSO\Domain Computers
Access : Everyone Deny  
         NT AUTHORITY\Authenticated Users Allow  
         CONTOSO\KMS Hosts Allow  
         CONTOSO\KMS Hosts A
         llow  
         CONTOSO\DnsAdmins Allow  
         CREATOR OWNER Allow  
Audit  : 
Sddl   : O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b45-11
         d0-afdd-00c04fd930c9;;S-1-5-21-1-2-3-1200)(OA;;WP;D5EB2EB7-be4e-463b-a214-634a44d7
         392e;;S-1-5-21-1-2-3-1200)(A;CIID;0xf01ff;;;S-1-5-21-1-2-3-1101)(A;CIIOID;GA;;;CO)



";

/// `(Get-Acl).Access | Format-List` of a node.
const RULES: &str = r"
ActiveDirectoryRights : GenericAll
InheritanceType       : None
ObjectType            : 00000000-0000-0000-0000-000000000000
InheritedObjectType   : 00000000-0000-0000-0000-000000000000
ObjectFlags           : None
AccessControlType     : Allow
IdentityReference     : CONTOSO\KMS Hosts
IsInherited           : False
InheritanceFlags      : None
PropagationFlags      : None

ActiveDirectoryRights : ReadProperty, WriteProp
                        erty
InheritanceType       : None
ObjectType            : e0fa1e69-9b45-11d0-afdd-00c04fd930c9
InheritedObjectType   : 00000000-0000-0000-0000-000000000000
ObjectFlags           : ObjectAceTypePresent
AccessControlType     : Deny
IdentityReference     : CONTOSO\KMSOLD$
IsInherited           : True
InheritanceFlags      : None
PropagationFlags      : None

ActiveDirectoryRights : -1
ObjectType            : 00000000-0000-0000-0000-000000000000
AccessControlType     : Allow
IdentityReference     : CREATOR OWNER
IsInherited           : True
PropagationFlags      : InheritOnly
";
