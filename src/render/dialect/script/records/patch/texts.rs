//! The logic of scripts that patch zone files: what stands below the data of each, for a POSIX shell.

/// What every script begins with: messages, paths, hashes. It reads `files`.
pub(super) const BEGIN: &str = r#"
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
pub(super) const BY_HASH: &str = r#"
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
  [ -n "$edited" ] || return
  # The edited file of the bundle, or, with its diff taken away, the one before.
  printf '%s\n' '  the first lines that differ, - expected, + found:' >&2
  if [ -n "$without" ]; then
    patch -R -s -o - "$bundle/$edited" "$bundle/$without"
  else
    cat "$bundle/$edited"
  fi 2>/dev/null | diff -u - "$file" | sed -n -e '1,2d' -e '3,40s/^/  /p' >&2
}

# Whether a changed file is as planned: its path, the SHA-256.
is_right() {
  [ "$(sha256_of "$1")" = "$2" ]
}

apply_to() {
  patch -s -f -F 0 -o "$2" "$1" "$diff"
}"#;

/// What a file is, by whether its diff fits. It reads `there` and `back`, which are options of `patch`.
pub(super) const BY_PATCH: &str = r#"
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
pub(super) const JUDGE: &str = r#"
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
pub(super) const TELL: &str = r#"[ -z "$open$other" ] || stop 'Not as planned.'"#;

/// What goes on only where there is something to do, and all of it can be done.
pub(super) const DECIDE: &str = r#"changed_meanwhile='Nothing was changed. Make the plan again from the files as they are now.'
[ -z "$other" ] || stop "$changed_meanwhile"
if [ -z "$open" ]; then
  printf '%s\n' "$already"
  exit 0
fi"#;

/// What is cleaned up however the script ends.
pub(super) const FINISH: &str = r#"
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
pub(super) const FREEZE: &str = r#"
# RNDC may hold arguments: it is parted at blanks.
rndc_zone() {
  ${RNDC:-rndc} "$1" "$zone" ${VIEW:+IN} ${VIEW:+"$VIEW"}
}
serial() {
  rndc_zone zonestatus 2>/dev/null | sed -n 's/^serial: *//p'
}
file_serial() {
  locate "$1" "$2"
  named-checkzone -i none -k ignore -m ignore -M ignore -n ignore -r ignore -S ignore -W ignore "$zone" "$file" 2>&1 |
    sed -n 's/^zone .*: loaded serial \([0-9]*\).*/\1/p'
}
status=$(rndc_zone zonestatus 2>&1) || stop "$status" "rndc gives no status of $zone. Nothing was changed."
case $status in
  *'frozen: yes'*) stop "$zone is frozen: somebody else edits it. Nothing was changed." ;;
  *'dynamic: yes'*)
    rndc_zone freeze || stop "$zone cannot be frozen. Nothing was changed."
    frozen=yes
    # Updates that were in the journal alone come into the file, which may take longer than the command.
    written=
    for try in 1 2 3 4 5; do
      [ "$(each_file file_serial)" != "$(serial)" ] || { written=yes; break; }
      sleep 1
    done
    open=
    other=
    each_file judge
    [ -z "$other" ] || stop "$changed_meanwhile"
    [ -n "$written" ] || stop "The server has serial $(serial) of $zone, the file $(each_file file_serial). Nothing was changed."
    ;;
esac
old_serial=$(serial)"#;

/// What changes the files: all are made and checked before one is written.
pub(super) const CHANGE: &str = r#"
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
pub(super) const LOADED: &str = r#"
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
pub(super) const WRITTEN: &str = r"printf '%s\n' 'done: now reload the zone.'";
