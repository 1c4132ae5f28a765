Assert-Writable $groupServer
$group = Find-Group
if (-not $group) { "already undone: there is no group $groupName."; return }
$group = Get-PlannedGroup
$what = "member of $($group.SID.Value)"
$present = @(Get-MemberName $group)
$ours = @(Get-Account | Where-Object { $present -contains $_.DistinguishedName -and (Test-Made $what $_.SID.Value) })
if ($ours.Count -eq 0) { "already undone: no account that this plan's script added is a member of $groupName ($made)."; return }
foreach ($account in $ours) {
  if ($PSCmdlet.ShouldProcess("$groupName on $groupServer", "remove $($account.DistinguishedName)")) {
    Remove-ADGroupMember -Identity $group.DistinguishedName -Members $account -Server $groupServer -Confirm:$false
    if (@(Get-MemberName $group) -contains $account.DistinguishedName) { throw "$($account.Name) is still a member." }
    Remove-Made $what $account.SID.Value
    "removed: $($account.DistinguishedName)"
  }
}
if ($WhatIfPreference) { return }
"undone: the accounts that were added are gone. They keep the group's rights until their tickets end, up to 10 hours."
