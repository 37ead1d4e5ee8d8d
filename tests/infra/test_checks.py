"""infra/ is sound as it stands, and each of these mistakes in it is caught.

Mistakes in queries and in what is read of a resource: test_queries.py and test_resource_shapes.py.
"""

from dataclasses import dataclass

import pytest

from infra.tools.check import findings
from infra.tools.sources import Sources, read_sources

MAIN, ROLES, BUS = "infra/main.bicep", "infra/modules/roles.bicep", "infra/modules/servicebus.bicep"
APP, SETTINGS = "infra/modules/functionapp.bicep", "infra/modules/appsettings.bicep"
STORAGE, VAULT, ALERTS = "infra/modules/storage.bicep", "infra/modules/keyvault.bicep", "infra/modules/alerts.bicep"
PAGE, BUDGET = "infra/modules/staticwebapp.bicep", "infra/modules/budget.bicep"
SITE, PROD, DEV = "static-ui/staticwebapp.config.json", "infra/env/prod.bicepparam", "infra/env/dev.bicepparam"


@dataclass(frozen=True)
class Mistake:
    """`old` becomes `new` in a file, and the check called `rule` says so."""

    name: str
    path: str
    old: str
    new: str
    rule: str


MISTAKES = (
    Mistake("a brace is missing", BUS,
            "sku: { name: 'Standard', tier: 'Standard' }", "sku: { name: 'Standard'", "syntax"),
    Mistake("a symbol is misspelt", APP, "serverFarmId: plan.id", "serverFarmId: plam.id", "undefined"),
    Mistake("a function does not exist", MAIN, "take(uniqueString(", "takes(uniqueString(", "unknown-function"),
    Mistake("a symbol is declared twice", BUS,
            "param name string", "param name string\nparam name string", "duplicate"),
    Mistake("a parameter is used nowhere", BUS, "param name string", "param name string\nparam more string", "unused"),
    Mistake("a setting stands twice", SETTINGS,
            "DNS_SERVERS: ''", "DNS_SERVERS: ''\n  DNS_SERVERS: ''", "repeated-key"),
    Mistake("a module is not there", MAIN, "'modules/budget.bicep'", "'modules/budgets.bicep'", "module-missing"),
    Mistake("a module wants no such parameter", MAIN,
            "amount: monthlyBudget", "amounts: monthlyBudget", "unknown-param"),
    Mistake("a module lacks a parameter", MAIN, "    tableUri: storage.outputs.tableUri\n", "", "missing-param"),
    Mistake("an output does not exist", MAIN,
            "storage.outputs.tableUri", "storage.outputs.tablesUri", "unknown-output"),
    Mistake("an environment sets an unknown parameter", PROD,
            "param protectData", "param protectDate", "unknown-param"),
    Mistake("an environment lacks a value", PROD, "param monthlyBudget = 150", "", "missing-param"),
    Mistake("an environment lacks what another sets", PROD, "param alwaysReadyHttp = 1", "", "environments"),
    Mistake("a resource type is misspelt", STORAGE,
            "Microsoft.Storage/storageAccounts@", "Microsoft.Storage/storageAccount@", "unknown-type"),
    Mistake("an API version never existed", BUS,
            "namespaces/queues@2024-01-01", "namespaces/queues@2024-13-01", "unknown-version"),
    Mistake("a property is misspelt", BUS, "lockDuration:", "lockDurations:", "unknown-property"),
    Mistake("a required property is missing", VAULT, "    tenantId: tenant().tenantId\n", "", "missing-property"),
    Mistake("a value is none of the allowed", STORAGE, "kind: 'StorageV2'", "kind: 'StorageV3'", "wrong-value"),
    Mistake("a value has the wrong type", BUS, "maxDeliveryCount: 10", "maxDeliveryCount: '10'", "wrong-type"),
    Mistake("a role id has one digit off", ROLES, "b86a8fe4-44ce", "b86a8fe4-44cf", "role-id"),
    Mistake("two role ids are exchanged", ROLES,
            "'Azure Service Bus Data Sender': '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'",
            "'Azure Service Bus Data Sender': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'", "role-id"),
    Mistake("a role is listed but not given", ROLES, ", 'Azure Service Bus Data Receiver'", "", "role-missing"),
    Mistake("a setting that the code reads is missing", SETTINGS, "  RETENTION_DAYS: '365'\n", "", "missing-setting"),
    Mistake("a setting that nothing reads", SETTINGS,
            "RETRY_SCALE: '1'", "RETRY_SCALE: '1'\n  RETRIES: '1'", "unknown-setting"),
    Mistake("a setting that Flex refuses", SETTINGS,
            "RETRY_SCALE: '1'", "RETRY_SCALE: '1'\n  WEBSITE_RUN_FROM_PACKAGE: '1'", "forbidden-setting"),
    Mistake("a connection string for the queues", SETTINGS,
            "RETRY_SCALE: '1'", "RETRY_SCALE: '1'\n  ServiceBus: 'x'", "forbidden-setting"),
    Mistake("a default that the code refuses", SETTINGS,
            "SCAN_FRESH_HOURS: '24'", "SCAN_FRESH_HOURS: 'a day'", "setting-refused"),
    Mistake("an environment misspells a setting", PROD, "OWN_DOMAINS:", "OWN_DOMAIN:", "unknown-setting"),
    Mistake("a flag starts true", PROD,
            "param trustClientPrincipal = false", "param trustClientPrincipal = true", "flag-not-false"),
    Mistake("a queue is missing", BUS, "'scores', ", "", "queueNames"),
    Mistake("a queue forgets what expires", BUS,
            "deadLetteringOnMessageExpiration: true", "deadLetteringOnMessageExpiration: false", "queue-property"),
    Mistake("a queue property is left to its default", BUS, "    requiresSession: false\n", "", "missing-property"),
    Mistake("a duration in words", BUS, "lockDuration: 'PT1M'", "lockDuration: '1 minute'", "duration"),
    Mistake("a lock longer than Service Bus allows", BUS, "lockDuration: 'PT1M'", "lockDuration: 'PT6M'", "duration"),
    Mistake("a table is missing", STORAGE, "'gates', ", "", "tableNames"),
    Mistake("shared keys are on", STORAGE, "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "unsafe"),
    Mistake("SAS keys are on", BUS, "disableLocalAuth: true", "disableLocalAuth: false", "unsafe"),
    Mistake("purge protection is set to false", VAULT, "protectData ? true : null", "false", "unsafe"),
    Mistake("a key is listed", MAIN,
            "output siteName string = site.outputs.name", "output siteName string = listKeys('x', 'y').key1", "key"),
    Mistake("an output is named like a secret", MAIN, "output vaultUri", "output vaultSecret", "secret-output"),
    Mistake("a site property that Flex refuses", APP,
            "{ minTlsVersion: '1.2' }", "{ minTlsVersion: '1.2', ftpsState: 'Disabled' }", "flex-refuses"),
    Mistake("another Python than the package's", APP, "version: '3.13'", "version: '3.12'", "runtime"),
    Mistake("locks are renewed for too short a time", "host.json",
            '"maxAutoLockRenewalDuration": "00:10:00"', '"maxAutoLockRenewalDuration": "00:05:00"', "lock-renewal"),
    Mistake("log lines are sampled away", "host.json", "Request;Exception;Trace", "Request;Exception", "sampling"),
    Mistake("the API is open to everybody", SITE,
            '"/api/*", "allowedRoles": ["authenticated"]', '"/api/*", "allowedRoles": ["anonymous"]', "site-route"),
    Mistake("a route leads to no door", SITE, '"/api/health"', '"/api/healthy"', "site-route"),
    Mistake("roles come from elsewhere", SITE,
            '"rolesSource": "/api/roles"', '"rolesSource": "/api/role"', "site-sign-in"),
    Mistake("the policy header is missing", SITE, '"Content-Security-Policy"', '"Content-Policy"', "site-header"),
    Mistake("an alert looks for a line that nobody writes", ALERTS,
            'startswith "gate.closed"', 'startswith "gates.closed"', "log-line"),
    Mistake("an alert looks for a field that nobody writes", ALERTS,
            'extract("lag_seconds=', 'extract("lag=', "log-line"),
    Mistake("an alert leads to no section", ALERTS,
            "#polls-missed'\n    severity", "#polls-missing'\n    severity", "runbook"),
    Mistake("an alert is gone", ALERTS, "name: 'inbox-opened'", "name: 'throttled'", "alert-missing"),
    Mistake("an id goes where another belongs", MAIN,
            "identityClientId: identity.outputs.clientId", "identityClientId: identity.outputs.principalId", "wiring"),
    Mistake("an id goes where a name belongs", MAIN,
            "serviceBusName: serviceBus.outputs.name", "serviceBusName: serviceBus.outputs.id", "wiring"),
    Mistake("the link gets the page's region", MAIN,
            "backendRegion: location", "backendRegion: siteLocation", "wiring"),
    Mistake("the functions start before their roles", MAIN, "  dependsOn: [roles]\n", "", "order"),
    Mistake("the link and the settings change the app at once", MAIN, "  dependsOn: [appSettings]\n", "", "order"),
    Mistake("a child has no parent", BUS, "  parent: namespace\n", "", "parent-missing"),
    Mistake("a role is given on the whole group", ROLES, "  scope: storage\n", "", "missing-property"),
    Mistake("a role says not to whom", ROLES, "    principalType: 'ServicePrincipal'\n", "", "missing-property"),
    Mistake("a role says too much", ROLES,
            "'Azure Service Bus Data Receiver': '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'",
            "'Azure Service Bus Data Owner': '090c5cfd-751d-490a-894a-3ce6f1109419'", "role-too-much"),
    Mistake("the host's identity is misspelt", SETTINGS,
            "AzureWebJobsStorage__credential: 'managedidentity'", "AzureWebJobsStorage__credential: 'managed'",
            "identity"),
    Mistake("the queues get the app's name for its id", SETTINGS,
            "ServiceBus__clientId: identityClientId", "ServiceBus__clientId: appName", "identity"),
    Mistake("telemetry would sign in with a key", SETTINGS, ";Authorization=AAD", "", "identity"),
    Mistake("a host name of one cloud only", SETTINGS,
            "environment().authentication.loginEndpoint", "'https://login.microsoftonline.com'", "cloud-host"),
    Mistake("a secret stands in the template", PAGE,
            "'@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${secretName})'", "'Q8x~geheim'",
            "secret-value"),
    Mistake("the page's sign-in looks for another setting", PAGE, "AAD_CLIENT_SECRET:", "AAD_SECRET:", "site-sign-in"),
    Mistake("the runbook makes another secret", PAGE, "'site-client-secret'", "'page-secret'", "runbook"),
    Mistake("the link to the functions is gone", PAGE,
            "resource backend 'Microsoft.Web/staticSites/linkedBackends@2024-04-01' = {\n  parent: site\n"
            "  name: 'functions'\n  properties: { backendResourceId: backendId, region: backendRegion }\n}\n", "",
            "unused"),
    Mistake("the page is on the free plan", PAGE,
            "{ name: 'Standard', tier: 'Standard' }", "{ name: 'Free', tier: 'Free' }", "wrong-value"),
    Mistake("the queues are on the basic plan", BUS,
            "{ name: 'Standard', tier: 'Standard' }", "{ name: 'Basic', tier: 'Basic' }", "wrong-value"),
    Mistake("a vault remembers longer than vaults can", VAULT,
            "softDeleteRetentionInDays: 90", "softDeleteRetentionInDays: 900", "wrong-value"),
    Mistake("a name with a dash for storage", MAIN,
            "'sthunter${environmentName}${suffix}'", "'st-hunter-${environmentName}-${suffix}'", "name"),
    Mistake("a name too long for a vault", MAIN, "'kv-${name}'", "'keyvault-${name}'", "name"),
    Mistake("an environment asks for too few instances", DEV,
            "maximumInstanceCount = 40", "maximumInstanceCount = 10", "wrong-value"),
    Mistake("an environment puts the page where none is", DEV,
            "siteLocation = 'westeurope'", "siteLocation = 'northeurope'", "wrong-value"),
    Mistake("an environment gives text for a number", DEV,
            "alwaysReadyHttp = 0", "alwaysReadyHttp = '0'", "wrong-type"),
    Mistake("a module gets text for a yes or no", MAIN,
            "protectData: protectData, workspaceId", "protectData: 'true', workspaceId", "wrong-type"),
    Mistake("prod is not protected", PROD, "protectData = true", "protectData = false", "environments"),
    Mistake("prod takes itself for dev", PROD, "environmentName = 'prod'", "environmentName = 'dev'", "environments"),
    Mistake("a budget begins in the middle of a month", PROD, "'2026-12-01'", "'2026-12-15'", "wrong-value"),
    Mistake("a budget compares in words that Azure has not", BUDGET,
            "operator: 'GreaterThan', threshold: 50", "operator: 'MoreThan', threshold: 50", "wrong-value"),
    Mistake("an alert is off", ALERTS,
            "enabled: true\n    scopes: [insightsId]\n    evaluationFrequency: rule.every",
            "enabled: false\n    scopes: [insightsId]\n    evaluationFrequency: rule.every", "alert-off"),
    Mistake("an alert tells nobody", ALERTS,
            "actionGroups: [people.id], customProperties: { runbook: '${runbookUrl}#polls-missed' }",
            "actionGroups: [], customProperties: { runbook: '${runbookUrl}#polls-missed' }", "alert-nobody"),
    Mistake("an alert misses lines that come late", ALERTS, "window: 'PT15M'", "window: 'PT5M'", "alert-time"),
    Mistake("an alert runs as often as Azure never does", ALERTS, "every: 'PT5M'", "every: 'PT7M'", "alert-time"),
    Mistake("an alert is graver than grave", ALERTS, "severity: 2", "severity: 5", "wrong-value"),
    Mistake("an alert reads a metric that is none", ALERTS,
            "'DeadletteredMessages'", "'DeadLetteredMessage'", "wrong-value"),
    Mistake("health is asked from nowhere", ALERTS, "emea-nl-ams-azr", "emea-nl-ams-edge", "wrong-value"),
    Mistake("an alert reads another line's field", ALERTS,
            'extract("oldest_seconds=', 'extract("lag_seconds=', "log-line"),
    Mistake("an alert waits for a code that is none", ALERTS, '"code=pc_forbidden"', '"code=pc_forbiden"', "log-line"),
    Mistake("an alert waits for a kind of run that is none", ALERTS, "kind=referrals", "kind=referral", "log-line"),
    Mistake("an alert waits for a state that is none", ALERTS, '"state=partial"', '"state=part"', "log-line"),
)  # fmt: skip


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources()


def test_infra_is_sound_as_it_stands(sources: Sources) -> None:
    assert findings(sources) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_caught(mistake: Mistake, sources: Sources) -> None:
    text = sources.texts[mistake.path]
    assert mistake.old in text, "the seeded mistake no longer fits the file"
    found = findings(sources.with_text(mistake.path, text.replace(mistake.old, mistake.new, 1)))
    assert mistake.rule in {one.rule for one in found if one.path == mistake.path or mistake.rule == "missing-setting"}
