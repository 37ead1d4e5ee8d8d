using '../main.bicep'

param environmentName = 'test'
param siteLocation = 'westeurope'

// These three start false. The runbook says when each may become true.
param partnerCenterEnabled = false
param dynamicsEnabled = false
param trustClientPrincipal = false

param signInClientId = ''

// By the names in local.settings.example.json; only what differs from the default.
param hunterSettings = {
  PARTNER_CENTER_CLIENT_ID: ''
  PARTNER_CENTER_USERNAME: ''
  DYNAMICS_URL: ''
  OWN_DOMAINS: 'contoso.example'
  SUPPORT_CONTACT: 'it-help@contoso.example'
}

param alwaysReadyHttp = 0
param maximumInstanceCount = 40
param protectData = false

param alertEmails = ['hunter-alerts@contoso.example']
param monthlyBudget = 60
param budgetStartDate = '2026-12-01'
param runbookUrl = 'https://github.com/contoso/hunter/blob/main/docs/operations.md'
