
# locate SERVER ZONE NODE: sets zone_dn, and node_dn, which is empty where there is no node.
locate() {
  at=$1 zone=$2 node=$3
  shift 3
  reach "$at" "$@"
  if [ "$located" != "$zone" ]; then
    zone_dn=$(values "$forest" sub "(&(objectClass=dnsZone)(name=$zone))" dn "$@") || stop 'The directory does not answer.'
  fi
  case $zone_dn in
    '') stop "$server holds no zone $zone in the directory." ;;
    *'
'*) stop "$server holds the zone $zone more than once:" "$zone_dn" ;;
  esac
  located=$zone
  node_dn=$(values "$zone_dn" one "(&(objectClass=dnsNode)(name=$node))" dn "$@") || stop 'The directory does not answer.'
}
