# The descriptor of the node that was kept last under a stage: saved, granted, uncleaned, cleaned. Empty: none.
function Get-Kept($Stage, $Node) {
  if (-not (Test-Path -LiteralPath $kept)) { return '' }
  $rows = @(Import-Csv -LiteralPath $kept -Encoding UTF8 | Where-Object { $_.Stage -eq $Stage -and $_.Node -eq $Node.Dn })
  if ($rows.Count -eq 0) { '' } else { $rows[-1].Sddl }
}
function Add-Kept($Stage, $Node, $Sddl) {
  [pscustomobject]@{ Stage = $Stage; Node = $Node.Dn; Sddl = $Sddl } |
    Export-Csv -LiteralPath $kept -Append -NoTypeInformation -Encoding UTF8 -Confirm:$false
}
function Get-NodeAcl($Node) {
  $null = New-PSDrive -Name KMS -PSProvider ActiveDirectory -Root '' -Server $Node.Server -WhatIf:$false -Confirm:$false
  Get-Acl -Path "KMS:\$($Node.Dn)"
}
function Set-NodeAcl($Node, $Acl) {
  $null = New-PSDrive -Name KMS -PSProvider ActiveDirectory -Root '' -Server $Node.Server -WhatIf:$false -Confirm:$false
  Set-Acl -Path "KMS:\$($Node.Dn)" -AclObject $Acl -Confirm:$false
}
# The nodes of the table, which must be there, with their descriptors as Sddl.
function Get-AllNode {
  foreach ($node in @(Find-AllNode)) {
    if (-not $node.Object) { Stop-Unchanged "There is no node $($node.Dn)." }
    $node | Add-Member -NotePropertyName Sddl -NotePropertyValue (Get-NodeAcl $node).Sddl -PassThru
  }
}
function ConvertTo-Acl($Sddl) {
  $acl = New-Object System.DirectoryServices.ActiveDirectorySecurity
  $acl.SetSecurityDescriptorSddlForm($Sddl)
  $acl
}
function Get-OwnRule($Acl) {
  $Acl.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier])
}
# Owner and entries that are not inherited, a line each, and whether inherited ones are kept out.
function Get-Own($Sddl) {
  $acl = ConvertTo-Acl $Sddl
  "owner $($acl.GetOwner([System.Security.Principal.SecurityIdentifier]).Value)"
  if ($acl.AreAccessRulesProtected) { 'nothing is inherited' }
  Get-OwnRule $acl | ForEach-Object {
    "$($_.AccessControlType) $($_.IdentityReference.Value): $($_.ActiveDirectoryRights), object $($_.ObjectType), $($_.InheritanceType) $($_.InheritedObjectType)"
  } | Sort-Object
}
function Test-Same($Sddl, $Other) {
  (@(Get-Own $Sddl) -join '|') -eq (@(Get-Own $Other) -join '|')
}
function Show-Difference($Node, $Expected, $Found) {
  $Node.Dn
  'expected:'
  Get-Own $Expected | ForEach-Object { "  $_" }
  'found:'
  Get-Own $Found | ForEach-Object { "  $_" }
}
# full, tight (writes dnsRecord and dNSTombstoned), denied or none.
function Get-GroupRight($Sddl, $Sid) {
  $full = [int][System.DirectoryServices.ActiveDirectoryRights]::GenericAll
  $write = [int][System.DirectoryServices.ActiveDirectoryRights]::WriteProperty
  $found = 'none'
  $written = @()
  foreach ($rule in @(Get-OwnRule (ConvertTo-Acl $Sddl))) {
    $below = [int]$rule.PropagationFlags -band [int][System.Security.AccessControl.PropagationFlags]::InheritOnly
    if ($rule.IdentityReference.Value -ne $Sid -or $below -ne 0) { continue }
    if ("$($rule.AccessControlType)" -eq 'Deny') { return 'denied' }
    $rights = [int]$rule.ActiveDirectoryRights
    if ($rule.ObjectType -eq [Guid]::Empty -and ($rights -band $full) -eq $full) { $found = 'full' }
    if (($rights -band $write) -eq $write) {
      $written += @($attributes | Where-Object { $rule.ObjectType -eq [Guid]::Empty -or $rule.ObjectType -eq [Guid]$_ })
    }
  }
  if ($found -eq 'none' -and @($written | Sort-Object -Unique).Count -eq $attributes.Count) { $found = 'tight' }
  $found
}
function Get-GroupSid {
  $group = Find-Group
  if (-not $group) { Stop-Unchanged "There is no group $groupName." }
  $group.SID.Value
}
