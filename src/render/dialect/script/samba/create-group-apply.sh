
reach "$group_server" "$@"
find_group "$@"
if group_is_right; then
  echo "already applied: the group $group is there, $scope, security."
  exit 0
fi
[ -z "$group_sid" ] || stop "The account $group is not the planned group." "$(show_group)"
unit=
if [ -n "$path" ]; then
  lower() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }
  case $(lower "$path") in
    *",$(lower "$domain")") unit=$(printf '%s' "$path" | cut -c "1-$((${#path} - ${#domain} - 1))") ;;
    *) stop "The path $path does not lie in the domain $domain of $server." ;;
  esac
fi
can_remember
samba-tool group add --group-scope="$scope" --group-type=Security ${unit:+"--groupou=$unit"} \
  -H "ldap://$server" "$@" -- "$group" || fail "The group $group cannot be made."
find_group "$@"
[ -z "$group_sid" ] || remember "group $group_sid"
group_is_right || fail 'The group is not as planned:' "$(show_group)"
echo "applied: the group $group, $scope, security, SID $group_sid."
