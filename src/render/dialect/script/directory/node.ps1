# The node of a row of the table: Object is empty where there is none.
function Find-Node($Row) {
  $server = $Row.Server
  if (-not $server) { $server = $ComputerName }
  $zoneDn = (Get-DnsServerZone -ComputerName $server -Name $Row.Zone -ErrorAction Stop).DistinguishedName
  if (-not $zoneDn) { Stop-Unchanged "The zone $($Row.Zone) is not in the directory on $server." }
  $object = Get-ADObject -SearchBase $zoneDn -SearchScope OneLevel -LDAPFilter "(&(objectClass=dnsNode)(name=$($Row.Name)))" -Server $server
  [pscustomobject]@{ Row = $Row; Server = $server; ZoneDn = $zoneDn; Name = $Row.Name; Dn = "DC=$($Row.Name),$zoneDn"; Object = $object }
}
function Find-AllNode {
  foreach ($row in $nodes) {
    $node = Find-Node $row
    Assert-Writable $node.Server
    $node
  }
}
