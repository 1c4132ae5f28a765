function Stop-Unchanged([string[]]$Lines) {
  throw (($Lines + 'Nothing was changed. Plan again.') -join [Environment]::NewLine)
}
function Assert-Writable($Server) {
  # What a read-only domain controller alone says of itself: LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID, [MS-ADTS] 3.1.1.3.4.3.
  $capabilities = @((Get-ADRootDSE -Server $Server).supportedCapabilities)
  if (@($capabilities | Where-Object { "$_" -like '*1.2.840.113556.1.4.1920*' }).Count -gt 0) {
    Stop-Unchanged "$Server is a read-only domain controller."
  }
}
