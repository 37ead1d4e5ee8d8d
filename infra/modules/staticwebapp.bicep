metadata description = 'The page: Static Web App Standard with its own identity, Entra sign-in and the functions linked behind /api.'

param name string
param location string
param tags object
param backendId string
param backendRegion string
param vaultName string
param signInClientId string

var secretName = 'site-client-secret'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User

resource site 'Microsoft.Web/staticSites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
  identity: { type: 'SystemAssigned' }
  properties: {
    allowConfigFileUpdates: true
    // A preview cannot reach the linked functions.
    stagingEnvironmentPolicy: 'Disabled'
  }
}

// Linking switches on App Service authentication on the function app. Never declare authsettingsV2 beside it.
resource backend 'Microsoft.Web/staticSites/linkedBackends@2024-04-01' = {
  parent: site
  name: 'functions'
  properties: { backendResourceId: backendId, region: backendRegion }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource clientSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = {
  parent: vault
  name: secretName
}

// On this one secret: the site has no business with the Partner Center token.
resource readSecret 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(signInClientId)) {
  scope: clientSecret
  name: guid(clientSecret.id, site.id, 'Key Vault Secrets User')
  properties: {
    principalId: site.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

resource settings 'Microsoft.Web/staticSites/config@2024-04-01' = if (!empty(signInClientId)) {
  parent: site
  name: 'appsettings'
  properties: {
    AAD_CLIENT_ID: signInClientId
    AAD_CLIENT_SECRET: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${secretName})'
  }
  dependsOn: [readSecret]
}

output name string = site.name
output url string = 'https://${site.properties.defaultHostname}'
