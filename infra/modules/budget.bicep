metadata description = 'The budget of the resource group: mail at half, at four fifths, when it is used up, and when it will be.'

param name string
param amount int
param startDate string
param emails array

var begins = '${startDate}T00:00:00Z'

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    // Written as Azure gives them back, the end as well: otherwise each what-if shows them as a change.
    timePeriod: { startDate: begins, endDate: dateTimeAdd(begins, 'P10Y') }
    notifications: {
      half: { enabled: true, operator: 'GreaterThan', threshold: 50, thresholdType: 'Actual', contactEmails: emails }
      mostOfIt: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: emails }
      usedUp: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Actual', contactEmails: emails }
      willBe: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Forecasted', contactEmails: emails }
    }
  }
}
