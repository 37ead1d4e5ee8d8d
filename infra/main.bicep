metadata description = 'Everything that Hunter needs in one resource group. Read from top to bottom: it is the list of what exists.'

@description('Which of the three environments this is; part of every name.')
@allowed(['dev', 'test', 'prod'])
param environmentName string

@description('Region of everything but the page.')
param location string = resourceGroup().location

@description('Region of the Static Web App, which is not offered everywhere.')
@allowed(['centralus', 'eastasia', 'eastus2', 'westeurope', 'westus2'])
param siteLocation string = 'westeurope'

@description('Settings of Hunter by their own names (local.settings.example.json), for what is not its default. No secrets.')
param hunterSettings object = {}

@description('Poll Partner Center. True only after the first sign-in (docs/operations.md, step 8).')
param partnerCenterEnabled bool = false

@description('Write to Dynamics 365. True only after the columns are provisioned (docs/operations.md, step 9).')
param dynamicsEnabled bool = false

@description('Believe the principal header. True only after infra/tools/smoke.py has passed (docs/operations.md, step 7).')
param trustClientPrincipal bool = false

@description('Client id of the page\'s Entra registration. Empty until its secret is in the vault (docs/operations.md, step 6).')
param signInClientId string = ''

@description('Name of a vault secret for Dynamics, only where a managed identity cannot be used. Empty: managed identity.')
param dynamicsSecretName string = ''

@description('HTTP instances that are always warm. 0 costs nothing and starts in seconds; 1 costs about 20 USD a month.')
@minValue(0)
@maxValue(10)
param alwaysReadyHttp int = 0

@description('Ceiling of instances per function group. 40 is the lowest that every region accepts.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance. 512 is refused by some regions.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('Who gets alerts.')
@minLength(1)
param alertEmails array

@description('Budget of the group, a month, in the currency of the subscription.')
@minValue(1)
param monthlyBudget int

@description('First day of the month in which the budget starts, not in the past, e.g. 2026-12-01. Never changed afterwards.')
param budgetStartDate string

@description('Address of the runbook; alerts link to its sections.')
param runbookUrl string

@description('Refuse deletion of data, queues and secrets, and protect the vault from purging. For prod.')
param protectData bool = false

var tags = { application: 'hunter', environment: environmentName }
var suffix = take(uniqueString(resourceGroup().id, environmentName), 6)
var name = 'hunter-${environmentName}-${suffix}'

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: { name: 'id-${name}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: { name: name, location: location, tags: tags }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: { name: 'sthunter${environmentName}${suffix}', location: location, tags: tags, protectData: protectData }
}

module serviceBus 'modules/servicebus.bicep' = {
  name: 'servicebus'
  params: { name: 'sb-${name}', location: location, tags: tags, protectData: protectData, workspaceId: monitoring.outputs.workspaceId }
}

module keyVault 'modules/keyvault.bicep' = {
  name: 'keyvault'
  params: { name: 'kv-${name}', location: location, tags: tags, protectData: protectData, workspaceId: monitoring.outputs.workspaceId }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    serviceBusName: serviceBus.outputs.name
    vaultName: keyVault.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module functionApp 'modules/functionapp.bicep' = {
  name: 'functionapp'
  params: {
    name: 'func-${name}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainerUrl: storage.outputs.packageContainerUrl
    alwaysReadyHttp: alwaysReadyHttp
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
  }
  dependsOn: [roles]
}

module appSettings 'modules/appsettings.bicep' = {
  name: 'appsettings'
  params: {
    appName: functionApp.outputs.name
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    tableUri: storage.outputs.tableUri
    serviceBusHost: serviceBus.outputs.host
    vaultUri: keyVault.outputs.uri
    insightsConnection: monitoring.outputs.insightsConnection
    hunterSettings: hunterSettings
    partnerCenterEnabled: partnerCenterEnabled
    dynamicsEnabled: dynamicsEnabled
    trustClientPrincipal: trustClientPrincipal
    dynamicsSecretName: dynamicsSecretName
  }
}

module site 'modules/staticwebapp.bicep' = {
  name: 'staticwebapp'
  params: {
    name: 'stapp-${name}'
    location: siteLocation
    tags: tags
    backendId: functionApp.outputs.id
    backendRegion: location
    vaultName: keyVault.outputs.name
    signInClientId: signInClientId
  }
  // The link changes the functions' app too, and Azure refuses two changes at once.
  dependsOn: [appSettings]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    name: name
    location: location
    tags: tags
    emails: alertEmails
    insightsId: monitoring.outputs.insightsId
    workspaceId: monitoring.outputs.workspaceId
    serviceBusId: serviceBus.outputs.id
    siteUrl: site.outputs.url
    partnerCenterEnabled: partnerCenterEnabled
    runbookUrl: runbookUrl
  }
}

module budget 'modules/budget.bicep' = {
  name: 'budget'
  params: { name: 'budget-${name}', amount: monthlyBudget, startDate: budgetStartDate, emails: alertEmails }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: { location: location, tags: tags, displayName: 'Hunter ${environmentName}', insightsId: monitoring.outputs.insightsId }
}

@description('For func, az functionapp and infra/tools/smoke.py.')
output functionAppName string = functionApp.outputs.name
output functionAppUrl string = functionApp.outputs.url
output siteName string = site.outputs.name
output siteUrl string = site.outputs.url
output vaultUri string = keyVault.outputs.uri

@description('The application user in Dynamics (step 9).')
output identityClientId string = identity.outputs.clientId
output identityPrincipalId string = identity.outputs.principalId
