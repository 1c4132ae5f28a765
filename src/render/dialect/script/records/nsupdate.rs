//! Records by dynamic update (RFC 2136): a message for `nsupdate`, and a script that sends it.
//!
//! The message guards itself by its prerequisites, but a refusal alone does not tell whether the change is
//! there already or somebody has made another one. The script beside it looks first.

use super::super::super::nsupdate::{Message, TIMESTAMPED, message, way_back};
use super::super::super::records::in_order;
use super::super::super::{Instructions, LeftOut, is_windows, server, sets, sh};
use super::super::sh::{Sh, comment_after};
use super::super::{Context, Language, Purpose, Script, Scripts};
use super::Guarded;
use crate::plan::Role;
use crate::plan::action::{RecordSet, SetChange, ZoneRef};
use crate::presentation;

/// The scripts for changes of zones that are kept this way: a pair of files a zone, as `nsupdate` stays with
/// the server of a message that names none.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut all = Scripts::default();
    let mut zones: Vec<(&ZoneRef, Vec<&SetChange>)> = Vec::new();
    for change in changes {
        let zone = &change.before.zone;
        match zones.iter_mut().find(|(other, _)| *other == zone) {
            Some((_, own)) => own.push(change),
            None => zones.push((zone, vec![change])),
        }
    }
    for (zone, own) in zones {
        all.append(of_zone(zone, &own, context)?);
    }
    Ok(all)
}

fn of_zone(
    zone: &ZoneRef,
    changes: &[&SetChange],
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let server = server(zone.server.as_deref())?;
    let mut said = Instructions::default();
    let mut sets = |purpose| -> Result<Vec<Set>, LeftOut> {
        let sets = changes
            .iter()
            .map(|change| Set::new(change, purpose, server.as_ref(), context, &mut said));
        Ok(sets
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten()
            .collect())
    };
    let (apply, rollback) = (sets(Purpose::Apply)?, sets(Purpose::Rollback)?);
    let asked = Asked {
        zone,
        server: server.as_ref(),
        context,
    };
    let mut out = Scripts::default();
    if !apply.is_empty() {
        out.verify.push(asked.look(&apply));
        out.apply.extend(asked.pair(&apply, Purpose::Apply));
    }
    if !rollback.is_empty() {
        out.rollback
            .extend(asked.pair(&rollback, Purpose::Rollback));
    }
    if is_windows(zone.kind) {
        said.say(TIMESTAMPED);
    }
    for sentence in said.by_hand {
        out.say(sentence);
    }
    Ok(out)
}

/// A record set with its message and the states that a script tells apart.
struct Set {
    owner: String,
    message: Message,
    reviewed: State,
    planned: State,
    beyond: Vec<State>,
}

impl Set {
    /// The set, unless no message would change it.
    fn new(
        change: &SetChange,
        purpose: Purpose,
        server: Option<&String>,
        context: &Context<'_>,
        said: &mut Instructions,
    ) -> Result<Option<Self>, LeftOut> {
        let guarded = Guarded::of(change, purpose, context);
        let sent = match purpose {
            Purpose::Rollback => message(&way_back(&in_order(change)), server, said)?,
            Purpose::Apply | Purpose::Verify => message(&guarded.change, server, said)?,
        };
        let Some(message) = sent else {
            return Ok(None);
        };
        let reviewed = State::of(&guarded.change.before);
        let mut planned = State::of(&guarded.change.after);
        // A record that is kept takes the TTL of those that come, whatever the plan says of it.
        let known = guarded
            .change
            .after
            .records
            .iter()
            .all(|record| record.ttl.is_some());
        planned.ttl = message.ttl.or(reviewed.ttl).filter(|_| known);
        Ok(Some(Self {
            owner: presentation::as_dig_prints(&guarded.change.before.owner),
            message,
            reviewed,
            planned,
            beyond: guarded.beyond.iter().map(|set| State::of(set)).collect(),
        }))
    }

    /// The set as arguments of a shell function.
    fn words(&self, number: usize) -> String {
        let mut words = vec![format!("  \"$@\" {number} {}", sh::quote(&self.owner))];
        let states = [&self.reviewed, &self.planned]
            .into_iter()
            .chain(&self.beyond);
        words.extend(states.map(State::words));
        words.join(" \\\n    ")
    }
}

/// The records of a set as `dig` prints them, sorted, and their TTL where it is compared.
struct State {
    ttl: Option<u32>,
    records: Vec<String>,
}

impl State {
    fn of(set: &RecordSet) -> Self {
        let records = sets::as_dig_prints(&set.records);
        let first = set.records.first().and_then(|record| record.ttl);
        Self {
            ttl: first.filter(|_| set.records.iter().all(|record| record.ttl == first)),
            records,
        }
    }

    fn words(&self) -> String {
        let ttl = match self.ttl {
            Some(ttl) if !self.records.is_empty() => ttl.to_string(),
            _ => "any".to_owned(),
        };
        format!("{ttl} {}", sh::quote(&self.records.join("\n")))
    }
}

/// What all scripts of a zone share.
struct Asked<'a> {
    zone: &'a ZoneRef,
    server: Option<&'a String>,
    context: &'a Context<'a>,
}

impl Asked<'_> {
    /// The messages, and the script that sends them.
    fn pair(&self, sets: &[Set], purpose: Purpose) -> [Script; 2] {
        let mut notes = vec![
            "It asks the zone's server for the records and sends the file beside it, which ends with".to_owned(),
            ".nsupdate, only where they are those that were reviewed. Then it asks again.".to_owned(),
            "Usage: sh THIS-FILE -k KEYFILE [-p PORT]".to_owned(),
            "All arguments are those of nsupdate: -g signs with Kerberos. PORT is the server's.".to_owned(),
        ];
        notes.extend(self.notes());
        let word = match purpose {
            Purpose::Apply | Purpose::Verify => "already applied",
            Purpose::Rollback => "already undone",
        };
        let mut body = vec![format!("already='{word}'")];
        body.extend(self.data(sets));
        body.push(ASK.to_owned());
        body.push(SEND.to_owned());
        let script = Sh {
            role: Role::Dns,
            purpose,
            notes,
            body,
        };
        [self.messages(sets, purpose), script.script(self.context)]
    }

    /// The script that only looks.
    fn look(&self, sets: &[Set]) -> Script {
        let mut body = self.data(sets);
        body.push(ASK.to_owned());
        body.push(LOOK.to_owned());
        let script = Sh {
            role: Role::Dns,
            purpose: Purpose::Verify,
            notes: vec![
                "It asks the zone's server for the records and changes nothing.".to_owned(),
                "Usage: sh THIS-FILE [-k KEYFILE] [-p PORT]".to_owned(),
            ],
            body,
        };
        script.script(self.context)
    }

    fn messages(&self, sets: &[Set], purpose: Purpose) -> Script {
        let mut lines = self.context.about(purpose, Role::Dns);
        lines.extend(
            [
                "Usage: nsupdate -k KEYFILE THIS-FILE; with Kerberos: nsupdate -g THIS-FILE.",
                "The .sh file of the same name looks before and after. Each message is taken whole, and only if the",
                "record set is still exactly the one that its prereq lines list.",
                "REFUSED, NXRRSET or YXRRSET: nothing was changed by that message.",
            ]
            .map(str::to_owned),
        );
        lines.extend(self.notes());
        let mut text = String::new();
        for line in lines {
            text.push_str(&comment_after("; ", &line));
            text.push('\n');
        }
        for set in sets {
            text.push_str(&set.message.text);
        }
        Script {
            role: Role::Dns,
            language: Language::Nsupdate,
            text,
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.server.is_none() {
            notes.push(
                "No server is named: the primary that the zone's SOA names is asked and changed."
                    .to_owned(),
            );
        } else if is_windows(self.zone.kind) {
            notes.push("With -g nsupdate passes over the server line: it asks the primary that the SOA names.".to_owned());
        }
        if is_windows(self.zone.kind) {
            notes.push(TIMESTAMPED.to_owned());
            notes.push(
                "Whether a record is timestamped, DNS does not tell: it is not compared."
                    .to_owned(),
            );
        }
        notes
    }

    fn data(&self, sets: &[Set]) -> Vec<String> {
        let mut lines = vec![
            format!("zone={}", sh::quote(&presentation::absolute(&self.zone.name))),
            format!("server={}", sh::quote(self.server.map_or("", String::as_str))),
            String::new(),
            "# Each record set: its number and name, then its states: as reviewed, as planned, and as other steps".to_owned(),
            "# leave it. A state is a TTL in seconds, or `any`, and the records: priority, weight, port, target.".to_owned(),
            "each_set() {".to_owned(),
        ];
        lines.extend((1..).zip(sets).map(|(number, set)| set.words(number)));
        lines.push("}".to_owned());
        lines
    }
}

/// What asks the server. It reads `zone` and `server`.
const ASK: &str = r#"
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

# What the arguments mean for dig too: the port, and the key, by which a server may choose the view that it shows.
port=53
signed=
while getopts :46A:C:dDE:gH:iK:k:lL:MoOp:Pr:R:St:Tu:vVy: option; do
  case $option in
    p) port=$OPTARG ;;
    k | y) signed=-$option key=$OPTARG ;;
  esac
done
[ "$OPTIND" -gt $# ] || stop "Not an option: the messages are those beside the script. Nothing was changed."

# Without HOME there are no defaults of a person.
query() {
  HOME=/nonexistent dig ${signed:+"$signed" "$key"} -p "$port" "$@"
}

command -v dig >/dev/null 2>&1 || stop 'dig is not installed. Nothing was changed.'
if [ -z "$server" ]; then
  server=$(query +short -t SOA -q "$zone" | awk 'NR == 1 && NF == 7 { print $1 }')
  server=${server%.}
  [ -n "$server" ] || stop "No primary of $zone was found. Nothing was changed."
fi

# Asks for the set of a name: sets `ttl` and `records`. It fails where the server does not answer for its own zone.
ask() {
  answer=$(query "@$server" +tcp +norecurse +noall +comments +answer -t SRV -q "$1" 2>&1) || {
    printf '%s\n' "$server gave no answer:" "$answer" >&2
    return 1
  }
  status=$(printf '%s\n' "$answer" | sed -n 's/^;; ->>HEADER<<- .* status: \([A-Z]*\),.*/\1/p')
  flags=$(printf '%s\n' "$answer" | sed -n 's/^;; flags:\([^;]*\);.*/\1 /p')
  case $status/$flags in
    NOERROR/*' aa '* | NXDOMAIN/*' aa '*) ;;
    *)
      printf '%s\n' "$server does not answer for the zone of $1 (${status:-no answer};$flags)." >&2
      return 1
      ;;
  esac
  answer=$(printf '%s\n' "$answer" | tr 'A-Z' 'a-z' | awk '!/^;/ && $3 == "in"')
  ttl=$(printf '%s\n' "$answer" | awk 'NF { print $2; exit }')
  records=$(printf '%s\n' "$answer" | awk 'NF { line = $4 == "srv" ? "" : $4 " "
    for (i = 5; i <= NF; i++) line = line (i > 5 ? " " : "") $i
    print line }' | sort)
}

# Whether the set that was found is in a state: TTL, records.
is() {
  [ "$records" = "$2" ] && { [ "$1" = any ] || [ "$1" = "$ttl" ]; }
}

# Prints a state, each line after a word.
show() {
  [ -n "$3" ] || { printf '  %s no record\n' "$1"; return; }
  [ "$2" = any ] || printf '  %s TTL %s\n' "$1" "$2"
  printf '%s\n' "$3" | sed "s/^/  $1 /"
}"#;

/// What judges all sets, sends the messages that are needed, and looks again.
const SEND: &str = r#"
# Sorts a set: nothing to do, to be sent, or neither as planned nor as reviewed.
judge() {
  number=$1 owner=$2 reviewed_ttl=$3 reviewed=$4 planned_ttl=$5 planned=$6
  shift 6
  ask "$owner" || stop 'Nothing was changed.'
  if is "$planned_ttl" "$planned"; then
    printf '%s\n' "$owner is as planned."
    return
  fi
  if is "$reviewed_ttl" "$reviewed"; then
    wanted="$wanted$number "
    return
  fi
  while [ $# -gt 1 ]; do
    if is "$1" "$2"; then
      printf '%s\n' "$owner is as another step leaves it."
      return
    fi
    shift 2
  done
  differs=yes
  {
    printf '%s\n' "$owner is not as reviewed:"
    show expected: "$reviewed_ttl" "$reviewed"
    show found: "$ttl" "$records"
  } >&2
}

# Looks again at a set whose message was sent.
check() {
  case $wanted in *" $1 "*) ;; *) return ;; esac
  ask "$2" || stop 'The message was sent, and whether it was taken is not known. Run this script again.'
  if is "$5" "$6"; then
    printf '%s\n' "$2 is as planned now."
    changed=yes
    return
  fi
  missing=yes
  is "$3" "$4" || changed=yes
  {
    printf '%s\n' "$2 is not as planned:"
    show expected: "$5" "$6"
    show found: "$ttl" "$records"
  } >&2
}

messages=${0%.sh}.nsupdate
[ -r "$messages" ] || stop "$messages is missing. Nothing was changed."
command -v nsupdate >/dev/null 2>&1 || stop 'nsupdate is not installed. Nothing was changed.'

wanted=' '
differs=
each_set judge
[ -z "$differs" ] || stop 'Nothing was changed. Make the plan again from the zone as it is now.'
if [ "$wanted" = ' ' ]; then
  printf '%s\n' "$already"
  exit 0
fi

# The messages stand in the file in the order of the sets; each ends with `send`.
awk -v wanted="$wanted" 'BEGIN { n = 1 } index(wanted, " " n " ") { print } $1 == "send" { n++ }' < "$messages" |
  nsupdate "$@"
sent=$?

changed=
missing=
each_set check
if [ -n "$missing" ]; then
  [ -z "$changed" ] ||
    stop "nsupdate ended with $sent. Only a part was changed: run this script again, or make the plan again."
  [ "$sent" -eq 0 ] || stop "nsupdate ended with $sent. Nothing was changed."
  stop "nsupdate told no error, but $server does not show the change: it may show another view, or a copy of the zone." \
    'Look at the primary before anything else.'
fi
[ "$sent" -eq 0 ] || printf '%s\n' "nsupdate ended with $sent, but the change is there."
printf '%s\n' 'done'"#;

/// What only looks.
const LOOK: &str = r#"
look() {
  owner=$2 planned_ttl=$5 planned=$6
  shift 4
  ask "$owner" || exit 1
  printf '%s\n' "$owner"
  show found: "$ttl" "$records"
  while [ $# -gt 1 ]; do
    if is "$1" "$2"; then
      printf '%s\n' '  as planned'
      return
    fi
    shift 2
  done
  differs=yes
  show expected: "$planned_ttl" "$planned"
}

differs=
each_set look
[ -z "$differs" ] || stop 'Not as planned.'"#;
