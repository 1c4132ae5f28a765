$wrong = $false
foreach ($node in @(Get-AllNode)) {
  $node.Dn
  Get-Own $node.Sddl | ForEach-Object { "  $_" }
  if (-not (Test-Clean $node $node.Sddl)) {
    "  Domain Admins ($(Get-DomainAdmins $node)) should own it, and these entries should be gone:"
    Get-Stranger (ConvertTo-Acl $node.Sddl) | ForEach-Object { "  $($_.IdentityReference.Value): $($_.ActiveDirectoryRights)" }
    $wrong = $true
  }
}
if ($wrong) { throw 'Not as planned.' }
'as planned'
