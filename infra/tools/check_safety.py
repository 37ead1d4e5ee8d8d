"""Templates in, findings out: keys, secrets, switches that must be off, and what Flex Consumption refuses."""

import re
from collections.abc import Iterator
from typing import Any

from infra.tools.bicep import Declaration, Expression, Template
from infra.tools.finding import Finding
from infra.tools.sources import Sources

_KEYS = re.compile(r"\b(listKeys|listSecrets|listAccountSas|listServiceSas|SharedAccessKey|AccountKey=|@secure)")
_CLOUD_HOST = re.compile(
    r"\b(login\.microsoftonline\.com|management\.azure\.com|[a-z]+\.core\.windows\.net|vault\.azure\.net"
    r"|servicebus\.windows\.net|azurewebsites\.net|graph\.microsoft\.com)\b"
)
"""What differs between clouds comes from `environment()` or the resource itself (linter: no-hardcoded-env-urls)."""
_SECRET_NAME = re.compile(r"(key|secret|password|token|connectionstring)s?$", re.IGNORECASE)
_MUST_BE: dict[str, dict[str, Any]] = {
    "Microsoft.Storage/storageAccounts": {
        "allowSharedKeyAccess": False, "allowBlobPublicAccess": False, "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
    },
    "Microsoft.ServiceBus/namespaces": {"disableLocalAuth": True, "minimumTlsVersion": "1.2"},
    "Microsoft.KeyVault/vaults": {"enableRbacAuthorization": True, "enableSoftDelete": True},
    "Microsoft.Insights/components": {"DisableLocalAuth": True},
    "Microsoft.Web/sites": {"httpsOnly": True},
}  # fmt: skip
_REFUSED_BY_FLEX = frozenset({
    "linuxFxVersion", "windowsFxVersion", "ftpsState", "use32BitWorkerProcess", "preWarmedInstanceCount",
    "netFrameworkVersion", "functionsRuntimeScaleMonitoringEnabled", "functionAppScaleLimit", "alwaysOn",
})  # fmt: skip
_PYTHON = "3.13"


def check_safety(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Everything that a review would refuse."""
    for template in templates:
        for number, line in enumerate(sources.texts[template.path].splitlines(), start=1):
            if _KEYS.search(line):
                yield Finding(template.path, number, "key", "Keys and secrets have no place in a template.")
            if not template.using and _CLOUD_HOST.search(line):
                yield Finding(template.path, number, "cloud-host", "This host name differs between clouds.")
        for output in template.of("output"):
            if _SECRET_NAME.search(output.name):
                yield Finding(template.path, output.line, "secret-output", f"'{output.name}' is named like a secret.")
        for resource in template.of("resource"):
            if not resource.existing:
                yield from _resource(template.path, resource)


def _resource(path: str, resource: Declaration) -> Iterator[Finding]:
    kind = resource.target.partition("@")[0]
    properties = resource.value.get("properties", {})
    if isinstance(properties, Expression):
        return
    for name, wanted in _MUST_BE.get(kind, {}).items():
        if properties.get(name) != wanted:
            yield Finding(path, resource.line, "unsafe", f"{resource.name}.{name} must be {str(wanted).lower()}.")
    if kind == "Microsoft.KeyVault/vaults/secrets":
        yield Finding(path, resource.line, "secret-value", "A redeployment would undo a rotation.")
    if kind == "Microsoft.KeyVault/vaults" and properties.get("enablePurgeProtection") is False:
        yield Finding(path, resource.line, "unsafe", "enablePurgeProtection is true or absent, never false.")
    if kind == "Microsoft.KeyVault/vaults" and not 7 <= properties.get("softDeleteRetentionInDays", 90) <= 90:
        yield Finding(path, resource.line, "wrong-value", "softDeleteRetentionInDays is 7 to 90, fixed for ever.")
    if kind == "Microsoft.Web/sites":
        yield from _flex(path, resource, properties)


def _flex(path: str, resource: Declaration, properties: dict[str, Any]) -> Iterator[Finding]:
    for name in properties.get("siteConfig", {}):
        if name in _REFUSED_BY_FLEX:
            yield Finding(path, resource.line, "flex-refuses", f"siteConfig.{name} is refused by Flex (error 51021).")
    runtime = properties.get("functionAppConfig", {}).get("runtime", {})
    if runtime.get("version") != _PYTHON:
        yield Finding(path, resource.line, "runtime", f"The package is built for Python {_PYTHON}.")
