//! What `Get-DnsServerResourceRecord` gives, in each notation.

use super::*;

#[test]
fn cim_properties_at_every_depth() {
    for properties in [
        DEPTH_2,
        r#""Weight = 75 Priority = 10 Port = 1688 DomainName = \"KMS01.contoso.com.\"""#,
        r#"["DomainName = \"KMS01.contoso.com.\"","Port = 1688","Priority = 10","Weight = 75"]"#,
        r#"[{"Name":"DomainName","Value":"KMS01.contoso.com.","CimType":14,"Flags":"Property, NotModified","IsValueModified":false},
            {"Name":"Port","Value":1688},{"Name":"Priority","Value":10},{"Name":"Weight","Value":75}]"#,
    ] {
        let one = cim(DN, "_vlmcs._tcp", properties);
        // One record, many, an array that went through a pipe, a marked and a second document.
        for text in [
            one.clone(),
            format!("[{one}]"),
            format!("{{\"value\":[{one}],\"Count\":1}}"),
            format!("\u{feff}[[{one}]]\r\n"),
            format!("[{one}]\n[]\n"),
        ] {
            assert_eq!(json(&text), Ok(KMS.to_owned()), "{text}");
        }
    }
}

#[test]
fn a_whole_zone_as_powershell_7_writes_it() {
    let text = r#"[
  {"DistinguishedName":"DC=@,DC=contoso.com,cn=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com","HostName":"@","RecordType":"SOA","Type":6,"Timestamp":null,
   "RecordData":{"CimInstanceProperties":[{"Name":"PrimaryServer","Value":"dc01.contoso.com."},{"Name":"SerialNumber","Value":48213},{"Name":"RefreshInterval","Value":{"Ticks":9000000000}},{"Name":"MinimumTimeToLive","Value":{"TotalSeconds":3600.0}}]}},
  {"DistinguishedName":"DC=@,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"@","RecordType":"NS","Type":2,"RecordData":{"CimInstanceProperties":"NameServer = \"dc01.contoso.com.\""}},
  {"DistinguishedName":"DC=_ldap._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"_ldap._tcp","RecordType":"SRV","Type":33,"RecordData":{}},
  {"DistinguishedName":"DC=_vlmcs._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"_vlmcs._tcp","RecordType":"SRV","Type":33,"Timestamp":"2026-03-02T04:00:00+00:00",
   "TimeToLive":{"Days":1,"TotalSeconds":86400.0},"RecordData":{"CimInstanceProperties":[{"Name":"DomainName","Value":"kms01.contoso.com."},{"Name":"Port","Value":1688},{"Name":"Priority","Value":0},{"Name":"Weight","Value":0}]}},
  {"DistinguishedName":"DC=activation,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"activation","RecordType":"CNAME","Type":5,"RecordData":{"CimInstanceProperties":"HostNameAlias = \"kms01.contoso.com.\""}},
  {"DistinguishedName":"DC=*,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"*","RecordType":"TXT","Type":16,"RecordData":{}},
  {"DistinguishedName":"DC=emea,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"emea","RecordType":"NS","Type":2,"RecordData":{}},
  {"DistinguishedName":"DC=kms01,DC=contoso.com,cn=MicrosoftDNS,DC=x","HostName":"kms01","RecordType":"A","Type":1,"RecordData":{}}
]"#;
    assert_eq!(
        json(text).unwrap(),
        "contoso.com. ad Whole
  contoso.com. SOA dc01.contoso.com. 48213 900 3600
  contoso.com. Ns
  _vlmcs._tcp.contoso.com. 86400 aged 0 0 1688 kms01.contoso.com.
  activation.contoso.com. CNAME kms01.contoso.com.
  *.contoso.com. Other
  emea.contoso.com. Ns
  kms01.contoso.com. Address
"
    );
}

#[test]
fn flattened_json_in_many_hands() {
    let kms = "contoso.com. ? Names\n  _vlmcs._tcp.contoso.com. 3600 aged 10 75 1688 kms01.contoso.com.\n";
    for text in [
        r#"[{"HostName":"_vlmcs._tcp","RecordType":"SRV","Timestamp":"\/Date(1772424000000)\/","TimeToLive":"01:00:00","RecordData":"10 75 1688 kms01.contoso.com."}]"#,
        r#"{"HostName":"_vlmcs._tcp","TTL":3600,"Timestamp":"2026-03-02T04:00:00Z","Priority":10,"Weight":75,"Port":1688,"Target":"kms01.contoso.com."}"#,
        r#"{"hostname":"_vlmcs._tcp","recordtype":"srv","timetolive":3600,"timestamp":"6/27/2014 8:00:00 PM","priority":"10","weight":"75","port":"1688","domainname":"kms01.contoso.com"}"#,
        r#"{"Name":"_vlmcs._tcp.contoso.com.","Type":33,"TTL":"3600","Timestamp":{"value":"\/Date(1772424000000)\/","DisplayHint":2},"RecordData":"[10][75][1688][kms01.contoso.com.]"}"#,
        r#"{"HostName":"_vlmcs._tcp","Type":"SRV","TTL":{"TotalSeconds":3600},"Timestamp":"02.03.2026 04:00:00","RecordData":{"DomainName":"kms01.contoso.com.","Port":1688,"Priority":10,"Weight":75}}"#,
        r#"{"HostName":"_vlmcs._tcp","RecordType":"SRV","TTL":3600,"Timestamp":"02.03.2026","RecordData":"@{DomainName=kms01.contoso.com.; Port=1688; Priority=10; Weight=75}"}"#,
        r#"{"HostName":"_vlmcs._tcp","Type":"SRV","TTL":3600,"Timestamp":"02.03.2026","RecordData":"10, 75,1688,kms01.contoso.com."}"#,
        r#"{"HostName":"_vlmcs._tcp","Type":"SRV","TTL":3600,"Timestamp":"02.03.2026","RecordData":"[10] [75] [1688] [kms01.contoso.com.]"}"#,
        r#"{"HostName":"_vlmcs._tcp","TTL":3600,"Timestamp":"02.03.2026","RecordData.Priority":10,"RecordData.Weight":75,"RecordData.Port":1688,"RecordData.DomainName":"kms01.contoso.com."}"#,
        // Names in full without a dot, as every name of the source is.
        r#"{"HostName":"_vlmcs._tcp.contoso.com","TTL":3600,"Timestamp":"2026-03-02","Priority":10,"Weight":75,"Port":1688,"Target":"kms01.contoso.com"}"#,
    ] {
        assert_eq!(json(text).as_deref(), Ok(kms), "{text}");
    }
}

#[test]
fn what_a_source_does_not_tell_is_unknown() {
    let text = r#"[{"HostName":"_vlmcs._tcp","Priority":0,"Weight":0,"Port":1688,"Target":"."},
{"HostName":"_vlmcs._tcp.emea","TTL":null,"Timestamp":null,"Priority":0,"Weight":0,"Port":1688,"Target":"k.contoso.com."},
{"HostName":"_ldap._tcp","Timestamp":"nonsense","TTL":"nonsense","Priority":"x","Weight":0,"Port":389,"Target":"dc01"}]"#;
    assert_eq!(
        json(text).unwrap(),
        "contoso.com. ? Services
  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 .
  _vlmcs._tcp.emea.contoso.com. ? static 0 0 1688 k.contoso.com.
"
    );
}

#[test]
fn zones_of_one_source() {
    let of = |zone: &str| {
        cim(
            &format!(r#""DC=_vlmcs._tcp,DC={zone},CN=MicrosoftDNS,DC=x""#),
            "_vlmcs._tcp",
            DEPTH_2,
        )
    };
    let text = format!("[{},{}]", of("emea.contoso.com"), of("contoso.com"));
    assert_eq!(
        read_with(Format::DnsServerJson, text.as_bytes(), None, None).unwrap(),
        "contoso.com. ad Names
  _vlmcs._tcp.contoso.com. 3600 aged 10 75 1688 KMS01.contoso.com.
emea.contoso.com. ad Names
  _vlmcs._tcp.emea.contoso.com. 3600 aged 10 75 1688 KMS01.contoso.com.
"
    );
    // Root hints, deleted zones and deleted nodes are of no zone that is served.
    let text = format!(
        "[{},{},{}]",
        of("..Deleted-contoso.com"),
        of("RootDNSServers"),
        of("contoso.com")
    );
    assert_eq!(json(&text), Ok(KMS.to_owned()));
    // A script's column names the zone without saying how it is kept; a zone of its own for `_tcp`.
    let text = r#"{"ZoneName":"_tcp.contoso.com","HostName":"_vlmcs","Priority":0,"Weight":0,"Port":1688,"Target":"k.contoso.com."}"#;
    assert_eq!(
        json(text).unwrap(),
        "_tcp.contoso.com. ? Names\n  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 k.contoso.com.\n"
    );
}

#[test]
fn octets_of_a_code_page_disturb_only_where_they_matter() {
    let mut text = br#"[{"HostName":"b"#.to_vec();
    text.push(0xfc);
    text.extend_from_slice(br#"ro","RecordType":"A","RecordData":"10.0.0.1"},{"HostName":"_vlmcs._tcp","RecordType":"SRV","RecordData":"0 0 1688 k.contoso.com."}]"#);
    let read = |text: &[u8]| read_with(Format::DnsServerJson, text, Some("contoso.com"), None);
    assert!(
        read(&text)
            .unwrap()
            .contains("_vlmcs._tcp.contoso.com. ? ? 0 0 1688 k.contoso.com.")
    );
    let at = text.windows(2).position(|two| two == b"k.").unwrap();
    text[at] = 0xfc;
    assert_eq!(
        read(&text).unwrap_err(),
        "in:1:121: `0 0 1688 \u{fffd}.contoso.com.` is no SRV data"
    );
}

#[test]
fn broken_json_is_told_with_its_place() {
    let srv = |fields: &str| {
        format!("[\n{{\"HostName\":\"_vlmcs._tcp\",\"RecordType\":\"SRV\",\n{fields}}}]")
    };
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "in: no record was exported: the source lists none"),
        ("[]".to_owned(), "in: no record was exported: the source lists none"),
        ("null\r\n".to_owned(), "in: no record was exported: the source lists none"),
        ("{\"value\":[],\"Count\":0}".to_owned(), "in: no record was exported: the source lists none"),
        (
            "[{\"HostName\":\"_vlmcs._tcp\",\n\"RecordType\":\"SRV\",\n\"Rec".to_owned(),
            "in:3:4: the file ends inside a value: the JSON is truncated",
        ),
        (
            "[\n{\"HostName\":\"kms01\",\"RecordType\":\"A\"},\n".to_owned(),
            "in:2:38: the file ends inside a value: the JSON is truncated",
        ),
        (
            "[\n{\"HostName\":\"kms01\" \"RecordType\":\"A\"}]".to_owned(),
            "in:2:21: this is not JSON: expected `,` or `}`",
        ),
        (
            "[{\"HostName\":\"kms01\",\"RecordType\":\"A\"}]\nPS C:\\>".to_owned(),
            "in:2:1: this is not JSON but what the console shows around it",
        ),
        ("[1]".to_owned(), "in:1:2: this is no record"),
        (
            "[\"DnsServerResourceRecord\",\"DnsServerResourceRecord\"]".to_owned(),
            "in:1:2: the data of the records is not in the file: `ConvertTo-Json` was given too small a `-Depth`",
        ),
        (
            srv("\"RecordData\":\"DnsServerResourceRecordSrv\""),
            "in:3:14: the data of the records is not in the file: it holds only the class name `DnsServerResourceRecordSrv`",
        ),
        (
            srv("\"RecordData\":{\"CimInstanceProperties\":\"System.Object[]\"}"),
            "in:3:39: the data of the records is not in the file: `ConvertTo-Json` was given too small a `-Depth`",
        ),
        (
            srv("\"RecordData\":{}"),
            "in:3:14: the data of the records is not in the file: `RecordData` is empty",
        ),
        (
            srv("\"RecordData\":null,\"Timestamp\":null"),
            "in:3:14: the data of the records is not in the file: `RecordData` is empty",
        ),
        (
            srv("\"Timestamp\":null"),
            "in:2:1: the data of the records is not in the file: there is no `RecordData`",
        ),
        (
            cim(DN, "_vlmcs._tcp", "\"DomainName Port = 1688 Priority = 0 Weight = 0\""),
            "in:2:14: the SRV record has no target",
        ),
        (
            cim(DN, "_vlmcs._tcp", "[{\"Name\":\"DomainName\",\"Value\":\"k.contoso.com.\"},{\"Name\":\"Port\",\"Value\":1688},{\"Name\":\"Priority\",\"Value\":null},{\"Name\":\"Weight\",\"Value\":0}]"),
            "in:2:14: the SRV record has no priority",
        ),
        (
            srv("\"RecordData\":\"0 0 65536 k.contoso.com.\""),
            "in:3:14: `0 0 65536 k.contoso.com.` is no SRV data",
        ),
        (
            srv("\"RecordData\":\"0 0 1688\""),
            "in:3:14: `0 0 1688` is no SRV data",
        ),
        (
            srv("\"Priority\":-1,\"Weight\":0,\"Port\":1688,\"Target\":\"k.contoso.com.\""),
            "in:3:12: the priority is `-1`, not a number from 0 to 65535",
        ),
        (
            srv("\"Priority\":0,\"Weight\":0,\"Port\":70000,\"Target\":\"k.contoso.com.\""),
            "in:3:32: the port is `70000`, not a number from 0 to 65535",
        ),
        (
            srv("\"Priority\":0,\"Weight\":true,\"Port\":1688,\"Target\":\"k.contoso.com.\""),
            "in:3:23: the weight is `true`, not a number from 0 to 65535",
        ),
        (
            srv("\"Priority\":0,\"Weight\":0,\"Port\":1688,\"Target\":\"k 01$(calc).contoso.com.\""),
            "in:3:46: the target `k 01$(calc).contoso.com.` is no host name",
        ),
        (
            srv("\"Priority\":0,\"Weight\":0,\"Port\":1688"),
            "in:2:1: the SRV record has no target",
        ),
        (
            srv("\"RecordData\":\"0 0 1688 k.contoso.com.\",\"Timestamp\":\"System.Object\""),
            "in:3:52: `System.Object` is no date",
        ),
        (
            srv("\"RecordData\":\"0 0 1688 k.contoso.com.\",\"Timestamp\":3726916"),
            "in:3:52: `3726916` is no date",
        ),
        (
            srv("\"RecordData\":\"0 0 1688 k.contoso.com.\",\"TimeToLive\":\"1h\""),
            "in:3:53: `1h` is no time to live",
        ),
        (
            srv("\"RecordData\":\"0 0 1688 k.contoso.com.\",\"TTL\":4294967296"),
            "in:3:46: `4294967296` is no time to live",
        ),
        (
            srv("\"RecordData\":\"0 0 1688 k.contoso.com.\",\"Type\":1"),
            "in:2:40: the record is of type `SRV` by `RecordType` and `1` by `Type`",
        ),
        (
            "{\"HostName\":\"_vlmcs._tcp\",\"hostname\":\"x\"}".to_owned(),
            "in:1:38: the property `hostname` is there twice",
        ),
        (
            "{\"HostName\":\"_vlmcs._tcp\",\"RecordData\":\"0 0 1688 k.contoso.com.\"}".to_owned(),
            "in:1:1: the record has no `RecordType`",
        ),
        (
            "{\"RecordType\":\"SRV\",\"RecordData\":\"0 0 1688 k.contoso.com.\"}".to_owned(),
            "in:1:1: the record has no `HostName`",
        ),
        (
            "{\"HostName\":\"_vlmcs._tcp\",\"Priority\":0,\"Weight\":0,\"Port\":1688,\"Server\":\"k.contoso.com.\"}".to_owned(),
            "in:1:1: the SRV record has no target",
        ),
        (
            srv("\"RecordData\":[0,0,1688,\"k.contoso.com.\"]"),
            "in:3:14: `[0,0,1688,\"k.contoso.com.\"]` is no record data",
        ),
        (
            "{\"HostName\":\"_vlmcs._tcp\",\"Priority\":0,\"Weight\":0,\"Port\":1688,\"DomainName\":\"contoso.com\",\"Target\":\"k.contoso.com.\"}".to_owned(),
            "in:1:99: the target is contoso.com by another column, and `k.contoso.com.` by `Target`",
        ),
        (
            "{\"HostName\":\"_vlmcs\",\"Priority\":0,\"Weight\":0,\"Port\":1688,\"Target\":\"k.contoso.com.\"}".to_owned(),
            "in:1:1: _vlmcs.contoso.com is no name of KMS records, which stand at `_vlmcs._tcp`",
        ),
        (
            "[{\"HostName\":\"_vlmcs._tcp\",\"Timestamp\":\"2026-03-02\",\"Priority\":0,\"Weight\":0,\"Port\":1688,\"Target\":\"k.contoso.com.\"},\n{\"HostName\":\"_VLMCS._tcp\",\"Timestamp\":null,\"Priority\":0,\"Weight\":0,\"Port\":1688,\"Target\":\"K.contoso.com.\"}]".to_owned(),
            "in:2:1: the same record stands above with another time to live or timestamp",
        ),
        (
            "PS C:\\> .\\kms.ps1 | ConvertTo-Json\n[]\n".to_owned(),
            "in:1:1: this is not JSON but what the console shows around it",
        ),
        (
            cim(DN, "_ldap._tcp", DEPTH_2),
            "in:1:117: `HostName` is `_ldap._tcp`, but `DistinguishedName` names the node `_vlmcs._tcp`",
        ),
        (
            cim(
                "\"DC=_vlmcs._tcp\\\\0ACNF:6a1b,DC=contoso.com,CN=MicrosoftDNS,DC=x\"",
                "_vlmcs._tcp",
                DEPTH_2,
            ),
            "in:1:22: `_vlmcs._tcp` of the zone contoso.com is a replication conflict: two domain controllers made it at once",
        ),
        (
            cim("\"DC=_vlmcs._tcp,DC=..Cache,CN=MicrosoftDNS,DC=x\"", "_vlmcs._tcp", DEPTH_2),
            "in: the records are of root hints, trust anchors, or zones and nodes that are deleted; none is of a zone that is served",
        ),
        (
            "[{\"HostName\":\"_vlmcs._tcp.contoso.com\",\"RecordType\":\"SRV\",\"RecordData\":\"0 0 1688 k.contoso.com.\"},{\"HostName\":\"kms01\",\"RecordType\":\"A\"}]".to_owned(),
            "in:1:14: names of this source are relative to the zone, so `_vlmcs._tcp.contoso.com` would be _vlmcs._tcp.contoso.com.contoso.com",
        ),
        (
            "{\"HostName\":\"_vlmcs._tcp.fabrikam.com.\",\"RecordType\":\"SRV\",\"RecordData\":\"0 0 1688 k.contoso.com.\"}".to_owned(),
            "in:1:13: _vlmcs._tcp.fabrikam.com is not of the zone contoso.com",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(json(&text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn all_complaints_come_at_once_and_one_for_data_that_is_lost() {
    let text = "[{\"HostName\":\"_vlmcs._tcp\",\"RecordType\":\"SRV\",\"RecordData\":\"0 0 x k.\"},\n{\"HostName\":\"_vlmcs._tcp\",\"RecordType\":\"SRV\",\"RecordData\":\"0 0 y k.\"}]";
    assert_eq!(
        json(text).unwrap_err(),
        "in:1:60: `0 0 x k.` is no SRV data\nin:2:59: `0 0 y k.` is no SRV data"
    );
    let lost = "{\"HostName\":\"_vlmcs._tcp\",\"RecordType\":\"SRV\",\"RecordData\":null}";
    assert_eq!(
        json(&format!("[{lost},\n{lost}]")).unwrap_err(),
        "in:1:60: the data of the records is not in the file: `RecordData` is empty"
    );
}

#[test]
fn without_a_zone_the_user_is_asked() {
    let text = r#"{"HostName":"_vlmcs._tcp","RecordType":"SRV","RecordData":"0 0 1688 k.contoso.com.","DistinguishedName":null}"#;
    let faults = read(Format::DnsServerJson, &sample(text.as_bytes(), None, None)).unwrap_err();
    assert_eq!(
        faults,
        [Fault::whole("the source does not name its zone").help(
            "say which it is, as `--zone contoso.com`; an export with `DistinguishedName` names it itself"
        )]
    );
}

#[test]
fn csv_with_any_separator() {
    let rows = "#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\r\n\"HostName\",\"RecordType\",\"Timestamp\",\"TimeToLive\",\"Priority\",\"Weight\",\"Port\",\"DomainName\"\r\n\"_ldap._tcp\",\"SRV\",\"3/2/2026 3:00:00 AM\",\"00:10:00\",\"0\",\"100\",\"389\",\"dc01.contoso.com.\"\r\n\"_vlmcs._tcp\",\"SRV\",\"3/2/2026 4:00:00 AM\",\"01:00:00\",\"0\",\"0\",\"1688\",\"KMS01.contoso.com.\"\r\n\"_vlmcs._tcp\",\"SRV\",,\"1.00:00:00\",\"10\",\"50\",\"1688\",\"kms02.contoso.com.\"\r\n";
    let expected = "contoso.com. ? Services
  _vlmcs._tcp.contoso.com. 3600 aged 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 86400 static 10 50 1688 kms02.contoso.com.
";
    for text in [
        rows.to_owned(),
        rows.replace("\",\"", "\";\"").replace(",,", ";;"),
        rows.replace("\",\"", "\"\t\"").replace(",,", "\t\t"),
        rows.replace('"', ""),
        format!("\u{feff}{}", rows.replace("\r\n", "\n")),
        format!(
            "sep=,\r\n{rows}\r\n{}",
            &rows[..rows.find("\"_ldap").unwrap()]
        ),
        rows.replace(
            "#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance",
            "PS C:\\> .\\export.ps1",
        ),
    ] {
        assert_eq!(csv(&text).as_deref(), Ok(expected), "{text}");
    }
    let quoted = "HostName,RecordType,RecordData,Note\n_vlmcs._tcp,SRV,0 0 1688 k.contoso.com.,\"two\nlines, \"\"so\"\"\"\nkms01,A,10.0.0.1,\n";
    assert_eq!(
        csv(quoted).unwrap(),
        "contoso.com. ? Names
  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 k.contoso.com.
  kms01.contoso.com. Address
"
    );
}

#[test]
fn csv_as_spreadsheets_and_consoles_leave_it() {
    let expected = "contoso.com. ? Names
  _vlmcs._tcp.contoso.com. 3600 ? 10 75 1688 kms01.contoso.com.
";
    let plain = "HostName,TTL,Priority,Weight,Port,Target\r\n_vlmcs._tcp,3600,10,75,1688,kms01.contoso.com.\r\n";
    let unicode_text = plain.replace(',', "\t");
    for text in [
        // Empty rows, and columns without a name.
        &*format!("{plain},,,,,\r\n,,,,,\r\n"),
        &plain.replace("\r\n", ",,\r\n"),
        // What `Select-Object -ExpandProperty` and hands make of the property's path.
        &plain
            .replace("Target", "RecordData.DomainName")
            .replace("Port", "recorddata.port"),
        &format!("PS C:\\> .\\kms.ps1 | ConvertTo-Csv\r\n{plain}PS C:\\>\r\n"),
        &unicode_text,
    ] {
        assert_eq!(csv(text).as_deref(), Ok(expected), "{text}");
    }
    // Tabs part values of CSV; a console aligns columns with blanks.
    let signs = signs(&sample(unicode_text.as_bytes(), None, None));
    assert_eq!(signs.len(), 1);
    assert_eq!(signs[0].format, Format::DnsServerCsv);
    assert_eq!(
        csv("HostName,RecordType,RecordData,,\n_vlmcs._tcp,SRV,0 0 1688 k.contoso.com.,x,\n")
            .as_deref(),
        Ok("contoso.com. ? Names\n  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 k.contoso.com.\n")
    );
}

#[test]
fn broken_csv_is_told_with_its_place() {
    let plain = "#TYPE Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerResourceRecord\r\n\"DistinguishedName\",\"HostName\",\"RecordClass\",\"RecordData\",\"RecordType\",\"Timestamp\",\"TimeToLive\",\"Type\",\"PSComputerName\"\r\n\"DC=kms01,DC=contoso.com,cn=MicrosoftDNS,DC=x\",\"kms01\",\"IN\",\"DnsServerResourceRecordA\",\"A\",,\"01:00:00\",\"1\",\r\n\"DC=_vlmcs._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=x\",\"_vlmcs._tcp\",\"IN\",\"DnsServerResourceRecordSrv\",\"SRV\",,\"01:00:00\",\"33\",\r\n";
    for (text, expected) in [
        ("", "in: no record was exported: the source lists none"),
        (
            "HostName,RecordType,RecordData\r\n",
            "in: no record was exported: the source lists none",
        ),
        (
            plain,
            "in:3:61: the data of the records is not in the file: it holds only the class name `DnsServerResourceRecordA`",
        ),
        (
            "\"HostName\",\"Rec",
            "in:1:12: the file ends inside a quoted value: it is truncated",
        ),
        (
            "HostName,RecordType\n_vlmcs._tcp,SRV\n",
            "in:1:1: there is no column `RecordData`",
        ),
        (
            "RecordType,RecordData\nSRV,0 0 1688 k.\n",
            "in:1:1: there is no column `HostName`",
        ),
        (
            "HostName,Priority,Port\n_vlmcs._tcp,0,1688\n",
            "in:1:1: there are no columns `Weight`, `Target`",
        ),
        (
            "HostName,RecordData\n_vlmcs._tcp,0 0 1688 k.\n",
            "in:1:1: there is no column `RecordType`",
        ),
        (
            "HostName,RecordType,RecordData\nkms01,A,10.0.0.1\n_vlmcs._tcp,SRV\n",
            "in:3:1: the row has 2 values, the header names 3",
        ),
        (
            "HostName,RecordType,RecordData\n_vlmcs._tcp,SRV,0 0 1688 k.,x,y\n_vlm",
            "in:2:1: the row has 5 values, the header names 3\nin:3:1: the row has 1 value, the header names 3",
        ),
        (
            "\"HostName\",\"RecordType\",\"RecordData\"\n\"_vlmcs._tcp\",\"SRV\",\"0 0 1688 k.con",
            "in:2:21: the file ends inside a quoted value: it is truncated",
        ),
        (
            "HostName,RecordType,RecordData\n\"_vlmcs\"._tcp,SRV,0 0 1688 k.\n",
            "in:2:1: something stands behind the closing quote",
        ),
        (
            "HostName,RecordType,RecordData\n_vlmcs._tcp,SRV,\n",
            "in:2:17: the data of the records is not in the file: `RecordData` is empty",
        ),
        (
            "HostName,Priority,Weight,Port,Target\n_vlmcs._tcp,,,,\n",
            "in:2:1: the data of the records is not in the file: there is no `RecordData`",
        ),
        (
            "HostName,Priority,Weight,Port,Target\n_vlmcs._tcp,0,0,1688,\n",
            "in:2:1: the SRV record has no target",
        ),
        (
            "HostName,Timestamp,Priority,Weight,Port,Target\n_vlmcs._tcp,31.31.2026,0,0,1688,k.contoso.com.\n",
            "in:2:13: `31.31.2026` is no date",
        ),
        (
            "HostName,Priority,Weight,Port,Target\n_vlmcs._tcp,0,0,1688.5,k.contoso.com.\n",
            "in:2:17: the port is `1688.5`, not a number from 0 to 65535",
        ),
        (
            "HostName,HostName,RecordType,RecordData\na,b,A,10.0.0.1\n",
            "in:2:3: the property `HostName` is there twice",
        ),
        (
            "ZoneName,HostName,RecordType,RecordData\ncontoso com,a,A,10.0.0.1\n",
            "in:2:1: the zone `contoso com` is no domain name",
        ),
    ] {
        assert_eq!(csv(text).unwrap_err(), expected, "{text}");
    }
}

pub(super) const TABLE: &str = "
PS C:\\> Get-DnsServerResourceRecord -ZoneName contoso.com -ComputerName dc01 |
>> Sort-Object HostName

HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
--------                  ---------- ----       ---------            ----------      ----------
@                         A          1          3/2/2026 3:00:00 AM  00:10:00        10.20.0.10
@                         NS         2          0                    01:00:00        dc01.contoso.com.
@                         SOA        6          0                    01:00:00        [48213][dc01.contoso.com.][hostmaster.contoso.c...
_gc._tcp.Default-First... SRV        33         6/19/2020 10:00:0... 00:10:00        [0][100][3268][dc01.cont...
_vlmcs._tcp               SRV        33         12/22/2026 10:00:... 01:00:00        [0][0][1688][KMS01.contoso.com.]
_vlmcs._tcp               SRV        33         0                    01:00:00        [10][50][1688][kms02.contoso.com.]
_vlmcs._tcp.emea          SRV        33                              1.00:00:00      [10][50][1688][kms02.contoso.com.]
activation                CNAME      5          0                    01:00:00        kms01.contoso.com.
kms01                     A          1          3/2/2026 4:00:00 AM  00:20:00        10.20.5.21


PS C:\\>";

#[test]
fn the_table_of_a_console() {
    let expected = "contoso.com. ? Services
  contoso.com. Address
  contoso.com. Ns
  _vlmcs._tcp.contoso.com. 3600 aged 0 0 1688 KMS01.contoso.com.
  _vlmcs._tcp.contoso.com. 3600 static 10 50 1688 kms02.contoso.com.
  _vlmcs._tcp.emea.contoso.com. 86400 static 10 50 1688 kms02.contoso.com.
  activation.contoso.com. CNAME kms01.contoso.com.
  kms01.contoso.com. Address
";
    assert_eq!(table(TABLE).as_deref(), Ok(expected));
    assert_eq!(
        table(&TABLE.replace('\n', "\r\n").replace("...", "\u{2026}  ")).as_deref(),
        Ok(expected)
    );
    // Nothing that could be a name is cut off: it is the whole zone. The older module has no `Type`.
    let older: String = TABLE
        .lines()
        .filter(|line| !line.starts_with("_gc"))
        .map(|line| match line.get(37..48) {
            Some(_) if !line.starts_with("PS") => format!("{}{}\n", &line[..37], &line[48..]),
            _ => format!("{line}\n"),
        })
        .collect();
    assert_eq!(
        table(&older).unwrap(),
        expected.replace("Services", "Whole")
    );
}

#[test]
fn tables_and_lists_of_a_script() {
    let expected = "contoso.com. ? Names\n  _vlmcs._tcp.contoso.com. 3600 aged 10 75 1688 kms01.contoso.com.\n";
    // Numbers stand to the right in a table of one's own.
    let own = "\
HostName     TTL Timestamp           Priority Weight Port Target
--------     --- ---------           -------- ------ ---- ------
_vlmcs._tcp 3600 3/2/2026 4:00:00 AM       10     75 1688 kms01.contoso.com.
";
    let list = "
HostName  : _vlmcs._tcp
TTL       : 3600
Timestamp : 3/2/2026 4:00:00 AM
Priority  : 10
Weight    : 75
Port      : 1688
Target    : kms01.con
            toso.com.

";
    assert_eq!(table(own).as_deref(), Ok(expected));
    assert_eq!(table(list).as_deref(), Ok(expected));
    // A transcript, and the command of another shell.
    assert_eq!(
        table(&format!(
            "**********************\nWindows PowerShell transcript start\nUsername: CONTOSO\\ada\n**********************\nC:\\>powershell -File kms.ps1\n{own}"
        ))
        .as_deref(),
        Ok(expected)
    );
    // Without the blank line between prompt and list.
    let squeezed = format!("PS C:\\> .\\kms.ps1 | Format-List\n{}", list.trim_start());
    assert_eq!(table(&squeezed).as_deref(), Ok(expected));
    // The header again, for a second run.
    assert_eq!(table(&format!("{own}\n{own}")).unwrap().lines().count(), 3);
}

#[test]
fn broken_tables_are_told_with_their_place() {
    let head = "\
HostName                  RecordType Type       Timestamp            TimeToLive      RecordData
--------                  ---------- ----       ---------            ----------      ----------
";
    let one = |row: &str| format!("{head}{row}\n");
    let cases = [
        (
            head.to_owned(),
            "in: no record was exported: the source lists none",
        ),
        (
            one("_vlmcs._tcp.a-long-nam... SRV        33         0                    01:00:00        [0][0][1688][k.contoso.com.]"),
            "in:3:1: `_vlmcs._tcp.a-long-nam...` is cut off, and the record may matter",
        ),
        (
            one("_vlm\u{2026}                     SRV        33         0                    01:00:00        [0][0][1688][k.contoso.com.]"),
            "in:3:1: `_vlm\u{2026}` is cut off, and the record may matter",
        ),
        (
            one("a-very-long-name-of-a-... NS         2          0                    01:00:00        dc01.contoso.com."),
            "in:3:1: `a-very-long-name-of-a-...` is cut off, and the record may matter",
        ),
        (
            one("_vlmcs._tcp               SRV        33         0                    01:00:00        [0][0][1688][k.contoso..."),
            "in:3:86: the data `[0][0][1688][k.contoso...` of a KMS record is cut off",
        ),
        (
            one("_vlmcs._tcp               SRV        33         0                    01:00:00        [0][0][1688][k.contoso.com"),
            "in:3:86: `[0][0][1688][k.contoso.com` is no SRV data",
        ),
        (
            one("_vlmcs._tcp               CNAME      5          0                    01:00:00        kms01.cont..."),
            "in:3:86: the target of the alias `kms01.cont...` is cut off",
        ),
        (
            one("_vlmcs._tcp               SRV        33                              01:00:00"),
            "in:3:78: the data of the records is not in the file: `RecordData` is empty",
        ),
        (
            one("_vlmcs._tcp               SRV        33         12/2...              01:00:00        [0][0][1688][k.contoso.com.]"),
            "in:3:49: `12/2...` is no date",
        ),
        (
            "HostName                  RecordType Type       Timestamp            TimeToLive\n--------                  ---------- ----       ---------            ----------\n_vlmcs._tcp               SRV        33         0                    01:00:00\n".to_owned(),
            "in:1:1: there is no column `RecordData`",
        ),
        (
            one("_vlmcs._tcp.emea.contoso.example SRV 33 0 01:00:00 [0][0][1688][k.contoso.com.]"),
            "in:3:1: the line does not keep the columns of the table",
        ),
        (
            one("_vlmcs._tcp               SRV        33         0                    01:00:00        [0][0][1688][k.contoso.\n                                                                                     com.]"),
            "in:3:1: the record of `_vlmcs._tcp` goes on in the next line",
        ),
        (
            format!("{}\nsome words of mine\n", one("kms01                     A          1          0                    01:00:00        10.20.5.9")),
            "in:5:1: this is no part of a table or list of records",
        ),
        (
            one("_vlmcs._tcp               SR"),
            "in:3:27: `SR` is no record type",
        ),
        (
            format!("WARNING: the zone is paused\n\n{head}"),
            "in:1:1: this is no part of a table or list of records",
        ),
        (
            head.replace("HostName ", "\u{1b}[32;1mHostName \u{1b}[0m"),
            "in:1:1: the text has the colours of a terminal in it",
        ),
        (
            "Get-DnsServerResourceRecord : Failed to enumerate resource records in zone contoso.com on server DC01.\nAt line:1 char:1\n".to_owned(),
            "in:1:1: the command failed: the source does not list the zone's records",
        ),
        (
            "HostName     : _vlmcs._tcp\nRecordClass  : IN\nRecordData   : DnsServerResourceRecordSrv\nRecordType   : SRV\n".to_owned(),
            "in:3:16: the data of the records is not in the file: it holds only the class name `DnsServerResourceRecordSrv`",
        ),
    ];
    for (text, expected) in cases {
        let said = table(&text).unwrap_err();
        assert_eq!(said.lines().next().unwrap(), expected, "{text}");
    }
}
