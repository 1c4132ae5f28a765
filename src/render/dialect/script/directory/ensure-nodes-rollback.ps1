$ours = @()
foreach ($node in @(Find-AllNode)) {
  if (-not $node.Object -or -not (Test-Ours 'node' $node.Dn $node.Object.ObjectGUID)) { continue }
  # A tombstone is no record any more.
  $filter = "(&(objectClass=dnsNode)(name=$($node.Name))(dnsRecord=*)(!(dNSTombstoned=TRUE)))"
  $full = @(Get-ADObject -SearchBase $node.ZoneDn -SearchScope OneLevel -LDAPFilter $filter -Server $node.Server)
  if ($full.Count -gt 0) { Stop-Unchanged "$($node.Dn) holds records." }
  $ours += $node
}
if ($ours.Count -eq 0) { "already undone: no node that this plan's script made is left ($made)."; return }
foreach ($node in $ours) {
  if ($PSCmdlet.ShouldProcess("$($node.Dn) on $($node.Server)", 'remove the empty node')) {
    Remove-ADObject -Identity $node.Object.DistinguishedName -Server $node.Server -Confirm:$false
    if ((Find-Node $node.Row).Object) { throw "$($node.Dn) is still there." }
    Remove-Made 'node' $node.Object.ObjectGUID
    Remove-Made 'node to be made' $node.Dn
    "undone: $($node.Dn) is gone."
  }
}
