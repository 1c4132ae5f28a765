//! Rights of hosts on record sets in BIND: GSS-TSIG and `update-policy`.

use std::fmt::Write as _;

use super::{Command, Instructions};
use crate::plan::action::{Principal, Spelled, ZoneRef};
use crate::presentation;

const TAKE_EFFECT: &str = "named-checkconf && rndc reconfig";

/// Where the lines go.
pub(super) const WHERE: &str = "Lines for named.conf on the zone's primary: add them to the options and the \
                                zone that are there.";
/// What the keytab is.
pub(super) const KEYTAB: &str = "The keytab holds the key of the server's own DNS principal; name the file that \
                                 it is in.";
/// What people have to know about the zone's other rules.
pub(super) const TO_KNOW: [&str; 3] = [
    "Grants that are in the zone's update-policy already stay beside these.",
    "A zone has either allow-update or update-policy: move what allow-update lets in to grants.",
    "Without these grants, keep publishing manual.",
];

/// A grant: who may write the SRV records of which name.
pub(super) struct Grant {
    /// The signer's name in quotes, as BIND compares it.
    identity: String,
    /// The name, absolute.
    owner: String,
}

impl Grant {
    /// Its line in an `update-policy`.
    pub(super) fn line(&self) -> String {
        format!("grant {} name \"{}\" SRV;", self.identity, self.owner)
    }

    /// Signer and name as `named-checkconf -p` prints them, in lower case, without quotes and final dot.
    pub(super) fn key(&self) -> String {
        let owner = self.owner.strip_suffix('.').unwrap_or(&self.owner);
        format!("{} {owner}", self.identity.replace('"', "")).to_ascii_lowercase()
    }
}

/// One grant a host and name, for type SRV alone. `allow-update { any; }` is never printed: it lets
/// anyone rewrite the zone.
pub(super) fn grants(
    owners: &[Spelled],
    principals: &[Principal],
    out: &mut Instructions,
) -> Vec<Grant> {
    let mut grants = Vec::new();
    for principal in principals {
        let Some(identity) = identity(principal) else {
            out.say(format!(
                "No grant is printed for {}: its account or realm holds characters whose form in a \
                 GSS-TSIG identity is not known.",
                presentation::plain(&principal.host.0)
            ));
            continue;
        };
        grants.extend(owners.iter().map(|owner| Grant {
            identity: identity.clone(),
            owner: presentation::absolute(&owner.0),
        }));
    }
    grants
}

/// What goes into `named.conf`.
pub(super) fn configuration(zone: &ZoneRef, grants: &[Grant]) -> String {
    let mut lines = String::new();
    for grant in grants {
        let _ = writeln!(lines, "    {}", grant.line());
    }
    format!(
        "options {{\n  tkey-gssapi-keytab \"/etc/krb5.keytab\";\n}};\n\n\
         zone \"{}\" {{\n  update-policy {{\n{lines}  }};\n}};\n",
        presentation::plain(&zone.name)
    )
}

/// The lines, what makes them take effect, and what people have to know.
pub(super) fn grant_update_policy(
    zone: &ZoneRef,
    owners: &[Spelled],
    principals: &[Principal],
) -> Instructions {
    let mut out = Instructions::default();
    let grants = grants(owners, principals, &mut out);
    if grants.is_empty() {
        return out;
    }
    out.commands.extend([
        Command::file(configuration(zone, &grants), format!("{WHERE} {KEYTAB}")),
        Command::sh(TAKE_EFFECT, "On the zone's primary."),
    ]);
    out.check
        .push(Command::sh("named-checkconf -p", "Shows the grants."));
    out.undo.push(Command::sh(
        TAKE_EFFECT,
        "After the lines were taken out of named.conf again.",
    ));
    for sentence in TO_KNOW {
        out.say(sentence);
    }
    out
}

/// `"KMS01\$@CONTOSO.COM"`: the name of the signer as BIND compares it.
fn identity(principal: &Principal) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let account = principal.account.strip_suffix('$')?;
    let is_account = !account.is_empty() && account.chars().all(plain);
    let is_realm = principal
        .realm
        .split('.')
        .all(|label| !label.is_empty() && label.chars().all(plain));
    (is_account && is_realm).then(|| format!(r#""{account}\$@{}""#, principal.realm))
}
