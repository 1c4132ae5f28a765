Assert-Writable $groupServer
$group = Find-Group
if (-not $group -or -not (Test-Ours 'group' $groupName $group.SID.Value)) {
  'already undone: no group that this plan''s script made is left.'
  if ($group) { "$($group.DistinguishedName) was made by something else and stays ($made)." }
  return
}
if (-not (Test-Group $group)) { Stop-Unchanged (@('The group is no longer as this plan made it.') + @(Show-Group $group)) }
$members = @((Get-ADGroup -Identity $group.DistinguishedName -Properties Members -Server $groupServer).Members)
if ($members.Count -gt 0) { Stop-Unchanged (@("The group has members:") + $members) }
if ($PSCmdlet.ShouldProcess("$($group.DistinguishedName) on $groupServer", 'remove the group')) {
  Remove-ADGroup -Identity $group.DistinguishedName -Server $groupServer -Confirm:$false
  if (Find-Group) { throw 'The group is still there.' }
  Remove-Made 'group' $group.SID.Value
  Remove-Made 'group to be made' $groupName
  "undone: $($group.DistinguishedName) is gone."
}
