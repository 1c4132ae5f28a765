//! Configurations of dnsmasq (its manual page, dnsmasq(8)): `srv-host`, and what tells of addresses and aliases.
//!
//! `srv-host` has the port before priority and weight: `srv-host=<service>,<target>,<port>,<priority>,<weight>`.
//! dnsmasq knows no zones, and one configuration may be spread over several files: a name that is not listed
//! may well be there. No record has a TTL of its own: `local-ttl` is one for all answers of the server.

use std::net::IpAddr;
use std::ops::Range;

use super::values;
use crate::Name;
use crate::presentation;
use crate::snapshot::listing::{Data, Fault, Listed, Sample, Section, Sign};
use crate::snapshot::{Extent, Format};
use crate::topology::ZoneKind;

/// The port of an `srv-host` without one.
const DEFAULT_PORT: u16 = 1;

/// The type of SRV records (RFC 2782), as `dns-rr` names it.
const SRV: &str = "33";

/// Options whose lines show that a file is a configuration.
const OPTIONS: [&str; 9] = [
    "srv-host",
    "host-record",
    "dhcp-range",
    "dhcp-option",
    "dhcp-host",
    "dhcp-authoritative",
    "expand-hosts",
    "domain-needed",
    "bogus-priv",
];

/// What begins the line of an address, another option that shows it.
const ADDRESS: &str = "address=/";

const SRV_HELP: &str = "an SRV record is `srv-host=<service>,<target>,<port>,<priority>,<weight>`";

/// Whether a line of the beginning sets one of the options.
pub(super) fn sign(sample: &Sample<'_>) -> Option<Sign> {
    if set_in(values::look(sample)).next().is_some() {
        sign_anywhere(sample)
    } else {
        None
    }
}

/// Whether any line sets one of the options.
pub(super) fn sign_anywhere(sample: &Sample<'_>) -> Option<Sign> {
    let (_, body) = sample.body();
    let first = set_in(body).next()?;
    // Other lines tell less than one with records.
    let why = if set_in(body).any(|option| option == OPTIONS[0]) {
        format!("a line `{}=`", OPTIONS[0])
    } else {
        format!("a line `{first}`")
    };
    Some(Sign::new(Format::Dnsmasq, why))
}

/// Which of the options the lines set, one after another.
fn set_in(text: &[u8]) -> impl Iterator<Item = &'static str> {
    let mut rest = text;
    let lines = std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line.trim_ascii_start())
    });
    lines.filter_map(|line| {
        // Most lines of other files end here.
        let first = line.first()?;
        let is_set = |option: &&&str| {
            let after = line.strip_prefix(option.as_bytes());
            after.is_some_and(|after| match after.first() {
                None => true,
                Some(octet) => *octet == b'=' || octet.is_ascii_whitespace(),
            })
        };
        let begins = |option: &&&str| option.as_bytes().first() == Some(first);
        let option = OPTIONS.iter().filter(begins).find(is_set).copied();
        option.or_else(|| line.starts_with(ADDRESS.as_bytes()).then_some(ADDRESS))
    })
}

/// The records of a configuration.
pub(super) fn read(sample: &Sample<'_>) -> Result<Vec<Section>, Vec<Fault>> {
    let mut reader = Reader::default();
    for (start, line) in sample.lines() {
        if let Some((option, parts)) = split(start, line)
            && let Err(fault) = reader.option(&option, &parts)
        {
            reader.faults.push(fault);
        }
    }
    reader.section()
}

/// A part of a value between commas, without blanks around it.
struct Part {
    text: String,
    span: Range<usize>,
}

/// An option and its value, in parts. `None`: the line sets nothing that matters.
fn split(start: usize, line: &[u8]) -> Option<(Part, Vec<Part>)> {
    let mut end = line.len();
    for (at, octet) in line.iter().enumerate() {
        let begins = at == 0 || line[at - 1].is_ascii_whitespace();
        if *octet == b'#' && begins {
            end = at;
            break;
        }
    }
    let line = &line[..end];
    let equals = line.iter().position(|octet| *octet == b'=');
    let option = part(start, 0, &line[..equals.unwrap_or(line.len())]);
    let mut parts = Vec::new();
    if let Some(equals) = equals {
        let mut from = equals + 1;
        for text in line[from..].split(|octet| *octet == b',') {
            parts.push(part(start, from, text));
            from += text.len() + 1;
        }
    }
    (!option.text.is_empty()).then_some((option, parts))
}

/// The part that begins `at` octets after the line's start.
fn part(start: usize, at: usize, octets: &[u8]) -> Part {
    let lead = octets.len() - octets.trim_ascii_start().len();
    let text = octets.trim_ascii();
    let first = start + at + if text.is_empty() { 0 } else { lead };
    Part {
        text: String::from_utf8_lossy(text).into_owned(),
        span: first..first + text.len(),
    }
}

#[derive(Default)]
struct Reader {
    /// The domain that names without one get, and where it is set.
    domain: Option<(String, Range<usize>)>,
    services: Vec<Service>,
    records: Vec<Listed>,
    faults: Vec<Fault>,
}

/// A KMS record whose owner may still need the domain.
struct Service {
    owner: Part,
    span: Range<usize>,
    data: Data,
}

impl Reader {
    fn option(&mut self, option: &Part, parts: &[Part]) -> Result<(), Fault> {
        match &*option.text {
            "srv-host" => self.service(option, parts),
            "host-record" => self.host(parts),
            "address" => self.address(parts),
            "cname" => self.alias(parts),
            "dns-rr" => raw(parts),
            "domain" => {
                // With a second part it is the domain of some clients only.
                if let [domain] = parts
                    && !domain.text.is_empty()
                {
                    self.domain = Some((domain.text.clone(), domain.span.clone()));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn service(&mut self, option: &Part, parts: &[Part]) -> Result<(), Fault> {
        let Some(owner) = parts.first().filter(|owner| !owner.text.is_empty()) else {
            return Err(
                Fault::at(option.span.clone(), "`srv-host` names no service").help(SRV_HELP),
            );
        };
        let end = parts.last().map_or(owner.span.end, |part| part.span.end);
        let span = option.span.start..end;
        if !is_kms(&owner.text) {
            return Ok(());
        }
        if let Some(extra) = parts.get(5) {
            let message = "`srv-host` has no more than five parts";
            return Err(Fault::at(extra.span.clone(), message).help(SRV_HELP));
        }
        let number = |index: usize, what: &str, default: u16| match parts.get(index) {
            None => Ok(default),
            Some(part) => values::number(&part.text).ok_or_else(|| {
                let message = format!(
                    "the {what} must be a number from 0 to 65535, not `{}`",
                    part.text
                );
                Fault::at(part.span.clone(), message).help(SRV_HELP)
            }),
        };
        let target = match parts.get(1) {
            // "The service is decidedly not available" (RFC 2782).
            None => Name::root(),
            Some(target) => name(target)?,
        };
        let data = Data::Srv {
            priority: number(3, "priority", 0)?,
            weight: number(4, "weight", 0)?,
            port: number(2, "port", DEFAULT_PORT)?,
            target,
        };
        let owner = Part {
            text: owner.text.clone(),
            span: owner.span.clone(),
        };
        self.services.push(Service { owner, span, data });
        Ok(())
    }

    /// `host-record=<name>[,<name>…][,<address>…][,<TTL>]`
    fn host(&mut self, parts: &[Part]) -> Result<(), Fault> {
        if !parts.iter().any(|part| is_address(&part.text)) {
            return Ok(());
        }
        let number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
        let names = parts
            .iter()
            .filter(|part| !is_address(&part.text) && !number(&part.text));
        for part in names {
            self.record(part, Data::Address)?;
        }
        Ok(())
    }

    /// `address=/<domain>[/<domain>…]/<address>`
    fn address(&mut self, parts: &[Part]) -> Result<(), Fault> {
        let [part] = parts else {
            return Ok(());
        };
        let Some((domains, address)) = part
            .text
            .strip_prefix('/')
            .and_then(|text| text.rsplit_once('/'))
        else {
            return Ok(());
        };
        if !is_address(address) {
            return Ok(());
        }
        for domain in domains
            .split('/')
            .filter(|domain| !matches!(*domain, "" | "#"))
        {
            let part = Part {
                text: domain.trim_start_matches('.').to_owned(),
                span: part.span.clone(),
            };
            self.record(&part, Data::Address)?;
        }
        Ok(())
    }

    /// `cname=<alias>[,<alias>…],<target>[,<TTL>]`
    fn alias(&mut self, parts: &[Part]) -> Result<(), Fault> {
        let number = |part: &Part| part.text.bytes().all(|octet| octet.is_ascii_digit());
        let names = match parts {
            [names @ .., last] if number(last) => names,
            names => names,
        };
        let [aliases @ .., target] = names else {
            return Ok(());
        };
        let target = name(target)?;
        for alias in aliases {
            self.record(alias, Data::Cname(target.clone()))?;
        }
        Ok(())
    }

    fn record(&mut self, owner: &Part, data: Data) -> Result<(), Fault> {
        let name = values::owner(&owner.text).map_err(|error| {
            let message = format!("`{}` is no name: {error}", owner.text);
            Fault::at(owner.span.clone(), message)
        })?;
        if let Some(name) = name {
            self.records.push(listed(name, owner.span.clone(), data));
        }
        Ok(())
    }

    fn section(mut self) -> Result<Vec<Section>, Vec<Fault>> {
        for service in std::mem::take(&mut self.services) {
            match self.owner(&service.owner) {
                Ok(owner) => self.records.push(listed(owner, service.span, service.data)),
                Err(fault) => self.faults.push(fault),
            }
        }
        if !self.faults.is_empty() {
            self.faults
                .sort_by_key(|fault| fault.span.as_ref().map(|span| span.start));
            return Err(self.faults);
        }
        if self.records.is_empty() {
            let message = "the configuration holds no records: no `srv-host`, `host-record`, `address` or `cname`";
            return Err(vec![Fault::whole(message).help(
                "give the file with the lines `srv-host=_vlmcs._tcp…`, or all files together as one",
            )]);
        }
        self.records.sort_by_key(|record| record.span.start);
        let mut section = Section::new(None, Extent::Names);
        section.evidence = Some(ZoneKind::Other);
        section.records = self.records;
        Ok(vec![section])
    }

    /// The full name of a service: dnsmasq appends its domain to one that has just service and protocol.
    fn owner(&self, owner: &Part) -> Result<Name, Fault> {
        let text = owner.text.trim_end_matches('.');
        if text.matches('.').count() != 1 {
            return name(owner);
        }
        match &self.domain {
            Some((domain, _)) if domain != "#" => {
                let full = Part {
                    text: format!("{text}.{domain}"),
                    span: owner.span.clone(),
                };
                name(&full)
            }
            Some((_, span)) => Err(Fault::at(
                span.clone(),
                "`domain=#` takes the domain from /etc/resolv.conf, which is not in this file",
            )
            .help("write the domain, or full names after `srv-host=`")),
            None => Err(Fault::at(
                owner.span.clone(),
                format!(
                    "`{}` has no domain, and no line `domain=` gives one",
                    owner.text
                ),
            )
            .help("write the full name, such as `_vlmcs._tcp.contoso.com`")),
        }
    }
}

fn listed(owner: Name, span: Range<usize>, data: Data) -> Listed {
    Listed {
        owner,
        ttl: None,
        aged: None,
        span,
        data,
    }
}

fn name(part: &Part) -> Result<Name, Fault> {
    presentation::parse_full_name(&part.text).map_err(|error| {
        Fault::at(
            part.span.clone(),
            format!("`{}` is no name: {error}", part.text),
        )
    })
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// Whether a service is KMS by its first label.
fn is_kms(owner: &str) -> bool {
    values::may_be_kms(owner)
}

/// A record given by its type and its octets: KMS records must be written so that people can read them.
fn raw(parts: &[Part]) -> Result<(), Fault> {
    match parts {
        [owner, kind, ..] if kind.text == SRV && is_kms(&owner.text) => {
            let message = "these are octets of an SRV record, which are not read";
            Err(Fault::at(owner.span.clone(), message).help(SRV_HELP))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Given;
    use crate::snapshot::Format;

    const GIVEN: Given<'static> = Given {
        format: Format::Dnsmasq,
        shown: "dnsmasq.conf",
        zone: None,
    };

    const SAMPLE: &str = "\
# dnsmasq: srv-host=<service>,<target>,<port>,<priority>,<weight>
srv-host=_vlmcs._tcp.contoso.com,kms01.contoso.com,1688,0,0
srv-host=_vlmcs._tcp.contoso.com,kms02.contoso.com,1688,10,50
";

    #[test]
    fn services_have_the_port_first() {
        let said = "\
? Names other
2: _vlmcs._tcp.contoso.com. ? SRV 0 0 1688 kms01.contoso.com.
3: _vlmcs._tcp.contoso.com. ? SRV 10 50 1688 kms02.contoso.com.";
        assert_eq!(GIVEN.said(SAMPLE), said);
        assert_eq!(GIVEN.said(&SAMPLE.replace('\n', "\r\n")), said);
        assert_eq!(GIVEN.why(SAMPLE).as_deref(), Some("a line `srv-host=`"));
    }

    #[test]
    fn a_service_without_domain_gets_that_of_the_file() {
        let text = "\u{feff}no-resolv
srv-host = _vlmcs._tcp , kms.lan , 1688 # the only one
srv-host=_VLMCS._TCP.lab.lan.,kms.lan
srv-host=_vlmcs._tcp.off.lan
srv-host=_ldap._tcp,dc.lan,x
domain=lan
domain=guest.lan,192.168.2.0/24
local-ttl=60
host-record=kms.lan,kms,192.168.1.5,fd00::5,300
host-record=odd.lan
address=/www.lan/.shop.lan/192.168.1.6
address=/blocked.example/
address=/#/192.168.1.9
cname=a.lan,b.lan,kms.lan,30
dns-rr=other.lan,51,01:23
";
        assert_eq!(
            GIVEN.said(text),
            "\
? Names other
2: _vlmcs._tcp.lan. ? SRV 0 0 1688 kms.lan.
3: _VLMCS._TCP.lab.lan. ? SRV 0 0 1 kms.lan.
4: _vlmcs._tcp.off.lan. ? SRV 0 0 1 .
9: kms.lan. ? Address
9: kms. ? Address
11: www.lan. ? Address
11: shop.lan. ? Address
14: a.lan. ? CNAME kms.lan.
14: b.lan. ? CNAME kms.lan."
        );
    }

    #[test]
    fn lines_that_are_wrong() {
        let own = "srv-host=_vlmcs._tcp.contoso.com,";
        GIVEN.refuses(&[
            ("srv-host\n", "1:1: `srv-host` names no service"),
            ("srv-host=,kms.lan\n", "1:1: `srv-host` names no service"),
            (
                "srv-host=_vlmcs._tcp,kms.lan,1688\n",
                "1:10: `_vlmcs._tcp` has no domain, and no line `domain=` gives one",
            ),
            (
                "domain=#\nsrv-host=_vlmcs._tcp,kms.lan,1688\n",
                "1:8: `domain=#` takes the domain from /etc/resolv.conf, which is not in this file",
            ),
            (own, "1:34: `` is no name: the name is empty"),
            (
                &format!("{own}kms..lan,1688"),
                "1:34: `kms..lan` is no name: a label is empty: two dots together, or a dot first",
            ),
            (
                &format!("{own}kms.lan,70000"),
                "1:42: the port must be a number from 0 to 65535, not `70000`",
            ),
            (
                &format!("{own}kms.lan,1688,high"),
                "1:47: the priority must be a number from 0 to 65535, not `high`",
            ),
            (
                &format!("{own}kms.lan,1688,0,"),
                "1:49: the weight must be a number from 0 to 65535, not ``",
            ),
            (
                &format!("{own}kms.lan,1688,0,0,3600"),
                "1:51: `srv-host` has no more than five parts",
            ),
            (
                "srv-host=0,0,1688,kms.lan\nsrv-host=_vlmcs._tcp.a b,kms.lan,x\nsrv-host=_vlmcs._tcp.lan,kms.lan,y\n",
                "2:34: the port must be a number from 0 to 65535, not `x`\n\
                 3:34: the port must be a number from 0 to 65535, not `y`",
            ),
            (
                "srv-host=_vlmcs._tcp.a b,kms.lan,1688\n",
                "1:10: `_vlmcs._tcp.a b` is no name: a blank must be escaped in a name",
            ),
            (
                "dns-rr=_vlmcs._tcp.lan,33,00:00:00:00:06:98\n",
                "1:8: these are octets of an SRV record, which are not read",
            ),
            (
                "cname=kms.lan,a b\n",
                "1:15: `a b` is no name: a blank must be escaped in a name",
            ),
            (
                "dhcp-range=192.168.1.2,192.168.1.9\n",
                "the configuration holds no records: no `srv-host`, `host-record`, `address` or `cname`",
            ),
            (
                "",
                "the configuration holds no records: no `srv-host`, `host-record`, `address` or `cname`",
            ),
        ]);
        assert_eq!(
            GIVEN.faults(b"srv-host=_vlmcs._tcp.b\xfcro,kms.lan\n"),
            "1:10: `_vlmcs._tcp.b\u{fffd}ro` is no name: this is no valid internationalised domain name"
        );
    }

    #[test]
    fn its_signs() {
        for (text, why) in [
            ("address=/kms.lan/192.168.1.5\n", Some("a line `address=/`")),
            ("bogus-priv\n", Some("a line `bogus-priv`")),
            (
                "dhcp-range=a\n srv-host = _vlmcs._tcp.lan\n",
                Some("a line `srv-host=`"),
            ),
            ("# srv-host=_vlmcs._tcp.lan,kms.lan\n", None),
            ("zone = \"contoso.com.\"\n", None),
            ("srv-hosts: 3\n", None),
        ] {
            assert_eq!(GIVEN.why(text).as_deref(), why, "{text}");
        }
    }
}
