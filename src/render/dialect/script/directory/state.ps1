# What the scripts of this plan have made, so that only that is taken back.
function Get-Made {
  if (Test-Path -LiteralPath $made) { Import-Csv -LiteralPath $made -Encoding UTF8 }
}
function Test-Made($What, $Id) {
  @(Get-Made | Where-Object { $_.What -eq $What -and $_.Id -eq $Id }).Count -gt 0
}
function Add-Made($What, $Id) {
  if (Test-Made $What $Id) { return }
  [pscustomobject]@{ What = $What; Id = $Id } |
    Export-Csv -LiteralPath $made -Append -NoTypeInformation -Encoding UTF8 -Confirm:$false
}
function Remove-Made($What, $Id) {
  $rest = @(Get-Made | Where-Object { $_.What -ne $What -or $_.Id -ne $Id })
  Remove-Item -LiteralPath $made -Confirm:$false
  if ($rest.Count -gt 0) {
    $rest | Export-Csv -LiteralPath $made -NoTypeInformation -Encoding UTF8 -Confirm:$false
  }
}
