"""Templates in, findings out: the app settings in Azure against those that the code reads.

Three groups: Hunter's (`shared/settings.py`), the platform's, and those that must never be set on Flex Consumption or
with identities.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.tools.bicep import Declaration, Expression, Template
from infra.tools.finding import Finding
from shared.setting_list import examples
from shared.settings import SettingsInvalidError, read_settings

PLATFORM = frozenset(
    re.findall(
        r"\w+",
        """
    APPLICATIONINSIGHTS_CONNECTION_STRING APPLICATIONINSIGHTS_AUTHENTICATION_STRING AzureWebJobsStorage__accountName
    AzureWebJobsStorage__credential AzureWebJobsStorage__clientId ServiceBus__credential ServiceBus__clientId
    PYTHON_THREADPOOL_THREAD_COUNT
        """,
    )
)
_BY_IDENTITY = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "'ClientId=${identityClientId};Authorization=AAD'",
    "AzureWebJobsStorage__accountName": "storageName",
    "AzureWebJobsStorage__credential": "managedidentity",
    "AzureWebJobsStorage__clientId": "identityClientId",
    "ServiceBus__credential": "managedidentity",
    "ServiceBus__clientId": "identityClientId",
    "ServiceBus__fullyQualifiedNamespace": "serviceBusHost",
    "Storage__tableServiceUri": "tableUri",
    "KEY_VAULT_URL": "vaultUri",
    "AZURE_CLIENT_ID": "identityClientId",
    "AZURE_FUNCTIONS_ENVIRONMENT": "Production",
}
"""How the platform and Hunter sign in as the app's identity; one letter off is a silent or endless failure."""
FORBIDDEN = frozenset(
    re.findall(
        r"\w+",
        """
    FUNCTIONS_WORKER_RUNTIME FUNCTIONS_EXTENSION_VERSION WEBSITE_RUN_FROM_PACKAGE WEBSITE_CONTENTSHARE
    WEBSITE_CONTENTAZUREFILECONNECTIONSTRING WEBSITE_CONTENTOVERVNET SCM_DO_BUILD_DURING_DEPLOYMENT ENABLE_ORYX_BUILD
    WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT WEBSITE_TIME_ZONE TZ WEBSITE_LOAD_CERTIFICATES AzureWebJobsStorage
    APPINSIGHTS_INSTRUMENTATIONKEY
        """,
    )
)
"""infra.md 4.3: refused by Flex, or a key where an identity belongs."""
LAPTOP_ONLY = frozenset({"ServiceBus", "Storage", "TOKEN_CACHE_PATH", "MTA_STS_PORT", "ALLOW_LOOPBACK"})
BY_THE_PLATFORM = frozenset({"WEBSITE_AUTH_ENABLED"})
"""Read by Hunter, written by App Service authentication; a value of ours would be a lie."""
FLAGS = ("partnerCenterEnabled", "dynamicsEnabled", "trustClientPrincipal")
_GROUPS = ("platformSettings", "defaultSettings", "fixedSettings")


def check_settings(templates: list[Template]) -> Iterator[Finding]:
    """Names in both directions, defaults that the code accepts, flags that start false."""
    for template in templates:
        if template.path.endswith("appsettings.bicep"):
            yield from _groups(template)
        if template.path.endswith("main.bicep"):
            yield from _flags(template, "parameter")
        if template.using:
            yield from _flags(template, "variable")
            yield from _overrides(template)


def ours() -> set[str]:
    """The names that `shared/settings.py` reads."""
    return set(examples())


def _groups(template: Template) -> Iterator[Finding]:
    found = {name: template.named(name) for name in _GROUPS}
    given: dict[str, Declaration] = {
        setting: group for group in found.values() if group for setting in group.value
    }  # fmt: skip
    for setting, group in given.items():
        if setting in FORBIDDEN | LAPTOP_ONLY | BY_THE_PLATFORM:
            yield Finding(template.path, group.line, "forbidden-setting", f"{setting} must never be set in Azure.")
        elif setting not in ours() | PLATFORM:
            yield Finding(template.path, group.line, "unknown-setting", f"Nothing reads {setting}.")
    for setting in sorted((ours() | PLATFORM) - set(given) - LAPTOP_ONLY - BY_THE_PLATFORM):
        yield Finding(template.path, 1, "missing-setting", f"{setting} is read but not set.")
    repeated = [name for name in given if sum(name in group.value for group in found.values() if group) > 1]
    yield from (Finding(template.path, 1, "repeated-key", f"{name} is in two groups.") for name in repeated)
    for setting, wanted in _BY_IDENTITY.items():
        if setting in given and (value := _written(given[setting].value[setting])) != wanted:
            yield Finding(template.path, given[setting].line, "identity", f"{setting} must be {wanted}, not {value}.")
    if defaults := found["defaultSettings"]:
        yield from _accepted(template.path, defaults.line, defaults.value)


def _written(value: Any) -> str:
    return value.text if isinstance(value, Expression) else str(value)


def _flags(template: Template, kind: str) -> Iterator[Finding]:
    for name in FLAGS:
        flag = next((one for one in template.of(kind) if one.name == name), None)
        if flag is not None and flag.value is not False:
            yield Finding(template.path, flag.line, "flag-not-false", f"{name} must start false (docs/operations.md).")


def _overrides(template: Template) -> Iterator[Finding]:
    declared = template.named("hunterSettings")
    if declared is None:
        return
    for name in sorted(set(declared.value) - ours()):
        yield Finding(template.path, declared.line, "unknown-setting", f"Nothing reads {name}.")
    for name in sorted(set(declared.value) & (LAPTOP_ONLY | {"DYNAMICS_CLIENT_SECRET"})):
        yield Finding(
            template.path, declared.line, "forbidden-setting", f"{name} does not belong into a parameter file."
        )
    yield from _accepted(template.path, declared.line, declared.value)


def _accepted(path: str, line: int, values: Mapping[str, Any]) -> Iterator[Finding]:
    """What the settings class says to the literal values, with stand-ins for what only the deployment knows."""
    literal = {name: value for name, value in values.items() if isinstance(value, str)}
    known = {"ServiceBus__fullyQualifiedNamespace": "n.example", "Storage__tableServiceUri": "https://t.example"}
    try:
        read_settings({**known, "AZURE_FUNCTIONS_ENVIRONMENT": "Production", **literal})
    except SettingsInvalidError as error:
        yield from (Finding(path, line, "setting-refused", str(problem)) for problem in error.problems)
