//! The access list of a security descriptor in SDDL ([MS-DTYP] 2.5.1): `D:` flags, then entries
//! `(type;flags;rights;object;inherited object;account)`. Accounts are not read: they are SIDs.

use super::Rights;
use super::rights::{self, Scope};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) allow: bool,
    pub(super) rights: Rights,
    pub(super) inherited: bool,
    /// Whether it is only for objects below the node.
    pub(super) inherit_only: bool,
}

/// The entries in order; else what is wrong.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, String> {
    let cut = || "the security descriptor is cut".to_owned();
    let from = text
        .find("D:")
        .ok_or_else(|| "the security descriptor has no access list".to_owned())?;
    let list = text.get(from + 2..).unwrap_or_default();
    if list.starts_with("NO_ACCESS_CONTROL") {
        return Err("the node has no access list: everybody may do everything".to_owned());
    }
    let mut rest = list.trim_start_matches(|c: char| c.is_ascii_uppercase() && c != 'S');
    let mut entries = Vec::new();
    while let Some(inner) = rest.strip_prefix('(') {
        let (entry, after) = inner.split_once(')').ok_or_else(cut)?;
        entries.push(self::entry(entry)?);
        rest = after;
    }
    // Auditing may follow.
    let auditing = rest.starts_with("S:") && (!rest.contains('(') || rest.ends_with(')'));
    if !rest.is_empty() && !auditing {
        return Err(cut());
    }
    Ok(entries)
}

fn entry(text: &str) -> Result<Entry, String> {
    let fields: Vec<&str> = text.split(';').collect();
    let &[kind, flags, mask, object, _, _] = fields.as_slice() else {
        return Err(format!("`({text})` is no entry that is understood"));
    };
    let allow = match kind {
        "A" | "OA" => true,
        "D" | "OD" => false,
        _ => {
            return Err(format!(
                "`({text})` is of a type that is not understood: `{kind}`"
            ));
        }
    };
    let flags = pairs(flags).ok_or_else(|| format!("`{flags}` are no flags of an entry"))?;
    let mask = self::mask(mask).ok_or_else(|| format!("`{mask}` are no rights of an entry"))?;
    let scope = Scope::of_guid(object).ok_or_else(|| format!("`{object}` is no GUID"))?;
    Ok(Entry {
        allow,
        rights: rights::rights(mask, scope, allow),
        inherited: flags.contains(&"ID"),
        inherit_only: flags.contains(&"IO"),
    })
}

fn mask(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok();
    }
    pairs(text)?
        .into_iter()
        .try_fold(0, |mask, name| Some(mask | rights::sddl(name)?))
}

/// The two-letter words of a text.
fn pairs(text: &str) -> Option<Vec<&str>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || !text.is_ascii() {
        return None;
    }
    Some(
        (0..pairs.len())
            .filter_map(|at| text.get(2 * at..2 * at + 2))
            .collect(),
    )
}
