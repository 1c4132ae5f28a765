//! Distinguished names of DNS nodes: `DC=_vlmcs._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=DomainDnsZones,…`.
//!
//! A zone of Active Directory is a container below `CN=MicrosoftDNS`, a name of it an object below that
//! ([MS-ADTS] section 6.1.1.2.3, [MS-DNSP] section 2.3).

/// What a distinguished name tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A node of a zone, relative to it. `@` is the zone itself.
    Node {
        /// The node's name.
        node: String,
        /// The zone's name.
        zone: String,
    },
    /// A node, or its zone, that two domain controllers made at once: the one that lost.
    Conflict {
        /// The name that both wanted.
        node: String,
        /// Its zone.
        zone: String,
    },
    /// An object that is deleted, or of a container that is no zone: root hints, trust anchors, zones that are
    /// deleted or not yet loaded.
    NoZone,
    /// A name that is not below `CN=MicrosoftDNS`: it tells nothing.
    Other,
}

/// Reads a distinguished name (RFC 4514).
pub(super) fn place(text: &str) -> Place {
    let mut parts: Vec<(String, String)> = Vec::new();
    for part in split(text) {
        let Some((kind, value)) = part.split_once('=') else {
            return Place::Other;
        };
        parts.push((kind.trim().to_ascii_lowercase(), unescape(value.trim())));
    }
    if parts
        .first()
        .is_some_and(|(_, value)| value.contains("\nDEL:"))
    {
        return Place::NoZone;
    }
    let Some(container) = parts
        .iter()
        .position(|(kind, value)| kind == "cn" && value.eq_ignore_ascii_case("MicrosoftDNS"))
    else {
        return Place::Other;
    };
    let [(_, node), (_, zone)] = &parts[..container] else {
        return Place::Other;
    };
    if zone.starts_with("..")
        || ["RootDNSServers", "TrustAnchors"]
            .iter()
            .any(|special| zone.eq_ignore_ascii_case(special))
    {
        return Place::NoZone;
    }
    let first = |value: &str| value.split('\n').next().unwrap_or_default().to_owned();
    if node.contains("\nCNF:") || zone.contains("\nCNF:") {
        return Place::Conflict {
            node: first(node),
            zone: first(zone),
        };
    }
    Place::Node {
        node: node.clone(),
        zone: zone.clone(),
    }
}

/// The parts between commas that are not escaped.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A value without its escapes: `\,` and `\2C` (RFC 4514 section 2.4).
fn unescape(value: &str) -> String {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'\\' {
            octets.push(*first);
            continue;
        }
        let hex = |octet: u8| char::from(octet).to_digit(16);
        match after {
            [high, low, after @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                let value = hex(*high).unwrap_or(0) * 16 + hex(*low).unwrap_or(0);
                octets.extend(u8::try_from(value));
                rest = after;
            }
            [next, after @ ..] => {
                octets.push(*next);
                rest = after;
            }
            [] => {}
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_tell_their_zone() {
        let node = |node: &str, zone: &str| Place::Node {
            node: node.to_owned(),
            zone: zone.to_owned(),
        };
        for (text, expected) in [
            (
                "DC=_vlmcs._tcp,DC=contoso.com,cn=MicrosoftDNS,DC=DomainDnsZones,DC=contoso,DC=com",
                node("_vlmcs._tcp", "contoso.com"),
            ),
            (
                "dc=@, dc=contoso.com, CN=microsoftdns, CN=System, DC=contoso, DC=com",
                node("@", "contoso.com"),
            ),
            (
                r"DC=a\,b\2Cc,DC=contoso.com,CN=MicrosoftDNS,DC=x",
                node("a,b,c", "contoso.com"),
            ),
            (
                r"DC=_vlmcs._tcp\0ACNF:0b5e,DC=contoso.com,CN=MicrosoftDNS,DC=x",
                Place::Conflict {
                    node: "_vlmcs._tcp".to_owned(),
                    zone: "contoso.com".to_owned(),
                },
            ),
            (
                r"DC=_vlmcs._tcp\0ADEL:0b5e,CN=Deleted Objects,DC=DomainDnsZones,DC=x",
                Place::NoZone,
            ),
            (
                "DC=_vlmcs._tcp,DC=..Deleted-contoso.com,CN=MicrosoftDNS,DC=x",
                Place::NoZone,
            ),
            (
                "DC=a.root-servers.net,DC=RootDNSServers,CN=MicrosoftDNS,DC=x",
                Place::NoZone,
            ),
            ("DC=kms01,DC=contoso,DC=com", Place::Other),
            ("contoso.com", Place::Other),
            ("", Place::Other),
            ("DC=x,CN=MicrosoftDNS,DC=x", Place::Other),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
