function Get-PlannedGroup {
  $group = Find-Group
  if (-not $group -or -not (Test-Group $group)) { Stop-Unchanged (@('The group is not as planned.') + @(Show-Group $group)) }
  $group
}
# The accounts, each fetched from its own domain.
function Get-Account {
  foreach ($entry in $accounts) { Get-ADComputer -Identity $entry.Account -Server $entry.Domain }
}
# Distinguished names, as the group holds them: members of other domains are among them.
function Get-MemberName($Group) {
  @((Get-ADGroup -Identity $Group.DistinguishedName -Properties Members -Server $groupServer).Members)
}
