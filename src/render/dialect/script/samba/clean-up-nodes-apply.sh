
left=0
# to_clean: whether something is left to do at the node; its state must be one that this plan knows then.
to_clean() {
  look "$@"
  shift 3
  found_strangers=$(strangers "$present" "$@") || stop 'The directory does not answer.'
  if is_clean "$present"; then
    return 1
  fi
  case $(rights "$present" "$group_sid") in
    full | tight) ;;
    *) stop "$group has no rights on $node_dn: carry out the grant first." ;;
  esac
  expected=$(kept granted)
  [ -n "$expected" ] || expected=$(kept saved)
  [ -n "$expected" ] || stop "No descriptor of $node_dn was saved in $state-descriptors.txt: carry out the steps before."
  same "$expected" "$present" || stop 'The descriptor has changed since the grant.' "$(differ "$expected" "$present")"
}

check() {
  if to_clean "$@"; then
    left=$((left + 1))
  fi
}

clean() {
  to_clean "$@" || return 0
  at=$1
  shift 3
  keep uncleaned "$present"
  new="O:${admins}G:${present#*G:}"
  while IFS= read -r entry; do
    [ -n "$entry" ] || continue
    echo "$node_dn loses $entry"
    new=${new%%"$entry"*}${new#*"$entry"}
  done <<END
$found_strangers
END
  put "$new" "$@"
  look "$at" "$zone" "$node" "$@"
  keep cleaned "$present"
  found_strangers=$(strangers "$present" "$@") || fail 'The directory does not answer.'
  is_clean "$present" || fail 'The node is not clean:' "$(own "$present")"
}

reach "$group_server" "$@"
find_group "$@"
[ -n "$group_sid" ] || stop "There is no group $group."
admins=$(domain_admins "$@") || stop 'The directory does not answer.'
can_keep
each_node check "$@"
if [ "$left" = 0 ]; then
  echo 'already applied: Domain Admins own every node, and no entry is to go.'
  exit 0
fi
each_node clean "$@"
echo "applied: $left nodes are owned by Domain Admins."
