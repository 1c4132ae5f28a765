
left=0
# check SET: whether it is left to do; a set in another state stops everything.
check() {
  one=$1
  shift
  "set_$one"
  read_set "$@"
  if "done_$one"; then
    tell_ttls
    return
  fi
  is_set "$start" "$before" || stop 'The record set is not the reviewed one.' "$(compare "$before")"
  left=$((left + 1))
}

change() {
  one=$1
  shift
  "set_$one"
  read_set "$@"
  if "done_$one"; then
    return
  fi
  "edit_$one" "$@"
  read_set "$@"
  "done_$one" || fail 'The record set is not as planned.' "$(compare "$after")"
  show "$found"
  tell_ttls
}

# refused: where the server refuses an edit, nothing more is tried.
refused() {
  fail 'The server refused an edit: look at the set and plan again from what is there.'
}

each_set check "$@"
if [ "$left" = 0 ]; then
  echo "$already: nothing is left to do."
  exit 0
fi
each_set change "$@"
echo "done: $left record sets have the planned data and are static where they should be; TTLs aside."
