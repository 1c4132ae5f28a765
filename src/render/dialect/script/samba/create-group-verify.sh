
reach "$group_server" "$@"
find_group "$@"
show_group
group_is_right || fail 'Not as planned.'
echo 'as planned'
