
# to_restore: whether the node still has to be taken back from what this plan's script left to what was there before.
to_restore() {
  look "$@"
  before=$(kept "$stage_before") after=$(kept "$stage_after")
  if [ -z "$after" ] || same "$before" "$present"; then
    return 1
  fi
  same "$after" "$present" ||
    stop 'The descriptor is not the one that this plan left.' "$(differ "$after" "$present")"
}

left=0
check() {
  if to_restore "$@"; then
    left=$((left + 1))
  fi
}

restore() {
  to_restore "$@" || return 0
  at=$1
  shift 3
  put "$before" "$@"
  look "$at" "$zone" "$node" "$@"
  same "$before" "$present" || fail 'The descriptor is not the one that was kept:' "$(differ "$before" "$present")"
  printf '%s\n' "restored: $node_dn" "$(own "$present" | sed 's/^/  /')"
}

each_node check "$@"
if [ "$left" = 0 ]; then
  echo "already undone: no descriptor is one that this step left ($state-descriptors.txt)."
  exit 0
fi
each_node restore "$@"
echo "undone: $left descriptors are those from before this step."
