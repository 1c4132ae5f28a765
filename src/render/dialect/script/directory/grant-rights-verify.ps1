$sid = Get-GroupSid
$wrong = $false
foreach ($node in @(Get-AllNode)) {
  $right = Get-GroupRight $node.Sddl $sid
  "$($node.Dn): ${groupName}: $right"
  Get-Own $node.Sddl | ForEach-Object { "  $_" }
  if ($right -ne 'full' -and $right -ne 'tight') { $wrong = $true }
}
if ($wrong) { throw 'Not as planned.' }
'as planned'
