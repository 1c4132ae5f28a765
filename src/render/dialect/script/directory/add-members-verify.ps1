$group = Get-PlannedGroup
$present = @(Get-MemberName $group)
$planned = @(Get-Account | ForEach-Object { $_.DistinguishedName })
$missing = @($planned | Where-Object { $present -notcontains $_ })
$others = @($present | Where-Object { $planned -notcontains $_ })
foreach ($name in $present) { "member: $name" }
foreach ($name in $missing) { "not a member: $name" }
foreach ($name in $others) { "a member that the plan does not name: $name" }
if ($missing.Count -gt 0 -or $others.Count -gt 0) { throw 'Not as planned.' }
'as planned'
