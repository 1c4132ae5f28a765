
fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

stop() {
  fail "$@" 'Nothing was changed. Plan again.'
}

# values BASE SCOPE FILTER ATTRIBUTE: the attribute's values, a line each.
values() {
  base=$1 scope=$2 filter=$3 attribute=$4
  shift 4
  found=$(ldbsearch -H "ldap://$server" --cross-ncs "$@" -b "$base" -s "$scope" "$filter" "$attribute") || return 1
  printf '%s\n' "$found" |
    awk '/^ / { line = line substr($0, 2); next } { print line; line = $0 } END { print line }' |
    while IFS= read -r line; do
      case $line in
        "$attribute: "*) printf '%s\n' "${line#*: }" ;;
        "$attribute:: "*) printf '%s' "${line#*:: }" | base64 -d; echo ;;
      esac
    done
}

# reach SERVER: the domain controller for all that follows; it must be a writable one.
reach() {
  server=${1:-${SERVER:-}}
  shift
  [ -n "$server" ] || fail 'Set SERVER to the name or address of a writable domain controller.'
  [ "$server" != "${reached:-}" ] || return 0
  forest=$(values '' base '(objectClass=*)' rootDomainNamingContext "$@") &&
    domain=$(values '' base '(objectClass=*)' defaultNamingContext "$@") &&
    service=$(values '' base '(objectClass=*)' dsServiceName "$@") &&
    read_only=$(values "$service" base '(objectClass=*)' msDS-isRODC "$@") ||
    stop "The domain controller $server does not answer."
  [ "$read_only" = FALSE ] || stop "$server is a read-only domain controller, or does not tell that it is none."
  reached=$server
}
