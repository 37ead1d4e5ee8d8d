"""Templates in, findings out: each role id belongs to the role that its name says, and Hunter needs it.

Ids: Microsoft's page "Azure built-in roles".
"""

import re
from collections.abc import Iterator
from typing import Any

from infra.tools.bicep import Template
from infra.tools.finding import Finding

ROLES = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
}
_FOR_THE_APP = set(ROLES) - {"Key Vault Secrets User"}
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def check_roles(templates: list[Template]) -> Iterator[Finding]:
    """The table of roles.bicep, every other id, and every assignment."""
    for template in templates:
        if template.path.endswith("roles.bicep"):
            yield from _table(template)
        for declaration in template.declarations:
            for guid in _GUID.findall(repr(declaration.value)):
                if guid not in ROLES.values():
                    yield Finding(template.path, declaration.line, "role-id", f"{guid} is none of the roles we give.")


def _table(template: Template) -> Iterator[Finding]:
    declared = template.named("roleIds")
    given: dict[str, Any] = declared.value if declared else {}
    line = declared.line if declared else 1
    for name, guid in given.items():
        if ROLES.get(name) != guid:
            yield Finding(template.path, line, "role-id", f"'{name}' has another id than {guid}.")
    assigned = {
        name
        for one in template.declarations
        if one.name != "roleIds"
        for name in ROLES
        if f"'{name}'" in repr(one.value)
    }
    for name in sorted(_FOR_THE_APP - set(given)):
        yield Finding(template.path, line, "role-missing", f"The app needs '{name}'.")
    for name in sorted(set(given) - assigned):
        yield Finding(template.path, line, "role-missing", f"'{name}' is listed but never given.")
    for name in sorted(set(given) - _FOR_THE_APP):
        yield Finding(template.path, line, "role-too-much", f"The app does not need '{name}'.")
