metadata description = 'What wakes somebody. Each alert links the section of the runbook that says what to do; its name is the anchor.'

param name string
param location string
param tags object
param emails array
param insightsId string
param workspaceId string
param serviceBusId string
param siteUrl string
param partnerCenterEnabled bool
param runbookUrl string

// One line of the log is one fact (`event.name key=value …`); a rule counts the lines that its query leaves.
// Lines take minutes to arrive: a window as short as its frequency would miss those that come late.
var rules = [
  {
    name: 'inbox-opened'
    severity: 2
    every: 'PT5M'
    window: 'PT15M'
    query: 'traces | where message startswith "inbox.opened"'
  }
  {
    name: 'access-refused'
    severity: 1
    every: 'PT5M'
    window: 'PT15M'
    query: 'traces | where message startswith "inbox.opened" or message startswith "step.put_off" | where message has_any ("code=signin_needed", "code=pc_forbidden", "code=dyn_signin", "code=dyn_forbidden")'
  }
  {
    name: 'old-message'
    severity: 3
    every: 'PT15M'
    window: 'PT30M'
    query: 'traces | where message startswith "queue.measured" | where toint(extract("oldest_seconds=([0-9]+)", 1, message)) > 1800'
  }
  {
    name: 'failure-percent'
    severity: 2
    every: 'PT15M'
    window: 'PT1H'
    query: 'traces | where message startswith "step.done" or message startswith "inbox.opened" | summarize done = countif(message startswith "step.done"), failed = countif(message startswith "inbox.opened") | where done + failed >= 10 and failed * 100.0 / (done + failed) > 5'
  }
  {
    name: 'throttled'
    severity: 3
    every: 'PT15M'
    window: 'PT30M'
    query: 'traces | where message startswith "gate.closed" | summarize closings = count() by gate = extract("gate=([a-z-]+)", 1, message) | where closings > 10'
  }
  {
    name: 'slow-road'
    severity: 3
    every: 'PT1H'
    window: 'PT6H'
    query: 'traces | where message startswith "lead.pushed" | extend lag = toint(extract("lag_seconds=([0-9]+)", 1, message)) | summarize typical = percentile(lag, 90), told = count() | where told >= 5 and typical > 3600'
  }
  {
    name: 'sign-in-ends'
    severity: 2
    every: 'PT1H'
    window: 'PT3H'
    query: 'traces | where message startswith "secret.measured" | where toint(extract("days_left=(-?[0-9]+)", 1, message)) < 30'
  }
  {
    name: 'referrals-expire'
    severity: 3
    every: 'PT1H'
    window: 'PT2H'
    query: 'traces | where message startswith "referrals.measured" | summarize arg_max(timestamp, message) | where toint(extract("within_24h=([0-9]+)", 1, message)) > 0'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'hunter'
    enabled: true
    emailReceivers: [for (email, i) in emails: { name: 'person ${i}', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: '${name}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Hunter: ${rule.name}'
    description: '${runbookUrl}#${rule.name}'
    severity: rule.severity
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: rule.every
    windowSize: rule.window
    autoMitigate: true
    // A new workspace has no rows yet; the names in the query are checked by tests/infra.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id], customProperties: { runbook: '${runbookUrl}#${rule.name}' } }
  }
}]

// Absence, not failure: a poll that never ran logs nothing. Two polls of ten minutes and the time that a log needs.
resource pollsMissed 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-polls-missed'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Hunter: polls-missed'
    description: '${runbookUrl}#polls-missed'
    severity: 1
    enabled: partnerCenterEnabled
    scopes: [insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT45M'
    autoMitigate: true
    // A new workspace has no rows yet; the names in the query are checked by tests/infra.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: 'traces | where message startswith "run.ended kind=referrals" | where message has_any ("state=succeeded", "state=partial")'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id], customProperties: { runbook: '${runbookUrl}#polls-missed' } }
  }
}

// Reaching the daily cap of the workspace silences every alert above.
resource logCap 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-log-cap'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Hunter: log-cap'
    description: '${runbookUrl}#log-cap'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT2H'
    autoMitigate: true
    // A new workspace has no rows yet; the names in the query are checked by tests/infra.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: '_LogOperation | where Category =~ "Ingestion" and Operation has "Data collection"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id], customProperties: { runbook: '${runbookUrl}#log-cap' } }
  }
}

// Hunter moves dead letters to its inbox within seconds; one that stays a quarter of an hour means that it does not run.
resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: '${runbookUrl}#dead-letters'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource healthTest 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${name}-health'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${name}-health'
    Name: 'Hunter: health'
    Kind: 'standard'
    Enabled: true
    Frequency: 900
    Timeout: 60
    RetryEnabled: true
    Locations: [{ Id: 'emea-nl-ams-azr' }, { Id: 'emea-fr-pra-edge' }, { Id: 'us-va-ash-azr' }]
    Request: { RequestUrl: '${siteUrl}/api/health', HttpVerb: 'GET' }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}

resource notHealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-not-healthy'
  location: 'global'
  tags: tags
  properties: {
    description: '${runbookUrl}#not-healthy'
    severity: 1
    enabled: true
    scopes: [healthTest.id, insightsId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: healthTest.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: people.id }]
  }
}

// Azure makes this one by itself, under this name, and tells nobody; declared, it tells us.
resource anomalies 'Microsoft.AlertsManagement/smartDetectorAlertRules@2021-04-01' = {
  name: 'Failure Anomalies - ${last(split(insightsId, '/'))}'
  location: 'global'
  tags: tags
  properties: {
    description: '${runbookUrl}#failure-anomalies'
    state: 'Enabled'
    severity: 'Sev3'
    frequency: 'PT1M'
    detector: { id: 'FailureAnomaliesDetector' }
    scope: [insightsId]
    actionGroups: { groupIds: [people.id] }
  }
}
