//! Records by the plan's diffs, applied to zone files.
//!
//! A script acts on a file only if its SHA-256 is that of the reviewed one. Where the plan's sources were not
//! at hand, no hash is known: then `patch` itself judges whether the diff fits.

use super::super::super::powershell::{is_hidden, quote};
use super::super::super::{LeftOut, server, sh, windows_name};
use super::super::powershell::{Parameter, Ps1};
use super::super::sh::Sh;
use super::super::{Context, Hashes, Patch, Purpose, Script, Scripts};
use crate::plan::Role;
use crate::plan::action::{Action, SetChange, ZoneRef};
use crate::presentation;
use crate::topology::ZoneKind;

/// The scripts for changes of zones that are kept this way.
pub(super) fn scripts(changes: &[SetChange], context: &Context<'_>) -> Result<Scripts, LeftOut> {
    let mut all = Scripts::default();
    let mut done: Vec<&str> = Vec::new();
    for change in changes {
        let zone = &change.before.zone;
        if zone.kind == ZoneKind::Ad {
            all.say("An AD-integrated zone has no file that a patch could change: make the edits in DNS Manager.");
            continue;
        }
        if !zone.diff {
            all.say(super::super::super::records::by_console(change));
            continue;
        }
        let mut files = ZoneFile::of(zone, context)?;
        if files.is_empty() {
            all.say(format!(
                "`patch` cannot apply the diff of the zone {}: put the edited file from zones/new/ in place, and raise \
                 its serial again before it is ever replaced by an older one (RFC 1982).",
                presentation::plain(&zone.name)
            ));
            continue;
        }
        files.retain(|file| !done.contains(&file.path));
        if files.is_empty() {
            continue;
        }
        done.extend(files.iter().map(|file| file.path));
        all.append(of_zone(zone, &files, context)?);
    }
    Ok(all)
}

/// What a step does to one file of a zone.
struct ZoneFile<'a> {
    path: &'a str,
    /// The patch that this step applies; `None`: an earlier step's has it.
    patch: Option<&'a Patch>,
    /// The one that has applied the step's edits.
    covered_by: &'a Patch,
    /// All patches of the file, in the order of their steps.
    all: Vec<&'a Patch>,
}

impl<'a> ZoneFile<'a> {
    /// The files of a zone that the step or an earlier one patches. Empty where `patch` cannot apply the diff.
    fn of(zone: &ZoneRef, context: &Context<'a>) -> Result<Vec<Self>, LeftOut> {
        let own: Vec<&Patch> = context
            .patches
            .iter()
            .filter(|patch| patch.zones.contains(&zone.name))
            .collect();
        if own.is_empty() {
            let read = context
                .plan
                .zones
                .iter()
                .find(|other| other.zone.name == zone.name);
            let unified = read.and_then(|zone| {
                let mut diffs = context.plan.diffs.iter();
                diffs.find(|diff| diff.path == zone.source)
            });
            return match unified {
                Some(diff) if !diff.applies => Ok(Vec::new()),
                _ => Err(needs_sources(zone)),
            };
        }
        let mut files: Vec<Self> = Vec::new();
        for patch in &own {
            if files.iter().any(|file| file.path == patch.path) {
                continue;
            }
            let all: Vec<&Patch> = own
                .iter()
                .copied()
                .filter(|other| other.path == patch.path)
                .collect();
            let until_now = all
                .iter()
                .rev()
                .find(|patch| patch.step <= context.step.number);
            let Some(covered_by) = until_now.copied() else {
                continue;
            };
            if covered_by.path.chars().any(is_hidden) {
                return Err(LeftOut(
                    "No script is written for a zone file whose path holds characters that turn or hide text."
                        .to_owned(),
                ));
            }
            if covered_by.sha256.is_none() && has_own_time(zone, context) {
                return Err(needs_sources(zone));
            }
            files.push(Self {
                path: &covered_by.path,
                patch: (covered_by.step == context.step.number).then_some(covered_by),
                covered_by,
                all,
            });
        }
        Ok(files)
    }

    /// The file as arguments of a shell function: its path, its hash when done, hashes of more states in which
    /// nothing is left to do, and pairs of a hash and the diff that leads from there.
    fn words(&self, number: usize, purpose: Purpose) -> String {
        let mut words = vec![format!("  \"$@\" {number} {}", sh::quote(self.path))];
        let (target, further) = match &self.covered_by.sha256 {
            Some(own) => self.states(own, purpose),
            None => (String::new(), Vec::new()),
        };
        words.push(sh::quote(&target));
        words.push(sh::quote(&further.join(" ")));
        if let Some(patch) = self.patch {
            words.extend(ways(patch, purpose));
        }
        words.join(" \\\n    ")
    }

    fn states(&self, own: &Hashes, purpose: Purpose) -> (String, Vec<String>) {
        let step = self.covered_by.step;
        let hashes = |later: bool| {
            let others = self.all.iter().filter(move |patch| {
                if later {
                    patch.step > step
                } else {
                    patch.step < step
                }
            });
            others.filter_map(|patch| patch.sha256.as_ref())
        };
        match purpose {
            Purpose::Apply | Purpose::Verify => {
                let later =
                    hashes(true).flat_map(|other| [&other.before, &other.after, &other.back]);
                (own.after.clone(), once_each(later, &own.after))
            }
            Purpose::Rollback => {
                let earlier = hashes(false).flat_map(|other| [&other.before, &other.back]);
                let never = std::iter::once(&own.before);
                (own.back.clone(), once_each(never.chain(earlier), &own.back))
            }
        }
    }
}

fn once_each<'h>(hashes: impl Iterator<Item = &'h String>, but: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for hash in hashes {
        if hash != but && !out.contains(hash) {
            out.push(hash.clone());
        }
    }
    out
}

/// The hashes that a patch starts from, each with its diff.
fn ways(patch: &Patch, purpose: Purpose) -> Vec<String> {
    let way = |hash: &str, diff: &str| format!("{} {}", sh::quote(hash), sh::quote(diff));
    let Some(own) = &patch.sha256 else {
        return vec![way("", &patch.diff)];
    };
    match (purpose, &patch.back) {
        (Purpose::Apply | Purpose::Verify, _) => vec![way(&own.before, &patch.diff)],
        (Purpose::Rollback, None) => Vec::new(),
        (Purpose::Rollback, Some(back)) => {
            let mut ways = vec![way(&own.after, back)];
            ways.extend(patch.back_on.as_ref().map(|on| way(&on.sha256, &on.diff)));
            ways
        }
    }
}

fn is_hashed(files: &[ZoneFile<'_>]) -> bool {
    files.iter().all(|file| file.covered_by.sha256.is_some())
}

fn needs_sources(zone: &ZoneRef) -> LeftOut {
    LeftOut(format!(
        "No script is written for the zone {}: its files are edited in several steps, or are several. Name the plan's \
         sources too.",
        presentation::plain(&zone.name)
    ))
}

/// Whether the zone's records change in several steps, one of which may be struck or waits for a host.
fn has_own_time(zone: &ZoneRef, context: &Context<'_>) -> bool {
    let own = context.plan.steps.iter().filter(|step| {
        let mut changes = step.action.record_changes().iter();
        changes.any(|change| !change.edits.is_empty() && change.before.zone.name == zone.name)
    });
    let own: Vec<&Action> = own.map(|step| &step.action).collect();
    let waits = |action: &&Action| {
        matches!(
            action,
            Action::RemoveUnlisted { .. } | Action::MovePort { .. }
        )
    };
    own.len() > 1 && own.iter().any(waits)
}

fn of_zone(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    context: &Context<'_>,
) -> Result<Scripts, LeftOut> {
    let mut out = Scripts::default();
    out.apply.push(script(zone, files, Purpose::Apply, context));
    out.verify
        .push(script(zone, files, Purpose::Verify, context));
    let acts = files.iter().any(|file| file.patch.is_some());
    if acts && (is_hashed(files) || zone.kind != ZoneKind::Bind) {
        out.rollback
            .push(script(zone, files, Purpose::Rollback, context));
    }
    if zone.kind == ZoneKind::WindowsFile {
        on_windows(zone, files, context, &mut out)?;
    } else if zone.kind == ZoneKind::Other && acts {
        out.say("Then reload the zone with the server's own command.");
    }
    if acts && !is_hashed(files) {
        if zone.kind == ZoneKind::Bind {
            out.say("Without the plan's sources no script undoes it.");
        }
        out.say(
            "After undoing, raise the SOA serial above that of the diff before the zone is reloaded: \
             secondaries do not take a smaller one (RFC 1982).",
        );
    }
    Ok(out)
}

fn script(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    purpose: Purpose,
    context: &Context<'_>,
) -> Script {
    let mut notes = vec![
        "Run it on the zone's primary. Usage: sh THIS-FILE [FILE...]".to_owned(),
        "FILE is where the zone file is there, in the order below; without it the paths below are taken.".to_owned(),
    ];
    let acts = purpose != Purpose::Verify && files.iter().any(|file| file.patch.is_some());
    let is_bind = zone.kind == ZoneKind::Bind && acts;
    if acts {
        notes.push(
            "It changes a file only if it is the reviewed one, and keeps its owner and mode."
                .to_owned(),
        );
    } else {
        notes.push("It changes nothing: it tells whether the files are as planned.".to_owned());
    }
    if is_bind {
        notes.push(
            "BIND: a zone with dynamic updates is frozen meanwhile; any other is reloaded after."
                .to_owned(),
        );
        notes.push(
            "RNDC='rndc -c FILE' gives rndc arguments; VIEW names the zone's view.".to_owned(),
        );
    } else if acts {
        notes.push("Then reload the zone with the server's own command.".to_owned());
    }
    let word = match purpose {
        Purpose::Apply | Purpose::Verify => "already applied",
        Purpose::Rollback => "already undone",
    };
    let mut body = vec![
        format!("already='{word}'"),
        format!("zone={}", sh::quote(&presentation::plain(&zone.name))),
        format!("files={}", files.len()),
        String::new(),
        "# Each zone file: its number and path; its SHA-256 when the step is done; those that other steps leave; then".to_owned(),
        "# the SHA-256 of a file that can be changed, and the diff for it.".to_owned(),
        "each_file() {".to_owned(),
    ];
    body.extend(
        (1..)
            .zip(files)
            .map(|(number, file)| file.words(number, purpose)),
    );
    body.push("}".to_owned());
    body.push(BEGIN.to_owned());
    body.push(if !is_hashed(files) {
        let (there, back) = match purpose {
            Purpose::Apply | Purpose::Verify => ("", "-R"),
            Purpose::Rollback => ("-R", ""),
        };
        format!("there={there}\nback={back}\n{BY_PATCH}")
    } else {
        BY_HASH.to_owned()
    });
    body.push(JUDGE.to_owned());
    if purpose == Purpose::Verify {
        body.push(TELL.to_owned());
    } else {
        body.push(DECIDE.to_owned());
    }
    if acts {
        body.push(FINISH.to_owned());
        if is_bind {
            body.push(FREEZE.to_owned());
        }
        body.push(CHANGE.to_owned());
        body.push(if is_bind { LOADED } else { WRITTEN }.to_owned());
    }
    Sh {
        role: Role::Dns,
        purpose,
        notes,
        body,
    }
    .script(context)
}

/// What every script begins with: messages, paths, hashes. It reads `files`.
const BEGIN: &str = r#"
stop() {
  printf '%s\n' "$@" >&2
  exit 1
}

# What was given in place of the known paths.
given=0
for name in "$@"; do
  given=$((given + 1))
  eval "given_$given=\$name"
done
[ "$given" -eq 0 ] || [ "$given" -eq "$files" ] || stop "Usage: sh $0 [FILE...], $files of them. Nothing was changed."

# Sets `file` to the path of a file: its number, the path that the plan knows.
locate() {
  eval "file=\${given_$1-\$2}"
  case $file in -*) file=./$file ;; esac
  [ -f "$file" ] && [ -r "$file" ] || stop "$file is no file that can be read: say where it is. Nothing was changed."
}

bundle=$(dirname -- "$0")/..

sha256_of() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum < "$1"
  else
    openssl dgst -sha256 -r < "$1"
  fi | cut -d ' ' -f 1
}
"#;

/// What a file is, by its hash.
const BY_HASH: &str = r#"
# Sets `state` of a file to `done`, `open` with the `diff` for it, or `other`.
state_of() {
  file=$1 target=$2 further=$3 expected=$2
  shift 3
  found=$(sha256_of "$file")
  [ -n "$found" ] || stop 'There is neither sha256sum nor openssl. Nothing was changed.'
  case " $target $further " in *" $found "*) state=done; return ;; esac
  state=other
  [ $# -eq 0 ] || expected=$1
  while [ $# -gt 1 ]; do
    if [ "$found" = "$1" ]; then
      state=open diff=$bundle/$2
      return
    fi
    shift 2
  done
}

differs() {
  printf '%s\n' "$file is not the reviewed file:" "  expected: SHA-256 $expected" "  found: SHA-256 $found" >&2
}

# Whether a changed file is as planned: its path, the SHA-256.
is_right() {
  [ "$(sha256_of "$1")" = "$2" ]
}

apply_to() {
  patch -s -f -F 0 -o "$2" "$1" "$diff"
}"#;

/// What a file is, by whether its diff fits. It reads `there` and `back`, which are options of `patch`.
const BY_PATCH: &str = r#"
command -v patch >/dev/null 2>&1 || stop 'patch is not installed. Nothing was changed.'

# Sets `state` of a file to `done`, `open` with the `diff` for it, or `other`.
state_of() {
  file=$1
  shift 3
  if [ $# -lt 2 ]; then
    printf '%s\n' "An earlier step changes $file."
    state=done
    return
  fi
  diff=$bundle/$2
  if patch $there --dry-run -s -f -F 0 "$file" "$diff" >/dev/null 2>&1; then
    state=open
  elif patch $back --dry-run -s -f -F 0 "$file" "$diff" >/dev/null 2>&1; then
    state=done
  else
    state=other
  fi
}

differs() {
  {
    printf '%s\n' "$file is not the reviewed file:" "  expected: what $diff changes" '  found:'
    patch $there --dry-run -f -F 0 "$file" "$diff"
  } >&2
}

# Whether a changed file is as planned: its diff would be undone.
is_right() {
  patch $back --dry-run -s -f -F 0 "$1" "$diff" >/dev/null 2>&1
}

apply_to() {
  patch $there -s -f -F 0 -o "$2" "$1" "$diff"
}"#;

/// What judges all files.
const JUDGE: &str = r#"
judge() {
  locate "$1" "$2"
  shift 2
  state_of "$file" "$@"
  case $state in
    done) printf '%s\n' "$file is as planned." ;;
    open) open=yes ;;
    other) other=yes; differs ;;
  esac
}

open=
other=
each_file judge"#;

/// The end of a script that only looks.
const TELL: &str = r#"[ -z "$open$other" ] || stop 'Not as planned.'"#;

/// What goes on only where there is something to do, and all of it can be done.
const DECIDE: &str = r#"changed_meanwhile='Nothing was changed. Make the plan again from the files as they are now.'
[ -z "$other" ] || stop "$changed_meanwhile"
if [ -z "$open" ]; then
  printf '%s\n' "$already"
  exit 0
fi"#;

/// What is cleaned up however the script ends.
const FINISH: &str = r#"
command -v patch >/dev/null 2>&1 || stop 'patch is not installed. Nothing was changed.'
frozen=
work=
finish() {
  [ -z "$work" ] || rm -rf "$work"
  [ -z "$frozen" ] || rndc_zone thaw
}
trap finish EXIT
trap 'exit 1' HUP INT TERM"#;

/// What freezes a zone that BIND lets others update, and looks at the file once more.
const FREEZE: &str = r#"
# RNDC may hold arguments: it is parted at blanks.
rndc_zone() {
  ${RNDC:-rndc} "$1" "$zone" ${VIEW:+IN} ${VIEW:+"$VIEW"}
}
serial() {
  rndc_zone zonestatus 2>/dev/null | sed -n 's/^serial: *//p'
}
status=$(rndc_zone zonestatus 2>&1) || stop "$status" "rndc gives no status of $zone. Nothing was changed."
case $status in
  *'frozen: yes'*) stop "$zone is frozen: somebody else edits it. Nothing was changed." ;;
  *'dynamic: yes'*)
    rndc_zone freeze || stop "$zone cannot be frozen. Nothing was changed."
    frozen=yes
    # Updates that were in the journal alone are in the file now.
    open=
    other=
    each_file judge
    [ -z "$other" ] || stop "$changed_meanwhile"
    ;;
esac
old_serial=$(serial)"#;

/// What changes the files: all are made and checked before one is written.
const CHANGE: &str = r#"
umask 077
work=$(mktemp -d) || stop 'Nothing was changed.'

# A check of a zone that is one file; more than one are parts of each other.
check() {
  if command -v named-checkzone >/dev/null 2>&1; then
    named-checkzone -i local "$zone" "$1"
  elif command -v nsd-checkzone >/dev/null 2>&1; then
    nsd-checkzone "$zone" "$1"
  fi
}

prepare() {
  number=$1
  locate "$1" "$2"
  shift 2
  state_of "$file" "$@"
  [ "$state" = open ] || return 0
  cp "$file" "$work/$number.old" || stop 'Nothing was changed.'
  apply_to "$work/$number.old" "$work/$number" || stop "$diff cannot be applied. Nothing was changed."
  is_right "$work/$number" "$1" || stop "$diff does not make the planned file. Nothing was changed."
  # A server may take what the check does not: then it says nothing about the change.
  if [ "$files" -eq 1 ] && check "$work/$number.old" >/dev/null 2>&1; then
    said=$(check "$work/$number" 2>&1) || stop "$said" 'The changed file would not load. Nothing was changed.'
  fi
}

# Owner, mode and links of the file stay: its content alone is replaced.
write() {
  [ -f "$work/$1" ] || return 0
  locate "$1" "$2"
  cat "$work/$1" > "$file" && is_right "$file" "$3" || failed=yes
}

put_back() {
  [ -f "$work/$1" ] || return 0
  locate "$1" "$2"
  cat "$work/$1.old" > "$file" && cmp -s "$work/$1.old" "$file" || lost=yes
}

each_file prepare
failed=
each_file write
if [ -n "$failed" ]; then
  lost=
  each_file put_back
  [ -n "$lost" ] || stop 'A file cannot be written. All are as they were: Nothing was changed.'
  kept=$work
  work=
  stop "A file cannot be written, nor put back. The files as they were are $kept/*.old."
fi"#;

/// What has BIND load the zone, and waits until it has.
const LOADED: &str = r#"
if [ -n "$frozen" ]; then
  rndc_zone thaw || stop "The file is changed, but $zone cannot be thawed."
  frozen=
else
  rndc_zone reload || stop "The file is changed, but $zone cannot be reloaded."
fi
for try in 1 2 3 4 5 6 7 8 9 10; do
  if [ "$(serial)" != "$old_serial" ]; then
    printf '%s\n' 'done'
    exit 0
  fi
  sleep 1
done
stop "The file is changed, but the server still has serial $old_serial of $zone: see its log.""#;

/// The end for a server whose command is not known.
const WRITTEN: &str = r#"printf '%s\n' 'done: now reload the zone.'"#;

/// Windows has no `patch`: the edited file takes the place of the reviewed one.
fn on_windows(
    zone: &ZoneRef,
    files: &[ZoneFile<'_>],
    context: &Context<'_>,
    out: &mut Scripts,
) -> Result<(), LeftOut> {
    server(zone.server.as_deref())?;
    let name = windows_name(&zone.name)?;
    let mut all = files.iter();
    if let (Some(file), None) = (all.next(), all.next())
        && let Some(patch) = file.patch
        && let (Some(new), Some(hashes)) = (&patch.new, &patch.sha256)
    {
        out.apply.push(copy(&name, file.path, new, hashes, context));
        out.verify.push(compare(file.path, hashes, context));
    } else {
        out.say("Windows has no patch: run the .sh script where a copy of the file is, and put the file in its place.");
    }
    out.say(
        "Windows keeps the zone in memory: Sync-DnsServerZone before the file is changed writes it out, \
         Restore-DnsServerPrimaryZone after it reads the file again.",
    );
    out.say("To undo it, run the rollback script where a copy of the file is, and put the file in its place in the same way.");
    Ok(())
}

/// Where the file is; on a Windows DNS server in `System32\dns` by default.
fn place(path: &str) -> Parameter {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    Parameter {
        name: "Path",
        kind: "string",
        default: Some(format!(
            "(Join-Path -Path $env:SystemRoot -ChildPath (Join-Path -Path 'System32\\dns' -ChildPath {}))",
            quote(name)
        )),
        what: "The zone file on this server.",
    }
}

fn copy(zone: &str, path: &str, new: &str, hashes: &Hashes, context: &Context<'_>) -> Script {
    let body = format!(
        "$zone = {}
$new = Join-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -ChildPath {}
$before = {}
$after = {}
$found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
if ($found -eq $after) {{
  Write-Output 'already applied'
  return
}}
if ((Get-FileHash -LiteralPath $new -Algorithm SHA256).Hash -ne $after) {{
  throw \"$new is not the planned file. Nothing was changed.\"
}}
if ($found -ne $before) {{
  throw \"$Path is not the reviewed file: expected SHA-256 $before, found $found. Nothing was changed. Make the plan again.\"
}}
if ($PSCmdlet.ShouldProcess($Path, \"Replace by $new and reload\")) {{
  Sync-DnsServerZone -Name $zone
  $found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
  if ($found -ne $before) {{
    throw \"$Path is not the reviewed file any more: expected SHA-256 $before, found $found. Nothing was changed. Make the plan again.\"
  }}
  Copy-Item -LiteralPath $new -Destination $Path
  if ((Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash -ne $after) {{
    throw \"$Path is not as planned.\"
  }}
  Restore-DnsServerPrimaryZone -Name $zone -Force
  Write-Output 'done'
}}",
        quote(zone),
        quote(&new.replace('/', "\\")),
        quote(&hashes.before),
        quote(&hashes.after),
    );
    Ps1 {
        role: Role::Dns,
        purpose: Purpose::Apply,
        only_looks: false,
        modules: &["DnsServer"],
        parameters: vec![place(path)],
        notes: vec!["Run it on the DNS server that keeps the file.".to_owned()],
        body: body.lines().map(str::to_owned).collect(),
    }
    .script(context)
}

fn compare(path: &str, hashes: &Hashes, context: &Context<'_>) -> Script {
    let body = format!(
        "$after = {}
$found = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash
Write-Output \"found SHA-256 $found\"
if ($found -ne $after) {{
  throw \"$Path is not as planned: expected SHA-256 $after\"
}}
Write-Output 'as planned'",
        quote(&hashes.after),
    );
    Ps1 {
        role: Role::Dns,
        purpose: Purpose::Verify,
        only_looks: true,
        modules: &[],
        parameters: vec![place(path)],
        notes: vec!["Run it on the DNS server that keeps the file. It changes nothing.".to_owned()],
        body: body.lines().map(str::to_owned).collect(),
    }
    .script(context)
}
