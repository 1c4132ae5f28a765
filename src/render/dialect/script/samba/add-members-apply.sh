
left=0
check() {
  find_member "$@"
  is_member || left=$((left + 1))
}

add() {
  find_member "$@"
  shift 3
  if is_member; then
    echo "$account is a member already."
    return
  fi
  samba-tool group addmembers -H "ldap://$server" "$@" -- "$group" "$account" || fail "$account cannot be added."
  remember "member $group_sid $member_sid"
}

confirm() {
  find_member "$@"
  is_member || fail "$account is no member of $group."
}

find_members "$@"
each_member check "$@"
if [ "$left" = 0 ]; then
  echo "already applied: all accounts are members of $group."
  exit 0
fi
can_remember
each_member add "$@"
find_members "$@"
each_member confirm "$@"
echo "applied: $left accounts were added to $group."
