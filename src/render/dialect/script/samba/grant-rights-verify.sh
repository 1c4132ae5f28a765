
wrong=0
check() {
  look "$@"
  found=$(rights "$present" "$group_sid")
  printf '%s\n' "$node_dn: $group: $found" "$(own "$present" | sed 's/^/  /')"
  case $found in full | tight) ;; *) wrong=1 ;; esac
}

reach "$group_server" "$@"
find_group "$@"
[ -n "$group_sid" ] || fail "There is no group $group."
each_node check "$@"
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned'
