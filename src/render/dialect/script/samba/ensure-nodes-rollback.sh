
left=0
# is_ours: whether the node is there and this plan's script made it; it must be empty then.
is_ours() {
  locate "$@"
  shift 3
  [ -n "$node_dn" ] || return 1
  filter="(&(objectClass=dnsNode)(name=$node))"
  guid=$(values "$zone_dn" one "$filter" objectGUID "$@") || stop 'The directory does not answer.'
  made "node $guid" || return 1
  records=$(values "$zone_dn" one "(&(objectClass=dnsNode)(name=$node)(dnsRecord=*)(!(dNSTombstoned=TRUE)))" dn "$@") ||
    stop 'The directory does not answer.'
  [ -z "$records" ] || stop "The node $node_dn holds records."
}

check() {
  if is_ours "$@"; then
    left=$((left + 1))
  fi
}

remove() {
  is_ours "$@" || return 0
  shift 3
  printf 'dn: %s\nchangetype: delete\n' "$node_dn" | ldbmodify -H "ldap://$server" "$@" ||
    fail "The node $node_dn cannot be removed."
  forget "node $guid"
}

each_node check "$@"
if [ "$left" = 0 ]; then
  echo "already undone: no node that this plan's script made is left ($state-made.txt)."
  exit 0
fi
each_node remove "$@"
echo "undone: $left empty nodes are gone."
