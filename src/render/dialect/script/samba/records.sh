
# read_set: sets found, the KMS records of the set as the directory holds them, a line each:
# priority weight port target TTL static|aged
read_set() {
  locate "$set_server" "$set_zone" "$set_node" "$@"
  found=
  [ -n "$node_dn" ] || return 0
  shown=$(ldbsearch -H "ldap://$server" "$@" --show-binary -b "$node_dn" -s base dnsRecord) ||
    stop 'The directory does not answer.'
  found=$(printf '%s\n' "$shown" | awk '
    function number(text) { gsub(/[()]/, "", text); return text }
    $1 == "wType" { srv = ($3 == "DNS_TYPE_SRV") }
    $1 == "dwTtlSeconds" { ttl = number($4) }
    $1 == "dwTimeStamp" { age = number($4) == 0 ? "static" : "aged" }
    $1 == "wPriority" { priority = number($4) }
    $1 == "wWeight" { weight = number($4) }
    $1 == "wPort" { port = number($4) }
    $1 == "nameTarget" && srv { print priority, weight, port, tolower($3), ttl, age }' | sort)
}

# is_set exact|data LINES: whether these records were found. ? stands for what is not known; data leaves TTLs out, and
# asks of ages only that what is to be static is.
is_set() {
  printf '%s' "$2" | sort | MODE=$1 FOUND=$found awk '
    BEGIN { count = split(ENVIRON["FOUND"], line, "\n"); exact = ENVIRON["MODE"] == "exact" }
    { split(line[NR], field, " ")
      for (i = 1; i <= 6; i++)
        if ($i != "?" && $i != field[i] && (i < 5 || exact || $i == "static")) other = 1 }
    END { exit other || NR != count }'
}

show() {
  printf '%s\n' "$1" | sed 's/^$/no record/; s/^/  /'
}

compare() {
  printf '%s\n' "$set_node in $set_zone (priority weight port target TTL age), expected:"
  show "$1"
  echo 'found:'
  show "$found"
}

# tell_ttls: names the records whose TTL is not the planned one.
tell_ttls() {
  printf '%s' "$after" | sort | FOUND=$found awk '
    BEGIN { split(ENVIRON["FOUND"], line, "\n") }
    { split(line[NR], field, " ")
      if ($5 != "?" && $4 == field[4] && $5 != field[5])
        print "TTL differs: " $4 " has " field[5] " seconds, planned are " $5 ". samba-tool sets no TTL: use a DNS console." }'
}
