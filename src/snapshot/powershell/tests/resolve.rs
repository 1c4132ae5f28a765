//! What `Resolve-DnsName` gives, in each notation.

use super::*;

pub(super) const ANSWER: &str = r#"[
 {"Name":"_vlmcs._tcp.contoso.com","Type":33,"CharacterSet":1,"Section":1,"DataLength":16,"TTL":3599,"NameTarget":"kms02.contoso.com","Priority":10,"Weight":50,"Port":1688},
 {"Name":"_VLMCS._tcp.contoso.com","Type":"SRV","Section":"Answer","TTL":3599,"Target":"KMS01.contoso.com","NameTarget":"KMS01.contoso.com","Priority":0,"Weight":0,"Port":1688},
 {"IPAddress":"10.20.5.22","QueryType":1,"Name":"kms02.contoso.com","Type":1,"Section":3,"TTL":1199},
 {"QueryType":28,"Name":"KMS01.contoso.com","Section":3},
 {"Name":"_ldap._tcp.contoso.com","Type":33,"NameTarget":null},
 {"Name":"www.contoso.com","Type":5,"NameHost":"web.contoso.com"}]"#;

#[test]
fn answers_as_json() {
    let expected = "? ? Names
  _vlmcs._tcp.contoso.com. ? ? 10 50 1688 kms02.contoso.com.
  _VLMCS._tcp.contoso.com. ? ? 0 0 1688 KMS01.contoso.com.
  kms02.contoso.com. Address
  KMS01.contoso.com. Address
  www.contoso.com. CNAME web.contoso.com.
";
    for text in [ANSWER.to_owned(), format!("{ANSWER}{ANSWER}")] {
        assert_eq!(resolve(Format::ResolveJson, &text).as_deref(), Ok(expected));
    }
}

#[test]
fn answers_as_csv_table_and_list() {
    let expected = "? ? Names
  _vlmcs._tcp.contoso.com. ? ? 10 50 1688 kms02.contoso.com.
  kms02.contoso.com. Address
";
    assert_eq!(
        resolve(
            Format::ResolveCsv,
            "#TYPE Microsoft.DnsClient.Commands.DnsRecord_SRV\r\n\"QueryType\";\"Target\";\"NameTarget\";\"Priority\";\"Weight\";\"Port\";\"Name\";\"Type\";\"CharacterSet\";\"Section\";\"DataLength\";\"TTL\"\r\n\"SRV\";\"kms02.contoso.com\";\"kms02.contoso.com\";\"10\";\"50\";\"1688\";\"_vlmcs._tcp.contoso.com\";\"SRV\";\"Unicode\";\"Answer\";\"16\";\"3599\"\r\n\"A\";;;;;;\"kms02.contoso.com\";\"A\";\"Unicode\";\"Additional\";\"4\";\"1199\"\r\n"
        )
        .as_deref(),
        Ok(expected)
    );
    let table = "\
PS C:\\> Resolve-DnsName -Type SRV _vlmcs._tcp.contoso.com

Name                                     Type   TTL   Section    NameTarget                     Priority Weight Port
----                                     ----   ---   -------    ----------                     -------- ------ ----
_vlmcs._tcp.contoso.com                  SRV    3599  Answer     kms02.contoso.com              10       50     1688

Name       : kms02.contoso.com
QueryType  : A
TTL        : 1199
Section    : Additional
IP4Address : 10.20.5.22


";
    assert_eq!(resolve(Format::ResolveText, table).as_deref(), Ok(expected));
    let list = "\
Name       : _vlmcs._tcp.contoso.com\r\nType       : SRV\r\nTTL        : 3599\r\nNameTarget : kms02.contoso.com\r\nPriority   : 10\r\nWeight     : 50\r\nPort       : 1688\r\nName       : kms02.contoso.com\r\nType       : A\r\nIP4Address : 10.20.5.22\r\n";
    assert_eq!(resolve(Format::ResolveText, list).as_deref(), Ok(expected));
}

#[test]
fn a_list_right_below_the_prompt_is_read() {
    let one = "Name       : _vlmcs._tcp.contoso.com\nType       : SRV\nNameTarget : k.contoso.com\nPriority   : 0\nWeight     : 0\nPort       : 1688\n";
    let text = format!(
        "PS C:\\> Resolve-DnsName -Type SRV _vlmcs._tcp.contoso.com | fl\n{one}\n{}",
        one.replace("k.", "l.")
    );
    assert_eq!(
        resolve(Format::ResolveText, &text).as_deref(),
        Ok("? ? Names
  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 k.contoso.com.
  _vlmcs._tcp.contoso.com. ? ? 0 0 1688 l.contoso.com.
")
    );
}

#[test]
fn names_that_do_not_exist() {
    let expected = "? ? Names\n  none at _vlmcs._tcp.emea.contoso.com.\n";
    for text in [
        "PS C:\\> Resolve-DnsName -Type SRV _vlmcs._tcp.emea.contoso.com\nResolve-DnsName : _vlmcs._tcp.emea.contoso.com : DNS name does not exist\nAt line:1 char:1\n+ Resolve-DnsName -Type SRV _vlmcs._tcp.emea.contoso.com\n+ ~~~~~~\n    + CategoryInfo          : ResourceUnavailable: (_vlmcs._tcp.emea.contoso.com:String) [Resolve-DnsName], Win32Exception\n    + FullyQualifiedErrorId : DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName\n",
        "Resolve-DnsName : _vlmcs._tcp.emea.contoso.com : Der DNS-Name ist nicht vorhanden.\r\nIn Zeile:1 Zeichen:1\r\n    + FullyQualifiedErrorId : DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Comma \r\n   nds.ResolveDnsName\r\n",
        "Resolve-DnsName: _vlmcs._tcp.emea.contoso.com : DNS name does not exist.\n",
        "Resolve-DnsName: \nLine |\n   1 |  Resolve-DnsName -Type SRV _vlmcs._tcp.emea.contoso.com\n     |  ~~~~\n     | _vlmcs._tcp.emea.contoso.com : DNS name does not exist.\n",
        "Resolve-DnsName : _vlmcs._tcp.emea.con\ntoso.com : DNS name does not\n exist\n",
        "Resolve-DnsName : _vlmcs._tcp.emea.contoso.com : No records found for given DNS query\n",
    ] {
        assert_eq!(
            resolve(Format::ResolveText, text).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
    // The zone's SOA as answer: which name was asked for stands in the command, or the user says it.
    let soa = "
Name                        Type TTL   Section    PrimaryServer               NameAdministrator           SerialNumber
----                        ---- ---   -------    -------------               -----------------           ------------
contoso.com                 SOA  3600  Authority  dc01.contoso.com            hostmaster.contoso.com      48213

";
    let expected = "contoso.com. ? Names\n  none at _vlmcs._tcp.emea.contoso.com.\n";
    let asked = format!("PS C:\\> Resolve-DnsName _vlmcs._tcp.emea.contoso.com -Type SRV\n{soa}");
    assert_eq!(
        resolve(Format::ResolveText, &asked).as_deref(),
        Ok(expected)
    );
    assert_eq!(
        read_with(
            Format::ResolveText,
            soa.as_bytes(),
            Some("contoso.com"),
            Some("_vlmcs._tcp.emea")
        )
        .as_deref(),
        Ok(expected)
    );
    assert_eq!(
        resolve(Format::ResolveText, soa).unwrap_err(),
        "in:4:1: a name of the zone contoso.com has no such records, but the answer does not tell which name was asked for"
    );
    // Beside an address it says that there is no IPv6 address.
    let host =
        r#"[{"Name":"kms01.contoso.com","Type":1},{"Name":"contoso.com","Type":6,"Section":2}]"#;
    assert_eq!(
        resolve(Format::ResolveJson, host).unwrap(),
        "? ? Names\n  kms01.contoso.com. Address\n"
    );
}

#[test]
fn broken_answers_are_told_with_their_place() {
    for (format, text, expected) in [
        (
            Format::ResolveJson,
            "[]",
            "in: no answer was exported: the source holds no record",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_vlmcs._tcp.contoso.com\",\"Type\":33,\"NameTa",
            "in:1:51: the file ends inside a value: the JSON is truncated",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_vlmcs._tcp.contoso.com\",\"Type\":33,\"NameTarget\":\"k.contoso.com\",\"Priority\":0,\"Weight\":0}",
            "in:1:1: the SRV record has no `Port`",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_vlmcs._tcp.contoso.com\",\"Type\":33,\"NameTarget\":\"k.contoso.com\",\"Priority\":0,\"Weight\":0,\"Port\":\"x\"}",
            "in:1:105: the port is `x`, not a number from 0 to 65535",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_vlmcs._tcp\",\"Type\":33,\"NameTarget\":\"k.contoso.com\",\"Priority\":0,\"Weight\":0,\"Port\":1688}",
            "in:1:9: `_vlmcs._tcp` is no name in full: it has no domain",
        ),
        (
            Format::ResolveText,
            "Name                    Type TTL\n----                    ---- ---\n_vlmcs._tcp.contoso.com S",
            "in:3:25: `S` is no record type",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_vlmcs._tcp.contoso.com\",\"TTL\":3}",
            "in:1:1: the record has no `Type`",
        ),
        (
            Format::ResolveJson,
            "{\"Type\":33,\"NameTarget\":\"k.contoso.com\"}",
            "in:1:1: the record has no `Name`",
        ),
        (
            Format::ResolveJson,
            "{\"Name\":\"_ldap._tcp.contoso.com\",\"Type\":33}",
            "in: the answers are not about KMS records or addresses of hosts",
        ),
        (
            Format::ResolveCsv,
            "\"Address\",\"IPAddress\",\"QueryType\",\"Name\",\"Type\",\"Section\",\"TTL\"\n,,\"SRV\",\"_vlmcs._tcp.contoso.com\",\"SRV\",\"Answer\",\"3599\"\n",
            "in:2:1: the SRV record has no `NameTarget`",
        ),
        (
            Format::ResolveText,
            "Name                                     Type   TTL   Section    NameTarget\n----                                     ----   ---   -------    ----------\n_vlmcs._tcp.contoso.com                  SRV    3599  Answer     kms02.contoso.com\n",
            "in:1:1: there are no columns `Priority`, `Weight`, `Port`",
        ),
        (
            Format::ResolveText,
            "Name         Type TTL  Section NameTarget   Priority Weight Port\n----         ---- ---  ------- ----------   -------- ------ ----\n_vlmcs._t... SRV  3599 Answer  kms02.co     10       50     1688\n",
            "in:3:1: `_vlmcs._t...` is cut off, and may be the name of KMS records",
        ),
        (
            Format::ResolveText,
            "Name                    Type TTL  Section NameTarget  Priority Weight Port\n----                    ---- ---  ------- ----------  -------- ------ ----\n_vlmcs._tcp.contoso.com SRV  3599 Answer  kms02.co... 10       50     1688\n",
            "in:3:43: the target `kms02.co...` is cut off",
        ),
        (
            Format::ResolveText,
            "Resolve-DnsName : _vlmcs._tcp.contoso.com : This operation returned because the timeout period expired\nAt line:1 char:1\n",
            "in:1:1: the question was not answered, so nothing is known of the name",
        ),
        (
            Format::ResolveText,
            "Resolve-DnsName : _vlmcs._tcp.contoso.com : DNS server failure\n    + FullyQualifiedErrorId : DNS_ERROR_RCODE_SERVER_FAILURE,Microsoft.DnsClient.Commands.ResolveDnsName\n",
            "in:1:1: the question was not answered, so nothing is known of the name",
        ),
        (
            Format::ResolveText,
            "Resolve-DnsName : kms09.contoso.com : DNS name does not exist\n",
            "in: the answers are not about KMS records or addresses of hosts",
        ),
        (
            Format::ResolveText,
            "Name       : _vlmcs._tcp.contoso.com\nType       : SRV\nNameTarget : k.contoso.com\nPriority   : 0\nWeight     : 0\nPort       : 1688\n\nResolve-DnsName : _vlmcs._tcp.contoso.com : DNS name does not exist\n",
            "in: the source says that _vlmcs._tcp.contoso.com does not exist, and lists its records",
        ),
    ] {
        assert_eq!(resolve(format, text).unwrap_err(), expected, "{text}");
    }
}
