
# kept STAGE: the descriptor of the node that was kept last: saved, granted, uncleaned or cleaned.
kept() {
  [ -e "$state-descriptors.txt" ] || return 0
  STAGE=$1 NODE=$node_dn awk -F '\t' '$1 == ENVIRON["STAGE"] && $2 == ENVIRON["NODE"] { sddl = $3 } END { print sddl }' \
    "$state-descriptors.txt"
}

keep() {
  printf '%s\t%s\t%s\n' "$1" "$node_dn" "$2" >>"$state-descriptors.txt" || fail "Cannot write $state-descriptors.txt."
}

can_keep() {
  : >>"$state-descriptors.txt" || stop "Cannot write $state-descriptors.txt."
}

# look: locates a node and sets present, its descriptor.
look() {
  locate "$@"
  shift 3
  [ -n "$node_dn" ] || stop "There is no node $node in the zone $zone."
  present=$(samba-tool dsacl get -H "ldap://$server" "$@" --objectdn="$node_dn" | grep '^O:') ||
    stop "The descriptor of $node_dn cannot be read."
}

# own SDDL: the owner and the entries that are not inherited, a line each.
own() {
  printf '%s\n' "$1" | sed 's/)S:.*/)/' | tr '(' '\n' |
    sed -n '1s/G:.*//p; 1!{ /^[^;]*;\([A-Z][A-Z]\)*ID/!s/^/(/p; }' | sort
}

same() {
  [ "$(own "$1")" = "$(own "$2")" ]
}

differ() {
  echo "$node_dn"
  printf 'expected:\n%s\nfound:\n%s\n' "$(own "$1" | sed 's/^/  /')" "$(own "$2" | sed 's/^/  /')"
}

# rights SDDL SID: full, tight (writes dnsRecord and dNSTombstoned), denied or none.
rights() {
  own "$1" | SID=$2 awk -F '[();]' '
    $7 != ENVIRON["SID"] || $3 ~ /IO/ { next }
    $2 ~ /D$/ { denied = 1 }
    $5 == "" && ($4 == "GA" || $4 == "RPWPCRCCDCLCLORCWOWDSDDTSW") { full = 1 }
    $4 ~ /WP|GW/ && ($5 == "" || $5 == "e0fa1e69-9b45-11d0-afdd-00c04fd930c9") { record = 1 }
    $4 ~ /WP|GW/ && ($5 == "" || $5 == "d5eb2eb7-be4e-463b-a214-634a44d7392e") { tombstone = 1 }
    END { print denied ? "denied" : full ? "full" : record && tombstone ? "tight" : "none" }'
}

# put SDDL: sets owner and entries; what is audited stays.
put() {
  sddl=$(printf '%s\n' "$1" | sed 's/)S:.*/)/')
  shift
  printf 'dn: %s\nchangetype: modify\nreplace: nTSecurityDescriptor\nnTSecurityDescriptor: %s\n' "$node_dn" "$sddl" |
    ldbmodify -H "ldap://$server" --controls=sd_flags:1:5 "$@" ||
    fail "The descriptor of $node_dn cannot be set."
}

# strangers SDDL: own allowing entries of computer accounts, Authenticated Users and Domain Computers.
strangers() {
  entries=$(own "$1")
  shift
  printf '%s\n' "$entries" | while IFS=';' read -r kind flags rights object inherited trustee; do
    trustee=${trustee%)}
    case $kind:$trustee in
      '(A:AU' | '(OA:AU' | '(A:DC' | '(OA:DC') ;;
      '(A:S-1-5-21-'* | '(OA:S-1-5-21-'*)
        account=$(values "$forest" sub "(objectSid=$trustee)" sAMAccountName "$@" </dev/null) || exit 1
        case $account in *'$') ;; *) continue ;; esac ;;
      *) continue ;;
    esac
    printf '%s;%s;%s;%s;%s;%s)\n' "$kind" "$flags" "$rights" "$object" "$inherited" "$trustee"
  done
}

domain_admins() {
  sid=$(values "$domain" base '(objectClass=*)' objectSid "$@") && echo "$sid-512"
}

is_clean() {
  case $1 in "O:DAG:"* | "O:${admins}G:"*) [ -z "$found_strangers" ] ;; *) false ;; esac
}
