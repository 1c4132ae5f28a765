
reach "$group_server" "$@"
find_group "$@"
if [ -z "$group_sid" ] || ! made "group $group_sid"; then
  echo "already undone: no group that this plan's script made is left."
  [ -z "$group_sid" ] || echo "The group $group was made by something else and stays ($state-made.txt)."
  exit 0
fi
group_is_right || stop 'The group is no longer as this plan made it.' "$(show_group)"
members=$(values "$domain" sub "$group_filter" member "$@") || stop 'The directory does not answer.'
[ -z "$members" ] || stop "The group $group has members:" "$members"
samba-tool group delete -H "ldap://$server" "$@" -- "$group" || fail "The group $group cannot be removed."
old=$group_sid
find_group "$@"
[ -z "$group_sid" ] || fail "The group $group is still there."
forget "group $old"
echo "undone: the group $group is gone."
