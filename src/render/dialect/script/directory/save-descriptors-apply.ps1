$missing = @()
foreach ($node in @(Get-AllNode)) {
  $saved = Get-Kept 'saved' $node
  if (-not $saved) { $missing += $node; continue }
  $stages = @('saved', 'granted', 'uncleaned', 'cleaned' | Where-Object { (Get-Kept $_ $node) -and (Test-Same (Get-Kept $_ $node) $node.Sddl) })
  if ($stages.Count -eq 0) {
    Stop-Unchanged (@('The descriptor was saved before, and has changed since.') + @(Show-Difference $node $saved $node.Sddl) + "Move $kept away to save anew.")
  }
  "$($node.Dn): already kept, as $($stages[0])."
}
if ($missing.Count -eq 0) { "already applied: every descriptor is in $kept."; return }
foreach ($node in $missing) {
  if ($PSCmdlet.ShouldProcess($kept, "save the descriptor of $($node.Dn)")) {
    Add-Kept 'saved' $node $node.Sddl
    if ((Get-Kept 'saved' $node) -ne $node.Sddl) { throw "The descriptor is not in $kept." }
    "applied: saved $($node.Dn)"
    Get-Own $node.Sddl | ForEach-Object { "  $_" }
  }
}
