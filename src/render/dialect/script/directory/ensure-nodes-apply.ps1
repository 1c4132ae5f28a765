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
    Add-Made 'node to be made' $node.Dn
    try {
      New-ADObject -Type dnsNode -Name $node.Name -Path $node.ZoneDn -Server $node.Server -Confirm:$false
    } catch {
      # One that a host makes later is not ours.
      if (-not (Find-Node $node.Row).Object) { Remove-Made 'node to be made' $node.Dn }
      throw
    }
    $object = (Find-Node $node.Row).Object
    if (-not $object) { throw "$($node.Dn) was made and cannot be read." }
    Add-Made 'node' $object.ObjectGUID
    Remove-Made 'node to be made' $node.Dn
    "applied: $($object.DistinguishedName)"
  }
}
