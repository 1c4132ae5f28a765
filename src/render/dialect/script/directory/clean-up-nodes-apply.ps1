$sid = Get-GroupSid
$todo = @()
foreach ($node in @(Get-AllNode)) {
  if (Test-Clean $node $node.Sddl) { "$($node.Dn): nothing is to be put right."; continue }
  if (@('full', 'tight') -notcontains (Get-GroupRight $node.Sddl $sid)) {
    Stop-Unchanged "$groupName has no rights on $($node.Dn): carry out the grant first."
  }
  $expected = Get-Kept 'granted' $node
  if (-not $expected) { $expected = Get-Kept 'saved' $node }
  if (-not $expected) { Stop-Unchanged "No descriptor of $($node.Dn) was saved in ${kept}: carry out the steps before." }
  if (-not (Test-Same $expected $node.Sddl)) {
    Stop-Unchanged (@('The descriptor has changed since the grant.') + @(Show-Difference $node $expected $node.Sddl))
  }
  $todo += $node
}
if ($todo.Count -eq 0) { 'already applied: Domain Admins own every node, and no entry is to go.'; return }
foreach ($node in $todo) {
  $acl = Get-NodeAcl $node
  $strangers = @(Get-Stranger $acl)
  foreach ($rule in $strangers) { "$($node.Dn) loses: $($rule.IdentityReference.Value) $($rule.ActiveDirectoryRights)" }
  if (-not $PSCmdlet.ShouldProcess("$($node.Dn) on $($node.Server)", "remove $($strangers.Count) entries, make Domain Admins the owner")) { continue }
  foreach ($rule in $strangers) { $acl.RemoveAccessRuleSpecific($rule) }
  $admins = Get-DomainAdmins $node
  $acl.SetOwner((New-Object System.Security.Principal.SecurityIdentifier($admins)))
  # Kept before it is written: a run that breaks off can be taken back too.
  Add-Kept 'uncleaned' $node $node.Sddl
  Add-Kept 'cleaned' $node $acl.Sddl
  Set-NodeAcl $node $acl
  $left = (Get-NodeAcl $node).Sddl
  Add-Kept 'cleaned' $node $left
  if (-not (Test-Clean $node $left)) { throw ((@('The node is not clean.') + @(Get-Own $left)) -join [Environment]::NewLine) }
  "applied: $($node.Dn)"
  Get-Own $left | ForEach-Object { "  $_" }
}
