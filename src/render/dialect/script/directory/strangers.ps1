# Own allowing entries of computer accounts, Authenticated Users and Domain Computers.
function Get-Stranger($Acl) {
  foreach ($rule in @(Get-OwnRule $Acl)) {
    $sid = $rule.IdentityReference
    try { $account = $sid.Translate([System.Security.Principal.NTAccount]).Value } catch { $account = '' }
    $wide = $sid.Value -eq 'S-1-5-11' -or $sid.Value -like 'S-1-5-21-*-515'
    if ("$($rule.AccessControlType)" -eq 'Allow' -and ($wide -or $account.EndsWith('$'))) { $rule }
  }
}
function Get-DomainAdmins($Node) {
  "$((Get-ADDomain -Server $Node.Server).DomainSID.Value)-512"
}
function Test-Clean($Node, $Sddl) {
  $acl = ConvertTo-Acl $Sddl
  $owner = $acl.GetOwner([System.Security.Principal.SecurityIdentifier]).Value
  $owner -eq (Get-DomainAdmins $Node) -and @(Get-Stranger $acl).Count -eq 0
}
