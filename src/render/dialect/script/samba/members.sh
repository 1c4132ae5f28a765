
# find_member ACCOUNT FILTER DOMAIN: sets member_sid and member_dn.
find_member() {
  account=$1 filter=$2 home=$3
  shift 3
  [ "$(printf '%s' "$home" | tr '[:upper:]' '[:lower:]')" = "$(printf '%s' "$domain" | tr '[:upper:]' '[:lower:]')" ] ||
    stop "$account is of the domain $home, and $server serves $domain."
  found=$(entry "$domain" sub "$filter" objectSid "$@") || stop 'The directory does not answer.'
  member_sid=$(pick objectSid "$found")
  member_dn=$(pick dn "$found")
  [ -n "$member_sid" ] || stop "There is no account $account in $domain."
}

is_member() {
  printf '%s\n' "$present" | grep -qFxi -- "$member_dn"
}

# find_members: the group, and present, the distinguished names of its members.
find_members() {
  reach "$group_server" "$@"
  find_group "$@"
  group_is_right || stop 'The group is not as planned.' "$(show_group)"
  present=$(values "$domain" sub "$group_filter" member "$@") || stop 'The directory does not answer.'
}
