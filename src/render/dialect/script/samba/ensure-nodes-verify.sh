
wrong=0
check() {
  locate "$@"
  echo "${node_dn:-missing: $node in $zone}"
  [ -n "$node_dn" ] || wrong=1
}

each_node check "$@"
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned'
