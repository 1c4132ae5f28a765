$wrong = $false
foreach ($node in @(Get-AllNode)) {
  $saved = Get-Kept 'saved' $node
  if ($saved) {
    "saved: $($node.Dn)"
    Get-Own $saved | ForEach-Object { "  $_" }
  } else {
    "not saved: $($node.Dn)"
    $wrong = $true
  }
}
if ($wrong) { throw 'Not as planned.' }
'as planned'
