Assert-Writable $groupServer
$group = Get-PlannedGroup
$what = "member of $($group.SID.Value)"
$present = @(Get-MemberName $group)
$missing = @(Get-Account | Where-Object { $present -notcontains $_.DistinguishedName })
if ($missing.Count -eq 0) { "already applied: all accounts are members of $groupName."; return }
foreach ($account in $missing) {
  if ($PSCmdlet.ShouldProcess("$groupName on $groupServer", "add $($account.DistinguishedName)")) {
    Add-Made $what $account.SID.Value
    try {
      Add-ADGroupMember -Identity $group.DistinguishedName -Members $account -Server $groupServer -Confirm:$false
    } catch {
      # One that somebody else adds later is not ours.
      if (@(Get-MemberName $group) -notcontains $account.DistinguishedName) { Remove-Made $what $account.SID.Value }
      throw
    }
    "added: $($account.DistinguishedName)"
  }
}
if ($WhatIfPreference) { return }
$present = @(Get-MemberName $group)
$missing = @($missing | Where-Object { $present -notcontains $_.DistinguishedName })
if ($missing.Count -gt 0) { throw "Not a member of ${groupName}: $(($missing | ForEach-Object { $_.Name }) -join ', ')" }
"applied: all accounts are members of $groupName."
