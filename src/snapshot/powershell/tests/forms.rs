//! Which form a text is in, texts that are cut, and texts that make no sense.

use super::resolve::ANSWER;
use super::server::TABLE;
use super::*;

#[test]
fn forms_are_told_by_their_content() {
    let sign = |text: &str| {
        signs(&sample(text.as_bytes(), None, None))
            .into_iter()
            .map(|sign| format!("{}: {}", sign.format.word(), sign.why))
            .collect::<Vec<_>>()
            .join("; ")
    };
    for (text, expected) in [
        (
            &*cim(DN, "_vlmcs._tcp", DEPTH_2),
            "dnsserver-json: the keys `HostName` and `RecordData` of its first record",
        ),
        (
            "\u{feff}[ {\"hostname\":\"x\",\"priority\":0",
            "dnsserver-json: the keys `HostName` and `Priority` of its first record",
        ),
        (
            "[{\"DistinguishedName\":\"DC=x,DC=contoso.com,cn=MicrosoftDNS",
            "dnsserver-json: the keys `HostName` and `RecordData` of its first record",
        ),
        ("[ ]", "dnsserver-json: JSON without any record"),
        (
            ANSWER,
            "resolve-dnsname-json: the key `NameTarget` of its first record",
        ),
        (
            "#TYPE Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DNS/DnsServerResourceRecord\r\n",
            "dnsserver-csv: a line `#TYPE` that names `DnsServerResourceRecord`",
        ),
        (
            "\"HostName\";\"RecordType\";\"Priority\"\n",
            "dnsserver-csv: the columns of its header, `RecordType` among them",
        ),
        (
            "\"Name\",\"Type\",\"TTL\",\"Section\",\"NameTarget\"\n",
            "resolve-dnsname-csv: the columns of its header, `NameTarget` among them",
        ),
        (TABLE, "dnsserver-table: a table with a column `HostName`"),
        (
            "HostName : _vlmcs._tcp\n",
            "dnsserver-table: a line `HostName :` of a list",
        ),
        (
            "\nName  Type TTL Section NameTarget\n----  ---- --- ------- ---\n",
            "resolve-dnsname: a table with columns `Name`, `Type`, `TTL` and `Section`",
        ),
        (
            "Resolve-DnsName : _vlmcs._tcp.contoso.com : DNS name does not exist\n",
            "resolve-dnsname: an error that `Resolve-DnsName` reports",
        ),
        // What a console shows around it.
        (
            "[dc01]: PS C:\\> Get-DnsServerResourceRecord -ZoneName contoso.com | fl\nHostName : _vlmcs._tcp\n",
            "dnsserver-table: a line `HostName :` of a list",
        ),
        (
            "PS C:\\> .\\kms.ps1 | ConvertTo-Json\n[\n  {\n    \"HostName\": \"x\",\n    \"Priority\": 0\n",
            "dnsserver-json: the keys `HostName` and `Priority` of its first record",
        ),
        (
            "\u{1b}[31;1mResolve-DnsName: \u{1b}[31;1m_vlmcs._tcp.contoso.com : DNS name does not exist.\u{1b}[0m\n",
            "resolve-dnsname: an error that `Resolve-DnsName` reports",
        ),
        // What belongs to others.
        (
            "{\"ResourceRecordSets\":[{\"Name\":\"x.\",\"Type\":\"SRV\",\"TTL\":3600}]}",
            "",
        ),
        (
            "{\"KeyManagementServiceDnsPublishing\":true,\"KeyManagementServiceListeningPort\":0,\"Version\":\"10\"}",
            "",
        ),
        (
            "{\"kms\":{\"publishing\":\"manual\"},\"host\":[{\"name\":\"kms01.contoso.com\",\"priority\":10}]}",
            "",
        ),
        ("{\"format_version\":\"1\",\"domains\":[]}", ""),
        (
            "header-srvrecord,fqdn*,_new_fqdn,port*,_new_port,priority*,_new_priority,target*\n",
            "",
        ),
        ("namespace\ncontoso.com\n", ""),
        (
            "Server:  dc01.contoso.com\nAddress:  10.20.0.10\n\n_vlmcs._tcp.contoso.com\tSRV service location:\n          priority       = 0\n",
            "",
        ),
        ("@ IN SOA ns1 host 1 2 3 4 5\n", ""),
        ("", ""),
    ] {
        let expected = match text {
            // Before its other keys, the distinguished name tells.
            _ if text.ends_with("cn=MicrosoftDNS") => {
                "dnsserver-json: a `DistinguishedName` below `CN=MicrosoftDNS`"
            }
            _ => expected,
        };
        assert_eq!(sign(text), expected, "{text}");
    }
}

#[test]
fn a_truncated_file_is_never_read_as_a_whole_one() {
    let array = format!("[{},\n{ANSWER_RECORD}]", cim(DN, "_vlmcs._tcp", DEPTH_2));
    for end in 0..array.len() {
        assert!(json(&array[..end]).is_err(), "{}", &array[..end]);
    }
    let quoted = "\"HostName\",\"RecordType\",\"RecordData\"\r\n\"_vlmcs._tcp\",\"SRV\",\"0 0 1688 k.contoso.com.\"\r\n";
    for end in 0..quoted.len() - 2 {
        assert!(csv(&quoted[..end]).is_err(), "{}", &quoted[..end]);
    }
}

const ANSWER_RECORD: &str = r#"{"HostName":"kms01","RecordType":"A","RecordData":"10.20.5.21"}"#;

proptest::proptest! {
    #[test]
    fn no_input_makes_a_reader_fall_over(
        which in 0_usize..5,
        at in proptest::prelude::any::<proptest::sample::Index>(),
        length in 0_usize..12,
        with in proptest::collection::vec(
            proptest::prop_oneof![
                proptest::prelude::any::<u8>(),
                proptest::sample::select(b"\"\\{}[]:,;-. \r\n|=@".to_vec()),
            ],
            0..8,
        ),
    ) {
        let one = cim(DN, "_vlmcs._tcp", DEPTH_2);
        let texts: [&str; 5] = [
            &one,
            ANSWER,
            TABLE,
            "HostName,RecordType,RecordData\r\n\"_vlmcs._tcp\",SRV,\"0 0 1688 k.contoso.com.\"\r\n",
            "Name       : _vlmcs._tcp.contoso.com\nType       : SRV\nNameTarget : k.contoso.com\n            more\n\nResolve-DnsName : x.contoso.com : DNS name does not exist\n",
        ];
        let mut bytes = texts[which].as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes.splice(at..(at + length).min(bytes.len()), with);
        for zone in [None, Some("contoso.com")] {
            for format in [
                Format::DnsServerJson,
                Format::DnsServerCsv,
                Format::DnsServerTable,
                Format::ResolveJson,
                Format::ResolveCsv,
                Format::ResolveText,
            ] {
                let _ = read_with(format, &bytes, zone, None);
            }
        }
        let _ = signs(&sample(&bytes, None, None));
    }
}
