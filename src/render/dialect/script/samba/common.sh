
fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

stop() {
  fail "$@" 'Nothing was changed. Plan again.'
}

# entry BASE SCOPE FILTER ATTRIBUTES: what the directory holds, a line an attribute.
entry() {
  base=$1 scope=$2 filter=$3 attributes=$4
  shift 4
  # Attributes are words of their own.
  found=$(ldbsearch -H "ldap://$server" --cross-ncs "$@" -b "$base" -s "$scope" "$filter" $attributes) || return 1
  printf '%s\n' "$found" |
    awk '/^ / { line = line substr($0, 2); next } { print line; line = $0 } END { print line }'
}

# pick ATTRIBUTE LINES: its values, a line each.
pick() {
  printf '%s\n' "$2" | while IFS= read -r line; do
    case $line in
      "$1: "*) printf '%s\n' "${line#*: }" ;;
      "$1:: "*) printf '%s' "${line#*:: }" | base64 -d; echo ;;
    esac
  done
}

# values BASE SCOPE FILTER ATTRIBUTE: the attribute's values, a line each.
values() {
  wanted=$4
  lines=$(entry "$@") || return 1
  pick "$wanted" "$lines"
}

# reach SERVER: the domain controller for all that follows; it must be a writable one.
reach() {
  server=${1:-${SERVER:-}}
  shift
  [ -n "$server" ] || fail 'Set SERVER to the name or address of a writable domain controller.'
  [ "$server" != "${reached:-}" ] || return 0
  root=$(entry '' base '(objectClass=*)' 'rootDomainNamingContext defaultNamingContext dsServiceName' "$@") &&
    read_only=$(values "$(pick dsServiceName "$root")" base '(objectClass=*)' msDS-isRODC "$@") ||
    stop "The domain controller $server does not answer."
  [ "$read_only" = FALSE ] || stop "$server is a read-only domain controller, or does not tell that it is none."
  forest=$(pick rootDomainNamingContext "$root")
  domain=$(pick defaultNamingContext "$root")
  reached=$server located=
}
