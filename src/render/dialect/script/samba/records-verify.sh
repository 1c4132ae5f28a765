
wrong=0
check() {
  one=$1
  shift
  "set_$one"
  read_set "$@"
  compare "$after"
  tell_ttls
  "done_$one" || wrong=1
}

each_set check "$@"
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned, TTLs aside'
