//! Record sets by `dig`: zones of BIND and other servers, and of Active Directory where Samba serves it.

use super::super::super::verify::Asked;
use super::super::super::{LeftOut, is_windows, sets, sh::quote};
use super::super::sh::Sh;
use super::super::{Context, Purpose, Script, Scripts, srv};
use super::Look;
use crate::plan::action::{Record, RecordSet};
use crate::presentation;
use crate::topology::ZoneKind;

/// A script for the zones that are not of Windows DNS, and one for those of Active Directory.
pub(super) fn scripts(
    sets: &[RecordSet],
    look: Look,
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let of = |wanted: &dyn Fn(ZoneKind) -> bool| -> Vec<&RecordSet> {
        sets.iter().filter(|set| wanted(set.zone.kind)).collect()
    };
    let mut out = Scripts::default();
    let other = of(&|kind| !is_windows(kind));
    if !other.is_empty() {
        out.apply.push(script(&other, look, Vec::new(), context)?);
    }
    let directory = of(&|kind| kind == ZoneKind::Ad);
    if !directory.is_empty() {
        let mut notes = vec![
            "For where Samba serves them; on Windows use the PowerShell script.".to_owned(),
            "Answers do not show which records are static.".to_owned(),
        ];
        if look == Look::Settled {
            notes.push("samba-tool drs showrepl shows the replication.".to_owned());
        }
        out.apply.push(script(&directory, look, notes, context)?);
    }
    Ok(out)
}

fn script(
    sets: &[&RecordSet],
    look: Look,
    more: Vec<String>,
    context: &Context<'_>,
) -> Result<Script, LeftOut> {
    let mut notes = look.notes();
    notes.push(format!("For {}.", zones(sets)));
    notes.extend(more);
    notes.push(if look == Look::Settled {
        "Usage: sh THIS-FILE [-p PORT] [-t MINUTES]".to_owned()
    } else {
        USAGE.to_owned()
    });
    let mut body = vec!["# The sets: server, zone, owner, and each state that will do.".to_owned()];
    body.push("look() {".to_owned());
    body.push("  wrong=0 asked=".to_owned());
    // Those of one zone stand together: its name servers are asked for once.
    let mut sets = sets.to_vec();
    sets.sort_by_cached_key(|set| presentation::lower(&set.zone.name));
    for set in sets {
        body.push(call(set, context)?);
    }
    body.push("  return \"$wrong\"".to_owned());
    body.push("}".to_owned());
    body.extend(
        FUNCTIONS
            .iter()
            .map(|line| line.replace("STATE", look.state())),
    );
    body.extend(options(look));
    body.extend(srv::lines(if look == Look::Settled { WAIT } else { ONCE }));
    Ok(Sh {
        role: context.step.action.role(),
        purpose: Purpose::Apply,
        notes,
        body,
    }
    .script(context))
}

/// The zones of the sets, each once.
fn zones(sets: &[&RecordSet]) -> String {
    let mut names: Vec<String> = Vec::new();
    for set in sets {
        let name = presentation::plain(&set.zone.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// [`PORT`], and where it waits how long.
fn options(look: Look) -> Vec<String> {
    let mut lines = srv::lines(PORT);
    if look == Look::Settled {
        lines.insert(0, "limit=60".to_owned());
        for line in &mut lines {
            *line = line
                .replace("getopts p:", "getopts p:t:")
                .replace("*) exit", "t) limit=$OPTARG ;; *) exit");
        }
    }
    lines
}

fn call(set: &RecordSet, context: &Context<'_>) -> Result<String, LeftOut> {
    let mut words = vec![
        format!("  check {}", Asked::of(&set.zone)?.word()),
        quote(&presentation::absolute(&set.zone.name)),
        quote(&presentation::absolute(&set.owner)),
        state(&set.records),
    ];
    for later in context.later(&set.owner) {
        let state = state(&later.records);
        if !words.contains(&state) {
            words.push(state);
        }
    }
    Ok(words.join(" "))
}

/// A set as the function `records` prints it.
fn state(records: &[Record]) -> String {
    let lines = sets::as_dig_prints(records);
    quote(&lines.join("\n"))
}

/// How a script is run whose only option is [`PORT`].
pub(super) const USAGE: &str = "Usage: sh THIS-FILE [-p PORT]";

/// Reads the option that names the servers' port, and asks for `dig`.
pub(super) const PORT: &[&str] = &[
    "port=53",
    "while getopts p: option; do",
    "  case $option in p) port=$OPTARG ;; *) exit 64 ;; esac",
    "done",
    "command -v dig >/dev/null || { echo 'dig is not installed.' >&2; exit 2; }",
    "# Without HOME there are no defaults of a person.",
    "ask() { HOME=/nonexistent dig -p \"$port\" \"$@\"; }",
];

const FUNCTIONS: &[&str] = &[
    "# What a server answers with authority, one record a line: priority, weight, port, target.",
    "records() {",
    "  answer=$(ask \"@$1\" +tcp +norecurse +noall +comments +answer -t SRV -q \"$2\") || return 1",
    "  case $answer in *'flags: qr aa'*) ;; *) return 1 ;; esac",
    "  case $answer in *'status: NOERROR'* | *'status: NXDOMAIN'*) ;; *) return 1 ;; esac",
    "  printf '%s\\n' \"$answer\" | awk '",
    "    !/^;/ && $4 == \"SRV\" { print $5, $6, $7, tolower($8) }",
    "    !/^;/ && $4 == \"CNAME\" { print \"alias of\", $5 }' | sort",
    "}",
    "show() {",
    "  if [ -z \"$1\" ]; then echo '    no record'; else printf '%s\\n' \"$1\" | sed 's/^/    /'; fi",
    "}",
    "check() {",
    "  server=$1 zone=$2 owner=$3",
    "  shift 3",
    "  if [ \"$server $zone\" != \"$asked\" ]; then",
    "    named=$(ask \"@$server\" +short -t NS -q \"$zone\" | grep -v '^;' | sed 's,[.]$,,')",
    "    asked=\"$server $zone\"",
    "  fi",
    "  for each in \"$server\" $named; do",
    "    if ! found=$(records \"$each\" \"$owner\"); then",
    "      echo \"$owner from $each: no answer with authority\"",
    "      wrong=1",
    "      continue",
    "    fi",
    "    same=no",
    "    for state in \"$@\"; do",
    "      if [ \"$found\" = \"$state\" ]; then same=yes; fi",
    "    done",
    "    if [ \"$same\" = yes ]; then",
    "      echo \"$owner from $each, as STATE:\"",
    "      show \"$found\"",
    "    else",
    "      echo \"$owner from $each, not as STATE:\"",
    "      echo '  expected:'",
    "      show \"$1\"",
    "      echo '  found:'",
    "      show \"$found\"",
    "      wrong=1",
    "    fi",
    "  done",
    "}",
    "set -f",
];

const ONCE: &[&str] = &[
    "if ! look; then",
    "  echo 'The records are not as planned.' >&2",
    "  exit 1",
    "fi",
];

const WAIT: &[&str] = &[
    "case $limit in '' | *[!0-9]*) echo '-t takes a number of minutes.' >&2; exit 64 ;; esac",
    "waited=0",
    "until report=$(look); do",
    "  if [ \"$waited\" -ge \"$((limit * 60))\" ]; then",
    "    printf '%s\\n' \"$report\"",
    "    echo 'Not settled. Where the records stay others than those that were reviewed: plan again.' >&2",
    "    exit 1",
    "  fi",
    "  echo 'Not settled yet: waiting.'",
    "  sleep 30",
    "  waited=$((waited + 30))",
    "done",
    "printf '%s\\n' \"$report\"",
    "echo 'Settled.'",
];
