
wrong=0 rest=
check() {
  find_member "$@"
  if is_member; then
    echo "member: $account"
    rest=$(printf '%s\n' "$rest" | grep -vFxi -- "$member_dn")
  else
    echo "not a member: $account"
    wrong=1
  fi
}

find_members "$@"
rest=$present
each_member check "$@"
if [ -n "$rest" ]; then
  printf 'Members that the plan does not name:\n%s\n' "$rest"
  wrong=1
fi
[ "$wrong" = 0 ] || fail 'Not as planned.'
echo 'as planned'
