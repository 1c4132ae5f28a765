
left=0
check() {
  find_member "$@"
  if is_member && made "member $group_sid $member_sid"; then
    left=$((left + 1))
  fi
}

remove() {
  find_member "$@"
  shift 3
  if ! is_member || ! made "member $group_sid $member_sid"; then
    return
  fi
  samba-tool group removemembers -H "ldap://$server" "$@" -- "$group" "$account" || fail "$account cannot be removed."
  forget "member $group_sid $member_sid"
}

confirm() {
  find_member "$@"
  if is_member && made "member $group_sid $member_sid"; then
    fail "$account is still a member of $group."
  fi
}

reach "$group_server" "$@"
find_group "$@"
if [ -z "$group_sid" ]; then
  echo "already undone: there is no group $group."
  exit 0
fi
find_members "$@"
each_member check "$@"
if [ "$left" = 0 ]; then
  echo "already undone: no account that this plan's script added is a member of $group ($state-made.txt)."
  exit 0
fi
each_member remove "$@"
find_members "$@"
each_member confirm "$@"
echo "undone: $left accounts were removed from $group. They keep its rights until their tickets end."
