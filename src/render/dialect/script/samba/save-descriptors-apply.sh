
left=0
check() {
  look "$@"
  saved=$(kept saved)
  if [ -z "$saved" ]; then
    left=$((left + 1))
    return
  fi
  for stage in saved granted uncleaned cleaned; do
    one=$(kept "$stage")
    if [ -n "$one" ] && same "$one" "$present"; then
      echo "$node_dn: already kept, as $stage."
      return
    fi
  done
  stop "The descriptor was saved before, and has changed since." "$(differ "$saved" "$present")" \
    "Move $state-descriptors.txt away to save anew."
}

save() {
  look "$@"
  if [ -z "$(kept saved)" ]; then
    keep saved "$present"
    printf '%s\n' "saved: $node_dn" "$(own "$present" | sed 's/^/  /')"
  fi
}

each_node check "$@"
if [ "$left" = 0 ]; then
  echo "already applied: every descriptor is in $state-descriptors.txt."
  exit 0
fi
can_keep
each_node save "$@"
echo "applied: $left descriptors were saved in $state-descriptors.txt."
