//! Clients as an argument states them: `contoso.com=windows:400,server:60,caching:off`.

use crate::topology::Clients;
use crate::{Name, presentation};

/// The keys that take a number.
const NUMBERS: [&str; 4] = ["windows", "server", "office", "legacy"];
/// The keys that take a switch.
const SWITCHES: [&str; 2] = ["caching", "adba"];

/// The clients of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stated {
    /// The domain.
    pub(super) domain: Name,
    /// By key of `NUMBERS`; what is not named is 0.
    numbers: [u32; 4],
    /// By key of `SWITCHES`; `None`: not named.
    switches: [Option<bool>; 2],
}

impl Stated {
    /// The clients that a text states. Fails with what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (domain, values) = text.split_once('=').ok_or_else(|| {
            "clients are stated as DOMAIN=windows:N,server:N,office:N, for example contoso.com=windows:400"
                .to_owned()
        })?;
        if domain.is_empty() {
            return Err("the domain before the = is empty".to_owned());
        }
        let domain = presentation::parse_full_name(domain)
            .map_err(|error| format!("`{domain}` is no domain: {error}"))?;
        let mut stated = Self {
            domain,
            numbers: [0; 4],
            switches: [None; 2],
        };
        let mut named: Vec<&str> = Vec::new();
        for pair in values.split(',') {
            let (key, value) = pair.split_once(':').ok_or_else(|| match pair {
                "" => "a value is empty: write windows:N, and a comma only between two values"
                    .to_owned(),
                _ => format!("`{pair}` has no value: write KEY:VALUE, for example windows:400"),
            })?;
            stated.take(key, value)?;
            if named.contains(&key) {
                return Err(format!("`{key}` stands twice"));
            }
            named.push(key);
        }
        let [windows, server, _, legacy] = stated.numbers;
        if legacy > windows.saturating_add(server) {
            return Err(format!(
                "`legacy:{legacy}` is more than windows and server together: it says how many of these ignore priority and weight"
            ));
        }
        Ok(stated)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), String> {
        if let Some(at) = NUMBERS.iter().position(|known| *known == key) {
            self.numbers[at] = number(key, value)?;
        } else if let Some(at) = SWITCHES.iter().position(|known| *known == key) {
            self.switches[at] = Some(match value {
                "on" => true,
                "off" => false,
                _ => return Err(format!("`{key}` is on or off, not `{value}`")),
            });
        } else {
            return Err(unknown(key));
        }
        Ok(())
    }

    /// Puts these clients in the place of the topology's group of the domain, or beside the others. The search list of
    /// a group that is there stays, and so do its switches that are not named.
    pub(super) fn apply(&self, groups: &mut Vec<Clients>) {
        let at = groups.iter().position(|group| group.domain == self.domain);
        let there = at.map(|at| groups.swap_remove(at));
        let there = there.unwrap_or_else(|| Clients {
            domain: self.domain.clone(),
            windows: 0,
            server: 0,
            office: 0,
            legacy: 0,
            search: vec![self.domain.clone()],
            caching: true,
            adba: false,
            line: 1,
        });
        let [windows, server, office, legacy] = self.numbers;
        let [caching, adba] = self.switches;
        groups.push(Clients {
            windows,
            server,
            office,
            legacy,
            caching: caching.unwrap_or(there.caching),
            adba: adba.unwrap_or(there.adba),
            ..there
        });
    }
}

fn number(key: &str, value: &str) -> Result<u32, String> {
    let digits = !value.is_empty() && value.bytes().all(|octet| octet.is_ascii_digit());
    let number = digits.then(|| value.parse().ok()).flatten();
    number.ok_or_else(|| {
        format!(
            "`{key}:{value}` is no number of clients: write a whole number from 0 to {}",
            u32::MAX
        )
    })
}

fn unknown(key: &str) -> String {
    let known = || NUMBERS.iter().chain(&SWITCHES);
    let near = known()
        .map(|word| (strsim::damerau_levenshtein(word, key), word))
        .filter(|(distance, _)| *distance <= 2)
        .min();
    near.map_or_else(
        || {
            let known: Vec<&str> = known().copied().collect();
            format!("unknown key `{key}`; known are {}", known.join(", "))
        },
        |(_, word)| format!("unknown key `{key}`; did you mean `{word}`?"),
    )
}

#[cfg(test)]
mod tests {
    use super::Stated;

    #[test]
    fn each_slip_is_named() {
        for (text, said) in [
            ("contoso.com", "clients are stated as DOMAIN="),
            ("=windows:1", "the domain before the = is empty"),
            ("a..b=windows:1", "`a..b` is no domain: "),
            ("contoso.com=", "a value is empty"),
            ("contoso.com=windows:1,", "a value is empty"),
            ("contoso.com=windows", "`windows` has no value"),
            ("contoso.com=windows:", "`windows:` is no number"),
            ("contoso.com=windows:+1", "`windows:+1` is no number"),
            ("contoso.com=windows:4294967296", "is no number of clients"),
            ("contoso.com=windows:1,windows:2", "`windows` stands twice"),
            ("contoso.com=window:1", "did you mean `windows`?"),
            (
                "contoso.com=printers:1",
                "unknown key `printers`; known are windows",
            ),
            (
                "contoso.com=caching:yes",
                "`caching` is on or off, not `yes`",
            ),
            ("contoso.com=windows:1,legacy:2", "`legacy:2` is more than"),
        ] {
            let error = Stated::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
