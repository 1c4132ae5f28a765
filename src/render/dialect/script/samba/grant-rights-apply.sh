
left=0
check() {
  look "$@"
  case $(rights "$present" "$group_sid") in
    full | tight)
      echo "$node_dn: $group has its rights already."
      return ;;
    denied) stop "An entry of $node_dn denies $group:" "$(own "$present")" ;;
  esac
  saved=$(kept saved)
  [ -n "$saved" ] || stop "No descriptor of $node_dn was saved in $state-descriptors.txt: carry out the step before."
  same "$saved" "$present" || stop 'The descriptor has changed since it was saved.' "$(differ "$saved" "$present")"
  left=$((left + 1))
}

grant() {
  look "$@"
  case $(rights "$present" "$group_sid") in full | tight) return ;; esac
  at=$1
  shift 3
  samba-tool dsacl set --action=allow --objectdn="$node_dn" --sddl="$entries" -H "ldap://$server" "$@" >/dev/null ||
    fail "The rights on $node_dn cannot be granted."
  look "$at" "$zone" "$node" "$@"
  case $(rights "$present" "$group_sid") in
    full | tight) keep granted "$present" ;;
    *) fail "$group has no rights on $node_dn." "$(own "$present")" ;;
  esac
}

reach "$group_server" "$@"
find_group "$@"
[ -n "$group_sid" ] || stop "There is no group $group."
record=e0fa1e69-9b45-11d0-afdd-00c04fd930c9 tombstone=d5eb2eb7-be4e-463b-a214-634a44d7392e
if [ "${RIGHTS:-full}" = tight ]; then
  entries="(OA;;WP;$record;;$group_sid)(OA;;WP;$tombstone;;$group_sid)"
else
  entries="(A;;GA;;;$group_sid)"
fi
each_node check "$@"
if [ "$left" = 0 ]; then
  echo "already applied: $group has rights on every node."
  exit 0
fi
can_keep
each_node grant "$@"
echo "applied: $group was granted ${RIGHTS:-full} rights on $left nodes."
