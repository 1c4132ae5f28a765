if ($Tight -and $Dsacls) { throw '-Tight and -Dsacls exclude each other. Nothing was changed.' }
$sid = Get-GroupSid
$todo = @()
foreach ($node in @(Get-AllNode)) {
  $right = Get-GroupRight $node.Sddl $sid
  if ($right -eq 'full' -or $right -eq 'tight') { "$($node.Dn): $groupName has its rights already."; continue }
  if ($right -eq 'denied') { Stop-Unchanged (@("An entry of $($node.Dn) denies ${groupName}:") + @(Get-Own $node.Sddl)) }
  $saved = Get-Kept 'saved' $node
  if (-not $saved) { Stop-Unchanged "No descriptor of $($node.Dn) was saved in ${kept}: carry out the step before." }
  if (-not (Test-Same $saved $node.Sddl)) {
    Stop-Unchanged (@('The descriptor has changed since it was saved.') + @(Show-Difference $node $saved $node.Sddl))
  }
  $todo += $node
}
if ($todo.Count -eq 0) { "already applied: $groupName has rights on every node."; return }
$right = 'GenericAll'
$parts = @([Guid]::Empty)
if ($Tight) {
  $right = 'WriteProperty'
  $parts = [Guid[]]$attributes
}
$trustee = New-Object System.Security.Principal.SecurityIdentifier($sid)
foreach ($node in $todo) {
  if (-not $PSCmdlet.ShouldProcess("$($node.Dn) on $($node.Server)", "grant $groupName $right")) { continue }
  $acl = Get-NodeAcl $node
  foreach ($part in $parts) {
    $acl.AddAccessRule((New-Object System.DirectoryServices.ActiveDirectoryAccessRule($trustee,
      [System.DirectoryServices.ActiveDirectoryRights]$right,
      [System.Security.AccessControl.AccessControlType]::Allow, $part)))
  }
  # Kept before it is written: a run that breaks off can be taken back too.
  Add-Kept 'granted' $node $acl.Sddl
  if ($Dsacls) {
    $account = $trustee.Translate([System.Security.Principal.NTAccount]).Value
    dsacls "\\$($node.Server)\$($node.Dn)" /G "${account}:GA"
    if ($LASTEXITCODE -ne 0) { throw "dsacls ended with $LASTEXITCODE." }
  } else {
    Set-NodeAcl $node $acl
  }
  $left = (Get-NodeAcl $node).Sddl
  Add-Kept 'granted' $node $left
  if (@('full', 'tight') -notcontains (Get-GroupRight $left $sid)) { throw "$groupName has no rights on $($node.Dn)." }
  "applied: $($node.Dn)"
  Get-Own $left | ForEach-Object { "  $_" }
}
