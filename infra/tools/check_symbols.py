"""Templates in, findings out: syntax, and names that are unknown, declared twice, repeated or never used."""

import re
from collections.abc import Iterator

from infra.tools.bicep import Template
from infra.tools.finding import Finding

FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """
    any array base64 base64ToJson base64ToString bool cidrHost cidrSubnet coalesce concat contains createArray
    createObject dateTimeAdd dateTimeFromEpoch dateTimeToEpoch deployer deployment empty endsWith environment
    extensionResourceId filter first flatten format getSecret groupBy guid indexOf int intersection items join json last
    lastIndexOf length loadFileAsBase64 loadJsonContent loadTextContent loadYamlContent managementGroup map mapValues
    max min newGuid objectKeys padLeft parseCidr pickZones providers range readEnvironmentVariable reduce reference
    replace resourceGroup resourceId shallowMerge skip sort split startsWith string sub subscription
    subscriptionResourceId substring take tenant tenantResourceId toLower toObject toUpper trim tryGet union
    uniqueString uri uriComponent uriComponentToString utcNow
    allowed batchSize description export maxLength maxValue metadata minLength minValue onlyIfNotExists sealed secure
    discriminator
        """,
    )
)
"""Bicep's own functions and decorators."""
_TYPES = frozenset({"az", "sys", "string", "int", "bool", "object", "array"})


def check_symbols(templates: list[Template]) -> Iterator[Finding]:
    """Everything that can be said of a file by itself."""
    for template in templates:
        yield from (Finding(template.path, line, "syntax", "Cannot be read here.") for line in template.syntax_errors)
        yield from _names(template)
        yield from (
            Finding(template.path, line, "repeated-key", f"'{key}' stands twice in this object.")
            for key, line in template.repeated_keys
        )


def _names(template: Template) -> Iterator[Finding]:
    outputs = [one for one in template.declarations if one.kind == "output"]
    symbols = [one for one in template.declarations if one.kind != "output"]
    for group in (symbols, outputs):
        names = [one.name for one in group]
        for position, one in enumerate(group):
            if one.name in names[:position]:
                yield Finding(template.path, one.line, "duplicate", f"'{one.name}' is declared twice.")
    known = {one.name for one in symbols}
    for name, line in template.uses:
        if name not in known | _TYPES:
            yield Finding(template.path, line, "undefined", f"'{name}' is declared nowhere in this file.")
    for name, line in template.calls:
        if name not in FUNCTIONS:
            yield Finding(template.path, line, "unknown-function", f"Bicep has no function '{name}'.")
    if template.using:
        return
    used = {name for name, _ in template.uses}
    for one in symbols:
        if one.kind in ("parameter", "variable") and one.name not in used:
            yield Finding(template.path, one.line, "unused", f"'{one.name}' is used nowhere.")
