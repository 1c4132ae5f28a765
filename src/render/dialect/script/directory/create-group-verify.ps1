$group = Find-Group
Show-Group $group
if (-not $group -or -not (Test-Group $group)) { throw 'Not as planned.' }
'as planned'
