//! Rights of hosts on record sets in BIND.
//!
//! No script edits `named.conf`: it is written by people, in files and views of their own. A script says which
//! lines are to be added, sees whether they are there, and has BIND read them.

use super::super::bind::{self, KEYTAB, TO_KNOW, WHERE, configuration};
use super::super::{Instructions, sh};
use super::sh::Sh;
use super::{Context, Purpose, Script, Scripts};
use crate::plan::Role;
use crate::plan::action::{Principal, Spelled, ZoneRef};
use crate::presentation;

/// The scripts that show the grants to be added to `named.conf`, and see them take effect.
pub(super) fn scripts(
    zone: &ZoneRef,
    owners: &[Spelled],
    principals: &[Principal],
    context: &Context<'_>,
) -> Scripts {
    let mut said = Instructions::default();
    let grants = bind::grants(owners, principals, &mut said);
    let mut out = Scripts::default();
    if !grants.is_empty() {
        let script = |purpose| script(zone, &grants, purpose, context);
        out.apply.push(script(Purpose::Apply));
        out.verify.push(script(Purpose::Verify));
        out.rollback.push(script(Purpose::Rollback));
        for sentence in TO_KNOW {
            said.say(sentence);
        }
    }
    for sentence in said.by_hand {
        out.say(sentence);
    }
    out
}

fn script(
    zone: &ZoneRef,
    grants: &[bind::Grant],
    purpose: Purpose,
    context: &Context<'_>,
) -> Script {
    let mut notes = vec![
        "Run it on the zone's primary. Usage: sh THIS-FILE [NAMED.CONF]".to_owned(),
        "Without NAMED.CONF it takes the file that named was started with, as rndc tells."
            .to_owned(),
        "RNDC='rndc -c FILE' gives rndc arguments.".to_owned(),
    ];
    notes.push(
        match purpose {
            Purpose::Apply => {
                "It edits no file: it shows the lines to be added, and once they are there has BIND read them."
            }
            Purpose::Rollback => {
                "It edits no file: it shows the lines to be taken out, and once they are gone has BIND read that."
            }
            Purpose::Verify => "It changes nothing.",
        }
        .to_owned(),
    );
    let keys: Vec<String> = grants.iter().map(bind::Grant::key).collect();
    let lines: Vec<String> = grants.iter().map(bind::Grant::line).collect();
    let zone_name = presentation::plain(&zone.name).to_ascii_lowercase();
    let mut body = vec![
        format!("zone={}", sh::quote(&zone_name)),
        "# Who may write which name.".to_owned(),
        format!("grants={}", sh::quote(&keys.join("\n"))),
    ];
    let shown = match purpose {
        Purpose::Apply => format!("{WHERE}\n{KEYTAB}\n\n{}", configuration(zone, grants)),
        Purpose::Verify => format!("Grants of this step:\n{}", lines.join("\n")),
        Purpose::Rollback => format!(
            "Take out of named.conf those of these lines that this step added:\n{}",
            lines.join("\n")
        ),
    };
    body.push(format!("lines={}", sh::quote(shown.trim_end())));
    body.push(READ.to_owned());
    body.push(
        match purpose {
            Purpose::Apply => APPLY,
            Purpose::Verify => VERIFY,
            Purpose::Rollback => ROLLBACK,
        }
        .to_owned(),
    );
    Sh {
        role: Role::Dns,
        purpose,
        notes,
        body,
    }
    .script(context)
}

/// What the configuration says, and whether BIND has read it.
const READ: &str = r#"
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

for tool in named-checkconf "${RNDC:-rndc}"; do
  command -v "${tool%% *}" >/dev/null 2>&1 || stop "${tool%% *} is not installed. Nothing was changed."
done
status=$(${RNDC:-rndc} status 2>&1) || stop "$status" 'rndc does not reach named. Nothing was changed.'
file=${1-}
[ -n "$file" ] || file=$(printf '%s\n' "$status" | sed -n 's/^configuration file: *//p')
written=$(named-checkconf -p "$file" 2>&1) || stop "$written" "$file has errors. Nothing was changed."

# The grants of the zone that let SRV records be written: who, and which name.
present=$(printf '%s\n' "$written" | KMSPLAN_ZONE=$zone awk -F '"' '
  /^[ \t]*zone "/ { own = tolower($2); sub(/\.$/, "", own) }
  own == ENVIRON["KMSPLAN_ZONE"] && /^[ \t]*grant "/ && $3 == " name " {
    for (i = 6; i <= NF; i += 2) if ($i == "SRV" || $i == "ANY") {
      sub(/\.$/, "", $4)
      print tolower($2 " " $4)
      break
    }
  }')
there=$(printf '%s\n' "$grants" | while IFS= read -r grant; do
  printf '%s\n' "$present" | grep -Fxq -e "$grant" && printf '%s\n' "  $grant"
done)
missing=$(printf '%s\n' "$grants" | while IFS= read -r grant; do
  printf '%s\n' "$present" | grep -Fxq -e "$grant" || printf '%s\n' "  $grant"
done)

# Whether the configuration, or a file that it includes, is newer than what named has read. What cannot be told
# counts as newer.
is_newer() {
  stamp=$(mktemp) || return 0
  read_at=$(printf '%s\n' "$status" | sed -n 's/^last configured: *//p')
  if ! touch -d "$read_at" "$stamp" 2>/dev/null; then
    rm -f "$stamp"
    return 0
  fi
  newer=$(
    find "$file" -newer "$stamp" 2>&1
    sed -n 's/^[[:space:]]*include[[:space:]]*"\(.*\)".*/\1/p' "$file" | while IFS= read -r included; do
      find "$included" -newer "$stamp" 2>&1
    done
  )
  rm -f "$stamp"
  [ -n "$newer" ]
}

reconfigure() {
  # named tells whole seconds: the files must be older than that.
  sleep 1
  ${RNDC:-rndc} reconfig || stop 'named does not take the configuration: see its log.'
  printf '%s\n' 'done: named has read the configuration.'
}"#;

const APPLY: &str = r#"
if [ -n "$missing" ]; then
  stop 'expected: these grants' "$grants" 'found:' "${there:-  none of them}" '' "$lines" '' \
    'Nothing was changed. Run this script again when the lines are there.'
fi
if is_newer; then
  reconfigure
else
  printf '%s\n' 'already applied'
fi"#;

const VERIFY: &str = r#"
printf '%s\n' 'found:' "${there:-  none of the grants}"
[ -z "$missing" ] || stop 'missing:' "$missing" 'Not as planned.'
! is_newer || stop 'named has not read it yet: rndc reconfig. Not as planned.'
printf '%s\n' 'as planned'"#;

const ROLLBACK: &str = r#"
if [ -n "$there" ]; then
  stop 'expected: none of these grants, but for those that were there before' 'found:' "$there" '' "$lines" '' \
    'Nothing was changed. Run this script again when the lines are gone; then "rndc reconfig" is done by it.'
fi
if is_newer; then
  reconfigure
else
  printf '%s\n' 'already undone'
fi"#;
