//! Record types and classes by their mnemonics.

use crate::snapshot::fields;

/// What a record type means to the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::snapshot) enum Kind {
    A,
    Aaaa,
    Ns,
    Cname,
    Dname,
    Soa,
    Srv,
    /// A type that only signed zones hold.
    Dnssec,
    /// Any other type that is known by name, or given as `TYPEnnn`.
    Other,
    /// A word that may be the name of a type that is not known here.
    Unknown,
}

/// Types that nobody asks for, by name (IANA registry, RFC 6895; `WINS` and `WINSR` are Windows').
const OTHERS: &[&str] = &[
    "A6",
    "AFSDB",
    "AMTRELAY",
    "APL",
    "ATMA",
    "AVC",
    "BRID",
    "CAA",
    "CDNSKEY",
    "CDS",
    "CERT",
    "CSYNC",
    "DHCID",
    "DLV",
    "DOA",
    "DS",
    "DSYNC",
    "EID",
    "EUI48",
    "EUI64",
    "GID",
    "GPOS",
    "HHIT",
    "HINFO",
    "HIP",
    "HTTPS",
    "IPN",
    "IPSECKEY",
    "ISDN",
    "KEY",
    "KX",
    "L32",
    "L64",
    "LOC",
    "LP",
    "MB",
    "MD",
    "MF",
    "MG",
    "MINFO",
    "MR",
    "MX",
    "NAPTR",
    "NID",
    "NIMLOC",
    "NINFO",
    "NSAP",
    "NSAP-PTR",
    "NULL",
    "NXNAME",
    "NXT",
    "OPENPGPKEY",
    "OPT",
    "PTR",
    "PX",
    "RESINFO",
    "RKEY",
    "RP",
    "RT",
    "SIG",
    "SINK",
    "SMIMEA",
    "SPF",
    "SSHFP",
    "SVCB",
    "TA",
    "TALINK",
    "TKEY",
    "TLSA",
    "TSIG",
    "TXT",
    "UID",
    "UINFO",
    "UNSPEC",
    "URI",
    "WALLET",
    "WINS",
    "WINSR",
    "WINS-R",
    "WKS",
    "X25",
    "ZONEMD",
];

impl Kind {
    /// The type that a word names; `None` where no type can be called so.
    pub(in crate::snapshot) fn parse(word: &[u8]) -> Option<Self> {
        let mut buffer = [0; 16];
        let upper = buffer.get_mut(..word.len())?;
        upper.copy_from_slice(word);
        upper.make_ascii_uppercase();
        Some(match &*upper {
            b"A" => Self::A,
            b"AAAA" => Self::Aaaa,
            b"NS" => Self::Ns,
            b"CNAME" => Self::Cname,
            b"DNAME" => Self::Dname,
            b"SOA" => Self::Soa,
            b"SRV" => Self::Srv,
            b"TXT" | b"MX" | b"PTR" => Self::Other,
            b"DNSKEY" | b"RRSIG" | b"NSEC" | b"NSEC3" | b"NSEC3PARAM" => Self::Dnssec,
            _ => return Self::rare(upper),
        })
    }

    fn rare(upper: &[u8]) -> Option<Self> {
        if let Some(number) = upper.strip_prefix(b"TYPE").and_then(fields::decimal::<u16>) {
            return Some(match number {
                1 => Self::A,
                2 => Self::Ns,
                5 => Self::Cname,
                6 => Self::Soa,
                28 => Self::Aaaa,
                33 => Self::Srv,
                39 => Self::Dname,
                46 | 47 | 48 | 50 | 51 => Self::Dnssec,
                _ => Self::Other,
            });
        }
        if OTHERS.iter().any(|name| name.as_bytes() == upper) {
            return Some(Self::Other);
        }
        let plain = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
        let possible = upper.first().is_some_and(u8::is_ascii_alphabetic)
            && upper.iter().all(plain)
            && !upper.starts_with(b"TYPE");
        possible.then_some(Self::Unknown)
    }
}

/// Whether a word names a class, and then whether it is `IN` (RFC 1035 section 3.2.4; `CLASSnnn` of RFC 3597;
/// class 0 counts as none for BIND, so as the zone's).
pub(in crate::snapshot) fn class(word: &[u8]) -> Option<bool> {
    const FOREIGN: [&[u8]; 6] = [b"CH", b"CHAOS", b"HS", b"HESIOD", b"ANY", b"NONE"];
    if word.eq_ignore_ascii_case(b"IN") || word.eq_ignore_ascii_case(b"RESERVED0") {
        return Some(true);
    }
    if FOREIGN.iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return Some(false);
    }
    let (name, digits) = word.split_at_checked(5)?;
    if !name.eq_ignore_ascii_case(b"CLASS") {
        return None;
    }
    fields::decimal::<u16>(digits).map(|number| number <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_in_any_case_and_by_number() {
        for (word, kind) in [
            ("a", Some(Kind::A)),
            ("Srv", Some(Kind::Srv)),
            ("TYPE33", Some(Kind::Srv)),
            ("type033", Some(Kind::Srv)),
            ("TYPE65535", Some(Kind::Other)),
            ("TYPE65536", None),
            ("wins", Some(Kind::Other)),
            ("NSAP-PTR", Some(Kind::Other)),
            ("FUTURE9", Some(Kind::Unknown)),
            ("3600", None),
            ("1h", None),
            ("[AGE:1]", None),
            ("kms01.contoso.com.", None),
        ] {
            assert_eq!(Kind::parse(word.as_bytes()), kind, "{word}");
        }
    }

    #[test]
    fn classes() {
        for (word, expected) in [
            ("in", Some(true)),
            ("CLASS1", Some(true)),
            ("class0", Some(true)),
            ("CLASS3", Some(false)),
            ("chaos", Some(false)),
            ("CLASS65536", None),
            ("A", None),
        ] {
            assert_eq!(class(word.as_bytes()), expected, "{word}");
        }
    }
}
