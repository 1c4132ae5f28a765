//! Output of `Get-Acl DN | Format-List`, and of `(Get-Acl DN).Access | Format-List`.
//!
//! The first shows accounts under `Access` without their rights, and rights under `Sddl` with SIDs, in the
//! same order; together they are the entries. The second shows one object an entry.

use super::facts::Access;
use super::list::{self, Field, field};
use super::rights::{self, Scope};
use super::sddl;
use super::source::{Source, is_garbled};
use super::{AccessEntry, Seen};
use crate::snapshot::listing::Fault;

const ADVICE: &str = "run `Get-Acl \"AD:\\DN\" | Format-List > FILE` or `dsacls \"DN\" > FILE`";

/// What the output says of the node.
pub(super) fn read(source: &Source<'_>) -> Result<Access, Vec<Fault>> {
    let objects = list::objects(source);
    if !objects
        .iter()
        .flatten()
        .any(|field| matches!(field.key, "Sddl" | "ActiveDirectoryRights" | "Path"))
    {
        return Err(vec![
            Fault::whole("a console table of Get-Acl is not read: it cuts values").help(ADVICE),
        ]);
    }
    let owner = owner(source, &objects)?;
    let rules: Vec<&Vec<Field<'_>>> = objects
        .iter()
        .filter(|object| field(object, "ActiveDirectoryRights").is_some())
        .collect();
    let entries = if rules.is_empty() {
        let [object] = objects
            .iter()
            .filter(|object| field(object, "Sddl").or(field(object, "Path")).is_some())
            .collect::<Vec<_>>()[..]
        else {
            return Err(vec![
                Fault::whole("the file holds several outputs: a file holds one node").help(ADVICE),
            ]);
        };
        descriptor(source, object).map_err(|fault| vec![fault.help(ADVICE)])?
    } else {
        access_rules(source, &rules)?
    };
    if entries.is_empty() {
        return Err(vec![Fault::whole("the output lists no entry").help(ADVICE)]);
    }
    Ok(Access { owner, entries })
}

fn owner(
    source: &Source<'_>,
    objects: &[Vec<Field<'_>>],
) -> Result<Option<Seen<String>>, Vec<Fault>> {
    let Some(owner) = objects.iter().find_map(|object| field(object, "Owner")) else {
        return Ok(None);
    };
    account(owner)
        .map(|name| Some(source.seen(owner.at(), name)))
        .map_err(|fault| vec![fault])
}

/// The account that a field names.
fn account(field: &Field<'_>) -> Result<String, Fault> {
    let name = field.value();
    if name.is_empty() {
        return Err(
            Fault::at(field.span(), format!("`{}` names no account", field.key)).help(ADVICE),
        );
    }
    readable(&name, field)?;
    Ok(name)
}

fn readable(name: &str, field: &Field<'_>) -> Result<(), Fault> {
    if is_garbled(name) {
        return Err(Fault::at(
            field.span(),
            "the account cannot be read: the file is not UTF-8",
        )
        .help("in PowerShell: `… | Out-File -Encoding utf8 FILE`"));
    }
    Ok(())
}

/// The entries of `Get-Acl | Format-List`.
fn descriptor(source: &Source<'_>, object: &[Field<'_>]) -> Result<Vec<Seen<AccessEntry>>, Fault> {
    let Some(descriptor) = field(object, "Sddl") else {
        let path = field(object, "Path").map(Field::span);
        let message =
            "the line `Sddl` is missing: `Access` alone does not show what an account may";
        return Err(path.map_or_else(|| Fault::whole(message), |span| Fault::at(span, message)));
    };
    let text: String = descriptor.value().split_whitespace().collect();
    let entries = sddl::entries(&text).map_err(|message| Fault::at(descriptor.span(), message))?;
    // `Format-List *` shows types under `Access` and the accounts under `AccessToString`.
    let accounts = ["AccessToString", "Access"]
        .iter()
        .find_map(|key| field(object, key).map(accounts))
        .unwrap_or_default();
    let agree = accounts.len() == entries.len()
        && accounts
            .iter()
            .zip(&entries)
            .all(|(account, entry)| account.allow == entry.allow);
    if !agree {
        return Err(Fault::at(
            descriptor.span(),
            format!(
                "`Sddl` has {} entries and `Access` {} accounts, which do not match one by one",
                entries.len(),
                accounts.len()
            ),
        ));
    }
    let mut seen = Vec::new();
    for (account, entry) in accounts.into_iter().zip(entries) {
        if is_garbled(&account.name) {
            return Err(Fault::at(
                account.at..account.at + 1,
                "the account cannot be read: the file is not UTF-8",
            ));
        }
        if !entry.inherit_only {
            seen.push(source.seen(
                account.at,
                AccessEntry {
                    account: account.name,
                    allow: entry.allow,
                    rights: entry.rights,
                    inherited: entry.inherited,
                },
            ));
        }
    }
    Ok(seen)
}

/// A line under `Access`: `CONTOSO\KMS Hosts Allow`.
struct Account {
    name: String,
    allow: bool,
    at: usize,
}

/// The accounts under `Access`; a long one may be wrapped.
fn accounts(field: &Field<'_>) -> Vec<Account> {
    let mut accounts = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for part in &field.parts {
        let (at, mut text) = open.take().unwrap_or((part.at, String::new()));
        text.push_str(part.untrimmed);
        let line = text.trim();
        let kind = [(" Allow", true), (" Deny", false)]
            .into_iter()
            .find_map(|(word, allow)| line.strip_suffix(word).map(|name| (name, allow)));
        match kind {
            Some((name, allow)) => accounts.push(Account {
                name: name.trim().to_owned(),
                allow,
                at,
            }),
            None if line.is_empty() => {}
            None => open = Some((at, text)),
        }
    }
    accounts
}

/// The entries of `(Get-Acl).Access | Format-List`.
fn access_rules(
    source: &Source<'_>,
    rules: &[&Vec<Field<'_>>],
) -> Result<Vec<Seen<AccessEntry>>, Vec<Fault>> {
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    for rule in rules {
        match access_rule(source, rule) {
            Ok(entry) => entries.extend(entry),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(entries)
    } else {
        Err(faults)
    }
}

/// One entry; `None`: it is only for objects below the node.
fn access_rule(
    source: &Source<'_>,
    rule: &[Field<'_>],
) -> Result<Option<Seen<AccessEntry>>, Fault> {
    let first = rule.first().map_or(0..0, Field::span);
    let need = |key: &str| {
        field(rule, key).ok_or_else(|| {
            Fault::at(
                first.clone(),
                format!("the entry has no line `{key}`: the output is cut"),
            )
            .help("run `(Get-Acl \"AD:\\DN\").Access | Format-List > FILE`")
        })
    };
    let bad = |field: &Field<'_>| {
        Fault::at(
            field.span(),
            format!("`{}` is no value of `{}`", field.value(), field.key),
        )
    };
    let mask_field = need("ActiveDirectoryRights")?;
    let mask = mask(&mask_field.value()).ok_or_else(|| bad(mask_field))?;
    let object = need("ObjectType")?;
    let scope = Scope::of_guid(&object.value()).ok_or_else(|| bad(object))?;
    let kind = need("AccessControlType")?;
    let allow = match kind.value().as_str() {
        "Allow" => true,
        "Deny" => false,
        _ => return Err(bad(kind)),
    };
    let inherited_field = need("IsInherited")?;
    let inherited = match inherited_field.value().as_str() {
        "True" => true,
        "False" => false,
        _ => return Err(bad(inherited_field)),
    };
    let account_field = need("IdentityReference")?;
    let account = account(account_field)?;
    // The last line that Format-List prints of an entry.
    let propagation = need("PropagationFlags")?;
    match propagation.value().as_str() {
        "None" | "NoPropagateInherit" => {}
        "InheritOnly" | "NoPropagateInherit, InheritOnly" => return Ok(None),
        _ => return Err(bad(propagation)),
    }
    Ok(Some(source.seen(
        account_field.at(),
        AccessEntry {
            account,
            allow,
            rights: rights::rights(mask, scope, allow),
            inherited,
        },
    )))
}

/// The mask of `ActiveDirectoryRights`: names, or a number where no names fit.
fn mask(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse::<i32>() {
        return Some(number.cast_unsigned());
    }
    if let Ok(number) = text.parse::<u32>() {
        return Some(number);
    }
    text.split(',')
        .map(str::trim)
        .try_fold(0, |mask, name| Some(mask | rights::net(name)?))
}
