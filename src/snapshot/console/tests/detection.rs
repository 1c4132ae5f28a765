//! What shows which form a console's output is in.

use super::super::super::Format;
use super::super::signs;
use super::{NOTHING, with_sample};

/// The forms and reasons that a text gives.
fn taken_for(text: &str) -> Vec<(Format, String)> {
    let signs = with_sample(text.as_bytes(), NOTHING, signs);
    signs
        .into_iter()
        .map(|sign| (sign.format, sign.why))
        .collect()
}

#[test]
fn each_form_by_its_own_words_whole_or_broken() {
    for (text, format, why) in [
        (
            "Server:  dc01\nAddress:  10.20.0.10\n\n_vlmcs._tcp.contoso.com\tSRV service location:\n",
            Format::Nslookup,
            "a line `SRV service location:`",
        ),
        (
            "Serveur :   dc01\r\nAddress:  10.20.0.10\r\n\r\n_vlmcs._tcp.contoso.com   emplacement du service\r\n",
            Format::Nslookup,
            "an `Address:` under the name of a server",
        ),
        (
            "          port           = 1688\n          svr hostname   = KMS01.contoso.com\n",
            Format::Nslookup,
            "a line `svr hostname =`",
        ),
        (
            "Server:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n_vlmcs._tcp.contoso.com\tservice = 0 0 1688 KMS01.contoso.com.\n",
            Format::Nslookup,
            "a line `service =`",
        ),
        (
            ";; Got SERVFAIL reply from 10.20.0.10\nServer:\t\t10.20.0.10\nAddress:\t10.20.0.10#53\n\n\
             ** server can't find _vlmcs._tcp.contoso.com: SERVFAIL\n",
            Format::Nslookup,
            "a line `** server can't find`",
        ),
        (
            "*** dc01 can't find _vlmcs._tcp.contoso.com: Non-existent domain\n",
            Format::Nslookup,
            "a line of `***` about a KMS name",
        ),
        (
            "Using domain server:\nName: 127.0.0.1\nAddress: 127.0.0.1#53\nAliases: \n\n",
            Format::Host,
            "a line `Using domain server:`",
        ),
        (
            "_vlmcs._tcp.contoso.com has SRV record 0 0",
            Format::Host,
            "a line `has SRV record`",
        ),
        (
            "Host _vlmcs._tcp.contoso.com not found: 3(NXDOMAIN)\n",
            Format::Host,
            "a line `Host … not found:`",
        ),
        (
            "\n; <<>> DiG 9.18 <<>> SRV _vlmcs._tcp.contoso.com\n;; global options: +cmd\n",
            Format::Dig,
            "a line `; <<>> DiG`",
        ),
        (
            "Trying \"x\"\nUsing domain server:\nName: 127.0.0.1\n\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n",
            Format::Dig,
            "a line `;; ->>HEADER<<-`",
        ),
        (
            ";; communications error to 127.0.0.1#53: connection refused\n;; no servers could be reached\n",
            Format::Dig,
            "a line `;; communications error`",
        ),
        (
            "10 50 1688 kms02.contoso.com.\n0 0 16",
            Format::DigShort,
            "lines of three numbers and a name",
        ),
        (
            ";; communications error to 127.0.0.1#53: timed out\n_vlmcs._tcp.fabrikam.example.\n10 50 99999 kms02.contoso.com.\n",
            Format::DigShort,
            "lines of three numbers and a name",
        ),
        (
            "\n; <<>> DiG 9.18 <<>> @127.0.0.1 axfr contoso.com\ncontoso.com. 3600 IN SOA",
            Format::DigTransfer,
            "a line `; <<>> DiG` with `AXFR`",
        ),
        (
            "\n; <<>> DiG 9.18 <<>> IXFR=4 contoso.com\n",
            Format::DigTransfer,
            "a line `; <<>> DiG` with `AXFR`",
        ),
        (
            "contoso.com. 3600 IN SOA a. b. 1 2 3 4 5\n; Transfer failed.\n",
            Format::DigTransfer,
            "a line `; Transfer failed.`",
        ),
        (
            "contoso.com. 3600 IN SOA a. b. 1 2 3 4 5\n;; XFR size: 1 records (messages 1, bytes 120)\n",
            Format::DigTransfer,
            "a line `;; XFR size:`",
        ),
        (
            "\r\nReturned records:\r\n@\t\t 3600 SRV\t0 0 1688\tkms01.contoso.com.\r\n",
            Format::EnumRecords,
            "a line `Returned records:`",
        ),
        (
            "Command failed:  DNS_ERROR_ZONE_DOES_NOT_EXIST     9601    0x2581\n",
            Format::EnumRecords,
            "a line `Command failed:`",
        ),
        (
            "@\t\t [Aging:3726916] 3600 SRV\t0 0 1688\tkms01.contoso.com.\n",
            Format::EnumRecords,
            "a record with `[Aging:`",
        ),
        (
            ";\n;  Zone:    contoso.com\n;  Server:  dc01.contoso.com\n;\n@                [Aging:3588234] 600 A\t10.20.0.10\n",
            Format::ZonePrint,
            "lines `;  Zone:` and `;  Server:`",
        ),
        (
            "kms01            1200 A\t10.20.5.21\n;  Finished zone: 4 nodes and 6 records in 0 seconds\n",
            Format::ZonePrint,
            "a line `;  Finished zone:`",
        ),
    ] {
        assert_eq!(taken_for(text), [(format, why.to_owned())], "{text}");
        assert_eq!(
            taken_for(&format!("\u{feff}{}", text.replace('\n', "\r\n"))),
            [(format, why.to_owned())],
            "{text}"
        );
    }
}

#[test]
fn other_texts_give_no_sign() {
    for text in [
        "",
        "$TTL 3600\n@ IN SOA a. b. 1 2 3 4 5\n_vlmcs._tcp SRV 0 0 1688 kms01\n",
        ";  Database file contoso.com.dns for contoso.com zone.\n;      Zone version:  2019102987\n;\n\
         @                       IN  SOA dc01. host. (\n_vlmcs._tcp [AGE:3726916]\t600\tSRV\t0 0 1688\tkms01.contoso.com.\n",
        "; Exported zone file from Azure DNS\n;      Zone name: contoso.com\n",
        "10 3600 IN PTR kms01.contoso.com.\n",
        "contoso.com.\nfabrikam.example.\n",
        "HostName                  RecordType Type       Timestamp            TimeToLive      RecordData\n",
        "Name                                     Type   TTL   Section    NameTarget\n",
        "Name:    x\nAddress:  10.0.0.1\n",
        "Key Management Service is enabled on this machine\n    Current count: 50\n    Listening on Port: 1688\n",
        "srv-host=_vlmcs._tcp.lan,host.lan,1688,0,100\naddress=/x/10.0.0.1\n",
        "[{\"HostName\":\"_vlmcs._tcp\"}]",
        "header-srvrecord,fqdn*,port*\n",
        "host 3600 IN A 10.0.0.1\ndig 3600 IN A 10.0.0.2\nnslookup A 10.0.0.3\n",
    ] {
        assert_eq!(taken_for(text), [], "{text}");
    }
}
