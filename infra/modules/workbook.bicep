metadata description = 'One page for the person on duty: freshness, throughput, lag, failures, backlog. Its content: workbook.json.'

param location string
param tags object
param displayName string
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insightsId, 'hunter')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: insightsId
    version: 'Notebook/1.0'
    serializedData: loadTextContent('../workbook.json')
  }
}
