
# What the scripts of this plan have made, so that only that is taken back.
made() {
  grep -qsFx -- "$1" "$state-made.txt"
}

remember() {
  made "$1" || printf '%s\n' "$1" >>"$state-made.txt" || fail "Cannot write $state-made.txt: add the line: $1"
}

forget() {
  grep -vFx -- "$1" "$state-made.txt" >"$state-made.new"
  mv "$state-made.new" "$state-made.txt"
}

can_remember() {
  : >>"$state-made.txt" || stop "Cannot write $state-made.txt."
}
