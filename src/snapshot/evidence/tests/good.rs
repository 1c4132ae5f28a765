//! Files that are understood.

use super::*;

#[test]
fn slmgr_on_a_kms_host() {
    assert_eq!(
        one("evidence/kms01.contoso.com.txt", DLV),
        "\
kms01.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &DLV.replace("enabled\r", "disabled\r")
                .replace("1688", "1689")
        ),
        "\
kms02.contoso.com: host true (12) publishing false (15) port 1689 (14) count 50 (13)\n\
"
    );
    assert_eq!(
        one(
            "kms02-dlv.txt",
            &DLV.replace("    ", "")
                .replace("this machine", "this computer")
        ),
        "\
kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13)\n\
"
    );
    assert_eq!(
        one("KMS02.contoso.com_2026-03-02.txt", &DLV.replace('\r', "")),
        "\
kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13)\n\
"
    );
}

#[test]
fn the_smallest_count_of_all_products() {
    let second = "\r\nName: Office 16\r\n\r\nKey Management Service is enabled on this machine\r\n    Current count: 10\r\n    Listening on Port: 1688\r\n    DNS publishing enabled\r\n";
    assert_eq!(
        one("KMS02_dlv_all.txt", &format!("{DLV}{second}")),
        "\
kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 10 (24)\n\
"
    );
    assert_eq!(
        one("KMS02_dlv_all.txt", &format!("{second}{DLV}")),
        "\
kms02.contoso.com: host true (4) publishing true (7) port 1688 (6) count 10 (5)\n\
"
    );
}

#[test]
fn slmgr_elsewhere() {
    assert_eq!(
        one("kms02.contoso.com.txt", DLV_CLIENT),
        "\
kms02.contoso.com: client (7)\n\
"
    );
    let all = format!(
        "{DLV_CLIENT}\nName: Office 21, OfficeKMSHost edition\nLicense Status: Unlicensed\n"
    );
    assert_eq!(
        one("kms02.contoso.com.txt", &all),
        "\
kms02.contoso.com: host false (7)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            "DNS publishing disabled\nWarning: a KMS reboot is needed for this setting to take effect.\n"
        ),
        "\
kms02.contoso.com: publishing false (1) restart due (1)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!(
                "{DLV}\nC:\\> cscript slmgr.vbs /sdns\nDNS publishing enabled\nWarning: a KMS reboot is needed for this setting to take effect.\n"
            )
        ),
        "\
kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13) restart due (23)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!("{DLV}\nKMS port set to 1690 successfully.\n")
        ),
        "\
kms02.contoso.com: host true (12) publishing true (15) port 1688 (14) count 50 (13)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            "Warning: DNS Publishing can only be set on a KMS machine that is also activated.\n"
        ),
        "\
kms02.contoso.com: host false (1)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            "Current count: 10\nListening on Port: 1688\nDNS publishing enabled\n"
        ),
        "\
kms02.contoso.com: host true (1) publishing true (3) port 1688 (2) count 10 (1)\n\
"
    );
}

#[test]
fn the_licensing_service_as_json() {
    assert_eq!(
        one(
            "any.json",
            r#"{
  "KeyManagementServiceDnsPublishing": true, "KeyManagementServiceListeningPort":  0,
  "IsKeyManagementServiceMachine": 1,
  "KeyManagementServiceCurrentCount": 26, "PSComputerName": "KMS02",
  "CimClass": {"CimClassName": "SoftwareLicensingService", "PSComputerName": 1}
}"#
        ),
        "\
kms02.contoso.com: host true (3) publishing true (2) port 1688 (2) count 26 (4)\n\
"
    );
    assert_eq!(
        one(
            "kms02.contoso.com.json",
            r#"{"value":[{"KeyManagementServiceDnsPublishing":false,"PSComputerName":null}],"Count":1}"#
        ),
        "\
kms02.contoso.com: publishing false (1)\n\
"
    );
    assert_eq!(
        one(
            "kms02.json",
            r#"{"PSComputerName":"localhost","KeyManagementServiceDnsPublishing":false}"#
        ),
        "\
kms02.contoso.com: publishing false (1)\n\
"
    );
}

#[test]
fn several_computers_in_one_file() {
    assert_eq!(
        one(
            "any.json",
            "\u{feff}[{\"PSComputerName\":\"kms02.contoso.com\",\r\n\"KeyManagementServiceDnsPublishing\":false},\r\n\
     {\"PSComputerName\":\"kmsold\",\r\n\"IsKeyManagementServiceMachine\":0,\"KeyManagementServiceCurrentCount\":0,\
     \"KeyManagementServiceListeningPort\":\"1690\"}]"
        ),
        "\
kms02.contoso.com: publishing false (2)\n\
kmsold.contoso.com: host false (4) port 1690 (4)\n\
"
    );
}

#[test]
fn the_licensing_service_as_a_list() {
    assert_eq!(
        one(
            "kms02.list.txt",
            "\r\nIsKeyManagementServiceMachine     : 1\r\nKeyManagementServiceCurrentCount  : 4294967295\r\n\
     KeyManagementServiceDnsPublishing : True\r\nKeyManagementServiceListeningPort : 1688\r\n\
     PSComputerName                    : \r\n\r\n"
        ),
        "\
kms02.contoso.com: host true (2) publishing true (4) port 1688 (5)\n\
"
    );
}

#[test]
fn reg_query_of_the_licensing_key() {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL";
    assert_eq!(
        one("kms02.reg.txt", REG_QUERY),
        "\
kms02.contoso.com: publishing true (4) port 1688 (5) list [corp.fabrikam.example 10 100][lab.contoso.com 0 0][contoso.com 0 50] (3)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!("{key}\n    DisableDnsPublishing\tREG_DWORD\t0x1\n")
        ),
        "\
kms02.contoso.com: publishing false (2)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!("{key}\n    DnsDomainPublishList    REG_MULTI_SZ    \n")
        ),
        "\
kms02.contoso.com: list  (2)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!("{key}\n    DnsDomainPublishList    REG_MULTI_SZ    contoso.com.\\0\n")
        ),
        "\
kms02.contoso.com: list [contoso.com 0 0] (2)\n\
"
    );
}

#[test]
fn what_a_listing_of_the_whole_key_lacks_does_not_exist() {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL";
    let values = "    KeyManagementServiceVersion    REG_SZ    10.0\n    VLRenewalInterval    REG_DWORD    0x2760\n";
    let below = format!("\n{key}\\55c92734-d682-4d71-983e-d6ec3f16059f\n");
    assert_eq!(
        one("kms02.txt", &format!("{key}\n{values}{below}")),
        "\
kms02.contoso.com: publishing true (1) port 1688 (1) list  (1)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!("{key}\n    DisableDnsPublishing    REG_DWORD    0x1\n{below}")
        ),
        "\
kms02.contoso.com: publishing false (2)\n\
"
    );
    assert_eq!(
        one(
            "kms02.txt",
            &format!(
                "{key}\n    DisableDnsPublishing    REG_DWORD    0x1\n{values}{below}End of search: 4 match(es) found.\n"
            )
        ),
        "\
kms02.contoso.com: publishing false (2)\n\
"
    );
}

#[test]
fn reg_text() {
    assert_eq!(
        one("kms02.reg", REG_FILE),
        "\
kms02.contoso.com: publishing false (7) port 1689 (8) list [a.b 0 0][c.d 10 5] (5)\n\
"
    );
    assert_eq!(
        one(
            "kms02.reg",
            "REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL]\n\
     \"DnsDomainPublishList\"=hex(7):61,2e,62,2e,00,00\n"
        ),
        "\
kms02.contoso.com: list [a.b 0 0] (4)\n\
"
    );
}

#[test]
fn dsacls_of_a_node() {
    assert_eq!(
        one("_vlmcs._tcp.contoso.com.txt", DSACLS),
        "\
_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (1)\n\
\x20 deny Everyone: other (5)\n\
\x20 allow CONTOSO\\KMS Hosts: full (8)\n\
\x20 allow CONTOSO\\KMS01$: full (9)\n\
\x20 allow NT AUTHORITY\\Authenticated Users: other (10)\n\
\x20 allow CONTOSO\\Organization Management: write, inherited (14)\n\
\x20 allow CONTOSO\\Enterprise Key Admins: full, inherited (17)\n\
\x20 allow BUILTIN\\Pre-Windows 2000 Compatible Access: write, inherited (18)\n\
\x20 allow CONTOSO\\Helpdesk: other (21)\n\
\x20 allow CONTOSO\\Delegates: control (23)\n\
\x20 allow CONTOSO\\Exchange Trusted Subsystem: other, inherited (25)\n\
\x20 allow CONTOSO\\Helpdesk: other (27)\n\
"
    );
}

#[test]
fn the_node_by_its_distinguished_name() {
    let short = "Owner: CONTOSO\\KMS01$\nAccess list:\nAllow Everyone FULL CONTROL\nThe command completed successfully\n";
    assert_eq!(
        one(
            "any.txt",
            &format!(
                "C:\\>dsacls \"\\\\DC01\\DC=_vlmcs._tcp.emea,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com\"\r\n{short}"
            )
        ),
        "\
_vlmcs._tcp.emea.contoso.com: owner CONTOSO\\KMS01$ (2)\n\
\x20 allow Everyone: full (4)\n\
"
    );
    assert_eq!(
        one(
            "any.txt",
            &format!(
                "dsacls dc=_VLMCS,dc=_tcp.lab.contoso.com,cn=MicrosoftDNS,cn=System,DC=contoso,DC=com\r\n{short}"
            )
        ),
        "\
_VLMCS._tcp.lab.contoso.com: owner CONTOSO\\KMS01$ (2)\n\
\x20 allow Everyone: full (4)\n\
"
    );
    assert_eq!(
        one("contoso.com.dsacls.txt", short),
        "\
_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (1)\n\
\x20 allow Everyone: full (3)\n\
"
    );
    assert_eq!(
        one("_vlmcs._tcp.lab.contoso.com-acl.log", short),
        "\
_vlmcs._tcp.lab.contoso.com: owner CONTOSO\\KMS01$ (1)\n\
\x20 allow Everyone: full (3)\n\
"
    );
}

#[test]
fn get_acl_of_a_node() {
    assert_eq!(
        one("any.txt", GET_ACL),
        "\
_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (6)\n\
\x20 deny Everyone: other (8)\n\
\x20 allow NT AUTHORITY\\Authenticated Users: other (9)\n\
\x20 allow CONTOSO\\KMS Hosts: write (10)\n\
\x20 allow CONTOSO\\KMS Hosts: write (11)\n\
\x20 allow CONTOSO\\DnsAdmins: full, inherited (13)\n\
"
    );
    assert_eq!(
        one("_vlmcs._tcp.contoso.com.txt", RULES),
        "\
_vlmcs._tcp.contoso.com:\n\
\x20 allow CONTOSO\\KMS Hosts: full (8)\n\
\x20 deny CONTOSO\\KMSOLD$: write, inherited (20)\n\
"
    );
    assert_eq!(
        one(
            "_vlmcs._tcp.contoso.com.txt",
            &format!("Path  : x\nOwner : CONTOSO\\KMS01$\n{RULES}")
        ),
        "\
_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (2)\n\
\x20 allow CONTOSO\\KMS Hosts: full (10)\n\
\x20 deny CONTOSO\\KMSOLD$: write, inherited (22)\n\
"
    );
    assert_eq!(one("any.txt", &GET_ACL
            .replace("Path   : ", "PSPath : ")
            .replace("Access : Everyone Deny", "PSParentPath : ActiveDirectory:://RootDSE/DC=contoso.com,CN=MicrosoftDNS,DC=x\nAccess : {System.DirectoryServices.ActiveDirectoryAccessRule, ...}\nAccessToString : Everyone Deny")), "\
_vlmcs._tcp.contoso.com: owner CONTOSO\\KMS01$ (6)\n\
\x20 deny Everyone: other (10)\n\
\x20 allow NT AUTHORITY\\Authenticated Users: other (11)\n\
\x20 allow CONTOSO\\KMS Hosts: write (12)\n\
\x20 allow CONTOSO\\KMS Hosts: write (13)\n\
\x20 allow CONTOSO\\DnsAdmins: full, inherited (15)\n\
");
}
