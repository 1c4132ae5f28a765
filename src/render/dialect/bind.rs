//! Rights of hosts on record sets in BIND: GSS-TSIG and `update-policy`.

use std::fmt::Write as _;

use super::{Command, Instructions};
use crate::plan::action::{Principal, Spelled, ZoneRef};
use crate::presentation;

const TAKE_EFFECT: &str = "named-checkconf && rndc reconfig";

/// One `grant` a host and name, for type SRV alone. `allow-update { any; }` is never printed: it lets
/// anyone rewrite the zone.
pub(super) fn grant_update_policy(
    zone: &ZoneRef,
    owners: &[Spelled],
    principals: &[Principal],
) -> Instructions {
    let mut out = Instructions::default();
    let mut grants = String::new();
    for principal in principals {
        let Some(identity) = identity(principal) else {
            out.say(format!(
                "No grant is printed for {}: its account or realm holds characters whose form in a \
                 GSS-TSIG identity is not known.",
                presentation::plain(&principal.host.0)
            ));
            continue;
        };
        for owner in owners {
            let owner = presentation::absolute(&owner.0);
            let _ = writeln!(grants, "    grant {identity} name \"{owner}\" SRV;");
        }
    }
    if grants.is_empty() {
        return out;
    }
    out.commands.extend([
        Command::file(
            format!(
                "options {{\n  tkey-gssapi-keytab \"/etc/krb5.keytab\";\n}};\n\n\
                 zone \"{}\" {{\n  update-policy {{\n{grants}  }};\n}};\n",
                presentation::plain(&zone.name)
            ),
            "Lines for named.conf on the zone's primary: add them to the options and the zone that are \
             there. The keytab holds the key of the server's own DNS principal; name the file that it is \
             in.",
        ),
        Command::sh(TAKE_EFFECT, "On the zone's primary."),
    ]);
    out.check
        .push(Command::sh("named-checkconf -p", "Shows the grants."));
    out.undo.push(Command::sh(
        TAKE_EFFECT,
        "After the lines were taken out of named.conf again.",
    ));
    out.say("Grants that are in the zone's update-policy already stay beside these.");
    out.say("A zone has either allow-update or update-policy: move what allow-update lets in to grants.");
    out.say("Without these grants, keep publishing manual.");
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
