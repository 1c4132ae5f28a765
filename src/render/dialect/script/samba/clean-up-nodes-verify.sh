
wrong=0
check() {
  look "$@"
  shift 3
  found_strangers=$(strangers "$present" "$@") || fail 'The directory does not answer.'
  printf '%s\n' "$node_dn" "$(own "$present" | sed 's/^/  /')"
  if ! is_clean "$present"; then
    printf '%s\n' 'Domain Admins should own it, and these entries should be gone:' "$found_strangers"
    wrong=1
  fi
}

reach "$group_server" "$@"
admins=$(domain_admins "$@") || fail 'The directory does not answer.'
each_node check "$@"
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned'
