metadata description = 'The vault of the unavoidable secrets. Their values are never set here: a redeployment must not undo a rotation.'

param name string
param location string
param tags object
param protectData bool
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Absent, not false: a vault once protected refuses "false".
    enablePurgeProtection: protectData ? true : null
    publicNetworkAccess: 'Enabled'
  }
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protectData) {
  scope: vault
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'The Partner Center sign-in. docs/operations.md, Tear down.' }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
