
# find_group: sets group_sid, empty where there is no such account, and found_type.
find_group() {
  account=$(entry "$domain" sub "$group_filter" 'objectSid groupType' "$@") || stop 'The directory does not answer.'
  group_sid=$(pick objectSid "$account")
  found_type=$(pick groupType "$account")
}

# group_is_right: whether its scope and its type are the planned ones.
group_is_right() {
  [ -n "$group_sid" ] && [ "$found_type" = "$group_type" ]
}

show_group() {
  printf '%s\n' "expected: $group, $scope, security: groupType $group_type" \
    "found:    ${group_sid:-no such account}${group_sid:+, groupType ${found_type:-none: it is no group}}"
}
