$wrong = $false
foreach ($row in $nodes) {
  $node = Find-Node $row
  if ($node.Object) { "there: $($node.Dn)" } else { "missing: $($node.Dn)"; $wrong = $true }
}
if ($wrong) { throw 'Not as planned.' }
'as planned'
