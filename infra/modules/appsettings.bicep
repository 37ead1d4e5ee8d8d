metadata description = 'Every setting of the function app. One module owns them all: a partial list would delete the others.'

param appName string
param identityClientId string
param storageName string
param tableUri string
param serviceBusHost string
param vaultUri string
param insightsConnection string
param hunterSettings object
param partnerCenterEnabled bool
param dynamicsEnabled bool
param trustClientPrincipal bool
param dynamicsSecretName string

// What the platform reads.
var platformSettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  // As many threads as host.json lets messages run at once.
  PYTHON_THREADPOOL_THREAD_COUNT: '32'
}

// What Hunter reads; empty means its default. `hunterSettings` of the environment goes over these.
var defaultSettings = {
  PARTNER_CENTER_URL: 'https://api.partner.microsoft.com'
  PARTNER_CENTER_TENANT_ID: tenant().tenantId
  PARTNER_CENTER_CLIENT_ID: ''
  PARTNER_CENTER_USERNAME: ''
  PARTNER_CENTER_SCHEDULE: '0 */10 * * * *'
  PARTNER_CENTER_MODE: 'filter'
  PARTNER_CENTER_OVERLAP_MINUTES: '15'
  PARTNER_CENTER_WRITE_BACK: 'false'
  DYNAMICS_URL: ''
  DYNAMICS_TENANT_ID: tenant().tenantId
  DYNAMICS_CLIENT_ID: ''
  DYNAMICS_OWNER: ''
  DYNAMICS_SWEEP_SCHEDULE: '0 7 * * * *'
  DYNAMICS_PULL_SCHEDULE: '0 */10 * * * *'
  DYNAMICS_LEAD_SOURCES: ''
  DYNAMICS_PREDICTIVE_SCORES: 'false'
  DNS_SERVERS: ''
  RDAP_BOOTSTRAP_URL: 'https://data.iana.org/rdap'
  WHOIS_SERVERS: ''
  SCAN_CHECKS: 'mx,spf,dkim,dmarc,mta_sts,tls_rpt,registration,network,tenant'
  SCAN_FRESH_HOURS: '24'
  REFRESH_SCHEDULE: '0 30 3 * * *'
  MAXMIND_PATH: ''
  OWN_DOMAINS: ''
  SCORING_RULES_PATH: ''
  EXPORT_MAX_ROWS: '20000'
  RECONCILE_SCHEDULE: '0 0 2 * * *'
  SWEEP_SCHEDULE: '0 */5 * * * *'
  RETENTION_DAYS: '365'
  RETRY_SCALE: '1'
  SUPPORT_CONTACT: ''
}

// What follows from this deployment; nothing goes over these.
var fixedSettings = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production'
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
  AZURE_CLIENT_ID: identityClientId
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  Storage__tableServiceUri: tableUri
  KEY_VAULT_URL: vaultUri
  PARTNER_CENTER_ENABLED: toLower(string(partnerCenterEnabled))
  DYNAMICS_ENABLED: toLower(string(dynamicsEnabled))
  TRUST_CLIENT_PRINCIPAL: toLower(string(trustClientPrincipal))
  DYNAMICS_CLIENT_SECRET: empty(dynamicsSecretName) ? '' : '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${dynamicsSecretName})'
}

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(platformSettings, defaultSettings, hunterSettings, fixedSettings)
}
