
left=0
check() {
  locate "$@"
  [ -z "$node_dn" ] || return 0
  case $there in *" $node.$zone "*) stop "The node $node of the zone $zone was there when the plan was made, and is gone." ;; esac
  left=$((left + 1))
}

add() {
  locate "$@"
  shift 3
  if [ -n "$node_dn" ]; then
    echo "$node_dn is there already."
    return
  fi
  printf 'dn: DC=%s,%s\nchangetype: add\nobjectClass: dnsNode\n' "$node" "$zone_dn" |
    ldbmodify -H "ldap://$server" "$@" || fail "The node $node cannot be made in $zone."
  guid=$(values "$zone_dn" one "(&(objectClass=dnsNode)(name=$node))" objectGUID "$@") && [ -n "$guid" ] ||
    fail "The node $node is not in $zone."
  remember "node $guid"
}

each_node check "$@"
if [ "$left" = 0 ]; then
  echo 'already applied: all nodes are there.'
  exit 0
fi
can_remember
each_node add "$@"
echo "applied: $left nodes were made."
