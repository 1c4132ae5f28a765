
wrong=0
check() {
  look "$@"
  saved=$(kept saved)
  if [ -z "$saved" ]; then
    echo "not saved: $node_dn"
    wrong=1
  else
    printf '%s\n' "saved: $node_dn" "$(own "$saved" | sed 's/^/  /')"
  fi
}

each_node check "$@"
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned'
