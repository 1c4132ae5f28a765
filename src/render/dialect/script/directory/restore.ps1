$todo = @()
foreach ($node in @(Get-AllNode)) {
  $before = Get-Kept $stageBefore $node
  $after = Get-Kept $stageAfter $node
  if (-not $after -or (Test-Same $before $node.Sddl)) { continue }
  if (-not (Test-Same $after $node.Sddl)) {
    Stop-Unchanged (@('The descriptor is not the one that this plan left.') + @(Show-Difference $node $after $node.Sddl))
  }
  $todo += $node
}
if ($todo.Count -eq 0) { "already undone: no descriptor is one that this step left ($kept)."; return }
foreach ($node in $todo) {
  if (-not $PSCmdlet.ShouldProcess("$($node.Dn) on $($node.Server)", "restore $sections as kept before")) { continue }
  $before = Get-Kept $stageBefore $node
  $acl = Get-NodeAcl $node
  $acl.SetSecurityDescriptorSddlForm($before, $sections)
  Set-NodeAcl $node $acl
  $left = (Get-NodeAcl $node).Sddl
  if (-not (Test-Same $before $left)) {
    throw ((@('The descriptor is not the one that was kept.') + @(Show-Difference $node $before $left)) -join [Environment]::NewLine)
  }
  "undone: $($node.Dn)"
  Get-Own $left | ForEach-Object { "  $_" }
}
