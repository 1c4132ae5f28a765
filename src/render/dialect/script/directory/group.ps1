function Find-Group {
  Get-ADGroup -Filter { SamAccountName -eq $groupName } -Server $groupServer
}
function Test-Group($Found) {
  "$($Found.GroupScope)" -eq $scope -and "$($Found.GroupCategory)" -eq 'Security'
}
function Show-Group($Found) {
  "expected: $groupName, scope $scope, category Security"
  if ($Found) { "found:    $($Found.DistinguishedName), scope $($Found.GroupScope), category $($Found.GroupCategory)" }
  else { 'found:    no such group' }
}
