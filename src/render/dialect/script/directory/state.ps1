# What the scripts of this plan make, so that only that is taken back. It is noted before it is made: what a run that
# broke off has made is known too. The file only grows: the last line about a thing counts.
function Add-Note($What, $Id, $State) {
  [pscustomobject]@{ What = $What; Id = $Id; State = $State } |
    Export-Csv -LiteralPath $made -Append -NoTypeInformation -Encoding UTF8 -Confirm:$false
}
function Add-Made($What, $Id) { Add-Note $What $Id 'made' }
function Remove-Made($What, $Id) { Add-Note $What $Id 'gone' }
function Test-Made($What, $Id) {
  if (-not (Test-Path -LiteralPath $made)) { return $false }
  $notes = @(Import-Csv -LiteralPath $made -Encoding UTF8 | Where-Object { $_.What -eq $What -and $_.Id -eq $Id })
  $notes.Count -gt 0 -and $notes[-1].State -eq 'made'
}
# What has an Id only once it is there is noted by its name until then.
function Test-Ours($What, $Name, $Id) {
  (Test-Made $What $Id) -or (Test-Made "$What to be made" $Name)
}
