$missing = @()
foreach ($row in $nodes) {
  $node = Find-Node $row
  Assert-Writable $node.Server
  if ($node.Object) { "$($node.Dn) is there already."; continue }
  if ($row.Exists) { Stop-Unchanged "$($node.Dn) was there when the plan was made, and is gone." }
  $missing += $node
}
if ($missing.Count -eq 0) { 'already applied: all nodes are there.'; return }
foreach ($node in $missing) {
  if ($PSCmdlet.ShouldProcess("$($node.Dn) on $($node.Server)", 'make an empty node')) {
    $object = New-ADObject -Type dnsNode -Name $node.Name -Path $node.ZoneDn -Server $node.Server -PassThru -Confirm:$false
    Add-Made 'node' $object.ObjectGUID
    "applied: $($object.DistinguishedName)"
  }
}
