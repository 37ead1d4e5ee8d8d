"""The table of resource properties, written by hand, agrees with Microsoft's own models of these resources."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from infra.tools.bicep import Template
from infra.tools.check_shapes import shapes
from infra.tools.sources import read_sources
from tests.infra.microsofts_models import Property, properties_of

MODELS = {
    "Microsoft.Consumption/budgets": "consumption.models:Budget",
    "Microsoft.Insights/actionGroups": "monitor.models:ActionGroupResource",
    "Microsoft.Insights/components": "applicationinsights.v2020_02_02.models:ApplicationInsightsComponent",
    "Microsoft.Insights/metricAlerts": "monitor.models:MetricAlertResource",
    "Microsoft.Insights/scheduledQueryRules": "monitor.models:ScheduledQueryRuleResource",
    "Microsoft.Insights/webtests": "applicationinsights.v2022_06_15.models:WebTest",
    "Microsoft.Insights/workbooks": "applicationinsights.v2023_06_01.models:Workbook",
    "Microsoft.KeyVault/vaults": "keyvault.models:VaultCreateOrUpdateParameters",
    "Microsoft.OperationalInsights/workspaces": "loganalytics.models:Workspace",
    "Microsoft.ServiceBus/namespaces": "servicebus.models:SBNamespace",
    "Microsoft.ServiceBus/namespaces/queues": "servicebus.models:SBQueue",
    "Microsoft.Storage/storageAccounts": "storage.models:StorageAccountCreateParameters",
    "Microsoft.Storage/storageAccounts/blobServices": "storage.models:BlobServiceProperties",
    "Microsoft.Storage/storageAccounts/blobServices/containers": "storage.models:BlobContainer",
    "Microsoft.Storage/storageAccounts/tableServices": "storage.models:TableServiceProperties",
    "Microsoft.Storage/storageAccounts/tableServices/tables": "storage.models:Table",
    "Microsoft.Web/serverfarms": "web.models:AppServicePlan",
    "Microsoft.Web/sites": "web.models:Site",
    "Microsoft.Web/staticSites": "web.models:StaticSiteARMResource",
    "Microsoft.Web/staticSites/linkedBackends": "web.models:StaticSiteLinkedBackendARMResource",
}
"""Under `azure.mgmt`."""
BY_HAND = {
    "Microsoft.AlertsManagement/smartDetectorAlertRules", "Microsoft.Authorization/locks",
    "Microsoft.Authorization/roleAssignments", "Microsoft.Insights/diagnosticSettings",
    "Microsoft.KeyVault/vaults/secrets", "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.Web/sites/config", "Microsoft.Web/staticSites/config",
}  # fmt: skip
"""Few properties, or settings with names of our own: no package for these was worth its size."""


READ = {
    "Microsoft.KeyVault/vaults": "keyvault.models:Vault",
    "Microsoft.Storage/storageAccounts": "storage.models:StorageAccount",
}
"""Where what comes back has a model of its own."""


def test_every_type_that_is_deployed_has_a_model_or_is_said_to_have_none() -> None:
    deployed = {
        resource.target.partition("@")[0]
        for template in read_sources().templates()
        for resource in template.of("resource")
    }
    assert deployed <= set(MODELS) | BY_HAND
    assert set(shapes()) == set(MODELS) | BY_HAND


@pytest.mark.parametrize("kind", MODELS)
def test_names_values_and_duties_are_microsofts(kind: str) -> None:
    assert list(_differences(kind, shapes()[kind]["shape"], properties_of(_model(MODELS[kind])))) == []


def test_what_a_template_reads_of_a_resource_is_there() -> None:
    assert list(_unreadable(read_sources().templates())) == []


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("infra/modules/functionapp.bicep", "properties.defaultHostName", "properties.defaultHostname"),
        ("infra/modules/keyvault.bicep", "properties.vaultUri", "properties.vaultUrl"),
        ("infra/modules/storage.bicep", "primaryEndpoints.table", "primaryEndpoints.tables"),
        ("infra/modules/servicebus.bicep", "serviceBusEndpoint", "endpoint"),
    ],
)
def test_reading_what_a_resource_does_not_have_would_be_told(path: str, right: str, wrong: str) -> None:
    sources = read_sources()
    changed = sources.with_text(path, sources.texts[path].replace(right, wrong, 1))
    assert len(list(_unreadable(changed.templates()))) == 1


def _model(place: str) -> type:
    package, _, name = place.partition(":")
    model: type = getattr(import_module(f"azure.mgmt.{package}"), name)
    return model


def _unreadable(templates: list[Template]) -> Iterator[str]:
    """Each `resource.properties.a.b` of which Microsoft's model knows no `a` or no `b`."""
    for template in templates:
        kinds = {one.name: one.target.partition("@")[0] for one in template.of("resource")}
        for text, line in template.members:
            name, *parts = text.split(".")
            kind = kinds.get(name, "")
            if kind not in MODELS or parts[:1] != ["properties"]:
                continue
            known = properties_of(_model(READ.get(kind, MODELS[kind])))
            for part in parts:
                if part not in known:
                    yield f"{template.path}({line}): {text}"
                    break
                known = known[part].properties()


def test_a_name_that_azure_does_not_know_would_be_told() -> None:
    from azure.mgmt.servicebus.models import SBQueue

    wrong = {"properties": {"lockDurations": "str", "status": ["Asleep"], "createdAt": "str"}}
    assert list(_differences("queue", wrong, properties_of(SBQueue))) == [
        "queue.properties.lockDurations is unknown",
        "queue.properties.status is never Asleep",
        "queue.properties.createdAt cannot be set",
    ]


def _differences(where: str, shape: dict[str, Any], known: dict[str, Property]) -> Iterator[str]:
    for name, inner in shape.items():
        found = known.get(name.rstrip("!"))
        if name == "*" and isinstance(inner, dict):
            yield from _differences(f"{where}.*", inner, known)
        elif name.rstrip("!") in ("*", "scope"):
            continue
        elif found is None:
            yield f"{where}.{name} is unknown"
        elif found.read_only:
            yield f"{where}.{name} cannot be set"
        else:
            yield from _inner(f"{where}.{name}", inner, found)
    for name, one in known.items():
        if one.required and not one.read_only and f"{name}!" not in shape and "*" not in shape:
            yield f"{where}.{name} must be given"


def _inner(where: str, inner: Any, found: Property) -> Iterator[str]:
    if isinstance(inner, list) and isinstance(inner[0], dict):
        inner = inner[0]
    if isinstance(inner, dict):
        yield from _differences(where, inner, found.properties())
    elif isinstance(inner, list) and (values := found.values()) is not None:
        yield from (f"{where} is never {one}" for one in inner if one not in values and one != "*")
