//! Files that are refused. What to do about each kind stands in tests of its own.

use super::*;

/// What is said of a file, without the advice.
fn refused(path: &str, content: &str) -> String {
    one(path, content)
        .lines()
        .filter(|line| !line.starts_with("  help: "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn files_that_are_nothing() {
    assert_eq!(
        refused("kms02.txt", " \r\n\r\n"),
        "kms02.txt: the file is empty"
    );
    assert_eq!(
        refused("kms02.txt", "\u{feff}"),
        "kms02.txt: the file is empty"
    );
    assert_eq!(
        refused("kms02.txt", "\nhello world\n"),
        r#"kms02.txt:2:1: "hello world": it is not clear what this file is"#
    );
    assert_eq!(
        refused("kms02.txt", "{\"a\": 1}"),
        r#"kms02.txt:1:1: "{\"a\": 1}": it is not clear what this file is"#
    );
    assert_eq!(
        refused(
            "z.txt",
            "$TTL 3600\n_vlmcs._tcp.contoso.com. IN SRV 0 0 1688 kms01.contoso.com.\n"
        ),
        r#"z.txt:1:1: "$TTL 3600": these are DNS records, not what was seen on a host or node"#
    );
    assert_eq!(
        refused("z.json", "[{\"RecordData\": {}}]"),
        r#"z.json:1:1: "[{\"RecordData\": {}}]": these are DNS records, not what was seen on a host or node"#
    );
    assert_eq!(
        refused("d.js", "var REG_NONE = NewRegistrar(\"none\");\n"),
        r#"d.js:1:1: "var REG_NONE = NewRegistrar(\"none\");": it is not clear what this file is"#
    );
    assert_eq!(
        refused("z.txt", "_vlmcs._tcp.contoso.com\tSRV service location:\n"),
        r#"z.txt:1:1: "_vlmcs._tcp.contoso.com\tSRV service location:": these are DNS records, not what was seen on a host or node"#
    );
    assert_eq!(
        refused(
            "n.txt",
            "> dsacls DC=_vlmcs._tcp,DC=contoso.com,CN=MicrosoftDNS\nZugriffsliste:\n"
        ),
        r#"n.txt:1:1: "> dsacls DC=_vlmcs._tcp,DC=contoso.com,CN=MicrosoftDNS": it is not clear what this file is"#
    );
    assert_eq!(
        refused("kms02.txt", &format!("{DLV}{REG_QUERY}")),
        r#"kms02.txt:21:1: "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform": this line is of output of reg query, but line 1 is of output of slmgr.vbs"#
    );
    assert_eq!(
        refused("kms02.txt", &format!("{DSACLS}{RULES}")),
        r#"kms02.txt:35:1: "ActiveDirectoryRights : GenericAll": this line is of output of Get-Acl, but line 4 is of output of dsacls"#
    );
}

#[test]
fn slmgr_that_is_cut() {
    assert_eq!(
        refused("kms02.txt", &DLV[..DLV.find("    DNS pub").unwrap()]),
        r#"kms02.txt:12:1: "Key Management Service is enabled on this machine": no `DNS publishing` follows: the output is cut"#
    );
    assert_eq!(
        refused("kms02.txt", &DLV[..DLV.find("    Current").unwrap()]),
        r#"kms02.txt:12:1: "Key Management Service is enabled on this machine": no `Current count`, no `Listening on Port`, no `DNS publishing` follows: the output is cut"#
    );
    assert_eq!(
        refused("kms02.txt", &DLV[..DLV.find("Key Man").unwrap()]),
        "kms02.txt: the output tells neither of a KMS host nor of a KMS client: it is cut, or of a machine without KMS"
    );
}

#[test]
fn slmgr_with_wrong_values() {
    assert_eq!(
        refused("kms02.txt", &DLV.replace("count: 50", "count: many")),
        r#"kms02.txt:13:20: "many": `many` is no count of clients"#
    );
    assert_eq!(
        refused("kms02.txt", &DLV.replace("Port: 1688", "Port: 70000")),
        r#"kms02.txt:14:24: "70000": `70000` is no port, which is 1 to 65535"#
    );
    assert_eq!(refused("kms02.txt", &format!("{DLV}{}", DLV.replace("enabled\r", "disabled\r").replace("1688", "1690"))), [r#"kms02.txt:33:24: "1690": port 1690 here, 1688 in line 14"#, r#"kms02.txt:34:5: "DNS publishing disabled": DNS publishing is disabled here, enabled in line 15"#].join("\n"));
}

#[test]
fn slmgr_in_another_language() {
    assert_eq!(
        refused(
            "kms02.txt",
            "Microsoft (R) Windows Script Host, Version 5.812\n\nSoftwarelizenzierungsdienst-Version: 10.0\nAnwendungs-ID: 55c92734-d682-4d71-983e-d6ec3f16059f\n"
        ),
        "kms02.txt: no line of this output of slmgr.vbs is understood: it must be in English"
    );
    assert_eq!(
        refused(
            "kms02.txt",
            "Beschreibung: Betriebssystem Windows(R), VOLUME_KMS_WS19-Kanal\nLizenzstatus: Lizenziert\n"
        ),
        "kms02.txt: no line of this output of slmgr.vbs is understood: it must be in English"
    );
}

#[test]
fn hosts_that_nobody_knows() {
    assert_eq!(
        refused("dlv.txt", DLV),
        "dlv.txt: neither the text nor the file's name says which host this is"
    );
    assert_eq!(
        refused("kms01.txt", DLV),
        "kms01.txt: the file's name could mean `kms01.emea.contoso.com` or `kms01.contoso.com`"
    );
    assert_eq!(
        refused("kms01.fabrikam.com.txt", DLV),
        "kms01.fabrikam.com.txt: neither the text nor the file's name says which host this is"
    );
    assert_eq!(
        refused("kms02-new.txt", DLV),
        "kms02-new.txt: neither the text nor the file's name says which host this is"
    );
    assert_eq!(
        refused("kms02.contoso.com.au.txt", DLV),
        "kms02.contoso.com.au.txt: neither the text nor the file's name says which host this is"
    );
    assert_eq!(
        refused("kms09.contoso.com.txt", DLV),
        "kms09.contoso.com.txt: neither the text nor the file's name says which host this is"
    );
    assert_eq!(
        refused("kms02.txt", &format!("PSComputerName : KMSOLD\n{DLV}")),
        "kms02.txt: the text is of `KMSOLD`, the file's name says `kms02.contoso.com`"
    );
    assert_eq!(
        refused("x.txt", &format!("ComputerName: KMS07\n{DLV}")),
        r#"x.txt:1:15: "KMS07": `KMS07` is no host that the topology or the records name"#
    );
    assert_eq!(
        refused("x.txt", &format!("ComputerName: KMS01\n{DLV}")),
        r#"x.txt:1:15: "KMS01": `KMS01` could mean `kms01.emea.contoso.com` or `kms01.contoso.com`"#
    );
    assert_eq!(
        refused(
            "x.txt",
            &format!("ComputerName: KMS02\n{DLV}ComputerName: KMSOLD\n")
        ),
        r#"x.txt:21:15: "KMSOLD": the text names `KMSOLD`, and `KMS02` before it"#
    );
    assert_eq!(
        refused(
            "x.json",
            r#"{"PSComputerName":"10.1.2.3","KeyManagementServiceDnsPublishing":true}"#
        ),
        r#"x.json:1:2: "\"PSComputerName\":\"10.1.2.3\"": `10.1.2.3` is no host that the topology or the records name"#
    );
    assert_eq!(
        refused(
            "kms02.json",
            "[{\"PSComputerName\":\"kms02\",\"KeyManagementServiceDnsPublishing\":true},\n{\"KeyManagementServiceDnsPublishing\":true}]"
        ),
        r#"kms02.json:2:1: "{": the file holds several computers, but this one has no name"#
    );
}

#[test]
fn json_that_is_no_licensing_service() {
    assert_eq!(
        refused("kms02.json", r#"{"KeyManagementServiceDnsPublishing": tr"#),
        r#"kms02.json:1:40: "r": the JSON ends too early: the file is cut"#
    );
    assert_eq!(
        refused(
            "kms02.json",
            r#"{"KeyManagementServiceDnsPublishing": yes}"#
        ),
        r#"kms02.json:1:39: "y": this is no JSON"#
    );
    assert_eq!(
        refused(
            "kms02.json",
            r#"{"KeyManagementServiceDnsPublishing": null}"#
        ),
        r#"kms02.json:1:1: "{": no property of the object has a value"#
    );
    assert_eq!(
        refused("kms02.json", r#"{"KeyManagementServicePort": 1}"#),
        r#"kms02.json:1:1: "{": the object has no `KeyManagementServiceDnsPublishing`"#
    );
    assert_eq!(
        refused("kms02.json", r#"["KeyManagementService"]"#),
        "kms02.json: the JSON holds something that is no object"
    );
    assert_eq!(
        refused(
            "kms02.json",
            r#"{"KeyManagementServiceListeningPort": 0, "KeyManagementServiceListeningPort": 1}"#
        ),
        r#"kms02.json:1:42: "\"KeyManagementServiceListeningPort\"": the key `KeyManagementServiceListeningPort` stands twice"#
    );
    assert_eq!(
        refused(
            "kms02.json",
            r#"{"value": [], "Count": 0, "KeyManagementService": 0}"#
        ),
        r#"kms02.json:1:1: "{": the object has no `KeyManagementServiceDnsPublishing`"#
    );
    assert_eq!(
        refused(
            "kms02.json",
            "[\n{\"KeyManagementServiceCurrentCount\": 1,\n\"PartialProductKey\": \"XXXXX\"}]"
        ),
        r#"kms02.json:3:1: "\"PartialProductKey\": \"XXXXX\"": this is SoftwareLicensingProduct, which tells of one product, not of the service"#
    );
}

#[test]
fn a_licensing_service_with_wrong_values() {
    assert_eq!(refused("kms02.json", "{\n\"KeyManagementServiceDnsPublishing\": \"on\",\n\"KeyManagementServiceListeningPort\": 70000, \"IsKeyManagementServiceMachine\": {}}"), [r#"kms02.json:2:1: "\"KeyManagementServiceDnsPublishing\": \"on\"": `on` is no value of `KeyManagementServiceDnsPublishing`"#, r#"kms02.json:3:1: "\"KeyManagementServiceListeningPort\": 70000": `70000` is no value of `KeyManagementServiceListeningPort`"#, r#"kms02.json:3:45: "\"IsKeyManagementServiceMachine\": {": `{…}` is no value of `IsKeyManagementServiceMachine`"#].join("\n"));
    assert_eq!(
        refused("kms02.txt", "KeyManagementServiceDnsPublishing : Tru\n"),
        r#"kms02.txt:1:37: "Tru": `Tru` is no value of `KeyManagementServiceDnsPublishing`"#
    );
    assert_eq!(
        refused(
            "kms02.txt",
            "\nKeyManagementServiceDnsPublishing KeyManagementServiceListeningPort\n--- ---\nTrue 0\n"
        ),
        "kms02.txt: a console table of SoftwareLicensingService is not read: it cuts values"
    );
}

#[test]
fn reg_query_without_the_key() {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL";
    assert_eq!(
        refused(
            "kms02.txt",
            "ERROR: The system was unable to find the specified registry key or value.\r\n"
        ),
        r#"kms02.txt:1:1: "ERROR: The system was unable to find the specified registry key or value.": `reg query` failed: `ERROR: The system was unable to find the specified registry key or value.`"#
    );
    assert_eq!(
        refused(
            "kms02.txt",
            "    DisableDnsPublishing    REG_DWORD    0x1\n"
        ),
        r#"kms02.txt:1:5: "DisableDnsPublishing    REG_DWORD    0x1": the path of the key is missing above this value"#
    );
    assert_eq!(
        refused(
            "kms02.txt",
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Other\n    DisableDnsPublishing    REG_DWORD    0x1\n"
        ),
        r"kms02.txt: the licensing key is not in it: `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`"
    );
    assert_eq!(
        refused(
            "kms02.txt",
            &format!("{key}\n    KeyManagementServiceVersion    REG_SZ    10.0\n")
        ),
        "kms02.txt: neither `DnsDomainPublishList`, `DisableDnsPublishing` nor `KeyManagementServiceListeningPort` is in it"
    );
}

#[test]
fn reg_query_with_wrong_values() {
    let key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL";
    assert_eq!(refused("kms02.txt", &format!("{key}\n    DisableDnsPublishing    REG_DWORD    1\n    KeyManagementServiceListeningPort    REG_DWORD    0x698\n    DnsDomainPublishList    REG_SZ    contoso.com\n")), [r#"kms02.txt:2:42: "1": `1` is no number, as in `0x1`"#, r#"kms02.txt:3:5: "KeyManagementServiceListeningPort    REG_DWORD    0x698": `KeyManagementServiceListeningPort` is a REG_DWORD, but must be a REG_SZ"#, r#"kms02.txt:4:5: "DnsDomainPublishList    REG_SZ    contoso.com": `DnsDomainPublishList` is a REG_SZ, but must be a REG_MULTI_SZ"#].join("\n"));
    assert_eq!(refused("kms02.txt", &format!("{key}\n    DnsDomainPublishList    REG_MULTI_SZ    contoso.com, 10, 65536\\0a b\\0c.d,1,2,3\\0e.f,,1\\0.\n    KeyManagementServiceListeningPort    REG_SZ    high\n")), [r#"kms02.txt:2:45: "contoso.com, 10, 65536": `65536` is no weight, which is 0 to 65535"#, r#"kms02.txt:2:69: "a b": `a b` is no domain: a blank must be escaped in a name"#, r#"kms02.txt:2:74: "c.d,1,2,3": `3` is one value too many"#, r#"kms02.txt:2:85: "e.f,,1": `` is no priority, which is 0 to 65535"#, r#"kms02.txt:2:93: ".": `.` is no domain to publish in"#, r#"kms02.txt:3:5: "KeyManagementServiceListeningPort    REG_SZ    high": `high` is no port, which is 1 to 65535"#].join("\n"));
    assert_eq!(
        refused(
            "kms02.txt",
            &format!(
                "{key}\n    DnsDomainPublishList    REG_MULTI_SZ    contoso.com\\0\\0fabrikam.com\n"
            )
        ),
        r#"kms02.txt:2:60: "fabrikam.com": an empty string stands before this one: Windows reads the list only up to there"#
    );
    assert_eq!(
        refused(
            "kms02.txt",
            &format!(
                "{key}\n    DisableDnsPublishing    REG_DWORD    0x1\n    DisableDnsPublishing    REG_DWORD    0x0\n"
            )
        ),
        r#"kms02.txt:3:5: "DisableDnsPublishing    REG_DWORD    0x0": `DisableDnsPublishing` is also in line 2"#
    );
}

#[test]
fn reg_text_that_is_no_export() {
    let reg = |text: &str| {
        format!(
            "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL]\n{text}\n"
        )
    };
    assert_eq!(
        refused(
            "kms02.reg",
            reg("\"DisableDnsPublishing\"=dword:1")
                .split_once("\n\n")
                .unwrap()
                .1
        ),
        r#"kms02.reg:1:1: "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL]": the first line must be `Windows Registry Editor Version 5.00` or `REGEDIT4`"#
    );
    assert_eq!(
        refused("kms02.reg", &reg("\"DisableDnsPublishing\"=-")),
        r#"kms02.reg:4:1: "\"DisableDnsPublishing\"=-": this deletes: the file is a change to be made, not what was seen on a host"#
    );
    assert_eq!(
        refused("kms02.reg", &reg("").replace("[HKEY", "[-HKEY")),
        r#"kms02.reg:3:1: "[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL]": this deletes: the file is a change to be made, not what was seen on a host"#
    );
    assert_eq!(
        refused("kms02.reg", &reg("what is this")),
        r#"kms02.reg:4:1: "what is this": this is no line of a .reg file"#
    );
    assert_eq!(
        refused("kms02.reg", &reg("").replace(']', "")),
        r#"kms02.reg:3:1: "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL": the key's path has no closing bracket"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            "Windows Registry Editor Version 5.00\n\n\"DisableDnsPublishing\"=dword:00000001\n"
        ),
        r#"kms02.reg:3:1: "\"DisableDnsPublishing\"=dword:00000001": the path of the key is missing above this value"#
    );
    assert_eq!(
        refused("kms02.reg", "Windows Registry Editor Version 5.00\n"),
        r"kms02.reg: the licensing key is not in it: `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform`"
    );
}

#[test]
fn reg_text_with_wrong_values() {
    let reg = |text: &str| {
        format!(
            "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SL]\n{text}\n"
        )
    };
    assert_eq!(
        refused(
            "kms02.reg",
            &reg(
                "\"DisableDnsPublishing\"=dword:0000000g\n\"KeyManagementServiceListeningPort\"=\"1688"
            )
        ),
        [
            r#"kms02.reg:4:30: "0000000g": `0000000g` is no number of eight hexadecimal digits"#,
            r#"kms02.reg:5:37: "\"1688": the string does not end with a quote"#
        ]
        .join("\n")
    );
    assert_eq!(
        refused("kms02.reg", &reg("\"DisableDnsPublishing\"=1")),
        r#"kms02.reg:4:24: "1": `1` is no data of a value"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):61,00,2e")
        ),
        r#"kms02.reg:4:24: "hex(7):61,00,2e": the strings are UTF-16, but have an odd number of octets: 3"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):61,00,2e,00,\\\n  6")
        ),
        r#"kms02.reg:5:3: "6": `6` is no octet, which has two hexadecimal digits"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):61,00,,00")
        ),
        r#"kms02.reg:4:37: "": `` is no octet, which has two hexadecimal digits"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):61,00,2e,00,62,00,00,00,63,00")
        ),
        r#"kms02.reg:4:55: "63,00": no NUL ends this string: the data is cut"#
    );
    assert_eq!(
        refused("kms02.reg", &reg("\"DisableDnsPublishing\"=dword:000")),
        r#"kms02.reg:4:30: "000": `000` is no number of eight hexadecimal digits"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):61,00,\\")
        ),
        r#"kms02.reg:4:1: "\"DnsDomainPublishList\"=hex(7):61,00,\\": the data goes on, but the file ends"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg(
                "\"DnsDomainPublishList\"=hex(7):61,00,2c,00,\\\n  39,00,39,00,39,00,39,00,39,00,00,00,00,00"
            )
        ),
        r#"kms02.reg:4:31: "61,00,2c,00,\\\n  39,00,39,00,39,00,39,00,39,00": `99999` is no priority, which is 0 to 65535"#
    );
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):00,d8,61,00,00,00")
        ),
        r#"kms02.reg:4:31: "00,d8,61,00": this is no UTF-16"#
    );
    assert_eq!(refused("kms02.reg", &reg("\"DnsDomainPublishList\"=\"contoso.com\"\n\"DisableDnsPublishing\"=hex:01")), [r#"kms02.reg:4:1: "\"DnsDomainPublishList\"=\"contoso.com\"": `DnsDomainPublishList` is a REG_SZ, but must be a REG_MULTI_SZ"#, r#"kms02.reg:5:1: "\"DisableDnsPublishing\"=hex:01": `DisableDnsPublishing` is a REG_BINARY, but must be a REG_DWORD"#].join("\n"));
    assert_eq!(
        refused(
            "kms02.reg",
            &reg("\"DnsDomainPublishList\"=hex(7):e9,00")
                .replace("Windows Registry Editor Version 5.00", "REGEDIT4")
        ),
        r#"kms02.reg:4:31: "e9": a character beyond ASCII in the ANSI code page, which the file does not name"#
    );
}

#[test]
fn dsacls_that_is_cut() {
    assert_eq!(
        refused(NODE, &DSACLS[..DSACLS.find("Permissions inh").unwrap()]),
        "_vlmcs._tcp.contoso.com.txt: the line `The command completed successfully` is missing: the output is cut"
    );
    assert_eq!(
        refused(NODE, &DSACLS.replace("FULL CONTROL   \n", "\n")),
        r#"_vlmcs._tcp.contoso.com.txt:9:1: "Allow CONTOSO\\KMS01$": the rights of this entry are missing"#
    );
    assert_eq!(
        refused(
            NODE,
            "No GUID Found for dnsRecords\nThe command failed to complete successfully.\n"
        ),
        r#"_vlmcs._tcp.contoso.com.txt:2:1: "The command failed to complete successfully.": `dsacls` failed"#
    );
    assert_eq!(
        refused(
            NODE,
            "Owner: X\n\nAccess list:\nThe command completed successfully\n"
        ),
        "_vlmcs._tcp.contoso.com.txt: the output lists no entry"
    );
}

#[test]
fn dsacls_that_is_not_understood() {
    assert_eq!(
        refused(NODE, &DSACLS.replace("DELETE TREE", "FELL TREE")),
        r#"_vlmcs._tcp.contoso.com.txt:7:39: "FELL TREE": `FELL TREE` is no right that is understood"#
    );
    assert_eq!(
        refused(NODE, &format!("{DSACLS}{DSACLS}")),
        r#"_vlmcs._tcp.contoso.com.txt:34:1: "Owner: CONTOSO\\KMS01$": a second output begins here: a file holds one node"#
    );
    assert_eq!(
        refused(NODE, &DSACLS.replace("Deny  Everyone", "Verweigern Jeder")),
        r#"_vlmcs._tcp.contoso.com.txt:5:1: "Verweigern Jeder                        SPECIAL ACCESS": this is no line of an access list"#
    );
}

#[test]
fn nodes_that_nobody_names() {
    assert_eq!(
        refused("acl.txt", DSACLS),
        "acl.txt: neither the text nor the file's name says which node this is"
    );
    assert_eq!(
        refused("_vlmcs._tcp.txt", DSACLS),
        "_vlmcs._tcp.txt: neither the text nor the file's name says which node this is"
    );
    assert_eq!(
        refused(
            NODE,
            &format!(
                "dsacls \"DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com\"\n{DSACLS}"
            )
        ),
        r#"_vlmcs._tcp.contoso.com.txt:1:1: "dsacls \"DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com\"": `DC=contoso.com` is a zone, not the node of KMS records"#
    );
    assert_eq!(
        refused(
            NODE,
            &format!(
                "dsacls \"DC=www,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones\"\n{DSACLS}"
            )
        ),
        r#"_vlmcs._tcp.contoso.com.txt:1:1: "dsacls \"DC=www,DC=contoso.com,CN=MicrosoftDNS,DC=DomainDnsZones\"": `www.contoso.com` holds no KMS records"#
    );
    assert_eq!(
        refused(
            NODE,
            &format!(
                "dsacls DC=_vlmcs._tcp,DC=contoso.com,CN=MicrosoftDNS\ndsacls DC=_vlmcs._tcp,DC=emea.contoso.com,CN=MicrosoftDNS\n{DSACLS}"
            )
        ),
        r#"_vlmcs._tcp.contoso.com.txt:2:1: "dsacls DC=_vlmcs._tcp,DC=emea.contoso.com,CN=MicrosoftDNS": the text names `_vlmcs._tcp.contoso.com` and `_vlmcs._tcp.emea.contoso.com`"#
    );
}

#[test]
fn get_acl_without_rights() {
    assert_eq!(
        refused(
            NODE,
            "Path                  Owner             Access\n----                  -----             ------\nMicrosoft.Active...   CONTOSO\\KMS01$    Everyone Deny...\n"
        ),
        "_vlmcs._tcp.contoso.com.txt: a console table of Get-Acl is not read: it cuts values"
    );
    assert_eq!(
        refused(
            NODE,
            "IdentityReference ActiveDirectoryRights AccessControlType\n----------------- --------------------- -----------------\nCONTOSO\\KMS Hosts GenericAll            Allow\n"
        ),
        "_vlmcs._tcp.contoso.com.txt: a console table of Get-Acl is not read: it cuts values"
    );
    assert_eq!(
        refused(NODE, &GET_ACL[..GET_ACL.find("Sddl").unwrap()]),
        r#"_vlmcs._tcp.contoso.com.txt:4:10: "Microsoft.ActiveDirectory.Management.dll\\ActiveDirectory:://RootDSE/DC=_vlmcs._tc": the line `Sddl` is missing: `Access` alone does not show what an account may"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL[..GET_ACL.find("(A;CIIOID").unwrap()]),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b45-11": `Sddl` has 5 entries and `Access` 6 accounts, which do not match one by one"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL[..GET_ACL.find("IOID;GA").unwrap()]),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b45-11": the security descriptor is cut"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL.replace("Everyone Deny", "Everyone Allow")),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b45-11": `Sddl` has 6 entries and `Access` 6 accounts, which do not match one by one"#
    );
    assert_eq!(
        refused(NODE, &format!("{GET_ACL}{GET_ACL}")),
        "_vlmcs._tcp.contoso.com.txt: the file holds several outputs: a file holds one node"
    );
}

#[test]
fn security_descriptors_that_are_not_understood() {
    assert_eq!(
        refused(NODE, &GET_ACL.replace(";RPRC;", ";RPRX;")),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRX;;;AU)(OA;;WP;e0fa1e69-9b45-11": `RPRX` are no rights of an entry"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL.replace("(A;;RPRC", "(ZA;;RPRC")),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(ZA;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b45-11": `(ZA;;RPRC;;;AU)` is of a type that is not understood: `ZA`"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL.replace("(A;;RPRC;;;AU)", "(A;;RPRC)")),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC)(OA;;WP;e0fa1e69-9b45-11": `(A;;RPRC)` is no entry that is understood"#
    );
    assert_eq!(
        refused(NODE, "Sddl : O:DAG:DAD:NO_ACCESS_CONTROL\n"),
        r#"_vlmcs._tcp.contoso.com.txt:1:8: "O:DAG:DAD:NO_ACCESS_CONTROL": the node has no access list: everybody may do everything"#
    );
    assert_eq!(
        refused(NODE, "Sddl : O:DAG:DA\n"),
        r#"_vlmcs._tcp.contoso.com.txt:1:8: "O:DAG:DA": the security descriptor has no access list"#
    );
}

#[test]
fn access_rules_that_are_cut_or_wrong() {
    assert_eq!(
        refused(NODE, &RULES.replace("IsInherited           : False\n", "")),
        r#"_vlmcs._tcp.contoso.com.txt:2:25: "GenericAll": the entry has no line `IsInherited`: the output is cut"#
    );
    assert_eq!(
        refused(
            NODE,
            RULES.trim_end_matches("PropagationFlags      : InheritOnly\n")
        ),
        r#"_vlmcs._tcp.contoso.com.txt:25:25: "-1": the entry has no line `PropagationFlags`: the output is cut"#
    );
    assert_eq!(refused(NODE, &RULES.replace("GenericAll", "GenericEverything").replace(": Deny", ": Maybe")), [r#"_vlmcs._tcp.contoso.com.txt:2:25: "GenericEverything": `GenericEverything` is no value of `ActiveDirectoryRights`"#, r#"_vlmcs._tcp.contoso.com.txt:19:25: "Maybe": `Maybe` is no value of `AccessControlType`"#].join("\n"));
    assert_eq!(
        refused(NODE, &RULES.replace("CONTOSO\\KMSOLD$", "")),
        r#"_vlmcs._tcp.contoso.com.txt:20:25: "": `IdentityReference` names no account"#
    );
    assert_eq!(
        refused(NODE, RULES.trim_end_matches("Only\n")),
        r#"_vlmcs._tcp.contoso.com.txt:30:25: "Inherit": `Inherit` is no value of `PropagationFlags`"#
    );
    assert_eq!(
        refused(NODE, &RULES.replace("e0fa1e69-9b45", "e0fa1e69-9b4")),
        r#"_vlmcs._tcp.contoso.com.txt:16:25: "e0fa1e69-9b4-11d0-afdd-00c04fd930c9": `e0fa1e69-9b4-11d0-afdd-00c04fd930c9` is no value of `ObjectType`"#
    );
    assert_eq!(
        refused(NODE, &GET_ACL.replace("e0fa1e69-9b45", "e0fa1e69-9b4")),
        r#"_vlmcs._tcp.contoso.com.txt:16:10: "O:S-1-5-21-1-2-3-1104G:DCD:AI(D;;SDDT;;;WD)(A;;RPRC;;;AU)(OA;;WP;e0fa1e69-9b4-11": `e0fa1e69-9b4-11d0-afdd-00c04fd930c9` is no GUID"#
    );
}
