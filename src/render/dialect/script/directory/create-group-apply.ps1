Assert-Writable $groupServer
$group = Find-Group
if ($group) {
  if (Test-Group $group) { "already applied: $($group.DistinguishedName) is there."; return }
  Stop-Unchanged (@('The group is not the planned one.') + @(Show-Group $group))
}
if ($PSCmdlet.ShouldProcess("$groupName on $groupServer", 'make the group')) {
  Add-Made 'group to be made' $groupName
  try {
    New-ADGroup -Name $groupName -SamAccountName $groupName -GroupCategory Security -GroupScope $scope @place -Server $groupServer -Confirm:$false
  } catch {
    # One that somebody else makes later is not ours.
    if (-not (Find-Group)) { Remove-Made 'group to be made' $groupName }
    throw
  }
  $group = Find-Group
  if (-not $group) { throw 'The group was made and cannot be read.' }
  Add-Made 'group' $group.SID.Value
  Remove-Made 'group to be made' $groupName
  if (-not (Test-Group $group)) { throw ((@('The group is not as planned.') + @(Show-Group $group)) -join [Environment]::NewLine) }
  "applied: $($group.DistinguishedName), scope $scope, category Security."
}
